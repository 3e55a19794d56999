//! The page under way: each token in its place, what follows from it, and what may leave.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::attribute::{self, Tag};
use super::control::{self, Controls};
use super::entity;
use super::matcher::{Element, Matcher};
use super::names::{CONTROL, INLINE, Name, UNSEEN};
use super::passage::{Chosen, Context, Passage, Written, has_lines};
use super::raw::{self, Script};
use super::table::Table;
use super::tokens::{Attr, Scanner, Token};
use super::tree::{Closes, Open, Space, Tree};
use super::words::{Label, field_of_name, label_of};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{ControlAction, ControlMatch, FieldRule};
use crate::redact::run::Span;
use crate::redact::splice::Splice;
use crate::redact::withheld::Withheld;

/// The most labels remembered for controls that come later.
const MAX_LABELS: usize = 4096;
/// The most text kept to see whether an element is a label.
const MAX_SAID: usize = 128;
/// How much of a run too long to hold is kept, so that nothing is cut in two.
const OVERLAP: usize = 1024;

/// Text that stands directly in an element.
#[derive(Debug, Default)]
enum Said {
    #[default]
    Nothing,
    Text(String),
    More,
}

impl Said {
    fn add(&mut self, text: &str) {
        *self = match std::mem::take(self) {
            Said::Nothing if text.len() <= MAX_SAID => Said::Text(text.to_owned()),
            Said::Text(old) if old.len() + text.len() < MAX_SAID => Said::Text(old + " " + text),
            Said::Nothing | Said::Text(_) | Said::More => Said::More,
        };
    }
}

/// How an element stands in the text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Flow {
    #[default]
    Block,
    /// In a line: a run goes through it.
    Line,
    /// Not at all.
    Unseen,
}

impl Flow {
    fn of(name: &Name, space: Space) -> Self {
        match space {
            Space::Html if name.is(INLINE) => Flow::Line,
            Space::Html if name.is(UNSEEN) => Flow::Unseen,
            Space::Html => Flow::Block,
            Space::Svg | Space::Math => match name.as_str() {
                "text" | "title" | "desc" | "foreignobject" => Flow::Block,
                "script" | "style" => Flow::Unseen,
                _ => Flow::Line,
            },
        }
    }
}

/// What is kept for an open element.
#[derive(Debug, Default)]
struct Scope {
    flow: Flow,
    /// The selector field that holds for its text.
    field: Chosen,
    /// The label beside it or around it.
    value_of: Option<Arc<Label>>,
    /// A label that stands in it and waits for the value behind it.
    pending: Option<Arc<Label>>,
    said: Said,
    /// Where in which run it began.
    mark: (u64, usize),
    script: Option<Script>,
    /// A `label`: the control that it names.
    label_for: Option<String>,
    label_text: String,
    /// Lines are seen as lines.
    pre: bool,
    /// In a link or button.
    action: bool,
    /// A hash of its name and class.
    look: u64,
}

/// What a selector is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Field(usize),
    Control(usize),
    Contract(usize, usize),
}

/// An element that may turn out to be an export or print control, once its text is known.
#[derive(Debug)]
struct Candidate {
    depth: usize,
    start: u64,
    /// Where attributes can be added to its start tag.
    insert: u64,
    drop: Vec<Span>,
    text: String,
    dead: bool,
}

/// A page under way.
#[derive(Debug)]
pub(super) struct Page {
    head: Option<Arc<str>>,
    injected: bool,
    whole: bool,
    ready: bool,
    splice: Splice,
    scanner: Scanner,
    tree: Tree<Scope>,
    matcher: Matcher,
    purposes: Vec<Purpose>,
    controls: Controls,
    /// Layout contracts with what they still miss.
    unmet: Vec<(usize, usize)>,
    passage: Passage,
    /// Counts runs, so that marks into older ones are known to be old.
    epoch: u64,
    tables: Vec<Table>,
    labels: HashMap<String, Arc<Label>>,
    /// The label whose value goes on in the next line.
    carry: Option<Arc<Label>>,
    candidates: Vec<Candidate>,
    /// The element that is being taken out, with all in it.
    removal: Option<usize>,
    /// What stands outside of every element.
    root: Scope,
    held_text: usize,
    limit: usize,
    depth: u32,
}

