//! From rule files to the plan that the engine runs on.
//!
//! ```
//! use std::sync::Arc;
//! use fanlight::redact::plan::Bounds;
//! use fanlight::rules::{RuleFile, compile};
//! let text: Arc<str> = Arc::from(r#"
//!     [[field]]
//!     id = "label-nhs-number"
//!     label = "NHS {No,Number}"
//!     kind = "nhs-nubmer"
//!     hit = "NHS No: 943 476 5919"
//!     miss = "NHS Trust: Royal Free"
//! "#);
//! let file = RuleFile { pack: "base".into(), path: "rules/base/labels.toml".into(), text };
//! let errors = compile(&[file], &Bounds::default()).unwrap_err();
//! assert_eq!(errors[0].message, "unknown kind of identifier \"nhs-nubmer\"");
//! assert_eq!(errors[0].line(), 5);
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::detector::{DetectorRule, THRESHOLD};
use super::diagnostic::Diagnostic;
use super::field::{FieldRuleText, Locator};
use super::file::{self, FileRules};
use super::layers::{self, Layered, State};
use super::read::{Problems, Source};
use super::route::Route;
use super::rule::{Body, Rule};
use crate::redact::detect::{self, gazetteer};
use crate::redact::kind::Kind;
use crate::redact::operator;
use crate::redact::place::Audience;
use crate::redact::plan::{Bounds, DetectorUse, FieldRule, Fields, Plan, SelectorField};

/// The most rule files of one trust.
const MAX_FILES: usize = 500;
/// The most rules of one trust.
const MAX_RULES: usize = 5_000;
/// The most patterns of its own.
const MAX_PATTERNS: usize = 200;
/// The most places (labels, paths, …) that all field rules name together.
const MAX_PLACES: usize = 100_000;

/// One rule file of a layer, or a names list beside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// The pack (layer) it belongs to: `base`, `clinic`, `royal-free`. Rule ids begin with it.
    pub pack: String,
    /// The file as named in the configuration, for messages and the console. What ends in `.toml` holds rules; other
    /// files are names lists.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
}

impl RuleFile {
    /// Whether it holds rules.
    pub fn holds_rules(&self) -> bool {
        self.path.ends_with(".toml")
    }
}

/// What the rules of one trust come to.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// For the engine.
    pub plan: Arc<Plan>,
    /// In the order in which they are asked: overlay, product, base.
    pub routes: Vec<Route>,
    /// Every rule, in layer order, also those that do not hold.
    pub rules: Vec<Layered>,
    /// The files, in layer order.
    pub files: Vec<RuleFile>,
    /// A short hash over the files' names and bytes.
    pub version: String,
}

impl Compiled {
    /// The rule of this id that holds, or the last that did.
    pub fn rule(&self, id: &str) -> Option<&Layered> {
        self.rules.iter().rev().find(|r| r.rule.id == id)
    }

    /// The rules that hold.
    pub fn active(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|r| r.state == State::Active).map(|r| &r.rule)
    }

    /// The packs, in layer order.
    pub fn packs(&self) -> Vec<&str> {
        let mut packs: Vec<&str> = Vec::new();
        for file in &self.files {
            if !packs.contains(&file.pack.as_str()) {
                packs.push(&file.pack);
            }
        }
        packs
    }
}

/// Compiles the files of a trust, in layer order (base first, the trust's overlay last). Files of one pack stand together.
///
/// # Errors
/// Every error of every file.
pub fn compile(files: &[RuleFile], bounds: &Bounds) -> Result<Compiled, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let read = read_all(files, &mut problems);
    // Ids that stand in a file that cannot be read would be called unknown: say only what is certain.
    let rules = if problems.is_empty() { layers::stack(&read, &mut problems) } else { Vec::new() };
    let names = names(&read, files, &mut problems);
    let plan = plan(&rules, &read, &names, bounds, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_list());
    }
    let version = version(files);
    let plan = Plan { version: version.clone(), ..plan };
    let routes = routes(&rules);
    Ok(Compiled { plan: Arc::new(plan), routes, rules, files: files.to_vec(), version })
}

