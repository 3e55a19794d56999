//! XML: FHIR, CDA, SVG and anything else; a push scanner that leaves every byte that it does not replace.
//!
//! Text runs go over inline elements, comments and CDATA (`<content>943</content> 476 5919` is one value) and end at every
//! other tag. A value is known by the path of its element or attribute, by the table header above it, by its label (the
//! element's name; for `value` and the like, the name beside or above it). Comments and processing instructions are text.
//!
//! Document types with a subset, entities other than XML's own, and what is not well-formed are withheld.

mod markup;
mod renamed;
mod table;

use std::sync::Arc;

use markup::{Attribute, Piece, Start};
use renamed::renamed;
use table::Table;

pub(crate) use markup::escape;

use super::decoded::{self, Edit};
use super::js::{self, dictionary_only};
use super::path::Element;
use super::person::People;
use super::scan::Scan;
use super::{css, value};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::{Run, Span};
use crate::redact::withheld::Withheld;

const MALFORMED: Withheld = Withheld::Malformed("XML");

/// Elements inside a line of text.
const INLINE: &[&str] = &[
    "content",
    "sub",
    "sup",
    "b",
    "i",
    "em",
    "strong",
    "span",
    "u",
    "a",
    "linkHtml",
    "font",
    "small",
    "mark",
    "abbr",
    "tspan",
    "footnoteRef",
    "bdo",
    "big",
    "tt",
    "s",
];
/// Names that say nothing of what they hold.
const GENERIC: &[&str] = &[
    "value",
    "item",
    "entry",
    "field",
    "text",
    "string",
    "param",
    "parameter",
    "property",
    "attribute",
    "data",
    "p",
    "div",
    "paragraph",
    "li",
    "list",
    "td",
    "display",
    "content",
    "cell",
    "element",
    "dd",
];
/// Attributes that hold what the element is about.
const VALUES: &[&str] = &["value", "extension", "displayName", "text", "val", "content"];
/// Attributes and elements that name the value beside them, in small or in capital letters; those that say so best stand first.
const NAMING: &[&str] = &[
    "name",
    "label",
    "key",
    "title",
    "field",
    "caption",
    "header",
    "ItemOID",
    "FieldName",
    "ParameterName",
    "ParamName",
    "PropertyName",
    "AttributeName",
    "ColumnName",
    "VariableName",
    "KeyName",
    "ItemName",
    "naaccrId",
];
/// Under which the Individual Healthcare Identifiers of Australia stand; those of practitioners and organisations begin otherwise
/// (AS 5017-2006, HI Service).
const INDIVIDUAL: &str = "1.2.36.1.2001.1003.0.800360";
/// Of which type a value is, where another element holds it.
const TYPES: &[&str] =
    &["Boolean", "Date", "DateTime", "Hidden", "Int32", "Integer", "Number", "String", "Text", "Visible"];
/// Attributes that programs read: codes of the standard, never of a person. The dictionary looks all the same.
const PROGRAM: &[&str] = &[
    "root",
    "codeSystem",
    "codeSystemName",
    "codeSystemVersion",
    "typeCode",
    "classCode",
    "moodCode",
    "nullFlavor",
    "styleCode",
    "contextControlCode",
    "contextConductionInd",
    "determinerCode",
    "inversionInd",
    "mediaType",
    "representation",
    "use",
    "unit",
    "version",
    "encoding",
    "schemaLocation",
    "align",
    "width",
    "height",
    "border",
    "cellpadding",
    "cellspacing",
    "colspan",
    "rowspan",
    "viewBox",
    "transform",
    "points",
    "d",
];
/// The most attributes and the longest value that conditions of path patterns can ask.
const MAX_ATTRIBUTES: usize = 16;
const MAX_VALUE: usize = 128;
/// Under which name the type of an element by its schema is kept: a condition on `type` asks for another attribute.
const TYPE: &str = "xsi:type";

/// Scans a document.
#[derive(Debug, Default)]
pub(in crate::redact) struct Xml {
    path: Vec<Element>,
    /// Names of people that stood in each of these elements.
    people: Vec<People>,
    /// Qualified names, which the end tags repeat, and under which names they went out.
    names: Vec<(String, Option<String>)>,
    tables: Vec<Table>,
    /// The root has been closed.
    ended: bool,
    /// What goes into the root before everything else: the guard of a document that a browser shows (SVG).
    head: Option<Arc<str>>,
}

impl Xml {
    /// A document; `head` is markup that goes in at the beginning of its root.
    pub(in crate::redact) fn document(head: Option<Arc<str>>) -> Self {
        Self { head, ..Self::default() }
    }
}

