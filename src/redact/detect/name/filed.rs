//! Names in the names of files that scanned records are kept under: what stands in brackets before a number of the NHS and a birth is
//! whose record it is, whatever its words are.
//!
//! ```text
//! 1of1_Lloyd_George_Record_[Ada Gables]_[9730153819]_[07-09-2010].pdf
//! ```
//!
//! Source: NHS England, digitisation of Lloyd George records, naming of files.

use std::sync::LazyLock;

use regex::Regex;

use super::Scene;
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;

const SURE: Confidence = 95;

pub(super) fn find(scene: &Scene<'_>, out: &mut Vec<Finding>) {
    static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\[(\p{L}[\p{L}\p{M} '’.\-]{1,80})\]_\[[0-9]{10}\]_\[[0-9]{2}[-.][0-9]{2}[-.][0-9]{4}\]").ok()
    });
    if scene.context.signs.digits < 10 || !scene.text.contains("]_[") {
        return;
    }
    let Some(names) = NAMES.as_ref() else { return };
    for name in names.captures_iter(scene.text).filter_map(|found| found.get(1)) {
        let finder = Finder::Detector(super::ENTRY.id.into());
        out.push(Finding { range: name.range(), kind: Kind::Name, confidence: SURE, finder });
    }
}
