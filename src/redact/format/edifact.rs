//! EDIFACT: segments, elements, components, as the messages of pathology, radiology and registration in British practice have them.
//!
//! A segment is a unit. What a segment says of the patient is known by its name and qualifier; a party that is no patient (a
//! practice, a laboratory) is read as text, and so is whatever no rule below knows.
//!
//! ```text
//! PNA+PAT+9435492908:OPI+++SU:AZIZ+FO:NISMA'    number and parts of the name
//! ADR++US:59 SANDTOFT ROAD:BELTON++DN9 1PJ'     the address of the party before
//! DTM+329:19450730:102'                         329 is a date of birth
//! PID+1980:10:25+V+BERG:van de'                 Dutch messages have the patient in one segment
//! ```
//!
//! X12's segments are read here as well: what they hold is told by [`x12`].

use super::scan::{Scan, offset_in};
use super::{decoded, value, x12};
use crate::redact::inspect::Inspector;
use crate::redact::operator;
use crate::redact::place::{Place, Surface};
use crate::redact::run::Run;
use crate::redact::withheld::Withheld;

const MALFORMED: Withheld = Withheld::Malformed("EDIFACT");

/// Qualifiers of parties that are the patient or a relative (PAS), or a part of what is known of them.
const PATIENTS: &[&str] = &["PAT", "PAS", "PER", "PRE", "PTA"];

/// Qualifiers of references by which somebody keeps the patient's record.
const RECORDS: &[&str] = &["RPI", "SPI", "SSI", "PI", "HPI", "AHP", "MR"];

/// Qualifiers of a date that is the patient's birth.
const BIRTH: &[&str] = &["329", "BIR"];

/// What stands between the parts of a message.
#[derive(Debug, Clone, Copy)]
struct Marks {
    component: char,
    element: char,
    /// None where a blank is declared: nothing is released.
    release: Option<char>,
    segment: char,
    /// They are X12's.
    x12: bool,
}

impl Default for Marks {
    fn default() -> Self {
        Self { component: ':', element: '+', release: Some('?'), segment: '\'', x12: false }
    }
}

impl Marks {
    /// From `UNA:+.? '`, and how long that is: some leave the blank out.
    fn declared(text: &str) -> Option<(Self, usize)> {
        let mut signs = text.get(3..8)?.chars();
        let (component, element, _, release, fifth) =
            (signs.next()?, signs.next()?, signs.next()?, signs.next()?, signs.next()?);
        let sixth = text.get(8..)?.chars().next()?;
        let short = fifth.is_ascii_punctuation() && (sixth.is_alphanumeric() || sixth.is_whitespace());
        let (segment, length) = if short { (fifth, 8) } else { (sixth, 9) };
        let signs = [component, element, segment];
        // A letter or a digit that releases would vanish from words and numbers.
        if !(release == ' ' || release.is_ascii_punctuation()) {
            return None;
        }
        let release = Some(release).filter(|release| *release != ' ' && !signs.contains(release));
        let marks = Self { component, element, release, segment, x12: false };
        (signs.iter().all(char::is_ascii_punctuation) && component != element && element != segment)
            .then_some((marks, length))
    }

    /// Where the parts of a text begin and end, between signs that are not released.
    fn split(self, text: &str, sign: char) -> Vec<&str> {
        let mut parts = Vec::new();
        let mut from = 0;
        let mut released = false;
        for (at, c) in text.char_indices() {
            if released {
                released = false;
            } else if Some(c) == self.release {
                released = true;
            } else if c == sign {
                parts.push(text.get(from..at).unwrap_or_default());
                from = at + c.len_utf8();
            }
        }
        parts.push(text.get(from..).unwrap_or_default());
        parts
    }
}

/// Whether a text that is not all there yet begins as interchanges and messages do.
pub(in crate::redact) fn opens(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    let service = text.starts_with("UNA") && Marks::declared(text).is_some();
    let numbered = text.strip_prefix("UNH+").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    service || numbered || text.starts_with("UNB+UNO") || x12::opens(text)
}

/// Whether a text is of interchanges and messages.
pub(in crate::redact) fn begins(text: &str) -> bool {
    opens(text) && (text.contains(['\'', '~']) || x12::opens(text))
}

/// Scans interchanges.
#[derive(Debug, Default)]
pub(in crate::redact) struct Edifact {
    marks: Marks,
    begun: bool,
    /// The last party is the patient, or none has come in this group.
    patient: bool,
    /// The message is one of medicine: MEDVRI, MEDRPT.
    medical: bool,
}

