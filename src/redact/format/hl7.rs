//! HL7 v2: segments, fields, components, with the separators that the message declares.
//!
//! A segment is a unit. A field rule names `PID-5` or a component, `PID-5.1`. In a field of several components the kind
//! says which of them are the identifier: a name is family and given together, an address its first five parts, a number
//! its first. Result text (`OBX-5`, `NTE-3`) is read unescaped and whole; `OBX-5` has the name of its test as label.
//!
//! ```text
//! PID|1||9434765919^^^NHS^NH||SMITH^JOHN^^^MR||19620314|M
//! ```

mod moved;

use std::sync::Arc;

use super::breaks::HARD;
use super::scan::{Scan, offset_in};
use super::{decoded, value};
use crate::redact::detect::gazetteer;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::operator;
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
        let usual = Self::default();
        let mut chars = segment.chars().skip(3);
        let field = chars.next()?;
        let told = || chars.clone().take_while(|c| *c != field);
        // `MSH|^~\\&`, `MSH|^\~\&`: the usual signs, out of a program's text or a page that escapes them.
        let bare: String = told().filter(|c| *c != usual.escape).take(usual.all().len()).collect();
        if (2..=3).contains(&told().filter(|c| *c == usual.escape).count()) && bare == "^~&" {
            return Some(Self { field, ..usual }).filter(|marks| marks.are_apart());
        }
        // Old senders declare fewer than four.
        let mut declared = told();
        let marks = Self {
            field,
            component: declared.next()?,
            repetition: declared.next().unwrap_or(usual.repetition),
            escape: declared.next().unwrap_or(usual.escape),
            sub: declared.next().unwrap_or(usual.sub),
        };
        // The field leaves as it came, so nothing but signs may stand in it.
        let signs = declared.all(|c| c.is_ascii_punctuation());
        (marks.are_apart() && signs).then_some(marks)
    }

    fn all(&self) -> [char; 5] {
        [self.field, self.component, self.repetition, self.escape, self.sub]
    }

    /// Signs, and no two the same.
    fn are_apart(&self) -> bool {
        let all = self.all();
        all.iter().all(char::is_ascii_punctuation)
            && all.iter().enumerate().all(|(i, c)| all.iter().skip(i + 1).all(|d| d != c))
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
        if let Some(c) =
            text.chars().next().filter(|c| blank(*c) || c.is_whitespace() || (self.marks.is_none() && *c == '\u{feff}'))
        {
            out.push(c);
            return Ok(Some(c.len_utf8()));
        }
        // `…||DA|$$SIU|PID|1||66661229`: a line that has lost its ends.
        if let Some(mark) = self.marks.filter(|marks| text.starts_with(marks.field)) {
            out.push(mark.field);
            return Ok(Some(mark.field.len_utf8()));
        }
        if self.marks.is_some() && written_out(text, 0) {
            out.push_str(text.get(..2).unwrap_or_default());
            return Ok(Some(2));
        }
        let bars = self.marks.map_or_else(|| text.starts_with("MSH|"), |marks| marks.field == '|');
        let end = text.bytes().enumerate().position(|(at, byte)| {
            blank(char::from(byte))
                || (bars
                    && ((byte == b'|' && joins(text, at))
                        || (byte == b' ' && joined(text, at))
                        || (byte == b'\\' && written_out(text, at))))
        });
        let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
        let segment = text.get(..end).unwrap_or_default();
        let Some(name) = segment.get(..3).filter(|_| segment.len() > 3 || self.marks.is_some()) else {
            // Less than a segment: the end of a broken line, or something else altogether.
            let Some(_) = self.marks else { return Err(MALFORMED) };
            decoded::plain(ins, segment, &Place { whence: "text", ..Place::on(Surface::Data) }, out)?;
            return Ok(Some(end));
        };
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
        let field = |n: usize| segment.split(marks.field).nth(n).unwrap_or_default();
        let (label, typed) = if name == "OBX" { (test_name(field(3), marks), field(2)) } else { (String::new(), "") };
        Segment { name, marks, label, typed }.write(ins, segment, out)?;
        Ok(Some(end))
    }
}

