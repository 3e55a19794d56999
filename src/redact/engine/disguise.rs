//! Exports that a server shows as pages: CSV called `text/html`, a spreadsheet made of a table, a dump of messages.
//!
//! Old systems export by printing a file into the page: with the right type a browser would save it, without it shows it, to be
//! saved from there. Such a body is no page of the system, whatever it is called, and a browser does not get it as one.
//!
//! ```text
//! Surname,Forename,Born⏎Smith,Ann,1950-01-02⏎…      a list
//! <html xmlns:x="urn:schemas-microsoft-com:office:excel">…   a spreadsheet
//! BEGIN:VCARD⏎…   MSH|^~\&|…⏎MSH|^~\&|…   {\rtf1…               a file
//! ```
//!
//! A page with a table in it, a log, a letter and a report of results are none of these. The first line of a list names its columns,
//! and every line behind it has as many cells; nothing else counts.

use crate::redact::format::media::Media;

/// How much of a body is looked at.
const HEAD: usize = 64 * 1024;
/// The longest name of a column.
const LONGEST: usize = 48;
/// Separators of cells.
const SEPARATORS: &[char] = &['\t', ',', ';', '|'];
/// Tags that only wrap text: a list may stand between them.
const WRAPPING: &[&str] = &["html", "head", "body", "pre", "br", "meta"];

/// How files begin, and what they are.
const FILES: &[(&str, &str)] = &[
    ("BEGIN:VCARD", "a list of contacts"),
    ("BEGIN:VCALENDAR", "a calendar"),
    ("FHS|", "a dump of HL7 messages"),
    ("BHS|", "a dump of HL7 messages"),
    ("UNA:+", "a dump of EDIFACT messages"),
    ("UNB+", "a dump of EDIFACT messages"),
    ("{\\rtf", "a document"),
    ("%PDF-", "a document"),
    ("%!PS-Adobe", "a document"),
    ("ID;P", "a spreadsheet"),
];

/// What a body is that a browser is about to show as a page, if it is an export; none: it is no export that can be told.
pub(super) fn export(media: Media, body: &[u8]) -> Option<&'static str> {
    let page = match media {
        Media::Html | Media::Xhtml => true,
        Media::Text => false,
        Media::Xml
        | Media::Json
        | Media::Ndjson
        | Media::Script
        | Media::Style
        | Media::Csv { .. }
        | Media::Hl7
        | Media::Edifact
        | Media::Form
        | Media::EventStream
        | Media::Multipart { .. } => return None,
    };
    let whole = body.len() <= HEAD;
    let head = String::from_utf8_lossy(body.get(..HEAD).unwrap_or(body));
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let bare = unwrapped(head);
    let text = bare.as_deref().unwrap_or(head);
    let starts = |with: &str| text.trim_start().get(..with.len()).is_some_and(|t| t.eq_ignore_ascii_case(with));
    if let Some((_, what)) = FILES.iter().find(|(with, _)| starts(with)) {
        return Some(what);
    }
    // One message may be a page of an interface engine; many are none.
    if starts("MSH|") && text.match_indices("MSH|").nth(1).is_some() {
        return Some("a dump of HL7 messages");
    }
    if is_spreadsheet(head) {
        return Some("a spreadsheet");
    }
    if page && bare.is_none() {
        return None;
    }
    SEPARATORS.iter().any(|separator| is_list(text, *separator, whole)).then_some("a list to be saved")
}

/// A table that a spreadsheet program reads as its own. Mails and letters that an office program wrote name it as well, beside
/// the namespace of the word processor.
fn is_spreadsheet(head: &str) -> bool {
    let lower = head.to_ascii_lowercase();
    let names = |what: &str| lower.contains(what);
    names("<x:excelworkbook")
        || names("progid=\"excel.sheet")
        || names("content=excel.sheet")
        || names("content=\"excel.sheet")
        || names("urn:schemas-microsoft-com:office:spreadsheet")
        || names("urn:schemas-microsoft-com:office:excel") && !names("urn:schemas-microsoft-com:office:word")
}

