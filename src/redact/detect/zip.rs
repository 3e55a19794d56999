//! US ZIP codes: five digits after a state, or by label; Indian PIN codes and Australian postcodes behind a place.

use std::sync::{Arc, LazyLock};

use super::address::is_street;
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
    pattern: r"[0-9]{5}(?:-[0-9]{4}|[0-9])?|[0-9]{3} [0-9]{3}|[0-9]{4}",
    cues: Cues {
        words: &["zip", "zip code", "zipcode", "zip4", "postal code", "postalcode", "postcode", "post code"],
        never: &[],
    },
    needs: |signs| signs.digits >= 4,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    if !stands_free(c.text, &c.range) {
        return None;
    }
    let digits = c.value.bytes().filter(u8::is_ascii_digit).count();
    if digits == 4 || digits == 6 {
        return elsewhere(c, digits);
    }
    let label = c.near() == super::near::Near::Label;
    if c.near().said() && (c.alone() || !label) {
        return c.sure(85);
    }
    let before = super::near::before(c.text, c.range.start, 32);
    let words = before.trim_end().trim_end_matches(',');
    let state = words.rsplit([' ', ',', '.']).next().unwrap_or_default();
    let rest = words.strip_suffix(state).unwrap_or_default().trim_end();
    // "Boston, MA 02114": a place stands before the state.
    let placed = rest.ends_with(',') || rest.chars().next_back().is_some_and(char::is_alphabetic) && label_like(rest);
    // "Indianapolis, IN, USA, 46202"
    let before_country = rest.strip_suffix("United").unwrap_or(rest).trim_end();
    let country = matches!(state, "USA" | "US" | "States") && before_country.ends_with(',');
    (STATES.contains(&state) && placed || country || ends_address(c)).then(|| c.sure(75)).flatten()
}

/// "123 Health St, Wellness City, 12345" and no more: a house in a street, a place, and its code without the state.
fn ends_address(c: &Candidate<'_>) -> bool {
    let last = c.text.get(c.range.end..).is_some_and(|behind| behind.trim().is_empty());
    let before = super::near::before(c.text, c.range.start, 80).trim_end();
    let parted = before.strip_suffix(',').and_then(|before| before.rsplit_once(", "));
    let Some((street, place)) = parted.filter(|_| last) else { return false };
    let named = place.split(' ').all(|w| w.starts_with(char::is_uppercase) && w.chars().all(char::is_alphabetic));
    let word = street.rsplit(' ').next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    let in_street = is_street(&word) || ["ave", "blvd", "dr", "ln", "rd", "st"].contains(&word.as_str());
    // "5 mg per rd"
    let written = street.split(' ').skip(1).all(|w| w.starts_with(char::is_uppercase));
    named && in_street && written && street.starts_with(|c: char| c.is_ascii_digit())
}

/// "Bilaspur 495001" and "Bilaspur, 495 001" behind an address, "Cairns QLD 4870", "postcode: 110001".
fn elsewhere(c: &Candidate<'_>, digits: usize) -> Option<Confidence> {
    if c.near() == super::near::Near::Label && c.alone() {
        return c.sure(85);
    }
    let before = super::near::before(c.text, c.range.start, 80);
    let words = before.trim_end().trim_end_matches([',', '-']).trim_end();
    let place = words.rsplit([' ', ',']).next().unwrap_or_default();
    if digits == 4 {
        return AUSTRALIA.contains(&place).then(|| c.sure(72)).flatten();
    }
    // The number of a house, a comma, a place.
    let addressed = before.rsplit_once(',').is_some_and(|(head, _)| head.bytes().any(|b| b.is_ascii_digit()));
    let first = c.value.bytes().next().is_some_and(|b| (b'1'..=b'9').contains(&b));
    (first && addressed && label_like(words)).then(|| c.sure(62)).flatten()
}

const AUSTRALIA: &[&str] = &["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC"];

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
        assert_eq!(found("zip", "1050 Wishard Blvd.,  Indianapolis,  IN,  USA,  46202"), vec!["46202"]);
        assert_eq!(found("zip", "123 Health St, Wellness City, 12345"), vec!["12345"]);
        assert_eq!(labelled("zip", "postal code", "77092"), vec!["77092"]);
        assert_eq!(found("zip", "25/775, Gandhi Nagar, Bilaspur 495001"), vec!["495001"]);
        assert_eq!(found("zip", "12 Sturt St, Cairns QLD 4870"), vec!["4870"]);
        for text in [
            "Bilaspur 495001",
            "3 tablets, Morning, 12345",
            "12 Health St, Wellness City, 12345 visits",
            "Seen, 12 Ward 123456",
            "WARD 4870",
            "code 77092",
            "Seen in the US, 15000 patients",
            "MA 02114",
            "12345-6",
            "ICD 77092, XX 12345",
        ] {
            assert!(found("zip", text).is_empty(), "{text}");
        }
        assert!(STATES.windows(2).all(|w| w[0] < w[1]));
    }
}