impl Scan for Xml {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        if !text.starts_with('<') || text.starts_with("<![CDATA[") {
            return self.flow(ins, text, last, out);
        }
        let Some((piece, end)) = markup::piece(text, 0, last)? else { return Ok(None) };
        let source = text.get(..end).unwrap_or_default();
        match piece {
            Piece::Start(start) => {
                let mut edits = Vec::new();
                self.start(ins, text, 0, &start, &mut edits)?;
                decoded::apply(source, edits, out);
                if let Some(head) = self.head.take().filter(|_| !start.empty) {
                    out.push_str(&head);
                }
            }
            // It would make another page of this one, without the guard.
            Piece::Instruction
                if self.head.is_some() && source.starts_with("<?xml-stylesheet") && !source.contains("css") =>
            {
                return Err(Withheld::Malformed("a document without a transformation"));
            }
            Piece::End(name) => {
                let edits = self.end_tag(ins, &name)?.map(|with| Edit { span: renamed::span(0, 2, &name), with });
                decoded::apply(source, edits.into_iter().collect(), out);
            }
            Piece::Instruction if is_declaration(source) => out.push_str(source),
            Piece::Comment => out.push_str(&comment(ins, source)?),
            Piece::Instruction => {
                let place = Place { whence: "comment", ..Place::on(Surface::Comment) };
                decoded::plain(ins, source, &place, out)?;
            }
            Piece::Doctype => {
                let name = source.split(|c: char| c.is_whitespace() || c == '>').filter(|part| !part.is_empty()).nth(1);
                renamed::unnamed(ins, name.unwrap_or_default())?;
                out.push_str(source);
            }
            Piece::Data(_) => return self.flow(ins, text, last, out),
        }
        Ok(Some(end))
    }

    fn end(&mut self, _ins: &mut Inspector, _out: &mut String) -> Result<(), Withheld> {
        if self.path.is_empty() { Ok(()) } else { Err(MALFORMED) }
    }
}

impl Xml {
    /// A run of text: to the first tag that is not inline.
    fn flow(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let mut exact = Run::default();
        let mut pieces: Vec<(Piece, usize, usize)> = Vec::new();
        let mut parts = 0;
        // Where in the text each of its parts ends.
        let mut seams = Vec::new();
        // Open elements at this place: outside of the root nothing is inline.
        let mut level = self.path.len();
        // Nothing but white space stands behind the end of an inline element.
        let mut between = false;
        // Something has been said.
        let mut said = false;
        // It has been asked whether the first piece is data.
        let mut asked = false;
        let mut at = 0;
        loop {
            if at >= text.len() {
                if last {
                    break;
                }
                return Ok(None);
            }
            let rest = text.get(at..).unwrap_or_default();
            if !rest.starts_with('<') {
                let end = memchr::memchr(b'<', rest.as_bytes()).map(|n| at + n);
                let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
                let shown = text.get(at..end).unwrap_or_default();
                markup::decode(shown, at, &mut exact)?;
                let says = !shown.trim().is_empty();
                seams.push(exact.text().len());
                parts += usize::from(says);
                between &= !says;
                said |= says;
                at = end;
                continue;
            }
            let Some((piece, end)) = markup::piece(text, at, last)? else { return Ok(None) };
            match &piece {
                Piece::Data(inside) => {
                    exact.push_source(text.get(inside.clone()).unwrap_or_default(), inside.start as u64);
                    seams.push(exact.text().len());
                    parts += 1;
                }
                Piece::Comment => pieces.push((piece, at, end)),
                Piece::Start(start) if start.name == "br" && start.empty => {
                    // The tag stays, whatever stands before and behind it.
                    exact.push_char('\n', at as u64..at as u64);
                }
                Piece::Start(start) if level > 0 && INLINE.contains(&start.name.as_str()) => {
                    // What is of a format of its own is no part of the line before it.
                    if (between || !said) && !exact.is_empty() && !start.empty && holds_data(text, end) {
                        break;
                    }
                    level += usize::from(!start.empty);
                    pieces.push((piece, at, end));
                }
                Piece::End(name) if level > 1 && INLINE.contains(&name.rsplit(':').next().unwrap_or(name)) => {
                    level -= 1;
                    between = true;
                    pieces.push((piece, at, end));
                    if parts == 1 && !std::mem::replace(&mut asked, true) && value::is_data(exact.text()) {
                        at = end;
                        break;
                    }
                }
                Piece::Start(_) | Piece::End(_) | Piece::Instruction | Piece::Doctype => break,
            }
            at = end;
        }
        let source = text.get(..at).unwrap_or_default();
        if self.path.is_empty() && !exact.text().trim().is_empty() {
            return Err(MALFORMED);
        }
        let mut edits = self.text(ins, source, &exact, parts == 1)?;
        if parts > 1 {
            known_parts(ins, &exact, &seams, &mut edits)?;
        }
        for (piece, from, to) in pieces {
            match piece {
                Piece::Start(start) => self.start(ins, text, from, &start, &mut edits)?,
                Piece::End(name) => {
                    let with = self.end_tag(ins, &name)?;
                    edits.extend(with.map(|with| Edit { span: renamed::span(from, 2, &name), with }));
                }
                Piece::Comment => {
                    let with = comment(ins, text.get(from..to).unwrap_or_default())?;
                    edits.push(Edit { span: from as u64..to as u64, with });
                }
                Piece::Instruction | Piece::Data(_) | Piece::Doctype => {}
            }
        }
        decoded::apply(source, edits, out);
        Ok(Some(at))
    }

