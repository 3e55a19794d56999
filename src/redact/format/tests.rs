//! Table tests of the smaller formats: in, out, cut everywhere.

use super::testing::{MASK, every_split, inspector, plan, table, withheld};
use super::{Media, css, url, value};
use crate::redact::place::{Place, Surface};

#[test]
fn text() {
    table(
        Media::Text,
        &[
            ("Name: Ada Boon   DOB: 14/03/1962\r\nWard: 7\r\n", "Name: •   DOB: •\r\nWard: 7\r\n"),
            ("Seen today, NHS No: 943-1, well.\n\nZzyx.", "Seen today, NHS No: •, well.\n\n•."),
            ("Address:\n12 High Street\nBristol\n\nWard 7", "Address:\n•\n\nWard 7"),
            ("943\n476 5919", "•"),
            (
                "the name: he said that nobody ever came to see it all",
                "the name: he said that nobody ever came to see it all",
            ),
            ("dob=1962-03-14 | mrn=123", "dob=• | mrn=•"),
            ("10:30 https://x/?a=b", "10:30 https://x/?a=b"),
            ("", ""),
        ],
    );
}

#[test]
fn csv() {
    let any = Media::Csv { separator: None };
    table(
        any,
        &[
            ("Ward,Surname\n7B,Ada\n7C,\"Boon, Bo\"\n", "Ward,Surname\n7B,•\n7C,\"•\"\n"),
            ("Ward;Surname;DOB\r\n7B;Ada;1962\r\n", "Ward;Surname;DOB\r\n7B;•;•\r\n"),
            ("Ward\tSurname\n7B\tAda", "Ward\tSurname\n7B\t•"),
            (
                "Patients of ward 7\n\nWard,Surname,DOB\n7B,Ada,1962\n",
                "Patients of ward 7\n\nWard,Surname,DOB\n7B,•,•\n",
            ),
            ("\"NHS No\",\"Note\"\n\"9\",\"a \"\"b\"\"\nZzyx\"\n", "\"NHS No\",\"Note\"\n\"•\",\"a \"\"b\"\"\n•\"\n"),
            ("NHS number,943\nWard,7\n", "NHS number,•\nWard,7\n"),
            ("a,9434765919,b\n", "a,•,b\n"),
            ("sep=;\nWard;Surname\n7B;Ada\n", "sep=;\nWard;Surname\n7B;•\n"),
        ],
    );
}

#[test]
fn hl7() {
    table(
        Media::Hl7,
        &[
            (
                "MSH|^~\\&|A|B\rPID|1||943^^^NHS^NH~77^^^X^MR||SMITH^JOHN^^^MR||1962\r",
                "MSH|^~\\&|A|B\rPID|1||•^^^NHS^NH~•^^^X^MR||•^^^^MR||1962\r",
            ),
            ("MSH|^~\\&|A\nPID|1||1||A^B||||||1 High St^^Bath\n", "MSH|^~\\&|A\nPID|1||•||•^||||||•^^\n"),
            ("MSH#$*!@#A\rPID#1##9$$$NHS##S$J\r", "MSH#$*!@#A\rPID#1##•$$$NHS##•$\r"),
            ("MSH|^~\\&|A\rNK1|1|Ada^Bo|x\r", "MSH|^~\\&|A\rNK1|1|•^Bo|x\r"),
            ("MSH|^~\\&|A\rOBX|1|TX|1^DOB^L||1962|x\r", "MSH|^~\\&|A\rOBX|1|TX|1^DOB^L||•|x\r"),
            ("MSH|^~\\&|A\rNTE|1||T\\T\\ 943 \\X34\\76 5919 \\.br\\Zzyx\r", "MSH|^~\\&|A\rNTE|1||T\\T\\ • \\.br\\•\r"),
            (
                "FHS|^~\\&|A\r\nBHS|^~\\&\r\nMSH|^~\\&\r\nPID|1||1\r\nBTS|1\r\n",
                "FHS|^~\\&|A\r\nBHS|^~\\&\r\nMSH|^~\\&\r\nPID|1||•\r\nBTS|1\r\n",
            ),
            ("\u{b}MSH|^~\\&|A\rPID|1||\"\"||\"\"\r\u{1c}\r", "\u{b}MSH|^~\\&|A\rPID|1||\"\"||\"\"\r\u{1c}\r"),
        ],
    );
    withheld(Media::Hl7, &["PID|1||943\r", "MSH|\r", "MSH||||||\r", "hello"]);
}

