//! Separated values: the header row says what stands in each column.
//!
//! A record is a unit; quoted fields may hold separators, quotes and line ends (RFC 4180). The separator is the one that
//! the first record holds most of. A header is a row among the first [`HEADER_ROWS`] with a known column; above it, and in
//! files without one, a cell beside a known label is a field, and everything else goes to the detectors.

use std::sync::Arc;

use super::labelled::plausible;
use super::person::People;
use super::rows;
use super::scan::{Scan, offset_in};
use super::{decoded, value};
use crate::redact::beside::OLD;
use crate::redact::detect::{date, gazetteer};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator::is_masked;
use crate::redact::own_number;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::title::is_title;
use crate::redact::withheld::Withheld;

/// How far down the header is looked for: exports have a title and a date above it.
const HEADER_ROWS: u64 = 20;
const MAX_COLUMNS: usize = 4096;
/// What separates cells, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How columns are headed whose cells say what stands in the next one.
const NAMING: &[&str] = &[
    "attribute",
    "attribute name",
    "display name",
    "element",
    "field",
    "field name",
    "item",
    "item name",
    "label",
    "property",
    "question",
    "variable",
];

/// Such a column with its values beside it.
fn is_naming(pair: &[String]) -> bool {
    let [naming, value] = pair else { return false };
    let values = ["value", "answer", "response", "content"];
    NAMING.contains(&naming.as_str())
        && values.iter().any(|v| value == v || *value == format!("attr {v}") || *value == format!("attribute {v}"))
}

/// Scans separated values.
#[derive(Debug)]
pub(in crate::redact) struct Csv {
    separator: Option<u8>,
    header: Option<Vec<String>>,
    /// A row that may be a header, for the rows below it.
    header_below: Option<Vec<String>>,
    row: u64,
    /// The header has columns that only people have.
    of_people: bool,
    /// Each row is a label and its value.
    sheet: bool,
    /// What the cells of the last row without a header were, told by themselves.
    told: Vec<&'static str>,
}

impl Csv {
    /// With a separator, or to find it.
    pub(in crate::redact) fn new(separator: Option<u8>) -> Self {
        Self { separator, header: None, header_below: None, row: 0, of_people: false, sheet: false, told: Vec::new() }
    }

    /// Which cells of a row without a header are a person's. What the rows above told of their columns holds for one that tells nothing.
    fn guess(&mut self, ins: &Inspector, cells: &[&str]) -> Vec<(usize, &'static str)> {
        let row: rows::Row = cells.iter().map(|cell| Some(plain(cell).trim().to_owned())).collect();
        match rows::guess(&[row]).filter(|_| cells.len() > 2) {
            Some(mut labels) => {
                // What the cells of this row say of each other, besides.
                for (at, label) in guess(ins, cells) {
                    if let Some(slot) = labels.get_mut(at) {
                        *slot = label;
                    }
                }
                self.told = labels;
            }
            None => {
                let found = guess(ins, cells);
                if !found.is_empty() || self.told.len() != cells.len() {
                    return found;
                }
            }
        }
        self.told.iter().copied().enumerate().filter(|(_, label)| !label.is_empty()).collect()
    }

    /// Whether a row below what looked like a header of two columns is a label and its value: so was the first.
    fn is_sheet(&self, ins: &Inspector, cells: &[&str]) -> bool {
        let (Some([header, _]), [label, value]) = (self.header.as_deref(), cells) else { return false };
        let label = normalise(&plain(label));
        let rule = ins.label_field(&label).filter(|rule| rule.names_identifier());
        label != *header && rule.is_some_and(|rule| plausible(&rule, &plain(value)))
    }

