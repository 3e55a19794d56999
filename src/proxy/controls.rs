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
//! who looks at it, and can only have hidden what it shows itself. Questions of one
//! grant are answered one behind the other, with a pause as long as the answer took: however much is asked, it takes half of one core.

use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use serde::Serialize;
use tokio::time::Instant;

use super::body::Body;
use super::lines::Turn;
use super::page;
use super::stream::heavy;
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
/// How long a question waits for its turn.
pub(super) const WAITS: Duration = Duration::from_secs(5);
/// How long it may take to arrive then.
const SPOKEN: Duration = Duration::from_secs(10);

/// What stands between the parts of a question. No page holds it: the guard takes it out.
const END: char = '\u{1}';

#[derive(Debug, Default, Serialize)]
struct Answer {
    out: Vec<usize>,
    off: Vec<usize>,
    bare: Vec<(usize, String)>,
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
