//! The document type, so written that the page is laid out as before.
//!
//! A doctype can be damaged so that a browser falls back to the layout of old pages although its name is `html`. The tree
//! holds the name, not the damage; so each way to write it is read again, and the first that gives the same layout is taken.

use html5ever::interface::QuirksMode;

use super::bounded::parse;
use crate::redact::withheld::Withheld;

/// The doctype of a page that is laid out so.
pub(super) fn write(name: &str, public: &str, system: &str, quirks: QuirksMode) -> Result<String, Withheld> {
    let quoted = |id: &str| if id.contains('"') { format!("'{id}'") } else { format!("\"{id}\"") };
    let mut ways = Vec::new();
    match (public.is_empty(), system.is_empty()) {
        (true, true) => ways.push(format!("<!DOCTYPE {name}>")),
        (true, false) => ways.push(format!("<!DOCTYPE {name} SYSTEM {}>", quoted(system))),
        (false, true) => {
            ways.push(format!("<!DOCTYPE {name} PUBLIC {}>", quoted(public)));
            ways.push(format!("<!DOCTYPE {name} PUBLIC {} \"\">", quoted(public)));
        }
        (false, false) => ways.push(format!("<!DOCTYPE {name} PUBLIC {} {}>", quoted(public), quoted(system))),
    }
    // Damaged: after the name stands what is no identifier.
    ways.push(format!("<!DOCTYPE {name} !>"));
    ways.push(format!("<!DOCTYPE {name}>"));
    ways.push("<!DOCTYPE html>".to_owned());
    let same = |way: &String| parse(way, true).is_ok_and(|dom| dom.quirks() == quirks);
    ways.into_iter().find(same).ok_or(Withheld::Parser("the document type cannot be written down"))
}
