//! The record dictionary: identifiers learned in one place are masked wherever else they occur.

use super::finding::Finding;
use super::place::Place;

/// What is known of the records that a grant has seen. Bounded, in memory only.
#[derive(Debug, Default, Clone)]
pub struct Dictionary {}

impl Dictionary {
    /// Adds what it finds in `text` to `out`.
    pub fn find(&self, _text: &str, _place: &Place<'_>, _out: &mut Vec<Finding>) {}

    /// Remembers a value, if it is sure and distinctive enough; the oldest goes when there are more than `bound`.
    pub fn learn(&mut self, _finding: &Finding, _value: &str, _place: &Place<'_>, _bound: usize) {}

    /// Takes over what another, started from the same knowledge, has learned meanwhile; no more than `bound` stay.
    pub fn absorb(&mut self, other: Dictionary, _bound: usize) {
        *self = other;
    }
}
