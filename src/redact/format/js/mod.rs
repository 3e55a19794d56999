//! JavaScript: its literals, comments and template text; the code between them stays byte for byte.
//!
//! A scanner, not a parser: it knows strings, templates, comments, numbers and regular expressions (and tells those from
//! division by what stands before), and remembers the key, the assigned name or the called function as the label of the
//! literal that follows. A script is mostly a program, often somebody else's: so a literal is replaced only where its label
//! is a field and the value looks like one ([`label::plausible`]), or a detector is sure, or the dictionary knows it;
//! licence banners are left to the dictionary alone. What is misread stays code, and code is never changed.
//!
//! ```text
//! setPatient('Kyla O\'Reilly', 47)        label "set patient"
//! var nhsNumber = "943 476 5919"          label "nhs number"
//! { dob: '1962-03-14' }                   label "dob"
//! ```

mod about;
mod call;
mod data;
mod jsx;
mod label;
mod literal;
mod record;
mod value;

pub(in crate::redact) use label::{is_banner, plausible};
pub(super) use record::Shown;

use std::sync::{Arc, LazyLock};

use super::decoded;
use super::scan::{Scan, whole};
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// Rewrites a script, or the script of an attribute; `None` when nothing changed.
///
/// # Errors
/// As [`crate::redact::format::embedded`].
pub fn redact(ins: &mut Inspector, source: &str) -> Result<Option<String>, Withheld> {
    ins.nested(|ins| whole(Js::default(), ins, source))
}

/// The rule of [`dictionary_only`].
pub(in crate::redact) const PROGRAM: &str = "engine/program";

/// Only the dictionary looks here.
pub(in crate::redact) fn dictionary_only() -> Arc<FieldRule> {
    static RULE: LazyLock<Arc<FieldRule>> =
        LazyLock::new(|| Arc::new(FieldRule { id: PROGRAM.into(), effect: FieldEffect::Keep, paths: Vec::new() }));
    RULE.clone()
}

/// What a bracket was opened as.
#[derive(Debug)]
struct Open {
    kind: Bracket,
    /// What the values inside are labelled with: the function called, the key of an array.
    label: String,
    /// What the arguments of a call are, one by one; empty where nothing is known of one.
    arguments: Vec<String>,
    /// Which argument comes next.
    argument: usize,
}

impl Open {
    /// A call whose first argument names the second.
    fn names_what_follows(&self) -> bool {
        const CALLS: [&str; 11] = [
            "set item",
            "set",
            "append",
            "put",
            "set attribute",
            "attr",
            "data",
            "cookie",
            "set value",
            "prop",
            "add field",
        ];
        self.kind == Bracket::Paren && CALLS.contains(&self.label.as_str())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// `{` of statements.
    Block,
    /// `{` of an object.
    Object,
    /// `(` of `if`, `while`, `for`, `with`.
    Control,
    Paren,
    Square,
    /// `${`
    Template,
    /// `<` of an element, up to its `>`.
    Tag,
    /// What stands between the tags of an element.
    Children,
}

/// What stood before, as far as it tells a regular expression from a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Before {
    /// An operator, an opening bracket, a statement's end, a keyword.
    #[default]
    Operator,
    /// A value: a name, a literal, a closing bracket.
    Value,
    /// `if`, `while`, `for`, `with`.
    ControlWord,
    /// `)` of a condition, or `=>`: a block or a statement comes.
    Head,
}

/// Scans a script.
#[derive(Debug, Default)]
pub(in crate::redact) struct Js {
    open: Vec<Open>,
    before: Before,
    /// The last name or string, which may turn out to be a key, a variable or a function.
    name: String,
    /// A name of the program's own, not a string.
    bare: bool,
    /// The label of the literal that comes next.
    label: String,
    /// A library: it begins with its licence.
    vendor: bool,
    /// Something has come that is no space and no banner.
    begun: bool,
    /// The parameter that the last string ends with, whose value is joined to it: `'?pid=' + 4711`.
    parameter: String,
    /// Headers that the program gave to rows which may follow.
    headers: Vec<String>,
    /// It is an answer of DWR, which sets a record's values one by one.
    answer: bool,
    /// A literal before was somebody's name, by its label.
    person: bool,
    /// The function around the program, when it is one that is called at once.
    whole: call::Whole,
    /// The label is the first of a list, and the literal that comes next the second.
    paired: bool,
    /// The elements around, where markup stands in the program.
    jsx: jsx::Jsx,
    /// The last byte of punctuation, to tell `=` from `==`, `<=` and `=>`.
    punctuation: u8,
}

