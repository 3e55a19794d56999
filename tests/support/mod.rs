//! What tests of the running proxy share: an upstream that does whatever a test tells it, byte by byte; a house in front
//! of it from a small configuration; and a client that sees every byte.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    reason = "each test binary uses a part of it, and none is a library"
)]

pub mod client;
pub mod upstream;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fanlight::audit::Row;
use fanlight::proxy::hooks::Hooks;
use fanlight::proxy::{House, serve};
use tokio::sync::oneshot;

pub use client::{Client, Reply};
pub use upstream::{Seen, Step, Upstream};

/// Identifiers that upstreams of tests send. None of them may ever be received.
pub const CANARIES: &[&str] = &["485 777 3456", "4857773456", "RF1234567", "Quillfeather", "QUILLFEATHER"];

/// Rules of the tests' trust, beside the base pack.
const RULES: &str = r#"
record_kinds = ["nhs-number"]

[[field]]
id = "mrn"
label = "MRN"
kind = "hospital-number"
hit = "MRN: RF1234567"
miss = "Ward: Bay 2"

[[field]]
id = "header-patient"
header = "x-patient"
kind = "name"
hit = "x-patient: Jane Quillfeather"
miss = "x-ward: Bay 2"

[[detector]]
id = "number"
pattern = '\bRF[1-9][0-9]{6}\b'
kind = "hospital-number"
hit = "wristband RF1234567 checked"
miss = "wristband RF12345 checked"

[[route]]
id = "notes"
path = "/notes/**"
methods = ["POST", "PUT"]
treatment = "rewrite"
hit = "POST /notes/1 a=1"
miss = "GET /notes/1"

[[route]]
id = "registration"
path = "/register"
methods = ["POST"]
treatment = "rewrite"
inbound = "audit"
hit = "POST /register a=1"
miss = "GET /register"

[[route]]
id = "test-patients"
path = "/test-patients"
methods = ["POST"]
treatment = "rewrite"
inbound = "allow"
hit = "POST /test-patients a=1"
miss = "GET /test-patients"

[[route]]
id = "chart"
path = "/c/{id}"
treatment = "rewrite"
record = "path:id"
hit = "GET /c/1"
miss = "GET /d/1"

[[route]]
id = "analyser"
path = "/analyser/*"
treatment = "rewrite"
as_page = true
hit = "GET /analyser/today"
miss = "GET /c/1"

[[route]]
id = "raw"
path = "/raw/*"
treatment = "inert"
types = ["application/octet-stream"]
hit = "GET /raw/live"
miss = "GET /c/1"

[[route]]
id = "pictures"
path = "/pic/*"
treatment = "inert"
types = ["image/png", "text/css"]
hit = "GET /pic/1"
miss = "GET /c/1"

[[route]]
id = "photographs"
path = "/photo/*"
treatment = "inert"
types = ["image/*"]
marked = true
hit = "GET /photo/1"
miss = "GET /c/1"
"#;

/// A proxy in front of an upstream.
pub struct Front {
    pub house: Arc<House>,
    pub address: SocketAddr,
    pub folder: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<()>,
}

/// What differs from one test's configuration to another's.
#[derive(Clone)]
pub struct Setup {
    pub more: String,
    pub limits: String,
    pub grants: String,
    pub networks: String,
    pub proxy: String,
    pub upstream_more: String,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            more: "[timeouts]\nfirst_byte = 1\nbody_idle = 1\nheader_read = 2\nrequest_body_idle = 1\nshutdown_grace = 1\n".into(),
            limits: "{ record_views_per_minute = 1000, distinct_records_per_hour = 1000, distinct_records_per_day = 1000 }".into(),
            grants: grant("sam@centre.example", "2099-01-01T00:00:00Z"),
            networks: "\"127.0.0.0/8\"".into(),
            proxy: String::new(),
            upstream_more: String::new(),
        }
    }
}

