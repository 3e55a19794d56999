//! A row of the trail, as it is stored, hashed and read back.
//!
//! Rows are made only from an [`Entry`], an [`Outcome`] or an [`Event`], whose types hold nothing that a viewer or an
//! upstream wrote.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::chain::{self, Hash};
use super::entry::{Entry, Event};
use super::outcome::Outcome;
use crate::base::id::RecordKey;

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
    /// Every act.
    pub const ALL: [Act; 4] = [Act::Open, Act::Close, Act::Refusal, Act::Event];

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
        Act::ALL.into_iter().find(|a| a.as_str() == name)
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
    /// Of an event: who did it, where `engineer` is whom it is about.
    pub by: Option<String>,
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
    /// `admitted`, `denied`, `limited`, `refused`; of an event, its name. Of a close: only when the answer was held back.
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
    /// The hash of the row before.
    pub prev: Hash,
    /// The hash of this row.
    pub hash: Hash,
}

impl Row {
    /// A row that says nothing yet and is no part of a chain.
    pub(super) fn blank(act: Act) -> Self {
        Row {
            seq: 0,
            at: Timestamp::UNIX_EPOCH,
            act,
            request: None,
            engineer: None,
            by: None,
            centre: None,
            trust: None,
            ticket: None,
            grant: None,
            method: None,
            route: None,
            decision: None,
            code: None,
            records: Vec::new(),
            more_records: false,
            rules: None,
            status: None,
            bytes: None,
            masked: None,
            controls: None,
            withheld: None,
            cancelled: false,
            upstream: None,
            micros: None,
            prev: Hash::ZERO,
            hash: Hash::ZERO,
        }
    }

    /// Whether its content gives its hash.
    pub fn is_as_hashed(&self) -> bool {
        chain::hash(self) == self.hash
    }

    /// A request that is about to go upstream, or one that was refused.
    pub(super) fn of_entry(act: Act, entry: &Entry) -> Self {
        Row {
            method: Some(entry.method.to_owned()),
            decision: Some(entry.verdict.as_str().to_owned()),
            code: entry.verdict.code().map(|c| c.as_str().to_owned()),
            records: hex(&entry.records),
            rules: entry.rules.as_ref().map(|v| v.as_str().to_owned()),
            ..Row::named(act, entry)
        }
    }

    /// How it ended. Who and where stand here again, so that a search by engineer or trust finds both halves.
    pub(super) fn of_outcome(entry: &Entry, outcome: &Outcome, micros: u64) -> Self {
        let masked: Vec<String> = outcome.masked.iter().map(|(kind, n)| format!("{kind}={n}")).collect();
        Row {
            decision: outcome.verdict.map(|v| v.as_str().to_owned()),
            code: outcome.verdict.and_then(|v| v.code()).map(|c| c.as_str().to_owned()),
            records: hex(&outcome.records),
            more_records: outcome.more_records,
            status: outcome.status.map(|s| s.as_u16()),
            bytes: Some(outcome.bytes),
            masked: (!masked.is_empty()).then(|| masked.join(",")),
            controls: Some(outcome.controls),
            withheld: outcome.withheld.map(|c| c.as_str().to_owned()),
            cancelled: outcome.cancelled,
            upstream: outcome.upstream.map(|u| u.as_str().to_owned()),
            micros: Some(micros),
            ..Row::named(Act::Close, entry)
        }
    }

    fn named(act: Act, entry: &Entry) -> Self {
        Row {
            request: Some(entry.request.to_string()),
            engineer: entry.engineer.as_ref().map(ToString::to_string),
            centre: entry.centre.as_ref().map(ToString::to_string),
            trust: entry.trust.as_ref().map(ToString::to_string),
            ticket: entry.ticket.as_ref().map(ToString::to_string),
            grant: entry.grant.as_ref().map(ToString::to_string),
            route: entry.route.as_ref().map(ToString::to_string),
            ..Row::blank(act)
        }
    }

    /// Something that happened to the house.
    pub(super) fn of_event(event: &Event) -> Self {
        let mut row = Row { decision: Some(event.as_str().to_owned()), ..Row::blank(Act::Event) };
        match event {
            Event::Start | Event::Stop => {}
            Event::RulesChanged { trust, version, by } => {
                row.trust = Some(trust.to_string());
                row.rules = Some(version.as_str().to_owned());
                row.by = by.as_ref().map(ToString::to_string);
            }
            Event::RulesRefused { trust, by } => {
                row.trust = trust.as_ref().map(ToString::to_string);
                row.by = by.as_ref().map(ToString::to_string);
            }
            Event::RuleFileSaved { file, version, by } => {
                row.code = Some(file.clone());
                row.rules = Some(version.as_str().to_owned());
                row.by = Some(by.to_string());
            }
            Event::Previewed { trust, by } => {
                row.trust = Some(trust.to_string());
                row.by = Some(by.to_string());
            }
            Event::GrantIssued { grant, trust, ticket, to, by } => {
                row.grant = Some(grant.to_string());
                row.trust = Some(trust.to_string());
                row.ticket = Some(ticket.to_string());
                row.engineer = Some(to.to_string());
                row.by = by.as_ref().map(ToString::to_string);
            }
            Event::GrantRevoked { grant, by } => {
                row.grant = Some(grant.to_string());
                row.by = Some(by.to_string());
            }
            Event::TrailRead { by, how } => {
                row.by = Some(by.to_string());
                row.code = Some(how.as_str().to_owned());
            }
        }
        row
    }
}

fn hex(records: &BTreeSet<RecordKey>) -> Vec<String> {
    records.iter().map(|r| data_encoding::HEXLOWER.encode(r)).collect()
}
