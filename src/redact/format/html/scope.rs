//! What is kept for an open element, and for what selectors and controls are asked.

use std::sync::Arc;

use super::grid::Boxes;
use super::names::{INLINE, Name, UNSEEN};
use super::passage::Chosen;
use super::raw::Script;
use super::standin::Called;
use super::table::Part;
use super::tree::Space;
use super::words::Label;
use crate::redact::run::Span;

/// The most labels remembered for controls that come later.
pub(super) const MAX_LABELS: usize = 4096;
/// The most text kept to see whether an element is a label.
pub(super) const MAX_SAID: usize = 128;

/// Text that stands directly in an element.
#[derive(Debug, Default)]
pub(super) enum Said {
    #[default]
    Nothing,
    Text(String),
    More,
}

impl Said {
    pub(super) fn add(&mut self, text: &str) {
        *self = match std::mem::take(self) {
            Said::Nothing if text.len() <= MAX_SAID => Said::Text(text.to_owned()),
            Said::Text(old) if old.len() + text.len() < MAX_SAID => Said::Text(old + " " + text),
            Said::Nothing | Said::Text(_) | Said::More => Said::More,
        };
    }
}

/// How an element stands in the text.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    #[default]
    Block,
    /// In a line: a run goes through it.
    Line,
    /// Not at all.
    Unseen,
}

impl Flow {
    pub(super) fn of(name: &Name, space: Space) -> Self {
        match space {
            // A reading beside its word is no part of it.
            Space::Html if matches!(name.as_str(), "rt" | "rp") => Flow::Block,
            Space::Html if name.is(INLINE) => Flow::Line,
            Space::Html if name.is(UNSEEN) => Flow::Unseen,
            Space::Html => Flow::Block,
            Space::Svg | Space::Math => match name.as_str() {
                "text" | "title" | "desc" | "foreignobject" | "script" | "style" | "annotation" | "annotation-xml" => {
                    Flow::Block
                }
                _ => Flow::Line,
            },
        }
    }
}

/// What is kept for an open element.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// A text area that can be sent: what stands in it comes back.
    pub(super) sent: bool,
    pub(super) flow: Flow,
    /// The selector field that holds for its text.
    pub(super) field: Chosen,
    /// The label beside it or around it.
    pub(super) value_of: Option<Arc<Label>>,
    /// A label that stands in it and waits for the value behind it.
    pub(super) pending: Option<Arc<Label>>,
    pub(super) said: Said,
    /// Where in which run it began.
    pub(super) mark: (u64, usize),
    pub(super) script: Option<Script>,
    /// A `label`: the control that it names.
    pub(super) label_for: Option<String>,
    pub(super) label_text: String,
    /// Lines are seen as lines.
    pub(super) pre: bool,
    /// In a link or button.
    pub(super) action: bool,
    /// Formats of an export are chosen in it.
    pub(super) formats: bool,
    /// Its text is the name of an icon.
    pub(super) ligature: bool,
    /// How many more elements inside are still about the person that one around them is called after.
    pub(super) person: u8,
    /// What part of a table it is.
    pub(super) part: Option<Part>,
    /// What stands directly in it.
    pub(super) boxes: Boxes,
    /// A hash of its name and class.
    pub(super) look: u64,
    /// Which part it plays in the page, as others of its class or its place do; none where neither it nor what is around it has a class.
    pub(super) role: Option<u64>,
}

/// What a selector is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Field(usize),
    Control(usize),
    Contract(usize, usize),
}

/// An element that may turn out to be an export or print control, once its text is known.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) depth: usize,
    pub(super) start: u64,
    /// Where attributes can be added to its start tag.
    pub(super) insert: u64,
    pub(super) drop: Vec<Span>,
    pub(super) text: String,
    /// The text of icons in it.
    pub(super) drawn: String,
    /// The icon rule that an icon in it met.
    pub(super) icon: Option<usize>,
    /// What it is called by something else than its text: `title`, `aria-label`.
    pub(super) called: String,
    /// One of a list.
    pub(super) choice: bool,
    /// An item of a list.
    pub(super) item: bool,
    /// A choice of formats for an export.
    pub(super) formats: bool,
    /// The rule by which something in it left.
    pub(super) gone: Option<usize>,
    /// A field or picture stands in it.
    pub(super) holds_more: bool,
    /// How many others that stand in it may be one, and stay.
    pub(super) others: u32,
    pub(super) dead: bool,
    /// Something may stay of it when it goes.
    pub(super) may_stay: bool,
    /// What does.
    pub(super) stays: Option<Called>,
    /// What stays of elements in it.
    pub(super) inner: Vec<Called>,
}
