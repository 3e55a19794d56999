//! Each rule's own examples, run through the real engine.
//!
//! A *hit* must be acted upon by this very rule; a *miss* must come out byte for byte as it went in. A pack's examples run
//! on that pack and those below it, so what a trust adds on top does not break the base pack's own promises.
//!
//! A plain string is put where the rule looks: for a label rule `"NHS No: 943 476 5919"` becomes a `<dl>`, for a parameter
//! rule `"?nhs=9434765919"` a link, for an HL7 rule a `PID` line gets its `MSH`. A table `{ as = "text/html", path = "/p",
//! body = "…" }` is taken as it is.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compile::{Compiled, compile};
use super::detector::DetectorRule;
use super::field::{FieldRuleText, Locator};
use super::layers::State;
use super::route::{self, Route};
use super::rule::{Body, Example, Rule};
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::redact::dictionary::Dictionary;
use crate::redact::engine::BodyRewriter;
use crate::redact::finding::Report;
use crate::redact::inspect::Inspector;
use crate::redact::operator::GrantKeys;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, Plan};
use crate::redact::withheld::Withheld;

/// An example that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The rule.
    pub rule: String,
    /// The rule's file.
    pub file: String,
    /// The example's line.
    pub line: usize,
    /// What is wrong; none: it holds.
    pub problem: Option<String>,
}

impl Tried {
    /// Whether the example holds.
    pub fn passed(&self) -> bool {
        self.problem.is_none()
    }
}

/// Tries every example of the rules of a trust; `only`: of one rule.
pub fn run(compiled: &Compiled, only: Option<&str>) -> Vec<Tried> {
    run_unless(compiled, only, &mut BTreeSet::new())
}

/// As [`run`], leaving out layers whose rules, with all below, were `tried` before (by another trust that shares them).
pub fn run_unless(compiled: &Compiled, only: Option<&str>, tried: &mut BTreeSet<String>) -> Vec<Tried> {
    let mut done = Vec::new();
    for (layer, pack) in compiled.packs().into_iter().enumerate() {
        let upto = compiled.files.iter().rposition(|f| f.pack == pack).map_or(0, |at| at + 1);
        let below = match upto == compiled.files.len() {
            true => Ok(compiled.clone()),
            false => compile(compiled.files.get(..upto).unwrap_or_default(), &compiled.plan.bounds),
        };
        // What compiles whole compiles in part, but for a rule that an upper layer alone names: nothing to try then.
        let Ok(below) = below else { continue };
        if only.is_none() && !tried.insert(below.version.clone()) {
            continue;
        }
        let rules = below.rules.iter().filter(|r| r.state == State::Active && r.rule.layer == layer);
        for rule in rules.map(|r| &r.rule).filter(|r| only.is_none_or(|id| id == r.id)) {
            for example in &rule.hit {
                done.push(note(rule, example, hit(&below, rule, example)));
            }
            for example in &rule.miss {
                done.push(note(rule, example, miss(&below, rule, example)));
            }
        }
    }
    done
}

fn note(rule: &Rule, example: &Example, result: Result<(), String>) -> Tried {
    let line = rule.source.error(example.span.clone(), "").line();
    Tried { rule: rule.id.clone(), file: rule.source.file.clone(), line, problem: result.err() }
}

/// What came out of the engine.
struct Ran {
    input: String,
    output: String,
    report: Report,
}

fn hit(compiled: &Compiled, rule: &Rule, example: &Example) -> Result<(), String> {
    match &rule.body {
        Body::Route(_) => {
            let first = first_route(compiled, &example.body)?;
            match first {
                Some(route) if route.id == rule.id => Ok(()),
                Some(route) => Err(format!("hit: rule {} takes {:?} first", route.id, example.body)),
                None => Err(format!("hit: no route takes {:?}", example.body)),
            }
        }
        Body::Contract(_) => match engine(&compiled.plan, rule, example)? {
            Err(Withheld::Contract(id)) if id == rule.id => Ok(()),
            Err(other) => Err(format!("hit: withheld, but because {other}")),
            Ok(_) => Err("hit: the page passes, the contract does not withhold it".into()),
        },
        Body::Field(field) => hit_field(compiled, rule, field, example),
        Body::Detector(DetectorRule::Shipped { threshold: None, .. }) => {
            same(&ran(&compiled.plan, rule, example)?, "hit")
        }
        Body::Detector(DetectorRule::Shipped { name, .. }) => {
            found_by(&compiled.plan, rule, example, &format!("detector {name}"))
        }
        Body::Detector(DetectorRule::Pattern { .. }) => {
            found_by(&compiled.plan, rule, example, &format!("detector {}", rule.id))
        }
        Body::Operator(operator) => {
            let ran = ran(&compiled.plan, rule, example)?;
            let names: Vec<String> =
                [&operator.shown, &operator.reference].into_iter().flatten().map(|o| o.id()).collect();
            let used = ran
                .report
                .explained
                .iter()
                .any(|e| names.contains(&e.operator) && operator.kinds.iter().any(|k| k.as_str() == e.kind));
            if used {
                hidden(&ran, example)
            } else {
                Err(not_done("no such identifier was replaced by this operator", &ran))
            }
        }
        Body::Control(_) => {
            let ran = ran(&compiled.plan, rule, example)?;
            if ran.report.controls.contains_key(&rule.id) {
                hidden(&ran, example)
            } else {
                Err(not_done("the control was not recognised by this rule", &ran))
            }
        }
    }
}

