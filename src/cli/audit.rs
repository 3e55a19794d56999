//! `fanlight audit`: verifies, searches, reports and exports the trail, and traces a photographed page.
//!
//! Who reads the trail stands in the trail: `search`, `report`, `export` and `trace` add a row. On a copy that cannot be written,
//! they say so and go on.

mod args;
mod report;
mod trace;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::trail;
use super::{ConfigArg, check};
use crate::audit::{Code, Findings, Row, Summary, Verifier};
use crate::config::Config;
use crate::store::{Filter, Store, TrailReader};
pub use args::{Args, Command, Export, Report, Search, Trace, Verify, Which};

/// Runs the command.
///
/// # Errors
/// What went wrong, for people.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::Verify(args) => verify(&args),
        Command::Search(args) => search(&args),
        Command::Report(args) => report(&args),
        Command::Export(args) => export(&args),
        Command::Trace(args) => trace::run(&args),
    }
}

/// The configuration and the trail, read only.
fn open(config: &ConfigArg) -> anyhow::Result<Option<(Config, TrailReader)>> {
    let Some(config) = check::read(&config.config) else { return Ok(None) };
    let reader = Store::reader(&config.store, config.folder())
        .context("there is no trail to read; `fanlight serve` begins one")?;
    Ok(Some((config, reader)))
}

