//! `fanlight serve`: the proxy, from a configuration file.

use std::process::ExitCode;

/// Arguments of `fanlight serve`.
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
    anyhow::bail!("`fanlight serve` is not built in")
}
