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
    let mut out = String::with_capacity(text.len() + 4);
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if c == '\'' || c == '’' {
            continue;
        }
        if !c.is_alphanumeric() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        let before = i.checked_sub(1).and_then(|p| chars.get(p)).copied().unwrap_or(' ');
        let after = chars.get(i + 1).copied().unwrap_or(' ');
        // "PatientIDs" are IDs, not "I Ds".
        let plural = after == 's' && chars.get(i + 2).is_none_or(|next| !next.is_lowercase());
        let hump =
            c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after.is_lowercase() && !plural));
        if hump && !out.is_empty() && !out.ends_with(' ') {
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
