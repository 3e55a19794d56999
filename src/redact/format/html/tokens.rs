//! The tokenizer: cuts markup into tokens that only name stretches of source.
//!
//! Every byte of the source belongs to exactly one token, so nothing can pass unseen between two of them (end tags with
//! attributes, CDATA, bogus markup, a tag that the end of the page cuts off). It is push-style: a token that is not
//! complete is waited for, and taking the scan up again costs nothing, so that one byte at a time is as linear as all at
//! once. It follows the tokenizer of the HTML standard; what the tree decides there (is this text raw? is CDATA a thing
//! here?) it is told by [`super::tree`] through [`Scanner::enter`] and [`Scanner::foreign`].
//!
//! lol_html would be the obvious pick, but it does not report stray end tags, CDATA and cut-off tags, searches its open
//! elements for each end tag (quadratic on hostile pages) and takes `<svg/>` for open; see the tests against html5ever.

use memchr::memchr;

use crate::redact::run::Span;
use crate::redact::withheld::Withheld;

/// An attribute of a start or end tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attr {
    /// The name as written.
    pub(super) name: Span,
    /// The value without its quotes; empty span where there is none.
    pub(super) value: Span,
    /// `"`, `'`, or a blank for unquoted and missing values.
    pub(super) quote: u8,
    /// Name, equals sign, quotes and all.
    pub(super) whole: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Text with entities.
    Text,
    /// Text without entities: the rest of a `<plaintext>` page, CDATA.
    Plain,
    /// The whole content of an element whose content is not markup (`<script>`, `<textarea>`); never empty.
    Raw,
    /// A start tag; its parts stand in [`Scanner::name`] and [`Scanner::attrs`].
    Start {
        /// It ends in `/>`.
        self_closing: bool,
    },
    /// An end tag; likewise.
    End,
    /// A comment, also a bogus one; its content stands in [`Scanner::content`].
    Comment {
        /// Not `<!-- … -->` but `<!…>`, `<?…>` or `</ …>`.
        bogus: bool,
    },
    /// A doctype.
    Doctype,
    /// The opening or closing bracket of a CDATA section.
    Bracket,
    /// A tag that the end of the source cuts off. Browsers drop it.
    CutOff,
}

/// How text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextMode {
    /// Markup and entities.
    Markup,
    /// Up to the element's own end tag.
    Raw,
    /// As raw, with the rules for comments in scripts.
    Script,
    /// To the end.
    Plain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Text,
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
    Slash,
    Comment,
    Bogus,
    Doctype,
    Cdata,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escaped {
    No,
    Once,
    Twice,
}

/// The scanner of one source.
#[derive(Debug)]
pub(super) struct Scanner {
    /// Where the token under way begins.
    pub(super) start: u64,
    /// Up to where it has been looked at.
    pub(super) at: u64,
    pub(super) part: Part,
    pub(super) end_tag: bool,
    pub(super) mode: TextMode,
    pub(super) raw_name: Vec<u8>,
    pub(super) escaped: Escaped,
    pub(super) name: Span,
    pub(super) attrs: Vec<Attr>,
    pub(super) content: Span,
    pub(super) span: Span,
    /// CDATA sections are known here: the current element is SVG or MathML.
    pub(super) foreign: bool,
    pub(super) in_cdata: bool,
}

/// The longest piece of text given out at once; longer text comes in several.
const PIECE: u64 = 8 * 1024;

impl Default for Scanner {
    fn default() -> Self {
        Self {
            start: 0,
            at: 0,
            part: Part::Text,
            end_tag: false,
            mode: TextMode::Markup,
            raw_name: Vec::new(),
            escaped: Escaped::No,
            name: 0..0,
            attrs: Vec::new(),
            content: 0..0,
            span: 0..0,
            foreign: false,
            in_cdata: false,
        }
    }
}

/// The held source with its place, so that a scan reads by absolute positions.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) base: u64,
}

impl<'a> Held<'a> {
    pub(super) fn end(&self) -> u64 {
        self.base + self.bytes.len() as u64
    }

    pub(super) fn from(&self, at: u64) -> &'a [u8] {
        let from = usize::try_from(at.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.bytes.get(from..).unwrap_or_default()
    }

    pub(super) fn byte(&self, at: u64) -> Option<u8> {
        self.from(at).first().copied()
    }
}

pub(super) fn space(b: u8) -> bool {
    matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')
}

impl Scanner {
    /// Where the last token stands.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Name of the last tag.
    pub(super) fn name(&self) -> Span {
        self.name.clone()
    }

    /// Attributes of the last tag.
    pub(super) fn attrs(&self) -> &[Attr] {
        &self.attrs
    }

