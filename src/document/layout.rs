//! From glyphs to text as a person reads it, in two ways: in the order in which they were written, which is that of the
//! text most of the time, and by where they stand, as lines and tables. Each glyph is in both; what the engine hides in
//! either is hidden.
//!
//! A page in several columns reads well in the first way, a form whose labels were written after all its values in the second.

use super::collect::Seen;
use super::line::{CELL, Line, NONE, Piece, Set, lines, set};
use super::wire::Block;

/// Lines further apart than this many ems are no paragraph.
const APART: f64 = 1.9;

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
                && (last.v - next.v).abs() < 0.35 * beside(last, next)
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
        last.turn == next.turn && (next.v - first.v).abs() < 0.35 * beside(last, next)
    });
    blocks(lines, follows_below).iter().flat_map(|block| arranged(block)).collect()
}

/// The size by which two glyphs may stand on one line: that of the larger one, as beside a raised figure. A letter as high as a page has
/// no line with all that stands beside it.
fn beside(one: &Set, other: &Set) -> f64 {
    one.size.max(other.size).min(3.0 * one.size.min(other.size))
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
    use hayro_interpret::kurbo::{Point, Vec2};

    use super::*;
    use crate::document::line::twins;

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
    fn a_letter_as_high_as_the_page_has_no_line_with_what_stands_beside_it() {
        let mut glyphs = Vec::new();
        text(&mut glyphs, 200.0, 40.0, "D");
        glyphs.last_mut().unwrap().size = 400.0;
        for (n, line) in ["KOWALSKI, Annabel", "Practice address", "Tadcaster House"].iter().enumerate() {
            text(&mut glyphs, 10.0, 40.0 + 14.0 * n as f64, line);
        }
        let pieces = pieces(&glyphs).join("\n");
        for line in ["KOWALSKI, Annabel", "Practice address", "Tadcaster House"] {
            assert!(pieces.matches(line).count() > 1, "{pieces}");
        }
    }

    #[test]
    fn figures_of_a_proportional_font_are_words_by_their_gaps() {
        let mut glyphs = Vec::new();
        let mut x = 10.0;
        for c in "943 476 5919 19/03/1953".chars() {
            if c == ' ' {
                x += 2.2;
                continue;
            }
            text(&mut glyphs, x, 10.0, &c.to_string());
            x += 5.0;
        }
        assert!(pieces(&glyphs).iter().any(|p| p == "943 476 5919 19/03/1953"), "{:?}", pieces(&glyphs));
    }

    #[test]
    fn letters_in_equal_steps_are_words_whatever_their_widths() {
        let mut glyphs = Vec::new();
        for (n, c) in (0_u32..).zip("Gethin Patel, 999".chars()).filter(|(_, c)| *c != ' ') {
            text(&mut glyphs, 10.0 + f64::from(n) * 8.0, 10.0, &c.to_string());
            glyphs.last_mut().unwrap().advance = if "itl,".contains(c) { 2.0 } else { 7.0 };
        }
        assert!(pieces(&glyphs).iter().any(|p| p == "Gethin Patel, 999"), "{:?}", pieces(&glyphs));
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
