//! The index: forms by their first word, numbers by their first characters, dates by their day.
//!
//! What is known of an identifier is wiped when it goes. The ways to it are hashes under a salt of this process, so that the
//! tables, which leave copies behind when they grow, hold nothing to read.
//!
//! Looking costs one look-up a word of the text, whatever the number of entries; learning is an insertion, nothing is ever
//! rebuilt. (An automaton would be faster on long texts, but has to be built anew for what is learned, and keeps copies of
//! the values that cannot be wiped.)

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Spare;
use crate::redact::detect::date::{self, Day};
use crate::redact::detect::gazetteer;
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldEffect;
use crate::redact::remark::{is_documentation, is_licence, speaks_of_people};
use crate::redact::title::is_title;

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
}

/// A written form.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
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
    pub(super) forms: Vec<Form>,
    /// Letters and digits alone, lower case: found with any signs between them.
    pub(super) packed: Vec<Zeroizing<String>>,
    pub(super) days: Vec<Day>,
}

/// Entries by the order in which they were learned, and the ways to them.
#[derive(Default, Clone)]
pub(super) struct Layer {
    entries: BTreeMap<u64, Arc<Entry>>,
    keys: HashMap<u64, Vec<u64>>,
    words: HashMap<u64, Vec<(u64, u32)>>,
    heads: HashMap<u64, Vec<(u64, u32)>>,
    days: HashMap<u64, u64>,
}

/// How long `1962-03-14` is.
const ISO_DATE: usize = 10;

/// The confidence of a forename and a surname together.
const FULL_NAME: Confidence = 92;

/// Numbers are looked up by so many first characters; all of a hospital begin alike, so longer ones by more.
const HEAD: usize = 4;
const LONG_HEAD: usize = 8;
/// A number of so many digits is known for what it is with letters right before or behind it: `id9434765919x`.
const LONG_NUMBER: usize = 9;

/// A text made ready for looking, once for all layers.
pub(super) struct Look<'a> {
    text: &'a str,
    folded: Cow<'a, str>,
    digits: usize,
    code: bool,
    /// A postcode stands here, says the label.
    postal: bool,
    style: bool,
    /// A programmer's remark: whole names only.
    remark: bool,
    /// A library's remark: no dates either, they are its own.
    library: bool,
    /// A licence: no names at all, they are its authors'.
    licence: bool,
}

impl<'a> Look<'a> {
    pub(super) fn at(text: &'a str, place: &Place<'_>) -> Self {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let style = place.surface == Surface::Style;
        let code = style || place.surface == Surface::Script;
        let remark = place.surface == Surface::Remark && !speaks_of_people(text);
        let kept = place.field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Keep));
        let library = remark && (kept || is_documentation(text));
        let licence = remark && kept && is_licence(text);
        let postal = ["postal code", "postcode", "post code", "zip"].iter().any(|l| place.label.contains(l));
        Self { text, folded: fold(text), digits, code, style, remark, library, licence, postal }
    }
}

