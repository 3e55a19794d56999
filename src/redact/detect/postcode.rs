//! UK postcodes: an area that exists, a district, a space, a sector and two letters out of twenty.
//!
//! "B12 5MG" is no postcode (M is never in the last two), "E1 2nd floor" is none either; written without a space, or in
//! lower case, it takes a label or an address around it.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, char_before, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;
use crate::redact::place::Surface;

pub(super) const ENTRY: Entry = Entry {
    id: "postcode",
    kind: Kind::Postcode,
    about: "a UK postcode of an area that exists: NW3 2QG, SW1A 1AA, GIR 0AA",
    page: Page {
        why: "Ward codes and sequences look alike; the area must exist, and the last two letters are twenty of the alphabet.",
        source: "Royal Mail Programmer's Guide; ONS Postcode Directory",
        sure: "95 by words, 87 with a space in capitals, 55 to 70 unbroken, 60 in lower case",
        hits: &[("Flat 2, Leeds, NW3 2QG", "NW3 2QG"), ("HMS Example, BFPO 57", "BFPO 57")],
        misses: &["Bed B12 3", "B12 5MG"],
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
    pattern: r"(?i:[A-Z]{1,2}[0-9][0-9A-Z]? {0,2}[0-9][ABD-HJLNP-UW-Z]{2}|GIR {0,2}0AA|(?:ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA) {0,2}1ZZ|BFPO {0,2}[0-9]{1,4})",
    cues: Cues {
        words: &["postcode", "post code", "postal code", "postalcode", "zip", "address", "lives at", "pcode"],
        never: &["email address", "ip address"],
    },
    needs: |signs| signs.digits >= 1 && signs.letters,
    ends: None,
    judge,
};

/// Every area of the United Kingdom, the Channel Islands and the Isle of Man, and of forces abroad.
const AREAS: &[&str] = &[
    "AB", "AL", "B", "BA", "BB", "BD", "BF", "BH", "BL", "BN", "BR", "BS", "BT", "BX", "CA", "CB", "CF", "CH", "CM",
    "CO", "CR", "CT", "CV", "CW", "DA", "DD", "DE", "DG", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EH", "EN", "EX",
    "FK", "FY", "G", "GL", "GU", "GY", "HA", "HD", "HG", "HP", "HR", "HS", "HU", "HX", "IG", "IM", "IP", "IV", "JE",
    "KA", "KT", "KW", "KY", "L", "LA", "LD", "LE", "LL", "LN", "LS", "LU", "M", "ME", "MK", "ML", "N", "NE", "NG",
    "NN", "NP", "NR", "NW", "OL", "OX", "PA", "PE", "PH", "PL", "PO", "PR", "RG", "RH", "RM", "S", "SA", "SE", "SG",
    "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW", "SY", "TA", "TD", "TF", "TN", "TQ", "TR", "TS", "TW",
    "UB", "W", "WA", "WC", "WD", "WF", "WN", "WR", "WS", "WV", "YO", "ZE",
];

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    // `Postcode=LS22 6RP`
    let named = char_before(c.text, c.range.start) == Some('=') && c.near().said();
    // `GLA-G12 8RT-14`: a household's number. Written with its space, it is nothing else.
    let dashed = char_before(c.text, c.range.start) == Some('-')
        && c.text.get(c.range.end..).is_some_and(|behind| behind.starts_with('-'))
        && c.value.contains(' ')
        && c.value.bytes().all(|b| !b.is_ascii_lowercase());
    if (!stands_free(c.text, &c.range) && !named && !dashed)
        || char_before(c.text, c.range.start) == Some('/') && !c.near().said()
    {
        return None;
    }
    let upper = c.value.to_ascii_uppercase();
    if upper.starts_with("BFPO") {
        return c.sure(if c.near().said() || c.value == upper { 87 } else { 60 });
    }
    let split = upper.len().checked_sub(3)?;
    let (outward, inward) = (upper.get(..split)?.trim_end(), upper.get(split..)?);
    if !outward_exists(outward) {
        return behind_a_street(c, outward).then(|| c.sure(70)).flatten();
    }
    if c.near().said() {
        return c.sure(95);
    }
    let spaced = c.value.contains(' ');
    let shouted = c.value == upper;
    let lowered = c.value == c.value.to_ascii_lowercase();
    let ordinary = ["ST", "ND", "RD", "TH", "HR", "PT", "GB", "DL", "ND", "AL"].contains(&inward.get(1..)?);
    let code = matches!(c.context.place.surface, Surface::Script | Surface::Style | Surface::Url | Surface::Attribute);
    let after_comma = super::near::before(c.text, c.range.start, 2).trim_end().ends_with(',');
    match (shouted, spaced) {
        (true, true) if ordinary && outward.len() < 3 && !after_comma => c.sure(55),
        (true, true) => c.sure(87),
        (true, false) if outward.len() >= 2 && c.value.len() >= 5 => {
            if c.alone() || after_comma {
                c.sure(if code { 52 } else { 70 })
            } else {
                c.sure(if code { 40 } else { 55 })
            }
        }
        (true, false) => None,
        (false, true) if lowered && !ordinary && (after_comma || c.alone() || outward.len() >= 3) => c.sure(60),
        (false, _) => None,
    }
}

