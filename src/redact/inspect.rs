//! The inspector: from a run of text and its place to findings and what replaces them.
//!
//! Fields beat detectors, detectors beat the dictionary; where two overlap the surer, then the longer one stands. Text
//! that Fanlight itself wrote (masks, pseudonyms, tokens) is never found again, so redacting twice changes nothing.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::adjoining;
use super::behind;
use super::beside::{Lone, Neighbours};
use super::between_tags;
use super::detect::{Context, date, row};
use super::dictionary::Dictionary;
use super::enclosure::{self, Enclosures};
use super::finding::{Explained, Finder, Finding, Report};
use super::format::hl7;
use super::format::html::applying::Applying;
use super::format::js;
use super::kind::Kind;
use super::operator::{self, GrantKeys};
use super::overlap::{inside, overlap, resolve, veil};
use super::own_number;
use super::place::{Place, Surface};
use super::placeholder::is_placeholder;
use super::plan::{FieldEffect, FieldRule, Plan};
use super::plausible::{
    can_be, has_no_name, heads_a_column, is_menu_item, is_number_beside, is_object_identifier, is_other_label, is_role,
    is_sentence, names_institution, number_beside_name, says_nothing, scheme, tells_of_people, unwritten,
};
use super::sisters::{self, Sisters};
use super::statement;
use super::told;
use super::withheld::Withheld;
use crate::base::secret::{Key, Unprinted};

/// A stretch of a run and what replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Bytes of the run's text.
    pub range: Range<usize>,
    /// What it was found to be.
    pub kind: Kind,
    /// The text instead, unescaped.
    pub with: String,
}

/// Texts that a field rule keeps although a detector may find something in them (staff, a switchboard's number): the leak
/// gate reads the page without its rules, and must not take them for a leak.
#[derive(Default)]
pub(super) struct Kept {
    texts: HashSet<String>,
    /// Letters and digits of each text and of its parts between commas: `tel:020-7946 0018` is `02079460018`.
    keys: HashSet<String>,
    bytes: usize,
}

impl Kept {
    fn add(&mut self, text: &str, bound: usize) {
        let text = text.trim();
        if text.len() >= 5 && self.bytes + text.len() < bound && !self.texts.contains(text) {
            self.bytes += text.len();
            self.texts.insert(text.to_owned());
            for part in text.split([',', '\n', ';']) {
                let key = Self::key(part);
                if key.len() >= 5 {
                    self.keys.insert(key);
                }
            }
            self.keys.insert(Self::key(text));
        }
    }

    fn key(text: &str) -> String {
        let text = text.trim();
        let text = text.get(scheme(text)..).unwrap_or(text);
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    }

    /// Whether a rule keeps a text that holds this value.
    pub(super) fn holds(&self, value: &str) -> bool {
        self.same(value) || self.texts.iter().any(|t| t.contains(value))
    }

    /// Whether a rule keeps this very value, however it is written.
    fn same(&self, value: &str) -> bool {
        let key = Self::key(value);
        // No organisation is rung up on a mobile.
        let mobile = key.len() == 11 && key.starts_with("07");
        !mobile && self.keys.contains(&key)
    }
}

/// How to reach an organisation: where a rule says that a hospital's telephone or street stands, it is that everywhere, though no
/// more than a detector may have taken it for a patient's.
const fn is_contact(kind: Kind) -> bool {
    matches!(kind, Kind::Phone | Kind::Email | Kind::Address | Kind::Postcode | Kind::Zip)
}

/// Texts of a page do not print.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({} texts)", self.texts.len())
    }
}

/// What the engine is doing with the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// First of two: findings are learned, output is thrown away.
    Learn,
    /// Second of two, or a body known to be short: output counts, the dictionary is complete.
    Rewrite,
    /// The only pass of a long body: output counts, findings are learned for what follows.
    Stream,
}

/// Looks at text for one body. Formats hold it by `&mut` and share it with the formats nested in them.
#[derive(Debug)]
pub struct Inspector {
    plan: Arc<Plan>,
    keys: GrantKeys,
    record_key: Key,
    dictionary: Dictionary,
    path: String,
    pass: Pass,
    explain: bool,
    depth: u32,
    /// Where what is being read begins in the body.
    origin: u64,
    /// Where the format that is being read begins in the body; none in a nested one whose text was escaped or coded: what is
    /// found there stands where its holder stands.
    base: Option<u64>,
    /// Where the next nested format begins, when its text stands in the body as it is.
    verbatim: Option<u64>,
    /// The first finding explained by the last look.
    first: usize,
    report: Report,
    scratch: Vec<Finding>,
    kept: Kept,
    neighbours: Neighbours,
    sisters: Sisters,
    /// The last look took a text for a name, all but a third of it.
    named: bool,
    /// Somebody was found in the body: what is called a number of somebody's is that one's.
    somebody: bool,
    applying: OnceLock<Arc<Applying>>,
    enclosures: Option<Arc<dyn Enclosures>>,
}

