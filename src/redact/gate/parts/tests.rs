//! Bodies other than pages, longer than the window or live, that nobody rewrote.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use super::{Events, Parts, literal};
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::config;
use crate::redact::dictionary::Dictionary;
use crate::redact::engine::BodyRewriter;
use crate::redact::finding::{Finder, Finding};
use crate::redact::format::Media;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::operator::GrantKeys;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::Plan;
use crate::redact::withheld::Withheld;

const CSV: Media = Media::Csv { separator: None };

static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml"))).unwrap();
    let mut plan = Plan::clone(&config.trusts[0].compiled.plan);
    // A small window, so that a body need not be long to be longer.
    plan.bounds.look_ahead = 16 * 1024;
    Arc::new(plan)
});

fn inspector(known: &[(Kind, &str)]) -> Inspector {
    let mut dictionary = Dictionary::default();
    for (kind, value) in known {
        let finder = Finder::Field("base/field".into());
        let finding = Finding { range: 0..value.len(), kind: *kind, confidence: 100, finder };
        dictionary.learn(&finding, value, &Place::on(Surface::Text), 1000);
    }
    let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
    Inspector::new(PLAN.clone(), keys, dictionary, "/chart")
}

fn known() -> Inspector {
    inspector(&[(Kind::NhsNumber, "943 476 5919"), (Kind::Name, "WHITLOCK, Jemima")])
}

/// What left of a body in chunks, and what the gate said in the end.
fn leaves(ins: &Inspector, media: Media, body: &str, chunk: usize) -> (String, Result<(), Withheld>) {
    let mut parts = Parts::new(media, 64 * 1024);
    let (mut out, mark) = (Vec::new(), ins.dictionary().mark());
    let mut said = Ok(());
    for chunk in body.as_bytes().chunks(chunk) {
        said = parts.push(ins, mark, None, chunk, false, &mut out);
        if said.is_err() {
            break;
        }
    }
    if said.is_ok() {
        said = parts.push(ins, mark, None, &[], true, &mut out);
    }
    (String::from_utf8(out).unwrap(), said)
}

