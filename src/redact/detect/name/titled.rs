//! Names by the word before: titles ("Mrs Janet Williams"), forms of address ("Dear Janet"), relations ("her son Peter"),
//! and words that announce one ("NOK: Gloria", "c/o P Abbott", "seen by J Smith").

use super::words::{Case, Gap, Word, particle};
use super::{Hit, Scene};
use crate::redact::finding::Confidence;
use crate::redact::title::is_title;

/// Titles of office besides, some of them names too.
const OFFICES: &[&str] =
    &["rabbi", "imam", "pastor", "capt", "sgt", "cllr", "sr", "doctor", "mama", "baba", "mzee", "bibi"];

fn opens(word: &str) -> bool {
    is_title(word) || OFFICES.contains(&word)
}

/// Titles that are words too: a known name must follow.
const WORDS_TOO: &[&str] = &[
    "miss",
    "master",
    "sir",
    "dame",
    "lady",
    "lord",
    "sr",
    "doctor",
    "professor",
    "rabbi",
    "imam",
    "pastor",
    "capt",
    "sgt",
    "mama",
    "baba",
    "mzee",
    "bibi",
];

/// Before a name in India, and none themselves: "S/O Late Gopal".
const HONOURS: &[&str] = &["late", "shri", "smt", "sri"];

/// Relations: "mother Gloria", "his wife, Anne", "son (Peter)".
pub(super) const RELATIONS: &[&str] = &[
    "mother",
    "father",
    "mum",
    "mam",
    "mom",
    "dad",
    "son",
    "daughter",
    "sister",
    "brother",
    "wife",
    "husband",
    "partner",
    "spouse",
    "fiance",
    "fiancee",
    "aunt",
    "auntie",
    "uncle",
    "nephew",
    "niece",
    "cousin",
    "grandson",
    "granddaughter",
    "grandmother",
    "grandfather",
    "gran",
    "nan",
    "nana",
    "nanna",
    "nanny",
    "gramps",
    "grandad",
    "neighbour",
    "neighbor",
    "friend",
    "carer",
    "carers",
    "doula",
    "flatmate",
    "housemate",
    "grandma",
    "grandpa",
    "granny",
    "stepdad",
    "stepmum",
    "guardian",
    "guardians",
    "twin",
    "twins",
    "triplets",
    "sibling",
    "siblings",
    "dtr",
    "dghtr",
    "husb",
    "hubby",
    "dau",
    "stepson",
    "stepdaughter",
    "stepmother",
    "stepfather",
    "girlfriend",
    "boyfriend",
    "baby",
    "nok",
    "kin",
    "children",
    "sons",
    "daughters",
    "brothers",
    "sisters",
    "parents",
    "grandparents",
    "grandchildren",
    "grandsons",
    "granddaughters",
    "nephews",
    "nieces",
    "cousins",
    "named",
    "called",
    "nee",
    "née",
    "alias",
];
/// Words that announce a name when a colon or dash follows.
const BEFORE_COLON: &[&str] = &[
    "name",
    "patient",
    "re",
    "nok",
    "kin",
    "contact",
    "consultant",
    "gp",
    "surname",
    "forename",
    "forenames",
    "participant",
    "client",
    "cc",
    "attn",
    "author",
    "clinician",
    "doctor",
    "surgeon",
    "nurse",
    "midwife",
    "registrar",
    "radiologist",
    "reader",
    "signed",
    "carer",
    "guardian",
    "subject",
    "child",
    "guarantor",
    "parent",
    "to",
    "from",
    "relative",
    "prescriber",
    "physician",
    "practitioner",
    "by",
    "alias",
    "pt",
    "witness",
    "witnesses",
];
/// Words before "by" that make it a person who acted.
const DONE: &[&str] = &[
    "seen",
    "signed",
    "reviewed",
    "referred",
    "reported",
    "examined",
    "assessed",
    "dictated",
    "typed",
    "authorised",
    "authorized",
    "entered",
    "recorded",
    "verified",
    "written",
    "prescribed",
    "discussed",
    "accompanied",
    "brought",
    "requested",
    "checked",
    "performed",
    "administered",
    "witnessed",
    "countersigned",
    "discharged",
    "admitted",
    "completed",
    "updated",
    "created",
    "ordered",
    "validated",
];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    for (i, word) in scene.words.iter().enumerate() {
        if word.case == Case::Code || word.lower.len() > 24 {
            continue;
        }
        let lower = word.lower.as_str();
        if opens(lower) && word.case != Case::Lower {
            titled(scene, i, hits);
        } else if !scene.code && announces(scene, i, word) {
            announced(scene, i, hits);
        }
        if !scene.code {
            behind_its_name(scene, i, word, hits);
            of_household(scene, i, word, hits);
        }
    }
}

