//! Pages of the clinic that are worth a look, and a session with which it shows them.
//!
//! The compare page and the console's preview both ask the clinic itself, so both need to be signed in there; the training
//! system takes any name with its one password.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::sync::OnceCell;

use crate::base::id::TrustId;
use crate::clinic;
use crate::console;

/// What a path segment may hold as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The longest wait for the clinic's answer.
const WAIT: Duration = Duration::from_secs(5);

/// The clinic as the demo's own pages use it.
#[derive(Debug)]
pub(super) struct Samples {
    by_trust: BTreeMap<TrustId, One>,
}

#[derive(Debug)]
struct One {
    at: SocketAddr,
    session: OnceCell<Option<String>>,
}

impl Samples {
    /// Over a clinic that runs at these addresses.
    pub(super) fn new(addresses: &[(TrustId, SocketAddr)]) -> Self {
        let one = |at: &SocketAddr| One { at: *at, session: OnceCell::new() };
        Self { by_trust: addresses.iter().map(|(id, at)| (id.clone(), one(at))).collect() }
    }

    /// The session cookie, `NAME=value`; the same for as long as the demo runs.
    pub(super) async fn session(&self, trust: &TrustId) -> Option<String> {
        let one = self.by_trust.get(trust)?;
        one.session.get_or_init(|| sign_in(one.at)).await.clone()
    }

    /// Pages of a trust: path and name. The chart is that of the register's first patient.
    pub(super) fn stops(trust: &TrustId) -> Vec<(String, String)> {
        let mut stops = vec![("/patients".to_owned(), "Patient list".to_owned())];
        if let Some(person) = clinic::people(trust).first() {
            let key = utf8_percent_encode(&person.link, SEGMENT);
            stops.push((format!("/patients/{key}"), "Chart".into()));
            for (tab, name) in
                [("notes", "Notes"), ("results", "Results"), ("medicines", "Medicines"), ("documents", "Documents")]
            {
                stops.push((format!("/patients/{key}/{tab}"), name.into()));
            }
        }
        stops.extend([
            ("/".to_owned(), "Ward".to_owned()),
            ("/app".into(), "Results app".into()),
            ("/legacy".into(), "Legacy".into()),
        ]);
        if let Some(own) = clinic::trust::by_id(trust.as_str()) {
            stops.push((format!("/{}", own.extra), own.extra_title.to_owned()));
        }
        stops
    }
}

impl console::Samples for Samples {
    fn pages(&self, trust: &TrustId) -> Vec<(String, String)> {
        Samples::stops(trust)
    }

    fn cookie(&self, trust: &TrustId) -> BoxFuture<'_, Option<String>> {
        let trust = trust.clone();
        Box::pin(async move { self.session(&trust).await })
    }
}

async fn sign_in(at: SocketAddr) -> Option<String> {
    let form = Full::new(Bytes::from_static(b"user=demonstration&password=demo&next=%2F"));
    let request = Request::post(format!("http://{at}/login"))
        .header(header::HOST, at.to_string())
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form)
        .ok()?;
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = tokio::time::timeout(WAIT, client.request(request)).await.ok()?.ok()?;
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}
