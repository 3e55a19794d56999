//! Tables: which cell stands under which header, and which stands beside a label.
//!
//! Column headers are the cells of a row of `th` or of a `thead`, or of a first row of plain cells that are labels. In
//! other rows a `th`, or a plain cell that is a known label, speaks of the cells behind it.

use std::sync::Arc;

use super::passage::Passage;
use super::words::{Label, label_of};
use crate::redact::inspect::Inspector;

/// What part of a table an element is, by its name or by its role: grids of `div` are tables to who reads them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Table,
    Head,
    Row,
    Cell { head: bool },
}

impl Part {
    /// The part that an element is.
    pub(super) fn of(name: &str, role: Option<&str>) -> Option<Self> {
        match (name, role) {
            ("thead", _) => Some(Part::Head),
            ("tr", _) => Some(Part::Row),
            ("td", _) => Some(Part::Cell { head: false }),
            ("th", _) => Some(Part::Cell { head: true }),
            ("table", _) | (_, Some("table" | "grid" | "treegrid")) => Some(Part::Table),
            (_, Some("row")) => Some(Part::Row),
            (_, Some("cell" | "gridcell")) => Some(Part::Cell { head: false }),
            (_, Some("columnheader" | "rowheader")) => Some(Part::Cell { head: true }),
            (_, _) => None,
        }
    }
}

/// The most columns that are followed.
const MAX_COLUMNS: usize = 512;
/// The longest text of a cell that can be a header.
const MAX_TEXT: usize = 128;

/// A cell of the row under way.
#[derive(Debug)]
struct Cell {
    head: bool,
    column: usize,
    width: usize,
    text: String,
    /// What its own text is as a label, once it has ended.
    label: Option<Arc<Label>>,
}

/// An open table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Where it stands among the open elements.
    pub(super) depth: usize,
    columns: Vec<Option<Arc<Label>>>,
    rows: usize,
    head: bool,
    in_row: bool,
    cells: Vec<Cell>,
    /// For how many more rows a cell above reaches down into a column.
    reach: Vec<usize>,
    /// Runs of a first row, of which it is not yet known whether it is one of headers.
    pub(super) waiting: Vec<Passage>,
    /// That row has waited long enough.
    pub(super) settled: bool,
}

impl Table {
    pub(super) fn at(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    /// A `thead` begins or ends.
    pub(super) fn head(&mut self, inside: bool) {
        self.head = inside;
    }

    /// A row begins.
    pub(super) fn row(&mut self) {
        self.in_row = true;
        self.cells.clear();
    }

    /// Whether runs of the current row must wait for its end.
    pub(super) fn waits(&self) -> bool {
        self.in_row
            && self.rows == 0
            && !self.head
            && !self.settled
            && self.columns.is_empty()
            && self.cells.iter().all(|c| !c.head)
    }

    /// A cell begins; returns the label that its content has.
    pub(super) fn cell(&mut self, head: bool, width: usize, height: usize) -> Option<Arc<Label>> {
        self.in_row = true;
        let mut column = self.cells.last().map_or(0, |c| c.column + c.width);
        while self.reach.get(column).is_some_and(|&rows| rows > 0) {
            column += 1;
        }
        let width = width.clamp(1, 64);
        if height > 1 {
            for at in column..(column + width).min(MAX_COLUMNS) {
                if self.reach.len() <= at {
                    self.reach.resize(at + 1, 0);
                }
                if let Some(rows) = self.reach.get_mut(at) {
                    // This row's end takes one.
                    *rows = height.min(1000);
                }
            }
        }
        let above = self.columns.get(column).cloned().flatten();
        let row = self.cells.iter().rev().find(|c| c.head).and_then(|c| c.label.clone());
        let beside = self.cells.last().and_then(|c| c.label.clone()).filter(|l| l.known());
        self.cells.push(Cell { head, column, width, text: String::new(), label: None });
        if self.cells.len() > MAX_COLUMNS {
            self.cells.remove(0);
        }
        if head {
            return above;
        }
        let known = |l: &&Arc<Label>| l.known();
        let sure = above.iter().chain(&row).chain(&beside).find(known).cloned();
        sure.or(above).or(row)
    }

    /// Text of the cell under way.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(cell) = self.cells.last_mut()
            && cell.text.len() <= MAX_TEXT
        {
            if !cell.text.is_empty() {
                cell.text.push(' ');
            }
            cell.text.extend(text.chars().take(MAX_TEXT));
        }
    }

