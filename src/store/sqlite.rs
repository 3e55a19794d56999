//! One SQLite file: opened, checked, migrated. Or none: `memory:`, for tests and measurements, where nothing outlives the
//! process and each part of the store stands by itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::grants::GrantBook;
use super::history::History;
use super::trail::{SqliteLedger, TrailReader};
use crate::access::Grant;
use crate::audit::Ledger;

/// Why a store does not open.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is none that this version knows.
    #[error("the store's url must be sqlite:FILE, such as sqlite:fanlight.db (or memory: for tests)")]
    Url,
    /// There is no file to read.
    #[error("this configuration keeps its store in memory (url = \"memory:\"): nothing outlives `fanlight serve`")]
    InMemory,
    /// SQLite says no.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file cannot be made or read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A database of something else.
    #[error("{} is a database, but not one of Fanlight's", .0.display())]
    Foreign(PathBuf),
    /// Written by a later Fanlight.
    #[error("{} was written by a later version of Fanlight (schema {found}, this one knows {known})", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest known.
        known: usize,
    },
}

/// `FANL`, in the file's header, so that `file` and this program can tell whose it is.
const APPLICATION_ID: i64 = 0x4641_4e4c;

/// How long a connection waits for another process's write.
const BUSY: Duration = Duration::from_secs(5);

/// The schema, one step a version. A step that was released never changes; a new one is added below it.
const STEPS: &[&str] = &["
    CREATE TABLE trail (
        seq INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        act TEXT NOT NULL,
        request TEXT, engineer TEXT, by_whom TEXT, centre TEXT, trust TEXT, ticket TEXT, grant_id TEXT,
        method TEXT, route TEXT, decision TEXT, code TEXT,
        records BLOB NOT NULL, more_records INTEGER NOT NULL,
        rules TEXT, status INTEGER, bytes INTEGER, masked TEXT, controls INTEGER,
        withheld TEXT, cancelled INTEGER NOT NULL, upstream TEXT, micros INTEGER,
        prev BLOB NOT NULL, hash BLOB NOT NULL
    ) STRICT;
    CREATE INDEX trail_at ON trail (at);
    CREATE INDEX trail_engineer ON trail (engineer, seq);
    CREATE INDEX trail_trust ON trail (trust, seq);
    CREATE TRIGGER trail_is_not_updated BEFORE UPDATE ON trail
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
    CREATE TRIGGER trail_is_not_deleted BEFORE DELETE ON trail
        BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
    CREATE TABLE trail_head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;

    CREATE TABLE grants (
        id TEXT PRIMARY KEY,
        engineer TEXT NOT NULL, trust TEXT NOT NULL, ticket TEXT NOT NULL, purpose TEXT,
        begins INTEGER, until INTEGER NOT NULL, records BLOB,
        issued INTEGER NOT NULL, issued_by TEXT,
        revoked INTEGER, revoked_by TEXT
    ) STRICT;
    CREATE INDEX grants_until ON grants (until);
    CREATE TABLE grants_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL) STRICT;
    INSERT INTO grants_version VALUES (1, 1);
    CREATE TRIGGER grants_inserted AFTER INSERT ON grants BEGIN UPDATE grants_version SET version = version + 1; END;
    CREATE TRIGGER grants_updated AFTER UPDATE ON grants BEGIN UPDATE grants_version SET version = version + 1; END;

    CREATE TABLE history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL, at INTEGER NOT NULL, by_whom TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX history_path ON history (path, id);
"];

/// The store: a file that was opened once and is known to be sound and up to date.
#[derive(Debug, Clone)]
pub struct Store {
    /// None: in memory.
    path: Option<PathBuf>,
}