    /// Content of the last comment.
    pub(super) fn content(&self) -> Span {
        self.content.clone()
    }

    /// Where the token under way begins: everything before has been given out.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// The element just begun has content of this kind.
    pub(super) fn enter(&mut self, mode: TextMode, name: &str) {
        self.mode = mode;
        self.escaped = Escaped::No;
        self.raw_name.clear();
        self.raw_name.extend_from_slice(name.as_bytes());
    }

    pub(super) fn done(&mut self, token: Token, end: u64) -> Option<Token> {
        self.span = self.start..end;
        self.start = end;
        self.at = end;
        self.part = Part::Text;
        Some(token)
    }

    /// The next token of the source held in `bytes`, of which the first stands at `base`; `None` when more is needed. `last`: the source ends here.
    ///
    /// # Errors
    /// A token longer than `limit`.
    pub(super) fn next(
        &mut self,
        bytes: &[u8],
        base: u64,
        last: bool,
        limit: usize,
    ) -> Result<Option<Token>, Withheld> {
        let held = Held { bytes, base };
        let token = self.scan(held, last);
        let length = token.map_or(held.end() - self.start, |_| self.span.end - self.span.start);
        if length > limit as u64 {
            return Err(Withheld::ValueTooLong { limit });
        }
        Ok(token)
    }

    fn scan(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        match self.part {
            Part::Text => match self.mode {
                _ if self.in_cdata => self.cdata(held, last),
                TextMode::Markup => self.text(held, last),
                TextMode::Raw | TextMode::Script => self.raw(held, last),
                TextMode::Plain => self.piece(held, held.end(), last, Token::Plain),
            },
            Part::Comment => self.comment(held, last),
            Part::Bogus | Part::Doctype => self.upto_angle(held, last),
            Part::Cdata => self.cdata(held, last),
            Part::TagName
            | Part::BeforeName
            | Part::Name
            | Part::AfterName
            | Part::BeforeValue
            | Part::Quoted(_)
            | Part::Unquoted
            | Part::Slash => self.tag(held, last),
        }
    }

    /// Text from the start to `upto`, or a piece of it; pieces are cut where the source says, never where a chunk ends.
    pub(super) fn piece(&mut self, held: Held<'_>, upto: u64, all: bool, token: Token) -> Option<Token> {
        if upto - self.start <= PIECE {
            return if all && upto > self.start { self.done(token, upto) } else { None };
        }
        let window = held.from(self.start).get(..PIECE as usize).unwrap_or_default();
        let mut cut = window.iter().rposition(|&b| space(b)).filter(|&p| p > PIECE as usize / 2);
        if cut.is_none() {
            // No white space in four thousand bytes: at a character, and not inside an entity.
            let amp = memchr::memrchr(b'&', window).filter(|p| window.len() - p < 40);
            let whole = (0..4).map(|n| window.len() - n).find(|&n| !is_inner(held.byte(self.start + n as u64)));
            cut = amp.filter(|&p| p > 0).or(whole);
        }
        let cut = cut.filter(|&c| c > 0).unwrap_or(window.len());
        self.done(token, self.start + cut as u64)
    }

    pub(super) fn text(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        loop {
            let Some(found) = memchr(b'<', held.from(self.at)) else {
                self.at = held.end();
                return self.piece(held, self.at, last, Token::Text);
            };
            let angle = self.at + found as u64;
            if angle - self.start > PIECE {
                self.at = self.start;
                return self.piece(held, angle, false, Token::Text);
            }
            match self.markup(held, angle, last) {
                Markup::Text => self.at = angle + 1,
                Markup::Unsure => {
                    self.at = angle;
                    return None;
                }
                Markup::Is(_, _) if angle > self.start => return self.done(Token::Text, angle),
                Markup::Is(part, skip) => {
                    self.part = part;
                    self.at = angle + skip;
                    self.attrs.clear();
                    self.name = self.at..self.at;
                    self.end_tag = skip == 2 && part == Part::TagName;
                    if part == Part::Cdata {
                        self.in_cdata = true;
                        return self.done(Token::Bracket, angle + 9);
                    }
                    self.content = self.at..self.at;
                    return self.scan(held, last);
                }
            }
        }
    }

