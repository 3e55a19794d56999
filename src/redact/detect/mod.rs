//! Detectors: find identifiers in text, one file each, registered in [`ALL`].

use super::finding::Finding;
use super::place::Place;

/// What a detector may look at beside the text.
#[derive(Debug)]
pub struct Context<'a> {
    /// Where the text stands, with its label.
    pub place: &'a Place<'a>,
}

/// Finds identifiers of one kind.
pub trait Detector: Send + Sync + std::fmt::Debug {
    /// The name in rules and reports.
    fn id(&self) -> &'static str;
    /// The longest text it can match in bytes; patterns without one are refused.
    fn reach(&self) -> usize;
    /// Adds what it finds in `text` to `out`. `text` is as a person reads it (see [`super::run`]).
    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>);
}

/// Every detector that ships, by id.
pub const ALL: &[&str] = &[];
