//! Path patterns into JSON and XML: where a field stands in a document.
//!
//! | JSON | means |
//! |---|---|
//! | `patient.name.family` | from the root; arrays on the way are passed through |
//! | `rows[*].id`, `rows[0].id` | elements of an array |
//! | `[*]` | what stands in an array that is the whole document |
//! | `**.identifier[*].value` | at any depth |
//! | `Patient.birthDate`, `Patient:birthDate` | from the nearest enclosing object whose `resourceType` is `Patient` |
//! | `telecom[system=email].value` | only where the same object says so (`*` in the value: anything) |
//! | `"odd.key".value` | quotes for keys with special characters |
//! | `{home,postal}.{line,city}` | any of these keys, in JSON and XML alike |
//!
//! | XML | means |
//! |---|---|
//! | `ClinicalDocument/recordTarget` | from the root, by local names; the text of the element, or its `value` attribute |
//! | `**/patient/name/given` | at any depth |
//! | `**/id/@extension` | an attribute |
//! | `**/id[@root=2.16.840.1.113883.2.1.4.1]/@extension` | only where the element has the attribute |
//!
//! ```
//! use fanlight::redact::format::path::PathPattern;
//! assert!(PathPattern::parse("**.identifier[*].value").is_ok());
//! assert_eq!(PathPattern::parse("name[0.family").unwrap_err(), "[ is not closed");
//! ```

/// Alternatives are written out.
const MAX_LENGTH: usize = 2048;
const MAX_STEPS: usize = 32;
/// `**` can try many ways; a bound keeps a hostile document linear.
const MAX_TRIES: u32 = 512;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// `**`
    Rest,
    /// `*`
    AnyName,
    /// Any of these.
    Name(Vec<String>),
    AnyIndex,
    Index(usize),
    /// `[key=value]`
    Where(String, Vec<String>),
    /// `@name`, any of these.
    Attribute(Vec<String>),
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct PathPattern {
    source: String,
    resource: Option<String>,
    steps: Vec<Step>,
}

/// A step from a JSON container to what it holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::redact) struct Node<'a> {
    /// The key, or the index in an array.
    pub step: Result<&'a str, usize>,
    /// Short strings that stand in the same object.
    pub siblings: &'a [(String, String)],
    /// The object's `resourceType`.
    pub resource: Option<&'a str>,
}

/// An open XML element.
#[derive(Debug, Clone, Default)]
pub(in crate::redact) struct Element {
    /// Name without its prefix.
    pub name: String,
    /// Its short attributes, by local name.
    pub attributes: Vec<(String, String)>,
}

impl PathPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(source: &str) -> Result<Self, String> {
        let text = source.trim();
        if text.is_empty() {
            return Err("a path pattern names at least one step".into());
        }
        if text.len() > MAX_LENGTH {
            return Err(format!("a path pattern has at most {MAX_LENGTH} bytes"));
        }
        let xml = outside_brackets(text, '/') || text.starts_with('@');
        let (resource, rest) = if xml { (None, text.strip_prefix('/').unwrap_or(text)) } else { scope(text)? };
        let mut steps = Vec::new();
        let mut parts = Parts { rest, separator: if xml { '/' } else { '.' } };
        while let Some(part) = parts.next()? {
            part_steps(part, xml, &mut steps)?;
        }
        if steps.len() > MAX_STEPS {
            return Err(format!("a path pattern has at most {MAX_STEPS} steps"));
        }
        match steps.last() {
            Some(Step::Rest) => return Err("** must be followed by a name".into()),
            None => return Err("a path pattern names at least one step".into()),
            Some(_) => {}
        }
        let attribute = steps.iter().position(|s| matches!(s, Step::Attribute(_)));
        if attribute.is_some_and(|at| at + 1 != steps.len()) {
            return Err("an @attribute is the last step".into());
        }
        Ok(Self { source: source.to_owned(), resource, steps })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it can match a value under this key at all: cheap, asked before the path is built.
    pub(in crate::redact) fn may_end_in(&self, key: &str) -> bool {
        match self.steps.last() {
            Some(Step::Name(names)) => names.iter().any(|name| name == key),
            Some(_) | None => true,
        }
    }

