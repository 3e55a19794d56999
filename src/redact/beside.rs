//! What stands beside a person: in a banner, a row of a list or an option, a number or an old date without a label is that
//! person's.
//!
//! ```text
//! ABBOTT, Ramiro - RF442109 - 23/03/1972        one text: the name says what the rest is
//! | ABBOTT, Ramiro | 23-Mar-1972 | RF442109 |   cells of a row: so do neighbours
//! ```
//!
//! A number counts when it is all that its text holds, or all between two separators; a date when it is so old that it is no
//! appointment. Only texts that people read are looked at, and only where neither a rule nor a label says what stands there.

use std::collections::VecDeque;
use std::ops::Range;

use zeroize::Zeroizing;

use super::detect::{date, gazetteer};
use super::dictionary::SURE;
use super::finding::{Finder, Finding};
use super::kind::Kind;
use super::label::normalise;
use super::place::{Place, Surface};

/// How many texts away a neighbour may stand.
const NEAR: u64 = 5;

/// A longer text is prose: what it names has no neighbours.
const LONGEST: usize = 160;

/// Fewer years from one day to another are a stay or a contract, not somebody's life.
const LIFE: u16 = 18;

/// The longest text that can be a number or a date alone.
const LONGEST_LONE: usize = 24;

/// What may stand around a number alone.
const SIGNS: [char; 13] = [' ', '(', ')', '[', ']', '~', '#', ':', ',', '-', '|', '·', '*'];

/// A date in or before this year beside a name is a birth date; later ones may be visits.
pub(super) const OLD: u16 = 2012;

/// Texts lately read, in reading order.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    read: u64,
    person: Option<u64>,
    waiting: VecDeque<Lone>,
    strings: u64,
    names: VecDeque<Lone>,
    born: Option<u64>,
    /// A text that is a day and no more, and which it was.
    dated: Option<(u64, Zeroizing<String>)>,
    /// The lines below the name of somebody to whom a letter goes, until the postcode says that they were an address.
    letter: Option<Vec<Zeroizing<String>>>,
    /// The person's text as a label would be written: the name in a heading is no label of the number below it.
    heading: Zeroizing<String>,
}

/// So many lines stand between a name and a postcode at most.
const LINES: usize = 6;

/// A number or date that waits for a person.
#[derive(Debug)]
pub(super) struct Lone {
    at: u64,
    pub(super) kind: Kind,
    pub(super) value: Zeroizing<String>,
}

impl Neighbours {
    /// A text has been inspected, with what was found in it. Adds what stands beside a person; returns what has been waiting for
    /// the person that stands in it.
    pub(super) fn read(&mut self, text: &str, place: &Place<'_>, found: &mut Vec<Finding>) -> Vec<Lone> {
        if place.surface == Surface::Script {
            return self.strings(text, found);
        }
        let born = self.born_above(text, place);
        let mut waited = self.beside(text, place, found);
        waited.extend(born);
        waited
    }

