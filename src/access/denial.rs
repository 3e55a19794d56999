//! Why someone may not view: a stable code, a sentence, and what to do. Never a byte of the request.

use http::StatusCode;
use jiff::Timestamp;

use crate::base::id::{CentreId, TrustId};

/// The reason. Everything in it comes from configuration or the store, nothing from what the viewer sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// No identity source vouches for whoever asks.
    #[error("Fanlight does not know who you are.")]
    UnknownEngineer,
    /// Known, but not an engineer.
    #[error("Your account may not browse trust systems: it does not have the engineer role.")]
    NoRole,
    /// The source address belongs to no centre.
    #[error("You are browsing from a network that is not one of the registered centres.")]
    UnknownNetwork,
    /// The identity source names a centre other than the network's.
    #[error("Your account belongs to another centre than {0}, whose network you are browsing from.")]
    OtherCentre(CentreId),
    /// The centre does not work for the trust.
    #[error("Engineers at {centre} do not work for {trust}.")]
    CentreNotAllowed {
        /// Where the engineer is.
        centre: CentreId,
        /// What they asked for.
        trust: TrustId,
    },
    /// No grant at all.
    #[error("You have no grant.")]
    NoGrant,
    /// There is a grant, for another trust.
    #[error("You have a grant, but none for {0}.")]
    WrongTrust(TrustId),
    /// The grant begins later.
    #[error("Your grant begins at {}.", moment(.0))]
    NotBegun(Timestamp),
    /// The grant is over.
    #[error("Your grant ended at {}.", moment(.0))]
    Expired(Timestamp),
    /// The grant was taken back.
    #[error("Your grant was revoked at {}.", moment(.0))]
    Revoked(Timestamp),
    /// The grant names records, and this is not one of them.
    #[error("Your grant is for a list of records, and this record is not on it.")]
    RecordNotListed,
}

/// To the second: nobody needs a grant's nanoseconds.
fn moment(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

impl Denial {
    /// The name in the trail, problem documents and metrics. Stable: scripts rely on it.
    pub const fn code(&self) -> &'static str {
        match self {
            Denial::UnknownEngineer => "unknown-engineer",
            Denial::NoRole => "no-role",
            Denial::UnknownNetwork => "unknown-network",
            Denial::OtherCentre(_) => "other-centre",
            Denial::CentreNotAllowed { .. } => "centre-not-allowed",
            Denial::NoGrant => "no-grant",
            Denial::WrongTrust(_) => "wrong-trust",
            Denial::NotBegun(_) => "grant-not-begun",
            Denial::Expired(_) => "grant-expired",
            Denial::Revoked(_) => "grant-revoked",
            Denial::RecordNotListed => "record-not-listed",
        }
    }

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Denial::UnknownEngineer => StatusCode::UNAUTHORIZED,
            Denial::NoRole
            | Denial::UnknownNetwork
            | Denial::OtherCentre(_)
            | Denial::CentreNotAllowed { .. }
            | Denial::NoGrant
            | Denial::WrongTrust(_)
            | Denial::NotBegun(_)
            | Denial::Expired(_)
            | Denial::Revoked(_)
            | Denial::RecordNotListed => StatusCode::FORBIDDEN,
        }
    }

    /// A few words for a page's heading.
    pub const fn title(&self) -> &'static str {
        match self {
            Denial::UnknownEngineer => "Please sign in",
            Denial::NoRole => "Not an engineer",
            Denial::UnknownNetwork => "Unknown network",
            Denial::OtherCentre(_) => "Another centre's network",
            Denial::CentreNotAllowed { .. } => "Not a trust of your centre",
            Denial::NoGrant => "No grant",
            Denial::WrongTrust(_) => "No grant for this trust",
            Denial::NotBegun(_) => "The grant has not begun",
            Denial::Expired(_) => "The grant has ended",
            Denial::Revoked(_) => "The grant was revoked",
            Denial::RecordNotListed => "A record outside the grant",
        }
    }

    /// What the person can do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Denial::UnknownEngineer => "Sign in through your centre's gateway and open this address again.",
            Denial::NoRole => "Ask your centre's administrator for the engineer role, if the work needs it.",
            Denial::UnknownNetwork => {
                "Browse from your centre's own network. If you are there, ask the operator to register its addresses."
            }
            Denial::OtherCentre(_) => "Browse from the network of the centre that you belong to.",
            Denial::CentreNotAllowed { .. } => "Ask the operator whether your centre should work for this trust.",
            Denial::NoGrant | Denial::WrongTrust(_) => {
                "Ask the trust's approver for a grant, naming your change ticket and how long you need it."
            }
            Denial::NotBegun(_) => "Come back then, or ask the approver to move its beginning.",
            Denial::Expired(_) => "If the work is not done, ask the trust's approver for a new grant.",
            Denial::Revoked(_) => "Ask the trust's approver why. The work must stop until there is a new grant.",
            Denial::RecordNotListed => {
                "If the work needs this record, ask the trust's approver to add it to the grant."
            }
        }
    }
}
