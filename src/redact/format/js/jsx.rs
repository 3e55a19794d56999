//! Markup in a program (JSX), as pages have that compile it in the browser and as development servers send it.
//!
//! ```text
//! return <h4 className="nhs-number"><strong>NHS Number:</strong> <span>943 476 5919</span></h4>
//! ```
//!
//! No expression of JavaScript begins with `<` and a name, so an element is told by where it stands. Text between tags is read as a page's:
//! with its character references, and beside the label or the column head before it. What stands in braces is a program again. Without this
//! the text would be code, which nobody inspects, and its apostrophes would begin strings.

use std::sync::Arc;

use super::{Before, Bracket, Js, literal};
use crate::redact::format::labelled::plausible;
use crate::redact::format::{decoded, html};
use crate::redact::inspect::Inspector;
use crate::redact::label::{self, normalise};
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldRule;
use crate::redact::withheld::Withheld;

/// How far the end of a tag's name and of a closing tag is looked for, in bytes.
const LONGEST_NAME: usize = 128;
/// The most columns of a table.
const MAX_COLUMNS: usize = 256;

/// What was read of the elements around.
#[derive(Debug, Default)]
pub(super) struct Jsx {
    /// The name of the last tag that was opened.
    tag: String,
    /// What its `id`, `className` or `name` says.
    called: String,
    /// The label that the last text was, whose value comes next.
    said: String,
    /// The heads of the table's columns, and which cell of a row the last one was.
    heads: Vec<String>,
    cell: usize,
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
    let tag = name.starts_with(|c: char| c.is_ascii_alphabetic()) && length <= LONGEST_NAME;
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
        // Controls have a label in front and a caption of their own; the value of the label is what somebody will choose.
        const CONTROLS: &[&str] = &["a", "button", "form", "input", "label", "option", "select", "textarea"];
        let head = text.get(..length).unwrap_or_default();
        out.push_str(head);
        let name = head.get(1..).unwrap_or_default();
        self.begun = true;
        self.jsx.called.clear();
        name.to_ascii_lowercase().clone_into(&mut self.jsx.tag);
        match self.jsx.tag.as_str() {
            "table" => self.jsx.heads.clear(),
            "tr" => self.jsx.cell = 0,
            "td" => self.jsx.cell += 1,
            tag if CONTROLS.contains(&tag) => self.jsx.said.clear(),
            _ => {}
        }
        self.push(ins, Bracket::Tag)?;
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
                self.open.pop();
                self.push(ins, Bracket::Children)?;
                copied(1, out)
            }
            b'/' if bytes.len() == 1 && !last => Ok(Some(None)),
            b'/' if bytes.get(1) == Some(&b'>') => {
                self.open.pop();
                self.element_done();
                copied(2, out)
            }
            b'{' => {
                self.expression(ins)?;
                copied(1, out)
            }
            b'=' => {
                self.label = normalise(&self.name);
                copied(1, out)
            }
            b'"' | b'\'' => {
                let Some(end) = memchr::memchr(first, bytes.get(1..).unwrap_or_default()).map(|at| at + 2) else {
                    return Ok((!last).then_some(None));
                };
                self.attribute(ins, text.get(..end).unwrap_or_default(), out)?;
                Ok(Some(Some(end)))
            }
            _ if first.is_ascii_whitespace() => copied(1, out),
            _ if literal::is_name(text) => {
                let end = text.find(|c: char| !(c.is_alphanumeric() || "_$-:.".contains(c))).unwrap_or(text.len());
                if end == text.len() && end <= LONGEST_NAME && !last {
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
            // Comments stand in tags as well; anything else is no tag.
            b'/' if matches!(bytes.get(1), Some(b'*' | b'/')) => Ok(None),
            _ => {
                self.open.pop();
                self.before = Before::Operator;
                Ok(None)
            }
        }
    }

    /// A brace opens: a program goes on in it, where an object may begin.
    fn expression(&mut self, ins: &Inspector) -> Result<(), Withheld> {
        self.push(ins, Bracket::Block)?;
        self.punctuation = b'(';
        Ok(())
    }

    /// The value of an attribute, with its quotes. It has character references, and no escapes.
    fn attribute(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        let inside = source.get(1..source.len() - 1).unwrap_or_default();
        let exact = html::exact(inside, 1);
        if matches!(self.label.as_str(), "id" | "class name" | "class" | "name" | "data testid" | "html for") {
            inside.get(..inside.len().min(label::MAX)).unwrap_or_default().clone_into(&mut self.jsx.called);
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

    /// Reads on between the tags of an element.
    pub(super) fn children(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let bytes = text.as_bytes();
        match bytes.first() {
            Some(b'{') => {
                // A value that the program puts here.
                self.jsx.said.clear();
                self.expression(ins)?;
                out.push('{');
                Ok(Some(1))
            }
            Some(b'<') if bytes.len() == 1 && !last => Ok(None),
            Some(b'<') if bytes.get(1) == Some(&b'/') => {
                let near = bytes.get(..bytes.len().min(LONGEST_NAME)).unwrap_or_default();
                match memchr::memchr(b'>', near) {
                    Some(end) => {
                        out.push_str(text.get(..=end).unwrap_or_default());
                        self.open.pop();
                        self.jsx.called.clear();
                        self.jsx.tag.clear();
                        self.element_done();
                        Ok(Some(end + 1))
                    }
                    None if near.len() < LONGEST_NAME && !last => Ok(None),
                    None => self.words(ins, text, 1, out),
                }
            }
            Some(b'<') => match begins(text, last) {
                Begins::Tag(length) => self.element(ins, text, length, out),
                Begins::Undecided => Ok(None),
                Begins::None => self.words(ins, text, 1, out),
            },
            Some(_) | None => match memchr::memchr2(b'<', b'{', bytes) {
                Some(end) => self.words(ins, text, end, out),
                None if !last => Ok(None),
                None => self.words(ins, text, text.len(), out),
            },
        }
    }

    /// Text of a page, up to `end`.
    fn words(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        end: usize,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let source = text.get(..end).unwrap_or_default();
        if source.trim().is_empty() {
            out.push_str(source);
            return Ok(Some(end));
        }
        let exact = html::exact(source, 0);
        let read = exact.text().trim();
        let own = normalise(read);
        let is_label = !own.is_empty() && (read.ends_with(':') || ins.label_field(&own).is_some());
        let head = self.jsx.tag == "th";
        let told = if is_label || head { String::new() } else { self.told(ins, read) };
        let field = Some(&told).filter(|told| !told.is_empty()).and_then(|told| rule(ins, told, read));
        let place = Place { field, label: &told, whence: "element", ..Place::on(Surface::Text) };
        let edits = decoded::inspect(ins, &exact, &place)?;
        decoded::apply(source, edits, out);
        if head && self.jsx.heads.len() < MAX_COLUMNS {
            self.jsx.heads.push(own.clone());
        }
        self.jsx.said = if is_label && !head { own } else { String::new() };
        Ok(Some(end))
    }

    /// What says what a text is: the label before it, what its element is called, or the head of its column.
    fn told(&self, ins: &Inspector, text: &str) -> String {
        let head = self.jsx.cell.checked_sub(1).filter(|_| self.jsx.tag == "td").and_then(|at| self.jsx.heads.get(at));
        let known = |label: &&String| !label.is_empty() && rule(ins, label, text).is_some();
        let called = normalise(&self.jsx.called);
        [Some(&self.jsx.said), Some(&called), head].into_iter().flatten().find(known).cloned().unwrap_or_default()
    }

    /// An element has ended: its parent goes on, or the expression that it is.
    fn element_done(&mut self) {
        let label = std::mem::take(&mut self.label);
        self.value_done();
        if self.open.last().is_some_and(|open| open.kind == Bracket::Tag) {
            self.label = label;
        }
    }
}

/// The rule of a label whose value a text may be.
fn rule(ins: &Inspector, label: &str, text: &str) -> Option<Arc<FieldRule>> {
    ins.label_field(label).filter(|rule| rule.names_identifier() && plausible(rule, text))
}
