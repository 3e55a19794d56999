//! Charsets: whatever a body is written in, and however it says so, it is read as a browser reads it, masked, and leaves as
//! UTF-8 that says so. What contradicts itself or is unknown is withheld.
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

use std::path::Path;
use std::sync::{Arc, LazyLock};

use encoding_rs::*;
use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::inspect::Inspector;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::plan::Plan;
use fanlight::redact::withheld::Withheld;

static PLAN: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let config = config::check(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml"))).unwrap();
    config.trusts[0].compiled.plan.clone()
});

/// Every encoding of the standard that a body can be written in, but UTF-16, which is written otherwise.
const ALL: &[&Encoding] = &[
    UTF_8,
    IBM866,
    ISO_8859_2,
    ISO_8859_3,
    ISO_8859_4,
    ISO_8859_5,
    ISO_8859_6,
    ISO_8859_7,
    ISO_8859_8,
    ISO_8859_8_I,
    ISO_8859_10,
    ISO_8859_13,
    ISO_8859_14,
    ISO_8859_15,
    ISO_8859_16,
    KOI8_R,
    KOI8_U,
    MACINTOSH,
    WINDOWS_874,
    WINDOWS_1250,
    WINDOWS_1251,
    WINDOWS_1252,
    WINDOWS_1253,
    WINDOWS_1254,
    WINDOWS_1255,
    WINDOWS_1256,
    WINDOWS_1257,
    WINDOWS_1258,
    X_MAC_CYRILLIC,
    GBK,
    GB18030,
    BIG5,
    EUC_JP,
    ISO_2022_JP,
    SHIFT_JIS,
    EUC_KR,
];

/// One of these can be written in each of them.
const LETTERS: &[&str] = &["漢", "한", "ж", "é", "ş", "ą", "ת", "م", "ก", "λ", "ħ"];

fn redact(kind: &str, body: &[u8]) -> Result<(String, String), Withheld> {
    let once = |chunks: &mut dyn Iterator<Item = &[u8]>| {
        let keys = GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
        let inspector = Inspector::new(PLAN.clone(), keys, Dictionary::default(), "/x");
        let mut rewriter = BodyRewriter::open(inspector, Some(kind), None, None)?;
        let says = rewriter.output_type();
        let mut out = Vec::new();
        for chunk in chunks {
            rewriter.write(chunk, &mut out)?;
        }
        rewriter.finish(&mut out)?;
        Ok((String::from_utf8(out).expect("what leaves is UTF-8"), says))
    };
    let whole = once(&mut std::iter::once(body));
    assert_eq!(once(&mut body.chunks(1)), whole, "{kind}: byte by byte");
    assert_eq!(once(&mut body.chunks(7)), whole, "{kind}: in sevens");
    whole
}

/// A letter of the encoding's own.
fn letter(encoding: &'static Encoding) -> &'static str {
    LETTERS.iter().find(|l| !encoding.encode(l).2).unwrap_or_else(|| panic!("{}: no letter", encoding.name()))
}

fn encode(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding.encode(text);
    assert!(!lost, "{} cannot write {text}", encoding.name());
    bytes.into_owned()
}

fn wide(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|c| if big { c.to_be_bytes() } else { c.to_le_bytes() }).collect()
}

const PAGE: &str = "<p>Name: Zebedee Quillfeather</p><p>NHS number: 943 476 5919</p><p>kept LETTER</p>";

/// Whole pages, so that what is left of them can be compared.
fn check(how: &str, encoding: &str, letter: &str, kind: &str, body: &[u8]) {
    let (out, says) = redact(kind, body).unwrap_or_else(|e| panic!("{encoding} {how}: withheld: {e}"));
    for canary in ["Quillfeather", "Zebedee", "943 476 5919", "5919"] {
        assert!(!out.contains(canary), "{encoding} {how}: {canary} in {out}");
    }
    assert!(out.contains(&format!("kept {letter}")), "{encoding} {how}: {out}");
    assert!(says.ends_with("; charset=utf-8"), "{says}");
    assert!(!out.starts_with('\u{feff}'), "{encoding} {how}: the mark stays");
    let declared = out.to_ascii_lowercase();
    for (at, _) in declared.match_indices("charset=").chain(declared.match_indices("encoding=")) {
        let value = declared[at..].split('=').nth(1).unwrap().trim_start_matches(['"', '\'']);
        assert!(value.starts_with("utf-8"), "{encoding} {how}: still declares {value:.20}");
    }
}

