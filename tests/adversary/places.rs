//! Places: where in a document of each format a text can stand.
//!
//! A place writes a complete fragment of its format around the text: markup, a JSON value, statements, rules, a URL.

use crate::dice::Dice;
use crate::encodings::{self, Enc};
use crate::splittings;

/// What a fragment is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Html,
    Json,
    Js,
    Css,
    Xml,
    Url,
    Text,
    Csv,
    Hl7,
    Form,
    Sse,
    Multipart,
    /// One word of letters and digits that holds something else.
    Blob,
}

/// What a place or a layer has to write.
pub struct Plant<'a> {
    pub text: &'a str,
    pub enc: Enc,
    pub split: usize,
    pub dice: &'a mut Dice,
}

impl Plant<'_> {
    pub fn html(&mut self) -> String {
        encodings::html(self.text, self.enc, self.dice)
    }

    fn pieces(&mut self) -> String {
        splittings::html(self.split, self.text, self.enc, self.dice)
    }

    pub fn json(&mut self) -> String {
        format!("\"{}\"", encodings::json(self.text, self.enc, self.dice))
    }

    pub fn js(&mut self, quote: char) -> String {
        format!("{quote}{}{quote}", encodings::js(self.text, quote, self.enc, self.dice))
    }

    fn css(&mut self) -> String {
        format!("\"{}\"", encodings::css(self.text, self.enc, self.dice))
    }

    pub fn xml(&mut self) -> String {
        encodings::xml(self.text, self.enc, self.dice)
    }

    pub fn percent(&mut self, form: bool) -> String {
        encodings::percent(self.text, form, self.enc, self.dice)
    }
}

/// A place.
pub struct Place {
    pub name: &'static str,
    pub format: Format,
    /// Detectors look here with nothing learned and no label.
    pub alone: bool,
    /// The document has the same shape after as before; where not, what holds the text is taken out.
    pub shape: bool,
    pub plant: fn(&mut Plant<'_>) -> String,
}

const fn at(format: Format, name: &'static str, plant: fn(&mut Plant<'_>) -> String) -> Place {
    Place { name, format, alone: true, shape: true, plant }
}

/// Only what was learned is looked for here.
const fn known(format: Format, name: &'static str, plant: fn(&mut Plant<'_>) -> String) -> Place {
    Place { name, format, alone: false, shape: true, plant }
}