/// "Luo household", "the Rai family": whose it is.
fn of_household(scene: &Scene<'_>, i: usize, word: &Word<'_>, hits: &mut Vec<Hit>) {
    let sure = match word.lower.as_str() {
        "household" | "households" | "homestead" => false,
        "family" | "familys" => true,
        _ => return,
    };
    let Some(at) = i.checked_sub(1) else { return };
    let Some(name) = scene.word(at) else { return };
    let written = name.case == Case::Title && name.gap == Gap::Space && name.lower.len() > 1 && !name.word;
    let fits = if sure { name.sure_surname() } else { name.known() || name.stranger() };
    if written && fits && !scene.lists.is_thing(&name.lower) {
        hits.push(Hit { from: at, to: at, confidence: 60 });
    }
}

/// "Heather, his daughter, has sorted it": a forename before whose relative it is.
fn behind_its_name(scene: &Scene<'_>, i: usize, word: &Word<'_>, hits: &mut Vec<Hit>) {
    const WHOSE: &[&str] = &["his", "her", "their", "my"];
    let named = || {
        let (whose, at) = (scene.word(i.checked_sub(1)?)?, i.checked_sub(2)?);
        let name = scene.word(at)?;
        let so = WHOSE.contains(&whose.lower.as_str()) && whose.case == Case::Lower && whose.gap == Gap::Space;
        // "Movicol, her daughter gives it"
        let named = name.forename || (name.stranger() && word.gap == Gap::Comma);
        let fits = so && name.gap == Gap::Comma && name.case == Case::Title && !scene.lists.is_thing(&name.lower);
        (fits && named).then_some(at)
    };
    if word.case == Case::Lower
        && is_relation(&word.lower)
        && let Some(at) = named()
    {
        hits.push(Hit { from: at, to: at, confidence: 72 });
    }
}

fn titled(scene: &Scene<'_>, i: usize, hits: &mut Vec<Hit>) {
    let Some(title) = scene.word(i) else { return };
    if !matches!(title.gap, Gap::Space | Gap::Stop) {
        couple(scene, i, hits);
        return;
    }
    let Some((from, to)) = run(scene, i + 1) else { return };
    let named = scene.words.get(from..=to).unwrap_or_default();
    let doubtful = WORDS_TOO.contains(&title.lower.as_str()) || (title.case == Case::Upper && title.lower.len() == 2);
    let sure = named.iter().any(|w| w.sure_forename() || w.sure_surname());
    let shouted = named.iter().all(|w| matches!(w.case, Case::Upper | Case::Initial));
    let confidence = match (doubtful, sure) {
        (false, true) => 93,
        // "Mr Rose", "Dr Xyzski": the title says it.
        (false, false) => 86,
        (true, true) => 86,
        (true, false) if title.case == Case::Upper && shouted && named.iter().any(|w| w.known() || w.stranger()) => 62,
        (true, false) if named.iter().any(|w| w.stranger()) && title.case == Case::Title => 60,
        (true, false) if named.len() > 1 && named.iter().all(Word::known) => 62,
        (true, false) => return,
    };
    hits.push(Hit { from, to, confidence });
}

/// "Mr and Mrs Smith", "Mr & Mrs Smith": the second title finds the name; nothing to do here, but "Drs Smith and Jones" has two.
fn couple(scene: &Scene<'_>, i: usize, hits: &mut Vec<Hit>) {
    let Some(next) = scene.word(i + 1) else { return };
    let title = scene.word(i).map(|w| w.gap);
    if title == Some(Gap::Naming) && next.capital() && next.sure_surname() {
        hits.push(Hit { from: i + 1, to: i + 1, confidence: 70 });
    }
}

