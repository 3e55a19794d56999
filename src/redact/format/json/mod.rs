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
//! `while(1);` and `for(;;);`, a JSONP call, and what GWT (`//OK[…]`) and rows of server components (`1:{…}`) add.

mod escape;
mod flattened;
mod look;
mod meaning;
mod scalar;
mod siblings;
mod subject;
mod token;

pub(in crate::redact) use escape::{ends_script, text_of, write};
pub(in crate::redact::format) use scalar::is_plain_key;
pub(in crate::redact) use token::{is_call, is_row, is_scalar, scalar_ranges, scalars};

use std::sync::Arc;

use meaning::Role;
use siblings::{Peeked, Siblings};

use super::person::People;
use super::scan::Scan;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator::is_masked;
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::withheld::Withheld;

/// The longest path kept for reports.
const WHENCE: usize = 200;

/// Rows that are told by their cells stand no deeper: each byte is looked at so many times at most.
const MAX_ROWS_DEPTH: usize = 24;

/// Flattened states stand no deeper.
const MAX_FLATTENED_DEPTH: usize = 6;

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
    /// What it is to what holds it.
    role: Role,
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
    /// It is somebody's, and went out as something else: no report shows it.
    masked_key: bool,
    siblings: Siblings,
    /// Headers of its cells, when it is a row in an array with columns.
    row: Option<Arc<[String]>>,
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
    /// What the rows in it hold, told by their cells: where no header says more.
    guessed: Option<Arc<[String]>>,
    /// Headers of its own cells, when it is a row.
    cells: Option<Arc<[String]>>,
    /// It may be a header row itself: its strings so far.
    row: Option<Vec<String>>,
    /// Its objects and lists say where in it their values stand.
    flattened: bool,
    /// Its first string, normalised: `["dob", "1977-05-09", "1977-09-05"]` says what the others are.
    first: Option<String>,
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
    /// Numbers may stand in single quotes: an answer of GWT.
    packed: bool,
}

impl Json {
    /// One document.
    pub(in crate::redact) fn document() -> Self {
        Self {
            lines: false,
            expect: Expect::Start,
            stack: Vec::new(),
            whence: String::from("$"),
            call: Call::None,
            packed: false,
        }
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
        // A long stretch of white space is no value, and leaves as it comes. Not more than is let go is counted: in a stretch
        // that reaches to the end of the text each step would count all that is left.
        let space = text.bytes().take(1024).take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        if space > 0 {
            out.push_str(text.get(..space).unwrap_or_default());
            return Ok(Some(space));
        }
        let Some(&first) = text.as_bytes().first() else { return Ok(None) };
        if self.lines && matches!(self.expect, Expect::Start | Expect::End) {
            match token::row(text, last) {
                Some(token::Row::Json(n)) => {
                    self.expect = Expect::Value;
                    out.push_str(text.get(..n).unwrap_or_default());
                    return Ok(Some(n));
                }
                Some(token::Row::Text(n)) => return scalar::row_of_text(ins, text, n, out),
                Some(token::Row::None) => {}
                None => return Ok(None),
            }
        }
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
                let (holder, _) = self.role(ins, &Inside::Array(Array::default()));
                let siblings = match siblings::peek(ins, text, last, self.stack.len(), &holder) {
                    Peeked::Undecided => return Ok(None),
                    Peeked::Known(siblings) => siblings,
                };
                let birth = if siblings.dated { self.meaning(ins).1.filter(|rule| is_birth(rule)) } else { None };
                let row = match self.stack.last().map(|f| &f.inside) {
                    Some(Inside::Array(outer)) => outer.columns.clone(),
                    Some(Inside::Object(_)) | None => None,
                };
                self.open(ins, Inside::Object(Object { siblings, birth, row, ..Object::default() }))?;
                self.expect = Expect::KeyOrEnd;
                out.push('{');
                Ok(Some(1))
            }
            b'[' => {
                let mut array = self.array();
                if self.stack.len() < MAX_FLATTENED_DEPTH && array.columns.is_none() && array.cells.is_none() {
                    match siblings::peek_flattened(ins, text, last) {
                        Peeked::Undecided => return Ok(None),
                        Peeked::Known(labels) => {
                            array.flattened = labels.is_some();
                            array.cells = labels;
                        }
                    }
                }
                if array.columns.is_none() && array.cells.is_none() && self.stack.len() < MAX_ROWS_DEPTH {
                    match siblings::peek_rows(text, last) {
                        Peeked::Undecided => return Ok(None),
                        Peeked::Known((labels, true)) => array.guessed = labels,
                        Peeked::Known((labels, false)) => array.cells = labels,
                    }
                }
                self.open(ins, Inside::Array(array))?;
                self.expect = Expect::ValueOrEnd;
                out.push('[');
                Ok(Some(1))
            }
            b'"' => self.string(ins, text, last, out),
            b'-' | b'0'..=b'9' if !text.starts_with("-I") => {
                let Some(number) = token::number(text, last)? else { return Ok(None) };
                self.number(ins, number, out)?;
                self.scalar_done(None);
                Ok(Some(number.len()))
            }
            b't' | b'f' | b'n' | b'N' | b'I' | b'-' => {
                let Some(word) = token::word(text, last)? else { return Ok(None) };
                out.push_str(word);
                self.scalar_done(None);
                Ok(Some(word.len()))
            }
            // Long numbers, as some servers pack them.
            b'\'' if self.packed => {
                let Some(word) = token::packed(text, last)? else { return Ok(None) };
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
                self.packed |= text.starts_with("//");
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
        let (label, role) = self.role(ins, &inside);
        if self.whence.len() < WHENCE {
            match self.stack.last().map(|f| &f.inside) {
                Some(Inside::Object(object)) => {
                    self.whence.push('.');
                    self.whence.push_str(shown_key(object));
                }
                Some(Inside::Array(_)) => self.whence.push_str("[*]"),
                None => {}
            }
        }
        self.stack.push(Frame { whence, label, role, inside });
        Ok(())
    }

