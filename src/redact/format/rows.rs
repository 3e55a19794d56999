//! Rows without a header: what their columns hold, told by the cells.
//!
//! ```text
//! ["KHAN, Bibi", "01/01/1960", "M0087120"]     a person's name, so an old date is her birth's and a code is her number
//! ["SRT0027", "1951-05-12", "Male"]            a sex and an old date: somebody whose name is kept elsewhere
//! ["Ward F7", "24/11/2026"]                    nobody stands here: every cell is left to the detectors
//! ```
//!
//! A row counts when somebody surely stands in it: a name as lists write it, beside something else that people are known by. What most
//! such rows hold in a column is what the column holds.

use crate::redact::beside::is_lone;
use crate::redact::detect::{address, date, gazetteer};
use crate::redact::inspect::Inspector;
use crate::redact::place::Place;
use crate::redact::title::is_title;
use crate::redact::withheld::Withheld;

/// A date in or before this year beside a name is a birth date; later ones may be visits.
const OLD: u16 = 2012;
/// The longest cell that is judged.
const LONGEST: usize = 80;

/// What stands in a row: the text of a cell, or nothing when it holds none.
pub(in crate::redact) type Row = Vec<Option<String>>;

/// The label of each column, empty where none is known; `None` when nobody stands in the rows.
pub(in crate::redact) fn guess(rows: &[Row]) -> Option<Vec<&'static str>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let judged: Vec<Vec<&'static str>> = rows.iter().filter_map(|row| of_row(row)).collect();
    if judged.is_empty() || width < 2 {
        return None;
    }
    let mut labels: Vec<&'static str> = (0..width).map(|at| most(&judged, at)).collect();
    // A column of codes is nobody's when the same few stand in it again and again: wards, clinics, wards' codes.
    for (at, label) in labels.iter_mut().enumerate() {
        let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(at)?.as_deref()).collect();
        if matches!(*label, NUMBER | BORN) && repeats(&cells) {
            *label = "";
        }
    }
    labels.iter().any(|label| !label.is_empty()).then_some(labels)
}

/// As [`guess`], for one long row in which many people stand one behind the other, without a sign between them: the strings of a
/// program's answer. Near each number of ten digits and each postcode, it is as if the cells around stood alone.
pub(in crate::redact) fn guess_strewn(row: &Row) -> Option<Vec<&'static str>> {
    let mut labels = vec![""; row.len()];
    let anchors = row.iter().enumerate().filter(|(_, cell)| {
        cell.as_deref().is_some_and(|text| matches!(by_shape(text.trim()), "nhs number" | "postcode" | BORN))
    });
    for (at, _) in anchors {
        let from = at.saturating_sub(AROUND);
        let near = row.get(from..(at + AROUND + 1).min(row.len())).unwrap_or_default();
        for (offset, label) in of_row(&near.to_vec()).unwrap_or_default().into_iter().enumerate() {
            if let Some(slot) = labels.get_mut(from + offset).filter(|slot| slot.is_empty()) {
                *slot = label;
            }
        }
    }
    labels.iter().any(|label| !label.is_empty()).then_some(labels)
}

/// How far around a sure cell the others of its row may stand.
const AROUND: usize = 4;

const NUMBER: &str = "hospital number";
const BORN: &str = "date of birth";