    /// What stands in a cell: by its column, or by the cell before it.
    fn meaning(&self, ins: &Inspector, index: usize, before: &str) -> (String, Option<Arc<FieldRule>>) {
        if let Some(header) = self.header.as_ref().and_then(|h| h.get(index)) {
            // Of what a column headed Name holds the names, the other columns say: drugs have no date of birth.
            let things = matches!(header.as_str(), "name" | "names") && !self.of_people;
            // One attribute a row: `displayName,value` above `Date of birth,1976-02-08`.
            let naming = index.checked_sub(1).and_then(|at| self.header.as_ref()?.get(at));
            let said = normalise(before);
            if naming.is_some_and(|h| NAMING.contains(&h.as_str()))
                && let Some(rule) = ins.label_field(&said).filter(|rule| rule.names_identifier())
            {
                return (said, Some(rule));
            }
            return (header.clone(), ins.column_field(header).filter(|_| !things));
        }
        let label = if self.header.is_none() { normalise(before) } else { String::new() };
        let field = if label.is_empty() { None } else { ins.label_field(&label) };
        (if field.is_some() { label } else { String::new() }, field)
    }
}

impl Scan for Csv {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let Some(end) = end_of_record(text.as_bytes(), self.separator, last) else { return Ok(None) };
        let record = text.get(..end).unwrap_or_default();
        let line = record.trim_end_matches(['\r', '\n']);
        if self.row == 0 {
            // Excel's own way to say it.
            if let Some(named) = line.strip_prefix("sep=") {
                self.separator = named.bytes().next().or(self.separator);
                out.push_str(record);
                self.row += 1;
                return Ok(Some(end));
            }
        }
        let separator = match self.separator {
            Some(separator) => separator,
            None => {
                let found = sniff(line);
                // A title above the header has none; the next record may say.
                self.separator = found;
                found.unwrap_or(b',')
            }
        };
        self.row += 1;
        let cells = cells(line, separator);
        if cells.len() > MAX_COLUMNS {
            return Err(Withheld::Malformed("CSV"));
        }
        if self.is_sheet(ins, &cells) {
            (self.sheet, self.header) = (true, None);
        }
        let again = self.header.is_some() && is_header(ins, &cells);
        if again || (self.header.is_none() && self.row <= HEADER_ROWS && !self.sheet) {
            let label = |cell: &&str| {
                let heading = plain(cell);
                let label = normalise(&heading);
                at_the_end(ins, &label, heading.trim()).unwrap_or(label)
            };
            let labels = spelt_out(cells.iter().map(label).collect());
            let known = labels.iter().filter(|l| !l.is_empty() && ins.column_field(l).is_some()).count()
                + labels.windows(2).filter(|pair| is_naming(pair)).count();
            // "Sufficient Data for 99454" heads a column where two beside each other are surely headed: no label has a label for value.
            let is_known = |l: &String| !l.is_empty() && ins.column_field(l).is_some();
            let headed = labels.windows(2).any(|pair| pair.iter().all(is_known));
            // What was masked had digits, unless it is a name's: read again, a line is what it was.
            let number = |c: &str| {
                let cell = plain(c);
                let cell = cell.trim();
                (is_masked(cell) && !cell.starts_with('‹')) || cell.bytes().filter(u8::is_ascii_digit).count() > 3
            };
            let words = cells.iter().all(|c| !number(c) || (headed && is_phrase(c)));
            // Two cells of which the first is known may be a label and its value.
            let second = cells.get(1).filter(|_| cells.len() == 2 && known == 1).map(|c| plain(c));
            let rule = labels.first().and_then(|l| ins.column_field(l));
            let pair = rule.zip(second).filter(|(rule, value)| is_masked(value.trim()) || plausible(rule, value));
            match pair {
                None if words && known > 0 => {
                    self.of_people =
                        labels.iter().any(|l| ins.column_field(l).is_some_and(|rule| is_of_a_person(&rule, l)));
                    // Of a table turned on its side the columns may be called after people.
                    for (index, cell) in cells.iter().enumerate() {
                        if index > 0 {
                            out.push(char::from(separator));
                        }
                        write_cell(ins, cell, separator, &Place { whence: "header", ..Place::on(Surface::Data) }, out)?;
                    }
                    self.header = Some(if self.of_people { owned(ins, labels) } else { labels });
                    out.push_str(record.get(line.len()..).unwrap_or_default());
                    return Ok(Some(end));
                }
                // Two words: a label and a name, or a header. The second is masked, and so is what stands below.
                Some((_, value)) if words && !is_masked(&value) && !value.bytes().any(|b| b.is_ascii_digit()) => {
                    self.header_below = Some(labels);
                }
                // `NHS Number,4441234567`: so is every row.
                Some(_) => self.sheet = true,
                None => {}
            }
        }
        let origin = ins.origin();
        let bare = self.header.is_none() && self.header_below.is_none() && !self.sheet;
        let guessed = if bare { self.guess(ins, &cells) } else { Vec::new() };
        let mut before = String::new();
        let mut people = People::default();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                out.push(char::from(separator));
            }
            let (label, field) = match guessed.iter().find(|(at, _)| *at == index) {
                Some((_, label)) => ((*label).to_owned(), ins.label_field(label)),
                None => self.meaning(ins, index, &before),
            };
            let (label, field) = match field {
                None if self.of_people && own_number::is(&label, &plain(cell)) => {
                    ("patient identifier".to_owned(), ins.label_field("patient identifier"))
                }
                known => (label, known),
            };
            if let Some(FieldEffect::Identifier { kind: Kind::Name, .. }) = field.as_ref().map(|f| &f.effect) {
                people.note(&label, &plain(cell));
            }
            let whence = format!("row {}, column {}", self.row, index + 1);
            ins.reading_behind(origin, offset_in(text, quoted(cell).map_or(cell, |(_, inside, _)| inside)));
            let place = Place { surface: Surface::Data, field, label: &label, whence: &whence };
            write_cell(ins, cell, separator, &place, out)?;
            before = plain(cell);
        }
        people.learn(ins);
        if let Some(labels) = self.header_below.take() {
            self.of_people = true;
            self.header.get_or_insert(labels);
        }
        out.push_str(record.get(line.len()..).unwrap_or_default());
        Ok(Some(end))
    }
}