/// How the source wrote what stands in a range of a text that was read.
pub type Spelt<'s> = dyn Fn(Range<usize>) -> Option<String> + 's;

impl Inspector {
    /// An inspector for one body at `path` (decoded, no query), with what the grant's dictionary knows so far.
    pub fn new(plan: Arc<Plan>, keys: GrantKeys, dictionary: Dictionary, path: &str) -> Self {
        let record_key = keys.purpose("record");
        Self {
            plan,
            keys,
            record_key,
            dictionary,
            path: path.to_owned(),
            pass: Pass::Stream,
            explain: false,
            depth: 0,
            origin: 0,
            base: Some(0),
            verbatim: None,
            first: 0,
            report: Report::default(),
            scratch: Vec::new(),
            kept: Kept::default(),
            neighbours: Neighbours::default(),
            sisters: Sisters::default(),
            named: false,
            somebody: false,
            applying: OnceLock::new(),
            enclosures: None,
        }
    }

    /// Each finding is to be explained in the report.
    #[must_use]
    pub fn explaining(mut self) -> Self {
        self.explain = true;
        self
    }

    /// Records shown are counted under this key (the trust's, so that one record is one record for every grant).
    #[must_use]
    pub fn counting_records_with(mut self, key: Key) -> Self {
        self.record_key = key;
        self
    }

    /// Documents that a page holds itself are kept there, and shown when they are asked for.
    #[must_use]
    pub fn enclosing(mut self, keeper: Arc<dyn Enclosures>) -> Self {
        self.enclosures = Some(keeper);
        self
    }

    /// The address at which a document that the page holds is shown; none: nobody keeps it.
    pub(super) fn enclose(&self, file: Vec<u8>) -> Option<String> {
        let keeper = self.enclosures.as_ref()?;
        let name = enclosure::name(&self.keys.purpose("enclosed"), &file);
        keeper.keep(&name, file).then(|| format!("{}{name}", enclosure::PATH))
    }

    /// The rules.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// The rules that apply to the documents of this body, made ready when the first of them begins.
    pub(in crate::redact) fn applying(&self) -> Arc<Applying> {
        self.applying.get_or_init(|| Arc::new(Applying::to(self))).clone()
    }

    /// Where the body was asked for.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was done so far.
    pub fn report_mut(&mut self) -> &mut Report {
        &mut self.report
    }

    /// What is known so far.
    pub(super) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// What rules say to keep.
    pub(super) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Begins a pass; the report starts afresh, what was learned stays.
    pub fn begin(&mut self, pass: Pass) {
        self.pass = pass;
        // What the first pass has counted, the second goes by.
        if pass != Pass::Rewrite {
            self.sisters = Sisters::default();
            self.somebody = false;
        }
        self.report = Report::default();
        self.depth = 0;
        self.neighbours = Neighbours::default();
        self.origin = 0;
        self.base = Some(0);
        self.verbatim = None;
        self.first = 0;
    }

    /// Whether findings are explained.
    pub(super) fn explains(&self) -> bool {
        self.explain
    }

    /// What is read from here on begins at this byte of the format that is being read.
    pub(super) fn reading_from(&mut self, offset: u64) {
        self.verbatim = None;
        if let Some(base) = self.base {
            self.origin = base + offset;
        }
    }

    /// The format that is nested next stands at this byte as it is, not escaped: a script in a page.
    pub(super) fn verbatim_at(&mut self, offset: u64) {
        self.verbatim = self.base.map(|base| base + offset);
    }

    /// Where what is being read begins in the body.
    pub(super) fn origin(&self) -> u64 {
        self.origin
    }

    /// As [`Inspector::reading_from`], so many bytes behind an origin.
    pub(super) fn reading_behind(&mut self, origin: u64, offset: u64) {
        if self.base.is_some() {
            self.origin = origin + offset;
        }
    }

