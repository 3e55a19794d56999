//! A grant: who may view which trust's system, for which ticket, until when.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::base::id::{BadId, EngineerId, GrantId, RecordKey, Ticket, TrustId};

/// Where a grant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The configuration file.
    Standing,
    /// The store: issued by an approver.
    Store,
}

/// Why the work is done, in the approver's words: one line, shown in lists and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose(Arc<str>);

impl Purpose {
    /// The longest purpose, in bytes.
    pub const MAX: usize = 200;

    /// A purpose; trimmed, at most [`Purpose::MAX`] bytes, without control characters.
    ///
    /// # Errors
    /// When it is too long or holds a control character.
    pub fn new(text: &str) -> Result<Self, BadId> {
        let text = text.trim();
        if text.len() > Self::MAX {
            return Err(BadId::new("a purpose", "is longer than 200 bytes"));
        }
        if text.chars().any(char::is_control) {
            return Err(BadId::new("a purpose", "holds a control character"));
        }
        Ok(Self(Arc::from(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A grant was taken back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Revoked {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: EngineerId,
}

/// What a grant is worth at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantState {
    /// It was taken back.
    Revoked,
    /// It is over.
    Expired,
    /// It has not begun.
    NotBegun,
    /// It holds.
    Live,
}

/// A grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its name.
    pub id: GrantId,
    /// For whom.
    pub engineer: EngineerId,
    /// For which trust's system.
    pub trust: TrustId,
    /// For which change.
    pub ticket: Ticket,
    /// Why.
    pub purpose: Option<Purpose>,
    /// It holds from here on; none: from ever.
    pub from: Option<Timestamp>,
    /// It holds up to, not including, this moment.
    pub until: Timestamp,
    /// Only these records; none: whichever the work needs.
    pub records: Option<Arc<BTreeSet<RecordKey>>>,
    /// Taken back.
    pub revoked: Option<Revoked>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Grant {
    /// A grant of the configuration file. Its id follows from what it says, so that it is the same after every restart.
    pub fn standing(engineer: EngineerId, trust: TrustId, ticket: Ticket, until: Timestamp) -> Self {
        let mut hash = Sha256::new();
        for part in [engineer.as_str(), trust.as_str(), ticket.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let short: Vec<u8> = hash.finalize().into_iter().take(8).collect();
        let id = GrantId::of_hash("standing", &short);
        Self {
            id,
            engineer,
            trust,
            ticket,
            purpose: None,
            from: None,
            until,
            records: None,
            revoked: None,
            origin: Origin::Standing,
        }
    }

    /// What it is worth at `now`.
    pub fn state(&self, now: Timestamp) -> GrantState {
        if self.revoked.is_some() {
            GrantState::Revoked
        } else if now >= self.until {
            GrantState::Expired
        } else if self.from.is_some_and(|from| now < from) {
            GrantState::NotBegun
        } else {
            GrantState::Live
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn grant() -> Grant {
        Grant::standing(
            EngineerId::new("sam@centre.example").unwrap(),
            TrustId::new("royal-free").unwrap(),
            Ticket::new("CHG-1001").unwrap(),
            at("2026-12-01T00:00:00Z"),
        )
    }

    #[test]
    fn a_window_includes_its_beginning_and_not_its_end() {
        let mut g = grant();
        g.from = Some(at("2026-11-01T00:00:00Z"));
        assert_eq!(g.state(at("2026-10-31T23:59:59Z")), GrantState::NotBegun);
        assert_eq!(g.state(at("2026-11-01T00:00:00Z")), GrantState::Live);
        assert_eq!(g.state(at("2026-11-30T23:59:59.999Z")), GrantState::Live);
        assert_eq!(g.state(at("2026-12-01T00:00:00Z")), GrantState::Expired);
        g.revoked = Some(Revoked { at: at("2026-11-02T00:00:00Z"), by: EngineerId::new("ig@trust.example").unwrap() });
        assert_eq!(g.state(at("2026-11-03T00:00:00Z")), GrantState::Revoked);
    }

    #[test]
    fn a_standing_grant_keeps_its_name() {
        assert_eq!(grant().id, grant().id);
        let other = Grant::standing(grant().engineer, TrustId::new("barnet").unwrap(), grant().ticket, grant().until);
        assert_ne!(grant().id, other.id);
    }

    #[test]
    fn a_purpose_is_one_bounded_line() {
        assert_eq!(Purpose::new("  move the results index ").unwrap().as_str(), "move the results index");
        assert!(Purpose::new("two\nlines").is_err());
        assert!(Purpose::new(&"x".repeat(201)).is_err());
    }
}
