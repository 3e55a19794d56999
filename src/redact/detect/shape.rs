//! Detectors by shape: a bounded pattern, the words that say what it is, and a judge who knows the check digits.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use regex::Regex;

use super::near::{Cues, Near};
use super::{Context, Detector, Signs};
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::place::Surface;
use crate::redact::remark::{is_documentation, speaks_of_people};

/// The longest text that a shape may match, in bytes.
pub(super) const REACH: usize = 1024;

/// More digits than these with nothing between them are no number of a person.
const LONGEST_NUMBER: usize = 64;

/// A detector by shape. Each lives in a file of its own.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) id: &'static str,
    pub(super) kind: Kind,
    /// Bounded; what it matches is what is found (or its first group, when it has one).
    pub(super) pattern: &'static str,
    pub(super) cues: Cues,
    /// Whether a text of these signs can hold one.
    pub(super) needs: fn(&Signs) -> bool,
    /// Where what was matched ends, when the pattern reads on over spaces into another number.
    pub(super) ends: Option<fn(text: &str, from: usize, to: usize) -> usize>,
    /// How sure; `None`: it is not one.
    pub(super) judge: fn(&Candidate<'_>) -> Option<Confidence>,
}

/// What the pattern matched.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) text: &'a str,
    pub(super) range: Range<usize>,
    pub(super) value: &'a str,
    pub(super) context: &'a Context<'a>,
    cues: &'static Cues,
    near: OnceCell<Near>,
}

impl Candidate<'_> {
    /// Where the words are that say what it is. Looked for when asked: most candidates are none by their form alone.
    pub(super) fn near(&self) -> Near {
        *self.near.get_or_init(|| self.cues.near(self.text, self.range.start, self.context))
    }

    /// Its digits.
    pub(super) fn digits(&self) -> String {
        self.value.chars().filter(char::is_ascii_digit).collect()
    }

    /// Whether it is all that the text holds.
    pub(super) fn alone(&self) -> bool {
        self.text.trim().len() == self.value.trim().len()
    }

    /// Whether it stands in code, where constants and versions look like identifiers.
    pub(super) fn in_code(&self) -> bool {
        matches!(self.context.place.surface, Surface::Script | Surface::Style)
    }

    /// Whether it stands in code or in a programmer's remark about it.
    pub(super) fn in_program(&self) -> bool {
        self.in_code() || self.context.place.surface == Surface::Remark
    }

    /// Whether it stands in what documents a function: what has the form of a number or an address there is made up.
    pub(super) fn is_example(&self) -> bool {
        self.context.place.surface == Surface::Remark && is_documentation(self.text) && !speaks_of_people(self.text)
    }

    /// A confidence, a little higher where a rule says that free text stands.
    pub(super) fn sure(&self, confidence: Confidence) -> Option<Confidence> {
        Some(if self.context.prose() { confidence.saturating_add(10).min(99) } else { confidence })
    }
}

#[derive(Debug)]
struct Shaped {
    shape: &'static Shape,
    pattern: Regex,
    reach: usize,
}

impl Shape {
    /// The detector. A shape that does not compile finds nothing; the registry's test sees to it that there is none.
    pub(super) fn compile(&'static self) -> Arc<dyn Detector> {
        match (super::pattern::bounded_by(self.pattern, REACH), Regex::new(self.pattern)) {
            (Ok(reach), Ok(pattern)) => Arc::new(Shaped { shape: self, pattern, reach }),
            _ => Arc::new(Broken { shape: self }),
        }
    }
}

impl Detector for Shaped {
    fn id(&self) -> &str {
        self.shape.id
    }

    fn kind(&self) -> Kind {
        self.shape.kind
    }

    fn reach(&self) -> usize {
        self.reach
    }

    fn patterns(&self) -> Vec<&str> {
        vec![self.shape.pattern]
    }

    fn wants(&self, context: &Context<'_>) -> bool {
        (self.shape.needs)(&context.signs)
    }

    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>) {
        let mut at = 0;
        let mut groups = self.pattern.capture_locations();
        while at <= text.len() {
            let Some(whole) = self.pattern.captures_read_at(&mut groups, text, at) else { return };
            let (from, to) = groups.get(1).unwrap_or((whole.start(), whole.end()));
            let to = self.shape.ends.map_or(to, |ends| ends(text, from, to));
            let value = text.get(from..to).unwrap_or_default();
            let candidate =
                Candidate { text, range: from..to, value, context, cues: &self.shape.cues, near: OnceCell::new() };
            match (self.shape.judge)(&candidate) {
                Some(confidence) => {
                    let finder = Finder::Detector(self.shape.id.into());
                    out.push(Finding { range: from..to, kind: self.shape.kind, confidence, finder });
                    at = to.max(whole.start() + 1);
                }
                // Not this one: one that begins inside it may still be.
                None => at = past_digits(text, whole.start() + 1),
            }
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
}

/// Behind a stretch of digits that is longer than any number of a person and has begun before `at`; else `at`. In such a
/// stretch every digit would be tried as a beginning, by every detector.
fn past_digits(text: &str, at: usize) -> usize {
    let stretch = |most: usize| {
        text.as_bytes().get(at..).unwrap_or_default().iter().take(most).take_while(|b| b.is_ascii_digit()).count()
    };
    if stretch(LONGEST_NUMBER) < LONGEST_NUMBER { at } else { at + stretch(text.len()) }
}

#[derive(Debug)]
struct Broken {
    shape: &'static Shape,
}

impl Detector for Broken {
    fn id(&self) -> &str {
        self.shape.id
    }

    fn kind(&self) -> Kind {
        self.shape.kind
    }

    fn reach(&self) -> usize {
        0
    }

    fn wants(&self, _context: &Context<'_>) -> bool {
        false
    }

    fn find(&self, _text: &str, _context: &Context<'_>, _out: &mut Vec<Finding>) {}
}

/// Luhn's check, as cards have it.
pub(super) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b.wrapping_sub(b'0'));
            if i % 2 == 0 {
                d
            } else if d > 4 {
                d * 2 - 9
            } else {
                d * 2
            }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}
