//! An upstream that calls itself by its own name: in pages, data, scripts, styles, events, headers, cookies and policies; and what
//! it is told in return.

use std::sync::{Arc, Mutex};

use crate::support::upstream::{ok, response};
use crate::support::{Front, Setup, Step, Upstream, no_canary};
use bytes::Bytes;
use fanlight::audit::Act;
use http_body_util::Full;

fn setup() -> Setup {
    Setup {
        upstream_more: "upstream_names = [\"pas.trust.example\", \"live.trust.example:8443\"]".into(),
        ..Setup::default()
    }
}

/// What stands at `{me}` is the upstream's own address.
async fn naming(content_type: &'static str, body: &'static str) -> (Front, Upstream) {
    let upstream = Upstream::start(move |seen| {
        let me = seen.header("host").unwrap_or_default();
        vec![Step::Send(ok(content_type, body.replace("{me}", me)))]
    })
    .await;
    (Front::with(&upstream.url(), setup()).await, upstream)
}

#[tokio::test(flavor = "multi_thread")]
async fn its_own_addresses_become_ours_in_every_format() {
    const OURS: &str = "royal-free.localhost:8080";
    for (content_type, body, expected) in [
        (
            "text/html",
            "<!doctype html><base href=\"http://{me}/\"><a href=\"https://pas.trust.example/c/1\" ping='//{me}/p'>x</a>\
             <img srcset=\"//pas.trust.example/a.png 1x, http://{me}/b.png 2x\"><button formaction=http://{me}/f>f</button>\
             <meta http-equiv=refresh content=\"5;url=http://{me}/n\"><script>var w=\"wss:\\/\\/live.trust.example:8443\\/l\";</script>\
             <a href=\"/go?next=http%3A%2F%2F{me}%2Fx\">go</a><div style=\"background:url(//{me}/i.png)\"></div>",
            &[
                "<base href=\"http://OURS/\">",
                "href=\"http://OURS/c/1\" ",
                "srcset=\"//OURS/a.png 1x, http://OURS/b.png 2x\"",
                "formaction=http://OURS/f",
                "5;url=http://OURS/n",
                "\"ws:\\/\\/OURS\\/l\"",
                "url(//OURS/i.png)",
            ][..],
        ),
        (
            "application/json",
            "{\"next\":\"http:\\/\\/{me}\\/api?page=2\",\"q\":\"https://cdn.example/x\"}",
            &["\"http:\\/\\/OURS\\/api?page=2\"", "https://cdn.example/x"],
        ),
        (
            "text/javascript",
            "const api = 'https://pas.trust.example/api', live = `wss://live.trust.example:8443/s`;",
            &["'http://OURS/api'", "`ws://OURS/s`"],
        ),
        (
            "text/css",
            "@import url(http://{me}/a.css); b{background:url('//pas.trust.example/b.png')}",
            &["url(http://OURS/a.css)", "url('//OURS/b.png')"],
        ),
        (
            "application/xml",
            "<feed xml:base=\"http://{me}/f\"><link href=\"https://pas.trust.example/1\"/></feed>",
            &["xml:base=\"http://OURS/f\"", "http://OURS/1"],
        ),
        ("text/event-stream", "data: {\"url\":\"http://{me}/c\"}\n\n", &["data: {\"url\":\"http://OURS/c\"}"]),
        (
            "text/plain",
            "see http://{me}/help or http://other.example/help",
            &["see http://OURS/help or http://other.example/help"],
        ),
    ] {
        let (front, _upstream) = naming(content_type, body).await;
        let reply = front.client().get("/x").await;
        assert_eq!(reply.status, 200, "{content_type}: {}", reply.text());
        let text = reply.text();
        for part in expected {
            assert!(text.contains(&part.replace("OURS", OURS)), "{content_type}: {part} in {text}");
        }
        assert!(!text.contains("127.0.0.1") && !text.contains("trust.example"), "{content_type}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_body_streams_with_its_addresses_changed() {
    let row = "<p>see <a href=\"https://pas.trust.example/ward/seven\">ward</a></p>\n";
    let body = format!("<!doctype html>{}", row.repeat(20_000));
    let upstream = Upstream::says(ok("text/html", body)).await;
    let front = Front::with(&upstream.url(), setup()).await;
    let text = front.client().get("/x").await.text();
    assert_eq!(text.matches("href=\"http://royal-free.localhost:8080/ward/seven\"").count(), 20_000);
    assert!(!text.contains("trust.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_cookies_and_policies_speak_of_us() {
    let upstream = Upstream::start(|seen| {
        let me = seen.header("host").unwrap_or_default();
        vec![Step::Send(response(
            "200 OK",
            &[
                ("content-type", "text/html"),
                ("content-location", &format!("http://{me}/page/1")),
                ("link", &format!("<http://{me}/list?page=2>; rel=\"next\", </x.css>; rel=preload")),
                ("refresh", "5; url=https://pas.trust.example/n"),
                ("hx-redirect", "https://pas.trust.example/login?next=https%3A%2F%2Fpas.trust.example%2F"),
                ("set-cookie", "__Host-sid=8F3A2B1C4D5E; Path=/; Secure; HttpOnly; SameSite=None; Priority=High"),
                ("set-cookie", "lang=en; Domain=trust.example; Path=/app; SameSite=Strict"),
                (
                    "content-security-policy",
                    &format!(
                        "default-src 'self'; connect-src {me} wss://live.trust.example:8443; img-src *.trust.example"
                    ),
                ),
            ],
            "<p>x</p>",
        ))]
    })
    .await;
    let front = Front::with(&upstream.url(), setup()).await;
    let reply = front.client().get("/x").await;
    assert_eq!(reply.header("content-location"), Some("/page/1"));
    assert_eq!(reply.header("link"), Some("</list?page=2>; rel=\"next\""));
    assert_eq!(reply.header("refresh"), Some("5; url=/n"));
    assert_eq!(reply.header("hx-redirect"), Some("/login?next=http%3A%2F%2Froyal-free.localhost%3A8080%2F"));
    let cookies = reply.all("set-cookie");
    assert_eq!(
        cookies[..2],
        ["fanlight-host-sid=8F3A2B1C4D5E; Path=/; HttpOnly; SameSite=Lax", "lang=en; Path=/app; SameSite=Strict"]
    );
    let csp = reply.all("content-security-policy")[0].to_owned();
    assert!(csp.contains("connect-src http://royal-free.localhost:8080 ws://royal-free.localhost:8080"), "{csp}");
    assert!(csp.contains("img-src *.trust.example http://royal-free.localhost:8080"), "{csp}");
    // The cookie goes back under its own name.
    front.client().with("cookie", "fanlight-host-sid=8F3A2B1C4D5E; lang=en").get("/x").await;
    assert_eq!(upstream.seen().last().unwrap().header("cookie"), Some("__Host-sid=8F3A2B1C4D5E; lang=en"));

    // Behind a gateway that the browser speaks https to.
    let reply = front.client().with("x-forwarded-proto", "https").get("/x").await;
    assert!(reply.all("set-cookie")[0].starts_with("__Host-sid=8F3A2B1C4D5E; Path=/; Secure; HttpOnly; SameSite=None"));
    let csp = reply.all("content-security-policy")[0].to_owned();
    assert!(csp.contains("connect-src https://royal-free.localhost:8080 wss://royal-free.localhost:8080"), "{csp}");
    assert_eq!(upstream.seen().last().unwrap().header("x-forwarded-proto"), Some("https"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_does_not_leave_by_its_slashes() {
    let upstream = Upstream::start(|seen| {
        let me = seen.header("host").unwrap_or_default();
        let to = match seen.target.as_str() {
            "/a" => format!("http://{me}//evil.example/x"),
            "/b" => "/\t/evil.example/x".to_owned(),
            "/c" => "/\\evil.example/x".to_owned(),
            _ => format!("http://{me}/\t\\evil.example/x"),
        };
        vec![Step::Send(response("302 Found", &[("location", &to)], ""))]
    })
    .await;
    let front = Front::with(&upstream.url(), setup()).await;
    for asked in ["/a", "/c", "/d"] {
        let reply = front.client().get(asked).await;
        assert_eq!(reply.header("location"), Some("/evil.example/x"), "{asked}");
    }
    // What the upstream itself says of another host stays what it says, without what browsers leave out.
    assert_eq!(front.client().get("/b").await.header("location"), Some("//evil.example/x"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_us_names_the_upstream_on_its_way_in() {
    let upstream = Upstream::says(ok("text/html", "<p>x</p>")).await;
    let front = Front::with(&upstream.url(), setup()).await;
    let me = upstream.url();
    let last = || upstream.seen().last().unwrap().clone();
    front
        .client()
        .with("origin", "http://royal-free.localhost:8080")
        .with("referer", "http://royal-free.localhost:8080/c/7?a=1")
        .with("destination", "http://royal-free.localhost:8080/c/8")
        .get("/go?next=http%3A%2F%2Froyal-free.localhost%3A8080%2Fx")
        .await;
    let seen = last();
    let escaped = me.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(seen.target, format!("/go?next={escaped}%2Fx"));
    assert_eq!(seen.header("origin"), Some(me.as_str()));
    assert_eq!(seen.header("referer"), Some(format!("{me}/c/7?a=1").as_str()));
    assert_eq!(seen.header("destination"), Some(format!("{me}/c/8").as_str()));
    for (content_type, body, expected) in [
        (
            "application/json",
            r#"{"next":"http:\/\/royal-free.localhost:8080\/x"}"#,
            format!(r#"{{"next":"{}\/x"}}"#, me.replace('/', r"\/")),
        ),
        (
            "application/x-www-form-urlencoded",
            "next=http%3a%2f%2froyal-free.localhost%3a8080%2fx",
            format!("next=http%3a%2f%2f{}%2fx", &escaped[13..]),
        ),
        ("text/plain", "go http://royal-free.localhost:8080/x", format!("go {me}/x")),
    ] {
        let reply = front.client().with("content-type", content_type).send("POST", "/notes/1", body.as_bytes()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(last().text().eq_ignore_ascii_case(&expected), "{content_type}: {} for {expected}", last().text());
    }
    let part = |url: &str, file: &str| {
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"next\"\r\n\r\n{url}\r\n--b\r\n\
             Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n{file}\r\n--b--\r\n"
        )
    };
    let ours = "http://royal-free.localhost:8080/x";
    let typed = front.client().with("content-type", "multipart/form-data; boundary=b");
    let reply = typed.send("POST", "/notes/1", part(ours, ours).as_bytes()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(last().text(), part(&format!("{me}/x"), ours), "a file stays as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_under_a_base_path_is_reached_with_it_and_without() {
    let upstream = Upstream::start(|seen| {
        let me = seen.header("host").unwrap_or_default();
        let answer = match seen.target.as_str() {
            "/app/old" => response("302 Found", &[("location", &format!("http://{me}/app/new?x=1"))], ""),
            _ => response(
                "200 OK",
                &[
                    ("content-type", "text/html"),
                    ("set-cookie", "sid=abc; Path=/app/"),
                    ("set-cookie", "p=1; HttpOnly; Path=/app/portal"),
                ],
                "<a href=/app/next>n</a>",
            ),
        };
        vec![Step::Send(answer)]
    })
    .await;
    let front = Front::with(&format!("{}/app", upstream.url()), setup()).await;
    let seen = || upstream.seen().last().unwrap().target.clone();
    for (asked, arrives) in
        [("/", "/app/"), ("/c/1", "/app/c/1"), ("/app/c/1", "/app/c/1"), ("/app", "/app/"), ("/apple", "/app/apple")]
    {
        front.client().get(asked).await;
        assert_eq!(seen(), arrives, "{asked}");
    }
    // The record of the route is the same either way.
    let rows = front.rows(10).await;
    let records: Vec<_> = rows
        .iter()
        .filter(|r| r.act == Act::Open && r.route.as_deref() == Some("own/chart"))
        .map(|r| r.records.clone())
        .collect();
    assert!(records.len() == 2 && records.windows(2).all(|w| w[0] == w[1]), "{records:?}");
    let reply = front.client().get("/old").await;
    assert_eq!(reply.header("location"), Some("/app/new?x=1"));
    let reply = front.client().get("/x").await;
    assert!(reply.all("set-cookie")[0].contains("; Path=/"), "{:?}", reply.headers);
    assert_eq!(reply.all("set-cookie")[1..3], ["p=1; Path=/app/portal; HttpOnly", "p=1; Path=/portal; HttpOnly"]);
    assert!(!reply.all("set-cookie")[0].contains("/app"));
}

/// An upstream by TLS that speaks HTTP/2 where it may, asks for a certificate, and says what it saw.
async fn secure_upstream(
    folder: &std::path::Path,
    alpn: &[&[u8]],
) -> (String, Arc<Mutex<Vec<String>>>, tokio::task::JoinHandle<()>) {
    let made = rcgen::generate_simple_self_signed(vec!["pas.trust.example".into()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let tls = fanlight::config::Tls {
        certificate: folder.join("cert.pem"),
        key: folder.join("key.pem"),
        client_ca: Some(folder.join("cert.pem")),
    };
    let mut server = (*fanlight::net::tls::server(&tls).unwrap()).clone();
    server.alpn_protocols = alpn.iter().map(|p| p.to_vec()).collect();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let handler = move |_peer, request: http::Request<hyper::body::Incoming>| {
        let host = request.uri().authority().map(ToString::to_string);
        let host = host.or_else(|| request.headers().get("host").map(|h| h.to_str().unwrap().to_owned()));
        notes.lock().unwrap().push(format!(
            "{:?} {} {}",
            request.version(),
            host.unwrap_or_default(),
            request.uri().path()
        ));
        async move {
            let body = Full::new(Bytes::from_static(
                b"<!doctype html><p>NHS number: 485 777 3456</p><p>Creatinine 88 umol/L</p>",
            ));
            http::Response::builder().header("content-type", "text/html").body(body).unwrap()
        }
    };
    let second = std::time::Duration::from_secs(5);
    let terms = fanlight::net::listener::Terms {
        connections: 10,
        head: 65536,
        head_read: second,
        handshake: second,
        write: second,
        grace: second,
    };
    let task = tokio::spawn(fanlight::net::listener::run(
        listener,
        Some(Arc::new(server)),
        terms,
        handler,
        std::future::pending(),
    ));
    (url, seen, task)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_by_tls_is_asked_by_the_newest_that_it_speaks() {
    let folder = tempfile::tempdir().unwrap();
    for (alpn, host, version) in [
        (&[b"h2".as_slice(), b"http/1.1"][..], "", "HTTP/2.0"),
        (&[b"http/1.1".as_slice()][..], "", "HTTP/1.1"),
        // Only HTTP/1.1 can ask for another host than it is connected to.
        (&[b"h2".as_slice(), b"http/1.1"][..], "upstream_host = \"pas.trust.example\"", "HTTP/1.1"),
    ] {
        let (url, seen, _task) = secure_upstream(folder.path(), alpn).await;
        let pem = |name: &str| folder.path().join(name).display().to_string();
        let upstream_more = format!(
            "upstream_ca = \"{0}\"\nupstream_certificate = \"{0}\"\nupstream_key = \"{1}\"\nupstream_server_name = \"pas.trust.example\"\n{host}",
            pem("cert.pem"),
            pem("key.pem")
        );
        let front = Front::with(&url, Setup { upstream_more, ..Setup::default() }).await;
        for path in ["/c/1", "/c/2"] {
            let reply = front.client().get(path).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            no_canary(&reply.raw);
            assert!(reply.text().contains("Creatinine 88 umol/L"));
        }
        let asked = if host.is_empty() {
            url.trim_start_matches("https://").to_owned()
        } else {
            "pas.trust.example".to_owned()
        };
        assert_eq!(*seen.lock().unwrap(), [format!("{version} {asked} /c/1"), format!("{version} {asked} /c/2")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_whose_certificate_is_another_names_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (url, seen, _task) = secure_upstream(folder.path(), &[b"h2"]).await;
    let pem = |name: &str| folder.path().join(name).display().to_string();
    let trusted = format!("upstream_ca = \"{}\"\n", pem("cert.pem"));
    let named = "upstream_server_name = \"pas.trust.example\"\n";
    let wrong = "upstream_server_name = \"other.example\"\n";
    let shown = format!("upstream_certificate = \"{}\"\nupstream_key = \"{}\"\n", pem("cert.pem"), pem("key.pem"));
    for upstream_more in [format!("{trusted}{shown}{wrong}"), format!("{trusted}{shown}"), format!("{trusted}{named}")]
    {
        let front = Front::with(&url, Setup { upstream_more, ..Setup::default() }).await;
        let reply = front.client().get("/c/1").await;
        assert!(matches!(reply.status, 502 | 503), "{}", reply.text());
    }
    assert!(seen.lock().unwrap().is_empty());
}
