//! `fanlight rules explain`: what a rule is for, or what was found in a page of yours and why.
//!
//! ```text
//! $ fanlight rules explain --config fanlight.toml --trust royal-free --input chart.html
//! 3:17  nhs-number  field base/label-nhs-number  100  mask  label "nhs no"  dl > dd
//! ```
//!
//! Where, what, by which field or detector, how sure, what replaces it, what stood beside it that rules know; never the value.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::redact;
use crate::config::Trust;
use crate::redact::finding::{Explained, Report};
use crate::rules::layers::{Layered, State};
use crate::rules::route::handling_of;
use crate::rules::rule::Example;

/// The page to explain.
#[derive(Debug, clap::Args)]
pub struct Page {
    /// Explains what is found in this file; - is standard input.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub input: Option<PathBuf>,
    /// The file's media type; without it, by its name, else text/html.
    #[arg(long = "as", value_name = "MIME", requires = "input")]
    pub media: Option<String>,
    /// The path that it would have been asked for at.
    #[arg(long, value_name = "/P?Q", default_value = "/", requires = "input")]
    pub path: String,
}

/// The exit code of a withheld input.
const WITHHELD: u8 = 3;

/// Each finding of a page, a line each, in the order of the page.
pub(super) fn findings(trusts: &[&Trust], page: &Page, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let trust = trusts.first().context("--input needs --trust: one trust's rules decide")?;
    let (path, query) = redact::target(&page.path).context(redact::WRONG_PATH)?;
    let handling = handling_of(&trust.compiled.routes, path, query);
    let file = page.input.as_deref().filter(|file| file.as_os_str() != "-");
    let media = page.media.clone().unwrap_or_else(|| redact::guess(file).to_owned());
    let mut input = redact::open(file)?;
    match redact::pass(redact::inspector(trust, path)?, &media, handling, &mut input, &mut std::io::sink())? {
        Ok(report) => {
            table(&report, out)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(withheld) => {
            writeln!(out, "withheld: {withheld}")?;
            Ok(ExitCode::from(WITHHELD))
        }
    }
}

fn table(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    let mut found: Vec<&Explained> = report.explained.iter().collect();
    found.sort_by_key(|f| f.offset);
    let lines: Vec<[String; 7]> = found
        .into_iter()
        .map(|f| {
            let place = match (f.line, f.column) {
                (Some(line), Some(column)) => format!("{line}:{column}"),
                (Some(_), None) | (None, _) => "-".into(),
            };
            let at = if f.at.is_empty() { f.surface.to_owned() } else { f.at.clone() };
            let context = if f.context.is_empty() { "-".into() } else { f.context.clone() };
            [place, f.kind.into(), f.finder.clone(), f.confidence.to_string(), f.operator.clone(), context, at]
        })
        .collect();
    let width = |n: usize| lines.iter().filter_map(|l| l.get(n)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    for line in &lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, w)| format!("{cell:w$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    let all = report.total();
    let more = all.saturating_sub(lines.len() as u64);
    let rest = if more == 0 { String::new() } else { format!(", {more} of them not listed") };
    writeln!(out, "{all} replaced{rest}; {} records shown", report.records.len())
}

/// Rules, each with its reason and its examples.
pub(super) fn rules(trusts: &[&Trust], id: Option<&str>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
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