    /// The `nth` finding of the last look begins at this byte of the format that is being read.
    pub(super) fn found_at(&mut self, nth: usize, offset: u64) {
        if let Some(base) = self.base {
            self.place(nth, base + offset);
        }
    }

    /// The `nth` finding of the last look begins so many bytes behind where reading began.
    pub(super) fn found_behind(&mut self, nth: usize, offset: u64) {
        if self.base.is_some() {
            self.place(nth, self.origin + offset);
        }
    }

    fn place(&mut self, nth: usize, offset: u64) {
        if self.explain
            && let Some(explained) = self.report.explained.get_mut(self.first + nth)
        {
            explained.offset = offset;
        }
    }

    /// Ends: the report and the dictionary with what was learned.
    pub fn into_parts(self) -> (Report, Dictionary) {
        (self.report, self.dictionary)
    }

    /// The longest single value that is waited for: a string, a script, an event. It cannot be decided in parts as a run of
    /// text can; and once a body streams, the memory of its window is free for it.
    pub(super) fn longest_value(&self) -> usize {
        let bounds = &self.plan.bounds;
        bounds.held_text.max(bounds.look_ahead)
    }

    /// Goes one format deeper (JSON in a script, HTML in JSON), runs `inside`, comes back.
    ///
    /// # Errors
    /// [`Withheld::TooDeep`] past the bound, or what `inside` says.
    pub fn nested<T>(&mut self, inside: impl FnOnce(&mut Self) -> Result<T, Withheld>) -> Result<T, Withheld> {
        if self.depth >= self.plan.bounds.nesting {
            return Err(Withheld::TooDeep(self.plan.bounds.nesting));
        }
        self.depth += 1;
        let inner = self.verbatim.take();
        let (base, origin) = (std::mem::replace(&mut self.base, inner), self.origin);
        let done = inside(self);
        self.depth -= 1;
        (self.base, self.origin) = (base, origin);
        done
    }

    /// The field rule for a normalised label, if one applies on this path.
    pub fn label_field(&self, label: &str) -> Option<Arc<FieldRule>> {
        let labels = &self.plan.fields.labels;
        // "phone2" and "address line 2" are a second "phone" and "address line", "surname1001" is that of a row.
        let counted = label.trim_end_matches(|c: char| c.is_ascii_digit());
        let first = counted.trim_end();
        let rules = labels.get(label).or_else(|| {
            // "PT001" is the first patient, not a first column about one.
            let series = matches!(first, "pt" | "id" | "p") && label.len() - counted.len() > 2;
            let rules = labels.get(first).filter(|_| !first.is_empty() && !series)?;
            // "mrn 448231" is a label and its value.
            let value = first.len() < counted.len() && label.len() - counted.len() > 2;
            let number =
                |r: &Arc<FieldRule>| matches!(r.effect, FieldEffect::Identifier { kind, .. } if kind.has_digits());
            (!value || !rules.iter().any(number)).then_some(rules)
        });
        let rules = rules.or_else(|| super::label::simpler(label).iter().find_map(|l| labels.get(l.as_str())));
        match rules {
            Some(rules) => self.pick(rules),
            None => hl7::named(self, label),
        }
    }

    /// The field rule for a normalised column header: columns first, then labels.
    pub fn column_field(&self, header: &str) -> Option<Arc<FieldRule>> {
        self.plan.fields.columns.get(header).and_then(|rules| self.pick(rules)).or_else(|| self.label_field(header))
    }

    /// The field rule for a query or form parameter: by name, then by label.
    pub fn param_field(&self, name: &str) -> Option<Arc<FieldRule>> {
        let by_name = self.plan.fields.params.get(&name.to_ascii_lowercase()).and_then(|rules| self.pick(rules));
        by_name.or_else(|| self.label_field(&super::label::normalise(name)))
    }

    /// The last rule in layer order that applies here.
    pub fn pick(&self, rules: &[Arc<FieldRule>]) -> Option<Arc<FieldRule>> {
        rules.iter().rev().find(|r| r.applies(&self.path)).cloned()
    }

    /// Finds identifiers in `text` and says what replaces each, in order, without overlaps.
    ///
    /// # Errors
    /// When an operator withholds the whole response.
    pub fn inspect(&mut self, text: &str, place: &Place<'_>) -> Result<Vec<Replacement>, Withheld> {
        self.inspect_spelt(text, place, &|_| None)
    }

