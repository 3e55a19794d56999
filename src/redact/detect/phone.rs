//! Telephone numbers: UK in every grouping, international with `+` or `00`, US and others by form or label.
//!
//! Dates, doses, times and record numbers are digits with breaks as well; so a number counts by the forms that telephone
//! numbers have, by its prefix, or by words that say what it is.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, char_at, char_before, stands_free, whole_word};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;
use crate::redact::place::Surface;

pub(super) const ENTRY: Entry = Entry {
    id: "phone",
    kind: Kind::Phone,
    about: "a UK, international or US telephone number by form, or by label",
    page: Page {
        why: "Doses, dates and record numbers are digits with breaks as well; a form, a prefix or words must tell.",
        source: "Ofcom National Telephone Numbering Plan; ITU-T E.164; NANP",
        sure: "92 by words, 86 to 88 in a British form, 88 with +, 60 to 88 North American, 65 to 80 unbroken",
        hits: &[("Rang 07700 900123 twice", "07700 900123"), ("at +33 1 44 34 22 26 now", "+33 1 44 34 22 26")],
        misses: &["BP 120/80 130/85", "exp 1711929600"],
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
    pattern: r"(?:\+ ?[0-9]|\([0-9+]|[0-9])[0-9]{0,4}(?:(?: ?[-.] ?|/|\) ?-?| ?\(| {1,2})?[0-9]){4,16}",
    cues: Cues {
        words: &[
            "tel",
            "tel no",
            "telno",
            "telephone",
            "telephone no",
            "phone",
            "phone no",
            "phone number",
            "phonenumber",
            "mobile",
            "mobile no",
            "mob",
            "mob no",
            "cell",
            "fax",
            "telecom",
            "landline",
            "home no",
            "work no",
            "home phone",
            "work phone",
            "contact no",
            "contact number",
            "call",
            "ring",
            "rang",
            "bleep",
            "pager",
            "pgr",
            "sms",
            "text",
            "whatsapp",
            "ext",
            "daytime",
            "evening",
            "t",
            "m",
            "h",
        ],
        never: &["nhs no", "nhs number", "mrn", "call bell", "type", "use", "rank", "mm", "kg"],
    },
    needs: |signs| signs.digits >= 6,
    ends: Some(super::row::first_of),
    judge,
};

/// Whether a bracket is open at a place: `(Hollis, 07700 940118)`.
fn in_brackets(text: &str, at: usize) -> bool {
    let from = (at.saturating_sub(48)..=at).find(|&i| text.is_char_boundary(i)).unwrap_or(at);
    let before = text.get(from..at).unwrap_or_default();
    before.rfind('(').is_some_and(|open| !before.get(open..).unwrap_or_default().contains(')'))
}

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let value = c.value;
    let digits = c.digits();
    let n = digits.len();
    let plus = value.starts_with('+') || value.starts_with("(+");
    if !(6..=15).contains(&n) || !whole_word(c.text, &c.range) || !brackets_pair(value) || super::date::is_date(value) {
        return None;
    }
    if matches!(char_at(c.text, c.range.end), Some('%' | ')')) && !value.contains('(') && !c.near().said() {
        let inside_brackets = in_brackets(c.text, c.range.start);
        if !inside_brackets {
            return None;
        }
    }
    // "08/30/23  0820" is a day and a time.
    let day = super::date::find_all(value).first().map(|(range, _)| range.clone()).filter(|range| range.start == 0);
    if c.is_example() || day.is_some_and(|day| value.get(day).is_some_and(|day| day.contains('/'))) {
        return None;
    }
    // "Call received 10/02/2026 06:12": when, not which number.
    if in_date(c) {
        return None;
    }
    // A number that goes on is no telephone number: 4111 1111 1111 1111 1111, 12.5.
    if (glued_to_number(c) && !c.near().said()) || (!plus && !stands_free(c.text, &c.range) && !c.near().said()) {
        return None;
    }
    if plus {
        let before = char_before(c.text, c.range.start);
        let free =
            !before.is_some_and(|b| b.is_alphanumeric() || b == '/' || b == ':' && !c.near().said() && !tel_link(c));
        return (free && n >= 8).then_some(if n >= 10 { 88 } else { 65 });
    }
    if (c.near().said() && !weak_cue(c)) || tel_link(c) {
        let strong = c.near() == super::near::Near::Label && c.alone();
        return match n {
            9..=15 => c.sure(92),
            7..=8 => c.sure(if strong { 90 } else { 80 }),
            _ => c.sure(if strong { 85 } else { 60 }),
        };
    }
    by_form(c, value, &digits).or_else(|| reached_on(c, n)).or_else(|| instead_of_name(c, n))
}

