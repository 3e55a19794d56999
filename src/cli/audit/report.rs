//! The report: a page that stands by itself and prints well.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::audit::{Counts, Findings, Summary, Use};
use crate::config::Config;
use crate::store::Filter;

/// The look of all of Fanlight's own pages, and what a printed report needs besides.
const LOOK: &str = include_str!("../../policy/look.css");
const OWN: &str = "
.report { width: min(60rem, 100% - 2.5rem); margin: 2.5rem auto; flex: 1; }
.report table { border-collapse: collapse; width: 100%; }
.report th, .report td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.report td.n, .report th.n { text-align: right; font-variant-numeric: tabular-nums; }
.report svg { display: block; width: 9rem; height: .8rem; } .report rect { fill: var(--teal); }
.report section { break-inside: avoid; margin-top: 2rem; }
.verdict { padding: 1rem 1.25rem; border-radius: 8px; background: var(--good-tint); }
.verdict.bad { background: var(--bad-tint); color: var(--bad); }
@media print { .report { width: auto; margin: 0; } }
";

/// The page.
pub(super) fn page(config: &Config, filter: &Filter, findings: &Findings, summary: &Summary) -> String {
    let total = summary.total();
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Fanlight: report of the trail" }
                style { (PreEscaped(LOOK)) (PreEscaped(OWN)) }
            }
            body {
                main class="report" {
                    h1 { "Report of the trail" }
                    p class="soft" { (stretch(filter, summary)) }
                    (verdict(findings))
                    section {
                        h2 { "In all" }
                        table {
                            tr { th { "Requests that went upstream" } td class="n" { (total.admitted) } }
                            tr { th { "Requests denied, limited or refused" } td class="n" { (total.turned_away) } }
                            tr { th { "Record views" } td class="n" { (total.records) } }
                            tr { th { "Identifiers replaced" } td class="n" { (total.masked) } }
                            tr { th { "Export and print controls taken out" } td class="n" { (summary.controls) } }
                            tr { th { "Bytes shown" } td class="n" { (total.bytes) } }
                            tr { th { "Requests broken off" } td class="n" { (summary.cancelled) } }
                        }
                    }
                    (uses("By trust", "Trust", summary.trusts.iter().map(|(id, u)| (name_of(config, id), u))))
                    (uses("By engineer", "Engineer", summary.engineers.iter().map(|(id, u)| (id.clone(), u))))
                    (uses("By day (UTC)", "Day", summary.days.iter().map(|(day, u)| (day.clone(), u))))
                    (counts("Why requests were turned away", &summary.reasons))
                    (counts("Identifiers replaced, by kind", &summary.masked))
                    (counts("Responses withheld", &summary.withheld))
                    (counts("Upstream failures", &summary.upstream))
                    (counts("Events of the house", &summary.events))
                }
            }
        }
    };
    document.into_string()
}

fn stretch(filter: &Filter, summary: &Summary) -> String {
    let named = [
        ("engineer", &filter.engineer),
        ("trust", &filter.trust),
        ("ticket", &filter.ticket),
        ("grant", &filter.grant),
        ("request", &filter.request),
        ("decision", &filter.decision),
    ];
    let only: Vec<String> =
        named.iter().filter_map(|(what, value)| Some(format!("{what} {}", value.as_ref()?))).collect();
    let only = if only.is_empty() { "every row".to_owned() } else { format!("rows of {}", only.join(", ")) };
    match (summary.from, summary.until) {
        (Some(from), Some(until)) => {
            let moment = |t: jiff::Timestamp| t.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
            format!("{} rows from {} to {} ({only}).", summary.rows, moment(from), moment(until))
        }
        (None, _) | (_, None) => format!("No rows ({only})."),
    }
}

fn verdict(findings: &Findings) -> Markup {
    html! {
        @match findings.problems.first() {
            None => p class="verdict" {
                strong { "The trail is sound. " }
                "Every one of its " (findings.rows) " rows is as it was written. Its last row is "
                code { (findings.head.seq) ":" (findings.head.hash) } "."
            },
            Some(first) => p class="verdict bad" {
                strong { "The trail is not sound. " }
                "The first bad row is " (first.seq) ": " (first.wrong.to_string()) "."
            },
        }
        @if findings.killed > 0 {
            p { (findings.killed) " requests were opened and never closed: Fanlight was killed while they ran." }
        }
    }
}

fn name_of(config: &Config, id: &str) -> String {
    config.trust(id).map_or_else(|| id.to_owned(), |trust| trust.name.clone())
}

fn uses<'s>(title: &str, of: &str, rows: impl Iterator<Item = (String, &'s Use)>) -> Markup {
    let rows: Vec<_> = rows.collect();
    let most = rows.iter().map(|(_, u)| u.records).max().unwrap_or(0);
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (title) }
                table {
                    tr {
                        th { (of) }
                        th class="n" { "Upstream" }
                        th class="n" { "Turned away" }
                        th class="n" { "Replaced" }
                        th class="n" { "Record views" }
                        th { span class="unseen" { "Record views, as a bar" } }
                    }
                    @for (name, u) in &rows {
                        tr {
                            td { (name) }
                            td class="n" { (u.admitted) }
                            td class="n" { (u.turned_away) }
                            td class="n" { (u.masked) }
                            td class="n" { (u.records) }
                            td { (bar(u.records, most)) }
                        }
                    }
                }
            }
        }
    }
}

fn counts(title: &str, counts: &Counts) -> Markup {
    let most = counts.values().copied().max().unwrap_or(0);
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    html! {
        @if !sorted.is_empty() {
            section {
                h2 { (title) }
                table {
                    @for (name, n) in sorted {
                        tr { td { (name) } td class="n" { (n) } td { (bar(*n, most)) } }
                    }
                }
            }
        }
    }
}

/// A bar, as wide as `n` is of `most`; the number stands beside it.
fn bar(n: u64, most: u64) -> Markup {
    let width = (n * 100).checked_div(most).unwrap_or(0);
    html! {
        svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(width) height="8" rx="1" {}
        }
    }
}
