//! The pages of the console, one file each.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use crate::identity::demo::{DemoRole, ROLE_PATH};
use crate::policy::look::{self, Frame, Own, Width};

pub(super) mod editor;
pub(super) mod overview;
pub(super) mod role;
pub(super) mod rules;
pub(super) mod sample;
pub(super) mod trail;
pub(super) mod version;

const STYLE: &str = include_str!("../console.css");
const SCRIPT: &str = include_str!("../console.js");

/// Pages of the bar, in order.
const PAGES: [(&str, &str); 4] = [("/", "Overview"), ("/rules", "Rules"), ("/preview", "Preview"), ("/trail", "Trail")];

/// A page of the console for someone who is in.
pub(super) fn page(status: StatusCode, title: &str, here: &str, who: &str, body: Markup) -> Response {
    let nav = PAGES.map(|(to, name)| (to, name, to == here));
    let frame = Frame {
        title,
        place: "console",
        nav: &nav,
        who,
        width: Width::Wide,
        style: STYLE,
        script: SCRIPT,
        foot: "The console shows what is inside the trust. It is for the trust’s own rule admins.",
        ..Frame::default()
    };
    answer(status, look::framed(&frame, body))
}

/// A refusal, for someone who may not be in.
pub(super) fn refusal(status: StatusCode, title: &str, body: &Markup) -> Response {
    let frame = Frame { title, place: "console", width: Width::Slim, style: STYLE, script: SCRIPT, ..Frame::default() };
    let code = status.as_u16().to_string();
    answer(status, look::framed(&frame, html! { section.refusal { span.code { (code) } h1 { (title) } (body) } }))
}

/// In the demo everyone may be the rule admin.
pub(super) fn become_admin() -> Markup {
    let link = format!("{ROLE_PATH}?as={}&next=%2F", DemoRole::RuleAdmin.as_str());
    html! { p { a.button href=(link) { "Be the demo’s rule admin" } } }
}

/// A page of ours, with the headers that every one has.
pub(super) fn answer(status: StatusCode, page: Markup) -> Response {
    let policy = look::content_security_policy(&[Own::Style(STYLE), Own::Script(SCRIPT)]);
    // The console sees both sides of the mask: no page may stand around it, not even one of its own.
    let policy = policy.replace("frame-ancestors 'self'", "frame-ancestors 'none'");
    let mut response = (status, page.into_string()).into_response();
    let set = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in set {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Where a rule file is edited.
pub(super) fn file_link(name: &str) -> String {
    format!("/file?name={}", query_value(name))
}

/// A value as it stands in a query.
pub(super) fn query_value(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A moment, to the second.
pub(super) fn moment(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A number as people read it.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 rule`, `2 rules`.
pub(super) fn of(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", count(n as u64)) }
}

/// Bytes as people read them.
pub(super) fn bytes(n: u64) -> String {
    match n {
        0..1_024 => format!("{n} B"),
        1_024..1_048_576 => format!("{} KiB", count(n / 1024)),
        _ => format!("{} MiB", count(n / 1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((of(1, "rule"), of(2, "rule")), ("1 rule".into(), "2 rules".into()));
    }
}