/// Lower case, character by character, without moving any: a character whose lower case has another length stays.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
                    _ => c,
                }
            })
            .collect(),
    )
}

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

    pub(super) fn insert(&mut self, at: u64, entry: Entry) {
        self.link(at, &entry);
        self.entries.insert(at, Arc::new(entry));
    }

    pub(super) fn append(&mut self, other: Layer) {
        for (at, entry) in other.entries {
            self.link(at, &entry);
            self.entries.insert(at, entry);
        }
    }

    fn link(&mut self, at: u64, entry: &Entry) {
        self.keys.entry(key_of(entry)).or_default().push(at);
        for (n, form) in (0u32..).zip(&entry.forms) {
            for first in first_words(form) {
                self.words.entry(hash(first.as_bytes())).or_default().push((at, n));
            }
        }
        for (n, packed) in (0u32..).zip(&entry.packed) {
            if let Some(head) = head_of(packed.as_bytes()) {
                self.heads.entry(head).or_default().push((at, n));
            }
        }
        for day in &entry.days {
            self.days.insert(of_day(day), at);
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
                for first in first_words(form) {
                    forget(&mut self.words, &hash(first.as_bytes()), oldest);
                }
            }
            for packed in &entry.packed {
                if let Some(head) = head_of(packed.as_bytes()) {
                    forget(&mut self.heads, &head, oldest);
                }
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
        let text = look.folded.get(word.clone()).unwrap_or_default();
        for (at, n) in self.words.get(&hash(text.as_bytes())).into_iter().flatten().filter(|(at, _)| known.contains(at))
        {
            let Some(entry) = self.entries.get(at) else { continue };
            let Some(form) = entry.forms.get(*n as usize) else { continue };
            let name = entry.kind == Kind::Name;
            if (telling || (look.remark && name)) && !tells(entry.kind, form) || (look.licence && name) {
                continue;
            }
            if look.style && form.how == How::Glued {
                continue;
            }
            if let Some(range) = matches(look, word.start, form)
                && !(spared(entry, look, &range, spare))
            {
                out.push(finding(range, entry.kind, form.confidence));
            }
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
        let mut head = [0; LONG_HEAD];
        let mut filled = 0;
        for ((_, b), slot) in unspaced(bytes, at).zip(&mut head) {
            *slot = b;
            filled += 1;
        }
        if filled < HEAD {
            return;
        }
        let [short, long] = [HEAD, LONG_HEAD].map(|n| head.get(..n).filter(|_| n <= filled).map(hash));
        let listed = [short, long].into_iter().flatten().filter_map(|head| self.heads.get(&head)).flatten();
        for (seq, n) in listed.filter(|(seq, _)| known.contains(seq)) {
            let Some(entry) = self.entries.get(seq) else { continue };
            if telling && !is_number(entry.kind) {
                continue;
            }
            let Some(packed) = entry.packed.get(*n as usize) else { continue };
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
                if !spared(entry, look, &(at..end), spare) {
                    out.push(finding(plus.unwrap_or(at)..end, entry.kind, 93));
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
fn spared(entry: &Entry, look: &Look<'_>, range: &Range<usize>, spare: &Spare<'_>) -> bool {
    !entry.named && look.text.get(range.clone()).is_some_and(|value| spare(entry.kind, value))
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

fn forget<K: std::hash::Hash + Eq + Copy>(map: &mut HashMap<K, Vec<(u64, u32)>>, key: &K, oldest: u64) {
    if let Some(list) = map.get_mut(key) {
        list.retain(|(at, _)| *at >= oldest);
        if list.is_empty() {
            map.remove(key);
        }
    }
}

fn finding(range: Range<usize>, kind: Kind, confidence: Confidence) -> Finding {
    Finding { range, kind, confidence, finder: Finder::Dictionary }
}

fn key_of(entry: &Entry) -> u64 {
    hash(entry.key.as_bytes()) ^ entry.kind as u64
}

/// By which a number is looked up.
fn head_of(packed: &[u8]) -> Option<u64> {
    packed.get(..LONG_HEAD).or_else(|| packed.get(..HEAD)).map(hash)
}

fn of_day(day: &Day) -> u64 {
    let [high, low] = day.year.to_be_bytes();
    hash(&[high, low, day.month, day.day])
}

static SALT: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("dictionary"));

/// FNV-1a from a salt; the index compares the texts themselves afterwards.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(*SALT, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

/// The words by which a form is looked up: its first, and all in one where a space may be nothing.
fn first_words(form: &Form) -> Vec<Cow<'_, str>> {
    let first = |t: &str| alphanumeric_runs(t).next();
    let mut firsts = Vec::new();
    if let Some(word) = first(&form.text).and_then(|r| form.text.get(r)) {
        firsts.push(Cow::Borrowed(word));
    }
    if matches!(form.how, How::Folded { may_touch: true }) && form.text.contains(' ') {
        firsts.push(Cow::Owned(form.text.replace(' ', "")));
    }
    firsts
}

/// Runs of letters and digits. A long number is a run of its own: when it goes, what touched it is a word.
fn alphanumeric_runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, first) = chars.by_ref().find(|(_, c)| c.is_alphanumeric())?;
        let mut to = from + first.len_utf8();
        let mut digits = usize::from(first.is_ascii_digit());
        while let Some((i, c)) = chars.next_if(|&(i, c)| {
            let ends = match (c.is_ascii_digit(), digits) {
                (true, 0) => text.get(i..).is_some_and(begins_long_number),
                (false, LONG_NUMBER..) => true,
                (true | false, _) => false,
            };
            c.is_alphanumeric() && !ends
        }) {
            to = i + c.len_utf8();
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        }
        Some(from..to)
    })
}