    /// Whether it names the JSON value at the end of this path.
    pub(in crate::redact) fn matches_json(&self, nodes: &[Node<'_>]) -> bool {
        let mut tries = 0;
        let scope = nodes.iter().rposition(|n| n.resource.is_some());
        let scoped = scope.and_then(|at| Some((nodes.get(at)?.resource?, nodes.get(at..)?)));
        if let Some(resource) = &self.resource {
            return scoped.is_some_and(|(kind, inside)| kind == resource && json(&self.steps, inside, &mut tries));
        }
        if json(&self.steps, nodes, &mut tries) {
            return true;
        }
        // `Patient.birthDate`, as FHIRPath writes it.
        match (self.steps.split_first(), scoped) {
            (Some((Step::Name(first), others)), Some((kind, inside))) => {
                first.iter().any(|name| name == kind) && !others.is_empty() && json(others, inside, &mut tries)
            }
            _ => false,
        }
    }

    /// Whether it names the text of the innermost of these elements, or an attribute of it.
    pub(in crate::redact) fn matches_xml(&self, elements: &[Element], attribute: Option<&str>) -> bool {
        let steps = match (self.steps.split_last(), attribute) {
            (Some((Step::Attribute(wanted), steps)), Some(have)) if wanted.iter().any(|w| w == have || w == "*") => {
                steps
            }
            (Some((Step::Attribute(_), _)), _) => return false,
            (_, None | Some("value")) => &self.steps,
            (_, Some(_)) => return false,
        };
        // Nearly every pattern ends otherwise: asked before all ways through the elements are tried.
        let last = steps.iter().rev().find(|s| !matches!(s, Step::Where(..)));
        let ends = match (last, elements.last()) {
            (Some(Step::Name(names)), Some(element)) => names.contains(&element.name),
            (_, Some(_)) => true,
            (_, None) => false,
        };
        ends && xml(steps, elements, &mut 0)
    }
}

fn json(steps: &[Step], nodes: &[Node<'_>], tries: &mut u32) -> bool {
    *tries += 1;
    if *tries > MAX_TRIES {
        return false;
    }
    let Some((step, others)) = steps.split_first() else { return nodes.iter().all(|n| n.step.is_err()) };
    let Some((node, rest)) = nodes.split_first() else {
        return *step == Step::AnyIndex && json(others, nodes, tries);
    };
    match (step, node.step) {
        (Step::Rest, _) => (0..=nodes.len()).any(|n| nodes.get(n..).is_some_and(|after| json(others, after, tries))),
        (Step::AnyIndex, Err(_)) => json(others, rest, tries),
        (Step::AnyIndex, Ok(_)) => json(others, nodes, tries),
        (Step::Index(wanted), Err(index)) => *wanted == index && json(others, rest, tries),
        (Step::Where(..) | Step::Name(_) | Step::AnyName, Err(_)) => json(steps, rest, tries),
        (Step::Where(key, value), Ok(_)) => {
            node.siblings.iter().any(|(k, v)| k == key && glob(value, v)) && json(others, nodes, tries)
        }
        (Step::Name(names), Ok(key)) => names.iter().any(|name| name == key) && json(others, rest, tries),
        (Step::AnyName, Ok(_)) => json(others, rest, tries),
        (Step::Index(_), Ok(_)) | (Step::Attribute(_), _) => false,
    }
}

fn xml(steps: &[Step], elements: &[Element], tries: &mut u32) -> bool {
    *tries += 1;
    if *tries > MAX_TRIES {
        return false;
    }
    let Some((step, others)) = steps.split_first() else { return elements.is_empty() };
    if *step == Step::Rest {
        return (0..=elements.len()).any(|n| elements.get(n..).is_some_and(|after| xml(others, after, tries)));
    }
    let Some((element, rest)) = elements.split_first() else { return false };
    let named = match step {
        Step::AnyName => true,
        Step::Name(names) => names.contains(&element.name),
        Step::Rest | Step::AnyIndex | Step::Index(_) | Step::Where(..) | Step::Attribute(_) => false,
    };
    // Conditions stand behind the name of the element that they ask.
    let conditions = others.iter().take_while(|s| matches!(s, Step::Where(..))).count();
    let (conditions, others) = others.split_at(conditions);
    named
        && conditions.iter().all(|c| match c {
            Step::Where(key, value) => element.attributes.iter().any(|(k, v)| k == key && glob(value, v)),
            Step::Rest | Step::AnyName | Step::Name(_) | Step::AnyIndex | Step::Index(_) | Step::Attribute(_) => false,
        })
        && xml(others, rest, tries)
}

/// `parts` are what stands between the stars.
fn glob(parts: &[String], text: &str) -> bool {
    let Some((first, others)) = parts.split_first() else { return false };
    let Some((last, middle)) = others.split_last() else { return text == first };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        match rest.find(part.as_str()) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

/// `Patient:` in front of a JSON path; `$.` for the root is allowed.
fn scope(text: &str) -> Result<(Option<String>, &str), String> {
    let text = text.strip_prefix("$.").unwrap_or(text);
    match text.split_once(':') {
        Some((name, rest)) if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()) => {
            if rest.is_empty() {
                Err(format!("{name}: is not followed by a path"))
            } else {
                Ok((Some(name.into()), rest))
            }
        }
        Some(_) | None => Ok((None, text)),
    }
}

fn outside_brackets(text: &str, wanted: char) -> bool {
    let (mut depth, mut quoted) = (0_u32, false);
    text.chars().any(|c| {
        match c {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == wanted && depth == 0 && !quoted
    })
}

/// Splits a pattern at its separators, not inside brackets or quotes.
struct Parts<'a> {
    rest: &'a str,
    separator: char,
}

impl<'a> Parts<'a> {
    fn next(&mut self) -> Result<Option<&'a str>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let (mut inside, mut quoted) = (false, false);
        let mut end = None;
        for (i, c) in self.rest.char_indices() {
            match c {
                '"' => quoted = !quoted,
                '[' | '{' if !quoted => inside = true,
                ']' | '}' if !quoted => inside = false,
                _ if c == self.separator && !inside && !quoted => {
                    end = Some(i);
                    break;
                }
                _ => {}
            }
        }
        if quoted {
            return Err("\" is not closed".into());
        }
        if inside {
            return Err("[ is not closed".into());
        }
        let end = end.unwrap_or(self.rest.len());
        let part = self.rest.get(..end).unwrap_or_default();
        let after = self.rest.get(end..).unwrap_or_default();
        self.rest = after.strip_prefix(self.separator).unwrap_or(after);
        if part.is_empty() || (!after.is_empty() && self.rest.is_empty()) {
            return Err(format!("there is an empty step beside a {:?}", self.separator));
        }
        Ok(Some(part))
    }
}

/// One part: a name with its brackets.
fn part_steps(part: &str, xml: bool, steps: &mut Vec<Step>) -> Result<(), String> {
    let (name, mut brackets) = match part.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("\" is not closed")?,
        None => part.split_at(part.find('[').unwrap_or(part.len())),
    };
    // `[*]`: what stands in a list that is the whole document.
    let of_root = name.is_empty() && part.starts_with('[') && steps.is_empty() && !xml;
    let step = match name {
        _ if of_root => None,
        _ if part.starts_with('"') => Some(Step::Name(vec![name.to_owned()])),
        "**" => Some(Step::Rest),
        "*" => Some(Step::AnyName),
        "" => return Err("there is an index without a name before it".into()),
        _ => match name.strip_prefix('@') {
            Some(attribute) if xml && !attribute.is_empty() => Some(Step::Attribute(alternatives(attribute))),
            Some(_) => return Err(format!("{name} is not an attribute of an XML path")),
            // Namespaces are ignored.
            None if xml => Some(Step::Name(alternatives(name.rsplit(':').next().unwrap_or(name)))),
            None => Some(Step::Name(alternatives(name))),
        },
    };
    steps.extend(step);
    while let Some(rest) = brackets.strip_prefix('[') {
        let (inside, after) = rest.split_once(']').ok_or("[ is not closed")?;
        steps.push(bracket(inside, xml)?);
        brackets = after;
    }
    if brackets.is_empty() { Ok(()) } else { Err(format!("{brackets:?} does not belong behind a step")) }
}

