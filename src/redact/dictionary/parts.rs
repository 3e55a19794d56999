//! A name taken apart: what was given and what is the family's, however it is written.
//!
//! `SMITH, John`, `Mr John Smith`, `SMITH^JOHN^A`, `SMITH John` and `Jan van der Berg`.

use super::look::fold;
use crate::redact::detect::name::particle;
use crate::redact::title::is_title;

/// What stands behind a name and is no part of it.
const BEHIND: &[&str] = &["jr", "sr", "ii", "iii", "iv", "esq", "phd", "md"];

pub(super) fn is_no_part(word: &str) -> bool {
    is_title(word) || BEHIND.contains(&word)
}

/// A name taken apart; lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) given: Vec<String>,
    pub(super) family: Vec<String>,
}

/// Whether a label says that a given name stands at it.
pub(super) fn is_given(label: &str) -> bool {
    label.ends_with("given")
        || label.contains("forename")
        || label.contains("first")
        || label.contains("given name")
        || ["known as", "preferred", "nickname", "likes to be called", "goes by"].iter().any(|l| label.ends_with(l))
}

impl Parts {
    /// Of a single word `is_given` says whose it is.
    pub(super) fn of(value: &str, is_given: bool) -> Self {
        let value = value.split(['(', '[']).next().filter(|v| !v.trim().is_empty()).unwrap_or(value);
        let halves = value.split_once(',').or_else(|| value.split_once('^')).or_else(|| value.split_once('~'));
        if let Some((family, given)) = halves {
            return Self { given: cut(given), family: cut(family.split('&').next().unwrap_or(family)) };
        }
        let words = cut(value);
        let raw: Vec<&str> = value.split_whitespace().collect();
        let shouted =
            |w: &str| w.chars().filter(|c| c.is_alphabetic()).count() > 1 && !w.chars().any(char::is_lowercase);
        match words.as_slice() {
            [] => Self::default(),
            [only] if is_given => Self { given: vec![only.clone()], family: Vec::new() },
            [only] => Self { given: Vec::new(), family: vec![only.clone()] },
            // "SMITH John": the shouted word is the surname, if not all are.
            [first, rest @ ..]
                if raw.first().is_some_and(|w| shouted(w))
                    && !raw.iter().skip(1).any(|w| shouted(w))
                    && raw.len() == words.len() =>
            {
                Self { given: rest.to_vec(), family: vec![first.clone()] }
            }
            _ => {
                let at = words.iter().skip(1).position(|w| particle(w)).map_or(words.len() - 1, |p| p + 1);
                let (given, family) = words.split_at_checked(at).unwrap_or((&words, &[]));
                Self { given: given.to_vec(), family: family.to_vec() }
            }
        }
    }
}

fn cut(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-' | '’')))
        .map(|w| w.trim_matches(['\'', '-', '’']).to_owned())
        .filter(|w| !w.is_empty() && !is_no_part(w))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (value, given, family) in [
            ("SMITH, John", "john", "smith"),
            ("Mr John Smith", "john", "smith"),
            ("SMITH^JOHN^A", "john a", "smith"),
            ("SMITH John", "john", "smith"),
            ("Jan van der Berg", "jan", "van der berg"),
            ("CASSIN, Anabel Mandy (Ms)", "anabel mandy", "cassin"),
            ("EVERYMAN&&&&Aniston^ADAM", "adam", "everyman"),
        ] {
            let parts = Parts::of(value, false);
            assert_eq!((parts.given.join(" ").as_str(), parts.family.join(" ").as_str()), (given, family), "{value}");
        }
        assert_eq!(Parts::of("Rath", is_given("patient given name")).given, vec!["rath"]);
    }
}
