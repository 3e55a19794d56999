//! A row's one encoding, its hash, and what follows on what.
//!
//! `hash = SHA-256("fanlight trail row 1" ‖ previous hash ‖ fields)`, each field present as a tag, a length and its
//! bytes, in one fixed order. Two different rows never have the same encoding, so no two rows share a hash, and a hash
//! stands for everything before it.

use std::fmt;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::row::Row;

/// A row's hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first row follows on.
    pub const ZERO: Hash = Hash([0; 32]);

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The end of a chain: what the next row follows on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The last row's number; 0 when there is none.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// When it was written.
    pub at: Timestamp,
}

impl Link {
    /// The end of an empty chain.
    pub const START: Link = Link { seq: 0, hash: Hash::ZERO, at: Timestamp::UNIX_EPOCH };

    /// The link that a stored row is.
    pub fn of(row: &Row) -> Self {
        Link { seq: row.seq, hash: row.hash, at: row.at }
    }

    /// Gives a row its number, time and hashes, and moves on to it.
    ///
    /// The time is the machine's, to the microsecond, also when its clock was set back: the order is the numbers'.
    pub(super) fn extend(&mut self, row: &mut Row, now: Timestamp) {
        row.seq = self.seq + 1;
        row.at = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        row.prev = self.hash;
        row.hash = hash(row);
        *self = Link::of(row);
    }
}

/// A row's hash, over everything in it but the hash itself.
pub(super) fn hash(row: &Row) -> Hash {
    // Taken apart by name, so that a field added to the row cannot be forgotten here.
    let Row {
        seq,
        at,
        act,
        request,
        engineer,
        by,
        centre,
        trust,
        ticket,
        grant,
        method,
        route,
        decision,
        code,
        records,
        more_records,
        rules,
        status,
        bytes,
        masked,
        controls,
        withheld,
        cancelled,
        upstream,
        micros,
        prev,
        hash: _,
    } = row;
    let mut fields = Fields(Sha256::new());
    fields.0.update(b"fanlight trail row 1");
    fields.0.update(prev.as_bytes());
    fields.number(Some(*seq));
    fields.0.update(at.as_microsecond().to_be_bytes());
    fields.text(Some(act.as_str()));
    for text in [request, engineer, by, centre, trust, ticket, grant, method, route, decision, code, rules] {
        fields.text(text.as_deref());
    }
    fields.number(Some(records.len() as u64));
    for record in records {
        fields.text(Some(record));
    }
    fields.number(Some(u64::from(*more_records)));
    fields.number(status.map(u64::from));
    fields.number(*bytes);
    fields.text(masked.as_deref());
    fields.number(*controls);
    fields.text(withheld.as_deref());
    fields.number(Some(u64::from(*cancelled)));
    fields.text(upstream.as_deref());
    fields.number(*micros);
    Hash(fields.0.finalize().into())
}

struct Fields(Sha256);

impl Fields {
    fn text(&mut self, text: Option<&str>) {
        match text {
            None => self.0.update([0]),
            Some(text) => {
                self.0.update([1]);
                self.0.update((text.len() as u64).to_be_bytes());
                self.0.update(text);
            }
        }
    }

    fn number(&mut self, number: Option<u64>) {
        match number {
            None => self.0.update([0]),
            Some(number) => {
                self.0.update([1]);
                self.0.update(number.to_be_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::row::Act;
    use super::*;

    #[test]
    fn an_absent_text_is_not_an_empty_one_and_fields_do_not_run_together() {
        let base = Row::blank(Act::Event);
        let mut seen = std::collections::HashSet::new();
        assert!(seen.insert(hash(&base)));
        let mut variants = Vec::new();
        for text in [Some(""), Some("a"), Some("ab")] {
            let mut row = base.clone();
            row.engineer = text.map(str::to_owned);
            variants.push(row.clone());
            row.centre = Some("b".to_owned());
            variants.push(row);
        }
        for row in variants {
            assert!(seen.insert(hash(&row)), "{row:?}");
        }
    }

    #[test]
    fn the_encoding_is_fixed() {
        // Written trails must verify for ever: whoever changes the encoding must add a version, not change this.
        let mut row = Row::blank(Act::Open);
        row.engineer = Some("sam@centre.example".to_owned());
        row.records = vec!["00112233445566778899aabbccddeeff".to_owned()];
        let mut link = Link::START;
        link.extend(&mut row, "2026-11-23T09:00:00.123456789Z".parse().unwrap());
        assert_eq!(row.at.to_string(), "2026-11-23T09:00:00.123456Z");
        assert_eq!(row.hash.to_string(), "20a32cdb9430da539f915bfbc91d98b07f9f6a0902e943ff156a47d0b7a64a60");
    }

    #[test]
    fn a_clock_that_is_set_back_is_written_as_it_is() {
        let mut link = Link::START;
        let (mut a, mut b) = (Row::blank(Act::Event), Row::blank(Act::Event));
        link.extend(&mut a, "2026-11-23T09:00:00Z".parse().unwrap());
        link.extend(&mut b, "2026-11-23T08:00:00Z".parse().unwrap());
        assert_eq!(b.at.to_string(), "2026-11-23T08:00:00Z");
        assert_eq!((b.seq, b.prev), (2, a.hash));
    }
}
