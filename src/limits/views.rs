//! Record views a minute: governor's GCRA, over time that is passed in and state that can be put back.
//!
//! A burst of up to the limit, then one more for every `60 s / limit`. What one charge takes from several accounts it must
//! be able to give back when the last of them refuses; governor has no refund, so the state stands here.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{NotKeyed, StateStore};
use governor::{Quota, RateLimiter};
use jiff::Timestamp;

const MINUTE: Duration = Duration::from_secs(60);

/// The limiter of one account.
#[derive(Debug)]
pub(super) struct Views {
    limit: NonZeroU32,
    clock: Given,
    state: Arrival,
    governor: RateLimiter<NotKeyed, Arrival, Given, NoOpMiddleware<Nanos>>,
}

/// Why views do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TooMany {
    /// They would, after this time.
    Now(Duration),
    /// They never would.
    Ever,
}

/// What was there before a charge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before(u64);

impl Views {
    pub(super) fn new(limit: NonZeroU32) -> Self {
        Self::from(limit, Arrival::default())
    }

    fn from(limit: NonZeroU32, state: Arrival) -> Self {
        // The clock stands at zero here, so governor counts from 1970, like every time that follows.
        let clock = Given::default();
        // 60 s / limit is at least 13 ns for every u32, so a period there always is.
        let each = MINUTE / limit.get();
        let quota = Quota::with_period(each).unwrap_or_else(|| Quota::per_minute(limit)).allow_burst(limit);
        let governor = RateLimiter::new(quota, state.clone(), clock.clone());
        Self { limit, clock, state, governor }
    }

    pub(super) fn limit(&self) -> NonZeroU32 {
        self.limit
    }

    /// Another limit from now on; what was used stays used for as long as it was.
    pub(super) fn relimit(&mut self, limit: NonZeroU32) {
        *self = Self::from(limit, self.state.clone());
    }

    /// Takes `n`, all or none.
    pub(super) fn take(&self, n: u32, now: Timestamp) -> Result<Before, TooMany> {
        let before = Before(self.state.0.load(Ordering::Relaxed));
        let Some(n) = NonZeroU32::new(n) else { return Ok(before) };
        self.clock.set(now);
        match self.governor.check_n(n) {
            Err(_never) => Err(TooMany::Ever),
            Ok(Err(until)) => Err(TooMany::Now(until.wait_time_from(self.clock.now()))),
            Ok(Ok(())) => Ok(before),
        }
    }

    /// Gives back what a charge took.
    pub(super) fn put_back(&self, before: Before) {
        self.state.0.store(before.0, Ordering::Relaxed);
    }

    /// How many are used.
    pub(super) fn used(&self, now: Timestamp) -> u32 {
        let each = (MINUTE / self.limit.get()).as_nanos().max(1);
        u32::try_from(self.until_free(now).as_nanos().div_ceil(each)).unwrap_or(u32::MAX).min(self.limit.get())
    }

    /// How long until none are.
    pub(super) fn until_free(&self, now: Timestamp) -> Duration {
        Duration::from_nanos(self.state.0.load(Ordering::Relaxed).saturating_sub(nanos(now)))
    }
}

fn nanos(at: Timestamp) -> u64 {
    u64::try_from(at.as_nanosecond()).unwrap_or(0)
}

/// A clock that shows what it is given.
#[derive(Debug, Clone, Default)]
struct Given(Arc<AtomicU64>);

impl Given {
    fn set(&self, now: Timestamp) {
        self.0.store(nanos(now), Ordering::Relaxed);
    }
}

impl Clock for Given {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.0.load(Ordering::Relaxed))
    }
}

/// GCRA's theoretical arrival time, in nanoseconds since 1970. All users hold the limiter's lock.
#[derive(Debug, Clone, Default)]
struct Arrival(Arc<AtomicU64>);

impl StateStore for Arrival {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _: &NotKeyed, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let (answer, next) = f(Some(Nanos::new(self.0.load(Ordering::Relaxed))))?;
        self.0.store(next.as_u64(), Ordering::Relaxed);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + ms).unwrap()
    }

    fn views(limit: u32) -> Views {
        Views::new(NonZeroU32::new(limit).unwrap())
    }

    #[test]
    fn the_eleventh_of_a_burst_of_ten_is_refused_and_the_wait_is_right() {
        let v = views(10);
        for n in 0..10 {
            assert!(v.take(1, at(n)).is_ok(), "{n}");
        }
        let Err(TooMany::Now(wait)) = v.take(1, at(9)) else { panic!() };
        assert_eq!(wait, Duration::from_millis(6_000 - 9));
        assert_eq!(v.used(at(9)), 10);
        assert!(v.take(1, at(5_999)).is_err());
        assert!(v.take(1, at(6_000)).is_ok());
        assert!(v.take(1, at(6_001)).is_err());
        assert_eq!(v.used(at(1_000_000)), 0);
    }

    #[test]
    fn many_at_once_are_all_or_none() {
        let v = views(10);
        assert_eq!(v.take(11, at(0)).unwrap_err(), TooMany::Ever);
        let before = v.take(7, at(0)).unwrap();
        assert!(matches!(v.take(4, at(0)), Err(TooMany::Now(_))));
        assert_eq!(v.used(at(0)), 7);
        assert!(v.take(3, at(0)).is_ok());
        v.put_back(before);
        assert_eq!(v.used(at(0)), 0);
        assert!(v.take(0, at(0)).is_ok());
    }

    #[test]
    fn another_limit_keeps_what_was_used() {
        let mut v = views(10);
        v.take(10, at(0)).unwrap();
        v.relimit(NonZeroU32::new(60).unwrap());
        assert!(v.take(1, at(500)).is_err());
        assert!(v.take(1, at(1_000)).is_ok());
    }

    #[test]
    fn the_largest_limit_works() {
        let v = views(u32::MAX);
        assert!(v.take(u32::MAX, at(0)).is_ok());
    }
}
