//! One trust as requests see it: its hosts, its upstream, its rules now, and how often each rule hit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use crate::base::id::TrustId;
use crate::base::secret::Key;
use crate::config;
use crate::net::tls::TlsError;
use crate::net::upstream::Upstream;
use crate::policy::home::Home;
use crate::redact::code::origins::Names;
use crate::redact::finding::Report;
use crate::rules::Compiled;

/// A trust that is being served.
#[derive(Debug)]
pub struct Trust {
    /// Its settings as of the last load that changed them.
    settings: config::Trust,
    compiled: ArcSwap<Compiled>,
    hits: Mutex<BTreeMap<String, u64>>,
    key: Key,
    /// What the upstream is called.
    names: Option<Arc<Names>>,
    client: Upstream,
}

impl Trust {
    /// The most rules and finders that are counted.
    const MAX_HITS: usize = 10_000;

    pub(super) fn new(settings: config::Trust, config: &config::Config) -> Result<Self, TlsError> {
        let key = config.trust_key(&settings.id);
        let compiled = ArcSwap::new(settings.compiled.clone());
        let client = Upstream::new(&settings, &config.bounds, &config.timeouts)?;
        let more = settings.upstream_names.iter().map(String::as_str);
        let names = Home::names(&settings.upstream, settings.upstream_host.as_deref(), more);
        Ok(Self { settings, compiled, hits: Mutex::default(), key, names, client })
    }

    /// Asks the upstream.
    pub(super) fn client(&self) -> &Upstream {
        &self.client
    }

    /// `Host` sent upstream.
    pub(super) fn upstream_host(&self) -> &str {
        let own = self.settings.upstream.authority().map(http::uri::Authority::as_str);
        self.settings.upstream_host.as_deref().or(own).unwrap_or_default()
    }

    /// Its address and ours, as a viewer names it.
    pub(super) fn home(&self, own: &str, secure: bool) -> Home {
        Home::new(self.upstream(), self.upstream_host(), self.names.clone(), own, secure)
    }

    /// Its id.
    pub fn id(&self) -> &TrustId {
        &self.settings.id
    }

    /// Its name, for people.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// The host that it is known by.
    pub fn host(&self) -> &str {
        self.settings.hosts.first().map_or("", String::as_str)
    }

    /// The system behind.
    pub fn upstream(&self) -> &http::Uri {
        &self.settings.upstream
    }

    /// Its part of the configuration.
    pub fn settings(&self) -> &config::Trust {
        &self.settings
    }

    /// The rules now.
    pub fn compiled(&self) -> Arc<Compiled> {
        self.compiled.load_full()
    }

    pub(super) fn swap(&self, compiled: Arc<Compiled>) {
        self.compiled.store(compiled);
    }

    /// The key under which its records are counted and found in the trail.
    pub(super) fn record_key(&self) -> Key {
        self.key.derive("records", &[])
    }

    /// The key from which those of its grants are derived.
    pub(super) fn master(&self) -> &Key {
        &self.key
    }

    /// How often each finder (`field base/x`, `detector y`, `dictionary`), control or route (by its rule id) hit since the start.
    pub fn hits(&self) -> BTreeMap<String, u64> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn count(&self, report: &Report) {
        let mut hits = self.hits.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, n) in report.by_finder.iter().chain(&report.controls) {
            add(&mut hits, id, *n);
        }
        if report.redone {
            add(&mut hits, "leak gate: read again as a tree", 1);
        }
    }

    pub(super) fn count_route(&self, id: &str) {
        add(&mut self.hits.lock().unwrap_or_else(PoisonError::into_inner), id, 1);
    }
}

fn add(hits: &mut BTreeMap<String, u64>, id: &str, n: u64) {
    if let Some(count) = hits.get_mut(id) {
        *count = count.saturating_add(n);
    } else if hits.len() < Trust::MAX_HITS {
        hits.insert(id.to_owned(), n);
    }
}
