//! `[[contract]]`: what a page must hold for its rules to be trusted; a page without it is withheld.
//!
//! ```toml
//! [[contract]]
//! id = "chart-banner"
//! paths = ["/chart/*"]
//! requires = [".banner .nhs-number"]
//! hit = { path = "/chart/1", body = "<p>a page without its banner</p>" }     # withheld
//! miss = { path = "/chart/1", body = "<div class=banner><b class=nhs-number></b></div>" }
//! ```

use super::read::{Problems, Table};
use super::rule::{globs, some};
use crate::redact::format::html::selector::Selector;
use crate::redact::plan::Contract;

/// A contract rule as its file says it.
#[derive(Debug, Clone)]
pub struct ContractRule {
    /// As the engine takes it.
    pub contract: Contract,
}

impl ContractRule {
    /// Where, and what must be there.
    pub fn summary(&self) -> (String, String) {
        let paths: Vec<String> = self.contract.paths.iter().map(|g| g.as_str().to_owned()).collect();
        let needs: Vec<String> = self.contract.requires.iter().map(|s| s.as_str().to_owned()).collect();
        (some(&paths), format!("requires {}", some(&needs)))
    }
}

/// Reads the own part of a `[[contract]]`.
pub fn read(table: &mut Table<'_>, id: &str, problems: &mut Problems) -> Option<ContractRule> {
    let paths = globs(table, "paths", problems);
    if paths.is_empty() && !table.has("paths") {
        problems.push(table.missing("paths").help("a contract speaks of some pages: `paths = [\"/chart/*\"]`"));
    }
    if !table.has("requires") {
        problems.push(table.missing("requires").help("name what the page must hold: `requires = [\".banner\"]`"));
    }
    let mut requires = Vec::new();
    for text in table.texts("requires", problems) {
        match Selector::parse(&text.value) {
            Ok(selector) => requires.push(selector),
            Err(error) => {
                let error = table.error(text.span.clone(), format!("{:?}: {error}", text.value));
                problems.push(error.help("such as \".banner .nhs-number\""));
            }
        }
    }
    (!paths.is_empty() && !requires.is_empty())
        .then(|| ContractRule { contract: Contract { id: id.to_owned(), paths, requires } })
}
