//! What is written before anything happens: who asks for what, and what was decided.

use std::collections::BTreeSet;

use http::Method;

use crate::access::{Denial, Identity, Permit};
use crate::base::id::{CentreId, EngineerId, GrantId, RecordKey, RuleId, Ticket, TrustId};
use crate::limits::OverLimit;

/// A word of our own: only text of the program can be one, so nothing of a request can.
///
/// ```compile_fail
/// let typed = String::from("943 476 5919");
/// let code = fanlight::audit::Code::new(&typed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// A code of the program.
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// A request's name in the trail and on our own pages: random, so that it says nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId([u8; 16]);

impl RequestId {
    /// A fresh one.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// One made elsewhere (tests, a row that is read back).
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// The version of a trust's rules: a hash in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesVersion(String);

/// A text that is no version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rules version is 8 to 64 hexadecimal digits")]
pub struct BadVersion;

impl RulesVersion {
    /// Checks that it is a hash.
    ///
    /// # Errors
    /// [`BadVersion`].
    pub fn new(text: &str) -> Result<Self, BadVersion> {
        let hash = (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if hash { Ok(Self(text.to_ascii_lowercase())) } else { Err(BadVersion) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was decided about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Goes upstream.
    Admitted,
    /// Goes upstream, and somebody may want to know why it is in the trail with a code.
    Noted(Code),
    /// Not permitted: identity, network, grant.
    Denied(Code),
    /// Over a limit.
    Limited(Code),
    /// Permitted and within limits, but the screen-only profile refuses it: a method, an export, a type.
    Refused(Code),
}

impl Verdict {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Admitted | Verdict::Noted(_) => "admitted",
            Verdict::Denied(_) => "denied",
            Verdict::Limited(_) => "limited",
            Verdict::Refused(_) => "refused",
        }
    }

    /// The reason.
    pub const fn code(self) -> Option<Code> {
        match self {
            Verdict::Admitted => None,
            Verdict::Noted(code) | Verdict::Denied(code) | Verdict::Limited(code) | Verdict::Refused(code) => {
                Some(code)
            }
        }
    }
}

impl From<&Denial> for Verdict {
    fn from(denial: &Denial) -> Self {
        Verdict::Denied(Code::new(denial.code()))
    }
}

impl From<&OverLimit> for Verdict {
    fn from(over: &OverLimit) -> Self {
        Verdict::Limited(Code::new(over.code()))
    }
}

/// A request, as the trail knows it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub(super) request: RequestId,
    pub(super) engineer: Option<EngineerId>,
    pub(super) centre: Option<CentreId>,
    pub(super) trust: Option<TrustId>,
    pub(super) ticket: Option<Ticket>,
    pub(super) grant: Option<GrantId>,
    pub(super) method: &'static str,
    pub(super) route: Option<RuleId>,
    pub(super) verdict: Verdict,
    pub(super) records: BTreeSet<RecordKey>,
    pub(super) rules: Option<RulesVersion>,
}

impl Entry {
    /// A request about which nothing is known yet.
    pub fn new(request: RequestId, method: &Method, verdict: Verdict) -> Self {
        Self {
            request,
            engineer: None,
            centre: None,
            trust: None,
            ticket: None,
            grant: None,
            method: method_word(method),
            route: None,
            verdict,
            records: BTreeSet::new(),
            rules: None,
        }
    }

    /// By someone who was identified.
    #[must_use]
    pub fn by(mut self, who: &Identity) -> Self {
        self.engineer = Some(who.engineer().clone());
        self
    }

    /// From a centre.
    #[must_use]
    pub fn from_centre(mut self, centre: &CentreId) -> Self {
        self.centre = Some(centre.clone());
        self
    }

    /// For a trust.
    #[must_use]
    pub fn at(mut self, trust: &TrustId) -> Self {
        self.trust = Some(trust.clone());
        self
    }