#[test]
fn every_encoding_however_it_is_declared() {
    for encoding in ALL {
        let (name, letter) = (encoding.name(), letter(encoding));
        let page = PAGE.replace("LETTER", letter);
        let html = encode(encoding, &page);
        check("by header", name, letter, &format!("text/html; charset={name}"), &html);
        check("by header, quoted", name, letter, &format!("text/html;charset=\"{}\"", name.to_lowercase()), &html);
        let declared = [
            format!("<meta charset={name}>"),
            format!("<!doctype html><html><head><title>x</title><META charset='{name}' />"),
            format!("<meta http-equiv=\"Content-Type\" content=\"text/html; charset={name}\">"),
            format!("<meta content='text/html;charset = {name} ' http-equiv=content-type>"),
            format!("<!-- <meta charset=klingon> --><meta name=x content='charset=klingon'><meta charset={name}>"),
        ];
        for head in &declared {
            if head.contains("klingon") {
                continue;
            }
            check(head, name, letter, "text/html", &encode(encoding, &format!("{head}{page}")));
        }
        // A comment and another purpose are no declaration.
        let (out, _) = redact("text/html", &encode(encoding, &format!("{}{page}", declared[4]))).unwrap();
        assert!(
            out.contains(&format!("kept {letter}")) && out.to_lowercase().contains("<meta charset=utf-8>"),
            "{name}: {out}"
        );
        let xml = format!("<?xml version=\"1.0\" encoding=\"{name}\"?><x>{page}</x>");
        check("by XML declaration", name, letter, "application/xml", &encode(encoding, &xml));
        check("by header, XML", name, letter, &format!("text/xml; charset={name}"), &encode(encoding, &xml));
        let text = format!("Name: Zebedee Quillfeather\nNHS number: 943 476 5919\n\nkept {letter}\n");
        check("text", name, letter, &format!("text/plain; charset={name}"), &encode(encoding, &text));
        let css = format!("@charset \"{name}\";a{{content:'943 476 5919'}}/*kept {letter}*/");
        let (out, _) = redact("text/css", &encode(encoding, &css)).unwrap();
        assert!(
            out.to_lowercase().starts_with("@charset \"utf-8\";") && out.contains(letter) && !out.contains("5919"),
            "{name}: {out}"
        );
    }
}

