//! A run cut into segments: labels within it and the values behind them, each with the field and the words that it has.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::header::is_common;
use super::hint;
use super::name_parts;
use super::narrative;
use super::numbers;
use super::passage::{Context, Passage};
use super::words::{Label, before_colon, has_lines, is_action, kind_of, label_of};
use crate::redact::beside;
use crate::redact::detect::{date, gazetteer};
use crate::redact::format::assigned;
use crate::redact::format::ends::{bracket_ends, name_ends, remark_at, scalar_ends, sentence_ends};
use crate::redact::format::rows::is_full_name;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label;
use crate::redact::operator;
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::plausible::{can_be, is_number_beside, number_beside_name};
use crate::redact::title::{is_address_alone, is_title};

/// A value longer than this behind "Label:" is prose.
const LONGEST_VALUE: usize = 120;

/// The most labels looked for in one run; what stands behind them is looked at by detectors.
const MOST_LABELS: usize = 512;

/// Words before a colon that announce a person in the sentence behind them.
const ANNOUNCING: &[&str] = &["re", "regarding", "concerning", "subject"];

/// A part of a run, and what is known of it.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) range: Range<usize>,
    pub(super) field: Option<Arc<FieldRule>>,
    pub(super) words: String,
}

impl Segment {
    /// A stretch that no label speaks of.
    fn text(range: Range<usize>) -> Self {
        Self { range, field: None, words: String::new() }
    }
}

/// A label within a run, and the value behind it.
struct Named {
    from: usize,
    value: usize,
    label: Label,
}

/// Whether a piece of a text is the name in a tag that the text shows.
fn is_tag(text: &str, piece: &Range<usize>, after: &str) -> bool {
    let opened = text.get(..piece.start).is_some_and(|before| before.trim_end().trim_end_matches('/').ends_with('<'));
    let after = after.trim_start();
    let name = after.get(..after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(after.len()));
    let attribute = name.is_some_and(|name| {
        let behind = after.get(name.len()..).unwrap_or_default().trim_start();
        !name.is_empty() && behind.strip_prefix('=').is_some_and(|value| value.trim_start().starts_with(['"', '\'']))
    });
    opened && (attribute || after.starts_with(['>', '/']))
}

