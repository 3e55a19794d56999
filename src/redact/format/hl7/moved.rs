//! Fields that stand elsewhere: a birth date in `PID-8`, because the sender left one out; and patients' records of analysers
//! (ASTM E1394, LIS2-A2), whose fields have other numbers.
//!
//! ```text
//! PID|1|456450|456450|||Smith^Bob||19740108|F|||123 Main Street^^Springfield^MA^12345
//! P|1||R408815||Kowalczyk^Piotr||19760208|M||12 Alma Terrace^York^^YO10 4DJ
//! ```

use crate::redact::detect::{date, gazetteer};

/// How many fields a patient's record of an analyser has at least, for other lines may begin with `P|`.
const ANALYSER: usize = 8;

/// The place in `PID` whose rules hold for this field, if it is another than its own.
/// `somebody`: the segment has named a person before.
pub(super) fn from(segment: &str, number: usize, field: &str, component: char, somebody: bool) -> Option<&'static str> {
    match segment {
        // Some leave out a number: `P|1||PAT-2025-001|Smith^John^A||M|19850315`.
        "P" if number == 4 && is_named(field, component) => Some("PID-5"),
        "P" if number == 4 && !is_numbers(field, component) => Some("PID-3"),
        "P" if number == 6 && matches!(field, "F" | "M" | "O" | "U") => Some("PID-8"),
        "P" => analyser(number),
        "PID" if !field.is_empty() => shifted(number, field, component),
        "NK1" if matches!(number, 5..=8) => is_address(field, component).then_some("NK1-4"),
        // Who asked for an appointment may be the patient; senders count these fields from nought and from one.
        "SCH" if matches!(number, 13..=14 | 17..=18) && is_at_home(field, component) => Some("PID-13"),
        "QPD" if number > 2 => queried(field, component).filter(|at| *at != "PID-7" || somebody),
        _ if segment.starts_with('Z') => queried(field, component).filter(|at| *at == "PID-11"),
        _ => None,
    }
}

/// What a parameter of a query is, whose number each query has its own way: `QPD|Z34^…|37374859|123456^^^MYEHR^MR|Child^Bobbie^Q|…|20050512`.
fn queried(field: &str, component: char) -> Option<&'static str> {
    let first_of_all = field.split('~').next().unwrap_or_default();
    let components: Vec<&str> = first_of_all.split(component).collect();
    let part = |n: usize| components.get(n).copied().unwrap_or_default();
    let first = part(0);
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    let alone = components.len() == 1;
    let code = part(4);
    let postcode = code.len() > 4 && code.bytes().filter(u8::is_ascii_digit).count() > 1;
    let street = first.starts_with(|c: char| c.is_ascii_digit()) && first.contains(' ');
    let lists = gazetteer::shipped();
    let known = |text: &str| {
        let word = text.split(' ').next().unwrap_or_default().to_lowercase();
        lists.is_forename(&word) || lists.is_surname(&word)
    };
    // The kind of a name stands where one has it, and what is called so is no code.
    let person = named(first) && named(part(1)) && (known(part(1)) || matches!(part(6), "L" | "M" | "B" | "D"));
    // A number with who gives it, and nothing that a code has: its text.
    let number = digits > 2 && !first.contains(' ') && part(1).is_empty() && components.len() > 3;
    match () {
        () if first.starts_with('@') => None,
        () if alone && matches!(digits, 8 | 12 | 14) && digits == first.len() && date::is_date(first) => Some("PID-7"),
        () if matches!(part(1), "PRN" | "ORN" | "WPN" | "NET") || matches!(part(2), "PH" | "CP" | "FX") => {
            Some("PID-13")
        }
        () if street && postcode => Some("PID-11"),
        () if person && !lists.is_thing(&first.to_lowercase()) => Some("PID-5"),
        () if number => Some("PID-3"),
        () => None,
    }
}

/// Whether a line is a patient's record of an analyser: a name in two parts, a day or a sex at its place.
pub(super) fn is_patient_of_analyser(line: &str) -> bool {
    let fields: Vec<&str> = line.split('|').collect();
    let part = |n: usize| fields.get(n).copied().unwrap_or_default();
    let counted = !part(1).is_empty() && part(1).bytes().all(|b| b.is_ascii_digit());
    let named = part(5).contains('^');
    let born = date::is_date(part(7)) || matches!(part(8), "M" | "F" | "U");
    // `P|1||||^Grazina^Dauksiene`: nothing but a name.
    let parts = || part(5).split('^').filter(|p| p.len() > 1 && p.chars().all(char::is_alphabetic));
    let named_so = || parts().count() > 1 && parts().any(|p| gazetteer::shipped().is_forename(&p.to_lowercase()));
    let long = fields.len() >= ANALYSER || (fields.len() == 6 && named_so());
    part(0) == "P" && long && counted && (named || born)
}

