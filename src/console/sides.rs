//! Before and after side by side: which lines changed, and within them which words, each with the finding that did it.
//!
//! The engine names stretches of source to replace and leaves the rest byte for byte, so a comparison of source and result
//! shows exactly what it did; findings are joined to the changes by what was written and what was read.

use std::time::{Duration, Instant};

use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices_deadline};

use crate::redact::finding::Explained;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// It is not the same on the other side.
    pub changed: bool,
    /// The finding that changed it: its place in the report's list.
    pub finding: Option<usize>,
}

/// One side of a row: line number from 1, and the line's parts.
pub type Side = (usize, Vec<Part>);

/// A row of the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The same on both sides.
    Same(usize, usize, String),
    /// Not the same; one side may have no such line.
    Changed(Option<Side>, Option<Side>),
    /// This many lines that are the same, left out.
    Gap(usize),
}

/// A comparison.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// Rows in order.
    pub rows: Vec<Row>,
    /// Lines that differ.
    pub changed: usize,
    /// There were more rows than [`Sides::MAX_ROWS`].
    pub cut: bool,
}

impl Sides {
    /// The most rows shown.
    pub const MAX_ROWS: usize = 2_000;
    /// Lines that are the same, around those that are not.
    const AROUND: usize = 2;
    /// The longest part of an unchanged stretch within a long line.
    const MAX_SAME: usize = 160;
    /// The longest time spent on one comparison; past it, it is coarser.
    const PATIENCE: Duration = Duration::from_millis(800);

    /// Compares.
    pub fn of(before: &str, after: &str, findings: &[Explained]) -> Self {
        let deadline = Instant::now() + Self::PATIENCE;
        let lines = TextDiff::configure().algorithm(Algorithm::Myers).deadline(deadline).diff_lines(before, after);
        let mut join = Join { findings, next: 0 };
        let mut all = Vec::new();
        for op in lines.ops() {
            rows_of(&lines, op, deadline, &mut join, &mut all);
        }
        let changed = all.iter().filter(|r| matches!(r, Row::Changed(..))).count();
        let mut rows = fold(all);
        let cut = rows.len() > Self::MAX_ROWS;
        rows.truncate(Self::MAX_ROWS);
        Self { rows, changed, cut }
    }
}

fn rows_of<'t>(
    lines: &TextDiff<'t, 't, 't, str>,
    op: &DiffOp,
    deadline: Instant,
    join: &mut Join<'_>,
    rows: &mut Vec<Row>,
) {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for change in lines.iter_changes(op) {
        let text = change.value().trim_end_matches(['\n', '\r']);
        match change.tag() {
            ChangeTag::Equal => {
                let at = |i: Option<usize>| i.map_or(0, |i| i + 1);
                rows.push(Row::Same(at(change.old_index()), at(change.new_index()), text.to_owned()));
            }
            ChangeTag::Delete => old.push((change.old_index().map_or(0, |i| i + 1), text)),
            ChangeTag::Insert => new.push((change.new_index().map_or(0, |i| i + 1), text)),
        }
    }
    let (mut old, mut new) = (old.into_iter(), new.into_iter());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return,
            (Some((o, before)), Some((n, after))) => {
                let (left, right) = words(before, after, deadline, join);
                rows.push(Row::Changed(Some((o, left)), Some((n, right))));
            }
            (Some((o, before)), None) => rows.push(Row::Changed(Some((o, whole(before))), None)),
            (None, Some((n, after))) => rows.push(Row::Changed(None, Some((n, whole(after))))),
        }
    }
}

fn whole(text: &str) -> Vec<Part> {
    vec![Part { text: text.to_owned(), changed: true, finding: None }]
}

/// Words are runs of letters, digits and mask dots; everything else stands alone.
fn split(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '•';
    let (mut parts, mut from, mut inside) = (Vec::new(), 0, false);
    for (i, c) in text.char_indices() {
        if i > from && !(inside && word(c)) {
            parts.extend(text.get(from..i));
            from = i;
        }
        inside = word(c);
    }
    parts.extend(text.get(from..).filter(|t| !t.is_empty()));
    parts
}