fn hit_field(compiled: &Compiled, rule: &Rule, field: &FieldRuleText, example: &Example) -> Result<(), String> {
    match field.rule.effect {
        FieldEffect::Identifier { .. } => found_by(&compiled.plan, rule, example, &format!("field {}", rule.id)),
        FieldEffect::Keep => {
            same(&ran(&compiled.plan, rule, example)?, "hit of a keep rule")?;
            let without = ran(&plan_without(&compiled.plan, &rule.id), rule, example)?;
            match without.input == without.output {
                true => Err("hit: the text would stay without this rule too".into()),
                false => Ok(()),
            }
        }
        FieldEffect::Prose => {
            let ran_with = ran(&compiled.plan, rule, example)?;
            if ran_with.input == ran_with.output {
                return Err("hit: nothing was found in the prose".into());
            }
            hidden(&ran_with, example)
        }
    }
}

fn miss(compiled: &Compiled, rule: &Rule, example: &Example) -> Result<(), String> {
    let changes_instead = match &rule.body {
        Body::Route(_) => {
            return match first_route(compiled, &example.body)? {
                Some(route) if route.id == rule.id => Err(format!("miss: the route takes {:?}", example.body)),
                Some(_) | None => Ok(()),
            };
        }
        Body::Field(field) => matches!(field.rule.effect, FieldEffect::Keep),
        Body::Detector(detector) => matches!(detector, DetectorRule::Shipped { threshold: None, .. }),
        Body::Operator(_) | Body::Control(_) | Body::Contract(_) => false,
    };
    let ran = ran(&compiled.plan, rule, example)?;
    match (changes_instead, ran.input == ran.output) {
        (false, _) => same(&ran, "miss"),
        (true, false) => Ok(()),
        (true, true) => Err("miss: the text stays, as if the rule kept it".into()),
    }
}

fn found_by(plan: &Arc<Plan>, rule: &Rule, example: &Example, finder: &str) -> Result<(), String> {
    let ran = ran(plan, rule, example)?;
    if ran.report.by_finder.contains_key(finder) {
        return hidden(&ran, example);
    }
    // What a detector finds is learned in the first pass, and the dictionary may then be the surer of the two.
    let name = finder.strip_prefix("detector ");
    if let Some(name) = name.filter(|_| ran.report.by_finder.contains_key("dictionary")) {
        let mut without = Plan::clone(plan);
        without.detectors.retain(|d| d.detector.id() != name);
        if self::ran(&Arc::new(without), rule, example)?.output != ran.output {
            return hidden(&ran, example);
        }
    }
    let others: Vec<&str> = ran.report.by_finder.keys().map(String::as_str).collect();
    let by = if others.is_empty() { "nothing was found".to_owned() } else { format!("found by {}", others.join(", ")) };
    Err(not_done(&format!("not found by {finder}; {by}"), &ran))
}

fn not_done(what: &str, ran: &Ran) -> String {
    format!("hit: {what}; it came out as {:?}", short(&ran.output))
}

fn hidden(ran: &Ran, example: &Example) -> Result<(), String> {
    match example.hidden.iter().find(|h| ran.output.contains(h.as_str())) {
        Some(_) => Err(format!("hit: a text of `hidden` is still there: {:?}", short(&ran.output))),
        None => Ok(()),
    }
}

fn same(ran: &Ran, what: &str) -> Result<(), String> {
    if ran.input == ran.output {
        return Ok(());
    }
    let by: Vec<&str> = ran.report.by_finder.keys().chain(ran.report.controls.keys()).map(String::as_str).collect();
    Err(format!("{what}: it was changed by {} to {:?}", by.join(", "), short(&ran.output)))
}

