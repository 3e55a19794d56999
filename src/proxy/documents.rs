//! Documents on their way to a viewer: a process of its own reads the file and draws it, the engine decides in between what may be seen.
//!
//! ```text
//! file → `fanlight draw` ──text──▶ the engine, with the grant's dictionary and the leak gate ──what is hidden──▶ `fanlight draw` → pictures → a page of ours
//! ```
//!
//! A picture that a route lets be seen goes the same way without the engine: nobody reads what is in it.
//!
//! The process lives for one document. It has no network, no files and no environment, a bound on memory and time, and
//! is killed when it does not end. If it fails in any way, the document is refused.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::lines::{Lines, Turn};
use super::stream::heavy;
use crate::base::id::GrantId;
use crate::config::Config;
use crate::document::kept;
use crate::document::viewer::Picture;
use crate::document::wire::{Answer, Fault, Hidden, Order, PageText, Redraw, Task};
use crate::policy::refusal::Refused;
use crate::redact::engine::{BodyRewriter, Done};
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

/// The most glyphs of a document: a page of small print has some six thousand.
const GLYPHS: usize = 400_000;
/// The most pixels of a page: A4 at 150 an inch has two million.
const PIXELS: u64 = 4_000_000;
/// The most pixels of a picture by itself: a camera's has twelve to thirty million.
const PHOTOGRAPH: u64 = 40_000_000;
/// The most bytes of a picture in a document, decoded.
const IMAGE: u64 = 64 << 20;
/// The most bytes that a process may say at a time, and all of its pictures together.
const SAID: u64 = 96 << 20;

/// What is drawn, so that no more is at a time than the configuration says. A page may hold forty pictures: none of them takes the place of a
/// document.
#[derive(Debug, Default)]
pub(super) struct Drawers {
    documents: Places,
    pictures: Places,
    /// Only the first of a grant's pictures stands in the line of all.
    lines: Lines,
}

/// Places of one kind: made when the first is taken, and again when the configuration says another number.
#[derive(Debug, Default)]
struct Places(std::sync::Mutex<Option<(usize, Arc<Semaphore>)>>);

impl Places {
    async fn take(&self, most: usize, until: Instant) -> Result<OwnedSemaphorePermit, Fault> {
        let places = {
            let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match &*known {
                Some((number, places)) if *number == most => places.clone(),
                Some(_) | None => known.insert((most, Arc::new(Semaphore::new(most)))).1.clone(),
            }
        };
        let place = timeout_at(until, places.acquire_owned()).await;
        place.map_err(|_| Fault::Busy)?.map_err(|_| Fault::Busy)
    }
}

/// A place for one picture, from before its file is read until it is drawn.
#[derive(Debug)]
pub(super) struct Place {
    _own: Turn,
    _of_all: OwnedSemaphorePermit,
}

/// Where and with which mark something is drawn.
pub(super) struct Board<'a> {
    pub(super) config: &'a Config,
    pub(super) program: Option<PathBuf>,
    pub(super) mark: String,
}

/// What is done with a document before.
pub(super) struct Reading {
    pub(super) pictures: bool,
    pub(super) inspector: Inspector,
}

/// A document as it may be seen.
pub(super) struct Drawn {
    pub(super) pages: Vec<Picture>,
    pub(super) done: Done,
}

impl Drawers {
    /// Draws a document.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub(super) async fn draw(&self, file: Bytes, board: Board<'_>, reading: Reading) -> Result<Drawn, Refused> {
        let wait = board.config.timeouts.document;
        let until = Instant::now() + wait;
        let bounds = &board.config.bounds;
        let _place = self.documents.take(bounds.documents, until).await.map_err(Refused::Document)?;
        let order = Order {
            mark: board.mark,
            pictures: reading.pictures,
            pages: bounds.document_pages,
            glyphs: GLYPHS,
            pixels: PIXELS,
            image: IMAGE,
        };
        let mut process = Process::start(board.program, bounds.document_memory, wait).map_err(Refused::Document)?;
        let within = timeout_at(until, process.read(order, &file)).await;
        let pages = within.map_err(|_| Fault::Slow).and_then(|read| read).map_err(Refused::Document)?;
        let (hidden, done) = heavy(|| judged(&pages, reading.inspector)).map_err(Refused::Withheld)?;
        let within = timeout_at(until, process.pictures(&hidden, pages.len())).await;
        let pages = within.map_err(|_| Fault::Slow).and_then(|drawn| drawn).map_err(Refused::Document)?;
        Ok(Drawn { pages, done })
    }

    /// A place for a picture of a grant. There are as many as for documents, and none of those.
    ///
    /// # Errors
    /// None is free in time.
    pub(super) async fn place(&self, config: &Config, grant: &GrantId) -> Result<Place, Refused> {
        let own = self.lines.turn(grant, config.timeouts.whole).await.ok_or(Refused::Document(Fault::Busy))?;
        let until = Instant::now() + config.timeouts.document;
        let of_all = self.pictures.take(config.bounds.documents, until).await.map_err(Refused::Document)?;
        Ok(Place { _own: own, _of_all: of_all })
    }

    /// Draws a picture anew, with the mark: its type and its bytes. The file was read in its place.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub(super) async fn redraw(
        &self,
        file: Bytes,
        board: Board<'_>,
        _place: Place,
    ) -> Result<(&'static str, Bytes), Refused> {
        let wait = board.config.timeouts.document;
        let until = Instant::now() + wait;
        let drawn = async {
            let mut process = Process::start(board.program, board.config.bounds.document_memory, wait)?;
            let order = Redraw { mark: board.mark, pixels: PHOTOGRAPH };
            let within = timeout_at(until, process.picture(order, &file)).await;
            let picture = within.map_err(|_| Fault::Slow)??;
            let known = [("image/png", &b"\x89PNG\r\n\x1a\n"[..]), ("image/jpeg", b"\xff\xd8\xff")];
            let is = known.into_iter().find(|(_, begins)| picture.starts_with(begins));
            Ok((is.ok_or(Fault::Ended)?.0, picture.into()))
        };
        drawn.await.map_err(Refused::Document)
    }
}

