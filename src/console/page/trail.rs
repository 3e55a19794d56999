//! The trail: the last rows, a request's two rows on one line, with a filter.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::desk::Desk;
use super::super::entrance::Admin;
use crate::audit::{Act, Row};

/// Rows read, and lines shown.
const ROWS: usize = 1000;
const LINES: usize = 200;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    only: Only,
}

/// A class of lines.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Only {
    #[default]
    #[serde(alias = "")]
    All,
    Views,
    Refused,
    Alarms,
    Changes,
}

impl Only {
    const ALL: [(Only, &str, &str); 5] = [
        (Only::All, "all", "Everything"),
        (Only::Views, "views", "Views"),
        (Only::Refused, "refused", "Refused"),
        (Only::Alarms, "alarms", "Alarms"),
        (Only::Changes, "changes", "Changes of rules and grants, starts and stops"),
    ];

    fn holds(self, line: &Line) -> bool {
        match self {
            Only::All => true,
            Only::Views => line.act == Act::Open,
            Only::Refused => line.refused(),
            Only::Alarms => line.alarm(),
            Only::Changes => line.act == Act::Event,
        }
    }
}

/// A line: what was asked, and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) seq: u64,
    pub(super) at: Timestamp,
    pub(super) act: Act,
    pub(super) who: String,
    pub(super) trust: String,
    pub(super) ticket: String,
    pub(super) method: String,
    pub(super) route: String,
    pub(super) decision: String,
    pub(super) code: String,
    pub(super) status: Option<u16>,
    pub(super) records: usize,
    pub(super) masked: u64,
    pub(super) masked_kinds: String,
    pub(super) rules: String,
    pub(super) withheld: String,
    pub(super) upstream: String,
    pub(super) cancelled: bool,
    pub(super) open: bool,
    pub(super) micros: Option<u64>,
}

impl Line {
    /// A page that should have been shown and was not: withheld, drifted, or a fault behind.
    pub(super) fn alarm(&self) -> bool {
        !self.withheld.is_empty() || !self.upstream.is_empty()
    }

    /// Denied, limited or refused.
    pub(super) fn refused(&self) -> bool {
        self.act == Act::Refusal || matches!(self.decision.as_str(), "denied" | "limited" | "refused")
    }

    /// Why, in the trail's own words.
    pub(super) fn why(&self) -> &str {
        [&self.withheld, &self.upstream, &self.code].into_iter().find(|t| !t.is_empty()).map_or("", String::as_str)
    }

    fn contains(&self, text: &str) -> bool {
        let all = [
            &self.who,
            &self.trust,
            &self.ticket,
            &self.method,
            &self.route,
            &self.decision,
            &self.code,
            &self.rules,
            &self.withheld,
            &self.upstream,
        ];
        all.into_iter().any(|field| field.to_lowercase().contains(text))
    }
}

/// Puts the rows (newest first) of one request on one line.
pub(super) fn lines(rows: &[Row]) -> Vec<Line> {
    let closed: HashMap<&str, &Row> =
        rows.iter().filter(|r| r.act == Act::Close).filter_map(|r| Some((r.request.as_deref()?, r))).collect();
    rows.iter()
        .filter(|row| row.act != Act::Close)
        .map(|row| {
            let end = row.request.as_deref().and_then(|id| closed.get(id).copied()).filter(|_| row.act == Act::Open);
            let text = |from: &dyn Fn(&Row) -> &Option<String>| {
                end.and_then(|e| from(e).clone()).or_else(|| from(row).clone()).unwrap_or_default()
            };
            let kinds = text(&|r| &r.masked);
            Line {
                seq: row.seq,
                at: row.at,
                act: row.act,
                who: row.engineer.clone().or_else(|| row.by.clone()).unwrap_or_default(),
                trust: row.trust.clone().unwrap_or_default(),
                ticket: row.ticket.clone().unwrap_or_default(),
                method: row.method.clone().unwrap_or_default(),
                route: text(&|r| &r.route),
                decision: text(&|r| &r.decision),
                code: text(&|r| &r.code),
                status: end.and_then(|e| e.status).or(row.status),
                records: end.map_or(row.records.len(), |e| e.records.len().max(row.records.len())),
                masked: kinds.split(',').filter_map(|k| k.split_once('=')?.1.parse::<u64>().ok()).sum(),
                masked_kinds: kinds,
                rules: row.rules.clone().unwrap_or_default(),
                withheld: text(&|r| &r.withheld),
                upstream: text(&|r| &r.upstream),
                cancelled: end.is_some_and(|e| e.cancelled),
                open: row.act == Act::Open && end.is_none(),
                micros: end.and_then(|e| e.micros),
            }
        })
        .collect()
}

