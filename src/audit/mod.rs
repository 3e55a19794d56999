//! The trail: what was asked, decided and shown, in a chain of hashes that nobody can alter unseen.
//!
//! A request is two rows: one before anything goes upstream ([`Trail::open`] returns only once it is durable), one after
//! ([`Opened::close`], always, also on cancel). A row without its other half is a crash, and `fanlight audit verify` says
//! so. Rows hold route ids, codes, keyed hashes and numbers; no type here can hold a path or a value of a page.
//!
//! | file | what |
//! |---|---|
//! | `entry` | a request or an event, before it happens |
//! | `outcome` | how a request ended |
//! | `row` | both, as they are kept |
//! | `chain` | a row's one encoding and hash, and what follows on what |
//! | `verify` | whether rows are as they were written |
//! | `summary` | what rows add up to |
//! | `trail` | the writer that makes rows durable in groups |
//! | `ledger` | the port to a store ([`crate::store`]) |
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod chain;
mod entry;
mod ledger;
mod outcome;
mod row;
mod summary;
mod trail;
mod verify;

#[cfg(test)]
mod tests;

pub use chain::{Hash, Link};
pub use entry::{BadVersion, Code, Entry, Event, RequestId, RulesVersion, Verdict};
pub use ledger::{Ledger, LedgerError};
pub use outcome::{Outcome, Upstream};
pub use row::{Act, Row};
pub use summary::{Counts, Summary, Use};
pub use trail::{Opened, Trail, TrailBounds, TrailDown};
pub use verify::{Findings, Problem, Verifier, Wrong};
