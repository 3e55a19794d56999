//! Tokens that are no markup: scripts and the like, comments, document types.

use super::page::Page;
use super::passage::{Context, Passage, Written};
use super::raw::{self, Script};
use super::{control, entity, inside};
use crate::redact::format::value;
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::run::Span;
use crate::redact::withheld::Withheld;

impl Page {
    pub(super) fn raw(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
        let Some(top) = self.tree.top() else { return Ok(()) };
        let name = top.name.clone();
        let text = self.source(span.clone())?.to_owned();
        let script = top.more.script;
        let new = match name.as_str() {
            "script" => {
                if let Some(index) = self.applying.controls.does(&text) {
                    // What a script does at load is stopped by the guard; the rule has been met all the same.
                    control::action(ins, index);
                }
                let kind = script.unwrap_or(Script::Unknown);
                if self.xml && !text.contains("<![CDATA[") {
                    let read = entity::decode(&text, false);
                    raw::script(ins, kind, &read)?.map(|new| entity::escape(&new))
                } else {
                    if !matches!(kind, Script::Unknown) {
                        ins.verbatim_at(span.start);
                    }
                    raw::script(ins, kind, &text)?
                }
            }
            "style" => {
                ins.verbatim_at(span.start);
                raw::style(ins, &text)?
            }
            "noscript" | "iframe" | "noembed" | "noframes" => {
                ins.verbatim_at(span.start);
                raw::markup(ins, name.as_str(), &text)?
            }
            _ => {
                let written = if name.as_str() == "xmp" { Written::Plain } else { Written::Text };
                let label = top.more.value_of.clone().filter(|_| top.more.field.is_none());
                match inside::shown(ins, &text, written, label.as_deref(), &name)? {
                    value::Nested::Changed(new) => {
                        self.splice.edit(span, new);
                        return Ok(());
                    }
                    value::Nested::Unchanged => return Ok(()),
                    value::Nested::Plain => {}
                }
                let Some(top) = self.tree.top() else { return Ok(()) };
                let context = Context {
                    surface: if top.more.sent { Surface::Field } else { Surface::Text },
                    label: top.more.value_of.clone(),
                    carried: false,
                    action: false,
                    whence: self.whence(),
                };
                let mut passage = Passage::at(context);
                passage.field(&top.more.field);
                passage.push(&text, span.start, written, true);
                passage.decide(ins, &mut self.splice)?;
                None
            }
        };
        if let Some(new) = new {
            self.splice.edit(span, new);
        }
        Ok(())
    }

    pub(super) fn comment(&mut self, ins: &mut Inspector, span: Span, bogus: bool) -> Result<(), Withheld> {
        let content = self.scanner.content();
        let text = self.source(content.clone())?;
        if text.trim().is_empty() {
            return Ok(());
        }
        let text = text.to_owned();
        if self.xml && bogus && self.head.is_some() && transforms(&text) {
            return Err(Withheld::Malformed("a page without a transformation"));
        }
        if !bogus && raw::holds_tags(&text) {
            ins.verbatim_at(content.start);
            if let Some(new) = raw::markup(ins, "comment", &text)? {
                if raw::ends_comment(&new) {
                    self.take_out(span);
                } else {
                    self.splice.edit(content, new);
                }
            }
            return Ok(());
        }
        // Data in a comment: `<!-- {"nhs": …} -->`; CDATA is none in HTML, but somebody meant it.
        let inner = text.strip_prefix("[CDATA[").map_or(text.as_str(), |t| t.trim_end_matches("]]"));
        if value::holds_format(inner) {
            let place = Place { whence: "comment", ..Place::on(Surface::Comment) };
            if let value::Nested::Changed(new) = value::nested(ins, inner, &place)? {
                if bogus || raw::ends_comment(&new) {
                    self.take_out(span);
                } else {
                    self.splice.edit(content, new);
                }
                return Ok(());
            }
        }
        let mut run = crate::redact::run::Run::default();
        // A parser leaves references in a comment alone; the template that wrote a name into it did not.
        entity::push(&mut run, &text, content.start, false);
        let found = ins.inspect(run.text(), &Place { whence: "comment", ..Place::on(Surface::Comment) })?;
        if bogus && !found.is_empty() || found.iter().any(|f| f.with.is_empty()) {
            self.take_out(span);
            return Ok(());
        }
        for (nth, one) in found.into_iter().enumerate() {
            let source = run.source_of(one.range);
            if let Some(first) = source.first() {
                ins.found_at(nth, first.start);
            }
            self.splice.edit_all(&source, entity::escape(&one.with));
        }
        Ok(())
    }

    pub(super) fn doctype(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
        let text = self.source(self.scanner.content())?.to_owned();
        if self.xml && text.contains('[') {
            // Entities declared here could hold anything.
            return Err(Withheld::Malformed("XHTML"));
        }
        let text = entity::decode(&text, false);
        if value::as_text(ins, &text, &Place { whence: "doctype", ..Place::on(Surface::Comment) })?.is_some() {
            self.splice.edit(span, "<!DOCTYPE html>");
        }
        Ok(())
    }
}

/// Whether an instruction (without its `<`) names a style sheet that is none of CSS: it would make another page of this one, without the guard.
fn transforms(instruction: &str) -> bool {
    instruction.trim_start_matches('?').starts_with("xml-stylesheet") && !instruction.contains("css")
}
