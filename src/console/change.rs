//! Changing a rule file: compile everything that uses it, try the rules' examples, tell the trail, write, reload. Or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::desk::Desk;
use super::shelf::{self, Opened, ShelfError};
use crate::audit::{Event, RulesVersion, TrailDown};
use crate::base::id::{EngineerId, TrustId};
use crate::redact::plan::Bounds;
use crate::rules::{self, Compiled, Diagnostic, RuleFile, selftest};

/// What is to be changed.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// Who.
    pub(super) who: &'a EngineerId,
    /// The file.
    pub(super) name: &'a str,
    /// The version that the change began from.
    pub(super) base: &'a str,
    /// The new text.
    pub(super) text: &'a str,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unchanged {
    /// The file cannot be read or written.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// Somebody else changed it in the meantime.
    #[error("the file was changed since this page was opened")]
    Stale,
    /// The new text is what stands there.
    #[error("nothing is different")]
    Same,
    /// A trust's rules do not compile with it.
    #[error("the rules do not compile")]
    Wrong(Vec<Diagnostic>),
    /// The trail cannot be written: no trail, no change.
    #[error("the trail cannot be written, so nothing was changed: {0}")]
    Trail(#[from] TrailDown),
    /// The version before it cannot be kept.
    #[error("the version before it cannot be kept, so nothing was changed: {0}")]
    History(#[from] rusqlite::Error),
}

/// The rules of every trust that uses the file, as they would be with this text.
///
/// # Errors
/// Every error, each once though several trusts have it.
pub(super) fn try_out(desk: &Desk, name: &str, text: &str) -> Result<Vec<(TrustId, Compiled)>, Vec<Diagnostic>> {
    let bounds = desk.house.config().bounds.engine;
    let shelf = desk.shelf();
    let (mut good, mut bad): (Vec<_>, Vec<Diagnostic>) = (Vec::new(), Vec::new());
    for (trust, files) in shelf.users(name) {
        match compile_with(files, name, text, &bounds) {
            Ok(compiled) => good.push((trust.clone(), compiled)),
            Err(found) => {
                for one in found {
                    if !bad.contains(&one) {
                        bad.push(one);
                    }
                }
            }
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// As [`try_out`], and every rule's examples too: what a rule promises in its own file must hold before it is in force.
/// Examples that do not hold today do not stand in the way of a change that is not to blame.
///
/// # Errors
/// Every error, or every example that would no longer hold, at its line.
pub(super) async fn check(
    desk: &Arc<Desk>,
    name: &str,
    text: &str,
) -> Result<Vec<(TrustId, Compiled)>, Vec<Diagnostic>> {
    let (desk, name, text) = (desk.clone(), name.to_owned(), text.to_owned());
    // Compiling ten trusts and running their examples keeps a core busy for a while.
    let checked = tokio::task::spawn_blocking(move || {
        let drafts = try_out(&desk, &name, &text)?;
        let broken = examples(&desk, &drafts);
        if broken.is_empty() { Ok(drafts) } else { Err(broken) }
    });
    checked.await.unwrap_or_else(|e| Err(vec![Diagnostic::of_file("rules", format!("the check ended early: {e}"))]))
}

fn examples(desk: &Desk, drafts: &[(TrustId, Compiled)]) -> Vec<Diagnostic> {
    let (mut tried, mut before, mut broken) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    for (trust, draft) in drafts {
        let failing: Vec<_> =
            selftest::run_unless(draft, None, &mut tried).into_iter().filter(|t| !t.passed()).collect();
        if failing.is_empty() {
            continue;
        }
        let today = desk.house.trust(trust).map(|t| selftest::run_unless(&t.compiled(), None, &mut before));
        let today: Vec<_> = today.unwrap_or_default().into_iter().filter(|t| !t.passed()).collect();
        for one in failing {
            if today.iter().any(|t| t.rule == one.rule && t.problem == one.problem) {
                continue;
            }
            let source = draft.files.iter().find(|f| f.path == one.file).map(|f| f.text.clone());
            let span = source.as_deref().map_or(0..0, |text| line_span(text, one.line));
            let message = format!("rule {}: {}", one.rule, one.problem.unwrap_or_default());
            broken.push(
                Diagnostic::new(one.file, source, span, message)
                    .help("change the rule, or the example if it is the one that is wrong"),
            );
        }
    }
    broken
}

/// The bytes of a line, from 1, without its end.
fn line_span(text: &str, line: usize) -> std::ops::Range<usize> {
    let mut at = 0;
    for (i, part) in text.split_inclusive('\n').enumerate() {
        if i + 1 == line {
            return at..at + part.trim_end().len();
        }
        at += part.len();
    }
    0..0
}

fn compile_with(files: &[RuleFile], name: &str, text: &str, bounds: &Bounds) -> Result<Compiled, Vec<Diagnostic>> {
    let mut files = files.to_vec();
    for file in files.iter_mut().filter(|f| f.path == name) {
        file.text = text.into();
    }
    rules::compile(&files, bounds)
}

/// Makes the change. What is in the trail before the file is written: who, which file, which version.
///
/// # Errors
/// [`Unchanged`]: then the file, the rules in force and what engineers see are as before.
pub(super) async fn make(desk: &Arc<Desk>, change: &Change<'_>) -> Result<Opened, Unchanged> {
    let _one = desk.changing.lock().await;
    let shelf = desk.shelf();
    let before = shelf.open(change.name)?;
    if before.version != change.base {
        return Err(Unchanged::Stale);
    }
    let text = like(&before.text, change.text);
    if text == before.text {
        return Err(Unchanged::Same);
    }
    if text.len() > shelf::Shelf::MAX_BYTES {
        return Err(ShelfError::TooLarge.into());
    }
    let users = match check(desk, change.name, &text).await {
        Ok(users) => users,
        Err(found) => {
            desk.trail().note(Event::RulesRefused { trust: None, by: Some(change.who.clone()) }).await?;
            return Err(Unchanged::Wrong(found));
        }
    };
    let now: Timestamp = desk.house.clock().now();
    keep_original(desk, change, &before, now)?;
    let version = shelf::version(&text);
    if let Ok(version) = RulesVersion::new(&version) {
        let (file, by) = (change.name.to_owned(), change.who.clone());
        desk.trail().note(Event::RuleFileSaved { file, version, by }).await?;
    }
    for (trust, compiled) in &users {
        if let Ok(version) = RulesVersion::new(&compiled.version) {
            let by = Some(change.who.clone());
            desk.trail().note(Event::RulesChanged { trust: trust.clone(), version, by }).await?;
        }
    }
    shelf.write(change.name, &text)?;
    if let Err(found) = reload(desk).await {
        // Something else on disk is broken: what was good must stay in force, also after the next start.
        shelf.write(change.name, &before.text)?;
        desk.trail().note(Event::RulesRefused { trust: None, by: Some(change.who.clone()) }).await?;
        return Err(Unchanged::Wrong(found));
    }
    desk.history.keep(change.name, &text, change.who, now)?;
    Ok(Opened { at: before.at, text, version })
}

async fn reload(desk: &Desk) -> Result<String, Vec<Diagnostic>> {
    let house = desk.house.clone();
    let failed = |e: tokio::task::JoinError| vec![Diagnostic::of_file("rules", format!("the reload ended early: {e}"))];
    tokio::task::spawn_blocking(move || house.reload()).await.unwrap_or_else(|e| Err(failed(e)))
}

/// The first time that a file is changed here, what stood there before is kept as well.
fn keep_original(desk: &Desk, change: &Change<'_>, before: &Opened, now: Timestamp) -> Result<(), Unchanged> {
    let newest = desk.history.of(change.name, 1)?;
    if newest.first().is_none_or(|v| v.text != before.text) {
        let disk = EngineerId::new("on disk").unwrap_or_else(|_| change.who.clone());
        desk.history.keep(change.name, &before.text, &disk, now)?;
    }
    Ok(())
}

/// Browsers send line ends as CR LF; the file keeps its own, and ends in one.
fn like(before: &str, text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if before.contains("\r\n") { text.replace('\n', "\r\n") } else { text }
}
