//! Tokens that run to a closing mark: comments, doctypes, CDATA, and the content of elements that is not markup.

use memchr::{memchr, memchr2};

use super::tokens::{Escaped, Held, Part, Scanner, TextMode, Token, space};

impl Scanner {
    pub(super) fn comment(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        let body = self.content.start;
        // `<!-->` and `<!--->` are whole comments.
        if self.at == body {
            for abrupt in [b">".as_slice(), b"->"] {
                let have = held.from(body);
                if have.starts_with(abrupt) {
                    self.content = body..body;
                    return self.done(Token::Comment { bogus: false }, body + abrupt.len() as u64);
                }
                if have.len() < abrupt.len() && abrupt.starts_with(have) && !last {
                    return None;
                }
            }
        }
        loop {
            let rest = held.from(self.at);
            let Some(found) = memchr::memmem::find(rest, b"--") else {
                if last {
                    self.content = body..held.end();
                    return self.done(Token::Comment { bogus: false }, held.end());
                }
                self.at = self.at.max(held.end().saturating_sub(1));
                return None;
            };
            let dashes = self.at + found as u64;
            match (held.byte(dashes + 2), held.byte(dashes + 3)) {
                (Some(b'>'), _) => {
                    self.content = body..dashes;
                    return self.done(Token::Comment { bogus: false }, dashes + 3);
                }
                (Some(b'!'), Some(b'>')) => {
                    self.content = body..dashes;
                    return self.done(Token::Comment { bogus: false }, dashes + 4);
                }
                (None, _) | (Some(b'!'), None) if !last => {
                    self.at = dashes;
                    return None;
                }
                _ => self.at = dashes + 1,
            }
        }
    }

    pub(super) fn upto_angle(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        let token = if self.part == Part::Doctype { Token::Doctype } else { Token::Comment { bogus: true } };
        if let Some(found) = memchr(b'>', held.from(self.at)) {
            let angle = self.at + found as u64;
            self.content.end = angle;
            return self.done(token, angle + 1);
        }
        self.at = held.end();
        self.content.end = self.at;
        if last { self.done(token, self.at) } else { None }
    }

    pub(super) fn cdata(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        if let Some(found) = memchr::memmem::find(held.from(self.at), b"]]>") {
            let close = self.at + found as u64;
            if close == self.start {
                self.in_cdata = false;
                return self.done(Token::Bracket, close + 3);
            }
            self.at = self.start;
            return self.piece(held, close, true, Token::Plain);
        }
        self.at = self.at.max(held.end().saturating_sub(2));
        // The last two bytes may be the beginning of `]]>`.
        let sure = if last { held.end() } else { self.at };
        self.piece(held, sure, last, Token::Plain)
    }

    /// The content of a raw element, up to its end tag.
    pub(super) fn raw(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        let script = self.mode == TextMode::Script;
        loop {
            let rest = held.from(self.at);
            let found = if script { memchr2(b'<', b'-', rest) } else { memchr(b'<', rest) };
            let Some(found) = found else {
                self.at = held.end();
                break;
            };
            self.at += found as u64;
            let rest = held.from(self.at);
            let step = match rest.first() {
                Some(b'-') => match word(rest, b"-->", false) {
                    Has::Yes if self.escaped != Escaped::No => {
                        self.escaped = Escaped::No;
                        Some(3)
                    }
                    Has::Maybe => None,
                    Has::Yes | Has::No => Some(1),
                },
                _ if rest.get(1) == Some(&b'/') || (rest.len() < 2 && !last) => {
                    match word(rest.get(2..).unwrap_or_default(), &self.raw_name, true) {
                        _ if rest.len() < 2 => None,
                        Has::Maybe => None,
                        Has::No => Some(2),
                        Has::Yes if self.escaped == Escaped::Twice => {
                            self.escaped = Escaped::Once;
                            Some(2)
                        }
                        Has::Yes => {
                            let close = self.at;
                            self.mode = TextMode::Markup;
                            if close > self.start {
                                return self.done(Token::Raw, close);
                            }
                            return self.text(held, last);
                        }
                    }
                }
                _ if script => match (word(rest, b"<!--", false), word(rest, b"<script", true)) {
                    (Has::Yes, _) if self.escaped == Escaped::No => {
                        self.escaped = Escaped::Once;
                        // The dashes may also be those of `-->`.
                        Some(2)
                    }
                    (_, Has::Yes) if self.escaped == Escaped::Once => {
                        self.escaped = Escaped::Twice;
                        Some(7)
                    }
                    (Has::Maybe, _) | (_, Has::Maybe) => None,
                    _ => Some(1),
                },
                _ => Some(1),
            };
            match step {
                Some(step) => self.at += step,
                None if last => self.at += 1,
                None => return None,
            }
        }
        if last && held.end() > self.start {
            self.mode = TextMode::Markup;
            return self.done(Token::Raw, held.end());
        }
        None
    }
}

enum Has {
    Yes,
    No,
    Maybe,
}

/// Whether `bytes` begin with `word` (any case), as a whole tag name if asked.
fn word(bytes: &[u8], word: &[u8], whole: bool) -> Has {
    let have = bytes.get(..word.len().min(bytes.len())).unwrap_or_default();
    if !word.get(..have.len()).is_some_and(|w| w.eq_ignore_ascii_case(have)) {
        return Has::No;
    }
    match bytes.get(word.len()) {
        _ if have.len() < word.len() => Has::Maybe,
        _ if !whole => Has::Yes,
        None => Has::Maybe,
        Some(&b) if space(b) || b == b'/' || b == b'>' => Has::Yes,
        Some(_) => Has::No,
    }
}
