//! The limiter as the proxy uses it, and its promises under any order of requests.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroU64};

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::access::{Centre, Decision, Grant, Identity, Permit, Role, decide};
use crate::base::id::{CentreId, EngineerId, RecordKey, Ticket, TrustId};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + ms).unwrap()
}

fn permit(engineer: &str, trust: &str) -> Permit {
    let (engineer, trust) = (EngineerId::new(engineer).unwrap(), TrustId::new(trust).unwrap());
    let until = "2099-01-01T00:00:00Z".parse().unwrap();
    let grant = Grant::standing(engineer.clone(), trust.clone(), Ticket::new("CHG-1").unwrap(), until);
    let centre = Centre::new(CentreId::new("us").unwrap(), vec!["192.0.2.0/24".parse().unwrap()]);
    let who = Identity::new(engineer, [Role::Engineer]);
    match decide(&who, "192.0.2.1".parse().unwrap(), &trust, &[grant], &[centre], at(0)) {
        Decision::Permit(permit) => permit,
        Decision::Deny(denial) => panic!("{denial}"),
    }
}

fn sam() -> Permit {
    permit("sam@centre.example", "royal-free")
}

fn limits(views: u32, hour: u32, day: u32, bytes: u64) -> Limits {
    Limits {
        record_views_per_minute: NonZeroU32::new(views),
        distinct_records_per_hour: NonZeroU32::new(hour),
        distinct_records_per_day: NonZeroU32::new(day),
        bytes_per_hour: NonZeroU64::new(bytes),
    }
}

fn rates(engineer: Limits, centre: Limits, trust: Limits) -> Rates {
    let us = CentreId::new("us").unwrap();
    Rates {
        engineer: [(us.clone(), engineer)].into(),
        centre: [(us, centre)].into(),
        trust: [(TrustId::new("royal-free").unwrap(), trust)].into(),
    }
}

fn limiter(engineer: Limits) -> Limiter {
    Limiter::new(rates(engineer, Limits::default(), Limits::default()), Bounds::default())
}

fn key(n: u16) -> RecordKey {
    u128::from(n).to_be_bytes()
}

fn keys(range: std::ops::Range<u16>) -> BTreeSet<RecordKey> {
    range.map(key).collect()
}

fn used(limiter: &Limiter, name: LimitName, now: i64) -> u64 {
    limiter.usage(at(now)).iter().find(|u| u.limit == name && matches!(u.scope, Scope::Engineer(_))).unwrap().used
}

#[test]
fn the_eleventh_record_view_of_a_burst_of_ten_is_refused() {
    let l = limiter(limits(10, 0, 0, 0));
    for n in 0..10 {
        let admitted = l.admit(sam(), Ask::record(key(n)), at(i64::from(n))).unwrap();
        // The chart shows the patient by NHS number: the same record view, not another.
        l.charge(&admitted, &BTreeSet::from([key(1000 + n)]), at(i64::from(n))).unwrap();
    }
    let over = l.admit(sam(), Ask::record(key(10)), at(500)).unwrap_err();
    assert_eq!((over.code(), over.status().as_u16()), ("over-record-views", 429));
    let retry = over.retry_after().unwrap();
    assert_eq!(retry, 6);
    assert_eq!(
        over.to_string(),
        "In this window you have used 10 of 10 record views a minute; the next is free in 6 seconds."
    );
    // Pages that show no record are not stopped, and Retry-After is right.
    assert!(l.admit(sam(), Ask::PAGE, at(500)).is_ok());
    assert!(l.admit(sam(), Ask::record(key(10)), at(500 + retry as i64 * 1000 - 1000)).is_err());
    assert!(l.admit(sam(), Ask::record(key(10)), at(500 + retry as i64 * 1000)).is_ok());
    // Another engineer has their own.
    assert!(l.admit(permit("alex@centre.example", "royal-free"), Ask::record(key(1)), at(501)).is_ok());
}