#[test]
fn forms() {
    let mask = url::encode(MASK, 1, true);
    let cases = [
        ("pid=7&ward=7B&dob=14%2F03%2F1962", "pid=•&ward=7B&dob=•"),
        ("a=Zzyx+b&&c", "a=•+b&&c"),
        ("patient%5Bsurname%5D=Ada&x=%7B%22dob%22%3A%221%22%7D", "patient%5Bsurname%5D=•&x=%7B%22dob%22:%22•%22%7D"),
        ("u=%2Fp%3Fpid%3D7", "u=%2Fp%3Fpid%3D7"),
    ];
    for (source, wanted) in cases {
        let got = every_split(&plan(), Media::Form, source).unwrap();
        if source.starts_with("u=") {
            assert!(!got.contains("%3D7"), "{got}");
        } else {
            assert_eq!(got, wanted.replace('•', &mask), "{source}");
        }
    }
}

#[test]
fn events() {
    table(
        Media::EventStream,
        &[
            ("data: {\"dob\":\"1\"}\n\ndata: ok\n\n", "data: {\"dob\":\"•\"}\n\ndata: ok\n\n"),
            (
                "event: x\r\ndata: {\"a\":1,\r\ndata: \"dob\":\"1\"}\r\n\r\n",
                "event: x\r\ndata: {\"a\":1,\r\ndata: \"dob\":\"•\"}\r\n\r\n",
            ),
            (": Zzyx\nid: 9434765919\n\n", ": •\nid: •\n\n"),
            ("data:Zzyx\n\n\n\ndata\n\n", "data: •\n\n\n\ndata\n\n"),
            ("data: <b>943</b>4765919", "data: <b>•</b>\n"),
            ("data: a\rdata: b\r\r", "data: a\rdata: b\r\r"),
        ],
    );
}

#[test]
fn each_event_leaves_when_it_is_complete() {
    let mut ins = inspector(plan());
    let mut format = super::open(Media::EventStream, None);
    let mut out = Vec::new();
    for part in ["da", "ta: a", "\n"] {
        format.write(&mut ins, part.as_bytes(), &mut out).unwrap();
        assert!(out.is_empty());
    }
    format.write(&mut ins, b"\n", &mut out).unwrap();
    assert_eq!(out, b"data: a\n\n");
}

#[test]
fn urls() {
    let mask = url::encode(MASK, 1, false);
    let twice = url::encode(MASK, 2, false);
    for (source, wanted) in [
        ("/chart/9434765919/notes", "/chart/•/notes"),
        ("https://u:p@host:1/a?pid=7&x=1#top", "https://u:p@host:1/a?pid=•&x=1#top"),
        ("?q=943%20476%205919", "?q=•"),
        ("?q=943%2520476%25205919", "?q=‡"),
        ("/a;mrn=9/b", "/a;mrn=•/b"),
        ("#/patient/9434765919?pid=1", "#/patient/•?pid=•"),
        ("/docs/Zzyx_letter.pdf", "/docs/•_letter.pdf"),
        ("row/393~Zzyx~2012", "row/393~•~2012"),
        ("mailto:a.b@example.org?subject=Zzyx", "mailto:•?subject=•"),
        ("tel:+441174960123", "tel:•"),
        ("javascript:setPatient('Zzyx')", "javascript:setPatient%28"),
        ("data:application/json,{\"dob\":\"1\"}", "data:application/json,%7B%22dob%22:%22•%22%7D"),
        ("data:application/pdf;base64,JVBERi0=", "data:,"),
        // As a browser reads them: without tabs, line ends and what stands before.
        ("da\tta:application/pdf;base64,JVBERi0=", "data:,"),
        (" d\r\nata\t:application/pdf;base64,JVBERi0=", "data:,"),
        ("\u{1}data:application/pdf;base64,JVBERi0=", "data:,"),
        ("java\nscript:go('x')", "javascript:go('x')"),
        ("?patient[0][surname]=Ada", "?patient[0][surname]=•"),
    ] {
        let got = url::redact(&mut inspector(plan()), source).unwrap().unwrap_or_else(|| source.to_owned());
        let wanted = wanted.replace('•', &mask).replace('‡', &twice);
        if source.starts_with("javascript:") {
            assert!(!got.contains("Zzyx") && got.starts_with("javascript:setPatient("), "{got}");
        } else {
            assert_eq!(got, wanted, "{source}");
        }
    }
}

