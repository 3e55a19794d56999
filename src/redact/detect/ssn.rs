//! US social security numbers: 3-2-4 with hyphens. Area 000, 666 and 9xx, group 00 and serial 0000 are never given out;
//! a label finds those as well, as test systems use them.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::roster;
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "ssn",
    kind: Kind::Ssn,
    about: "a US social security number, by form or label",
    page: Page {
        why: "US systems show them; test systems use areas that are never given out.",
        source: "Social Security Administration, areas and groups",
        sure: "92 by words, 72 by form",
        hits: &[("(123-45-6789)", "123-45-6789")],
        misses: &["(666-45-6789)", "ref 123456789"],
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
    pattern: r"[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}",
    cues: Cues {
        words: &[
            "ssn",
            "ss no",
            "social security",
            "social security no",
            "social security number",
            "socialsecuritynumber",
            "soc sec",
        ],
        never: &[],
    },
    needs: |signs| signs.digits >= 9,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) {
        return None;
    }
    let digits = c.digits();
    let hyphens = c.value.matches('-').count();
    if is_written(c.value) && roster::stands_behind_name(c.text, c.range.start) {
        return c.sure(88);
    }
    if c.near().said() {
        return c.sure(if hyphens == 2 || c.alone() { 92 } else { 75 });
    }
    (hyphens == 2 && given_out(&digits) && !c.in_code()).then(|| c.sure(72)).flatten()
}
fn given_out(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    !matches!(part(0, 3), "000" | "666") && !digits.starts_with('9') && part(3, 5) != "00" && part(5, 9) != "0000"
}

/// Whether it is written as one, given out or not: `666-24-2342`, `666242342`, `XXX-XX-9200`; a P behind it says that it was made up for who has none.
pub(super) fn is_written(token: &str) -> bool {
    let token = token.strip_suffix(['P', 'p']).unwrap_or(token);
    let plain = token.len() == 9 && token.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = token.split('-').collect();
    let hidden = |part: &&str| part.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'X' | b'x' | b'*'));
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    plain
        || (lengths == [3, 2, 4]
            && parts.iter().all(hidden)
            && parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};
    use super::*;

    #[test]
    fn every_serial_and_group_that_is_given_out() {
        for n in 0..10_000 {
            let text = format!("{:03}-{:02}-{n:04}", 1 + n % 665, 1 + n % 99);
            assert_eq!(!found("ssn", &text).is_empty(), n != 0, "{text}");
        }
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("123-45-6789", true),
            ("000-45-6789", false),
            ("666-45-6789", false),
            ("987-65-4329", false),
            ("123-00-6789", false),
            ("SSN 000-00-0000", true),
            ("SSN: 123456789", true),
            ("CPRSPATIENT,TWELVE  02-03-23  666242342 RETIREE", true),
            ("CPRSPATIENT,TWELVE 666-24-2342", true),
            ("123456789", false),
            ("1123-45-6789", false),
            ("123-45-6789-1", false),
        ] {
            assert_eq!(!found("ssn", text).is_empty(), want, "{text}");
        }
        assert_eq!(labelled("ssn", "social security number", "111-00-2330"), vec!["111-00-2330"]);
        assert!(given_out("123456789"));
    }

    #[test]
    fn as_they_are_written() {
        for token in ["666-24-2342", "666242342", "XXX-XX-9200", "666242342P"] {
            assert!(is_written(token), "{token}");
        }
        for token in ["666-24-234", "66624234", "XXX-XX-XXXX", "666/24/2342", "P"] {
            assert!(!is_written(token), "{token}");
        }
    }
}
