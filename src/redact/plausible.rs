//! What a field's value can be: nothing at all ("not known"), a caption, a remark, an institution; or of the kind that its rule says.
//!
//! What can be no such value is not masked for its field alone; detectors and the dictionary look at it all the same.

use std::borrow::Cow;

use super::detect::{date, gazetteer};
use super::kind::Kind;
use super::operator;

/// How long the scheme of a link is with which a telephone or an e-mail address begins: programs look at it.
pub(super) fn scheme(value: &str) -> usize {
    const SCHEMES: &[&str] = &["tel:", "mailto:", "email:", "fax:", "sms:", "callto:"];
    let found = SCHEMES.iter().find(|s| value.get(..s.len()).is_some_and(|v| v.eq_ignore_ascii_case(s)));
    found.map_or(0, |s| s.len())
}

/// A value without what Fanlight wrote in it: the digits of a token are nobody's, and what was no number once is none the second time.
pub(super) fn unwritten(value: &str) -> Cow<'_, str> {
    let ours = operator::masked_spans(value);
    if ours.is_empty() {
        return Cow::Borrowed(value);
    }
    let mut left = String::with_capacity(value.len());
    let mut from = 0;
    for span in ours {
        left.push_str(value.get(from..span.start).unwrap_or_default());
        left.push(' ');
        from = span.end;
    }
    left.push_str(value.get(from..).unwrap_or_default());
    Cow::Owned(left)
}

/// Whether a value can be of a kind at all: a telephone has digits, an e-mail address its sign. What cannot be is a caption, a
/// remark ("Not defined", "Ex smoker, 18 pack years") or something of another kind.
pub(in crate::redact) fn can_be(kind: Kind, value: &str) -> bool {
    let digits = value.chars().filter(|c| c.is_numeric()).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    match kind {
        // "oh seven seven double oh nine"
        Kind::Phone => (digits > 2 && letters <= 2 * digits + 8) || spelt_digits(value) > 2,
        Kind::Email => {
            // Of which kind an address is, in the cell before it.
            let sort = ["home", "work", "personal", "other", "business", "primary"];
            let says_sort = sort.iter().any(|s| value.trim().eq_ignore_ascii_case(s));
            // "Family", the next of a menu's entries.
            let word = value.starts_with(char::is_uppercase) && gazetteer::shipped().is_word(&value.to_lowercase());
            let alone = !value.contains(' ') && !says_sort && !word;
            value.contains(['@', '＠']) || value.contains(" at ") || digits > 0 || alone
        }
        // Where a service answers is nobody's home.
        Kind::Address => letters + digits > 0 && !is_service(value),
        Kind::DateOfBirth => digits > 0,
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::Postcode
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
        | Kind::Zip
        | Kind::IpAddress => digits > 0 || is_key(value),
        Kind::Name => !is_called(value),
        Kind::Other => true,
    }
}

/// What a program calls or takes a part of, `lookup(msg['NK1'].toString())`: "Ward ()" is somebody whose number is not known.
fn is_called(value: &str) -> bool {
    let glued = |sign: &str| {
        let before = |at: usize| value.get(..at).and_then(|before| before.chars().next_back());
        value.match_indices(sign).any(|(at, _)| before(at).is_some_and(|c| c.is_ascii_alphanumeric() || c == ']'))
    };
    glued("['") || glued("[\"") || glued("()")
}

/// One URL and nothing else.
fn is_service(value: &str) -> bool {
    let web = ["http://", "https://", "urn:", "ws://", "wss://"].iter().any(|scheme| value.starts_with(scheme));
    web && !value.contains(char::is_whitespace)
}

/// Some systems have keys of letters alone; none of words.
fn is_key(value: &str) -> bool {
    let plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    plain && value.chars().any(char::is_alphabetic) && !gazetteer::shipped().is_word(&value.to_lowercase())
}

/// How many digits are written as words.
fn spelt_digits(value: &str) -> usize {
    const DIGITS: &[&str] = &[
        "double", "eight", "five", "four", "nine", "nought", "oh", "one", "seven", "six", "three", "triple", "two",
        "zero",
    ];
    value.split(|c: char| !c.is_alphabetic()).filter(|w| DIGITS.contains(&w.to_lowercase().as_str())).count()
}

/// `2.16.840.1.113883.19.5`: who issues numbers, not one of them.
pub(super) fn is_object_identifier(value: &str) -> bool {
    let arcs: Vec<&str> = value.trim_start_matches("urn:oid:").split('.').collect();
    arcs.len() > 4 && arcs.iter().all(|a| !a.is_empty() && a.bytes().all(|b| b.is_ascii_digit()))
}