fn read_all(files: &[RuleFile], problems: &mut Problems) -> Vec<FileRules> {
    if files.len() > MAX_FILES {
        let error = Diagnostic::of_file("rules", format!("more than {MAX_FILES} rule files"));
        problems.push(error.help("join small files"));
        return Vec::new();
    }
    let mut packs: Vec<&str> = Vec::new();
    let mut read: Vec<FileRules> = Vec::new();
    let mut count = 0;
    for rule_file in files {
        let layer = packs.iter().position(|p| *p == rule_file.pack).unwrap_or_else(|| {
            packs.push(&rule_file.pack);
            packs.len() - 1
        });
        if !rule_file.holds_rules() {
            continue;
        }
        let source = Source::new(rule_file.path.clone(), rule_file.text.clone());
        let one = file::read(&source, &rule_file.pack, layer, problems);
        count += one.rules.len();
        read.push(one);
        if count > MAX_RULES {
            problems.push(Diagnostic::of_file(&rule_file.path, format!("more than {MAX_RULES} rules in all")));
            break;
        }
    }
    read
}

/// The texts of the names lists that the rule files ask for; each stands beside its rule file.
fn names<'f>(read: &[FileRules], files: &'f [RuleFile], problems: &mut Problems) -> Vec<&'f str> {
    let mut texts = Vec::new();
    for file in read {
        let folder = file.source.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for name in &file.names {
            let path = if folder.is_empty() { name.value.clone() } else { format!("{folder}/{}", name.value) };
            match files.iter().find(|f| f.path == path) {
                Some(list) => texts.push(list.text.as_ref()),
                None => {
                    let error = file.source.error(name.span.clone(), format!("there is no names list {path}"));
                    problems.push(error.help("put the file beside this one: one name a line, ending in .txt"));
                }
            }
        }
    }
    texts
}

fn plan(rules: &[Layered], read: &[FileRules], names: &[&str], bounds: &Bounds, problems: &mut Problems) -> Plan {
    let mut fields = Fields::default();
    let mut operators = operator::defaults();
    let mut controls = Vec::new();
    let mut contracts = Vec::new();
    let mut shipped: HashMap<&str, Option<u8>> = HashMap::new();
    let mut patterns = Vec::new();
    let mut places = 0;
    let mut named: Named = HashMap::new();
    let active = rules.iter().filter(|r| r.state == State::Active).map(|r| &r.rule);
    for rule in active {
        match &rule.body {
            Body::Field(field) => {
                places += field.locator.places().len();
                same_place_twice(rule, field, &mut named, problems);
                add_field(&mut fields, field);
            }
            Body::Detector(DetectorRule::Shipped { name, threshold }) => {
                shipped.insert(name, *threshold);
            }
            Body::Detector(DetectorRule::Pattern { detector, .. }) => {
                patterns.push(DetectorUse { detector: detector.clone(), threshold: THRESHOLD.min(1) });
            }
            Body::Operator(by_kind) => {
                for kind in &by_kind.kinds {
                    if let Some(shown) = &by_kind.shown {
                        operators.by_kind.insert((*kind, Audience::Shown), shown.clone());
                    }
                    if let Some(reference) = &by_kind.reference {
                        operators.by_kind.insert((*kind, Audience::Reference), reference.clone());
                    }
                }
            }
            Body::Control(control) => controls.extend(control.controls(&rule.id)),
            Body::Contract(contract) => contracts.push(contract.contract.clone()),
            Body::Route(_) => {}
        }
    }
    bounded("patterns", patterns.len(), MAX_PATTERNS, read, problems);
    bounded("places named by field rules", places, MAX_PLACES, read, problems);
    // A detector that no rule names looks all the same: leaving one out must not open a hole.
    let mut detectors: Vec<DetectorUse> = detect::ALL
        .iter()
        .filter_map(|entry| {
            let threshold = shipped.get(entry.id).copied().unwrap_or(Some(THRESHOLD))?;
            Some(DetectorUse { detector: entry.detector(), threshold })
        })
        .collect();
    detectors.extend(patterns);
    let _ = (names, gazetteer::shipped);
    let record_kinds = read.iter().rev().find_map(|f| f.record_kinds.clone()).unwrap_or_else(|| RECORD_KINDS.to_vec());
    Plan {
        version: String::new(),
        fields,
        detectors,
        operators,
        controls,
        contracts,
        bounds: bounds.clone(),
        record_kinds,
    }
}

