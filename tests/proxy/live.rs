//! What stays open: events, WebSockets, and that they end with their grant; reloading; TLS.

use std::time::Duration;

use crate::support::upstream::{chunk, chunked, ok, page};
use crate::support::{Front, Setup, Step, Upstream, grant, no_canary, write_config};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_one_by_one_and_masked() {
    let event = |n: u32| chunk(format!("id: {n}\ndata: {{\"nhsNumber\":\"4857773456\",\"pulse\":{}}}\n\n", 60 + n));
    let upstream = Upstream::start(move |_| {
        vec![
            Step::Send(chunked("text/event-stream")),
            Step::Send(event(1)),
            Step::Wait(Duration::from_millis(1500)),
            Step::Send(event(2)),
            Step::Watch,
        ]
    })
    .await;
    let front = Front::of(&upstream).await;
    let client = front.client().with("accept", "text/event-stream").with("accept-encoding", "gzip");
    let mut stream = client.connect().await;
    stream.write_all(&client.request("GET", "/feed", b"")).await.unwrap();
    let mut all = Vec::new();
    let mut first_at = None;
    let began = std::time::Instant::now();
    while !String::from_utf8_lossy(&all).contains("\"pulse\":62") {
        let mut some = [0; 4096];
        let n = tokio::time::timeout(Duration::from_secs(8), stream.read(&mut some)).await.unwrap().unwrap();
        assert!(n > 0, "{}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&some[..n]);
        if first_at.is_none() && String::from_utf8_lossy(&all).contains("\"pulse\":61") {
            first_at = Some(began.elapsed());
        }
    }
    no_canary(&all);
    assert!(first_at.unwrap() < Duration::from_millis(1200), "the first did not wait for the second: {first_at:?}");
    drop(stream);
    // The upstream sends nothing more; its end is seen when the grant ends or the viewer's connection is found closed.
    front.house.grants_changed();
    assert!(front.rows(1).await[0].act.as_str() == "open");
}

/// An upstream that speaks WebSocket: each text message goes to `answer`, whose messages go back.
async fn sockets(
    answer: impl Fn(&str) -> Vec<Message> + Send + Sync + Clone + 'static,
) -> (String, std::net::SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let answer = answer.clone();
            tokio::spawn(async move {
                let Ok(mut socket) = tokio_tungstenite::accept_async(stream).await else { return };
                while let Some(Ok(message)) = socket.next().await {
                    if let Message::Text(text) = message {
                        for back in answer(&text) {
                            if socket.send(back).await.is_err() {
                                return;
                            }
                        }
                    }
                }
            });
        }
    });
    (format!("http://{address}"), address)
}

