//! A accession, order or specimen number: it has every form, so words must tell.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "accession",
    kind: Kind::Accession,
    about: "a number that words call an accession, order or specimen number",
    page: Page {
        why: "Laboratories and scanners number as they like: words must tell.",
        source: "DICOM (0008,0050); HL7 v2 ORC-2, ORC-3",
        sure: "82, or 60 where its label stands over other text as well",
        hits: &[("Accession no: A-2012-004711, seen", "A-2012-004711")],
        misses: &["room 1234567", "Specimen type: blood"],
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
    pattern: r"(?i:(?:[A-Z]{1,6}[-/.]?)?[0-9][0-9A-Z]{1,14}(?:[-/.][0-9A-Z]{1,12}){0,3})",
    cues: Cues {
        words: &[
            "accession",
            "accession no",
            "accession number",
            "accessionnumber",
            "accn",
            "acc no",
            "specimen no",
            "specimen number",
            "specimen id",
            "specimen",
            "sample no",
            "sample number",
            "sample id",
            "lab no",
            "lab number",
            "lab ref",
            "order no",
            "order number",
            "order id",
            "request no",
            "request number",
            "placer order",
            "filler order",
            "placer order number",
            "filler order number",
            "report no",
        ],
        never: &["date", "time", "type", "account"],
    },
    needs: |signs| signs.digits >= 3,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let digits = c.value.bytes().filter(u8::is_ascii_digit).count();
    if digits < 4 || !stands_free(c.text, &c.range) || !c.near().said() || super::date::is_date(c.value) {
        return None;
    }
    c.sure(if c.near() == super::near::Near::Label && !c.alone() { 60 } else { 82 })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};

    #[test]
    fn words_tell() {
        for word in ["Accession no", "Specimen number", "Order No", "Accn"] {
            for number in ["1234567", "A-2012-004711", "RF12345/12", "H25-771203"] {
                assert_eq!(found("accession", &format!("{word}: {number}, seen")), vec![number], "{word}");
                assert_eq!(labelled("accession", &crate::redact::label::normalise(word), number), vec![number]);
            }
            assert!(found("accession", &format!("{word} 12/03/2012")).is_empty());
            assert!(found("accession", &format!("{word} of the year")).is_empty());
        }
        assert!(found("accession", "room 1234567").is_empty());
    }
}
