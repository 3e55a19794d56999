//! A quick look over an object or array from its opening bracket, before it is read: its keys, its short strings, the headers and
//! the cells of rows in it. What is not well-formed ends it, and the scanner proper says so later.

use super::escape;
use super::token::end_of_string;
use crate::redact::format::rows::Row;
use crate::redact::label::normalise;
use crate::redact::run::Run;

const MAX_PAIRS: usize = 64;
const MAX_COLUMNS: usize = 256;
/// The most rows whose cells are looked at.
const MAX_ROWS: usize = 64;

/// Keys of a list that names the columns of rows beside it.
const COLUMNS: &[&str] = &[
    "columns",
    "headers",
    "header",
    "fields",
    "cols",
    "column names",
    "head",
    "labels",
    "keys",
    "ao columns",
    "col names",
    "col model",
    "column headers",
    "headings",
    "column defs",
];
/// Keys by which an object that stands for a column says what it is called, the likeliest first.
const TITLES: &[&str] = &[
    "title",
    "s title",
    "label",
    "header",
    "header name",
    "column",
    "column name",
    "display name",
    "caption",
    "text",
    "s name",
    "name",
    "field",
    "data",
    "m data",
    "key",
    "index",
    "id",
];

/// A member of an object.
#[derive(Debug)]
pub(super) struct Member {
    /// Its normalised key.
    pub label: String,
    /// The normalised keys of the object that is its value, or of the first object in the array that is.
    pub inside: Vec<String>,
    /// The short string in it that is its text: `{"value": "Date of birth"}`.
    pub says: Option<String>,
}

/// What a look has shown so far.
#[derive(Debug)]
pub(super) struct Look<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// Nested objects are looked into as well.
    deep: bool,
    /// Key and decoded value of short strings.
    pub pairs: Vec<(String, String)>,
    pub members: Vec<Member>,
    /// What each header of rows may be called.
    pub columns: Option<Vec<Vec<String>>>,
    /// Cells under numbers: `{"0": "White, Mark", "1": …}`.
    pub cells: Row,
    /// Keys and values that stand in it as numbers.
    pub year: Option<u32>,
    pub month: bool,
}

