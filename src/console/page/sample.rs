//! The preview: a sample chosen or pasted, before and after side by side, every finding explained.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::super::change;
use super::super::desk::Desk;
use super::super::entrance::{Admin, Posted};
use super::super::fetch;
use super::super::preview::{self, Sample, Seen};
use super::super::sides::{Part, Row, Sides};
use crate::base::id::TrustId;
use crate::base::secret::Key;
use crate::policy::look;
use crate::redact::finding::Explained;
use crate::redact::kind::Kind;
use crate::redact::plan::Plan;

/// Findings listed; the marks in the text show all.
const LISTED: usize = 300;

/// Types that text can be pasted as.
const TYPES: [(&str, &str); 9] = [
    ("text/html", "HTML"),
    ("text/plain", "Plain text"),
    ("application/json", "JSON or FHIR"),
    ("application/xml", "XML or CDA"),
    ("text/csv", "CSV"),
    ("x-application/hl7-v2+er7", "HL7 v2"),
    ("text/javascript", "JavaScript"),
    ("text/css", "Style sheet"),
    ("application/x-www-form-urlencoded", "Form data"),
];

/// What a form says of the sample.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen {
    trust: String,
    from: String,
    path: String,
    cookie: String,
    media: String,
    text: String,
}

impl Chosen {
    /// From a posted form.
    pub(super) fn of(form: &Posted) -> Self {
        let field = |name| form.field(name).to_owned();
        Self {
            trust: field("trust"),
            from: field("from"),
            path: field("path"),
            cookie: field("cookie"),
            media: field("media"),
            text: field("text"),
        }
    }

    /// The trust, or the first of `among`.
    pub(super) fn trust(&self, among: &[TrustId]) -> Option<TrustId> {
        among.iter().find(|id| id.as_str() == self.trust).or(among.first()).cloned()
    }

    /// The sample, fetched or pasted.
    pub(super) async fn sample(
        &self,
        desk: &Desk,
        admin: &Admin,
        trust: &TrustId,
    ) -> Result<Sample, fetch::NotFetched> {
        if self.from != "text" {
            let sent = Some(self.cookie.trim()).filter(|c| !c.is_empty());
            return fetch::page(desk, admin.who(), trust, &self.path, sent).await;
        }
        let media = TYPES.iter().find(|(m, _)| *m == self.media).map_or("text/html", |(m, _)| m);
        let path = self.path.split('?').next().filter(|p| p.starts_with('/')).unwrap_or("/");
        Ok(Sample {
            trust: trust.clone(),
            path: path.to_owned(),
            content_type: format!("{media}; charset=utf-8"),
            coding: None,
            body: self.text.clone().into_bytes(),
        })
    }
}

/// The part of a form that chooses the sample; `trusts` are those that may be chosen.
pub(super) fn fields(desk: &Desk, chosen: &Chosen, trusts: &[TrustId]) -> Markup {
    let name = |id: &TrustId| desk.house.trust(id).map_or_else(|| id.to_string(), |t| t.name().to_owned());
    let trust = chosen.trust(trusts);
    let pages = pages(desk, trusts);
    let text = chosen.from == "text";
    let path =
        if chosen.path.is_empty() { pages.first().map_or("/", |(p, _)| p.as_str()) } else { chosen.path.as_str() };
    html! {
        fieldset {
            legend { "Look at" }
            div.row {
                div.f { label for="trust" { "Trust" } select #trust name="trust" {
                    @for id in trusts { option value=(id) selected[trust.as_ref() == Some(id)] { (name(id)) } }
                } }
                div.f { label for="from" { "What" } select #from name="from" {
                    option value="page" selected[!text] { "A page of its system" }
                    option value="text" selected[text] { "The text pasted below" }
                } }
                div.f { label for="path" { "Path" }
                    input #path name="path" value=(path) list="pages" autocomplete="off" spellcheck="false";
                    datalist #pages { @for (path, name) in &pages { option value=(path) { (name) } } }
                }
                @if desk.samples.is_none() {
                    div.f { label for="cookie" { "Its session cookie, used once" } input #cookie name="cookie" autocomplete="off" spellcheck="false" placeholder="SESSION=…"; }
                }
            }
            details open[text] {
                summary { "Pasted text" }
                div.row { div.f.s { label for="media" { "Type" } select #media name="media" {
                    @for (media, name) in TYPES { option value=(media) selected[chosen.media == media] { (name) } }
                } } }
                label for="text" { "Text" }
                textarea #text name="text" rows="8" spellcheck="false" { "\n" (chosen.text) }
            }
        }
    }
}

