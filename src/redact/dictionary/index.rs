//! The index: entries in their order, and the ways to their forms, numbers and days.
//!
//! Of an identifier only its value is kept, a hundred bytes or two with the ways to it; its forms are made anew where a way
//! leads to it. Both are wiped when they go. Looking costs some look-ups a word of the text, whatever the number
//! of entries; learning is an insertion, nothing is ever rebuilt. (An automaton would be faster on long texts, but has to be built anew for what is learned, and keeps copies of
//! the values that cannot be wiped.)

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Spare;
use super::fit::matches;
use super::forms;
use super::look::{LONG_NUMBER, Look, alphanumeric_runs, unspaced};
use super::series;
use super::ways::{End, Ends, HEAD, Met, Named, Numbers, Sort, Words, end_of, salted};
use crate::redact::detect::date::{self, Day};
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;

/// How a form is compared with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Whole words in any case; a space in the form is one to three signs in the text, or none where `may_touch`.
    Folded {
        /// A space in the form may be nothing in the text.
        may_touch: bool,
    },
    /// As [`How::Folded`] in text, but in code only as written: a word of code may be a name.
    Name,
    /// As [`How::Name`], each word with a capital.
    Capital,
    /// Each word in capitals or with a capital; not where a sentence begins, and not in code.
    Careful,
    /// Five digits of a town: only where a postcode stands, or behind a state's two letters.
    Zip,
    /// Words written as one, as in user names and file names; not in style sheets, whose classes are named so.
    Glued,
    /// With a capital, and right beside a title or a forename: a word that somebody is called.
    Beside,
    /// As [`How::Beside`], of a forename: besides, where the sentence says that a person stands here.
    Given,
}

impl How {
    /// In three bits, for the ways.
    fn number(self) -> u8 {
        match self {
            How::Folded { .. } => 0,
            How::Name => 1,
            How::Capital => 2,
            How::Careful => 3,
            How::Zip => 4,
            How::Glued => 5,
            How::Beside => 6,
            How::Given => 7,
        }
    }
}

/// A written form.
#[derive(Clone, PartialEq, Zeroize, ZeroizeOnDrop)]
pub(super) struct Form {
    /// Folded.
    pub(super) text: Zeroizing<String>,
    #[zeroize(skip)]
    pub(super) how: How,
    #[zeroize(skip)]
    pub(super) confidence: Confidence,
}

/// An identifier as it was learned: all that is kept of it. Its forms are many times as long, and follow from it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Learned {
    #[zeroize(skip)]
    pub(super) kind: Kind,
    /// A field named it; else a detector found it.
    pub(super) named: bool,
    /// Its label says that it is a given name.
    pub(super) given: bool,
    /// Only the whole of it is looked for.
    pub(super) whole: bool,
    pub(super) value: Box<str>,
}

/// What follows from one identifier.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Entry {
    #[zeroize(skip)]
    pub(super) kind: Kind,
    /// By which it is recognised as known.
    pub(super) key: Zeroizing<String>,
    pub(super) forms: Vec<Form>,
    /// Letters and digits alone, lower case: found with any signs between them.
    pub(super) packed: Vec<Zeroizing<String>>,
    pub(super) days: Vec<Day>,
    /// What its number looks like, when all of a hospital look so.
    pub(super) series: Option<Zeroizing<String>>,
}

/// The entries that were last made from what is known: a page speaks of few people at a time.
#[derive(Default)]
pub(super) struct Made(Mutex<[Place; MADE]>);

/// An entry that was made, and its order.
type Place = Option<(u64, Arc<Entry>)>;

/// So many are kept.
const MADE: usize = 16;

impl Made {
    fn of(&self, at: u64, learned: &Learned) -> Option<Arc<Entry>> {
        let place = usize::try_from(at).unwrap_or_default() % MADE;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = all.get_mut(place)?;
        if let Some((whose, entry)) = slot
            && *whose == at
        {
            return Some(entry.clone());
        }
        let entry = Arc::new(forms::of(learned)?);
        *slot = Some((at, entry.clone()));
        Some(entry)
    }

    /// Wipes what was made of entries before `oldest`.
    pub(super) fn forget_before(&mut self, oldest: u64) {
        let all = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        for slot in all.iter_mut().filter(|slot| slot.as_ref().is_some_and(|(at, _)| *at < oldest)) {
            *slot = None;
        }
    }
}

/// Entries by the order in which they were learned, and the ways to them.
#[derive(Default, Clone)]
pub(super) struct Layer {
    /// The order of the first entry; the others follow it one by one.
    first: u64,
    entries: VecDeque<Learned>,
    keys: Ends,
    words: Words,
    numbers: Numbers,
    days: HashMap<u64, u64>,
    /// The last of each series of numbers.
    series: HashMap<u64, u64>,
}

