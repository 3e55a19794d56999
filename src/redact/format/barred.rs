//! Columns parted by bars in running text: tables as Markdown and the clients of databases show them, and records on a line.
//!
//! ```text
//! | Surname | NHS No     |      surname | nhs_no          +---------+------------+
//! |---------|------------|     ---------+------------     | surname | nhs_no     |
//! | Zogwort | 4441234567 |      Zogwort | 4441234567      +---------+------------+
//!
//! SUN|4441234567|19491223|F|D1|Ms|Zogwort|Judith|May||14 Huntley Place
//! ```
//!
//! A table is a header beside a rule, and the lines with bars behind it: they are separated values, each line a row, where a quote is a
//! sign like any other. A record has no header; it is read as a row when somebody surely
//! stands in it.

use std::ops::Range;

use super::csv::{self, Csv};
use super::scan::Scan;
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

/// The longest line that is looked at.
const LONGEST: usize = 4096;

/// How many cells a record has.
const CELLS: std::ops::RangeInclusive<usize> = 6..=128;

/// A table, or a record, in a text.
#[derive(Debug)]
pub(super) struct Barred {
    pub(super) range: Range<usize>,
}

/// The tables and records in a text, in order.
pub(super) fn find(ins: &Inspector, text: &str) -> Vec<Barred> {
    let mut found: Vec<Barred> = Vec::new();
    if !text.contains('|') {
        return found;
    }
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = first_line(rest);
        let length = match () {
            () if !line.contains('|') && !is_rule(line) => None,
            () if opens(rest, true) == Some(true) => Some(table_length(rest)),
            () => is_record(ins, line).then(|| line.trim_end().len()),
        };
        if let Some(length) = length {
            found.push(Barred { range: at..at + length });
        }
        at += length.unwrap_or_default().max(line.len());
    }
    found
}

/// Whether a table stands in a text.
pub(in crate::redact::format) fn has_table(text: &str) -> bool {
    text.contains('|')
        && text.match_indices('\n').map(|(at, _)| at + 1).chain([0]).any(|at| {
            text.get(at..).is_some_and(|rest| Table::has(first_line(rest)) && opens(rest, true) == Some(true))
        })
}

impl Barred {
    /// What becomes of it, if that is anything else.
    pub(super) fn redact(&self, ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
        let old = text.get(self.range.clone()).unwrap_or_default();
        let new = ins.nested(|ins| {
            let mut table = Table::default();
            let mut out = String::with_capacity(old.len());
            let mut rest = old;
            while !rest.is_empty() {
                let line = first_line(rest);
                table.row(ins, line, &mut out)?;
                rest = rest.get(line.len()..).unwrap_or_default();
            }
            Ok(out)
        })?;
        Ok((new != old).then_some(new))
    }
}

/// A table under way, line by line.
#[derive(Debug)]
pub(super) struct Table {
    rows: Csv,
}

impl Default for Table {
    fn default() -> Self {
        Self { rows: Csv::without_quotes(b'|') }
    }
}

impl Table {
    /// Whether a line that ends is one of its rows.
    pub(super) fn has(line: &str) -> bool {
        line.contains('|') || is_rule(line)
    }

    /// Reads a line, its end included.
    pub(super) fn row(&mut self, ins: &mut Inspector, line: &str, out: &mut String) -> Result<(), Withheld> {
        let mut rest = line;
        while !rest.is_empty() {
            let read = self.rows.unit(ins, rest, true, out)?.filter(|read| *read > 0).unwrap_or(rest.len());
            rest = rest.get(read..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Whether a table begins at the front of a text: a header over a rule, which another rule may stand over. `None`: more text must say.
pub(super) fn opens(text: &str, last: bool) -> Option<bool> {
    let mut rest = text;
    let first = whole_line(&mut rest, last)?;
    let header = if is_rule(first) { whole_line(&mut rest, last)? } else { first };
    if !is_header(header) {
        return Some(false);
    }
    whole_line(&mut rest, last).map(is_rule)
}

/// Takes a line from the front; `None` when it may go on. One that is too long ends there.
fn whole_line<'a>(rest: &mut &'a str, last: bool) -> Option<&'a str> {
    let line = first_line(rest);
    if !line.ends_with('\n') && !last && line.len() < LONGEST {
        return None;
    }
    *rest = rest.get(line.len()..).unwrap_or_default();
    Some(line)
}

/// The line at the front, its end included.
pub(super) fn first_line(text: &str) -> &str {
    memchr::memchr(b'\n', text.as_bytes()).and_then(|at| text.get(..=at)).unwrap_or(text)
}

/// How long the table at the front is.
fn table_length(text: &str) -> usize {
    text.split_inclusive('\n').take_while(|line| Table::has(line)).map(str::len).sum()
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() <= LONGEST
        && line.contains(['|', '+'])
        && line.bytes().all(|b| matches!(b, b'|' | b'+' | b'-' | b':' | b'=' | b' '))
        && line.bytes().filter(|b| matches!(b, b'-' | b'=')).count() > 2
}

fn is_header(line: &str) -> bool {
    line.len() <= LONGEST && !is_rule(line) && line.split('|').filter(|cell| !cell.trim().is_empty()).count() > 1
}

/// Whether a line is the record of somebody. Messages of HL7 and of analysers have formats of their own.
fn is_record(ins: &Inspector, line: &str) -> bool {
    let line = line.trim_end();
    if line.len() > LONGEST || line.contains(['^', '{', '<', '=']) {
        return false;
    }
    let cells: Vec<&str> = line.split('|').collect();
    CELLS.contains(&cells.len()) && csv::is_of_somebody(ins, &cells)
}