/// `primaryContact = 919876543210`: where a contact's name should stand, nothing but a number.
fn instead_of_name(c: &Candidate<'_>, digits: usize) -> Option<Confidence> {
    const PEOPLE: &[&str] = &[
        "carer",
        "emergency contact",
        "guardian",
        "key contact",
        "main contact",
        "next of kin",
        "nok",
        "primary contact",
        "secondary contact",
    ];
    (PEOPLE.contains(&c.context.place.label) && c.alone() && (9..=14).contains(&digits)).then(|| c.sure(80)).flatten()
}

/// "Contact can be made through Emma on 9678785845", "my new number is 96787 85845".
fn reached_on(c: &Candidate<'_>, digits: usize) -> Option<Confidence> {
    const REACH: &[&str] =
        &["contact", "call", "ring", "phone", "telephone", "reach", "message", "text", "speak", "available", "number"];
    let read = super::near::pad(super::near::before(c.text, c.range.start, 96));
    // "New number for the aunt is 0720555398"
    let number_of = || c.value.starts_with('0') && read.ends_with(" is ") && read.contains(" number for ");
    let near = [" on ", " number is ", " at "].iter().any(|w| read.ends_with(w)) || number_of();
    let said = REACH.iter().any(|w| read.contains(&format!(" {w} ")) || read.contains(&format!(" {w}ed ")));
    let other =
        [" nhs ", " hospital ", " mrn ", " case ", " unit ", " order ", " batch ", " lot ", " serial ", " reference "]
            .iter()
            .any(|w| read.contains(w));
    (near && said && !other && (9..=13).contains(&digits)).then(|| c.sure(70)).flatten()
}

/// Words that say it only right before a number as long as British ones are.
const SHORT: &[&str] = &["t", "m", "h", "text", "call", "ring", "rang", "evening", "daytime", "ext"];

/// "T: 01234 567890" says what it is; "t 123456" and "M S 12 518402000" do not.
fn weak_cue(c: &Candidate<'_>) -> bool {
    let read = super::near::pad(super::near::before(c.text, c.range.start, 16));
    let last = read.trim_end().rsplit(' ').next().unwrap_or_default();
    let short = SHORT.contains(&last);
    let label_says = !c.context.place.label.is_empty() && SHAPE.cues.says(c.context.place.label);
    let uk = c.digits().starts_with('0') && c.digits().len() >= 10;
    let long = SHAPE.cues.words.iter().filter(|w| !SHORT.contains(w)).any(|w| {
        let one = Cues { words: std::slice::from_ref(w), never: SHAPE.cues.never };
        one.precedes(c.text, c.range.start)
    });
    !label_says && !uk && (short || (!long && !tel_link(c)))
}

fn tel_link(c: &Candidate<'_>) -> bool {
    super::near::before(c.text, c.range.start, 5).to_ascii_lowercase().ends_with("tel:")
}

fn by_form(c: &Candidate<'_>, value: &str, digits: &str) -> Option<Confidence> {
    let groups: Vec<usize> = value.split(|ch: char| !ch.is_ascii_digit()).map(str::len).filter(|n| *n > 0).collect();
    let slashed = value.contains(['/', '.']);
    let code = matches!(c.context.place.surface, Surface::Script | Surface::Style);
    let bracketed = value.starts_with('(');
    let uk = uk_prefix(digits) && !slashed;
    match groups.as_slice() {
        // One block: eleven digits from 0, a mobile surest.
        [11] if uk => c.sure(if digits.starts_with("07") {
            80
        } else if code {
            45
        } else {
            65
        }),
        [10] if uk && !code && (c.alone() || c.context.prose()) && !digits.starts_with("07") => c.sure(50),
        _ if uk && uk_grouping(&groups) => c.sure(86),
        // One digit too many: `01273 496 0388`.
        [5, 3, 4] if digits.starts_with("01") && !slashed => c.sure(70),
        // Australian mobiles, Indian numbers in two groups of five.
        [4, 3, 3] if digits.starts_with("04") && !slashed => c.sure(78),
        [5, 5] if digits.starts_with(['6', '7', '8', '9']) && !slashed && !code => c.sure(62),
        [_, _, ..] if uk && bracketed => c.sure(88),
        // 0044 20 …, 001 617 …
        _ if digits.starts_with("00")
            && digits.len() >= 11
            && !slashed
            && digits.get(2..3) != Some("0")
            && groups.len() > 1 =>
        {
            c.sure(70)
        }
        [3, 3, 4] | [1, 3, 3, 4] if north_american(digits) => c.sure(if bracketed {
            88
        } else if value.contains(['-', '.']) {
            75
        } else {
            60
        }),
        [3, 4] if value.contains('-') && digits.starts_with("555") => c.sure(65),
        [3, 7] if bracketed && north_american(digits) => c.sure(75),
        [2..=5, 3..=4, 3..=4] | [2..=5, 5..=8] if bracketed && (8..=11).contains(&digits.len()) => c.sure(72),
        _ => None,
    }
}