pub(in super::super) async fn get(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
) -> Response {
    let read = desk.trail().latest(ROWS).await;
    let all = read.as_ref().map(|rows| lines(rows)).unwrap_or_default();
    let text = wanted.q.trim().to_lowercase();
    let found: Vec<&Line> = all.iter().filter(|l| wanted.only.holds(l) && l.contains(&text)).collect();
    let shown: Vec<&Line> = found.iter().take(LINES).copied().collect();
    let body = html! {
        div.head { h1 { "Trail" } p.soft.small { "The last " (super::count(ROWS as u64)) " rows. Records are keyed hashes; no identifier is kept." } }
        form.card.filter method="get" action="/trail" role="search" {
            div { label for="q" { "Engineer, trust, ticket, route, reason" } input #q name="q" type="search" value=(wanted.q) autocomplete="off"; }
            div.s { label for="only" { "Show" } select #only name="only" {
                @for (only, value, name) in Only::ALL { option value=(value) selected[only == wanted.only] { (name) } }
            } }
            button type="submit" { "Filter" }
        }
        @if let Err(error) = &read { div.note.bad role="alert" { p { "The trail cannot be read: " (error.to_string()) } } }
        section.card aria-label="Rows" {
            p.soft.small role="status" { (super::of(found.len(), "line")) @if found.len() > shown.len() { "; the first " (LINES) " are shown" } }
            (table(&shown))
        }
    };
    super::page(StatusCode::OK, "Trail", "/trail", admin.who().as_str(), body)
}

/// The lines as a table.
pub(super) fn table(lines: &[&Line]) -> Markup {
    html! {
        @if lines.is_empty() { p.empty { "Nothing yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="Trail" { table {
                thead { tr { th.n { "no." } th { "when, UTC" } th { "who" } th { "trust" } th { "what" } th { "decision" } th.n { "records" } th.n { "masked" } th.n { "ms" } } }
                tbody { @for l in lines { tr {
                    td.n.soft { (l.seq) }
                    td.t { (super::moment(l.at)) }
                    td { (l.who) @if !l.ticket.is_empty() { br; span.small.soft { (l.ticket) } } }
                    td { (l.trust) }
                    td { @if l.method.is_empty() { @if !l.rules.is_empty() { "version " code { (l.rules) } } } @else { (l.method) " " span.mono { (l.route) } } }
                    td { (decision(l)) }
                    td.n { @if l.records > 0 { (l.records) } }
                    td.n title=(l.masked_kinds) { @if l.masked > 0 { (super::count(l.masked)) } }
                    td.n { @if let Some(micros) = l.micros { (super::count(micros / 1000)) } }
                } } }
            } }
        }
    }
}

fn decision(line: &Line) -> Markup {
    let class = match (line.alarm(), line.refused(), line.act) {
        (true, ..) => "tag bad",
        (_, true, _) => "tag warm",
        (_, _, Act::Event) => "tag plain",
        (_, _, Act::Open | Act::Close | Act::Refusal) => "tag good",
    };
    html! {
        span class=(class) { (line.decision) @if let Some(status) = line.status { " " (status) } }
        @if !line.why().is_empty() { " " span.small { (line.why()) } }
        @if line.cancelled { " " span.small.soft { "cut short" } }
        @if line.open { " " span.small.soft { "open" } }
    }
}
