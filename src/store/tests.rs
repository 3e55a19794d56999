//! The trail on a real file: restart, a killed process, altered bytes, and how fast it is.

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use http::{Method, StatusCode};
use rusqlite::Connection;

use super::{Filter, Store};
use crate::access::{Identity, Role};
use crate::audit::{
    Code, Entry, Event, Findings, LedgerError, Outcome, RequestId, Row, Trail, TrailBounds, TrailDown, Verdict,
    Verifier, Wrong,
};
use crate::base::clock::SystemClock;
use crate::base::id::{EngineerId, TrustId};

const URL: &str = "sqlite:fanlight.db";

fn start(dir: &Path) -> Trail {
    let ledger = Store::open(URL, dir).unwrap().ledger().unwrap();
    Trail::start(ledger, Arc::new(SystemClock), TrailBounds::default()).unwrap()
}

fn entry(n: u128, engineer: &str, trust: &str) -> Entry {
    let who = Identity::new(EngineerId::new(engineer).unwrap(), [Role::Engineer]);
    Entry::new(RequestId::from_bytes(n.to_be_bytes()), &Method::GET, Verdict::Admitted)
        .by(&who)
        .at(&TrustId::new(trust).unwrap())
        .record(n.to_be_bytes())
}

fn verify(dir: &Path) -> Findings {
    Store::reader(URL, dir).unwrap().verify(Verifier::new()).unwrap()
}

fn search(dir: &Path, filter: &Filter, limit: Option<u64>) -> Vec<Row> {
    let mut rows = Vec::new();
    let each = |row| {
        rows.push(row);
        ControlFlow::Continue(())
    };
    Store::reader(URL, dir).unwrap().search(filter, limit, each).unwrap();
    rows
}

async fn three_requests(dir: &Path) -> Trail {
    let trail = start(dir);
    trail.note(Event::Start).await.unwrap();
    trail.open(entry(1, "sam@centre.example", "royal-free")).await.unwrap().close(Outcome::status(StatusCode::OK));
    trail.open(entry(2, "alex@centre.example", "barts")).await.unwrap().close(Outcome::cancelled());
    let alex = Identity::new(EngineerId::new("alex@centre.example").unwrap(), [Role::Engineer]);
    let denied = Verdict::Denied(Code::new("no-grant"));
    trail.refusal(Entry::new(RequestId::from_bytes([3; 16]), &Method::GET, denied).by(&alex)).await.unwrap();
    trail.flush().await.unwrap();
    trail
}

#[tokio::test]
async fn the_chain_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    three_requests(dir.path()).await.stop().await.unwrap();
    let before = verify(dir.path());
    assert_eq!((before.rows, before.is_sound(), before.unfinished_count), (6, true, 0));
    three_requests(dir.path()).await.stop().await.unwrap();
    let after = verify(dir.path());
    assert_eq!((after.rows, after.is_sound()), (12, true));
    // The note of the first head still holds.
    let noted = Verifier::new().expect(before.head.seq, before.head.hash);
    assert!(Store::reader(URL, dir.path()).unwrap().verify(noted).unwrap().is_sound());
}

#[tokio::test]
async fn rows_come_back_as_they_were_written_and_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let trail = three_requests(dir.path()).await;
    let mut latest = trail.latest(100).await.unwrap();
    latest.reverse();
    let all = search(dir.path(), &Filter::default(), None);
    assert_eq!(all, latest);
    let count = |filter: Filter| search(dir.path(), &filter, None).len();
    assert_eq!(count(Filter { engineer: Some("alex@centre.example".to_owned()), ..Filter::default() }), 3);
    assert_eq!(count(Filter { trust: Some("royal-free".to_owned()), ..Filter::default() }), 2);
    assert_eq!(count(Filter { decision: Some("denied".to_owned()), ..Filter::default() }), 1);
    assert_eq!(count(Filter { decision: Some("no-grant".to_owned()), ..Filter::default() }), 1);
    assert_eq!(count(Filter { record: Some(2_u128.to_be_bytes()), ..Filter::default() }), 1);
    assert_eq!(count(Filter { request: all[1].request.clone(), ..Filter::default() }), 2);
    assert_eq!(
        count(Filter { from: Some(all[2].at), ..Filter::default() }),
        all.iter().filter(|r| r.at >= all[2].at).count()
    );
    assert_eq!(count(Filter { until: Some(all[0].at), ..Filter::default() }), 0);
    assert_eq!(count(Filter { engineer: Some("' OR 1=1 --".to_owned()), ..Filter::default() }), 0);
    let newest = search(dir.path(), &Filter::default(), Some(2));
    assert_eq!(newest, all[4..]);
}

