//! Keys, strings and numbers: what stands in a document, and what it becomes.

use std::hash::{Hash, Hasher};

use super::meaning::key_label;
use super::{Expect, Frame, Inside, Json, MALFORMED, escape, part_of_date, subject, token};
use crate::redact::detect::date;
use crate::redact::format::{decoded, rows, value};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator::is_masked;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::sisters;
use crate::redact::withheld::Withheld;

/// What stands in place of a date of birth in parts: numbers stay numbers, and nobody takes the first day of 1900 for a birth.
const NEUTRAL: [u32; 3] = [1900, 1, 1];

/// How far into an object is looked for what says that it is somebody's.
const WITHIN: usize = 512;

/// The part that a value plays in its document: what stands under the same keys plays the same.
fn look_of(whence: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    whence.hash(&mut hasher);
    sisters::of_place(hasher.finish())
}

/// Six digits or more, and nothing but what groups them.
fn may_number_a_person(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && key.len() <= 16 && key.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
}

/// Whether the object behind a key begins with what only people have: a name or a day of birth. `None` when too little of it is
/// there to say so.
fn names_person(ins: &Inspector, behind: &str, last: bool) -> Option<bool> {
    let mut end = behind.len().min(WITHIN);
    while !behind.is_char_boundary(end) {
        end -= 1;
    }
    let window = behind.get(..end).unwrap_or_default();
    let Some((colon, inside)) = window.split_once('{') else {
        // Something else than an object, or not there yet.
        let value = window.trim_start().strip_prefix(':').map(str::trim_start);
        return if last || value.is_some_and(|v| !v.is_empty()) || behind.len() > WITHIN { Some(false) } else { None };
    };
    if !colon.trim().trim_start_matches(':').is_empty() {
        return Some(false);
    }
    if !last && behind.len() < WITHIN && !inside.contains('}') {
        return None;
    }
    // A key may be the last that the window shows.
    let cut = !inside.contains('}');
    let inside = inside.split('}').next().unwrap_or_default();
    // What a colon follows: "NHS" as a value says nothing of who it is.
    let quoted: Vec<&str> = inside.split('"').collect();
    let mut keys = quoted.windows(2).skip(1).step_by(2).filter_map(|pair| match pair {
        [key, after] if after.trim_start().starts_with(':') || (cut && after.trim().is_empty()) => Some(*key),
        _ => None,
    });
    Some(keys.any(|key| {
        let rule = ins.label_field(&normalise(key)).filter(|_| key.len() < 32);
        rule.is_some_and(|rule| matches!(kind_of(&rule), Some(Kind::Name | Kind::DateOfBirth | Kind::NhsNumber)))
    }))
}

impl Json {
    pub(super) fn key(
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
        let of_person = if may_number_a_person(&name) {
            let Some(told) = names_person(ins, text.get(source.len()..).unwrap_or_default(), last) else {
                return Ok(None);
            };
            told
        } else {
            false
        };
        let edits = if of_person {
            // `"4126104984": { "firstName": … }`: the number of whom it holds.
            let label = "patient id";
            let place = Place { whence: &self.whence, ..Place::on(Surface::Data) };
            decoded::inspect(ins, &exact, &place.labelled(label).with_field(ins.label_field(label)))?
        } else if is_plain_key(&name) {
            Vec::new()
        } else {
            // Two keys that differ must differ afterwards, too: what stands here is read by programs.
            let place = Place { whence: &self.whence, ..Place::on(Surface::Attribute) };
            decoded::inspect(ins, &exact, &place)?
        };
        let masked_key = !edits.is_empty();
        decoded::apply(source, edits, out);
        if let Some(Frame { inside: Inside::Object(object), .. }) = self.stack.last_mut() {
            object.key = name;
            object.masked_key = masked_key;
        }
        self.expect = Expect::Colon;
        Ok(Some(source.len()))
    }

