//! A data element of DICOM as tools print it: its keyword stands behind its value.
//!
//! ```text
//! (0010,0030) DA [19481019]                       #   8, 1 PatientBirthDate
//! ```

use std::ops::Range;

use crate::redact::label::normalise;

/// An element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// Normalised.
    pub(super) keyword: String,
    /// Without its brackets.
    pub(super) value: Range<usize>,
}

/// The element that a line is, if it is one with a value.
pub(super) fn element(text: &str, line: Range<usize>) -> Option<Element> {
    let shown = text.get(line.clone())?;
    let inner = shown.trim_start();
    let tag = inner.get(..11)?;
    let hex = |part: Option<&str>| part.is_some_and(|part| part.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_tag = tag.starts_with('(')
        && tag.get(5..6) == Some(",")
        && tag.ends_with(')')
        && hex(tag.get(1..5))
        && hex(tag.get(6..10));
    if !is_tag {
        return None;
    }
    let behind = shown.rfind(" #")?;
    let keyword = shown.get(behind..)?.split_whitespace().next_back()?;
    let open = shown.get(..behind)?.find('[')?;
    let close = shown.get(..behind)?.rfind(']')?;
    // A mask has no brackets of its own; an empty value is none.
    (open + 1 < close)
        .then(|| Element { keyword: normalise(keyword), value: line.start + open + 1..line.start + close })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyword_stands_behind() {
        let text =
            "x\n(0010,0030) DA [19481019]    #   8, 1 PatientBirthDate\n(0010,0040) CS (no value)  # 0, 0 PatientSex";
        let line = 2..text.rfind('\n').unwrap();
        let found = element(text, line).unwrap();
        assert_eq!((found.keyword.as_str(), text.get(found.value).unwrap()), ("patient birth date", "19481019"));
        assert_eq!(element(text, 0..1), None);
        assert_eq!(element(text, text.rfind('\n').unwrap() + 1..text.len()), None);
    }
}
