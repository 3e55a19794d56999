//! "Label: value" in running text: the value is a field when rules know the label.
//!
//! ```text
//! Name: Ada Boon   DOB: 14/03/1962      two fields, the first ends at the wide gap
//! Seen today, NHS No: 943 476 5919, well. one field; the rest is prose
//! Address:                              the lines below, up to a blank one
//! 12 High Street
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::barred::{self, Columns};
use super::ends::{self, name_ends, replaced_ends, sentence_ends, words};
use super::fixed_width::{self, Cell};
use super::html::numbers;
use super::{assigned, breaks, carets, dicom_dump, js, rows, spoken};
use crate::redact::detect::{date, gazetteer};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::{self, normalise};
use crate::redact::operator;
use crate::redact::own_number;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::plausible::{is_number_beside, number_beside_name};
use crate::redact::remark::{is_documentation, speaks_of_people};
use crate::redact::statement;

/// The most words of a label that stands behind other words.
const LABEL_WORDS: usize = 6;

/// The longest value of a field in running text.
const LONGEST_VALUE: usize = 256;

/// A part of a text with what is known of it.
#[derive(Debug, Clone)]
pub(in crate::redact) struct Part {
    pub range: Range<usize>,
    /// Normalised; empty for prose.
    pub label: String,
    pub field: Option<Arc<FieldRule>>,
}

/// Cuts a text into values beside known labels, and what stands between them. `columns` are those of a table that goes on in the text, and
/// afterwards of one that does behind it.
pub(in crate::redact) fn split(
    ins: &Inspector,
    text: &str,
    place: &Place<'_>,
    columns: &mut Option<Columns>,
) -> Vec<Part> {
    let above = columns.take();
    let whole = || vec![Part { range: 0..text.len(), label: String::new(), field: place.field.clone() }];
    match place.field.as_ref().map(|f| &f.effect) {
        Some(FieldEffect::Identifier { .. } | FieldEffect::Keep) => return whole(),
        Some(FieldEffect::Prose) | None => {}
    }
    let breaks = breaks::may_break(text);
    let labelled = memchr::memchr3(b':', b'=', b'/', text.as_bytes()).is_some();
    // `(0010,0020) LO [AV35674]`: an element of DICOM is a label and its value with neither.
    let barred = text.contains('|');
    if !labelled && !breaks && !barred && !text.trim_start().starts_with('(') {
        return whole();
    }
    let remark = place.surface == Surface::Remark && !speaks_of_people(text);
    // `{ "phone": "555-2368" }` in what documents a function is an example.
    if remark && is_documentation(text) {
        return whole();
    }
    let mut parts = Vec::new();
    let mut prose_from = 0;
    let prose = |range| Part { range, label: String::new(), field: place.field.clone() };
    let ends: Vec<Range<usize>> = lines(text).collect();
    let program = matches!(place.surface, Surface::Script | Surface::Remark | Surface::Style);
    let tabular = breaks && ends.len() > 1 && !program;
    let mut parted = Vec::new();
    if barred {
        if place.surface == Surface::Script {
            parted = barred::records(ins, text, &ends);
        } else if !program {
            (parted, *columns) = barred::cells(ins, text, &ends, above.as_ref());
        }
    }
    let mut cells = if tabular { fixed_width::cells(ins, text, &ends) } else { Vec::new() };
    // Cells among which other labels may stand, as in no table of columns.
    let mut strewn = !parted.is_empty();
    if breaks && cells.is_empty() && !program {
        cells = inserted(ins, text);
        if cells.is_empty() {
            cells = carets::cells(ins, text, &ends);
        }
        strewn = true;
    }
    let mut cells = beside(parted, cells).into_iter().peekable();
    let mut lines = ends.into_iter().peekable();
    while let Some(line) = lines.next() {
        let mut row: Vec<Cell> = Vec::new();
        while let Some(cell) = cells.next_if(|cell| cell.range.start < line.end) {
            row.push(cell);
        }
        if strewn && !row.is_empty() {
            row = among(fields(ins, text, line.clone()), row, text);
        }
        let is_row = !row.is_empty();
        for Cell { range, label, field } in row {
            parts.push(prose(prose_from..range.start));
            prose_from = range.end;
            parts.push(Part { range, label, field: field.or_else(|| place.field.clone()) });
        }
        if is_row {
            continue;
        }
        if let Some(dump) = dicom_dump::element(text, line.clone()) {
            let plain = |range| Part { range, label: String::new(), field: Some(js::dictionary_only()) };
            parts.push(prose(prose_from..line.start));
            parts.push(plain(line.start..dump.value.start));
            let field = ins.label_field(&dump.keyword).or_else(|| place.field.clone());
            parts.push(Part { range: dump.value.clone(), label: dump.keyword, field });
            parts.push(plain(dump.value.end..line.end));
            prose_from = line.end;
            continue;
        }
        if !labelled {
            continue;
        }
        for found in fields(ins, text, line.clone()) {
            let mut value = found.value;
            if text.get(value.clone()).is_some_and(|v| v.trim().is_empty()) && value.end == line.end {
                // The label stands alone: its value is below.
                let most = if kind_of(&found.rule) == Some(Kind::Address) { 6 } else { 1 };
                let mut below: Option<Range<usize>> = None;
                for _ in 0..most {
                    match lines.peek() {
                        Some(next) if is_value_line(text, next.clone()) => {
                            below = Some(below.map_or(next.start, |b| b.start)..next.end);
                            lines.next();
                        }
                        Some(_) | None => break,
                    }
                }
                let Some(below) = below else { continue };
                value = below;
            }
            let Some(shown) = text.get(value.clone()) else { continue };
            // A program's messages have labels too.
            let program =
                (remark || place.surface == Surface::Script) && !js::plausible(&found.rule, &found.label, shown);
            let named = kind_of(&found.rule) == Some(Kind::Name);
            let said = named
                && spoken::is_said(&found.label, text.get(value.start..line.end.max(value.end)).unwrap_or_default());
            let small = || named && spoken::is_somebodys(&found.label) && spoken::is_small_name(shown);
            let field = (!program && !said && (plausible(&found.rule, shown) || small())).then(|| found.rule.clone());
            let field = field.or_else(|| place.field.clone());
            parts.push(prose(prose_from..value.start));
            prose_from = value.end;
            // `name: String` says nothing to a detector either.
            let label = if said || (remark && program) { String::new() } else { found.label };
            parts.push(Part { range: value, label, field });
        }
    }
    parts.push(prose(prose_from..text.len()));
    parts.retain(|p| !p.range.is_empty());
    if breaks && !remark { headed(ins, text, broken(ins, text, parts)) } else { parts }
}

