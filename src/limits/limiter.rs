//! The limiter: what is asked, what is admitted, what is used.
//!
//! A route often knows the record from the path, under some key of the system's own, and the body then shows it by its
//! NHS number. That is one record: what the body shows takes the place of what the path said, and the limiter remembers
//! which stands for which. What a page shows *besides* counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::account::{Account, Want};
use super::headers::{Policy, RateLimit};
use super::open::Open;
use super::over::{LimitName, OverLimit, Scope, ceil_seconds};
use super::rates::{Bounds, Limits, Rates};
use crate::access::Permit;
use crate::base::id::{EngineerId, RecordKey};

/// What a request asks to view, as its route says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ask {
    /// The record in the path, query or form, if the route knows where.
    pub record: Option<RecordKey>,
    /// The route is a poll: records that are open already do not count again.
    pub poll: bool,
}

impl Ask {
    /// A page that shows no record, or shows which only in its body.
    pub const PAGE: Ask = Ask { record: None, poll: false };

    /// A page of one record.
    pub const fn record(key: RecordKey) -> Self {
        Ask { record: Some(key), poll: false }
    }

    /// The same, asked by a script again and again.
    #[must_use]
    pub const fn polling(self) -> Self {
        Ask { poll: true, ..self }
    }
}

/// Proof that the limiter admitted a permitted request. The upstream client takes nothing less.
///
/// ```compile_fail
/// # use fanlight::limits::Admitted;
/// let forged = Admitted { permit: todo!(), ask: todo!() };
/// ```
#[derive(Debug)]
pub struct Admitted {
    permit: Permit,
    ask: Ask,
}

impl Admitted {
    /// The permit behind it.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// What was asked.
    pub fn ask(&self) -> Ask {
        self.ask
    }
}

/// What one of the limits has counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Whose.
    pub scope: Scope,
    /// Which.
    pub limit: LimitName,
    /// Used in the window.
    pub used: u64,
    /// There are.
    pub of: u64,
    /// All of it is free again after this time.
    pub free_after: Duration,
}

/// Counts and limits.
#[derive(Debug)]
pub struct Limiter(Mutex<State>);

#[derive(Debug)]
struct State {
    rates: Rates,
    bounds: Bounds,
    accounts: HashMap<Scope, Account>,
    open: HashMap<EngineerId, Open>,
    /// The latest time that was passed in. Time never goes back here, or old views would count anew.
    now: Timestamp,
    swept: Option<Timestamp>,
}

/// Looking for idle accounts goes through all of them, so it is done at most this often.
const SWEEP: Duration = Duration::from_secs(1);

impl Limiter {
    /// A limiter that has counted nothing yet.
    pub fn new(rates: Rates, bounds: Bounds) -> Self {
        let (accounts, open) = (HashMap::new(), HashMap::new());
        Self(Mutex::new(State { rates, bounds, accounts, open, now: Timestamp::MIN, swept: None }))
    }

    /// Other limits from now on; what was used stays used.
    pub fn set_rates(&self, rates: Rates) {
        self.state().rates = rates;
    }

