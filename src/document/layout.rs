//! From glyphs to text as a person reads it, in two ways: in the order in which they were written, which is that of the
//! text most of the time, and by where they stand, as lines and tables. Each glyph is in both; what the engine hides in
//! either is hidden.
//!
//! A page in several columns reads well in the first way, a form whose labels were written after all its values in the second.

use std::collections::HashMap;

use hayro_interpret::kurbo::{Point, Vec2};

use super::collect::Seen;
use super::language;
use super::wire::Block;

/// A character that no glyph stands for: a space between words, the end of a line.
pub const NONE: u32 = u32::MAX;

/// A gap of this many ems is between words.
const WORD: f64 = 0.17;
/// A gap of this many ems is between cells.
const CELL: f64 = 1.1;
/// So is one of this many in which no space was written, on a page that writes them.
const UNWRITTEN: f64 = 0.42;
/// A page writes its spaces when one glyph in so many is one.
const SPACES: usize = 14;
/// Lines further apart than this many ems are no paragraph.
const APART: f64 = 1.9;

/// A piece of text, and the glyph of each of its characters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Their glyphs, or [`NONE`].
    pub glyphs: Vec<u32>,
}

impl Piece {
    fn push(&mut self, text: &str, glyph: u32) {
        for c in text.chars() {
            self.text.push(c);
            self.glyphs.push(glyph);
        }
    }

    fn append(&mut self, other: &Piece) {
        self.text.push_str(&other.text);
        self.glyphs.extend_from_slice(&other.glyphs);
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The glyphs of each word that cannot be read whole.
    pub fn torn(&self) -> Vec<Vec<u32>> {
        let mut torn = Vec::new();
        if !self.text.contains(language::NOTHING) {
            return torn;
        }
        let mut at = 0;
        for word in self.text.split(char::is_whitespace) {
            let length = word.chars().count();
            if language::is_torn(word) {
                let glyphs = self.glyphs.get(at..at + length).unwrap_or_default();
                torn.push(glyphs.iter().copied().filter(|&glyph| glyph != NONE).collect());
            }
            at += length + 1;
        }
        torn
    }
}

/// A part of a page, with its pieces.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Running text.
    Paragraph(Piece),
    /// Rows of cells.
    Table(Vec<Vec<Piece>>),
}

impl Part {
    /// Its pieces, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let (one, many) = match self {
            Part::Paragraph(piece) => (Some(piece), None),
            Part::Table(rows) => (None, Some(rows.iter().flatten())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// As it is sent.
    pub fn block(&self) -> Block {
        match self {
            Part::Paragraph(piece) => Block::Paragraph(piece.text.clone()),
            Part::Table(rows) => {
                Block::Table(rows.iter().map(|row| row.iter().map(|c| c.text.clone()).collect()).collect())
            }
        }
    }
}

/// A word or more: glyphs of one line without a wide gap.
#[derive(Debug, Clone)]
struct Cell {
    piece: Piece,
    /// Along the line, in pixels.
    from: f64,
    to: f64,
}

/// A line: of one direction and base.
#[derive(Debug, Clone)]
struct Line {
    cells: Vec<Cell>,
    /// Across the lines, downward.
    base: f64,
    size: f64,
    turn: i64,
}

impl Line {
    fn from(&self) -> f64 {
        self.cells.first().map_or(0.0, |c| c.from)
    }

    fn to(&self) -> f64 {
        self.cells.last().map_or(0.0, |c| c.to)
    }

