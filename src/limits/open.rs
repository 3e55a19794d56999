//! The records that an engineer has open, and which key stands for which record.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

use super::window::Window;
use crate::base::id::RecordKey;

/// How long what is known of keys outlives the records: as long as the longest limit.
const DAY: Duration = Duration::from_secs(86_400);

/// Bounded by `at_most` records.
#[derive(Debug)]
pub(super) struct Open {
    span: Duration,
    at_most: usize,
    records: Window,
    /// A key of a path or query → the key by which its page shows the record. A key has one record, so it is never
    /// written twice: otherwise each page under one path could bring another record for nothing.
    names: HashMap<RecordKey, (RecordKey, Timestamp)>,
}

impl Open {
    pub(super) fn new(span: Duration, at_most: usize) -> Self {
        Self { span, at_most, records: Window::default(), names: HashMap::new() }
    }

    /// Whether a record was viewed a moment ago.
    pub(super) fn holds(&self, key: &RecordKey, now: Timestamp) -> bool {
        self.records.seen_within(key, self.span, now)
    }

    /// The engineer views it now. Of too many, the oldest is closed: its next poll counts.
    pub(super) fn see(&mut self, key: RecordKey, now: Timestamp) {
        self.records.see(key, true, now);
        self.records.shrink_to(self.at_most);
    }

    /// The key by which the record of `key` is counted.
    pub(super) fn stands_for(&self, key: &RecordKey) -> RecordKey {
        self.names.get(key).map_or(*key, |(shown, _)| *shown)
    }

    /// Whether `key` may be given a name: it has none, and there is room for one.
    pub(super) fn may_name(&self, key: &RecordKey, now: Timestamp) -> bool {
        let room = || self.names.len() < self.at_most || self.names.values().any(|(_, at)| is_old(*at, now));
        !self.names.contains_key(key) && room()
    }

    /// From now on `key` is counted as `shown`, if it may be.
    pub(super) fn name(&mut self, key: RecordKey, shown: RecordKey, now: Timestamp) {
        if !self.may_name(&key, now) {
            return;
        }
        if self.names.len() >= self.at_most {
            self.names.retain(|_, (_, at)| !is_old(*at, now));
        }
        self.names.insert(key, (shown, now));
        if key != shown {
            self.records.remove(&key);
        }
    }

    /// Whether forgetting it would change nothing that counts.
    pub(super) fn is_idle(&mut self, now: Timestamp) -> bool {
        self.records.expire(self.span, now);
        self.records.len() == 0 && self.names.values().all(|(_, at)| is_old(*at, now))
    }
}

fn is_old(at: Timestamp, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(at)).unwrap_or_default() >= DAY
}
