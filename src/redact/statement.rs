//! Statements of databases in pages of errors, logs and traces: a value is what its column says.
//!
//! ```text
//! insert into patient (surname, dob) values ('JONES', '1974-08-08')    columns and values in two lists
//! COPY patient (surname, dob) FROM stdin;                               columns, and a line of cells for each row
//! WHERE surname = 'JONES' AND hosp_no = 'RFH552018'                    one by one
//! Duplicate entry '9876543217-ON' for key 'hin'                        what the database says of a value
//! ```

use std::ops::Range;

use super::beside::is_code;
use super::format::rows;
use super::label::normalise;

/// Shorter texts hold no statement.
const SHORTEST: usize = 16;

/// The longest list of columns, in bytes.
const LIST: usize = 4096;

/// The most columns of a list.
const COLUMNS: usize = 128;

/// The most values in one statement, in however many rows.
const VALUES: usize = 1000 * COLUMNS;

/// So many rows tell what their columns hold.
const TELLING: usize = 100;

/// The most lines of remarks before a row.
const REMARKS: usize = 16;

/// A value, and what it stands under.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::redact) struct Value {
    /// Normalised.
    pub(in crate::redact) column: String,
    pub(in crate::redact) range: Range<usize>,
    /// The database names no column that must be known: its form says that it is a number of something.
    pub(super) unnamed: bool,
}

/// The values of the statements in a text, without their quotes.
pub(super) fn values(text: &str) -> Vec<Value> {
    if text.len() < SHORTEST || memchr::memchr2(b'\'', b'"', text.as_bytes()).is_none() {
        return Vec::new();
    }
    let lower = text.to_ascii_lowercase();
    let has = |words: &str| memchr::memmem::find(lower.as_bytes(), words.as_bytes()).is_some();
    let mut found = Vec::new();
    if has("insert into") || has("replace into") {
        inserted(text, &lower, &mut found);
    }
    if ["where ", "set ", "select "].iter().any(|words| has(words)) && (has("=") || has(" like ")) {
        compared(text, &lower, &mut found);
    }
    told(text, &lower, &mut found);
    found.sort_by_key(|v| v.range.start);
    found.dedup_by(|next, before| next.range.start < before.range.end);
    found
}

/// The values of statements that insert rows, over however many lines they go.
pub(in crate::redact) fn rows(text: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let has = |words: &str| memchr::memmem::find(text.as_bytes(), words.as_bytes()).is_some();
    if text.len() >= SHORTEST && ["INTO ", "into ", "Into "].iter().any(|into| has(into)) {
        inserted(text, &text.to_ascii_lowercase(), &mut found);
    }
    if text.len() >= SHORTEST && has("\t") && (has("COPY ") || has("copy ")) {
        copied(text, &mut found);
    }
    found
}

/// `COPY patients (id, surname) FROM stdin;`, and lines of cells with tabs between them to the one that is `\.`.
fn copied(text: &str, found: &mut Vec<Value>) {
    let mut names: Vec<String> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let from = at;
        at += line.len();
        let line = line.trim_end_matches(['\r', '\n']);
        if line.trim_start().get(..5).is_some_and(|verb| verb.eq_ignore_ascii_case("copy ")) {
            let lead = line.len() - line.trim_start().len() + 5;
            let read = line.to_ascii_lowercase().contains("from stdin");
            let list = columns(text, from + lead).filter(|(_, behind)| read && *behind <= from + line.len());
            names = list.map(|(names, _)| names).unwrap_or_default();
            // A drug and a ward have a name, too.
            let people = names
                .iter()
                .any(|n| n.contains("birth") || n == "dob" || n.contains("surname") || n.contains("last name"));
            names.iter_mut().filter(|name| *name == "name" && !people).for_each(String::clear);
            continue;
        }
        if line == "\\." {
            names.clear();
            continue;
        }
        let mut cell = from;
        for (column, value) in names.iter().zip(line.split('\t')) {
            if !value.is_empty() && value != "\\N" {
                found.push(Value { column: column.clone(), range: cell..cell + value.len(), unnamed: false });
            }
            cell += value.len() + 1;
        }
    }
}

