//! NHS numbers of England, Wales and the Isle of Man, H&C numbers of Northern Ireland, CHI numbers of Scotland.
//!
//! Ten digits, written 3-3-4 or without a break, the last a check digit modulo 11. One ten-digit number in eleven passes
//! the check, and epoch seconds are ten digits; so a bare number needs a valid check digit *and* a range in use, or words
//! that say what it is. With those words a wrong check digit does not save it: a tenth of the numbers in test systems fail.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, char_at, char_before, stands_free, whole_word};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "nhs-number",
    kind: Kind::NhsNumber,
    about: "ten digits (3-3-4 or unbroken) with a valid check digit, or labelled as NHS, CHI or H&C number",
    page: Page {
        why: "One in eleven ten-digit numbers passes the check, and epoch seconds have ten digits: so a bare number must lie in a block that is given out, while a label finds one whose check digit is wrong.",
        source: "NHS Data Dictionary, NHS NUMBER (modulo 11); H&C numbers 320-399, CHI numbers by date of birth",
        sure: "97 labelled and valid, 82 labelled only, 85 written 3-3-4 and valid, 60 bare and valid in a block in use",
        hits: &[("NHS No: 943 476 5919", "943 476 5919"), ("Seen 4505577104 today", "4505577104")],
        misses: &["Seen 943 476 5918 today", "expires 1711929600"],
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
    pattern: r"[0-9]{3}(?: ?[-. ] ?)?[0-9]{3}(?: ?[-. ] ?)?[0-9]{4}",
    cues: Cues {
        words: &[
            "nhs",
            "nhs no",
            "nhs nr",
            "nhs num",
            "nhs number",
            "nhsno",
            "nhsnumber",
            "nhs id",
            "nhsid",
            "chi",
            "chi no",
            "chi number",
            "chinumber",
            "h c number",
            "h c no",
            "hcn",
            "hsc number",
            "hcnumber",
            "health and care number",
        ],
        never: &["tel", "phone", "telephone", "mobile", "fax", "nhs 111"],
    },
    needs: |signs| signs.digits >= 10,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let digits = c.digits();
    let broken = digits.len() != c.value.len();
    // A digit group right beside it makes it a part of a longer number: a card, an international telephone number.
    // `<b>943 476 5919</b></span><span>Ward 22</span>`: in its three groups it ends by itself, and a word may begin behind it.
    let mut behind = c.text.get(c.range.end..).unwrap_or_default().chars();
    let word = behind.next().is_some_and(char::is_uppercase) && behind.next().is_some_and(char::is_lowercase);
    let before = char_before(c.text, c.range.start).is_none_or(|b| !b.is_alphanumeric() && b != '_');
    let ended = word && before && super::row::own_groups(c.value);
    // `Akintola_9434765919_Gastro.pdf`
    let in_name_of_file = char_before(c.text, c.range.start) == Some('_')
        && matches!(char_at(c.text, c.range.end), Some('_' | '.'))
        && !c.in_code();
    if in_name_of_file && !broken && check_digit(&digits) && in_use(&digits) {
        return c.sure(60);
    }
    // `1of1_Lloyd_George_Record_[Ada Quelch]_[9434765919]_[14-03-1962].pdf`
    let filed = super::near::before(c.text, c.range.start, 3) == "]_["
        && c.text.get(c.range.end..).and_then(|behind| behind.strip_prefix("]_[")).is_some_and(|behind| {
            behind.split(']').next().is_some_and(|day| day.len() == 10 && super::date::is_date(day))
        });
    if filed && !broken {
        return c.sure(90);
    }
    if !ended && !whole_word(c.text, &c.range) {
        return None;
    }
    let said = c.near().said();
    if !said && ((!ended && !stands_free(c.text, &c.range)) || in_longer_number(c)) {
        return None;
    }
    let valid = check_digit(&digits);
    // 020 7946 0000 and 617-555-1234 are telephone numbers, unless somebody says otherwise.
    let spaced_evenly = !broken || even_breaks(c.value);
    match (said, broken && spaced_evenly, valid) {
        (true, _, true) => c.sure(97),
        (true, _, false) => c.sure(if digits.starts_with('0') && broken { 60 } else { 82 }),
        (false, true, true) if c.value.contains('.') => c.sure(55),
        (false, true, true) => c.sure(85),
        (false, true, false) => None,
        (false, false, true) if !broken && in_use(&digits) && !machine_number(c, &digits) => c.sure(60),
        (false, false, true) if !broken && is_for_tests(&digits) && (in_a_cell(c) || is_identifier(c)) => c.sure(60),
        (false, false, _) => None,
    }
}

