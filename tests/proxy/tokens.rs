//! Tokens in every place of a request: what the system behind reads there is the very value that its page was masked of; a token that was altered, or
//! is of another grant, is 400 and nobody is asked; a mask is 409.

#[allow(dead_code, unreachable_pub, reason = "shared: each test binary uses a part of it")]
#[path = "../support/canary.rs"]
mod canary;
use std::collections::BTreeMap;

use crate::support::upstream::{Seen, ok};
use crate::support::{Front, Setup, Step, Upstream};
use canary::percent;

/// What is sent: method, target, headers, type and body; `{}` is the token.
struct Place {
    name: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: Option<(&'static str, &'static str)>,
    /// What the application reads there.
    read: fn(&Seen) -> String,
}

/// The text between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let from = text.find(before).unwrap_or_else(|| panic!("{before} in {text}")) + before.len();
    let rest = &text[from..];
    &rest[..if after.is_empty() { rest.len() } else { rest.find(after).unwrap_or_else(|| panic!("{after} in {rest}")) }]
}

fn query(seen: &Seen, name: &str) -> String {
    let (_, query) = seen.target.split_once('?').expect("a query");
    form(query, name)
}

fn form(text: &str, name: &str) -> String {
    let found = form_urlencoded::parse(text.as_bytes()).find(|(n, _)| n == name);
    found.unwrap_or_else(|| panic!("{name} in {text}")).1.into_owned()
}