/// Whether a row inside of a table heads the rows below it: another table begins.
fn is_header(ins: &Inspector, cells: &[&str]) -> bool {
    let filled: Vec<String> = cells.iter().map(|c| plain(c)).filter(|c| !c.trim().is_empty()).collect();
    let word = |c: &String| c.len() <= 40 && c.bytes().filter(u8::is_ascii_digit).count() < 4;
    let known = |c: &&String| ins.column_field(&normalise(c)).is_some_and(|rule| rule.names_identifier());
    filled.len() > 2
        && filled.iter().all(word)
        && filled.iter().filter(known).count() > 1
        && filled.iter().filter(known).count() * 2 >= filled.len()
}

/// The cells of somebody in a line of running text: as [`guess`], where a number of ten digits stands and nothing says that it is a member
/// of staff; a time is nobody's birth, nor is a date of late.
pub(super) fn of_somebody(ins: &Inspector, cells: &[&str]) -> Vec<(usize, &'static str)> {
    let found = guess(ins, cells);
    let staff = |cell: &&str| {
        let cell = normalise(cell);
        matches!(cell.as_str(), "dr" | "prof" | "doctor" | "consultant" | "staff" | "sister" | "nurse")
    };
    let sure = found.iter().any(|(_, label)| *label == "nhs number") && !cells.iter().any(staff);
    let born = |at: usize| {
        let text = cells.get(at).copied().unwrap_or_default();
        !text.contains(':') && date::days(text).iter().all(|day| day.year <= OLD)
    };
    found.into_iter().filter(|(at, label)| sure && (*label != "date of birth" || born(*at))).collect()
}

