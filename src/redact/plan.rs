//! The plan: rules compiled into what the engine runs on. Made by [`crate::rules`], never changed after.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::detect::Detector;
use super::format::html::selector::Selector;
use super::format::path::PathPattern;
use super::glob::Glob;
use super::kind::Kind;
use super::operator::Operator;
use super::place::Audience;

/// What a field rule says of the place that it names.
#[derive(Debug, Clone)]
pub enum FieldEffect {
    /// An identifier of this kind stands here, whole.
    Identifier {
        /// Its kind.
        kind: Kind,
        /// An operator of its own, instead of the kind's.
        operator: Option<Arc<dyn Operator>>,
    },
    /// Free text stands here that may name people (notes, letters): detectors look with a lower threshold.
    Prose,
    /// Nothing identifying stands here (a code, a dose, a staff name that the trust allows): detectors keep out, the
    /// dictionary still looks.
    Keep,
}

/// A field rule: what stands at a place.
#[derive(Debug, Clone)]
pub struct FieldRule {
    /// `pack/rule`.
    pub id: String,
    /// What it says.
    pub effect: FieldEffect,
    /// Only on these paths; empty: everywhere.
    pub paths: Vec<Glob>,
}

impl FieldRule {
    /// Whether an identifier stands there, whole.
    pub fn names_identifier(&self) -> bool {
        matches!(self.effect, FieldEffect::Identifier { .. })
    }

    /// Whether the rule speaks of pages at this path.
    pub fn applies(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|g| g.matches(path).is_some())
    }
}

/// A field found by a CSS selector.
#[derive(Debug, Clone)]
pub struct SelectorField {
    /// Which elements.
    pub selector: Selector,
    /// The attribute that holds the value; none: the element's text.
    pub attribute: Option<String>,
    /// The rule.
    pub rule: Arc<FieldRule>,
}

/// Rules by the way they name a place. Where several match, the last in layer order (trust overlay) wins.
#[derive(Debug, Default, Clone)]
pub struct Fields {
    /// By [normalised](super::label::normalise) label, also for JSON keys, parameter names, columns, attributes.
    pub labels: HashMap<String, Vec<Arc<FieldRule>>>,
    /// By normalised column header only.
    pub columns: HashMap<String, Vec<Arc<FieldRule>>>,
    /// By CSS selector.
    pub selectors: Vec<SelectorField>,
    /// By JSON path.
    pub json: Vec<(PathPattern, Arc<FieldRule>)>,
    /// By XML path (local names).
    pub xml: Vec<(PathPattern, Arc<FieldRule>)>,
    /// By HL7 v2 segment and field, `PID-5`; a component `PID-5.1` goes first.
    pub hl7: HashMap<String, Vec<Arc<FieldRule>>>,
    /// By query or form parameter name, lower case.
    pub params: HashMap<String, Vec<Arc<FieldRule>>>,
    /// By header name, lower case.
    pub headers: HashMap<String, Vec<Arc<FieldRule>>>,
    /// By cookie name.
    pub cookies: HashMap<String, Vec<Arc<FieldRule>>>,
}

/// What becomes of an export or print control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ControlAction {
    /// The element and all in it leave the page.
    Remove,
    /// The element stays, disabled, saying "not available in this view".
    Disable,
}

/// How a control is recognised.
#[derive(Debug, Clone)]
pub enum ControlMatch {
    /// By selector.
    Selector(Selector),
    /// A button, link or input whose visible text (or value, title, aria-label) is one of these, normalised.
    Text(Vec<String>),
    /// One whose text is a verb and otherwise only words of a list, in either order: "Print patient list", "Seite drucken".
    Phrase(Arc<Phrase>),
    /// An element with a handler or link that holds one of these strings (`window.print(`).
    Handler(Vec<String>),
    /// An element with a handler that calls something whose name begins with one of these words (`printLetter(7)`).
    Calls(Vec<String>),
    /// A button, link or input that says nothing and shows an icon of one of these.
    Icon(Vec<String>),
}

/// A verb and what it may be done to. All words are normalised.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// Single words and phrases.
    pub verbs: Vec<String>,
    /// Words that may stand beside a verb.
    pub words: HashSet<String>,
}

impl Phrase {
    /// Whether a normalised text is a verb of these and otherwise words of these. Numbers go with anything.
    pub fn is(&self, text: &str) -> bool {
        let fits = |rest: &str| {
            let words = || rest.split(' ').filter(|w| !w.is_empty());
            words().next().is_some() && words().all(|w| self.words.contains(w) || w.bytes().all(|b| b.is_ascii_digit()))
        };
        let first = |verb: &str| text.strip_prefix(verb).is_some_and(|rest| rest.starts_with(' ') && fits(rest));
        let last = |verb: &str| text.strip_suffix(verb).is_some_and(|rest| rest.ends_with(' ') && fits(rest));
        self.verbs.iter().any(|verb| first(verb) || last(verb))
    }
}

