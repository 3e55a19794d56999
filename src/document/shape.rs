//! Which shapes are lines of a form, and which may be letters or codes.
//!
//! Some producers draw text as shapes (outlines, strokes of a plotter's font), and bar codes and QR codes hold numbers. Nobody can
//! read them here, so they are not drawn. Rules, boxes, bars of a chart and its curve are.

use std::collections::HashMap;

use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Rect};

/// More curves than a box with round corners or a pie has.
const CURVES: usize = 16;
/// More corners than a plain figure has.
const CORNERS: usize = 24;
/// More parts than the lines of a table drawn in one go have. Letters drawn at once are more, and smaller.
const PARTS: usize = 200;
/// Letters are lower than this, in points.
const LETTER: f64 = 40.0;
/// The modules of a code are smaller than this, in points, on one side at least.
const MODULE: f64 = 9.0;
/// Bars of a code are lower than this.
const BAR: f64 = 110.0;
/// The side of the areas in which small things are counted, in points.
const AREA: f64 = 24.0;
/// So many small things in one area are a code.
const CROWD: usize = 7;

/// What a shape is, as far as drawing it goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Is {
    /// A line, a box, a figure: drawn.
    Plain,
    /// Small: drawn, where few of them stand together.
    Small(Rect),
    /// It may be letters: not drawn.
    Drawing,
}

/// What a shape is; `scale`: pixels of a point.
pub fn is(path: &BezPath, transform: Affine, scale: f64) -> Is {
    let bounds = transform.transform_rect_bbox(path.control_box());
    let (width, height) = (bounds.width() / scale, bounds.height() / scale);
    if !(width.is_finite() && height.is_finite()) {
        return Is::Drawing;
    }
    let (mut curves, mut lines, mut parts) = (0_usize, 0_usize, 0_usize);
    for element in path.elements() {
        match element {
            PathEl::MoveTo(_) => parts += 1,
            PathEl::LineTo(_) => lines += 1,
            PathEl::QuadTo(..) | PathEl::CurveTo(..) => curves += 1,
            PathEl::ClosePath => {}
        }
    }
    if curves > CURVES || parts > PARTS {
        return Is::Drawing;
    }
    let low = height < LETTER;
    // A curve of a chart is long and all of one piece; a letter is neither.
    if low && parts <= 1 && width > 3.0 * LETTER && curves == 0 {
        return Is::Plain;
    }
    if curves > 4 && low && width < 3.0 * LETTER {
        return Is::Drawing;
    }
    if lines > CORNERS && (parts > CORNERS / 4 || low) {
        // The lines of a table are many, but each is long.
        return if curves == 0 && lines <= 2 * parts && !crowded(path, transform, scale) {
            Is::Plain
        } else {
            Is::Drawing
        };
    }
    if width.min(height) < MODULE && width.max(height) < BAR { Is::Small(bounds) } else { Is::Plain }
}

/// Whether many parts of one path are as short as strokes of letters.
fn crowded(path: &BezPath, transform: Affine, scale: f64) -> bool {
    let mut short = 0;
    let mut last = None;
    for element in path.elements() {
        match element {
            PathEl::MoveTo(to) => last = Some(transform * *to),
            PathEl::LineTo(to) => {
                let to = transform * *to;
                if let Some(from) = last.replace(to) {
                    short += usize::from(from.distance(to) / scale < MODULE);
                }
            }
            PathEl::QuadTo(..) | PathEl::CurveTo(..) | PathEl::ClosePath => {}
        }
    }
    short > CORNERS
}

/// Where small things stand, so that a crowd of them is seen.
#[derive(Debug, Default)]
pub struct Crowds {
    areas: HashMap<(i64, i64), usize>,
    scale: f64,
}

/// More areas than any page has.
const AREAS: usize = 100_000;

impl Crowds {
    /// For a page with this many pixels a point.
    pub fn new(scale: f64) -> Self {
        Self { areas: HashMap::new(), scale }
    }

    fn area(&self, bounds: Rect) -> (i64, i64) {
        let side = AREA * self.scale;
        #[expect(clippy::cast_possible_truncation, reason = "of a page, and saturating")]
        let whole = |x: f64| (x / side).floor() as i64;
        (whole(bounds.center().x), whole(bounds.center().y))
    }

    /// Notes one.
    pub fn note(&mut self, bounds: Rect) {
        let area = self.area(bounds);
        if self.areas.len() < AREAS || self.areas.contains_key(&area) {
            *self.areas.entry(area).or_default() += 1;
        }
    }

    /// Whether many stand around here.
    pub fn around(&self, bounds: Rect) -> bool {
        let (x, y) = self.area(bounds);
        let most = (-1..=1)
            .flat_map(|dx| (-1..=1).map(move |dy| (x.saturating_add(dx), y.saturating_add(dy))))
            .map(|area| self.areas.get(&area).copied().unwrap_or_default())
            .max();
        most.unwrap_or_default() > CROWD || self.areas.len() >= AREAS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> BezPath {
        BezPath::from_svg(text).unwrap()
    }

    #[test]
    fn lines_and_boxes_are_plain() {
        for text in ["M0 0 L500 0", "M0 0 H300 V60 H0 Z", "M0 0 C0 5 5 10 10 10 H300 C305 10 310 5 310 0 V90 H0 Z"] {
            assert_eq!(is(&path(text), Affine::IDENTITY, 1.0), Is::Plain, "{text}");
        }
    }

    #[test]
    fn letters_drawn_as_shapes_are_drawings() {
        // An "a" of a common face.
        let a = "M5 9 C5 7 6 6 8 6 C10 6 11 7 11 9 V14 C11 16 9 17 8 17 C6 17 5 16 5 14 C5 12 7 11 11 11";
        assert_eq!(is(&path(a), Affine::IDENTITY, 1.0), Is::Drawing);
    }

    #[test]
    fn a_crowd_of_small_boxes_is_a_code() {
        let mut crowds = Crowds::new(1.0);
        let module = Rect::new(0.0, 0.0, 2.0, 2.0);
        for n in 0..40 {
            crowds.note(module + hayro_interpret::kurbo::Vec2::new(f64::from(n % 8) * 2.0, f64::from(n / 8) * 2.0));
        }
        assert!(crowds.around(module));
        assert!(!crowds.around(module + hayro_interpret::kurbo::Vec2::new(300.0, 0.0)));
    }
}
