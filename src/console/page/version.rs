//! Earlier versions of a rule file: the list, what one did, and the way back.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::change::{self, Change};
use super::super::desk::Desk;
use super::super::entrance::{Admin, Posted};
use super::super::shelf;
use super::super::sides::{Part, Row, Sides};
use super::editor::not_opened;

/// Versions listed.
const LISTED: usize = 20;

/// Which version of which file.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Wanted {
    name: String,
    id: i64,
}

/// The last versions, for the page of the file.
pub(super) fn list(desk: &Desk, name: &str, now: &str) -> Markup {
    let read = desk.history.of(name, LISTED);
    html! {
        section.card aria-labelledby="versions" {
            h2 #versions { "Versions" small { "the last ones that were saved here" } }
            @match read {
                Err(_) => p.empty { "They cannot be read now." },
                Ok(all) if all.is_empty() => p.empty { "It was never changed here." },
                Ok(all) => div.scroll { table {
                    thead { tr { th { "when, UTC" } th { "who" } th { "version" } th { span.unseen { "what to do" } } } }
                    tbody { @for v in &all { @let hash = shelf::version(&v.text); tr {
                        td.t { (super::moment(v.at)) }
                        td { (v.by) }
                        td { code { (hash) } @if hash == now { " " span.tag.good { "in force" } } }
                        td { a href=(format!("/version?name={}&id={}", super::query_value(name), v.id)) { @if hash == now { "See what it changed" } @else { "Compare and go back" } } }
                    } } }
                } },
            }
        }
    }
}

pub(in super::super) async fn get(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
) -> Response {
    let opened = match desk.shelf().open(&wanted.name) {
        Ok(opened) => opened,
        Err(error) => return not_opened(&error),
    };
    let all = desk.history.of(&wanted.name, usize::MAX).unwrap_or_default();
    let Some(at) = all.iter().position(|v| v.id == wanted.id) else { return not_kept() };
    let (Some(version), before) = (all.get(at), all.get(at + 1)) else { return not_kept() };
    let hash = shelf::version(&version.text);
    let current = hash == opened.version;
    // Of the one in force: what it changed. Of an older one: what going back would do.
    let (left, right, title) = match (current, before) {
        (true, Some(before)) => {
            (before.text.as_str(), version.text.as_str(), ["The version before", "This version, in force"])
        }
        (true, None) => ("", version.text.as_str(), ["Nothing before it", "This version, in force"]),
        (false, _) => (opened.text.as_str(), version.text.as_str(), ["In force now", "This version"]),
    };
    let sides = Sides::of(left, right, &[]);
    let back = super::file_link(&wanted.name);
    let body = html! {
        p.crumbs { a href="/rules" { "Rules" } " / " a href=(back) { (wanted.name) } }
        div.head { h1 { "Version " code { (hash) } } p.soft.small { (super::moment(version.at)) " UTC, by " (version.by) } }
        @if !current {
            form.note method="post" action="/version" {
                input type="hidden" name="token" value=(admin.token());
                input type="hidden" name="name" value=(wanted.name);
                input type="hidden" name="base" value=(opened.version);
                input type="hidden" name="id" value=(version.id);
                p { "Going back saves this text as a new version: checked, written to the trail and reloaded like any other." }
                p { button type="submit" { "Go back to this version" } }
            }
        }
        (table(&sides, title))
    };
    super::page(StatusCode::OK, "Version", "/rules", admin.who().as_str(), body)
}

pub(in super::super) async fn post(State(desk): State<Arc<Desk>>, form: Posted) -> Response {
    let name = form.field("name");
    let found = form.field("id").parse().ok().and_then(|id| desk.history.get(id).ok().flatten());
    let Some(version) = found.filter(|v| v.path == name) else { return not_kept() };
    let change = Change { who: form.admin.who(), name, base: form.field("base"), text: &version.text };
    match change::make(&desk, &change).await {
        Ok(saved) => Redirect::to(&format!("{}&saved={}", super::file_link(name), saved.version)).into_response(),
        Err(why) => {
            let body = html! {
                p { (why.to_string()) "." }
                @if let change::Unchanged::Wrong(found) = &why { @for d in found { pre.box { (d.render()) } } }
                p { a href=(super::file_link(name)) { "Back to the file" } }
            };
            super::refusal(StatusCode::CONFLICT, "Not changed", &body)
        }
    }
}

fn not_kept() -> Response {
    super::refusal(StatusCode::NOT_FOUND, "No such version", &html! { p { "It is not kept, or is another file’s." } })
}

fn table(sides: &Sides, titles: [&str; 2]) -> Markup {
    let side = |side: &Option<(usize, Vec<Part>)>, class: &str| {
        html! {
            @match side {
                Some((n, parts)) => { td.no { (n) } td class=(class) { @for p in parts { @if p.changed { span.hit { (p.text) } } @else { (p.text) } } } }
                None => { td.no {} td class=(class) {} }
            }
        }
    };
    html! {
        @if sides.changed == 0 { p.empty { "The same text." } } @else {
            table.sides {
                thead { tr { th.no { span.unseen { "line" } } th { (titles[0]) } th.no { span.unseen { "line" } } th { (titles[1]) } } }
                tbody { @for row in &sides.rows { @match row {
                    Row::Gap(n) => tr.gap { td colspan="4" { (super::of(*n, "line")) " the same" } },
                    Row::Same(b, a, text) => tr.same { td.no { (b) } td.before { (text) } td.no { (a) } td.after { (text) } },
                    Row::Changed(before, after) => tr.changed { (side(before, "before")) (side(after, "after")) },
                } } }
            }
        }
    }
}
