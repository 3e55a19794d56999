//! The house: what every request shares.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use http::HeaderMap;
use tokio::sync::watch;

use super::documents::Drawers;
use super::enclosed::Enclosed;
use super::hooks::Hooks;
use super::lines::Lines;
use super::memory::Memories;
use super::settings::{self, OpenError, Settings};
use super::trust::Trust;
use super::viewers::{Viewer, Viewers};
use crate::access::{GrantState, Permit};
use crate::audit::Trail;
use crate::base::clock::{Clock, SystemClock};
use crate::base::id::{GrantId, RecordKey, TrustId};
use crate::config::{self, Config};
use crate::identity::Source;
use crate::limits::{Admitted, Ask, Limiter, OverLimit, Usage};
use crate::rules::Diagnostic;
use crate::store::{GrantBook, Store};

/// Everything that a request needs, shared by all.
#[derive(Debug)]
pub struct House {
    settings: ArcSwap<Settings>,
    limiter: Limiter,
    store: Store,
    grants: GrantBook,
    trail: Trail,
    pub(super) viewers: Viewers,
    pub(super) memories: Memories,
    /// Of questions about controls.
    pub(super) asking: Lines,
    pub(super) enclosed: Arc<Enclosed>,
    clock: Arc<dyn Clock>,
    pub(super) hooks: Hooks,
    pub(super) drawers: Drawers,
    /// Reloads happen one at a time.
    reloading: Mutex<()>,
    /// Moves at every reload, so that streams look again whether their grant still stands.
    pub(super) epoch: watch::Sender<u64>,
    /// The house stops: sockets close.
    stop: watch::Sender<bool>,
}

impl House {
    /// Opens a house.
    ///
    /// # Errors
    /// When the configuration contradicts itself or a store cannot be opened.
    pub fn open(config: Config, hooks: Hooks) -> Result<Arc<Self>, OpenError> {
        let clock = hooks.clock.clone().unwrap_or_else(|| Arc::new(SystemClock));
        let store = settings::store(&config)?;
        let settings = Settings::new(config, &[], hooks.identity.clone())?;
        let grants = store.grants(settings.config.grants.clone())?;
        let trail = Trail::start(store.ledger()?, clock.clone(), settings.config.trail.clone())?;
        let limiter = Limiter::new(settings.config.rates.clone(), settings.config.limiter.clone());
        Ok(Arc::new(Self {
            settings: ArcSwap::from_pointee(settings),
            limiter,
            store,
            grants,
            trail,
            viewers: Viewers::default(),
            memories: Memories::default(),
            asking: Lines::default(),
            enclosed: Arc::default(),
            clock,
            drawers: Drawers::default(),
            hooks,
            reloading: Mutex::default(),
            epoch: watch::Sender::new(0),
            stop: watch::Sender::new(false),
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
        let new = Settings::new(config, &old.trusts, self.hooks.identity.clone())
            .map_err(|e| vec![Diagnostic::of_file(old.config.file.display().to_string(), e.to_string())])?;
        let file = old.config.file.display().to_string();
        self.grants
            .set_standing(new.config.grants.clone())
            .map_err(|e| vec![Diagnostic::of_file(file, format!("the grants cannot be kept: {e}"))])?;
        for (trust, compiled) in new.trusts.iter().zip(rules) {
            if trust.compiled().version != compiled.version {
                // A rule that was taken back must not go on masking by what it taught.
                self.memories.forget_trust(trust.id());
            }
            trust.swap(compiled);
        }
        let version = version(&new);
        self.limiter.set_rates(new.config.rates.clone());
        self.settings.store(Arc::new(new));
        self.grants_changed();
        Ok(version)
    }

    /// Reads grants that other processes issued or revoked; streams of grants that ended are cut.
    pub fn refresh_grants(&self) {
        match self.grants.refresh() {
            Ok(false) => {}
            Ok(true) => self.grants_changed(),
            Err(error) => tracing::error!(%error, "the grants could not be read again; the last known ones stand"),
        }
    }

    /// What is done every second: grants are read again, and what has been kept for long enough is forgotten.
    pub(super) fn refresh(&self) {
        self.enclosed.sweep(self.clock.now());
        self.refresh_grants();
    }

    /// Grants were issued or revoked in this process: streams of grants that ended are cut, their dictionaries forgotten.
    pub fn grants_changed(&self) {
        let now = self.clock.now();
        let all = self.grants.all();
        let lives = |id: &GrantId| all.iter().any(|g| &g.id == id && g.state(now) == GrantState::Live);
        self.memories.forget(lives);
        self.enclosed.forget(lives);
        self.epoch.send_modify(|n| *n += 1);
    }

    /// Tells sockets and streams that the house stops.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Turns true when the house stops.
    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Whether a grant is in force now.
    pub(super) fn is_live(&self, grant: &GrantId) -> bool {
        let now = self.clock.now();
        self.grants.all().iter().any(|g| &g.id == grant && g.state(now) == GrantState::Live)
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

    /// Who is asking.
    pub fn identity(&self) -> Arc<dyn Source> {
        self.settings.load().identity.clone()
    }

    /// Who is viewing now.
    pub fn viewers(&self) -> Vec<Viewer> {
        self.viewers.now(self.clock.now())
    }

    /// What is used of every limit now.
    pub fn usage(&self) -> Vec<Usage> {
        self.limiter.usage(self.clock.now())
    }

    /// Admits a permitted request.
    pub(super) fn admit(&self, permit: Permit, ask: Ask) -> Result<Admitted, OverLimit> {
        self.limiter.admit(permit, ask, self.clock.now())
    }

    /// Counts the records that a body shows.
    pub(super) fn charge(&self, admitted: &Admitted, records: &BTreeSet<RecordKey>) -> Result<(), OverLimit> {
        self.limiter.charge(admitted, records, self.clock.now())
    }

    /// Counts bytes that are about to leave.
    pub(super) fn charge_bytes(&self, admitted: &Admitted, bytes: u64) -> Result<(), OverLimit> {
        self.limiter.charge_bytes(admitted, bytes, self.clock.now())
    }

    /// Says in a response how much of the limits is left.
    pub(super) fn rate_headers(&self, permit: &Permit, headers: &mut HeaderMap) {
        headers.extend(self.limiter.headers(permit, self.clock.now()).headers());
    }

    /// The trail.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    /// The grants.
    pub fn grants(&self) -> &GrantBook {
        &self.grants
    }

    /// The store, for what else is kept there.
    pub fn store(&self) -> &Store {
        &self.store
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
