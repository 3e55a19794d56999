//! `[[field]]`: a place known to hold an identifier, or known to hold none.
//!
//! ```toml
//! [[field]]
//! id = "label-nhs-number"
//! label = ["{nhs,h&c} {number,no,num,id}"]     # or selector, column, json, xml, hl7, param, header, cookie
//! kind = "nhs-number"                           # or effect = "keep" | "prose"
//! hit = "NHS No.: 943 476 5919"
//! miss = "NHS Trust: Royal Free"
//! ```

use std::sync::Arc;

use super::read::{At, Problems, Table};
use super::rule::{globs, some, spellings};
use super::suggest;
use crate::redact::format::html::selector::Selector;
use crate::redact::format::path::{PathPattern, has_whole_alternatives};
use crate::redact::glob::Glob;
use crate::redact::kind::Kind;
use crate::redact::label;
use crate::redact::operator::{self, Operator};
use crate::redact::plan::{FieldEffect, FieldRule};

/// A field rule as its file says it.
#[derive(Debug, Clone)]
pub struct FieldRuleText {
    /// The places.
    pub locator: Locator,
    /// What it says of them; shared by all.
    pub rule: Arc<FieldRule>,
}

/// How places are named.
#[derive(Debug, Clone)]
pub enum Locator {
    /// By the words beside the value, normalised.
    Label(Vec<String>),
    /// By the header of a column, normalised.
    Column(Vec<String>),
    /// By selector, with the attribute that holds the value.
    Selector(Vec<Selector>, Option<String>),
    /// By JSON path.
    Json(Vec<PathPattern>),
    /// By XML path.
    Xml(Vec<PathPattern>),
    /// By HL7 v2 segment and field.
    Hl7(Vec<String>),
    /// By parameter name, lower case.
    Param(Vec<String>),
    /// By header name, lower case.
    Header(Vec<String>),
    /// By cookie name.
    Cookie(Vec<String>),
}

pub(super) const LOCATORS: &[&str] =
    &["label", "column", "selector", "json", "xml", "hl7", "param", "header", "cookie"];

impl Locator {
    /// The key that names it.
    pub fn key(&self) -> &'static str {
        match self {
            Locator::Label(_) => "label",
            Locator::Column(_) => "column",
            Locator::Selector(..) => "selector",
            Locator::Json(_) => "json",
            Locator::Xml(_) => "xml",
            Locator::Hl7(_) => "hl7",
            Locator::Param(_) => "param",
            Locator::Header(_) => "header",
            Locator::Cookie(_) => "cookie",
        }
    }

    /// Each place as text.
    pub fn places(&self) -> Vec<String> {
        match self {
            Locator::Label(all)
            | Locator::Column(all)
            | Locator::Hl7(all)
            | Locator::Param(all)
            | Locator::Header(all)
            | Locator::Cookie(all) => all.clone(),
            Locator::Selector(all, attribute) => all
                .iter()
                .map(|s| attribute.as_ref().map_or_else(|| s.as_str().to_owned(), |a| format!("{} @{a}", s.as_str())))
                .collect(),
            Locator::Json(all) | Locator::Xml(all) => all.iter().map(|p| p.as_str().to_owned()).collect(),
        }
    }
}

impl FieldRuleText {
    /// Where and what, for lists.
    pub fn summary(&self) -> (String, String) {
        let what = match &self.rule.effect {
            FieldEffect::Identifier { kind, operator: Some(operator) } => format!("{kind} by {}", operator.id()),
            FieldEffect::Identifier { kind, operator: None } => kind.to_string(),
            FieldEffect::Prose => "prose".into(),
            FieldEffect::Keep => "keep".into(),
        };
        (format!("{} {}", self.locator.key(), some(&self.locator.places())), what)
    }
}

/// Reads the own part of a `[[field]]`.
pub fn read(table: &mut Table<'_>, id: &str, problems: &mut Problems) -> Option<FieldRuleText> {
    let locator = locator(table, problems);
    let effect = effect(table, problems);
    let paths: Vec<Glob> = globs(table, "paths", problems);
    let rule = Arc::new(FieldRule { id: id.to_owned(), effect: effect?, paths });
    Some(FieldRuleText { locator: locator?, rule })
}

