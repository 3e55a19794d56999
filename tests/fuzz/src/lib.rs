//! What every fuzz target shares: the shipped rules, a dictionary that knows one made-up patient, and the oracle.
//!
//! Whatever bytes a body is made of:
//! - it neither panics nor hangs (libFuzzer's own look-out);
//! - how it was cut into chunks changes nothing, neither the bytes nor the verdict;
//! - the patient, whom the dictionary has known from the beginning, cannot be read in what leaves.
//!
//! The chunks are derived from the input, so that one input is one behaviour. Half of the inputs run with a window so small
//! that they stream. The leak gate is off: it would hide what the rewriter misses.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock};

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
use fanlight::redact::plan::{Bounds, Gate, Plan};
use fanlight::redact::withheld::Withheld;
use fanlight::rules::{RuleFile, compile};

/// The patient: what is planted, and as what it is known.
pub const CANARIES: &[(Kind, &str)] = &[
    (Kind::NhsNumber, "9434765919"),
    (Kind::Name, "Zebedee Quillfeather"),
    (Kind::Email, "z.quillfeather@canary.example"),
];

/// What must not be readable, as whole words.
const NUMBERS: &[&str] = &["9434765919", "z.quillfeather@canary.example"];
/// A name, which a word of code may be as well.
const NAME: &str = "Quillfeather";

struct Shipped {
    whole: Arc<Plan>,
    stream: Arc<Plan>,
    base: Vec<RuleFile>,
}

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
    // Built as a crate of its own, or as a module of a test of the product.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = ["fixtures/score.toml", "../../fixtures/score.toml"]
        .map(|file| here.join(file))
        .into_iter()
        .find(|f| f.exists());
    let config = config::check(&file.expect("fixtures/score.toml"))
        .unwrap_or_else(|errors| panic!("fixtures/score.toml: {errors:?}"));
    let compiled = &config.trusts[0].compiled;
    let mut whole = (*compiled.plan).clone();
    whole.bounds.gate = Gate::Off;
    let mut stream = whole.clone();
    stream.bounds.look_ahead = 48;
    Shipped { whole: Arc::new(whole), stream: Arc::new(stream), base: compiled.files.clone() }
});

static KNOWN: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut known = Dictionary::default();
    for (kind, value) in CANARIES {
        let finder = Finder::Field("fuzz/canary".into());
        let finding = Finding { range: 0..value.len(), kind: *kind, confidence: 100, finder };
        known.learn(&finding, value, &Place::on(Surface::Text), 4096);
    }
    known
});

/// Compiles the rules, so that it is not the first input that seems to hang.
pub fn begin() {
    LazyLock::force(&SHIPPED);
    LazyLock::force(&KNOWN);
    body("text/html", b"<p>Mr John Smith, 943 476 5919");
}

type Outcome = Result<Vec<u8>, Withheld>;

fn redact(plan: &Arc<Plan>, kind: &str, coding: Option<&str>, chunks: &[&[u8]]) -> Outcome {
    let trust = TrustId::new("t").expect("an id");
    let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &trust, &GrantId::new("g").expect("an id"));
    let inspector = Inspector::new(plan.clone(), keys, KNOWN.clone(), "/x");
    let mut body = BodyRewriter::open(inspector, Some(kind), coding, None)?;
    let mut out = Vec::new();
    for chunk in chunks {
        body.write(chunk, &mut out)?;
    }
    body.finish(&mut out)?;
    Ok(out)
}

fn seed(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    hasher.finish()
}

/// The body in pieces, as the seed says: single bytes, or cut in up to four places.
fn cut(body: &[u8], seed: u64) -> Vec<&[u8]> {
    if seed.is_multiple_of(4) && body.len() <= 512 {
        return body.chunks(1).collect();
    }
    let mut at: Vec<usize> =
        (1..=1 + seed % 4).map(|n| (seed.rotate_left(13 * n as u32) % (body.len() as u64 + 1)) as usize).collect();
    at.sort_unstable();
    let mut from = 0;
    let mut parts = Vec::new();
    for to in at.into_iter().chain([body.len()]) {
        parts.push(&body[from..to]);
        from = to;
    }
    parts
}

