//! The mark on what is drawn: who looks at it, under which ticket, at which trust and when, across the whole of it.

use hayro_interpret::kurbo::{Affine, Point, Rect};
use tiny_skia::{FillRule, Paint, Pixmap, Transform};

use super::canvas::build;
use super::caption::captions;

/// What it is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Paper, which is white for the most part.
    Paper,
    /// A picture, which may be light in one place and dark in another.
    Picture,
}

/// Grey, that what is printed under it stays legible.
const GREY: [u8; 4] = [0x55, 0x55, 0x66, 0x30];
const LIGHT: [u8; 4] = [0xff, 0xff, 0xff, 0x70];
const DARK: [u8; 4] = [0x00, 0x00, 0x00, 0x60];

/// The size of its letters on a page, in pixels.
const ON_PAGE: f64 = 26.0;

/// Draws it.
pub fn draw(paper: &mut Pixmap, words: &str, ground: Ground) {
    let all = captions(std::iter::once(words));
    let Some(caption) = all.first().filter(|caption| caption.width > 0.0) else { return };
    let page = Rect::new(0.0, 0.0, f64::from(paper.width()), f64::from(paper.height()));
    let size = match ground {
        Ground::Paper => ON_PAGE,
        Ground::Picture => (page.width().min(page.height()) / 22.0).clamp(11.0, 200.0),
    };
    // The same distances, by the letters, on everything.
    let (wide, high) = (caption.width / 1000.0 * size + 4.6 * size, 8.8 * size);
    let turn = Affine::rotate(-0.42);
    let reach = page.width().hypot(page.height());
    #[expect(clippy::cast_possible_truncation, reason = "at most some hundred")]
    let (across, down) = ((reach / wide).ceil() as i32 + 1, (reach / high).ceil() as i32 + 1);
    for row in -down..=down {
        for column in -across..=across {
            let shift = if row % 2 == 0 { 0.0 } else { wide / 2.0 };
            let at = turn * Point::new(f64::from(column) * wide + shift, f64::from(row) * high);
            let place =
                Affine::translate(at.to_vec2()) * turn * Affine::scale_non_uniform(size / 1000.0, -size / 1000.0);
            let bounds = place.transform_rect_bbox(Rect::new(0.0, -300.0, caption.width, 1000.0));
            if bounds.intersect(page).area() <= 0.0 {
                continue;
            }
            let mut fill = |moved: f64, [r, g, b, a]: [u8; 4]| {
                let mut paint = Paint { anti_alias: true, ..Paint::default() };
                paint.set_color_rgba8(r, g, b, a);
                if let Some(path) = build(&caption.letters, Affine::translate((moved, moved)) * place) {
                    paper.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
                }
            };
            match ground {
                Ground::Paper => fill(0.0, GREY),
                Ground::Picture => {
                    fill((size / 14.0).max(1.0), DARK);
                    fill(0.0, LIGHT);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pixels differ from what was there.
    fn changed(ground: Ground, color: tiny_skia::Color) -> usize {
        let mut paper = Pixmap::new(800, 600).unwrap();
        paper.fill(color);
        let bare = paper.clone();
        draw(&mut paper, "sam@centre.example · CHG-1 · Royal Free", ground);
        bare.pixels().iter().zip(paper.pixels()).filter(|(a, b)| a != b).count()
    }

    #[test]
    fn it_is_seen_on_light_and_dark() {
        for color in
            [tiny_skia::Color::WHITE, tiny_skia::Color::BLACK, tiny_skia::Color::from_rgba8(128, 128, 128, 255)]
        {
            assert!(changed(Ground::Picture, color) > 4000, "{color:?}");
        }
        assert!(changed(Ground::Paper, tiny_skia::Color::WHITE) > 4000);
    }

    #[test]
    fn it_is_as_large_as_the_picture_asks_for() {
        let part = |width: u32, height: u32| {
            let mut paper = Pixmap::new(width, height).unwrap();
            draw(&mut paper, "sam@centre.example · CHG-1 · Royal Free", Ground::Picture);
            let marked = paper.pixels().iter().filter(|p| p.alpha() > 0).count();
            marked as f64 / (f64::from(width) * f64::from(height))
        };
        // Shown to fit a window, a photograph of twenty million points would have letters of three points otherwise.
        let (small, large) = (part(800, 600), part(5200, 3900));
        assert!((0.7..1.4).contains(&(large / small)), "{small} {large}");
    }
}
