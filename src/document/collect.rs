//! The glyphs of a page, each with what it says and where it stands, and how much of the page is pictures.
//!
//! The same glyphs come in the same order when the page is drawn ([`super::canvas`]); their numbers tie the two together.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Vec2};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};

use unicode_normalization::UnicodeNormalization;

use super::shape::{self, Crowds, Is};

/// Units of a glyph's own space in an em.
pub const EM: f64 = 1000.0;

/// A glyph, as it was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What it says; none when that cannot be told.
    pub says: Option<String>,
    /// Where it stands: the left end of its base line, in pixels.
    pub at: Point,
    /// Where its line leads: of length 1.
    pub along: Vec2,
    /// The height of its em, in pixels.
    pub size: f64,
    /// Its width along the line, in pixels.
    pub advance: f64,
    /// It is drawn, or is there for readers alone.
    pub shown: bool,
}

impl Seen {
    /// The upward direction of its line, in pixels (y grows downward).
    pub fn up(&self) -> Vec2 {
        Vec2::new(self.along.y, -self.along.x)
    }

    /// The corners of what it covers, with some room.
    pub fn corners(&self) -> [Point; 4] {
        let (up, along) = (self.up() * self.size, self.along);
        let (from, to) = (self.at - along * (0.03 * self.size), self.at + along * (self.advance + 0.03 * self.size));
        [from - up * 0.24, to - up * 0.24, to + up * 0.92, from + up * 0.92]
    }
}

/// Where a glyph stands and how it lies; none for what cannot be drawn.
pub fn place(transform: Affine, width: f64) -> Option<(Point, Vec2, f64, f64)> {
    let at = transform * Point::ZERO;
    let along = transform * Point::new(EM, 0.0) - at;
    let up = transform * Point::new(0.0, EM) - at;
    let (length, height) = (along.hypot(), up.hypot());
    let fine = at.is_finite() && length.is_finite() && height.is_finite() && length > 1e-3 && height > 1e-3;
    (fine && width.is_finite()).then(|| (at, along / length, height, (width / EM * length).max(0.0)))
}

/// What a glyph says.
fn says(glyph: &Glyph<'_>) -> Option<String> {
    let text = match glyph.as_unicode()? {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    };
    // A private use says nothing, and a glyph that stands for a sentence is none.
    let plain = |c: char| !matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fffd}' | '\0');
    let fine = text.chars().count() <= 8 && text.chars().all(plain);
    // A ligature is its letters.
    fine.then(|| text.nfkc().collect())
}

/// A letter ends no further behind its ink than this, in its own space.
const BEHIND: f64 = 350.0;
/// Where one ends whose font says otherwise.
const USUAL: f64 = 120.0;

/// Its width in its own space: what its font says, unless its ink ends long before. A page that places each glyph looks right with any widths, and
/// then they say nothing of where words and cells end. Widths that are too small are seen by what stands between the letters ([`super::line`]).
fn width(glyph: &Glyph<'_>, inks: &mut HashMap<u128, Option<f64>>) -> f64 {
    match glyph {
        Glyph::Outline(outline) => {
            let said = outline.advance_width().map_or(EM / 2.0, f64::from);
            let ink = inks.entry(outline.identifier().cache_key()).or_insert_with(|| {
                let path = outline.outline();
                // An outline that a broken font moved away says nothing either.
                Some(path.control_box().x1).filter(|x| x.is_finite() && *x > 0.0 && !path.elements().is_empty())
            });
            ink.filter(|ink| said > ink + BEHIND).map_or(said, |ink| ink + USUAL)
        }
        Glyph::Type3(drawn) => drawn.advance_width().map_or(EM / 2.0, f64::from),
    }
}

/// Whether there is nothing to see of it.
fn blank(glyph: &Glyph<'_>) -> bool {
    match glyph {
        Glyph::Outline(outline) => outline.outline().elements().is_empty(),
        Glyph::Type3(_) => false,
    }
}

/// Collects what a page holds.
#[derive(Debug)]
pub struct Collect {
    /// The glyphs.
    pub glyphs: Vec<Seen>,
    /// The most glyphs.
    most: usize,
    /// There were more.
    pub too_many: bool,
    /// Small things that are drawn.
    pub crowds: Crowds,
    /// Shapes that may be letters.
    pub drawings: usize,
    /// Pixels that pictures cover; the same ones count again.
    pub pictures: f64,
    page: Rect,
    scale: f64,
    /// The right end of each outline.
    inks: HashMap<u128, Option<f64>>,
}

impl Collect {
    /// For a page of this size, in pixels, with so many of them a point.
    pub fn new(page: Rect, scale: f64, most: usize) -> Self {
        Self {
            glyphs: Vec::new(),
            most,
            too_many: false,
            crowds: Crowds::new(scale),
            drawings: 0,
            pictures: 0.0,
            page,
            scale,
            inks: HashMap::new(),
        }
    }
}

impl<'a> Device<'a> for Collect {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Invisible) {
            return;
        }
        match shape::is(path, props.transform, self.scale) {
            Is::Plain => {}
            Is::Small(bounds) => self.crowds.note(bounds),
            Is::Drawing => self.drawings += 1,
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let shown = !matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            if self.glyphs.len() >= self.most {
                self.too_many = true;
                return;
            }
            let placed = place(props.transform * glyph.transform(), width(glyph, &mut self.inks));
            let (at, along, size, advance) = placed.unwrap_or((Point::ZERO, Vec2::new(1.0, 0.0), 0.0, 0.0));
            let shown = shown && placed.is_some();
            let mut says = says(glyph);
            if says.is_none() && blank(glyph) {
                says = Some(" ".into());
            }
            self.glyphs.push(Seen { says, at, along, size, advance, shown });
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let unit = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let bounds = props.transform.transform_rect_bbox(unit).intersect(self.page);
        if bounds.area().is_finite() {
            self.pictures += bounds.area();
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
