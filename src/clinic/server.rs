//! One trust's server: its state, its routes, its end.

use std::io;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::trust::Tailoring;

pub(super) async fn serve(
    _trust: &'static Tailoring,
    listener: TcpListener,
    stop: CancellationToken,
) -> io::Result<()> {
    let pages = Router::new().fallback(|| async { StatusCode::SERVICE_UNAVAILABLE });
    axum::serve(listener, pages).with_graceful_shutdown(stop.cancelled_owned()).await
}