/// `insert into t (a, b) values (1, 'x'), (2, 'y')`
fn inserted(text: &str, lower: &str, found: &mut Vec<Value>) {
    let mut at = 0;
    while let Some(begin) = lower.get(at..).and_then(|rest| rest.find("into ")) {
        at += begin + "into ".len();
        let listed = columns(text, at);
        let unlisted = listed.is_none();
        let unnamed = || Some((Vec::new(), table_of_people(text, at)?));
        let Some((mut columns, mut behind)) = listed.or_else(unnamed) else { continue };
        let mut read: Vec<Vec<Range<usize>>> = Vec::new();
        let Some(mut open) = lower.get(behind..).and_then(|rest| {
            let rest = rest.trim_start();
            let values = begun(rest.strip_prefix("values").or_else(|| rest.strip_prefix("value"))?);
            values.starts_with('(').then(|| lower.len() - values.len())
        }) else {
            continue;
        };
        let mut values = 0;
        while values < VALUES {
            let Some((row, end)) = row(text, open) else { break };
            // A row without a value counts as well.
            values += row.len().max(1);
            read.push(row);
            behind = end;
            let rest = text.get(end..).unwrap_or_default();
            let next = rest.trim_start().strip_prefix(',').map(begun).filter(|rest| rest.starts_with('('));
            match next {
                Some(next) => open = text.len() - next.len(),
                None => break,
            }
        }
        if unlisted {
            columns = guessed(text, &read);
            if columns.is_empty() {
                // What it inserts may be statements. They are looked for in its values, each of which is in one row only: to go on
                // behind the table's name would read all the rows again for every statement among them.
                read.iter().flatten().for_each(|cell| inserted_in(text, lower, cell, found));
            }
        }
        for (column, range) in read.into_iter().flat_map(|row| columns.iter().zip(row)) {
            if !range.is_empty() && !column.is_empty() {
                found.push(Value { column: column.clone(), range, unnamed: false });
            }
        }
        at = behind;
    }
}

/// The values of statements that stand in a value.
fn inserted_in(text: &str, lower: &str, cell: &Range<usize>, found: &mut Vec<Value>) {
    let (Some(text), Some(lower)) = (text.get(cell.clone()), lower.get(cell.clone())) else { return };
    let from = found.len();
    inserted(text, lower, found);
    for value in found.iter_mut().skip(from) {
        value.range = cell.start + value.range.start..cell.start + value.range.end;
    }
}

/// What the columns hold that a statement does not list, by the rows themselves: `insert into patients values (1, 'KHAN, Bibi', …)`.
fn guessed(text: &str, read: &[Vec<Range<usize>>]) -> Vec<String> {
    let cell = |range: &Range<usize>| text.get(range.clone()).filter(|cell| !cell.is_empty()).map(str::to_owned);
    let rows: Vec<rows::Row> = read.iter().take(TELLING).map(|row| row.iter().map(cell).collect()).collect();
    rows::guess(&rows).unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// Where the name of a table at `at` ends, before the word `values`, when it is one of people: a doctor, a drug and a ward have names
/// and codes too.
fn table_of_people(text: &str, at: usize) -> Option<usize> {
    const PEOPLE: &[&str] = &[
        "beneficiar",
        "carer",
        "child",
        "citizen",
        "client",
        "demograph",
        "donor",
        "guardian",
        "household",
        "inpatient",
        "nextofkin",
        "next_of_kin",
        "participant",
        "patient",
        "people",
        "person",
        "pupil",
        "relative",
        "resident",
        "student",
    ];
    let rest = text.get(at..)?.trim_start();
    let length = rest.find(char::is_whitespace).filter(|length| *length <= 128)?;
    let name = rest.get(..length)?.to_ascii_lowercase();
    let people = PEOPLE.iter().any(|word| name.contains(word)) && !name.contains("personnel");
    people.then_some(text.len() - rest.len() + length)
}

/// The text without blanks and remarks at its beginning: dumps and seeds say in one above each row who it is.
fn begun(text: &str) -> &str {
    let mut rest = text.trim_start();
    for _ in 0..REMARKS {
        let Some(remark) = rest.strip_prefix("--") else { break };
        rest = remark.split_once('\n').map_or("", |(_, behind)| behind.trim_start());
    }
    rest
}

/// The names in the brackets of a list of columns, behind the name of the table at `at`, and where it ends.
fn columns(text: &str, at: usize) -> Option<(Vec<String>, usize)> {
    let rest = text.get(at..)?;
    let open = rest.find('(').filter(|open| *open <= 128)?;
    let table = rest.get(..open)?.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '`' | '"' | '[' | ']' | '$');
    if table.is_empty() || !table.chars().all(plain) {
        return None;
    }
    let close =
        open + memchr::memchr(b')', rest.as_bytes().get(open..)?.get(..LIST).or_else(|| rest.as_bytes().get(open..))?)?;
    let names = rest.get(open + 1..close)?.split(',').take(COLUMNS).map(column).collect();
    Some((names, at + close + 1))
}

