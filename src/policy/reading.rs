//! How a body that comes in may be read: by its charset, by its first bytes, and otherwise as browsers and servers guess.
//!
//! A check that looks at what comes in must see what the system behind will see, and nobody says which of these that is.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::redact::format::media::parameter;

/// Every reading of a body; one, when it is plain UTF-8.
pub(super) fn all<'b>(content_type: Option<&str>, body: &'b [u8]) -> Vec<Cow<'b, str>> {
    let by_mark = Encoding::for_bom(body).map(|(encoding, _)| encoding);
    let named =
        content_type.and_then(|t| parameter(t, "charset")).and_then(|label| Encoding::for_label(label.as_bytes()));
    let mut readings = Vec::new();
    for encoding in [by_mark, named].into_iter().flatten() {
        readings.push(encoding.decode(body).0);
    }
    match std::str::from_utf8(body) {
        Ok(text) => readings.push(Cow::Borrowed(text)),
        Err(_) => {
            readings.push(String::from_utf8_lossy(body));
            readings.push(WINDOWS_1252.decode(body).0);
        }
    }
    readings.dedup();
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf8_is_read_in_each_way() {
        assert_eq!(all(Some("text/plain"), "•".as_bytes()), ["•"]);
        let mixed = all(Some("text/plain"), b"\xe2\x80\xa2 \xe9");
        assert!(mixed.iter().any(|t| t.contains('•')) && mixed.iter().any(|t| t.ends_with('é')));
        assert!(all(Some("text/plain"), b"\xff\xfe\x22\x20").iter().any(|t| t == "•"));
        assert!(all(Some("text/plain; charset=utf-16be"), b"\x20\x22").iter().any(|t| t == "•"));
    }
}
