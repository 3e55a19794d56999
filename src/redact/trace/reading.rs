//! The words of ours in a text that somebody typed from a photograph, or a program recognised in it.
//!
//! Two words that stand next to each other as in a pseudonym are one, with its marks or without, in any case: `‹Flowing Catkin›`, `<flowing catkin>`,
//! `FLOWING CATKIN`. One letter of a word may be misread (`F1owing`, `Catkln`), or one shape be taken for another (`rn` for `m`), when it can be no other word
//! of ours. Half a pseudonym counts when its mark stands beside it. A single word amid others may be the page's own ("crimson rash"), and weighs little; where the
//! text holds nothing but words of ours, somebody listed them, and each weighs in full.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::redact::operator::token;
use crate::redact::operator::vocabulary::{Place, Word};

/// How likely it is that a word which reads as one of ours is another, or is the page's own.
const SURE: f64 = 0.02;
const MISREAD: f64 = 0.1;
const ALONE: f64 = 0.5;

/// Shorter words are too easily some other word misread.
const SHORTEST: usize = 5;
/// Longer than any of ours, with a letter more.
const LONGEST: usize = 16;

/// So many tokens are tried; one is enough.
const TOKENS: usize = 8;

/// What stands before a pseudonym, also as programs recognise it.
const OPENS: &[char] = &['‹', '<', '«', '〈', '⟨'];
/// What stands behind one.
const CLOSES: &[char] = &['›', '>', '»', '〉', '⟩'];

/// Shapes that are taken for each other.
const ALIKE: &[(&str, &str)] = &[
    ("0", "o"),
    ("1", "l"),
    ("5", "s"),
    ("8", "b"),
    ("6", "b"),
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("i", "l"),
    ("nn", "m"),
];

/// A word of ours, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub(super) word: Word,
    /// As it stands in the text, in lower case.
    pub written: String,
    /// How likely it is that it is none: between 0 and 1.
    pub doubt: f64,
}

impl Seen {
    /// The word that it is taken for.
    pub fn text(&self) -> &'static str {
        self.word.text()
    }

    /// Whether a letter of it was misread.
    pub fn is_misread(&self) -> bool {
        !self.written.eq_ignore_ascii_case(self.text())
    }
}

/// What can be read in a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// Our words, each once, in the order of our lists.
    pub words: Vec<Seen>,
    /// Tokens.
    pub tokens: Vec<String>,
}

impl Reading {
    /// The most bytes of a text that are looked at: a page holds a hundredth of it.
    pub const MAX: usize = 256 * 1024;

    /// Reads a text, up to [`Reading::MAX`].
    pub fn of(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(Self::MAX)).unwrap_or_default();
        let mut words = BTreeMap::new();
        for seen in words_of(&pieces(text)) {
            let known = words.entry(seen.word).or_insert_with(|| seen.clone());
            if seen.doubt < known.doubt {
                *known = seen;
            }
        }
        Self { words: words.into_values().collect(), tokens: tokens(text) }
    }

    /// Whether there is nothing of ours in it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.tokens.is_empty()
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut at = 0;
    let next = || {
        let Range { start, end } = token::next(text, at)?;
        at = end;
        text.get(start..end).map(str::to_owned)
    };
    std::iter::from_fn(next).take(TOKENS).collect()
}

/// A word of the text, and what stands around it.
#[derive(Debug)]
struct Piece {
    /// In lower case.
    text: String,
    /// A mark stands before it.
    opened: bool,
    /// A mark stands behind it.
    closed: bool,
    /// Nothing but space stands between it and the next.
    goes_on: bool,
    first: Option<(Word, bool)>,
    second: Option<(Word, bool)>,
}

