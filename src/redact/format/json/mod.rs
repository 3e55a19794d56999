//! JSON, as it is written: a push scanner that reads one token at a time and leaves every byte that it does not replace.
//!
//! Each string is decoded and inspected with its path, its key as label, and what the same object says of it
//! ([`siblings`]). What it finds:
//!
//! * fields by path pattern, then by column header (rows of arrays), then by label (the key; for keys such as `value`
//!   the name that stands beside it, or the key of what holds it);
//! * formats inside strings (URLs, HTML, JSON, base64), recursed into;
//! * keys and numbers.
//!
//! A number that is an identifier becomes a string with the replacement: the document stays valid, and programs that
//! read it show or send it back. `null`, `true` and `false` say nothing and stay.
//!
//! What is not JSON is withheld, but for what real servers put around it: a byte order mark, the guards `)]}',`,
//! `while(1);` and `for(;;);`, and a JSONP call.

mod escape;
mod siblings;
mod token;

pub(in crate::redact) use escape::{ends_script, text_of, write};
pub(in crate::redact) use token::{is_scalar, scalars};

use std::sync::Arc;

use siblings::{Peeked, Siblings};

use super::js::dictionary_only;
use super::path::Node;
use super::person::People;
use super::scan::Scan;
use super::{decoded, value};
use crate::redact::detect::gazetteer;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// The longest path kept for reports.
const WHENCE: usize = 200;

const MALFORMED: Withheld = Withheld::Malformed("JSON");

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// Nothing has come yet.
    Start,
    Value,
    /// After `[`.
    ValueOrEnd,
    /// After `{`.
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    /// The document is complete.
    End,
}

/// The JSONP call around the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    None,
    Open,
    Closed,
}

#[derive(Debug)]
struct Frame {
    /// Where the path for reports was before this container.
    whence: usize,
    /// The label of the container itself: its key, inherited by elements.
    label: String,
    inside: Inside,
}

#[derive(Debug)]
enum Inside {
    Object(Object),
    Array(Array),
}

#[derive(Debug, Default)]
struct Object {
    /// The key whose value comes next or is being read.
    key: String,
    siblings: Siblings,
    /// Names that stood in it.
    people: People,
    /// It is a date of birth in parts (`{"year": 1959, "month": 7, "day": 22}`), says this rule.
    birth: Option<Arc<FieldRule>>,
    /// Year, month and day so far.
    date: [u32; 3],
}

#[derive(Debug, Default)]
struct Array {
    index: usize,
    /// Headers of the rows in it.
    columns: Option<Arc<[String]>>,
    /// Headers of its own cells, when it is a row.
    cells: Option<Arc<[String]>>,
    /// It may be a header row itself: its strings so far.
    row: Option<Vec<String>>,
    /// Names that stood in it, when it is a row.
    people: People,
    /// Year, month and day, when it is a date of birth in parts (`[1959, 7, 22]`).
    birth: Vec<u32>,
}

/// Scans one document, or one a line.
#[derive(Debug)]
pub(in crate::redact) struct Json {
    lines: bool,
    expect: Expect,
    stack: Vec<Frame>,
    whence: String,
    call: Call,
}

impl Json {
    /// One document.
    pub(in crate::redact) fn document() -> Self {
        Self { lines: false, expect: Expect::Start, stack: Vec::new(), whence: String::from("$"), call: Call::None }
    }

    /// Documents, one a line.
    pub(in crate::redact) fn lines() -> Self {
        Self { lines: true, ..Self::document() }
    }
}

impl Scan for Json {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let space = text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
        if space > 0 {
            // A long stretch of white space is no value, and leaves as it comes.
            let now = space.min(1024);
            out.push_str(text.get(..now).unwrap_or_default());
            return Ok(Some(now));
        }
        let Some(&first) = text.as_bytes().first() else { return Ok(None) };
        match (self.expect, first) {
            (Expect::Start, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9') => self.value(ins, text, first, last, out),
            (Expect::Start, _) => self.guard(text, last, out),
            (Expect::ValueOrEnd, b']') | (Expect::KeyOrEnd, b'}') => self.close(ins, first, out),
            (Expect::CommaOrEnd, b']' | b'}') => self.close(ins, first, out),
            (Expect::Value | Expect::ValueOrEnd, _) => self.value(ins, text, first, last, out),
            (Expect::Key | Expect::KeyOrEnd, b'"') => self.key(ins, text, last, out),
            (Expect::Colon, b':') => {
                self.expect = Expect::Value;
                out.push(':');
                Ok(Some(1))
            }
            (Expect::CommaOrEnd, b',') => {
                self.expect = match self.stack.last_mut().map(|f| &mut f.inside) {
                    Some(Inside::Array(array)) => {
                        array.index += 1;
                        Expect::Value
                    }
                    Some(Inside::Object(_)) => Expect::Key,
                    None => return Err(MALFORMED),
                };
                out.push(',');
                Ok(Some(1))
            }
            (Expect::End, b')') if self.call == Call::Open => {
                self.call = Call::Closed;
                out.push(')');
                Ok(Some(1))
            }
            (Expect::End, b';') if self.call == Call::Closed => {
                out.push(';');
                Ok(Some(1))
            }
            (Expect::End, _) if self.lines => {
                self.expect = Expect::Value;
                self.value(ins, text, first, last, out)
            }
            (Expect::Key | Expect::KeyOrEnd | Expect::Colon | Expect::CommaOrEnd | Expect::End, _) => Err(MALFORMED),
        }
    }