    pub(super) fn string(
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
        let field = self.of_text(ins, &label, field, exact.text());
        // What no rule knows plays the part that others under its keys play.
        let open = field.as_ref().is_none_or(|rule| matches!(rule.effect, FieldEffect::Prose));
        let look = open.then(|| look_of(&whence));
        let sister = look.and_then(|look| ins.named_as_its_sisters_are(look, exact.text()));
        let look = look.filter(|_| sister.is_none());
        let field = sister.or(field);
        if field.as_ref().is_some_and(|rule| rule.names_identifier()) {
            self.is_pair(ins, exact.text());
        }
        self.note(field.as_deref(), exact.text());
        if self.is_attachment() && value::is_opaque(exact.text()) {
            out.push_str("\"\"");
            self.scalar_done(Some(""));
            return Ok(Some(source.len()));
        }
        let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
        if let Some(new) = self.in_parts(ins, exact.text(), &place)? {
            escape::write(&new, out);
            self.scalar_done(Some(exact.text()));
            return Ok(Some(source.len()));
        }
        match value::nested(ins, exact.text(), &place)? {
            value::Nested::Changed(new) => escape::write(&new, out),
            value::Nested::Unchanged => out.push_str(source),
            value::Nested::Plain => {
                let edits = decoded::inspect(ins, &exact, &place)?;
                if let Some(look) = look {
                    ins.count_value(look, exact.text(), !edits.is_empty());
                }
                decoded::apply(source, edits, out);
            }
        }
        self.scalar_done(Some(exact.text()));
        Ok(Some(source.len()))
    }

