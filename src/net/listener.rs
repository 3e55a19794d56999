//! Accepting connections: bounded in number, in the size and slowness of a request's head, and in how long the other end
//! may refuse to read. HTTP/1.1 and HTTP/2, with or without TLS; hyper does the framing.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

use super::framing::Watched;
use super::patience::Patient;

/// The other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// The connection is encrypted.
    pub secure: bool,
    /// Something on the connection can be read in two ways ([`super::framing`]): what it asks is refused.
    pub irregular: bool,
}

/// What a connection may cost.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Connections at a time; more wait to be accepted.
    pub connections: usize,
    /// Bytes of a head that hyper reads. Larger than what the pipeline allows, so that the answer can be a page.
    pub head: usize,
    /// A head must be whole within this.
    pub head_read: Duration,
    /// A TLS handshake must be done within this.
    pub handshake: Duration,
    /// The other end must read something within this.
    pub write: Duration,
    /// Running requests may end within this when the service stops.
    pub grace: Duration,
}

/// Answers requests until `shutdown` is done; then takes no more, lets running ones end within the grace, and returns.
pub async fn run<H, F, B>(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    terms: Terms,
    handler: H,
    shutdown: impl Future<Output = ()> + Send,
) where
    H: Fn(Peer, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let acceptor = tls.map(TlsAcceptor::from);
    let room = Arc::new(Semaphore::new(terms.connections.clamp(1, Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = admit(&listener, &room) => accepted,
        };
        let Some((stream, address, permit)) = accepted else { continue };
        let (acceptor, terms, handler) = (acceptor.clone(), terms.clone(), handler.clone());
        let watcher = graceful.watcher();
        tokio::spawn(async move {
            let _room = permit;
            let stream = Patient::new(stream, terms.write);
            match acceptor {
                None => {
                    serve_one(stream, Peer { address, secure: false, irregular: false }, &terms, handler, watcher).await
                }
                Some(acceptor) => {
                    let handshake = tokio::time::timeout(terms.handshake, acceptor.accept(stream)).await;
                    match handshake {
                        Ok(Ok(stream)) => {
                            serve_one(
                                stream,
                                Peer { address, secure: true, irregular: false },
                                &terms,
                                handler,
                                watcher,
                            )
                            .await;
                        }
                        Ok(Err(_)) | Err(_) => tracing::debug!("a TLS handshake failed"),
                    }
                }
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(terms.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end within the grace time and were cut");
    }
}

/// Waits for room, then for a connection: what there is no room for stays in the kernel's queue.
async fn admit(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Small answers must not wait for an acknowledgement; if it cannot be set, they wait.
            drop(stream.set_nodelay(true));
            Some((stream, address, permit))
        }
        Err(error) => {
            // Out of file descriptors, or a connection that was reset already: neither ends the service.
            tracing::warn!(kind = ?error.kind(), "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(20)).await;
            None
        }
    }
}

async fn serve_one<S, H, F, B>(
    stream: S,
    peer: Peer,
    terms: &Terms,
    handler: H,
    watcher: hyper_util::server::graceful::Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Peer, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<B>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.head_read)
        .max_buf_size(terms.head.max(8192))
        // A client that has said all it has to say still gets its answer.
        .half_close(true);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(terms.head).unwrap_or(u32::MAX))
        .max_concurrent_streams(64)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(20));
    let (stream, flag) = Watched::new(stream);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let irregular = request.version() != http::Version::HTTP_2 && flag.is_raised();
        let answer = handler(Peer { irregular, ..peer }, request);
        async move {
            let mut answer = answer.await;
            if irregular {
                answer.headers_mut().insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    if watcher.watch(connection).await.is_err() {
        // What went wrong may quote what was sent, so it is not logged.
        tracing::debug!("a connection ended early");
    }
}
