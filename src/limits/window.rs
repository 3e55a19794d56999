//! Different records within a sliding window.
//!
//! A record's time is when it was last seen, so at the end of *any* stretch as long as the window, everything seen in it
//! is still counted: no alignment of the stretch shows more than the limit.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::base::id::RecordKey;

/// When a record was last seen, and whether a page ever showed it under this key.
#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Timestamp,
    shown: bool,
}

/// Records and when each was last seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    seen: HashMap<RecordKey, Seen>,
    by_time: BTreeSet<(Timestamp, RecordKey)>,
}

impl Window {
    /// How many are counted.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether this one is.
    pub(super) fn holds(&self, key: &RecordKey) -> bool {
        self.seen.contains_key(key)
    }

    /// Whether this one was seen within `span`.
    pub(super) fn seen_within(&self, key: &RecordKey, span: Duration, now: Timestamp) -> bool {
        self.seen.get(key).is_some_and(|seen| left(seen.at, span, now).is_some())
    }

    /// Forgets what is older than the window.
    pub(super) fn expire(&mut self, span: Duration, now: Timestamp) {
        while let Some(&(at, key)) = self.by_time.first() {
            if left(at, span, now).is_some() {
                break;
            }
            self.remove(&key);
        }
    }

    /// Counts a record, or counts it anew from now. `shown`: a page showed it; otherwise a path named it.
    pub(super) fn see(&mut self, key: RecordKey, shown: bool, now: Timestamp) {
        let shown = shown || self.was_shown(&key);
        self.remove(&key);
        self.seen.insert(key, Seen { at: now, shown });
        self.by_time.insert((now, key));
    }

    /// Whether a page showed it under this key.
    pub(super) fn was_shown(&self, key: &RecordKey) -> bool {
        self.seen.get(key).is_some_and(|seen| seen.shown)
    }

    /// Stops counting a record.
    pub(super) fn remove(&mut self, key: &RecordKey) {
        if let Some(seen) = self.seen.remove(key) {
            self.by_time.remove(&(seen.at, *key));
        }
    }

    /// Forgets the oldest until at most this many are left.
    pub(super) fn shrink_to(&mut self, at_most: usize) {
        while self.seen.len() > at_most
            && let Some(&(_, key)) = self.by_time.first()
        {
            self.remove(&key);
        }
    }

    /// How long until the `n` oldest, not counting those in `but`, are forgotten.
    pub(super) fn until_free(&self, n: usize, but: &BTreeSet<RecordKey>, span: Duration, now: Timestamp) -> Duration {
        let oldest = self.by_time.iter().filter(|(_, key)| !but.contains(key));
        let last = oldest.take(n).last().and_then(|(at, _)| left(*at, span, now));
        last.unwrap_or(span)
    }

    /// How long until all are forgotten.
    pub(super) fn until_empty(&self, span: Duration, now: Timestamp) -> Duration {
        self.by_time.last().and_then(|(at, _)| left(*at, span, now)).unwrap_or_default()
    }
}

/// What is left of `span` since `at`; none when it is over.
fn left(at: Timestamp, span: Duration, now: Timestamp) -> Option<Duration> {
    let age = Duration::try_from(now.duration_since(at).max(SignedDuration::ZERO)).unwrap_or(Duration::MAX);
    span.checked_sub(age).filter(|rest| !rest.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_record_counts_from_when_it_was_last_seen() {
        let mut w = Window::default();
        w.see([1; 16], true, at(0));
        w.see([2; 16], true, at(10));
        w.see([1; 16], true, at(20));
        assert_eq!(w.len(), 2);
        w.expire(HOUR, at(3609));
        assert_eq!(w.len(), 2);
        w.expire(HOUR, at(3610));
        assert!(w.holds(&[1; 16]) && !w.holds(&[2; 16]));
        assert_eq!(w.until_empty(HOUR, at(3610)), Duration::from_secs(10));
        w.expire(HOUR, at(3620));
        assert_eq!(w.len(), 0);
    }

    #[test]
    fn it_says_when_the_oldest_go() {
        let mut w = Window::default();
        for n in 0..4 {
            w.see([n; 16], true, at(i64::from(n) * 60));
        }
        let none = BTreeSet::new();
        assert_eq!(w.until_free(1, &none, HOUR, at(180)), Duration::from_secs(3420));
        assert_eq!(w.until_free(2, &none, HOUR, at(180)), Duration::from_secs(3480));
        assert_eq!(w.until_free(1, &BTreeSet::from([[0; 16]]), HOUR, at(180)), Duration::from_secs(3480));
        w.shrink_to(1);
        assert!(w.holds(&[3; 16]));
    }
}
