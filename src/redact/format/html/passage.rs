//! A passage: one run of text with what is known of its parts, and what becomes of it.
//!
//! Within a run, inline elements and colons tell labels from values: `<b>NHS No</b> 943 476 5919 DOB: 1/2/60`. The run is
//! cut into segments, each inspected with the field and label that it has; what is found is edited into the source.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::entity;
use super::name_parts;
use super::segments::Segment;
use super::words::{Label, label_of};
use crate::redact::beside;
use crate::redact::detect::date::is_date;
use crate::redact::format::{barred, decoded};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label;
use crate::redact::operator;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::FieldRule;
use crate::redact::run::{Run, Span};
use crate::redact::sisters;
use crate::redact::splice::Splice;
use crate::redact::withheld::Withheld;

/// A field rule found by selector, with its place in layer order.
pub(super) type Chosen = Option<(usize, Arc<FieldRule>)>;

/// The place in layer order of a field that an element is only called after: any other goes before it.
pub(super) const HINT: usize = usize::MAX;

/// The place of a field that a link to a patient's record gives its text.
pub(super) const LINK: usize = usize::MAX - 1;
/// The rank of a field that a heading has in what is called after a patient: less sure than a link.
pub(super) const HEADING: usize = usize::MAX - 2;

/// What the place of a run says of it.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) surface: Surface,
    /// The label beside it.
    pub(super) label: Option<Arc<Label>>,
    /// The label is that of lines above: a line with one of its own is none of its values.
    pub(super) carried: bool,
    /// It stands in a link or button, where "Change name" is no name.
    pub(super) action: bool,
    /// Where, for reports.
    pub(super) whence: String,
}

/// A longer element is no name.
const LONGEST_NAME: usize = 64;

