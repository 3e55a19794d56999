//! The screen-only profile stands on every response of every kind, whoever made it.

use std::time::Duration;

use crate::support::client::parse;
use crate::support::upstream::{chunk, chunked, ok, page, response};
use crate::support::{Front, Reply, Setup, Step, Upstream, no_canary};
use fanlight::audit::Act;
use fanlight::policy::screen::OWN_POLICY;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789 not really";

/// What each address of the tests' upstream says.
fn says(target: &str) -> Vec<Step> {
    let one = |bytes: Vec<u8>| vec![Step::Send(bytes)];
    let cached = ("cache-control", "public, max-age=86400");
    let html = ("content-type", "text/html; charset=utf-8");
    match target.split('?').next().unwrap_or_default() {
        "/json" => one(ok("application/json", "{\"a\":1}")),
        "/css" | "/pic/css" => {
            one(response("200 OK", &[("content-type", "text/css"), cached, ("etag", "\"1\"")], "a{}"))
        }
        "/js" => one(response("200 OK", &[("content-type", "text/javascript"), cached], "1")),
        "/svg" => one(ok("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>valve</text></svg>")),
        "/xhtml" => {
            one(ok("application/xhtml+xml", "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body>valve</body></html>"))
        }
        "/xml" => one(ok("application/xml", "<a>valve</a>")),
        "/pic/png" => one(ok("image/png", PNG)),
        "/moved" => one(response("302 Found", &[("location", "/json"), cached], "")),
        "/kept" => one(response("304 Not Modified", &[cached], "")),
        "/none" => one(response("204 No Content", &[cached], "")),
        "/missing" => one(response("404 Not Found", &[html, cached], "<p>no valve</p>")),
        "/broken" => one(response("500 Internal Server Error", &[html, cached], "<p>no valve</p>")),
        "/early" => {
            let mut early = b"HTTP/1.1 103 Early Hints\r\nlink: </css>; rel=preload\r\n\r\n".to_vec();
            early.extend(ok("text/html", page()));
            one(early)
        }
        "/attached" => {
            one(response("200 OK", &[html, ("content-disposition", "attachment; filename=a.html")], "<p>x</p>"))
        }
        "/unknown" => one(ok("application/x-of-its-own", "x")),
        "/wrong" => one(b"nonsense\r\n\r\n".to_vec()),
        "/slow" => vec![Step::Wait(Duration::from_secs(3)), Step::Close],
        "/long" => {
            let mut all = chunked("text/html");
            for _ in 0..40 {
                all.extend(chunk(format!("<p>{}</p>", "valve ".repeat(5000))));
            }
            all.extend(chunk(""));
            one(all)
        }
        "/events" => {
            let mut all = chunked("text/event-stream");
            all.extend(chunk("data: valve\n\n"));
            all.extend(chunk(""));
            one(all)
        }
        _ => one(ok("text/html; charset=utf-8", page())),
    }
}