/// Where a role (`ROL`, `PRT`) that is no member of staff's has a person's name, address and telephone.
pub(super) fn of_relative(segment: &str, number: usize, role: &str) -> Option<&'static str> {
    const RELATIVES: &[&str] = &["EC", "EMC", "GUARD", "KIN", "NK", "NOK", "SPO"];
    if !RELATIVES.contains(&role) {
        return None;
    }
    match (segment, number) {
        ("ROL", 4) | ("PRT", 5) => Some("QRD-8"),
        ("ROL", 11) | ("PRT", 14) => Some("PID-11"),
        ("ROL", 12) | ("PRT", 15) => Some("PID-13"),
        _ => None,
    }
}

/// Words in at least two components, and no digit.
fn is_named(field: &str, component: char) -> bool {
    let mut parts = field.split(component).filter(|part| !part.is_empty());
    parts.clone().count() > 1 && parts.all(named)
}

/// Letters, as a name is written.
fn named(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && text.chars().all(|c| c.is_alphabetic() || " '-.".contains(c))
}

/// ASTM E1394, table of the patient record, counted from the one behind `P`.
fn analyser(number: usize) -> Option<&'static str> {
    match number {
        2 | 3 => Some("PID-3"),
        // Numbers of several issuers, one in each component: no field of `PID` has that. A segment has three letters in rules.
        4 => Some("LIS-4"),
        5 => Some("PID-5"),
        6 => Some("PID-6"),
        7 => Some("PID-7"),
        10 => Some("PID-11"),
        12 => Some("PID-13"),
        _ => None,
    }
}

/// Where an insured person's name, birth or address stands a field beside its place in `IN1` (16, 18, 19), which keep their own rules:
/// `TEST^PATIENT^MARY|SELF|19920315|14 SAMPLE ST^^SYDNEY` begins in the fifteenth. `early`: a birth stands in the seventeenth.
pub(super) fn of_insured(number: usize, field: &str, component: char, early: bool) -> Option<&'static str> {
    let components: Vec<&str> = field.split(component).collect();
    let named = |text: &str| {
        text.chars().any(char::is_alphabetic) && text.chars().all(|c| c.is_alphabetic() || " '-.".contains(c))
    };
    let filled = || components.iter().filter(|part| !part.is_empty());
    match number {
        15 if early && filled().count() > 1 && filled().take(2).all(|part| named(part)) => Some("PID-5"),
        16 if early && RELATIONS.contains(&field) => Some("IN1-17"),
        17 | 19 if is_birth(field) => Some("PID-7"),
        2 if is_kvnr(field) => Some("IN1-36"),
        14 | 37 if is_policy(field) => Some("IN1-36"),
        18 | 20 if components.len() > 2 && field.bytes().any(|b| b.is_ascii_digit()) => Some("PID-11"),
        _ => None,
    }
}

/// What an insured person is to the patient.
const RELATIONS: &[&str] =
    &["CHD", "CHILD", "FATHER", "MOTHER", "OTH", "OTHER", "PAR", "PARENT", "SEL", "SELF", "SPO", "SPOUSE"];

/// Whether a field is a day and nothing else.
pub(super) fn is_birth(field: &str) -> bool {
    field.len() == 8 && date::is_date(field)
}

/// `POL-789012`, `98761235`: an insurer's number, which senders write a field beside its place or where an authorisation's stands.
fn is_policy(field: &str) -> bool {
    let field = field.trim();
    let digits = field.bytes().filter(u8::is_ascii_digit).count();
    let letters = field.bytes().filter(u8::is_ascii_uppercase).count();
    let plain = digits + letters + field.matches('-').count() == field.len() && field.len() <= 20;
    plain && (digits >= 8 || (digits >= 5 && letters > 0)) && !date::is_date(field)
}

/// The number of an insured person in Germany: a letter, eight digits and a check digit (section 290 SGB V).
fn is_kvnr(field: &str) -> bool {
    let (letter, digits) = field.split_at_checked(1).unwrap_or_default();
    let Some(first) = letter.bytes().next().filter(u8::is_ascii_uppercase) else { return false };
    if digits.len() != 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let of_letter = format!("{:02}", first - b'A' + 1);
    let mut values = of_letter.bytes().chain(digits.bytes()).map(|b| u32::from(b.wrapping_sub(b'0')));
    let sum: u32 = values
        .by_ref()
        .take(10)
        .zip([1, 2].into_iter().cycle())
        .map(|(v, weight)| v * weight)
        .map(|v| v / 10 + v % 10)
        .sum();
    values.next() == Some(sum % 10)
}

/// `123 SOKAK NO:10^^ISTANBUL^^34000^TR`: a street, a town and a postcode.
fn is_address(field: &str, component: char) -> bool {
    let components: Vec<&str> = field.split(component).collect();
    let part = |n: usize| components.get(n).copied().unwrap_or_default();
    let postcode = part(4).len() > 3 && part(4).bytes().any(|b| b.is_ascii_digit());
    let words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() > 2;
    let street = words(part(0)) && part(0).bytes().any(|b| b.is_ascii_digit());
    let town = words(part(2)) && !part(2).bytes().any(|b| b.is_ascii_digit());
    // A telephone has its use in the second, and goes on with digits.
    let more = components.iter().skip(5).any(|part| part.bytes().any(|b| b.is_ascii_digit()));
    street && part(1).is_empty() && town && postcode && !more
}

