//! The engine: finds identifiers in what a clinical system sends, and replaces them.
//!
//! ```text
//! bytes → coding → charset → format (HTML, JSON, …) → runs → inspect (fields, detectors, dictionary) → operators → splice → bytes
//! ```
//!
//! A *format* ([`mod@format`]) knows where text stands and how it is escaped; it hands each run of text, with its [`place`],
//! to the [`inspect::Inspector`], which answers with findings and their replacements; the format puts them into the
//! source through [`splice`]. Everything else leaves byte for byte.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod adjoining;
mod behind;
mod beside;
mod between_tags;
pub mod code;
pub mod detect;
pub mod dictionary;
mod dom;
pub mod enclosure;
pub mod engine;
pub mod finding;
pub mod format;
pub mod gate;
pub mod glob;
pub mod inspect;
pub mod kind;
pub mod label;
pub mod lines;
pub mod masks;
pub mod operator;
mod overlap;
mod own_number;
pub mod place;
mod placeholder;
pub mod plan;
mod plausible;
pub mod remark;
pub mod run;
pub mod screened;
mod searched;
mod sisters;
pub mod splice;
mod statement;
mod title;
mod told;
pub mod trace;
pub mod withheld;
