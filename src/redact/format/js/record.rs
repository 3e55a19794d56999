//! Data about people in a program: rewritten as the JSON that it is, and put back value by value.

use std::ops::Range;

use super::data::{self, Literal, Node, Read};
use super::{Before, Js, about, call, literal, value};
use crate::redact::detect::date;
use crate::redact::format::{Media, decoded, embedded, json};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// The most columns of rows that are compared.
const COLUMNS: usize = 64;

impl Js {
    /// Whether a bracket here opens a value rather than a block, an index or arguments.
    pub(super) fn may_be_data(&self, bracket: u8) -> bool {
        let statement = matches!(self.punctuation, b';' | b'{' | b'}' | 0);
        self.before == Before::Operator && (bracket == b'[' || !statement)
    }

    /// A literal, if it is data.
    pub(super) fn data(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let first = text.as_bytes().first().copied().unwrap_or_default();
        let literal = match data::read(text, last) {
            Read::Undecided => return Ok(None),
            Read::Program => return self.punctuation(ins, first, text, out),
            Read::Data(literal) => literal,
        };
        let holder = self.current_label().to_owned();
        let kinds = kinds(&literal);
        let known = kinds.iter().any(Option::is_some);
        if let Some(headers) = data::headers_of(&literal, &literal.root).filter(|h| about::are_headers(ins, h)) {
            self.headers = headers;
        } else if known || about::is_about_people(ins, &literal, &holder, &self.headers) {
            let source = text.get(..literal.end).unwrap_or_default();
            if let Some(new) = self.rewritten(ins, source, &literal, &holder, &kinds)? {
                out.push_str(&new);
                self.name.clear();
                self.value_done();
                return Ok(Some(literal.end));
            }
        }
        self.punctuation(ins, first, text, out)
    }

    /// The source of a literal with what the JSON of it changed; `None` when it cannot be read as that after all.
    fn rewritten(
        &self,
        ins: &mut Inspector,
        source: &str,
        literal: &Literal,
        holder: &str,
        kinds: &[Option<Kind>],
    ) -> Result<Option<String>, Withheld> {
        let Some(values) = as_json(ins, &data::write(literal, holder, &self.headers))? else { return Ok(None) };
        let labels = labels(literal, holder);
        let mut edits: Vec<(usize, String)> = Vec::new();
        for (at, new) in values {
            let Some(scalar) = literal.scalars.get(at) else { continue };
            let (around, label) = labels.get(at).map(|(h, l)| (h.as_str(), l.as_str())).unwrap_or_default();
            let unchanged = new.is_none();
            if let Some(new) = new.filter(|_| !is_common(label)) {
                edits.push((at, new));
                continue;
            }
            // What the program's own labels say counts as well: the address of a practice is data to it, too.
            let rule = kinds.get(at).and_then(|kind| ins.label_field(call::label_of(*kind)));
            let named =
                || value::named(ins, around, label, &scalar.text).filter(|_| scalar.quote != 0 && !label.is_empty());
            if unchanged && let Some(rule) = rule.or_else(named) {
                let place = Place { whence: "string", ..Place::on(Surface::Script).with_field(Some(rule)) };
                edits.extend(ins.redact(&scalar.text, &place)?.map(|new| (at, new)));
            }
        }
        let mut written: Vec<(Range<usize>, String)> = Vec::with_capacity(edits.len() + literal.remarks.len());
        for (at, new) in edits {
            let Some(scalar) = literal.scalars.get(at) else { continue };
            written.push((scalar.source.clone(), quoted(scalar, &new)));
        }
        for range in &literal.remarks {
            let mut new = String::new();
            let place = Place { whence: "comment", ..Place::on(Surface::Remark) };
            decoded::plain(ins, source.get(range.clone()).unwrap_or_default(), &place, &mut new)?;
            written.push((range.clone(), new));
        }
        written.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(source.len());
        let mut from = 0;
        for (range, new) in written {
            if range.start < from {
                continue;
            }
            out.push_str(source.get(from..range.start).unwrap_or_default());
            out.push_str(&new);
            from = range.end;
        }
        out.push_str(source.get(from..).unwrap_or_default());
        Ok(Some(out))
    }
}

/// Values of a literal, each with what it becomes.
type Values = Vec<(usize, Option<String>)>;

/// Where values stand, and what they become.
type Changes = Vec<(Range<usize>, String)>;

