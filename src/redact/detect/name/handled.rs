//! Names by what an application does with somebody, and by what of theirs it shows.
//!
//! ```text
//! Are you sure you want to delete Ade Green’s Flu record?     whose record it is
//! Remove Ade Green from the list?                             who is removed
//! Appointment for Ade Green                                   for whom it is
//! Password for Emma                                           one name is enough beside an account
//! Record of Oyinkan Zimbango, message from Oyinkan Zimbango   whose, and from whom
//! Oyinkan Zimbango was admitted on Friday                     what is done with patients, and what they do
//! ```
//!
//! Lists say too little of such a pair by itself: the first is in none of them, the second is a word; or both are in none.

use super::words::{Case, Gap, Word};
use super::{Hit, Scene};

/// What belongs to somebody in records.
const THEIRS: &[&str] = &[
    "account",
    "address",
    "allergies",
    "answers",
    "appointment",
    "appointments",
    "assessment",
    "booking",
    "bookings",
    "care",
    "chart",
    "consent",
    "contact",
    "details",
    "episode",
    "file",
    "gp",
    "health",
    "history",
    "letter",
    "letters",
    "medication",
    "medications",
    "medicines",
    "notes",
    "observations",
    "parent",
    "parents",
    "postcode",
    "prescription",
    "prescriptions",
    "profile",
    "record",
    "records",
    "referral",
    "referrals",
    "responses",
    "results",
    "test",
    "tests",
    "vaccination",
    "vaccinations",
    "vaccine",
    "visit",
    "visits",
];
/// What is done with somebody. Things are added, booked and selected; these are done to who has a record.
const DONE: &[&str] = &[
    "admit",
    "admitting",
    "archive",
    "delete",
    "deleting",
    "discharge",
    "discharging",
    "merge",
    "remove",
    "removing",
    "transfer",
    "transferring",
    "unlink",
    "vaccinate",
];
/// Things and places that are called after people: "Robinson Drain", "Allen Test", "Harley Ward".
const CALLED_AFTER: &[&str] = &[
    "alert", "bandage", "body", "camp", "cannula", "catheter", "clinic", "coil", "collar", "court", "crisis",
    "disease", "drain", "dressing", "filter", "graft", "grove", "hospital", "house", "line", "list", "lodge", "pump",
    "report", "rod", "score", "sign", "splint", "stent", "stitch", "street", "suture", "swallow", "syndrome", "tenant",
    "test", "theme", "tube", "valve", "ward", "wire",
];
/// Behind whom such a sentence goes on.
const ONWARDS: &[&str] = &["from", "to", "into", "as", "in", "and", "with", "for", "on"];
/// What is shown or made for one person, and for nothing else.
const OF_AN_ACCOUNT: &[&str] = &["password", "passwords", "username", "login", "credentials", "passcode"];

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    if scene.code {
        return;
    }
    for (i, word) in scene.words.iter().enumerate() {
        if account(scene, i, word) && scene.word(i + 1).is_none_or(|w| word.gap != Gap::Space || !w.capital()) {
            hits.push(Hit { from: i, to: i, confidence: 64 });
        }
        let Some(last) = scene.word(i + 1) else { continue };
        let told = || {
            owns(scene, i + 1)
                || done(scene, i, last)
                || is_for(scene, i, last)
                || is_of(scene, i, last)
                || account(scene, i, word)
                || undergoes(scene, i + 1)
        };
        if pair(scene, i, word, last) && told() {
            hits.push(Hit { from: i, to: i + 1, confidence: 68 });
        }
    }
}

/// Two capitalised words that may be a given name and a surname.
fn pair(scene: &Scene<'_>, i: usize, first: &Word<'_>, last: &Word<'_>) -> bool {
    let cased = first.case == Case::Title && last.case == Case::Title && first.gap == Gap::Space;
    let names = (first.forename || first.uncommon()) && (last.surname || last.forename)
        || first.sure_forename() && (last.stranger() || last.ordinary(scene.lists))
        || first.stranger() && last.stranger() && !scene.lists.is_thing(&last.lower);
    let things = scene.lists.is_thing(&first.lower)
        || scene.lists.is_phrase(&first.lower, &last.lower)
        || CALLED_AFTER.contains(&last.lower.as_str())
        || (scene.lists.is_after(&last.lower) && !last.surname);
    let before = i.checked_sub(1).and_then(|at| scene.word(at));
    let longer = before.is_some_and(|w| w.gap == Gap::Space && w.capital() && !DONE.contains(&w.lower.as_str()));
    cased && names && !things && !longer && first.lower.len() > 2
}