fn json(text: &str, pointer: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    value.pointer(pointer).and_then(|v| v.as_str()).unwrap_or_else(|| panic!("{pointer} in {text}")).to_owned()
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

fn latin(seen: &Seen, name: &str) -> String {
    percent(seen.header(name).unwrap_or_else(|| panic!("no {name}")))
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const PARTS: &str = "multipart/form-data; boundary=b";

const PLACES: &[Place] = &[
    Place {
        name: "path",
        target: "/p/{}/notes",
        headers: &[],
        body: None,
        read: |s| percent(between(&s.target, "/p/", "/notes")),
    },
    Place {
        name: "matrix parameter",
        target: "/p;id={}/notes?a=1",
        headers: &[],
        body: None,
        read: |s| percent(between(&s.target, ";id=", "/notes")),
    },
    Place {
        name: "composite path",
        target: "/row/393~{}~7",
        headers: &[],
        body: None,
        read: |s| percent(between(&s.target, "393~", "~7")),
    },
    Place { name: "query", target: "/q?a=1&id={}&b=2", headers: &[], body: None, read: |s| query(s, "id") },
    Place { name: "first parameter", target: "/q?id={}", headers: &[], body: None, read: |s| query(s, "id") },
    Place {
        name: "name of a parameter",
        target: "/q?{}=on",
        headers: &[],
        body: None,
        read: |s| percent(&between(&s.target, "?", "=on").replace('+', " ")),
    },
    Place {
        name: "bare query",
        target: "/q?{}",
        headers: &[],
        body: None,
        read: |s| percent(&between(&s.target, "?", "").replace('+', " ")),
    },
    Place {
        name: "an address in a parameter",
        target: "/go?next=%2Fp%2F{}%2Fnotes%3Ftab%3D1",
        headers: &[],
        body: None,
        read: |s| percent(between(&query(s, "next"), "/p/", "/notes?tab=1")),
    },
    Place {
        name: "a query in a parameter",
        target: "/go?next=%2Fp%3Fid%3D{}%26tab%3D1&x=2",
        headers: &[],
        body: None,
        read: |s| form(between(&query(s, "next"), "?", ""), "id"),
    },
    Place {
        name: "a fragment in a parameter",
        target: "/go?url=%2Fapp%23%2Fpatient%2F{}",
        headers: &[],
        body: None,
        read: |s| percent(between(&query(s, "url"), "#/patient/", "")),
    },
    Place {
        name: "JSON in a parameter",
        target: "/q?filter=%7B%22id%22%3A%22{}%22%7D",
        headers: &[],
        body: None,
        read: |s| json(&query(s, "filter"), "/id"),
    },
    Place {
        name: "GraphQL by GET",
        target: "/graphql?query=query%28%24i%3AID%29%7Bp%28id%3A%24i%29%7Bid%7D%7D&variables=%7B%22i%22%3A%22{}%22%7D",
        headers: &[],
        body: None,
        read: |s| json(&query(s, "variables"), "/i"),
    },
    Place {
        name: "header",
        target: "/h",
        headers: &[("x-patient", "{}")],
        body: None,
        read: |s| latin(s, "x-patient"),
    },
    Place {
        name: "address in a header",
        target: "/h",
        headers: &[("x-return-to", "/p/{}?a=1")],
        body: None,
        read: |s| percent(between(s.header("x-return-to").unwrap(), "/p/", "?a=1")),
    },
    Place {
        name: "JSON in a header",
        target: "/h",
        headers: &[("x-context", "{\"id\":\"{}\"}")],
        body: None,
        read: |s| json(s.header("x-context").unwrap(), "/id"),
    },
    Place {
        name: "Referer",
        target: "/h",
        headers: &[("referer", "http://royal-free.localhost:8080/p/{}?a=1")],
        body: None,
        read: |s| percent(between(s.header("referer").unwrap(), "/p/", "?a=1")),
    },
    Place {
        name: "cookie",
        target: "/h",
        headers: &[("cookie", "a=1; last={}; b=2")],
        body: None,
        read: |s| percent(between(s.header("cookie").unwrap(), "last=", "; b=2")),
    },
    Place {
        name: "form",
        target: "/x/search",
        headers: &[],
        body: Some((FORM, "a=1&name={}&b=2")),
        read: |s| form(&s.text(), "name"),
    },
    Place {
        name: "JSON in a form",
        target: "/x/search",
        headers: &[],
        body: Some((FORM, "data=%7B%22p%22%3A%5B%22{}%22%5D%7D")),
        read: |s| json(&form(&s.text(), "data"), "/p/0"),
    },
    Place {
        name: "XML in a form",
        target: "/x/search",
        headers: &[],
        body: Some((FORM, "xml=%3Cp%3E{}%3C%2Fp%3E&a=1")),
        read: |s| entities(between(&form(&s.text(), "xml"), "<p>", "</p>")),
    },
    Place {
        name: "part",
        target: "/x/search",
        headers: &[],
        body: Some((PARTS, "--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{}\r\n--b--\r\n")),
        read: |s| between(&s.text(), "\r\n\r\n", "\r\n--b--").to_owned(),
    },
    Place {
        name: "JSON in a part",
        target: "/x/search",
        headers: &[],
        body: Some((PARTS, "--b\r\nContent-Disposition: form-data; name=\"p\"\r\n\r\n{\"id\":\"{}\"}\r\n--b--\r\n")),
        read: |s| json(between(&s.text(), "\r\n\r\n", "\r\n--b--"), "/id"),
    },
    Place {
        name: "JSON",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"a\":1,\"p\":[{\"id\":\"{}\"}]}")),
        read: |s| json(&s.text(), "/p/0/id"),
    },
    Place {
        name: "JSON in JSON",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"p\":\"{\\\"id\\\":\\\"{}\\\"}\"}")),
        read: |s| json(&json(&s.text(), "/p"), "/id"),
    },
    Place {
        name: "an address in JSON",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"url\":\"/p/{}?a=1\"}")),
        read: |s| percent(between(&json(&s.text(), "/url"), "/p/", "?a=1")),
    },
    Place {
        name: "JSON-RPC",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"jsonrpc\":\"2.0\",\"method\":\"read\",\"params\":[[\"id\",\"=\",\"{}\"]],\"id\":7}")),
        read: |s| json(&s.text(), "/params/0/2"),
    },
    Place {
        name: "lines of JSON",
        target: "/x/search",
        headers: &[],
        body: Some(("application/x-ndjson", "{\"a\":1}\n{\"id\":\"{}\"}\n")),
        read: |s| json(s.text().lines().nth(1).unwrap(), "/id"),
    },
    Place {
        name: "JSON as text",
        target: "/x/search",
        headers: &[],
        body: Some(("text/plain;charset=UTF-8", "{\"id\":\"{}\"}")),
        read: |s| json(&s.text(), "/id"),
    },
    Place {
        name: "XML",
        target: "/x/search",
        headers: &[],
        body: Some(("application/xml", "<p><id>{}</id></p>")),
        read: |s| entities(between(&s.text(), "<id>", "</id>")),
    },
    Place {
        name: "attribute of XML",
        target: "/x/search",
        headers: &[],
        body: Some(("text/xml", "<p id=\"{}\" a='1'/>")),
        read: |s| entities(between(&s.text(), "id=\"", "\"")),
    },
    Place {
        name: "characters of XML",
        target: "/x/search",
        headers: &[],
        body: Some(("application/soap+xml", "<p><![CDATA[{}]]></p>")),
        read: |s| between(&s.text(), "<![CDATA[", "]]>").to_owned(),
    },
    Place {
        name: "note that begins as an address",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"note\":\"#NOF R, Mrs {}\"}")),
        read: |s| json(&s.text(), "/note").strip_prefix("#NOF R, Mrs ").unwrap().to_owned(),
    },
    Place {
        name: "note that begins as a tag",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"note\":\"<2 weeks, Mrs {}\"}")),
        read: |s| json(&s.text(), "/note").strip_prefix("<2 weeks, Mrs ").unwrap().to_owned(),
    },
    Place {
        name: "note of a form",
        target: "/x/search",
        headers: &[],
        body: Some((FORM, "note=%23NOF+R%2C+Mrs+{}&a=1")),
        read: |s| form(&s.text(), "note").strip_prefix("#NOF R, Mrs ").unwrap().to_owned(),
    },
    Place {
        name: "note with quotes",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"a\":\"Box \\\"urgent\\\" was ticked: {}\"}")),
        read: |s| json(&s.text(), "/a").strip_prefix("Box \"urgent\" was ticked: ").unwrap().to_owned(),
    },
    Place {
        name: "note with a slash",
        target: "/x/search",
        headers: &[],
        body: Some(("text/plain", "/ seen: {} today")),
        read: |s| between(&s.text(), "seen: ", " today").to_owned(),
    },
    Place {
        name: "markup in JSON",
        target: "/x/search",
        headers: &[],
        body: Some((JSON, "{\"html\":\"<p class=\\\"c\\\">{}</p>\"}")),
        read: |s| entities(between(&json(&s.text(), "/html"), ">", "</p>")),
    },
    Place {
        name: "JSON with a semicolon in a parameter",
        target: "/q?filter=%7B%22q%22:%22a;b%22,%22id%22:%22{}%22%7D",
        headers: &[],
        body: None,
        read: |s| json(&query(s, "filter"), "/id"),
    },
    Place {
        name: "an address as it is in a parameter",
        target: "/login?a=1&next=/patients/{}/",
        headers: &[],
        body: None,
        read: |s| percent(between(&query(s, "next"), "/patients/", "/")),
    },
    Place {
        name: "name of a file",
        target: "/x/search",
        headers: &[],
        body: Some((
            PARTS,
            "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{}.txt\"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n",
        )),
        read: |s| between(&s.text(), "filename=\"", ".txt\"").replace("%22", "\""),
    },
    Place {
        name: "text",
        target: "/x/search",
        headers: &[],
        body: Some(("text/plain", "find {} today")),
        read: |s| between(&s.text(), "find ", " today").to_owned(),
    },
];

