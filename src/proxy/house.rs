//! The house: what every request shares.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use tokio::sync::watch;

use super::hooks::Hooks;
use super::trust::Trust;
use super::viewers::{Viewer, Viewers};
use crate::base::clock::{Clock, SystemClock};
use crate::base::id::TrustId;
use crate::config::{self, Config};
use crate::rules::Diagnostic;

/// Why a house cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Two trusts have one host, or an id twice.
    #[error("two trusts are both reached at {0}; give each a host of its own")]
    SameHost(String),
}

/// Everything that a request needs, shared by all.
#[derive(Debug)]
pub struct House {
    settings: ArcSwap<Settings>,
    viewers: Viewers,
    clock: Arc<dyn Clock>,
    hooks: Hooks,
    /// Reloads happen one at a time.
    reloading: Mutex<()>,
    /// Moves at every reload, so that streams look again whether their grant still stands.
    epoch: watch::Sender<u64>,
}

/// The configuration in force, and the trusts made from it.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) trusts: Vec<Arc<Trust>>,
    pub(super) by_host: BTreeMap<String, Arc<Trust>>,
}

impl Settings {
    fn new(config: Config, known: &[Arc<Trust>]) -> Result<Self, OpenError> {
        let mut trusts: Vec<Arc<Trust>> = Vec::with_capacity(config.trusts.len());
        let mut by_host = BTreeMap::new();
        for settings in &config.trusts {
            // A trust whose settings stay keeps its hit counts; only its rules change.
            let same = known.iter().find(|t| same_but_rules(t.settings(), settings));
            let trust = match same {
                Some(trust) => trust.clone(),
                None => Arc::new(Trust::new(settings.clone(), &config.key)),
            };
            for host in &settings.hosts {
                if by_host.insert(host.to_ascii_lowercase(), trust.clone()).is_some() {
                    return Err(OpenError::SameHost(host.clone()));
                }
            }
            trusts.push(trust);
        }
        Ok(Self { config, trusts, by_host })
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

impl House {
    /// Opens a house.
    ///
    /// # Errors
    /// When the configuration contradicts itself or a store cannot be opened.
    pub fn open(config: Config, hooks: Hooks) -> Result<Arc<Self>, OpenError> {
        let clock = hooks.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let settings = Settings::new(config, &[])?;
        Ok(Arc::new(Self {
            settings: ArcSwap::from_pointee(settings),
            viewers: Viewers::default(),
            clock,
            hooks,
            reloading: Mutex::default(),
            epoch: watch::Sender::new(0),
        }))
    }

    /// Reads the configuration and every rule file again. All or nothing: on any error the old set stays.
    ///
    /// # Errors
    /// Every error found.
    pub fn reload(&self) -> Result<String, Vec<Diagnostic>> {
        let _one = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let old = self.settings.load_full();
        let config = match &self.hooks.loader {
            Some(load) => load()?,
            None => config::load(&old.config.file)?,
        };
        let rules: Vec<_> = config.trusts.iter().map(|t| t.compiled.clone()).collect();
        let new = Settings::new(config, &old.trusts)
            .map_err(|e| vec![Diagnostic::of_file(old.config.file.display().to_string(), e.to_string())])?;
        for (trust, compiled) in new.trusts.iter().zip(rules) {
            trust.swap(compiled);
        }
        let version = version(&new);
        self.settings.store(Arc::new(new));
        self.epoch.send_modify(|n| *n += 1);
        Ok(version)
    }

    /// The trusts, in the order of the configuration.
    pub fn trusts(&self) -> Vec<Arc<Trust>> {
        self.settings.load().trusts.clone()
    }

    /// The trust of this id.
    pub fn trust(&self, id: &TrustId) -> Option<Arc<Trust>> {
        self.settings.load().trusts.iter().find(|t| t.id() == id).cloned()
    }

    /// The configuration in force.
    pub fn config(&self) -> Config {
        self.settings.load().config.clone()
    }

    /// Who is viewing now.
    pub fn viewers(&self) -> Vec<Viewer> {
        self.viewers.now(self.clock.now())
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// A short name of all rules in force: changes when any of them does.
    pub fn version(&self) -> String {
        version(&self.settings.load())
    }

    pub(super) fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }
}

fn version(settings: &Settings) -> String {
    use sha2::{Digest, Sha256};
    let mut all = Sha256::new();
    for trust in &settings.trusts {
        all.update(trust.id().as_str());
        all.update([0]);
        all.update(&trust.compiled().version);
        all.update([0]);
    }
    data_encoding::HEXLOWER.encode(all.finalize().get(..6).unwrap_or_default())
}
