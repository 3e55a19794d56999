//! Start tags: what an element is, what its attributes hold, and what it says of the text in it.

use std::borrow::Cow;
use std::sync::Arc;

use super::attribute::{self, Tag, is_pressed};
use super::control::{Opened, asks_for_format};
use super::embedded;
use super::entity;
use super::header;
use super::hint;
use super::icon;
use super::matcher::Element;
use super::name_parts;
use super::names::{CONTROL, Name};
use super::page::Page;
use super::passage::{Chosen, HEADING, HINT, LINK};
use super::raw::Script;
use super::scope::{Flow, Purpose, Scope};
use super::standin::{self, Called};
use super::table::{Part, Table};
use super::tokens::Attr;
use super::tokens::TextMode;
use super::tree::{Open, Space, Tree};
use super::words::{Label, field_of_name, kind_of, label_of};
use crate::redact::beside::is_lone;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::FieldRule;
use crate::redact::plausible::can_be;
use crate::redact::run::Span;
use crate::redact::searched;
use crate::redact::sisters;
use crate::redact::withheld::Withheld;

/// The most attributes of one tag.
const MAX_ATTRS: usize = 1024;

/// The parser that reads the page again takes time in the square of their number.
pub(super) fn bound(attributes: usize) -> Result<(), Withheld> {
    if attributes > MAX_ATTRS { Err(Withheld::Parser("a tag has too many attributes")) } else { Ok(()) }
}

/// A start tag by itself, without what stands around it.
fn tag_of<'a>(name: &'a str, attrs: &'a [Attr], list: &'a [(Cow<'a, str>, Cow<'a, str>)]) -> Tag<'a> {
    Tag { name, attrs, list, label: None, control: None, head: None, chosen: &[] }
}

