//! `fanlight draw`: the process that reads one document, or one picture, and draws what may be seen of it. The proxy starts it; nobody else has a use for it.
//!
//! It speaks [`crate::document::wire`] on its standard input and output. Before it reads a byte it gives up what it does not need:
//! files, child processes, and more memory and time than it was given. A file that makes it fail ends it, and nothing else.

use std::io::{self, BufReader, Read, Write};
use std::process::ExitCode;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::document::raster;
use crate::document::sheet::{self, Document};
use crate::document::wire::{Answer, Fault, Hidden, Order, Task, receive, send};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Bytes of memory that it may use.
    #[arg(long)]
    memory: u64,
    /// Seconds of the processor that it may use.
    #[arg(long)]
    seconds: u64,
}

/// The most bytes of an order, and of what is hidden.
const SAID: u64 = 96 << 20;
/// The most bytes of a file; the proxy has a bound of its own.
const FILE: u64 = 1 << 30;

/// Reads, waits for the verdict, draws.
///
/// # Errors
/// The other side is gone, or its limits cannot be set.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let only = |n: u64| Rlimit { current: Some(n), maximum: Some(n) };
    for (resource, most) in [
        (Resource::As, args.memory),
        (Resource::Cpu, args.seconds),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, 3),
        (Resource::Nproc, 0),
    ] {
        setrlimit(resource, only(most))?;
    }
    let mut from = BufReader::new(io::stdin().lock());
    let mut to = io::stdout().lock();
    let task: Task = serde_json::from_slice(&receive(&mut from, SAID)?)?;
    let file = receive(&mut from, FILE)?;
    let failed = match task {
        Task::Document(order) => answer(file, order, &mut from, &mut to)?,
        Task::Picture(order) => match raster::redraw(&file, &order) {
            Ok(picture) => {
                send(&mut to, &serde_json::to_vec(&Answer::Drawn)?)?;
                send(&mut to, &picture)?;
                None
            }
            Err(fault) => Some(fault),
        },
    };
    if let Some(fault) = failed {
        send(&mut to, &serde_json::to_vec(&Answer::Failed(fault))?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The fault that keeps the document from being read; once it has been read, an error ends the process.
fn answer(file: Vec<u8>, order: Order, from: &mut impl Read, to: &mut impl Write) -> anyhow::Result<Option<Fault>> {
    let pdf = match sheet::open(file) {
        Ok(pdf) => pdf,
        Err(fault) => return Ok(Some(fault)),
    };
    let document = match Document::read(&pdf, order) {
        Ok(document) => document,
        Err(fault) => return Ok(Some(fault)),
    };
    send(to, &serde_json::to_vec(&Answer::Read(document.texts()))?)?;
    let hidden: Hidden = serde_json::from_slice(&receive(from, SAID)?)?;
    for page in 0..document.pages() {
        send(to, &document.draw(page, &hidden)?)?;
    }
    Ok(None)
}
