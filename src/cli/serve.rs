//! `fanlight serve`: the proxy, from a configuration file.
//!
//! SIGHUP, or a change to the configuration or a rule file, reads everything again: all of it comes into force, or, on
//! any error, none. SIGTERM and Ctrl-C let running requests end.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use notify::{RecursiveMode, Watcher};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::audit::{Event, RulesVersion};
use crate::proxy::hooks::Hooks;
use crate::proxy::{self, House};
use crate::{config, console};

/// Editors write a file in several steps; changes are waited for until it is quiet for this long.
const QUIET: Duration = Duration::from_millis(200);

/// Arguments of `fanlight serve`.
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
    let filter = tracing_subscriber::EnvFilter::try_from_env("FANLIGHT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("fanlight=info,warn"));
    // Somebody else's subscriber stands: then theirs is used.
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
    let read = SystemTime::now();
    let settings = match config::load(&args.config.config) {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in &problems {
                eprintln!("{}", problem.render());
            }
            anyhow::bail!("{} cannot be used; nothing was started", args.config.config.display());
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("could not start")?;
    runtime.block_on(serve(settings, read))?;
    runtime.shutdown_timeout(Duration::from_secs(1));
    Ok(ExitCode::SUCCESS)
}

/// `read`: when reading the configuration began.
async fn serve(settings: config::Config, read: SystemTime) -> anyhow::Result<()> {
    let listener = bind(settings.proxy.listen, "[proxy] listen").await?;
    let desk = match &settings.console {
        Some(console) => Some(bind(console.listen, "[console] listen").await?),
        None => None,
    };
    let house = House::open(settings, Hooks::default())?;
    tracing::info!(address = %listener.local_addr()?, rules = house.version(), "the proxy listens");

    let stop = CancellationToken::new();
    let proxy = tokio::spawn(proxy::serve(house.clone(), listener, stop.clone().cancelled_owned()));
    let console = desk.map(|desk| {
        tracing::info!(address = ?desk.local_addr().ok(), "the console listens");
        tokio::spawn(console::serve(house.clone(), desk, stop.clone().cancelled_owned()))
    });
    let reloads = tokio::spawn(reloads(house, read, stop.clone()));

    let mut proxy = proxy;
    tokio::select! {
        () = stopped() => stop.cancel(),
        ended = &mut proxy => {
            stop.cancel();
            return ended.context("the proxy failed")?.map_err(Into::into);
        }
    }
    proxy.await.context("the proxy failed")??;
    if let Some(console) = console {
        console.await.context("the console failed")??;
    }
    reloads.await.context("watching for changes failed")
}

async fn bind(address: std::net::SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{key}: {address} cannot be listened on"))
}

/// SIGTERM or Ctrl-C. Where neither can be waited for, the process ends as the system ends it.
async fn stopped() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        interrupt = tokio::signal::ctrl_c() => if interrupt.is_err() { std::future::pending::<()>().await },
    }
}

/// Reloads on SIGHUP and on changes of the files, until the house stops.
async fn reloads(house: Arc<House>, mut read: SystemTime, stop: CancellationToken) {
    let (tell, mut changed) = mpsc::channel::<()>(1);
    let told = tell.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|e| !e.kind.is_access() && e.paths.iter().any(|p| matters(p))) {
            // A full queue means that a reload is due anyway.
            if told.try_send(()).is_err() {
                tracing::trace!("a reload is due already");
            }
        }
    })
    .inspect_err(|error| tracing::warn!(%error, "files cannot be watched; SIGHUP still reloads"))
    .ok();
    let mut watched = BTreeSet::new();
    let mut hangup = signal(SignalKind::hangup()).ok();
    loop {
        if let Some(watcher) = &mut watcher {
            let new = watch(watcher, &mut watched, folders(&house));
            // What was written after it was read and before its folder was watched, nobody tells of.
            if new.iter().any(|folder| has_changed_since(folder, read)) && tell.try_send(()).is_err() {
                tracing::trace!("a reload is due already");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = changed.recv() => {}
            () = async { match &mut hangup { Some(h) => { h.recv().await; } None => std::future::pending().await } } => {}
        }
        // Until it is quiet.
        while let Ok(Some(())) = tokio::time::timeout(QUIET, changed.recv()).await {}
        read = SystemTime::now();
        reload(&house).await;
    }
}

