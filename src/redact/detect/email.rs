//! E-mail addresses, and the health addresses of India (`ravi.k@abdm`, ABDM's ABHA address); not `icon@2x.png`, `pkg@1.2.3`, nor the
//! names of authors in a library's licence.

use std::sync::{Arc, LazyLock};

use super::near::{Cues, char_at, char_before};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "email",
    kind: Kind::Email,
    about: "an e-mail address",
    page: Page {
        why: "Assets and packages have an @ as well.",
        source: "RFC 5321, RFC 6531; ABDM, Health ID (ABHA address)",
        sure: "95",
        hits: &[("write to john.smith@nhs.net", "john.smith@nhs.net"), ("linked ravi.k@abdm today", "ravi.k@abdm")],
        misses: &["icon@2x.png", "react@18.2.0"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    pattern: r"[A-Za-z0-9\x{C0}-\x{24F}_+][A-Za-z0-9\x{C0}-\x{24F}_%+'.-]{0,63}(?:@|%40)(?:[A-Za-z0-9\x{C0}-\x{24F}-]{1,48}(?:\.[A-Za-z0-9\x{C0}-\x{24F}-]{1,24}){1,5}|(?:abdm|ndhm)\b)",
    cues: Cues { words: &["email", "e mail", "mail", "mailto", "emailaddress"], never: &[] },
    needs: |signs| signs.letters && (signs.at || signs.percent),
    ends: None,
    judge,
};

/// Endings of file names, which follow `@` in names of assets.
const FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "js", "mjs", "cjs", "ts", "tsx", "jsx", "map",
    "json", "html", "md", "woff", "woff2", "ttf", "scss", "less", "vue", "min", "esm", "umd",
];

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let (local, domain) = c.value.split_once('@').or_else(|| c.value.split_once("%40"))?;
    let last = domain.rsplit('.').next()?.trim_end_matches('-');
    let ends_in_letters = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    if !ends_in_letters
        || FILES.contains(&last.to_ascii_lowercase().as_str())
        || !local.chars().any(char::is_alphanumeric)
    {
        return None;
    }
    if matches!(char_before(c.text, c.range.start), Some('@' | '/')) && c.in_program()
        || char_at(c.text, c.range.end) == Some('@')
    {
        return None;
    }
    // `Kin@odata.bind`: what OData says of the property before the sign (OData JSON format 4.01, 4.6). `odata.org` is somebody's host.
    const ODATA: &[&str] = &[
        "bind",
        "context",
        "count",
        "etag",
        "nextlink",
        "type",
        "editlink",
        "readlink",
        "navigationlink",
        "associationlink",
    ];
    let annotation = domain.split_once('.').filter(|(odata, _)| odata.eq_ignore_ascii_case("odata"));
    if annotation.is_some_and(|(_, what)| ODATA.contains(&what.to_ascii_lowercase().as_str())) {
        return None;
    }
    if local == "git" && domain.starts_with("git") || c.in_program() && c.context.licence(c.text) || c.is_example() {
        return None;
    }
    Some(95)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, found_in};
    use crate::redact::place::Surface;

    #[test]
    fn addresses_are_found_whole() {
        for mail in [
            "john.smith@nhs.net",
            "o'brien@example.co.uk",
            "a+b@x-y.org",
            "stacy_bradtke67@example.com",
            "jane%40example.com",
            "zoë@exämple.de",
        ] {
            assert_eq!(found("email", &format!("<{mail}>, seen")), vec![mail]);
            assert_eq!(found("email", &format!("mailto:{mail}?subject=x")), vec![mail]);
        }
    }

    #[test]
    fn assets_versions_and_licences_stay() {
        for text in [
            "icon@2x.png",
            "react@18.2.0",
            "vue@3.min.js",
            "a @ b",
            "@media.print",
            "x@localhost",
            "lodash@4.17.21/index.js",
        ] {
            assert!(found("email", text).is_empty(), "{text}");
        }
        let licence = "/*! (c) 2019 Jane Doe <jane@doe.org>, MIT License */";
        assert!(found_in(Surface::Script, "email", licence).is_empty());
        assert_eq!(found_in(Surface::Script, "email", "mail='jane@doe.org'"), vec!["jane@doe.org"]);
    }
}
