//! The configuration file, read whole with every error located.
//!
//! [`load`] reads the file and the rule packs that it names. A [`Config`] is complete: bounds and timeouts have their
//! defaults, every trust's rules are compiled, the master key is there.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use jiff::Timestamp;

use crate::base::id::{CentreId, EngineerId, Ticket, TrustId};
use crate::base::secret::Key;
use crate::redact::plan;
use crate::rules::{Compiled, Diagnostic};

/// A configuration, whole and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// `[proxy]`.
    pub proxy: Listener,
    /// `[console]`; none: no console.
    pub console: Option<Listener>,
    /// `[identity.…]`.
    pub identity: Identity,
    /// `[store]`.
    pub store: StoreUrl,
    /// `[limits] url`.
    pub limits: LimitsUrl,
    /// The master secret from which every key is derived.
    pub key: Key,
    /// `[[centre]]`.
    pub centres: Vec<Centre>,
    /// `[[trust]]`.
    pub trusts: Vec<Trust>,
    /// `[[grant]]`.
    pub grants: Vec<Grant>,
    /// `[bounds]`.
    pub bounds: Bounds,
    /// `[timeouts]`.
    pub timeouts: Timeouts,
}

/// Where something listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Address and port.
    pub listen: SocketAddr,
    /// TLS; must be there when the address is not loopback.
    pub tls: Option<Tls>,
}

/// TLS of a listener: paths of PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
    /// Clients must show a certificate of this authority.
    pub client_ca: Option<PathBuf>,
}

/// How an engineer is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// By headers that a trusted hop in front sets.
    pub forwarded: Option<Forwarded>,
}

/// `[identity.forwarded]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// Header with the user, lower case.
    pub user: String,
    /// Header with the groups, comma-separated, lower case.
    pub groups: Option<String>,
    /// Networks of the hops that may set them.
    pub trusted: Vec<IpNet>,
}

/// `[store] url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// Gone at the end: for tests and `fanlight redact`.
    Memory,
    /// A SQLite file.
    Sqlite(PathBuf),
}

/// `[limits] url`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitsUrl {
    /// In this process.
    Memory,
}

/// `[[centre]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    /// Id.
    pub id: CentreId,
    /// Networks that engineers come from.
    pub networks: Vec<IpNet>,
    /// Limits of each engineer there, and of the centre as a whole.
    pub limits: ViewLimits,
}

/// How much may be viewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewLimits {
    /// Record views a minute.
    pub record_views_per_minute: u32,
    /// Distinct records an hour.
    pub distinct_records_per_hour: u32,
    /// Distinct records a day.
    pub distinct_records_per_day: u32,
    /// Bytes a day.
    pub bytes_per_day: u64,
}

impl Default for ViewLimits {
    fn default() -> Self {
        Self {
            record_views_per_minute: 30,
            distinct_records_per_hour: 40,
            distinct_records_per_day: 120,
            bytes_per_day: 1 << 30,
        }
    }
}

/// `[[trust]]`.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Id.
    pub id: TrustId,
    /// Name shown to people.
    pub name: String,
    /// Hosts that it is reached at, lower case, no port; the first is the main one.
    pub hosts: Vec<String>,
    /// The system behind: scheme and authority, perhaps a base path.
    pub upstream: http::Uri,
    /// PEM file of the authority that signed the upstream's certificate, when not a public one.
    pub upstream_ca: Option<PathBuf>,
    /// `Host` sent upstream; none: the upstream's own.
    pub upstream_host: Option<String>,
    /// Entries of `rules`, as written.
    pub rules: Vec<String>,
    /// Limits of the trust as a whole; none: those of the centre alone.
    pub limits: Option<ViewLimits>,
    /// The rules, compiled.
    pub compiled: Arc<Compiled>,
}

/// `[[grant]]`: a standing grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub engineer: EngineerId,
    /// Where.
    pub trust: TrustId,
    /// For which change.
    pub ticket: Ticket,
    /// What for.
    pub purpose: Option<String>,
    /// From when; none: always.
    pub from: Option<Timestamp>,
    /// Until when.
    pub until: Timestamp,
}

/// `[bounds]`: those of the engine, and of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// The engine's.
    pub engine: plan::Bounds,
    /// Bytes of a request's or response's head.
    pub header: usize,
    /// Bytes of a request's URL.
    pub url: usize,
    /// Bytes of a request's body.
    pub request_body: u64,
    /// Connections at a time.
    pub connections: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            engine: plan::Bounds::default(),
            header: 32 * 1024,
            url: 8 * 1024,
            request_body: 1024 * 1024,
            connections: 1024,
        }
    }
}

/// `[timeouts]`, in seconds in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// A request's head must be whole.
    pub header_read: Duration,
    /// Nothing more of a request's body came.
    pub request_body_idle: Duration,
    /// Connecting to the upstream.
    pub upstream_connect: Duration,
    /// From the request sent until the response's head.
    pub first_byte: Duration,
    /// Nothing more of a response's body came.
    pub body_idle: Duration,
    /// A whole request, first to last byte (not for events and messages).
    pub whole: Duration,
    /// Running requests may end when the service stops.
    pub shutdown_grace: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(10),
            request_body_idle: Duration::from_secs(15),
            upstream_connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            body_idle: Duration::from_secs(30),
            whole: Duration::from_secs(300),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// Reads and checks a configuration file and all that it names.
///
/// # Errors
/// Every error of every file.
pub fn load(path: &Path) -> Result<Config, Vec<Diagnostic>> {
    Err(vec![Diagnostic::of_file(path.display().to_string(), "configurations cannot be read yet")])
}