impl Scan for Js {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let bytes = text.as_bytes();
        let (Some(&first), second) = (bytes.first(), bytes.get(1).copied()) else { return Ok(None) };
        if first == b'/' && second.is_none() && !last && !self.in_template() {
            return Ok(None);
        }
        if self.inside(Bracket::Tag)
            && let Some(read) = self.tag(ins, text, last, out)?
        {
            return Ok(read);
        }
        if self.inside(Bracket::Children)
            && let Some(read) = self.children(ins, text, last, out)?
        {
            return Ok(read);
        }
        match (first, second) {
            _ if self.in_template() => self.template(ins, text, last, out),
            (b'/', Some(b'/')) => self.comment(ins, text, literal::line(bytes), last, out),
            (b'/', Some(b'*')) => self.comment(ins, text, literal::block(bytes), last, out),
            // Since the days of browsers without scripts, these begin line comments too.
            (b'<', _) if !last && text.len() < 4 && "<!--".starts_with(text) => Ok(None),
            (b'<', Some(b'!')) if text.starts_with("<!--") => self.comment(ins, text, literal::line(bytes), last, out),
            (b'<', _) if self.before != Before::Value => match jsx::begins(text, last) {
                jsx::Begins::Tag(length) => self.element(ins, text, length, out),
                jsx::Begins::Undecided => Ok(None),
                jsx::Begins::None => self.punctuation(ins, first, text, out),
            },
            (b'/', _) if self.before != Before::Value => {
                let Some(regex) = literal::regex(bytes, last) else { return Ok(None) };
                match regex {
                    literal::Regex::Ends(end) => {
                        let source = text.get(..end).unwrap_or_default();
                        // Of several words it is somebody's text.
                        let field = (!source.contains(' ')).then(dictionary_only);
                        let place = Place::on(Surface::Script).with_field(field);
                        let mut new = String::new();
                        decoded::plain(ins, source, &place, &mut new)?;
                        if new == source {
                            out.push_str(source);
                        } else {
                            // A mask may hold a slash, which would end it.
                            let inside = new.get(1..new.len() - 1).unwrap_or_default();
                            out.push('/');
                            out.push_str(&inside.replace("\\/", "/").replace('/', "\\/"));
                            out.push('/');
                        }
                        self.value_done();
                        Ok(Some(end))
                    }
                    literal::Regex::None => self.punctuation(ins, first, text, out),
                }
            }
            (b'"' | b'\'', _) => self.string(ins, text, first, last, out),
            (b'`', _) => {
                self.push(ins, Bracket::Template)?;
                out.push('`');
                Ok(Some(1))
            }
            (b'0'..=b'9', _) => {
                // Numbers with blanks between are no program: `943 476 5919` in a script that is none.
                let end = literal::numbers(bytes);
                if end == text.len() && !last {
                    return Ok(None);
                }
                self.number(ins, text.get(..end).unwrap_or_default(), out)?;
                self.value_done();
                Ok(Some(end))
            }
            (b' ' | b'\t' | b'\r' | b'\n', _) => {
                out.push(char::from(first));
                Ok(Some(1))
            }
            (b'(', _) if self.before == Before::Value && self.bare => self.call(ins, text, last, out),
            (b'[' | b'{', _) if self.may_be_data(first) => self.data(ins, text, last, out),
            _ if literal::is_name(text) => {
                let end = literal::name(text);
                if end == text.len() && !last {
                    return Ok(None);
                }
                // No program has `z.quelch@example.org` outside its strings: this is none.
                match literal::address(bytes, last) {
                    literal::Address::Undecided => return Ok(None),
                    literal::Address::Ends(end) => {
                        let address = text.get(..end).unwrap_or_default();
                        decoded::plain(ins, address, &Place::on(Surface::Text), out)?;
                        self.value_done();
                        return Ok(Some(end));
                    }
                    literal::Address::None => {}
                }
                self.word(ins, text.get(..end).unwrap_or_default(), out)?;
                Ok(Some(end))
            }
            _ => self.punctuation(ins, first, text, out),
        }
    }
}

impl Js {
    /// The innermost bracket is that of a template's `${`, or of an element's `{`.
    fn in_substitution(&self) -> bool {
        let holds = |kind| matches!(kind, Bracket::Template | Bracket::Tag | Bracket::Children);
        matches!(self.open.as_slice(), [.., below, top] if holds(below.kind) && top.kind == Bracket::Block)
    }

    fn in_template(&self) -> bool {
        self.inside(Bracket::Template)
    }

    fn inside(&self, kind: Bracket) -> bool {
        self.open.last().is_some_and(|o| o.kind == kind)
    }

