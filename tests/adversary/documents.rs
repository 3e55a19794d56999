//! Documents: a whole body of a type around a fragment, with the person's labelled fields in it or not.

use crate::canaries::{KINDS, Kind, Person};
use crate::dice::Dice;
use crate::encodings::{self, Enc};
use crate::places::{BOUNDARY, Format, part};

/// A body as upstream would send it.
#[derive(Debug, Clone)]
pub struct Body {
    pub media: &'static str,
    pub text: String,
}

/// What each kind is called on pages, in data, in messages.
fn label(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Nhs => ("NHS number", "nhsNumber"),
        Kind::Hospital => ("Hospital number", "hospitalNumber"),
        Kind::Name => ("Patient name", "patientName"),
        Kind::Birth => ("Date of birth", "dateOfBirth"),
        Kind::Phone => ("Mobile", "mobile"),
        Kind::Email => ("Email", "email"),
        Kind::Postcode => ("Postcode", "postcode"),
        Kind::Nino => ("NI number", "niNumber"),
        Kind::Address => ("Address", "address"),
    }
}

fn rows(person: &Person, row: impl Fn(&str, &str, &str) -> String) -> String {
    KINDS
        .iter()
        .map(|&kind| {
            let (shown, key) = label(kind);
            row(shown, key, &person.labelled(kind))
        })
        .collect()
}

/// A page of the person with nothing but labelled fields: what a grant has seen before.
pub fn banner(person: &Person) -> Body {
    let rows = rows(person, |shown, _, value| format!("<dt>{shown}</dt><dd>{value}</dd>"));
    Body { media: "text/html", text: format!("<!doctype html><dl>{rows}</dl>") }
}

/// Whether a body of this format can say in itself who it is about.
pub fn can_label(format: Format) -> bool {
    !matches!(format, Format::Css | Format::Url | Format::Blob)
}

/// The fragment as a whole body.
pub fn body(format: Format, fragment: &str, person: Option<&Person>, dice: &mut Dice) -> Body {
    let min = Enc::of(0);
    let (media, text) = match format {
        Format::Html => {
            let banner = person.map(|p| match dice.below(3) {
                0 => format!("<dl>{}</dl>", rows(p, |s, _, v| format!("<dt>{s}</dt><dd>{v}</dd>"))),
                1 => {
                    format!("<table>{}</table>", rows(p, |s, _, v| format!("<tr><th>{s}</th><td>{v}</td></tr>")))
                }
                _ => rows(p, |s, _, v| format!("<p><b>{s}:</b> {v}</p>")),
            });
            let banner = banner.unwrap_or_default();
            // What is learned may stand behind what it is needed for.
            let page = if dice.once_in(2) {
                format!("<div>{banner}</div>\n<div class=\"m\">{fragment}</div>")
            } else {
                format!("<div class=\"m\">{fragment}</div>\n<div>{banner}</div>")
            };
            let whole =
                format!("<!doctype html><html><head><meta charset=\"utf-8\"></head><body>{page}</body></html>\n");
            ("text/html; charset=utf-8", whole)
        }
        Format::Json => {
            let fields = person.map(|p| rows(p, |_, k, v| format!("\"{k}\":\"{v}\",")));
            ("application/json", format!("{{\"patient\":{{{}\"v\":1}},\"x\":{fragment}}}", fields.unwrap_or_default()))
        }
        Format::Js => {
            let fields = person.map(|p| rows(p, |_, k, v| format!("\"{k}\":\"{v}\",")));
            ("text/javascript", format!("var patient = {{{}\"v\":1}};\n{fragment}\n", fields.unwrap_or_default()))
        }
        Format::Css => ("text/css", format!("a {{ color: #fff }}\n{fragment}\n")),
        Format::Xml => {
            let fields = person.map(|p| rows(p, |_, k, v| format!("<{k}>{v}</{k}>")));
            let fields = fields.unwrap_or_default();
            let text = format!("<?xml version=\"1.0\"?>\n<record><patient>{fields}</patient>{fragment}</record>");
            ("application/xml", text)
        }
        Format::Text => {
            let fields = person.map(|p| rows(p, |s, _, v| format!("{s}: {v}\n")));
            ("text/plain; charset=utf-8", format!("{}\n{fragment}", fields.unwrap_or_default()))
        }
        Format::Csv => {
            let head = person.map(|p| rows(p, |s, _, _| format!(",{s}"))).unwrap_or_default();
            let row = person.map(|p| rows(p, |_, _, v| format!(",{v}"))).unwrap_or_default();
            let empty = ",".repeat(row.matches(',').count());
            let fragment = fragment.trim_end();
            ("text/csv", format!("Ward,Note,Remark{head}\r\n7,x,5.4{row}\r\n{fragment}{empty}\r\n"))
        }
        Format::Hl7 => {
            let pid = person.map(|p| {
                let (y, m, d) = p.birth;
                let surname = p.surname.to_uppercase();
                let e = |t: &str, dice: &mut Dice| encodings::hl7(t, min, dice);
                format!(
                    "PID|1||{}^^^NHS^NH~{}^^^RF^MR||{}^{}||{y}{m:02}{d:02}|F|||{}^^LONDON^^{}||{}^^^{}\r",
                    p.nhs,
                    p.hospital,
                    e(&surname, dice),
                    e(&p.forename, dice),
                    p.street,
                    p.postcode,
                    p.phone,
                    p.email
                )
            });
            let head = "MSH|^~\\&|PAS|RF|LAB|RF|20240301101500||ADT^A01|MSG1|P|2.4\r";
            ("x-application/hl7-v2+er7", format!("{head}{}{fragment}", pid.unwrap_or_default()))
        }
        Format::Form => {
            let fields = person.map(|p| {
                KINDS
                    .iter()
                    .map(|&k| format!("{}={}&", label(k).1, encodings::percent(&p.labelled(k), true, min, dice)))
                    .collect::<String>()
            });
            ("application/x-www-form-urlencoded", format!("{}{fragment}", fields.unwrap_or_default()))
        }
        Format::Sse => {
            let fields = person.map(|p| rows(p, |_, k, v| format!("\"{k}\":\"{v}\",")));
            let first = fields.map(|f| format!("data: {{{f}\"v\":1}}\n\n")).unwrap_or_default();
            ("text/event-stream", format!("{first}{fragment}"))
        }
        Format::Multipart => {
            let fields = person.map(|p| rows(p, |_, k, v| part(&format!("form-data; name=\"{k}\""), None, v)));
            let text = format!("{}{fragment}--{BOUNDARY}--\r\n", fields.unwrap_or_default());
            ("multipart/form-data; boundary=----fanlightBoundary7MA4YWxk", text)
        }
        Format::Url | Format::Blob => ("text/plain", fragment.to_owned()),
    };
    Body { media, text }
}
