//! Dates of birth: any date that a label, the words before or an age behind make one. Dates of visits stay.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::date::{self, Day};
use super::listed;
use super::near::{Cues, after};
use super::roster;
use super::{Context, Detector, Entry, Page};
use crate::redact::beside;
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "date-of-birth",
    kind: Kind::DateOfBirth,
    about: "a date that a label, 'DOB', 'born' or an age behind it makes a date of birth",
    page: Page {
        why: "A page is full of dates; a birthday is one that a label, 'born' or a fitting age calls so. Visits stay.",
        source: "NHS Data Dictionary, PERSON BIRTH DATE",
        sure: "96 by words, 86 by an age behind it",
        hits: &[("DOB: 14/03/1962", "14/03/1962"), ("14 March 1962 (50 years)", "14 March 1962")],
        misses: &["Seen 14/03/2012", "DOB 31/02/1962"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| Arc::new(DateOfBirth));
    MADE.clone()
}

#[derive(Debug)]
struct DateOfBirth;

const CUES: Cues = Cues {
    words: &[
        "dob",
        "d o b",
        "date of birth",
        "dateofbirth",
        "birth date",
        "birthdate",
        "patientbirthdate",
        "patientdob",
        "birthday",
        "birth day",
        "birth time",
        "born",
        "b",
        "birth dt",
        "dt of birth",
        "bdate",
        "birth",
        "dofb",
        "d birth",
        "yob",
        "birth d",
    ],
    never: &[
        "place of birth",
        "birth weight",
        "birth plan",
        "birth order",
        "estimated date",
        "hep b",
        "hepatitis b",
        "vitamin b",
        "group b",
    ],
};

impl Detector for DateOfBirth {
    fn id(&self) -> &str {
        ENTRY.id
    }

    fn kind(&self) -> Kind {
        ENTRY.kind
    }

    fn reach(&self) -> usize {
        64
    }

    fn patterns(&self) -> Vec<&str> {
        vec![date::PATTERN]
    }

    fn wants(&self, context: &Context<'_>) -> bool {
        context.signs.digits >= 3
    }

    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>) {
        let labelled = CUES.says(context.place.label);
        // An age that is told by a day of long ago: `{"age": "1952-10-30"}`.
        let age = matches!(context.place.label, "age" | "client age" | "patient age" | "person age");
        let mut last: Option<(usize, Vec<Day>)> = None;
        for (range, days) in date::find_all(text) {
            let again = last.as_ref().is_some_and(|(end, born)| {
                text.get(*end..range.start).is_some_and(is_against) && mistaken(born, &days)
            });
            let confidence: Confidence =
                if labelled || (CUES.precedes(text, range.start) && !only_a_letter(text, range.start)) {
                    96
                } else if aged(text, range.end, &days)
                    || age_before(text, range.start, context.place.label, &days)
                    || called(text, range.end)
                    || is_in_name_of_file(text, &range)
                    || (age && text.trim().len() == range.len() && days.iter().all(|day| day.year <= beside::OLD))
                    || listed::read(text).is_some_and(|(birth, _)| birth == range)
                    || is_spoken_of(text, range.start, &days)
                    || again
                    || (roster::stands_behind_name(text, range.start) && roster::tells_of_a_person(text, range.end))
                {
                    86
                } else {
                    continue;
                };
            last = Some((range.end, days));
            out.push(Finding { range, kind: Kind::DateOfBirth, confidence, finder: Finder::Detector(ENTRY.id.into()) });
        }
        for range in six_digits(text) {
            let behind = CUES.precedes(text, range.start) && !only_a_letter(text, range.start);
            let alone = labelled && text.trim().len() == range.len();
            if behind || alone {
                let finder = Finder::Detector(ENTRY.id.into());
                out.push(Finding { range, kind: Kind::DateOfBirth, confidence: 88, finder });
            }
        }
    }
}

