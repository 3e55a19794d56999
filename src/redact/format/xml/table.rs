//! Tables of a narrative or of a spreadsheet: which header stands above a cell, and which label beside it.
//!
//! ```text
//! <tr><th>Surname</th></tr><tr><td>…                          says itself what is a header
//! <Row><Cell><Data>Surname</Data></Cell></Row><Row>…          SpreadsheetML, OpenDocument: the first row may be one
//! <Row><Cell>Surname</Cell><Cell>…                            or each row has a label and a value
//! ```

use super::super::super::label::normalise;
use crate::redact::detect::gazetteer;

/// The widest table.
const MAX_COLUMNS: usize = 256;

/// Whether an element is a table.
pub(super) fn is_table(name: &str) -> bool {
    matches!(name, "table" | "Table")
}

/// Whether what stands in a first row may be a header: words, and no name or number beside a label.
fn is_of_words(text: &str) -> bool {
    text.split(' ').all(|word| gazetteer::shipped().is_word(word))
}

/// Whether an element in a cell says nothing of what it holds.
pub(super) fn is_plain(name: &str) -> bool {
    matches!(name, "Cell" | "table-cell" | "Data" | "p" | "B" | "I" | "U" | "S" | "Font" | "span")
}

/// How many columns a cell covers.
pub(super) fn span(attributes: &[(String, String)]) -> usize {
    let of = |name: &str| attributes.iter().find(|(k, _)| k == name).and_then(|(_, v)| v.parse::<usize>().ok());
    let more = || of("MergeAcross").map(|more| more.saturating_add(1));
    of("colspan")
        .or_else(|| of("number-columns-spanned"))
        .or_else(|| of("number-columns-repeated"))
        .or_else(more)
        .unwrap_or(1)
}

/// An open table.
#[derive(Debug, Default)]
pub(super) struct Table {
    headers: Vec<String>,
    column: usize,
    row: usize,
    /// A sheet's first row has a label that rules know elsewhere than in front: a row of labels and values begins with its label.
    heads: bool,
    /// The text of the header or cell that stands left of the one that is read.
    beside: String,
    cell: Option<Cell>,
}

#[derive(Debug)]
struct Cell {
    header: bool,
    /// Of a sheet: its first row may be the header.
    sheet: bool,
    text: String,
}

impl Table {
    /// An element opens inside the table; `index` is the column that it says to stand in, from 1.
    pub(super) fn open(&mut self, name: &str, index: Option<usize>) {
        match name {
            "tr" | "Row" | "table-row" => {
                self.column = 0;
                self.row += 1;
                self.beside.clear();
            }
            // The `<Cell>` of a record that a program calls `<Table>` is a telephone.
            "Cell" | "table-cell" if self.row == 0 => {}
            "th" | "td" | "Cell" | "table-cell" => {
                if let Some(at) = index.and_then(|at| at.checked_sub(1)).filter(|_| name == "Cell") {
                    self.column = at.min(MAX_COLUMNS);
                }
                self.cell =
                    Some(Cell { header: name == "th", sheet: !matches!(name, "th" | "td"), text: String::new() });
            }
            _ => {}
        }
    }

    /// Text was read in the table; `label`: it is one that rules know.
    pub(super) fn text(&mut self, text: &str, label: bool) {
        let first = self.row == 1 && self.cell.is_some();
        self.heads |= first && label && self.column > 0;
        if let Some(cell) = &mut self.cell
            && cell.text.len() < crate::redact::label::MAX
        {
            cell.text.push(' ');
            cell.text.push_str(text.trim());
        }
    }

    /// An element closes inside the table; `span` columns were covered.
    pub(super) fn close(&mut self, name: &str, span: usize) {
        if !matches!(name, "th" | "td" | "Cell" | "table-cell") {
            return;
        }
        let Some(cell) = self.cell.take() else { return };
        let label = normalise(&cell.text);
        // A sheet says of no row that it is the header.
        if (cell.header && self.row <= 2 || cell.sheet && self.row == 1) && self.column < MAX_COLUMNS {
            self.headers.resize(self.headers.len().max(self.column + 1), String::new());
            if let Some(header) = self.headers.get_mut(self.column) {
                header.clone_from(&label);
            }
        }
        self.beside = label;
        self.column = (self.column + span.clamp(1, MAX_COLUMNS)).min(MAX_COLUMNS);
    }

    /// In a cell of data: the header above and the label beside it.
    pub(super) fn labels(&self) -> Option<(&str, &str)> {
        let cell = self.cell.as_ref().filter(|cell| !cell.header)?;
        let header = self.headers.get(self.column).map(String::as_str).unwrap_or_default();
        let heads =
            !cell.sheet || self.heads || (self.column == 0 && self.headers.iter().skip(1).all(|h| is_of_words(h)));
        Some((if heads { header } else { "" }, &self.beside))
    }

    /// In a cell of a sheet that may hold a label: in its first row, or in front of a row that has its own. A surname may be Ward.
    pub(super) fn may_be_label(&self) -> bool {
        self.in_sheet() && (self.row == 1 || self.column == 0 && !self.heads)
    }

    /// In a cell of a sheet.
    pub(super) fn in_sheet(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.sheet)
    }

    /// In a header cell.
    pub(super) fn in_header(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.header)
    }
}