fn verify(args: &Verify) -> anyhow::Result<ExitCode> {
    let Some((_, reader)) = open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let verifier = args.expect.map_or_else(Verifier::new, |(seq, hash)| Verifier::new().expect(seq, hash));
    let findings = reader.verify(verifier)?;
    let mut out = trail::stdout();
    for line in verdict(&findings) {
        writeln!(out, "{line}")?;
    }
    Ok(if findings.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What was found, in a few lines.
fn verdict(findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    match findings.problems.first() {
        None => {
            lines.push(format!("sound: every one of {} rows is as it was written", findings.rows));
            if findings.rows > 0 {
                lines.push(format!(
                    "note this row elsewhere, for --expect: {}:{}",
                    findings.head.seq, findings.head.hash
                ));
            }
        }
        Some(first) => {
            lines.push(format!("NOT SOUND: the first bad row is {}: {}", first.seq, first.wrong));
            let others = findings.problems.iter().skip(1).take(20);
            lines.extend(others.map(|problem| format!("  row {}: {}", problem.seq, problem.wrong)));
            if findings.problems.len() > 21 {
                lines.push("  … and more".to_owned());
            }
        }
    }
    if findings.unfinished_count > 0 {
        let rows: Vec<String> = findings.unfinished.iter().take(10).map(u64::to_string).collect();
        let more = if findings.unfinished_count > rows.len() as u64 { ", …" } else { "" };
        let since = findings.unfinished_count - findings.killed.min(findings.unfinished_count);
        lines.push(format!("opened and not closed (row {}{more}):", rows.join(", ")));
        lines.push(format!("  before the last start: {}; Fanlight was killed while they ran", findings.killed));
        lines.push(format!("  since then: {since}; they run now, or Fanlight was killed and not started again"));
    }
    lines
}

fn search(args: &Search) -> anyhow::Result<ExitCode> {
    let Some((_, reader)) = open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let filter = args.which.filter()?;
    args.which.note(&args.config, Code::new("search"))?;
    let mut out = trail::stdout();
    if args.json {
        each(&reader, &filter, Some(args.limit), |row| Ok(writeln!(out, "{}", serde_json::to_string(&row)?)?))?;
        return Ok(ExitCode::SUCCESS);
    }
    let head = ["row", "time (UTC)", "what", "engineer", "trust", "ticket", "route", "result", "request"];
    let mut lines = vec![head.map(str::to_owned)];
    each(&reader, &filter, Some(args.limit), |row| {
        lines.push(line(&row));
        Ok(())
    })?;
    trail::table(&mut out, &lines)?;
    out.flush()?;
    if lines.len() == 1 {
        eprintln!("no such rows");
    } else if lines.len() as u64 > args.limit {
        eprintln!("the newest {}; --limit shows more", args.limit);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(row: &Row) -> [String; 9] {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let verdict = [row.decision.as_deref(), row.code.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let mut result = vec![verdict];
    result.extend(row.status.map(|s| s.to_string()));
    result.extend(row.masked.as_ref().map(|m| format!("masked {m}")));
    result.extend(row.withheld.as_ref().map(|w| format!("withheld: {w}")));
    result.extend(row.upstream.as_ref().map(|u| format!("upstream {u}")));
    result.extend(row.cancelled.then(|| "cancelled".to_owned()));
    result.retain(|part| !part.is_empty());
    [
        row.seq.to_string(),
        row.at.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        row.act.as_str().to_owned(),
        row.engineer.clone().or_else(|| row.by.clone()).unwrap_or_default(),
        text(&row.trust),
        text(&row.ticket),
        text(&row.route),
        result.join(", "),
        text(&row.request),
    ]
}

/// Every row that matches; an error of `take` ends it.
fn each(
    reader: &TrailReader,
    filter: &Filter,
    limit: Option<u64>,
    mut take: impl FnMut(Row) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut failed = None;
    reader.search(filter, limit, |row| match take(row) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            failed = Some(error);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(()), Err)
}

fn report(args: &Report) -> anyhow::Result<ExitCode> {
    let Some((config, reader)) = open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let filter = args.which.filter()?;
    args.which.note(&args.config, Code::new("report"))?;
    let findings = reader.verify(Verifier::new())?;
    let mut summary = Summary::default();
    each(&reader, &filter, None, |row| {
        summary.add(&row);
        Ok(())
    })?;
    let page = report::page(&config, &filter, &findings, &summary);
    write(args.out.as_deref(), |out| Ok(out.write_all(page.as_bytes())?))?;
    Ok(if findings.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn export(args: &Export) -> anyhow::Result<ExitCode> {
    let Some((_, reader)) = open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let filter = args.which.filter()?;
    args.which.note(&args.config, Code::new("export"))?;
    write(args.out.as_deref(), |out| {
        each(&reader, &filter, None, |row| Ok(writeln!(out, "{}", serde_json::to_string(&row)?)?))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// To a file that is whole or not there, or to standard output.
fn write(
    file: Option<&std::path::Path>,
    fill: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(file) = file else {
        let mut out = trail::stdout();
        fill(&mut out)?;
        return Ok(out.flush()?);
    };
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let cannot = || format!("{} cannot be written", file.display());
    let mut out = std::io::BufWriter::new(std::fs::File::create(&part).with_context(cannot)?);
    let done = fill(&mut out).and_then(|()| Ok(out.flush()?)).and_then(|()| Ok(std::fs::rename(&part, file)?));
    if done.is_err() {
        std::fs::remove_file(&part).ok();
    }
    done.with_context(cannot)
}

#[cfg(test)]
mod tests {
    use super::args::{noted, record};
    use super::*;
    use crate::audit::{Hash, Link, Problem, Wrong};

    #[test]
    fn a_note_is_read_back_as_it_was_printed() {
        let findings = Findings {
            rows: 12,
            head: Link { seq: 12, hash: Hash::from_bytes([0xab; 32]), at: jiff::Timestamp::UNIX_EPOCH },
            problems: Vec::new(),
            unfinished: vec![3, 11],
            unfinished_count: 2,
            killed: 1,
        };
        let lines = verdict(&findings);
        assert_eq!(lines[0], "sound: every one of 12 rows is as it was written");
        let (_, note) = lines[1].split_once("--expect: ").unwrap();
        assert_eq!(noted(note), Ok((12, Hash::from_bytes([0xab; 32]))));
        assert_eq!(lines[2], "opened and not closed (row 3, 11):");
        assert!(lines[3].contains("before the last start: 1;") && lines[4].contains("since then: 1;"), "{lines:?}");
        let bad = Findings { problems: vec![Problem { seq: 5, wrong: Wrong::Altered }], ..findings };
        assert!(verdict(&bad)[0].starts_with("NOT SOUND: the first bad row is 5: it was altered"));
        assert!(noted("12").is_err() && noted("12:ab").is_err() && record("zz").is_err());
    }

    /// A configuration in a folder of its own, and the words of a command line after it.
    fn fanlight(dir: &std::path::Path, words: &[&str]) -> ExitCode {
        #[derive(Debug, clap::Parser)]
        struct Line {
            #[command(subcommand)]
            command: Command,
        }
        let config = dir.join("fanlight.toml");
        let line = [&["audit", words[0], "--config", config.to_str().unwrap()], &words[1..]].concat();
        run(Args { command: <Line as clap::Parser>::parse_from(line).command }).unwrap()
    }

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let root = env!("CARGO_MANIFEST_DIR");
        let text = std::fs::read_to_string(format!("{root}/fixtures/score.toml")).unwrap();
        let text = text.replace("memory:", "sqlite:fanlight.db").replace("rules/base", &format!("{root}/rules/base"));
        std::fs::write(dir.path().join("fanlight.toml"), text).unwrap();
        dir
    }

    #[test]
    fn readers_stand_in_the_trail_that_they_read() {
        let dir = folder();
        Store::open("sqlite:fanlight.db", dir.path()).unwrap();
        let (rows, page) = (dir.path().join("rows.ndjson"), dir.path().join("report.html"));
        let by = ["--by", "auditor@commissioner.example"];
        for n in 1..=3 {
            let words = [&["export", "--out", rows.to_str().unwrap()][..], &by].concat();
            assert_eq!(fanlight(dir.path(), &words), ExitCode::SUCCESS);
            let rows = std::fs::read_to_string(&rows).unwrap();
            assert_eq!(rows.lines().count(), n);
            let last: serde_json::Value = serde_json::from_str(rows.lines().last().unwrap()).unwrap();
            assert_eq!((&last["decision"], &last["by"]), (&"trail-read".into(), &by[1].into()));
        }
        let words = [&["report", "--out", page.to_str().unwrap()][..], &by].concat();
        assert_eq!(fanlight(dir.path(), &words), ExitCode::SUCCESS);
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains("The trail is sound.") && page.contains("trail-read"), "{page}");
        assert_eq!(fanlight(dir.path(), &["verify"]), ExitCode::SUCCESS);
        // A row that was taken out: the report says so, and so does its exit code.
        let file = rusqlite::Connection::open(dir.path().join("fanlight.db")).unwrap();
        file.execute_batch("DROP TRIGGER trail_is_not_deleted; DELETE FROM trail WHERE seq = 2").unwrap();
        assert_eq!(fanlight(dir.path(), &["verify"]), ExitCode::FAILURE);
    }
}
