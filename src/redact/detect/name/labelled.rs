//! Names by label: the place says that a name stands here.

use super::words::{Case, Gap, Word, particle};
use super::{Hit, Scene};
use crate::redact::finding::Confidence;
use crate::redact::searched;
use crate::redact::title::is_title;

/// Labels that end so hold a person's name, whole.
const STRONG: &[&str] = &[
    "surname",
    "forename",
    "forenames",
    "first name",
    "firstname",
    "last name",
    "lastname",
    "family name",
    "given name",
    "given names",
    "given",
    "family",
    "middle name",
    "maiden name",
    "birth name",
    "previous name",
    "former name",
    "patient name",
    "name of patient",
    "patients name",
    "full name",
    "fullname",
    "preferred name",
    "known as",
    "alias",
    "next of kin",
    "nok",
    "next of kin name",
    "nok name",
    "mothers name",
    "fathers name",
    "mother name",
    "father name",
    "mothers maiden name",
    "guardian name",
    "parent name",
    "carer name",
    "spouse name",
    "partner name",
    "contact name",
    "emergency contact",
    "emergency contact name",
    "relative name",
    "person name",
    "participant name",
    "client name",
    "consultant name",
    "doctor name",
    "clinician name",
    "gp name",
    "provider name",
    "nurse name",
    "prescriber name",
    "surgeon name",
    "practitioner name",
    "author name",
    "staff name",
    "officer name",
    "subject name",
    "legal name",
    "pt name",
    "pat name",
    "client full name",
    "name surname",
    "surname forename",
    "name of next of kin",
];

/// Labels that may hold one: the value must look like a name as well.
const WEAK: &[&str] = &[
    "name",
    "names",
    "patient",
    "participant",
    "client",
    "person",
    "subject",
    "mother",
    "father",
    "son",
    "daughter",
    "wife",
    "husband",
    "partner",
    "spouse",
    "brother",
    "sister",
    "guardian",
    "carer",
    "relative",
    "parent",
    "child",
    "contact",
    "consultant",
    "doctor",
    "gp",
    "clinician",
    "nurse",
    "prescriber",
    "surgeon",
    "practitioner",
    "author",
    "midwife",
    "radiologist",
    "operator",
    "reader",
    "performer",
    "requester",
    "requested by",
    "referrer",
    "referred by",
    "seen by",
    "signed by",
    "signed",
    "reported by",
    "verified by",
    "authorised by",
    "entered by",
    "recorded by",
    "created by",
    "updated by",
    "ordered by",
    "discharged by",
    "admitted by",
    "user",
    "owner",
    "assigned to",
    "care of",
    "friend",
    "neighbour",
    "title",
    "h1",
    "to",
    "from",
    "dear",
    "re",
    "lead",
    "display name",
    "registered gp",
    "usual gp",
    "key worker",
    "named nurse",
    "accompanied by",
    "lives with",
    "text",
    "display",
    "value",
];

/// Words in a label by which it names a thing.
const THINGS: &[&str] = &[
    "allergy",
    "device",
    "immunisation",
    "immunization",
    "plan",
    "policy",
    "vaccine",
    "file",
    "drug",
    "medication",
    "medicine",
    "test",
    "product",
    "brand",
    "organisation",
    "organization",
    "org",
    "practice",
    "hospital",
    "ward",
    "clinic",
    "site",
    "location",
    "trust",
    "department",
    "service",
    "system",
    "host",
    "domain",
    "event",
    "field",
    "column",
    "class",
    "tag",
    "icon",
    "image",
    "code",
    "form",
    "document",
    "template",
    "report",
    "study",
    "procedure",
    "allergy",
    "condition",
    "application",
    "app",
    "browser",
    "group",
    "role",
    "team",
    "page",
    "section",
    "type",
    "currency",
    "country",
    "town",
    "city",
    "county",
    "variable",
    "key",
    "unit",
    "user agent",
    "street",
    "road",
    "house",
    "building",
    "company",
    "school",
    "language",
    "status",
    "number",
    "no",
    "id",
    "date",
    "time",
    "email",
    "phone",
    "address",
    "relationship",
    "gender",
    "sex",
    "specialty",
    "speciality",
    "tab",
    "menu",
];

/// Whether the label says for certain that a name stands here.
pub(super) fn strong(label: &str) -> bool {
    !label.is_empty() && !thing(label) && STRONG.iter().any(|s| tells(label, s))
}

fn weak(label: &str) -> bool {
    !label.is_empty() && !thing(label) && WEAK.iter().any(|s| ends_with_words(label, s))
}

fn thing(label: &str) -> bool {
    label.split(' ').any(|w| THINGS.contains(&w)) || label.contains("user agent")
}