    /// As [`Inspector::inspect`], where `spelt` says of a range how the source wrote it: `text` is what a person reads, with dashes,
    /// spaces and apostrophes as one; what a token stands for goes back as it was.
    ///
    /// # Errors
    /// As [`Inspector::inspect`].
    pub fn inspect_spelt(
        &mut self,
        text: &str,
        place: &Place<'_>,
        spelt: &Spelt<'_>,
    ) -> Result<Vec<Replacement>, Withheld> {
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        let mut found = std::mem::take(&mut self.scratch);
        found.clear();
        let mut keep = false;
        match place.field.as_ref().map(|f| (&f.id, &f.effect)) {
            Some((id, FieldEffect::Identifier { kind, .. })) => self.whole(text, id, *kind, place, &mut found),
            // "Result: ring wife Jean on 0121 496 0262": a sentence is no code, dose or place, whatever it stands beside.
            Some((id, FieldEffect::Keep)) => {
                keep = is_of_program(id, place) || !(is_sentence(text) || tells_of_people(text))
            }
            None if self.somebody => {
                let program = !matches!(place.surface, Surface::Text | Surface::Field | Surface::ShownAttribute);
                found.extend(own_number::find(text, place.label, program));
            }
            Some((_, FieldEffect::Prose)) | None => {}
        }
        if keep {
            self.kept.add(text, self.plan.bounds.held_text);
            self.find_surest(text, place, &mut found);
        }
        self.look(text, place, keep, &mut found);
        resolve(text, &mut found);
        // Once a number is gone, what touched it stands free: `943 476 5919Mr John Smith`. Looked at again, a few times at most.
        for _ in 0..AGAIN {
            let Some(veiled) = veil(text, &found) else { break };
            let before = found.len();
            let mut more = Vec::new();
            self.look(&veiled, place, keep, &mut more);
            found.append(&mut more);
            resolve(text, &mut found);
            if found.len() == before {
                break;
            }
        }
        if !keep && !self.plan.detectors.is_empty() {
            // `context.name = 'App'` in what documents a program is no statement.
            if !matches!(place.surface, Surface::Remark | Surface::Style) {
                self.find_in_statement(text, &mut found);
            }
            if !matches!(place.surface, Surface::Remark | Surface::Style | Surface::Script) {
                let named = |f: &Finding| matches!(f.kind, Kind::Name | Kind::DateOfBirth | Kind::NhsNumber);
                let somebody = self.somebody || found.iter().any(named);
                told::find(self, text, somebody, &mut found);
            }
            if self.somebody && !matches!(place.surface, Surface::Remark | Surface::Style) {
                own_number::find_called(text, &mut found);
            }
            behind::find(text, place, &mut found);
            for lone in self.neighbours.read(text, place, &mut found) {
                self.learn_lone(&lone, place);
            }
            found.sort_by_key(|f| f.range.start);
        }
        let done = self.replace(text, place, &found, spelt);
        self.scratch = found;
        done
    }

    /// A rule keeps how to reach an organisation, and codes; a British mobile there is somebody's all the same, and so is a number that
    /// somebody was rung on ("updated at 02:40 by phone 0118 …"), and one that is written as those of the NHS are: `943 476 5919`.
    fn find_surest(&self, text: &str, place: &Place<'_>, found: &mut Vec<Finding>) {
        const RUNG: &[&str] = &["by phone ", "by telephone ", "by text ", "rang ", "rung on ", "phoned ", "called on "];
        if text.bytes().filter(u8::is_ascii_digit).nth(9).is_none() {
            return;
        }
        let context = Context::of(text, place);
        let numbers =
            self.plan.detectors.iter().filter(|used| matches!(used.detector.kind(), Kind::Phone | Kind::NhsNumber));
        for used in numbers.filter(|used| used.detector.wants(&context)) {
            used.detector.find(text, &context, found);
        }
        let sure = |f: &Finding| {
            let value = text.get(f.range.clone()).unwrap_or_default();
            let digits: String = value.chars().filter(char::is_ascii_digit).collect();
            let before = text.get(..f.range.start).unwrap_or_default();
            if f.kind == Kind::NhsNumber {
                return value.split(' ').map(str::len).eq([3, 3, 4]);
            }
            (digits.len() == 11 && digits.starts_with("07"))
                || (digits.len() > 9 && RUNG.iter().any(|rung| before.ends_with(rung)))
        };
        found.retain(sure);
    }

