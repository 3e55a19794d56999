//! Whether a text that comes in holds a mask, however it is written: in percent codes, character references, escapes of programs,
//! base64, one in another.
//!
//! A mask that went upstream would be stored in place of what it stands for, and the record would be spoilt: applications send
//! whole pages and objects back. Tokens are no masks here: they become again what they stand for.
//!
//! ```
//! use fanlight::redact::masks;
//! assert!(masks::stand_in("surname=%E2%80%B9Amber+Ash%E2%80%BA") || masks::stand_in("born=••/••/••••"));
//! assert!(masks::stand_in(r#"{"nhs":"\u2022\u2022\u2022 \u2022\u2022\u2022 \u2022\u2022\u2022\u2022"}"#));
//! assert!(!masks::stand_in("• one tablet • at night"));
//! ```

use std::borrow::Cow;

use super::format::{html, url, value};
use super::operator;

/// One layer in another is undone so often.
const LAYERS: usize = 4;

/// Base64 that holds a mask is no shorter.
const SHORTEST_PACKET: usize = 16;

/// Whether a mask stands in a text.
pub fn stand_in(text: &str) -> bool {
    within(text, LAYERS)
}

fn within(text: &str, layers: usize) -> bool {
    if operator::holds_mask(text) {
        return true;
    }
    let Some(layers) = layers.checked_sub(1) else { return false };
    if packed(text, layers) {
        return true;
    }
    // One text a layer, whatever it is written in: each by itself would be three, and three times three.
    let mut undone = Cow::Borrowed(text);
    if undone.contains('%') {
        undone = Cow::Owned(url::decode_layers(&undone.replace('+', " "), 1).0);
    }
    if undone.contains('&') {
        undone = Cow::Owned(html::decode(&undone).into_owned());
    }
    if undone.contains('\\') {
        undone = Cow::Owned(unescaped(&undone));
    }
    undone != text && within(&undone, layers)
}

/// The text with the escapes of JSON and of programs read; what is none stays.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let escape = rest.get(at..).unwrap_or_default();
        let digits = match escape.as_bytes().get(1) {
            Some(b'u') => escape.get(2..6),
            Some(b'x') => escape.get(2..4),
            Some(_) | None => None,
        };
        let coded = digits.and_then(|d| Some((char::from_u32(u32::from_str_radix(d, 16).ok()?)?, 2 + d.len())));
        let signed = escape.chars().nth(1).filter(|c| matches!(c, '"' | '\'' | '/' | '\\')).map(|c| (c, 2));
        let (c, length) = coded.or(signed).unwrap_or(('\\', 1));
        out.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Whether base64 in it holds one.
fn packed(text: &str, layers: usize) -> bool {
    let part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_'));
    let words = text.split(part).filter(|word| word.len() >= SHORTEST_PACKET);
    words.filter_map(value::base64_text).any(|inside| within(&inside, layers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_seen_in_every_writing() {
        let page = "<td>••• ••• ••••</td>";
        let json = serde_json::to_string(&serde_json::json!({ "page": page })).unwrap();
        let packet = data_encoding::BASE64.encode(page.as_bytes());
        for text in [
            page.to_owned(),
            json.clone(),
            json.replace('•', "\\u2022"),
            page.replace('•', "&bull;"),
            page.replace('•', "&#8226;"),
            page.replace('•', "&#x2022;"),
            page.replace('•', "%E2%80%A2").replace(' ', "+"),
            // A page in windows-1252 sends it so.
            page.replace('•', "%95").replace(' ', "+"),
            page.replace('•', "%25E2%2580%25A2").replace(' ', "%2520"),
            format!("log={packet}"),
            format!("log={}", packet.replace('=', "%3D")),
            "born=••/••/••••".to_owned(),
            "mrn=••••••0018".to_owned(),
        ] {
            assert!(stand_in(&text), "{text}");
        }
    }

    #[test]
    fn what_is_no_mask_goes_in() {
        for text in ["• one tablet", "‹John Smith›", "password=••••••••••", "a%20b", "100 % & more", "x=\\u2022"]
        {
            assert!(!stand_in(text), "{text}");
        }
    }
}