/// Whether a label ends so and means a name by it: vaccines and doses are given, too, and there is a history of the family.
fn tells(label: &str, end: &str) -> bool {
    let told = match end {
        "given" => label == "given" || label.ends_with("name given"),
        "family" => !["history", "social", "medical", "background"].iter().any(|word| label.contains(word)),
        _ => true,
    };
    ends_with_words(label, end) && told
}

fn ends_with_words(label: &str, words: &str) -> bool {
    label.strip_suffix(words).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let label = scene.context.place.label;
    let strong = strong(label);
    if searched::is_search(label) && !scene.words.is_empty() && searched::is_name(label, scene.text.trim()) {
        hits.push(Hit { from: 0, to: scene.words.len() - 1, confidence: 66 });
        return;
    }
    if !strong && !weak(label) {
        return;
    }
    // The title before a name is nobody's.
    let from = scene.words.iter().position(|w| !is_title(&w.lower)).unwrap_or(0);
    // "Re: Mrs" is what is left of "Re: Mrs Anna Smith" once she is found.
    let own = |w: &Word<'_>| is_title(&w.lower) || label.rsplit(' ').next() == Some(w.lower.as_str());
    if scene.words.len() > 1 && scene.words.iter().all(own) {
        return;
    }
    if let Some(confidence) = whole(scene, strong) {
        hits.push(Hit { from, to: scene.words.len() - 1, confidence });
    }
}

/// The whole value as a name: a few words, each written as in names, and not all of them ordinary.
fn whole(scene: &Scene<'_>, strong: bool) -> Option<Confidence> {
    let words = scene.words;
    let text = scene.text.trim();
    if words.len() > 6
        || text.len() > 80
        || text.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'/' | b'@' | b'=' | b'{' | b'<' | b'?'))
        // "DOB ••": there were digits.
        || text.contains('•')
    {
        return None;
    }
    let joined = words
        .iter()
        .rev()
        .skip(1)
        .all(|w| matches!(w.gap, Gap::Space | Gap::Stop | Gap::Comma | Gap::Field | Gap::Naming));
    let cased = words.iter().all(|w| match w.case {
        Case::Title | Case::Upper | Case::Initial => true,
        Case::Lower => strong || particle(&w.lower),
        Case::Code => false,
    });
    if !joined || !cased || words.iter().any(says_none) || words.windows(2).any(|w| phrase(scene, w)) {
        return None;
    }
    let named = |w: &Word<'_>| w.known() || scene.lists.is_forename(&w.lower) || scene.lists.is_surname(&w.lower);
    let last_after = words.len() > 1 && words.last().is_some_and(|w| scene.lists.is_after(&w.lower) && !w.surname);
    let known = words.iter().any(named);
    let all_ordinary = words.iter().all(|w| w.word || scene.lists.is_word(&w.lower) || w.case == Case::Initial);
    let sure = words.iter().any(|w| w.sure_forename() || w.sure_surname());
    match (strong, known, all_ordinary) {
        _ if last_after => None,
        (true, true, false) => Some(93),
        (true, true, true) => Some(84),
        (true, false, false) => Some(80),
        (true, false, true) => None,
        (false, true, false) if sure && words.len() > 1 => Some(86),
        (false, true, false) if sure => Some(66),
        // Mark White beside "Patient": both are names, in their places.
        (false, true, true)
            if words.len() == 2
                && words.first().is_some_and(|w| w.forename)
                && words.last().is_some_and(|w| w.surname) =>
        {
            Some(60)
        }
        (false, _, _) => None,
    }
}

fn phrase(scene: &Scene<'_>, pair: &[Word<'_>]) -> bool {
    matches!(pair, [a, b] if scene.lists.is_phrase(&a.lower, &b.lower))
}

/// Words by which a value says that there is no name, or that it is a status, a role or a button.
fn says_none(word: &Word<'_>) -> bool {
    matches!(
        word.lower.as_str(),
        "not"
            | "none"
            | "unknown"
            | "known"
            | "recorded"
            | "provided"
            | "all"
            | "any"
            | "select"
            | "search"
            | "choose"
            | "enter"
            | "details"
            | "patient"
            | "patients"
            | "name"
            | "add"
            | "edit"
            | "view"
            | "new"
            | "test"
            | "user"
            | "admin"
            | "system"
            | "anonymous"
            | "official"
            | "usual"
            | "nickname"
            | "true"
            | "false"
            | "null"
            | "undefined"
            | "yes"
            | "no"
            | "and"
            | "or"
            | "the"
            | "of"
            | "for"
            | "with"
            | "hospital"
            | "clinic"
            | "ward"
            | "trust"
            | "nhs"
            | "pending"
            | "active"
            | "inactive"
            | "confirmed"
            | "booked"
            | "list"
            | "surname"
            | "forename"
            | "first"
            | "last"
            | "family"
            | "given"
            | "id"
            | "number"
            | "date"
            | "status"
            | "type"
            | "click"
    )
}