/// Both breaks are there and the same: `943 476 5919`, not `943 4765919`.
fn even_breaks(value: &str) -> bool {
    let mut breaks = value.split(|ch: char| ch.is_ascii_digit()).filter(|b| !b.is_empty());
    let (first, second) = (breaks.next(), breaks.next());
    first.is_some() && first == second
}

fn in_longer_number(c: &Candidate<'_>) -> bool {
    let sep = |ch: Option<char>| matches!(ch, Some(' ' | '-' | '.'));
    let digit = |ch: Option<char>| ch.is_some_and(|ch| ch.is_ascii_digit());
    let broken = c.value.bytes().any(|b| !b.is_ascii_digit());
    let behind = c.text.get(c.range.end..).unwrap_or_default();
    // With groups and a check digit that fit, another number may follow behind a space.
    let own = super::row::own(c.value) == Some(c.value.len()) && behind.starts_with(' ')
        || behind.starts_with(' ') && super::row::own(behind.trim_start_matches(' ')).is_some();
    broken
        && ((sep(char_before(c.text, c.range.start))
            && digit(c.range.start.checked_sub(1).and_then(|i| char_before(c.text, i)))
            && !super::row::ends_own(c.text.get(..c.range.start).unwrap_or_default()))
            || (sep(char_at(c.text, c.range.end)) && digit(char_at(c.text, c.range.end + 1)) && !own))
}

/// Constants of hash functions and sizes in code are 32-bit numbers; patients' numbers there are quoted, and all that is.
fn machine_number(c: &Candidate<'_>, digits: &str) -> bool {
    c.in_code() && !c.alone() && digits.parse::<u64>().is_ok_and(|n| n <= u64::from(u32::MAX))
}

/// The check digit: weights 10 to 2, modulo 11.
pub(in crate::redact) fn check_digit(digits: &str) -> bool {
    let values: Vec<u32> = digits.bytes().map(|b| u32::from(b.wrapping_sub(b'0'))).collect();
    let [body @ .., last] = values.as_slice() else { return false };
    if body.len() != 9 || values.windows(2).all(|w| w.first() == w.last()) {
        return false;
    }
    let sum: u32 = body.iter().zip((2..=10).rev()).map(|(d, weight)| d * weight).sum();
    (11 - sum % 11) % 11 == *last
}

/// Whether numbers of this beginning are given out: 400-499 and 600-799 million (England, Wales, Isle of Man), 320-399
/// (Northern Ireland), 999 (tests). Scotland's begin with a date of birth, so any day number looks like one: not here.
fn in_use(digits: &str) -> bool {
    let block: u32 = digits.get(..3).and_then(|b| b.parse().ok()).unwrap_or(0);
    matches!(block, 400..=499 | 600..=799 | 320..=399 | 999)
}

/// What test systems are filled with: 900-998 million are given to nobody.
fn is_for_tests(digits: &str) -> bool {
    // All ten digits in order are an example of anything.
    digits.starts_with('9') && digits != "9876543210"
}

/// All that a text holds, the last of a list, or what stands in quotes or between bars, as in files without headings.
fn in_a_cell(c: &Candidate<'_>) -> bool {
    let sign = |ch: Option<char>| matches!(ch, Some('"' | '|'));
    let quoted = sign(char_before(c.text, c.range.start)) && sign(char_at(c.text, c.range.end));
    // "Ann Quill, 12/03/1954, 07700 900123, 9448203179": the last of a list.
    let before = c.text.get(..c.range.start).unwrap_or_default();
    // The end first: to count the commas before each number of a long list would be quadratic.
    let last = c.text.len() == c.range.end && before.ends_with(", ") && before.matches(", ").count() > 1;
    !c.in_code() && (c.alone() || quoted || last)
}