    fn push(&mut self, ins: &Inspector, kind: Bracket) -> Result<(), Withheld> {
        let depth = ins.plan().bounds.depth;
        if self.open.len() >= usize::try_from(depth).unwrap_or(usize::MAX) {
            return Err(Withheld::TooDeep(depth));
        }
        let label = match kind {
            // `dob = new Date(…)`: a value, in a dress.
            Bracket::Paren if self.bare && self.name == "Date" && !self.label.is_empty() => {
                std::mem::take(&mut self.label)
            }
            Bracket::Paren if self.before == Before::Value => self.name_as_label(),
            Bracket::Square | Bracket::Template | Bracket::Paren => self.current_label().to_owned(),
            // What holds the keys of an object: `address: { line1: … }`.
            Bracket::Object => std::mem::take(&mut self.label),
            Bracket::Block | Bracket::Control | Bracket::Tag | Bracket::Children => String::new(),
        };
        let arguments = if kind == Bracket::Paren { self.whole.called(self.open.len()) } else { Vec::new() };
        self.open.push(Open { kind, label, arguments, argument: 0 });
        self.before = Before::Operator;
        self.label.clear();
        Ok(())
    }

    /// The last name as a label. Minifiers call variables `hn` and `pt`: two letters say nothing.
    fn name_as_label(&self) -> String {
        if self.bare && self.name.len() <= 2 { String::new() } else { normalise(&self.name) }
    }

    /// The label of a literal here: its own, or that of what it stands in.
    fn current_label(&self) -> &str {
        if !self.label.is_empty() {
            return &self.label;
        }
        let inside = self.open.last().filter(|o| !matches!(o.kind, Bracket::Object | Bracket::Tag | Bracket::Children));
        let argument = inside.and_then(|o| o.arguments.get(o.argument)).filter(|label| !label.is_empty());
        argument.or(inside.map(|o| &o.label)).map(String::as_str).unwrap_or_default()
    }

    fn value_done(&mut self) {
        self.begun = true;
        self.parameter.clear();
        self.before = Before::Value;
        self.label.clear();
        self.punctuation = 0;
    }

    fn comment(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        end: Option<usize>,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
        let source = text.get(..end).unwrap_or_default();
        let banner = label::is_banner(source) || (!self.begun && label::names_authors(source));
        // Whose licence stands on top, of those are the comments below.
        self.vendor |= banner && !self.begun;
        self.begun = true;
        self.answer |= source.starts_with("//#DWR-");
        let field = (banner || (self.vendor && !label::has_long_number(source))).then(dictionary_only);
        let place = Place { whence: "comment", ..Place::on(Surface::Remark).with_field(field) };
        // The sign that ends it is no part of a name: masked with one, what follows would be a comment as well.
        let closed = source.starts_with("/*") && source.len() > 3 && source.ends_with("*/");
        let (inside, ends) = source.split_at(source.len() - if closed { 2 } else { 0 });
        decoded::plain(ins, inside, &place, out)?;
        out.push_str(ends);
        Ok(Some(end))
    }

    fn string(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        quote: u8,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(end) = literal::string(text, quote, last).or(last.then_some(text.len())) else {
            return Ok(None);
        };
        let source = text.get(..end).unwrap_or_default();
        let closed = source.len() > 1 && source.as_bytes().last() == Some(&quote);
        let inside = source.get(1..source.len() - usize::from(closed)).unwrap_or_default();
        let mut exact = Run::default();
        literal::decode(inside, 1, &mut exact);
        let new = self.literal(ins, source, &exact, out)?;
        if let Some(new) = new {
            literal::quote(&new, quote, out);
        }
        if exact.text().len() <= crate::redact::label::MAX {
            exact.text().clone_into(&mut self.name);
        } else {
            self.name.clear();
        }
        self.bare = false;
        self.value_done();
        self.parameter = call::parameter(exact.text()).to_owned();
        Ok(Some(end))
    }

    /// The text of a template up to `${` or its end.
    fn template(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        match literal::template(text.as_bytes()) {
            Some((0, opens)) => {
                let length = if opens { 2 } else { 1 };
                out.push_str(text.get(..length).unwrap_or_default());
                if opens {
                    self.push(ins, Bracket::Block)?;
                    self.before = Before::Operator;
                } else {
                    self.open.pop();
                    self.value_done();
                }
                Ok(Some(length))
            }
            None if !last => Ok(None),
            ends => {
                let end = ends.map_or(text.len(), |(end, _)| end);
                let source = text.get(..end).unwrap_or_default();
                let mut exact = Run::default();
                literal::decode(source, 0, &mut exact);
                if let Some(new) = self.literal(ins, source, &exact, out)? {
                    literal::escape(&new, b'`', out);
                }
                Ok(Some(end))
            }
        }
    }

