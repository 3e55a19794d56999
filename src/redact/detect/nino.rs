//! National Insurance numbers: two letters (not all pairs are given out), six digits, a letter A to D.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "nino",
    kind: Kind::Nino,
    about: "a National Insurance number: QQ 12 34 56 C, with or without spaces",
    page: Page {
        why: "The pairs that are never given out keep product codes from looking like one.",
        source: "HMRC National Insurance Manual, NIM39110",
        sure: "95 by words, 88 with spaces, 65 unbroken in capitals",
        hits: &[("see AB 12 34 56 C.", "AB 12 34 56 C")],
        misses: &["see QQ123456C.", "AB1234567"],
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
    pattern: r"(?i:[A-Z]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}(?:[ -]?[A-D])?)",
    cues: Cues {
        words: &[
            "nino",
            "ni",
            "ni no",
            "ni number",
            "nin",
            "n i no",
            "n i number",
            "national insurance",
            "national ins",
            "nat ins",
        ],
        never: &[],
    },
    needs: |signs| signs.digits >= 6 && signs.letters,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) {
        return None;
    }
    let letters: String = c.value.chars().filter(char::is_ascii_alphabetic).collect();
    if c.near().said() {
        return c.sure(95);
    }
    let spaced = c.value.contains(' ');
    let upper = !letters.bytes().any(|b| b.is_ascii_lowercase());
    // Code has keys that look like it; a string of several words is somebody's text.
    let key = c.in_code() && !spaced && !c.text.trim().contains(' ');
    if letters.len() != 3 || !upper || !given_out(&letters) || c.value.contains('-') || key {
        return None;
    }
    c.sure(if spaced { 88 } else { 65 })
}

/// D, F, I, Q, U and V begin none; O is no second letter; some pairs are kept for other uses.
fn given_out(letters: &str) -> bool {
    let pair = letters.get(..2).unwrap_or_default();
    !letters.starts_with(['D', 'F', 'I', 'Q', 'U', 'V'])
        && !pair.ends_with(['D', 'F', 'I', 'O', 'Q', 'U', 'V'])
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&pair)
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{found, labelled};
    use super::*;

    proptest! {
        #[test]
        fn the_whole_domain(pair in "[A-Z]{2}", n in "[0-9]{6}", last in "[A-D]") {
            let plain = format!("{pair}{n}{last}");
            let spaced = format!("{pair} {} {} {} {last}", &n[..2], &n[2..4], &n[4..]);
            let ok = given_out(&format!("{pair}{last}"));
            prop_assert_eq!(!found("nino", &format!("see {plain}.")).is_empty(), ok);
            prop_assert_eq!(!found("nino", &format!("see {spaced}.")).is_empty(), ok);
            prop_assert_eq!(labelled("nino", "ni number", &plain), vec![plain.clone()]);
            prop_assert_eq!(found("nino", &format!("NI no {}", plain.to_lowercase())), vec![plain.to_lowercase()]);
        }

        #[test]
        fn a_part_of_something_longer_stays(pair in "[A-Z]{2}", n in "[0-9]{6}", last in "[A-D]", more in "[A-Z0-9]{1,4}") {
            let code = format!("{pair}{n}{last}{more}");
            prop_assert!(found("nino", &code).is_empty());
            let code = format!("{more}{pair}{n}{last}");
            prop_assert!(found("nino", &code).is_empty());
        }
    }
}
