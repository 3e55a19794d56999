//! The page under way: each token in its place, what follows from it, and what may leave.

use std::collections::HashMap;
use std::sync::Arc;

use super::applying::Applying;
use super::control;
use super::grid::Grid;
use super::header;
use super::hint::{self, Hints};
use super::matcher::Matcher;
use super::passage::{Context, Passage, Written};
use super::start;

use super::entity;
use super::scope::{Candidate, Flow, MAX_SAID, Scope};
use super::table::Table;
use super::tokens::{Scanner, Token};
use super::tree::Tree;
use super::words::{Label, has_lines, is_prose, label_at_end, label_of};
use crate::redact::detect::address::{is_house, is_street};
use crate::redact::format::ends::name_ends;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plausible::number_beside_name;
use crate::redact::run::Span;
use crate::redact::splice::Splice;
use crate::redact::withheld::Withheld;

/// How much of a run too long to hold is kept, so that nothing is cut in two.
const OVERLAP: usize = 1024;

/// Labels below an address that no rule knows, for what they head names nobody.
const NEXT: &[&str] = &["country", "county", "district", "nation", "province", "region", "state"];

/// A page under way.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) head: Option<Arc<str>>,
    pub(super) injected: bool,
    pub(super) whole: bool,
    /// It is parsed as XML.
    pub(super) xml: bool,
    pub(super) ready: bool,
    pub(super) splice: Splice,
    pub(super) scanner: Scanner,
    pub(super) tree: Tree<Scope>,
    pub(super) matcher: Matcher,
    pub(super) applying: Arc<Applying>,
    /// Layout contracts with what they still miss.
    pub(super) unmet: Vec<(usize, usize)>,
    pub(super) passage: Passage,
    /// Counts runs, so that marks into older ones are known to be old.
    pub(super) epoch: u64,
    pub(super) tables: Vec<Table>,
    pub(super) grids: Vec<Grid>,
    pub(super) labels: HashMap<String, Arc<Label>>,
    pub(super) hints: Hints,
    /// The label whose value goes on in the next line.
    pub(super) carry: Option<Arc<Label>>,
    pub(super) candidates: Vec<Candidate>,
    /// The element that is being taken out, with all in it.
    pub(super) removal: Option<usize>,
    /// How many more stand-ins may stand for what is in it.
    pub(super) stand_ins: usize,
    /// What stands outside of every element.
    pub(super) root: Scope,
    /// The text that came last has no references (CDATA).
    pub(super) plain: bool,
    pub(super) held_text: usize,
    pub(super) limit: usize,
    pub(super) depth: u32,
}