/// The text of a page that is nothing but text; none: it has elements of a page.
fn unwrapped(head: &str) -> Option<String> {
    let mut out = String::with_capacity(head.len());
    let mut rest = head;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let (tag, after) = behind.split_once('>')?;
        let name = tag
            .trim_start_matches(['/', '!'])
            .split([' ', '/', '\t', '\n'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !(WRAPPING.contains(&name.as_str()) || name == "doctype") {
            return None;
        }
        if name == "br" && !after.starts_with(['\n', '\r']) {
            out.push('\n');
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Whether a first line names columns, and every line behind it has as many cells.
fn is_list(text: &str, separator: char, whole: bool) -> bool {
    let text = text.trim_start();
    let text = match text.split_once('\n') {
        // What Excel is told of the file.
        Some((first, rest))
            if first.trim().len() == 5 && first.get(..4).is_some_and(|s| s.eq_ignore_ascii_case("sep=")) =>
        {
            rest
        }
        Some(_) | None => text,
    };
    let mut rows = rows(text, separator);
    if !whole {
        rows.pop();
    }
    let Some((columns, rows)) = rows.split_first() else { return false };
    // Two lines may be alike by chance.
    let least = match rows.len() {
        0 => return false,
        1 => 5,
        _ => 3,
    };
    if columns.len() < least || !columns.iter().all(|c| is_name_of_column(c)) {
        return false;
    }
    let distinct: std::collections::HashSet<&str> = columns.iter().map(String::as_str).collect();
    distinct.len() == columns.len()
        && rows.iter().all(|row| row.len() == columns.len())
        && rows.iter().flatten().any(|cell| cell.bytes().any(|b| b.is_ascii_digit()))
}

/// A few words that begin with a letter, and no sentence.
fn is_name_of_column(cell: &str) -> bool {
    let cell = cell.trim();
    cell.len() <= LONGEST
        && cell.chars().next().is_some_and(char::is_alphabetic)
        && cell.split_whitespace().count() <= 5
        && !cell.contains([':', '=', '{', '<', '!'])
        && !cell.ends_with(['.', '?'])
        && cell.bytes().filter(u8::is_ascii_digit).count() <= 2
}

/// Lines in cells; a cell in quotation marks may hold separators and ends of lines. Empty lines are none.
fn rows(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = vec![String::new()];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let start = row.last().is_some_and(String::is_empty);
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                put(&mut row, '"');
            }
            '"' if quoted || start => quoted = !quoted,
            '\n' if !quoted => {
                let full = std::mem::replace(&mut row, vec![String::new()]);
                rows.push(full);
            }
            '\r' if !quoted => {}
            c if c == separator && !quoted => row.push(String::new()),
            c => put(&mut row, c),
        }
    }
    rows.push(row);
    rows.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
    rows
}

fn put(row: &mut [String], c: char) {
    if let Some(cell) = row.last_mut() {
        cell.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_recognised_whatever_they_are_called() {
        for body in [
            "Surname,Forename,Born\nSmith,Ann,1950-01-02\nJones,Bob,1960-02-03\n",
            "\u{feff}\"Surname\",\"Forename\",\"Born\"\r\n\"Smith, Dr\",\"Ann\",\"1950-01-02\"\r\n\"Jones\",\"Bob \"\"B\"\"\",\"x\"\r\n",
            "sep=;\nSurname;Forename;Born\nSmith;Ann;1950\nJones;Bob;1960\n",
            "Test\tResult\tUnit\nSodium\t139\tmmol/L\nPotassium\t4.1\tmmol/L\n",
            "MRN|Name|Ward\n1|Smith|7W\n2|Jones|8E",
            "<html><body><pre>Surname,Forename,Born\nSmith,Ann,1950\nJones,Bob,1960\n</pre></body></html>",
            "Surname,Forename,Born<br>Smith,Ann,1950<br>Jones,Bob,1960<br>",
            "Surname,Forename,Born,NHS number,Ward\nSmith,Ann,1950-01-02,9434765919,7W\n",
            "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Smith\nEND:VCARD\n",
            "BEGIN:VCALENDAR\nEND:VCALENDAR",
            "MSH|^~\\&|LAB|RF|X|Y|20240101||ORU^R01|1|P|2.4\rPID|1||9\rMSH|^~\\&|LAB|RF|X|Y|20240101||ORU^R01|2|P|2.4\r",
            "FHS|^~\\&|LAB|RF\rBHS|^~\\&|LAB\r",
            "UNA:+.? 'UNB+UNOA:2+1+2'",
            "{\\rtf1\\ansi Dear Dr}",
            "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><table><tr><td>Smith</td></tr></table></body></html>",
            "<html><head><meta name=ProgId content=Excel.Sheet></head><table></table>",
            "<html><head><!--[if gte mso 9]><xml><x:ExcelWorkbook></x:ExcelWorkbook></xml><![endif]--></head><table></table>",
        ] {
            assert!(export(Media::Html, body.as_bytes()).is_some(), "{body}");
        }
        assert!(export(Media::Text, b"Surname,Forename,Born\nSmith,Ann,1950\nJones,Bob,1960\n").is_some());
        let long = format!("Surname,Forename,Born\n{}", "Smith,Ann,1950\n".repeat(10_000));
        assert!(export(Media::Text, long.as_bytes()).is_some());
    }

    #[test]
    fn pages_logs_and_letters_are_none() {
        for body in [
            "<!doctype html><html><body><table><tr><th>Surname</th><th>Forename</th></tr><tr><td>Smith</td><td>Ann</td></tr></table></body></html>",
            "<!doctype html><p>One, two, three</p><p>Four, five, six</p><p>Seven, 8, nine</p>",
            "2024-01-01 10:00:00,123 INFO [main] started, listening\n2024-01-01 10:00:01,456 WARN [main] slow, waiting\n",
            "10.0.0.1 - - [01/Jan/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12\n10.0.0.2 - - [01/Jan/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 12\n",
            "Dear Dr Jones,\n\nThank you for seeing her, a nurse, aged 54.\nShe takes aspirin, ramipril and 2 others.\n",
            "Sodium\t139\tmmol/L\nPotassium\t4.1\tmmol/L\nUrea\t5.2\tmmol/L\n",
            "Patient: A\nSodium\t139\nPotassium\t4.1\n",
            "MSH|^~\\&|LAB|RF|X|Y|20240101||ORU^R01|1|P|2.4\rPID|1||9\r",
            "Hello, world, again\n",
            "Red, amber, green\nOne, two, three\n",
            "OK",
            "",
            "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:w=\"urn:schemas-microsoft-com:office:word\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body><p class=MsoNormal>Dear all</p></body></html>",
            "time|level|message\n10:00|INFO|a|b\n10:01|INFO|c\n",
            "<script>var a = 1, b = 2, c = 3;</script>",
        ] {
            assert_eq!(export(Media::Html, body.as_bytes()), None, "as a page: {body}");
            assert_eq!(export(Media::Text, body.as_bytes()), None, "as text: {body}");
        }
        // Data is asked for by scripts, and is called what it is.
        assert_eq!(export(Media::Csv { separator: None }, b"a,b,c\n1,2,3\n4,5,6\n"), None);
    }
}
