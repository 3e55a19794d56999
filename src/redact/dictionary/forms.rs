//! Written forms: from a value as it was learned to every way in which it may stand elsewhere.

use zeroize::Zeroizing;

use super::index::{Entry, Form, How, Learned};
use super::look::fold;
use super::parts::{Parts, is_no_part};
use super::series;
use super::short;
use crate::redact::detect::address::is_street;
use crate::redact::detect::{date, gazetteer};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

/// What follows from what was learned; `None` when it is not distinctive enough to be looked for elsewhere.
pub(super) fn of(learned: &Learned) -> Option<Entry> {
    let mut entry = entry(learned.kind, &learned.value, learned.given)?;
    if learned.kind == Kind::Name && learned.named {
        shortened(&learned.value, learned.given, &mut entry);
    }
    if learned.whole {
        // A detector has found it without being sure of it, and a word of it may be a word elsewhere.
        entry.forms.retain(|form| form.confidence >= 92 && form.text.contains(' '));
        for form in &mut entry.forms {
            form.how = How::Capital;
        }
        if entry.forms.is_empty() {
            return None;
        }
    }
    Some(entry)
}

/// By which it is recognised as known.
pub(super) fn key(learned: &Learned) -> Option<Zeroizing<String>> {
    if learned.kind == Kind::Name {
        return Some(Zeroizing::new(fold(&learned.value).into_owned()));
    }
    entry(learned.kind, &learned.value, learned.given).map(|mut entry| std::mem::take(&mut entry.key))
}

fn entry(kind: Kind, value: &str, given: bool) -> Option<Entry> {
    let folded = Zeroizing::new(fold(value).into_owned());
    let mut entry =
        Entry { kind, key: folded.clone(), forms: Vec::new(), packed: Vec::new(), days: Vec::new(), series: None };
    match kind {
        Kind::Name => {
            names(value, given, &mut entry);
            // Files and addresses are named without accents: `letter-Gallagher-Siobhan.pdf`.
            if let Some(plain) = gazetteer::unaccented(value) {
                names(&Zeroizing::new(plain), given, &mut entry);
            }
        }
        Kind::DateOfBirth => {
            entry.days = date::days(value);
            if entry.days.is_empty() {
                entry.days = date::find_all(value).into_iter().next().map(|(_, d)| d).unwrap_or_default();
            }
        }
        Kind::Phone => phone(value, &mut entry),
        Kind::Postcode => postcode(&folded, &mut entry),
        Kind::Email => email(&folded, &mut entry),
        Kind::Address => address(&folded, &mut entry),
        Kind::Zip => zip(&folded, &mut entry),
        Kind::IpAddress => whole(&folded, 90, &mut entry),
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
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
        | Kind::Other => number(value, &folded, &mut entry),
    }
    (!entry.forms.is_empty() || !entry.packed.is_empty() || !entry.days.is_empty()).then_some(entry)
}

fn push(entry: &mut Entry, text: String, how: How, confidence: Confidence) {
    let text = Zeroizing::new(text);
    if !text.is_empty() && !entry.forms.iter().any(|f| f.text == text) {
        entry.forms.push(Form { text, how, confidence });
    }
}

fn whole(folded: &str, confidence: Confidence, entry: &mut Entry) {
    push(entry, folded.to_owned(), How::Folded { may_touch: false }, confidence);
}

