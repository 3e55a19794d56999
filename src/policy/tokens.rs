//! What comes in, with tokens turned back into the identifiers that they stand for, each escaped for where it stands.
//!
//! Pages hold tokens in links, forms and data, so that what the application sends back works. Everything else in a
//! request stays byte for byte. A token of another grant, or one that was altered, is [`Refused::ForgedToken`].

use super::layers::{
    Layer, READ, Strings, encode_into, escaped, in_markup, in_parameter, in_string, inside, is_json, is_markup,
    parameters_of,
};
use crate::policy::refusal::Refused;
use crate::redact::operator::token::Tokens;

fn resolve(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    tokens.resolve_all(text).map_err(|_| Refused::ForgedToken)
}

/// A text of no type that says how it is escaped: by how it begins (JSON sent as text, an address), else not at all.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn plain(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let begins = text.trim_start();
    if is_json(begins) {
        return json(tokens, text);
    }
    if is_markup(begins) {
        return markup(tokens, text);
    }
    each(tokens, text, |value, at, out| {
        let mut layers = Vec::new();
        inside(text.get(..at).unwrap_or_default(), &mut layers);
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
    // Where the parameter begins; read once from front to back.
    let (mut start, mut seen) = (parameters_of(text), 0);
    each(tokens, text, |value, at, out| {
        if let Some(behind) = text.get(seen..at).and_then(|part| part.rfind('&')) {
            start = start.map(|start| start.max(seen + behind + 1));
        }
        seen = at;
        let mut layers = vec![Layer::Percent];
        if let Some(parameter) = start.and_then(|start| text.get(start..at)) {
            in_parameter(parameter, &mut layers);
        }
        out.push_str(&escaped(value, &layers));
    })
}

/// A header. What is an address is escaped as one; what cannot stand in a header was percent-encoded by the application, and is so again.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn header(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let stands = |c: char| c == ' ' || c.is_ascii_graphic();
    each(tokens, text, |value, at, out| {
        let mut layers = Vec::new();
        inside(text.get(..at).unwrap_or_default(), &mut layers);
        let new = escaped(value, &layers);
        if new.chars().all(stands) {
            out.push_str(&new);
        } else if layers.first() == Some(&Layer::Json) {
            // JSON has an escape for every letter that a header has not.
            for unit in new.encode_utf16() {
                match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
                    Some(c) => out.push(c),
                    None => out.push_str(&format!("\\u{unit:04x}")),
                }
            }
        } else {
            encode_into(&new, out);
        }
    })
}

/// The head of a part of a form: browsers write the ends of names and lines so (HTML, multipart/form-data encoding).
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn disposition(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    each(tokens, text, |value, _, out| {
        for c in value.chars() {
            match c {
                '"' => out.push_str("%22"),
                '\r' => out.push_str("%0D"),
                '\n' => out.push_str("%0A"),
                c => out.push(c),
            }
        }
    })
}

/// A `Cookie` header. What cannot stand in a cookie as it is (spaces, `;`, letters beyond ASCII) was percent-encoded when
/// the application set it, and is so again: unescaped it would end the cookie, or the header would not be one.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn cookie(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let stands = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    each(tokens, text, |value, at, out| {
        let before = text.get(..at).unwrap_or_default();
        let part = before.get(before.rfind(';').map_or(0, |at| at + 1)..).unwrap_or_default();
        let escapes = part.contains('%');
        if !escapes && value.chars().all(stands) { out.push_str(value) } else { encode_into(value, out) }
    })
}

/// A JSON document: what stands in strings is escaped again, also as the JSON, the markup or the address that the string is.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn json(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    let mut strings = Strings::default();
    each(tokens, text, |value, at, out| {
        let mut layers = vec![Layer::Json];
        if let Some(begin) = strings.until(text, at) {
            in_string(text.get(begin..at).unwrap_or_default(), &mut layers);
        }
        out.push_str(&escaped(value, &layers));
    })
}

/// XML or HTML.
///
/// # Errors
/// [`Refused::ForgedToken`].
pub fn markup(tokens: &Tokens, text: &str) -> Result<Option<String>, Refused> {
    const OPEN: &str = "<![CDATA[";
    const CLOSE: &str = "]]>";
    // Where a section of characters is open, if one is; read once from front to back.
    let (mut open, mut seen) = (false, 0);
    each(tokens, text, |value, at, out| {
        while let Some(rest) = text.get(seen..at) {
            let mark = if open { CLOSE } else { OPEN };
            match rest.find(mark) {
                Some(found) => (open, seen) = (!open, seen + found + mark.len()),
                None => break,
            }
        }
        if open {
            // Nothing is escaped there but its own end.
            return out.push_str(&value.replace(CLOSE, "]]]]><![CDATA[>"));
        }
        let mut layers = Vec::new();
        let from = text.floor_char_boundary(at.saturating_sub(READ));
        in_markup(text.get(from..at).unwrap_or_default(), &mut layers);
        out.push_str(&escaped(value, &layers));
    })
}

/// Resolves token by token, so that each value can be escaped for where it stands: `escape` is given the value and the place of its token.
fn each(
    tokens: &Tokens,
    text: &str,
    mut escape: impl FnMut(&str, usize, &mut String),
) -> Result<Option<String>, Refused> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, token, after)) = next_token(rest) {
        out.push_str(before);
        let value = resolve(tokens, token)?.ok_or(Refused::ForgedToken)?;
        let at = text.len() - rest.len() + before.len();
        escape(&value, at, &mut out);
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
