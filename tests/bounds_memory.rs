//! What must never be true: a growing thing without a bound. A body streams, however long it is: each holds no more than the
//! look-ahead window and 256 KiB, besides what its grant learns of it, which has a bound of its own and costs a few hundred bytes an
//! identifier.
//!
//! Of a release build only; `tests/all` runs it with short bodies, `FANLIGHT_BODY_MIB=1024` with long ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::print_stdout,
    clippy::let_underscore_must_use,
    reason = "a test may fail"
)]

use std::path::Path;
use std::sync::Arc;

use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::finding::{Finder, Finding};
use fanlight::redact::inspect::Inspector;
use fanlight::redact::kind::Kind;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::place::{Place, Surface};
use fanlight::redact::plan::Plan;
use peak_alloc::PeakAlloc;

/// Counts what is held, to the byte: what a process is seen to have is as much its allocator's doing, and another number each time.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What a stream may hold besides the window.
const BESIDES: u64 = 256 * 1024;
/// Streams at a time.
const STREAMS: u64 = 8;
/// So many people are spoken of, again and again: what a grant learns is not the stream's.
const PEOPLE: u64 = 1000;
/// As they come from a socket.
const CHUNK: usize = 16 * 1024;

/// A body without end: a head, then parts.
struct Source {
    name: &'static str,
    kind: &'static str,
    head: &'static str,
    part: fn(u64) -> String,
    tail: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        name: "HTML table",
        kind: "text/html; charset=utf-8",
        head: "<!doctype html><title>List</title><table><tr><th>NHS number<th>Name<th>Ward</tr>\n",
        part: |n| {
            format!(
                "<tr class=row><td>943 476 {:04}<td><a href='/p/{n}'>SMITH{n}, John</a><td>Ward {}</tr>\n",
                n % 9999,
                n % 30
            )
        },
        tail: "</table>",
    },
    Source {
        name: "HTML prose",
        kind: "text/html; charset=utf-8",
        head: "<!doctype html><body>",
        part: |n| {
            format!(
                "<p>Mr John Smith{n} was seen on 3 March 2025. <b>BP</b> 120/80. <script>var a{n} = 'x';</script>\n"
            )
        },
        tail: "",
    },
    Source {
        name: "HTML that closes nothing",
        kind: "text/html; charset=utf-8",
        head: "<!doctype html><body>",
        part: |n| format!("<li>Mr John Smith{n} was seen. <b>BP</b> 120/80.<span>\n"),
        tail: "",
    },
    Source {
        name: "HTML without a break",
        kind: "text/html; charset=utf-8",
        head: "<p>",
        part: |n| format!("seen by Smith{n} and "),
        tail: "",
    },
    Source {
        name: "JSON",
        kind: "application/json",
        head: "{\"entry\":[",
        part: |n| {
            format!("{{\"resource\":{{\"id\":\"{n}\",\"name\":[{{\"family\":\"Smith{n}\"}}],\"value\":1.50}}}},\n")
        },
        tail: "0]}",
    },
    Source {
        name: "NDJSON",
        kind: "application/x-ndjson",
        head: "",
        part: |n| format!("{{\"id\":\"{n}\",\"surname\":\"Smith{n}\",\"nhsNumber\":\"943476{:04}\"}}\n", n % 9999),
        tail: "",
    },
    Source {
        name: "XML",
        kind: "application/xml",
        head: "<?xml version='1.0'?><list>",
        part: |n| {
            format!("<patient id='{n}'><name><family>Smith{n}</family></name><note>Seen, BP 120/80.</note></patient>\n")
        },
        tail: "</list>",
    },
    Source {
        name: "XHTML",
        kind: "application/xhtml+xml",
        head: "<html xmlns='http://www.w3.org/1999/xhtml'><body>",
        part: |n| format!("<p>Mr John Smith{n} was seen.</p>\n"),
        tail: "</body></html>",
    },
    Source {
        name: "CSV",
        kind: "text/csv; charset=utf-8",
        head: "NHS Number,Name,Ward\r\n",
        part: |n| format!("943 476 {:04},\"Smith{n}, John\",Ward {}\r\n", n % 9999, n % 30),
        tail: "",
    },
    Source {
        name: "text",
        kind: "text/plain; charset=utf-8",
        head: "",
        part: |n| format!("Dear Mr Smith{n},\nyour appointment is on 3 March 2025.\n\n"),
        tail: "",
    },
    Source {
        name: "a log",
        kind: "text/plain; charset=utf-8",
        head: "",
        part: |n| format!("2025-03-03T10:00:00Z {n} GET /patient/{n} 200\n"),
        tail: "",
    },
    Source {
        name: "HL7",
        kind: "x-application/hl7-v2+er7",
        head: "",
        part: |n| {
            format!("MSH|^~\\&|A|B\rPID|1||943476{:04}^^^NHS||SMITH{n}^JOHN\rOBX|1|NM|a^b||5.4|mmol/L\r", n % 9999)
        },
        tail: "",
    },
    Source {
        name: "events",
        kind: "text/event-stream",
        head: "",
        part: |n| format!("event: x\ndata: {{\"name\":\"Smith{n}\"}}\n\n"),
        tail: "",
    },
    Source {
        name: "a script",
        kind: "text/javascript",
        head: "var list = [",
        part: |n| format!("{{id:{n},name:'Smith{n}'}},\n"),
        tail: "0];",
    },
    Source {
        name: "a style sheet",
        kind: "text/css",
        head: "",
        part: |n| format!(".a{n}{{content:'x';background:url(/i/{n}.png)}}\n"),
        tail: "",
    },
    Source {
        name: "a form",
        kind: "application/x-www-form-urlencoded",
        head: "a=1",
        part: |n| format!("&name{n}=Smith+{n}"),
        tail: "",
    },
];

