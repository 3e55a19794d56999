//! Over a limit: which one, how much was used, when it is free again.

use std::time::Duration;

use http::StatusCode;

use crate::base::id::{CentreId, EngineerId, TrustId};

/// Whose limit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// One engineer's.
    Engineer(EngineerId),
    /// A whole centre's.
    Centre(CentreId),
    /// A whole trust's.
    Trust(TrustId),
}

impl Scope {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Scope::Engineer(_) => "engineer",
            Scope::Centre(_) => "centre",
            Scope::Trust(_) => "trust",
        }
    }

    /// Whose, in a sentence to the engineer.
    const fn whose(&self) -> &'static str {
        match self {
            Scope::Engineer(_) => "you have",
            Scope::Centre(_) => "your centre has",
            Scope::Trust(_) => "all who view this trust have",
        }
    }
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LimitName {
    /// Record views a minute.
    Views,
    /// Distinct records an hour.
    RecordsHour,
    /// Distinct records a day.
    RecordsDay,
    /// Bytes an hour.
    BytesHour,
}

impl LimitName {
    /// The configuration key.
    pub const fn as_str(self) -> &'static str {
        match self {
            LimitName::Views => "record_views_per_minute",
            LimitName::RecordsHour => "distinct_records_per_hour",
            LimitName::RecordsDay => "distinct_records_per_day",
            LimitName::BytesHour => "bytes_per_hour",
        }
    }

    /// What is counted, in a sentence.
    pub const fn counts(self) -> &'static str {
        match self {
            LimitName::Views => "record views",
            LimitName::RecordsHour | LimitName::RecordsDay => "different records",
            LimitName::BytesHour => "bytes",
        }
    }

    /// The window.
    pub const fn window(self) -> Duration {
        match self {
            LimitName::Views => Duration::from_secs(60),
            LimitName::RecordsHour | LimitName::BytesHour => Duration::from_secs(3600),
            LimitName::RecordsDay => Duration::from_secs(86_400),
        }
    }

    /// The window in words.
    pub const fn window_words(self) -> &'static str {
        match self {
            LimitName::Views => "a minute",
            LimitName::RecordsHour | LimitName::BytesHour => "an hour",
            LimitName::RecordsDay => "a day",
        }
    }
}

/// Refused by a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverLimit {
    /// Used up; free again after a while.
    Used {
        /// Whose limit.
        scope: Scope,
        /// Which.
        limit: LimitName,
        /// How much is used in the window.
        used: u64,
        /// How much there is.
        of: u64,
        /// This much would fit after this time.
        free_after: Duration,
    },
    /// One page with more records than the limit could ever hold: waiting does not help, a narrower search does.
    TooManyAtOnce {
        /// Whose limit.
        scope: Scope,
        /// Which.
        limit: LimitName,
        /// Records in the page.
        asked: u64,
        /// How many the limit holds.
        of: u64,
    },
    /// Fanlight counts as many engineers as it can; nobody is let in uncounted.
    NoRoom {
        /// When to try again.
        free_after: Duration,
    },
}

impl OverLimit {
    /// The name in the trail, problem documents and metrics. Stable.
    pub const fn code(&self) -> &'static str {
        match self {
            OverLimit::Used { limit: LimitName::Views, .. } => "over-record-views",
            OverLimit::Used { limit: LimitName::RecordsHour, .. } => "over-records-hour",
            OverLimit::Used { limit: LimitName::RecordsDay, .. } => "over-records-day",
            OverLimit::Used { limit: LimitName::BytesHour, .. } => "over-bytes-hour",
            OverLimit::TooManyAtOnce { limit: LimitName::BytesHour, .. } => "page-too-large",
            OverLimit::TooManyAtOnce { .. } => "too-many-records",
            OverLimit::NoRoom { .. } => "limiter-full",
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            OverLimit::Used { .. } => StatusCode::TOO_MANY_REQUESTS,
            // Retrying the same page never helps, and 429 would say that it does.
            OverLimit::TooManyAtOnce { .. } => StatusCode::FORBIDDEN,
            OverLimit::NoRoom { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whole seconds for `Retry-After`, rounded up so that a client that obeys is let in; none when waiting does not
    /// help.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            OverLimit::Used { free_after, .. } | OverLimit::NoRoom { free_after } => Some(ceil_seconds(*free_after)),
            OverLimit::TooManyAtOnce { .. } => None,
        }
    }

    /// A few words for a page's heading.
    pub const fn title(&self) -> &'static str {
        match self {
            OverLimit::Used { .. } => "Viewing limit reached",
            OverLimit::TooManyAtOnce { limit: LimitName::BytesHour, .. } => "Too large a page",
            OverLimit::TooManyAtOnce { .. } => "Too many records in one page",
            OverLimit::NoRoom { .. } => "Too many viewers",
        }
    }

    /// What the person can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            OverLimit::Used { .. } => {
                "Wait until then and open the page again. A record that you have open stays open."
            }
            OverLimit::TooManyAtOnce { .. } => "Search for fewer records: narrow the search or ask for a shorter page.",
            OverLimit::NoRoom { .. } => "Try again in a little while. If it stays so, tell the operator.",
        }
    }
}

/// Up to whole seconds, at least one.
pub(super) fn ceil_seconds(time: Duration) -> u64 {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).max(1)
}

impl std::fmt::Display for OverLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OverLimit::Used { scope, limit, used, of, free_after } => write!(
                f,
                "In this window {} used {used} of {of} {} {}; the next is free in {}.",
                scope.whose(),
                limit.counts(),
                limit.window_words(),
                words(*free_after)
            ),
            OverLimit::TooManyAtOnce { limit, asked, of, .. } => write!(
                f,
                "This page holds {asked} {} at once; the limit is {of} {}.",
                limit.counts(),
                limit.window_words()
            ),
            OverLimit::NoRoom { .. } => f.write_str("Fanlight is counting as many viewers as it can."),
        }
    }
}

impl std::error::Error for OverLimit {}

fn words(time: Duration) -> String {
    let seconds = ceil_seconds(time);
    let many = |n: u64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match seconds {
        0..120 => many(seconds, "second"),
        120..7200 => many(seconds.div_ceil(60), "minute"),
        _ => many(seconds.div_ceil(3600), "hour"),
    }
}
