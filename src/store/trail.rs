//! The trail in SQLite: appended by one connection, read by others.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, TransactionBehavior, params};

use crate::access::Grant;
use crate::audit::{Act, Hash, Ledger, LedgerError, Row, Verifier};
use crate::base::id::{EngineerId, GrantId, RecordKey, Ticket, TrustId};

/// In the order of [`read`].
const COLUMNS: &str = "seq, at, act, request, engineer, by_whom, centre, trust, ticket, grant_id, method, route, decision, \
    code, records, more_records, rules, status, bytes, masked, controls, withheld, cancelled, upstream, micros, prev, hash";

/// The writing side.
#[derive(Debug)]
pub(super) struct SqliteLedger {
    connection: Connection,
}

impl SqliteLedger {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    fn keep(&mut self, rows: &[Row]) -> Result<bool, rusqlite::Error> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(true) };
        let commit = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (seq, hash) = kept_head(&commit)?.unwrap_or((0, Hash::ZERO));
        if (seq + 1, hash) != (first.seq, first.prev) {
            return Ok(false);
        }
        {
            let sql = format!("INSERT INTO trail ({COLUMNS}) VALUES ({})", vec!["?"; 27].join(", "));
            let mut insert = commit.prepare_cached(&sql)?;
            for row in rows {
                write(&mut insert, row)?;
            }
            let sql = "INSERT INTO trail_head VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, hash = excluded.hash";
            commit.prepare_cached(sql)?.execute(params![last.seq.cast_signed(), last.hash.as_bytes()])?;
        }
        commit.commit()?;
        Ok(true)
    }
}

fn failed(error: rusqlite::Error) -> LedgerError {
    LedgerError::Failed(error.to_string())
}

impl Ledger for SqliteLedger {
    fn head(&mut self) -> Result<Option<Row>, LedgerError> {
        let kept = kept_head(&self.connection).map_err(failed)?;
        let sql = format!("SELECT {COLUMNS} FROM trail ORDER BY seq DESC LIMIT 1");
        let last = self.connection.query_row(&sql, [], |row| Ok(read(row))).optional().map_err(failed)?;
        match (kept, last) {
            (None, None) => Ok(None),
            (Some((seq, hash)), Some(Ok(row))) if row.seq == seq && row.hash == hash && row.is_as_hashed() => {
                Ok(Some(row))
            }
            (Some(_) | None, Some(_) | None) => Err(LedgerError::Unsound),
        }
    }

    fn append(&mut self, rows: &[Row]) -> Result<(), LedgerError> {
        match self.keep(rows) {
            Ok(true) => Ok(()),
            Ok(false) => Err(LedgerError::Moved),
            Err(error) => Err(failed(error)),
        }
    }

    fn latest(&mut self, n: usize) -> Result<Vec<Row>, LedgerError> {
        let sql = format!("SELECT {COLUMNS} FROM trail ORDER BY seq DESC LIMIT ?");
        let mut select = self.connection.prepare_cached(&sql).map_err(failed)?;
        let rows = select.query_map([i64::try_from(n).unwrap_or(i64::MAX)], |row| Ok(read(row))).map_err(failed)?;
        rows.map(|row| row.map_err(failed)?.map_err(|_| LedgerError::Unsound)).collect()
    }
}

/// What the store says the end of the trail is.
fn kept_head(connection: &Connection) -> Result<Option<(u64, Hash)>, rusqlite::Error> {
    let read = |row: &SqlRow<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), Hash::from_bytes(row.get(1)?)));
    connection.prepare_cached("SELECT seq, hash FROM trail_head")?.query_row([], read).optional()
}

fn write(insert: &mut rusqlite::Statement<'_>, row: &Row) -> Result<(), rusqlite::Error> {
    let mut records = Vec::with_capacity(row.records.len() * size_of::<RecordKey>());
    for record in &row.records {
        let bytes = data_encoding::HEXLOWER.decode(record.as_bytes());
        records.extend(bytes.map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?);
    }
    insert.execute(params![
        row.seq.cast_signed(),
        row.at.as_microsecond(),
        row.act.as_str(),
        row.request,
        row.engineer,
        row.by,
        row.centre,
        row.trust,
        row.ticket,
        row.grant,
        row.method,
        row.route,
        row.decision,
        row.code,
        records,
        row.more_records,
        row.rules,
        row.status,
        row.bytes.map(u64::cast_signed),
        row.masked,
        row.controls.map(u64::cast_signed),
        row.withheld,
        row.cancelled,
        row.upstream,
        row.micros.map(u64::cast_signed),
        row.prev.as_bytes(),
        row.hash.as_bytes(),
    ])?;
    Ok(())
}

