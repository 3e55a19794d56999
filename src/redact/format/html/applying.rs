//! The rules that apply to a body's path, made ready once: selectors compiled together, controls by what they say and do.
//!
//! A page can hold thousands of small documents (comments with tags, markup in strings); each would otherwise compile the
//! whole rule set again, which took more time than reading it.

use std::sync::Arc;

use super::control::Controls;
use super::matcher::Selectors;
use super::scope::Purpose;
use crate::redact::inspect::Inspector;
use crate::redact::plan::ControlMatch;

/// What applies to every document of one body.
#[derive(Debug, Default)]
pub(in crate::redact) struct Applying {
    pub(super) selectors: Arc<Selectors>,
    /// What each selector is for.
    pub(super) purposes: Vec<Purpose>,
    pub(super) controls: Controls,
}

impl Applying {
    /// The rules of the plan that speak of this path.
    pub(in crate::redact) fn to(ins: &Inspector) -> Self {
        let plan = ins.plan();
        let here = |paths: &[crate::redact::glob::Glob]| {
            paths.is_empty() || paths.iter().any(|p| p.matches(ins.path()).is_some())
        };
        let mut selectors = Vec::new();
        for (index, field) in plan.fields.selectors.iter().enumerate() {
            if field.rule.applies(ins.path()) {
                selectors.push((&field.selector, Purpose::Field(index)));
            }
        }
        for (index, control) in plan.controls.iter().enumerate() {
            if let ControlMatch::Selector(selector) = &control.by
                && here(&control.paths)
            {
                selectors.push((selector, Purpose::Control(index)));
            }
        }
        for (index, contract) in plan.contracts.iter().enumerate().filter(|(_, c)| here(&c.paths)) {
            for (n, selector) in contract.requires.iter().enumerate() {
                selectors.push((selector, Purpose::Contract(index, n)));
            }
        }
        Self {
            selectors: Arc::new(Selectors::new(selectors.iter().map(|(s, _)| *s))),
            purposes: selectors.into_iter().map(|(_, purpose)| purpose).collect(),
            controls: Controls::of(ins),
        }
    }

    /// What a whole page must hold: contracts, and which selector of each.
    pub(super) fn required(&self) -> Vec<(usize, usize)> {
        let required = self.purposes.iter().filter_map(|purpose| match purpose {
            Purpose::Contract(contract, n) => Some((*contract, *n)),
            Purpose::Field(_) | Purpose::Control(_) => None,
        });
        required.collect()
    }
}
