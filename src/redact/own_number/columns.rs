//! Columns of tables of people: "Reference | Name | Date of birth".

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
            // The unit record of Australian hospitals.
            | "ur"
    )
}