/// "DOB 030554": a day, a month and a year without a sign between them.
fn six_digits(text: &str) -> impl Iterator<Item = Range<usize>> {
    let two = |digits: &[u8]| digits.iter().fold(0_u8, |n, d| n.saturating_mul(10).saturating_add(d - b'0'));
    let day = move |digits: &[u8]| (1..=31).contains(&two(digits.get(..2).unwrap_or_default()));
    let month = move |digits: &[u8]| (1..=12).contains(&two(digits.get(2..4).unwrap_or_default()));
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.as_bytes().get(at..)?;
            let from = at + rest.iter().position(u8::is_ascii_digit)?;
            let digits = text.as_bytes().get(from..)?;
            let digits = digits.get(..digits.iter().take_while(|b| b.is_ascii_digit()).count())?;
            at = from + digits.len();
            let before = text.get(..from).and_then(|t| t.chars().next_back());
            let glued =
                |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_' | '+'));
            let behind = text.get(at..).unwrap_or_default();
            let goes_on = behind.starts_with(char::is_alphanumeric)
                || behind
                    .strip_prefix(['-', '/', '.', ' ', ':'])
                    .is_some_and(|b| b.starts_with(|c: char| c.is_ascii_digit()));
            if digits.len() == 6 && day(digits) && month(digits) && !glued(before) && !goes_on {
                return Some(from..at);
            }
        }
    })
}

/// "b. 14/03/1962" says born; "Hepatitis B 14/03/2012" or "B 12/03/2012" does not.
fn only_a_letter(text: &str, at: usize) -> bool {
    let words = super::near::pad(super::near::before(text, at, 48));
    let named = CUES.words.iter().any(|w| *w != "b" && words.contains(&format!(" {w} ")));
    let raw = super::near::before(text, at, 4);
    let born = ["b. ", "b.", "(b "].iter().any(|b| raw.ends_with(b));
    !(named || born)
}

/// `14 March 1962 (50 years)`, `14/03/1962, aged 50`, `14/03/1962 (50y)`: an age that fits; not `(3 years ago)`.
fn aged(text: &str, at: usize, days: &[Day]) -> bool {
    let rest = after(text, at, 40).trim_start_matches([' ', ',', '-', ';', '|', ':']).to_ascii_lowercase();
    let opened = rest.starts_with(['(', '[']);
    let rest = rest.trim_start_matches(['(', '[', ' ']);
    // `02/23/1920 (Female)`
    if opened && ["female)", "male)"].iter().any(|sex| rest.starts_with(sex)) {
        return days.iter().all(|d| d.year <= beside::OLD);
    }
    // `14 Mar 2014, year 5`: a pupil.
    let class =
        rest.strip_prefix("year ").map(|class| class.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    let class = class.and_then(|class| class.parse::<u16>().ok()).filter(|class| (1..=13).contains(class));
    if class.is_some_and(|class| days.iter().any(|d| (1995..=2031).contains(&(d.year + class + 5)))) {
        return true;
    }
    let (said, rest) = ["aged ", "age ", "age: ", "age"]
        .iter()
        .find_map(|p| rest.strip_prefix(p).map(|r| (true, r)))
        .unwrap_or((false, rest));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // `02/02/1986 F 38y`
    let sexed = rest.strip_prefix("f ").or_else(|| rest.strip_prefix("m ")).filter(|_| digits == 0);
    let rest = sexed.unwrap_or(rest);
    let digits = if sexed.is_some() { rest.bytes().take_while(u8::is_ascii_digit).count() } else { digits };
    let Some(age) = rest.get(..digits).and_then(|d| d.parse::<u16>().ok()).filter(|a| *a <= 120) else { return false };
    let unit = rest.get(digits..).unwrap_or_default().trim_start();
    let years = ["year", "yr", "yo", "y/o", "y "].iter().any(|u| unit.starts_with(u))
        || unit.starts_with("y)")
        || unit.starts_with("y]")
        || unit == "y";
    let ago = unit.contains("ago") || unit.contains("later") || unit.contains("after") || unit.contains("before");
    // A record of long ago says how old somebody was then; few children are in one.
    let since = if age >= 40 { 1990 } else { 2000 };
    let fits = days.iter().any(|d| (since..=2045).contains(&(d.year + age)));
    // `02/02/1986 (38F)`
    let sex = opened && ["f)", "m)"].iter().any(|s| unit.starts_with(s));
    if sex || (sexed.is_some() && (unit.starts_with('y') || unit.is_empty())) {
        return fits;
    }
    // `14-Nov-1962 (62)`
    let bare = opened
        && age >= 16
        && unit.starts_with(')')
        && (age >= 40 || days.iter().any(|d| (2015..=2045).contains(&(d.year + age))));
    fits && !ago && (bare || said || (years && (opened || unit.contains("old") || age >= 10)))
}

/// `71 yrs (~ 13-Sep-1954)`, `Male, 41 years 05-Apr-1985`, `Age: 80 (10/19/1945)`: an age that fits right before.
fn age_before(text: &str, at: usize, label: &str, days: &[Day]) -> bool {
    let read = super::near::before(text, at, 32).to_ascii_lowercase();
    let read = read.trim_end_matches([' ', '(', '[', '~', ',', '-', '|', '·', '•', ':', '.']);
    let (said, read) = match ["year(s)", "years old", "years", "year", "yrs", "yr", "y.o", "y/o", "yo", "y"]
        .iter()
        .find_map(|u| read.strip_suffix(u))
    {
        Some(rest) => (true, rest.trim_end()),
        None => (false, read),
    };
    // `38F 02/02/1986`
    let sexed = read.strip_suffix(['f', 'm']).filter(|r| !said && r.ends_with(|c: char| c.is_ascii_digit()));
    let (said, read) = sexed.map_or((said, read), |r| (true, r));
    let digits = read.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, age) = read.split_at_checked(read.len() - digits).unwrap_or_default();
    let Some(age) = age.parse::<u16>().ok().filter(|a| *a <= 120 && digits <= 3) else { return false };
    let named = ["age", "aged", "age:", "(age"].iter().any(|a| before.trim_end().ends_with(a))
        || (before.is_empty() && label.ends_with("age"));
    // "every 2 years 05/04/2010" is no age, whoever is as old.
    let since = if age >= 16 { 1990 } else { 2015 };
    let whole = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-'));
    (said || named) && whole && days.iter().any(|d| (since..=2045).contains(&(d.year + age)))
}

