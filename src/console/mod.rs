//! The admin console: the trust's rule admins see who views what, and write the rules.
//!
//! Its own listener, loopback by default. It sees both sides of the mask, so it is for people inside the trust: every page
//! asks for the rule-admin role, at one of the console's own host names; every change comes from a form of its own pages.
//!
//! ```text
//! request → gate (host, origin, token) → admin → page
//! save    → compile every trust that uses the file → trail → write → reload
//! ```

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use maud::html;
use tokio::net::TcpListener;

use crate::identity::demo::ROLE_PATH;
use crate::proxy::House;

mod change;
pub mod desk;
mod entrance;
mod fetch;
pub mod gate;
mod page;
mod preview;
pub mod shelf;
pub mod sides;

pub use desk::{Desk, NoDesk, Samples};
use entrance::{PeerAddress, Posted};

/// The pages of the console over a desk.
pub fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(page::overview::get))
        .route("/rules", get(page::rules::get))
        .route("/file", get(page::editor::get).post(page::editor::post))
        .route("/version", get(page::version::get).post(page::version::post))
        .route("/preview", get(page::sample::get).post(page::sample::post))
        .route("/trail", get(page::trail::get))
        .route(ROLE_PATH, get(page::role::get))
        .fallback(|_: entrance::Admin| async {
            page::refusal(StatusCode::NOT_FOUND, "There is no such page", &html! { p { a href="/" { "Overview" } } })
        })
        .layer(DefaultBodyLimit::max(Posted::MAX_BYTES))
        .with_state(desk)
}

/// Serves the console until `shutdown` is done.
///
/// # Errors
/// When the store of earlier versions or the listener fails.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NoDesk> {
    serve_with(house, None, listener, shutdown).await
}

/// The same, with sample pages for the preview.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(
    house: Arc<House>,
    samples: Option<Arc<dyn Samples>>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NoDesk> {
    let desk = Arc::new(Desk::new(house, samples, listener.local_addr()?)?);
    let pages = router(desk).layer(middleware::from_fn(peer)).into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, pages).with_graceful_shutdown(shutdown).await?)
}

async fn peer(ConnectInfo(peer): ConnectInfo<SocketAddr>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(PeerAddress(peer.ip()));
    next.run(request).await
}

#[cfg(test)]
mod tests;
