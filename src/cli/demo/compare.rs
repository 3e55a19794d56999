//! The compare page: one page of the clinic in two panes, as the hospital sees it and as the engineer receives it.
//!
//! The left pane comes straight from the clinic's own port, the right one through Fanlight, under the same limits and
//! trail as any other view. It exists in the demo only, where every patient is invented: elsewhere nobody who may use Fanlight
//! may also see the left pane.

use maud::{Markup, html};

use super::pages::Place;
use crate::policy::look::{self, Frame, Width};

/// Pages of the clinic that are worth comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// Path and query at the clinic.
    pub(super) path: String,
    /// What it is.
    pub(super) name: String,
}

/// The page for one trust. `inside` is the clinic's origin as the browser reaches it, `path` what both panes show.
pub(super) fn page(place: &Place, name: &str, inside: &str, path: &str, stops: &[Stop]) -> Markup {
    let front = place.front_origin();
    let nav = [(front.as_str(), "Trusts", false)];
    let frame = Frame {
        title: "Masked beside unmasked",
        place: "demo",
        home: &front,
        nav: &nav,
        width: Width::Wide,
        style: super::pages::STYLE,
        foot: "The left pane exists in this demonstration alone: every patient in it is invented.",
        ..Frame::default()
    };
    look::framed(
        &frame,
        html! {
            div.head {
                div { p.crumbs { (name) } h1 { "Masked beside unmasked" } }
                form.row.go method="get" action="/.fanlight/compare" {
                    div.f { label for="path" { "Page" }
                        input #path name="path" value=(path) list="stops" autocomplete="off" spellcheck="false"; }
                    datalist #stops { @for stop in stops { option value=(stop.path) { (stop.name) } } }
                    button type="submit" { "Show" }
                }
            }
            nav aria-label="Pages to compare" { ul.stops {
                @for stop in stops {
                    li { a href=(compare_path(&stop.path)) aria-current=[(stop.path == path).then_some("page")] { (stop.name) } }
                }
            } }
            div.compare {
                input.unseen #show-left type="radio" name="pane";
                input.unseen #show-right type="radio" name="pane" checked;
                div.switch role="presentation" {
                    label for="show-left" { "What the hospital sees" }
                    label for="show-right" { "What the engineer receives" }
                }
                section.pane.left aria-labelledby="left" {
                    h2 #left { "What the hospital sees" small { "straight from the clinic" } }
                    iframe title="The page as the hospital sees it" src=(format!("{inside}{path}")) {}
                }
                section.pane.right aria-labelledby="right" {
                    h2 #right { "What the engineer receives" small { "through Fanlight" } }
                    iframe title="The page as the engineer receives it" src=(path) {}
                }
            }
        },
    )
}

/// Where the compare page of a path is.
fn compare_path(path: &str) -> String {
    format!("/.fanlight/compare?path={}", super::pages::query_value(path))
}

/// The path of a frame, if it is one of this site: begins with one slash, nothing that a browser reads as another host.
pub(super) fn local_path(text: &str) -> Option<&str> {
    let fine = text.starts_with('/')
        && !text.starts_with("//")
        && text.len() <= 2048
        && !text.contains('\\')
        && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    fine.then_some(text)
}
