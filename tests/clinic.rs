//! The clinic by itself: every page is there, holds the identifiers that it should (so that the canaries are real), and is
//! sent as it says; what exports, prints, saves and streams works. A proxy that spoils none of it has something to spoil.

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

#[path = "support/canary.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared: each test binary uses a part of it")]
mod canary;
#[path = "support/client.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared: each test binary uses a part of it")]
mod client;

use std::io::Read;
use std::time::Duration;

use canary::{Canaries, attribute, entities, links};
use client::{Client, Reply};
use fanlight::base::id::TrustId;
use fanlight::clinic::{self, Clinic, trust};
use fanlight::redact::kind::Kind;
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const TABS: [&str; 8] = ["", "/problems", "/medicines", "/results", "/notes", "/documents", "/vitals", "/edit"];

struct One {
    clinic: Clinic,
    trust: TrustId,
    client: Client,
    cookie: String,
}

async fn one(id: &str) -> One {
    let trust = TrustId::new(id).unwrap();
    let clinic = clinic::start(std::slice::from_ref(&trust)).await.unwrap();
    let client = Client::new(clinic.address(id).unwrap());
    let form = client.clone().with("content-type", "application/x-www-form-urlencoded");
    let reply = form.send("POST", "/login", b"user=demo&password=demo&next=%2Fpatients").await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/patients")));
    let cookie = reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    One { client: client.with("cookie", &cookie), clinic, trust, cookie }
}

impl One {
    async fn get(&self, url: &str) -> Reply {
        let reply = self.client.get(url).await;
        assert_eq!(reply.status, 200, "{url}: {}", reply.text());
        assert!(reply.complete, "{url}");
        reply
    }

    async fn post(&self, url: &str, form: &str) -> Reply {
        self.client
            .clone()
            .with("content-type", "application/x-www-form-urlencoded")
            .send("POST", url, form.as_bytes())
            .await
    }

    fn person(&self, n: usize) -> clinic::Person {
        clinic::people(&self.trust).swap_remove(n)
    }

