//! `date-shift`: another day in place of a date, for programs that stop at dots where they read dates.
//!
//! The day is chosen by the grant's key from the date itself: one date is the same other date wherever it stands and however it is written, within a grant. It
//! is one or two years earlier, so nobody is born tomorrow, and its day is at most the twelfth, so it is a day in whichever order it is read. What
//! is no date is masked.
//!
//! Nobody can tell it from a true date when it comes back: let no form that is saved have it.

use std::ops::Range;
use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, mask, no_argument};
use crate::redact::detect::date::{self, Day, MONTHS};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "date-shift",
    about: "another day, one or two years earlier, written in the same way and the same for the same date within a grant; for fields that programs read as dates and nobody saves",
    make: |argument| no_argument("date-shift", argument).map(|()| Arc::new(DateShift) as Arc<dyn Operator>),
};

#[derive(Debug)]
struct DateShift;

impl Operator for DateShift {
    fn id(&self) -> String {
        "date-shift".into()
    }

    fn apply(&self, kind: Kind, value: &str, keys: &GrantKeys) -> Result<String, Withheld> {
        let known = date::days(value).first().copied().filter(|_| date::is_date(value));
        let new = known.map(|day| other(day, kind, keys));
        // Read again: a year of two digits may have come into another century.
        let written = new.and_then(|new| rewritten(value, new).filter(|text| date::days(text).contains(&new)));
        match written {
            Some(written) => Ok(written),
            None => mask::operator().apply(kind, value, keys),
        }
    }
}

/// The day that stands for another.
fn other(day: Day, kind: Kind, keys: &GrantKeys) -> Day {
    let Day { year, month, day } = day;
    let written = format!("{year:04}-{month:02}-{day:02}");
    let [a, b, c, ..] = keys.purpose("date-shift").hash(kind.as_str(), &[written.as_bytes()]);
    Day { year: year.saturating_sub(1 + u16::from(a % 2)), month: b % 12 + 1, day: c % 12 + 1 }
}

