//! Notes: free text that names the patient and two relatives in many written forms.

use jiff::ToSpan;

use super::generate::TODAY;
use super::lists::{LISTS, Sex};
use super::patient::{Note, Patient};
use super::random::Random;
use super::trust::NhsStyle;
use super::written::{self, initial};

/// Four to seven notes, newest first.
pub(super) fn write(patient: &Patient, random: &mut Random) -> Vec<Note> {
    let count = random.between(4, 7);
    let start = random.below(LISTS.notes.len());
    (0..count)
        .filter_map(|i| {
            let template = LISTS.notes.get((start + i * 5) % LISTS.notes.len().max(1))?;
            let author = random.pick(&LISTS.nurses).copied().unwrap_or_default();
            let on = TODAY.saturating_sub((i as i64 * 2).days());
            Some(Note { on, author, text: filled(template, patient) })
        })
        .collect()
}

/// A template with its placeholders filled; one that there is not stays, so that a test sees it.
pub(super) fn filled(template: &str, p: &Patient) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match value(name, p) {
            Some(text) => out.push_str(&text),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value(name: &str, p: &Patient) -> Option<String> {
    let male = p.sex == Sex::Male;
    let either = |m: &str, f: &str| if male { m.to_owned() } else { f.to_owned() };
    Some(match name {
        "title" => p.title.clone(),
        "Mr" => either("Mr", "Mrs"),
        "forename" | "Forename" => p.forename.clone(),
        "surname" | "Surname" => p.surname.clone(),
        "SURNAME" => p.surname.to_uppercase(),
        "initial" => initial(&p.forename),
        "He" => either("He", "She"),
        "his" => either("his", "her"),
        "number" => p.number.clone(),
        "nhs_plain" => p.nhs.clone(),
        "nhs_spaced" => written::nhs(&p.nhs, NhsStyle::Spaced),
        "nhs_dashed" => written::nhs(&p.nhs, NhsStyle::Dashed),
        "dob_short" => written::short(p.born),
        "dob_long" => written::long(p.born),
        "dob_dots" => written::dots(p.born),
        "line" => p.line.clone(),
        "town" => p.town.clone(),
        "postcode" => p.postcode.clone(),
        "mobile" => p.mobile.clone(),
        "email" => p.email.clone(),
        "consultant" => p.consultant.to_owned(),
        "kin_relation" => p.kin.relation.to_owned(),
        "kin_title" => p.kin.title.to_owned(),
        "kin_forename" => p.kin.forename.clone(),
        "kin_surname" => p.kin.surname.clone(),
        "kin_full" => format!("{} {}", p.kin.forename, p.kin.surname),
        "kin_phone" => p.kin.phone.clone(),
        "kin2_relation" => p.other.relation.to_owned(),
        "kin2_forename" => p.other.forename.clone(),
        "kin2_full" => format!("{} {} {}", p.other.title, p.other.forename, p.other.surname),
        "kin2_phone" => p.other.phone.clone(),
        "kin2_he" => match p.other.sex {
            Sex::Male => "he".to_owned(),
            Sex::Female => "she".to_owned(),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{generate, trust};
    use super::*;

    #[test]
    fn every_placeholder_is_known_and_every_note_names_someone() {
        let patients = generate::patients(&trust::ALL[2]);
        for template in &LISTS.notes {
            let text = filled(template, &patients[0]);
            assert!(!text.contains(['{', '}']), "{text}");
            assert_ne!(text, *template);
        }
        assert!(patients.iter().all(|p| (4..=7).contains(&p.notes.len())));
    }
}
