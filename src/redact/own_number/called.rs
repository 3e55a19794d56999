//! Numbers in running text, by the words before them, and in the names of files.
//!
//! ```text
//! Customer code: CU2211-00311
//! PPM number K112054 … [Ref WV0918273]
//! Detail: Key (id_value)=(UHB-90021734) already exists.
//! Okafor_Jean_H0049077_clinic.pdf
//! ```

use super::{is_name, is_written, things};
use crate::redact::detect::date;
use crate::redact::finding::{Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::overlap::resolve;

/// Numbers in a text behind words that call them so, in a body that is about somebody: `Customer code: CU2211-00311`,
/// "PPM number K112054", `uhl_s_number = 'S0927714'`.
pub(in crate::redact) fn find_called(text: &str, found: &mut Vec<Finding>) {
    let mut called: Vec<Finding> = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(next) = rest.find(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) else { break };
        let from = at + next;
        let token = text.get(from..).unwrap_or_default();
        let end = token.find(|c: char| !is_of_number(c)).unwrap_or(token.len());
        let before = text.get(..from).unwrap_or_default();
        at = from + end.max(1);
        let behind = token.get(end..).and_then(|rest| rest.chars().next());
        let value = token.get(..end).unwrap_or_default().trim_end_matches(['-', '/']);
        if is_written(value)
            && !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '_'))
            && !behind.is_some_and(|c| c.is_alphanumeric() || c == '_')
            && (is_called(before) || is_referred(before, value) || is_insured(before, value))
        {
            let finder = Finder::Detector("own-number".into());
            let range = from..from + value.len();
            called.push(Finding { range, kind: Kind::HospitalNumber, confidence: 90, finder });
        }
    }
    in_names_of_files(text, found, &mut called);
    if !called.is_empty() {
        found.append(&mut called);
        resolve(text, found);
    }
}

/// Numbers in the name of a file that has somebody's name or birth: `Okafor_Jean_H0049077_clinic.pdf`.
fn in_names_of_files(text: &str, found: &[Finding], called: &mut Vec<Finding>) {
    const FILES: &[&str] =
        &[".doc", ".docx", ".jpg", ".jpeg", ".msg", ".pdf", ".png", ".rtf", ".tif", ".tiff", ".txt", ".xps"];
    const LONGEST: usize = 120;
    for file in found.iter().filter(|f| matches!(f.kind, Kind::Name | Kind::DateOfBirth)) {
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '\\' | '"' | '\'' | '<' | '>' | ',' | ';');
        let rest = text.get(file.range.end..).unwrap_or_default();
        // Nothing is read beyond, or a text of names would be read once for each.
        let rest = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or_default();
        let name = rest.get(..rest.find(ends).unwrap_or(rest.len())).unwrap_or_default();
        let name = name.trim_end_matches(['.', ')', ':']);
        let Some(stem) = FILES.iter().find_map(|end| name.strip_suffix(end)) else {
            continue;
        };
        let mut at = file.range.end;
        for part in stem.split('_') {
            let range = at..at + part.len();
            at = range.end + 1;
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            let letters = part.bytes().filter(u8::is_ascii_uppercase).count();
            if (6..=12).contains(&digits) && letters < 4 && digits + letters == part.len() && !date::is_date(part) {
                let finder = Finder::Detector("own-number".into());
                called.push(Finding { range, kind: Kind::HospitalNumber, confidence: 80, finder });
            }
        }
    }
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/')
}

/// "[Ref WV0918273]", "filed under Zhao, id UHB0339127": a word that anything has, before a number as hospitals write theirs.
fn is_referred(before: &str, value: &str) -> bool {
    let before = before.trim_end().trim_end_matches([':', '=', '#', ' ']);
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let letters = value.get(..value.find(|c: char| !c.is_ascii_uppercase()).unwrap_or_default()).unwrap_or_default();
    let digits = value.get(letters.len()..).unwrap_or_default();
    let lead = before.strip_suffix(word).unwrap_or_default().trim_end();
    // "a ticket ref", "order id": of something else.
    let alone = lead.is_empty() || lead.ends_with(|c: char| !c.is_alphanumeric());
    ["id", "ref", "reference", "our ref", "your ref"].iter().any(|name| word.eq_ignore_ascii_case(name))
        && alone
        && (1..=3).contains(&letters.len())
        && (6..=8).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
}

/// "Insurance: Blue Cross, Policy #BCB-998877": an insurer's number of somebody. A policy without the sign is a document of the hospital.
fn is_insured(before: &str, value: &str) -> bool {
    let Some(word) = before.trim_end().strip_suffix('#').map(|lead| normalise(lead.trim_end_matches([' ', ':'])))
    else {
        return false;
    };
    let word = word.rsplit(' ').next().unwrap_or_default();
    matches!(word, "policy" | "member" | "subscriber" | "insured" | "insurance" | "beneficiary")
        && value.bytes().filter(u8::is_ascii_digit).count() > 4
}

/// A name of a number is no longer, with the signs behind it.
const FURTHEST: usize = 64;

/// Whether a text is a number, and the text before it calls it somebody's.
pub(in crate::redact) fn is_behind(before: &str, value: &str) -> bool {
    is_written(value.trim()) && is_called(before)
}

/// Whether the text before a number ends with a name of somebody's number.
pub(in crate::redact) fn is_called(before: &str) -> bool {
    // A word that such a name has more often says something of it, or of another thing.
    const SMALL: &[&str] = &[
        "a", "an", "and", "another", "any", "as", "by", "each", "for", "from", "in", "is", "its", "my", "new", "no",
        "of", "on", "or", "our", "same", "that", "the", "their", "this", "to", "valid", "with", "wrong", "your",
    ];
    let mut start = before.len().saturating_sub(FURTHEST);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before.get(start..).unwrap_or_default();
    // PostgreSQL's `Key (id_value)=(UHB-90021734) already exists.`
    if let Some(columns) = near.strip_suffix(")=(") {
        let columns = columns.rsplit_once("Key (").map(|(_, columns)| normalise(columns)).unwrap_or_default();
        return columns.contains(' ') && !columns.split(' ').any(things::has);
    }
    let near = near
        .trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '#' | '"' | '\'' | '>' | '|' | '('));
    // What it is called is in one clause.
    let clause = near.rsplit(['.', ',', ';', ':', '=', '(', ')', '|', '\n', '"', '\'', '<', '>', '?', '&', '/']).next();
    let label = normalise(clause.unwrap_or_default());
    let words: Vec<&str> = label.split(' ').collect();
    let words = words.strip_suffix(&["is"]).or_else(|| words.strip_suffix(&["was"])).unwrap_or(&words);
    // "PPM no K112054"
    let named = words.len().saturating_sub(1);
    let from = words.iter().take(named).rposition(|word| SMALL.contains(word)).map_or(0, |small| small + 1);
    let words = words.get(from.max(words.len().saturating_sub(4))..).unwrap_or_default();
    is_name(words) || matches!(words.last(), Some(&("attendance" | "membership")))
}
