//! Whether a form stands at a place of the text: its words one behind the other, and the place such that they name somebody.

use std::ops::Range;

use super::index::{Form, How};
use super::look::{Look, begins_long_number};
use crate::redact::detect::gazetteer;
use crate::redact::detect::name::{ends_with_words, is_relation, is_told_in_short, people_do};
use crate::redact::title::is_title;

/// Whether the form stands at `at`, and where it ends.
pub(super) fn matches(look: &Look<'_>, at: usize, form: &Form) -> Option<Range<usize>> {
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
        // `_Quillfeather` in a cell or a note is somebody; in what programmers write it may be a thing of theirs.
        How::Name => !(look.remark && is_private(look.text, &range)),
        How::Capital => each_capital(shown) && !(look.code && names_a_thing(look.text, &range, &form.text)),
        How::Careful => {
            capital
                && each_capital(shown)
                && !is_private(look.text, &range)
                && !look.code
                // A sentence gives a capital to its first word, not to both halves of "Jun-Ho".
                && (form.text.contains('-') || !begins_sentence(look.text, at) || acts(rest))
                && !followed_by_number(rest)
        }
        How::Beside => capital && !look.code && (beside_a_name(look.text, &range) || owns(rest)),
        How::Given => {
            capital
                && each_capital(shown)
                && !look.code
                && !is_private(look.text, &range)
                && !followed_by_number(rest)
                && (beside_a_name(look.text, &range)
                    || acts(rest)
                    || is_to(&form.text, rest)
                    || is_spoken_of(look.text, at, &form.text))
        }
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

/// What is said of somebody who is known, besides what people do ([`people_do`]): "Grace is", "Rose continues".
const ACTS: &[&str] = &[
    "able",
    "accepted",
    "admitted",
    "advised",
    "agreeable",
    "alert",
    "appeared",
    "appears",
    "asks",
    "attending",
    "aware",
    "became",
    "believes",
    "calm",
    "clinically",
    "comes",
    "comfortable",
    "compliant",
    "concerned",
    "consents",
    "continues",
    "coping",
    "discharged",
    "discussed",
    "drinking",
    "eating",
    "enquired",
    "examined",
    "given",
    "had",
    "happy",
    "has",
    "herself",
    "himself",
    "informed",
    "is",
    "joined",
    "keen",
    "keeps",
    "left",
    "lived",
    "looked",
    "looks",
    "lost",
    "mobilising",
    "needed",
    "needs",
    "noticed",
    "plans",
    "pleased",
    "presents",
    "referred",
    "remained",
    "remains",
    "resting",
    "reviewed",
    "saw",
    "seemed",
    "seems",
    "seen",
    "sleeping",
    "sounds",
    "spoke",
    "stable",
    "started",
    "unable",
    "unsure",
    "unwell",
    "upset",
    "walked",
    "was",
];

/// "Mark's GP", "the Marsh family".
fn owns(rest: &str) -> bool {
    let own = rest.strip_prefix("'s").or_else(|| rest.strip_prefix("’s")).is_some_and(|r| r.starts_with(' '));
    own || rest.strip_prefix(" family").is_some_and(|r| !r.starts_with(char::is_alphanumeric))
}

/// Whether what stands behind says that a person stands here.
fn acts(rest: &str) -> bool {
    let next = rest.strip_prefix(' ').unwrap_or_default();
    let word = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    owns(rest) || people_do(word) || ACTS.binary_search(&word).is_ok() || begins_with_relative(next)
}

/// "Grace and mum", "Hope with her partner": who else came.
fn begins_with_relative(next: &str) -> bool {
    let mut words = next.split(' ');
    if !matches!(words.next(), Some("and" | "with" | "&")) {
        return false;
    }
    let word = words.find(|w| !matches!(*w, "her" | "his" | "their")).unwrap_or_default();
    let word = word.trim_end_matches(|c: char| !c.is_alphabetic());
    is_relation(word) || matches!(word, "child" | "family")
}

/// "Grace to start iron", but "Hope to see you soon".
fn is_to(form: &str, rest: &str) -> bool {
    if rest.starts_with(" c/o ") {
        return true;
    }
    // Verbs, months and seasons go on so themselves: "Rose to 38.5", "May also cause", "April to June".
    const OTHERWISE: &[&str] = &[
        "april", "august", "autumn", "bill", "grant", "hope", "june", "july", "mark", "may", "pat", "rose", "spring",
        "summer", "will", "winter", "wish",
    ];
    const GOES_ON: &[&str] =
        &["also", "can", "cannot", "could", "currently", "might", "now", "should", "still", "to", "will", "would"];
    let word = rest.strip_prefix(' ').and_then(|r| r.split(|c: char| !c.is_alphabetic()).next()).unwrap_or_default();
    // "for React to hoist": what no list knows for a forename is what a text speaks of.
    !OTHERWISE.contains(&form) && GOES_ON.contains(&word) && gazetteer::shipped().is_forename(form)
}

/// Words that a person stands behind: "I saw April today".
const SPOKEN: &[&str] = &[
    "asked",
    "assessed",
    "called",
    "examined",
    "informed",
    "met",
    "phoned",
    "rang",
    "reviewed",
    "saw",
    "seeing",
    "telephoned",
    "told",
    "visited",
    "weighed",
    "with",
];

/// Forenames that stand amid sentences with a capital for what they are besides: months, days, seasons, peoples, colours.
const CAPITAL_ANYWAY: &[&str] = &[
    "april",
    "august",
    "autumn",
    "black",
    "blue",
    "brown",
    "christian",
    "english",
    "friday",
    "gold",
    "green",
    "grey",
    "june",
    "major",
    "march",
    "may",
    "monday",
    "page",
    "pink",
    "red",
    "royal",
    "silver",
    "st",
    "summer",
    "sunday",
    "test",
    "welsh",
    "white",
    "winter",
];

/// "I saw Grace in clinic", "give this to Hope": amid a sentence in small letters a capital is a name's.
fn is_spoken_of(text: &str, at: usize, form: &str) -> bool {
    const SMALL: &[&str] = &[
        "a", "an", "any", "at", "each", "he", "i", "in", "it", "no", "of", "on", "or", "per", "she", "the", "they",
        "this", "we", "who", "you", "your",
    ];
    let before = text.get(..at).unwrap_or_default().strip_suffix(' ').unwrap_or_default();
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    // "D/W Grace", "Called Grace".
    let told = is_told_in_short(before) || ["w/", "hi", "hello", "dear"].iter().any(|t| ends_with_words(before, t));
    let first = word.to_lowercase();
    if told || (SPOKEN.contains(&first.as_str()) && first != "with") {
        return gazetteer::shipped().is_forename(form);
    }
    let lower = !word.is_empty() && word.chars().all(char::is_lowercase);
    // What no list knows for a forename ("React") is what a text speaks of, not whom.
    let named = || gazetteer::shipped().is_forename(form);
    lower && (SPOKEN.contains(&word) || (!CAPITAL_ANYWAY.contains(&form) && !SMALL.contains(&word) && named()))
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

/// `./_Stack`, `__Stack`: how programs name what is their own. `_Smith_` is somebody whose name is made to stand out, `U___Smith`
/// and `____Smith` have it in a column of fixed width.
fn is_private(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).unwrap_or_default();
    let closed = text.get(range.end..).is_some_and(|rest| rest.starts_with('_'));
    let rest = before.trim_end_matches('_');
    // No program has a control character there.
    let odd = |c: char| c.is_alphanumeric() || (c.is_control() && !c.is_whitespace());
    !closed && matches!(before.len() - rest.len(), 1 | 2) && !rest.ends_with(odd)
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
