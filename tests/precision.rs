//! What libraries ship with a clinical system leaves as it came: every script and stylesheet of the packages pinned in
//! `tests/bundles`, minified and not, as a file and inside a page, with nothing known and with a dictionary that is full.
//!
//! `npm ci` in `tests/bundles` fetches them; `tests/all` does, and sets `FANLIGHT_BUNDLES=required`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test may fail, and says what it skips"
)]

#[path = "precision/people.rs"]
mod people;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::inspect::Inspector;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::plan::Plan;

/// Longer ones are withheld inside a page: one value may be so long.
const LONGEST_INLINE: usize = 500 * 1024;

/// Folders of what the bundles are made from, which no page loads.
const SOURCES: &[&str] = &["src", "amd", "esm2022", "modules", "schematics", "node_modules", "extra", "tests", "test"];

const BUNDLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bundles");

fn plan() -> Arc<Plan> {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml")))
        .unwrap_or_else(|errors| panic!("fixtures/score.toml: {errors:?}"));
    config.trusts[0].compiled.plan.clone()
}

fn redact(plan: &Arc<Plan>, known: &Dictionary, content_type: &str, body: &[u8]) -> Result<Vec<u8>, String> {
    let keys =
        GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("royal-free").unwrap(), &GrantId::new("g").unwrap());
    let inspector = Inspector::new(plan.clone(), keys, known.clone(), "/static/x");
    let mut rewriter = BodyRewriter::open(inspector, Some(content_type), None, None).map_err(|w| w.to_string())?;
    let mut out = Vec::new();
    rewriter.write(body, &mut out).map_err(|w| w.to_string())?;
    rewriter.finish(&mut out).map_err(|w| w.to_string())?;
    Ok(out)
}

/// The packages that the lock pins, by the names that they are installed under.
fn packages() -> Vec<String> {
    let manifest = std::fs::read_to_string(format!("{BUNDLES}/package.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    manifest["dependencies"].as_object().unwrap().keys().cloned().collect()
}

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if !SOURCES.iter().any(|s| path.ends_with(s)) {
                scripts(&path, found);
            }
        } else if path.ends_with("package.js") {
            // What a package says of itself; no page loads it.
        } else if path.extension().is_some_and(|e| e == "js" || e == "mjs" || e == "cjs" || e == "css") {
            found.push(path);
        }
    }
}

/// The first place where two texts differ, with what stands around it.
fn difference(before: &[u8], after: &[u8]) -> String {
    let at = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let around = |text: &[u8]| {
        String::from_utf8_lossy(&text[at.saturating_sub(60).min(text.len())..text.len().min(at + 60)]).into_owned()
    };
    format!("\n    - {:?}\n    + {:?}", around(before), around(after))
}

/// A page with the script or style inside, where the markup of HTML lets it be.
fn page(source: &str, style: bool) -> Option<String> {
    let lower = source.to_ascii_lowercase();
    if source.len() > LONGEST_INLINE {
        return None;
    }
    if style {
        return (!lower.contains("</style"))
            .then(|| format!("<!doctype html><html><head><title>Results</title><style>{source}</style></head><body><p>Ward round</p></body></html>"));
    }
    // What ends a script, or seems to begin one inside a comment, cannot stand inside one as it is.
    let ends = lower.contains("</script") || (lower.contains("<!--") && lower.contains("<script"));
    (!ends).then(|| format!("<!doctype html><html><head><title>Results</title><script>{source}</script></head><body><p>Ward round</p></body></html>"))
}

#[test]
fn libraries_leave_as_they_came() {
    if !Path::new(BUNDLES).join("node_modules/jquery/dist/jquery.js").exists() {
        assert!(std::env::var_os("FANLIGHT_BUNDLES").is_none(), "run `npm ci` in tests/bundles first");
        println!("SKIPPED: run `npm ci` in tests/bundles first");
        return;
    }
    let only = std::env::var("FANLIGHT_BUNDLE").ok();
    let mut files = Vec::new();
    for package in packages().iter().filter(|p| only.as_ref().is_none_or(|only| p.contains(only.as_str()))) {
        let before = files.len();
        scripts(&Path::new(BUNDLES).join("node_modules").join(package), &mut files);
        assert!(files.len() > before, "{package} is not installed: run `npm ci` in tests/bundles");
    }
    let mut seen = std::collections::HashSet::new();
    files.retain(|path| seen.insert(std::fs::read(path).unwrap()));
    let plan = plan();
    let (empty, full) = (Dictionary::default(), people::full());
    assert!(full.len() >= people::BOUND, "{}", full.len());
    let next = AtomicUsize::new(0);
    let (inline, problems) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Ok(source) = std::fs::read_to_string(path) else { continue };
            let name = path.strip_prefix(BUNDLES).unwrap().display().to_string();
            let style = path.extension().is_some_and(|e| e == "css");
            let check = |how: &str, known: &Dictionary, content_type: &str, body: &str| match redact(
                &plan,
                known,
                content_type,
                body.as_bytes(),
            ) {
                Ok(out) if out == body.as_bytes() => {}
                Ok(out) => {
                    problems.lock().unwrap().push(format!("{name} {how}: {}", difference(body.as_bytes(), &out)))
                }
                Err(why) => problems.lock().unwrap().push(format!("{name} {how}: withheld: {why}")),
            };
            let content_type = if style { "text/css" } else { "text/javascript" };
            check("as a file", &empty, content_type, &source);
            check("as a file, dictionary full", &full, content_type, &source);
            if let Some(page) = page(&source, style) {
                inline.fetch_add(1, Ordering::Relaxed);
                check("in a page, dictionary full", &full, "text/html", &page);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let problems = problems.into_inner().unwrap();
    println!("{} files, {} of them inside a page as well", files.len(), inline.into_inner());
    assert!(problems.is_empty(), "{} changed:\n{}", problems.len(), problems.join("\n"));
}
