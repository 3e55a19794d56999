//! Fanlight: a screen-only redacting view proxy for clinical web systems.
//!
//! What an engineer receives holds no identifier, and the system behind still works.
//!
//! Floors, imports go downward only; the pure ones do no I/O (see `clippy.toml`):
//!
//! | floor | modules | may do |
//! |---|---|---|
//! | 0 | [`base`] | nothing but compute |
//! | 1 | [`redact`] | the engine: formats, detectors, operators; pure |
//! | 1 | [`document`] | what a PDF says, and pictures of what of it may be seen; pure |
//! | 2 | [`rules`], [`access`], [`limits`], [`audit`] | decide; pure |
//! | 3 | [`policy`] | routes, request, response, the screen-only profile; pure |
//! | 4 | [`config`], [`identity`], [`store`], [`net`] | files, sockets, databases |
//! | 5 | [`proxy`], [`console`], [`clinic`] | the pipeline and the pages |
//! | 6 | [`cli`] | the commands |

#![cfg_attr(test, allow(clippy::string_slice, clippy::wildcard_enum_match_arm, reason = "a test may fail"))]

pub mod access;
pub mod audit;
pub mod base;
pub mod cli;
pub mod clinic;
pub mod config;
pub mod console;
pub mod document;
pub mod identity;
pub mod limits;
pub mod net;
pub mod policy;
pub mod proxy;
pub mod redact;
pub mod rules;
pub mod store;
