//! Where a value ends that stands in running text: a name before a remark or a number, a date before an age, and anything before
//! the next sentence.
//!
//! ```text
//! NOK: Emma Smith (daughter) 020 7946 0018      the name is two words; what follows is looked at by itself
//! Born: 14-Mar-1962 (62y)                       the age is not the date
//! Reported by: Dr X. Mrs Smith rang.            the next sentence is about somebody else
//! ```

use std::ops::Range;

use crate::redact::detect::gazetteer;
use crate::redact::detect::name::particle;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator;
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::title::is_title;

/// Where a remark begins behind the value of a field: in brackets behind a number or a date, and whatever is no name behind a
/// name.
pub(in crate::redact) fn remark_at(field: &FieldRule, value: &str) -> Option<usize> {
    let FieldEffect::Identifier { kind, .. } = &field.effect else { return None };
    if let Some(end) = replaced_ends(value) {
        return (end < value.trim_end().len()).then_some(end);
    }
    if *kind == Kind::Address {
        // "23 Kade, 1024 RJ Amsterdam (HOME)"
        return value.find(" (").filter(|at| is_use(near(value, at + 2)));
    }
    if *kind == Kind::Name {
        // `Wife (Details : {SNOMED CT code '127850001' = …`: data, said of the relationship.
        return if value.trim_start().starts_with('{') { Some(0) } else { name_ends(value) };
    }
    let number = matches!(
        kind,
        Kind::NhsNumber | Kind::HospitalNumber | Kind::DateOfBirth | Kind::Nino | Kind::Phone | Kind::Postcode
    );
    let at = value.find(" (").filter(|_| number)?;
    let before = value.get(..at)?;
    // A bracket inside a number (`0118 (496) 0624`) has digits on both sides.
    let inside = value.get(at + 2..)?;
    let letters = inside.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with(char::is_alphabetic);
    (letters && before.bytes().filter(u8::is_ascii_digit).count() >= 3).then_some(at)
}

/// The most words of a label that ends a name.
const LABEL_WORDS: usize = 4;

/// Where a number or a word of JSON ends, `55312` before `,` or `}`. None for all else: `"Name": Quelch, Min` is no object.
pub(in crate::redact) fn scalar_ends(value: &str) -> Option<usize> {
    // What is an object or an array itself has keys of its own.
    if value.trim_start().starts_with(['{', '[']) {
        return Some(0);
    }
    // No scalar is longer, and a text may have many keys.
    let end = value.get(..value.floor_char_boundary(256))?.find([',', '}', ']'])?;
    let scalar = value.get(..end)?.trim();
    let number = !scalar.is_empty() && scalar.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.'));
    (number || matches!(scalar, "null" | "true" | "false")).then_some(end)
}

/// Where the replacement ends that a value begins with. What stands behind it was no part of the value when it was replaced, and is
/// none now.
pub(in crate::redact) fn replaced_ends(value: &str) -> Option<usize> {
    // Signs in front stayed when it was replaced.
    let sign = |c: char| !c.is_alphanumeric() && !matches!(c, '•' | '‹');
    let from = value.len() - value.trim_start_matches(sign).len();
    if !value.get(from..)?.starts_with(['•', '‹']) {
        return None;
    }
    operator::masked_spans(value).first().filter(|ours| ours.start == from).map(|ours| ours.end)
}

