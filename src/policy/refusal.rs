//! Every way in which Fanlight says no: one closed list, each with its status, its words and what to do.
//!
//! The words never hold a byte of a response, and of a request no more than the name of a field that must be known.
//! [`crate::proxy`] makes a page or a problem document of them.

use http::{Method, StatusCode};

use crate::access::Denial;
use crate::document::wire::Fault;
use crate::identity::IdentityError;
use crate::limits::OverLimit;
use crate::redact::withheld::Withheld;
use crate::rules::route::Refusal;

/// What went wrong between us and the system behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamFault {
    /// No connection.
    #[error("no connection")]
    Unreachable,
    /// It could not be reached several times, so it is left alone for a while.
    #[error("left alone for a while")]
    Resting,
    /// Its certificate is not one that we trust, or TLS failed.
    #[error("TLS failed")]
    Tls,
    /// It did not begin to answer in time.
    #[error("no answer in time")]
    Slow,
    /// It stopped in the middle of a body.
    #[error("the answer stopped")]
    Stalled,
    /// It does not speak HTTP as it should.
    #[error("not valid HTTP")]
    Nonsense,
    /// It closed the connection before the answer was whole.
    #[error("the answer was cut short")]
    CutShort,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No trust has this host.
    UnknownHost,
    /// No endpoint of ours has this name.
    NotOurs,
    /// The request contradicts itself or is malformed; the text says how and holds nothing of it.
    BadRequest(&'static str),
    /// The head of the request is too large.
    HeadTooLarge {
        /// The bound in bytes.
        limit: usize,
    },
    /// The URL is too long.
    UrlTooLong {
        /// The bound in bytes.
        limit: usize,
    },
    /// The body of the request is too large.
    BodyTooLarge {
        /// The bound in bytes.
        limit: u64,
    },
    /// The body of the request did not come in time.
    BodySlow,
    /// Nobody knows who asks.
    Identity(IdentityError),
    /// They may not.
    Denied(Denial),
    /// They have had enough.
    OverLimit(OverLimit),
    /// The trail cannot be written: no log, no view.
    TrailDown,
    /// A method that the route does not allow.
    Method {
        /// Those that it does.
        allowed: Vec<Method>,
    },
    /// A rule refuses the route.
    Route(Refusal),
    /// Something that stands in for an identifier, but is not one that Fanlight wrote for this grant.
    ForgedToken,
    /// A mask that would be stored in place of what it stands for.
    Masked {
        /// The field that holds it, as the viewer sent its name.
        field: String,
    },
    /// An identifier in clear: whoever sent it holds one.
    Typed {
        /// The field that holds it, as the viewer sent its name.
        field: String,
    },
    /// The registration of a service worker.
    ServiceWorker,
    /// A request by which a browser begins a download.
    DownloadRequest,
    /// A response that is an attachment.
    Attachment,
    /// An upgrade to a protocol that is not WebSocket.
    Upgrade,
    /// The system behind failed.
    Upstream(UpstreamFault),
    /// The body cannot be shown safely.
    Withheld(Withheld),
    /// A document cannot be shown.
    Document(Fault),
    /// A status of the system behind that makes no sense here (1xx, 206, 304).
    UnexpectedStatus,
    /// Something in Fanlight itself failed.
    Failed,
}

