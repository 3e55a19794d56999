//! `fanlight demo` as a person runs it: what it says when it cannot start, what it serves, and that it ends cleanly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    reason = "a test may fail"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

fn fanlight(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanlight"));
    command.arg("demo").args(args).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    fanlight(args).output().unwrap()
}

#[test]
fn a_port_in_use_is_said_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (option, other) in [("--port", "--console-port"), ("--console-port", "--port")] {
        let output = run(&[option, &port, other, "0"]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{text}");
        let message = format!("port {port} is in use by another program; choose another with {option}");
        assert!(text.contains(&message), "{text}");
        assert!(!text.contains("panicked") && output.stdout.is_empty());
    }
}

#[test]
fn wrong_options_are_explained() {
    for args in [&["--prot", "9000"][..], &["--port", "many"], &["--port", "70000"], &["extra"]] {
        let output = run(args);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.starts_with("error:"), "{text}");
    }
    let output = run(&["--port", "9000", "--console-port", "9000"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("give each its own"));
}

struct Demo {
    child: Child,
    said: String,
}

impl Demo {
    fn start() -> Self {
        let mut child = fanlight(&["--port", "0", "--console-port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            if lines.read_line(&mut said).unwrap() == 0 {
                let mut why = String::new();
                child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                panic!("the demo ended: {said}{why}");
            }
        }
        Self { child, said }
    }

    fn after(&self, label: &str) -> String {
        let line =
            self.said.lines().find(|l| l.contains(label)).unwrap_or_else(|| panic!("no {label} in {}", self.said));
        line.split(label).nth(1).unwrap().trim().to_owned()
    }

    fn port(&self, label: &str) -> u16 {
        self.after(label).rsplit(':').next().unwrap().parse().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn get(port: u16, host: &str, path: &str, cookie: &str) -> String {
    let mut stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n{cookie}Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn it_serves_the_front_page_the_roles_the_trusts_and_the_console_and_ends_cleanly() {
    let mut demo = Demo::start();
    let (port, console) = (demo.port("Begin here"), demo.port("Console"));
    let folder = std::path::PathBuf::from(demo.after("Rules, trail"));
    assert!(folder.join("fanlight.toml").is_file());

    let front = get(port, "localhost", "/", "");
    assert!(front.starts_with("HTTP/1.1 200"), "{front}");
    for trust in ["barnet-and-chase-farm", "royal-free", "winchester-and-eastleigh"] {
        assert!(front.contains(&format!("http://{trust}.localhost:{port}/")), "{trust}");
    }
    assert_eq!(front.matches("<article").count(), 10);
    assert!(get(port, "localhost", "/nowhere", "").starts_with("HTTP/1.1 404"));
    assert!(get(port, "127.0.0.1", "/", "").contains(&format!("http://localhost:{port}")));

    let chosen = get(port, "royal-free.localhost", "/.fanlight/demo/role?as=engineer&next=%2Fpatients", "");
    assert!(chosen.starts_with("HTTP/1.1 303"), "{chosen}");
    assert!(chosen.contains("location: /patients") && chosen.contains("fanlight-demo-role=engineer"));
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let next: String = elsewhere.bytes().map(|b| format!("%{b:02X}")).collect();
        let answer = get(port, "royal-free.localhost", &format!("/.fanlight/demo/role?as=engineer&next={next}"), "");
        assert!(answer.contains("location: /\r\n"), "{elsewhere}: {answer}");
    }
    assert!(!get(port, "localhost", "/.fanlight/demo/role?as=root", "").to_lowercase().contains("set-cookie"));

    let compare = get(port, "royal-free.localhost", "/.fanlight/compare?path=/patients", "");
    assert!(compare.starts_with("HTTP/1.1 200"), "{compare}");
    assert!(compare.contains("http://hospital.royal-free.localhost:") && compare.contains("frame-src 'self'"));
    let escaped = get(port, "royal-free.localhost", "/.fanlight/compare?path=/%22%3E%3Cscript%3Ealert(1)", "");
    assert!(!escaped.contains("<script>alert"));

    let refused = get(port, "royal-free.localhost", "/patients", "fanlight-demo-role=engineer-without-grant");
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    let unknown = get(port, "royal-free.localhost", "/patients", "fanlight-demo-role=engineer-elsewhere");
    assert!(unknown.starts_with("HTTP/1.1 403"), "{unknown}");
    let login = get(port, "royal-free.localhost", "/login", "fanlight-demo-role=engineer");
    assert!(login.starts_with("HTTP/1.1 200"), "{login}");

    let desk = get(console, "localhost", "/rules", "fanlight-demo-role=rule-admin");
    assert!(desk.starts_with("HTTP/1.1 200") && desk.contains("rules/base"), "{desk}");
    let denied = get(console, "localhost", "/rules", "fanlight-demo-role=engineer");
    assert!(denied.starts_with("HTTP/1.1 403"), "{denied}");

    #[cfg(unix)]
    {
        let id = demo.child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -INT {id}")]).status().unwrap().success());
        let status = demo.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "Ctrl-C is a clean end");
        assert!(!folder.exists(), "the demo's folder is gone");
    }
}