#[test]
fn utf16_by_mark_header_and_look() {
    let page = PAGE.replace("LETTER", "漢");
    for (big, name) in [(false, "utf-16le"), (true, "utf-16be")] {
        let body = wide(&page, big);
        let marked = wide(&format!("\u{feff}{page}"), big);
        check("by header", name, "漢", &format!("text/html; charset={name}"), &body);
        check("by mark", name, "漢", "text/html", &marked);
        check("by mark and header", name, "漢", &format!("text/html; charset={name}"), &marked);
        check("by mark and the other name", name, "漢", "text/html; charset=utf-16", &marked);
        check("by its look", name, "漢", "text/html", &body);
        check("by its look and the other name", name, "漢", "text/html; charset=utf-16", &body);
        let xml = wide(&format!("<?xml version='1.0'?><x>{page}</x>"), big);
        check("XML by its look", name, "漢", "application/xml", &xml);
        let json = wide(r#"{"nhsNumber":"943 476 5919","patientName":"Zebedee Quillfeather","x":"kept 漢"}"#, big);
        check("JSON by its look", name, "漢", "application/json", &json);
    }
    let marked = [b"\xef\xbb\xbf".as_slice(), page.as_bytes()].concat();
    check("by mark", "UTF-8", "漢", "text/html", &marked);
    check("by mark and header", "UTF-8", "漢", "text/html; charset=utf-8", &marked);
    let declared = [b"\xef\xbb\xbf<meta charset=gbk>".as_slice(), page.as_bytes()].concat();
    check("by mark before declaration", "UTF-8", "漢", "text/html", &declared);
}

/// The header holds against what the page declares, as in a browser; the page says the same afterwards.
#[test]
fn a_header_and_a_declaration_that_differ() {
    let page = PAGE.replace("LETTER", "漢");
    for head in ["<meta charset=koi8-r>", "<meta http-equiv=content-type content='text/html; charset=koi8-r'>"] {
        check(head, "header", "漢", "text/html; charset=utf-8", format!("{head}{page}").as_bytes());
        let body = encode(GB18030, &format!("{head}{page}"));
        check(head, "header", "漢", "text/html; charset=gb18030", &body);
    }
    let xml = format!("<?xml version='1.0' encoding='koi8-r'?><x>{page}</x>");
    check("XML", "header", "漢", "application/xml; charset=utf-8", xml.as_bytes());
    // A page that can be read byte by byte is not UTF-16, whatever it says.
    check("UTF-16 declared", "UTF-8", "漢", "text/html", format!("<meta charset=utf-16le>{page}").as_bytes());
    // Declared already: byte for byte.
    let (out, _) = redact("text/html", "<meta charset=\"UTF-8\"><p>漢".as_bytes()).unwrap();
    assert_eq!(out, "<meta charset=\"UTF-8\"><p>漢");
}

#[test]
fn contradictions_and_what_is_unknown_are_withheld() {
    let page = PAGE.replace("LETTER", "x");
    let bytes = page.as_bytes();
    let marked = [b"\xef\xbb\xbf".as_slice(), bytes].concat();
    let utf32: Vec<u8> =
        std::iter::once('\u{feff}').chain(page.chars()).flat_map(|c| (c as u32).to_le_bytes()).collect();
    let utf32_big: Vec<u8> =
        std::iter::once('\u{feff}').chain(page.chars()).flat_map(|c| (c as u32).to_be_bytes()).collect();
    for (why, kind, body) in [
        ("a mark against the header", "text/html; charset=iso-8859-1", marked.clone()),
        ("a mark against the header", "text/html; charset=utf-16le", marked),
        ("the other mark", "text/html; charset=utf-16be", wide(&format!("\u{feff}{page}"), false)),
        ("UTF-16 that says it is UTF-8", "text/html; charset=utf-8", wide(&page, false)),
        ("UTF-16 that says it is Latin", "text/html; charset=windows-1252", wide(&page, true)),
        ("UTF-16 the wrong way round", "text/html; charset=utf-16le", wide(&page, true)),
        // Of an event stream only the first three bytes are waited for: the mark of UTF-32 begins with that of UTF-16.
        ("UTF-32, live", "text/event-stream", utf32.clone()),
        ("UTF-32, live", "text/event-stream; charset=utf-16le", utf32.clone()),
        ("UTF-16, live", "text/event-stream", wide("\u{feff}data: 943 476 5919\n\n", true)),
        ("UTF-32", "text/html", utf32),
        ("UTF-32", "application/xml", utf32_big),
        ("UTF-7", "text/html; charset=utf-7", b"+ADw-p+AD4-+ADk-43 476 5919".to_vec()),
        ("an unknown label", "text/html; charset=klingon", bytes.to_vec()),
        ("an unknown label", "text/html", [b"<meta charset=klingon>".as_slice(), bytes].concat()),
        ("an unknown label", "application/xml", b"<?xml version='1.0' encoding='klingon'?><x/>".to_vec()),
        ("a label of nothing", "text/html; charset=hz-gb-2312", bytes.to_vec()),
        ("a label of nothing", "text/html; charset=iso-2022-kr", bytes.to_vec()),
        ("bytes that are not UTF-8", "text/html; charset=utf-8", [bytes, b"\xe9"].concat()),
        ("bytes that are not Shift_JIS", "text/html; charset=shift_jis", [bytes, b"\x81\xff"].concat()),
        ("a character cut off", "text/html; charset=gb18030", [bytes, b"\x81\x30"].concat()),
        ("an escape cut off", "text/html; charset=iso-2022-jp", [bytes, b"\x1b$"].concat()),
    ] {
        assert_eq!(redact(kind, &body).map(|(out, _)| out), Err(Withheld::BadCharset), "{why}: {kind}");
    }
}

/// Digits of full width, as they are typed in East Asia, in the encodings that have them; and escapes amid a name, which
/// nobody sees.
#[test]
fn wide_digits_and_unseen_escapes() {
    let wide: String =
        "943 476 5919".chars().map(|c| char::from_u32(c as u32 + 0xfee0).filter(|_| c != ' ').unwrap_or(c)).collect();
    for encoding in [GBK, GB18030, BIG5, EUC_JP, ISO_2022_JP, SHIFT_JIS, EUC_KR, UTF_8] {
        let body = encode(encoding, &format!("<p>NHS number: {wide}</p><p>kept</p>"));
        let (out, _) = redact(&format!("text/html; charset={}", encoding.name()), &body).unwrap();
        assert!(!out.contains(&wide) && !out.contains("９４３") && out.contains("kept"), "{}: {out}", encoding.name());
    }
    let body = b"<p>Name: Zebedee Quill\x1b(J\x1b(Bfeather</p><p>NHS number: 94\x1b(J\x1b(B3 476 59\x1b(J\x1b(B19</p>";
    let (out, _) = redact("text/html; charset=iso-2022-jp", body).map_err(|e| e.to_string()).unwrap_or_default();
    assert!(!out.contains("Quill") && !out.contains("feather") && !out.contains("5919"), "{out}");
}
