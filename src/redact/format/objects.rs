//! Objects that stand in running text: what logs, traces and viewers of messages show.
//!
//! ```text
//! 12:01 got {"surname": "Zogwort", "given": ["Min"]} from PAS     JSON behind other words
//! "body": "{\"surname\": \"Zogwort\"}"                            JSON in quotes, its own quotes escaped
//! KeyError in {'surname': 'Zogwort', 'ward': None}                as Python prints it
//! const p = { surname: 'Zogwort', ward: null };                   as a script writes it
//! ```
//!
//! Each is read as JSON by its keys, lists and objects in it too, and only the values that changed are written back, as they stood.
//! What is cut off or is none of these stays text, where labels are looked for.

use std::ops::Range;

use super::decoded::Word;
use super::{Media, embedded, js, json, value};
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

/// A longer one stays text.
const LONGEST: usize = 64 * 1024;

/// How many bytes are read in search of objects for each byte of a text: what is nested and never ends is read again from each of
/// its brackets.
const READINGS: usize = 8;

/// How an object is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    /// As JSON.
    Json,
    /// As JSON in a string of JSON.
    Escaped,
    /// As Python prints a dictionary.
    Python,
}

/// An object in a text.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) range: Range<usize>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Json(AsJson),
    Script(js::Shown),
}

/// An object that was read as JSON.
#[derive(Debug)]
struct AsJson {
    range: Range<usize>,
    written: Written,
    json: String,
    /// Where each byte of `json` comes from.
    from: Vec<usize>,
}

/// The objects in a text, in order.
pub(super) fn find(text: &str) -> Vec<Object> {
    search(text).0
}

/// The objects in a text, and how many bytes were read to find them.
fn search(text: &str) -> (Vec<Object>, usize) {
    let mut found = Vec::new();
    let mut read = 0;
    let mut at = 0;
    while let Some(begin) = memchr::memchr2(b'{', b'[', text.as_bytes().get(at..).unwrap_or_default()) {
        at += begin;
        let rest = text.get(at..).unwrap_or_default();
        let Some(written) = opens(rest) else {
            let (object, far) = match of_script(rest) {
                Ok(shown) => (Some(shown), 0),
                Err(far) => (None, far + 1),
            };
            read += far;
            if read > text.len().saturating_mul(READINGS) {
                break;
            }
            match object {
                Some(shown) => {
                    let range = at..at + shown.end();
                    at = range.end;
                    found.push(Object { range, form: Form::Script(shown) });
                }
                None => at += 1,
            }
            continue;
        };
        let mut reading = Reading::at(at, written);
        let end = reading.read(text);
        read += reading.at.saturating_sub(at).max(reading.json.len()) + 1;
        if read > text.len().saturating_mul(READINGS) {
            break;
        }
        match end.filter(|_| value::is_json(&reading.json)) {
            Some(end) => {
                let object = AsJson { range: at..end, written, json: reading.json, from: reading.from };
                found.push(Object { range: at..end, form: Form::Json(object) });
                at = end;
            }
            None => at += 1,
        }
    }
    (found, read)
}

/// An object of a script, or a list of them, that begins here; else how far it was read. Its first key has no quotes: `{ name: …`.
fn of_script(text: &str) -> Result<js::Shown, usize> {
    let inside = text.strip_prefix('[').map_or(text, str::trim_start);
    let key = inside.strip_prefix('{').map(str::trim_start).unwrap_or_default();
    if !key.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$')) {
        return Err(0);
    }
    js::Shown::read(text)
}

/// How an object or a list of them is written that may begin here: by the quote of its first key.
fn opens(text: &str) -> Option<Written> {
    let text = text.strip_prefix('[').map_or(text, str::trim_start);
    let key = text.strip_prefix('{')?;
    // `{\n  "key"` with its line's end escaped too.
    let key = key.trim_start_matches(|c: char| c.is_whitespace());
    let key = key.strip_prefix("\\n").or_else(|| key.strip_prefix("\\r\\n")).unwrap_or(key).trim_start();
    if key.starts_with('"') {
        Some(Written::Json)
    } else if key.starts_with("\\\"") || key.starts_with("\\u0022") {
        Some(Written::Escaped)
    } else if key.starts_with('\'') {
        Some(Written::Python)
    } else {
        None
    }
}

/// An object under way, from how it is written to JSON.
struct Reading {
    at: usize,
    written: Written,
    json: String,
    from: Vec<usize>,
    depth: usize,
    quote: Option<char>,
    escaped: bool,
}

impl Reading {
    fn at(at: usize, written: Written) -> Self {
        Self { at, written, json: String::new(), from: Vec::new(), depth: 0, quote: None, escaped: false }
    }

