//! A document in the process that draws: opened, read, and drawn page by page.
//!
//! ```text
//! open(file) → texts(), for the engine → draw(page, hidden) → a PNG
//! ```

use std::collections::{HashMap, HashSet};

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, Point, Rect};
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};

use super::canvas::{Canvas, What};
use super::caption::{Caption, captions};
use super::collect::{Collect, Seen};
use super::language;
use super::layout::{self, Part};
use super::line;
use super::mark::{self, Ground};
use super::raster;
use super::wire::{Fault, Hidden, Order, PageText, Stretch};

/// Pixels a point: 150 a inch.
const SCALE: f64 = 150.0 / 72.0;
/// The largest page has so many points a side; larger ones are shown smaller.
const SIDE: f64 = 14_400.0;
/// A page with fewer readable letters than this, and pictures on a part of it, is a scan.
const LETTERS: usize = 24;
/// That part.
const COVERED: f64 = 0.3;
/// Of the letters shown, at most this part may say nothing.
const UNREAD: f64 = 0.3;
/// From so many shapes on that may be letters, with hardly any letters, a page is drawn rather than written.
const DRAWN: usize = 60;

/// The black of what is hidden, and of the caption on it.
const BLACK: [u8; 4] = [0x1a, 0x1a, 0x1a, 0xff];
const WHITE: [u8; 4] = [0xff, 0xff, 0xff, 0xff];

/// A page as it was read.
#[derive(Debug)]
struct Sheet {
    width: u32,
    height: u32,
    scale: f64,
    transform: Affine,
    glyphs: Vec<Seen>,
    parts: Vec<Part>,
    crowds: super::shape::Crowds,
    /// The number of its first piece in the document.
    first: usize,
}

/// A document that is open.
pub struct Document<'p> {
    pdf: &'p Pdf,
    order: Order,
    cache: InterpreterCache<'p>,
    sheets: Vec<Sheet>,
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} pages)", self.sheets.len())
    }
}

/// Opens a file.
///
/// # Errors
/// It is no PDF, or wants a password.
pub fn open(file: Vec<u8>) -> Result<Pdf, Fault> {
    use hayro_interpret::hayro_syntax::LoadPdfError;
    Pdf::new(file).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Fault::Locked,
        LoadPdfError::Invalid => Fault::Broken,
    })
}

impl<'p> Document<'p> {
    /// Reads every page.
    ///
    /// # Errors
    /// It has too much of something, or cannot be read.
    pub fn read(pdf: &'p Pdf, order: Order) -> Result<Self, Fault> {
        let pages = pdf.pages();
        if pages.is_empty() {
            return Err(Fault::Broken);
        }
        if pages.len() > order.pages {
            return Err(Fault::TooLarge);
        }
        let cache = InterpreterCache::new();
        let (mut sheets, mut first, mut glyphs) = (Vec::new(), 0, 0);
        let (mut shown, mut unread, mut scans) = (0_usize, 0_usize, 0_usize);
        for page in pages.iter() {
            let (sheet, pictures, drawings) = sheet(page, &cache, &order, first, order.glyphs.saturating_sub(glyphs))?;
            first += sheet.parts.iter().flat_map(Part::pieces).count();
            glyphs += sheet.glyphs.len();
            let visible = || sheet.glyphs.iter().filter(|glyph| glyph.shown);
            let letters = visible().filter(|glyph| glyph.says.as_deref().is_some_and(|s| !s.trim().is_empty())).count();
            unread += visible().filter(|glyph| glyph.says.is_none()).count();
            shown += visible().count();
            let area = f64::from(sheet.width) * f64::from(sheet.height);
            let empty = letters < LETTERS;
            scans += usize::from(empty && (pictures > COVERED * area || drawings > DRAWN));
            sheets.push(sheet);
        }
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = unread as f64 / shown.max(1) as f64;
        if share > UNREAD {
            return Err(Fault::Unreadable);
        }
        let said =
            || sheets.iter().flat_map(|sheet| &sheet.parts).flat_map(Part::pieces).map(|piece| piece.text.as_str());
        if !language::is(said()) || language::are_torn(said()) {
            return Err(Fault::Unreadable);
        }
        if scans == sheets.len() && !order.pictures {
            return Err(Fault::Scan);
        }
        Ok(Self { pdf, order, cache, sheets })
    }

