//! Oracles: other people's parsers read what came out, as a browser or a program would.
//!
//! [`readings`] is everything that can be read in a text by undoing whatever may be undone, again and again; [`shape`] is
//! how a text is built, without what it says.

mod css;
mod html;
mod js;
mod xml;

use std::collections::HashSet;

use serde_json::Value;

use crate::canaries::folded;
use crate::places::BOUNDARY;

/// How often something is undone in what was undone.
const DEEP: usize = 24;

/// Everything that can be read in a text, folded.
pub fn readings(text: &str) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut out = Vec::new();
    let mut todo = vec![(text.to_owned(), 0)];
    while let Some((text, depth)) = todo.pop() {
        if text.len() < 4 || !seen.insert(text.clone()) {
            continue;
        }
        out.push(folded(&text));
        if depth >= DEEP {
            continue;
        }
        let mut next = Vec::new();
        if text.contains('<') {
            html::texts(&text, &mut next);
            xml::texts(&text, &mut next);
            next.push(without_tags(&text));
        }
        if text.contains('&') {
            next.push(html::decoded(&text));
        }
        if text.contains('%') {
            next.extend(percents(&text));
        }
        if text.contains('\\') {
            next.push(js::unescaped(&text));
            next.push(css::unescaped(&text));
            next.push(hl7(&text));
        }
        json(&text, &mut next);
        js::texts(&text, &mut next);
        words(&text, &mut next);
        if text.contains("data:") {
            next.push(events(&text));
        }
        todo.extend(next.into_iter().map(|t| (t, depth + 1)));
    }
    out
}

