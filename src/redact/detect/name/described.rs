//! Names by what stands right behind them: a birth, a sex and an age, the number of a record, whose relation it is.
//!
//! ```text
//! O'Malley, Rose (DOB: 06/06/1947)          whoever is born has a name before
//! Dilnoza is a 56 year old                  and so has who is of an age
//! Kwabena, brother                          a cell
//! Li Na, female, 54                         at the front of a line: who else has both?
//! CT TAP - SUMMERS RAL4502217 2WW LUNG      a surname in capitals, and a number with a hospital's letters
//! Oakshott, Maud (H123456) 03/02/1961       as lists to choose from write somebody, whom no list need know
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::titled::is_relation;
use super::words::{Case, Gap, Word};
use super::{Hit, Scene};
use crate::redact::beside::OLD;
use crate::redact::detect::date;
use crate::redact::plausible::names_institution;

/// The most words of a name at the front of a line.
const WORDS: usize = 4;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    hits.extend(related(scene));
    hits.extend(telling(scene));
    for (i, word) in scene.words.iter().enumerate() {
        if born(scene, i, word) || opens(scene, i, word) {
            hits.extend(before_birth(scene, i));
        }
        if long_ago(scene, word) {
            hits.extend(before_birth(scene, i).filter(|hit| is_somebody(scene, hit)));
        }
        hits.extend(spoken_to(scene, i, word));
        hits.extend(young(scene, i, word));
    }
    if scene.context.signs.digits < 2 {
        return;
    }
    hits.extend(sexed(scene).or_else(|| either(scene)).or_else(|| keyed(scene)));
    hits.extend(aged(scene));
    for (i, word) in scene.words.iter().enumerate() {
        hits.extend(of_years(scene, i, word));
        if numbered(scene, word) {
            hits.push(Hit { from: i, to: i, confidence: 64 });
        }
    }
}