    /// What it says, for the engine.
    pub fn texts(&self) -> Vec<PageText> {
        self.sheets.iter().map(|sheet| PageText { blocks: sheet.parts.iter().map(Part::block).collect() }).collect()
    }

    /// How many pages it has.
    pub fn pages(&self) -> usize {
        self.sheets.len()
    }

    /// The picture of a page, as PNG, without what is hidden.
    ///
    /// # Errors
    /// There is no such page, or it cannot be drawn.
    pub fn draw(&self, page: usize, hidden: &Hidden) -> Result<Vec<u8>, Fault> {
        let (Some(sheet), Some(source)) = (self.sheets.get(page), self.pdf.pages().get(page)) else {
            return Err(Fault::Broken);
        };
        let veil = sheet.veil(hidden);
        let what = What {
            leaves: &veil.leaves,
            crowds: &sheet.crowds,
            pictures: self.order.pictures,
            image: self.order.image,
            scale: sheet.scale,
        };
        let mut canvas = Canvas::new(sheet.width, sheet.height, what).ok_or(Fault::Broken)?;
        let area = Rect::new(0.0, 0.0, f64::from(sheet.width), f64::from(sheet.height));
        let mut context =
            Context::new(sheet.transform, area, &self.cache, source.xref(), InterpreterSettings::default());
        interpret_page(source, &mut context, &mut canvas);
        canvas.done();
        veil.draw(&mut canvas);
        mark::draw(&mut canvas.paper, &self.order.mark, Ground::Paper);
        raster::png(&canvas.paper).ok_or(Fault::Broken)
    }
}

fn sheet<'p>(
    page: &'p Page<'p>,
    cache: &InterpreterCache<'p>,
    order: &Order,
    first: usize,
    most: usize,
) -> Result<(Sheet, f64, usize), Fault> {
    let (wide, high) = page.render_dimensions();
    let (wide, high) = (f64::from(wide), f64::from(high));
    if !(wide.is_finite() && high.is_finite() && wide >= 1.0 && high >= 1.0 && wide.max(high) <= 100.0 * SIDE) {
        return Err(Fault::Broken);
    }
    #[expect(clippy::cast_precision_loss, reason = "a bound")]
    let fits = (order.pixels as f64 / (wide * high)).sqrt();
    let scale = SCALE.min(fits).min(SIDE / wide.max(high));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
    let pixels = |points: f64| (points * scale).ceil().max(1.0) as u32;
    let (width, height) = (pixels(wide), pixels(high));
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(transform, area, cache, page.xref(), InterpreterSettings::default());
    let mut collect = Collect::new(area, scale, most);
    interpret_page(page, &mut context, &mut collect);
    if collect.too_many {
        return Err(Fault::TooLarge);
    }
    let Collect { mut glyphs, crowds, drawings, pictures, .. } = collect;
    for glyph in &mut glyphs {
        // What stands beside the page is not seen: it may be read, but not in a line with what is.
        glyph.shown &= area.inflate(glyph.size, glyph.size).contains(glyph.at);
    }
    let parts = layout::read(&glyphs);
    Ok((Sheet { width, height, scale, transform, glyphs, parts, crowds, first }, pictures, drawings))
}

/// What of a page is drawn, and what covers the rest.
#[derive(Debug)]
struct Veil {
    leaves: HashSet<u32>,
    covers: Vec<Cover>,
}

/// A stretch of a line that is hidden, and what stands there.
#[derive(Debug)]
struct Cover {
    corners: [Point; 4],
    with: String,
}