/// Whether a file is one that was read: rules, lists of names, or the link that a mounted configuration swaps. The store
/// writes into the same folder all the time.
fn matters(path: &std::path::Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    name.starts_with("..") || path.extension().is_some_and(|e| e == "toml" || e == "txt")
}

/// One reload, logged and written to the trail.
async fn reload(house: &Arc<House>) {
    let before = versions(house);
    let again = house.clone();
    let done = tokio::task::spawn_blocking(move || again.reload()).await;
    let mut events = Vec::new();
    match done {
        Ok(Ok(version)) => {
            for (trust, version_now) in versions(house) {
                if before.iter().any(|known| *known == (trust.clone(), version_now.clone())) {
                    continue;
                }
                if let Ok(version) = RulesVersion::new(&version_now) {
                    events.push(Event::RulesChanged { trust, version, by: None });
                }
            }
            tracing::info!(rules = version, changed = events.len(), "read again");
        }
        Ok(Err(problems)) => {
            for problem in &problems {
                tracing::error!("{}", problem.render());
            }
            tracing::error!(errors = problems.len(), "nothing changed: the rules in force stay");
            events.push(Event::RulesRefused { trust: None, by: None });
        }
        Err(_) => tracing::error!("reading again failed; the rules in force stay"),
    }
    for event in events {
        if let Err(error) = house.trail().note(event).await {
            tracing::error!(%error, "a change of rules could not be written to the trail");
        }
    }
}

fn versions(house: &House) -> Vec<(crate::base::id::TrustId, String)> {
    house.trusts().iter().map(|t| (t.id().clone(), t.compiled().version.clone())).collect()
}

/// The folders of every file that was read: editors replace files, so the folder is watched, not the file.
fn folders(house: &House) -> BTreeSet<PathBuf> {
    let config = house.config();
    let mut files: Vec<PathBuf> = vec![config.file.clone()];
    for trust in house.trusts() {
        for entry in &trust.settings().rules {
            files.extend(config::packs::find(config.folder(), entry).map(|found| found.join("x")));
        }
        for file in &trust.compiled().files {
            files.push(PathBuf::from(&file.path));
        }
    }
    let folder =
        |file: &PathBuf| file.parent().map(|f| if f.as_os_str().is_empty() { PathBuf::from(".") } else { f.into() });
    files.iter().filter_map(folder).filter(|f: &PathBuf| f.is_dir()).collect()
}

/// Whether a file that matters was written since, by the clock of the file system, which may be a little behind.
fn has_changed_since(folder: &std::path::Path, read: SystemTime) -> bool {
    const BEHIND: Duration = Duration::from_millis(50);
    let since = read.checked_sub(BEHIND).unwrap_or(read);
    let written = |path: &std::path::Path| path.metadata().and_then(|m| m.modified()).is_ok_and(|at| at >= since);
    std::fs::read_dir(folder)
        .is_ok_and(|mut entries| entries.any(|entry| entry.is_ok_and(|e| matters(&e.path()) && written(&e.path()))))
}

/// Watches the folders that are not watched yet, and says which they are.
fn watch(
    watcher: &mut notify::RecommendedWatcher,
    watched: &mut BTreeSet<PathBuf>,
    wanted: BTreeSet<PathBuf>,
) -> Vec<PathBuf> {
    let new: Vec<PathBuf> = wanted.difference(watched).cloned().collect();
    for folder in &new {
        if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
            tracing::warn!(folder = %folder.display(), %error, "a folder cannot be watched; SIGHUP still reloads");
        }
    }
    *watched = wanted;
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_before_a_folder_was_watched_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("locker.toml");
        std::fs::write(&file, "").unwrap();
        std::fs::write(folder.path().join("trail.sqlite"), "").unwrap();
        let written = file.metadata().unwrap().modified().unwrap();
        assert!(has_changed_since(folder.path(), written));
        assert!(has_changed_since(folder.path(), written - Duration::from_secs(5)));
        assert!(!has_changed_since(folder.path(), written + Duration::from_secs(5)));
        std::fs::remove_file(&file).unwrap();
        assert!(!has_changed_since(folder.path(), written), "a store is no rule");
    }
}
