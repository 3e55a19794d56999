//! The console over real HTTP: a house with two trusts, their rule files in a folder, and a browser's requests.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::audit::Row;
use crate::config;
use crate::identity::Demo;
use crate::proxy::House;
use crate::proxy::hooks::Hooks;

const FILE: &str = "rules/base/labels.toml";
const RULES: &str = r#"# Labels of the test pack.
[[field]]
id = "hospital-number"
doc = "The number that the hospital gives: <b>never</b> shown."
label = "Hosp No"
kind = "hospital-number"
hit = "Hosp No: B123456"
miss = "Ward: 12"
"#;

struct Place {
    dir: tempfile::TempDir,
    house: Arc<House>,
    at: SocketAddr,
    stop: CancellationToken,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Place {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("rules/base")).unwrap();
        fs::create_dir_all(dir.path().join("rules/two")).unwrap();
        fs::write(dir.path().join(FILE), RULES).unwrap();
        fs::write(
            dir.path().join("rules/two/own.toml"),
            RULES.replace("Hosp No", "Unit No").replace("hospital-number\"\ndoc", "unit\"\ndoc"),
        )
        .unwrap();
        fs::write(dir.path().join("secret.toml"), "key = \"not for eyes\"\n").unwrap();
        let text = r#"
[proxy]
listen = "127.0.0.1:0"
[console]
listen = "127.0.0.1:0"
[identity.forwarded]
user = "x-forwarded-user"
trusted = ["127.0.0.1/32"]
[store]
url = "sqlite:fanlight.db"
[[centre]]
id = "us"
networks = ["192.0.2.0/24"]
limits = { record_views_per_minute = 10, distinct_records_per_hour = 40, distinct_records_per_day = 120 }
[[trust]]
id = "one"
name = "One & Only NHS Trust"
host = "one.localhost"
upstream = "http://127.0.0.1:9"
rules = ["rules/base"]
[[trust]]
id = "two"
name = "Two NHS Trust"
host = "two.localhost"
upstream = "http://127.0.0.1:9"
rules = ["rules/base", "rules/two"]
"#;
        fs::write(dir.path().join("fanlight.toml"), text).unwrap();
        let config = config::load(&dir.path().join("fanlight.toml")).unwrap_or_else(|e| panic!("{e:?}"));
        let hooks = Hooks { identity: Some(Arc::new(Demo::for_the_demo_command())), ..Hooks::default() };
        let house = House::open(config, hooks).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (at, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        tokio::spawn(super::serve(house.clone(), listener, stop.clone().cancelled_owned()));
        Self { dir, house, at, stop }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.at));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client.request(request.body(Full::new(Bytes::from(body))).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("cookie", "fanlight-demo-role=rule-admin")], String::new()).await
    }

    /// A form as a browser sends it from a page of the console.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token().await;
        let origin = format!("http://{}", self.at);
        self.post_with(path, fields, &token, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await
    }

    async fn post_with(&self, path: &str, fields: &[(&str, &str)], token: &str, headers: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("token", token);
        body.extend_pairs(fields);
        let mut all =
            vec![("cookie", "fanlight-demo-role=rule-admin"), ("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, body.finish()).await
    }

    async fn token(&self) -> String {
        hidden(&self.get("/preview").await.text, "token")
    }

    async fn base(&self) -> String {
        hidden(&self.get(&format!("/file?name={FILE}")).await.text, "base")
    }

    async fn save(&self, text: &str) -> Answer {
        let base = self.base().await;
        self.post("/file", &[("name", FILE), ("base", &base), ("act", "save"), ("body", text)]).await
    }

    fn on_disk(&self) -> String {
        fs::read_to_string(self.dir.path().join(FILE)).unwrap()
    }

    async fn trail(&self) -> Vec<Row> {
        self.house.trail().latest(100).await.unwrap()
    }

    fn inside(&self) -> Vec<PathBuf> {
        fs::read_dir(self.dir.path().join("rules/base")).unwrap().map(|e| e.unwrap().path()).collect()
    }
}

fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

const MORE: &str = r#"
[[field]]
id = "animal"
label = "Code animal"
kind = "other"
hit = "Code animal: zebra"
miss = "Code: 4"
"#;

#[tokio::test]
async fn pages_are_for_rule_admins_at_the_consoles_own_host() {
    let place = Place::open().await;
    for path in ["/", "/rules", "/preview", "/trail", &format!("/file?name={FILE}"), "/nowhere"] {
        assert_eq!(place.send(Method::GET, path, &[], String::new()).await.status, StatusCode::UNAUTHORIZED, "{path}");
        let engineer = [("cookie", "fanlight-demo-role=engineer")];
        assert_eq!(
            place.send(Method::GET, path, &engineer, String::new()).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let rebound = [("cookie", "fanlight-demo-role=rule-admin"), ("host", "evil.example")];
        assert_eq!(
            place.send(Method::GET, path, &rebound, String::new()).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let page = place.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe")
    );
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(place.get("/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rules_are_listed_with_reason_and_examples_and_can_be_filtered() {
    let place = Place::open().await;
    let page = place.get("/rules?trust=two").await.text;
    for part in ["hospital-number", "Hosp No: B123456", "Ward: 12", "rules/two/own.toml", "layer 2"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("&lt;b&gt;never&lt;/b&gt;") && !page.contains("<b>never</b>"), "rule text is escaped");
    let page = place.get("/rules?trust=two&q=unit").await.text;
    assert!(page.contains("rules/two/own.toml") && !page.contains("rules/base/labels.toml"));
    assert!(place.get("/rules?q=%3Cscript%3Ealert(1)%3C/script%3E").await.text.contains("“&lt;script&gt;alert(1)"));
}

#[tokio::test]
async fn a_broken_rule_is_refused_at_its_line_and_nothing_changes() {
    let place = Place::open().await;
    let before = (place.on_disk(), place.house.version());
    let broken = RULES.replace("kind = \"hospital-number\"", "kind = \"hospital-nubmer\"");
    let page = place.save(&broken).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("1 error: nothing was saved"), "{}", page.text);
    assert!(page.text.contains("href=\"#line-6\"") && page.text.contains("<li class=\"wrong\" id=\"line-6\">"));
    assert!(page.text.contains("hospital-nubmer"), "the text that was sent is still there to be mended");
    assert_eq!((place.on_disk(), place.house.version()), before);
    assert_eq!(place.inside().len(), 1, "nothing is left beside the file");
    assert!(place.trail().await.iter().any(|r| r.decision.as_deref() == Some("rules-refused")));
    let checked = place.post("/file", &[("name", FILE), ("base", "x"), ("act", "check"), ("body", &broken)]).await;
    assert_eq!(checked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(checked.text.contains("nothing was checked"));
}

#[tokio::test]
async fn an_example_that_does_not_hold_is_refused_too() {
    let place = Place::open().await;
    let before = place.on_disk();
    let page = place.save(&format!("{RULES}{}", MORE.replace("Code animal: zebra", "Code: 4"))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("rule base/animal"), "{}", page.text);
    assert_eq!(place.on_disk(), before);
}

#[tokio::test]
async fn a_good_rule_is_saved_reloaded_and_audited_and_can_be_taken_back() {
    let place = Place::open().await;
    let (before, version) = (place.on_disk(), place.house.version());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(place.dir.path().join(FILE), fs::Permissions::from_mode(0o640)).unwrap();
    }
    // Browsers send line ends as CR LF.
    let saved = place.save(&format!("{RULES}{MORE}").replace('\n', "\r\n")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(place.on_disk(), format!("{RULES}{MORE}"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(place.dir.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
    assert_ne!(place.house.version(), version);
    for trust in place.house.trusts() {
        assert!(trust.compiled().rule("base/animal").is_some(), "{} has the rule", trust.id());
    }
    let rows = place.trail().await;
    let changes: Vec<&Row> = rows.iter().filter(|r| r.decision.as_deref() == Some("rules-changed")).collect();
    assert_eq!(changes.len(), 2, "one for each trust that uses the file");
    let file = rows.iter().find(|r| r.decision.as_deref() == Some("rule-file-saved")).expect("who saved which file");
    assert_eq!(file.code.as_deref(), Some(FILE));
    assert_eq!(file.rules.as_deref(), Some(super::shelf::version(&place.on_disk()).as_str()));
    assert!(changes.iter().all(|r| r.by.as_deref() == Some("rules@trust.example") && r.rules.is_some()));

    let page = place.get(saved.headers[header::LOCATION].to_str().unwrap()).await.text;
    assert!(page.contains("<strong>Saved.</strong>"));
    let versions: Vec<&str> = page.split("/version?name=").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    assert_eq!(versions.len(), 2, "the text before and the one now: {versions:?}");
    let old = place.get(&format!("/version?name={}", versions[1].replace("&amp;", "&"))).await.text;
    assert!(old.contains("Go back to this version"));
    let fields = [("name", FILE), ("base", &hidden(&old, "base")), ("id", &hidden(&old, "id"))];
    assert_eq!(place.post("/version", &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(place.on_disk(), before);
    assert_eq!(place.house.version(), version);
}

#[tokio::test]
async fn of_two_who_edit_at_once_the_second_is_told() {
    let place = Place::open().await;
    let base = place.base().await;
    assert_eq!(place.save(&format!("{RULES}{MORE}")).await.status, StatusCode::SEE_OTHER);
    let late = place.post("/file", &[("name", FILE), ("base", &base), ("act", "save"), ("body", "# mine\n")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text.contains("# mine"));
    assert_eq!(place.on_disk(), format!("{RULES}{MORE}"));
}

#[tokio::test]
async fn only_files_of_the_rule_folders_can_be_named() {
    let place = Place::open().await;
    let outside = place.dir.path().join("secret.toml");
    let names = [
        "secret.toml",
        "../secret.toml",
        "rules/base/../../secret.toml",
        "rules/base/../../../etc/passwd",
        "/etc/passwd",
        "fanlight.toml",
        "rules/base",
        "",
        outside.to_str().unwrap(),
    ];
    for name in names {
        let query: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let read = place.get(&format!("/file?name={query}")).await;
        assert_eq!(read.status, StatusCode::NOT_FOUND, "{name}");
        assert!(!read.text.contains("not for eyes"));
        let write = place.post("/file", &[("name", name), ("base", ""), ("act", "save"), ("body", "# x\n")]).await;
        assert_eq!(write.status, StatusCode::NOT_FOUND, "{name}");
        let back = place.post("/version", &[("name", name), ("base", ""), ("id", "1")]).await;
        assert_eq!(back.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert!(fs::read_to_string(outside).unwrap().contains("not for eyes"));
    #[cfg(unix)]
    {
        // A rule file that became a link is not followed, neither to read nor to write.
        let file = place.dir.path().join(FILE);
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(place.dir.path().join("secret.toml"), &file).unwrap();
        let read = place.get(&format!("/file?name={FILE}")).await;
        assert_eq!(read.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!read.text.contains("not for eyes"));
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let place = Place::open().await;
    let (base, token, before) = (place.base().await, place.token().await, place.on_disk());
    let text = format!("{RULES}{MORE}");
    let fields = [("name", FILE), ("base", base.as_str()), ("act", "save"), ("body", text.as_str())];
    let own = format!("http://{}", place.at);
    type Case<'a> = (&'a str, &'a str, Vec<(&'a str, &'a str)>);
    let cases: [Case<'_>; 5] = [
        ("another origin", &token, vec![("origin", "http://evil.example")]),
        ("no origin", &token, vec![]),
        ("a sandboxed page", &token, vec![("origin", "null")]),
        ("another site's frame", &token, vec![("origin", &own), ("sec-fetch-site", "cross-site")]),
        ("no token", "", vec![("origin", &own)]),
    ];
    for (what, token, headers) in cases {
        assert_eq!(place.post_with("/file", &fields, token, &headers).await.status, StatusCode::FORBIDDEN, "{what}");
        assert_eq!(place.on_disk(), before, "{what}");
    }
    let large = "x".repeat(5 * 1024 * 1024);
    let refused = place.post("/file", &[("name", FILE), ("base", &base), ("act", "save"), ("body", &large)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let fields = [("name", FILE), ("base", base.as_str()), ("act", "save"), ("body", &"# x\n".repeat(100_000))];
    assert_eq!(place.post("/file", &fields).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(place.on_disk(), before);
}

#[tokio::test]
async fn a_preview_explains_each_finding_and_escapes_what_it_shows() {
    let place = Place::open().await;
    let sample = "<dl><dt>Hosp No</dt><dd>B123456</dd></dl><script>alert('x')</script>";
    let fields = [("trust", "two"), ("from", "text"), ("media", "text/html"), ("path", "/chart"), ("text", sample)];
    let page = place.post("/preview", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["B123456", "field base/hospital-number", "hospital number", "1 identifier masked"] {
        assert!(page.text.contains(part), "{part} in {}", page.text);
    }
    assert!(!page.text.contains("<script>alert"), "the sample is shown, not run");
    let unknown = [("trust", "two"), ("from", "page"), ("path", "//evil.example/")];
    assert!(place.post("/preview", &unknown).await.text.contains("A path begins with one /"));
    let silent = [("trust", "two"), ("from", "page"), ("path", "/chart")];
    assert!(place.post("/preview", &silent).await.text.contains("does not answer"));
}

#[tokio::test]
async fn a_draft_is_previewed_against_the_rules_in_force_without_being_saved() {
    let place = Place::open().await;
    let text = format!("{RULES}{MORE}");
    let fields = [
        ("name", FILE),
        ("base", "x"),
        ("act", "preview"),
        ("body", text.as_str()),
        ("trust", "one"),
        ("from", "text"),
        ("media", "text/html"),
        ("text", "<p>Code animal: zebra</p><p>Hosp No: B123456</p>"),
    ];
    let page = place.post("/file", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("1 new, 0 gone"), "{}", page.text);
    assert_eq!(place.on_disk(), RULES);
}

#[tokio::test]
async fn the_trail_page_filters_and_the_overview_counts() {
    let place = Place::open().await;
    place.save("nonsense").await;
    let all = place.get("/trail").await.text;
    assert!(all.contains("rules-refused") && all.contains("rules@trust.example"));
    assert!(place.get("/trail?only=changes&q=refused").await.text.contains("rules-refused"));
    assert!(place.get("/trail?only=views").await.text.contains("0 lines"));
    assert!(place.get("/").await.text.contains("rules-refused"));
}