impl<'a> Look<'a> {
    /// At the bracket that opens an object or array.
    pub(super) fn at(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 1,
            deep: true,
            pairs: Vec::new(),
            members: Vec::new(),
            columns: None,
            cells: Vec::new(),
            year: None,
            month: false,
        }
    }

    /// To the closing brace; `None` when it is not in the window.
    pub(super) fn object(&mut self) -> Option<()> {
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
        self.month |= label.starts_with("month");
        if self.members.len() < MAX_PAIRS {
            self.members.push(Member { label: label.clone(), inside: Vec::new(), says: None });
        }
        match self.next()? {
            b'"' => {
                let value = self.string()?;
                if let (Some(key), Some(value)) = (key, value)
                    && self.pairs.len() < MAX_PAIRS
                {
                    self.cell(&key, &value);
                    self.pairs.push((key, value));
                }
                Some(())
            }
            b'[' if COLUMNS.contains(&label.as_str()) && self.columns.is_none() && self.deep => {
                let headers = self.headers()?;
                if headers.len() > 1 {
                    self.columns = Some(headers);
                }
                Some(())
            }
            b'{' | b'[' if self.deep => {
                let from = self.at;
                let done = self.skip();
                self.inside(from);
                done
            }
            _ => {
                let from = self.at;
                self.skip()?;
                if label == "year" {
                    let text = self.bytes.get(from..self.at).and_then(|b| std::str::from_utf8(b).ok());
                    self.year = Some(text.and_then(|t| t.trim().parse().ok()).unwrap_or_default());
                }
                Some(())
            }
        }
    }

    /// A cell of a row whose keys are its columns' numbers.
    fn cell(&mut self, key: &str, value: &str) {
        let number = Some(key).filter(|k| k.len() < 4).and_then(|k| k.parse::<usize>().ok());
        if let Some(at) = number.filter(|at| *at < MAX_COLUMNS && key == at.to_string()) {
            while self.cells.len() <= at {
                self.cells.push(None);
            }
            if let Some(slot) = self.cells.get_mut(at) {
                *slot = Some(bare(value));
            }
        }
    }

    /// Looks into the object that opens at `from`, or into the first one of an array.
    fn inside(&mut self, from: usize) {
        let bytes = self.bytes.get(from..self.at).unwrap_or_default();
        let open = bytes.iter().position(|b| !matches!(b, b'[' | b' ' | b'\t' | b'\r' | b'\n'));
        let Some(bytes) = open.and_then(|at| bytes.get(at..)).filter(|b| b.first() == Some(&b'{')) else { return };
        let mut look = Look { deep: false, ..Look::at(bytes) };
        let _whole = look.object();
        if let Some(member) = self.members.last_mut() {
            member.says =
                ["value", "text", "#text", "label", "display"].iter().find_map(|k| look.get(k)).map(str::to_owned);
            // A kind may be wrapped once more: `{"config": {"config": {"display": "MRN"}}, "value": …}`.
            if member.says.is_none() && member.label == "config" {
                member.says = shown(bytes);
            }
            member.inside = look.members.into_iter().map(|m| m.label).collect();
        }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// The strings of an array, or what the objects in it are called.
    fn headers(&mut self) -> Option<Vec<Vec<String>>> {
        let mut headers = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                b']' => {
                    self.at += 1;
                    return Some(headers);
                }
                b',' => self.at += 1,
                b'"' => headers.push(self.string()?.map(|s| normalise(&s)).into_iter().collect()),
                b'{' => {
                    let from = self.at;
                    self.skip()?;
                    let inside = self.bytes.get(from..self.at)?;
                    let mut look = Look { deep: false, ..Look::at(inside) };
                    look.object()?;
                    let named = |title: &&str| {
                        let (_, value) = look.pairs.iter().find(|(k, _)| normalise(k) == *title)?;
                        Some(normalise(value)).filter(|v| !v.is_empty())
                    };
                    headers.push(TITLES.iter().filter_map(named).collect());
                }
                _ => {
                    self.skip()?;
                    headers.push(Vec::new());
                }
            }
            if headers.len() > MAX_COLUMNS {
                return None;
            }
        }
    }

    /// The cells of rows, from the bracket of the array that holds them; and whether all were seen.
    pub(super) fn rows(&mut self) -> (Vec<Row>, bool) {
        let mut rows = Vec::new();
        loop {
            match self.next() {
                // A brace that closes nothing here is no JSON; nothing is behind it that could be passed over.
                Some(b']' | b'}') => return (rows, true),
                Some(b',') => self.at += 1,
                Some(b'[') if rows.len() < MAX_ROWS => {
                    self.at += 1;
                    let Some(row) = self.row() else { return (rows, false) };
                    rows.push(row);
                }
                Some(_) if rows.len() < MAX_ROWS => {
                    if self.skip().is_none() {
                        return (rows, false);
                    }
                }
                Some(_) => return (rows, true),
                None => return (rows, false),
            }
        }
    }

    /// The cells of a row, behind its bracket; `None` when it does not end in the window.
    pub(super) fn row(&mut self) -> Option<Row> {
        let mut row = Row::new();
        loop {
            match self.next()? {
                b']' => {
                    self.at += 1;
                    return Some(row);
                }
                b',' => self.at += 1,
                b'"' => row.push(self.string()?.map(|s| bare(&s))),
                b'{' => {
                    let from = self.at;
                    self.skip()?;
                    row.push(self.date_in(from));
                }
                _ => {
                    let from = self.at;
                    self.skip()?;
                    let text = self.bytes.get(from..self.at).and_then(|b| std::str::from_utf8(b).ok());
                    row.push(text.map(str::trim).filter(|t| t.bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
                }
            }
            if row.len() > MAX_COLUMNS {
                return None;
            }
        }
    }

    /// An object with a year and a month, as a date that rows are judged by.
    fn date_in(&self, from: usize) -> Option<String> {
        let mut look = Look { deep: false, ..Look::at(self.bytes.get(from..self.at)?) };
        look.object()?;
        let hours = look.members.iter().any(|m| m.label.starts_with("hour"));
        look.year.filter(|_| look.month && !hours).map(|year| format!("{year:04}-01-01"))
    }

    /// Past one value, whatever it is.
    pub(super) fn skip(&mut self) -> Option<()> {
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
    pub(super) fn next(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Past the string here; its text, when it is short.
    pub(super) fn string(&mut self) -> Option<Option<String>> {
        let rest = self.bytes.get(self.at..)?;
        let end = end_of_string(rest)?;
        self.at += end;
        let source = rest.get(..end).filter(|s| s.len() <= 514).and_then(|s| std::str::from_utf8(s).ok());
        let mut run = Run::default();
        Some(source.filter(|s| escape::decode(s, &mut run).is_ok()).map(|_| run.text().to_owned()))
    }
}

/// A cell without the tags in it, and with apostrophes as they are read.
fn bare(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    for apostrophe in ["&#039;", "&#39;", "&#x27;", "&apos;", "&rsquo;"] {
        out = out.replace(apostrophe, "'");
    }
    out.trim().to_owned()
}

/// What the first `display` in these bytes says, when it says it plainly.
fn shown(bytes: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"\"display\"";
    let behind = bytes.get(memchr::memmem::find(bytes, KEY)? + KEY.len()..)?;
    let value = std::str::from_utf8(behind).ok()?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.split(['"', '\\']).next().map(str::to_owned)
}