/// The segments that stand behind a person's in a message. Where the ends of lines were lost, such a name is what the next one begins with.
const NEXT: [&str; 20] = [
    "AL1", "DG1", "EVN", "GT1", "IN1", "IN2", "IN3", "MRG", "MSH", "NK1", "NTE", "OBR", "OBX", "ORC", "PD1", "PID",
    "PR1", "PV1", "PV2", "ROL",
];
/// The segments that name people.
const ABOUT_PEOPLE: [&str; 6] = ["PID|", "NK1|", "MRG|", "GT1|", "IN1|", "IN2|"];
/// An analyser's record of a patient is no longer.
const LONGEST_RECORD: usize = 2048;

/// How long the mark of a frame is before an analyser's record of a patient: `␂2P|1||…` (CLSI LIS1-A), with the frame's number. Logs
/// write the mark out, `<STX>2P|1||…`, or leave it away.
pub(in crate::redact) fn frame_length(text: &str) -> usize {
    let rest = text.trim_start_matches(['\u{2}', '\u{5}', '\u{b}']);
    let rest = ["<STX>", "[STX]", "{STX}"].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
    let marks = text.len() - rest.len();
    match rest.as_bytes() {
        [b'0'..=b'7', b'P', b'|', ..] if marks > 0 => marks + 1,
        [b'0'..=b'7', b'P', b'|', b'0'..=b'9', b'|', ..] => 1,
        _ => within(text),
    }
}

/// Whether a line's end is written out, as logs and sources have it, and a segment begins behind it.
fn written_out(text: &str, at: usize) -> bool {
    let next = text.as_bytes().get(at..at + 6);
    matches!(next, Some([b'\\', b'r' | b'n', name @ .., b'|']) if NEXT.iter().any(|n| n.as_bytes() == name))
}

/// Whether a segment begins behind a bar whose line has lost its end: its name, and what it begins with. A field may hold such a name as well.
fn joins(text: &str, bar: usize) -> bool {
    let next = text.as_bytes().get(bar + 1..bar + 5);
    let named = matches!(next, Some([name @ .., b'|']) if NEXT.iter().any(|n| n.as_bytes() == name));
    let near = text.as_bytes().get(bar + 5..text.len().min(bar + 10)).unwrap_or_default();
    let digits = near.iter().take_while(|b| b.is_ascii_digit()).count();
    let first = near.get(digits..).and_then(|rest| rest.first());
    // A hospital may be called MSH; a message says its signs at once.
    let message = matches!(next, Some([b'M', b'S', b'H', b'|']));
    let counted = !message && digits <= 3 && first == Some(&b'|');
    let event = near.first() == Some(&b'A')
        && near.get(1..4).is_some_and(|rest| matches!(rest, [b'0'..=b'9', b'0'..=b'9', b'|']));
    named && (counted || near.starts_with(b"^~") || event)
}

/// The same behind a blank: `…|2.3||| EVN|A01|`. In a result or a note the words before it go on: "see PID|1| above".
fn joined(text: &str, blank: usize) -> bool {
    let told = matches!(text.get(..3), Some("OBX" | "NTE"));
    let ends = text.as_bytes().get(blank.wrapping_sub(1)) == Some(&b'|');
    (ends || !told) && joins(text, blank)
}

/// Where a segment about a person begins in a word whose lines have lost their ends: `…|2.5\rPID|1||T311870`, `…||DA|$$SIU|PID|1||66661229`.
fn within(word: &str) -> usize {
    if word.starts_with("PID|") {
        return 0;
    }
    let begins = |at: &usize| {
        let before = word.get(..*at).unwrap_or_default();
        before.ends_with('|') || before.ends_with("\\r") || before.ends_with("\\n")
    };
    let places = ABOUT_PEOPLE.iter().filter_map(|name| word.match_indices(name).map(|(at, _)| at).find(begins));
    places.min().unwrap_or_default()
}