/// "older child Merryn (3y)", "children Ire (6) and Folu (9)": whose age stands in a bracket, behind whose relation it is.
fn young(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> Option<Hit> {
    const UNITS: &[&str] = &["", "y", "yr", "yrs", "yo", "year", "years", "m", "mo", "mths", "months", "/12", "/52"];
    let age = scene.text.get(word.range.end..)?.strip_prefix(" (")?;
    let age = age.get(..age.floor_char_boundary(16)).and_then(|near| near.split([')', ',', ';']).next())?;
    let age = age.trim_start_matches("aged ");
    let digits = age.bytes().take_while(u8::is_ascii_digit).count();
    let aged = (1..=2).contains(&digits) && UNITS.contains(&age.get(digits..)?.trim().trim_end_matches(" old"));
    let before = scene.word(i.checked_sub(1)?)?;
    let child = is_relation(&before.lower) || matches!(before.lower.as_str(), "child" | "boy" | "girl" | "toddler");
    // "the child Pugh (9)" is a score.
    let somebody = (word.forename || word.uncommon()) && !scene.lists.is_phrase(&before.lower, &word.lower);
    let named = word.case == Case::Title && word.lower.len() > 1 && somebody && !scene.lists.is_thing(&word.lower);
    let fits = aged && named && child && before.case == Case::Lower && before.gap == Gap::Space;
    fits.then_some(Hit { from: i, to: i, confidence: 70 })
}

/// "Li Na, female, 54", "Rose Green, F, 71 years".
fn sexed(scene: &Scene<'_>) -> Option<Hit> {
    let first = scene.word(0)?;
    if !scene.text.get(..first.range.start)?.trim().is_empty() {
        return None;
    }
    let last = (0..WORDS).find(|&i| scene.word(i).is_none_or(|w| w.gap == Gap::Comma))?;
    let named = scene.words.get(0..=last)?;
    let written = |w: &Word<'_>| matches!(w.case, Case::Title | Case::Upper | Case::Initial) && w.gap != Gap::Naming;
    let fits = last > 0 && named.iter().all(|w| written(w) && !scene.lists.is_thing(&w.lower));
    let behind = scene.text.get(named.last()?.range.end..)?.strip_prefix(',')?.trim_start();
    let (sex, age) = behind.split_once(',')?;
    let sex = matches!(sex.trim().to_lowercase().as_str(), "female" | "male" | "f" | "m" | "transgender" | "intersex");
    let age = age.trim_start();
    let years = age.bytes().take_while(u8::is_ascii_digit).count();
    // "Larch Ward, Female, 24 beds"
    let place = named.last().is_some_and(|w| scene.lists.is_after(&w.lower)) || age.contains("bed");
    (fits && !place && sex && (1..=3).contains(&years)).then_some(Hit { from: 0, to: last, confidence: 76 })
}

/// "Oakshott, Maud (H123456)", "Braithwaite Oyinkan - 03/02/1961": at the front of a text, before a record's number or a birth. The more
/// of it stands there, the less must lists know.
fn keyed(scene: &Scene<'_>) -> Option<Hit> {
    let first = scene.word(0)?;
    if !scene.text.get(..first.range.start)?.trim().is_empty() {
        return None;
    }
    let parts =
        |w: &Word<'_>| w.gap == Gap::Space || w.gap == Gap::Comma || (w.gap == Gap::Stop && w.case == Case::Initial);
    let last = (0..WORDS).find(|&i| {
        scene.word(i).is_none_or(|w| {
            !parts(w) || scene.word(i + 1).is_none_or(|n| n.case == Case::Code || KEYS.contains(&n.lower.as_str()))
        })
    })?;
    let named = scene.words.get(0..=last).filter(|_| last > 0)?;
    let comma = named.iter().position(|w| w.gap == Gap::Comma).filter(|at| *at < last);
    if named.iter().take(last).filter(|w| w.gap == Gap::Comma).count() > 1 {
        return None;
    }
    let written = |w: &Word<'_>| {
        w.case == Case::Initial
            || (w.capital()
                && (w.known() || w.stranger())
                && !scene.lists.is_thing(&w.lower)
                && !scene.lists.is_after(&w.lower))
    };
    if !named.iter().all(written) {
        return None;
    }
    let given = comma.and_then(|at| named.get(at + 1)).is_none_or(|w| w.forename || w.stranger());
    let behind = scene.text.get(named.last()?.range.end..)?;
    let (born, number) = keys(behind);
    let sure = named.iter().any(|w| w.known() && !w.word);
    let known = match (comma.is_some(), number, born) {
        (_, false, false) => false,
        // "Zolbrax, Nebuflex (123456)" may be a thing; of a thing no birth is told.
        (_, _, true) => sure || named.iter().any(Word::stranger),
        (true, true, false) => named.iter().any(Word::sure_forename),
        (false, true, false) => sure,
    };
    let text = scene.text.get(named.first()?.range.start..named.last()?.range.end)?;
    (known && given && !names_institution(text)).then_some(Hit { from: 0, to: last, confidence: 64 })
}

/// Whether a birth, and whether the number of a record, stands right behind a name: " (H123456) 03/02/1961", " - 03/02/1961".
fn keys(behind: &str) -> (bool, bool) {
    const FIVE: usize = 5;
    if is_called(behind) {
        return (true, false);
    }
    let open = [" (", " [", " - ", " – ", " | ", " "].iter().find_map(|open| Some((*open, behind.strip_prefix(open)?)));
    let Some((open, inside)) = open else { return (false, false) };
    let end =
        |text: &str| text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/'))).unwrap_or(text.len());
    let token = inside.get(..end(inside)).unwrap_or_default();
    let letters = token.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = token.get(letters..).unwrap_or_default();
    // Ten digits of a version, and of a telephone, are others' to judge.
    let number = matches!(open, " (" | " [")
        && letters <= 4
        && (FIVE..=10).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    let rest = inside.get(token.len()..).unwrap_or_default();
    let rest = rest.trim_start_matches([')', ']', ' ', '-', '–', ',', '|']);
    (is_long_ago(inside) || (number && is_long_ago(rest)), number)
}

