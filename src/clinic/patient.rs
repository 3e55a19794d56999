//! A patient and what the clinic holds of them.

use jiff::civil::Date;

use super::lists::Sex;

/// A relative or friend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relative {
    pub(super) relation: &'static str,
    pub(super) sex: Sex,
    pub(super) title: &'static str,
    pub(super) forename: String,
    pub(super) surname: String,
    pub(super) phone: String,
}

/// A general practitioner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Practitioner {
    pub(super) name: &'static str,
    pub(super) practice: &'static str,
    pub(super) address: &'static str,
    pub(super) phone: &'static str,
}

/// One result of one test.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measurement {
    pub(super) on: Date,
    /// Minutes after midnight.
    pub(super) minute: u16,
    pub(super) value: f64,
}

/// The results of one test, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) test: super::lists::Test,
    pub(super) measurements: Vec<Measurement>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) on: Date,
    pub(super) author: &'static str,
    pub(super) text: String,
}

/// A document's kind; each patient has one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKind {
    /// A discharge summary as plain text.
    Text,
    /// A clinic letter as a PDF.
    Letter,
    /// A C-CDA summary as XML.
    Cda,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    /// What stands for it in links.
    pub(super) id: String,
    pub(super) kind: DocumentKind,
    pub(super) title: &'static str,
    pub(super) on: Date,
}

/// A patient.
#[derive(Debug, Clone)]
pub(super) struct Patient {
    /// The place in the trust's register, from 1.
    pub(super) seq: usize,
    /// The product's own record number.
    pub(super) record: String,
    /// The hospital number, in the trust's format.
    pub(super) number: String,
    /// Ten digits.
    pub(super) nhs: String,
    /// The number stands in an ordinary range: marked as synthetic on every page.
    pub(super) marked: bool,
    pub(super) sex: Sex,
    pub(super) title: String,
    pub(super) forename: String,
    pub(super) middle: Option<String>,
    pub(super) surname: String,
    /// Names that are also words; see [`super::identifier::Identifier::ordinary`].
    pub(super) ordinary_forename: bool,
    pub(super) ordinary_surname: bool,
    pub(super) born: Date,
    pub(super) line: String,
    pub(super) town: String,
    pub(super) postcode: String,
    pub(super) phone: String,
    pub(super) mobile: String,
    pub(super) email: String,
    pub(super) nino: Option<String>,
    pub(super) kin: Relative,
    pub(super) other: Relative,
    pub(super) gp: Practitioner,
    pub(super) consultant: &'static str,
    pub(super) ward: &'static str,
    pub(super) ward_name: &'static str,
    pub(super) bed: String,
    /// The spell, as the trust numbers it.
    pub(super) visit: String,
    /// The last specimen's accession number.
    pub(super) accession: String,
    pub(super) admitted: Date,
    pub(super) allergy: &'static str,
    pub(super) problems: Vec<(super::lists::Problem, Date)>,
    pub(super) medicines: Vec<[&'static str; 5]>,
    pub(super) results: Vec<Series>,
    pub(super) notes: Vec<Note>,
    pub(super) documents: Vec<Document>,
}

impl Patient {
    /// The row id that the product's older screens use.
    pub(super) fn row(&self) -> String {
        format!("{}~{}~{}~{}", self.seq, self.surname, self.forename, self.born)
    }

    /// Age in whole years on a day.
    pub(super) fn age(&self, on: Date) -> i16 {
        let years = on.year() - self.born.year();
        if (on.month(), on.day()) < (self.born.month(), self.born.day()) { years - 1 } else { years }
    }

    /// `male` or `female`, as FHIR writes it.
    pub(super) fn gender(&self) -> &'static str {
        match self.sex {
            Sex::Male => "male",
            Sex::Female => "female",
        }
    }
}
