//! `fanlight check`: every error of a configuration and its rules, with file, line and a pointer.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::config::{self, Config};
use crate::rules::{Diagnostic, diagnostic, selftest};

/// Arguments of `fanlight check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: super::ConfigArg,
}

/// Runs the command: `ok: …` and 0, or every error and 1. Rules whose own examples fail are warned of, and counted.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(config) = read(&args.config.config) else { return Ok(ExitCode::FAILURE) };
    let mut rules = std::collections::BTreeSet::new();
    let mut failed = std::collections::BTreeSet::new();
    let mut known = std::collections::BTreeSet::new();
    for trust in &config.trusts {
        rules.extend(trust.compiled.active().map(|r| r.id.clone()));
        failed.extend(
            selftest::run_unless(&trust.compiled, None, &mut known).into_iter().filter(|t| !t.passed()).map(|t| t.rule),
        );
    }
    let mut out = std::io::stdout().lock();
    for rule in &failed {
        eprintln!("warning: the examples of rule {rule} do not hold; `fanlight rules test` says why");
    }
    let (trusts, rules) = (counted(config.trusts.len(), "trust"), counted(rules.len(), "rule"));
    writeln!(out, "ok: {trusts}, {rules}")?;
    Ok(ExitCode::SUCCESS)
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Reads a configuration without writing anything; prints every error when there are some.
pub(super) fn read(path: &Path) -> Option<Config> {
    config::check(path).map_err(|errors| print(&errors)).ok()
}

/// Prints errors to standard error, in colours on a terminal, and how many there are.
pub(super) fn print(errors: &[Diagnostic]) {
    let styled = std::io::stderr().is_terminal();
    eprintln!("{}", diagnostic::render_all(errors, styled));
    eprintln!("\n{}", counted(errors.len(), "error"));
}
