//! A run that a label or a column's header calls a name: which parts of it are the name.
//!
//! Between elements that name may stand in pieces, and beside it what systems show of a person: an age, a sex, a bed, a status,
//! links. Those are no part of it, and whoever treats somebody by the page must be able to read them.
//!
//! ```text
//! <b>Zofia Kowal</b> <span>Female</span> <i>Bed 4</i>      the first part
//! <span>Janet</span><em>Given</em> <span>Rath</span>       the first and the third
//! <a>E</a> <a>Rx</a> <a>Wolfgang Schneider</a>             the last
//! ```

use std::ops::Range;

use super::header::is_common;
use super::hint::is_name;
use super::words::is_action;
use crate::redact::detect::gazetteer;
use crate::redact::format::ends::{is_remark, name_ends};
use crate::redact::title::is_title;

/// How much of a name a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// It holds a word that is a name and nothing else.
    Sure,
    /// Its words may be names.
    Maybe,
    No,
}

/// Words that stand beside names in elements of their own, names themselves some of them.
const BESIDE: &[&str] = &[
    "active", "aged", "alert", "alias", "born", "current", "day", "family", "fall", "first", "forename", "given",
    "high", "inactive", "last", "low", "medium", "middle", "name", "names", "nbm", "new", "nhs", "recent", "risk",
    "rx", "surname", "urgent", "view", "work",
];

/// How many parts away from a name of one word another word of it may stand.
const NEAR: usize = 3;

/// One word, and no invitation to do something.
fn is_word(part: Option<&str>) -> bool {
    part.is_some_and(|p| p.split_whitespace().count() == 1 && !is_action(p))
}

fn is_surname(part: Option<&str>) -> bool {
    part.is_some_and(|p| gazetteer::shipped().is_surname(&p.trim().to_lowercase()))
}

/// The stretches of `range` that are the name, in order; empty where nothing divides it or nothing in it looks like one. `cuts`
/// are the places in `text`, in order, where elements begin and end.
pub(super) fn of_run(text: &str, range: &Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let parts = divided(text, range, cuts);
    if parts.len() < 2 {
        return Vec::new();
    }
    let ranks: Vec<Rank> = parts.iter().map(|p| rank(text.get(p.clone()).unwrap_or_default())).collect();
    let first = |rank| ranks.iter().position(|r| *r == rank);
    let Some(anchor) = first(Rank::Sure).or_else(|| first(Rank::Maybe)) else { return Vec::new() };
    let single = parts.get(anchor).and_then(|p| text.get(p.clone())).is_some_and(|t| t.split_whitespace().count() == 1);
    let mut out: Vec<Range<usize>> = Vec::new();
    for (n, (part, rank)) in parts.into_iter().zip(&ranks).enumerate() {
        let named = match rank {
            Rank::Sure => true,
            Rank::Maybe => {
                let word = is_word(text.get(part.clone()));
                // `<span>Grace Smith</span><span>Waters</span>`
                let goes_on = || n == anchor + 1 && is_surname(text.get(part.clone()));
                n == anchor || (word && ((single && n.abs_diff(anchor) <= NEAR) || goes_on()))
            }
            Rank::No => false,
        };
        if !named {
            continue;
        }
        let shown = text.get(part.clone()).unwrap_or_default();
        let part = part.start..name_ends(shown).map_or(part.end, |end| part.start + end);
        match out.last_mut() {
            // Parts side by side are one name, and learned as one.
            Some(last) if text.get(last.end..part.start).is_some_and(|t| t.trim().is_empty()) => last.end = part.end,
            Some(_) | None => out.push(part),
        }
    }
    out
}

/// The stretches of `range` that are names where one has been read above: only what is one for sure, or alone might be.
pub(super) fn below(text: &str, range: &Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let parts = divided(text, range, cuts);
    let alone = parts.len() == 1;
    let shown = |p: &Range<usize>| text.get(p.clone()).unwrap_or_default();
    // "NBM", "DNAR": short and shouted.
    let shouted = |t: &str| t.len() <= 4 && t.chars().all(|c| c.is_ascii_uppercase());
    let named = parts.into_iter().filter(|p| match rank(shown(p)) {
        Rank::Sure => true,
        Rank::Maybe => alone && is_name(shown(p)) && !shouted(shown(p)),
        Rank::No => false,
    });
    named.map(|p| p.start..name_ends(shown(&p)).map_or(p.end, |end| p.start + end)).collect()
}

/// The parts between the places where elements begin and end, but for places inside a word or at a comma.
fn divided(text: &str, range: &Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = range.start;
    let inside = cuts.iter().copied().filter(|c| range.start < *c && *c < range.end);
    for at in inside.chain([range.end]) {
        let (before, after) = (text.get(from..at).unwrap_or_default(), text.get(at..range.end).unwrap_or_default());
        let within = before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
        // `COTTRELL</b>, Kristen` goes on; `COTTRELL,<em>Surname</em>` does not.
        let comma = before.trim_end().ends_with(',') || after.trim_start().starts_with(',');
        let next = after.trim_start_matches([' ', ',']).split([' ', ',']).next().unwrap_or_default();
        if at < range.end && (within || (comma && !is_beside(next))) {
            continue;
        }
        if !before.trim().is_empty() {
            let lead = before.len() - before.trim_start().len();
            parts.push(from + lead..from + before.trim_end().len());
        }
        from = at;
    }
    parts
}