/// Cells with those of others that stand beside them: a text may hold tables of more than one form. Both are in order.
fn beside(cells: Vec<Cell>, others: Vec<Cell>) -> Vec<Cell> {
    if cells.is_empty() {
        return others;
    }
    let free = |other: &Cell| {
        let next = cells.partition_point(|cell| cell.range.end <= other.range.start);
        cells.get(next).is_none_or(|cell| cell.range.start >= other.range.end)
    };
    let (free, _): (Vec<Cell>, Vec<Cell>) = others.into_iter().partition(free);
    let mut all = cells;
    all.extend(free);
    all.sort_by_key(|cell| cell.range.start);
    all
}

/// The cells of a line with the values of labels that stand between them: "Address: 12 Cottage Farm|12^ADAMS,JANE^F". Both are in
/// order; a value ends where a cell begins.
fn among(labels: Vec<Found>, mut cells: Vec<Cell>, text: &str) -> Vec<Cell> {
    let between = labels.into_iter().filter_map(|found| {
        let next = cells.partition_point(|cell| cell.range.end <= found.value.start);
        let end = match cells.get(next) {
            Some(cell) if cell.range.start <= found.value.start => return None,
            Some(cell) => found.value.end.min(cell.range.start),
            None => found.value.end,
        };
        let range = found.value.start..end;
        let shown = text.get(range.clone()).filter(|shown| !shown.trim().is_empty())?;
        let field = plausible(&found.rule, shown).then_some(found.rule);
        Some(Cell { range, label: found.label, field })
    });
    let mut between: Vec<Cell> = between.collect();
    cells.append(&mut between);
    cells.sort_by_key(|cell| cell.range.start);
    cells
}

