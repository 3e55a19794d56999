//! `mask`: dots of a fixed width for each kind, so that neither the length nor the shape of the value shows.

use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, no_argument};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "mask",
    about: "dots of a fixed width: ••• ••• •••• for NHS numbers, ••/••/•••• for dates of birth, •••••• for the rest",
    make: |argument| no_argument("mask", argument).map(|()| operator()),
};

/// Dots for everything that has no shape of its own.
pub(super) const PLAIN: &str = "••••••";
const NHS: &str = "••• ••• ••••";
const DATE: &str = "••/••/••••";

/// Every mask, longer ones first, so that the first that matches is the whole of it.
pub(super) const ALL: &[&str] = &[NHS, DATE, PLAIN];

#[derive(Debug)]
struct Mask;

/// The operator.
pub fn operator() -> Arc<dyn Operator> {
    Arc::new(Mask)
}

impl Operator for Mask {
    fn id(&self) -> String {
        "mask".into()
    }

    fn apply(&self, kind: Kind, _value: &str, _keys: &GrantKeys) -> Result<String, Withheld> {
        let mask = if kind == Kind::NhsNumber {
            NHS
        } else if kind == Kind::DateOfBirth {
            DATE
        } else {
            PLAIN
        };
        Ok(mask.to_owned())
    }
}
