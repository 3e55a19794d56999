//! Routes, request policy, response policy and the screen-only profile.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod look;
pub mod refusal;
pub mod screen;
