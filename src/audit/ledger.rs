//! Where rows are kept: the port that a store fills.

use super::row::Row;

/// Why rows could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the trail's store failed: {0}")]
pub struct LedgerError(pub String);

/// A store of rows. Used by one thread alone.
pub trait Ledger: Send {
    /// The last row, if there is one: the chain goes on from it.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&mut self) -> Result<Option<Row>, LedgerError>;

    /// Keeps these rows, all or none, and returns only once they would survive a power cut.
    ///
    /// # Errors
    /// When they are not kept.
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError>;

    /// The last `n` rows, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn latest(&mut self, n: usize) -> Result<Vec<Row>, LedgerError>;
}