/// "They live at 9 Bell Lane, Northfield, NF4 7QP": no such area, and still where somebody lives.
fn behind_a_street(c: &Candidate<'_>, outward: &str) -> bool {
    let area = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let district = outward.get(area..).unwrap_or_default();
    let form = district.len() <= 2 && district.bytes().all(|b| b.is_ascii_digit());
    let read = super::near::before(c.text, c.range.start, 64);
    let read = read.rsplit(['.', ';', '!', '?']).next().unwrap_or(read);
    let mut words = read.split(|ch: char| !ch.is_alphanumeric()).filter(|w| !w.is_empty());
    let numbered = words.by_ref().any(|w| w.starts_with(|ch: char| ch.is_ascii_digit()));
    let capitals = c.value.bytes().all(|b| !b.is_ascii_lowercase());
    form && capitals && c.value.contains(' ') && numbered && words.any(|w| super::address::is_street(&w.to_lowercase()))
}

/// Area of the list, then the district: one or two digits, or a digit and a letter where London needs it.
fn outward_exists(outward: &str) -> bool {
    if ABROAD.contains(&outward) {
        return true;
    }
    let letters = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (Some(area), Some(district)) = (outward.get(..letters), outward.get(letters..)) else { return false };
    let ends = match district.as_bytes() {
        [b'0'..=b'9'] => true,
        [b'1'..=b'9', b'0'..=b'9'] => true,
        [b'1'..=b'9', c] => letter_district(area, *c),
        _ => false,
    };
    ends && AREAS.binary_search(&area).is_ok()
}

/// One place each: a bank in Bootle, and the territories overseas.
const ABROAD: &[&str] = &["GIR", "ASCN", "BBND", "BIQQ", "FIQQ", "GX11", "PCRN", "SIQQ", "STHL", "TDCU", "TKCA"];

fn letter_district(area: &str, c: u8) -> bool {
    match area {
        "E" | "N" | "W" | "SE" | "NW" => b"ABCDEFGHJKPSTUW".contains(&c),
        "SW" | "WC" | "EC" => b"ABEHMNPRVXYW".contains(&c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{found, found_in, labelled};
    use super::*;

    #[test]
    fn areas_are_sorted_and_complete() {
        assert!(AREAS.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(AREAS.len(), 126);
    }

    proptest! {
        #[test]
        fn every_area_district_and_unit(area in prop::sample::select(AREAS), district in 1u8..=99, sector in 0u8..=9,
                                        unit in "[ABD-HJLNP-UW-Z]{2}") {
            let code = format!("{area}{district} {sector}{unit}");
            let text = format!("Flat 2, Leeds, {code}, England");
            prop_assert_eq!(found("postcode", &text), vec![code.clone()]);
            let tight = code.replace(' ', "").to_lowercase();
            prop_assert_eq!(labelled("postcode", "postcode", &tight), vec![tight.clone()]);
        }

        #[test]
        fn hashes_and_uuids_stay(hash in "[0-9a-f]{32}", code in "[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}") {
            prop_assert!(found("postcode", &hash).is_empty());
            prop_assert!(found("postcode", &hash.to_uppercase()).is_empty());
            prop_assert!(found("postcode", &code).is_empty(), "{}", code);
        }
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("SW1A 1AA", true),
            ("GIR 0AA", true),
            ("W5 5HR", true),
            ("EC1A 1BB", true),
            ("nw3 2qg", true),
            ("B12 5MG", false),
            ("AB12 3CD", false),
            ("QQ1 1AA", false),
            ("ABC-SW1A-1AA", false),
            ("X1 1AA", false),
            ("the E1 2nd floor", false),
            ("XM5 4DF1", false),
            ("Ward E1 at 9", false),
            ("T1 2DW sequence", false),
            ("HB21C", false),
            ("12 NW3 2QG", true),
        ] {
            assert_eq!(!found("postcode", text).is_empty(), want, "{text}");
        }
        assert!(found_in(Surface::Script, "postcode", "var m = 'W84HS'").is_empty());
    }
}