    fn beside(&mut self, text: &str, place: &Place<'_>, found: &mut Vec<Finding>) -> Vec<Lone> {
        if !matches!(place.surface, Surface::Text | Surface::Field | Surface::ShownAttribute | Surface::Attribute) {
            return Vec::new();
        }
        let shown = matches!(place.surface, Surface::Text | Surface::Field);
        if shown {
            self.read += 1;
            if !place.label.is_empty() || place.field.is_some() {
                self.letter = None;
            } else if let Some(lines) = self.letter(text, found) {
                return lines;
            }
        }
        if text.len() > LONGEST {
            return Vec::new();
        }
        if let Some(range) = called(text, found) {
            found.push(finding(range, Kind::Name));
        }
        if let Some(range) = numbered_line(text)
            && !found.iter().any(|f| f.range.start < range.end && range.start < f.range.end)
        {
            found.push(finding(range, Kind::RecordId));
        }
        let named = found.iter().any(is_person);
        if named {
            for (range, kind) in parts(text).into_iter().chain(banner(text, found)) {
                if !found.iter().any(|f| f.range.start < range.end && range.start < f.range.end) {
                    found.push(finding(range, kind));
                }
            }
            // A name with a number or birth date in one line is a record's: it is sure.
            let before = self.read.saturating_sub(2);
            let numbered = found.iter().any(|f| identifies(f.kind)) || self.waiting.iter().any(|l| l.at >= before);
            let names = found.iter().filter(|f| numbered && f.kind == Kind::Name && f.confidence < SURE);
            let value = |f: &Finding| text.get(f.range.clone()).map(str::to_owned);
            let mut sure: Vec<Lone> = names
                .filter_map(|f| Some(Lone { at: self.read, kind: Kind::Name, value: Zeroizing::new(value(f)?) }))
                .collect();
            if shown {
                self.person = Some(self.read);
                self.heading = Zeroizing::new(if is_patient(text, found) { normalise(text) } else { String::new() });
                let since = self.read.saturating_sub(NEAR);
                sure.extend(self.waiting.drain(..).filter(|l| l.at >= since));
            }
            return sure;
        }
        let headed = !self.heading.is_empty() && place.label == self.heading.as_str();
        if !shown || !found.is_empty() || place.field.is_some() || !(headed || speaks_of_a_number(place.label)) {
            return Vec::new();
        }
        for (range, kind) in lones(text) {
            if self.person.is_some_and(|at| at + NEAR >= self.read) {
                found.push(finding(range, kind));
            } else if let Some(value) = text.get(range) {
                self.waiting.push_back(Lone { at: self.read, kind, value: Zeroizing::new(value.to_owned()) });
                while self.waiting.len() > NEAR as usize {
                    self.waiting.pop_front();
                }
            }
        }
        Vec::new()
    }

    /// `14 March 2014` and, in the next line, `(aged 10)`: when somebody was born. Under a label the day is what that says: "Diagnosed".
    fn born_above(&mut self, text: &str, place: &Place<'_>) -> Option<Lone> {
        if !matches!(place.surface, Surface::Text | Surface::Field) {
            return None;
        }
        let above = self.dated.take();
        let day = text.trim();
        // As many as will have been read with this one.
        let now = self.read + 1;
        let free = place.label.is_empty() && place.field.is_none();
        if free && day.len() <= LONGEST_LONE && date::is_date(day) {
            self.dated = Some((now, Zeroizing::new(day.to_owned())));
        }
        let (at, value) = above.filter(|(at, _)| at + 1 == now)?;
        let age = age(day)?;
        let fits = date::days(&value).iter().any(|day| (2000..=2045).contains(&day.year.saturating_add(age)));
        fits.then_some(Lone { at, kind: Kind::DateOfBirth, value })
    }

    /// A line of a letter's head: whose name it is, where they live, their postcode. Returns the lines of an address that has ended.
    fn letter(&mut self, text: &str, found: &[Finding]) -> Option<Vec<Lone>> {
        let text = text.trim();
        let whole = |kind: Kind| {
            let covered: usize = found.iter().filter(|f| f.kind == kind).map(|f| f.range.len()).sum();
            covered > 0 && covered * 3 >= text.len() * 2
        };
        if whole(Kind::Name) {
            self.letter = Some(Vec::new());
            return None;
        }
        let lines = self.letter.as_mut()?;
        // "London W8 4AA"
        let ends = found.iter().any(|f| f.kind == Kind::Postcode && f.range.end >= text.len()) && text.len() <= 40;
        if whole(Kind::Postcode) || ends {
            let lines = std::mem::take(lines);
            self.letter = None;
            let at = self.read;
            return Some(lines.into_iter().map(|value| Lone { at, kind: Kind::Address, value }).collect());
        }
        let line = text.len() <= 40
            && text.split(' ').count() <= 6
            && text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | ',' | '\'' | '’' | '-' | '/' | '.' | '\u{a0}'));
        if line && lines.len() < LINES && found.iter().all(|f| matches!(f.kind, Kind::Address | Kind::Name)) {
            if found.is_empty() && (is_house(text) || is_named_house(text)) {
                lines.push(Zeroizing::new(text.trim_end_matches([',', '.']).to_owned()));
            }
        } else {
            self.letter = None;
        }
        None
    }

    /// A string of a script: `["Abbott", "Ramiro", "23/03/1972"]` are a person's, because an old date stands right behind words that
    /// may be names. Those words are what has been waiting.
    fn strings(&mut self, text: &str, found: &mut Vec<Finding>) -> Vec<Lone> {
        self.strings += 1;
        let at = self.strings;
        if may_be_name(text) {
            self.names.push_back(Lone { at, kind: Kind::Name, value: Zeroizing::new(text.trim().to_owned()) });
            if self.names.len() > 3 {
                self.names.pop_front();
            }
            return Vec::new();
        }
        let born = match lone(text) {
            Some((range, Kind::DateOfBirth)) => Some(range),
            // A number right behind it is the same person's.
            Some((range, kind)) if found.is_empty() && self.born.is_some_and(|b| b + 2 >= at) => {
                found.push(finding(range, kind));
                None
            }
            Some(_) | None => None,
        };
        let near = self.names.iter().filter(|n| n.at + 3 >= at).count();
        match born {
            Some(range) if near > 0 => {
                if found.is_empty() {
                    found.push(finding(range, Kind::DateOfBirth));
                }
                self.born = Some(at);
                self.names.drain(..).filter(|n| n.at + 3 >= at).collect()
            }
            Some(_) | None => Vec::new(),
        }
    }
}

