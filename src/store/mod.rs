//! Durable stores: the trail, the grants, the history of rule files. SQLite for now, one file.

mod grants;
mod history;
mod sqlite;

pub use grants::{GrantBook, GrantStoreError};
pub use history::{History, Version};
pub use sqlite::{Store, StoreError};
