//! CSS selectors: the part that can be matched while a page streams by.
//!
//! Supported: type and `*`, `#id`, `.class`, `[attr]` with `= ~= |= ^= $= *=` and the `i` flag, `:not(…)` and `:is(…)`
//! of compounds, `:first-child`, `:nth-child(…)`, `:root`; descendant, `>`, `+` and `~`; lists. What would need to know
//! what comes later (`:has`, `:last-child`, `:empty`) is refused with a reason.
//!
//! ```
//! use fanlight::redact::format::html::selector::Selector;
//! assert!(Selector::parse("dl.banner > dd[data-field='nhs' i], td:nth-child(2)").is_ok());
//! assert_eq!(
//!     Selector::parse("div:has(p)").unwrap_err(),
//!     "\":has\" cannot be matched while a page streams; supported are :not, :is, :first-child, :nth-child and :root"
//! );
//! ```

use std::sync::Arc;

/// The longest selector text.
const MAX_SOURCE: usize = 1024;
/// The most compounds in one selector list.
const MAX_COMPOUNDS: usize = 64;

/// How an attribute's value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    /// It is there.
    Present,
    /// `=`
    Is,
    /// `~=`
    Word,
    /// `|=`
    Dash,
    /// `^=`
    Begins,
    /// `$=`
    Ends,
    /// `*=`
    Holds,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AttrTest {
    pub(super) name: String,
    pub(super) compare: Compare,
    pub(super) value: String,
    pub(super) any_case: bool,
}

/// All that is asked of one element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Compound {
    pub(super) tag: Option<String>,
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) attrs: Vec<AttrTest>,
    /// None of these may match.
    pub(super) not: Vec<Compound>,
    /// Of each group one must match.
    pub(super) any: Vec<Vec<Compound>>,
    /// `an+b`
    pub(super) nth: Vec<(i32, i32)>,
    pub(super) root: bool,
}

/// How an element stands to the one before it in the selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combinator {
    Descendant,
    Child,
    Next,
    Later,
}

/// Compounds from left to right, each with how it stands to the one before.
pub(super) type Complex = Vec<(Combinator, Compound)>;

/// A compiled selector list.
#[derive(Debug, Clone)]
pub struct Selector {
    source: String,
    list: Arc<[Complex]>,
}

impl Selector {
    /// Compiles a selector.
    ///
    /// # Errors
    /// Says which part is not supported or not understood.
    pub fn parse(source: &str) -> Result<Self, String> {
        if source.len() > MAX_SOURCE {
            return Err(format!("a selector has at most {MAX_SOURCE} bytes"));
        }
        let mut parser = Parser { rest: source.trim(), compounds: 0, depth: 0 };
        let list = parser.list()?;
        Ok(Self { source: source.to_owned(), list: list.into() })
    }

    /// The selector as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    pub(super) fn list(&self) -> &[Complex] {
        &self.list
    }
}

