//! The trail over a store in memory that can be made to fail, and the chain under every single-bit change.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use proptest::prelude::*;

use super::*;
use crate::base::clock::SystemClock;
use crate::base::id::{RuleId, TrustId};

/// Rows in memory.
#[derive(Debug, Clone, Default)]
struct Memory {
    rows: Arc<Mutex<Vec<Row>>>,
    broken: Arc<AtomicBool>,
    gate: Arc<(Mutex<bool>, Condvar)>,
    batches: Arc<Mutex<Vec<usize>>>,
}

impl Memory {
    fn rows(&self) -> Vec<Row> {
        self.rows.lock().unwrap().clone()
    }

    fn set_shut(&self, shut: bool) {
        *self.gate.0.lock().unwrap() = shut;
        self.gate.1.notify_all();
    }

    fn findings(&self) -> Findings {
        verify(&self.rows())
    }
}

impl Ledger for Memory {
    fn head(&mut self) -> Result<Option<Row>, LedgerError> {
        Ok(self.rows.lock().unwrap().last().cloned())
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        drop(self.gate.1.wait_while(self.gate.0.lock().unwrap(), |shut| *shut).unwrap());
        if self.broken.load(Ordering::Relaxed) {
            return Err(LedgerError::Failed("the disk is full".to_owned()));
        }
        let mut kept = self.rows.lock().unwrap();
        let head = kept.last().map_or(Link::START, Link::of);
        if (rows[0].seq, rows[0].prev) != (head.seq + 1, head.hash) {
            return Err(LedgerError::Moved);
        }
        self.batches.lock().unwrap().push(rows.len());
        kept.extend_from_slice(rows);
        Ok(())
    }

    fn latest(&mut self, n: usize) -> Result<Vec<Row>, LedgerError> {
        Ok(self.rows().into_iter().rev().take(n).collect())
    }
}

fn verify(rows: &[Row]) -> Findings {
    let mut verifier = Verifier::new();
    rows.iter().for_each(|row| verifier.row(row));
    verifier.finish(None)
}

fn trail(memory: &Memory, bounds: TrailBounds) -> Trail {
    Trail::start(Box::new(memory.clone()), Arc::new(SystemClock), bounds).unwrap()
}

fn entry(n: u8) -> Entry {
    Entry::new(RequestId::from_bytes([n; 16]), &Method::GET, Verdict::Admitted)
        .at(&TrustId::new("royal-free").unwrap())
        .route(&RuleId::new("clinic/chart").unwrap())
        .record([n; 16])
        .rules(RulesVersion::new("0123456789abcdef").unwrap())
}

#[tokio::test]
async fn a_request_is_two_rows_that_name_each_other() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds::default());
    let opened = trail.open(entry(7)).await.unwrap();
    assert_eq!(memory.rows().len(), 1, "durable before open() returns");
    assert_eq!(trail.open_now(), 1);
    opened.close(Outcome { bytes: 1234, ..Outcome::status(StatusCode::OK) });
    trail.flush().await.unwrap();
    let rows = memory.rows();
    assert_eq!(rows.iter().map(|r| r.act).collect::<Vec<_>>(), [Act::Open, Act::Close]);
    assert_eq!(rows[0].request, rows[1].request);
    assert_eq!(rows[0].records, ["07070707070707070707070707070707"]);
    assert_eq!((rows[1].status, rows[1].bytes, rows[1].cancelled), (Some(200), Some(1234), false));
    assert_eq!(rows[1].trust.as_deref(), Some("royal-free"));
    assert!(memory.findings().is_sound());
    assert_eq!(trail.open_now(), 0);
    assert_eq!(trail.latest(1).await.unwrap(), rows[1..]);
}

#[tokio::test]
async fn dropped_is_closed_as_cancelled() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds::default());
    drop(trail.open(entry(1)).await.unwrap());
    trail.flush().await.unwrap();
    assert!(memory.rows()[1].cancelled);
    assert_eq!(memory.findings().unfinished_count, 0);
}

#[tokio::test]
async fn no_log_no_view() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds::default());
    memory.broken.store(true, Ordering::Relaxed);
    let down = trail.open(entry(1)).await.unwrap_err();
    assert_eq!(down.to_string(), "the trail's store failed: the disk is full");
    assert!(trail.refusal(entry(2)).await.is_err());
    assert!(trail.note(Event::Start).await.is_err());
    assert!(!trail.is_up());
    memory.broken.store(false, Ordering::Relaxed);
    trail.open(entry(3)).await.unwrap().close(Outcome::status(StatusCode::OK));
    trail.flush().await.unwrap();
    assert!(trail.is_up());
    // What failed left nothing, and its room is free again.
    assert_eq!((memory.rows().len(), trail.open_now()), (2, 0));
    assert!(memory.findings().is_sound());
}

