//! The look of Fanlight's own pages: refusals, the front page, the console.
//!
//! One frame with landmarks, a skip link and the mark; one style sheet, inline, so that a page stands alone wherever it is
//! shown; a Content-Security-Policy that allows exactly that style sheet (and the page's own script, if it has one).
//! Everything works without scripts.
//!
//! ```
//! use fanlight::policy::look;
//! let page = look::page("No grant", maud::html! { p { "Ask your approver." } }).into_string();
//! assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<main"));
//! assert!(look::content_security_policy(&[]).contains("default-src 'none'"));
//! ```
//!
//! Classes that bodies may use are in `look.css`: `card`, `grid`, `pair`, `facts`, `numbers`, `tag`, `note`, `scroll`,
//! `row`, `choices`, `refusal`.

use std::sync::LazyLock;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

/// The style sheet.
pub const STYLE: &str = include_str!("look.css");

/// A page as it stands in the frame.
#[derive(Debug, Default)]
pub struct Frame<'a> {
    /// Title of the document; the page's own heading is part of its body.
    pub title: &'a str,
    /// Small word beside the mark: `console`, `demo`.
    pub place: &'a str,
    /// Where the mark leads; empty: `/`.
    pub home: &'a str,
    /// Address, name and whether it is the page shown.
    pub nav: &'a [(&'a str, &'a str, bool)],
    /// At the right of the bar: who is here.
    pub who: &'a str,
    /// How wide the content may become.
    pub width: Width,
    /// A style sheet of this page alone, after [`STYLE`].
    pub style: &'static str,
    /// A script of this page alone, at the end.
    pub script: &'static str,
    /// Words at the foot of the page.
    pub foot: &'a str,
}

/// How wide the content of a page may become.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A message: refusals.
    Slim,
    /// A page with cards and tables.
    #[default]
    Normal,
    /// Editors and panes side by side.
    Wide,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Width::Slim => "bay slim",
            Width::Normal => "bay",
            Width::Wide => "bay wide",
        }
    }
}

/// A page of its own, slim, with `title` as its heading: refusals and messages.
pub fn page(title: &str, body: Markup) -> Markup {
    let frame = Frame { title, width: Width::Slim, ..Frame::default() };
    framed(&frame, html! { h1 { (title) } (body) })
}

/// A page in the frame. The body brings its own `h1`.
pub fn framed(frame: &Frame<'_>, body: Markup) -> Markup {
    let home = if frame.home.is_empty() { "/" } else { frame.home };
    let foot =
        if frame.foot.is_empty() { "Screen only: nothing here may be stored, printed or copied." } else { frame.foot };
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (frame.title) " · Fanlight" }
                link rel="icon" href=(icon());
                style { (PreEscaped(STYLE)) }
                @if !frame.style.is_empty() { style { (PreEscaped(frame.style)) } }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div class=(frame.width.class()) {
                        a.brand href=(home) { (mark()) "Fanlight" @if !frame.place.is_empty() { small { (frame.place) } } }
                        @if !frame.nav.is_empty() {
                            nav aria-label="Main" {
                                ul {
                                    @for (to, name, here) in frame.nav {
                                        li { a href=(to) aria-current=[here.then_some("page")] { (name) } }
                                    }
                                }
                            }
                        }
                        @if !frame.who.is_empty() { span.who { (frame.who) } }
                    }
                }
                main #main tabindex="-1" { div class=(frame.width.class()) { (body) } }
                footer.foot { div class=(frame.width.class()) { p { (foot) } } }
                @if !frame.script.is_empty() { script { (PreEscaped(frame.script)) } }
            }
        }
    }
}

/// The script of [`refusal`]: what a form sent would stay with its entry in the history, and on the disk with that. Ours asks, no more.
pub const FORGETS: &str = "try{history.replaceState(history.state,'')}catch(e){}";

/// A refusal in a few words: what happened, a small code line, and what to do. Its policy must allow [`FORGETS`].
pub fn refusal(code: &str, title: &str, body: Markup) -> Markup {
    let frame = Frame { title, width: Width::Slim, script: FORGETS, ..Frame::default() };
    framed(&frame, html! { section.refusal { span.code { (code) } h1 { (title) } (body) } })
}

