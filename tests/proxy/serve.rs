//! `fanlight serve` as an operator runs it: the binary, a configuration file, signals. A changed rule file and SIGHUP read everything
//! again, all or nothing; SIGTERM lets what runs end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::support::upstream::{Step, ok};
use crate::support::{Client, Setup, Upstream, write_config};

/// A value that only a rule of ours masks.
const PAGE: &str = "<!doctype html><title>Stock</title><p>Locker: <b>KX-77-ORCHID</b></p>";

/// The rule that does.
const LOCKER: &str = r#"
[[field]]
id = "locker"
label = "Locker"
kind = "other"
hit = "Locker: KX-77-ORCHID"
miss = "Ward: Bay 2"
"#;

/// A running `fanlight serve`.
struct Served {
    child: Child,
    client: Client,
    pack: PathBuf,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn start(upstream: &Upstream) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = write_config(folder.path(), &upstream.url(), &Setup::default());
        // The port is chosen by the system; the log says which.
        let log = folder.path().join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_fanlight"))
            .args(["serve", "--config"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .env("NO_COLOR", "1")
            .spawn()
            .unwrap();
        let pack = folder.path().join("own");
        let said = until(&log, "the proxy listens").await;
        let after = said.split("address=").nth(1).unwrap_or_else(|| panic!("{said}"));
        let address = after.split_whitespace().next().unwrap().parse().unwrap();
        Self { child, client: Client::new(address), pack, log, _folder: folder }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    async fn page(&self) -> String {
        let reply = self.client.get("/stock").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text()
    }

    /// The page once it holds the text, or no longer does.
    async fn page_when(&self, holds: bool, text: &str) {
        let from = Instant::now();
        while self.page().await.contains(text) != holds {
            assert!(from.elapsed() < Duration::from_secs(20), "never: {}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.pack.join(name), text).unwrap();
    }

    async fn ended(&mut self) -> ExitStatus {
        let from = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(from.elapsed() < Duration::from_secs(20), "it does not end: {}", self.said());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The log once it holds the text.
async fn until(log: &Path, text: &str) -> String {
    let from = Instant::now();
    loop {
        let said = std::fs::read_to_string(log).unwrap_or_default();
        if said.contains(text) && said.ends_with('\n') {
            return said;
        }
        assert!(from.elapsed() < Duration::from_secs(60), "never said {text:?}: {said}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_rule_file_comes_into_force_and_a_broken_one_changes_nothing() {
    let upstream = Upstream::says(ok("text/html", PAGE)).await;
    let served = Served::start(&upstream).await;
    assert!(served.page().await.contains("KX-77-ORCHID"), "no rule speaks of it yet");

    served.write("locker.toml", LOCKER);
    served.page_when(false, "KX-77-ORCHID").await;

    // Half of a set is no set: the good file beside the broken one is not taken either.
    served.write("second.toml", &LOCKER.replace("\"locker\"", "\"title\"").replace("Locker", "Stock"));
    served.write("locker.toml", "[[field]]\nid = \"locker\"\nlabl = \"Locker\"\n");
    let said = until(&served.log, "the rules in force stay").await;
    assert!(said.contains("locker.toml:3") && said.contains("labl"), "{said}");
    assert!(!served.page().await.contains("KX-77-ORCHID"), "the old rule stays in force");

    // Taken back: the file is gone.
    std::fs::remove_file(served.pack.join("locker.toml")).unwrap();
    served.page_when(true, "KX-77-ORCHID").await;
}

/// A page in five pieces, each a while after the one before.
fn in_pieces(wait: Duration) -> Vec<Step> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", PAGE.len());
    let pieces = PAGE.as_bytes().chunks(PAGE.len().div_ceil(5));
    let pieces = pieces.flat_map(|piece| [Step::Send(piece.to_vec()), Step::Wait(wait)]);
    std::iter::once(Step::Send(head.into_bytes())).chain(pieces).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_taught_ends_with_it_though_an_answer_comes_late() {
    let upstream = Upstream::start(|request| match request.target.as_str() {
        "/late" => in_pieces(Duration::from_millis(600)),
        _ => vec![Step::Send(ok("text/html", PAGE))],
    })
    .await;
    let served = Served::start(&upstream).await;
    served.write("locker.toml", LOCKER);
    served.page_when(false, "KX-77-ORCHID").await;
    let (late, ()) = tokio::join!(served.client.get("/late"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        std::fs::remove_file(served.pack.join("locker.toml")).unwrap();
        served.page_when(true, "KX-77-ORCHID").await;
    });
    assert!(late.status == 200 && late.text().contains("Locker"), "{} {}", late.status, late.text());
    assert!(!late.text().contains("KX-77-ORCHID"), "it was asked for under the rule");
    assert!(served.page().await.contains("KX-77-ORCHID"), "its answer taught what no rule says any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_reads_everything_again() {
    let upstream = Upstream::says(ok("text/html", PAGE)).await;
    let served = Served::start(&upstream).await;
    served.page().await;
    let times = |said: &str| said.matches("read again").count();
    let before = times(&served.said());
    served.signal("HUP");
    let from = Instant::now();
    while times(&served.said()) == before {
        assert!(from.elapsed() < Duration::from_secs(20), "{}", served.said());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    served.page().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_a_running_request_end_and_the_next_start_finds_the_trail_whole() {
    let upstream = Upstream::start(|_| in_pieces(Duration::from_millis(150))).await;
    let mut served = Served::start(&upstream).await;
    let (reply, ()) = tokio::join!(served.client.get("/stock"), async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        served.signal("TERM");
    });
    assert!(reply.status == 200 && reply.complete && reply.text().contains("Locker"), "{}", reply.text());
    assert_eq!(served.ended().await.code(), Some(0), "{}", served.said());
    let verified = Command::new(env!("CARGO_BIN_EXE_fanlight"))
        .args(["audit", "verify", "--config"])
        .arg(served.pack.with_file_name("fanlight.toml"))
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