    /// Inspects the text of a run; `single`: it stands in one piece.
    fn text(&mut self, ins: &mut Inspector, source: &str, exact: &Run, single: bool) -> Result<Vec<Edit>, Withheld> {
        let shown = exact.text().trim();
        if shown.is_empty() {
            return Ok(Vec::new());
        }
        let (mut label, mut field) = self.meaning_of_text(ins);
        // The name of a value that rules know is a label, not an identifier; an address on the web is nobody's home.
        // A `<Name>` with a capital is as often a person's, who may be called Ward.
        let mostly = self.path.last().is_none_or(|e| !e.name.starts_with(|c: char| c.is_ascii_uppercase()));
        let names = |rule: Arc<FieldRule>| mostly || rule.names_identifier();
        let label_here = self.naming().is_some() && ins.label_field(&normalise(shown)).is_some_and(names);
        let is_label = |text: &str| {
            let text = normalise(text);
            ins.column_field(&text).is_some() || ins.label_field(&text).is_some()
        };
        let heads = self.tables.last().is_some_and(|table| table.may_be_label() && is_label(shown));
        if label_here || heads || is_web_address(shown) || is_placeholder(shown) {
            field = None;
        }
        if heads {
            label.clear();
        }
        if let Some(table) = self.tables.last_mut() {
            table.text(shown, heads);
        }
        self.remember(shown);
        self.note_name(field.as_deref(), shown);
        let whence = self.whence(None);
        // A document in it that nobody can read.
        let packed =
            self.path.last().is_some_and(|e| e.attributes.iter().any(|(k, v)| k == "representation" && v == "B64"));
        if packed && value::is_opaque(shown) {
            let spans = exact.source_of(0..exact.text().len());
            return Ok(spans.into_iter().map(|span| Edit { span, with: String::new() }).collect());
        }
        let program = self.path.last().filter(|e| !is_data(e)).map(|e| e.name.as_str());
        let program = program.filter(|n| matches!(*n, "script" | "style"));
        let new = match program {
            Some("script") => js::redact(ins, exact.text())?,
            Some(_) => css::redact(ins, exact.text())?,
            None => {
                let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
                let nested = if single { value::nested(ins, shown, &place)? } else { value::Nested::Plain };
                match nested {
                    value::Nested::Plain => return decoded::inspect(ins, exact, &place),
                    value::Nested::Unchanged => None,
                    value::Nested::Changed(new) => Some(new),
                }
            }
        };
        let Some(new) = new else { return Ok(Vec::new()) };
        // The white space around it stays where it is: it may stand in another element.
        let from = if program.is_some() { 0 } else { exact.text().len() - exact.text().trim_start().len() };
        let to = if program.is_some() { exact.text().len() } else { from + shown.len() };
        let spans = exact.source_of(from..to);
        let data = source.contains("<![CDATA[");
        let mut with = Some(if data { new.replace("]]>", "]]]]><![CDATA[>") } else { markup::escape(&new) });
        Ok(spans.into_iter().map(|span| Edit { span, with: with.take().unwrap_or_default() }).collect())
    }

