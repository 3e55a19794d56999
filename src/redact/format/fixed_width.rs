//! Tables in plain text: what stands below a header word, by its place in the line.
//!
//! ```text
//! Bed  Hosp No   Name                     DOB        Cons
//! ---  --------  -----------------------  ---------- ----
//! 01   4471120   HARGREAVES, Dennis       28/12/1941 OYE
//! ```

use std::ops::Range;
use std::sync::Arc;

use super::labelled::plausible;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::{FieldEffect, FieldRule};

/// The longest line that may be a header.
const LONGEST: usize = 400;

/// The most rows of one table.
const ROWS: usize = 10_000;

/// What stands beside the names in lists of people.
const LISTED: &[&str] =
    &["age", "sex", "gender", "bed", "ward", "room", "cons", "consultant", "diagnosis", "los", "admitted", "dr", "gp"];

/// A word or two of a header line, and where it stands in characters.
#[derive(Debug)]
struct Column {
    from: usize,
    label: String,
    field: Option<Arc<FieldRule>>,
}

/// A cell of a row below known headers.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) range: Range<usize>,
    pub(super) label: String,
    pub(super) field: Option<Arc<FieldRule>>,
}

/// Whether a line is the header of a table of people.
pub(super) fn are_headers(ins: &Inspector, line: &str) -> bool {
    columns(ins, line).is_some()
}

/// The cells of the tables in a text whose lines are given, in order.
pub(super) fn cells(ins: &Inspector, text: &str, lines: &[Range<usize>]) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut columns_here: Option<Vec<Column>> = None;
    let mut rows = 0;
    for line in lines {
        let shown = text.get(line.clone()).unwrap_or_default();
        if let Some(found) = columns(ins, shown) {
            columns_here = Some(found);
            rows = 0;
            continue;
        }
        let Some(columns) = &columns_here else { continue };
        let rule = shown.chars().all(|c| matches!(c, ' ' | '-' | '=' | '+' | '|' | '_' | '\t'));
        if shown.trim().is_empty() {
            if rows > 0 {
                columns_here = None;
            }
            continue;
        }
        if rule {
            continue;
        }
        rows += 1;
        if rows > ROWS {
            columns_here = None;
            continue;
        }
        row(shown, line.start, columns, &mut cells);
    }
    cells
}

/// The columns of a header line: at least three, of which rules know two, one of them a name or a number; or that one, beside
/// what lists of people have.
fn columns(ins: &Inspector, line: &str) -> Option<Vec<Column>> {
    if line.len() > LONGEST || !line.contains("  ") || line.contains('\t') {
        return None;
    }
    // Values stand in it: no header.
    if line.bytes().filter(u8::is_ascii_digit).count() > 4 || line.contains(':') {
        return None;
    }
    let mut columns = Vec::new();
    for (from, words) in chunks(line) {
        let label = normalise(words);
        let field = ins.column_field(&label).filter(|rule| rule.names_identifier());
        columns.push(Column { from, label, field });
    }
    let kinds = || {
        columns.iter().filter_map(|c| match c.field.as_ref().map(|f| &f.effect) {
            Some(FieldEffect::Identifier { kind, .. }) => Some(*kind),
            Some(FieldEffect::Prose | FieldEffect::Keep) | None => None,
        })
    };
    let person = kinds().any(|k| matches!(k, Kind::Name | Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId));
    // "Bed  Patient  Age  Cons": a list of people by one column, and by what lists of people have.
    let listed = || columns.iter().any(|c| LISTED.contains(&c.label.as_str()));
    (columns.len() > 2 && person && (kinds().count() > 1 || listed())).then_some(columns)
}

/// Words of a line between gaps of two spaces and more, and where each begins in characters.
fn chunks(line: &str) -> Vec<(usize, &str)> {
    let mut chunks = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut blanks = 0;
    let mut end = 0;
    for (column, (at, c)) in line.char_indices().enumerate() {
        if c == ' ' || c == '\t' {
            blanks += if c == '\t' { 2 } else { 1 };
            continue;
        }
        if blanks > 1
            && let Some((from, start)) = open.take()
        {
            chunks.push((from, line.get(start..end).unwrap_or_default()));
        }
        open.get_or_insert((column, at));
        blanks = 0;
        end = at + c.len_utf8();
    }
    if let Some((from, start)) = open {
        chunks.push((from, line.get(start..end).unwrap_or_default()));
    }
    chunks
}

/// The cells of a row. A word across a column's beginning belongs where most of it stands.
fn row(line: &str, base: usize, columns: &[Column], cells: &mut Vec<Cell>) {
    let at: Vec<usize> = line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
    let chars: Vec<char> = line.chars().collect();
    let mut from = 0;
    for (i, column) in columns.iter().enumerate() {
        let to = columns.get(i + 1).map_or(chars.len(), |next| boundary(&chars, next.from, from));
        if let (Some(start), Some(end)) = (at.get(from), at.get(to))
            && start < end
        {
            let value = line.get(*start..*end).unwrap_or_default();
            let inner = value.trim();
            let start = start + (value.len() - value.trim_start().len());
            let known = column.field.as_ref().filter(|rule| fits(rule, inner));
            if !inner.is_empty() {
                cells.push(Cell {
                    range: base + start..base + start + inner.len(),
                    label: if known.is_some() || column.field.is_none() { column.label.clone() } else { String::new() },
                    field: known.cloned(),
                });
            }
        }
        from = to;
    }
}

/// Where the column that begins at `at` begins in this row, not before `least`.
fn boundary(chars: &[char], at: usize, least: usize) -> usize {
    let at = at.min(chars.len()).max(least);
    let blank = |i: usize| chars.get(i).is_none_or(|c| matches!(c, ' ' | '\t'));
    if at == 0 || blank(at) || blank(at - 1) {
        return at;
    }
    let start = (least..at).rev().find(|&i| blank(i)).map_or(least, |i| i + 1);
    if at - start <= 2 { start } else { (at..chars.len()).find(|&i| blank(i)).unwrap_or(chars.len()) }
}

/// Whether a cell holds what its header says: in some rows other things stand ("** EMPTY **", "DX: …").
fn fits(rule: &FieldRule, value: &str) -> bool {
    let name = matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. });
    plausible(rule, value) && !value.contains('*') && !(name && value.contains([':', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_header_stand_apart() {
        assert_eq!(chunks(" Bed  Hosp No\tName"), [(1, "Bed"), (6, "Hosp No"), (14, "Name")]);
    }

    #[test]
    fn a_word_across_a_boundary_goes_where_most_of_it_stands() {
        let chars: Vec<char> = "28/12/1941 OYE".chars().collect();
        assert_eq!(boundary(&chars, 11, 0), 11);
        assert_eq!(boundary(&chars, 9, 0), 10);
        assert_eq!(boundary(&chars, 13, 0), 11);
    }
}
