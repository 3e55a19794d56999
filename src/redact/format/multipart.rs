//! Forms of parts (`multipart/form-data`): each part by its own headers.
//!
//! ```text
//! --boundary
//! Content-Disposition: form-data; name="nhsNumber"        a field: its name is the label of its value
//!
//! 943 476 5919
//! --boundary
//! Content-Disposition: form-data; name="f"; filename*=UTF-8''SMITH%20John.json      names of files are text
//! Content-Type: application/json                                                    what is inside goes by its type
//! ```
//!
//! A part is a unit. What stands before the first boundary or behind the last, a part in a transfer coding or of a type that
//! no rewriter knows, and a body without its end are withheld.

use std::ops::Range;

use super::media::{Boundary, essence, parameter};
use super::scan::Scan;
use super::{Media, decoded, embedded, url, value};
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

const MALFORMED: Withheld = Withheld::Malformed("multipart");

/// Scans a body of parts.
#[derive(Debug)]
pub(in crate::redact) struct Multipart {
    /// With its two hyphens.
    mark: String,
    ended: bool,
}

impl Multipart {
    pub(in crate::redact) fn new(boundary: Boundary) -> Self {
        Self { mark: format!("--{}", boundary.as_str()), ended: false }
    }
}

impl Scan for Multipart {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        if self.ended {
            // Some servers end with an empty line.
            let blank = text.len() - text.trim_start_matches(['\r', '\n']).len();
            out.push_str(text.get(..blank).unwrap_or_default());
            return if blank == text.len() { Ok(Some(blank)) } else { Err(MALFORMED) };
        }
        let more = |wanted: usize| if last || text.len() > wanted { Err(MALFORMED) } else { Ok(None) };
        let Some(after) = text.strip_prefix(&self.mark) else {
            return if self.mark.starts_with(text) { more(self.mark.len()) } else { Err(MALFORMED) };
        };
        if after.starts_with("--") {
            self.ended = true;
            let end = self.mark.len() + 2;
            out.push_str(text.get(..end).unwrap_or_default());
            return Ok(Some(end));
        }
        if !after.starts_with("\r\n") {
            return if "\r\n".starts_with(after) || "--".starts_with(after) {
                more(text.len())
            } else {
                Err(MALFORMED)
            };
        }
        let from = self.mark.len() + 2;
        let next = format!("\r\n{}", self.mark);
        // An empty body: the line end of the headers is that of the boundary as well.
        let Some(end) = text.get(from - 2..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), next.as_bytes()))
        else {
            return if last { Err(MALFORMED) } else { Ok(None) };
        };
        let end = from - 2 + end;
        out.push_str(text.get(..from).unwrap_or_default());
        part(ins, text.get(from..end).ok_or(MALFORMED)?, out)?;
        out.push_str("\r\n");
        Ok(Some(end + 2))
    }

    fn end(&mut self, _ins: &mut Inspector, _out: &mut String) -> Result<(), Withheld> {
        if self.ended { Ok(()) } else { Err(MALFORMED) }
    }
}

/// One part: its headers, an empty line, its body.
fn part(ins: &mut Inspector, text: &str, out: &mut String) -> Result<(), Withheld> {
    let (headers, body) = match text.strip_prefix("\r\n") {
        Some(body) => ("", body),
        None => text.split_once("\r\n\r\n").ok_or(MALFORMED)?,
    };
    let mut name = String::new();
    let mut kind = None;
    for (n, line) in headers.split("\r\n").enumerate().filter(|(_, line)| !line.is_empty()) {
        if n > 0 {
            out.push_str("\r\n");
        }
        // A folded line would belong to the one before.
        let (header, content) = line.split_once(':').ok_or(MALFORMED)?;
        // A name is written as it came, so it must be one: digits in it could be anybody's.
        if header.is_empty() || !header.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') {
            return Err(MALFORMED);
        }
        out.push_str(header);
        out.push(':');
        match header.to_ascii_lowercase().as_str() {
            "content-disposition" => name = disposition(ins, content, out)?,
            "content-type" => {
                kind = Some(content.trim());
                // It may name a file.
                out.push_str(named(ins, content)?.as_deref().unwrap_or(content));
            }
            "content-transfer-encoding" => {
                let plain = ["7bit", "8bit", "binary"].iter().any(|p| content.trim().eq_ignore_ascii_case(p));
                if !plain {
                    return Err(Withheld::UnknownCoding);
                }
                out.push_str(content);
            }
            // Where a part stands is an address: of a patient's record, often.
            "content-location" => out.push_str(url::redact(ins, content)?.as_deref().unwrap_or(content)),
            _ => decoded::plain(ins, content, &Place { whence: "part header", ..Place::on(Surface::Header) }, out)?,
        }
    }
    out.push_str(if headers.is_empty() { "\r\n" } else { "\r\n\r\n" });
    let new = match kind {
        Some(kind) => typed(ins, kind, &name, body)?,
        None => field(ins, &name, body)?,
    };
    out.push_str(new.as_deref().unwrap_or(body));
    Ok(())
}