    /// Admits a permitted request, or says which limit is used up. Nothing is counted when any limit refuses.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn admit(&self, permit: Permit, ask: Ask, now: Timestamp) -> Result<Admitted, OverLimit> {
        let mut state = self.state();
        let now = state.at(now);
        let engineer = state.open.get(permit.engineer());
        let record = ask.record.map(|key| engineer.map_or(key, |open| open.stands_for(&key)));
        let is_open = record.is_some_and(|key| engineer.is_some_and(|open| open.holds(&key, now)));
        let views = u32::from(record.is_some() && !(ask.poll && is_open));
        let records: BTreeSet<RecordKey> = record.into_iter().collect();
        state.take(&permit, Want { views, records: &records, shown: false, instead_of: None }, now)?;
        state.opened(&permit, &records, now);
        Ok(Admitted { permit, ask })
    }

    /// Counts the records that a body shows, all of them or, when they do not fit, none: then the body must not leave.
    ///
    /// # Errors
    /// [`OverLimit`].
    pub fn charge(&self, admitted: &Admitted, shown: &BTreeSet<RecordKey>, now: Timestamp) -> Result<(), OverLimit> {
        if shown.is_empty() {
            return Ok(());
        }
        let permit = &admitted.permit;
        let mut state = self.state();
        let now = state.at(now);
        let engineer = state.open.get(permit.engineer());
        // Only what a path says may stand for another key; what is shown is what it is.
        let asked = admitted.ask.record.map(|key| engineer.map_or(key, |open| open.stands_for(&key)));
        let renamed = admitted.ask.record.filter(|key| {
            asked.is_some_and(|asked| !shown.contains(&asked)) && engineer.is_some_and(|open| open.may_name(key, now))
        });
        // The record that was asked for counted at the door, or was open; all others count here.
        let is_open = |key: &RecordKey| admitted.ask.poll && engineer.is_some_and(|open| open.holds(key, now));
        let others = shown.iter().filter(|key| Some(**key) != asked && !is_open(key)).count();
        let views = u32::try_from(others.saturating_sub(usize::from(renamed.is_some()))).unwrap_or(u32::MAX);
        state.take(permit, Want { views, records: shown, shown: true, instead_of: renamed }, now)?;
        state.opened(permit, shown, now);
        if let (Some(key), Some(open)) = (admitted.ask.record, state.open.get_mut(permit.engineer()))
            && let Some(name) = shown.get(&key).or(shown.first())
        {
            open.name(key, *name, now);
        }
        Ok(())
    }

    /// Counts bytes that are about to be sent to the engineer.
    ///
    /// # Errors
    /// [`OverLimit`]; then they must not be sent.
    pub fn charge_bytes(&self, admitted: &Admitted, bytes: u64, now: Timestamp) -> Result<(), OverLimit> {
        let mut state = self.state();
        let now = state.at(now);
        let scopes = state.accounts_of(&admitted.permit, now)?;
        for scope in &scopes {
            state.accounts.get_mut(scope).map_or(Ok(()), |account| account.fits_bytes(scope, bytes, now))?;
        }
        for scope in &scopes {
            if let Some(account) = state.accounts.get_mut(scope) {
                account.count_bytes(bytes, now);
            }
        }
        Ok(())
    }

    /// The engineer's own limits, for the response.
    pub fn headers(&self, permit: &Permit, now: Timestamp) -> RateLimit {
        let mut state = self.state();
        let now = state.at(now);
        let scope = Scope::Engineer(permit.engineer().clone());
        let usage = state.accounts.get_mut(&scope).map(|account| account.usage(now)).unwrap_or_default();
        RateLimit::new(usage.into_iter().map(|(limit, used, of, free_after)| Policy {
            name: limit.as_str(),
            quota: of,
            window: limit.window().as_secs(),
            remaining: of.saturating_sub(used),
            reset: if used == 0 { 0 } else { ceil_seconds(free_after) },
        }))
    }

    /// What is used now, for the console: every account, by scope and limit.
    pub fn usage(&self, now: Timestamp) -> Vec<Usage> {
        let mut state = self.state();
        let now = state.at(now);
        let mut all: Vec<Usage> = Vec::new();
        for (scope, account) in &mut state.accounts {
            all.extend(account.usage(now).into_iter().map(|(limit, used, of, free_after)| Usage {
                scope: scope.clone(),
                limit,
                used,
                of,
                free_after,
            }));
        }
        all.sort_by(|a, b| (&a.scope, a.limit).cmp(&(&b.scope, b.limit)));
        all
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counting does not panic; were it to, half a charge is still a charge.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The time to count with. It does not go back with a clock that is put right by a little: that would count old views
    /// as new. A clock that goes back further than every window reaches was wrong before, and what was counted then
    /// would never be forgotten: counting begins anew.
    fn at(&mut self, now: Timestamp) -> Timestamp {
        let back = self.now.duration_since(now);
        if self.now != Timestamp::MIN && back > SignedDuration::from_secs(86_400) {
            self.accounts.clear();
            self.open.clear();
            self.now = now;
        }
        self.now = self.now.max(now);
        self.now
    }

    /// The accounts that a permit's views count in, made where there are none yet.
    fn accounts_of(&mut self, permit: &Permit, now: Timestamp) -> Result<Vec<Scope>, OverLimit> {
        let scopes = [
            (Scope::Engineer(permit.engineer().clone()), self.rates.engineer.get(permit.centre())),
            (Scope::Centre(permit.centre().clone()), self.rates.centre.get(permit.centre())),
            (Scope::Trust(permit.trust().clone()), self.rates.trust.get(permit.trust())),
        ];
        let scopes: Vec<(Scope, Limits)> = scopes
            .into_iter()
            .filter_map(|(scope, limits)| Some((scope, limits?.clone())))
            .filter(|(_, l)| !l.is_empty())
            .collect();
        let fresh = scopes.iter().filter(|(scope, _)| !self.accounts.contains_key(scope)).count();
        if self.accounts.len() + fresh > self.bounds.accounts {
            self.sweep(now);
            if self.accounts.len() + fresh > self.bounds.accounts {
                return Err(OverLimit::NoRoom { free_after: Duration::from_secs(60) });
            }
        }
        for (scope, limits) in &scopes {
            self.accounts.entry(scope.clone()).or_default().set(limits);
        }
        Ok(scopes.into_iter().map(|(scope, _)| scope).collect())
    }

    /// Takes it from every account or from none.
    fn take(&mut self, permit: &Permit, want: Want<'_>, now: Timestamp) -> Result<(), OverLimit> {
        let scopes = self.accounts_of(permit, now)?;
        let mut taken = Vec::with_capacity(scopes.len());
        for scope in &scopes {
            let Some(account) = self.accounts.get_mut(scope) else { continue };
            match account.reserve(scope, want, now) {
                Ok(before) => taken.push((scope, before)),
                Err(over) => {
                    for (scope, before) in taken {
                        if let Some(account) = self.accounts.get(scope) {
                            account.put_back(before);
                        }
                    }
                    return Err(over);
                }
            }
        }
        for scope in &scopes {
            if let Some(account) = self.accounts.get_mut(scope) {
                account.count(want, now);
            }
        }
        Ok(())
    }

    /// The engineer has these records open.
    fn opened(&mut self, permit: &Permit, records: &BTreeSet<RecordKey>, now: Timestamp) {
        if records.is_empty() {
            return;
        }
        if !self.open.contains_key(permit.engineer()) && self.open.len() >= self.bounds.accounts {
            self.sweep(now);
            if self.open.len() >= self.bounds.accounts {
                // Not remembered: this engineer's polls count in full.
                return;
            }
        }
        let span = Duration::from_secs(u64::from(self.bounds.open_seconds));
        let open =
            self.open.entry(permit.engineer().clone()).or_insert_with(|| Open::new(span, self.bounds.open_records));
        records.iter().for_each(|key| open.see(*key, now));
    }

    /// Forgets the accounts that have nothing left in them.
    fn sweep(&mut self, now: Timestamp) {
        let due =
            self.swept.is_none_or(|at| now.duration_since(at) >= SignedDuration::try_from(SWEEP).unwrap_or_default());
        if due {
            self.swept = Some(now);
            self.accounts.retain(|_, account| !account.is_idle(now));
            self.open.retain(|_, open| !open.is_idle(now));
        }
    }
}
