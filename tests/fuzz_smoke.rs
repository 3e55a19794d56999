//! The fuzz targets for a moment, without a fuzzer: the seeds of `tests/fuzz`, changed at random by the same numbers every time, go
//! through the same oracle. `tests/fuzz/run.py` is the real thing, with coverage; this keeps its targets and its oracle true, and
//! finds what any change would.
//!
//! ```text
//! FANLIGHT_SMOKE=5000 cargo test --test fuzz_smoke         so many inputs a target
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    unreachable_pub,
    reason = "a test may fail, and says on what"
)]

#[path = "fuzz/src/lib.rs"]
mod oracle;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Inputs a target, where nobody asks for more.
const COUNT: u64 = 1000;
/// No input is longer.
const LONGEST: usize = 2048;

type Target = (&'static str, fn(&[u8]));

/// As in `tests/fuzz/fuzz_targets`.
const TARGETS: &[Target] = &[
    ("html", |data| oracle::body("text/html; charset=utf-8", data)),
    ("xhtml", |data| oracle::body("application/xhtml+xml; charset=utf-8", data)),
    ("xml", |data| oracle::body("application/xml; charset=utf-8", data)),
    ("json", |data| oracle::body("application/json; charset=utf-8", data)),
    ("ndjson", |data| oracle::body("application/x-ndjson; charset=utf-8", data)),
    ("js", |data| oracle::body("text/javascript; charset=utf-8", data)),
    ("css", |data| oracle::body("text/css; charset=utf-8", data)),
    ("text", |data| oracle::body("text/plain; charset=utf-8", data)),
    ("csv", |data| oracle::body("text/csv; charset=utf-8", data)),
    ("hl7", |data| oracle::body("x-application/hl7-v2+er7; charset=utf-8", data)),
    ("edifact", |data| oracle::body("application/edifact", data)),
    ("multipart", |data| oracle::body("multipart/form-data; boundary=x", data)),
    ("form", |data| oracle::body("application/x-www-form-urlencoded; charset=utf-8", data)),
    ("sse", |data| oracle::body("text/event-stream", data)),
    ("url", oracle::url),
    ("codings", oracle::codings),
    ("charsets", oracle::charsets),
    ("rules", oracle::rules),
    ("config", oracle::config),
];

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a fixture's type is fuzzed as.
fn target_of(kind: &str) -> Option<&'static str> {
    Some(match kind.split(';').next().unwrap_or_default().trim() {
        "text/html" => "html",
        "application/xhtml+xml" => "xhtml",
        "application/xml" | "text/xml" | "image/svg+xml" => "xml",
        "application/json" | "application/fhir+json" => "json",
        "application/x-ndjson" => "ndjson",
        "text/javascript" | "application/javascript" => "js",
        "text/css" => "css",
        "text/plain" => "text",
        "text/csv" => "csv",
        "x-application/hl7-v2+er7" => "hl7",
        "application/edifact" => "edifact",
        "application/x-www-form-urlencoded" => "form",
        "text/event-stream" => "sse",
        _ => return None,
    })
}

fn seeds() -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut seeds: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let own: BTreeMap<String, Vec<String>> =
        toml::from_str(&std::fs::read_to_string(here("tests/fuzz/seeds.toml")).unwrap()).unwrap();
    for (target, texts) in own {
        seeds.entry(target).or_default().extend(texts.into_iter().map(String::into_bytes));
    }
    for file in files(&here("fixtures/redact")) {
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for case in table.get("case").and_then(toml::Value::as_array).into_iter().flatten() {
            let text = |key: &str| case.get(key).and_then(toml::Value::as_str);
            if let (Some(target), Some(body)) = (text("as").and_then(target_of), text("body")) {
                // The patient whom the oracle looks for takes the place of the fixtures' own.
                let mut body = body.to_owned();
                for (theirs, ours) in [
                    ("Janet", "Zebedee"),
                    ("JANET", "ZEBEDEE"),
                    ("Williams", "Quillfeather"),
                    ("WILLIAMS", "QUILLFEATHER"),
                ] {
                    body = body.replace(theirs, ours);
                }
                seeds.entry(target.into()).or_default().push(body.into_bytes());
            }
        }
    }
    for n in 0..20 {
        let coded = "<meta charset=x><p>Zo\u{eb} Quillfeather 9434765919".as_bytes();
        seeds.entry("charsets".into()).or_default().push([&[n, n], coded].concat());
    }
    for first in [0x80, 0x81, 0x82, 0x83, 0x84] {
        seeds
            .entry("codings".into())
            .or_default()
            .push([&[first], "9434765919\nQuillfeather, Zebedee\n".as_bytes()].concat());
    }
    for file in files(&here("rules/base")) {
        let text = std::fs::read_to_string(file).unwrap();
        seeds.entry("rules".into()).or_default().extend(text.split("\n\n").map(|part| part.as_bytes().to_vec()));
    }
    for file in files(&here("fixtures")).into_iter().chain(files(&here("fixtures/config"))) {
        seeds.entry("config".into()).or_default().push(std::fs::read(file).unwrap());
    }
    seeds
}

