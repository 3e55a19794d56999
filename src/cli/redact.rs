//! `fanlight redact`: one file or standard input, redacted by the same engine.

use std::process::ExitCode;

/// Arguments of `fanlight redact`.
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
    anyhow::bail!("`fanlight redact` is not built in")
}
