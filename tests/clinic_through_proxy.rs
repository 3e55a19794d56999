//! The clinic as an engineer sees it: all ten trusts, every page and interface that can be reached from the pages that
//! arrive, and none of the trust's identifiers in any of it, in any written form; and still everything works.

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

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use canary::{Canaries, Found, attribute, links, pattern, report};
use client::{Client, Reply};
use fanlight::base::id::TrustId;
use fanlight::clinic::{self, Clinic};
use fanlight::proxy::hooks::Hooks;
use fanlight::proxy::{self, House};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

/// All ten: each has labels, number formats, links and a page of its own.
const TRUSTS: [&str; 10] = [
    "barnet-and-chase-farm",
    "barts-and-the-london",
    "royal-free",
    "taunton-and-somerset",
    "weston-area",
    "nuffield-orthopaedic",
    "milton-keynes",
    "buckinghamshire",
    "surrey-and-sussex",
    "winchester-and-eastleigh",
];
/// Pages of one pattern that are read.
const ALIKE: usize = 3;

struct View {
    clinic: Clinic,
    house: Arc<House>,
    at: SocketAddr,
    stop: CancellationToken,
    folder: tempfile::TempDir,
}

impl View {
    async fn open() -> Self {
        Self::with("").await
    }

    /// With a rule pack of these rules on top.
    async fn with(more: &str) -> Self {
        let trusts: Vec<TrustId> = TRUSTS.iter().map(|id| TrustId::new(id).unwrap()).collect();
        let clinic = clinic::start(&trusts).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let mut text = "[proxy]\nlisten = \"127.0.0.1:0\"\n[identity.forwarded]\nuser = \"x-forwarded-user\"\n\
            groups = \"x-forwarded-groups\"\ntrusted = [\"127.0.0.1/32\"]\n[store]\nurl = \"memory:\"\n[[centre]]\nid = \"us\"\n\
            networks = [\"127.0.0.0/8\"]\nlimits = { record_views_per_minute = 100000, distinct_records_per_hour = 100000, distinct_records_per_day = 100000 }\n"
            .to_owned();
        let on_top = if more.is_empty() { "" } else { ", \"on-top\"" };
        std::fs::create_dir(folder.path().join("on-top")).unwrap();
        std::fs::write(folder.path().join("on-top/on-top.toml"), more).unwrap();
        for (id, at) in clinic.addresses() {
            text.push_str(&format!(
                "[[trust]]\nid = \"{id}\"\nname = \"{id}\"\nhost = \"{id}.localhost\"\nupstream = \"http://{at}\"\n\
                 rules = [\"{rules}/base\", \"{rules}/clinic\", \"{rules}/trusts/{id}\"{on_top}]\n\
                 [[grant]]\nengineer = \"sam@centre.example\"\ntrust = \"{id}\"\nticket = \"CHG-1\"\nuntil = \"2099-01-01T00:00:00Z\"\n"
            ));
        }
        let file = folder.path().join("fanlight.toml");
        std::fs::write(&file, text).unwrap();
        let config = fanlight::config::load(&file).unwrap_or_else(|all| {
            panic!("{}", all.iter().map(fanlight::rules::Diagnostic::render).collect::<String>())
        });
        let hooks = Hooks { drawer: Some(env!("CARGO_BIN_EXE_fanlight").into()), ..Hooks::default() };
        let house = House::open(config, hooks).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(proxy::serve(house.clone(), listener, stop.clone().cancelled_owned()));
        Self { clinic, house, at, stop, folder }
    }

    /// An engineer who has logged in to the trust's system.
    async fn engineer(&self, trust: &str) -> Engineer {
        let client = Client::new(self.at).with("host", &format!("{trust}.localhost:8080")).browser();
        let mut engineer = Engineer {
            client,
            trust: trust.to_owned(),
            canaries: Canaries::of(&clinic::people(&TrustId::new(trust).unwrap())),
            cookies: BTreeMap::new(),
            found: BTreeMap::new(),
        };
        let page = engineer.get("/login?next=%2Fpatients").await;
        assert_eq!(page.status, 200, "{}", page.text());
        let entered = engineer.post("/login", "user=demo&password=demo&next=%2Fpatients").await;
        assert_eq!(entered.status, 303, "{}", entered.text());
        assert!(entered.header("location").unwrap().ends_with("/patients"));
        engineer
    }

