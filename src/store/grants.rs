//! Grants: the standing ones of the configuration file and those that were issued.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::access::{Grant, Origin, Purpose, Revoked};
use crate::base::id::{EngineerId, GrantId, RecordKey, Ticket, TrustId};

/// Grants that are held in memory at most; of more, those that end last.
const MAX_GRANTS: u32 = 100_000;

/// Why a grant could not be kept or taken back.
#[derive(Debug, thiserror::Error)]
pub enum GrantStoreError {
    /// There is none of this id.
    #[error("there is no grant {0}; `fanlight grant list` shows those that there are")]
    Unknown(GrantId),
    /// It is in the configuration file, which Fanlight does not write.
    #[error("grant {0} is a standing grant: take it out of the configuration file")]
    Standing(GrantId),
    /// There is one of this id already.
    #[error("there is a grant {0} already")]
    Taken(GrantId),
    /// It was taken back before.
    #[error("grant {0} was revoked already")]
    AlreadyRevoked(GrantId),
    /// SQLite says no.
    #[error("the store failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// All grants. [`GrantBook::all`] takes no lock and no I/O; [`GrantBook::refresh`] picks up what other processes changed.
#[derive(Debug, Clone)]
pub struct GrantBook(Arc<Book>);

#[derive(Debug)]
struct Book {
    all: ArcSwap<Vec<Grant>>,
    stored: Mutex<Stored>,
}

#[derive(Debug)]
struct Stored {
    connection: Connection,
    version: i64,
    standing: Vec<Grant>,
}

impl GrantBook {
    pub(super) fn open(connection: Connection, standing: Vec<Grant>) -> Result<Self, rusqlite::Error> {
        let book = Book { all: ArcSwap::default(), stored: Mutex::new(Stored { connection, version: 0, standing }) };
        book.read(&mut book.stored())?;
        Ok(Self(Arc::new(book)))
    }

    /// The grants now; for [`decide`](crate::access::decide).
    pub fn all(&self) -> Arc<Vec<Grant>> {
        self.0.all.load_full()
    }

    /// The grants of one engineer.
    pub fn of(&self, engineer: &EngineerId) -> Vec<Grant> {
        self.0.all.load().iter().filter(|g| &g.engineer == engineer).cloned().collect()
    }

    /// Replaces the standing grants after the configuration was read again.
    ///
    /// # Errors
    /// [`GrantStoreError::Sqlite`].
    pub fn set_standing(&self, standing: Vec<Grant>) -> Result<(), GrantStoreError> {
        let mut stored = self.0.stored();
        stored.standing = standing;
        Ok(self.0.read(&mut stored)?)
    }

    /// Keeps a new grant, issued by `by` at `at`.
    ///
    /// # Errors
    /// [`GrantStoreError`].
    pub fn issue(&self, grant: &Grant, by: Option<&EngineerId>, at: Timestamp) -> Result<(), GrantStoreError> {
        let mut stored = self.0.stored();
        let records = grant.records.as_ref().map(|keys| keys.iter().flatten().copied().collect::<Vec<u8>>());
        let insert =
            "INSERT INTO grants (id, engineer, trust, ticket, purpose, begins, until, records, issued, issued_by)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
        let values = params![
            grant.id.as_str(),
            grant.engineer.as_str(),
            grant.trust.as_str(),
            grant.ticket.as_str(),
            grant.purpose.as_ref().map(Purpose::as_str),
            grant.from.map(Timestamp::as_microsecond),
            grant.until.as_microsecond(),
            records,
            at.as_microsecond(),
            by.map(EngineerId::as_str),
        ];
        if stored.connection.execute(insert, values)? == 0 {
            return Err(GrantStoreError::Taken(grant.id.clone()));
        }
        Ok(self.0.read(&mut stored)?)
    }

    /// Takes a grant back; this process knows at once, others at their next [`GrantBook::refresh`].
    ///
    /// # Errors
    /// [`GrantStoreError`].
    pub fn revoke(&self, id: &GrantId, revoked: &Revoked) -> Result<(), GrantStoreError> {
        let mut stored = self.0.stored();
        let update = "UPDATE grants SET revoked = ?, revoked_by = ? WHERE id = ? AND revoked IS NULL";
        let changed = stored
            .connection
            .execute(update, params![revoked.at.as_microsecond(), revoked.by.as_str(), id.as_str()])?;
        if changed == 0 {
            let find = "SELECT 1 FROM grants WHERE id = ?";
            let known = stored.connection.query_row(find, [id.as_str()], |_| Ok(())).optional()?.is_some();
            let standing = stored.standing.iter().any(|g| &g.id == id);
            return Err(match (known, standing) {
                (true, _) => GrantStoreError::AlreadyRevoked(id.clone()),
                (false, true) => GrantStoreError::Standing(id.clone()),
                (false, false) => GrantStoreError::Unknown(id.clone()),
            });
        }
        Ok(self.0.read(&mut stored)?)
    }

    /// Reads again when another process changed the store; says whether anything changed. Call it every second or so:
    /// `fanlight grant revoke` takes effect then.
    ///
    /// # Errors
    /// [`GrantStoreError::Sqlite`].
    pub fn refresh(&self) -> Result<bool, GrantStoreError> {
        let mut stored = self.0.stored();
        if version(&stored.connection)? == stored.version {
            return Ok(false);
        }
        self.0.read(&mut stored)?;
        Ok(true)
    }
}

impl Book {
    fn stored(&self) -> MutexGuard<'_, Stored> {
        // Every write is one statement, so a panic while it was held left nothing half done.
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, stored: &mut Stored) -> Result<(), rusqlite::Error> {
        let moment = stored.connection.unchecked_transaction()?;
        let version = version(&moment)?;
        let mut all = stored.standing.clone();
        all.extend(issued(&moment)?);
        drop(moment);
        stored.version = version;
        self.all.store(Arc::new(all));
        Ok(())
    }
}