/// A number: eight characters and more with any spacing, five to seven as they are; fewer are ages, years and wards.
fn number(value: &str, folded: &str, entry: &mut Entry) {
    let plain: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    let letters = plain.len() - digits;
    // Some systems have keys of letters alone, in capitals; small letters are a word of a program.
    let shouted = value.trim().bytes().all(|b| b.is_ascii_uppercase());
    if digits == 0 && shouted && plain.len() > 5 && plain.len() == folded.len() && !gazetteer::shipped().is_word(&plain)
    {
        entry.key = Zeroizing::new(plain.clone());
        return whole(folded, 88, entry);
    }
    // "00001" is the first of anything.
    if letters == 0 && plain.len() < 6 && plain.trim_start_matches('0').len() < 4 {
        return;
    }
    // A word is no number ("example"), nor is a year.
    if digits == 0
        || plain.len() < 4
        || (plain.len() < 5 && letters == 0)
        || folded.chars().any(char::is_whitespace) && plain.len() < 7
    {
        return;
    }
    entry.key = Zeroizing::new(plain.clone());
    if matches!(entry.kind, Kind::HospitalNumber | Kind::RecordId) {
        entry.series = series::of_all(folded).map(Zeroizing::new);
    }
    if plain.len() >= 8 && digits >= 4 {
        entry.packed.push(Zeroizing::new(plain));
    } else {
        whole(folded, 88, entry);
        push(entry, plain, How::Folded { may_touch: false }, 88);
    }
}

/// With and without +44 (0), 0044, +1.
fn phone(value: &str, entry: &mut Entry) {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let international = value.trim_start_matches(['(', ' ']).starts_with('+');
    let core = if let Some(rest) =
        digits.strip_prefix("0044").or_else(|| digits.strip_prefix("44").filter(|_| international))
    {
        rest.trim_start_matches('0')
    } else if let Some(rest) = digits.strip_prefix('0').filter(|r| !r.starts_with('0')) {
        rest
    } else {
        let national = digits.strip_prefix('1').filter(|r| r.len() == 10).unwrap_or(&digits);
        entry.key = Zeroizing::new(national.to_owned());
        if national.len() >= 7 {
            entry.packed.push(Zeroizing::new(national.to_owned()));
        }
        if national.len() == 10 {
            entry.packed.push(Zeroizing::new(format!("1{national}")));
        }
        return;
    };
    if core.len() < 6 {
        return;
    }
    entry.key = Zeroizing::new(core.to_owned());
    for before in ["0", "44", "440", "0044", "00440"] {
        entry.packed.push(Zeroizing::new(format!("{before}{core}")));
    }
    if core.len() >= 9 {
        entry.packed.push(Zeroizing::new(core.to_owned()));
    }
}

fn postcode(folded: &str, entry: &mut Entry) {
    let plain: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.bytes().all(|b| b.is_ascii_digit()) {
        return zip(folded, entry);
    }
    if !(5..=8).contains(&plain.len()) {
        return;
    }
    let Some((outward, inward)) = plain.len().checked_sub(3).and_then(|at| plain.split_at_checked(at)) else { return };
    entry.key = Zeroizing::new(plain.clone());
    push(entry, format!("{outward} {inward}"), How::Folded { may_touch: true }, 90);
}

/// Five digits of a town stand for thousands of people: they are looked for only where postcodes stand. Nine are a street's.
fn zip(folded: &str, entry: &mut Entry) {
    let plain: String = folded.chars().filter(char::is_ascii_digit).collect();
    let Some(town) = plain.get(..5).filter(|_| plain.len() == 5 || plain.len() == 9) else { return };
    entry.key = Zeroizing::new(plain.clone());
    if plain.len() == 9 {
        entry.packed.push(Zeroizing::new(plain.clone()));
    }
    push(entry, town.to_owned(), How::Zip, 70);
}

fn email(folded: &str, entry: &mut Entry) {
    let plain = folded.trim_start_matches("mailto:");
    let Some((local, domain)) = plain.split_once('@') else { return };
    whole(plain, 95, entry);
    whole(&format!("{local}%40{domain}"), 95, entry);
}

