//! `POST /.fanlight/controls`: controls that a script drew, looked at by the rules of the trust as if they had come in a page.
//!
//! The page says what it drew, the answer says which of it is taken away:
//!
//! ```text
//! {"at": "/patients", "controls": ["<button>Export</button>", "<a href=\"/w\">Ward</a>"]}  →  {"out": [0]}
//! ```
//!
//! Nothing goes upstream, nothing is kept, and nothing is learnt from it: the page is a program of the system behind, or of the person
//! who looks at it, and can only have hidden what it shows itself.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::page;
use super::stream::heavy;
use crate::policy::refusal::Refused;
use crate::policy::screen;
use crate::redact::engine::BodyRewriter;
use crate::redact::inspect::Inspector;
use crate::redact::screened::{OwnPage, Screened};

/// Where it is asked.
pub(super) const PATH: &str = "/.fanlight/controls";
/// The most bytes of a question.
pub(super) const ASKED: u64 = 512 * 1024;
/// The most controls in it: the guard asks about as many at a time.
const CONTROLS: usize = 64;
/// The most bytes of one.
const CONTROL: usize = 16 * 1024;

#[derive(Debug, Deserialize)]
struct Question {
    at: String,
    controls: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Answer {
    out: Vec<usize>,
}

/// Whether this is the question.
pub(super) fn asked(method: &Method, path: &str) -> bool {
    *method == Method::POST && path == PATH
}

/// Answers it. `inspector`: of the person's grant, for a page at an address.
///
/// # Errors
/// It is no question of this kind, or too long.
pub(super) fn answer(body: &Bytes, inspector: impl Fn(&str) -> Inspector) -> Result<Response<Body>, Refused> {
    let question: Question =
        serde_json::from_slice(body).map_err(|_| Refused::BadRequest("it does not say which controls"))?;
    if question.controls.len() > CONTROLS || question.controls.iter().any(|control| control.len() > CONTROL) {
        return Err(Refused::BadRequest("it asks about more controls than are looked at in one go"));
    }
    let out = heavy(|| {
        let numbered = question.controls.iter().enumerate();
        numbered.filter(|(_, control)| taken(control, inspector(&question.at))).map(|(n, _)| n).collect()
    });
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
    Ok(page::own(StatusCode::OK, headers, Screened::own(OwnPage::json(&Answer { out })), false, None))
}

/// Whether the rules take it away. What cannot be read is not taken away: what it asks for is looked at when it asks.
fn taken(control: &str, inspector: Inspector) -> bool {
    let read = || {
        let mut rewriter = BodyRewriter::open(inspector, Some("text/html; charset=utf-8"), None, None)?;
        let mut unused = Vec::new();
        rewriter.write(control.as_bytes(), &mut unused)?;
        rewriter.finish(&mut unused)
    };
    read().is_ok_and(|done| done.report.controls.values().any(|n| *n > 0))
}
