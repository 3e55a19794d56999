//! `[bounds]` and `[timeouts]`: every growing thing has a bound, every wait an end, and each is a key with a default.

use std::time::Duration;

use crate::redact::plan;
use crate::rules::read::{Problems, Table};

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
    /// Bytes of a document that is shown as pictures.
    pub document: u64,
    /// Its pages.
    pub document_pages: usize,
    /// Bytes of memory of the process that draws it.
    pub document_memory: u64,
    /// Documents that are drawn at a time, and as many pictures beside them.
    pub documents: usize,
    /// Bytes of documents that pages held themselves, kept until their frames ask for them; a grant has a quarter.
    pub enclosed: u64,
    /// Failures in a row to connect to an upstream after which it is left alone for a while.
    pub upstream_failures: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            engine: plan::Bounds::default(),
            header: 32 * 1024,
            url: 8 * 1024,
            request_body: 1024 * 1024,
            connections: 1024,
            document: 32 * 1024 * 1024,
            document_pages: 60,
            document_memory: 1024 * 1024 * 1024,
            documents: 2,
            enclosed: 64 * 1024 * 1024,
            upstream_failures: 5,
        }
    }
}

/// `[timeouts]`, in whole seconds in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeouts {
    /// A request's head must be whole.
    pub header_read: Duration,
    /// Nothing more of a request's body came.
    pub request_body_idle: Duration,
    /// Connecting to the upstream.
    pub upstream_connect: Duration,
    /// An upstream that could not be reached is left alone.
    pub upstream_pause: Duration,
    /// From the request sent until the response's head.
    pub first_byte: Duration,
    /// Nothing more of a response's body came.
    pub body_idle: Duration,
    /// Drawing a document, and waiting for its turn.
    pub document: Duration,
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
            upstream_pause: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            body_idle: Duration::from_secs(30),
            document: Duration::from_secs(15),
            whole: Duration::from_secs(300),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Reads `[bounds]`.
pub(super) fn bounds(table: &mut Table<'_>, problems: &mut Problems) -> Bounds {
    let mut bounds = Bounds::default();
    let mut size = |key, least, most, to: &mut usize, problems: &mut Problems| {
        if let Some(n) = table.whole(key, least..=most, problems) {
            *to = usize::try_from(n.value).unwrap_or(usize::MAX);
        }
    };
    // The least of each is what an ordinary page needs: below it everything would be withheld.
    size("look_ahead", 4 * KIB, 64 * MIB, &mut bounds.engine.look_ahead, problems);
    size("held_text", KIB, 16 * MIB, &mut bounds.engine.held_text, problems);
    size("dictionary", 16, MIB, &mut bounds.engine.dictionary, problems);
    size("header", 4 * KIB, MIB, &mut bounds.header, problems);
    size("url", 256, 64 * KIB, &mut bounds.url, problems);
    size("connections", 1, 100_000, &mut bounds.connections, problems);
    size("document_pages", 1, 1000, &mut bounds.document_pages, problems);
    size("documents", 1, 256, &mut bounds.documents, problems);
    let mut long = |key, least, most, to: &mut u64, problems: &mut Problems| {
        if let Some(n) = table.whole(key, least..=most, problems) {
            *to = n.value;
        }
    };
    long("enclosed", 0, 16 * GIB, &mut bounds.enclosed, problems);
    long("body", 64 * KIB, 64 * GIB, &mut bounds.engine.body, problems);
    long("expansion", 2, 10_000, &mut bounds.engine.expansion, problems);
    long("document", 64 * KIB, GIB, &mut bounds.document, problems);
    long("document_memory", 256 * MIB, 64 * GIB, &mut bounds.document_memory, problems);
    long("request_body", 0, GIB, &mut bounds.request_body, problems);
    let mut deep = |key, least, most, to: &mut u32, problems: &mut Problems| {
        if let Some(n) = table.whole(key, least..=most, problems) {
            *to = u32::try_from(n.value).unwrap_or(u32::MAX);
        }
    };
    deep("nesting", 1, 32, &mut bounds.engine.nesting, problems);
    deep("upstream_failures", 1, 1000, &mut bounds.upstream_failures, problems);
    deep("depth", 16, 4096, &mut bounds.engine.depth, problems);
    if let Some(word) = table.text("gate", problems) {
        match plan::Gate::parse(&word.value) {
            Some(gate) => bounds.engine.gate = gate,
            None => {
                let error = table.error(word.span, format!("there is no gate {:?}", word.value));
                problems.push(error.help("write \"tree\" (the default), \"sweep\" or \"off\""));
            }
        }
    }
    bounds
}

/// Reads `[timeouts]`.
pub(super) fn timeouts(table: &mut Table<'_>, problems: &mut Problems) -> Timeouts {
    let mut timeouts = Timeouts::default();
    let mut seconds = |key, to: &mut Duration, problems: &mut Problems| {
        if let Some(n) = table.whole(key, 1..=86_400, problems) {
            *to = Duration::from_secs(n.value);
        }
    };
    seconds("header_read", &mut timeouts.header_read, problems);
    seconds("request_body_idle", &mut timeouts.request_body_idle, problems);
    seconds("upstream_connect", &mut timeouts.upstream_connect, problems);
    seconds("upstream_pause", &mut timeouts.upstream_pause, problems);
    seconds("first_byte", &mut timeouts.first_byte, problems);
    seconds("body_idle", &mut timeouts.body_idle, problems);
    seconds("document", &mut timeouts.document, problems);
    seconds("whole", &mut timeouts.whole, problems);
    seconds("shutdown_grace", &mut timeouts.shutdown_grace, problems);
    timeouts
}
