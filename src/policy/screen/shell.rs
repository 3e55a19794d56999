//! The shell: an application that asks by `confirm()` and `prompt()` before it does something, without `print()`.
//!
//! A sandbox without `allow-modals` stops `print()`, and with it `alert()`, `confirm()` (false) and `prompt()` (nothing). Where a
//! trust says `modals = "shell"`, a page that a browser opens in a window is answered with a page of ours, whose frame asks for
//! the same address. The application's page has the sandbox as everywhere; its guard hands the three questions to the window
//! around it, at once, as scripts expect. That window has the guard too: no paper, no `print()`.
//!
//! ```
//! use fanlight::policy::screen::shell;
//! let page = shell::page("<style></style>", "Royal Free").into_string();
//! assert!(page.contains("<iframe") && shell::policy().contains("allow-modals"));
//! ```
//!
//! Only a browser that says what it asks for (`Sec-Fetch-Dest: document`) gets a shell; any other gets the page itself, whose
//! questions are then answered with no.

use std::sync::LazyLock;

use http::{HeaderMap, Method};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{SCRIPT_HASH, STYLE_HASH, hash, lean};

static SCRIPT: LazyLock<String> = LazyLock::new(|| lean(include_str!("shell.js")));

const STYLE: &str = "html,body{margin:0;height:100%;overflow:hidden}iframe{position:fixed;inset:0;width:100%;height:100%;border:0}p{font:16px sans-serif;padding:2em}";

static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; script-src {} {}; style-src {} {}; frame-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; sandbox allow-modals allow-scripts allow-same-origin allow-forms allow-popups \
         allow-top-navigation allow-top-navigation-to-custom-protocols allow-pointer-lock allow-orientation-lock \
         allow-presentation allow-storage-access-by-user-activation",
        *SCRIPT_HASH,
        hash(&SCRIPT),
        *STYLE_HASH,
        hash(STYLE)
    )
});

/// Whether a request is for a page in a window of its own, by a browser that says so.
pub fn wanted(method: &Method, headers: &HeaderMap) -> bool {
    let says = |name: &str, what: &str| headers.get(name).is_some_and(|v| v == what);
    *method == Method::GET
        && says("sec-fetch-dest", "document")
        && says("sec-fetch-mode", "navigate")
        && !headers.contains_key("sec-purpose")
}

/// Its policy. The mark and the styles of the guard are set by script.
pub fn policy() -> &'static str {
    &POLICY
}

/// The page. `head`: see [`super::head`].
pub fn page(head: &str, title: &str) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped(head))
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                iframe title=(title) allow="fullscreen" {}
                p hidden {
                    "This application does not let itself be shown in a frame. Set modals = \"block\" for this trust: its pages are then "
                    "shown as they are, and their questions are answered with no."
                }
                script { (PreEscaped(SCRIPT.as_str())) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_a_page_in_a_window_of_its_own_is_shelled() {
        let of = |method: Method, lines: &[(&'static str, &'static str)]| {
            let lines = lines.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)));
            wanted(&method, &lines.collect())
        };
        let page = [("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")];
        assert!(of(Method::GET, &page));
        assert!(!of(Method::POST, &page), "a form's answer is the page itself");
        assert!(
            !of(Method::GET, &[("sec-fetch-dest", "iframe"), ("sec-fetch-mode", "navigate")]),
            "no shell in a shell"
        );
        assert!(!of(Method::GET, &[("accept", "text/html")]), "a browser that does not say what it asks for");
        assert!(!of(Method::GET, &[page[0], page[1], ("sec-purpose", "prefetch")]));
    }

    #[test]
    fn the_shell_downloads_nothing_and_runs_nothing_of_others() {
        assert!(!policy().contains("allow-downloads") && !policy().contains("unsafe-inline"));
        let page = page(&crate::policy::screen::head("sam"), "A <trust>").into_string();
        assert!(page.contains("A &lt;trust&gt;") && page.matches("<script").count() == 2, "{page}");
        assert!(!SCRIPT.contains(['<', '&']) && page.contains(SCRIPT.as_str()));
    }
}