/// Whether so many digits stand here that they are a number whatever touches them.
fn begins_long_number(text: &str) -> bool {
    text.bytes().take_while(u8::is_ascii_digit).nth(LONG_NUMBER - 1).is_some()
}

/// Letters and digits from `at`, over at most two signs between them such as numbers are broken with.
fn unspaced(bytes: &[u8], at: usize) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut i = at;
    std::iter::from_fn(move || {
        let mut signs = 0;
        loop {
            let b = *bytes.get(i)?;
            i += 1;
            match b {
                b if b.is_ascii_alphanumeric() => return Some((i - 1, b)),
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'+' | b'_' | b',' if signs < 3 => signs += 1,
                _ => return None,
            }
        }
    })
}

/// Whether the form stands at `at`, and where it ends.
fn matches(look: &Look<'_>, at: usize, form: &Form) -> Option<Range<usize>> {
    let text = &*look.folded;
    let may_touch = matches!(form.how, How::Folded { may_touch: true });
    let mut rest = text.get(at..)?;
    let mut parts = form.text.split(' ');
    let mut before = parts.next()?;
    rest = rest.strip_prefix(before)?;
    for part in parts {
        let signs = rest.char_indices().find(|(_, c)| !separates(*c)).map_or(rest.len(), |(i, _)| i);
        let gap = rest.get(..signs)?;
        let count = gap.chars().count();
        if count > 3 || (count == 0 && !may_touch) || (gap.starts_with(". ") && is_word(before) && is_word(part)) {
            return None;
        }
        rest = rest.get(signs..)?.strip_prefix(part)?;
        before = part;
    }
    if rest.starts_with(char::is_alphanumeric) && !begins_long_number(rest) {
        return None;
    }
    let range = at..text.len() - rest.len();
    let shown = look.text.get(range.clone())?;
    // Scripts without capitals have only names as they are.
    let capital = shown.starts_with(|c: char| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()));
    let fits = match form.how {
        How::Zip => look.postal || behind_state(look.text, at) || extended(rest),
        How::Folded { .. } => {
            let code = look.code || look.remark;
            !(code && !each_capital(shown) && ordinary(&form.text))
        }
        How::Glued => true,
        How::Name if look.code => capital && form.text.len() > 3 && !names_a_thing(look.text, &range, &form.text),
        How::Name => !is_private(look.text, range.start),
        How::Capital => each_capital(shown) && !(look.code && names_a_thing(look.text, &range, &form.text)),
        How::Careful => {
            capital
                && each_capital(shown)
                && !is_private(look.text, range.start)
                && !look.code
                // A sentence gives a capital to its first word, not to both halves of "Jun-Ho".
                && (form.text.contains('-') || !begins_sentence(look.text, at))
                && !followed_by_number(rest)
        }
        How::Beside => capital && !look.code && beside_a_name(look.text, &range),
    };
    fits.then_some(range)
}

/// Words alone: "the keys will be sorted" is no Keys, Will in what programmers write.
fn ordinary(form: &str) -> bool {
    let lists = gazetteer::shipped();
    form.contains(' ') && form.split(' ').all(|word| lists.is_word(word))
}

/// A word that nobody abbreviates: behind it a full stop ends the sentence, and the next word is no part of the name.
fn is_word(part: &str) -> bool {
    const SHORTENED: &[&str] = &["mrs", "rev", "revd", "prof", "capt", "sgt"];
    part.chars().count() >= 3 && part.chars().all(char::is_alphabetic) && !SHORTENED.contains(&part)
}

