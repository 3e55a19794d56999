use crate::redact::format::Media;
use crate::redact::format::testing::{empty, every_split, plan, table, withheld};

#[test]
fn fields_by_key_path_and_sibling() {
    table(
        Media::Json,
        &[
            (r#"{"nhsNumber":"943","ward":"7B"}"#, r#"{"nhsNumber":"•","ward":"7B"}"#),
            (r#"{ "nhs_number" : 943 , "n" : 3.10 }"#, r#"{ "nhs_number" : "•" , "n" : 3.10 }"#),
            (r#"{"patient":{"name":"X Y"}}"#, r#"{"patient":{"name":"•"}}"#),
            (r#"{"label":"NHS number","value":"1234"}"#, r#"{"label":"NHS number","value":"•"}"#),
            (r#"{"value":"1234","label":"NHS number"}"#, r#"{"value":"•","label":"NHS number"}"#),
            (r#"{"name":"dob","value":"1962-03-14"}"#, r#"{"name":"dob","value":"•"}"#),
            (r#"{"name":"Ada","value":"7"}"#, r#"{"name":"•","value":"7"}"#),
            (r#"{"dob":{"value":"1962-03-14"}}"#, r#"{"dob":{"value":"•"}}"#),
            (r#"{"surname":["A","B"],"x":["A"]}"#, r#"{"surname":["•","•"],"x":["A"]}"#),
            (r#"{"resourceType":"Patient","id":"42"}"#, r#"{"resourceType":"Patient","id":"•"}"#),
            (r#"{"id":"42","resourceType":"Patient"}"#, r#"{"id":"•","resourceType":"Patient"}"#),
            (r#"{"resourceType":"Ward","id":"42"}"#, r#"{"resourceType":"Ward","id":"42"}"#),
            (
                r#"{"telecom":[{"value":"a@b","system":"email"},{"system":"url","value":"a b"}]}"#,
                r#"{"telecom":[{"value":"•","system":"email"},{"system":"url","value":"a b"}]}"#,
            ),
            (r#"{"a":{"secret":[{"x":"1"},{"y":"1"}]}}"#, r#"{"a":{"secret":[{"x":"•"},{"y":"1"}]}}"#),
        ],
    );
}

#[test]
fn rows_under_headers() {
    table(
        Media::Json,
        &[
            (
                r#"{"columns":["NHS No","Ward"],"data":[["1","7B"],["2","7C"]]}"#,
                r#"{"columns":["NHS No","Ward"],"data":[["•","7B"],["•","7C"]]}"#,
            ),
            (
                r#"{"data":[["1","7B"]],"columns":[{"title":"NHS No"},{"title":"Ward"}]}"#,
                r#"{"data":[["•","7B"]],"columns":[{"title":"NHS No"},{"title":"Ward"}]}"#,
            ),
            (r#"[["Ward","Surname"],["7B","Ada"],["7C",null]]"#, r#"[["Ward","Surname"],["7B","•"],["7C",null]]"#),
            (r#"[["Ward",1],["7B","Ada"]]"#, r#"[["Ward",1],["7B","Ada"]]"#),
        ],
    );
}

#[test]
fn strings_are_read_through_their_escapes() {
    table(
        Media::Json,
        &[
            (r#"["943\u0020476\u00a05919"]"#, r#"["•"]"#),
            (r#"["\u0039434765919"]"#, r#"["•"]"#),
            (r#"["a\n943\u200b4765919\tb"]"#, r#"["a\n•\tb"]"#),
            (r#"["\ud83d\ude00 Zzyx \"q\""]"#, r#"["\ud83d\ude00 • \"q\""]"#),
            (r#"["９４３ ４７６ ５９１９"]"#, r#"["•"]"#),
            (r#"{"9434765919":1,"Zzyx":2,"ok":3}"#, r#"{"•":1,"•":2,"ok":3}"#),
            (r#"["DOB: 14/03/1962","Name: Ada Boon\nWard: 7"]"#, r#"["DOB: •","Name: •\nWard: 7"]"#),
        ],
    );
}

#[test]
fn formats_inside_strings() {
    table(
        Media::Json,
        &[
            (r#"["{\"dob\":\"1962\",\"x\":1}"]"#, r#"["{\"dob\":\"•\",\"x\":1}"]"#),
            (
                r#"["/chart/9434765919?x=1"]"#,
                r#"["/chart/%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2?x=1"]"#,
            ),
            (r#"["<b>943</b> 476 <i>5919</i>"]"#, r#"["<b>•</b><i></i>"]"#),
            (
                r#"["Patient/42","and/or","urn:uuid:267b18ce-3d37-4581-9baa-6fada338038b"]"#,
                r#"["Patient/42","and/or","urn:uuid:267b18ce-3d37-4581-9baa-6fada338038b"]"#,
            ),
            // base64 of "Seen with Zzyx today, well", of random bytes, and of a PDF.
            (
                r#"["U2VlbiB3aXRoIFp6eXggdG9kYXksIHdlbGw="]"#,
                r#"["U2VlbiB3aXRoIOKAouKAouKAouKAouKAouKAoiB0b2RheSwgd2VsbA=="]"#,
            ),
            (r#"["q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"]"#, r#"["q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQ"]"#),
        ],
    );
    let pdf = data_encoding::BASE64.encode(b"%PDF-1.4 Zzyx and thirty more bytes of it");
    assert_eq!(every_split(&plan(), Media::Json, &format!("[\"{pdf}\"]")).unwrap(), "[\"\"]");
}

#[test]
fn numbers_that_are_identifiers_become_strings() {
    table(
        Media::Json,
        &[
            ("[9434765919,1.50,-0.0,1e5,12]", r#"["•",1.50,-0.0,1e5,12]"#),
            (r#"{"x":9.434765919e9,"mrn":42,"t":true,"dob":null}"#, r#"{"x":"•","mrn":"•","t":true,"dob":null}"#),
        ],
    );
}

#[test]
fn what_stands_around_documents() {
    table(
        Media::Json,
        &[
            (")]}',\n{\"dob\":\"1\"}", ")]}',\n{\"dob\":\"•\"}"),
            ("while(1);[1]", "while(1);[1]"),
            ("for (;;);{\"dob\":\"1\"}", "for (;;);{\"dob\":\"•\"}"),
            ("/**/jQuery3_170({\"dob\":\"1\"});", "/**/jQuery3_170({\"dob\":\"•\"});"),
            ("\u{feff}{}", "\u{feff}{}"),
            ("", ""),
            ("  \n", "  \n"),
            ("true", "true"),
            ("\"Zzyx\"", "\"•\""),
            ("42", "42"),
        ],
    );
    table(Media::Ndjson, &[("{\"dob\":\"1\"}\n{\"x\":1}\n\n[2]\n", "{\"dob\":\"•\"}\n{\"x\":1}\n\n[2]\n")]);
}

#[test]
fn what_is_not_json_is_withheld() {
    withheld(
        Media::Json,
        &[
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "[1 2]",
            "[[1],}",
            "[[1]}}]",
            "[01]",
            "[1.]",
            "['a']",
            "[\"\\u12\"]",
            "[\"\\ud800\"]",
            "[\"\\udc00\\ud800\"]",
            "[\"\\x41\"]",
            "[\"a\tb\"]",
            "[tru]",
            "[trux]",
            "{} {}",
            "[1]]",
            "[1}",
            "{\"a\" 1}",
            "nul",
            "<html>",
            "Nan",
            "[\"a",
            "cb({}",
            "+1",
            "[-]",
            "{\"a\":1 \"b\":2}",
            "alert(1);[1] x",
        ],
    );
}

#[test]
fn depth_is_bounded() {
    let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let plan = plan();
    assert!(every_split(&empty(), Media::Json, &deep(100)).is_ok());
    assert_eq!(
        super::super::scan::whole(
            super::Json::document(),
            &mut crate::redact::format::testing::inspector(plan),
            &deep(100_000)
        ),
        Err(crate::redact::withheld::Withheld::TooDeep(512))
    );
}

#[test]
fn a_second_parser_reads_the_same_structure() {
    let source = r#"{"a":[1,{"dob":"x","t":"Zzyx é \u00e9"},"{\"dob\":[1]}"],"9434765919":{"n":9434765919}}"#;
    let got = every_split(&plan(), Media::Json, source).unwrap();
    let shape = |v: &serde_json::Value| -> String {
        fn walk(v: &serde_json::Value, out: &mut String) {
            match v {
                serde_json::Value::Array(a) => a.iter().for_each(|v| {
                    out.push('[');
                    walk(v, out);
                    out.push(']')
                }),
                serde_json::Value::Object(o) => o.values().for_each(|v| {
                    out.push('{');
                    walk(v, out);
                    out.push('}')
                }),
                serde_json::Value::Null
                | serde_json::Value::Bool(_)
                | serde_json::Value::Number(_)
                | serde_json::Value::String(_) => out.push('.'),
            }
        }
        let mut out = String::new();
        walk(v, &mut out);
        out
    };
    let (before, after) = (serde_json::from_str(source).unwrap(), serde_json::from_str(&got).unwrap());
    assert_eq!(shape(&before), shape(&after));
}
