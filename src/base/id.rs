//! Names of things in the house: trusts, engineers, tickets, grants, rules.
//!
//! Each is its own type, bounded and free of control characters, so that one cannot be passed for another and none
//! can break a log line or a header.
//!
//! ```
//! use fanlight::base::id::TrustId;
//! assert!(TrustId::new("royal-free").is_ok());
//! assert!(TrustId::new("royal free\n").is_err());
//! ```

use std::fmt;
use std::sync::Arc;

/// Why a text is no identifier of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {problem}")]
pub struct BadId {
    what: &'static str,
    problem: &'static str,
}

impl BadId {
    /// A text that is no `what`, because it `problem`.
    pub fn new(what: &'static str, problem: &'static str) -> Self {
        Self { what, problem }
    }
}

/// The keyed hash by which a record is counted and found in the trail; see
/// [`record_key`](crate::redact::inspect::record_key).
pub type RecordKey = [u8; 16];

fn checked(what: &'static str, text: &str, max: usize, allowed: fn(char) -> bool) -> Result<Arc<str>, BadId> {
    let problem = match text {
        "" => "is empty",
        _ if text.len() > max => "is too long",
        _ if !text.chars().all(allowed) => "holds a character that is not allowed",
        _ => return Ok(Arc::from(text)),
    };
    Err(BadId { what, problem })
}

fn slug(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '/')
}

fn printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '<' | '>' | '"' | '\\')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal, $allowed:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the text: not empty, at most
            #[doc = stringify!($max)]
            /// bytes, only the characters allowed here.
            pub fn new(text: &str) -> Result<Self, BadId> {
                checked($what, text, $max, $allowed).map(Self)
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }
    };
}

text_id! {
    /// A trust (tenant), e.g. `royal-free`.
    TrustId, "a trust id", 64, slug
}
text_id! {
    /// A centre from which engineers browse, e.g. `us-upgrade-centre`.
    CentreId, "a centre id", 64, slug
}
text_id! {
    /// A rule of a pack, e.g. `base/label-nhs-number`.
    RuleId, "a rule id", 128, slug
}
text_id! {
    /// A person who browses, as the identity provider names them, e.g. `sam@centre.example`. Staff, not a patient.
    EngineerId, "an engineer id", 254, printable
}
text_id! {
    /// A change ticket that a grant is for, e.g. `CHG-1001`.
    Ticket, "a ticket", 64, printable
}
text_id! {
    /// A grant.
    GrantId, "a grant id", 64, slug
}

impl GrantId {
    /// A name made of a word and a hash or random bytes: `standing-1f2e…`.
    pub fn of_hash(word: &'static str, bytes: &[u8]) -> Self {
        let mut text = format!("{word}-{}", data_encoding::HEXLOWER.encode(bytes));
        text.truncate(64);
        Self(Arc::from(text))
    }
}