/// Whether a telephone is that of a residence (HL7 table 0201).
fn is_at_home(field: &str, component: char) -> bool {
    field.split('~').any(|one| matches!(one.split(component).nth(1), Some("PRN" | "ORN" | "VHN")))
}

/// `NID123456^MID123456^OID123456`: a number in each component, and none of who gives it.
fn is_numbers(field: &str, component: char) -> bool {
    field.split(component).filter(|part| !part.is_empty()).all(|part| {
        part.bytes().filter(u8::is_ascii_digit).count() > 2
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

/// A birth date, an address and a telephone number look like nothing else in a patient's segment.
fn shifted(number: usize, field: &str, component: char) -> Option<&'static str> {
    let components: Vec<&str> = field.split(component).collect();
    let first = components.first().copied().unwrap_or_default();
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    let alone = components.len() == 1;
    let date = alone && digits == first.len() && matches!(digits, 8 | 12 | 14) && date::is_date(first);
    if matches!(number, 6 | 8..=10 | 12) && date {
        return Some("PID-7");
    }
    let state = components.get(3).is_some_and(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_uppercase()));
    let postcode = components.get(4).is_some_and(|s| s.bytes().any(|b| b.is_ascii_digit()));
    let street = first.starts_with(|c: char| c.is_ascii_digit()) && first.chars().any(char::is_alphabetic);
    if matches!(number, 6 | 8..=10 | 12 | 13) && street && (state || postcode) {
        return Some("PID-11");
    }
    let landline = matches!(digits, 10 | 11) && digits == first.len() && first.starts_with('0') && components.len() > 1;
    if landline && matches!(number, 9..=12 | 15..=17) {
        return Some("PID-13");
    }
    // Who somebody is by descent, and in what order they were born, has no such number: an account's.
    let moment = first.starts_with("20") || first.starts_with("19");
    // A concept of SNOMED CT tells its part before the check digit.
    let concept = matches!(first.get(first.len().saturating_sub(3)..first.len().saturating_sub(1)), Some("00" | "10"));
    let account = alone && digits == first.len() && (9..=14).contains(&digits) && !moment && !concept;
    if account && number == 22 {
        return Some("PID-18");
    }
    // A language, a marital status and a religion are words and short codes.
    if matches!(number, 15..=17)
        && alone
        && digits >= 5
        && digits < first.len()
        && first.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return Some("PID-18");
    }
    let signs = first.bytes().all(|b| b.is_ascii_digit() || b" ()+-.".contains(&b)) && digits < first.len();
    if matches!(number, 9..=12 | 15..=17) && (10..=15).contains(&digits) && signs {
        return Some("PID-13");
    }
    // A sex is nobody's other name.
    (number == 9 && matches!(first, "F" | "M" | "O" | "U") && alone).then_some("PID-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_by_what_stands_in_them() {
        for (number, field, want) in [
            (8, "19740108", Some("PID-7")),
            (12, "123 Main Street #403^^Springfield^MA^12345", Some("PID-11")),
            (15, "(555)555-1234", Some("PID-13")),
            (12, "01134960399^PRN^PH", Some("PID-13")),
            (17, "ACCT19004581", Some("PID-18")),
            (22, "929645156318", Some("PID-18")),
            (22, "92521000000105", None),
            (24, "N", None),
            (16, "M", None),
            (9, "F", Some("PID-8")),
            (8, "F", None),
            (29, "20240108", None),
            (10, "2106-3", None),
            (12, "GB", None),
        ] {
            assert_eq!(from("PID", number, field, '^', false), want, "{number}: {field}");
        }
        assert_eq!(from("NK1", 6, "123 SOKAK NO:10^^ISTANBUL^^34000^TR", '^', true), Some("NK1-4"));
        for telephone in
            ["^WPN^PH^^^614^5553847", "Mobile 1^ORN^Cell phone^^07700^900123", "1 Home^^Phone^^01424^555123"]
        {
            assert_eq!(from("NK1", 6, telephone, '^', true), None, "{telephone}");
        }
        for (number, field, want) in [
            (14, "POL-789012", Some("IN1-36")),
            (37, "98761235 ", Some("IN1-36")),
            (2, "A123456780", Some("IN1-36")),
            (2, "A123456789", None),
            (15, "HMO-12345", None),
            (37, "500.00", None),
            (46, "PPO-10023", None),
        ] {
            assert_eq!(of_insured(number, field, '^', false), want, "{number}: {field}");
        }
        assert!(is_patient_of_analyser("P|1||R408815||Kowalczyk^Piotr||19760208|M||12 Alma Terrace^York"));
        assert!(!is_patient_of_analyser("P|Q|R"));
        assert!(!is_patient_of_analyser("P|1|a|b|c|d|e|f|g|h"));
    }
}