    fn joined(&self) -> Piece {
        let mut piece = Piece::default();
        for cell in &self.cells {
            if !piece.text.is_empty() {
                piece.push("  ", NONE);
            }
            piece.append(&cell.piece);
        }
        piece
    }
}

/// A glyph in the system of its line's direction.
#[derive(Debug, Clone, Copy)]
struct Set {
    index: u32,
    /// Along the line.
    u: f64,
    /// Across it, downward.
    v: f64,
    end: f64,
    size: f64,
    turn: i64,
    /// The gap, in ems, from which on a cell begins where no space was written.
    cell: f64,
}

/// Where glyphs stand, in the system of their direction; those that say nothing are left out.
fn set(glyphs: &[Seen]) -> Vec<Set> {
    let twins = twins(glyphs);
    let spaces = glyphs.iter().filter(|g| g.says.as_deref().is_some_and(|s| s.trim().is_empty())).count();
    let cell = if spaces * SPACES >= glyphs.len() { UNWRITTEN } else { CELL };
    let all = glyphs.iter().zip(0_u32..).filter(|(glyph, index)| glyph.size > 0.0 && !twins.contains_key(index));
    all.map(|(glyph, index)| {
        let (u, v) = turned(glyph.at, glyph.along);
        Set { index, u, v, end: u + glyph.advance, size: glyph.size, turn: turn(glyph.along), cell }
    })
    .collect()
}

/// The direction, in steps of five degrees.
fn turn(along: Vec2) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "between -36 and 36")]
    let steps = (along.atan2().to_degrees() / 5.0).round() as i64;
    steps.rem_euclid(72)
}

fn turned(at: Point, along: Vec2) -> (f64, f64) {
    let down = Vec2::new(-along.y, along.x);
    (at.to_vec2().dot(along), at.to_vec2().dot(down))
}

/// Glyphs that stand on another of the same meaning, for a shadow or to look bold: each with the first.
pub fn twins(glyphs: &[Seen]) -> HashMap<u32, u32> {
    let mut first: HashMap<(&str, i64, i64), Vec<u32>> = HashMap::new();
    let mut twins = HashMap::new();
    for (glyph, index) in glyphs.iter().zip(0_u32..) {
        let Some(says) = glyph.says.as_deref().filter(|says| !says.trim().is_empty()) else { continue };
        let cell = (glyph.size * 0.5).max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "of a page, and saturating")]
        let (x, y) = ((glyph.at.x / cell).floor() as i64, (glyph.at.y / cell).floor() as i64);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x.saturating_add(dx), y.saturating_add(dy))));
        let original = near.filter_map(|(x, y)| first.get(&(says, x, y))).flatten().copied().find(|&other| {
            let other = glyphs.get(other as usize);
            other.is_some_and(|o| {
                o.at.distance(glyph.at) < 0.16 * glyph.size && (o.size - glyph.size).abs() < 0.2 * glyph.size
            })
        });
        match original {
            Some(original) => {
                twins.insert(index, original);
            }
            None => {
                let all = first.entry((says, x, y)).or_default();
                // So many of one letter in one place are no text, and looking through them takes long.
                if all.len() < 16 {
                    all.push(index);
                }
            }
        }
    }
    twins
}

/// The page's text, read in both ways.
pub fn read(glyphs: &[Seen]) -> Vec<Part> {
    let sets = set(glyphs);
    let mut parts = written(glyphs, &sets);
    parts.extend(placed(glyphs, sets));
    parts.retain(|part| part.pieces().any(|piece| !piece.is_blank()));
    parts
}

/// In the order of their writing: a line ends where the base changes or the pen goes back.
fn written(glyphs: &[Seen], sets: &[Set]) -> Vec<Part> {
    let lines = lines(glyphs, sets, |current, next| {
        current.last().is_some_and(|last| {
            let size = last.size.max(next.size);
            last.turn == next.turn
                && (last.v - next.v).abs() < 0.35 * size
                && next.u > last.u - 0.6 * size
                && next.u - last.end < 12.0 * size
        })
    });
    blocks(lines, follows).iter().map(|block| paragraph(block)).collect()
}

/// By where they stand: lines from top to bottom, cells from left to right.
fn placed(glyphs: &[Seen], mut sets: Vec<Set>) -> Vec<Part> {
    sets.sort_by(|a, b| a.turn.cmp(&b.turn).then(a.v.total_cmp(&b.v)).then(a.u.total_cmp(&b.u)));
    let lines = lines(glyphs, &sets, |current, next| {
        let (Some(first), Some(last)) = (current.first(), current.last()) else { return false };
        last.turn == next.turn && (next.v - first.v).abs() < 0.35 * last.size.max(next.size)
    });
    blocks(lines, follows_below).iter().flat_map(|block| arranged(block)).collect()
}

