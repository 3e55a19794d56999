//! The choice of a role, in the demo alone: elsewhere the path does not exist.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::super::desk::Desk;
use crate::identity::demo::{Demo, DemoRole, ROLE_PATH};

/// Which role.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Wanted {
    #[serde(default, rename = "as")]
    role: String,
}

pub(in super::super) async fn get(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Response {
    let demo = desk.house.identity().sign_in() == Some(ROLE_PATH);
    if !demo || desk.gate.host(&headers).is_err() {
        return super::refusal(StatusCode::NOT_FOUND, "There is no such page", &html! {});
    }
    match DemoRole::from_name(&wanted.role) {
        Some(role) => ([(header::SET_COOKIE, Demo::cookie(role))], Redirect::to("/")).into_response(),
        None => super::refusal(StatusCode::OK, "Who are you?", &super::become_admin()),
    }
}
