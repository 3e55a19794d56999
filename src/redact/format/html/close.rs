//! End tags: what they close, and what an element that has ended says of what comes next.

use std::sync::Arc;

use super::entity;
use super::names::Name;
use super::numbers;
use super::page::Page;
use super::scope::{Flow, MAX_LABELS, MAX_SAID, Said, Scope};
use super::table::{Part, RowEnd};
use super::tree::{Closes, Open, Space};
use super::words::{Label, label_of};
use crate::redact::format::value;
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::run::Span;
use crate::redact::withheld::Withheld;

impl Page {
    pub(super) fn end(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
        let name_span = self.scanner.name();
        let name = Name::of(self.source(name_span.clone())?);
        let closes = self.tree.closes(&name);
        if let Some(removed) = self.removal {
            let ends = matches!(closes, Closes::To(n) if n <= removed);
            let own = matches!(closes, Closes::To(n) if n == removed);
            if own || !ends {
                self.splice.edit(span.clone(), "");
            }
            if own || !ends {
                return self.close(ins, closes, span.start, span.end);
            }
        }
        self.inject(span.start);
        if self.names_somebody(ins, &name)? {
            self.take_out(span);
            self.passage.seam = true;
            return Ok(());
        }
        if !self.scanner.attrs().is_empty() {
            // They mean nothing and go; what stands in them counts as found all the same, so that whoever decides by that whether
            // the page was changed for a reason (a script, of its strings) keeps the change.
            for at in self.scanner.attrs() {
                let text = entity::decode(self.source(at.value.clone())?, true);
                let _gone = value::as_text(ins, &text, &Place::on(Surface::Attribute))?;
            }
            self.splice.edit(name_span.end..span.end, ">");
        }
        match closes {
            Closes::Nothing if matches!(name.as_str(), "p" | "br") => self.flush(ins, name.as_str() == "br"),
            Closes::To(_) | Closes::One(_) | Closes::Nothing => self.close(ins, closes, span.start, span.end),
        }
    }