impl Page {
    pub(super) fn start(&mut self, ins: &mut Inspector, span: Span, self_closing: bool) -> Result<(), Withheld> {
        let source = self.source(span.clone())?.to_owned();
        let attrs = self.scanner.attrs().to_vec();
        bound(attrs.len())?;
        let part = |s: &Span| {
            let from = usize::try_from(s.start - span.start).unwrap_or(usize::MAX);
            let to = usize::try_from(s.end - span.start).unwrap_or(usize::MAX);
            source.get(from..to).unwrap_or_default()
        };
        let name = Name::of(part(&self.scanner.name()));
        if self.removal.is_none() && self.names_somebody(ins, &name)? {
            self.inject(span.start);
            self.take_out(span);
            self.passage.seam = true;
            return Ok(());
        }
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
        let (mode, stays) = match Tree::<Scope>::content(&name, space, self_closing) {
            _ if self.xml && self_closing => (TextMode::Markup, false),
            content => content,
        };
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
            let with = if self.stand_ins > 0 {
                self.stand_in(ins, &hits, &tag_of(name.as_str(), &attrs, &list), true)?
            } else {
                String::new()
            };
            self.stand_ins = self.stand_ins.saturating_sub(usize::from(!with.is_empty()));
            self.splice.edit(span, with);
            if stays {
                self.tree.open.push(Open { name: name.clone(), space, point, more: Scope::default() });
                self.scanner.enter(mode, name.as_str());
            }
            return Ok(());
        }
        self.inject(span.start);
        if self.is_ahead(&element) {
            self.take_out(span);
            return Ok(());
        }
        let flow = match Part::of(name.as_str(), element.attr("role")) {
            Some(_) if space == Space::Html => Flow::Block,
            // Viewers of code put each line of a document in an element of its own; it is one document all the same.
            Some(_) | None if self.scope().pre && space == Space::Html && name.as_str() == "div" => {
                self.passage.line_at(span.start);
                Flow::Line
            }
            Some(_) | None => Flow::of(&name, space),
        };
        if flow == Flow::Block {
            self.flush(ins, name.as_str() == "br")?;
        }
        let chosen = self.choose(ins, &hits);
        let mut scope = self.scope_of(ins, &name, &element, &chosen, flow);
        let control =
            (name.is(CONTROL) || name.as_str() == "option").then(|| self.control_field(ins, &element)).flatten();
        if asks_for_text(&element) {
            // What the label before it spoke of is in it, not behind it.
            self.block_scope().pending = None;
            if let Some(table) = self.tables.last_mut() {
                table.control();
            }
        }
        if matches!(name.as_str(), "select" | "textarea") {
            scope.value_of = control.clone().map(|f| Arc::new(Label::of_rule(f, false)));
        }
        self.seen_by_candidates(&element, &attrs);
        let opened = Opened { element: &element, attrs: &attrs, span: &span, self_closing, stays };
        if self.control(ins, &hits, &opened) {
            let may_stand_in = self.may_stand_in();
            self.stand_ins = if may_stand_in { standin::MOST } else { 0 };
            let with = if may_stand_in {
                self.stand_in(ins, &hits, &tag_of(name.as_str(), &attrs, &list), false)?
            } else {
                String::new()
            };
            self.replace(span.clone(), &with);
        } else {
            let label = scope.value_of.clone();
            let mut chosen_attributes = self.chosen_attributes(ins, &hits);
            chosen_attributes.extend(title_of_a_patient(ins, &element));
            let tag = Tag {
                name: name.as_str(),
                attrs: &attrs,
                list: &list,
                label: label.as_ref(),
                control,
                head: self.head.as_ref(),
                chosen: &chosen_attributes,
            };
            let enclosed = if space == Space::Html { embedded::enclosed(ins, &element) } else { None };
            for index in 0..attrs.len() {
                if let Some((_, address)) = enclosed.as_ref().filter(|(n, _)| *n == index) {
                    if let Some(attr) = attrs.get(index) {
                        self.splice.edit(attr.value.clone(), address.as_str());
                    }
                    continue;
                }
                if list.get(index).is_some_and(|(n, _)| n == "integrity") {
                    if let Some(attr) = attrs.get(index) {
                        self.splice.edit(attr.whole.clone(), "");
                    }
                    continue;
                }
                attribute::redact(ins, &mut self.splice, &tag, index)?;
            }
            attribute::redact_loose(ins, &mut self.splice, &tag)?;
            if space == Space::Html && self.frame_document(&element, &attrs, &span, enclosed.is_some()) && stays {
                self.stand_ins = 0;
                self.removal = Some(self.tree.open.len());
            }
        }
        self.passage.seam |= flow != Flow::Block;
        if flow == Flow::Line {
            self.passage.edge();
        }
        if !stays {
            return Ok(());
        }
        if space == Space::Html {
            self.table_starts(ins, &element, &mut scope)?;
        }
        scope.mark = (self.epoch, self.passage.len());
        self.tree.open.push(Open { name: name.clone(), space, point, more: scope });
        self.scanner.enter(mode, name.as_str());
        Ok(())
    }

    /// What stays of an element that is taken out. What it is called by is redacted like the attributes of any other.
    fn stand_in(
        &mut self,
        ins: &mut Inspector,
        hits: &[usize],
        tag: &Tag<'_>,
        inner: bool,
    ) -> Result<String, Withheld> {
        let element = Element { name: tag.name, attrs: tag.list };
        let Some(called) = Called::of(&element, tag.attrs, inner) else { return Ok(String::new()) };
        let chosen = self.chosen_attributes(ins, hits);
        let tag = Tag { chosen: &chosen, ..tag_of(tag.name, tag.attrs, tag.list) };
        for (index, (name, _)) in tag.list.iter().enumerate() {
            if standin::is_name(name) || name == "type" {
                attribute::redact(ins, &mut self.splice, &tag, index)?;
            }
        }
        Ok(called.stand_in(&self.splice))
    }

    /// Whether a link asks the browser to fetch or keep something ahead of time, past the view.
    pub(super) fn is_ahead(&self, element: &Element<'_>) -> bool {
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
    pub(super) fn choose(&mut self, ins: &Inspector, hits: &[usize]) -> Chosen {
        let mut chosen = self.scope().field.clone();
        for &hit in hits {
            match self.applying.purposes.get(hit) {
                Some(Purpose::Field(index)) => {
                    let Some(field) = ins.plan().fields.selectors.get(*index) else { continue };
                    if field.attribute.is_none()
                        && chosen.as_ref().is_none_or(|(have, _)| *have >= HEADING || *have <= index + 1)
                    {
                        chosen = Some((index + 1, field.rule.clone()));
                    }
                }
                Some(Purpose::Contract(contract, n)) => self.unmet.retain(|missing| missing != &(*contract, *n)),
                Some(Purpose::Control(_)) | None => {}
            }
        }
        chosen
    }

    pub(super) fn chosen_attributes(&self, ins: &Inspector, hits: &[usize]) -> Vec<(String, Arc<FieldRule>)> {
        let mut indexes: Vec<usize> = hits
            .iter()
            .filter_map(|&hit| match self.applying.purposes.get(hit) {
                Some(Purpose::Field(index)) => Some(*index),
                Some(Purpose::Control(_) | Purpose::Contract(..)) | None => None,
            })
            .collect();
        indexes.sort_unstable();
        let fields = indexes.iter().filter_map(|&index| ins.plan().fields.selectors.get(index));
        fields.filter_map(|f| Some((f.attribute.clone()?.to_ascii_lowercase(), f.rule.clone()))).collect()
    }

    /// What a new element inherits and what its own markup says of its text.
    pub(super) fn scope_of(
        &mut self,
        ins: &Inspector,
        name: &Name,
        element: &Element<'_>,
        chosen: &Chosen,
        flow: Flow,
    ) -> Scope {
        let parent = self.scope();
        let parent_person = parent.person;
        let mut scope = Scope {
            flow,
            field: chosen.clone(),
            value_of: parent.value_of.clone(),
            sent: name.as_str() == "textarea" && element.attr("disabled").is_none(),
            pre: parent.pre || matches!(name.as_str(), "pre" | "listing" | "textarea"),
            action: parent.action || matches!(name.as_str(), "a" | "button" | "option" | "summary" | "legend"),
            ligature: parent.ligature || icon::is_ligature(element),
            formats: asks_for_format(element),
            look: look(element),
            role: role(element, parent),
            ..Scope::default()
        };
        if flow == Flow::Block
            && let Some(pending) = self.block_scope().pending.clone()
        {
            scope.value_of = Some(pending);
        }
        self.head_box(&mut scope);
        match name.as_str() {
            "script" => {
                scope.script = Some(Script::of(element.attr("type").or(element.attr("language")).unwrap_or_default()));
            }
            "label" => {
                scope.label_for = element.attr("for").map(str::to_owned);
                self.passage.of_control |= scope.label_for.is_some();
            }
            "dd" if element.attr("class").is_some_and(|c| c.contains("actions")) => scope.value_of = None,
            // A heading below a label may show the value large: what looks like one is one.
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                scope.value_of = scope
                    .value_of
                    .filter(|l| l.kind().is_some())
                    .map(|l| if l.hint { l } else { Arc::new(l.as_hint()) });
            }
            "button" | "th" | "legend" | "dt" | "caption" | "nav" | "summary" => scope.value_of = None,
            _ => {}
        }
        let mut named = false;
        if scope.field.is_none()
            && matches!(name.as_str(), "span" | "b" | "strong" | "output" | "data" | "td" | "dd" | "p" | "em" | "bdi")
        {
            let own = ["data-field", "itemprop", "id"].iter().filter_map(|a| element.attr(a));
            if let Some(rule) = own.filter(|v| !v.is_empty()).find_map(|v| field_of_name(ins, v)) {
                named = true;
                if flow == Flow::Line {
                    scope.field = Some((0, rule));
                } else {
                    scope.value_of = Some(Arc::new(Label::of_rule(rule, false)));
                }
            }
        }
        scope.person = if hint::of_person(element) { hint::NEAR } else { parent_person.saturating_sub(1) };
        // What stands in a heading may say better what it is; what is chosen by its number may show a name.
        let headed = scope.field.as_ref().is_none_or(|(rank, _)| *rank == HEADING);
        let free = headed && !named && !scope.value_of.as_ref().is_some_and(|l| l.known() && !l.hint);
        if free
            && !UNHINTED.contains(&name.as_str())
            && let Some(rule) = self.hints.of(ins, element, scope.person > 0)
        {
            if flow == Flow::Line {
                scope.field = Some((HINT, rule));
            } else {
                scope.value_of = Some(Arc::new(Label::of_rule(rule, true)));
            }
        } else if (free || (headed && name.as_str() == "option"))
            && let Some(rank) = shows_a_patient(element, scope.person > 0, parent_person == hint::NEAR, ins.path())
            && let Some(rule) = ins.label_field("patient name")
        {
            scope.field = Some((rank, rule));
        }
        scope
    }

    pub(super) fn table_starts(
        &mut self,
        ins: &mut Inspector,
        element: &Element<'_>,
        scope: &mut Scope,
    ) -> Result<(), Withheld> {
        scope.part = Part::of(element.name, element.attr("role"));
        let number = |attr: &str| element.attr(attr).and_then(|v| v.trim().parse().ok()).unwrap_or(1);
        match scope.part {
            Some(Part::Table) => {
                // A table around another lays out a page; its row is not one of headers.
                self.give_up(ins)?;
                scope.value_of = None;
                self.tables.push(Table::at(self.tree.open.len()));
            }
            Some(Part::Head) => {
                if let Some(table) = self.tables.last_mut() {
                    table.head(true);
                }
            }
            Some(Part::Row) => {
                if let Some(table) = self.tables.last_mut() {
                    table.row();
                }
            }
            Some(Part::Cell { head }) => {
                if let Some(table) = self.tables.last_mut() {
                    let (own, hint) = match scope.value_of.take().filter(|l| l.words.is_empty()) {
                        Some(hint) if hint.hint => (None, Some(hint)),
                        own => (own, None),
                    };
                    let label = table.cell(head, number("colspan"), number("rowspan"));
                    let data = ["data-label", "data-title", "data-th", "data-column", "data-header"]
                        .iter()
                        .find_map(|a| element.attr(a))
                        .map(|text| label_of(ins, text, true));
                    let said = own.or(data.filter(Label::known).map(Arc::new));
                    // What cells are called after the person goes below a header that says what is in them.
                    let hint = hint.filter(|_| !label.as_ref().is_some_and(|l| header::is_common(&l.words)));
                    scope.value_of = match (said, label.filter(|l| l.known() || hint.is_none())) {
                        (None, None) => hint.filter(|_| !head),
                        (said, label) => said.or(label),
                    };
                }
            }
            None => {}
        }
        Ok(())
    }

    /// What stands in a form control: by its name or id, by its label, by what it shows.
    pub(super) fn control_field(&self, ins: &Inspector, element: &Element<'_>) -> Option<Arc<FieldRule>> {
        let value = element.attr("value").unwrap_or_default();
        // "dd/mm/yyyy", "Change": no number or date.
        let none = |kind: Kind| !value.is_empty() && kind.has_digits() && !can_be(kind, value);
        self.field_of_control(ins, element).filter(|f| !kind_of(f).is_some_and(none))
    }

    fn field_of_control(&self, ins: &Inspector, element: &Element<'_>) -> Option<Arc<FieldRule>> {
        let text = |name: &str| element.attr(name).unwrap_or_default();
        if element.name == "option" {
            let field = self.scope().value_of.as_ref().and_then(|l| l.field.clone())?;
            // The day, month or year that somebody may choose is nobody's.
            let part = is_part_of_a_date(text("value")) && element.attr("selected").is_none();
            return Some(field).filter(|f| !(part && kind_of(f) == Some(Kind::DateOfBirth)));
        }
        let kind = text("type").to_ascii_lowercase();
        if is_pressed(&kind) || element.name == "button" {
            return None;
        }
        let named = ["name", "id", "data-field"].iter().find_map(|n| field_of_name(ins, text(n)));
        let named = named.or_else(|| {
            let name = text("name").to_ascii_lowercase();
            match () {
                () if name.ends_with("identifier") && is_lone(text("value")) => ins.label_field("patient identifier"),
                () => {
                    let label = normalise(text("name"));
                    let label =
                        if kind == "search" && !searched::is_search(&label) { "search" } else { label.as_str() };
                    let sought = searched::is_search(label) && searched::is_name(label, text("value"));
                    sought.then(|| ins.label_field("patient name")).flatten()
                }
            }
        });
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
        let beside = || block.pending.iter().chain(&block.value_of);
        let called = self.labels.get(text("id")).into_iter().chain(beside()).map(|label| label.words.as_str());
        let called = called.chain(said).chain([text("name")]);
        let own = || called.filter(|s| !s.is_empty()).find_map(|s| ins.own_field(s, text("value")));
        beside().find_map(|l| l.field.clone()).or_else(own)
    }
}