async fn connect(front: &Front, path: &str) -> WebSocketStream<TcpStream> {
    let stream = TcpStream::connect(front.address).await.unwrap();
    let mut request = format!("ws://royal-free.localhost:8080{path}").into_client_request().unwrap();
    request.headers_mut().insert("x-forwarded-user", "sam@centre.example".parse().unwrap());
    request.headers_mut().insert("sec-websocket-extensions", "permessage-deflate".parse().unwrap());
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Option<Message> {
    loop {
        match tokio::time::timeout(Duration::from_secs(8), socket.next()).await.expect("a message in time") {
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(message)) => return Some(message),
            Some(Err(_)) | None => return None,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_masked_outward_and_resolved_inward() {
    let (url, _) = sockets(|text| match text {
        "start" => vec![
            Message::text("{\"nhsNumber\":\"4857773456\",\"pulse\":61}"),
            Message::text("42[\"chart\",{\"nhsNumber\":\"4857773456\"}]"),
            Message::text("<p>NHS number: 485 777 3456</p>"),
            Message::text("Patient NHS number 485 777 3456 arrived"),
        ],
        // Says only whether the identifier came back.
        other => vec![Message::text(format!("resolved: {}", other == "{\"id\":\"4857773456\"}"))],
    })
    .await;
    let front = Front::with(&url, Setup::default()).await;
    let mut socket = connect(&front, "/live").await;
    socket.send(Message::text("start")).await.unwrap();
    let mut texts = Vec::new();
    for _ in 0..4 {
        let text = next(&mut socket).await.unwrap().into_text().unwrap().to_string();
        no_canary(text.as_bytes());
        texts.push(text);
    }
    assert!(texts[0].contains("\"pulse\":61"), "{texts:?}");
    assert!(texts[1].starts_with("42[\"chart\",{"), "{texts:?}");
    assert!(texts[3].ends_with("arrived"), "{texts:?}");
    let token = texts[0].split("\"nhsNumber\":\"").nth(1).and_then(|r| r.split('"').next()).unwrap().to_owned();
    socket.send(Message::text(format!("{{\"id\":\"{token}\"}}"))).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap().into_text().unwrap().as_str(), "resolved: true");
    socket.close(None).await.unwrap();
    while next(&mut socket).await.is_some() {}
    let rows = front.rows(2).await;
    assert_eq!((rows[1].act.as_str(), rows[1].status, rows[1].cancelled), ("close", Some(101), false));
    assert!(rows[1].masked.as_deref().is_some_and(|m| m.contains("nhs-number=")), "{:?}", rows[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn binary_messages_and_forged_tokens_close_the_socket() {
    let (url, _) = sockets(|_| {
        vec![
            Message::binary(b"{\"nhsNumber\":\"4857773456\",\"pulse\":61}".to_vec()),
            Message::binary(b"\0\x01 485 777 3456".to_vec()),
        ]
    })
    .await;
    let front = Front::with(&url, Setup::default()).await;
    let mut socket = connect(&front, "/live").await;
    socket.send(Message::text("x")).await.unwrap();
    // A document that was sent as bytes is masked as what it is.
    let Some(Message::Binary(text)) = next(&mut socket).await else { panic!("no message") };
    no_canary(&text);
    assert!(text.ends_with(b"\"pulse\":61}"));
    let Some(Message::Close(Some(frame))) = next(&mut socket).await else { panic!("no close") };
    assert_eq!(frame.code, CloseCode::Unsupported);
    // A slice of a stream may hold half a number, and a length may stand before one as a letter.
    for slice in [&b"NHS number 485 777"[..], b"j4857773456", b"{\"nhsNumber\":\"485777"] {
        let (url, _) = sockets(move |_| vec![Message::binary(slice.to_vec())]).await;
        let front = Front::with(&url, Setup::default()).await;
        let mut socket = connect(&front, "/live").await;
        socket.send(Message::text("x")).await.unwrap();
        let Some(Message::Close(Some(frame))) = next(&mut socket).await else { panic!("no close for {slice:?}") };
        assert_eq!(frame.code, CloseCode::Unsupported);
    }
    let rows = front.rows(2).await;
    assert_eq!(rows[1].withheld.as_deref(), Some("unknown-type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn binary_messages_pass_where_the_route_says_so() {
    let (url, _) =
        sockets(|_| vec![Message::binary(b"\0\xff\x01".to_vec()), Message::text("NHS number 485 777 3456")]).await;
    let front = Front::with(&url, Setup::default()).await;
    let mut socket = connect(&front, "/raw/live").await;
    socket.send(Message::binary(b"\xfe".to_vec())).await.unwrap();
    socket.send(Message::text("x")).await.unwrap();
    assert_eq!(next(&mut socket).await.unwrap(), Message::binary(b"\0\xff\x01".to_vec()));
    let text = next(&mut socket).await.unwrap().into_text().unwrap();
    no_canary(text.as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_holds_a_mask_does_not_arrive() {
    let came = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let (url, _) = {
        let came = came.clone();
        sockets(move |text| {
            came.lock().unwrap().push(text.to_owned());
            vec![Message::text("{\"ok\":true}")]
        })
        .await
    };
    let front = Front::with(&url, Setup::default()).await;
    for message in ["42[\"save\",{\"born\":\"\\u2022\\u2022/••/••••\"}]", "<p>••• ••• ••••</p>"]
    {
        let mut socket = connect(&front, "/live").await;
        socket.send(Message::text("{\"ward\":\"B2\"}")).await.unwrap();
        assert!(next(&mut socket).await.unwrap().is_text());
        socket.send(Message::text(message)).await.unwrap();
        let Some(Message::Close(Some(frame))) = next(&mut socket).await else { panic!("no close") };
        assert_eq!(frame.code, CloseCode::Policy);
    }
    assert_eq!(*came.lock().unwrap(), ["{\"ward\":\"B2\"}", "{\"ward\":\"B2\"}"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_holds_a_typed_identifier_does_not_arrive() {
    let (url, _) = sockets(|_| vec![Message::text("{\"ok\":true}")]).await;
    let front = Front::with(&url, Setup::default()).await;
    let mut socket = connect(&front, "/live").await;
    socket.send(Message::text("42[\"find\",{\"nhsNumber\":\"4857773456\"}]")).await.unwrap();
    let Some(Message::Close(Some(frame))) = next(&mut socket).await else { panic!("no close") };
    assert_eq!(frame.code, CloseCode::Policy);
    let rows = front.rows(2).await;
    assert_eq!(rows[1].code.as_deref(), Some("typed-identifier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_and_streams_end_with_their_grant() {
    let (url, _) = sockets(|_| vec![]).await;
    let front = Front::with(&url, Setup::default()).await;
    let mut socket = connect(&front, "/live").await;
    // The operator takes the grant out of the configuration.
    let setup = Setup { grants: grant("someone@else.example", "2099-01-01T00:00:00Z"), ..Setup::default() };
    write_config(front.folder.path(), &url, &setup);
    let house = front.house.clone();
    tokio::task::spawn_blocking(move || house.reload()).await.unwrap().unwrap();
    let Some(Message::Close(Some(frame))) = next(&mut socket).await else { panic!("no close") };
    assert_eq!(frame.code, CloseCode::Policy);
    assert_eq!(front.client().get("/c/1").await.code(), "no-grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_does_not_switch_answers_as_ever() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    let client = front
        .client()
        .with("connection", "upgrade")
        .with("upgrade", "websocket")
        .with("sec-websocket-version", "13")
        .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .with("sec-websocket-extensions", "permessage-deflate");
    let mut stream = client.connect().await;
    stream.write_all(&client.request("GET", "/live", b"")).await.unwrap();
    let mut some = vec![0; 65536];
    let n = stream.read(&mut some).await.unwrap();
    assert!(some.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&some[..n]));
    no_canary(&some[..n]);
    let seen = upstream.seen();
    assert_eq!(seen[0].header("upgrade"), Some("websocket"));
    assert!(seen[0].header("sec-websocket-extensions").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_is_all_or_nothing() {
    let upstream = Upstream::says(ok("text/html", "<p>Bleep: 1234</p><p>MRN: RF1234567</p>")).await;
    let front = Front::of(&upstream).await;
    let reload = || {
        let house = front.house.clone();
        async move { tokio::task::spawn_blocking(move || house.reload()).await.unwrap() }
    };
    let before = front.house.version();
    assert!(front.client().get("/x").await.text().contains("Bleep: 1234"));
    let rules = front.folder.path().join("own/own.toml");
    let good = std::fs::read_to_string(&rules).unwrap();
    std::fs::write(&rules, format!("{good}\n[[field]]\nid = \"bleep\"\nlabbel = \"Bleep\"\n")).unwrap();
    let errors = reload().await.unwrap_err();
    assert!(!errors.is_empty());
    assert_eq!(front.house.version(), before);
    assert!(front.client().get("/x").await.text().contains("Bleep: 1234"));
    let more =
        "[[field]]\nid = \"bleep\"\nlabel = \"Bleep\"\nkind = \"phone\"\nhit = \"Bleep: 1234\"\nmiss = \"Ward: B2\"\n";
    std::fs::write(&rules, format!("{good}\n{more}")).unwrap();
    let after = reload().await.unwrap();
    assert_ne!(after, before);
    let page = front.client().get("/x").await;
    assert!(!page.text().contains("1234"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_with_client_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["royal-free.localhost".into()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let upstream = Upstream::says(ok("text/html", page())).await;
    let proxy = format!(
        "tls = {{ certificate = \"{0}\", key = \"{1}\", client_ca = \"{0}\" }}",
        certificate.display(),
        key.display()
    );
    let front = Front::with(&upstream.url(), Setup { proxy, ..Setup::default() }).await;
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = |with_certificate: bool| {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let builder = rustls::ClientConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        if with_certificate {
            let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
            builder.with_client_auth_cert(vec![made.cert.der().clone()], key).unwrap()
        } else {
            builder.with_no_client_auth()
        }
    };
    let ask = async |with_certificate: bool| -> std::io::Result<Vec<u8>> {
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(client(with_certificate)));
        let stream = TcpStream::connect(front.address).await?;
        let name = rustls::pki_types::ServerName::try_from("royal-free.localhost").unwrap();
        let mut stream = connector.connect(name, stream).await?;
        stream.write_all(&front.client().request("GET", "/c/1", b"")).await?;
        let mut all = Vec::new();
        // A peer that closes without saying so still sent what it sent.
        let _ = stream.read_to_end(&mut all).await;
        Ok(all)
    };
    let reply = crate::support::client::parse(&ask(true).await.unwrap(), false);
    assert_eq!(reply.status, 200);
    no_canary(&reply.raw);
    let without = ask(false).await.unwrap_or_default();
    assert!(without.is_empty(), "without a certificate nobody is answered");
}
