//! Who is viewing now: for the console, bounded, forgotten after a quarter of an hour.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::base::id::{CentreId, EngineerId, Ticket, TrustId};

/// Someone with a permit, as last seen.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Viewer {
    /// Who.
    pub engineer: EngineerId,
    /// Whose system.
    pub trust: TrustId,
    /// For which change.
    pub ticket: Ticket,
    /// From which centre.
    pub centre: CentreId,
    /// From which address.
    pub from: IpAddr,
    /// The first request of this visit.
    pub since: Timestamp,
    /// The last request.
    pub last: Timestamp,
    /// When the grant ends.
    pub until: Timestamp,
    /// Requests in this visit.
    pub requests: u64,
}

/// Those seen in the last while.
#[derive(Debug, Default)]
pub struct Viewers(Mutex<HashMap<(EngineerId, TrustId), Viewer>>);

impl Viewers {
    /// The most that are remembered; beyond, the one seen longest ago goes.
    pub const MAX: usize = 1000;
    /// Someone not seen for this long is not viewing.
    pub const IDLE: Duration = Duration::from_secs(15 * 60);

    /// Notes a request. `seen.since` and `seen.requests` are kept from earlier ones of the same visit.
    pub(super) fn note(&self, seen: Viewer) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (seen.engineer.clone(), seen.trust.clone());
        let now = seen.last;
        match all.get_mut(&key) {
            Some(known) if fresh(known, now) => {
                let (since, requests) = (known.since, known.requests.saturating_add(1));
                *known = Viewer { since, requests, ..seen };
            }
            _ => {
                all.insert(key, seen);
            }
        }
        if all.len() > Self::MAX {
            all.retain(|_, v| fresh(v, now));
            if all.len() > Self::MAX
                && let Some(oldest) = all.iter().min_by_key(|(_, v)| v.last).map(|(k, _)| k.clone())
            {
                all.remove(&oldest);
            }
        }
    }

    /// Those seen lately, the last first.
    pub fn now(&self, now: Timestamp) -> Vec<Viewer> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<Viewer> = all.values().filter(|v| fresh(v, now)).cloned().collect();
        list.sort_by_key(|v| std::cmp::Reverse(v.last));
        list
    }
}

fn fresh(viewer: &Viewer, now: Timestamp) -> bool {
    now.duration_since(viewer.last) <= jiff::SignedDuration::try_from(Viewers::IDLE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(n: usize, at: i64) -> Viewer {
        let at = Timestamp::from_second(at).unwrap();
        Viewer {
            engineer: EngineerId::new(&format!("e{n}")).unwrap(),
            trust: TrustId::new("t").unwrap(),
            ticket: Ticket::new("CHG-1").unwrap(),
            centre: CentreId::new("c").unwrap(),
            from: IpAddr::from([127, 0, 0, 1]),
            since: at,
            last: at,
            until: at,
            requests: 1,
        }
    }

    #[test]
    fn a_visit_counts_its_requests_and_ends_when_idle() {
        let viewers = Viewers::default();
        viewers.note(viewer(1, 100));
        viewers.note(viewer(1, 160));
        let list = viewers.now(Timestamp::from_second(170).unwrap());
        assert_eq!((list[0].requests, list[0].since.as_second()), (2, 100));
        assert!(viewers.now(Timestamp::from_second(160 + 901).unwrap()).is_empty());
        viewers.note(viewer(1, 5000));
        assert_eq!(viewers.now(Timestamp::from_second(5000).unwrap())[0].requests, 1);
    }

    #[test]
    fn no_more_than_the_bound_are_remembered() {
        let viewers = Viewers::default();
        for n in 0..Viewers::MAX + 50 {
            viewers.note(viewer(n, 1000 + n as i64 / 2));
        }
        let list = viewers.now(Timestamp::from_second(1600).unwrap());
        assert_eq!(list.len(), Viewers::MAX);
        assert!(list.iter().any(|v| v.engineer.as_str() == format!("e{}", Viewers::MAX + 49)));
        assert!(!list.iter().any(|v| v.engineer.as_str() == "e0"));
    }
}
