//! `fanlight grant`: issues, lists and revokes grants.

use std::process::ExitCode;

/// Arguments of `fanlight grant`.
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
    anyhow::bail!("`fanlight grant` is not built in")
}
