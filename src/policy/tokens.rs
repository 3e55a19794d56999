//! What comes in, with tokens turned back into the identifiers that they stand for, each escaped for where it stands.
//!
//! Pages hold tokens in links, forms and data, so that what the application sends back works. Everything else in a
//! request stays byte for byte. A token of another grant, or one that was altered, is [`Refused::ForgedToken`].

use crate::policy::refusal::Refused;
use crate::redact::operator::token::Tokens;

/// How a text stands in another: what a value in it must be escaped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Percent,
    Json,
    Markup,
}

/// One text in another so often; deeper ones are escaped for these.
const DEEPEST: usize = 4;

/// So much of what stands before a token is looked at, in bytes: a body of many tokens is read in time that is linear in it.
const BEFORE: usize = 16 * 1024;

fn resolve(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    tokens.resolve_all(text).map_err(|_| Refused::ForgedToken)
}

/// A text of no type that says how it is escaped: by how it begins (JSON sent as text, an address), else not at all.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn plain(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, before, out| {
        let mut layers = Vec::new();
        inside(before, &mut layers);
        out.push_str(&escaped(value, &layers));
    })
}

/// A path, or a query, or a URL: what tokens stood for is percent-encoded, once more where the parameter is an address itself
/// (`next=%2Fpatients%2F…`), and for JSON or XML where it is that.
///
/// Tokens are letters and digits, so they are found without decoding; only a token that someone escaped needlessly is
/// not, and then upstream does not know it either.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn url(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, before, out| {
        let mut layers = vec![Layer::Percent];
        in_address(before, &mut layers);
        out.push_str(&escaped(value, &layers));
    })
}

/// A header. What is an address is escaped as one; what cannot stand in a header was percent-encoded by the application, and is so again.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn header(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let stands = |c: char| c == ' ' || c.is_ascii_graphic();
    each(tokens, text, |value, before, out| {
        let mut layers = Vec::new();
        inside(before, &mut layers);
        if layers.is_empty() && !value.chars().all(stands) {
            layers.push(Layer::Percent);
        }
        out.push_str(&escaped(value, &layers));
    })
}

/// A `Cookie` header. What cannot stand in a cookie as it is (spaces, `;`, letters beyond ASCII) was percent-encoded when
/// the application set it, and is so again: unescaped it would end the cookie, or the header would not be one.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn cookie(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let stands = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    each(tokens, text, |value, before, out| {
        let part = before.get(before.rfind('=').map_or(0, |at| at + 1)..).unwrap_or_default();
        let escapes = part.contains('%');
        if !escapes && value.chars().all(stands) { out.push_str(value) } else { encode_into(value, out) }
    })
}

/// A JSON document: what stands in strings is escaped again, as often as the string is one in another, and as an address
/// where it is one.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn json(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, before, out| {
        let mut layers = Vec::new();
        in_json(before, &mut layers);
        out.push_str(&escaped(value, &layers));
    })
}

/// XML or HTML.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn markup(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, before, out| {
        let mut layers = Vec::new();
        in_markup(before, &mut layers);
        out.push_str(&escaped(value, &layers));
    })
}

/// A value with its layers, from the innermost.
fn escaped(value: &str, layers: &[Layer]) -> String {
    layers.iter().rev().fold(value.to_owned(), |text, layer| {
        let mut out = String::with_capacity(text.len() + 8);
        match layer {
            Layer::Percent => encode_into(&text, &mut out),
            Layer::Json => {
                let quoted = serde_json::to_string(&text).unwrap_or_default();
                out.push_str(quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or_default());
            }
            Layer::Markup => {
                for c in text.chars() {
                    match c {
                        '&' => out.push_str("&amp;"),
                        '<' => out.push_str("&lt;"),
                        '>' => out.push_str("&gt;"),
                        '"' => out.push_str("&quot;"),
                        '\'' => out.push_str("&#39;"),
                        c => out.push(c),
                    }
                }
            }
        }
        out
    })
}

/// What a text is by how it begins, and so what a value behind that beginning is escaped by.
fn inside(before: &str, layers: &mut Vec<Layer>) {
    if layers.len() >= DEEPEST {
        return;
    }
    let text = before.trim_start();
    let address = ["/", "./", "../", "?", "#", "http://", "https://", "ws://", "wss://"];
    if text.starts_with(['{', '[']) {
        in_json(text, layers);
    } else if text.starts_with('<') {
        in_markup(text, layers);
    } else if address.iter().any(|begin| text.get(..begin.len()).is_some_and(|t| t.eq_ignore_ascii_case(begin))) {
        layers.push(Layer::Percent);
        in_address(text, layers);
    }
}

