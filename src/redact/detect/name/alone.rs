//! Names by what is said of them: a given name alone in a sentence, words before an age.
//!
//! ```text
//! Margaret is coping well since …          somebody who copes (what is said of people: [`super::conduct`])
//! Tyler and Kayla will live with …         two who live
//! Margaret's mother                        somebody who has one
//! Explained the diagnosis to Oluwaseun     somebody who is told
//! two children (Simran 6, Arjan 3)         a list of children
//! Mark White  Age: 69                      words, before an age
//! Mark White (partner)                     or before whose relative it is
//! Victoria Ward is full                    no name alone
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::conduct::{
    self, AFTER, AILMENTS, BEGUN, BETWEEN, BY, CAN, COUNTED, DO, DOES, DOES_TOO, DONE, HABITS, HAVE, IS, OF_PEOPLE,
    OF_PEOPLE_TOO, OPENS, OWN, SEEK, SENT, SOMEBODY, STAYS, TALK, TO, VAGUE, WORDS_AT_HOME, WORDS_TOO,
};
use super::things::{ALSO, EPONYMS, OF_EPONYMS, SYSTEMS, TAKEN, TECHNICAL, TEST, THING};
use super::titled::is_relation;
use super::words::{Case, Gap, Word, particle};
use super::{Hit, Scene};
use crate::redact::finding::Confidence;

/// The confidence of a name that is looked for in the rest of what it stands in.
const SURE: Confidence = 80;
/// How many words before "to Oluwaseun" the talk may stand.
const NEAR: usize = 5;
/// What stands behind an initial and is nobody: "E. coli".
const SPECIES: &[&str] = &[
    "albicans",
    "aureus",
    "baumannii",
    "burgdorferi",
    "cloacae",
    "coli",
    "diff",
    "difficile",
    "epidermidis",
    "faecalis",
    "faecium",
    "fragilis",
    "freundii",
    "fumigatus",
    "gonorrhoeae",
    "influenzae",
    "jejuni",
    "jirovecii",
    "marcescens",
    "meningitidis",
    "mirabilis",
    "neoformans",
    "oxytoca",
    "pneumoniae",
    "pneumophila",
    "pyogenes",
    "pylori",
    "saprophyticus",
    "trachomatis",
    "tuberculosis",
    "vaginalis",
];
/// The most words of a name that somebody is thanked for.
const THANKED: usize = 6;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if related(scene, i, word)
            || nicknamed(scene, i, word)
            || reached(scene, i, word)
            || called(scene, word)
            || numbered(scene, word)
        {
            let initial = scene.word(i + 1).is_some_and(|w| w.case == Case::Initial) && word.gap == Gap::Space;
            hits.push(Hit { from: i, to: if initial { i + 1 } else { i }, confidence: 66 });
        }
        // "Mary seen": two words are a caption, unless they are a sentence.
        if scene.words.len() < 3 && !(scene.words.len() == 2 && scene.text.trim_end().ends_with('.')) {
            continue;
        }
        if let Some(last) = thanked(scene, i) {
            hits.push(Hit { from: i, to: last, confidence: 75 });
        }
        let seldom = || {
            does_too(scene, i)
                || is_somebody(scene, i)
                || is_told_too(scene, i)
                || owns(scene, i)
                || is_addressed(scene, i)
        };
        let system = conduct::has(SYSTEMS, &word.lower);
        if given(scene, i, word) && (does(scene, i) || is_told(scene, i) || (!system && seldom())) {
            // Who denies pain is somebody wherever else she is named.
            let sure = !system && !word.surname && does(scene, i);
            hits.push(Hit { from: i, to: i, confidence: if sure { SURE } else { 66 } });
            // "Spoke to Paula and Rose"
            if let Some(other) = other(scene, i + 1, i + 2).filter(|w| w.forename) {
                hits.push(Hit { from: i + 2, to: i + 2, confidence: if other.word { 62 } else { 66 } });
            }
        }
        // "Dot is normally independent": a word where a sentence begins has its capital anyway.
        let named = word.case == Case::Title && conduct::has(WORDS_TOO, &word.lower);
        let home = word.case == Case::Title && conduct::has(WORDS_AT_HOME, &word.lower);
        if (named && begins(scene, i) && feels(scene, i))
            || ((named || home) && begins(scene, i) && is_at_home(scene, i))
        {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
        if asked_about(scene, i, word) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
        if amid(scene, i, word) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
        }
        if word.case == Case::Title && both_do(scene, i, word) {
            hits.push(Hit { from: i, to: i, confidence: 66 });
            hits.push(Hit { from: i + 2, to: i + 2, confidence: 66 });
        }
        // "Explained to Rose and Paula": the one that is no word speaks for the other.
        if word.forename
            && word.word
            && word.case == Case::Title
            && is_told(scene, i)
            && other(scene, i + 1, i + 2).is_some_and(Word::sure_forename)
        {
            hits.push(Hit { from: i, to: i, confidence: 66 });
            hits.push(Hit { from: i + 2, to: i + 2, confidence: 66 });
        }
    }
    children(scene, hits);
}

