//! What stays of a control that is taken out: an empty element of the same name, id and class, which is not shown and cannot be used.
//!
//! Scripts wire controls by what they are called: `document.getElementById('print').onclick = …`. One that finds nothing stops
//! there, and with it all that it would have wired next. So `<button id=print onclick=…>Print</button>` becomes
//! `<button id=print data-fanlight-out="" hidden="" inert="" disabled=""></button>`. The guard's style sheet keeps it unseen
//! whatever the page's own says. A control that nothing can be called by leaves without a trace.

use super::matcher::Element;
use super::page::Page;
use super::tokens::Attr;
use crate::redact::splice::Splice;

/// By this a stand-in is known, to the guard's style sheet and when a page is read twice.
pub(super) const MARK: &str = "data-fanlight-out";

/// The most stand-ins for what stood in one control.
pub(super) const MOST: usize = 16;

/// Elements that mean something without being seen, or that stand where no other may: nothing stays of them.
const NEVER: &[&str] = &[
    "area", "base", "body", "caption", "col", "colgroup", "embed", "form", "frame", "frameset", "head", "html",
    "iframe", "link", "meta", "object", "script", "style", "table", "tbody", "td", "template", "textarea", "tfoot",
    "th", "thead", "title", "tr",
];

/// Elements that end with their start tag.
const VOID: &[&str] = &["img", "input"];

/// Elements that can be disabled.
const DISABLED: &[&str] = &["button", "fieldset", "input", "optgroup", "option", "select"];

/// What a script could find an element by.
pub(super) fn is_name(attribute: &str) -> bool {
    matches!(attribute, "id" | "class" | "name") || attribute.starts_with("data-")
}

/// A start tag's parts by which a stand-in can be made, kept until it is known whether one is needed.
#[derive(Debug, Default, Clone)]
pub(super) struct Called {
    name: String,
    /// Each as it was written.
    attrs: Vec<Attr>,
    kind: Option<Attr>,
}

impl Called {
    /// What an element is called by; none: nothing will stay of it. `inner`: it stands in a control, and only an id counts.
    pub(super) fn of(element: &Element<'_>, attrs: &[Attr], inner: bool) -> Option<Self> {
        if NEVER.contains(&element.name) || !element.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return None;
        }
        let both = || attrs.iter().zip(element.attrs);
        let counts =
            |name: &str, value: &str| !value.trim().is_empty() && if inner { name == "id" } else { is_name(name) };
        if !both().any(|(_, (name, value))| counts(name, value)) {
            return None;
        }
        // A handler or an address may stand in a data attribute: those that are only a word are names.
        let word =
            |value: &str| value.len() <= 64 && value.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | ' '));
        let kept = both().filter(|(_, (name, value))| is_name(name) && (!name.starts_with("data-") || word(value)));
        let kind = both().find(|(_, (name, _))| matches!(element.name, "button" | "input") && name == "type");
        Some(Self {
            name: element.name.to_owned(),
            attrs: kept.map(|(attr, _)| attr.clone()).take(MOST).collect(),
            kind: kind.map(|(attr, _)| attr.clone()),
        })
    }

    /// The element that stays. What the rules changed in an attribute would not be found by it any more, and is left out.
    pub(super) fn stand_in(&self, splice: &Splice) -> String {
        let mut out = format!("<{}", self.name);
        for attr in self.attrs.iter().chain(&self.kind).filter(|a| !splice.touches(&a.whole)) {
            if let Ok(text) = std::str::from_utf8(splice.bytes(attr.whole.clone())) {
                out.push(' ');
                out.push_str(text);
            }
        }
        for more in [MARK, "hidden", "inert"] {
            out.push_str(&format!(" {more}=\"\""));
        }
        if DISABLED.contains(&self.name.as_str()) {
            out.push_str(" disabled=\"\"");
        }
        if VOID.contains(&self.name.as_str()) {
            out.push_str(" />");
        } else {
            out.push_str(&format!("></{}>", self.name));
        }
        out
    }
}

impl Page {
    /// Whether something may stay of what is taken out here: not in a drawing, and not between the parts of a table.
    pub(super) fn may_stand_in(&self) -> bool {
        let between = |name: &str| matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "select" | "datalist");
        !self.tree.foreign() && self.tree.open.last().is_none_or(|open| !between(open.name.as_str()))
    }
}

/// A stand-in that stands already.
pub(super) fn stands(element: &Element<'_>) -> bool {
    element.attr(MARK).is_some()
}
