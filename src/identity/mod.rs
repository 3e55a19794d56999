//! Who is asking, and from which address: read from what a trusted hop says, never from what a viewer can set.
//!
//! A [`Source`] turns headers and the peer's address into an [`Identified`]. What it reads, [`Source::strip`] takes out
//! before the request goes on, so that the clinical system never sees it and nothing downstream is tempted to.

pub mod address;
pub mod demo;
pub mod forwarded;

use std::net::IpAddr;

use http::{HeaderMap, StatusCode};

use crate::access::Identity;

pub use demo::{Demo, DemoRole};
pub use forwarded::Forwarded;

/// Someone, somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// Who.
    pub identity: Identity,
    /// The address that they browse from; the centre follows from it.
    pub from: IpAddr,
    /// The trusted hop says that the browser speaks https to it.
    pub secure: bool,
}

/// Where identities come from: a forwarded header, the demo's cookie; OIDC and client certificates fit here too.
pub trait Source: Send + Sync + std::fmt::Debug {
    /// Who asks, by the request's headers and the address at the other end of the connection.
    ///
    /// # Errors
    /// [`IdentityError`] when nobody can be named for sure.
    fn identify(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Identified, IdentityError>;

    /// Takes out every header that speaks of identity or address, whoever set it.
    fn strip(&self, headers: &mut HeaderMap);

    /// Where a browser without an identity is sent to get one, if there is such a place.
    fn sign_in(&self) -> Option<&str> {
        None
    }
}

/// Why nobody could be named. Never holds what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The peer is no trusted hop, so nothing it says of identity counts.
    #[error("The request did not come through the sign-in gateway.")]
    UntrustedHop,
    /// Nothing says who it is.
    #[error("The request does not say who you are.")]
    Missing,
    /// Two or more values where exactly one is needed: someone slipped one in, or two gateways disagree.
    #[error("The request says more than once who you are.")]
    Ambiguous,
    /// Too long, empty, or with characters that no identity has.
    #[error("The request's identity is malformed.")]
    Malformed,
}

impl IdentityError {
    /// The name in the trail, problem documents and metrics. Stable.
    pub const fn code(self) -> &'static str {
        match self {
            IdentityError::UntrustedHop => "identity-untrusted-hop",
            IdentityError::Missing => "identity-missing",
            IdentityError::Ambiguous => "identity-ambiguous",
            IdentityError::Malformed => "identity-malformed",
        }
    }

    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            IdentityError::UntrustedHop | IdentityError::Missing => StatusCode::UNAUTHORIZED,
            IdentityError::Ambiguous | IdentityError::Malformed => StatusCode::BAD_REQUEST,
        }
    }

    /// What the person can do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            IdentityError::UntrustedHop => "Open this address through your centre's sign-in gateway.",
            IdentityError::Missing => "Sign in and open this address again.",
            IdentityError::Ambiguous | IdentityError::Malformed => {
                "Sign out, sign in and try again. If it stays so, tell the operator: the gateway is misconfigured."
            }
        }
    }
}
