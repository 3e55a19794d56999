//! The record dictionary: identifiers learned in one place are masked wherever else they occur, in every written form.
//!
//! A name learned from the banner as "SMITH, John" is found in a note as "Mr J Smith", in a file name as `smith_john.pdf` and
//! alone as "Smith"; a date of birth in any form of a date; a number with any spacing. Learned are what fields name and what
//! detectors are sure of ([`SURE`]). In memory only, bounded (the oldest leaves), wiped when dropped.
//!
//! What was known before a body is shared with it; what the body teaches is its own until [`Dictionary::absorb`].
//!
//! ```
//! use fanlight::redact::{dictionary::Dictionary, finding::{Finder, Finding}, kind::Kind, place::{Place, Surface}};
//! let place = Place::on(Surface::Text);
//! let mut dictionary = Dictionary::default();
//! let banner = Finding { range: 0..11, kind: Kind::Name, confidence: 100, finder: Finder::Field("base/name".into()) };
//! dictionary.learn(&banner, "SMITH, John", &place, 100);
//! let mut found = Vec::new();
//! dictionary.find("Mr J Smith was seen.", &place, &|_, _| false, &mut found);
//! assert_eq!(found.iter().map(|f| f.range.clone()).max_by_key(|r| r.len()), Some(3..10));
//! ```

mod fit;
mod forms;
mod index;
mod look;
mod parts;
mod series;
mod short;
mod ways;

use std::sync::Arc;

use zeroize::Zeroizing;

use self::index::{Layer, Learned, Made};
use super::finding::{Confidence, Finder, Finding};
use super::kind::Kind;
use super::operator::{self, GrantKeys};
use super::place::Place;

/// Says of a kind and a text whether it is to be left as it is.
pub type Spare<'a> = dyn Fn(Kind, &str) -> bool + 'a;

/// How sure a detector must be for its finding to be learned.
pub const SURE: Confidence = 80;

/// How sure it must be that a name is looked for as a whole: what was a person in one place is one in the next.
pub const LIKELY: Confidence = 60;

/// The most entries where nobody has said a bound yet.
const UNSAID: usize = 4096;

/// The longest value that is learned, in bytes; longer ones are not one identifier.
const LONGEST: usize = 200;

/// The most entries, whatever bound is set: what the ways can count.
const MOST: u64 = 1 << (ways::ORDER_BITS - 1);

/// What is known of the records that a grant has seen.
pub struct Dictionary {
    /// What was known before, shared.
    base: Arc<Layer>,
    /// What is new.
    own: Layer,
    /// Entries before this one have left.
    oldest: u64,
    next: u64,
    bound: usize,
    /// What was last made of entries to be compared.
    made: Made,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { base: Arc::default(), own: Layer::default(), oldest: 0, next: 0, bound: UNSAID, made: Made::default() }
    }
}

impl Clone for Dictionary {
    fn clone(&self) -> Self {
        let Self { ref base, ref own, oldest, next, bound, made: _ } = *self;
        Self { base: base.clone(), own: own.clone(), oldest, next, bound, made: Made::default() }
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dictionary({} entries)", self.len())
    }
}

