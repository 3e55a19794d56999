//! Letters of our own on a page: what stands in place of an identifier, and the mark.
//!
//! The reader of PDFs has the fourteen faces that every reader must have; so our words are written as a small PDF of one
//! line each, whose outlines are taken from it.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::kurbo::{Affine, BezPath, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};

/// The most characters of a caption.
const LONGEST: usize = 120;

/// A line of ours as outlines: an em is 1000, the base line at 0, upward positive.
#[derive(Debug, Clone, Default)]
pub struct Caption {
    /// The outlines.
    pub letters: BezPath,
    /// How long it is.
    pub width: f64,
}

/// Outlines of each of these texts.
pub fn captions<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<Caption> {
    let lines: Vec<String> = texts.map(written).collect();
    let Ok(pdf) = Pdf::new(document(&lines)) else { return vec![Caption::default(); lines.len()] };
    let cache = InterpreterCache::new();
    let mut taken = Vec::new();
    for page in pdf.pages().iter() {
        let settings = InterpreterSettings::default();
        let page_area = Rect::new(-1e7, -1e7, 1e7, 1e7);
        let mut context = Context::new(Affine::IDENTITY, page_area, &cache, page.xref(), settings);
        let mut take = Take { letters: BezPath::new() };
        interpret_page(page, &mut context, &mut take);
        let width = take.letters.bounding_box().x1.max(0.0);
        taken.push(Caption { letters: take.letters, width });
    }
    taken.resize(lines.len(), Caption::default());
    taken
}

/// As a string of a content stream, in the encoding of Windows' western letters.
fn written(text: &str) -> String {
    let mut out = String::from("(");
    for c in text.chars().take(LONGEST) {
        let code = match c {
            ' '..='~' => u32::from(c),
            '\u{a0}'..='\u{ff}' => u32::from(c),
            '•' => 0x95,
            '‹' => 0x8b,
            '›' => 0x9b,
            '…' => 0x85,
            '–' => 0x96,
            '—' => 0x97,
            '‘' => 0x91,
            '’' => 0x92,
            '“' => 0x93,
            '”' => 0x94,
            '€' => 0x80,
            c if c.is_whitespace() => 0x20,
            _ => u32::from('?'),
        };
        out.push_str(&format!("\\{code:03o}"));
    }
    out.push_str(") Tj");
    out
}

/// A page for each line.
fn document(lines: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut starts = Vec::new();
    let mut object = |out: &mut String, number: usize, body: &str| {
        starts.push((number, out.len()));
        out.push_str(&format!("{number} 0 obj\n{body}\nendobj\n"));
    };
    let kids: Vec<String> = (0..lines.len()).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    object(&mut out, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    object(&mut out, 2, &format!("<< /Type /Pages /Count {} /Kids [{}] >>", kids.len(), kids.join(" ")));
    object(&mut out, 3, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
    for (n, line) in lines.iter().enumerate() {
        let page = 4 + 2 * n;
        let resources = "/Resources << /Font << /F 3 0 R >> >>";
        object(
            &mut out,
            page,
            &format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9000 2000] {resources} /Contents {} 0 R >>",
                page + 1
            ),
        );
        let content = format!("BT /F 1000 Tf 1 0 0 1 0 0 Tm {line} ET");
        object(&mut out, page + 1, &format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    let xref = out.len();
    out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", starts.len() + 1));
    for (_, start) in &starts {
        out.push_str(&format!("{start:010} 00000 n \n"));
    }
    out.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", starts.len() + 1));
    out.into_bytes()
}

/// Takes the outlines of what is written.
struct Take {
    letters: BezPath,
}

impl<'a> Device<'a> for Take {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            if let Glyph::Outline(outline) = &**glyph {
                self.letters.extend(props.transform * glyph.transform() * outline.outline());
            }
        }
    }
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_have_outlines() {
        let all = captions(["‹Flowing Catkin›", "••••••••", "CHG-1001 (night)"].into_iter());
        assert_eq!(all.len(), 3);
        for caption in &all {
            assert!(caption.width > 2000.0, "{}", caption.width);
            assert!(caption.letters.bounding_box().y1 < 1000.0);
        }
    }
}
