//! Listeners, TLS and the upstream client.
//!
//! [`listener`] accepts connections and hands requests to a handler; [`upstream`] asks the system behind, and takes
//! nothing less than proof of admission and an open entry of the trail.

pub mod circuit;
pub mod framing;
pub mod listener;
pub mod patience;
pub mod resolve;
pub mod tls;
pub mod upstream;
