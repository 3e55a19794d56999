//! Detectors: find identifiers in text, one file each, registered in [`ALL`].

use std::sync::Arc;

use super::finding::Finding;
use super::kind::Kind;
use super::place::Place;
use super::plan::FieldEffect;

mod accession;
pub(in crate::redact) mod address;
mod bank_account;
mod card;
mod clinical;
mod compound_street;
pub(super) mod date;
mod date_of_birth;
mod driving_licence;
mod email;
pub mod gazetteer;
mod hospital_number;
mod iban;
mod ip_address;
mod listed;
pub mod name;
mod near;
pub(super) mod nhs_number;
mod nino;
mod passport;
pub mod pattern;
mod phone;
mod postcode;
mod professional;
mod romance_street;
mod roster;
pub(super) mod row;
mod shape;
mod ssn;
#[cfg(test)]
mod testing;
mod vehicle;
mod visit;
mod zip;

/// What a text is made of: one look over it, so that a detector that needs ten digits never sees "Appointment details".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signs {
    /// How many ASCII digits.
    pub digits: u32,
    /// Whether a letter is upper case (or not ASCII, where it may be).
    pub upper: bool,
    /// Whether any letter stands in it.
    pub letters: bool,
    /// Whether an `@` stands in it.
    pub at: bool,
    /// Whether a `:` stands in it.
    pub colon: bool,
    /// Whether a `%` stands in it.
    pub percent: bool,
}

impl Signs {
    /// The signs of a text.
    pub fn of(text: &str) -> Self {
        let mut signs = Signs::default();
        for b in text.bytes() {
            signs.digits += u32::from(b.is_ascii_digit());
            signs.upper |= b.is_ascii_uppercase() || b >= 0x80;
            signs.letters |= b.is_ascii_alphabetic() || b >= 0x80;
            signs.at |= b == b'@';
            signs.colon |= b == b':';
            signs.percent |= b == b'%';
        }
        signs
    }
}

/// What a detector may look at beside the text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Where the text stands, with its label.
    pub place: &'a Place<'a>,
    /// What the text is made of.
    pub signs: Signs,
}

impl<'a> Context<'a> {
    /// The context of `text` at `place`.
    pub fn of(text: &str, place: &'a Place<'a>) -> Self {
        Self { place, signs: Signs::of(text) }
    }

    /// Whether code says of itself whose work it is: those are a library's authors, and its licence must stay whole.
    pub fn licence(&self, text: &str) -> bool {
        const SIGNS: &[&str] =
            &["icense", "icence", "opyright", "(c)", "©", "@author", "@preserve", "@fileoverview", "uthored by"];
        SIGNS.iter().any(|s| text.contains(s))
    }

    /// Whether a rule says that free text stands here: less is enough.
    pub fn prose(&self) -> bool {
        self.place.field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Prose))
    }
}

/// Finds identifiers of one kind.
pub trait Detector: Send + Sync + std::fmt::Debug {
    /// The name in rules and reports.
    fn id(&self) -> &str;
    /// The kind that it finds.
    fn kind(&self) -> Kind;
    /// The longest text it can match in bytes; patterns without one are refused.
    fn reach(&self) -> usize;
    /// The patterns it looks with, for the check that each has a maximum length.
    fn patterns(&self) -> Vec<&str> {
        Vec::new()
    }
    /// Whether a text of these signs can hold one at all; asked before [`Detector::find`].
    fn wants(&self, context: &Context<'_>) -> bool;
    /// Adds what it finds in `text` to `out`. `text` is as a person reads it (see [`super::run`]).
    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>);
}

/// What the reference says of a detector beside what it recognises. Its examples are tests.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Why it looks the way it does.
    pub why: &'static str,
    /// Who defines what it recognises.
    pub source: &'static str,
    /// How sure it is of what.
    pub sure: &'static str,
    /// Texts, and what is found in each.
    pub hits: &'static [(&'static str, &'static str)],
    /// Texts in which nothing is.
    pub misses: &'static [&'static str],
}

/// A detector that ships.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its id.
    pub id: &'static str,
    /// The kind that it finds.
    pub kind: Kind,
    /// What it recognises, in a sentence for rule authors.
    pub about: &'static str,
    /// Its page in the reference.
    pub page: Page,
    make: fn() -> Arc<dyn Detector>,
}

impl Entry {
    /// The detector.
    pub fn detector(&self) -> Arc<dyn Detector> {
        (self.make)()
    }
}

/// Every detector that ships, in the order in which they look.
pub const ALL: &[Entry] = &[
    nhs_number::ENTRY,
    hospital_number::ENTRY,
    nino::ENTRY,
    date_of_birth::ENTRY,
    name::ENTRY,
    address::ENTRY,
    postcode::ENTRY,
    phone::ENTRY,
    email::ENTRY,
    ip_address::ENTRY,
    card::ENTRY,
    iban::ENTRY,
    ssn::ENTRY,
    zip::ENTRY,
    passport::ENTRY,
    driving_licence::ENTRY,
    vehicle::ENTRY,
    compound_street::ENTRY,
    romance_street::ENTRY,
    professional::ENTRY,
    bank_account::ENTRY,
    accession::ENTRY,
    visit::ENTRY,
];

/// The detector of this id.
pub fn by_id(id: &str) -> Option<Arc<dyn Detector>> {
    ALL.iter().find(|e| e.id == id).map(Entry::detector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_detector_has_a_bounded_reach_and_its_patterns_keep_to_it() {
        for entry in ALL {
            let detector = entry.detector();
            assert_eq!((detector.id(), detector.kind()), (entry.id, entry.kind));
            assert!(detector.reach() > 0, "{}: its pattern does not compile or has no maximum length", entry.id);
            for pattern in detector.patterns() {
                let longest = pattern::bounded_by(pattern, shape::REACH).unwrap();
                assert!(longest <= detector.reach(), "{}: {longest}", entry.id);
            }
            assert!(!entry.about.is_empty());
        }
    }

    #[test]
    fn ids_are_distinct() {
        let mut ids: Vec<_> = ALL.iter().map(|e| e.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
    }
}