/// Values of a database's rows in a statement of several lines: none of them names its column.
fn inserted(ins: &Inspector, text: &str) -> Vec<Cell> {
    let rows = statement::rows(text).into_iter();
    rows.filter_map(|value| {
        let field = ins.column_field(&value.column).filter(|rule| rule.names_identifier())?;
        Some(Cell { range: value.range, label: value.column, field: Some(field) })
    })
    .collect()
}

/// `Mark White⏎Age: 69  DOB: 05/12/1955`: the line above an age or a birth date is who it is of, when it is a given name and a surname.
fn headed(ins: &Inspector, text: &str, mut parts: Vec<Part>) -> Vec<Part> {
    let born = |p: &Part| p.field.as_deref().and_then(kind_of) == Some(Kind::DateOfBirth);
    let says = |p: &Part| {
        let first =
            text.get(p.range.clone()).unwrap_or_default().trim_start().split([':', ' ']).next().unwrap_or_default();
        matches!(normalise(first).as_str(), "age" | "dob" | "born" | "sex" | "gender" | "d o b")
    };
    let follows = parts.iter().skip(1).take(3).any(born) && parts.get(1).is_some_and(|p| says(p) || born(p));
    let free = |p: &&mut Part| p.label.is_empty() && p.field.as_ref().is_none_or(|f| !f.names_identifier());
    if let Some(first) = parts.first_mut().filter(|p| follows && free(p))
        && rows::is_full_name(text.get(first.range.clone()).unwrap_or_default().trim(), true)
    {
        first.field = ins.label_field("patient name");
        first.label = "patient name".to_owned();
    }
    parts
}

/// Running text ends where a line or a column does; a value beside a label is what its label says.
fn broken(ins: &Inspector, text: &str, parts: Vec<Part>) -> Vec<Part> {
    let mut out = Vec::with_capacity(parts.len());
    for part in parts {
        if part.field.as_ref().is_some_and(|rule| rule.names_identifier()) {
            out.push(part);
            continue;
        }
        for range in breaks::split(ins, text, part.range.clone()) {
            // Signs alone are no text that somebody stands beside.
            if text.get(range.clone()).is_some_and(|t| t.chars().any(char::is_alphanumeric)) {
                out.push(Part { range, ..part.clone() });
            }
        }
    }
    out
}

struct Found {
    label: String,
    rule: Arc<FieldRule>,
    value: Range<usize>,
}

/// Lines without their ends.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut from = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let end = text.get(from..)?.find(['\n', '\r', breaks::HARD]).map_or(text.len(), |at| from + at);
        let line = from..end;
        done = end == text.len();
        let behind = text.get(end..).unwrap_or_default();
        let sign = behind.chars().next().map_or(1, char::len_utf8);
        from = end + if behind.starts_with("\r\n") { 2 } else { sign };
        done |= from > text.len();
        Some(line)
    })
}

fn is_value_line(text: &str, line: Range<usize>) -> bool {
    let line = text.get(line).unwrap_or_default();
    !line.trim().is_empty() && line.len() <= 80 && !line.contains(':')
}

