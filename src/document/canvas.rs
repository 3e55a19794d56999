//! Paper: draws what may be seen of a page, and nothing else.
//!
//! A glyph is drawn when the engine let its word go; lines and boxes are drawn; pictures become grey areas unless the
//! route shows them. Clips are drawn as their bounds, for letters can be a clip, too; what only a soft mask would give a shape
//! is left out.

use std::collections::{HashMap, HashSet};

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Cap, Join, PathEl, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, FillRule, Image, ImageData, ImageDrawProps, LumaData,
    Paint as Ink, SoftMask, StrokeProps,
};
use tiny_skia::{FilterQuality, Mask, Paint, Path, PathBuilder, Pixmap, PixmapPaint, Stroke, StrokeDash, Transform};

use super::collect::place;
use super::shape::{self, Crowds, Is};

/// The grey of a picture that is not shown.
const PICTURE: [u8; 4] = [0xd9, 0xdc, 0xe0, 0xff];
/// Where a pattern would be.
const PATTERN: [u8; 4] = [0xe6, 0xe6, 0xe6, 0xff];
/// A glyph of this many ems is no letter.
const LARGEST: f64 = 2.6;
/// More parts of a drawn glyph than a letter has.
const STROKES: usize = 4000;

/// What is drawn of a page.
#[derive(Debug)]
pub struct What<'w> {
    /// Numbers of the glyphs that are.
    pub leaves: &'w HashSet<u32>,
    /// Small things, so that codes are seen.
    pub crowds: &'w Crowds,
    /// Pictures are.
    pub pictures: bool,
    /// The most bytes of a picture.
    pub image: u64,
    /// Pixels a point.
    pub scale: f64,
}

/// Draws on a picture.
pub struct Canvas<'w> {
    /// The picture.
    pub paper: Pixmap,
    what: What<'w>,
    next: u32,
    clips: Vec<Rect>,
    mask: Option<(Rect, Mask)>,
    alphas: Vec<f32>,
    outlines: HashMap<u128, Option<Path>>,
    /// Inside a glyph that is drawn by instructions: where it may be.
    inside: Option<Rect>,
    strokes: usize,
}

impl std::fmt::Debug for Canvas<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Canvas({}x{})", self.paper.width(), self.paper.height())
    }
}

/// More outlines than are kept.
const OUTLINES: usize = 4096;

impl<'w> Canvas<'w> {
    /// Empty paper; none when it would have no size.
    pub fn new(width: u32, height: u32, what: What<'w>) -> Option<Self> {
        let mut paper = Pixmap::new(width, height)?;
        paper.fill(tiny_skia::Color::WHITE);
        let page = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let (clips, alphas) = (vec![page], vec![1.0]);
        let outlines = HashMap::new();
        Some(Self { paper, what, next: 0, clips, mask: None, alphas, outlines, inside: None, strokes: 0 })
    }

    fn clip(&self) -> Rect {
        let clip = self.clips.last().copied().unwrap_or(Rect::ZERO);
        self.inside.map_or(clip, |inside| clip.intersect(inside))
    }

    fn alpha(&self) -> f32 {
        self.alphas.last().copied().unwrap_or(1.0)
    }

    fn paint(&self, ink: &Ink<'_>, blend: BlendMode) -> Paint<'static> {
        let color = match ink {
            Ink::Color(color) => color.to_rgba().to_rgba8(),
            Ink::Pattern(_) => PATTERN,
        };
        self.paint_of(color, blend)
    }

    fn paint_of(&self, [r, g, b, a]: [u8; 4], blend: BlendMode) -> Paint<'static> {
        let mut paint = Paint { anti_alias: true, blend_mode: blended(blend), ..Paint::default() };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let alpha = (f32::from(a) * self.alpha().clamp(0.0, 1.0)).round() as u8;
        paint.set_color_rgba8(r, g, b, alpha);
        paint
    }