/// `PAT-2024-00052: Rose`, whatever else roses are: who stands behind a record's number and a colon, when nothing else does.
fn called(text: &str, found: &[Finding]) -> Option<Range<usize>> {
    let [number] = found else { return None };
    let key = matches!(number.kind, Kind::HospitalNumber | Kind::RecordId | Kind::NhsNumber);
    let first = text.get(..number.range.start).is_some_and(|before| before.trim().is_empty());
    let behind = text.get(number.range.end..)?.strip_prefix(": ")?;
    let name = behind.trim();
    let words = || name.split(' ').map(str::to_lowercase);
    let lists = gazetteer::shipped();
    let fits = key
        && first
        && (1..=4).contains(&words().count())
        && name.starts_with(char::is_uppercase)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '’' | '-' | ','))
        && words().any(|w| lists.is_forename(&w) || lists.is_surname(&w) || !lists.is_word(&w));
    let from = text.len() - behind.trim_start().len();
    fits.then_some(from..from + name.len())
}

/// One to three capitalised words, none of them a thing's name, not all of them ordinary.
pub(in crate::redact) fn may_be_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<String> = text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | ',' | '\'' | '-' | '’');
    let named = |w: &String| lists.is_forename(w) || lists.is_surname(w) || !lists.is_word(w);
    (1..=3).contains(&words.len())
        && text.len() <= 48
        && text.starts_with(char::is_uppercase)
        && text.chars().all(letters)
        && words.iter().all(|w| w.len() > 1 && !lists.is_thing(w))
        && words.iter().any(named)
}

/// `17 Kirkgate`: a number and a word that is none of the language. "8 North", "2 weeks" and "Clinic 4" are no houses.
fn is_house(line: &str) -> bool {
    let lists = gazetteer::shipped();
    let Some((number, street)) = line.split_once(' ') else { return false };
    let digits = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let few = (1..=4).contains(&digits.len()) && number.len() - digits.len() <= 1;
    let mut words = street.split([' ', ',', '.']).filter(|w| !w.is_empty());
    let word = |w: &str| lists.is_word(&w.to_lowercase()) || lists.is_thing(&w.to_lowercase());
    few && digits.bytes().all(|b| b.is_ascii_digit())
        && words.clone().all(|w| w.starts_with(char::is_uppercase))
        && words.any(|w| w.len() > 4 && !word(w))
}

/// `The Coach House`, `Rose Cottage`: words with capitals, and the last is what houses are called.
fn is_named_house(line: &str) -> bool {
    let words: Vec<&str> = line.trim_end_matches([',', '.']).split(' ').filter(|w| !w.is_empty()).collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|w| w.starts_with(char::is_uppercase))
        && words.last().is_some_and(|last| super::detect::address::is_house(&last.to_lowercase()))
}