/// "subject.identifier.value 9739469833 does not match": what an error calls an identifier.
fn is_identifier(c: &Candidate<'_>) -> bool {
    let before = super::near::before(c.text, c.range.start, 40).to_ascii_lowercase();
    let path = before.trim_end().rsplit([' ', '\n']).next().unwrap_or_default();
    let theirs = ["subject", "patient", "person"].iter().any(|of| path.contains(of));
    !c.in_code() && path.contains("identifier") && theirs
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{found, found_in, labelled};
    use super::*;

    fn with_check(body: u64) -> Option<String> {
        (0..10).map(|d| format!("{body:09}{d}")).find(|n| check_digit(n))
    }

    #[test]
    fn known_numbers_pass_and_their_neighbours_fail() {
        for n in ["9434765919", "9449305552", "9990467048"] {
            assert!(check_digit(n), "{n}");
            let bent = format!("{}{}", &n[..9], (n.as_bytes()[9] - b'0' + 1) % 10);
            assert!(!check_digit(&bent), "{bent}");
        }
        assert!(!check_digit("0000000000") && !check_digit("1111111111"));
    }

    proptest! {
        #[test]
        fn every_written_form_is_found(body in 0u64..1_000_000_000) {
            if let Some(n) = with_check(body) {
                let (a, b, c) = (&n[..3], &n[3..6], &n[6..]);
                for form in [format!("{a} {b} {c}"), format!("{a}-{b}-{c}")] {
                    prop_assert_eq!(found("nhs-number", &format!("Seen {form}, ward 3")), vec![form.clone()]);
                }
                for form in [n.clone(), format!("{a} {b} {c}")] {
                    let text = format!("NHS No: {form}.");
                    prop_assert_eq!(found("nhs-number", &text), vec![form.clone()]);
                    prop_assert_eq!(labelled("nhs-number", "nhs number", &form), vec![form.clone()]);
                }
                let bare = found("nhs-number", &format!("Seen {n} today"));
                prop_assert_eq!(!bare.is_empty(), in_use(&n));
            }
        }

        #[test]
        fn a_wrong_check_digit_saves_none_that_is_labelled(n in "[1-9][0-9]{9}") {
            let form = format!("{} {} {}", &n[..3], &n[3..6], &n[6..]);
            prop_assert_eq!(labelled("nhs-number", "nhs no", &n), vec![n.clone()]);
            prop_assert_eq!(found("nhs-number", &format!("NHS number {form}")), vec![form]);
        }

        #[test]
        fn epoch_seconds_stay(n in 1_000_000_000u64..2_000_000_000) {
            let none = found("nhs-number", &format!("expires {n}"));
            prop_assert!(none.is_empty(), "{none:?}");
            prop_assert!(found_in(crate::redact::place::Surface::Script, "nhs-number", &n.to_string()).is_empty());
        }

        #[test]
        fn thirty_two_bit_constants_in_code_stay(n in 0u32..) {
            let none = found_in(crate::redact::place::Surface::Script, "nhs-number", &format!("k = {n:010}"));
            prop_assert!(none.is_empty(), "{none:?}");
        }

        #[test]
        fn longer_numbers_stay(n in "[0-9]{11,19}") {
            prop_assert!(found("nhs-number", &n).is_empty());
        }
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("NHS: 999 636 3090", Some("999 636 3090")),
            ("https://fhir.nhs.uk/Id/nhs-number|9434765919", Some("9434765919")),
            ("id=9434765918&x", None),
            ("4111 1111 1111 1111", None),
            ("+1 617 555 1234", None),
            ("uuid 123e4567-943-476-5919-426614174000", None),
            ("v943.476.5919.2", None),
            ("(943 476 5919)", Some("943 476 5919")),
            ("943 476 5918", None),
            ("CHI 0101011234 seen", Some("0101011234")),
        ] {
            assert_eq!(found("nhs-number", text), want.into_iter().map(str::to_owned).collect::<Vec<_>>(), "{text}");
        }
    }
}