/// So many elements of a run are compared with others of their look.
const MOST_LOOKS: usize = 64;

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
    pub(super) pieces: Vec<(Range<usize>, u64)>,
    /// Texts of whole elements that are inline, and of the block when it holds no more, each with its look.
    pub(super) looks: Vec<(Range<usize>, u64)>,
    /// Where inline elements begin and end, in order.
    pub(super) edges: Vec<usize>,
    /// From where on which selector field holds.
    pub(super) fields: Vec<(usize, Chosen)>,
    /// Where lines end that a person sees as lines.
    pub(super) lines: Vec<usize>,
    pub(super) context: Option<Context>,
    /// An inline element began or ended since the last text.
    pub(super) seam: bool,
    /// Where a space was read between two elements that none stands between.
    pub(super) seams: Vec<usize>,
    /// The label of a control stands in it: it is not the label of the text that follows.
    pub(super) of_control: bool,
    /// The text as it is laid out, where spaces and lines are seen; see [`Passage::laid_out`].
    laid: Run,
    /// Not all of the text is in `laid`.
    torn: bool,
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
            && (parts(self.run.text(), before, after) || begins_a_word(self.run.text(), text))
        {
            // Words of neighbouring elements are read as two words.
            self.seams.push(self.len());
            self.run.push_char(' ', at..at);
        }
        self.seam = false;
        self.torn |= !lines;
        if !self.torn {
            entity::push_exact(&mut self.laid, text, at, written != Written::Plain);
        }
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

    /// A line begins here, by an element that is one.
    pub(super) fn line_at(&mut self, at: u64) {
        if !self.run.is_empty() {
            self.lines.push(self.len());
            self.run.push_char(' ', at..at);
            self.torn = true;
        }
    }

    /// An inline element begins or ends here.
    pub(super) fn edge(&mut self) {
        let at = self.len();
        if self.edges.last() != Some(&at) {
            self.edges.push(at);
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

    /// An element that began at `from` and looks like `look` has ended here, whatever it is for.
    pub(super) fn looks_like(&mut self, from: usize, look: u64) {
        let end = self.len();
        let text = self.run.text().get(from..).unwrap_or_default();
        let range = from + (text.len() - text.trim_start().len())..from + text.trim_end().len();
        if range.start < range.end && range.end <= end && range.len() <= LONGEST_NAME && self.looks.len() < MOST_LOOKS {
            self.looks.push((range, look));
        }
    }

    /// Decides the run: what is found in it is edited into the source. Returns the label that its last value had.
    pub(super) fn decide(&self, ins: &mut Inspector, splice: &mut Splice) -> Result<Option<Label>, Withheld> {
        let Some(context) = &self.context else { return Ok(None) };
        let place = Place { surface: context.surface, field: None, label: "", whence: &context.whence };
        if self.laid_out() && context.label.is_none() {
            for edit in decoded::inspect(ins, &self.laid, &place)? {
                splice.edit(edit.span, entity::escape(&edit.with));
            }
            return Ok(None);
        }
        let words = decoded::words(ins, self.run.text(), &place)?;
        if !words.is_empty() {
            let mut left =
                Self { run: self.run.clone(), base: self.base, context: self.context.clone(), ..Self::default() };
            left.pieces.clone_from(&self.pieces);
            left.looks.clone_from(&self.looks);
            left.edges.clone_from(&self.edges);
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

    /// Whether the text is lines with columns, as terminals show them: it is read as plain text is.
    fn laid_out(&self) -> bool {
        let text = self.laid.text();
        let wide =
            || text.lines().any(|line| line.trim().contains("   ")) || text.contains("^^") || barred::in_lines(text);
        !self.torn && self.pieces.is_empty() && self.fields.is_empty() && text.lines().count() > 2 && wide()
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
                    Some((LINK, rule)) if name_parts::is_whole(text.get(from..at).unwrap_or_default()) => {
                        segments.push(Segment { range: from..at, field: Some(rule.clone()), words: String::new() });
                    }
                    Some((HEADING, rule)) => {
                        let mut behind = from;
                        for name in name_parts::in_heading(text.get(from..at).unwrap_or_default()) {
                            let range = from + name.start..from + name.end;
                            last = self.beside_name(ins, behind..range.start, context, &mut segments).or(last);
                            behind = range.end;
                            segments.push(Segment { range, field: Some(rule.clone()), words: String::new() });
                        }
                        if behind > from {
                            last = self.beside_name(ins, behind..at, context, &mut segments).or(last);
                        } else {
                            last = self.segments(ins, from..at, context, &mut segments);
                        }
                    }
                    Some((LINK, _)) => {
                        let shown = text.get(from..at).unwrap_or_default();
                        let numbered = numbered(ins, shown, from, &mut segments);
                        last = self.segments(ins, from + numbered..at, context, &mut segments);
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
        let mut named: Vec<Range<usize>> = Vec::new();
        let mut taken: Vec<Range<usize>> = Vec::new();
        let apart = self.with_names_apart();
        for segment in self.valued(self.apart(ins, segments)) {
            let Some(part) = apart.get(segment.range.clone()) else { continue };
            // `<b>PPM number</b> K112054`
            let behind = || ins.number_behind(apart.get(..segment.range.start)?, part);
            let field = segment.field.or_else(behind);
            let place = Place { surface: context.surface, field, label: &segment.words, whence: &context.whence };
            // What is in a field goes back with its lines and spaces: there are no elements in it.
            let spelt = |range: Range<usize>| {
                let at = segment.range.start;
                let spans = self.run.source_of(at + range.start..at + range.end);
                let hull = spans.first()?.start..spans.last()?.end;
                let source = splice.text(hull);
                let field = context.surface == Surface::Field && !source.is_empty();
                field.then(|| entity::decode(source, false).into_owned())
            };
            for (nth, found) in ins.inspect_spelt(part, &place, &spelt)?.into_iter().enumerate() {
                let range = segment.range.start + found.range.start..segment.range.start + found.range.end;
                taken.push(range.clone());
                if found.kind == Kind::Name {
                    named.push(range.clone());
                }
                let spans = self.run.source_of(range);
                if let Some(first) = spans.first() {
                    ins.found_at(nth, self.base + first.start);
                }
                put(splice, &spans, &found.with);
                covered.extend(spans);
            }
        }
        self.as_its_sisters(ins, splice, context, &named, &taken, &mut covered)?;
        self.tight(ins, splice, context, &apart, &covered)?;
        Ok(last)
    }

    /// What stands beside the name in a heading: "Oyinkan Zimbango - H4471182" says whose number it is.
    fn beside_name(
        &self,
        ins: &Inspector,
        range: Range<usize>,
        context: &Context,
        segments: &mut Vec<Segment>,
    ) -> Option<Label> {
        let text = self.run.text().get(range.clone())?;
        let code = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '·' | ':'));
        if !beside::is_code(code) {
            return if range.is_empty() { None } else { self.segments(ins, range, context, segments) };
        }
        let start = range.start + text.find(code)?;
        segments.push(Segment {
            range: start..start + code.len(),
            field: ins.label_field("mrn"),
            words: String::from("mrn"),
        });
        None
    }

    /// Elements that look as names do are names: see [`crate::redact::sisters`].
    fn as_its_sisters(
        &self,
        ins: &mut Inspector,
        splice: &mut Splice,
        context: &Context,
        named: &[Range<usize>],
        taken: &[Range<usize>],
        covered: &mut Vec<Span>,
    ) -> Result<(), Withheld> {
        for (range, look) in &self.looks {
            let text = self.run.text().get(range.clone()).unwrap_or_default();
            if !text.chars().any(char::is_alphabetic) || operator::is_masked(text) {
                continue;
            }
            // "Next of kin | Jane Doe" says nothing of "Diet | Soft mash" below it.
            if sisters::is_place(*look) && context.label.is_some() {
                continue;
            }
            let within = |f: &&Range<usize>| f.start < range.end && range.start < f.end;
            let letters: usize =
                named.iter().filter(within).map(|f| f.end.min(range.end) - f.start.max(range.start)).sum();
            let whole = letters * 3 >= range.len() * 2;
            // Who is in no list says nothing against the others.
            if whole || !sisters::may_be_name(text) {
                ins.count_look(*look, whole);
            }
            if !taken.iter().any(|f| within(&f))
                && let Some(rule) = ins.named_as_its_sisters(*look, text)
            {
                let place = Place { surface: context.surface, field: Some(rule), label: "", whence: &context.whence };
                for (nth, found) in ins.inspect(text, &place)?.into_iter().enumerate() {
                    let spans = self.run.source_of(range.start + found.range.start..range.start + found.range.end);
                    if let Some(first) = spans.first() {
                        ins.found_at(nth, self.base + first.start);
                    }
                    put(splice, &spans, &found.with);
                    covered.extend(spans);
                }
            }
        }
        Ok(())
    }

    /// Reads the run once more without the spaces that stand between elements only: `NW3 2<b>QG</b>` is two words no more
    /// than it is one. What is found over such a place and was not found before is edited too.
    fn tight(
        &self,
        ins: &mut Inspector,
        splice: &mut Splice,
        context: &Context,
        text: &str,
        covered: &[Span],
    ) -> Result<(), Withheld> {
        if self.seams.is_empty() {
            return Ok(());
        }
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
            put(splice, &spans, &found.with);
        }
        Ok(())
    }

    /// The text with a tab in place of the space behind an element that is a whole name: what follows is no part of it.
    fn with_names_apart(&self) -> Cow<'_, str> {
        let text = self.run.text();
        let ends = self.pieces.iter().map(|(piece, _)| piece).filter(|piece| {
            let (name, after) = (text.get((*piece).clone()), text.get(piece.end..));
            piece.len() <= LONGEST_NAME
                && after.is_some_and(|a| a.starts_with(' '))
                && name.zip(after).is_some_and(|(name, after)| name_parts::ends_with_element(name, after))
        });
        // Nor does one go on in the next line.
        let comma = |at: usize| text.get(..at).is_some_and(|t| t.trim_end().ends_with(','));
        let word = |at: usize| text.get(at + 1..).is_some_and(|t| t.starts_with(char::is_alphabetic));
        let lines = self.lines.iter().copied().filter(|at| word(*at) && !comma(*at));
        let ends: HashSet<usize> = ends.map(|piece| piece.end).chain(lines).collect();
        if ends.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.char_indices().map(|(at, c)| if c == ' ' && ends.contains(&at) { '\t' } else { c }).collect())
    }

    /// Forgets all before `at` of a run too long to hold; what follows goes on.
    pub(super) fn forget(&mut self, at: usize) {
        self.torn = true;
        self.laid.clear();
        self.run.forget(at);
        self.start = self.run.source_of(0..self.len()).first().map_or(self.start, |s| s.start);
        self.pieces.clear();
        self.edges.clear();
        self.lines.clear();
        self.seams.clear();
        let field = self.fields.pop().and_then(|(_, f)| f);
        self.fields.clear();
        self.field(&field);
    }
}