/// The TOML files of a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

/// The words of a format, as libFuzzer's dictionaries write them.
fn words(target: &str) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(here(&format!("tests/fuzz/dictionaries/{target}.dict"))).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .map(|word| {
            let mut out = Vec::new();
            let mut bytes = word.bytes();
            while let Some(b) = bytes.next() {
                match (b, b == b'\\') {
                    (_, true) => match bytes.next() {
                        Some(b'x') => {
                            let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                            out.push(u8::from_str_radix(&hex, 16).unwrap());
                        }
                        Some(other) => out.push(other),
                        None => {}
                    },
                    _ => out.push(b),
                }
            }
            out
        })
        .collect()
}

/// SplitMix64: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % (n.max(1) as u64)) as usize
    }
}

/// A seed with a few changes: bytes set, stretches lost, doubled or moved, words and pieces of other seeds put in.
fn changed(seeds: &[Vec<u8>], words: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut body = seeds[dice.below(seeds.len())].clone();
    body.truncate(LONGEST);
    for _ in 0..dice.below(5) {
        let at = dice.below(body.len() + 1);
        let length = 1 + dice.below(24);
        let end = (at + length).min(body.len());
        match dice.below(7) {
            0 if at < body.len() => body[at] = dice.next() as u8,
            1 => drop(body.drain(at..end)),
            2 => {
                let piece = body[at..end].to_vec();
                body.splice(at..at, piece);
            }
            3 => {
                let piece: Vec<u8> = body.drain(at..end).collect();
                let to = dice.below(body.len() + 1);
                body.splice(to..to, piece);
            }
            4 => {
                let other = &seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                let piece = other[from..(from + 4 * length).min(other.len())].to_vec();
                body.splice(at..at, piece);
            }
            5 if !words.is_empty() => {
                let word = words[dice.below(words.len())].clone();
                body.splice(at..at, word);
            }
            _ => body.truncate(at.max(1)),
        }
    }
    body.truncate(LONGEST);
    body
}

#[test]
fn every_target_holds_for_a_moment() {
    let count = std::env::var("FANLIGHT_SMOKE").ok().and_then(|n| n.parse().ok()).unwrap_or(COUNT);
    let seeds = seeds();
    oracle::begin();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((name, run)) = TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let seeds = seeds.get(*name).unwrap_or_else(|| panic!("{name} has no seeds"));
                    let words = words(name);
                    let mut dice = Dice(name.bytes().fold(1, |n, b| n * 31 + u64::from(b)));
                    let kept = files_of(&here(&format!("tests/fuzz/regressions/{name}")));
                    let grown = (0..count).map(|_| changed(seeds, &words, &mut dice));
                    for body in kept.into_iter().chain(seeds.iter().take(50).cloned()).chain(grown) {
                        if let Err(why) = catch_unwind(AssertUnwindSafe(|| run(&body))) {
                            let why = why.downcast_ref::<String>().cloned().unwrap_or_default();
                            failed
                                .lock()
                                .unwrap()
                                .push(format!("{name}: {why}\n  on {:?}", String::from_utf8_lossy(&body)));
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "{} inputs failed:\n{}", failed.len(), failed.join("\n"));
}

fn files_of(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}
