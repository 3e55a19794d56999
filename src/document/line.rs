//! From glyphs to lines: words and cells, by the gaps between them.
//!
//! Gaps are measured in ems, from where a glyph ends to where the next begins. One that is wide enough is a space between words, a wider one a gap between
//! cells; letters that are set apart are a word for all that (`N A M E`).

use std::collections::HashMap;

use hayro_interpret::kurbo::{Point, Vec2};

use super::collect::Seen;
use super::language;

/// A character that no glyph stands for: a space between words, the end of a line.
pub const NONE: u32 = u32::MAX;

/// A gap of this many ems is between words.
const WORD: f64 = 0.17;
/// A gap of this many ems is between cells.
pub(super) const CELL: f64 = 1.1;
/// So is one of this many in which no space was written, on a page that writes them.
const UNWRITTEN: f64 = 0.42;
/// A page writes its spaces when one glyph in so many is one.
const SPACES: usize = 14;
/// A piece of text, and the glyph of each of its characters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Their glyphs, or [`NONE`].
    pub glyphs: Vec<u32>,
}

impl Piece {
    pub(super) fn push(&mut self, text: &str, glyph: u32) {
        for c in text.chars() {
            self.text.push(c);
            self.glyphs.push(glyph);
        }
    }

    pub(super) fn append(&mut self, other: &Piece) {
        self.text.push_str(&other.text);
        self.glyphs.extend_from_slice(&other.glyphs);
    }

    pub(super) fn is_blank(&self) -> bool {
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

/// A word or more: glyphs of one line without a wide gap.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) piece: Piece,
    /// Along the line, in pixels.
    pub(super) from: f64,
    pub(super) to: f64,
}

/// A line: of one direction and base.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) cells: Vec<Cell>,
    /// Across the lines, downward.
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) turn: i64,
}

impl Line {
    pub(super) fn from(&self) -> f64 {
        self.cells.first().map_or(0.0, |c| c.from)
    }

    pub(super) fn to(&self) -> f64 {
        self.cells.last().map_or(0.0, |c| c.to)
    }

    pub(super) fn joined(&self) -> Piece {
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
pub(super) struct Set {
    pub(super) index: u32,
    /// Along the line.
    pub(super) u: f64,
    /// Across it, downward.
    pub(super) v: f64,
    pub(super) end: f64,
    pub(super) size: f64,
    pub(super) turn: i64,
    /// The gap, in ems, from which on a cell begins where no space was written.
    pub(super) cell: f64,
}

/// Where glyphs stand, in the system of their direction; those that say nothing are left out.
pub(super) fn set(glyphs: &[Seen]) -> Vec<Set> {
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

/// The lines of glyphs that come in their order; `goes_on` says whether one belongs to those before it.
pub(super) fn lines(glyphs: &[Seen], sets: &[Set], goes_on: impl Fn(&[Set], &Set) -> bool) -> Vec<Line> {
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
    // Figures have equal steps in every font: where the widths agree with the steps, they are believed.
    let size = letters.first().map_or(1.0, |(_, set)| set.size);
    let agree = gaps.iter().filter(|gap| gap.abs() < 0.03 * size).count() * 2 >= gaps.len();
    if let Some(pitch) = pitch(&letters).filter(|_| !agree) {
        for (pair, gap) in letters.windows(2).zip(&gaps) {
            if let [(_, before), (at, after)] = pair
                && let Some(place) = spread.get_mut(*at)
            {
                let step = after.u - before.u;
                *place = if step < 1.5 * pitch { *gap } else { gap - (step - pitch) };
            }
        }
        return spread;
    }
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

/// The step from letter to letter where nearly all are the same, as on a typewriter: then a place that is left out is a space, whatever the letters'
/// own widths (a font that is not there is stood in for by another).
fn pitch(letters: &[(usize, &Set)]) -> Option<f64> {
    let mut steps: Vec<f64> = letters
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, before), (_, after)] => Some((after.u - before.u) / before.size),
            _ => None,
        })
        .collect();
    steps.sort_by(f64::total_cmp);
    let usual = steps.get(steps.len() / 2).copied()?;
    let alike = steps.iter().filter(|&step| (step - usual).abs() < 0.02).count();
    let size = letters.first().map(|(_, set)| set.size)?;
    (letters.len() > 2 * SPREAD && usual > 0.4 && usual < SPREAD_MOST && alike * 10 >= steps.len() * 7)
        .then_some(usual * size)
}