/// "Thank you for seeing Xyzia Quillfeather, who has …", "Thank you for referring Jan van der Zyx": how letters between doctors begin. Says which
/// word is the last of the name.
fn thanked(scene: &Scene<'_>, i: usize) -> Option<usize> {
    let before = |n: usize, words: &[&str]| {
        let word = i.checked_sub(n).and_then(|at| scene.word(at));
        word.is_some_and(|w| w.gap == Gap::Space && words.contains(&w.lower.as_str()))
    };
    let named = |w: &Word<'_>| {
        matches!(w.case, Case::Title | Case::Upper)
            && (w.forename || w.surname || w.stranger())
            && !scene.lists.is_thing(&w.lower)
    };
    let told =
        before(1, &["seeing", "referring", "reviewing", "sending"]) && before(2, &["for"]) && before(3, &["you"]);
    let first = scene.word(i).filter(|w| told && (w.case == Case::Initial || named(w)))?;
    let initial = first.case == Case::Initial;
    let (mut last, mut joined) = (i, first.gap == Gap::Space || initial && first.gap == Gap::Stop);
    let (mut names, mut words) = (1, usize::from(first.word && !initial));
    // "DEXA FRAX": of what is written in capitals one must be known.
    let known = |w: &Word<'_>| w.case == Case::Title || w.forename || w.surname;
    let mut surely = !initial && known(first);
    for at in i + 1..i + THANKED {
        let Some(word) = scene.word(at).filter(|_| joined) else { break };
        let initial = word.case == Case::Initial;
        if named(word) {
            (last, names, words) = (at, names + 1, words + usize::from(word.word));
            surely |= known(word);
        } else if !(initial || word.case == Case::Lower && (particle(&word.lower) || word.lower == "ten")) {
            break;
        }
        joined = word.gap == Gap::Space || initial && word.gap == Gap::Stop;
    }
    // "Ward Sister": where each of them means something else, none is a name.
    let species = initial && scene.word(i + 1).is_some_and(|w| SPECIES.contains(&w.lower.as_str()));
    (names > 1 && words < names && surely && !species).then_some(last)
}

/// The capital word behind an "and".
fn other<'a>(scene: &Scene<'a>, and: usize, at: usize) -> Option<&'a Word<'a>> {
    let joined = scene.word(and).is_some_and(|w| w.lower == "and" && w.gap == Gap::Space);
    scene.word(at).filter(|w| joined && w.case == Case::Title && w.lower.len() > 2)
}

/// "Conor (partner)", "Fiona M (mum)", "Desmond (her husband)": whose relative it is, in brackets.
fn related(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    // "SPOKE TO SUSAN (DTR)": where all is in capitals lists must be sure of it.
    let shouted = word.case == Case::Upper && word.sure_forename();
    let named = (shouted || (word.case == Case::Title && (word.forename || word.uncommon())))
        && word.lower.len() > 2
        && !scene.lists.is_thing(&word.lower);
    let initial = scene.word(i + 1).filter(|w| w.case == Case::Initial && word.gap == Gap::Space);
    let (end, next) = match initial {
        Some(initial) => (initial.range.end, i + 2),
        None => (word.range.end, i + 1),
    };
    let opened = scene.text.get(end..).unwrap_or_default().trim_start_matches('.').starts_with(" (");
    let closed = |w: &Word<'_>| scene.text.get(w.range.end..).unwrap_or_default().starts_with(')');
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    // "D/W Jean (wife)": a letter behind a stroke is short for a word.
    let short =
        |w: &Word<'_>| w.case == Case::Initial && scene.text.get(..w.range.start).unwrap_or_default().ends_with('/');
    let joined = !shouted && before.is_some_and(|w| w.gap == Gap::Space && w.case != Case::Lower && !short(w));
    let whose = scene.word(next).is_some_and(|w| matches!(w.lower.as_str(), "her" | "his" | "their"));
    let next = if whose { next + 1 } else { next };
    named && opened && !joined && scene.word(next).is_some_and(|w| is_relation(&w.lower) && closed(w))
}