#[test]
fn a_poll_of_an_open_record_does_not_count_and_of_another_does() {
    let l = limiter(limits(2, 5, 0, 0));
    let poll = |n, ms| l.admit(sam(), Ask::record(key(n)).polling(), at(ms));
    l.admit(sam(), Ask::record(key(1)), at(0)).unwrap();
    for ms in 1..100 {
        let admitted = poll(1, ms * 1000).unwrap();
        l.charge(&admitted, &keys(1..2), at(ms * 1000)).unwrap();
    }
    assert_eq!(used(&l, LimitName::RecordsHour, 100_000), 1);
    // Polls keep it open; left alone for longer than that, it counts again.
    assert_eq!(used(&l, LimitName::Views, 100_000), 0);
    poll(1, 99_000 + 5 * MINUTE).unwrap();
    assert_eq!(used(&l, LimitName::Views, 99_000 + 5 * MINUTE), 1);
    // A script cannot walk through the records by calling it polling.
    poll(2, 99_000 + 5 * MINUTE).unwrap();
    assert_eq!(poll(3, 99_000 + 5 * MINUTE).unwrap_err().code(), "over-record-views");
}

#[test]
fn a_polled_list_counts_what_is_new_in_it() {
    let l = limiter(limits(20, 100, 0, 0));
    let list = |range, ms| {
        let admitted = l.admit(sam(), Ask::PAGE.polling(), at(ms)).unwrap();
        l.charge(&admitted, &keys(range), at(ms))
    };
    list(0..10, 0).unwrap();
    list(0..10, 1).unwrap();
    assert_eq!(used(&l, LimitName::Views, 1), 10);
    list(2..14, 2).unwrap();
    assert_eq!(used(&l, LimitName::Views, 2), 14);
    assert_eq!(used(&l, LimitName::RecordsHour, 2), 14);
}

#[test]
fn a_list_of_fifty_counts_fifty_all_or_nothing() {
    let l = limiter(limits(60, 80, 120, 0));
    let list = |range, ms| {
        let admitted = l.admit(sam(), Ask::PAGE, at(ms)).unwrap();
        l.charge(&admitted, &keys(range), at(ms))
    };
    list(0..50, 0).unwrap();
    assert_eq!((used(&l, LimitName::Views, 0), used(&l, LimitName::RecordsHour, 0)), (50, 50));
    // Twenty new ones do not fit the views, and nothing of them is counted.
    let over = list(50..70, 1).unwrap_err();
    assert_eq!(over.code(), "over-record-views");
    assert_eq!((used(&l, LimitName::Views, 1), used(&l, LimitName::RecordsHour, 1)), (50, 50));
    // A minute later they do; then the hour is nearly full.
    list(50..70, MINUTE).unwrap();
    let over = list(70..90, 3 * MINUTE).unwrap_err();
    assert_eq!(over.code(), "over-records-hour");
    assert_eq!(over.retry_after(), Some(3600 - 180));
    list(60..80, 3 * MINUTE).unwrap();
    // More than can ever fit is another matter: waiting does not help.
    let never = list(0..61, HOUR).unwrap_err();
    assert_eq!((never.code(), never.status().as_u16(), never.retry_after()), ("too-many-records", 403, None));
    assert_eq!(never.to_string(), "This page holds 61 record views at once; the limit is 60 a minute.");
    assert_eq!(list(0..81, HOUR).unwrap_err().code(), "too-many-records");
}

#[test]
fn what_a_page_shows_takes_the_place_of_what_its_path_said() {
    let l = limiter(limits(100, 10, 0, 0));
    let view = |path, shown: &[u16], ms| {
        let admitted = l.admit(sam(), Ask::record(key(path)), at(ms)).unwrap();
        l.charge(&admitted, &shown.iter().map(|n| key(*n)).collect(), at(ms)).unwrap();
        used(&l, LimitName::RecordsHour, ms)
    };
    // In a list first, by NHS number; then the chart by its own id, the FHIR resource by another: one record.
    let list = l.admit(sam(), Ask::PAGE, at(0)).unwrap();
    l.charge(&list, &keys(1..4), at(0)).unwrap();
    assert_eq!(view(500, &[1], 1), 3);
    assert_eq!(view(600, &[1], 2), 3);
    assert_eq!(view(500, &[1], 3), 3);
    // But a path that shows one record after another is no way around.
    assert_eq!(view(500, &[7], 4), 4);
    assert_eq!(view(500, &[8], 5), 5);
    assert_eq!(view(700, &[], 6), 6);
    // Shown under its own key, and then others under its path.
    assert_eq!(view(9, &[9], 7), 7);
    assert_eq!(view(9, &[10], 8), 8);
    assert_eq!(view(9, &[11, 12], 9), 10);
}

