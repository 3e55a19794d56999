//! How much may be viewed: per engineer, per centre and per trust.
//!
//! A *record view* is a response that shows a record; a list of fifty patients is fifty. [`Limiter::admit`] turns a
//! [`Permit`](crate::access::Permit) into an [`Admitted`] before the request goes upstream;
//! [`Limiter::charge`] counts what the body turned out to show, all of it or nothing.
//! Time is an argument everywhere, so the limits are functions of their input.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod account;
mod bytes;
mod headers;
mod limiter;
mod open;
mod over;
mod rates;
mod views;
mod window;

#[cfg(test)]
mod tests;

pub use headers::RateLimit;
pub use limiter::{Admitted, Ask, Limiter, Usage};
pub use over::{LimitName, OverLimit, Scope};
pub use rates::{Bounds, Limits, Rates};
