//! The last versions of files that are edited through Fanlight (rule files).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

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

/// Versions of files: the last [`History::KEPT`] of each.
#[derive(Debug, Clone)]
pub struct History {
    connection: Arc<Mutex<Connection>>,
}

impl History {
    /// Versions kept of one file.
    pub const KEPT: u32 = 50;

    pub(super) fn new(connection: Connection) -> Self {
        Self { connection: Arc::new(Mutex::new(connection)) }
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // Every write is one transaction, so a panic while it was held left nothing half done.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a version; what is older than the last [`History::KEPT`] goes. A text that is the newest version already is
    /// not kept twice.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(&self, path: &str, text: &str, by: &EngineerId, at: Timestamp) -> Result<i64, rusqlite::Error> {
        let mut connection = self.connection();
        let write = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let newest = "SELECT id, body FROM history WHERE path = ? ORDER BY id DESC LIMIT 1";
        let newest = write.query_row(newest, [path], |r| Ok((r.get(0)?, r.get::<_, String>(1)?))).optional()?;
        if let Some((id, body)) = newest
            && body == text
        {
            return Ok(id);
        }
        let insert = "INSERT INTO history (path, at, by_whom, body) VALUES (?, ?, ?, ?)";
        write.execute(insert, params![path, at.as_microsecond(), by.as_str(), text])?;
        let id = write.last_insert_rowid();
        let old = "DELETE FROM history WHERE path = ?1 AND id NOT IN
                   (SELECT id FROM history WHERE path = ?1 ORDER BY id DESC LIMIT ?2)";
        write.execute(old, params![path, Self::KEPT])?;
        write.commit()?;
        Ok(id)
    }

    /// The versions of a file, newest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(&self, path: &str, at_most: usize) -> Result<Vec<Version>, rusqlite::Error> {
        let connection = self.connection();
        let sql = "SELECT id, path, at, by_whom, body FROM history WHERE path = ? ORDER BY id DESC LIMIT ?";
        let mut select = connection.prepare_cached(sql)?;
        select.query_map(params![path, i64::try_from(at_most).unwrap_or(i64::MAX)], version)?.collect()
    }

    /// One version.
    ///
    /// # Errors
    /// When the store fails.
    pub fn get(&self, id: i64) -> Result<Option<Version>, rusqlite::Error> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("SELECT id, path, at, by_whom, body FROM history WHERE id = ?")?;
        select.query_row([id], version).optional()
    }
}

fn version(row: &Row<'_>) -> Result<Version, rusqlite::Error> {
    let unfit = |column, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    };
    Ok(Version {
        id: row.get(0)?,
        path: row.get(1)?,
        at: Timestamp::from_microsecond(row.get(2)?).map_err(|e| unfit(2, Box::new(e)))?,
        by: EngineerId::new(&row.get::<_, String>(3)?).map_err(|e| unfit(3, Box::new(e)))?,
        text: row.get(4)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn the_last_versions_are_kept_and_equal_ones_once() {
        let dir = tempfile::tempdir().unwrap();
        let history = Store::open("sqlite:f.db", dir.path()).unwrap().history().unwrap();
        let by = EngineerId::new("rules@trust.example").unwrap();
        let at = Timestamp::UNIX_EPOCH;
        for n in 0..60 {
            history.keep("rules/a.toml", &format!("version {n}"), &by, at).unwrap();
        }
        let last = history.keep("rules/a.toml", "version 59", &by, at).unwrap();
        history.keep("rules/b.toml", "other", &by, at).unwrap();
        let all = history.of("rules/a.toml", 1_000).unwrap();
        assert_eq!(all.len(), 50);
        assert_eq!((all[0].id, all[0].text.as_str()), (last, "version 59"));
        assert_eq!(all[49].text, "version 10");
        assert_eq!(history.of("rules/a.toml", 2).unwrap().len(), 2);
        assert_eq!(history.get(all[3].id).unwrap().as_ref(), Some(&all[3]));
        assert_eq!(history.get(9_999).unwrap(), None);
    }
}
