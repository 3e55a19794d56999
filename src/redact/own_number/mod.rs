//! Numbers of people by names that no rule has: every system calls its own otherwise.
//!
//! ```text
//! Customer code   CU2211-00311      beside a name and a birth date: theirs
//! uhl_s_number    S0927714          theirs
//! Ward code       W0412-7           of a place
//! Batch number    LK20231           of a thing
//! Customer code   GOLD              no number
//! ```
//!
//! Believed only in a record, a row or a body that is about somebody, of a value that is written as no date, quantity or code of a diagnosis is.

mod called;
mod columns;
mod things;

pub(in crate::redact) use called::{find_called, is_behind, is_called};
pub(in crate::redact) use columns::columns;

use crate::redact::beside;
use crate::redact::detect::{date, nhs_number};
use crate::redact::finding::{Finder, Finding};
use crate::redact::kind::Kind;

/// What a name of a number ends with.
const ENDS: &[&str] = &["code", "hin", "id", "identifier", "key", "nin", "no", "num", "number", "ref", "reference"];

/// What a value of somebody's is beside the name (normalised) that a system of its own gave it, as labels of the rules call it. A program
/// has codes, ids and keys of its own; in a record of somebody (`program` is false) they are theirs.
pub(in crate::redact) fn meaning(label: &str, value: &str, program: bool) -> Option<&'static str> {
    let number = if program { is_in_program(label, value) } else { is(label, value) };
    match () {
        () if number || is_among(label, value) => Some("patient id"),
        () if is_custom(label) && beside::is_old(value) => Some("date of birth"),
        () => None,
    }
}

/// As [`is`] where a program names its values: anything of its own has a code, an id and a key there, but for what is told to be people's.
fn is_in_program(label: &str, value: &str) -> bool {
    const OF_PEOPLE: &[&str] = &[
        "beneficiary",
        "client",
        "customer",
        "donor",
        "family",
        "hospital",
        "household",
        "member",
        "participant",
        "patient",
        "person",
        "pupil",
        "resident",
        "student",
        "subscriber",
    ];
    const NUMBERS: &[&str] = &["hin", "nin", "no", "num", "number"];
    let of = |list: &[&str]| label.split(' ').any(|word| list.contains(&word));
    let last = label.rsplit(' ').next().unwrap_or_default();
    is(label, value) && (NUMBERS.contains(&last) || of(OF_PEOPLE))
}

/// A number of somebody's own by a name that ends as such names do, in the record of that somebody: digits alone, or as tax offices write
/// them: `"social-number": "123814136"`, `"fiscal_no": "RSSMRA79E01L781N"`. Not a day, and not a moment.
pub(in crate::redact) fn is_in_record(label: &str, value: &str) -> bool {
    // What a record points at, and where it is.
    const OTHERS: &[&str] = &[
        "agent", "avatar", "count", "follow", "stamp", "token", "up", "voucher", "bill", "city", "dept", "entity",
        "flat", "house", "index", "modified", "org", "parent", "photo", "postal", "row", "source", "street", "target",
        "village", "zip",
    ];
    let words: Vec<&str> = label.split(' ').collect();
    if words.iter().any(|word| OTHERS.contains(word)) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_uppercase).count();
    let numbers = letters == 0 && digits == value.len() && (7..=17).contains(&digits);
    let lettered = letters > 0 && digits >= 5 && digits + letters == value.len() && (8..=18).contains(&value.len());
    let moment = letters == 0
        && (matches!(digits, 10 | 13 | 16) && value.starts_with('1') || digits > 9 && value.starts_with("20"));
    // Programs have ids, codes and keys of all that a record points at; what is called a number is rather somebody's.
    let number = words.last().is_some_and(|last| matches!(*last, "no" | "num" | "number"));
    number && is_name(&words) && (numbers || lettered) && !moment && !date::is_date(value)
}

/// `"ids": ["KH772031", "9688966177"]`, beside somebody.
fn is_among(label: &str, value: &str) -> bool {
    // A moment in seconds has ten digits as well, and begins with a one.
    let ten = value.len() == 10 && !value.starts_with('1') && nhs_number::check_digit(value);
    let written = || value.bytes().filter(u8::is_ascii_digit).count() > 5 && is_written(value);
    matches!(label, "ids" | "identifiers" | "mrns") && (ten || written())
}

/// Whether a value under this label (normalised) is somebody's own number, in a record or a row of that somebody.
pub(in crate::redact) fn is(label: &str, value: &str) -> bool {
    let words: Vec<&str> = label.split(' ').collect();
    is_name(&words) && (is_written(value.trim()) || is_filled(&words, value.trim()))
}