/// The length of a segment about a person that stands in other text, as logs have them: `segment: PID|1||T311870^^^…`.
pub(in crate::redact) fn segment_length(text: &str) -> Option<usize> {
    let analyser = text.starts_with("P|");
    if !analyser && !ABOUT_PEOPLE.iter().any(|name| text.starts_with(name)) {
        return None;
    }
    let bytes = text.as_bytes();
    // The next segment on the same line begins its own; ` 2QG|` is the end of a postcode. Nothing is read beyond it, or a line of
    // nothing but beginnings would be read once for each.
    let next = |at: usize| match bytes.get(at + 1..at + 5) {
        Some([a, b, c, b'|']) => {
            a.is_ascii_uppercase() && [b, c].iter().all(|x| x.is_ascii_uppercase() || x.is_ascii_digit())
        }
        Some(_) | None => false,
    };
    let ends = |(at, byte): (usize, &u8)| match byte {
        b'\r' | b'\n' | b'"' | b'<' | b'>' => Some(at),
        // A log writes the end of a line out, `\r`.
        b'\\' if matches!(bytes.get(at + 1), Some(b'r' | b'n')) && next(at + 1) => Some(at),
        b'|' if joins(text, at) => Some(at),
        b' ' | b'\t' if next(at) || bytes.get(at + 1..at + 3) == Some(b"P|") => Some(at),
        _ => None,
    };
    let end = bytes.iter().enumerate().find_map(ends).unwrap_or(text.len());
    if analyser && end > LONGEST_RECORD {
        return None;
    }
    let segment = text.get(..end)?;
    if analyser {
        return moved::is_patient_of_analyser(segment).then_some(end);
    }
    let fields = segment.bytes().filter(|b| *b == b'|').count();
    // The heads of a table of processes have bars, too.
    let dated = || segment.split('|').any(|f| f.len() >= 8 && f.bytes().take(8).all(|b| b.is_ascii_digit()));
    (fields >= 5 && (segment.contains('^') || dated())).then_some(end)
}

/// Rewrites such a segment, with the signs that nearly all messages have; `None` when nothing changed.
pub(in crate::redact) fn redact_segment(ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
    let name = text.split('|').next().unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    Segment { name, marks: Marks::default(), label: String::new(), typed: "" }.write(ins, text, &mut out)?;
    as_text(ins, text, &out)
}

/// Whether a text is one field with its place before it, as registries of documents have them: `PID-5|WILLIAMS^Janet`.
pub(in crate::redact) fn is_slot(text: &str) -> bool {
    let numbered = |n: &str| (1..=2).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix("PID-").and_then(|rest| rest.split_once('|')).is_some_and(|(n, _)| numbered(n))
}

/// Rewrites such a field (IHE ITI TF-3, sourcePatientInfo); `None` when nothing changed.
pub(in crate::redact) fn redact_slot(ins: &mut Inspector, text: &str) -> Result<Option<String>, Withheld> {
    let Some((at, field)) = text.split_once('|') else { return Ok(None) };
    let marks = Marks::default();
    let segment = Segment { name: "PID", marks, label: String::new(), typed: "" };
    let rule = rule(ins, at.trim());
    let mut out = format!("{at}|");
    for (n, repetition) in field.split(marks.repetition).enumerate() {
        if n > 0 {
            out.push(marks.repetition);
        }
        segment.repetition(ins, repetition, at.trim(), rule.as_ref(), &mut out)?;
    }
    as_text(ins, text, &out)
}

/// What fields have left is read as a text besides: a sentence may stand where a field should.
fn as_text(ins: &mut Inspector, before: &str, fields: &str) -> Result<Option<String>, Withheld> {
    let mut out = String::with_capacity(fields.len());
    let place = Place { whence: "text", ..Place::on(Surface::Text) };
    decoded::unlabelled(ins, fields, &place, &mut out)?;
    Ok((out != before).then_some(out))
}

