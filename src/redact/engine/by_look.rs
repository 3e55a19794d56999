//! Types that lie: what a body is that the server called by a wrong name, by how it begins and is built.
//!
//! ```text
//! text/plain       <!doctype html>…           a page
//! text/plain       a|b|c|d|e|f, row by row    a table
//! text/javascript  callback({…})              data in a call
//! text/css         <html><h1>Log in…          a page
//! text/html        {"rows":[…]}              data
//! text/html        Name,Born⏎Smith,…        a table
//! ```

use crate::redact::format::media::{Boundary, Media};
use crate::redact::format::{elements, json, value};

/// What a body is that the server called by a wrong name. Plain text may be a page, or a table whose rows all have as many bars,
/// tabs or other such signs; a script may be a call with data in it and nothing else, and what answers for a script or a style sheet
/// may be the page of an error or of a log-in. `names_person`: whether rules know the header of a column.
pub(super) fn by_look(media: Media, body: &[u8], names_person: &dyn Fn(&str) -> bool) -> Media {
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
    if let Some(boundary) = boundary(text) {
        return Media::Multipart { boundary };
    }
    let separator = [b'|', b'\t', b'~', b'^', b';'].into_iter().find(|separator| is_table(text, *separator));
    let separator = separator
        .or_else(|| listing(text, names_person))
        .or_else(|| titled(text, names_person))
        .or_else(|| is_record(text).then_some(b'~'));
    separator.map_or(media, |separator| Media::Csv { separator: Some(separator) })
}

/// The data that a server calls a page, as PHP does when nothing else is said: what asked for it reads it as what it is. `document`: a
/// browser shows it, so that markup stays markup.
pub(super) fn called_a_page(body: &[u8], document: bool, names_person: &dyn Fn(&str) -> bool) -> Option<Media> {
    let text = body.trim_ascii();
    let as_text = std::str::from_utf8(text).ok()?;
    // What a browser shows is a page to it: markup may begin in one string or part and end in another.
    if document && text.contains(&b'<') {
        return None;
    }
    if text.starts_with(b"{") || text.starts_with(b"[") {
        return value::is_json(as_text).then_some(Media::Json);
    }
    if text.starts_with(b"<") {
        return (!elements::has_element_of_page(as_text) && !is_page_in_xml(as_text)).then_some(Media::Xml);
    }
    if let Some(boundary) = boundary(text) {
        return Some(Media::Multipart { boundary });
    }
    if text.contains(&b'<') || text.contains(&b'&') {
        return None;
    }
    listing(text, names_person).map(|separator| Media::Csv { separator: Some(separator) })
}

/// The boundary of a form that was sent as it came: `--x⏎Content-Disposition: form-data; …`.
fn boundary(text: &[u8]) -> Option<Boundary> {
    let text = std::str::from_utf8(text).ok()?;
    let (first, rest) = text.strip_prefix("--")?.split_once('\n')?;
    let name = "content-disposition:";
    let head = rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    Boundary::new(first.trim_end()).filter(|_| head)
}

/// `<?xml version="1.0"?><!DOCTYPE html …><html>`: a page, whatever stands before it.
fn is_page_in_xml(text: &str) -> bool {
    let root =
        text.match_indices('<').map(|(at, _)| text.get(at + 1..).unwrap_or_default()).find(|tag| !tag.starts_with('?'));
    root.is_none_or(|tag| tag.starts_with('!') || tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("html")))
}

/// A separator of columns, when the first line names them, one of a person among them, and the next line has as many cells.
fn listing(text: &[u8], names_person: &dyn Fn(&str) -> bool) -> Option<u8> {
    let text = std::str::from_utf8(text).ok()?;
    let (head, rest) = text.split_once('\n')?;
    // `INSERT INTO patient (surname, dob) VALUES` heads no table.
    let begins = |words: &str| head.get(..words.len()).is_some_and(|first| first.eq_ignore_ascii_case(words));
    if head.len() > HEADER || head.contains('(') && ["insert into ", "replace into "].iter().any(|words| begins(words))
    {
        return None;
    }
    [',', ';', '\t', '|'].into_iter().find_map(|separator| {
        let cells: Vec<&str> = head.split(separator).map(|cell| cell.trim().trim_matches('"').trim()).collect();
        let names = |cell: &&str| cell.len() <= HEADING && cell.starts_with(char::is_alphabetic);
        let first = rest.split('\n').next().unwrap_or_default();
        let mut quoted = false;
        let cuts = first.chars().filter(|c| {
            quoted ^= *c == '"';
            *c == separator && !quoted
        });
        let fits = cells.len() >= 3 && cells.iter().all(names) && cuts.count() + 1 == cells.len();
        let separator = u8::try_from(separator).ok()?;
        (fits && cells.iter().any(|cell| names_person(cell))).then_some(separator)
    })
}

/// A table below lines that say what it is, as exports begin (`Study Name:⇥…`, `Date:⇥…`): the separator of its columns, when each line
/// below the one that names them has as many cells.
fn titled(text: &[u8], names_person: &dyn Fn(&str) -> bool) -> Option<u8> {
    let mut from = 0;
    for line in text.split(|b| *b == b'\n').take(TITLES) {
        let (table, head) = (text.get(from..)?, line.trim_ascii_end());
        from += line.len() + 1;
        let Some(separator) = listing(table, names_person).filter(|separator| *separator != b',') else { continue };
        // `Name:⇥…⇥DOB:⇥…` is a label and its value; `Field⇥Name⇥Old⇥New` says what was changed.
        let cells = head.split(|b| *b == separator).filter_map(|cell| std::str::from_utf8(cell).ok());
        let people = cells.filter(|cell| names_person(cell.trim().trim_matches('"'))).count() > 1;
        if !people || head.iter().any(|b| *b == b':' || b.is_ascii_digit() && separator != b'\t') {
            continue;
        }
        let cuts = |line: &[u8]| memchr::memchr_iter(separator, line).count();
        let mut below = table.split(|b| *b == b'\n').skip(1).filter(|line| !line.trim_ascii().is_empty());
        if cuts(head) > 2 && below.all(|line| cuts(line) == cuts(head)) {
            return Some(separator);
        }
    }
    None
}

/// The most lines above a table.
const TITLES: usize = 20;

/// A longer first line names no columns.
const HEADER: usize = 2000;
/// And no longer cell names one.
const HEADING: usize = 40;

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

/// Records of kinds that differ in length: most lines have many tildes, which no prose has.
fn is_record(text: &[u8]) -> bool {
    let lines = || text.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let parted = lines().filter(|line| memchr::memchr_iter(b'~', line).count() >= 5).count();
    parted > 1 && parted * 2 > lines().count()
}

fn is_table(text: &[u8], separator: u8) -> bool {
    let mut counts = text.split(|b| *b == b'\n').map(|line| memchr::memchr_iter(separator, line).count());
    let first = counts.next().unwrap_or_default();
    let second = counts.next();
    first >= 5 && second == Some(first) && counts.all(|count| count == first)
}