/// Which cells of a row without a header are a person's: where a number that can be an NHS number stands, or a date and a postcode,
/// the names beside each other are hers, the first date is her birth's, and the number, and a house and its street, are hers too.
fn guess(ins: &Inspector, cells: &[&str]) -> Vec<(usize, &'static str)> {
    if cells.len() < 4 || ins.label_field("surname").is_none() {
        return Vec::new();
    }
    let texts: Vec<String> = cells.iter().map(|c| plain(c).trim().to_owned()).collect();
    let digits = |t: &str| t.bytes().filter(u8::is_ascii_digit).count();
    let ten = |t: &str| digits(t) == 10 && t.bytes().all(|b| b.is_ascii_digit() || b" -".contains(&b));
    let numbered = texts.iter().position(|t| ten(t));
    let number = numbered.is_some();
    let birth = texts.iter().position(|t| date::is_date(t) && digits(t) >= 6);
    if !number && birth.is_none() {
        return Vec::new();
    }
    let lists = gazetteer::shipped();
    let word = |t: &str| {
        t.chars().count() > 1
            && t.starts_with(char::is_uppercase)
            && t.split(' ').count() < 4
            && t.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-'))
    };
    let first = |t: &str| t.split(' ').next().unwrap_or_default().to_lowercase();
    // Beside a number of ten digits, names of the world that stand on no list count too.
    let forename = |t: &str| word(t) && (lists.is_forename(&first(t)) || (number && !lists.is_word(&first(t))));
    let surname = |t: &str| word(t) && (lists.is_surname(&first(t)) || !lists.is_word(&first(t)));
    // Behind a title every name is one: `MISS|DEPETRIS|CURRY`. A list of titles is none.
    let called = |t: &str| is_title(&t.to_lowercase());
    let titled = texts.windows(3).enumerate().find_map(|(at, cells)| match cells {
        [title, a, b]
            if called(title) && word(a) && word(b) && !called(a) && !called(b) && (surname(a) || forename(a)) =>
        {
            Some([(at + 1, "surname"), (at + 2, "forename")])
        }
        _ => None,
    });
    let (surname, forename) = (|t: &str| surname(t) && !called(t), |t: &str| forename(t) && !called(t));
    let names = texts.windows(2).enumerate().find_map(|(at, pair)| match pair {
        [a, b] if surname(a) && forename(b) => Some([(at, "surname"), (at + 1, "forename")]),
        [a, b] if forename(a) && surname(b) => Some([(at, "forename"), (at + 1, "surname")]),
        _ => None,
    });
    let Some(names) = names.or(titled) else { return Vec::new() };
    let mut meanings: Vec<(usize, &'static str)> = names.into();
    meanings.extend(birth.map(|at| (at, "date of birth")));
    // A telephone of ten digits begins with a nought.
    let number = numbered.filter(|at| texts.get(*at).is_some_and(|t| !t.starts_with('0')));
    meanings.extend(number.map(|at| (at, "nhs number")));
    let behind = names.iter().map(|(at, _)| at + 1).max();
    let middle = |t: &str| forename(t) && !t.contains(' ') && !is_title(&t.to_lowercase());
    meanings.extend(behind.filter(|at| texts.get(*at).is_some_and(|t| middle(t))).map(|at| (at, "middle name")));
    let house = |t: &str| {
        let number = t.split(' ').next().unwrap_or_default();
        let street = t.get(number.len()..).unwrap_or_default().trim_start();
        (1..=5).contains(&number.len())
            && number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(char::is_alphanumeric)
            && street.starts_with(char::is_uppercase)
            // "7 West" is a ward.
            && !(street.split(' ').count() < 2 && lists.is_word(&first(street)))
            && !["north", "south", "east", "west", "ward"].contains(&first(street).as_str())
            && street.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '\'' | '-'))
    };
    meanings.extend(texts.iter().position(|t| house(t)).map(|at| (at, "address line 1")));
    meanings
}