/// What begins the labels of [`is_called`].
const KEYS: &[&str] = &["mrn", "nhs", "hosp", "hospital", "crn", "chi"];

/// " MRN 400123", " - NHS No: 943 476 5919": the number of somebody, called so.
fn is_called(behind: &str) -> bool {
    const LABELS: &[&str] =
        &["mrn", "nhs no", "nhs number", "nhs:", "hosp no", "hospital no", "hospital number", "crn", "chi no"];
    let label = behind.trim_start_matches([' ', '-', '–', '|', ',', '(', '·', '•']);
    let near = label.get(..label.floor_char_boundary(32)).unwrap_or_default().to_ascii_lowercase();
    let number =
        LABELS.iter().find_map(|l| near.strip_prefix(l)).map(|rest| rest.trim_start_matches([' ', ':', '.', '#', '-']));
    label.len() < behind.len()
        && number.is_some_and(|n| n.bytes().take_while(|b| b.is_ascii_alphanumeric()).any(|b| b.is_ascii_digit()))
}

/// "Rose Green (71, F)", "Li Na 54F": as [`sexed`], in either order and with other signs, where lists say more of the name.
fn either(scene: &Scene<'_>) -> Option<Hit> {
    #[allow(clippy::expect_used, reason = "a literal that every test compiles")]
    static BOTH: LazyLock<Regex> = LazyLock::new(|| {
        let sex = "(?:female|male|f|m|transgender|intersex|woman|man|girl|boy)";
        let age = r"\d{1,3}(?:\s?-?(?:years?(?:[ -]old)?|yrs?|y/o|yo|y)\b)?";
        let gap = r"[\s,/|;-]{0,3}";
        Regex::new(&format!(
            r"(?i)^(?P<gap>[\s,(\[-]{{1,3}})(?P<told>(?P<sex>female|male)[\s,/|;-]{{1,3}}{age}|{sex}[\s,/|;-]{{1,3}}{age}|{age}{gap}{sex})\b(?P<rest>.{{0,8}})"
        ))
        .expect("a literal pattern")
    });
    let first = scene.word(0)?;
    if !scene.text.get(..first.range.start)?.trim().is_empty() {
        return None;
    }
    let written = |w: &Word<'_>| {
        matches!(w.case, Case::Title | Case::Upper | Case::Initial)
            && (w.known() || !scene.lists.is_thing(&w.lower))
            && !NOBODY.contains(&w.lower.as_str())
            && !SEXES.contains(&w.lower.as_str())
    };
    let joined = |w: &Word<'_>| w.gap == Gap::Space || (w.gap == Gap::Stop && w.case == Case::Initial);
    let last =
        (0..WORDS).find(|&i| scene.word(i).is_none_or(|w| !(joined(w) && scene.word(i + 1).is_some_and(written))))?;
    let named = scene.words.get(0..=last)?;
    let behind = BOTH.captures(scene.text.get(named.last()?.range.end..)?)?;
    let part = |name: &str| behind.name(name).map_or("", |m| m.as_str());
    // "Larch Ward, Female, 24 beds"
    let street = |w: &Word<'_>| {
        scene.lists.is_after(&w.lower)
            && !(w.surname && matches!(w.lower.as_str(), "green" | "hill" | "park" | "lane" | "wood"))
    };
    let place = named.last().is_some_and(street) || part("rest").contains("bed");
    // "Bloods 54 F": only a space says less than a comma.
    let known = named.iter().any(|w| w.known() && !w.word)
        || (part("gap").contains([',', '('])
            && named.iter().all(|w| w.known() || w.stranger() || w.case == Case::Initial))
        // "Oyinkan Zimbango Female, 67 yrs": a sex and years in full are nobody's but a person's.
        || (named.len() > 1 && named.iter().all(Word::stranger) && part("told").contains(['y', 'Y']) && behind.name("sex").is_some());
    let fits = named.iter().all(written) && (last > 0 || named.iter().all(|w| w.sure_forename() || w.sure_surname()));
    (fits && known && !place).then_some(Hit { from: 0, to: last, confidence: 76 })
}