impl Scan for Edifact {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let blank = |c: &char| c.is_whitespace() || *c == '\u{feff}';
        if let Some(c) = text.chars().next().filter(blank) {
            out.push(c);
            return Ok(Some(c.len_utf8()));
        }
        if !self.begun {
            if text.len() < 9 && !last {
                return Ok(None);
            }
            let Some(beginning) = x12::beginning(text, last) else { return Ok(None) };
            let other = x12::opens(text);
            if !(other || text.starts_with("UNA") || text.starts_with("UNB") || text.starts_with("UNH")) {
                return Err(MALFORMED);
            }
            self.begun = true;
            if other {
                let (element, component, segment) =
                    x12::declared(beginning).unwrap_or(('*', ':', x12::terminator(beginning)));
                self.marks = Marks { component, element, release: None, segment, x12: true };
            }
            if text.starts_with("UNA") {
                let (marks, length) = Marks::declared(text).ok_or(MALFORMED)?;
                self.marks = marks;
                out.push_str(text.get(..length).unwrap_or_default());
                return Ok(Some(length));
            }
        }
        let Some(end) = self.behind(text).or(last.then_some(text.len())) else { return Ok(None) };
        let segment = text.get(..end).unwrap_or_default();
        let bare = segment.strip_suffix(self.marks.segment).unwrap_or(segment);
        self.segment(ins, bare, out)?;
        out.push_str(segment.get(bare.len()..).unwrap_or_default());
        Ok(Some(end))
    }
}

impl Edifact {
    /// Behind the segment at the front, its sign included.
    fn behind(&self, text: &str) -> Option<usize> {
        let mut released = false;
        for (at, c) in text.char_indices() {
            if released {
                released = false;
            } else if Some(c) == self.marks.release {
                released = true;
            } else if c == self.marks.segment {
                return Some(at + c.len_utf8());
            }
        }
        None
    }

    fn segment(&mut self, ins: &mut Inspector, segment: &str, out: &mut String) -> Result<(), Withheld> {
        let elements = self.marks.split(segment, self.marks.element);
        let name = elements.first().copied().unwrap_or_default();
        let qualifier = elements.get(1).and_then(|e| self.marks.split(e, self.marks.component).first().copied());
        let qualifier = qualifier.unwrap_or_default();
        match name {
            _ if self.marks.x12 => self.patient = x12::party(name, qualifier).unwrap_or(self.patient),
            "PNA" | "NAD" => self.patient = PATIENTS.contains(&qualifier),
            "UNH" | "UNB" => {
                self.patient = false;
                let kind = elements.get(2).copied().unwrap_or_default();
                self.medical = name == "UNH" && kind.starts_with("MED");
            }
            // A group: an address in it that no party stands before is the patient's.
            _ if name.len() == 3 && name.starts_with('S') && name.bytes().skip(1).all(|b| b.is_ascii_digit()) => {
                self.patient = true;
            }
            _ => {}
        }
        if name == "PNA" && self.patient {
            self.learn(ins, &elements);
        }
        if self.marks.x12
            && self.patient
            && let Some((family, given)) = x12::name(&elements)
            && !operator::is_masked(&family)
            && !operator::is_masked(&given)
        {
            ins.learn_name(&family, &given);
        }
        let origin = ins.origin();
        for (i, element) in elements.iter().enumerate() {
            if i > 0 {
                out.push(self.marks.element);
            }
            let components = self.marks.split(element, self.marks.component);
            for (j, component) in components.iter().enumerate() {
                if j > 0 {
                    out.push(self.marks.component);
                }
                ins.reading_behind(origin, offset_in(segment, component));
                let head = components.first().copied().unwrap_or_default();
                let label = if self.marks.x12 {
                    x12::label(&elements, i, self.patient)
                } else {
                    self.label(name, qualifier, (i, j), head, components.len())
                };
                // X12 has free text in first elements, too; its qualifiers are of three signs at most.
                let named = i == 0 || (i == 1 && j == 0 && (!self.marks.x12 || component.len() < 4));
                self.component(ins, component, label, named, out)?;
            }
        }
        Ok(())
    }