/// The known labels of one line, each with its value.
fn fields(ins: &Inspector, text: &str, line: Range<usize>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let Some(shown) = text.get(line.clone()) else { return found };
    let mut from = 0;
    for at in memchr::memchr2_iter(b':', b'=', shown.as_bytes()) {
        let Some(before) = shown.get(from..at) else { continue };
        let Some((start, label, rule)) = label_before(ins, before) else { continue };
        // URNs are names of programs, and numbers of patients too.
        let near = shown.get(shown.floor_char_boundary(at.saturating_sub(LONGEST_VALUE))..at);
        let word = near.and_then(|so_far| so_far.rsplit(char::is_whitespace).next());
        let word = word.map(|word| word.trim_start_matches(|c: char| !c.is_alphanumeric()));
        let urn = word.is_some_and(|word| word == "urn" || word.starts_with("urn:"));
        if urn && kind_of(&rule).is_some_and(numbers::is_number) && is_namespace(shown.get(at..).unwrap_or_default()) {
            continue;
        }
        // A label ends the value before it.
        if let Some(last) = found.last_mut() {
            last.value.end = last.value.end.min(line.start + from + start);
        }
        let behind = shown.get(at + 1..).unwrap_or_default();
        let key = shown.get(..at).is_some_and(|before| before.trim_end().ends_with('"'));
        // Only behind a key: the end may be far, and a text may have many signs.
        let value = at + 1..match key.then(|| ends::scalar_ends(behind)).flatten() {
            Some(length) => at + 1 + length,
            None => value_end(shown, at + 1, kind_of(&rule) == Some(Kind::Name)),
        };
        from = at + 1;
        found.push(Found { label, rule, value: line.start + value.start..line.start + value.end });
    }
    // `GET /Patient?family=Okafor&given=Ada`: names that only addresses have, and records in their paths.
    if shown.contains(['&', '/', '[', '(', '{']) || shown.contains("= \"") {
        let labelled = found.len();
        for set in assigned::find(ins, shown) {
            let value = line.start + set.value.start..line.start + set.value.end;
            let from = line.start + set.from;
            // Labels stand in order, and so do values that are set: the first that ends behind this one is the only one to meet it.
            let (labels, others) = found.split_at(labelled);
            let next = labels.partition_point(|f| f.value.end <= from);
            let met = labels.get(next).is_some_and(|f| f.value.start < value.end);
            if !met && others.last().is_none_or(|f| f.value.end <= from) {
                found.push(Found { label: set.label, rule: set.rule, value });
            }
        }
        found.sort_by_key(|f| f.value.start);
    }
    let mut numbers: Vec<Found> = Vec::new();
    for f in &mut found {
        // Without the spaces and marks around it.
        let whole = text.get(f.value.clone()).unwrap_or_default();
        let value = whole.get(..one_value(&f.rule, whole)).unwrap_or_default();
        // "Name and NHS number: Zogby Quelch 490 000 00076"
        let behind = whole.get(value.len()..).unwrap_or_default();
        if kind_of(&f.rule) == Some(Kind::Name)
            && is_number_beside(behind.trim())
            && let Some(rule) = number_beside_name(&f.label).and_then(|number| ins.label_field(number))
        {
            let from = f.value.start + value.len() + behind.len() - behind.trim_start().len();
            numbers.push(Found { label: String::new(), rule, value: from..from + behind.trim().len() });
        }
        f.value.end = f.value.start + value.len();
        let lead = value.len() - value.trim_start_matches([' ', '\t', '\u{a0}', '"', '\'', '*']).len();
        let trail =
            value.len() - value.trim_end_matches([' ', '\t', '\u{a0}', '"', '\'', '*', ',', ';', '.', '(', '[']).len();
        if lead + trail < value.len() {
            f.value = f.value.start + lead..f.value.end - trail;
        }
    }
    if !numbers.is_empty() {
        found.append(&mut numbers);
        found.sort_by_key(|f| f.value.start);
    }
    found
}

/// `:names:services:…` behind `urn:nhs`: the parts of a name that programs use, and no number.
fn is_namespace(from: &str) -> bool {
    let part = from.strip_prefix(':').and_then(|rest| rest.split_once(':')).map(|(part, _)| part);
    part.is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
}

/// A value ends at a wide gap, a tab, a bar or a semicolon; but a family name may have its given names behind a gap of two.
fn value_end(line: &str, from: usize, name: bool) -> usize {
    let rest = line.get(from..).unwrap_or_default();
    let lead = rest.len() - rest.trim_start().len();
    let value = rest.get(lead..).unwrap_or_default();
    if let Some(length) = quoted(value) {
        return from + lead + length;
    }
    // A longer value is prose, whatever stands in it.
    let near = (0..=value.len().min(LONGEST_VALUE)).rev().find(|&i| value.is_char_boundary(i)).unwrap_or(0);
    let value = value.get(..near).unwrap_or_default();
    let gap = ["  ", "\t", "|", ";", "\u{a0}\u{a0}"].iter().filter_map(|gap| value.find(gap)).min();
    let gap = gap.map(|gap| if name { gap + given_behind(value, gap) } else { gap });
    let bracket = ends::bracket_ends(line.get(..from).unwrap_or_default(), value);
    let gap = bracket.filter(|end| gap.is_none_or(|gap| *end < gap)).or(gap);
    gap.map_or(line.len(), |gap| from + lead + gap)
}

