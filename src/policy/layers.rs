//! How texts stand in one another: what a value must be escaped by to stand where it is put.
//!
//! A token is found as it is, in whatever it stands; the value that it stands for must not end the string, the parameter or the element around it. What
//! that is, is read from what stands before: `next=%2Fpatients%2F…` is an address in a parameter, `{"p":"{\"id\":\"…` JSON in JSON.
//! A sentence is none of these, also when it begins as one does ("#NOF", "<2 weeks").

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::redact::format::xml;

/// What stands in an address as it is (RFC 3986, section 2.3); all else is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a text stands in another: what a value in it must be escaped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Percent,
    Json,
    Markup,
}

/// One text in another so often; deeper ones are escaped for these.
const DEEPEST: usize = 4;

/// So much of a text in another is read to know what it is; a longer one is known by its beginning alone.
pub(super) const READ: usize = 16 * 1024;

/// Appends `text` percent-encoded as one path segment or one query value.
pub(super) fn encode_into(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, ESCAPED));
}

/// A value with its layers, from the innermost.
pub(super) fn escaped(value: &str, layers: &[Layer]) -> String {
    layers.iter().rev().fold(value.to_owned(), |text, layer| {
        let mut out = String::with_capacity(text.len() + 8);
        match layer {
            Layer::Percent => encode_into(&text, &mut out),
            Layer::Json => {
                let quoted = serde_json::to_string(&text).unwrap_or_default();
                out.push_str(quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).unwrap_or_default());
            }
            Layer::Markup => out.push_str(&xml::escape(&text)),
        }
        out
    })
}

/// Whether a text begins as JSON does, and no note in brackets: `{"`, `[{`, `["`, `[[`, `[1,`.
pub(super) fn is_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    match (signs.next(), signs.next()) {
        (Some('{'), Some('"')) | (Some('['), Some('{' | '[' | '"')) => true,
        (Some('['), Some(digit)) => digit.is_ascii_digit() && text.contains(','),
        _ => false,
    }
}

/// Whether a text begins as markup does, and no "<2 weeks".
pub(super) fn is_markup(text: &str) -> bool {
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
pub(super) fn inside(before: &str, layers: &mut Vec<Layer>) {
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
pub(super) fn parameters_of(text: &str) -> Option<usize> {
    let path = text.starts_with('/') || text.contains("://") && !text.contains('=');
    match text.find('?') {
        Some(at) if path || is_address(text.get(..at).unwrap_or_default()) || at == 0 => Some(at + 1),
        _ if path || is_address(text) => None,
        _ => Some(0),
    }
}

/// Behind the beginning of a parameter.
pub(super) fn in_parameter(parameter: &str, layers: &mut Vec<Layer>) {
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
pub(super) fn in_string(written: &str, layers: &mut Vec<Layer>) {
    if written.len() > READ {
        return;
    }
    if let Ok(text) = serde_json::from_str::<String>(&format!("\"{written}\"")) {
        inside(&text, layers);
    }
}

/// Behind the beginning of a markup: in a text or the value of an attribute.
pub(super) fn in_markup(before: &str, layers: &mut Vec<Layer>) {
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
pub(super) struct Strings {
    seen: usize,
    open: Option<usize>,
    escaped: bool,
}

impl Strings {
    /// Where the string begins that is open at `at`; none outside of strings.
    pub(super) fn until(&mut self, text: &str, at: usize) -> Option<usize> {
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
