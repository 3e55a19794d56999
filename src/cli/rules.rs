//! `fanlight rules`: tests, lists and explains rules.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

mod explain;

use super::ConfigArg;
use super::check;
use crate::config::{Config, Trust};
use crate::rules::layers::{Layered, State};
use crate::rules::reference;
use crate::rules::selftest;

/// Arguments of `fanlight rules`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `fanlight rules` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs each rule's own examples through the engine; exit 1 when one does not hold.
    Test(Which),
    /// Every rule by pack, in layer order, with where it looks and what it does.
    List(Which),
    /// The reference of detectors, kinds, operators and places, as Markdown.
    Reference,
    /// One rule (or all) with its reason and its examples; with `--input`, each thing found in a page of yours, and why.
    Explain {
        /// The rule, `pack/rule`; without it all.
        #[arg(conflicts_with = "input")]
        rule: Option<String>,
        /// The configuration, and the trust.
        #[command(flatten)]
        which: Which,
        /// The page, message or document.
        #[command(flatten)]
        page: explain::Page,
    },
}

/// Which configuration and which of its trusts.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// Only this trust; without it all.
    #[arg(long, value_name = "ID")]
    pub trust: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// An unknown trust or rule, or standard output that cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let which = match &args.command {
        Command::Reference => {
            write!(std::io::stdout().lock(), "{}", reference::markdown())?;
            return Ok(ExitCode::SUCCESS);
        }
        Command::Test(which) | Command::List(which) | Command::Explain { which, .. } => which,
    };
    let Some(config) = check::read(&which.config.config) else { return Ok(ExitCode::FAILURE) };
    let trusts = chosen(&config, which.trust.as_deref())?;
    let mut out = std::io::stdout().lock();
    match args.command {
        Command::Test(_) => test(&trusts, &mut out),
        Command::List(_) | Command::Reference => list(&trusts, &mut out),
        Command::Explain { page, .. } if page.input.is_some() => explain::findings(&trusts, &page, &mut out),
        Command::Explain { rule, .. } => explain::rules(&trusts, rule.as_deref(), &mut out),
    }
}

fn chosen<'c>(config: &'c Config, trust: Option<&str>) -> anyhow::Result<Vec<&'c Trust>> {
    match trust {
        None => Ok(config.trusts.iter().collect()),
        Some(id) => config.trust(id).map(|t| vec![t]).with_context(|| super::unknown_trust(config, id)),
    }
}

fn test(trusts: &[&Trust], out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut known = std::collections::BTreeSet::new();
    let (mut passed, mut failed) = (0, 0);
    for trust in trusts {
        for tried in selftest::run_unless(&trust.compiled, None, &mut known) {
            match &tried.problem {
                None => passed += 1,
                Some(problem) => {
                    failed += 1;
                    writeln!(out, "FAIL {} ({}:{}): {problem}", tried.rule, tried.file, tried.line)?;
                }
            }
        }
    }
    writeln!(out, "{passed} examples hold, {failed} do not")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(trusts: &[&Trust], out: &mut impl Write) -> anyhow::Result<ExitCode> {
    for trust in trusts {
        let compiled = &trust.compiled;
        writeln!(out, "{} ({}), rules {}", trust.name, trust.id, compiled.version)?;
        for (layer, pack) in compiled.packs().iter().enumerate() {
            let rules: Vec<&Layered> = compiled.rules.iter().filter(|r| r.rule.pack == *pack).collect();
            writeln!(out, "\n  {}. {pack}: {} rules", layer + 1, rules.len())?;
            let width = rules.iter().map(|r| r.rule.id.len()).max().unwrap_or(0).min(48);
            for rule in rules {
                let (place, what) = rule.rule.body.summary();
                let state = match &rule.state {
                    State::Active => String::new(),
                    State::ReplacedBy(pack) => format!("  [replaced by {pack}]"),
                    State::DisabledBy(pack) => format!("  [disabled by {pack}]"),
                };
                let section = rule.rule.body.section();
                writeln!(out, "     {:width$}  {section:8}  {what:18}  {place}{state}", rule.rule.id)?;
            }
        }
        writeln!(out)?;
    }
    Ok(ExitCode::SUCCESS)
}
