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
//! Believed only in a record or a row of somebody, of a value that is written as no date, quantity or code of a diagnosis is.

use crate::redact::beside;

/// What a name of a number ends with.
const ENDS: &[&str] = &["code", "id", "identifier", "no", "num", "number", "ref", "reference"];

/// What has numbers and codes too, and may be told of somebody: places, things, staff, events and classifications.
const OTHERS: &[&str] = &[
    "accession",
    "account",
    "action",
    "activity",
    "admission",
    "app",
    "application",
    "appointment",
    "area",
    "assay",
    "asset",
    "atc",
    "attendance",
    "author",
    "batch",
    "bay",
    "bed",
    "block",
    "booking",
    "building",
    "card",
    "care",
    "category",
    "ccg",
    "centre",
    "certificate",
    "charge",
    "class",
    "clinic",
    "clinician",
    "cohort",
    "color",
    "colour",
    "commissioner",
    "concept",
    "condition",
    "consent",
    "consultant",
    "contract",
    "cost",
    "council",
    "country",
    "county",
    "course",
    "created",
    "creator",
    "cupboard",
    "currency",
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
    "dose",
    "drug",
    "edited",
    "education",
    "employer",
    "encounter",
    "entered",
    "episode",
    "equipment",
    "error",
    "ethnic",
    "ethnicity",
    "event",
    "exam",
    "facility",
    "file",
    "form",
    "frame",
    "funder",
    "gender",
    "gln",
    "gmc",
    "gp",
    "grade",
    "group",
    "gtin",
    "hcpcs",
    "hl7",
    "hospital",
    "hrg",
    "icb",
    "icd",
    "icd10",
    "image",
    "implant",
    "incident",
    "instance",
    "invoice",
    "item",
    "job",
    "kit",
    "lab",
    "laboratory",
    "lang",
    "language",
    "ledger",
    "lens",
    "level",
    "line",
    "list",
    "location",
    "locker",
    "log",
    "loinc",
    "lot",
    "lsoa",
    "machine",
    "measure",
    "medication",
    "message",
    "method",
    "model",
    "module",
    "nationality",
    "network",
    "note",
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
    "page",
    "panel",
    "pathway",
    "payment",
    "pcn",
    "pharmacy",
    "physician",
    "plan",
    "plate",
    "position",
    "post",
    "practice",
    "practitioner",
    "prescriber",
    "prescription",
    "problem",
    "procedure",
    "product",
    "profession",
    "program",
    "programme",
    "project",
    "protocol",
    "provider",
    "purchase",
    "reader",
    "reason",
    "recall",
    "receipt",
    "referral",
    "referrer",
    "region",
    "release",
    "religion",
    "report",
    "request",
    "resource",
    "response",
    "result",
    "revision",
    "role",
    "room",
    "route",
    "sample",
    "scan",
    "schedule",
    "school",
    "section",
    "sector",
    "sequence",
    "serial",
    "series",
    "service",
    "session",
    "sex",
    "shift",
    "site",
    "slide",
    "slot",
    "snomed",
    "sort",
    "source",
    "speciality",
    "specialty",
    "specimen",
    "staff",
    "state",
    "station",
    "status",
    "step",
    "stock",
    "storage",
    "store",
    "study",
    "supplier",
    "surgeon",
    "surgery",
    "system",
    "tag",
    "tariff",
    "task",
    "tax",
    "team",
    "template",
    "tender",
    "test",
    "theatre",
    "therapist",
    "ticket",
    "time",
    "trace",
    "tracking",
    "transaction",
    "transport",
    "treatment",
    "trust",
    "type",
    "ubrn",
    "unit",
    "updated",
    "user",
    "vaccine",
    "vat",
    "vehicle",
    "vendor",
    "version",
    "visit",
    "ward",
    "website",
    "worker",
    "zone",
];

/// Whether a value under this label (normalised) is somebody's own number, in a record or a row of that somebody.
pub(in crate::redact) fn is(label: &str, value: &str) -> bool {
    let words: Vec<&str> = label.split(' ').collect();
    // `code_client` has its end in front.
    let named = matches!(words.as_slice(), [.., last] if ENDS.contains(last)) || words.first() == Some(&"code");
    (2..=4).contains(&words.len())
        && named
        && !words.iter().any(|word| OTHERS.contains(&word.trim_end_matches('s')) || OTHERS.contains(word))
        && is_written(value.trim())
}

/// Capitals, then five digits and more, perhaps in groups: `CU2211-00311`, `S0927714`, `PHY-002914`.
fn is_written(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.starts_with(|c: char| c.is_ascii_uppercase()) && digits > 4 && beside::is_code(value)
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
