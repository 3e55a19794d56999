//! A passage: one run of text with what is known of its parts, and what becomes of it.
//!
//! Within a run, inline elements and colons tell labels from values: `<b>NHS No</b> 943 476 5919 DOB: 1/2/60`. The run is
//! cut into segments, each inspected with the field and label that it has; what is found is edited into the source.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::entity;
use super::hint;
use super::words::{Label, before_colon, is_action, label_of};
use crate::redact::beside;
use crate::redact::detect::date;
use crate::redact::format::decoded;
use crate::redact::format::ends::{remark_at, sentence_ends};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::{Run, Span};
use crate::redact::splice::Splice;
use crate::redact::withheld::Withheld;

/// A field rule found by selector, with its place in layer order.
pub(super) type Chosen = Option<(usize, Arc<FieldRule>)>;

/// The place in layer order of a field that an element is only called after: any other goes before it.
pub(super) const HINT: usize = usize::MAX;

/// What the place of a run says of it.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) surface: Surface,
    /// The label beside it.
    pub(super) label: Option<Arc<Label>>,
    /// It stands in a link or button, where "Change name" is no name.
    pub(super) action: bool,
    /// Where, for reports.
    pub(super) whence: String,
}

/// A value longer than this behind "Label:" is prose.
const LONGEST_VALUE: usize = 120;

/// The most labels looked for in one run; what stands behind them is looked at by detectors.
const MOST_LABELS: usize = 512;

/// Words before a colon that announce a person in the sentence behind them.
const ANNOUNCING: &[&str] = &["re", "regarding", "concerning", "subject"];

/// How text is written where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// As it is read.
    Plain,
    /// With character references.
    Text,
    /// With character references by the rules for attributes.
    Attribute,
}

/// A run under way.
#[derive(Debug, Default)]
pub(super) struct Passage {
    pub(super) run: Run,
    /// Where its first text stands in the source.
    pub(super) start: u64,
    /// Where that source begins in the page, when it is not the page itself.
    pub(super) base: u64,
    /// Text of whole inline elements that may be labels, each with what its element looks like.
    pieces: Vec<(Range<usize>, u64)>,
    /// From where on which selector field holds.
    fields: Vec<(usize, Chosen)>,
    /// Where lines end that a person sees as lines.
    lines: Vec<usize>,
    pub(super) context: Option<Context>,
    /// An inline element began or ended since the last text.
    pub(super) seam: bool,
    /// Where a space was read between two elements that none stands between.
    seams: Vec<usize>,
    /// The label of a control stands in it: it is not the label of the text that follows.
    pub(super) of_control: bool,
}

struct Segment {
    range: Range<usize>,
    field: Option<Arc<FieldRule>>,
    words: String,
}

/// A label within a run, and the value behind it.
struct Named {
    from: usize,
    value: usize,
    label: Label,
}

impl Passage {
    /// An empty one at a place already known.
    pub(super) fn at(context: Context) -> Self {
        Self { context: Some(context), ..Self::default() }
    }

