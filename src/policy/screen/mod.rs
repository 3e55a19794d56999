//! The screen-only profile: what every response says to the browser, and the guard that HTML, XHTML and SVG carry.
//!
//! What a browser enforces by header stands in [`protect`]; what it does not (paper, copying, the mark) is the guard's:
//! one small style sheet and one small script, inline after the doctype, allowed by hash in the application's own policy
//! (see [`csp`]). What no proxy can stop is said in the documentation; there the mask is the protection.

pub mod csp;
pub mod shell;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use data_encoding::BASE64;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use csp::Adapt;

use crate::redact::code::origins::Origins;

/// The guard's script, what keeps framesets working in its sandbox, and what looks at controls that scripts draw, as they are sent.
pub static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    [include_str!("guard.js"), include_str!("frames.js"), include_str!("controls.js")].map(lean).concat()
});

/// A script without indentation and comments: every page carries it, and its readers read the file. No string in ours looks
/// like a comment.
fn lean(script: &str) -> String {
    let mut code = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, remark)) = rest.split_once("/*") {
        code.push_str(before);
        rest = remark.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

const XHTML: &str = "xmlns=\"http://www.w3.org/1999/xhtml\"";

/// The guard's style sheet.
pub const STYLE: &str = include_str!("guard.css");

/// Our own second policy on every response. Without `allow-downloads` and `allow-modals` the browser itself stops
/// `print()` and downloads that scripts begin; all else that an application may need is allowed. A frame of a `data:` address
/// has an origin of its own, where the guard cannot go, so there is none.
pub const OWN_POLICY: &str = "sandbox allow-scripts allow-same-origin allow-forms allow-popups allow-top-navigation \
    allow-top-navigation-to-custom-protocols allow-pointer-lock allow-orientation-lock allow-presentation \
    allow-storage-access-by-user-activation; object-src 'none'; \
    frame-src * blob:; base-uri 'self'; frame-ancestors 'self'";

/// What scripts may not do at all.
const PERMISSIONS: &str = "clipboard-read=(), clipboard-write=(), display-capture=(), camera=(), microphone=(), \
    geolocation=(), web-share=(), usb=(), serial=(), bluetooth=(), hid=(), local-fonts=(), window-management=()";

/// The name of the cookie that changes with every page: browsers do not keep a page for the back button across it.
pub const ROTATING_COOKIE: &str = "fanlight-page";

/// So much later than a grant ends a page asks whether it has.
const SLACK: Duration = Duration::from_secs(3);

static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(&SCRIPT));
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| hash(STYLE));

fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())))
}

/// What stands in a page after its doctype: the words of the mark, the style sheet and the script.
///
/// ```
/// let head = fanlight::policy::screen::head("sam@centre.example · CHG-1001 · Royal <Free>");
/// assert!(head.starts_with("<meta name=\"fanlight-mark\" content=\"sam@centre.example · CHG-1001 · Royal &lt;Free&gt;\""));
/// assert!(head.len() < 28 * 1024);
/// ```
///
/// Each element says that it is one of XHTML, for it may stand in a document of another kind; HTML does not mind.
pub fn head(mark: &str) -> Arc<str> {
    head_of(&Shown { mark, ..Shown::default() })
}

/// What a page is shown with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown<'a> {
    /// The words of the mark.
    pub mark: &'a str,
    /// The browser's storage is cleared when the page is left.
    pub clear_on_leave: bool,
    /// It came of a form that was sent.
    pub sent: bool,
    /// How long it may be shown. An open page asks for itself again when that is over; the browser's clock may be wrong, so
    /// no time of day is said.
    pub left: Option<Duration>,
}

/// The same as [`head`], with all that can be said.
pub fn head_of(shown: &Shown<'_>) -> Arc<str> {
    let Shown { mark, clear_on_leave, sent, left } = *shown;
    let mut words = String::with_capacity(mark.len() + 16);
    for c in mark.chars() {
        match c {
            '&' => words.push_str("&amp;"),
            '<' => words.push_str("&lt;"),
            '>' => words.push_str("&gt;"),
            '"' => words.push_str("&quot;"),
            c if c.is_control() => {}
            c => words.push(c),
        }
    }
    let leave = if clear_on_leave { " data-leave=\"clear\"" } else { "" };
    let sent = if sent { " data-sent=\"form\"" } else { "" };
    // The page's clock starts before the answer is made.
    let left =
        left.map(|left| format!(" data-left=\"{}\"", left.saturating_add(SLACK).as_millis())).unwrap_or_default();
    Arc::from(format!(
        "<meta name=\"fanlight-mark\" content=\"{words}\"{leave}{sent}{left} {XHTML}/><style {XHTML}>{STYLE}</style><script {XHTML}>{script}</script>",
        script = *SCRIPT,
    ))
}

