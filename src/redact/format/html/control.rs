//! Export and print controls: recognised by selector, by what they say, by what they do.

use std::collections::HashMap;

use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::plan::{ControlAction, ControlMatch};

/// What a disabled control says.
pub(super) const UNAVAILABLE: &str = "not available in this view";

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
    matches!(name, "a" | "button" | "li" | "summary" | "option" | "label")
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
