//! Every identifier of every patient in every form in which the clinic writes it: the canaries of our tests.

use super::generate;
use super::patient::{Patient, Relative};
use super::trust::{NhsStyle, Tailoring};
use super::written;
use crate::redact::kind::Kind;

/// One written form of one identifier. Compare whole words, without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Identifier {
    /// What it is.
    #[serde(serialize_with = "by_name")]
    pub kind: Kind,
    /// As written.
    pub value: String,
    /// Also an ordinary word (Mark, White, Rose): finding it alone in a page proves nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ordinary: bool,
}

fn by_name<S: serde::Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.as_str())
}

/// A patient, as tests know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What stands for them in links, not percent-encoded.
    pub link: String,
    /// The surname, as a search form takes it.
    pub surname: String,
    /// Every written form of every identifier, their relatives' too.
    pub identifiers: Vec<Identifier>,
}

impl Person {
    /// The first written form of this kind.
    pub fn first(&self, kind: Kind) -> Option<&str> {
        self.identifiers.iter().find(|i| i.kind == kind).map(|i| i.value.as_str())
    }
}

pub(super) fn people(trust: &'static Tailoring) -> Vec<Person> {
    generate::patients(trust).iter().map(|p| person(p, trust)).collect()
}

fn person(p: &Patient, trust: &Tailoring) -> Person {
    let mut all = Forms::default();
    for style in [NhsStyle::Plain, NhsStyle::Spaced, NhsStyle::Dashed] {
        all.add(Kind::NhsNumber, written::nhs(&p.nhs, style));
    }
    all.add(Kind::HospitalNumber, p.number.clone());
    all.add(Kind::RecordId, p.record.clone());
    all.add(Kind::RecordId, p.row());
    all.add(Kind::Visit, p.visit.clone());
    all.add(Kind::Accession, p.accession.clone());
    if let Some(nino) = &p.nino {
        all.add(Kind::Nino, nino.clone());
        all.add(Kind::Nino, nino.replace(' ', ""));
    }
    let name = [&p.title, &p.forename, &p.surname].map(String::as_str);
    all.name(name, p.ordinary_forename, p.ordinary_surname);
    if let Some(middle) = &p.middle {
        all.add(Kind::Name, format!("{} {middle} {}", p.forename, p.surname));
    }
    for relative in [&p.kin, &p.other] {
        all.relative(relative, p);
    }
    let born = p.born;
    for form in
        [written::slashes(born), written::dots(born), written::long(born), written::compact(born), written::short(born)]
    {
        all.add(Kind::DateOfBirth, form);
    }
    for style in super::trust::DateStyle::ALL {
        all.add(Kind::DateOfBirth, written::date(born, *style));
    }
    all.add(Kind::Address, p.line.clone());
    all.add(Kind::Postcode, p.postcode.clone());
    all.add(Kind::Postcode, p.postcode.replace(' ', ""));
    for phone in [&p.phone, &p.mobile] {
        all.phone(phone);
    }
    all.add(Kind::Email, p.email.clone());
    Person { link: written::link(p, trust), surname: p.surname.clone(), identifiers: all.0 }
}

#[derive(Default)]
struct Forms(Vec<Identifier>);

impl Forms {
    fn add(&mut self, kind: Kind, value: String) {
        self.form(kind, value, false);
    }

    fn form(&mut self, kind: Kind, value: String, ordinary: bool) {
        if !self.0.iter().any(|i| i.kind == kind && i.value == value) {
            self.0.push(Identifier { kind, value, ordinary });
        }
    }

    fn name(&mut self, [title, forename, surname]: [&str; 3], plain_forename: bool, plain_surname: bool) {
        let upper = surname.to_uppercase();
        let initial = written::initial(forename);
        for form in [
            format!("{surname}, {forename}"),
            format!("{forename} {surname}"),
            format!("{surname} {forename}"),
            format!("{title} {surname}"),
            format!("{title} {initial} {surname}"),
            format!("{title} {forename} {surname}"),
            format!("{upper}, {forename}"),
            format!("{upper} {forename}"),
        ] {
            self.add(Kind::Name, form);
        }
        self.form(Kind::Name, surname.to_owned(), plain_surname);
        self.form(Kind::Name, forename.to_owned(), plain_forename);
    }

    fn relative(&mut self, r: &Relative, of: &Patient) {
        let ordinary = |name: &str| super::lists::LISTS.surnames.iter().any(|n| n.name == name && n.ordinary);
        let plain = if r.surname == of.surname { of.ordinary_surname } else { ordinary(&r.surname) };
        self.name([r.title, &r.forename, &r.surname], false, plain);
        self.phone(&r.phone);
    }

    fn phone(&mut self, phone: &str) {
        let digits = phone.replace(' ', "");
        self.add(Kind::Phone, phone.to_owned());
        self.add(Kind::Phone, format!("+44{}", digits.trim_start_matches('0')));
        self.add(Kind::Phone, digits);
    }
}

#[cfg(test)]
mod tests {
    use super::super::trust;
    use super::*;

    #[test]
    fn everybody_has_every_kind_and_no_form_is_empty() {
        for trust in trust::ALL {
            let people = people(trust);
            assert_eq!(people.len(), generate::COUNT);
            for person in &people {
                for kind in [
                    Kind::NhsNumber,
                    Kind::HospitalNumber,
                    Kind::RecordId,
                    Kind::Name,
                    Kind::DateOfBirth,
                    Kind::Address,
                    Kind::Postcode,
                    Kind::Phone,
                    Kind::Email,
                    Kind::Visit,
                    Kind::Accession,
                ] {
                    assert!(person.first(kind).is_some(), "{kind}");
                }
                assert!(person.identifiers.iter().all(|i| i.value.len() > 1 && !i.value.contains('{')));
            }
        }
    }

    #[test]
    fn names_that_are_words_are_marked() {
        let people = people(trust::by_id("royal-free").unwrap());
        let april = people.iter().find(|p| p.first(Kind::Name) == Some("White, April")).unwrap();
        let ordinary: Vec<&str> = april.identifiers.iter().filter(|i| i.ordinary).map(|i| i.value.as_str()).collect();
        assert!(ordinary.contains(&"White") && ordinary.contains(&"April"));
        assert!(april.identifiers.iter().any(|i| i.value == "April White" && !i.ordinary));
    }
}