    /// Draws within the clip, whose mask is made only when something goes over its edge.
    fn within(&mut self, bounds: Rect, draw: impl FnOnce(&mut Pixmap, Option<&Mask>)) {
        let clip = self.clip();
        if !bounds.is_finite() || bounds.intersect(clip).area() <= 0.0 && !touches(bounds, clip) {
            return;
        }
        let inside = bounds.x0 >= clip.x0 && bounds.y0 >= clip.y0 && bounds.x1 <= clip.x1 && bounds.y1 <= clip.y1;
        if inside {
            draw(&mut self.paper, None);
            return;
        }
        if self.mask.as_ref().is_none_or(|(of, _)| *of != clip) {
            let Some(mut mask) = Mask::new(self.paper.width(), self.paper.height()) else { return };
            let Some(path) = build(&clip.to_path(0.1), Affine::IDENTITY) else { return };
            mask.fill_path(&path, tiny_skia::FillRule::Winding, true, Transform::identity());
            self.mask = Some((clip, mask));
        }
        let Self { paper, mask, .. } = self;
        draw(paper, mask.as_ref().map(|(_, mask)| mask));
    }

    fn fill(&mut self, path: &Path, bounds: Rect, paint: &Paint<'_>, rule: FillRule) {
        let rule = match rule {
            FillRule::NonZero => tiny_skia::FillRule::Winding,
            FillRule::EvenOdd => tiny_skia::FillRule::EvenOdd,
        };
        self.within(bounds, |paper, mask| paper.fill_path(path, paint, rule, Transform::identity(), mask));
    }

    fn stroke(&mut self, path: &BezPath, transform: Affine, paint: &Paint<'_>, props: &StrokeProps, least: f64) {
        let [a, b, c, d, ..] = transform.as_coeffs();
        let grows = (a * d - b * c).abs().sqrt();
        let width = (f64::from(props.line_width) * grows).max(least);
        let Some(built) = build(path, transform) else { return };
        let stroke = Stroke {
            width: single(width),
            miter_limit: props.miter_limit.clamp(1.0, 100.0),
            line_cap: match props.line_cap {
                Cap::Butt => tiny_skia::LineCap::Butt,
                Cap::Round => tiny_skia::LineCap::Round,
                Cap::Square => tiny_skia::LineCap::Square,
            },
            line_join: match props.line_join {
                Join::Bevel => tiny_skia::LineJoin::Bevel,
                Join::Miter => tiny_skia::LineJoin::Miter,
                Join::Round => tiny_skia::LineJoin::Round,
            },
            dash: dash(props, grows, &built),
        };
        let reach = width * f64::from(stroke.miter_limit.min(4.0));
        let bounds = transform.transform_rect_bbox(path.control_box()).inflate(reach, reach);
        self.within(bounds, |paper, mask| paper.stroke_path(&built, paint, &stroke, Transform::identity(), mask));
    }

    fn outline(&mut self, glyph: &Glyph<'_>) -> Option<(BezPath, u128)> {
        match glyph {
            Glyph::Outline(outline) => Some((outline.outline(), outline.identifier().cache_key())),
            Glyph::Type3(_) => None,
        }
    }

