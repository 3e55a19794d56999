//! State that a page keeps packed in a form field: `__VIEWSTATE`, `state`, a wizard's answers.
//!
//! It comes back with the form, and a server reads it, often behind a signature: nothing in it can be changed. So it is looked at,
//! and where a string in it is an identifier the whole leaves as tokens, which the form sends back and the proxy opens.
//!
//! ```text
//! base64 of FF 01 … 05 0B "SMITH, John" …      strings with their lengths before them, among bytes that are none
//! ```

use crate::redact::format::value::{base64_bytes, is_opaque};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// Shorter than that, nothing is packed.
const SHORTEST: usize = 24;
/// The shortest string that is looked at.
const SHORTEST_STRING: usize = 4;
/// The most strings of one state; more than that and it goes whole.
const MOST: usize = 4096;

/// The state as tokens, when it holds an identifier.
pub(super) fn redact(ins: &mut Inspector, value: &str) -> Result<Option<String>, Withheld> {
    let packed: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    // Text in base64 is rewritten inside, as everywhere.
    if packed.len() < SHORTEST || !is_packed(&packed) || !is_opaque(&packed) {
        return Ok(None);
    }
    let Some(bytes) = base64_bytes(&packed) else { return Ok(None) };
    let strings = strings(&bytes);
    let mut found = strings.len() > MOST;
    for text in strings.iter().take(MOST) {
        found |= ins.redact_on(Surface::Data, text)?.is_some();
    }
    Ok(found.then(|| ins.sealed(Kind::Other, value)))
}

fn is_packed(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_=".contains(&b))
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

/// The printable strings in bytes. The byte before a string that says how long it is may be printable, and is then cut off.
fn strings(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    for chunk in bytes.utf8_chunks() {
        for text in chunk.valid().split(|c: char| c.is_control() && !c.is_whitespace()) {
            let mut rest = text;
            // One string behind another, each behind its length; which may be a letter of a string as well.
            while let Some(length) = rest.bytes().next().map(usize::from)
                && (SHORTEST_STRING..128).contains(&length)
                && let Some(string) = rest.get(1..=length)
            {
                out.push(string.to_owned());
                rest = rest.get(length + 1..).unwrap_or_default();
            }
            if rest.len() >= SHORTEST_STRING {
                out.push(rest.to_owned());
            }
            if rest.len() < text.len() {
                out.push(text.to_owned());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_among_bytes() {
        let mut bytes = vec![0xff, 1, 15, 5, 11];
        bytes.extend(b"SMITH, John\x0f");
        bytes.extend(b"\x05\x28Flat 2, 271 Albert Green, London NW3 2QG");
        let found = strings(&bytes);
        assert!(found.iter().any(|s| s == "SMITH, John"), "{found:?}");
        assert!(found.iter().any(|s| s == "Flat 2, 271 Albert Green, London NW3 2QG"), "{found:?}");
    }
}
