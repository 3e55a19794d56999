//! A path and its value on a line of their own: how shorthand for resources, settings and flattened records are written.
//!
//! ```text
//! * name[0].given[+] = "Mutheu"             the steps lead to the value as they would in JSON, and its rules hold
//! patient.address.line = "Ndege 12"
//! ```
//!
//! A program sets its own properties in the same way (`this.name = "list"`), so a value counts only when it is quoted, stands alone
//! behind its path, and is called what people's values are called.

use std::sync::Arc;

use super::assigned::Assigned;
use super::labelled::ANYBODYS;
use super::path::Node;
use crate::redact::inspect::Inspector;
use crate::redact::label::{self, normalise};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::plausible::can_be;

/// The longest path and the most steps of one.
const LONGEST: usize = 160;
const MOST_STEPS: usize = 12;

/// The value that is set at a sign of equality.
pub(super) fn at_sign(ins: &Inspector, text: &str, sign: usize) -> Option<Assigned> {
    let before = text.get(..sign)?.trim_end_matches(' ');
    let from = before.trim_end_matches(is_of_path).len();
    let path = before.get(from..).filter(|path| path.len() <= LONGEST && path.contains('.'))?;
    // Nothing but a sign of a list stands before it in its line.
    let line = before.get(..from)?.rsplit(['\n', '\r']).next()?;
    if !line.trim().trim_start_matches(['*', '-']).is_empty() {
        return None;
    }
    let rest = text.get(sign + 1..)?;
    let quoted = rest.trim_start_matches(' ').strip_prefix('"')?;
    let length =
        quoted.find(['"', '\n', '\r', '\\']).filter(|at| *at > 0 && quoted.as_bytes().get(*at) == Some(&b'"'))?;
    let start = text.len() - quoted.len();
    let value = quoted.get(..length)?;
    let steps = steps(path)?;
    let (label, rule) = by_path(ins, &steps).or_else(|| by_label(ins, &steps))?;
    let FieldEffect::Identifier { kind, .. } = &rule.effect else { return None };
    can_be(*kind, value).then(|| Assigned { from, value: start..start + length, label, rule })
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']' | '+' | '=' | ':')
}

/// The names in a path, with what stands in brackets as what is between them: `name[+].given` is `name`, an element of it, `given`.
fn steps(path: &str) -> Option<Vec<Result<&str, usize>>> {
    let mut out = Vec::new();
    for part in path.split('.') {
        let (name, mut brackets) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            return None;
        }
        out.push(Ok(name));
        while let Some((inside, rest)) = brackets.strip_prefix('[').and_then(|b| b.split_once(']')) {
            out.push(Err(inside.parse().unwrap_or(0)));
            brackets = rest;
        }
        if !brackets.is_empty() || out.len() > MOST_STEPS {
            return None;
        }
    }
    Some(out)
}

/// What the rules for paths in JSON say of it; those that ask for a resource or for what else an object holds have nothing to go by here.
fn by_path(ins: &Inspector, steps: &[Result<&str, usize>]) -> Option<(String, Arc<FieldRule>)> {
    let nodes: Vec<Node<'_>> = steps.iter().map(|step| Node { step: *step, siblings: &[], resource: None }).collect();
    let last = *steps.last()?.as_ref().ok()?;
    let rules = &ins.plan().fields.json;
    let (_, rule) = rules
        .iter()
        .rev()
        .find(|(pattern, rule)| pattern.may_end_in(last) && rule.applies(ins.path()) && pattern.matches_json(&nodes))?;
    Some((normalise(last), rule.clone()))
}

/// What its last step is called, with the one before it or alone.
fn by_label(ins: &Inspector, steps: &[Result<&str, usize>]) -> Option<(String, Arc<FieldRule>)> {
    let mut names = steps.iter().rev().filter_map(|step| step.ok());
    let last = normalise(names.next()?);
    let holder = normalise(names.next()?);
    // `identifier[NHS].value`: whose it is says the resource, and it may be anybody's; `device.identifier.value` says that it is nobody's.
    const PEOPLE: &[&str] = &["patient", "subject", "person", "client", "related person"];
    let theirs = names.next().is_none_or(|whose| PEOPLE.contains(&normalise(whose).as_str()));
    let both = if holder == "identifier" && last == "value" && theirs {
        "patient identifier".to_owned()
    } else {
        format!("{holder} {last}")
    };
    let known = |label: String| {
        (label.len() <= label::MAX).then(|| ins.label_field(&label)).flatten().map(|rule| (label, rule))
    };
    known(both).or_else(|| if ANYBODYS.contains(&last.as_str()) { None } else { known(last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_paths() {
        assert_eq!(steps("name[+].given[0]"), Some(vec![Ok("name"), Err(0), Ok("given"), Err(0)]));
        assert_eq!(steps("identifier[NHS][1].value"), Some(vec![Ok("identifier"), Err(0), Err(1), Ok("value")]));
        for none in ["a..b", "a[0", "a]b.c", ".a", "a.[0]"] {
            assert_eq!(steps(none), None, "{none}");
        }
    }
}