/// "prefers to be called "Jan"", "goes by Mo".
fn called(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    const CALLED: &[&str] = &["to be called", "to be known as", "goes by", "likes being called"];
    let before = scene.text.get(..word.range.start).unwrap_or_default();
    let said = before.trim_end_matches(['"', '“', '‘', '\'']);
    let (quoted, before) = (said.len() < before.len(), said.trim_end());
    // "to be called Bill, not William"
    let not = || {
        let (said, named) = before.strip_suffix(", not")?.rsplit_once(' ')?;
        named.starts_with(char::is_uppercase).then(|| CALLED.iter().any(|called| ends_with_words(said, called)))
    };
    word.case == Case::Title
        && (quoted || !scene.lists.is_thing(&word.lower))
        && (CALLED.iter().any(|called| ends_with_words(before, called)) || (word.forename && not() == Some(true)))
}

/// "Twin 2 (Musa, NHS 943 476 5919)": whose number stands behind.
fn numbered(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    let before = scene.text.get(..word.range.start).unwrap_or_default();
    let behind = scene.text.get(word.range.end..).unwrap_or_default();
    let number = ["NHS ", "DOB ", "MRN ", "Hosp ", "born "]
        .iter()
        .any(|n| behind.strip_prefix(", ").is_some_and(|b| b.starts_with(n)));
    number
        && before.ends_with('(')
        && word.case == Case::Title
        && (word.forename || word.uncommon())
        && !scene.lists.is_thing(&word.lower)
}

/// "1. Siobhan 07700 900188", "Smith J 07700 900188": by whom a telephone is answered.
fn reached(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let initial = scene.word(i + 1).filter(|w| w.case == Case::Initial && word.gap == Gap::Space);
    let named = if initial.is_some() { word.sure_surname() || word.sure_forename() } else { word.sure_forename() };
    let end = initial.map_or(word.range.end, |w| w.range.end);
    let rest = scene.text.get(end..).unwrap_or_default();
    let number = rest.trim_start_matches([' ', '(']);
    let phone = (1..=3).contains(&(rest.len() - number.len()))
        && number.starts_with('0')
        && crate::redact::detect::row::own(number).is_some_and(|n| n > 10);
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    let joined = before.is_some_and(|w| w.gap == Gap::Space && w.capital());
    named && phone && word.case == Case::Title && word.lower.len() > 2 && !joined && !scene.lists.is_thing(&word.lower)
}

/// "Mark White  Age: 69": a given name and a surname, words as they may be, before what is said of people alone.
pub(super) fn before_age(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, age) in scene.words.iter().enumerate().skip(2) {
        let behind = scene.text.get(age.range.end..).unwrap_or_default().trim_start();
        let before = scene.text.get(..age.range.start).unwrap_or_default();
        let aged = matches!(age.lower.as_str(), "age" | "dob" | "born") && behind.starts_with(':');
        // "Sophie Green (Year 9)": in which class.
        let class = age.lower == "year" && behind.starts_with(|c: char| c.is_ascii_digit());
        let related = before.ends_with(" (") && (class || behind.starts_with(')') && is_relation(&age.lower));
        if !aged && !related {
            continue;
        }
        let (Some(first), Some(last)) = (scene.word(i - 2), scene.word(i - 1)) else { continue };
        // "Victoria Ward (Year 2)"
        if class && matches!(last.lower.as_str(), "ward" | "school" | "college" | "house") {
            continue;
        }
        let pair = (first.forename && last.surname) || (first.surname && last.forename);
        let cased = first.capital() && last.capital() && first.case == last.case;
        let joined = matches!(first.gap, Gap::Space | Gap::Comma) && (related || last.gap == Gap::Space);
        let third = i
            .checked_sub(3)
            .and_then(|at| scene.word(at))
            .is_some_and(|w| w.gap == Gap::Space && w.known() && w.capital());
        if pair && cased && joined && !third && !scene.lists.is_phrase(&first.lower, &last.lower) {
            hits.push(Hit { from: i - 2, to: i - 1, confidence: 72 });
        }
    }
}

/// Given names that stand alone in texts for a medicine, a place, a system, a score or a limit.
const THINGS: &[&str] =
    &["addison", "alexa", "apgar", "augustine", "christie", "lorenzo", "max", "para", "trent", "yasmin"];

/// A given name and nothing else that is known, with no other capital beside it.
fn given(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let before = i.checked_sub(1).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    // "Princess Margaret is", "Dr Margaret": that is for others to judge. "Today Margaret is", "Rang Margaret": a sentence begins.
    let opens = |w: &Word<'_>| {
        let first =
            i.checked_sub(2).and_then(|at| scene.word(at)).is_none_or(|w| !matches!(w.gap, Gap::Space | Gap::Comma));
        w.case == Case::Title && first && [OPENS, TO, SEEK].iter().any(|list| conduct::has(list, &w.lower))
    };
    let behind = scene.word(i + 1).filter(|_| word.gap == Gap::Space);
    word.case == Case::Title
        && word.sure_forename()
        && word.lower.len() > 2
        && !THINGS.contains(&word.lower.as_str())
        && !scene.lists.is_thing(&word.lower)
        && before.is_none_or(|w| w.case == Case::Lower || opens(w))
        && behind.is_none_or(|w| w.case == Case::Lower)
}