    fn end(&mut self, _ins: &mut Inspector, _out: &mut String) -> Result<(), Withheld> {
        match self.expect {
            Expect::Start | Expect::End if self.call != Call::Open => Ok(()),
            Expect::Start | Expect::End => Err(MALFORMED),
            Expect::Value
            | Expect::ValueOrEnd
            | Expect::KeyOrEnd
            | Expect::Key
            | Expect::Colon
            | Expect::CommaOrEnd => Err(MALFORMED),
        }
    }
}

impl Json {
    fn value(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        first: u8,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        match first {
            b'{' => {
                let columns = match siblings::peek(text, last) {
                    Peeked::Undecided => return Ok(None),
                    Peeked::Known(siblings) => siblings,
                };
                let birth = if columns.dated { self.meaning(ins).1.filter(|rule| is_birth(rule)) } else { None };
                self.open(ins, Inside::Object(Object { siblings: columns, birth, ..Object::default() }))?;
                self.expect = Expect::KeyOrEnd;
                out.push('{');
                Ok(Some(1))
            }
            b'[' => {
                let array = self.array();
                self.open(ins, Inside::Array(array))?;
                self.expect = Expect::ValueOrEnd;
                out.push('[');
                Ok(Some(1))
            }
            b'"' => self.string(ins, text, last, out),
            b'-' | b'0'..=b'9' => {
                let Some(number) = token::number(text, last)? else { return Ok(None) };
                self.number(ins, number, out)?;
                self.scalar_done(None);
                Ok(Some(number.len()))
            }
            b't' | b'f' | b'n' => {
                let Some(word) = token::word(text, last)? else { return Ok(None) };
                out.push_str(word);
                self.scalar_done(None);
                Ok(Some(word.len()))
            }
            _ => Err(MALFORMED),
        }
    }

    /// What stands around JSON to keep other sites from reading it.
    fn guard(&mut self, text: &str, last: bool, out: &mut String) -> Result<Option<usize>, Withheld> {
        let Some(guard) = token::guard(text, last)? else { return Ok(None) };
        match guard {
            token::Guard::Word => {
                self.expect = Expect::Value;
                // A bare literal: read as a value by the next call.
                let Some(word) = token::word(text, last)? else { return Ok(None) };
                out.push_str(word);
                self.scalar_done(None);
                Ok(Some(word.len()))
            }
            token::Guard::Prefix(n) => {
                out.push_str(text.get(..n).unwrap_or_default());
                Ok(Some(n))
            }
            token::Guard::Call(n) => {
                self.call = Call::Open;
                self.expect = Expect::Value;
                out.push_str(text.get(..n).unwrap_or_default());
                Ok(Some(n))
            }
        }
    }

    fn open(&mut self, ins: &Inspector, inside: Inside) -> Result<(), Withheld> {
        let depth = ins.plan().bounds.depth;
        if self.stack.len() >= usize::try_from(depth).unwrap_or(usize::MAX) {
            return Err(Withheld::TooDeep(depth));
        }
        let whence = self.whence.len();
        let label = match self.stack.last() {
            Some(Frame { inside: Inside::Object(object), .. }) => {
                if self.whence.len() < WHENCE {
                    self.whence.push('.');
                    self.whence.push_str(shown_key(&object.key));
                }
                normalise(&object.key)
            }
            Some(Frame { inside: Inside::Array(array), label, .. }) => {
                if self.whence.len() < WHENCE {
                    self.whence.push_str("[*]");
                }
                array.cells.as_ref().and_then(|c| c.get(array.index)).cloned().unwrap_or_else(|| label.clone())
            }
            None => String::new(),
        };
        self.stack.push(Frame { whence, label, inside });
        Ok(())
    }

