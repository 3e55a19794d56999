//! `fanlight demo`: the synthetic clinic, ten trusts, proxy and console on loopback.

use std::process::ExitCode;

/// Arguments of `fanlight demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port of the front page and the trusts.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the console.
    #[arg(long, default_value_t = 8081)]
    pub console_port: u16,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for people.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let _ = args;
    anyhow::bail!("`fanlight demo` is not built in")
}
