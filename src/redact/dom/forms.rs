//! Which form a control belongs to, kept when a page is written down.
//!
//! Old pages put a form around the rows of a table: `<table><form><tr><td><input></form></table>`. A browser takes the form
//! out of the way, empty, but remembers it: every control up to `</form>` belongs to it. Written down as the tree has it
//! (`<form></form>`), the controls would belong to nothing and the page's search would do nothing. So such a form's end
//! tag is written where its last control was, or left out; the same where a form and something else end crosswise. Where
//! nothing of that helps (a form that was fostered out of a table, away from its controls), the controls name their form.

use std::collections::HashMap;
use std::rc::Rc;

use html5ever::ns;
use markup5ever_rcdom::{Handle, Node, NodeData};

use super::bounded::{Forms, parent};

/// The form that a parser would have in mind at the place that is being written.
#[derive(Default)]
pub(super) struct Pointer {
    open: Option<Handle>,
    /// How many controls of each form are still to be written.
    left: HashMap<*const Node, usize>,
    /// Forms whose controls need a name for them, and how many there are.
    named: HashMap<*const Node, String>,
    /// A control was met that only a name ties to its form, and the form was written without one.
    pub(super) again: bool,
}

impl Pointer {
    pub(super) fn new(forms: &Forms) -> Self {
        let mut left = HashMap::new();
        for form in forms.all() {
            *left.entry(Rc::as_ptr(form)).or_default() += 1;
        }
        Self { left, ..Self::default() }
    }

    /// For the page once more, with the names that were found to be needed.
    pub(super) fn with_names(self, forms: &Forms) -> Self {
        Self { named: self.named, ..Self::new(forms) }
    }

    /// Whether `</form>` must be written before the start tag of an element.
    pub(super) fn ends_before(&mut self, element: &Handle, forms: &Forms) -> bool {
        let mine = owner(element, forms);
        if let Some(form) = &mine
            && let Some(left) = self.left.get_mut(&Rc::as_ptr(form))
        {
            *left = left.saturating_sub(1);
        }
        let Some(open) = &self.open else { return false };
        let ends = match html_name(element) {
            Some("form") => true,
            // What a control is listed for by its own attribute, a parser does not decide.
            Some(_) if is_control(element) => mine.is_none_or(|form| !Rc::ptr_eq(&form, open)),
            _other => false,
        };
        if ends {
            self.open = None;
        }
        ends
    }

    /// The name of its form that a control needs, because the parser would not tie it to that.
    pub(super) fn name_for(&mut self, element: &Handle, forms: &Forms) -> Option<String> {
        let form = owner(element, forms).filter(|_| is_control(element))?;
        if self.open.as_ref().is_some_and(|open| Rc::ptr_eq(open, &form)) {
            return None;
        }
        let own = attribute(&form, "id").filter(|id| !id.is_empty());
        let name = own.or_else(|| self.named.get(&Rc::as_ptr(&form)).cloned());
        if name.is_none() {
            self.again = true;
            self.named.insert(Rc::as_ptr(&form), format!("fanlight-form-{}", self.named.len() + 1));
        }
        name
    }

    /// The name that a form without one is given.
    pub(super) fn name_of(&self, element: &Handle) -> Option<&String> {
        self.named.get(&Rc::as_ptr(element))
    }

    /// A form's start tag was written.
    pub(super) fn starts(&mut self, form: &Handle) {
        self.open = Some(form.clone());
    }

    /// Whether a form's end tag must be written where the form ends in the tree.
    pub(super) fn ends_with(&mut self, form: &Handle) -> bool {
        if !self.open.as_ref().is_some_and(|open| Rc::ptr_eq(open, form)) {
            // It ended before, crosswise.
            return false;
        }
        let more = self.left.get(&Rc::as_ptr(form)).is_some_and(|left| *left > 0);
        if more && let Some(around) = parent(form) {
            // Between rows a form is left at once; at the end of another element, with that.
            let rows = matches!(html_name(&around), Some("table" | "tbody" | "thead" | "tfoot" | "tr"));
            if rows || around.children.borrow().last().is_some_and(|last| Rc::ptr_eq(last, form)) {
                return false;
            }
        }
        self.open = None;
        true
    }
}

/// The form of a control: the parser's, or the one around it. Where `</form>` came too early (in a table inside of the form) the
/// parser ties a control to none, and a browser looks for the form around it (HTML, "reset the form owner";
/// Chromium does).
pub(super) fn owner(element: &Handle, forms: &Forms) -> Option<Handle> {
    let tied = forms.of(element).cloned();
    if tied.is_some() || !is_control(element) {
        return tied;
    }
    std::iter::successors(parent(element), parent).find(|around| html_name(around) == Some("form"))
}

/// Whether the parser decides to which form an element belongs.
fn is_control(element: &Handle) -> bool {
    matches!(html_name(element), Some("button" | "fieldset" | "input" | "object" | "output" | "select" | "textarea"))
        && attribute(element, "form").is_none()
}

/// The name of an HTML element.
pub(super) fn html_name(node: &Handle) -> Option<&str> {
    match &node.data {
        NodeData::Element { name, .. } if name.ns == ns!(html) => Some(&name.local),
        NodeData::Element { .. }
        | NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Text { .. }
        | NodeData::Comment { .. }
        | NodeData::ProcessingInstruction { .. } => None,
    }
}

fn attribute(element: &Handle, name: &str) -> Option<String> {
    match &element.data {
        NodeData::Element { attrs, .. } => {
            attrs.borrow().iter().find(|a| &*a.name.local == name).map(|a| a.value.to_string())
        }
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Text { .. }
        | NodeData::Comment { .. }
        | NodeData::ProcessingInstruction { .. } => None,
    }
}