/// Whether the word says that a name follows.
fn announces(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let lower = word.lower.as_str();
    let before = |n: usize| i.checked_sub(n).and_then(|j| scene.word(j)).map(|w| w.lower.as_str());
    match lower {
        "dear" | "hello" | "hi" => word.gap == Gap::Space && word.case != Case::Upper,
        "by" if before(1).is_some_and(|b| matches!(b, "goes" | "went")) => word.gap == Gap::Space,
        // "lives with Adam and their son"
        "with"
            if before(1).is_some_and(|b| matches!(b, "lives" | "live" | "living" | "lived" | "staying" | "stays")) =>
        {
            // "lives with Parkinson's disease"
            let ill = |w: &Word<'_>| scene.text.get(w.range.end..).is_some_and(|rest| rest.starts_with(['\'', '’']));
            word.gap == Gap::Space && scene.word(i + 1).is_some_and(|w| w.forename && !ill(w))
        }
        "by" | "with" => word.gap == Gap::Space && before(1).is_some_and(|b| DONE.contains(&b)),
        // "c/o P Abbott", "B/O Radhika", "S/O Late Gopal". "S/O Cushing's" is a suspicion, "W/O Green" is without.
        "o" => {
            let whose = |short: &str| {
                let from = word.range.end.checked_sub(short.len());
                from.and_then(|from| scene.text.get(from..word.range.end))
                    .is_some_and(|t| t.eq_ignore_ascii_case(short))
            };
            let late = usize::from(scene.word(i + 1).is_some_and(|w| HONOURS.contains(&w.lower.as_str())));
            let sure = || scene.word(i + 1 + late).is_some_and(|w| w.sure_forename() && (!w.surname || late > 0));
            match before(1) {
                Some("b" | "c") => whose("c/o") || whose("b/o"),
                Some("d" | "s" | "w") => (whose("s/o") || whose("d/o") || whose("w/o")) && sure(),
                Some(_) | None => false,
            }
        }
        // "This is to certify that Jhun Makapugay was examined"
        "that" if before(1) == Some("certify") && word.gap == Gap::Space => run(scene, i + 1).is_some_and(|(_, to)| {
            let behind = scene.word(to + 1).map(|w| w.lower.as_str());
            matches!(behind, None | Some("has" | "is" | "was" | "had" | "aged" | "born" | "of"))
        }),
        // "he likes Olu", as forms say what somebody is called
        "likes" | "prefers" => {
            let who = i
                .checked_sub(1)
                .and_then(|j| scene.word(j))
                .filter(|w| matches!(w.lower.as_str(), "he" | "she" | "they"));
            let aside = |w: &Word<'_>| scene.text.get(..w.range.start).is_some_and(|before| before.ends_with('('));
            word.gap == Gap::Space && who.is_some_and(aside)
        }
        // "originally received as SHAH Imran"
        "as" => {
            let next = || scene.word(i + 1).is_some_and(|w| w.sure_forename() || w.sure_surname());
            match before(1) {
                Some("known" | "aka") => true,
                Some("received" | "registered" | "labelled" | "booked") => next(),
                Some(_) | None => false,
            }
        }
        // "widow of Rustam", "mother of Aisha"
        "of" if before(1).is_some_and(|b| is_relation(b) || matches!(b, "widow" | "widower")) => {
            // "daughter of Nigerian descent"
            let people = |w: &Word<'_>| ["an", "ish", "ese"].iter().any(|end| w.lower.ends_with(end)) && !w.known();
            // "mother of Oyinkan Braithwaite"
            let named = || {
                let first = scene.word(i + 1).is_some_and(|w| w.gap == Gap::Space && w.case == Case::Title);
                first && scene.word(i + 2).is_some_and(|w| w.case == Case::Title && w.uncommon())
            };
            word.gap == Gap::Space && (!scene.word(i + 1).is_some_and(people) || named())
        }
        // "gave old surname Haddad"
        "surname" if word.gap == Gap::Space => before(1).is_some_and(|b| {
            matches!(b, "old" | "new" | "maiden" | "married" | "former" | "previous" | "birth" | "her" | "his")
        }),
        // "under her maiden name Abiola"
        "name" if word.gap == Gap::Space => before(1).is_some_and(|b| {
            matches!(b, "maiden" | "birth" | "married" | "former" | "previous" | "caller" | "callers" | "informant")
        }),
        "is" | "am" if before(1).is_some_and(|b| matches!(b, "this" | "i")) => introduces(scene, i),
        "is" => {
            let part = |b: Option<&str>| b.is_some_and(|b| matches!(b, "surname" | "forename"));
            // "Surname on PAS is Nowak"
            let somewhere = || before(2).is_some_and(|b| matches!(b, "on" | "in" | "per")) && part(before(3));
            let named = before(1) == Some("name")
                && before(2).is_none_or(|b| !matches!(b, "file" | "drug" | "field" | "class"));
            // "Surname is Title Case"
            let stranger = || scene.word(i + 1).is_some_and(|w| !w.word);
            named || word.gap == Gap::Space && (part(before(1)) || somewhere()) && stranger()
        }
        "patient" | "pt" => matches!(word.gap, Gap::Space | Gap::Naming),
        _ if word.gap == Gap::Naming && BEFORE_COLON.contains(&lower) => {
            !(lower == "name" && before(1).is_some_and(thing))
        }
        // "mother in law Lakshmi", "Key worker Jo"
        "law" if before(1) == Some("in") && before(2).is_some_and(is_relation) => {
            matches!(word.gap, Gap::Space | Gap::Naming | Gap::Comma)
        }
        "worker" => {
            before(1).is_some_and(|b| matches!(b, "key" | "social" | "support" | "care")) && word.gap == Gap::Space
        }
        _ if is_relation(lower) => matches!(word.gap, Gap::Space | Gap::Naming | Gap::Comma),
        _ => false,
    }
}

