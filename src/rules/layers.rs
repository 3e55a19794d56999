//! Layers: which rules hold when packs stand on one another.
//!
//! A later pack may take the place of a rule of an earlier one (`id = "base/label-name"`, `replace = true`) or switch it
//! off (`disabled = ["base/label-name"]`). Everything else adds up; where two rules speak of one place, the later holds.

use std::collections::HashMap;

use super::file::FileRules;
use super::read::Problems;
use super::rule::Rule;
use super::suggest;

/// Whether a rule holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It does.
    Active,
    /// A rule of this pack stands in its place.
    ReplacedBy(String),
    /// A file of this pack switched it off.
    DisabledBy(String),
}

/// A rule, and whether it holds.
#[derive(Debug, Clone)]
pub struct Layered {
    /// The rule.
    pub rule: Rule,
    /// Whether it holds.
    pub state: State,
}

/// Puts the files of all packs, in layer order, on one another.
pub fn stack(files: &[FileRules], problems: &mut Problems) -> Vec<Layered> {
    let mut all: Vec<Layered> = Vec::new();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    for file in files {
        for rule in &file.rules {
            let place = all.len();
            match by_id.get(&rule.id).and_then(|at| all.get_mut(*at)) {
                Some(earlier) if rule.replace && earlier.rule.layer < rule.layer => {
                    earlier.state = State::ReplacedBy(rule.pack.clone());
                }
                Some(earlier) => problems.push(twice(rule, &earlier.rule)),
                None if rule.replace => problems.push(nothing_to_replace(rule, by_id.keys())),
                None => {}
            }
            by_id.insert(rule.id.clone(), place);
            all.push(Layered { rule: rule.clone(), state: State::Active });
        }
    }
    for file in files {
        let layer = files.iter().filter(|f| f.pack == file.pack).flat_map(|f| &f.rules).map(|r| r.layer).next();
        for id in &file.disabled {
            let found = by_id.get(&id.value).and_then(|at| all.get_mut(*at));
            match found {
                Some(rule) if rule.rule.pack != file.pack && layer.is_none_or(|l| rule.rule.layer < l) => {
                    rule.state = State::DisabledBy(file.pack.clone());
                }
                Some(rule) => {
                    let message = format!("{:?} does not stand in an earlier pack", id.value);
                    let help = if rule.rule.pack == file.pack {
                        "remove the rule itself"
                    } else {
                        "only a later pack can switch a rule off"
                    };
                    problems.push(file.source.error(id.span.clone(), message).help(help));
                }
                None => {
                    let message = format!("there is no rule {:?} to disable", id.value);
                    problems.push(file.source.error(id.span.clone(), message).help(near(&id.value, by_id.keys())));
                }
            }
        }
    }
    all
}

fn twice(rule: &Rule, earlier: &Rule) -> super::Diagnostic {
    let line = earlier.source.error(earlier.span.clone(), "").line();
    let error = rule.source.error(rule.span.clone(), format!("there are two rules {}", rule.id));
    let place = format!("the other stands at {}:{line}", earlier.source.file);
    if earlier.layer < rule.layer {
        error.help(format!("{place}; to take its place, add `replace = true`"))
    } else {
        error.help(format!("{place}; give one of them another id"))
    }
}

fn nothing_to_replace<'a>(rule: &Rule, known: impl Iterator<Item = &'a String>) -> super::Diagnostic {
    let error = rule.source.error(rule.span.clone(), format!("there is no rule {} to replace", rule.id));
    error.help(near(&rule.id, known))
}

fn near<'a>(id: &str, known: impl Iterator<Item = &'a String>) -> String {
    let known: Vec<&str> = known.map(String::as_str).collect();
    match suggest::nearest(id, &known) {
        Some(near) => format!("did you mean {near:?}? (`fanlight rules list` shows all)"),
        None => "`fanlight rules list` shows all; ids begin with their pack, such as \"base/label-name\"".into(),
    }
}