/// "Portland, OR 97005": two capitals right before.
fn behind_state(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let state = before.trim_end_matches([' ', '\u{a0}', '\n', '\t', ',']);
    let letters = state.bytes().rev().take_while(u8::is_ascii_uppercase).count();
    let free =
        state.len().checked_sub(3).and_then(|i| state.as_bytes().get(i)).is_none_or(|b| !b.is_ascii_alphanumeric());
    state.len() < before.len() && letters == 2 && free
}

/// The four digits that narrow it down: `97005-1234`.
fn extended(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|four| four.bytes().take_while(u8::is_ascii_digit).count() == 4)
}

/// "Mr Ward", "Adam Contact", "Contact, Adam": a title or a forename that is no word stands right before, or a forename behind a comma.
fn beside_a_name(text: &str, range: &Range<usize>) -> bool {
    let lists = gazetteer::shipped();
    let before = text.get(..range.start).unwrap_or_default();
    let before = before.strip_suffix(' ').unwrap_or_default();
    let (before, stopped) = before.strip_suffix('.').map_or((before, false), |b| (b, true));
    let from = before.rfind(|c: char| !(c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))).map_or(0, |at| at + 1);
    let word = before.get(from..).or_else(|| before.rsplit(' ').next()).unwrap_or_default();
    let lower = word.to_lowercase();
    let shown = word.starts_with(char::is_uppercase);
    if shown && (is_title(&lower) || (!stopped && lists.is_forename(&lower) && !lists.is_word(&lower))) {
        return true;
    }
    let behind = text.get(range.end..).unwrap_or_default();
    let Some(behind) =
        behind.strip_prefix(", ").or_else(|| behind.strip_prefix(',')).or_else(|| behind.strip_prefix('^'))
    else {
        return false;
    };
    let word = behind.split(|c: char| !(c.is_alphabetic() || matches!(c, '-' | '\''))).next().unwrap_or_default();
    word.starts_with(char::is_uppercase) && lists.is_forename(&word.to_lowercase())
}

fn separates(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '.' | '^' | '~' | '_' | '+' | '-' | '|' | '&' | '/')
}

/// `./_Stack`, `Domingo_Segunda`, `Grant.prototype`, `@Rose`; and what calendars print: a name by itself in code.
fn names_a_thing(text: &str, range: &Range<usize>, word: &str) -> bool {
    let glue = |c: Option<char>| matches!(c, Some('_' | '/' | '.' | '$' | '#' | '@' | '\\'));
    let before = text.get(..range.start).and_then(|t| t.chars().next_back());
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let next = after.next();
    glue(before)
        || matches!(next, Some('_' | '/' | '$' | '\\' | '('))
        || (next == Some('.') && after.next().is_some_and(char::is_alphanumeric))
        || CALENDAR.binary_search(&word).is_ok()
}

/// `./_Stack`: how programs name what is their own.
fn is_private(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.strip_suffix('_').is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
}

/// Months and days of the week in the languages of date pickers that are names of people as well.
const CALENDAR: &[&str] = &[
    "abril", "agosto", "augusti", "augusto", "augustus", "avril", "dimanche", "domenica", "domingo", "enero",
    "gennaio", "giugno", "janeiro", "janvier", "juillet", "julho", "juli", "julio", "july", "junho", "juni", "junio",
    "juny", "lunes", "luglio", "maggio", "maio", "mardi", "marzo", "mars", "martes", "marts", "märz", "mayo", "mei",
    "octobre", "ottobre", "sabado", "samedi", "sonntag", "sunday", "sábado", "viernes",
];

fn each_capital(shown: &str) -> bool {
    shown.split(|c: char| !c.is_alphanumeric()).all(|w| !w.starts_with(char::is_lowercase))
}

/// "Ward 3", "May 2012": a word that is a name as well, but not here.
fn followed_by_number(rest: &str) -> bool {
    rest.trim_start_matches([' ', '-']).starts_with(|c: char| c.is_ascii_digit())
}

fn begins_sentence(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '"', '\'', '(', '\u{a0}']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', ';', '\n', '•', '|', '>', '/', '-', ','])
}
