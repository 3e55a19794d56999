//! What is written afterwards: what left, and what was done to it.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;

use super::entry::{Code, Verdict};
use crate::base::id::RecordKey;
use crate::redact::finding::Report;
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

/// What went wrong upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    /// No connection.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// Not HTTP, or an answer that breaks its rules.
    Nonsense,
    /// The answer broke off.
    BrokeOff,
}

impl Upstream {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Upstream::Unreachable => "unreachable",
            Upstream::TimedOut => "timed-out",
            Upstream::Nonsense => "nonsense",
            Upstream::BrokeOff => "broke-off",
        }
    }
}

/// How a request ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The status that the engineer received; none when no head was sent.
    pub status: Option<StatusCode>,
    /// Bytes of the body sent to the engineer.
    pub bytes: u64,
    /// Identifiers replaced, by kind.
    pub masked: BTreeMap<Kind, u64>,
    /// Controls taken out.
    pub controls: u64,
    /// Records shown.
    pub records: BTreeSet<RecordKey>,
    /// More records were shown than could be listed.
    pub more_records: bool,
    /// Why the response was withheld.
    pub withheld: Option<Code>,
    /// What was decided after the upstream's answer, when it was not let through: a limit, a type, a grant's record list.
    pub verdict: Option<Verdict>,
    /// The engineer went away, or the stream was cut.
    pub cancelled: bool,
    /// What went wrong upstream.
    pub upstream: Option<Upstream>,
}

impl Outcome {
    /// An answer of this status.
    pub fn status(status: StatusCode) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// What a dropped entry is closed as.
    pub fn cancelled() -> Self {
        Self { cancelled: true, ..Self::default() }
    }

    /// With what the engine did.
    #[must_use]
    pub fn with_report(mut self, report: &Report) -> Self {
        self.masked.clone_from(&report.masked);
        self.controls = report.controls.values().sum();
        self.records.clone_from(&report.records);
        self.more_records = report.more_records;
        self
    }

    /// Withheld, for this reason.
    #[must_use]
    pub fn withheld(mut self, why: &Withheld) -> Self {
        self.withheld = Some(withheld_code(why));
        self
    }
}

/// The reason as a stable word, without what the upstream sent (a content type may say anything).
fn withheld_code(why: &Withheld) -> Code {
    Code::new(match why {
        Withheld::UnknownType(_) => "unknown-type",
        Withheld::UnknownCoding => "unknown-coding",
        Withheld::BadCoding => "bad-coding",
        Withheld::TooLarge { .. } => "too-large",
        Withheld::BadCharset => "bad-charset",
        Withheld::Malformed(_) => "malformed",
        Withheld::TooDeep(_) => "too-deep",
        Withheld::ValueTooLong { .. } => "value-too-long",
        Withheld::Export(_) => "export",
        Withheld::ByRule(_) => "by-rule",
        Withheld::Contract(_) => "contract",
        Withheld::Leak(_) => "leak-gate",
        Withheld::Parser(_) => "parser",
    })
}
