//! Every identifier of every patient in every form in which the clinic writes it: the canaries of our tests.

use super::trust::Tailoring;
use crate::redact::kind::Kind;

/// One written form of one identifier.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Identifier {
    /// What it is.
    #[serde(serialize_with = "by_name")]
    pub kind: Kind,
    /// As written.
    pub value: String,
    /// Also an ordinary word or number (Mark, White, Rose): finding it in a page proves nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ordinary: bool,
}

fn by_name<S: serde::Serializer>(kind: &Kind, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.as_str())
}

/// A patient, as tests know them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What stands for them in links.
    pub link: String,
    /// Every written form of every identifier, their relatives' too.
    pub identifiers: Vec<Identifier>,
}

pub(super) fn people(_trust: &'static Tailoring) -> Vec<Person> {
    Vec::new()
}
