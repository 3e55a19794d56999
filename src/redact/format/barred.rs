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
//! A table is a header over a rule that names a column which rules know, and the lines below with as many bars. A record has no
//! header; its cells are told by themselves when somebody surely stands in it. Only cells are fields: what stands in the others, and
//! in any other line with bars, is text as before.

use std::ops::Range;
use std::sync::Arc;

use super::csv;
use super::fixed_width::Cell;
use super::labelled::plausible;
use crate::redact::detect::gazetteer;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator::is_masked;
use crate::redact::plan::{FieldEffect, FieldRule};

/// The longest line that is looked at.
const LONGEST: usize = 4096;

/// How many rows say what a table of two columns is.
const ROWS: usize = 16;

/// How many cells a record has.
const RECORD: std::ops::RangeInclusive<usize> = 6..=128;

/// The columns of a table.
#[derive(Debug, Clone)]
pub(in crate::redact) struct Columns {
    /// How many bars each of its lines has.
    bars: usize,
    heads: Vec<(String, Option<Arc<FieldRule>>)>,
    /// Its first cells are labels, and the second their values.
    sheet: bool,
    /// People have what other columns hold: what stands below "Patient" is surely one's name.
    of_people: bool,
}

/// The cells of tables and records in a text whose lines are given, in order; `above`: the columns of a table that goes on in it. And the
/// columns of the table that its end stands in.
pub(super) fn cells(
    ins: &Inspector,
    text: &str,
    lines: &[Range<usize>],
    above: Option<&Columns>,
) -> (Vec<Cell>, Option<Columns>) {
    let mut found = Vec::new();
    let mut columns = above.cloned();
    for (n, line) in lines.iter().enumerate() {
        let shown = text.get(line.clone()).unwrap_or_default();
        if is_rule(shown) {
            continue;
        }
        let over_rule = lines.get(n + 1).and_then(|next| text.get(next.clone())).is_some_and(is_rule);
        let below = || lines.iter().skip(n + 2).take(ROWS).map_while(|row| text.get(row.clone()));
        if over_rule && let Some(new) = Columns::read(ins, shown, below()) {
            if new.sheet {
                found.extend(new.cells(ins, text, line.clone()));
            }
            columns = Some(new);
            continue;
        }
        columns = columns.filter(|columns| columns.bars == bars(shown));
        match &columns {
            Some(columns) => found.extend(columns.cells(ins, text, line.clone())),
            None => found.extend(of_record(ins, text, line.clone())),
        }
    }
    (found, columns)
}

/// Whether the lines of a text must be seen as they stand: most have bars.
pub(in crate::redact::format) fn in_lines(text: &str) -> bool {
    let (mut barred, mut others) = (0_usize, 0_usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if bars(line) > 0 || is_rule(line) { barred += 1 } else { others += 1 }
    }
    barred > 1 && barred > others
}

/// The values of the records in a text of a program.
pub(super) fn records(ins: &Inspector, text: &str, lines: &[Range<usize>]) -> Vec<Cell> {
    lines.iter().flat_map(|line| of_record(ins, text, line.clone())).collect()
}

