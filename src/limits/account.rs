//! What one engineer, centre or trust has used, and whether more fits.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::bytes::Bytes;
use super::over::{LimitName, OverLimit, Scope};
use super::rates::Limits;
use super::views::{Before, TooMany, Views};
use super::window::Window;
use crate::base::id::RecordKey;

/// An account.
#[derive(Debug, Default)]
pub(super) struct Account {
    views: Option<Views>,
    hour: Option<Distinct>,
    day: Option<Distinct>,
    bytes: Option<(u64, Bytes)>,
}

/// A limit of different records.
#[derive(Debug)]
struct Distinct {
    name: LimitName,
    of: u32,
    window: Window,
}

/// What a charge wants to count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want<'a> {
    /// Record views.
    pub(super) views: u32,
    /// Records that are seen.
    pub(super) records: &'a BTreeSet<RecordKey>,
    /// A page shows them; otherwise a path names them.
    pub(super) shown: bool,
    /// The key by which a path named one of `records`; it counts no longer, unless a page showed that key itself.
    pub(super) instead_of: Option<RecordKey>,
}

impl Account {
    /// The limits from now on; what was used stays.
    pub(super) fn set(&mut self, limits: &Limits) {
        match (limits.record_views_per_minute, &mut self.views) {
            (None, views) => *views = None,
            (Some(n), Some(views)) if views.limit() == n => {}
            (Some(n), Some(views)) => views.relimit(n),
            (Some(n), none @ None) => *none = Some(Views::new(n)),
        }
        let distinct = |kept: &mut Option<Distinct>, name, of: Option<std::num::NonZeroU32>| {
            *kept = of.map(|of| {
                let window = kept.take().map(|d| d.window).unwrap_or_default();
                Distinct { name, of: of.get(), window }
            });
        };
        distinct(&mut self.hour, LimitName::RecordsHour, limits.distinct_records_per_hour);
        distinct(&mut self.day, LimitName::RecordsDay, limits.distinct_records_per_day);
        let bytes = self.bytes.take().map(|(_, bytes)| bytes).unwrap_or_default();
        self.bytes = limits.bytes_per_hour.map(|of| (of.get(), bytes));
    }

    fn distinct(&self) -> impl Iterator<Item = &Distinct> {
        self.hour.iter().chain(&self.day)
    }

    fn distinct_mut(&mut self) -> impl Iterator<Item = &mut Distinct> {
        self.hour.iter_mut().chain(&mut self.day)
    }

