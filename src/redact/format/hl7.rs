//! HL7 v2: segments, fields, components, with the separators that the message declares.
//!
//! A segment is a unit. A field rule names `PID-5` or a component, `PID-5.1`. In a field of several components the kind
//! says which of them are the identifier: a name is family and given together, an address its first five parts, a number
//! its first. Result text (`OBX-5`, `NTE-3`) is read unescaped and whole; `OBX-5` has the name of its test as label.
//!
//! ```text
//! PID|1||9434765919^^^NHS^NH||SMITH^JOHN^^^MR||19620314|M
//! ```

use std::sync::Arc;

use super::scan::{Scan, offset_in};
use super::{decoded, value};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::place::{Place, Surface};
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

const MALFORMED: Withheld = Withheld::Malformed("HL7 v2");

/// What a message declares in its first segment.
#[derive(Debug, Clone, Copy)]
struct Marks {
    field: char,
    component: char,
    repetition: char,
    escape: char,
    sub: char,
}

impl Default for Marks {
    fn default() -> Self {
        Self { field: '|', component: '^', repetition: '~', escape: '\\', sub: '&' }
    }
}

impl Marks {
    /// From `MSH|^~\&`.
    fn declared(segment: &str) -> Option<Self> {
        let mut chars = segment.chars().skip(3);
        let marks = Self {
            field: chars.next()?,
            component: chars.next()?,
            repetition: chars.next()?,
            escape: chars.next()?,
            sub: chars.next()?,
        };
        let all = [marks.field, marks.component, marks.repetition, marks.escape, marks.sub];
        let plain = all.iter().all(|c| c.is_ascii_punctuation());
        let distinct = all.iter().enumerate().all(|(i, c)| all.iter().skip(i + 1).all(|d| d != c));
        (plain && distinct).then_some(marks)
    }
}

/// Scans messages and batches.
#[derive(Debug, Default)]
pub(in crate::redact) struct Hl7 {
    marks: Option<Marks>,
    segment: u64,
}

impl Scan for Hl7 {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        // Blank lines, and the frame of MLLP.
        let blank = |c: char| matches!(c, '\r' | '\n' | '\u{b}' | '\u{1c}');
        if let Some(c) = text
            .chars()
            .next()
            .filter(|c| blank(*c) || (self.marks.is_none() && (c.is_whitespace() || *c == '\u{feff}')))
        {
            out.push(c);
            return Ok(Some(c.len_utf8()));
        }
        let end = text.find(blank);
        let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
        let segment = text.get(..end).unwrap_or_default();
        let name = segment.get(..3).ok_or(MALFORMED)?;
        if matches!(name, "MSH" | "FHS" | "BHS") {
            self.marks = Some(Marks::declared(segment).ok_or(MALFORMED)?);
        }
        let marks = self.marks.ok_or(MALFORMED)?;
        let named = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let ends = segment.get(3..).is_some_and(|rest| rest.is_empty() || rest.starts_with(marks.field));
        self.segment += 1;
        if !named || !ends {
            // A line of a note that was broken over lines: text.
            decoded::plain(ins, segment, &Place { whence: "text", ..Place::on(Surface::Data) }, out)?;
            return Ok(Some(end));
        }
        Segment { name, marks, label: test_name(name, segment, marks) }.write(ins, segment, out)?;
        Ok(Some(end))
    }
}

/// The label of the value in `OBX-5`: the text or code of its test.
fn test_name(name: &str, segment: &str, marks: Marks) -> String {
    if name != "OBX" {
        return String::new();
    }
    let test = segment.split(marks.field).nth(3).unwrap_or_default();
    let mut parts = test.split(marks.component);
    let code = parts.next().unwrap_or_default();
    normalise(parts.next().filter(|t| !t.is_empty()).unwrap_or(code))
}

struct Segment<'a> {
    name: &'a str,
    marks: Marks,
    /// Of `OBX-5`.
    label: String,
}

