//! A page of a trust's system for the preview, fetched for a rule admin.
//!
//! It is not an engineer's view and passes no engineer's way: it stays inside the trust. Still the trail holds that it was
//! asked for before it is. Only `GET`, no redirects, bounded in size and time.

use std::time::Duration;

use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::desk::Desk;
use super::preview::Sample;
use crate::audit::{Event, TrailDown};
use crate::base::id::{EngineerId, TrustId};

/// Why there is no page. Holds nothing of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFetched {
    /// Not a path of the system.
    #[error("A path begins with one / and holds no blanks.")]
    Path,
    /// The trail cannot be written: no trail, no view.
    #[error("The trail cannot be written, so nothing was fetched: {0}")]
    Trail(#[from] TrailDown),
    /// The system does not answer, or not in time.
    #[error("The system behind does not answer at that path.")]
    Silent,
    /// Larger than a sample may be.
    #[error("The page is larger than a sample may be ({} MiB).", Sample::MAX_BYTES / 1024 / 1024)]
    TooLarge,
    /// Not a page: a redirect or an error.
    #[error("The system behind answers {0}{1}.")]
    Status(StatusCode, &'static str),
}

/// The longest wait for a whole page.
const WAIT: Duration = Duration::from_secs(15);

/// Fetches a page; `cookie` is the session that the admin named, otherwise the demo's own.
pub(super) async fn page(
    desk: &Desk,
    who: &EngineerId,
    trust: &TrustId,
    path: &str,
    cookie: Option<&str>,
) -> Result<Sample, NotFetched> {
    let path = path.trim();
    if !path.starts_with('/') || path.starts_with("//") || path.len() > 4096 {
        return Err(NotFetched::Path);
    }
    let Some(settings) = desk.house.trust(trust) else { return Err(NotFetched::Silent) };
    let base = settings.upstream().to_string();
    let uri: Uri = format!("{}{path}", base.trim_end_matches('/')).parse().map_err(|_| NotFetched::Path)?;
    let given = match (cookie, &desk.samples) {
        (Some(cookie), _) => Some(cookie.to_owned()),
        (None, Some(samples)) => samples.cookie(trust).await,
        (None, None) => None,
    };
    desk.trail().note(Event::Previewed { trust: trust.clone(), by: who.clone() }).await?;
    let mut request = Request::get(&uri).header(header::ACCEPT, "*/*").header(header::ACCEPT_ENCODING, "identity");
    if let Some(authority) = uri.authority() {
        request = request.header(header::HOST, authority.as_str());
    }
    if let Some(cookie) = given {
        request = request.header(header::COOKIE, cookie);
    }
    let request = request.body(Empty::<bytes::Bytes>::new()).map_err(|_| NotFetched::Path)?;
    let fetched = tokio::time::timeout(WAIT, answer(request)).await.map_err(|_| NotFetched::Silent)??;
    let (content_type, coding, body) = fetched;
    Ok(Sample { trust: trust.clone(), path: decoded(uri.path()), content_type, coding, body })
}

type Fetched = (String, Option<String>, Vec<u8>);

async fn answer(request: Request<Empty<bytes::Bytes>>) -> Result<Fetched, NotFetched> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await.map_err(|_| NotFetched::Silent)?;
    let status = response.status();
    if status.is_redirection() {
        return Err(NotFetched::Status(status, " (a redirect: perhaps it wants a session)"));
    }
    if !status.is_success() {
        return Err(NotFetched::Status(status, ""));
    }
    let text = |name| response.headers().get(name).and_then(|v: &http::HeaderValue| v.to_str().ok()).map(str::to_owned);
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let coding = text(header::CONTENT_ENCODING);
    let body = Limited::new(response.into_body(), Sample::MAX_BYTES).collect().await;
    let body = body.map_err(|e| {
        if e.is::<http_body_util::LengthLimitError>() { NotFetched::TooLarge } else { NotFetched::Silent }
    })?;
    Ok((content_type, coding, body.to_bytes().into()))
}

/// The path as rules match it.
fn decoded(path: &str) -> String {
    // A plus in a path is a plus; only the percent signs of a form are decoded here.
    let kept = path.replace('+', "%2B");
    form_urlencoded::parse(format!("p={}", kept.replace('&', "%26").replace('=', "%3D")).as_bytes())
        .next()
        .map_or_else(|| path.to_owned(), |(_, p)| p.into_owned())
}
