//! Documents that a page holds itself, taken out of it: what is in a PDF cannot be read here, and is not let through unread.
//!
//! ```text
//! <embed src="data:application/pdf;base64,JVBERi0…">  →  <iframe src="/.fanlight/enclosed/kbmd…"></iframe>
//! ```
//!
//! Who keeps them, and shows them as it shows any document, is not the engine's to know: without a keeper they go.

use crate::base::secret::Key;
use crate::redact::format::url::as_browsers_read;
use crate::redact::format::value::base64_bytes;

/// Where they are asked for, with their name behind.
pub const PATH: &str = "/.fanlight/enclosed/";

/// Keeps documents until they are asked for.
pub trait Enclosures: std::fmt::Debug + Send + Sync {
    /// Keeps a document under a name; whether there is room for it. The same document has the same name for the same grant.
    fn keep(&self, name: &str, file: Vec<u8>) -> bool;
}

/// The name of a document: nobody without the key can say it, and no number stands in it.
pub(in crate::redact) fn name(key: &Key, file: &[u8]) -> String {
    let hash = key.hash("enclosed", &[file]);
    let letter = |nibble: u8| char::from(b'a' + (nibble & 15));
    hash.iter().take(16).flat_map(|byte| [letter(byte >> 4), letter(*byte)]).collect()
}

/// The document in an address that holds one.
///
/// RFC 2397: the type may have parameters, and stands before the first comma.
pub(in crate::redact) fn document(address: &str) -> Option<Vec<u8>> {
    let read = as_browsers_read(address);
    let (head, body) = read.trim().split_once(',')?;
    let head = head.to_ascii_lowercase();
    let (kind, coding) = head.strip_prefix("data:")?.rsplit_once(';')?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !matches!(kind, "application/pdf" | "application/x-pdf") || coding.trim() != "base64" {
        return None;
    }
    // A fragment (`#page=2`) is no part of it, and no letter of the alphabet it is written in.
    let body = body.split('#').next().unwrap_or_default();
    let packed: String = percent_encoding::percent_decode_str(body).decode_utf8().ok()?.split_whitespace().collect();
    base64_bytes(&packed).filter(|file| !file.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_however_they_are_written() {
        let far = format!("da{}ta:application/pdf;base64,JVBERi0=", "\t".repeat(9000));
        for address in [
            far.as_str(),
            "data:application/pdf;base64,JVBERi0=",
            " DATA:Application/PDF;name=letter.pdf;BASE64,JVBE%52i0%3D#page=2",
            "data:application/x-pdf;base64,JVBE\n Ri0",
            "\u{1} d\ta\nta:application/pdf;base64,JVBERi0=",
        ] {
            assert_eq!(document(address).as_deref(), Some(&b"%PDF-"[..]), "{address}");
        }
        for address in [
            "data:application/pdf,%PDF-",
            "data:text/html;base64,JVBERi0=",
            "data:application/pdf;base64,",
            "data:application/pdf;base64,%%%",
            "/x.pdf",
            "",
        ] {
            assert_eq!(document(address), None, "{address}");
        }
    }

    #[test]
    fn a_name_is_letters_alone_and_differs_by_key() {
        let of = |key: u8| name(&Key::from_bytes([key; 32]), b"%PDF-");
        assert!(of(1).len() == 32 && of(1).bytes().all(|b| b.is_ascii_lowercase()) && of(1) != of(2));
    }
}
