//! Nothing masked is written back: a request that holds a mask is refused, and told which field holds it.
//!
//! Applications send whole pages and objects back: a form with every field of a record, a log of what was printed. Where
//! such a field holds a mask, upstream would store dots in place of a name, and nobody could say any more what stood there.
//! Tokens are turned back before, so a field that a rule gives a token is saved as it was.

use http::HeaderMap;
use http::header::{self, HeaderName};
use serde_json::Value;

use super::parts;
use super::reading;
use super::refusal::Refused;
use super::target;
use crate::redact::format::Media;
use crate::redact::masks;

/// The longest name of a field that a refusal tells.
const LONGEST: usize = 80;

/// So many digits in a name may be somebody's number.
const NUMBER: usize = 5;

/// A mask in base64 makes a header no shorter.
const PACKED: usize = 16;

/// What holds a mask, when it has no name of its own.
pub(super) const ADDRESS: &str = "the address";
pub(super) const BODY: &str = "the body";

/// A request whose address or body holds a mask is refused. All of it is looked at as it came: where a token had become what it
/// stands for, the name of a field could say it.
///
/// # Errors
/// [`Refused::Masked`], with the field.
pub fn check(path: &str, query: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Result<(), Refused> {
    if masks::stand_in(path) {
        return Err(masked(None, ADDRESS));
    }
    if let Some(query) = query {
        parameters(query, ADDRESS)?;
    }
    let media = content_type.and_then(Media::from_content_type);
    if let Some(Media::Multipart { boundary }) = &media {
        for part in parts::sent(boundary.as_str(), body) {
            let own = is_password(&part.name);
            if masks::stand_in(&part.head) || part.values.iter().any(|value| !own && masks::stand_in(value)) {
                return Err(masked(shown(&part.name), BODY));
            }
        }
        return Ok(());
    }
    // A picture: nothing of ours is in it.
    if media.is_none() && std::str::from_utf8(body).is_err() {
        return Ok(());
    }
    reading::all(content_type, body).iter().try_for_each(|text| message(media.as_ref(), text))
}

/// Headers that a page's script sets. A mask in one is refused as in a form; browsers' own hold none.
///
/// # Errors
/// [`Refused::Masked`], with the header's name.
pub fn headers(all: &HeaderMap) -> Result<(), Refused> {
    let own = |name: &HeaderName| *name != header::COOKIE && *name != header::REFERER;
    let held = all.iter().filter(|(name, _)| own(name)).find(|(_, value)| bytes_hold(value.as_bytes()));
    match held {
        None => Ok(()),
        Some((name, _)) => Err(masked(shown(&format!("header {name}")), "a header")),
    }
}

/// Whether a header or a cookie holds a mask: in UTF-8, or one byte a character.
pub(super) fn bytes_hold(value: &[u8]) -> bool {
    // Most are plain.
    let plain = value.iter().all(|b| b.is_ascii() && !matches!(b, b'%' | b'&' | b'\\'));
    if plain && value.len() < PACKED {
        return false;
    }
    match std::str::from_utf8(value) {
        Ok(text) => masks::stand_in(text),
        // windows-1252, as scripts cannot write it but programs do.
        Err(_) => masks::stand_in(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(value).0),
    }
}

/// As [`check`], for a message of a socket, or a body that is text.
///
/// # Errors
/// [`Refused::Masked`], with the field.
pub fn message(media: Option<&Media>, text: &str) -> Result<(), Refused> {
    if media == Some(&Media::Form) {
        return parameters(text, BODY);
    }
    if !masks::stand_in(text) {
        return Ok(());
    }
    let field = match media {
        Some(Media::Json | Media::Ndjson) => member(text),
        Some(Media::Html | Media::Xhtml | Media::Xml) => element(text),
        Some(
            Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::EventStream
            | Media::Form
            | Media::Script
            | Media::Style
            | Media::Multipart { .. },
        )
        | None => None,
    };
    Err(masked(field, BODY))
}

fn masked(field: Option<String>, otherwise: &str) -> Refused {
    Refused::Masked { field: field.unwrap_or_else(|| otherwise.to_owned()) }
}

/// Each parameter by itself: one in another charset does not hide the next. Dots in place of a password are the application's own.
fn parameters(text: &str, otherwise: &str) -> Result<(), Refused> {
    for pair in text.split('&') {
        let (name, _) = target::parameters(pair).into_iter().next().unwrap_or_default();
        if !is_password(&name) && masks::stand_in(pair) {
            return Err(masked(shown(&name), otherwise));
        }
    }
    Ok(())
}

/// Whether a field is for a password.
pub(super) fn is_password(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.len() <= 40 && ["password", "passwd", "pwd", "passcode"].iter().any(|word| name.contains(word))
}

/// A name as a refusal may say it: none that is a mask itself, empty, or long, or that may be somebody's number or a token; and
/// nothing but what names are made of.
pub(super) fn shown(name: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '[' | ']' | ':' | '$' | '@' | '/' | ' ');
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let fits = !name.trim().is_empty() && name.len() <= LONGEST && digits < NUMBER && name.chars().all(plain);
    fits.then(|| name.to_owned())
}