    /// What a `<` begins.
    fn markup(&self, held: Held<'_>, angle: u64, last: bool) -> Markup {
        let rest = held.from(angle + 1);
        let unsure = if last { Markup::Text } else { Markup::Unsure };
        match rest.first() {
            None => unsure,
            Some(b) if b.is_ascii_alphabetic() => Markup::Is(Part::TagName, 1),
            Some(b'?') => Markup::Is(Part::Bogus, 1),
            Some(b'/') => match rest.get(1) {
                None => unsure,
                Some(b) if b.is_ascii_alphabetic() => Markup::Is(Part::TagName, 2),
                Some(_) => Markup::Is(Part::Bogus, 2),
            },
            Some(b'!') => {
                for (word, part, skip) in
                    [("!--", Part::Comment, 4), ("!doctype", Part::Doctype, 9), ("![CDATA[", Part::Cdata, 9)]
                {
                    let have = rest.get(..word.len().min(rest.len())).unwrap_or_default();
                    let begins = word.as_bytes().get(..have.len()).unwrap_or_default();
                    let cdata = part == Part::Cdata;
                    let same = if cdata { self.foreign && begins == have } else { begins.eq_ignore_ascii_case(have) };
                    if same && have.len() == word.len() {
                        return Markup::Is(part, skip);
                    }
                    if same && !last {
                        return Markup::Unsure;
                    }
                }
                Markup::Is(Part::Bogus, 2)
            }
            Some(_) => Markup::Text,
        }
    }

    fn tag(&mut self, held: Held<'_>, last: bool) -> Option<Token> {
        while let Some(b) = held.byte(self.at) {
            let here = self.at;
            match self.part {
                Part::TagName => match b {
                    b'>' | b'/' => self.name.end = here,
                    _ if space(b) => self.name.end = here,
                    _ => {
                        self.at += 1;
                        continue;
                    }
                },
                Part::Name => match b {
                    b'>' | b'/' | b'=' => self.name_ends(here),
                    _ if space(b) => self.name_ends(here),
                    _ => {
                        self.at += 1;
                        continue;
                    }
                },
                Part::Quoted(quote) => {
                    let Some(found) = memchr(quote, held.from(here)) else {
                        self.at = held.end();
                        break;
                    };
                    let close = here + found as u64;
                    self.value_ends(close, close + 1);
                    self.part = Part::BeforeName;
                    self.at = close + 1;
                    continue;
                }
                Part::Unquoted => match b {
                    b'>' => self.value_ends(here, here),
                    _ if space(b) => self.value_ends(here, here),
                    _ => {
                        self.at += 1;
                        continue;
                    }
                },
                Part::BeforeName
                | Part::AfterName
                | Part::BeforeValue
                | Part::Slash
                | Part::Text
                | Part::Comment
                | Part::Bogus
                | Part::Doctype
                | Part::Cdata => {}
            }
            // What this byte means between the parts of a tag.
            match b {
                b'>' => {
                    let self_closing = self.part == Part::Slash;
                    let token = if self.end_tag { Token::End } else { Token::Start { self_closing } };
                    return self.done(token, here + 1);
                }
                _ if space(b) => {
                    if matches!(self.part, Part::Name | Part::AfterName) {
                        self.part = Part::AfterName;
                    } else if self.part != Part::BeforeValue {
                        self.part = Part::BeforeName;
                    }
                }
                b'/' if self.part != Part::BeforeValue => self.part = Part::Slash,
                b'=' if matches!(self.part, Part::Name | Part::AfterName) => {
                    self.part = Part::BeforeValue;
                    if let Some(attr) = self.attrs.last_mut() {
                        attr.whole.end = here + 1;
                        attr.value = here + 1..here + 1;
                    }
                }
                b'"' | b'\'' if self.part == Part::BeforeValue => {
                    self.part = Part::Quoted(b);
                    self.value_begins(here + 1, b);
                }
                _ if self.part == Part::BeforeValue => {
                    self.part = Part::Unquoted;
                    self.value_begins(here, b' ');
                }
                _ => {
                    self.part = Part::Name;
                    let name = here..here + 1;
                    self.attrs.push(Attr { whole: name.clone(), value: here + 1..here + 1, name, quote: b' ' });
                }
            }
            self.at = here + 1;
        }
        if last { self.done(Token::CutOff, held.end()) } else { None }
    }

    fn name_ends(&mut self, at: u64) {
        if let Some(attr) = self.attrs.last_mut() {
            attr.name.end = at;
            attr.whole.end = at;
            attr.value = at..at;
        }
    }

    fn value_begins(&mut self, at: u64, quote: u8) {
        if let Some(attr) = self.attrs.last_mut() {
            attr.value = at..at;
            attr.quote = quote;
        }
    }

    fn value_ends(&mut self, at: u64, whole: u64) {
        if let Some(attr) = self.attrs.last_mut() {
            attr.value.end = at;
            attr.whole.end = whole;
        }
    }
}

enum Markup {
    Text,
    Unsure,
    Is(Part, u64),
}

fn is_inner(byte: Option<u8>) -> bool {
    byte.is_some_and(|b| b & 0xc0 == 0x80)
}
