//! The file's sections, in their order: proxy, console, identity, store, limits, trail, bounds, timeouts, centres, trusts, grants.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::key::{self, KeySource};
use super::{Bounds, Config, Listener, Timeouts, Tls, bounds, folder_of, identity, people, trusts};
use crate::audit::TrailBounds;
use crate::base::secret::Key;
use crate::limits;
use crate::rules::read::{At, Problems, Source, Table, document};

/// Reads everything; `None` or problems: not a configuration.
pub(super) fn read(source: &Source, path: &Path, problems: &mut Problems) -> Option<Config> {
    let mut config = None;
    document(source, problems, |top, problems| config = all(top, path, problems));
    config
}

fn all(top: &mut Table<'_>, path: &Path, problems: &mut Problems) -> Option<Config> {
    let folder = folder_of(path);
    if !top.has("proxy") {
        problems.push(top.missing("proxy").help("add [proxy] with listen = \"127.0.0.1:8080\""));
    }
    let proxy = top.table("proxy", problems, |t, p| listener(t, folder, p)).flatten();
    let console = top.table("console", problems, |t, p| listener(t, folder, p));
    let identity = identity::read(top, problems);
    let (store, key) = store(top, folder, problems);
    let limiter = top.table("limits", problems, limiter).unwrap_or_default();
    let trail = top.table("trail", problems, trail).unwrap_or_default();
    let bounds: Bounds = top.table("bounds", problems, bounds::bounds).unwrap_or_default();
    let timeouts: Timeouts = top.table("timeouts", problems, bounds::timeouts).unwrap_or_default();
    let mut rates = limits::Rates::default();
    let trusts = trusts::read(top, folder, &bounds, &mut rates, problems);
    let trust_ids: Vec<String> = trusts.ids.clone();
    let centres = people::centres(top, &trust_ids, &mut rates, problems);
    let grants = people::grants(top, &trust_ids, problems);
    if let (Some(proxy), Some(Some(console))) = (&proxy, &console)
        && proxy.listen == console.listen
        && proxy.listen.port() != 0
    {
        let error = top.error(top.span(), format!("proxy and console both listen on {}", proxy.listen));
        problems.push(error.help("give the console a port of its own, such as 8081"));
    }
    let (key, key_source) = key?;
    Some(Config {
        file: path.to_owned(),
        proxy: proxy?,
        console: console.flatten(),
        identity: identity?,
        store: store?,
        key,
        key_source,
        centres,
        trusts: trusts.read,
        grants,
        rates,
        limiter,
        trail,
        bounds,
        timeouts,
    })
}

fn listener(table: &mut Table<'_>, folder: &Path, problems: &mut Problems) -> Option<Listener> {
    let listen = table.need_text("listen", problems);
    let tls = table.table("tls", problems, |t, p| tls(t, folder, p));
    let listen = listen?;
    let Ok(address) = listen.value.parse::<SocketAddr>() else {
        let error = table.error(listen.span, format!("{:?} is not an address and port", listen.value));
        problems.push(error.help("write \"127.0.0.1:8080\", or \"[::1]:8080\" for IPv6"));
        return None;
    };
    if !address.ip().is_loopback() && tls.is_none() {
        let error = table.error(listen.span, format!("{address} can be reached from other machines, without TLS"));
        let help = "add `tls = { certificate = \"…\", key = \"…\" }`, or listen on 127.0.0.1";
        problems.push(error.help(help));
        return None;
    }
    match tls {
        Some(tls) => Some(Listener { listen: address, tls: Some(tls?) }),
        None => Some(Listener { listen: address, tls: None }),
    }
}

fn tls(table: &mut Table<'_>, folder: &Path, problems: &mut Problems) -> Option<Tls> {
    let certificate = table.need_text("certificate", problems);
    let key = table.need_text("key", problems);
    let client_ca = table.text("client_ca", problems);
    let client_ca = client_ca.map(|at| file(table, folder, &at, problems));
    let certificate = certificate.and_then(|at| file(table, folder, &at, problems));
    let key = key.and_then(|at| file(table, folder, &at, problems));
    let client_ca = match client_ca {
        Some(given) => Some(given?),
        None => None,
    };
    Some(Tls { certificate: certificate?, key: key?, client_ca })
}

/// A file that must be there.
pub(super) fn file(table: &Table<'_>, folder: &Path, at: &At<String>, problems: &mut Problems) -> Option<PathBuf> {
    let path = folder.join(&at.value);
    if path.is_file() {
        return Some(path);
    }
    let error = table.error(at.span.clone(), format!("there is no file {}", path.display()));
    problems.push(error.help("paths are relative to the folder of the configuration file"));
    None
}

type KeyFound = Option<(Key, KeySource)>;