/// Behind the beginning of an address: in one of its parameters, which may be a text of its own.
fn in_address(before: &str, layers: &mut Vec<Layer>) {
    let parameter = before.rfind(['?', '&', '#', ';']).and_then(|at| before.get(at + 1..));
    // A query or form by itself has no mark before its first parameter.
    let parameter = parameter.or_else(|| (!before.contains('/')).then_some(before));
    if let Some((_, value)) = parameter.and_then(|p| p.split_once('=')) {
        let spaced = value.replace('+', " ");
        if let Some(decoded) = super::target::decode(&spaced) {
            inside(&decoded, layers);
        }
    }
}

/// Behind the beginning of a JSON text: in a string, perhaps of another JSON text that is a string.
fn in_json(before: &str, layers: &mut Vec<Layer>) {
    let Some(quote) = before.rfind('"') else { return };
    let backslashes = before.get(..quote).map_or(0, |b| b.len() - b.trim_end_matches('\\').len());
    // 0, 1, 3, 7 …
    let levels = usize::BITS - (backslashes + 1).leading_zeros();
    for _ in 0..levels.min(4) {
        layers.push(Layer::Json);
    }
    inside(before.get(quote + 1..).unwrap_or_default(), layers);
}

/// Behind the beginning of a markup: in a text or the value of an attribute.
fn in_markup(before: &str, layers: &mut Vec<Layer>) {
    // Nothing is escaped in a section of characters.
    if before.rfind("<![CDATA[").is_some_and(|at| !before.get(at..).unwrap_or_default().contains("]]>")) {
        return;
    }
    layers.push(Layer::Markup);
    if let Some(part) = before.rfind(['"', '\'', '>']).and_then(|at| before.get(at + 1..)) {
        // One markup in another is escaped, and so is not told from text.
        if !part.trim_start().starts_with('<') {
            inside(part, layers);
        }
    }
}

/// Resolves token by token, so that each value can be escaped for what stands before it.
fn each(tokens: &Tokens, text: &str, escape: impl Fn(&str, &str, &mut String)) -> Result<Option<String>, Refused> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, token, after)) = next_token(rest) {
        out.push_str(before);
        let value = resolve(tokens, token)?.ok_or(Refused::ForgedToken)?;
        let at = text.len() - rest.len() + before.len();
        let from = text.floor_char_boundary(at.saturating_sub(BEFORE));
        escape(&value, text.get(from..at).unwrap_or_default(), &mut out);
        rest = after;
    }
    if rest.len() == text.len() {
        return Ok(None);
    }
    out.push_str(rest);
    Ok(Some(out))
}

/// The next token in a text, with what is before and after it.
fn next_token(text: &str) -> Option<(&str, &str, &str)> {
    let span = crate::redact::operator::token::next(text, 0)?;
    Some((text.get(..span.start)?, text.get(span.clone())?, text.get(span.end..)?))
}

/// Appends `text` percent-encoded as one path segment or one query value.
pub fn encode_into(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::redact::kind::Kind;
    use crate::redact::operator::GrantKeys;

    fn tokens(grant: &str) -> Tokens {
        let key = Key::from_bytes([3; 32]);
        Tokens::new(&GrantKeys::new(&key, &TrustId::new("t").unwrap(), &GrantId::new(grant).unwrap()))
    }

    #[test]
    fn values_come_back_escaped_for_where_they_stand() {
        let t = tokens("g");
        let number = t.seal(Kind::NhsNumber, "943 476 5919").unwrap();
        let name = t.seal(Kind::Name, "O'Brien & \"Co\"/x").unwrap();
        assert_eq!(
            url(&t, &format!("/patient/{number}/notes?q={name}&x=%20")).unwrap().unwrap(),
            "/patient/943%20476%205919/notes?q=O%27Brien%20%26%20%22Co%22%2Fx&x=%20"
        );
        assert_eq!(
            json(&t, &format!("{{\"id\":\"{number}\",\"n\":\"{name}\"}}")).unwrap().unwrap(),
            "{\"id\":\"943 476 5919\",\"n\":\"O'Brien & \\\"Co\\\"/x\"}"
        );
        assert_eq!(
            markup(&t, &format!("<a b=\"{name}\">{number}</a>")).unwrap().unwrap(),
            "<a b=\"O&#39;Brien &amp; &quot;Co&quot;/x\">943 476 5919</a>"
        );
        assert_eq!(plain(&t, &format!("393~{number}~{number}")).unwrap().unwrap(), "393~943 476 5919~943 476 5919");
        assert_eq!(url(&t, &format!("/row/393~{number}~{number}")).unwrap().unwrap().matches("943%20").count(), 2);
        assert_eq!(url(&t, "/plain/path?a=b&c=%41").unwrap(), None);
    }

    #[test]
    fn a_token_of_another_grant_is_refused() {
        let other = tokens("h").seal(Kind::NhsNumber, "943 476 5919").unwrap();
        for refused in [
            url(&tokens("g"), &format!("/p/{other}")),
            json(&tokens("g"), &format!("[\"{other}\"]")),
            markup(&tokens("g"), &other),
            plain(&tokens("g"), &other),
        ] {
            assert_eq!(refused, Err(Refused::ForgedToken));
        }
    }
}