/// Kinds by which records are counted where no rule file says otherwise.
const RECORD_KINDS: &[Kind] = &[Kind::NhsNumber, Kind::HospitalNumber];

fn bounded(what: &str, count: usize, most: usize, read: &[FileRules], problems: &mut Problems) {
    if count > most {
        let file = read.last().map_or("rules", |f| &f.source.file);
        let error = Diagnostic::of_file(file, format!("{count} {what} in all; at most {most} are allowed"));
        problems.push(error.help("write fewer, or fewer spellings"));
    }
}

/// Which rule of a pack named a place first.
type Named = HashMap<(String, &'static str, String), Arc<FieldRule>>;

/// Two rules of one pack that say different things of one place everywhere: one of them would never be heard.
fn same_place_twice(rule: &Rule, field: &FieldRuleText, named: &mut Named, problems: &mut Problems) {
    if !field.rule.paths.is_empty() {
        return;
    }
    for place in field.locator.places() {
        let key = (rule.pack.clone(), field.locator.key(), place.clone());
        match named.get(&key) {
            Some(other) if other.id != rule.id => {
                let message = format!("the {} {place:?} is named by {} too", field.locator.key(), other.id);
                let error = rule.source.error(rule.span.clone(), message);
                problems.push(error.help("remove it from one of the two, or give one of them `paths`"));
            }
            _ => {
                named.insert(key, field.rule.clone());
            }
        }
    }
}

fn add_field(fields: &mut Fields, field: &FieldRuleText) {
    let rule = &field.rule;
    let add = |map: &mut HashMap<String, Vec<Arc<FieldRule>>>, names: &[String]| {
        for name in names {
            map.entry(name.clone()).or_default().push(rule.clone());
        }
    };
    match &field.locator {
        Locator::Label(names) => add(&mut fields.labels, names),
        Locator::Column(names) => add(&mut fields.columns, names),
        Locator::Hl7(names) => add(&mut fields.hl7, names),
        Locator::Param(names) => add(&mut fields.params, names),
        Locator::Header(names) => add(&mut fields.headers, names),
        Locator::Cookie(names) => add(&mut fields.cookies, names),
        Locator::Json(paths) => fields.json.extend(paths.iter().map(|p| (p.clone(), rule.clone()))),
        Locator::Xml(paths) => fields.xml.extend(paths.iter().map(|p| (p.clone(), rule.clone()))),
        Locator::Selector(selectors, attribute) => {
            fields.selectors.extend(selectors.iter().map(|selector| SelectorField {
                selector: selector.clone(),
                attribute: attribute.clone(),
                rule: rule.clone(),
            }));
        }
    }
}

/// Routes of the last layer first; within a layer as the files have them.
fn routes(rules: &[Layered]) -> Vec<Route> {
    let mut active: Vec<&Rule> = rules.iter().filter(|r| r.state == State::Active).map(|r| &r.rule).collect();
    active.sort_by_key(|r| std::cmp::Reverse(r.layer));
    let mut routes = Vec::new();
    for rule in active {
        if let Body::Route(route) = &rule.body {
            routes.extend(route.routes.iter().cloned());
        }
    }
    routes
}

fn version(files: &[RuleFile]) -> String {
    let mut all = Sha256::new();
    for file in files {
        for part in [&file.pack, &file.path, file.text.as_ref()] {
            all.update((part.len() as u64).to_be_bytes());
            all.update(part.as_bytes());
        }
    }
    let hash = all.finalize();
    data_encoding::HEXLOWER.encode(hash.get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::plan::FieldEffect;
    use crate::rules::route::Treatment;

    fn files(packs: &[(&str, &str)]) -> Vec<RuleFile> {
        let file = |(pack, text): &(&str, &str)| RuleFile {
            pack: (*pack).into(),
            path: format!("rules/{pack}/rules.toml"),
            text: (*text).into(),
        };
        packs.iter().map(file).collect()
    }

    fn field(id: &str, label: &str, kind: &str) -> String {
        format!("[[field]]\nid = \"{id}\"\nlabel = \"{label}\"\nkind = \"{kind}\"\nhit = \"a: b\"\nmiss = \"c: d\"\n")
    }

    fn kinds(compiled: &Compiled, label: &str) -> Vec<Kind> {
        let kind = |r: &Arc<FieldRule>| match r.effect {
            FieldEffect::Identifier { kind, .. } => Some(kind),
            FieldEffect::Prose | FieldEffect::Keep => None,
        };
        compiled.plan.fields.labels.get(label).map(|all| all.iter().filter_map(kind).collect()).unwrap_or_default()
    }

    #[test]
    fn a_later_pack_replaces_disables_and_overrides() {
        let base = field("one", "Ref", "other") + &field("two", "Tag", "other") + &field("three", "Mark", "other");
        let above = String::from("disabled = [\"base/two\"]\n")
            + &field("base/one", "Reference", "visit").replace("label", "replace = true\nlabel")
            + &field("mine", "Mark", "name");
        let compiled = compile(&files(&[("base", &base), ("above", &above)]), &Bounds::default()).unwrap();
        assert!(kinds(&compiled, "ref").is_empty(), "replaced");
        assert_eq!(kinds(&compiled, "reference"), [Kind::Visit]);
        assert!(kinds(&compiled, "tag").is_empty(), "disabled");
        assert_eq!(kinds(&compiled, "mark").last(), Some(&Kind::Name), "the overlay's stands last, and the last wins");
        assert_eq!(compiled.rules.len(), 5, "rules that do not hold are still listed");
    }

    #[test]
    fn routes_of_the_overlay_are_asked_first() {
        let route = |id: &str, path: &str, more: &str| {
            format!("[[route]]\nid = \"{id}\"\npath = \"{path}\"\n{more}\nhit = \"GET /x\"\nmiss = \"GET /y\"\n")
        };
        let base = route("all", "/**", "treatment = \"rewrite\"");
        let above =
            route("first", "/x", "treatment = \"refuse\"") + &route("second", "/{a,b}/{id}", "treatment = \"rewrite\"");
        let compiled = compile(&files(&[("base", &base), ("above", &above)]), &Bounds::default()).unwrap();
        let ids: Vec<&str> = compiled.routes.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["above/first", "above/second", "above/second", "base/all"]);
        assert!(matches!(compiled.routes[0].treatment, Treatment::Refuse { .. }));
        assert_eq!(compiled.routes[0].methods.len(), 7, "what is refused is refused by every method");
        assert_eq!(compiled.routes[1].path.as_str(), "/a/{id}");
    }

    #[test]
    fn the_version_changes_with_every_byte_and_name() {
        let one = compile(&files(&[("base", &field("one", "Ref", "other"))]), &Bounds::default()).unwrap();
        let two = compile(&files(&[("base", &field("one", "Reff", "other"))]), &Bounds::default()).unwrap();
        let three = compile(&files(&[("bass", &field("one", "Ref", "other"))]), &Bounds::default()).unwrap();
        assert_ne!(one.version, two.version);
        assert_ne!(one.version, three.version);
        assert_eq!(one.plan.version, one.version);
    }

    #[test]
    fn a_detector_that_no_rule_names_looks_all_the_same() {
        let off = "[[detector]]\nid = \"d\"\nuse = \"email\"\noff = true\nhit = \"a\"\nmiss = \"b\"\n";
        let all = compile(&[], &Bounds::default()).unwrap().plan.detectors.len();
        assert_eq!(all, detect::ALL.len());
        let compiled = compile(&files(&[("base", off)]), &Bounds::default()).unwrap();
        assert_eq!(compiled.plan.detectors.len(), all - 1);
        assert!(compiled.plan.detectors.iter().all(|d| d.detector.id() != "email"));
    }

    #[test]
    fn errors_of_all_files_come_at_once() {
        let errors = compile(
            &files(&[("base", &field("one", "Ref", "otter")), ("above", "[[filed]]\nid = 1\n")]),
            &Bounds::default(),
        )
        .unwrap_err();
        let places: Vec<(&str, usize)> = errors.iter().map(|e| (e.file.as_str(), e.line())).collect();
        assert_eq!(places, [("rules/base/rules.toml", 4), ("rules/above/rules.toml", 1)]);
    }
}
