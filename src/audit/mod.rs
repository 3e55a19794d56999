//! The trail: what was asked, decided and shown, in a chain of hashes.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