    /// A start tag, whose bracket stands at `from`.
    fn start(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        from: usize,
        start: &Start,
        edits: &mut Vec<Edit>,
    ) -> Result<(), Withheld> {
        let depth = ins.plan().bounds.depth;
        if self.path.len() >= usize::try_from(depth).unwrap_or(usize::MAX) {
            return Err(Withheld::TooDeep(depth));
        }
        if self.ended {
            return Err(MALFORMED);
        }
        let instead = renamed(ins, &start.qualified)?;
        if let Some(with) = &instead {
            edits.push(Edit { span: renamed::span(from, 1, &start.qualified), with: with.clone() });
        }
        for attribute in &start.attributes {
            if attribute.of_schema {
                renamed::unnamed(ins, &attribute.name)?;
                continue;
            }
            if let Some(with) = renamed(ins, text.get(attribute.named.clone()).unwrap_or_default())? {
                edits.push(Edit { span: attribute.named.start as u64..attribute.named.end as u64, with });
            }
        }
        let mut values = Vec::with_capacity(start.attributes.len());
        for attribute in &start.attributes {
            let mut exact = Run::default();
            markup::decode(text.get(attribute.value.clone()).unwrap_or_default(), attribute.value.start, &mut exact)?;
            values.push(exact);
        }
        let short = start.attributes.iter().zip(&values).filter(|(_, v)| v.text().len() <= MAX_VALUE);
        let named = short.filter_map(|(a, v)| match (a.of_schema, a.name.as_str()) {
            (false, name) => Some((name.to_owned(), v)),
            (true, "type") => Some((TYPE.to_owned(), v)),
            (true, _) => None,
        });
        let attributes = named.take(MAX_ATTRIBUTES).map(|(name, v)| (name, v.text().to_owned())).collect();
        match start.name.as_str() {
            name if table::is_table(name) => self.tables.push(Table::default()),
            name => {
                if let Some(table) = self.tables.last_mut() {
                    let index = start.attributes.iter().zip(&values).find(|(a, _)| a.name == "Index");
                    table.open(name, index.and_then(|(_, v)| v.text().parse().ok()));
                }
            }
        }
        // What a report shows of the path is what went out.
        let name = instead.as_deref().map_or(start.name.as_str(), markup::local);
        self.path.push(Element { name: name.to_owned(), attributes });
        self.people.push(People::default());
        self.names.push((start.qualified.clone(), instead));
        for (attribute, exact) in start.attributes.iter().zip(&values) {
            if !attribute.of_schema {
                self.attribute(ins, attribute, exact, edits)?;
                continue;
            }
            // The name of a namespace cannot be rewritten: it would name another. One that holds somebody's number is none.
            let long = exact.text().split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 7);
            let place = Place { field: Some(dictionary_only()), whence: "namespace", ..Place::on(Surface::Attribute) };
            if long && ins.redact(exact.text(), &place)?.is_some() {
                return Err(MALFORMED);
            }
        }
        if start.empty {
            self.end_tag(ins, &start.qualified)?;
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        ins: &mut Inspector,
        attribute: &Attribute,
        exact: &Run,
        edits: &mut Vec<Edit>,
    ) -> Result<(), Withheld> {
        if exact.text().trim().is_empty() {
            return Ok(());
        }
        let (mut label, mut field) = self.meaning_of_attribute(ins, &attribute.name);
        let coded = attribute.name == "code"
            && self.path.last().is_some_and(|e| e.attributes.iter().any(|(k, _)| k == "codeSystem"));
        // Australia numbers people within a naming system: a root is somebody's number.
        let whole = |number: &str| number.len() == 16 && number.bytes().all(|b| b.is_ascii_digit());
        let individual = exact.text().rsplit_once('.').filter(|(_, number)| whole(number));
        let individual = individual.filter(|_| exact.text().starts_with(INDIVIDUAL));
        if let Some((system, number)) = individual.filter(|_| attribute.name == "root") {
            let field = ins.label_field("ihi");
            let place = Place { field, label: "ihi", whence: "@root", ..Place::on(Surface::Data) };
            if let Some(new) = ins.redact(number, &place)? {
                let span = attribute.value.start as u64..attribute.value.end as u64;
                edits.push(Edit { span, with: markup::escape(&format!("{system}.{new}")) });
                return Ok(());
            }
        }
        if field.is_none() && (coded || PROGRAM.contains(&attribute.name.as_str())) {
            field = Some(dictionary_only());
        }
        // `<Column ColumnName="Surname" Value="String"/>` says how surnames are kept.
        let kept = |e: &Element| named(e).is_some() && !names_exactly(e);
        if TYPES.contains(&exact.text().trim()) && self.path.last().is_some_and(kept) {
            field = None;
            label.clear();
        }
        let whence = self.whence(Some(&attribute.name));
        if attribute.name == "value" {
            self.note_name(field.as_deref(), exact.text());
        }
        let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
        match value::nested(ins, exact.text(), &place)? {
            value::Nested::Changed(new) => {
                let span = attribute.value.start as u64..attribute.value.end as u64;
                edits.push(Edit { span, with: markup::escape(&new) });
            }
            value::Nested::Unchanged => {}
            value::Nested::Plain => edits.extend(decoded::inspect(ins, exact, &place)?),
        }
        Ok(())
    }

