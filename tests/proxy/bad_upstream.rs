//! An upstream that is down, slow, lies or breaks off: a clear answer, an entry that is closed, no leak, no crash.

use std::io::Write;
use std::time::Duration;

use crate::support::upstream::{chunk, chunked, ok, page, response};
use crate::support::{Front, Reply, Setup, Step, Upstream, no_canary};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

/// A look-ahead of 64 KiB, so that bodies need not be large to be streamed.
fn small_window() -> Setup {
    let usual = Setup::default();
    Setup { more: format!("{}[bounds]\nlook_ahead = 65536\n", usual.more), ..usual }
}

/// The reply to one request of an upstream that performs `steps`; the entry must be closed with `status`.
async fn after(steps: Vec<Step>) -> (Reply, Front, Upstream) {
    let upstream = Upstream::start(move |_| steps.clone()).await;
    let front = Front::with(&upstream.url(), small_window()).await;
    let reply = front.client().browser().get("/c/1").await;
    no_canary(&reply.raw);
    (reply, front, upstream)
}

async fn withheld(answer: Vec<u8>, code: &str) {
    let (reply, front, _upstream) = after(vec![Step::Send(answer), Step::Close]).await;
    assert_eq!((reply.status, reply.code().as_str()), (502, code));
    assert!(reply.complete);
    let rows = front.rows(2).await;
    assert_eq!((rows[1].act.as_str(), rows[1].status), ("close", Some(502)));
    assert!(rows[1].withheld.is_some() || rows[1].upstream.is_some() || rows[1].code.is_some(), "{:?}", rows[1]);
    assert!(reply.text().contains(rows[1].request.as_deref().unwrap()));
    // The house goes on.
    assert_eq!(front.client().get("/.fanlight/health").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there() {
    let upstream = Upstream::says("").await;
    let url = upstream.url();
    drop(upstream);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let front = Front::with(&url, Setup::default()).await;
    let reply = front.client().get("/c/1").await;
    assert_eq!((reply.status, reply.code().as_str()), (502, "upstream-unreachable"));
    let rows = front.rows(2).await;
    assert_eq!(rows[1].upstream.as_deref(), Some("unreachable"));
}

/// Answers each connection by `answer`, with its number and that of the request on it; nothing closes the connection.
async fn by_connection(
    listener: tokio::net::TcpListener,
    answer: impl Fn(usize, usize) -> Vec<u8> + Send + Sync + Clone + 'static,
) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for connection in 0.. {
        let (mut stream, _) = listener.accept().await.unwrap();
        let answer = answer.clone();
        tokio::spawn(async move {
            let mut held = vec![0; 64 * 1024];
            for request in 0.. {
                if stream.read(&mut held).await.unwrap_or(0) == 0 {
                    return;
                }
                let bytes = answer(connection, request);
                if bytes.is_empty() || stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_is_down_is_left_alone_and_found_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let more = "[bounds]\nupstream_failures = 2\n[timeouts]\nfirst_byte = 1\nupstream_pause = 1\n".to_owned();
    let front = Front::with(&format!("http://{address}"), Setup { more, ..Setup::default() }).await;
    let ask = async || {
        let reply = front.client().get("/c/1").await;
        (reply.status, reply.code())
    };
    let health = async || front.client().get("/.fanlight/health").await.text();
    assert!(health().await.contains("pass"));
    assert_eq!(ask().await, (502, "upstream-unreachable".into()));
    assert_eq!(ask().await, (502, "upstream-unreachable".into()));
    assert_eq!(ask().await, (502, "upstream-resting".into()));
    assert!(health().await.contains("warn"));
    assert_eq!(front.rows(6).await.last().unwrap().upstream.as_deref(), Some("unreachable"));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    tokio::spawn(by_connection(listener, |_, _| ok("text/html", "<p>up</p>")));
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(ask().await.0, 200);
    assert!(health().await.contains("pass"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_asked_again_on_a_fresh_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let notes = seen.clone();
    tokio::spawn(by_connection(listener, move |connection, request| {
        notes.lock().unwrap().push((connection, request));
        // The second request on a connection is never answered: it is closed, as one that was kept for too long.
        if request == 0 { ok("text/html", format!("<p>connection {connection}</p>")) } else { Vec::new() }
    }));
    let front = Front::with(&url, Setup::default()).await;
    assert!(front.client().get("/c/1").await.text().contains("connection 0"));
    let second = front.client().get("/c/1").await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert!(second.text().contains("connection 1"));
    assert_eq!(*seen.lock().unwrap(), [(0, 0), (0, 1), (1, 0)]);
    // A save may have been done: nobody does it twice.
    let saved = front.client().with("content-type", "text/plain").send("POST", "/notes/1", b"x").await;
    assert_eq!((saved.status, saved.code().as_str()), (502, "upstream-cut-short"));
    assert_eq!(seen.lock().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_in_time() {
    let (reply, front, upstream) = after(vec![Step::Watch]).await;
    assert_eq!((reply.status, reply.code().as_str()), (504, "upstream-slow"));
    assert_eq!(front.rows(2).await[1].upstream.as_deref(), Some("timed-out"));
    // It was let go of.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(upstream.dropped(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops() {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5000\r\n\r\n{}", page());
    let (reply, front, _u) = after(vec![Step::Send(head.into_bytes()), Step::Watch]).await;
    assert_eq!((reply.status, reply.code().as_str()), (504, "upstream-stalled"));
    assert_eq!(front.rows(2).await[1].upstream.as_deref(), Some("timed-out"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_and_half_answers() {
    withheld(b"943 this is not HTTP\r\n\r\n485 777 3456".to_vec(), "upstream-nonsense").await;
    withheld(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec(), "upstream-cut-short").await;
    let cut = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5000\r\n\r\n{}", page());
    withheld(cut.into_bytes(), "upstream-cut-short").await;
    withheld([chunked("text/html"), chunk(page())].concat(), "upstream-cut-short").await;
    withheld([chunked("text/html"), chunk(page()), b"zz\r\nRF1234567".to_vec()].concat(), "upstream-cut-short").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn types_that_nobody_knows() {
    let pdf = "%PDF-1.4 485 777 3456";
    withheld(ok("application/pdf", pdf), "document-broken").await;
    withheld(ok("application/octet-stream", page()), "withheld-type").await;
    withheld(ok("multipart/alternative; boundary=x", page()), "withheld-type").await;
    withheld(ok("text/html, application/pdf", page()), "withheld-type").await;
    withheld(response("200 OK", &[], page()), "withheld-type").await;
    let two = response("200 OK", &[("content-type", "text/html"), ("content-type", "application/pdf")], page());
    withheld(two, "withheld-type").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codings_that_lie() {
    let of = |coding: &str, body: &[u8]| {
        response("200 OK", &[("content-type", "text/html"), ("content-encoding", coding)], body)
    };
    withheld(of("gzip", page().as_bytes()), "withheld-bad-coding").await;
    withheld(of("rot13", page().as_bytes()), "withheld-coding").await;
    let good = gzip(page().as_bytes());
    withheld(of("gzip", &good[..good.len() / 2]), "withheld-bad-coding").await;
    withheld(of("gzip", &[&good[..], b"485 777 3456"].concat()), "withheld-bad-coding").await;
    // Said to be plain, but compressed: neither well-formed text nor shown.
    let (reply, _front, _u) = after(vec![Step::Send(of("gzip", &good))]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains("Creatinine 88"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb() {
    let bomb = gzip(&vec![b'a'; 16 << 20]);
    let answer = response("200 OK", &[("content-type", "text/html"), ("content-encoding", "gzip")], bomb);
    let (reply, front, _u) = after(vec![Step::Send(answer)]).await;
    assert_eq!((reply.status, reply.code().as_str()), (502, "withheld-too-large"), "{}", reply.text().len());
    assert_eq!(front.rows(2).await[1].withheld.as_deref(), Some("too-large"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charset_that_lies() {
    withheld(ok("text/html; charset=klingon-8", page()), "withheld-charset").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_nested_elements() {
    let deep = format!("<!doctype html>{}485 777 3456", "<div>".repeat(100_000));
    let (reply, front, _u) = after(vec![Step::Send(ok("text/html", deep))]).await;
    // A refusal, or a stream that is cut: never whole.
    let cut = reply.status == 200 && !reply.complete;
    assert!(reply.status == 502 || cut, "{}", reply.status);
    let rows = front.rows(2).await;
    assert!(rows[1].withheld.is_some(), "{:?}", rows[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn statuses_that_make_no_sense() {
    for status in ["206 Partial Content", "304 Not Modified"] {
        let headers = [("content-type", "text/html"), ("content-range", "bytes 0-10/20")];
        withheld(
            response(status, &headers, if status.starts_with('3') { String::new() } else { page() }),
            "upstream-status",
        )
        .await;
    }
    let (reply, _front, _u) = after(vec![Step::Send(
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n".to_vec(),
    )])
    .await;
    assert_eq!(reply.status, 502);
    // A hint before the answer is not the answer.
    let early =
        [b"HTTP/1.1 103 Early Hints\r\nlink: </RF1234567.css>; rel=preload\r\n\r\n".to_vec(), ok("text/html", page())]
            .concat();
    let (reply, _front, _u) = after(vec![Step::Send(early)]).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn error_pages_are_masked_as_well() {
    for status in ["404 Not Found", "500 Internal Server Error"] {
        let (reply, _front, _u) =
            after(vec![Step::Send(response(status, &[("content-type", "text/html")], page()))]).await;
        assert_eq!(reply.status.to_string(), status[..3]);
        assert!(reply.text().contains("Creatinine"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_in_the_middle_resets_and_shows_nothing_more() {
    let filler = "<p>Creatinine 88 umol/L</p>".repeat(4_000);
    let long = filler.len();
    let steps = vec![
        Step::Send(chunked("text/html")),
        Step::Send(chunk(format!("<!doctype html>{filler}"))),
        Step::Send(chunk("<p>NHS number: 485 777 3456</p>")),
        Step::Close,
    ];
    let (reply, front, _u) = after(steps).await;
    // The reset may overtake what was about to leave; then nothing came at all.
    assert!(matches!(reply.status, 0 | 200), "it had begun, or nothing came: {}", reply.status);
    assert!(!reply.complete, "and must not look whole");
    assert!(reply.body.len() <= long + 20_000);
    let rows = front.rows(2).await;
    assert!(rows[1].cancelled);
    assert_eq!(rows[1].upstream.as_deref(), Some("broke-off"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_body_streams_whole() {
    let filler = "<p>Creatinine 88 umol/L</p>".repeat(6_000);
    let body =
        format!("<!doctype html><p>NHS number: 485 777 3456</p>{filler}<p>NHS number: 485 777 3456</p><p>end</p>");
    let (reply, front, _u) = after(vec![Step::Send(ok("text/html", body))]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.complete && reply.text().ends_with("<p>end</p>"));
    let rows = front.rows(2).await;
    assert_eq!((rows[1].status, rows[1].cancelled), (Some(200), false));
    assert_eq!(rows[1].bytes, Some(reply.body.len() as u64));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_who_goes_away_is_noted_and_the_upstream_let_go() {
    let filler = "<p>Creatinine 88 umol/L</p>".repeat(4_000);
    let upstream = Upstream::start(move |_| {
        let mut steps = vec![Step::Send(chunked("text/html"))];
        for _ in 0..200 {
            steps.push(Step::Send(chunk(&filler)));
        }
        steps
    })
    .await;
    let front = Front::with(&upstream.url(), small_window()).await;
    let client = front.client();
    let mut stream = client.connect().await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, &client.request("GET", "/c/1", b"")).await.unwrap();
    let mut some = vec![0; 100_000];
    tokio::io::AsyncReadExt::read(&mut stream, &mut some).await.unwrap();
    drop(stream);
    let rows = front.rows(2).await;
    assert!(rows[1].cancelled, "{:?}", rows[1]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(upstream.dropped(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_said_all_still_gets_its_answer() {
    let upstream =
        Upstream::start(|_| vec![Step::Wait(Duration::from_millis(200)), Step::Send(ok("text/html", page()))]).await;
    let front = Front::of(&upstream).await;
    let client = front.client();
    let mut stream = client.connect().await;
    tokio::io::AsyncWriteExt::write_all(&mut stream, &client.request("GET", "/c/1", b"")).await.unwrap();
    tokio::io::AsyncWriteExt::shutdown(&mut stream).await.unwrap();
    let raw = crate::support::client::read_all(&mut stream).await;
    assert_eq!(crate::support::client::parse(&raw, false).status, 200);
    no_canary(&raw);
}
