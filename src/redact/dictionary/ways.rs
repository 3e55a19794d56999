//! The ways to what is known: to forms word by word, to numbers by their first characters.
//!
//! Thousands of people of one name, of one street or of one hospital's numbers are told apart by what comes behind, not by
//! trying each. So looking costs what the text is long, not what is known.
//!
//! The ways are hashes under a salt of this process, packed into eight bytes with the number of the entry: a table holds
//! nothing to read, and a dozen forms of a name cost little more than the name. The texts are made anew from the entry, and
//! compared, once a way leads to it.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::LazyLock;

use hashbrown::HashTable;

use super::look::alphanumeric_runs;

/// Who has said that a value is an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A field of the rules.
    ByField,
    /// A detector alone.
    ByDetector,
}

/// Where a way ends: at an entry, in a form of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// The order of the entry, the lower [`ORDER_BITS`] of it.
    at: u64,
    sort: Sort,
    named: bool,
}

/// What forms of one text are told apart by: the kind, how they are looked for, whether they tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sort(pub(super) u16);

/// So many entries in a row are told apart; no bound is larger.
pub(super) const ORDER_BITS: u32 = 20;
/// Five of the kind, three of how it is looked for, one of whether it tells.
const SORT_BITS: u32 = 9;
const TAG_SHIFT: u32 = ORDER_BITS + SORT_BITS + 1;
const ORDER: u64 = (1 << ORDER_BITS) - 1;

impl End {
    pub(super) fn new(at: u64, sort: Sort, named: bool) -> Self {
        Self { at: at & ORDER, sort, named }
    }

    fn packed(self, hash: u64) -> u64 {
        (scattered(hash) >> TAG_SHIFT << TAG_SHIFT)
            | (u64::from(self.sort.0) << (ORDER_BITS + 1))
            | (u64::from(self.named) << ORDER_BITS)
            | self.at
    }

    fn unpacked(slot: u64) -> Self {
        let sort = u16::try_from(slot >> (ORDER_BITS + 1) & ((1 << SORT_BITS) - 1)).unwrap_or_default();
        Self { at: slot & ORDER, sort: Sort(sort), named: slot >> ORDER_BITS & 1 == 1 }
    }

    /// The order of its entry, if that is one of `known`.
    fn among(self, known: &Range<u64>) -> Option<u64> {
        let at = known.start + (self.at.wrapping_sub(known.start) & ORDER);
        known.contains(&at).then_some(at)
    }
}

/// What leads on where a table is asked: an entry that has a form, and whether a field has named one that has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) at: u64,
    pub(super) sort: Sort,
    pub(super) named: Named,
    pub(super) hash: u64,
}

/// Ends by hash. Of the entries that share one, the oldest and the newest are kept: what leaves is the oldest.
#[derive(Clone, Default)]
pub(super) struct Ends(HashTable<u64>);

impl Ends {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn insert(&mut self, hash: u64, end: End) {
        let slot = end.packed(hash);
        let mut alike = self.with(hash).filter(|s| (s ^ slot) & !ORDER == 0);
        let (one, other) = (alike.next(), alike.next());
        drop(alike);
        if one == Some(slot) || other == Some(slot) {
            return;
        }
        let (Some(one), Some(other)) = (one, other) else {
            self.0.insert_unique(spread(slot), slot, |s| spread(*s));
            return;
        };
        // Entries come in their order: the newest of them is the least behind this one.
        let behind = |s: u64| slot.wrapping_sub(s) & ORDER;
        let newest = if behind(one) < behind(other) { one } else { other };
        if let Some(place) = self.0.find_mut(spread(slot), |s| *s == newest) {
            *place = slot;
        }
    }

    pub(super) fn forget(&mut self, hash: u64, end: End) {
        let slot = end.packed(hash);
        if let Ok(found) = self.0.find_entry(spread(slot), |s| *s == slot) {
            found.remove();
        }
    }

    fn with(&self, hash: u64) -> impl Iterator<Item = u64> + '_ {
        let wanted = scattered(hash);
        self.0.iter_hash(spread(wanted)).copied().filter(move |s| (s ^ wanted) >> TAG_SHIFT == 0)
    }

    /// Adds those of `known` to `out`. Those of one sort are of one text but for a chance of the hashes: where the first is
    /// met in a text, the others say no more.
    pub(super) fn at(&self, hash: u64, known: &Range<u64>, out: &mut Vec<Met>) {
        let from = out.len();
        for end in self.with(hash).map(End::unpacked) {
            let Some(at) = end.among(known) else { continue };
            let mut named = if end.named { Named::ByField } else { Named::ByDetector };
            for met in out.iter_mut().skip(from).filter(|met| met.sort == end.sort) {
                if Named::ByField == named {
                    met.named = named;
                }
                named = met.named;
            }
            out.push(Met { at, sort: end.sort, named, hash });
        }
        // The table's order follows the salt: a number that is known as two kinds would be masked now as one, now as the other.
        if let Some(met) = out.get_mut(from..) {
            met.sort_unstable_by_key(|met| (met.at, met.sort.0));
        }
    }
}

/// How many go on from a hash.
#[derive(Clone, Default)]
struct Counts(HashTable<u64>);

/// Wide enough for every form of every entry.
const COUNT: u64 = (1 << 24) - 1;

impl Counts {
    fn alike(wanted: u64) -> impl Fn(&u64) -> bool {
        move |slot| (slot ^ wanted) & !COUNT == 0
    }