    /// Closes an element; says what its start tag was called instead, if it had to be.
    fn end_tag(&mut self, ins: &mut Inspector, name: &str) -> Result<Option<String>, Withheld> {
        let Some((_, renamed)) = self.names.pop().filter(|(open, _)| open == name) else { return Err(MALFORMED) };
        let Some(element) = self.path.pop() else { return Err(MALFORMED) };
        if let Some(people) = self.people.pop() {
            people.learn(ins);
        }
        self.ended = self.path.is_empty();
        if table::is_table(&element.name) {
            self.tables.pop();
        } else if let Some(table) = self.tables.last_mut() {
            table.close(&element.name, table::span(&element.attributes));
        }
        // FHIR: `<system value="phone"/>` says something of the `<value>` beside it.
        if let Some((_, value)) = element.attributes.iter().find(|(k, _)| k == "value") {
            self.beside(&element.name, value);
        }
        Ok(renamed)
    }

    /// How many elements up the one stands that names the value beside it: `<name>NHS No</name>`, `<name><value>NHS No</value></name>`.
    fn naming(&self) -> Option<usize> {
        let mut above = self.path.iter().rev();
        let names = |e: &Element| is_naming(&e.name);
        let (last, parent) = (above.next()?, above.next());
        match parent {
            _ if names(last) => Some(0),
            Some(parent) if matches!(last.name.as_str(), "value" | "text") && names(parent) => Some(1),
            Some(_) | None => None,
        }
    }

    /// Text of an element that may name the one beside it: `<name>NHS No</name><value>…`.
    fn remember(&mut self, shown: &str) {
        let Some(up) = self.naming().filter(|_| shown.len() <= MAX_VALUE) else { return };
        let Some(at) = self.path.len().checked_sub(1 + up) else { return };
        let Some((holder, name)) = at.checked_sub(1).zip(self.path.get(at).map(|e| e.name.clone())) else { return };
        if let Some(parent) = self.path.get_mut(holder) {
            note(parent, &name, shown);
        }
    }

    /// `<given>Rose</given><family>White</family>`: what holds both teaches the whole name when it ends.
    fn note_name(&mut self, field: Option<&FieldRule>, text: &str) {
        let name = matches!(field.map(|f| &f.effect), Some(FieldEffect::Identifier { kind: Kind::Name, .. }));
        let Some(at) = self.path.len().checked_sub(2).filter(|_| name) else { return };
        if let (Some(element), Some(people)) = (self.path.last(), self.people.get_mut(at)) {
            people.note(&normalise(&element.name), text);
        }
    }

    fn beside(&mut self, name: &str, value: &str) {
        if let Some(parent) = self.path.last_mut() {
            note(parent, name, value);
        }
    }

    /// The innermost element that is not inline, and those above it.
    fn block(&self) -> Option<(&Element, &[Element])> {
        let at =
            self.path.iter().rposition(|e| !INLINE.contains(&e.name.as_str())).or(self.path.len().checked_sub(1))?;
        self.path.get(at).zip(self.path.get(..at))
    }

    fn meaning_of_text(&self, ins: &Inspector) -> (String, Option<Arc<FieldRule>>) {
        let by_path = self.by_path(ins, None);
        if let Some(table) = self.tables.last() {
            let told = self.path.last().is_some_and(|e| table::is_plain(&e.name) && named(e).is_none());
            if let Some((header, beside)) = table.labels().filter(|_| told || !table.in_sheet()) {
                if let Some(rule) = by_path {
                    return (header.to_owned(), Some(rule));
                }
                // A narrative's column of names is mostly one of drugs, tests and problems: detectors look.
                let things = matches!(header, "name" | "names");
                if let Some(rule) = ins.column_field(header).filter(|_| !things) {
                    return (header.to_owned(), Some(rule));
                }
                if let Some(rule) = ins.label_field(beside) {
                    return (beside.to_owned(), Some(rule));
                }
                if table.in_sheet() {
                    return self.meaning_of_element(ins);
                }
                return (if header.is_empty() { beside } else { header }.to_owned(), None);
            }
            if table.in_header() {
                return (String::new(), by_path);
            }
        }
        let (label, field) = self.meaning_of_element(ins);
        (label, by_path.or(field))
    }

