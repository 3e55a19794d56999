//! Time as a value: pure code takes it as an argument, the edge reads it here.
//!
//! Tests use [`ManualClock`] and move it by hand, so that nothing has to sleep.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;

/// A source of the present.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time now, UTC.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one doorway to the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `at`.
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Ok(later) = now.checked_add(jiff::SignedDuration::try_from(by).unwrap_or_default()) {
            *now = later;
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
