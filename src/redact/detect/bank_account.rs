//! Sort codes and account numbers: two digits three times, eight digits; words must tell.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "bank-account",
    kind: Kind::BankAccount,
    about: "a sort code or bank account number that words call so",
    page: Page {
        why: "Six and eight digits are dates as well: words must tell.",
        source: "Pay.UK, sorting codes",
        sure: "85 sort codes, 80 accounts, 40 to 45 where it may be a date",
        hits: &[("Sort code 20-45-77, thanks", "20-45-77")],
        misses: &["kit 20-45-77", "Account created 20120312"],
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
    pattern: r"[0-9]{2}[- ]?[0-9]{2}[- ]?[0-9]{2}(?: ?[0-9]{2})?|[0-9]{6,12}",
    cues: Cues {
        words: &[
            "sort code",
            "sortcode",
            "sort",
            "account no",
            "account number",
            "accountnumber",
            "acc no",
            "acct no",
            "a c no",
            "a c",
            "bank account",
            "bank acc",
            "bank details",
            "bacs",
            "acc",
            "account",
        ],
        never: &["service account", "user account", "account type", "account created"],
    },
    needs: |signs| signs.digits >= 6,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) || !c.near().said() {
        return None;
    }
    let digits = c.digits().len();
    let read = super::near::pad(super::near::before(c.text, c.range.start, 20));
    let account = read.contains("account")
        || read.contains(" acc")
        || read.contains(" a c ")
        || c.context.place.label.contains("acc");
    match digits {
        6 if !account || c.value.contains(['-', ' ']) => c.sure(
            if super::date::is_date(c.value) && !read.contains("sort") && !c.context.place.label.contains("sort") {
                40
            } else {
                85
            },
        ),
        8 if super::date::is_date(c.value) => c.sure(45),
        7..=10 => c.sure(80),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};

    #[test]
    fn words_tell() {
        assert_eq!(found("bank-account", "Sort code 20-45-77, account number 31926819."), vec!["20-45-77", "31926819"]);
        assert_eq!(labelled("bank-account", "sort code", "204577"), vec!["204577"]);
        for text in ["20-45-77", "31926819", "Account created 20120312", "user account 31926819"] {
            assert!(found("bank-account", text).is_empty(), "{text}");
        }
    }
}