    fn meaning_of_element(&self, ins: &Inspector) -> (String, Option<Arc<FieldRule>>) {
        let Some((element, above)) = self.block() else { return (String::new(), None) };
        if let Some(property) = property_of_bean(element, above) {
            let field = ins.label_field(&property);
            return (property, field);
        }
        if let Some(name) = named(element) {
            // `ItemOID="I_DEMO_SURNAME"`: behind whose form it is stands what it is.
            let tails = std::iter::successors(Some(name.as_str()), |n| n.split_once(' ').map(|(_, rest)| rest));
            let whole = if identified(element) { usize::MAX } else { 1 };
            // `I_DRUG_NAME` is no name.
            let bare = |tail: &&str| !matches!(*tail, "name" | "number" | "id" | "no");
            let field = tails.take(whole).filter(|tail| whole == 1 || bare(tail)).find_map(|tail| field_of(ins, tail));
            // `<Surname Key="Status">` is a surname.
            let itself = || {
                let own = Some(element).filter(|e| !is_generic(e)).and_then(|e| ins.label_field(&normalise(&e.name)));
                own.is_some_and(|rule| rule.names_identifier())
            };
            if field.as_ref().is_some_and(|rule| rule.names_identifier() || !itself()) {
                return (name, field);
            }
        }
        let own = normalise(&element.name);
        let parent = above.last();
        // openEHR's `<value xsi:type="DV_IDENTIFIER"><issuer>Barts</issuer><id>WX2208817</id>`: the number itself.
        let number = own == "id" && parent.is_some_and(|p| is_of_type(p, "DV_IDENTIFIER"));
        let relatives = || {
            parent.is_some_and(|p| p.name == "identifiers")
                && above.iter().rev().take(3).any(|e| is_of_type(e, "PARTY_RELATED"))
        };
        if own == "id" && relatives() {
            return (own, ins.label_field("patient id"));
        }
        if !is_generic(element) && !number {
            let holder = parent.map(|p| normalise(&p.name)).unwrap_or_default();
            let field = ins.label_field(&format!("{holder} {own}")).or_else(|| ins.label_field(&own));
            return (own, field);
        }
        // `<item><name>Born</name><value><value>…`: what says nothing itself is called as what holds it.
        let says = |e: &&Element| named(e).is_some() || !is_generic(e);
        let holder = above.iter().rev().take(3).find(says).or(parent);
        // `<surname title="Mrs"><value>…`: what rules do not know names nothing.
        let known = |name: &String| field_of(ins, name).is_some();
        let told = holder.and_then(named).filter(known);
        let itself = holder.filter(|h| !is_generic(h)).map(|h| normalise(&h.name)).filter(known);
        let identifies = |name: &Option<String>| {
            name.as_ref().and_then(|n| field_of(ins, n)).is_some_and(|rule| rule.names_identifier())
        };
        let first = holder.is_some_and(names_exactly) && (identifies(&told) || !identifies(&itself));
        let name = if first { told.or(itself) } else { itself.or(told) };
        let name =
            name.or_else(|| holder.and_then(named)).or_else(|| parent.map(|p| normalise(&p.name))).unwrap_or_default();
        // `<patient><name><value>` is hers, `<cluster><name><value>` that of what is measured.
        let measured =
            |e: &Element| e.name == "composition" || e.attributes.iter().any(|(k, _)| k == "archetype_node_id");
        let things = name == "name" && holder.is_some_and(|h| named(h).is_none()) && above.iter().any(measured);
        let whose = || {
            let at = above.iter().rposition(|e| normalise(&e.name) == "name")?;
            let holder = above.get(at.checked_sub(1)?)?;
            ins.label_field(&format!("{} name", normalise(&holder.name)))
        };
        let field = if things { whose() } else { field_of(ins, &name).or_else(|| ins.label_field(&own)) };
        (name, field)
    }

    fn meaning_of_attribute(&self, ins: &Inspector, attribute: &str) -> (String, Option<Arc<FieldRule>>) {
        let by_path = self.by_path(ins, Some(attribute));
        if VALUES.iter().any(|v| v.eq_ignore_ascii_case(attribute)) {
            let (label, field) = self.meaning_of_element(ins);
            return (label, by_path.or(field));
        }
        let label = normalise(attribute);
        // The name of a value that rules know is a label, not an identifier.
        let names = is_naming(attribute)
            && self.path.last().and_then(named).is_some_and(|name| ins.label_field(&name).is_some());
        if names {
            return (String::new(), by_path);
        }
        // `<patient_identifier identifier="101-6"/>`
        let held = || {
            let element = self.path.last().filter(|_| label == "identifier")?;
            let number = |kind: &Kind| matches!(kind, Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId);
            let rule = ins.label_field(&normalise(&element.name))?;
            matches!(&rule.effect, FieldEffect::Identifier { kind, .. } if number(kind)).then_some(rule)
        };
        let field = by_path.or_else(|| ins.label_field(&label)).or_else(held);
        (label, field)
    }

