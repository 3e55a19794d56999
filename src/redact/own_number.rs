//! Numbers of people by names that no rule has: every system calls its own otherwise.
//!
//! ```text
//! Customer code   CU2211-00311      beside a name and a birth date: theirs
//! uhl_s_number    S0927714          theirs
//! Ward code       W0412-7           of a place
//! Batch number    LK20231           of a thing
//! Customer code   GOLD              no number
//! ```
//!
//! Believed only in a record, a row or a body that is about somebody, of a value that is written as no date, quantity or code of a diagnosis is.

use crate::redact::beside;
use crate::redact::detect::{date, nhs_number};
use crate::redact::finding::{Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::overlap::resolve;

/// How numbers of tickets, standards, papers and measurements of a page begin.
const OF_THINGS: &[&str] = &[
    "BS", "CG", "CHG", "CVE", "DCB", "DH", "DOI", "EFA", "EN", "GTM", "HTM", "INC", "INV", "ISB", "ISO", "ISRCTN",
    "KB", "NCT", "NG", "PL", "PMC", "PO", "PR", "PRN", "QS", "RC", "REQ", "RFC", "RITM", "SCCI", "SOP", "SR", "TA",
    "TKT", "TR", "UA", "WO",
];

/// What a name of a number ends with.
const ENDS: &[&str] = &["code", "hin", "id", "identifier", "key", "nin", "no", "num", "number", "ref", "reference"];

/// What has numbers and codes too, and may be told of somebody: places, things, staff, events and classifications.
const OTHERS: &[&str] = &[
    "accession",
    "account",
    "action",
    "activity",
    "admission",
    "alert",
    "amp",
    "analyser",
    "analyte",
    "analyzer",
    "api",
    "app",
    "appendix",
    "application",
    "appointment",
    "area",
    "assay",
    "asset",
    "assignment",
    "atc",
    "attendance",
    "author",
    "badge",
    "batch",
    "bay",
    "bed",
    "bleep",
    "block",
    "booking",
    "branch",
    "budget",
    "bug",
    "build",
    "building",
    "cable",
    "cache",
    "calibration",
    "calibrator",
    "campaign",
    "card",
    "care",
    "cas",
    "catalogue",
    "category",
    "catheter",
    "ccg",
    "centre",
    "certificate",
    "chair",
    "change",
    "channel",
    "chapter",
    "charge",
    "charity",
    "claim",
    "class",
    "clause",
    "clearance",
    "clinic",
    "clinician",
    "cluster",
    "cohort",
    "color",
    "colour",
    "commissioner",
    "commit",
    "company",
    "component",
    "concept",
    "condition",
    "connection",
    "consent",
    "consignment",
    "consultant",
    "container",
    "contract",
    "correlation",
    "cost",
    "council",
    "country",
    "county",
    "courier",
    "course",
    "cpt",
    "created",
    "creator",
    "csrf",
    "cupboard",
    "currency",
    "cve",
    "cylinder",
    "datix",
    "defect",
    "delivery",
    "department",
    "device",
    "dgn",
    "diagnosis",
    "dial",
    "dialling",
    "discharge",
    "district",
    "division",
    "dmd",
    "doctor",
    "document",
    "doi",
    "door",
    "dose",
    "download",
    "drawing",
    "driver",
    "drug",
    "ean",
    "edited",
    "edition",
    "education",
    "element",
    "employee",
    "employer",
    "encounter",
    "encryption",
    "endoscope",
    "endpoint",
    "engineer",
    "entered",
    "episode",
    "equipment",
    "error",
    "ethics",
    "ethnic",
    "ethnicity",
    "eudract",
    "event",
    "exam",
    "experiment",
    "facility",
    "feature",
    "feed",
    "field",
    "figure",
    "file",
    "filter",
    "finance",
    "firmware",
    "fixture",
    "flag",
    "font",
    "foreign",
    "form",
    "formulary",
    "frame",
    "funder",
    "funding",
    "ga",
    "gas",
    "gate",
    "gateway",
    "gender",
    "gl",
    "gln",
    "glove",
    "gmc",
    "gp",
    "grade",
    "grant",
    "grn",
    "group",
    "gtin",
    "gtm",
    "guideline",
    "hardware",
    "hcpc",
    "hcpcs",
    "hl7",
    "hospital",
    "host",
    "hrg",
    "icb",
    "icd",
    "icd10",
    "icon",
    "image",
    "implant",
    "incident",
    "instance",
    "instrument",
    "invoice",
    "iras",
    "isbn",
    "isrctn",
    "issn",
    "issue",
    "item",
    "jira",
    "job",
    "kanban",
    "kb",
    "kit",
    "lab",
    "laboratory",
    "lang",
    "language",
    "layout",
    "lead",
    "ledger",
    "legal",
    "lens",
    "level",
    "licence",
    "license",
    "line",
    "list",
    "locale",
    "location",
    "locker",
    "log",
    "loinc",
    "lot",
    "lsoa",
    "machine",
    "maintenance",
    "measure",
    "measurement",
    "media",
    "medication",
    "menu",
    "mesh",
    "message",
    "method",
    "metric",
    "model",
    "module",
    "nationality",
    "nav",
    "nct",
    "ndc",
    "needle",
    "network",
    "nmc",
    "node",
    "nominal",
    "note",
    "npc",
    "nsv",
    "nurse",
    "object",
    "observation",
    "occupation",
    "ods",
    "opcs",
    "operation",
    "operator",
    "order",
    "organisation",
    "organization",
    "owner",
    "pack",
    "package",
    "page",
    "panel",
    "paragraph",
    "parcel",
    "part",
    "pathway",
    "payment",
    "payroll",
    "pcn",
    "permission",
    "pharmacy",
    "physician",
    "pixel",
    "pl",
    "plan",
    "plate",
    "plugin",
    "pmc",
    "pmid",
    "po",
    "pod",
    "policy",
    "pool",
    "port",
    "position",
    "post",
    "pr",
    "practice",
    "practitioner",
    "prescriber",
    "prescription",
    "primary",
    "probe",
    "problem",
    "procedure",
    "process",
    "product",
    "profession",
    "program",
    "programme",
    "project",
    "protocol",
    "provider",
    "public",
    "pump",
    "purchase",
    "qualification",
    "question",
    "queue",
    "quote",
    "reader",
    "reason",
    "rec",
    "recall",
    "receipt",
    "referral",
    "referrer",
    "region",
    "registrant",
    "registry",
    "regulation",
    "release",
    "religion",
    "report",
    "request",
    "resource",
    "response",
    "result",
    "revision",
    "risk",
    "role",
    "room",
    "rota",
    "route",
    "rule",
    "sample",
    "scan",
    "schedule",
    "school",
    "scope",
    "screen",
    "section",
    "sector",
    "sentry",
    "sequence",
    "serial",
    "series",
    "server",
    "service",
    "session",
    "sex",
    "shift",
    "shipment",
    "site",
    "sku",
    "slide",
    "slot",
    "snomed",
    "software",
    "sop",
    "sort",
    "spec",
    "speciality",
    "specialty",
    "specimen",
    "staff",
    "standard",
    "state",
    "station",
    "status",
    "stent",
    "step",
    "stock",
    "storage",
    "store",
    "study",
    "style",
    "supplier",
    "surgeon",
    "surgery",
    "syringe",
    "system",
    "table",
    "tag",
    "tariff",
    "task",
    "tax",
    "team",
    "template",
    "tenant",
    "tender",
    "test",
    "theatre",
    "theme",
    "therapist",
    "thread",
    "ticket",
    "time",
    "timezone",
    "topic",
    "trace",
    "tracking",
    "transaction",
    "transport",
    "tray",
    "treatment",
    "trigger",
    "trolley",
    "trust",
    "type",
    "ubrn",
    "unit",
    "upc",
    "updated",
    "upload",
    "user",
    "vacancy",
    "vaccine",
    "valve",
    "variant",
    "vat",
    "vehicle",
    "vendor",
    "version",
    "video",
    "view",
    "visit",
    "vmp",
    "volume",
    "vtm",
    "ward",
    "warranty",
    "website",
    "widget",
    "window",
    "worker",
    "workflow",
    "zone",
];

/// `"ids": ["KH772031", "9688966177"]`, beside somebody.
fn is_among(label: &str, value: &str) -> bool {
    // A moment in seconds has ten digits as well, and begins with a one.
    let ten = value.len() == 10 && !value.starts_with('1') && nhs_number::check_digit(value);
    let written = || value.bytes().filter(u8::is_ascii_digit).count() > 5 && is_written(value);
    matches!(label, "ids" | "identifiers" | "mrns") && (ten || written())
}

/// What a value of somebody's is beside the name (normalised) that a system of its own gave it, as labels of the rules call it. A program
/// has codes, ids and keys of its own; in a record of somebody (`program` is false) they are theirs.
pub(in crate::redact) fn meaning(label: &str, value: &str, program: bool) -> Option<&'static str> {
    let number = if program { is_in_program(label, value) } else { is(label, value) };
    match () {
        () if number || is_among(label, value) => Some("patient id"),
        () if is_custom(label) && beside::is_old(value) => Some("date of birth"),
        () => None,
    }
}

