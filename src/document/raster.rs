//! Pictures by themselves (photographs, scanned pages, charts as images), for routes that let them be seen: decoded, marked and written
//! anew.
//!
//! What a camera or a program wrote into the file beside the pixels (who, where, when, a small copy of what was there before it was cut)
//! does not come along, as nothing but the pixels is read; and a file that is made to be two things at once is one afterwards. Of a
//! picture that moves, the first one is shown.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tiny_skia::{IntSize, Pixmap};

use super::mark::{self, Ground};
use super::wire::{Fault, Redraw};

/// A picture that is narrower or lower than this has no room for words: an icon, a small copy in a list.
const ROOM: (u32, u32) = (120, 60);
/// As cameras write them: no artefact is seen, and a photograph stays a tenth of its size as PNG.
const QUALITY: u8 = 88;

/// The picture of `file` with the mark on it, as JPEG if it was one, as PNG otherwise.
///
/// # Errors
/// It is none of PNG, JPEG, GIF, WebP and BMP, broken, or larger than allowed.
pub fn redraw(file: &[u8], order: &Redraw) -> Result<Vec<u8>, Fault> {
    let mut reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| Fault::Broken)?;
    let format = reader.format().filter(|format| {
        use ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
        [Png, Jpeg, Gif, WebP, Bmp].contains(format)
    });
    let format = format.ok_or(Fault::Broken)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(order.pixels.saturating_mul(8));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| Fault::Broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > order.pixels {
        return Err(Fault::TooLarge);
    }
    // How the camera was held stands in what does not come along.
    let held = decoder.orientation().map_err(|_| Fault::Broken)?;
    let mut came = DynamicImage::from_decoder(decoder).map_err(|_| Fault::Broken)?;
    came.apply_orientation(held);
    let mut paper = paper(came).ok_or(Fault::Broken)?;
    if paper.width() >= ROOM.0 && paper.height() >= ROOM.1 {
        mark::draw(&mut paper, &order.mark, Ground::Picture);
    }
    let written = if format == ImageFormat::Jpeg { jpeg(&paper) } else { png(&paper) };
    written.ok_or(Fault::Broken)
}

/// The pixels, each colour times how much it covers, as they are drawn on.
fn paper(came: DynamicImage) -> Option<Pixmap> {
    let mut came = came.into_rgba8();
    let size = IntSize::from_wh(came.width(), came.height())?;
    for pixel in came.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        if a != 255 {
            let covered = tiny_skia::ColorU8::from_rgba(r, g, b, a).premultiply();
            pixel.0 = [covered.red(), covered.green(), covered.blue(), a];
        }
    }
    Pixmap::from_vec(came.into_raw(), size)
}

/// As PNG: grey where it has no colour, with what is transparent where something is.
pub(super) fn png(paper: &Pixmap) -> Option<Vec<u8>> {
    let opaque = paper.pixels().iter().all(|p| p.alpha() == 255);
    let grey = opaque && is_grey(paper);
    let color = match (grey, opaque) {
        (true, _) => png::ColorType::Grayscale,
        (false, true) => png::ColorType::Rgb,
        (false, false) => png::ColorType::Rgba,
    };
    let mut bytes = Vec::with_capacity(paper.pixels().len() * color.samples());
    for pixel in paper.pixels() {
        let pixel = pixel.demultiply();
        bytes.push(pixel.red());
        if !grey {
            bytes.extend_from_slice(&[pixel.green(), pixel.blue()]);
        }
        if !opaque {
            bytes.push(pixel.alpha());
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, paper.width(), paper.height());
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&bytes).ok()?;
    writer.finish().ok()?;
    Some(out)
}

/// As JPEG, which has nothing transparent and comes from none.
fn jpeg(paper: &Pixmap) -> Option<Vec<u8>> {
    let grey = is_grey(paper);
    let color = if grey { image::ExtendedColorType::L8 } else { image::ExtendedColorType::Rgb8 };
    let mut bytes = Vec::with_capacity(paper.pixels().len() * 3);
    for pixel in paper.pixels() {
        bytes.push(pixel.red());
        if !grey {
            bytes.extend_from_slice(&[pixel.green(), pixel.blue()]);
        }
    }
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode(&bytes, paper.width(), paper.height(), color).ok()?;
    Some(out)
}

