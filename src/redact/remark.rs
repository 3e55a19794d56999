//! Remarks in programs and style sheets: whose words they are.
//!
//! "You can pass a key" and "Thanks to John Resig" stand in every library, and You, Key and John are names. A remark is a
//! programmer's, about programs, unless it has a word of the clinic in it ("patient", "Mrs", "NHS"): then it may be about a
//! person, and names in it are looked for as in any text.
//!
//! ```
//! use fanlight::redact::remark::speaks_of_people;
//! assert!(speaks_of_people("// patient: Janet Williams"));
//! assert!(!speaks_of_people("// Thanks to John Resig for this technique"));
//! ```

/// Words that programmers do not use of programs.
const WORDS: &[&str] = &[
    "admitted",
    "born",
    "clinic",
    "consultant",
    "discharged",
    "dob",
    "gp",
    "kin",
    "mr",
    "mrn",
    "mrs",
    "nhs",
    "nurse",
    "patient",
    "patients",
    "surgeon",
    "ward",
];

/// Whether a remark may be about a person.
pub fn speaks_of_people(remark: &str) -> bool {
    remark
        .split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| (2..=10).contains(&word.len()) && WORDS.binary_search(&word.to_ascii_lowercase().as_str()).is_ok())
}

/// Whether a remark says of itself whose work it is, and on what terms.
pub fn is_licence(remark: &str) -> bool {
    const SIGNS: &[&str] = &["icense", "icence", "opyright", "(c)", "©", "@author", "uthors"];
    SIGNS.iter().any(|s| remark.contains(s))
}

/// Whether a remark documents a program: its dates and numbers are examples.
pub fn is_documentation(remark: &str) -> bool {
    remark.starts_with("/**") && remark.contains("* @")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_whole() {
        assert!(WORDS.is_sorted());
        assert!(speaks_of_people("/* Mrs Rose White */") && speaks_of_people("NHS: 943"));
        assert!(!speaks_of_people("/* inpatience, forward, kind */"));
    }
}