fn short(text: &str) -> String {
    let mut out: String = text.chars().take(200).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

fn first_route<'c>(compiled: &'c Compiled, text: &str) -> Result<Option<&'c Route>, String> {
    let Some((method, path, query, form)) = route::request(text) else {
        return Err(format!("{text:?} is not a request; write \"GET /path?query\" or \"POST /path a=1&b=2\""));
    };
    Ok(compiled.routes.iter().find(|r| r.matches(&method, &path, &query, &form)))
}

/// The plan as if a rule's fields were not in it.
fn plan_without(plan: &Plan, id: &str) -> Arc<Plan> {
    let mut plan = plan.clone();
    let fields = &mut plan.fields;
    let maps = [
        &mut fields.labels,
        &mut fields.columns,
        &mut fields.hl7,
        &mut fields.params,
        &mut fields.headers,
        &mut fields.cookies,
    ];
    for map in maps {
        for rules in map.values_mut() {
            rules.retain(|r| r.id != id);
        }
    }
    fields.json.retain(|(_, r)| r.id != id);
    fields.xml.retain(|(_, r)| r.id != id);
    fields.selectors.retain(|s| s.rule.id != id);
    Arc::new(plan)
}

fn ran(plan: &Arc<Plan>, rule: &Rule, example: &Example) -> Result<Ran, String> {
    engine(plan, rule, example)?.map_err(|withheld| format!("it was withheld: {withheld}"))
}

/// Runs an example; the outer error: it cannot be put where the rule looks.
fn engine(plan: &Arc<Plan>, rule: &Rule, example: &Example) -> Result<Result<Ran, Withheld>, String> {
    let path = example.path.clone().or_else(|| first_path(rule)).unwrap_or_else(|| "/".into());
    let inspector = Inspector::new(plan.clone(), example_keys()?, Dictionary::default(), &path).explaining();
    if let (None, Body::Field(field)) = (&example.media, &rule.body)
        && let Locator::Header(_) | Locator::Cookie(_) = field.locator
    {
        return header_or_cookie(plan, inspector, &field.locator, &example.body);
    }
    let (media, input) = placed(rule, example)?;
    let run = || {
        let mut rewriter = BodyRewriter::open(inspector, Some(&media), None, None)?;
        let mut out = Vec::new();
        rewriter.write(input.as_bytes(), &mut out)?;
        let done = rewriter.finish(&mut out)?;
        let output = String::from_utf8_lossy(&out).into_owned();
        Ok(Ran { input: input.clone(), output, report: done.report })
    };
    Ok(run())
}

/// A path that the rule speaks of, where it speaks of some only and the pattern is a plain one.
fn first_path(rule: &Rule) -> Option<String> {
    let paths = match &rule.body {
        Body::Field(field) => &field.rule.paths,
        Body::Control(control) => &control.paths,
        Body::Contract(contract) => &contract.contract.paths,
        Body::Detector(_) | Body::Operator(_) | Body::Route(_) => return None,
    };
    let example = paths.first()?.as_str().replace("**", "x").replace('*', "x");
    Some(example.replace(['{', '}'], ""))
}

fn example_keys() -> Result<GrantKeys, String> {
    let trust = TrustId::new("example").map_err(|e| e.to_string())?;
    let grant = GrantId::new("example").map_err(|e| e.to_string())?;
    Ok(GrantKeys::new(&Key::from_bytes([0; 32]), &trust, &grant))
}

/// Media type and text of an example, put where the rule looks.
fn placed(rule: &Rule, example: &Example) -> Result<(String, String), String> {
    let body = &example.body;
    if let Some(media) = &example.media {
        return Ok((media.clone(), body.clone()));
    }
    let (media, text) = match &rule.body {
        Body::Field(field) => match &field.locator {
            Locator::Label(_) => (
                "text/html",
                pair(body)?.map_or_else(|| body.clone(), |(l, v)| format!("<dl><dt>{l}</dt><dd>{v}</dd></dl>")),
            ),
            Locator::Column(_) => (
                "text/html",
                pair(body)?.map_or_else(
                    || body.clone(),
                    |(l, v)| {
                        format!(
                            "<table><thead><tr><th>{l}</th></tr></thead><tbody><tr><td>{v}</td></tr></tbody></table>"
                        )
                    },
                ),
            ),
            Locator::Selector(..) => ("text/html", body.clone()),
            Locator::Json(_) => ("application/json", body.clone()),
            Locator::Xml(_) => ("application/xml", body.clone()),
            Locator::Hl7(_) => ("x-application/hl7-v2+er7", message(body)),
            Locator::Param(_) => ("text/html", format!("<a href=\"/x{body}\">open</a>")),
            Locator::Header(_) | Locator::Cookie(_) => ("text/plain", body.clone()),
        },
        Body::Detector(_) | Body::Operator(_) => ("text/plain", body.clone()),
        Body::Control(_) | Body::Contract(_) => ("text/html", body.clone()),
        Body::Route(_) => return Err("a route has requests as examples".into()),
    };
    Ok((media.into(), text))
}

