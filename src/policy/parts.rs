//! Forms of parts on their way upstream: each part by itself, so that a picture beside it does not keep a field's token from
//! becoming what it stands for, and a method that a field names is seen.

use super::home::Home;
use super::reading;
use crate::policy::refusal::Refused;
use crate::policy::tokens;
use crate::redact::format::Media;
use crate::redact::format::media::parameter;
use crate::redact::operator::token::Tokens;

/// Where a boundary stands at the beginning of a line.
fn cuts(boundary: &str, body: &[u8]) -> Vec<usize> {
    let mark = format!("--{boundary}");
    let line = |at: usize| at == 0 || body.get(at - 1) == Some(&b'\n');
    memchr::memmem::find_iter(body, mark.as_bytes()).filter(|&at| line(at)).collect()
}

/// The pieces of a body, each from one boundary to the next.
fn pieces<'a>(boundary: &str, body: &'a [u8]) -> Vec<&'a [u8]> {
    let cuts = cuts(boundary, body);
    let ends = cuts.iter().copied().chain([body.len()]);
    let from = std::iter::once(0).chain(cuts.iter().copied());
    from.zip(ends).filter_map(|(from, to)| body.get(from..to)).filter(|piece| !piece.is_empty()).collect()
}

/// The headers of a piece with the empty line behind them, and the rest; both together are the piece.
fn apart(piece: &str) -> (&str, &str) {
    let ends = [(piece.find("\r\n\r\n"), 4), (piece.find("\n\n"), 2)];
    let at = ends.iter().find_map(|(at, long)| Some((*at)? + long)).unwrap_or(piece.len());
    piece.split_at_checked(at).unwrap_or((piece, ""))
}

/// The headers of a piece, and its body without the line end of the next boundary.
fn split(piece: &str) -> (&str, &str) {
    let (head, body) = apart(piece);
    (head.trim_end(), body.strip_suffix("\r\n").or_else(|| body.strip_suffix('\n')).unwrap_or(body))
}

/// A header of a part, whatever its case.
fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find_map(|(name, value)| name.trim().eq_ignore_ascii_case(wanted).then_some(value.trim()))
}

/// Names and values of the fields that are text.
pub(super) fn fields(boundary: &str, body: &[u8]) -> Vec<(String, String)> {
    let named = sent(boundary, body).into_iter().filter(|part| !part.name.is_empty());
    named.filter_map(|part| Some((part.name, part.values.into_iter().next()?))).collect()
}

/// A part as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// The name of its field.
    pub(super) name: String,
    /// Its headers: the name of a file is in them.
    pub(super) head: String,
    /// What it holds, in each way that it may be read; none for a file that is no text.
    pub(super) values: Vec<String>,
}

/// All parts of a body.
pub(super) fn sent(boundary: &str, body: &[u8]) -> Vec<Sent> {
    let part = |piece: &[u8]| {
        let mut readings = reading::all(None, piece);
        let lossy = std::str::from_utf8(piece).is_err();
        let head = readings.first().map(|text| split(text).0.to_owned()).unwrap_or_default();
        // The boundary stands above the headers.
        let head = head.split_once('\n').map_or(String::new(), |(_, head)| head.to_owned());
        let disposition = header(&head, "content-disposition").unwrap_or_default();
        let named = header(&head, "content-type").unwrap_or_default();
        let file =
            parameter(disposition, "filename").is_some() && !named.trim().to_ascii_lowercase().starts_with("text/");
        if lossy && file {
            readings.clear();
        }
        let name = parameter(disposition, "name").unwrap_or_default().to_owned();
        Sent { name, values: readings.iter().map(|text| split(text).1.to_owned()).collect(), head }
    };
    pieces(boundary, body).into_iter().map(part).collect()
}

/// The body with tokens turned back; `None` when there is none.
pub(super) fn resolved(boundary: &str, body: &[u8], keys: &Tokens) -> Result<Option<Vec<u8>>, Refused> {
    mapped(boundary, body, |text| {
        // The value by itself: quotes of the head are none of its own.
        let (head, value) = apart(text);
        let new_head = tokens::disposition(keys, head)?;
        let new_value = match header(head, "content-type").and_then(Media::from_content_type) {
            Some(Media::Json | Media::Ndjson) => tokens::json(keys, value)?,
            Some(Media::Html | Media::Xhtml | Media::Xml) => tokens::markup(keys, value)?,
            Some(_) | None => tokens::plain(keys, value)?,
        };
        let changed = new_head.is_some() || new_value.is_some();
        Ok(changed.then(|| [new_head.as_deref().unwrap_or(head), new_value.as_deref().unwrap_or(value)].concat()))
    })
}

/// The body with addresses of ours as the upstream's; files stay as they are.
pub(super) fn homed(boundary: &str, body: &[u8], home: &Home) -> Option<Vec<u8>> {
    let field = |text: &str| {
        let disposition = header(split(text).0, "content-disposition").unwrap_or_default();
        parameter(disposition, "filename").is_none()
    };
    mapped(boundary, body, |text| Ok(home.to_upstream(text).filter(|_| field(text)))).ok()?
}

/// The body with each part that is text made anew; `None` when none was.
fn mapped(
    boundary: &str,
    body: &[u8],
    anew: impl Fn(&str) -> Result<Option<String>, Refused>,
) -> Result<Option<Vec<u8>>, Refused> {
    let mut out = Vec::with_capacity(body.len());
    let mut changed = false;
    for piece in pieces(boundary, body) {
        let new = match std::str::from_utf8(piece) {
            Err(_) => None,
            Ok(text) => anew(text)?,
        };
        changed |= new.is_some();
        match new {
            Some(new) => out.extend_from_slice(new.as_bytes()),
            None => out.extend_from_slice(piece),
        }
    }
    Ok(changed.then_some(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::redact::kind::Kind;
    use crate::redact::operator::GrantKeys;

    #[test]
    fn a_picture_does_not_keep_a_token_from_being_read() {
        let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
        let tokens = Tokens::new(&keys);
        let token = tokens.seal(Kind::NhsNumber, "9434765919").unwrap();
        let with = |value: &str| {
            let mut body = format!(
                "--b\r\nContent-Disposition: form-data; name=\"_method\"\r\n\r\n{value}\r\n--b\r\n\
                Content-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n"
            )
            .into_bytes();
            body.extend_from_slice(b"\x89PNG\xff\xfe\r\n--b--\r\n");
            body
        };
        assert_eq!(resolved("b", &with(&token), &tokens).unwrap().unwrap(), with("9434765919"));
        assert_eq!(resolved("b", &with("x"), &tokens).unwrap(), None);
        assert_eq!(fields("b", &with("DELETE")), vec![("_method".to_owned(), "DELETE".to_owned())]);
    }
}