fn words(before: &str, after: &str, deadline: Instant, join: &mut Join<'_>) -> (Vec<Part>, Vec<Part>) {
    let (old, new) = (split(before), split(after));
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline));
    // Changes with one blank, dash, slash or stop between them are one: `943 476 5919` is one number.
    let mut hunks: Vec<(bool, String, String)> = Vec::new();
    for op in ops {
        let (tag, o, n) = op.as_tag_tuple();
        let text = |list: &[&str], range: std::ops::Range<usize>| list.get(range).unwrap_or_default().concat();
        let (o, n, changed) = (text(&old, o), text(&new, n), tag != similar::DiffTag::Equal);
        match hunks.as_mut_slice() {
            [.., last] if last.0 == changed => {
                last.1.push_str(&o);
                last.2.push_str(&n);
            }
            [.., first, gap] if changed && first.0 && !gap.0 && joins(&gap.1) => {
                let between = std::mem::take(&mut gap.1);
                first.1.push_str(&between);
                first.1.push_str(&o);
                first.2.push_str(&between);
                first.2.push_str(&n);
                hunks.pop();
            }
            _ => hunks.push((changed, o, n)),
        }
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (changed, o, n) in hunks {
        let finding = if changed { join.find(&o, &n) } else { None };
        for (side, text) in [(&mut left, o), (&mut right, n)] {
            if !text.is_empty() {
                let text = if changed { text } else { shorten(text) };
                side.push(Part { text, changed, finding });
            }
        }
    }
    (left, right)
}

fn joins(gap: &str) -> bool {
    matches!(gap, " " | "-" | "/" | "." | "\u{a0}")
}

/// A long line's unchanged stretch keeps its two ends.
fn shorten(text: String) -> String {
    let count = text.chars().count();
    if count <= Sides::MAX_SAME {
        return text;
    }
    let half = Sides::MAX_SAME / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(count - half).collect();
    format!("{head} … {tail}")
}

/// Leaves out what is the same and far from a change.
fn fold(all: Vec<Row>) -> Vec<Row> {
    let mut near = vec![false; all.len()];
    for (i, row) in all.iter().enumerate() {
        if matches!(row, Row::Changed(..)) {
            let range = i.saturating_sub(Sides::AROUND)..(i + Sides::AROUND + 1).min(all.len());
            near.get_mut(range).unwrap_or_default().fill(true);
        }
    }
    let mut rows = Vec::new();
    for (row, near) in all.into_iter().zip(near) {
        match (near, rows.last_mut()) {
            (true, _) => rows.push(match row {
                Row::Same(o, n, text) => Row::Same(o, n, shorten(text)),
                Row::Changed(..) | Row::Gap(_) => row,
            }),
            (false, Some(Row::Gap(n))) => *n += 1,
            (false, _) => rows.push(Row::Gap(1)),
        }
    }
    rows
}

/// Joins changes to findings, which come nearly in the order of the source.
struct Join<'f> {
    findings: &'f [Explained],
    next: usize,
}

impl Join<'_> {
    fn find(&mut self, old: &str, new: &str) -> Option<usize> {
        let (old, new) = (plain(old), plain(new));
        let fits = |e: &Explained| {
            let (value, with) = (plain(e.value.expose()), plain(&e.with));
            let read = !value.is_empty() && (old.contains(&value) || (!old.is_empty() && value.contains(&old)));
            let written = new.contains(&with) || with.contains(&new);
            read && written
        };
        let from = self.next.min(self.findings.len());
        let (done, ahead) = self.findings.split_at(from);
        let found = ahead.iter().position(fits).map(|i| from + i).or_else(|| done.iter().position(fits))?;
        self.next = found + 1;
        Some(found)
    }
}