/// The other day as the first is written; times become midnight. None for a way that is not known.
fn rewritten(value: &str, to: Day) -> Option<String> {
    let tokens = date::runs(value);
    let text = |r: &Range<usize>| value.get(r.clone()).unwrap_or_default();
    let digits = |r: &&Range<usize>| text(r).starts_with(|c: char| c.is_ascii_digit());
    let numbers: Vec<Range<usize>> = tokens.iter().filter(digits).cloned().collect();
    let lengths: Vec<usize> = numbers.iter().map(ExactSizeIterator::len).collect();
    let named = tokens.iter().find(|r| {
        let lower = text(r).to_ascii_lowercase();
        lower.len() > 2 && MONTHS.iter().any(|m| lower.starts_with(m))
    });
    let mut parts: Vec<(Range<usize>, String)> = Vec::new();
    let wide = |n: u8, length: usize| if length > 1 { format!("{n:02}") } else { n.to_string() };
    let year = |length: usize| if length == 4 { format!("{:04}", to.year) } else { format!("{:02}", to.year % 100) };
    let used = match (named, lengths.as_slice()) {
        (Some(name), [d @ 1..=2, y @ (2 | 4), ..]) => {
            let (day_at, year_at) = (numbers.first()?, numbers.get(1)?);
            parts.push((day_at.clone(), wide(to.day, *d)));
            parts.push((year_at.clone(), year(*y)));
            parts.push((name.clone(), month_as(text(name), to.month)?));
            if let Some(end) = tokens.iter().find(|r| {
                r.start == day_at.end && matches!(text(r).to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th")
            }) {
                parts.push((
                    end.clone(),
                    match to.day {
                        1 => "st",
                        2 => "nd",
                        3 => "rd",
                        _ => "th",
                    }
                    .to_owned(),
                ));
            }
            2
        }
        (None, [8 | 12 | 14, ..]) => {
            let all = numbers.first()?;
            let rest = "0".repeat(all.len().saturating_sub(8));
            parts.push((all.clone(), format!("{:04}{:02}{:02}{rest}", to.year, to.month, to.day)));
            1
        }
        (None, [4, m @ 1..=2, d @ 1..=2, ..]) => {
            let [y_at, m_at, d_at] = numbers.get(..3)? else { return None };
            parts.extend([
                (y_at.clone(), year(4)),
                (m_at.clone(), wide(to.month, *m)),
                (d_at.clone(), wide(to.day, *d)),
            ]);
            3
        }
        (None, [a @ 1..=2, b @ 1..=2, y @ (2 | 4), ..]) => {
            let [a_at, b_at, y_at] = numbers.get(..3)? else { return None };
            parts.extend([
                (a_at.clone(), wide(to.day, *a)),
                (b_at.clone(), wide(to.month, *b)),
                (y_at.clone(), year(*y)),
            ]);
            3
        }
        (None | Some(_), _) => return None,
    };
    parts.extend(numbers.iter().skip(used).map(|r| (r.clone(), "0".repeat(r.len()))));
    parts.sort_by_key(|(at, _)| at.start);
    let mut out = String::with_capacity(value.len() + 8);
    let mut at = 0;
    for (range, with) in parts {
        out.push_str(value.get(at..range.start)?);
        out.push_str(&with);
        at = range.end;
    }
    out.push_str(value.get(at..)?);
    Some(out)
}

/// A month as another was written: short or long, and in capitals.
fn month_as(written: &str, month: u8) -> Option<String> {
    let day = jiff::civil::Date::new(2000, i8::try_from(month).ok()?, 1).ok()?;
    let name = day.strftime(if written.len() == 3 { "%b" } else { "%B" }).to_string();
    let capitals = written.chars().all(char::is_uppercase);
    let small = written.chars().all(char::is_lowercase);
    Some(if capitals {
        name.to_uppercase()
    } else if small {
        name.to_lowercase()
    } else {
        name
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::keys;
    use super::*;

    fn of(value: &str, grant: &str) -> String {
        super::super::parse("date-shift").unwrap().apply(Kind::DateOfBirth, value, &keys(grant)).unwrap()
    }

    #[test]
    fn one_date_is_the_same_other_date_however_it_is_written() {
        let day = |text: &str| date::days(text).first().copied().unwrap();
        let first = day(&of("1959-07-22", "g"));
        assert!((1957..1959).contains(&first.year) && first.day <= 12, "{first:?}");
        for (written, shape) in [
            ("22/07/1959", "00/00/0000"),
            ("22-Jul-1959", "00-Aaa-0000"),
            ("22 July 1959", ""),
            ("22nd July 1959", ""),
            ("July 22, 1959", ""),
            ("19590722", "00000000"),
            ("1959-07-22T00:00:00Z", "0000-00-00T00:00:00Z"),
            ("22.07.59", "00.00.00"),
            ("1959/07/22", "0000/00/00"),
            ("22 JUL 1959", "00 AAA 0000"),
            ("195907221430", "000000000000"),
        ] {
            let new = of(written, "g");
            assert!(date::is_date(&new) && date::days(&new).contains(&first), "{written}: {new}");
            assert!(!new.contains("22") || first.year % 100 == 22, "{new}");
            let as_shape = |c: char| if c.is_ascii_digit() { '0' } else { c };
            if !shape.contains('A') && !shape.is_empty() {
                assert_eq!(new.chars().map(as_shape).collect::<String>(), shape);
            }
        }
        assert_ne!(of("1959-07-22", "g"), of("1959-07-23", "g"));
        assert!((0..20).any(|n| of("1959-07-22", &format!("g{n}")) != of("1959-07-22", "g")));
    }

    #[test]
    fn what_is_no_date_is_masked() {
        for value in ["unknown", "1959", "22/07", "99/99/9999", ""] {
            assert!(super::super::is_masked(&of(value, "g")), "{value}");
        }
    }
}
