//! Vehicle registration marks: their forms are too common in product codes, so words must tell.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry =
    Entry { id: "vehicle", kind: Kind::Vehicle, about: "a registration mark that words call so", make: detector };

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    pattern: r"(?i:[A-Z]{2}[0-9]{2} ?[A-Z]{3}|[A-Z][0-9]{1,3} ?[A-Z]{3}|[A-Z]{3} ?[0-9]{1,3}[A-Z]?)",
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
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !c.near.said() || !stands_free(c.text, &c.range) {
        return None;
    }
    // In prose "car" alone is a weak word: then only the present form counts, in capitals.
    let shouted = c.value == c.value.to_ascii_uppercase();
    let present = c.value.as_bytes().get(2).is_some_and(u8::is_ascii_digit) && c.value.len() >= 7;
    c.sure(if shouted && present {
        80
    } else if shouted && c.value.len() >= 5 {
        60
    } else {
        30
    })
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
