//! Vehicle registration marks: their forms are too common in product codes, so words must tell.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "vehicle",
    kind: Kind::Vehicle,
    about: "a registration mark that words call so",
    page: Page {
        why: "Marks since 1903 have the forms of rooms, doses and products: words must tell.",
        source: "DVLA INF104",
        sure: "80 by label or in the present form, 75 behind 'registration', 60 elsewhere",
        hits: &[("car reg AB12 CDE parked", "AB12 CDE")],
        misses: &["product AB12 CDE", "CAR T cell"],
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
    pattern: r"(?i:[A-Z]{2}[0-9]{2} ?[A-Z]{3}|[A-Z][0-9]{1,3} ?[A-Z]{3}|[A-Z]{3} ?[0-9]{1,4}[A-Z]?|[0-9]{3} ?[DX] ?[0-9]{3}|[A-Z]{1,2} ?[0-9]{1,4}|[0-9]{1,4} ?[A-Z]{1,3})",
    cues: Cues {
        words: &[
            "vehicle",
            "vehicle registration",
            "vehicle reg",
            "car reg",
            "car registration",
            "registration mark",
            "registration plate",
            "number plate",
            "numberplate",
            "reg plate",
            "vrm",
            "vrn",
            "licence plate",
            "license plate",
            "reg no",
            "car",
            "driving a",
        ],
        never: &["gmc", "nmc"],
    },
    needs: |signs| signs.digits >= 1 && signs.letters,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) || !c.near().said() {
        return None;
    }
    if c.near() == super::near::Near::Label && c.alone() {
        return c.sure(80);
    }
    let shouted = c.value == c.value.to_ascii_uppercase();
    // In prose "car" alone is a weak word: then only the present form counts, in capitals.
    let read = super::near::pad(super::near::before(c.text, c.range.start, 32));
    let plate = PLATE.iter().any(|w| read.trim_end().ends_with(w));
    let bytes = c.value.as_bytes();
    let present = bytes.get(2).is_some_and(u8::is_ascii_digit) && c.value.len() >= 7 && has_year(bytes);
    c.sure(match (shouted, present, plate, dateless(bytes)) {
        (true, true, _, _) => 80,
        (true, _, true, _) => 75,
        (true, _, false, false) if c.value.len() >= 5 => 60,
        (true | false, _, _, _) => 30,
    })
}

/// Words right before a mark.
const PLATE: &[&str] = &[
    " reg",
    " reg no",
    " reg plate",
    " registration",
    " registration no",
    " registration number",
    " registration mark",
    " number plate",
    " vrm",
    " vrn",
    " licence plate",
    " license plate",
];

/// Two letters, two digits, three letters: marks since 2001.
fn has_year(mark: &[u8]) -> bool {
    matches!(mark, [a, b, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        && mark.iter().rev().take(3).all(u8::is_ascii_alphabetic)
}

/// Letters on one side, digits on the other: marks before 1963, and a dose or a room as well.
fn dateless(mark: &[u8]) -> bool {
    let changes = mark
        .iter()
        .filter(|b| **b != b' ')
        .map(u8::is_ascii_digit)
        .fold((0u8, None), |(n, last), digit| (n + u8::from(last.is_some_and(|l| l != digit)), Some(digit)));
    changes.0 < 2
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;

    #[test]
    fn words_tell() {
        assert_eq!(found("vehicle", "car reg AB12 CDE parked"), vec!["AB12 CDE"]);
        assert_eq!(found("vehicle", "Vehicle registration: A123 BCD"), vec!["A123 BCD"]);
        for text in ["product AB12 CDE", "CAR T cell", "VRM pending", "car seat"] {
            assert!(found("vehicle", text).is_empty(), "{text}");
        }
    }
}