/// "Diagnosed after Geoff had a fall", "Ewa to bring her tablets", "S/W Tomasz": in a sentence, a forename that is nothing else is
/// somebody's, unless the words around it are of programs or medicines.
fn amid(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    const SENTENCE: usize = 4;
    const AROUND: usize = 16;
    // Spoke with, discussed with, telephone call to.
    const WITH: &[&str] = &["S/W ", "s/w ", "D/W ", "d/w ", "T/C ", "t/c "];
    if scene.words.len() < SENTENCE - 1 || !given_anywhere(scene, word, true) {
        return false;
    }
    // Eponyms, makers and places are called after families.
    let anywhere = given_anywhere(scene, word, false);
    let at = |at: Option<usize>| at.and_then(|at| scene.word(at));
    let lower = |n: Option<usize>| at(n).is_some_and(|w| w.case == Case::Lower && w.lower.len() > 1);
    let taken = |n: Option<usize>| at(n).is_some_and(|w| conduct::has(TAKEN, &w.lower));
    let text = scene.text;
    let before = at(i.checked_sub(1));
    let behind = text.get(word.range.end..).unwrap_or_default();
    // "Linux-specific"
    if behind.starts_with('-') || taken(i.checked_sub(1)) || taken(Some(i + 1)) {
        return false;
    }
    // As far as a sentence goes: all words for each name would be quadratic.
    let near = scene.words.get(i.saturating_sub(AROUND)..(i + AROUND).min(scene.words.len()));
    if near.unwrap_or_default().iter().any(is_technical) {
        return false;
    }
    if anywhere && WITH.iter().any(|with| text.get(..word.range.start).is_some_and(|b| b.ends_with(with))) {
        return true;
    }
    let ends = match word.gap {
        Gap::Space => lower(Some(i + 1)),
        Gap::Stop | Gap::Comma => true,
        Gap::Other => behind.trim().is_empty(),
        Gap::Field | Gap::Naming => false,
    };
    let place = before.is_some_and(|w| {
        w.gap == Gap::Space && matches!(w.lower.as_str(), "in" | "near" | "into" | "the" | "on" | "of" | "at")
    });
    let within = given(scene, i, word)
        && before.is_some_and(|w| w.gap == Gap::Space)
        && lower(i.checked_sub(1))
        && (lower(i.checked_sub(2)) || i == 2)
        && ends
        && !place;
    // "Ewa to bring her tablets in.": it begins with somebody. "Jasmine is full": a ward perhaps.
    let next = at(Some(i + 1)).map_or("", |w| w.lower.as_str());
    // "Emily has had a fever", and not "Melbourne has had a storm".
    let ails = |n: usize| at(Some(i + n)).is_some_and(|w| w.case == Case::Lower && conduct::has(AILMENTS, &w.lower));
    let has = matches!(next, "had" | "has") && (2..6).any(ails);
    let is = conduct::has(IS, next) && !has;
    let first = before.is_none_or(|w| matches!(w.gap, Gap::Stop | Gap::Other))
        && word.gap == Gap::Space
        && lower(Some(i + 1))
        && !is;
    // In this language.
    let english = |w: &&Word<'_>| w.case == Case::Lower && (scene.lists.is_word(&w.lower) || w.lower.len() < 4);
    let told = scene.words.iter().skip(i + 1).take(4).filter(english).count() > 2;
    // "Margaret never smoked."
    let seldom = matches!(next, "always" | "never" | "rarely" | "seldom" | "sometimes")
        && at(Some(i + 2)).is_some_and(|w| w.case == Case::Lower && conduct::has(HABITS, &w.lower));
    if first && (seldom || has && told) {
        return true;
    }
    anywhere && scene.words.len() >= SENTENCE && (within || first && told)
}

/// "Is Amara allergic to anything?", "Does Siobhan have any of these conditions?": a form asks about somebody.
fn asked_about(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    const ASKS: &[&str] = &["are", "can", "did", "does", "has", "have", "is", "was", "were", "will"];
    const NEAR: usize = 160;
    let asks = i.checked_sub(1).filter(|at| begins(scene, *at)).and_then(|at| scene.word(at));
    let asks = asks.is_some_and(|w| w.case == Case::Title && w.gap == Gap::Space && conduct::has(ASKS, &w.lower));
    // "Is Augusta ward full?"
    let place = |w: &Word<'_>| scene.lists.is_after(&w.lower) || conduct::has(THING, &w.lower);
    let next = || {
        scene.word(i + 1).is_some_and(|w| w.case == Case::Lower && !is_technical(w) && !place(w))
            && word.gap == Gap::Space
    };
    asks && next() && given_anywhere(scene, word, true) && {
        let rest = scene.text.get(word.range.end..).unwrap_or_default();
        rest.get(..rest.floor_char_boundary(NEAR)).is_some_and(|near| near.contains('?'))
    }
}

