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
    reason = "a test may fail"
)]

use std::io::Write;
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
];

fn body() -> impl Strategy<Value = (&'static str, String)> {
    (0..PIECES.len()).prop_flat_map(|kind| {
        let (name, pieces) = PIECES[kind];
        prop::collection::vec(0..pieces.len(), 0..14)
            .prop_map(move |picked| (name, picked.iter().map(|&i| pieces[i]).collect()))
    })
}

fn coded(coding: &str, body: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => {
            let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "deflate" => {
            let mut coder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "raw" => {
            let mut coder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            coder.write_all(body).unwrap();
            coder.finish().unwrap()
        }
        "br" => {
            let mut out = Vec::new();
            let mut coder = brotli::CompressorWriter::new(&mut out, 4096, 5, 20);
            coder.write_all(body).unwrap();
            drop(coder);
            out
        }
        "zstd" => zstd::stream::encode_all(body, 3).unwrap(),
        _ => body.to_vec(),
    }
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
