//! Numbers in a row: `07700 900262 943 476 5919 14/03/1962 10:50` is four of them, with nothing between but spaces.
//!
//! Lists, headers of letters and messages are written so. Each number says by its own form where it ends: a time, a date, a
//! British telephone number by its zero and its length, an NHS number by its groups and its check digit.

use super::date;
use super::nhs_number::check_digit;
use crate::redact::beside::OLD;

/// The longest of them, in bytes.
const LONGEST: usize = 24;

/// How long the number is that stands at the front of `rest` and ends there by its own form.
pub(super) fn own(rest: &str) -> Option<usize> {
    let end = (0..=LONGEST.min(rest.len())).rev().find(|i| rest.is_char_boundary(*i))?;
    let head = rest.get(..end)?;
    let length = time(head).or_else(|| day(head)).or_else(|| british(head)).or_else(|| nhs(head))?;
    let behind = rest.get(length..)?.chars().next();
    (!behind.is_some_and(char::is_alphanumeric)).then_some(length)
}

/// Whether such a number ends right before the spaces at the end of `before`.
pub(super) fn ends_own(before: &str) -> bool {
    // `07700900147,07700900148`: lists of numbers have no space.
    let trimmed = before.trim_end_matches([' ', ',']);
    let gap = before.len() - trimmed.len();
    let from = trimmed.len().saturating_sub(LONGEST);
    (1..=2).contains(&gap)
        && (from..trimmed.len()).any(|i| {
            let begins = trimmed.get(..i).is_some_and(|b| !b.ends_with(|c: char| c.is_alphanumeric()));
            let rest = trimmed.get(i..).filter(|_| begins);
            rest.is_some_and(|rest| rest.starts_with(['(', '+']) || rest.starts_with(|c: char| c.is_ascii_digit()))
                && rest.and_then(own) == rest.map(str::len)
        })
}

/// A number without the dates and times that stand behind it in its place: `07700 900262 12/02/2026`.
pub(in crate::redact) fn without_times(value: &str) -> &str {
    let Some(length) = british(value).or_else(|| nhs(value)) else { return value };
    let mut rest = value.get(length..).unwrap_or_default();
    while let Some(next) = rest.strip_prefix(' ').map(|r| r.trim_start_matches([' ', '('])) {
        let Some(read) = time(next).or_else(|| day(next).filter(|_| is_late(next))) else { return value };
        rest = next.get(read..).unwrap_or_default().trim_start_matches(')');
    }
    if rest.is_empty() { value.get(..length).unwrap_or(value) } else { value }
}

/// How much of a number that was read over spaces is the first of a row; all of it where it is one number.
pub(super) fn first_of(text: &str, from: usize, to: usize) -> usize {
    let value = text.get(from..to).unwrap_or_default();
    if let Some(length) = british(value)
        && length < value.len()
        && !value.get(length..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        return from + length;
    }
    // What begins behind a space and is a number by itself is the next one.
    let next = value.match_indices(' ').map(|(at, _)| from + at).find(|&at| {
        let rest = text.get(at..).unwrap_or_default().trim_start_matches(' ');
        let read = text.get(from..at).unwrap_or_default();
        read.bytes().filter(u8::is_ascii_digit).count() >= 7 && own(rest).is_some()
    });
    next.map_or(to, |at| from + text.get(from..at).unwrap_or_default().trim_end().len())
}

/// Whether a date is too late for most births: an earlier one may be somebody's.
fn is_late(text: &str) -> bool {
    date::find_all(text).first().is_some_and(|(_, days)| days.iter().all(|d| d.year > OLD))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `10:50`, `9:05:30`.
fn time(text: &str) -> Option<usize> {
    let hours = digits(text);
    let minutes = text.get(hours..)?.strip_prefix(':').map(digits)?;
    let seconds = text.get(hours + 3..)?.strip_prefix(':').map(digits);
    let length = hours + 3 + seconds.filter(|n| *n == 2).map_or(0, |_| 3);
    (matches!(hours, 1 | 2) && minutes == 2).then_some(length)
}

fn day(text: &str) -> Option<usize> {
    let range = date::find_all(text).into_iter().next().map(|(range, _)| range)?;
    (range.start == 0 && text.get(range.clone())?.contains(['/', '-', '.', ' '])).then_some(range.end)
}

/// A zero and nine or ten digits more, in groups; a bracket may stand around the first.
fn british(text: &str) -> Option<usize> {
    let bracketed = text.starts_with('(');
    let mut read = String::new();
    let mut ten = None;
    let mut at = usize::from(bracketed);
    loop {
        let group = digits(text.get(at..)?);
        if group == 0 {
            break;
        }
        read.push_str(text.get(at..at + group)?);
        at += group;
        match read.len() {
            10 => ten = Some(at),
            11 => {
                ten = Some(at);
                break;
            }
            12.. => break,
            _ => {}
        }
        let rest = text.get(at..)?;
        let gap = rest.len() - rest.trim_start_matches([' ', '-', ')']).len();
        // Ten digits and a space: the eleventh may follow, a next number as well may.
        if gap == 0 || gap > 2 {
            break;
        }
        at += gap;
    }
    let known = matches!(read.as_bytes(), [b'0', b'1' | b'2' | b'3' | b'7' | b'8', ..]);
    let end = ten.filter(|_| known)?;
    // The bracket that was opened before the number.
    let closed = bracketed && text.get(..end)?.matches(')').count() == 0 && text.get(end..)?.starts_with(')');
    Some(if closed { end + 1 } else { end })
}

/// Whether a value is an NHS number in its groups.
pub(super) fn own_groups(value: &str) -> bool {
    nhs(value) == Some(value.len())
}

/// Three, three and four digits with spaces between, and a check digit that fits.
fn nhs(text: &str) -> Option<usize> {
    let number = text.get(..12)?;
    let plain: String = number.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<usize> = number.split(' ').map(digits).collect();
    (groups == [3, 3, 4] && plain.len() == 10 && check_digit(&plain)).then_some(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_behind_a_number_are_not_of_it() {
        for (value, want) in [
            ("07700 900262 12/02/2026", "07700 900262"),
            ("943 476 5919 12/02/2026 (10:50)", "943 476 5919"),
            ("07700 900262 14/03/1962", "07700 900262 14/03/1962"),
            ("07700 900262", "07700 900262"),
            ("07700 900262 home", "07700 900262 home"),
            ("07700 900262 07700 900263", "07700 900262 07700 900263"),
        ] {
            assert_eq!(without_times(value), want);
        }
    }

    #[test]
    fn where_a_number_ends() {
        for (text, want) in [
            ("10:50 seen", Some("10:50")),
            ("14/03/1962 10:50", Some("14/03/1962")),
            ("07700 900262 07700 900263", Some("07700 900262")),
            ("(01228) 960701 3", Some("(01228) 960701")),
            ("(07700 900140) 14:30", Some("(07700 900140)")),
            ("0161 496 0231 14:30", Some("0161 496 0231")),
            ("943 476 5919 12", Some("943 476 5919")),
            ("943 476 5918 12", None),
            ("0770 900", None),
            ("12 mg", None),
            ("077009002621", None),
        ] {
            assert_eq!(own(text).and_then(|n| text.get(..n)), want, "{text}");
        }
        for (text, want) in [
            ("on 07700 900262 ", true),
            ("14/03/1962  ", true),
            ("at 10:50 ", true),
            ("943 476 5919 ", true),
            ("ward 12 ", false),
            ("10:50", false),
        ] {
            assert_eq!(ends_own(text), want, "{text}");
        }
    }
}