impl Refused {
    /// The name in the trail, problem documents and metrics. Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Refused::UnknownHost => "unknown-host",
            Refused::NotOurs => "not-found",
            Refused::BadRequest(_) => "bad-request",
            Refused::HeadTooLarge { .. } => "head-too-large",
            Refused::UrlTooLong { .. } => "url-too-long",
            Refused::BodyTooLarge { .. } => "body-too-large",
            Refused::BodySlow => "body-slow",
            Refused::Identity(error) => error.code(),
            Refused::Denied(denial) => denial.code(),
            Refused::OverLimit(over) => over.code(),
            Refused::TrailDown => "trail-down",
            Refused::Method { .. } => "read-only",
            Refused::Route(Refusal::Export) => "export",
            Refused::Route(Refusal::Print) => "print",
            Refused::Route(Refusal::Download) => "download",
            Refused::Route(Refusal::ReadOnly) => "read-only-route",
            Refused::Route(Refusal::Other) => "refused-by-rule",
            Refused::ForgedToken => "forged-token",
            Refused::Masked { .. } => "masked-value",
            Refused::Typed { .. } => "typed-identifier",
            Refused::ServiceWorker => "service-worker",
            Refused::DownloadRequest => "download-request",
            Refused::Attachment => "attachment",
            Refused::Upgrade => "upgrade",
            Refused::Upstream(UpstreamFault::Unreachable) => "upstream-unreachable",
            Refused::Upstream(UpstreamFault::Resting) => "upstream-resting",
            Refused::Upstream(UpstreamFault::Tls) => "upstream-tls",
            Refused::Upstream(UpstreamFault::Slow) => "upstream-slow",
            Refused::Upstream(UpstreamFault::Stalled) => "upstream-stalled",
            Refused::Upstream(UpstreamFault::Nonsense) => "upstream-nonsense",
            Refused::Upstream(UpstreamFault::CutShort) => "upstream-cut-short",
            Refused::Withheld(why) => withheld_code(why),
            Refused::Document(Fault::Broken) => "document-broken",
            Refused::Document(Fault::Locked) => "document-locked",
            Refused::Document(Fault::TooLarge) => "document-too-large",
            Refused::Document(Fault::Scan) => "document-scan",
            Refused::Document(Fault::Unreadable) => "document-unreadable",
            Refused::Document(Fault::Slow) => "document-slow",
            Refused::Document(Fault::Ended) => "document-failed",
            Refused::Document(Fault::Busy) => "document-busy",
            Refused::Document(Fault::Gone) => "document-gone",
            Refused::UnexpectedStatus => "upstream-status",
            Refused::Failed => "failed",
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Refused::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Refused::NotOurs => StatusCode::NOT_FOUND,
            Refused::BadRequest(_) | Refused::ForgedToken => StatusCode::BAD_REQUEST,
            Refused::Masked { .. } => StatusCode::CONFLICT,
            Refused::HeadTooLarge { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Refused::UrlTooLong { .. } => StatusCode::URI_TOO_LONG,
            Refused::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::BodySlow => StatusCode::REQUEST_TIMEOUT,
            Refused::Identity(error) => error.status(),
            Refused::Denied(denial) => denial.status(),
            Refused::OverLimit(over) => over.status(),
            Refused::TrailDown | Refused::Document(Fault::Busy) => StatusCode::SERVICE_UNAVAILABLE,
            Refused::Document(Fault::Gone) => StatusCode::NOT_FOUND,
            Refused::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Refused::Route(_)
            | Refused::Typed { .. }
            | Refused::ServiceWorker
            | Refused::DownloadRequest
            | Refused::Attachment
            | Refused::Withheld(Withheld::Export(_))
            | Refused::Upgrade => StatusCode::FORBIDDEN,
            Refused::Upstream(UpstreamFault::Slow | UpstreamFault::Stalled) => StatusCode::GATEWAY_TIMEOUT,
            Refused::Upstream(
                UpstreamFault::Unreachable
                | UpstreamFault::Resting
                | UpstreamFault::Tls
                | UpstreamFault::Nonsense
                | UpstreamFault::CutShort,
            )
            | Refused::Withheld(_)
            | Refused::Document(
                Fault::Broken
                | Fault::Locked
                | Fault::TooLarge
                | Fault::Scan
                | Fault::Unreadable
                | Fault::Slow
                | Fault::Ended,
            )
            | Refused::UnexpectedStatus => StatusCode::BAD_GATEWAY,
            Refused::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A few words.
    pub fn title(&self) -> &'static str {
        match self {
            Refused::UnknownHost | Refused::NotOurs => "Nothing here",
            Refused::BadRequest(_) => "Bad request",
            Refused::HeadTooLarge { .. } | Refused::UrlTooLong { .. } | Refused::BodyTooLarge { .. } => "Too large",
            Refused::BodySlow => "Too slow",
            Refused::Identity(_) => "Please sign in",
            Refused::Denied(denial) => denial.title(),
            Refused::OverLimit(over) => over.title(),
            Refused::TrailDown => "The trail cannot be written",
            Refused::Method { .. } | Refused::Route(Refusal::ReadOnly) => "Read only",
            Refused::Route(Refusal::Export) | Refused::Withheld(Withheld::Export(_)) => "No export",
            Refused::Route(Refusal::Print) => "No printing",
            Refused::Route(Refusal::Download) | Refused::DownloadRequest | Refused::Attachment => "No downloads",
            Refused::Route(Refusal::Other) => "Not available in this view",
            Refused::ForgedToken => "A damaged address",
            Refused::Masked { .. } => "A masked value was sent back",
            Refused::Typed { .. } => "An identifier was typed",
            Refused::ServiceWorker => "No service workers",
            Refused::Upgrade => "No such protocol",
            Refused::Upstream(UpstreamFault::Slow | UpstreamFault::Stalled) => "The system behind is too slow",
            Refused::Upstream(_) | Refused::UnexpectedStatus => "The system behind does not answer properly",
            Refused::Withheld(_) => "Withheld",
            Refused::Document(_) => "A document that is not shown",
            Refused::Failed => "Fanlight failed",
        }
    }

