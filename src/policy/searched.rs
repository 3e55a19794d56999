//! A search by what a page shows: pages show pseudonyms in place of names, and engineers look for whom they see.
//!
//! `‹Flowing Catkin›`, typed or pasted into a search with its marks or without, becomes the name that it stands for, if the grant has seen that name; it
//! goes on as a token, so that nothing in clear is looked at on its way. Only what asks: the query of a GET, and forms that a route calls a
//! `search`. A pseudonym that is sent to be saved stays one, and is refused.
//!
//! ```
//! use fanlight::policy::searched::named;
//! let known = |text: &str| (text == "‹Flowing Catkin›").then(|| "flt…".to_owned());
//! assert_eq!(named("q=flowing+catkin&ward=4", known).as_deref(), Some("q=flt%E2%80%A6&ward=4"));
//! assert_eq!(named("q=%E2%80%B9Flowing%20Catkin%E2%80%BA", known).as_deref(), Some("q=flt%E2%80%A6"));
//! assert_eq!(named("q=flowing+beads&w=Flowing", known), None);
//! ```

use super::layers::encode_into;
use super::target;
use crate::redact::operator::pseudonym;

/// So many values of a query or form are looked up.
const LOOKED_UP: usize = 8;

/// A document (JSON, XML, text) with pseudonyms, in their marks, as what `known` says of them; `None` when none is known.
pub fn marked(text: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut changed, mut rest) = (false, text);
    for _ in 0..LOOKED_UP {
        let Some((before, from)) = rest.find(pseudonym::OPEN).and_then(|at| rest.split_at_checked(at)) else { break };
        let end = from.find(pseudonym::CLOSE).map_or(from.len(), |at| at + pseudonym::CLOSE.len_utf8());
        let (written, behind) = from.split_at_checked(end).unwrap_or((from, ""));
        let new = pseudonym::read(written).and_then(|written| known(&written));
        changed |= new.is_some();
        out.push_str(before);
        out.push_str(new.as_deref().unwrap_or(written));
        rest = behind;
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// The query or form with pseudonyms as what `known` says of them; `None` when none is known.
pub fn named(text: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut changed, mut left) = (false, LOOKED_UP);
    for (nth, pair) in text.split('&').enumerate() {
        if nth > 0 {
            out.push('&');
        }
        let value = target::parameters(pair).into_iter().next().map(|(_, value)| value).unwrap_or_default();
        let written = pseudonym::read(&value).filter(|_| left > 0).and_then(|written| {
            left -= 1;
            known(&written)
        });
        match (written, pair.split_once('=')) {
            (Some(new), Some((name, _))) => {
                out.push_str(name);
                out.push('=');
                encode_into(&new, &mut out);
                changed = true;
            }
            _ => out.push_str(pair),
        }
    }
    changed.then_some(out)
}