/// Names as people have them, numbers, and what formats end by.
fn values() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&'static str, String)> = [
        ("surname", "O'Brien"),
        ("surname", "Siân Llywelyn-Õ"),
        ("surname", "Smith & Sons <b>"),
        ("surname", "Anna \"Nan\" Kowal"),
        ("surname", "van/der Berg; a=b?c#d"),
        ("surname", "100% Żółć 漢字"),
        ("surname", "a + b = c"),
        ("nhsNumber", "943 476 5919"),
        ("nhsNumber", "9434765919"),
        ("dateOfBirth", "1959-07-22"),
        ("dateOfBirth", "22/07/1959"),
        ("hospitalNumber", "RF/00123-A"),
        ("postcode", "SW1A 1AA"),
        ("surname", "O\u{2019}Neill\u{2013}Kaye"),
        ("nhsNumber", "943\u{a0}476\u{a0}5919"),
        ("surname", "Ann\u{a0} Marie"),
        ("email", "janet.williams+a@example.org"),
    ]
    .map(|(field, value)| (field, value.to_owned()))
    .into();
    // And some that nobody thought of.
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let letters: Vec<char> = "abcdeXYZ'\"&<>/%+=;?#,.:~ éß–€".chars().collect();
    for _ in 0..26 {
        let word: String = (0..9)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                letters[usize::try_from(state >> 33).unwrap() % letters.len()]
            })
            .collect();
        all.push(("surname", format!("Q{word}k")));
    }
    all
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page with every value in a form, and the tokens that came in their place.
async fn tokens(values: &[(&str, String)]) -> (Front, Upstream, Vec<String>) {
    let inputs: String = values
        .iter()
        .enumerate()
        .map(|(i, (field, value))| {
            format!("<p>row<input id=\"v{i}\" name=\"{field}\" value=\"{}\"></p>", escape(value))
        })
        .collect();
    let upstream = Upstream::start(move |seen| {
        vec![Step::Send(ok(
            "text/html",
            if seen.target == "/page" { format!("<!doctype html><form>{inputs}</form>") } else { "<p>x</p>".into() },
        ))]
    })
    .await;
    let front = Front::with(&upstream.url(), Setup::default()).await;
    let page = front.client().get("/page").await.text();
    let tokens = (0..values.len())
        .map(|i| between(between(&page, &format!("id=\"v{i}\""), ">"), "value=\"", "\"").to_owned())
        .collect();
    (front, upstream, tokens)
}

