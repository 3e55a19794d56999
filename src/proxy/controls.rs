//! `POST /.fanlight/controls`: controls that a script drew, looked at by the rules of the trust as if they had come in a page.
//!
//! The page says what it drew, the answer says which of it is taken away, and which is shown and does nothing:
//!
//! ```text
//! {"at": "/patients", "controls": ["<button>Export</button>", "<a href=\"/w\">Ward</a>"]}  →  {"out": [0], "off": []}
//! ```
//!
//! Nothing goes upstream, nothing is kept, and nothing is learnt from it: the page is a program of the system behind, or of the person
//! who looks at it, and can only have hidden what it shows itself. It asks one question at a time; so a person who asks two at once is
//! told to wait, and however much is asked, it is the work of one page at a time.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::page;
use super::stream::heavy;
use crate::base::id::GrantId;
use crate::policy::refusal::Refused;
use crate::policy::screen;
use crate::redact::format::html::drawn::{self, Fate};
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

#[derive(Debug, Default, Serialize)]
struct Answer {
    out: Vec<usize>,
    off: Vec<usize>,
}

/// Whose questions are being answered.
#[derive(Debug, Default)]
pub(super) struct Asking(Mutex<HashSet<GrantId>>);

/// The one question of a grant, until it is answered.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    asking: &'a Asking,
    grant: GrantId,
}

impl Asking {
    /// The turn of a grant, unless it has one. As many are remembered as there are connections at most.
    pub(super) fn turn(&self, grant: &GrantId) -> Option<Turn<'_>> {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asking.insert(grant.clone()).then(|| Turn { asking: self, grant: grant.clone() })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.asking.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.grant);
    }
}

/// Whether this is the question.
pub(super) fn asked(method: &Method, path: &str) -> bool {
    *method == Method::POST && path == PATH
}

/// Answers it; to a grant that asks already, that it is to ask again. `inspector`: of the grant, for a page at an address.
///
/// # Errors
/// It is no question of this kind, or too long.
pub(super) fn answer(
    body: &Bytes,
    turn: Option<Turn<'_>>,
    inspector: impl Fn(&str) -> Inspector,
) -> Result<Response<Body>, Refused> {
    let Some(_turn) = turn else { return Ok(said(StatusCode::TOO_MANY_REQUESTS, &Answer::default())) };
    let question: Question =
        serde_json::from_slice(body).map_err(|_| Refused::BadRequest("it does not say which controls"))?;
    if question.controls.len() > CONTROLS || question.controls.iter().any(|control| control.len() > CONTROL) {
        return Err(Refused::BadRequest("it asks about more controls than are looked at in one go"));
    }
    let answer = heavy(|| {
        // The rules for an address are made ready once for all of them.
        let mut ins = inspector(&question.at);
        let mut answer = Answer::default();
        for (n, control) in question.controls.iter().enumerate() {
            // What cannot be read is not taken away: what it asks for is looked at when it asks.
            match drawn::fate(&mut ins, control) {
                Ok(Fate::Out) => answer.out.push(n),
                Ok(Fate::Off) => answer.off.push(n),
                Ok(Fate::Stays) | Err(_) => {}
            }
        }
        answer
    });
    Ok(said(StatusCode::OK, &answer))
}

fn said(status: StatusCode, answer: &Answer) -> Response<Body> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
    page::own(status, headers, Screened::own(OwnPage::json(answer)), false, None)
}

#[cfg(test)]
mod tests {
    use super::Asking;
    use crate::base::id::GrantId;

    #[test]
    fn a_grant_has_one_turn_at_a_time() {
        let (asking, one, other) = (Asking::default(), GrantId::new("g-1").unwrap(), GrantId::new("g-2").unwrap());
        let turn = asking.turn(&one);
        assert!(turn.is_some() && asking.turn(&one).is_none() && asking.turn(&other).is_some());
        drop(turn);
        assert!(asking.turn(&one).is_some());
    }
}
