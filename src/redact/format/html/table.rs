//! Tables: which cell stands under which header, and which stands beside a label.
//!
//! Column headers are the cells of a row of `th` or of a `thead`, or of a first row of plain cells that are labels. In
//! other rows a `th`, or a plain cell that is a known label, speaks of the cells behind it.

use std::sync::Arc;

use super::header::{self, Verdict};
use super::passage::Passage;
use super::words::{Label, label_of};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::own_number;
use crate::redact::title::is_address_alone;

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
/// Headers stand in one of so many rows: a title or a way through pages may stand above them.
const FIRST_ROWS: usize = 3;
/// The longest text of a cell that can be a header.
const MAX_TEXT: usize = 128;

/// A cell of the row under way.
#[derive(Debug)]
pub(super) struct Cell {
    head: bool,
    column: usize,
    pub(super) width: usize,
    pub(super) text: String,
    /// What its own text is as a label, once it has ended.
    pub(super) label: Option<Arc<Label>>,
    /// A form control stands in it.
    pub(super) control: bool,
}

/// A run that waits until it is known what its row is.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) passage: Passage,
    /// The column that its cell begins in; none in a row that may be one of headers.
    column: Option<usize>,
}

/// What a row has turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowEnd {
    Headers,
    Values,
    /// The next row says.
    Open,
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
    /// Runs of a first row, of which it is not yet known whether it is one of headers, and of the row below that says so.
    pub(super) waiting: Vec<Waiting>,
    /// A first row that is one of headers if the row below it is one of values.
    open: Option<Vec<Cell>>,
    /// The label that was alone in the row above: one column of labels and values in turn.
    single: Option<Arc<Label>>,
    /// The label of the row above, where an address began beside it.
    address: Option<Arc<Label>>,
    /// The columns were headed by plain cells and a row of form controls followed: the next row may be headers again.
    again: bool,
    plain: bool,
    /// That row has waited long enough.
    settled: bool,
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
        let first = self.rows < FIRST_ROWS && self.columns.is_empty();
        self.in_row
            && (first || self.open.is_some() || self.again)
            && !self.head
            && !self.settled
            && self.cells.iter().all(|c| !c.head)
    }

    /// A run of the current row waits for its end.
    pub(super) fn wait(&mut self, passage: Passage) {
        let column = self.cells.last().map(|c| c.column).filter(|_| self.open.is_some());
        self.waiting.push(Waiting { passage, column });
    }

    /// It has waited long enough: the row under way is what it is.
    pub(super) fn give_up(&mut self) {
        self.settled = true;
        self.open = None;
        self.again = false;
    }

    /// The label that a run of a second row has, now that the row above is one of headers.
    pub(super) fn above(&self, waiting: &Waiting) -> Option<Arc<Label>> {
        let label = self.columns.get(waiting.column?).cloned().flatten();
        label.filter(|l| l.known())
    }

    /// A form control stands in the cell under way.
    pub(super) fn control(&mut self) {
        if let Some(cell) = self.cells.last_mut() {
            cell.control = true;
        }
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
        // "Name: | Mr. | James": the title has a cell of its own.
        let title = self.cells.last().is_some_and(|c| is_address_alone(&c.text));
        let labels = self.cells.iter().rev().nth(usize::from(title));
        let beside = labels.and_then(|c| c.label.clone()).filter(|l| l.known());
        let colon = self.cells.last().is_some_and(|c| c.text.trim_end().ends_with(':'));
        self.cells.push(Cell { head, column, width, text: String::new(), label: None, control: false });
        if self.cells.len() > MAX_COLUMNS {
            self.cells.remove(0);
        }
        if head {
            // "Patient ID: | 274557", both of them heads: what stands behind a colon may be the value.
            let number = |l: &Arc<Label>| l.kind().is_some_and(Kind::has_digits);
            return beside.filter(|l| colon && !self.head && number(l)).map(|l| Arc::new(l.as_hint())).or(above);
        }
        if self.head && !colon {
            // A row of headers; or a banner that is printed on every page, whose values look like what the labels say.
            return beside.map(|l| Arc::new(l.as_hint()));
        }
        let known = |l: &&Arc<Label>| l.known();
        let sure = above.iter().chain(&row).chain(&beside).find(known).cloned();
        let single = || self.single.as_ref().filter(|_| self.cells.len() == 1).map(|label| Arc::new(label.as_hint()));
        sure.or_else(|| self.second_value()).or_else(|| self.further_line()).or_else(single).or(above).or(row)
    }

    /// An address goes on below its first line, with nothing in the place of the label: `Address: | 3 The Close`, ` | Zeal Monachorum`.
    fn further_line(&self) -> Option<Arc<Label>> {
        let [empty, _] = self.cells.as_slice() else { return None };
        let address = self.address.as_ref().filter(|_| empty.text.trim().is_empty() && self.columns.is_empty());
        address.map(|label| Arc::new(label.as_hint()))
    }

    /// In a trail of changes a value stands behind another: `Date of birth | 28/12/1940 | 28/12/1941`. It must look like what the
    /// label says.
    fn second_value(&self) -> Option<Arc<Label>> {
        let mut before = self.cells.iter().rev().skip(1);
        let (value, label) = (before.next()?, before.next()?.label.as_ref()?);
        let fits = value.label.is_none() && !value.head && label.kind().is_some();
        fits.then(|| Arc::new(label.as_hint()))
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

    /// The row ends; says what it was. Waiting runs are then decided by the caller.
    pub(super) fn row_ends(&mut self, ins: &Inspector) -> RowEnd {
        if !self.in_row {
            return RowEnd::Values;
        }
        self.in_row = false;
        let address = |label: &Arc<Label>| label.kind() == Some(Kind::Address);
        let digits = |label: &Arc<Label>| label.kind().is_some_and(Kind::has_digits);
        self.single = match self.cells.as_slice() {
            [only] if only.width == 1 && !only.control => only.label.clone().filter(digits),
            _ => None,
        };
        match self.cells.as_slice() {
            [empty, _] if empty.text.trim().is_empty() => {}
            [first, _] => self.address = first.label.clone().filter(address),
            _ => self.address = None,
        }
        let cells = std::mem::take(&mut self.cells);
        let end = self.judge(&cells);
        match (end, self.open.take()) {
            (RowEnd::Headers, Some(above)) => self.take_headers(ins, &above),
            (RowEnd::Headers, None) => self.take_headers(ins, &cells),
            (RowEnd::Open, _) => self.open = Some(cells),
            (RowEnd::Values, _) => {}
        }
        for rows in &mut self.reach {
            *rows = rows.saturating_sub(1);
        }
        self.rows += 1;
        end
    }

    fn judge(&mut self, cells: &[Cell]) -> RowEnd {
        let heads = cells.iter().filter(|c| c.head).count();
        let all_heads = heads == cells.len() && heads > 0;
        if self.head || (all_heads && (self.rows == 0 || heads > 1)) {
            self.plain = false;
            self.open = None;
            return RowEnd::Headers;
        }
        let again = std::mem::take(&mut self.again);
        if let Some(above) = &self.open {
            self.plain = header::is_of_values(cells, above);
            return if self.plain { RowEnd::Headers } else { RowEnd::Values };
        }
        if heads == 0 && self.rows < FIRST_ROWS && self.columns.is_empty() {
            return match header::verdict(cells) {
                Verdict::Headers => {
                    self.plain = true;
                    RowEnd::Headers
                }
                Verdict::AskNext if !self.settled => RowEnd::Open,
                Verdict::AskNext | Verdict::Values => RowEnd::Values,
            };
        }
        if heads == 0 && again && header::is_all_labels(cells) {
            self.columns.clear();
            return RowEnd::Headers;
        }
        if heads == 0 && self.plain && header::is_all_colons(cells) {
            self.columns.clear();
            return RowEnd::Headers;
        }
        self.again = self.plain && !self.settled && header::is_all_controls(cells);
        RowEnd::Values
    }

    fn take_headers(&mut self, ins: &Inspector, cells: &[Cell]) {
        // "Patients where all records have been validated: 6" over all columns: a heading of the rows that follow, which have
        // the columns that were named before.
        if let [only] = cells
            && only.width > 1
            && self.columns.iter().flatten().count() > 1
            && !label_of(ins, &only.text, true).known()
        {
            return;
        }
        let of_people = cells
            .iter()
            .any(|c| matches!(normalise(&c.text).as_str(), "age" | "sex" | "gender" | "dob" | "date of birth"));
        for cell in cells {
            if cell.text.trim().is_empty() {
                continue;
            }
            // "Patients" heads their names, where each row has an age or a sex; else how many there are, or which.
            let many = of_people && cell.text.trim().eq_ignore_ascii_case("patients");
            let label = if many { label_of(ins, "Patient", true).as_hint() } else { label_of(ins, &cell.text, true) };
            let label = Arc::new(label);
            for at in cell.column..(cell.column + cell.width).min(MAX_COLUMNS) {
                if self.columns.len() <= at {
                    self.columns.resize(at + 1, None);
                }
                if let Some(column) = self.columns.get_mut(at) {
                    *column = Some(label.clone());
                }
            }
        }
        self.doubt_names();
        self.tell_births(ins);
        self.tell_numbers(ins);
    }
}