    fn glyph<'a>(&mut self, glyph: &Glyph<'a>, own: Affine, props: &DrawProps<'a>, mode: &DrawMode) {
        let transform = props.transform * own;
        if let Glyph::Type3(drawn) = glyph {
            let Some((at, _, size, advance)) = place(transform, drawn.advance_width().map_or(500.0, f64::from)) else {
                return;
            };
            // What goes far beyond a letter's place is no letter.
            let reach = (size * 1.3).max(advance * 1.3);
            self.inside = Some(Rect::from_center_size(at, (2.0 * reach, 2.0 * reach)));
            self.strokes = 0;
            drawn.interpret(self, props.transform, own, &props.paint);
            self.inside = None;
            return;
        }
        let Some((outline, key)) = self.outline(glyph) else { return };
        let bounds = outline.control_box();
        let most = LARGEST * super::collect::EM;
        if outline.elements().is_empty() || !bounds.is_finite() || bounds.width().max(bounds.height()) > most {
            return;
        }
        let bounds = transform.transform_rect_bbox(bounds);
        if let DrawMode::Fill(_) | DrawMode::FillAndStroke(..) = mode {
            let ink = match props.paint {
                Ink::Color(_) => self.paint(&props.paint, props.blend_mode),
                Ink::Pattern(_) => self.paint_of([0x30, 0x30, 0x30, 0xff], props.blend_mode),
            };
            if self.outlines.len() >= OUTLINES {
                self.outlines.clear();
            }
            let path = self.outlines.entry(key).or_insert_with(|| build(&outline, Affine::IDENTITY)).clone();
            if let Some(path) = path {
                let placed = skia(transform);
                self.within(bounds, |paper, mask| {
                    paper.fill_path(&path, &ink, tiny_skia::FillRule::Winding, placed, mask);
                });
            }
        }
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = mode {
            let ink = self.paint(&props.paint, props.blend_mode);
            self.stroke(&(own * outline), props.transform, &ink, stroke, 0.25);
        }
    }

    /// A box, with a colour of ours.
    pub fn cover(&mut self, corners: [Point; 4], color: [u8; 4]) {
        let mut path = BezPath::new();
        for (n, corner) in corners.into_iter().enumerate() {
            if n == 0 {
                path.move_to(corner);
            } else {
                path.line_to(corner);
            }
        }
        path.close_path();
        let paint = self.paint_of(color, BlendMode::Normal);
        if let Some(built) = build(&path, Affine::IDENTITY) {
            self.fill(&built, path.bounding_box(), &paint, FillRule::NonZero);
        }
    }

    /// Letters of ours.
    pub fn letters(&mut self, letters: &BezPath, transform: Affine, color: [u8; 4]) {
        let paint = self.paint_of(color, BlendMode::Normal);
        if let Some(built) = build(letters, transform) {
            let bounds = transform.transform_rect_bbox(letters.control_box());
            self.fill(&built, bounds, &paint, FillRule::NonZero);
        }
    }

    /// What was clipped or faded ends: what follows is ours.
    pub fn done(&mut self) {
        self.clips.truncate(1);
        self.alphas.truncate(1);
        self.mask = None;
    }

    fn picture(&mut self, image: &Image<'_, '_>, transform: Affine) {
        let unit = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let path = transform * unit.to_path(0.1);
        let bounds = path.bounding_box();
        if let Image::Raster(raster) = image
            && self.what.pictures
            && u64::from(image.width()) * u64::from(image.height()) * 4 <= self.what.image
        {
            let mut drawn = None;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the size of the page")]
            let wanted = |n: f64| n.clamp(1.0, 8192.0) as u32;
            let target = (wanted(bounds.width()), wanted(bounds.height()));
            raster.with_rgba(|data, alpha| drawn = raw(&data, alpha.as_ref()), Some(target));
            if let Some(pixels) = drawn {
                let (x, y) = (unit.width() / f64::from(pixels.width()), unit.height() / f64::from(pixels.height()));
                let placed = skia(transform * Affine::scale_non_uniform(x, y));
                let alpha = self.alpha();
                let paint = PixmapPaint { opacity: alpha, quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
                self.within(bounds, |paper, mask| paper.draw_pixmap(0, 0, pixels.as_ref(), &paint, placed, mask));
                return;
            }
        }
        let paint = self.paint_of(PICTURE, BlendMode::Normal);
        if let Some(built) = build(&path, Affine::IDENTITY) {
            self.fill(&built, bounds, &paint, FillRule::NonZero);
        }
    }
}

