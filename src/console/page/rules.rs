//! The rules of a trust, by pack and file, each with its reason, its examples and how often it hit.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::desk::Desk;
use super::super::entrance::Admin;
use crate::proxy::trust::Trust;
use crate::rules::layers::{Layered, State as RuleState};
use crate::rules::rule::Example;
use crate::rules::{Compiled, RuleFile};

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Wanted {
    #[serde(default)]
    trust: String,
    #[serde(default)]
    q: String,
}

pub(in super::super) async fn get(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
) -> Response {
    let trusts = desk.house.trusts();
    let trust = trusts.iter().find(|t| t.id().as_str() == wanted.trust).or(trusts.first());
    let body = html! {
        div.head { h1 { "Rules" } @if let Some(t) = trust { p.soft.small { "version " code { (t.compiled().version) } } } }
        form.card.filter method="get" action="/rules" role="search" {
            div { label for="trust" { "Trust" } select #trust name="trust" {
                @for t in &trusts { option value=(t.id()) selected[trust.is_some_and(|c| c.id() == t.id())] { (t.name()) } }
            } }
            div { label for="q" { "Rule, place, kind or reason" } input #q name="q" type="search" value=(wanted.q) autocomplete="off"; }
            button type="submit" { "Show" }
        }
        @match trust {
            Some(trust) => (packs(trust, &wanted.q)),
            None => p.empty { "There are no trusts." },
        }
    };
    super::page(StatusCode::OK, "Rules", "/rules", admin.who().as_str(), body)
}

fn packs(trust: &Trust, filter: &str) -> Markup {
    let compiled = trust.compiled();
    let hits = trust.hits();
    let text = filter.trim().to_lowercase();
    let shown: Vec<&Layered> = compiled.rules.iter().filter(|r| text.is_empty() || speaks_of(r, &text)).collect();
    html! {
        p.soft.small role="status" {
            (super::of(shown.len(), "rule")) @if !text.is_empty() { " of " (compiled.rules.len()) }
            ", later packs win; hits since the start of the service."
        }
        @for (i, pack) in compiled.packs().iter().enumerate() {
            section.pack aria-labelledby=(format!("pack-{i}")) {
                h2 id=(format!("pack-{i}")) { (pack) " " span.tag.plain { "layer " (i + 1) } }
                @for file in compiled.files.iter().filter(|f| f.pack == **pack) {
                    @let rules: Vec<&&Layered> = shown.iter().filter(|r| r.rule.source.file == file.path).collect();
                    @if text.is_empty() || !rules.is_empty() { (file_card(file, &rules, &hits)) }
                }
            }
        }
        @if !text.is_empty() && shown.is_empty() { p.empty { "No rule speaks of “" (filter) "”." } }
        (detectors(&compiled, &hits))
    }
}

fn speaks_of(rule: &Layered, text: &str) -> bool {
    let (place, what) = rule.rule.body.summary();
    let doc = rule.rule.doc.as_deref().unwrap_or_default();
    [rule.rule.id.as_str(), rule.rule.body.section(), &place, &what, doc]
        .iter()
        .any(|t| t.to_lowercase().contains(text))
}

fn file_card(file: &RuleFile, rules: &[&&Layered], hits: &BTreeMap<String, u64>) -> Markup {
    html! {
        article.card.file {
            header {
                h3 { a href=(super::file_link(&file.path)) { (file.path) } }
                span.small.soft { @if file.holds_rules() { (super::of(rules.len(), "rule")) } @else { "names list, " (super::of(file.text.lines().count(), "line")) } }
            }
            @for rule in rules { (one(rule, hits)) }
        }
    }
}

fn one(layered: &Layered, hits: &BTreeMap<String, u64>) -> Markup {
    let rule = &layered.rule;
    let (place, what) = rule.body.summary();
    let n = hits_of(hits, &rule.id);
    let line = rule.source.error(rule.span.clone(), "").line();
    let name = rule.id.strip_prefix(&format!("{}/", rule.pack)).unwrap_or(&rule.id);
    let class = if layered.state == RuleState::Active { "rule" } else { "rule off" };
    html! {
        details class=(class) {
            summary {
                span.name { (name) }
                span.what { (place) span.soft { " → " (what) } }
                span.tag.plain { (rule.body.section()) }
                span.n { @if n > 0 { b { (super::count(n)) } " hits" } @else { "no hits" } }
            }
            div.more {
                @match &layered.state {
                    RuleState::Active => {}
                    RuleState::ReplacedBy(pack) => p { span.tag.warm { "replaced by " (pack) } },
                    RuleState::DisabledBy(pack) => p { span.tag.warm { "switched off by " (pack) } },
                }
                p { @match &rule.doc { Some(doc) => (doc), None => span.soft { "No reason is given." } } }
                div.samples {
                    (examples("Hits", &rule.hit))
                    (examples("Leaves alone", &rule.miss))
                }
                p.small { a href=(format!("{}&line={line}#line-{line}", super::file_link(&rule.source.file))) { "Edit at line " (line) } " · " code { (rule.id) } }
            }
        }
    }
}

fn examples(title: &str, all: &[Example]) -> Markup {
    html! {
        div {
            p.label { (title) }
            @if all.is_empty() { p.soft.small { "No example." } }
            @for example in all {
                pre.box { (example.body) }
                @if example.media.is_some() || example.path.is_some() {
                    p.small.soft { @if let Some(media) = &example.media { "as " (media) } @if let Some(path) = &example.path { " at " code { (path) } } }
                }
            }
        }
    }
}

/// A field's hits are counted as `field ID`, those of controls and routes under the rule's id.
fn hits_of(hits: &BTreeMap<String, u64>, id: &str) -> u64 {
    ["", "field ", "detector "].iter().filter_map(|kind| hits.get(&format!("{kind}{id}"))).sum()
}

/// What no rule names: detectors that ship, and the record dictionary.
fn detectors(compiled: &Compiled, hits: &BTreeMap<String, u64>) -> Markup {
    let found: Vec<(&str, u64)> = hits
        .iter()
        .filter(|(name, _)| {
            *name == "dictionary" || name.strip_prefix("detector ").is_some_and(|id| compiled.rule(id).is_none())
        })
        .map(|(name, n)| (name.strip_prefix("detector ").unwrap_or(name), *n))
        .collect();
    html! {
        @if !found.is_empty() {
            section.card aria-labelledby="detectors" {
                h2 #detectors { "Detectors" small { "find identifiers where no field is named" } }
                div.scroll { table {
                    thead { tr { th { "detector" } th.n { "hits" } } }
                    tbody { @for (name, n) in found { tr { td.mono { (name) } td.n { (super::count(n)) } } } }
                } }
            }
        }
    }
}
