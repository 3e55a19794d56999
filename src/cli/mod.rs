//! The commands, one file each.

pub mod audit;
pub mod check;
pub mod clinic;
pub mod demo;
pub mod draw;
pub mod grant;
mod panic;
pub mod redact;
pub mod rules;
pub mod serve;
mod trail;
mod when;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A screen-only redacting view proxy for clinical web systems.
#[derive(Debug, Parser)]
#[command(name = "fanlight", version, about, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The synthetic clinic, ten trusts, proxy and console; nothing to configure.
    Demo(demo::Args),
    /// The proxy, from a configuration file.
    Serve(serve::Args),
    /// Checks a configuration and its rules; prints every error.
    Check(check::Args),
    /// Redacts one file or standard input, by the same engine.
    Redact(redact::Args),
    /// Tests, lists and explains rules.
    Rules(rules::Args),
    /// Issues, lists and revokes grants.
    Grant(grant::Args),
    /// Verifies, searches and exports the trail.
    Audit(audit::Args),
    /// One trust's synthetic system alone, or its identifiers; for tests.
    #[command(hide = true)]
    Clinic(clinic::Args),
    /// Reads and draws one document; started by the proxy.
    #[command(hide = true)]
    Draw(draw::Args),
}

/// The configuration file; every command that needs one takes it the same way.
#[derive(Debug, Clone, clap::Args)]
pub struct ConfigArg {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// That no trust has this id, with the nearest.
fn unknown_trust(config: &crate::config::Config, id: &str) -> String {
    let known: Vec<&str> = config.trusts.iter().map(|t| t.id.as_str()).collect();
    format!("there is no trust {id:?}; {}", crate::rules::suggest::help(id, &known))
}

/// Parses the command line, runs the command and returns its exit code: 0 done, 1 an error, 2 wrong usage, 3 withheld.
pub fn main() -> ExitCode {
    panic::quiet();
    let done = match Cli::parse().command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Check(args) => check::run(args),
        Command::Redact(args) => redact::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Grant(args) => grant::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Clinic(args) => clinic::run(&args),
        Command::Draw(args) => draw::run(args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
