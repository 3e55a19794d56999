//! The words of `fanlight audit`.

use std::path::PathBuf;

use clap::Subcommand;

use super::super::trail::Desk;
use super::super::{ConfigArg, when};
use crate::audit::{Code, Event, Hash};
use crate::base::id::{EngineerId, RecordKey};
use crate::store::Filter;

/// Arguments of `fanlight audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `fanlight audit` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Whether every row is as it was written; exit 1 and the first bad row when one is not.
    Verify(Verify),
    /// Rows, by engineer, trust, ticket, decision, record and time.
    Search(Search),
    /// What a stretch of the trail adds up to, as a page.
    Report(Report),
    /// Rows as NDJSON, one object a line.
    Export(Export),
    /// Under which grant a photographed page was shown, by the words that can be read on it.
    Trace(Trace),
}

/// Arguments of `fanlight audit verify`.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// A row that was noted earlier, as `verify` printed it: NUMBER:HASH.
    #[arg(long, value_name = "ROW", value_parser = noted)]
    pub expect: Option<(u64, Hash)>,
}

/// Arguments of `fanlight audit search`.
#[derive(Debug, clap::Args)]
pub struct Search {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// Which rows.
    #[command(flatten)]
    pub which: Which,
    /// The newest so many of them.
    #[arg(long, default_value_t = 100)]
    pub limit: u64,
    /// One JSON object a line, with every column.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `fanlight audit report`.
#[derive(Debug, clap::Args)]
pub struct Report {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// Which rows.
    #[command(flatten)]
    pub which: Which,
    /// Where to write the page (HTML); without it, standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `fanlight audit export`.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// Which rows.
    #[command(flatten)]
    pub which: Which,
    /// Where to write them; without it, standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `fanlight audit trace`.
#[derive(Debug, clap::Args)]
pub struct Trace {
    /// Where the configuration is; its master key must be the one that the page was shown under.
    #[command(flatten)]
    pub config: ConfigArg,
    /// What can be read in the photograph, typed or recognised; without it, or with -, standard input.
    #[arg(long, value_name = "FILE")]
    pub text: Option<PathBuf>,
    /// Only grants that held some time between two moments or days.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    pub between: Option<Vec<String>>,
    /// Only grants for this trust.
    #[arg(long)]
    pub trust: Option<String>,
    /// One JSON object.
    #[arg(long)]
    pub json: bool,
    /// Who traces; stands in the trail. Without it, the name of the machine's user.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}

/// Which rows, and who wants to see them.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// By whom, or about whom.
    #[arg(long)]
    pub engineer: Option<String>,
    /// For which trust.
    #[arg(long)]
    pub trust: Option<String>,
    /// For which ticket.
    #[arg(long)]
    pub ticket: Option<String>,
    /// Under which grant.
    #[arg(long)]
    pub grant: Option<String>,
    /// One request, by its id.
    #[arg(long)]
    pub request: Option<String>,
    /// admitted, denied, limited, refused, an event, or a code such as no-grant.
    #[arg(long)]
    pub decision: Option<String>,
    /// One record, by its key: 32 hexadecimal digits.
    #[arg(long, value_parser = record)]
    pub record: Option<RecordKey>,
    /// Not before: a moment or a day.
    #[arg(long, value_name = "WHEN")]
    pub from: Option<String>,
    /// Before: a moment or a day.
    #[arg(long, value_name = "WHEN")]
    pub until: Option<String>,
    /// Who reads; stands in the trail. Without it, the name of the machine's user.
    #[arg(long, value_name = "WHO")]
    pub by: Option<String>,
}

impl Which {
    /// What to search for.
    pub(super) fn filter(&self) -> anyhow::Result<Filter> {
        Ok(Filter {
            engineer: self.engineer.clone(),
            trust: self.trust.clone(),
            ticket: self.ticket.clone(),
            grant: self.grant.clone(),
            request: self.request.as_ref().map(|r| r.to_ascii_lowercase()),
            decision: self.decision.clone(),
            record: self.record,
            from: self.from.as_deref().map(when::moment).transpose()?,
            until: self.until.as_deref().map(when::moment).transpose()?,
        })
    }

    /// Writes who reads into the trail.
    pub(super) fn note(&self, config: &ConfigArg, how: Code) -> anyhow::Result<()> {
        note(self.by.as_deref(), config, how)
    }
}

/// Writes into the trail who reads it, or looks for whom in it.
pub(super) fn note(by: Option<&str>, config: &ConfigArg, how: Code) -> anyhow::Result<()> {
    let user = || std::env::var("USER").ok().filter(|u| !u.is_empty()).unwrap_or_else(|| "unknown".to_owned());
    let by = EngineerId::new(&by.map_or_else(user, str::to_owned))?;
    let noted = Desk::open(config).and_then(|desk| desk.map_or(Ok(()), |desk| desk.note(Event::TrailRead { by, how })));
    if let Err(error) = noted {
        eprintln!("warning: that this trail was read does not stand in it: {error:#}");
    }
    Ok(())
}

pub(super) fn noted(text: &str) -> Result<(u64, Hash), String> {
    let read = || {
        let (seq, hash) = text.trim().split_once(':')?;
        Some((seq.parse().ok()?, Hash::from_hex(hash)?))
    };
    read().ok_or_else(|| "write the row as `fanlight audit verify` printed it: 1234:0a1b… with 64 digits".to_owned())
}

pub(super) fn record(text: &str) -> Result<RecordKey, String> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok();
    bytes.and_then(|b| b.try_into().ok()).ok_or_else(|| "a record's key is 32 hexadecimal digits".to_owned())
}