impl Page {
    pub(super) fn new(head: Option<Arc<str>>, whole: bool) -> Self {
        Self {
            injected: head.is_none(),
            head,
            whole,
            ready: false,
            splice: Splice::default(),
            scanner: Scanner::default(),
            tree: Tree::default(),
            matcher: Matcher::default(),
            purposes: Vec::new(),
            controls: Controls::default(),
            unmet: Vec::new(),
            passage: Passage::default(),
            epoch: 1,
            tables: Vec::new(),
            labels: HashMap::new(),
            carry: None,
            candidates: Vec::new(),
            removal: None,
            root: Scope::default(),
            held_text: 0,
            limit: 0,
            depth: 0,
        }
    }

    pub(super) fn write(&mut self, ins: &mut Inspector, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.begin(ins);
        self.splice.push(chunk);
        self.pump(ins, false)?;
        self.let_go(out);
        Ok(())
    }

    pub(super) fn finish(&mut self, ins: &mut Inspector, out: &mut Vec<u8>) -> Result<(), Withheld> {
        self.begin(ins);
        self.pump(ins, true)?;
        let end = self.splice.end();
        self.flush(ins, false)?;
        self.close_to(ins, 0, end, end, false)?;
        self.inject(end);
        if let Some(&(contract, _)) = self.unmet.first() {
            let id = ins.plan().contracts.get(contract).map(|c| c.id.clone()).unwrap_or_default();
            return Err(Withheld::Contract(id));
        }
        self.splice.finish(out);
        Ok(())
    }

    /// What the plan asks of this page, compiled on the first write.
    fn begin(&mut self, ins: &Inspector) {
        if std::mem::replace(&mut self.ready, true) {
            return;
        }
        let plan = ins.plan().clone();
        self.held_text = plan.bounds.held_text.max(4 * OVERLAP);
        // A script or a data attribute is one value that cannot be decided in parts.
        self.limit = plan.bounds.look_ahead.max(self.held_text);
        self.depth = plan.bounds.depth;
        self.controls = Controls::of(ins);
        let here = |paths: &[crate::redact::glob::Glob]| {
            paths.is_empty() || paths.iter().any(|p| p.matches(ins.path()).is_some())
        };
        let mut selectors = Vec::new();
        for (index, field) in plan.fields.selectors.iter().enumerate() {
            if field.rule.applies(ins.path()) {
                selectors.push((&field.selector, Purpose::Field(index)));
            }
        }
        for (index, control) in plan.controls.iter().enumerate() {
            if let ControlMatch::Selector(selector) = &control.by
                && here(&control.paths)
            {
                selectors.push((selector, Purpose::Control(index)));
            }
        }
        if self.whole {
            for (index, contract) in plan.contracts.iter().enumerate().filter(|(_, c)| here(&c.paths)) {
                for (n, selector) in contract.requires.iter().enumerate() {
                    selectors.push((selector, Purpose::Contract(index, n)));
                    self.unmet.push((index, n));
                }
            }
        }
        self.matcher = Matcher::new(selectors.iter().map(|(s, _)| *s));
        self.purposes = selectors.into_iter().map(|(_, purpose)| purpose).collect();
    }

    fn pump(&mut self, ins: &mut Inspector, last: bool) -> Result<(), Withheld> {
        loop {
            let base = self.splice.start();
            let held = self.splice.bytes(base..self.splice.end());
            let Some(token) = self.scanner.next(held, base, last, self.limit)? else { return Ok(()) };
            self.token(ins, token)?;
            self.bound(ins)?;
            self.scanner.foreign = self.tree.foreign();
        }
    }

    /// Nothing waits for ever: what has waited too long is decided with what is known.
    fn bound(&mut self, ins: &mut Inspector) -> Result<(), Withheld> {
        let at = self.scanner.start();
        let most = self.held_text as u64;
        if let Some(table) = self.tables.last()
            && table.waiting.first().is_some_and(|p| at - p.start > most)
        {
            self.settle(ins, false)?;
        }
        self.candidates.retain(|c| !c.dead && at - c.start <= most);
        if self.passage.len() > self.held_text {
            self.cut(ins)?;
        }
        Ok(())
    }

    /// Lets go what is decided.
    fn let_go(&mut self, out: &mut Vec<u8>) {
        let mut hold = self.scanner.start();
        // A `<` that is text may have to be escaped, when what comes next is taken out.
        if hold > self.splice.start() && self.splice.bytes(hold - 1..hold) == b"<" {
            hold -= 1;
        }
        if !self.passage.run.is_empty() {
            hold = hold.min(self.passage.start);
        }
        if let Some(first) = self.tables.iter().find_map(|t| t.waiting.first()) {
            hold = hold.min(first.start);
        }
        if let Some(first) = self.candidates.first() {
            hold = hold.min(first.start.saturating_sub(1));
        }
        // Moving what stays costs as much as it is long: not for every few bytes.
        let ready = hold.saturating_sub(self.splice.start());
        if ready > 0 && ready >= (self.splice.end() - hold).min(4096) {
            self.splice.flush_to(hold, out);
        }
    }

