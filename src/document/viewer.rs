//! The viewer: a page of ours with the pictures of a document's pages.
//!
//! The pictures are part of the page, so nothing of a document has an address of its own that could be opened or kept, and
//! they are backgrounds, which browsers offer neither to save nor to drag. The page works without scripts; with them it
//! zooms by buttons and keys.

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page's picture.
#[derive(Debug, Clone)]
pub struct Picture {
    png: Vec<u8>,
    width: u32,
    height: u32,
}

impl Picture {
    /// From the bytes of a PNG; none when they are not.
    pub fn png(png: Vec<u8>) -> Option<Self> {
        let side = |at: usize| Some(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?));
        let header = png.starts_with(b"\x89PNG\r\n\x1a\n") && png.get(12..16) == Some(b"IHDR");
        let (width, height) = (side(16)?, side(20)?);
        (header && width > 0 && height > 0).then_some(Self { width, height, png })
    }
}

/// The style sheet of the viewer.
pub const STYLE: &str = include_str!("viewer.css");

/// Its script.
pub const SCRIPT: &str = include_str!("viewer.js");

/// The page. `head`: the guard's.
pub fn page(head: &str, title: &str, pages: &[Picture]) -> Markup {
    let all = pages.len();
    html! {
        (DOCTYPE)
        (PreEscaped(head))
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    strong { "Document" }
                    span #at role="status" { (all) @if all == 1 { " page" } @else { " pages" } }
                    span.zoom role="group" aria-label="Zoom" {
                        button #out type="button" title="Smaller (−)" aria-label="Smaller" { "−" }
                        output #size { "100%" }
                        button #in type="button" title="Larger (+)" aria-label="Larger" { "+" }
                        button #fit type="button" title="Fit the width (0)" { "Fit width" }
                    }
                    span.note { "Shown as pictures, without identifiers." }
                }
                main #pages tabindex="0" aria-label="Pages of the document" {
                    @for (n, picture) in (1..).zip(pages) {
                        div.page role="img" aria-label={ "Page " (n) " of " (all) ", a picture whose text cannot be read out here" }
                            style={ "--w:" (picture.width) ";--h:" (picture.height) ";background-image:url(data:image/png;base64," (BASE64.encode(&picture.png)) ")" } {}
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_png_is_a_picture() {
        assert!(Picture::png(b"%PDF-1.7 and more bytes than that".to_vec()).is_none());
        assert!(Picture::png(Vec::new()).is_none());
    }
}