/// "Royal Infirmary", "St Mary's Hospital of the South Side": a place where thousands were born is nobody's address.
pub(super) fn names_institution(value: &str) -> bool {
    const INSTITUTIONS: &[&str] = &[
        "hospital",
        "infirmary",
        "clinic",
        "maternity",
        "hospice",
        "surgery",
        "health centre",
        "medical centre",
        "medical center",
    ];
    const STREETS: &[&str] = &[
        "street", "st", "road", "rd", "lane", "ln", "avenue", "ave", "drive", "dr", "close", "way", "court", "hill",
        "place", "terrace", "gardens", "crescent", "house", "cottage", "flat", "box",
    ];
    if value.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let words: Vec<String> = value.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let says = |list: &[&str]| {
        list.iter().any(|l| match l.split_once(' ') {
            Some((first, second)) => {
                words.windows(2).any(|w| w.first().is_some_and(|w| w == first) && w.get(1).is_some_and(|w| w == second))
            }
            None => words.iter().any(|w| w == l),
        })
    };
    // A saint's "St." stands in front.
    let last_streets = words.iter().skip(1).any(|w| STREETS.contains(&w.as_str()));
    says(INSTITUTIONS) && !last_streets
}

/// Values that say that there is no value; masking them would look like data.
pub(super) fn says_nothing(value: &str) -> bool {
    const NOTHING: &[&str] = &[
        "-",
        "--",
        "—",
        "–",
        "n/a",
        "na",
        "none",
        "nil",
        "null",
        "undefined",
        "unknown",
        "not known",
        "none known",
        "none recorded",
        "not recorded",
        "not provided",
        "not given",
        "not defined",
        "not set",
        "not available",
        "not applicable",
        "not specified",
        "not stated",
        // The other's, said above.
        "as above",
        "same as above",
        "same as patient",
        "see above",
        "ditto",
        "no fixed abode",
        // Ledgers of appointments and beds.
        "available",
        "blocked",
        "cancelled",
        "catch up",
        "cleaning",
        "closed",
        "do not book",
        "embargoed",
        "empty",
        "free slot",
        "lunch break",
        "not booked",
        "reserved",
        "supervision",
        "team meeting",
        "unallocated",
        "unassigned",
        "vacant",
        "vacant bed",
        "walk in",
        "walk-in",
        "true",
        "false",
        "yes",
        "no",
    ];
    !value.chars().any(char::is_alphanumeric) || NOTHING.iter().any(|n| value.eq_ignore_ascii_case(n))
}

/// Whether a value is the head of the next column: "Patient | Complaint". Ward and Room are not among them: people are called so.
pub(super) fn heads_a_column(value: &str) -> bool {
    const HEADS: &[&str] = &[
        "age",
        "bed",
        "clinic",
        "complaint",
        "consultant",
        "date",
        "diagnosis",
        "dob",
        "gender",
        "location",
        "mrn",
        "notes",
        "reason",
        "relation",
        "relationship",
        "sex",
        "status",
        "time",
        "type",
    ];
    HEADS.iter().any(|h| value.eq_ignore_ascii_case(h))
}

/// Whether a value is what somebody does, or where, or what a page shows: "Call Centre Manager", "Key demographics". All that stands
/// before are words and nobody's name.
pub(super) fn is_role(value: &str) -> bool {
    const ROLES: &[&str] = &[
        "administrator",
        "adviser",
        "advisor",
        "centre",
        "coordinator",
        "demographics",
        "department",
        "desk",
        "details",
        "handler",
        "helpdesk",
        "information",
        "manager",
        "officer",
        "overview",
        "receptionist",
        "secretary",
        "service",
        "services",
        "summary",
        "team",
    ];
    let lists = gazetteer::shipped();
    let words: Vec<String> = value.split_whitespace().map(str::to_lowercase).collect();
    let Some((last, before)) = words.split_last() else { return false };
    let plain = |w: &String| {
        let word = lists.is_word(w) || ROLES.contains(&w.as_str()) || w.bytes().all(|b| b.is_ascii_digit());
        word && !lists.is_forename(w)
    };
    let shown = matches!(last.as_str(), "demographics" | "details" | "information" | "overview" | "summary");
    let enough = before.len() > usize::from(!shown);
    enough && ROLES.contains(&last.as_str()) && before.iter().all(plain)
}

/// Whether a text speaks of a patient's people in a sentence: "ring wife Jean on Friday", and not "Great Ormond Street Hospital for
/// Children", "Ivor Lewis operation on gullet" or "Jane Smith, mother and baby unit".
pub(super) fn is_sentence(text: &str) -> bool {
    const FEWEST: usize = 4;
    const PEOPLE: &[&str] = &[
        "brother",
        "dad",
        "daughter",
        "father",
        "granddaughter",
        "grandson",
        "he",
        "her",
        "him",
        "his",
        "husband",
        "lives",
        "mother",
        "mum",
        "neighbour",
        "nephew",
        "niece",
        "nok",
        "phoned",
        "rang",
        "she",
        "son",
        "spoke",
        "wife",
    ];
    const NAMES_TOO: &[&str] = &["and", "for", "from", "not", "per", "the", "with"];
    let lists = gazetteer::shipped();
    let plain = |w: &&str| {
        w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()) && !NAMES_TOO.contains(w) && lists.is_word(w)
    };
    let words = || text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'))).filter(|w| !w.is_empty());
    let people = |w: &str| PEOPLE.contains(&w.to_ascii_lowercase().as_str());
    let near = words().zip(words().skip(1).chain([""]));
    let spoken = near.into_iter().any(|(w, next)| people(w) && !(w == "mother" && next == "and"));
    words().nth(FEWEST - 1).is_some() && words().filter(plain).nth(1).is_some() && spoken
}