#[test]
fn the_centre_and_the_trust_have_limits_of_their_own() {
    let l = Limiter::new(rates(limits(10, 0, 0, 0), limits(15, 0, 0, 0), limits(0, 12, 0, 0)), Bounds::default());
    let view = |who: &str, n| l.admit(permit(who, "royal-free"), Ask::record(key(n)), at(0));
    for n in 0..10 {
        view("a@x", n).unwrap();
    }
    for n in 0..5 {
        view("b@x", n).unwrap();
    }
    let over = view("b@x", 6).unwrap_err();
    assert!(matches!(&over, OverLimit::Used { scope: Scope::Centre(_), used: 15, of: 15, .. }), "{over:?}");
    // What the engineer's own account had taken is given back.
    let alone =
        l.usage(at(0)).into_iter().find(|u| u.scope == Scope::Engineer(EngineerId::new("b@x").unwrap())).unwrap();
    assert_eq!(alone.used, 5);
}

#[test]
fn bytes_are_limited_within_the_hour() {
    let l = limiter(limits(0, 0, 0, 1000));
    let admitted = l.admit(sam(), Ask::PAGE, at(0)).unwrap();
    l.charge_bytes(&admitted, 900, at(0)).unwrap();
    let over = l.charge_bytes(&admitted, 200, at(0)).unwrap_err();
    assert_eq!((over.code(), used(&l, LimitName::BytesHour, 0)), ("over-bytes-hour", 900));
    assert_eq!(l.charge_bytes(&admitted, 2000, at(0)).unwrap_err().code(), "page-too-large");
    l.charge_bytes(&admitted, 100, at(1)).unwrap();
    let over = l.admit(sam(), Ask::PAGE, at(2)).unwrap_err();
    let later = over.retry_after().unwrap() as i64 * 1000;
    assert!(l.admit(sam(), Ask::PAGE, at(2 + later)).is_ok());
}

#[test]
fn nobody_is_let_in_uncounted_and_nobody_in_use_is_forgotten() {
    let rates = rates(limits(10, 0, 0, 0), Limits::default(), Limits::default());
    let l = Limiter::new(rates, Bounds { accounts: 2, ..Bounds::default() });
    let view = |n: u16, ms| l.admit(permit(&format!("e{n}@x"), "royal-free"), Ask::record(key(n)), at(ms));
    view(0, 0).unwrap();
    view(1, 0).unwrap();
    assert_eq!(view(2, 1000).unwrap_err().code(), "limiter-full");
    view(0, 1000).unwrap();
    // Once nothing is left in their accounts, others take their place.
    view(2, 30_000).unwrap();
    assert_eq!(used(&l, LimitName::Views, 30_000), 1);
    for n in 3..1000 {
        view(n, 60_000 * i64::from(n)).unwrap();
        assert!(l.usage(at(60_000 * i64::from(n))).len() <= 2);
    }
}

#[test]
fn a_clock_that_goes_back_gives_nothing_away() {
    let l = limiter(limits(2, 2, 0, 0));
    l.admit(sam(), Ask::record(key(1)), at(10 * HOUR)).unwrap();
    l.admit(sam(), Ask::record(key(2)), at(10 * HOUR)).unwrap();
    assert!(l.admit(sam(), Ask::record(key(3)), at(0)).is_err());
    assert!(l.admit(sam(), Ask::record(key(3)), at(11 * HOUR)).is_ok());
}

#[test]
fn a_clock_that_was_far_ahead_does_not_lock_everyone_out() {
    let l = limiter(limits(1, 1, 1, 0));
    l.admit(sam(), Ask::record(key(1)), at(10_000 * HOUR)).unwrap();
    assert!(l.admit(sam(), Ask::record(key(2)), at(10_000 * HOUR - 24 * HOUR)).is_err());
    assert!(l.admit(sam(), Ask::record(key(2)), at(0)).is_ok());
    assert!(l.admit(sam(), Ask::record(key(3)), at(1)).is_err());
}

#[test]
fn new_limits_keep_what_was_used() {
    let l = limiter(limits(10, 10, 0, 0));
    for n in 0..5 {
        l.admit(sam(), Ask::record(key(n)), at(0)).unwrap();
    }
    l.set_rates(rates(limits(10, 3, 20, 0), Limits::default(), Limits::default()));
    assert_eq!(l.admit(sam(), Ask::record(key(9)), at(1)).unwrap_err().code(), "over-records-hour");
    l.admit(sam(), Ask::record(key(4)), at(1)).unwrap();
}

