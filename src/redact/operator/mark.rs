//! The mark of a grant that nobody sees: which words its pseudonyms are made of.
//!
//! Words stand in groups of four ([`vocabulary`](super::vocabulary)), and a grant's key chooses one of each. A pseudonym's two groups follow from the person,
//! the words in them from the grant: so a page that was photographed, and cut so that the mark on top of it is gone, still says under which grant it was shown
//! ([`trace`](crate::redact::trace)). Whoever has not the key sees words.
//!
//! Masks carry none. Their widths and the spaces in them say nothing of the value because they are the same everywhere, and they are known again by them when
//! they come back ([`masks`](crate::redact::masks)); spaces of other widths would be lost on the way to paper, screen and typist, and dots of other numbers would be
//! taken for a value that differs.

use super::GrantKeys;
use super::vocabulary::{GROUP, Place, Word};
use crate::base::secret::Key;

/// Which words a grant's pseudonyms are made of.
#[derive(Debug, Clone)]
pub(in crate::redact) struct Mark(Key);

/// Choices in a byte.
const IN_BYTE: usize = 4;
/// Choices in a keyed hash.
const IN_HASH: usize = 32 * IN_BYTE;

impl Mark {
    /// The mark of a grant.
    pub(in crate::redact) fn of(keys: &GrantKeys) -> Self {
        Self(keys.purpose("mark"))
    }

    /// The grant's word of a group.
    pub(super) fn member(&self, place: Place, group: usize) -> usize {
        let hash = self.hash(place, group / IN_HASH);
        let byte = hash.get(group % IN_HASH / IN_BYTE).copied().unwrap_or_default();
        usize::from(choice(byte, group % IN_BYTE))
    }

    /// All of its words at once.
    pub(in crate::redact) fn whole(&self) -> Whole {
        let of = |place: Place| {
            let hashes = (0..place.groups().div_ceil(IN_HASH)).flat_map(|n| self.hash(place, n));
            hashes.flat_map(|byte| (0..IN_BYTE).map(move |nth| choice(byte, nth))).collect()
        };
        Whole { first: of(Place::First), second: of(Place::Second) }
    }

    fn hash(&self, place: Place, n: usize) -> [u8; 32] {
        let list = match place {
            Place::First => "first",
            Place::Second => "second",
        };
        self.0.hash(list, &[&(n as u64).to_be_bytes()])
    }
}

/// Two of its bits.
const fn choice(byte: u8, nth: usize) -> u8 {
    (byte >> (2 * nth)) % GROUP as u8
}

/// A grant's words, of each group one.
#[derive(Debug, Clone)]
pub(in crate::redact) struct Whole {
    first: Vec<u8>,
    second: Vec<u8>,
}

impl Whole {
    /// Whether the grant's pseudonyms can hold a word.
    pub(in crate::redact) fn has(&self, word: Word) -> bool {
        let members = match word.place {
            Place::First => &self.first,
            Place::Second => &self.second,
        };
        members.get(word.group).is_some_and(|member| usize::from(*member) == word.member)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::pseudonym;
    use super::super::tests::keys;
    use super::*;
    use crate::redact::kind::Kind;

    proptest! {
        #[test]
        fn every_word_of_a_grants_pseudonyms_is_its_own(person in ".{0,40}", grant in "[a-z]{1,8}-[0-9]{1,4}") {
            let keys = keys(&grant);
            let mark = Mark::of(&keys).whole();
            let written = pseudonym::operator().apply(Kind::Name, &person, &keys).unwrap();
            let inside = written.trim_matches([pseudonym::OPEN, pseudonym::CLOSE]);
            let (first, second) = inside.split_once(' ').unwrap();
            prop_assert!(mark.has(Word::find(Place::First, first).unwrap()), "{}", first);
            prop_assert!(mark.has(Word::find(Place::Second, second).unwrap()), "{}", second);
            let read = pseudonym::read(&inside.to_uppercase());
            prop_assert_eq!(read.as_deref(), Some(written.as_str()));
        }
    }

    #[test]
    fn a_grant_has_a_quarter_of_the_words_and_another_quarter_than_the_next() {
        let marks: Vec<Whole> = (0..400).map(|n| Mark::of(&keys(&format!("g-{n}"))).whole()).collect();
        for place in Place::ALL {
            let words: Vec<Word> = Word::all(place).map(|(word, _)| word).collect();
            for mark in &marks {
                assert_eq!(words.iter().filter(|w| mark.has(**w)).count() * GROUP, words.len());
            }
            // Of every word: between 60 and 140 of the 400 grants have it, 100 are expected (8.7 is the deviation).
            for word in &words {
                let have = marks.iter().filter(|mark| mark.has(*word)).count();
                assert!((60..=140).contains(&have), "{}: {have}", word.text());
            }
            // Two grants share a quarter of their words: a sixteenth of all.
            for two in marks.windows(2) {
                let both = words.iter().filter(|w| two[0].has(**w) && two[1].has(**w)).count() as f64;
                let expected = words.len() as f64 / 16.0;
                assert!((both - expected).abs() < 5.0 * expected.sqrt(), "{both} of {expected}");
            }
        }
    }
}