/// The whole, and each line that has a number and a word, or a house and its street: "12 High Street", "Quarry House Quarry Hill".
fn address(folded: &str, entry: &mut Entry) {
    let tidy = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
    let parts: Vec<String> =
        folded.split([',', '\n', '^', '&', ';', '|']).map(tidy).filter(|p| !p.is_empty()).collect();
    let all = parts.join(" ");
    let worth = |part: &str| {
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        let numbered = part.contains(|c: char| c.is_ascii_digit()) && part.contains(' ');
        // "quarry house quarry hill": a house by its name, and its street.
        let public =
            ["hospital", "surgery", "clinic", "centre", "health", "abode"].iter().any(|word| part.contains(word));
        let named = !public && part.split(' ').count() > 2 && part.rsplit(' ').next().is_some_and(is_street);
        letters >= 4 && part.len() >= 7 && (numbered || named)
    };
    if parts.len() > 1 && all.len() >= 8 {
        push(entry, all, How::Folded { may_touch: false }, 90);
    }
    for part in parts {
        if worth(&part) {
            for (long, short) in [
                (" street", " st"),
                (" road", " rd"),
                (" avenue", " ave"),
                (" lane", " ln"),
                (" drive", " dr"),
                (" close", " cl"),
            ] {
                if let Some(stem) = part.strip_suffix(long) {
                    push(entry, format!("{stem}{short}"), How::Folded { may_touch: false }, 85);
                } else if let Some(stem) = part.strip_suffix(short) {
                    push(entry, format!("{stem}{long}"), How::Folded { may_touch: false }, 85);
                }
            }
            push(entry, part, How::Folded { may_touch: false }, 88);
        } else if part.split(' ').count() > 1 && part.len() >= 10 && HOUSES.iter().any(|h| part.ends_with(h)) {
            push(entry, part, How::Folded { may_touch: false }, 84);
        }
    }
}

/// How the names of houses end: "Rose Cottage".
const HOUSES: &[&str] =
    &[" cottage", " house", " lodge", " farm", " barn", " villa", " vicarage", " rectory", " manor", " mill"];

/// Small words of names and of sentences.
const PARTICLES: &[&str] =
    &["van", "von", "der", "den", "del", "dos", "bin", "ibn", "ter", "the", "and", "see", "for", "new"];

/// Words that stand on pages too often to be looked for alone, though some are called so.
const NEVER_ALONE: &[&str] = &[
    "home",
    "page",
    "may",
    "will",
    "bill",
    "mark",
    "grant",
    "day",
    "days",
    "case",
    "close",
    "new",
    "best",
    "long",
    "short",
    "small",
    "young",
    "price",
    "cash",
    "bank",
    "key",
    "law",
    "read",
    "reading",
    "search",
    "start",
    "stop",
    "note",
    "notes",
    "test",
    "patient",
    "record",
    "name",
    "male",
    "female",
    "unknown",
    "baby",
    "twin",
    "infant",
    "mother",
    "father",
    "son",
    "daughter",
    "english",
    "welsh",
    "white",
    "black",
    "brown",
    "green",
    "grey",
    "blue",
    "red",
    "pink",
    "gold",
    "silver",
    "north",
    "south",
    "east",
    "west",
    "summer",
    "winter",
    "april",
    "june",
    "august",
    "march",
    "sunday",
    "monday",
    "friday",
    "christian",
    "major",
    "general",
    "royal",
    "church",
    "ward",
    "hall",
    "park",
    "lane",
    "field",
    "street",
    "house",
    "head",
    "hand",
    "foot",
    "back",
    "blood",
    "bone",
    "heart",
    "chest",
    "chin",
    "rich",
    "lean",
    "love",
    "hope",
    "faith",
    "joy",
    "grace",
    "mercy",
    "charity",
    "art",
    "gene",
    "in",
    "an",
    "so",
    "see",
    "my",
    "le",
    "van",
    "de",
    "la",
    "st",
    "al",
];

/// What somebody is called for short, alone and with the family name.
fn shortened(value: &str, given: bool, entry: &mut Entry) {
    let name = Parts::of(value, given);
    let (Some(first), lists) = (name.given.first(), gazetteer::shipped()) else { return };
    let family = name.family.join(" ");
    for short in short::of(first) {
        alone(short, entry, &lists, false);
        if !family.is_empty() {
            push(entry, format!("{short} {family}"), How::Folded { may_touch: false }, 92);
        }
    }
}

