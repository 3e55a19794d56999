//! How a body is carried: in a charset that its type, a mark, the page or its declaration names, through codings, as records in
//! lines, and under a type that is not its own.
//!
//! What the header names, a mark and codings change nothing: the viewer receives what comes of the plain body. Where the body itself
//! says its charset, or its type lies, nothing planted may be readable to who reads it as that type.

use crate::carried::{CHARSETS, coded, in_charset};
use crate::case::Case;
use crate::dice::Dice;
use crate::places::Format;

/// A body on its way in another manner.
pub struct Carriage {
    pub name: String,
    pub media: String,
    pub coding: Option<String>,
    pub bytes: Vec<u8>,
    pub expect: Expect,
}

/// What has to arrive.
pub enum Expect {
    /// What comes of this text under this type, in UTF-8.
    SameAs { media: String, text: String },
    /// Nothing that was planted; it may be withheld.
    NothingReadable,
}

/// Codings, from the inside out.
const CODINGS: &[&[&str]] =
    &[&["gzip"], &["deflate"], &["raw"], &["br"], &["zstd"], &["zstd", "gzip"], &["deflate", "br"], &["gzip", "gzip"]];

/// The types under which bodies of a format are sent by mistake.
fn lies(format: Format) -> &'static [&'static str] {
    match format {
        Format::Html => &["text/plain", "application/xhtml+xml", "application/json", "text/javascript", ""],
        Format::Json => &["text/html", "text/plain", "text/javascript", "application/xml", "text/csv"],
        Format::Js => &["text/html", "text/plain", "application/json"],
        Format::Css => &["text/html", "text/plain"],
        Format::Xml => &["text/html", "text/plain", "application/xhtml+xml", "application/json"],
        Format::Csv | Format::Hl7 => &["text/html", "text/plain", "application/json"],
        Format::Form => &["text/html", "text/plain"],
        Format::Sse => &["text/plain", "application/json", "text/html"],
        Format::Multipart => &["text/plain", "text/html"],
        Format::Text => &["text/html", "text/csv", "application/json", "application/octet-stream"],
        Format::Url | Format::Blob => &[],
    }
}

/// Another manner for this case, if its format has one; which, its number says.
pub fn of(case: &Case) -> Option<Carriage> {
    let mut dice = Dice::new((case.number as u64).wrapping_mul(0xd1b5_4a32_d192_ed03));
    dice.next();
    let format = case.way.last().map_or(case.place.format, |layer| layer.to);
    let essence = case.body.media.split(';').next().unwrap_or_default();
    match case.number % 4 {
        0 => {
            let codings = *dice.pick(CODINGS);
            let bytes = codings.iter().fold(case.body.text.clone().into_bytes(), |body, coding| coded(coding, &body));
            let named: Vec<&str> = codings.iter().map(|c| if *c == "raw" { "deflate" } else { c }).collect();
            Some(Carriage {
                name: format!("coded {}", named.join(", ")),
                media: case.body.media.to_owned(),
                coding: Some(named.join(", ")),
                bytes,
                expect: Expect::SameAs { media: case.body.media.to_owned(), text: case.body.text.clone() },
            })
        }
        1 => in_header_or_mark(case, format, essence, &mut dice),
        2 => in_the_body(case, format, essence, &mut dice),
        // Under a type that lies, what is nested in the body is escaped for nobody.
        _ if case.way.is_empty() => {
            let lie = *lies(format).get(dice.below(lies(format).len().max(1)))?;
            Some(Carriage {
                name: format!("as {lie:?}"),
                media: lie.to_owned(),
                coding: None,
                bytes: case.body.text.clone().into_bytes(),
                expect: Expect::NothingReadable,
            })
        }
        _ => None,
    }
}

/// The charset in the header, or a mark at the beginning.
fn in_header_or_mark(case: &Case, format: Format, essence: &str, dice: &mut Dice) -> Option<Carriage> {
    // A page that says another charset than its header is another test.
    let text = case.body.text.replace("<meta charset=\"utf-8\">", "");
    let plain = format!("{essence}; charset=utf-8");
    let mark = dice.once_in(3);
    // The others are UTF-8, whatever is said of them.
    let charsets = matches!(format, Format::Html | Format::Text | Format::Css | Format::Js | Format::Csv);
    if mark && (charsets || matches!(format, Format::Xml)) {
        let charset = *dice.pick(&["utf-8", "utf-16le", "utf-16be"]);
        let bytes = in_charset(charset, &format!("\u{feff}{text}"))?;
        let expect = Expect::SameAs { media: plain, text: format!("\u{feff}{text}") };
        return Some(Carriage {
            name: format!("marked {charset}"),
            media: essence.to_owned(),
            coding: None,
            bytes,
            expect,
        });
    }
    if !charsets {
        return None;
    }
    let charset = *dice.pick(CHARSETS);
    let bytes = in_charset(charset, &text)?;
    Some(Carriage {
        name: format!("header {charset}"),
        media: format!("{essence}; charset={charset}"),
        coding: None,
        bytes,
        expect: Expect::SameAs { media: plain, text },
    })
}

/// The charset in the page or the declaration; records of JSON a line each.
fn in_the_body(case: &Case, format: Format, essence: &str, dice: &mut Dice) -> Option<Carriage> {
    let charset = *dice.pick(CHARSETS);
    let (name, media, text) = match format {
        // UTF-16 is not what a page can say of itself: it is read as UTF-8 then.
        Format::Html if !charset.starts_with("utf-16") => {
            let meta = match dice.below(3) {
                0 => format!("<meta charset={charset}>"),
                1 => format!("<META CHARSET='{}'>", charset.to_uppercase()),
                _ => format!("<meta http-equiv=Content-Type content=\"text/html; charset={charset}\">"),
            };
            ("page says", essence.to_owned(), case.body.text.replace("<meta charset=\"utf-8\">", &meta))
        }
        Format::Xml if !charset.starts_with("utf-16") => {
            let declared = format!("<?xml version=\"1.0\" encoding='{charset}'?>");
            ("declaration says", essence.to_owned(), case.body.text.replace("<?xml version=\"1.0\"?>", &declared))
        }
        Format::Json if case.body.text.matches(",\"x\":").count() == 1 => {
            let lines = case.body.text.replacen(",\"x\":", "}\n{\"x\":", 1);
            let carriage = Carriage {
                name: "a record a line".into(),
                media: "application/x-ndjson".into(),
                coding: None,
                bytes: lines.into_bytes(),
                expect: Expect::NothingReadable,
            };
            return Some(carriage);
        }
        _ => return None,
    };
    let bytes = in_charset(charset, &text)?;
    Some(Carriage { name: format!("{name} {charset}"), media, coding: None, bytes, expect: Expect::NothingReadable })
}
