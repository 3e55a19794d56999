//! The whole proxy in front of an upstream that does what each test wants, over real sockets. One program: it takes as long to build as one of its files would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    clippy::let_underscore_must_use,
    reason = "a test may fail"
)]

mod bad_upstream;
mod documents;
mod home;
mod house;
mod live;
mod refusals;
mod screen;
mod serve;
mod smuggling;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
mod trace;
mod view;
