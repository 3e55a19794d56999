//! How much may be viewed, per engineer, centre and trust.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