/// Whether `word` stands in the text with nothing about it that would make it part of another: a letter, a digit, or an
/// escape that may be one. What has no width is not seen.
fn readable(text: &str, word: &str) -> bool {
    let unseen =
        |c: &char| matches!(c, '\0' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    // Letters may touch a number, and do not hide it; but of packed pictures it may be a part by chance.
    let number = word.bytes().all(|b| b.is_ascii_digit()) && !text.contains(";base64,");
    let joins = |c: Option<char>| {
        c.is_some_and(|c| c.is_numeric() || (!number && c.is_alphabetic()) || matches!(c, '&' | '%' | '\\' | ';'))
    };
    // `?4` in an interchange is a 4 that belongs to what stands before it.
    let interchange = ["UNA", "UNB", "UNH"].iter().any(|begins| text.trim_start().starts_with(begins));
    text.match_indices(word).any(|(at, _)| {
        if interchange && text[..at].ends_with('?') {
            return false;
        }
        // `5919?` and a soft hyphen: what is escaped is not seen either.
        let escape = |c: &char| interchange && *c == '?';
        let before = beyond_tags_before(&text[..at]).chars().rev().find(|c| !unseen(c) && !escape(c));
        // `%39` before, `&#57` without its semicolon.
        let escaped = text[..at].chars().rev().take(8).any(|c| matches!(c, '&' | '%' | '\\'));
        !joins(before) && !escaped && !joins(beyond_tags(&text[at + word.len()..]).chars().find(|c| !unseen(c)))
    })
}

/// What a reader sees next: words in neighbouring elements may be one.
fn beyond_tags(mut text: &str) -> &str {
    loop {
        text = text.strip_prefix("]]>").unwrap_or(text);
        if let Some(data) = text.strip_prefix("<![CDATA[") {
            text = data;
            continue;
        }
        match text.find('>') {
            Some(end) if text.starts_with('<') && !parts(&text[1..end]) => text = &text[end + 1..],
            _ => return text,
        }
    }
}

/// As [`beyond_tags`], backwards.
fn beyond_tags_before(mut text: &str) -> &str {
    loop {
        text = text.strip_suffix("<![CDATA[").unwrap_or(text);
        if let Some(data) = text.strip_suffix("]]>") {
            text = data;
            continue;
        }
        // The tag begins at the first bracket behind the tag before.
        let behind = text.strip_suffix('>').and_then(|text| text.rfind('>')).map_or(0, |at| at + 1);
        match text[behind..].find('<').map(|at| behind + at) {
            Some(from) if text.ends_with('>') && !parts(&text[from + 1..text.len() - 1]) => text = &text[..from],
            _ => return text,
        }
    }
}

/// Whether a tag stands between lines or cells, so that the words on its sides are two to everybody.
fn parts(tag: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "p", "div", "td", "th", "tr", "table", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "br", "title",
        "option", "textarea", "section", "pre",
    ];
    // A name ends at white space or a slash, and at nothing else: `</p<p>` ends no paragraph.
    let name =
        tag.trim_start_matches('/').split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default();
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

/// In code a word may be anything.
fn may_hold_code(kind: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    kind.contains("javascript")
        || kind.contains("css")
        || ["script", "style", "on", "<svg", "<math"].iter().any(|w| lower.contains(w))
}

fn judge(kind: &str, outcome: &Outcome) {
    let Ok(out) = outcome else { return };
    let text = std::str::from_utf8(out).expect("what leaves is UTF-8");
    for word in NUMBERS {
        assert!(!readable(text, word), "LEAK of {word} in {text:?}");
    }
    if !may_hold_code(kind, text) {
        assert!(!readable(text, NAME), "LEAK of {NAME} in {text:?}");
    }
}

/// Whether two outcomes are the same to whoever waits for the body; which of two faults is met first may differ.
fn same(a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), Err(_)) => true,
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}

/// A body of this type: whole and in chunks.
pub fn body(kind: &str, data: &[u8]) {
    let _judged = coded(kind, None, data);
}

fn coded(kind: &str, coding: Option<&str>, data: &[u8]) -> Outcome {
    let seed = seed(data);
    let plan = if seed & 0x100 == 0 { &SHIPPED.whole } else { &SHIPPED.stream };
    let whole = redact(plan, kind, coding, &[data]);
    judge(kind, &whole);
    let parts = redact(plan, kind, coding, &cut(data, seed));
    assert!(same(&parts, &whole), "CHUNKS: whole {} but in parts {}", shown(&whole), shown(&parts));
    whole
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Ok(out) => format!("{:?}", String::from_utf8_lossy(out)),
        Err(why) => format!("withheld: {why}"),
    }
}

/// A body that arrives in a coding: what the bytes are, and what a body becomes when it is coded first.
pub fn codings(data: &[u8]) {
    const NAMES: &[&str] = &["gzip", "deflate", "br", "zstd", "raw"];
    let Some((first, rest)) = data.split_first() else { return };
    let name = NAMES[usize::from(*first & 0x7f) % NAMES.len()];
    let header = if name == "raw" { "deflate" } else { name };
    if *first & 0x80 == 0 {
        let _verdict = coded("text/plain", Some(header), rest);
        let _verdict = coded("text/plain", Some(&format!("{header}, gzip")), rest);
        return;
    }
    let arrived = coded("text/plain", Some(header), &encode(name, rest));
    // The same bytes, so the same window: what was coded is read as if it had not been.
    for plan in [&SHIPPED.whole, &SHIPPED.stream] {
        let plain = redact(plan, "text/plain", None, &[rest]);
        if !same(&redact(plan, "text/plain", Some(header), &[&encode(name, rest)]), &plain) {
            panic!("CODING {name}: {} but {}", shown(&arrived), shown(&plain));
        }
    }
}

