//! One trust's server: what its pages share, its routes, its end.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use minijinja::Environment;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::patient::Patient;
use super::reply::{self, Sending};
use super::session::{Session, Sessions};
use super::trust::Tailoring;
use super::{generate, pages, templates, view, written};

/// What the pages of one trust share.
#[derive(Debug, Clone)]
pub(super) struct System(Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) trust: &'static Tailoring,
    pub(super) sessions: Sessions,
    pub(super) stop: CancellationToken,
    patients: RwLock<Vec<Arc<Patient>>>,
    templates: Environment<'static>,
}

impl std::ops::Deref for System {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Every patient, in the register's order.
    pub(super) fn patients(&self) -> Vec<Arc<Patient>> {
        self.patients.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The patient whom any of the product's keys names: what stands in links, record, hospital or NHS number, row id.
    pub(super) fn find(&self, key: &str) -> Option<Arc<Patient>> {
        let digits: String = key.chars().filter(char::is_ascii_digit).collect();
        let all = self.patients.read().unwrap_or_else(PoisonError::into_inner);
        let found = all.iter().find(|p| p.record == key || p.number == key || p.row() == key || p.nhs == digits);
        found.cloned()
    }

    /// Puts a changed patient in the place of the one with the same record number.
    pub(super) fn replace(&self, changed: Patient) {
        let mut all = self.patients.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.iter_mut().find(|p| p.record == changed.record) {
            *place = Arc::new(changed);
        }
    }

    /// A page from its template, sent in its way.
    pub(super) fn page(
        &self,
        template: &str,
        values: serde_json::Value,
        who: Option<&Session>,
        sending: Sending,
        request: &HeaderMap,
    ) -> Response {
        let session = who.map(|s| serde_json::json!({ "user": s.user, "csrf": s.csrf }));
        let all =
            minijinja::context! { t => view::trust(self.trust), session, ..minijinja::Value::from_serialize(values) };
        match self.templates.get_template(template).and_then(|t| t.render(all)) {
            Ok(html) => reply::page(html, sending, request),
            Err(error) => {
                // Only the template's name and line: a message could hold a value.
                tracing::error!(template, line = error.line(), kind = ?error.kind(), "a page of the clinic failed");
                reply::problem(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.")
            }
        }
    }

    /// What stands for a patient in this trust's links.
    pub(super) fn link(&self, p: &Patient) -> String {
        written::link(p, self.trust)
    }
}

/// Serves one trust until `stop`.
pub(super) async fn serve(trust: &'static Tailoring, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
    let system = System(Arc::new(Shared {
        trust,
        sessions: Sessions::default(),
        stop: stop.clone(),
        patients: RwLock::new(generate::patients(trust).into_iter().map(Arc::new).collect()),
        templates: templates::environment(),
    }));
    axum::serve(listener, routes(system)).with_graceful_shutdown(stop.cancelled_owned()).await
}

fn routes(system: System) -> Router {
    use pages::{app, chart, documents, edit, exports, home, legacy, list, live, login, own};
    let own_page = format!("/{}", system.trust.extra);
    Router::new()
        .route("/login", get(login::form).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/", get(home::page))
        .route("/patients", get(list::page).post(list::submit))
        .route("/patients/export.csv", get(exports::register))
        .route("/open", get(list::open))
        .route("/patients/{key}", get(chart::summary))
        .route("/patients/{key}/print", get(exports::print))
        .route("/patients/{key}/results.csv", get(exports::results))
        .route("/patients/{key}/edit", get(edit::form).post(edit::save))
        .route("/patients/{key}/{tab}", get(chart::tab))
        .route("/patients/{key}/documents/{id}", get(documents::page))
        .route("/patients/{key}/documents/{id}/{file}", get(documents::raw))
        .route("/ward/{code}", get(home::ward))
        .route("/feed", get(live::feed))
        .route("/ws/vitals", get(live::vitals))
        .route("/app", get(app::page))
        .route("/api/patients", get(app::search))
        .route("/api/patients/{key}", get(app::patient))
        .route("/fhir/metadata", get(app::metadata))
        .route("/fhir/Patient/{id}", get(app::fhir_patient))
        .route("/fhir/Observation", get(app::fhir_observations))
        .route("/legacy", get(legacy::frames))
        .route("/legacy/menu.asp", get(legacy::menu))
        .route("/legacy/list.asp", get(legacy::list))
        .route("/legacy/pat.asp", get(legacy::patient))
        .route("/assets/{file}", get(templates::asset))
        .route(&own_page, get(own::page))
        .fallback(|| async { reply::problem(StatusCode::NOT_FOUND, "There is no such page.") })
        .with_state(system)
}
