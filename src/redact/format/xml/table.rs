//! Tables of a narrative: which header stands above a cell, and which label beside it.

use super::super::super::label::normalise;

/// The widest table.
const MAX_COLUMNS: usize = 256;

/// An open table.
#[derive(Debug, Default)]
pub(super) struct Table {
    headers: Vec<String>,
    column: usize,
    row: usize,
    /// The text of the header or cell that stands left of the one that is read.
    beside: String,
    cell: Option<Cell>,
}

#[derive(Debug)]
struct Cell {
    header: bool,
    text: String,
}

impl Table {
    /// An element opens inside the table.
    pub(super) fn open(&mut self, name: &str) {
        match name {
            "tr" => {
                self.column = 0;
                self.row += 1;
                self.beside.clear();
            }
            "th" | "td" => self.cell = Some(Cell { header: name == "th", text: String::new() }),
            _ => {}
        }
    }

    /// Text was read in the table.
    pub(super) fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.text.len() < crate::redact::label::MAX
        {
            cell.text.push(' ');
            cell.text.push_str(text.trim());
        }
    }

    /// An element closes inside the table; `span` columns were covered.
    pub(super) fn close(&mut self, name: &str, span: usize) {
        if !matches!(name, "th" | "td") {
            return;
        }
        let Some(cell) = self.cell.take() else { return };
        let label = normalise(&cell.text);
        if cell.header && self.row <= 2 && self.column < MAX_COLUMNS {
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
        let _ = cell;
        Some((self.headers.get(self.column).map(String::as_str).unwrap_or_default(), &self.beside))
    }

    /// In a header cell.
    pub(super) fn in_header(&self) -> bool {
        self.cell.as_ref().is_some_and(|cell| cell.header)
    }
}
