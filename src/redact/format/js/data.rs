//! Data in programs: a literal that is JSON but for its quotes is read as the JSON that it is, when it is about people.
//!
//! `{name: 'April Jones', gender: 'M', id: 7547}` has no label that tells a name from that of a button; what stands around it
//! does. So the literal is written as JSON, rewritten by that format with all that it knows (siblings, rows under headers, values
//! beside labels), and what changed is put back into the source, each value in its own quotes. The bytes between stay.
//!
//! ```text
//! var d = [['Kowal', '11/09/2017']];     rows below headers that the program gave before: read as objects
//! { dob: new Date(-370656000000) }       a moment, read as a number
//! ```

use std::ops::Range;

use super::literal;
use crate::redact::format::json;
use crate::redact::label::normalise;
use crate::redact::run::Run;

/// A longer literal is read string by string.
const LONGEST: usize = 64 * 1024;

/// Deeper ones as well.
const DEEPEST: usize = 24;

/// A value, or a key, and where it stands.
#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) source: Range<usize>,
    /// As decoded.
    pub(super) text: String,
    /// Its quote; 0 for a number, a word or a bare key.
    pub(super) quote: u8,
}

/// What a literal is made of. Scalars are indices.
#[derive(Debug)]
pub(super) enum Node {
    Scalar(usize),
    List(Vec<Node>),
    Map(Vec<(usize, Node)>),
}

/// A literal.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) scalars: Vec<Scalar>,
    pub(super) root: Node,
    /// Comments between its values.
    pub(super) remarks: Vec<Range<usize>>,
    /// Behind it.
    pub(super) end: usize,
}

/// What stands at the front.
pub(super) enum Read {
    /// More text must say.
    Undecided,
    /// Something that computes.
    Program,
    Data(Literal),
}