impl Table {
    /// A column that is called "Name" and no more is one of people where another column speaks of people; else what stands in it
    /// must look like a name, because icons, drugs and files have names too.
    fn doubt_names(&mut self) {
        let labels = self.columns.iter().flatten();
        let says = |l: &Arc<Label>, list: &[&str]| l.words.split(' ').any(|w| list.contains(&w));
        // Departments have an address and a telephone as well.
        let of_anybody =
            |l: &Arc<Label>| matches!(l.kind(), Some(Kind::Address | Kind::Postcode | Kind::Phone | Kind::Email));
        let identifies = |l: &Arc<Label>| l.kind().is_some() && !bare(l) && !of_anybody(l);
        if labels.clone().any(|l| identifies(l) || says(l, PEOPLE)) {
            return;
        }
        let of_things = labels.clone().any(|l| says(l, THINGS)) && !labels.clone().any(of_anybody);
        for label in self.columns.iter_mut().flatten().filter(|l| bare(l)) {
            let field = label.field.clone().filter(|_| !of_things);
            *label = Arc::new(Label { hint: true, field, ..Label::clone(label) });
        }
    }
}

impl Table {
    /// "Date | Gestation | Mode | Weight": the day on which each child was born.
    fn tell_births(&mut self, ins: &Inspector) {
        let says = |l: &Arc<Label>, list: &[&str]| l.words.split(' ').any(|w| list.contains(&w));
        let has = |list: &[&str]| self.columns.iter().flatten().any(|l| says(l, list));
        let child = has(&["baby", "birthweight", "child", "infant", "newborn"]);
        let told = has(&["delivery", "gestation", "mode", "outcome", "sex", "weight"]);
        let borne = has(&["gestation"]) && has(&["weight", "birthweight"]) && has(&["delivery", "mode", "outcome"]);
        if !(borne || child && told) {
            return;
        }
        for label in self.columns.iter_mut().flatten().filter(|l| matches!(l.words.as_str(), "date" | "year")) {
            *label = Arc::new(label_of(ins, "date of birth", true));
        }
    }
}

