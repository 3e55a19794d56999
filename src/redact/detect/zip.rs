//! US ZIP codes: five digits after a state, or by label.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "zip",
    kind: Kind::Zip,
    about: "a US ZIP code after a state or by label",
    page: Page {
        why: "Five digits are anything; a state or a label must stand beside them.",
        source: "USPS Publication 28",
        sure: "85 by label, 75 behind a place and its state",
        hits: &[("1 Main St, Boston, MA 02114", "02114")],
        misses: &["code 77092"],
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
    pattern: r"[0-9]{5}(?:-[0-9]{4})?",
    cues: Cues {
        words: &["zip", "zip code", "zipcode", "zip4", "postal code", "postalcode", "postcode", "post code"],
        never: &[],
    },
    needs: |signs| signs.digits >= 5,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) {
        return None;
    }
    let label = c.near == super::near::Near::Label;
    if c.near.said() && (c.alone() || !label) {
        return c.sure(85);
    }
    let before = super::near::before(c.text, c.range.start, 32);
    let words = before.trim_end().trim_end_matches(',');
    let state = words.rsplit([' ', ',', '.']).next().unwrap_or_default();
    let rest = words.strip_suffix(state).unwrap_or_default().trim_end();
    // "Boston, MA 02114": a place stands before the state.
    let placed = rest.ends_with(',') || rest.chars().next_back().is_some_and(char::is_alphabetic) && label_like(rest);
    (STATES.contains(&state) && placed).then(|| c.sure(75)).flatten()
}
fn label_like(rest: &str) -> bool {
    rest.rsplit(' ').next().is_some_and(|w| w.len() > 3 && w.starts_with(char::is_uppercase))
}

const STATES: &[&str] = &[
    "AK", "AL", "AR", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "HI", "IA", "ID", "IL", "IN", "KS", "KY", "LA",
    "MA", "MD", "ME", "MI", "MN", "MO", "MS", "MT", "NC", "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR",
    "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VT", "WA", "WI", "WV", "WY",
];

#[cfg(test)]
mod tests {
    use super::super::testing::{found, labelled};
    use super::*;

    #[test]
    fn states_and_labels_tell() {
        assert_eq!(found("zip", "1 Main St, Boston, MA 02114-2696"), vec!["02114-2696"]);
        assert_eq!(labelled("zip", "postal code", "77092"), vec!["77092"]);
        for text in ["code 77092", "MA 02114", "12345-6", "ICD 77092, XX 12345"] {
            assert!(found("zip", text).is_empty(), "{text}");
        }
        assert!(STATES.windows(2).all(|w| w[0] < w[1]));
    }
}