/// Words of those who write programs.
fn is_technical(word: &Word<'_>) -> bool {
    word.case == Case::Code || conduct::has(TECHNICAL, &word.lower)
}

/// A forename that is no word, thing or system, and no surname but where one may be.
fn given_anywhere(scene: &Scene<'_>, word: &Word<'_>, or_surname: bool) -> bool {
    word.case == Case::Title
        && word.sure_forename()
        && (or_surname || !word.surname)
        && word.lower.len() > 2
        && !THINGS.contains(&word.lower.as_str())
        && !scene.lists.is_thing(&word.lower)
        && ![ALSO, EPONYMS, SYSTEMS].iter().any(|list| conduct::has(list, &word.lower))
}

fn does(scene: &Scene<'_>, i: usize) -> bool {
    let verb = |at: usize, words: &[&str]| scene.word(at).is_some_and(|w| conduct::has(words, &w.lower));
    let of_people = |at: usize| {
        let word = |w: &Word<'_>| conduct::has(OF_PEOPLE, &w.lower);
        scene.word(at).is_some_and(|w| w.case == Case::Lower && word(w))
    };
    if scene.word(i).is_none_or(|w| w.gap != Gap::Space) {
        return false;
    }
    let is = verb(i + 1, IS) && (of_people(i + 2) || (verb(i + 2, BETWEEN) && of_people(i + 3)));
    (verb(i + 1, DOES) || is) && !is_place_before(scene, i)
}

/// "Dot is normally independent", "Rose denies pain": what is said of nothing else.
fn feels(scene: &Scene<'_>, i: usize) -> bool {
    const FEELS: &[&str] = &[
        "alert",
        "anxious",
        "breathless",
        "confused",
        "distressed",
        "hungry",
        "independent",
        "motivated",
        "tearful",
        "unwell",
        "upset",
        "worried",
    ];
    let lower =
        |at: usize| scene.word(at).filter(|w| w.case == Case::Lower).map(|w| w.lower.as_str()).unwrap_or_default();
    let feels = |at: usize| FEELS.contains(&lower(at));
    let is = matches!(lower(i + 1), "is" | "was" | "remains" | "feels");
    let says = matches!(lower(i + 1), "denies" | "denied" | "complains");
    says || is && (feels(i + 2) || conduct::has(BETWEEN, lower(i + 2)) && feels(i + 3))
}

/// "Bill lives in Cornwall", "June visits me every day": where one is at home, and whom one goes to see.
fn is_at_home(scene: &Scene<'_>, i: usize) -> bool {
    const WHERE: &[&str] = &["abroad", "alone", "locally", "nearby"];
    const WHOSE: &[&str] = &["her", "his", "my", "our", "their"];
    const WHOM: &[&str] = &["her", "him", "me", "us"];
    let word = |at: usize| scene.word(at).map(|w| w.lower.as_str()).unwrap_or_default();
    let place = || scene.word(i + 3).is_some_and(|w| w.case == Case::Title);
    match word(i + 1) {
        "lived" | "lives" => {
            WHERE.contains(&word(i + 2))
                || (word(i + 2) == "in" && place())
                || (word(i + 2) == "with" && WHOSE.contains(&word(i + 3)))
        }
        "phones" | "rings" | "visited" | "visits" => WHOM.contains(&word(i + 2)),
        _ => false,
    }
}

/// As [`does`], by what is said of systems and devices as well.
fn does_too(scene: &Scene<'_>, i: usize) -> bool {
    let Some(word) = scene.word(i) else { return false };
    // "Desmond, who lives alone"
    let who = word.gap == Gap::Comma && scene.word(i + 1).is_some_and(|w| w.lower == "who" && w.gap == Gap::Space);
    (who || (word.gap == Gap::Space && said_of_people(scene, i + 1, begins(scene, i)))) && !is_place_before(scene, i)
}

