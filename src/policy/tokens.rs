//! What comes in, with tokens turned back into the identifiers that they stand for, each escaped for where it stands.
//!
//! Pages hold tokens in links, forms and data, so that what the application sends back works. Everything else in a
//! request stays byte for byte. A token of another grant, or one that was altered, is [`Refused::ForgedToken`].

use crate::policy::refusal::Refused;
use crate::redact::operator::token::Tokens;

fn resolve(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    tokens.resolve_all(text).map_err(|_| Refused::ForgedToken)
}

/// A text that is not escaped at all: headers, plain bodies.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn plain(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    resolve(tokens, text)
}

/// A path, or a query, or a URL: what tokens stood for is percent-encoded.
///
/// Tokens are letters and digits, so they are found without decoding; only a token that someone escaped needlessly is
/// not, and then upstream does not know it either.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn url(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, encode_into)
}

/// A `Cookie` header. What cannot stand in a cookie as it is (spaces, `;`, letters beyond ASCII) was percent-encoded when
/// the application set it, and is so again: unescaped it would end the cookie, or the header would not be one.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn cookie(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let stands = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    each(
        tokens,
        text,
        |value, out| if value.chars().all(stands) { out.push_str(value) } else { encode_into(value, out) },
    )
}

/// A JSON document: only what stands in strings is looked at, and it is escaped again.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn json(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, out| {
        let quoted = serde_json::to_string(value).unwrap_or_default();
        out.push_str(quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or_default());
    })
}

/// XML or HTML.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn markup(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, out| {
        for c in value.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
    })
}

/// Resolves token by token, so that each value can be escaped by itself.
fn each(tokens: &Tokens, text: &str, escape: impl Fn(&str, &mut String)) -> Result<Option<String>, Refused> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, token, after)) = next_token(rest) {
        out.push_str(before);
        let value = resolve(tokens, token)?.ok_or(Refused::ForgedToken)?;
        escape(&value, &mut out);
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