impl Sheet {
    fn veil(&self, hidden: &Hidden) -> Veil {
        let mut named: HashSet<u32> = HashSet::new();
        let mut dropped: HashSet<u32> = HashSet::new();
        let mut covers = Vec::new();
        let mut stretches: HashMap<usize, Vec<&Stretch>> = HashMap::new();
        for stretch in &hidden.stretches {
            stretches.entry(stretch.piece).or_default().push(stretch);
        }
        let pieces = self.parts.iter().flat_map(Part::pieces);
        for (piece, number) in pieces.zip(self.first..) {
            named.extend(piece.glyphs.iter().copied().filter(|&glyph| glyph != line::NONE));
            for torn in piece.torn() {
                let new: Vec<u32> = torn.into_iter().filter(|glyph| !dropped.contains(glyph)).collect();
                covers.extend(self.covers(&new, ""));
                dropped.extend(new);
            }
            for stretch in stretches.get(&number).into_iter().flatten() {
                let gone = piece.glyphs.get(stretch.from..stretch.to.min(piece.glyphs.len())).unwrap_or_default();
                let gone: Vec<u32> = gone.iter().copied().filter(|&glyph| glyph != line::NONE).collect();
                // The first reading that hides it says what stands there.
                let new: Vec<u32> = gone.iter().copied().filter(|glyph| !dropped.contains(glyph)).collect();
                let with = if new.len() == gone.len() { stretch.with.as_str() } else { "" };
                dropped.extend(gone);
                covers.extend(self.covers(&new, with));
            }
        }
        // What nobody can read is not drawn either, but seen to be there.
        for (glyph, number) in self.glyphs.iter().zip(0_u32..) {
            if glyph.says.is_none() && dropped.insert(number) {
                covers.extend(self.covers(&[number], ""));
            }
        }
        let mut leaves: HashSet<u32> = named.difference(&dropped).copied().collect();
        for (twin, original) in line::twins(&self.glyphs) {
            if leaves.contains(&original) {
                leaves.insert(twin);
            }
        }
        leaves.retain(|&number| self.glyphs.get(number as usize).is_some_and(|glyph| glyph.shown));
        Veil { leaves, covers }
    }

    /// Boxes over glyphs, one for each line that they are on.
    fn covers(&self, gone: &[u32], with: &str) -> Vec<Cover> {
        let mut lines: Vec<Vec<&Seen>> = Vec::new();
        for glyph in gone.iter().filter_map(|&number| self.glyphs.get(number as usize)) {
            // What only readers find is not seen, so nothing covers it; on a picture it may say what is there.
            if (!glyph.shown && !glyph.at.is_finite()) || glyph.size <= 0.0 {
                continue;
            }
            let beside = lines.last_mut().filter(|line| {
                line.last().is_some_and(|last| {
                    let away = (glyph.at - last.at).dot(last.up()).abs();
                    away < 0.5 * last.size.max(glyph.size) && last.along.dot(glyph.along) > 0.99
                })
            });
            match beside {
                Some(line) => line.push(glyph),
                None => lines.push(vec![glyph]),
            }
        }
        let mut with = Some(with.to_owned());
        lines
            .iter()
            .filter_map(|line| around(line).map(|corners| Cover { corners, with: with.take().unwrap_or_default() }))
            .collect()
    }
}

/// The box around glyphs of one line.
fn around(line: &[&Seen]) -> Option<[Point; 4]> {
    let first = line.first()?;
    let (along, up) = (first.along, first.up());
    let (mut from, mut to, mut low, mut high) = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
    for corner in line.iter().flat_map(|glyph| glyph.corners()) {
        let (u, v) = (corner.to_vec2().dot(along), corner.to_vec2().dot(up));
        (from, to) = (from.min(u), to.max(u));
        (low, high) = (low.min(v), high.max(v));
    }
    let at = |u: f64, v: f64| (along * u + up * v).to_point();
    Some([at(from, low), at(to, low), at(to, high), at(from, high)])
}

impl Veil {
    fn draw(&self, canvas: &mut Canvas<'_>) {
        let words = captions(self.covers.iter().map(|cover| cover.with.as_str()));
        for cover in &self.covers {
            canvas.cover(cover.corners, BLACK);
        }
        for (cover, caption) in self.covers.iter().zip(&words) {
            letter(canvas, cover.corners, caption);
        }
    }
}

/// Writes a caption into a box, as large as it fits.
fn letter(canvas: &mut Canvas<'_>, [from, to, _, over]: [Point; 4], caption: &Caption) {
    let (along, up) = (to - from, over - from);
    let (length, height) = (along.hypot(), up.hypot());
    if caption.width <= 0.0 || length < 2.0 || height < 4.0 {
        return;
    }
    let size = (0.62 * height).min(length * 0.94 / (caption.width / 1000.0));
    if size < 3.0 {
        return;
    }
    let (right, upward) = (along / length * size / 1000.0, up / height * size / 1000.0);
    let start = from + along * (0.5 - caption.width / 1000.0 * size / length / 2.0) + up * (0.5 - 0.35 * size / height);
    let transform = Affine::new([right.x, right.y, upward.x, upward.y, start.x, start.y]);
    canvas.letters(&caption.letters, transform, WHITE);
}