/// Letters, digits and dots of masks in lower case: what is left whatever the escaping. Of a reference such as `&#x27;` or
/// `&nbsp;` nothing is left: it stands for a mark or a blank.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.find(';').filter(|at| *at <= 8);
        rest = end.and_then(|at| after.get(at + 1..)).unwrap_or(after);
    }
    out.push_str(rest);
    out.chars().filter(|c| c.is_alphanumeric() || *c == '•').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::secret::Unprinted;

    fn finding(value: &str, with: &str) -> Explained {
        Explained {
            line: None,
            column: None,
            context: String::new(),
            offset: 0,
            at: String::new(),
            surface: "text",
            kind: "nhs-number",
            finder: "detector nhs-number".into(),
            confidence: 90,
            operator: "mask".into(),
            value: Unprinted::new(value),
            with: with.into(),
        }
    }

    #[test]
    fn a_number_with_blanks_is_one_change_with_its_finding() {
        let sides = Sides::of(
            "<h1>Chart</h1>\n<td>943 476 5919</td><td>ward 3</td>\n",
            "<h1>Chart</h1>\n<td>••• ••• ••••</td><td>ward 3</td>\n",
            &[finding("943 476 5919", "••• ••• ••••")],
        );
        assert_eq!(sides.changed, 1);
        let Row::Changed(Some((2, left)), Some((2, right))) = &sides.rows[1] else { panic!("{:?}", sides.rows) };
        let marked = |side: &[Part]| side.iter().filter(|p| p.changed).cloned().collect::<Vec<_>>();
        assert_eq!(marked(left), [Part { text: "943 476 5919".into(), changed: true, finding: Some(0) }]);
        assert_eq!(marked(right), [Part { text: "••• ••• ••••".into(), changed: true, finding: Some(0) }]);
        let all = |side: &[Part]| side.iter().map(|p| p.text.clone()).collect::<String>();
        assert_eq!(all(left), "<td>943 476 5919</td><td>ward 3</td>");
        assert_eq!(all(right), "<td>••• ••• ••••</td><td>ward 3</td>");
    }

    #[test]
    fn a_name_with_a_reference_in_it_finds_its_finding() {
        let before = "<h1 title='27&#x2f;04&#x2f;2006'>O&#x27;REILLY, Kyla</h1>";
        let found = [finding("27/04/2006", "••/••/••••"), finding("O'REILLY, Kyla", "‹Gravelly Gull›")];
        let sides = Sides::of(before, "<h1 title='••/••/••••'>‹Gravelly Gull›</h1>", &found);
        let Row::Changed(Some((_, left)), _) = &sides.rows[0] else { panic!("{:?}", sides.rows) };
        let joined: Vec<Option<usize>> = left.iter().filter(|p| p.changed).map(|p| p.finding).collect();
        assert_eq!(joined, [Some(0), Some(1)]);
    }

    #[test]
    fn equal_stretches_are_left_out_and_everything_is_bounded() {
        let before: String = (0..50).map(|i| format!("line {i}\n")).collect();
        let after = before.replace("line 25", "line ••");
        let sides = Sides::of(&before, &after, &[]);
        assert_eq!(sides.rows.first(), Some(&Row::Gap(23)));
        assert_eq!(sides.rows.len(), 7);
        let many: String = (0..5000).map(|i| format!("{i}\n")).collect();
        let cut = Sides::of(&many, &many.replace('\n', "!\n"), &[]);
        assert!(cut.cut && cut.rows.len() == Sides::MAX_ROWS);
    }

    #[test]
    fn long_lines_keep_the_ends_of_what_is_the_same() {
        let filler = "x ".repeat(400);
        let sides = Sides::of(&format!("{filler}Smith{filler}"), &format!("{filler}••••••{filler}"), &[]);
        let Row::Changed(Some((1, left)), _) = &sides.rows[0] else { panic!() };
        assert!(left.iter().map(|p| p.text.len()).sum::<usize>() < 400, "{left:?}");
    }
}
