//! Nestings: a fragment of one format inside a fragment of another, as real systems put them into each other.

use crate::dice::Dice;
use crate::encodings::{self, Enc};
use crate::places::{Format, Plant, part};

/// One format inside another.
pub struct Layer {
    pub name: &'static str,
    pub from: Format,
    pub to: Format,
    pub wrap: fn(&mut Plant<'_>) -> String,
}

const fn layer(from: Format, to: Format, name: &'static str, wrap: fn(&mut Plant<'_>) -> String) -> Layer {
    Layer { name, from, to, wrap }
}

/// The first segment of a message.
const HEADER: &str = "MSH|^~\\&|A|B|C|D|20240301||ADT^A01|1|P|2.4\r";

/// Minimal escapes: what a server writes.
const MIN: Enc = Enc { density: 0, flavour: 0 };

/// `</` and `<!--` cannot stand in a script as they are.
fn scripted(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn data_url(p: &mut Plant<'_>, kind: &str) -> String {
    if p.enc.density == 2 {
        format!("data:{kind};base64,{}", encodings::base64(p.text.as_bytes(), MIN))
    } else {
        format!("data:{kind},{}", encodings::percent(p.text, false, MIN, p.dice))
    }
}

macro_rules! html_attribute {
    ($($before:literal, $after:literal)?) => {
        |p| format!(concat!($($before,)? "{}", $($after)?), p.html())
    };
}

pub const ALL: &[Layer] = &[
    // Into pages.
    layer(Format::Html, Format::Html, "srcdoc", html_attribute!("<iframe srcdoc=\"", "\"></iframe>")),
    layer(Format::Html, Format::Html, "textarea", html_attribute!("<textarea>", "</textarea>")),
    layer(Format::Html, Format::Html, "data-html", html_attribute!("<p data-content=\"", "\">x</p>")),
    layer(Format::Html, Format::Html, "title of markup", html_attribute!("<p title=\"", "\">x</p>")),
    layer(Format::Html, Format::Html, "template", |p| format!("<template>{}</template>", p.text)),
    layer(Format::Html, Format::Html, "script template", |p| {
        let tag = if p.text.to_lowercase().contains("script") { "template" } else { "script" };
        format!("<{tag} type=\"text/x-template\">{}</{tag}>", p.text)
    }),
    layer(Format::Json, Format::Html, "script json", |p| {
        format!("<script type=\"application/json\">{}</script>", scripted(p.text))
    }),
    layer(Format::Json, Format::Html, "script variable", |p| {
        format!("<script>window.state = {};</script>", scripted(p.text))
    }),
    layer(Format::Json, Format::Html, "data-json", html_attribute!("<div data-props=\"", "\">x</div>")),
    layer(
        Format::Json,
        Format::Html,
        "hidden json",
        html_attribute!("<input type=\"hidden\" name=\"state\" value=\"", "\">"),
    ),
    layer(Format::Json, Format::Html, "textarea json", html_attribute!("<textarea>", "</textarea>")),
    layer(Format::Json, Format::Html, "onclick json", html_attribute!("<p onclick=\"load(", ")\">x</p>")),
    layer(Format::Json, Format::Html, "page text json", html_attribute!("<pre>", "</pre>")),
    layer(Format::Js, Format::Html, "script", |p| {
        format!("<script>{}</script>", p.text.replace("</script", "<\\/script"))
    }),
    layer(Format::Js, Format::Html, "onclick", html_attribute!("<p onclick=\"", "\">x</p>")),
    layer(Format::Js, Format::Html, "svg script", |p| {
        format!("<svg><script>{}</script></svg>", encodings::html(p.text, MIN, p.dice))
    }),
    layer(Format::Css, Format::Html, "style", |p| format!("<style>{}</style>", p.text)),
    layer(Format::Xml, Format::Html, "textarea xml", html_attribute!("<textarea>", "</textarea>")),
    layer(Format::Xml, Format::Html, "script xml", |p| {
        if p.text.contains("script") {
            return format!("<textarea>{}</textarea>", p.html());
        }
        format!("<script type=\"application/xml\"><?xml version=\"1.0\"?>{}</script>", p.text)
    }),
    layer(Format::Xml, Format::Html, "data-xml", html_attribute!("<p data-x=\"", "\">x</p>")),
    // What links to a file that the page itself holds is a download, and taken out.
    layer(Format::Url, Format::Html, "href", |p| match p.text.starts_with("data:") {
        true => format!("<link href=\"{}\">", p.html()),
        false => format!("<a href=\"{}\">x</a>", p.html()),
    }),
    layer(Format::Url, Format::Html, "src", html_attribute!("<iframe src=\"", "\"></iframe>")),
    layer(Format::Url, Format::Html, "img src", html_attribute!("<img src=\"", "\">")),
    layer(Format::Url, Format::Html, "action", html_attribute!("<form action=\"", "\"></form>")),
    layer(Format::Url, Format::Html, "formaction", html_attribute!("<button formaction=\"", "\">x</button>")),
    layer(Format::Url, Format::Html, "poster", html_attribute!("<video poster=\"", "\"></video>")),
    layer(Format::Url, Format::Html, "ping", html_attribute!("<a href=\"/x\" ping=\"", "\">x</a>")),
    layer(Format::Url, Format::Html, "srcset", html_attribute!("<img srcset=\"/a.png 1x, ", " 2x\">")),
    layer(Format::Url, Format::Html, "xlink:href", html_attribute!("<svg><use xlink:href=\"", "\"/></svg>")),
    layer(Format::Url, Format::Html, "data-url", html_attribute!("<p data-url=\"", "\">x</p>")),
    layer(
        Format::Url,
        Format::Html,
        "refresh",
        html_attribute!("<meta http-equiv=\"refresh\" content=\"5; url=", "\">"),
    ),
    layer(Format::Url, Format::Html, "base", html_attribute!("<link rel=\"canonical\" href=\"", "\">")),
    layer(Format::Url, Format::Html, "page text url", |p| match hierarchical(p.text) {
        true => format!("<p>See {} now</p>", p.html()),
        false => format!("<p>See /open?u={} now</p>", p.percent(true).replace('&', "&amp;")),
    }),
    layer(Format::Hl7, Format::Html, "textarea hl7", |p| {
        let message = format!("{HEADER}{}", p.text);
        format!("<textarea>{}</textarea>", encodings::html(&message, p.enc, p.dice))
    }),
    layer(Format::Blob, Format::Html, "hidden blob", html_attribute!("<input type=hidden name=draft value=\"", "\">")),
    layer(Format::Blob, Format::Html, "data-blob", html_attribute!("<p data-blob=\"", "\">x</p>")),
    layer(Format::Text, Format::Html, "pre", html_attribute!("<pre>", "</pre>")),
    // Into scripts.
    layer(Format::Html, Format::Js, "innerHTML", |p| format!("e.innerHTML = {};", p.js('"'))),
    layer(Format::Html, Format::Js, "template markup", |p| format!("e.innerHTML = {};", p.js('`'))),
    layer(Format::Json, Format::Js, "literal", |p| format!("var a = {};", p.text)),
    layer(Format::Json, Format::Js, "parsed", |p| format!("var a = JSON.parse({});", p.js('\''))),
    layer(Format::Xml, Format::Js, "parseXml", |p| format!("parseXml({});", p.js('"'))),
    layer(Format::Url, Format::Js, "location", |p| format!("location.href = {};", p.js('\''))),
    layer(Format::Blob, Format::Js, "atob", |p| format!("var a = atob({});", p.js('"'))),
    // Into style sheets.
    layer(Format::Url, Format::Css, "url", |p| {
        format!("p {{ background: url(\"{}\") }}", p.text.replace('"', "%22").replace('\\', "%5C").replace('\n', "%0A"))
    }),
    // Into JSON.
    layer(Format::Html, Format::Json, "html string", |p| format!("{{\"html\":{}}}", p.json())),
    layer(Format::Html, Format::Json, "FHIR div", |p| {
        let div = format!("<div xmlns=\"http://www.w3.org/1999/xhtml\">{}</div>", p.text);
        let div = encodings::json(&div, p.enc, p.dice);
        format!("{{\"text\":{{\"status\":\"generated\",\"div\":\"{div}\"}}}}")
    }),
    layer(Format::Json, Format::Json, "json string", |p| format!("{{\"payload\":{}}}", p.json())),
    layer(Format::Json, Format::Json, "json array", |p| format!("[0,{},1]", p.text)),
    layer(Format::Xml, Format::Json, "xml string", |p| format!("{{\"document\":{}}}", p.json())),
    layer(Format::Url, Format::Json, "url string", |p| format!("{{\"href\":{}}}", p.json())),
    layer(Format::Hl7, Format::Json, "hl7 string", |p| {
        let message = format!("{HEADER}{}", p.text);
        format!("{{\"message\":\"{}\"}}", encodings::json(&message, p.enc, p.dice))
    }),
    layer(Format::Blob, Format::Json, "blob string", |p| format!("{{\"data\":{}}}", p.json())),
    layer(Format::Form, Format::Json, "form string", |p| format!("{{\"body\":{}}}", p.json())),
    layer(Format::Text, Format::Json, "text string", |p| format!("{{\"text\":{}}}", p.json())),
    // Into XML.
    layer(Format::Html, Format::Xml, "CDATA", |p| {
        format!("<section><![CDATA[{}]]></section>", p.text.replace("]]>", "]]]]><![CDATA[>"))
    }),
    layer(Format::Html, Format::Xml, "escaped", |p| format!("<section>{}</section>", p.xml())),
    layer(Format::Json, Format::Xml, "json text", |p| format!("<payload>{}</payload>", p.xml())),
    layer(Format::Json, Format::Xml, "json attribute", |p| format!("<payload data=\"{}\"/>", p.xml())),
    layer(Format::Json, Format::Xml, "json CDATA", |p| {
        format!("<payload><![CDATA[{}]]></payload>", p.text.replace("]]>", "]]\\u003e"))
    }),
    layer(Format::Xml, Format::Xml, "xml text", |p| format!("<payload>{}</payload>", p.xml())),
    layer(Format::Xml, Format::Xml, "xml in xml", |p| format!("<a><b>{}</b></a>", p.text)),
    layer(Format::Url, Format::Xml, "reference", |p| format!("<reference value=\"{}\"/>", p.xml())),
    layer(Format::Url, Format::Xml, "url text", |p| format!("<link>{}</link>", p.xml())),
    layer(Format::Blob, Format::Xml, "base64 text", |p| format!("<data>{}</data>", p.xml())),
    // Into URLs.
    layer(Format::Html, Format::Url, "data html", |p| data_url(p, "text/html")),
    layer(Format::Xml, Format::Url, "data svg", |p| {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", p.text);
        data_url(&mut Plant { text: &svg, enc: p.enc, split: p.split, dice: p.dice }, "image/svg+xml")
    }),
    layer(Format::Json, Format::Url, "data json", |p| data_url(p, "application/json")),
    layer(Format::Json, Format::Url, "json parameter", |p| format!("/api?state={}&v=1", p.percent(true))),
    layer(Format::Js, Format::Url, "javascript", |p| {
        format!("javascript:{}", encodings::percent(p.text, false, MIN, p.dice))
    }),
    layer(Format::Url, Format::Url, "return parameter", |p| format!("/login?next={}&v=1", p.percent(true))),
    layer(Format::Blob, Format::Url, "blob parameter", |p| format!("/open?packet={}&v=1", p.percent(true))),
    layer(Format::Css, Format::Url, "data css", |p| data_url(p, "text/css")),
    // Into words.
    layer(Format::Html, Format::Blob, "base64 html", |p| encodings::base64(p.text.as_bytes(), p.enc)),
    layer(Format::Json, Format::Blob, "base64 json", |p| encodings::base64(p.text.as_bytes(), p.enc)),
    layer(Format::Xml, Format::Blob, "base64 xml", |p| encodings::base64(p.text.as_bytes(), p.enc)),
    layer(Format::Json, Format::Blob, "JWT claims", |p| {
        let enc = Enc { flavour: 3, ..MIN };
        let head = encodings::base64(b"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", enc);
        let claims = if p.text.starts_with('{') { p.text.to_owned() } else { format!("{{\"c\":{}}}", p.text) };
        format!("{head}.{}.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg", encodings::base64(claims.as_bytes(), enc))
    }),
    // Into messages, tables, events and forms.
    layer(Format::Json, Format::Sse, "event", |p| {
        format!("event: update\nid: 7\ndata: {}\n\n", p.text.replace('\n', " "))
    }),
    layer(Format::Html, Format::Sse, "event html", |p| {
        let lines: Vec<String> = p.text.split(['\n', '\r']).map(|l| format!("data: {l}\n")).collect();
        format!("{}\n", lines.concat())
    }),
    layer(Format::Json, Format::Csv, "json cell", |p| format!("7,x,\"{}\"\r\n", p.text.replace('"', "\"\""))),
    layer(Format::Html, Format::Csv, "html cell", |p| format!("7,x,\"{}\"\r\n", p.text.replace('"', "\"\""))),
    layer(Format::Url, Format::Csv, "url cell", |p| format!("7,x,\"{}\"\r\n", p.text.replace('"', "\"\""))),
    layer(Format::Json, Format::Form, "json field", |p| format!("a=1&state={}", p.percent(true))),
    layer(Format::Html, Format::Form, "html field", |p| format!("a=1&body={}", p.percent(true))),
    layer(Format::Html, Format::Hl7, "ED segment", |p| {
        let text = encodings::hl7(p.text, MIN, p.dice).replace('\r', "\\X0D\\").replace('\n', "\\X0A\\");
        format!("OBX|2|FT|1^Doc||{text}||||||F\r")
    }),
    layer(Format::Blob, Format::Hl7, "ED base64", |p| format!("OBX|2|ED|1^Doc||^TEXT^HTML^Base64^{}||||||F\r", p.text)),
    layer(Format::Json, Format::Multipart, "json part", |p| {
        part("form-data; name=\"meta\"", Some("application/json"), p.text)
    }),
    layer(Format::Html, Format::Multipart, "html part", |p| {
        part("form-data; name=\"page\"; filename=\"a.html\"", Some("text/html; charset=utf-8"), p.text)
    }),
    layer(Format::Url, Format::Text, "url in text", |p| match hierarchical(p.text) {
        true => format!("See {} for more.\n", p.text),
        false => format!("See /open?u={} for more.\n", p.percent(true)),
    }),
];

/// In running text people write addresses of pages, not pages.
fn hierarchical(url: &str) -> bool {
    url.starts_with('/') || url.starts_with("http")
}

/// Formats that are a body of their own.
pub const BODIES: &[Format] = &[
    Format::Html,
    Format::Json,
    Format::Js,
    Format::Css,
    Format::Xml,
    Format::Text,
    Format::Csv,
    Format::Hl7,
    Format::Form,
    Format::Sse,
    Format::Multipart,
];

/// A way from `from` of so many layers, or a little more, to a format that is a body.
pub fn way(from: Format, depth: usize, dice: &mut Dice) -> Vec<&'static Layer> {
    let mut way: Vec<&'static Layer> = Vec::new();
    let mut at = from;
    while way.len() < depth || !BODIES.contains(&at) {
        let next: Vec<&Layer> = ALL.iter().filter(|l| l.from == at).collect();
        // What nothing holds is a body.
        if next.is_empty() {
            break;
        }
        // The last steps go to where an end is.
        let ends: Vec<&Layer> = next.iter().copied().filter(|l| BODIES.contains(&l.to)).collect();
        let layer = if way.len() + 1 >= depth && !ends.is_empty() { *dice.pick(&ends) } else { *dice.pick(&next) };
        at = layer.to;
        way.push(layer);
    }
    way
}
