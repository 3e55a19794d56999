//! Export and print controls: recognised by selector, by what they say, by what they do.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::attribute::is_pressed;
use super::matcher::Element;
use super::page::Page;
use super::scope::{Candidate, Purpose};
use super::standin::{self, Called};
use super::tokens::Attr;
use super::{call, icon};
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::plan::{ControlAction, ControlMatch, Phrase};
use crate::redact::run::Span;

/// What a disabled control says.
pub(super) const UNAVAILABLE: &str = "not available in this view";

/// How somebody likes to be reached, and what a document is: in a list that is a choice, and shares or exports nothing.
const CHOICES: &[&str] = &[
    "csv", "doc", "docx", "e mail", "email", "excel", "fax", "html", "json", "ms excel", "ms word", "pdf", "rtf",
    "text", "tsv", "txt", "word", "xls", "xlsx", "xml",
];

/// The longest text of a control that is compared.
pub(super) const LONGEST: usize = 80;

/// Attributes that say what a control does: its tooltip, mostly.
const CALLED: &[&str] =
    &["aria-label", "title", "data-original-title", "data-bs-original-title", "data-tooltip", "mattooltip", "ptooltip"];

/// Classes by which a `span` or `div` is a button.
const BUTTONS: &[&str] = &[
    "ag-menu-option",
    "btn",
    "button",
    "context-menu-item",
    "css_button",
    "dropdown-item",
    "dxm-item",
    "k-button",
    "menu-item",
    "ui-button",
    "x-btn",
    "x-menu-item",
];

/// The control rules that apply to one page.
#[derive(Debug, Default)]
pub(super) struct Controls {
    by_text: HashMap<String, usize>,
    phrases: Vec<(Arc<Phrase>, usize)>,
    by_handler: Vec<(String, usize)>,
    calls: Vec<(Vec<String>, usize)>,
    icons: HashMap<String, usize>,
    /// Verbs that are a rule's whole text: an icon and one of these is enough.
    leads: HashSet<String>,
}

impl Controls {
    /// Those of the plan that speak of this path.
    pub(super) fn of(ins: &Inspector) -> Self {
        let mut made = Self::default();
        for (index, control) in ins.plan().controls.iter().enumerate() {
            if !control.paths.is_empty() && !control.paths.iter().any(|p| p.matches(ins.path()).is_some()) {
                continue;
            }
            match &control.by {
                ControlMatch::Selector(_) => {}
                ControlMatch::Text(texts) => {
                    made.by_text.extend(texts.iter().map(|t| (normalise(t), index)));
                }
                ControlMatch::Phrase(phrase) => made.phrases.push((phrase.clone(), index)),
                ControlMatch::Handler(parts) => {
                    made.by_handler.extend(parts.iter().map(|p| (squeeze(p), index)).filter(|(p, _)| !p.is_empty()));
                }
                ControlMatch::Calls(verbs) => made.calls.push((verbs.clone(), index)),
                ControlMatch::Icon(icons) => made.icons.extend(icons.iter().map(|i| (i.clone(), index))),
            }
        }
        made.by_text.remove("");
        made.leads = made.by_text.keys().filter(|text| !text.contains(' ')).cloned().collect();
        made
    }

    /// Whether what controls say, or show, needs to be looked at.
    pub(super) fn by_text(&self) -> bool {
        !(self.by_text.is_empty() && self.phrases.is_empty() && self.icons.is_empty())
    }

    /// The rule for a control that says this.
    pub(super) fn says(&self, text: &str) -> Option<usize> {
        if text.len() > LONGEST {
            return None;
        }
        let text = normalise(text);
        if text.is_empty() {
            return None;
        }
        let phrase = || self.phrases.iter().rev().find(|(phrase, _)| phrase.is(&text)).map(|(_, index)| *index);
        self.by_text.get(&text).copied().or_else(phrase)
    }

