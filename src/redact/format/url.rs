//! URLs: path segments, parameters, fragment, and what stands in `mailto:`, `tel:`, `data:` and `javascript:`.
//!
//! Each part is percent-decoded (twice at most), inspected with the name of its parameter or the segment before it as
//! label, and encoded again only when it changed; everything else stays byte for byte. The host stays.
//!
//! ```text
//! /chart/9434765919/notes?dob=1962-03-14#tab   the segment by detectors, `dob` by its field
//! ```

use super::person::People;
use super::value;
use super::{Media, decoded, embedded, js};
use crate::redact::detect::date;
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldEffect;
use crate::redact::run::Run;
use crate::redact::searched;
use crate::redact::withheld::Withheld;
use std::borrow::Cow;

/// A raster image of at most so many bytes cannot show a page: an icon, a bullet, a border.
const ICON: usize = 4096;
/// One transparent pixel, in place of an image that may show anything.
const PIXEL: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// Rewrites a URL, absolute or relative; `None` when nothing changed.
///
/// # Errors
/// As [`crate::redact::format::embedded`].
pub fn redact(ins: &mut Inspector, url: &str) -> Result<Option<String>, Withheld> {
    if url.trim().is_empty() {
        return Ok(None);
    }
    if let Cow::Owned(read) = as_browsers_read(url) {
        return Ok(Some(redact(ins, &read)?.unwrap_or(read)));
    }
    ins.nested(|ins| {
        let lead = url.len() - url.trim_start().len();
        let (space, rest) = url.split_at(lead);
        let mut out = String::with_capacity(url.len() + 16);
        out.push_str(space);
        match scheme(rest) {
            Some((name, rest)) => by_scheme(ins, name, rest, &mut out)?,
            None => hierarchical(ins, rest, &mut out)?,
        }
        Ok((out != url).then_some(out))
    })
}

/// Rewrites `a=1&b=2`: the query of a URL or a form; `None` when nothing changed.
pub(in crate::redact) fn redact_query(ins: &mut Inspector, query: &str) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(query.len() + 16);
    parameters(ins, query, &mut out)?;
    Ok((out != query).then_some(out))
}

/// Rewrites a link whose last part is known by the field of `place`; `None` when nothing changed.
pub(in crate::redact) fn redact_link(
    ins: &mut Inspector,
    link: &str,
    place: &Place<'_>,
) -> Result<Option<String>, Withheld> {
    let from = link.rfind(['/', ':']).map_or(0, |at| at + 1);
    let (head, key) = link.split_at(from);
    let mut out = redact(ins, head)?.unwrap_or_else(|| head.to_owned());
    component(ins, key, place.label, place.field.clone(), false, &mut out)?;
    Ok((out != link).then_some(out))
}

/// An address that holds what it names, as a browser reads it: without tabs and line ends, and without control characters and blanks before it
/// (URL standard, 4.4). `da⇥ta:application/pdf;…` is a document, and `java⇥script:…` a program. Any other stays as it is: it may be words.
pub(in crate::redact) fn as_browsers_read(url: &str) -> Cow<'_, str> {
    let ignored = |c: char| matches!(c, '\t' | '\n' | '\r');
    let begin = url.trim_start_matches(|c: char| c <= ' ');
    let begins = |text: &str| {
        scheme(text).is_some_and(|(name, _)| ["data", "javascript"].contains(&name.to_ascii_lowercase().as_str()))
    };
    // Longer than any scheme that counts, however much of what is ignored stands in it.
    let head: String = begin.chars().filter(|c| !ignored(*c)).take(40).collect();
    if begins(&head) && !begins(url.trim_start()) {
        let whole: String = begin.chars().filter(|c| !ignored(*c)).collect();
        if begins(&whole) {
            return Cow::Owned(whole);
        }
    }
    Cow::Borrowed(url)
}

/// The scheme and what follows its colon. A scheme with tabs or line ends in it is none to us: what it is to browsers has been looked at before.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (name, rest) = url.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= 32 && name.chars().all(plain))
        .then_some((name, rest))
}