/// Whether what stands at `at` is said of people; `begins` says that a sentence does with the name, so that its verb may be left out.
fn said_of_people(scene: &Scene<'_>, at: usize, begins: bool) -> bool {
    let word =
        |at: usize| scene.word(at).filter(|w| w.case == Case::Lower).map(|w| w.lower.as_str()).unwrap_or_default();
    let joined = |at: usize| scene.word(at).is_some_and(|w| w.gap == Gap::Space);
    let people = |w: &str| conduct::has(OF_PEOPLE, w) || conduct::has(OF_PEOPLE_TOO, w);
    let verb = word(at);
    if conduct::has(DOES_TOO, verb) || (begins && people(verb) && !conduct::has(VAGUE, verb)) {
        return true;
    }
    // "had 3 falls", "has 2 children"
    if matches!(verb, "had" | "has") {
        let behind = scene.word(at).and_then(|w| scene.text.get(w.range.end..)).unwrap_or_default();
        let number = behind.trim_start().bytes().take_while(u8::is_ascii_digit).count();
        if (1..=3).contains(&number) && (at + 1..at + 3).any(|n| conduct::has(COUNTED, word(n))) {
            return true;
        }
    }
    // "is still very tired", "did not come", "not keen"
    let aside = |fits: &dyn Fn(usize) -> bool, from: usize| {
        (from..from + 3).any(|n| fits(n) && (from..n).all(|n| joined(n) && conduct::has(BETWEEN, word(n))))
    };
    let done = |n: usize| {
        let begun = matches!(word(n), "started" | "stopped" | "moved") && joined(n) && conduct::has(BEGUN, word(n + 1));
        conduct::has(DONE, word(n)) || begun
    };
    let is = |n: usize| people(word(n));
    let not = matches!(verb, "not" | "very" | "still" | "now" | "quite" | "more");
    joined(at)
        && ((conduct::has(IS, verb) && aside(&is, at + 1))
            || (conduct::has(CAN, verb) && aside(&|n| conduct::has(DO, word(n)), at + 1))
            || (conduct::has(HAVE, verb) && aside(&done, at + 1))
            || (begins && not && aside(&|n| is(n) && !conduct::has(VAGUE, word(n)), at + 1)))
}

/// "Thomas is a retired bus driver", "Eileen is 88 with severe COPD".
fn is_somebody(scene: &Scene<'_>, i: usize) -> bool {
    const FAR: usize = 5;
    let at = |n: usize| scene.word(n).filter(|w| w.case == Case::Lower);
    let Some(is) = at(i + 1).filter(|w| matches!(w.lower.as_str(), "is" | "was") && w.gap != Gap::Stop) else {
        return false;
    };
    if scene.word(i).is_none_or(|w| w.gap != Gap::Space) || is_place_before(scene, i) {
        return false;
    }
    let behind = scene.text.get(is.range.end..).unwrap_or_default().trim_start();
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    let age = behind.get(..digits).and_then(|age| age.parse::<u8>().ok()).is_some_and(|age| (1..=110).contains(&age));
    let rest = behind.get(digits..).unwrap_or_default();
    const OF_AGE: &[&str] = &[" with ", " years", " yrs", "yo ", " yo ", "y/o", " y/o"];
    let aged = age && OF_AGE.iter().any(|words| rest.starts_with(words));
    let article = at(i + 2).is_some_and(|w| matches!(w.lower.as_str(), "a" | "an" | "the"));
    let far = (i + 3..i + 3 + FAR).take_while(|n| scene.word(n - 1).is_some_and(|w| w.gap == Gap::Space));
    // "a driver for printers", "a child protection system": more is said of what it is.
    const GOES_ON: &[&str] =
        &["admitted", "and", "brought", "from", "living", "presented", "presenting", "referred", "who", "with"];
    let ends = |n: usize| {
        let last = at(n).is_some_and(|w| w.gap != Gap::Space);
        last || at(n + 1).is_none_or(|w| GOES_ON.contains(&w.lower.as_str()))
    };
    let mut named = far.filter(|n| at(*n).is_some_and(|w| conduct::has(SOMEBODY, &w.lower)));
    aged || article && named.any(ends)
}