impl Store {
    /// Opens `sqlite:FILE` (relative to `base`), creating and migrating it; or `memory:`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(url: &str, base: &Path) -> Result<Self, StoreError> {
        let store = Self { path: path_of(url, base)? };
        if let Some(path) = &store.path {
            create_private(path)?;
            store.connect()?;
        }
        Ok(store)
    }

    /// The trail of an existing store, for reading alone.
    ///
    /// # Errors
    /// [`StoreError`], also when there is none.
    pub fn reader(url: &str, base: &Path) -> Result<TrailReader, StoreError> {
        let store = Self { path: path_of(url, base)? };
        let path = store.path.as_ref().ok_or(StoreError::InMemory)?;
        let connection = store.connect_with(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        store.version(&connection)?;
        Ok(TrailReader::new(connection))
    }

    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The trail's rows, for [`Trail::start`](crate::audit::Trail::start).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError> {
        Ok(Box::new(SqliteLedger::new(self.connect()?)))
    }

    /// The grants: those of the configuration file and those of the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn grants(&self, standing: Vec<Grant>) -> Result<GrantBook, StoreError> {
        GrantBook::open(self.connect()?, standing).map_err(|source| self.failed(source))
    }

    /// The versions of rule files.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn history(&self) -> Result<History, StoreError> {
        Ok(History::new(self.connect()?))
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.name(), source }
    }

    fn name(&self) -> PathBuf {
        self.path.clone().unwrap_or_else(|| PathBuf::from("memory:"))
    }

    /// A connection to a store that is up to date.
    fn connect(&self) -> Result<Connection, StoreError> {
        let mut connection = match &self.path {
            Some(path) => self.connect_with(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?,
            None => Connection::open_in_memory().map_err(|e| self.failed(e))?,
        };
        // WAL: readers never block the writer. FULL: a commit that returned survives a power cut.
        let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;";
        connection.execute_batch(pragmas).map_err(|e| self.failed(e))?;
        self.migrate(&mut connection)?;
        Ok(connection)
    }

    fn connect_with(&self, path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
        // No SQLITE_OPEN_URI: a file's name is a name, not a place to put parameters.
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| self.failed(e))?;
        connection.busy_timeout(BUSY).map_err(|e| self.failed(e))?;
        connection
            .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;")
            .map_err(|e| self.failed(e))?;
        Ok(connection)
    }

    /// The schema's version, of a file that is ours.
    fn version(&self, connection: &Connection) -> Result<usize, StoreError> {
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let version = pragma("user_version").map_err(|e| self.failed(e))?;
        let owner = pragma("application_id").map_err(|e| self.failed(e))?;
        if owner != APPLICATION_ID && (owner != 0 || version != 0) {
            return Err(StoreError::Foreign(self.name()));
        }
        let found = usize::try_from(version).map_err(|_| StoreError::Foreign(self.name()))?;
        if found > STEPS.len() {
            return Err(StoreError::TooNew { path: self.name(), found, known: STEPS.len() });
        }
        Ok(found)
    }

    fn migrate(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if self.version(connection)? == STEPS.len() {
            return Ok(());
        }
        let failed = |source| self.failed(source);
        // Immediate: two processes that start together migrate one after the other.
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let found = self.version(&step)?;
        if found == 0 && tables(&step).map_err(failed)? > 0 {
            return Err(StoreError::Foreign(self.name()));
        }
        for sql in STEPS.iter().skip(found) {
            step.execute_batch(sql).map_err(failed)?;
        }
        step.pragma_update(None, "user_version", STEPS.len() as i64).map_err(failed)?;
        step.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
        step.commit().map_err(failed)
    }
}

fn tables(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
}

fn path_of(url: &str, base: &Path) -> Result<Option<PathBuf>, StoreError> {
    match url.strip_prefix("sqlite:").map(|file| file.strip_prefix("//").unwrap_or(file)) {
        None if url == "memory:" => Ok(None),
        Some(":memory:") => Ok(None),
        None | Some("") => Err(StoreError::Url),
        Some(file) => Ok(Some(base.join(file))),
    }
}

/// The trail says who viewed what: it is nobody's business but the house's own user.
fn create_private(path: &Path) -> Result<(), StoreError> {
    let failed = |source| StoreError::File { path: path.to_owned(), source };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file() {
        let base = Path::new("/srv");
        assert_eq!(path_of("sqlite:fanlight.db", base).unwrap(), Some("/srv/fanlight.db".into()));
        assert_eq!(path_of("sqlite:///var/f.db", base).unwrap(), Some("/var/f.db".into()));
        assert_eq!(path_of("memory:", base).unwrap(), None);
        for bad in ["postgres://x", "sqlite:", "fanlight.db"] {
            assert!(matches!(path_of(bad, base), Err(StoreError::Url)), "{bad}");
        }
    }

    #[test]
    fn opening_twice_changes_nothing_and_the_file_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = Store::open("sqlite:f.db", dir.path()).unwrap();
        Store::open("sqlite:f.db", dir.path()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(first.path().unwrap()).unwrap().permissions().mode() & 0o077, 0);
        }
        let mode: String = first.connect().unwrap().query_row("PRAGMA journal_mode", [], |r| r.get(0)).unwrap();
        let sync: i64 = first.connect().unwrap().query_row("PRAGMA synchronous", [], |r| r.get(0)).unwrap();
        assert_eq!((mode.as_str(), sync), ("wal", 2));
    }

    #[test]
    fn somebody_elses_file_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        Connection::open(dir.path().join("other.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        assert!(matches!(Store::open("sqlite:other.db", dir.path()), Err(StoreError::Foreign(_))));
        std::fs::write(dir.path().join("text.db"), "this is no database, but some text that somebody wrote".repeat(30))
            .unwrap();
        assert!(matches!(Store::open("sqlite:text.db", dir.path()), Err(StoreError::Sqlite { .. })));
        assert!(matches!(Store::open("sqlite:no/such/folder.db", dir.path()), Err(StoreError::File { .. })));
    }

    #[test]
    fn a_later_schema_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite:f.db", dir.path()).unwrap();
        store.connect().unwrap().pragma_update(None, "user_version", 99).unwrap();
        let error = Store::open("sqlite:f.db", dir.path()).unwrap_err();
        assert!(error.to_string().contains("later version of Fanlight (schema 99"), "{error}");
    }

    #[test]
    fn in_memory_there_is_a_trail_and_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open("memory:", dir.path()).unwrap();
        assert!(store.ledger().unwrap().head().unwrap().is_none());
        assert!(store.grants(Vec::new()).unwrap().all().is_empty());
        assert!(matches!(Store::reader("memory:", dir.path()), Err(StoreError::InMemory)));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