#[tokio::test]
async fn the_table_itself_is_append_only() {
    let dir = tempfile::tempdir().unwrap();
    drop(three_requests(dir.path()).await);
    let file = Connection::open(dir.path().join("fanlight.db")).unwrap();
    for sql in ["UPDATE trail SET engineer = 'x'", "DELETE FROM trail WHERE seq = 2"] {
        assert!(file.execute(sql, []).unwrap_err().to_string().contains("append-only"));
    }
}

/// Someone with the file and time can drop the triggers; the chain tells.
async fn tampered(sql: &str) -> (tempfile::TempDir, Findings) {
    let dir = tempfile::tempdir().unwrap();
    three_requests(dir.path()).await.stop().await.unwrap();
    let file = Connection::open(dir.path().join("fanlight.db")).unwrap();
    file.execute_batch("DROP TRIGGER trail_is_not_updated; DROP TRIGGER trail_is_not_deleted").unwrap();
    file.execute_batch(sql).unwrap();
    drop(file);
    let findings = verify(dir.path());
    (dir, findings)
}

#[tokio::test]
async fn what_was_altered_is_found_and_named() {
    for (sql, seq, wrong) in [
        ("UPDATE trail SET engineer = 'nobody' WHERE seq = 2", 2, Wrong::Altered),
        ("UPDATE trail SET engineer = NULL WHERE seq = 2", 2, Wrong::Altered),
        ("UPDATE trail SET at = at + 1 WHERE seq = 3", 3, Wrong::Altered),
        ("UPDATE trail SET cancelled = 2 WHERE seq = 5", 5, Wrong::Unreadable),
        ("UPDATE trail SET records = x'00' WHERE seq = 2", 2, Wrong::Unreadable),
        ("UPDATE trail SET act = 'closed' WHERE seq = 3", 3, Wrong::Unreadable),
        ("DELETE FROM trail WHERE seq = 4", 5, Wrong::Missing { expected: 4 }),
        ("DELETE FROM trail WHERE seq = 6", 6, Wrong::CutOff),
        ("DELETE FROM trail", 6, Wrong::CutOff),
        ("UPDATE trail SET seq = 60 WHERE seq = 6", 60, Wrong::Missing { expected: 6 }),
    ] {
        let (_dir, findings) = tampered(sql).await;
        let first = findings.problems.first().unwrap_or_else(|| panic!("{sql}: not found"));
        assert_eq!((first.seq, &first.wrong), (seq, &wrong), "{sql}");
    }
}

#[tokio::test]
async fn a_trail_whose_end_was_altered_is_not_written_on() {
    for sql in
        ["DELETE FROM trail WHERE seq = 6", "UPDATE trail SET code = 'x' WHERE seq = 6", "DELETE FROM trail_head"]
    {
        let (dir, _) = tampered(sql).await;
        let ledger = Store::open(URL, dir.path()).unwrap().ledger().unwrap();
        let started = Trail::start(ledger, Arc::new(SystemClock), TrailBounds::default());
        assert_eq!(started.unwrap_err(), TrailDown::Store(LedgerError::Unsound), "{sql}");
    }
}

/// Whatever bit of the file is flipped: either the verification finds it, or every row is still as it was.
#[tokio::test]
async fn a_flipped_bit_in_the_file_is_found_or_means_nothing() {
    let dir = tempfile::tempdir().unwrap();
    three_requests(dir.path()).await.stop().await.unwrap();
    let path = dir.path().join("fanlight.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        .unwrap();
    let sound = std::fs::read(&path).unwrap();
    let rows = search(dir.path(), &Filter::default(), None);
    let mut found = 0;
    // Every 37th byte, another bit each time: some thousand places, over schema, indexes, rows and free space.
    for at in (100..sound.len()).step_by(37) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&path, &bytes).unwrap();
        let Ok(reader) = Store::reader(URL, dir.path()) else {
            found += 1;
            continue;
        };
        match reader.verify(Verifier::new()) {
            Ok(findings) if findings.is_sound() => {
                let mut now = Vec::new();
                let each = |row| {
                    now.push(row);
                    ControlFlow::Continue(())
                };
                reader.search(&Filter::default(), None, each).unwrap();
                assert_eq!(now, rows, "bit at {at}");
            }
            Ok(_) | Err(_) => found += 1,
        }
    }
    assert!(found > 20, "{found}");
}

