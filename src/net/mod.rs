//! Listeners, TLS and the upstream client.
