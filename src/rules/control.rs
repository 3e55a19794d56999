//! `[[control]]`: an export or print affordance, taken out of the page.
//!
//! ```toml
//! [[control]]
//! id = "print-by-text"
//! text = ["print", "print {page,record,summary}"]   # or selector, handler, calls, icon, or verb and words
//! action = "remove"                                  # or "disable"
//! hit = "<button>Print</button>"
//! miss = "<button>Sprint planning</button>"
//! ```
//!
//! | key | recognises |
//! |---|---|
//! | `selector` | what it is: `a[download]` |
//! | `text` | what it says, whole |
//! | `verb`, `words` | what it says, when that is a verb and words that go with it: "Print patient list" |
//! | `handler` | a string in a handler, link or data attribute: `window.print(` |
//! | `calls` | the first word of a function that is called when it is pressed: `printLetter(7)` |
//! | `icon` | what is drawn on it, when it says nothing: `fa-print` |

use std::sync::Arc;

use super::read::{Problems, Table};
use super::rule::{globs, some, spellings};
use super::suggest;
use crate::redact::format::html::icon;
use crate::redact::format::html::selector::Selector;
use crate::redact::glob::Glob;
use crate::redact::label;
use crate::redact::plan::{Control, ControlAction, ControlMatch, Phrase};

/// The keys that say how a control is recognised.
const WAYS: &[&str] = &["selector", "text", "verb", "handler", "calls", "icon"];

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
                ControlMatch::Phrase(phrase) => format!("verb {}", some(&phrase.verbs)),
                ControlMatch::Handler(texts) => format!("handler {}", some(texts)),
                ControlMatch::Calls(texts) => format!("calls {}", some(texts)),
                ControlMatch::Icon(texts) => format!("icon {}", some(texts)),
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
    let given = WAYS.iter().filter(|key| table.has(key)).count();
    if given != 1 || table.has("verb") != table.has("words") {
        let error = table.error(
            table.span(),
            "a control is recognised by one of `selector`, `text`, `verb` with `words`, `handler`, `calls` and `icon`",
        );
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
    let mut said = |key: &'static str, spell: fn(&str) -> String| -> Vec<String> {
        let texts = table.texts(key, problems);
        let all = texts.iter().flat_map(|t| spellings(table, t, problems)).collect::<Vec<_>>();
        all.iter().map(|t| spell(t)).filter(|t| !t.is_empty()).collect()
    };
    let (verbs, words) = (said("verb", label::normalise), said("words", label::normalise));
    if !verbs.is_empty() {
        let words = words.iter().flat_map(|w| w.split(' ')).map(str::to_owned).collect();
        by.push(ControlMatch::Phrase(Arc::new(Phrase { verbs, words })));
    }
    let calls = said("calls", label::normalise);
    if !calls.is_empty() {
        by.push(ControlMatch::Calls(calls));
    }
    let icons = said("icon", icon::spelt);
    if !icons.is_empty() {
        by.push(ControlMatch::Icon(icons));
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