/// The label that most rows give to a column.
fn most(judged: &[Vec<&'static str>], at: usize) -> &'static str {
    let votes: Vec<&'static str> =
        judged.iter().filter_map(|row| row.get(at).copied()).filter(|label| !label.is_empty()).collect();
    let count = |label: &str| votes.iter().filter(|v| **v == label).count();
    votes.iter().copied().max_by_key(|label| count(label)).unwrap_or_default()
}

/// Whether fewer than half of the cells differ.
fn repeats(cells: &[&str]) -> bool {
    let mut sorted = cells.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    cells.len() > 3 && sorted.len() * 2 < cells.len()
}

/// What each cell of one row holds, when somebody stands in it.
fn of_row(row: &Row) -> Option<Vec<&'static str>> {
    let texts: Vec<&str> = row
        .iter()
        .map(|cell| cell.as_deref().map(str::trim).filter(|t| t.len() <= LONGEST).unwrap_or_default())
        .collect();
    let mut labels: Vec<&'static str> = texts.iter().map(|text| by_shape(text)).collect();
    let support = labels.iter().filter(|label| !label.is_empty()).count();
    let named = match name_in(&texts, &labels, support) {
        Some(named) => named,
        // Somebody without a name: a sex, and an old date. A code is theirs when it has a letter.
        None if texts.iter().any(|text| is_sex(text)) && labels.contains(&BORN) => {
            for (label, text) in labels.iter_mut().zip(&texts) {
                if *label == NUMBER && !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    *label = "";
                }
            }
            Vec::new()
        }
        None => return None,
    };
    let named_apart = named.len() > 1;
    for (at, label) in named {
        if let Some(slot) = labels.get_mut(at) {
            *slot = label;
        }
    }
    // `P001,John,Smith,1985-03-15`: the number that the file gave them.
    let known = labels.iter().filter(|label| !label.is_empty()).count();
    if let (Some(slot), Some(key)) = (labels.first_mut().filter(|label| label.is_empty()), texts.first())
        && known > 2
        && is_key(key)
    {
        *slot = NUMBER;
    }
    // `Jacob,Johnson,305 Anchor Wy,Abbotsford,BC,97687`: a house, its place, a state.
    for (at, cells) in texts.windows(4).enumerate() {
        if let ([house, _, state, zip], Some(slot)) = (cells, labels.get_mut(at).filter(|label| label.is_empty()))
            && named_apart
            && is_house(house)
            && state.len() == 2
            && state.bytes().all(|b| b.is_ascii_uppercase())
            && (4..=5).contains(&zip.len())
            && zip.bytes().all(|b| b.is_ascii_digit())
        {
            *slot = "address";
        }
    }
    // The first old date is the birth's; what stands before a postcode is the address.
    let mut born = false;
    for label in &mut labels {
        if *label == BORN && std::mem::replace(&mut born, true) {
            *label = "";
        }
    }
    for (label, text) in labels.iter_mut().zip(&texts) {
        if label.is_empty() && born && is_lane(text) {
            *label = "address";
        }
    }
    for (at, pair) in texts.windows(2).enumerate() {
        let street = pair.first().is_some_and(|text| is_street(text));
        if street
            && labels.get(at + 1) == Some(&"postcode")
            && let Some(slot) = labels.get_mut(at).filter(|slot| slot.is_empty())
        {
            *slot = "address";
        }
    }
    Some(labels)
}