/// "fn" beside a surname is the first name, and "sn" beside a first name the surname; elsewhere they are anything.
fn spelt_out(mut labels: Vec<String>) -> Vec<String> {
    let has = |all: &[&str]| labels.iter().any(|label| all.contains(&label.as_str()));
    let (first, last) = (has(&["sn", "surn", "surname", "last name"]), has(&["fn", "forename", "first name"]));
    for label in &mut labels {
        match label.as_str() {
            "fn" if first => "forename".clone_into(label),
            "sn" if last => "surname".clone_into(label),
            _ => {}
        }
    }
    labels
}

/// `Patient / Party / DoB`: a heading that names its way says at its end what stands there.
fn at_the_end(ins: &Inspector, label: &str, heading: &str) -> Option<String> {
    const OF: &[&str] = &["client", "patient", "participant", "person", "subject"];
    let mut steps = heading.split(" / ");
    let first = normalise(steps.next()?);
    let last = normalise(steps.last()?);
    let known = |label: &str| ins.column_field(label).is_some_and(|rule| rule.names_identifier());
    (OF.contains(&first.as_str()) && !known(label) && known(&last)).then_some(last)
}

/// The labels of a table of people: "REFERENCE" is a person's there.
pub(super) fn owned(ins: &Inspector, mut labels: Vec<String>) -> Vec<String> {
    let own = own_number::columns(&labels.iter().map(String::as_str).collect::<Vec<_>>());
    for (label, own) in labels.iter_mut().zip(own) {
        if own && ins.column_field(label).is_none() {
            "patient identifier".clone_into(label);
        }
    }
    labels
}

/// Whether a cell with a number in it is a heading all the same: words, and most of them letters.
fn is_phrase(cell: &str) -> bool {
    let words = cell.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() > 2).count();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    words > 1
        && !is_masked(plain(cell).trim())
        && digits < 7
        && date::find_all(cell).is_empty()
        && cell.chars().filter(|c| c.is_alphabetic()).count() > 2 * digits
}

/// Whether a column says that its table is one of people.
pub(super) fn is_of_a_person(rule: &FieldRule, label: &str) -> bool {
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return false };
    match kind {
        Kind::Name => !matches!(label, "name" | "names"),
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::DateOfBirth
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Ssn => true,
        Kind::Address
        | Kind::Postcode
        | Kind::Phone
        | Kind::Email
        | Kind::Accession
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Zip
        | Kind::IpAddress
        | Kind::Other => false,
    }
}

/// Where a reader is in a record. A quote opens only where a cell begins, as spreadsheets read it: `5" pipe` is no quoted cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Within {
    /// Before a cell's first sign.
    #[default]
    Start,
    /// In a cell without quotes, or behind those of one.
    Bare,
    Quoted,
    /// Right behind a quote that closes the cell, if it is not the first of two.
    Closing,
}

impl Within {
    /// Reads a byte; whether it ends a cell.
    fn read(&mut self, b: u8, separates: impl Fn(u8) -> bool) -> bool {
        let ends = *self != Within::Quoted && (separates(b) || matches!(b, b'\n' | b'\r'));
        *self = match self {
            _ if ends => Within::Start,
            Within::Quoted if b == b'"' => Within::Closing,
            Within::Start | Within::Closing if b == b'"' => Within::Quoted,
            Within::Start if b == b' ' => Within::Start,
            Within::Quoted => Within::Quoted,
            Within::Start | Within::Bare | Within::Closing => Within::Bare,
        };
        ends
    }
}

/// Whether this separates cells: as long as it is not known what does, each of the four may.
fn separates(b: u8, separator: Option<u8>) -> bool {
    separator.map_or_else(|| SEPARATORS.contains(&b), |s| s == b)
}