    fn by_path(&self, ins: &Inspector, attribute: Option<&str>) -> Option<Arc<FieldRule>> {
        // Text in an inline element belongs to the block around it as well.
        let block = self.block().map_or(0, |(_, above)| above.len() + 1);
        let around = self.path.get(..block).unwrap_or_default();
        let rules = plan_rules(ins);
        let rule = rules.iter().rev().find(|(pattern, rule)| {
            (pattern.matches_xml(&self.path, attribute)
                || (attribute.is_none() && block < self.path.len() && pattern.matches_xml(around, None)))
                && rule.applies(ins.path())
        });
        rule.map(|(_, rule)| rule.clone())
    }

    /// The path for reports.
    fn whence(&self, attribute: Option<&str>) -> String {
        let from = self.path.len().saturating_sub(6);
        let names: Vec<&str> = self.path.iter().skip(from).map(|e| e.name.as_str()).collect();
        let mut whence = names.join("/");
        if let Some(attribute) = attribute {
            whence.push_str("/@");
            whence.push_str(attribute);
        }
        whence
    }
}

/// A comment, with its signs. What somebody put out of use is of a format still: a table with its heads, an element with its name.
fn comment(ins: &mut Inspector, source: &str) -> Result<String, Withheld> {
    let place = Place { whence: "comment", ..Place::on(Surface::Comment) };
    let inner = source.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).unwrap_or_default();
    // No comment may hold two of its strokes: what does is no markup that somebody put out of use.
    let strokes = inner.contains("--") || inner.ends_with('-');
    let new = match value::holds_format(inner) && !strokes {
        true => match value::nested(ins, inner, &place)? {
            value::Nested::Changed(new) if !new.contains("--") && !new.ends_with('-') => Some(format!("<!--{new}-->")),
            value::Nested::Changed(_) | value::Nested::Unchanged | value::Nested::Plain => None,
        },
        false => None,
    };
    // Read as text as well: what is markup to one reader is none to another.
    let mut out = String::new();
    decoded::plain(ins, new.as_deref().unwrap_or(source), &place, &mut out)?;
    Ok(out)
}

/// What is known may stand in one part of a text alone, where the digits of the next touch it: `<![CDATA[943…]]><![CDATA[94…]]>`.
fn known_parts(ins: &mut Inspector, exact: &Run, seams: &[usize], edits: &mut Vec<Edit>) -> Result<(), Withheld> {
    let mut from = 0;
    for &to in seams {
        let part = exact.text().get(from..to).unwrap_or_default();
        let place = Place { field: Some(dictionary_only()), whence: "text", ..Place::on(Surface::Data) };
        for found in ins.inspect(part, &place)? {
            let spans = exact.source_of(from + found.range.start..from + found.range.end);
            let free = |span: &Span| edits.iter().all(|e| e.span.end <= span.start || span.end <= e.span.start);
            if spans.iter().all(free) {
                let mut with = Some(found.with);
                edits.extend(spans.into_iter().map(|span| Edit { span, with: with.take().unwrap_or_default() }));
            }
        }
        from = to;
    }
    Ok(())
}

fn plan_rules(ins: &Inspector) -> &[(super::path::PathPattern, Arc<FieldRule>)] {
    &ins.plan().fields.xml
}

/// A script that its type says to be none: a template, data.
fn is_data(element: &Element) -> bool {
    let kind = element.attributes.iter().find(|(k, _)| k == "type").map(|(_, v)| v.to_ascii_lowercase());
    kind.is_some_and(|k| !k.contains("script") && !k.contains("css") && k != "module" && !k.is_empty())
}

fn note(element: &mut Element, name: &str, value: &str) {
    if element.attributes.len() < MAX_ATTRIBUTES {
        element.attributes.retain(|(k, _)| k != name);
        element.attributes.push((name.to_owned(), value.to_owned()));
    }
}

/// The field rule for a name that a program gave: `birthdate_date` is a birth date.
fn field_of(ins: &Inspector, name: &str) -> Option<Arc<FieldRule>> {
    const PARTS: &[&str] = &[" date", " value", " field", " text"];
    let bare = || PARTS.iter().find_map(|p| name.strip_suffix(p)).and_then(|bare| ins.label_field(bare));
    ins.label_field(name).or_else(bare)
}

