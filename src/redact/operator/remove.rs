//! `remove`: nothing stands where the identifier stood.

use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, no_argument};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "remove",
    about: "nothing stands in its place",
    make: |argument| no_argument("remove", argument).map(|()| Arc::new(Remove) as Arc<dyn Operator>),
};

#[derive(Debug)]
struct Remove;

impl Operator for Remove {
    fn id(&self) -> String {
        "remove".into()
    }

    fn apply(&self, _kind: Kind, _value: &str, _keys: &GrantKeys) -> Result<String, Withheld> {
        Ok(String::new())
    }
}