fn finding(range: Range<usize>, kind: Kind) -> Finding {
    Finding { range, kind, confidence: 82, finder: Finder::Detector("beside-a-person".into()) }
}

/// Kinds that stand in a line about one record.
pub(super) fn identifies(kind: Kind) -> bool {
    matches!(kind, Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId | Kind::DateOfBirth | Kind::Ssn)
}

/// Whether a text is somebody's name and hardly more, and not that of one who works there: "Dr Rose Adeyemi", "Ann Quill, Ward Manager".
fn is_patient(text: &str, found: &[Finding]) -> bool {
    let covered: usize = found.iter().filter(|f| f.kind == Kind::Name).map(|f| f.range.len()).sum();
    let first = text.trim().split([' ', '.']).next().unwrap_or_default().to_lowercase();
    let works = matches!(first.as_str(), "dr" | "doctor" | "prof" | "professor" | "nurse" | "sister");
    covered + 8 > text.trim().len() && !works
}

fn is_person(found: &Finding) -> bool {
    match found.kind {
        Kind::Name => found.confidence >= 60,
        Kind::NhsNumber => true,
        Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::DateOfBirth
        | Kind::Address
        | Kind::Postcode
        | Kind::Phone
        | Kind::Email
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Ssn
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => false,
    }
}

/// No label, or one that ends as labels of numbers do.
fn speaks_of_a_number(label: &str) -> bool {
    const WORDS: &[&str] =
        &["id", "no", "number", "num", "nr", "nbr", "identifier", "ref", "reference", "card", "uid", "puid", "born"];
    // "Search results" is the heading of a list of people.
    const HEADINGS: &[&str] = &["search", "patients", "clients", "matches"];
    label.is_empty()
        || label.rsplit(' ').next().is_some_and(|last| WORDS.contains(&last))
        || label.split(' ').any(|word| HEADINGS.contains(&word))
}

/// Whether a text is a number and nothing else.
pub(super) fn is_lone(text: &str) -> bool {
    lone(text).is_some_and(|(_, kind)| kind == Kind::RecordId)
}

/// The text without brackets and spaces around it, when it is a number or an old date.
fn lone(text: &str) -> Option<(Range<usize>, Kind)> {
    let inner = text.trim_matches(SIGNS);
    // "19381109 M"
    let inner = [" M", " F", " Male", " Female"].iter().find_map(|sex| inner.strip_suffix(sex)).unwrap_or(inner);
    // "W402277  F 29"
    let inner = without_sex_and_age(inner);
    let inner = ["M ", "F "].iter().find_map(|sex| inner.strip_prefix(sex)).unwrap_or(inner).trim_matches(SIGNS);
    if inner.is_empty() || inner.len() > LONGEST_LONE {
        return None;
    }
    let from = text.find(inner)?;
    kind_of(inner).map(|kind| (from..from + inner.len(), kind))
}

/// A text that is a number or an old date and no more, or a line of both: `1109238 - 03/05/1998`; `26.04.1923 - 26.02.2019` are the
/// days on which somebody was born and died.
fn lones(text: &str) -> Vec<(Range<usize>, Kind)> {
    if let Some(one) = lone(text) {
        return vec![one];
    }
    let mut all = parts(text);
    let mut told: Vec<Range<usize>> = all.iter().map(|(range, _)| range.clone()).collect();
    for (range, _) in date::find_all(text) {
        if !told.iter().any(|t| t.start < range.end && range.start < t.end) {
            told.push(range);
        }
    }
    let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let inside: usize = told.iter().filter_map(|range| text.get(range.clone())).map(count).sum();
    let born = all.iter().any(|(_, kind)| *kind == Kind::DateOfBirth);
    // From one day to another of long ago somebody was here.
    let numbered = all.iter().any(|(_, kind)| *kind != Kind::DateOfBirth);
    let years = || told.iter().filter_map(|range| date::days(text.get(range.clone())?).first().map(|day| day.year));
    let (first, last) = (years().min().unwrap_or_default(), years().max().unwrap_or_default());
    let died = last > OLD && last.saturating_sub(first) >= LIFE;
    // Nothing else is said; two letters may be the sex.
    if !(born && told.len() > 1 && (numbered || died) && count(text) <= inside + 2) {
        all.clear();
    }
    all
}