    async fn close(self) {
        self.stop.cancel();
        self.clinic.stop().await;
        drop((self.house, self.folder));
    }
}

struct Engineer {
    client: Client,
    trust: String,
    canaries: Canaries,
    cookies: BTreeMap<String, String>,
    found: BTreeMap<String, BTreeSet<Found>>,
}

impl Engineer {
    fn with_cookies(&self, client: &Client) -> Client {
        let all: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if all.is_empty() { client.clone() } else { client.clone().with("cookie", &all.join("; ")) }
    }

    async fn get(&mut self, url: &str) -> Reply {
        let reply = self.with_cookies(&self.client).get(url).await;
        self.read(url, &reply);
        reply
    }

    /// As a script fetches it.
    async fn fetch(&mut self, url: &str) -> Reply {
        let script =
            self.client.clone().with("accept", "*/*").with("sec-fetch-mode", "cors").with("sec-fetch-dest", "empty");
        let reply = self.with_cookies(&script).get(url).await;
        self.read(url, &reply);
        reply
    }

    async fn post(&mut self, url: &str, form: &str) -> Reply {
        let client = self.with_cookies(&self.client).with("content-type", "application/x-www-form-urlencoded");
        let origin = format!("http://{}.localhost:8080", self.trust);
        let reply = client.with("origin", &origin).send("POST", url, form.as_bytes()).await;
        self.read(url, &reply);
        reply
    }

