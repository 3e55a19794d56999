//! Where text is no running text: ends of lines and gaps between columns over which no name and no number goes.
//!
//! A line that is broken because the page was full goes on below: "seen by Dr John / Smith". A line that begins with a label, a
//! date or a title, a row of a list, and what stands behind a wide gap, are something else than what stands before them.
//!
//! ```text
//! Child: Theo Wright                 a label below: the name ends here
//! Date of birth: 19 August 2013
//! LINDQVIST,PER       SURG           a gap: another column
//! ABERNATHY,JOYCE P^F^2390721        carets part the values of a record
//! ```

use std::ops::Range;

use crate::redact::beside::is_code;
use crate::redact::detect::date;
use crate::redact::inspect::Inspector;
use crate::redact::label::normalise;
use crate::redact::title::is_title;

/// Ends a line for sure, whatever stands around it: what formats write for a line break of their own.
pub(super) const HARD: char = '\u{2029}';

/// A gap of so many spaces parts columns.
const GAP: usize = 3;

/// So many carets in a line make it a record.
const CARETS: usize = 3;

/// Whether a text can have such places at all.
pub(super) fn may_break(text: &str) -> bool {
    memchr::memchr3(b'\n', b'\t', b'^', text.as_bytes()).is_some() || text.contains("   ") || text.contains(HARD)
}

/// Cuts a part of a text where no value goes on.
pub(super) fn split(ins: &Inspector, text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let Some(shown) = text.get(part.clone()).filter(|shown| may_break(shown)) else { return vec![part] };
    let mut cuts = Vec::new();
    let mut from = 0;
    let mut before: Option<&str> = None;
    for line in shown.split_inclusive(['\n', HARD]) {
        let bare = line.trim_end_matches(['\n', '\r', HARD]);
        if let Some(before) = before
            && (before.ends_with(HARD) || is_apart(before, bare))
        {
            cuts.push(from);
        }
        columns(ins, bare, from, &mut cuts);
        before = Some(line);
        from += line.len();
    }
    let mut parts = Vec::with_capacity(cuts.len() + 1);
    let mut from = part.start;
    for cut in cuts {
        let at = part.start + cut;
        if from < at && at < part.end {
            parts.push(from..at);
            from = at;
        }
    }
    parts.push(from..part.end);
    parts
}

/// Whether the line `below` is something else than the one before it.
fn is_apart(before: &str, below: &str) -> bool {
    let (before, below) = (before.trim(), below.trim());
    if before.is_empty() || below.is_empty() {
        return true;
    }
    // The groups of one number go on below, whatever else the lines look like.
    let groups = before.ends_with(|c: char| c.is_ascii_digit()) && below.starts_with(|c: char| c.is_ascii_digit());
    if groups && !begins_with_date(below) && !begins_with_label(below) {
        return false;
    }
    let first = |line: &str| line.split([' ', '\t']).next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    let capital = below.starts_with(char::is_uppercase);
    let short = before.len() <= 40 && before.split_whitespace().count() > 2;
    begins_with_date(below)
        || begins_with_label(below)
        || is_title(&first(below))
        || (is_title(&first(before)) && short && capital)
        || is_row(before)
        || is_row(below)
}

fn begins_with_date(line: &str) -> bool {
    let end = (0..=line.len().min(24)).rev().find(|&i| line.is_char_boundary(i)).unwrap_or(0);
    let front = line.get(..end).unwrap_or_default();
    let digits = front.bytes().take_while(u8::is_ascii_digit).count();
    let time = (1..=2).contains(&digits) && front.get(digits..).is_some_and(|rest| rest.starts_with(':'));
    let signed = front.get(digits..).is_some_and(|rest| rest.starts_with(['-', '/', '.']));
    time || (signed && date::find_all(front).first().is_some_and(|(range, _)| range.start == 0))
}

/// `Date of birth: …`
fn begins_with_label(line: &str) -> bool {
    let Some((label, _)) = line.split_once(':') else { return false };
    let word =
        |w: &str| w.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '\'' | '-' | '(' | ')' | '#'));
    label.len() <= 40
        && label.starts_with(char::is_alphabetic)
        && label.split_whitespace().count() <= 5
        && label.split_whitespace().all(word)
}

