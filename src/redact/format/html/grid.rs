//! Grids of plain boxes: rows of `div` or `li` that a style sheet lays out as a table, and nothing says so.
//!
//! ```text
//! <div class="row"><div>First name</div><div>Date of birth</div></div>     a row of labels and no more heads
//! <div class="row"><div>Orla</div><div>12/03/1961</div></div>              the rows below it, box by box
//! ```
//!
//! Boxes stand under each other only for who sees the style sheet, so such a label is a hint: what stands in a box must look like what
//! the label says. Real tables, and grids that say by their roles that they are tables, are `table.rs`'s.

use std::sync::Arc;

use super::header;
use super::names::Name;
use super::page::Page;
use super::scope::{Flow, MAX_SAID, Said, Scope};
use super::table;
use super::tree::Open;
use super::words::{Label, label_of};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;

/// The most boxes of a row that may be one of labels.
const MOST: usize = 32;
/// The longest label of a box, in bytes.
const LONGEST: usize = 40;

/// The boxes that stand directly in an element.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    /// What each says; none once one is no label.
    texts: Vec<String>,
    /// How many have ended.
    count: usize,
    /// One of them is no label.
    other: bool,
}

impl Boxes {
    /// How many have ended.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn add(&mut self, text: Option<&str>) {
        self.count += 1;
        match text.filter(|t| !self.other && t.len() <= LONGEST && self.texts.len() < MOST) {
            Some(text) if !text.contains(|c: char| c.is_ascii_digit() || matches!(c, '‹' | '•')) => {
                self.texts.push(text.to_owned());
            }
            Some(_) | None => {
                self.other = true;
                self.texts = Vec::new();
            }
        }
    }

    /// What the boxes below are, where these are labels and no more.
    fn columns(&self, ins: &Inspector) -> Option<Vec<Option<Arc<Label>>>> {
        let filled = || self.texts.iter().filter(|t| !t.is_empty());
        if filled().count() < 2 {
            return None;
        }
        let known = |text: &&String| label_of(ins, text, false).known();
        let kinds: Vec<Kind> = filled().filter_map(|text| label_of(ins, text, false).kind()).collect();
        // Two boxes are as often a label and its value, "Contact | Phone": two labels of different kinds are none.
        let many = filled().count() > 2 || matches!(kinds.as_slice(), [one, other] if one != other);
        let heads = many && filled().all(|text| is_head(ins, text)) && filled().any(|text| known(&text));
        heads.then(|| table::columns(ins, &self.texts))
    }
}

/// Whether a text heads columns.
fn is_head(ins: &Inspector, text: &str) -> bool {
    header::is_common(&normalise(text)) || label_of(ins, text, false).known()
}

/// What a row of labels says of the rows below it.
#[derive(Debug)]
pub(super) struct Grid {
    /// How deep its rows stand, and which elements they are.
    row: usize,
    name: Name,
    /// How many elements stand open around them; with the innermost of those it ends.
    within: usize,
    columns: Vec<Option<Arc<Label>>>,
}

impl Page {
    /// What a row of labels above says of the element that begins in the one that is open.
    pub(super) fn above_box(&self) -> Option<Arc<Label>> {
        let row = self.tree.open.len().checked_sub(1)?;
        let name = &self.tree.open.last()?.name;
        let grid = self.grids.iter().rev().find(|grid| grid.row == row && grid.name == *name)?;
        grid.columns.get(self.scope().boxes.count)?.clone().filter(|label| label.known())
    }

    /// Gives the label above to a box.
    pub(super) fn head_box(&self, scope: &mut Scope) {
        let free = scope.value_of.as_ref().is_none_or(|label| !label.known() || label.hint) && scope.field.is_none();
        // What stands in a line has its label before it.
        if let Some(label) = self.above_box().filter(|_| free && scope.flow == Flow::Block) {
            scope.value_of = Some(label);
        }
    }

    /// An element has ended that stood at `at`.
    pub(super) fn box_ends(&mut self, ins: &Inspector, closed: &Open<Scope>, at: usize) {
        // Headers often stand in a box of their own, and the rows in another beside it.
        let alone = closed.more.boxes.count == 1;
        while let Some(mut grid) = self.grids.pop_if(|grid| grid.within > at) {
            if alone && grid.within == at + 1 {
                grid.within = at;
                self.grids.push(grid);
                break;
            }
        }
        if closed.more.part.is_some() || closed.name.as_str() == "option" {
            if let Some(parent) = self.tree.open.last_mut() {
                parent.more.boxes.add(None);
            }
            return;
        }
        // A row that is built otherwise ends the grid.
        let count = closed.more.boxes.count;
        self.grids.retain(|grid| grid.row != at || (grid.name == closed.name && grid.columns.len() == count));
        if let Some(columns) = closed.more.boxes.columns(ins) {
            self.grids.retain(|grid| grid.row < at);
            self.grids.push(Grid { row: at, name: closed.name.clone(), within: at, columns });
        }
        let text = match (&closed.more.said, closed.more.flow) {
            (Said::Text(text), Flow::Block) => Some(text.as_str()),
            (Said::Nothing, Flow::Block) => Some(""),
            (Said::More, Flow::Block) | (_, Flow::Line | Flow::Unseen) => None,
        };
        let text = text.map(str::trim).filter(|text| text.len() <= MAX_SAID && !closed.more.action);
        let row = self.tree.open.len().checked_sub(1);
        let Some(parent) = self.tree.open.last_mut() else { return };
        // A row that begins with a label has its value beside it: no grid goes on below.
        if !self.grids.is_empty() && parent.more.boxes.count == 0 && text.is_some_and(|text| is_head(ins, text)) {
            self.grids.retain(|grid| Some(grid.row) != row);
        }
        parent.more.boxes.add(text);
    }
}