/// How long the given names are that stand behind a family name and two spaces: `HARGREAVES  DENNIS`.
fn given_behind(value: &str, gap: usize) -> usize {
    let (family, behind) = value.split_at_checked(gap).unwrap_or_default();
    let Some(rest) = behind.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) else { return 0 };
    let given = rest.get(..rest.find("  ").unwrap_or(rest.len())).unwrap_or_default();
    let plain = |text: &str| text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-'));
    let names = given.starts_with(char::is_uppercase) && plain(given) && given.split(' ').count() <= 3;
    if names && plain(family) && !family.contains(' ') { given.len() + 2 } else { 0 }
}

/// The length of a value in quotes, the quotes included: `surname = 'JONES' AND dob = …`.
fn quoted(value: &str) -> Option<usize> {
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let end = 1 + value.get(1..)?.find(quote)?;
    let behind = value.get(end + 1..).and_then(|rest| rest.chars().next());
    (end <= LONGEST_VALUE && behind.is_none_or(|c| !c.is_alphanumeric())).then_some(end + 1)
}

/// A number or a date ends at a comma, but for the one before a year.
fn one_value(rule: &FieldRule, value: &str) -> usize {
    if let Some(end) = replaced_ends(value).filter(|_| kind_of(rule).is_some()) {
        return end;
    }
    // A token is letters and digits in no order.
    if operator::is_masked(value) {
        return value.len();
    }
    match kind_of(rule) {
        None if matches!(rule.effect, FieldEffect::Keep) => sentence_ends(value),
        Some(Kind::Name) => name_ends(value).unwrap_or(value.len()),
        // "10/19/1945 Age: 80"
        Some(Kind::DateOfBirth) if value.len() > 10 => {
            date::find_all(value).into_iter().next().map_or(value.len(), |(range, _)| range.end)
        }
        None | Some(Kind::Address | Kind::Other) => value.len(),
        // "RF123456 for review on Tuesday"
        Some(kind) if numbers::is_number(kind) && !value.contains(", ") => number_ends(value).unwrap_or(value.len()),
        Some(kind) => {
            let ends = |&(at, _): &(usize, &str)| {
                let year =
                    value.get(at + 2..).unwrap_or_default().bytes().take(4).filter(u8::is_ascii_digit).count() == 4;
                !(kind == Kind::DateOfBirth && year)
            };
            value.match_indices(", ").find(ends).map_or(value.len(), |(at, _)| at)
        }
    }
}

/// Where a sentence goes on behind a number: at the first small word of the language. None where somebody may be named in what
/// follows: it goes with the number then.
fn number_ends(value: &str) -> Option<usize> {
    let lists = gazetteer::shipped();
    let bare = |w: &Range<usize>| value.get(w.clone()).unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
    let words = words(value);
    let first = words.iter().position(|w| bare(w).bytes().any(|b| b.is_ascii_digit()))?;
    let small = |w: &&Range<usize>| {
        let w = bare(w);
        w.len() >= 3 && w.bytes().all(|b| b.is_ascii_lowercase()) && w != "ext" && lists.is_word(w)
    };
    let next = words.iter().skip(first + 1).find(small)?;
    let named = |w: &Range<usize>| {
        let w = bare(w);
        let lower = w.to_lowercase();
        let listed = lists.is_forename(&lower) || lists.is_surname(&lower);
        // "for zelmi brontwick": what is no word may be somebody, however it is written.
        let person = !lists.is_word(&lower) || (listed && w.starts_with(char::is_uppercase));
        w.chars().any(char::is_alphabetic)
            && !w.bytes().any(|b| b.is_ascii_digit())
            && person
            && !lists.is_thing(&lower)
    };
    if words.iter().filter(|w| w.start >= next.start).any(named) {
        return None;
    }
    Some(value.get(..next.start)?.trim_end().len())
}