    fn inject(&mut self, at: u64) {
        if !std::mem::replace(&mut self.injected, true)
            && let Some(head) = &self.head
        {
            self.splice.edit(at..at, head.as_bytes());
        }
    }

    /// Takes a stretch out, so that nothing before and behind it can join into markup.
    fn take_out(&mut self, span: Span) {
        if let Some(before) = span.start.checked_sub(1)
            && self.splice.bytes(before..span.start) == b"<"
        {
            self.splice.edit(before..span.start, "&lt;");
        }
        self.splice.edit(span, "");
    }

    fn source(&self, span: Span) -> Result<&str, Withheld> {
        std::str::from_utf8(self.splice.bytes(span)).map_err(|_| Withheld::BadCharset)
    }

    fn token(&mut self, ins: &mut Inspector, token: Token) -> Result<(), Withheld> {
        let span = self.scanner.span();
        match token {
            Token::Text => self.text(ins, span, Written::Text),
            Token::Plain => self.text(ins, span, Written::Plain),
            Token::CutOff => {
                self.flush(ins, false)?;
                self.text(ins, span, Written::Text)?;
                self.flush(ins, false)
            }
            Token::Start { self_closing } => self.start(ins, span, self_closing),
            Token::End => self.end(ins, span),
            _ if self.removal.is_some() => {
                self.splice.edit(span, "");
                Ok(())
            }
            Token::Raw => self.raw(ins, span),
            Token::Comment { bogus } => self.comment(ins, span, bogus),
            Token::Doctype => self.doctype(ins, span),
            Token::Bracket => Ok(()),
        }
    }

    fn scope(&self) -> &Scope {
        self.tree.top().map_or(&self.root, |o| &o.more)
    }

    /// The innermost element that is not part of a line.
    fn block(&self) -> Option<usize> {
        self.tree.open.iter().rposition(|o| o.more.flow == Flow::Block)
    }

    fn block_scope(&mut self) -> &mut Scope {
        let at = self.block();
        at.and_then(|n| self.tree.open.get_mut(n)).map_or(&mut self.root, |o| &mut o.more)
    }

    fn text(&mut self, ins: &mut Inspector, span: Span, written: Written) -> Result<(), Withheld> {
        if self.removal.is_some() {
            self.splice.edit(span, "");
            return Ok(());
        }
        let text = std::str::from_utf8(self.splice.bytes(span.clone())).map_err(|_| Withheld::BadCharset)?;
        let blank = text.bytes().all(|b| b.is_ascii_whitespace());
        for candidate in &mut self.candidates {
            candidate.text.push_str(&entity::decode(text, false));
            candidate.dead |= candidate.text.len() > 4 * control::LONGEST;
        }
        if !(blank && self.passage.run.is_empty()) {
            let (field, pre) = match self.tree.top() {
                Some(top) => (&top.more.field, top.more.pre),
                None => (&self.root.field, false),
            };
            self.passage.field(field);
            self.passage.push(text, span.start, written, pre);
        }
        if !blank {
            self.inject(span.start);
        }
        let _ = ins;
        Ok(())
    }

    /// A run longer than may be held: all but its end is decided, cut where no finding is.
    fn cut(&mut self, ins: &mut Inspector) -> Result<(), Withheld> {
        let text = self.passage.run.text();
        let upto = text.len().saturating_sub(OVERLAP);
        let before = text.get(..upto).or_else(|| text.get(..upto + 1)).unwrap_or(text);
        let mut at = before.rfind(' ').filter(|&at| at > upto / 2).unwrap_or(before.len());
        let whence = self.whence();
        let place = Place { whence: &whence, ..Place::on(Surface::Text) };
        for found in ins.inspect(text, &place)? {
            if found.range.start < at && at < found.range.end {
                at = found.range.start.max(1);
            }
        }
        let label = self.scope().value_of.clone();
        let context = Context { surface: Surface::Text, label, action: false, whence };
        let mut front = Passage::at(context);
        std::mem::swap(&mut front.run, &mut self.passage.run);
        self.passage.run = front.run.clone();
        front.run.keep(at);
        front.field(&self.scope().field);
        front.decide(ins, &mut self.splice)?;
        self.passage.forget(at);
        self.epoch += 1;
        Ok(())
    }

    fn whence(&self) -> String {
        let from = self.tree.open.len().saturating_sub(3);
        let names: Vec<&str> = self.tree.open.iter().skip(from).map(|o| o.name.as_str()).collect();
        names.join(" > ")
    }