/// "4", "01", "1979": a day, a month or a year.
fn is_part_of_a_date(value: &str) -> bool {
    value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit())
}

/// By what an element shows who a patient is: a link to the record, a heading in what is called after patients
/// (`<div class="patient-card"><h3>Oyinkan Zimbango</h3>`) or at a patient's address, an option of
/// what asks for one.
fn shows_a_patient(element: &Element<'_>, near: bool, of_person: bool, path: &str) -> Option<usize> {
    match element.name {
        "a" if element.attr("href").is_some_and(leads_to_a_patient) => Some(LINK),
        "h1" | "h2" | "h3" | "h4" | "h5" if near => Some(HEADING),
        "title" | "h1" | "h2" if is_a_patient(path) => Some(HEADING),
        "option" if of_person => Some(HEADING),
        _ => None,
    }
}

/// Whether a page is that of one patient, and of nothing that she has: `/patients/42`, `/patients/42/summary`; `/patients/42/medications` is not.
fn is_a_patient(path: &str) -> bool {
    const WHOLE: &[&str] =
        &["", "edit", "show", "view", "summary", "overview", "details", "profile", "record", "chart", "demographics"];
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
    let Some((_, rest)) = ["/patient/", "/patients/"].iter().find_map(|mark| path.rsplit_once(mark)) else {
        return false;
    };
    let (key, behind) = rest.split_once('/').unwrap_or((rest, ""));
    key.bytes().any(|b| b.is_ascii_digit()) && WHOLE.contains(&behind)
}