    /// Adds what the detectors find, unless a field has said what it is, and what the dictionary knows.
    fn look(&self, text: &str, place: &Place<'_>, keep: bool, found: &mut Vec<Finding>) {
        let kept = &self.kept;
        if found.is_empty() && !keep {
            let context = Context::of(text, place);
            for used in self.plan.detectors.iter().filter(|used| used.detector.wants(&context)) {
                let from = found.len();
                used.detector.find(text, &context, found);
                let mut at = from;
                found.retain(|f| {
                    at += 1;
                    at <= from || f.confidence >= used.threshold
                });
            }
            found.retain(|f| !is_contact(f.kind) || !text.get(f.range.clone()).is_some_and(|value| kept.same(value)));
        }
        // What only a detector took for a patient's gives way to a rule.
        let spare = |kind: Kind, value: &str| is_contact(kind) && (keep || kept.same(value));
        self.dictionary.find(text, place, &spare, found);
        adjoining::take_in(text, place, found);
        if !found.is_empty() {
            let ours = operator::masked_spans(text);
            found.retain(|f| {
                text.get(f.range.clone()).is_some_and(|v| !v.trim().is_empty() && !operator::is_masked(v))
                    && !inside(&ours, &f.range)
            });
        }
    }

    /// An element of this look held a name and no more, or something else. The second pass counts nothing more.
    pub(super) fn count_look(&mut self, look: u64, name: bool) {
        if self.pass != Pass::Rewrite {
            self.sisters.count(look, name);
        }
    }

    /// The value that was just looked at plays this part in its document, and something was `found` in it: a name and no more, or
    /// something else.
    pub(super) fn count_value(&mut self, look: u64, text: &str, found: bool) {
        let named = found && self.named;
        // Who is in no list says nothing against the others.
        if !operator::is_masked(text) && (named || !sisters::may_be_name_in_data(text)) {
            self.count_look(look, named);
        }
    }

    /// The rule for a value that plays a part in its document that names mostly play, if it may be one. Only once all of the document
    /// has been counted: what is taken for a name here is looked for nowhere else.
    pub(super) fn named_as_its_sisters_are(&self, look: u64, text: &str) -> Option<Arc<FieldRule>> {
        let fits = self.pass == Pass::Rewrite && sisters::may_be_name_in_data(text);
        if fits { self.named_as_its_sisters(look, text) } else { None }
    }

    /// The rule for a text that stands where elements of its look mostly have names, if it may be one.
    pub(super) fn named_as_its_sisters(&self, look: u64, text: &str) -> Option<Arc<FieldRule>> {
        self.sisters.name(look, text).then(|| self.label_field("patient name")).flatten()
    }

    /// The rule for a number or a birth that the body's person has by a name of this system's own.
    pub(super) fn own_field(&self, label: &str, value: &str) -> Option<Arc<FieldRule>> {
        let meaning = own_number::meaning(&super::label::normalise(label), value, true).filter(|_| self.somebody)?;
        self.label_field(meaning)
    }

    /// The same for a number alone, behind words that call it so.
    pub(super) fn number_behind(&self, before: &str, value: &str) -> Option<Arc<FieldRule>> {
        let own = self.somebody && own_number::is_behind(before, value);
        own.then(|| self.label_field("patient id")).flatten()
    }

    /// Values of a database's statement are what their columns say, those between tags what their elements do.
    fn find_in_statement(&self, text: &str, found: &mut Vec<Finding>) {
        let mut told: Vec<Finding> = Vec::new();
        let identifier = |rule: Option<Arc<FieldRule>>| match rule.as_deref().map(|rule| &rule.effect) {
            Some(FieldEffect::Identifier { kind, .. }) => Some(*kind),
            Some(FieldEffect::Prose | FieldEffect::Keep) | None => None,
        };
        let columns = statement::values(text).into_iter().filter_map(|value| {
            let rule = self.column_field(&value.column);
            let unnamed = (value.unnamed && rule.is_none()).then_some(Kind::RecordId);
            identifier(rule).or(unnamed).map(|kind| (kind, value.range))
        });
        let elements = between_tags::values(text).into_iter();
        let elements = elements.filter_map(|(label, range)| Some((identifier(self.label_field(&label))?, range)));
        // Only what is an identifier takes the place of another: a statement may stand between tags.
        let mut values: Vec<_> = columns.chain(elements).collect();
        values.sort_by_key(|(_, range)| range.start);
        values.dedup_by(|(_, next), (_, before)| next.start < before.end);
        for (kind, range) in values {
            let shown = text.get(range.clone()).unwrap_or_default();
            if !says_nothing(shown) && !operator::is_masked(shown) {
                let finder = Finder::Detector("statement".into());
                told.push(Finding { range, kind, confidence: 96, finder });
            }
        }
        // What a field has named stands whole, whatever is written in it.
        told.retain(|t| !found.iter().any(|f| matches!(f.finder, Finder::Field(_)) && overlap(&f.range, &t.range)));
        if !told.is_empty() {
            // They are in order and apart.
            let free = |f: &Finding| {
                let next = told.partition_point(|t| t.range.start < f.range.end);
                next.checked_sub(1).and_then(|at| told.get(at)).is_none_or(|t| t.range.end <= f.range.start)
            };
            found.retain(free);
            found.append(&mut told);
        }
    }

