//! The trail as the proxy holds it, and the one writer behind it.
//!
//! A commit that survives a power cut costs the disk a full sync, so one row a commit would be a few thousand a second at
//! most. The writer takes whatever is waiting into one commit, and everyone in it waits for the same sync.
//!
//! The queue cannot grow: each request takes room for both of its rows before the first is queued, and gives it back when
//! the second is written. So handing over how a request ended never waits and is never lost, whatever the disk does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::chain::Link;
use super::entry::{Entry, Event, RequestId};
use super::ledger::{Ledger, LedgerError};
use super::outcome::Outcome;
use super::row::{Act, Row};
use crate::base::clock::Clock;

/// The trail cannot be written; so nothing may be viewed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrailDown {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] LedgerError),
    /// Too many requests are open at once.
    #[error("the trail has no room for another open request")]
    Full,
    /// The store did not answer in time.
    #[error("the trail's store did not answer in time")]
    TimedOut,
    /// The house is stopping, or the writer died.
    #[error("the trail is stopped")]
    Stopped,
}

/// Bounds of the trail; each is a configuration key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrailBounds {
    /// Requests that may be open at once, streams included.
    pub open: usize,
    /// Rows written in one commit at most.
    pub batch: usize,
    /// How long a request waits for its row to be durable, in milliseconds.
    pub wait_ms: u64,
}

impl Default for TrailBounds {
    fn default() -> Self {
        Self { open: 8192, batch: 512, wait_ms: 5_000 }
    }
}

impl TrailBounds {
    /// How long a request waits.
    pub fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }
}

/// Rows that [`Trail::latest`] gives at most.
const MAX_LATEST: usize = 1_000;
/// How long the writer waits before it tries again to write rows that must not be lost.
const RETRY: Duration = Duration::from_millis(250);
/// How often a group is chained anew because another process was quicker.
const MOVES: u32 = 8;