    /// The rule for a handler, link or script that does this.
    pub(super) fn does(&self, script: &str) -> Option<usize> {
        if self.by_handler.is_empty() {
            return None;
        }
        let script = squeeze(script);
        self.by_handler.iter().find(|(part, _)| script.contains(part.as_str())).map(|(_, index)| *index)
    }

    /// The rule for what is called when a control is pressed.
    fn calls(&self, script: &str) -> Option<usize> {
        self.calls.iter().rev().find(|(verbs, _)| call::does(script, verbs)).map(|(_, index)| *index)
    }

    /// The rule for an icon.
    fn draws(&self, name: &str) -> Option<usize> {
        if self.icons.is_empty() || name.len() > LONGEST {
            return None;
        }
        self.icons.get(&icon::spelt(name)).copied()
    }

    /// The rule for an icon that an element shows.
    pub(super) fn shows(&self, element: &Element<'_>) -> Option<usize> {
        icon::names(element).find_map(|name| self.draws(name))
    }

    /// Whether a text leaves it to the icon beside it: it says nothing, or only begins with what the icon says.
    fn leaves_it_to_the_icon(&self, text: &str) -> bool {
        let first = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
        first.is_none_or(|word| self.leads.contains(&word.to_lowercase()))
    }
}

/// Without white space: `window . print ( )` is `window.print()`.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What becomes of a control by its rule, counted.
pub(super) fn action(ins: &mut Inspector, index: usize) -> Option<ControlAction> {
    let control = ins.plan().controls.get(index)?;
    let (id, action) = (control.id.clone(), control.action);
    *ins.report_mut().controls.entry(id).or_default() += 1;
    Some(action)
}

/// Whether an element is a control by what it says.
pub(super) fn may_say(element: &Element<'_>) -> bool {
    let name = element.name;
    matches!(name, "a" | "button" | "li" | "summary" | "option")
        || element.attr("role").is_some_and(|r| matches!(r, "button" | "menuitem" | "link" | "tab" | "option"))
        || name.ends_with("-button")
        || matches!(name, "span" | "div" | "i" | "b" | "em" | "p" | "img" | "strong") && is_made_one(element)
}

/// Whether something that is no button by its name was made one.
fn is_made_one(element: &Element<'_>) -> bool {
    let classes = element.attr("class").unwrap_or_default();
    element.attrs.iter().any(|(name, _)| call::is_press(name))
        || classes.split_ascii_whitespace().any(|class| BUTTONS.contains(&class))
}

/// Whether an element is the page rather than a control: a print handler on it goes, the element stays.
pub(super) fn is_page(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "head"
            | "body"
            | "frameset"
            | "form"
            | "main"
            | "table"
            | "tbody"
            | "tr"
            | "td"
            | "th"
            | "section"
            | "article"
            | "div"
            | "dl"
            | "ul"
            | "ol"
            | "script"
            | "style"
            | "svg"
    )
}

impl Page {
    /// An element that may be a control has ended: it is one, or it is not.
    pub(super) fn judge(&mut self, ins: &mut Inspector, candidate: &Candidate, end: u64) {
        let Some(index) = self.rule_for(candidate) else { return };
        match action(ins, index) {
            Some(ControlAction::Remove) => {
                let stays = candidate.stays.iter().chain(&candidate.inner).filter(|_| candidate.may_stay);
                let with: String = stays.map(|called| called.stand_in(&self.splice)).collect();
                self.replace(candidate.start..end, &with);
                for outer in &mut self.candidates {
                    outer.others = outer.others.saturating_sub(1);
                    outer.gone = Some(index);
                }
            }
            Some(ControlAction::Disable) => self.disable(&candidate.drop, candidate.insert),
            None => {}
        }
    }

