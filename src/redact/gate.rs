//! The leak gate: an independent look at what is about to leave, by parsers that are not the rewriter's.
//!
//! ```text
//! HTML, ended inside the window   html5ever's tree, the one a browser builds ............ `tree`
//! HTML, longer                    lol_html over the output as it leaves, block by block .. `sweep`
//! JSON                            serde_json's values; XML, CSV, text, …: their texts .... `data`
//! ```
//!
//! Every text found that way is judged alone ([`judge`]): a value that the grant's dictionary knows and that can be nothing
//! else, or an identifier of which a detector is sure without a label or a rule, is a leak: nothing more leaves, and the
//! response is withheld as [`Withheld::Leak`]. What Fanlight wrote itself and what a rule keeps is none. The gate has no
//! rules of its own, so that a mistake in a rule or in the rewriter cannot be one of the gate as well; and it asks for more
//! certainty than the rewriter does, because a page that is withheld by mistake is the second worst fault.
//!
//! Event streams, and other formats than HTML beyond the window, pass it unseen.

use super::format::Media;
use super::inspect::Inspector;
use super::plan::Gate;
use super::withheld::Withheld;

mod data;
mod judge;
mod read;
mod sweep;
#[cfg(test)]
mod tests;
mod tree;

pub(super) use self::sweep::Sweep;

use self::judge::Judge;

/// How sure a detector must be of a text alone.
const SURE: u8 = 90;

/// Looks at a whole body as it would leave. `head`: the markup that Fanlight puts in.
///
/// # Errors
/// [`Withheld::Leak`] when an identifier stands in it.
pub(super) fn whole(ins: &Inspector, media: Media, head: Option<&str>, body: &[u8]) -> Result<(), Withheld> {
    let gate = ins.plan().bounds.gate;
    // A body in which no identifier can stand is not looked at.
    if gate == Gate::Off || !body.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80) {
        return Ok(());
    }
    let text = std::str::from_utf8(body).map_err(|_| Withheld::BadCharset)?;
    let judge = Judge::new(ins, ins.dictionary().mark(), head);
    match media {
        Media::Html => {
            judge.end_tags(text)?;
            // What a browser would build may be far larger than the page; then the cheaper look has to do.
            if gate == Gate::Tree && tree::look(&judge, text)? == tree::Seen::All {
                return Ok(());
            }
            sweep::look(&judge, text, 0)
        }
        Media::Json => data::json(&judge, text),
        Media::Ndjson => text.lines().try_for_each(|line| data::json(&judge, line)),
        Media::Xhtml | Media::Xml => data::xml(&judge, text),
        Media::Csv { .. } | Media::Hl7 => data::cells(&judge, text),
        Media::Form | Media::Text | Media::EventStream => judge.lines(text),
        Media::Script => judge.script(text),
        Media::Style => judge.style(text),
    }
}