/// A standing grant as TOML.
pub fn grant(engineer: &str, until: &str) -> String {
    format!(
        "[[grant]]\nengineer = \"{engineer}\"\ntrust = \"royal-free\"\nticket = \"CHG-1001\"\nuntil = \"{until}\"\n"
    )
}

/// Writes the configuration and its rules into `folder`.
pub fn write_config(folder: &Path, upstream: &str, setup: &Setup) -> std::path::PathBuf {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/base");
    let pack = folder.join("own");
    std::fs::create_dir_all(&pack).unwrap();
    std::fs::write(pack.join("own.toml"), RULES).unwrap();
    let text = format!(
        "[proxy]\nlisten = \"127.0.0.1:0\"\n{proxy}\n[identity.forwarded]\nuser = \"x-forwarded-user\"\ngroups = \"x-forwarded-groups\"\n\
         trusted = [\"127.0.0.1/32\"]\n[store]\nurl = \"sqlite:fanlight.db\"\n[[centre]]\nid = \"us\"\nnetworks = [{networks}]\n\
         limits = {limits}\n[[trust]]\nid = \"royal-free\"\nname = \"Royal Free Hampstead NHS Trust\"\nhost = \"royal-free.localhost\"\n\
         upstream = \"{upstream}\"\n{upstream_more}\nrules = [\"{base}\", \"own\"]\n{grants}\n{more}\n",
        proxy = setup.proxy,
        networks = setup.networks,
        limits = setup.limits,
        upstream_more = setup.upstream_more,
        base = base.display(),
        grants = setup.grants,
        more = setup.more,
    );
    let file = folder.join("fanlight.toml");
    std::fs::write(&file, text).unwrap();
    file
}

/// The program draws documents, not the test that asks it to.
pub fn drawn() -> Hooks {
    Hooks { drawer: Some(env!("CARGO_BIN_EXE_fanlight").into()), ..Hooks::default() }
}

impl Front {
    /// A proxy with the tests' usual configuration.
    pub async fn of(upstream: &Upstream) -> Self {
        Self::with(&upstream.url(), Setup::default()).await
    }

    pub async fn with(upstream: &str, setup: Setup) -> Self {
        Self::hooked(upstream, setup, drawn()).await
    }

    pub async fn hooked(upstream: &str, setup: Setup, hooks: Hooks) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = write_config(folder.path(), upstream, &setup);
        let config = fanlight::config::load(&file).unwrap_or_else(|all| {
            panic!("{}", all.iter().map(fanlight::rules::Diagnostic::render).collect::<String>())
        });
        let house = House::open(config, hooks).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = house.clone();
        let served = tokio::spawn(async move {
            let until = async {
                let _ = stopped.await;
            };
            serve(serving, listener, until).await.unwrap();
        });
        Self { house, address, folder, stop: Some(stop), served }
    }

    /// A client that the engineer's gateway would be.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// The rows of the trail, oldest first, once there are at least `n`.
    pub async fn rows(&self, n: usize) -> Vec<Row> {
        for _ in 0..100 {
            self.house.trail().flush().await.unwrap();
            let mut rows = self.house.trail().latest(1000).await.unwrap();
            rows.retain(|r| !matches!(r.act, fanlight::audit::Act::Event));
            if rows.len() >= n {
                rows.reverse();
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the trail never held {n} rows: {:?}", self.house.trail().latest(1000).await.unwrap());
    }

    /// The one row that closed, or refused, the one request made so far.
    pub async fn last_row(&self) -> Row {
        let rows = self.rows(1).await;
        let last = rows.last().unwrap().clone();
        if last.act == fanlight::audit::Act::Open {
            let n = rows.len() + 1;
            return self.rows(n).await.last().unwrap().clone();
        }
        last
    }

    /// Stops in good order.
    pub async fn stop(mut self) -> tempfile::TempDir {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.served).await.unwrap();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.served.abort();
    }
}

/// Fails when a canary stands in any of the bytes.
#[track_caller]
pub fn no_canary(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for canary in CANARIES {
        assert!(!text.contains(canary), "{canary} in: {text}");
    }
}