/// Only what was learned, and taken out with what holds it.
const fn taken(format: Format, name: &'static str, plant: fn(&mut Plant<'_>) -> String) -> Place {
    Place { name, format, alone: false, shape: false, plant }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// What cannot stand in a comment is left out of it.
fn commented(text: &str) -> String {
    text.replace("--", "-").replace(['>', '<'], " ")
}

macro_rules! attribute {
    ($tag:literal, $name:literal) => {
        |p| format!(concat!("<", $tag, " ", $name, "=\"{}\">x</", $tag, ">"), p.html())
    };
}

pub const ALL: &[Place] = &[
    // Text of a page.
    at(Format::Html, "p", |p| format!("<p>{}</p>", p.pieces())),
    at(Format::Html, "div in div", |p| format!("<div><div>{}</div>x</div>", p.pieces())),
    at(Format::Html, "li", |p| format!("<ul><li>a<li>{}</ul>", p.pieces())),
    at(Format::Html, "td", |p| format!("<table><tr><td>a</td><td>{}</td></tr></table>", p.pieces())),
    at(Format::Html, "td of a header nobody knows", |p| {
        format!("<table><tr><th>Ward</th><th>Notes</th></tr><tr><td>7</td><td>{}</td></tr></table>", p.pieces())
    }),
    at(Format::Html, "foster-parented", |p| format!("<table>{}<tr><td>a</td></tr></table>", p.pieces())),
    at(Format::Html, "button", |p| format!("<button>{}</button>", p.pieces())),
    at(Format::Html, "a", |p| format!("<a href=\"/x\">{}</a>", p.pieces())),
    at(Format::Html, "pre", |p| format!("<pre>{}</pre>", p.pieces())),
    at(Format::Html, "h2", |p| format!("<h2>{}</h2>", p.pieces())),
    at(Format::Html, "option", |p| format!("<select><option>{}</option></select>", p.html())),
    at(Format::Html, "option value", |p| format!("<select><option value=\"{}\">x</option></select>", p.html())),
    at(Format::Html, "optgroup label", |p| format!("<select><optgroup label=\"{}\"></optgroup></select>", p.html())),
    at(Format::Html, "textarea", |p| format!("<textarea>{}</textarea>", p.html())),
    at(Format::Html, "title element", |p| format!("<title>{}</title>", p.html())),
    at(Format::Html, "noscript", |p| format!("<noscript><p>{}</p></noscript>", p.pieces())),
    at(Format::Html, "template", |p| format!("<template><p>{}</p></template>", p.pieces())),
    at(Format::Html, "iframe content", |p| format!("<iframe><p>{}</p></iframe>", p.pieces())),
    at(Format::Html, "noembed", |p| format!("<noembed><p>{}</p></noembed>", p.pieces())),
    at(Format::Html, "xmp", |p| format!("<xmp>{}</xmp>", commented(p.text))),
    at(Format::Html, "svg text", |p| format!("<svg><text x=\"1\">{}</text></svg>", p.html())),
    at(Format::Html, "svg title", |p| format!("<svg><title>{}</title></svg>", p.html())),
    at(Format::Html, "svg desc", |p| format!("<svg><desc>{}</desc></svg>", p.pieces())),
    at(Format::Html, "svg CDATA", |p| format!("<svg><text><![CDATA[{}]]></text></svg>", p.text)),
    at(Format::Html, "svg foreignObject", |p| {
        format!("<svg><foreignObject><p>{}</p></foreignObject></svg>", p.pieces())
    }),
    at(Format::Html, "svg attribute", |p| format!("<svg><g data-name=\"{}\" id=\"g1\"></g></svg>", p.html())),
    at(Format::Html, "math annotation", |p| {
        format!("<math><semantics><mi>x</mi><annotation>{}</annotation></semantics></math>", p.html())
    }),
    at(Format::Html, "math annotation-xml", |p| {
        format!("<math><annotation-xml encoding=\"text/html\"><p>{}</p></annotation-xml></math>", p.pieces())
    }),
    at(Format::Html, "ruby", |p| format!("<p><ruby>{}<rt>x</rt></ruby></p>", p.html())),
    at(Format::Html, "details", |p| format!("<details><summary>{}</summary>x</details>", p.pieces())),
    at(Format::Html, "custom element", |p| format!("<patient-banner>{}</patient-banner>", p.pieces())),
    at(Format::Html, "plain li without end", |p| format!("<p>{}", p.pieces())),
    // Attributes.
    at(Format::Html, "@title", attribute!("p", "title")),
    at(Format::Html, "@alt", |p| format!("<img src=\"/x.png\" alt=\"{}\">", p.html())),
    at(Format::Html, "@placeholder", |p| format!("<input placeholder=\"{}\">", p.html())),
    at(Format::Html, "@value", |p| format!("<input name=\"q\" value=\"{}\">", p.html())),
    at(Format::Html, "@value of hidden", |p| format!("<input type=\"hidden\" name=\"k\" value=\"{}\">", p.html())),
    at(Format::Html, "@value of button", |p| format!("<input type=button value=\"{}\">", p.html())),
    at(Format::Html, "@data-x", attribute!("div", "data-x")),
    at(Format::Html, "@aria-label", attribute!("div", "aria-label")),
    at(Format::Html, "@aria-valuetext", attribute!("div", "aria-valuetext")),
    at(Format::Html, "@summary", |p| format!("<table summary=\"{}\"><tr><td>x</td></tr></table>", p.html())),
    at(Format::Html, "@label", |p| format!("<track label=\"{}\">", p.html())),
    at(Format::Html, "@abbr", |p| format!("<table><tr><th abbr=\"{}\">x</th></tr></table>", p.html())),
    at(Format::Html, "@content of meta", |p| format!("<meta name=\"description\" content=\"{}\">", p.html())),
    at(Format::Html, "@content of itemprop", |p| format!("<meta itemprop=\"x\" content=\"{}\">", p.html())),
    at(Format::Html, "@id", attribute!("p", "id")),
    at(Format::Html, "@name", attribute!("a", "name")),
    at(Format::Html, "@for", attribute!("label", "for")),
    at(Format::Html, "@class", attribute!("p", "class")),
    at(Format::Html, "@download", |p| format!("<img src=\"/x\" usemap=\"#{}\">", p.html())),
    at(Format::Html, "@x-anything", attribute!("p", "x-anything")),
    at(Format::Html, "@:vue", attribute!("p", ":patient")),
    at(Format::Html, "@ng-init", |p| format!("<p ng-init=\"a = '{}'\">x</p>", p.html())),
    known(Format::Html, "@href raw", attribute!("a", "href")),
    known(Format::Html, "@src raw", |p| format!("<img src=\"/photo/{}\">", p.html())),
    known(Format::Html, "@action raw", |p| format!("<form action=\"/find?q={}\"></form>", p.html())),
    at(Format::Html, "@single quoted", |p| format!("<p title='{}'>x</p>", p.html())),
    at(Format::Html, "@unquoted", |p| {
        format!("<p title={}>x</p>", p.html().replace(' ', "&#32;").replace('=', "&#61;").replace('`', "&#96;"))
    }),
    taken(Format::Html, "@forgotten quotes", |p| format!("<p title={}>x</p>", p.text)),
    at(Format::Html, "@duplicate", |p| format!("<p title=\"x\" title=\"{}\">x</p>", p.html())),
    at(Format::Html, "end tag", |p| format!("<p>x</p title=\"{}\">", p.html())),
    at(Format::Html, "stray end tag", |p| format!("</b title=\"{}\"><p>x</p>", p.html())),
    at(Format::Html, "upper case", |p| format!("<P TITLE=\"{}\">x</P>", p.html())),
    at(Format::Html, "spaced attribute", |p| format!("<p title \n=\t\"{}\"\n>x</p\n>", p.html())),
    at(Format::Html, "slashes for spaces", |p| format!("<p/id=\"a\"/title=\"{}\"/>x</p>", p.html())),
    at(Format::Html, "style attribute", |p| {
        format!("<p style=\"content: {}\">x</p>", p.css().replace('"', "'").replace('&', "&amp;"))
    }),
    known(Format::Html, "style property", |p| {
        format!("<p style=\"--who: {}\">x</p>", p.css().replace('"', "'").replace('&', "&amp;"))
    }),
    // Markup that is none.
    taken(Format::Html, "comment", |p| format!("<!-- {} -->", commented(p.text))),
    taken(Format::Html, "conditional comment", |p| format!("<!--[if IE]><p>{}</p><![endif]-->", commented(p.text))),
    taken(Format::Html, "bogus comment", |p| format!("<! {}>", commented(p.text))),
    taken(Format::Html, "comment with bang", |p| format!("<!-- {} --!><p>x</p>", commented(p.text))),
    taken(Format::Html, "instruction", |p| format!("<?php {} ?>", commented(p.text))),
    taken(Format::Html, "CDATA that is none", |p| format!("<![CDATA[{}]]>", commented(p.text))),
    taken(Format::Html, "doctype", |p| format!("<!DOCTYPE html SYSTEM \"{}\">", commented(&p.text.replace('"', " ")))),
    taken(Format::Html, "end tag that is none", |p| format!("</ {}>", commented(p.text))),
    // Scripts.
    at(Format::Js, "double quotes", |p| format!("var a = {};", p.js('"'))),
    at(Format::Js, "single quotes", |p| format!("show({}, 7);", p.js('\''))),
    at(Format::Js, "template", |p| format!("var a = {};", p.js('`'))),
    at(Format::Js, "template beside ${}", |p| {
        let inside = p.js('`');
        format!("var t = `${{1 + 2}} {} ${{x}}`;", inside.trim_matches('`'))
    }),
    at(Format::Js, "in an array", |p| format!("var a = [1, {}, true];", p.js('"'))),
    at(Format::Js, "object value", |p| format!("var a = {{k: {}, n: 3.10}};", p.js('"'))),
    known(Format::Js, "object key", |p| format!("var a = {{{}: 1}};", p.js('"'))),
    known(Format::Js, "member key", |p| format!("a[{}] = 1;", p.js('\''))),
    at(Format::Js, "line comment", |p| format!("var a = 1; // {}\nvar b = 2;", one_line(p.text))),
    at(Format::Js, "block comment", |p| format!("/* {} */ var a = 1;", p.text.replace("*/", ""))),
    known(Format::Js, "regular expression", |p| {
        let text: String = p.text.chars().map(|c| if "/\\[](){}+*?.^$|".contains(c) { '.' } else { c }).collect();
        format!("var a = /{text}/g.test(b);")
    }),
    at(Format::Js, "JSON.parse", |p| {
        let json = p.json();
        format!("var a = JSON.parse({});", Plant { text: &format!("{{\"k\":[{json}]}}"), ..own(p) }.js('\''))
    }),
    at(Format::Js, "case", |p| format!("switch (a) {{ case {}: b(); }}", p.js('"'))),
    at(Format::Js, "arrow default", |p| format!("var f = (a = {}) => a / 2;", p.js('"'))),
    at(Format::Js, "after a division", |p| format!("var a = b / c / {}.length;", p.js('"'))),
    at(Format::Js, "HTML comment in a script", |p| format!("<!-- {}\nvar a = 1;\n", commented(&one_line(p.text)))),
    // Style sheets.
    at(Format::Css, "content", |p| format!("p::before {{ content: {}; color: red }}", p.css())),
    at(Format::Css, "comment", |p| format!("/* {} */ p {{ color: red }}", p.text.replace("*/", ""))),
    known(Format::Css, "url()", |p| format!("p {{ background: url(/photo/{}.png) }}", p.percent(false))),
    known(Format::Css, "url(\"\")", |p| format!("p {{ background: url(\"/photo?n={}\") }}", p.percent(false))),
    known(Format::Css, "custom property", |p| format!("p {{ --patient: {}; color: red }}", p.css())),
    known(Format::Css, "attribute selector", |p| format!("p[data-k={}] {{ color: red }}", p.css())),
    known(Format::Css, "font name", |p| format!("p {{ font-family: {} }}", p.css())),
    known(Format::Css, "@import", |p| format!("@import \"/s.css?n={}\"; p {{ color: red }}", p.percent(false))),
    // JSON.
    at(Format::Json, "value", |p| format!("{{\"k\": {}, \"n\": 3.10}}", p.json())),
    at(Format::Json, "array", |p| format!("[true, {}, null, -1.50e3]", p.json())),
    at(Format::Json, "deep", |p| format!("{{\"a\":{{\"b\":[{{\"c\":[[{}]]}}]}}}}", p.json())),
    known(Format::Json, "key", |p| format!("{{\"a\":1,{}:2}}", p.json())),
    at(Format::Json, "beside a label nobody knows", |p| format!("{{\"label\":\"Remark\",\"value\":{}}}", p.json())),
    at(Format::Json, "note", |p| format!("{{\"note\":[{{\"text\":{}}}]}}", p.json())),
    at(Format::Json, "message", |p| format!("{{\"type\":\"message\",\"data\":{}}}", p.json())),
    // XML.
    at(Format::Xml, "text", |p| format!("<note>{}</note>", splittings::xml(p.split, p.text, p.enc, p.dice))),
    at(Format::Xml, "attribute", |p| format!("<note text=\"{}\" n=\"3\"/>", p.xml())),
    at(Format::Xml, "attribute nobody knows", |p| format!("<note remark='{}'>x</note>", p.xml())),
    at(Format::Xml, "CDATA", |p| format!("<note><![CDATA[{}]]></note>", p.text.replace("]]>", ""))),
    taken(Format::Xml, "comment", |p| {
        format!("<note><!-- {} --></note>", p.text.replace("--", "-").trim_end_matches('-'))
    }),
    taken(Format::Xml, "instruction", |p| format!("<note><?app {} ?></note>", p.text.replace("?>", ""))),
    at(Format::Xml, "mixed", |p| format!("<note>a <b>b</b> {} <i>c</i></note>", p.xml())),
    at(Format::Xml, "namespaced", |p| format!("<x:note xmlns:x=\"urn:x\" x:text=\"{}\"/>", p.xml())),
    // URLs.
    known(Format::Url, "path", |p| format!("/patient/{}/notes", p.percent(false))),
    known(Format::Url, "file name", |p| format!("/files/{}.html", p.percent(false))),
    known(Format::Url, "matrix", |p| format!("/chart;who={};v=2/notes", p.percent(false))),
    known(Format::Url, "query", |p| format!("/find?q={}&page=2", p.percent(true))),
    known(Format::Url, "query name", |p| format!("/find?{}=1&page=2", p.percent(true))),
    known(Format::Url, "bare query", |p| format!("/find?{}", p.percent(true))),
    known(Format::Url, "fragment", |p| format!("/chart#{}", p.percent(false))),
    known(Format::Url, "fragment route", |p| format!("/app#/patient/{}?tab=1", p.percent(false))),
    known(Format::Url, "absolute", |p| format!("https://pas.example/p/{}?v=1", p.percent(false))),
    known(Format::Url, "mailto", |p| format!("mailto:ward@nhs.example?subject={}", p.percent(false))),
    known(Format::Url, "user", |p| format!("https://{}@pas.example/x", p.percent(false))),
    at(Format::Url, "data text", |p| format!("data:text/plain,{}", p.percent(false))),
    at(Format::Url, "data base64", |p| {
        format!("data:text/plain;base64,{}", encodings::base64(p.text.as_bytes(), Enc { flavour: 0, ..p.enc }))
    }),
    // Text and messages.
    at(Format::Text, "paragraph", |p| format!("Ward 7.\n\n{}\n\nEnd.\n", p.text)),
    at(Format::Text, "line", |p| format!("Ward 7.\r\n{}\r\nEnd.", p.text)),
    at(Format::Text, "over a line's end", |p| format!("Ward: {}\n", p.text.replace(' ', "\n"))),
    at(Format::Csv, "cell", |p| format!("7,{},x\r\n", quoted(p.text))),
    at(Format::Csv, "last cell", |p| format!("7,x,{}\r\n", quoted(p.text))),
    at(Format::Hl7, "NTE", |p| format!("NTE|1|L|{}\r", encodings::hl7(p.text, p.enc, p.dice))),
    at(Format::Hl7, "OBX", |p| format!("OBX|1|TX|1^Note||{}||||||F\r", encodings::hl7(p.text, p.enc, p.dice))),
    at(Format::Hl7, "component", |p| format!("ZXX|1|a^{}^c~d\r", encodings::hl7(p.text, p.enc, p.dice))),
    at(Format::Form, "value", |p| format!("a=1&q={}&b=2", p.percent(true))),
    known(Format::Form, "name", |p| format!("a=1&{}=2", p.percent(true))),
    at(Format::Sse, "data", |p| format!("data: {}\n\n", one_line(p.text))),
    at(Format::Sse, "data lines", |p| format!("data: x\ndata:{}\ndata\n\n", one_line(p.text))),
    at(Format::Sse, "comment", |p| format!(": {}\n\n", one_line(p.text))),
    at(Format::Sse, "event and id", |p| format!("event: {0}\nid: {0}\ndata: x\n\n", one_line(p.text))),
    at(Format::Multipart, "field", |p| part("form-data; name=\"q\"", None, p.text)),
    at(Format::Multipart, "field name", |p| {
        part(&format!("form-data; name=\"{}\"", p.text.replace('"', "%22")), None, "x")
    }),
    at(Format::Multipart, "file name", |p| {
        let name = p.text.replace('"', "%22");
        part(&format!("form-data; name=\"f\"; filename=\"{name}.txt\""), Some("text/plain"), "x")
    }),
    at(Format::Multipart, "file name*", |p| {
        let name = p.percent(false);
        part(&format!("form-data; name=\"f\"; filename*=UTF-8''{name}.txt"), Some("text/plain"), "x")
    }),
    at(Format::Multipart, "file", |p| part("form-data; name=\"f\"; filename=\"a.txt\"", Some("text/plain"), p.text)),
    // Words that hold text.
    at(Format::Blob, "base64", |p| encodings::base64(format!("Seen in clinic: {}.", p.text).as_bytes(), p.enc)),
];

fn own<'a>(p: &'a mut Plant<'_>) -> Plant<'a> {
    Plant { text: p.text, enc: p.enc, split: p.split, dice: p.dice }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The boundary of every multipart body.
pub const BOUNDARY: &str = "----fanlightBoundary7MA4YWxk";

/// One part of a multipart body.
pub fn part(disposition: &str, kind: Option<&str>, body: &str) -> String {
    let kind = kind.map(|k| format!("Content-Type: {k}\r\n")).unwrap_or_default();
    format!("--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n{kind}\r\n{body}\r\n")
}
