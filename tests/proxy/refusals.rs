//! Every way of being refused: a page for a browser, a problem for a script, a row in the trail, nothing upstream.

use crate::support::upstream::{ok, page, response};
use crate::support::{Client, Front, Reply, Setup, Step, Upstream, grant, no_canary};

/// Refused before the upstream was asked, and said so in the trail.
async fn refused(front: &Front, upstream: &Upstream, reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{}", reply.text());
    no_canary(&reply.raw);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(upstream.seen().is_empty(), "upstream was asked");
    let row = front.last_row().await;
    assert_eq!(row.act.as_str(), "refusal");
    assert_eq!(row.code.as_deref(), Some(code));
    let reference = row.request.unwrap();
    assert!(reply.text().contains(&reference), "the page names the request as the trail does");
}

async fn one(
    setup: Setup,
    client: impl Fn(Client) -> Client,
    method: &str,
    target: &str,
    status: u16,
    code: &str,
) -> Reply {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::with(&upstream.url(), setup).await;
    let page = client(front.client()).browser().send(method, target, b"").await;
    refused(&front, &upstream, &page, status, code).await;
    assert!(page.header("content-type").is_some_and(|t| t.starts_with("text/html")));
    let problem = client(front.client()).send(method, target, b"").await;
    assert_eq!(problem.header("content-type"), Some("application/problem+json"));
    assert_eq!((problem.status, problem.code().as_str()), (status, code));
    problem
}