/// The label of the value in `OBX-5`: the text or code of its test.
fn test_name(test: &str, marks: Marks) -> String {
    let mut parts = test.split(marks.component);
    let code = parts.next().unwrap_or_default();
    normalise(parts.next().filter(|t| !t.is_empty()).unwrap_or(code))
}

/// What says that the parts before name who gives a number (HL7 table 0301).
const AUTHORITIES: &[&str] = &["CLIA", "DNS", "GUID", "HCD", "HL7", "ISO", "L", "M", "N", "URI", "UUID"];

struct Segment<'a> {
    name: &'a str,
    marks: Marks,
    /// Of `OBX-5`.
    label: String,
    /// The type of `OBX-5`, which says what its components are.
    typed: &'a str,
}

/// Whether a field says what somebody is to another (table 0063): `SEL^Self^HL70063`.
fn is_relationship(components: &[&str]) -> bool {
    const CODES: &[&str] = &[
        "BRO", "CGV", "CHD", "DEP", "DOM", "EMC", "EME", "EMR", "EXF", "FCH", "FND", "FTH", "GCH", "GRD", "GRP", "MTH",
        "NCH", "NON", "OAD", "OTH", "OWN", "PAR", "SCH", "SE", "SEL", "SIB", "SIS", "SPO", "UNK", "WRD",
    ];
    matches!(components, [code, _, "HL70063", ..] if CODES.contains(code))
}

/// The longest field, in bytes, that may be a label.
const LABEL: usize = 32;