/// A body on its way.
struct Stream {
    source: &'static Source,
    next: u64,
    pending: Vec<u8>,
    rewriter: BodyRewriter,
}

impl Stream {
    fn new(source: &'static Source, plan: &Arc<Plan>, known: &Dictionary) -> Self {
        let grant = GrantId::new("g").unwrap();
        let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &grant);
        let inspector = Inspector::new(plan.clone(), keys, known.clone(), "/x");
        let rewriter = BodyRewriter::open(inspector, Some(source.kind), None, None).unwrap();
        Self { source, next: 0, pending: source.head.as_bytes().to_vec(), rewriter }
    }

    /// The next chunk of the source through the engine; what leaves is counted and forgotten.
    fn step(&mut self) -> (usize, usize) {
        while self.pending.len() < CHUNK {
            self.pending.extend_from_slice((self.source.part)(self.next % PEOPLE).as_bytes());
            self.next += 1;
        }
        let chunk: Vec<u8> = self.pending.drain(..CHUNK).collect();
        let mut out = Vec::new();
        self.rewriter.write(&chunk, &mut out).unwrap_or_else(|e| panic!("{}: withheld: {e}", self.source.name));
        (CHUNK, out.len())
    }

    /// What the grant knows behind it.
    fn end(mut self) -> Dictionary {
        let mut out = Vec::new();
        self.pending.extend_from_slice(self.source.tail.as_bytes());
        let name = self.source.name;
        self.rewriter.write(&self.pending, &mut out).unwrap_or_else(|e| panic!("{name}: withheld: {e}"));
        self.rewriter.finish(&mut out).unwrap_or_else(|e| panic!("{name}: withheld: {e}")).dictionary
    }
}

/// The most memory that `run` held at a time, above what was held before.
fn peak(run: impl FnOnce()) -> u64 {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    run();
    ALLOCATOR.peak_usage().saturating_sub(before) as u64
}

/// One after the other, for memory is the process's.
#[test]
#[ignore = "long bodies; FANLIGHT_MEASURE=1 tests/all bounds"]
fn a_stream_holds_the_window_and_a_little() {
    // Of another configuration, to see what a bound does: `FANLIGHT_CONFIG=file`.
    let file = std::env::var("FANLIGHT_CONFIG");
    let file = file.unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml").to_owned());
    let config = config::check(Path::new(&file)).unwrap();
    let plan = config.trusts[0].compiled.plan.clone();
    let window = plan.bounds.look_ahead as u64;
    let wanted = std::env::var("FANLIGHT_SOURCE").unwrap_or_default();
    let length = std::env::var("FANLIGHT_BODY_MIB").ok().and_then(|n| n.parse().ok()).unwrap_or(6_u64) << 20;
    let mut too_much = Vec::new();
    for source in SOURCES.iter().filter(|s| s.name.contains(&wanted)) {
        // Everything that is made once, for all bodies.
        let run = |count: u64, bytes: u64, known: &Dictionary| {
            let mut streams: Vec<Stream> = (0..count).map(|_| Stream::new(source, &plan, known)).collect();
            let mut read = 0;
            while read < bytes {
                read += CHUNK as u64;
                for stream in &mut streams {
                    stream.step();
                }
            }
            streams.into_iter().map(Stream::end).last()
        };
        let mut known = Dictionary::default();
        known.absorb(run(1, 2 * window, &Dictionary::default()).unwrap(), plan.bounds.dictionary);
        let one = peak(|| _ = run(1, 2 * window, &known));
        let many = peak(|| _ = run(STREAMS, 2 * window, &known));
        let each = many.saturating_sub(one) / (STREAMS - 1);
        let long = peak(|| _ = run(1, length, &known));
        let kib = |n: u64| n / 1024;
        let line = format!(
            "{}: {} KiB each of {STREAMS}; alone {} KiB, of {} MiB {} KiB",
            source.name,
            kib(each),
            kib(one),
            length >> 20,
            kib(long)
        );
        println!("{line}");
        if each > window + BESIDES || long > one + BESIDES + window {
            too_much.push(line);
        }
    }
    assert!(too_much.is_empty(), "too much memory:\n{}", too_much.join("\n"));
}

/// What a grant has learned costs some hundred bytes an identifier, with every way in which it may be written.
#[test]
fn what_is_learned_takes_little() {
    const MANY: usize = 4096;
    let place = Place::on(Surface::Text);
    let sure = |kind| Finding { range: 0..0, kind, confidence: 100, finder: Finder::Field("test/field".into()) };
    for (kind, written, most) in [
        (Kind::Name, (|n| format!("SMITH{n}, John")) as fn(usize) -> String, 320),
        (Kind::NhsNumber, |n| format!("943 47{:01} {:04}", n % 7, n), 120),
        (Kind::Phone, |n| format!("07700 {:06}", n * 37), 320),
    ] {
        // The lists of names are made once, for all.
        Dictionary::default().learn(&sure(kind), &written(0), &place, MANY);
        let before = ALLOCATOR.current_usage();
        let mut known = Dictionary::default();
        for n in 0..MANY {
            known.learn(&sure(kind), &written(n), &place, MANY);
        }
        assert_eq!(known.len(), MANY, "{kind}");
        let each = ALLOCATOR.current_usage().saturating_sub(before) / MANY;
        println!("{kind}: {each} bytes each");
        assert!(each <= most, "{kind}: {each} bytes each");
    }
}
