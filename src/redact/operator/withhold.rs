//! `withhold`: a response that holds such an identifier is not shown at all.

use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, no_argument};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "withhold",
    about: "the whole response is withheld",
    make: |argument| no_argument("withhold", argument).map(|()| Arc::new(Withhold) as Arc<dyn Operator>),
};

#[derive(Debug)]
struct Withhold;

impl Operator for Withhold {
    fn id(&self) -> String {
        "withhold".into()
    }

    fn apply(&self, kind: Kind, _value: &str, _keys: &GrantKeys) -> Result<String, Withheld> {
        Err(Withheld::ByRule(format!("operator withhold for {}", kind.title())))
    }
}
