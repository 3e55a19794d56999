//! Elements that look alike play one part in a page: where most of one look hold a person's name, what else stands in that look
//! and may be a name is one too.
//!
//! ```text
//! <span class="nm">Okafor, Ngozi</span> … <span class="nm">Bickerstaffe, L</span>     a whiteboard: the list knows only the first
//! <div class="card"><p>John Smith</p> … <div class="card"><p>Ravishi Palihawadana</p>  the first `p` of each card
//! ```
//!
//! The first pass over a page counts; the second, and what follows in the first, goes by it. A page longer than the window is read
//! once: there only what came before counts.

use std::collections::HashMap;

use super::beside;
use super::detect::gazetteer;

/// So many looks are counted in a page; others say nothing. Those that are told by a place only do not take the room of the others.
const MOST: usize = 256;

/// So many of a place.
const PLACES: usize = 1024;

/// Fewer names of one look say nothing of the others.
const ENOUGH: u32 = 2;

/// What stood in the elements of each look.
#[derive(Debug, Default)]
pub(super) struct Sisters {
    looks: HashMap<u64, Count>,
    /// How many of these are told by a place.
    places: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    names: u32,
    others: u32,
}

impl Sisters {
    /// An element of this look held a name and no more, or something else.
    pub(super) fn count(&mut self, look: u64, name: bool) {
        if !self.looks.contains_key(&look) {
            let place = is_place(look);
            let (have, most) =
                if place { (self.places, PLACES) } else { (self.looks.len().saturating_sub(self.places), MOST) };
            if have >= most {
                return;
            }
            self.places += usize::from(place);
        }
        let count = self.looks.entry(look).or_default();
        let counted = if name { &mut count.names } else { &mut count.others };
        *counted = counted.saturating_add(1);
    }

    /// Whether a text of this look is a name, as the others are, and may be one.
    pub(super) fn name(&self, look: u64, text: &str) -> bool {
        self.are_names(look) && if is_place(look) { may_be_name_by_place(text) } else { may_be_name(text) }
    }

    /// Whether elements of this look are mostly names: two of three.
    fn are_names(&self, look: u64) -> bool {
        self.looks.get(&look).is_some_and(|c| c.names >= ENOUGH && c.names >= c.others.saturating_mul(2))
    }
}

/// A look that is told by the place of an element, not by what it is called.
pub(super) fn of_place(hash: u64) -> u64 {
    hash | 1
}

/// A look that is told by what an element is called.
pub(super) fn of_class(hash: u64) -> u64 {
    hash & !1
}

/// Whether a look is told by a place.
pub(super) fn is_place(look: u64) -> bool {
    look & 1 == 1
}

/// Whether a text may be a name where the others of its place are: of more than one word, and no ward, unit or score.
fn may_be_name_by_place(text: &str) -> bool {
    let last = text.trim().rsplit([' ', '\u{a0}']).next().unwrap_or_default().to_lowercase();
    text.trim().contains([' ', '\u{a0}']) && !gazetteer::shipped().is_after(&last) && may_be_name(text)
}

/// Whether a value in data may be a name where the others under its keys are: two words or more, none of a thing, and one of no
/// language, for diagnoses and answers stand in such lists, too.
pub(super) fn may_be_name_in_data(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let strange = |w: &str| w.chars().count() > 1 && !lists.is_word(&w.to_lowercase());
    may_be_name_by_place(text) && text.split([' ', ',', '.', '-']).any(strange)
}

/// Whether a text may be a name where names stand: as beside a person, and with initials; of one word only if a list knows it, for
/// "Echocardiogram" may be anything.
pub(super) fn may_be_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<&str> = text.split([' ', ',', '.', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    let long: Vec<&str> = words.iter().copied().filter(|w| w.chars().count() > 1).collect();
    let listed = |w: &&str| lists.is_forename(&w.to_lowercase()) || lists.is_surname(&w.to_lowercase());
    let written = |w: &&str| w.starts_with(char::is_uppercase) || w.chars().count() <= 3;
    let plain = |c: char| c.is_alphabetic() || " ,.'’-\u{a0}".contains(c);
    text.chars().all(plain)
        && beside::may_be_name(&long.join(" "))
        && words.iter().all(written)
        && (words.len() > 1 || long.iter().any(listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_of_a_look_are_names() {
        let mut sisters = Sisters::default();
        for name in [true, true, false, true, true] {
            sisters.count(2, name);
        }
        sisters.count(4, true);
        for name in [true, false, true, false] {
            sisters.count(6, name);
        }
        assert!(sisters.are_names(2) && !sisters.are_names(4) && !sisters.are_names(6) && !sisters.are_names(8));
        for hash in (10..10_000).step_by(2) {
            sisters.count(of_place(hash), true);
            sisters.count(of_place(hash), true);
        }
        assert!(sisters.are_names(of_place(20)) && !sisters.are_names(of_place(9000)));
        for hash in (10..2000).step_by(2) {
            sisters.count(of_class(hash), true);
            sisters.count(of_class(hash), true);
        }
        assert!(sisters.are_names(of_class(20)) && !sisters.are_names(of_class(1800)));
    }

    #[test]
    fn what_may_be_a_name() {
        for name in ["BICKERSTAFFE, L", "Le Fanu, C", "Pryce-Hughes, M.", "Yıldız, Ayşe"] {
            assert!(may_be_name(name), "{name}");
        }
        for name in ["Bill Irubin", "Ravishi Palihawadana"] {
            assert!(may_be_name_in_data(name), "{name}");
        }
        for other in ["Heart Failure", "Knee Pain", "Waiting List", "Old Age"] {
            assert!(!may_be_name_in_data(other), "{other}");
        }
        assert!(!may_be_name_by_place("Chest pain") && !may_be_name_by_place("Rose"));
        for other in [
            "Not yet known",
            "Echocardiogram",
            "Enterobacter cloacae",
            "81",
            "VACANT - cleaning",
            "Ward 4",
            "12 mL/h",
            "",
        ] {
            assert!(!may_be_name(other), "{other}");
        }
    }
}