#[tokio::test]
async fn how_it_ended_survives_a_store_that_fails_for_a_while() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds { open: 2, ..TrailBounds::default() });
    let (a, b) = (trail.open(entry(1)).await.unwrap(), trail.open(entry(2)).await.unwrap());
    memory.broken.store(true, Ordering::Relaxed);
    a.close(Outcome::status(StatusCode::OK));
    drop(b);
    assert!(trail.flush().await.is_err());
    assert_eq!(memory.rows().len(), 2);
    memory.broken.store(false, Ordering::Relaxed);
    // Nobody asks for anything: the writer tries again by itself.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if memory.rows().len() == 4 {
            break;
        }
    }
    let findings = memory.findings();
    assert_eq!((findings.rows, findings.unfinished_count, findings.is_sound()), (4, 0, true));
}

#[tokio::test]
async fn when_the_room_is_full_nothing_more_opens_but_what_is_open_closes() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds { open: 2, wait_ms: 100, ..TrailBounds::default() });
    let (a, b) = (trail.open(entry(1)).await.unwrap(), trail.open(entry(2)).await.unwrap());
    assert_eq!(trail.open(entry(3)).await.unwrap_err(), TrailDown::Full);
    a.close(Outcome::status(StatusCode::OK));
    let c = trail.open(entry(3)).await.unwrap();
    b.close(Outcome::status(StatusCode::OK));
    c.close(Outcome::status(StatusCode::OK));
    trail.stop().await.unwrap();
    assert_eq!(memory.findings().unfinished_count, 0);
    assert_eq!(trail.open(entry(4)).await.unwrap_err(), TrailDown::Stopped);
    assert!(!trail.is_up());
}

#[tokio::test]
async fn a_slow_store_is_not_waited_for_and_leaves_no_open_request() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds { wait_ms: 100, ..TrailBounds::default() });
    memory.set_shut(true);
    // The first is at the disk when its waiter gives up; the second still waits in the queue.
    let (first, second) = tokio::join!(trail.open(entry(1)), async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        trail.open(entry(2)).await
    });
    assert_eq!((first.unwrap_err(), second.unwrap_err()), (TrailDown::TimedOut, TrailDown::TimedOut));
    memory.set_shut(false);
    trail.flush().await.unwrap();
    trail.flush().await.unwrap();
    let findings = memory.findings();
    assert!(findings.is_sound());
    assert_eq!(findings.unfinished_count, 0, "{:?}", memory.rows());
    assert_eq!(trail.open_now(), 0);
}

