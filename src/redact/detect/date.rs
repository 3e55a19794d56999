//! Dates as people and programs write them; shared by the date of birth detector and the record dictionary.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A calendar day. Where a date can be read two ways (03/04/1962), there is one for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, zeroize::Zeroize)]
pub(in crate::redact) struct Day {
    pub(in crate::redact) year: u16,
    pub(in crate::redact) month: u8,
    pub(in crate::redact) day: u8,
}

/// Three-letter months.
pub(in crate::redact) const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Every way of writing a date that we know, bounded. The time that follows belongs to it.
pub(super) const PATTERN: &str = concat!(
    r"(?i:",
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:(?:T[0-9]{2}:?| [0-9]{2}:)[0-9]{2}(?::?[0-9]{2}(?:\.[0-9]{1,7})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    // The same sign twice: "ward 7. 28/07/1937" is no 7.28.07.
    r"|[0-9]{1,2} ?- ?[0-9]{1,2} ?- ?(?:[0-9]{4}|[0-9]{2})",
    r"|[0-9]{1,2} ?/ ?[0-9]{1,2} ?/ ?(?:[0-9]{4}|[0-9]{2})",
    r"|[0-9]{1,2} ?\. ?[0-9]{1,2} ?\. ?(?:[0-9]{4}|[0-9]{2})",
    r"|[0-9]{1,2} [0-9]{1,2} [0-9]{4}",
    r"|[0-9]{1,2}(?:st|nd|rd|th)?(?: of)?(?:[-/., ]{0,2}| [-\u{2013}\u{2014}] )(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?:[-/., ]{0,2}| [-\u{2013}\u{2014}] )(?:[0-9]{4}|'?[0-9]{2})",
    r"|(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?[- ]{0,2}[0-9]{1,2}(?:st|nd|rd|th)?(?:,[- ]{0,2}|[- ]{1,2})[0-9]{4}",
    r"|[0-9]{4}[-/ ](?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[-/ ][0-9]{1,2}",
    r"|[0-9]{8}(?:[0-9]{4}(?:[0-9]{2}(?:\.[0-9]{1,4})?)?(?:[+-][0-9]{4})?)?",
    r")"
);

static DATES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PATTERN).ok());

/// Whether a text is a date and nothing else.
pub(in crate::redact) fn is_date(text: &str) -> bool {
    let text = text.trim();
    DATES.as_ref().and_then(|r| r.find(text)).is_some_and(|m| m.range() == (0..text.len())) && !days(text).is_empty()
}

/// Every date in a text, with what it may mean.
pub(in crate::redact) fn find_all(text: &str) -> Vec<(Range<usize>, Vec<Day>)> {
    let Some(dates) = DATES.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(m) = dates.find_at(text, at) {
        // Marks that join the parts of a file's name part a date from them.
        let part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let free = !part(super::near::char_before(text, m.start())) && !part(super::near::char_at(text, m.end()));
        let meant = if free && !runs_on(m.as_str(), text.get(m.end()..).unwrap_or_default()) {
            days(m.as_str())
        } else {
            Vec::new()
        };
        at = m.end();
        if meant.is_empty() {
            at = m.start() + 1;
            // Not inside the same number again.
            while text.as_bytes().get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
        } else {
            found.push((m.range(), meant));
        }
    }
    found
}

/// What a written date may mean: day first and month first where both can be; none when there is no such day.
pub(in crate::redact) fn days(text: &str) -> Vec<Day> {
    let lower = text.trim().to_ascii_lowercase();
    let words: Vec<&str> = runs(&lower).into_iter().filter_map(|run| lower.get(run)).collect();
    let mut out = Vec::new();
    let numbers: Vec<(u64, usize)> = words.iter().filter_map(|w| w.parse().ok().map(|n| (n, w.len()))).collect();
    let month = words.iter().find_map(|w| {
        let m = MONTHS.iter().position(|m| w.starts_with(m));
        m.and_then(|m| u32::try_from(m + 1).ok())
    });
    match (month, numbers.as_slice()) {
        (Some(month), [(day, 1..=2), (year, len), ..]) => push(&mut out, full_year(*year, *len), month, small(*day)),
        // "1949 Oct 03"
        (Some(month), [(year, 4), (day, 1..=2), ..]) => push(&mut out, Some(small(*year)), month, small(*day)),
        (None, [(_, 8 | 12 | 14), ..]) => {
            push(&mut out, packed_year(&lower), packed_field(&lower, 4), packed_field(&lower, 6))
        }
        (None, [(year, 4), (month, 1..=2), (day, 1..=2), ..]) => {
            push(&mut out, Some(small(*year)), small(*month), small(*day))
        }
        (None, [(first, 1..=2), (second, 1..=2), (year, len), ..]) => {
            push(&mut out, full_year(*year, *len), small(*second), small(*first));
            if first != second {
                push(&mut out, full_year(*year, *len), small(*first), small(*second));
            }
        }
        (None | Some(_), _) => {}
    }
    out
}

