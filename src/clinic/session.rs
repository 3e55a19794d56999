//! Log-in: a session cookie, and a token in every form against requests forged by other sites.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::reply::encode;
use super::server::System;

/// The cookie's name.
pub(super) const COOKIE: &str = "HEARTHSID";

/// Sessions at most; the oldest goes first.
const MOST: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) user: String,
    pub(super) csrf: String,
}

#[derive(Debug, Default)]
pub(super) struct Sessions(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    count: u64,
    by_id: BTreeMap<String, (u64, Session)>,
}

impl Sessions {
    /// Opens a session and returns its id.
    pub(super) fn open(&self, user: &str) -> Option<String> {
        let (id, csrf) = (secret()?, secret()?);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.by_id.len() >= MOST
            && let Some(oldest) = open.by_id.iter().min_by_key(|(_, (n, _))| *n).map(|(id, _)| id.clone())
        {
            open.by_id.remove(&oldest);
        }
        open.count += 1;
        let (nth, session) = (open.count, Session { user: user.chars().take(40).collect(), csrf });
        open.by_id.insert(id.clone(), (nth, session));
        Some(id)
    }

    pub(super) fn find(&self, headers: &HeaderMap) -> Option<Session> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cookie(headers, COOKIE).and_then(|id| open.by_id.get(id).map(|(_, s)| s.clone()))
    }

    pub(super) fn close(&self, headers: &HeaderMap) {
        if let Some(id) = cookie(headers, COOKIE) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).by_id.remove(id);
        }
    }
}

/// A cookie of the request.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|v| v.split(';')).filter_map(|c| c.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

fn secret() -> Option<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(data_encoding::HEXLOWER.encode(&bytes))
}

/// A request with a session. Without one a page leads to the log-in, a program gets 401.
impl FromRequestParts<System> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, system: &System) -> Result<Self, Response> {
        if let Some(session) = system.sessions.find(&parts.headers) {
            return Ok(session);
        }
        let path = parts.uri.path();
        if ["/api/", "/fhir/", "/ws/", "/feed"].iter().any(|p| path.starts_with(p)) {
            let problem = serde_json::json!({ "title": "log in first", "status": 401 });
            return Err((StatusCode::UNAUTHORIZED, axum::Json(problem)).into_response());
        }
        let next = parts.uri.path_and_query().map_or("/", |p| p.as_str());
        Err(Redirect::to(&format!("/login?next={}", encode(next))).into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_found_closed_and_bounded() {
        let sessions = Sessions::default();
        let id = sessions.open("demo").unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {COOKIE}={id}").parse().unwrap());
        assert_eq!(sessions.find(&headers).unwrap().user, "demo");
        for _ in 0..MOST {
            sessions.open("other").unwrap();
        }
        assert!(sessions.find(&headers).is_none(), "the oldest session went");
        assert_eq!(sessions.0.lock().unwrap().by_id.len(), MOST);
    }
}