/// Names: both orders, initials, parts alone where they are distinctive.
fn names(value: &str, given: bool, entry: &mut Entry) {
    let name = Parts::of(value, given);
    let lists = gazetteer::shipped();
    let all: Vec<&String> = name.given.iter().chain(&name.family).collect();
    if all.is_empty() || all.len() > 8 || all.iter().any(|w| w.chars().any(|c| c.is_ascii_digit())) && all.len() == 1 {
        return;
    }
    let family = name.family.join(" ");
    let ordinary = all.iter().all(|w| lists.is_word(w) && !lists.is_forename(w) && !lists.is_surname(w));
    let both = How::Folded { may_touch: false };
    let first = name.given.first().cloned().unwrap_or_default();
    let initial = |w: &str| w.chars().next().map(String::from).unwrap_or_default();
    if !family.is_empty() && !first.is_empty() {
        let given = name.given.join(" ");
        push(entry, format!("{given} {family}"), both, 92);
        push(entry, format!("{family} {given}"), both, 92);
        push(entry, format!("{first} {family}"), both, 92);
        push(entry, format!("{family} {first}"), both, 92);
        if uncased(&family) && uncased(&given) {
            // Written without a space.
            push(entry, format!("{family}{given}"), both, 92);
        }
        for other in name.given.iter().skip(1) {
            push(entry, format!("{other} {family}"), both, 88);
            push(entry, format!("{first} {} {family}", initial(other)), both, 92);
            push(entry, format!("{first} {other}"), both, 86);
        }
        if !ordinary {
            let i = initial(&first);
            let all_initials: Vec<String> = name.given.iter().map(|g| initial(g)).collect();
            for i in [i.clone(), all_initials.join(" "), all_initials.concat()] {
                // "A key" and "I will" are words of every text.
                let alone = matches!(i.as_str(), "a" | "i" | "s" | "t" | "d" | "m" | "o");
                let how = if alone && lists.is_word(&family) { How::Capital } else { How::Name };
                push(entry, format!("{i} {family}"), how, 88);
                push(entry, format!("{family} {i}"), how, 86);
            }
            // User names and file names.
            let glued = family.replace([' ', '\'', '-'], "");
            for text in
                [format!("{first}{glued}"), format!("{glued}{first}"), format!("{i}{glued}"), format!("{glued}{i}")]
            {
                if text.len() >= 6 && !lists.is_word(&text) {
                    push(entry, text, How::Glued, 84);
                }
            }
        }
        if name.family.len() > 1 {
            alone(&family, entry, &lists, true);
        }
    }
    for (n, word) in all.iter().enumerate() {
        alone(word, entry, &lists, n >= name.given.len());
    }
}

/// In a script without capitals and without spaces between names (Chinese, Japanese, Korean).
fn uncased(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| ('\u{2e80}'..='\u{d7ff}').contains(&c))
}

/// A part of a name by itself.
fn alone(word: &str, entry: &mut Entry, lists: &gazetteer::Gazetteer, family: bool) {
    let length = word.chars().filter(|c| c.is_alphabetic()).count();
    if uncased(word) {
        // One character of such a script is a word; three are a whole name.
        if length > 1 {
            push(entry, word.to_owned(), How::Name, 72);
        }
        return;
    }
    let known = lists.is_forename(word) || lists.is_surname(word);
    let common = lists.is_word(word);
    if length < 2 || is_no_part(word) {
        return;
    }
    // "Mr Peter Ward", "Contact, Adam": a word stands for the person beside a title or a forename.
    let wordy = NEVER_ALONE.contains(&word) || (common && (lists.is_after(word) || !known));
    if wordy {
        if length > 2 && !PARTICLES.contains(&word) {
            push(entry, word.to_owned(), if family { How::Beside } else { How::Given }, 70);
        }
        return;
    }
    let (how, confidence) = match (common, known, length) {
        (_, false, 2) | (true, false, _) => return,
        // "Wei", "Éva", "Ali": short, and nothing else.
        (false, true, 3) if lists.is_forename(word) => (How::Capital, 62),
        (true, true, _) | (_, _, 2) => (How::Careful, 55),
        (false, _, 3) => (How::Careful, 60),
        (false, _, _) => (How::Name, if family { 72 } else { 68 }),
    };
    push(entry, word.to_owned(), how, confidence);
}