    /// What stood before the name of the person to whom it belongs is known from now on.
    fn learn_lone(&mut self, lone: &Lone, place: &Place<'_>) {
        if self.pass != Pass::Rewrite {
            let range = 0..lone.value.len();
            let finding =
                Finding { range, kind: lone.kind, confidence: 100, finder: Finder::Field("beside-a-person".into()) };
            self.dictionary.learn(
                &finding,
                &lone.value,
                &Place { label: "", ..place.clone() },
                self.plan.bounds.dictionary,
            );
        }
    }

    /// A field's whole value, trimmed; nothing when it is blank or says that there is none.
    fn whole(&self, text: &str, id: &str, kind: Kind, place: &Place<'_>, found: &mut Vec<Finding>) {
        let mut from = text.len() - text.trim_start().len();
        let mut value = text.trim();
        if matches!(kind, Kind::Phone | Kind::Email) {
            let ahead = scheme(value);
            from += ahead;
            value = value.get(ahead..).unwrap_or(value);
        }
        // "John Doe (OpenMRS ID: 1234-4)": the bracket was opened before the label.
        if let Some(inside) = value.strip_suffix(')').filter(|inside| !inside.contains(['(', ')'])) {
            value = inside.trim_end();
        }
        // `OpenMRS ID = 100FYG`: what numbers somebody, and the number.
        if kind == Kind::HospitalNumber
            && let Some((_, number)) = value
                .split_once(" = ")
                .filter(|(sort, number)| !number.trim().is_empty() && !sort.contains(|c: char| c.is_numeric()))
        {
            from += value.len() - number.len();
            value = number;
        }
        let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let digits = count(value);
        let dated = || -> usize {
            date::find_all(value).iter().filter_map(|(at, _)| Some(count(value.get(at.clone())?))).sum()
        };
        // "Contact: F2F 30 min" is how it was made; `identifiers[0].display: "SSN"` is of which sort a number is.
        if (kind == Kind::Phone && place.label == "contact" && digits.saturating_sub(dated()) < 7)
            || (kind == Kind::HospitalNumber && place.label == "display" && digits == 0)
        {
            return;
        }
        // Behind an NHS number a date is as likely a birth.
        if kind == Kind::Phone {
            value = row::without_times(value);
        }
        if value.is_empty() || says_nothing(value) || is_placeholder(value) || operator::is_masked(value) {
            return;
        }
        if (kind == Kind::Address && names_institution(value)) || (kind.is_key() && is_object_identifier(value)) {
            return;
        }
        // `{"phoneNumber": "Phone Number"}` is what a form is labelled with. The detectors look at it all the same.
        let captions = matches!(place.surface, Surface::Data | Surface::Script);
        if !can_be(kind, &unwritten(value)) || (captions && self.is_caption(place.label, kind, value)) {
            return;
        }
        // "Change first name", the link beside what can be changed.
        if value.get(..6).is_some_and(|verb| verb.eq_ignore_ascii_case("change"))
            && (value.len() == 6 || super::label::normalise(value.get(6..).unwrap_or_default()) == place.label)
        {
            return;
        }
        // "490 000 00076" below the name, in a column of names and numbers: however many digits somebody typed.
        let number = number_beside_name(place.label).filter(|_| kind == Kind::Name && is_number_beside(value));
        if kind == Kind::Name
            && number.is_none()
            && (is_other_label(value)
                || is_role(value)
                || has_no_name(value)
                || place.label == "patient" && heads_a_column(value)
                || matches!(place.label, "patient" | "") && is_menu_item(value))
        {
            return;
        }
        // "Patient: 8842917", a column of keys headed Patient: programs send it back.
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let key = kind == Kind::Name && digits > 1 && !value.contains(char::is_whitespace);
        let kind = match number {
            Some("nhs number") => Kind::NhsNumber,
            Some(_) => Kind::HospitalNumber,
            None if key => Kind::RecordId,
            None => kind,
        };
        let range = from..from + value.len();
        found.push(Finding { range, kind, confidence: 100, finder: Finder::Field(id.to_owned()) });
    }

