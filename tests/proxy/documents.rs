//! Documents and pictures: shown as Fanlight draws them, within bounds, whatever the process that draws does.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::support::upstream::{ok, response};
use crate::support::{Front, Setup, Step, Upstream, no_canary};
use fanlight::proxy::hooks::Hooks;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789 not really";

/// A photograph as a camera writes it, with who took it, held upright.
fn taken() -> Vec<u8> {
    use image::ImageEncoder as _;
    let mut exif =
        b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x3b\x01\x02\0\x0c\0\0\0\x26\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"Kwabena Ofo\0");
    let mut out = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut out);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(&[128; 640 * 480 * 3], 640, 480, image::ExtendedColorType::Rgb8).unwrap();
    out.extend_from_slice(b"NHS 943 476 5919");
    out
}

/// A PDF of so many pages, each with these lines.
fn pdf(pages: usize, lines: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut starts = Vec::new();
    let mut object = |out: &mut Vec<u8>, body: String| {
        starts.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", starts.len()).bytes());
    };
    let kids: String = (0..pages).map(|n| format!("{} 0 R ", n + 5)).collect();
    let text: String = lines.iter().map(|line| format!("({line}) Tj T* ")).collect();
    let content = format!("BT /F 14 Tf 20 TL 60 700 Td {text}ET");
    object(&mut out, "<< /Type /Catalog /Pages 2 0 R >>".into());
    object(&mut out, format!("<< /Type /Pages /Count {pages} /Kids [{kids}] >>"));
    object(&mut out, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".into());
    object(&mut out, format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    for _ in 0..pages {
        object(
            &mut out,
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents 4 0 R >>".into(),
        );
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", starts.len() + 1).bytes());
    for start in &starts {
        out.extend(format!("{start:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", starts.len() + 1).bytes());
    out
}

const LETTER: &[&str] =
    &["Patient: RF1234567", "NHS number: 485 777 3456", "The valve is to be reviewed in four weeks."];

/// What each address of the tests' upstream says.
fn says(target: &str) -> Vec<Step> {
    let one = |bytes: Vec<u8>| vec![Step::Send(bytes)];
    match target {
        "/letter" => one(ok("application/pdf", pdf(3, LETTER))),
        "/heavy" => one(ok("application/pdf", [pdf(3, LETTER), vec![b' '; 70_000]].concat())),
        "/held" | "/held/other" => {
            let number = if target == "/held" { LETTER[1] } else { "NHS number: 401 023 2137" };
            let letter = data_encoding::BASE64.encode(&pdf(2, &[LETTER[0], number, LETTER[2]]));
            let parts = [
                format!("<iframe src=\"data:application/pdf;base64,{letter}#page=2\"></iframe>"),
                format!(
                    "<object type=application/pdf data='data:application/pdf;name=a.pdf;base64,{letter}'><a href=/x>Save</a></object>"
                ),
                format!(
                    "<embed src=data:application/pdf;base64,{}>",
                    data_encoding::BASE64.encode(&pdf(1, &["Ward 3"]))
                ),
                "<iframe src=\"data:application/pdf,%25PDF-1.4\"></iframe>".to_owned(),
            ];
            one(ok(
                "text/html; charset=utf-8",
                format!("<!doctype html><title>t</title><h1>Letters</h1>{}", parts.concat()).into_bytes(),
            ))
        }
        "/photo/taken" => one(ok("image/jpeg", taken())),
        "/photo/broken" => one(ok("image/png", PNG)),
        "/photo/other" => one(ok("image/avif", b"\0\0\0\x1cftypavif")),
        _ => one(response("404 Not Found", &[("content-type", "text/plain")], "none")),
    }
}

async fn front(more: &str, hooks: Hooks) -> (Upstream, Front) {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let more = format!("{}{more}", Setup::default().more);
    let front = Front::hooked(&upstream.url(), Setup { more, ..Setup::default() }, hooks).await;
    (upstream, front)
}

/// A program that stands in for the one that draws, and does what a hostile document might make of it.
fn instead(folder: &tempfile::TempDir, script: &str) -> Hooks {
    let file = folder.path().join("drawer");
    std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    Hooks { drawer: Some(file), ..Hooks::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_shown_page_by_page_to_a_browser_and_to_nobody_else() {
    let (_upstream, front) = front("", crate::support::drawn()).await;
    let shown = front.client().browser().get("/letter").await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    assert_eq!(shown.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(shown.text().matches("url(data:image/png;base64,").count(), 3);
    assert!(!shown.text().contains("%PDF") && !shown.text().contains("valve"));
    no_canary(&shown.raw);
    let script = front.client().with("sec-fetch-dest", "empty").with("sec-fetch-mode", "cors").get("/letter").await;
    assert_eq!((script.status, script.code().as_str()), (502, "withheld-type"));
    no_canary(&script.raw);
    front.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bound_of_a_document_holds() {
    for (more, code) in
        [("[bounds]\ndocument_pages = 2\n", "document-too-large"), ("[bounds]\ndocument = 65536\n", "too-large")]
    {
        let (_upstream, front) = self::front(more, crate::support::drawn()).await;
        let reply = front.client().browser().get("/heavy").await;
        assert_eq!(reply.status, 502, "{more}: {}", reply.text());
        let plain = front.rows(2).await;
        assert!(
            plain.iter().any(|row| [&row.code, &row.withheld].into_iter().flatten().any(|why| why == code)),
            "{more}: {plain:?}"
        );
        no_canary(&reply.raw);
        front.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_hangs_ends_lies_or_floods_shows_nothing_and_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    for (script, says) in [
        ("exec sleep 60", "drawing it takes too long"),
        ("exit 1", "drawing it failed"),
        ("printf 'nonsense that is no frame'; exec sleep 60", "it is larger than is shown here"),
        ("printf '\\0\\0\\0\\4{}{}'; exec sleep 60", "drawing it failed"),
        ("exec cat /dev/zero", "drawing it failed"),
        ("printf '\\377\\377\\377\\377'; exec sleep 60", "it is larger than is shown here"),
    ] {
        // The last value of the table of timeouts, which is the only one.
        let (_upstream, front) = self::front("document = 2\n", instead(&folder, script)).await;
        for path in ["/letter", "/photo/taken"] {
            let begun = Instant::now();
            let reply = front
                .client()
                .browser()
                .with("sec-fetch-dest", if path == "/letter" { "document" } else { "image" })
                .get(path)
                .await;
            assert!(begun.elapsed() < Duration::from_secs(8), "{script}: {:?}", begun.elapsed());
            assert!(reply.status >= 500, "{script}: {}", reply.status);
            if path == "/letter" {
                assert!(reply.text().contains(says), "{script}: {}", reply.text());
            }
            no_canary(&reply.raw);
        }
        front.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_documents_than_allowed_are_drawn_at_a_time() {
    for most in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("begun");
        let hooks = instead(&folder, &format!("echo one >> {}; exec sleep 60", log.display()));
        let (_upstream, front) = front(&format!("document = 2\n[bounds]\ndocuments = {most}\n"), hooks).await;
        let ask = || async { front.client().browser().get("/letter").await };
        let begun = async {
            tokio::time::sleep(Duration::from_millis(1200)).await;
            std::fs::read_to_string(&log).unwrap().lines().count()
        };
        let (one, other, third, begun) = tokio::join!(ask(), ask(), ask(), begun);
        assert_eq!(begun, most);
        for reply in [one, other, third] {
            assert!(reply.status >= 500, "{}", reply.status);
        }
        front.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_picture_is_drawn_anew_without_what_the_camera_wrote() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().get("/photo/taken").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), Some("image/jpeg"));
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|w| w == what);
    assert!(has(&taken(), b"Kwabena"));
    for gone in [&b"Kwabena"[..], b"943 476", b"Exif"] {
        assert!(!has(&reply.body, gone), "{}", String::from_utf8_lossy(gone));
    }
    let drawn = image::load_from_memory(&reply.body).unwrap().into_luma8();
    assert_eq!(drawn.dimensions(), (480, 640), "upright");
    let (light, dark) =
        (drawn.pixels().filter(|p| p.0[0] > 160).count(), drawn.pixels().filter(|p| p.0[0] < 100).count());
    assert!(light > 1000 && dark > 1000, "the mark: {light} light, {dark} dark");
    // Looked at by itself, it stands in a page of ours, with the guard.
    let page = front.client().browser().get("/photo/taken").await;
    assert!(page.text().contains("fanlight-mark") && page.text().contains("<img"), "{}", page.text());
    for refused in ["/photo/broken", "/photo/other"] {
        let reply = front.client().get(refused).await;
        assert!(reply.status >= 400, "{refused}: {}", reply.status);
        no_canary(&reply.raw);
    }
    front.stop().await;
}

/// The addresses of documents that a page held.
fn held(page: &str) -> Vec<String> {
    let parts = page.split("/.fanlight/enclosed/").skip(1);
    let name = |part: &str| part.chars().take_while(char::is_ascii_lowercase).collect::<String>();
    let names = parts.map(name).filter(|name| name.len() == 32);
    names.map(|name| format!("/.fanlight/enclosed/{name}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_the_page_holds_is_taken_out_of_it_and_shown_to_whom_the_page_was_sent() {
    let grants =
        ["sam@centre.example", "lee@centre.example"].map(|who| crate::support::grant(who, "2099-01-01T00:00:00Z"));
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front = Front::with(&upstream.url(), Setup { grants: grants.concat(), ..Setup::default() }).await;
    let page = front.client().browser().get("/held").await;
    assert_eq!(page.status, 200, "{}", page.text());
    // Behind the guard, which is long.
    let text = page.text().split_once("<title>").expect("a page").1.to_owned();
    assert!(!text.contains("JVBER") && !text.contains("%25PDF") && text.contains("<h1>Letters</h1>"), "{text}");
    assert!(!text.contains("<object") && !text.contains("<embed") && !text.contains("Save"), "each is a frame: {text}");
    let addresses = held(&text);
    assert_eq!(addresses.len(), 3, "{text}");
    assert_eq!(addresses[0], addresses[1], "the same document");
    for (address, pages) in [(&addresses[0], 2), (&addresses[2], 1)] {
        let shown = front.client().browser().get(address).await;
        assert_eq!(shown.status, 200, "{}", shown.text());
        assert_eq!(shown.text().matches("data:image/png;base64,").count(), pages);
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert!(shown.text().contains("data-left="), "with the guard and the mark");
        no_canary(&shown.body);
        // No script gets it, as it gets no other document.
        let fetched = front.client().browser().with("sec-fetch-dest", "empty").with("sec-fetch-mode", "cors");
        assert_eq!(fetched.get(address).await.status, 502);
        // Nor does whoever else asks.
        let other = front.client().browser().with("x-forwarded-user", "lee@centre.example").get(address).await;
        assert_eq!(other.status, 404, "{}", other.text());
        assert!(other.text().contains("Open the page that holds it again"), "{}", other.text());
        let nobody = front.client().browser().without("x-forwarded-user").get(address).await;
        assert_eq!(nobody.status, 401);
        let head = front.client().browser().send("HEAD", address, b"").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(front.client().send("POST", address, b"").await.status, 404);
    }
    assert_eq!(front.client().browser().get("/.fanlight/enclosed/nothing").await.status, 404);
    assert_eq!(upstream.seen().len(), 1, "the system behind is asked for the page alone");
    // The page, and each view of a document: opened and closed; the refusals.
    let rows = front.rows(10).await;
    let opened = rows.iter().filter(|row| row.act == fanlight::audit::Act::Open).count();
    assert_eq!(opened, 5, "{rows:?}");
    front.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_pages_hold_have_so_much_room_and_no_more() {
    let (_upstream, front) = front("[bounds]\nenclosed = 5000\n", crate::support::drawn()).await;
    let page = front.client().browser().get("/held").await;
    let text = page.text().split_once("<title>").expect("a page").1.to_owned();
    let addresses = held(&text);
    assert!(!text.contains("JVBER"), "what there is no room for is gone: {text}");
    assert_eq!(page.status, 200);
    // A quarter of the room is some kilobyte: the letter of two pages, which stands there twice, and not the one of one page with it.
    assert_eq!((addresses.len(), text.matches("data:,").count()), (2, 2), "{text}");
    for address in &addresses {
        assert_eq!(front.client().browser().get(address).await.status, 200);
    }
    front.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_a_page_held_shows_no_number_and_goes_with_the_rules_and_the_grant() {
    let (_upstream, front) = front("", crate::support::drawn()).await;
    let client = front.client().browser();
    // The same letter with another number is the same picture, unless the minute on the mark has changed in between.
    let mut same = false;
    for _ in 0..3 {
        let mut drawn = Vec::new();
        for page in ["/held", "/held/other"] {
            let address = held(&client.get(page).await.text())[0].clone();
            let text = client.get(&address).await.text();
            let picture =
                text.split("base64,").nth(1).expect("a picture").split(')').next().unwrap_or_default().to_owned();
            assert!(picture.len() > 5000, "{}", picture.len());
            drawn.push((address, picture));
        }
        assert_ne!(drawn[0].0, drawn[1].0, "they are two documents");
        same |= drawn[0].1 == drawn[1].1;
    }
    assert!(same, "what differs is not seen");
    let address = held(&client.get("/held").await.text())[0].clone();
    assert_eq!(client.get(&address).await.status, 200);
    let own = front.folder.path().join("own/own.toml");
    let refuses = "[[route]]\nid = \"no-letters\"\npath = \"/held\"\ntreatment = \"refuse\"\nhit = \"/held\"\nmiss = \"/other\"\n";
    let rules = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, format!("{rules}\n{refuses}")).unwrap();
    let house = front.house.clone();
    tokio::task::spawn_blocking(move || house.reload())
        .await
        .unwrap()
        .unwrap_or_else(|all| panic!("{}", all.iter().map(fanlight::rules::Diagnostic::render).collect::<String>()));
    assert_eq!(client.get("/held").await.status, 403);
    assert_eq!(client.get(&address).await.status, 404, "nor is what came in it");
    front.stop().await;
}
