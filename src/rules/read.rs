//! Reading TOML so that one mistake does not hide the next.
//!
//! `serde` stops at the first error. Here a file becomes a tree in which every key and value knows its place; a [`Table`]
//! is asked for each key that it may hold, what is wrong goes to [`Problems`], and [`Table::finish`] reports the keys that
//! nobody asked for.
//!
//! ```
//! use fanlight::rules::read::{Problems, Source, document};
//! let mut problems = Problems::default();
//! let source = Source::new("x.toml", "port = \"many\"\nprot = 1\n");
//! document(&source, &mut problems, |table, problems| {
//!     table.whole("port", 1..=65535, problems);
//! });
//! let found = problems.into_list();
//! assert_eq!(found[0].message, "`port` is a string; it must be a whole number");
//! assert_eq!(found[1].message, "unknown key `prot`");
//! ```

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostic;
use super::suggest;

/// The largest file read, in bytes.
pub const MAX_FILE: usize = 1 << 20;
/// The most errors listed of one load; more say the same.
const MAX_PROBLEMS: usize = 200;

/// A file's name and text.
#[derive(Clone)]
pub struct Source {
    /// Name.
    pub file: String,
    /// Text.
    pub text: Arc<str>,
    /// The text as messages may show it: of the same length, secrets concealed.
    shown: Arc<str>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Source({})", self.file)
    }
}

impl Source {
    /// A source.
    pub fn new(file: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self { file: file.into(), shown: text.clone(), text }
    }

    /// The same, with what messages may show of it. Ignored when it is not of the same length: pointers would be wrong.
    #[must_use]
    pub fn showing(mut self, shown: impl Into<Arc<str>>) -> Self {
        let shown = shown.into();
        if shown.len() == self.text.len() {
            self.shown = shown;
        }
        self
    }

    /// An error at a place of it.
    pub fn error(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file.clone(), Some(self.shown.clone()), span, message)
    }
}

