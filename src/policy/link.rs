//! `Link` headers (RFC 8288): those by which a client walks through what there is stay; those by which a browser would fetch
//! something before anyone asked for it go.
//!
//! ```text
//! </api/patients?page=2>; rel="next", </app.css>; rel=preload    →    </api/patients?page=2>; rel="next"
//! ```

use crate::redact::withheld::Withheld;

/// Relations that a client follows when it wants to (RFC 5988, RFC 6903, RFC 5829).
const FOLLOWED: [&str; 12] =
    ["next", "prev", "previous", "first", "last", "self", "up", "collection", "item", "related", "describedby", "edit"];
/// The most links of one header.
const MOST: usize = 32;

/// The links that stay, each with its address as `address` makes it. Their parameters are not kept but for the relation:
/// a title may name anyone.
///
/// # Errors
/// Those of `address`.
pub(super) fn kept(
    header: &str,
    mut address: impl FnMut(&str) -> Result<String, Withheld>,
) -> Result<Option<String>, Withheld> {
    let mut out = String::new();
    let mut rest = header;
    for _ in 0..MOST {
        let Some((_, link)) = rest.split_once('<') else { break };
        let Some((target, after)) = link.split_once('>') else { break };
        let end = end_of_parameters(after);
        let (parameters, next) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = next;
        let Some(relation) = relation(parameters) else { continue };
        let target = address(target)?;
        if target.contains(['<', '>', '"']) {
            continue;
        }
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&format!("<{target}>; rel=\"{relation}\""));
    }
    Ok((!out.is_empty()).then_some(out))
}

/// Up to the comma that ends a link: not one inside quotes.
fn end_of_parameters(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

/// The one relation, if it is one that is followed.
fn relation(parameters: &str) -> Option<&'static str> {
    let mut all = parameters.split(';').filter_map(|p| p.split_once('='));
    let (_, value) = all.find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"))?;
    let value = value.trim().trim_matches('"').trim();
    FOLLOWED.into_iter().find(|known| value.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_a_client_walks_along_stay() {
        let same = |url: &str| Ok(url.to_owned());
        for (came, leaves) in [
            (
                "</p?page=2>; rel=\"next\", </p?page=9>; rel=last",
                Some("</p?page=2>; rel=\"next\", </p?page=9>; rel=\"last\""),
            ),
            (
                "</app.css>; rel=preload; as=style, </p?page=2>;rel=NEXT;title=\"a, b\"",
                Some("</p?page=2>; rel=\"next\""),
            ),
            ("<https://cdn.example>; rel=preconnect", None),
            ("</m.json>; rel=manifest, </sw>; rel=serviceworker, </x>; rel=\"next prefetch\"", None),
            ("nonsense", None),
            ("<unended", None),
            ("", None),
        ] {
            assert_eq!(kept(came, same).unwrap().as_deref(), leaves, "{came}");
        }
    }
}