#[test]
fn what_a_broken_rewriter_lets_through_does_not_leave() {
    let ins = known();
    for (media, body) in [
        (Media::Json, r#"{"a":{"b":["x","943\u0020476 5919"]}}"#),
        (Media::Json, r#"[1,2,9434765919,"x"]"#),
        (Media::Json, r#"{"9434765919":1}"#),
        (Media::Json, r#"{"n":"943 476 5919","n":"x"}"#),
        (Media::Json, r#"{"h":"<p>943 <b>476</b> 5919</p>"}"#),
        (Media::Json, r#"{"j":"{\"n\":\"943\\u0020476 5919\"}"}"#),
        (Media::Json, r#"{"b":"U2VlbiA5NDMgNDc2IDU5MTkgdG9kYXk="}"#),
        (Media::Json, r#"{"b":"data:text/plain;base64,U2VlbiA5NDMgNDc2IDU5MTkgdG9kYXk"}"#),
        (Media::Json, r#"{"jwt":"eyJhbGciOiJub25lIn0.eyJuaHMiOiI5NDM0NzY1OTE5In0.c2lnbmF0dXJlLXdpdGhvdXQ"}"#),
        (Media::Json, "{\"x\":\"943 476 5919"),
        (Media::Ndjson, "{\"a\":1}\n{\"a\":\"943 476 5919\"}\n"),
        (Media::Xml, "<a><n v='943 476 5919'/></a>"),
        (Media::Xml, "<a>x &lt;b&gt;&#57;43 476 5919</a>"),
        (Media::Xml, "<a><!-- 943 476 5919 --></a>"),
        (Media::Xml, "<text>943 <content>476</content> 59<sup>19</sup></text>"),
        (Media::Xml, "<a><![CDATA[943 476 5919]]></a>"),
        (Media::Xml, "<a v=\">943 476 5919\"/>"),
        (Media::Xml, "<a <b>943 476 5919</b>"),
        (Media::Xml, "<?x 943 476 5919?><a/>"),
        (Media::Xhtml, "<p>943 <em>476</em> 5919</p>"),
        (Media::Xhtml, "<script>var n = '943\\u0020476 5919'</script>"),
        (CSV, "a,b\n1,943 476 5919\n"),
        (CSV, "a,b\n1,\"WHITLOCK, Jemima\"\n"),
        (CSV, "a,b\n1,\"x \"\"943 476 5919\"\"\"\n"),
        (CSV, "a\"b,943 476 5919\nc,d"),
        (Media::Hl7, "PID|1||943 476 5919^^^NHS\r"),
        (Media::Hl7, "PID|1||WHITLOCK^Jemima^^^Mrs\r"),
        (Media::Hl7, "OBX|1|TX|x||943\\X20\\476 5919\r"),
        (Media::Form, "a=1&n=943+476+5919"),
        (Media::Form, "a=1&n=943%20476%205919&b"),
        (Media::Text, "seen 943-476-5919\n"),
        (Media::Script, "x='943 476 5919'"),
        (Media::Style, "p::before { content: '\\39 43 476 5919' }"),
        (Media::EventStream, "event: x\ndata: {\"n\":\"943\\u0020476 5919\"}\n\n"),
        (Media::EventStream, "data: 943\ndata: 1\r\n\r\ndata: 943 476 5919\r\n\r\n"),
        (Media::EventStream, "id: 9434765919\n\n"),
        (Media::EventStream, ": 943 476 5919"),
    ] {
        for chunk in [1, 5, usize::MAX] {
            let (out, said) = leaves(&ins, media, body, chunk);
            assert!(matches!(said, Err(Withheld::Leak(_))), "{media:?} {body}: {said:?}");
            assert!(!out.contains("5919") && !out.contains("Jemima"), "{media:?} {body}: {out} has left");
        }
        let whole = super::super::whole(&ins, crate::redact::plan::Gate::Tree, media, None, body.as_bytes());
        assert!(matches!(whole, Err(Withheld::Leak(_))), "{media:?} {body} whole: {whole:?}");
    }
}

#[test]
fn what_is_no_leak_leaves_byte_for_byte() {
    let ins = known();
    for (media, body) in [
        (Media::Json, "[943,476,5919, \"a\", {\"b\" : null}]\n"),
        (Media::Json, ")]}',\n{\"a\":[1.50,\"\\u00e9\"]}"),
        (Media::Ndjson, "{\"a\":943}\n\n{\"a\":476}\r\n[5919]"),
        (Media::Xml, "<?xml version='1.0'?><a><v>943</v><v>476</v><v>5919</v></a>\n"),
        (Media::Xml, "<a>unfinished <b"),
        (CSV, "943,476,5919\n\"a\nb\",\"\n"),
        (Media::Hl7, "MSH|^~\\&|A\rOBX|943|476|5919\r"),
        (Media::Form, "a=943&b=476&c=5919"),
        (Media::Text, "943\n476\r\n5919\rx"),
        (Media::Script, "var a = 943 + 476, b = 5919;"),
        (Media::Style, "p { width: 943px }"),
        (Media::EventStream, "\u{feff}data: 943\n\ndata: 476\n\n: x\r\n\r\ndata"),
        (Media::Text, ""),
    ] {
        for chunk in [1, 3, usize::MAX] {
            let (out, said) = leaves(&ins, media, body, chunk);
            assert_eq!((out.as_str(), said), (body, Ok(())), "{media:?}");
        }
    }
}

#[test]
fn a_long_part_is_held_no_longer_than_its_bound_and_still_looked_at() {
    let ins = known();
    for media in [Media::Text, Media::Json, Media::Xml, CSV, Media::Script, Media::EventStream, Media::Hl7] {
        let filler = "Nothing to see here. ".repeat(10_000);
        let open = if media == Media::Json { "\"" } else { "" };
        let body = format!("{open}{filler}943 476 5919 {filler}");
        let mut parts = Parts::new(media, 64 * 1024);
        let (mut out, mut fed, mut caught) = (Vec::new(), 0, false);
        for chunk in body.as_bytes().chunks(16 * 1024) {
            fed += chunk.len();
            if parts.push(&ins, ins.dictionary().mark(), None, chunk, false, &mut out).is_err() {
                caught = true;
                break;
            }
            assert!(fed - out.len() <= 128 * 1024, "{media:?}: {fed} {}", out.len());
        }
        assert!(caught, "{media:?}");
        assert!(!String::from_utf8_lossy(&out).contains("943"), "{media:?}");
    }
}

#[test]
fn events_end_behind_a_blank_line() {
    let split = |text: &str, chunk: usize| {
        let (mut events, mut held, mut out) = (Events::default(), Vec::new(), Vec::new());
        for chunk in text.as_bytes().chunks(chunk) {
            held.extend_from_slice(chunk);
            while let Some(end) = events.first(&held) {
                out.push(String::from_utf8(held.drain(..end).collect()).unwrap());
            }
        }
        out.push(String::from_utf8(held).unwrap());
        out
    };
    for (text, want) in [
        ("data: a\n\ndata: b\n\n", vec!["data: a\n\n", "data: b\n\n", ""]),
        ("data: a\r\n\r\ndata: b", vec!["data: a\r\n\r", "\ndata: b"]),
        ("a\r\rb\r\r", vec!["a\r\r", "b\r\r", ""]),
        ("\n\nx", vec!["\n", "\n", "x"]),
    ] {
        for chunk in 1..6 {
            assert_eq!(split(text, chunk), want, "{text:?} {chunk}");
        }
    }
}

#[test]
fn strings_of_json_end_where_they_end() {
    assert_eq!(literal(r#"{"a\"b": 1}"#, false), Some(7));
    assert_eq!(literal(r#"["\\" , "#, false), Some(5));
    assert_eq!(literal(r#"["\"#, false), None);
    assert_eq!(literal("[1, 2]", false), None);
    assert_eq!(literal("[1, 2]", true), Some(6));
}

fn redact(content_type: &str, body: &str, chunk: usize) -> Result<String, Withheld> {
    let mut rewriter = BodyRewriter::open(inspector(&[]), Some(content_type), None, None)?;
    let mut out = Vec::new();
    for chunk in body.as_bytes().chunks(chunk) {
        rewriter.write(chunk, &mut out)?;
    }
    rewriter.finish(&mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// Longer than the window, of every format: the gate lets through what the rewriter masked, however it came.
#[test]
fn long_bodies_that_are_masked_pass_and_chunks_do_not_matter() {
    let times = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    let big = 40_000;
    for (kind, body) in [
        (
            "application/json",
            format!(
                "[{{\"nhsNumber\":\"943 476 5919\",\"name\":\"WHITLOCK, Jemima\"}}{}]",
                times(",{\"n\":\"Seen by the team\",\"v\":[1.50,2]}", big)
            ),
        ),
        ("application/x-ndjson", times("{\"nhsNumber\":\"943 476 5919\",\"result\":\"Hb 13.2\"}\n", big)),
        (
            "application/xml",
            format!("<r><nhsNumber>943 476 5919</nhsNumber>{}</r>", times("<o code='718-7'>Hb <b>13.2</b></o>\n", big)),
        ),
        ("text/csv", format!("NHS number,Name,Result\n{}", times("943 476 5919,\"WHITLOCK, Jemima\",13.2\n", big))),
        ("text/plain", times("NHS number: 943 476 5919. Seen and examined.\n", big)),
        ("text/javascript", times("var patient = { nhsNumber: '943 476 5919' };\n", big)),
        ("text/css", times("p { color: red } /* NHS number 943 476 5919 */\n", big)),
        ("x-application/hl7-v2+er7", times("MSH|^~\\&|A|B\rPID|1||943 476 5919^^^NHS||WHITLOCK^Jemima\r", big)),
        ("text/event-stream", times("event: vitals\ndata: {\"nhsNumber\":\"943 476 5919\"}\n\n", 20_000)),
    ] {
        let whole = redact(kind, &body, usize::MAX).unwrap_or_else(|why| panic!("{kind}: {why}"));
        assert!(!whole.contains("5919"), "{kind}");
        assert!(redact(kind, &body, 1000).as_ref() == Ok(&whole), "{kind} in chunks");
    }
}

/// An event leaves as soon as its blank line has come, gate or not.
#[test]
fn events_are_not_held_back() {
    let mut rewriter = BodyRewriter::open(inspector(&[]), Some("text/event-stream"), None, None).unwrap();
    for end in ["\n\n", "\r\r", "\r\n\r\n"] {
        let mut out = Vec::new();
        rewriter.write(b"data: {\"nhsNumber\":\"943 476 5919\"}", &mut out).unwrap();
        assert!(!String::from_utf8_lossy(&out).contains("nhsNumber"));
        rewriter.write(end.as_bytes(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("nhsNumber") && !text.contains("5919"), "{end:?}: {text}");
    }
}