#[tokio::test]
async fn waiting_requests_share_a_commit() {
    let memory = Memory::default();
    let trail = trail(&memory, TrailBounds { batch: 64, ..TrailBounds::default() });
    memory.set_shut(true);
    let all: Vec<_> = (0..150)
        .map(|n| {
            tokio::spawn({
                let trail = trail.clone();
                async move { trail.open(entry(n)).await }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    memory.set_shut(false);
    for one in all {
        one.await.unwrap().unwrap().close(Outcome::default());
    }
    trail.flush().await.unwrap();
    let batches = memory.batches.lock().unwrap().clone();
    assert!(batches.iter().all(|n| *n <= 64) && batches.contains(&64), "{batches:?}");
    assert_eq!(memory.findings().unfinished_count, 0);
}

#[tokio::test]
async fn two_processes_share_one_chain() {
    let memory = Memory::default();
    let (server, command) = (trail(&memory, TrailBounds::default()), trail(&memory, TrailBounds::default()));
    for n in 0..5 {
        server.open(entry(n)).await.unwrap().close(Outcome::default());
        command.note(Event::Start).await.unwrap();
    }
    server.flush().await.unwrap();
    let findings = memory.findings();
    assert_eq!((findings.rows, findings.is_sound()), (15, true), "{:?}", findings.problems);
}

/// A chain of all kinds of rows.
pub(super) fn chain() -> Vec<Row> {
    let refusal = Entry::new(RequestId::from_bytes([9; 16]), &Method::POST, Verdict::Refused(Code::new("export")));
    let outcome = Outcome {
        bytes: 4711,
        controls: 2,
        masked: [(crate::redact::kind::Kind::Name, 3), (crate::redact::kind::Kind::NhsNumber, 1)].into(),
        records: [[1; 16], [2; 16]].into(),
        withheld: Some(Code::new("leak-gate")),
        upstream: Some(Upstream::BrokeOff),
        verdict: Some(Verdict::Limited(Code::new("over-record-views"))),
        ..Outcome::status(StatusCode::OK)
    };
    let mut rows = vec![
        Row::of_event(&Event::Start),
        Row::of_entry(Act::Open, &entry(1)),
        Row::of_entry(Act::Refusal, &refusal),
        Row::of_outcome(&entry(1), &outcome, 815),
        Row::of_entry(Act::Open, &entry(2)),
        Row::of_outcome(&entry(2), &Outcome::cancelled(), 7),
    ];
    let mut link = Link::START;
    for (row, second) in rows.iter_mut().zip(1_800_000_000..) {
        link.extend(row, jiff::Timestamp::from_second(second).unwrap());
    }
    rows
}

#[test]
fn a_whole_chain_is_sound() {
    let findings = verify(&chain());
    assert!(findings.is_sound() && findings.unfinished.is_empty());
    assert_eq!(chain()[3].masked.as_deref(), Some("nhs-number=1,name=3"));
}

#[test]
fn rows_taken_out_moved_or_cut_off_are_found() {
    let rows = chain();
    let mut gone = rows.clone();
    gone.remove(2);
    assert_eq!(verify(&gone).problems[0], Problem { seq: 4, wrong: Wrong::Missing { expected: 3 } });
    let mut swapped = rows.clone();
    swapped.swap(1, 2);
    assert_eq!(verify(&swapped).problems[0].wrong, Wrong::Missing { expected: 2 });

    let mut cut = Verifier::new();
    rows[..4].iter().for_each(|row| cut.row(row));
    let noted = (6, rows[5].hash);
    assert_eq!(cut.finish(Some(noted)).problems, [Problem { seq: 6, wrong: Wrong::CutOff }]);

    // Written anew from the first row on: sound in itself, but not as noted.
    let mut anew = rows.clone();
    anew[1].engineer = Some("nobody@centre.example".to_owned());
    let mut link = Link::of(&anew[0]);
    for row in &mut anew[1..] {
        let at = row.at;
        link.extend(row, at);
    }
    assert!(verify(&anew).is_sound());
    let mut verifier = Verifier::new().expect(noted.0, noted.1);
    anew.iter().for_each(|row| verifier.row(row));
    assert_eq!(verifier.finish(None).problems, [Problem { seq: 6, wrong: Wrong::NotAsNoted }]);
}

#[test]
fn a_crash_leaves_an_open_request_and_nothing_else() {
    let mut rows = chain();
    rows.truncate(5);
    let findings = verify(&rows);
    assert!(findings.is_sound());
    assert_eq!((findings.unfinished, findings.unfinished_count, findings.killed), (vec![5], 1, 0));
    // Once it was started again, it is known that nobody will close it.
    let mut start = Row::of_event(&Event::Start);
    Link::of(&rows[4]).extend(&mut start, rows[4].at);
    rows.push(start);
    assert_eq!(verify(&rows).killed, 1);
}

proptest! {
    /// Any single bit of any field of any row.
    #[test]
    fn any_single_bit_flip_is_found(row in 0_usize..6, field in 0_usize..27, at in 0_usize..64, bit in 0_u32..8) {
        let mut rows = chain();
        let before = rows[row].clone();
        flip(&mut rows[row], field, at, bit);
        prop_assume!(rows[row] != before);
        let findings = verify(&rows);
        prop_assert!(!findings.is_sound());
        prop_assert!(findings.problems[0].seq <= before.seq.max(rows[row].seq) + 1);
    }
}

fn flip(row: &mut Row, field: usize, at: usize, bit: u32) {
    let word = |n: &mut u64| *n ^= 1 << (at % 8 * 8) << bit;
    let hash = |h: &mut Hash| {
        let mut bytes = *h.as_bytes();
        bytes[at % 32] ^= 1 << bit;
        *h = Hash::from_bytes(bytes);
    };
    let text = |t: &mut Option<String>| {
        let Some(text) = t else { return };
        let mut bytes = std::mem::take(text).into_bytes();
        let len = bytes.len();
        bytes[at % len] ^= 1 << bit;
        *text = String::from_utf8_lossy(&bytes).into_owned();
    };
    let number = |n: &mut Option<u64>| {
        if let Some(n) = n {
            word(n);
        }
    };
    match field {
        0 => word(&mut row.seq),
        1 => {
            let micros = row.at.as_microsecond() ^ (1 << (at % 6 * 8) << bit);
            row.at = jiff::Timestamp::from_microsecond(micros).unwrap_or(row.at);
        }
        2 => row.act = Act::ALL[at % 4],
        3 => text(&mut row.request),
        4 => text(&mut row.engineer),
        5 => text(&mut row.by),
        6 => text(&mut row.centre),
        7 => text(&mut row.trust),
        8 => text(&mut row.ticket),
        9 => text(&mut row.grant),
        10 => text(&mut row.method),
        11 => text(&mut row.route),
        12 => text(&mut row.decision),
        13 => text(&mut row.code),
        14 => {
            let mut first = row.records.first().cloned();
            text(&mut first);
            row.records.splice(0..usize::from(first.is_some()), first);
        }
        15 => row.more_records ^= true,
        16 => text(&mut row.rules),
        17 => row.status = row.status.map(|s| s ^ (1 << bit)),
        18 => number(&mut row.bytes),
        19 => text(&mut row.masked),
        20 => number(&mut row.controls),
        21 => text(&mut row.withheld),
        22 => row.cancelled ^= true,
        23 => text(&mut row.upstream),
        24 => number(&mut row.micros),
        25 => hash(&mut row.prev),
        _ => hash(&mut row.hash),
    }
}
