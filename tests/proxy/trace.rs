//! `fanlight audit trace`, as an auditor runs it: pages that a house showed under two grants are traced to each, by what can be read on them alone.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::upstream::{Step, ok};
use crate::support::{Front, Setup, Upstream, grant, no_canary};

const LIST: &str = "<!doctype html><title>Ward list</title><table><tr><th>Patient name</th><th>Ward</th></tr>\
    <tr><td>Quarmby, Odile</td><td>4</td></tr><tr><td>Abara, Ngozi</td><td>4</td></tr><tr><td>Novak, Petr</td><td>4</td></tr>\
    <tr><td>Thistlewood, Una</td><td>5</td></tr><tr><td>Whitlock, Amos</td><td>5</td></tr><tr><td>Penhale, Jory</td><td>5</td></tr></table>";
const NAMES: &[&str] = &["Quarmby", "Odile", "Abara", "Novak", "Thistlewood", "Whitlock", "Penhale"];
const ENGINEERS: [&str; 2] = ["sam@centre.example", "kim@centre.example"];

/// Runs a command of the house in `folder`, with a text as what was read in the photograph.
fn fanlight(folder: &Path, words: &[&str], text: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fanlight"))
        .args(words)
        .arg("--config")
        .arg(folder.join("fanlight.toml"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its words reads nothing.
    let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
    child.wait_with_output().unwrap()
}

fn trace(folder: &Path, words: &[&str], text: &str) -> serde_json::Value {
    let by = ["audit", "trace", "--json", "--by", "auditor@trust.example"];
    let output = fanlight(folder, &[&by[..], words].concat(), text);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a person sees of a page: the texts of its cells.
fn seen(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text) {
        text.push_str(part);
        text.push('\n');
    }
    let from = text.find('‹').unwrap_or_else(|| panic!("no pseudonym: {page}"));
    let end = text.rfind('›').unwrap();
    text[from..end].to_owned()
}

/// A house that shows the list to two engineers, each under a grant of their own: what each of them saw, and its folder.
async fn shown() -> (tempfile::TempDir, [String; 2]) {
    let upstream = Upstream::start(move |_| vec![Step::Send(ok("text/html", LIST))]).await;
    let grants: String = ENGINEERS.map(|engineer| grant(engineer, "2099-01-01T00:00:00Z")).concat();
    let front = Front::with(&upstream.url(), Setup { grants, ..Setup::default() }).await;
    let mut pages = Vec::new();
    for engineer in ENGINEERS {
        let reply = front.client().with("x-forwarded-user", engineer).get("/list").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        for name in NAMES {
            assert!(!reply.text().contains(name), "{name}");
        }
        pages.push(seen(&reply.text()));
    }
    front.rows(4).await;
    (front.stop().await, pages.try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_traced_to_the_grant_under_which_it_was_shown() {
    let (folder, pages) = shown().await;
    let folder = folder.path();
    // Others, taken back since: whoever had them is none of these two.
    for n in 0..3 {
        let engineer = format!("eng-{n}@centre.example");
        let words =
            ["grant", "issue", "--trust", "royal-free", "--ticket", "CHG-2", "--by", "ig@trust.example", "--for", "8h"];
        let issued = fanlight(folder, &[&words[..], &["--engineer", &engineer]].concat(), "");
        assert!(issued.status.success(), "{}", String::from_utf8_lossy(&issued.stderr));
        let id = String::from_utf8(issued.stdout).unwrap();
        let revoked = fanlight(folder, &["grant", "revoke", id.trim(), "--by", "ig@trust.example"], "");
        assert!(revoked.status.success(), "{}", String::from_utf8_lossy(&revoked.stderr));
    }
    for (engineer, page) in ENGINEERS.iter().zip(&pages) {
        for text in [page.clone(), page.to_uppercase(), page.replace(['‹', '›'], ""), misread(page)] {
            let found = trace(folder, &[], &text);
            assert_eq!(found["verdict"], "traced", "{text}: {found}");
            assert_eq!(found["grants"], 5);
            let best = &found["candidates"][0];
            assert_eq!((&best["engineer"], &best["ticket"]), (&(*engineer).into(), &"CHG-1001".into()), "{text}");
            assert_eq!((&best["trust"], &best["origin"]), (&"royal-free".into(), &"standing".into()));
            assert!(best["sure"].as_f64().unwrap() > 0.99 && !best["last_used"].is_null(), "{best}");
        }
        // For people.
        let file = folder.join("typed.txt");
        std::fs::write(&file, page).unwrap();
        let said = fanlight(folder, &["audit", "trace", "--text", file.to_str().unwrap()], "");
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains("traced: one grant of 5 fits") && said.contains(engineer), "{said}");
        assert!(said.contains("audit search --config") && !said.contains("eng-"), "{said}");
        no_canary(said.as_bytes());
    }
    // Who traced stands in the trail.
    let rows = fanlight(folder, &["audit", "search", "--decision", "trace", "--json"], "");
    let rows = String::from_utf8(rows.stdout).unwrap();
    assert!(rows.lines().count() >= 8 && rows.contains("auditor@trust.example"), "{rows}");
    assert!(fanlight(folder, &["audit", "verify"], "").status.success());
}

/// As a photograph is read: a letter of one word is another.
fn misread(page: &str) -> String {
    let at = page.find('‹').unwrap() + '‹'.len_utf8() + 1;
    format!("{}#{}", &page[..at], &page[at + 1..]).replace('#', "1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_left_the_configuration_is_still_known_by_the_trail() {
    let (folder, pages) = shown().await;
    let folder = folder.path();
    let file = folder.join("fanlight.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&grant(ENGINEERS[1], "2099-01-01T00:00:00Z"), "")).unwrap();
    let found = trace(folder, &[], &pages[1]);
    let best = &found["candidates"][0];
    assert_eq!((&found["verdict"], &best["engineer"]), (&"traced".into(), &ENGINEERS[1].into()), "{found}");
    assert_eq!((&best["origin"], &best["until"]), (&"trail".into(), &serde_json::Value::Null));
    // In a time before it was used it is no candidate, and the other does not take its place.
    let found = trace(folder, &["--between", "2020-01-01", "2020-01-02"], &pages[1]);
    assert_eq!((&found["verdict"], &found["grants"]), (&"unsure".into(), &1.into()), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_is_said() {
    let (folder, pages) = shown().await;
    let folder = folder.path();
    let one = pages[0].lines().next().unwrap();
    let found = trace(folder, &[], one);
    assert_eq!(
        (&found["verdict"], found["candidates"].as_array().unwrap().len()),
        (&"not-enough".into(), 0),
        "{found}"
    );
    let said = fanlight(folder, &["audit", "trace"], one);
    assert!(String::from_utf8_lossy(&said.stdout).contains("not enough words"), "{said:?}");
    let found = trace(folder, &[], "Seen in clinic, bloods taken. Review in 6/52.");
    assert_eq!(found["verdict"], "nothing-read");
    let found = trace(folder, &[], &pages.concat());
    assert_eq!(found["verdict"], "unsure", "of two pages: {found}");
    // Another house's key: nobody is accused.
    let key = folder.join("fanlight.db.key");
    std::fs::write(&key, "ab".repeat(32)).unwrap();
    let found = trace(folder, &[], &pages[0]);
    assert_eq!(found["verdict"], "unsure", "{found}");
    // Wrong use is explained.
    for (words, says) in [
        (&["--between", "2026-01-02", "2026-01-01"][..], "is not after"),
        (&["--trust", "royal-fre"], "there is no trust"),
        (&["--text", "nowhere.txt"], "nowhere.txt cannot be read"),
    ] {
        let wrong = fanlight(folder, &[&["audit", "trace"], words].concat(), "");
        assert_eq!(wrong.status.code(), Some(1), "{words:?}");
        assert!(String::from_utf8_lossy(&wrong.stderr).contains(says), "{words:?}: {wrong:?}");
    }
    // No key at all: none is made, and nothing is guessed.
    std::fs::remove_file(&key).unwrap();
    let none = fanlight(folder, &["audit", "trace"], &pages[0]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&none.stderr).contains("the master key"), "{none:?}");
    assert!(!key.exists());
}
