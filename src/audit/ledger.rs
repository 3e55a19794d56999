//! Where rows are kept: the port that a store fills.

use super::row::Row;

/// Why rows could not be kept or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// Another process wrote rows since; the chain goes on from its last one.
    #[error("another process wrote to the trail at the same moment")]
    Moved,
    /// The end of the trail is not as it was written.
    #[error(
        "the trail's end is not as it was written: run `fanlight audit verify`, keep the file, and begin a new one"
    )]
    Unsound,
    /// The store says no.
    #[error("the trail's store failed: {0}")]
    Failed(String),
}

/// A store of rows. Used by one thread alone.
pub trait Ledger: Send {
    /// The last row, if there is one: the chain goes on from it.
    ///
    /// # Errors
    /// When the store cannot be read, or its end is not as it was written.
    fn head(&mut self) -> Result<Option<Row>, LedgerError>;

    /// Keeps these rows, all or none, and returns only once they would survive a power cut. They must follow on the
    /// last row kept.
    ///
    /// # Errors
    /// When they are not kept; [`LedgerError::Moved`] when they do not follow.
    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError>;

    /// The last `n` rows, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn latest(&mut self, n: usize) -> Result<Vec<Row>, LedgerError>;
}