/// The longest known label right before a colon, and where it starts.
fn label_before(ins: &Inspector, before: &str) -> Option<(usize, String, Arc<FieldRule>)> {
    let before = before.trim_end();
    if let Some(key) = label::quoted_key(before) {
        let label = normalise(before.get(key.clone())?);
        let theirs = !ANYBODYS.contains(&label.as_str());
        if let Some(rule) = ins.label_field(&label).filter(|_| theirs) {
            return Some((key.start, label, rule));
        }
    }
    let near = before.len().saturating_sub(label::MAX);
    let near = (near..=before.len()).find(|&i| before.is_char_boundary(i))?;
    let cut = before
        .get(near..)?
        .rfind([',', ';', '|', '\t', '(', '[', '{', '}', '"', '<', '>', '&', '?'])
        .map_or(near, |at| near + at + 1);
    let candidate = before.get(cut..)?;
    let starts = candidate.char_indices().filter(|&(i, c)| {
        let after_space = candidate.get(..i).and_then(|b| b.chars().next_back()).is_none_or(char::is_whitespace);
        !c.is_whitespace() && after_space
    });
    let starts: Vec<usize> = starts.map(|(i, _)| i).collect();
    let skip = starts.len().saturating_sub(LABEL_WORDS);
    starts.into_iter().skip(skip).find_map(|i| {
        let label = normalise(candidate.get(i..)?);
        let (label, rule) = match ins.label_field(&label) {
            Some(rule) => (label, rule),
            None => last_step(ins, candidate.get(i..)?)?,
        };
        // "Customer code" is no code that programs have.
        let kept = matches!(rule.effect, FieldEffect::Keep);
        let thing =
            label::names_a_thing(&label, candidate.get(..i)?) || (i > 0 && kept && own_number::is_called(candidate));
        (!thing).then_some((cut + i, label, rule))
    })
}

/// A program has these of its own, too.
pub(super) const ANYBODYS: &[&str] = &["name", "address", "id", "phone", "email", "title", "number", "code"];

/// `patient.current.fullName=`: a property is named by the last step of its path.
pub(super) fn last_step(ins: &Inspector, name: &str) -> Option<(String, Arc<FieldRule>)> {
    let (path, last) = name.rsplit_once('.')?;
    let step =
        |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    if !path.split('.').all(step) || !step(last) {
        return None;
    }
    // `logger.name`, `server.address`
    const PEOPLE: &[&str] =
        &["patient", "subject", "person", "client", "pt", "demographics", "nok", "carer", "guardian"];
    let label = normalise(last);
    let of_people = path.split('.').any(|step| normalise(step).split(' ').any(|word| PEOPLE.contains(&word)));
    if ANYBODYS.contains(&label.as_str()) && !of_people {
        return None;
    }
    ins.label_field(&label).map(|rule| (label, rule))
}

fn kind_of(rule: &FieldRule) -> Option<Kind> {
    match &rule.effect {
        FieldEffect::Identifier { kind, .. } => Some(*kind),
        FieldEffect::Prose | FieldEffect::Keep => None,
    }
}

/// In running text a label may be a word of a sentence; then what follows is no value, and detectors look at it, with the
/// label as context.
pub(super) fn plausible(rule: &FieldRule, value: &str) -> bool {
    if value.len() > LONGEST_VALUE && kind_of(rule).is_some() {
        return false;
    }
    let words = value.split_whitespace().count();
    let digits = value.chars().any(|c| c.is_ascii_digit());
    match kind_of(rule) {
        None => true,
        Some(Kind::Name) => {
            // Most of the world's scripts have no capitals.
            let cased =
                value.chars().any(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_ascii() && !c.is_lowercase()));
            words <= 6 && value.len() <= 96 && cased
        }
        Some(Kind::Address) => words <= 24 && value.len() <= 200,
        Some(Kind::Email) => words == 1,
        Some(Kind::Other) => words <= 6,
        // Every other kind is a number.
        Some(kind) => words <= 6 && value.len() <= 48 && (digits || !kind.has_digits()),
    }
}
