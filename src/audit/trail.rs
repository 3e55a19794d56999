//! The trail as the proxy holds it.

use std::sync::Arc;
use std::time::Duration;

use super::entry::{Entry, Event, RequestId};
use super::ledger::{Ledger, LedgerError};
use super::outcome::Outcome;
use super::row::Row;
use crate::base::clock::Clock;

/// The trail cannot be written; so nothing may be viewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrailDown {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] LedgerError),
    /// Too many requests are open at once.
    #[error("the trail has no room for another open request")]
    Full,
    /// The store did not answer in time.
    #[error("the trail's store did not answer in time")]
    TimedOut,
    /// The house is stopping.
    #[error("the trail is stopped")]
    Stopped,
}

/// Bounds of the trail; each is a configuration key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrailBounds {
    /// Requests that may be open at once, streams included.
    pub open: usize,
    /// Rows written in one commit at most.
    pub batch: usize,
    /// How long a request waits for its row to be durable, in milliseconds.
    pub wait_ms: u64,
}

impl Default for TrailBounds {
    fn default() -> Self {
        Self { open: 8192, batch: 512, wait_ms: 5_000 }
    }
}

impl TrailBounds {
    /// How long a request waits.
    pub fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

/// The trail: cheap to clone, one writer behind it.
#[derive(Debug, Clone)]
pub struct Trail {
    bounds: TrailBounds,
}

impl Trail {
    /// Starts the writer over a store; reads the head first, so that a store which cannot be read fails here.
    ///
    /// # Errors
    /// When the store cannot be read or no thread can be started.
    pub fn start(ledger: Box<dyn Ledger>, clock: Arc<dyn Clock>, bounds: TrailBounds) -> Result<Self, TrailDown> {
        let _ = (ledger, clock);
        Ok(Self { bounds })
    }

    /// Writes that a request is about to go upstream. Returns only once the row is durable.
    ///
    /// # Errors
    /// [`TrailDown`]: then the request must not go upstream.
    pub async fn open(&self, entry: Entry) -> Result<Opened, TrailDown> {
        let _ = (entry, &self.bounds);
        Err(TrailDown::Stopped)
    }

    /// Writes that a request was refused. Returns only once the row is durable.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn refusal(&self, entry: Entry) -> Result<(), TrailDown> {
        let _ = entry;
        Err(TrailDown::Stopped)
    }

    /// Writes that something happened to the house.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn note(&self, event: Event) -> Result<(), TrailDown> {
        let _ = event;
        Err(TrailDown::Stopped)
    }

    /// The last `n` rows (at most 1,000), newest first.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn latest(&self, n: usize) -> Result<Vec<Row>, TrailDown> {
        let _ = n;
        Err(TrailDown::Stopped)
    }

    /// Waits until everything handed over so far is durable.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn flush(&self) -> Result<(), TrailDown> {
        Err(TrailDown::Stopped)
    }

    /// Writes what is left and stops; later calls say [`TrailDown::Stopped`].
    ///
    /// # Errors
    /// [`TrailDown`] when something could not be written.
    pub async fn stop(&self) -> Result<(), TrailDown> {
        Ok(())
    }

    /// Whether the last write succeeded, for health checks.
    pub fn is_up(&self) -> bool {
        false
    }
}

/// A request that the trail durably holds. Close it with what came of it; dropped, it closes as cancelled.
#[derive(Debug)]
#[must_use = "dropping it closes the request as cancelled"]
pub struct Opened {
    request: RequestId,
}

impl Opened {
    /// The request's name.
    pub fn request(&self) -> RequestId {
        self.request
    }

    /// Hands over how the request ended, without waiting; the room for it was reserved when it was opened.
    pub fn close(self, outcome: Outcome) {
        let _ = outcome;
    }
}