fn store(top: &mut Table<'_>, folder: &Path, problems: &mut Problems) -> (Option<String>, KeyFound) {
    let there = top.has("store");
    if !there {
        problems.push(top.missing("store").help("add [store] with url = \"sqlite:fanlight.db\""));
    }
    let read = top.table("store", problems, |table, problems| {
        let url = table.need_text("url", problems).and_then(|url| store_url(table, &url, problems));
        let given = table.text("key", problems);
        let file = table.text("key_file", problems);
        let database = url.as_deref().and_then(|u| u.strip_prefix("sqlite:")).map(|p| folder.join(p));
        let key = match (given, file) {
            (Some(given), Some(_)) => {
                let error = table.error(given.span, "the master key is given twice: `key` and `key_file`");
                problems.push(error.without_text().help("keep one of them; a file of its own is the better place"));
                None
            }
            (Some(given), None) => given_key(table, &given, problems),
            (None, Some(file)) => key_file(table, folder.join(&file.value), file.span, problems),
            (None, None) => match database {
                Some(database) => {
                    let mut name = database.into_os_string();
                    name.push(".key");
                    key_file(table, PathBuf::from(name), table.span(), problems)
                }
                None => fresh(table, KeySource::Fresh, problems),
            },
        };
        (url, key)
    });
    read.unwrap_or((None, None))
}

fn store_url(table: &Table<'_>, url: &At<String>, problems: &mut Problems) -> Option<String> {
    let message = match url.value.split_once(':') {
        Some(("memory", "")) => return Some(url.value.clone()),
        Some(("sqlite", file)) if !file.is_empty() => return Some(url.value.clone()),
        Some(("sqlite", _)) => "the SQLite store names no file".to_owned(),
        Some((scheme @ ("postgres" | "postgresql"), _)) => {
            format!("the store {scheme:?} is not built into this version")
        }
        _ => "this is not a store".to_owned(),
    };
    // A database URL may hold a password.
    let error = table.error(url.span.clone(), message).without_text();
    problems.push(error.help("write url = \"sqlite:fanlight.db\", or \"memory:\" to keep nothing"));
    None
}

fn given_key(table: &Table<'_>, given: &At<String>, problems: &mut Problems) -> KeyFound {
    match key::parse(&given.value) {
        Some(key) => Some((key, KeySource::Given)),
        None => {
            let error = table.error(given.span.clone(), "`key` is not 64 hexadecimal digits").without_text();
            problems.push(error.help("make one with `openssl rand -hex 32`, or leave it out: one is made and kept"));
            None
        }
    }
}

fn key_file(table: &Table<'_>, path: PathBuf, span: std::ops::Range<usize>, problems: &mut Problems) -> KeyFound {
    match key::read(&path) {
        Ok(Some(key)) => Some((key, KeySource::File(path))),
        Ok(None) => fresh(table, KeySource::File(path), problems),
        Err(reason) => {
            let error = table.error(span, format!("{}: {reason}", path.display()));
            problems.push(error.help("it holds 64 hexadecimal digits and is for its owner alone (chmod 600)"));
            None
        }
    }
}

fn fresh(table: &Table<'_>, from: KeySource, problems: &mut Problems) -> KeyFound {
    match Key::random() {
        Ok(key) => Some((key, from)),
        Err(error) => {
            problems.push(table.error(table.span(), format!("no master key can be made: {error}")));
            None
        }
    }
}

fn limiter(table: &mut Table<'_>, problems: &mut Problems) -> limits::Bounds {
    let mut bounds = limits::Bounds::default();
    if let Some(url) = table.text("url", problems)
        && url.value != "memory:"
    {
        let message = match url.value.split_once(':') {
            Some((scheme @ ("redis" | "rediss" | "valkey"), _)) => {
                format!("counting limits in {scheme:?} is not built into this version")
            }
            _ => "this is not a place to count limits".into(),
        };
        let error = table.error(url.span, message).without_text();
        problems.push(error.help("write url = \"memory:\""));
    }
    if let Some(n) = table.whole("accounts", 16..=1_000_000, problems) {
        bounds.accounts = usize::try_from(n.value).unwrap_or(usize::MAX);
    }
    if let Some(n) = table.whole("open_records", 1..=100_000, problems) {
        bounds.open_records = usize::try_from(n.value).unwrap_or(usize::MAX);
    }
    if let Some(n) = table.whole("open_seconds", 1..=86_400, problems) {
        bounds.open_seconds = u32::try_from(n.value).unwrap_or(u32::MAX);
    }
    bounds
}

fn trail(table: &mut Table<'_>, problems: &mut Problems) -> TrailBounds {
    let mut bounds = TrailBounds::default();
    if let Some(n) = table.whole("open", 1..=1_000_000, problems) {
        bounds.open = usize::try_from(n.value).unwrap_or(usize::MAX);
    }
    if let Some(n) = table.whole("batch", 1..=10_000, problems) {
        bounds.batch = usize::try_from(n.value).unwrap_or(usize::MAX);
    }
    if let Some(n) = table.whole("wait_ms", 10..=60_000, problems) {
        bounds.wait_ms = n.value;
    }
    bounds
}