struct Parser<'a> {
    rest: &'a str,
    compounds: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn spaces(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start();
        self.rest.len() < before
    }

    fn list(&mut self) -> Result<Vec<Complex>, String> {
        let mut list = Vec::new();
        loop {
            self.spaces();
            list.push(self.complex()?);
            self.spaces();
            if self.rest.is_empty() {
                return Ok(list);
            }
            if !self.eat(',') {
                return Err(self.unexpected());
            }
        }
    }

    fn unexpected(&self) -> String {
        match self.peek() {
            Some(c) => format!("{c:?} is not understood here"),
            None => "the selector ends too early".to_owned(),
        }
    }

    fn complex(&mut self) -> Result<Complex, String> {
        let mut parts = vec![(Combinator::Descendant, self.compound()?)];
        loop {
            let gap = self.spaces();
            let how = match self.peek() {
                None | Some(',' | ')') => return Ok(parts),
                Some('>') => Some(Combinator::Child),
                Some('+') => Some(Combinator::Next),
                Some('~') => Some(Combinator::Later),
                Some(_) if gap => None,
                Some(_) => return Err(self.unexpected()),
            };
            if how.is_some() {
                self.rest = self.rest.get(1..).unwrap_or_default();
                self.spaces();
            }
            parts.push((how.unwrap_or(Combinator::Descendant), self.compound()?));
        }
    }

    fn compound(&mut self) -> Result<Compound, String> {
        self.compounds += 1;
        if self.compounds > MAX_COMPOUNDS {
            return Err(format!("a selector has at most {MAX_COMPOUNDS} parts"));
        }
        let mut made = Compound::default();
        let start = self.rest.len();
        if !self.eat('*')
            && let Some(tag) = self.ident()
        {
            made.tag = Some(tag.to_ascii_lowercase());
        }
        loop {
            match self.peek() {
                Some('#') => {
                    self.eat('#');
                    made.id = Some(self.word("an id after #")?);
                }
                Some('.') => {
                    self.eat('.');
                    made.classes.push(self.word("a class after .")?);
                }
                Some('[') => {
                    self.eat('[');
                    made.attrs.push(self.attribute()?);
                }
                Some(':') => {
                    self.eat(':');
                    self.pseudo(&mut made)?;
                }
                Some('|') => return Err("namespaces (|) are not supported".to_owned()),
                _ if self.rest.len() == start => return Err(self.unexpected()),
                _ => return Ok(made),
            }
        }
    }

    /// An identifier, escapes read (`\:` and `\31 `).
    fn ident(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.rest.char_indices().peekable();
        let mut end = 0;
        while let Some((at, c)) = chars.next() {
            if c == '\\' {
                let hex: String = self
                    .rest
                    .get(at + 1..)
                    .unwrap_or_default()
                    .chars()
                    .take(6)
                    .take_while(char::is_ascii_hexdigit)
                    .collect();
                if hex.is_empty() {
                    let (next, escaped) = chars.next()?;
                    out.push(escaped);
                    end = next + escaped.len_utf8();
                } else {
                    out.push(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                    end = at + 1 + hex.len();
                    for _ in 0..hex.len() {
                        chars.next();
                    }
                    if let Some(&(next, ' ')) = chars.peek() {
                        chars.next();
                        end = next + 1;
                    }
                }
                continue;
            }
            let first = out.is_empty();
            if !(c.is_alphabetic() || c == '_' || c == '-' || !c.is_ascii() || (!first && c.is_ascii_digit())) {
                break;
            }
            out.push(c);
            end = at + c.len_utf8();
        }
        if out.is_empty() || out == "-" {
            return None;
        }
        self.rest = self.rest.get(end..).unwrap_or_default();
        Some(out)
    }

    fn word(&mut self, what: &str) -> Result<String, String> {
        self.ident().ok_or_else(|| format!("{what} is missing (a name cannot begin with a digit: write \\31  for 1)"))
    }

    fn attribute(&mut self) -> Result<AttrTest, String> {
        self.spaces();
        let name = self.word("an attribute name after [")?.to_ascii_lowercase();
        self.spaces();
        let mut test = AttrTest { name, compare: Compare::Present, value: String::new(), any_case: false };
        if self.eat(']') {
            return Ok(test);
        }
        test.compare = match self.peek() {
            Some('=') => Compare::Is,
            Some('~') => Compare::Word,
            Some('|') => Compare::Dash,
            Some('^') => Compare::Begins,
            Some('$') => Compare::Ends,
            Some('*') => Compare::Holds,
            _ => return Err(self.unexpected()),
        };
        if test.compare != Compare::Is {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        if !self.eat('=') {
            return Err("an attribute is compared with =, ~=, |=, ^=, $= or *=".to_owned());
        }
        self.spaces();
        test.value = match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.eat(quote);
                let Some((value, rest)) = self.rest.split_once(quote) else {
                    return Err(format!("a quote {quote} is not closed"));
                };
                self.rest = rest;
                value.to_owned()
            }
            _ => self.word("a value after the comparison (quote it)")?,
        };
        if self.spaces() || matches!(self.peek(), Some('i' | 'I' | 's' | 'S')) {
            test.any_case = self.eat('i') || self.eat('I');
            let _ = test.any_case || self.eat('s') || self.eat('S');
            self.spaces();
        }
        if !self.eat(']') {
            return Err("[ is not closed".to_owned());
        }
        Ok(test)
    }

    fn pseudo(&mut self, made: &mut Compound) -> Result<(), String> {
        if self.peek() == Some(':') {
            return Err("pseudo-elements (::) hold nothing that a page sends".to_owned());
        }
        let name = self.word("a name after :")?.to_ascii_lowercase();
        match name.as_str() {
            "first-child" => made.nth.push((0, 1)),
            "root" => made.root = true,
            "nth-child" => {
                let inside = self.argument(&name)?;
                made.nth
                    .push(nth(&inside).ok_or_else(|| format!("{inside:?} is not of the form 2, odd, even or 2n+1"))?);
            }
            "not" | "is" | "where" => {
                let inside = self.argument(&name)?;
                if self.depth >= 2 {
                    return Err(":not and :is are nested too deep".to_owned());
                }
                let mut inner = Parser { rest: inside.trim(), compounds: self.compounds, depth: self.depth + 1 };
                let mut group = Vec::new();
                for complex in inner.list()? {
                    match <[_; 1]>::try_from(complex) {
                        Ok([(_, compound)]) => group.push(compound),
                        Err(_) => return Err(format!(":{name} takes single elements, without spaces or > inside")),
                    }
                }
                self.compounds = inner.compounds;
                if name == "not" { made.not.extend(group) } else { made.any.push(group) }
            }
            _ => {
                return Err(format!(
                    "{:?} cannot be matched while a page streams; supported are :not, :is, :first-child, :nth-child and :root",
                    format!(":{name}")
                ));
            }
        }
        Ok(())
    }

    /// What stands in the brackets of `:not(…)`, brackets and quotes inside it paired.
    fn argument(&mut self, name: &str) -> Result<String, String> {
        if !self.eat('(') {
            return Err(format!(":{name} needs ( … )"));
        }
        let (mut depth, mut quote) = (1, None);
        for (at, c) in self.rest.char_indices() {
            match (c, quote) {
                (c, Some(q)) if c == q => quote = None,
                (_, Some(_)) => {}
                ('"' | '\'', None) => quote = Some(c),
                ('(', None) => depth += 1,
                (')', None) => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let inside = self.rest.get(..at).unwrap_or_default().to_owned();
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(inside);
            }
        }
        Err(format!(":{name}( is not closed"))
    }
}

