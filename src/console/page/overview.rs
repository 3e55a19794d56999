//! The overview: who is viewing, what is used, what was refused or withheld, the last rows of the trail.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::desk::Desk;
use super::super::entrance::Admin;
use super::trail::{self, Line};
use crate::limits::{LimitName, Scope, Usage};
use crate::policy::look;
use crate::proxy::viewers::Viewer;

/// Rows of the trail that are looked through for alarms.
const ROWS: usize = 1000;
/// Lines shown.
const LINES: usize = 12;

pub(in super::super) async fn get(State(desk): State<Arc<Desk>>, admin: Admin) -> Response {
    let viewers = desk.house.viewers();
    let usage = desk.house.usage();
    let read = desk.trail().latest(ROWS).await;
    let lines = read.as_ref().map(|rows| trail::lines(rows)).unwrap_or_default();
    let alarms: Vec<&Line> = lines.iter().filter(|l| l.alarm()).take(LINES).collect();
    let masked: u64 = lines.iter().map(|l| l.masked).sum();
    let refused = lines.iter().filter(|l| l.refused()).count();
    let body = html! {
        div.head { h1 { "Overview" } p.soft.small { "Rules in force: " code { (desk.house.version()) } } }
        @if let Err(error) = &read {
            div.note.bad role="alert" { p { strong { "The trail cannot be read, so nobody may view anything: " } (error.to_string()) } }
        }
        dl.numbers {
            div { dt { "viewing now" } dd { (viewers.len()) } }
            div { dt { "trusts" } dd { (desk.house.trusts().len()) } }
            div { dt { "identifiers masked lately" } dd { (super::count(masked)) } }
            div { dt { "refused lately" } dd { (refused) } }
            div { dt { "alarms" } dd { (alarms.len()) } }
        }
        div.split {
            section.card aria-labelledby="viewing" { h2 #viewing { "Viewing now" small { "seen in the last quarter of an hour" } } (viewing(&viewers)) }
            section.card aria-labelledby="limits" { h2 #limits { "Limits used" small { "each in its own window" } } (limits(&usage)) }
        }
        @if !alarms.is_empty() {
            section.card aria-labelledby="alarms" {
                h2 #alarms { "Alarms" small { "withheld pages, layouts that drifted, faults behind" } }
                (trail::table(&alarms))
            }
        }
        section.card aria-labelledby="latest" {
            h2 #latest { "Latest in the trail" small { a href="/trail" { "The whole trail" } } }
            (trail::table(&lines.iter().take(LINES).collect::<Vec<_>>()))
        }
    };
    super::page(StatusCode::OK, "Overview", "/", admin.who().as_str(), body)
}

fn viewing(viewers: &[Viewer]) -> Markup {
    html! {
        @if viewers.is_empty() { p.empty { "Nobody." } } @else {
            div.scroll { table {
                thead { tr { th { "engineer" } th { "trust" } th { "ticket" } th { "from" } th { "since" } th.n { "requests" } } }
                tbody { @for v in viewers { tr {
                    td { (v.engineer) }
                    td { (v.trust) }
                    td { (v.ticket) }
                    td { (v.centre) br; span.small.soft { (v.from) } }
                    td.t { (super::moment(v.since)) }
                    td.n { (super::count(v.requests)) }
                } } }
            } }
        }
    }
}

fn limits(usage: &[Usage]) -> Markup {
    let shown =
        |limit: LimitName, n: u64| if limit == LimitName::BytesHour { super::bytes(n) } else { super::count(n) };
    html! {
        @if usage.is_empty() { p.empty { "Nothing is used." } } @else {
            div.scroll { table.usage {
                thead { tr { th { "whose" } th { "what" } th { "used" } th.n { "of" } } }
                tbody { @for u in usage { tr {
                    td { (whose(&u.scope)) br; span.small.soft { (u.scope.as_str()) } }
                    td { (u.limit.counts()) " in " (u.limit.window_words()) }
                    td { (look::bar(u.used, u.of, u.limit.counts())) }
                    td.n { (shown(u.limit, u.used)) " / " (shown(u.limit, u.of)) }
                } } }
            } }
        }
    }
}

fn whose(scope: &Scope) -> &str {
    match scope {
        Scope::Engineer(id) => id.as_str(),
        Scope::Centre(id) => id.as_str(),
        Scope::Trust(id) => id.as_str(),
    }
}
