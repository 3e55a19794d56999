//! The leak gate: an independent look at what is about to leave, by parsers that are not the rewriter's.
//!
//! ```text
//! HTML, ended inside the window   html5ever's tree, the one a browser builds ............ `tree`
//! HTML, longer                    lol_html over the output as it leaves, block by block .. `sweep`
//! JSON                            serde_json's values ................................... `data`
//! XML                             quick-xml's texts across the elements of a line ........ `xml`
//! CSV, HL7, forms, events, text   cells, fields, pairs, events, lines .................... `data`
//! any of these, longer            the same, part by part as they leave .................. `parts`
//! ```
//!
//! Every text found that way is judged alone ([`judge`]): a value that the grant's dictionary knows and that can be nothing
//! else, or an identifier of which a detector is sure without a label or a rule, is a leak: nothing more leaves, and the
//! response is withheld as [`Withheld::Leak`]. What Fanlight wrote itself and what a rule keeps is none. The gate has no
//! rules of its own, so that a mistake in a rule or in the rewriter cannot be one of the gate as well; and it asks for more
//! certainty than the rewriter does, because a page that is withheld by mistake is the second worst fault.
//!
//! A route can set it to `tree`, `sweep` or `off` for its bodies; else `[bounds] gate` does.

use super::format::Media;
use super::inspect::Inspector;
use super::plan::Gate;
use super::withheld::Withheld;

mod data;
mod judge;
mod parts;
mod read;
mod sweep;
#[cfg(test)]
mod tests;
mod tree;
mod xml;

pub(super) use self::parts::Events;

use self::parts::Parts;
use self::sweep::Sweep;
use self::xml::Xml;

use self::judge::Judge;

/// How sure a detector must be of a text alone.
const SURE: u8 = 90;

/// Looks at a whole body as it would leave. `head`: the markup that Fanlight puts in.
///
/// # Errors
/// [`Withheld::Leak`] when an identifier stands in it.
pub(super) fn whole(
    ins: &Inspector,
    gate: Gate,
    media: Media,
    head: Option<&str>,
    body: &[u8],
) -> Result<(), Withheld> {
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
        Media::Xhtml | Media::Xml => Xml::new(media == Media::Xhtml).look(&judge, text),
        Media::Csv { .. } => data::cells(&judge, text),
        Media::Hl7 => data::segments(&judge, text),
        Media::Edifact => data::elements(&judge, text),
        Media::Form => data::form(&judge, text),
        Media::EventStream => parts::whole(&judge, media, text),
        Media::Text | Media::Multipart { .. } => judge.lines(text),
        Media::Script => judge.script(text),
        Media::Style => judge.style(text),
    }
}

/// A body that is looked at as it leaves.
pub(super) enum Leaving {
    /// A page.
    Page(Box<Sweep>),
    /// Anything else.
    Parts(Parts),
}

impl Leaving {
    /// Holds back no more than about `bound` bytes.
    ///
    /// # Errors
    /// The parser cannot be made.
    pub(super) fn new(media: Media, bound: usize) -> Result<Self, Withheld> {
        Ok(match media {
            Media::Html => Leaving::Page(Box::new(Sweep::new(bound)?)),
            Media::Xhtml
            | Media::Xml
            | Media::Json
            | Media::Ndjson
            | Media::Script
            | Media::Style
            | Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::Form
            | Media::EventStream
            | Media::Multipart { .. } => Leaving::Parts(Parts::new(media, bound)),
        })
    }

    /// Takes the next bytes and lets go what was looked at. `mark`: only what the dictionary knew then counts, so that how a
    /// body came in chunks does not matter.
    ///
    /// # Errors
    /// [`Withheld::Leak`]; nothing more may leave.
    pub(super) fn push(
        &mut self,
        ins: &Inspector,
        mark: u64,
        head: Option<&str>,
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        match self {
            Leaving::Page(sweep) => sweep.push(ins, mark, head, bytes, out),
            Leaving::Parts(parts) => parts.push(ins, mark, head, bytes, false, out),
        }
    }

    /// The body has ended.
    ///
    /// # Errors
    /// As [`Leaving::push`].
    pub(super) fn finish(
        self,
        ins: &Inspector,
        mark: u64,
        head: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        match self {
            Leaving::Page(sweep) => sweep.finish(ins, mark, head, out),
            Leaving::Parts(mut parts) => parts.push(ins, mark, head, &[], true, out),
        }
    }
}