impl Columns {
    /// The columns that a header names, when rules know one of them; or a list of labels and values, as the rows below it say.
    fn read<'a>(ins: &Inspector, header: &str, below: impl Iterator<Item = &'a str>) -> Option<Self> {
        let cells = parts(header, 0..header.len());
        let texts: Vec<&str> = cells.iter().map(|cell| header.get(cell.clone()).unwrap_or_default()).collect();
        let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count() > 3 || is_masked(text);
        if header.len() > LONGEST || texts.len() < 2 {
            return None;
        }
        let labels: Vec<String> = texts.iter().map(|text| normalise(text)).collect();
        let known = |label: &String| ins.column_field(label).filter(|rule| rule.names_identifier());
        let bars = bars(header);
        let labelled = |row: &'a str| {
            let cells = parts(row, 0..row.len());
            let of = |at: usize| cells.get(at).and_then(|cell| row.get(cell.clone())).unwrap_or_default();
            cells.len() == 2 && of_sheet(ins, of(0), of(1)).is_some()
        };
        // `| Surname | Zogwort |` over `| DOB | 25/12/1974 |`, as over `| Ward | D4 |`.
        if texts.len() == 2 && below.take_while(|row| self::bars(row) == bars || is_rule(row)).any(labelled) {
            return Some(Self { bars, heads: Vec::new(), sheet: true, of_people: false });
        }
        if texts.iter().any(digits) || !labels.iter().any(|label| known(label).is_some()) {
            return None;
        }
        let of_people = labels.iter().any(|label| known(label).is_some_and(|rule| csv::is_of_a_person(&rule, label)));
        let labels = if of_people { csv::owned(ins, labels) } else { labels };
        let field = |label: &String| {
            // Of what a column headed Name holds the names, the other columns say.
            let things = matches!(label.as_str(), "name" | "names") && !of_people;
            ins.column_field(label).filter(|_| !things)
        };
        let other = |rule: &FieldRule| !matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. });
        let of_people = of_people && labels.iter().any(|label| known(label).is_some_and(|rule| other(&rule)));
        let heads = labels.into_iter().map(|label| (label.clone(), field(&label))).collect();
        Some(Self { bars, heads, sheet: false, of_people })
    }

    /// The cells of a row that are fields.
    fn cells(&self, ins: &Inspector, text: &str, line: Range<usize>) -> Vec<Cell> {
        let cells = parts(text, line);
        if self.sheet {
            let [label, value] = cells.as_slice() else { return Vec::new() };
            let of = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
            let cell = of_sheet(ins, of(label), of(value)).map(|(label, rule)| Cell {
                range: value.clone(),
                label,
                field: Some(rule),
            });
            return cell.into_iter().collect();
        }
        let headed = cells.into_iter().zip(&self.heads);
        let cell = |(range, (label, field)): (Range<usize>, &(String, Option<Arc<FieldRule>>))| {
            let shown = text.get(range.clone()).unwrap_or_default();
            let named = |rule: &FieldRule| {
                matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. }) && is_short(shown)
            };
            let field = field.clone().filter(|rule| (self.of_people && named(rule)) || may_hold(rule, shown))?;
            Some(Cell { range, label: label.clone(), field: Some(field) })
        };
        headed.filter_map(cell).collect()
    }
}

/// As long as a name: what is longer is prose, in which names are looked for.
fn is_short(shown: &str) -> bool {
    !shown.is_empty() && shown.len() <= 96 && shown.split_whitespace().count() <= 5
}

/// What a value is beside its label: of two cells nothing else says that the first is one.
fn of_sheet(ins: &Inspector, label: &str, value: &str) -> Option<(String, Arc<FieldRule>)> {
    let label = normalise(label);
    let rule = ins.label_field(&label).filter(|rule| may_hold(rule, value))?;
    let FieldEffect::Identifier { kind, .. } = rule.effect else { return None };
    let begins = |w: &str| w.starts_with(|c: char| !c.is_lowercase());
    // "name" beside "The name of the queue" is an option's, and so is "address" beside "The server".
    let option = (kind == Kind::Name && !(value.chars().count() > 1 && value.split_whitespace().all(begins)))
        || (kind == Kind::Address && !value.bytes().any(|b| b.is_ascii_digit()));
    (!option).then_some((label, rule))
}