/// `Label: value`, escaped for HTML; `None` when it is markup already.
fn pair(text: &str) -> Result<Option<(String, String)>, String> {
    if text.trim_start().starts_with('<') {
        return Ok(None);
    }
    let escape = |t: &str| t.trim().replace('&', "&amp;").replace('<', "&lt;");
    match text.split_once(": ") {
        Some((label, value)) => Ok(Some((escape(label), escape(value)))),
        None => Err(format!("{text:?} is not an example for a label; write \"Label: value\"")),
    }
}

fn message(text: &str) -> String {
    let lines = text.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r");
    match lines.starts_with("MSH") {
        true => lines,
        false => format!("MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r{lines}\r"),
    }
}

fn header_or_cookie(
    plan: &Plan,
    mut inspector: Inspector,
    locator: &Locator,
    text: &str,
) -> Result<Result<Ran, Withheld>, String> {
    let is_cookie = matches!(locator, Locator::Cookie(_));
    let (map, split) = match is_cookie {
        true => (&plan.fields.cookies, text.split_once('=')),
        false => (&plan.fields.headers, text.split_once(": ")),
    };
    let Some((name, value)) = split else {
        return Err(format!("{text:?} is not an example; write \"Name: value\", for a cookie \"name=value\""));
    };
    let key = if is_cookie { name.to_owned() } else { name.to_ascii_lowercase() };
    let field = map.get(&key).and_then(|rules| inspector.pick(rules));
    let place = Place::on(Surface::Header).with_field(field);
    let output = match inspector.redact(value, &place) {
        Ok(changed) => changed.unwrap_or_else(|| value.to_owned()),
        Err(withheld) => return Ok(Err(withheld)),
    };
    let (report, _) = inspector.into_parts();
    Ok(Ok(Ran { input: value.to_owned(), output, report }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::plan::Bounds;
    use crate::rules::RuleFile;

    fn tried(text: &str) -> Vec<Tried> {
        let file = RuleFile { pack: "t".into(), path: "t.toml".into(), text: text.into() };
        run(&compile(&[file], &Bounds::default()).unwrap(), None)
    }

    const RULE: &str = "[[field]]\nid = \"ref\"\nlabel = \"Zone mark\"\nkind = \"other\"\n";

    #[test]
    fn examples_that_hold_pass_and_others_say_where_they_stand() {
        let good = tried(&format!("{RULE}hit = \"Zone mark: blue\"\nmiss = \"Zone: blue\"\n"));
        assert!(good.len() == 2 && good.iter().all(Tried::passed), "{good:?}");
        let bad = tried(&format!("{RULE}hit = \"Zone: blue\"\nmiss = \"Zone mark: blue\"\n"));
        assert_eq!(bad.iter().map(|t| t.line).collect::<Vec<_>>(), [5, 6]);
        assert!(bad.iter().all(|t| !t.passed()), "{bad:?}");
        assert!(bad[0].problem.as_deref().unwrap().contains("nothing was found"));
        assert!(bad[1].problem.as_deref().unwrap().starts_with("miss: it was changed by field t/ref"));
    }

    #[test]
    fn a_text_that_must_be_hidden_must_not_be_there() {
        let rest =
            "hit = { as = \"text/html\", body = \"<dl><dt>Zone mark<dd>blue</dl><p>green\", hidden = [\"green\"] }\n";
        let tried = tried(&format!("{RULE}{rest}miss = \"Zone: blue\"\n"));
        assert!(tried[0].problem.as_deref().unwrap().contains("still there"), "{tried:?}");
    }

    #[test]
    fn an_upper_pack_does_not_break_the_promises_of_the_one_below() {
        let below = format!("{RULE}hit = \"Zone mark: blue\"\nmiss = \"Zone: blue\"\n");
        let above = "disabled = [\"t/ref\"]\n";
        let files = [("t", below.as_str()), ("u", above)].map(|(pack, text)| RuleFile {
            pack: pack.into(),
            path: format!("{pack}.toml"),
            text: text.into(),
        });
        let compiled = compile(&files, &Bounds::default()).unwrap();
        assert!(compiled.active().next().is_none(), "the rule is off for the trust");
        let tried = run(&compiled, None);
        assert!(tried.len() == 2 && tried.iter().all(Tried::passed), "{tried:?}");
    }
}
