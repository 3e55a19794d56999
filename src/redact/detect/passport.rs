//! Passport numbers: nine digits or letters and digits, told by words alone.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "passport",
    kind: Kind::Passport,
    about: "a number that words call a passport number",
    page: Page {
        why: "Each country has its own form, so words tell.",
        source: "ICAO Doc 9303",
        sure: "90",
        hits: &[("Passport No. 123456789, UK", "123456789")],
        misses: &["order 123456789"],
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
    pattern: r"(?i:[A-Z]{0,2}[0-9]{6,9}[A-Z]{0,1}|[0-9]{3} [0-9]{3} [0-9]{3}|[0-9]{3}-[0-9]{4}|[0-9]{2}[A-Z]{2}[0-9]{5}|[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8})",
    cues: Cues {
        words: &["passport", "passport no", "passport number", "passportno", "passportnumber"],
        never: &["expiry", "issued"],
    },
    needs: |signs| signs.digits >= 5,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    // Germany's have letters where others have digits; a word has none.
    let digits = c.value.bytes().filter(u8::is_ascii_digit).count();
    (digits >= 5 && stands_free(c.text, &c.range) && c.near().said() && !super::date::is_date(c.value))
        .then(|| c.sure(90))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};

    #[test]
    fn words_tell() {
        assert_eq!(found("passport", "Passport No. 123456789, UK"), vec!["123456789"]);
        assert_eq!(found("passport", "passport C1234567"), vec!["C1234567"]);
        assert_eq!(labelled("passport", "passport number", "AB1234567"), vec!["AB1234567"]);
        for text in ["order 123456789", "Passport issued 20100312", "passport to health"] {
            assert!(found("passport", text).is_empty(), "{text}");
        }
    }
}
