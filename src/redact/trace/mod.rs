//! From which grant a photographed page was taken, by the words that can be read on it.
//!
//! A grant's pseudonyms are made of a quarter of our words, and which quarter only its key says: each word that can be read rules three
//! grants of four out. Twelve words tell one grant of ten thousand; a page with six patients shows as many. Nothing else is needed: no identifier, no
//! other page, not the mark on top. A photograph is read badly, so no word is proof: each weighs as much as it is sure to have been read rightly, and the
//! answer says how likely the grant is, and how many others would fit as well by chance.
//!
//! A token (`fltn…`, in an address bar) opens under one grant's key alone, and settles it.
//!
//! What it finds is the grant under which these *words* were shown. Whoever copies another's page copies the other's words.
//!
//! | file | what |
//! |---|---|
//! | `reading` | the words of ours in a text that was typed or recognised from a photograph |
//! | `rank` | how well each grant fits, and whether one stands out |
//!
//! ```
//! use fanlight::base::{id::{GrantId, TrustId}, secret::Key};
//! use fanlight::redact::{kind::Kind, operator::{pseudonym, GrantKeys}, trace::{self, Reading, Verdict}};
//! let trust = TrustId::new("royal-free").unwrap();
//! let keys = |n: usize| GrantKeys::new(&Key::from_bytes([7; 32]), &trust, &GrantId::new(&format!("g-{n}")).unwrap());
//! let names = ["SMITH, John", "Abara, Ngozi", "Quarmby, Odile", "Ito, Ken", "Roe, Ann", "Novak, Petr"];
//! let page = names.map(|name| pseudonym::operator().apply(Kind::Name, name, &keys(41)).unwrap()).join(", ward 4\n");
//! let found = trace::trace(&Reading::of(&page.to_lowercase()), (0..100).map(|n| trace::Grant::of(&keys(n))));
//! assert_eq!((found.verdict, found.best[0].nth), (Verdict::Traced, 41));
//! ```

mod rank;
mod reading;

pub use rank::{Candidate, Found, Grant, Verdict, trace};
pub use reading::{Reading, Seen};

/// Whether two words differ by one letter at most: another, one more, one less, or two that changed places.
#[cfg(test)]
pub(in crate::redact) fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    reading::near(&a, &b)
}
