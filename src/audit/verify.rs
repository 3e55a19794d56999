//! Whether rows are as they were written.
//!
//! Feed every row in order to a [`Verifier`]. Any change of a row, a row taken out, put in or moved breaks the chain from
//! there on. What a chain by itself cannot show is that its *end* was cut off, or that somebody wrote it all anew: that
//! takes the number and hash of a row noted elsewhere ([`Verifier::expect`]).

use std::collections::HashMap;

use super::chain::{Hash, Link};
use super::entry::Event;
use super::row::{Act, Row};

/// What is wrong at a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Its number is not the one after the row before.
    Missing {
        /// The number that should stand here.
        expected: u64,
    },
    /// It does not follow on the row before.
    Broken,
    /// Its content is not what was hashed.
    Altered,
    /// It cannot be read as a row at all.
    Unreadable,
    /// It closes a request that is not open.
    CloseWithoutOpen,
    /// It opens a request that is open already.
    OpenTwice,
    /// It is not the row that was noted elsewhere.
    NotAsNoted,
    /// The trail ends before the row that was noted elsewhere.
    CutOff,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::Missing { expected } => {
                write!(f, "row {expected} should stand here: rows were taken out, put in or moved")
            }
            Wrong::Broken => f.write_str("it does not follow on the row before"),
            Wrong::Altered => f.write_str("it was altered: its content does not give its hash"),
            Wrong::Unreadable => f.write_str("it cannot be read as a row"),
            Wrong::CloseWithoutOpen => f.write_str("it closes a request that no row opened"),
            Wrong::OpenTwice => f.write_str("it opens a request that is open already"),
            Wrong::NotAsNoted => f.write_str("it is not the row that was noted: the trail was written anew"),
            Wrong::CutOff => f.write_str("the trail ends before the row that was noted: its end was cut off"),
        }
    }
}

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row's number.
    pub seq: u64,
    /// What.
    pub wrong: Wrong,
}

/// What a verification found.
#[derive(Debug, Clone)]
pub struct Findings {
    /// Rows read.
    pub rows: u64,
    /// The end of the trail, to be noted elsewhere.
    pub head: Link,
    /// What is wrong, the first [`Verifier::MAX_PROBLEMS`]; empty: the trail is as it was written.
    pub problems: Vec<Problem>,
    /// Requests that were opened and never closed: Fanlight was killed while they ran, or they run now. The numbers of
    /// their rows, the first [`Verifier::MAX_PROBLEMS`].
    pub unfinished: Vec<u64>,
    /// How many of these there are.
    pub unfinished_count: u64,
    /// How many of these were opened before Fanlight was last started: it was killed while they ran.
    pub killed: u64,
}

impl Findings {
    /// Whether the trail is as it was written.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads rows in order.
#[derive(Debug)]
pub struct Verifier {
    link: Link,
    rows: u64,
    problems: Vec<Problem>,
    open: HashMap<String, u64>,
    forgotten: u64,
    noted: Option<(u64, Hash)>,
    /// The row of the last start.
    started: u64,
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// Problems listed at most: after the first few, a person needs no more.
    pub const MAX_PROBLEMS: usize = 100;
    /// Requests remembered as open at most.
    const MAX_OPEN: usize = 1_000_000;

    /// A verifier at the start of a trail.
    pub fn new() -> Self {
        Self {
            link: Link::START,
            rows: 0,
            problems: Vec::new(),
            open: HashMap::new(),
            forgotten: 0,
            noted: None,
            started: 0,
        }
    }

    /// The row `seq` is known to have had this hash, from a note kept elsewhere.
    #[must_use]
    pub fn expect(mut self, seq: u64, hash: Hash) -> Self {
        self.noted = Some((seq, hash));
        self
    }

    /// The next row.
    pub fn row(&mut self, row: &Row) {
        self.rows += 1;
        let next = self.link.seq + 1;
        if row.seq != next {
            self.wrong(row.seq, Wrong::Missing { expected: next });
        } else if row.prev != self.link.hash {
            self.wrong(row.seq, Wrong::Broken);
        }
        if !row.is_as_hashed() {
            self.wrong(row.seq, Wrong::Altered);
        }
        if self.noted.is_some_and(|(seq, hash)| seq == row.seq && hash != row.hash) {
            self.wrong(row.seq, Wrong::NotAsNoted);
        }
        self.pair(row);
        // Goes on from what stands there, so that one altered row is one problem and not all that follow.
        self.link = Link::of(row);
    }

    /// A row that could not be read; `seq` if at least its number could.
    pub fn unreadable(&mut self, seq: Option<u64>) {
        self.rows += 1;
        let seq = seq.unwrap_or(self.link.seq + 1);
        self.wrong(seq, Wrong::Unreadable);
        self.link.seq = seq;
    }

    fn pair(&mut self, row: &Row) {
        if row.act == Act::Event && row.decision.as_deref() == Some(Event::Start.as_str()) {
            self.started = row.seq;
        }
        let Some(request) = &row.request else { return };
        match row.act {
            Act::Open if self.open.len() >= Self::MAX_OPEN => self.forgotten += 1,
            Act::Open => {
                if self.open.insert(request.clone(), row.seq).is_some() {
                    self.wrong(row.seq, Wrong::OpenTwice);
                }
            }
            Act::Close => {
                if self.open.remove(request).is_none() {
                    match self.forgotten.checked_sub(1) {
                        Some(left) => self.forgotten = left,
                        None => self.wrong(row.seq, Wrong::CloseWithoutOpen),
                    }
                }
            }
            Act::Refusal | Act::Event => {}
        }
    }

    fn wrong(&mut self, seq: u64, wrong: Wrong) {
        if self.problems.len() < Self::MAX_PROBLEMS {
            self.problems.push(Problem { seq, wrong });
        }
    }

    /// The end of the trail. `kept` is what the store itself says its end is.
    pub fn finish(mut self, kept: Option<(u64, Hash)>) -> Findings {
        for (seq, hash) in [kept, self.noted].into_iter().flatten() {
            if seq > self.link.seq {
                self.wrong(seq, Wrong::CutOff);
            } else if seq == self.link.seq && hash != self.link.hash && self.noted != Some((seq, hash)) {
                self.wrong(seq, Wrong::NotAsNoted);
            }
        }
        let mut unfinished: Vec<u64> = self.open.into_values().collect();
        unfinished.sort_unstable();
        let unfinished_count = unfinished.len() as u64 + self.forgotten;
        let killed = unfinished.iter().filter(|seq| **seq < self.started).count() as u64;
        unfinished.truncate(Self::MAX_PROBLEMS);
        Findings { rows: self.rows, head: self.link, problems: self.problems, unfinished, unfinished_count, killed }
    }
}