/// A part with a type of its own.
fn typed(ins: &mut Inspector, kind: &str, name: &str, body: &str) -> Result<Option<String>, Withheld> {
    // The whole body was read as UTF-8.
    let charset = parameter(kind, "charset").unwrap_or("utf-8");
    if !["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|c| charset.eq_ignore_ascii_case(c)) {
        return Err(Withheld::BadCharset);
    }
    match Media::from_content_type(kind) {
        Some(Media::Text) => field(ins, name, body),
        Some(media) => embedded(ins, media, body),
        None => Err(Withheld::UnknownType(essence(kind).to_ascii_lowercase())),
    }
}

/// The value of a field: known by its name, as a parameter is.
fn field(ins: &mut Inspector, name: &str, body: &str) -> Result<Option<String>, Withheld> {
    let inner = name.trim_end_matches(']').rsplit(['[', '.']).find(|n| !n.is_empty() && n.parse::<u32>().is_err());
    let inner = inner.unwrap_or(name);
    let field = ins.param_field(name).or_else(|| ins.param_field(inner));
    let label = normalise(inner);
    value::value(ins, body, &Place { surface: Surface::Data, field, label: &label, whence: "part" })
}

/// Rewrites the parameters of a disposition; gives back the name of the field.
fn disposition(ins: &mut Inspector, content: &str, out: &mut String) -> Result<String, Withheld> {
    let mut field = String::new();
    let mut at = 0;
    let kind = content.split(';').next().unwrap_or_default().trim();
    if !["form-data", "attachment", "inline"].iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        return Err(MALFORMED);
    }
    for parameter in parameters(content)? {
        if !KNOWN.contains(&parameter.name.trim_end_matches('*')) {
            return Err(MALFORMED);
        }
        out.push_str(content.get(at..parameter.value.start).unwrap_or_default());
        at = parameter.value.end;
        let written = content.get(parameter.value).unwrap_or_default();
        if parameter.name.ends_with('*') {
            // RFC 5987: charset'language'percent-coded.
            let (head, coded) = written.rsplit_once('\'').ok_or(MALFORMED)?;
            let (charset, language) = head.split_once('\'').ok_or(MALFORMED)?;
            let tongue = language.len() <= 5 && language.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
            if !charset.eq_ignore_ascii_case("utf-8") || !tongue {
                return Err(MALFORMED);
            }
            let (text, layers) = url::decode(coded, false);
            out.push_str(head);
            out.push('\'');
            match named(ins, &text)? {
                Some(new) => out.push_str(&url::encode(&new, layers.max(1), false)),
                None => out.push_str(coded),
            }
            continue;
        }
        let text = unquoted(written);
        match named(ins, &text)? {
            // Browsers write a quote as %22.
            Some(new) => out.push_str(&new.replace('"', "%22").replace(['\r', '\n'], " ").replace('\\', "\\\\")),
            None => out.push_str(written),
        }
        if parameter.name == "name" {
            field = text;
        }
    }
    out.push_str(content.get(at..).unwrap_or_default());
    Ok(field)
}

/// A name of a field or a file, whose words may be joined by marks.
fn named(ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
    let place = Place { whence: "part name", ..Place::on(Surface::Header) };
    let new = value::value(ins, text, &place)?;
    let joined = url::joined(ins, new.as_deref().unwrap_or(text), &place)?;
    Ok((joined != text).then_some(joined))
}

/// What a disposition may say (RFC 7578, RFC 2183); the names leave as they came.
const KNOWN: &[&str] = &["name", "filename", "size", "creation-date", "modification-date", "read-date"];

