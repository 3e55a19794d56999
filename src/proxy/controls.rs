//! `POST /.fanlight/controls`: controls that a script drew, looked at by the rules of the trust as if they had come in a page.
//!
//! The page says where it is and what it drew, with a control character between; the answer says which of it is taken away, which is shown and
//! does nothing, and which is more than a control and only loses what it did:
//!
//! ```text
//! /patients ␁ <button>Export</button> ␁ <a href="/w">Ward</a>  →  {"out": [0], "off": [], "bare": []}
//! ```
//!
//! It is no JSON, as pages change what becomes of that (`Array.prototype.toJSON`).
//!
//! Nothing goes upstream, nothing is kept, and nothing is learnt from it: the page is a program of the system behind, or of the person
//! who looks at it, and can only have hidden what it shows itself. It asks one question at a time; so a person who asks two at once is
//! told to wait, and after an answer for as long as that took: however much is asked, it takes half of one core.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;
use tokio::time::Instant;

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
/// How long a question may take to arrive.
const SPOKEN: Duration = Duration::from_secs(10);

/// What stands between the parts of a question. No page holds it: the guard takes it out.
const END: char = '\u{1}';

#[derive(Debug, Default, Serialize)]
struct Answer {
    out: Vec<usize>,
    off: Vec<usize>,
    bare: Vec<(usize, String)>,
}

/// Whose questions are being answered.
#[derive(Debug, Default)]
pub(super) struct Asking(Mutex<HashSet<GrantId>>);

/// The one question of a grant, until it is answered.
#[derive(Debug)]
pub(super) struct Turn {
    asking: Arc<Asking>,
    grant: GrantId,
}

impl Asking {
    /// The turn of a grant, unless it has one. As many are remembered as there are connections at most.
    pub(super) fn turn(self: &Arc<Self>, grant: &GrantId) -> Option<Turn> {
        let mut asking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asking.insert(grant.clone()).then(|| Turn { asking: self.clone(), grant: grant.clone() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.asking.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.grant);
    }
}

/// Whether this is the question.
pub(super) fn asked(method: &Method, path: &str) -> bool {
    *method == Method::POST && path == PATH
}

/// Answers it. `inspector`: of the grant, for a page at an address.
///
/// # Errors
/// It is no question of this kind, too long, or too slow.
pub(super) async fn answer(
    turn: Option<Turn>,
    body: impl Future<Output = Result<Bytes, Refused>>,
    inspector: impl Fn(&str) -> Inspector,
) -> Result<Response<Body>, Refused> {
    let Some(turn) = turn else { return Ok(said(StatusCode::TOO_MANY_REQUESTS, &Answer::default())) };
    let body = tokio::time::timeout(SPOKEN, body).await.map_err(|_| Refused::BodySlow)??;
    let began = Instant::now();
    let answer = heavy(|| looked_at(&body, inspector));
    tokio::spawn(async move {
        tokio::time::sleep(began.elapsed()).await;
        drop(turn);
    });
    answer.map(|answer| said(StatusCode::OK, &answer))
}

fn looked_at(body: &Bytes, inspector: impl Fn(&str) -> Inspector) -> Result<Answer, Refused> {
    let question = std::str::from_utf8(body).map_err(|_| Refused::BadRequest("it does not say which controls"))?;
    let mut parts = question.split(END);
    // The rules for an address are made ready once for all of them.
    let mut ins = inspector(parts.next().unwrap_or_default());
    let mut answer = Answer::default();
    for (n, control) in parts.enumerate() {
        if n >= CONTROLS {
            return Err(Refused::BadRequest("it asks about more controls than are looked at in one go"));
        }
        // What is too long or cannot be read is not taken away: what it asks for is looked at when it asks.
        let fate = if control.len() > CONTROL { Ok(Fate::Stays) } else { drawn::fate(&mut ins, control) };
        match fate {
            Ok(Fate::Out) => answer.out.push(n),
            Ok(Fate::Off) => answer.off.push(n),
            Ok(Fate::Bare(gone)) => answer.bare.extend(gone.into_iter().map(|name| (n, name))),
            Ok(Fate::Stays) | Err(_) => {}
        }
    }
    Ok(answer)
}

fn said(status: StatusCode, answer: &Answer) -> Response<Body> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
    page::own(status, headers, Screened::own(OwnPage::json(answer)), false, None)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Asking;
    use crate::base::id::GrantId;

    #[test]
    fn a_grant_has_one_turn_at_a_time() {
        let (asking, one, other) =
            (Arc::<Asking>::default(), GrantId::new("g-1").unwrap(), GrantId::new("g-2").unwrap());
        let turn = asking.turn(&one);
        assert!(turn.is_some() && asking.turn(&one).is_none() && asking.turn(&other).is_some());
        drop(turn);
        assert!(asking.turn(&one).is_some());
    }
}