/// As [`is`] where a program names its values: anything of its own has a code, an id and a key there, but for what is told to be people's.
fn is_in_program(label: &str, value: &str) -> bool {
    const OF_PEOPLE: &[&str] = &[
        "beneficiary",
        "client",
        "customer",
        "donor",
        "family",
        "hospital",
        "household",
        "member",
        "participant",
        "patient",
        "person",
        "pupil",
        "resident",
        "student",
        "subscriber",
    ];
    const NUMBERS: &[&str] = &["hin", "nin", "no", "num", "number"];
    let of = |list: &[&str]| label.split(' ').any(|word| list.contains(&word));
    let last = label.rsplit(' ').next().unwrap_or_default();
    is(label, value) && (NUMBERS.contains(&last) || of(OF_PEOPLE))
}

/// Whether a value under this label (normalised) is somebody's own number, in a record or a row of that somebody.
pub(in crate::redact) fn is(label: &str, value: &str) -> bool {
    let words: Vec<&str> = label.split(' ').collect();
    is_name(&words) && is_written(value.trim())
}

/// Whether words are the name of a number that somebody may have.
fn is_name(words: &[&str]) -> bool {
    // `code_client` has its end in front.
    let named = matches!(words, [.., last] if ENDS.contains(last)) || words.first() == Some(&"code");
    (2..=4).contains(&words.len())
        && named
        && !words.iter().any(|word| OTHERS.contains(&word.trim_end_matches('s')) || OTHERS.contains(word))
}