impl Page {
    pub(super) fn new(head: Option<Arc<str>>, whole: bool) -> Self {
        Self {
            injected: head.is_none(),
            head,
            whole,
            xml: false,
            ready: false,
            splice: Splice::default(),
            scanner: Scanner::default(),
            tree: Tree::default(),
            matcher: Matcher::default(),
            applying: Arc::default(),
            unmet: Vec::new(),
            passage: Passage::default(),
            epoch: 1,
            tables: Vec::new(),
            grids: Vec::new(),
            labels: HashMap::new(),
            hints: Hints::default(),
            carry: None,
            candidates: Vec::new(),
            removal: None,
            stand_ins: 0,
            root: Scope::default(),
            plain: false,
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
    pub(super) fn begin(&mut self, ins: &Inspector) {
        if std::mem::replace(&mut self.ready, true) {
            return;
        }
        let plan = ins.plan().clone();
        self.held_text = plan.bounds.held_text.max(4 * OVERLAP);
        // A script or a data attribute is one value that cannot be decided in parts.
        self.limit = plan.bounds.look_ahead.max(self.held_text);
        self.depth = plan.bounds.depth;
        self.applying = ins.applying();
        self.matcher = Matcher::of(self.applying.selectors.clone());
        if self.whole {
            self.unmet = self.applying.required();
        }
    }

    pub(super) fn pump(&mut self, ins: &mut Inspector, last: bool) -> Result<(), Withheld> {
        self.scanner.foreign |= self.xml;
        loop {
            let base = self.splice.start();
            let held = self.splice.bytes(base..self.splice.end());
            let Some(token) = self.scanner.next(held, base, last, self.limit)? else { return Ok(()) };
            self.token(ins, token)?;
            self.bound(ins)?;
            self.scanner.foreign = self.xml || self.tree.foreign();
        }
    }

    /// Nothing waits for ever: what has waited too long is decided with what is known.
    pub(super) fn bound(&mut self, ins: &mut Inspector) -> Result<(), Withheld> {
        let at = self.scanner.start();
        let most = self.held_text as u64;
        if let Some(table) = self.tables.last()
            && table.waiting.first().is_some_and(|w| at - w.passage.start > most)
        {
            self.give_up(ins)?;
        }
        self.candidates.retain(|c| !c.dead && at - c.start <= most);
        if self.passage.len() > self.held_text {
            self.cut(ins)?;
        }
        Ok(())
    }

    /// Lets go what is decided.
    pub(super) fn let_go(&mut self, out: &mut Vec<u8>) {
        let mut hold = self.scanner.start();
        // A `<` that is text may have to be escaped, when what comes next is taken out.
        if hold > self.splice.start() && self.splice.bytes(hold - 1..hold) == b"<" {
            hold -= 1;
        }
        if !self.passage.run.is_empty() {
            hold = hold.min(self.passage.start);
        }
        if let Some(first) = self.tables.iter().find_map(|t| t.waiting.first()) {
            hold = hold.min(first.passage.start);
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

    pub(super) fn inject(&mut self, at: u64) {
        // XML has one root, and everything stands in it.
        if !self.xml {
            self.put_head(at);
        }
    }

    /// Puts the guard in, once.
    pub(super) fn put_head(&mut self, at: u64) {
        if !std::mem::replace(&mut self.injected, true)
            && let Some(head) = &self.head
        {
            self.splice.edit(at..at, head.as_bytes());
        }
    }

    /// Takes a stretch out, so that nothing before and behind it can join into markup.
    pub(super) fn take_out(&mut self, span: Span) {
        self.replace(span, "");
    }

    /// Puts markup of ours in the place of a stretch, so that nothing before it can join with that.
    pub(super) fn replace(&mut self, span: Span, with: &str) {
        if let Some(before) = span.start.checked_sub(1)
            && self.splice.bytes(before..span.start) == b"<"
        {
            self.splice.edit(before..span.start, "&lt;");
        }
        self.splice.edit(span, with);
    }

    pub(super) fn source(&self, span: Span) -> Result<&str, Withheld> {
        std::str::from_utf8(self.splice.bytes(span)).map_err(|_| Withheld::BadCharset)
    }

    pub(super) fn token(&mut self, ins: &mut Inspector, token: Token) -> Result<(), Withheld> {
        let span = self.scanner.span();
        ins.reading_from(span.start);
        match token {
            Token::Text => self.text(span, Written::Text),
            Token::Plain => self.text(span, Written::Plain),
            Token::CutOff => {
                start::bound(self.scanner.attrs().len())?;
                self.flush(ins, false)?;
                self.text(span, Written::Text)?;
                self.flush(ins, false)
            }
            Token::Start { self_closing } => {
                let end = span.end;
                self.start(ins, span, self_closing)?;
                if self.xml && !self_closing {
                    self.put_head(end);
                }
                Ok(())
            }
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

    pub(super) fn scope(&self) -> &Scope {
        self.tree.top().map_or(&self.root, |o| &o.more)
    }

    /// The innermost element that is not part of a line.
    pub(super) fn block(&self) -> Option<usize> {
        self.tree.open.iter().rposition(|o| o.more.flow == Flow::Block)
    }

    pub(super) fn block_scope(&mut self) -> &mut Scope {
        let at = self.block();
        at.and_then(|n| self.tree.open.get_mut(n)).map_or(&mut self.root, |o| &mut o.more)
    }

    pub(super) fn text(&mut self, span: Span, written: Written) -> Result<(), Withheld> {
        if self.removal.is_some() {
            self.splice.edit(span, "");
            return Ok(());
        }
        let text = std::str::from_utf8(self.splice.bytes(span.clone())).map_err(|_| Withheld::BadCharset)?;
        let blank = text.bytes().all(|b| b.is_ascii_whitespace());
        self.plain = if blank { self.plain } else { written == Written::Plain };
        let ligature = self.tree.top().is_some_and(|top| top.more.ligature);
        for candidate in &mut self.candidates {
            let said = if ligature { &mut candidate.drawn } else { &mut candidate.text };
            said.push_str(&entity::decode(text, false));
            candidate.dead |= said.len() > 4 * control::LONGEST;
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
        Ok(())
    }

    /// A run longer than may be held: all but its end is decided, cut where no finding is.
    pub(super) fn cut(&mut self, ins: &mut Inspector) -> Result<(), Withheld> {
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
        let context = Context { surface: Surface::Text, label, carried: false, action: false, whence };
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

    pub(super) fn whence(&self) -> String {
        let from = self.tree.open.len().saturating_sub(3);
        let names: Vec<&str> = self.tree.open.iter().skip(from).map(|o| o.name.as_str()).collect();
        names.join(" > ")
    }

    /// The run ends: at a block, or at the end of a line.
    pub(super) fn flush(&mut self, ins: &mut Inspector, line: bool) -> Result<(), Withheld> {
        let carry = if line { self.carry.clone() } else { self.carry.take() };
        if self.passage.run.is_empty() {
            self.passage.clear();
            return Ok(());
        }
        let mut passage = std::mem::take(&mut self.passage);
        let epoch = self.epoch;
        self.epoch += 1;
        let text = passage.run.text().trim().to_owned();
        let carry = carry.filter(|_| !is_prose(&text));
        for open in self.tree.open.iter_mut().rev().take_while(|o| o.more.flow == Flow::Line) {
            if open.more.label_for.is_some() || open.name.as_str() == "label" {
                let from = if open.more.mark.0 == epoch { open.more.mark.1 } else { 0 };
                let part = passage.run.text().get(from..).unwrap_or_default();
                open.more.label_text.extend(part.chars().take(MAX_SAID));
            }
        }
        let own = match text.strip_suffix(':') {
            Some(before) => label_at_end(ins, before),
            // A label with its value behind it, masked or not, is a whole line, not a label for what follows.
            None if text.len() <= MAX_SAID && !text.contains([':', '•', '‹']) => {
                Some(label_of(ins, &text, false)).filter(Label::known)
            }
            None => None,
        };
        // "Rua 1, Centro" below "Address": the street, which in other places is the label of one.
        let around = carry.as_ref().or(self.scope().value_of.as_ref()).filter(|l| !l.hint).and_then(|l| l.kind());
        let numbered = text.contains(|c: char| c.is_ascii_digit()) && !text.ends_with(':');
        let own = own.filter(|own| {
            let street =
                own.kind() == Some(Kind::Address) && !["address", "line"].iter().any(|w| own.words.contains(w));
            !(street && numbered && around == Some(Kind::Address))
        });
        let is_label = own.is_some() && !text.trim_end_matches(':').contains(':');
        let action = self.scope().action;
        let whence = self.whence();
        let block = self.block_scope();
        let label = match () {
            () if is_label => None,
            () => carry.clone().or_else(|| block.pending.clone()).or_else(|| block.value_of.clone()),
        };
        // "Addresses", and a box to tick below it: "Show inactive". An address that can be chosen has a number, parts, or a house.
        let last = text.rsplit(' ').next().unwrap_or_default().to_lowercase();
        let caption = passage.of_control
            && !text.contains(|c: char| c.is_ascii_digit() || c == ',')
            && !(is_house(&last) || is_street(&last));
        // Neither is the label that follows an empty value.
        let next = NEXT.iter().any(|label| text.strip_suffix(':').is_some_and(|t| t.eq_ignore_ascii_case(label)));
        // Nor is the header of the column beside.
        let head = header::is_common(&normalise(&text));
        let label = label.filter(|l: &Arc<Label>| !(caption || next || head) || l.kind() != Some(Kind::Address));
        block.said.add(&text);
        if !line
            && !action
            && let Some(role) = block.role
        {
            passage.looks_like(0, role);
        }
        let named = label.clone().filter(|l| !l.hint && l.kind() == Some(Kind::Name) && shows_a_name(&text));
        // A form that only shows its values keeps the labels of its controls: `<label for="name_0">Surname</label>`.
        let hint = passage.of_control;
        let pending = own.clone().filter(|_| !action);
        block.pending = pending.map(|own| Arc::new(if hint { own.as_hint() } else { own }));
        let carried = carry.is_some();
        passage.context = Some(Context { surface: Surface::Text, label, carried, action, whence });
        if let Some(label) = named {
            self.name_found(ins, &label);
        }
        let waits = match self.tables.last_mut() {
            Some(table) => {
                table.text(&text);
                table.waits() && self.removal.is_none()
            }
            None => false,
        };
        if self.holds_format(ins, &passage)? {
            return Ok(());
        }
        if waits && let Some(table) = self.tables.last_mut() {
            table.wait(passage);
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

    /// Where a label speaks of a name, one has been read: what stands there besides must look like one to be a part of it. An age, a bed,
    /// a status below a name stay.
    fn name_found(&mut self, ins: &Inspector, label: &Arc<Label>) {
        let around = self.tree.open.iter_mut().rev();
        let of_label = |o: &Scope| o.value_of.as_ref().is_some_and(|l| Arc::ptr_eq(l, label));
        // "Name and address": the lines below are the address; "Name and NHS number": they are the number.
        let address = label.words.contains("address").then_some("address");
        let below = address.or_else(|| number_beside_name(&label.words));
        let hint = Arc::new(match below.and_then(|below| ins.label_field(below)) {
            Some(rule) => Label::of_rule(rule, true),
            None => label.as_hint(),
        });
        for open in around.take_while(|o| o.more.flow == Flow::Line || of_label(&o.more)) {
            if of_label(&open.more) {
                open.more.value_of = Some(hint.clone());
            }
        }
    }

    /// Decides the runs that waited for what their row is.
    pub(super) fn settle(&mut self, ins: &mut Inspector, header: bool) -> Result<(), Withheld> {
        let Some(table) = self.tables.last_mut() else { return Ok(()) };
        for mut waiting in std::mem::take(&mut table.waiting) {
            let label = table.above(&waiting);
            if header && let Some(context) = &mut waiting.passage.context {
                context.label = label;
            }
            waiting.passage.decide(ins, &mut self.splice)?;
        }
        Ok(())
    }

    /// A row is what it is so far: it has waited too long, or lays out a page.
    pub(super) fn give_up(&mut self, ins: &mut Inspector) -> Result<(), Withheld> {
        if let Some(table) = self.tables.last_mut() {
            table.give_up();
        }
        self.settle(ins, false)
    }
}

/// Whether a text that is labelled as a name has one in it.
fn shows_a_name(text: &str) -> bool {
    let upto = name_ends(text).unwrap_or(text.len());
    text.starts_with('‹') || text.get(..upto).is_some_and(hint::is_name)
}