struct Parameter {
    /// Lower case.
    name: String,
    /// Without quotes.
    value: Range<usize>,
}

/// The parameters behind the first semicolon.
fn parameters(content: &str) -> Result<Vec<Parameter>, Withheld> {
    let mut found = Vec::new();
    let mut at = content.find(';').unwrap_or(content.len());
    while let Some(rest) = content.get(at + 1..).filter(|rest| !rest.trim().is_empty()) {
        let (name, after) = rest.split_once('=').ok_or(MALFORMED)?;
        let from = at + 1 + name.len() + 1;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'*')) {
            return Err(MALFORMED);
        }
        let value = match after.strip_prefix('"') {
            Some(quoted) => {
                let length = end_of_quotes(quoted).ok_or(MALFORMED)?;
                at = from + 1 + length + 1;
                from + 1..from + 1 + length
            }
            None => {
                let length = after.find(';').unwrap_or(after.len());
                at = from + length;
                from..from + length
            }
        };
        if content.get(at..).is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with(';')) {
            return Err(MALFORMED);
        }
        at += content.get(at..).and_then(|rest| rest.find(';')).unwrap_or(0);
        found.push(Parameter { name, value });
    }
    Ok(found)
}

fn end_of_quotes(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    })
}

/// Without the backslashes of a quoted string, and with the quotes that browsers write as codes.
fn unquoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out.replace("%22", "\"").replace("%0D%0A", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::format::testing::{table, withheld};

    fn media() -> Media {
        Media::Multipart { boundary: Boundary::new("x9").unwrap() }
    }

    #[test]
    fn parts_by_their_own_headers() {
        let part = |headers: &str, body: &str| format!("--x9\r\n{headers}\r\n\r\n{body}\r\n--x9--\r\n");
        let cases = [
            ("Content-Disposition: form-data; name=\"dob\"", "14/03/1962", "•"),
            ("content-disposition:form-data;name=q", "Seen with Zzyx\r\ntoday", "Seen with •\r\ntoday"),
            ("Content-Disposition: form-data; name=\"q\"", "", ""),
            (
                "Content-Disposition: form-data; name=\"j\"\r\nContent-Type: application/json",
                "{\"mrn\":12}",
                "{\"mrn\":\"•\"}",
            ),
            ("Content-Disposition: form-data; name=\"a[0][surname]\"", "Ada", "•"),
        ];
        for (headers, body, becomes) in cases {
            table(media(), &[(&part(headers, body), &part(headers, becomes))]);
        }
        let kind = |k: &str| part(&format!("Content-Disposition: form-data; name=\"f\"\r\nContent-Type: {k}"), "x");
        table(media(), &[(&kind("text/plain; name=\"a_Zzyx.txt\""), &kind("text/plain; name=\"•\""))]);
        let name = |n: &str| part(&format!("Content-Disposition: form-data; name=\"f\"; {n}"), "x");
        table(media(), &[(&name("filename=\"Zzyx_letter.txt\""), &name("filename=\"•_letter.txt\""))]);
        let coded = "%E2%80%A2".repeat(6);
        let starred = name(&format!("filename*=UTF-8''{coded}.txt"));
        table(media(), &[(&name("filename*=UTF-8''Zz%79x.txt"), &starred)]);
    }

    #[test]
    fn what_is_no_form_of_parts_is_withheld() {
        withheld(
            media(),
            &[
                "preamble\r\n--x9--",
                "--x9\r\n\r\nno end",
                "--x9\r\nno header\r\n\r\nx\r\n--x9--",
                "--x9\r\nA: b\r\n\r\nx\r\n--x9--more",
                "--x9\r\nContent-Type: application/pdf\r\n\r\nx\r\n--x9--",
                "--x9\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--x9--",
                "--x9\r\nContent-Disposition: form-data; name=\"q\r\n\r\nx\r\n--x9--",
                "--x9\nA: b\n\nx\n--x9--",
                "--x9\r\nX-9434765919: b\r\n\r\nx\r\n--x9--",
                "--x9\r\nContent-Disposition: Zzyx; name=q\r\n\r\nx\r\n--x9--",
                "--x9\r\nContent-Disposition: form-data; Zzyx=q\r\n\r\nx\r\n--x9--",
                "--x9\r\nContent-Disposition: form-data; filename*=Zzyx''q\r\n\r\nx\r\n--x9--",
                "",
            ],
        );
    }
}