/// `P001`, `PT-0001`: capitals, and at least three digits.
fn is_key(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = text.len() - digits.len();
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    (1..=4).contains(&letters) && (3..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A sex as programs write it in full; one letter may be anything.
fn is_sex(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "female" | "male" | "transgender" | "non-binary" | "intersex")
}

/// Where the name stands, in one cell or in two beside each other.
fn name_in(texts: &[&str], labels: &[&str], support: usize) -> Option<Vec<(usize, &'static str)>> {
    // `Narco D. Villando jr|18|MALE`: a name, an age and a sex are somebody, whatever else stands there.
    let age = |text: &str| {
        (1..=3).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse().is_ok_and(|n: u8| n < 120)
    };
    let aged = || {
        let at = texts.windows(3).position(|cells| match cells {
            [name, a, b] => (age(a) && is_sex(b) || is_sex(a) && age(b)) && is_strange(name),
            _ => false,
        })?;
        // `Zorbin,Rosie Annelise,Female,45`: the other half stands before it.
        let (name, before) = (texts.get(at)?, at.checked_sub(1));
        let half = before.filter(|before| texts.get(*before).is_some_and(|b| is_pair(b, name) || is_pair(name, b)));
        Some(half.map_or_else(|| vec![(at, "patient name")], |half| vec![(half, "surname"), (at, "forename")]))
    };
    if support == 0 {
        return aged();
    }
    let free = |at: usize| labels.get(at).is_some_and(|label| label.is_empty());
    if let Some(at) = texts.iter().position(|text| is_listed_name(text)) {
        return Some(vec![(at, "patient name")]);
    }
    let pair = texts.windows(2).enumerate().find_map(|(at, pair)| match pair {
        [a, b] if free(at) && free(at + 1) && is_pair(a, b) => Some(vec![(at, "surname"), (at + 1, "forename")]),
        [a, b] if free(at) && free(at + 1) && is_pair(b, a) => Some(vec![(at, "forename"), (at + 1, "surname")]),
        _ => None,
    });
    let whole = || texts.iter().position(|text| is_full_name(text, support > 1));
    // `P005,Ru Se,rusu@example.org,0777`: whose key stands first, and whose mail behind it.
    let mailed = || {
        let at = labels.iter().position(|label| *label == "email")?.checked_sub(1)?;
        (texts.first().is_some_and(|key| is_key(key)) && texts.get(at).is_some_and(|text| is_strange(text)))
            .then_some(at)
    };
    let alone = |at| vec![(at, "patient name")];
    pair.or_else(|| whole().map(alone)).or_else(|| mailed().map(alone)).or_else(aged)
}

/// Words as in a name, none of them a word of the language: `Ru Se`, `Narco D. Villando jr`; or a listed forename and such a word.
fn is_strange(text: &str) -> bool {
    let bare = ["jr", "sr"].iter().find_map(|suffix| text.strip_suffix(suffix)).unwrap_or(text);
    let Some(words) = words(bare, 4) else { return false };
    let lists = gazetteer::shipped();
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let code = |w: &str| w.len() < 5 && w.chars().all(char::is_uppercase);
    let mut full = words.iter().filter(|w| w.trim_end_matches('.').chars().count() > 1);
    words.len() > 1
        && !is_title(first)
        && !bare.split_whitespace().any(code)
        && !words.iter().any(|w| lists.is_thing(w))
        && (full.all(|w| !lists.is_word(w)) || lists.is_forename(first) && !lists.is_word(last))
}

/// What a cell holds by its shape alone.
fn by_shape(text: &str) -> &'static str {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let numeric = |signs: &[u8]| text.bytes().all(|b| b.is_ascii_digit() || signs.contains(&b));
    match text {
        _ if digits == 0 && !text.contains('@') => "",
        _ if date::is_date(text) => {
            // With a time of day it is when something happened.
            let timed = text.contains(':') && !text.contains("00:00");
            let old = date::days(text).iter().all(|day| day.year <= OLD);
            if old && !timed { BORN } else { "" }
        }
        _ if ends_in_postcode(text) => "address",
        _ if digits == 10 && numeric(b" -") && !text.starts_with('0') => "nhs number",
        _ if (9..=14).contains(&digits) && numeric(b" -+()") && text.starts_with(['0', '+', '(']) => "phone",
        _ if is_postcode(text) => "postcode",
        _ if text.contains('@') && text.contains('.') && !text.contains(' ') => "email",
        _ if is_insurance(text) => "ni number",
        _ if is_lone(text) => NUMBER,
        _ => "",
    }
}

/// `NW3 2QG`
fn is_postcode(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    let Some((outward, inward)) = plain.len().checked_sub(3).and_then(|at| plain.split_at_checked(at)) else {
        return false;
    };
    let letter = |b: &u8| b.is_ascii_uppercase();
    (2..=4).contains(&outward.len())
        && text.matches(' ').count() <= 1
        && outward.first().is_some_and(letter)
        && outward.iter().any(u8::is_ascii_digit)
        && matches!(inward, [d, a, b] if d.is_ascii_digit() && letter(a) && letter(b))
}

/// `4 Heol Fawr, Wrexham LL12 7AA`
fn ends_in_postcode(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [street @ .., outward, inward] => street.len() > 1 && is_postcode(&format!("{outward} {inward}")),
        _ => false,
    }
}

/// `QQ123456C`
fn is_insurance(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(|b| *b != b' ').collect();
    matches!(plain.as_slice(), [a, b, digits @ .., c] if digits.len() == 6
        && [a, b, c].iter().all(|l| l.is_ascii_uppercase()) && digits.iter().all(u8::is_ascii_digit))
}

/// `203 Manningham Lane`, `Flat 2, The Paddock`.
fn is_street(text: &str) -> bool {
    text.contains(' ') && text.chars().any(char::is_alphabetic) && text.bytes().any(|b| b.is_ascii_digit())
}

/// `305 Anchor Wy`: a number, and words.
fn is_house(text: &str) -> bool {
    let number = text.split(' ').next().unwrap_or_default();
    (1..=6).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && words(text.get(number.len()..).unwrap_or_default(), 4).is_some_and(|words| words.len() > 1)
}

/// `COURT LANE`: a street without the number of a house, in the row of somebody who is born.
fn is_lane(text: &str) -> bool {
    // "John Lane" is a doctor.
    let named = |words: &[String]| words.first().is_some_and(|w| gazetteer::shipped().is_forename(w));
    let street =
        |words: Vec<String>| words.len() > 1 && words.last().is_some_and(|w| address::is_street(w)) && !named(&words);
    words(text, 4).is_some_and(street)
}

