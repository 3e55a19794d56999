//! `[[trust]]`: each trust's hosts, the system behind it, and its rules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{Bounds, Modals, Trust, UpstreamTls, packs, people, sections};
use crate::base::id::TrustId;
use crate::limits::{Limits, Rates};
use crate::rules::read::{At, Problems, Table};
use crate::rules::suggest;

/// The trusts that could be read, and the ids of all.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) read: Vec<Trust>,
    pub(super) ids: Vec<String>,
}

/// Reads `[[trust]]`, with the rules of each.
pub(super) fn read(
    top: &mut Table<'_>,
    folder: &Path,
    bounds: &Bounds,
    rates: &mut Rates,
    problems: &mut Problems,
) -> Read {
    if !top.has("trust") {
        problems.push(top.missing("trust").help("add [[trust]] with id, name, host, upstream and rules"));
    }
    let mut all = Read::default();
    let mut hosts = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let read = top.tables("trust", problems, |table, problems| {
        let id = table.need_text("id", problems);
        if let Some(id) = &id {
            all.ids.push(id.value.clone());
            if !ids.insert(id.value.clone()) {
                let error = table.error(id.span.clone(), format!("there are two trusts {:?}", id.value));
                problems.push(error.help("give each an id of its own"));
            }
        }
        let id = id.and_then(|at| people::checked(table, &at, TrustId::new, problems));
        let name = table.need_text("name", problems);
        let hosts = hosts_of(table, &mut hosts, problems);
        let upstream = table.need_text("upstream", problems).and_then(|at| upstream(table, &at, problems));
        let ca = table.text("upstream_ca", problems);
        let upstream_ca = ca.map(|at| {
            if upstream.as_ref().is_some_and(|u| u.scheme_str() == Some("http")) {
                let error = table.error(at.span.clone(), "`upstream_ca` belongs to an https upstream");
                problems.push(error.help("write https:// in `upstream`, or remove it"));
            }
            sections::file(table, folder, &at, problems)
        });
        let upstream_host = table.text("upstream_host", problems);
        let upstream_host = upstream_host.filter(|at| is_host(table, at, problems)).map(|at| at.value);
        let upstream_names = names_of(table, problems);
        let modals = modals(table, problems);
        let secure = upstream.as_ref().is_none_or(|u| u.scheme_str() == Some("https"));
        let upstream_tls = tls_of(table, folder, secure, problems);
        let limits = table.table("limits", problems, |t, p| people::limits(t, Limits::default(), p));
        let (rules, compiled) = rules(table, folder, bounds, problems);
        let id = id?;
        rates.trust.extend(limits.clone().map(|l| (id.clone(), l)));
        let upstream_ca = match upstream_ca {
            Some(given) => Some(given?),
            None => None,
        };
        Some(Trust {
            id,
            name: name?.value,
            hosts: (!hosts.is_empty()).then_some(hosts)?,
            upstream: upstream?,
            upstream_ca,
            upstream_tls,
            upstream_host,
            upstream_names,
            modals,
            rules,
            limits,
            compiled: compiled?,
        })
    });
    all.read = read.into_iter().flatten().collect();
    all
}

fn modals(table: &mut Table<'_>, problems: &mut Problems) -> Modals {
    let Some(word) = table.text("modals", problems) else { return Modals::default() };
    let known = Modals::ALL.iter().find(|modals| modals.as_str() == word.value);
    if known.is_none() {
        let names: Vec<&str> = Modals::ALL.iter().map(|modals| modals.as_str()).collect();
        let error = table.error(word.span, format!("unknown modals {:?}", word.value));
        problems.push(error.help(suggest::help(&word.value, &names)));
    }
    known.copied().unwrap_or_default()
}

fn hosts_of(table: &mut Table<'_>, taken: &mut BTreeMap<String, String>, problems: &mut Problems) -> Vec<String> {
    let main = table.need_text("host", problems);
    let more = table.texts("hosts", problems);
    let id = table.text("id", &mut Problems::default()).map(|id| id.value).unwrap_or_default();
    let mut hosts = Vec::new();
    for at in main.into_iter().chain(more) {
        let host = at.value.to_ascii_lowercase();
        if !is_host(table, &at, problems) || hosts.contains(&host) {
            continue;
        }
        if let Some(other) = taken.insert(host.clone(), id.clone()) {
            let error = table.error(at.span, format!("the host {host} is that of trust {other:?} already"));
            problems.push(error.help("each trust is told by its host; give this one another"));
        }
        hosts.push(host);
    }
    hosts
}

