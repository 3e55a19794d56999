//! An object as scripts write it, in a text that is read as text: sources and examples that a page shows, what a console printed.
//!
//! ```text
//! name: [{ given: ['Barnabas', 'Thaddeus'], family: 'Quelch', }], birthDate: dates.born
//! ```
//!
//! Keys without quotes, single quotes, templates, commas behind the last, comments. What is no value but something to work out reads
//! as `null`; it is left to those who read the text.

use std::ops::Range;

/// An object's JSON, and where each byte of it comes from.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) json: String,
    pub(super) from: Vec<usize>,
    /// What it works out and what it remarks on, in order: JSON has neither.
    pub(super) aside: Vec<Range<usize>>,
    /// Behind its last bracket, or as far as it was read when it is none.
    pub(super) end: usize,
}

/// The longest expression in the place of a value, in bytes.
const EXPRESSION: usize = 2048;

/// Whether an object begins with its first key here: `name: …`, and neither `a::b` nor `a:b`, as addresses and styles have it.
pub(super) fn is_key(text: &str) -> bool {
    let name = text.trim_start_matches(is_of_name);
    let length = text.len() - name.len();
    let space = |rest: &str| rest.starts_with([' ', '\n', '\r', '\t', '\'', '"', '`', '[', '{']);
    (1..=64).contains(&length)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && name.trim_start_matches(' ').strip_prefix(':').is_some_and(space)
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// Reads the object or list at `at`, of at most `longest` bytes of JSON. What was read is in `out` also when it is none.
pub(super) fn read(text: &str, at: usize, longest: usize, out: &mut Read) -> Option<()> {
    let mut reading = Reading { text, at, out, open: Vec::new(), expects: Expects::Value };
    let done = reading.all(longest);
    reading.out.end = reading.at;
    done
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expects {
    Key,
    Colon,
    Value,
    /// A comma or a bracket.
    End,
}

struct Reading<'t, 'o> {
    text: &'t str,
    at: usize,
    out: &'o mut Read,
    /// The brackets that close what is open.
    open: Vec<char>,
    expects: Expects,
}

impl Reading<'_, '_> {
    fn all(&mut self, longest: usize) -> Option<()> {
        let from = self.at;
        loop {
            self.blank()?;
            if self.out.json.len() > longest || self.at.checked_sub(from)? > longest {
                return None;
            }
            self.step()?;
            if self.open.is_empty() {
                return Some(());
            }
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn emit(&mut self, c: char) {
        self.out.json.push(c);
        self.out.from.resize(self.out.json.len(), self.at);
    }

    fn emit_all(&mut self, text: &str) {
        for c in text.chars() {
            self.emit(c);
        }
    }

    /// Over spaces and comments.
    fn blank(&mut self) -> Option<()> {
        loop {
            let rest = self.rest();
            let spaces = rest.len() - rest.trim_start().len();
            let behind = rest.get(spaces..)?;
            let comment = if behind.starts_with("//") {
                behind.find('\n')?
            } else if behind.starts_with("/*") {
                behind.find("*/")? + 2
            } else {
                0
            };
            self.at += spaces;
            if comment == 0 {
                return Some(());
            }
            self.out.aside.push(self.at..self.at + comment);
            self.at += comment;
        }
    }

    fn step(&mut self) -> Option<()> {
        let c = self.rest().chars().next()?;
        match (self.expects, c) {
            (Expects::Key | Expects::Value | Expects::End, '}' | ']') => self.close(c),
            (Expects::Key, '\'' | '"') => {
                self.string(c)?;
                self.expects = Expects::Colon;
                Some(())
            }
            (Expects::Key, _) => self.key(),
            (Expects::Colon, ':') => {
                self.emit(':');
                self.at += 1;
                self.expects = Expects::Value;
                Some(())
            }
            (Expects::End, ',') => self.comma(),
            // `'a' + b`, `{} as Kind`
            (Expects::End, _) => self.expression(),
            (Expects::Value, '{' | '[') => {
                self.emit(c);
                self.at += 1;
                self.open.push(if c == '{' { '}' } else { ']' });
                self.expects = if c == '{' { Expects::Key } else { Expects::Value };
                Some(())
            }
            (Expects::Value, '\'' | '"' | '`') => {
                self.string(c)?;
                self.expects = Expects::End;
                Some(())
            }
            (Expects::Value, _) => {
                let rest = self.rest();
                let end = rest.find(|c: char| !(is_of_name(c) || matches!(c, '-' | '.'))).unwrap_or(rest.len());
                let word = rest.get(..end)?.to_owned();
                let behind = rest.get(end..)?.trim_start();
                let plain = matches!(word.as_str(), "true" | "false" | "null") || is_number(&word);
                if plain && behind.starts_with([',', '}', ']']) {
                    self.emit_all(&word);
                    self.at += end;
                } else {
                    self.emit_all("null");
                    self.expression()?;
                }
                self.expects = Expects::End;
                Some(())
            }
            (Expects::Colon, _) => None,
        }
    }

    fn close(&mut self, c: char) -> Option<()> {
        if self.open.pop()? != c {
            return None;
        }
        self.emit(c);
        self.at += 1;
        self.expects = Expects::End;
        Some(())
    }

    /// One behind the last value is none of JSON's.
    fn comma(&mut self) -> Option<()> {
        let here = self.at;
        self.at += 1;
        self.blank()?;
        if !self.rest().starts_with(['}', ']']) {
            let next = std::mem::replace(&mut self.at, here);
            self.emit(',');
            self.at = next;
        }
        self.expects = if self.open.last() == Some(&'}') { Expects::Key } else { Expects::Value };
        Some(())
    }

    /// `name:`, `name` that stands for its variable, `...others`.
    fn key(&mut self) -> Option<()> {
        if self.rest().starts_with("...") {
            self.emit_all("\"\":null");
            self.expects = Expects::End;
            return self.expression();
        }
        let rest = self.rest();
        let length = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        let name = rest.get(..length).filter(|name| !name.is_empty())?.to_owned();
        let behind = rest.get(length..)?.trim_start().chars().next()?;
        self.emit('"');
        self.emit_all(&name);
        self.emit('"');
        self.at += length;
        match behind {
            ':' => self.expects = Expects::Colon,
            ',' | '}' => {
                self.emit_all(":null");
                self.expects = Expects::End;
            }
            _ => return None,
        }
        Some(())
    }

    /// Over what is worked out, to the comma or bracket that ends it.
    fn expression(&mut self) -> Option<()> {
        let mut depth = 0usize;
        let mut quote = None;
        let mut escaped = false;
        let rest = self.rest();
        let near = rest.get(..rest.floor_char_boundary(EXPRESSION))?;
        for (at, c) in near.char_indices() {
            match (quote, c) {
                (Some(_), _) if escaped => escaped = false,
                (Some(_), '\\') => escaped = true,
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"' | '`') => quote = Some(c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') if depth > 0 => depth -= 1,
                (None, ',' | ']' | '}') if depth == 0 => {
                    self.out.aside.push(self.at..self.at + at);
                    self.at += at;
                    return (at > 0).then_some(());
                }
                (None, ')') => return None,
                (None, ';') if depth == 0 => return None,
                (None, _) => {}
            }
        }
        self.at += near.len();
        None
    }

    /// A string, as one of JSON.
    fn string(&mut self, quote: char) -> Option<()> {
        self.emit('"');
        self.at += quote.len_utf8();
        loop {
            let mut signs = self.rest().chars();
            let c = signs.next()?;
            let mut length = c.len_utf8();
            match c {
                '\\' => {
                    let next = signs.next()?;
                    length += next.len_utf8();
                    match next {
                        '"' | '\\' | 'n' | 'r' | 't' | 'b' | 'f' => {
                            self.emit('\\');
                            self.emit(next);
                        }
                        '\'' | '`' | '/' | '$' => self.emit(next),
                        'u' => {
                            let digits = self.rest().get(2..6).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                            let digits = digits.to_owned();
                            self.emit_all("\\u");
                            self.emit_all(&digits);
                            length += 4;
                        }
                        _ => return None,
                    }
                }
                c if c == quote => {
                    self.emit('"');
                    self.at += length;
                    return Some(());
                }
                '"' => self.emit_all("\\\""),
                '\n' if quote == '`' => self.emit_all("\\n"),
                '\r' if quote == '`' => self.emit_all("\\r"),
                '\t' => self.emit_all("\\t"),
                c if c < ' ' => return None,
                c => self.emit(c),
            }
            self.at += length;
        }
    }
}

/// As JSON writes one.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part) && (whole == "0" || !whole.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<String> {
        let mut out = Read::default();
        read(text, 0, 4096, &mut out)?;
        Some(format!("{}|{}", out.json, text.get(out.end..)?))
    }

    #[test]
    fn as_scripts_write_them() {
        for (text, want) in [
            ("{ a: 'x', } y", r#"{"a":"x"}| y"#),
            ("{ a: [1, -2.5, 007,], b, ...c(1, 2), 'd-e': f({g: 1}) }", {
                r#"{"a":[1,-2.5,null],"b":null,"":null,"d-e":null}|"#
            }),
            ("{ a: 'it\\'s \"x\"' + b, // of them, all\n c: `d\ne` /* f */ }", r#"{"a":"it's \"x\"","c":"d\ne"}|"#),
            ("[{ a: true as const }]", r#"[{"a":null}]|"#),
        ] {
            assert_eq!(json(text).as_deref(), Some(want), "{text}");
        }
        for none in ["{ a: string; b: number }", "{ a() { } }", "{ a: 'x", "{ a: 1 ]", "{ a: b"] {
            assert_eq!(json(none), None, "{none}");
        }
    }

    #[test]
    fn keys() {
        assert!(is_key("name: 'x'") && is_key("a:{b:1}") && is_key("_id : 4"));
        assert!(
            !is_key("std::vec") && !is_key("http://x") && !is_key("color:red") && !is_key("12: 4") && !is_key("a b: c")
        );
    }
}