/// The strings, keys and numbers of a JSON text, or of each of its lines.
fn json(text: &str, out: &mut Vec<String>) {
    let mut open: Vec<Value> = match serde_json::from_str(text) {
        Ok(value) => vec![value],
        Err(_) => {
            text.lines().filter_map(|l| serde_json::from_str(l.trim_start_matches("data:").trim()).ok()).collect()
        }
    };
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => out.push(text),
            Value::Number(n) => out.push(n.to_string()),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                for (key, value) in members {
                    out.push(key);
                    open.push(value);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

fn percents(text: &str) -> Vec<String> {
    let undone = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    vec![undone.replace('+', " "), undone]
}

fn hl7(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\X") {
        let Some(end) = rest[at + 2..].find('\\') else { break };
        out.push_str(&rest[..at]);
        let bytes =
            data_encoding::HEXUPPER_PERMISSIVE.decode(&rest.as_bytes()[at + 2..at + 2 + end]).unwrap_or_default();
        out.push_str(&String::from_utf8_lossy(&bytes));
        rest = &rest[at + 3 + end..];
    }
    out.push_str(rest);
    out
}

fn events(text: &str) -> String {
    let data = |l: &str| l.strip_prefix("data:").map(|d| d.strip_prefix(' ').unwrap_or(d).to_owned());
    text.lines().filter_map(data).collect::<Vec<_>>().join("\n")
}

/// What stands in words of base64, whole or between signs.
fn words(text: &str, out: &mut Vec<String>) {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    for run in text.split(|c| !letter(c)).filter(|r| r.len() >= 12) {
        for word in std::iter::once(run).chain(run.split('/')).chain(run.split(['-', '_'])) {
            out.extend(unpacked(word));
        }
    }
}

fn unpacked(word: &str) -> Option<String> {
    let plain = word.replace('-', "+").replace('_', "/");
    let bytes = data_encoding::BASE64_NOPAD.decode(plain.as_bytes()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (text.len() >= 8 && !text.chars().any(|c| c.is_control() && !c.is_whitespace())).then_some(text)
}

/// How a body is built. Whatever may have been masked is a word; what holds a format is that format's shape.
pub fn shape(media: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    match media.split(';').next().unwrap_or_default() {
        "text/html" => html::shape(text, &mut out),
        "application/json" => match serde_json::from_str(text) {
            Ok(value) => json_shape(&value, &mut out),
            Err(e) => out.push(format!("no JSON: {e}")),
        },
        "application/xml" => xml::shape(text, &mut out),
        "text/javascript" => js::shape(text, &mut out),
        "text/css" => css::shape(text, &mut out),
        "text/csv" => csv_shape(text, &mut out),
        "text/event-stream" => {
            for event in text.split("\n\n") {
                out.push("event".into());
                if let Ok(value) = serde_json::from_str(&events(event)) {
                    json_shape(&value, &mut out);
                }
            }
        }
        "x-application/hl7-v2+er7" => {
            out.extend(text.split('\r').map(|s| format!("{} {}", s.get(..3).unwrap_or(s), s.matches('|').count())));
        }
        "application/x-www-form-urlencoded" => {
            out.extend(text.split('&').map(|p| format!("parameter {}", p.contains('='))));
        }
        "multipart/form-data" => {
            for part in text.split(BOUNDARY) {
                let (head, body) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
                out.push(format!("part of {} lines", head.lines().count()));
                value_shape(body, &mut out);
            }
        }
        _ => out.push("text".into()),
    }
    out
}

/// What is read in a body by whoever takes it for this type, folded: in a type that lies, the body's own escapes are none.
pub fn readings_as(media: &str, text: &str) -> Vec<String> {
    let mut read = vec![text.to_owned()];
    match media {
        "text/html" => {
            html::texts(text, &mut read);
            read.push(html::decoded(&without_tags(text)));
        }
        "application/xhtml+xml" | "application/xml" => xml::texts(text, &mut read),
        "application/json" | "application/x-ndjson" => {
            for line in text.lines().chain([text]) {
                json(line, &mut read);
            }
        }
        "text/javascript" => js::texts(text, &mut read),
        "text/csv" => read.push(text.replace("\"\"", "\"")),
        _ => {}
    }
    read.iter().map(|text| folded(text)).collect()
}

fn json_shape(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Null => out.push("null".into()),
        Value::Bool(b) => out.push(b.to_string()),
        Value::Number(_) => out.push("word".into()),
        Value::String(text) => value_shape(text, out),
        Value::Array(items) => {
            out.push("[".into());
            items.iter().for_each(|item| json_shape(item, out));
            out.push("]".into());
        }
        Value::Object(members) => {
            out.push("{".into());
            for (key, value) in members {
                // A key that is an identifier becomes another.
                out.push(if key.len() < 12 && key.chars().all(|c| c.is_ascii_alphabetic()) {
                    key.clone()
                } else {
                    "key".into()
                });
                json_shape(value, out);
            }
            out.push("}".into());
        }
    }
}

/// The shape of a value that may hold a format.
fn value_shape(text: &str, out: &mut Vec<String>) {
    let text = text.trim();
    if text.starts_with(['{', '['])
        && let Ok(value) = serde_json::from_str(text)
    {
        return json_shape(&value, out);
    }
    if text.starts_with('<') && text.ends_with('>') {
        // Read as HTML whatever it is: both sides are then read by one parser, to which CDATA is text.
        return html::shape(&without_cdata(text), out);
    }
    if text.len() >= 10
        && !text.contains('.')
        && let Some(inside) = unpacked(text.trim_end_matches('='))
    {
        out.push("base64".into());
        return value_shape(&inside, out);
    }
    out.push("word".into());
}

fn without_cdata(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<![CDATA[") {
        out.push_str(before);
        let (inside, behind) = after.split_once("]]>").unwrap_or((after, ""));
        out.push_str(&inside.replace('&', "&amp;").replace('<', "&lt;"));
        rest = behind;
    }
    out + rest
}

fn csv_shape(text: &str, out: &mut Vec<String>) {
    let mut cells = 0;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells += 1,
            '\n' if !quoted => {
                out.push(format!("{cells} commas"));
                cells = 0;
            }
            _ => {}
        }
    }
    out.push(format!("{cells} commas, {quoted}"));
}
