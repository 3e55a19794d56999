//! The desk: what the pages of the console share.

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;

use super::gate::Gate;
use super::shelf::Shelf;
use crate::audit::Trail;
use crate::base::id::TrustId;
use crate::base::secret::Key;
use crate::proxy::House;
use crate::store::{History, StoreError};

/// Where sample pages for the preview come from, beside what is pasted.
pub trait Samples: Send + Sync + std::fmt::Debug {
    /// Pages of a trust's system that are worth a look: path and name.
    fn pages(&self, trust: &TrustId) -> Vec<(String, String)>;

    /// A `Cookie` header with which the system answers; none when it cannot be had.
    fn cookie(&self, trust: &TrustId) -> BoxFuture<'_, Option<String>>;
}

/// Everything that a page needs.
#[derive(Debug)]
pub struct Desk {
    /// The house that is administered.
    pub(super) house: Arc<House>,
    /// Earlier versions of rule files.
    pub(super) history: History,
    /// Hosts, origins and tokens.
    pub(super) gate: Gate,
    /// Sample pages; only the demo has them.
    pub(super) samples: Option<Arc<dyn Samples>>,
    /// One change at a time: two that each compile alone need not compile together.
    pub(super) changing: Mutex<()>,
}

/// Why there is no desk.
#[derive(Debug, thiserror::Error)]
pub enum NoDesk {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system has no randomness to give.
    #[error("the operating system has no randomness to give")]
    Random,
    /// The listener.
    #[error(transparent)]
    Listener(#[from] std::io::Error),
}

impl Desk {
    /// A desk in this house, reached at `address`.
    ///
    /// # Errors
    /// When the store of earlier versions cannot be opened.
    pub fn new(house: Arc<House>, samples: Option<Arc<dyn Samples>>, address: SocketAddr) -> Result<Self, NoDesk> {
        let key = Key::random().map_err(|_| NoDesk::Random)?;
        let history = house.store().history()?;
        let gate = Gate::new(hosts(address), key);
        Ok(Self { house, history, gate, samples, changing: Mutex::default() })
    }

    /// The trail.
    pub(super) fn trail(&self) -> &Trail {
        self.house.trail()
    }

    /// The rule files as they are now.
    pub(super) fn shelf(&self) -> Shelf {
        let trusts = self.house.trusts().iter().map(|t| (t.id().clone(), t.compiled())).collect();
        Shelf::new(&self.house.config().file, trusts)
    }
}

/// The names that the console answers to: its address, and on loopback what people call that.
fn hosts(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    let mut hosts = vec![address.to_string()];
    if address.ip().is_loopback() {
        hosts.extend([format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")]);
    }
    hosts
}