/// Whether a cell may hold what its column does. "Adult" and `GET /patients` are nobody; a name in small letters is somebody's.
fn may_hold(rule: &FieldRule, shown: &str) -> bool {
    if shown.is_empty() {
        return false;
    }
    let FieldEffect::Identifier { kind: Kind::Name, .. } = rule.effect else { return plausible(rule, shown) };
    let lists = gazetteer::shipped();
    let mut words = shown.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase);
    if !is_short(shown) {
        return false;
    }
    let path = shown.split(' ').any(|w| w.len() > 1 && w.starts_with('/'));
    !(path || shown.contains(['{', '<', '`']))
        && words.any(|w| !lists.is_word(&w) || lists.is_forename(&w) || lists.is_surname(&w))
}

/// The fields of a line that is the record of somebody. Messages of HL7 and of analysers have formats of their own.
fn of_record(ins: &Inspector, text: &str, line: Range<usize>) -> Vec<Cell> {
    let shown = text.get(line.clone()).unwrap_or_default();
    if shown.len() > LONGEST || !RECORD.contains(&(bars(shown) + 1)) || shown.contains(['^', '{', '<']) {
        return Vec::new();
    }
    let mut cells = Vec::new();
    let mut from = line.start;
    for cell in shown.split('|') {
        cells.push(trimmed(text, from..from + cell.len()));
        from += cell.len() + 1;
    }
    let texts: Vec<&str> = cells.iter().map(|cell| text.get(cell.clone()).unwrap_or_default()).collect();
    let field = |(at, label): (usize, &'static str)| {
        let range = cells.get(at)?.clone();
        Some(Cell { range, label: label.to_owned(), field: Some(ins.label_field(label)?) })
    };
    let mut found: Vec<Cell> = csv::of_somebody(ins, &texts).into_iter().filter_map(field).collect();
    found.sort_by_key(|cell| cell.range.start);
    found
}

/// What stands between the bars of a line, without the blanks around; bars at its ends part nothing.
fn parts(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let shown = trimmed(text, line);
    let from = shown.start + usize::from(text.get(shown.clone()).is_some_and(|s| s.starts_with('|')));
    let inside = text.get(from..shown.end).unwrap_or_default();
    let end = from + inside.strip_suffix('|').filter(|rest| !rest.ends_with('\\')).unwrap_or(inside).len();
    let mut parts = Vec::new();
    let mut at = from;
    for bar in bars_in(text, from..end).chain([end]) {
        parts.push(trimmed(text, at..bar));
        at = bar + 1;
    }
    parts
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let shown = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (shown.len() - shown.trim_start().len());
    start..start + shown.trim().len()
}

/// Where the bars are that part cells: one behind a backslash is text.
fn bars_in(text: &str, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
    let shown = text.get(range.clone()).unwrap_or_default();
    let written = |at: &usize| shown.as_bytes().get(at.wrapping_sub(1)) != Some(&b'\\');
    memchr::memchr_iter(b'|', shown.as_bytes()).filter(written).map(move |at| range.start + at)
}

fn bars(line: &str) -> usize {
    bars_in(line, 0..line.len()).count()
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() <= LONGEST
        && line.contains(['|', '+'])
        && line.bytes().all(|b| matches!(b, b'|' | b'+' | b'-' | b':' | b'=' | b' '))
        && line.bytes().filter(|b| matches!(b, b'-' | b'=')).count() > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_line() {
        let of = |line: &str| parts(line, 0..line.len()).into_iter().map(|p| line[p].to_owned()).collect::<Vec<_>>();
        assert_eq!(of("| a | b c |"), ["a", "b c"]);
        assert_eq!(of(" a | | c "), ["a", "", "c"]);
        assert_eq!(of(r"| a \| b | c \|"), [r"a \| b", r"c \|"]);
        assert_eq!(of("|"), [""]);
        assert_eq!(of(""), [""]);
    }

    #[test]
    fn rules_of_tables() {
        for rule in ["|---|:--:|", "----+----", "+====+====+", " --- | --- "] {
            assert!(is_rule(rule), "{rule}");
        }
        for none in ["---", "| - |", "|", "", "a|---", "2+3"] {
            assert!(!is_rule(none), "{none}");
        }
    }
}