fn usual(client: Client) -> Client {
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_host_learns_nothing() {
    let reply = one(Setup::default(), |c| c.with("host", "other.localhost"), "GET", "/", 421, "unknown-host").await;
    assert!(!reply.text().contains("royal"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_and_anybody_else_are_refused() {
    one(Setup::default(), |c| c.without("x-forwarded-user"), "GET", "/", 401, "identity-missing").await;
    one(Setup::default(), |c| c.with("x-forwarded-user", "eve@centre.example"), "GET", "/", 403, "no-grant").await;
    one(Setup::default(), |c| c.with("x-forwarded-user", "sam, eve"), "GET", "/", 400, "identity-ambiguous").await;
    let expired = Setup { grants: grant("sam@centre.example", "2020-01-01T00:00:00Z"), ..Setup::default() };
    one(expired, usual, "GET", "/", 403, "grant-expired").await;
    let elsewhere = Setup { networks: "\"192.0.2.0/24\"".into(), ..Setup::default() };
    one(elsewhere, usual, "GET", "/", 403, "unknown-network").await;
    one(Setup::default(), |c| c.with("x-forwarded-groups", "auditor"), "GET", "/", 403, "no-role").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_is_all_that_is_allowed_without_a_route() {
    let reply = one(Setup::default(), usual, "DELETE", "/c/1", 405, "read-only").await;
    assert_eq!(reply.header("allow"), Some("GET, HEAD"));
    let reply = one(Setup::default(), usual, "PATCH", "/notes/1", 405, "read-only").await;
    assert_eq!(reply.header("allow"), Some("GET, HEAD, POST, PUT"));
    one(Setup::default(), usual, "GET", "/notes/1?_method=DELETE", 405, "read-only").await;
    one(Setup::default(), usual, "POST", "/notes/1?x-http-method-override=PURGE", 405, "read-only").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_prints_and_downloads_are_refused_however_they_are_spelt() {
    for (target, code) in [
        ("/patients/export", "export"),
        ("/patients//EXPORT/", "export"),
        ("/patients/export;v=1", "export"),
        ("/patients/%65xport", "export"),
        ("/patients?format=csv", "export"),
        ("/chart/1?print=1", "print"),
        ("/letters/7.docx", "download"),
    ] {
        one(Setup::default(), usual, "GET", target, 403, code).await;
    }
    one(Setup::default(), |c| c.with("service-worker", "script"), "GET", "/sw.js", 403, "service-worker").await;
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    let download = front.client().with("sec-fetch-mode", "navigate").with("sec-fetch-dest", "empty").get("/c/1").await;
    refused(&front, &upstream, &download, 403, "download-request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_contradict_themselves_are_refused() {
    for target in ["/a/../b", "/a/%2e%2e/b", "/a%00b", "/a%5c..%5cb", "/%ff"] {
        one(Setup::default(), usual, "GET", target, 400, "bad-request").await;
    }
    let long = format!("/{}", "a".repeat(9000));
    one(Setup::default(), usual, "GET", &long, 414, "url-too-long").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_megabyte_of_header_gets_an_answer() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().with("x-big", &"a".repeat(1 << 20)).get("/c/1").await;
    refused(&front, &upstream, &reply, 431, "head-too-large").await;
    // Larger than hyper reads: its own bare 431, and the house goes on.
    let reply = front.client().with("x-big", &"a".repeat(4 << 20)).get("/c/1").await;
    assert!(matches!(reply.status, 431 | 0), "{}", reply.status);
    assert_eq!(front.client().get("/c/1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_their_bounds() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    let form = front.client().with("content-type", "application/x-www-form-urlencoded");
    let reply = form.send("POST", "/notes/1", &vec![b'a'; (1 << 20) + 1]).await;
    refused(&front, &upstream, &reply, 413, "body-too-large").await;
    // One that never comes whole.
    let mut request = form.request("POST", "/notes/1", b"");
    let text = String::from_utf8(request.clone()).unwrap().replace("content-length: 0", "content-length: 100");
    request = text.into_bytes();
    let raw = form.raw(&[request, b"half".to_vec()].concat()).await;
    let reply = crate::support::client::parse(&raw, false);
    refused(&front, &upstream, &reply, 408, "body-slow").await;
    let reply = form.clone().with("content-encoding", "gzip").send("POST", "/notes/1", b"x").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "bad-request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_eleventh_of_a_burst_of_ten_is_refused() {
    let upstream = Upstream::says(ok("text/html", "<p>chart</p>")).await;
    let limits = "{ record_views_per_minute = 10, distinct_records_per_hour = 100, distinct_records_per_day = 200 }";
    let front = Front::with(&upstream.url(), Setup { limits: limits.into(), ..Setup::default() }).await;
    for n in 0..10 {
        assert_eq!(front.client().get(&format!("/c/{n}")).await.status, 200, "{n}");
    }
    let over = front.client().browser().get("/c/10").await;
    assert_eq!((over.status, over.code().as_str()), (429, "over-record-views"));
    assert!(over.header("retry-after").is_some_and(|s| s.parse::<u64>().is_ok_and(|n| (1..=60).contains(&n))));
    assert!(
        over.header("ratelimit").is_some_and(|l| l.contains("\"record_views_per_minute\";r=0")),
        "{:?}",
        over.headers
    );
    assert_eq!(upstream.seen().len(), 10);
    let row = front.last_row().await;
    assert_eq!((row.act.as_str(), row.decision.as_deref()), ("refusal", Some("limited")));
    // Pages that show no record go on.
    assert_eq!(front.client().get("/help").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_counts_as_many_as_it_shows_and_is_withheld_when_they_do_not_fit() {
    // Valid NHS numbers, made by their check digit.
    let numbers: Vec<String> = (0..60)
        .map(|n| 400_000_000 + n * 7919)
        .filter_map(|n| {
            let digits = format!("{n}");
            let sum: u32 = digits.bytes().zip((2..=10).rev()).map(|(d, w)| u32::from(d - b'0') * w).sum();
            match 11 - sum % 11 {
                11 => Some(format!("{digits}0")),
                10 => None,
                check => Some(format!("{digits}{check}")),
            }
        })
        .collect();
    let rows: String = numbers.iter().take(12).map(|n| format!("<tr><td>{n}</td></tr>")).collect();
    let list = format!("<table><tr><th>NHS number</th></tr>{rows}</table>");
    let sent = list.clone();
    let upstream = Upstream::start(move |_| vec![Step::Send(ok("text/html", &sent))]).await;
    let limits = "{ record_views_per_minute = 20, distinct_records_per_hour = 100, distinct_records_per_day = 200 }";
    let front = Front::with(&upstream.url(), Setup { limits: limits.into(), ..Setup::default() }).await;
    let first = front.client().get("/ward").await;
    assert_eq!(first.status, 200);
    assert!(!numbers.iter().any(|n| first.text().contains(n.as_str())));
    assert_eq!(front.last_row().await.records.len(), 12);
    let second = front.client().get("/ward").await;
    assert_eq!((second.status, second.code().as_str()), (429, "over-record-views"), "{}", second.text());
    assert!(!numbers.iter().any(|n| second.text().contains(n.as_str())));
    let row = front.rows(4).await.pop().unwrap();
    assert_eq!((row.act.as_str(), row.status), ("close", Some(429)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attachment_is_a_download() {
    let answer = response(
        "200 OK",
        &[("content-type", "text/html"), ("content-disposition", "attachment; filename=\"Quillfeather.html\"")],
        page(),
    );
    let upstream = Upstream::says(answer).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().browser().get("/d/1").await;
    assert_eq!((reply.status, reply.code().as_str()), (403, "attachment"));
    no_canary(&reply.raw);
    let rows = front.rows(2).await;
    assert_eq!((rows[1].act.as_str(), rows[1].code.as_deref()), ("close", Some("attachment")));
}

/// The upstream's answer to a person, and to a script that asks for the same.
async fn asked_for(content_type: &str, body: &str, path: &str) -> (Reply, Reply) {
    let upstream = Upstream::says(ok(content_type, body)).await;
    let front = Front::of(&upstream).await;
    let shown = front.client().browser().get(path).await;
    let script = front.client().with("sec-fetch-mode", "cors").with("sec-fetch-dest", "empty").get(path).await;
    let rows = front.rows(4).await;
    if shown.status != 200 {
        assert_eq!((rows[1].act.as_str(), rows[1].withheld.as_deref()), ("close", Some("export")));
    }
    (shown, script)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_that_is_shown_as_a_page_is_withheld() {
    let list = "Surname,Forename,Ward,Bed\nQuillfeather,Xyzia,7W,4\nSmith,Ann,8E,12\n";
    let tabs = list.replace(',', "\t");
    let sheet = format!(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>{}</td></tr></table></body></html>",
        "Quillfeather"
    );
    let cards = "BEGIN:VCARD\nFN:Xyzia Quillfeather\nEND:VCARD\n";
    let messages = "MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.4\rPID|1||1^^^X||Quillfeather^Xyzia\r".repeat(2);
    for (content_type, body) in [
        ("text/html", list),
        ("text/html; charset=utf-8", tabs.as_str()),
        ("text/plain", list),
        ("text/plain; charset=utf-8", tabs.as_str()),
        ("text/html", sheet.as_str()),
        ("text/html", cards),
        ("text/plain", cards),
        ("text/plain", messages.as_str()),
        ("text/html", "<pre>Surname,Forename,Ward\nQuillfeather,Xyzia,7\nSmith,Ann,8\n</pre>"),
    ] {
        let (shown, _) = asked_for(content_type, body, "/d/1").await;
        assert_eq!((shown.status, shown.code().as_str()), (403, "withheld-export"), "{content_type} {body}");
        assert!(shown.header("content-type").is_some_and(|t| t.starts_with("text/html")));
        no_canary(&shown.raw);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_logs_and_letters_are_no_exports() {
    let table = "<!doctype html><table><tr><th>Ward</th><th>Bed</th><th>Diet</th></tr><tr><td>7W</td><td>4</td><td>soft</td></tr></table>";
    let log =
        "2026-01-01 10:00:00,123 INFO [main] started, listening, ready\n2026-01-01 10:00:01,456 WARN [main] slow\n";
    let results = "Sodium\t139\tmmol/L\nPotassium\t4.1\tmmol/L\nUrea\t5.2\tmmol/L\n";
    for (content_type, body) in
        [("text/html", table), ("text/plain", log), ("text/plain", results), ("text/html", "<p>OK</p>")]
    {
        let (shown, script) = asked_for(content_type, body, "/d/1").await;
        assert_eq!((shown.status, script.status), (200, 200), "{content_type} {body}: {}", shown.text());
    }
    // What a script asks for is not shown, and cannot be saved from here; and a route may know better.
    let list = "Analyser,Run,Rack\nA1,10:00,7\nA2,10:05,8\n";
    let (shown, script) = asked_for("text/plain", list, "/d/1").await;
    assert_eq!((shown.status, script.status), (403, 200));
    let (shown, _) = asked_for("text/plain", list, "/analyser/today").await;
    assert_eq!(shown.status, 200, "{}", shown.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_refused_whatever_asks_for_it() {
    // By address, parameter and form field, as a page, a frame, a picture, a script's request and a download.
    let ways = [
        ("navigate", "document"),
        ("navigate", "iframe"),
        ("no-cors", "image"),
        ("cors", "empty"),
        ("no-cors", "script"),
    ];
    for (mode, dest) in ways {
        for (method, target, body, code) in [
            ("GET", "/patients/export", "", "export"),
            ("GET", "/patients?format=csv", "", "export"),
            ("POST", "/patients", "export=1&ward=3", "export"),
            ("POST", "/patients", "format=xlsx", "export"),
            ("POST", "/list", "form_csvexport=true", "export"),
            ("POST", "/chart/1", "btnPrint=Print", "print"),
            ("GET", "/chart/1/print", "", "print"),
            ("GET", "/files/download/7", "", "download"),
        ] {
            let upstream = Upstream::says(ok("text/html", page())).await;
            let front = Front::of(&upstream).await;
            let client = front.client().with("sec-fetch-mode", mode).with("sec-fetch-dest", dest);
            let client = client.with("content-type", "application/x-www-form-urlencoded");
            let reply = client.send(method, target, body.as_bytes()).await;
            refused(&front, &upstream, &reply, 403, code).await;
        }
    }
    // And when nothing in the request tells, by what comes back, on a route that is allowed.
    for answer in [
        response("200 OK", &[("content-type", "text/html"), ("content-disposition", "attachment")], page()),
        response(
            "200 OK",
            &[("content-type", "text/html"), ("content-disposition", "ATTACHMENT; filename=a.html")],
            page(),
        ),
        response("200 OK", &[("content-type", "text/html"), ("content-disposition", "filename=a.html")], page()),
        ok("application/octet-stream", page()),
        ok("application/vnd.ms-excel", page()),
        ok("application/force-download", page()),
        ok("application/x-msdownload", page()),
    ] {
        let upstream = Upstream::says(answer).await;
        let front = Front::of(&upstream).await;
        for client in [front.client().browser(), front.client()] {
            let reply = client.get("/c/1").await;
            assert!(matches!(reply.code().as_str(), "attachment" | "withheld-type"), "{}", reply.text());
            no_canary(&reply.raw);
        }
    }
}
