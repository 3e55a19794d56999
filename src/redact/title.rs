//! Titles that stand before a name, for all who look for names, take them apart or compare them: "Lady Small" is found where
//! "Mr Small" is. What is a name as well ("Imam") or an office ("Cllr") is no title here; see `detect::name::titled`.

const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "master",
    "sir",
    "dame",
    "lady",
    "lord",
    "rev",
    "revd",
    "rev'd",
    "rev’d",
    "reverend",
    "messrs",
];

/// Whether a word (lower case) is a title.
pub(in crate::redact) fn is_title(word: &str) -> bool {
    TITLES.contains(&word)
}

/// Whether a text is a form of address and no more, which nobody is called by: "Mr.", "Miss". A lord may be Mr Lord.
pub(in crate::redact) fn is_address_alone(text: &str) -> bool {
    let word = text.trim().trim_end_matches('.').to_lowercase();
    matches!(word.as_str(), "mr" | "mrs" | "ms" | "miss" | "mx" | "dr")
}
