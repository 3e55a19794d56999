//! What every rule has: an id, a reason, and examples of what it does and of what it leaves alone.

use std::collections::BTreeSet;
use std::ops::Range;

use super::contract::ContractRule;
use super::control::ControlRule;
use super::detector::DetectorRule;
use super::field::FieldRuleText;
use super::operator::OperatorRule;
use super::read::{At, Problems, Source, Table};
use super::route::RouteRule;
use super::spelling;
use crate::base::id::RuleId;
use crate::redact::glob::Glob;

/// One rule as its file says it, each part checked.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `pack/rule`.
    pub id: String,
    /// The pack it stands in.
    pub pack: String,
    /// The place of that pack in layer order, from 0.
    pub layer: usize,
    /// The file.
    pub source: Source,
    /// Where in the file: the rule's head.
    pub span: Range<usize>,
    /// Why the rule is there.
    pub doc: Option<String>,
    /// It takes the place of a rule of an earlier pack.
    pub replace: bool,
    /// What it says.
    pub body: Body,
    /// Texts that it acts on.
    pub hit: Vec<Example>,
    /// Near misses, which it leaves alone.
    pub miss: Vec<Example>,
}

/// What a rule says.
#[derive(Debug, Clone)]
pub enum Body {
    /// `[[field]]`: where an identifier stands.
    Field(FieldRuleText),
    /// `[[detector]]`: how sure a detector must be, or a pattern of one's own.
    Detector(DetectorRule),
    /// `[[operator]]`: what replaces a kind.
    Operator(OperatorRule),
    /// `[[control]]`: an export or print affordance.
    Control(ControlRule),
    /// `[[route]]`: a class of URLs.
    Route(RouteRule),
    /// `[[contract]]`: what a page must hold for its rules to be trusted.
    Contract(ContractRule),
}

impl Body {
    /// The name of its table.
    pub fn section(&self) -> &'static str {
        match self {
            Body::Field(_) => "field",
            Body::Detector(_) => "detector",
            Body::Operator(_) => "operator",
            Body::Control(_) => "control",
            Body::Route(_) => "route",
            Body::Contract(_) => "contract",
        }
    }

    /// Where it looks and what it does, in a line each, for lists.
    pub fn summary(&self) -> (String, String) {
        match self {
            Body::Field(rule) => rule.summary(),
            Body::Detector(rule) => rule.summary(),
            Body::Operator(rule) => rule.summary(),
            Body::Control(rule) => rule.summary(),
            Body::Route(rule) => rule.summary(),
            Body::Contract(rule) => rule.summary(),
        }
    }
}

/// A text that a rule is tried on.
#[derive(Debug, Clone)]
pub struct Example {
    /// Where it stands in the rule file.
    pub span: Range<usize>,
    /// Its media type; none: as the rule's kind of place has it.
    pub media: Option<String>,
    /// The path of the page.
    pub path: Option<String>,
    /// The text.
    pub body: String,
    /// Texts that must not be in what comes out (hit only).
    pub hidden: Vec<String>,
}

/// Reads what every rule has, then its own part by `own`.
pub fn read(
    table: &mut Table<'_>,
    pack: &str,
    layer: usize,
    problems: &mut Problems,
    own: impl FnOnce(&mut Table<'_>, &str, &mut Problems) -> Option<Body>,
) -> Option<Rule> {
    let id = table.need_text("id", problems).and_then(|id| full_id(table, pack, &id, problems));
    let doc = table.text("doc", problems).map(|d| d.value);
    let replace = table.flag("replace", problems).unwrap_or(false);
    let body = own(table, id.as_deref().unwrap_or(pack), problems);
    let hit = examples(table, "hit", problems);
    let miss = examples(table, "miss", problems);
    for (key, list) in [("hit", &hit), ("miss", &miss)] {
        if list.is_empty() && !table.has(key) {
            let what = if key == "hit" { "a text that it acts on" } else { "a near miss that it must leave alone" };
            let error = table.error(table.span(), format!("the rule has no `{key}` example"));
            problems.push(error.help(format!("add `{key} = \"…\"` with {what}; `fanlight rules test` runs it")));
        }
    }
    let (id, body) = (id?, body?);
    let foreign = !id.starts_with(&format!("{pack}/"));
    if foreign && !replace {
        let error = table.error(table.span(), format!("the rule {id} is named as if it stood in another pack"));
        problems.push(error.help("to take the place of that pack's rule, add `replace = true`"));
    }
    let (source, span) = (table.source().clone(), table.span());
    Some(Rule { id, pack: pack.to_owned(), layer, source, span, doc, replace, body, hit, miss })
}

fn full_id(table: &Table<'_>, pack: &str, id: &At<String>, problems: &mut Problems) -> Option<String> {
    let full = if id.value.contains('/') { id.value.clone() } else { format!("{pack}/{}", id.value) };
    match RuleId::new(&full) {
        Ok(_) => Some(full),
        Err(error) => {
            let error = table.error(id.span.clone(), error.to_string());
            problems.push(error.help("write lower-case letters, digits and hyphens, such as \"label-nhs-number\""));
            None
        }
    }
}

fn examples(table: &mut Table<'_>, key: &'static str, problems: &mut Problems) -> Vec<Example> {
    let plain =
        |text: At<String>| Example { span: text.span, media: None, path: None, body: text.value, hidden: Vec::new() };
    table.mixed(key, problems, plain, |inner, problems| {
        let span = inner.span();
        let media = inner.text("as", problems).map(|t| t.value);
        let path = inner.text("path", problems).map(|t| t.value);
        let hidden = inner.texts("hidden", problems).into_iter().map(|t| t.value).collect();
        let body = inner.need_text("body", problems)?.value;
        Some(Example { span, media, path, body, hidden })
    })
}

/// Path patterns of a key, spellings expanded.
pub fn globs(table: &mut Table<'_>, key: &'static str, problems: &mut Problems) -> Vec<Glob> {
    let mut all = Vec::new();
    for text in table.texts(key, problems) {
        for spelling in spellings(table, &protect_names(&text), problems) {
            match Glob::parse(&unprotect_names(&spelling)) {
                Ok(glob) => all.push(glob),
                Err(error) => problems
                    .push(table.error(text.span.clone(), error).help("such as \"/chart/{id}\" or \"/assets/**\"")),
            }
        }
    }
    all
}

/// In a path pattern `{name}` without a comma is a named segment, not a set of spellings.
fn protect_names(text: &At<String>) -> At<String> {
    let mut out = String::with_capacity(text.value.len());
    let mut rest = text.value.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if !name.contains([',', '{']) => {
                out.push('\u{1}');
                out.push_str(name);
                out.push('\u{2}');
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    At { value: out, span: text.span.clone() }
}

fn unprotect_names(text: &str) -> String {
    text.replace('\u{1}', "{").replace('\u{2}', "}")
}

/// The spellings of one text; a mistake in it is reported.
pub fn spellings(table: &Table<'_>, text: &At<String>, problems: &mut Problems) -> Vec<String> {
    match spelling::expand(&text.value, spelling::MAX) {
        Ok(all) => {
            let mut seen = BTreeSet::new();
            all.into_iter().filter(|s| seen.insert(s.clone())).collect()
        }
        Err(error) => {
            problems.push(table.error(text.span.clone(), error).help("alternatives stand in braces: {number,no,id}"));
            Vec::new()
        }
    }
}

/// A few of many, for a list.
pub fn some(all: &[String]) -> String {
    let shown: Vec<&str> = all.iter().take(4).map(String::as_str).collect();
    match all.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
