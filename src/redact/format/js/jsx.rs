//! Markup in a program (JSX), as pages have that compile it in the browser and as development servers send it.
//!
//! ```text
//! return <h4 className="nhs-number"><strong>NHS Number:</strong> <span>943 476 5919</span></h4>
//! ```
//!
//! No expression of JavaScript begins with `<` and a name, so an element is told by where it stands. Text between tags is read as a page's:
//! with its character references, and beside the label or the column head before it. What stands in braces is a program again. Without this
//! the text would be code, which nobody inspects, and its apostrophes would begin strings.
//!
//! Types of TypeScript look alike (`<Patient>load()`). Text of an element holds no `<`, `>` or `}` (JSX, `JSXTextCharacter`); where it does, or
//! reads as code and no closing tag of that element follows, there is none, and the program goes on.

use std::sync::Arc;

use super::{Before, Bracket, Js, literal};
use crate::redact::detect::{date, gazetteer};
use crate::redact::format::{decoded, html, rows};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::{self, normalise};
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::withheld::Withheld;

/// How far the end of a tag's name and of a closing tag is looked for, in bytes.
const LONGEST_NAME: usize = 128;
/// As many digits as a number of somebody may have, at least.
const LONG_NUMBER: usize = 7;
/// The longest text and the longest attribute, in bytes; what is longer is no markup.
const LONGEST: usize = 16 * 1024;
/// The most columns of a table.
const MAX_COLUMNS: usize = 256;
/// Elements without content, which pages do not close.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// What has a label in front and a caption of its own, and headings.
const CAPTIONS: &[&str] =
    &["a", "button", "form", "h1", "h2", "h3", "input", "label", "legend", "option", "select", "textarea", "title"];

/// What was read of the elements around.
#[derive(Debug, Default)]
pub(super) struct Jsx {
    /// The name of the last tag that was opened, as written.
    tag: String,
    /// What its `id`, `className` or `name` says.
    called: String,
    /// The label that the last text was, whose value comes next.
    said: String,
    /// The heads of the table's columns.
    heads: Vec<String>,
    /// The heads in this row, which are those of columns when it has no other cells.
    row: Vec<String>,
    /// Which cell of a row the last one was, counted from one; none where one spans columns.
    cell: Option<usize>,
    /// A cell that is no head stands in this row.
    filled: bool,
}

/// What begins at `<` where an expression may begin.
pub(super) enum Begins {
    /// An element, with a tag of this length.
    Tag(usize),
    /// More text must say.
    Undecided,
    None,
}

/// Whether an element begins at the front. Types of TypeScript stand in such brackets, too: `<T>(x: T) => x`, `<any>window`.
pub(super) fn begins(text: &str, last: bool) -> Begins {
    const TYPES: &[&str] = &["any", "boolean", "const", "never", "number", "object", "string", "unknown", "void"];
    let rest = text.get(1..).unwrap_or_default();
    let length = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | ':')))
        .unwrap_or(rest.len());
    if length == rest.len() && length <= LONGEST_NAME && !last {
        return Begins::Undecided;
    }
    let (name, behind) = rest.split_at(length);
    // What holds somebody's number is read as a word of the program, which is inspected.
    let numbered = name.bytes().filter(u8::is_ascii_digit).count() >= LONG_NUMBER;
    let tag = name.starts_with(|c: char| c.is_ascii_alphabetic()) && length <= LONGEST_NAME && !numbered;
    let typed = name.len() == 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) || TYPES.contains(&name);
    match behind.chars().next() {
        // `<>` holds others.
        Some('>') if name.is_empty() => Begins::Tag(1),
        Some(c) if tag && !typed && (c.is_whitespace() || matches!(c, '>' | '/')) => Begins::Tag(1 + length),
        Some(_) | None => Begins::None,
    }
}

impl Js {
    /// Opens the element at the front, whose tag is `length` long.
    pub(super) fn element(
        &mut self,
        ins: &Inspector,
        text: &str,
        length: usize,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let head = text.get(..length).unwrap_or_default();
        out.push_str(head);
        let name = head.get(1..).unwrap_or_default();
        self.begun = true;
        self.push_called(ins, Bracket::Tag, name.to_owned())?;
        self.jsx.open(name);
        self.name.clear();
        Ok(Some(length))
    }