/// What stands between a birth and the same written otherwise: "Born 03/02/2025, seen 10/02/2025" is no mistake.
fn is_against(between: &str) -> bool {
    const AGAINST: &[&str] = &[
        " here but ",
        " instead of ",
        " should be ",
        " should read ",
        " vs ",
        " versus ",
        " changed to ",
        " corrected to ",
        " amended to ",
    ];
    // "changed from 03/04/1962 to 04/03/1962"
    let bare = matches!(between.trim(), "to" | "not" | "→" | "->");
    bare || between.len() <= 64
        && !between.contains(['.', ',', ';'])
        && AGAINST.iter().any(|word| between.contains(word))
}

/// "DOB entered as 1958-03-22 here but 1985-03-22 in the table": the same birth, with a part of it written wrong.
fn mistaken(born: &[Day], days: &[Day]) -> bool {
    let alike = |a: &Day, b: &Day| {
        let same = [a.year == b.year, a.month == b.month, a.day == b.day].iter().filter(|same| **same).count();
        // Of a year long ago nothing else is told beside a birth.
        let long_ago = a.year == b.year && a.year < 2010;
        same > 1 || long_ago
    };
    born.iter().any(|a| days.iter().any(|b| alike(a, b)))
}

/// `1of1_Lloyd_George_Record_[Ada Quelch]_[9434765919]_[14-03-1962].pdf`: how scanned records are called.
fn is_in_name_of_file(text: &str, range: &Range<usize>) -> bool {
    let behind = text.get(range.end..).unwrap_or_default();
    super::near::before(text, range.start, 3) == "]_[" && behind.starts_with("].")
}

