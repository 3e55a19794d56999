//! Driving licence numbers. A British one spells its holder: five letters of the surname, the decade, month and day of
//! birth, initials; so its form is enough. Others take words.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "driving-licence",
    kind: Kind::DrivingLicence,
    about: "a British driving licence number, or one that words call so",
    page: Page {
        why: "A British number spells its holder's surname and birthday, so its form is enough.",
        source: "DVLA driver number",
        sure: "97 by words, 85 by form, 80 for others by words",
        hits: &[("(MORGA657054SM9IJ)", "MORGA657054SM9IJ")],
        misses: &["(MORGA633054SM9IJ)", "software licence S12345678"],
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
    pattern: r"(?i:[A-Z]{1,5}9{0,4}[0-9][0-9]{5}[A-Z9]{2}[0-9A-Z][A-Z]{2}|[A-Z]{0,3}[0-9]{5,12}[A-Z]{0,2})",
    cues: Cues {
        words: &[
            "driving licence",
            "driving licence no",
            "driver licence",
            "drivers licence",
            "driver number",
            "driving license",
            "drivers license",
            "driver license",
            "licence no",
            "license no",
            "dl no",
            "dln",
            "dvla",
        ],
        never: &[],
    },
    needs: |signs| signs.digits >= 5,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) {
        return None;
    }
    if british(&c.value.to_ascii_uppercase()) {
        return c.sure(if c.near().said() { 97 } else { 85 });
    }
    (c.near().said() && !super::date::is_date(c.value)).then(|| c.sure(80)).flatten()
}
/// Surname padded with nines, decade, month (women's 50 more), day, year, two initials, three more.
fn british(n: &str) -> bool {
    let number = |from: usize, to: usize| n.get(from..to).and_then(|d| d.parse::<u8>().ok());
    let name = n.get(..5).unwrap_or_default();
    let letters = name.trim_end_matches('9');
    n.len() == 16
        && !letters.is_empty()
        && letters.bytes().all(|b| b.is_ascii_uppercase())
        && number(5, 6).is_some()
        && matches!(number(6, 8), Some(1..=12 | 51..=62))
        && matches!(number(8, 10), Some(1..=31))
        && number(10, 11).is_some()
        && n.get(11..12).is_some_and(|c| c.bytes().all(|b| b.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::found;

    proptest! {
        #[test]
        fn british_ones_by_form(name in "[A-Z]{5}", decade in "[0-9]", month in 1u8..=12, woman: bool, day in 1u8..=31, year in "[0-9]", initials in "[A-Z][A-Z9]", end in "[0-9][A-Z]{2}") {
            let month = month + if woman { 50 } else { 0 };
            let n = format!("{name}{decade}{month:02}{day:02}{year}{initials}{end}");
            prop_assert_eq!(found("driving-licence", &format!("({n})")), vec![n]);
        }

        #[test]
        fn other_codes_stay(code in "[A-Z]{5}[0-9][2-4][0-9]{4}[A-Z]{2}[0-9][A-Z]{2}") {
            prop_assert!(found("driving-licence", &code).is_empty());
        }
    }

    #[test]
    fn words_tell_of_others() {
        assert_eq!(found("driving-licence", "Drivers License S12345678"), vec!["S12345678"]);
        assert!(found("driving-licence", "software licence S12345678").is_empty());
    }
}