fn locator(table: &mut Table<'_>, problems: &mut Problems) -> Option<Locator> {
    let given: Vec<&'static str> = LOCATORS.iter().copied().filter(|key| table.has(key)).collect();
    let attribute = table.text("attribute", problems);
    let key = match given.as_slice() {
        [one] => *one,
        [] => {
            let error = table.error(table.span(), "the rule does not say where: no locator");
            problems.push(error.help(format!("add one of: {}", LOCATORS.join(", "))));
            return None;
        }
        several => {
            let error = table.error(table.span(), format!("the rule has several locators: {}", several.join(", ")));
            problems.push(error.help("write one rule for each"));
            return None;
        }
    };
    if let Some(attribute) = attribute.as_ref().filter(|_| key != "selector") {
        let error = table.error(attribute.span.clone(), "`attribute` belongs to a `selector` rule");
        problems.push(error.help("remove it, or name the element with `selector`"));
    }
    let texts = table.texts(key, problems);
    if texts.is_empty() {
        return None;
    }
    match key {
        "label" => labels(table, &texts, problems).map(Locator::Label),
        "column" => labels(table, &texts, problems).map(Locator::Column),
        "hl7" => hl7(table, &texts, problems).map(Locator::Hl7),
        "param" => names(table, &texts, problems).map(Locator::Param),
        "header" => names(table, &texts, problems).map(Locator::Header),
        "cookie" => {
            let all: Vec<String> = texts.iter().flat_map(|t| spellings(table, t, problems)).collect();
            (!all.is_empty()).then_some(Locator::Cookie(all))
        }
        "selector" => {
            let all = parsed(table, &texts, problems, Selector::parse, |_| false, "such as \".banner .nhs-number\"");
            let attribute = attribute.map(|a| a.value.to_ascii_lowercase());
            (!all.is_empty()).then_some(Locator::Selector(all, attribute))
        }
        "json" => {
            let all = parsed(
                table,
                &texts,
                problems,
                PathPattern::parse,
                has_whole_alternatives,
                "such as \"Patient.name[*].family\"",
            );
            (!all.is_empty()).then_some(Locator::Json(all))
        }
        _ => {
            let all = parsed(
                table,
                &texts,
                problems,
                PathPattern::parse,
                has_whole_alternatives,
                "such as \"patientRole/addr\"",
            );
            (!all.is_empty()).then_some(Locator::Xml(all))
        }
    }
}

fn parsed<T>(
    table: &Table<'_>,
    texts: &[At<String>],
    problems: &mut Problems,
    parse: fn(&str) -> Result<T, String>,
    reads_braces: fn(&str) -> bool,
    help: &str,
) -> Vec<T> {
    let mut all = Vec::new();
    for text in texts {
        // Selectors and paths have braces of their own only in strings, which are rare; spellings come first, but for a path whose
        // braces are whole steps: written out, they would be thousands of paths to try.
        let all_spellings =
            if reads_braces(&text.value) { vec![text.value.clone()] } else { spellings(table, text, problems) };
        for spelling in all_spellings {
            match parse(&spelling) {
                Ok(one) => all.push(one),
                Err(error) => {
                    problems.push(table.error(text.span.clone(), format!("{spelling:?}: {error}")).help(help))
                }
            }
        }
    }
    all
}

fn labels(table: &Table<'_>, texts: &[At<String>], problems: &mut Problems) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        for spelling in spellings(table, text, problems) {
            let normal = label::normalise(&spelling);
            if normal.is_empty() {
                let message = if spelling.len() > label::MAX {
                    format!("the label {spelling:?} is longer than {} bytes", label::MAX)
                } else {
                    format!("the label {spelling:?} holds no letter or digit")
                };
                problems.push(table.error(text.span.clone(), message).help("a label is the few words beside a value"));
            } else if !all.contains(&normal) {
                all.push(normal);
            }
        }
    }
    (!all.is_empty()).then_some(all)
}

