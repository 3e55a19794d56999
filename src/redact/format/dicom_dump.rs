//! A data element of DICOM as tools print it: its keyword stands behind its value.
//!
//! ```text
//! (0010,0030) DA [19481019]                       #   8, 1 PatientBirthDate
//! ```

use std::ops::Range;

use super::scan::offset_in;
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
    // What a tool only remarks on stands behind a sign of its own, what it logs behind a letter, and an item's parts behind one for each level.
    let inner = shown.trim_start().trim_start_matches('#').trim_start();
    let logged = |letter| inner.strip_prefix(letter).and_then(|rest: &str| rest.strip_prefix(": "));
    let inner = ['I', 'D', 'W', 'E', 'F'].into_iter().find_map(logged).unwrap_or(inner);
    let inner = inner.trim_start_matches(['>', ' ']);
    // `(0010, 0010)`, as some tools write it.
    let spaced = inner.get(..12).filter(|tag| tag.get(5..7) == Some(", ")).map(|tag| tag.replacen(", ", ",", 1));
    let length = if spaced.is_some() { 12 } else { 11 };
    let tag = spaced.as_deref().or(inner.get(..11))?;
    let hex = |part: Option<&str>| part.is_some_and(|part| part.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_tag = tag.starts_with('(')
        && tag.get(5..6) == Some(",")
        && tag.ends_with(')')
        && hex(tag.get(1..5))
        && hex(tag.get(6..10));
    if !is_tag {
        return None;
    }
    let from = shown.len() - inner.len();
    let remark = shown.rfind(" #").filter(|at| *at > from);
    let (keyword, behind) = match label_of(tag) {
        Some(label) => (label.to_owned(), remark.unwrap_or(shown.len())),
        None => (normalise(shown.get(remark?..)?.split_whitespace().next_back()?), remark?),
    };
    // The two letters of its type stand before the value; some tools write a colon and quotes as well.
    let held = shown.get(from + length..behind)?;
    let vr = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase());
    // Where a space stands in the tag, its keyword comes before the type, and a colon behind.
    let typed = match spaced {
        Some(_) => held.split(' ').find_map(|word| word.strip_suffix(':').filter(|word| vr(word))),
        None => held.split([' ', ':']).find(|word| vr(word)),
    };
    // Without a type, brackets say where it begins, or it is all that stands before the keyword: `(0010,0030) 19900101 # Birth Date`.
    let at = match typed {
        Some(typed) => usize::try_from(offset_in(held, typed)).ok()? + 2,
        None => held.find('[').or(remark.map(|_| 0))?,
    };
    let written = held.get(at..)?;
    let start = at + written.len() - written.trim_start_matches([' ', ':']).len();
    let value = held.get(start..)?.trim_end();
    if value.starts_with("(no value") {
        return None;
    }
    // A mask has no brackets of its own.
    let quoted = |open: char, close: char| value.strip_prefix(open).and_then(|v| v.strip_suffix(close));
    let read = quoted('[', ']').or_else(|| quoted('\'', '\'')).unwrap_or(value);
    let start = line.start + from + length + start + usize::from(read.len() < value.len());
    (!read.trim().is_empty()).then(|| Element { keyword, value: start..start + read.len() })
}

/// What the tags of the patient's group hold, whatever a tool writes behind them (DICOM PS3.6).
fn label_of(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "(0010,0010)" | "(0010,1001)" | "(0010,1005)" | "(0010,1060)" | "(0010,2297)" => "patient name",
        "(0010,0020)" | "(0010,1000)" | "(0010,1002)" => "patient id",
        "(0010,0030)" => "date of birth",
        "(0010,1040)" => "address",
        "(0010,2154)" => "telephone",
        "(0008,0050)" => "accession number",
        _ => return None,
    })
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
        assert_eq!((found.keyword.as_str(), text.get(found.value).unwrap()), ("date of birth", "19481019"));
        let logged = "I:   (0010,0010) PN [MUSTER^ERIKA]    # 1 PatientName";
        assert_eq!(logged.get(element(logged, 0..logged.len()).unwrap().value).unwrap(), "MUSTER^ERIKA");
        assert_eq!(element(text, 0..1), None);
        assert_eq!(element(text, text.rfind('\n').unwrap() + 1..text.len()), None);
    }
}