/// Where a name ends that something else follows: a number, a bracket with what the person is, a word that is no name's, the next
/// sentence. None where all of it may be the name.
pub(in crate::redact) fn name_ends(value: &str) -> Option<usize> {
    let words = words(value);
    if value.contains('‹')
        && let Some(end) = replaced_ends(value)
    {
        return (end < value.trim_end().len()).then_some(end);
    }
    for (n, range) in words.iter().enumerate() {
        let word = value.get(range.clone())?;
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let next = || words.get(n + 1).and_then(|r| value.get(r.clone()));
        let lower = bare.to_lowercase();
        let ends = if word.starts_with(['(', '[']) {
            let bracket = near(value, range.start + 1);
            let inside = bracket.split([')', ']']).next().unwrap_or_default();
            let part = |w: &str| {
                let w = w.trim_matches(|c: char| !c.is_alphanumeric());
                is_remark(&w.to_lowercase()) || w.bytes().any(|b| b.is_ascii_digit())
            };
            (inside.split_whitespace().any(part) || is_use(bracket)).then_some(range.start)
        // A number, or the mask of one.
        } else if word.contains(|c: char| c.is_ascii_digit() || c == '•') {
            let slash = word.find('/').filter(|at| *at >= 2 && !word.get(..*at).is_some_and(has_digit));
            Some(match slash {
                Some(at) => range.start + at,
                None => label_of_number(value, words.get(..n).unwrap_or_default(), range.start),
            })
        } else if let Some(at) = word.find(['|', ';']).or_else(|| word.find("/H").filter(|at| *at >= 2)) {
            Some(range.start + at)
        } else if (matches!(word, "-" | "–") && next().is_some_and(|w| is_remark(&w.to_lowercase())))
            || (AFTER.contains(&lower.as_str()) && word.starts_with(char::is_lowercase))
        {
            Some(range.start)
        } else if n > 1 && word.ends_with(':') && word.len() > 2 {
            // "Zogby Quelch  Initials: ZQ": a label that nobody knows, or the end of the name.
            let lists = gazetteer::shipped();
            let ordinary = |at: usize| {
                let word = words.get(at).and_then(|r| value.get(r.clone())).unwrap_or_default();
                let lower = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                let small = word.chars().all(|c| c.is_lowercase() || c == ':');
                small || lists.is_word(&lower) && !lists.is_surname(&lower) && !lists.is_forename(&lower)
            };
            let label = (2..=n).rev().take(LABEL_WORDS).take_while(|at| ordinary(*at)).last();
            Some(label.and_then(|at| words.get(at)).map_or(range.end - 1, |first| first.start))
        } else if word.ends_with('.')
            && bare.chars().count() >= 3
            && !is_title(&lower)
            && next().is_some_and(|w| w.starts_with(char::is_uppercase))
        {
            Some(range.end - 1)
        } else {
            None
        };
        if let Some(at) = ends {
            let head =
                value.get(..at)?.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '›' | '•'));
            let letters = head.chars().filter(|c| c.is_alphabetic()).count();
            return (letters > 1 && !is_title(&head.trim().to_lowercase())).then_some(head.len());
        }
    }
    None
}

/// Where the label of a number begins that ends a name: "Ada Quelch, DOB 03/04/1961". What is masked with the name says nothing to those who
/// look at the number.
fn label_of_number(value: &str, before: &[Range<usize>], number: usize) -> usize {
    const LONGEST: usize = 3;
    const LABELS: &[&str] = &[
        "d o b",
        "date of birth",
        "dob",
        "hosp no",
        "hosp number",
        "hospital no",
        "hospital number",
        "mrn",
        "nhs",
        "nhs no",
        "nhs number",
        "phone",
        "tel",
        "telephone",
    ];
    let label = |words: &usize| {
        let from = before.len().checked_sub(*words).and_then(|at| before.get(at))?.start;
        let text = value.get(from..number)?;
        (LABELS.contains(&normalise(text).as_str()) || text.trim() == "born").then_some(from)
    };
    (1..=LONGEST).rev().filter(|words| *words < before.len()).find_map(|words| label(&words)).unwrap_or(number)
}

/// What stands near behind a place: no bracket with a remark in it is longer.
fn near(value: &str, from: usize) -> &str {
    let rest = value.get(from..).unwrap_or_default();
    let end = (0..=rest.len().min(64)).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or_default();
    rest.get(..end).unwrap_or_default()
}

/// What a name or an address is for, as FHIR and HL7 say it in brackets behind one: `(OFFICIAL)`.
fn is_use(bracket: &str) -> bool {
    const USES: &[&str] =
        &["official", "usual", "maiden", "old", "temp", "nickname", "anonymous", "home", "work", "billing", "legal"];
    let Some((inside, behind)) = bracket.split_once([')', ']']) else { return false };
    // More behind it may be the rest of the name.
    behind.trim().is_empty() && USES.contains(&inside.trim().to_lowercase().as_str())
}

/// How far back a bracket is looked for that a label stands in.
const BRACKET: usize = 64;

/// Where a value ends whose label stands in a bracket: "Ana Betz (Fed ID: ESPGNU777ORG) born in May". `before` is what stands before the
/// value, with the label.
pub(in crate::redact) fn bracket_ends(before: &str, value: &str) -> Option<usize> {
    let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(BRACKET))..)?;
    let open = near.rfind(['(', '['])?;
    if near.get(open..)?.contains([')', ']', '\n']) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in value.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            // "(known as: Quorn) Quillfeather", "(Tel: 020) 7946 0018": it goes on behind the bracket.
            ')' | ']' if depth == 0 => {
                return (!goes_on(value.get(at + 1..).unwrap_or_default())).then_some(at);
            }
            ')' | ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether what stands behind a bracket may be of the value in it: anything but a word of the language that is nobody's name.
fn goes_on(behind: &str) -> bool {
    let lists = gazetteer::shipped();
    let behind = behind.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = behind.split(|c: char| !c.is_alphanumeric() && c != '\'').next().unwrap_or_default();
    let said = word.starts_with(char::is_lowercase)
        && lists.is_word(word)
        && !lists.is_surname(word)
        && !lists.is_forename(word)
        && !particle(word);
    !behind.is_empty() && !said
}

