//! The lines in which generated narrative names a patient: what FHIR servers and publishers of guides write for each resource.
//!
//! ```text
//! Thadeq Zogwort (official) Male, DoB: 1974-12-25 ( Medical Record Number: 12345 (use: usual))
//! ZOGWORT,THADEQ male, DoB Unknown ( id: 4471120 (use: OFFICIAL))
//! identifier: 1000 (OFFICIAL)
//! ```
//!
//! Its form says what stands where, so neither the name nor the system of the number must be known.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What the line says of a patient, in order: where it stands, and the label it would have.
pub(super) type Told = Vec<(Range<usize>, &'static str)>;

#[allow(clippy::expect_used, reason = "a literal that every test compiles")]
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?P<name>[^():]{3,80}?)(?:\s?\((?i:usual|official|temp|nickname|anonymous|old|maiden)\))?,?\s+",
        r"(?:(?i:male|female|other|unknown)|\(no stated gender\)),\s+",
        r"DoB(?::\s?(?P<born>[0-9][0-9T:+Z.-]{3,30})|\s(?i:unknown))",
        r"(?:\s*\(\s*(?:[^()#]{0,120}?[:#]\s?)?(?P<number>[A-Za-z0-9][^\s(),]{1,63}))?",
    ))
    .expect("a literal pattern")
});

#[allow(clippy::expect_used, reason = "a literal that every test compiles")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*identifier\s?:\s?(?:https?://\S{1,200}/|[^()/]{0,120}?[:#]\s?)?",
        r"(?P<number>[A-Za-z0-9][A-Za-z0-9._/\-]{2,63})",
        r"\s?\((?i:use:\s?)?(?i:official|usual|secondary|temp|old)\b[^()]{0,120}\)\s*$",
    ))
    .expect("a literal pattern")
});

/// Reads the line at the front of a text.
pub(super) fn read(text: &str) -> Option<Told> {
    if text.trim_start().starts_with("identifier") && text.len() <= 320 {
        let number = NUMBER.captures(text)?.name("number")?;
        let digits = number.as_str().bytes().any(|b| b.is_ascii_digit());
        return digits.then(|| vec![(number.range(), "hospital number")]);
    }
    // Its words are looked for before its form is.
    if !text.get(..text.floor_char_boundary(160))?.contains(", DoB") {
        return None;
    }
    let line = LINE.captures(text)?;
    let part = |name: &str, label| line.name(name).map(|found| (found.range(), label));
    let numbered = |found: &(Range<usize>, &str)| {
        text.get(found.0.clone()).is_some_and(|number| number.bytes().any(|b| b.is_ascii_digit()))
    };
    let named = |found: &(Range<usize>, &str)| text.get(found.0.clone()) != Some("Anonymous Patient");
    let name = part("name", "patient name").filter(named);
    let number = part("number", "hospital number").filter(numbered);
    let born = part("born", "date of birth");
    // "Include male, female, DoB unknown": of somebody more is told.
    if born.is_none() && number.is_none() {
        return None;
    }
    Some(name.into_iter().chain(born).chain(number).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<&str> {
        read(text).unwrap_or_default().into_iter().filter_map(|(range, _)| text.get(range)).collect()
    }

    #[test]
    fn a_number_of_somebody() {
        for (text, number) in [
            ("identifier: 1000 (OFFICIAL)", Some("1000")),
            ("identifier: id: M-1234 (USUAL)", Some("M-1234")),
            ("identifier: Medical record number: 12345 (use: usual)", Some("12345")),
            ("identifier: 012/08.111111 (use: official, )", Some("012/08.111111")),
            ("identifier: http://acme.example/mrns/12345 (usual)", Some("12345")),
            ("identifier: http://acme.example/devices/345675", None),
            ("identifier: none (usual)", None),
            ("identifier of the batch is 12345", None),
        ] {
            assert_eq!(told(text), number.into_iter().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn who_is_told() {
        assert_eq!(
            told("Thadeq Zogwort (official) Male, DoB: 1974-12-25 ( Medical Record Number: 12345 (use: usual, ))"),
            ["Thadeq Zogwort", "1974-12-25", "12345"]
        );
        assert_eq!(
            told("ZOGWORT,THADEQ male, DoB Unknown ( id:\u{a0}4471120\u{a0}(use:\u{a0}OFFICIAL))"),
            ["ZOGWORT,THADEQ", "4471120"]
        );
        assert_eq!(
            told("Thadeq Zogwort (no stated gender), DoB: 1974 ( https://ids.example/mrn#RX-12 )"),
            ["Thadeq Zogwort", "1974", "RX-12"]
        );
        assert_eq!(told("Anonymous Patient Female, DoB: 1974-12-25"), ["1974-12-25"]);
        assert!(told("The ward is male, DoB is not asked for").is_empty());
        assert!(told("Include male, female, DoB unknown").is_empty());
    }
}