fn names(table: &Table<'_>, texts: &[At<String>], problems: &mut Problems) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        for spelling in spellings(table, text, problems) {
            if spelling.is_empty() || spelling.contains(|c: char| c.is_whitespace() || c.is_control()) {
                let error =
                    table.error(text.span.clone(), format!("{spelling:?} cannot be the name of a parameter or header"));
                problems.push(error.help("write the bare name, such as \"nhsNumber\""));
            } else if !all.contains(&spelling.to_ascii_lowercase()) {
                all.push(spelling.to_ascii_lowercase());
            }
        }
    }
    (!all.is_empty()).then_some(all)
}

fn hl7(table: &Table<'_>, texts: &[At<String>], problems: &mut Problems) -> Option<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        for spelling in spellings(table, text, problems) {
            if is_hl7_place(&spelling) {
                all.push(spelling);
            } else {
                let error = table.error(text.span.clone(), format!("{spelling:?} is not an HL7 v2 field"));
                problems.push(error.help("write segment and field, such as \"PID-5\", or a component, \"PID-5.1\""));
            }
        }
    }
    (!all.is_empty()).then_some(all)
}

fn is_hl7_place(text: &str) -> bool {
    let Some((segment, place)) = text.split_once('-') else { return false };
    let number = |t: &str| matches!(t.parse::<u16>(), Ok(1..=999)) && !t.starts_with(['0', '+']);
    let mut chars = segment.chars();
    segment.len() == 3
        && chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && match place.split_once('.') {
            Some((field, component)) => number(field) && number(component),
            None => number(place),
        }
}

fn effect(table: &mut Table<'_>, problems: &mut Problems) -> Option<FieldEffect> {
    let kind_at = table.text("kind", problems);
    let effect = table.text("effect", problems);
    let operator = table.text("operator", problems).and_then(|o| operator_named(table, &o, problems));
    match (kind_at, effect) {
        (Some(kind), None) => Some(FieldEffect::Identifier { kind: kind_named(table, &kind, problems)?, operator }),
        (None, Some(effect)) => match effect.value.as_str() {
            "keep" => Some(FieldEffect::Keep),
            "prose" => Some(FieldEffect::Prose),
            other => {
                let error = table.error(effect.span, format!("unknown effect {other:?}"));
                problems.push(error.help(suggest::help(other, &["keep", "prose"])));
                None
            }
        },
        (Some(_), Some(effect)) => {
            let error = table.error(effect.span, "a field has either a `kind` or an `effect`");
            problems.push(error.help("`kind` for an identifier; `effect = \"keep\"` or \"prose\" for what is none"));
            None
        }
        (None, None) => {
            let error = table.error(table.span(), "the rule does not say what stands there: no `kind` and no `effect`");
            problems.push(error.help("add `kind = \"name\"`, or `effect = \"keep\"` or \"prose\""));
            None
        }
    }
}

/// The kind of this name; an unknown one is reported with the nearest.
pub fn kind_named(table: &Table<'_>, text: &At<String>, problems: &mut Problems) -> Option<Kind> {
    let kind = Kind::parse(&text.value);
    if kind.is_none() {
        let known: Vec<&str> = Kind::ALL.iter().map(|k| k.as_str()).collect();
        let error = table.error(text.span.clone(), format!("unknown kind of identifier {:?}", text.value));
        problems.push(error.help(suggest::help(&text.value, &known)));
    }
    kind
}

/// The operator of this name; an unknown one is reported with the nearest.
pub fn operator_named(table: &Table<'_>, text: &At<String>, problems: &mut Problems) -> Option<Arc<dyn Operator>> {
    match operator::parse(&text.value) {
        Ok(operator) => Some(operator),
        Err(reason) => {
            let known: Vec<&str> = operator::ALL.iter().map(|e| e.name).collect();
            let name = text.value.split(':').next().unwrap_or_default().trim();
            let error = match known.contains(&name) {
                true => table.error(text.span.clone(), reason).help("such as \"mask\" or \"keep-last:4\""),
                false => {
                    let error = table.error(text.span.clone(), format!("unknown operator {name:?}"));
                    error.help(suggest::help(name, &known))
                }
            };
            problems.push(error);
            None
        }
    }
}
