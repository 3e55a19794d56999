//! Records whose cells stand between carets, as VistA's remote procedures and globals have them.
//!
//! ```text
//! 1003672118V388695^ADAMS,JANE Q^^FEMALE^11/05/1938^,,,     an answer, records parted by bars or lines
//! ^DPT(7,0)="ADAMS,JANE^F^2381105^^2^^^^000003322"            the patient file: name, sex, birth (FileMan), SSN
//! ^DPT(7,.11)="780 FIRST STREET^^^ANYTOWN^36^99999"           and address
//! ```
//!
//! A record is somebody's when it has a name as VistA writes names, `LAST,FIRST MIDDLE` in capitals, and beside it a sex, a birth, a
//! social security number or an integration control number: drugs are written with a comma, too.

use std::ops::Range;

use super::fixed_width::Cell;
use crate::redact::beside::OLD;
use crate::redact::detect::{date, gazetteer};
use crate::redact::inspect::Inspector;

/// The fewest carets of a line that is looked at.
const FEWEST: usize = 2;

/// The most cells of one record.
const CELLS: usize = 64;

/// The cells of people in the lines of a text, in order.
pub(super) fn cells(ins: &Inspector, text: &str, lines: &[Range<usize>]) -> Vec<Cell> {
    let mut found = Vec::new();
    for line in lines {
        let shown = text.get(line.clone()).unwrap_or_default();
        if memchr::memchr_iter(b'^', shown.as_bytes()).nth(FEWEST - 1).is_none() && !shown.contains("^DPT(") {
            continue;
        }
        let mut from = line.start;
        for record in shown.split('|') {
            for (label, range) in of_record(record) {
                let field = ins.label_field(label);
                found.push(Cell { range: from + range.start..from + range.end, label: label.to_owned(), field });
            }
            from += record.len() + 1;
        }
    }
    found
}

/// What is known of the cells of a record, empty ones left out.
fn of_record(record: &str) -> Vec<(&'static str, Range<usize>)> {
    let (node, start) = node(record).unwrap_or(("", 0));
    let inner = record.get(start..).unwrap_or_default();
    let inner = inner.split('"').next().filter(|_| start > 0).unwrap_or(inner);
    let mut at = start;
    let mut cells: Vec<(&str, Range<usize>)> = Vec::new();
    for cell in inner.split('^').take(CELLS) {
        let lead = cell.len() - cell.trim_start().len();
        cells.push((cell.trim(), at + lead..at + lead + cell.trim().len()));
        at += cell.len() + 1;
    }
    let mut told: Vec<(&'static str, Range<usize>)> = Vec::new();
    match node {
        // Three lines, town, state (by its number in a file), code.
        ".11" => {
            for (n, (cell, range)) in cells.into_iter().enumerate() {
                let code = n > 2 && cell.len() >= 5 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                match n {
                    _ if code => told.push(("postcode", range)),
                    0..=2 => told.push(("address", range)),
                    3 => told.push(("town", range)),
                    _ => {}
                }
            }
        }
        ".13" => told.extend(cells.into_iter().take(4).map(|(_, range)| ("phone", range))),
        _ => {
            let Some(name) = cells.iter().position(|(cell, _)| is_name(cell)) else { return told };
            let beside = |is: fn(&str) -> bool| cells.iter().any(|(cell, _)| is(cell));
            let named = cells.get(name).is_some_and(|(cell, _)| is_known(cell));
            let patient = node == "0" || beside(is_control) || (named && (beside(is_sex) || beside(is_social)));
            if !patient {
                return told;
            }
            let mut born = false;
            let mut sex = false;
            for (n, (cell, range)) in cells.into_iter().enumerate() {
                let label = match cell {
                    _ if n == name => "patient name",
                    _ if is_social(cell) => "ssn",
                    _ if !born && is_birth(cell, node == "0", sex) => "date of birth",
                    _ => "",
                };
                sex = is_sex(cell);
                if label.is_empty() {
                    continue;
                }
                born |= label == "date of birth";
                told.push((label, range));
            }
        }
    }
    told.retain(|(_, range)| !range.is_empty());
    told
}

/// The node of the patient file that a line sets, and where its value begins: `^DPT(7,.11)="`.
fn node(record: &str) -> Option<(&str, usize)> {
    let open = record.find("^DPT(")?;
    let (subscripts, _) = record.get(open + "^DPT(".len()..)?.split_once(")=\"")?;
    let (entry, node) = subscripts.split_once(',')?;
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let start = open + "^DPT(".len() + subscripts.len() + ")=\"".len();
    (numeric(entry) && numeric(node)).then_some((node, start))
}

/// `ADAMS,JANE Q`: capitals, one comma, and no more than four words.
fn is_name(cell: &str) -> bool {
    let Some((family, given)) = cell.split_once(',') else { return false };
    let plain = |text: &str| {
        text.len() > 1
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'\'' | b'-' | b'.'))
    };
    cell.len() <= 40 && cell.split(' ').count() <= 4 && plain(family) && plain(given)
}

