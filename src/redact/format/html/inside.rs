//! Text that is of a format of its own: JSON that a browser shows as a page, markup that was escaped to be seen or sits in a
//! text area, base64, the script of a drawing (whose text has references, as any other in SVG).

use super::entity;
use super::names::Name;
use super::page::Page;
use super::passage::{Passage, Written};
use super::raw::{self, Script};
use super::words::Label;
use crate::redact::format::value;
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldRule;
use crate::redact::withheld::Withheld;

/// What a text becomes, written as it was, where it holds a format. A text that a field names is
/// not looked into: it goes whole.
pub(super) fn shown(
    ins: &mut Inspector,
    source: &str,
    written: Written,
    label: Option<&Label>,
    whence: &Name,
) -> Result<value::Nested, Withheld> {
    if label.and_then(|l| l.field.as_ref()).is_some_and(|f: &std::sync::Arc<FieldRule>| f.names_identifier()) {
        return Ok(value::Nested::Plain);
    }
    let text = match written {
        Written::Plain => source.into(),
        Written::Text | Written::Attribute => entity::decode(source, written == Written::Attribute),
    };
    if !value::holds_format(&text) {
        return Ok(value::Nested::Plain);
    }
    let label = label.map(|l| l.words.as_str()).unwrap_or_default();
    let place = Place { surface: Surface::Text, field: None, label, whence: whence.as_str() };
    let value::Nested::Changed(new) = value::nested(ins, &text, &place)? else {
        // What was looked into is not read as words once more.
        return Ok(value::Nested::Unchanged);
    };
    Ok(value::Nested::Changed(match written {
        // A text area may hold its markup as it is.
        Written::Text if source.contains('<') => new.replace('&', "&amp;").replace("</", "&lt;/"),
        _ if whence.as_str() == "xmp" => raw::closed_to(&new, "xmp"),
        Written::Plain | Written::Text | Written::Attribute => escaped(&new, written, source),
    }))
}

/// As it stands in its place again.
fn escaped(text: &str, written: Written, source: &str) -> String {
    match written {
        // CDATA ends at its mark.
        Written::Plain => text.replace("]]>", "]] >"),
        Written::Text | Written::Attribute => entity::escape_as(text, source),
    }
}

impl Page {
    /// Looks into a run that is one stretch of source; says whether it held a format.
    pub(super) fn holds_format(&mut self, ins: &mut Inspector, passage: &Passage) -> Result<bool, Withheld> {
        let mut spans = passage.run.source_of(0..passage.len());
        let (Some(span), true) = (spans.pop(), spans.is_empty()) else { return Ok(false) };
        let written = if self.plain { Written::Plain } else { Written::Text };
        let top = self.tree.top().filter(|top| self.tree.foreign() && matches!(top.name.as_str(), "script" | "style"));
        let source = self.source(span.clone())?.to_owned();
        if let Some(top) = top {
            let text = if self.plain { source.as_str().into() } else { entity::decode(&source, false) };
            let new = match top.name.as_str() {
                // What a comment in the wrong place makes a style sheet of is none: then it is text.
                "style" => match raw::style(ins, &text)? {
                    None => return Ok(false),
                    Some(new) => {
                        let place = Place { whence: "style", ..Place::on(Surface::Style) };
                        value::as_text(ins, &new, &place)?.or(Some(new))
                    }
                },
                _ => raw::script(ins, top.more.script.unwrap_or(Script::Program), &text)?,
            };
            if let Some(new) = new {
                self.splice.edit(span, escaped(&new, written, &source));
            }
            return Ok(true);
        }
        // A run that stands as it is read has no markup in it; what looks so is a tag that the end cut off.
        if !self.plain && source.contains('<') && !source.contains('&') {
            return Ok(false);
        }
        let label = passage.context.as_ref().and_then(|c| c.label.clone());
        let name = self.tree.top().map_or(Name::of("body"), |top| top.name.clone());
        match shown(ins, &source, written, label.as_deref(), &name)? {
            value::Nested::Changed(new) => self.splice.edit(span, new),
            value::Nested::Unchanged => {}
            value::Nested::Plain => return Ok(false),
        }
        Ok(true)
    }
}
