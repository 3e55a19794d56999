//! The application's own Content-Security-Policy, adapted so that the guard runs under it: never loosened otherwise.
//!
//! Each policy (a header may hold several, split at commas) is looked at by itself. The directive that decides about an
//! inline script element is `script-src-elem`, else `script-src`, else `default-src`. If there is none, or it allows all
//! inline scripts, nothing changes: a hash would switch `'unsafe-inline'` off and break the application. Otherwise the
//! guard's hash is added; an inherited list is copied into a `script-src-elem` of its own, so that event handlers and
//! `eval` stay as the application has them. Style elements likewise.
//!
//! An application may put a page into a sandbox where no script runs, and then neither would the guard. Such a policy allows
//! scripts by its sandbox and none but the guard by its sources: no other element, attribute, address or worker runs one.
//!
//! ```
//! use fanlight::policy::screen::csp::{Adapt, adapt};
//! let with = Adapt { script: "'sha256-S'", style: "'sha256-C'", secure: true, origins: None };
//! assert_eq!(adapt("script-src 'self'", &with), "script-src 'self'; script-src-elem 'self' 'sha256-S'");
//! assert_eq!(adapt("script-src 'self' 'unsafe-inline'", &with), "script-src 'self' 'unsafe-inline'");
//! ```

use std::borrow::Cow;

use crate::redact::code::origins::Origins;

/// What to add.
#[derive(Debug, Clone, Copy)]
pub struct Adapt<'a> {
    /// Source expression of the guard script: `'sha256-…'`.
    pub script: &'a str,
    /// Source expression of the guard's style sheet.
    pub style: &'a str,
    /// Where the upstream's own addresses become ours.
    pub origins: Option<&'a Origins>,
    /// Our own side is https. On plain http (loopback) `upgrade-insecure-requests` would send the browser to a port
    /// where nobody listens, so it is left out there.
    pub secure: bool,
}

/// One directive: lower-case name and source expressions as written.
struct Directive<'a> {
    name: String,
    sources: Vec<Cow<'a, str>>,
}

impl Directive<'_> {
    fn allows(&self, word: &str) -> bool {
        self.sources.iter().any(|s| s.eq_ignore_ascii_case(word))
    }
}

/// The header value with every policy in it adapted.
pub fn adapt(header: &str, with: &Adapt<'_>) -> String {
    let adapted = header.split(',').map(|policy| adapt_one(policy, with)).filter(|p| !p.is_empty());
    adapted.collect::<Vec<_>>().join(", ")
}

fn adapt_one(policy: &str, with: &Adapt<'_>) -> String {
    let mut directives = parse(policy);
    if let Some(origins) = with.origins {
        for source in directives.iter_mut().flat_map(|d| &mut d.sources) {
            if let Some(ours) = origins.source(source) {
                *source = Cow::Owned(ours);
            }
        }
    }
    directives.retain(|d| {
        // Reports would be posted with the page's address; the view has no place for them.
        !matches!(d.name.as_str(), "report-uri" | "report-to")
            && (with.secure || !matches!(d.name.as_str(), "upgrade-insecure-requests" | "block-all-mixed-content"))
    });
    if let Some(sandbox) = directives.iter_mut().find(|d| d.name == "sandbox" && !d.allows("allow-scripts")) {
        sandbox.sources.push(Cow::Borrowed("allow-scripts"));
        directives.retain(|d| !d.name.starts_with("script-src") && d.name != "worker-src");
        directives.push(Directive { name: "script-src".to_owned(), sources: vec![Cow::Borrowed(with.script)] });
    } else {
        allow(&mut directives, "script-src-elem", "script-src", with.script);
    }
    allow(&mut directives, "style-src-elem", "style-src", with.style);
    let parts = directives.iter().map(|d| {
        let mut text = d.name.clone();
        for source in &d.sources {
            text.push(' ');
            text.push_str(source);
        }
        text
    });
    parts.collect::<Vec<_>>().join("; ")
}