/// Whether a part of it is somebody's: insulin and wards are written so, too.
fn is_known(cell: &str) -> bool {
    let lists = gazetteer::shipped();
    let lower = cell.to_lowercase();
    let mut words = lower.split([',', ' ', '-']).filter(|w| w.len() > 1);
    words.any(|w| !lists.is_thing(w) && (lists.is_forename(w) || lists.is_surname(w)))
        && !lower.split([',', ' ']).any(|w| lists.is_after(w) || matches!(w, "clinic" | "list" | "ward"))
}

fn is_sex(cell: &str) -> bool {
    matches!(cell, "M" | "F" | "MALE" | "FEMALE")
}

/// `000003322`, `000-00-3322`, with a P when it is made up.
fn is_social(cell: &str) -> bool {
    let number = cell.strip_suffix('P').unwrap_or(cell);
    let plain = number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit());
    plain || (number.len() == 11 && number.split('-').map(str::len).eq([3, 2, 4]) && digits(number) == 9)
}

/// An integration control number: `1003672118V388695`.
fn is_control(cell: &str) -> bool {
    cell.split_once('V').is_some_and(|(number, check)| {
        number.len() == 10 && check.len() == 6 && digits(number) == 10 && digits(check) == 6
    })
}

/// A day as people write it, right behind the sex or long ago, or as FileMan keeps it: years since 1700, month, day.
fn is_birth(cell: &str, filed: bool, behind_sex: bool) -> bool {
    let kept = filed && cell.len() == 7 && digits(cell) == 7 && cell.starts_with(['2', '3']);
    let old = || behind_sex || date::days(cell).iter().all(|day| day.year <= OLD);
    kept || (cell.len() <= 12 && date::is_date(cell) && old())
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(record: &str) -> Vec<(&'static str, &str)> {
        of_record(record).into_iter().map(|(label, range)| (label, &record[range])).collect()
    }

    #[test]
    fn records_of_people() {
        let answer = "1003672118V388695^ADAMS,JANE Q^^FEMALE^11/05/1938^,,,";
        assert_eq!(told(answer), [("patient name", "ADAMS,JANE Q"), ("date of birth", "11/05/1938")]);
        let file = "^DPT(7,0)=\"ADAMS,JANE^F^2381105^^2^^^^000003322\"";
        assert_eq!(told(file), [("patient name", "ADAMS,JANE"), ("date of birth", "2381105"), ("ssn", "000003322")]);
        let home = "S ^DPT(7,.11)=\"780 FIRST STREET^^^ANYTOWN^36^99999\"";
        assert_eq!(told(home), [("address", "780 FIRST STREET"), ("town", "ANYTOWN"), ("postcode", "99999")]);
    }

    #[test]
    fn records_of_things() {
        assert!(told("263^INSULIN,NPH^10ML^F^VIAL").is_empty());
        assert!(told("3^CLINIC,EYE^M^12/01/2024").is_empty());
        assert!(told("LAB^GLUCOSE,FASTING^M^12/01/2024^5.4").is_empty());
        assert!(told("926^250.00;DIABETES MELLITUS W/O COMPLICATION, TYPE II^1/5/2010^").is_empty());
        assert!(told("^DIC(42,0)=\"WARD LOCATION^42I^12^12\"").is_empty());
    }
}
