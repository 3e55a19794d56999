//! What a stretch of the trail adds up to, for a report. Bounded: of too many names the rest is counted together.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::row::{Act, Row};

/// Names counted one by one in each table.
const MAX_NAMES: usize = 1_000;
/// What the rest is counted as.
const OTHERS: &str = "(others)";

/// How often, by name.
pub type Counts = BTreeMap<String, u64>;

/// What one engineer, trust or day did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Use {
    /// Requests that went upstream.
    pub admitted: u64,
    /// Requests that were denied, limited or refused.
    pub turned_away: u64,
    /// Records in pages that were shown, a page at a time.
    pub records: u64,
    /// Identifiers replaced.
    pub masked: u64,
    /// Bytes sent.
    pub bytes: u64,
}

/// The sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Rows added up.
    pub rows: u64,
    /// The earliest row's time.
    pub from: Option<Timestamp>,
    /// The latest row's time.
    pub until: Option<Timestamp>,
    /// By engineer.
    pub engineers: BTreeMap<String, Use>,
    /// By trust.
    pub trusts: BTreeMap<String, Use>,
    /// By day (UTC).
    pub days: BTreeMap<String, Use>,
    /// Why requests were turned away: decision and code.
    pub reasons: Counts,
    /// Identifiers replaced, by kind.
    pub masked: Counts,
    /// Responses withheld, by reason.
    pub withheld: Counts,
    /// Upstream failures, by what went wrong.
    pub upstream: Counts,
    /// Events of the house.
    pub events: Counts,
    /// Requests that ended because the engineer went away or the stream was cut.
    pub cancelled: u64,
    /// Export and print controls taken out.
    pub controls: u64,
}

impl Summary {
    /// Adds a row.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        self.from = Some(self.from.map_or(row.at, |from| from.min(row.at)));
        self.until = self.until.max(Some(row.at));
        let mut sum = Use::default();
        match row.act {
            Act::Open => sum.admitted = 1,
            Act::Refusal => {
                sum.turned_away = 1;
                self.reason(row);
            }
            Act::Close => self.close(row, &mut sum),
            Act::Event => {
                count(&mut self.events, row.decision.as_deref().unwrap_or("event"), 1);
                return;
            }
        }
        let day = row.at.strftime("%Y-%m-%d").to_string();
        for (table, name) in [
            (&mut self.engineers, row.engineer.as_deref().unwrap_or("(nobody known)")),
            (&mut self.trusts, row.trust.as_deref().unwrap_or("(no trust)")),
            (&mut self.days, &day),
        ] {
            let to = named(table, name);
            to.admitted += sum.admitted;
            to.turned_away += sum.turned_away;
            to.records += sum.records;
            to.masked += sum.masked;
            to.bytes += sum.bytes;
        }
    }

    fn reason(&mut self, row: &Row) {
        let decision = row.decision.as_deref().unwrap_or("refused");
        let reason = row.code.as_deref().map_or_else(|| decision.to_owned(), |code| format!("{decision}: {code}"));
        count(&mut self.reasons, &reason, 1);
    }

    fn close(&mut self, row: &Row, sum: &mut Use) {
        sum.bytes = row.bytes.unwrap_or(0);
        sum.records = row.records.len() as u64;
        for pair in row.masked.iter().flat_map(|m| m.split(',')) {
            if let Some((kind, n)) = pair.split_once('=') {
                let n = n.parse().unwrap_or(0);
                count(&mut self.masked, kind, n);
                sum.masked += n;
            }
        }
        if row.decision.is_some() {
            sum.turned_away = 1;
            self.reason(row);
        }
        if let Some(why) = &row.withheld {
            count(&mut self.withheld, why, 1);
        }
        if let Some(what) = &row.upstream {
            count(&mut self.upstream, what, 1);
        }
        self.cancelled += u64::from(row.cancelled);
        self.controls += row.controls.unwrap_or(0);
    }

    /// All requests together.
    pub fn total(&self) -> Use {
        self.trusts.values().fold(Use::default(), |a, b| Use {
            admitted: a.admitted + b.admitted,
            turned_away: a.turned_away + b.turned_away,
            records: a.records + b.records,
            masked: a.masked + b.masked,
            bytes: a.bytes.saturating_add(b.bytes),
        })
    }
}

fn named<'t, V: Default>(table: &'t mut BTreeMap<String, V>, name: &str) -> &'t mut V {
    let name = if table.len() < MAX_NAMES || table.contains_key(name) { name } else { OTHERS };
    table.entry(name.to_owned()).or_default()
}

fn count(table: &mut Counts, name: &str, n: u64) {
    *named(table, name) += n;
}

#[cfg(test)]
mod tests {
    use super::super::tests::chain;
    use super::*;

    #[test]
    fn it_adds_up() {
        let mut sums = Summary::default();
        chain().iter().for_each(|row| sums.add(row));
        let expected = Use { admitted: 2, turned_away: 2, records: 2, masked: 4, bytes: 4711 };
        assert_eq!(sums.total(), expected);
        assert_eq!(sums.masked, Counts::from([("name".into(), 3), ("nhs-number".into(), 1)]));
        assert_eq!(sums.reasons.keys().collect::<Vec<_>>(), ["limited: over-record-views", "refused: export"]);
        assert_eq!((sums.rows, sums.cancelled, sums.controls), (6, 1, 2));
        assert_eq!(sums.withheld, Counts::from([("leak-gate".into(), 1)]));
        assert_eq!(sums.events, Counts::from([("start".into(), 1)]));
    }

    #[test]
    fn too_many_names_are_counted_together() {
        let mut counts = Counts::new();
        for n in 0..3 * MAX_NAMES {
            count(&mut counts, &format!("name {n}"), 1);
        }
        assert_eq!(counts.len(), MAX_NAMES + 1);
        assert_eq!(counts[OTHERS], 2 * MAX_NAMES as u64);
    }
}