/// How long `1962-03-14` is.
const ISO_DATE: usize = 10;

/// The confidence of a forename and a surname together.
const FULL_NAME: Confidence = 92;

impl Layer {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn oldest(&self) -> Option<u64> {
        (!self.entries.is_empty()).then_some(self.first)
    }

    /// The order of the one that comes next.
    pub(super) fn next(&self) -> u64 {
        self.first + u64::try_from(self.entries.len()).unwrap_or_default()
    }

    /// With nothing in it: what comes next is of this order.
    pub(super) fn begin_at(&mut self, next: u64) {
        if self.entries.is_empty() {
            self.first = next;
        }
    }

    fn get(&self, at: u64) -> Option<&Learned> {
        self.entries.get(usize::try_from(at.checked_sub(self.first)?).ok()?)
    }

    /// Whether one of the entries `known` says the same of what has this key.
    pub(super) fn knows(&self, key: &str, learned: &Learned, known: &Range<u64>) -> bool {
        let mut same = Vec::new();
        self.keys.at(key_of(key, learned), known, &mut same);
        same.iter().any(|met| {
            let is = |e: &Learned| {
                e.kind == learned.kind
                    && e.whole == learned.whole
                    && (e.named || !learned.named)
                    && forms::key(e).is_some_and(|k| *k == key)
            };
            self.get(met.at).is_some_and(is)
        })
    }

    /// Copies of the entries from `oldest` on, in order.
    pub(super) fn since(&self, oldest: u64) -> impl Iterator<Item = Learned> + '_ {
        let left = usize::try_from(oldest.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.entries.iter().skip(left).cloned()
    }