/// "Margaret Williams (Peg)": the name that somebody goes by, behind the whole name.
fn nicknamed(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let before = scene.text.get(..word.range.start).unwrap_or_default();
    let behind = scene.text.get(word.range.end..).unwrap_or_default();
    let enclosed = before.ends_with(" (") && behind.starts_with(')');
    // `Jean Okafor ("Sunny")`, `White, Rose (“Rosie”)`
    let quoted = [("(\"", "\")"), ("(“", "”)"), ("(‘", "’)"), ("('", "')")].iter().any(|(opens, closes)| {
        let beside = |last: &Word<'_>| {
            before.strip_suffix(opens).is_some_and(|before| before.trim_end().len() == last.range.end)
        };
        let known = |w: &Word<'_>| w.known() && w.case != Case::Lower;
        behind.starts_with(closes)
            && i.checked_sub(1)
                .and_then(|at| scene.word(at))
                .is_some_and(|last| (known(last) || last.stranger()) && beside(last))
            && i.checked_sub(2).and_then(|at| scene.word(at)).is_some_and(known)
    });
    if quoted && word.case == Case::Title {
        return true;
    }
    let name = |n: usize| {
        let word = i.checked_sub(n).and_then(|at| scene.word(at));
        word.filter(|w| matches!(w.case, Case::Title | Case::Upper) && !scene.lists.is_thing(&w.lower))
    };
    let whole = || {
        let (Some(first), Some(last)) = (name(2), name(1)) else { return false };
        // The bracket is all that parts the two.
        let beside = before.strip_suffix(" (").is_some_and(|before| before.len() == last.range.end);
        beside
            && first.gap == Gap::Space
            && first.forename
            && last.sure_surname()
            && !scene.lists.is_after(&last.lower)
            && !conduct::has(EPONYMS, &last.lower)
    };
    enclosed && word.case == Case::Title && word.forename && !scene.lists.is_thing(&word.lower) && whole()
}

/// Whether a sentence begins with this word.
fn begins(scene: &Scene<'_>, i: usize) -> bool {
    i.checked_sub(1).and_then(|at| scene.word(at)).is_none_or(|w| w.gap == Gap::Stop)
}

/// "Tyler and Kayla will live with", "Tyler and Kayla are well": two of whom one is no word besides.
fn both_do(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    const PLURAL: &[&str] = &["live", "attend", "came", "both", "report", "feel", "want", "attended"];
    let free =
        i.checked_sub(1).and_then(|at| scene.word(at)).is_none_or(|w| w.gap != Gap::Space || w.case == Case::Lower);
    let Some(other) = other(scene, i + 1, i + 2).filter(|w| free && word.gap == Gap::Space && w.gap == Gap::Space)
    else {
        return false;
    };
    let thing = |w: &Word<'_>| {
        THINGS.contains(&w.lower.as_str()) || conduct::has(SYSTEMS, &w.lower) || conduct::has(EPONYMS, &w.lower)
    };
    let named = |w: &Word<'_>| w.forename && !thing(w) && !scene.lists.is_thing(&w.lower);
    let verb = scene.word(i + 3).filter(|w| w.case == Case::Lower).map(|w| w.lower.as_str()).unwrap_or_default();
    let people = || match verb {
        "are" | "were" => scene.word(i + 4).is_some_and(|w| conduct::has(OF_PEOPLE, &w.lower)),
        "have" => scene.word(i + 4).is_some_and(|w| conduct::has(DONE, &w.lower)),
        verb => PLURAL.contains(&verb) || conduct::has(DOES, verb) || said_of_people(scene, i + 3, false),
    };
    named(word) && named(other) && (word.sure_forename() || other.sure_forename()) && people()
}

/// "Margaret's mother", "Margaret's left leg".
fn owns(scene: &Scene<'_>, i: usize) -> bool {
    let Some(word) = scene.word(i).filter(|w| !conduct::has(EPONYMS, &w.lower)) else { return false };
    let behind = scene.text.get(word.range.end..).unwrap_or_default();
    let own = ["'s ", "’s "].iter().find_map(|own| behind.strip_prefix(own)).unwrap_or_default();
    let mut words = own.split([' ', ',', '.', ';', ':', ')', '<', '\n']);
    // "Robert's diabetic diet": of a forename that no list has otherwise, anything but what is called after families.
    let first = own.split(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or_default();
    let small = first.len() > 1 && first.starts_with(|c: char| c.is_ascii_lowercase());
    if small
        && given_anywhere(scene, word, false)
        && !conduct::has(OF_EPONYMS, first)
        && ![TEST, THING].iter().any(|l| conduct::has(l, first))
    {
        return true;
    }
    const WHICH: &[&str] = &[
        "left", "right", "older", "elder", "younger", "own", "current", "recent", "latest", "next", "previous",
        "general",
    ];
    let own_word = |w: &str| conduct::has(OWN, &w.to_ascii_lowercase());
    words.next().is_some_and(|w| own_word(w) || (WHICH.contains(&w) && words.next().is_some_and(own_word)))
}

/// "my Desmond", "it's Gloria", "this is Gloria".
fn is_addressed(scene: &Scene<'_>, i: usize) -> bool {
    let word = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at));
    let Some(last) = word(1) else { return false };
    let space = last.gap == Gap::Space;
    match last.lower.as_str() {
        "my" | "our" | "it's" | "its" => space,
        "is" => space && word(2).is_some_and(|w| w.lower == "this" && w.gap == Gap::Space),
        _ => false,
    }
}

/// "in Florence is": a preposition of places stands before it.
fn is_place_before(scene: &Scene<'_>, i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    before.is_some_and(|w| matches!(w.lower.as_str(), "in" | "at" | "near" | "from" | "on" | "the" | "of" | "into"))
}

