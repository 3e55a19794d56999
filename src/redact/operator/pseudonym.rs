//! `pseudonym`: two words in `‹…›` in place of a name: readable, visibly artificial, the same for the same person
//! within a grant, and another in every other grant.
//!
//! The words come from our own list, none of which is a known forename or surname, so that a pseudonym can neither be
//! taken for a patient nor happen to be one. Which of the words a grant uses is its mark: [`trace`](crate::redact::trace) finds the grant by a page's words.

use std::sync::Arc;

use super::mark::Mark;
use super::{Entry, GrantKeys, Operator, no_argument, vocabulary};
use crate::redact::kind::Kind;
use crate::redact::title::is_title;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "pseudonym",
    about: "two artificial words in ‹…›, the same for the same name within a grant; by the words of a photographed page `fanlight audit trace` finds the grant",
    make: |argument| no_argument("pseudonym", argument).map(|()| operator()),
};

/// What stands before and behind a pseudonym.
pub const OPEN: char = '‹';
/// As [`OPEN`].
pub const CLOSE: char = '›';

#[derive(Debug)]
struct Pseudonym;

/// The operator.
pub fn operator() -> Arc<dyn Operator> {
    Arc::new(Pseudonym)
}

impl Operator for Pseudonym {
    fn id(&self) -> String {
        "pseudonym".into()
    }

    fn apply(&self, kind: Kind, value: &str, keys: &GrantKeys) -> Result<String, Withheld> {
        let person = same_person(value);
        let hash = keys.purpose("pseudonym").hash(kind.as_str(), &[person.as_bytes()]);
        let (first, second) = vocabulary::pair(&hash, &Mark::of(keys));
        Ok(format!("{OPEN}{first} {second}{CLOSE}"))
    }
}

/// A text that is a pseudonym and nothing else, with its marks or without, as it is written: `flowing catkin` is `‹Flowing Catkin›`.
pub fn read(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix(OPEN).unwrap_or(text);
    let text = text.strip_suffix(CLOSE).unwrap_or(text);
    let mut words = text.split_whitespace().map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(letters.flat_map(char::to_lowercase)).collect::<String>()
    });
    let (first, second) = (words.next()?, words.next()?);
    (words.next().is_none() && vocabulary::is_pair(&first, &second)).then(|| format!("{OPEN}{first} {second}{CLOSE}"))
}

/// "SMITH, John", "John Smith", "SMITH^John" and "Mr John Smith" are one person: words in lower case, without titles,
/// sorted.
fn same_person(value: &str) -> String {
    let lower = value.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .filter(|w| !w.is_empty() && !is_title(w))
        .collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::keys;
    use super::*;

    fn of(value: &str, grant: &str) -> String {
        operator().apply(Kind::Name, value, &keys(grant)).unwrap()
    }

    #[test]
    fn one_person_has_one_pseudonym_within_a_grant_and_another_elsewhere() {
        let one = of("SMITH, John", "g1");
        for form in ["John Smith", "Mr John SMITH", "SMITH^John", "john smith", "Smith,  John (Mr)"] {
            assert_eq!(of(form, "g1"), one, "{form}");
        }
        assert_ne!(of("John Smith", "g2"), one);
        assert_ne!(of("Joan Smith", "g1"), one);
    }

    #[test]
    fn a_pseudonym_is_recognised_and_a_quoted_name_is_not() {
        for n in 0..500 {
            assert!(super::super::is_masked(&of(&format!("Person {n}"), "g1")));
        }
        assert!(!super::super::is_masked("‹John Smith›"));
        assert!(!super::super::is_masked("‹›"));
    }
}
