//! The configuration in force, made into what requests need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::trust::Trust;
use crate::audit::TrailDown;
use crate::config::{self, Config};
use crate::identity::{Identified, IdentityError, Source};
use crate::net::tls::TlsError;
use crate::store::{Store, StoreError};

/// Why a house cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Two trusts have one host.
    #[error("two trusts are both reached at {0}; give each a host of its own")]
    SameHost(String),
    /// The authority of an upstream.
    #[error("upstream of {trust}: {source}")]
    Upstream {
        /// Whose.
        trust: String,
        /// Why.
        source: TlsError,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The trail.
    #[error("the trail cannot be opened: {0}")]
    Trail(#[from] TrailDown),
}

/// The configuration in force, and what is made from it.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) trusts: Vec<Arc<Trust>>,
    pub(super) by_host: BTreeMap<String, Arc<Trust>>,
    pub(super) identity: Arc<dyn Source>,
}

impl Settings {
    /// `known`: trusts that are served already; one whose settings stay keeps its counts and connections.
    pub(super) fn new(
        config: Config,
        known: &[Arc<Trust>],
        identity: Option<Arc<dyn Source>>,
    ) -> Result<Self, OpenError> {
        let mut trusts: Vec<Arc<Trust>> = Vec::with_capacity(config.trusts.len());
        let mut by_host = BTreeMap::new();
        for settings in &config.trusts {
            let trust = match known.iter().find(|t| same_but_rules(t.settings(), settings)) {
                Some(trust) => trust.clone(),
                None => Arc::new(
                    Trust::new(settings.clone(), &config)
                        .map_err(|source| OpenError::Upstream { trust: settings.id.to_string(), source })?,
                ),
            };
            for host in &settings.hosts {
                if by_host.insert(host.to_ascii_lowercase(), trust.clone()).is_some() {
                    return Err(OpenError::SameHost(host.clone()));
                }
            }
            trusts.push(trust);
        }
        let identity = match identity {
            Some(identity) => identity,
            None => source(&config.identity),
        };
        Ok(Self { config, trusts, by_host, identity })
    }
}

fn same_but_rules(a: &config::Trust, b: &config::Trust) -> bool {
    a.id == b.id
        && a.name == b.name
        && a.hosts == b.hosts
        && a.upstream == b.upstream
        && a.upstream_ca == b.upstream_ca
        && a.upstream_host == b.upstream_host
        && a.upstream_names == b.upstream_names
        && a.modals == b.modals
        && a.upstream_tls == b.upstream_tls
        && a.limits == b.limits
}

fn source(identity: &config::Identity) -> Arc<dyn Source> {
    match &identity.forwarded {
        Some(forwarded) => Arc::new(forwarded.clone()),
        None => Arc::new(Nobody),
    }
}

/// No way of knowing anyone is configured: nobody is known.
#[derive(Debug)]
struct Nobody;

impl Source for Nobody {
    fn identify(&self, _: &http::HeaderMap, _: std::net::IpAddr) -> Result<Identified, IdentityError> {
        Err(IdentityError::Missing)
    }

    fn strip(&self, _: &mut http::HeaderMap) {}
}

/// Opens the store. One in memory is a file of its own among the temporary ones: the trail's readers need a file.
pub(super) fn store(config: &Config) -> Result<Store, StoreError> {
    if config.store.starts_with("memory:") {
        let unique = crate::audit::RequestId::random().map(|id| id.to_string()).unwrap_or_default();
        let url = format!("sqlite:fanlight-{}-{unique}.db", std::process::id());
        return Store::open(&url, &std::env::temp_dir());
    }
    Store::open(&config.store, config.folder())
}