fn by_scheme(ins: &mut Inspector, name: &str, rest: &str, out: &mut String) -> Result<(), Withheld> {
    match name.to_ascii_lowercase().as_str() {
        "data" => return data(ins, rest, out),
        "javascript" => {
            out.push_str(name);
            out.push(':');
            let (source, _) = decode_layers(rest, 1);
            match js::redact(ins, &source)? {
                Some(new) => out.push_str(&encode(&new, 1, false)),
                None => out.push_str(rest),
            }
            return Ok(());
        }
        "mailto" | "sms" | "smsto" => {
            out.push_str(name);
            out.push(':');
            let (to, query) = rest.split_once('?').map_or((rest, None), |(to, query)| (to, Some(query)));
            component(ins, to, "email", None, false, out)?;
            if let Some(query) = query {
                out.push('?');
                parameters(ins, query, out)?;
            }
            return Ok(());
        }
        "tel" | "callto" | "sip" | "sips" | "fax" => {
            out.push_str(name);
            out.push(':');
            let field = ins.label_field("phone").or_else(|| ins.label_field("telephone"));
            return component(ins, rest, "phone", field, false, out);
        }
        "urn" => {
            out.push_str(name);
            out.push(':');
            let (space, id) = rest.rsplit_once(':').map_or(("", rest), |(space, id)| (space, id));
            let space_and_colon = rest.get(..rest.len() - id.len()).unwrap_or_default();
            component(ins, space_and_colon, "", Some(js::dictionary_only()), false, out)?;
            // Registered numbers and random ones are nobody's; the dictionary looks all the same.
            let random = matches!(space.to_ascii_lowercase().as_str(), "uuid" | "oid");
            let field = random.then(js::dictionary_only);
            return component(ins, id, &normalise(space.rsplit(':').next().unwrap_or_default()), field, false, out);
        }
        _ => {}
    }
    // `Seen: 25/11/1974` is no URL but words, whose slashes part nothing.
    if rest.starts_with([' ', '\u{a0}', '\t']) && !rest.contains(['?', '=']) {
        return component(ins, &format!("{name}:{rest}"), "", None, false, out);
    }
    // `patient.9434765919:8080` reads as a scheme as well.
    if matches!(name, "http" | "https" | "ws" | "wss" | "blob" | "about") {
        out.push_str(name);
    } else {
        component(ins, name, "", None, false, out)?;
    }
    out.push(':');
    if rest.starts_with("//") || rest.starts_with('/') { hierarchical(ins, rest, out) } else { path(ins, rest, out) }
}

/// `//authority/path?query#fragment`, any part missing.
fn hierarchical(ins: &mut Inspector, url: &str, out: &mut String) -> Result<(), Withheld> {
    let mut rest = url;
    if let Some(after) = rest.strip_prefix("//") {
        let end = after.find(['/', '?', '#', '\\']).unwrap_or(after.len());
        let (authority, tail) = after.split_at(end);
        out.push_str("//");
        if let Some((user, host)) = authority.rsplit_once('@') {
            let mut new = String::new();
            component(ins, user, "user", None, false, &mut new)?;
            // Who signs in as a patient goes, and the address still leads there.
            if new == user {
                out.push_str(user);
                out.push('@');
            }
            self::host(ins, host, out)?;
        } else {
            host(ins, authority, out)?;
        }
        rest = tail;
    }
    path(ins, rest, out)
}

/// The host stays, but for what no host has: a number as long as a person's, signs that stand in no name.
fn host(ins: &mut Inspector, host: &str, out: &mut String) -> Result<(), Withheld> {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    let long = host.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= 8);
    // One word may be a machine of the hospital's own, or somebody's name.
    let single = !host.is_empty() && !host.contains(['.', ':', '[']) && host != "localhost";
    if long || single || !host.chars().all(name) {
        return component(ins, host, "", None, false, out);
    }
    out.push_str(host);
    Ok(())
}

/// `path?query#fragment`.
fn path(ins: &mut Inspector, url: &str, out: &mut String) -> Result<(), Withheld> {
    let (before, fragment) = url.split_once('#').map_or((url, None), |(b, f)| (b, Some(f)));
    let (segments, query) = before.split_once('?').map_or((before, None), |(s, q)| (s, Some(q)));
    let mut label = String::new();
    for (i, segment) in parts_of(segments).into_iter().enumerate() {
        if i > 0 {
            out.push('/');
        }
        // Matrix parameters: `/patient;id=42`.
        let mut parts = segment.split(';');
        let name = parts.next().unwrap_or_default();
        let field = key_after(ins, &label, name);
        component(ins, name, &label, field, false, out)?;
        for part in parts {
            out.push(';');
            parameter(ins, part, out)?;
        }
        label = normalise(name);
        if label.chars().any(|c| c.is_ascii_digit()) {
            label.clear();
        }
    }
    if let Some(query) = query {
        out.push('?');
        parameters(ins, query, out)?;
    }
    let Some(fragment) = fragment else { return Ok(()) };
    out.push('#');
    match fragment {
        _ if fragment.starts_with('/')
            || fragment.starts_with("!/")
            || (fragment.contains('/') && !is_text(fragment)) =>
        {
            // A route inside the page: `#/patient/42?tab=notes`.
            ins.nested(|ins| path(ins, fragment, out))
        }
        _ if fragment.contains('=') => parameters(ins, fragment.strip_prefix('?').unwrap_or(fragment), {
            if fragment.starts_with('?') {
                out.push('?');
            }
            out
        }),
        _ => component(ins, fragment, "", None, false, out),
    }
}

