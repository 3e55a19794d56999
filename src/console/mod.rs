//! The admin console.

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::proxy::House;

pub mod gate;
pub mod shelf;
pub mod sides;

/// Serves the console until `shutdown` is done.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    drop(house);
    let pages = axum::Router::new().fallback(|| async { axum::http::StatusCode::SERVICE_UNAVAILABLE });
    axum::serve(listener, pages).with_graceful_shutdown(shutdown).await
}
