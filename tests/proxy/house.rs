//! The house itself: no log, no view; a panic ends one request alone; pages beside the proxy's; who is looking.

use std::net::IpAddr;
use std::sync::Arc;

use crate::support::upstream::{ok, page};
use crate::support::{Front, Setup, Upstream, no_canary};
use bytes::Bytes;
use fanlight::identity::{Identified, IdentityError, Source};
use fanlight::proxy::hooks::{Hooks, OwnRequest, OwnRoutes};
use futures_util::future::BoxFuture;
use http::{HeaderMap, Response};

#[tokio::test(flavor = "multi_thread")]
async fn no_log_no_view() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let front = Front::of(&upstream).await;
    assert_eq!(front.client().get("/c/1").await.status, 200);
    front.house.trail().stop().await.unwrap();
    let reply = front.client().get("/c/1").await;
    assert_eq!((reply.status, reply.code().as_str()), (503, "trail-down"));
    assert_eq!(upstream.seen().len(), 1, "upstream was not asked");
    assert_eq!(reply.header("retry-after"), Some("5"));
    let health = front.client().get("/.fanlight/health").await;
    assert_eq!(health.status, 503);
}

/// Knows everyone, but stumbles over one.
#[derive(Debug)]
struct Stumbling(fanlight::identity::Forwarded);

impl Source for Stumbling {
    fn identify(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Identified, IdentityError> {
        assert!(!headers.contains_key("x-stumble"), "485 777 3456 must not be shown");
        self.0.identify(headers, peer)
    }

    fn strip(&self, headers: &mut HeaderMap) {
        self.0.strip(headers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_ends_one_request_alone_and_says_nothing() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let known = fanlight::identity::Forwarded::new(http::HeaderName::from_static("x-forwarded-user"), None, networks);
    let hooks = Hooks { identity: Some(Arc::new(Stumbling(known))), ..Hooks::default() };
    let front = Front::hooked(&upstream.url(), Setup::default(), hooks).await;
    let reply = front.client().browser().with("x-stumble", "1").get("/c/1").await;
    assert_eq!((reply.status, reply.code().as_str()), (500, "failed"));
    no_canary(&reply.raw);
    let row = front.last_row().await;
    assert_eq!(row.code.as_deref(), Some("failed"));
    assert!(reply.text().contains(row.request.as_deref().unwrap()));
    assert_eq!(front.client().get("/c/1").await.status, 200);
}

#[derive(Debug)]
struct Beside;

impl OwnRoutes for Beside {
    fn answer(&self, request: OwnRequest) -> BoxFuture<'_, Option<Response<Bytes>>> {
        let known = request.host == "localhost" || request.uri.path() == "/.fanlight/role";
        let text = format!("beside {} {}", request.host, request.body.len());
        Box::pin(async move { known.then(|| Response::new(Bytes::from(text))) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_beside_the_proxys_stand_where_no_trust_does() {
    let upstream = Upstream::says(ok("text/html", page())).await;
    let hooks = Hooks { own_routes: Some(Arc::new(Beside)), ..Hooks::default() };
    let front = Front::hooked(&upstream.url(), Setup::default(), hooks).await;
    assert_eq!(front.client().with("host", "localhost:8080").get("/").await.text(), "beside localhost 0");
    let posted = front.client().without("x-forwarded-user").send("POST", "/.fanlight/role", b"as=x").await;
    assert_eq!(posted.text(), "beside royal-free.localhost 4");
    assert_eq!(front.client().with("host", "other.localhost").get("/").await.status, 421);
    assert_eq!(front.client().get("/.fanlight/else").await.status, 404);
    assert_eq!(front.client().get("/c/1").await.status, 200);
    assert_eq!(upstream.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_grant_learned_is_masked_in_its_other_pages() {
    let upstream = Upstream::start(|seen| {
        let body = if seen.target == "/c/1" {
            "<p>Patient name: <b>Jane Quillfeather</b></p><p>NHS number: 485 777 3456</p>"
        } else {
            "{\"note\":\"seen by jane quillfeather in clinic\"}"
        };
        let kind = if seen.target == "/c/1" { "text/html" } else { "application/json" };
        vec![crate::support::Step::Send(ok(kind, body))]
    })
    .await;
    let front = Front::of(&upstream).await;
    no_canary(&front.client().get("/c/1").await.raw);
    let note = front.client().get("/api/note").await;
    assert!(!note.text().to_lowercase().contains("quillfeather"), "{}", note.text());
    assert!(note.text().contains("in clinic"));
}
