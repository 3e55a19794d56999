//! People as VistA and its kin list them: `LAST,FIRST MIDDLE` in capitals without a space behind the comma, then a birth or a social
//! security number, whole or but for its end.
//!
//! ```text
//! CPRSPATIENT,TWELVE 02-03-23 666242342 MILITARY RETIREE
//! CPRSPATIENT,NINETY XXX-XX-9200
//! ```
//!
//! A provider stands there in the same way, with nothing of the kind behind.

use super::date;
use super::near::{after, before};
use super::ssn;

/// The longest name and the widest gap that are looked at.
const NEAR: usize = 72;

/// Whether what stands behind `at` is the number of somebody who was named before it, or a birth with one: "CBC,BMP 02/25/97" is work that was
/// asked for.
pub(super) fn tells_of_a_person(text: &str, at: usize) -> bool {
    let rest = after(text, at, NEAR);
    let mut tokens = rest.split(' ').filter(|token| !token.is_empty());
    let mut next = || tokens.next().map(|token| token.trim_end_matches([',', ';', '.']));
    let told = match next() {
        Some(first) if ssn::is_written(first) => true,
        Some(first) if date::is_date(first) => next().is_some_and(ssn::is_written),
        Some(_) | None => false,
    };
    told && rest.starts_with(' ')
}

/// Whether a name in this writing ends before `at`, with nothing between but spaces or a birth.
pub(super) fn stands_behind_name(text: &str, at: usize) -> bool {
    let near = before(text, at, NEAR);
    let named = near.trim_end_matches(' ');
    if named.len() == near.len() {
        return false;
    }
    let birth =
        named.rsplit_once(' ').filter(|(_, last)| date::is_date(last)).map(|(lead, _)| lead.trim_end_matches(' '));
    ends_in_name(birth.unwrap_or(named))
}

fn ends_in_name(text: &str) -> bool {
    const WORDS: usize = 4;
    let upper = |word: &str, least: usize| {
        word.len() >= least && word.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b'\'' | b'-' | b'.'))
    };
    for word in text.rsplit(' ').take(WORDS) {
        if let Some((family, given)) = word.split_once(',') {
            return upper(family, 3) && upper(given, 1);
        }
        if !upper(word, 1) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_a_name() {
        for (text, want) in [
            ("CPRSPATIENT,TWELVE    |02-03-23", true),
            ("1 C2342 O'BRIEN,MARY ANN |666-24-2342", true),
            ("CPRSPATIENT,TWELVE 02-03-23  |666242342", true),
            ("CPRSPATIENT, TWELVE |666242342", false),
            ("Cprspatient,Twelve |666242342", false),
            ("CPRSPATIENT,TWELVE|666242342", false),
            ("NA,K |666242342", false),
            ("seen in ward |02-03-23", false),
        ] {
            let at = text.find('|').unwrap();
            let text = text.replace('|', "");
            assert_eq!(stands_behind_name(&text, at), want, "{text}");
        }
    }

    #[test]
    fn what_tells_of_a_person() {
        assert!(!tells_of_a_person("A,B unr", 3) && !tells_of_a_person("CBC,BMP 02/25/97 done", 7));
        assert!(tells_of_a_person("A,B  02-03-23 666242342", 3) && tells_of_a_person("A,B 666242342,", 3));
    }
}
