//! What each grant has learned: its record dictionary, in memory only, bounded, gone when the grant ends.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::access::Permit;
use crate::base::id::{GrantId, TrustId};
use crate::redact::dictionary::Dictionary;

#[derive(Debug)]
struct Memory {
    dictionary: Dictionary,
    until: Timestamp,
    used: u64,
}

#[derive(Debug, Default)]
struct Shelf {
    all: HashMap<(TrustId, GrantId), Memory>,
    turn: u64,
}

/// The dictionaries of all grants in use.
#[derive(Debug, Default)]
pub(super) struct Memories(Mutex<Shelf>);

impl Memories {
    /// The most grants remembered; beyond, the one used longest ago is forgotten: its pages are learned from again.
    const MAX: usize = 256;

    /// What the grant knows.
    pub(super) fn recall(&self, permit: &Permit, now: Timestamp) -> Dictionary {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let turn = shelf.turn;
        shelf.all.retain(|_, m| m.until > now);
        let key = (permit.trust().clone(), permit.grant().clone());
        shelf
            .all
            .get_mut(&key)
            .map(|m| {
                m.used = turn;
                m.dictionary.clone()
            })
            .unwrap_or_default()
    }

    /// Keeps what a response taught. Responses of one grant run side by side, so what others learned meanwhile stays.
    pub(super) fn learn(&self, permit: &Permit, learned: Dictionary, bound: usize) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let turn = shelf.turn;
        let key = (permit.trust().clone(), permit.grant().clone());
        match shelf.all.get_mut(&key) {
            Some(memory) => {
                memory.used = turn;
                memory.dictionary.absorb(learned, bound);
            }
            None => {
                let memory = Memory { dictionary: learned, until: permit.until(), used: turn };
                shelf.all.insert(key, memory);
            }
        }
        if shelf.all.len() > Self::MAX
            && let Some(oldest) = shelf.all.iter().min_by_key(|(_, m)| m.used).map(|(k, _)| k.clone())
        {
            shelf.all.remove(&oldest);
        }
    }

    /// Forgets what was learned at a trust: by rules that are no longer in force.
    pub(super) fn forget_trust(&self, trust: &TrustId) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.all.retain(|(at, _), _| at != trust);
    }

    /// Forgets grants that `lives` says are over.
    pub(super) fn forget(&self, lives: impl Fn(&GrantId) -> bool) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.all.retain(|(_, grant), _| lives(grant));
    }
}