    /// Makes it empty.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn len(&self) -> usize {
        self.run.text().len()
    }

    /// Says which selector field holds from here on.
    pub(super) fn field(&mut self, field: &Chosen) {
        let at = self.len();
        let same = match (self.fields.last().and_then(|(_, f)| f.as_ref()), field) {
            (None, None) => true,
            (Some((a, one)), Some((b, other))) => a == b && Arc::ptr_eq(one, other),
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !same {
            self.fields.push((at, field.clone()));
        }
    }

    /// Adds text; where `lines` are seen as lines, they are remembered.
    pub(super) fn push(&mut self, text: &str, at: u64, written: Written, lines: bool) {
        let fresh = self.run.is_empty();
        if fresh {
            self.start = at;
        }
        if self.seam
            && let (Some(before), Some(after)) = (self.run.text().chars().next_back(), first_read(text, written))
            && parts(self.run.text(), before, after)
        {
            // Words of neighbouring elements are read as two words.
            self.seams.push(self.len());
            self.run.push_char(' ', at..at);
        }
        self.seam = false;
        let mut from = 0;
        if lines {
            for (end, _) in text.match_indices('\n') {
                self.push_part(text.get(from..end).unwrap_or_default(), at + from as u64, written);
                self.lines.push(self.len());
                from = end;
            }
        }
        self.push_part(text.get(from..).unwrap_or_default(), at + from as u64, written);
    }

    fn push_part(&mut self, text: &str, at: u64, written: Written) {
        match written {
            Written::Plain => self.run.push_read(text, at),
            Written::Text => entity::push(&mut self.run, text, at, false),
            Written::Attribute => entity::push(&mut self.run, text, at, true),
        }
    }

    /// An inline element that began at `from` and looks like `look` has ended here.
    pub(super) fn piece(&mut self, from: usize, look: u64) {
        let end = self.len();
        let text = self.run.text().get(from..).unwrap_or_default();
        let from = from + (text.len() - text.trim_start().len());
        if from < end && end - from <= label::MAX {
            self.pieces.push((from..end, look));
        }
    }

    /// Decides the run: what is found in it is edited into the source. Returns the label that its last value had.
    pub(super) fn decide(&self, ins: &mut Inspector, splice: &mut Splice) -> Result<Option<Label>, Withheld> {
        let Some(context) = &self.context else { return Ok(None) };
        let place = Place { surface: context.surface, field: None, label: "", whence: &context.whence };
        let words = decoded::words(ins, self.run.text(), &place)?;
        if !words.is_empty() {
            let mut left =
                Self { run: self.run.clone(), base: self.base, context: self.context.clone(), ..Self::default() };
            left.pieces.clone_from(&self.pieces);
            left.fields.clone_from(&self.fields);
            left.lines.clone_from(&self.lines);
            left.seams.clone_from(&self.seams);
            for (word, new) in words {
                if let Some(new) = new {
                    splice.edit_all(&self.run.source_of(word.clone()), entity::escape(&new));
                }
                left.run.blank(word);
            }
            return left.decide_read(ins, splice, context);
        }
        self.decide_read(ins, splice, context)
    }

    fn decide_read(
        &self,
        ins: &mut Inspector,
        splice: &mut Splice,
        context: &Context,
    ) -> Result<Option<Label>, Withheld> {
        let text = self.run.text();
        if !text.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80) {
            return Ok(None);
        }
        let mut segments = Vec::new();
        let mut last = None;
        let mut from = 0;
        let mut field: &Chosen = &None;
        for (at, next) in self.fields.iter().map(|(at, f)| (*at, f)).chain([(text.len(), &None)]) {
            if at > from {
                match field {
                    Some((rank @ (0 | HINT), rule)) => {
                        // Named by its own id: labels in it are still labels.
                        let label = Label::of_rule(rule.clone(), *rank == HINT);
                        let own = Context { label: Some(Arc::new(label)), ..context.clone() };
                        let part = text.get(from..at).unwrap_or_default();
                        let own = if label_of(ins, part.trim_end_matches([':', ' ']), false).known() {
                            context
                        } else {
                            &own
                        };
                        last = self.segments(ins, from..at, own, &mut segments);
                    }
                    Some((_, rule)) => {
                        let words = context.label.as_ref().map(|l| l.words.clone()).unwrap_or_default();
                        segments.push(Segment { range: from..at, field: Some(rule.clone()), words });
                    }
                    None => last = self.segments(ins, from..at, context, &mut segments),
                }
            }
            (from, field) = (at, next);
        }
        let mut covered: Vec<Span> = Vec::new();
        for segment in self.valued(self.apart(segments)) {
            let Some(part) = text.get(segment.range.clone()) else { continue };
            let place = Place {
                surface: context.surface,
                field: segment.field,
                label: &segment.words,
                whence: &context.whence,
            };
            for (nth, found) in ins.inspect(part, &place)?.into_iter().enumerate() {
                let range = segment.range.start + found.range.start..segment.range.start + found.range.end;
                let spans = self.run.source_of(range);
                if let Some(first) = spans.first() {
                    ins.found_at(nth, self.base + first.start);
                }
                splice.edit_all(&spans, entity::escape(&found.with));
                covered.extend(spans);
            }
        }
        self.tight(ins, splice, context, &covered)?;
        Ok(last)
    }

    /// Inline elements that are a number alone are cells of a row that has no table: each is looked at by itself.
    fn apart(&self, segments: Vec<Segment>) -> Vec<Segment> {
        let text = self.run.text();
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let cells = self.pieces.iter().map(|(range, _)| range).filter(|p| {
            text.get((*p).clone()).is_some_and(beside::is_lone)
                && !digit(text.get(..p.start).and_then(|b| b.trim_end().chars().next_back()))
                && !digit(text.get(p.end..).and_then(|b| b.trim_start().chars().next()))
        });
        let mut cells: Vec<&Range<usize>> = cells.collect();
        if cells.is_empty() {
            return segments;
        }
        cells.sort_by_key(|p| (p.start, p.end));
        let mut out = Vec::with_capacity(segments.len() + 2 * cells.len());
        let mut cells = cells.into_iter().peekable();
        for mut segment in segments {
            // Both are in order: each cell is looked at once.
            while let Some(cell) = cells.next_if(|c| c.start < segment.range.end) {
                let inside = segment.range.start <= cell.start && cell.end <= segment.range.end;
                if segment.field.is_none() && inside && *cell != segment.range {
                    let words = &segment.words;
                    out.push(Segment { range: segment.range.start..cell.start, field: None, words: words.clone() });
                    out.push(Segment { range: cell.clone(), field: None, words: words.clone() });
                    segment.range.start = cell.end;
                }
            }
            out.push(segment);
        }
        out
    }

    /// A number or a date has digits: "Change", "Not recorded" and the next label are none. Of a birth date's text the dates are it, and
    /// an age alone is none.
    fn valued(&self, segments: Vec<Segment>) -> Vec<Segment> {
        let mut out = Vec::with_capacity(segments.len());
        for mut segment in segments {
            let value = self.run.text().get(segment.range.clone()).unwrap_or_default();
            let kind = match segment.field.as_ref().map(|f| &f.effect) {
                Some(FieldEffect::Identifier { kind, .. }) => *kind,
                Some(FieldEffect::Prose | FieldEffect::Keep) | None => {
                    out.push(segment);
                    continue;
                }
            };
            if value_has_digits(kind) && !value.chars().any(char::is_numeric) {
                segment.field = None;
            } else if kind == Kind::DateOfBirth {
                let dates = date::find_all(value);
                if dates.is_empty() && is_age(value) {
                    segment.field = None;
                }
                let (base, words) = (segment.range.start, segment.words.clone());
                let field = segment.field.clone();
                for (date, _) in dates {
                    let date = base + date.start..base + date.end;
                    if segment.range.start < date.start {
                        out.push(Segment { range: segment.range.start..date.start, field: None, words: words.clone() });
                    }
                    segment.range.start = date.end;
                    segment.field = None;
                    out.push(Segment { range: date, field: field.clone(), words: words.clone() });
                }
            }
            if !segment.range.is_empty() {
                out.push(segment);
            }
        }
        out
    }

    /// Reads the run once more without the spaces that stand between elements only: `NW3 2<b>QG</b>` is two words no more
    /// than it is one. What is found over such a place and was not found before is edited too.
    fn tight(
        &self,
        ins: &mut Inspector,
        splice: &mut Splice,
        context: &Context,
        covered: &[Span],
    ) -> Result<(), Withheld> {
        if self.seams.is_empty() {
            return Ok(());
        }
        let text = self.run.text();
        let mut tight = String::with_capacity(text.len());
        let mut from = 0;
        for &seam in &self.seams {
            tight.push_str(text.get(from..seam).unwrap_or_default());
            from = seam + 1;
        }
        tight.push_str(text.get(from..).unwrap_or_default());
        // A place in the tight text as one in the run: behind the seams before it.
        let loose = |at: usize| self.seams.iter().fold(at, |at, &seam| if seam <= at { at + 1 } else { at });
        let place = Place { surface: context.surface, field: None, label: "", whence: &context.whence };
        for found in ins.inspect(&tight, &place)? {
            let range = loose(found.range.start)..loose(found.range.end.saturating_sub(1)) + 1;
            if !self.seams.iter().any(|&seam| range.start < seam && seam < range.end) {
                continue;
            }
            let mut spans = self.run.source_of(range);
            for taken in covered {
                spans = spans.into_iter().flat_map(|span| without(span, taken)).collect();
            }
            splice.edit_all(&spans, entity::escape(&found.with));
        }
        Ok(())
    }

    /// Cuts a stretch at the labels in it.
    fn segments(
        &self,
        ins: &Inspector,
        stretch: Range<usize>,
        context: &Context,
        out: &mut Vec<Segment>,
    ) -> Option<Label> {
        let text = self.run.text();
        let base = context.label.as_deref();
        let whole = text.get(stretch.clone()).unwrap_or_default();
        let base_field = base.and_then(|l| l.field.clone()).filter(|_| !(context.action && is_action(whole)));
        let base_words = base.map(|l| l.words.clone()).unwrap_or_default();
        let named = self.named(ins, &stretch);
        let mut at = stretch.start;
        let mut last = None;
        let is_label = || label_of(ins, whole.trim().trim_end_matches(':'), false).known();
        let base_field = base_field.filter(|_| !(base.is_some_and(|l| l.hint) && is_label()));
        let hinted = base.filter(|l| l.hint).and(base_field.clone());
        let plain = |range: Range<usize>, out: &mut Vec<Segment>| match &hinted {
            Some(rule) => hinted_parts(rule, text, range, out),
            None => out.push(Segment { range, field: base_field.clone(), words: base_words.clone() }),
        };
        for (n, this) in named.iter().enumerate() {
            if this.from > at {
                plain(at..this.from, out);
            }
            let upto = named.get(n + 1).map_or(stretch.end, |next| next.from);
            let value = text.get(this.value..upto).unwrap_or_default();
            let field = this.label.field.clone();
            let masks = field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Identifier { .. }));
            let keeps = field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Keep));
            let end = this.value
                + match (masks, keeps) {
                    (true, _) => self.value_ends(value, this.value),
                    // What is kept is one value; the sentence behind it may name a patient.
                    (false, true) => self.value_ends(value, this.value).min(sentence_ends(value)),
                    (false, false) => value.len(),
                };
            let end = match field.as_ref().and_then(|f| remark_at(f, value.get(..end - this.value)?)) {
                Some(remark) => this.value + remark,
                None => end,
            };
            let prose = masks && end - this.value > LONGEST_VALUE;
            let field = field.filter(|_| !prose);
            let words = this.label.words.clone();
            if field.is_none() && ANNOUNCING.contains(&words.as_str()) {
                // "Re: Zzyx Qwertle, DOB …": the word is the cue for the name behind it.
                out.push(Segment { range: this.from..end, field, words });
            } else {
                // What was taken for a label is looked at too: "Name (Kyla)" is one by its first word.
                out.push(Segment { range: this.from..this.value, field: None, words: String::new() });
                out.push(Segment { range: this.value..end, field, words: this.label.words.clone() });
            }
            at = end;
            last = Some(this.label.clone()).filter(|_| at == stretch.end);
        }
        if at < stretch.end && hinted.is_some() {
            plain(at..stretch.end, out);
        } else if at < stretch.end {
            // A remark behind a date or a number is not part of it: `16 July 1972 (53 years old)`.
            let rest = text.get(at..stretch.end).unwrap_or_default();
            let remark = base_field.as_ref().and_then(|f| remark_at(f, rest));
            let end = remark.map_or(stretch.end, |r| at + r);
            out.push(Segment { range: at..end, field: base_field, words: base_words.clone() });
            out.push(Segment { range: end..stretch.end, field: None, words: base_words });
        }
        last
    }

    /// Where a value ends that nothing else ends: at a bar, a semicolon, a bullet, a line, or the end of a sentence.
    fn value_ends(&self, value: &str, at: usize) -> usize {
        let line = self.lines.iter().find(|&&l| l > at && !value.get(..l - at).unwrap_or_default().trim().is_empty());
        let mut end = line.map_or(value.len(), |l| (l - at).min(value.len()));
        let mut before = 0;
        for (n, c) in value.char_indices().take_while(|(n, _)| *n < end) {
            let sentence = c == '.'
                && before >= 3
                && value.get(n + 1..).is_some_and(|rest| {
                    rest.strip_prefix(' ').is_some_and(|r| r.starts_with(|c: char| c.is_uppercase()))
                });
            if matches!(c, '|' | ';' | '•' | '·' | '¦') || sentence {
                end = n;
                break;
            }
            before = if c.is_alphanumeric() { before + 1 } else { 0 };
        }
        end
    }

    /// The labels in a stretch, in order: inline elements that are labels, and words before a colon.
    fn named(&self, ins: &Inspector, stretch: &Range<usize>) -> Vec<Named> {
        let text = self.run.text();
        let mut named: Vec<Named> = Vec::new();
        // What the elements look like that are known labels: others like them are labels too.
        let mut looks: Vec<u64> = Vec::new();
        let ends: HashSet<usize> =
            self.pieces.iter().filter(|(p, _)| p.start >= stretch.start).map(|(p, _)| p.end).collect();
        for (piece, look) in &self.pieces {
            if named.len() >= MOST_LABELS {
                break;
            }
            if piece.start < stretch.start || piece.end > stretch.end || *piece == *stretch {
                continue;
            }
            // An element within a word divides it for nobody who reads: `z.quillf<b>e</b>ather@…`.
            let after = text.get(piece.end..stretch.end).unwrap_or_default();
            if text.get(..piece.start).is_some_and(|before| before.ends_with(char::is_alphanumeric))
                && after.starts_with(|c: char| c.is_alphanumeric() || c == '@')
            {
                continue;
            }
            let words = text.get(piece.clone()).unwrap_or_default();
            let first = text.get(stretch.start..piece.start).unwrap_or_default().trim().is_empty();
            let colon = words.trim_end().ends_with(':') || after.trim_start().starts_with(':');
            let line = self.line_before(piece.start).is_some_and(|l| piece.start - l <= 1);
            // A run that is all elements is a row of them: the text before is one as well.
            let upto = text.get(..piece.start).unwrap_or_default().trim_end().len();
            let behind = ends.contains(&upto);
            if !(first || colon || line || behind || !named.is_empty()) || after.trim_matches([' ', ':']).is_empty() {
                continue;
            }
            let label = label_of(ins, words, false);
            if label.known() {
                looks.push(*look);
            }
            if label.known() || (looks.contains(look) && !words.bytes().any(|b| b.is_ascii_digit())) {
                let skip = after.len() - after.trim_start_matches([' ', ':']).len();
                named.push(Named { from: piece.start, value: piece.end + skip, label });
            }
        }
        let whole = text.get(stretch.clone()).unwrap_or_default();
        for (colon, _) in whole.match_indices(':').take(MOST_LABELS) {
            let at = stretch.start + colon;
            let after = text.get(at + 1..stretch.end).unwrap_or_default();
            if after.trim().is_empty() || after.starts_with("//") {
                continue;
            }
            let floor = named.iter().rev().find(|n| n.value <= at).map_or(stretch.start, |n| n.value);
            let floor = self.line_before(at).map_or(floor, |l| l.max(floor));
            if named.iter().any(|n| n.from <= at && at < n.value) {
                continue;
            }
            let before = text.get(floor..at).unwrap_or_default();
            let Some((from, label)) = before_colon(ins, before) else { continue };
            let skip = after.len() - after.trim_start().len();
            named.push(Named { from: floor + from, value: at + 1 + skip, label });
        }
        named.sort_by_key(|n| n.from);
        let mut end = 0;
        named.retain(|n| {
            let fits = n.from >= end;
            if fits {
                end = n.value;
            }
            fits
        });
        named
    }

    fn line_before(&self, at: usize) -> Option<usize> {
        let next = self.lines.partition_point(|&l| l <= at);
        next.checked_sub(1).and_then(|n| self.lines.get(n)).copied()
    }

    /// Forgets all before `at` of a run too long to hold; what follows goes on.
    pub(super) fn forget(&mut self, at: usize) {
        self.run.forget(at);
        self.start = self.run.source_of(0..self.len()).first().map_or(self.start, |s| s.start);
        self.pieces.clear();
        self.lines.clear();
        self.seams.clear();
        let field = self.fields.pop().and_then(|(_, f)| f);
        self.fields.clear();
        self.field(&field);
    }
}

