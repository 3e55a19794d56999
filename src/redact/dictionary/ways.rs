//! The ways to what is known: to forms word by word, to numbers by their first characters and their length.
//!
//! Thousands of people of one name, of one street or of one hospital's numbers are told apart by what comes behind, not by
//! trying each; and those of one form are tried once. So looking costs what the text is long, not what is known.
//!
//! The ways are hashes under a salt of this process: tables leave copies behind when they grow, and those hold nothing to
//! read. The texts themselves are compared afterwards.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::look::alphanumeric_runs;
use crate::redact::kind::Kind;

/// A value, and the entries that have it.
#[derive(Clone)]
pub(super) struct Known<T> {
    pub(super) value: Arc<T>,
    pub(super) kind: Kind,
    pub(super) entries: Entries,
}

/// The entries that have a value, in order.
#[derive(Clone, Default)]
pub(super) struct Entries {
    /// A field has named them.
    named: Vec<u64>,
    /// A detector has found them.
    found: Vec<u64>,
}

impl Entries {
    /// Whether one of the entries `known` has it, and whether a field has named one of them.
    pub(super) fn among(&self, known: &Range<u64>) -> Option<Named> {
        let any =
            |list: &[u64]| list.get(list.partition_point(|at| *at < known.start)).is_some_and(|at| *at < known.end);
        match (any(&self.named), any(&self.found)) {
            (true, _) => Some(Named::ByField),
            (false, true) => Some(Named::ByDetector),
            (false, false) => None,
        }
    }

    fn forget(&mut self, oldest: u64) {
        for list in [&mut self.named, &mut self.found] {
            list.drain(..list.partition_point(|at| *at < oldest));
        }
    }

    fn is_empty(&self) -> bool {
        self.named.is_empty() && self.found.is_empty()
    }
}

impl<T: PartialEq> Known<T> {
    /// Adds an entry to the one in the list that is alike, or to the list. The value is shared with it.
    fn enlist(list: &mut Vec<Self>, value: &mut Arc<T>, kind: Kind, at: u64, named: bool) {
        let place = list.iter().position(|k| k.kind == kind && k.value == *value).unwrap_or_else(|| {
            // Most have one: a list that grows by itself would keep room for four.
            if list.is_empty() {
                list.reserve_exact(1);
            }
            list.push(Self { value: value.clone(), kind, entries: Entries::default() });
            list.len() - 1
        });
        if let Some(known) = list.get_mut(place) {
            *value = known.value.clone();
            let entries = if named { &mut known.entries.named } else { &mut known.entries.found };
            if entries.is_empty() {
                entries.reserve_exact(1);
            }
            if entries.last() != Some(&at) {
                entries.push(at);
            }
        }
    }

    fn forget(list: &mut Vec<Self>, oldest: u64) {
        list.retain_mut(|known| {
            known.entries.forget(oldest);
            !known.entries.is_empty()
        });
    }
}

/// Who has said that a value is an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// A field of the rules.
    ByField,
    /// A detector alone.
    ByDetector,
}

/// The way to forms: a step for each word.
#[derive(Clone)]
pub(super) struct Words<T> {
    steps: HashMap<u64, Step<T>>,
}

#[derive(Clone)]
struct Step<T> {
    /// How many forms go on from here.
    onward: usize,
    /// Those that end here.
    ends: Vec<Known<T>>,
}

impl<T> Default for Step<T> {
    fn default() -> Self {
        Self { onward: 0, ends: Vec::new() }
    }
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self { steps: HashMap::new() }
    }
}

impl<T: PartialEq> Words<T> {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn insert(&mut self, text: &str, value: &mut Arc<T>, kind: Kind, at: u64, named: bool) {
        let mut walked = steps(text).peekable();
        while let Some(step) = walked.next() {
            let step = self.steps.entry(step).or_default();
            if walked.peek().is_some() {
                step.onward += 1;
            } else {
                Known::enlist(&mut step.ends, value, kind, at, named);
            }
        }
    }

    /// Takes out what is older than `oldest` on the way of `text`, which an entry had that is.
    pub(super) fn forget(&mut self, text: &str, oldest: u64) {
        let mut walked = steps(text).peekable();
        while let Some(at) = walked.next() {
            let Some(step) = self.steps.get_mut(&at) else { return };
            if walked.peek().is_some() {
                step.onward = step.onward.saturating_sub(1);
            } else {
                Known::forget(&mut step.ends, oldest);
            }
            if step.onward == 0 && step.ends.is_empty() {
                self.steps.remove(&at);
            }
        }
    }

