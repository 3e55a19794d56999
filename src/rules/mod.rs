//! Rule packs: TOML in, a compiled plan out, with every error located.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]
