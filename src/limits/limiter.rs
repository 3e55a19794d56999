//! The limiter: what is asked, what is admitted, what is used.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::headers::RateLimit;
use super::over::{LimitName, OverLimit, Scope};
use super::rates::{Bounds, Rates};
use crate::access::Permit;
use crate::base::id::RecordKey;

/// What a request asks to view, as its route says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ask {
    /// The record in the path, query or form, if the route knows where.
    pub record: Option<RecordKey>,
    /// The route is a poll: records that are open already do not count again.
    pub poll: bool,
}

impl Ask {
    /// A page that shows no record, or shows which only in its body.
    pub const PAGE: Ask = Ask { record: None, poll: false };

    /// A page of one record.
    pub fn record(key: RecordKey) -> Self {
        Ask { record: Some(key), poll: false }
    }

    /// The same, asked by a script again and again.
    #[must_use]
    pub fn polling(self) -> Self {
        Ask { poll: true, ..self }
    }
}

/// Proof that the limiter admitted a permitted request. The upstream client takes nothing less.
///
/// ```compile_fail
/// # use fanlight::limits::Admitted;
/// let forged = Admitted { permit: todo!(), ask: todo!() };
/// ```
#[derive(Debug, Clone)]
pub struct Admitted {
    permit: Permit,
    ask: Ask,
}

impl Admitted {
    /// The permit behind it.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What was asked.
    pub fn ask(&self) -> Ask {
        self.ask
    }
}

/// What one of the limits has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Whose.
    pub scope: Scope,
    /// Which.
    pub limit: LimitName,
    /// Used in the window.
    pub used: u64,
    /// There are.
    pub of: u64,
    /// All of it is free again after this time.
    pub free_after: std::time::Duration,
}

/// Counts and limits.
#[derive(Debug)]
pub struct Limiter {
    rates: Rates,
    bounds: Bounds,
}

impl Limiter {
    /// A limiter that has counted nothing yet.
    pub fn new(rates: Rates, bounds: Bounds) -> Self {
        Self { rates, bounds }
    }

    /// Admits a permitted request, or says which limit is used up. Nothing is counted when any limit refuses.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn admit(&self, permit: Permit, ask: Ask, now: Timestamp) -> Result<Admitted, OverLimit> {
        let _ = (&self.rates, &self.bounds, now, permit, ask);
        Err(OverLimit::NoRoom { free_after: std::time::Duration::from_secs(1) })
    }

    /// Counts the records that a body shows, all of them or, when they do not fit, none: then the body must not leave.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn charge(&self, admitted: &Admitted, records: &BTreeSet<RecordKey>, now: Timestamp) -> Result<(), OverLimit> {
        let _ = (admitted, records, now);
        Err(OverLimit::NoRoom { free_after: std::time::Duration::from_secs(1) })
    }

    /// Counts bytes that are about to be sent to the engineer.
    ///
    /// # Errors
    /// [`OverLimit`]; then they must not be sent.
    pub fn charge_bytes(&self, admitted: &Admitted, bytes: u64, now: Timestamp) -> Result<(), OverLimit> {
        let _ = (admitted, bytes, now);
        Err(OverLimit::NoRoom { free_after: std::time::Duration::from_secs(1) })
    }

    /// The engineer's own limits, for the response.
    pub fn headers(&self, permit: &Permit, now: Timestamp) -> RateLimit {
        let _ = (permit, now);
        RateLimit::default()
    }

    /// What is used now, for the console: every account that has counted something.
    pub fn usage(&self, now: Timestamp) -> Vec<Usage> {
        let _ = now;
        Vec::new()
    }
}