fn encode(name: &str, body: &[u8]) -> Vec<u8> {
    let level = flate2::Compression::fast();
    let written = |done: std::io::Result<Vec<u8>>| done.expect("writes to memory");
    match name {
        "gzip" => {
            let mut coder = flate2::write::GzEncoder::new(Vec::new(), level);
            written(coder.write_all(body).and_then(|()| coder.finish()))
        }
        "deflate" => {
            let mut coder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            written(coder.write_all(body).and_then(|()| coder.finish()))
        }
        "raw" => {
            let mut coder = flate2::write::DeflateEncoder::new(Vec::new(), level);
            written(coder.write_all(body).and_then(|()| coder.finish()))
        }
        "br" => {
            let mut coder = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 18);
            coder.write_all(body).expect("writes to memory");
            coder.into_inner()
        }
        "zstd" => written(zstd::stream::encode_all(body, 1)),
        other => unreachable!("{other}"),
    }
}

/// A body in a charset: named by the header, or by nobody.
pub fn charsets(data: &[u8]) {
    const LABELS: &[&str] = &[
        "",
        "utf-8",
        "utf-16",
        "utf-16le",
        "utf-16be",
        "iso-2022-jp",
        "shift_jis",
        "euc-jp",
        "gb18030",
        "gbk",
        "big5",
        "euc-kr",
        "windows-1252",
        "iso-8859-15",
        "koi8-r",
        "macintosh",
        "windows-1258",
        "ibm866",
        "utf-7",
        "replacement",
    ];
    const KINDS: &[&str] = &["text/html", "application/xml", "text/css", "text/plain", "application/json", "text/csv"];
    let [label, kind, rest @ ..] = data else { return };
    let label = LABELS[usize::from(*label) % LABELS.len()];
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    if label.is_empty() {
        body(kind, rest);
    } else {
        body(&format!("{kind}; charset={label}"), rest);
    }
}

/// A rule file above the base pack: it compiles, or every error can be shown; with what compiles a page is read.
pub fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let own = RuleFile { pack: "own".into(), path: "rules/own/own.toml".into(), text: text.into() };
    match compile(std::slice::from_ref(&own), &Bounds::default()) {
        Ok(compiled) => {
            let page = b"<p id=x>NHS number: <b>943</b> 476 5919</p><dl><dt>Name<dd>Zebedee Quillfeather</dl>";
            let whole = redact(&compiled.plan, "text/html", None, &[page]);
            let parts = redact(&compiled.plan, "text/html", None, &cut(page, seed(data)));
            assert!(same(&whole, &parts), "CHUNKS: whole {} but in parts {}", shown(&whole), shown(&parts));
        }
        Err(found) => {
            assert!(!found.is_empty(), "refused without an error");
            for error in &found {
                assert!(!error.render().is_empty());
                // Both are 0 when the error is about the file as a whole.
                assert_eq!(error.line() == 0, error.column() == 0);
            }
        }
    }
    // On top of the base pack only now and then: that takes a while.
    if seed(data).is_multiple_of(64) {
        let mut files = SHIPPED.base.clone();
        files.push(own);
        let _either = compile(&files, &Bounds::default());
    }
}

/// A configuration: read whole, or every error can be shown.
pub fn config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // A folder that holds nothing, so that no rule pack is read.
    if let Err(found) = config::parse(Path::new("/nonexistent/fanlight.toml"), text) {
        assert!(!found.is_empty(), "refused without an error");
        for error in &found {
            assert!(!error.render().is_empty());
        }
    }
}

/// A URL alone, and as a link of a page.
pub fn url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let trust = TrustId::new("t").expect("an id");
    let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &trust, &GrantId::new("g").expect("an id"));
    let mut inspector = Inspector::new(SHIPPED.whole.clone(), keys, KNOWN.clone(), "/x");
    if let Ok(new) = fanlight::redact::format::url::redact(&mut inspector, text) {
        judge("text/url", &Ok(new.unwrap_or_else(|| text.to_owned()).into_bytes()));
    }
    let quoted = text.replace('"', "%22");
    body("text/html", format!("<a href=\"{quoted}\">x</a>").as_bytes());
}