/// `{a,b}` is any of them, a plain name itself.
fn alternatives(name: &str) -> Vec<String> {
    match name.strip_prefix('{').and_then(|n| n.strip_suffix('}')) {
        Some(inside) => inside.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect(),
        None => vec![name.to_owned()],
    }
}

/// Whether each brace of a pattern stands for whole steps, which [`PathPattern`] reads itself; others are spellings, and are
/// written out before.
pub(crate) fn has_whole_alternatives(text: &str) -> bool {
    let separator = if outside_brackets(text, '/') || text.starts_with('@') { '/' } else { '.' };
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let before = rest.get(..open).unwrap_or_default().chars().next_back();
        let Some(length) = rest.get(open..).and_then(|r| r.find('}')) else { return false };
        let inside = rest.get(open + 1..open + length).unwrap_or_default();
        rest = rest.get(open + length + 1..).unwrap_or_default();
        let starts = before.is_none_or(|c| c == separator || (c == '@' && separator == '/'));
        let ends = rest.chars().next().is_none_or(|c| c == separator || c == '[');
        if !starts
            || !ends
            || inside.contains(separator)
            || inside.contains(['{', '[', '"'])
            || inside.split(',').any(|one| one.trim().is_empty())
        {
            return false;
        }
    }
    true
}

