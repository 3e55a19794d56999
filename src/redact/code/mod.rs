//! Content codings and charsets: from the bytes that upstream sends to text, and back to bytes.
//!
//! Both are push decoders, bounded, and closed: what they do not know or what is damaged is withheld.

pub(in crate::redact) mod charset;
mod declared;
pub(crate) mod decode;
pub mod encode;
pub mod origins;

use super::format::media::{Media, essence, parameter};
use super::plan::Bounds;
use super::withheld::Withheld;

/// A whole body as the engine reads it, undone coding and charset and nothing else: for those inside the trust who may see
/// what comes in beside what goes out.
///
/// # Errors
/// As the engine: the type, coding or charset is unknown, or the body is not what they say.
pub(crate) fn read_whole(
    content_type: &str,
    content_encoding: Option<&str>,
    body: &[u8],
    bounds: &Bounds,
) -> Result<String, Withheld> {
    let name = essence(content_type).to_ascii_lowercase();
    let media = Media::from_content_type(content_type).ok_or(Withheld::UnknownType(name))?;
    let mut decoder = decode::Decoder::new(content_encoding, bounds)?;
    let mut charset = charset::Charset::new(media, parameter(content_type, "charset"))?;
    let mut text = Vec::new();
    let mut keep = |part: &[u8]| {
        text.extend_from_slice(part);
        Ok(())
    };
    decoder.push(body, &mut |decoded| charset.push(decoded, &mut keep))?;
    decoder.finish()?;
    charset.finish(&mut keep)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
