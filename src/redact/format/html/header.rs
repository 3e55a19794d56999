//! First rows of tables that are built of plain cells: whether they are headers.
//!
//! ```text
//! | Name    | Sex | Date of birth |     labels side by side: headers
//! | Surname | SMITH | Forename | JOHN | labels and values in turn: none
//! | Pt      | Cons  | Hosp No |         one known label among short words: the next row says
//! ```

use crate::redact::detect::gazetteer;
use crate::redact::label::normalise;

use super::hint;
use super::table::Cell;

/// What a first row of plain cells is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Headers,
    Values,
    /// Headers, if the next row is one of values.
    AskNext,
}

/// The longest text that may be a header that no rule knows.
const LONGEST: usize = 32;

/// Words that head columns and stand before values, though no rule speaks of them.
const HEADERS: &[&str] = &[
    "action",
    "actions",
    "admission",
    "admitted",
    "age",
    "alerts",
    "allergies",
    "appointment",
    "bed",
    "citizenship",
    "civil status",
    "clinic",
    "clinician",
    "comments",
    "consultant",
    "cons",
    "date",
    "department",
    "dept",
    "details",
    "diagnosis",
    "discharged",
    "encounter",
    "episode",
    "event",
    "facility",
    "field",
    "gender",
    "geschlecht",
    "group",
    "hospital",
    "id",
    "identifier",
    "language",
    "lit",
    "location",
    "loc",
    "los",
    "m f",
    "marital status",
    "modality",
    "nationality",
    "new",
    "new value",
    "no",
    "notes",
    "old",
    "old value",
    "priority",
    "problem",
    "procedure",
    "provider",
    "reason",
    "ref",
    "referral",
    "relation",
    "relationship",
    "religion",
    "result",
    "role",
    "room",
    "seen",
    "service",
    "sex",
    "sexe",
    "sexo",
    "site",
    "specialty",
    "speciality",
    "spec",
    "staff",
    "station",
    "status",
    "team",
    "time",
    "title",
    "type",
    "unit",
    "user",
    "value",
    "visit",
    "ward",
];

/// Whether a text heads columns of a kind that no identifier stands in, or may.
pub(super) fn is_common(words: &str) -> bool {
    HEADERS.contains(&words)
}

fn known(cell: &Cell) -> bool {
    cell.label.as_ref().is_some_and(|l| l.known())
}

fn labels(cell: &Cell) -> bool {
    !cell.text.trim_end().ends_with(':') && (known(cell) || is_common(&normalise(&cell.text)))
}

fn filled(cell: &Cell) -> bool {
    !cell.text.trim().is_empty()
}

/// Whether a text is a name for sure: several words, or one that is nothing else.
fn is_sure_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let lower = text.trim().to_lowercase();
    let sure = |w: &str| !lists.is_word(w) && (lists.is_forename(w) || lists.is_surname(w));
    sure(&lower) || (lower.split([' ', ',']).any(|w| !w.is_empty() && sure(w)) && hint::is_name(text))
}

/// Whether a text has a word in it that is none of the language's and no abbreviation, or somebody's name as well.
fn may_be_value(text: &str) -> bool {
    let lists = gazetteer::shipped();
    text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-').filter(|w| w.len() > 1).any(|w| {
        let lower = w.to_lowercase();
        (!lists.is_word(&lower) && lower.len() > 4) || lists.is_forename(&lower) || lists.is_surname(&lower)
    })
}

/// What a first row of plain cells is by itself.
pub(super) fn verdict(cells: &[Cell]) -> Verdict {
    let row: Vec<&Cell> = cells.iter().filter(|c| filled(c)).collect();
    if is_all_colons(cells) && row.iter().filter(|c| known(c)).count() >= 2 {
        return Verdict::Headers;
    }
    let digits = row.iter().any(|c| c.text.chars().filter(char::is_ascii_digit).count() > 3);
    let count = row.iter().filter(|c| known(c)).count();
    if row.len() < 2 || digits || count == 0 || cells.iter().any(|c| c.control) {
        return Verdict::Values;
    }
    if row.iter().any(|c| !labels(c) && is_sure_name(&c.text)) {
        return Verdict::Values;
    }
    // Two that rules know, side by side; of one that is known and a word that heads columns, "Surname | Ward", the second may be a
    // value.
    let neighbours = cells.windows(2).any(|pair| pair.iter().all(|c| known(c) && labels(c)));
    let all = row.iter().all(|c| labels(c));
    if neighbours || (all && count >= 2) {
        return Verdict::Headers;
    }
    // "Date | Patient name": a label is no value of the word before it.
    if all && row.last().is_some_and(|c| known(c)) {
        return Verdict::AskNext;
    }
    // "Patient | Young Hope | Female": what stands behind a known label, and is no word of the language alone, is its value.
    let valued = cells.windows(2).any(|pair| match pair {
        [label, value] => known(label) && filled(value) && !labels(value) && may_be_value(&value.text),
        _ => false,
    });
    if valued {
        return Verdict::Values;
    }
    let short = |c: &&Cell| {
        labels(c)
            || (c.text.len() <= LONGEST
                && !c.text.contains(|c: char| c.is_ascii_digit() || c == ':')
                && c.text.trim_start().starts_with(char::is_uppercase))
    };
    if row.len() >= 3 && row.iter().all(short) { Verdict::AskNext } else { Verdict::Values }
}

/// Whether a row stands below one that may be headers as its values do: cell by cell, and not label by label.
pub(super) fn is_of_values(row: &[Cell], above: &[Cell]) -> bool {
    let first = row.iter().find(|c| filled(c));
    let width = |cells: &[Cell]| cells.iter().map(|c| c.width).sum::<usize>();
    width(row) == width(above)
        && first.is_some_and(|c| !labels(c) && !c.text.trim_end().ends_with(':'))
        && row.iter().filter(|c| labels(c)).count() < 2
}

/// Whether a row is labels and no more.
pub(super) fn is_all_labels(row: &[Cell]) -> bool {
    row.iter().any(filled) && row.iter().all(|c| !c.control && (!filled(c) || labels(c)))
}

/// "Patient: | Pat. ID: | Birthdate: | Sex:" heads the row below, and so does "Date/Time: | StudyID:" further down.
pub(super) fn is_all_colons(row: &[Cell]) -> bool {
    let filled = || row.iter().filter(|c| filled(c));
    filled().count() >= 3 && filled().all(|c| c.text.trim_end().ends_with(':'))
}

/// Whether a row is form controls and no text: what the labels above it are for.
pub(super) fn is_all_controls(row: &[Cell]) -> bool {
    row.iter().any(|c| c.control) && !row.iter().any(filled)
}