/// The values of a literal in order, each with what it becomes as JSON, if that is anything else; `None` when it cannot be read as that.
fn as_json(ins: &mut Inspector, written: &data::Written) -> Result<Option<Values>, Withheld> {
    let new = match embedded(ins, Media::Json, &written.json) {
        Ok(new) => new,
        Err(Withheld::Malformed(_)) => return Ok(None),
        Err(withheld) => return Err(withheld),
    };
    let new = new.as_deref().unwrap_or(&written.json);
    let (before, after) = (json::scalars(&written.json), json::scalars(new));
    if before.len() != after.len() || before.len() != written.scalars.len() {
        return Ok(None);
    }
    let values = before.iter().zip(after).zip(&written.scalars);
    Ok(Some(values.filter_map(|((old, new), at)| Some(((*at)?, (*old != new).then(|| json::text_of(new))))).collect()))
}

/// A new value in the quotes of the old; what had none gets some.
fn quoted(scalar: &data::Scalar, new: &str) -> String {
    let mut out = String::with_capacity(new.len() + 2);
    literal::quote(new, if scalar.quote == 0 { b'"' } else { scalar.quote }, &mut out);
    out
}

/// An object of a script that a text shows: sources and examples, what a console printed.
#[derive(Debug)]
pub(in crate::redact::format) struct Shown(Literal);

impl Shown {
    /// The object or list at the front of a text that is nothing but data; else how far it was read. What is worked out, words without quotes
    /// and remarks are text, whose labels those who read text know better: `{ Surname: Quelch, bed: next() }`.
    pub(in crate::redact::format) fn read(text: &str) -> Result<Self, usize> {
        data::read_plain(text).map(Self)
    }

    /// Behind its last bracket.
    pub(in crate::redact::format) fn end(&self) -> usize {
        self.0.end
    }

    /// What becomes of its values as JSON: where each stands that changed, in order, and what it is then. `None` when it is none after all.
    pub(in crate::redact::format) fn redact(&self, ins: &mut Inspector) -> Result<Option<Changes>, Withheld> {
        let Some(values) = as_json(ins, &data::write(&self.0, "", &[]))? else { return Ok(None) };
        // Between its own quotes, which may be written otherwise where it stands; what had none gets those that JSON and HTML need not.
        let changed = values.into_iter().filter_map(|(at, new)| {
            let scalar = self.0.scalars.get(at)?;
            let own = usize::from(scalar.quote != 0);
            let quote = if own == 0 { b'\'' } else { scalar.quote };
            let mut written = String::new();
            literal::quote(&new?, quote, &mut written);
            let written = if own == 0 { written } else { written.get(1..written.len().saturating_sub(1))?.to_owned() };
            Some((scalar.source.start + own..scalar.source.end.saturating_sub(own), written))
        });
        Ok(Some(changed.collect()))
    }
}

/// Keys whose values thousands share: "White" there is nobody's name.
fn is_common(label: &str) -> bool {
    const COMMON: &[&str] = &["ethnic", "ethnicity", "race", "town", "city", "colour", "color", "religion", "language"];
    label.split(' ').any(|w| COMMON.contains(&w))
}

/// For each value of an object its key, and what the object is called; normalised.
fn labels(literal: &Literal, holder: &str) -> Vec<(String, String)> {
    let mut labels = vec![(String::new(), String::new()); literal.scalars.len()];
    label(literal, &literal.root, holder, "", &mut labels);
    labels
}

fn label(literal: &Literal, node: &Node, holder: &str, key: &str, labels: &mut [(String, String)]) {
    match node {
        Node::Scalar(at) => {
            if let Some(slot) = labels.get_mut(*at) {
                *slot = (holder.to_owned(), key.to_owned());
            }
        }
        Node::List(values) => values.iter().for_each(|value| label(literal, value, holder, key, labels)),
        Node::Map(pairs) => {
            let holder = if key.is_empty() { holder } else { key };
            for (name, value) in pairs {
                let name = literal.scalars.get(*name).map(|s| normalise(&s.text)).unwrap_or_default();
                label(literal, value, holder, &name, labels);
            }
        }
    }
}

/// What each scalar of the objects and rows is, as far as what stands beside it tells.
fn kinds(literal: &Literal) -> Vec<Option<Kind>> {
    let mut kinds = vec![None; literal.scalars.len()];
    tell(literal, &literal.root, &mut kinds);
    kinds
}