/// Kinds whose values always have digits.
fn value_has_digits(kind: Kind) -> bool {
    match kind {
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::DateOfBirth
        | Kind::Postcode
        | Kind::Phone
        | Kind::Accession
        | Kind::Visit
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Vehicle
        | Kind::Professional
        | Kind::BankAccount
        | Kind::Card
        | Kind::Iban
        | Kind::Ssn
        | Kind::Zip
        | Kind::IpAddress => true,
        Kind::Name | Kind::Address | Kind::Email | Kind::Other => false,
    }
}

/// "(54 years old)", "62 y"
fn is_age(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let text = text.trim_start_matches("aged ").trim_start_matches("age ").trim_start_matches(": ");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = text.get(digits..).unwrap_or_default().trim_start();
    (1..=3).contains(&digits) && (unit.is_empty() || ["y", "m", "w", "d"].iter().any(|u| unit.starts_with(u)))
}

/// What an element is called says of a part of its text; the rest is looked at with that as context.
fn hinted_parts(rule: &Arc<FieldRule>, text: &str, range: Range<usize>, out: &mut Vec<Segment>) {
    let words = hint::words(rule).to_owned();
    let part = hint::part(rule, text.get(range.clone()).unwrap_or_default());
    let Some(part) = part.map(|p| range.start + p.start..range.start + p.end) else {
        out.push(Segment { range, field: None, words });
        return;
    };
    out.push(Segment { range: range.start..part.start, field: None, words: String::new() });
    out.push(Segment { range: part.clone(), field: Some(rule.clone()), words: String::new() });
    out.push(Segment { range: part.end..range.end, field: None, words: String::new() });
}

