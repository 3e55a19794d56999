//! What was found in a page, and why: `fanlight redact --report` and `fanlight rules explain --input`, as a rule admin runs them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail"
)]

use std::path::Path;
use std::process::{Command, Output};

const PAGE: &str = r#"<!doctype html>
<title>WILLIAMS, Janet - Chart</title>
<dl>
  <dt>NHS No.</dt><dd><b>943</b> 476&nbsp;5919</dd>
  <dt>Notes</dt><dd>Seen with her son Peter. Call 020 7946 0018.</dd>
</dl>
<a href="/patient/9434765919/notes" title="Notes of Janet Williams">Notes</a>
<script>
  var p = {"dob": "1962-03-14", x: 'Janet Williams'};
</script>
<table><tr><th>Surname</th><th>Ward</th></tr><tr><td>Abbott</td><td>7W</td></tr></table>
"#;

const VALUES: &[&str] = &["Williams", "WILLIAMS", "Janet", "943", "5919", "Peter", "7946", "1962", "Abbott"];

fn fanlight(args: &[&str]) -> Output {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml");
    Command::new(env!("CARGO_BIN_EXE_fanlight")).args(args).args(["--config", config]).output().unwrap()
}

fn explained(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    std::fs::write(&file, text).unwrap();
    let output = fanlight(&["rules", "explain", "--trust", "royal-free", "--input", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a line says all of these, in this order.
fn says(table: &str, words: &[&str]) -> bool {
    table.lines().any(|line| {
        let mut rest = line;
        words.iter().all(|word| match rest.split_once(word) {
            Some((_, after)) => {
                rest = after;
                true
            }
            None => false,
        })
    })
}

#[test]
fn each_finding_of_a_page_is_explained_and_none_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let table = explained(folder.path(), "chart.html", PAGE);
    for words in [
        &["2:8 ", "name", "detector name", "pseudonym", "title"][..],
        &["4:26 ", "nhs-number", "field base/label-nhs-number", "100", "mask", "label \"nhs no\"", "dl > dd"],
        &["5:39 ", "name", "detector name", "prose by base/label-prose"],
        &["5:51 ", "phone", "detector phone"],
        &["7:", "title"],
        // An object of a script is read as data: the place is where the object begins, and the path in it.
        &["9:", "date-of-birth", "field base/fhir-birth-date", "label \"dob\"", "$.dob"],
        &["9:", "name", "dictionary", "$.x"],
        &["11:54 ", "name", "field base/label-surname", "table > tr > td"],
    ] {
        assert!(says(&table, words), "{words:?} in\n{table}");
    }
    for value in VALUES {
        assert!(!table.contains(value), "{value} in\n{table}");
    }
}

#[test]
fn other_formats_say_where_too() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, words) in [
        ("a.json", "{\"a\":1,\n  \"nhsNumber\": \"943 476 5919\"}", &["2:17 ", "nhs-number", "$.nhsNumber"][..]),
        (
            "a.csv",
            "Name,Ward,NHS No\n\"Williams, Janet\",7W,943 476 5919\n",
            &["2:22 ", "nhs-number", "row 2, column 3"],
        ),
        (
            "a.hl7",
            "MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.4\rPID|1||RF123^^^H||WILLIAMS^JANET||19620314|F\r",
            &["2:", "date-of-birth", "field base/hl7-birth-date", "PID-7"],
        ),
        ("a.txt", "Ward round\n\nNHS No: 943 476 5919\n", &["3:9 ", "nhs-number"]),
        ("a.xml", "<p>\n <birthTime value=\"19620314\"/>\n</p>", &["2:", "date-of-birth"]),
    ] {
        let table = explained(folder.path(), name, text);
        assert!(says(&table, words), "{name}: {words:?} in\n{table}");
    }
}

#[test]
fn the_report_of_redact_is_the_same_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let (page, report) = (folder.path().join("chart.html"), folder.path().join("report.json"));
    std::fs::write(&page, PAGE).unwrap();
    let files = [page.to_str().unwrap(), report.to_str().unwrap()];
    let output = fanlight(&["redact", "--trust", "royal-free", "--report", files[1], files[0]]);
    assert!(output.status.success());
    let text = std::fs::read_to_string(report).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = json["findings"].as_array().unwrap();
    let nhs = found.iter().find(|f| f["kind"] == "nhs-number" && f["line"] == 4).unwrap();
    assert_eq!((&nhs["column"], &nhs["confidence"], &nhs["operator"]), (&26.into(), &100.into(), &"mask".into()));
    assert_eq!(nhs["context"], "label \"nhs no\"");
    for value in VALUES {
        assert!(!text.contains(value), "{value} in {text}");
    }
}

#[test]
fn wrong_use_is_explained() {
    let none = fanlight(&["rules", "explain", "--input", "-"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("--trust"));
    let missing = fanlight(&["rules", "explain", "--trust", "royal-free", "--input", "nowhere.html"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nowhere.html cannot be read"));
}

#[test]
fn a_name_in_the_way_to_a_finding_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.json", r#"{"patient":{"familyName":"Quillfeather"},"Quillfeather":{"nhsNumber":"943 476 5919"}}"#),
        (
            "a.xml",
            "<r><patient><name><family>Quillfeather</family></name></patient><Quillfeather><birthTime value=\"19620314\"/></Quillfeather></r>",
        ),
    ] {
        let table = explained(folder.path(), name, text);
        assert!(says(&table, &["field "]) && !table.contains("Quillfeather"), "{name}:\n{table}");
    }
}