/// What is counted and listed, and has numbers filled up as well.
const OF_PROGRAMS: &[&str] = &[
    "country",
    "cycle",
    "gender",
    "group",
    "line",
    "occupation",
    "page",
    "plan",
    "race",
    "regimen",
    "religion",
    "rule",
    "section",
    "seq",
    "sequence",
    "site",
    "status",
    "step",
    "user",
    "week",
];

/// `icmr_id: 0000069`: filled up with zeros, as no count and no key of a program is; codes are.
fn is_filled(words: &[&str], value: &str) -> bool {
    let number = words.last().is_some_and(|last| matches!(*last, "id" | "identifier" | "no" | "num" | "number"));
    let filled =
        value.starts_with('0') && value.bytes().all(|b| b.is_ascii_digit()) && value.bytes().any(|b| b != b'0');
    number && filled && (7..=12).contains(&value.len()) && !words.iter().any(|word| OF_PROGRAMS.contains(word))
}

/// Whether words are the name of a number that somebody may have.
fn is_name(words: &[&str]) -> bool {
    // `code_client` has its end in front.
    let named = matches!(words, [.., last] if ENDS.contains(last)) || words.first() == Some(&"code");
    (2..=4).contains(&words.len()) && named && !words.iter().any(|word| things::has(word))
}

/// The number that a text beside its label begins with, in a body that is about somebody.
pub(in crate::redact) fn find(text: &str, label: &str, program: bool) -> Option<Finding> {
    let from = text.len() - text.trim_start().len();
    let value =
        text.get(from..)?.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '~' | '^')).next()?;
    let value = value.trim_end_matches('.');
    let fits = if program { is_in_program } else { is };
    fits(label, value).then(|| Finding {
        range: from..from + value.len(),
        kind: Kind::HospitalNumber,
        confidence: 90,
        finder: Finder::Detector("own-number".into()),
    })
}

/// Capitals and at least four digits, perhaps in groups: `CU2211-00311`, `S0927714`, `PHY-002914`, `CF21927470OWMT`; or many digits in
/// groups, perhaps with letters: `7001-4421-8890`, `891-16C00442`.
fn is_written(value: &str) -> bool {
    const LONGEST: usize = 20;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_uppercase).count();
    let signs = value.bytes().filter(|b| matches!(b, b'-' | b'/')).count();
    let whole = digits + letters + signs == value.len() && value.len() <= LONGEST && signs <= 3;
    let glued = value.split(['-', '/']).all(|part| !part.is_empty());
    let begun = value.starts_with(|c: char| c.is_ascii_uppercase());
    let lettered = begun && digits > 3 && letters <= 6;
    let grouped = !begun && signs > 0 && digits > 7 && letters <= 4 && !date::is_date(value) && !value.starts_with('0');
    let prefix = value.get(..value.find(|c: char| !c.is_ascii_uppercase()).unwrap_or_default()).unwrap_or_default();
    whole && glued && (lettered || grouped) && !things::PREFIXES.contains(&prefix)
}

/// `custom_field_1`, `udf3`: an operator's own field, whose name says nothing.
fn is_custom(label: &str) -> bool {
    let bare = label.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    matches!(bare, "custom field" | "customfield" | "udf")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_somebodys_record() {
        for (label, value) in
            [("social number", "123814136"), ("beneficiary no", "590611318"), ("fiscal no", "RSSMRA79E01L781N")]
        {
            assert!(is_in_record(label, value), "{label}");
        }
        for (label, value) in [
            ("location id", "123814136"),
            ("parent id", "10023344"),
            ("visit no", "20240112"),
            ("session id", "1700000000000"),
            ("race code", "2106300"),
            ("payer id", "87726001"),
            ("stamp no", "20240112093000123"),
            ("order number", "123814136"),
            ("social number", "1238"),
            ("number", "123814136"),
            ("country code", "GBR12"),
        ] {
            assert!(!is_in_record(label, value), "{label}");
        }
    }

    #[test]
    fn whose_numbers() {
        for (label, value) in [
            ("customer code", "CU2211-00311"),
            ("code client", "CU2211-00311"),
            ("uhl s number", "S0927714"),
            ("lth ppm number", "LOC12051"),
            ("old reference number", "PHY-002914"),
            ("scheme x id", "0000069"),
        ] {
            assert!(is(label, value), "{label}");
        }
        for (label, value) in [
            ("ward code", "W0412-77"),
            ("batch number", "LK202311"),
            ("practice code", "P84012"),
            ("customer code", "GOLD"),
            ("customer code", "20220511"),
            ("uhl code", "0000069"),
            ("uhl id", "0000000"),
            ("uhl id", "69"),
            ("cycle no", "0000003"),
            ("uhl id", "000123"),
            ("number", "CU2211-00311"),
            ("device serial number", "SN0012345"),
            ("gmc number", "C1234567"),
            ("orders number", "RX1234567"),
        ] {
            assert!(!is(label, value), "{label}");
        }
    }
}