/// Reads the literal at the front of `text`, which begins with a bracket.
pub(super) fn read(text: &str, last: bool) -> Read {
    let bound = (0..=text.len().min(LONGEST)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let window = text.get(..bound).unwrap_or_default();
    let mut reader = Reader { text: window, at: 0, scalars: Vec::new(), remarks: Vec::new(), plain: false };
    match reader.value(0) {
        Ok(root) => Read::Data(Literal { scalars: reader.scalars, root, remarks: reader.remarks, end: reader.at }),
        Err(Stop::Ends) if !last && text.len() <= LONGEST => Read::Undecided,
        Err(_) => Read::Program,
    }
}

/// Reads the literal at the front of a text that people read, where a remark between its values is text as well: it must have none. Where there is
/// none, how far it was read.
pub(super) fn read_plain(text: &str) -> Result<Literal, usize> {
    let window = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    let mut reader = Reader { text: window, at: 0, scalars: Vec::new(), remarks: Vec::new(), plain: true };
    match reader.value(0) {
        Ok(root) => Ok(Literal { scalars: reader.scalars, root, remarks: reader.remarks, end: reader.at }),
        // What never ends was looked through to the end.
        Err(Stop::Ends) => Err(window.len()),
        Err(Stop::Program) => Err(reader.at),
    }
}

/// Why reading stopped.
enum Stop {
    /// The text is at its end.
    Ends,
    /// It is no data.
    Program,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    scalars: Vec<Scalar>,
    remarks: Vec<Range<usize>>,
    /// A remark is nothing of it.
    plain: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<u8, Stop> {
        loop {
            let whole = self.text;
            let shown = whole.get(self.at..).unwrap_or_default();
            let rest = shown.as_bytes();
            let blanks = if self.plain {
                shown.len() - shown.trim_start().len()
            } else {
                rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')).count()
            };
            self.at += blanks;
            let rest = rest.get(blanks..).unwrap_or_default();
            // A remark between two values is no part of either.
            let remark = match rest {
                [b'/', ..] if self.plain => return Err(Stop::Program),
                [b'/', b'/', ..] => literal::line(rest),
                [b'/', b'*', ..] => literal::block(rest),
                [b'/'] => None,
                [first, ..] => return Ok(*first),
                [] => return Err(Stop::Ends),
            };
            let end = self.at + remark.ok_or(Stop::Ends)?;
            self.remarks.push(self.at..end);
            self.at = end;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Program);
        }
        match self.next()? {
            b'{' => self.map(depth),
            b'[' => self.list(depth),
            quote @ (b'"' | b'\'') => self.string(quote).map(Node::Scalar),
            b'`' => self.template().map(Node::Scalar),
            b'-' | b'0'..=b'9' => self.number().map(Node::Scalar),
            b'a'..=b'z' => self.word().map(Node::Scalar),
            _ => Err(Stop::Program),
        }
    }

    fn map(&mut self, depth: usize) -> Result<Node, Stop> {
        self.at += 1;
        let mut pairs = Vec::new();
        loop {
            let key = match self.next()? {
                b'}' => break,
                quote @ (b'"' | b'\'') => self.string(quote)?,
                _ => self.bare()?,
            };
            if self.next()? != b':' {
                return Err(Stop::Program);
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            pairs.push((key, value));
            match self.next()? {
                b',' => self.at += 1,
                b'}' => break,
                _ => return Err(Stop::Program),
            }
        }
        self.at += 1;
        Ok(Node::Map(pairs))
    }

    fn list(&mut self, depth: usize) -> Result<Node, Stop> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            if self.next()? == b']' {
                break;
            }
            values.push(self.value(depth + 1)?);
            match self.next()? {
                b',' => self.at += 1,
                b']' => break,
                _ => return Err(Stop::Program),
            }
        }
        self.at += 1;
        Ok(Node::List(values))
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// It is no data, and so much was read to see that.
    fn program(&mut self, length: usize) -> Stop {
        self.at += length;
        Stop::Program
    }

    fn push(&mut self, length: usize, text: String, quote: u8) -> usize {
        self.scalars.push(Scalar { source: self.at..self.at + length, text, quote });
        self.at += length;
        self.scalars.len() - 1
    }

    fn string(&mut self, quote: u8) -> Result<usize, Stop> {
        let end = literal::string(self.rest(), quote, false).ok_or(Stop::Ends)?;
        let source = self.rest().get(..end).unwrap_or_default();
        // One that a line's end broke off is no data.
        let closed = source.len() > 1 && source.as_bytes().last() == Some(&quote);
        let Some(inside) = source.get(1..source.len().saturating_sub(1)).filter(|_| closed) else {
            return Err(self.program(end));
        };
        let mut exact = Run::default();
        literal::decode(inside, 1, &mut exact);
        let text = exact.text().to_owned();
        Ok(self.push(end, text, quote))
    }

    /// A template that works nothing out: a string that may have several lines.
    fn template(&mut self) -> Result<usize, Stop> {
        let inside = self.rest().get(1..).unwrap_or_default();
        let (end, opens) = literal::template(inside.as_bytes()).ok_or(Stop::Ends)?;
        if opens {
            return Err(self.program(end));
        }
        let mut exact = Run::default();
        literal::decode(inside.get(..end).unwrap_or_default(), 1, &mut exact);
        let text = exact.text().to_owned();
        Ok(self.push(end + 2, text, b'`'))
    }

    /// A key without quotes.
    fn bare(&mut self) -> Result<usize, Stop> {
        let numeric = self.rest().starts_with(|c: char| c.is_ascii_digit());
        if !numeric && !literal::is_name(self.rest()) {
            return Err(Stop::Program);
        }
        let end = literal::name(self.rest());
        if end == self.rest().len() {
            return Err(Stop::Ends);
        }
        let text = self.rest().get(..end).unwrap_or_default().to_owned();
        Ok(self.push(end, text, 0))
    }

    fn number(&mut self) -> Result<usize, Stop> {
        let sign = usize::from(self.rest().starts_with('-'));
        let length = sign + literal::number(self.rest().as_bytes().get(sign..).unwrap_or_default());
        if length == self.rest().len() {
            return Err(Stop::Ends);
        }
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'.');
        if length == sign || !text.bytes().all(plain) {
            return Err(self.program(length));
        }
        Ok(self.push(length, text, 0))
    }

    /// `true`, `null`, `undefined`, or `new Date(…)`, of which the number or the string inside counts.
    fn word(&mut self) -> Result<usize, Stop> {
        for word in ["true", "false", "null", "undefined"] {
            if word.starts_with(self.rest()) {
                return Err(Stop::Ends);
            }
            if self.rest().starts_with(word) && literal::name(self.rest()) == word.len() {
                return Ok(self.push(word.len(), word.to_owned(), 0));
            }
        }
        const MOMENT: &str = "new Date(";
        if MOMENT.starts_with(self.rest()) {
            return Err(Stop::Ends);
        }
        if !self.rest().starts_with(MOMENT) {
            return Err(Stop::Program);
        }
        self.at += MOMENT.len();
        let inside = match self.next()? {
            quote @ (b'"' | b'\'') => self.string(quote)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(Stop::Program),
        };
        if self.next()? != b')' {
            return Err(Stop::Program);
        }
        self.at += 1;
        Ok(inside)
    }
}