/// The words of a name in lower case; `None` when it is written as no name is.
fn words(text: &str, most: usize) -> Option<Vec<String>> {
    let sign = |c: char| matches!(c, '\'' | '’' | '-' | '.');
    let word = |w: &str| {
        w.chars().all(|c| c.is_alphabetic() || sign(c))
            && w.chars().next().is_some_and(char::is_alphabetic)
            && (!w.starts_with(char::is_lowercase) || SMALL.contains(&w))
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let written = (1..=most).contains(&words.len()) && words.iter().all(|w| word(w));
    (written && text.chars().filter(|c| c.is_alphabetic()).count() > 1)
        .then(|| words.iter().map(|w| w.to_lowercase()).collect())
}

/// Small words inside of names.
const SMALL: &[&str] =
    &["van", "von", "der", "den", "de", "da", "do", "dos", "di", "del", "la", "le", "al", "el", "bin", "binti", "ter"];

/// `KHAN, Bibi`, `O'Callaghan, Siobhán`: as lists write names.
pub(in crate::redact) fn is_listed_name(text: &str) -> bool {
    let Some((family, given)) = text.split_once(',').or_else(|| text.split_once('^')) else { return false };
    let (Some(family), Some(given)) = (words(family, 3), words(given, 4)) else { return false };
    let lists = gazetteer::shipped();
    let things = family.iter().chain(&given).any(|w| lists.is_thing(w));
    let forename = given.first().is_some_and(|w| lists.is_forename(w));
    let surname = family.last().is_some_and(|w| lists.is_surname(w));
    let strange = |words: &[String]| words.iter().all(|w| !lists.is_word(w));
    (forename && (surname || strange(&family)))
        || (!things && ((surname && strange(&given)) || (strange(&family) && strange(&given))))
}

/// A surname and a forename, each in a cell of its own.
fn is_pair(surname: &str, forename: &str) -> bool {
    let (Some(family), Some(given)) = (words(surname, 3), words(forename, 3)) else { return false };
    let lists = gazetteer::shipped();
    let known = given.first().is_some_and(|w| lists.is_forename(w));
    let family = family.last().is_some_and(|w| lists.is_surname(w) || !lists.is_word(w));
    known && family && !given.iter().any(|w| lists.is_thing(w))
}

/// `Rose White`; of words that are words of the language too, only where more speaks for it.
pub(in crate::redact) fn is_full_name(text: &str, sure: bool) -> bool {
    let Some(words) = words(text, 4) else { return false };
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
    let lists = gazetteer::shipped();
    let ordinary = words.iter().all(|w| lists.is_word(w));
    words.len() > 1
        && !words.iter().any(|w| lists.is_after(w))
        && !lists.is_phrase(first, last)
        && ((lists.is_forename(first) && (lists.is_surname(last) || !lists.is_word(last)))
            || (lists.is_surname(last) && words.iter().all(|w| !lists.is_word(w))))
        && (!ordinary || (sure && !lists.is_thing(last)))
}

/// `[RL7710245] Zofia Wójcik`, `100GEJ - Rose White`, `Rose White (RL7710245)`: where the number stands in a person that is shown
/// in one line, and where the name.
pub(in crate::redact) fn numbered(text: &str) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    if text.len() > LONGEST {
        return None;
    }
    let part = |from: usize, piece: &str| from..from + piece.len();
    let (number, name) = if let Some(rest) = text.strip_prefix('[') {
        let (number, name) = rest.split_once("] ")?;
        (part(1, number), part(number.len() + 3, name))
    } else if let Some((number, name)) = text.split_once(" - ") {
        (part(0, number), part(number.len() + 3, name))
    } else {
        let close = if text.ends_with(')') { " (" } else { " [" };
        let (name, rest) = text.strip_suffix([')', ']'])?.split_once(close)?;
        (part(name.len() + 2, rest), part(0, name))
    };
    let (code, person) = (text.get(number.clone())?, text.get(name.clone())?);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let plain = code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'));
    let sure = code.len() >= 5 && digits > 2;
    let lists = gazetteer::shipped();
    // Names of the world stand on no list, but are no words either.
    let strange = || words(person, 5).is_some_and(|w| w.len() > 1 && !w.iter().any(|w| lists.is_word(w)));
    let named = is_full_name(person, sure) || strange() || (sure && is_listed_name(person));
    (digits > 1 && plain && named).then_some((number, name))
}