/// A control rule.
#[derive(Debug, Clone)]
pub struct Control {
    /// `pack/rule`.
    pub id: String,
    /// How it is recognised.
    pub by: ControlMatch,
    /// What becomes of it.
    pub action: ControlAction,
    /// Only on these paths; empty: everywhere.
    pub paths: Vec<Glob>,
}

/// A layout contract: what a page at these paths must contain for its rules to be trusted.
#[derive(Debug, Clone)]
pub struct Contract {
    /// `pack/rule`.
    pub id: String,
    /// Where.
    pub paths: Vec<Glob>,
    /// Each must match at least once.
    pub requires: Vec<Selector>,
}

/// A detector in use, with the confidence from which its findings count.
#[derive(Debug, Clone)]
pub struct DetectorUse {
    /// The detector.
    pub detector: Arc<dyn Detector>,
    /// Findings below are dropped.
    pub threshold: u8,
}

/// Which operator replaces which kind, for whom.
#[derive(Debug, Clone)]
pub struct OperatorTable {
    /// By kind and audience; a kind that is missing is masked.
    pub by_kind: HashMap<(Kind, Audience), Arc<dyn Operator>>,
}

/// How a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Parser {
    /// As it comes, token by token; what no edit names leaves byte for byte.
    #[default]
    Stream,
    /// As the tree that a browser builds, written down again: for pages whose markup is so broken that the two differ.
    /// Such a page must end inside the look-ahead window.
    Tree,
}

impl Parser {
    /// Every name.
    pub const NAMES: &[&str] = &["stream", "tree"];

    /// The parser of this name.
    ///
    /// ```
    /// use fanlight::redact::plan::Parser;
    /// assert_eq!(Parser::parse("tree"), Some(Parser::Tree));
    /// assert_eq!(Parser::parse("quirks"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Parser> {
        match text {
            "stream" => Some(Parser::Stream),
            "tree" => Some(Parser::Tree),
            _ => None,
        }
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Parser::Stream => "stream",
            Parser::Tree => "tree",
        }
    }
}

/// How the bodies of one route are read and looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Handling {
    /// How its pages are read.
    pub parser: Parser,
    /// How the leak gate looks at them; none: as [`Bounds::gate`] says.
    pub gate: Option<Gate>,
}

/// How the leak gate looks at a page that has been rewritten (see [`super::gate`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Inside the look-ahead window as a browser's tree; beyond it as a sweep.
    #[default]
    Tree,
    /// As a sweep, always: a little cheaper, and a little less like a browser.
    Sweep,
    /// Not at all.
    Off,
}

impl Gate {
    /// Every name.
    pub const NAMES: &[&str] = &["tree", "sweep", "off"];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Gate::Tree => "tree",
            Gate::Sweep => "sweep",
            Gate::Off => "off",
        }
    }

    /// The gate of this name.
    ///
    /// ```
    /// use fanlight::redact::plan::Gate;
    /// assert_eq!(Gate::parse("sweep"), Some(Gate::Sweep));
    /// assert_eq!(Gate::parse("maybe"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Gate> {
        match text {
            "tree" => Some(Gate::Tree),
            "sweep" => Some(Gate::Sweep),
            "off" => Some(Gate::Off),
            _ => None,
        }
    }
}

/// Bounds of the engine; each is a configuration key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// A body that ends within this many bytes is learned from before it is rewritten. It is the longest single value, too.
    pub look_ahead: usize,
    /// The longest run of text that is held back before it is decided. A single value (a string, a script, an attribute, an
    /// event) may be as long as the window: it cannot be decided in parts.
    pub held_text: usize,
    /// Formats inside formats.
    pub nesting: u32,
    /// Elements, arrays or objects inside one another.
    pub depth: u32,
    /// The largest decoded body.
    pub body: u64,
    /// The largest growth by decoding a content coding (decoded / coded).
    pub expansion: u64,
    /// The most dictionary entries of a grant.
    pub dictionary: usize,
    /// How what was rewritten is looked at again before it leaves.
    pub gate: Gate,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            look_ahead: 512 * 1024,
            held_text: 64 * 1024,
            nesting: 8,
            depth: 512,
            body: 1 << 30,
            expansion: 200,
            dictionary: 4096,
            gate: Gate::default(),
        }
    }
}

/// The compiled rules of one trust.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A hash of every rule file, for the trail.
    pub version: String,
    /// Fields.
    pub fields: Fields,
    /// Detectors, in registry order.
    pub detectors: Vec<DetectorUse>,
    /// Operators.
    pub operators: OperatorTable,
    /// Controls.
    pub controls: Vec<Control>,
    /// Layout contracts.
    pub contracts: Vec<Contract>,
    /// Bounds.
    pub bounds: Bounds,
    /// Kinds whose values identify a record when they are shown: distinct ones are counted as record views.
    pub record_kinds: Vec<Kind>,
}
