//! What those who open a house may change: where its configuration comes from, and pages of their own.
//!
//! `fanlight demo` uses both: its configuration is made in memory, and it adds a front page and a choice of roles. A
//! house opened by `fanlight serve` has neither.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Response, Uri};

use crate::config::Config;
use crate::rules::Diagnostic;

/// Reads the configuration again, whole.
pub type Loader = Arc<dyn Fn() -> Result<Config, Vec<Diagnostic>> + Send + Sync>;

/// A request for one of our own pages.
#[derive(Debug, Clone)]
pub struct OwnRequest {
    /// Lower case, without port.
    pub host: String,
    /// Method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Headers.
    pub headers: HeaderMap,
    /// The whole body, at most 64 KiB.
    pub body: Bytes,
    /// The connection's other end.
    pub peer: IpAddr,
}

/// Pages that are not the proxy's: asked for hosts that are no trust's, and for `/.fanlight/…` on a trust's host that the
/// proxy does not know. They hold nothing from any upstream.
pub trait OwnRoutes: Send + Sync + std::fmt::Debug {
    /// The answer; `None` when there is none, and the request goes on to be refused.
    fn answer(&self, request: OwnRequest) -> BoxFuture<'_, Option<Response<Bytes>>>;
}

/// The hooks of a house.
#[derive(Clone, Default)]
pub struct Hooks {
    /// Reads the configuration again; none: from the file that it came from.
    pub loader: Option<Loader>,
    /// Pages beside the proxy's.
    pub own_routes: Option<Arc<dyn OwnRoutes>>,
    /// Who is asking; none: as the configuration says.
    pub identity: Option<Arc<dyn crate::identity::Source>>,
    /// The program whose command `draw` draws documents; none: this one.
    pub drawer: Option<std::path::PathBuf>,
    /// The clock; none: the machine's.
    pub clock: Option<Arc<dyn crate::base::clock::Clock>>,
}

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").field("own_routes", &self.own_routes).finish_non_exhaustive()
    }
}