/// Work for the writer.
enum Job {
    /// A request is about to go upstream. The [`Opened`] travels with its row: whoever asked gets it once it is durable,
    /// and if they are gone by then it is dropped, which closes it. So there is no moment at which a request is in the
    /// trail and nobody answers for it.
    Open(Row, Opened, oneshot::Sender<Result<Opened, TrailDown>>),
    /// How it ended; kept until it is written.
    Close(Row, #[expect(dead_code, reason = "held until the row is written")] OwnedSemaphorePermit),
    /// A refusal or an event.
    Plain(Row, #[expect(dead_code, reason = "held until the row is written")] OwnedSemaphorePermit, Done),
    Latest(usize, oneshot::Sender<Result<Vec<Row>, TrailDown>>),
    Flush(Done),
}

type Done = oneshot::Sender<Result<(), TrailDown>>;

/// The trail: cheap to clone, one writer behind it.
#[derive(Debug, Clone)]
pub struct Trail {
    bounds: TrailBounds,
    clock: Arc<dyn Clock>,
    room: Arc<Semaphore>,
    to: mpsc::Sender<Job>,
    up: Arc<AtomicBool>,
}

impl Trail {
    /// Starts the writer over a store; reads the head first, so that a store which cannot be read fails here.
    ///
    /// # Errors
    /// When the store cannot be read or no thread can be started.
    pub fn start(mut ledger: Box<dyn Ledger>, clock: Arc<dyn Clock>, bounds: TrailBounds) -> Result<Self, TrailDown> {
        let link = ledger.head()?.as_ref().map_or(Link::START, Link::of);
        let (to, jobs) = mpsc::channel();
        let up = Arc::new(AtomicBool::new(true));
        let batch = bounds.batch.max(1);
        let writer = Writer { ledger, clock: clock.clone(), jobs, link, batch, unwritten: Vec::new(), up: up.clone() };
        std::thread::Builder::new()
            .name("trail".to_owned())
            .spawn(move || writer.run())
            .map_err(|e| LedgerError::Failed(format!("no thread for the writer: {e}")))?;
        let room = Arc::new(Semaphore::new(bounds.open.clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Self { bounds, clock, room, to, up })
    }

    /// Writes that a request is about to go upstream. Returns only once the row is durable.
    ///
    /// # Errors
    /// [`TrailDown`]: then the request must not go upstream.
    pub async fn open(&self, entry: Entry) -> Result<Opened, TrailDown> {
        let row = Row::of_entry(Act::Open, &entry);
        let (reply, answer) = oneshot::channel();
        let work = async {
            let room = self.room().await?;
            let began = self.clock.now();
            let half = Half { entry, began, room, to: self.to.clone(), clock: self.clock.clone() };
            self.give(Job::Open(row, Opened(Some(Box::new(half))), reply))?;
            answer.await.map_err(|_| TrailDown::Stopped)?
        };
        tokio::time::timeout(self.bounds.wait(), work).await.map_err(|_| TrailDown::TimedOut)?
    }

    /// Writes that a request was refused. Returns only once the row is durable.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn refusal(&self, entry: Entry) -> Result<(), TrailDown> {
        self.plain(Row::of_entry(Act::Refusal, &entry)).await
    }

    /// Writes that something happened to the house. Returns only once the row is durable.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn note(&self, event: Event) -> Result<(), TrailDown> {
        self.plain(Row::of_event(&event)).await
    }

    async fn plain(&self, row: Row) -> Result<(), TrailDown> {
        let (reply, answer) = oneshot::channel();
        let work = async {
            self.give(Job::Plain(row, self.room().await?, reply))?;
            answer.await.map_err(|_| TrailDown::Stopped)?
        };
        tokio::time::timeout(self.bounds.wait(), work).await.map_err(|_| TrailDown::TimedOut)?
    }

    /// The last `n` rows (at most 1,000), newest first.
    ///
    /// # Errors
    /// [`TrailDown`].
    pub async fn latest(&self, n: usize) -> Result<Vec<Row>, TrailDown> {
        let (reply, answer) = oneshot::channel();
        self.give(Job::Latest(n.min(MAX_LATEST), reply))?;
        let answer = tokio::time::timeout(self.bounds.wait(), answer).await.map_err(|_| TrailDown::TimedOut)?;
        answer.map_err(|_| TrailDown::Stopped)?
    }

    /// Waits until everything handed over so far is durable.
    ///
    /// # Errors
    /// [`TrailDown`], also when something handed over could not be written.
    pub async fn flush(&self) -> Result<(), TrailDown> {
        let (reply, answer) = oneshot::channel();
        self.give(Job::Flush(reply))?;
        let answer = tokio::time::timeout(self.bounds.wait(), answer).await.map_err(|_| TrailDown::TimedOut)?;
        answer.map_err(|_| TrailDown::Stopped)?
    }

    /// Lets nothing more be opened and waits until everything handed over so far is durable. Call it after the last
    /// response ended; what is closed later is still written, as long as the process lives.
    ///
    /// # Errors
    /// [`TrailDown`] when something could not be written.
    pub async fn stop(&self) -> Result<(), TrailDown> {
        self.room.close();
        self.flush().await
    }

    /// Whether the last write succeeded, for health checks.
    pub fn is_up(&self) -> bool {
        self.up.load(Ordering::Relaxed) && !self.room.is_closed()
    }

    /// Requests that are open now.
    pub fn open_now(&self) -> usize {
        self.bounds.open.saturating_sub(self.room.available_permits())
    }

    async fn room(&self) -> Result<OwnedSemaphorePermit, TrailDown> {
        // A full house answers in half the time that a slow disk gets, so that the reason given is the right one.
        let room = tokio::time::timeout(self.bounds.wait() / 2, self.room.clone().acquire_owned()).await;
        room.map_err(|_| TrailDown::Full)?.map_err(|_| TrailDown::Stopped)
    }

    fn give(&self, job: Job) -> Result<(), TrailDown> {
        self.to.send(job).map_err(|returned| {
            // The writer is gone: there is nobody to write that the request was cancelled, and it never went upstream.
            if let Job::Open(_, opened, _) = returned.0 {
                opened.forget();
            }
            TrailDown::Stopped
        })
    }
}

/// A request that the trail durably holds. Close it with what came of it; dropped, it closes as cancelled.
#[derive(Debug)]
#[must_use = "dropping it closes the request as cancelled"]
pub struct Opened(Option<Box<Half>>);

/// What it takes to write the second row.
#[derive(Debug)]
struct Half {
    entry: Entry,
    began: Timestamp,
    room: OwnedSemaphorePermit,
    to: mpsc::Sender<Job>,
    clock: Arc<dyn Clock>,
}

impl Opened {
    /// The request's name.
    pub fn request(&self) -> RequestId {
        // The half is there until the value is consumed.
        self.0.as_ref().map_or(RequestId::from_bytes([0; 16]), |half| half.entry.request())
    }

    /// Hands over how the request ended, without waiting; the room for it was taken when it was opened.
    pub fn close(mut self, outcome: Outcome) {
        self.end(&outcome);
    }

