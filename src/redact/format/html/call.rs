//! What a handler calls: `printLetter(7)` prints, `blueprint(7)` does not.
//!
//! The name of a function is taken apart into words; what it does is its first, behind words that only say that something
//! happens (`doPrint`, `onBtnExport`). A button of WebForms names itself in the argument: `__doPostBack('ctl00$btnExport','')`.

use crate::redact::label::normalise;

/// Words before the one that says what is done.
const FIRST: &[&str] = &[
    "and", "btn", "button", "call", "click", "cmd", "do", "fire", "fn", "go", "handle", "handler", "img", "invoke",
    "js", "lnk", "link", "my", "on", "open", "run", "start", "trigger", "try",
];

/// A function of such a name is about the thing, not a doer of it: `printName(`, `exportLicence(`.
const ABOUT: &[&str] = &[
    "consent",
    "count",
    "help",
    "history",
    "job",
    "jobs",
    "licence",
    "license",
    "log",
    "name",
    "option",
    "options",
    "preferences",
    "queue",
    "settings",
    "status",
];

/// Handlers of what a person presses. What happens at load, or when a form is sent, is more than a control.
pub(super) fn is_press(attribute: &str) -> bool {
    matches!(
        attribute,
        "onclick"
            | "ondblclick"
            | "onmousedown"
            | "onmouseup"
            | "onpointerdown"
            | "onpointerup"
            | "ontouchstart"
            | "ontouchend"
    ) || attribute == "data-bind"
        || !attribute.starts_with("on") && !attribute.starts_with("data-") && attribute.contains("click")
}

/// Whether the script calls something whose name does one of `verbs`.
pub(super) fn does(script: &str, verbs: &[String]) -> bool {
    names(script).any(|name| is_doer(name, verbs))
        || posted(script).is_some_and(|control| {
            let last = control.rsplit(['$', ':']).next().unwrap_or_default();
            is_doer(last, verbs)
        })
}

fn is_doer(name: &str, verbs: &[String]) -> bool {
    let words = normalise(name);
    let mut rest = words.split(' ').skip_while(|w| FIRST.contains(w));
    rest.next().is_some_and(|verb| verbs.iter().any(|v| v == verb)) && !rest.any(|w| ABOUT.contains(&w))
}

/// The names before an opening bracket, without what they are a member of; and a name that is the whole script, or stands
/// behind `click:`.
fn names(script: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let called = script.match_indices('(').map(move |(at, _)| {
        let before = script.get(..at).unwrap_or_default().trim_end();
        before.rsplit(|c: char| !part(c)).next().unwrap_or_default()
    });
    let bound = script.split_once("click:").map_or(script, |(_, behind)| behind).trim();
    let bound = bound.split([',', '}']).next().unwrap_or_default().trim();
    let whole =
        bound.chars().all(|c| part(c) || matches!(c, '.')).then(|| bound.rsplit('.').next().unwrap_or_default());
    called.chain(whole).filter(|name| !name.is_empty())
}

/// The control that a WebForms handler posts.
fn posted(script: &str) -> Option<&str> {
    let (_, rest) = script.split_once("__doPostBack")?;
    let rest = rest.trim_start().strip_prefix('(')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    rest.get(1..)?.split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_function_says_what_it_does() {
        let verbs = ["print".to_owned(), "export".to_owned()];
        for script in [
            "printLetter(7)",
            "return onPrintPDF();",
            "top.restoreSession(); print_chart (3)",
            "$('#t').printThis()",
            "onBtnExport()",
            "__doPostBack('ctl00$Main$btnExportExcel','')",
            "javascript:__doPostBack(\"lnkPrint\",\"\")",
            "click: vm.exportCsv",
            "openPrintWindow(1)",
        ] {
            assert!(does(script, &verbs), "{script}");
        }
        for script in [
            "blueprint(7)",
            "sprintf('%s', 1)",
            "setPrinter(3)",
            "showTab('export')",
            "printName(1)",
            "go(1)",
            "__doPostBack('btnSave','')",
            "importCsv()",
            "",
        ] {
            assert!(!does(script, &verbs), "{script}");
        }
    }

    #[test]
    fn what_is_pressed() {
        for name in ["onclick", "ng-click", "@click", "v-on:click", "(click)", "wire:click", "data-bind", "onmousedown"]
        {
            assert!(is_press(name), "{name}");
        }
        for name in ["onload", "onsubmit", "onchange", "href", "data-click-count", "class"] {
            assert!(!is_press(name), "{name}");
        }
    }
}