/// "Oskar, 15", and nothing else: how lists of a family's children are written.
fn aged(scene: &Scene<'_>) -> Option<Hit> {
    let word = scene.words.first().filter(|_| scene.words.len() < 3)?;
    let before = scene.text.get(..word.range.start)?.trim();
    let behind = scene.text.get(word.range.end..)?.strip_prefix(", ")?.trim_end();
    let age = behind.strip_suffix("yo").or_else(|| behind.strip_suffix(" years")).unwrap_or(behind);
    let years = (1..=2).contains(&age.len()) && age.bytes().all(|b| b.is_ascii_digit());
    (years && before.is_empty() && word.case == Case::Title && word.sure_forename()).then_some(Hit {
        from: 0,
        to: 0,
        confidence: 72,
    })
}

/// "Kwabena, brother", "Rose (sister)", and nothing else.
fn related(scene: &Scene<'_>) -> Option<Hit> {
    let [named @ .., relation] = scene.words else { return None };
    let last = named.len().checked_sub(1).filter(|last| *last < WORDS)?;
    let bracket = scene.text.get(named.last()?.range.end..relation.range.start)? == " [";
    let parted = matches!(named.last()?.gap, Gap::Comma | Gap::Naming) || bracket;
    let written = |w: &Word<'_>| w.case == Case::Title && !scene.lists.is_thing(&w.lower) && !is_relation(&w.lower);
    // "Rose Green, Sister" is a nurse's rank as well as a relation.
    let sure = relation.case == Case::Title && relation.lower != "sister" && named.iter().any(Word::sure_forename);
    let told = (relation.case == Case::Lower || sure) && is_relation(&relation.lower);
    let fits = parted
        && told
        && named.iter().all(written)
        && named.iter().take(last).all(|w| w.gap == Gap::Space)
        && (named.iter().any(|w| w.known()) || named.iter().all(|w| w.stranger() && !is_illness(&w.lower)))
        && !scene.text.bytes().any(|b| b.is_ascii_digit());
    fits.then_some(Hit { from: 0, to: last, confidence: 70 })
}

/// "Thalassaemia, brother": how histories of families have them.
fn is_illness(lower: &str) -> bool {
    const ENDS: &[&str] = &["ia", "itis", "osis", "oma", "ive", "ism", "ic", "us", "ed"];
    lower.len() > 9 || ENDS.iter().any(|end| lower.ends_with(end))
}

/// "a friend at the mosque, Umida, told her": a word of no language between commas, and what people do.
fn telling(scene: &Scene<'_>) -> Option<Hit> {
    const DEEDS: &[&str] = &["told", "said", "rang", "phoned"];
    let at = (1..scene.words.len()).find(|&i| {
        let (Some(before), Some(word), Some(next)) = (scene.word(i - 1), scene.word(i), scene.word(i + 1)) else {
            return false;
        };
        let apart = before.gap == Gap::Comma && before.case == Case::Lower && word.gap == Gap::Comma;
        let named =
            word.case == Case::Title && (word.uncommon() || word.forename) && !scene.lists.is_thing(&word.lower);
        apart && named && next.case == Case::Lower && DEEDS.contains(&next.lower.as_str())
    })?;
    Some(Hit { from: at, to: at, confidence: 62 })
}

