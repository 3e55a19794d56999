//! Bytes within an hour, counted by the minute.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;

/// The hour, and the minute in which a byte is counted: a bucket counts until its last byte is an hour old.
const MINUTES: i64 = 61;

/// Bytes by minute; never more than [`MINUTES`] buckets.
#[derive(Debug, Clone, Default)]
pub(super) struct Bytes {
    minutes: VecDeque<(i64, u64)>,
    total: u64,
}

impl Bytes {
    /// Counted in the last hour.
    pub(super) fn used(&mut self, now: Timestamp) -> u64 {
        let minute = minute(now);
        while let Some(&(at, bytes)) = self.minutes.front()
            && at + MINUTES <= minute
        {
            self.total = self.total.saturating_sub(bytes);
            self.minutes.pop_front();
        }
        self.total
    }

    /// What was counted when it was last looked at.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Counts more.
    pub(super) fn add(&mut self, bytes: u64, now: Timestamp) {
        let minute = minute(now);
        self.total = self.total.saturating_add(bytes);
        match self.minutes.back_mut() {
            Some((at, counted)) if *at >= minute => *counted = counted.saturating_add(bytes),
            Some(_) | None => self.minutes.push_back((minute, bytes)),
        }
    }

    /// How long until at least `bytes` of them are forgotten.
    pub(super) fn until_free(&self, bytes: u64, now: Timestamp) -> Duration {
        let mut freed = 0_u64;
        let last = self.minutes.iter().find(|(_, counted)| {
            freed = freed.saturating_add(*counted);
            freed >= bytes
        });
        let Some((at, _)) = last.or(self.minutes.back()) else { return Duration::ZERO };
        let free = Timestamp::from_second((at + MINUTES) * 60).unwrap_or(now);
        Duration::try_from(free.duration_since(now)).unwrap_or_default()
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn bytes_count_for_an_hour_at_least() {
        let mut b = Bytes::default();
        b.add(5, at(59));
        b.add(7, at(60));
        assert_eq!(b.used(at(59 + 3600)), 12);
        assert_eq!(b.until_free(1, at(60)), Duration::from_secs(3600));
        assert_eq!(b.until_free(6, at(60)), Duration::from_secs(3660));
        assert_eq!(b.used(at(3660)), 7);
        assert_eq!(b.used(at(3720)), 0);
        assert_eq!(b.until_free(1, at(3720)), Duration::ZERO);
    }

    #[test]
    fn buckets_are_bounded() {
        let mut b = Bytes::default();
        for second in 0..100_000 {
            b.used(at(second));
            b.add(1, at(second));
        }
        assert!(b.minutes.len() <= MINUTES as usize);
        assert!((3600..=3660).contains(&b.used(at(99_999))));
    }
}