    /// The entries from `oldest` on, the last first.
    pub(super) fn latest(&self, oldest: u64) -> impl Iterator<Item = &Learned> {
        let left = usize::try_from(oldest.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.entries.iter().skip(left).rev()
    }

    /// Adds one, the newest.
    pub(super) fn push(&mut self, learned: Learned, entry: &Entry) {
        let at = self.next();
        for (text, end) in word_ways(at, &learned, entry) {
            self.words.insert(&text, end);
        }
        for (packed, end) in number_ways(at, &learned, entry) {
            self.numbers.insert(packed, end);
        }
        for day in &entry.days {
            self.days.insert(of_day(day), at);
        }
        if let Some(series) = &entry.series {
            self.series.insert(salted(series.as_bytes()), at);
        }
        self.keys.insert(key_of(&entry.key, &learned), End::new(at, KEY, learned.named));
        if self.entries.len() == self.entries.capacity() {
            // Doubling would hold three times as much for a moment.
            self.entries.reserve_exact(self.entries.len() / 4 + 4);
        }
        self.entries.push_back(learned);
    }

    pub(super) fn append(&mut self, other: Layer) {
        for learned in other.entries {
            if let Some(entry) = forms::of(&learned) {
                self.push(learned, &entry);
            }
        }
    }

    pub(super) fn forget_before(&mut self, oldest: u64) {
        while self.first < oldest
            && let Some(learned) = self.entries.pop_front()
        {
            let at = self.first;
            self.first += 1;
            let Some(entry) = forms::of(&learned) else { continue };
            for (text, end) in word_ways(at, &learned, &entry) {
                self.words.forget(&text, end);
            }
            for (packed, end) in number_ways(at, &learned, &entry) {
                self.numbers.forget(packed, end);
            }
            self.keys.forget(key_of(&entry.key, &learned), End::new(at, KEY, learned.named));
            // Another may have said the same day since.
            for day in entry.days.iter().map(of_day).filter(|day| self.days.get(day) == Some(&at)).collect::<Vec<_>>() {
                self.days.remove(&day);
            }
            if let Some(series) = entry.series.as_ref().map(|s| salted(s.as_bytes()))
                && self.series.get(&series) == Some(&at)
            {
                self.series.remove(&series);
            }
        }
    }

    /// Whether anything can be found still.
    #[cfg(test)]
    pub(super) fn has_ways(&self) -> bool {
        !(self.keys.is_empty()
            && self.words.is_empty()
            && self.numbers.is_empty()
            && self.days.is_empty()
            && self.series.is_empty())
    }

    /// What of the entries `known` stands in the text; all of it, or only what is `telling`.
    pub(super) fn find(
        &self,
        look: &Look<'_>,
        known: Range<u64>,
        telling: bool,
        spare: &Spare<'_>,
        made: &Made,
        out: &mut Vec<Finding>,
    ) {
        if self.entries.is_empty() {
            return;
        }
        for word in alphanumeric_runs(&look.folded) {
            self.find_words(look, word.clone(), &known, telling, spare, made, out);
            if look.digits >= HEAD {
                self.find_packed(look, word.start, &known, telling, spare, made, out);
                if !telling && !look.style && !look.library {
                    self.find_series(look, word.start, &known, out);
                }
            }
        }
        if look.digits >= 3 && !self.days.is_empty() && !look.library {
            for (range, days) in date::find_all(look.text) {
                if days.iter().any(|d| self.days.get(&of_day(d)).is_some_and(|at| known.contains(at))) {
                    // The time behind it is somebody's appointment, not the birth.
                    let written = look.text.get(range.clone()).unwrap_or_default();
                    let end = written.find(['T', 't', ' ']).filter(|at| *at == ISO_DATE && written.contains(':'));
                    out.push(finding(range.start..end.map_or(range.end, |at| range.start + at), Kind::DateOfBirth, 92));
                }
            }
        }
    }

    /// Forms whose first word stands here.
    #[expect(clippy::too_many_arguments, reason = "one step of find, with what it was given")]
    fn find_words(
        &self,
        look: &Look<'_>,
        word: Range<usize>,
        known: &Range<u64>,
        telling: bool,
        spare: &Spare<'_>,
        made: &Made,
        out: &mut Vec<Finding>,
    ) {
        let start = word.start;
        let mut stands = Vec::new();
        for met in self.words.at(&look.folded, word, known) {
            // Of one text and one sort, one says it all.
            if stands.contains(&(met.hash, met.sort)) {
                continue;
            }
            let Some(entry) = self.entry(met, made) else { continue };
            let leads = |form: &&Form| {
                met.sort == sort(entry.kind, form)
                    && ways(form).iter().any(|way| end_of(way).is_some_and(|end| end == met.hash))
            };
            let Some(form) = entry.forms.iter().find(leads) else { continue };
            let name = entry.kind == Kind::Name;
            if (telling || (look.remark && name)) && !tells(entry.kind, form) || (look.licence && name) {
                continue;
            }
            if look.style && form.how == How::Glued {
                continue;
            }
            if let Some(range) = matches(look, start, form) {
                stands.push((met.hash, met.sort));
                if !spared(met.named, entry.kind, look, &range, spare) {
                    out.push(finding(range, entry.kind, form.confidence));
                }
            }
        }
    }

    fn entry(&self, met: Met, made: &Made) -> Option<Arc<Entry>> {
        made.of(met.at, self.get(met.at)?)
    }

    /// A number that looks as those do that are known.
    fn find_series(&self, look: &Look<'_>, at: usize, known: &Range<u64>, out: &mut Vec<Finding>) {
        // Amid a longer one, as behind `urn:x-`, it is another's.
        let before = look.folded.get(..at).and_then(|t| t.chars().next_back());
        if self.series.is_empty() || before.is_some_and(|c| matches!(c, '-' | '/' | '.' | '_')) {
            return;
        }
        let Some((length, shape)) = look.folded.get(at..).and_then(series::of) else { return };
        if self.series.get(&salted(shape.as_bytes())).is_some_and(|seq| known.contains(seq)) {
            out.push(finding(at..at + length, Kind::RecordId, 81));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one step of find, with what it was given")]
    fn find_packed(
        &self,
        look: &Look<'_>,
        at: usize,
        known: &Range<u64>,
        telling: bool,
        spare: &Spare<'_>,
        made: &Made,
        out: &mut Vec<Finding>,
    ) {
        let bytes = look.folded.as_bytes();
        let mut stands = Vec::new();
        for met in self.numbers.at(unspaced(bytes, at).map(|(_, b)| b), known) {
            let Some(entry) = self.entry(met, made) else { continue };
            let Some(packed) = entry.packed.iter().find(|p| salted(p.as_bytes()) == met.hash) else { continue };
            if stands.contains(&(met.hash, met.sort)) || (telling && !is_number(entry.kind)) {
                continue;
            }
            let long = packed.len() >= LONG_NUMBER && packed.bytes().all(|b| b.is_ascii_digit());
            let mut end = at;
            let mut have = unspaced(bytes, at);
            let same = packed.bytes().all(|want| {
                have.next().is_some_and(|(i, b)| {
                    end = i + 1;
                    b == want
                })
            });
            if same {
                stands.push((met.hash, met.sort));
            }
            let behind = look.folded.get(end..).and_then(|r| r.chars().next());
            // So many digits are no part of a word or of a hash by chance: letters may touch them.
            if same && !behind.is_some_and(|c| if long { c.is_numeric() } else { c.is_alphanumeric() }) {
                // The plus of +44 belongs to the number.
                let plus = at.checked_sub(1).filter(|i| bytes.get(*i) == Some(&b'+'));
                if !spared(met.named, entry.kind, look, &(at..end), spare) {
                    out.push(finding(plus.unwrap_or(at)..end, entry.kind, 93));
                    // Once the number is gone, what touched it is a word: `943 476 5919Quillfeather`.
                    let rest = look.folded.get(end..).unwrap_or_default();
                    if behind.is_some_and(char::is_alphanumeric)
                        && let Some(run) = alphanumeric_runs(rest).next()
                    {
                        self.find_words(look, end..end + run.end, known, telling, spare, made, out);
                    }
                }
            }
        }
    }
}

/// Whether what a detector alone has taught is to be left here.
fn spared(named: Named, kind: Kind, look: &Look<'_>, range: &Range<usize>, spare: &Spare<'_>) -> bool {
    named == Named::ByDetector && look.text.get(range.clone()).is_some_and(|value| spare(kind, value))
}

/// Kinds whose values are numbers of a person, and of nothing else.
fn is_number(kind: Kind) -> bool {
    match kind {
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::Phone
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Ssn => true,
        Kind::Name
        | Kind::DateOfBirth
        | Kind::Address
        | Kind::Postcode
        | Kind::Email
        | Kind::Vehicle
        | Kind::Professional
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => false,
    }
}

/// Whether a form can be nothing but the identifier that it was learned from: six letters and digits at least; of names
/// only the full ones.
fn tells(kind: Kind, form: &Form) -> bool {
    let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let digits = form.text.bytes().filter(u8::is_ascii_digit).count();
    match kind {
        Kind::Name => {
            let words: Vec<&str> = form.text.split(' ').collect();
            form.confidence >= FULL_NAME
                && words.len() > 1
                && count(&form.text) >= 6
                && words.iter().filter(|w| count(w) > 1).count() > 1
        }
        Kind::Email => count(&form.text) >= 6,
        Kind::Postcode => form.how != How::Zip && count(&form.text) >= 5 && digits > 1,
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::Phone
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Ssn => count(&form.text) >= 6 && digits >= 4,
        Kind::DateOfBirth
        | Kind::Address
        | Kind::Vehicle
        | Kind::Professional
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => false,
    }
}

fn finding(range: Range<usize>, kind: Kind, confidence: Confidence) -> Finding {
    Finding { range, kind, confidence, finder: Finder::Dictionary }
}

fn key_of(key: &str, learned: &Learned) -> u64 {
    // What is looked for as a whole alone is not known yet by its parts.
    let mut read = Zeroizing::new(vec![learned.kind as u8, u8::from(learned.whole)]);
    read.extend_from_slice(key.as_bytes());
    salted(&read)
}

/// What keys are kept as: they have a table of their own.
const KEY: Sort = Sort(0);

fn sort(kind: Kind, form: &Form) -> Sort {
    sort_of(kind, form.how, form.confidence)
}

fn sort_of(kind: Kind, how: How, confidence: Confidence) -> Sort {
    Sort(u16::from(kind as u8) << 4 | u16::from(how.number()) << 1 | u16::from(confidence >= FULL_NAME))
}

/// The ways by words that lead to an entry.
fn word_ways<'a>(at: u64, learned: &Learned, entry: &'a Entry) -> impl Iterator<Item = (Cow<'a, str>, End)> {
    let (kind, named) = (learned.kind, learned.named);
    entry.forms.iter().flat_map(move |form| {
        let end = End::new(at, sort(kind, form), named);
        ways(form).into_iter().map(move |way| (way, end))
    })
}

/// The ways by letters and digits.
fn number_ways<'a>(at: u64, learned: &Learned, entry: &'a Entry) -> impl Iterator<Item = (&'a str, End)> {
    let end = End::new(at, sort_of(learned.kind, How::Name, FULL_NAME), learned.named);
    entry.packed.iter().map(move |packed| (packed.as_str(), end))
}

fn of_day(day: &Day) -> u64 {
    let [high, low] = day.year.to_be_bytes();
    salted(&[high, low, day.month, day.day])
}

/// What a form is looked up by: its words, and all in one where a space may be nothing.
fn ways(form: &Form) -> Vec<Cow<'_, str>> {
    let mut ways = vec![Cow::Borrowed(form.text.as_str())];
    if matches!(form.how, How::Folded { may_touch: true }) && form.text.contains(' ') {
        ways.push(Cow::Owned(form.text.replace(' ', "")));
    }
    ways
}
