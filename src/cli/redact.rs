//! `fanlight redact`: one file or standard input, redacted by the same engine as the proxy's.
//!
//! The engineer, the grant and the key are fixed, so that the same input gives the same output. Exit code 3: the input is
//! withheld; standard error says why.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::check;
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::redact::dictionary::Dictionary;
use crate::redact::engine::BodyRewriter;
use crate::redact::finding::Report;
use crate::redact::inspect::Inspector;
use crate::redact::operator::GrantKeys;
use crate::redact::plan::Handling;
use crate::redact::withheld::Withheld;
use crate::rules::route::handling_of;

/// Arguments of `fanlight redact`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: super::ConfigArg,
    /// The trust whose rules hold.
    #[arg(long, value_name = "ID")]
    pub trust: String,
    /// The input's media type; without it, by the file's name, else text/html.
    #[arg(long = "as", value_name = "MIME")]
    pub media: Option<String>,
    /// The path that the input would have been asked for at.
    #[arg(long, value_name = "/P?Q", default_value = "/")]
    pub path: String,
    /// Where to write what was found, as JSON: where, what, by which rule or detector, how sure, and what replaced it; never
    /// the value.
    #[arg(long, value_name = "FILE.json")]
    pub report: Option<PathBuf>,
    /// The input; without it, standard input.
    pub file: Option<PathBuf>,
}

/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;
/// The exit code of a withheld input.
const WITHHELD: u8 = 3;
/// The exit code of wrong usage.
const USAGE: u8 = 2;

/// Runs the command.
///
/// # Errors
/// Input that cannot be read or output that cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Some(config) = check::read(&args.config.config) else { return Ok(ExitCode::FAILURE) };
    let Some(trust) = config.trust(&args.trust) else {
        eprintln!("error: {}", super::unknown_trust(&config, &args.trust));
        return Ok(ExitCode::from(USAGE));
    };
    let Some((path, query)) = target(&args.path) else {
        eprintln!("error: {WRONG_PATH}");
        return Ok(ExitCode::from(USAGE));
    };
    let media = args.media.clone().unwrap_or_else(|| guess(args.file.as_deref()).to_owned());
    let mut input = open(args.file.as_deref())?;
    let handling = handling_of(&trust.compiled.routes, path, query);
    match pass(inspector(trust, path)?, &media, handling, &mut input, &mut std::io::stdout().lock())? {
        Ok(report) => {
            if let Some(file) = &args.report {
                write_report(file, &report)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(withheld) => {
            eprintln!("withheld: {withheld}");
            Ok(ExitCode::from(WITHHELD))
        }
    }
}

/// What is wrong with a path that [`target`] does not take.
pub(super) const WRONG_PATH: &str = "--path must begin with /, such as /chart/1?tab=notes";

/// The path and query of a target.
pub(super) fn target(target: &str) -> Option<(&str, &str)> {
    let asked = target.split('#').next().unwrap_or_default();
    Some(asked.split_once('?').unwrap_or((asked, ""))).filter(|(path, _)| path.starts_with('/'))
}

/// The input: a file, or standard input.
pub(super) fn open(file: Option<&std::path::Path>) -> anyhow::Result<Box<dyn Read>> {
    Ok(match file {
        Some(file) => {
            Box::new(std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?)
        }
        None => Box::new(std::io::stdin().lock()),
    })
}

/// Looks with a trust's rules at a record page of that path, and explains what it finds.
pub(super) fn inspector(trust: &crate::config::Trust, path: &str) -> anyhow::Result<Inspector> {
    let keys = fixed_keys(&trust.id)?;
    Ok(Inspector::new(trust.compiled.plan.clone(), keys, Dictionary::default(), path).explaining())
}

/// Runs the input through; what the engine lets go is written at once, as it would leave the proxy.
pub(super) fn pass(
    inspector: Inspector,
    media: &str,
    handling: Handling,
    input: &mut dyn Read,
    output: &mut dyn Write,
) -> anyhow::Result<Result<Report, Withheld>> {
    let opened = BodyRewriter::open(inspector, Some(media), None, None).and_then(|r| r.handled(handling));
    let mut rewriter = match opened {
        Ok(rewriter) => rewriter,
        Err(withheld) => return Ok(Err(withheld)),
    };
    let mut chunk = vec![0; CHUNK];
    let mut out = Vec::new();
    loop {
        let n = match input.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).context("the input cannot be read"),
        };
        if let Err(withheld) = rewriter.write(chunk.get(..n).unwrap_or_default(), &mut out) {
            return Ok(Err(withheld));
        }
        output.write_all(&out).context("the output cannot be written")?;
        out.clear();
    }
    match rewriter.finish(&mut out) {
        Ok(done) => {
            output.write_all(&out).and_then(|()| output.flush()).context("the output cannot be written")?;
            Ok(Ok(done.report))
        }
        Err(withheld) => Ok(Err(withheld)),
    }
}

/// Keys that are the same at every run, and of no grant that exists.
fn fixed_keys(trust: &TrustId) -> anyhow::Result<GrantKeys> {
    let grant = GrantId::new("redact")?;
    Ok(GrantKeys::new(&Key::from_bytes(*b"fanlight redact: repeatable key."), trust, &grant))
}

/// The media type that a file's name speaks of.
pub(super) fn guess(file: Option<&std::path::Path>) -> &'static str {
    match file.and_then(|f| f.extension()).and_then(|e| e.to_str()).unwrap_or_default() {
        "json" => "application/json",
        "ndjson" => "application/x-ndjson",
        "xml" | "cda" | "ccda" => "application/xml",
        "xhtml" => "application/xhtml+xml",
        "txt" | "text" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "js" | "mjs" => "text/javascript",
        "css" => "text/css",
        "hl7" => "x-application/hl7-v2+er7",
        _ => "text/html",
    }
}

fn write_report(file: &std::path::Path, report: &Report) -> anyhow::Result<()> {
    let masked: serde_json::Map<String, serde_json::Value> =
        report.masked.iter().map(|(kind, n)| (kind.to_string(), (*n).into())).collect();
    let json = serde_json::json!({
        "masked": masked,
        "by_finder": report.by_finder,
        "controls": report.controls,
        "records": report.records.len(),
        "redone": report.redone,
        "findings": report.explained,
    });
    let text = serde_json::to_string_pretty(&json)?;
    std::fs::write(file, text + "\n").with_context(|| format!("{} cannot be written", file.display()))
}