    fn end(&mut self, outcome: &Outcome) {
        let Some(half) = self.0.take() else { return };
        let took = half.clock.now().duration_since(half.began).as_micros();
        let row = Row::of_outcome(&half.entry, outcome, u64::try_from(took).unwrap_or(0));
        // When the writer is gone the process is ending; the open row without its close says so to `verify`.
        half.to.send(Job::Close(row, half.room)).ok();
    }

    /// Never reached the trail: nothing to close.
    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.end(&Outcome::cancelled());
    }
}

/// The thread that writes.
struct Writer {
    ledger: Box<dyn Ledger>,
    clock: Arc<dyn Clock>,
    jobs: mpsc::Receiver<Job>,
    link: Link,
    batch: usize,
    /// Closes whose commit failed: each holds its room, so there are never more than requests may be open.
    unwritten: Vec<Job>,
    up: Arc<AtomicBool>,
}

impl Writer {
    /// Until every handle is gone.
    fn run(mut self) {
        loop {
            let first = if self.unwritten.is_empty() {
                match self.jobs.recv() {
                    Ok(job) => Some(job),
                    Err(mpsc::RecvError) => return,
                }
            } else {
                match self.jobs.recv_timeout(RETRY) {
                    Ok(job) => Some(job),
                    Err(mpsc::RecvTimeoutError::Timeout) => None,
                    Err(mpsc::RecvTimeoutError::Disconnected) => {
                        self.write(Vec::new());
                        return;
                    }
                }
            };
            let mut group: Vec<Job> = first.into_iter().collect();
            while group.len() < self.batch {
                let Ok(job) = self.jobs.try_recv() else { break };
                group.push(job);
            }
            self.write(group);
        }
    }

    /// One commit for all rows of a group, then the answers.
    fn write(&mut self, group: Vec<Job>) {
        let mut group: Vec<Job> = std::mem::take(&mut self.unwritten).into_iter().chain(group).collect();
        // Whoever stopped waiting before the row is written never went upstream; no row is needed.
        group.retain_mut(|job| match job {
            Job::Open(_, opened, reply) if reply.is_closed() => {
                opened.0 = None;
                false
            }
            Job::Open(..) | Job::Close(..) | Job::Plain(..) | Job::Latest(..) | Job::Flush(..) => true,
        });
        let mut rows: Vec<Row> = Vec::with_capacity(group.len());
        rows.extend(group.iter().filter_map(|job| match job {
            Job::Open(row, ..) | Job::Close(row, _) | Job::Plain(row, ..) => Some(row.clone()),
            Job::Latest(..) | Job::Flush(..) => None,
        }));
        let done = self.append(&mut rows).map_err(TrailDown::from);
        for job in group {
            self.answer(job, &done);
        }
    }

    /// Chains the rows to the end of the trail and keeps them. Where another process (`fanlight grant issue`) wrote in
    /// between, they are chained anew to its row.
    fn append(&mut self, rows: &mut [Row]) -> Result<(), LedgerError> {
        if rows.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let mut tries = 0..MOVES;
        let done = loop {
            let mut link = self.link;
            rows.iter_mut().for_each(|row| link.extend(row, now));
            match self.ledger.append(rows) {
                Ok(()) => {
                    self.link = link;
                    break Ok(());
                }
                Err(LedgerError::Moved) if tries.next().is_some() => match self.ledger.head() {
                    Ok(head) => self.link = head.as_ref().map_or(Link::START, Link::of),
                    Err(error) => break Err(error),
                },
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = &done {
            tracing::error!(%error, rows = rows.len(), "the trail could not be written");
        }
        self.up.store(done.is_ok(), Ordering::Relaxed);
        done
    }

    /// A receiver that is gone wants no answer, so failed sends are nothing to report.
    fn answer(&mut self, job: Job, done: &Result<(), TrailDown>) {
        match (job, done) {
            (Job::Open(_, opened, reply), Ok(())) => drop(reply.send(Ok(opened))),
            (Job::Open(_, opened, reply), Err(down)) => {
                opened.forget();
                reply.send(Err(down.clone())).ok();
            }
            (Job::Close(..), Ok(())) => {}
            (close @ Job::Close(..), Err(_)) => self.unwritten.push(close),
            (Job::Plain(_, _, reply) | Job::Flush(reply), done) => drop(reply.send(done.clone())),
            (Job::Latest(n, reply), _) => drop(reply.send(self.ledger.latest(n).map_err(TrailDown::from))),
        }
    }
}
