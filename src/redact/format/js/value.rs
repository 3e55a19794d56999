//! What stands at a place of a program: the field of a literal or a number, and what becomes of it.

use std::sync::Arc;

use super::{Bracket, Js, about, dictionary_only, label, literal};
use crate::redact::beside::is_code;
use crate::redact::detect::gazetteer;
use crate::redact::format::{decoded, rows, value};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// Words behind a label that say how its value is written: `birthdateString`.
const DRESSES: &[&str] = &["string", "str", "text", "formatted", "display", "value"];

impl Js {
    /// The field that a label names: with the name of the object around it ("address line 1"), or alone.
    pub(super) fn field(&self, ins: &Inspector, label: &str, value: &str) -> Option<Arc<FieldRule>> {
        if self.label.is_empty()
            && let Some(rule) = self.argued(ins)
        {
            return Some(rule);
        }
        let holder = self.open.last().filter(|o| o.kind == Bracket::Object).map(|o| o.label.as_str());
        named(ins, holder.unwrap_or_default(), label, value)
    }

    /// Inspects a literal; writes it when at most parts of it changed, gives it back when it became another.
    pub(super) fn literal(
        &mut self,
        ins: &mut Inspector,
        source: &str,
        exact: &Run,
        out: &mut String,
    ) -> Result<Option<String>, Withheld> {
        let text = exact.text();
        let mut label = self.current_label().to_owned();
        let mut field = self.field(ins, &label, text).or_else(|| ins.own_field(&label, text));
        // `['First name', 'Last name']` are headers, `['surname', 'asc']` says how they stand.
        let listed = || {
            let lists = gazetteer::shipped();
            let one = |word: &str| lists.is_forename(word) || lists.is_surname(word);
            text.starts_with(char::is_uppercase) && text.to_lowercase().split(' ').all(one)
        };
        let named = |rule: &FieldRule| matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. });
        let header = |rule: &FieldRule| ins.label_field(&normalise(text)).is_some() || (named(rule) && !listed());
        if self.paired && field.as_deref().is_none_or(header) {
            // It is no pair: what the list is called says what stands in it.
            label = self.open.last().map(|list| list.label.clone()).unwrap_or_default();
            field = self.field(ins, &label, text).or_else(|| ins.own_field(&label, text));
        }
        // `s0.givenName="Horatio";s0.identifier="101-6"`: an answer of DWR sets a record's values one by one.
        let named = |rule: &Arc<FieldRule>| matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. });
        self.person |= !text.is_empty() && field.as_ref().is_some_and(named);
        let field = field.or_else(|| self.identifier(ins, &label, text));
        // To a detector, `name: "Before Christ"` would be a person.
        let told = if field.is_some() || label::tells(&label) { label.as_str() } else { "" };
        let place = Place { surface: Surface::Script, field, label: told, whence: "string" };
        if label::may_nest(text) {
            let found = ins.report_mut().total();
            let mut nested = value::nested(ins, text, &place)?;
            // What a program builds pages from, or says of a tag, is not a page: without a finding it stays.
            let page = text.trim_start().starts_with('<') && text.len() >= 40 && text.contains("</");
            // An address with a document in it is emptied without a finding, when it cannot be read.
            let packed = text.trim_start().get(..5).is_some_and(|head| head.eq_ignore_ascii_case("data:"));
            let fragment = !packed && matches!(nested, value::Nested::Changed(_) | value::Nested::Unchanged);
            if fragment && text.contains('<') && !page && ins.report_mut().total() == found {
                nested = value::Nested::Unchanged;
            }
            match nested {
                value::Nested::Changed(new) => return Ok(Some(new)),
                value::Nested::Unchanged => {
                    out.push_str(source);
                    return Ok(None);
                }
                value::Nested::Plain => {}
            }
        }
        // `display: '100019A - George Roberts'`
        if matches!(label.as_str(), "display" | "patient" | "patient name")
            && let Some(new) = rows::redact_numbered(ins, text, &place)?
        {
            return Ok(Some(new));
        }
        let edits = decoded::inspect(ins, exact, &place)?;
        decoded::apply(source, edits, out);
        Ok(None)
    }

    /// What a program sets as the `identifier` of somebody whose name it has set.
    fn identifier(&self, ins: &Inspector, label: &str, text: &str) -> Option<Arc<FieldRule>> {
        const LONGEST: usize = 24;
        let written = text.len() <= LONGEST
            && text.bytes().any(|b| b.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b',' | b' '));
        let theirs = self.answer
            && self.person
            && written
            && matches!(label, "identifier" | "identifiers" | "other identifiers");
        theirs.then(|| ins.label_field("patient identifier")).flatten()
    }

    /// A number that is an identifier becomes a string.
    pub(super) fn number(&mut self, ins: &mut Inspector, source: &str, out: &mut String) -> Result<(), Withheld> {
        let label = self.current_label().to_owned();
        let digits = source.bytes().filter(u8::is_ascii_digit).count();
        let several = source.trim_end().contains(' ');
        let whole = several || source.trim_end().bytes().all(|b| b.is_ascii_digit());
        let field = self.field(ins, &label, source);
        if !whole && digits >= 9 {
            // `9434765919n`, or no number of any program: what is known goes all the same.
            let mut written = String::new();
            decoded::plain(ins, source, &Place::on(Surface::Script).with_field(Some(dictionary_only())), &mut written)?;
            if written == source {
                out.push_str(source);
            } else {
                literal::quote(&written, b'"', out);
            }
            return Ok(());
        }
        // Shorter ones than those of the NHS are known or not; below five digits they are ages, years and sizes.
        if !whole || (digits < 5 && field.is_none()) {
            out.push_str(source);
            return Ok(());
        }
        // Programs are full of ten-digit constants; one in eleven would pass for an NHS number.
        let unsure = digits < 9 || (!several && !label::names_a_number(&label));
        let field = field.or_else(|| unsure.then(dictionary_only));
        let place = Place { surface: Surface::Script, field, label: &label, whence: "number" };
        match ins.redact(source, &place)? {
            Some(new) => literal::quote(&new, b'"', out),
            None => out.push_str(source),
        }
        Ok(())
    }
}

/// The field that a label names for a value, in an object of that name (or none).
pub(super) fn named(ins: &Inspector, holder: &str, label: &str, value: &str) -> Option<Arc<FieldRule>> {
    let both = (!holder.is_empty()).then(|| format!("{holder} {label}"));
    let caption = |rule: &FieldRule, label: &str| match &rule.effect {
        FieldEffect::Identifier { kind, .. } => ins.is_caption(label, *kind, value),
        FieldEffect::Prose | FieldEffect::Keep => false,
    };
    let named = |label: &str| {
        ins.label_field(label).filter(|rule| label::plausible(rule, label, value) && !caption(rule, label))
    };
    let bare = label.rsplit_once(' ').filter(|(_, last)| DRESSES.contains(last)).map(|(bare, _)| bare);
    both.as_deref()
        .and_then(named)
        .or_else(|| named(label))
        .or_else(|| bare.and_then(named))
        .or_else(|| is_key(label, both.as_deref(), value).then(|| ins.label_field("patient id")).flatten())
}

/// Whether a value keys a record, by its label: `personAId`, or an `identifier` in the form of one.
fn is_key(label: &str, both: Option<&str>, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let plain = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    let key = about::is_record_key(label) || both.is_some_and(about::is_record_key);
    let code = label.ends_with("identifier") && digits >= 5 && is_code(value);
    plain && digits >= 3 && value.len() <= 20 && (key || code)
}
