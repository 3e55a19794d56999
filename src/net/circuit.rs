//! A circuit breaker: a system that cannot be reached is not asked again and again.
//!
//! After several failures to connect in a row the circuit opens: for a while nobody is sent to the system, and everybody hears
//! at once that it is down instead of waiting for a connection that does not come. Then one request tries; if it gets through,
//! all do. What counts is whether there is a connection: a page that fails says nothing of the next.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use fanlight::net::circuit::Circuit;
//! let circuit = Circuit::new(2, Duration::from_secs(5));
//! let now = Instant::now();
//! for _ in 0..2 { assert!(circuit.admits(now)); circuit.failed(now); }
//! assert!(!circuit.admits(now), "open");
//! let later = now + Duration::from_secs(5);
//! assert!(circuit.admits(later), "one tries");
//! assert!(!circuit.admits(later), "the others wait for it");
//! circuit.reached();
//! assert!(circuit.admits(later));
//! ```

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The circuit to one system.
#[derive(Debug)]
pub struct Circuit {
    most: u32,
    pause: Duration,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// So many failures in a row.
    Closed(u32),
    /// Nobody asks before this.
    Open(Instant),
    /// Since then one asks; should its end never be told, another does after a pause.
    Trying(Instant),
}

impl Circuit {
    /// Opens after `most` failures in a row, for `pause`.
    pub const fn new(most: u32, pause: Duration) -> Self {
        Self { most, pause, state: Mutex::new(State::Closed(0)) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the system may be asked now.
    pub fn admits(&self, now: Instant) -> bool {
        let mut state = self.state();
        match *state {
            State::Closed(_) => true,
            State::Open(until) if now < until => false,
            State::Trying(since) if now < since + self.pause => false,
            State::Open(_) | State::Trying(_) => {
                *state = State::Trying(now);
                true
            }
        }
    }

    /// The system was reached.
    pub fn reached(&self) {
        *self.state() = State::Closed(0);
    }

    /// It was not. Says whether the circuit opened by this.
    pub fn failed(&self, now: Instant) -> bool {
        let mut state = self.state();
        let failures = match *state {
            State::Closed(failures) => failures.saturating_add(1),
            // Others that were on their way fail too: the pause does not grow by them.
            State::Open(until) if now < until => return false,
            State::Open(_) | State::Trying(_) => self.most,
        };
        let opens = failures >= self.most;
        *state = if opens { State::Open(now + self.pause) } else { State::Closed(failures) };
        opens
    }

    /// It did not answer in time: whether it was reached nobody knows, so one that tried leaves the way open for the next.
    pub fn unknown(&self) {
        let mut state = self.state();
        if matches!(*state, State::Trying(_)) {
            *state = State::Closed(self.most.saturating_sub(1));
        }
    }

    /// Whether nobody is sent to the system now.
    pub fn is_open(&self, now: Instant) -> bool {
        match *self.state() {
            State::Closed(_) => false,
            State::Open(until) => now < until,
            State::Trying(since) => now < since + self.pause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(5);

    #[test]
    fn failures_between_successes_open_nothing() {
        let (circuit, now) = (Circuit::new(3, PAUSE), Instant::now());
        for _ in 0..10 {
            assert!(!circuit.failed(now) && !circuit.failed(now));
            circuit.reached();
        }
        assert!(circuit.admits(now) && !circuit.is_open(now));
    }

    #[test]
    fn one_tries_and_its_failure_opens_again() {
        let (circuit, now) = (Circuit::new(1, PAUSE), Instant::now());
        assert!(circuit.failed(now));
        assert!(!circuit.failed(now), "those on their way say nothing new");
        assert!(!circuit.admits(now + PAUSE / 2));
        assert!(circuit.admits(now + PAUSE));
        assert!(!circuit.admits(now + PAUSE));
        assert!(circuit.failed(now + PAUSE));
        assert!(!circuit.admits(now + PAUSE + PAUSE / 2));
        assert!(circuit.is_open(now + PAUSE + PAUSE / 2) && !circuit.is_open(now + PAUSE * 2));
        // One that tried and never said how it went does not close the way for ever.
        assert!(circuit.admits(now + PAUSE * 2));
        assert!(circuit.admits(now + PAUSE * 3));
        circuit.unknown();
        assert!(circuit.admits(now + PAUSE * 3) && circuit.admits(now + PAUSE * 3));
        assert!(circuit.failed(now + PAUSE * 3), "and the next failure closes it again");
    }
}
