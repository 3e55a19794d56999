//! Bodies that are no pages: their values, by other parsers than the rewriter's.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::judge::Judge;
use super::read;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// JSON, by serde_json, value by value, so that the first of two members of one name is seen as well; what that does not
/// read (too deep, not quite JSON) by its strings and numbers.
pub(super) fn json(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    let mut said = Ok(());
    let mut from = serde_json::Deserializer::from_str(text);
    let read = Values { judge, said: &mut said }.deserialize(&mut from).and_then(|()| from.end());
    said?;
    match read {
        Ok(()) => Ok(()),
        Err(_) => {
            judge.lines(text)?;
            let mut rest = text;
            while let Some(length) = super::parts::literal(rest, true) {
                let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
                json_part(judge, part)?;
                rest = after;
            }
            Ok(())
        }
    }
}

/// A stretch of JSON that ends with its only string: the numbers before it, and the string as serde_json decodes it.
pub(super) fn json_part(judge: &Judge<'_>, part: &str) -> Result<(), Withheld> {
    let (before, literal) = match part.find('"').and_then(|at| part.split_at_checked(at)) {
        Some(both) => both,
        None => (part, ""),
    };
    for word in before.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '[' | ']' | '{' | '}')) {
        judge.text(word, Surface::Data)?;
    }
    match serde_json::from_str::<String>(literal) {
        Ok(text) => judge.value(&text, Surface::Data, 0),
        Err(_) => judge.value(literal, Surface::Data, 0),
    }
}

/// Judges every value that serde_json comes across.
struct Values<'v, 'j> {
    judge: &'v Judge<'j>,
    said: &'v mut Result<(), Withheld>,
}

impl Values<'_, '_> {
    fn again(&mut self) -> Values<'_, '_> {
        Values { judge: self.judge, said: self.said }
    }

    fn heard<E: serde::de::Error>(&mut self, said: Result<(), Withheld>) -> Result<(), E> {
        said.map_err(|leak| {
            *self.said = Err(leak);
            E::custom("found")
        })
    }

    fn number<E: serde::de::Error>(&mut self, number: &dyn fmt::Display) -> Result<(), E> {
        let said = self.judge.text(&number.to_string(), Surface::Data);
        self.heard(said)
    }
}

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: serde::de::Error>(mut self, number: i64) -> Result<(), E> {
        self.number(&number)
    }
    fn visit_u64<E: serde::de::Error>(mut self, number: u64) -> Result<(), E> {
        self.number(&number)
    }
    fn visit_f64<E: serde::de::Error>(mut self, number: f64) -> Result<(), E> {
        self.number(&number)
    }
    fn visit_str<E: serde::de::Error>(mut self, text: &str) -> Result<(), E> {
        let said = self.judge.value(text, Surface::Data, 0);
        self.heard(said)
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self.again())?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<Cow<'de, str>>()? {
            let said = self.judge.text(&key, Surface::Data);
            self.heard(said)?;
            members.next_value_seed(self.again())?;
        }
        Ok(())
    }
}

/// Separated values: cell by cell, so that two cells never make one identifier. Whatever separates them: the file may use
/// another sign than its type says.
pub(super) fn cells(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => quoted = !quoted,
            ',' | ';' | '\t' | '|' | '\n' | '\r' if !quoted => {
                judge.value(&cell, Surface::Data, 0)?;
                cell.clear();
            }
            _ => cell.push(c),
        }
    }
    judge.value(&cell, Surface::Data, 0)?;
    // A quote that is none must not hide what stands behind it.
    for line in text.split(['\n', '\r']).filter(|line| line.contains('"')) {
        for piece in line.split([',', ';', '\t', '|']).chain(line.split('"')) {
            judge.text(piece, Surface::Data)?;
        }
    }
    Ok(())
}

/// HL7 v2: each repetition of a field whole, for a name has several components, and each component; escapes undone.
pub(super) fn segments(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for segment in text.split(['\n', '\r']) {
        for field in segment.split('|').flat_map(|field| field.split('~')) {
            judge.value(&read::hl7_escapes(field), Surface::Data, 0)?;
            if field.contains(['^', '&']) {
                for component in field.split(['^', '&']) {
                    judge.value(&read::hl7_escapes(component), Surface::Data, 0)?;
                }
            }
        }
    }
    Ok(())
}

/// EDIFACT: each component of each element, its signs released.
pub(super) fn elements(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for component in text.split(['\'', '+', ':', '*', '~', '\n', '\r']) {
        judge.value(&component.replace('?', ""), Surface::Data, 0)?;
    }
    Ok(())
}

/// A posted form: names and values.
pub(super) fn form(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for (name, value) in form_urlencoded::parse(text.trim().as_bytes()) {
        judge.text(&name, Surface::Data)?;
        judge.value(&value, Surface::Data, 0)?;
    }
    judge.lines(text)
}

/// An event of a stream: its data lines joined, as a browser joins them, and every other line.
pub(super) fn event(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    let mut data: Vec<&str> = Vec::new();
    for line in text.split(['\n', '\r']) {
        match line.strip_prefix("data:") {
            Some(value) => data.push(value.strip_prefix(' ').unwrap_or(value)),
            None => judge.value(line, Surface::Data, 0)?,
        }
    }
    let data = data.join("\n");
    if data.trim_start().starts_with(['{', '[', '"']) { json(judge, &data) } else { judge.lines(&data) }
}