    /// What stands in a component: the label of the rule for it; empty where none is known.
    fn label(
        &self,
        name: &str,
        qualifier: &str,
        (element, component): (usize, usize),
        head: &str,
        count: usize,
    ) -> &'static str {
        match (name, element, component) {
            ("PNA", 2, 0) if self.patient && head.len() == 10 => "nhs number",
            ("PNA" | "NAD", 2, 0) if self.patient => "patient id",
            ("PNA", 3.., 1) if self.patient => match head {
                "SU" | "PS" => "surname",
                "FO" | "FS" | "MI" | "1F" | "2F" | "3F" | "4F" | "KN" => "forename",
                _ => "",
            },
            // "US" says how the name stands.
            ("PNA", 3.., 0) if self.patient && count == 1 && head != "US" => "patient name",
            ("NAD", 3, _) if self.patient && head.chars().any(char::is_alphabetic) => "address",
            // Behind a code for how the address is written.
            ("NAD", 3, 1..) if self.patient => "address",
            ("NAD", 4, _) if self.patient => "patient name",
            ("NAD", 5 | 6, _) if self.patient => "address",
            ("NAD", 8, _) if self.patient => "postcode",
            ("ADR", 2, 1..) if self.patient => "address",
            ("ADR", 3, _) if self.patient => "address",
            ("ADR", 4, _) if self.patient => "postcode",
            ("COM", 1, 0) if self.patient => "phone",
            ("CON", 2, 0) if self.patient => "phone",
            // The patient of Dutch messages: birth, sex, own and partner's names with their prefixes, initials; and the address.
            ("PID", 1, 0..=2) if self.medical => match component {
                0 => "birth year",
                1 => "birth month",
                _ => "birth day",
            },
            ("PID", 3, 5) if self.medical => "forename",
            ("PID", 3, _) if self.medical => "surname",
            ("PID", 5.., _) if self.medical => "patient id",
            ("PAD", 1, 4) if self.medical => "postcode",
            ("PAD", 1, _) if self.medical => "address",
            ("PAD", 2.., _) if self.medical => "phone",
            ("DTM", 1, 1) if BIRTH.contains(&qualifier) => "date of birth",
            ("RFF", 1, 1) if RECORDS.contains(&qualifier) => "hospital number",
            _ => "",
        }
    }

    fn component(
        &self,
        ins: &mut Inspector,
        text: &str,
        label: &'static str,
        name: bool,
        out: &mut String,
    ) -> Result<(), Withheld> {
        // The name of a segment and its qualifier are the standard's.
        if text.is_empty() || (name && label.is_empty() && text.len() <= 6) {
            out.push_str(text);
            return Ok(());
        }
        let exact = self.decode(text);
        let field = ins.label_field(label);
        let place = Place { surface: Surface::Data, field, label, whence: "segment" };
        match value::nested(ins, exact.text(), &place)? {
            value::Nested::Changed(new) => out.push_str(&self.escaped(&new)),
            value::Nested::Unchanged => out.push_str(text),
            value::Nested::Plain => {
                let mut edits = decoded::inspect(ins, &exact, &place)?;
                if let Some(loose) = self.decode_loosely(text) {
                    edits.extend(decoded::inspect(ins, &loose, &place)?);
                }
                decoded::apply(text, edits, out);
            }
        }
        Ok(())
    }

    /// The parts of the patient's name are one person's.
    fn learn(&self, ins: &mut Inspector, elements: &[&str]) {
        let part = |wanted: &str| {
            elements.iter().find_map(|element| {
                let components = self.marks.split(element, self.marks.component);
                let is = components.first().is_some_and(|code| *code == wanted);
                components.get(1).filter(|_| is).map(|c| self.decode(c).text().to_owned())
            })
        };
        let family = part("SU").unwrap_or_default();
        let given: Vec<String> = ["FO", "1F", "MI", "FS", "2F", "3F"].iter().filter_map(|code| part(code)).collect();
        if !given.iter().any(|g| operator::is_masked(g)) {
            ins.learn_name(&family, &given.join(" "));
        }
    }

    /// As a person reads it.
    fn decode(&self, text: &str) -> Run {
        let mut run = Run::default();
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if Some(c) == self.marks.release
                && let Some((_, released)) = chars.next()
            {
                run.push_char(released, at as u64..(at + c.len_utf8() + released.len_utf8()) as u64);
            } else {
                run.push_source(text.get(at..at + c.len_utf8()).unwrap_or_default(), at as u64);
            }
        }
        run
    }

    /// As whoever knows nothing of signs that release reads it, when one stands before a letter or a digit: "Was it Smith?Yes".
    fn decode_loosely(&self, text: &str) -> Option<Run> {
        let release = self.marks.release?;
        let needless = |(at, _): (usize, &str)| {
            text.get(at + release.len_utf8()..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric)
        };
        text.match_indices(release).any(needless).then(|| {
            let mut run = Run::default();
            run.push_source(text, 0);
            run
        })
    }

    fn escaped(&self, text: &str) -> String {
        let marks = self.marks;
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            let sign = [marks.component, marks.element, marks.segment].contains(&c) || Some(c) == marks.release;
            match marks.release {
                Some(release) if sign => out.extend([release, c]),
                // It cannot be written here.
                None if sign => out.push(' '),
                Some(_) | None => out.push(c),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_are_released_part_nothing() {
        let marks = Marks::default();
        assert_eq!(marks.split("ST JAMES?'S+a?+b+c", '+'), ["ST JAMES?'S", "a?+b", "c"]);
        assert!(Marks::declared("UNA:+.? '").is_some());
        assert!(
            Marks::declared("UNA:+.?'UNB+UNOC").is_some_and(|(marks, length)| marks.segment == '\'' && length == 8)
        );
        assert!(Marks::declared("UNATTENDED").is_none());
        assert!(begins("UNH+1+MEDRPT'") && !begins("UNH+1") && !begins("UNAIDED breathing, 98%"));
    }
}
