//! Labels: the words beside a value that say what it is.
//!
//! "NHS No.:", `nhsNo`, `nhs_no`, `data-nhs-no` and `NHS-NO` are one label, `nhs no`, so that one rule serves HTML, JSON,
//! CSV headers, form fields and parameters.
//!
//! ```
//! use fanlight::redact::label::normalise;
//! assert_eq!(normalise("NHS No.:"), "nhs no");
//! assert_eq!(normalise("patientNHSNumber"), "patient nhs number");
//! assert_eq!(normalise("next_of_kin"), "next of kin");
//! assert_eq!(normalise("Chart #:"), "chart no");
//! assert_eq!(normalise("otherPatientIDs"), "other patient ids");
//! assert_eq!(normalise("Date of birth (DOB) *"), "date of birth dob");
//! ```

use std::ops::Range;

/// The longest label looked at, in bytes; anything longer is prose.
pub const MAX: usize = 64;

/// The label as rules spell it: lower case words with single spaces; camelCase, snake_case and kebab-case split.
/// Empty when the text is too long for a label.
pub fn normalise(text: &str) -> String {
    let text = text.trim();
    // What Fanlight wrote is a value: "NHS number: ••• ••• ••••" is no label that waits for one.
    if text.len() > MAX || text.contains(['•', '‹']) {
        return String::new();
    }
    // "Forename(s)"
    let one = text.contains("(s)").then(|| text.replace("(s)", ""));
    let mut out = String::with_capacity(text.len() + 4);
    let (mut rest, mut before) = (one.as_deref().unwrap_or(text).chars(), ' ');
    while let Some(c) = rest.next() {
        let last = std::mem::replace(&mut before, c);
        if c == '\'' || c == '’' {
            continue;
        }
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        if c.is_ascii_lowercase() {
            out.push(c);
            continue;
        }
        if c.is_uppercase() && is_hump(last, rest.clone()) && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    while out.ends_with(' ') {
        out.pop();
    }
    // "MRN #"
    if !out.is_empty() && text.trim_end_matches([':', ' ']).ends_with('#') {
        out.push_str(" no");
    }
    out
}

/// Whether a capital begins a word between what stands `before` it and the `rest`: "PatientIDs" are IDs, not "I Ds".
fn is_hump(before: char, mut rest: std::str::Chars<'_>) -> bool {
    let after = rest.next().unwrap_or(' ');
    let plural = after == 's' && rest.next().is_none_or(|next| !next.is_lowercase());
    before.is_lowercase() || (before.is_uppercase() && after.is_lowercase() && !plural)
}

/// Simpler labels that a label may stand for, the likeliest first: questions are numbered ("2. Surname"), columns repeat
/// (`DOB_E1_C1`, "phone 2"), and forms say whose it is ("Participant's first name", "Hospital number of baby").
///
/// ```
/// use fanlight::redact::label::simpler;
/// assert_eq!(simpler("2 surname"), ["surname"]);
/// assert_eq!(simpler("surname e1 c1"), ["surname"]);
/// assert_eq!(simpler("1 participants surname"), ["patient surname", "surname"]);
/// assert_eq!(simpler("hospital number of baby"), ["hospital number"]);
/// assert_eq!(simpler("fwhohbirthdate"), ["birthdate"]);
/// assert!(simpler("ward name").is_empty());
/// ```
pub fn simpler(label: &str) -> Vec<String> {
    const WHOSE: &[&str] = &[
        "baby",
        "babys",
        "child",
        "childs",
        "claimants",
        "clients",
        "dad",
        "dads",
        "daughters",
        "donors",
        "fathers",
        "grandparents",
        "guarantor",
        "guarantors",
        "husbands",
        "infants",
        "mom",
        "moms",
        "mothers",
        "mum",
        "mums",
        "offenders",
        "paciente",
        "pacjenta",
        "parents",
        "participants",
        "partners",
        "patienten",
        "paziente",
        "person",
        "persons",
        "prisoners",
        "pupils",
        "relatives",
        "residents",
        "sons",
        "students",
        "subjects",
        "twins",
        "versicherten",
        "wifes",
        "womans",
    ];
    const GLUED: &[&str] = &[
        "insurancepolicyholder",
        "policyholder",
        "guarantor",
        "subscriber",
        "insured",
        "patient",
        "person",
        "client",
        "member",
        "guardian",
        "mother",
        "father",
        "parent",
        "spouse",
        "emergencycontact",
        "nextofkin",
        "nextkin",
        "contact",
        "nok",
        "carer",
        "child",
    ];
    const BEFORE: &[&str] = &["get", "old", "previous", "secondary", "alternative"];
    let counter = |word: &str| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
        word.len() < 4
            && digits.len() < 3
            && word.len() - digits.len() < 2
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.is_empty()
    };
    // Most labels that no rule knows are one word. Codes of forms end with what they ask: `FWHOHBIRTHDATE`.
    if !label.contains(' ') {
        const ENDS: &[(&str, &str)] = &[
            ("birthdate", "birthdate"),
            ("firstname", "firstname"),
            ("lastname", "lastname"),
            ("forename", "forename"),
            ("surname", "surname"),
            ("husname", "husband name"),
            ("husbandname", "husband name"),
            ("spousename", "spouse name"),
            ("mothername", "mother name"),
            ("fathername", "father name"),
            ("guardianname", "guardian name"),
            ("hhid", "household number"),
        ];
        let asked = ENDS.iter().find(|(end, _)| label.len() > end.len() && label.ends_with(end));
        // `guarantordob`, `personmailingpostalcode`: whose it is, and what.
        // `parentname`, `clientid` are of programs, too.
        const ANYTHINGS: &[&str] =
            &["code", "guid", "key", "name", "names", "number", "ref", "reference", "type", "uid", "uuid"];
        let whose = GLUED.iter().find_map(|whose| label.strip_prefix(whose));
        let whose = whose.filter(|rest| rest.len() > 2 && !ANYTHINGS.contains(rest));
        return asked
            .map(|(_, simpler)| *simpler)
            .or(whose)
            .map(|simpler| vec![simpler.to_owned()])
            .unwrap_or_default();
    }
    // In which script or tongue: "mother first names local", `patient_name_ar`.
    const TONGUES: &[&str] = &[
        "ar", "arabic", "bangla", "bengali", "bn", "eng", "english", "full", "hi", "hindi", "kana", "kanji", "latin",
        "local", "native", "romaji", "thai", "urdu", "zh",
    ];
    // `guardian1_phone1`: the first's, and the first of its kind.
    let mut words: Vec<&str> = Vec::new();
    for (at, word) in label.split(' ').enumerate() {
        let plain = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = word.get(plain.len()..).filter(|n| matches!(n.len(), 1 | 2));
        match number {
            Some(number) if at == 0 && (WHOSE.contains(&plain) || GLUED.contains(&plain)) => {
                words.extend([plain, number]);
            }
            Some(_) | None => words.push(word),
        }
    }
    let before = words.len();
    if words.len() > 2 && words.last().is_some_and(|w| TONGUES.contains(w)) {
        words.pop();
    }
    while words.len() > 1 && words.last().is_some_and(|w| counter(w)) {
        words.pop();
    }
    if let [.., "of", whose] = words.as_slice()
        && (WHOSE.contains(whose) || matches!(*whose, "patient" | "client" | "mother" | "father" | "participant"))
    {
        words.truncate(words.len() - 2);
    }
    let mut rest = words.as_slice();
    if let [number, others @ ..] = rest
        && !others.is_empty()
        && counter(number)
    {
        rest = others;
    }
    let mut out = Vec::new();
    // `PARENT_1_NAME`, "contact 2 phone"
    if let [first, number, others @ ..] = rest
        && !others.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
        && (WHOSE.contains(first) || GLUED.contains(first))
    {
        let whole = others.join(" ");
        let what = whole.trim_end_matches(|c: char| c.is_ascii_digit());
        out.push(format!("{first} {whole}"));
        if what.len() < whole.len() {
            out.push(format!("{first} {what}"));
        }
        let anything = matches!(what, "id" | "no" | "number" | "name" | "type" | "status" | "code");
        if !anything && matches!(*first, "guardian" | "carer" | "nok" | "parent" | "mother" | "father" | "spouse") {
            out.push(what.to_owned());
        }
    }
    if let [first, others @ ..] = rest
        && !others.is_empty()
    {
        if WHOSE.contains(first) {
            out.push(format!("patient {}", others.join(" ")));
            out.push(others.join(" "));
            return out;
        }
        // "NOK CNIC", "Next of kin ID no.": a number of theirs; their names and telephones have labels of their own.
        let theirs = match rest {
            ["next", "of", "kin", theirs @ ..] => theirs,
            ["head", "of", "household" | "family", theirs @ ..] | ["household" | "family", "head", theirs @ ..] => {
                theirs
            }
            ["nok" | "guardian" | "carer" | "caregiver" | "spouse" | "husband" | "wife", theirs @ ..] => theirs,
            [..] => &[],
        };
        if !matches!(theirs, [] | ["id" | "no" | "number" | "name" | "type" | "status" | "code"]) {
            out.push(theirs.join(" "));
        }
        // "previous name" is a label of its own, and one word is too little of "old patient".
        if BEFORE.contains(first) && others.len() > 1 {
            out.push(others.join(" "));
        }
    }
    if rest.len() < before && !rest.is_empty() {
        out.push(rest.join(" "));
    }
    out
}

/// Where the key in quotes stands that a text ends in: `got {"surname"`, a line of a log with JSON in it.
pub(in crate::redact) fn quoted_key(before: &str) -> Option<Range<usize>> {
    let quote = before.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
    let end = before.len() - 1;
    let near = end.saturating_sub(MAX);
    let near = (near..=end).find(|&i| before.is_char_boundary(i))?;
    let start = near + before.get(near..end)?.rfind(quote)? + 1;
    (start < end).then_some(start..end)
}

/// Whether a bare "name" is the end of a longer label ("Test name:", "Group Name:") that no rule knows: it names a thing then.
/// `before` is what stands before it on the line.
pub(in crate::redact) fn names_a_thing(label: &str, before: &str) -> bool {
    const SMALL: &[&str] =
        &["the", "a", "his", "her", "their", "your", "my", "and", "or", "is", "with", "by", "of", "full"];
    if !matches!(label, "name" | "names") {
        return false;
    }
    let word = before.trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
    !word.is_empty() && word.chars().all(char::is_alphabetic) && !SMALL.contains(&word.to_lowercase().as_str())
}
