//! Asking the system behind.
//!
//! The one way out: it takes proof that the limiter admitted the request and that the trail durably holds it. Every wait
//! has its end; nothing is asked twice once it may have been received.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::resolve::Resolver;
use super::tls::{self, TlsError};
use crate::audit::Opened;
use crate::config::{Bounds, Timeouts};
use crate::limits::Admitted;
use crate::policy::refusal::UpstreamFault;

/// Connections kept open while idle, for each upstream.
const IDLE_CONNECTIONS: usize = 32;
/// For how long; below what servers commonly use, so that we do not write into a connection that is being closed.
const IDLE_FOR: Duration = Duration::from_secs(4);

/// A client of one upstream.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    first_byte: Duration,
    body_idle: Duration,
}

impl Upstream {
    /// A client; `ca` is the authority that signed the upstream's certificate, when it is not a public one.
    ///
    /// # Errors
    /// When the authority cannot be read.
    pub fn new(to: &Uri, ca: Option<&std::path::Path>, bounds: &Bounds, times: &Timeouts) -> Result<Self, TlsError> {
        let mut connector = HttpConnector::new_with_resolver(Resolver);
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(times.upstream_connect));
        // The machine's authorities are only read when they are needed.
        let trusted = if to.scheme_str() == Some("https") || ca.is_some() { tls::client(ca)? } else { nobody()? };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(trusted)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_FOR)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .http1_max_buf_size(bounds.header.max(8192))
            // Only a request of which nothing was written yet is sent again, on another connection.
            .retry_canceled_requests(true)
            .set_host(false)
            .build(connector);
        Ok(Self { client, first_byte: times.first_byte, body_idle: times.body_idle })
    }

    /// Asks. The request's URI is absolute. Of the two proofs nothing is needed but that they exist.
    ///
    /// # Errors
    /// [`UpstreamFault`].
    pub async fn send(
        &self,
        _admitted: &Admitted,
        _entry: &Opened,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<UpstreamBody>, UpstreamFault> {
        let answer = tokio::time::timeout(self.first_byte, self.client.request(request)).await;
        let answer = answer.map_err(|_| UpstreamFault::Slow)?.map_err(|e| fault(&e))?;
        Ok(answer.map(|incoming| UpstreamBody { incoming, idle: self.body_idle }))
    }
}

/// Trusts no one: for upstreams that are asked by plain http.
fn nobody() -> Result<rustls::ClientConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(|e| TlsError::Setup(e.to_string()))?;
    Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

fn fault(error: &hyper_util::client::legacy::Error) -> UpstreamFault {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut seen = if error.is_connect() { UpstreamFault::Unreachable } else { UpstreamFault::Nonsense };
    while let Some(one) = cause {
        if one.downcast_ref::<rustls::Error>().is_some() {
            return UpstreamFault::Tls;
        }
        // An i/o error that carries the TLS error hides it from `source`.
        if let Some(io) = one.downcast_ref::<std::io::Error>() {
            if io.get_ref().is_some_and(|inner| inner.downcast_ref::<rustls::Error>().is_some()) {
                return UpstreamFault::Tls;
            }
            if !error.is_connect() {
                seen = UpstreamFault::CutShort;
            }
        }
        if let Some(hyper) = one.downcast_ref::<hyper::Error>() {
            if hyper.is_incomplete_message() || hyper.is_closed() || hyper.is_canceled() {
                seen = UpstreamFault::CutShort;
            } else if hyper.is_parse() {
                return UpstreamFault::Nonsense;
            }
        }
        cause = one.source();
    }
    seen
}

/// A response's body, with an end to every wait.
#[derive(Debug)]
pub struct UpstreamBody {
    incoming: Incoming,
    idle: Duration,
}

impl UpstreamBody {
    /// Events and messages may be silent for long: waits no longer end.
    pub fn patient(&mut self) {
        self.idle = Duration::from_secs(60 * 60 * 24);
    }

    /// The next bytes; none at the end. Trailers are dropped.
    ///
    /// # Errors
    /// [`UpstreamFault`]: the body is not whole.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, UpstreamFault> {
        loop {
            let frame = tokio::time::timeout(self.idle, self.incoming.frame()).await;
            let frame = frame.map_err(|_| UpstreamFault::Stalled)?;
            match frame {
                None => return Ok(None),
                Some(Err(error)) if error.is_parse() => return Err(UpstreamFault::Nonsense),
                Some(Err(_)) => return Err(UpstreamFault::CutShort),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
            }
        }
    }
}