/// Every grant that was issued, ended and revoked ones too.
pub(super) fn issued(connection: &Connection) -> Result<Vec<Grant>, rusqlite::Error> {
    let sql = "SELECT id, engineer, trust, ticket, purpose, begins, until, records, revoked, revoked_by
               FROM grants ORDER BY until DESC LIMIT ?";
    let mut select = connection.prepare_cached(sql)?;
    select.query_map([MAX_GRANTS], grant)?.collect()
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.prepare_cached("SELECT version FROM grants_version")?.query_row([], |row| row.get(0))
}

/// A grant that does not read is an error, not a grant left out: a revocation could be what does not read.
fn grant(row: &Row<'_>) -> Result<Grant, rusqlite::Error> {
    let text = |column: usize| row.get::<_, String>(column);
    let at = |column: usize| {
        row.get::<_, Option<i64>>(column)?.map(|n| fit(column, Timestamp::from_microsecond(n))).transpose()
    };
    let records = row.get::<_, Option<Vec<u8>>>(7)?.map(|bytes| {
        let (keys, _) = bytes.as_chunks::<{ size_of::<RecordKey>() }>();
        Arc::new(keys.iter().copied().collect::<BTreeSet<RecordKey>>())
    });
    let by = row.get::<_, Option<String>>(9)?.map(|by| fit(9, EngineerId::new(&by))).transpose()?;
    let revoked = match (at(8)?, by) {
        (Some(at), Some(by)) => Some(Revoked { at, by }),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(rusqlite::Error::IntegralValueOutOfRange(8, 0)),
    };
    Ok(Grant {
        id: fit(0, GrantId::new(&text(0)?))?,
        engineer: fit(1, EngineerId::new(&text(1)?))?,
        trust: fit(2, TrustId::new(&text(2)?))?,
        ticket: fit(3, Ticket::new(&text(3)?))?,
        purpose: row.get::<_, Option<String>>(4)?.map(|text| fit(4, Purpose::new(&text))).transpose()?,
        from: at(5)?,
        until: fit(6, Timestamp::from_microsecond(row.get(6)?))?,
        records,
        revoked,
        origin: Origin::Store,
    })
}

fn fit<T, E: std::error::Error + Send + Sync + 'static>(
    column: usize,
    value: Result<T, E>,
) -> Result<T, rusqlite::Error> {
    value.map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn sample(id: &str) -> Grant {
        Grant {
            id: GrantId::new(id).unwrap(),
            engineer: EngineerId::new("sam@centre.example").unwrap(),
            trust: TrustId::new("royal-free").unwrap(),
            ticket: Ticket::new("CHG-1001").unwrap(),
            purpose: Some(Purpose::new("move the results index").unwrap()),
            from: Some(at("2026-11-01T00:00:00Z")),
            until: at("2026-12-01T00:00:00.5Z"),
            records: Some(Arc::new(BTreeSet::from([[1; 16], [2; 16]]))),
            revoked: None,
            origin: Origin::Store,
        }
    }

    #[test]
    fn a_grant_comes_back_as_it_was_and_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite:f.db", dir.path()).unwrap();
        let book = store.grants(Vec::new()).unwrap();
        book.issue(&sample("g-1"), None, at("2026-11-01T00:00:00Z")).unwrap();
        assert_eq!(*book.all(), [sample("g-1")]);
        assert!(matches!(book.issue(&sample("g-1"), None, at("2026-11-01T00:00:00Z")), Err(GrantStoreError::Taken(_))));
        drop(book);
        assert_eq!(*Store::open("sqlite:f.db", dir.path()).unwrap().grants(Vec::new()).unwrap().all(), [sample("g-1")]);
    }

    #[test]
    fn a_revocation_elsewhere_is_seen_at_the_next_refresh() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open("sqlite:f.db", dir.path()).unwrap();
        let (server, command) = (store.grants(Vec::new()).unwrap(), store.grants(Vec::new()).unwrap());
        command.issue(&sample("g-1"), None, at("2026-11-01T00:00:00Z")).unwrap();
        assert!(server.all().is_empty());
        assert!(server.refresh().unwrap());
        assert!(!server.refresh().unwrap());
        assert_eq!(server.all().len(), 1);
        let revoked = Revoked { at: at("2026-11-02T00:00:00Z"), by: EngineerId::new("ig@trust.example").unwrap() };
        command.revoke(&sample("g-1").id, &revoked).unwrap();
        assert!(server.refresh().unwrap());
        assert_eq!(server.all()[0].revoked.as_ref(), Some(&revoked));
        assert!(matches!(command.revoke(&sample("g-1").id, &revoked), Err(GrantStoreError::AlreadyRevoked(_))));
    }

    #[test]
    fn standing_grants_are_the_files() {
        let dir = tempfile::tempdir().unwrap();
        let g = sample("g-1");
        let standing = Grant::standing(g.engineer.clone(), g.trust.clone(), g.ticket.clone(), g.until);
        let book = Store::open("sqlite:f.db", dir.path()).unwrap().grants(vec![standing.clone()]).unwrap();
        let revoked = Revoked { at: at("2026-11-02T00:00:00Z"), by: g.engineer.clone() };
        assert!(matches!(book.revoke(&standing.id, &revoked), Err(GrantStoreError::Standing(_))));
        assert!(matches!(book.revoke(&g.id, &revoked), Err(GrantStoreError::Unknown(_))));
        book.issue(&g, None, revoked.at).unwrap();
        assert_eq!(book.of(&g.engineer).len(), 2);
        book.set_standing(Vec::new()).unwrap();
        assert_eq!(*book.all(), [g]);
    }
}
