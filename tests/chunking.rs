//! What must never be true: how a body was split into chunks changes the output. Every format, through codings and charsets,
//! under the shipped rules; and with no rules at all, real documents leave byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    unreachable_pub,
    reason = "a test may fail"
)]

#[path = "support/carried.rs"]
mod carried;

use std::path::Path;
use std::sync::{Arc, LazyLock};

use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::inspect::Inspector;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::plan::Plan;
use fanlight::redact::withheld::Withheld;
use proptest::prelude::*;

use carried::{CHARSETS, coded, in_charset};

static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml")))
        .unwrap_or_else(|errors| panic!("fixtures/score.toml: {errors:?}"));
    config.trusts[0].compiled.plan.clone()
});

/// The same rules with a window so small that most bodies stream.
static STREAMING: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let mut plan = (**PLAN).clone();
    plan.bounds.look_ahead = 48;
    Arc::new(plan)
});

fn redact(plan: &Arc<Plan>, kind: &str, coding: Option<&str>, chunks: &[&[u8]]) -> Result<Vec<u8>, Withheld> {
    let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
    let inspector = Inspector::new(plan.clone(), keys, Dictionary::default(), "/x");
    let mut body = BodyRewriter::open(inspector, Some(kind), coding, None)?;
    let mut out = Vec::new();
    for chunk in chunks {
        body.write(chunk, &mut out)?;
    }
    body.finish(&mut out)?;
    Ok(out)
}

/// What stands in documents of each type; joined at random they are often broken, which must not depend on chunks either.
const PIECES: &[(&str, &[&str])] = &[
    (
        "application/json",
        &[
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"nhsNumber\"",
            "\"943 476 5919\"",
            "\"\\u0039434765919\"",
            "9434765919",
            "1.5e3",
            "true",
            " ",
            "\"name\"",
            "\"O\\u2019Brien, Mary\"",
            "{\"label\":\"NHS number\",\"value\":\"9434765919\"}",
            "[[\"NHS number\"],[\"9434765919\"]]",
            "\"<b>943</b> 476 5919\"",
            "\"https://x/p?nhs=9434765919\"",
            "{\"a\":[1,{\"b\":null}]}",
        ],
    ),
    (
        "text/html",
        &[
            "<p>",
            "</p>",
            "<b>943</b>",
            " 476&nbsp;5919 ",
            "<td title=\"9434765919\">",
            "<!-- Mr John Smith -->",
            "<script>",
            "var nhs='943 476 5919';",
            "</script>",
            "<th>NHS number</th>",
            "é",
            "\u{1f600}",
            "<a href='/p/9434765919?x=1'>",
            "&#57;",
            "<",
            "&",
            "Mr John Smith",
            "<table><tr>",
            "<style>a{content:'x'}</style>",
            "<br>",
        ],
    ),
    (
        "application/xml",
        &[
            "<a>",
            "</a>",
            "<b x='943 476 5919'>",
            "</b>",
            "943 476 5919",
            "&#57;",
            "<![CDATA[Mr John Smith]]>",
            "<!-- 9434765919 -->",
            "<id extension=\"9434765919\"/>",
            "<content>943</content>",
            "\n",
            "<table><tr><th>NHS number</th></tr></table>",
            "é",
        ],
    ),
    (
        "text/javascript",
        &[
            "var nhsNumber = ",
            "'943 476 5919'",
            "\"Mr John Smith\"",
            ";",
            "/* 9434765919 */",
            "// x\n",
            "`a${",
            "}b`",
            "/re[/]x/g",
            "(",
            ")",
            "{dob:'14/03/1962'}",
            "\\",
            "9434765919",
            "'\\x39\\u0034'",
            "é",
            "setPatient('John Smith',1)",
            "=",
            "/",
        ],
    ),
    (
        "text/css",
        &[
            "a{",
            "}",
            "content:\"943 476 5919\"",
            ";",
            "/* Mr John Smith */",
            "url(/p/9434765919)",
            "'",
            "\\39 ",
            "é",
            "#p9434765919",
        ],
    ),
    (
        "text/plain",
        &[
            "NHS No: 943 476 5919",
            "\n",
            "\r\n",
            "\n\n",
            "Mr John Smith",
            " ",
            "DOB: 14/03/1962",
            "é",
            "\u{a0}",
            "943\u{200b}4765919",
        ],
    ),
    ("text/csv", &["NHS number,Name\n", "9434765919", ",", "\"", "Smith, John", "\n", "\r\n", "\r", "é", ";", "\t"]),
    (
        "x-application/hl7-v2+er7",
        &[
            "MSH|^~\\&|A\r",
            "PID|1||9434765919^^^NHS||SMITH^JOHN\r",
            "NTE|1||Mr John Smith\r",
            "\n",
            "\\T\\",
            "OBX|1|TX|a^DOB||1962\r",
        ],
    ),
    (
        "application/x-www-form-urlencoded",
        &["nhs=", "943%20476%205919", "&", "name=John+Smith", "=", "%", "%E2%80%8B", "a"],
    ),
    (
        "text/event-stream",
        &["data: ", "{\"nhsNumber\":\"9434765919\"}", "\n", "\r", "\r\n", "\n\n", ": Mr John Smith", "event: x\n", "é"],
    ),
    ("application/x-ndjson", &["{\"nhsNumber\":\"9434765919\"}", "\n", "[1]", " ", "\"Mr John Smith\"", "\r\n"]),
    (
        "multipart/form-data; boundary=cut",
        &[
            "--cut\r\n",
            "--cut--\r\n",
            "--cut",
            "\r\n",
            "\n",
            "--",
            "Content-Disposition: form-data; name=\"nhsNumber\"\r\n\r\n943 476 5919\r\n",
            "Content-Disposition: form-data; name=\"letter\"; filename=\"smith_john.txt\"\r\n",
            "Content-Type: text/html\r\n\r\n<p>Mr John Smith</p>\r\n",
            "Content-Type: application/json\r\n\r\n{\"dob\":\"14/03/1962\"}\r\n",
            "Seen by Mr John Smith.",
        ],
    ),
];