fn is_grey(paper: &Pixmap) -> bool {
    paper.pixels().iter().all(|p| p.red() == p.green() && p.green() == p.blue())
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, Rgba, RgbaImage};

    use super::*;

    fn order(pixels: u64) -> Redraw {
        Redraw { mark: "sam@centre.example · CHG-1 · Royal Free".to_owned(), pixels }
    }

    fn plain(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let all = RgbaImage::from_pixel(width, height, Rgba([40, 90, 160, 255]));
        let image = DynamicImage::from(all);
        let image = if format == ImageFormat::Jpeg { image.to_rgb8().into() } else { image };
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn decoded(file: &[u8]) -> RgbaImage {
        image::load_from_memory(file).unwrap().into_rgba8()
    }

    #[test]
    fn each_kind_is_drawn_anew_with_the_mark() {
        use ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
        for format in [Png, Jpeg, Gif, WebP, Bmp] {
            let drawn = redraw(&plain(400, 300, format), &order(1 << 20)).unwrap();
            let wanted = if format == Jpeg { Jpeg } else { Png };
            assert_eq!(image::guess_format(&drawn).unwrap(), wanted, "{format:?}");
            let drawn = decoded(&drawn);
            assert_eq!(drawn.dimensions(), (400, 300));
            let marked = drawn.pixels().filter(|p| p.0[0].abs_diff(40) > 20).count();
            assert!(marked > 1000, "{format:?}: {marked} pixels of the mark");
            let bare = drawn.pixels().filter(|p| p.0[0].abs_diff(40) < 6).count();
            assert!(bare > 60_000, "{format:?}: {bare} pixels as they were");
        }
    }

    #[test]
    fn what_is_transparent_stays_so_and_icons_have_no_mark() {
        let mut all = RgbaImage::from_pixel(32, 32, Rgba([200, 0, 0, 128]));
        all.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
        let mut out = Cursor::new(Vec::new());
        all.write_to(&mut out, ImageFormat::Png).unwrap();
        let drawn = decoded(&redraw(&out.into_inner(), &order(1 << 20)).unwrap());
        assert_eq!(drawn.get_pixel(0, 0).0[3], 0);
        let Rgba([r, g, b, a]) = *drawn.get_pixel(5, 5);
        assert!(r.abs_diff(200) < 3 && g == 0 && b == 0 && a == 128, "{r} {g} {b} {a}");
    }

    #[test]
    fn nothing_beside_the_pixels_comes_along_and_it_stands_as_the_camera_was_held() {
        // An EXIF block as a camera writes it: turned by a quarter (6), and who took it.
        let mut exif =
            b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x3b\x01\x02\0\x0c\0\0\0\x26\0\0\0\0\0\0\0"
                .to_vec();
        exif.extend_from_slice(b"Kwabena Ofo\0");
        let pixels = DynamicImage::from(RgbaImage::from_pixel(200, 100, Rgba([9, 9, 9, 255]))).to_rgb8();
        let mut out = Vec::new();
        let mut encoder = JpegEncoder::new(&mut out);
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&pixels, 200, 100, image::ExtendedColorType::Rgb8).unwrap();
        out.extend_from_slice(b"NHS 943 476 5919 behind its end");
        assert!(out.windows(7).any(|w| w == b"Kwabena"), "the test's own file holds it");
        let drawn = redraw(&out, &order(1 << 20)).unwrap();
        assert_eq!(decoded(&drawn).dimensions(), (100, 200));
        for gone in [&b"Kwabena"[..], b"943 476", b"Exif"] {
            assert!(!drawn.windows(gone.len()).any(|w| w == gone));
        }
    }

    #[test]
    fn what_is_too_large_broken_or_no_picture_is_refused() {
        let png = plain(400, 300, ImageFormat::Png);
        assert_eq!(redraw(&png, &order(119_999)), Err(Fault::TooLarge));
        assert_eq!(redraw(&png[..png.len() / 2], &order(1 << 20)), Err(Fault::Broken));
        for none in [&b""[..], b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"II*\0\x08\0\0\0"] {
            assert_eq!(redraw(none, &order(1 << 20)), Err(Fault::Broken));
        }
        // A header that promises more than there is sets nothing aside.
        let mut bomb = png.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        assert!(redraw(&bomb, &order(1 << 20)).is_err());
    }
}
