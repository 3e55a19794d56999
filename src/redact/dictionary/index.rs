//! The index: entries in their order, and the ways to their forms, numbers and days.
//!
//! What is known of an identifier is wiped when it goes. Looking costs some look-ups a word of the text, whatever the number
//! of entries; learning is an insertion, nothing is ever rebuilt. (An automaton would be faster on long texts, but has to be built anew for what is learned, and keeps copies of
//! the values that cannot be wiped.)

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Spare;
use super::fit::matches;
use super::look::{LONG_NUMBER, Look, alphanumeric_runs, unspaced};
use super::series;
use super::ways::{HEAD, Known, Named, Numbers, Words, salted};
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

/// What is known of one identifier.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Entry {
    #[zeroize(skip)]
    pub(super) kind: Kind,
    /// A field named it; else a detector found it.
    pub(super) named: bool,
    /// By which it is recognised as known.
    pub(super) key: Zeroizing<String>,
    /// Shared with other entries that have the same; wiped with the last.
    #[zeroize(skip)]
    pub(super) forms: Vec<Arc<Form>>,
    /// Letters and digits alone, lower case: found with any signs between them.
    #[zeroize(skip)]
    pub(super) packed: Vec<Arc<Zeroizing<String>>>,
    pub(super) days: Vec<Day>,
    /// What its number looks like, when all of a hospital look so.
    pub(super) series: Option<Zeroizing<String>>,
}

/// Entries by the order in which they were learned, and the ways to them.
#[derive(Default, Clone)]
pub(super) struct Layer {
    entries: BTreeMap<u64, Arc<Entry>>,
    keys: HashMap<u64, Vec<u64>>,
    words: Words<Form>,
    numbers: Numbers<Zeroizing<String>>,
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
        self.entries.keys().next().copied()
    }

    pub(super) fn knows(&self, entry: &Entry, oldest: u64) -> bool {
        self.keys
            .get(&key_of(entry))
            .into_iter()
            .flatten()
            .filter(|at| **at >= oldest)
            .filter_map(|at| self.entries.get(at))
            .any(|e| e.kind == entry.kind && e.key == entry.key && (e.named || !entry.named))
    }

    /// Copies of the entries from `oldest` on, in order.
    pub(super) fn since(&self, oldest: u64) -> impl Iterator<Item = Entry> + '_ {
        self.entries.range(oldest..).map(|(_, e)| Entry::clone(e))
    }

    pub(super) fn insert(&mut self, at: u64, mut entry: Entry) {
        self.keys.entry(key_of(&entry)).or_default().push(at);
        let Entry { kind, named, .. } = entry;
        for form in &mut entry.forms {
            for way in ways(&form.clone()) {
                self.words.insert(&way, form, kind, at, named);
            }
        }
        for packed in &mut entry.packed {
            self.numbers.insert(&packed.clone(), packed, kind, at, named);
        }
        for day in &entry.days {
            self.days.insert(of_day(day), at);
        }
        if let Some(series) = &entry.series {
            self.series.insert(salted(series.as_bytes()), at);
        }
        self.entries.insert(at, Arc::new(entry));
    }

    pub(super) fn append(&mut self, other: Layer) {
        let Layer { entries, .. } = other;
        for (at, entry) in entries {
            self.insert(at, Arc::unwrap_or_clone(entry));
        }
    }

    pub(super) fn forget_before(&mut self, oldest: u64) {
        if self.oldest().is_none_or(|o| o >= oldest) {
            return;
        }
        let kept = self.entries.split_off(&oldest);
        let gone = std::mem::replace(&mut self.entries, kept);
        for entry in gone.values() {
            for form in &entry.forms {
                for way in ways(form) {
                    self.words.forget(&way, oldest);
                }
            }
            for packed in &entry.packed {
                self.numbers.forget(packed, oldest);
            }
            let key = key_of(entry);
            if let Some(list) = self.keys.get_mut(&key) {
                list.retain(|at| *at >= oldest);
                if list.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
        self.days.retain(|_, at| *at >= oldest);
        self.series.retain(|_, at| *at >= oldest);
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
        out: &mut Vec<Finding>,
    ) {
        if self.entries.is_empty() {
            return;
        }
        for word in alphanumeric_runs(&look.folded) {
            self.find_words(look, word.clone(), &known, telling, spare, out);
            if look.digits >= HEAD {
                self.find_packed(look, word.start, &known, telling, spare, out);
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
    fn find_words(
        &self,
        look: &Look<'_>,
        word: Range<usize>,
        known: &Range<u64>,
        telling: bool,
        spare: &Spare<'_>,
        out: &mut Vec<Finding>,
    ) {
        for Known { value: form, kind, entries } in self.words.at(&look.folded, word.clone()) {
            let Some(named) = entries.among(known) else { continue };
            let name = *kind == Kind::Name;
            if (telling || (look.remark && name)) && !tells(*kind, form) || (look.licence && name) {
                continue;
            }
            if look.style && form.how == How::Glued {
                continue;
            }
            if let Some(range) = matches(look, word.start, form)
                && !spared(named, *kind, look, &range, spare)
            {
                out.push(finding(range, *kind, form.confidence));
            }
        }
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

    fn find_packed(
        &self,
        look: &Look<'_>,
        at: usize,
        known: &Range<u64>,
        telling: bool,
        spare: &Spare<'_>,
        out: &mut Vec<Finding>,
    ) {
        let bytes = look.folded.as_bytes();
        for Known { value: packed, kind, entries } in self.numbers.at(unspaced(bytes, at).map(|(_, b)| b)) {
            let Some(named) = entries.among(known) else { continue };
            if telling && !is_number(*kind) {
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
            let behind = look.folded.get(end..).and_then(|r| r.chars().next());
            // So many digits are no part of a word or of a hash by chance: letters may touch them.
            if same && !behind.is_some_and(|c| if long { c.is_numeric() } else { c.is_alphanumeric() }) {
                // The plus of +44 belongs to the number.
                let plus = at.checked_sub(1).filter(|i| bytes.get(*i) == Some(&b'+'));
                if !spared(named, *kind, look, &(at..end), spare) {
                    out.push(finding(plus.unwrap_or(at)..end, *kind, 93));
                    // Once the number is gone, what touched it is a word: `943 476 5919Quillfeather`.
                    let rest = look.folded.get(end..).unwrap_or_default();
                    if behind.is_some_and(char::is_alphanumeric)
                        && let Some(run) = alphanumeric_runs(rest).next()
                    {
                        self.find_words(look, end..end + run.end, known, telling, spare, out);
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

fn key_of(entry: &Entry) -> u64 {
    salted(entry.key.as_bytes()) ^ entry.kind as u64
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
