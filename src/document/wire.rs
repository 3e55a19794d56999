//! What the proxy and the process that draws say to each other: frames of a length and that many bytes, over its standard
//! input and output.
//!
//! ```text
//! proxy:   Task, the file             drawer:  Answer::Read(what it says), or Answer::Failed
//! proxy:   Hidden, or it hangs up     drawer:  a picture for each page, an empty frame at the end
//!
//! proxy:   Task, the file             drawer:  Answer::Drawn and a picture, or Answer::Failed
//! ```

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

/// What is to be done with the file that follows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// It is read, judged, and drawn page by page.
    Document(Order),
    /// It is one picture, which a route lets be seen.
    Picture(Redraw),
}

/// How a picture is drawn anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redraw {
    /// What it is marked with.
    pub mark: String,
    /// The most pixels.
    pub pixels: u64,
}

/// How a document is to be read and drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// What every page is marked with.
    pub mark: String,
    /// Pictures in the document are shown.
    pub pictures: bool,
    /// The most pages.
    pub pages: usize,
    /// The most glyphs, of the whole document.
    pub glyphs: usize,
    /// The most pixels of a page.
    pub pixels: u64,
    /// The most bytes of a picture in the document, once decoded.
    pub image: u64,
}

/// Why a document cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// It is not what it should be, or broken.
    #[error("it cannot be read")]
    Broken,
    /// It wants a password.
    #[error("it wants a password")]
    Locked,
    /// More pages, or more text, than the bounds allow.
    #[error("it is larger than is shown here")]
    TooLarge,
    /// It consists of pictures.
    #[error("it consists of pictures, as a scan does")]
    Scan,
    /// Its glyphs do not say which letters they are.
    #[error("its letters cannot be told from their shapes")]
    Unreadable,
    /// It was not drawn in time.
    #[error("drawing it takes too long")]
    Slow,
    /// The process that draws ended before it was done.
    #[error("drawing it failed")]
    Ended,
    /// So many others are being drawn that its turn did not come.
    #[error("too many documents are being drawn")]
    Busy,
    /// It came in a page, and is no longer kept.
    #[error("it is kept for a while only, with the rules that the page was shown by")]
    Gone,
}

/// What was read, or why it was not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The text of each page.
    Read(Vec<PageText>),
    /// A picture, which follows.
    Drawn,
    /// It cannot be shown.
    Failed(Fault),
}

/// The text of a page, in the order of its making and then by where it stands: each glyph is in two pieces.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PageText {
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// Running text; `\n` where a line ends for good.
    Paragraph(String),
    /// Rows of cells.
    Table(Vec<Vec<String>>),
}

impl Block {
    /// The pieces of text in it, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Block::Paragraph(text) => (Some(text.as_str()), None),
            Block::Table(rows) => (None, Some(rows.iter().flatten().map(String::as_str))),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

/// What does not leave.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Hidden {
    /// Stretches of the pieces, which are counted through all pages.
    pub stretches: Vec<Stretch>,
}

/// Characters of one piece that are not drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// The piece.
    pub piece: usize,
    /// The first character.
    pub from: usize,
    /// Behind the last.
    pub to: usize,
    /// What stands there instead.
    pub with: String,
}

/// Writes a frame.
///
/// # Errors
/// The other side has gone.
pub fn send(to: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(frame)?;
    to.flush()
}

/// Reads a frame of at most `most` bytes.
///
/// # Errors
/// The other side has gone, or says more than it may.
pub fn receive(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if u64::from(length) > most {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
    from.read_exact(&mut frame)?;
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_go_through_and_have_a_bound() {
        let mut pipe = Vec::new();
        send(&mut pipe, b"one").unwrap();
        send(&mut pipe, b"").unwrap();
        let mut from = pipe.as_slice();
        assert_eq!(receive(&mut from, 3).unwrap(), b"one");
        assert_eq!(receive(&mut from, 3).unwrap(), b"");
        assert!(receive(&mut from, 3).is_err(), "the end");
        assert!(receive(&mut pipe.as_slice(), 2).is_err(), "too long");
    }
}