fn tell(literal: &Literal, node: &Node, kinds: &mut [Option<Kind>]) {
    let values: Vec<&Node> = match node {
        Node::Scalar(_) => return,
        Node::List(values) => values.iter().collect(),
        Node::Map(pairs) => pairs.iter().map(|(_, value)| value).collect(),
    };
    let scalars = values.iter().filter_map(|value| match value {
        Node::Scalar(at) => literal.scalars.get(*at).map(|scalar| (*at, scalar)),
        Node::List(_) | Node::Map(_) => None,
    });
    let scalars: Vec<(usize, &data::Scalar)> = scalars.collect();
    let beside: Vec<about::Value<'_>> =
        scalars.iter().map(|(_, s)| about::Value { text: &s.text, quoted: s.quote != 0 }).collect();
    let told = told(literal, node);
    let reversed = scalars.iter().any(|(_, s)| s.quote != 0 && about::is_reversed_name(&s.text));
    for ((at, scalar), kind) in scalars.iter().zip(about::judge(&beside, reversed)) {
        let named = scalar.quote != 0 && about::is_reversed_name(&scalar.text);
        let kind = if named { Some(Kind::Name) } else { kind.filter(|_| scalar.quote != 0) };
        let kind = kind.filter(|kind| named || *kind != Kind::Name || !told.contains(at));
        if let Some(slot) = kinds.get_mut(*at) {
            *slot = kind;
        }
    }
    if let Node::Map(pairs) = node {
        tell_name(literal, pairs, kinds);
    }
    for value in &values {
        tell(literal, value, kinds);
    }
    if let Node::List(rows) = node {
        tell_births(literal, rows, kinds);
    }
}

/// The values whose keys say that they are nobody: `examinationType: "Blood test"`.
fn told(literal: &Literal, node: &Node) -> Vec<usize> {
    const TOLD: &[&str] = &[
        "category",
        "condition",
        "department",
        "description",
        "diagnosis",
        "drug",
        "examination",
        "medication",
        "modality",
        "mode",
        "priority",
        "procedure",
        "reason",
        "service",
        "severity",
        "specialty",
        "speciality",
        "status",
        "test",
        "treatment",
        "type",
    ];
    let Node::Map(pairs) = node else { return Vec::new() };
    let says = |key: &usize| {
        let key = literal.scalars.get(*key).map(|s| normalise(&s.text)).unwrap_or_default();
        TOLD.contains(&key.rsplit(' ').next().unwrap_or_default())
    };
    let scalars = pairs.iter().filter_map(|(key, value)| match value {
        Node::Scalar(at) => Some((key, *at)),
        Node::List(_) | Node::Map(_) => None,
    });
    let ordinary = |at: &usize| {
        literal.scalars.get(*at).is_some_and(|s| about::is_ordinary(&s.text) || about::ends_as_event(&s.text))
    };
    scalars.filter(|(key, at)| says(key) && ordinary(at)).map(|(_, at)| at).collect()
}

/// Where one row of a list has a birth date, the others have theirs, however young somebody is.
fn tell_births(literal: &Literal, rows: &[Node], kinds: &mut [Option<Kind>]) {
    let cell = |row: &Node, column: usize| match row {
        Node::List(cells) => match cells.get(column) {
            Some(Node::Scalar(at)) => Some(*at),
            Some(Node::List(_) | Node::Map(_)) | None => None,
        },
        Node::Scalar(_) | Node::Map(_) => None,
    };
    let width = rows.iter().map(|row| if let Node::List(cells) = row { cells.len() } else { 0 }).max().unwrap_or(0);
    for column in 0..width.min(COLUMNS) {
        let cells = || rows.iter().filter_map(|row| cell(row, column));
        if !cells().any(|at| kinds.get(at) == Some(&Some(Kind::DateOfBirth))) {
            continue;
        }
        for at in cells().collect::<Vec<usize>>() {
            let dated = literal.scalars.get(at).is_some_and(|s| s.quote != 0 && date::is_date(&s.text));
            if let Some(slot) = kinds.get_mut(at).filter(|slot| dated && slot.is_none()) {
                *slot = Some(Kind::DateOfBirth);
            }
        }
    }
}

/// `{name: 'April Jones', gender: 'M'}`: who has a sex has that name.
fn tell_name(literal: &Literal, pairs: &[(usize, Node)], kinds: &mut [Option<Kind>]) {
    let text = |at: usize| literal.scalars.get(at).map(|s| s.text.as_str()).unwrap_or_default();
    let scalars = || {
        pairs.iter().filter_map(|(key, value)| match value {
            Node::Scalar(at) => Some((normalise(text(*key)), *at)),
            Node::List(_) | Node::Map(_) => None,
        })
    };
    if !scalars().any(|(key, at)| about::is_sex(&key, text(at))) {
        return;
    }
    for (key, at) in scalars() {
        if let Some(slot) = kinds.get_mut(at).filter(|_| about::is_name_key(&key) && about::is_capitalised(text(at))) {
            *slot = Some(Kind::Name);
        }
    }
}