    /// Whether the name of an element is an identifier: `From: John <john.smith@trust.example>` or `<Quillfeather>`, written as
    /// text and read as a tag. Such a tag means nothing to a browser, and is taken out.
    pub(super) fn names_somebody(&self, ins: &mut Inspector, name: &Name) -> Result<bool, Withheld> {
        let Name::Other(name) = name else { return Ok(false) };
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        let odd = name.bytes().any(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'_')));
        // In a drawing or a formula `marker` and `line` are elements, whoever is called so; an element of the page's own has a hyphen.
        let foreign = self.tree.open.last().is_some_and(|open| open.space != Space::Html);
        let word = !foreign && name.bytes().all(|b| b.is_ascii_alphabetic());
        Ok((odd || digits >= 6 || word) && ins.redact_on(Surface::Attribute, name)?.is_some())
    }

    pub(super) fn close(&mut self, ins: &mut Inspector, closes: Closes, start: u64, end: u64) -> Result<(), Withheld> {
        match closes {
            Closes::To(keep) => self.close_to(ins, keep, start, end, true),
            Closes::One(at) => {
                self.passage.seam = true;
                if self.tree.open.len() > at {
                    self.tree.open.remove(at);
                    self.matcher.close_one(at);
                }
                self.grids.clear();
                for table in self.tables.iter_mut().filter(|t| t.depth > at) {
                    table.depth -= 1;
                }
                self.candidates.retain(|c| c.depth != at);
                for candidate in self.candidates.iter_mut().filter(|c| c.depth > at) {
                    candidate.depth -= 1;
                }
                self.removal = self.removal.filter(|&r| r != at).map(|r| if r > at { r - 1 } else { r });
                Ok(())
            }
            Closes::Nothing => Ok(()),
        }
    }

    /// Closes all but the outermost `keep` elements. `own`: by an end tag from `start` to `end`, which belongs to the
    /// outermost of them; else by something that begins at `start`.
    pub(super) fn close_to(
        &mut self,
        ins: &mut Inspector,
        keep: usize,
        start: u64,
        end: u64,
        own: bool,
    ) -> Result<(), Withheld> {
        while self.tree.open.len() > keep {
            let at = self.tree.open.len() - 1;
            let Some(top) = self.tree.open.last() else { break };
            let flow = top.more.flow;
            if flow == Flow::Block {
                self.flush(ins, false)?;
            }
            self.element_ends(ins, at)?;
            let Some(closed) = self.tree.open.pop() else { break };
            self.box_ends(ins, &closed, at);
            match flow {
                Flow::Line => self.inline_ends(ins, &closed),
                Flow::Block => self.block_ends(ins, closed),
                Flow::Unseen => {}
            }
            while let Some(candidate) = self.candidates.pop_if(|c| c.depth >= at) {
                self.judge(ins, &candidate, if own && at == keep { end } else { start });
            }
            if self.removal.is_some_and(|removed| removed >= at) {
                self.removal = None;
            }
        }
        self.matcher.close_to(keep);
        Ok(())
    }

    /// Tables follow their parts.
    pub(super) fn element_ends(&mut self, ins: &mut Inspector, at: usize) -> Result<(), Withheld> {
        let Some(part) = self.tree.open.get(at).and_then(|o| o.more.part) else { return Ok(()) };
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        if table.depth > at {
            return Ok(());
        }
        match part {
            Part::Cell { .. } if table.depth < at => table.cell_ends(ins),
            Part::Row if table.depth < at => {
                let end = table.row_ends(ins);
                if end != RowEnd::Open {
                    self.settle(ins, end == RowEnd::Headers)?;
                }
            }
            Part::Head if table.depth < at => table.head(false),
            Part::Table if table.depth == at => {
                self.give_up(ins)?;
                self.tables.pop();
            }
            Part::Cell { .. } | Part::Row | Part::Head | Part::Table => {}
        }
        Ok(())
    }

    pub(super) fn inline_ends(&mut self, ins: &Inspector, closed: &Open<Scope>) {
        self.passage.seam = true;
        self.passage.edge();
        let (epoch, mark) = closed.more.mark;
        let from = if epoch == self.epoch { mark } else { 0 };
        if closed.name.as_str() == "label" {
            let mut text = closed.more.label_text.clone();
            text.extend(self.passage.run.text().get(from..).unwrap_or_default().chars().take(MAX_SAID));
            if let Some(id) = &closed.more.label_for
                && !id.is_empty()
                && self.labels.len() < MAX_LABELS
            {
                self.labels.insert(id.clone(), Arc::new(label_of(ins, text.trim(), false)));
            }
        }
        if let Some(role) = closed.more.role.filter(|_| !closed.more.action) {
            self.passage.looks_like(from, role);
        }
        if epoch == self.epoch && !closed.more.action {
            self.passage.piece(from, closed.more.look);
        }
    }

    /// What a block said may be the label of what comes next.
    pub(super) fn block_ends(&mut self, ins: &Inspector, closed: Open<Scope>) {
        let name = closed.name.as_str();
        let label = closed.more.pending.clone();
        let action = closed.more.action;
        let parent = self.block_scope();
        let text = match closed.more.said {
            Said::Nothing => return,
            Said::More => {
                parent.pending = None;
                parent.said = Said::More;
                return;
            }
            Said::Text(text) => text,
        };
        parent.said.add(&text);
        parent.pending = match name {
            "dt" => Some(Arc::new(label_of(ins, &text, false))),
            // The value of a description stays that of its term, for a second one too.
            "dd" => parent.pending.take(),
            _ if action => parent.pending.take(),
            "div" | "p" | "section" | "center" | "header" | "caption" | "figcaption" => {
                label.filter(|_| label_of(ins, text.trim_end_matches(':'), false).known())
            }
            // A heading says what follows is about, not what it is; but for a number, when one follows.
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" => {
                let label = label_of(ins, &text, false);
                let fits = !label.words.is_empty() && label.words.len() <= 40;
                fits.then(|| {
                    let number = label.kind().is_some_and(numbers::is_number);
                    Arc::new(if number { label.as_hint() } else { Label { field: None, ..label } })
                })
            }
            _ => None,
        };
    }
}
