//! Calls: what their arguments are, by the name that is called and by what stands beside each.
//!
//! ```text
//! onclick="openPat('24031188','D5510021')"      a record's keys: the call is about a patient
//! (function(a,b){return {surname:a}}('Kowal'))  a program's function called at once: its parameters have labels
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use super::about::{self, Value};
use super::{Js, literal};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::FieldRule;
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

/// How far the arguments of a call are looked over.
const WINDOW: usize = 512;

/// The most parameters of a function that are followed.
const PARAMETERS: usize = 1024;

const KEY: &str = "patient id";
const NAME: &str = "patient name";
const BIRTH: &str = "date of birth";

impl Js {
    /// The bracket of a call, before which its name stands.
    pub(super) fn call(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let record = about::is_record_call(&normalise(&self.name));
        let Some(arguments) = arguments(text, last, record) else { return Ok(None) };
        let done = self.punctuation(ins, b'(', text, out)?;
        if let Some(open) = self.open.last_mut().filter(|_| !arguments.is_empty()) {
            open.arguments = arguments;
        }
        Ok(done)
    }

    /// The rule for an argument that what stands beside it has named.
    pub(super) fn argued(&self, ins: &Inspector) -> Option<Arc<FieldRule>> {
        let open = self.open.last()?;
        let label = open.arguments.get(open.argument)?;
        matches!(label.as_str(), KEY | NAME | BIRTH).then(|| ins.label_field(label)).flatten()
    }
}

/// The parameter that an address or a query ends with, its value still to come.
pub(super) fn parameter(text: &str) -> &str {
    let Some(before) = text.strip_suffix('=') else { return "" };
    let from = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).map_or(0, |at| at + 1);
    before.get(from..).filter(|name| name.len() <= 40).unwrap_or_default()
}

/// Labels of the arguments in the brackets at the front; empty ones, or none at all, where nothing can be said. `None`: more text
/// must say.
fn arguments(text: &str, last: bool, record: bool) -> Option<Vec<String>> {
    let bound = (0..=text.len().min(WINDOW)).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let window = text.get(1..bound).unwrap_or_default();
    let more = !last && text.len() <= WINDOW;
    let mut values: Vec<(String, bool)> = Vec::new();
    let mut rest = window;
    loop {
        rest = rest.trim_start();
        let (length, value) = match rest.as_bytes().first() {
            None => return if more { None } else { Some(Vec::new()) },
            Some(b')') => break,
            Some(&quote @ (b'"' | b'\'')) => match literal::string(rest, quote, !more) {
                Some(end) => (end, (decoded(rest.get(1..end.saturating_sub(1)).unwrap_or_default()), true)),
                None => return if more { None } else { Some(Vec::new()) },
            },
            Some(_) => {
                let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-');
                let end = rest.find(|c| !plain(c)).unwrap_or(rest.len());
                if end == rest.len() && more {
                    return None;
                }
                (end, (rest.get(..end).unwrap_or_default().to_owned(), false))
            }
        };
        if length == 0 {
            break;
        }
        rest = rest.get(length..).unwrap_or_default().trim_start();
        match rest.as_bytes().first() {
            None if more => return None,
            Some(b',') => rest = rest.get(1..).unwrap_or_default(),
            Some(b')') => {}
            // It is computed with.
            Some(_) | None => break,
        }
        values.push(value);
    }
    let values: Vec<Value<'_>> = values.iter().map(|(text, quoted)| Value { text, quoted: *quoted }).collect();
    let labels = about::judge(&values, record).into_iter().map(|kind| label_of(kind).to_owned());
    let labels: Vec<String> = labels.collect();
    Some(if labels.iter().all(String::is_empty) { Vec::new() } else { labels })
}

/// The label that names what a value is.
pub(super) const fn label_of(kind: Option<Kind>) -> &'static str {
    match kind {
        Some(Kind::RecordId) => KEY,
        Some(Kind::Name) => NAME,
        Some(Kind::DateOfBirth) => BIRTH,
        Some(_) | None => "",
    }
}

fn decoded(inside: &str) -> String {
    let mut exact = Run::default();
    literal::decode(inside, 0, &mut exact);
    exact.text().to_owned()
}

/// The first function of a script, as long as it may be called at once with the values of its parameters.
#[derive(Debug, Default)]
pub(super) struct Whole {
    state: State,
    /// Place and label of each parameter.
    parameters: HashMap<String, (usize, String)>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No function yet.
    #[default]
    None,
    /// `function`, so deep in brackets.
    Head(usize),
    /// Its parameters.
    Parameters(usize),
    /// Its body.
    Body(usize),
    /// It has just ended.
    Ended,
    Over,
}

impl Whole {
    /// A word of the program, and the label that it is a value for.
    pub(super) fn word(&mut self, word: &str, label: &str, depth: usize) {
        match self.state {
            State::None if word == "function" => self.state = State::Head(depth),
            State::Parameters(at) if depth == at + 1 && self.parameters.len() < PARAMETERS => {
                let place = self.parameters.len();
                self.parameters.entry(word.to_owned()).or_insert((place, String::new()));
            }
            State::Body(_) if !label.is_empty() => {
                if let Some((_, known)) = self.parameters.get_mut(word).filter(|(_, known)| known.is_empty()) {
                    label.clone_into(known);
                }
            }
            State::Ended => self.state = State::Over,
            State::None | State::Head(_) | State::Parameters(_) | State::Body(_) | State::Over => {}
        }
    }

    /// A bracket was opened; the labels of what is in it, when it calls the function.
    pub(super) fn called(&mut self, depth: usize) -> Vec<String> {
        match self.state {
            State::Head(at) if at == depth => self.state = State::Parameters(at),
            State::Ended => {
                self.state = State::Over;
                let mut labels = vec![String::new(); self.parameters.len()];
                for (place, label) in std::mem::take(&mut self.parameters).into_values() {
                    if let Some(slot) = labels.get_mut(place) {
                        *slot = label;
                    }
                }
                return labels;
            }
            State::None | State::Head(_) | State::Parameters(_) | State::Body(_) | State::Over => {}
        }
        Vec::new()
    }

    /// A bracket was closed; so deep is what is around it.
    pub(super) fn closed(&mut self, bracket: u8, depth: usize) {
        self.state = match self.state {
            State::Parameters(at) if bracket == b')' && depth == at => State::Body(at),
            State::Body(at) if bracket == b'}' && depth == at => State::Ended,
            // `(function(a){…})(…)`
            State::Ended if bracket == b')' => State::Ended,
            State::Ended => State::Over,
            state @ (State::None | State::Head(_) | State::Parameters(_) | State::Body(_) | State::Over) => state,
        };
    }
}