/// Area and service codes that begin with one 0: 01, 02, 03, 05, 07, 08, 09.
fn uk_prefix(digits: &str) -> bool {
    let all_same = digits.bytes().skip(1).all(|b| Some(&b) == digits.as_bytes().get(1));
    matches!(digits.as_bytes(), [b'0', b'1' | b'2' | b'3' | b'5' | b'7' | b'8' | b'9', ..])
        && (10..=12).contains(&digits.len())
        && !all_same
}

fn uk_grouping(groups: &[usize]) -> bool {
    matches!(
        groups,
        [5, 6]
            | [5, 5]
            | [4, 7]
            | [4, 6]
            | [3, 8]
            | [3, 7]
            | [5, 3, 3]
            | [5, 2, 4]
            | [5, 2, 3]
            | [4, 3, 4]
            | [4, 3, 3]
            | [4, 4, 3]
            | [3, 4, 4]
            | [3, 3, 5]
            | [3, 3, 4]
            | [4, 2, 5]
            | [4, 3, 5]
            | [4, 2, 2, 3]
            | [4, 3, 2, 2]
            | [5, 2, 2, 2]
            | [3, 2, 3, 3]
            | [3, 4, 2, 2]
            | [3, 3, 3, 2]
            | [3, 2, 2, 2, 2]
            | [4, 4, 2]
            | [4, 1, 6]
    )
}

/// Area and exchange codes begin with 2 to 9.
fn north_american(digits: &str) -> bool {
    let national = match digits.len() {
        11 => digits.strip_prefix('1'),
        10 => Some(digits),
        _ => None,
    };
    let from_two = |i: usize| national.and_then(|n| n.as_bytes().get(i)).is_some_and(|b| *b >= b'2');
    from_two(0) && from_two(3)
}

fn brackets_pair(value: &str) -> bool {
    let (open, close) = (value.matches('(').count(), value.matches(')').count());
    open == close && open <= 1 && (open == 0 || value.find('(') < value.find(')'))
}

/// Whether it is a piece of a date that begins before it.
fn in_date(c: &Candidate<'_>) -> bool {
    if !matches!(char_before(c.text, c.range.start), Some('/' | '-' | '.')) {
        return false;
    }
    let at = super::near::before(c.text, c.range.start, 8).len();
    let around = c.text.get(c.range.start - at..c.range.end).unwrap_or_default();
    super::date::find_all(around).iter().any(|(date, _)| date.start < at && at < date.end)
}