/// What is hidden, as the engine says.
fn judged(pages: &[PageText], inspector: Inspector) -> Result<(Hidden, Done), Withheld> {
    let mut rewriter = BodyRewriter::open(inspector, Some("text/html; charset=utf-8"), None, None)?;
    let mut back = Vec::new();
    rewriter.write(kept::page(pages).as_bytes(), &mut back)?;
    let done = rewriter.finish(&mut back)?;
    let back = std::str::from_utf8(&back).map_err(|_| Withheld::BadCharset)?;
    let hidden = kept::hidden(pages, back).map_err(|_| Withheld::Malformed("document"))?;
    Ok((hidden, done))
}

/// A process that draws one document.
struct Process {
    // Killed when this is dropped.
    _child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

impl Process {
    fn start(program: Option<PathBuf>, memory: u64, wait: Duration) -> Result<Self, Fault> {
        let program = program.map_or_else(std::env::current_exe, Ok).map_err(|_| Fault::Ended)?;
        let started = Command::new(program)
            .arg("draw")
            .args(["--memory", &memory.to_string(), "--seconds", &wait.as_secs().to_string()])
            .env_clear()
            // The allocator would set aside a gibibyte of addresses at once, and run into the bound.
            .env("MIMALLOC_ARENA_RESERVE", "32768")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let mut child = started.map_err(|error| {
            tracing::error!(%error, "the process that draws documents cannot be started");
            Fault::Ended
        })?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else { return Err(Fault::Ended) };
        Ok(Self { _child: child, to, from })
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(frame.len()).map_err(|_| Fault::TooLarge)?;
        self.to.write_all(&length.to_be_bytes()).await.map_err(|_| Fault::Ended)?;
        self.to.write_all(frame).await.map_err(|_| Fault::Ended)?;
        self.to.flush().await.map_err(|_| Fault::Ended)
    }

    async fn receive(&mut self, most: u64) -> Result<Vec<u8>, Fault> {
        let length = self.from.read_u32().await.map_err(|_| Fault::Ended)?;
        if u64::from(length) > most {
            return Err(Fault::TooLarge);
        }
        let mut frame = vec![0; usize::try_from(length).map_err(|_| Fault::TooLarge)?];
        self.from.read_exact(&mut frame).await.map_err(|_| Fault::Ended)?;
        Ok(frame)
    }

    async fn ask(&mut self, task: &Task, file: &[u8]) -> Result<Answer, Fault> {
        let task = serde_json::to_vec(task).map_err(|_| Fault::Ended)?;
        self.send(&task).await?;
        self.send(file).await?;
        let answer = self.receive(SAID).await?;
        serde_json::from_slice(&answer).map_err(|_| Fault::Ended)
    }

    async fn read(&mut self, order: Order, file: &[u8]) -> Result<Vec<PageText>, Fault> {
        match self.ask(&Task::Document(order), file).await? {
            Answer::Read(pages) => Ok(pages),
            Answer::Failed(fault) => Err(fault),
            Answer::Drawn => Err(Fault::Ended),
        }
    }

    async fn picture(&mut self, order: Redraw, file: &[u8]) -> Result<Vec<u8>, Fault> {
        match self.ask(&Task::Picture(order), file).await? {
            Answer::Drawn => self.receive(SAID).await,
            Answer::Failed(fault) => Err(fault),
            Answer::Read(_) => Err(Fault::Ended),
        }
    }

    async fn pictures(&mut self, hidden: &Hidden, pages: usize) -> Result<Vec<Picture>, Fault> {
        let hidden = serde_json::to_vec(hidden).map_err(|_| Fault::Ended)?;
        self.send(&hidden).await?;
        let (mut drawn, mut room) = (Vec::with_capacity(pages), SAID);
        for _ in 0..pages {
            let png = self.receive(room).await?;
            room = room.saturating_sub(png.len() as u64);
            drawn.push(Picture::png(png).ok_or(Fault::Ended)?);
        }
        Ok(drawn)
    }
}
