//! A client that speaks HTTP/1.1 by hand, so that it sees every byte and can break every rule.

use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Makes requests as the engineer's gateway does.
#[derive(Clone)]
pub struct Client {
    to: SocketAddr,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Without chunking and coding.
    pub body: Vec<u8>,
    /// Every byte.
    pub raw: Vec<u8>,
    /// The body ended as HTTP says that it ends.
    pub complete: bool,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of a refusal, from its problem document or page.
    pub fn code(&self) -> String {
        let text = self.text();
        if let Some((_, rest)) = text.split_once("urn:fanlight:problem:") {
            return rest.split('"').next().unwrap_or_default().to_owned();
        }
        let line = text.split("class=\"code\">").nth(1).and_then(|r| r.split('<').next()).unwrap_or_default();
        line.split(" · ").nth(1).unwrap_or_default().to_owned()
    }
}

impl Client {
    pub fn new(to: SocketAddr) -> Self {
        let headers =
            [("host", "royal-free.localhost:8080"), ("x-forwarded-user", "sam@centre.example"), ("accept", "*/*")];
        Self { to, headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect() }
    }

    /// With a header set (replaced when it is there).
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// As a browser that opens a page.
    pub fn browser(self) -> Self {
        self.with("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .with("sec-fetch-mode", "navigate")
            .with("sec-fetch-dest", "document")
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }

    pub async fn get(&self, target: &str) -> Reply {
        self.send("GET", target, b"").await
    }

    pub async fn send(&self, method: &str, target: &str, body: &[u8]) -> Reply {
        let raw = self.raw(&self.request(method, target, body)).await;
        parse(&raw, method == "HEAD")
    }

    /// The bytes of a request; the connection is closed after it.
    pub fn request(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        let mut text = format!("{method} {target} HTTP/1.1\r\n");
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || !matches!(method, "GET" | "HEAD") {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        if !self.headers.iter().any(|(n, _)| n == "connection") {
            text.push_str("connection: close\r\n");
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// Sends these bytes and reads until the end, at most ten seconds.
    pub async fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        // A server that refuses early may close before all is written.
        let _ = stream.write_all(bytes).await;
        read_all(&mut stream).await
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.to).await.unwrap()
    }
}

/// Reads until the end or a reset, at most ten seconds.
pub async fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match tokio::time::timeout(Duration::from_secs(10), stream.read(&mut chunk)).await {
            Ok(Ok(n)) if n > 0 => all.extend_from_slice(&chunk[..n]),
            Ok(Ok(_) | Err(_)) => return all,
            Err(_) => panic!("nothing more came and the connection stayed open: {}", String::from_utf8_lossy(&all)),
        }
    }
}

/// A response from its bytes.
pub fn parse(raw: &[u8], head_only: bool) -> Reply {
    let Some(end) = raw.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Reply { status: 0, headers: vec![], body: vec![], raw: raw.to_vec(), complete: false };
    };
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap_or_default().split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let headers: Vec<(String, String)> =
        lines.filter_map(|l| l.split_once(':')).map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned())).collect();
    let of = |name: &str| headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let rest = &raw[end + 4..];
    let (mut body, complete) = if of("transfer-encoding").is_some_and(|t| t.contains("chunked")) {
        unchunk(rest)
    } else if let Some(length) = of("content-length").and_then(|l| l.parse::<usize>().ok()) {
        (rest.to_vec(), head_only || rest.len() == length)
    } else {
        (rest.to_vec(), true)
    };
    if of("content-encoding").as_deref() == Some("gzip") {
        let mut plain = Vec::new();
        let _ = flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain);
        body = plain;
    }
    Reply { status, headers, body, raw: raw.to_vec(), complete }
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = rest.windows(2).position(|w| w == b"\r\n") else { return (body, false) };
        let Ok(length) = usize::from_str_radix(String::from_utf8_lossy(&rest[..line]).trim(), 16) else {
            return (body, false);
        };
        rest = &rest[line + 2..];
        if length == 0 {
            return (body, true);
        }
        if rest.len() < length + 2 {
            body.extend_from_slice(&rest[..rest.len().min(length)]);
            return (body, false);
        }
        body.extend_from_slice(&rest[..length]);
        rest = &rest[length + 2..];
    }
}
