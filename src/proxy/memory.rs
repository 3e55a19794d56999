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
    /// The rules by which it was learned.
    rules: String,
    until: Timestamp,
    used: u64,
}

#[derive(Debug, Default)]
struct Shelf {
    all: HashMap<(TrustId, GrantId), Memory>,
    turn: u64,
}

impl Shelf {
    /// Beyond the bound, the grant used longest ago is forgotten: its pages are learned from again.
    fn trim(&mut self) {
        if self.all.len() > Memories::MAX
            && let Some(oldest) = self.all.iter().min_by_key(|(_, m)| m.used).map(|(k, _)| k.clone())
        {
            self.all.remove(&oldest);
        }
    }
}

/// The dictionaries of all grants in use.
#[derive(Debug, Default)]
pub(super) struct Memories(Mutex<Shelf>);

impl Memories {
    /// The most grants remembered.
    const MAX: usize = 256;

    /// What the grant knows by these rules. What it learned by others is forgotten.
    pub(super) fn recall(&self, permit: &Permit, rules: &str, now: Timestamp) -> Dictionary {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let turn = shelf.turn;
        shelf.all.retain(|_, m| m.until > now);
        let key = (permit.trust().clone(), permit.grant().clone());
        let fresh =
            || Memory { dictionary: Dictionary::default(), rules: rules.to_owned(), until: permit.until(), used: turn };
        let memory = shelf.all.entry(key).or_insert_with(fresh);
        if memory.rules != rules {
            *memory = fresh();
        }
        memory.used = turn;
        let dictionary = memory.dictionary.clone();
        shelf.trim();
        dictionary
    }

    /// Keeps what a response taught. Responses of one grant run side by side, so what others learned meanwhile stays. A response
    /// that comes late teaches nothing: its grant has ended, or its rules are no longer in force and would go on masking.
    pub(super) fn learn(&self, permit: &Permit, rules: &str, learned: Dictionary, bound: usize) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.turn += 1;
        let turn = shelf.turn;
        let key = (permit.trust().clone(), permit.grant().clone());
        if let Some(memory) = shelf.all.get_mut(&key).filter(|m| m.rules == rules) {
            memory.used = turn;
            memory.dictionary.absorb(learned, bound);
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
