//! Series: the numbers of one hospital look alike. Once `RL3316570` is known for a record's number, `RL5520318` is one, too,
//! on a system that nobody wrote rules for and in a place without a label.
//!
//! A series is letters and so many digits behind them, in the signs that they are written with. Numbers without letters, short
//! ones and those with letters amid their digits (UUIDs, hashes) make none: too much else looks like them.

/// The most letters that a series begins with.
const LETTERS: usize = 8;
/// The fewest digits; with a single letter before them two more, for codes of diseases and drugs are written so.
const DIGITS: usize = 5;
/// The most letters and digits.
const LONGEST: usize = 20;

/// How long the member of a series is that stands at the front of `text`, and its series; `None` when none does.
///
/// Small letters are as good as capitals: `text` is folded.
pub(super) fn of(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let mut shape = String::new();
    let (mut letters, mut digits) = (0, 0);
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' if digits == 0 && letters < LETTERS => {
                letters += 1;
                shape.push(char::from(b.to_ascii_lowercase()));
            }
            b'0'..=b'9' if letters > 0 => {
                digits += 1;
                shape.push('9');
            }
            // One sign between two parts, as in HLC-PAT-2025-00419.
            b'-' | b'/' if at > 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) => {
                shape.push(char::from(b))
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => return None,
            _ => break,
        }
        at += 1;
        if letters + digits > LONGEST {
            return None;
        }
    }
    let enough = digits >= if letters == 1 { DIGITS + 2 } else { DIGITS };
    let ends = !text.get(at..)?.starts_with(char::is_alphanumeric);
    (letters > 0 && enough && ends).then_some((at, shape))
}

/// The series that the whole of a value belongs to.
pub(super) fn of_all(value: &str) -> Option<String> {
    of(value).filter(|(length, _)| *length == value.len()).map(|(_, shape)| shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_of_numbers() {
        for (value, want) in [
            ("RL3316570", Some("rl9999999")),
            ("rl3316570", Some("rl9999999")),
            ("HLC-PAT-2025-00419", Some("hlc-pat-9999-99999")),
            ("M0087120", Some("m9999999")),
            ("P04411", None),
            ("4471120", None),
            ("RF123", None),
            ("c4533a9f", None),
            ("5f2d9c1e77", None),
            ("W40.1", None),
            ("v2025", None),
        ] {
            assert_eq!(of_all(value).as_deref(), want, "{value}");
        }
        assert_eq!(of("RL3316570)").map(|(n, _)| n), Some(9));
        assert_eq!(of("RL3316570x"), None);
    }
}