/// Browsers take the first of a directive that is named twice, and so does the result.
fn parse(policy: &str) -> Vec<Directive<'_>> {
    let mut directives: Vec<Directive<'_>> = Vec::new();
    for text in policy.split(';') {
        let mut words = text.split_ascii_whitespace();
        let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
        if !text.is_ascii() || directives.iter().any(|d| d.name == name) {
            continue;
        }
        directives.push(Directive { name, sources: words.map(Cow::Borrowed).collect() });
    }
    directives
}

fn allow<'a>(directives: &mut Vec<Directive<'a>>, own: &str, parent: &str, hash: &'a str) {
    let effective = [own, parent, "default-src"].into_iter().find_map(|n| directives.iter().position(|d| d.name == n));
    let Some(directive) = effective.and_then(|at| directives.get_mut(at)) else { return };
    if inline_allowed(&directive.sources) || directive.allows(hash) {
        return;
    }
    let mut sources: Vec<Cow<'a, str>> = directive.sources.clone();
    sources.retain(|s| !s.eq_ignore_ascii_case("'none'"));
    sources.push(Cow::Borrowed(hash));
    if directive.name == own {
        directive.sources = sources;
    } else {
        directives.push(Directive { name: own.to_owned(), sources });
    }
}

/// Whether every inline element may stand: `'unsafe-inline'`, and nothing beside it that switches it off.
fn inline_allowed(sources: &[Cow<'_, str>]) -> bool {
    let starts = |s: &str, with: &str| s.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    let unsafe_inline = sources.iter().any(|s| s.eq_ignore_ascii_case("'unsafe-inline'"));
    let switched_off = sources.iter().any(|s| {
        s.eq_ignore_ascii_case("'strict-dynamic'")
            || ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|head| starts(s, head))
    });
    unsafe_inline && !switched_off
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITH: Adapt<'_> = Adapt { script: "'sha256-S'", style: "'sha256-C'", secure: true, origins: None };

    /// Policy as it comes, policy as it leaves: the rows of the table that readers have.
    fn cases() -> Vec<(String, String)> {
        let table = include_str!("../../../fixtures/readme/csp.md");
        let rows = table.lines().filter(|line| line.starts_with("| ")).skip(2);
        let cell = |text: &str| text.trim().trim_matches('`').to_owned();
        let read = |row: &str| {
            let row = row.replace("'sha256-guard'", WITH.script).replace("'sha256-style'", WITH.style);
            let cells: Vec<&str> = row.split('|').collect();
            assert_eq!(cells.len(), 5, "{row}");
            (cell(cells[2]), cell(cells[3]))
        };
        rows.map(read).collect()
    }

    #[test]
    fn the_table_holds_every_kind() {
        assert!(cases().len() >= 28, "{}", cases().len());
    }

    #[test]
    fn every_policy_lets_the_guard_run_and_is_otherwise_as_it_was() {
        for (from, to) in cases() {
            assert_eq!(adapt(&from, &WITH), to, "{from}");
        }
    }

    #[test]
    fn adapting_twice_changes_nothing_more() {
        for (from, _) in cases() {
            let once = adapt(&from, &WITH);
            let twice = adapt(&once, &WITH);
            assert_eq!(twice.matches("script-src-elem").count(), once.matches("script-src-elem").count(), "{from}");
        }
    }

    #[test]
    fn nothing_is_loosened() {
        for (from, _) in cases() {
            let to = adapt(&from, &WITH);
            for word in ["'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"] {
                let gained = to.matches(word).count() > from.to_ascii_lowercase().matches(word).count() * 2;
                assert!(!gained, "{from} → {to}");
            }
        }
    }

    #[test]
    fn plain_http_is_not_upgraded_to_a_port_where_nobody_listens() {
        let with = Adapt { secure: false, ..WITH };
        assert_eq!(adapt("upgrade-insecure-requests; img-src *", &with), "img-src *");
    }
}