    /// The rule that a candidate meets, by its text or by the icon in it.
    fn rule_for(&self, candidate: &Candidate) -> Option<usize> {
        let controls = &self.applying.controls;
        let text = candidate.text.trim();
        // What others in it say is theirs: `<li><a>Problems</a> <button>Print</button></li>`.
        if let Some(index) = controls.says(text).filter(|_| candidate.others == 0) {
            let choice = candidate.choice
                && !candidate.formats
                && candidate.gone.is_none()
                && CHOICES.contains(&normalise(text).as_str());
            return (!choice).then_some(index);
        }
        let alone = candidate.others == 0
            && controls.leaves_it_to_the_icon(text)
            && controls.leaves_it_to_the_icon(&candidate.called);
        let drawn =
            || controls.draws(candidate.drawn.trim()).or_else(|| controls.draws(text).filter(|_| !text.is_empty()));
        let said = text.chars().any(char::is_alphanumeric);
        // The item of a menu, when nothing is left in it.
        let emptied =
            candidate.gone.filter(|_| candidate.item && !said && candidate.others == 0 && !candidate.holds_more);
        candidate.icon.or_else(drawn).filter(|_| alone && candidate.gone.is_none()).or(emptied)
    }

    pub(super) fn disable(&mut self, drop: &[Span], insert: u64) {
        for span in drop {
            self.splice.edit(span.clone(), "");
        }
        let with = format!(" disabled aria-disabled=\"true\" title=\"{}\"", UNAVAILABLE);
        self.splice.edit(insert..insert, with);
    }

    /// Export and print controls. Says whether the element leaves the page.
    pub(super) fn control(&mut self, ins: &mut Inspector, hits: &[usize], tag: &Opened<'_>) -> bool {
        let Opened { element, attrs, span, self_closing, stays } = *tag;
        if standin::stands(element) || is_disabled(element) {
            self.candidates.iter_mut().for_each(|outer| outer.others += 1);
            return false;
        }
        let by_selector = hits.iter().rev().find_map(|&hit| match self.applying.purposes.get(hit) {
            Some(Purpose::Control(index)) => Some(*index),
            Some(Purpose::Field(_) | Purpose::Contract(..)) | None => None,
        });
        let controls = &self.applying.controls;
        let page = is_page(element.name);
        let doing = element.attrs.iter().enumerate().find_map(|(n, (name, value))| {
            let press = call::is_press(name);
            let acts = name.starts_with("on") || matches!(name.as_ref(), "href" | "formaction" | "action" | "src");
            let acts = acts || name.starts_with("data-") || press;
            let calls = || {
                let script =
                    if name == "href" { value.trim_start().strip_prefix("javascript:") } else { Some(value.as_ref()) };
                script.filter(|_| !page && (press || name == "href")).and_then(|script| controls.calls(script))
            };
            if acts { controls.does(value).or_else(calls).map(|index| (n, index)) } else { None }
        });
        let input = element.name == "input";
        // What a field for text or a choice holds is data: `<input type=radio name=pref value=email>`.
        let presses = input && element.attr("type").is_some_and(is_pressed);
        let says = controls.by_text() && (presses || !input && may_say(element));
        let own = if input || element.name == "img" { &["value", "alt"] as &[&str] } else { &[] };
        let called: Vec<&str> = own.iter().chain(CALLED).filter(|_| says).filter_map(|n| element.attr(n)).collect();
        let by_text = called.iter().find_map(|text| controls.says(text));
        // Nothing can stand in it: what it shows is its own.
        let drawn = (says && !stays && called.iter().all(|text| controls.leaves_it_to_the_icon(text)))
            .then(|| controls.shows(element))
            .flatten();
        let insert = span.end - if self_closing { 2 } else { 1 };
        let drop = || {
            let both = attrs.iter().zip(element.attrs);
            both.filter(|(_, (name, _))| is_acting(name)).map(|(attr, _)| attr.whole.clone()).collect::<Vec<_>>()
        };
        let doing_alone = doing.filter(|_| by_selector.is_none());
        let met = by_selector.or(doing.map(|(_, index)| index)).or(by_text).or(drawn);
        if let Some((n, index)) = doing_alone.filter(|_| page) {
            // It is more than the control: what it does goes, and it stays.
            if action(ins, index).is_some()
                && let Some(attr) = attrs.get(n)
            {
                self.splice.edit(attr.whole.clone(), "");
            }
        } else if let Some(index) = met {
            return match action(ins, index) {
                Some(ControlAction::Remove) => {
                    self.candidates.iter_mut().for_each(|outer| outer.gone = Some(index));
                    if stays {
                        self.removal = Some(self.tree.open.len());
                    }
                    true
                }
                Some(ControlAction::Disable) => {
                    self.candidates.iter_mut().for_each(|outer| outer.others += 1);
                    let drop = drop();
                    self.disable(&drop, insert);
                    // What stays of it is redacted like any other.
                    false
                }
                None => false,
            };
        }
        if says && !input && stays && self.candidates.len() < 8 {
            self.candidates.iter_mut().for_each(|outer| outer.others += 1);
            // What sorts a table is headed so.
            let heads = self.tree.open.iter().rev().take(4).any(|open| open.name == *"th");
            let may_stay = self.may_stand_in();
            self.candidates.push(Candidate {
                depth: self.tree.open.len(),
                start: span.start,
                insert,
                drop: drop(),
                text: String::new(),
                drawn: String::new(),
                icon: self.applying.controls.shows(element),
                called: called.join(" "),
                choice: heads || matches!(element.name, "option" | "li"),
                item: element.name == "li",
                formats: self.tree.open.iter().rev().take(3).any(|open| open.more.formats),
                gone: None,
                holds_more: false,
                others: 0,
                dead: false,
                may_stay,
                stays: Called::of(element, attrs, false),
                inner: Vec::new(),
            });
        }
        false
    }