/// "This is Nduta mother of the baby", "this is Ann, his wife", "I am Peter calling for her": who writes or rings says it.
fn introduces(scene: &Scene<'_>, is: usize) -> bool {
    let Some((_, to)) = run(scene, is + 1) else { return false };
    let next = |n: usize| scene.word(to + n).map(|w| w.lower.as_str());
    let of =
        |word: Option<&str>| word.is_some_and(|w| is_relation(w) || matches!(w, "calling" | "speaking" | "ringing"));
    of(next(1)) || (matches!(next(1), Some("the" | "his" | "her" | "their" | "a" | "from")) && of(next(2)))
}

/// A relation, also by marriage or by half: "daughter-in-law", "half-sister", "step-father".
pub(in crate::redact) fn is_relation(word: &str) -> bool {
    let core = word.trim_end_matches("-in-law");
    let core =
        ["half-", "step-", "great-", "god", "foster-", "ex-"].iter().find_map(|p| core.strip_prefix(p)).unwrap_or(core);
    RELATIONS.contains(&core)
}

fn thing(before: &str) -> bool {
    matches!(
        before,
        "file"
            | "drug"
            | "test"
            | "host"
            | "user"
            | "class"
            | "field"
            | "hospital"
            | "ward"
            | "clinic"
            | "trust"
            | "product"
            | "generic"
            | "brand"
            | "organisation"
            | "organization"
            | "practice"
            | "procedure"
            | "study"
            | "event"
            | "column"
            | "domain"
            | "template"
    )
}

