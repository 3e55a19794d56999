//! What was found, and the report of a body.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::kind::Kind;
use crate::base::secret::Unprinted;

/// How sure a detector is, 0 to 100. Rules set the threshold (default 50).
pub type Confidence = u8;

/// What found an identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finder {
    /// A field rule, by its id.
    Field(String),
    /// A detector, by its id; one that ships, or a rule set's own.
    Detector(Cow<'static, str>),
    /// The record dictionary: learned elsewhere.
    Dictionary,
}

impl std::fmt::Display for Finder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Finder::Field(id) => write!(f, "field {id}"),
            Finder::Detector(id) => write!(f, "detector {id}"),
            Finder::Dictionary => f.write_str("dictionary"),
        }
    }
}

/// An identifier in a run of text. It has no value of its own: only where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Bytes of the run's text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How sure.
    pub confidence: Confidence,
    /// What found it.
    pub finder: Finder,
}

/// A finding as the report shows it: where and why, never the value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Explained {
    /// Line of the body, from 1; none past the last line that is counted.
    pub line: Option<u64>,
    /// Byte of the line, from 1.
    pub column: Option<u64>,
    /// Selector, JSON path, segment or paragraph.
    pub at: String,
    /// Surface it stands on.
    pub surface: &'static str,
    /// Kind of identifier.
    pub kind: &'static str,
    /// Field, detector or dictionary.
    pub finder: String,
    /// 0 to 100.
    pub confidence: Confidence,
    /// What stood beside it that rules know: a label, a field of prose. Words of the rule set, never of the page; empty where
    /// there was nothing.
    pub context: String,
    /// Operator that replaced it.
    pub operator: String,
    /// What was read there, for the console's preview alone: it neither prints nor serialises.
    #[serde(skip)]
    pub value: Unprinted,
    /// What stands there now.
    #[serde(skip)]
    pub with: String,
    /// Where it begins, in bytes of the body as its format reads it.
    #[serde(skip)]
    pub offset: u64,
}

/// What happened to one body.
#[derive(Debug, Default, Clone)]
pub struct Report {
    /// How many were replaced, by kind.
    pub masked: BTreeMap<Kind, u64>,
    /// How many, by what found them (for hit counts in the console).
    pub by_finder: BTreeMap<String, u64>,
    /// Export and print controls taken out, by rule id.
    pub controls: BTreeMap<String, u64>,
    /// Keyed hashes of the records that the body shows, at most [`Report::MAX_RECORDS`].
    pub records: BTreeSet<[u8; 16]>,
    /// More records than can be listed were shown.
    pub more_records: bool,
    /// The leak gate found something in the page as the rewriter of tokens left it, so it was read once more as a tree.
    pub redone: bool,
    /// Each finding, when asked for (`--report`, console preview), at most [`Report::MAX_EXPLAINED`].
    pub explained: Vec<Explained>,
}

impl Report {
    /// The most record keys kept for one body.
    pub const MAX_RECORDS: usize = 10_000;
    /// The most findings explained for one body.
    pub const MAX_EXPLAINED: usize = 2_000;

    /// All that was replaced.
    pub fn total(&self) -> u64 {
        self.masked.values().sum()
    }
}