/// A document of parts: what stands between two of them, what around all, parts that name nobody and parts that do.
struct Document {
    kind: &'static str,
    around: [&'static str; 2],
    between: &'static str,
    plain: &'static [&'static str],
    people: &'static [&'static str],
}

const DOCUMENTS: &[Document] = &[
    Document {
        kind: "application/json",
        around: ["[ ", "]"],
        between: ",\n",
        plain: &[
            "{\"resourceType\":\"Observation\", \"value\":5.40}",
            "[1, 2.50 ,3e-2]",
            "{ \"code\" : \"44054006\" }",
            "[\"\\u00e9\", \"a\\/b\", \"\\t\"]",
            "{\"html\":\"<p class=\\\"x\\\">No change</p>\"}",
            "{\"version\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"at\":1732624000}",
            "null",
            "{}",
            "[ ]",
        ],
        people: &[
            "{\"nhsNumber\":\"943 476 5919\"}",
            "{\"family\":\"O\\u2019Brien\",\"given\":[\"Mary\"]}",
            "{\"birthDate\":\"1962-03-14\"}",
            "{\"note\":\"Mr John Smith was seen\"}",
            "{\"label\":\"NHS number\",\"value\":9434765919}",
            "\"<b>943</b> 476 5919\"",
            "\"https://x/p?nhs=9434765919\"",
        ],
    },
    Document {
        kind: "text/html",
        around: ["<!doctype html>", ""],
        between: "\n",
        plain: &[
            "<p class=a   id = x>Blood pressure 120/80</p>",
            "<!-- a remark -->",
            "<script>var x = 'a\\x41' + `${y}`; if (a<b && c>d) {}</script>",
            "<style>a::before{content:'\\2014 '}</style>",
            "<p>é&amp;&nbsp;&#x2014;",
            "<table><tr><td>HbA1c</td><td>48</td></table>",
            "<a href='/wards/3?sort=asc&page=2'>Ward 3</a>",
            "<img src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\">",
            "<br/>",
            "</B>",
            "<INPUT TYPE=hidden NAME='csrf' value='5e1f0b7d2c'>",
            "<p>\u{1f600}\r\n</p>",
        ],
        people: &[
            "<p>Mr John Smith</p>",
            "<p title=\"943 476 5919\">x</p>",
            "<a href='/p/9434765919?x=1'>open</a>",
            "<script>var nhs='943 476 5919';</script>",
            "<!-- Mr John Smith -->",
            "<input name=nhsNumber value=9434765919>",
            "<p><b>943</b> 476&nbsp;5919</p>",
            "<textarea>Mr John Smith, born 14/03/1962</textarea>",
        ],
    },
    Document {
        kind: "application/xml",
        around: ["<?xml version='1.0'?><r>", "</r>\n"],
        between: "\n",
        plain: &[
            "<a>1</a>",
            "<b x='y'  z=\"&lt;\"/>",
            "<!-- no -->",
            "<code value=\"44054006\"/>",
            "<c><![CDATA[a < b]]></c>",
            "<d>é&#233;&amp;</d >",
            "<e\n f='g'></e>",
        ],
        people: &[
            "<nhsNumber>9434765919</nhsNumber>",
            "<id extension=\"9434765919\"/>",
            "<p>Mr <b>John</b> Smith</p>",
            "<n><![CDATA[Mr John Smith]]></n>",
            "<!-- 943 476 5919 -->",
        ],
    },
    Document {
        kind: "text/javascript",
        around: ["", ""],
        between: "\n",
        plain: &[
            "var a = 'x\\u0041';",
            "/* done */",
            "// more",
            "b(`${c}:${`d`}`);",
            "e = /[/]'/g.test(f) ? 1.50 : 0x1F;",
            "g = {'status': \"open\", version: '4.17.21'};",
            "h = a</b/g;",
            "é = 1;",
        ],
        people: &[
            "var nhsNumber = '943 476 5919';",
            "p = {dob:'14/03/1962', \"surname\":'O\\'Brien'};",
            "/* Mr John Smith */",
            "q = `Mr John Smith ${r}`;",
        ],
    },
    Document {
        kind: "text/css",
        around: ["", ""],
        between: "\n",
        plain: &[
            "a{color:red}",
            "/* grid */",
            "@media (min-width:40em){b{c:d}}",
            "e::after{content:'\\201C'}",
            "#f{g:url( h.png )}",
        ],
        people: &["i::before{content:\"943 476 5919\"}", "/* Mr John Smith */", "j{k:url(/p/9434765919)}"],
    },
    Document {
        kind: "text/plain",
        around: ["", "\n"],
        between: "\n\n",
        plain: &["Ward round at ten.", "HbA1c 48 mmol/mol", "\t\té", "Paracetamol 500mg PO QDS\r"],
        people: &["NHS No: 943 476 5919", "Mr John Smith was seen.", "DOB: 14/03/1962"],
    },
    Document {
        kind: "text/csv",
        around: ["Ward,Beds\r\n", ""],
        between: "",
        plain: &["Medicine,24\r\n", "\"a \"\"b\"\"\",c\n", "é,5.40\n"],
        people: &["943 476 5919,1\n", "\"Mr John Smith, 3\",2\r\n"],
    },
    Document {
        kind: "x-application/hl7-v2+er7",
        around: ["MSH|^~\\&|A|B\r", ""],
        between: "\r",
        plain: &["OBX|1|NM|718-7^HB^LN||13.20|g/dL", "ZZZ|a\\T\\b", "EVN|A01"],
        people: &["PID|1||9434765919^^^NHS||SMITH^JOHN^^^MR||19620314", "NTE|1||Mr John Smith was seen"],
    },
    Document {
        kind: "application/x-www-form-urlencoded",
        around: ["", ""],
        between: "&",
        plain: &["sort=asc", "page=2", "q=%e9%20x", "a+b", "=", ""],
        people: &["nhs=943%20476%205919", "surname=O%27Brien", "note=Mr+John+Smith"],
    },
    Document {
        kind: "text/event-stream",
        around: ["", ""],
        between: "",
        plain: &["data: {\"beds\":4}\n\n", ": still here\n\n", "event: x\ndata: y\n\n", "id: 7\r\n\r\n"],
        people: &["data: {\"nhsNumber\":\"9434765919\"}\n\n", ": Mr John Smith\n\n", "data: Mr\ndata: John Smith\n\n"],
    },
    Document {
        kind: "application/x-ndjson",
        around: ["", ""],
        between: "\n",
        plain: &["{\"beds\":4}", "[1, 2]\r", "{ }"],
        people: &["{\"nhsNumber\":\"9434765919\"}", "{\"text\":\"Mr John Smith\"}"],
    },
    Document {
        kind: "multipart/form-data; boundary=cut",
        around: ["", "--cut--\r\n"],
        between: "",
        plain: &[
            "--cut\r\nContent-Disposition: form-data; name=\"sort\"\r\n\r\nasc\r\n",
            "--cut\r\nContent-Disposition: form-data; name=x\r\nContent-Type: application/json\r\n\r\n{ \"beds\" : 4.0 }\r\n",
        ],
        people: &[
            "--cut\r\nContent-Disposition: form-data; name=\"nhsNumber\"\r\n\r\n943 476 5919\r\n",
            "--cut\r\nContent-Disposition: form-data; name=\"l\"; filename=\"l.html\"\r\nContent-Type: text/html\r\n\r\n<p>Mr John Smith</p>\r\n",
        ],
    },
];