    /// What candidates see of an element in them.
    pub(super) fn seen_by_candidates(&mut self, element: &Element<'_>, attrs: &[Attr]) {
        if self.candidates.is_empty() {
            return;
        }
        let shows = self.applying.controls.shows(element);
        let alt = if element.name == "img" { element.attr("alt").unwrap_or_default() } else { "" };
        let called = Called::of(element, attrs, true);
        let more = matches!(element.name, "input" | "select" | "textarea" | "iframe" | "canvas" | "video" | "object");
        for candidate in &mut self.candidates {
            candidate.holds_more |= more;
            candidate.icon = candidate.icon.or(shows);
            candidate.text.push_str(alt);
            if candidate.inner.len() < standin::MOST {
                candidate.inner.extend(called.clone());
            }
        }
    }
}

/// The parts of one start tag, borrowed from its source.
#[derive(Clone, Copy)]
pub(super) struct Opened<'a> {
    pub(super) element: &'a Element<'a>,
    pub(super) attrs: &'a [Attr],
    pub(super) span: &'a Span,
    pub(super) self_closing: bool,
    pub(super) stays: bool,
}

/// Whether an attribute does something, or says what would be done.
fn is_acting(name: &str) -> bool {
    name.starts_with("on")
        || call::is_press(name)
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
}

/// Whether it has been disabled already: a page may be read twice.
fn is_disabled(element: &Element<'_>) -> bool {
    element.attr("title") == Some(UNAVAILABLE)
        && element.attr("aria-disabled").is_some()
        && !element
            .attrs
            .iter()
            .any(|(name, _)| is_acting(name) && !matches!(name.as_ref(), "title" | "disabled" | "aria-disabled"))
}

/// Whether a `select` is where somebody chooses the format of an export.
pub(super) fn asks_for_format(element: &Element<'_>) -> bool {
    element.name == "select"
        && ["id", "name", "class", "aria-label"].iter().filter_map(|n| element.attr(n)).any(|value| {
            let words = normalise(value);
            words.split(' ').any(|w| matches!(w, "export" | "exporter" | "download" | "output"))
        })
}