/// The literal as JSON, and the scalar of each of its strings, numbers and words in order; none where the source has none.
pub(super) struct Written {
    pub(super) json: String,
    pub(super) scalars: Vec<Option<usize>>,
}

/// Writes a literal as JSON. `holder` is what it is called; rows as long as `headers` are read as objects with those keys.
pub(super) fn write(literal: &Literal, holder: &str, headers: &[String]) -> Written {
    let mut written = Written { json: String::new(), scalars: Vec::new() };
    if holder.is_empty() {
        written.node(literal, &literal.root, headers);
    } else {
        written.json.push('{');
        written.string(holder, None);
        written.json.push(':');
        written.node(literal, &literal.root, headers);
        written.json.push('}');
    }
    written
}

impl Written {
    fn node(&mut self, literal: &Literal, node: &Node, headers: &[String]) {
        match node {
            Node::Scalar(at) => self.scalar(literal, *at),
            Node::List(values) => {
                let scalars = values.iter().all(|v| matches!(v, Node::Scalar(_)));
                if scalars && values.len() > 1 && values.len() == headers.len() {
                    self.row(literal, values, headers);
                    return;
                }
                self.json.push('[');
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        self.json.push(',');
                    }
                    self.node(literal, value, headers);
                }
                self.json.push(']');
            }
            Node::Map(pairs) => {
                let own = pairs.iter().find_map(|(_, value)| headers_of(literal, value));
                let headers = own.as_deref().unwrap_or(headers);
                self.json.push('{');
                for (i, (key, value)) in pairs.iter().enumerate() {
                    if i > 0 {
                        self.json.push(',');
                    }
                    self.key(literal, *key);
                    // Headers are no row of themselves.
                    let is_headers = headers_of(literal, value).is_some();
                    self.node(literal, value, if is_headers { &[] } else { headers });
                }
                self.json.push('}');
            }
        }
    }

    fn key(&mut self, literal: &Literal, at: usize) {
        let text = literal.scalars.get(at).map(|s| s.text.as_str()).unwrap_or_default();
        self.string(text, Some(at));
        self.json.push(':');
    }

    fn row(&mut self, literal: &Literal, values: &[Node], headers: &[String]) {
        self.json.push('{');
        for (i, (value, header)) in values.iter().zip(headers).enumerate() {
            if i > 0 {
                self.json.push(',');
            }
            self.string(header, None);
            self.json.push(':');
            self.node(literal, value, &[]);
        }
        self.json.push('}');
    }

    fn scalar(&mut self, literal: &Literal, at: usize) {
        let Some(scalar) = literal.scalars.get(at) else { return };
        if scalar.quote == 0 && json::is_scalar(&scalar.text) {
            self.scalars.push(Some(at));
            self.json.push_str(&scalar.text);
        } else if scalar.quote == 0 && scalar.text == "undefined" {
            self.scalars.push(None);
            self.json.push_str("null");
        } else {
            self.string(&scalar.text, Some(at));
        }
    }

    fn string(&mut self, text: &str, at: Option<usize>) {
        self.scalars.push(at);
        json::write(text, &mut self.json);
    }
}