    fn add(&mut self, hash: u64) {
        let wanted = scattered(hash);
        match self.0.find_mut(spread(wanted), Self::alike(wanted)) {
            Some(slot) if *slot & COUNT < COUNT => *slot += 1,
            Some(_) => {}
            None => _ = self.0.insert_unique(spread(wanted), (wanted & !COUNT) | 1, |s| spread(*s)),
        }
    }

    fn take(&mut self, hash: u64) {
        let wanted = scattered(hash);
        if let Ok(mut found) = self.0.find_entry(spread(wanted), Self::alike(wanted)) {
            if *found.get() & COUNT > 1 {
                *found.get_mut() -= 1;
            } else {
                found.remove();
            }
        }
    }

    fn has(&self, hash: u64) -> bool {
        let wanted = scattered(hash);
        self.0.find(spread(wanted), Self::alike(wanted)).is_some()
    }
}

/// A hash whose every bit depends on all of what was read: numbers alike but for their last digit are far apart.
fn scattered(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

/// Where a slot stands in a table: by the bits that all slots keep of their hash.
fn spread(slot: u64) -> u64 {
    let tag = (slot >> TAG_SHIFT).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    tag ^ tag >> 32
}

/// The way to forms: a step for each word.
#[derive(Clone, Default)]
pub(super) struct Words {
    onward: Counts,
    ends: Ends,
}

impl Words {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.onward.0.is_empty() && self.ends.0.is_empty()
    }

    pub(super) fn insert(&mut self, text: &str, end: End) {
        let mut walked = steps(text).peekable();
        while let Some(step) = walked.next() {
            match walked.peek() {
                Some(_) => self.onward.add(step),
                None => self.ends.insert(step, end),
            }
        }
    }

    /// Takes out an entry that was put in.
    pub(super) fn forget(&mut self, text: &str, end: End) {
        let mut walked = steps(text).peekable();
        while let Some(step) = walked.next() {
            match walked.peek() {
                Some(_) => self.onward.take(step),
                None => self.ends.forget(step, end),
            }
        }
    }

    /// What may stand in `text` at `word`, its first word.
    pub(super) fn at(&self, text: &str, word: Range<usize>, known: &Range<u64>) -> Vec<Met> {
        let first = text.get(word.clone()).unwrap_or_default();
        let behind = text.get(word.end..).unwrap_or_default();
        let mut rest = alphanumeric_runs(behind).filter_map(|run| behind.get(run));
        let mut hash = hash(*SALT, first.as_bytes());
        let mut found = Vec::new();
        loop {
            self.ends.at(hash, known, &mut found);
            if !self.onward.has(hash) {
                return found;
            }
            let Some(next) = rest.next() else { return found };
            hash = onward(hash, next);
        }
    }
}

/// The hash at which the way to a form ends.
pub(super) fn end_of(text: &str) -> Option<u64> {
    steps(text).last()
}

/// A step for each word of a form.
fn steps(text: &str) -> impl Iterator<Item = u64> + '_ {
    let mut before = None;
    alphanumeric_runs(text).filter_map(|run| text.get(run)).map(move |word| {
        let step = before.map_or_else(|| hash(*SALT, word.as_bytes()), |before| onward(before, word));
        before = Some(step);
        step
    })
}

fn onward(before: u64, word: &str) -> u64 {
    hash(hash(before, b" "), word.as_bytes())
}

/// Numbers are looked up by so many first characters, to know whether any begins so.
pub(super) const HEAD: usize = 4;
/// All of a hospital begin alike: longer ones are looked up by more characters.
const LONG_HEAD: usize = 8;

/// The way to numbers: their first characters, then all of them.
#[derive(Clone, Default)]
pub(super) struct Numbers {
    heads: Counts,
    whole: Ends,
    /// How long the longest is that was ever known here.
    longest: usize,
}

impl Numbers {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.heads.0.is_empty() && self.whole.0.is_empty()
    }

    /// `packed` are the letters and digits alone; shorter than [`HEAD`], it is not looked for.
    pub(super) fn insert(&mut self, packed: &str, end: End) {
        let Some(head) = head_of(packed.as_bytes()) else { return };
        self.heads.add(head);
        self.whole.insert(salted(packed.as_bytes()), end);
        self.longest = self.longest.max(packed.len());
    }

    /// As [`Words::forget`].
    pub(super) fn forget(&mut self, packed: &str, end: End) {
        let Some(head) = head_of(packed.as_bytes()) else { return };
        self.heads.take(head);
        self.whole.forget(salted(packed.as_bytes()), end);
    }

    /// What may stand where `characters` do: letters and digits, without what is between them.
    pub(super) fn at(&self, characters: impl Iterator<Item = u8>, known: &Range<u64>) -> Vec<Met> {
        let mut found = Vec::new();
        let mut hash = *SALT;
        let mut begins = false;
        for (read, b) in (1..=self.longest).zip(characters) {
            hash = step(hash, b);
            match read {
                HEAD => begins = self.heads.has(hash),
                // From here on only those count that have this longer head.
                LONG_HEAD => begins = self.heads.has(hash),
                _ if read > LONG_HEAD && !begins => break,
                _ => {}
            }
            if begins {
                self.whole.at(hash, known, &mut found);
            }
        }
        found
    }
}

/// By which a number is looked up.
fn head_of(packed: &[u8]) -> Option<u64> {
    packed.get(..LONG_HEAD).or_else(|| packed.get(..HEAD)).map(salted)
}

static SALT: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("dictionary"));

/// The salted hash of some bytes.
pub(super) fn salted(bytes: &[u8]) -> u64 {
    hash(*SALT, bytes)
}

/// FNV-1a, going on from `before`.
fn hash(before: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(before, |h, b| step(h, *b))
}

fn step(before: u64, byte: u8) -> u64 {
    (before ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
}