    /// What an array that opens here knows of its rows and cells.
    fn array(&self) -> Array {
        match self.stack.last().map(|f| &f.inside) {
            Some(Inside::Object(object)) => {
                let row = matches!(object.key.as_str(), "cell" | "cells" | "values" | "data" | "row");
                let cells = object.row.clone().filter(|_| row && object.siblings.columns.is_none());
                Array { columns: object.siblings.columns.clone(), cells, ..Array::default() }
            }
            Some(Inside::Array(outer)) => Array {
                cells: outer.columns.clone().or_else(|| outer.guessed.clone()),
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
                if let [year, month, day, ..] = *array.birth {
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
            // `[["name", "asc"], …]`: by which columns to sort.
            && !matches!(row.as_slice(), [_, way] if way == "asc")
            && row.iter().any(|cell| ins.column_field(cell).is_some())
            && row.iter().all(|cell| cell.bytes().filter(u8::is_ascii_digit).count() < 4)
        {
            outer.columns = Some(row.into());
        }
        self.expect = if self.stack.is_empty() { Expect::End } else { Expect::CommaOrEnd };
        out.push(char::from(bracket));
        Ok(Some(1))
    }

    /// What stands here is a place in the list around it.
    fn is_place(&self) -> bool {
        let around = self.stack.len().checked_sub(2).and_then(|at| self.stack.get(at)).map(|frame| &frame.inside);
        matches!(around, Some(Inside::Array(array)) if array.flattened)
    }

    /// A value that is no container has been read; a string may be the cell of a header row.
    fn scalar_done(&mut self, string: Option<&str>) {
        if let Some(Frame { inside: Inside::Array(array), .. }) = self.stack.last_mut() {
            if array.index == 0 {
                array.first = string.filter(|text| text.len() <= LONGEST_NAME).map(normalise);
            }
            let Some(row) = &mut array.row else {
                self.expect = Expect::CommaOrEnd;
                return;
            };
            match string {
                Some(text) if row.len() < 256 && !is_masked(text) => row.push(normalise(text)),
                // A row of data.
                Some(_) | None => array.row = None,
            }
        }
        self.expect = if self.stack.is_empty() { Expect::End } else { Expect::CommaOrEnd };
    }
}

/// The longest string that can be the name of the values behind it, in bytes.
const LONGEST_NAME: usize = 48;

fn is_birth(rule: &FieldRule) -> bool {
    matches!(rule.effect, FieldEffect::Identifier { kind: Kind::DateOfBirth, .. })
}

/// Which part of a date stands under a key: year, month or day.
fn part_of_date(label: &str) -> Option<usize> {
    const PARTS: [&[&str]; 3] =
        [&["year", "yyyy", "y"], &["month", "month value", "mm", "m"], &["day", "day of month", "date", "dd", "d"]];
    PARTS.iter().position(|names| names.contains(&label))
}

/// A key in a report: only when it cannot be a value.
fn shown_key(object: &Object) -> &str {
    let key = object.key.as_str();
    let plain = !object.masked_key
        && key.len() <= 40
        && key.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$' | b'-'));
    if plain { key } else { "*" }
}

#[cfg(test)]
mod tests;