/// `<?xml version="1.0" encoding="UTF-8"?>` and nothing else: whatever more is written there may be somebody's, and is read as text is.
fn is_declaration(source: &str) -> bool {
    let inside = source.strip_prefix("<?xml ").and_then(|rest| rest.strip_suffix("?>"));
    let said = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or_default();
        let value = value.trim_matches(['"', '\'']);
        match name {
            "version" => matches!(value, "1.0" | "1.1"),
            "encoding" => encoding_rs::Encoding::for_label(value.as_bytes()).is_some(),
            "standalone" => matches!(value, "yes" | "no"),
            _ => false,
        }
    };
    inside.is_some_and(|inside| inside.split_whitespace().all(said))
}

/// Whether the text of the element that has just been opened is JSON or a message, whole.
fn holds_data(text: &str, from: usize) -> bool {
    let rest = text.get(from..).unwrap_or_default();
    let inside = rest.get(..memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
    if !inside.trim_start().starts_with(['{', '[', 'M']) {
        return false;
    }
    let mut read = Run::default();
    markup::decode(inside, 0, &mut read).is_ok() && value::is_data(read.text())
}

/// `http://www.w3.org/2005/08/addressing/anonymous`, `/rest/v1/patient/42`
fn is_web_address(text: &str) -> bool {
    let path = text.starts_with('/') && text.matches('/').count() > 1;
    (path || ["http://", "https://"].iter().any(|s| text.starts_with(s))) && !text.contains(char::is_whitespace)
}

/// `$n`, `${name}`: where a program will put a value.
fn is_placeholder(text: &str) -> bool {
    text.strip_prefix('$').is_some_and(|rest| {
        let name = rest.trim_start_matches('{').trim_end_matches('}');
        name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    })
}

/// Whether an element is named by the key of a form's field alone.
fn identified(element: &Element) -> bool {
    let has = |name: &&&str| element.attributes.iter().any(|(k, _)| k.eq_ignore_ascii_case(name));
    NAMING.iter().find(has) == Some(&"ItemOID")
}

/// Which property of a bean an element holds, as Java's encoder writes them: `<void property="fullName"><string>`, and `<object>` between
/// where a method makes the value. What is called a name, a number or an id alone may be that of anything.
fn property_of_bean(element: &Element, above: &[Element]) -> Option<String> {
    const TYPES: &[&str] = &["string", "int", "long", "short"];
    if !TYPES.contains(&element.name.as_str()) || above.first().is_none_or(|root| root.name != "java") {
        return None;
    }
    let holder = above.iter().rev().find(|e| e.name != "object")?;
    let property = holder.attributes.iter().find(|(k, _)| holder.name == "void" && k == "property");
    property.map(|(_, v)| normalise(v)).filter(|name| !matches!(name.as_str(), "name" | "number" | "id" | "no"))
}

/// Whether an element says by `xsi:type` that it is of a type.
fn is_of_type(element: &Element, wanted: &str) -> bool {
    element.attributes.iter().any(|(k, v)| k == TYPE && v == wanted)
}

/// Whether an element's name says nothing of what it holds. With a capital only `<Value>` and `<FieldValue>` do: `<Text>` in a `<Patient>` is what
/// is told of her.
fn is_generic(element: &Element) -> bool {
    let value = |rest: &str| rest.is_empty() || is_naming(rest);
    GENERIC.contains(&element.name.as_str()) || element.name.strip_suffix("Value").is_some_and(value)
}

/// Whether what names an element's value is written as it mostly is, in small letters.
fn names_exactly(element: &Element) -> bool {
    let mostly = |n: &&&str| **n == "ItemOID" || n.starts_with(|c: char| c.is_ascii_lowercase());
    NAMING.iter().filter(mostly).any(|n| element.attributes.iter().any(|(k, _)| k == n))
}

/// Whether an attribute or element of this name names a value.
fn is_naming(name: &str) -> bool {
    NAMING.iter().any(|n| is_called(name, n))
}

/// `FieldName`, `fieldname`, `field_name`.
fn is_called(name: &str, wanted: &str) -> bool {
    let mut letters = name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase());
    wanted.bytes().all(|b| letters.next() == Some(b.to_ascii_lowercase())) && letters.next().is_none()
}

/// The normalised name that an element gives to its value.
fn named(element: &Element) -> Option<String> {
    let name = NAMING.iter().find_map(|n| element.attributes.iter().find(|(k, _)| is_called(k, n)));
    name.map(|(_, v)| normalise(v)).filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests;