    /// The run ends: at a block, or at the end of a line.
    fn flush(&mut self, ins: &mut Inspector, line: bool) -> Result<(), Withheld> {
        let carry = if line { self.carry.clone() } else { self.carry.take() };
        if self.passage.run.is_empty() {
            self.passage.clear();
            return Ok(());
        }
        let mut passage = std::mem::take(&mut self.passage);
        let epoch = self.epoch;
        self.epoch += 1;
        let text = passage.run.text().trim().to_owned();
        for open in self.tree.open.iter_mut().rev().take_while(|o| o.more.flow == Flow::Line) {
            if open.more.label_for.is_some() || open.name.as_str() == "label" {
                let from = if open.more.mark.0 == epoch { open.more.mark.1 } else { 0 };
                let part = passage.run.text().get(from..).unwrap_or_default();
                open.more.label_text.extend(part.chars().take(MAX_SAID));
            }
        }
        let own = match text.strip_suffix(':') {
            Some(before) => super::passage::label_at_end(ins, before),
            None if text.len() <= MAX_SAID => Some(label_of(ins, &text, false)).filter(Label::known),
            None => None,
        };
        let is_label = own.is_some() && !text.trim_end_matches(':').contains(':');
        let action = self.scope().action;
        let whence = self.whence();
        let block = self.block_scope();
        let label = match () {
            () if is_label => None,
            () => carry.clone().or_else(|| block.pending.clone()).or_else(|| block.value_of.clone()),
        };
        block.said.add(&text);
        block.pending = own.clone().filter(|_| !passage.of_control && !action).map(Arc::new);
        passage.context = Some(Context { surface: Surface::Text, label, action, whence });
        let waits = match self.tables.last_mut() {
            Some(table) => {
                table.text(&text);
                table.waits() && self.removal.is_none()
            }
            None => false,
        };
        if waits && let Some(table) = self.tables.last_mut() {
            table.waiting.push(passage);
            return Ok(());
        }
        let last = passage.decide(ins, &mut self.splice)?;
        if line {
            self.carry = match last.or(own) {
                Some(label) => Some(Arc::new(label)).filter(|l| has_lines(l)),
                None => carry,
            };
        }
        Ok(())
    }