#[test]
fn headers_say_what_is_left() {
    let l = limiter(limits(10, 40, 0, 0));
    assert!(l.headers(&sam(), at(0)).headers().is_empty());
    for n in 0..7 {
        l.admit(sam(), Ask::record(key(n)), at(0)).unwrap();
    }
    let lines: Vec<_> =
        l.headers(&sam(), at(0)).headers().into_iter().map(|(n, v)| format!("{n}: {}", v.to_str().unwrap())).collect();
    assert_eq!(
        lines,
        [
            r#"ratelimit-policy: "record_views_per_minute";q=10;w=60, "distinct_records_per_hour";q=40;w=3600"#,
            r#"ratelimit: "record_views_per_minute";r=3;t=42, "distinct_records_per_hour";r=33;t=3600"#,
        ]
    );
}

/// A request of the property tests: so long after the one before, for these records.
fn requests() -> impl Strategy<Value = Vec<(i64, Option<u16>, BTreeSet<u16>, bool)>> {
    let pause = prop_oneof![4 => 0..200_i64, 2 => 0..20_000_i64, 1 => 0..40 * MINUTE];
    let shown = prop::collection::btree_set(0..40_u16, 0..8);
    prop::collection::vec((pause, prop::option::of(0..40_u16), shown, any::<bool>()), 1..120)
}

proptest! {
    /// Different records that left within *any* hour, whatever the order of requests, are never more than the limit.
    #[test]
    fn no_hour_shows_more_records_than_its_limit(requests in requests(), offset in prop_oneof![Just(0), Just(20), Just(1000)]) {
        let l = limiter(limits(0, 12, 0, 0));
        let (mut now, mut left) = (0, Vec::new());
        for (pause, path, shown, poll) in requests {
            now += pause;
            let ask = Ask { record: path.map(|n| key(n + offset)), poll };
            let Ok(admitted) = l.admit(sam(), ask, at(now)) else { continue };
            let shown: BTreeSet<_> = shown.into_iter().map(key).collect();
            if l.charge(&admitted, &shown, at(now)).is_ok() {
                left.extend(shown.into_iter().map(|k| (now, k)));
            }
        }
        for (begin, _) in &left {
            let within: BTreeSet<_> = left.iter().filter(|(t, _)| (*begin..begin + HOUR).contains(t)).map(|(_, k)| k).collect();
            prop_assert!(within.len() <= 12, "{} from {begin}", within.len());
        }
    }

    /// Record views that are not polls: a burst of the limit, and after it no more than the limit's rate.
    #[test]
    fn views_keep_to_burst_and_rate(requests in requests()) {
        let l = limiter(limits(10, 0, 0, 0));
        let (mut now, mut left) = (0, Vec::new());
        for (pause, path, shown, _) in requests {
            now += pause;
            let ask = Ask { record: path.map(key), poll: false };
            let Ok(admitted) = l.admit(sam(), ask, at(now)) else { continue };
            let shown: BTreeSet<_> = shown.into_iter().map(key).collect();
            // A refusal at the door counts nothing; one at the charge has counted the door.
            let views = if l.charge(&admitted, &shown, at(now)).is_ok() { shown.len() as i64 } else { 0 };
            left.push((now, views));
        }
        for (i, (begin, _)) in left.iter().enumerate() {
            let mut sum = 0;
            for (end, views) in &left[i..] {
                sum += views;
                prop_assert!(sum <= 10 + (end - begin) / 6000 + 1, "{sum} from {begin} to {end}");
            }
        }
    }

    /// Whoever waits as long as they are told is let in.
    #[test]
    fn retry_after_is_true(requests in requests()) {
        let l = limiter(limits(6, 9, 14, 0));
        let mut now = 0;
        for (pause, path, _, poll) in requests {
            now += pause;
            let ask = Ask { record: path.map(key), poll };
            if let Err(over) = l.admit(sam(), ask, at(now)) {
                // Each of the limits may be the one that stands in the way next; three waits reach past them all.
                let mut next = Err(over);
                for _ in 0..3 {
                    let Err(over) = &next else { break };
                    now += over.retry_after().unwrap() as i64 * 1000;
                    next = l.admit(sam(), ask, at(now));
                }
                prop_assert!(next.is_ok(), "{next:?}");
            }
        }
    }
}