impl<'a> Device<'a> for Canvas<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if self.inside.is_some() {
            self.strokes += path.elements().len();
            if self.strokes > STROKES {
                return;
            }
        } else {
            if props.soft_mask.is_some() {
                return;
            }
            match shape::is(path, props.transform, self.what.scale) {
                Is::Plain => {}
                Is::Small(bounds) if !self.what.crowds.around(bounds) => {}
                Is::Small(_) => return,
                Is::Drawing => {
                    let bounds = props.transform.transform_rect_bbox(path.control_box());
                    // A background may be intricate; as large a grey area would hide the text on it.
                    let page = f64::from(self.paper.width()) * f64::from(self.paper.height());
                    if bounds.is_finite() && bounds.area() < 0.2 * page {
                        let paint = self.paint_of([0xd9, 0xdc, 0xe0, 0x90], BlendMode::Normal);
                        if let Some(built) = build(&bounds.to_path(0.1), Affine::IDENTITY) {
                            self.fill(&built, bounds, &paint, FillRule::NonZero);
                        }
                    }
                    return;
                }
            }
        }
        let paint = self.paint(&props.paint, props.blend_mode);
        if let DrawMode::Fill(rule) | DrawMode::FillAndStroke(rule, _) = mode {
            let bounds = props.transform.transform_rect_bbox(path.control_box());
            if let Some(built) = build(path, props.transform) {
                // A rule that is thinner than a pixel would vanish.
                let thin = bounds.width().min(bounds.height()) < 0.8 && self.inside.is_none();
                if thin {
                    let bounds = bounds.inflate(0.4, 0.4);
                    if let Some(built) = build(&bounds.to_path(0.1), Affine::IDENTITY) {
                        self.fill(&built, bounds, &paint, *rule);
                    }
                } else {
                    self.fill(&built, bounds, &paint, *rule);
                }
            }
        }
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = mode {
            self.stroke(path, props.transform, &paint, stroke, 1.0);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let bounds = clip.path.bounding_box();
        self.push_clip_rect(&bounds);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        let clip = self.clips.last().copied().unwrap_or(Rect::ZERO).intersect(*rect);
        self.clips.push(clip);
    }

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        let alpha = self.alpha() * opacity.clamp(0.0, 1.0);
        self.alphas.push(alpha);
    }

    fn pop_transparency_group(&mut self) {
        if self.alphas.len() > 1 {
            self.alphas.pop();
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        if self.inside.is_some() {
            return;
        }
        for glyph in run.glyphs() {
            let number = self.next;
            self.next = self.next.saturating_add(1);
            if self.what.leaves.contains(&number) {
                self.glyph(glyph, glyph.transform(), &props, mode);
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        match (&image, self.inside) {
            (Image::Stencil(stencil), Some(_)) => {
                let mut drawn = None;
                stencil.with_stencil(|data, ink| drawn = Some((data, self.paint(ink, props.blend_mode))), None);
                let Some((data, paint)) = drawn else { return };
                let Some(pixels) = stencilled(&data, &paint) else { return };
                let (x, y) = data.scale_factors;
                let placed = skia(props.transform * Affine::scale_non_uniform(f64::from(x), f64::from(y)));
                let bounds = props.transform.transform_rect_bbox(Rect::new(
                    0.0,
                    0.0,
                    f64::from(data.width) * f64::from(x),
                    f64::from(data.height) * f64::from(y),
                ));
                let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
                self.within(bounds, |paper, mask| paper.draw_pixmap(0, 0, pixels.as_ref(), &paint, placed, mask));
            }
            (Image::Raster(_), Some(_)) => {}
            (Image::Stencil(_) | Image::Raster(_), None) => self.picture(&image, props.transform),
        }
    }
}

fn touches(a: Rect, b: Rect) -> bool {
    a.x0 <= b.x1 && a.x1 >= b.x0 && a.y0 <= b.y1 && a.y1 >= b.y0
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a picture")]
const fn single(x: f64) -> f32 {
    x as f32
}

fn skia(transform: Affine) -> Transform {
    let [a, b, c, d, e, f] = transform.as_coeffs();
    Transform::from_row(single(a), single(b), single(c), single(d), single(e), single(f))
}

/// As the rasteriser takes it; none when it is empty or goes beyond what pixels can be.
pub(super) fn build(path: &BezPath, transform: Affine) -> Option<Path> {
    const FAR: f64 = 60_000.0;
    let mut builder = PathBuilder::new();
    let at = |p: Point| {
        let p = transform * p;
        (p.x.abs() < FAR && p.y.abs() < FAR).then(|| (single(p.x), single(p.y)))
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => at(p).map(|(x, y)| builder.move_to(x, y))?,
            PathEl::LineTo(p) => at(p).map(|(x, y)| builder.line_to(x, y))?,
            PathEl::QuadTo(p, q) => {
                let ((x1, y1), (x, y)) = (at(p)?, at(q)?);
                builder.quad_to(x1, y1, x, y);
            }
            PathEl::CurveTo(p, q, r) => {
                let ((x1, y1), (x2, y2), (x, y)) = (at(p)?, at(q)?, at(r)?);
                builder.cubic_to(x1, y1, x2, y2, x, y);
            }
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}

/// Dashes, where they are not so many that drawing them takes long.
fn dash(props: &StrokeProps, grows: f64, path: &Path) -> Option<StrokeDash> {
    if props.dash_array.is_empty() {
        return None;
    }
    let scaled = |x: f32| single(f64::from(x) * grows);
    let mut array: Vec<f32> = props.dash_array.iter().map(|&x| scaled(x)).collect();
    if array.len() % 2 == 1 {
        array.extend_from_within(..);
    }
    let bounds = path.bounds();
    let period: f32 = array.iter().sum();
    let many = period < 0.5 || (bounds.width() + bounds.height()) / period > 5_000.0;
    if many { None } else { StrokeDash::new(array, scaled(props.dash_offset)) }
}

const fn blended(mode: BlendMode) -> tiny_skia::BlendMode {
    match mode {
        BlendMode::Normal => tiny_skia::BlendMode::SourceOver,
        BlendMode::Multiply => tiny_skia::BlendMode::Multiply,
        BlendMode::Screen => tiny_skia::BlendMode::Screen,
        BlendMode::Overlay => tiny_skia::BlendMode::Overlay,
        BlendMode::Darken => tiny_skia::BlendMode::Darken,
        BlendMode::Lighten => tiny_skia::BlendMode::Lighten,
        BlendMode::ColorDodge => tiny_skia::BlendMode::ColorDodge,
        BlendMode::ColorBurn => tiny_skia::BlendMode::ColorBurn,
        BlendMode::HardLight => tiny_skia::BlendMode::HardLight,
        BlendMode::SoftLight => tiny_skia::BlendMode::SoftLight,
        BlendMode::Difference => tiny_skia::BlendMode::Difference,
        BlendMode::Exclusion => tiny_skia::BlendMode::Exclusion,
        BlendMode::Hue => tiny_skia::BlendMode::Hue,
        BlendMode::Saturation => tiny_skia::BlendMode::Saturation,
        BlendMode::Color => tiny_skia::BlendMode::Color,
        BlendMode::Luminosity => tiny_skia::BlendMode::Luminosity,
    }
}

/// Decoded pixels, with their transparency.
fn raw(data: &ImageData, alpha: Option<&LumaData>) -> Option<Pixmap> {
    let mut pixels = Pixmap::new(data.width(), data.height())?;
    let (wide, high) = (data.width() as usize, data.height() as usize);
    for (n, pixel) in pixels.pixels_mut().iter_mut().enumerate() {
        let [r, g, b] = match data {
            ImageData::Rgb(rgb) => rgb.data.get(n * 3..n * 3 + 3).and_then(|p| p.try_into().ok())?,
            ImageData::Luma(luma) => [*luma.data.get(n)?; 3],
        };
        let opaque = alpha.map_or(Some(0xff), |mask| {
            let (x, y) = (n % wide * mask.width as usize / wide, n / wide * mask.height as usize / high);
            mask.data.get(y * mask.width as usize + x).copied()
        })?;
        *pixel = tiny_skia::ColorU8::from_rgba(r, g, b, opaque).premultiply();
    }
    Some(pixels)
}

/// A stencil in its ink.
fn stencilled(data: &LumaData, paint: &Paint<'_>) -> Option<Pixmap> {
    let tiny_skia::Shader::SolidColor(ink) = &paint.shader else { return None };
    let ink = ink.to_color_u8();
    let mut pixels = Pixmap::new(data.width, data.height)?;
    for (pixel, &covers) in pixels.pixels_mut().iter_mut().zip(&data.data) {
        #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
        let alpha = (u16::from(covers) * u16::from(ink.alpha()) / 255) as u8;
        *pixel = tiny_skia::ColorU8::from_rgba(ink.red(), ink.green(), ink.blue(), alpha).premultiply();
    }
    Some(pixels)
}
