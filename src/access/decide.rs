//! The one decision, and the permit that only it can make.
//!
//! The order is: who, from where, for which trust, by which grant. The first thing that fails is the reason given, so
//! that a person from an unknown network does not learn which grants exist.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::centre::Centre;
use super::denial::Denial;
use super::grant::{Grant, GrantState};
use super::identity::{Identity, Role};
use crate::base::id::{CentreId, EngineerId, GrantId, RecordKey, Ticket, TrustId};

/// The answer of [`decide`].
#[derive(Debug, Clone)]
#[must_use = "a decision that nobody reads protects nothing"]
pub enum Decision {
    /// They may.
    Permit(Permit),
    /// They may not.
    Deny(Denial),
}

/// Proof that [`decide`] looked: who may view whose system, from where, by which grant, until when.
///
/// Nothing else can make one.
///
/// ```compile_fail
/// # use fanlight::access::Permit;
/// let forged = Permit { grant: todo!(), centre: todo!() };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    grant: Arc<Grant>,
    centre: CentreId,
}

impl Permit {
    /// Who.
    pub fn engineer(&self) -> &EngineerId {
        &self.grant.engineer
    }

    /// Whose system.
    pub fn trust(&self) -> &TrustId {
        &self.grant.trust
    }

    /// By which grant.
    pub fn grant(&self) -> &GrantId {
        &self.grant.id
    }

    /// For which change.
    pub fn ticket(&self) -> &Ticket {
        &self.grant.ticket
    }

    /// From where.
    pub fn centre(&self) -> &CentreId {
        &self.centre
    }

    /// It holds up to this moment; streams end there.
    pub fn until(&self) -> Timestamp {
        self.grant.until
    }

    /// Whether the grant's list of records, if it has one, holds this record.
    ///
    /// # Errors
    /// [`Denial::RecordNotListed`].
    pub fn covers(&self, record: &RecordKey) -> Result<(), Denial> {
        match &self.grant.records {
            Some(listed) if !listed.contains(record) => Err(Denial::RecordNotListed),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the grant names records; then a page that shows others must not leave.
    pub fn names_records(&self) -> bool {
        self.grant.records.is_some()
    }
}

/// Whether `who` may view `trust`'s system from `from` at `now`.
pub fn decide(
    who: &Identity,
    from: IpAddr,
    trust: &TrustId,
    grants: &[Grant],
    centres: &[Centre],
    now: Timestamp,
) -> Decision {
    match find(who, from, trust, grants, centres, now) {
        Ok(permit) => Decision::Permit(permit),
        Err(denial) => Decision::Deny(denial),
    }
}

fn find(
    who: &Identity,
    from: IpAddr,
    trust: &TrustId,
    grants: &[Grant],
    centres: &[Centre],
    now: Timestamp,
) -> Result<Permit, Denial> {
    if !who.is(Role::Engineer) {
        return Err(Denial::NoRole);
    }
    let centre = Centre::of(from, centres).ok_or(Denial::UnknownNetwork)?;
    if who.centre().is_some_and(|claimed| claimed != centre.id()) {
        return Err(Denial::OtherCentre(centre.id().clone()));
    }
    if !centre.serves(trust) {
        return Err(Denial::CentreNotAllowed { centre: centre.id().clone(), trust: trust.clone() });
    }
    let mut own = grants.iter().filter(|g| &g.engineer == who.engineer()).peekable();
    if own.peek().is_none() {
        return Err(Denial::NoGrant);
    }
    // Of several for this trust the liveliest speaks, and of equals the one that lasts longest.
    let best = own.filter(|g| &g.trust == trust).max_by_key(|g| (g.state(now), g.until));
    let grant = best.ok_or_else(|| Denial::WrongTrust(trust.clone()))?;
    match grant.state(now) {
        GrantState::Live => Ok(Permit { grant: Arc::new(grant.clone()), centre: centre.id().clone() }),
        GrantState::NotBegun => Err(Denial::NotBegun(grant.from.unwrap_or(grant.until))),
        GrantState::Expired => Err(Denial::Expired(grant.until)),
        GrantState::Revoked => Err(Denial::Revoked(grant.revoked.as_ref().map_or(grant.until, |r| r.at))),
    }
}