    /// The cell under way ends.
    pub(super) fn cell_ends(&mut self, ins: &Inspector) {
        let columns = !self.columns.is_empty();
        if let Some(cell) = self.cells.last_mut() {
            let label = label_of(ins, &cell.text, false);
            // A patient's name may head a row too: it is no label then.
            let plain = cell.head && !columns && !cell.text.contains(|c: char| c.is_ascii_digit());
            if label.known() || plain {
                cell.label = Some(Arc::new(label));
            }
        }
    }

    /// The row ends; says whether it was one of headers. Waiting runs are then decided by the caller.
    pub(super) fn row_ends(&mut self, ins: &Inspector) -> bool {
        if !self.in_row {
            return false;
        }
        self.in_row = false;
        let cells = std::mem::take(&mut self.cells);
        let heads = cells.iter().filter(|c| c.head).count();
        let all_heads = heads == cells.len() && heads > 0;
        let plain = self.rows == 0 && heads == 0 && self.columns.is_empty() && plain_headers(&cells);
        let header = self.head || (all_heads && (self.rows == 0 || heads > 1)) || plain;
        if header {
            for cell in &cells {
                if cell.text.trim().is_empty() {
                    continue;
                }
                let label = Arc::new(label_of(ins, &cell.text, true));
                for at in cell.column..(cell.column + cell.width).min(MAX_COLUMNS) {
                    if self.columns.len() <= at {
                        self.columns.resize(at + 1, None);
                    }
                    if let Some(column) = self.columns.get_mut(at) {
                        *column = Some(label.clone());
                    }
                }
            }
        }
        if header {
            self.doubt_names();
        }
        for rows in &mut self.reach {
            *rows = rows.saturating_sub(1);
        }
        self.rows += 1;
        header
    }
}

impl Table {
    /// A column that is called "Name" and no more is one of people where another column speaks of people; else what stands in it
    /// must look like a name, because icons, drugs and files have names too.
    fn doubt_names(&mut self) {
        let labels = self.columns.iter().flatten();
        let of_people = |l: &Arc<Label>| (l.known() && !bare(l)) || l.words.split(' ').any(|w| PEOPLE.contains(&w));
        if labels.clone().any(of_people) {
            return;
        }
        for label in self.columns.iter_mut().flatten().filter(|l| bare(l)) {
            *label = Arc::new(Label { hint: true, ..Label::clone(label) });
        }
    }
}

fn bare(label: &Arc<Label>) -> bool {
    matches!(label.words.as_str(), "name" | "names") && label.known()
}

/// Words in the headers of tables of people.
const PEOPLE: &[&str] = &[
    "age",
    "sex",
    "gender",
    "dob",
    "born",
    "patient",
    "patients",
    "relationship",
    "relation",
    "bed",
    "ward",
    "nhs",
    "mrn",
    "appointment",
    "consultant",
    "diagnosis",
    "admitted",
    "phone",
    "address",
    "occupation",
    "visit",
    "clinic",
    "referral",
    "episode",
];

/// A first row of plain cells is one of headers when its cells are labels, not labels and values in turn.
fn plain_headers(cells: &[Cell]) -> bool {
    let known = |c: &Cell| c.label.as_ref().is_some_and(|l| l.known()) && !c.text.trim_end().ends_with(':');
    let filled = cells.iter().filter(|c| !c.text.trim().is_empty()).count();
    let count = cells.iter().filter(|c| known(c)).count();
    let neighbours = cells.windows(2).any(|pair| pair.iter().all(known));
    let digits = cells.iter().any(|c| c.text.chars().filter(char::is_ascii_digit).count() > 3);
    count >= 2 && !digits && (neighbours || count == filled)
}