/// The years of a line that is an age: `(aged 10)`, `63 years old`.
fn age(line: &str) -> Option<u16> {
    let bare = line.trim_matches(['(', ')', '[', ']', ' ', ',', ':', '.']).to_ascii_lowercase();
    let told = ["aged ", "age: ", "age "].iter().find_map(|said| bare.strip_prefix(said));
    let rest = told.unwrap_or(&bare);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let unit = rest.get(digits..)?.trim_start();
    let years = ["year", "yr", "yo", "y/o"].iter().any(|u| unit.starts_with(u)) && unit.len() <= 24;
    let ago = unit.contains("ago") || unit.contains("later");
    // "5 years" below a day is how long something lasts.
    let said = match told {
        Some(_) => unit.is_empty() || years,
        None => years && !ago && unit.contains("old"),
    };
    rest.get(..digits)?.parse().ok().filter(|age| said && *age <= 120)
}

/// Without the sex and the age at the end.
fn without_sex_and_age(text: &str) -> &str {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let age = (1..=3).contains(&(text.len() - rest.len()));
    let blank = [' ', '\u{a0}'];
    let before = |sex| rest.trim_end_matches(blank).strip_suffix(sex).filter(|before| before.ends_with(blank));
    let found = ['M', 'F'].into_iter().find_map(before).filter(|_| age);
    found.map_or(text, |before| before.trim_end_matches(blank))
}

/// The parts of a text between separators that are numbers or old dates.
fn parts(text: &str) -> Vec<(Range<usize>, Kind)> {
    let mut out = Vec::new();
    let mut from = 0;
    let ends = text.char_indices().filter(|&(i, c)| match c {
        '|' | '·' | '•' | '(' | ')' | '[' | ']' | '\n' | '\t' | ',' | ';' => true,
        '-' => text.get(..i).is_some_and(|b| b.ends_with(' ')) && text.get(i + 1..).is_some_and(|b| b.starts_with(' ')),
        _ => false,
    });
    for (at, width) in ends.map(|(i, c)| (i, c.len_utf8())).chain([(text.len(), 0)]) {
        let part = text.get(from..at).unwrap_or_default();
        if let Some((range, kind)) = lone(part) {
            out.push((from + range.start..from + range.end, kind));
        }
        from = at + width;
    }
    out
}

