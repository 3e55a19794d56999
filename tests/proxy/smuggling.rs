//! What clients send to make two servers read one connection differently, over raw sockets: refused, or made plain before the
//! system behind sees it. The cases are data, each with its source: `smuggling/http1.toml`, `smuggling/http2.toml`.

use std::path::Path;
use std::time::Duration;

use crate::support::upstream::ok;
use crate::support::{Front, Upstream};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HOSTED: &str = "Host: royal-free.localhost:8080\r\nX-Forwarded-User: sam@centre.example\r\nConnection: close\r\n";
/// A connection on which nothing comes for so long has said all.
const SILENCE: Duration = Duration::from_millis(400);

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    #[serde(default)]
    send: String,
    #[serde(default)]
    fields: Vec<(String, String)>,
    #[serde(default)]
    data: String,
    arrives: Arrives,
    body: Option<String>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(untagged)]
enum Arrives {
    Times(usize),
    Any(Any),
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum Any {
    #[serde(rename = "any")]
    Any,
}

fn cases(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smuggling").join(file);
    let cases: Cases = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.case.iter().all(|c| !c.source.is_empty()), "every case says where it is told of");
    cases.case
}

/// Sends, reads until the end or a silence.
async fn exchange(front: &Front, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(front.address).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut all = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    // The first answer may take what a request may take to arrive; what follows, follows at once.
    let mut wait = Duration::from_secs(4);
    while let Ok(Ok(n)) = tokio::time::timeout(wait, stream.read(&mut chunk)).await {
        if n == 0 {
            break;
        }
        all.extend_from_slice(&chunk[..n]);
        wait = SILENCE;
    }
    all
}

/// Fails where something arrived that should not have, or otherwise than it should.
fn judge(case: &Case, upstream: &Upstream, answer: &[u8]) -> Result<(), String> {
    let all = upstream.seen();
    if let Some(seen) = all.iter().find(|s| s.target.contains("smuggled")) {
        return Err(format!("{}: smuggled: {} {}", case.name, seen.method, seen.target));
    }
    let mine: Vec<_> = all.iter().filter(|s| s.target.split(['/', '?']).any(|p| p == case.name)).collect();
    let fits = match case.arrives {
        Arrives::Times(times) => mine.len() == times,
        Arrives::Any(_) => mine.len() < 2,
    };
    let head = String::from_utf8_lossy(answer).chars().take(120).collect::<String>();
    if !fits {
        return Err(format!("{}: {} arrived; answered {head:?}", case.name, mine.len()));
    }
    for seen in mine {
        let text = seen.text();
        if case.body.as_ref().is_some_and(|body| *body != text) {
            return Err(format!("{}: body {text:?}", case.name));
        }
        if let Some(name) = case.without.iter().find(|name| seen.header(name).is_some()) {
            return Err(format!("{}: {name} arrived", case.name));
        }
        let hosts = seen.headers.iter().filter(|(n, _)| n == "host").count();
        let forwarded = seen.header("x-forwarded-host") == Some("royal-free.localhost:8080");
        if hosts != 1 || !forwarded || seen.headers.iter().any(|(_, v)| v.contains("evil")) {
            return Err(format!("{}: {:?}", case.name, seen.headers));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_is_read_in_one_way_or_not_at_all() {
    let upstream = Upstream::says(ok("text/plain", "fine")).await;
    let front = Front::of(&upstream).await;
    let cases = cases("http1.toml");
    assert!(cases.len() >= 60);
    let sent = cases.iter().map(|case| {
        let text = case.send.replace("{H}", HOSTED).replace("{n}", &case.name);
        let after = text.split_once("\r\n\r\n").map_or(0, |(_, rest)| rest.len());
        let text = text.replace("{L}", &after.to_string());
        let front = &front;
        async move { exchange(front, text.as_bytes()).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let wrong: Vec<String> =
        cases.iter().zip(&answers).filter_map(|(case, answer)| judge(case, &upstream, answer).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// A frame.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut out = vec![length[1], length[2], length[3], kind, flags];
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
    out
}

/// Header fields as literals that nobody checks (RFC 7541, 6.2.2), without Huffman coding.
fn block(fields: &[(String, String)], name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let string = |text: &str, out: &mut Vec<u8>| {
        let length = text.len();
        if length < 127 {
            out.push(u8::try_from(length).unwrap());
        } else {
            out.push(127);
            let mut rest = length - 127;
            while rest > 127 {
                out.push(u8::try_from(rest % 128 + 128).unwrap());
                rest /= 128;
            }
            out.push(u8::try_from(rest).unwrap());
        }
        out.extend_from_slice(text.as_bytes());
    };
    for (field, value) in fields {
        out.push(0);
        string(field, &mut out);
        string(&value.replace("{n}", name), &mut out);
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_read_in_one_way_or_not_at_all() {
    const HEADERS: u8 = 1;
    const END_STREAM: u8 = 1;
    const END_HEADERS: u8 = 4;
    let upstream = Upstream::says(ok("text/plain", "fine")).await;
    let front = Front::of(&upstream).await;
    let cases = cases("http2.toml");
    let sent = cases.iter().map(|case| {
        let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        bytes.extend(frame(4, 0, 0, &[]));
        let ends = if case.data.is_empty() { END_STREAM } else { 0 };
        bytes.extend(frame(HEADERS, END_HEADERS | ends, 1, &block(&case.fields, &case.name)));
        if !case.data.is_empty() {
            bytes.extend(frame(0, END_STREAM, 1, case.data.as_bytes()));
        }
        let front = &front;
        async move { exchange(front, &bytes).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let wrong: Vec<String> =
        cases.iter().zip(&answers).filter_map(|(case, answer)| judge(case, &upstream, answer).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    // What is plain was answered.
    let plain = cases.iter().zip(&answers).find(|(case, _)| case.name == "plain").unwrap().1;
    assert!(plain.windows(4).any(|w| w == b"fine"), "{plain:?}");
    let cookies = upstream.seen().iter().find(|s| s.target.ends_with("cookies-in-crumbs")).unwrap().clone();
    assert_eq!(cookies.header("cookie"), Some("a=1; b=2"), "{:?}", cookies.headers);
}