/// Replaces what stands in several places: the first becomes the new text, the others nothing. A name goes to the longest of them, so
/// that the link to somebody keeps a text that can be clicked: `Mr <a href=…>Schneider, Wolfgang</a>`.
fn put(splice: &mut Splice, spans: &[Span], with: &str) {
    let longest = spans.iter().map(|s| s.end - s.start).max().unwrap_or(0);
    let first = !with.starts_with('‹');
    let mut with = Some(entity::escape(with));
    for span in spans {
        let new = if first || span.end - span.start == longest { with.take() } else { None };
        splice.edit(span.clone(), new.unwrap_or_default());
    }
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

/// `EN2 7QT<em>Address`: capitals behind which a word begins.
fn begins_a_word(before: &str, after: &str) -> bool {
    let capitals = before.chars().rev().take_while(|c| c.is_uppercase()).take(2).count();
    let mut after = after.chars();
    capitals == 2 && after.next().is_some_and(char::is_uppercase) && after.next().is_some_and(char::is_lowercase)
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
/// A link to a patient that shows a number, perhaps with a date of birth: "50099878 4 March 1962". Returns how much of it that is.
fn numbered(ins: &Inspector, shown: &str, at: usize, segments: &mut Vec<Segment>) -> usize {
    let from = shown.len() - shown.trim_start().len();
    let rest = shown.get(from..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest.get(digits..).is_some_and(|r| r.is_empty() || r.starts_with(char::is_whitespace));
    let Some(number) = ins.label_field("patient id").filter(|_| ends && (5..=12).contains(&digits)) else { return 0 };
    let end = from + digits;
    segments.push(Segment { range: at + from..at + end, field: Some(number), words: String::new() });
    let behind = shown.get(end..).unwrap_or_default();
    let date = behind.trim();
    match ins.label_field("date of birth").filter(|_| is_date(date)) {
        None => end,
        Some(born) => {
            let begin = end + behind.len() - behind.trim_start().len();
            let range = at + begin..at + begin + date.len();
            segments.push(Segment { range, field: Some(born), words: String::new() });
            begin + date.len()
        }
    }
}
