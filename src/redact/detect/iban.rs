//! IBANs: country, two check digits (modulo 97), the length that the country has.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, whole_word};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "iban",
    kind: Kind::Iban,
    about: "an IBAN: country, length and check digits",
    page: Page {
        why: "Country, length and remainder make it sure.",
        source: "ISO 13616, the SWIFT IBAN registry",
        sure: "95",
        hits: &[("pay GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19")],
        misses: &["GB29NWBK60161331926818"],
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
    pattern: r"(?i:[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30})",
    cues: Cues { words: &["iban"], never: &[] },
    needs: |signs| signs.digits >= 8 && signs.letters,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    (whole_word(c.text, &c.range) && length_fits(c.value) && remainder(c.value) == Some(1)).then_some(95)
}
/// How long an IBAN of each country is, by the registry of the standard.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

fn length_fits(value: &str) -> bool {
    let len = value.bytes().filter(|b| *b != b' ').count();
    let country = value.get(..2).unwrap_or_default().to_ascii_uppercase();
    LENGTHS.iter().any(|(c, n)| *c == country && *n == len)
}

/// The whole, its first four moved to the end and letters as numbers, modulo 97.
fn remainder(value: &str) -> Option<u64> {
    let plain: Vec<u8> = value.bytes().filter(|b| *b != b' ').collect();
    let (head, rest) = plain.split_at_checked(4)?;
    let mut n = 0;
    for b in rest.iter().chain(head) {
        let digit = u64::from(char::from(*b).to_digit(36)?);
        n = (n * if digit > 9 { 100 } else { 10 } + digit) % 97;
    }
    Some(n)
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]
mod tests {
    use super::super::testing::found;

    #[test]
    fn check_digits_decide() {
        for iban in [
            "GB29 NWBK 6016 1331 9268 19",
            "GB29NWBK60161331926819",
            "DE89370400440532013000",
            "FR14 2004 1010 0505 0001 3M02 606",
        ] {
            assert_eq!(found("iban", &format!("pay {iban}")), vec![iban], "{iban}");
            let last = if iban.ends_with('0') { "1" } else { "0" };
            let bent = format!("{}{last}", &iban[..iban.len() - 1]);
            assert!(found("iban", &bent).is_empty(), "{bent}");
        }
        assert!(found("iban", "GB29NWBK6016133192681").is_empty(), "a digit short");
    }
}
