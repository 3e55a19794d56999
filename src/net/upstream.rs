//! Asking the system behind.
//!
//! The one way out: it takes proof that the limiter admitted the request and that the trail durably holds it. Every wait
//! has its end; nothing that may change anything is asked twice once it may
//! have been received, and an upstream that cannot be reached is left alone for a while ([`super::circuit`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use rustls::pki_types::ServerName;

use super::circuit::Circuit;
use super::resolve::Resolver;
use super::tls::{self, TlsError};
use crate::audit::Opened;
use crate::config::{self, Bounds, Timeouts};
use crate::limits::Admitted;
use crate::policy::refusal::UpstreamFault;

/// Connections kept open while idle, for each upstream.
const IDLE_CONNECTIONS: usize = 32;
/// For how long; below what servers commonly use, so that we do not write into a connection that is being closed.
const IDLE_FOR: Duration = Duration::from_secs(4);

/// A client of one upstream.
#[derive(Debug, Clone)]
pub struct Upstream {
    client: Client<Connector, Full<Bytes>>,
    /// For requests that ask to switch protocols, which HTTP/1.1 alone can.
    sockets: Client<Connector, Full<Bytes>>,
    circuit: Arc<Circuit>,
    first_byte: Duration,
    body_idle: Duration,
}

impl Upstream {
    /// A client of the upstream of this trust.
    ///
    /// # Errors
    /// When a certificate, key or authority cannot be read, or they do not fit.
    pub fn new(trust: &config::Trust, bounds: &Bounds, times: &Timeouts) -> Result<Self, TlsError> {
        let secure = trust.upstream.scheme_str() == Some("https");
        // The machine's authorities are only read when they are needed.
        let trusted = if secure {
            tls::client(trust.upstream_ca.as_deref(), trust.upstream_tls.identity.as_ref())?
        } else {
            nobody()?
        };
        // HTTP/2 names the host of the connection; where `Host` must be another, only HTTP/1.1 can say so.
        let both = secure && trust.upstream_host.is_none();
        let client = |http2: bool| {
            let name = trust.upstream_tls.server_name.as_deref();
            let connector = connector(trusted.clone(), name, http2, times)?;
            Ok(Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_FOR)
                .pool_max_idle_per_host(IDLE_CONNECTIONS)
                .http1_max_buf_size(bounds.header.max(8192))
                .http2_max_header_list_size(u32::try_from(bounds.header.max(16 * 1024)).unwrap_or(u32::MAX))
                .http2_keep_alive_interval(Some(Duration::from_secs(20)))
                .http2_keep_alive_timeout(times.upstream_connect)
                // Only a request of which nothing was written yet is sent again, on another connection.
                .retry_canceled_requests(true)
                .set_host(false)
                .build(connector))
        };
        Ok(Self {
            client: client(both)?,
            sockets: client(false)?,
            circuit: Arc::new(Circuit::new(bounds.upstream_failures, times.upstream_pause)),
            first_byte: times.first_byte,
            body_idle: times.body_idle,
        })
    }

    async fn once(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, UpstreamFault> {
        let client = if request.headers().contains_key(header::UPGRADE) { &self.sockets } else { &self.client };
        let answer = tokio::time::timeout(self.first_byte, client.request(request)).await;
        answer.map_err(|_| UpstreamFault::Slow)?.map_err(|e| fault(&e))
    }

    /// Whether the upstream is left alone, because it could not be reached.
    pub fn is_resting(&self) -> bool {
        self.circuit.is_open(Instant::now())
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
        if !self.circuit.admits(Instant::now()) {
            return Err(UpstreamFault::Resting);
        }
        // Asking again what changes nothing is safe; anything else may have been done, though no answer came.
        let again = matches!(*request.method(), Method::GET | Method::HEAD).then(|| request.clone());
        let answer = match (self.once(request).await, again) {
            // A kept connection that the other end was about to close: a fresh one tells.
            (Err(UpstreamFault::CutShort), Some(again)) => self.once(again).await,
            (answer, _) => answer,
        };
        match &answer {
            Err(UpstreamFault::Unreachable | UpstreamFault::Tls) => {
                if self.circuit.failed(Instant::now()) {
                    tracing::warn!("an upstream cannot be reached and is left alone for a while");
                }
            }
            // An answer that did not come in time may be a page's doing.
            Err(UpstreamFault::Slow) => self.circuit.unknown(),
            Ok(_)
            | Err(
                UpstreamFault::Resting | UpstreamFault::Stalled | UpstreamFault::Nonsense | UpstreamFault::CutShort,
            ) => self.circuit.reached(),
        }
        let answer = answer?;
        Ok(answer.map(|incoming| UpstreamBody { incoming, idle: self.body_idle }))
    }
}

type Connector = HttpsConnector<HttpConnector<Resolver>>;

fn connector(
    trusted: rustls::ClientConfig,
    name: Option<&str>,
    http2: bool,
    times: &Timeouts,
) -> Result<Connector, TlsError> {
    let mut plain = HttpConnector::new_with_resolver(Resolver);
    plain.enforce_http(false);
    plain.set_nodelay(true);
    plain.set_connect_timeout(Some(times.upstream_connect));
    let builder = HttpsConnectorBuilder::new().with_tls_config(trusted).https_or_http();
    let builder = match name {
        None => builder,
        Some(name) => {
            let wrong = |_| TlsError::Setup("`upstream_server_name` is not a name that a certificate can have".into());
            let name = ServerName::try_from(name.to_owned()).map_err(wrong)?;
            builder.with_server_name_resolver(FixedServerNameResolver::new(name))
        }
    };
    Ok(if http2 {
        builder.enable_http1().enable_http2().wrap_connector(plain)
    } else {
        builder.enable_http1().wrap_connector(plain)
    })
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
