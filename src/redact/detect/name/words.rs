//! A text as words, with what each could be in a name and what stands between it and the next.

use std::ops::Range;

use crate::redact::detect::gazetteer::{self, Gazetteer};
use crate::redact::run::is_mark;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `Smith`, `McGrath`, `O'Reilly`
    Title,
    /// `SMITH`
    Upper,
    /// `J`
    Initial,
    /// `smith`
    Lower,
    /// Glued to digits or written `likeThis`: code.
    Code,
}

/// What stands between a word and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    /// `. ` or `.`
    Stop,
    /// `, ` or `,`
    Comma,
    /// `^`, `~`, `_`: fields of a record.
    Field,
    /// `: `, ` - `, ` (`: something is going to be named.
    Naming,
    /// Anything else, or the end.
    Other,
}

/// A word.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) range: Range<usize>,
    pub(super) text: &'a str,
    pub(super) lower: String,
    pub(super) case: Case,
    pub(super) gap: Gap,
    pub(super) forename: bool,
    pub(super) surname: bool,
    /// An ordinary word, place or term as well.
    pub(super) word: bool,
}

impl Word<'_> {
    /// Written as a name is.
    pub(super) fn capital(&self) -> bool {
        matches!(self.case, Case::Title | Case::Upper)
    }

    /// A name and nothing else that we know.
    pub(super) fn sure_forename(&self) -> bool {
        self.forename && !self.word
    }

    /// As [`Word::sure_forename`].
    pub(super) fn sure_surname(&self) -> bool {
        self.surname && !self.word
    }

    /// A name, perhaps a word as well.
    pub(super) fn known(&self) -> bool {
        self.forename || self.surname
    }

    /// A word of the language, in no list of names, yet somebody's surname perhaps (Bucket, Nuclear): no place, drug or word of
    /// pages, and nothing that makes a name an institution.
    pub(super) fn ordinary(&self, lists: &Gazetteer) -> bool {
        self.word
            && !self.known()
            && self.capital()
            && self.lower.len() > 3
            && !lists.is_thing(&self.lower)
            && !lists.is_after(&self.lower)
    }

    /// In no list of words, and could be a name: of a word that lists have as a surname alone, it is no less likely that somebody is
    /// given it than of one that they do not have at all.
    pub(super) fn uncommon(&self) -> bool {
        self.stranger() || (self.known() && !self.word)
    }

    /// In no list, and could be a name: letters with a vowel, not shouted.
    pub(super) fn stranger(&self) -> bool {
        let vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii();
        let long = self.lower.chars().count() >= if self.case == Case::Upper { 4 } else { 3 };
        !self.known() && !self.word && self.capital() && long && self.text.contains(vowel)
    }
}

/// Small words inside surnames.
pub(in crate::redact) fn particle(lower: &str) -> bool {
    matches!(
        lower,
        "van"
            | "von"
            | "der"
            | "den"
            | "de"
            | "la"
            | "le"
            | "di"
            | "da"
            | "dos"
            | "del"
            | "bin"
            | "ibn"
            | "al"
            | "el"
            | "ap"
            | "ter"
            | "du"
            | "st"
    )
}

/// Cuts a text into words; `accents` says whether lists are asked for a word without its accents, too.
pub(super) fn cut<'a>(text: &'a str, lists: &Gazetteer, accents: bool) -> Vec<Word<'a>> {
    let mut words: Vec<Word<'a>> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((from, c)) = chars.next() {
        if !c.is_alphabetic() {
            continue;
        }
        let mut to = from + c.len_utf8();
        while let Some(&(i, c)) = chars.peek() {
            let inner = matches!(c, '\'' | '-' | '’')
                && text.get(i + c.len_utf8()..).is_some_and(|r| r.starts_with(char::is_alphabetic));
            // A mark that makes no one character with its letter is part of the word all the same; the lists have names without.
            if !c.is_alphabetic() && !inner && !is_mark(c) {
                break;
            }
            to = i + c.len_utf8();
            chars.next();
        }
        let mut range = from..to;
        // "Smith's" is Smith.
        for own in ["'s", "’s", "'S"] {
            if text.get(range.clone()).is_some_and(|w| w.ends_with(own) && w.len() > own.len() + 1) {
                range.end -= own.len();
            }
        }
        let glued = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '$' || c == '@' || c == '#');
        let before = text.get(..from).and_then(|t| t.chars().next_back());
        let after = text.get(to..).and_then(|t| t.chars().next());
        let case = if glued(before) || glued(after) {
            Case::Code
        } else {
            case_of(text.get(range.clone()).unwrap_or_default())
        };
        if let Some(last) = words.last_mut() {
            last.gap = gap_of(text.get(last.range.end..from).unwrap_or_default());
        }
        words.push(word(text, range, case, lists, accents));
    }
    words
}

fn word<'a>(text: &'a str, range: Range<usize>, case: Case, lists: &Gazetteer, accents: bool) -> Word<'a> {
    let text = text.get(range.clone()).unwrap_or_default();
    let lower =
        if case == Case::Code { String::new() } else { text.to_lowercase().replace('’', "'").replace(is_mark, "") };
    let look = matches!(case, Case::Title | Case::Upper) && range.len() <= 40;
    // "Zhāng Měilíng": the lists have most names without their accents.
    let plain = (look && accents).then(|| gazetteer::unaccented(&lower)).flatten();
    let listed = |w: &str| lists.is_forename(w) || lists.is_surname(w);
    // As it is written, where lists have it so: "rosé" is looked up as what it is without its accent.
    let asked = plain.as_deref().filter(|plain| !listed(&lower) && listed(plain)).unwrap_or(&lower);
    Word {
        forename: look && lists.is_forename(asked),
        surname: look && lists.is_surname(asked),
        word: look && (lists.is_word(&lower) || lists.is_word(asked)),
        range,
        text,
        lower,
        case,
        gap: Gap::Other,
    }
}

fn case_of(word: &str) -> Case {
    let mut chars = word.chars();
    let Some(first) = chars.next() else { return Case::Code };
    if !first.is_uppercase() {
        // `O'reilly` begins upper; `o'Reilly`, `iPhone`, `fullName` are code or lower.
        return if chars.any(char::is_uppercase) { Case::Code } else { Case::Lower };
    }
    let rest: Vec<char> = chars.collect();
    if rest.is_empty() {
        return Case::Initial;
    }
    if rest.iter().all(|c| !c.is_lowercase()) {
        return Case::Upper;
    }
    // A second capital stands behind a hyphen or apostrophe, or in Mc, Mac, Fitz, De, Le, Van.
    let mut before = first;
    let mut seen = String::from(first);
    for &c in &rest {
        let allowed = matches!(before, '-' | '\'' | '’')
            || ["Mc", "Mac", "Fitz", "De", "Le", "La", "Van", "Di", "Da", "Du", "O"].contains(&seen.as_str());
        if c.is_uppercase() && !allowed {
            return Case::Code;
        }
        before = c;
        seen.push(c);
    }
    Case::Title
}

fn gap_of(between: &str) -> Gap {
    match between {
        " " => Gap::Space,
        "." | ". " => Gap::Stop,
        "," | ", " | " , " => Gap::Comma,
        "^" | "~" | "_" => Gap::Field,
        ":" | ": " | " : " | " - " | "- " | " (" | "=" | ". : " | ":- " | " / " => Gap::Naming,
        // `'Józef' 'Kowalczyk'`
        "  " | "' '" | "\" \"" => Gap::Space,
        _ => Gap::Other,
    }
}