    /// What an array that opens here knows of its rows and cells.
    fn array(&self) -> Array {
        match self.stack.last().map(|f| &f.inside) {
            Some(Inside::Object(object)) => Array { columns: object.siblings.columns.clone(), ..Array::default() },
            Some(Inside::Array(outer)) => Array {
                cells: outer.columns.clone(),
                row: (outer.index == 0 && outer.columns.is_none()).then(Vec::new),
                ..Array::default()
            },
            None => Array::default(),
        }
    }

    fn close(&mut self, ins: &mut Inspector, bracket: u8, out: &mut String) -> Result<Option<usize>, Withheld> {
        let Some(frame) = self.stack.pop() else { return Err(MALFORMED) };
        let row = match (frame.inside, bracket) {
            (Inside::Object(object), b'}') => {
                object.people.learn(ins);
                if object.birth.is_some() {
                    let [year, month, day] = object.date;
                    ins.learn_birth(year, month, day);
                }
                None
            }
            (Inside::Array(array), b']') => {
                array.people.learn(ins);
                if let [year, month, day] = *array.birth {
                    ins.learn_birth(year, month, day);
                }
                array.row
            }
            (Inside::Object(_) | Inside::Array(_), _) => return Err(MALFORMED),
        };
        self.whence.truncate(frame.whence);
        // A first row that names known columns is the header of the rows below.
        if let (Some(row), Some(Frame { inside: Inside::Array(outer), .. })) = (row, self.stack.last_mut())
            && row.len() > 1
            && row.iter().any(|cell| ins.column_field(cell).is_some())
        {
            outer.columns = Some(row.into());
        }
        self.expect = if self.stack.is_empty() { Expect::End } else { Expect::CommaOrEnd };
        out.push(char::from(bracket));
        Ok(Some(1))
    }

    /// A value that is no container has been read; a string may be the cell of a header row.
    fn scalar_done(&mut self, string: Option<&str>) {
        if let Some(Frame { inside: Inside::Array(array), .. }) = self.stack.last_mut()
            && let Some(row) = &mut array.row
        {
            match string {
                Some(text) if row.len() < 256 => row.push(normalise(text)),
                // A row of data.
                Some(_) | None => array.row = None,
            }
        }
        self.expect = if self.stack.is_empty() { Expect::End } else { Expect::CommaOrEnd };
    }

    fn key(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(source) = token::string(text, last)? else { return Ok(None) };
        let mut exact = Run::default();
        escape::decode(source, &mut exact)?;
        let name = exact.text().to_owned();
        if is_plain_key(&name) {
            out.push_str(source);
        } else {
            let place = Place { whence: &self.whence, ..Place::on(Surface::Data) };
            let edits = decoded::inspect(ins, &exact, &place)?;
            decoded::apply(source, edits, out);
        }
        if let Some(Frame { inside: Inside::Object(object), .. }) = self.stack.last_mut() {
            object.key = name;
        }
        self.expect = Expect::Colon;
        Ok(Some(source.len()))
    }

    fn string(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(source) = token::string(text, last)? else { return Ok(None) };
        let mut exact = Run::default();
        escape::decode(source, &mut exact)?;
        let (label, field) = self.meaning(ins);
        let whence = self.here();
        self.note(field.as_deref(), exact.text());
        let (label, field) = match field {
            Some(rule) if rule.names_identifier() => (label, Some(rule)),
            field if is_numbered_person(exact.text()) => (label, ins.label_field("patient name").or(field)),
            field => (label, field),
        };
        if self.is_attachment() && value::is_opaque(exact.text()) {
            out.push_str("\"\"");
            self.scalar_done(Some(""));
            return Ok(Some(source.len()));
        }
        let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
        match value::nested(ins, exact.text(), &place)? {
            value::Nested::Changed(new) => escape::write(&new, out),
            value::Nested::Unchanged => out.push_str(source),
            value::Nested::Plain => {
                let edits = decoded::inspect(ins, &exact, &place)?;
                decoded::apply(source, edits, out);
            }
        }
        self.scalar_done(Some(exact.text()));
        Ok(Some(source.len()))
    }

    fn number(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        let (label, field) = self.meaning(ins);
        if field.is_none() && source.bytes().filter(u8::is_ascii_digit).count() < 5 {
            out.push_str(source);
            return Ok(());
        }
        let whence = self.here();
        self.note(field.as_deref(), source);
        let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
        match ins.redact(&token::integral(source), &place)? {
            Some(new) => escape::write(&new, out),
            None => out.push_str(source),
        }
        Ok(())
    }

