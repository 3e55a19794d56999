//! A visit, episode, spell or encounter number: it has every form, so words must tell.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "visit",
    kind: Kind::Visit,
    about: "a number that words call a visit, episode, spell or encounter number",
    page: Page {
        why: "As accession numbers.",
        source: "HL7 v2 PV1-19; NHS Data Dictionary, HOSPITAL PROVIDER SPELL NUMBER",
        sure: "82, or 60 where its label stands over other text as well",
        hits: &[("Episode number: 1234567, open", "1234567")],
        misses: &["room 1234567", "Visit date 12/03/2012"],
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
    pattern: r"(?i:(?:[A-Z]{1,6}[-/.]?)?[0-9][0-9A-Z]{2,14}(?:[-/.][0-9A-Z]{1,12}){0,3})",
    cues: Cues {
        words: &[
            "visit no",
            "visit number",
            "visitnumber",
            "visit id",
            "visitid",
            "episode no",
            "episode number",
            "episode id",
            "episodeid",
            "spell no",
            "spell number",
            "spell id",
            "encounter no",
            "encounter number",
            "encounter id",
            "encounterid",
            "encounter",
            "admission no",
            "admission number",
            "attendance no",
            "attendance number",
            "attendance id",
            "referral no",
            "referral number",
            "ubrn",
            "fin",
            "csn",
            "account number",
        ],
        never: &[
            "name", "date", "time", "datetime", "type", "bank", "cost", "charge", "amount", "price", "class", "status",
        ],
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
        for word in ["Visit no", "Episode number", "Spell No", "Encounter ID"] {
            for number in ["1234567", "A-2012-004711", "RF12345/12"] {
                assert_eq!(found("visit", &format!("{word}: {number}, seen")), vec![number], "{word}");
                assert_eq!(labelled("visit", &crate::redact::label::normalise(word), number), vec![number]);
            }
            assert!(found("visit", &format!("{word} 12/03/2012")).is_empty());
            assert!(found("visit", &format!("{word} of the year")).is_empty());
        }
        assert!(found("visit", "room 1234567").is_empty());
    }
}