    /// Reads on in a tag; `None` when it is none after all.
    pub(super) fn tag(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<Option<usize>>, Withheld> {
        let bytes = text.as_bytes();
        let Some(&first) = bytes.first() else { return Ok(Some(None)) };
        let copied = |length: usize, out: &mut String| {
            out.push_str(text.get(..length).unwrap_or_default());
            Ok(Some(Some(length)))
        };
        match first {
            b'>' => {
                let name = self.open.pop().map(|tag| tag.label).unwrap_or_default();
                if VOID.contains(&name.as_str()) {
                    self.element_done();
                } else {
                    self.push_called(ins, Bracket::Children, name)?;
                }
                copied(1, out)
            }
            b'/' if bytes.len() == 1 && !last => Ok(Some(None)),
            b'/' if bytes.get(1) == Some(&b'>') => {
                self.open.pop();
                self.element_done();
                copied(2, out)
            }
            // Comments stand in tags as well.
            b'/' if matches!(bytes.get(1), Some(b'*' | b'/')) => Ok(None),
            b'{' => {
                let label = std::mem::take(&mut self.label);
                self.expression(ins, label)?;
                copied(1, out)
            }
            b'=' => {
                self.label = normalise(&self.name);
                copied(1, out)
            }
            b'"' | b'\'' => {
                let near = bytes.get(1..bytes.len().min(LONGEST)).unwrap_or_default();
                match memchr::memchr(first, near).map(|at| at + 2) {
                    Some(end) => {
                        self.attribute(ins, text.get(..end).unwrap_or_default(), out)?;
                        Ok(Some(Some(end)))
                    }
                    None if bytes.len() < LONGEST && !last => Ok(Some(None)),
                    None => {
                        self.no_element();
                        Ok(None)
                    }
                }
            }
            _ if first.is_ascii_whitespace() => copied(1, out),
            _ if literal::is_name(text) => {
                let end = text.find(|c: char| !(c.is_alphanumeric() || "_$-:.".contains(c))).unwrap_or(text.len());
                if end == text.len() && !last {
                    return Ok(Some(None));
                }
                let name = text.get(..end).unwrap_or_default();
                name.get(..end.min(label::MAX)).unwrap_or_default().clone_into(&mut self.name);
                self.label.clear();
                if literal::has_long_number(name) {
                    decoded::plain(ins, name, &Place::on(Surface::Script), out)?;
                    return Ok(Some(Some(end)));
                }
                copied(end, out)
            }
            _ => {
                self.no_element();
                Ok(None)
            }
        }
    }

    /// What was taken for an element is none: the program goes on.
    fn no_element(&mut self) {
        while self.inside(Bracket::Tag) || self.inside(Bracket::Children) {
            self.open.pop();
        }
        self.jsx = Jsx::default();
        self.before = Before::Operator;
        self.label.clear();
        self.name.clear();
    }

    /// A brace opens: a program goes on in it, where an object may begin; what it results in has a label.
    fn expression(&mut self, ins: &Inspector, label: String) -> Result<(), Withheld> {
        self.push_called(ins, Bracket::Block, label)?;
        self.punctuation = b'(';
        Ok(())
    }

    /// Opens a bracket: an element's with its name, an expression's with the label of what it results in.
    fn push_called(&mut self, ins: &Inspector, kind: Bracket, label: String) -> Result<(), Withheld> {
        self.push(ins, kind)?;
        if let Some(open) = self.open.last_mut() {
            open.label = label;
        }
        Ok(())
    }

    /// The value of an attribute, with its quotes. It has character references, and no escapes.
    fn attribute(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        let inside = source.get(1..source.len() - 1).unwrap_or_default();
        let exact = html::exact(inside, 1);
        match self.label.as_str() {
            "id" | "class name" | "class" | "name" | "data testid" => {
                inside.get(..inside.len().min(label::MAX)).unwrap_or_default().clone_into(&mut self.jsx.called);
            }
            "col span" | "colspan" => self.jsx.cell = None,
            _ => {}
        }
        if let Some(new) = self.literal(ins, source, &exact, out)? {
            let quote = source.get(..1).unwrap_or_default();
            let reference = if quote == "\"" { "&quot;" } else { "&#39;" };
            out.push_str(quote);
            out.push_str(&new.replace('&', "&amp;").replace(quote, reference));
            out.push_str(quote);
        }
        self.label.clear();
        self.name.clear();
        Ok(())
    }

    /// Reads on between the tags of an element; `None` when it was none after all.
    pub(super) fn children(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<Option<usize>>, Withheld> {
        let bytes = text.as_bytes();
        match bytes.first() {
            Some(b'{') => {
                // A value that the program puts here: what the label before it says.
                let said = std::mem::take(&mut self.jsx.said);
                let label = if said.is_empty() { self.jsx.beside(ins) } else { said };
                self.expression(ins, label)?;
                out.push('{');
                Ok(Some(Some(1)))
            }
            Some(b'<') if bytes.len() == 1 && !last => Ok(Some(None)),
            Some(b'<') if bytes.get(1) == Some(&b'/') => match closes(bytes) {
                Some(end) => {
                    let name = text.get(2..end - 1).unwrap_or_default().trim();
                    // What stands open within it was never closed.
                    let within = self.open.iter().rev().take_while(|open| open.kind == Bracket::Children);
                    let Some(depth) = within.map(|open| &open.label).position(|open| open == name) else {
                        self.no_element();
                        return Ok(None);
                    };
                    self.open.truncate(self.open.len() - depth - 1);
                    out.push_str(text.get(..end).unwrap_or_default());
                    self.jsx.close(name);
                    self.element_done();
                    Ok(Some(Some(end)))
                }
                None if bytes.len() < LONGEST_NAME && !last => Ok(Some(None)),
                None => {
                    self.no_element();
                    Ok(None)
                }
            },
            Some(b'<') => match begins(text, last) {
                Begins::Tag(length) => self.element(ins, text, length, out).map(Some),
                Begins::Undecided => Ok(Some(None)),
                Begins::None => {
                    self.no_element();
                    Ok(None)
                }
            },
            Some(_) | None => {
                let near = bytes.get(..bytes.len().min(LONGEST)).unwrap_or_default();
                let end = match memchr::memchr2(b'<', b'{', near) {
                    Some(end) => end,
                    None if near.len() < LONGEST && !last => return Ok(Some(None)),
                    None if near.len() < LONGEST => text.len(),
                    None => {
                        self.no_element();
                        return Ok(None);
                    }
                };
                let (words, behind) = text.split_at(end);
                if reads_as_code(words) {
                    // `<code>f(1); g("x");</code>` is text, for its end follows.
                    let name = self.open.last().map(|open| open.label.as_str()).unwrap_or_default();
                    let close = format!("</{name}>");
                    if behind.len() < close.len() && close.starts_with(behind) && !last {
                        return Ok(Some(None));
                    }
                    if words.contains(['>', '}']) || !behind.starts_with(&close) {
                        self.no_element();
                        return Ok(None);
                    }
                }
                self.words(ins, words, out)?;
                Ok(Some(Some(end)))
            }
        }
    }

    /// Text of a page.
    fn words(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        if source.trim().is_empty() {
            out.push_str(source);
            return Ok(());
        }
        let exact = html::exact(source, 0);
        let read = exact.text().trim();
        let own = normalise(read);
        let is_label = !own.is_empty() && (read.ends_with(':') || ins.label_field(&own).is_some());
        let head = self.jsx.tag == "th";
        let told = if is_label || head { String::new() } else { self.jsx.told(ins, read) };
        let field = Some(&told).filter(|told| !told.is_empty()).and_then(|told| rule(ins, told, read));
        let place = Place { field, label: &told, whence: "element", ..Place::on(Surface::Text) };
        let edits = decoded::inspect(ins, &exact, &place)?;
        decoded::apply(source, edits, out);
        if head && self.jsx.row.len() < MAX_COLUMNS {
            self.jsx.row.push(own.clone());
        }
        // A row's own head says what its cells are, as a label does.
        let caption = CAPTIONS.contains(&self.jsx.tag.as_str()) && self.jsx.tag != "label";
        self.jsx.said = if is_label && !caption { own } else { String::new() };
        Ok(())
    }

    /// An element has ended: its parent goes on, or the expression that it is.
    fn element_done(&mut self) {
        self.value_done();
        if !self.inside(Bracket::Children) {
            self.jsx.said.clear();
        }
    }
}

impl Jsx {
    fn open(&mut self, name: &str) {
        self.called.clear();
        name.clone_into(&mut self.tag);
        match name {
            "table" => *self = Jsx { tag: std::mem::take(&mut self.tag), ..Jsx::default() },
            "tr" => {
                self.end_row();
                self.cell = Some(0);
                self.said.clear();
            }
            "td" | "th" => {
                self.cell = self.cell.map(|cell| cell + 1);
                self.filled |= name == "td";
            }
            name if CAPTIONS.contains(&name) && name != "label" => self.said.clear(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        self.called.clear();
        self.tag.clear();
        if name == "tr" {
            self.end_row();
        }
    }

    /// A row of heads alone names the columns.
    fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !std::mem::take(&mut self.filled) && !row.is_empty() {
            self.heads = row;
        }
    }

    /// What says what a text is: the label before it, what its element is called, or the head of its column.
    fn told(&self, ins: &Inspector, text: &str) -> String {
        let known = |label: &String| !label.is_empty() && rule(ins, label, text).is_some();
        let caption = CAPTIONS.contains(&self.tag.as_str());
        let called = if caption { String::new() } else { normalise(&self.called) };
        [self.said.clone(), called, self.head()].into_iter().find(known).unwrap_or_default()
    }

    /// What the element or the column says of a value that a program puts here.
    fn beside(&self, ins: &Inspector) -> String {
        let known = |label: &String| ins.label_field(label).is_some_and(|rule| rule.names_identifier());
        [normalise(&self.called), self.head()].into_iter().find(known).unwrap_or_default()
    }

    fn head(&self) -> String {
        let at = self.cell.and_then(|cell| cell.checked_sub(1)).filter(|_| self.tag == "td");
        at.and_then(|at| self.heads.get(at)).cloned().unwrap_or_default()
    }
}

/// Behind the closing tag at the front.
fn closes(bytes: &[u8]) -> Option<usize> {
    let near = bytes.get(..bytes.len().min(LONGEST_NAME))?;
    memchr::memchr(b'>', near).map(|at| at + 1)
}

/// Whether what should be a text is a program: signs that no text of an element holds, and what is seldom in one.
fn reads_as_code(text: &str) -> bool {
    const SIGNS: &[&str] =
        &["(\"", "('", "(`", ");", "()", " = ", " == ", " === ", "&&", "||", ";\n", "; var ", "; let ", "; const "];
    text.contains(['>', '}']) || SIGNS.iter().any(|sign| text.contains(sign))
}

/// The rule of a label whose value a text is, as it looks: captions, headings and help stand beside labels, too.
fn rule(ins: &Inspector, label: &str, text: &str) -> Option<Arc<FieldRule>> {
    ins.label_field(label).filter(|rule| rule.names_identifier() && is_value(rule, text))
}

fn is_value(rule: &FieldRule, text: &str) -> bool {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return false };
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let lettered = text.chars().any(char::is_alphabetic);
    let one = !text.contains(char::is_whitespace);
    match kind {
        Kind::Name => is_name(text),
        Kind::Address => {
            let house = text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(',');
            digits > 0 && house && text.contains(' ') && (8..=200).contains(&text.len())
        }
        Kind::Email => one && text.contains('@'),
        Kind::DateOfBirth => digits > 4 && text.len() <= 32 && (!lettered || date::is_date(text)),
        // A number, alone: "Extension 4471", "Ring 020 7946 0000 for help" are read by the detectors.
        Kind::Accession
        | Kind::BankAccount
        | Kind::Card
        | Kind::DrivingLicence
        | Kind::HospitalNumber
        | Kind::Iban
        | Kind::IpAddress
        | Kind::NhsNumber
        | Kind::Nino
        | Kind::Other
        | Kind::Passport
        | Kind::Phone
        | Kind::Postcode
        | Kind::Professional
        | Kind::RecordId
        | Kind::Ssn
        | Kind::Vehicle
        | Kind::Visit
        | Kind::Zip => text.len() <= 40 && ((one && digits > 2) || (!lettered && digits > 4)),
    }
}

/// Whether a text is a name by its words: "Search Again", "About Us" and "Loading…" are of the page.
fn is_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '\'' | '’' | '-');
    let odd = |w: &str| w.chars().count() > 1 && w.starts_with(char::is_uppercase) && !lists.is_word(&w.to_lowercase());
    let words: Vec<&str> = text.split([' ', ',', '.', '-']).filter(|w| !w.is_empty()).collect();
    let listed = words.len() == 1 && words.iter().any(|w| lists.is_forename(&w.to_lowercase()));
    (1..=6).contains(&words.len())
        && text.chars().all(plain)
        && (listed || words.iter().any(|w| odd(w)) || rows::is_full_name(text, true) || rows::is_listed_name(text))
}