impl Segment<'_> {
    fn write(&self, ins: &mut Inspector, segment: &str, out: &mut String) -> Result<(), Withheld> {
        let header = matches!(self.name, "MSH" | "FHS" | "BHS");
        let origin = ins.origin();
        for (i, field) in segment.split(self.marks.field).enumerate() {
            if i > 0 {
                out.push(self.marks.field);
            }
            // In a header, the first separator is itself field 1, and field 2 declares the others.
            let number = if header { i + 1 } else { i };
            if i == 0 || (header && number == 2) {
                out.push_str(field);
                continue;
            }
            let at = format!("{}-{number}", self.name);
            ins.reading_behind(origin, offset_in(segment, field));
            let rule = rule(ins, &at);
            let free = matches!(at.as_str(), "NTE-3" | "OBX-5" | "TXA-12") || !field.contains(self.marks.component);
            if rule.as_ref().is_none_or(|r| !r.names_identifier()) && free && !self.has_component_rules(ins, &at) {
                let label = if at == "OBX-5" { self.label.as_str() } else { "" };
                let rule = ins.label_field(label).or(rule);
                self.component(ins, field, rule, label, &at, out)?;
                continue;
            }
            for (j, repetition) in field.split(self.marks.repetition).enumerate() {
                if j > 0 {
                    out.push(self.marks.repetition);
                }
                ins.reading_behind(origin, offset_in(segment, repetition));
                self.repetition(ins, repetition, &at, rule.as_ref(), out)?;
            }
        }
        Ok(())
    }

    fn has_component_rules(&self, ins: &Inspector, at: &str) -> bool {
        (1..=16).any(|n| rule(ins, &format!("{at}.{n}")).is_some())
    }

    /// One repetition of a field: its components, of which a rule on the whole field takes those that its kind says.
    fn repetition(
        &self,
        ins: &mut Inspector,
        text: &str,
        at: &str,
        whole: Option<&Arc<FieldRule>>,
        out: &mut String,
    ) -> Result<(), Withheld> {
        let components: Vec<&str> = text.split(self.marks.component).collect();
        let kind = whole.and_then(|rule| match &rule.effect {
            FieldEffect::Identifier { kind, .. } => Some(*kind),
            FieldEffect::Prose | FieldEffect::Keep => None,
        });
        let taken = kind.map(|kind| taken(kind, &components)).unwrap_or_default();
        let origin = ins.origin();
        let mut composed = self.composed(ins, &components, &taken, at, whole)?;
        for (i, component) in components.iter().enumerate() {
            if i > 0 {
                out.push(self.marks.component);
            }
            let here = format!("{at}.{}", i + 1);
            let own = rule(ins, &here);
            if own.is_none() && taken.contains(&i) {
                match &mut composed {
                    Composed::As(_) if component.trim_matches('"').is_empty() => out.push_str(component),
                    // The first part that there is takes the replacement, the others become empty.
                    Composed::As(new) => out.push_str(&std::mem::take(new)),
                    Composed::Unchanged => out.push_str(component),
                }
                continue;
            }
            let keep = whole.filter(|_| kind.is_none()).cloned();
            ins.reading_behind(origin, offset_in(text, component));
            self.component(ins, component, own.or(keep), "", &here, out)?;
        }
        Ok(())
    }

    /// The taken components as one value, as a person writes it.
    fn composed(
        &self,
        ins: &mut Inspector,
        components: &[&str],
        taken: &[usize],
        at: &str,
        rule: Option<&Arc<FieldRule>>,
    ) -> Result<Composed, Withheld> {
        let parts = taken.iter().filter_map(|&i| components.get(i)).map(|c| self.unescaped(c));
        let parts: Vec<String> =
            parts.map(|p| p.trim_matches('"').trim().to_owned()).filter(|p| !p.is_empty()).collect();
        if parts.is_empty() {
            return Ok(Composed::Unchanged);
        }
        let is_name = matches!(rule.map(|r| &r.effect), Some(FieldEffect::Identifier { kind: Kind::Name, .. }));
        let text = match parts.split_first() {
            Some((family, given)) if is_name && !given.is_empty() => format!("{family}, {}", given.join(" ")),
            _ => parts.join(", "),
        };
        let place = Place { surface: Surface::Data, field: rule.cloned(), label: "", whence: at };
        Ok(ins.redact(&text, &place)?.map_or(Composed::Unchanged, |new| Composed::As(self.escaped(&new))))
    }

    fn component(
        &self,
        ins: &mut Inspector,
        text: &str,
        field: Option<Arc<FieldRule>>,
        label: &str,
        at: &str,
        out: &mut String,
    ) -> Result<(), Withheld> {
        if text.is_empty() || text == "\"\"" {
            out.push_str(text);
            return Ok(());
        }
        let exact = self.decode(text);
        let place = Place { surface: Surface::Data, field, label, whence: at };
        match value::nested(ins, exact.text(), &place)? {
            value::Nested::Changed(new) => out.push_str(&self.escaped(&new)),
            value::Nested::Unchanged => out.push_str(text),
            value::Nested::Plain => {
                let edits = decoded::inspect(ins, &exact, &place)?;
                decoded::apply(text, edits, out);
            }
        }
        Ok(())
    }

    /// As a person reads it: escapes undone; separators inside are gaps.
    fn decode(&self, text: &str) -> Run {
        let marks = self.marks;
        let mut run = Run::default();
        let mut at = 0;
        while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let here = at as u64;
            let width = c.len_utf8();
            if c == marks.escape
                && let Some(end) = text.get(at + width..).and_then(|rest| rest.find(marks.escape)).filter(|n| *n <= 64)
            {
                let code = text.get(at + width..at + width + end).unwrap_or_default();
                let span = here..here + (width * 2 + end) as u64;
                match self.escape(code) {
                    Some(read) => run.push_str(&read, span),
                    None => run.push_char(' ', span),
                }
                at += width * 2 + end;
                continue;
            }
            if c == marks.component || c == marks.sub {
                run.push_char(' ', here..here + width as u64);
            } else if c == marks.repetition {
                run.push_char('\n', here..here + width as u64);
            } else {
                run.push_source(text.get(at..at + width).unwrap_or_default(), here);
            }
            at += width;
        }
        run
    }

    fn unescaped(&self, text: &str) -> String {
        self.decode(text).text().to_owned()
    }

    /// What an escape sequence stands for; formatting is a gap.
    fn escape(&self, code: &str) -> Option<String> {
        let marks = self.marks;
        match code {
            "F" => Some(marks.field.to_string()),
            "S" => Some(marks.component.to_string()),
            "T" => Some(marks.sub.to_string()),
            "R" => Some(marks.repetition.to_string()),
            "E" => Some(marks.escape.to_string()),
            ".br" | ".BR" => Some("\n".into()),
            _ => {
                let digits = code.strip_prefix('X')?;
                let bytes = data_encoding::HEXUPPER_PERMISSIVE.decode(digits.as_bytes()).ok()?;
                Some(String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }

    fn escaped(&self, text: &str) -> String {
        let marks = self.marks;
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let code = match c {
                _ if c == marks.escape => "E",
                _ if c == marks.field => "F",
                _ if c == marks.component => "S",
                _ if c == marks.repetition => "R",
                _ if c == marks.sub => "T",
                '\r' | '\n' => ".br",
                _ => {
                    out.push(c);
                    continue;
                }
            };
            out.push(marks.escape);
            out.push_str(code);
            out.push(marks.escape);
        }
        out
    }
}

enum Composed {
    Unchanged,
    As(String),
}

fn rule(ins: &Inspector, at: &str) -> Option<Arc<FieldRule>> {
    ins.plan().fields.hl7.get(at).and_then(|rules| ins.pick(rules))
}

/// Which components of a field are the identifier.
fn taken(kind: Kind, components: &[&str]) -> Vec<usize> {
    let has = |i: usize| components.get(i).is_some_and(|c| !c.is_empty());
    match kind {
        // XPN begins with the family name, XCN and CNN with a number.
        Kind::Name => {
            let numbered = components.first().is_none_or(|c| c.is_empty() || c.bytes().any(|b| b.is_ascii_digit()));
            let shift = usize::from(numbered && has(1));
            (shift..shift + 3).collect()
        }
        Kind::Address | Kind::Postcode | Kind::Zip => (0..5).collect(),
        // Number, e-mail, area, local number, extension, whole number as text.
        Kind::Phone | Kind::Email => vec![0, 3, 5, 6, 7, 11],
        Kind::NhsNumber
        | Kind::HospitalNumber
        | Kind::RecordId
        | Kind::Nino
        | Kind::DateOfBirth
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
        | Kind::IpAddress
        | Kind::Other => vec![0],
    }
}
