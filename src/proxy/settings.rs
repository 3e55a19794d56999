//! The configuration in force, made into what requests need.

use std::collections::{BTreeMap, HashMap};
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;

use http::HeaderName;

use super::trust::Trust;
use crate::access::{Centre, Grant, Purpose};
use crate::audit::TrailDown;
use crate::config::{self, Config, StoreUrl};
use crate::identity::{Forwarded, Identified, IdentityError, Source};
use crate::limits::{Limits, Rates};
use crate::net::tls::TlsError;
use crate::store::{Store, StoreError};

/// Why a house cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Two trusts have one host.
    #[error("two trusts are both reached at {0}; give each a host of its own")]
    SameHost(String),
    /// A header's name cannot be one.
    #[error("[identity.forwarded] names a header that cannot be one: {0:?}")]
    Header(String),
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
    pub(super) centres: Vec<Centre>,
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
                None => Arc::new(Trust::new(settings.clone(), &config).map_err(|source| OpenError::Upstream {
                    trust: settings.id.to_string(),
                    source,
                })?),
            };
            for host in &settings.hosts {
                if by_host.insert(host.to_ascii_lowercase(), trust.clone()).is_some() {
                    return Err(OpenError::SameHost(host.clone()));
                }
            }
            trusts.push(trust);
        }
        let centres = config.centres.iter().map(|c| Centre::new(c.id.clone(), c.networks.clone())).collect();
        let identity = match identity {
            Some(identity) => identity,
            None => source(&config.identity)?,
        };
        Ok(Self { config, trusts, by_host, centres, identity })
    }

    /// The grants of the configuration file.
    pub(super) fn standing(&self) -> Vec<Grant> {
        let grant = |g: &config::Grant| {
            let mut grant = Grant::standing(g.engineer.clone(), g.trust.clone(), g.ticket.clone(), g.until);
            grant.from = g.from;
            grant.purpose = g.purpose.as_deref().and_then(|p| Purpose::new(p).ok());
            grant
        };
        self.config.grants.iter().map(grant).collect()
    }

    /// The limits: those of a centre are each engineer's there, those of a trust are of all who view it together.
    pub(super) fn rates(&self) -> Rates {
        let engineer: HashMap<_, _> =
            self.config.centres.iter().map(|c| (c.id.clone(), limits(&c.limits))).collect();
        let trust = self.config.trusts.iter().filter_map(|t| Some((t.id.clone(), limits(t.limits.as_ref()?)))).collect();
        Rates { engineer, centre: HashMap::new(), trust }
    }
}

/// A limit of none at all cannot be said by a type that means "not limited" by its absence, so nought is one.
fn limits(from: &config::ViewLimits) -> Limits {
    let count = |n: u32| Some(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
    Limits {
        record_views_per_minute: count(from.record_views_per_minute),
        distinct_records_per_hour: count(from.distinct_records_per_hour),
        distinct_records_per_day: count(from.distinct_records_per_day),
        bytes_per_hour: Some(NonZeroU64::new(from.bytes_per_day).unwrap_or(NonZeroU64::MIN)),
    }
}

fn same_but_rules(a: &config::Trust, b: &config::Trust) -> bool {
    a.id == b.id
        && a.name == b.name
        && a.hosts == b.hosts
        && a.upstream == b.upstream
        && a.upstream_ca == b.upstream_ca
        && a.upstream_host == b.upstream_host
        && a.limits == b.limits
}

fn source(identity: &config::Identity) -> Result<Arc<dyn Source>, OpenError> {
    let Some(forwarded) = &identity.forwarded else { return Ok(Arc::new(Nobody)) };
    let name = |text: &str| HeaderName::try_from(text).map_err(|_| OpenError::Header(text.to_owned()));
    let groups = forwarded.groups.as_deref().map(name).transpose()?;
    Ok(Arc::new(Forwarded::new(name(&forwarded.user)?, groups, forwarded.trusted.clone())))
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
    let base = config.file.parent().unwrap_or(std::path::Path::new("."));
    match &config.store {
        StoreUrl::Sqlite(file) => Store::open(&format!("sqlite:{}", file.display()), base),
        StoreUrl::Memory => {
            let unique = crate::audit::RequestId::random().map(|id| id.to_string()).unwrap_or_default();
            let file = std::env::temp_dir().join(format!("fanlight-{}-{unique}.db", std::process::id()));
            Store::open(&format!("sqlite:{}", file.display()), base)
        }
    }
}
