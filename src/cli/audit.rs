//! `fanlight audit`: verifies, searches and exports the trail.

use std::process::ExitCode;

/// Arguments of `fanlight audit`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented on the type")]
    pub config: super::ConfigArg,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for people.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    anyhow::bail!("`fanlight audit` is not built in")
}
