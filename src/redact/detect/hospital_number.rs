//! Hospital numbers: a trust's own patient numbers have every form, so words must say what they are: MRN, Hosp No,
//! Unit No, District No, CRN, PAS number, case note number. A trust whose numbers have one form adds a pattern of its own.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::listed;
use super::near::{Cues, Near, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "hospital-number",
    kind: Kind::HospitalNumber,
    about: "a number that words call MRN, Hosp No, Hospital number, Unit No, District No, CRN, PAS or case note number",
    page: Page {
        why: "Every trust has its own form, so only words tell.",
        source: "NHS Data Dictionary, LOCAL PATIENT IDENTIFIER",
        sure: "90 alone beside its label, 88 behind the words, 60 to 70 where the words or the number are weak",
        hits: &[("Hosp No: RF123456, seen", "RF123456")],
        misses: &["Ward 1234567", "MRN date 14/03/2012"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    // First, whatever form the number has: HL7's `number^^^&system&ISO`, as XDS and audit messages carry it.
    pattern: r"([A-Za-z0-9][A-Za-z0-9._-]{0,40})\^\^\^(?:[A-Za-z0-9_. -]{0,24}&[0-9][0-9.]{4,64}&ISO|[A-Z]{2,12}\b)|[0-9]{10}V[0-9]{6}|(?:[A-Z]{1,3} |(?:[A-Z]{1,4}[./])?[A-Za-z]{1,6}[-/.]?)?[0-9][0-9A-Za-z]{0,14}(?:[-/.][0-9A-Za-z]{1,10}){0,3}",
    cues: Cues {
        words: &[
            "mrn",
            "hosp no",
            "hosp num",
            "hosp number",
            "hosp id",
            "hospital no",
            "hospital num",
            "hospital number",
            "hospital id",
            "hospital ref",
            "hospno",
            "hospitalno",
            "hospitalnumber",
            "hn",
            "unit no",
            "unit number",
            "unitno",
            "unitnumber",
            "district no",
            "district number",
            "dist no",
            "districtno",
            "districtnumber",
            "crn",
            "pas",
            "pas no",
            "pas number",
            "pas id",
            "pasno",
            "casenote no",
            "casenote",
            "casenotes",
            "case note no",
            "case note number",
            "case notes",
            "case no",
            "k number",
            "r number",
            "medical record no",
            "medical record number",
            "medical record",
            "medicalrecordnumber",
            "med rec no",
            "record no",
            "record number",
            "patient no",
            "patient num",
            "patient number",
            "patient id",
            "patientid",
            "patientno",
            "patientnumber",
            "patient identifier",
            "pt no",
            "pt id",
            "pid",
            "rxr",
            "local id",
            "local patient id",
            "chart no",
            "chart number",
            "participant id",
            "subscriber id",
            "subscriber no",
            "subscriber number",
            "member id",
            "member no",
            "membership no",
            "his no",
            "rio no",
            "rio",
            "sx",
            "sx no",
            "sx number",
            "pat id",
            "pat no",
            "hosp",
            "national id",
            "national id no",
            "national id number",
            "nat id",
            "folder no",
            "folder number",
            "clinic no",
            "clinic number",
            "card no",
            "card number",
            "ptid",
            "vehicle licence",
            "home office ref",
            "home office reference",
            "home office no",
            "old record",
            "previous record",
            "duplicate record",
            "merged record",
            "patient with id",
            "patient with identifier",
            "patient with number",
            "client with id",
            "client with identifier",
            "client with number",
            "subject with id",
            "subject with identifier",
            "subject with number",
            "participant with id",
            "participant with identifier",
            "participant with number",
            "person with id",
            "person with identifier",
            "person with number",
            "patient code",
            "patient code already in use",
            "household no",
            "household number",
            "household id",
        ],
        never: &[
            "unit number of",
            "date",
            "time",
            "dob",
            "tel",
            "telephone",
            "phone",
            "fax",
            "mobile",
            "nhs",
            "bed",
            "version",
            "gmc",
            "ward",
            "age",
            "count",
            "dose",
            "years",
        ],
    },
    needs: |signs| signs.digits >= 3,
    ends: None,
    judge,
};

/// The longest name of what gives a number, in bytes: two identifiers and a type.
const SYSTEM: usize = 192;

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    // The number of a veteran: ten digits, V, a checksum of six.
    if c.value.len() == 17 && c.value.as_bytes().get(10) == Some(&b'V') {
        return stands_free(c.text, &c.range).then_some(90);
    }
    // `89765a87b^^^&3.4.5&ISO`: a number and the system that gives it.
    let behind = c.text.get(c.range.end..).unwrap_or_default();
    // A field ends it: a line may be as long as a body.
    let system = behind.get(..behind.floor_char_boundary(SYSTEM)).unwrap_or_default();
    let system = system.split(|ch: char| ch.is_whitespace() || matches!(ch, '|' | '~')).next().unwrap_or_default();
    if system.starts_with("^^^") && system.contains("&ISO") {
        return (c.value.len() > 2).then_some(90);
    }
    // `HGH200453^^^HGH~9996205339^^^NHS`, as audits and registries write what identifies a patient; codes have no letters of who gave
    // them: `44054006^^^SNOMED`.
    if let Some(giver) =
        behind.strip_prefix("^^^").filter(|giver| giver.starts_with(|ch: char| ch.is_ascii_uppercase()))
    {
        let digits = c.value.bytes().filter(u8::is_ascii_digit).count();
        let given = giver.starts_with("NHS") || c.value.bytes().any(|b| b.is_ascii_uppercase());
        return (given && digits >= 4 && stands_free(c.text, &c.range)).then_some(80);
    }
    let digits = c.value.bytes().filter(u8::is_ascii_digit).count();
    let letters = c.value.bytes().filter(u8::is_ascii_alphabetic).count();
    // `https://x.nhs.uk/Id/local-patient-identifier#RF7719034`
    let of_system = || super::near::char_before(c.text, c.range.start) == Some('#') && c.near().said();
    let free = stands_free(c.text, &c.range) || of_system();
    // "PTID AKIOLU01": the beginning of the name, and a count.
    let made = || {
        digits == 2 && (4..=6).contains(&letters) && c.near().said() && c.value.bytes().all(|b| !b.is_ascii_lowercase())
    };
    // "PLHX.RIOPAT12345": who gives the number stands in front.
    let most = if c.value.contains(['.', '/']) { 10 } else { 8 };
    if digits < 3 && !made() || letters > most || !free || super::date::is_date(c.value) {
        return None;
    }
    if !c.near().said() {
        // "ERROR: patient 3282419 not found": right behind the word, and too long to count patients.
        let of_patient = || {
            let read = super::near::pad(super::near::before(c.text, c.range.start, 16));
            read.ends_with(" patient ") && super::near::char_before(c.text, c.range.start) == Some(' ')
        };
        if (6..=12).contains(&digits) && letters == 0 && of_patient() {
            return c.sure(65);
        }
        // `21 Feb 2016 · M · D810336`
        if listed::read(c.text).is_some_and(|(_, number)| number.as_ref() == Some(&c.range)) {
            return c.sure(75);
        }
        let upper = c.value.bytes().all(|b| !b.is_ascii_lowercase());
        if digits >= 4 && upper && of_somebody(c, digits, letters) {
            return c.sure(65);
        }
        // "Identifier QHC-18840 already in use by another patient"
        let taken = || {
            let behind = c.text.get(c.range.end..).unwrap_or_default();
            let read = super::near::pad(super::near::before(c.text, c.range.start, 24));
            let refused =
                || super::near::before(c.text, c.range.start, 120).to_ascii_lowercase().contains("patient named ");
            (read.ends_with(" identifier ") && behind.starts_with(" already in use by another patient"))
                // "A patient named … already exists (PAC006818)"
                || (read.ends_with(" already exists ") && behind.starts_with(')') && letters > 0 && refused())
        };
        if digits > 4 && taken() {
            return c.sure(65);
        }
        // No year, no version of a client.
        if digits > 4 && c.value.matches('.').count() < 2 && is_missed(c.text, &c.range) {
            return c.sure(65);
        }
        return (digits >= 5 && is_series(c.value)).then(|| c.sure(70)).flatten();
    }
    let weak = [" hosp", " rio", " pid", " hn", " case", " record", " sx", " medical record", " rxr"];
    match c.near() {
        Near::Nothing => None,
        // The label is the whole story when the value is all that stands beside it.
        Near::Label if c.alone() => c.sure(90),
        Near::Label => (digits >= 4).then_some(70),
        Near::Before => {
            let read = super::near::pad(super::near::before(c.text, c.range.start, 24));
            let doubtful = weak.iter().any(|w| read.trim_end().ends_with(w));
            match (doubtful, digits.max(if letters > 3 { 3 } else { 0 })) {
                (true, 0..=4) => None,
                (true, _) => c.sure(65),
                (false, 0..=3) => c.sure(60),
                (false, _) => c.sure(88),
            }
        }
    }
}

/// "Subject RRK5512380 already exists", "Client 10209999-9 not found": what an application says of somebody whom it looked for.
fn is_missed(text: &str, at: &Range<usize>) -> bool {
    const WHO: &[&str] = &["beneficiary", "child", "client", "participant", "patient", "person", "resident", "subject"];
    const MISSED: &[&str] = &[
        "already exists",
        "already in use",
        "already registered",
        "could not be found",
        "does not exist",
        "has been merged",
        "is already enrolled",
        "is already registered",
        "is locked",
        "is not registered",
        "not found",
        "was merged",
        "was not found",
    ];
    let behind = text.get(at.end..).unwrap_or_default();
    let behind = behind.trim_start_matches(['"', '\'', '’', '”']).strip_prefix(' ').unwrap_or_default();
    let read = super::near::pad(super::near::before(text, at.start, 24));
    let who = read.trim_end().rsplit(' ').next().unwrap_or_default();
    MISSED.iter().any(|m| behind.starts_with(m)) && WHO.contains(&who)
}

/// "PAT-2024-00044", "UHID/118822": series of numbers that systems give to patients, and say so.
fn is_series(value: &str) -> bool {
    const SERIES: &[&str] = &["PAT", "PT", "PNT"];
    let (series, rest) = value.split_once(['-', '/']).unwrap_or_default();
    matches!(series, "UHID" | "MRN") || (SERIES.contains(&series) && rest.contains(['-', '/']))
}

/// "Client: PA.MRI.4191", "Household: 10204811", "SUBJECT: S3258447", "Candidate: RBH0291": a number behind the word for somebody who has one.
/// It is no address of a machine, ticket, article, course or version of a program.
fn of_somebody(c: &Candidate<'_>, digits: usize, letters: usize) -> bool {
    let before = super::near::before(c.text, c.range.start, 24);
    let said = before.strip_suffix(": ").or_else(|| before.strip_suffix(":\n")).unwrap_or_default();
    let said = said.rsplit(|ch: char| !ch.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    let begins = c.text.get(..c.range.start).is_some_and(|before| before.trim().is_empty());
    let who = if said.is_empty() && begins { c.context.place.label } else { said.as_str() };
    let long = (digits >= 6 || c.value.contains('.')) && (letters > 0 || !c.value.contains('.'));
    let plain =
        c.value.bytes().all(|b| b.is_ascii_alphanumeric()) && c.value.starts_with(|ch: char| ch.is_ascii_uppercase());
    let one = plain && letters == 1 && digits >= 6;
    let some = plain && (2..=4).contains(&letters) && !(digits == 4 && c.value.contains("20"));
    let is = |names: &[&str]| names.contains(&who);
    long && is(&["client", "household", "participant"])
        || some && is(&["participant", "candidate"])
        || one && is(&["subject", "candidate"])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};

    #[test]
    fn every_trusts_words_and_forms() {
        for label in [
            "MRN",
            "Hosp No",
            "Hosp. No.",
            "Unit No",
            "District No",
            "Hospital number",
            "CRN",
            "PAS No",
            "Case note no",
        ] {
            for number in
                ["1234567", "RF123456", "M1234567", "K123456", "123456A", "00-12-34-56", "123456/7", "A12/345678"]
            {
                assert_eq!(
                    found("hospital-number", &format!("{label}: {number} seen")),
                    vec![number],
                    "{label}: {number}"
                );
                let label = crate::redact::label::normalise(label);
                assert_eq!(labelled("hospital-number", &label, number), vec![number], "{label} | {number}");
            }
        }
    }

    #[test]
    fn numbers_that_nobody_calls_so_stay() {
        for text in [
            "Ward 1234567",
            "Hospital opened 1948",
            "MRN status",
            "Unit cost 12345",
            "build 1234567",
            "PAS seen on 2012-03-23",
            "MRN date 14/03/2012",
            "Record 12 of 4000",
        ] {
            assert!(found("hospital-number", text).is_empty(), "{text}");
        }
    }
}
