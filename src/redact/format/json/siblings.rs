//! What an object says of its own values, seen from its opening brace.
//!
//! `{"value": "…", "system": "phone"}` and `{"label": "NHS number", "value": …}` say what a value is beside it, before or
//! behind. So at each brace the object is looked over, at most [`WINDOW`] bytes of it: its short strings, and the headers
//! of rows that stand in it. Only these bytes decide, so that the verdict is the same at every chunking.

use std::sync::Arc;

use super::escape;
use super::token::end_of_string;
use crate::redact::label::normalise;
use crate::redact::run::Run;

/// How far an object is looked over.
const WINDOW: usize = 4096;
const MAX_PAIRS: usize = 24;
const MAX_COLUMNS: usize = 256;

/// Keys whose value names what stands beside it.
const NAMING: &[&str] = &[
    "label",
    "name",
    "key",
    "title",
    "header",
    "field",
    "caption",
    "question",
    "prompt",
    "field name",
    "display name",
];
/// Keys that say nothing of their value: its meaning is in the name beside it, or in the key above.
const GENERIC: &[&str] = &[
    "value",
    "text",
    "display",
    "content",
    "data",
    "formatted",
    "raw",
    "current",
    "answer",
    "val",
    "display value",
    "value string",
    "string",
    "string value",
    "value date",
    "value date time",
    "v",
    "html",
    "body",
];
/// Keys that need the one above to say something.
const LITTLE: &[&str] = &["id", "number", "no", "num", "code", "ref", "key"];
/// Keys of a list that names the columns of rows beside it.
const COLUMNS: &[&str] = &["columns", "headers", "header", "fields", "cols", "column names", "head", "labels"];

/// Whether a key says nothing of its value.
pub(super) fn is_generic(label: &str) -> bool {
    GENERIC.contains(&label)
}

/// Whether a key needs the one above to say something.
pub(super) fn says_little(label: &str) -> bool {
    LITTLE.contains(&label)
}

/// Short strings of an object, and the headers of its rows.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// Key and decoded value.
    pub pairs: Vec<(String, String)>,
    /// Normalised headers of the rows.
    pub columns: Option<Arc<[String]>>,
    /// A year and a month stand in it.
    pub dated: bool,
    /// The normalised value of the naming key, when there is a generic key that it can name.
    naming: Option<String>,
    naming_key: String,
}

impl Siblings {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// What names the value under this (normalised) key.
    pub(super) fn naming_value(&self, label: &str) -> Option<&str> {
        if is_generic(label) { self.naming.as_deref() } else { None }
    }

    /// The name that this object gives to its value.
    pub(super) fn naming(&self) -> Option<&str> {
        self.naming.as_deref()
    }

    /// Whether this key holds that name.
    pub(super) fn names_another(&self, label: &str) -> bool {
        self.naming.is_some() && self.naming_key == label
    }
}

/// What can be said of an object from the text at hand.
pub(super) enum Peeked {
    /// More text may say more.
    Undecided,
    Known(Siblings),
}

/// Looks over the object that opens at the front of `text`.
pub(super) fn peek(text: &str, last: bool) -> Peeked {
    let bytes = text.as_bytes();
    let window = bytes.get(..WINDOW).unwrap_or(bytes);
    let mut look = Look::at(window);
    let ended = look.object().is_some();
    if !ended && !last && bytes.len() < WINDOW {
        return Peeked::Undecided;
    }
    let mut siblings = look.siblings;
    if let (true, Some(path)) = (look.generic && siblings.get("op").is_some(), siblings.get("path")) {
        // A patch: `{"op": "replace", "path": "/name/0/family", "value": …}`.
        let steps = path.split('/').filter(|s| s.starts_with(char::is_alphabetic));
        siblings.naming = Some(normalise(&steps.collect::<Vec<_>>().join(" ")));
        siblings.naming_key = String::from("path");
    } else if look.generic {
        let naming = NAMING.iter().find_map(|name| {
            let (key, value) = siblings.pairs.iter().find(|(k, _)| normalise(k) == *name)?;
            Some((normalise(key), normalise(value))).filter(|(_, v)| !v.is_empty())
        });
        if let Some((key, value)) = naming {
            siblings.naming_key = key;
            siblings.naming = Some(value);
        }
    }
    Peeked::Known(siblings)
}

/// A quick look; what is not well-formed ends it, and the scanner proper says so later.
struct Look<'a> {
    bytes: &'a [u8],
    at: usize,
    siblings: Siblings,
    generic: bool,
    year: bool,
    month: bool,
}

impl<'a> Look<'a> {
    /// At the brace that opens an object.
    fn at(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 1, siblings: Siblings::default(), generic: false, year: false, month: false }
    }
}

impl Look<'_> {
    /// To the closing brace; `None` when it is not in the window.
    fn object(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                b'}' => return Some(()),
                b',' => self.at += 1,
                b'"' => {
                    let key = self.string()?;
                    if self.next()? != b':' {
                        return None;
                    }
                    self.at += 1;
                    self.value(key)?;
                }
                _ => return None,
            }
        }
    }

    fn value(&mut self, key: Option<String>) -> Option<()> {
        let label = key.as_deref().map(normalise).unwrap_or_default();
        self.generic |= is_generic(&label);
        self.year |= label == "year";
        self.month |= label.starts_with("month");
        self.siblings.dated = self.year && self.month;
        match self.next()? {
            b'"' => {
                let value = self.string()?;
                if let (Some(key), Some(value)) = (key, value)
                    && self.siblings.pairs.len() < MAX_PAIRS
                {
                    self.siblings.pairs.push((key, value));
                }
                Some(())
            }
            b'[' if COLUMNS.contains(&label.as_str()) && self.siblings.columns.is_none() => {
                let headers = self.headers()?;
                if headers.len() > 1 {
                    self.siblings.columns = Some(headers.into());
                }
                Some(())
            }
            _ => self.skip(),
        }
    }

    /// The strings of an array, or the titles of the objects in it.
    fn headers(&mut self) -> Option<Vec<String>> {
        const TITLES: &[&str] = &["title", "label", "header", "name", "text", "field", "data", "key"];
        let mut headers = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                b']' => {
                    self.at += 1;
                    return Some(headers);
                }
                b',' => self.at += 1,
                b'"' => headers.push(self.string()?.map(|s| normalise(&s)).unwrap_or_default()),
                b'{' => {
                    let from = self.at;
                    self.skip()?;
                    let inside = self.bytes.get(from..self.at)?;
                    let mut look = Look::at(inside);
                    look.object()?;
                    let title = TITLES.iter().find_map(|t| look.siblings.get(t));
                    headers.push(title.map(normalise).unwrap_or_default());
                }
                _ => {
                    self.skip()?;
                    headers.push(String::new());
                }
            }
            if headers.len() > MAX_COLUMNS {
                return None;
            }
        }
    }

    /// Past one value, whatever it is.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.next()? {
                b'"' => self.at += end_of_string(self.bytes.get(self.at..)?)?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    if depth == 0 {
                        return Some(());
                    }
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => return Some(()),
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The next byte that is not white space.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Past the string here; its text, when it is short.
    fn string(&mut self) -> Option<Option<String>> {
        let rest = self.bytes.get(self.at..)?;
        let end = end_of_string(rest)?;
        self.at += end;
        let source = rest.get(..end).filter(|s| s.len() <= 258).and_then(|s| std::str::from_utf8(s).ok());
        let mut run = Run::default();
        Some(source.filter(|s| escape::decode(s, &mut run).is_ok()).map(|_| run.text().to_owned()))
    }
}