fn is_host(table: &Table<'_>, at: &At<String>, problems: &mut Problems) -> bool {
    let text = &at.value;
    let label = |l: &str| {
        !l.is_empty() && l.len() <= 63 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let ip6 = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    let good = ip6
        .map_or_else(|| text.len() <= 253 && text.split('.').all(label), |t| t.parse::<std::net::Ipv6Addr>().is_ok());
    if !good {
        let error = table.error(at.span.clone(), format!("{text:?} is not a host name"));
        problems.push(error.help("write the bare name, without scheme, port or path: \"royal-free.example\""));
    }
    good
}

/// Other names of the upstream. At most so many as are looked for in every page without being felt.
const MOST_NAMES: usize = 32;

fn names_of(table: &mut Table<'_>, problems: &mut Problems) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for at in table.texts("upstream_names", problems) {
        let bare =
            at.value.parse::<http::uri::Authority>().ok().filter(|a| !a.as_str().contains('@') && !a.host().is_empty());
        match bare {
            Some(_) if names.len() < MOST_NAMES => names.push(at.value.to_ascii_lowercase()),
            Some(_) => {
                let error = table.error(at.span.clone(), format!("an upstream has at most {MOST_NAMES} names"));
                problems.push(error.help("leave out names that its pages do not use"));
                break;
            }
            None => {
                let error =
                    table.error(at.span.clone(), "one of `upstream_names` is not a host, with or without a port");
                // A URL may hold a password.
                let error = if at.value.contains('@') { error.without_text() } else { error };
                problems.push(
                    error.help("write \"pas.trust.example\" or \"pas.trust.example:8443\", without scheme or path"),
                );
            }
        }
    }
    names
}

fn tls_of(table: &mut Table<'_>, folder: &Path, secure: bool, problems: &mut Problems) -> UpstreamTls {
    const KEYS: [&str; 3] = ["upstream_certificate", "upstream_key", "upstream_server_name"];
    let [certificate, key, name] = KEYS.map(|word| (word, table.text(word, problems)));
    for (word, at) in [&certificate, &key, &name] {
        if let Some(at) = at.as_ref().filter(|_| !secure) {
            let error = table.error(at.span.clone(), format!("`{word}` belongs to an https upstream"));
            problems.push(error.help("write https:// in `upstream`, or remove it"));
        }
    }
    let server_name = name.1.filter(|at| is_host(table, at, problems)).map(|at| at.value);
    let identity = match (certificate.1, key.1) {
        (Some(certificate), Some(key)) => {
            let files = [&certificate, &key].map(|at| sections::file(table, folder, at, problems));
            let [certificate, key] = files;
            certificate.zip(key)
        }
        (None, None) => None,
        (Some(at), None) | (None, Some(at)) => {
            let error = table.error(at.span.clone(), "a certificate and its key belong together");
            problems.push(error.help("give both `upstream_certificate` and `upstream_key`, PEM files, or neither"));
            None
        }
    };
    UpstreamTls { identity, server_name }
}

fn upstream(table: &Table<'_>, at: &At<String>, problems: &mut Problems) -> Option<http::Uri> {
    let wrong = |message: &str| {
        // A URL may hold a password.
        let error = table.error(at.span.clone(), message);
        let error = if at.value.contains('@') { error.without_text() } else { error };
        error.help("write scheme, host and port: \"https://clinic.internal:8443\"")
    };
    let Ok(uri) = at.value.parse::<http::Uri>() else {
        problems.push(wrong("`upstream` is not a URL"));
        return None;
    };
    let problem = match (uri.scheme_str(), uri.authority()) {
        (Some("http" | "https"), Some(a)) if a.as_str().contains('@') => "`upstream` holds a user name or password",
        (Some("http" | "https"), Some(a)) if a.host().is_empty() => "`upstream` names no host",
        (Some("http" | "https"), Some(_)) if uri.query().is_some() => "`upstream` holds a query",
        (Some("http" | "https"), Some(_)) => return Some(uri),
        (Some(_), _) => "`upstream` is neither http nor https",
        (None, _) => "`upstream` has no scheme",
    };
    problems.push(wrong(problem));
    None
}

fn rules(
    table: &mut Table<'_>,
    folder: &Path,
    bounds: &Bounds,
    problems: &mut Problems,
) -> (Vec<String>, Option<Arc<crate::rules::Compiled>>) {
    if !table.has("rules") {
        problems.push(table.missing("rules").help("write rules = [\"rules/base\"]; without rules nothing is known"));
        return Default::default();
    }
    let texts = table.texts("rules", problems);
    if texts.is_empty() {
        let error = table.error(table.span(), "`rules` names no rule pack");
        problems.push(error.help("write rules = [\"rules/base\"]"));
        return Default::default();
    }
    let mut whole = true;
    let mut names = BTreeSet::new();
    for at in &texts {
        if !names.insert(packs::pack_name(&at.value)) {
            let message = format!("two rule packs of this trust are called {:?}", packs::pack_name(&at.value));
            problems
                .push(table.error(at.span.clone(), message).help("rename one folder: rule ids begin with its name"));
            whole = false;
        }
        if packs::find(folder, &at.value).is_none() {
            let missing = packs::not_there(folder, &at.value);
            let error = table.error(at.span.clone(), missing.message);
            problems.push(error.help(missing.help.unwrap_or_default()));
            whole = false;
        }
    }
    let entries: Vec<String> = texts.into_iter().map(|at| at.value).collect();
    if !whole {
        return (entries, None);
    }
    match packs::load(folder, &entries, &bounds.engine) {
        Ok(compiled) => (entries, Some(Arc::new(compiled))),
        Err(errors) => {
            problems.extend(errors);
            (entries, None)
        }
    }
}