impl Passage {
    /// A number alone between the ends of inline elements is a cell of a row that has no table, or has a badge beside it: each is
    /// looked at by itself.
    pub(super) fn apart(&self, ins: &Inspector, segments: Vec<Segment>) -> Vec<Segment> {
        let text = self.run.text();
        // `MRN <b>448231</b>`: the words before it are its label, and it stays beside them.
        let labelled = |at: usize| {
            let before = text.get(..at).unwrap_or_default().trim_end();
            let short = (before.len().saturating_sub(40)..=before.len()).find(|i| before.is_char_boundary(*i));
            let before = short.and_then(|i| before.get(i..)).unwrap_or_default();
            before.ends_with(char::is_alphabetic)
                && before_colon(ins, before).is_some_and(|(_, label)| {
                    label.field.as_deref().and_then(kind_of).is_some_and(|kind| kind.has_digits())
                })
        };
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let ends = self.edges.iter().copied().chain([text.len()]);
        let mut from = 0;
        let mut cells: Vec<Range<usize>> = Vec::new();
        for end in ends.filter(|end| *end <= text.len()) {
            let part = text.get(from..end).unwrap_or_default();
            let lead = part.len() - part.trim_start().len();
            let cell = from + lead..from + part.trim_end().len();
            if beside::is_lone(part)
                && !labelled(cell.start)
                && !digit(text.get(..cell.start).and_then(|b| b.trim_end().chars().next_back()))
                && !digit(text.get(cell.end..).and_then(|b| b.trim_start().chars().next()))
            {
                cells.push(cell);
            }
            from = end;
        }
        if cells.is_empty() {
            return segments;
        }
        let mut out = Vec::with_capacity(segments.len() + 2 * cells.len());
        let mut cells = cells.into_iter().peekable();
        for mut segment in segments {
            // Both are in order: each cell is looked at once.
            while let Some(cell) = cells.next_if(|c| c.start < segment.range.end) {
                let inside = segment.range.start <= cell.start && cell.end <= segment.range.end;
                if segment.field.is_none() && inside && cell != segment.range {
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
    pub(super) fn valued(&self, segments: Vec<Segment>) -> Vec<Segment> {
        let mut out = Vec::with_capacity(segments.len());
        for mut segment in segments {
            let mut rest = None;
            let value = self.run.text().get(segment.range.clone()).unwrap_or_default();
            let kind = match segment.field.as_ref().map(|f| &f.effect) {
                Some(FieldEffect::Identifier { kind, .. }) => *kind,
                Some(FieldEffect::Prose | FieldEffect::Keep) | None => {
                    out.push(segment);
                    continue;
                }
            };
            // `<b>448231</b></span><span>Ward 22`: what begins with a word in the next element is another's.
            let value = match self.next_word(&segment.range) {
                Some(end) if kind.has_digits() => {
                    rest = Some(Segment::text(end..segment.range.end));
                    segment.range.end = end;
                    self.run.text().get(segment.range.clone()).unwrap_or_default()
                }
                Some(_) | None => value,
            };
            let wordy = kind == Kind::Phone && numbers::is_prose(value);
            if wordy || (kind.has_digits() && !can_be(kind, value)) {
                segment.field = None;
            } else if numbers::is_number(kind)
                && let Some(number) = numbers::part(value)
            {
                let number = segment.range.start + number.start..segment.range.start + number.end;
                let words = segment.words.clone();
                if segment.range.start < number.start {
                    out.push(Segment::text(segment.range.start..number.start));
                }
                out.push(Segment { range: number.clone(), field: segment.field.take(), words });
                segment = Segment::text(number.end..segment.range.end);
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
            out.extend(rest);
        }
        out
    }

    /// Where in a number an element ends, and the next begins with a word.
    fn next_word(&self, range: &Range<usize>) -> Option<usize> {
        let text = self.run.text();
        // They are in order.
        let inside = self.edges.iter().skip(self.edges.partition_point(|edge| *edge <= range.start));
        inside.copied().take_while(|edge| *edge < range.end).find(|&edge| {
            let behind = text.get(edge..).unwrap_or_default();
            let word = behind.get(..behind.find(|c: char| !c.is_alphanumeric()).unwrap_or(behind.len()));
            let word = word.is_some_and(|word| {
                word.starts_with(char::is_uppercase)
                    && word.chars().count() > 1
                    && word.chars().skip(1).all(char::is_lowercase)
            });
            word && text.get(..edge).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
        })
    }

    /// Cuts a stretch at the labels in it.
    pub(super) fn segments(
        &self,
        ins: &Inspector,
        stretch: Range<usize>,
        context: &Context,
        out: &mut Vec<Segment>,
    ) -> Option<Label> {
        let text = self.run.text();
        let whole = text.get(stretch.clone()).unwrap_or_default();
        // Where a label says what the whole is, a value that is set in it ends nothing.
        let told = context.label.as_deref().and_then(|l| l.field.as_deref()).is_some_and(FieldRule::names_identifier);
        let named = self.named(ins, &stretch, !told);
        // "Address: …⏎Next of kin: Ibrahim Reid (brother)": the address has ended.
        let base = context.label.as_deref().filter(|_| !context.carried || named.is_empty());
        let base_field = base.and_then(|l| l.field.clone()).filter(|_| !(context.action && is_action(whole)));
        let base_words = base.map(|l| l.words.clone()).unwrap_or_default();
        let mut at = stretch.start;
        let mut last = None;
        let no_name = self.is_no_name(ins, base_field.as_deref(), stretch.clone());
        let (base_field, base_words) = if no_name { (None, String::new()) } else { (base_field, base_words) };
        let beside = named.is_empty().then(|| numbers::beside_label(ins, whole)).flatten();
        let is_label = || label_of(ins, whole.trim().trim_end_matches(':'), false).known();
        let base_field = base_field.filter(|_| beside.is_none() && !(base.is_some_and(|l| l.hint) && is_label()));
        let hinted = base.filter(|l| l.hint).and(base_field.clone());
        let again = base.is_some_and(|l| l.hint && !l.words.is_empty() && l.kind() == Some(Kind::Name));
        let plain = |range: Range<usize>, out: &mut Vec<Segment>| match &hinted {
            Some(rule) if again => name_again(rule, text, range, &self.edges, out),
            Some(rule) => hinted_parts(rule, text, range, &self.edges, out),
            None => out.push(Segment { range, field: base_field.clone(), words: base_words.clone() }),
        };
        if base_field.is_none()
            && let Some((number, label)) = beside
        {
            let number = at + number.start..at + number.end;
            out.push(Segment::text(at..number.start));
            out.push(Segment { range: number.clone(), field: label.field, words: label.words });
            out.push(Segment::text(number.end..stretch.end));
            return None;
        }
        if base_field.is_none() {
            while let Some(told) = text.get(at..stretch.end).and_then(narrative::read) {
                let from = at;
                for (part, label) in told {
                    let part = from + part.start..from + part.end;
                    out.push(Segment::text(at..part.start));
                    at = part.end;
                    out.push(Segment { range: part, field: ins.label_field(label), words: label.to_owned() });
                }
            }
            // What stands behind them has labels of its own.
            if at > stretch.start {
                return self.segments(ins, at..stretch.end, context, out);
            }
        }
        for (n, this) in named.iter().enumerate() {
            if this.from > at {
                match self.headed(ins, at..this.from, &this.label, n == 0).filter(|_| base_field.is_none()) {
                    Some(parts) => out.extend(parts),
                    None => plain(at..this.from, out),
                }
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
            let remark = || self.is_no_name(ins, field.as_deref(), this.value..end);
            let prose = masks && (end - this.value > LONGEST_VALUE || remark());
            let field = field.filter(|_| !prose);
            let words = this.label.words.clone();
            if field.is_none() && ANNOUNCING.contains(&words.as_str()) {
                // "Re: Zzyx Qwertle, DOB …": the word is the cue for the name behind it.
                out.push(Segment { range: this.from..end, field, words });
            } else {
                // What was taken for a label is looked at too: "Name (Kyla)" is one by its first word.
                out.push(Segment::text(this.from..this.value));
                out.push(Segment { range: this.value..end, field, words: this.label.words.clone() });
            }
            at = end;
            if let Some(number) = numbered(text, end..upto, &this.label.field, &this.label.words) {
                out.push(number);
                at = upto;
            }
            last = Some(this.label.clone()).filter(|label| at == stretch.end || !has_lines(label));
        }
        let of_a_name = |s: &Segment| s.field.as_deref().and_then(kind_of) == Some(Kind::Name);
        if at < stretch.end
            && out.iter().rev().find(|s| s.range.end <= at && !s.range.is_empty()).is_some_and(of_a_name)
            && let Some(parts) = self.bracketed(ins, at..stretch.end)
        {
            out.extend(parts);
            return last;
        }
        if at < stretch.end && hinted.is_some() {
            plain(at..stretch.end, out);
        } else if at < stretch.end {
            // A remark behind a date or a number is not part of it: `16 July 1972 (53 years old)`.
            let rest = text.get(at..stretch.end).unwrap_or_default();
            let remark = base_field.as_ref().and_then(|f| remark_at(f, rest));
            let end = remark.map_or(stretch.end, |r| at + r);
            let names = match base_field.as_deref().and_then(kind_of) {
                Some(Kind::Name) => name_parts::of_run(text, &(at..stretch.end), &self.edges),
                Some(_) | None => Vec::new(),
            };
            if names.is_empty() {
                // Behind a name or a number, what the label says holds no more: a date there is no number.
                let kind = base_field.as_deref().and_then(kind_of);
                let rest = if kind == Some(Kind::Phone) { base_words.clone() } else { String::new() };
                let number = numbered(text, end..stretch.end, &base_field, &base_words);
                out.push(Segment { range: at..end, field: base_field, words: base_words });
                let behind = match kind {
                    Some(Kind::Name) if number.is_some() => number.map(|number| vec![number]),
                    Some(Kind::Name) => self.bracketed(ins, end..stretch.end),
                    Some(_) | None => self.person_behind(ins, kind, end..stretch.end).map(Vec::from),
                };
                match behind {
                    Some(parts) => out.extend(parts),
                    None => out.push(Segment { range: end..stretch.end, field: None, words: rest }),
                }
                return last;
            }
            for name in names {
                out.push(Segment::text(at..name.start));
                at = name.end;
                out.push(Segment { range: name, field: base_field.clone(), words: base_words.clone() });
            }
            out.push(numbered(text, at..stretch.end, &base_field, &base_words).unwrap_or(Segment {
                range: at..stretch.end,
                field: None,
                words: String::new(),
            }));
        }
        last
    }

    /// What stands in brackets behind a labelled name is that person's: `Philippa Dunne [19/04/1978] [HSP-60071-B]`, `Reid (CP-12)`.
    fn bracketed(&self, ins: &Inspector, range: Range<usize>) -> Option<Vec<Segment>> {
        let text = self.run.text();
        let mut parts = Vec::new();
        let mut at = range.start;
        while parts.len() < 8 {
            let rest = text.get(at..range.end)?;
            let open = rest.len() - rest.trim_start().len();
            let inside = match rest.get(open..)?.strip_prefix(['(', '[']) {
                Some(inside) => inside,
                None => break,
            };
            let Some(value) = inside.split([')', ']']).next().filter(|v| v.len() < inside.len() && v.len() <= 32)
            else {
                break;
            };
            let from = at + open + 1;
            let label = match () {
                // A later one may be a visit's.
                () if date::is_date(value) && date::days(value).iter().all(|d| d.year <= beside::OLD) => {
                    "date of birth"
                }
                () if !date::is_date(value) && beside::is_code(value) => "mrn",
                () => break,
            };
            parts.push(Segment::text(at..from));
            parts.push(Segment {
                range: from..from + value.len(),
                field: ins.label_field(label),
                words: label.to_owned(),
            });
            at = from + value.len() + 1;
        }
        if parts.is_empty() {
            return None;
        }
        parts.push(Segment::text(at.min(range.end)..range.end));
        Some(parts)
    }

    /// `Mark White⏎Age: 69  DOB: …`: who it is whose age or number is said.
    fn headed(&self, ins: &Inspector, range: Range<usize>, label: &Label, first: bool) -> Option<[Segment; 3]> {
        let number = matches!(label.kind(), Some(Kind::NhsNumber | Kind::HospitalNumber));
        if !number && !matches!(label.words.as_str(), "age" | "dob" | "date of birth" | "born") {
            return None;
        }
        let text = self.run.text().get(range.clone())?;
        let name = name_before(text, number, first)?;
        let (from, end) = (range.start + name.start, range.start + name.end);
        let field = ins.label_field("patient name")?;
        let before = Segment::text(range.start..from);
        let name = Segment { range: from..end, field: Some(field), words: "patient name".to_owned() };
        Some([before, name, Segment::text(end..range.end)])
    }

    /// Whose number it is, in brackets behind it: `4471120 (ABBOTT RAMIRO 23/03/1972)`.
    fn person_behind(&self, ins: &Inspector, number: Option<Kind>, range: Range<usize>) -> Option<[Segment; 3]> {
        let numbered = matches!(number, Some(Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId));
        let shown = self.run.text().get(range.clone()).filter(|_| numbered)?;
        let open = shown.find('(').map(|at| at + 1)?;
        let inside = shown.get(open..)?;
        let end = name_ends(inside).unwrap_or_else(|| inside.find(')').unwrap_or(inside.len()));
        let name = inside.get(..end).filter(|name| hint::is_name(name) && !name_parts::is_beside(name))?;
        let name = range.start + open..range.start + open + name.len();
        Some([
            Segment::text(range.start..name.start),
            Segment { range: name.clone(), field: ins.label_field("patient name"), words: String::new() },
            Segment { range: name.end..range.end, field: None, words: String::from("date of birth") },
        ])
    }

    /// Where a rule speaks of a name, and what stands there is none.
    fn is_no_name(&self, ins: &Inspector, field: Option<&FieldRule>, range: Range<usize>) -> bool {
        let text = self.run.text().get(range).unwrap_or_default();
        // "Date/Time:" is a label, whatever it stands below; "Quillfeather:" is somebody.
        let known = |words: &str| ins.label_field(words).is_some() || is_common(words);
        let label = || {
            text.trim_end().strip_suffix(':').is_some_and(|words| {
                let words = label::normalise(words);
                known(&words) || words.split(' ').all(is_common)
            })
        };
        // "Next of kin phone" in a cell of the class `name` is what the cell beside it holds; "Mr" alone is nobody.
        let shown = || {
            let words = label::normalise(text);
            (words.contains(' ') && ins.label_field(&words).is_some()) || is_address_alone(text)
        };
        field.and_then(kind_of) == Some(Kind::Name) && (name_parts::is_remark_alone(text) || label() || shown())
    }

    /// Where a value ends that nothing else ends: at a bar, a semicolon, a bullet, a line, or the end of a sentence.
    fn value_ends(&self, value: &str, at: usize) -> usize {
        if let Some(end) = self.member_ends(value, at) {
            return end;
        }
        let line = self.lines.iter().find(|&&l| l > at && !value.get(..l - at).unwrap_or_default().trim().is_empty());
        let mut end = line.map_or(value.len(), |l| (l - at).min(value.len()));
        let before = self.run.text().get(..at).unwrap_or_default();
        end = bracket_ends(before, value.get(..end).unwrap_or_default()).unwrap_or(end);
        let mut before = 0;
        // The bullets of a mask are no bullets.
        let masks = if value.contains('•') { operator::masked_spans(value) } else { Vec::new() };
        for (n, c) in value.char_indices().take_while(|(n, _)| *n < end) {
            // They are in order.
            if c == '•' && masks.get(masks.partition_point(|ours| ours.end <= n)).is_some_and(|ours| ours.start <= n)
            {
                continue;
            }
            // "Rev. Smith" is no end of a sentence.
            let title = || {
                let word = value.get(..n).and_then(|head| head.rsplit(|c: char| !c.is_alphanumeric()).next());
                word.is_some_and(|word| is_title(&word.to_lowercase()))
            };
            let sentence = c == '.'
                && before >= 3
                && !title()
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

    /// Where the value ends whose label is a key in quotes, `"name": "Jo Bloggs", "note": …`: what is laid out as a program reads it has
    /// its quotes and commas afterwards, too.
    fn member_ends(&self, value: &str, at: usize) -> Option<usize> {
        let before = self.run.text().get(..at)?.trim_end();
        let (key, quote) = match before.strip_suffix('"') {
            Some(key) => (key, true),
            None => (before, false),
        };
        let keyed = key.trim_end().strip_suffix(':')?.trim_end().ends_with('"');
        let end = if quote { value.find('"') } else { scalar_ends(value) };
        end.filter(|_| keyed)
    }

    /// The labels in a stretch, in order: inline elements that are labels, and words before a colon.
    fn named(&self, ins: &Inspector, stretch: &Range<usize>, assigned: bool) -> Vec<Named> {
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
            // The name of an element in XML that is shown as text, `<given value="…"/>`: its value says itself whose it is.
            if is_tag(text, piece, after) {
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
            // "Patient name: Zogby Quelch  Gruffle: ZQ": what nobody knows for a label takes no value from one that is known.
            let told = |n: &Named| n.value == floor && n.label.kind() == Some(Kind::Name);
            let all = text.get(floor..floor + from).is_none_or(|lead| lead.trim().is_empty());
            let lists = gazetteer::shipped();
            let names = |w: &str| !lists.is_word(w) || lists.is_forename(w) || lists.is_surname(w);
            if all && !label.known() && label.words.split(' ').any(names) && named.iter().any(told) {
                continue;
            }
            let skip = after.len() - after.trim_start().len();
            let quoted = before.trim_end().ends_with('"') && after.trim_start().starts_with('"');
            named.push(Named { from: floor + from, value: at + 1 + skip + usize::from(quoted), label });
        }
        // `personName.givenName=Shahnaz`: what stands behind the value is not of it.
        for line in self.lines_of(stretch).filter(|_| assigned) {
            for set in assigned::find(ins, text.get(line.clone()).unwrap_or_default()) {
                let (from, value, end) =
                    (line.start + set.from, line.start + set.value.start, line.start + set.value.end);
                let label = Label { words: set.label, field: Some(set.rule), hint: false };
                named.push(Named { from, value, label });
                if end < stretch.end {
                    named.push(Named { from: end, value: end, label: Label::default() });
                }
            }
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

    /// The lines of a stretch.
    fn lines_of(&self, stretch: &Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
        let (start, end) = (stretch.start, stretch.end);
        let first = self.lines.partition_point(|&l| l <= start);
        let inside = self.lines.iter().skip(first).copied().take_while(move |&l| l < end);
        let mut from = start;
        inside.chain(std::iter::once(end)).map(move |next| std::mem::replace(&mut from, next)..next)
    }

    fn line_before(&self, at: usize) -> Option<usize> {
        let next = self.lines.partition_point(|&l| l <= at);
        next.checked_sub(1).and_then(|n| self.lines.get(n)).copied()
    }
}

/// "Name and NHS number": the number below the name is what the label says, too.
fn numbered(text: &str, range: Range<usize>, field: &Option<Arc<FieldRule>>, words: &str) -> Option<Segment> {
    let number = number_beside_name(words).is_some() && is_number_beside(text.get(range.clone())?.trim());
    number.then(|| Segment { range, field: field.clone(), words: words.to_owned() })
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
fn hinted_parts(rule: &Arc<FieldRule>, text: &str, range: Range<usize>, edges: &[usize], out: &mut Vec<Segment>) {
    let words = hint::words(rule).to_owned();
    if kind_of(rule) == Some(Kind::Name) {
        let names = name_parts::of_hint(text, &range, edges);
        if !names.is_empty() {
            apart_from(names, range, rule, "", out);
            return;
        }
    }
    let part = hint::part(rule, text.get(range.clone()).unwrap_or_default());
    let Some(part) = part.map(|p| range.start + p.start..range.start + p.end) else {
        out.push(Segment { range, field: None, words });
        return;
    };
    out.push(Segment::text(range.start..part.start));
    out.push(Segment { range: part.clone(), field: Some(rule.clone()), words: String::new() });
    out.push(Segment::text(part.end..range.end));
}

/// Below a name: another part of it, a number that is the person's, or what is shown beside it.
fn name_again(rule: &Arc<FieldRule>, text: &str, range: Range<usize>, edges: &[usize], out: &mut Vec<Segment>) {
    const NUMBERED: &[&str] = &["no", "no.", "num", "number", "id", "ref", "mrn", "hosp", "hospital", "#"];
    let names = name_parts::below(text, &range, edges);
    let shown = text.get(range.clone()).unwrap_or_default();
    let first = shown.split([' ', ':']).find(|w| !w.is_empty()).unwrap_or_default().to_lowercase();
    let words = if NUMBERED.contains(&first.as_str()) { "hospital number" } else { "" };
    apart_from(names, range, rule, words, out);
}

/// Stretches that are a field, and what stands between them with `words` as its context.
fn apart_from(
    names: Vec<Range<usize>>,
    range: Range<usize>,
    rule: &Arc<FieldRule>,
    words: &str,
    out: &mut Vec<Segment>,
) {
    let mut at = range.start;
    for name in names {
        out.push(Segment { range: at..name.start, field: None, words: words.to_owned() });
        at = name.end;
        out.push(Segment { range: name, field: Some(rule.clone()), words: String::new() });
    }
    out.push(Segment { range: at..range.end, field: None, words: words.to_owned() });
}

/// The name in what stands before a birth, an age or a `number`; `first`: before everything else that is labelled there.
fn name_before(text: &str, number: bool, first: bool) -> Option<Range<usize>> {
    // Nothing but a name stands before it, also one that no list has.
    let alone = text.trim_matches([' ', ',', '(', '-', '–', '|', '·', ';']);
    if first && name_parts::is_full(alone) {
        let from = text.find(alone)?;
        return Some(from..from + alone.len());
    }
    if number {
        return None;
    }
    if let Some(name) = listed_name(text) {
        return Some(name);
    }
    let shown = text.trim_end();
    // The last two words.
    let words = shown.char_indices().rev().filter(|(_, c)| *c == ' ').map(|(at, _)| at + 1);
    let from = words.take(2).last().filter(|_| shown.matches(' ').count() > 1).unwrap_or(0);
    let name = shown.get(from..).filter(|name| first && is_full_name(name, true))?;
    Some(from..from + name.len())
}

/// The name at the end of a text, before a birth: "Concerning Teague, Kerensa (".
fn listed_name(text: &str) -> Option<Range<usize>> {
    let shown = text.trim_end_matches([' ', '(']);
    let starts = shown.char_indices().rev().filter(|(_, c)| *c == ' ').map(|(at, _)| at + 1).chain([0]);
    let mut listed = starts.skip(1).take(2).filter(|from| {
        let name = shown.get(*from..).unwrap_or_default();
        let family = name.split(' ').next().unwrap_or_default();
        family.ends_with(',') && family.len() > 2 && beside::may_be_name(name)
    });
    listed.next().map(|from| from..shown.len())
}