/// A document's type, its text, and which parts of it name nobody, in order.
fn document() -> impl Strategy<Value = (&'static str, String, Vec<&'static str>)> {
    (0..DOCUMENTS.len()).prop_flat_map(|n| {
        let Document { kind, around, between, plain, people } = &DOCUMENTS[n];
        prop::collection::vec(0..plain.len() + people.len(), 0..14).prop_map(move |picked| {
            let parts: Vec<&str> =
                picked.iter().map(|i| plain.get(*i).unwrap_or_else(|| &people[i - plain.len()])).copied().collect();
            let text = format!("{}{}{}", around[0], parts.join(between), around[1]);
            (*kind, text, parts.into_iter().filter(|p| plain.contains(p)).collect())
        })
    })
}

fn body() -> impl Strategy<Value = (&'static str, String)> {
    (0..PIECES.len()).prop_flat_map(|kind| {
        let (name, pieces) = PIECES[kind];
        prop::collection::vec(0..pieces.len(), 0..14)
            .prop_map(move |picked| (name, picked.iter().map(|&i| pieces[i]).collect()))
    })
}

fn cuts<'a>(body: &'a [u8], at: &[usize]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = at.iter().map(|a| a % (body.len() + 1)).collect();
    at.sort_unstable();
    let mut parts = Vec::new();
    let mut from = 0;
    for to in at.into_iter().chain([body.len()]) {
        parts.push(&body[from..to]);
        from = to;
    }
    parts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_chunking_gives_the_same_bytes(
        (kind, text) in body(),
        at in prop::collection::vec(any::<usize>(), 0..6),
        coding in prop::sample::select(vec!["identity", "gzip", "deflate", "raw", "br", "zstd"]),
    ) {
        let body = coded(coding, text.as_bytes());
        let header = Some(if coding == "raw" { "deflate" } else { coding });
        for plan in [&*PLAN, &*STREAMING] {
            let whole = redact(plan, kind, header, &[&body]);
            prop_assert_eq!(&redact(plan, kind, header, &cuts(&body, &at)), &whole, "{:?}", text);
            let single: Vec<&[u8]> = body.chunks(1).collect();
            prop_assert_eq!(&redact(plan, kind, header, &single), &whole, "byte by byte {:?}", text);
        }
    }

    /// In whatever charset and through whatever codings: the same at every chunking, and the same as in UTF-8.
    #[test]
    fn charsets_and_codings_give_the_same_bytes(
        (kind, text) in body(),
        at in prop::collection::vec(any::<usize>(), 0..6),
        charset in prop::sample::select(CHARSETS.to_vec()),
        codings in prop::sample::select(vec![&[][..], &["gzip"], &["br"], &["zstd", "gzip"], &["deflate", "br"]]),
    ) {
        let Some(written) = in_charset(charset, &text) else { return Ok(()) };
        let named = format!("{kind}; charset={charset}");
        let body = codings.iter().fold(written, |body, coding| coded(coding, &body));
        let header = (!codings.is_empty()).then(|| codings.join(", "));
        for plan in [&*PLAN, &*STREAMING] {
            let whole = redact(plan, &named, header.as_deref(), &[&body]);
            prop_assert_eq!(&redact(plan, &named, header.as_deref(), &cuts(&body, &at)), &whole, "{:?}", text);
            let single: Vec<&[u8]> = body.chunks(1).collect();
            prop_assert_eq!(&redact(plan, &named, header.as_deref(), &single), &whole, "byte by byte {:?}", text);
            // These are of the charset that the header names; the others are UTF-8, whatever it says.
            if matches!(kind, "text/html" | "text/plain" | "text/css" | "text/javascript" | "text/csv") {
                let utf8 = redact(plan, &format!("{kind}; charset=utf-8"), None, &[text.as_bytes()]);
                prop_assert_eq!(&whole, &utf8, "{} against UTF-8 {:?}", charset, text);
            }
        }
    }

    /// What has left can come in again, and leaves as it came.
    #[test]
    fn redacting_twice_is_redacting_once((kind, broken) in body(), (sound, text, _) in document()) {
        for (kind, text, is_sound) in [(kind, &broken, false), (sound, &text, true)] {
            for plan in [&*PLAN, &*STREAMING] {
                let once = redact(plan, kind, None, &[text.as_bytes()]);
                prop_assert!(once.is_ok() || !is_sound, "{}: {:?} withheld: {:?}", kind, text, once);
                if let Ok(once) = once {
                    let twice = redact(plan, kind, None, &[&once]);
                    let shown = twice.as_ref().map(|t| String::from_utf8_lossy(t));
                    prop_assert_eq!(shown, Ok(String::from_utf8_lossy(&once)), "{:?}", text);
                }
            }
        }
    }

    /// What names nobody stays byte for byte, not a quote, a space or a reference is another, whoever stands beside it.
    #[test]
    fn what_names_nobody_stays_byte_for_byte((kind, text, plain) in document()) {
        for plan in [&*PLAN, &*STREAMING] {
            let out = redact(plan, kind, None, &[text.as_bytes()]);
            let out = String::from_utf8(out.unwrap_or_else(|why| panic!("{kind}: {text:?} withheld: {why}"))).unwrap();
            let mut rest = out.as_str();
            for part in &plain {
                let at = rest.find(part);
                prop_assert!(at.is_some(), "{:?} is not whole in {:?}", part, out);
                rest = &rest[at.unwrap_or_default() + part.len()..];
            }
        }
    }

    #[test]
    fn random_bytes_neither_panic_nor_hang(kind in 0..PIECES.len(), body in prop::collection::vec(any::<u8>(), 0..400)) {
        for coding in [None, Some("br")] {
            let once = redact(&PLAN, PIECES[kind].0, coding, &[&body]);
            prop_assert_eq!(redact(&PLAN, PIECES[kind].0, coding, &[&body]), once);
        }
    }
}