impl Segment<'_> {
    fn write(&self, ins: &mut Inspector, segment: &str, out: &mut String) -> Result<(), Withheld> {
        let header = matches!(self.name, "MSH" | "FHS" | "BHS");
        let origin = ins.origin();
        // "ZBR|1|CPF|12345678901": a segment of a system's own names what comes behind.
        let own = self.name.starts_with('Z');
        let mut named = None;
        let mut somebody = false;
        let role = match self.name {
            "ROL" => segment.split(self.marks.field).nth(3),
            "PRT" => segment.split(self.marks.field).nth(4),
            _ => None,
        };
        let role = role.and_then(|role| role.split(self.marks.component).next()).unwrap_or_default();
        let early = self.name == "IN1"
            && segment.split(self.marks.field).nth(17).is_some_and(|f| moved::is_birth(f) || operator::is_masked(f));
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
            let place = moved::from(self.name, number, field, self.marks.component, somebody);
            somebody |= matches!(place, Some("PID-3" | "LIS-4" | "PID-5"));
            let at = place
                .or_else(|| moved::of_relative(self.name, number, role))
                .or_else(|| {
                    let insured = self.name == "IN1";
                    insured.then(|| moved::of_insured(number, field, self.marks.component, early)).flatten()
                })
                .map_or_else(|| format!("{}-{number}", self.name), str::to_owned);
            ins.reading_behind(origin, offset_in(segment, field));
            let rule = rule(ins, &at).or_else(|| named.take().filter(|_| field.bytes().any(|b| b.is_ascii_digit())));
            if own {
                let label =
                    field.len() <= LABEL && field.bytes().all(|b| b.is_ascii_alphabetic() || b" _-".contains(&b));
                named = ins
                    .label_field(&normalise(if label { field } else { "" }))
                    .filter(|rule| matches!(&rule.effect, FieldEffect::Identifier { kind, .. } if !matches!(kind, Kind::Name | Kind::Address)));
            }
            if at == "OBX-5" && self.value(ins, field, out)? {
                continue;
            }
            if self.name == "QPD" && number > 2 && self.query(ins, field, out)? {
                continue;
            }
            let free = matches!(at.as_str(), "NTE-3" | "OBX-5" | "TXA-12") || !field.contains(self.marks.component);
            if rule.as_ref().is_none_or(|r| !r.names_identifier()) && free && !self.has_component_rules(ins, &at) {
                // A laboratory's PT is the prothrombin time, in seconds.
                let time = self.label == "pt" && field.parse::<f64>().is_ok_and(|seconds| seconds < 500.0);
                let label = if at == "OBX-5" && !time { self.label.as_str() } else { "" };
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

    /// `OBX-5` of a type that has components: they are what the same type is in `PID`. A document in it is read by itself.
    fn value(&self, ins: &mut Inspector, field: &str, out: &mut String) -> Result<bool, Withheld> {
        let as_field = match self.typed {
            "XPN" | "PN" => Some("PID-5"),
            "XAD" | "AD" => Some("PID-11"),
            "XTN" | "TN" => Some("PID-13"),
            "CX" | "CK" => Some("PID-3"),
            "ED" | "RP" => None,
            _ => return Ok(false),
        };
        let origin = ins.origin();
        for (j, repetition) in field.split(self.marks.repetition).enumerate() {
            if j > 0 {
                out.push(self.marks.repetition);
            }
            ins.reading_behind(origin, offset_in(field, repetition));
            match as_field {
                Some(at) => {
                    let rule = rule(ins, at);
                    self.repetition(ins, repetition, at, rule.as_ref(), out)?;
                }
                None => self.repetition(ins, repetition, "OBX-5", None, out)?,
            }
        }
        Ok(true)
    }

    /// A parameter of a query by its place in the answer: `@PID.5.1^WILLIAMS`.
    fn query(&self, ins: &mut Inspector, field: &str, out: &mut String) -> Result<bool, Withheld> {
        if !field.starts_with('@') {
            return Ok(false);
        }
        let origin = ins.origin();
        for (j, repetition) in field.split(self.marks.repetition).enumerate() {
            if j > 0 {
                out.push(self.marks.repetition);
            }
            let place =
                |name: &str| name.len() <= 16 && name.trim_start_matches('@').split('.').all(is_place_in_an_answer);
            // Anything may stand where a parameter should.
            let Some((name, value)) = repetition.split_once(self.marks.component) else {
                ins.reading_behind(origin, offset_in(field, repetition));
                self.repetition(ins, repetition, "QPD-3", None, out)?;
                continue;
            };
            let mut parts = name.trim_start_matches('@').split('.');
            let (segment, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or("1"));
            let component = parts.next().unwrap_or("1");
            let at = format!("{segment}-{number}");
            let rule = rule(ins, &format!("{at}.{component}")).or_else(|| rule(ins, &at));
            let rule = rule.or_else(|| ins.label_field(&normalise(name)));
            if place(name) {
                out.push_str(name);
            } else {
                ins.reading_behind(origin, offset_in(field, name));
                self.component(ins, name, None, "", &at, out)?;
            }
            out.push(self.marks.component);
            ins.reading_behind(origin, offset_in(field, value));
            self.component(ins, value, rule, "", &at, out)?;
        }
        Ok(true)
    }

    /// What a field that no rule knows seems to be by its parts: a segment of a system's own has names and numbers too, and a number
    /// stands in a field that is not made for it.
    fn guess(&self, ins: &Inspector, components: &[&str]) -> Option<Arc<FieldRule>> {
        let part = |i: usize| components.get(i).map(|c| c.trim()).filter(|c| !c.is_empty());
        // A number with its issuer and the type of patients' numbers.
        let patients = ["MR", "PI", "PT", "PN", "NH", "NHS", "SS", "AN", "VN", "NI", "MC", "HC"];
        let number = part(0).is_some_and(|n| n.bytes().any(|b| b.is_ascii_digit()))
            && part(4).is_some_and(|t| patients.contains(&t));
        // In segments that HL7 describes, only of what has no name between: `VN6723^^^WARD&1.2.250.1.213&ISO^VN`.
        let given = part(1).is_none() && part(2).is_none() && part(3).is_some_and(|by| by.contains("&ISO"));
        if number && given {
            return rule(ins, "PID-3.1");
        }
        if !self.name.starts_with('Z') {
            return None;
        }
        let word = |text: &&str| {
            text.starts_with(char::is_uppercase) && text.chars().all(|c| c.is_alphabetic() || " '-&".contains(c))
        };
        let lists = gazetteer::shipped();
        let known = |text: &str, given: bool| {
            let first = text.split([' ', '&']).next().unwrap_or_default().to_lowercase();
            if given { lists.is_forename(&first) } else { lists.is_surname(&first) || !lists.is_word(&first) }
        };
        // Family and given name; a number in front is that of a member of staff.
        if let (Some(family), Some(given)) = (part(0).filter(word), part(1).filter(word))
            && known(family, false)
            && known(given, true)
        {
            return rule(ins, "PID-5.1");
        }
        number.then(|| rule(ins, "PID-3.1")).flatten()
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
        let guessed = if whole.is_none() || self.name.starts_with('Z') { self.guess(ins, &components) } else { None };
        // Senders count fields wrongly: `^PRN^PH^^^614^5553847` is a telephone where an address should stand.
        let telephone = is_telephone(&components) && rule(ins, &format!("{at}.1")).is_some_and(|r| is_address(&r));
        let whole = guessed.as_ref().or(whole);
        let kind = whole.and_then(|rule| match &rule.effect {
            FieldEffect::Identifier { kind, .. } => Some(*kind),
            FieldEffect::Prose | FieldEffect::Keep => None,
        });
        let taken = kind.map(|kind| taken(kind, &components)).unwrap_or_default();
        // Where senders count fields wrongly, a relationship stands in a name's place. Nobody is called so.
        let coded = is_relationship(&components);
        let rule = |ins: &Inspector, at: &str| rule(ins, at).filter(|rule| !(coded && is_name(rule)));
        let origin = ins.origin();
        let mut composed = self.composed(ins, &components, &taken, at, whole)?;
        if whole.is_none() && rule(ins, &format!("{at}.1")).is_some_and(|r| is_name(&r)) {
            let part = |i: usize| {
                let first = components.get(i).and_then(|c| c.split(self.marks.sub).next());
                first.map(|c| self.unescaped(c)).unwrap_or_default()
            };
            ins.learn_name(&part(0), &format!("{} {}", part(1), part(2)));
        }
        for (i, component) in components.iter().enumerate() {
            if i > 0 {
                out.push(self.marks.component);
            }
            let here = format!("{at}.{}", i + 1);
            let own = match telephone {
                true => rule(ins, &format!("{TELEPHONE}.{}", i + 1)),
                false => rule(ins, &here),
            };
            if own.is_none() && taken.contains(&i) {
                match &mut composed {
                    Composed::As(_) if component.trim_matches('"').is_empty() => out.push_str(component),
                    // The first part that there is takes the replacement, the others become empty.
                    Composed::As(new) => out.push_str(&std::mem::take(new)),
                    Composed::Unchanged => out.push_str(component),
                }
                continue;
            }
            // `GARCIA^PAULA^MARIA^ENRIQUE`: where a suffix should stand.
            let fourth = i == 3 && own.is_none() && gazetteer::shipped().is_forename(&component.to_lowercase());
            let own =
                own.or_else(|| rule(ins, &format!("{at}.2")).filter(|r| fourth && component.len() > 3 && is_name(r)));
            // `RUE MARIE CURIE^BRUXELLES^^74850`: a postcode where a state should stand.
            let code = i == 3 && own.is_none() && component.len() > 3 && component.bytes().all(|b| b.is_ascii_digit());
            let own = own.or_else(|| rule(ins, &format!("{at}.5")).filter(|r| code && is_postcode(r)));
            let keep = whole.filter(|_| kind.is_none()).cloned();
            ins.reading_behind(origin, offset_in(text, component));
            // Behind a state's two letters stands the postcode of an address.
            let state =
                i == 4 && components.get(3).is_some_and(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_uppercase()));
            let label = if state { "postal code" } else { "" };
            self.component(ins, component, own.or(keep), label, &here, out)?;
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
        let text = match parts.split_first() {
            Some((family, given)) if rule.is_some_and(|r| is_name(r)) && !given.is_empty() => {
                format!("{family}, {}", given.join(" "))
            }
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
        // A number and who gives it: `1234&LAB&05D2222542&ISO`. The number is its first part.
        let keyed =
            field.as_ref().is_some_and(|f| matches!(f.effect, FieldEffect::Identifier { kind, .. } if kind.is_key()));
        if keyed
            && let Some((number, giver)) = text.split_once(self.marks.sub)
            && number.bytes().any(|b| b.is_ascii_digit())
            && giver.rsplit(self.marks.sub).next().is_some_and(|kind| AUTHORITIES.contains(&kind))
        {
            self.component(ins, number, field, label, at, out)?;
            out.push(self.marks.sub);
            return self.component(ins, giver, None, "", at, out);
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
                run.push_char(HARD, here..here + width as u64);
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
            ".br" | ".BR" | ".sp" | ".ce" => Some(HARD.into()),
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
                '\r' | '\n' | HARD => ".br",
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

fn is_name(rule: &FieldRule) -> bool {
    matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Name, .. })
}

fn is_postcode(rule: &FieldRule) -> bool {
    matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Postcode, .. })
}

fn is_address(rule: &FieldRule) -> bool {
    matches!(rule.effect, FieldEffect::Identifier { kind: Kind::Address, .. })
}

fn rule(ins: &Inspector, at: &str) -> Option<Arc<FieldRule>> {
    ins.plan().fields.hl7.get(at).and_then(|rules| ins.pick(rules))
}

/// The rule for a component that is named as engines of messages name it in XML, JSON and trees: `PID.5.1`, normalised.
pub(in crate::redact) fn named(ins: &Inspector, label: &str) -> Option<Arc<FieldRule>> {
    let mut parts = label.splitn(4, ' ');
    let (segment, field, component) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| part.parse::<usize>().ok().filter(|n| part.len() <= 2 && *n > 0);
    let (field, component) = (number(field)?, number(component)?);
    let is_segment = segment.len() == 3 && segment.starts_with(|c: char| c.is_ascii_lowercase());
    // `PID.11.1.2` is a part of a component; more than that is something else.
    if !is_segment || parts.next().is_some_and(|sub| number(sub).is_none()) {
        return None;
    }
    let at = format!("{}-{field}", segment.to_ascii_uppercase());
    rule(ins, &format!("{at}.{component}")).or_else(|| {
        let whole = rule(ins, &at)?;
        match &whole.effect {
            FieldEffect::Identifier { kind, .. } => taken(*kind, &[]).contains(&(component - 1)).then_some(whole),
            FieldEffect::Prose | FieldEffect::Keep => Some(whole),
        }
    })
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

/// The field whose rules say what of a telephone is somebody's.
const TELEPHONE: &str = "PID-13";

/// Whether components say what a telephone is used for and what equipment it is (HL7 tables 0201 and 0202).
fn is_telephone(components: &[&str]) -> bool {
    const USES: &[&str] = &["ASN", "BPN", "EMR", "NET", "ORN", "PRN", "PRS", "VHN", "WPN"];
    const EQUIPMENT: &[&str] = &["BP", "CP", "FX", "Internet", "MD", "PH", "SAT", "TDD", "TTY", "X.400"];
    let is = |at: usize, table: &[&str]| components.get(at).is_some_and(|code| table.contains(code));
    is(1, USES) && is(2, EQUIPMENT)
}

/// `PID`, `3`: a segment, a field, a component. No number of more than three digits, which might be somebody's.
fn is_place_in_an_answer(part: &str) -> bool {
    (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}
