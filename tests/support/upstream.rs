//! An upstream that does exactly what a test says, well or badly: it reads a request and performs steps.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What the upstream does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Waits.
    Wait(Duration),
    /// Reads until the other end closes, and notes that it did.
    Watch,
    /// Closes; later steps do not happen.
    Close,
}

/// A running upstream.
pub struct Upstream {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    dropped: Arc<Mutex<usize>>,
    task: tokio::task::JoinHandle<()>,
}

impl Upstream {
    /// Answers each request with the steps that `answer` gives for it, then reads the next.
    pub async fn start(answer: impl Fn(&Seen) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let dropped = Arc::new(Mutex::new(0));
        let answer = Arc::new(answer);
        let (notes, drops) = (seen.clone(), dropped.clone());
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (answer, notes, drops) = (answer.clone(), notes.clone(), drops.clone());
                tokio::spawn(async move { converse(stream, &*answer, &notes, &drops).await });
            }
        });
        Self { address, seen, dropped, task }
    }

    /// Always the same answer.
    pub async fn says(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_| vec![Step::Send(bytes.clone())]).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What arrived.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How often the other end closed while it was watched.
    pub fn dropped(&self) -> usize {
        *self.dropped.lock().unwrap()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Seen) -> Vec<Step> + Send + Sync),
    notes: &Mutex<Vec<Seen>>,
    drops: &Mutex<usize>,
) {
    let mut held = Vec::new();
    while let Some(request) = read(&mut stream, &mut held).await {
        notes.lock().unwrap().push(request.clone());
        for step in answer(&request) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        *drops.lock().unwrap() += 1;
                        return;
                    }
                }
                Step::Wait(time) => tokio::time::sleep(time).await,
                Step::Watch => {
                    let mut one = [0; 64];
                    while matches!(stream.read(&mut one).await, Ok(n) if n > 0) {}
                    *drops.lock().unwrap() += 1;
                    return;
                }
                Step::Close => return,
            }
        }
    }
}

async fn read(stream: &mut TcpStream, held: &mut Vec<u8>) -> Option<Seen> {
    let end = loop {
        if let Some(at) = held.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        let mut chunk = [0; 8192];
        match stream.read(&mut chunk).await {
            Ok(n) if n > 0 => held.extend_from_slice(&chunk[..n]),
            _ => return None,
        }
    };
    let head = String::from_utf8_lossy(&held[..end]).into_owned();
    held.drain(..end);
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let mut seen = Seen { method: first.next()?.into(), target: first.next()?.into(), ..Seen::default() };
    for line in lines.filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once(':')?;
        seen.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length: usize = seen.header("content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
    while held.len() < length {
        let mut chunk = [0; 8192];
        match stream.read(&mut chunk).await {
            Ok(n) if n > 0 => held.extend_from_slice(&chunk[..n]),
            _ => return None,
        }
    }
    seen.body = held.drain(..length).collect();
    Some(seen)
}

/// A whole response.
pub fn response(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut out = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(body);
    out
}

/// 200 with a type.
pub fn ok(content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    response("200 OK", &[("content-type", content_type)], body)
}

/// The head of a chunked response.
pub fn chunked(content_type: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ntransfer-encoding: chunked\r\n\r\n").into_bytes()
}

/// One chunk; an empty one ends the body.
pub fn chunk(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// A page of a patient, with canaries in it.
pub fn page() -> String {
    "<!doctype html><html><head><title>Chart</title></head><body><h1>Patient</h1>\
     <p>NHS number: 485 777 3456</p><p>MRN: RF1234567</p><p>Dear Mrs Jane Quillfeather</p><p>Creatinine 88 umol/L</p>\
     </body></html>"
        .to_owned()
}