/// A stored row that is none; its number, if that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unreadable(Option<u64>);

fn read(row: &SqlRow<'_>) -> Result<Row, Unreadable> {
    let seq = row.get::<_, i64>(0).ok().map(i64::cast_unsigned);
    fields(row).ok().flatten().ok_or(Unreadable(seq))
}

fn fields(row: &SqlRow<'_>) -> Result<Option<Row>, rusqlite::Error> {
    let records: Vec<u8> = row.get(14)?;
    let (records, rest) = records.as_chunks::<{ size_of::<RecordKey>() }>();
    let act: String = row.get(2)?;
    let (Some(act), Ok(at)) = (Act::from_name(&act), Timestamp::from_microsecond(row.get(1)?)) else { return Ok(None) };
    if !rest.is_empty() {
        return Ok(None);
    }
    // A flag that is neither 0 nor 1 reads as true all the same; the hash would not see the difference.
    let (Some(more_records), Some(cancelled)) = (flag(row.get(15)?), flag(row.get(22)?)) else { return Ok(None) };
    let number = |at: usize| row.get::<_, Option<i64>>(at).map(|n| n.map(i64::cast_unsigned));
    Ok(Some(Row {
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        at,
        act,
        request: row.get(3)?,
        engineer: row.get(4)?,
        by: row.get(5)?,
        centre: row.get(6)?,
        trust: row.get(7)?,
        ticket: row.get(8)?,
        grant: row.get(9)?,
        method: row.get(10)?,
        route: row.get(11)?,
        decision: row.get(12)?,
        code: row.get(13)?,
        records: records.iter().map(|key| data_encoding::HEXLOWER.encode(key)).collect(),
        more_records,
        rules: row.get(16)?,
        status: row.get(17)?,
        bytes: number(18)?,
        masked: row.get(19)?,
        controls: number(20)?,
        withheld: row.get(21)?,
        cancelled,
        upstream: row.get(23)?,
        micros: number(24)?,
        prev: Hash::from_bytes(row.get(25)?),
        hash: Hash::from_bytes(row.get(26)?),
    }))
}

const fn flag(value: i64) -> Option<bool> {
    match value {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// What to search for; what is missing is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// By whom, or about whom.
    pub engineer: Option<String>,
    /// For which trust.
    pub trust: Option<String>,
    /// For which ticket.
    pub ticket: Option<String>,
    /// By which grant.
    pub grant: Option<String>,
    /// One request, in hexadecimal.
    pub request: Option<String>,
    /// `admitted`, `denied`, `limited`, `refused`, an event's name, or a code.
    pub decision: Option<String>,
    /// A record's key.
    pub record: Option<RecordKey>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// The condition and its values; no text of the filter becomes SQL.
    fn sql(&self) -> (String, Vec<Value>) {
        let mut terms = vec!["1"];
        let mut values = Vec::new();
        let mut term = |sql: &'static str, value: Option<Value>, times: usize| {
            if let Some(value) = value {
                terms.push(sql);
                values.extend(std::iter::repeat_n(value, times));
            }
        };
        let text = |t: &Option<String>| t.clone().map(Value::Text);
        let micros = |t: Option<Timestamp>| t.map(|t| Value::Integer(t.as_microsecond()));
        term("(engineer = ? OR by_whom = ?)", text(&self.engineer), 2);
        term("trust = ?", text(&self.trust), 1);
        term("ticket = ?", text(&self.ticket), 1);
        term("grant_id = ?", text(&self.grant), 1);
        term("request = ?", text(&self.request), 1);
        term("(decision = ? OR code = ? OR withheld = ?)", text(&self.decision), 3);
        term("at >= ?", micros(self.from), 1);
        term("at < ?", micros(self.until), 1);
        // Keys stand one after the other; a match across two of them is a chance of one in 2^100.
        term("instr(records, ?) > 0", self.record.map(|key| Value::Blob(key.to_vec())), 1);
        (terms.join(" AND "), values)
    }
}