    /// Under a permit: who, from where, for which trust and ticket, by which grant.
    #[must_use]
    pub fn under(mut self, permit: &Permit) -> Self {
        self.engineer = Some(permit.engineer().clone());
        self.centre = Some(permit.centre().clone());
        self.trust = Some(permit.trust().clone());
        self.ticket = Some(permit.ticket().clone());
        self.grant = Some(permit.grant().clone());
        self
    }

    /// By a route rule; its id, never the path.
    #[must_use]
    pub fn route(mut self, route: &RuleId) -> Self {
        self.route = Some(route.clone());
        self
    }

    /// For a record that the route found in the request.
    #[must_use]
    pub fn record(mut self, record: RecordKey) -> Self {
        self.records.insert(record);
        self
    }

    /// With these rules.
    #[must_use]
    pub fn rules(mut self, version: RulesVersion) -> Self {
        self.rules = Some(version);
        self
    }

    /// The request's name.
    pub fn request(&self) -> RequestId {
        self.request
    }
}

/// A method as a word of ours: a viewer may send any token as a method, and a token may spell anything.
fn method_word(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| method.as_str() == *known).unwrap_or("OTHER")
}

/// Something that happened to the house itself.
#[derive(Debug, Clone)]
pub enum Event {
    /// The house started.
    Start,
    /// The house stopped in good order.
    Stop,
    /// Rules of a trust changed.
    RulesChanged {
        /// Whose.
        trust: TrustId,
        /// The version from now on.
        version: RulesVersion,
        /// Who changed them; none: the files were changed from outside.
        by: Option<EngineerId>,
    },
    /// A change of rules was refused, because they do not compile.
    RulesRefused {
        /// Whose; none: of no one trust.
        trust: Option<TrustId>,
        /// Who tried.
        by: Option<EngineerId>,
    },
    /// A rule file was changed in the console. The trusts that use it follow, each with a [`Event::RulesChanged`].
    RuleFileSaved {
        /// The file, as the configuration names it.
        file: String,
        /// The version of the file from now on.
        version: RulesVersion,
        /// By whom.
        by: EngineerId,
    },
    /// A rule admin looked at a page of the system inside, before and after.
    Previewed {
        /// Whose.
        trust: TrustId,
        /// Who.
        by: EngineerId,
    },
    /// A grant was issued.
    GrantIssued {
        /// Which.
        grant: GrantId,
        /// For which trust.
        trust: TrustId,
        /// For which ticket.
        ticket: Ticket,
        /// To whom.
        to: EngineerId,
        /// By whom, if a person did.
        by: Option<EngineerId>,
    },
    /// A grant was revoked.
    GrantRevoked {
        /// Which.
        grant: GrantId,
        /// By whom.
        by: EngineerId,
    },
    /// Someone read the trail itself.
    TrailRead {
        /// Who.
        by: EngineerId,
        /// What they did: `search`, `export`, `report`, `trace`.
        how: Code,
    },
}

impl Event {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Event::Start => "start",
            Event::Stop => "stop",
            Event::RulesChanged { .. } => "rules-changed",
            Event::RulesRefused { .. } => "rules-refused",
            Event::RuleFileSaved { .. } => "rule-file-saved",
            Event::Previewed { .. } => "previewed",
            Event::GrantIssued { .. } => "grant-issued",
            Event::GrantRevoked { .. } => "grant-revoked",
            Event::TrailRead { .. } => "trail-read",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_one_of_ours() {
        assert_eq!(method_word(&Method::GET), "GET");
        assert_eq!(method_word(&Method::from_bytes(b"9434765919").unwrap()), "OTHER");
    }

    #[test]
    fn a_version_is_a_hash() {
        assert!(RulesVersion::new("0123456789abcdef").is_ok());
        assert!(RulesVersion::new("Mrs Smith").is_err());
        assert!(RulesVersion::new("").is_err());
    }
}