/// The number in a line that tells of somebody without a name: `ID 2026090001 · 34y 2m · Female`.
fn numbered_line(text: &str) -> Option<Range<usize>> {
    let signs = ['·', '•', '|'];
    if !text.contains(signs) {
        return None;
    }
    let aged = |part: &str| {
        let part = part.trim().to_ascii_lowercase();
        if let Some(age) = part.strip_prefix("age ") {
            return age.len() < 4 && age.bytes().all(|b| b.is_ascii_digit());
        }
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let unit = part.get(digits..).unwrap_or_default().trim_start();
        let years = ["y", "yr", "yrs", "yo", "y/o", "year", "years"].iter().any(|word| {
            let rest = unit.strip_prefix(word);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
        });
        (1..=3).contains(&digits) && years && part.len() <= 16
    };
    let sexed = |part: &str| matches!(part.trim().to_ascii_lowercase().as_str(), "male" | "female");
    let called = |part: &str| part.trim_start().strip_prefix("ID").is_some_and(|rest| rest.starts_with([' ', ':']));
    // A plug is male, too, and a warranty lasts some years: two of the three are said of people.
    let told = [text.split(signs).any(aged), text.split(signs).any(sexed), text.split(signs).any(called)];
    if told.iter().filter(|told| **told).count() < 2 {
        return None;
    }
    let mut at = 0;
    for part in text.split(signs) {
        let bare = part.trim();
        let number =
            ["ID:", "ID", "No.", "No:", "#"].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(bare).trim();
        let from = at + part.find(number).unwrap_or_default();
        if !number.is_empty() && is_code(number) && !date::is_date(number) {
            return Some(from..from + number.len());
        }
        at += part.len() + text.get(at + part.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    None
}

/// Whether a title before the name says that it is one of the staff: a date beside it is a visit's.
pub(super) fn is_clinician(text: &str, person: &Finding) -> bool {
    const STAFF: &[&str] = &["dr", "doctor", "prof", "professor", "sister", "nurse", "consultant", "by"];
    let before = text.get(..person.range.start).unwrap_or_default();
    let word = before.trim_end_matches([' ', '.', ':']).rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let own = text.get(person.range.clone()).unwrap_or_default().split(['.', ' ']).next().unwrap_or_default();
    STAFF.iter().any(|staff| word.eq_ignore_ascii_case(staff) || own.eq_ignore_ascii_case(staff))
}

/// What stands in a line that is no sentence: `SMITH, John 14-Mar-1962 RF123456`. A number that looks like no other is the
/// person's; one in groups of three, three and four is an NHS number, whatever its check digit says.
fn banner(text: &str, found: &[Finding]) -> Vec<(Range<usize>, Kind)> {
    let free = |range: &Range<usize>| !found.iter().any(|f| f.range.start < range.end && range.start < f.range.end);
    let mut words = Vec::new();
    let mut from = 0;
    for word in text.split(' ') {
        let range = from..from + word.len();
        from += word.len() + 1;
        if free(&range) {
            words.push((range, word));
        }
    }
    let said = |w: &str| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase());
    if words.iter().filter(|(_, w)| said(w.trim_matches(|c: char| !c.is_alphanumeric()))).count() > 3 {
        return Vec::new();
    }
    // "Seen by Dr Smith on 12 Mar 2004" is a visit's.
    let persons = || found.iter().filter(|f| f.kind == Kind::Name && is_person(f));
    let staff = persons().next().is_some() && persons().all(|f| is_clinician(text, f));
    let told = |range: &Range<usize>| {
        const BEFORE: &[&str] = &["on", "since", "from", "until", "to", "dated", "created", "seen", "at", "in", "by"];
        let before = text.get(..range.start).unwrap_or_default().trim_end();
        BEFORE.contains(&before.rsplit(' ').next().unwrap_or_default())
    };
    let mut out: Vec<(Range<usize>, Kind)> = date::find_all(text)
        .into_iter()
        .filter(|(range, days)| !staff && free(range) && !told(range) && days.iter().all(|d| d.year <= OLD))
        // "2001-02-13 18:47:46 - Jane Miller" is when she signed.
        .filter(|(range, _)| !text.get(range.end..).is_some_and(has_time))
        .filter(|(range, _)| !text.get(range.clone()).is_some_and(is_moment))
        .map(|(range, _)| (range, Kind::DateOfBirth))
        .collect();
    let digits = |w: &str, n: usize| w.len() == n && w.bytes().all(|b| b.is_ascii_digit());
    for three in words.windows(3) {
        if let [(a, one), (_, two), (c, last)] = three
            && digits(one, 3)
            && digits(two, 3)
            && digits(last.trim_end_matches([',', ';', ')']), 4)
        {
            out.push((a.start..c.start + 4, Kind::NhsNumber));
        }
    }
    for (range, word) in words {
        let inner = word.trim_matches(SIGNS);
        if inner.len() >= 6 && kind_of(inner) == Some(Kind::RecordId) {
            let from = range.start + word.find(inner).unwrap_or(0);
            out.push((from..from + inner.len(), Kind::RecordId));
        }
    }
    out
}

/// Whether a date has a time of day: nobody is born then, but at midnight, which programs write where they know none.
fn is_moment(date: &str) -> bool {
    let Some(at) = date.find(':') else { return false };
    let hours = date.get(at.saturating_sub(2)..at).unwrap_or_default();
    // In summer, midnight is an hour earlier where clocks of the world are used.
    !(date.get(at..).is_some_and(|time| time.starts_with(":00"))
        && (hours == "00" || (hours == "23" && date.ends_with('Z'))))
}

/// Whether a time stands at the front, as behind a date.
fn has_time(behind: &str) -> bool {
    let time = behind.trim_start_matches([' ', ',', 'T']);
    let hours = time.bytes().take_while(u8::is_ascii_digit).count();
    let minutes = time
        .get(hours..)
        .and_then(|t| t.strip_prefix(':'))
        .map_or(0, |t| t.bytes().take_while(u8::is_ascii_digit).count());
    matches!(hours, 1 | 2) && minutes == 2 && time.len() < behind.len()
}

fn kind_of(text: &str) -> Option<Kind> {
    if date::is_date(text) {
        let born = date::days(text).iter().all(|d| d.year <= OLD) && !is_moment(text);
        return born.then_some(Kind::DateOfBirth);
    }
    if is_in_groups(text) {
        return Some(Kind::NhsNumber);
    }
    is_code(text).then_some(Kind::RecordId)
}

/// `999 012 3456`: as the numbers of the NHS are written, whatever the check digit says.
fn is_in_groups(text: &str) -> bool {
    let groups = || text.split([' ', '\u{a0}']);
    groups().count() == 3
        && groups()
            .zip([3, 3, 4])
            .all(|(group, length)| group.len() == length && group.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text is a date, and of a year in which whoever is told of it here was rather born than seen.
pub(super) fn is_old(text: &str) -> bool {
    date::is_date(text.trim()) && date::days(text).iter().all(|day| day.year <= OLD)
}

/// Five digits and more, perhaps with letters around them; or capitals and at least three digits, six together. Not a time, a
/// quantity, a version or a word.
pub(super) fn is_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let signs = text.len() - digits - letters;
    let plain = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase() || matches!(b, b'-' | b'/');
    let glued = text.split(['-', '/']).all(|part| !part.is_empty());
    let enough = (digits >= 5 && letters <= 4) || (digits >= 3 && (1..=4).contains(&letters) && digits + letters >= 6);
    // 120/80 is a blood pressure.
    let pressure = text.contains('/') && letters == 0 && text.split('/').all(|part| part.len() <= 3);
    let slashed = text.bytes().filter(|b| *b == b'/').count();
    !pressure && text.bytes().all(plain) && glued && enough && digits <= 12 && signs <= 3 && slashed <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_alone() {
        for (text, want) in [
            ("RF442109", Some(Kind::RecordId)),
            ("(10031A)", Some(Kind::RecordId)),
            ("12-34-56", Some(Kind::RecordId)),
            ("100GEJ", Some(Kind::RecordId)),
            ("(~ 13-Sep-1954)", Some(Kind::DateOfBirth)),
            ("12/05/2026", None),
            ("20260512", None),
            ("7W-12", None),
            ("COVID19", None),
            ("120/80", None),
            ("138 mmol/L", None),
            ("10.4.2", None),
            ("5f2d9c1e", None),
            ("J18.9", None),
            ("A1", None),
            ("1000", None),
            ("10:15:00", None),
        ] {
            assert_eq!(lone(text).map(|(_, k)| k), want, "{text}");
        }
    }

    #[test]
    fn a_banner_is_no_sentence() {
        let name = |to| Finding { range: 0..to, kind: Kind::Name, confidence: 90, finder: Finder::Dictionary };
        let found = |text: &str, to| -> Vec<String> {
            banner(text, &[name(to)]).into_iter().filter_map(|(r, _)| text.get(r).map(str::to_owned)).collect()
        };
        assert_eq!(
            found("SMITH, John 16-Oct-1973 621 465 6972 RF1234567", 11),
            ["16-Oct-1973", "621 465 6972", "RF1234567"]
        );
        assert!(found("John Smith had his hip replaced on 16-Oct-1973 with great success", 10).is_empty());
    }

    #[test]
    fn parts_of_an_option() {
        let text = "ABBOTT, Ramiro - RF442109 - 23/03/1972";
        let found: Vec<&str> = parts(text).into_iter().filter_map(|(r, _)| text.get(r)).collect();
        assert_eq!(found, ["RF442109", "23/03/1972"]);
    }
}