fn words_of(lower: &str) -> impl Iterator<Item = &str> + Clone {
    lower.split(|c: char| !c.is_alphabetic() && c != '\'' && c != '-').filter(|w| !w.is_empty())
}

/// Whether a text is only words that stand beside names: captions, a sex, a status, a title.
pub(super) fn is_beside(text: &str) -> bool {
    let lower = text.to_lowercase();
    let beside = |w: &str| BESIDE.contains(&w) || is_common(w) || is_remark(w) || is_title(w);
    words_of(&lower).all(|w| beside(w) || (w.is_ascii() && w.len() < 2))
}

/// As [`of_run`], where an element is only called after a name: empty unless a part is one for sure.
pub(super) fn of_hint(text: &str, range: &Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let sure = |p: &Range<usize>| rank(text.get(p.clone()).unwrap_or_default()) == Rank::Sure;
    if divided(text, range, cuts).iter().any(sure) { of_run(text, range, cuts) } else { Vec::new() }
}

fn rank(part: &str) -> Rank {
    // A name that was replaced is one.
    if part.starts_with('‹') && part.contains('›') {
        return Rank::Sure;
    }
    let lists = gazetteer::shipped();
    let part = part.get(..name_ends(part).unwrap_or(part.len())).unwrap_or(part);
    if is_beside(part) {
        return Rank::No;
    }
    let lower = part.to_lowercase();
    let words = words_of(&lower);
    if is_name(part) {
        let sure = |w: &str| !lists.is_word(w) && (lists.is_forename(w) || lists.is_surname(w));
        return if words.clone().any(sure) { Rank::Sure } else { Rank::Maybe };
    }
    // "Church", behind a forename in an element of its own.
    let ordinary = |w: &str| lists.is_word(w) && !lists.is_thing(w);
    let capital = part.starts_with(char::is_uppercase);
    // "xyzia brontwick": words that no list knows may be a name, however they are written.
    let unknown = |w: &str| w.len() > 2 && !lists.is_word(w) && !lists.is_thing(w);
    let letters = part.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'));
    if letters && words.clone().next().is_some() && words.clone().count() < 5 && words.clone().all(unknown) {
        return Rank::Maybe;
    }
    if capital && words.clone().count() == 1 && words.clone().all(ordinary) { Rank::Maybe } else { Rank::No }
}

/// Whether a name is complete where its element ends, because what follows is an ordinary word: `<b>SMITH, John</b> Male`.
pub(super) fn ends_with_element(element: &str, after: &str) -> bool {
    let lists = gazetteer::shipped();
    let words = element.split([' ', ',']).filter(|w| !w.is_empty()).count();
    let next = after.trim_start();
    let next = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
    words >= 2 && !next.is_empty() && lists.is_word(&next) && !element.trim_end().ends_with(',') && is_name(element)
}