    /// Forgets what is older than its window. Call it before anything that reads the windows.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for distinct in self.distinct_mut() {
            distinct.window.expire(distinct.name.window(), now);
        }
        if let Some((_, bytes)) = &mut self.bytes {
            bytes.used(now);
        }
    }

    /// Whether forgetting the account would change nothing.
    pub(super) fn is_idle(&mut self, now: Timestamp) -> bool {
        self.expire(now);
        self.distinct().all(|d| d.window.len() == 0)
            && self.views.as_ref().is_none_or(|v| v.until_free(now).is_zero())
            && self.bytes.as_mut().is_none_or(|(_, b)| b.used(now) == 0)
    }

    /// Whether everything fits; takes the views if it does. [`Account::count`] must follow, or [`Account::put_back`].
    pub(super) fn reserve(
        &mut self,
        scope: &Scope,
        want: Want<'_>,
        now: Timestamp,
    ) -> Result<Option<Before>, OverLimit> {
        self.expire(now);
        for distinct in self.distinct() {
            distinct.fits(scope, want, now)?;
        }
        if let Some((of, bytes)) = &mut self.bytes {
            let used = bytes.used(now);
            if used >= *of {
                let free_after = bytes.until_free(used - *of + 1, now);
                return Err(OverLimit::Used {
                    scope: scope.clone(),
                    limit: LimitName::BytesHour,
                    used,
                    of: *of,
                    free_after,
                });
            }
        }
        let Some(views) = &self.views else { return Ok(None) };
        let (limit, of) = (LimitName::Views, u64::from(views.limit().get()));
        views.take(want.views, now).map(Some).map_err(|too_many| match too_many {
            TooMany::Ever => OverLimit::TooManyAtOnce { scope: scope.clone(), limit, asked: u64::from(want.views), of },
            TooMany::Now(free_after) => {
                OverLimit::Used { scope: scope.clone(), limit, used: u64::from(views.used(now)), of, free_after }
            }
        })
    }

    /// Gives back what [`Account::reserve`] took.
    pub(super) fn put_back(&self, before: Option<Before>) {
        if let (Some(views), Some(before)) = (&self.views, before) {
            views.put_back(before);
        }
    }

    /// Counts the records of what was reserved.
    pub(super) fn count(&mut self, want: Want<'_>, now: Timestamp) {
        for distinct in self.distinct_mut() {
            if let Some(key) = want.instead_of.filter(|key| !distinct.window.was_shown(key)) {
                distinct.window.remove(&key);
            }
            for key in want.records {
                distinct.window.see(*key, want.shown, now);
            }
        }
    }

    /// Whether so many bytes fit.
    pub(super) fn fits_bytes(&mut self, scope: &Scope, more: u64, now: Timestamp) -> Result<(), OverLimit> {
        let Some((of, bytes)) = &mut self.bytes else { return Ok(()) };
        if more > *of {
            let limit = LimitName::BytesHour;
            return Err(OverLimit::TooManyAtOnce { scope: scope.clone(), limit, asked: more, of: *of });
        }
        let used = bytes.used(now);
        let over = used.saturating_add(more).saturating_sub(*of);
        if over == 0 {
            return Ok(());
        }
        let free_after = bytes.until_free(over, now);
        Err(OverLimit::Used { scope: scope.clone(), limit: LimitName::BytesHour, used, of: *of, free_after })
    }

    /// Counts bytes.
    pub(super) fn count_bytes(&mut self, more: u64, now: Timestamp) {
        if let Some((_, bytes)) = &mut self.bytes {
            bytes.add(more, now);
        }
    }

    /// Each limit: used, of, and how long until all of it is free.
    pub(super) fn usage(&mut self, now: Timestamp) -> Vec<(LimitName, u64, u64, Duration)> {
        self.expire(now);
        let views = self
            .views
            .iter()
            .map(|v| (LimitName::Views, u64::from(v.used(now)), u64::from(v.limit().get()), v.until_free(now)));
        let distinct = self
            .distinct()
            .map(|d| (d.name, d.window.len() as u64, u64::from(d.of), d.window.until_empty(d.name.window(), now)));
        let bytes =
            self.bytes.iter().map(|(of, b)| (LimitName::BytesHour, b.total(), *of, b.until_free(b.total(), now)));
        views.chain(distinct).chain(bytes).collect()
    }
}

impl Distinct {
    fn fits(&self, scope: &Scope, want: Want<'_>, now: Timestamp) -> Result<(), OverLimit> {
        let (of, all) = (self.of as usize, want.records.len());
        if all > of {
            let asked = all as u64;
            return Err(OverLimit::TooManyAtOnce {
                scope: scope.clone(),
                limit: self.name,
                asked,
                of: u64::from(self.of),
            });
        }
        let fresh = want.records.iter().filter(|key| !self.window.holds(key)).count();
        let given_up = want.instead_of.is_some_and(|key| self.window.holds(&key) && !self.window.was_shown(&key));
        let used = self.window.len() - usize::from(given_up);
        // A limit that was lowered may be overdrawn already; what is open stays open, nothing new is.
        let over = (used + fresh).saturating_sub(of);
        if fresh == 0 || over == 0 {
            return Ok(());
        }
        let free_after = self.window.until_free(over, want.records, self.name.window(), now);
        Err(OverLimit::Used {
            scope: scope.clone(),
            limit: self.name,
            used: used as u64,
            of: u64::from(self.of),
            free_after,
        })
    }
}
