//! The trail: what was asked, decided and shown, in a chain of hashes that nobody can alter unseen.
//!
//! A request is two rows: one before anything goes upstream ([`Trail::open`] returns only once it is durable), one after
//! ([`Opened::close`], always, also on cancel). A row without its other half is a crash, and `fanlight audit verify` says
//! so. Rows hold route ids, codes, keyed hashes and numbers; no type here can hold a path or a value of a page.
//!
//! This floor is pure: the rows, their one encoding, the chain and its verification. Where rows are kept is a
//! [`Ledger`]'s business ([`crate::store`]).
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod entry;
mod ledger;
mod outcome;
mod row;
mod trail;

pub use entry::{BadVersion, Code, Entry, Event, RequestId, RulesVersion, Verdict};
pub use ledger::{Ledger, LedgerError};
pub use outcome::{Outcome, Upstream};
pub use row::{Act, Row};
pub use trail::{Opened, Trail, TrailBounds, TrailDown};