    /// A value of more than one part: a person's number and name in one line, a program's word in front of a number.
    fn in_parts(&self, ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
        if let Some(new) = rows::redact_numbered(ins, text, place)? {
            return Ok(Some(new));
        }
        if let Some((number, behind)) = self.numbered_somebody(text) {
            let field = ins.label_field("patient id");
            let new = ins.redact(number, &Place { field, label: "patient id", ..place.clone() })?;
            let after = ins.redact(behind, place)?;
            return Ok(Some(format!("{} - {}", new.as_deref().unwrap_or(number), after.as_deref().unwrap_or(behind))));
        }
        // `pid_16236`: programs cut the number out.
        let keyed = place.field.as_ref().is_some_and(|rule| kind_of(rule).is_some_and(Kind::is_key));
        if let (true, Some((word, number))) = (keyed, text.split_once('_'))
            && word.bytes().all(|b| b.is_ascii_alphabetic())
            && (2..=8).contains(&word.len())
            && ((1..12).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) || is_masked(number))
        {
            let new = ins.redact(number, place)?;
            return Ok(Some(format!("{word}_{}", new.as_deref().unwrap_or(number))));
        }
        Ok(None)
    }

    /// `{"patient": {"uuid": …, "display": "BDH200237 - test encounter"}}`: letters and digits, a stroke, and however somebody is called.
    fn numbered_somebody<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let Frame { inside: Inside::Object(object), label, .. } = self.stack.last()? else { return None };
        let (number, behind) = text.split_once(" - ")?;
        let letters = number.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = number.bytes().skip(letters).filter(u8::is_ascii_digit).count();
        // A year and a day are no numbers of anybody.
        let told = (2..6).contains(&letters) || (letters < 2 && digits > 4 && !date::is_date(number));
        let written = told && digits >= 4 && letters + digits == number.len();
        (written && object.key == "display" && subject::is_somebody(label)).then_some((number, behind))
    }

    pub(super) fn number(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        if self.is_place() {
            out.push_str(source);
            return Ok(());
        }
        let (label, field) = self.meaning(ins);
        let field = self.of_text(ins, &label, field, source);
        let kind = field.as_deref().and_then(kind_of);
        if kind == Some(Kind::Address) && source.contains('.') {
            // Where on the globe somebody lives.
            out.push('0');
            return Ok(());
        }
        // A number is no name and no street, but may be the key of one.
        let field = field.filter(|_| !matches!(kind, Some(Kind::Name | Kind::Address | Kind::Email)));
        if field.is_none() && source.bytes().filter(u8::is_ascii_digit).count() < 5 {
            out.push_str(source);
            return Ok(());
        }
        let whence = self.here();
        self.note(field.as_deref(), source);
        // Clocks of programs: `{"t": 1749631001}`.
        let label = if label.len() < 3 { "" } else { &label };
        let place = Place { surface: Surface::Data, field, label, whence: &whence };
        let neutral = self.neutral(kind, source);
        if neutral.is_some_and(|n| n.to_string() == source) {
            out.push_str(source);
            return Ok(());
        }
        match (ins.redact(&token::integral(source), &place)?, neutral) {
            (Some(_), Some(neutral)) => out.push_str(&neutral.to_string()),
            (Some(new), None) => escape::write(&new, out),
            (None, _) => out.push_str(source),
        }
        Ok(())
    }

    /// What a number becomes that is a part of a date of birth.
    fn neutral(&self, kind: Option<Kind>, source: &str) -> Option<u32> {
        if kind != Some(Kind::DateOfBirth) {
            return None;
        }
        match &self.stack.last()?.inside {
            Inside::Object(object) => {
                let part = object.birth.as_ref().and_then(|_| part_of_date(&normalise(&object.key)))?;
                NEUTRAL.get(part).copied()
            }
            // `[1961, 3, 9]`, perhaps with a time of day.
            Inside::Array(array) => {
                let number: u32 = source.parse().ok()?;
                let year = array.birth.first().copied().unwrap_or_default();
                let dated = (1850..2200).contains(&year) && number < 2200 && array.index < 7 && array.cells.is_none();
                dated.then(|| NEUTRAL.get(array.index).copied().unwrap_or_default())
            }
        }
    }

    /// Remembers a part of a name or of a date of birth, for when what holds it ends.
    fn note(&mut self, field: Option<&FieldRule>, text: &str) {
        let Some(FieldEffect::Identifier { kind, .. }) = field.map(|f| &f.effect) else { return };
        let Some((frame, above)) = self.stack.split_last_mut() else { return };
        match (kind, &mut frame.inside) {
            (Kind::Name, Inside::Object(object)) => object.people.note(&key_label(&object.key), text),
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
}

/// Keys that are names in a program; the others are looked at, for an identifier may be a key.
pub(in crate::redact::format) fn is_plain_key(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let first = key.bytes().next().is_none_or(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'$'));
    first && digits < 4 && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'-' | b'.'))
}

fn kind_of(rule: &FieldRule) -> Option<Kind> {
    match &rule.effect {
        FieldEffect::Identifier { kind, .. } => Some(*kind),
        FieldEffect::Prose | FieldEffect::Keep => None,
    }
}

/// A row of text in rows: as many bytes as its head says, which stands in the first `head` bytes.
pub(super) fn row_of_text(
    ins: &mut Inspector,
    text: &str,
    head: usize,
    out: &mut String,
) -> Result<Option<usize>, Withheld> {
    let front = text.get(..head).unwrap_or_default();
    let (name, size) = front.trim_end_matches(',').rsplit_once('T').ok_or(MALFORMED)?;
    let size = usize::from_str_radix(size, 16).map_err(|_| MALFORMED)?;
    let end = head.checked_add(size).ok_or(MALFORMED)?;
    if text.len() < end {
        return if size > ins.longest_value() { Err(MALFORMED) } else { Ok(None) };
    }
    let inside = text.get(head..end).ok_or(MALFORMED)?;
    let new = value::value(ins, inside, &Place::on(Surface::Data))?;
    let new = new.as_deref().unwrap_or(inside);
    out.push_str(&format!("{name}T{:x},{new}", new.len()));
    Ok(Some(end))
}