/// "His DOB on the wristband is wrong, should be 7/7/1951": a sentence that is about the birth.
fn is_spoken_of(text: &str, at: usize, days: &[Day]) -> bool {
    const FAR: usize = 60;
    const WRONG: &[&str] = &["should be", "should read", "is actually", "is wrong", "incorrect", "correct"];
    let before = super::near::before(text, at, FAR).to_lowercase();
    let said = before.rsplit(['.', '!', '?', ';', '\n']).next().unwrap_or_default();
    let Some(about) = ["dob", "date of birth"].iter().find_map(|cue| said.rsplit_once(cue)).map(|(_, about)| about)
    else {
        return false;
    };
    days.iter().all(|day| day.year <= beside::OLD) && WRONG.iter().any(|wrong| about.contains(wrong))
}

/// `14/03/1962 (DOB)`.
fn called(text: &str, at: usize) -> bool {
    let rest = super::near::pad(after(text, at, 20));
    [" dob ", " d o b ", " date of birth "].iter().any(|c| rest.starts_with(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{found, labelled};

    proptest! {
        #[test]
        fn the_same_date_is_found_by_context_and_stays_without(y in 1930u32..2012, m in 1u32..=12, d in 1u32..=28) {
            let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][m as usize - 1];
            for date in [format!("{y}-{m:02}-{d:02}"), format!("{d:02}/{m:02}/{y}"), format!("{d} {month} {y}"), format!("{month} {d}, {y}"), format!("{y}{m:02}{d:02}"), format!("{d}-{month}-{y}")] {
                for text in [format!("DOB: {date}"), format!("born {date} in Leeds"), format!("D.O.B. {date}, seen"), format!("Date of birth {date}"), format!("Born on {date}"), format!("{date} (DOB)"), format!("{date} ({} years)", 2020 - y)] {
                    prop_assert_eq!(found("date-of-birth", &text), vec![date.clone()], "{}", text);
                }
                prop_assert_eq!(labelled("date-of-birth", "date of birth", &date), vec![date.clone()]);
                for text in [format!("Seen {date}"), format!("{date} 10:30 clinic"), format!("admitted on {date}"), format!("{date} ({} years ago)", 2020 - y)] {
                    prop_assert!(found("date-of-birth", &text).is_empty(), "{}", text);
                }
            }
        }
    }

    #[test]
    fn a_birth_written_wrong() {
        let found = |text| found("date-of-birth", text);
        assert_eq!(found("DOB 1958-03-22 here but 1985-03-22 there"), ["1958-03-22", "1985-03-22"]);
        assert_eq!(found("DOB changed from 03/04/1962 to 04/03/1962"), ["03/04/1962", "04/03/1962"]);
        assert_eq!(found("DOB 14/03/1962, seen 02/05/2019"), ["14/03/1962"]);
        assert_eq!(found("DOB 14/03/1962, seen 14/03/2019"), ["14/03/1962"]);
    }

    #[test]
    fn table() {
        for (text, want) in [
            ("b. 14/03/1962", true),
            ("Hepatitis B 14/03/2012", false),
            ("birth weight 14.03.62", false),
            ("DOB 31/02/1962", false),
            ("1962-03-14, aged 50", true),
            ("14 Mar 2014, year 5", true),
            ("14 Mar 2014, year 2023", false),
            ("SMITH, John (14/03/1962, 50y)", true),
            ("71 yrs (~ 13-Sep-1954)", true),
            ("Male, 41 years 05-Apr-1985", true),
            ("Age: 80 (10/19/1945)", true),
            ("28 year(s) ( 01.07.1997)", true),
            ("14-Nov-1962 (62)", true),
            ("FEB 3,1923 (74)", true),
            ("36 year(s) (~25.Aug.1976)", true),
            ("02/23/1920 (Female)", true),
            ("DOE,JANE 02-03-23  666242342", true),
            ("CBC,BMP 02-03-23 done", false),
            ("Clinic 12/03/2024 (Female)", false),
            ("Founded 01/01/1970 (25)", false),
            ("05-Apr-2012 (3)", false),
            ("every 2 years 05/04/2010", false),
            ("10/02/2012 (2 doses)", false),
            ("Vaccine 10/02/2012; born later", false),
        ] {
            assert_eq!(!found("date-of-birth", text).is_empty(), want, "{text}");
        }
    }
}
