//! Where the system behind is, and where the viewer sees it: addresses of the one become addresses of the other.
//!
//! The upstream may be known by several names (`upstream`, `upstream_host`, `upstream_names`) and stand under a base path.
//! Toward the viewer each of those becomes the one address that the viewer's browser used; toward the upstream that address
//! becomes the upstream's, so that an application that compares them (a `next=` it will only follow to itself, a CSRF check
//! of `Origin`) finds what it expects.

use std::sync::{Arc, OnceLock};

use http::Uri;

use crate::redact::code::origins::{Authority, Names, Origins};

/// Both addresses of one system, for one request.
#[derive(Debug, Clone)]
pub struct Home {
    upstream: Uri,
    host: String,
    own: String,
    secure: bool,
    outward: Option<Origins>,
    inward: OnceLock<Option<Origins>>,
}

impl Home {
    /// `host`: what `Host` the upstream is asked with; `names`: of the upstream; `own`: what the viewer's browser names, with
    /// its port; `secure`: it does so by https.
    pub fn new(upstream: &Uri, host: &str, names: Option<Arc<Names>>, own: &str, secure: bool) -> Self {
        let outward = names.map(|names| Origins::new(names, secure, own));
        let (upstream, host, own) = (upstream.clone(), host.to_owned(), own.to_owned());
        Self { upstream, host, own, secure, outward, inward: OnceLock::new() }
    }

    /// The names of an upstream: its own, the host that it is asked with, and `more`, each a host with or without a port.
    pub fn names<'t>(upstream: &Uri, host: Option<&'t str>, more: impl Iterator<Item = &'t str>) -> Option<Arc<Names>> {
        let own = upstream.authority().and_then(|a| Authority::read(a.as_str(), upstream.scheme_str()));
        let more = host.into_iter().chain(more).filter_map(|name| Authority::read(name, None));
        Names::new(own.into_iter().chain(more)).map(Arc::new)
    }

    /// The upstream.
    pub const fn upstream(&self) -> &Uri {
        &self.upstream
    }

    /// `Host` for it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Our own host and port, as the viewer sees them.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Our own side is https.
    pub const fn is_secure(&self) -> bool {
        self.secure
    }

    /// What changes addresses of the upstream into ours.
    pub const fn outward(&self) -> Option<&Origins> {
        self.outward.as_ref()
    }

    /// A text for the viewer; none when nothing in it changes.
    pub fn to_viewer(&self, text: &str) -> Option<String> {
        self.outward.as_ref()?.text(text)
    }

    /// A text for the upstream; none when nothing in it changes.
    pub fn to_upstream(&self, text: &str) -> Option<String> {
        // Hardly any names us, and looking for a name costs its making.
        let host = self.own.rsplit_once(':').map_or(self.own.as_str(), |(host, _)| host);
        if host.is_empty() || !holds(text.as_bytes(), host.as_bytes()) {
            return None;
        }
        let inward = self.inward.get_or_init(|| {
            let scheme = if self.secure { "https" } else { "http" };
            let names = Names::new(Authority::read(&self.own, Some(scheme)))?;
            let secure = self.upstream.scheme_str() == Some("https");
            Some(Origins::new(Arc::new(names), secure, &self.host))
        });
        inward.as_ref()?.text(text)
    }

    /// The origin of the upstream: scheme and host.
    pub fn upstream_origin(&self) -> String {
        format!("{}://{}", self.upstream.scheme_str().unwrap_or("http"), self.host)
    }

    /// The base path without its last slash; empty for none.
    pub fn base(&self) -> &str {
        self.upstream.path().trim_end_matches('/')
    }

    /// A path without the base path of the upstream. Pages name their own paths in full, so both `/app/x` and `/x` of ours
    /// are `/app/x` of an upstream whose base is `/app`.
    pub fn below<'p>(&self, path: &'p str) -> &'p str {
        let base = self.base();
        match path.strip_prefix(base) {
            Some("") if !base.is_empty() => "/",
            Some(rest) if rest.starts_with('/') => rest,
            Some(_) | None => path,
        }
    }

    /// The part after our authority of an address that is one of ours.
    pub fn after_own<'v>(&self, text: &'v str) -> Option<&'v str> {
        let (_, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at_checked(end)?;
        host.eq_ignore_ascii_case(&self.own).then_some(rest)
    }
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    let (Some(low), Some(high)) = (word.first().map(u8::to_ascii_lowercase), word.first().map(u8::to_ascii_uppercase))
    else {
        return false;
    };
    memchr::memchr2_iter(low, high, text)
        .any(|at| text.get(at..at + word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(upstream: &str) -> Home {
        let uri: Uri = upstream.parse().unwrap();
        let names = Home::names(&uri, None, ["pas.trust.example"].into_iter());
        Home::new(&uri, uri.authority().unwrap().as_str(), names, "rf.localhost:8080", false)
    }

    #[test]
    fn addresses_go_both_ways() {
        let home = home("https://10.0.0.7:8443/app");
        assert_eq!(home.to_viewer("https://10.0.0.7:8443/app/x").unwrap(), "http://rf.localhost:8080/app/x");
        assert_eq!(home.to_viewer("//pas.trust.example/x").unwrap(), "//rf.localhost:8080/x");
        assert_eq!(
            home.to_upstream("next=http%3A%2F%2FRF.localhost%3A8080%2Fx").unwrap(),
            "next=https%3A%2F%2F10.0.0.7%3A8443%2Fx"
        );
        assert_eq!(home.to_upstream("http://rf.localhost:8081/console"), None);
        assert_eq!(home.to_upstream("a page about rf.localhost"), None);
        assert_eq!(home.after_own("http://RF.localhost:8080/a?b"), Some("/a?b"));
        assert_eq!(home.after_own("http://rf.localhost:8081/a"), None);
    }

    #[test]
    fn a_base_path_is_named_or_not() {
        let home = home("http://pas/app/");
        for (path, below) in
            [("/app/x", "/x"), ("/x", "/x"), ("/app", "/"), ("/app/", "/"), ("/apple", "/apple"), ("/", "/")]
        {
            assert_eq!(home.below(path), below, "{path}");
        }
        assert_eq!(self::home("http://pas").below("/x"), "/x");
        assert_eq!(self::home("http://pas/").below("/"), "/");
    }
}
