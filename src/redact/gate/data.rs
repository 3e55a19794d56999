//! Bodies that are no pages: their values, by other parsers than the rewriter's.

use serde_json::Value;

use super::judge::Judge;
use super::read;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// JSON, by serde_json; what that does not read (too deep, not quite JSON) as text.
pub(super) fn json(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    let Ok(root) = serde_json::from_str::<Value>(text) else { return judge.lines(text) };
    let mut open = vec![&root];
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => judge.value(text, Surface::Data, 0)?,
            Value::Number(number) => judge.text(&number.to_string(), Surface::Data)?,
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                for (key, value) in members {
                    judge.text(key, Surface::Data)?;
                    open.push(value);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }
    Ok(())
}

/// XML: what stands between tags, and the values inside them.
pub(super) fn xml(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for (n, part) in text.split('<').enumerate() {
        let (inside, after) = if n == 0 { ("", part) } else { part.split_once('>').unwrap_or((part, "")) };
        for (odd, piece) in inside.split(['"', '\'']).enumerate() {
            // Between quotes; a comment has none, and is looked at whole.
            if odd % 2 == 1 || inside.starts_with('!') {
                judge.value(&read::entities(piece), Surface::Data, 0)?;
            }
        }
        if inside.starts_with('!') {
            judge.value(inside, Surface::Comment, 0)?;
        }
        judge.value(&read::entities(after), Surface::Data, 0)?;
    }
    Ok(())
}

/// Tables and messages: cell by cell, so that two cells never make one identifier.
pub(super) fn cells(judge: &Judge<'_>, text: &str) -> Result<(), Withheld> {
    for line in text.split(['\n', '\r']) {
        for cell in line.split([',', ';', '\t', '|', '^', '~']) {
            judge.value(cell, Surface::Data, 0)?;
        }
        // A quoted cell holds its separators.
        if line.contains('"') {
            for cell in line.split('"') {
                judge.text(cell, Surface::Data)?;
            }
        }
    }
    Ok(())
}