impl Dictionary {
    /// How many identifiers are known.
    pub fn len(&self) -> usize {
        usize::try_from(self.next - self.oldest).unwrap_or(usize::MAX)
    }

    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.next == self.oldest
    }

    /// Adds what it finds in `text` to `out`. What no field has named but only a detector found is asked of `spare` first, with
    /// its kind and how it is written here: `true` leaves it.
    pub fn find(&self, text: &str, place: &Place<'_>, spare: &Spare<'_>, out: &mut Vec<Finding>) {
        if self.is_empty() {
            return;
        }
        let look = look::Look::at(text, place);
        for layer in [&*self.base, &self.own] {
            layer.find(&look, self.oldest..self.next, false, spare, &self.made, out);
        }
    }

    /// As [`Dictionary::find`], for the leak gate: only what can be nothing else (whole numbers, addresses of e-mail, full
    /// names, full dates), and only what was known at [`Dictionary::mark`].
    pub(super) fn find_telling(&self, text: &str, place: &Place<'_>, mark: u64, out: &mut Vec<Finding>) {
        if self.oldest >= mark {
            return;
        }
        let look = look::Look::at(text, place);
        for layer in [&*self.base, &self.own] {
            layer.find(&look, self.oldest..mark, true, &|_, _| false, &self.made, out);
        }
    }

    /// The name that a pseudonym of the grant stands for, as it was learned; of several, the last.
    pub fn named(&self, pseudonym: &str, keys: &GrantKeys) -> Option<Zeroizing<String>> {
        let operator = operator::pseudonym::operator();
        let stands = |learned: &Learned| {
            learned.kind == Kind::Name
                && operator.apply(learned.kind, &learned.value, keys).is_ok_and(|p| p == pseudonym)
        };
        let all = [&self.own, &*self.base].into_iter();
        all.flat_map(|layer| layer.latest(self.oldest))
            .find(|learned| stands(learned))
            .map(|l| Zeroizing::new(l.value.to_string()))
    }

    /// How much is known by now.
    pub(super) fn mark(&self) -> u64 {
        self.next
    }

    /// Remembers a value, if it is sure and distinctive enough; the oldest goes when there are more than `bound`.
    pub fn learn(&mut self, finding: &Finding, value: &str, place: &Place<'_>, bound: usize) {
        self.bound = bound;
        let sure = match finding.finder {
            Finder::Field(_) => true,
            Finder::Detector(_) => finding.confidence >= SURE,
            Finder::Dictionary => false,
        };
        let likely =
            matches!(finding.finder, Finder::Detector(_)) && finding.kind == Kind::Name && finding.confidence >= LIKELY;
        let value = value.trim();
        if !(sure || likely) || bound == 0 || value.is_empty() || value.len() > LONGEST || operator::is_masked(value) {
            return;
        }
        self.add(Learned {
            kind: finding.kind,
            named: matches!(finding.finder, Finder::Field(_)),
            given: parts::is_given(place.label),
            whole: !sure,
            value: value.into(),
        });
    }

    fn add(&mut self, learned: Learned) {
        let known = self.oldest..self.next;
        let knows = |key: &str| self.base.knows(key, &learned, &known) || self.own.knows(key, &learned, &known);
        // Most of what a page names it has named before: a name's forms are made for new ones alone.
        if learned.kind == Kind::Name && forms::key(&learned).is_some_and(|key| knows(&key)) {
            return;
        }
        let Some(entry) = forms::of(&learned) else { return };
        if knows(&entry.key) {
            return;
        }
        self.own.begin_at(self.next);
        self.own.push(learned, &entry);
        self.next += 1;
        let most = u64::try_from(self.bound).unwrap_or(u64::MAX).min(MOST);
        self.oldest = self.oldest.max(self.next.saturating_sub(most));
        self.own.forget_before(self.oldest);
        self.made.forget_before(self.oldest);
    }

    /// Takes in what another dictionary has learned, in its order, and makes all of it the shared part, so that the next
    /// clone costs nothing.
    /// No more than `bound` stay.
    pub fn absorb(&mut self, other: Dictionary, bound: usize) {
        self.bound = bound;
        if !Arc::ptr_eq(&self.base, &other.base) {
            for entry in other.base.since(other.oldest) {
                self.add(entry);
            }
        }
        for entry in other.own.since(other.oldest) {
            self.add(entry);
        }
        drop(other);
        if self.own.is_empty() && self.base.oldest().is_none_or(|o| o >= self.oldest) {
            return;
        }
        // In place where no body holds it, else a copy: those bodies go on with what they began with.
        let base = Arc::make_mut(&mut self.base);
        base.forget_before(self.oldest);
        base.begin_at(self.own.oldest().unwrap_or(self.next));
        base.append(std::mem::take(&mut self.own));
    }
}

#[cfg(test)]
mod tests;