/// "spoke to Saira.", "left a message with Umida Rakhimova": words of no language, whom somebody speaks to; what goes on behind them
/// says what they are ("Camhs duty worker").
fn spoken_to(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> Option<Hit> {
    const LONGEST: usize = 9;
    let before = |n: usize| i.checked_sub(n).and_then(|j| scene.word(j)).filter(|w| w.gap == Gap::Space);
    let speaks = before(2).is_some_and(|w| {
        matches!(w.lower.as_str(), "spoke" | "spoken" | "speaking" | "speak" | "talked" | "talking" | "message")
    });
    let to = before(1).is_some_and(|w| w.case == Case::Lower && matches!(w.lower.as_str(), "to" | "with" | "for"));
    let named = |w: &Word<'_>| w.case == Case::Title && (w.stranger() || w.known()) && !scene.lists.is_thing(&w.lower);
    if !speaks || !to || !named(word) {
        return None;
    }
    let last = if word.gap == Gap::Space && scene.word(i + 1).is_some_and(named) { i + 1 } else { i };
    let ends = scene.word(last).is_some_and(|w| w.gap != Gap::Space);
    let short = last > i || (word.uncommon() && word.lower.chars().count() <= LONGEST);
    (ends && short).then_some(Hit { from: i, to: last, confidence: 62 })
}

/// "Teague, Kerensa (": the text goes on with a label, which is read apart.
fn opens(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let ends = || scene.text.get(word.range.end..).is_some_and(|rest| rest.trim() == "(");
    let family = || i.checked_sub(1).and_then(|j| scene.word(j)).filter(|w| w.gap == Gap::Comma);
    let named = |w: &Word<'_>| w.known() && !scene.lists.is_thing(&w.lower);
    // "Kwabena (": a forename and nothing else, whatever the label in the bracket is.
    let sure = || word.case == Case::Title && word.sure_forename() && !scene.lists.is_thing(&word.lower);
    let somebody = || family().is_some_and(|w| w.capital() && (named(w) || named(word))) || sure();
    i + 1 == scene.words.len() && ends() && somebody()
}

/// Whether a birth stands behind a word: " (DOB: 06/06/1947)", " born 06/06/1947".
fn born(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let Some(next) = scene.word(i + 1) else { return false };
    let says = match next.lower.as_str() {
        "dob" => matches!(word.gap, Gap::Space | Gap::Naming | Gap::Comma | Gap::Other),
        "born" => matches!(word.gap, Gap::Space | Gap::Naming | Gap::Comma) && next.case == Case::Lower,
        "d" | "date" => return spelt(scene, word),
        // "Matt (SSN: 97234436)": a person's number in a bracket is told of whoever stands before it.
        "ssn" | "mrn" | "nhs" | "nhsno" | "chi" => {
            let gap = scene.text.get(word.range.end..next.range.start);
            return matches!(gap, Some(" (" | " [" | "(")) && is_number(scene, next);
        }
        _ => false,
    };
    let behind = || {
        let rest = scene.text.get(next.range.end..).unwrap_or_default();
        // The day itself is read as a field, apart.
        if rest.trim() == ":" || (rest.trim().is_empty() && word.gap == Gap::Naming) {
            return true;
        }
        let day = rest.trim_start_matches([' ', ':', '.', '-']).trim_start_matches("on ");
        date::find_all(day.get(..day.floor_char_boundary(24)).unwrap_or_default())
            .first()
            .is_some_and(|(at, _)| at.start == 0)
    };
    says && behind()
}

/// Whether a number stands behind a word and the rest of its label, " (MRN 97234436", or the label ends the text, " (NHS No:": the number
/// is read as a field then, apart. "NHS 24" is a service.
fn is_number(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    const NEAR: usize = 24;
    let rest = scene.text.get(word.range.end..).unwrap_or_default();
    let near = rest.get(..rest.floor_char_boundary(NEAR)).unwrap_or_default();
    let label = near.find(|c: char| c.is_ascii_digit() || matches!(c, '•' | ')')).unwrap_or(near.len());
    let (label, value) = near.split_at_checked(label).unwrap_or_default();
    let words = label.trim_matches([' ', ':', '=', '#', '.', '/']).to_ascii_lowercase();
    let told = value.starts_with('•') || value.bytes().filter(u8::is_ascii_digit).count() > 5;
    let apart = near.len() == rest.len() && value.is_empty() && label.trim_end().ends_with([':', '=', '#']);
    matches!(words.as_str(), "" | "no" | "number" | "num" | "id") && (told || apart)
}

/// Whether a day long ago stands right behind a word, and nothing says which: "WRONA TOMASZ 03/05/1954", "Wrona Tomasz (03/05/1954)".
fn long_ago(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    let behind = scene.text.get(word.range.end..).unwrap_or_default();
    let day = behind.trim_start_matches([' ', ',', '(', '[', '-', '|']);
    (1..=3).contains(&(behind.len() - day.len())) && is_long_ago(day)
}

/// Whether a text begins with a day on which somebody may have been born.
fn is_long_ago(text: &str) -> bool {
    const LONGEST: usize = 24;
    let day = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    day.starts_with(|c: char| c.is_ascii_digit())
        && date::find_all(day).first().is_some_and(|(at, days)| {
            at.start == 0 && !days.is_empty() && days.iter().all(|d| (1900..=OLD).contains(&d.year))
        })
}

/// Two words and more, one of them a forename and nothing else: "Royal Assent 16/07/1998" is nobody.
fn is_somebody(scene: &Scene<'_>, hit: &Hit) -> bool {
    let named = scene.words.get(hit.from..=hit.to).unwrap_or_default();
    named.len() > 1
        && named.iter().any(Word::sure_forename)
        && named.iter().all(|w| w.known() || w.stranger() || w.case == Case::Initial)
        && !named.iter().any(|w| scene.lists.is_after(&w.lower))
}

/// As [`born`], with a birth in more words: " (D.O.B. 06/06/1947)", ", date of birth: 06/06/1947".
fn spelt(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    #[allow(clippy::expect_used, reason = "a literal that every test compiles")]
    static BIRTH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[\s(,;\[-]{1,4}(?:d\.\s?o\.\s?b\.?|date of birth)[\s:.-]{0,3}").expect("a literal pattern")
    });
    let behind = scene.text.get(word.range.end..).unwrap_or_default();
    let Some(cue) = BIRTH.find(behind) else { return false };
    let day = behind.get(cue.end()..).unwrap_or_default();
    day.is_empty()
        || date::find_all(day.get(..day.floor_char_boundary(24)).unwrap_or_default())
            .first()
            .is_some_and(|(at, _)| at.start == 0)
}

/// The name that ends at a word: words with capitals, one comma among them at most.
fn before_birth(scene: &Scene<'_>, last: usize) -> Option<Hit> {
    let fits = |w: &Word<'_>| {
        matches!(w.case, Case::Title | Case::Upper | Case::Initial)
            && !scene.lists.is_thing(&w.lower)
            && !is_relation(&w.lower)
            && !NOBODY.contains(&w.lower.as_str())
    };
    scene.word(last).filter(|w| fits(w))?;
    let (mut from, mut commas) = (last, 0);
    while let Some(word) = from.checked_sub(1).and_then(|i| scene.word(i)) {
        commas += usize::from(word.gap == Gap::Comma);
        let joined =
            matches!(word.gap, Gap::Space | Gap::Comma) || (word.gap == Gap::Stop && word.case == Case::Initial);
        if !joined || commas > 1 || last - from >= WORDS || !fits(word) {
            break;
        }
        from -= 1;
    }
    let named = scene.words.get(from..=last)?;
    let somebody = named.iter().any(|w| w.known()) || (named.iter().all(|w| w.stranger()));
    // "Ward 4, Ann Green (DOB …)": a word of the language before a comma is none of it.
    (somebody && (from < last || named.iter().all(|w| w.forename || w.uncommon()))).then_some(Hit {
        from,
        to: last,
        confidence: 74,
    })
}