    /// Keeps cookies, and notes every identifier in URL, headers and body.
    fn read(&mut self, url: &str, reply: &Reply) {
        for cookie in reply.all("set-cookie") {
            if let Some((name, value)) = cookie.split(';').next().and_then(|c| c.split_once('=')) {
                self.cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
        let headers: String = reply.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
        let mut found = self.canaries.in_body(url.as_bytes());
        found.extend(self.canaries.in_body(headers.as_bytes()));
        found.extend(self.canaries.in_body(&reply.body));
        if !found.is_empty() {
            self.found.entry(format!("{} {}", self.trust, pattern(url))).or_default().extend(found);
        }
    }

    /// What the edit forms of the first patients hold, by their links.
    async fn everybody(&mut self) -> Vec<(String, String)> {
        let list = self.get("/patients").await.text();
        let links: BTreeSet<String> =
            links(&list).into_iter().filter(|l| l.starts_with("/patients/") && l.matches('/').count() == 2).collect();
        let mut all = Vec::new();
        for link in links.iter().take(60) {
            let page = self.get(&format!("{link}/edit")).await.text();
            all.extend(sent_back(&page, "edit").into_iter().filter(|(name, _)| name != "csrf"));
        }
        assert!(all.len() > 200, "{}: {} fields", self.trust, all.len());
        all
    }

    fn assert_nothing_found(&self) {
        let total: usize = self.found.values().map(BTreeSet::len).sum();
        assert!(self.found.is_empty(), "{total} identifiers arrived:\n{}", report(&self.found));
    }
}

/// What must be refused, by a part of its URL.
fn is_refused(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    path.ends_with(".csv") || path.ends_with("/print") || url.contains("format=csv")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identifier_arrives_and_every_link_works() {
    // FANLIGHT_CRAWL=40 reads nearly every patient, in nine minutes.
    let alike = std::env::var("FANLIGHT_CRAWL").map_or(ALIKE, |n| n.parse().unwrap());
    let view = View::open().await;
    let mut arrived = BTreeMap::new();
    for trust in TRUSTS {
        let mut engineer = view.engineer(trust).await;
        let mut waiting: VecDeque<String> =
            ["/", "/patients", "/app", "/api/patients?q=", "/legacy", "/fhir/metadata"].map(str::to_owned).into();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut wrong = Vec::new();
        let mut read = 0;
        // Few of a patient's documents are letters, and which patients come first is chance (their links hold tokens):
        // charts and documents passed over are read after all until a letter was shown.
        let mut letters = 0;
        let mut passed_over: Vec<String> = Vec::new();
        let mut known = BTreeSet::new();
        while let Some((url, hunted)) = waiting
            .pop_front()
            .map(|url| (url, false))
            .or_else(|| passed_over.pop().filter(|_| letters == 0).map(|url| (url, true)))
        {
            if url.starts_with("/feed") || url.starts_with("/logout") || url == "/open" {
                continue;
            }
            let kind = pattern(&url);
            let most = if kind.contains("/documents/*") { 3 * alike } else { alike };
            let leads_to_letters = kind == "/patients/*?" || kind.starts_with("/patients/*/documents");
            let count = seen.entry(kind).or_default();
            if *count >= most && !hunted {
                if leads_to_letters && known.insert(url.clone()) {
                    passed_over.push(url);
                }
                continue;
            }
            *count += 1;
            read += 1;
            let data = ["/api/", "/fhir/"].iter().any(|p| url.starts_with(p))
                || url.contains(".xml")
                || url.contains(".txt")
                || url.starts_with("/assets/");
            let reply = if data { engineer.fetch(&url).await } else { engineer.get(&url).await };
            let right = if is_refused(&url) {
                reply.status == 403
            } else {
                reply.status == 200
                    || reply.status == 303 && !reply.header("location").is_some_and(|l| l.contains("/login"))
            };
            if !right {
                wrong.push(format!("{url}: {} {}", reply.status, reply.code()));
            }
            let text = reply.text();
            if url.split(['?', '#']).next().is_some_and(|path| path.ends_with(".pdf")) {
                letters += 1;
                assert!(reply.header("content-type").is_some_and(|t| t.starts_with("text/html")), "{trust}: {url}");
                assert!(text.contains("url(data:image/png;base64,") && !text.contains("%PDF"), "{trust}: {url}");
            }
            waiting.extend(links(&text));
            waiting.extend(text.split("\"url\":\"").skip(1).filter_map(|r| r.split('"').next()).map(str::to_owned));
            // What the results app asks for.
            if url.starts_with("/api/patients?") {
                for id in text.split("\"id\":\"").skip(1).filter_map(|r| r.split('"').next()) {
                    waiting.extend([
                        format!("/fhir/Patient/{id}"),
                        format!("/fhir/Observation?patient={id}"),
                        format!("/api/patients/{id}"),
                    ]);
                }
            }
        }
        assert!(wrong.is_empty(), "{trust}:\n{}", wrong.join("\n"));
        assert!(read > 40 && seen.len() > 25, "{trust}: only {read} pages of {} patterns", seen.len());
        assert!(letters > 0, "{trust}: no letter was shown");
        arrived.append(&mut engineer.found);
    }
    view.close().await;
    let total: usize = arrived.values().map(BTreeSet::len).sum();
    assert!(arrived.is_empty(), "{total} identifiers arrived:\n{}", report(&arrived));
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_and_options_find_the_patient_that_they_name() {
    let view = View::open().await;
    // What a script could find of a control stays, unseen and out of use; the control itself is gone.
    let stand_in = regex::Regex::new("<[^>]* data-fanlight-out=[^>]*>").unwrap();
    for trust in TRUSTS {
        let mut engineer = view.engineer(trust).await;
        let list = engineer.get("/patients").await.text();
        let csrf = attribute(&list, "name=\"csrf\"", "value").unwrap().to_owned();
        let found = |text: &str| {
            text.split("<p id=\"count\"><strong>").nth(1).and_then(|r| r.split('<').next()).unwrap_or("none").to_owned()
        };
        assert_eq!(found(&list), "200", "{trust}");
        let ward = engineer.post("/patients", &format!("csrf={csrf}&action=search&ward=B2")).await;
        let count: usize = found(&ward.text()).parse().unwrap();
        assert!((5..60).contains(&count), "{trust}: {count}");
        // The option that a page offers opens a chart, and the search finds what a token stands for.
        let option = list.split("<option value=\"flt").nth(1).and_then(|r| r.split('"').next()).unwrap();
        let opened = engineer.get(&format!("/open?patient=flt{option}")).await;
        assert_eq!(opened.status, 303, "{trust}");
        let chart = opened.header("location").unwrap().to_owned();
        let chart = chart.strip_prefix(&format!("http://{trust}.localhost:8080")).unwrap_or(&chart).to_owned();
        let page = engineer.get(&chart).await;
        assert!(page.status == 200 && page.text().contains("id=\"banner\""), "{trust}");
        let one = engineer.get(&format!("/patients?q=flt{option}")).await;
        assert_eq!(found(&one.text()), "1", "{trust}");
        // What exports or saves is refused.
        let export = engineer.post("/patients", &format!("csrf={csrf}&action=export")).await;
        assert_eq!(export.status, 403, "{trust}");
        let save = engineer.post(&format!("{chart}/edit"), &format!("csrf={csrf}&surname=Changed")).await;
        assert!(matches!(save.status, 403 | 405), "{trust}: {}", save.status);
        let text = stand_in.replace_all(&engineer.get(&chart).await.text(), "").into_owned();
        for gone in ["data-action=\"print\"", "/print\"", "wristband", "Export"] {
            assert!(!text.contains(gone), "{trust}: {gone}");
        }
        engineer.assert_nothing_found();
    }
    view.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_vital_signs_and_the_ward_feed_are_masked_and_answer() {
    let view = View::open().await;
    for trust in TRUSTS {
        let mut engineer = view.engineer(trust).await;
        let list = engineer.get("/patients").await.text();
        let options: Vec<String> = list
            .split("<option value=\"flt")
            .skip(1)
            .filter_map(|r| r.split('"').next())
            .map(|t| format!("flt{t}"))
            .collect();
        let host = format!("{trust}.localhost:8080");
        let mut request = format!("ws://{host}/ws/vitals?patient={}", options[0]).into_client_request().unwrap();
        let cookies: Vec<String> = engineer.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        for (name, value) in [
            ("cookie", cookies.join("; ")),
            ("x-forwarded-user", "sam@centre.example".into()),
            ("origin", format!("http://{host}")),
        ] {
            request.headers_mut().insert(http::HeaderName::from_static(name), value.parse().unwrap());
        }
        let stream = tokio::net::TcpStream::connect(view.at).await.unwrap();
        let (mut socket, _) =
            tokio_tungstenite::client_async(request, stream).await.unwrap_or_else(|e| panic!("{trust}: {e}"));
        let mut texts = Vec::new();
        for n in 0..6 {
            if n == 2 {
                let ask = format!("{{\"subscribe\":\"{}\"}}", options[1]);
                socket.send(Message::text(ask)).await.unwrap();
            }
            let message = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.unwrap().unwrap().unwrap();
            texts.push(message.into_text().unwrap().to_string());
        }
        let all = texts.join("\n");
        assert_eq!(all.matches("\"type\":\"subscribed\"").count(), 2, "{trust}: {all}");
        assert!(all.contains("\"hr\":") && all.contains("\"temp\":36.8"), "{trust}: {all}");
        assert!(
            engineer.canaries.in_body(all.as_bytes()).is_empty(),
            "{trust}: {:?}",
            engineer.canaries.in_body(all.as_bytes())
        );

        let mut feed = tokio::net::TcpStream::connect(view.at).await.unwrap();
        let ask = format!(
            "GET /feed?ward=B2 HTTP/1.1\r\nhost: {host}\r\nx-forwarded-user: sam@centre.example\r\ncookie: {}\r\naccept: text/event-stream\r\n\
             sec-fetch-mode: cors\r\nsec-fetch-dest: empty\r\n\r\n",
            cookies.join("; ")
        );
        feed.write_all(ask.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        let mut chunk = [0; 4096];
        while !String::from_utf8_lossy(&text).contains("event: note") {
            let n = tokio::time::timeout(Duration::from_secs(15), feed.read(&mut chunk)).await.unwrap().unwrap();
            assert!(n > 0, "{trust}: {}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&chunk[..n]);
        }
        let found = engineer.canaries.in_body(&text);
        assert!(found.is_empty(), "{trust}: {found:?}");
        assert!(String::from_utf8_lossy(&text).contains("event: ward"));
    }
    view.close().await;
}

/// The fields of the form of this id, as a browser would send them back.
fn sent_back(page: &str, id: &str) -> Vec<(String, String)> {
    let form = page.split(&format!("id=\"{id}\"")).nth(1).and_then(|f| f.split("</form>").next()).unwrap_or_default();
    let mut fields = Vec::new();
    let mut rest = form;
    while let Some(at) = rest.find(['<']) {
        rest = &rest[at..];
        let tag = rest.split('>').next().unwrap_or_default().to_owned() + ">";
        let behind = &rest[tag.len().min(rest.len())..];
        let name = attribute(&tag, " name=", "name").or_else(|| attribute(&tag, "name=", "name"));
        if tag.starts_with("<input")
            && let Some(name) = name
        {
            fields.push((name.to_owned(), canary::entities(attribute(&tag, "name=", "value").unwrap_or_default())));
        } else if tag.starts_with("<textarea")
            && let Some(name) = name
        {
            fields.push((name.to_owned(), canary::entities(behind.split("</textarea>").next().unwrap_or_default())));
        }
        rest = &rest[1..];
    }
    fields
}

fn form(fields: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in fields {
        let value: String = value
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect();
        out.push_str(&format!("{}{name}={value}", if out.is_empty() { "" } else { "&" }));
    }
    out
}

const SAVING: &str = include_str!("../fixtures/clinic/saving/saving.toml");

#[tokio::test(flavor = "multi_thread")]
async fn a_save_leaves_what_was_masked_as_it_was_and_a_mask_is_not_saved() {
    let view = View::with(SAVING).await;
    for trust in TRUSTS {
        let mut engineer = view.engineer(trust).await;
        // The same person, with nothing in between.
        let at = view.clinic.address(trust).unwrap();
        let mut inside = Engineer {
            client: Client::new(at).browser(),
            trust: trust.to_owned(),
            canaries: Canaries::of(&[]),
            cookies: BTreeMap::new(),
            found: BTreeMap::new(),
        };
        inside.get("/login").await;
        inside.post("/login", "user=demo&password=demo&next=%2Fpatients").await;
        let list = engineer.get("/patients").await.text();
        let option = list.split("<option value=\"flt").nth(1).and_then(|r| r.split('"').next()).unwrap();
        let opened = engineer.get(&format!("/open?patient=flt{option}")).await;
        let chart = opened.header("location").unwrap().to_owned();
        let chart = chart.strip_prefix(&format!("http://{trust}.localhost:8080")).unwrap_or(&chart).to_owned();
        let masked = engineer.get(&format!("{chart}/edit")).await.text();
        let fields = sent_back(&masked, "edit");
        assert!(fields.len() >= 12, "{trust}: {fields:?}");
        for name in ["record", "nhsNumber", "forename", "surname", "born", "address", "postcode", "phone"] {
            let value = &fields.iter().find(|(n, _)| n == name).unwrap().1;
            assert!(value.starts_with("flt") || value.is_empty(), "{trust}: {name} {value}");
        }
        let store = inside.everybody().await;
        let saved = engineer.post(&format!("{chart}/edit"), &form(&fields)).await;
        assert_eq!(saved.status, 303, "{trust}: {}", saved.text());
        assert_eq!(inside.everybody().await, store, "{trust}: every patient is as before");
        let again = sent_back(&engineer.get(&format!("{chart}/edit")).await.text(), "edit");
        assert_eq!(
            fields, again,
            "{trust}: the tokens of one grant for one value are the same, so nothing was changed"
        );
        // What only looks like a value is not saved.
        for (name, bad) in [
            ("surname", "\u{2039}Blanched Sparrowhawk\u{203a}"),
            ("phone", "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}"),
            ("address", "\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}"),
        ] {
            let mut fields = fields.clone();
            fields.iter_mut().find(|(n, _)| n == name).unwrap().1 = bad.to_owned();
            let refused = engineer.post(&format!("{chart}/edit"), &form(&fields)).await;
            assert_eq!(refused.status, 409, "{trust}: {name}: {}", refused.text());
            assert!(refused.text().contains(name), "{trust}: {name}: {}", refused.text());
        }
        assert_eq!(inside.everybody().await, store, "{trust}");
        let after = sent_back(&engineer.get(&format!("{chart}/edit")).await.text(), "edit");
        assert_eq!(fields, after, "{trust}: what was refused changed nothing");
        engineer.assert_nothing_found();
    }
    view.close().await;
}