/// What a column is called; OpenEMR's `ss` is a number in a database, and seconds elsewhere.
fn column(name: &str) -> String {
    let name = normalise(name);
    if name == "ss" { "ssn".to_owned() } else { name }
}

/// The values of the brackets at `open`, without their quotes, and where they end. What is no literal is an empty one.
fn row(text: &str, open: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let mut values = Vec::new();
    let mut at = open + 1;
    while values.len() < COLUMNS {
        let rest = text.get(at..)?;
        at += rest.len() - begun(rest).len();
        let rest = text.get(at..)?;
        if let Some((range, end)) = literal(rest) {
            values.push(at + range.start..at + range.end);
            at += end;
        } else if let Some((range, end)) = call(rest) {
            values.push(at + range.start..at + range.end);
            at += end;
        } else {
            let near = rest.as_bytes().get(..LIST).unwrap_or(rest.as_bytes());
            let length = memchr::memchr2(b',', b')', near)?;
            let word = rest.get(..length)?.trim_end();
            let number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            values.push(if number { at..at + word.len() } else { at..at });
            at += length;
        }
        let rest = text.get(at..)?;
        at += rest.len() - begun(rest).len();
        match text.as_bytes().get(at)? {
            b',' => at += 1,
            b')' => return Some((values, at + 1)),
            _ => return None,
        }
    }
    None
}

/// `'x'`, `N'x'`, or `"x"` as MySQL takes it: where the value stands at the beginning of a text, and where it ends.
fn literal(text: &str) -> Option<(Range<usize>, usize)> {
    let from = if text.starts_with("N'") { 2 } else { 1 };
    let quote = text.as_bytes().get(from - 1).copied().filter(|c| matches!(c, b'\'' | b'"'))?;
    let length = end_of(quote, text.get(from..)?)?;
    Some((from..from + length, from + length + 1))
}

/// `TO_DATE('1974-08-08', 'YYYY-MM-DD')`: the first literal that a function is given, if one, and where the call ends.
fn call(text: &str) -> Option<(Range<usize>, usize)> {
    let name = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
    let mut at = name + usize::from(name > 0 && text.as_bytes().get(name) == Some(&b'('));
    let mut deep = at.checked_sub(name).filter(|opened| *opened > 0)?;
    let joins = text.get(..name)?.to_ascii_lowercase().contains("concat");
    let mut value: Option<Range<usize>> = None;
    // Where all are formats, the first may be none after all.
    let mut format = None;
    while deep > 0 {
        let rest = text.get(at..)?;
        at += rest.find(['(', ')', '\'', '"']).filter(|length| *length < LIST)?;
        match text.as_bytes().get(at)? {
            b'(' => (deep, at) = (deep + 1, at + 1),
            b')' => (deep, at) = (deep - 1, at + 1),
            _ => {
                let (range, end) = literal(text.get(at..)?)?;
                let literal = at + range.start..at + range.end;
                value = match value {
                    // `CONCAT('Mr ', 'Jones')`
                    Some(first) if joins => Some(first.start..literal.end),
                    None if is_format(text.get(literal.clone())?) => {
                        format = format.or(Some(literal));
                        None
                    }
                    None => Some(literal),
                    known => known,
                };
                at += end;
            }
        }
        if at > LIST {
            return None;
        }
    }
    Some((value.or(format).unwrap_or(at..at), at))
}

/// `%Y-%m-%d`, `YYYY-MM-DD`: how a day is written, and none. "SIMON D" is written with the same letters.
fn is_format(literal: &str) -> bool {
    let mut parts = literal.split('%').skip(1).peekable();
    let single = |part: &str| part.bytes().take_while(u8::is_ascii_alphabetic).count() == 1;
    let percent = parts.peek().is_some() && literal.starts_with('%') && parts.all(single);
    let upper = literal.to_ascii_uppercase();
    percent || upper.contains("YY") && upper.bytes().all(|b| !b.is_ascii_alphanumeric() || b"YMDHIS24".contains(&b))
}

/// The length of what stands before a closing quote; two quotes are one of the text.
fn end_of_quoted(inside: &str) -> Option<usize> {
    end_of(b'\'', inside)
}

fn end_of(quote: u8, inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(one), Some(two)) if *one == quote && *two == quote => at += 2,
            (Some(b'\\'), Some(_)) => at += 2,
            (Some(one), _) if *one == quote => return Some(at),
            _ => return None,
        }
        if at > 512 {
            return None;
        }
    }
}