fn announced(scene: &Scene<'_>, i: usize, hits: &mut Vec<Hit>) {
    let Some(cue) = scene.word(i) else { return };
    let mut start = i + 1;
    // "mother is called Gloria", "wife's name is Anne" come round again at "called" and "is"; a title goes by its own way.
    if scene.word(start).is_some_and(|w| opens(&w.lower) && w.case != Case::Lower && goes_on(w)) {
        return;
    }
    // "S/O Late Gopal Sharma"
    if cue.lower == "o" && scene.word(start).is_some_and(|w| HONOURS.contains(&w.lower.as_str())) {
        start += 1;
    }
    let relation = is_relation(&cue.lower) || matches!(cue.lower.as_str(), "law" | "worker");
    let mut found = false;
    while let Some((from, to)) = run(scene, start) {
        let Some(confidence) = trust(scene, cue, from, to, relation) else { break };
        hits.push(Hit { from, to, confidence });
        found = true;
        // "children Tom and Ann", "sons Tom, Dick"
        let next = to + 1;
        let and =
            scene.word(next).is_some_and(|w| w.lower == "and") && scene.word(to).is_some_and(|w| w.gap == Gap::Space);
        let plural = cue.lower.ends_with('s') || cue.lower == "children";
        if and {
            start = next + 1;
        } else if plural && scene.word(to).is_some_and(|w| w.gap == Gap::Comma) {
            start = next;
        } else {
            break;
        }
    }
    // "NOK: daughter Susan", "Contact: wife - Anne" come round at the relation itself.
    if !found && cue.gap == Gap::Naming && scene.word(start).is_some_and(|w| w.case == Case::Upper) {
        super::sequence::surname_first(scene, start, hits, 10);
    }
}

/// A title has a name behind it; alone it is one itself: "her son Imam, who helps".
fn goes_on(title: &Word<'_>) -> bool {
    !title.sure_forename() || matches!(title.gap, Gap::Space | Gap::Stop)
}

/// How far words after a cue are trusted to be a name.
fn trust(scene: &Scene<'_>, cue: &Word<'_>, from: usize, to: usize, relation: bool) -> Option<Confidence> {
    let named = scene.words.get(from..=to)?;
    let first = named.first()?;
    let naming = cue.gap == Gap::Naming;
    let sure = named.iter().any(|w| w.sure_forename() || w.sure_surname());
    let known = named.iter().any(Word::known);
    let stranger =
        named.iter().all(|w| w.stranger() || w.known() || w.case == Case::Initial) && named.iter().any(Word::stranger);
    let patient = matches!(cue.lower.as_str(), "patient" | "pt");
    let greeting = matches!(cue.lower.as_str(), "hello" | "hi");
    match (sure, known, stranger) {
        // "Patient Smith attended", "Patient Rose ward": without a colon only a name that is no word.
        (true, _, _) if patient && !naming => (first.sure_forename() || first.sure_surname()).then_some(64),
        (true, _, _) if relation || naming => Some(84),
        (true, _, _) => Some(82),
        // Friends and neighbours are words of prose too: "friend Will" is one, "baby May" perhaps.
        (false, true, _) if relation && named.len() == 1 => {
            // "Daughter April holds a key": a sentence gives its capital to the relation.
            match (first.forename, cue.case) {
                (true, Case::Lower) => Some(72),
                (true, Case::Title) if scene.word(to + 1).is_some_and(|next| next.case == Case::Lower) => Some(62),
                (_, _) => naming.then_some(72),
            }
        }
        // "Patient Zephaniah Cobbold (…) is open": two words that are none of the language.
        (false, true, _) | (false, _, true) if patient && !naming => {
            let written = |w: &Word<'_>| w.case == Case::Title && !w.word;
            (named.len() > 1 && named.iter().all(written)).then_some(60)
        }
        (false, true, _) if named.len() > 1 || cue.lower == "dear" => Some(72),
        (false, true, _) if naming => Some(56),
        // "Discussed with Hyacinth that he may go home"
        (false, true, _) if cue.lower == "with" && first.forename && !scene.lists.is_thing(&first.lower) => Some(56),
        (false, _, true) if relation || greeting => {
            // "Guardian Kanchhi told to return": a sentence gives its capital to the relation.
            let told = || relation && named.len() <= 2 && scene.word(to + 1).is_some_and(|w| w.case == Case::Lower);
            (cue.case == Case::Lower || naming || told()).then_some(58)
        }
        (false, _, true) => Some(58),
        (false, _, _) => None,
    }
}