    /// Reads to the bracket that ends it; None when there is none, or it is none of these.
    fn read(&mut self, text: &str) -> Option<usize> {
        loop {
            let rest = text.get(self.at..)?;
            let c = rest.chars().next()?;
            if self.json.len() > LONGEST {
                return None;
            }
            let done = match self.written {
                Written::Json => self.push(c, c.len_utf8())?,
                Written::Escaped => {
                    let (c, length) = unescaped(rest, c)?;
                    self.push(c, length)?
                }
                Written::Python => self.python(rest, c)?,
            };
            if done {
                return Some(self.at);
            }
        }
    }

    /// Takes a sign of JSON that is so long where it stands; whether it ends the object.
    fn push(&mut self, c: char, length: usize) -> Option<bool> {
        // A line that was cut off ends in the middle of a string.
        if self.quote.is_some() && c < ' ' {
            return None;
        }
        self.emit(c);
        self.at += length;
        match self.quote {
            Some(_) if self.escaped => self.escaped = false,
            Some(_) if c == '\\' => self.escaped = true,
            Some(quote) if c == quote => self.quote = None,
            Some(_) => {}
            None if c == '"' => self.quote = Some(c),
            None => return Some(self.bracket(c)),
        }
        Some(false)
    }

    /// Counts brackets; whether the last is closed.
    fn bracket(&mut self, c: char) -> bool {
        match c {
            '{' | '[' => self.depth += 1,
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            _ => return false,
        }
        self.depth == 0
    }

    fn emit(&mut self, c: char) {
        self.json.push(c);
        self.from.resize(self.json.len(), self.at);
    }

    fn emit_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.emit(c));
    }

    /// Takes what stands here as Python writes it.
    fn python(&mut self, rest: &str, c: char) -> Option<bool> {
        let Some(quote) = self.quote else { return self.python_outside(rest, c) };
        let mut length = c.len_utf8();
        match c {
            '\\' => {
                let next = rest.chars().nth(1)?;
                length += next.len_utf8();
                match next {
                    '\'' => self.emit('\''),
                    'x' => {
                        let digits = rest.get(2..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                        self.emit_all("\\u00");
                        self.emit_all(digits);
                        length += 2;
                    }
                    '"' | '\\' | 'n' | 'r' | 't' | 'u' => {
                        self.emit('\\');
                        self.emit(next);
                    }
                    _ => return None,
                }
            }
            '\n' => return None,
            c if c == quote => {
                self.emit('"');
                self.quote = None;
            }
            '"' => self.emit_all("\\\""),
            c => self.emit(c),
        }
        self.at += length;
        Some(false)
    }

    fn python_outside(&mut self, rest: &str, c: char) -> Option<bool> {
        const WORDS: &[(&str, &str)] = &[("None", "null"), ("True", "true"), ("False", "false")];
        if let Some((word, json)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            self.emit_all(json);
            self.at += word.len();
            return Some(false);
        }
        let c = match c {
            '\'' | '"' => {
                self.quote = Some(c);
                '"'
            }
            // A tuple is a list.
            '(' => '[',
            ')' => ']',
            c => c,
        };
        self.emit(c);
        self.at += c.len_utf8();
        Some(c != '"' && self.bracket(c))
    }
}

/// A sign of a string of JSON, and how long it is as it stands. Its end is none.
fn unescaped(rest: &str, c: char) -> Option<(char, usize)> {
    match c {
        '"' => None,
        '\\' => match rest.chars().nth(1)? {
            'n' => Some(('\n', 2)),
            'r' => Some(('\r', 2)),
            't' => Some(('\t', 2)),
            c @ ('"' | '\\' | '/') => Some((c, 2)),
            'u' => {
                let digits = rest.get(2..6).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                // Half of a pair stands for nothing by itself.
                Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, 6))
            }
            _ => None,
        },
        c => Some((c, c.len_utf8())),
    }
}

impl Object {
    /// What becomes of it: its stretches in order, each with what stands there instead, if anything else does. None when it is not
    /// quite JSON, cut amid a character: then it is text.
    pub(super) fn redact(&self, ins: &mut Inspector) -> Result<Option<Vec<Word>>, Withheld> {
        let shown = match &self.form {
            Form::Json(object) => return object.redact(ins),
            Form::Script(shown) => shown,
        };
        let Some(values) = shown.redact(ins)? else { return Ok(None) };
        let mut stretches = Vec::new();
        let mut at = self.range.start;
        for (range, new) in values {
            let (from, to) = (self.range.start + range.start, self.range.start + range.end);
            stretches.extend([(at..from, None), (from..to, Some(new))]);
            at = to;
        }
        stretches.push((at..self.range.end, None));
        Ok(Some(stretches))
    }
}

