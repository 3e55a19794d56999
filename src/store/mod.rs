//! Durable stores: the trail, the grants, the history of rule files. One SQLite file.
//!
//! These calls wait for the disk: from asynchronous code go through [`Trail`](crate::audit::Trail), which has a thread of
//! its own, or `spawn_blocking`. [`GrantBook::all`] alone is free to call anywhere.

mod grants;
mod history;
mod sqlite;
mod trail;

#[cfg(test)]
mod tests;

pub use grants::{GrantBook, GrantStoreError};
pub use history::{History, Version};
pub use sqlite::{Store, StoreError};
pub use trail::{Filter, TrailReader, Used};