    /// The bytes of a document, with their type beside them.
    fn is_attachment(&self) -> bool {
        let Some(Frame { inside: Inside::Object(object), .. }) = self.stack.last() else { return false };
        let typed = ["contentType", "mimeType", "mediaType"].iter().any(|k| object.siblings.get(k).is_some());
        typed && matches!(object.key.as_str(), "data" | "content" | "body" | "base64" | "bytes")
    }

    /// The question that an answer's value stands under: `{"text": "Surname", "answer": [{"valueString": …}]}`.
    fn question(&self) -> Option<String> {
        const ASKS: &[&str] = &["text", "question", "prompt", "label", "linkId"];
        let objects = self.stack.iter().rev().skip(1).filter_map(|f| match &f.inside {
            Inside::Object(object) => Some(object),
            Inside::Array(_) => None,
        });
        let asks = objects.take(1).find(|o| o.key.starts_with("answer"))?;
        ASKS.iter().find_map(|k| asks.siblings.get(k)).map(normalise)
    }

    /// Remembers a part of a name or of a date of birth, for when what holds it ends.
    fn note(&mut self, field: Option<&FieldRule>, text: &str) {
        let Some(FieldEffect::Identifier { kind, .. }) = field.map(|f| &f.effect) else { return };
        let Some((frame, above)) = self.stack.split_last_mut() else { return };
        match (kind, &mut frame.inside) {
            (Kind::Name, Inside::Object(object)) => object.people.note(&normalise(&object.key), text),
            (Kind::Name, Inside::Array(array)) => match array.cells.as_ref().and_then(|cells| cells.get(array.index)) {
                Some(header) => array.people.note(header, text),
                // `"given": ["Rose", "Ann"]`
                None => {
                    if let Some(Frame { inside: Inside::Object(object), .. }) = above.last_mut() {
                        object.people.note(&frame.label, text);
                    }
                }
            },
            (Kind::DateOfBirth, Inside::Object(object)) => {
                let part = object.birth.is_some().then(|| part_of_date(&normalise(&object.key))).flatten();
                if let (Some(slot), Ok(number)) = (part.and_then(|at| object.date.get_mut(at)), text.parse()) {
                    *slot = number;
                }
            }
            (Kind::DateOfBirth, Inside::Array(array)) => {
                if let (true, Ok(number)) = (array.birth.len() < 8, text.parse()) {
                    array.birth.push(number);
                }
            }
            (_, Inside::Object(_) | Inside::Array(_)) => {}
        }
    }

    /// The path of the value that comes next, for reports.
    fn here(&self) -> String {
        let mut whence = self.whence.clone();
        match self.stack.last().map(|f| &f.inside) {
            Some(Inside::Object(object)) => {
                whence.push('.');
                whence.push_str(shown_key(&object.key));
            }
            Some(Inside::Array(_)) => whence.push_str("[*]"),
            None => {}
        }
        whence
    }

    /// The label of the value that comes next, and the field rule that names it.
    fn meaning(&self, ins: &Inspector) -> (String, Option<Arc<FieldRule>>) {
        let Some(frame) = self.stack.last() else { return (String::new(), None) };
        let by_path = self.by_path(ins);
        match &frame.inside {
            Inside::Array(array) => {
                if let Some(header) = array.cells.as_ref().and_then(|cells| cells.get(array.index)) {
                    return (header.clone(), by_path.or_else(|| ins.column_field(header)));
                }
                (frame.label.clone(), by_path.or_else(|| self.labelled(ins, &frame.label)))
            }
            Inside::Object(Object { key, siblings, birth, .. }) => {
                let label = normalise(key);
                if let Some(rule) = birth
                    && part_of_date(&label).is_some()
                {
                    return (frame.label.clone(), Some(rule.clone()));
                }
                if let Some(name) = siblings.naming_value(&label) {
                    let field = ins.label_field(name);
                    if field.is_some() || siblings::is_generic(&label) {
                        return (name.to_owned(), by_path.or(field));
                    }
                }
                if siblings.names_another(&label) && by_path.as_ref().is_none_or(|rule| !rule.names_identifier()) {
                    // The name of a value that rules know is a label, not an identifier; nor is one that a program gave it.
                    let known = siblings.naming().is_some_and(|n| ins.label_field(n).is_some());
                    let program = siblings.get(key).is_some_and(is_program_name);
                    if known || program {
                        return (String::new(), Some(dictionary_only()));
                    }
                }
                if let Some(question) = siblings::is_generic(&label).then(|| self.question()).flatten() {
                    let field = by_path.or_else(|| ins.label_field(&question));
                    return (question, field);
                }
                if siblings::is_generic(&label) && !frame.label.is_empty() {
                    let field = by_path.or_else(|| self.labelled(ins, &label));
                    let field = field.or_else(|| self.labelled(ins, &frame.label));
                    return (frame.label.clone(), field);
                }
                let field = by_path.or_else(|| self.labelled(ins, &label));
                if siblings::says_little(&label) && !frame.label.is_empty() {
                    return (format!("{} {label}", frame.label), field);
                }
                (label, field)
            }
        }
    }

