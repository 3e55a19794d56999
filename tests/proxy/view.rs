//! A view that works: pages, data, forms, links, through every stage, and what stands in the trail of it.

use crate::support::upstream::{ok, page, response};
use crate::support::{Front, Setup, Step, Upstream, no_canary};
use fanlight::audit::Act;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_arrives_masked_guarded_and_in_the_trail() {
    let upstream = Upstream::says(ok("text/html; charset=utf-8", page())).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().browser().get("/c/42").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.complete);
    no_canary(&reply.raw);
    let text = reply.text();
    assert!(text.contains("Creatinine 88 umol/L") && text.contains("•••"), "{text}");
    // The guard stands after the doctype, with the words of the mark.
    assert!(text.starts_with("<!doctype html><meta name=\"fanlight-mark\" content=\"sam@centre.example · CHG-1001 · Royal Free Hampstead NHS Trust\" "), "{text}");
    // Screen only.
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        reply
            .all("content-security-policy")
            .iter()
            .any(|p| p.starts_with("sandbox ") && !p.contains("allow-downloads"))
    );
    assert!(reply.header("permissions-policy").is_some_and(|p| p.contains("clipboard-read=()")));
    assert!(reply.all("set-cookie").iter().any(|c| c.starts_with("fanlight-page=")));
    assert!(reply.header("ratelimit").is_some());

    let rows = front.rows(2).await;
    assert_eq!((rows[0].act, rows[1].act), (Act::Open, Act::Close));
    assert_eq!(rows[0].engineer.as_deref(), Some("sam@centre.example"));
    assert_eq!(rows[0].ticket.as_deref(), Some("CHG-1001"));
    assert_eq!(rows[0].trust.as_deref(), Some("royal-free"));
    assert_eq!(rows[0].centre.as_deref(), Some("us"));
    assert_eq!(rows[0].route.as_deref(), Some("own/chart"));
    assert_eq!(rows[0].records.len(), 1, "the record of the path");
    assert_eq!(rows[1].status, Some(200));
    assert!(rows[1].masked.as_deref().is_some_and(|m| m.contains("nhs-number=1")), "{:?}", rows[1]);
    assert!(!rows[1].cancelled);
    no_canary(format!("{rows:?}").as_bytes());

    let viewers = front.house.viewers();
    assert_eq!(viewers.len(), 1);
    assert!(front.house.trusts()[0].hits().keys().any(|k| k.contains("mrn")));
}