/// Errors found so far.
#[derive(Debug, Default)]
pub struct Problems {
    list: Vec<Diagnostic>,
    unlisted: usize,
}

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Diagnostic) {
        // Two trusts that share a pack share its errors.
        if self.list.contains(&problem) {
            return;
        }
        if self.list.len() < MAX_PROBLEMS {
            self.list.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// Adds several.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Diagnostic>) {
        for problem in problems {
            self.push(problem);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many so far.
    pub fn len(&self) -> usize {
        self.list.len() + self.unlisted
    }

    /// All, files in the order in which they were first named, places in order within each.
    pub fn into_list(self) -> Vec<Diagnostic> {
        let mut files: Vec<String> = Vec::new();
        for problem in &self.list {
            if !files.contains(&problem.file) {
                files.push(problem.file.clone());
            }
        }
        let mut list = self.list;
        list.sort_by_key(|p| (files.iter().position(|f| *f == p.file), p.span.start));
        if self.unlisted > 0 {
            let last = list.last().map(|p| p.file.clone()).unwrap_or_default();
            list.push(Diagnostic::of_file(last, format!("{} more errors are not shown", self.unlisted)));
        }
        list
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// Another value at the same place.
    pub fn map<U>(self, with: impl FnOnce(T) -> U) -> At<U> {
        At { value: with(self.value), span: self.span }
    }
}

/// Parses a file and hands its top table to `read`, then reports the keys that were not asked for. Nothing is read
/// from a file that is not TOML: after a missing quote, every further message would be about something else.
pub fn document(source: &Source, problems: &mut Problems, read: impl FnOnce(&mut Table<'_>, &mut Problems)) {
    if source.text.len() > MAX_FILE {
        let error = Diagnostic::of_file(&source.file, format!("the file is larger than {MAX_FILE} bytes"));
        problems.push(error.help("split it into several files"));
        return;
    }
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.push(
                source
                    .error(span, format!("this is not TOML: {}", error.message()))
                    .help("see https://toml.io for the syntax"),
            );
        }
        return;
    }
    let mut table = Table { source, span: 0..0, entries: tree.get_ref(), known: Vec::new() };
    read(&mut table, problems);
    table.finish(problems);
}

/// A table being read.
#[derive(Debug)]
pub struct Table<'a> {
    source: &'a Source,
    span: Range<usize>,
    entries: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// Where the table begins (its head).
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The file.
    pub fn source(&self) -> &'a Source {
        self.source
    }

    /// An error at a place of the file.
    pub fn error(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        self.source.error(span, message)
    }

    /// Whether the key is there; it counts as known.
    pub fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.get(key)
    }

    /// Keys that are there, with their places, for tables whose keys are free.
    pub fn keys(&self) -> Vec<At<String>> {
        self.entries.keys().map(|k| At { value: k.get_ref().to_string(), span: k.span() }).collect()
    }

    fn wrong(&self, key: &str, at: &Spanned<DeValue<'_>>, wanted: &str) -> Diagnostic {
        let is = kind_of(at.get_ref());
        let error = self.error(at.span(), format!("`{key}` is {is}; it must be {wanted}"));
        let example = match wanted {
            "a string" => format!("write it in quotes: {key} = \"…\""),
            "a whole number" => format!("write it without quotes or a point: {key} = 30"),
            "true or false" => format!("write {key} = true"),
            "a table" => format!("write [{key}], or {key} = {{ … }}"),
            "a list of tables" => format!("write [[{key}]] with two brackets"),
            _ => format!("write {key} = [\"…\"]"),
        };
        error.help(example)
    }

    /// A string, if it is there.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        let at = self.get(key)?;
        match at.get_ref().as_str() {
            Some(text) => Some(At { value: text.to_owned(), span: at.span() }),
            None => {
                problems.push(self.wrong(key, at, "a string"));
                None
            }
        }
    }

    /// A string that must be there and say something.
    pub fn need_text(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        if !self.has(key) {
            problems.push(self.missing(key));
            return None;
        }
        let text = self.text(key, problems)?;
        if text.value.trim().is_empty() {
            problems
                .push(self.error(text.span.clone(), format!("`{key}` is empty")).help(format!("write {key} = \"…\"")));
            return None;
        }
        Some(text)
    }

    /// That a key is not there.
    pub fn missing(&self, key: &str) -> Diagnostic {
        self.error(self.span.clone(), format!("`{key}` is missing")).help(format!("add `{key} = …`"))
    }

    /// One string or a list of strings; empty when the key is not there.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Vec<At<String>> {
        let Some(at) = self.get(key) else { return Vec::new() };
        if let Some(text) = at.get_ref().as_str() {
            return vec![At { value: text.to_owned(), span: at.span() }];
        }
        let Some(list) = at.get_ref().as_array() else {
            problems.push(self.wrong(key, at, "a string or a list of strings"));
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in list.iter() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(At { value: text.to_owned(), span: item.span() }),
                None => problems.push(self.wrong(key, item, "a string here")),
            }
        }
        texts
    }

    /// `true` or `false`, if it is there.
    pub fn flag(&mut self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        let at = self.get(key)?;
        let flag = at.get_ref().as_bool();
        if flag.is_none() {
            problems.push(self.wrong(key, at, "true or false"));
        }
        flag
    }

    /// Where a key's value stands, if it is there.
    pub fn place(&mut self, key: &'static str) -> Option<std::ops::Range<usize>> {
        self.get(key).map(Spanned::span)
    }

    /// A whole number within `range`, if it is there.
    pub fn whole(&mut self, key: &'static str, range: RangeInclusive<u64>, problems: &mut Problems) -> Option<At<u64>> {
        let at = self.get(key)?;
        let Some(number) = at.get_ref().as_integer() else {
            problems.push(self.wrong(key, at, "a whole number"));
            return None;
        };
        match i128::from_str_radix(number.as_str(), number.radix()).ok().and_then(|n| u64::try_from(n).ok()) {
            Some(n) if range.contains(&n) => Some(At { value: n, span: at.span() }),
            _ => {
                let (least, most) = (range.start(), range.end());
                let message = format!("`{key}` is {}, outside {least} to {most}", number.as_str());
                problems.push(self.error(at.span(), message).help(format!("write a number from {least} to {most}")));
                None
            }
        }
    }

    /// A point in time, as a string or a TOML date, if it is there: its text.
    pub fn moment(&mut self, key: &'static str, problems: &mut Problems) -> Option<At<String>> {
        let at = self.get(key)?;
        let text =
            at.get_ref().as_datetime().map(ToString::to_string).or_else(|| at.get_ref().as_str().map(str::to_owned));
        if text.is_none() {
            problems.push(self.wrong(key, at, "a point in time such as \"2027-01-31T18:00:00Z\""));
        }
        text.map(|value| At { value, span: at.span() })
    }

    /// Reads a table, if it is there; keys in it that `read` did not ask for are errors.
    pub fn table<T>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        read: impl FnOnce(&mut Table<'_>, &mut Problems) -> T,
    ) -> Option<T> {
        let at = self.get(key)?;
        let Some(entries) = at.get_ref().as_table() else {
            problems.push(self.wrong(key, at, "a table"));
            return None;
        };
        let mut table = Table { source: self.source, span: at.span(), entries, known: Vec::new() };
        let done = read(&mut table, problems);
        table.finish(problems);
        Some(done)
    }

    /// Reads each table of a list (`[[key]]`); a single table counts as a list of one.
    pub fn tables<T>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        mut read: impl FnMut(&mut Table<'_>, &mut Problems) -> T,
    ) -> Vec<T> {
        let Some(at) = self.get(key) else { return Vec::new() };
        let Some(list) = at.get_ref().as_array() else {
            problems.push(self.wrong(key, at, "a list of tables"));
            return Vec::new();
        };
        let mut done = Vec::new();
        for item in list.iter() {
            let Some(entries) = item.get_ref().as_table() else {
                problems.push(self.wrong(key, item, "a table here"));
                continue;
            };
            let mut table = Table { source: self.source, span: item.span(), entries, known: Vec::new() };
            done.push(read(&mut table, problems));
            table.finish(problems);
        }
        done
    }

    /// Items that may each be a string or a table; one alone counts as a list of one.
    pub fn mixed<T>(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
        mut text: impl FnMut(At<String>) -> T,
        mut table: impl FnMut(&mut Table<'_>, &mut Problems) -> Option<T>,
    ) -> Vec<T> {
        let Some(at) = self.get(key) else { return Vec::new() };
        let one = std::slice::from_ref(at);
        let items = at.get_ref().as_array().map_or(one, |list| list.get(..).unwrap_or_default());
        let mut done = Vec::new();
        for item in items {
            if let Some(s) = item.get_ref().as_str() {
                done.push(text(At { value: s.to_owned(), span: item.span() }));
            } else if let Some(entries) = item.get_ref().as_table() {
                let mut inner = Table { source: self.source, span: item.span(), entries, known: Vec::new() };
                done.extend(table(&mut inner, problems));
                inner.finish(problems);
            } else {
                problems.push(self.wrong(key, item, "a string or a table"));
            }
        }
        done
    }

    /// Reports keys that nobody asked for.
    fn finish(self, problems: &mut Problems) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let error = self.error(key.span(), format!("unknown key `{name}`"));
            problems.push(error.help(suggest::help(name, &self.known)));
        }
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems_of(text: &str, read: impl FnOnce(&mut Table<'_>, &mut Problems)) -> Vec<Diagnostic> {
        let mut problems = Problems::default();
        document(&Source::new("x.toml", text), &mut problems, read);
        problems.into_list()
    }

    #[test]
    fn every_mistake_of_a_file_is_reported_in_order() {
        let text = "name = 3\n[[trust]]\nid = \"a\"\nhots = \"x\"\n[[trust]]\nlimit = 0\n[other]\n";
        let found = problems_of(text, |table, problems| {
            table.need_text("name", problems);
            table.tables("trust", problems, |trust, problems| {
                trust.need_text("id", problems);
                trust.text("host", problems);
                trust.whole("limit", 1..=10, problems);
            });
        });
        let short: Vec<_> = found.iter().map(|d| (d.line(), d.message.as_str())).collect();
        assert_eq!(
            short,
            [
                (1, "`name` is a whole number; it must be a string"),
                (4, "unknown key `hots`"),
                (5, "`id` is missing"),
                (6, "`limit` is 0, outside 1 to 10"),
                (7, "unknown key `other`"),
            ]
        );
        assert!(found[1].help.as_deref().unwrap_or_default().contains("did you mean \"host\"?"));
    }

    #[test]
    fn a_file_that_is_not_toml_is_not_guessed_at() {
        let found = problems_of("name = \"open\nother = 1\n", |table, problems| {
            table.need_text("name", problems);
            table.need_text("missing", problems);
        });
        assert!(found.iter().all(|d| d.message.starts_with("this is not TOML")), "{found:?}");
        assert_eq!(found[0].line(), 1);
    }

    #[test]
    fn errors_and_files_are_bounded() {
        let many: String = (0..MAX_PROBLEMS + 50).map(|n| format!("k{n} = 1\n")).collect();
        let found = problems_of(&many, |_, _| {});
        assert_eq!(found.len(), MAX_PROBLEMS + 1);
        assert_eq!(found.last().map(|d| d.message.clone()).unwrap_or_default(), "50 more errors are not shown");
        let huge = "#".repeat(MAX_FILE + 1);
        assert!(problems_of(&huge, |_, _| {})[0].message.contains("larger than"));
    }

    #[test]
    fn one_bracket_too_few_is_explained() {
        let found = problems_of("[trust]\nid = \"a\"\n", |table, problems| {
            table.tables("trust", problems, |t, p| t.need_text("id", p));
        });
        assert_eq!(found[0].help.as_deref(), Some("write [[trust]] with two brackets"));
    }
}
