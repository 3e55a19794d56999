//! Content that is not markup: scripts, style sheets, comments, pages inside pages.

use crate::redact::format::{self, Media, css, js};
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// What the `type` of a script says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// A program.
    Program,
    /// Data.
    Data(Media),
    /// Something that nobody runs or knows.
    Unknown,
    /// Orders to fetch pages ahead.
    Ahead,
}

impl Script {
    /// From the attributes `type` and `language`.
    pub(super) fn of(kind: &str) -> Self {
        let essence = format::media::essence(kind).trim().to_ascii_lowercase();
        match essence.as_str() {
            "" | "module" | "text/babel" | "text/jsx" | "text/typescript" | "text/vbscript" | "vbscript" => {
                Script::Program
            }
            "importmap" => Script::Data(Media::Json),
            "speculationrules" => Script::Ahead,
            _ if essence.contains("javascript") || essence.contains("ecmascript") => Script::Program,
            _ if ["template", "handlebars", "mustache", "tmpl", "html"].iter().any(|w| essence.contains(w)) => {
                Script::Data(Media::Html)
            }
            _ => Media::from_content_type(&essence).map_or(Script::Unknown, Script::Data),
        }
    }
}

/// A script.
pub(super) fn script(ins: &mut Inspector, kind: Script, text: &str) -> Result<Option<String>, Withheld> {
    let new = match kind {
        Script::Program => js::redact(ins, text)?,
        Script::Ahead => Some(String::new()),
        Script::Unknown => format::value(ins, text, &Place { whence: "script", ..Place::on(Surface::Script) })?,
        Script::Data(Media::Json) if is_transfer_state(text) => {
            format::embedded(ins, Media::Json, &from_transfer_state(text))?.map(|new| to_transfer_state(&new))
        }
        Script::Data(media) => match format::embedded(ins, media, text) {
            // Data that its own type does not describe is still a script's text to a browser.
            Err(Withheld::Malformed(_) | Withheld::Parser(_)) => js::redact(ins, text)?,
            done => done?,
        },
    };
    new.map(|new| script_closed_to(&new)).transpose()
}

/// JSON whose marks are written `&q;`, so that it may stand in a page: what a server renders hands to its program.
fn is_transfer_state(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['{', '[']) && text.contains("&q;") && !text.contains('"')
}

fn from_transfer_state(text: &str) -> String {
    let plain = text.replace("&q;", "\"").replace("&s;", "'").replace("&l;", "<").replace("&g;", ">");
    plain.replace("&a;", "&")
}

fn to_transfer_state(text: &str) -> String {
    let marked = text.replace('&', "&a;").replace('"', "&q;").replace('\'', "&s;");
    marked.replace('<', "&l;").replace('>', "&g;")
}

/// A style sheet.
pub(super) fn style(ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
    let new = css::redact(ins, text)?;
    if !text.contains('<') {
        return Ok(new.map(|new| closed_to(&new, "style")));
    }
    // No style sheet has a `<`. Something else may be read as one: then it is text.
    let swept = ins.redact_on(Surface::Style, new.as_deref().unwrap_or(text))?;
    Ok(swept.or(new).map(|new| closed_to(&new, "style")))
}

/// Markup that this browser may or may not read as such: `noscript`, `iframe`, `noframes`, `noembed`.
pub(super) fn markup(ins: &mut Inspector, name: &str, text: &str) -> Result<Option<String>, Withheld> {
    Ok(format::embedded(ins, Media::Html, text)?.map(|new| closed_to(&new, name)))
}

/// Taking an identifier out must not leave an end tag where there was none: `</` stays apart from the name.
pub(super) fn closed_to(text: &str, name: &str) -> String {
    let end = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(found) = lower.get(from..).and_then(|rest| rest.find(&end)) {
        let at = from + found;
        out.push_str(text.get(from..at + 1).unwrap_or_default());
        out.push_str("\\/");
        from = at + 2;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// As [`closed_to`] for a script: behind `<!--` a `<script` has an end tag of its own, which closes that and not the element ("script
/// data double escaped state", HTML Standard 13.2.5.27). Kept apart from its name, the next end tag would be taken for it. Where that
/// of the element itself would be, the page behind it would be the script's: it is withheld.
fn script_closed_to(text: &str) -> Result<String, Withheld> {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let (mut hidden, mut inner) = (false, false);
    let mut from = 0;
    for (at, _) in lower.match_indices(['<', '-']) {
        let rest = lower.get(at..).unwrap_or_default();
        let tag = |name: &str| {
            let behind = rest.strip_prefix(name).and_then(|behind| behind.chars().next());
            behind.is_some_and(|c| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
        };
        match () {
            () if rest.starts_with("<!--") => hidden = true,
            () if rest.starts_with("-->") => (hidden, inner) = (false, false),
            () if hidden && tag("<script") => inner = true,
            () if inner && tag("</script") => inner = false,
            () if rest.starts_with("</script") && !inner => {
                out.push_str(text.get(from..=at).unwrap_or_default());
                out.push_str("\\/");
                from = at + 2;
            }
            () => {}
        }
    }
    if inner {
        return Err(Withheld::Malformed("a script with an end"));
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(out)
}

/// Whether the content of a comment is markup that was commented out (or is for old browsers only).
pub(super) fn holds_tags(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Whether a new comment would end sooner than it should.
pub(super) fn ends_comment(text: &str) -> bool {
    text.contains("-->") || text.contains("--!>") || text.starts_with('>') || text.starts_with("->")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_tag_cannot_be_made_by_taking_out() {
        assert_eq!(closed_to("a</SCRIPT>b</b>", "script"), "a<\\/SCRIPT>b</b>");
        for (text, want) in [
            ("a</SCRIPT>b", Some("a<\\/SCRIPT>b")),
            ("<!--<script></script>x", Some("<!--<script></script>x")),
            ("<!--<script></script></script>", Some("<!--<script></script><\\/script>")),
            ("<!--<script>--></script>", Some("<!--<script>--><\\/script>")),
            ("<!--<script>x", None),
        ] {
            assert_eq!(script_closed_to(text).ok().as_deref(), want, "{text}");
        }
        assert!(ends_comment("x--!>y") && ends_comment("->") && !ends_comment("x -> y"));
        assert!(holds_tags("[if IE]><b>") && !holds_tags("a < b"));
    }

    #[test]
    fn script_types() {
        assert_eq!(Script::of("text/javascript; charset=utf-8"), Script::Program);
        assert_eq!(Script::of("application/ld+json"), Script::Data(Media::Json));
        assert_eq!(Script::of("text/x-handlebars-template"), Script::Data(Media::Html));
        assert_eq!(Script::of("x-shader/x-vertex"), Script::Unknown);
    }
}