#[test]
fn charsets_become_utf8_at_every_split() {
    let page = "<p>Zoë Müller £5</p>";
    let latin: Vec<u8> = page.chars().map(|c| u8::try_from(c as u32).unwrap()).collect();
    let wide: Vec<u8> = std::iter::once(0xfeff).chain(page.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let declared = [b"<meta charset=iso-8859-1>".as_slice(), &latin].concat();
    let mut nothing = (**PLAN).clone();
    nothing.detectors.clear();
    let nothing = Arc::new(nothing);
    for (kind, body, prefix) in [
        ("text/html; charset=iso-8859-1", &latin, ""),
        ("text/html", &latin, ""),
        ("text/html", &declared, "<meta charset=utf-8>"),
        ("text/html; charset=utf-16", &wide, ""),
        ("text/html", &wide, ""),
        ("text/html", &page.as_bytes().to_vec(), ""),
    ] {
        for at in 0..=body.len() {
            let (a, b) = body.split_at(at);
            let got = redact(&nothing, kind, None, &[a, b]).unwrap();
            assert_eq!(String::from_utf8(got).unwrap(), format!("{prefix}{page}"), "{kind} cut at {at}");
        }
    }
    for (kind, body) in [
        ("text/html; charset=utf-8", latin.as_slice()),
        ("text/html; charset=iso-8859-1", b"\xef\xbb\xbf<p>".as_slice()),
        ("text/html; charset=klingon", b"<p>"),
        ("text/html", b"<meta charset=klingon>"),
        ("application/json", b"[\"\xe9\"]"),
    ] {
        assert_eq!(redact(&nothing, kind, None, &[body]), Err(Withheld::BadCharset), "{kind}");
    }
}

#[test]
fn damaged_codings_are_withheld() {
    let body = b"hello ".repeat(40);
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let good = coded(coding, &body);
        assert_eq!(redact(&PLAN, "text/plain", Some(coding), &[&good]).unwrap(), body, "{coding}");
        for cut in 1..good.len() {
            let cut = redact(&PLAN, "text/plain", Some(coding), &[&good[..cut]]);
            assert_eq!(cut, Err(Withheld::BadCoding), "{coding} cut short");
        }
        let more = [good.as_slice(), b"garbage"].concat();
        assert_eq!(redact(&PLAN, "text/plain", Some(coding), &[&more]), Err(Withheld::BadCoding), "{coding} and more");
        assert!(redact(&PLAN, "text/plain", Some(coding), &[&body]).is_err(), "{coding} that is none");
        let twice = coded("gzip", &good);
        let both = format!("{coding}, gzip");
        assert_eq!(redact(&PLAN, "text/plain", Some(&both), &[&twice]).unwrap(), body, "{both}");
        // White space upon white space.
        let bomb = coded(coding, &vec![b' '; 8 << 20]);
        let bomb = redact(&PLAN, "application/json", Some(coding), &[&bomb]);
        assert!(matches!(bomb, Err(Withheld::TooLarge { .. })), "{coding} bomb");
    }
    for unknown in ["compress", "gzip, gzip, gzip", "x", "br;q=1"] {
        assert_eq!(redact(&PLAN, "text/plain", Some(unknown), &[b"x"]), Err(Withheld::UnknownCoding), "{unknown}");
    }
}