/// Pages that may be chosen: those that all trusts have first, then each one's own with its name.
fn pages(desk: &Desk, trusts: &[TrustId]) -> Vec<(String, String)> {
    let Some(samples) = &desk.samples else { return Vec::new() };
    let all: Vec<(&TrustId, Vec<(String, String)>)> = trusts.iter().map(|t| (t, samples.pages(t))).collect();
    let (mut shared, mut own) = (Vec::new(), Vec::new());
    for (trust, pages) in &all {
        for (path, name) in pages {
            if all.iter().all(|(_, others)| others.iter().any(|(p, _)| p == path)) {
                if shared.iter().all(|(p, _)| p != path) {
                    shared.push((path.clone(), name.clone()));
                }
            } else {
                own.push((path.clone(), format!("{name}, {trust}")));
            }
        }
    }
    shared.extend(own);
    shared
}

/// The preview alone, with the rules in force.
pub(in super::super) async fn get(State(desk): State<Arc<Desk>>, admin: Admin) -> Response {
    view(&desk, &admin, &Chosen::default(), html! {})
}

/// The same, with what came of it.
pub(in super::super) async fn post(State(desk): State<Arc<Desk>>, form: Posted) -> Response {
    let chosen = Chosen::of(&form);
    let trusts: Vec<TrustId> = desk.house.trusts().iter().map(|t| t.id().clone()).collect();
    let Some(trust) = chosen.trust(&trusts).and_then(|id| desk.house.trust(&id)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let seen = outcome(&desk, &form.admin, &chosen, trust.id(), &trust.compiled().plan, None).await;
    view(&desk, &form.admin, &chosen, seen)
}

fn view(desk: &Desk, admin: &Admin, chosen: &Chosen, seen: Markup) -> Response {
    let trusts: Vec<TrustId> = desk.house.trusts().iter().map(|t| t.id().clone()).collect();
    let body = html! {
        div.head { h1 { "Preview" } p.soft.small { "The same engine as for engineers, with the rules in force. You are inside the trust and may see both sides." } }
        form method="post" action="/preview#seen" {
            input type="hidden" name="token" value=(admin.token());
            (fields(desk, chosen, &trusts))
            p { button type="submit" { "Show before and after" } }
        }
        (seen)
    };
    super::page(StatusCode::OK, "Preview", "/preview", admin.who().as_str(), body)
}

/// Gets the sample, runs it with `plan`, and shows what came of it.
pub(super) async fn outcome(
    desk: &Desk,
    admin: &Admin,
    chosen: &Chosen,
    trust: &TrustId,
    plan: &Arc<Plan>,
    now: Option<Arc<Plan>>,
) -> Markup {
    let sample = match chosen.sample(desk, admin, trust).await {
        Ok(sample) => sample,
        Err(error) => return html! { div.note.bad #seen role="alert" { p { (error.to_string()) } } },
    };
    let Ok(key) = Key::random() else {
        return html! { div.note.bad #seen role="alert" { p { "The operating system has no randomness to give." } } };
    };
    let (plan, draft) = (plan.clone(), now.is_some());
    // Large samples keep a core busy; the pages of others must not wait for it.
    let looked = tokio::task::spawn_blocking(move || {
        let seen = preview::look(&sample, &plan, now.as_ref(), &key);
        (sample, seen)
    });
    match looked.await {
        Ok((sample, seen)) => shown(&sample, &seen, draft),
        Err(_) => html! { div.note.bad #seen role="alert" { p { "The preview ended early." } } },
    }
}

fn shown(sample: &Sample, seen: &Seen, draft: bool) -> Markup {
    let report = &seen.report;
    html! {
        section #seen aria-labelledby="seen-title" {
            h2 #seen-title { "Before and after" }
            p.soft.small { code { (sample.path) } " · " (sample.content_type) " · " (super::count(sample.body.len() as u64)) " bytes" @if draft { " · with the text above" } }
            @match &seen.sides {
                Err(why) => div.note.warm role="status" { p { strong { "Withheld." } " Engineers receive a page that says so: " (why.to_string()) "." } },
                Ok(sides) => {
                    p role="status" {
                        strong { (super::of(usize::try_from(report.total()).unwrap_or(usize::MAX), "identifier")) " masked" }
                        @for (kind, n) in &report.masked { " " span.tag { (n) " " (kind.title()) } }
                        @if !report.controls.is_empty() { " " span.tag.warm { (super::of(report.controls.len(), "control")) " taken out" } }
                        @if !report.records.is_empty() { " " span.tag.plain { (super::of(report.records.len(), "record")) " shown" } }
                    }
                    @if draft { (difference(seen)) }
                    (table(sides, &report.explained))
                    (findings(seen, draft))
                }
            }
        }
    }
}

fn difference(seen: &Seen) -> Markup {
    let fresh = seen.fresh.iter().filter(|f| **f).count();
    html! {
        @if fresh == 0 && seen.gone.is_empty() { div.note { p { "On this sample the draft does what the rules in force do." } } }
        @else { div.note.good {
            p { strong { "Against the rules in force: " } (fresh) " new, " (seen.gone.len()) " gone." }
            @if !seen.gone.is_empty() { ul { @for f in seen.gone.iter().take(20) { li { span.hit { (f.value.expose()) } " is no longer masked as " (title(f)) " (" (f.finder) ")" } } } }
        } }
    }
}

fn table(sides: &Sides, found: &[Explained]) -> Markup {
    html! {
        @if sides.changed == 0 { p.empty { "Nothing is different: what comes in goes out byte for byte." } } @else {
            table.sides {
                caption.unseen { "The sample as it comes in and as engineers receive it; lines that are the same are left out" }
                thead { tr { th.no scope="col" { span.unseen { "line" } } th scope="col" { "As the hospital sends it" } th.no scope="col" { span.unseen { "line" } } th scope="col" { "As engineers receive it" } } }
                tbody { @for row in &sides.rows { (line(row, found)) } }
            }
            @if sides.cut { p.soft.small { "Only the first " (super::count(Sides::MAX_ROWS as u64)) " lines are shown." } }
        }
    }
}

fn line(row: &Row, found: &[Explained]) -> Markup {
    let side = |side: &Option<(usize, Vec<Part>)>, class: &str| {
        html! {
            @match side {
                Some((n, parts)) => { td.no { (n) } td class=(class) { @for p in parts { (part(p, found)) } } }
                None => { td.no {} td class=(class) {} }
            }
        }
    };
    html! {
        @match row {
            Row::Gap(n) => tr.gap { td colspan="4" { (super::of(*n, "line")) " the same" } },
            Row::Same(b, a, text) => tr.same { td.no { (b) } td.before { (text) } td.no { (a) } td.after { (text) } },
            Row::Changed(before, after) => tr.changed { (side(before, "before")) (side(after, "after")) },
        }
    }
}

fn part(part: &Part, found: &[Explained]) -> Markup {
    let why = part.finding.and_then(|i| Some((i, found.get(i)?)));
    html! {
        @match (part.changed, why) {
            (false, _) => (part.text),
            (true, None) => span.hit { (part.text) },
            (true, Some((i, f))) => a.hit href=(format!("#f{}", i + 1)) title=(format!("{}: {}, {} % sure, {}", title(f), f.finder, f.confidence, f.operator)) { (part.text) },
        }
    }
}

fn findings(seen: &Seen, draft: bool) -> Markup {
    let found = &seen.report.explained;
    html! {
        @if !found.is_empty() {
            h3 { "Findings" }
            div.scroll tabindex="0" role="region" aria-label="Findings" { table.found {
                thead { tr { th.n { "no." } th { "kind" } th { "read" } th { "written" } th { "where" } th { "found by" } th { "sure" } th { "operator" } } }
                tbody { @for (i, f) in found.iter().enumerate().take(LISTED) {
                    tr id=(format!("f{}", i + 1)) {
                        td.n { (i + 1) }
                        td { (title(f)) @if draft && seen.fresh.get(i) == Some(&true) { " " span.tag.good { "new" } } }
                        td.w { span.hit { (f.value.expose()) } }
                        td.w { (f.with) }
                        td { span.mono { (f.at) } br; span.small.soft { (f.surface) } }
                        td.mono { (f.finder) }
                        td { (look::bar(u64::from(f.confidence), 100, "sure")) span.small { (f.confidence) " %" } }
                        td.mono { (f.operator) }
                    }
                } }
            } }
            @if found.len() > LISTED { p.soft.small { "and " (found.len() - LISTED) " more" } }
        }
        @if !seen.report.controls.is_empty() {
            h3 { "Controls taken out" }
            ul { @for (rule, n) in &seen.report.controls { li { code { (rule) } " " span.soft { "× " (n) } } } }
        }
    }
}

fn title(f: &Explained) -> &str {
    Kind::parse(f.kind).map_or(f.kind, Kind::title)
}

/// What a draft of a file does to the sample; none when the file is not part of a chosen trust's rules.
pub(super) async fn with_draft(
    desk: &Desk,
    form: &Posted,
    name: &str,
    text: &str,
) -> Result<Markup, Vec<crate::rules::Diagnostic>> {
    let drafts = change::try_out(desk, name, text)?;
    let chosen = Chosen::of(form);
    let trusts: Vec<TrustId> = drafts.iter().map(|(id, _)| id.clone()).collect();
    let Some(trust) = chosen.trust(&trusts) else { return Ok(html! {}) };
    let Some((_, draft)) = drafts.into_iter().find(|(id, _)| *id == trust) else { return Ok(html! {}) };
    let now = desk.house.trust(&trust).map(|t| t.compiled().plan.clone());
    Ok(outcome(desk, &form.admin, &chosen, &trust, &draft.plan, now).await)
}
