//! `fanlight rules`: tests, lists and explains rules.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

use super::ConfigArg;
use super::check;
use crate::config::{Config, Trust};
use crate::rules::layers::{Layered, State};
use crate::rules::rule::Example;
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
    /// One rule (or all) with its reason and its examples.
    Explain {
        /// The rule, `pack/rule`; without it all.
        rule: Option<String>,
        /// The configuration, and the trust.
        #[command(flatten)]
        which: Which,
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
    let (which, explained) = match &args.command {
        Command::Test(which) | Command::List(which) => (which, None),
        Command::Explain { rule, which } => (which, rule.as_deref()),
    };
    let Some(config) = check::read(&which.config.config) else { return Ok(ExitCode::FAILURE) };
    let trusts = chosen(&config, which.trust.as_deref())?;
    let mut out = std::io::stdout().lock();
    match args.command {
        Command::Test(_) => test(&trusts, &mut out),
        Command::List(_) => list(&trusts, &mut out),
        Command::Explain { .. } => explain(&trusts, explained, &mut out),
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

fn explain(trusts: &[&Trust], id: Option<&str>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut found = std::collections::BTreeSet::new();
    for trust in trusts {
        for rule in &trust.compiled.rules {
            if id.is_some_and(|id| id != rule.rule.id) || !found.insert((rule.rule.id.clone(), rule.rule.pack.clone()))
            {
                continue;
            }
            one(rule, out)?;
        }
    }
    match id {
        Some(id) if found.is_empty() => {
            let known: Vec<&str> = trusts.iter().flat_map(|t| &t.compiled.rules).map(|r| r.rule.id.as_str()).collect();
            let near = crate::rules::suggest::nearest(id, &known);
            let hint = near.map_or_else(|| "`fanlight rules list` shows all".into(), |n| format!("did you mean {n}?"));
            anyhow::bail!("there is no rule {id}; {hint}")
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn one(layered: &Layered, out: &mut impl Write) -> anyhow::Result<()> {
    let rule = &layered.rule;
    let (place, what) = rule.body.summary();
    let line = rule.source.error(rule.span.clone(), "").line();
    writeln!(out, "{}  ({} in {}:{line})", rule.id, rule.body.section(), rule.source.file)?;
    match &layered.state {
        State::Active => {}
        State::ReplacedBy(pack) => writeln!(out, "  replaced by a rule of {pack}")?,
        State::DisabledBy(pack) => writeln!(out, "  disabled by {pack}")?,
    }
    if let Some(doc) = &rule.doc {
        writeln!(out, "  {}", doc.trim().replace('\n', "\n  "))?;
    }
    writeln!(out, "  where: {place}\n  what:  {what}")?;
    let mut examples = |name: &str, all: &[Example]| -> std::io::Result<()> {
        for example in all {
            let path = example.path.as_ref().map(|p| format!(" at {p}")).unwrap_or_default();
            writeln!(out, "  {name}{path}: {}", example.body.trim().replace('\n', "\n        "))?;
        }
        Ok(())
    };
    examples("hit ", &rule.hit)?;
    examples("miss", &rule.miss)?;
    writeln!(out)?;
    Ok(())
}