/// Whether a text tells something of a person behind other words: "tell your GP surgery: date of birth 07/11/1987; home …".
pub(super) fn tells_of_people(text: &str) -> bool {
    const LABELS: &[&str] = &[" date of birth", " dob", " d.o.b", " born", " nhs no", " nhs number", " mrn", " mobile"];
    let lower = format!(" {}", text.to_ascii_lowercase());
    let told = |label: &&str| {
        lower.match_indices(*label).any(|(at, _)| {
            let behind = lower.get(at + label.len()..).unwrap_or_default();
            let behind = behind.trim_start_matches(['.', ':', ' ', '(', '#', '=']);
            behind.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    let kin = [" emergency contact: ", " next of kin: "].iter().any(|label| lower.contains(label));
    kin || LABELS.iter().any(told)
}

/// What number a label speaks of beside a name: "Name and NHS number", "Patient name and hospital no". Its own label.
pub(super) fn number_beside_name(label: &str) -> Option<&'static str> {
    let number = label.contains("number") || label.ends_with(" no");
    number.then_some(if label.contains("nhs") { "nhs number" } else { "mrn" })
}

/// What stands beside a name under such a label: `490 000 00076`, `55812 AB`, however many digits somebody typed; no date.
pub(super) fn is_number_beside(value: &str) -> bool {
    const LONGEST: usize = 24;
    value.len() <= LONGEST
        && value.bytes().filter(u8::is_ascii_digit).count() > 4
        && value.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || matches!(b, b' ' | b'-' | b'/'))
        && !date::is_date(value)
}

/// Whether a value says that no name is known: "Baby not yet named", "Name not available".
pub(super) fn has_no_name(value: &str) -> bool {
    let words = value.split_whitespace().count();
    // "No Min Woo" is somebody.
    let none = value.strip_prefix("No ").is_some_and(|rest| rest.starts_with(char::is_lowercase));
    // "ReSPECT Emergency contacts" is a part of a form.
    let of_form = value.to_lowercase().ends_with("emergency contacts");
    words > 2 && (value.contains(" not ") || none || of_form)
}

/// Whether a value is a label of something else than a name, with or without what has been masked behind it: "DOB ••/••/••••".
pub(super) fn is_other_label(value: &str) -> bool {
    const LABELS: &[&str] =
        &["dob", "d o b", "date of birth", "initials", "nhs no", "nhs number", "mrn", "hospital number"];
    LABELS.contains(&super::label::normalise(&value.replace('•', " ")).as_str())
}

/// Whether a word is what a button or a menu does: "Edit Nyaruai Quistgaard" is a title of a page, and nobody is called Edit.
pub(super) fn is_action(word: &str) -> bool {
    const ACTIONS: &[&str] = &[
        "add",
        "all",
        "amend",
        "archive",
        "book",
        "browse",
        "cancel",
        "choose",
        "close",
        "compare",
        "create",
        "delete",
        "discharge",
        "dismiss",
        "display",
        "edit",
        "export",
        "filter",
        "find",
        "hide",
        "import",
        "list",
        "load",
        "lock",
        "manage",
        "merge",
        "message",
        "move",
        "new",
        "open",
        "preview",
        "print",
        "refresh",
        "register",
        "remove",
        "reset",
        "save",
        "search",
        "select",
        "send",
        "share",
        "show",
        "sort",
        "switch",
        "undo",
        "unlock",
        "update",
        "upload",
        "view",
    ];
    ACTIONS.iter().any(|action| word.eq_ignore_ascii_case(action))
}

/// Whether a value is an item of the menu of patients: "Add Document", "Document List" below "Patient".
pub(super) fn is_menu_item(value: &str) -> bool {
    const THINGS: &[&str] = &[
        "admissions",
        "appointments",
        "card",
        "cards",
        "dashboard",
        "details",
        "document",
        "documents",
        "history",
        "list",
        "lists",
        "management",
        "portal",
        "profile",
        "profiles",
        "queue",
        "records",
        "register",
        "registration",
        "report",
        "reports",
        "search",
        "status",
        "types",
    ];
    let words: Vec<String> = value.split_whitespace().map(str::to_lowercase).collect();
    let [first, .., last] = words.as_slice() else { return false };
    let lists = gazetteer::shipped();
    let thing = |word: &str| THINGS.contains(&word);
    // Somebody is called Book, and Card: what else stands there must be a word and nobody's name.
    let plain = |word: &String| {
        is_action(word)
            || thing(word)
            || matches!(word.as_str(), "patient" | "patients")
            || (lists.is_word(word) && !lists.is_forename(word) && !lists.is_surname(word))
    };
    words.iter().all(plain) && (is_action(first) || thing(last))
}
