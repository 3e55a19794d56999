//! `[identity.forwarded]`: who engineers are, as a trusted hop in front says.

use http::header::HeaderName;
use ipnet::IpNet;

use super::Identity;
use crate::access::Role;
use crate::identity::Forwarded;
use crate::rules::read::{At, Problems, Table};
use crate::rules::suggest;

/// Reads `[identity]`.
pub(super) fn read(top: &mut Table<'_>, problems: &mut Problems) -> Option<Identity> {
    if !top.has("identity") {
        let error = top.missing("identity").help("add [identity.forwarded]: nobody can be known without it");
        problems.push(error);
        return None;
    }
    top.table("identity", problems, |table, problems| {
        let span = table.span();
        for later in ["oidc", "mtls"] {
            if table.has(later) {
                let error = table.error(span.clone(), format!("[identity.{later}] is not built into this version"));
                problems.push(error.help("use [identity.forwarded] behind a gateway that signs people in"));
            }
        }
        if !table.has("forwarded") {
            let error = table.error(span, "[identity] names no source of identities");
            problems.push(error.help("add [identity.forwarded] with user, groups and trusted"));
            return None;
        }
        let forwarded = table.table("forwarded", problems, forwarded).flatten();
        Some(Identity { forwarded: Some(forwarded?) })
    })
    .flatten()
}

fn forwarded(table: &mut Table<'_>, problems: &mut Problems) -> Option<Forwarded> {
    let user = table.need_text("user", problems).and_then(|at| header(table, &at, problems));
    let groups = table.text("groups", problems).map(|at| header(table, &at, problems));
    if !table.has("trusted") {
        let error = table.missing("trusted");
        problems.push(error.help("name the hops that may say who someone is: trusted = [\"127.0.0.1/32\"]"));
    }
    let texts = table.texts("trusted", problems);
    let trusted = networks(table, "trusted", &texts, problems);
    let roles = table.table("roles", problems, roles).unwrap_or_default();
    let groups = match groups {
        Some(given) => Some(given?),
        None => None,
    };
    let user = user?;
    (!trusted.is_empty()).then(|| Forwarded::new(user, groups, trusted).with_roles(roles))
}

fn header(table: &Table<'_>, at: &At<String>, problems: &mut Problems) -> Option<HeaderName> {
    match HeaderName::from_bytes(at.value.to_ascii_lowercase().as_bytes()) {
        Ok(name) => Some(name),
        Err(_) => {
            let error = table.error(at.span.clone(), format!("{:?} cannot be the name of a header", at.value));
            problems.push(error.help("such as \"x-forwarded-user\""));
            None
        }
    }
}

/// `roles = { rule-admin = ["trust-ig"], engineer = ["upgrade-team"] }`: which groups mean which role.
fn roles(table: &mut Table<'_>, problems: &mut Problems) -> Vec<(String, Role)> {
    let mut all = Vec::new();
    for role in Role::ALL {
        all.extend(table.texts(role.as_str(), problems).into_iter().map(|group| (group.value, role)));
    }
    all
}

/// Networks of a key; a mistake in one is reported.
pub(super) fn networks(table: &Table<'_>, key: &str, texts: &[At<String>], problems: &mut Problems) -> Vec<IpNet> {
    if texts.is_empty() && table.keys().iter().any(|k| k.value == key) {
        let error = table.error(table.span(), format!("`{key}` is empty: nobody could come in"));
        problems.push(error.help(format!("write {key} = [\"10.20.0.0/16\"]")));
    }
    let mut all = Vec::new();
    for text in texts {
        let parsed = text.value.parse::<IpNet>().or_else(|_| text.value.parse::<std::net::IpAddr>().map(IpNet::from));
        match parsed {
            Ok(net) if net.trunc() != net => {
                let message = format!("{net} has bits set beyond its prefix");
                let help = format!(
                    "write {} for the network, or {}/{} for the one address",
                    net.trunc(),
                    net.addr(),
                    net.max_prefix_len()
                );
                problems.push(table.error(text.span.clone(), message).help(help));
            }
            Ok(net) if net.prefix_len() == 0 => {
                let error = table.error(text.span.clone(), format!("{net} is every address there is"));
                problems.push(error.help("name the networks that are meant"));
            }
            Ok(net) => all.push(net),
            Err(_) => {
                let error = table.error(text.span.clone(), format!("{:?} is not a network", text.value));
                problems.push(error.help("write an address and a prefix length: \"10.20.0.0/16\""));
            }
        }
    }
    all
}

/// A name among those known, reported with the nearest when it is not.
pub(super) fn known(table: &Table<'_>, what: &str, at: &At<String>, known: &[String], problems: &mut Problems) -> bool {
    if known.contains(&at.value) {
        return true;
    }
    let all: Vec<&str> = known.iter().map(String::as_str).collect();
    let error = table.error(at.span.clone(), format!("there is no {what} {:?}", at.value));
    problems.push(error.help(suggest::help(&at.value, &all)));
    false
}