impl AsJson {
    fn redact(&self, ins: &mut Inspector) -> Result<Option<Vec<Word>>, Withheld> {
        let new = match embedded(ins, Media::Json, &self.json) {
            Ok(Some(new)) => new,
            Ok(None) => return Ok(Some(vec![(self.range.clone(), None)])),
            Err(Withheld::Malformed(_)) => return Ok(None),
            Err(why) => return Err(why),
        };
        let old: Vec<Range<usize>> = json::scalar_ranges(&self.json);
        let all = json::scalars(&new);
        if old.len() != all.len() {
            return Ok(Some(vec![(self.range.clone(), Some(self.write(&new)))]));
        }
        let mut stretches = Vec::new();
        let mut at = self.range.start;
        for (range, new) in old.into_iter().zip(all) {
            let was = self.json.get(range.clone()).unwrap_or_default();
            if was == new {
                continue;
            }
            let (range, with) = match (inside(was), inside(new)) {
                (Some(_), Some(new)) => (range.start + 1..range.end - 1, self.write(new)),
                (None, Some(new)) => (range, self.in_quotes(new)),
                (Some(_) | None, None) => (range, self.write(new)),
            };
            let (from, to) = (self.source_at(range.start), self.source_at(range.end));
            if at < from {
                stretches.push((at..from, None));
            }
            stretches.push((from..to, Some(with)));
            at = to;
        }
        if at < self.range.end {
            stretches.push((at..self.range.end, None));
        }
        Ok(Some(stretches))
    }

    fn source_at(&self, at: usize) -> usize {
        self.from.get(at).copied().unwrap_or(self.range.end)
    }

    /// Text of JSON as it is written here.
    fn write(&self, new: &str) -> String {
        let mut out = String::with_capacity(new.len());
        match self.written {
            Written::Json => out.push_str(new),
            Written::Escaped => {
                let mut quoted = String::with_capacity(new.len() + 2);
                json::write(new, &mut quoted);
                out.push_str(inside(&quoted).unwrap_or_default());
            }
            Written::Python => {
                for c in json::text_of(&format!("\"{new}\"")).chars() {
                    match c {
                        '\\' | '\'' | '"' => out.extend(['\\', c]),
                        '\n' => out.push_str("\\n"),
                        c => out.push(c),
                    }
                }
            }
        }
        out
    }

    fn in_quotes(&self, new: &str) -> String {
        let quote = match self.written {
            Written::Json => "\"",
            Written::Escaped => "\\\"",
            Written::Python => "'",
        };
        format!("{quote}{}{quote}", self.write(new))
    }
}

/// What stands in the quotes of a string.
fn inside(token: &str) -> Option<&str> {
    token.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(&str, String)> {
        find(text)
            .into_iter()
            .map(|o| {
                let json = match o.form {
                    Form::Json(object) => object.json,
                    Form::Script(_) => String::from("a script's"),
                };
                (text.get(o.range).unwrap_or_default(), json)
            })
            .collect()
    }

    #[test]
    fn objects_of_every_writing_are_read_as_json() {
        for (text, shown, json) in [
            (r#"got {"a": ["x"]}, done"#, r#"{"a": ["x"]}"#, r#"{"a": ["x"]}"#),
            (r#"rows=[ {"a": 1}, {"a": 2}] of 2"#, r#"[ {"a": 1}, {"a": 2}]"#, r#"[ {"a": 1}, {"a": 2}]"#),
            (r#"x "{\"a\": \"b \\\" c\"}" y"#, r#"{\"a\": \"b \\\" c\"}"#, r#"{"a": "b \" c"}"#),
            (r#"e {'a': None, 'b': "O'Neill", 'c': (1, 2)} f"#, r#"{'a': None, 'b': "O'Neill", 'c': (1, 2)}"#, {
                r#"{"a": null, "b": "O'Neill", "c": [1, 2]}"#
            }),
            (r#"x {\u0022a\u0022:\u0022b\u0022} y"#, r#"{\u0022a\u0022:\u0022b\u0022}"#, r#"{"a":"b"}"#),
            ("cut {\"a\": \"b\nthen {\"c\": 1} ok", r#"{"c": 1}"#, r#"{"c": 1}"#),
            ("p = { a: 'b', c: [1,], }; x", "{ a: 'b', c: [1,], }", "a script's"),
            (r#"broken {"a": {"b": "c"} here"#, r#"{"b": "c"}"#, r#"{"b": "c"}"#),
        ] {
            assert_eq!(read(text), [(shown, json.to_owned())], "{text}");
        }
    }

    #[test]
    fn what_is_no_object_stays_text() {
        for text in [
            "{name}",
            "{ 'it' is }",
            "[1, 2]",
            "{}",
            r#"{"a": "b""#,
            "{'a': f(x=1)}",
            "{{ 'x'|t }}",
            "{ a: b }",
            "{a: 'x' /* y */}",
        ] {
            assert!(read(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn brackets_that_never_close_are_read_a_bounded_number_of_times() {
        let text = r#"{"a":"#.repeat(20_000);
        let (found, read) = search(&text);
        // Read from each bracket to the end it would be a billion signs.
        assert!(found.is_empty() && read <= text.len() * READINGS + LONGEST);
    }
}
