//! Documents that a page holds itself (`<iframe src="data:application/pdf;base64,…">`), kept until their frame asks for them.
//!
//! ```text
//! page → engine takes the document out, writes `/.fanlight/enclosed/<name>` → the frame asks → drawn like any other document
//! ```
//!
//! In memory only, for ten minutes at most, for the grant that was sent the page and no other. There is room for so many bytes
//! (`[bounds] enclosed`), of which a grant has a quarter, so that no one takes the place of the others: beyond it the oldest go, and the frame
//! says that the page is to be opened again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;

use crate::access::Permit;
use crate::base::clock::Clock;
use crate::base::id::{GrantId, TrustId};
use crate::redact::enclosure::{Enclosures, PATH};

/// How long a document is kept: frames ask at once, unless they are to be asked for later (`loading="lazy"`).
const KEPT: Duration = Duration::from_secs(600);
/// The most documents, however small.
const MOST: usize = 1024;

#[derive(Debug)]
struct Kept {
    trust: TrustId,
    grant: GrantId,
    name: String,
    /// The page that it stands in, for the rules that speak of it.
    page: String,
    file: Bytes,
    until: Timestamp,
}

/// The documents of all grants, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Enclosed(Mutex<VecDeque<Kept>>);

/// The name of the document that is asked for.
pub(super) fn asked<'p>(method: &Method, path: &'p str) -> Option<&'p str> {
    if matches!(*method, Method::GET | Method::HEAD) { path.strip_prefix(PATH) } else { None }
}

impl Enclosed {
    fn kept(&self, now: Timestamp) -> std::sync::MutexGuard<'_, VecDeque<Kept>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.until > now);
        kept
    }

    /// The document of that name, and the page that it stands in, if this grant was sent it.
    pub(super) fn find(&self, permit: &Permit, name: &str, now: Timestamp) -> Option<(Bytes, String)> {
        let kept = self.kept(now);
        let mine = |one: &&Kept| one.name == name && one.grant == *permit.grant() && one.trust == *permit.trust();
        kept.iter().find(mine).map(|one| (one.file.clone(), one.page.clone()))
    }

    fn keep(&self, new: Kept, room: u64, now: Timestamp) -> bool {
        let size = new.file.len() as u64;
        if size > room / 4 {
            return false;
        }
        let mut kept = self.kept(now);
        kept.retain(|one| (&one.name, &one.grant, &one.trust) != (&new.name, &new.grant, &new.trust));
        let mine = |one: &Kept| one.grant == new.grant;
        let bytes = |kept: &VecDeque<Kept>, of: &dyn Fn(&Kept) -> bool| {
            kept.iter().filter(|one| of(one)).fold((0, 0), |(n, sum), one| (n + 1, sum + one.file.len() as u64))
        };
        let over = |(n, sum): (usize, u64), part: usize| n >= MOST / part || sum + size > room / part as u64;
        while over(bytes(&kept, &mine), 4)
            && let Some(oldest) = kept.iter().position(mine)
        {
            kept.remove(oldest);
        }
        while over(bytes(&kept, &|_| true), 1) && kept.pop_front().is_some() {}
        kept.push_back(new);
        true
    }

    /// Forgets those of grants that `lives` says are over.
    pub(super) fn forget(&self, lives: impl Fn(&GrantId) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| lives(&one.grant));
    }
}

/// Where the documents of one page go.
#[derive(Debug)]
pub(super) struct Into {
    pub(super) enclosed: Arc<Enclosed>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) permit: Permit,
    pub(super) page: String,
    /// The most bytes of all, and of one.
    pub(super) room: u64,
    pub(super) most: u64,
}

impl Enclosures for Into {
    fn keep(&self, name: &str, file: Vec<u8>) -> bool {
        let now = self.clock.now();
        let kept = Kept {
            trust: self.permit.trust().clone(),
            grant: self.permit.grant().clone(),
            name: name.to_owned(),
            page: self.page.clone(),
            file: file.into(),
            until: now + KEPT,
        };
        kept.file.len() as u64 <= self.most && self.enclosed.keep(kept, self.room, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(grant: &str, name: &str, bytes: usize, until: i64) -> Kept {
        Kept {
            trust: TrustId::new("t").unwrap(),
            grant: GrantId::new(grant).unwrap(),
            name: name.into(),
            page: "/".into(),
            file: vec![0; bytes].into(),
            until: Timestamp::from_second(until).unwrap(),
        }
    }

    fn names(enclosed: &Enclosed) -> Vec<String> {
        enclosed.0.lock().unwrap().iter().map(|one| one.name.clone()).collect()
    }

    #[test]
    fn a_grant_has_a_quarter_of_the_room_and_loses_its_own_oldest() {
        let (enclosed, now) = (Enclosed::default(), Timestamp::UNIX_EPOCH);
        assert!(!enclosed.keep(kept("a", "large", 101, 9), 400, now), "more than a quarter");
        for (grant, name) in [("b", "b1"), ("a", "a1"), ("a", "a2"), ("a", "a3"), ("a", "a1")] {
            assert!(enclosed.keep(kept(grant, name, 40, 9), 400, now));
        }
        assert_eq!(names(&enclosed), ["b1", "a3", "a1"]);
        for n in 0..20 {
            assert!(enclosed.keep(kept(&format!("g{n}"), &format!("n{n}"), 40, 9), 400, now));
        }
        assert_eq!(names(&enclosed).len(), 10, "all together have no more room than there is");
        for n in 0..3000 {
            assert!(enclosed.keep(kept("a", &format!("e{n}"), 0, 9), 400, now));
        }
        assert!(names(&enclosed).len() <= MOST / 4 + 10, "nor more documents");
    }

    #[test]
    fn nothing_is_kept_past_its_time_or_its_grant() {
        let (enclosed, now) = (Enclosed::default(), Timestamp::UNIX_EPOCH);
        for (grant, name, until) in [("a", "a1", 5), ("a", "a2", 9), ("b", "b1", 9)] {
            assert!(enclosed.keep(kept(grant, name, 4, until), 400, now));
        }
        drop(enclosed.kept(Timestamp::from_second(6).unwrap()));
        assert_eq!(names(&enclosed), ["a2", "b1"]);
        enclosed.forget(|grant| grant.as_str() == "b");
        assert_eq!(names(&enclosed), ["b1"]);
    }
}
