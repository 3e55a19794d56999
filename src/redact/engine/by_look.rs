//! Types that lie: what a body is that the server called by a wrong name, by how it begins and is built.
//!
//! ```text
//! text/plain       <!doctype html>…           a page
//! text/plain       a|b|c|d|e|f, row by row    a table
//! text/javascript  callback({…})              data in a call
//! text/css         <html><h1>Log in…          a page
//! ```

use crate::redact::format::json;
use crate::redact::format::media::Media;

/// What a body is that the server called by a wrong name. Plain text may be a page, or a table whose rows all have as many bars or
/// tabs; a script may be a call with data in it and nothing else, and what answers for a script or a style sheet may be the page of an
/// error or of a log-in.
pub(super) fn by_look(media: Media, body: &[u8]) -> Media {
    let text = body.trim_ascii();
    if media == Media::Script && json::is_call(text) {
        return Media::Json;
    }
    if matches!(media, Media::Script | Media::Style) && begins_with_tag(text) {
        return Media::Html;
    }
    if media != Media::Text || text.starts_with(b"MSH|") {
        return media;
    }
    if begins_as_page(text) {
        return Media::Html;
    }
    let separator = [b'|', b'\t'].into_iter().find(|separator| is_table(text, *separator));
    separator.map_or(media, |separator| Media::Csv { separator: Some(separator) })
}

/// No script and no style sheet begins with a tag or a declaration; `<!--` is a comment in both.
fn begins_with_tag(text: &[u8]) -> bool {
    let next = text.strip_prefix(b"<").and_then(|rest| rest.first());
    begins_as_page(text) || next.is_some_and(|&b| b.is_ascii_alphabetic() || b == b'/') || text.starts_with(b"<?xml")
}

fn begins_as_page(text: &[u8]) -> bool {
    ["<!doctype html", "<html"]
        .iter()
        .any(|m| text.get(..m.len()).is_some_and(|b| b.eq_ignore_ascii_case(m.as_bytes())))
}

fn is_table(text: &[u8], separator: u8) -> bool {
    let mut counts = text.split(|b| *b == b'\n').map(|line| memchr::memchr_iter(separator, line).count());
    let first = counts.next().unwrap_or_default();
    let second = counts.next();
    first >= 5 && second == Some(first) && counts.all(|count| count == first)
}
