//! Rule packs: TOML in, a compiled plan out, with every error located.
//!
//! ```text
//! text → read (spanned tables, unknown keys refused) → schema (raw rules) → compile (plan, routes) → selftest (each rule's examples)
//! ```
//!
//! This floor takes text; [`crate::config`] reads the files.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod compile;
pub mod diagnostic;
pub mod read;
pub mod route;
pub mod suggest;

pub use compile::{Compiled, RuleFile, compile};
pub use diagnostic::Diagnostic;