#[test]
fn urls_that_hold_nothing_stay() {
    for source in [
        "/static/app.3f2a9c.js?v=1.2.3",
        "https://x.example/a%20b?c=d%2Fe&f=+g#h=i",
        "data:image/png;base64,iVBORw0KGgo=",
        "urn:oid:2.16.840.1.113883.2.1.4.1",
        "//cdn.example/x",
        "?",
        "#",
        "",
        "a:b:c",
        "/%zz%",
        "/%ff%fe",
    ] {
        assert_eq!(url::redact(&mut inspector(plan()), source).unwrap(), None, "{source}");
    }
}

#[test]
fn styles() {
    table(
        Media::Style,
        &[
            ("a::after{content:\"Zzyx\"}/* Zzyx */", "a::after{content:\"•\"}/* • */"),
            ("a::after{content:\"\\39 434765919\"}", "a::after{content:\"•\"}"),
            ("p{font-family:\"Zzyx\",'b';color:red}", "p{font-family:\"Zzyx\",'b';color:red}"),
            ("[title='Zzyx']{}", "[title='•']{}"),
            ("/*! (c) Zzyx */a{b:c}", "/*! (c) Zzyx */a{b:c}"),
            ("#p-9434765919{x:y}", "#p-•{x:y}"),
        ],
    );
    let got = css::redact(&mut inspector(plan()), "a{b:url(/p?pid=7)}b{c:url( '/9434765919' )}").unwrap().unwrap();
    assert!(!got.contains("=7") && !got.contains("943") && got.ends_with("' )}"), "{got}");
}

#[test]
fn values() {
    let place = Place::on(Surface::Data);
    let of = |text: &str| value(&mut inspector(plan()), text, &place).unwrap();
    assert_eq!(of("plain words"), None);
    assert_eq!(of("{not json} Zzyx"), Some(format!("{{not json}} {MASK}")));
    assert_eq!(of("dob=1962&x=1").map(|s| s.contains("1962")), Some(false));
    // A signed token is withheld whole when its claims hold somebody.
    let claims = data_encoding::BASE64URL_NOPAD.encode(br#"{"dob":"1962"}"#);
    assert_eq!(of(&format!("eyJhbGciOiJub25lIn0.{claims}.x")), Some(MASK.to_owned()));
    let claims = data_encoding::BASE64URL_NOPAD.encode(br#"{"sub":"u1"}"#);
    assert_eq!(of(&format!("eyJhbGciOiJub25lIn0.{claims}.x")), None);
}

#[test]
fn nesting_is_bounded() {
    let mut text = String::from("Zzyx");
    for _ in 0..12 {
        text = serde_json::to_string(&[text]).unwrap();
    }
    assert!(every_split(&plan(), Media::Json, &text).is_err());
}

/// Each would take hours if reading it were quadratic.
#[test]
fn hostile_inputs_come_back() {
    for (media, pieces) in [
        (Media::Json, ["{\"a\":", "[", "\"\\", "[\"<x \",", "{\"a\":1},", "\"&\"", "1", "[\"a=b&\","].as_slice()),
        (Media::Xml, &["<a>", "<a b='", "&", "<!--", "<![CDATA[", "<b>x</b>", "<content>", "x"]),
        (Media::Text, &["name:", "dob: 1 ", "a\n", "=", ":", "x", "\r", "9 "]),
        (Media::Csv { separator: None }, &["\"", ",", "a,", "\n", "\"\"", "name,", ";", "\r"]),
        (Media::Hl7, &["MSH|^~\\&|", "\\", "^", "~", "|", "\r", "PID|", "&"]),
        (Media::Form, &["a=", "&", "%", "%25", "=", "%7B", "+", "[a]"]),
        (Media::EventStream, &["data:", "\n", "\r", ":", "data: {\n", "data\n", "id:", "x\n"]),
        (Media::Style, &["\"", "/*", "url(", "\\", "a{", "'", "url('", ":"]),
    ] {
        for piece in pieces {
            let source = piece.repeat(200_000 / piece.len());
            let mut ins = inspector(plan());
            let mut format = super::open(media, None);
            let mut out = Vec::new();
            let mut done = Ok(());
            for chunk in source.as_bytes().chunks(1000) {
                done = done.and_then(|()| format.write(&mut ins, chunk, &mut out));
            }
            done = done.and_then(|()| format.finish(&mut ins, &mut out));
            // Withheld, or whole: but nothing of it may be lost.
            assert!(done.is_err() || !out.is_empty(), "{media:?} {piece:?}");
        }
    }
}