    fn word(&mut self, ins: &mut Inspector, word: &str, out: &mut String) -> Result<(), Withheld> {
        self.begun = true;
        const BEFORE_REGEX: &[&str] = &[
            "return",
            "typeof",
            "instanceof",
            "in",
            "of",
            "new",
            "delete",
            "void",
            "throw",
            "case",
            "do",
            "else",
            "yield",
            "await",
        ];
        if literal::has_long_number(word) {
            let place = Place { whence: "name", ..Place::on(Surface::Script) };
            // The digits alone, for a name has no word boundary before them.
            let from = word.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            let (letters, rest) = word.split_at(from);
            out.push_str(letters);
            out.push_str(&ins.redact(rest, &place)?.unwrap_or_else(|| rest.to_owned()));
        } else {
            out.push_str(word);
        }
        self.before = match word {
            "if" | "while" | "for" | "with" => Before::ControlWord,
            _ if BEFORE_REGEX.contains(&word) => Before::Operator,
            _ => Before::Value,
        };
        self.whole.word(word, &self.label, self.open.len());
        if self.before == Before::Value {
            word.clone_into(&mut self.name);
            self.bare = true;
        } else {
            self.name.clear();
        }
        if !matches!(word, "new" | "Date") {
            self.label.clear();
        }
        self.parameter.clear();
        self.punctuation = 0;
        Ok(())
    }

    fn punctuation(
        &mut self,
        ins: &Inspector,
        first: u8,
        text: &str,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(c) = text.chars().next() else { return Ok(None) };
        out.push(c);
        let before = std::mem::replace(&mut self.punctuation, first);
        self.paired = false;
        let parameter = std::mem::take(&mut self.parameter);
        match first {
            b'{' => {
                let object = self.before == Before::Operator && !matches!(before, b';' | b'{' | b'}' | 0);
                self.push(ins, if object { Bracket::Object } else { Bracket::Block })?;
            }
            b'(' => {
                let control = self.before == Before::ControlWord;
                self.push(ins, if control { Bracket::Control } else { Bracket::Paren })?;
            }
            b'[' => self.push(ins, Bracket::Square)?,
            // Nothing but `}` ends what `${` began: code behind it would be read as the text of a template.
            b')' | b']' if self.in_substitution() => self.before = Before::Value,
            b'}' | b')' | b']' => {
                let closed = self.open.pop().map(|o| o.kind);
                self.whole.closed(first, self.open.len());
                self.label.clear();
                self.before = match closed {
                    Some(Bracket::Block) | None => Before::Operator,
                    Some(Bracket::Control) => Before::Head,
                    Some(
                        Bracket::Object
                        | Bracket::Paren
                        | Bracket::Square
                        | Bracket::Template
                        | Bracket::Tag
                        | Bracket::Children,
                    ) => Before::Value,
                };
                // `patient["nhsNumber"] = …`: the name in the brackets stays the name.
                if closed != Some(Bracket::Square) {
                    self.name.clear();
                }
            }
            b':' => {
                self.label = self.name_as_label();
                self.before = Before::Operator;
            }
            b'=' if !matches!(before, b'=' | b'!' | b'<' | b'>') || self.before == Before::Value => {
                self.label = self.name_as_label();
                self.before = Before::Operator;
            }
            b'>' if before == b'=' => {
                self.label.clear();
                self.before = Before::Head;
            }
            // `i++ / 2` divides, and so does `i-- / 2`.
            b'+' | b'-' if before == first => self.before = Before::Value,
            b'.' => self.before = Before::Value,
            _ => {
                self.label.clear();
                let said = (self.before, self.bare);
                self.before = Before::Operator;
                let name = self.name_as_label();
                if let (b',', Some(open)) = (first, self.open.last_mut()) {
                    // `sessionStorage.setItem("patientNhsNo", "…")`
                    let names = said == (Before::Value, false) && open.argument == 0 && open.names_what_follows();
                    // `['First name', 'Jessie']`
                    let pair = said == (Before::Value, false) && open.argument == 0 && open.kind == Bracket::Square;
                    // `surname: ['Name', 'Jessie']`: what the list is called says it already.
                    let pair = pair && ins.label_field(&open.label).is_none();
                    if (names || pair) && ins.label_field(&name).is_some() {
                        self.label = name;
                        self.paired = pair;
                    }
                    open.argument += 1;
                }
                if first == b'+' {
                    self.label = normalise(&parameter);
                }
            }
        }
        Ok(Some(c.len_utf8()))
    }
}

#[cfg(test)]
mod tests;