/// The reading side: a connection that cannot write.
#[derive(Debug)]
pub struct TrailReader {
    connection: Connection,
}

impl TrailReader {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Gives the rows that match, oldest first, at most `limit` (the newest that many), until `each` says stop.
    ///
    /// # Errors
    /// When the store cannot be read; rows that are none are skipped here, [`TrailReader::verify`] names them.
    pub fn search(
        &self,
        filter: &Filter,
        limit: Option<u64>,
        mut each: impl FnMut(Row) -> std::ops::ControlFlow<()>,
    ) -> Result<(), rusqlite::Error> {
        let (terms, mut values) = filter.sql();
        let sql = match limit {
            None => format!("SELECT {COLUMNS} FROM trail WHERE {terms} ORDER BY seq"),
            Some(limit) => {
                values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
                let newest = format!("SELECT * FROM trail WHERE {terms} ORDER BY seq DESC LIMIT ?");
                format!("SELECT {COLUMNS} FROM ({newest}) ORDER BY seq")
            }
        };
        let mut select = self.connection.prepare(&sql)?;
        let mut rows = select.query(rusqlite::params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if let Ok(row) = read(row)
                && each(row).is_break()
            {
                break;
            }
        }
        Ok(())
    }

    /// Feeds every row to the verifier, all from one moment, and says what it found.
    ///
    /// # Errors
    /// When the file cannot be read at all; damage that SQLite meets on the way is a finding.
    pub fn verify(&self, mut verifier: Verifier) -> Result<crate::audit::Findings, rusqlite::Error> {
        // One read transaction: a house that runs goes on writing, and what is read stays one moment's.
        let moment = self.connection.unchecked_transaction()?;
        let kept = kept_head(&moment)?;
        let mut select = moment.prepare(&format!("SELECT {COLUMNS} FROM trail ORDER BY seq"))?;
        let mut rows = select.query([])?;
        loop {
            match rows.next() {
                Ok(None) => break,
                Ok(Some(row)) => match read(row) {
                    Ok(row) => verifier.row(&row),
                    Err(Unreadable(seq)) => verifier.unreadable(seq),
                },
                Err(_) => {
                    verifier.unreadable(None);
                    break;
                }
            }
        }
        Ok(verifier.finish(kept))
    }

    /// Every grant that was issued, as [`GrantBook`](super::GrantBook) has them.
    ///
    /// # Errors
    /// When the store cannot be read, or a grant in it is none.
    pub fn issued(&self) -> Result<Vec<Grant>, rusqlite::Error> {
        super::grants::issued(&self.connection)
    }

    /// Under which grants anything went upstream, each with when it did first and last; those that were used last, at most `limit`. Standing grants that
    /// have left the configuration since stand here alone.
    ///
    /// # Errors
    /// When the store cannot be read; rows that are none are left out.
    pub fn used(&self, limit: u32) -> Result<Vec<Used>, rusqlite::Error> {
        let sql = "SELECT grant_id, engineer, trust, ticket, min(at), max(at) FROM trail
                   WHERE act = 'open' AND grant_id IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC LIMIT ?";
        let mut select = self.connection.prepare(sql)?;
        let mut rows = select.query([limit])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.extend(used(row).ok().flatten());
        }
        Ok(all)
    }
}

/// A grant, as the trail knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Its id.
    pub grant: GrantId,
    /// Whose.
    pub engineer: EngineerId,
    /// For which trust.
    pub trust: TrustId,
    /// For which ticket.
    pub ticket: Ticket,
    /// The first request under it.
    pub first: Timestamp,
    /// The last one.
    pub last: Timestamp,
}

fn used(row: &SqlRow<'_>) -> Result<Option<Used>, rusqlite::Error> {
    let text = |column: usize| row.get::<_, String>(column);
    let at = |column: usize| row.get::<_, i64>(column).map(|micros| Timestamp::from_microsecond(micros).ok());
    let ids = (GrantId::new(&text(0)?), EngineerId::new(&text(1)?), TrustId::new(&text(2)?), Ticket::new(&text(3)?));
    let (Ok(grant), Ok(engineer), Ok(trust), Ok(ticket)) = ids else { return Ok(None) };
    let (Some(first), Some(last)) = (at(4)?, at(5)?) else { return Ok(None) };
    Ok(Some(Used { grant, engineer, trust, ticket, first, last }))
}
