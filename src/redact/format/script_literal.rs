//! An object as scripts write it, in a text that is read as text: sources and examples that a page shows, what a console printed.
//!
//! ```text
//! name: [{ given: ['Barnabas', `Thaddeus`,], family: 'Quelch' }], active: true
//! ```
//!
//! Keys without quotes, single quotes, templates, a comma behind the last. Nothing else: words without quotes, what is worked out and
//! remarks are text, whose labels those who read text know better (`{ Surname: Quelch, born: new Date(…) }`).

use super::json::is_number;

/// An object's JSON, and where each byte of it comes from.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) json: String,
    pub(super) from: Vec<usize>,
    /// Behind its last bracket, or as far as it was read when it is none.
    pub(super) end: usize,
}

/// The longest key without quotes.
const LONGEST_KEY: usize = 64;

/// Whether an object begins with its first key here: `name: …`, and neither `a::b` nor `a:b`, as addresses and styles have it; what is quoted or
/// opens a bracket may follow at once.
pub(super) fn is_key(text: &str) -> bool {
    let name = text.trim_start_matches(is_of_name);
    let length = text.len() - name.len();
    let value = |rest: &str| rest.starts_with([' ', '\n', '\r', '\t', '\'', '"', '`', '[', '{']);
    (1..=LONGEST_KEY).contains(&length)
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && name.trim_start_matches(' ').strip_prefix(':').is_some_and(value)
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '$')
}

/// Reads the object or list at `at`, of at most `longest` bytes. What was read is in `out` also when it is none.
pub(super) fn read(text: &str, at: usize, longest: usize, out: &mut Read) -> Option<()> {
    let to = text.floor_char_boundary(at.saturating_add(longest));
    let mut reading = Reading { text: text.get(..to)?, at, out, open: Vec::new(), expects: Expects::Value };
    let done = reading.all();
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
    fn all(&mut self) -> Option<()> {
        loop {
            self.spaces();
            self.step()?;
            if self.open.is_empty() {
                return Some(());
            }
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
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

    /// Writes what stands here as it is.
    fn take(&mut self, length: usize) -> Option<()> {
        let taken = self.rest().get(..length)?.to_owned();
        for c in taken.chars() {
            self.emit(c);
            self.at += c.len_utf8();
        }
        Some(())
    }

    fn step(&mut self) -> Option<()> {
        let c = self.rest().chars().next()?;
        let next = match (self.expects, c) {
            (Expects::Key | Expects::Value | Expects::End, '}' | ']') => {
                if self.open.pop()? != c {
                    return None;
                }
                self.take(1)?;
                Expects::End
            }
            (Expects::Key, '\'' | '"') => {
                self.string(c)?;
                Expects::Colon
            }
            (Expects::Key, _) => {
                let length = self.rest().find(|c: char| !is_of_name(c)).filter(|n| (1..=LONGEST_KEY).contains(n))?;
                self.emit('"');
                self.take(length)?;
                self.emit('"');
                Expects::Colon
            }
            (Expects::Colon, ':') => {
                self.take(1)?;
                Expects::Value
            }
            (Expects::End, ',') => self.comma()?,
            (Expects::Value, '{' | '[') => {
                self.take(1)?;
                self.open.push(if c == '{' { '}' } else { ']' });
                if c == '{' { Expects::Key } else { Expects::Value }
            }
            (Expects::Value, '\'' | '"' | '`') => {
                self.string(c)?;
                Expects::End
            }
            (Expects::Value, _) => {
                let rest = self.rest();
                let length =
                    rest.find(|c: char| !(is_of_name(c) || matches!(c, '-' | '.' | '+'))).filter(|n| *n > 0)?;
                let word = rest.get(..length)?;
                if !matches!(word, "true" | "false" | "null") && !is_number(word) {
                    return None;
                }
                self.take(length)?;
                Expects::End
            }
            (Expects::Colon | Expects::End, _) => return None,
        };
        self.expects = next;
        Some(())
    }

    /// One behind the last value is none of JSON's.
    fn comma(&mut self) -> Option<Expects> {
        let behind = self.rest().get(1..)?.trim_start();
        if behind.starts_with(['}', ']']) {
            self.at += 1;
        } else {
            self.take(1)?;
        }
        Some(if self.open.last() == Some(&'}') { Expects::Key } else { Expects::Value })
    }

    /// A string, as one of JSON. A template that works something out is none.
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
                '$' if quote == '`' && signs.next() == Some('{') => return None,
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
            ("{ a: [1, -2.5e3,], 'd-e': {g: true} }", r#"{"a":[1,-2.5e3],"d-e":{"g":true}}|"#),
            ("{ a: 'it\\'s \"x\"', c: `d\ne$f` }", r#"{"a":"it's \"x\"","c":"d\ne$f"}|"#),
        ] {
            assert_eq!(json(text).as_deref(), Some(want), "{text}");
        }
        for none in [
            "{ a: string; b: number }",
            "{ a() { } }",
            "{ a: 'x",
            "{ a: 1 ]",
            "{ a: b }",
            "{ Surname: Quelch }",
            "{ a: 'x' + b }",
            "{ a: 'x' /* y */ }",
            "{ a: new Date(4) }",
            "{ a: `x${b}` }",
            "{ a: 007 }",
            "{ ...b }",
            "{ b }",
        ] {
            assert_eq!(json(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_none_says_how_far_it_was_read() {
        let mut out = Read::default();
        assert!(read("{ a: 'x', b: c }", 0, 4096, &mut out).is_none() && out.end == 13);
        assert!(read(&format!("{{ a: '{}", "x".repeat(100)), 0, 20, &mut out).is_none() && out.end == 20);
    }

    #[test]
    fn keys() {
        assert!(is_key("name: 'x'") && is_key("a:{b:1}") && is_key("_id : 4"));
        assert!(
            !is_key("std::vec") && !is_key("http://x") && !is_key("color:red") && !is_key("12: 4") && !is_key("a b: c")
        );
    }
}