    /// What happened.
    pub fn detail(&self) -> String {
        match self {
            Refused::UnknownHost => "No system is viewed at this address.".into(),
            Refused::NotOurs => "Fanlight has no such page.".into(),
            Refused::BadRequest(how) => format!("The request cannot be understood: {how}."),
            Refused::HeadTooLarge { limit } => format!("The request's headers are larger than {limit} bytes."),
            Refused::UrlTooLong { limit } => format!("The address is longer than {limit} bytes."),
            Refused::BodyTooLarge { limit } => format!("What was sent is larger than {limit} bytes."),
            Refused::BodySlow => "What was sent did not arrive in time.".into(),
            Refused::Identity(error) => error.to_string(),
            Refused::Denied(denial) => denial.to_string(),
            Refused::OverLimit(over) => over.to_string(),
            Refused::TrailDown => {
                "Every view is written to the trail before it begins, and the trail cannot be written now.".into()
            }
            Refused::Method { allowed } => {
                let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
                format!("This view is for reading: only {} may be used here.", names.join(", "))
            }
            Refused::Route(Refusal::Export) => "Records cannot be exported from this view.".into(),
            Refused::Route(Refusal::Print) => "Records cannot be printed from this view.".into(),
            Refused::Route(Refusal::Download) | Refused::DownloadRequest | Refused::Attachment => {
                "Files cannot be downloaded from this view.".into()
            }
            Refused::Route(Refusal::ReadOnly) => "This would change something; the view is for reading.".into(),
            Refused::Route(Refusal::Other) => "A rule of the trust does not allow this here.".into(),
            Refused::ForgedToken => {
                "The address or form holds a stand-in for an identifier that was not written for your grant.".into()
            }
            Refused::Masked { field } => format!(
                "What was sent holds a masked value, in {field}. The system behind would store the mask in place of what it stands for."
            ),
            Refused::Typed { field } => format!(
                "What was sent holds an identifier of a patient in clear, in {field}. This view shows none, so it came from somewhere else."
            ),
            Refused::ServiceWorker => "Service workers could keep pages; they are not allowed in this view.".into(),
            Refused::Upgrade => "Only WebSocket connections can be made here.".into(),
            Refused::Upstream(UpstreamFault::Resting) => {
                "The system behind could not be reached several times in a row, so Fanlight waits a moment before it asks again.".into()
            }
            Refused::Upstream(fault) => format!("Fanlight asked the system behind, and failed: {fault}."),
            // The type is upstream's text: it may hold a file name.
            Refused::Withheld(Withheld::UnknownType(_)) => {
                "This cannot be shown safely: it is not of a type that Fanlight can redact.".into()
            }
            Refused::Withheld(Withheld::Export(what)) => {
                format!("Records cannot be exported from this view, and what the system behind sent as a page is {what}.")
            }
            Refused::Withheld(why) => format!("This cannot be shown safely: {why}."),
            Refused::Document(fault) => format!("Documents are shown here as pictures, without identifiers. This one is not: {fault}."),
            Refused::UnexpectedStatus => "The system behind answered with a status that makes no sense here.".into(),
            Refused::Failed => "Something in Fanlight itself went wrong. Nothing of the record left it.".into(),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Refused::UnknownHost | Refused::NotOurs => "Check the address.",
            Refused::BadRequest(_) | Refused::ForgedToken => {
                "Go back to the page before, load it again and follow the link from there."
            }
            Refused::Masked { .. } => {
                "Nothing was changed. Leave that field out, or ask the trust's rule administrator to give it the operator token, which becomes the true value again."
            }
            Refused::Typed { .. } => {
                "Follow a link or search for what a page shows: tokens find the record. If the work needs clear identifiers, for patients made for tests, ask the trust's rule administrator to allow them for this page."
            }
            Refused::HeadTooLarge { .. } => "Clear this site's cookies and try again.",
            Refused::UrlTooLong { .. } | Refused::BodyTooLarge { .. } => "Send less at a time.",
            Refused::BodySlow => "Try again.",
            Refused::Identity(error) => error.remedy(),
            Refused::Denied(denial) => denial.remedy(),
            Refused::OverLimit(over) => over.remedy(),
            Refused::TrailDown | Refused::Failed => {
                "Try again in a little while. If it stays so, tell the operator the reference below."
            }
            Refused::Method { .. } | Refused::Route(Refusal::ReadOnly) => {
                "If the work needs it, ask the trust's rule administrator to allow it for this page."
            }
            Refused::Withheld(Withheld::Export(_)) => {
                "Look at the records on the screen instead. If this is a page of the system, ask the trust's rule administrator for `as_page = true` on its route."
            }
            Refused::Route(_) | Refused::DownloadRequest | Refused::Attachment => {
                "Look at the record on the screen instead."
            }
            Refused::ServiceWorker | Refused::Upgrade => "The application goes on without it.",
            Refused::Upstream(_) | Refused::UnexpectedStatus => {
                "Try again. If it stays so, tell the trust's operators the reference below."
            }
            Refused::Document(Fault::Busy | Fault::Slow) => "Try again in a little while.",
            Refused::Document(Fault::Gone) => "Open the page that holds it again.",
            Refused::Document(_) => {
                "Look for the same in the record's own pages. If the work needs the document, ask the trust."
            }
            Refused::Withheld(_) => "Tell the trust's rule administrator the reference below, and which page it was.",
        }
    }

    /// Seconds for `Retry-After`.
    pub fn retry_after(&self) -> Option<u64> {
        if let Refused::OverLimit(over) = self {
            return over.retry_after();
        }
        matches!(self, Refused::TrailDown | Refused::Document(Fault::Busy)).then_some(5)
    }
}

fn withheld_code(why: &Withheld) -> &'static str {
    match why {
        Withheld::UnknownType(_) => "withheld-type",
        Withheld::UnknownCoding => "withheld-coding",
        Withheld::BadCoding => "withheld-bad-coding",
        Withheld::TooLarge { .. } => "withheld-too-large",
        Withheld::BadCharset => "withheld-charset",
        Withheld::Malformed(_) => "withheld-malformed",
        Withheld::TooDeep(_) => "withheld-too-deep",
        Withheld::ValueTooLong { .. } => "withheld-value-too-long",
        Withheld::Export(_) => "withheld-export",
        Withheld::ByRule(_) => "withheld-by-rule",
        Withheld::Contract(_) => "withheld-contract",
        Withheld::Leak(_) => "withheld-leak",
        Withheld::Parser(_) => "withheld-parser",
    }
}