/// The mark: a fanlight, the half-round window over a door. Decoration beside the name, so hidden from screen readers.
pub fn mark() -> Markup {
    html! {
        svg viewBox="0 0 64 38" aria-hidden="true" focusable="false" {
            path.glass d="M4 34a28 28 0 0 1 56 0z" {}
            path.lit d="M34.8 25.4 40.7 7.4A28 28 0 0 0 23.3 7.4L29.2 25.4A9 9 0 0 1 34.8 25.4z" {}
            g.bars stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" {
                path d="M4 34a28 28 0 0 1 56 0z" {}
                path d="M23 34a9 9 0 0 1 18 0M39.3 28.7 54.7 17.5M34.8 25.4 40.7 7.4M29.2 25.4 23.3 7.4M24.7 28.7 9.3 17.5" {}
            }
        }
    }
}

/// A bar of how much of a limit is used; says the same in words to those who do not see it.
pub fn bar(used: u64, limit: u64, what: &str) -> Markup {
    let percent = used.saturating_mul(100).checked_div(limit).unwrap_or(100).min(100);
    let class = if percent >= 80 { "high" } else { "used" };
    html! {
        svg.bar viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=(format!("{what}: {used} of {limit}")) {
            rect.back width="100" height="6" {}
            rect class=(class) width=(percent) height="6" {}
        }
    }
}

/// The icon of the tab: the mark as a `data:` URL, in colours that show on light and dark.
pub fn icon() -> &'static str {
    concat!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 -13 64 64'%3E",
        "%3Cpath d='M4 34a28 28 0 0 1 56 0z' fill='%23e2eeec'/%3E%3Cpath d='M34.8 25.4 40.7 7.4A28 28 0 0 0 23.3 7.4L29.2 25.4z' fill='%23c8742a'/%3E",
        "%3Cpath d='M4 34a28 28 0 0 1 56 0zM23 34a9 9 0 0 1 18 0M39.3 28.7 54.7 17.5M34.8 25.4 40.7 7.4M29.2 25.4 23.3 7.4M24.7 28.7 9.3 17.5' ",
        "fill='none' stroke='%2314666d' stroke-width='4'/%3E%3C/svg%3E",
    )
}

/// The policy for a page of ours: nothing but [`STYLE`], the icon, forms to ourselves, and the scripts and style sheets
/// in `own`, each by its hash. Only pages of the same origin may frame it, so
/// that a refusal shows where the application has frames.
pub fn content_security_policy(own: &[Own]) -> String {
    static SHARED: LazyLock<String> = LazyLock::new(|| source(STYLE));
    let (mut styles, mut scripts) = (SHARED.clone(), String::new());
    for part in own {
        match part {
            Own::Style(text) if !text.is_empty() => styles = format!("{styles} {}", source(text)),
            Own::Script(text) if !text.is_empty() => scripts = format!("{scripts} {}", source(text)),
            Own::Style(_) | Own::Script(_) => {}
        }
    }
    let scripts = if scripts.is_empty() { " 'none'".to_owned() } else { scripts };
    format!(
        "default-src 'none'; style-src {styles}; script-src{scripts}; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
}

/// A part of a page that its policy must allow.
#[derive(Debug, Clone, Copy)]
pub enum Own {
    /// [`Frame::style`].
    Style(&'static str),
    /// [`Frame::script`].
    Script(&'static str),
}

fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_has_landmarks_a_skip_link_and_escapes_what_it_is_given() {
        let nav = [("/rules", "Rules", true), ("/trail", "Trail", false)];
        let frame = Frame { title: "<b>", who: "sam & co", nav: &nav, ..Frame::default() };
        let text = framed(&frame, html! { h1 { "x" } }).into_string();
        for part in [
            "href=\"#main\"",
            "<main id=\"main\"",
            "<nav aria-label",
            "aria-current=\"page\"",
            "<footer",
            "lang=\"en-GB\"",
        ] {
            assert!(text.contains(part), "{part}");
        }
        assert!(text.contains("&lt;b&gt; · Fanlight") && text.contains("sam &amp; co"));
        assert_eq!(text.matches("aria-current").count() - STYLE.matches("aria-current").count(), 1);
    }

    #[test]
    fn the_policy_names_exactly_what_the_page_carries() {
        let bare = content_security_policy(&[]);
        assert!(bare.contains("script-src 'none'") && !bare.contains("unsafe"));
        let more = content_security_policy(&[Own::Script("go()"), Own::Style("p{}")]);
        assert_eq!(more.matches("'sha256-").count(), 3, "{more}");
    }

    #[test]
    fn bars_never_divide_by_nothing_nor_overflow() {
        assert!(bar(5, 0, "x").into_string().contains("width=\"100\" height=\"6\""));
        assert!(bar(u64::MAX, 3, "x").into_string().contains("class=\"high\""));
        assert!(bar(1, 2, "x").into_string().contains("aria-label=\"x: 1 of 2\""));
    }
}