/// Sexes behind a name are no part of it; Man is a name.
const SEXES: &[&str] = &["female", "male", "transgender", "intersex"];

/// Before a birth, and nobody's name.
const NOBODY: &[&str] = &[
    "patient",
    "name",
    "the",
    "client",
    "person",
    "child",
    "who",
    "was",
    "he",
    "she",
    "and",
    "sex",
    "age",
    "gender",
    "forename",
    "surname",
    "first",
    "last",
    "given",
    "family",
    "middle",
    "ethnicity",
    "default",
    "placeholder",
    "infants",
    "preterm",
    "title",
    "date",
    "number",
];

/// "Dilnoza is a 56 year old who came with": the first of a sentence.
fn of_years(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> Option<Hit> {
    let next = scene.word(i + 1)?;
    let is = matches!(next.lower.as_str(), "is" | "was") && word.gap == Gap::Space;
    // "Dilnoza, a 56 year old"
    let apart = matches!(next.lower.as_str(), "a" | "an") && word.gap == Gap::Comma;
    // "Mary, aged 42, attended"
    let said = matches!(next.lower.as_str(), "age" | "aged") && word.gap == Gap::Comma && next.case == Case::Lower;
    let rest = scene.text.get(next.range.end..).filter(|_| is || apart || said)?.trim_start();
    let rest = rest.strip_prefix("an ").or_else(|| rest.strip_prefix("a ")).unwrap_or(rest);
    let rest = PRAISED.iter().find_map(|p| rest.strip_prefix(p)).unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let years = rest.get(digits..)?.trim_start_matches([' ', '-']);
    let old = years.strip_prefix("years").or_else(|| years.strip_prefix("year")).unwrap_or_default();
    // "Qrisk is a 10 year risk score"
    let old = old.trim_start_matches([' ', '-']).starts_with("old");
    let ends = years.is_empty() || years.starts_with([',', '.', ')', ';']);
    let aged =
        (1..=3).contains(&digits) && (old || said && ends || years.starts_with("yo ") || years.starts_with("y/o"));
    let named = word.case == Case::Title
        && (word.stranger() || word.known())
        && !scene.lists.is_thing(&word.lower)
        && !NOBODY.contains(&word.lower.as_str());
    // "Dilnoza Karimova is a 56 year old"
    let whole = |w: &Word<'_>| {
        w.case == Case::Title && w.gap == Gap::Space && (w.stranger() || w.known()) && !scene.lists.is_thing(&w.lower)
    };
    let from = i.checked_sub(1).filter(|j| scene.word(*j).is_some_and(whole)).unwrap_or(i);
    // Who is of an age is somebody wherever else she is named.
    let sure = scene.word(from).is_some_and(|w| w.sure_forename() && (from < i || !w.surname));
    (aged && named).then_some(Hit { from, to: i, confidence: if sure { 82 } else { 68 } })
}

/// How letters speak of who is of an age: "this pleasant 56 year old".
const PRAISED: &[&str] =
    &["pleasant ", "lovely ", "delightful ", "very pleasant ", "frail ", "retired ", "fit ", "healthy "];

/// "SUMMERS RAL4502217": two to four letters and six to nine digits behind a surname that is shouted.
fn numbered(scene: &Scene<'_>, word: &Word<'_>) -> bool {
    let name = word.case == Case::Upper
        && word.gap == Gap::Space
        && word.lower.len() > 2
        && word.surname
        && !scene.lists.is_thing(&word.lower);
    let behind = || scene.text.get(word.range.end..).unwrap_or_default().trim_start_matches(' ');
    name && {
        let code = behind().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code.get(letters..).unwrap_or_default();
        let thing =
            ["SN", "REF", "LOT", "INC", "CHG", "GB", "BN", "PO"].contains(&code.get(..letters).unwrap_or_default());
        !thing
            && (2..=4).contains(&letters)
            && (6..=9).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    }
}
