//! What a list says of whom it names, in one line of its own.
//!
//! ```text
//! 21 Feb 2016 · M · D810336          born, a boy, and his number
//! 02 Dec 1940 · F                    born
//! 12/11/2026 · F · Ward 9            a shift
//! Gloves · M · 812345                a size
//! ```

use std::ops::Range;

use super::date;

/// The signs between.
const SIGNS: &[&str] = &[" · ", " • "];

/// Where the birth and the number stand in a text that is nothing else.
pub(super) fn read(text: &str) -> Option<(Range<usize>, Option<Range<usize>>)> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST {
        return None;
    }
    let sign = SIGNS.iter().find(|sign| text.contains(**sign))?;
    let parts: Vec<&str> = text.split(sign).map(str::trim).collect();
    let (birth, sex, number) = match parts.as_slice() {
        [birth, sex] => (birth, sex, None),
        [birth, sex, number] => (birth, sex, Some(number)),
        _ => return None,
    };
    let written = |number: &&&str| {
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let letters = number.bytes().filter(u8::is_ascii_uppercase).count();
        digits > 4 && letters < 4 && digits + letters == number.len()
    };
    let fits =
        date::is_date(birth) && matches!(*sex, "M" | "F" | "Male" | "Female") && number.as_ref().is_none_or(written);
    let place = |part: &str| text.find(part).map(|at| at..at + part.len());
    if !fits {
        return None;
    }
    Some((place(birth)?, number.and_then(|number| place(number))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lists_say() {
        for (text, birth, number) in [
            ("21 Feb 2016 · M · D810336", Some("21 Feb 2016"), Some("D810336")),
            ("02 Dec 1940 · F", Some("02 Dec 1940"), None),
            ("12/11/2026 · F · Ward 9", None, None),
            ("Gloves · M · 812345", None, None),
            ("21 Feb 2026 · build · D810337", None, None),
        ] {
            let read = read(text);
            let shown = |range: &Range<usize>| text.get(range.clone());
            assert_eq!(read.as_ref().and_then(|(birth, _)| shown(birth)), birth, "{text}");
            assert_eq!(read.as_ref().and_then(|(_, number)| number.as_ref()).and_then(shown), number, "{text}");
        }
    }
}