    /// Decides the runs of a first row.
    fn settle(&mut self, ins: &mut Inspector, header: bool) -> Result<(), Withheld> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        table.settled = true;
        for mut passage in std::mem::take(&mut table.waiting) {
            if header && let Some(context) = &mut passage.context {
                context.label = None;
            }
            passage.decide(ins, &mut self.splice)?;
        }
        Ok(())
    }

    fn raw(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
        let Some(top) = self.tree.top() else { return Ok(()) };
        let name = top.name.clone();
        let text = self.source(span.clone())?.to_owned();
        let script = top.more.script;
        let new = match name.as_str() {
            "script" => {
                if let Some(index) = self.controls.does(&text) {
                    // What a script does at load is stopped by the guard; the rule has been met all the same.
                    control::action(ins, index);
                }
                raw::script(ins, script.unwrap_or(Script::Unknown), &text)?
            }
            "style" => raw::style(ins, &text)?,
            "noscript" | "iframe" | "noembed" | "noframes" => raw::markup(ins, name.as_str(), &text)?,
            _ => {
                let written = if name.as_str() == "xmp" { Written::Plain } else { Written::Text };
                let context = Context {
                    surface: Surface::Text,
                    label: top.more.value_of.clone(),
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

    fn comment(&mut self, ins: &mut Inspector, span: Span, bogus: bool) -> Result<(), Withheld> {
        self.passage.seam = true;
        let content = self.scanner.content();
        let text = self.source(content.clone())?;
        if text.trim().is_empty() {
            return Ok(());
        }
        let text = text.to_owned();
        if !bogus && raw::holds_tags(&text) {
            if let Some(new) = raw::markup(ins, "comment", &text)? {
                if raw::ends_comment(&new) {
                    self.take_out(span);
                } else {
                    self.splice.edit(content, new);
                }
            }
            return Ok(());
        }
        let mut run = crate::redact::run::Run::default();
        run.push_read(&text, content.start);
        let found = ins.inspect(run.text(), &Place { whence: "comment", ..Place::on(Surface::Comment) })?;
        if bogus && !found.is_empty() || found.iter().any(|f| f.with.is_empty()) {
            self.take_out(span);
            return Ok(());
        }
        for one in found {
            self.splice.edit_all(&run.source_of(one.range), entity::escape(&one.with));
        }
        Ok(())
    }

    fn doctype(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
        let text = self.source(self.scanner.content())?.to_owned();
        if ins.redact(&text, &Place { whence: "doctype", ..Place::on(Surface::Comment) })?.is_some() {
            self.splice.edit(span, "<!DOCTYPE html>");
        }
        Ok(())
    }

    fn end(&mut self, ins: &mut Inspector, span: Span) -> Result<(), Withheld> {
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
        if !self.scanner.attrs().is_empty() {
            self.splice.edit(name_span.end..span.end, ">");
        }
        if name.as_str().bytes().filter(u8::is_ascii_digit).count() >= 6 {
            self.named(ins, &name)?;
        }
        match closes {
            Closes::Nothing if matches!(name.as_str(), "p" | "br") => self.flush(ins, name.as_str() == "br"),
            Closes::To(_) | Closes::One(_) | Closes::Nothing => self.close(ins, closes, span.start, span.end),
        }
    }

    /// An element name that holds an identifier cannot be rewritten so that the page still means the same.
    fn named(&self, ins: &mut Inspector, name: &Name) -> Result<(), Withheld> {
        match ins.redact_on(Surface::Attribute, name.as_str())? {
            Some(_) => Err(Withheld::Parser("an element name holds an identifier")),
            None => Ok(()),
        }
    }

    fn close(&mut self, ins: &mut Inspector, closes: Closes, start: u64, end: u64) -> Result<(), Withheld> {
        match closes {
            Closes::To(keep) => self.close_to(ins, keep, start, end, true),
            Closes::One(at) => {
                self.passage.seam = true;
                if self.tree.open.len() > at {
                    self.tree.open.remove(at);
                    self.matcher.close_one(at);
                }
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
    fn close_to(&mut self, ins: &mut Inspector, keep: usize, start: u64, end: u64, own: bool) -> Result<(), Withheld> {
        while self.tree.open.len() > keep {
            let at = self.tree.open.len() - 1;
            let Some(top) = self.tree.open.last() else { break };
            let name = top.name.clone();
            let flow = top.more.flow;
            if flow == Flow::Block {
                self.flush(ins, false)?;
            }
            self.element_ends(ins, at, &name)?;
            let Some(closed) = self.tree.open.pop() else { break };
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
    fn element_ends(&mut self, ins: &mut Inspector, at: usize, name: &Name) -> Result<(), Withheld> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        if table.depth > at {
            return Ok(());
        }
        match name.as_str() {
            "td" | "th" if table.depth < at => table.cell_ends(ins),
            "tr" if table.depth < at => {
                let header = table.row_ends(ins);
                self.settle(ins, header)?;
            }
            "thead" if table.depth < at => table.head(false),
            "table" if table.depth == at => {
                self.settle(ins, false)?;
                self.tables.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn inline_ends(&mut self, ins: &Inspector, closed: &Open<Scope>) {
        self.passage.seam = true;
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
        if epoch == self.epoch && !closed.more.action {
            self.passage.piece(from, closed.more.look);
        }
    }

    /// What a block said may be the label of what comes next.
    fn block_ends(&mut self, ins: &Inspector, closed: Open<Scope>) {
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
            // A heading says what follows is about, not what it is.
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "legend" => {
                let words = label_of(ins, &text, false).words;
                (!words.is_empty() && words.len() <= 40).then(|| Arc::new(Label { words, field: None }))
            }
            _ => None,
        };
    }

    /// An element that may be a control has ended: it is one, or it is not.
    fn judge(&mut self, ins: &mut Inspector, candidate: &Candidate, end: u64) {
        let Some(index) = self.controls.says(candidate.text.trim()) else { return };
        match control::action(ins, index) {
            Some(ControlAction::Remove) => self.take_out(candidate.start..end),
            Some(ControlAction::Disable) => self.disable(&candidate.drop, candidate.insert),
            None => {}
        }
    }

    fn disable(&mut self, drop: &[Span], insert: u64) {
        for span in drop {
            self.splice.edit(span.clone(), "");
        }
        let with = format!(" disabled aria-disabled=\"true\" title=\"{}\"", control::UNAVAILABLE);
        self.splice.edit(insert..insert, with);
    }

    fn start(&mut self, ins: &mut Inspector, span: Span, self_closing: bool) -> Result<(), Withheld> {
        let source = self.source(span.clone())?.to_owned();
        let attrs = self.scanner.attrs().to_vec();
        let part = |s: &Span| {
            let from = usize::try_from(s.start - span.start).unwrap_or(usize::MAX);
            let to = usize::try_from(s.end - span.start).unwrap_or(usize::MAX);
            source.get(from..to).unwrap_or_default()
        };
        let name = Name::of(part(&self.scanner.name()));
        let list: Vec<(Cow<'_, str>, Cow<'_, str>)> = attrs
            .iter()
            .map(|a| {
                let name = part(&a.name);
                let lower = name.bytes().any(|b| b.is_ascii_uppercase());
                let name = if lower { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
                (name, entity::decode(part(&a.value), true))
            })
            .collect();
        let element = Element { name: name.as_str(), attrs: &list };
        let sized_font = name.as_str() == "font" && ["color", "face", "size"].iter().any(|a| element.attr(a).is_some());
        let keep = self.tree.keep_at_start(&name, sized_font);
        self.close_to(ins, keep, span.start, span.start, false)?;
        let space = self.tree.space_for(&name);
        let (mode, stays) = Tree::<Scope>::content(&name, space, self_closing);
        let stays =
            stays && !(self.tree.open.iter().any(|o| o.name == name) && matches!(name.as_str(), "html" | "body"));
        if stays && self.tree.open.len() >= self.depth as usize {
            return Err(Withheld::TooDeep(self.depth));
        }
        let mut hits = Vec::new();
        self.matcher.see(&element, &mut hits);
        if stays {
            self.matcher.open();
        }
        let point = Tree::<Scope>::is_point(&name, space, element.attr("encoding"));
        if self.removal.is_some() {
            self.splice.edit(span, "");
            if stays {
                self.tree.open.push(Open { name: name.clone(), space, point, more: Scope::default() });
                self.scanner.enter(mode, name.as_str());
            }
            return Ok(());
        }
        self.inject(span.start);
        if name.as_str().bytes().filter(u8::is_ascii_digit).count() >= 6 {
            self.named(ins, &name)?;
        }
        if self.is_ahead(&element) {
            self.take_out(span);
            return Ok(());
        }
        let flow = Flow::of(&name, space);
        if flow == Flow::Block {
            self.flush(ins, name.as_str() == "br")?;
        }
        let chosen = self.choose(ins, &hits);
        let mut scope = self.scope_of(ins, &name, &element, &chosen, flow);
        let control =
            (name.is(CONTROL) || name.as_str() == "option").then(|| self.control_field(ins, &element)).flatten();
        if matches!(name.as_str(), "select" | "textarea") {
            scope.value_of = control.clone().map(|f| Arc::new(Label { words: String::new(), field: Some(f) }));
        }
        if !self.control(ins, &hits, &element, &attrs, &span, self_closing, stays) {
            let label = scope.value_of.clone();
            let tag = Tag {
                name: name.as_str(),
                attrs: &attrs,
                list: &list,
                label: label.as_ref(),
                control,
                head: self.head.as_ref(),
                chosen: &self.chosen_attributes(ins, &hits),
            };
            for index in 0..attrs.len() {
                if list.get(index).is_some_and(|(n, _)| n == "integrity") {
                    if let Some(attr) = attrs.get(index) {
                        self.splice.edit(attr.whole.clone(), "");
                    }
                    continue;
                }
                attribute::redact(ins, &mut self.splice, &tag, index)?;
            }
            attribute::redact_loose(ins, &mut self.splice, &tag)?;
        }
        if name.as_str() == "img" && !self.candidates.is_empty() {
            let alt = element.attr("alt").unwrap_or_default();
            for candidate in &mut self.candidates {
                candidate.text.push_str(alt);
            }
        }
        self.passage.seam |= flow != Flow::Block;
        if !stays {
            return Ok(());
        }
        if space == Space::Html {
            self.table_starts(ins, &name, &element, &mut scope)?;
        }
        scope.mark = (self.epoch, self.passage.len());
        self.tree.open.push(Open { name: name.clone(), space, point, more: scope });
        self.scanner.enter(mode, name.as_str());
        Ok(())
    }

    /// Whether a link asks the browser to fetch or keep something ahead of time, past the view.
    fn is_ahead(&self, element: &Element<'_>) -> bool {
        element.name == "link"
            && element.attr("rel").is_some_and(|rel| {
                rel.split_ascii_whitespace().any(|word| {
                    ["preload", "prefetch", "modulepreload", "prerender", "serviceworker"]
                        .iter()
                        .any(|ahead| word.eq_ignore_ascii_case(ahead))
                })
            })
    }

    /// The field that selectors name for an element's text: the last in layer order, of its own or of one around it.
    fn choose(&mut self, ins: &Inspector, hits: &[usize]) -> Chosen {
        let mut chosen = self.scope().field.clone();
        for &hit in hits {
            match self.purposes.get(hit) {
                Some(Purpose::Field(index)) => {
                    let Some(field) = ins.plan().fields.selectors.get(*index) else { continue };
                    if field.attribute.is_none() && chosen.as_ref().is_none_or(|(have, _)| *have <= index + 1) {
                        chosen = Some((index + 1, field.rule.clone()));
                    }
                }
                Some(Purpose::Contract(contract, n)) => self.unmet.retain(|missing| missing != &(*contract, *n)),
                Some(Purpose::Control(_)) | None => {}
            }
        }
        chosen
    }

    fn chosen_attributes(&self, ins: &Inspector, hits: &[usize]) -> Vec<(String, Arc<FieldRule>)> {
        let mut indexes: Vec<usize> = hits
            .iter()
            .filter_map(|&hit| match self.purposes.get(hit) {
                Some(Purpose::Field(index)) => Some(*index),
                Some(Purpose::Control(_) | Purpose::Contract(..)) | None => None,
            })
            .collect();
        indexes.sort_unstable();
        let fields = indexes.iter().filter_map(|&index| ins.plan().fields.selectors.get(index));
        fields.filter_map(|f| Some((f.attribute.clone()?.to_ascii_lowercase(), f.rule.clone()))).collect()
    }

    /// What a new element inherits and what its own markup says of its text.
    fn scope_of(&mut self, ins: &Inspector, name: &Name, element: &Element<'_>, chosen: &Chosen, flow: Flow) -> Scope {
        let parent = self.scope();
        let mut scope = Scope {
            flow,
            field: chosen.clone(),
            value_of: parent.value_of.clone(),
            pre: parent.pre || matches!(name.as_str(), "pre" | "listing" | "textarea"),
            action: parent.action || matches!(name.as_str(), "a" | "button" | "option" | "summary" | "legend"),
            look: look(element),
            ..Scope::default()
        };
        if flow == Flow::Block
            && let Some(pending) = self.block_scope().pending.clone()
        {
            scope.value_of = Some(pending);
        }
        match name.as_str() {
            "script" => {
                scope.script = Some(Script::of(element.attr("type").or(element.attr("language")).unwrap_or_default()));
            }
            "label" => {
                scope.label_for = element.attr("for").map(str::to_owned);
                self.passage.of_control |= scope.label_for.is_some();
            }
            "dd" if element.attr("class").is_some_and(|c| c.contains("actions")) => scope.value_of = None,
            "button" | "th" | "legend" | "dt" | "caption" | "nav" | "summary" | "h1" | "h2" | "h3" | "h4" | "h5"
            | "h6" => {
                scope.value_of = None;
            }
            _ => {}
        }
        if scope.field.is_none()
            && matches!(name.as_str(), "span" | "b" | "strong" | "output" | "data" | "td" | "dd" | "p" | "em" | "bdi")
        {
            let own = ["data-field", "itemprop", "id"].iter().filter_map(|a| element.attr(a));
            if let Some(rule) = own.filter(|v| !v.is_empty()).find_map(|v| field_of_name(ins, v)) {
                if flow == Flow::Line {
                    scope.field = Some((0, rule));
                } else {
                    scope.value_of = Some(Arc::new(Label { words: String::new(), field: Some(rule) }));
                }
            }
        }
        scope
    }

    fn table_starts(
        &mut self,
        ins: &mut Inspector,
        name: &Name,
        element: &Element<'_>,
        scope: &mut Scope,
    ) -> Result<(), Withheld> {
        let number = |attr: &str| element.attr(attr).and_then(|v| v.trim().parse().ok()).unwrap_or(1);
        match name.as_str() {
            "table" => {
                // A table around another lays out a page; its row is not one of headers.
                self.settle(ins, false)?;
                scope.value_of = None;
                self.tables.push(Table::at(self.tree.open.len()));
            }
            "thead" => {
                if let Some(table) = self.tables.last_mut() {
                    table.head(true);
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.row();
                }
            }
            "td" | "th" => {
                if let Some(table) = self.tables.last_mut() {
                    let own = scope.value_of.take().filter(|l| l.words.is_empty());
                    let label = table.cell(name.as_str() == "th", number("colspan"), number("rowspan"));
                    let data = ["data-label", "data-title", "data-th", "data-column", "data-header"]
                        .iter()
                        .find_map(|a| element.attr(a))
                        .map(|text| label_of(ins, text, true));
                    scope.value_of = own.or(data.filter(Label::known).map(Arc::new)).or(label);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What stands in a form control: by its name or id, by its label, by what it shows.
    fn control_field(&self, ins: &Inspector, element: &Element<'_>) -> Option<Arc<FieldRule>> {
        let text = |name: &str| element.attr(name).unwrap_or_default();
        if element.name == "option" {
            return self.scope().value_of.as_ref().and_then(|l| l.field.clone());
        }
        let kind = text("type").to_ascii_lowercase();
        if matches!(kind.as_str(), "submit" | "button" | "reset" | "image") || element.name == "button" {
            return None;
        }
        let named = ["name", "id", "data-field"].iter().find_map(|n| field_of_name(ins, text(n)));
        if named.is_some() || matches!(kind.as_str(), "hidden" | "checkbox" | "radio") {
            return named;
        }
        if let Some(label) = self.labels.get(text("id")).filter(|l| l.known()) {
            return label.field.clone();
        }
        let around = self.tree.open.iter().rev().find(|o| o.name.as_str() == "label").map(|o| o.more.label_text.trim());
        let said = [around.unwrap_or_default(), text("aria-label"), text("placeholder"), text("title")];
        if let Some(label) = said.iter().map(|s| label_of(ins, s.trim_end_matches(':'), false)).find(Label::known) {
            return label.field;
        }
        let block = self.block().and_then(|n| self.tree.open.get(n)).map_or(&self.root, |o| &o.more);
        block.pending.iter().chain(&block.value_of).find_map(|l| l.field.clone())
    }

    /// Export and print controls. Says whether the tag has been dealt with.
    #[allow(clippy::too_many_arguments, reason = "the parts of one start tag, borrowed from its source")]
    fn control(
        &mut self,
        ins: &mut Inspector,
        hits: &[usize],
        element: &Element<'_>,
        attrs: &[Attr],
        span: &Span,
        self_closing: bool,
        stays: bool,
    ) -> bool {
        let by_selector = hits.iter().rev().find_map(|&hit| match self.purposes.get(hit) {
            Some(Purpose::Control(index)) => Some(*index),
            Some(Purpose::Field(_) | Purpose::Contract(..)) | None => None,
        });
        let doing = element.attrs.iter().enumerate().find_map(|(n, (name, value))| {
            let acts = name.starts_with("on") || matches!(name.as_ref(), "href" | "formaction" | "action" | "src");
            let acts = acts || name.starts_with("data-");
            if acts { self.controls.does(value).map(|index| (n, index)) } else { None }
        });
        let input = element.name == "input";
        let says = self.controls.by_text() && (input || control::may_say(element.name, element.attr("role")));
        let by_text = says.then(|| {
            let names: &[&str] =
                if input { &["value", "title", "aria-label", "alt"] } else { &["aria-label", "title"] };
            names.iter().filter_map(|n| element.attr(n)).find_map(|text| self.controls.says(text))
        });
        let insert = span.end - if self_closing { 2 } else { 1 };
        let drop = || {
            let gone = |name: &str| {
                name.starts_with("on")
                    || matches!(
                        name,
                        "href"
                            | "formaction"
                            | "action"
                            | "download"
                            | "ping"
                            | "title"
                            | "disabled"
                            | "aria-disabled"
                            | "xlink:href"
                    )
            };
            let both = attrs.iter().zip(element.attrs);
            both.filter(|(_, (name, _))| gone(name)).map(|(attr, _)| attr.whole.clone()).collect::<Vec<_>>()
        };
        let Some(index) = by_selector.or(doing.map(|(_, index)| index)).or(by_text.flatten()) else {
            if says && !input && stays && self.candidates.len() < 8 {
                let (start, depth) = (span.start, self.tree.open.len());
                self.candidates.push(Candidate {
                    depth,
                    start,
                    insert,
                    drop: drop(),
                    text: String::new(),
                    dead: false,
                });
            }
            return false;
        };
        let Some(action) = control::action(ins, index) else { return false };
        if let Some((n, _)) = doing
            && by_selector.is_none()
            && control::is_page(element.name)
        {
            if let Some(attr) = attrs.get(n) {
                self.splice.edit(attr.whole.clone(), "");
            }
            return false;
        }
        match action {
            ControlAction::Remove => {
                self.take_out(span.clone());
                if stays {
                    self.removal = Some(self.tree.open.len());
                }
                true
            }
            ControlAction::Disable => {
                let drop = drop();
                self.disable(&drop, insert);
                // What stays of it is redacted like any other.
                false
            }
        }
    }
}

/// A hash of an element's name and class: elements of one look play one part in a page.
fn look(element: &Element<'_>) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (element.name, element.attr("class")).hash(&mut hasher);
    hasher.finish()
}