/// Every header of the profile; those of an application's response, or of one of our own.
fn screened(what: &str, reply: &Reply) {
    let is = |name: &str, value: &str| {
        assert_eq!(reply.all(name), [value], "{what}: {name}, {} {:?}", reply.status, reply.headers);
    };
    is("cache-control", "no-store");
    is("x-content-type-options", "nosniff");
    is("referrer-policy", "same-origin");
    is("x-frame-options", "SAMEORIGIN");
    is("cross-origin-resource-policy", "same-origin");
    is("x-robots-tag", "noindex, noarchive");
    let permissions = reply.header("permissions-policy").unwrap_or_default();
    for word in ["clipboard-read=()", "clipboard-write=()", "display-capture=()", "camera=()", "web-share=()"] {
        assert!(permissions.contains(word), "{what}: {permissions}");
    }
    for gone in [
        "etag",
        "last-modified",
        "expires",
        "age",
        "content-disposition",
        "service-worker-allowed",
        "cross-origin-opener-policy",
    ] {
        assert!(reply.header(gone).is_none(), "{what}: {gone}");
    }
    let policies = reply.all("content-security-policy");
    let strict = |p: &&str| *p == OWN_POLICY || p.contains("default-src 'none'");
    assert!(policies.iter().any(strict), "{what}: {policies:?}");
    assert!(policies.iter().all(|p| !p.contains("allow-downloads") && !p.contains("allow-popups-to-escape")), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_response_of_every_kind_carries_the_profile() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front = Front::of(&upstream).await;
    let script = || front.client().with("sec-fetch-dest", "empty").with("sec-fetch-mode", "cors");
    // What the upstream answers, to a browser that opens it and to a script.
    for (target, status) in [
        ("/", 200),
        ("/c/42", 200),
        ("/json", 200),
        ("/css", 200),
        ("/js", 200),
        ("/svg", 200),
        ("/xhtml", 200),
        ("/xml", 200),
        ("/pic/png", 200),
        ("/pic/css", 200),
        ("/moved", 302),
        ("/none", 204),
        ("/missing", 404),
        ("/broken", 500),
        ("/early", 200),
        ("/long", 200),
        ("/events", 200),
    ] {
        for (who, client) in [("a browser", front.client().browser()), ("a script", script())] {
            for method in ["GET", "HEAD"] {
                let reply = client.send(method, target, b"").await;
                // A HEAD of a picture in a page of ours and the like may be refused, and then that carries it.
                assert_eq!(reply.status, status, "{method} {target} by {who}: {}", reply.text());
                screened(&format!("{method} {target} by {who}"), &reply);
                no_canary(&reply.raw);
            }
        }
    }
    // What is refused, before and behind the upstream.
    for (method, target, status) in [
        ("GET", "/kept", 502),
        ("GET", "/attached", 403),
        ("GET", "/unknown", 502),
        ("GET", "/wrong", 502),
        ("GET", "/slow", 504),
        ("GET", "/export.csv?format=csv", 403),
        ("DELETE", "/c/42", 405),
        ("POST", "/nowhere", 405),
        ("OPTIONS", "/c/42", 200),
        ("GET", "/.fanlight/health", 200),
        ("GET", "/.fanlight/ended", 200),
        ("GET", "/.fanlight/nothing", 404),
        ("GET", "/%zz", 400),
    ] {
        for (who, client) in [("a browser", front.client().browser()), ("a script", script())] {
            let reply = client.send(method, target, b"").await;
            screened(&format!("{method} {target} by {who}"), &reply);
            assert_eq!(reply.status >= 400, status >= 400, "{method} {target}: {} {}", reply.status, reply.text());
        }
    }
    for (what, client) in [
        ("nobody", front.client().browser().without("x-forwarded-user")),
        ("somebody without a grant", front.client().browser().with("x-forwarded-user", "lee@centre.example")),
        ("another host", front.client().browser().with("host", "other.localhost")),
        ("a download", front.client().with("sec-fetch-mode", "navigate").with("sec-fetch-dest", "empty")),
        ("a service worker", front.client().with("service-worker", "script")),
    ] {
        let reply = client.get("/c/42").await;
        assert!(reply.status >= 400, "{what}: {}", reply.status);
        screened(what, &reply);
    }
    // A socket that the upstream does not open.
    let socket = front
        .client()
        .with("connection", "upgrade")
        .with("upgrade", "websocket")
        .with("sec-websocket-version", "13")
        .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .with("origin", "http://royal-free.localhost:8080");
    screened("a socket", &socket.get("/c/42").await);
    // One that cannot be read in one way only.
    let raw = front.client().raw(b"GET / HTTP/1.1\r\nhost: royal-free.localhost:8080\r\ncontent-length: 1\r\ncontent-length: 2\r\nconnection: close\r\n\r\n").await;
    if !raw.is_empty() {
        let reply = parse(&raw, false);
        assert_eq!(reply.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_every_kind_carry_the_guard_and_fragments_do_not() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front = Front::of(&upstream).await;
    for (target, kind, root) in [
        ("/", "text/html; charset=utf-8", "<!doctype html>"),
        ("/svg", "image/svg+xml; charset=utf-8", "<svg xmlns=\"http://www.w3.org/2000/svg\">"),
        ("/xhtml", "application/xhtml+xml; charset=utf-8", "<html xmlns=\"http://www.w3.org/1999/xhtml\">"),
    ] {
        let guarded = format!("{root}<meta name=\"fanlight-mark\"");
        let shown = front.client().browser().get(target).await;
        assert_eq!(shown.header("content-type"), Some(kind));
        assert!(shown.text().starts_with(&guarded), "{target}: {}", shown.text());
        let framed = front.client().browser().with("sec-fetch-dest", "iframe").get(target).await;
        assert!(framed.text().starts_with(&guarded), "{target}: {}", framed.text());
        let ahead = front.client().with("sec-purpose", "prefetch").get(target).await;
        assert!(ahead.text().starts_with(&guarded), "{target}: what is fetched ahead may be shown");
        let part = front.client().with("sec-fetch-dest", "empty").with("sec-fetch-mode", "cors").get(target).await;
        assert!(!part.text().contains("fanlight-mark"), "{target}: {}", part.text());
    }
    // A picture is shown by a page of ours; in a page it is what it is.
    let shown = front.client().browser().get("/pic/png").await;
    assert_eq!(shown.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(shown.text().contains("fanlight-mark") && shown.text().contains("<img"), "{}", shown.text());
    let part = front.client().with("sec-fetch-dest", "image").get("/pic/png").await;
    assert_eq!(part.body, PNG);
    // A transformation would make another page of it.
    let transformed = Upstream::says(ok(
        "image/svg+xml",
        "<?xml-stylesheet type=\"text/xsl\" href=\"/x\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    ))
    .await;
    let front = Front::of(&transformed).await;
    let reply = front.client().browser().get("/svg").await;
    assert!(reply.status >= 400, "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_is_for_pages_in_a_window_of_their_own_and_counts_nothing() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front =
        Front::with(&upstream.url(), Setup { upstream_more: "modals = \"shell\"".into(), ..Setup::default() }).await;
    let shell = front.client().browser().get("/c/42").await;
    assert_eq!(shell.status, 200);
    assert!(shell.text().contains("__fanlightShell") && shell.text().contains("<iframe"), "{}", shell.text());
    assert!(!shell.text().contains("Creatinine"), "nothing of the page");
    assert!(upstream.seen().is_empty(), "nobody was asked");
    let policy = shell.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("allow-modals") && !policy.contains("allow-downloads") && policy.contains("default-src 'none'")
    );
    let page = front.client().browser().with("sec-fetch-dest", "iframe").get("/c/42").await;
    assert!(page.text().contains("Creatinine"));
    assert!(page.all("content-security-policy").contains(&OWN_POLICY), "the page may not ask by itself");
    let rows = front.rows(3).await;
    assert_eq!(rows.iter().filter(|r| r.act == Act::Open).count(), 1, "{rows:?}");
    let named: Vec<_> = rows.iter().filter(|r| r.act != Act::Close && !r.records.is_empty()).collect();
    assert_eq!(named.len(), 1, "the record counts once: {rows:?}");
    assert_eq!((named[0].act, rows[0].code.as_deref()), (Act::Open, Some("shell")));
    // Browsers that do not say what they ask for, forms and refusals get no shell.
    let plain = front.client().with("accept", "text/html").get("/c/42").await;
    assert!(plain.text().contains("Creatinine"));
    let nobody = front.client().browser().without("x-forwarded-user").get("/c/42").await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_word_there_is_no_shell() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front =
        Front::with(&upstream.url(), Setup { upstream_more: "modals = \"block\"".into(), ..Setup::default() }).await;
    let page = front.client().browser().get("/c/42").await;
    assert!(page.text().contains("Creatinine") && !page.text().contains("__fanlightShell\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_grant_is_over_the_browser_is_cleared_and_shown_why() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let standing = Front::of(&upstream).await;
    let page = standing.client().browser().get("/c/42").await;
    assert!(page.text().contains(" data-left=\""), "an open page knows how long: {}", page.text());
    assert!(page.header("clear-site-data").is_none(), "a view that goes on keeps what it needs");
    let over = crate::support::grant("sam@centre.example", "2020-01-01T00:00:00Z");
    let front = Front::with(&upstream.url(), Setup { grants: over, ..Setup::default() }).await;
    let reply = front.client().browser().get("/c/42").await;
    assert_eq!(reply.status, 403);
    assert_eq!(reply.header("clear-site-data"), Some("\"cache\", \"cookies\", \"storage\""));
    assert!(reply.text().contains("Your grant ended at 2020-01-01"), "{}", reply.text());
    screened("the end", &reply);
    assert_eq!(upstream.seen().len(), 1, "nobody was asked again");
    let other = front.client().browser().with("x-forwarded-user", "lee@centre.example").get("/c/42").await;
    assert!(other.header("clear-site-data").is_none(), "who had no view has nothing to clear");
}

#[tokio::test(flavor = "multi_thread")]
async fn controls_that_a_script_drew_are_looked_at_by_the_same_rules() {
    let upstream = Upstream::start(|seen| says(&seen.target)).await;
    let front = Front::of(&upstream).await;
    let ask = |body: String| {
        let client = front.client().with("content-type", "text/plain");
        async move { client.send("POST", "/.fanlight/controls", body.as_bytes()).await }
    };
    let question = |at: &str, controls: &[&str]| format!("{at}\u{1}{}", controls.join("\u{1}"));
    let drawn = [
        "<button type=\"button\"><span>Export to CSV</span></button>",
        "<button>Next</button>",
        "<a href=\"/x\" title=\"Print\"><i class=\"icon\"></i></a>",
        "<a href=\"/wards\">Wards</a>",
        "<div role=\"menuitem\">Download</div>",
        // Each of a group is asked about by itself.
        "<div class=\"btn btn-group\"><button>Save</button><button>Print</button></div>",
        // What sorts a table by it.
        "<th><a href=\"#\">Email</a></th>",
        "<a href=\"#\">Email</a>",
        "<button id=\"p\" class=\"btn\">Print</button>",
        "<input type=\"button\" value=\"Print\">",
        "<li class=\"item\"><a>Print</a></li>",
        "<img alt=\"ward\">",
        "plain",
        "<a href=\"/lists/today.csv\">Today</a>",
        "<div onclick=\"window.print()\" class=\"btn-box\"><b>Ward 3</b></div>",
    ];
    let expected = "{\"out\":[0,2,4,7,8,9,10],\"off\":[13],\"bare\":[[14,\"onclick\"]]}";
    // Also where a page must hold more than a control does.
    for at in ["/list", "/c/1", "not a path", "/%zz"] {
        let reply = ask(question(at, &drawn)).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, expected), "{at}");
    }
    let reply = ask(question("/list", &drawn)).await;
    screened("/.fanlight/controls", &reply);
    assert!(upstream.seen().is_empty(), "nobody was asked");
    // One that cannot be looked at does not stop the others.
    let long = format!("<a>{}</a>", "x".repeat(17_000));
    let reply = ask(question("/", &[&long, "<button>Export</button>", ""])).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "{\"out\":[1],\"off\":[],\"bare\":[]}"));
    assert_eq!(ask(question("/", &["<a>x</a>"; 65])).await.status, 400);
    assert_eq!(ask("x".repeat(600 * 1024)).await.status, 413);
    let client = front.client().with("content-type", "text/plain");
    assert_eq!(client.send("POST", "/.fanlight/controls", b"/\x01\xff\xfe").await.status, 400);
    // Many at once are answered one behind the other, nobody is sent away.
    let many = question("/", &["<button class=\"btn\"><span>Ward</span></button>"; 64]);
    let all = (0..16).map(|_| {
        let (client, many) = (front.client().with("content-type", "text/plain"), many.clone());
        tokio::spawn(async move { client.send("POST", "/.fanlight/controls", many.as_bytes()).await.status })
    });
    for one in all.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), 200);
    }
    let nobody = front.client().without("x-forwarded-user").send("POST", "/.fanlight/controls", b"{}").await;
    assert_eq!(nobody.status, 401);
    assert_eq!(front.client().get("/.fanlight/controls").await.status, 404);
    front.stop().await;
}
