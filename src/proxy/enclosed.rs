//! Documents that a page holds itself (`<iframe src="data:application/pdf;base64,…">`), kept until their frame asks for them.
//!
//! ```text
//! page → engine takes the document out, writes `/.fanlight/enclosed/<name>` → the frame asks → drawn like any other document
//! ```
//!
//! In memory only, for ten minutes at most, for the grant that was sent the page and no other, and by the rules by which it was sent: where others
//! hold now, the page itself may not be shown any more. There is room for so many bytes (`[bounds] enclosed`), of which a grant has a quarter, so
//! that no one takes the place of the others. Beyond it those go that a frame has had a minute to ask for; if there are none, the new one
//! stays out of the page.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;

use crate::access::Permit;
use crate::base::clock::Clock;
use crate::base::id::{GrantId, RecordKey, RuleId, TrustId};
use crate::redact::enclosure::{Enclosures, PATH};

/// How long a document is kept: frames ask at once, unless they are to be asked for later (`loading="lazy"`).
const KEPT: Duration = Duration::from_secs(600);
/// How long one is safe from others: as long as a page takes to come.
const SAFE: Duration = Duration::from_secs(60);
/// The most documents, however small.
const MOST: usize = 1024;

#[derive(Debug)]
struct Kept {
    trust: TrustId,
    grant: GrantId,
    name: String,
    page: Page,
    file: Bytes,
    until: Timestamp,
}

/// The page that a document stands in: the rules that speak of it, and what it counts as.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) path: String,
    pub(super) rules: String,
    pub(super) route: Option<RuleId>,
    pub(super) record: Option<RecordKey>,
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

    /// The document of that name, and the page that it stands in, if this grant was sent it by these rules.
    pub(super) fn find(&self, permit: &Permit, rules: &str, name: &str, now: Timestamp) -> Option<(Bytes, Page)> {
        let kept = self.kept(now);
        let mine = |one: &&Kept| {
            one.name == name && one.page.rules == rules && one.grant == *permit.grant() && one.trust == *permit.trust()
        };
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
        let old = |one: &Kept| one.until <= now + KEPT - SAFE;
        let bytes = |kept: &VecDeque<Kept>, of: &dyn Fn(&Kept) -> bool| {
            kept.iter().filter(|one| of(one)).fold((0, 0), |(n, sum), one| (n + 1, sum + one.file.len() as u64))
        };
        let over = |(n, sum): (usize, u64), part: usize| n >= MOST / part || sum + size > room / part as u64;
        while over(bytes(&kept, &mine), 4)
            && let Some(oldest) = kept.iter().position(|one| mine(one) && old(one))
        {
            kept.remove(oldest);
        }
        while over(bytes(&kept, &|_| true), 1) && kept.front().is_some_and(old) {
            kept.pop_front();
        }
        let fits = !over(bytes(&kept, &mine), 4) && !over(bytes(&kept, &|_| true), 1);
        if fits {
            kept.push_back(new);
        }
        fits
    }

    /// Forgets what has been kept for long enough. Call it every second.
    pub(super) fn sweep(&self, now: Timestamp) {
        drop(self.kept(now));
    }

    /// Forgets those of grants that `lives` says are over.
    pub(super) fn forget(&self, lives: impl Fn(&GrantId) -> bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| lives(&one.grant));
    }
}

/// Where the documents of one page go.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) enclosed: Arc<Enclosed>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) permit: Permit,
    pub(super) page: Page,
    /// The most bytes of all, and of one.
    pub(super) room: u64,
    pub(super) most: u64,
}

impl Enclosures for Keeper {
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
            page: Page { path: "/".into(), rules: String::new(), route: None, record: None },
            file: vec![0; bytes].into(),
            until: Timestamp::from_second(until).unwrap(),
        }
    }

    fn names(enclosed: &Enclosed) -> Vec<String> {
        enclosed.0.lock().unwrap().iter().map(|one| one.name.clone()).collect()
    }

    #[test]
    fn a_grant_has_a_quarter_of_the_room_and_what_is_new_is_safe() {
        let enclosed = Enclosed::default();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let keep = |grant: &str, name: &str, bytes: usize, second: i64| {
            enclosed.keep(kept(grant, name, bytes, second + 600), 400, at(second))
        };
        assert!(!keep("a", "large", 101, 0), "more than a quarter");
        assert!(keep("b", "b1", 40, 0) && keep("a", "a1", 40, 0) && keep("a", "a2", 40, 0));
        assert!(!keep("a", "a3", 40, 30), "the frames of the others may still ask");
        assert!(keep("a", "a1", 40, 30), "the same once more");
        assert_eq!(names(&enclosed), ["b1", "a2", "a1"]);
        assert!(keep("a", "a3", 40, 70), "the oldest of this grant goes");
        assert_eq!(names(&enclosed), ["b1", "a1", "a3"]);
        for n in 0..20 {
            keep(&format!("g{n}"), &format!("n{n}"), 40, 80);
        }
        assert_eq!(names(&enclosed).len(), 10, "all together have no more room than there is");
        assert!(names(&enclosed).contains(&"a3".to_owned()), "which is new");
        for n in 0..3000 {
            keep("a", &format!("e{n}"), 0, 300);
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