    /// By label: with the label of what holds it in front ("patient name"), then alone.
    fn labelled(&self, ins: &Inspector, label: &str) -> Option<Arc<FieldRule>> {
        if label.is_empty() {
            return None;
        }
        let holder =
            self.stack.last().map(|f| f.label.as_str()).filter(|holder| !holder.is_empty() && *holder != label);
        let both = holder.and_then(|holder| ins.label_field(&format!("{holder} {label}")));
        both.or_else(|| ins.label_field(label))
    }

    fn by_path(&self, ins: &Inspector) -> Option<Arc<FieldRule>> {
        let rules = &ins.plan().fields.json;
        if rules.is_empty() {
            return None;
        }
        let last = self.stack.iter().rev().find_map(|f| match &f.inside {
            Inside::Object(object) => Some(object.key.as_str()),
            Inside::Array(_) => None,
        });
        let last = last.unwrap_or_default();
        let mut nodes: Option<Vec<Node<'_>>> = None;
        let rule = rules.iter().rev().find(|(pattern, rule)| {
            pattern.may_end_in(last)
                && rule.applies(ins.path())
                && pattern.matches_json(nodes.get_or_insert_with(|| self.nodes()))
        });
        rule.map(|(_, rule)| rule.clone())
    }

    fn nodes(&self) -> Vec<Node<'_>> {
        fn node(frame: &Frame) -> Node<'_> {
            match &frame.inside {
                Inside::Object(Object { key, siblings, .. }) => {
                    Node { step: Ok(key.as_str()), siblings: &siblings.pairs, resource: siblings.get("resourceType") }
                }
                Inside::Array(array) => Node { step: Err(array.index), siblings: &[], resource: None },
            }
        }
        self.stack.iter().map(node).collect()
    }
}

/// `InstitutionName`, `study_uid`: one word of a program.
fn is_program_name(text: &str) -> bool {
    let humps = text.chars().zip(text.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
    (humps > 0 || text.contains('_')) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// `100GEJ - Rosamund Quilter`: a record's number and whose it is, as systems show a patient in one line.
fn is_numbered_person(text: &str) -> bool {
    let Some((number, name)) = text.split_once(" - ") else { return false };
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain = number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    let words: Vec<&str> = name.split(' ').collect();
    let lists = gazetteer::shipped();
    let word =
        |w: &&str| w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'));
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    // Names of the world stand on no list, but are no words either.
    let known = lower.first().is_some_and(|w| lists.is_forename(w))
        || lower.last().is_some_and(|w| lists.is_surname(w))
        || !lower.iter().any(|w| lists.is_word(w));
    digits > 1
        && plain
        && (2..=5).contains(&words.len())
        && words.iter().all(word)
        && known
        && !lower.iter().all(|w| lists.is_word(w))
        && !lower.iter().any(|w| lists.is_after(w))
}

fn is_birth(rule: &FieldRule) -> bool {
    matches!(rule.effect, FieldEffect::Identifier { kind: Kind::DateOfBirth, .. })
}

/// Which part of a date stands under a key: year, month or day.
fn part_of_date(label: &str) -> Option<usize> {
    const PARTS: [&[&str]; 3] =
        [&["year", "yyyy", "y"], &["month", "month value", "mm", "m"], &["day", "day of month", "date", "dd", "d"]];
    PARTS.iter().position(|names| names.contains(&label))
}

/// Keys that are names in a program; the others are looked at, for an identifier may be a key.
fn is_plain_key(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let first = key.bytes().next().is_none_or(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'$'));
    first && digits < 4 && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'.'))
}

/// A key in a report: only when it cannot be a value.
fn shown_key(key: &str) -> &str {
    let plain = key.len() <= 40 && key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$' | b'-'));
    if plain { key } else { "*" }
}

#[cfg(test)]
mod tests;