/// Words from `start` that are written as a name: capitals, initials and small words between them.
pub(super) fn run(scene: &Scene<'_>, start: usize) -> Option<(usize, usize)> {
    let mut to = None;
    let mut i = start;
    while let Some(word) = scene.word(i) {
        if i > start + 4 || !(fits(scene, word, i == start) || (i == start + 1 && ordinary_surname(scene, start, i))) {
            break;
        }
        let small = word.case == Case::Lower;
        if !small {
            to = Some(i);
        }
        let initial_stop = word.gap == Gap::Stop && (word.case == Case::Initial || opens(&word.lower));
        if !(word.gap == Gap::Space || initial_stop) {
            break;
        }
        i += 1;
    }
    let mut to = to?;
    // "Mr Peter Ward": behind a forename that is none but one, and with no number behind it, a ward is a person.
    if to == start + 1 && named_ward(scene, start, to) {
        return Some((start, to));
    }
    // What follows a surname is mostly an ordinary word: "Mr Smith Consultant", "Mrs Williams Ward 3".
    while to > start
        && !(to == start + 1 && ordinary_surname(scene, start, to))
        && scene.word(to).is_some_and(|w| tail(scene, w) || abbreviation(w))
    {
        to -= 1;
    }
    let only = scene.word(start)?;
    // A single initial is no name.
    (to > start || (only.case != Case::Initial && only.lower.len() > 1)).then_some((start, to))
}

fn named_ward(scene: &Scene<'_>, first: usize, last: usize) -> bool {
    let (Some(forename), Some(surname)) = (scene.word(first), scene.word(last)) else { return false };
    let behind = scene.text.get(surname.range.end..).unwrap_or_default().trim_start();
    let numbered = behind.starts_with(|c: char| c.is_ascii_digit());
    // "Mrs Grace Hill", and nothing behind it that a hill could go on with.
    let ends = behind.is_empty() || behind.starts_with([',', '.', '(', '<', ';']);
    let given = (forename.sure_forename() && !forename.surname) || (forename.forename && ends);
    given && surname.surname && !numbered
}

/// "Mr Abbott SBP 120", "Mrs Williams BP low": capitals without a vowel that no list knows are a measurement.
fn abbreviation(word: &Word<'_>) -> bool {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') || !c.is_ascii();
    word.case == Case::Upper && !word.known() && !word.lower.contains(vowel)
}

fn fits(scene: &Scene<'_>, word: &Word<'_>, first: bool) -> bool {
    match word.case {
        Case::Initial => true,
        Case::Title | Case::Upper => {
            let addressed = matches!(
                word.lower.as_str(),
                "sir"
                    | "sirs"
                    | "madam"
                    | "colleague"
                    | "colleagues"
                    | "doctor"
                    | "all"
                    | "parent"
                    | "parents"
                    | "guardian"
                    | "team"
                    | "patient"
                    | "the"
                    | "a"
                    | "an"
                    | "he"
                    | "she"
                    | "they"
                    | "his"
                    | "her"
                    | "is"
                    | "was"
                    | "has"
                    | "had"
                    | "and"
                    | "or"
                    | "not"
                    | "no"
                    | "nhs"
                    | "gp"
                    | "name"
                    | "dob"
                    | "mrn"
                    | "id"
                    | "date"
                    | "number"
                    | "details"
                    | "nok"
                    | "yes"
                    | "none"
                    | "unknown"
                    | "this"
                    | "to"
                    | "in"
                    | "on"
                    | "at"
                    | "for"
                    | "of"
                    | "with"
                    | "from"
                    | "by"
                    | "who"
                    | "age"
                    | "aged"
            );
            !addressed
                && (first || word.known() || !word.word)
                && !(first && scene.lists.is_after(&word.lower) && !word.known())
        }
        Case::Lower => !first && particle(&word.lower),
        Case::Code => false,
    }
}

/// "her spouse, Hyacinth Bucket, is here": behind a forename, with a sign behind.
fn ordinary_surname(scene: &Scene<'_>, first: usize, at: usize) -> bool {
    let (Some(forename), Some(surname)) = (scene.word(first), scene.word(at)) else { return false };
    let behind = scene.text.get(surname.range.end..).unwrap_or_default();
    forename.forename
        && surname.ordinary(scene.lists)
        && surname.case == forename.case
        && (behind.is_empty() || behind.starts_with([',', '.', ')', ';']))
}

fn tail(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    word.case == Case::Lower || (word.word && !word.known()) || (scene.lists.is_after(&word.lower) && word.word)
}