fn glued_to_number(c: &Candidate<'_>) -> bool {
    let digit = |ch: Option<char>| ch.is_some_and(|ch| ch.is_ascii_digit());
    let before = char_before(c.text, c.range.start);
    let after = char_at(c.text, c.range.end);
    (matches!(before, Some(' ' | '-' | '.' | '/' | ',' | ':'))
        && digit(c.range.start.checked_sub(1).and_then(|i| char_before(c.text, i)))
        && !(super::row::own(c.value) == Some(c.value.len())
            && super::row::ends_own(c.text.get(..c.range.start).unwrap_or_default())))
        || (matches!(after, Some('-' | '.' | '/' | ':')) && digit(char_at(c.text, c.range.end + 1)))
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{found, found_in, labelled};
    use super::*;

    proptest! {
        #[test]
        fn every_grouping_of_uk_numbers(mobile in "7[1-9][0-9]{8}", london in "2[0-9][2-9][0-9]{7}", town in "1[2-9][0-9]{2}[2-9][0-9]{5}") {
            let cut = |n: &str, at: &[usize]| {
                let n = format!("0{n}");
                let mut out = String::new();
                let mut from = 0;
                for len in at {
                    if from > 0 { out.push(' '); }
                    out.push_str(&n[from..from + len]);
                    from += len;
                }
                out
            };
            for form in [cut(&mobile, &[5, 6]), cut(&mobile, &[5, 3, 3]), cut(&london, &[3, 4, 4]), cut(&town, &[5, 6]), cut(&town, &[4, 3, 4]), cut(&mobile, &[11]),
                         format!("+44 {mobile}"), format!("+44{town}"), format!("+44 (0){mobile}"), format!("+44 (0) {london}"), format!("({}) {}", &cut(&town, &[5]), &town[4..])] {
                prop_assert_eq!(found("phone", &format!("Seen, {form}, ward")), vec![form.clone()]);
                prop_assert_eq!(labelled("phone", "home phone", &form), vec![form.clone()]);
            }
        }

        #[test]
        fn north_american_numbers(area in "[2-9][0-9]{2}", exchange in "[2-9][0-9]{2}", line in "[0-9]{4}") {
            for form in [format!("({area}) {exchange}-{line}"), format!("({area}){exchange}-{line}"), format!("{area}-{exchange}-{line}"), format!("+1 {area} {exchange} {line}"), format!("+1({area}){exchange}-{line}"), format!("{area}.{exchange}.{line}")] {
                prop_assert_eq!(found("phone", &format!("at {form} now")), vec![form.clone()]);
            }
        }

        #[test]
        fn dates_and_times_stay(y in 1900u32..2030, m in 1u32..=12, d in 1u32..=28, h in 0u32..24, s in 0u32..60) {
            for text in [format!("{d:02}/{m:02}/{y}"), format!("{y}-{m:02}-{d:02}"), format!("{y}-{m:02}-{d:02}T{h:02}:{s:02}:{s:02}Z"), format!("{d:02}-{m:02}-{y} {h:02}:{s:02}"),
                         format!("{d}.{m}.{y}"), format!("{y}{m:02}{d:02}{h:02}{s:02}"), format!("{d:02} {m:02} {y}"), format!("{y}-{m:02}-{d:02}T{h:02}:{s:02}:00+01:00")] {
                prop_assert!(found("phone", &text).is_empty(), "{}", text);
            }
        }

        #[test]
        fn uuids_and_hashes_stay(id in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", hash in "[0-9a-f]{40}") {
            prop_assert!(found("phone", &id).is_empty(), "{}", id);
            prop_assert!(found("phone", &hash).is_empty(), "{}", hash);
        }
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("07700 900366", true),
            ("0186 549 60867", true),
            ("0118 496 0624", true),
            ("01184960429", true),
            ("0800 123456", true),
            ("(555)555-2004", true),
            ("tel:555-1212", true),
            ("Tel 555-1212", true),
            ("555-555-2003", true),
            ("(03) 5555 6473", true),
            ("bleep 123456", true),
            ("+33 1 44 34 22 26", true),
            ("0044 20 7946 0000", true),
            ("Mobile: 07700900366", true),
            ("1.5 mg 500 mg 250", false),
            ("120/80 130/85", false),
            ("4111 1111 1111 1111", false),
            ("1700000000", false),
            ("1732000000000", false),
            ("call 123456", false),
            ("SNOMED 386661006", false),
            ("10.1.2.3", false),
            ("v2.10.300.4000", false),
            ("12345-6", false),
            ("08:00-09:30", false),
            ("tel 08/30/23  0820", false),
            ("020 8671 5501 / x", true),
            ("2010-2011-2012", false),
            ("5 000 000", false),
            ("0.0012345678", false),
            ("M 10 20 30 40", false),
            ("M10.5 20.25L30 40", false),
            ("9990467048", false),
            ("00012345678", false),
        ] {
            assert_eq!(!found("phone", text).is_empty(), want, "{text}: {:?}", found("phone", text));
        }
        assert!(found_in(Surface::Script, "phone", "a+12345678").is_empty());
    }
}