fn is_told(scene: &Scene<'_>, i: usize) -> bool {
    let before = scene.words.get(i).and_then(|w| scene.text.get(..w.range.start)).unwrap_or_default();
    if before.strip_suffix(' ').is_some_and(is_told_in_short) {
        return true;
    }
    let Some(last) = i.checked_sub(1).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space) else {
        return false;
    };
    if last.case == Case::Upper {
        return false;
    }
    let behind = |list: &[&str]| scene.word(i + 1).is_some_and(|w| conduct::has(list, &w.lower));
    if conduct::has(TO, &last.lower) && !behind(TEST) {
        return true;
    }
    // A talk's first word may begin the sentence.
    matches!(last.lower.as_str(), "to" | "with") && near(scene, i, TALK)
}

/// Whether one of these words stands near, before the "to" or the "from" in front of word `i`.
fn near(scene: &Scene<'_>, i: usize, list: &[&str]) -> bool {
    let word = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at));
    (2..=NEAR + 1).any(|n| word(n).is_some_and(|w| conduct::has(list, &w.lower)))
}

/// As [`is_told`], by what wards and charts are asked and sent as well.
fn is_told_too(scene: &Scene<'_>, i: usize) -> bool {
    let word = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at));
    let Some(last) = word(1).filter(|w| w.gap == Gap::Space && w.case != Case::Upper) else { return false };
    let behind = |list: &[&str]| scene.word(i + 1).is_some_and(|w| conduct::has(list, &w.lower));
    if conduct::has(SEEK, &last.lower) {
        // "Ring Beverley the day before"; what goes on otherwise may be a ward's or a chart's name.
        return scene.word(i).is_some_and(|w| w.gap != Gap::Space || behind(AFTER));
    }
    let before = |list: &[&str]| word(2).is_some_and(|w| conduct::has(list, &w.lower));
    !behind(THING)
        && match last.lower.as_str() {
            "with" if before(STAYS) => true,
            "to" | "with" => near(scene, i, SENT),
            "from" | "about" | "for" => near(scene, i, TALK) || near(scene, i, SENT),
            "of" => before(&["behalf"]),
            "by" => before(BY),
            _ => false,
        }
}

/// Whether a text ends with the short form of a talk, which is had with who follows: "D/W", "T/C to".
pub(in crate::redact) fn is_told_in_short(before: &str) -> bool {
    ["d/w", "t/c to", "t/c with", "tc to", "discussed w/", "spoke w/", "talked w/"]
        .iter()
        .any(|short| ends_with_words(before, short))
}

/// Whether a text ends with these words, in any case, and behind no letter.
pub(in crate::redact) fn ends_with_words(text: &str, words: &str) -> bool {
    let from = text.len().checked_sub(words.len());
    let (Some(before), Some(end)) = (from.and_then(|at| text.get(..at)), from.and_then(|at| text.get(at..))) else {
        return false;
    };
    end.eq_ignore_ascii_case(words) && !before.ends_with(char::is_alphanumeric)
}

/// "children: Simran 6, Arjan 3"
fn children(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"[A-Z][\p{L}'’-]{1,20}(?: \(?(?:aged? )?[0-9]{1,2}(?: ?(?:y|yrs?|years|months|m|/12)\b)?\)?)";
        let pattern = format!(
            r"\b(?i:children|kids|sons|daughters|siblings|brothers|sisters|grandchildren)(?:,? (?i:are|called|named))?[ :(–-]{{1,3}}({name}(?:(?:, | and | & |, and ){name}){{0,8}})"
        );
        Regex::new(&pattern).ok()
    });
    // Cheaper than the pattern.
    if !scene.text.bytes().any(|b| b.is_ascii_digit()) {
        return;
    }
    let Some(list) = LIST.as_ref() else { return };
    for found in list.captures_iter(scene.text).filter_map(|c| c.get(1)) {
        let listed = |w: &Word<'_>| found.range().contains(&w.range.start) && w.case == Case::Title;
        let named: Vec<(usize, &Word<'_>)> = scene.words.iter().enumerate().filter(|(_, w)| listed(w)).collect();
        // "sons: Healthy 3, Well 6", "Para 2 and Gravida 3" count something else.
        let things = named.iter().any(|(_, w)| {
            THINGS.contains(&w.lower.as_str()) || scene.lists.is_thing(&w.lower) || (w.word && !w.forename)
        });
        if named.iter().any(|(_, w)| w.sure_forename()) && !things {
            hits.extend(named.iter().map(|(i, _)| Hit { from: *i, to: *i, confidence: 70 }));
        }
    }
}