/// The path of the first member of a document that holds a mask: `contact[0].name`.
fn member(text: &str) -> Option<String> {
    let documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    documents.map_while(Result::ok).find_map(|document| path(&document)).and_then(|path| shown(&path))
}

fn path(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => masks::stand_in(text).then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(nth, item)| Some(joined(format!("[{nth}]"), &path(item)?)))
        }
        Value::Object(members) => members.iter().find_map(|(key, member)| {
            if masks::stand_in(key) {
                return Some(String::new());
            }
            Some(joined(key.clone(), &path(member)?))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn joined(step: String, rest: &str) -> String {
    if rest.is_empty() || rest.starts_with('[') { format!("{step}{rest}") } else { format!("{step}.{rest}") }
}

/// The element before the first mask of a document.
fn element(text: &str) -> Option<String> {
    // The tag that stands before the first text which holds one.
    let tags = text.match_indices('<').map(|(at, _)| at);
    let ends = tags.clone().skip(1).chain([text.len()]);
    let (from, to) = tags.zip(ends).find(|(from, to)| text.get(*from..*to).is_some_and(masks::stand_in))?;
    let tag = text.get(from + 1..to)?.trim_start_matches('/');
    let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len());
    shown(tag.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NHS: &str = "••• ••• ••••";

    fn sent(query: Option<&str>, content_type: &str, body: &[u8]) -> Option<String> {
        match check("/save", query, Some(content_type), body) {
            Ok(()) => None,
            Err(Refused::Masked { field }) => Some(field),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_field_with_the_mask_is_named_in_every_format() {
        let form = "application/x-www-form-urlencoded";
        let coded = NHS.replace('•', "%E2%80%A2").replace(' ', "+");
        let part = |value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"nhs\"\r\n\r\n{value}\r\n--b--\r\n").into_bytes()
        };
        let field = |content_type: &str, body: &[u8]| sent(None, content_type, body);
        assert_eq!(sent(Some(&format!("a=1&q={coded}")), form, b"").as_deref(), Some("q"));
        assert_eq!(field(form, format!("ward=4&nhs={coded}").as_bytes()).as_deref(), Some("nhs"));
        assert_eq!(field("multipart/form-data; boundary=b", &part(NHS)).as_deref(), Some("nhs"));
        let latin = part(NHS).iter().map(|b| *b as char).collect::<String>().replace("\u{e2}\u{80}\u{a2}", "\u{95}");
        let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(field("multipart/form-data; boundary=b", &latin).as_deref(), Some("nhs"));
        let json = serde_json::json!({ "a": 1, "contact": [{ "ward": "4" }, { "nhs": NHS }] }).to_string();
        assert_eq!(field("application/json", json.as_bytes()).as_deref(), Some("contact[1].nhs"));
        assert_eq!(field("text/xml", format!("<p><w>4</w><nhs>{NHS}</nhs></p>").as_bytes()).as_deref(), Some("nhs"));
        assert_eq!(field("text/plain", NHS.as_bytes()).as_deref(), Some("the body"));
        // A document that cannot be read is looked at all the same.
        assert_eq!(field("application/json", format!("{{\"nhs\":\"{NHS}").as_bytes()).as_deref(), Some("the body"));
        let many = format!("{}z={coded}", "a=1&".repeat(2000));
        assert_eq!(field(form, many.as_bytes()).as_deref(), Some("z"));
        // Another charset beside it.
        assert_eq!(sent(Some(&format!("a=%E9&q={coded}")), form, b"").as_deref(), Some("q"));
        // Somebody's number as a name.
        let keyed = serde_json::json!({ "9434765919": { "surname": NHS } }).to_string();
        assert_eq!(field("application/json", keyed.as_bytes()).as_deref(), Some("the body"));
    }

    #[test]
    fn a_name_that_is_a_mask_is_not_repeated() {
        let json = serde_json::json!({ NHS: 1 }).to_string();
        assert_eq!(sent(None, "application/json", json.as_bytes()).as_deref(), Some("the body"));
    }

    #[test]
    fn what_holds_no_mask_goes_on() {
        let form = "application/x-www-form-urlencoded";
        assert_eq!(sent(Some("q=Ward+4"), form, b"note=%E2%80%A2+one+tablet"), None);
        let mut picture = b"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\n\r\n".to_vec();
        picture.extend([0x95; 6]);
        picture.extend(b"\xff\xfe\r\n--b--\r\n");
        assert_eq!(sent(None, "multipart/form-data; boundary=b", &picture), None);
    }
}
