//! X12: the segments that American insurers and hospitals exchange, of the same make as EDIFACT's with signs of their own.
//!
//! What a segment says of the patient (a subscriber, a dependent, a member) is known by its name and its qualifiers; a party that is no
//! patient is read as text. Names of elements are those of the implementation guides (837, 835, 270, 271, 834).
//!
//! ```text
//! NM1*IL*1*SMITH*ROBERT****MI*11122333301~      the insured: name, and number of the member
//! N3*1 HIGH ST~  N4*CAMP HILL*PA*17011~         the address of the party before
//! DMG*D8*19430519*M~                            date of birth
//! REF*SY*123456789~                             a social security number
//! ```

/// Qualifiers of parties that are the patient, or whose relation to the patient is what they are named for (`NM101`).
const PEOPLE: &[&str] = &[
    "IL", "QC", "03", "74", "70", "72", "GD", "QD", "S1", "S3", "E1", "LR", "EXS", "31", "48", "M8", "DX", "1X", "6Y",
];

/// Qualifiers of references by which somebody keeps a person's record (`REF01`).
const RECORDS: &[&str] =
    &["0F", "1W", "23", "3H", "6O", "ABB", "DX", "EA", "EJ", "F6", "HJ", "IG", "Q4", "QQ", "ZX", "17", "60", "4A"];

/// The signs that an interchange declares by its own layout: element, component, segment.
pub(super) fn declared(text: &str) -> Option<(char, char, char)> {
    let element = text.strip_prefix("ISA")?.chars().next().filter(char::is_ascii_punctuation)?;
    // Its elements have fixed widths, and the signs stand where they stand; examples are cut shorter.
    let by_place = || {
        let (component, segment) = (text.get(104..105)?.chars().next()?, text.get(105..106)?.chars().next()?);
        let sixteen = text.get(..104)?.matches(element).count() == 16;
        let sign = |c: char| c.is_ascii_punctuation() || matches!(c, '\r' | '\n');
        (sixteen && component.is_ascii_punctuation() && sign(segment)).then_some((element, component, segment))
    };
    // The authorisation: two signs and ten, which are blank.
    let laid_out = text.get(6..7)?.starts_with(element) && text.get(17..18)?.starts_with(element);
    by_place().or_else(|| (laid_out && text.contains('~')).then_some((element, ':', '~')))
}

/// So much of a text says whether it is of X12, however it comes in.
pub(super) const BEGINNING: usize = 256;

/// What of a text is looked at; `None`: more is to come, and it may say.
pub(super) fn beginning(text: &str, last: bool) -> Option<&str> {
    let may = ["ISA", "NM1*", "ST*", "HL*", "GS*", "BHT*", "INS*"].iter().any(|b| text.starts_with(b));
    if may && text.len() < BEGINNING && !last {
        return None;
    }
    (0..=BEGINNING.min(text.len())).rev().find_map(|end| text.get(..end))
}

/// Whether a text begins as an interchange or a part of one does. Prose may begin with any word and hold a `~`: the first elements
/// of the first segment must have the form that they have.
pub(super) fn opens(text: &str) -> bool {
    beginning(text, true).is_some_and(|text| declared(text).is_some() || is_part(text))
}

/// What ends the segments of a part that declares nothing. Examples and logs have a line for each, and often no sign besides; where there
/// is one, lines may end anywhere.
pub(super) fn terminator(beginning: &str) -> char {
    if beginning.contains('~') { '~' } else { '\n' }
}

fn is_part(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(terminator(text)) else { return false };
    let mut elements = first.split('*');
    let (name, one, two) = (elements.next(), elements.next().unwrap_or_default(), elements.next());
    let digits = |n: usize| one.len() == n && one.bytes().all(|b| b.is_ascii_digit());
    let coded = |n: usize| one.len() == n && one.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let begins = two.is_some()
        && match name.unwrap_or_default() {
            "NM1" => (coded(2) || coded(3)) && matches!(two, Some("1" | "2")),
            "ST" => digits(3),
            "HL" => !one.is_empty() && one.bytes().all(|b| b.is_ascii_digit()),
            "GS" => coded(2),
            "BHT" => digits(4),
            "INS" => matches!(one, "Y" | "N"),
            _ => false,
        };
    // Another segment, or nothing.
    let next = rest.trim_start().split('*').next().unwrap_or_default();
    let named = (2..=3).contains(&next.len()) && next.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    begins && (named || rest.trim().is_empty())
}

/// Whether a segment's party is the patient; `None`: the segment says nothing of it.
pub(super) fn party(name: &str, qualifier: &str) -> Option<bool> {
    match name {
        "NM1" => Some(PEOPLE.contains(&qualifier)),
        "INS" | "CLP" => Some(true),
        "N1" => Some(PEOPLE.contains(&qualifier)),
        "ISA" | "GS" | "ST" | "SE" | "HL" => Some(false),
        _ => None,
    }
}

/// What stands in an element: the label of the rule for it; empty where none is known.
pub(super) fn label(elements: &[&str], at: usize, patient: bool) -> &'static str {
    let element = |n: usize| elements.get(n).copied().unwrap_or_default().trim();
    match (element(0), at) {
        ("NM1", 3) if patient && element(2) != "2" => "surname",
        ("NM1", 4 | 5) if patient => "forename",
        ("NM1", 9) if patient && element(8) == "34" => "ssn",
        ("NM1", 9) if patient => "patient id",
        ("N1", 2) if patient => "patient name",
        ("N1", 4) if patient => "patient id",
        ("N3", 1 | 2) if patient => "address",
        ("N4", 1) if patient => "town or city",
        ("N4", 3) if patient => "postcode",
        ("DMG", 2) => "date of birth",
        ("PER", 2) if patient => "patient name",
        ("PER", 4 | 6 | 8) if patient => match element(at - 1) {
            "EM" => "email",
            _ => "phone",
        },
        ("REF", 2) if element(1) == "SY" => "ssn",
        ("REF", 2) if RECORDS.contains(&element(1)) => "patient id",
        // The number that the hospital gave to the patient's account.
        ("CLM" | "CLP", 1) => "patient account number",
        _ => "",
    }
}

/// The parts of a person's name, for whom a segment names one: family, and given.
pub(super) fn name(elements: &[&str]) -> Option<(String, String)> {
    let element = |n: usize| elements.get(n).copied().unwrap_or_default().trim();
    let named = element(0) == "NM1" && element(2) == "1" && !element(3).is_empty();
    named.then(|| (element(3).to_owned(), format!("{} {}", element(4), element(5)).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_stand_where_an_interchange_declares_them() {
        let isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *200816*1144*U*00401*000000031*1*T*>|";
        assert_eq!(declared(&format!("{isa}GS|")), Some(('*', '>', '|')));
        assert_eq!(declared("ISA*00*          *00*~ST*837~"), Some(('*', ':', '~')));
        assert_eq!(declared("ISA: ok ~ Hospital number: 8842917"), None);
        assert_eq!(declared("ISABEL was seen"), None);
        assert!(opens("NM1*IL*1*SMITH~") && !opens("NM1*IL*1*SMITH") && !opens("ST*2 tablets* ~ Surname: x"));
    }
}