    /// Whether a value is the label of what stands here: `{"firstName": "First Name"}`, as translations and forms have them. One
    /// word is that only where it is the very label, or nobody's name: there are people called Guardian and Wife.
    pub(super) fn is_caption(&self, label: &str, kind: Kind, value: &str) -> bool {
        const NOBODY: &[&str] = &[
            "dob",
            "email",
            "firstname",
            "forename",
            "lastname",
            "mobile",
            "name",
            "nhsnumber",
            "postcode",
            "surname",
            "telephone",
        ];
        let said = super::label::normalise(value);
        let same = || {
            self.label_field(&said)
                .is_some_and(|f| matches!(f.effect, FieldEffect::Identifier { kind: other, .. } if other == kind))
        };
        // "Name 1" is how those are called who are made up.
        let several = said.split(' ').filter(|w| w.bytes().all(|b| b.is_ascii_alphabetic())).count() > 1;
        !said.is_empty()
            && value.bytes().filter(u8::is_ascii_digit).count() < 2
            && (said == label || NOBODY.contains(&said.as_str()) || (several && same()))
    }

    fn replace(
        &mut self,
        text: &str,
        place: &Place<'_>,
        found: &[Finding],
        spelt: &Spelt<'_>,
    ) -> Result<Vec<Replacement>, Withheld> {
        let mut done = Vec::with_capacity(found.len());
        self.first = self.report.explained.len();
        let whole = |f: &Finding| f.kind == Kind::Name && f.range.len() * 3 >= text.len() * 2;
        self.named = found.iter().any(whole);
        for finding in found {
            let Some(value) = text.get(finding.range.clone()) else { continue };
            if self.pass != Pass::Rewrite {
                self.dictionary.learn(finding, value, place, self.plan.bounds.dictionary);
            }
            self.count_record(finding.kind, value);
            self.somebody |= matches!(finding.kind, Kind::Name | Kind::DateOfBirth | Kind::NhsNumber);
            let own = match (&finding.finder, place.field.as_ref().map(|f| &f.effect)) {
                (Finder::Field(_), Some(FieldEffect::Identifier { operator, .. })) => operator.clone(),
                _ => None,
            };
            let audience = place.audience(finding.kind);
            let operator = own
                .or_else(|| self.plan.operators.by_kind.get(&(finding.kind, audience)).cloned())
                .unwrap_or_else(operator::fallback);
            let written = if operator.turns_back() { spelt(finding.range.clone()) } else { None };
            let with = operator.apply(finding.kind, written.as_deref().unwrap_or(value), &self.keys)?;
            *self.report.masked.entry(finding.kind).or_default() += 1;
            *self.report.by_finder.entry(finding.finder.to_string()).or_default() += 1;
            if self.explain && self.report.explained.len() < Report::MAX_EXPLAINED {
                self.report.explained.push(Explained {
                    line: None,
                    column: None,
                    context: self.context(place),
                    offset: self.origin,
                    at: place.whence.to_owned(),
                    surface: place.surface.as_str(),
                    kind: finding.kind.as_str(),
                    finder: finding.finder.to_string(),
                    confidence: finding.confidence,
                    operator: operator.id(),
                    value: Unprinted::new(value),
                    with: with.clone(),
                });
            }
            done.push(Replacement { range: finding.range.clone(), kind: finding.kind, with });
        }
        Ok(done)
    }

    /// What stands beside a place, in the words of rules.
    fn context(&self, place: &Place<'_>) -> String {
        let known = |l: &&str| !l.is_empty() && (self.label_field(l).is_some() || self.column_field(l).is_some());
        let label = Some(place.label).filter(known).map(|l| format!("label \"{l}\""));
        let prose = place.field.as_ref().filter(|f| matches!(f.effect, FieldEffect::Prose));
        let prose = prose.map(|f| format!("prose by {}", f.id));
        let parts: Vec<String> = label.into_iter().chain(prose).collect();
        parts.join(", ")
    }