/// The lines of glyphs that come in their order; `goes_on` says whether one belongs to those before it.
fn lines(glyphs: &[Seen], sets: &[Set], goes_on: impl Fn(&[Set], &Set) -> bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut current: Vec<Set> = Vec::new();
    for &next in sets {
        if !current.is_empty() && !goes_on(&current, &next) {
            lines.push(line(glyphs, std::mem::take(&mut current)));
        }
        current.push(next);
    }
    if !current.is_empty() {
        lines.push(line(glyphs, current));
    }
    lines
}

/// Lines that belong together.
fn blocks(lines: Vec<Line>, follows: fn(&Line, &Line) -> bool) -> Vec<Vec<Line>> {
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    for next in lines {
        match blocks.last_mut() {
            Some(block) if block.last().is_some_and(|last| follows(last, &next)) => block.push(next),
            Some(_) | None => blocks.push(vec![next]),
        }
    }
    blocks
}

/// Glyphs of one line, as words and cells.
fn line(glyphs: &[Seen], mut sets: Vec<Set>) -> Line {
    sets.sort_by(|a, b| a.u.total_cmp(&b.u));
    let size = sets.iter().map(|s| s.size).fold(0.0, f64::max);
    let (base, turn) = sets.first().map_or((0.0, 0), |s| (s.v, s.turn));
    let mut cells: Vec<Cell> = Vec::new();
    let spread = spread(glyphs, &sets);
    for (next, spread) in sets.into_iter().zip(spread) {
        let says = glyphs.get(next.index as usize).and_then(|g| g.says.as_deref());
        let text = says.unwrap_or("\u{fffd}");
        let gap = cells.last().map_or(0.0, |last: &Cell| next.u - last.to) - spread;
        if text.chars().all(char::is_whitespace) {
            // A space of its own, or one that only moves the pen: the gap that it makes decides.
            if let Some(last) = cells.last_mut()
                && gap < CELL * next.size
            {
                if !last.piece.text.ends_with(' ') {
                    last.piece.push(" ", NONE);
                }
                last.to = last.to.max(next.end.min(last.to + 0.4 * next.size));
            }
            continue;
        }
        match cells.last_mut() {
            Some(last) if gap < if last.piece.text.ends_with(' ') { CELL } else { next.cell } * next.size => {
                if gap > WORD * next.size && !last.piece.text.ends_with(' ') {
                    last.piece.push(" ", NONE);
                }
                last.piece.push(text, next.index);
                last.to = last.to.max(next.end);
            }
            Some(_) | None => {
                let mut piece = Piece::default();
                piece.push(text, next.index);
                cells.push(Cell { piece, from: next.u, to: next.end });
            }
        }
    }
    cells.retain(|cell| !cell.piece.is_blank());
    Line { cells, base, size, turn }
}

/// So many letters that stand apart are a word with spaces between its letters.
const SPREAD: usize = 4;
/// Letters further apart than this many ems are cells.
const SPREAD_MOST: f64 = 4.0;

/// How far letters are set apart, before each glyph of a line: `N A M E` is a word, and the gap that is wider than its others ends it.
fn spread(glyphs: &[Seen], sets: &[Set]) -> Vec<f64> {
    let mut spread = vec![0.0; sets.len()];
    let blank =
        |set: &Set| glyphs.get(set.index as usize).and_then(|g| g.says.as_deref()).is_some_and(|s| s.trim().is_empty());
    let letters: Vec<(usize, &Set)> = sets.iter().enumerate().filter(|(_, set)| !blank(set)).collect();
    // The gap before each letter; none where it touches the one before it.
    let gaps: Vec<f64> = letters
        .windows(2)
        .map(|pair| match pair {
            [(_, before), (_, after)] => after.u - before.end,
            _ => 0.0,
        })
        .collect();
    let wide = |n: usize| {
        let size = letters.get(n).map_or(1.0, |(_, set)| set.size);
        gaps.get(n).is_some_and(|&gap| gap > WORD * size && gap < SPREAD_MOST * size)
    };
    let mut from = 0;
    while from < gaps.len() {
        let length = (from..gaps.len()).take_while(|&n| wide(n)).count();
        if length + 1 >= SPREAD {
            let mut run = gaps.get(from..from + length).unwrap_or_default().to_vec();
            run.sort_by(f64::total_cmp);
            let usual = run.get(length / 2).copied().unwrap_or_default();
            for n in from..from + length {
                if let Some(place) = letters.get(n + 1).and_then(|&(at, _)| spread.get_mut(at)) {
                    *place = usual;
                }
            }
        }
        from += length.max(1);
    }
    spread
}

