//! Routes, request policy, response policy and the screen-only profile.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod cookie;
pub mod home;
mod layers;
mod link;
pub mod look;
mod parts;
mod reading;
pub mod refusal;
pub mod request;
pub mod response;
pub mod returned;
pub mod route;
pub mod screen;
pub mod searched;
pub mod target;
pub mod tokens;
pub mod typed;