/// The segments of a path. Those that are a date together stay together: `/born/14/03/1962`, `Seen 14/03/1962`.
fn parts_of(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = path;
    loop {
        let mut slashes = rest.match_indices('/').map(|(at, _)| at);
        let (first, second) = (slashes.next(), slashes.next());
        let third = slashes.next().unwrap_or(rest.len());
        let dated = second.is_some() && is_dated(rest.get(..third).unwrap_or_default());
        let end = if dated { Some(third).filter(|end| *end < rest.len()) } else { first };
        parts.push(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        match end {
            Some(end) => rest = rest.get(end + 1..).unwrap_or_default(),
            None => return parts,
        }
    }
}

/// Whether three segments hold a date with their slashes in it.
fn is_dated(three: &str) -> bool {
    let (text, _) = decode(three, false);
    // As it is read: wide digits, signs of no width.
    let mut run = Run::default();
    run.push_read(&text, 0);
    let text = run.text();
    let digits = |part: Option<&str>| part.is_some_and(|p| p.bytes().any(|b| b.is_ascii_digit()));
    let mut segments = text.split('/');
    let numbered = digits(segments.next()) && digits(segments.next()) && digits(segments.next());
    numbered
        && date::find_all(text).iter().any(|(at, _)| text.get(at.clone()).is_some_and(|d| d.matches('/').count() == 2))
}

/// Words with spaces between them: no address is written so.
fn is_text(part: &str) -> bool {
    part.trim().contains([' ', '\u{a0}'])
}

/// `/Patient/42` says what `?patient=42` says: the segment before a number names it, where a rule says that such a
/// parameter is a key. A key becomes a token, so a segment that was none after all still finds its way back.
fn key_after(ins: &Inspector, before: &str, segment: &str) -> Option<std::sync::Arc<crate::redact::plan::FieldRule>> {
    // `Patient/UKCore-Patient-RichardSmith-Example`: a key of words, as examples have them.
    let of_words = || segment.matches('-').count() > 1 && segment.bytes().any(|b| b.is_ascii_uppercase());
    // `…/id/ihi/1.0`: a naming system and its version, by which programs find the number.
    let version = segment.trim_start_matches('v');
    let dotted = version.contains('.') && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let system = !before.contains("patient") && !matches!(before, "person" | "subject" | "client");
    if system && (version.len() < 6 && dotted || segment.starts_with('v') && version.len() < 3) {
        return None;
    }
    if before.is_empty() || !(segment.bytes().any(|b| b.is_ascii_digit()) || of_words()) {
        return None;
    }
    // `/table/clinic_patient/a07b…`: the last word says what the others only narrow.
    let last = || before.rsplit_once(' ').map(|(_, last)| last).filter(|last| matches!(*last, "patient" | "patients"));
    ins.param_field(before).or_else(|| ins.param_field(last()?)).filter(|field| match &field.effect {
        FieldEffect::Identifier { kind, .. } => kind.is_key(),
        FieldEffect::Prose | FieldEffect::Keep => false,
    })
}

/// Learns the key of the record that the path of the request carries: `/patient/267b18ce-3d37-4581-9baa-6fada338038b/chart`.
pub(in crate::redact) fn learn_path(ins: &mut Inspector) {
    let path = ins.path().to_owned();
    let mut label = String::new();
    for segment in path.split('/') {
        if segment.len() >= 5 && key_after(ins, &label, segment).is_some() {
            ins.learn_key(segment);
        }
        label = normalise(segment);
    }
}

fn parameters(ins: &mut Inspector, query: &str, out: &mut String) -> Result<(), Withheld> {
    // `firstName=Grant&lastName=Major` are one person, whom the text of the link names.
    let mut people = People::default();
    for (i, part) in query.split('&').enumerate() {
        if i > 0 {
            out.push('&');
        }
        if let Some((name, value)) = part.split_once('=')
            && !value.is_empty()
        {
            let (name, value) = (decode(name, true).0, decode(value, true).0);
            people.note(&normalise(&name), &value);
        }
        parameter(ins, part, out)?;
    }
    people.learn(ins);
    Ok(())
}

/// `name=value`, or a bare word.
pub(in crate::redact) fn parameter(ins: &mut Inspector, part: &str, out: &mut String) -> Result<(), Withheld> {
    let Some((name, value)) = part.split_once('=') else {
        return component(ins, part, "", None, true, out);
    };
    let (plain, _) = decode(name, true);
    // `patient[0][nhsNumber]`: the innermost name says what it is.
    let inner = plain.trim_end_matches(']').rsplit(['[', '.']).find(|n| !n.is_empty() && n.parse::<u32>().is_err());
    let inner = inner.unwrap_or(&plain);
    let field = ins.param_field(&plain).or_else(|| ins.param_field(inner));
    let typeface = inner == "family" && has_weights(value);
    let field = field.filter(|_| !typeface);
    let label = if typeface { String::new() } else { normalise(inner) };
    let sought = || {
        // `search[value]=okafor`
        let label = if inner == plain { label.clone() } else { normalise(&plain) };
        let (text, _) = decode(value, true);
        // As many digits are a number, which nobody may type: what detectors say of it counts.
        let numbered = text.bytes().filter(u8::is_ascii_digit).count() > 8;
        !numbered && searched::is_search(&label) && searched::is_name(&label, &text)
    };
    let field = field.or_else(|| sought().then(|| ins.label_field("patient name")).flatten());
    component(ins, name, "", None, true, out)?;
    out.push('=');
    component(ins, value, &label, field, true, out)
}

/// `Roboto:400,700`, `Inter:wght@400;700` of a style sheet: a family of letters. Nobody is searched for by weights.
fn has_weights(value: &str) -> bool {
    let weight = |w: &str| matches!(w.as_bytes(), [b'1'..=b'9', b'0', b'0', ..]) && w.len() <= 9;
    value.split('|').all(|face| {
        face.split_once(':').is_some_and(|(name, weights)| {
            let axes = ["wght@", "ital@", "ital,wght@", "opsz,wght@"].iter().any(|axis| weights.starts_with(axis));
            !name.is_empty() && (axes || weights.split(',').all(weight))
        })
    })
}

/// One part of a URL: decoded, inspected, encoded again if it changed.
fn component(
    ins: &mut Inspector,
    part: &str,
    label: &str,
    field: Option<std::sync::Arc<crate::redact::plan::FieldRule>>,
    form: bool,
    out: &mut String,
) -> Result<(), Withheld> {
    if part.is_empty() {
        return Ok(());
    }
    // FHIR's search by a number and who gives it: `https://fhir.nhs.uk/Id/nhs-number|9434765919`. It is the same number
    // that stands in the record, and becomes the same token.
    if let Some((system, bar, key, naming)) = by_system(part) {
        component(ins, system, "", None, form, out)?;
        out.push_str(bar);
        let naming = normalise(&naming);
        // A system may be called after anything, "code" too: only one that numbers people says more than the parameter.
        let numbers = ins.label_field(&naming).filter(|rule| rule.names_identifier());
        let label = if numbers.is_some() { naming.as_str() } else { label };
        let field = numbers.or(field);
        return component(ins, key, label, field, form, out);
    }
    // What is of a format undoes its own codes; in words a second layer is somebody's mistake.
    let once =
        if form && part.contains('+') { decode_layers(&part.replace('+', " "), 1) } else { decode_layers(part, 1) };
    let (decoded, layers) = if value::is_format(&once.0) { once } else { decode(part, form) };
    let place = Place { surface: Surface::Url, field, label, whence: "url" };
    let mut new = value::within_url(ins, &decoded, &place)?;
    // In file names and row ids words are joined: `SMITH_John_letter`, `393~Abbott~Ramiro`.
    let joined = new.as_deref().unwrap_or(&decoded);
    if place.field.is_none() && joined_by_marks(joined) {
        let apart = self::joined(ins, joined, &place)?;
        if apart != joined {
            new = Some(apart);
        }
    }
    match new {
        Some(new) => {
            let coded = encode(&new, layers.max(1), form);
            // A query may hold slashes as they are (RFC 3986, 3.4), and where it did it does.
            let slashes = form && layers <= 1 && part.contains('/');
            out.push_str(&if slashes { coded.replace("%2F", "/") } else { coded });
        }
        None => out.push_str(part),
    }
    Ok(())
}

/// A naming system, the bar behind it, the number, and the last part of the system's name.
fn by_system(part: &str) -> Option<(&str, &str, &str, String)> {
    let (at, length) = ["|", "%7C", "%7c"].iter().find_map(|bar| Some((part.rfind(bar)?, bar.len())))?;
    let (system, rest) = part.split_at_checked(at)?;
    let (bar, key) = rest.split_at_checked(length)?;
    let (named, _) = decode(system, true);
    let begins = named.starts_with("http://") || named.starts_with("https://") || named.starts_with("urn:");
    // One bar: what has more is a list of something.
    let plain = named.len() < 200 && !named.contains(|c: char| c.is_whitespace() || matches!(c, '|' | '?' | '&' | '='));
    let naming = named.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    (begins && plain && !key.is_empty()).then_some((system, bar, key, naming))
}

fn joined_by_marks(text: &str) -> bool {
    (text.contains(MARKS) || extension(text).is_some()) && !text.contains(['@', '{', '<'])
}

/// Where the extension of a file's name begins: `letter.pdf`.
fn extension(text: &str) -> Option<usize> {
    let dot = text.rfind('.')?;
    let after = text.get(dot + 1..)?;
    let letters =
        after.starts_with(|c: char| c.is_ascii_alphabetic()) && after.bytes().all(|b| b.is_ascii_alphanumeric());
    (dot > 0 && letters && (2..=5).contains(&after.len())).then_some(dot)
}

/// Marks that join words where a space cannot stand.
const MARKS: [char; 5] = ['_', '~', '|', '^', '+'];

/// Inspects a name whose words are joined by marks, reading the marks as spaces.
pub(in crate::redact) fn joined(ins: &mut Inspector, text: &str, place: &Place<'_>) -> Result<String, Withheld> {
    let mut apart = text.replace(MARKS, " ");
    if let Some(dot) = extension(text) {
        apart.replace_range(dot..=dot, " ");
    }
    let mut out = String::with_capacity(text.len());
    decoded::read_as(ins, text, &apart, place, &mut out)?;
    Ok(out)
}

/// Percent-decodes, twice where the first gives percent codes again; says how many layers there were. What does not decode
/// to text stays as it is.
pub(in crate::redact) fn decode(part: &str, form: bool) -> (String, u32) {
    if form && part.contains('+') { decode_layers(&part.replace('+', " "), 2) } else { decode_layers(part, 2) }
}

/// Percent-decodes, at most so many times.
pub(in crate::redact) fn decode_layers(part: &str, most: u32) -> (String, u32) {
    let mut text = part.to_owned();
    let mut layers = 0;
    while layers < most && text.contains('%') {
        match decode_once(&text) {
            Some(decoded) => text = decoded,
            None => break,
        }
        layers += 1;
    }
    (text, layers)
}

fn decode_once(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut any = false;
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten();
        let byte = code.and_then(|c| std::str::from_utf8(c).ok()).and_then(|c| u8::from_str_radix(c, 16).ok());
        match byte {
            Some(byte) if code.is_some_and(|c| c.iter().all(u8::is_ascii_hexdigit)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
                any = true;
            }
            Some(_) | None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    if !any {
        return None;
    }
    // Old pages write %E9 for é; read that way it still holds what it holds.
    Some(String::from_utf8(bytes).unwrap_or_else(|e| encoding_rs::WINDOWS_1252.decode(e.as_bytes()).0.into_owned()))
}

/// Percent-encodes everything that has a meaning in a URL, so many times. Under a second layer the colon and the comma are coded
/// too: else what was read as `data%3A…` would be read as a `data:` URL, one layer short, the next time.
pub(in crate::redact) fn encode(text: &str, layers: u32, form: bool) -> String {
    let mut out = text.to_owned();
    for layer in 0..layers.max(1) {
        let mut coded = String::with_capacity(out.len() + 16);
        for b in out.bytes() {
            match b {
                b'a'..=b'z'
                | b'A'..=b'Z'
                | b'0'..=b'9'
                | b'-'
                | b'_'
                | b'.'
                | b'~'
                | b'!'
                | b'*'
                | b'@'
                | b'('
                | b')' => coded.push(char::from(b)),
                b',' | b':' if layers <= 1 => coded.push(char::from(b)),
                b' ' if form && layer + 1 == layers.max(1) => coded.push('+'),
                _ => coded.push_str(&format!("%{b:02X}")),
            }
        }
        out = coded;
    }
    out
}

/// Whether what a `data:` URL holds is base64; else it is no picture, and may be any text.
fn is_packed(body: &str) -> bool {
    let packed: String = decode_layers(body, 1).0.chars().filter(|c| !c.is_whitespace()).collect();
    value::base64_bytes(&packed).is_some()
}

/// Whether a URL is a picture in itself, packed as base64; a drawing is not one, it may hold words.
pub(in crate::redact) fn is_packed_picture(url: &str) -> bool {
    let Some((head, body)) = url.split_once(',') else { return false };
    let head = head.to_ascii_lowercase();
    let kind = head.strip_prefix("data:image/").and_then(|head| head.strip_suffix(";base64"));
    let token = |kind: &str| kind.len() <= 32 && kind.bytes().all(|b| b.is_ascii_alphabetic() || b"-.+".contains(&b));
    kind.is_some_and(|kind| token(kind) && !kind.contains("svg")) && is_packed(body)
}

/// Whether a part of a picture is lines and shapes alone: no text between its tags, no references, nothing packed.
fn is_drawn(svg: &str) -> bool {
    let written =
        svg.split('>').skip(1).any(|part| part.split('<').next().is_some_and(|t| t.chars().any(char::is_alphanumeric)));
    let words = ["<text", "<tspan", "<title", "<desc", "<foreignobject", "<image", "<metadata", "&#", "base64", "%"];
    let lower = svg.to_ascii_lowercase();
    !written && !words.iter().any(|word| lower.contains(word)) && lower.trim_start().starts_with('<')
}

/// `data:` with what it holds: text is recursed into; an icon or a font stays; anything else goes.
fn data(ins: &mut Inspector, rest: &str, out: &mut String) -> Result<(), Withheld> {
    let Some((head, body)) = rest.split_once(',') else {
        // No browser opens it; it may be words.
        out.push_str("data:");
        return component(ins, rest, "", None, false, out);
    };
    let base64 = head.to_ascii_lowercase().ends_with(";base64");
    let essence = head.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let essence = if essence.is_empty() { "text/plain" } else { essence.as_str() };
    // What stands before the comma says what the rest is, and may say more: `data:text/plain;patient=9434765919,…`.
    let mut said = String::new();
    component(ins, head, "", None, false, &mut said)?;
    if said != head {
        out.push_str("data:,");
        return Ok(());
    }
    let keep = |out: &mut String| {
        out.push_str("data:");
        out.push_str(rest);
    };
    let Some(media) = Media::from_content_type(essence) else {
        let image = essence.starts_with("image/");
        let font = essence.starts_with("font/") || essence.contains("font");
        let packed = base64 && is_packed(body);
        if packed && (font || (image && body.len() <= ICON)) {
            keep(out);
        } else if image {
            out.push_str(PIXEL);
        } else {
            out.push_str("data:,");
        }
        return Ok(());
    };
    let (percent, _) = decode_layers(body, 1);
    let text = if base64 {
        let packed: String = percent.chars().filter(|c| !c.is_whitespace()).collect();
        match value::base64_text(&packed) {
            Some(text) => text,
            None => {
                out.push_str("data:,");
                return Ok(());
            }
        }
    } else {
        percent
    };
    let new = match embedded(ins, media, &text) {
        // Not what it says that it is. A program may hold a picture in parts (`"data:image/svg+xml,<svg width='" + w`): one without any
        // text of its own stays, where even as text it names nobody.
        Err(Withheld::Malformed(_)) => {
            let drawn = essence == "image/svg+xml" && !base64 && is_drawn(&text);
            if drawn && embedded(ins, Media::Text, &text)?.is_none() {
                keep(out);
            } else {
                out.push_str("data:,");
            }
            return Ok(());
        }
        done => done?,
    };
    match new {
        None => keep(out),
        Some(new) if base64 => {
            out.push_str("data:");
            out.push_str(head);
            out.push(',');
            out.push_str(&data_encoding::BASE64.encode(new.as_bytes()));
        }
        Some(new) => {
            out.push_str("data:");
            out.push_str(head);
            out.push(',');
            out.push_str(&encode(&new, 1, false));
        }
    }
    Ok(())
}
