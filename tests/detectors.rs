//! Each structured detector against a generator of its whole domain, in the spellings that people use, and against near-misses
//! with one thing wrong: a few examples would not notice a pattern that misses a third of its numbers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail"
)]

#[path = "detectors/citizen.rs"]
mod citizen;
#[path = "detectors/health.rs"]
mod health;
#[path = "detectors/people.rs"]
mod people;
#[path = "detectors/reach.rs"]
mod reach;
#[path = "detectors/support.rs"]
mod support;
