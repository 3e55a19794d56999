//! Ground floor: identities of things, time, secrets. No I/O.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod clock;
pub mod id;
pub mod secret;