fn pieces(text: &str) -> Vec<Piece> {
    let is_letter = |c: char| c.is_alphanumeric();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text;
    loop {
        let start = rest.find(is_letter).unwrap_or(rest.len());
        let (gap, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let gap = gap.trim();
        if let Some(last) = pieces.last_mut() {
            last.closed = gap.starts_with(CLOSES);
            last.goes_on = gap.is_empty();
        }
        let end = from.find(|c| !is_letter(c)).unwrap_or(from.len());
        let (word, behind) = from.split_at_checked(end).unwrap_or((from, ""));
        if word.is_empty() {
            return pieces;
        }
        let text = word.to_lowercase();
        let (first, second) = (find(Place::First, &text), find(Place::Second, &text));
        pieces.push(Piece { text, opened: gap.ends_with(OPENS), closed: false, goes_on: false, first, second });
        rest = behind;
    }
}

fn words_of(pieces: &[Piece]) -> Vec<Seen> {
    let listed = pieces.iter().all(|p| p.first.is_some() || p.second.is_some());
    let seen = |piece: &Piece, (word, exact): (Word, bool), least: f64| Seen {
        word,
        written: piece.text.clone(),
        doubt: least.max(if exact { SURE } else { MISREAD }),
    };
    let mut out = Vec::new();
    let mut rest = pieces;
    while let Some((one, behind)) = rest.split_first() {
        rest = behind;
        if let (true, Some(two)) = (one.goes_on, behind.first())
            && let (Some(a), Some(b)) = (one.first, two.second)
        {
            // Two words of the page's own, each a letter from one of ours, next to each other: that happens.
            let least = if a.1 || b.1 || one.opened || two.closed || listed { SURE } else { ALONE };
            out.extend([seen(one, a, least), seen(two, b, least)]);
            rest = behind.get(1..).unwrap_or_default();
            continue;
        }
        let marked = [one.first.filter(|_| one.opened), one.second.filter(|_| one.closed)].into_iter().flatten().next();
        let either = [one.first, one.second].into_iter().flatten();
        if let Some(found) = marked {
            out.push(seen(one, found, SURE));
        } else if listed {
            out.extend(either.max_by_key(|(_, exact)| *exact).map(|found| seen(one, found, SURE)));
        } else {
            out.extend(either.filter(|(_, exact)| *exact).map(|found| seen(one, found, ALONE)));
        }
    }
    out
}

/// A word of ours as it may be misread.
struct Shape {
    word: Word,
    letters: Vec<char>,
    folded: String,
}

static SHAPES: LazyLock<[Vec<Shape>; 2]> = LazyLock::new(|| {
    Place::ALL.map(|place| {
        let lower = Word::all(place).map(|(word, text)| (word, text.to_lowercase()));
        lower.map(|(word, text)| Shape { word, letters: text.chars().collect(), folded: folded(&text) }).collect()
    })
});

/// The word of a place that a text is, and whether to the letter.
fn find(place: Place, text: &str) -> Option<(Word, bool)> {
    let mut letters = text.chars();
    let capital = letters.next()?.to_uppercase().chain(letters).collect::<String>();
    if let Some(word) = Word::find(place, &capital) {
        return Some((word, true));
    }
    let letters: Vec<char> = text.chars().collect();
    if !(SHORTEST..=LONGEST).contains(&letters.len()) {
        return None;
    }
    let folded = folded(text);
    let [first, second] = &*SHAPES;
    let shapes = match place {
        Place::First => first,
        Place::Second => second,
    };
    let mut close = shapes.iter().filter(|shape| near(&shape.letters, &letters) || shape.folded == folded);
    let found = close.next()?;
    close.next().is_none().then_some((found.word, false))
}

fn folded(text: &str) -> String {
    ALIKE.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Whether one letter at most is another, too many, missing, or in the other's place.
pub(super) fn near(a: &[char], b: &[char]) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(same..).unwrap_or_default(), b.get(same..).unwrap_or_default());
    let (behind_a, behind_b) = (a.get(1..), b.get(1..));
    let another = behind_a.is_some() && behind_a == behind_b;
    let one_more = behind_b == Some(a) || behind_a == Some(b);
    let swapped = matches!((a, b), ([x, y, a @ ..], [v, w, b @ ..]) if x == w && y == v && a == b);
    (a.is_empty() && b.is_empty()) || another || one_more || swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that are read, with how: `=` to the letter, `~` misread, `?` perhaps the page's own.
    fn read(text: &str) -> Vec<String> {
        let how = |s: &Seen| match (s.doubt >= ALONE, s.is_misread()) {
            (true, _) => '?',
            (false, true) => '~',
            (false, false) => '=',
        };
        Reading::of(text).words.iter().map(|s| format!("{}{}", s.text(), how(s))).collect()
    }

    #[test]
    fn a_pseudonym_is_read_as_people_and_programs_write_it() {
        for text in [
            "‹Flowing Catkin›",
            "Seen by Dr ‹Flowing Catkin›, ward 3",
            "flowing catkin",
            "FLOWING CATKIN was seen at 10:40",
            "<Flowing Catkin>",
            "«Flowing\nCatkin»",
            "| 14 | Flowing   Catkin | 7W |",
            "surname=Flowing Catkin;Flowing Catkin",
        ] {
            assert_eq!(read(text), ["Flowing=", "Catkin="], "{text}");
        }
    }

    #[test]
    fn a_letter_misread_is_read_all_the_same() {
        for (text, words) in [
            ("‹F1owing Catkin›", &["Flowing~", "Catkin="][..]),
            ("Flowing Catkln", &["Flowing=", "Catkin~"]),
            ("Flowng Catkinn", &["Flowing~", "Catkin~"]),
            ("and Flowng Catkinn, perhaps", &["Flowing?", "Catkin?"]),
            ("‹Flowng Catkinn›", &["Flowing~", "Catkin~"]),
            ("folwing catkin", &["Flowing~", "Catkin="]),
            ("‹Shimrnering Wornbat›", &["Shimmering~", "Wombat~"]),
        ] {
            assert_eq!(read(text), words, "{text}");
        }
        // Two letters: no longer.
        assert_eq!(read("‹Floving Catxym›"), ["Flowing~"]);
    }

    #[test]
    fn half_a_pseudonym_counts_where_its_mark_stands() {
        assert_eq!(read("…owing Catkin› seen ‹Flowi"), ["Catkin="]);
        assert_eq!(read("ward 3 ‹Flowing"), ["Flowing="]);
        assert_eq!(read("‹Fl##w Catkin›"), ["Catkin="]);
        assert_eq!(read("the flowing of blood"), ["Flowing?"]);
        assert_eq!(read("catkin, flowing\ncurlw"), ["Flowing=", "Catkin=", "Curlew~"]);
    }

    #[test]
    fn what_holds_no_word_of_ours_reads_as_nothing() {
        for text in ["", " \n", "‹John Smith›", "Seen in clinic, bloods taken, review in 6/52.", "‹›", "<p class=x>"]
        {
            assert!(Reading::of(text).is_empty(), "{text}: {:?}", read(text));
        }
        // A single misread word with nothing beside it could be anything.
        assert_eq!(read("the flowings of the day"), Vec::<String>::new());
    }

    #[test]
    fn a_word_is_counted_once_and_by_its_best_sight() {
        let words = Reading::of("Flowlng catkin … ‹Flowing Curlew› the flowing").words;
        assert_eq!(words.len(), 3);
        assert!(words.iter().all(|s| s.doubt <= SURE), "{words:?}");
    }

    #[test]
    fn a_text_of_any_length_is_read_up_to_a_bound() {
        let long = "é".repeat(Reading::MAX) + "‹Flowing Catkin›";
        assert!(Reading::of(&long).is_empty());
        assert_eq!(Reading::of(&"‹Flowing Catkin› ".repeat(20_000)).words.len(), 2);
    }

    #[test]
    fn nearness_is_one_letter() {
        let near = |a: &str, b: &str| crate::redact::trace::is_near(a, b) && crate::redact::trace::is_near(b, a);
        for (a, b) in
            [("oak", "oak"), ("oak", "ok"), ("oak", "oakx"), ("oak", "xoak"), ("oak", "oat"), ("oak", "aok"), ("", "a")]
        {
            assert!(near(a, b), "{a} {b}");
        }
        for (a, b) in [("oak", "o"), ("oak", "kao"), ("oak", "oatx"), ("", "ab"), ("oak", "akoo"), ("abcd", "badc")] {
            assert!(!near(a, b), "{a} {b}");
        }
    }
}