/// Whether a text under a label of names is a remark: "Sertraline review", "Awaiting bed". It goes on in small letters with a word of
/// the language, and nothing in it is a name and no word.
pub(super) fn is_remark_alone(text: &str) -> bool {
    let lists = gazetteer::shipped();
    // `java.lang.String`
    let path = !text.trim().contains(' ') && text.matches('.').count() > 1;
    let mut steps = text.trim().rsplit('.').skip(1);
    if path
        && text.trim().split('.').all(|part| part.len() >= 3)
        && steps.all(|step| step.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
    {
        return true;
    }
    let words = || text.split(|c: char| !c.is_alphabetic() && c != '-').filter(|w| !w.is_empty());
    let listed = |w: &str| lists.is_forename(w) || lists.is_surname(w);
    let small = |w: &str| w.starts_with(char::is_lowercase) && w.len() > 2 && lists.is_word(w) && !listed(w);
    // "Baby boy Rose", "Young, twin two": whom lists know by a word is named all the same, and so is who has no name yet.
    const NEWBORN: &[&str] = &["baby", "boy", "girl", "twin", "infant", "son", "daughter", "of"];
    let named = |w: &str| {
        let lower = w.to_lowercase();
        NEWBORN.contains(&lower.as_str())
            || listed(&lower)
            || (!lists.is_word(&lower)
                && !lists.is_thing(&lower)
                && (lower.len() > 3 || w.starts_with(char::is_uppercase)))
    };
    text.trim_start().starts_with(char::is_uppercase) && words().skip(1).any(small) && !words().any(named)
}

/// Whether a text is a whole name and no more: a forename ("Rose"), or two to four capitalised words, each of which may be one.
pub(super) fn is_whole(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<&str> = text.split([' ', ',', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    let may = |w: &&str| {
        let lower = w.to_lowercase();
        w.starts_with(char::is_uppercase)
            && !BESIDE.contains(&lower.as_str())
            && (lists.is_forename(&lower) || lists.is_surname(&lower) || !lists.is_word(&lower))
    };
    let given = |w: &str| {
        let lower = w.to_lowercase();
        lists.is_forename(&lower) && !lists.is_thing(&lower) && lower.len() > 2
    };
    match words.as_slice() {
        // "Edit", behind each record of a list, is somebody's name in Hungary.
        [one] => may(one) && given(one) && !is_action(one),
        words => (2..=4).contains(&words.len()) && words.iter().all(may) && is_name(text),
    }
}

/// As [`is_whole`], of two words and more, none of which makes it a place or an institution: "Larch Ward", "Royal Free".
pub(super) fn is_full(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<String> =
        text.split([' ', ',', '\u{a0}']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let thing = |w: &String| lists.is_thing(w);
    let names = words.iter().any(|w| !lists.is_word(w));
    let place = words.last().is_some_and(|w| lists.is_after(w));
    words.len() > 1 && names && !place && !words.iter().any(thing) && is_whole(text)
}

/// The names in a heading that is about a patient: all of it, or what a dash or a bar parts from the rest ("Oyinkan Zimbango | Clinic").
/// Where a label stands in it, that says what is a name.
pub(super) fn in_heading(text: &str) -> Vec<Range<usize>> {
    const APART: [&str; 5] = [" | ", " - ", " – ", " — ", " · "];
    const LONGEST: usize = 160;
    let mut names = Vec::new();
    let mut from = 0;
    if text.len() > LONGEST || text.contains(':') {
        return names;
    }
    // "Ward Larch", as one of several, is where she lies.
    let place =
        |part: &str| part.split(' ').next().is_some_and(|first| gazetteer::shipped().is_after(&first.to_lowercase()));
    while from < text.len() {
        let rest = text.get(from..).unwrap_or_default();
        let next = APART.iter().filter_map(|sign| Some((rest.find(sign)?, sign.len()))).min();
        let (end, skip) = next.unwrap_or((rest.len(), 0));
        let part = rest.get(..end).unwrap_or_default();
        if is_full(part) && (part.len() == text.len() || !place(part.trim_start())) {
            let at = from + part.len() - part.trim_start().len();
            names.push(at..at + part.trim().len());
        }
        from += (end + skip).max(1);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_among_what_is_shown_beside_it() {
        for (marked, want) in [
            ("Zofia Kowal| |Female| |Bed 4", &["Zofia Kowal"][..]),
            ("E| |Rx| |Wolfgang Schneider", &["Wolfgang Schneider"]),
            ("SMITH| |John| |Male", &["SMITH John"]),
            ("COTTRELL|, Kristen", &[]),
            ("Smi|th", &[]),
            ("Mr |Schneider, Wolfgang", &["Schneider, Wolfgang"]),
            ("April| |Church| |Ward 4", &["April Church"]),
        ] {
            let text = marked.replace('|', "");
            let mut cuts = Vec::new();
            for (n, (at, _)) in marked.match_indices('|').enumerate() {
                cuts.push(at - n);
            }
            let found: Vec<&str> =
                of_run(&text, &(0..text.len()), &cuts).into_iter().filter_map(|r| text.get(r)).collect();
            assert_eq!(found, want, "{marked}");
        }
    }

    #[test]
    fn who_a_heading_is_about() {
        let names = |text: &'static str| -> Vec<&str> {
            in_heading(text).into_iter().filter_map(|name| text.get(name)).collect()
        };
        assert_eq!(names("Oyinkan Zimbangq | Grafana"), ["Oyinkan Zimbangq"]);
        assert_eq!(names("Patient record – Oyinkan Zimbangq"), ["Oyinkan Zimbangq"]);
        assert_eq!(names(" Oyinkan Zimbangq "), ["Oyinkan Zimbangq"]);
        assert_eq!(names("Ab Cdq - Ward Larch | Ef Ghq | Ij Klq | Mn Opq | Qr Stq").len(), 5);
        assert!(names("Waterlow Score - Larch Ward").is_empty() && names("–").is_empty());
        assert!(names("Next of kin: Oyinkan - Quimberly Abbotq - thad").is_empty());
        assert!(names(Box::leak("ab | ".repeat(100).into_boxed_str())).is_empty());
    }

    #[test]
    fn a_remark_is_no_name() {
        for remark in ["java.lang.String", "Sertraline review", "Awaiting review", "Needs Spanish interpreter"] {
            assert!(is_remark_alone(remark), "{remark}");
        }
        for name in ["Rose White", "Hyacinth Bucket", "Mark van der Berg", "rose white", "Okonkwo works"] {
            assert!(!is_remark_alone(name), "{name}");
        }
    }

    #[test]
    fn a_name_ends_with_its_element_before_an_ordinary_word() {
        assert!(ends_with_element("SMITH, John", " Male Ward 4"));
        assert!(!ends_with_element("COTTRELL", ", Kristen") && !ends_with_element("Mary Ann", " O'Reilly"));
    }
}