/// Where the first sentence of a value ends.
pub(in crate::redact) fn sentence_ends(value: &str) -> usize {
    let mut before = 0;
    for (at, c) in value.char_indices() {
        let next = || {
            value
                .get(at + 1..)
                .is_some_and(|rest| rest.strip_prefix(' ').is_some_and(|r| r.starts_with(|c: char| c.is_uppercase())))
        };
        if c == '\n' || (c == '.' && before >= 3 && next()) {
            return at;
        }
        before = if c.is_alphanumeric() { before + 1 } else { 0 };
    }
    value.len()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// Where the words of a text stand: what white space parts.
pub(in crate::redact) fn words(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), from) {
            (true, Some(start)) => {
                out.push(start..at);
                from = None;
            }
            (false, None) => from = Some(at),
            (true, None) | (false, Some(_)) => {}
        }
    }
    out
}

/// What a person is, or how they are called: a remark behind a name, not a part of it.
pub(in crate::redact) fn is_remark(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "mother",
        "mum",
        "mom",
        "mam",
        "father",
        "dad",
        "son",
        "daughter",
        "sister",
        "brother",
        "wife",
        "husband",
        "partner",
        "spouse",
        "carer",
        "caregiver",
        "friend",
        "neighbour",
        "neighbor",
        "nok",
        "kin",
        "parent",
        "guardian",
        "grandmother",
        "grandfather",
        "grandson",
        "granddaughter",
        "grandparent",
        "aunt",
        "uncle",
        "niece",
        "nephew",
        "cousin",
        "self",
        "sibling",
        "child",
        "male",
        "female",
        "m",
        "f",
        "deceased",
        "dec'd",
        "rip",
        "age",
        "aged",
        "yrs",
        "years",
        "emergency",
        "contact",
        "primary",
        "relationship",
        "stepmother",
        "stepfather",
        "fiance",
        "fiancee",
        "ex-wife",
        "ex-husband",
        "daughter-in-law",
        "son-in-law",
        "mother-in-law",
        "father-in-law",
        "sister-in-law",
        "brother-in-law",
        "foster",
        "social",
        "interpreter",
        "advocate",
        "owner",
        "lives",
        "next",
        "poa",
        "lpa",
        "other",
        "relative",
        "unknown",
        "preferred",
        "full",
        "not",
        "patient",
        "staff",
        "work",
        "home",
        "mobile",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "master",
        "he",
        "she",
        "they",
        "him",
        "her",
    ];
    WORDS.contains(&word)
}

/// Words in small letters that begin something else.
const AFTER: &[&str] = &[
    "on",
    "at",
    "tel",
    "phone",
    "mobile",
    "mob",
    "is",
    "who",
    "was",
    "has",
    "had",
    "will",
    "aged",
    "age",
    "born",
    "dob",
    "lives",
    "attended",
    "from",
    "for",
    "with",
    "via",
    "but",
    "when",
    "which",
    "that",
    "can",
    "could",
    "should",
    "would",
    "does",
    "did",
    "also",
    "aware",
    "informed",
    "contacted",
    "called",
    "rang",
    "says",
    "said",
    "may",
    "about",
    "after",
    "before",
    "by",
    "in",
    "to",
    "re",
    "presented",
    "admitted",
    "seen",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_where_something_else_begins() {
        for (value, want) in [
            ("Emma Smith (daughter) 020 7946 0018", "Emma Smith"),
            ("EMMA SMITH (SPOUSE)", "EMMA SMITH"),
            ("SMITH, John (Mr)", "SMITH, John"),
            ("Chebaskwony, Dorcas/H:555", "Chebaskwony, Dorcas"),
            ("Gloria 07700 900123. Allocated social worker", "Gloria"),
            ("Joan Maddox. Peter lives alone", "Joan Maddox"),
            ("Emma Smith - daughter", "Emma Smith"),
            ("Peter on 07700 900123", "Peter"),
            ("Ada Quelch, DOB 03/04/1961", "Ada Quelch"),
            ("Ada Quelch date of birth: 03/04/1961", "Ada Quelch"),
            ("Zogby Quelch Initials: ZQ", "Zogby Quelch"),
            ("Mary Zogby Quelch: admitted", "Mary Zogby Quelch"),
            ("Rose Ward 03/04/1961", "Rose Ward"),
            ("Max Born 12345678", "Max Born"),
            ("Mr. John Smith", "Mr. John Smith"),
            ("William (Bill) Smith", "William (Bill) Smith"),
            ("Maria da Conceição", "Maria da Conceição"),
            ("2 Smith", "2 Smith"),
        ] {
            assert_eq!(name_ends(value).and_then(|at| value.get(..at)).unwrap_or(value), want, "{value}");
        }
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence_ends("Dr X, clinic. Mrs Smith rang"), 12);
        assert_eq!(sentence_ends("2.5 mg o.d. for 3 days"), 22);
    }
}