/// A disk that is full, as SQLite meets it: nothing half written, nothing viewed, and it goes on once there is room.
#[tokio::test]
async fn a_full_disk_stops_the_views_and_not_the_trail() {
    let dir = tempfile::tempdir().unwrap();
    three_requests(dir.path()).await.stop().await.unwrap();
    let connection = Connection::open(dir.path().join("fanlight.db")).unwrap();
    let full = |pages: i64| connection.pragma_update(None, "max_page_count", pages);
    full(1).unwrap();
    let mut ledger = super::trail::SqliteLedger::new(connection);
    let mut head = crate::audit::Ledger::head(&mut ledger).unwrap().unwrap();
    // Large enough to need a page more.
    head.records = vec!["00".repeat(16); 10_000];
    (head.seq, head.prev) = (head.seq + 1, head.hash);
    let error = crate::audit::Ledger::append(&mut ledger, std::slice::from_ref(&head)).unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    drop(ledger);
    let findings = verify(dir.path());
    assert_eq!((findings.rows, findings.is_sound()), (6, true));
    three_requests(dir.path()).await.stop().await.unwrap();
    assert!(verify(dir.path()).is_sound());
}

/// The other side of the next test: writes until it is killed, and says what was promised to be durable.
#[test]
fn crash_child() {
    let Ok(dir) = std::env::var("FANLIGHT_TEST_CRASH_DIR") else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let trail = start(Path::new(&dir));
        let workers: Vec<_> = (0..8_u128)
            .map(|worker| {
                let trail = trail.clone();
                tokio::spawn(async move {
                    for n in 0_u128.. {
                        let opened =
                            trail.open(entry(worker << 64 | n, "sam@centre.example", "royal-free")).await.unwrap();
                        println!("durable {}", opened.request());
                        opened.close(Outcome::status(StatusCode::OK));
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
    });
}

#[test]
fn a_killed_process_loses_nothing_that_it_promised() {
    let dir = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::tests::crash_child", "--nocapture", "--test-threads=1"])
            .env("FANLIGHT_TEST_CRASH_DIR", dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut promised = Vec::new();
        for line in lines.map_while(Result::ok) {
            // A line may begin with what the test harness prints.
            if let Some((_, request)) = line.split_once("durable ") {
                promised.push(request.to_owned());
            }
            if promised.len() == 200 * round {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(promised.len() >= 200 * round);
        let findings = verify(dir.path());
        assert!(findings.is_sound(), "{:?}", findings.problems);
        let kept: std::collections::HashSet<_> =
            search(dir.path(), &Filter::default(), None).into_iter().filter_map(|row| row.request).collect();
        for request in promised {
            assert!(kept.contains(&request), "lost {request}");
        }
        // And it goes on from there.
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let trail = start(dir.path());
            trail.note(Event::Start).await.unwrap();
            trail.stop().await.unwrap();
        });
        assert!(verify(dir.path()).is_sound());
        // Each round begins with a new file: the workers count from zero again.
        for file in ["fanlight.db", "fanlight.db-wal", "fanlight.db-shm"] {
            std::fs::remove_file(dir.path().join(file)).ok();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_at_once_share_their_syncs() {
    let dir = tempfile::tempdir().unwrap();
    let trail = start(dir.path());
    let (workers, each) = (256_u128, 20_u128);
    let began = Instant::now();
    let all: Vec<_> = (0..workers)
        .map(|worker| {
            let trail = trail.clone();
            tokio::spawn(async move {
                for n in 0..each {
                    let opened = trail.open(entry(worker << 64 | n, "sam@centre.example", "royal-free")).await.unwrap();
                    opened.close(Outcome::status(StatusCode::OK));
                }
            })
        })
        .collect();
    for one in all {
        one.await.unwrap();
    }
    trail.flush().await.unwrap();
    let took = began.elapsed();
    let findings = verify(dir.path());
    assert_eq!((u128::from(findings.rows), findings.unfinished_count), (workers * each * 2, 0));
    let rate = (workers * each) as f64 / took.as_secs_f64();
    println!("{rate:.0} requests (two rows each) a second");
    // A debug build on a busy machine; one sync a row would be a few hundred.
    assert!(rate > 300.0, "{rate:.0} requests a second");
}