/// The same with both redacted; `None` when it is no such text.
pub(in crate::redact) fn redact_numbered(
    ins: &mut Inspector,
    text: &str,
    place: &Place<'_>,
) -> Result<Option<String>, Withheld> {
    let Some((number, name)) = numbered(text) else { return Ok(None) };
    let mut parts = [(number, "patient id"), (name, "patient name")];
    parts.sort_by_key(|(range, _)| range.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, label) in parts {
        let part = text.get(range.clone()).unwrap_or_default();
        let field = ins.label_field(label).or_else(|| place.field.clone());
        let new = ins.redact(part, &Place { field, label, ..place.clone() })?;
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(new.as_deref().unwrap_or(part));
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Ok((out != text).then_some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Row {
        cells.iter().map(|c| Some((*c).to_owned())).collect()
    }

    #[test]
    fn people_in_rows() {
        let of = |cells: &[&str]| guess(&[row(cells)]).unwrap_or_default();
        assert_eq!(of(&["KHAN, Bibi", "01/01/1960", "M0087120"]), ["patient name", BORN, NUMBER]);
        assert_eq!(of(&["RX220918", "KHAN", "Bibi", "01/01/1960"]), [NUMBER, "surname", "forename", BORN]);
        assert_eq!(of(&["White, Mark", "020 7607 4418", "QQ269472C"]), ["patient name", "phone", "ni number"]);
        assert_eq!(of(&["0830", "Rivers, Amber", "14/02/1967", "F"]), ["", "patient name", BORN, ""]);
        assert_eq!(of(&["P001", "Mark", "Rowbottom", "1985-03-15"]), [NUMBER, "forename", "surname", BORN]);
        assert_eq!(of(&["Q12", "Mark", "Rowbottom", "1985-03-15"]), ["", "forename", "surname", BORN]);
        assert_eq!(of(&["P005", "Ru Se", "rusu@example.org", "0777"]), ["", "patient name", "email", ""]);
        assert_eq!(of(&["Narco D. Villando jr", "18", "MALE", "12:00"]), ["patient name", "", "", ""]);
        assert!(of(&["Sandwich Kitchen", "18", "MALE"]).is_empty());
        assert!(of(&["Alkaline Phosphatase", "18", "Female", "130"]).is_empty());
        assert!(of(&["Meerkat Ward", "18", "Female", "open"]).is_empty());
        assert_eq!(of(&["Zorbin", "Rosie Annelise", "Female", "45"])[..2], ["surname", "forename"]);
        assert_eq!(
            of(&["Olive Rowbottom", "1960-01-01", "Meerkat Ward", "45", "Female"])[..3],
            ["patient name", BORN, ""]
        );
        assert!(of(&["Ward F7", "desk@example.org"]).is_empty());
        assert!(of(&["Sandwich Kitchen", "desk@example.org"]).is_empty());
        assert!(of(&["Ward F7", "24/11/2026"]).is_empty());
        assert!(of(&["Amoxicillin, Oral", "500 mg", "12/05/2010"]).is_empty());
        assert!(of(&["Full Blood Count", "24B0012345"]).is_empty());
    }

    #[test]
    fn a_column_is_what_most_rows_say() {
        let rows = [
            row(&["KHAN, Bibi", "01/01/1960", "F7"]),
            row(&["Xyzzy, Q", "09/06/2017", "F7"]),
            row(&["White, Mark", "02/11/1984", "F7"]),
        ];
        assert_eq!(guess(&rows), Some(vec!["patient name", BORN, ""]));
    }

    #[test]
    fn a_number_and_whose_it_is() {
        let of = |text: &str| numbered(text).map(|(a, b)| (text[a].to_owned(), text[b].to_owned()));
        for (text, number, name) in [
            ("[RL7710245] Zofia Wójcik", "RL7710245", "Zofia Wójcik"),
            ("100GEJ - Rose White", "100GEJ", "Rose White"),
            ("Will Penny (RL8800651)", "RL8800651", "Will Penny"),
        ] {
            assert_eq!(of(text), Some((number.to_owned(), name.to_owned())), "{text}");
        }
        for thing in
            ["B12 - Vitamin Level", "J45 - Asthma Unspecified", "[E-COM07] Large Cabinet", "[FURN_7777] Office Chair"]
        {
            assert_eq!(of(thing), None, "{thing}");
        }
    }
}