/// Whether a line goes on the paragraph of the line before it.
fn follows(last: &Line, next: &Line) -> bool {
    let step = next.base - last.base;
    let size = last.size.max(next.size);
    last.turn == next.turn
        && step > -0.1 * size
        && step < APART * size
        && next.from() < last.to() + CELL * size
        && next.to() > last.from() - CELL * size
}

fn follows_below(last: &Line, next: &Line) -> bool {
    let size = last.size.max(next.size);
    last.turn == next.turn && next.base - last.base < APART * size
}

/// Lines as a paragraph. A line that reaches the right edge goes on in the next; a shorter one ends.
fn paragraph(lines: &[Line]) -> Part {
    let edge = lines.iter().map(Line::to).fold(0.0, f64::max);
    let mut piece = Piece::default();
    let mut before: Option<&Line> = None;
    for line in lines {
        if let Some(before) = before {
            let full =
                before.to() > edge - 6.0 * before.size && lines.len() > 1 && edge - before.from() > 15.0 * before.size;
            join(&mut piece, line, full);
        }
        piece.append(&line.joined());
        before = Some(line);
    }
    Part::Paragraph(piece)
}

/// What stands between two lines: nothing where a word was broken, else a space or the end of a line.
fn join(piece: &mut Piece, next: &Line, full: bool) {
    while piece.text.ends_with(' ') {
        piece.text.pop();
        piece.glyphs.pop();
    }
    let first = next.cells.first().and_then(|c| c.piece.text.chars().next());
    let mut tail = piece.text.chars().rev();
    let (last, before) = (tail.next(), tail.next());
    let broken = matches!(last, Some('-' | '\u{ad}' | '\u{2010}'))
        && before.is_some_and(char::is_alphabetic)
        && first.is_some_and(char::is_lowercase);
    if broken {
        // The hyphen stays drawn with its word, but is not read.
        piece.text.pop();
        let glyph = piece.glyphs.pop();
        piece.push("\u{ad}", glyph.unwrap_or(NONE));
    } else {
        piece.push(if full { " " } else { "\n" }, NONE);
    }
}

/// Lines of a block: running text where a line has one cell that goes over the columns of the others, else a table.
fn arranged(lines: &[Line]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let columns = columns(rest);
        let running = runs(first, &columns);
        // A table goes on while its lines are cells below its columns.
        let end = rest.iter().position(|line| runs(line, &columns) != running).unwrap_or(rest.len());
        let (these, others) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        if running {
            parts.push(paragraph(these))
        } else {
            parts.extend(table(these))
        }
        rest = others;
    }
    parts
}

/// Whether a line is one stretch that goes over where another column begins.
fn runs(line: &Line, columns: &[f64]) -> bool {
    let crossed = columns.iter().filter(|&&from| from > line.from() + line.size && from < line.to() - line.size);
    line.cells.len() < 2 && (crossed.count() > 0 || columns.len() < 2)
}

fn table(lines: &[Line]) -> Vec<Part> {
    if lines.iter().all(|line| line.cells.len() < 2) {
        return vec![paragraph(lines)];
    }
    let columns = columns(lines);
    let rows = lines.iter().map(|line| {
        let mut row = vec![Piece::default(); columns.len()];
        for cell in &line.cells {
            let at = columns.iter().rposition(|&from| from <= cell.from + 0.5 * line.size).unwrap_or_default();
            if let Some(place) = row.get_mut(at) {
                if !place.text.is_empty() {
                    place.push("  ", NONE);
                }
                place.append(&cell.piece);
            }
        }
        row
    });
    let mut parts = vec![Part::Table(rows.collect())];
    // What stands side by side, as a sender's address beside a recipient's, reads downward as well.
    for at in 0..columns.len() {
        let mut piece = Piece::default();
        for line in lines {
            for cell in &line.cells {
                let column = columns.iter().rposition(|&from| from <= cell.from + 0.5 * line.size).unwrap_or_default();
                if column == at {
                    if !piece.text.is_empty() {
                        piece.push("\n", NONE);
                    }
                    piece.append(&cell.piece);
                }
            }
        }
        parts.push(Part::Paragraph(piece));
    }
    parts
}

