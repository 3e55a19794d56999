//! Export and print controls: recognised by selector, by what they say, by what they do.

use std::collections::HashMap;

use super::attribute::is_pressed;
use super::matcher::Element;
use super::page::Page;
use super::scope::{Candidate, Purpose};
use super::tokens::Attr;
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::plan::{ControlAction, ControlMatch};
use crate::redact::run::Span;

/// What a disabled control says.
pub(super) const UNAVAILABLE: &str = "not available in this view";

/// How somebody likes to be reached: in a list that is a choice, and shares nothing.
const MEANS: &[&str] = &["email", "e mail", "fax"];

/// The longest text of a control that is compared.
pub(super) const LONGEST: usize = 80;

/// The control rules that apply to one page.
#[derive(Debug, Default)]
pub(super) struct Controls {
    by_text: HashMap<String, usize>,
    by_handler: Vec<(String, usize)>,
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
                ControlMatch::Handler(parts) => {
                    made.by_handler.extend(parts.iter().map(|p| (squeeze(p), index)).filter(|(p, _)| !p.is_empty()));
                }
            }
        }
        made.by_text.remove("");
        made
    }

    /// Whether texts need to be looked at.
    pub(super) fn by_text(&self) -> bool {
        !self.by_text.is_empty()
    }

    /// The rule for a control that says this.
    pub(super) fn says(&self, text: &str) -> Option<usize> {
        if self.by_text.is_empty() || text.len() > LONGEST {
            return None;
        }
        self.by_text.get(&normalise(text)).copied()
    }

    /// The rule for a handler, link or script that does this.
    pub(super) fn does(&self, script: &str) -> Option<usize> {
        if self.by_handler.is_empty() {
            return None;
        }
        let script = squeeze(script);
        self.by_handler.iter().find(|(part, _)| script.contains(part.as_str())).map(|(_, index)| *index)
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
pub(super) fn may_say(name: &str, role: Option<&str>) -> bool {
    matches!(name, "a" | "button" | "li" | "summary" | "option")
        || role.is_some_and(|r| matches!(r, "button" | "menuitem" | "link" | "tab" | "option"))
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
        let Some(index) = self.applying.controls.says(candidate.text.trim()) else { return };
        if candidate.choice && MEANS.contains(&normalise(&candidate.text).as_str()) {
            return;
        }
        match action(ins, index) {
            Some(ControlAction::Remove) => self.take_out(candidate.start..end),
            Some(ControlAction::Disable) => self.disable(&candidate.drop, candidate.insert),
            None => {}
        }
    }

    pub(super) fn disable(&mut self, drop: &[Span], insert: u64) {
        for span in drop {
            self.splice.edit(span.clone(), "");
        }
        let with = format!(" disabled aria-disabled=\"true\" title=\"{}\"", UNAVAILABLE);
        self.splice.edit(insert..insert, with);
    }

    /// Export and print controls. Says whether the tag has been dealt with.
    #[allow(clippy::too_many_arguments, reason = "the parts of one start tag, borrowed from its source")]
    pub(super) fn control(
        &mut self,
        ins: &mut Inspector,
        hits: &[usize],
        element: &Element<'_>,
        attrs: &[Attr],
        span: &Span,
        self_closing: bool,
        stays: bool,
    ) -> bool {
        let by_selector = hits.iter().rev().find_map(|&hit| match self.applying.purposes.get(hit) {
            Some(Purpose::Control(index)) => Some(*index),
            Some(Purpose::Field(_) | Purpose::Contract(..)) | None => None,
        });
        let doing = element.attrs.iter().enumerate().find_map(|(n, (name, value))| {
            let acts = name.starts_with("on") || matches!(name.as_ref(), "href" | "formaction" | "action" | "src");
            let acts = acts || name.starts_with("data-");
            if acts { self.applying.controls.does(value).map(|index| (n, index)) } else { None }
        });
        let input = element.name == "input";
        // What a field for text or a choice holds is data: `<input type=radio name=pref value=email>`.
        let presses = input && element.attr("type").is_some_and(is_pressed);
        let says =
            self.applying.controls.by_text() && (presses || !input && may_say(element.name, element.attr("role")));
        let by_text = says.then(|| {
            let names: &[&str] =
                if input { &["value", "title", "aria-label", "alt"] } else { &["aria-label", "title"] };
            names.iter().filter_map(|n| element.attr(n)).find_map(|text| self.applying.controls.says(text))
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
                // What sorts a table is headed so.
                let heads = self.tree.open.iter().rev().take(4).any(|open| open.name == *"th");
                self.candidates.push(Candidate {
                    depth,
                    start,
                    insert,
                    drop: drop(),
                    text: String::new(),
                    choice: heads || matches!(element.name, "option" | "li"),
                    dead: false,
                });
            }
            return false;
        };
        let Some(action) = action(ins, index) else { return false };
        if let Some((n, _)) = doing
            && by_selector.is_none()
            && is_page(element.name)
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