/// "since 2019 May 3, 1962": the year before belongs to something else, and the date has its own behind.
fn runs_on(date: &str, behind: &str) -> bool {
    let named = date.get(5..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let year = behind.trim_start_matches([',', ' ']);
    named
        && date.bytes().take(4).all(|b| b.is_ascii_digit())
        && year.len() < behind.len()
        && year.bytes().take_while(u8::is_ascii_digit).count() == 4
}

fn packed_year(text: &str) -> Option<u32> {
    text.get(..4).and_then(|y| y.parse().ok())
}

fn packed_field(text: &str, at: usize) -> u32 {
    text.get(at..at + 2).and_then(|m| m.parse().ok()).unwrap_or(0)
}

/// Runs of digits and runs of letters.
pub(in crate::redact) fn runs(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some((from, rest)) = text.get(at..).and_then(|rest| {
        let from = rest.find(|c: char| c.is_ascii_alphanumeric())?;
        Some((at + from, rest.get(from..)?))
    }) {
        let digit = rest.starts_with(|c: char| c.is_ascii_digit());
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() || c.is_ascii_digit() != digit).unwrap_or(rest.len());
        out.push(from..from + end);
        at = from + end;
    }
    out
}

fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Two-digit years are of this century up to 30.
fn full_year(year: u64, len: usize) -> Option<u32> {
    let year = small(year);
    match len {
        4 => Some(year),
        2 => Some(if year <= 30 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

fn push(out: &mut Vec<Day>, year: Option<u32>, month: u32, day: u32) {
    let Some(year) = year else { return };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return,
    };
    if !(1850..=2100).contains(&year) || !(1..=longest).contains(&day) {
        return;
    }
    if let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day)) {
        out.push(Day { year, month, day });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day { year: 1962, month: 3, day: 14 };

    #[test]
    fn every_written_form_means_its_day() {
        for text in [
            "1962-03-14",
            "14/03/1962",
            "14-Mar-1962",
            "14 March 1962",
            "14th of March 1962",
            "March 14, 1962",
            "Mar 14 1962",
            "19620314",
            "03/14/1962",
            "14.03.1962",
            "14-3-62",
            "1962/3/14",
            "14Mar1962",
            "14 mar 62",
            "19620314093000",
            "1962-03-14T09:30:00Z",
            "14 / 03 / 1962",
            "14 03 1962",
            "196203140930+0000",
        ] {
            assert!(days(text).contains(&DAY), "{text}: {:?}", days(text));
            assert!(is_date(text), "{text}");
            let inside = format!("on {text}, seen");
            assert_eq!(
                find_all(&inside).into_iter().map(|(r, _)| r).collect::<Vec<_>>(),
                vec![3..3 + text.len()],
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "1962-13-14",
            "31/02/1962",
            "12345678",
            "99/99/9999",
            "14 Marigold 1962",
            "1.2.3",
            "Mayor 12",
            "120/80",
            "10.1.22.3",
        ] {
            assert!(!is_date(text), "{text}");
        }
        assert!(find_all("v1.12.2010.7x and 20230101abc").is_empty());
    }

    #[test]
    fn an_ambiguous_date_has_both_meanings() {
        assert_eq!(days("03/04/1962").len(), 2);
        assert_eq!(days("04/04/1962").len(), 1);
    }
}
