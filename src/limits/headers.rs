//! `RateLimit` and `RateLimit-Policy` (IETF draft-ietf-httpapi-ratelimit-headers), as structured fields.

use http::header::{HeaderName, HeaderValue};

/// The two headers of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RateLimit {
    policies: Vec<Policy>,
}

/// One quota and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) name: &'static str,
    pub(super) quota: u64,
    pub(super) window: u64,
    pub(super) remaining: u64,
    pub(super) reset: u64,
}

impl RateLimit {
    pub(super) fn new(policies: impl IntoIterator<Item = Policy>) -> Self {
        Self { policies: policies.into_iter().collect() }
    }

    /// The header lines; none when nothing is limited.
    ///
    /// `RateLimit-Policy: "record_views_per_minute";q=10;w=60` and `RateLimit: "record_views_per_minute";r=3;t=42`.
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        if self.policies.is_empty() {
            return Vec::new();
        }
        let list = |item: fn(&Policy) -> String| self.policies.iter().map(item).collect::<Vec<_>>().join(", ");
        let policy = list(|p| format!("\"{}\";q={};w={}", p.name, p.quota, p.window));
        let state = list(|p| format!("\"{}\";r={};t={}", p.name, p.remaining, p.reset));
        let lines = [("ratelimit-policy", policy), ("ratelimit", state)];
        lines
            .into_iter()
            .filter_map(|(n, v)| Some((HeaderName::from_static(n), HeaderValue::try_from(v).ok()?)))
            .collect()
    }
}