/// A row of a list: it begins with a number or a bed, or has bars or carets, and holds the number of a record.
fn is_row(line: &str) -> bool {
    let first = line.split([' ', '\t']).next().unwrap_or_default();
    let listed = first.bytes().all(|b| b.is_ascii_digit()) || first.eq_ignore_ascii_case("bed");
    let barred = line.bytes().filter(|b| *b == b'|').count() > 1 || is_record(line);
    let coded = || line.split([' ', '\t', '|', '^', ',']).any(|word| word.len() >= 6 && is_code(word));
    (listed || barred) && coded()
}

fn is_record(line: &str) -> bool {
    // `89765a87b^^^&3.4.5&ISO` is one number and who gives it.
    let carets = line.bytes().filter(|b| *b == b'^').count();
    carets >= CARETS && !(carets < 5 && line.contains("&ISO")) && !is_given(line)
}

/// `HGH200453^^^HGH~9996205339^^^NHS`: numbers with who gives them, three carets each.
fn is_given(line: &str) -> bool {
    let number = |b: &str| b.ends_with(|c: char| c.is_ascii_digit());
    let giver = |b: &str| b.starts_with(|c: char| c.is_ascii_uppercase());
    let parts: Vec<&str> = line.split("^^^").collect();
    let given = |pair: &[&str]| matches!(pair, [before, behind] if number(before) && giver(behind));
    parts.len() > 1 && parts.windows(2).all(given) && parts.iter().all(|part| !part.contains(['^', '|']))
}

/// Cuts a line at wide gaps and carets.
fn columns(ins: &Inspector, line: &str, base: usize, cuts: &mut Vec<usize>) {
    let record = is_record(line);
    let mut cell = 0;
    let mut blanks: Option<usize> = None;
    for (at, c) in line.char_indices() {
        match c {
            '\t' | ' ' => {
                blanks.get_or_insert(at);
                continue;
            }
            '^' if record && !joins_name(line, at) => {
                cuts.push(base + at);
                cuts.push(base + at + 1);
                cell = at + 1;
            }
            _ => {
                let gap = blanks.and_then(|from| line.get(from..at)).unwrap_or_default();
                let wide = gap.len() >= GAP || gap.contains('\t');
                let left = line.get(cell..blanks.unwrap_or(at)).unwrap_or_default().trim();
                if wide && !left.is_empty() && parts_columns(ins, left, c) {
                    cuts.push(base + at);
                    cell = at;
                }
            }
        }
        blanks = None;
    }
}

/// `WILLIAMS^Janet^^^Mrs`: a caret between two words of letters parts a name, in a record, too. What names they are is for the
/// detectors to say, who see neither half of it otherwise.
fn joins_name(line: &str, at: usize) -> bool {
    let part = |c: char| c.is_alphabetic() || matches!(c, '-' | '\'' | '’');
    let before = line.get(..at).unwrap_or_default();
    let word = before.trim_end_matches(part).len();
    let family = before.get(word..).unwrap_or_default();
    let given = line.get(at + 1..).unwrap_or_default();
    let given = given.split(|c| !part(c)).next().unwrap_or_default();
    family.starts_with(char::is_uppercase) && given.starts_with(char::is_uppercase)
}

/// Whether a gap behind these words ends what they say: behind a label its value comes, behind a title a name, and digits may be
/// the groups of one number.
fn parts_columns(ins: &Inspector, left: &str, next: char) -> bool {
    let last = left.rsplit(' ').next().unwrap_or_default();
    let label = left.ends_with([':', '=', ',', '-']) || ins.label_field(&normalise(left)).is_some();
    let groups = next.is_ascii_digit() && last.len() < 5 && last.bytes().all(|b| b.is_ascii_digit());
    !label && !groups && !is_title(&last.trim_end_matches('.').to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_are_something_else() {
        for (before, below) in [
            ("Child: Theo Wright", "Date of birth: 19 August 2013"),
            ("dob=1941-12-28", "2024-03-17 22:15"),
            ("PRIVATE AND CONFIDENTIAL", "Dr S Kirkwood"),
            ("Dr S Kirkwood", "Vine House"),
            ("Ward list", "Bed 1  William MARSH 74M 30447182"),
        ] {
            assert!(is_apart(before, below), "{before} / {below}");
        }
        for (before, below) in [
            ("was seen in clinic by Dr John", "Smith on Monday"),
            ("NHS No 943", "476 5919"),
            ("12 High Street", "Leeds"),
        ] {
            assert!(!is_apart(before, below), "{before} / {below}");
        }
    }
}
