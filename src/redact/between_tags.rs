//! Values between tags in text: what a log or a trace shows of a document, and a document that is called text.
//!
//! ```text
//! sent <PatientForename>Michele</PatientForename>      a value is what its element is called
//! <name>Paracetamol</name>                             a drug has a name, too
//! ```

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::label::normalise;

/// The values between a tag and its end in a text, each with the normalised name of its element.
pub(super) fn values(text: &str) -> Vec<(String, Range<usize>)> {
    static TAGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"(?:[A-Za-z][A-Za-z0-9_.-]{0,30}:)?([A-Za-z][A-Za-z0-9_.-]{1,60})";
        Regex::new(&format!(r"<{name}(?:[ \t][^<>]{{0,200}})?>([^<>]{{1,400}})</{name}>")).ok()
    });
    if memchr::memmem::find(text.as_bytes(), b"</").is_none() {
        return Vec::new();
    }
    let found = TAGS.iter().flat_map(|tags| tags.captures_iter(text)).filter_map(|found| {
        let (begins, value, ends) = (found.get(1)?.as_str(), found.get(2)?, found.get(3)?.as_str());
        let label = normalise(begins);
        (begins == ends && !matches!(label.as_str(), "name" | "names" | "title")).then(|| (label, value.range()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_called_as_its_element() {
        let read = |text: &str| -> Vec<(String, String)> {
            values(text).into_iter().map(|(label, range)| (label, text.get(range).unwrap().to_owned())).collect()
        };
        assert_eq!(
            read(
                "sent <a:PatientForename x=\"1\">Michele</a:PatientForename><dob>1961</dob> <name>x</name> <a>b</c> 1 < 2"
            ),
            [("patient forename".into(), "Michele".into()), ("dob".into(), "1961".into())]
        );
    }
}
