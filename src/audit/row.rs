//! A row of the trail, as it is stored, hashed and read back.

use jiff::Timestamp;

/// What a row records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A request was let upstream; a row of kind [`Act::Close`] follows.
    Open,
    /// It ended.
    Close,
    /// A request was answered by Fanlight itself and went nowhere.
    Refusal,
    /// Something happened to the house.
    Event,
}

impl Act {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::Open => "open",
            Act::Close => "close",
            Act::Refusal => "refusal",
            Act::Event => "event",
        }
    }

    /// The act of this name.
    pub fn from_name(name: &str) -> Option<Act> {
        [Act::Open, Act::Close, Act::Refusal, Act::Event].into_iter().find(|a| a.as_str() == name)
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What it records.
    pub act: Act,
    /// The request, in hexadecimal; what opens and closes together.
    pub request: Option<String>,
    /// Who.
    pub engineer: Option<String>,
    /// From where.
    pub centre: Option<String>,
    /// Whose system.
    pub trust: Option<String>,
    /// For which change.
    pub ticket: Option<String>,
    /// By which grant.
    pub grant: Option<String>,
    /// The method.
    pub method: Option<String>,
    /// The route rule's id.
    pub route: Option<String>,
    /// `admitted`, `denied`, `limited`, `refused`; of an event, its name.
    pub decision: Option<String>,
    /// Why.
    pub code: Option<String>,
    /// Keyed hashes of the records, in hexadecimal.
    pub records: Vec<String>,
    /// More records than are listed.
    pub more_records: bool,
    /// The version of the rules.
    pub rules: Option<String>,
    /// The status sent.
    pub status: Option<u16>,
    /// Bytes of the body sent.
    pub bytes: Option<u64>,
    /// Identifiers replaced: `name=3,nhs-number=1`.
    pub masked: Option<String>,
    /// Controls taken out.
    pub controls: Option<u64>,
    /// Why the response was withheld.
    pub withheld: Option<String>,
    /// The engineer went away or the stream was cut.
    pub cancelled: bool,
    /// What went wrong upstream.
    pub upstream: Option<String>,
    /// From open to close, in microseconds.
    pub micros: Option<u64>,
    /// The hash of the row before, in hexadecimal.
    pub prev: String,
    /// The hash of this row, in hexadecimal.
    pub hash: String,
}
