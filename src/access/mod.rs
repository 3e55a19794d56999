//! Who may view what: identities, centres, grants and the one decision that makes a permit.
//!
//! Permission is a value that is carried, not a check to remember. [`decide()`] alone makes a [`Permit`]; the limiter
//! alone turns it into an [`Admitted`](crate::limits::Admitted); the upstream client takes only that.
//!
//! ```
//! use fanlight::access::{decide, Centre, Decision, Grant, Identity, Role};
//! use fanlight::base::id::{CentreId, EngineerId, Ticket, TrustId};
//!
//! let sam = Identity::new(EngineerId::new("sam@centre.example")?, [Role::Engineer]);
//! let trust = TrustId::new("royal-free")?;
//! let centre = Centre::new(CentreId::new("us-upgrade-centre")?, vec!["192.0.2.0/24".parse()?]);
//! let grant = Grant::standing(sam.engineer().clone(), trust.clone(), Ticket::new("CHG-1001")?, "2099-01-01T00:00:00Z".parse()?);
//! let now = "2026-11-23T09:00:00Z".parse()?;
//!
//! let from = "192.0.2.7".parse()?;
//! assert!(matches!(decide(&sam, from, &trust, &[grant.clone()], &[centre.clone()], now), Decision::Permit(_)));
//! // The same engineer with the same grant, from somewhere else:
//! let elsewhere = "198.51.100.7".parse()?;
//! let Decision::Deny(denial) = decide(&sam, elsewhere, &trust, &[grant], &[centre], now) else { panic!() };
//! assert_eq!(denial.code(), "unknown-network");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod centre;
mod decide;
mod denial;
mod grant;
mod identity;

pub use centre::Centre;
pub use decide::{Decision, Permit, decide};
pub use denial::Denial;
pub use grant::{Grant, GrantState, Origin, Purpose, Revoked};
pub use identity::{Identity, Role};