/// Where columns begin: the starts of cells of lines that have several, those that are close taken together.
fn columns(lines: &[Line]) -> Vec<f64> {
    let several = || lines.iter().filter(|line| line.cells.len() > 1);
    let mut starts: Vec<(f64, f64)> =
        several().flat_map(|line| line.cells.iter().map(|cell| (cell.from, line.size))).collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<f64> = Vec::new();
    let mut last = f64::NEG_INFINITY;
    for (start, size) in starts {
        if start - last > 1.2 * size {
            columns.push(start);
        }
        last = start;
    }
    // More are no table; one cell beside the other is enough to read it.
    columns.truncate(64);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of text, each letter half an em wide.
    fn text(glyphs: &mut Vec<Seen>, x: f64, y: f64, text: &str) {
        for (n, c) in (0_u32..).zip(text.chars()) {
            glyphs.push(Seen {
                says: Some(c.to_string()),
                at: Point::new(x + f64::from(n) * 5.0, y),
                along: Vec2::new(1.0, 0.0),
                size: 10.0,
                advance: 5.0,
                shown: true,
            });
        }
    }

    fn pieces(glyphs: &[Seen]) -> Vec<String> {
        read(glyphs).iter().flat_map(|p| p.pieces().map(|p| p.text.clone()).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn lines_are_paragraphs_and_cells_are_tables() {
        let mut glyphs = Vec::new();
        text(&mut glyphs, 10.0, 10.0, "Name");
        text(&mut glyphs, 100.0, 10.0, "Born");
        text(&mut glyphs, 10.0, 22.0, "Ann Hill");
        text(&mut glyphs, 100.0, 22.0, "1962");
        let read = read(&glyphs);
        assert!(
            read.iter().any(|p| matches!(p, Part::Table(rows) if rows.len() == 2 && rows[1][0].text == "Ann Hill")),
            "{read:?}"
        );
    }

    #[test]
    fn letters_drawn_one_by_one_out_of_order_are_words() {
        let mut glyphs = Vec::new();
        text(&mut glyphs, 10.0, 10.0, "Janet Williams");
        glyphs.reverse();
        assert!(pieces(&glyphs).iter().any(|p| p == "Janet Williams"), "{:?}", pieces(&glyphs));
    }

    #[test]
    fn a_broken_word_is_whole() {
        let mut glyphs = Vec::new();
        text(&mut glyphs, 10.0, 10.0, "seen with Mrs Wil-");
        text(&mut glyphs, 10.0, 22.0, "liams and her son");
        assert!(pieces(&glyphs).iter().any(|p| p.contains("Mrs Wil\u{ad}liams and")), "{:?}", pieces(&glyphs));
    }

    #[test]
    fn letters_far_apart_are_words() {
        let mut glyphs = Vec::new();
        for (n, c) in (0_u32..).zip("NHS 999 711".chars()) {
            text(&mut glyphs, 10.0 + f64::from(n) * 9.0, 10.0, &c.to_string());
        }
        assert!(pieces(&glyphs).iter().any(|p| p == "NHS 999 711"), "{:?}", pieces(&glyphs));
    }

    #[test]
    fn a_shadow_is_not_read_twice() {
        let mut glyphs = Vec::new();
        text(&mut glyphs, 10.0, 10.0, "Letter");
        text(&mut glyphs, 10.6, 10.4, "Letter");
        assert!(pieces(&glyphs).iter().all(|p| p == "Letter"), "{:?}", pieces(&glyphs));
        assert_eq!(twins(&glyphs).len(), 6);
    }
}