#[tokio::test(flavor = "multi_thread")]
async fn links_that_hold_identifiers_work() {
    let upstream = Upstream::start(|seen| {
        let body = if seen.target.starts_with("/list") {
            "<!doctype html><p>MRN <a href=\"/c/RF1234567?from=list\">open</a></p>".to_owned()
        } else {
            format!("<!doctype html><p>asked for {} bytes</p>", seen.target.len())
        };
        vec![Step::Send(ok("text/html", body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    let list = front.client().browser().get("/list").await;
    no_canary(&list.raw);
    let text = list.text();
    let link = text.split("href=\"").nth(1).and_then(|r| r.split('"').next()).unwrap();
    assert!(link.starts_with("/c/flt"), "{link}");
    let chart =
        front.client().browser().with("referer", &format!("http://royal-free.localhost:8080{link}")).get(link).await;
    assert_eq!(chart.status, 200);
    let seen = upstream.seen();
    assert_eq!(seen[1].target, "/c/RF1234567?from=list");
    assert_eq!(seen[1].header("referer"), Some(format!("{}/c/RF1234567?from=list", upstream.url()).as_str()));
    assert_eq!(seen[1].header("host"), Some(upstream.address.to_string().as_str()));
    assert!(seen[1].header("x-forwarded-user").is_none());
    // A token that was altered, or is of nobody: refused, upstream not asked.
    let mut forged = link.to_owned();
    let at = forged.rfind('?').unwrap() - 2;
    let other = if &forged[at..=at] == "a" { "b" } else { "a" };
    forged.replace_range(at..=at, other);
    let refused = front.client().get(&forged).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "forged-token"));
    assert_eq!(upstream.seen().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_and_data_come_back_with_their_identifiers() {
    let upstream = Upstream::start(|seen| {
        let body =
            if seen.method == "GET" { "{\"nhsNumber\":\"4857773456\",\"ward\":\"B2\"}" } else { "{\"ok\":true}" };
        vec![Step::Send(ok("application/json", body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    let data = front.client().get("/api/x").await;
    no_canary(&data.raw);
    let text = data.text();
    assert!(text.contains("\"ward\":\"B2\""), "{text}");
    let token = text.split("\"nhsNumber\":\"").nth(1).and_then(|r| r.split('"').next()).unwrap();
    let json = front
        .client()
        .with("content-type", "application/json")
        .send("POST", "/notes/1", format!("{{\"id\":\"{token}\",\"n\":1.50}}").as_bytes())
        .await;
    assert_eq!(json.status, 200, "{}", json.text());
    let form = front
        .client()
        .with("content-type", "application/x-www-form-urlencoded")
        .send("POST", "/notes/1", format!("id={token}&a=b+c").as_bytes())
        .await;
    assert_eq!(form.status, 200);
    let seen = upstream.seen();
    assert_eq!(seen[1].text(), "{\"id\":\"4857773456\",\"n\":1.50}");
    assert_eq!(seen[2].text(), "id=4857773456&a=b+c");
    assert_eq!(seen[2].header("content-length"), Some("19"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_masked_is_never_written_back() {
    let upstream = Upstream::start(|seen| {
        let body = if seen.method == "GET" {
            "{\"patient\":{\"surname\":\"Okonkwo\",\"birthDate\":\"1959-07-22\",\"nhsNumber\":\"4857773456\"},\"ward\":\"B2\"}"
        } else {
            "{\"ok\":true}"
        };
        vec![Step::Send(ok("application/json", body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    let shown = front.client().get("/api/x").await.text();
    assert!(shown.contains('‹') && shown.contains("••/••/••••"), "{shown}");
    let word = shown.split("\"surname\":\"").nth(1).and_then(|r| r.split('"').next()).unwrap();
    let coded: String = word.bytes().map(|b| format!("%{b:02X}")).collect();
    let form = "application/x-www-form-urlencoded";
    // An object that a page sends back as it got it; a form; a log of what was on the screen; a search.
    for (content_type, body, field) in [
        ("application/json", shown.clone(), "patient."),
        (form, format!("ward=B2&surname={coded}"), "surname"),
        (
            form,
            format!("html={}", "<td>••/••/••••</td>".bytes().map(|b| format!("%{b:02X}")).collect::<String>()),
            "html",
        ),
        ("text/plain", format!("seen: {word}"), "the body"),
    ] {
        let refused = front.client().with("content-type", content_type).send("POST", "/notes/1", body.as_bytes()).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "masked-value"), "{body}");
        assert!(refused.text().contains(field), "{field}: {}", refused.text());
        assert!(!refused.text().contains(word));
    }
    // A token as the name of a member: the refusal must not say what it stands for.
    let token = shown.split("\"nhsNumber\":\"").nth(1).and_then(|r| r.split('"').next()).unwrap();
    let keyed = format!("{{\"{token}\":{{\"surname\":\"{word}\"}}}}");
    let refused =
        front.client().with("content-type", "application/json").send("POST", "/notes/1", keyed.as_bytes()).await;
    assert_eq!(refused.status, 409);
    no_canary(&refused.raw);
    // A search by a pseudonym that stands for nobody whom a page has shown.
    let nobody =
        if word.contains("Cosy") { "%E2%80%B9Flowing%20Banjo%E2%80%BA" } else { "%E2%80%B9Cosy%20Banjo%E2%80%BA" };
    let page = front.client().browser().get(&format!("/find?name={nobody}")).await;
    assert_eq!(page.status, 409);
    assert!(page.text().contains("in name.") && page.text().contains("Nothing was changed"), "{}", page.text());
    // Only the first was asked of the upstream, and every refusal is in the trail.
    assert_eq!(upstream.seen().len(), 1);
    let rows = front.rows(8).await;
    assert_eq!(rows.iter().filter(|row| row.act == Act::Refusal).count(), 6, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identifier_that_was_typed_is_refused_and_a_token_is_not() {
    let upstream = Upstream::start(|seen| {
        let body = if seen.target == "/list" {
            page() + "<a href=\"/c/RF1234567\">open</a>"
        } else {
            "<!doctype html><p>ok</p>".to_owned()
        };
        vec![Step::Send(ok("text/html", body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    let form = "application/x-www-form-urlencoded";
    let json = "application/json";
    // Before anything was learned: what rules know by the field's name, wherever it stands.
    for target in ["/find?ward=B2&nhs=485+777+3456", "/find?dob=1959-07-22", "/find?surname=Okonkwo&ward=B2"] {
        let refused = front.client().browser().get(target).await;
        assert_eq!(refused.status, 403, "{target}: {}", refused.text());
        let field = target.split(['?', '&']).find(|p| !p.starts_with('/') && !p.starts_with("ward")).unwrap();
        let field = field.split('=').next().unwrap();
        assert!(refused.text().contains("typed-identifier") && refused.text().contains(&format!("in {field}.")));
        assert!(!refused.text().contains("Okonkwo") && !refused.text().contains("3456"));
    }
    let parts = "multipart/form-data; boundary=b";
    let part = "--b\r\nContent-Disposition: form-data; name=\"nhs_number\"\r\n\r\n4857773456\r\n--b--\r\n";
    for (content_type, body, field) in [
        (form, "ward=B2&nhs_number=4857773456", "nhs_number"),
        (json, "{\"ward\":\"B2\",\"patient\":{\"nhsNumber\":\"4857773456\"}}", "patient.nhsNumber"),
        (parts, part, "nhs_number"),
        ("text/plain", "NHS number: 485 777 3456", "paragraph 1"),
    ] {
        let refused = front.client().with("content-type", content_type).send("POST", "/notes/1", body.as_bytes()).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "typed-identifier"), "{body}");
        assert!(refused.text().contains(&format!("in {field}.")), "{}", refused.text());
    }
    assert_eq!(upstream.seen().len(), 0);
    // What a page has shown masked is known by itself, without a label.
    front.client().get("/list").await;
    let known = front.client().get("/find?q=4857773456").await;
    assert_eq!((known.status, known.code().as_str()), (403, "typed-identifier"));
    let path = front.client().get("/d/4857773456").await;
    assert_eq!((path.status, path.code().as_str()), (403, "typed-identifier"));
    assert!(path.text().contains("in the address."));
    // A log-in, what a program says of itself, staff, keys of the application's own, a date, the engineer's own name.
    for target in [
        "/find?q=Ward+4",
        "/find?from=2024-01-01&size=20&consultant=Dr+House&pid=42",
        "/find?_=1700000000000",
        "/find?name=Cardiology&title=Ward+4",
    ] {
        assert_eq!(front.client().get(target).await.status, 200, "{target}");
    }
    for (content_type, body) in [
        (form, "username=jane.smith%40trust.example&password=x&csrf=9Qkq2"),
        (json, "{\"username\":\"jane.smith@trust.example\",\"password\":\"x\"}"),
        (form, "changed_by=sam%40centre.example"),
        (json, "{\"ward\":\"B2\",\"beds\":12,\"id\":1234567890}"),
    ] {
        let reply = front.client().with("content-type", content_type).send("POST", "/notes/1", body.as_bytes()).await;
        assert_eq!(reply.status, 200, "{body}: {}", reply.text());
    }
    // Parts: an empty one, and a token where the application wants an identifier back.
    let list = front.client().get("/list").await.text();
    let at = list.find("flt").unwrap();
    let token: String = list[at..].chars().take_while(char::is_ascii_alphanumeric).collect();
    for value in ["", token.as_str()] {
        let part = format!("--b\r\nContent-Disposition: form-data; name=\"nhs_number\"\r\n\r\n{value}\r\n--b--\r\n");
        let reply = front.client().with("content-type", parts).send("POST", "/notes/1", part.as_bytes()).await;
        assert_eq!(reply.status, 200, "{value}: {}", reply.text());
    }
    // Whoever logs in elsewhere first, and who changed something, in data.
    for (content_type, body) in [
        (form, "username=jane.smith%40trust.example"),
        (form, "id_token=eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImphbmUuc21pdGhAdHJ1c3QuZXhhbXBsZSJ9.c2ln&state=x"),
        (json, "{\"changedBy\":\"sam@centre.example\"}"),
    ] {
        let reply = front.client().with("content-type", content_type).send("POST", "/notes/1", body.as_bytes()).await;
        assert_eq!(reply.status, 200, "{body}: {}", reply.text());
    }
    // Neither a sign between parameters, nor another charset, nor a word in a value hides one.
    let wide: Vec<u8> = "{\"nhsNumber\":\"4857773456\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content_type, body) in [
        (form, b"q=4857773456;x=sam@centre.example".to_vec()),
        (form, b"code=4857773456".to_vec()),
        ("application/json; charset=utf-16le", wide),
        (json, b"{\"nhsNumber\":\"4857773456\",\"x\":\"\xe9\"}".to_vec()),
        (json, b"{\"note\":\"password\",\"surname\":\"Okonkwo\"}".to_vec()),
    ] {
        let refused = front.client().with("content-type", content_type).send("POST", "/notes/1", &body).await;
        assert_eq!(refused.status, 403, "{}: {}", String::from_utf8_lossy(&body), refused.text());
    }
    // A password does not cover a number.
    let both = "nhs_number=4857773456&password=x";
    let refused = front.client().with("content-type", form).send("POST", "/notes/1", both.as_bytes()).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_may_let_typed_identifiers_in_and_the_trail_says_so() {
    let upstream = Upstream::start(|_| vec![Step::Send(ok("application/json", "{\"ok\":true}"))]).await;
    let front = Front::of(&upstream).await;
    let form = "application/x-www-form-urlencoded";
    for path in ["/register", "/test-patients"] {
        let reply = front.client().with("content-type", form).send("POST", path, b"nhs_number=4857773456").await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    }
    assert_eq!(upstream.seen()[0].text(), "nhs_number=4857773456");
    let rows = front.rows(4).await;
    let open: Vec<_> = rows.iter().filter(|row| row.act == Act::Open).collect();
    let said = |nth: usize| (open[nth].decision.as_deref(), open[nth].code.as_deref());
    assert_eq!(said(0), (Some("admitted"), Some("typed-identifier")));
    assert_eq!(said(1), (Some("admitted"), None));
    for row in &rows {
        assert!(!format!("{row:?}").contains("3456"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_a_short_list_and_their_values_are_masked() {
    let answer = response(
        "200 OK",
        &[
            ("content-type", "text/html"),
            ("etag", "\"4857773456\""),
            ("last-modified", "Mon, 01 Jan 2024 00:00:00 GMT"),
            ("link", "</4857773456.css>; rel=preload"),
            ("x-secret-thing", "4857773456"),
            ("x-patient", "Jane Quillfeather"),
            ("server-timing", "db;desc=\"Quillfeather\""),
            ("sourcemap", "/x.map"),
            ("set-cookie", "last=RF1234567; Path=/; Domain=pas.internal; HttpOnly"),
            ("set-cookie", "JSESSIONID=8F3A2B1C4D5E6F708192A3B4C5D6E7F8; Path=/; Secure"),
            ("refresh", "5; url=/c/RF1234567"),
            ("content-security-policy", "default-src 'self'"),
            ("cache-control", "public, max-age=3600"),
            ("content-language", "en-GB"),
            ("clear-site-data", "\"*\""),
            ("content-disposition", "inline; filename=\"Quillfeather.html\""),
            ("access-control-allow-origin", "*"),
        ],
        "<p>x</p>",
    );
    let upstream = Upstream::says(answer).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().browser().get("/x").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    no_canary(&reply.raw);
    for gone in [
        "etag",
        "last-modified",
        "link",
        "x-secret-thing",
        "server-timing",
        "sourcemap",
        "clear-site-data",
        "content-disposition",
        "access-control-allow-origin",
    ] {
        assert!(reply.header(gone).is_none(), "{gone}");
    }
    assert_eq!(reply.header("content-language"), Some("en-GB"));
    assert!(reply.header("x-patient").is_some());
    assert!(reply.header("refresh").is_some_and(|r| r.starts_with("5; url=/c/flt")), "{:?}", reply.headers);
    let cookies = reply.all("set-cookie");
    assert!(cookies.contains(&"JSESSIONID=8F3A2B1C4D5E6F708192A3B4C5D6E7F8; Path=/"), "{cookies:?}");
    assert!(cookies.iter().any(|c| c.starts_with("last=flt") && c.ends_with("; Path=/; HttpOnly")), "{cookies:?}");
    let csp = reply.all("content-security-policy");
    assert!(csp[0].starts_with("default-src 'self'; script-src-elem 'self' 'sha256-"), "{csp:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_stay_in_the_house_and_hide_identifiers() {
    let upstream = Upstream::start(|seen| {
        let host = seen.header("host").unwrap_or_default().to_owned();
        let to = match seen.target.as_str() {
            "/a" => format!("http://{host}/c/RF1234567?x=1"),
            "/b" => "/c/RF1234567".to_owned(),
            _ => "https://elsewhere.example/c".to_owned(),
        };
        vec![Step::Send(response(
            "302 Found",
            &[("location", &to), ("content-type", "text/html")],
            "<p>485 777 3456</p>",
        ))]
    })
    .await;
    let front = Front::of(&upstream).await;
    for (from, to) in [("/a", "/c/flt"), ("/b", "/c/flt"), ("/z", "https://elsewhere.example/c")] {
        let reply = front.client().browser().get(from).await;
        assert_eq!(reply.status, 302);
        assert!(reply.header("location").is_some_and(|l| l.starts_with(to)), "{:?}", reply.headers);
        no_canary(&reply.raw);
        assert!(reply.body.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_opened_as_a_page_stands_in_a_page_of_ours() {
    let upstream =
        Upstream::says(ok("application/json", "{\"nhsNumber\":\"4857773456\",\"html\":\"<script>x</script>\"}")).await;
    let front = Front::of(&upstream).await;
    let reply = front.client().browser().get("/api/x").await;
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    let text = reply.text();
    assert!(text.contains("fanlight-mark") && text.contains("<pre>") && text.contains("&lt;script&gt;"), "{text}");
    no_canary(&reply.raw);
    // A script gets the data itself.
    let reply = front.client().with("sec-fetch-dest", "empty").with("sec-fetch-mode", "cors").get("/api/x").await;
    assert!(reply.header("content-type").is_some_and(|t| t.starts_with("application/json")));
}

#[tokio::test(flavor = "multi_thread")]
async fn inert_types_pass_where_a_route_says_so_and_are_what_they_say() {
    let png = b"\x89PNG\r\n\x1a\n0123456789 not really".to_vec();
    let shown = png.clone();
    let upstream = Upstream::start(move |seen| {
        let (kind, body) = match seen.target.as_str() {
            "/pic/good" | "/elsewhere" => ("image/png", shown.clone()),
            "/pic/liar" => ("image/png", b"<script>alert('485 777 3456')</script>".to_vec()),
            "/pic/page" => ("text/html", b"<p>485 777 3456</p>".to_vec()),
            _ => ("application/pdf", b"%PDF-1.4 485 777 3456".to_vec()),
        };
        vec![Step::Send(ok(kind, body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    let good = front.client().get("/pic/good").await;
    assert_eq!((good.status, &good.body), (200, &png));
    assert_eq!(good.header("content-type"), Some("image/png"));
    assert_eq!(good.header("cache-control"), Some("no-store"));
    for (path, code) in
        [("/elsewhere", "withheld-type"), ("/pic/liar", "withheld-malformed"), ("/pic/doc", "withheld-type")]
    {
        let reply = front.client().get(path).await;
        assert_eq!((reply.status, reply.code().as_str()), (502, code), "{path}");
        no_canary(&reply.raw);
    }
    // A page is never inert.
    let page = front.client().get("/pic/page").await;
    assert_eq!(page.status, 200);
    no_canary(&page.raw);
}

#[tokio::test(flavor = "multi_thread")]
async fn head_has_no_body_and_options_does_not_ask() {
    let upstream = Upstream::start(|seen| {
        let mut answer = ok("text/html", page());
        if seen.method == "HEAD" {
            let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
            answer.truncate(end);
        }
        vec![Step::Send(answer)]
    })
    .await;
    let front = Front::of(&upstream).await;
    let head = front.client().send("HEAD", "/c/1", b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let options = front.client().send("OPTIONS", "/notes/1", b"").await;
    assert_eq!(options.header("allow"), Some("OPTIONS, GET, HEAD, POST, PUT"));
    assert_eq!(upstream.seen().len(), 1);
    let rows = front.rows(3).await;
    assert_eq!(rows[2].code.as_deref(), Some("options"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_viewer_takes_coded_is_coded() {
    let long = format!("<!doctype html><p>NHS number: 485 777 3456</p>{}", "<p>Creatinine 88 umol/L</p>".repeat(500));
    let upstream = Upstream::says(ok("text/html", long)).await;
    let front = Front::of(&upstream).await;
    let coded = front.client().with("accept-encoding", "gzip, br").get("/x").await;
    assert_eq!(coded.header("content-encoding"), Some("gzip"));
    assert!(coded.complete && coded.raw.len() < 8000, "{}", coded.raw.len());
    let plain = front.client().get("/x").await;
    assert!(plain.header("content-encoding").is_none());
    assert_eq!(coded.body.len(), plain.body.len());
    no_canary(&coded.body);
    assert_eq!(upstream.seen()[0].header("accept-encoding"), Some("identity"));
}

#[tokio::test(flavor = "multi_thread")]
async fn own_endpoints_never_go_upstream() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    let health = front.client().with("host", "10.0.0.1").without("x-forwarded-user").get("/.fanlight/health").await;
    assert_eq!((health.status, health.text().trim()), (200, "{\"status\":\"pass\"}"));
    let ended = front.client().browser().get("/.fanlight/ended").await;
    assert_eq!(ended.header("clear-site-data"), Some("\"cache\", \"cookies\", \"storage\""));
    let nothing = front.client().get("/.fanlight/else").await;
    assert_eq!((nothing.status, nothing.code().as_str()), (404, "not-found"));
    assert!(upstream.seen().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_a_running_request_end() {
    let upstream = Upstream::start(|_| {
        vec![Step::Wait(std::time::Duration::from_millis(400)), Step::Send(ok("text/html", page()))]
    })
    .await;
    let front = Front::with(&upstream.url(), Setup::default()).await;
    let client = front.client();
    let running = tokio::spawn(async move { client.get("/c/1").await });
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    let address = front.address;
    let _folder = front.stop().await;
    assert_eq!(running.await.unwrap().status, 200);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