/// The number that a text beside its label begins with, in a body that is about somebody.
pub(in crate::redact) fn find(text: &str, label: &str, program: bool) -> Option<Finding> {
    let from = text.len() - text.trim_start().len();
    let value =
        text.get(from..)?.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '~' | '^')).next()?;
    let value = value.trim_end_matches('.');
    let fits = if program { is_in_program } else { is };
    fits(label, value).then(|| Finding {
        range: from..from + value.len(),
        kind: Kind::HospitalNumber,
        confidence: 90,
        finder: Finder::Detector("own-number".into()),
    })
}

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
            && (is_called(before) || is_referred(before, value))
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
        return columns.contains(' ') && !columns.split(' ').any(|word| OTHERS.contains(&word));
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

/// Capitals and at least four digits, perhaps in groups: `CU2211-00311`, `S0927714`, `PHY-002914`, `CF21927470OWMT`; or many digits in
/// groups, perhaps with letters: `7001-4421-8890`, `891-16C00442`.
fn is_written(value: &str) -> bool {
    const LONGEST: usize = 20;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_uppercase).count();
    let signs = value.bytes().filter(|b| matches!(b, b'-' | b'/')).count();
    let whole = digits + letters + signs == value.len() && value.len() <= LONGEST && signs <= 3;
    let glued = value.split(['-', '/']).all(|part| !part.is_empty());
    let begun = value.starts_with(|c: char| c.is_ascii_uppercase());
    let lettered = begun && digits > 3 && letters <= 6;
    let grouped = !begun && signs > 0 && digits > 7 && letters <= 4 && !date::is_date(value) && !value.starts_with('0');
    let prefix = value.get(..value.find(|c: char| !c.is_ascii_uppercase()).unwrap_or_default()).unwrap_or_default();
    whole && glued && (lettered || grouped) && !OF_THINGS.contains(&prefix)
}

/// `custom_field_1`, `udf3`: an operator's own field, whose name says nothing.
fn is_custom(label: &str) -> bool {
    let bare = label.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    matches!(bare, "custom field" | "customfield" | "udf")
}

/// Which of (normalised) headers are of a number that is a person's own where each row is one person's, and say nothing elsewhere.
/// Among results, money or files a reference is a range, an invoice's or a paper's.
pub(in crate::redact) fn columns(headers: &[&str]) -> Vec<bool> {
    const OF_RESULTS: &[&str] = &[
        "amount", "analyte", "balance", "file", "filename", "invoice", "price", "range", "result", "results", "test",
        "tests", "total", "unit", "units", "value",
    ];
    let of_results = headers.iter().any(|header| {
        header.split(' ').any(|word| OF_RESULTS.contains(&word)) && !is_reference(header) && !header.contains("file n")
    });
    let own = |header: &&str| matches!(*header, "identifier" | "identifiers") || (!of_results && is_reference(header));
    headers.iter().map(own).collect()
}

fn is_reference(header: &str) -> bool {
    matches!(
        header,
        "reference"
            | "ref"
            | "ref no"
            | "ref number"
            | "reference no"
            | "reference number"
            | "file no"
            | "file nr"
            | "file number"
            | "folder no"
            | "folder number"
            | "register no"
            | "register number"
            | "registration no"
            | "registration number"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_numbers() {
        for (label, value) in [
            ("customer code", "CU2211-00311"),
            ("code client", "CU2211-00311"),
            ("uhl s number", "S0927714"),
            ("lth ppm number", "LOC12051"),
            ("old reference number", "PHY-002914"),
        ] {
            assert!(is(label, value), "{label}");
        }
        for (label, value) in [
            ("ward code", "W0412-77"),
            ("batch number", "LK202311"),
            ("practice code", "P84012"),
            ("customer code", "GOLD"),
            ("customer code", "20220511"),
            ("number", "CU2211-00311"),
            ("device serial number", "SN0012345"),
            ("gmc number", "C1234567"),
            ("orders number", "RX1234567"),
        ] {
            assert!(!is(label, value), "{label}");
        }
    }

    #[test]
    fn lists_name_each_once() {
        let mut others = OTHERS.to_vec();
        others.sort_unstable();
        others.dedup();
        assert_eq!(others.len(), OTHERS.len());
    }
}
