//! What `grant` and `audit` share: the configuration with its store, and output that a pipe may cut off.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;

use super::{ConfigArg, check};
use crate::audit::{Event, Trail};
use crate::base::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::store::Store;

/// A configuration and its store, opened for writing.
pub(super) struct Desk {
    pub(super) config: Config,
    pub(super) store: Store,
}

impl Desk {
    /// Opens it; `None` when the configuration has errors, which are printed then.
    pub(super) fn open(config: &ConfigArg) -> anyhow::Result<Option<Self>> {
        let Some(config) = check::read(&config.config) else { return Ok(None) };
        let store = Store::open(&config.store, config.folder())?;
        Ok(Some(Self { config, store }))
    }

    pub(super) fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// Writes to the trail, durably. A house that is running at the same time goes on after this row.
    pub(super) fn note(&self, event: Event) -> anyhow::Result<()> {
        let trail = Trail::start(self.store.ledger()?, Arc::new(SystemClock), self.config.trail.clone())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.context("no runtime")?.block_on(async {
            trail.note(event).await?;
            trail.stop().await
        })?;
        Ok(())
    }
}

/// Standard output, locked and buffered. Somebody who closes the pipe (`| head`) has seen enough: that is no error.
pub(super) fn stdout() -> impl Write {
    Pipe(io::BufWriter::new(io::stdout().lock()))
}

struct Pipe<W: Write>(W);

impl<W: Write> Write for Pipe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        or_closed(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        or_closed(self.0.flush(), ())
    }
}

fn or_closed<T>(done: io::Result<T>, closed: T) -> io::Result<T> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(closed),
        done => done,
    }
}

/// Lines of cells, in columns. Control characters, which only an altered store can hold, do not reach the terminal.
pub(super) fn table<const N: usize>(out: &mut impl Write, lines: &[[String; N]]) -> io::Result<()> {
    let clean = |cell: &str| cell.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect::<String>();
    let lines: Vec<[String; N]> = lines.iter().map(|line| line.each_ref().map(|cell| clean(cell))).collect();
    let widths: [usize; N] = std::array::from_fn(|i| {
        lines.iter().filter_map(|line| line.get(i)).map(|c| c.chars().count()).max().unwrap_or(0)
    });
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_controls_the_terminal() {
        let mut out = Vec::new();
        let line = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        table(&mut out, &[line("a", "b"), line("‹long›", "\u{1b}[2J")]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a       b\n‹long›  \u{fffd}[2J\n");
    }
}
