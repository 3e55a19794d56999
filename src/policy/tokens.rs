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

/// So much of a text in another is read to know what it is; a longer one is known by its beginning alone.
const READ: usize = 16 * 1024;

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

/// Whether a text begins as JSON does, and no note in brackets: `{"`, `[{`, `["`, `[[`, `[1,`.
fn is_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('{'), Some('"')) | (Some('['), Some('{' | '[' | '"')) => true,
        (Some('['), Some(digit)) => digit.is_ascii_digit() && text.contains(','),
        _ => false,
    }
}

/// Whether a text begins as markup does, and no "<2 weeks".
fn is_markup(text: &str) -> bool {
    let tag = text.strip_prefix('<').unwrap_or_default();
    tag.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?'))
}

/// Whether a text up to here is an address: no sentence is, and no "#NOF" or "?PE".
fn is_address(text: &str) -> bool {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let some = ["/", "./", "../", "#/", "#!", "http://", "https://", "ws://", "wss://"].iter().any(|with| begins(with));
    (some || text.starts_with('?') && text.contains('=')) && !text.contains(char::is_whitespace)
}

/// What a text is by how it begins, and so what a value behind that beginning is escaped by.
fn inside(before: &str, layers: &mut Vec<Layer>) {
    let text = before.trim_start();
    if layers.len() >= DEEPEST {
    } else if is_json(text) {
        layers.push(Layer::Json);
        if text.len() <= READ
            && let Some(begin) = Strings::default().until(text, text.len())
        {
            in_string(text.get(begin..).unwrap_or_default(), layers);
        }
    } else if is_markup(text) {
        in_markup(text, layers);
    } else if text.len() <= READ && is_address(text) {
        layers.push(Layer::Percent);
        let parameters = parameters_of(text).and_then(|at| text.get(at..));
        if let Some(parameter) = parameters.and_then(|all| all.rsplit('&').next()) {
            in_parameter(parameter, layers);
        }
    }
}

/// Where the parameters of an address begin; a query or form by itself is nothing else.
fn parameters_of(text: &str) -> Option<usize> {
    let path = text.starts_with('/') || text.contains("://") && !text.contains('=');
    match text.find('?') {
        Some(at) if path || is_address(text.get(..at).unwrap_or_default()) || at == 0 => Some(at + 1),
        _ if path || is_address(text) => None,
        _ => Some(0),
    }
}

/// Behind the beginning of a parameter.
fn in_parameter(parameter: &str, layers: &mut Vec<Layer>) {
    let Some((_, value)) = parameter.split_once('=') else { return };
    // A long one is what it begins as, without an escape that is cut.
    let begins = value.get(..value.floor_char_boundary(64)).filter(|_| value.len() > READ).unwrap_or(value);
    let end = begins.rfind('%').filter(|at| at + 3 > begins.len()).unwrap_or(begins.len());
    let spaced = begins.get(..end).unwrap_or_default().replace('+', " ");
    if let Some(decoded) = super::target::decode(&spaced) {
        inside(&decoded, layers);
    }
}

/// Behind the beginning of a JSON string, which may be a text of its own.
fn in_string(written: &str, layers: &mut Vec<Layer>) {
    if written.len() > READ {
        return;
    }
    if let Ok(text) = serde_json::from_str::<String>(&format!("\"{written}\"")) {
        inside(&text, layers);
    }
}

/// Behind the beginning of a markup: in a text or the value of an attribute.
fn in_markup(before: &str, layers: &mut Vec<Layer>) {
    layers.push(Layer::Markup);
    if let Some(part) = before.rfind(['"', '\'', '>']).and_then(|at| before.get(at + 1..)) {
        // One markup in another is escaped, and so is not told from text.
        if !part.trim_start().starts_with('<') {
            inside(part, layers);
        }
    }
}

/// Where the strings of a JSON text are, read from front to back.
#[derive(Debug, Default)]
struct Strings {
    seen: usize,
    open: Option<usize>,
    escaped: bool,
}

impl Strings {
    /// Where the string begins that is open at `at`; none outside of strings.
    fn until(&mut self, text: &str, at: usize) -> Option<usize> {
        for (i, byte) in text.as_bytes().get(self.seen..at).unwrap_or_default().iter().enumerate() {
            match (*byte, self.open) {
                _ if self.escaped => self.escaped = false,
                (b'\\', Some(_)) => self.escaped = true,
                (b'"', Some(_)) => self.open = None,
                (b'"', None) => self.open = Some(self.seen + i + 1),
                _ => {}
            }
        }
        self.seen = self.seen.max(at);
        self.open
    }
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