/// The headers that a list names: strings, or objects with a title each. Normalised; none when they are not all there.
pub(super) fn headers_of(literal: &Literal, node: &Node) -> Option<Vec<String>> {
    const TITLES: &[&str] =
        &["header", "title", "s title", "label", "caption", "text", "head", "name", "field", "data index", "data"];
    let Node::List(values) = node else { return None };
    if values.len() < 2 || values.len() > 256 {
        return None;
    }
    let text = |at: usize| literal.scalars.get(at).filter(|s| s.quote != 0).map(|s| s.text.as_str());
    let header = |value: &Node| match value {
        Node::Scalar(at) => text(*at).map(normalise),
        Node::Map(pairs) => TITLES.iter().find_map(|title| {
            pairs.iter().find_map(|(key, value)| match value {
                Node::Scalar(at) => {
                    let key = literal.scalars.get(*key).map(|s| normalise(&s.text)).unwrap_or_default();
                    text(*at).filter(|_| key == *title).map(normalise)
                }
                Node::List(_) | Node::Map(_) => None,
            })
        }),
        Node::List(_) => None,
    };
    let headers: Option<Vec<String>> = values.iter().map(header).collect();
    // A row of data has numbers and dates in it.
    headers.filter(|all| all.iter().all(|h| !h.is_empty() && h.bytes().filter(u8::is_ascii_digit).count() < 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str, headers: &[&str]) -> Option<String> {
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        match read(text, true) {
            Read::Data(literal) => Some(write(&literal, "", &headers).json),
            Read::Undecided | Read::Program => None,
        }
    }

    #[test]
    fn data_is_json_but_for_its_quotes() {
        for (source, want) in [
            ("{a:'b\\'c',\"d\":[1,-2.5,null,],}", Some("{\"a\":\"b'c\",\"d\":[1,-2.5,null]}")),
            ("{dob: new Date(-37065600), x: undefined }", Some("{\"dob\":-37065600,\"x\":null}")),
            ("{a:f()}", None),
            ("[a,b]", None),
            ("{a(){}}", None),
            ("[0x1f]", None),
            ("['a", None),
        ] {
            assert_eq!(json(source, &[]).as_deref(), want, "{source}");
        }
    }

    #[test]
    fn a_template_is_a_string_unless_it_works_something_out() {
        assert_eq!(json("{a: `b\n'c'`}", &[]).as_deref(), Some(r#"{"a":"b\n'c'"}"#));
        assert_eq!(json("{a: `b${c}`}", &[]), None);
    }

    #[test]
    fn in_a_text_it_is_nothing_but_data() {
        let text = "{a: 'b', c: [1, `d`,], 'e-f': new Date(4)} x";
        assert!(read_plain(text).is_ok_and(|literal| text.get(literal.end..) == Some(" x")));
        for (none, far) in [("{a: b}", 4), ("{a: 'b' /* c */}", 8), ("{a: 'b' + c}", 8), ("{a: string; b: number}", 4)]
        {
            assert_eq!(read_plain(none).err(), Some(far), "{none}");
        }
        for none in ["{a: 'x", "{a: 1 ]", "{Surname: Quelch}", "{a: 007n}", "{...b}", "{b}", "{a() {}}"] {
            assert!(read_plain(none).is_err(), "{none}");
        }
    }

    #[test]
    fn rows_below_headers_are_objects() {
        assert_eq!(
            json("[['Kowal','1'],['a','b','c']]", &["surname", "ward"]).as_deref(),
            Some(r#"[{"surname":"Kowal","ward":"1"},["a","b","c"]]"#)
        );
        assert_eq!(
            json("{cols:[{header:'Surname'},{header:'Ward'}],rows:[['Kowal','1']]}", &[]).as_deref(),
            Some(r#"{"cols":[{"header":"Surname"},{"header":"Ward"}],"rows":[{"surname":"Kowal","ward":"1"}]}"#)
        );
    }
}
