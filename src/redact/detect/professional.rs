//! Registration numbers of people who treat: GMC (seven digits), NMC (two digits, letter, four digits, letter), HCPC (two
//! letters, five or six digits), GPhC, GDC. Words must tell; a seven-digit number alone may be anything.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "professional",
    kind: Kind::Professional,
    about: "a GMC, NMC, HCPC, GPhC or GDC number that words call so",
    page: Page {
        why: "They name who treats, and seven digits alone may be anything.",
        source: "GMC, NMC, HCPC, GPhC and GDC registers",
        sure: "85",
        hits: &[("Dr A (GMC 7654321)", "7654321")],
        misses: &["build 7654321"],
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
    pattern: r"(?i:[CG]?[0-9]{6,8}|[0-9]{2}[A-Z][0-9]{4}[A-Z]|[A-Z]{2,3}[0-9]{5,6}|[0-9]{5,6})",
    cues: Cues {
        words: &[
            "gmc",
            "gmc no",
            "gmc number",
            "gmcnumber",
            "general medical council",
            "nmc",
            "nmc pin",
            "nmc no",
            "nmc number",
            "nursing and midwifery council",
            "hcpc",
            "hcpc no",
            "hcpc number",
            "gphc",
            "gph c",
            "g ph c",
            "gphc number",
            "gdc",
            "gdc no",
            "gdc number",
            "goc number",
            "registration body number",
            "professional registration",
            "professional code",
            "prescriber number",
            "npi",
        ],
        never: &[],
    },
    needs: |signs| signs.digits >= 5,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    (stands_free(c.text, &c.range) && c.near().said() && !super::date::is_date(c.value)).then(|| c.sure(85)).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;

    #[test]
    fn words_tell() {
        for (text, number) in [
            ("Dr A (GMC 7654321)", "7654321"),
            ("NMC PIN 98I1393E", "98I1393E"),
            ("HCPC: PH012345", "PH012345"),
            ("https://fhir.hl7.org.uk/Id/gmc-number|C7654321", "C7654321"),
            ("GDC No 123456", "123456"),
        ] {
            assert_eq!(found("professional", text), vec![number], "{text}");
        }
        for text in ["7654321", "AMC 7654321", "GMC guidance", "HCPC registered 20120312"] {
            assert!(found("professional", text).is_empty(), "{text}");
        }
    }
}
