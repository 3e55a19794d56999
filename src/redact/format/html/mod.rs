//! HTML.

use std::sync::Arc;

use super::Format;
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

pub mod selector;

/// The rewriter of one page or fragment.
#[derive(Debug)]
pub struct Html {
    head: Option<Arc<str>>,
    whole: bool,
}

impl Html {
    /// A page. `head` is markup that goes in after the doctype, before the first element.
    pub fn document(head: Option<Arc<str>>) -> Self {
        Self { head, whole: true }
    }

    /// Markup inside something else (JSON, an attribute, a comment): nothing goes in, layout contracts are not asked.
    pub fn fragment() -> Self {
        Self { head: None, whole: false }
    }
}

impl Format for Html {
    fn write(&mut self, _: &mut Inspector, _: &[u8], _: &mut Vec<u8>) -> Result<(), Withheld> {
        let _ = (&self.head, self.whole);
        Err(Withheld::Parser("HTML is not built in yet"))
    }

    fn finish(&mut self, _: &mut Inspector, _: &mut Vec<u8>) -> Result<(), Withheld> {
        Err(Withheld::Parser("HTML is not built in yet"))
    }
}