/// "Ade Green’s Flu record": what belongs to people is named within three words.
fn owns(scene: &Scene<'_>, last: usize) -> bool {
    let behind = scene.word(last).and_then(|w| scene.text.get(w.range.end..)).unwrap_or_default();
    let possessive = ["'s ", "’s "].iter().any(|s| behind.starts_with(s));
    // What owns may be cut into a word of its own: "s".
    possessive && (last + 1..last + 5).filter_map(|at| scene.word(at)).any(|w| THEIRS.contains(&w.lower.as_str()))
}

/// "Remove Ade Green from the list?"
fn done(scene: &Scene<'_>, first: usize, last: &Word<'_>) -> bool {
    let verb = first.checked_sub(1).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    verb.is_some_and(|w| DONE.contains(&w.lower.as_str())) && ends(scene, first + 1, last)
}

/// "Appointment for Ade Green".
fn is_for(scene: &Scene<'_>, first: usize, last: &Word<'_>) -> bool {
    let at = |n: usize| first.checked_sub(n).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    at(1).is_some_and(|w| w.lower == "for")
        && at(2).is_some_and(|w| THEIRS.contains(&w.lower.as_str()))
        && ends(scene, first + 1, last)
}

/// "You are viewing the record of Oyinkan Zimbango", "Message from Ade Green".
fn is_of(scene: &Scene<'_>, first: usize, last: &Word<'_>) -> bool {
    const WHOSE: &[&str] = &[
        "chart",
        "details",
        "history",
        "image",
        "notes",
        "photo",
        "photograph",
        "picture",
        "profile",
        "record",
        "records",
    ];
    const SENT: &[&str] = &["call", "email", "letter", "message", "referral", "request", "text"];
    let at = |n: usize| first.checked_sub(n).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    let cue = at(2).map(|w| w.lower.as_str()).unwrap_or_default();
    at(1).is_some_and(|w| match w.lower.as_str() {
        "of" => WHOSE.contains(&cue),
        "from" => SENT.contains(&cue),
        _ => false,
    }) && ends(scene, first + 1, last)
}

/// "Oyinkan Zimbango was admitted", "… denies pain": what is said of patients, and of no thing.
fn undergoes(scene: &Scene<'_>, last: usize) -> bool {
    const ARE: &[&str] = &["was", "is", "has", "been", "will", "be", "being"];
    const DONE_TO: &[&str] =
        &["admitted", "born", "diagnosed", "discharged", "readmitted", "rehoused", "repatriated", "widowed"];
    const DO: &[&str] = &["attended", "collapsed", "complained", "complains", "denied", "denies", "lives", "presented"];
    let behind = |n: usize| scene.word(last + n).filter(|w| w.case == Case::Lower);
    let spaced = |n: usize| scene.word(last + n).is_some_and(|w| w.gap == Gap::Space);
    if !spaced(0) {
        return false;
    }
    if behind(1).is_some_and(|w| DO.contains(&w.lower.as_str())) {
        return true;
    }
    let are = (1..=3).take_while(|&n| behind(n).is_some_and(|w| ARE.contains(&w.lower.as_str())) && spaced(n)).count();
    are > 0 && behind(are + 1).is_some_and(|w| DONE_TO.contains(&w.lower.as_str()))
}

/// "Password for Ilias".
fn account(scene: &Scene<'_>, i: usize, word: &Word<'_>) -> bool {
    let at = |n: usize| i.checked_sub(n).and_then(|at| scene.word(at)).filter(|w| w.gap == Gap::Space);
    let named =
        word.case == Case::Title && word.sure_forename() && word.lower.len() > 2 && !scene.lists.is_thing(&word.lower);
    // Systems are named there more often than people: "Login for Cerner".
    named && at(1).is_some_and(|w| w.lower == "for") && at(2).is_some_and(|w| OF_AN_ACCOUNT.contains(&w.lower.as_str()))
}

/// Nothing that would make more of a name stands behind it.
fn ends(scene: &Scene<'_>, at: usize, last: &Word<'_>) -> bool {
    last.gap != Gap::Space
        || scene.word(at + 1).is_none_or(|w| w.case == Case::Lower && ONWARDS.contains(&w.lower.as_str()))
}
