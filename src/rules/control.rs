//! `[[control]]`: an export or print affordance, taken out of the page.
//!
//! ```toml
//! [[control]]
//! id = "print-by-text"
//! text = ["print", "print {page,record,summary}"]   # or selector, or handler = ["window.print("]
//! action = "remove"                                  # or "disable"
//! hit = "<button>Print</button>"
//! miss = "<button>Sprint planning</button>"
//! ```

use super::read::{Problems, Table};
use super::rule::{globs, some, spellings};
use super::suggest;
use crate::redact::format::html::selector::Selector;
use crate::redact::glob::Glob;
use crate::redact::label;
use crate::redact::plan::{Control, ControlAction, ControlMatch};

/// A control rule as its file says it.
#[derive(Debug, Clone)]
pub struct ControlRule {
    /// How it is recognised; several selectors are several entries.
    pub by: Vec<ControlMatch>,
    /// What becomes of it.
    pub action: ControlAction,
    /// Only on these paths.
    pub paths: Vec<Glob>,
}

impl ControlRule {
    /// As the engine takes it.
    pub fn controls(&self, id: &str) -> impl Iterator<Item = Control> {
        let (id, action, paths) = (id.to_owned(), self.action, self.paths.clone());
        self.by.clone().into_iter().map(move |by| Control { id: id.clone(), by, action, paths: paths.clone() })
    }

    /// What it recognises, and what becomes of it.
    pub fn summary(&self) -> (String, String) {
        let mut parts: Vec<String> = Vec::new();
        for by in &self.by {
            parts.push(match by {
                ControlMatch::Selector(selector) => format!("selector {}", selector.as_str()),
                ControlMatch::Text(texts) => format!("text {}", some(texts)),
                ControlMatch::Handler(texts) => format!("handler {}", some(texts)),
            });
        }
        let action = match self.action {
            ControlAction::Remove => "remove",
            ControlAction::Disable => "disable",
        };
        (some(&parts), action.into())
    }
}

/// Reads the own part of a `[[control]]`.
pub fn read(table: &mut Table<'_>, _id: &str, problems: &mut Problems) -> Option<ControlRule> {
    let given: Vec<&'static str> = ["selector", "text", "handler"].into_iter().filter(|key| table.has(key)).collect();
    if given.len() != 1 {
        let error = table.error(table.span(), "a control is recognised by one of `selector`, `text` and `handler`");
        problems.push(error.help("write one rule for each way to recognise it"));
    }
    let mut by = Vec::new();
    for text in table.texts("selector", problems) {
        for spelling in spellings(table, &text, problems) {
            match Selector::parse(&spelling) {
                Ok(selector) => by.push(ControlMatch::Selector(selector)),
                Err(error) => problems.push(
                    table.error(text.span.clone(), format!("{spelling:?}: {error}")).help("such as \"a[download]\""),
                ),
            }
        }
    }
    let texts = table.texts("text", problems);
    let words: Vec<String> = texts
        .iter()
        .flat_map(|t| spellings(table, t, problems))
        .map(|t| label::normalise(&t))
        .filter(|t| !t.is_empty())
        .collect();
    if !words.is_empty() {
        by.push(ControlMatch::Text(words));
    }
    let handlers: Vec<String> =
        table.texts("handler", problems).into_iter().map(|t| t.value).filter(|t| !t.trim().is_empty()).collect();
    if !handlers.is_empty() {
        by.push(ControlMatch::Handler(handlers));
    }
    let action = action(table, problems);
    let paths = globs(table, "paths", problems);
    (!by.is_empty()).then_some(ControlRule { by, action: action?, paths })
}

fn action(table: &mut Table<'_>, problems: &mut Problems) -> Option<ControlAction> {
    let Some(text) = table.text("action", problems) else { return Some(ControlAction::Remove) };
    match text.value.as_str() {
        "remove" => Some(ControlAction::Remove),
        "disable" => Some(ControlAction::Disable),
        other => {
            let error = table.error(text.span, format!("unknown action {other:?}"));
            problems.push(error.help(suggest::help(other, &["remove", "disable"])));
            None
        }
    }
}