/// What is left of a stretch of source.
fn without(span: Span, taken: &Span) -> impl Iterator<Item = Span> + use<> {
    let before = span.start..span.end.min(taken.start.max(span.start));
    let behind = span.start.max(taken.end.min(span.end))..span.end;
    let apart = taken.end <= span.start || span.end <= taken.start;
    let pieces = if apart { [span.clone(), span.end..span.end] } else { [before, behind] };
    pieces.into_iter().filter(|piece| !piece.is_empty())
}

/// The first character of a text as it is read.
fn first_read(text: &str, written: Written) -> Option<char> {
    let reference = if written == Written::Plain || !text.starts_with('&') { None } else { entity::read(text, false) };
    reference.map(|(c, _, _)| c).or_else(|| text.chars().next())
}

/// Whether two neighbouring elements' texts are two words: `NHS No<b>943…`, `…5919<i>Female`, `Name<span>Kyla`.
fn parts(text: &str, before: char, after: char) -> bool {
    let word = text.chars().rev().take_while(|c| c.is_alphabetic()).take(3).count();
    match (before, after) {
        (':' | ')' | ',' | ';', a) => a.is_alphanumeric(),
        (b, a) if b.is_lowercase() => a.is_uppercase() || a.is_numeric() || a == '+',
        (b, a) if b.is_numeric() => a.is_alphabetic() && !a.is_numeric(),
        (b, a) if b.is_uppercase() => a.is_numeric() && word >= 3,
        _ => false,
    }
}
