//! `fanlight check`: every error of a configuration and its rules, with file, line and a pointer.

use std::process::ExitCode;

/// Arguments of `fanlight check`.
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
    anyhow::bail!("`fanlight check` is not built in")
}