/// Behind the line end that is outside of quotes.
fn end_of_record(bytes: &[u8], separator: Option<u8>, last: bool) -> Option<usize> {
    let mut within = Within::default();
    for (at, &b) in bytes.iter().enumerate() {
        let ends = within.read(b, |b| separates(b, separator));
        match b {
            b'\n' if ends => return Some(at + 1),
            b'\r' if ends => match bytes.get(at + 1) {
                Some(b'\n') => return Some(at + 2),
                Some(_) => return Some(at + 1),
                None if last => return Some(at + 1),
                // A line feed may still come.
                None => return None,
            },
            _ => {}
        }
    }
    last.then_some(bytes.len())
}

/// The separator that stands most often outside of quotes; of equals, the first in the list.
fn sniff(line: &str) -> Option<u8> {
    let mut counts = SEPARATORS.map(|s| (s, 0_u32));
    let mut within = Within::default();
    for b in line.bytes() {
        let ends = within.read(b, |b| separates(b, None));
        if let Some((_, count)) = counts.iter_mut().find(|(s, _)| *s == b && ends) {
            *count += 1;
        }
    }
    let most = counts.iter().map(|(_, n)| *n).max().filter(|n| *n > 0)?;
    counts.iter().find(|(_, n)| *n == most).map(|(s, _)| *s)
}

/// The cells of a record as written, quotes included.
fn cells(line: &str, separator: u8) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut from, mut within) = (0, Within::default());
    for (at, b) in line.bytes().enumerate() {
        if within.read(b, |b| b == separator) {
            // A line end is none here: what is left of the record's own has been cut off.
            if b == separator {
                cells.push(line.get(from..at).unwrap_or_default());
                from = at + 1;
            }
        }
    }
    cells.push(line.get(from..).unwrap_or_default());
    cells
}

/// A cell as read.
fn plain(cell: &str) -> String {
    match quoted(cell) {
        Some((_, inside, _)) => inside.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

/// A quoted cell in three parts: before the opening quote, inside, from the closing quote on. One with text behind its closing
/// quote is read as it stands.
fn quoted(cell: &str) -> Option<(&str, &str, &str)> {
    let blank = |part: Option<&str>| part.is_some_and(|p| p.trim().is_empty());
    let open = cell.find('"').filter(|&at| blank(cell.get(..at)))?;
    let close = cell.rfind('"').filter(|&close| close > open && blank(cell.get(close + 1..)))?;
    Some((cell.get(..=open)?, cell.get(open + 1..close)?, cell.get(close..)?))
}

fn write_cell(
    ins: &mut Inspector,
    cell: &str,
    separator: u8,
    place: &Place<'_>,
    out: &mut String,
) -> Result<(), Withheld> {
    if cell.trim().is_empty() {
        out.push_str(cell);
        return Ok(());
    }
    let (before, inside, after) = quoted(cell).unwrap_or(("", cell, ""));
    let mut exact = Run::default();
    let mut at = 0;
    while let Some(quote) = inside.get(at..).and_then(|rest| rest.find("\"\"")) {
        exact.push_source(inside.get(at..at + quote).unwrap_or_default(), at as u64);
        let from = (at + quote) as u64;
        exact.push_char('"', from..from + 2);
        at += quote + 2;
    }
    exact.push_source(inside.get(at..).unwrap_or_default(), at as u64);
    let mut new = String::with_capacity(inside.len());
    match value::nested(ins, exact.text(), place)? {
        value::Nested::Changed(text) => new.push_str(&text.replace('"', "\"\"")),
        value::Nested::Unchanged => new.push_str(inside),
        value::Nested::Plain => {
            let edits = decoded::inspect(ins, &exact, place)?;
            decoded::apply(inside, edits, &mut new);
        }
    }
    let quote = before.is_empty()
        && !inside.starts_with('"')
        && new != inside
        && new.contains([char::from(separator), '"', '\n', '\r']);
    if quote {
        out.push('"');
        out.push_str(&new.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(before);
        out.push_str(&new);
        out.push_str(after);
    }
    Ok(())
}