/// What is known of a response that is about to leave.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// `Content-Security-Policy` headers of the application, each as it came.
    pub policies: &'a [HeaderValue],
    /// It is HTML: it carries the guard and gets the rotating cookie.
    pub html: bool,
    /// Where the upstream's own addresses become ours.
    pub origins: Option<&'a Origins>,
    /// Our own side is https.
    pub secure: bool,
    /// A fresh random text for the rotating cookie.
    pub turn: &'a str,
}

/// Puts the screen-only headers on a response of the application.
pub fn protect(headers: &mut HeaderMap, leaving: &Leaving<'_>) {
    let with = Adapt { script: &SCRIPT_HASH, style: &STYLE_HASH, secure: leaving.secure, origins: leaving.origins };
    headers.remove(header::CONTENT_SECURITY_POLICY);
    for policy in leaving.policies {
        // Browsers read the header as bytes; what is not ASCII is no directive.
        let text = String::from_utf8_lossy(policy.as_bytes());
        let adapted = csp::adapt(&text, &with);
        if let Ok(value) = HeaderValue::try_from(adapted)
            && !value.is_empty()
        {
            headers.append(header::CONTENT_SECURITY_POLICY, value);
        }
    }
    headers.append(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(OWN_POLICY));
    common(headers);
    if leaving.html {
        let cookie = format!("{ROTATING_COOKIE}={}; Path=/; HttpOnly; SameSite=Lax", leaving.turn);
        if let Ok(value) = HeaderValue::try_from(cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

/// Puts them on a page of our own, whose policy is `policy`.
pub fn protect_own(headers: &mut HeaderMap, policy: &str) {
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    common(headers);
}

fn common(headers: &mut HeaderMap) {
    // No `Cross-Origin-Opener-Policy`: a window that a page in a sandbox opens is in it too, and browsers load nothing into such
    // a window that has a policy of that kind.
    const SET: [(HeaderName, &str); 7] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex, noarchive"),
    ];
    for (name, value) in SET {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guard_is_small_and_stands_in_xml_as_it_is() {
        assert!(lean(include_str!("guard.js")).len() + STYLE.len() < 12 * 1024);
        assert!(lean(include_str!("frames.js")).len() < 8 * 1024);
        assert!(lean(include_str!("controls.js")).len() < 8 * 1024);
        for text in [SCRIPT.as_str(), STYLE] {
            assert!(!text.contains(['<', '&']), "XML reserves these");
        }
        assert!(!SCRIPT.contains("]]>") && !STYLE.contains("</"));
        // Hashed as it stands between the tags.
        let head = head("x");
        assert!(
            head.contains(&format!("{XHTML}>{}</script>", *SCRIPT))
                && head.contains(&format!("{XHTML}>{STYLE}</style>"))
        );
        assert_eq!(head.matches("<script").count(), 1);
    }

    #[test]
    fn a_page_knows_how_long_it_may_be_shown_and_whether_it_leaves_anything() {
        let shown = Shown { mark: "x", clear_on_leave: true, sent: true, left: Some(Duration::from_secs(60)) };
        assert!(head_of(&shown).contains("content=\"x\" data-leave=\"clear\" data-sent=\"form\" data-left=\"63000\" "));
        assert!(!head("x").contains("data-le"));
    }

    #[test]
    fn what_is_sent_is_the_script_without_its_comments() {
        let (script, sent) = (include_str!("guard.js"), lean(include_str!("guard.js")));
        assert!(script.contains("/* Paper.") && !sent.contains("Paper.") && !sent.contains("\n "));
        assert_eq!(lean("a;\n  /* one\n     two */\n\n  b; /* three */\n"), "a;\nb;\n");
    }

    #[test]
    fn the_mark_cannot_break_out_of_its_attribute() {
        let head = head("\"><script>alert(1)</script>\n& ");
        assert!(head.contains("content=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp; \" "), "{head}");
    }

    #[test]
    fn every_response_says_screen_only_and_the_applications_own_policies_stay() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        let own = [HeaderValue::from_static("default-src 'self'"), HeaderValue::from_static("img-src *")];
        protect(&mut headers, &Leaving { policies: &own, html: true, secure: true, origins: None, turn: "abc" });
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let policies: Vec<_> = headers.get_all(header::CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(policies.len(), 3);
        let first = policies[0].to_str().unwrap();
        assert!(
            first.starts_with("default-src 'self'; script-src-elem 'self' 'sha256-")
                && first.contains("style-src-elem")
        );
        let last = policies[2].to_str().unwrap();
        assert!(last.starts_with("sandbox ") && !last.contains("allow-downloads") && !last.contains("allow-modals"));
        assert!(headers[header::SET_COOKIE].to_str().unwrap().starts_with("fanlight-page=abc;"));
    }
}
