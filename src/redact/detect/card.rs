//! Payment cards: a known issuer's range and length and Luhn's check digit; unbroken ones also stand for SNOMED and dm+d
//! codes of sixteen digits, so those need words or a page that shows nothing else there.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape, luhn};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "card",
    kind: Kind::Card,
    about: "a payment card number: issuer range, length and check digit",
    page: Page {
        why: "Clinical codes of sixteen digits are about, so an unbroken one needs its issuer, its length and its check digit.",
        source: "ISO/IEC 7812, Luhn",
        sure: "92 broken or by words, 60 unbroken, 30 where it may be a SNOMED CT code",
        hits: &[("paid by 4111 1111 1111 1111.", "4111 1111 1111 1111")],
        misses: &["4111 1111 1111 1112", "4556711000001100"],
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
    pattern: r"[0-9]{4}(?:[ -]?[0-9]{4}){2}[ -]?[0-9]{1,7}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}|3(?:0[0-5]|[68][0-9])[0-9][ -]?[0-9]{6}[ -]?[0-9]{4}",
    cues: Cues {
        words: &[
            "card",
            "card no",
            "card number",
            "cardnumber",
            "pan",
            "visa",
            "mastercard",
            "amex",
            "debit",
            "credit card",
        ],
        never: &["smartcard", "smart card"],
    },
    needs: |signs| signs.digits >= 13,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let digits = c.digits();
    if !stands_free(c.text, &c.range) || !luhn(&digits) || !issued(&digits) {
        return None;
    }
    let broken = c.value.len() != digits.len();
    if broken || c.near().said() {
        return c.sure(92);
    }
    c.sure(if c.in_code() || concept(&digits) { 30 } else { 60 })
}
/// Visa, Mastercard, American Express, Diners, Discover, Maestro, JCB, UnionPay: beginning and length.
fn issued(digits: &str) -> bool {
    let first = |n: usize| digits.get(..n).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
    match digits.len() {
        13 | 19 => first(1) == 4 || (digits.len() == 19 && matches!(first(2), 62 | 50 | 56..=59 | 63 | 67)),
        14 => matches!(first(3), 300..=305) || matches!(first(2), 36 | 38),
        15 => matches!(first(2), 34 | 37),
        16 => {
            first(1) == 4
                || matches!(first(2), 51..=55 | 65 | 62 | 67 | 35)
                || matches!(first(4), 2221..=2720 | 6011)
                || matches!(first(3), 644..=649)
        }
        _ => false,
    }
}

/// A SNOMED CT identifier of an extension: a seven-digit namespace before partition `10`, `11` or `16` and its check digit.
fn concept(digits: &str) -> bool {
    let end = digits.len();
    let partition = end.checked_sub(3).and_then(|at| digits.get(at..end - 1)).unwrap_or_default();
    let namespace = end.checked_sub(10).and_then(|at| digits.get(at..at + 4)).unwrap_or_default();
    matches!(partition, "10" | "11" | "16") && namespace.starts_with("1000")
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::found;
    use super::*;

    fn complete(body: &str) -> String {
        (0..10).map(|d| format!("{body}{d}")).find(|n| luhn(n)).unwrap()
    }

    proptest! {
        #[test]
        fn issued_numbers_are_found_and_a_wrong_digit_is_none(body in "(4[0-9]{14}|5[1-5][0-9]{13}|6011[0-9]{11})") {
            let n = complete(&body);
            let form = format!("{} {} {} {}", &n[..4], &n[4..8], &n[8..12], &n[12..]);
            prop_assert_eq!(found("card", &format!("paid by {form}.")), vec![form.clone()]);
            let bent = format!("{}{}", &n[..15], (n.as_bytes()[15] - b'0' + 1) % 10);
            let none = found("card", &format!("card {bent}"));
            prop_assert!(none.is_empty(), "{none:?}");
        }

        #[test]
        fn other_ranges_stay(body in "[0179][0-9]{14}") {
            let none = found("card", &format!("card {}", complete(&body)));
            prop_assert!(none.is_empty(), "{none:?}");
        }
    }

    #[test]
    fn clinical_codes_stay() {
        for code in ["4556711000001100", "999000011000001104", "322236009", "1085911000119103"] {
            assert!(found("card", code).is_empty(), "{code}");
        }
    }
}
