//! The front page of the demo: what Fanlight is, who one is, and the ten trusts.

use maud::{Markup, html};

use super::pages::{Place, role_link};
use crate::identity::DemoRole;
use crate::policy::look::{self, Frame};

/// What a role lets one see, for the front page.
pub(super) const fn promise(role: DemoRole) -> &'static str {
    match role {
        DemoRole::Engineer => "Sees a working system, every identifier masked, every view counted.",
        DemoRole::EngineerWithoutGrant => "Is refused: nobody approved the work.",
        DemoRole::EngineerElsewhere => "Is refused: has a grant, but not from this network.",
        DemoRole::RuleAdmin => "Opens the console: rules, preview, trail, who is viewing.",
        DemoRole::Auditor => "Reads the trail; may browse no trust's system.",
        DemoRole::Operator => "Runs the house; may browse no trust's system.",
    }
}

/// The roles that the front page offers.
pub(super) const OFFERED: [DemoRole; 4] =
    [DemoRole::Engineer, DemoRole::EngineerWithoutGrant, DemoRole::EngineerElsewhere, DemoRole::RuleAdmin];

/// The front page, for someone who has chosen `role`.
pub(super) fn page(place: &Place, role: DemoRole) -> Markup {
    let console = role_link(&place.console_origin(), DemoRole::RuleAdmin, "/");
    let nav = [("/", "Trusts", true), (console.as_str(), "Console", false)];
    let foot = "A demonstration on this machine alone. Every patient is invented.";
    let frame = Frame { title: "Demo", place: "demo", nav: &nav, style: super::pages::STYLE, foot, ..Frame::default() };
    // The role that browses: the rule admin works in the console, so the cards stay the engineer's.
    let browsing = if role == DemoRole::RuleAdmin { DemoRole::Engineer } else { role };
    look::framed(
        &frame,
        html! {
            section.hero {
                div {
                    h1 { "See the system, never the patient" }
                    p.lead {
                        "Fanlight stands in front of a hospital’s clinical web system while engineers elsewhere upgrade it. "
                        "They see a system that works; every identifier is masked on the way, nothing can be saved or printed, and every view is "
                        "counted and recorded."
                    }
                    p {
                        @if let Some((id, name)) = place.trusts.first() {
                            a.button href=(compare_link(place, id, browsing)) { "See masked beside unmasked" }
                            span.small.soft.after { "at " (name) }
                        }
                    }
                }
                div.scene aria-hidden="true" { (look::mark()) }
            }
            section aria-labelledby="who" {
                h2 #who { "Who are you?" }
                ul.choices {
                    @for offered in OFFERED {
                        @let link = if offered == DemoRole::RuleAdmin { console.clone() } else { role_link("", offered, "/") };
                        li { a href=(link) aria-current=[(offered == role).then_some("true")] {
                            strong { (offered.title()) }
                            small { (promise(offered)) }
                            @if offered == role { span.tag.warm { "you, now" } }
                        } }
                    }
                }
            }
            section aria-labelledby="trusts" {
                h2 #trusts { "Ten trusts, ten configurations" }
                p.soft { "Each has its own labels, number formats and pages, its own address, keys and rules. You browse as “" (browsing.title()) "”." }
                ul.grid.trusts {
                    @for (id, name) in &place.trusts {
                        li { article.card.trust {
                            h3 { a href=(role_link(&place.trust_origin(id), browsing, "/")) { (name) } }
                            p.host.soft.mono { (id) wbr; ".localhost" }
                            p { a.small href=(compare_link(place, id, browsing)) { "Compare both sides" span.unseen { " at " (name) } } }
                        } }
                    }
                }
            }
        },
    )
}

fn compare_link(place: &Place, trust: &str, role: DemoRole) -> String {
    // Only an engineer with a grant has a right-hand side to compare.
    let role = if role == DemoRole::Engineer { role } else { DemoRole::Engineer };
    role_link(&place.trust_origin(trust), role, "/.fanlight/compare")
}