impl Place {
    async fn send(&self, front: &Front, with: &str) -> crate::support::client::Reply {
        let mut client = front.client();
        for (name, value) in self.headers {
            client = client.with(name, &value.replacen("{}", with, 1));
        }
        let target = self.target.replacen("{}", with, 1);
        match self.body {
            None => client.get(&target).await,
            Some((content_type, body)) => {
                // The token's place in JSON: the empty braces.
                client
                    .with("content-type", content_type)
                    .send("POST", &target, body.replacen("{}", with, 1).as_bytes())
                    .await
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_the_value_again_in_every_place() {
    let values = values();
    let (front, upstream, tokens) = tokens(&values).await;
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut sent = 0;
    for ((_, value), token) in values.iter().zip(&tokens) {
        assert!(token.starts_with("flt"), "{value} stood for {token}");
        for place in PLACES {
            let before = upstream.seen().len();
            let reply = place.send(&front, token).await;
            sent += 1;
            let seen = upstream.seen();
            if reply.status != 200 || seen.len() != before + 1 {
                wrong.entry(place.name).or_default().push(format!("{value}: {} {}", reply.status, reply.code()));
                continue;
            }
            let read = (place.read)(seen.last().unwrap());
            if read != *value {
                wrong.entry(place.name).or_default().push(format!("{value}: {read}"));
            }
        }
    }
    assert_eq!(sent, values.len() * PLACES.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_several_lines_goes_back_in_several_lines() {
    let address = "12 O\u{2019}Connell St\nFlat 3 \u{2013} rear\n  Bletchley\nMK3 6EB";
    let page = format!("<form><label for=a>Address</label><textarea id=a name=address>\n{address}</textarea></form>");
    let upstream = Upstream::start(move |_| vec![Step::Send(ok("text/html", page.clone()))]).await;
    let front = Front::with(&upstream.url(), Setup::default()).await;
    let shown = front.client().get("/page").await.text();
    let sent = between(&shown, "name=address>", "</textarea>").trim_start_matches('\n').to_owned();
    assert!(!sent.contains("Connell") && !sent.contains("MK3") && !sent.contains('•'), "{sent}");
    let body: String =
        form_urlencoded::Serializer::new(String::new()).append_pair("address", &sent.replace('\n', "\r\n")).finish();
    let reply = front.client().with("content-type", FORM).send("POST", "/x/search", body.as_bytes()).await;
    assert_eq!(reply.status, 200, "{}: {sent}", reply.text());
    let came = form(&upstream.seen().last().unwrap().text(), "address").replace("\r\n", "\n");
    assert_eq!(came, address, "{sent}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_long_before_a_token_does_not_loosen_it() {
    let values = [("surname", "Anna \"Nan\" & <b>]]>".to_owned())];
    let (front, upstream, tokens) = tokens(&values).await;
    let (value, token) = (&values[0].1, &tokens[0]);
    let long = "lorem ipsum ".repeat(3000);
    let send = async |content_type: &str, body: String| {
        let reply = front.client().with("content-type", content_type).send("POST", "/x/search", body.as_bytes()).await;
        assert_eq!(reply.status, 200, "{content_type}: {}", reply.text());
        upstream.seen().last().unwrap().text()
    };
    assert_eq!(json(&send(JSON, format!("{{\"n\":\"{long}{token}\"}}")).await, "/n"), format!("{long}{value}"));
    assert_eq!(json(&send("text/plain", format!("{{\"a\":\"{long}\",\"n\":\"{token}\"}}")).await, "/n"), *value);
    let sent = send("text/xml", format!("<p><![CDATA[{long}{token}]]></p>")).await;
    let read = between(&sent, "<![CDATA[", "</p>")
        .replace("]]]]><![CDATA[>", "\u{1}")
        .replace("]]>", "")
        .replace('\u{1}', "]]>");
    assert_eq!(read, format!("{long}{value}"));
    let data = form_urlencoded::Serializer::new(String::new())
        .append_pair("data", &format!("{{\"a\":\"{long}\",\"n\":\"{token}\"}}"))
        .finish();
    assert_eq!(json(&form(&send(FORM, data).await, "data"), "/n"), *value);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_none_of_the_grants_is_refused_in_every_place() {
    let values = [("surname", "Quarmby".to_owned())];
    let (front, upstream, own) = tokens(&values).await;
    // The same name's token at another house.
    let (_other, _its, foreign) = tokens(&values).await;
    let altered = format!("{}{}", &own[0][..own[0].len() - 1], if own[0].ends_with('a') { 'e' } else { 'a' });
    let asked = upstream.seen().len();
    for place in PLACES {
        for bad in [&foreign[0], &altered] {
            let reply = place.send(&front, bad).await;
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (400, "forged-token"),
                "{}: {}",
                place.name,
                reply.text()
            );
            let row = front.last_row().await;
            assert!(format!("{row:?}").contains("forged-token"), "{}: {row:?}", place.name);
        }
    }
    assert_eq!(upstream.seen().len(), asked, "nobody was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mask_in_a_header_is_refused_and_a_cookie_with_one_is_left_out() {
    let upstream = Upstream::says(ok("text/html", "<p>x</p>")).await;
    let front = Front::with(&upstream.url(), Setup::default()).await;
    for mask in [
        "%E2%80%A2%E2%80%A2%E2%80%A2%20%E2%80%A2%E2%80%A2%E2%80%A2%20%E2%80%A2%E2%80%A2%E2%80%A2%E2%80%A2",
        "\\u2039Amber Catkin\\u203a".replace("Amber", "Flowing").as_str(),
    ] {
        let reply = front.client().with("x-patient", mask).get("/p").await;
        assert_eq!((reply.status, reply.code().as_str()), (409, "masked-value"), "{mask}: {}", reply.text());
        assert!(reply.text().contains("x-patient"), "{}", reply.text());
        assert!(upstream.seen().is_empty());
    }
    let cookie = "sid=1; recent=%E2%80%B9Flowing%20Catkin%E2%80%BA; wide=1";
    assert_eq!(front.client().with("cookie", cookie).get("/p").await.status, 200);
    assert_eq!(upstream.seen().last().unwrap().header("cookie"), Some("sid=1; wide=1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_an_earlier_view_left_does_not_shut_out() {
    let values = [("surname", "Quarmby".to_owned())];
    let (front, upstream, own) = tokens(&values).await;
    let (_other, _its, foreign) = tokens(&values).await;
    let cookie = format!("sid=1; last={}; recent={}", foreign[0], own[0]);
    let reply = front.client().with("cookie", &cookie).get("/p").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "forged-token"));
    let back: Vec<&str> = reply.all("set-cookie").into_iter().filter(|c| c.contains("Max-Age=0")).collect();
    assert_eq!(back, ["last=; Path=/; Max-Age=0", "last=; Path=/p; Max-Age=0"]);
    // As the browser asks then.
    let cookie = format!("sid=1; recent={}", own[0]);
    assert_eq!(front.client().with("cookie", &cookie).get("/p").await.status, 200);
    assert_eq!(upstream.seen().last().unwrap().header("cookie"), Some("sid=1; recent=Quarmby"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_that_a_page_shows_is_found_and_not_saved() {
    let page = "<dl><dt>Patient name</dt><dd>Quarmby, Odile</dd></dl>";
    let upstream = Upstream::start(move |_| vec![Step::Send(ok("text/html", page))]).await;
    let front = Front::with(&upstream.url(), Setup::default()).await;
    let shown = front.client().get("/page").await.text();
    let pseudonym = between(&shown, "<dd>", "</dd>").to_owned();
    assert!(pseudonym.starts_with('\u{2039}'), "{pseudonym}");
    let words = pseudonym.trim_matches(['\u{2039}', '\u{203a}']).to_lowercase();
    let coded = |text: &str| form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
    for typed in [&pseudonym, &words] {
        let reply = front.client().get(&format!("/list?a=1&{}", coded(typed))).await;
        assert_eq!(reply.status, 200, "{typed}: {}", reply.text());
        assert_eq!(query(upstream.seen().last().unwrap(), "q"), "Quarmby, Odile", "{typed}");
        let reply = front.client().with("content-type", FORM).send("POST", "/x/search", coded(typed).as_bytes()).await;
        assert_eq!(reply.status, 200, "{typed}: {}", reply.text());
        assert_eq!(form(&upstream.seen().last().unwrap().text(), "q"), "Quarmby, Odile", "{typed}");
    }
    let body = format!("{{\"filter\":{{\"name\":\"{pseudonym}\"}}}}");
    let reply = front.client().with("content-type", JSON).send("POST", "/x/search", body.as_bytes()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(json(&upstream.seen().last().unwrap().text(), "/filter/name"), "Quarmby, Odile");
    // Nobody's pseudonym, and where something is saved: a mask.
    let asked = upstream.seen().len();
    let nobody = if words == "amber catkin" { "\u{2039}Cosy Banjo\u{203a}" } else { "\u{2039}Flowing Banjo\u{203a}" };
    assert_eq!(front.client().get(&format!("/list?{}", coded(nobody))).await.status, 409);
    let body = coded(&pseudonym);
    assert_eq!(front.client().with("content-type", FORM).send("POST", "/graphql", body.as_bytes()).await.status, 405);
    assert_eq!(upstream.seen().len(), asked);
}
