//! Accepting connections and running each request through the pipeline.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::House;
use super::pipeline;
use crate::audit::Event;
use crate::net::listener::{self, Terms};
use crate::net::tls::{self, TlsError};

/// hyper reads heads up to this size, so that what is larger than the configured bound still gets a page.
const HEAD: usize = 2 * 1024 * 1024;
/// How often grants that other processes changed are looked for.
const REFRESH: Duration = Duration::from_secs(1);

/// Serves until `shutdown` is done, then lets running requests end within the grace time.
///
/// # Errors
/// When TLS cannot be set up as configured, or the trail cannot be written.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    let config = house.config();
    let tls = config.proxy.tls.as_ref().map(tls::server).transpose()?;
    let terms = Terms {
        connections: config.bounds.connections,
        head: HEAD.max(config.bounds.header),
        head_read: config.timeouts.header_read,
        handshake: config.timeouts.header_read,
        write: config.timeouts.body_idle,
        grace: config.timeouts.shutdown_grace,
    };
    house.trail().note(Event::Start).await.map_err(|e| ServeError::Trail(e.to_string()))?;
    let refresher = tokio::spawn({
        let house = house.clone();
        async move {
            let mut every = tokio::time::interval(REFRESH);
            every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
            loop {
                every.tick().await;
                let house = house.clone();
                // SQLite may wait for another process.
                if tokio::task::spawn_blocking(move || house.refresh()).await.is_err() {
                    tracing::error!("looking for changed grants failed");
                }
            }
        }
    });
    let stopping = house.clone();
    let shutdown = async move {
        shutdown.await;
        stopping.stop();
    };
    let answering = house.clone();
    let handler = move |peer, request| pipeline::answer(answering.clone(), peer, request);
    listener::run(listener, tls, terms, handler, shutdown).await;
    refresher.abort();
    // Entries of what was cut are closed by their drop; give the writer what it needs to keep them.
    let stopped = async {
        house.trail().note(Event::Stop).await?;
        house.trail().flush().await
    };
    stopped.await.map_err(|e: crate::audit::TrailDown| ServeError::Trail(e.to_string()))
}

/// Why the proxy cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A certificate, key or authority file is missing or wrong.
    #[error("TLS: {0}")]
    Tls(#[from] TlsError),
    /// The trail cannot be written.
    #[error("the trail: {0}")]
    Trail(String),
}