/// `surname = 'JONES'`, `hosp_no like 'RFH%'`
fn compared(text: &str, lower: &str, found: &mut Vec<Value>) {
    let mut at = 0;
    while let Some(quote) = text.get(at..).and_then(|rest| rest.find('\'')) {
        let from = at + quote + 1;
        let Some(length) = text.get(from..).and_then(end_of_quoted) else { break };
        at = from + length + 1;
        let near = from.saturating_sub(80);
        let near = (near..from).find(|&i| lower.is_char_boundary(i)).unwrap_or(from);
        let before = lower.get(near..from.saturating_sub(1)).unwrap_or_default().trim_end();
        let before = before.strip_suffix('n').filter(|b| b.ends_with(['=', ' '])).unwrap_or(before).trim_end();
        let operators = ["<>", "!=", ">=", "<=", "=", " ilike", " like"];
        let Some(name) = operators.iter().find_map(|o| before.strip_suffix(o)) else { continue };
        let name = name.trim_end().trim_end_matches(['`', '"', ']', ')']);
        let start = name.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |i| i + 1);
        let Some(name) = name.get(start..).filter(|name| !name.is_empty()) else { continue };
        if length > 0 {
            // As it was written: in lower case `patientNo` is one word.
            let written = near + start..near + start + name.len();
            let column = text.get(written).map(normalise).unwrap_or_default();
            found.push(Value { column, range: from..from + length, unnamed: false });
        }
    }
}

/// The text from `from` on, no longer than so many bytes.
fn near(text: &str, from: usize, most: usize) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let end = (0..=most.min(rest.len())).rev().find(|&i| rest.is_char_boundary(i)).unwrap_or(0);
    rest.get(..end).unwrap_or_default()
}

/// What databases say of a value that they refuse.
fn told(text: &str, lower: &str, found: &mut Vec<Value>) {
    const SAYINGS: &[&str] = &["duplicate entry '", "char value '", "duplicate key value is (", "truncated value: '"];
    for saying in SAYINGS {
        for (at, _) in lower.match_indices(saying) {
            let from = at + saying.len();
            let near = near(text, from, 81);
            let Some(length) = near.find(['\'', ')']) else { continue };
            let value = near.get(..length).unwrap_or_default();
            let behind = self::near(lower, from + length, 128);
            let key = behind.find("for key '").filter(|at| *at <= 4).and_then(|at| behind.get(at + 9..));
            let key = key.and_then(|rest| rest.split('\'').next()).and_then(|key| key.rsplit('.').next());
            let coded = value.split(['-', ' ', ',']).any(is_code);
            let column = key.map(normalise).unwrap_or_default();
            found.push(Value { column, range: from..from + length, unnamed: coded });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, &str)> {
        values(text).into_iter().map(|v| (v.column, text.get(v.range).unwrap())).collect()
    }

    #[test]
    fn columns_and_values_come_together() {
        assert_eq!(
            read("insert into patient (surname, year_of_birth, x) values ('O''NEIL', 1974, f(1)), ('B', NULL, 2)")
                .into_iter()
                .map(|(c, v)| format!("{c}={v}"))
                .collect::<Vec<_>>(),
            ["surname=O''NEIL", "year of birth=1974", "surname=B", "x=2"]
        );
        assert_eq!(
            read(
                "INSERT INTO p (born, surname, hin) VALUES (TO_DATE('1974-08-08', 'YYYY-MM-DD'), \"O'NEIL\", f(g(1), ')')), \
                 (now(), 'B', '1')"
            ),
            [
                ("born".into(), "1974-08-08"),
                ("surname".into(), "O'NEIL"),
                ("hin".into(), ")"),
                ("surname".into(), "B"),
                ("hin".into(), "1")
            ]
        );
        assert_eq!(
            read("INSERT INTO p (surname, dob, sex)\nVALUES ('B',\n '1950-01-01',---'19500101',\n -- as typed\n 'F')"),
            [("surname".into(), "B"), ("dob".into(), "1950-01-01"), ("sex".into(), "F")]
        );
        assert_eq!(
            read("SELECT * FROM p WHERE p.surname = 'JONES' AND hospNo like N'RFH552018' ORDER BY 1"),
            [("surname".into(), "JONES"), ("hosp no".into(), "RFH552018")]
        );
        assert_eq!(read("Duplicate entry '9876543217-ON' for key 'p.hin'"), [("hin".into(), "9876543217-ON")]);
        assert_eq!(read("converting the varchar value 'RFH552018' to data type int."), [(String::new(), "RFH552018")]);
        assert!(read("Line 212: it's where Mary's notes = 'x").is_empty());
    }
}