/// `odd`, `3`, `2n+1`, `-n+3`
fn nth(text: &str) -> Option<(i32, i32)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    match text.as_str() {
        "odd" => return Some((2, 1)),
        "even" => return Some((2, 0)),
        _ => {}
    }
    let within = |n: i32| (-10_000..=10_000).contains(&n).then_some(n);
    let Some((a, b)) = text.split_once('n') else { return within(text.parse().ok()?).map(|b| (0, b)) };
    let a = match a {
        "" | "+" => 1,
        "-" => -1,
        _ => within(a.parse().ok()?)?,
    };
    let b = if b.is_empty() { 0 } else { within(b.parse().ok()?)? };
    Some((a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_matched_is_refused_with_a_reason() {
        for (bad, says) in [
            ("", "ends too early"),
            ("a,", "ends too early"),
            ("> a", "'>' is not understood"),
            ("a:last-child", "\":last-child\" cannot be matched"),
            ("a::before", "pseudo-elements"),
            ("[data-x", "is not understood here|ends too early"),
            ("[data-x='1]", "is not closed"),
            ("#1", "cannot begin with a digit"),
            ("svg|a", "namespaces"),
            (":not(a b)", "single elements"),
            (":nth-child(x)", "is not of the form"),
            (":not(:not(:not(:not(a))))", "nested too deep"),
            ("a { color: red }", "'{' is not understood"),
        ] {
            let got = Selector::parse(bad).unwrap_err();
            assert!(says.split('|').any(|s| got.contains(s)), "{bad}: {got}");
        }
        assert!(Selector::parse(&"a ".repeat(65)).unwrap_err().contains("at most 64"));
        assert!(Selector::parse(&"a".repeat(2000)).unwrap_err().contains("at most 1024"));
    }

    #[test]
    fn parts_are_read() {
        let selector = Selector::parse(r"td.md\:x:not(.a, #b) > [data-Field^='p.' i] ~ *").unwrap();
        let parts = &selector.list()[0];
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[0].1.classes, ["md:x"]);
        assert_eq!(parts[0].1.not.len(), 2);
        assert_eq!(parts[1].0, Combinator::Child);
        let test = AttrTest { name: "data-field".into(), compare: Compare::Begins, value: "p.".into(), any_case: true };
        assert_eq!(parts[1].1.attrs, [test]);
        assert_eq!(parts[2].0, Combinator::Later);
    }
}