/// Whether a link leads to the record of one patient: `patient.page?patientId=…`, `/patients/42`.
fn leads_to_a_patient(href: &str) -> bool {
    let href = href.to_ascii_lowercase();
    let keyed = ["patientid=", "patient_id=", "patientuuid=", "patient=", "personid=", "pid=", "demographicno="];
    let after = |mark: &str| href.split_once(mark).map(|(_, rest)| rest);
    let key = |rest: &str| {
        let key = rest.split(['/', '?', '&', '#', ';']).next().unwrap_or_default();
        key.bytes().any(|b| b.is_ascii_digit())
    };
    // A page writes the key in by script.
    href.ends_with("/patient/")
        || keyed.iter().any(|k| after(k).is_some_and(key))
        || ["/patient/", "/patients/", "/demographics/"].iter().any(|p| after(p).is_some_and(key))
}

/// `<a href="/patients/42" title="Rose">`: who it is that a link leads to.
fn title_of_a_patient(ins: &Inspector, element: &Element<'_>) -> Option<(String, Arc<FieldRule>)> {
    let leads = element.name == "a" && element.attr("href").is_some_and(leads_to_a_patient);
    let named = leads && element.attr("title").is_some_and(|title| name_parts::is_whole(title.trim()));
    named.then(|| ins.label_field("patient name")).flatten().map(|rule| ("title".to_owned(), rule))
}