    /// A record shown is counted once, whatever its number's spelling.
    fn count_record(&mut self, kind: Kind, value: &str) {
        if !self.plan.record_kinds.contains(&kind) {
            return;
        }
        if self.report.records.len() >= Report::MAX_RECORDS {
            self.report.more_records = true;
            return;
        }
        self.report.records.insert(record_key(&self.record_key, value));
    }

    /// Learns a person whose family and given names stand in places of their own, so that both together are found, in any order,
    /// even where each alone is an ordinary word.
    pub(super) fn learn_name(&mut self, family: &str, given: &str) {
        let (family, given) = (family.trim(), given.trim());
        if family.is_empty()
            || given.is_empty()
            || [family, given].iter().any(|v| operator::is_masked(v) || says_nothing(v))
            // `FirstName^LastName`: nobody is called so, and what is written there stays.
            || [family, given].iter().all(|v| self.is_caption("", Kind::Name, v.split(' ').next().unwrap_or(v)))
        {
            return;
        }
        self.learn(Kind::Name, &format!("{family}, {given}"));
    }

    /// Learns a date of birth whose parts stand in places of their own.
    pub(super) fn learn_birth(&mut self, year: u32, month: u32, day: u32) {
        // 1900-01-01 is what a date in parts has become.
        if (1850..2200).contains(&year)
            && (year, month, day) != (1900, 1, 1)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
        {
            self.learn(Kind::DateOfBirth, &format!("{year:04}-{month:02}-{day:02}"));
        }
    }

    /// Learns the key of a record.
    pub(super) fn learn_key(&mut self, key: &str) {
        self.learn(Kind::RecordId, key);
    }

    fn learn(&mut self, kind: Kind, value: &str) {
        if self.pass != Pass::Rewrite {
            let finder = Finder::Field(String::from("parts"));
            let finding = Finding { range: 0..value.len(), kind, confidence: 100, finder };
            self.dictionary.learn(&finding, value, &Place::on(Surface::Data), self.plan.bounds.dictionary);
        }
    }

    /// What a program sends back and nobody may see, as tokens: as many as it takes.
    pub(super) fn sealed(&mut self, kind: Kind, value: &str) -> String {
        *self.report.masked.entry(kind).or_default() += 1;
        let tokens = operator::token::Tokens::new(&self.keys);
        let mut out = String::new();
        let mut rest = value;
        while !rest.is_empty() {
            let cut = (1..=SEALED.min(rest.len())).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(rest.len());
            let (part, behind) = rest.split_at_checked(cut).unwrap_or((rest, ""));
            out.push_str(&tokens.seal(kind, part).unwrap_or_default());
            rest = behind;
        }
        out
    }

    /// `text` with its findings replaced; `None` when nothing was found. For places where text has no markup inside.
    ///
    /// # Errors
    /// As [`Inspector::inspect`].
    pub fn redact(&mut self, text: &str, place: &Place<'_>) -> Result<Option<String>, Withheld> {
        let found = self.inspect(text, place)?;
        if found.is_empty() {
            return Ok(None);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for r in &found {
            out.push_str(text.get(at..r.range.start).unwrap_or_default());
            out.push_str(&r.with);
            at = r.range.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Ok(Some(out))
    }

    /// As [`Inspector::redact`], for text on a surface with nothing else known.
    ///
    /// # Errors
    /// As [`Inspector::inspect`].
    pub fn redact_on(&mut self, surface: Surface, text: &str) -> Result<Option<String>, Withheld> {
        self.redact(text, &Place::on(surface))
    }
}

/// The keyed hash by which a record is counted and found in the trail: letters and digits only, so that
/// `943 476 5919` and `9434765919` are one record.
pub fn record_key(key: &Key, value: &str) -> [u8; 16] {
    let plain: String = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(key.hash("record", &[plain.as_bytes()])) {
        *to = from;
    }
    short
}

/// How much of a value goes into one token.
const SEALED: usize = 900;

/// How often a text is looked at again because something in it touched what was found.
const AGAIN: usize = 3;

/// Whether what a rule keeps is a programmer's own text: its authors and versions are no patient's.
fn is_of_program(id: &str, place: &Place<'_>) -> bool {
    id == js::PROGRAM || matches!(place.surface, Surface::Remark | Surface::Style)
}
