//! Looks for the clinic's identifiers in what an engineer would receive, in every way in which it can be read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fanlight::clinic::Person;
use fanlight::redact::kind::Kind;

/// Every written form of a trust's identifiers, by first word.
pub struct Canaries {
    by_first: HashMap<String, Vec<Canary>>,
}

struct Canary {
    words: Vec<String>,
    kind: Kind,
    value: String,
}

/// One that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    pub kind: &'static str,
    pub value: String,
    /// What stands about it.
    pub beside: String,
}

/// A word and where it stands.
struct Word {
    text: String,
    from: usize,
    to: usize,
}

fn words(text: &str) -> Vec<Word> {
    let mut all = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_alphanumeric(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                all.push(Word { text: text[start..at].to_lowercase(), from: start, to: at });
                from = None;
            }
            _ => {}
        }
    }
    all
}

impl Canaries {
    pub fn of(people: &[Person]) -> Self {
        let mut by_first: HashMap<String, Vec<Canary>> = HashMap::new();
        let mut seen = BTreeSet::new();
        for identifier in people.iter().flat_map(|p| &p.identifiers).filter(|i| !i.ordinary) {
            let of: Vec<String> = words(&identifier.value).into_iter().map(|w| w.text).collect();
            if seen.insert((of.clone(), identifier.kind)) {
                let canary = Canary { words: of.clone(), kind: identifier.kind, value: identifier.value.clone() };
                by_first.entry(of[0].clone()).or_default().push(canary);
            }
        }
        Self { by_first }
    }

    /// Every identifier that can be read in a body.
    pub fn in_body(&self, body: &[u8]) -> BTreeSet<Found> {
        readings(&String::from_utf8_lossy(body)).iter().flat_map(|text| self.in_text(text)).collect()
    }

    /// Every identifier in a text as it stands.
    pub fn in_text(&self, text: &str) -> Vec<Found> {
        let words = words(text);
        let mut found = Vec::new();
        for (at, first) in words.iter().enumerate() {
            for canary in self.by_first.get(&first.text).into_iter().flatten() {
                let Some(run) = words.get(at..at + canary.words.len()) else { continue };
                if run.iter().zip(&canary.words).any(|(w, c)| w.text != *c) {
                    continue;
                }
                // What stands between the words is little and no word; a date is written as dates are.
                let near = run.windows(2).all(|p| text[p[0].to..p[1].from].chars().count() <= 3);
                let (from, to) = (first.from, run[run.len() - 1].to);
                let exact = canary.kind != Kind::DateOfBirth || text[from..to].eq_ignore_ascii_case(&canary.value);
                if near && exact {
                    let start = text.floor_char_boundary(from.saturating_sub(60));
                    let end = text.ceil_char_boundary((to + 40).min(text.len()));
                    found.push(Found {
                        kind: canary.kind.as_str(),
                        value: canary.value.clone(),
                        beside: text[start..end].replace('\n', " "),
                    });
                }
            }
        }
        found
    }
}

/// The ways in which a text can be read: as it is, with escapes undone, without inline markup, base64 inside it decoded.
pub fn readings(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned()];
    all.push(percent(text));
    let plain = entities(&without_tags(text));
    all.push(percent(&plain));
    all.push(plain);
    all.push(entities(text));
    all.push(json(&entities(text)));
    for part in text.split("base64,").skip(1) {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c))).unwrap_or(part.len());
        if let Ok(bytes) = data_encoding::BASE64.decode(&part.as_bytes()[..end]) {
            all.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    all
}

/// `%C3%A2` → `â`
pub fn percent(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Inline tags and comments vanish, other tags end a word.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, r)| r);
            continue;
        }
        let Some((tag, after)) = after.split_once('>') else { break };
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default().to_lowercase();
        if !["b", "i", "em", "span", "a", "strong", "u", "font"].contains(&name.as_str()) {
            out.push_str(" | ");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

pub fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known =
            after.get(..after.len().min(12)).or(Some("")).and_then(|a| a.split_once(';')).and_then(|(name, _)| {
                let c = match name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    "nbsp" => '\u{a0}',
                    _ => {
                        let number = name.strip_prefix('#')?;
                        let code = match number.strip_prefix(['x', 'X']) {
                            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                            None => number.parse().ok()?,
                        };
                        char::from_u32(code)?
                    }
                };
                Some((c, name.len() + 1))
            });
        match known {
            Some((c, length)) => {
                out.push(c);
                rest = &after[length..];
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\u") {
        out.push_str(before);
        match after.get(..4).and_then(|h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = &after[4..];
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out.replace("\\'", "'").replace("\\/", "/").replace("\\\"", "\"")
}

/// Values of `href`, `src`, `action` and the like, entities undone.
pub fn links(html: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in ["href", "src", "action", "data-feed", "data-source", "data"] {
        for (lead, _) in html.match_indices('=') {
            let before = &html[..lead];
            if !before.to_ascii_lowercase().ends_with(&format!(" {name}")) {
                continue;
            }
            let Some(value) = html[lead + 1..].strip_prefix('"').and_then(|v| v.split('"').next()) else { continue };
            let value = entities(value);
            if value.starts_with('/') && !value.starts_with("//") {
                all.insert(value);
            }
        }
    }
    all
}

/// The URL with what names a record left out, so that like pages are known as such.
pub fn pattern(url: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let named = |s: &str| s.contains("flt") || s.chars().filter(char::is_ascii_digit).count() > 3 || s.contains('%');
    let path: Vec<&str> = path.split('/').map(|s| if named(s) { "*" } else { s }).collect();
    let names: Vec<&str> = query.split('&').map(|p| p.split('=').next().unwrap_or_default()).collect();
    format!("{}?{}", path.join("/"), names.join("&"))
}

/// Found ones, a line each, at most forty.
pub fn report(all: &BTreeMap<String, BTreeSet<Found>>) -> String {
    let lines = all.iter().flat_map(|(url, found)| {
        found.iter().map(move |f| format!("{url}: {} {:?} in {:?}", f.kind, f.value, f.beside))
    });
    lines.take(40).collect::<Vec<_>>().join("\n")
}

/// The value of an attribute of the first element whose tag holds `mark`.
pub fn attribute<'h>(html: &'h str, mark: &str, name: &str) -> Option<&'h str> {
    let at = html.find(mark)?;
    let start = html[..at].rfind('<')?;
    let tag = html[start..].split('>').next()?;
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}
