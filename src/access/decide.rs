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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::grant::Revoked;
    use std::collections::BTreeSet;

    const SAM: &str = "sam@centre.example";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn trust(id: &str) -> TrustId {
        TrustId::new(id).unwrap()
    }

    fn grant(engineer: &str, id: &str) -> Grant {
        let until = at("2026-12-01T00:00:00Z");
        Grant::standing(EngineerId::new(engineer).unwrap(), trust(id), Ticket::new("CHG-1").unwrap(), until)
    }

    fn centres() -> Vec<Centre> {
        let centre = |id: &str, net: &str| Centre::new(CentreId::new(id).unwrap(), vec![net.parse().unwrap()]);
        vec![centre("us", "192.0.2.0/24"), centre("barts-only", "198.51.100.0/24").only_for([trust("barts")])]
    }

    fn sam() -> Identity {
        Identity::new(EngineerId::new(SAM).unwrap(), [Role::Engineer])
    }

    fn ask(who: &Identity, from: &str, grants: &[Grant]) -> Result<Permit, Denial> {
        let now = at("2026-11-23T09:00:00Z");
        match decide(who, from.parse().unwrap(), &trust("royal-free"), grants, &centres(), now) {
            Decision::Permit(permit) => Ok(permit),
            Decision::Deny(denial) => Err(denial),
        }
    }

    fn code(who: &Identity, from: &str, grants: &[Grant]) -> &'static str {
        ask(who, from, grants).map_or_else(|denial| denial.code(), |_| "permit")
    }

    #[test]
    fn a_live_grant_from_a_centre_permits() {
        let permit = ask(&sam(), "192.0.2.1", &[grant(SAM, "barts"), grant(SAM, "royal-free")]).unwrap();
        assert_eq!(
            (permit.engineer().as_str(), permit.trust().as_str(), permit.centre().as_str()),
            (SAM, "royal-free", "us")
        );
        assert_eq!(permit.until(), at("2026-12-01T00:00:00Z"));
    }

    #[test]
    fn each_reason_by_its_name() {
        let live = grant(SAM, "royal-free");
        let only = |change: fn(&mut Grant)| {
            let mut g = live.clone();
            change(&mut g);
            vec![g]
        };
        let auditor = Identity::new(EngineerId::new(SAM).unwrap(), [Role::Auditor, Role::Approver]);
        assert_eq!(code(&auditor, "192.0.2.1", &only(|_| ())), "no-role");
        assert_eq!(code(&sam(), "203.0.113.1", &only(|_| ())), "unknown-network");
        assert_eq!(code(&sam(), "203.0.113.1", &[]), "unknown-network");
        assert_eq!(code(&sam().at(CentreId::new("elsewhere").unwrap()), "192.0.2.1", &only(|_| ())), "other-centre");
        assert_eq!(code(&sam(), "198.51.100.1", &only(|_| ())), "centre-not-allowed");
        assert_eq!(code(&sam(), "192.0.2.1", &[]), "no-grant");
        assert_eq!(code(&sam(), "192.0.2.1", &[grant("alex@centre.example", "royal-free")]), "no-grant");
        assert_eq!(code(&sam(), "192.0.2.1", &[grant(SAM, "barts")]), "wrong-trust");
        assert_eq!(code(&sam(), "192.0.2.1", &only(|g| g.from = Some(at("2026-11-24T00:00:00Z")))), "grant-not-begun");
        assert_eq!(code(&sam(), "192.0.2.1", &only(|g| g.until = at("2026-11-23T09:00:00Z"))), "grant-expired");
        let revoked = only(|g| g.revoked = Some(Revoked { at: at("2026-11-20T00:00:00Z"), by: g.engineer.clone() }));
        assert_eq!(code(&sam(), "192.0.2.1", &revoked), "grant-revoked");
    }

    #[test]
    fn an_old_grant_does_not_hide_a_live_one() {
        let mut old = grant(SAM, "royal-free");
        old.until = at("2099-01-01T00:00:00Z");
        old.revoked = Some(Revoked { at: at("2026-11-20T00:00:00Z"), by: old.engineer.clone() });
        assert_eq!(code(&sam(), "192.0.2.1", &[old.clone(), grant(SAM, "royal-free"), old]), "permit");
    }

    #[test]
    fn a_list_of_records_is_kept_to() {
        let mut g = grant(SAM, "royal-free");
        assert!(ask(&sam(), "192.0.2.1", std::slice::from_ref(&g)).unwrap().covers(&[9; 16]).is_ok());
        g.records = Some(Arc::new(BTreeSet::from([[1; 16]])));
        let permit = ask(&sam(), "192.0.2.1", &[g]).unwrap();
        assert!(permit.names_records() && permit.covers(&[1; 16]).is_ok());
        assert_eq!(permit.covers(&[9; 16]), Err(Denial::RecordNotListed));
    }

    #[test]
    fn every_denial_says_what_happened_and_what_to_do() {
        let (centre, now) = (CentreId::new("us").unwrap(), at("2026-11-23T09:00:00.123Z"));
        let all = [
            Denial::UnknownEngineer,
            Denial::NoRole,
            Denial::UnknownNetwork,
            Denial::OtherCentre(centre.clone()),
            Denial::CentreNotAllowed { centre, trust: trust("barts") },
            Denial::NoGrant,
            Denial::WrongTrust(trust("barts")),
            Denial::NotBegun(now),
            Denial::Expired(now),
            Denial::Revoked(now),
            Denial::RecordNotListed,
        ];
        let codes: BTreeSet<_> = all.iter().map(Denial::code).collect();
        assert_eq!(codes.len(), all.len());
        for denial in all {
            assert!(
                denial.to_string().ends_with('.')
                    && denial.remedy().ends_with('.')
                    && denial.status().is_client_error()
            );
        }
        assert_eq!(Denial::Expired(now).to_string(), "Your grant ended at 2026-11-23 09:00:00 UTC.");
    }
}