impl Table {
    /// "Identifier | Given | Family name | Birthdate", "Reference | Name | Date of birth": the patients' own.
    fn tell_numbers(&mut self, ins: &Inspector) {
        let person = |l: &Arc<Label>| match l.kind() {
            Some(Kind::DateOfBirth) => true,
            Some(Kind::Name) => !bare(l),
            Some(_) | None => false,
        };
        if !self.columns.iter().flatten().any(person) {
            return;
        }
        let headers: Vec<&str> = self.columns.iter().map(|l| l.as_ref().map_or("", |l| l.words.as_str())).collect();
        let own = own_number::columns(&headers);
        let columns = self.columns.iter_mut().zip(own).filter_map(|(label, own)| label.as_mut().filter(|_| own));
        for label in columns.filter(|l| !l.known()) {
            *label = Arc::new(label_of(ins, "patient identifier", true));
        }
    }
}

/// What stands below headers that are no cells of a table: only what looks like what they say.
pub(super) fn columns(ins: &Inspector, heads: &[String]) -> Vec<Option<Arc<Label>>> {
    let cell = |(column, text): (usize, &String)| {
        let text = text.trim_end_matches(':').to_owned();
        Cell { head: true, column, width: 1, text, label: None, control: false }
    };
    let cells: Vec<Cell> = heads.iter().enumerate().map(cell).collect();
    let mut table = Table::default();
    table.take_headers(ins, &cells);
    table.columns.resize(heads.len(), None);
    table.columns.into_iter().map(|label| label.map(|label| Arc::new(label.as_hint()))).collect()
}

fn bare(label: &Arc<Label>) -> bool {
    matches!(label.words.as_str(), "name" | "names") && label.known()
}

/// Words in the headers of tables of drugs, tests, files and settings, which have names too.
const THINGS: &[&str] = &[
    "category",
    "code",
    "default",
    "description",
    "dosage",
    "dose",
    "duration",
    "file",
    "form",
    "format",
    "interval",
    "ingredient",
    "module",
    "route",
    "size",
    "strength",
    "type",
    "unit",
    "units",
    "value",
    "version",
];

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
    "occupation",
    "visit",
    "clinic",
    "referral",
    "episode",
];
