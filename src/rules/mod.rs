//! Rule packs: TOML in, a compiled plan out, with every error located.
//!
//! ```text
//! text → read (spanned tables) → file → rule + field|detector|operator|control|route|contract → layers → compile (plan, routes)
//!                                                                                    selftest (each rule's own examples)
//! ```
//!
//! This floor takes text; [`crate::config`] reads the files.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod compile;
pub mod contract;
pub mod control;
pub mod detector;
pub mod diagnostic;
pub mod field;
pub mod file;
pub mod layers;
pub mod operator;
pub mod read;
pub mod reference;
pub mod route;
pub mod rule;
pub mod selftest;
pub mod spelling;
pub mod suggest;

pub use compile::{Compiled, RuleFile, compile};
pub use diagnostic::Diagnostic;