    /// The path of a patient's chart.
    async fn chart(&self, n: usize) -> String {
        let reply = self.client.get(&format!("/open?patient={}", encode(&self.person(n).link))).await;
        assert_eq!(reply.status, 303);
        reply.header("location").unwrap().to_owned()
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn plain(reply: &Reply) -> String {
    let mut out = String::new();
    match reply.header("content-encoding") {
        Some("br") => {
            brotli::Decompressor::new(&reply.body[..], 4096).read_to_string(&mut out).unwrap();
            out
        }
        _ => reply.text(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_trust_has_every_page_and_each_names_its_patients() {
    for tailoring in trust::ALL {
        let one = one(tailoring.id).await;
        let canaries = Canaries::of(&clinic::people(&one.trust));
        let chart = one.chart(1).await;
        let mut pages: Vec<String> = TABS.iter().map(|tab| format!("{chart}{tab}")).collect();
        pages.extend(
            ["/", "/patients", "/legacy", "/legacy/list.asp", "/api/patients?q=", "/patients/export.csv"]
                .map(str::to_owned),
        );
        let key = chart.rsplit('/').next().unwrap();
        pages.extend([format!("/{}", tailoring.extra), format!("{chart}/print"), format!("{chart}/results.csv")]);
        pages.extend([
            format!("/fhir/Patient/{key}"),
            format!("/fhir/Observation?patient={key}"),
            format!("/api/patients/{key}"),
        ]);
        for url in pages {
            let text = plain(&one.get(&url).await);
            let found = canaries.in_body(text.as_bytes());
            assert!(!found.is_empty(), "{} {url}: nobody is named", tailoring.id);
            assert!(!text.contains("{{") && !text.contains("{%"), "{} {url}", tailoring.id);
        }
        for url in ["/app", "/fhir/metadata", "/legacy/menu.asp", "/assets/hearth.css", "/assets/app.js"] {
            let text = plain(&one.get(url).await);
            assert!(canaries.in_body(text.as_bytes()).is_empty(), "{url}: {:?}", canaries.in_body(text.as_bytes()));
        }
        one.clinic.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_holds_every_kind_of_identifier_in_every_place() {
    let one = one("royal-free").await;
    let (person, chart) = (one.person(0), one.chart(0).await);
    let reply = one.get(&chart).await;
    let text = plain(&reply);
    let canaries = Canaries::of(std::slice::from_ref(&person));
    let kinds: Vec<&str> = canaries.in_body(text.as_bytes()).into_iter().map(|f| f.kind).collect();
    for kind in [
        Kind::NhsNumber,
        Kind::HospitalNumber,
        Kind::RecordId,
        Kind::Name,
        Kind::DateOfBirth,
        Kind::Address,
        Kind::Postcode,
        Kind::Phone,
        Kind::Email,
        Kind::Visit,
        Kind::Accession,
    ] {
        assert!(kinds.contains(&kind.as_str()), "{kind}");
    }
    // Split over tags and no-break spaces; in handlers, scripts, comments, data: URLs and headers.
    let nhs = person.first(Kind::NhsNumber).unwrap();
    assert!(text.contains(&format!("<b>{}</b>&nbsp;<span>", &nhs[..3])));
    assert!(text.contains("console.log([\"chart\", patientName"));
    assert!(text.contains("data:image/svg+xml;base64,") && text.contains("data:text/html"));
    assert_eq!(reply.header("x-nhs-number"), Some(nhs));
    assert!(reply.header("etag").unwrap().contains(nhs) && reply.header("set-cookie").unwrap().starts_with("recent="));
    let list = plain(&one.get("/patients").await);
    assert!(list.contains("setPatient(&quot;Kyla O&#039;Reilly&quot;,"));
    assert!(list.contains("~O&#039;Reilly~Kyla~") && list.contains("<option value="));
    let legacy = one.get("/legacy/list.asp").await;
    assert!(legacy.text().contains("setPatient('Kyla O&#039;Reilly',"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_sent_as_they_say() {
    let one = one("royal-free").await;
    let chart = one.chart(5).await;
    let gzip = one.get("/patients").await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert!(gzip.text().contains("</html>"));
    let br = one.get(&format!("{chart}/results")).await;
    assert_eq!(br.header("content-encoding"), Some("br"));
    assert!(plain(&br).contains("</html>"));
    let chunks = one.get(&format!("{chart}/notes")).await;
    assert_eq!((chunks.header("transfer-encoding"), chunks.header("content-length")), (Some("chunked"), None));
    let endless = one.get(&format!("{chart}/medicines")).await;
    assert_eq!((endless.header("transfer-encoding"), endless.header("content-length")), (None, None));
    assert!(endless.raw.starts_with(b"HTTP/1.0 200") && endless.text().contains("</html>"));
    // Siân, said in the header and said in the page; Brzęczyszczykiewicz, which windows-1252 lacks.
    let list = one.get("/legacy/list.asp").await;
    assert_eq!(list.header("content-type"), Some("text/html"));
    assert!(list.body.windows(4).any(|w| w == b"Si\xe2n") && list.text().contains("Brz&#281;czyszczykiewicz"));
    let menu = one.get("/legacy/menu.asp").await;
    assert_eq!(menu.header("content-type"), Some("text/html; charset=windows-1252"));
    assert!(menu.body.windows(5).any(|w| w == b"\xa39.90"));
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_find_by_get_and_by_post_to_the_lists_own_url() {
    let one = one("milton-keynes").await;
    let found =
        |text: &str| text.split("<p id=\"count\"><strong>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let person = one.person(0);
    for query in ["q=O%27Reilly".to_owned(), format!("nhs={}", encode(person.first(Kind::NhsNumber).unwrap()))] {
        let text = plain(&one.get(&format!("/patients?{query}")).await);
        assert!(text.contains("Kyla O&#039;Reilly"), "{query}");
    }
    let list = plain(&one.get("/patients").await);
    assert_eq!(found(&list), "200");
    let csrf = attribute(&list, "name=\"csrf\"", "value").unwrap().to_owned();
    let posted = one.post("/patients", &format!("csrf={csrf}&action=search&surname=o%27r&forename=kyla")).await;
    assert_eq!((posted.status, found(&posted.text()).as_str()), (200, "1"));
    assert_eq!(one.post("/patients", "csrf=0&action=search").await.status, 403);
    let csv = one.post("/patients", &format!("csrf={csrf}&action=export&surname=o%27r")).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().lines().count() > 1 && csv.header("content-disposition").unwrap().starts_with("attachment"));
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_name_the_patient_and_documents_are_what_they_say() {
    let one = one("royal-free").await;
    let chart = one.chart(1).await;
    let csv = one.get(&format!("{chart}/results.csv")).await;
    assert!(csv.header("content-disposition").unwrap().contains("ABBOTT Ramiro"));
    let mut kinds = Vec::new();
    for url in
        links(&plain(&one.get(&format!("{chart}/documents")).await)).iter().filter(|l| l.matches('/').count() == 5)
    {
        let file = one.get(url).await;
        assert!(file.header("content-disposition").unwrap().contains("ABBOTT_Ramiro"));
        match file.header("content-type").unwrap() {
            "application/pdf" => assert!(file.body.starts_with(b"%PDF-1.4") && file.body.ends_with(b"%%EOF\n")),
            "application/xml" => assert!(file.text().contains("<family>Abbott</family>")),
            "text/plain; charset=utf-8" => assert!(file.text().contains("DISCHARGE SUMMARY")),
            other => panic!("{other}"),
        }
        kinds.push(file.header("content-type").unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["application/pdf", "application/xml", "text/plain; charset=utf-8"]);
    let print = one.get(&format!("{chart}/print")).await;
    assert!(print.text().contains("onload=\"window.print()\""));
    let summary = one.get(&chart).await.text();
    assert!(summary.contains("data-action=\"print\"") && summary.contains("download=\"ABBOTT Ramiro wristband.svg\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn details_can_be_changed_with_the_forms_token_only() {
    let one = one("weston-area").await;
    let chart = one.chart(1).await;
    let form = one.get(&format!("{chart}/edit")).await.text();
    let csrf = attribute(&form, "name=\"csrf\"", "value").unwrap();
    assert_eq!(one.post(&format!("{chart}/edit"), "surname=Changed&csrf=no").await.status, 403);
    let wrong = one.post(&format!("{chart}/edit"), &format!("surname=&csrf={csrf}")).await;
    assert_eq!(wrong.status, 422);
    let saved = one.post(&format!("{chart}/edit"), &format!("surname=Changed&csrf={csrf}")).await;
    assert_eq!(saved.status, 303);
    let to = saved.header("location").unwrap().to_owned();
    assert!(one.get(&to).await.text().contains("Changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_led_to_the_log_in() {
    let one = one("royal-free").await;
    let chart = one.chart(1).await;
    let stranger = Client::new(one.clinic.address("royal-free").unwrap());
    let reply = stranger.get(&chart).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location").unwrap(), format!("/login?next={}", encode(&chart).replace("%2D", "-")));
    assert_eq!(stranger.get("/api/patients?q=").await.status, 401);
    let form = stranger.with("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.send("POST", "/login", b"user=demo&password=wrong").await.status, 422);
    let away = form.send("POST", "/login", b"user=demo&password=demo&next=//evil.example/").await;
    assert_eq!(away.header("location"), Some("/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn vital_signs_and_the_ward_feed_arrive_and_end_with_the_clinic() {
    let one = one("royal-free").await;
    let (person, at) = (one.person(2), one.clinic.address("royal-free").unwrap());
    let mut request = format!("ws://{at}/ws/vitals?patient={}", encode(&person.link)).into_client_request().unwrap();
    request.headers_mut().insert("cookie", one.cookie.parse().unwrap());
    let stream = tokio::net::TcpStream::connect(at).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    let mut next = async || socket.next().await.unwrap().unwrap().into_text().unwrap().to_string();
    assert!(next().await.contains("Monitoring April White"));
    assert!(next().await.contains("\"hr\":"));
    let other = one.person(1).link;
    socket.send(Message::text(format!("{{\"subscribe\":\"{other}\"}}"))).await.unwrap();
    let mut seen = String::new();
    while !seen.contains("Ramiro Abbott") {
        seen = socket.next().await.unwrap().unwrap().into_text().unwrap().to_string();
    }
    let mut feed = tokio::net::TcpStream::connect(at).await.unwrap();
    let ask = format!("GET /feed HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", one.cookie);
    feed.write_all(ask.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut chunk = [0; 4096];
    while !text.contains("event: note") {
        let n = tokio::time::timeout(Duration::from_secs(10), feed.read(&mut chunk)).await.unwrap().unwrap();
        assert!(n > 0);
        text.push_str(&String::from_utf8_lossy(&chunk[..n]));
    }
    assert!(text.contains("text/event-stream") && text.contains("event: ward") && text.contains("O'REILLY, Kyla"));
    let begun = std::time::Instant::now();
    one.clinic.stop().await;
    assert!(begun.elapsed() < Clinic::STOP_WAIT + Duration::from_secs(2));
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(5), feed.read_to_end(&mut rest)).await.unwrap().ok();
}

#[test]
fn entities_of_the_pages_are_understood_here() {
    assert_eq!(entities("O&#039;Reilly &amp; &#x2f;a&nbsp;b"), "O'Reilly & /a\u{a0}b");
}

#[tokio::test]
async fn a_trust_that_there_is_not_is_an_error_that_names_those_there_are() {
    let error = clinic::start(&[TrustId::new("nowhere").unwrap()]).await.unwrap_err();
    assert!(error.to_string().contains("\"nowhere\"") && error.to_string().contains("royal-free"), "{error}");
    assert!(clinic::people(&TrustId::new("nowhere").unwrap()).is_empty());
}