fn bracket(inside: &str, xml: bool) -> Result<Step, String> {
    if let Some((key, value)) = inside.split_once('=') {
        let key = key.trim().trim_start_matches('@');
        let value = value.trim().trim_matches(['"', '\'']);
        if key.is_empty() || value.is_empty() {
            return Err(format!("[{inside}] is not a [key=value] condition"));
        }
        return Ok(Step::Where(key.to_owned(), value.split('*').map(str::to_owned).collect()));
    }
    if xml {
        return Err(format!("[{inside}] is not an [@attribute=value] condition"));
    }
    match inside {
        "*" | "" => Ok(Step::AnyIndex),
        _ => inside.parse().map(Step::Index).map_err(|_| format!("[{inside}] is not an index, * or [key=value]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json_at(pattern: &str, path: &str, siblings: &[(String, String)], resource: Option<(usize, &str)>) -> bool {
        let nodes: Vec<Node<'_>> = path
            .split('.')
            .enumerate()
            .map(|(i, s)| Node {
                step: s.parse::<usize>().map_or(Ok(s), Err),
                siblings,
                resource: resource.filter(|(at, _)| *at == i).map(|(_, r)| r),
            })
            .collect();
        PathPattern::parse(pattern).unwrap().matches_json(&nodes)
    }

    #[test]
    fn json_paths() {
        let none: &[(String, String)] = &[];
        assert!(json_at("name.family", "name.0.family", none, None));
        assert!(json_at("name[*].family", "name.0.family", none, None));
        assert!(json_at("name[*].family", "name.family", none, None));
        assert!(json_at("name[1].family", "name.1.family", none, None));
        assert!(!json_at("name[1].family", "name.0.family", none, None));
        assert!(!json_at("family", "name.0.family", none, None));
        assert!(json_at("**.family", "entry.3.resource.name.0.family", none, None));
        assert!(json_at("**.given", "name.0.given.2", none, None));
        assert!(json_at("$.a.*.c", "a.b.c", none, None));
        assert!(json_at("\"odd.key\"[*]", "odd.key", none, None) != json_at("\"key\"", "key", none, None));
    }

    #[test]
    fn the_nearest_resource_is_the_root() {
        let none: &[(String, String)] = &[];
        for pattern in ["Patient:birthDate", "Patient.birthDate"] {
            assert!(json_at(pattern, "entry.0.resource.birthDate", none, Some((3, "Patient"))));
            assert!(!json_at(pattern, "entry.0.resource.birthDate", none, Some((3, "Practitioner"))));
            assert!(!json_at(pattern, "entry.0.resource.x.birthDate", none, Some((3, "Patient"))));
        }
        assert!(json_at("Patient:**.birthDate", "resource.x.birthDate", none, Some((1, "Patient"))));
    }

    #[test]
    fn conditions_ask_the_same_object() {
        let email = &[("system".to_owned(), "email".to_owned())];
        assert!(json_at("telecom[system=email].value", "telecom.0.value", email, None));
        assert!(json_at("**.telecom[system=e*l].value", "p.telecom.0.value", email, None));
        assert!(!json_at("telecom[system=phone].value", "telecom.0.value", email, None));
    }

    #[test]
    fn xml_paths() {
        let element = |name: &str| Element { name: name.into(), attributes: vec![("root".into(), "2.16".into())] };
        let path = [element("ClinicalDocument"), element("patient"), element("id")];
        let at = |p: &str, a: Option<&str>| PathPattern::parse(p).unwrap().matches_xml(&path, a);
        assert!(at("**/patient/id", None));
        assert!(at("/ClinicalDocument/*/id", None));
        assert!(at("**/id", Some("value")) && !at("**/id", Some("extension")));
        assert!(at("**/id/@extension", Some("extension")) && !at("**/id/@extension", None));
        assert!(at("**/hl7:id[@root=2.16]/@extension", Some("extension")));
        assert!(!at("**/id[@root=9]/@extension", Some("extension")));
    }

    #[test]
    fn alternatives_stand_for_whole_steps() {
        let none: &[(String, String)] = &[];
        for path in ["home.line", "postal.0.city"] {
            assert!(json_at("{home,postal}.{line,city}", path, none, None), "{path}");
        }
        assert!(!json_at("{home,postal}.{line,city}", "work.line", none, None));
        assert!(json_at("{Patient,Person}.birthDate", "entry.birthDate", none, Some((1, "Person"))));
        assert!(json_at("{home,postal}[use=x].line", "home.line", &[("use".to_owned(), "x".to_owned())], None));
        assert!(has_whole_alternatives("**.{a,b}.c") && has_whole_alternatives("**/@{root,code}"));
        assert!(
            !has_whole_alternatives("XPN.{1,2}/x")
                && !has_whole_alternatives("a{b,c}")
                && !has_whole_alternatives("{a,}")
        );
    }

    #[test]
    fn errors_say_what_is_wrong() {
        for (pattern, message) in [
            ("", "a path pattern names at least one step"),
            ("a..b", "there is an empty step beside a '.'"),
            ("a.", "there is an empty step beside a '.'"),
            ("a[", "[ is not closed"),
            ("a[x]", "[x] is not an index, * or [key=value]"),
            ("a.**", "** must be followed by a name"),
            ("a/@b/c", "an @attribute is the last step"),
            ("Patient:", "Patient: is not followed by a path"),
        ] {
            assert_eq!(PathPattern::parse(pattern).unwrap_err(), message, "{pattern}");
        }
        assert!(PathPattern::parse(&"a.".repeat(2000)).is_err());
    }

    #[test]
    fn a_hostile_document_stays_cheap() {
        let names: Vec<Node<'_>> = (0..500).map(|_| Node { step: Ok("a"), siblings: &[], resource: None }).collect();
        assert!(!PathPattern::parse("**.a.**.a.**.a.**.a.**.b").unwrap().matches_json(&names));
    }
}
