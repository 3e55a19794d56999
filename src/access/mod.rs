//! Grants and the one decision that makes a permit.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