    /// What may stand in `text` at `word`, its first word.
    pub(super) fn at<'a>(&'a self, text: &'a str, word: Range<usize>) -> impl Iterator<Item = &'a Known<T>> + 'a {
        let first = text.get(word.clone()).unwrap_or_default();
        let behind = text.get(word.end..).unwrap_or_default();
        let mut rest = alphanumeric_runs(behind).filter_map(|run| behind.get(run));
        let mut hash = hash(*SALT, first.as_bytes());
        let mut step = self.steps.get(&hash);
        std::iter::from_fn(move || {
            let here = step.take()?;
            if here.onward > 0
                && let Some(next) = rest.next()
            {
                hash = onward(hash, next);
                step = self.steps.get(&hash);
            }
            Some(here.ends.iter())
        })
        .flatten()
    }
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

/// Numbers are looked up by so many first characters, to know of what lengths there are any.
pub(super) const HEAD: usize = 4;
/// All of a hospital begin alike: the lengths of longer ones are kept by more characters.
const LONG_HEAD: usize = 8;

/// The way to numbers: their first characters, then all of them.
#[derive(Clone)]
pub(super) struct Numbers<T> {
    /// How many there are of each length, by their head.
    lengths: HashMap<u64, Vec<(u8, usize)>>,
    whole: HashMap<u64, Vec<Known<T>>>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { lengths: HashMap::new(), whole: HashMap::new() }
    }
}

impl<T: PartialEq> Numbers<T> {
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lengths.is_empty() && self.whole.is_empty()
    }

    /// `packed` are the letters and digits alone; longer than 255, or shorter than [`HEAD`], it is not looked for.
    pub(super) fn insert(&mut self, packed: &str, value: &mut Arc<T>, kind: Kind, at: u64, named: bool) {
        let (Some(head), Ok(length)) = (head_of(packed.as_bytes()), u8::try_from(packed.len())) else { return };
        let known = self.whole.entry(hash(*SALT, packed.as_bytes())).or_default();
        if known.is_empty() {
            let lengths = self.lengths.entry(head).or_default();
            match lengths.iter_mut().find(|(l, _)| *l == length) {
                Some((_, count)) => *count += 1,
                None => lengths.push((length, 1)),
            }
        }
        Known::enlist(known, value, kind, at, named);
    }

    /// As [`Words::forget`].
    pub(super) fn forget(&mut self, packed: &str, oldest: u64) {
        let whole = hash(*SALT, packed.as_bytes());
        let Some(known) = self.whole.get_mut(&whole) else { return };
        Known::forget(known, oldest);
        if !known.is_empty() {
            return;
        }
        self.whole.remove(&whole);
        let (Some(head), Ok(length)) = (head_of(packed.as_bytes()), u8::try_from(packed.len())) else { return };
        if let Some(lengths) = self.lengths.get_mut(&head) {
            lengths.iter_mut().filter(|(l, _)| *l == length).for_each(|(_, count)| *count = count.saturating_sub(1));
            lengths.retain(|(_, count)| *count > 0);
            if lengths.is_empty() {
                self.lengths.remove(&head);
            }
        }
    }

    /// What may stand where `characters` do: letters and digits, without what is between them.
    pub(super) fn at<'a>(&'a self, characters: impl Iterator<Item = u8>) -> impl Iterator<Item = &'a Known<T>> + 'a {
        let mut hash = *SALT;
        let mut read = 0u8;
        let mut wanted: Vec<u8> = Vec::new();
        let mut found: Vec<&Vec<Known<T>>> = Vec::new();
        for b in characters {
            let Some(next) = read.checked_add(1) else { break };
            read = next;
            hash = step(hash, b);
            if usize::from(read) == HEAD || usize::from(read) == LONG_HEAD {
                wanted.extend(self.lengths.get(&hash).into_iter().flatten().map(|(length, _)| *length));
            }
            if wanted.contains(&read) {
                found.extend(self.whole.get(&hash));
            }
            if usize::from(read) >= LONG_HEAD && wanted.iter().all(|w| *w <= read) {
                break;
            }
        }
        found.into_iter().flatten()
    }
}

/// By which a number is looked up.
fn head_of(packed: &[u8]) -> Option<u64> {
    packed.get(..LONG_HEAD).or_else(|| packed.get(..HEAD)).map(|head| hash(*SALT, head))
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