/// Whether somebody writes or chooses in an element.
fn asks_for_text(element: &Element<'_>) -> bool {
    const OTHERS: &[&str] = &["hidden", "checkbox", "radio", "submit", "button", "reset", "image"];
    match element.name {
        "select" | "textarea" => true,
        "input" => !element.attr("type").is_some_and(|t| OTHERS.iter().any(|o| t.eq_ignore_ascii_case(o))),
        _ => false,
    }
}

/// So many elements in one that has a class play a part each by their place.
const PLACES: usize = 16;

/// Elements whose own name is not about a text in them.
const UNHINTED: &[&str] = &[
    "html", "head", "body", "script", "style", "table", "thead", "tbody", "tfoot", "colgroup", "col", "ul", "ol", "dl",
    "form", "fieldset", "label", "th", "dt", "legend", "nav", "main", "aside", "svg", "button", "select", "option",
    "img", "input", "textarea", "iframe",
];

/// A hash of an element's name and class: elements of one look play one part in a line.
fn look(element: &Element<'_>) -> u64 {
    hash(&(element.name, element.attr("class")))
}

/// Which part an element plays in a page: that of its class. Without a class its place tells it: the second `p` of each card, the third
/// cell of each row.
fn role(element: &Element<'_>, parent: &Scope) -> Option<u64> {
    if element.attr("class").is_some_and(|class| !class.trim().is_empty()) {
        return Some(sisters::of_class(look(element)));
    }
    // Of rows and entries one is as the other, however many there are.
    let place = if matches!(element.name, "tr" | "li" | "tbody") { 0 } else { parent.boxes.count() };
    let around = parent.role.filter(|_| place < PLACES)?;
    Some(sisters::of_place(hash(&(element.name, around, place))))
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
