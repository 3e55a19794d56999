//! Whether a text that is about to leave holds an identifier.

use std::ops::Range;

use super::SURE;
use super::read;
use crate::redact::detect::{Context, Detector, gazetteer};
use crate::redact::dictionary::Dictionary;
use crate::redact::finding::Finding;
use crate::redact::inspect::{Inspector, Kept};
use crate::redact::kind::Kind;
use crate::redact::operator;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// Markup inside text inside markup, at most so often.
pub(super) const NESTED: u8 = 3;

/// What is known when a text is judged.
pub(super) struct Judge<'a> {
    dictionary: &'a Dictionary,
    /// Only what was learned before; see [`Dictionary::mark`].
    mark: u64,
    detectors: Vec<(&'a dyn Detector, u8)>,
    kept: &'a Kept,
    /// Markup of our own, which names the engineer.
    head: Option<&'a str>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(ins: &'a Inspector, mark: u64, head: Option<&'a str>) -> Self {
        let used = ins.plan().detectors.iter();
        let detectors = used.map(|used| (&*used.detector, used.threshold.max(SURE))).collect();
        Self { dictionary: ins.dictionary(), mark, detectors, kept: ins.kept(), head }
    }

    /// Judges a decoded text.
    ///
    /// # Errors
    /// It holds an identifier.
    pub(super) fn text(&self, text: &str, surface: Surface) -> Result<(), Withheld> {
        if !could_hold(text) {
            return Ok(());
        }
        self.reading(text, surface)?;
        if text.contains('%')
            && let Some(undone) = read::percents(text)
        {
            self.reading(&undone, surface)?;
        }
        if text.contains('\\') {
            let undone = if surface == Surface::Style { read::css_escapes(text) } else { read::backslashes(text) };
            if let Some(undone) = undone {
                self.reading(&undone, surface)?;
            }
        }
        Ok(())
    }

    /// Judges a text that may hold markup of its own: an attribute, a comment, a value of data.
    pub(super) fn value(&self, text: &str, surface: Surface, depth: u8) -> Result<(), Withheld> {
        if !could_hold(text) {
            return Ok(());
        }
        self.text(text, surface)?;
        if text.contains('&') {
            self.text(&read::entities(text), surface)?;
        }
        if depth < NESTED {
            for inside in read::base64(text) {
                inside.lines().try_for_each(|line| self.value(line, surface, NESTED))?;
            }
        }
        if depth < NESTED && text.contains('<') && text.contains('>') {
            super::sweep::look(self, text, depth + 1)?;
        }
        Ok(())
    }

    /// Judges plain text, line by line, so that two lines never make one identifier.
    pub(super) fn lines(&self, text: &str) -> Result<(), Withheld> {
        text.lines().try_for_each(|line| self.value(line, Surface::Text, 0))
    }

    /// Judges a script; what documents it in the way of such remarks is judged as a remark, whose examples are made up.
    pub(super) fn script(&self, text: &str) -> Result<(), Withheld> {
        let mut code = String::new();
        let mut rest = text;
        while let Some((before, remark, behind)) = read::documentation(rest) {
            self.text(remark, Surface::Remark)?;
            code.push_str(before);
            code.push('\n');
            rest = behind;
        }
        code.push_str(rest);
        self.text(&code, Surface::Script)
    }

    /// Judges a style sheet.
    pub(super) fn style(&self, text: &str) -> Result<(), Withheld> {
        self.text(text, Surface::Style)
    }

    /// Judges what stands in end tags behind the name: parsers drop it, but it leaves with the page.
    pub(super) fn end_tags(&self, source: &str) -> Result<(), Withheld> {
        for inside in read::end_tags(source) {
            self.value(inside, Surface::Attribute, NESTED)?;
        }
        Ok(())
    }

    fn reading(&self, text: &str, surface: Surface) -> Result<(), Withheld> {
        let text = read::as_seen(text);
        let place = Place::on(surface);
        let mut found: Vec<Finding> = Vec::new();
        self.dictionary.find_telling(&text, &place, self.mark, &mut found);
        found.retain(|f| is_written_so(&text, f, surface));
        let context = Context::of(&text, &place);
        for (detector, sure) in &self.detectors {
            if asks(detector.kind(), surface) && detector.wants(&context) {
                let from = found.len();
                detector.find(&text, &context, &mut found);
                let mut at = from;
                found.retain(|f| {
                    at += 1;
                    at <= from || f.confidence >= *sure
                });
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let ours = operator::masked_spans(&text);
        match found.iter().find(|f| self.leaks(&text, f, &ours)) {
            Some(leak) => Err(Withheld::Leak(leak.kind)),
            None => Ok(()),
        }
    }

    fn leaks(&self, text: &str, finding: &Finding, ours: &[Range<usize>]) -> bool {
        let Some(value) = text.get(finding.range.clone()) else { return true };
        let touches = |o: &Range<usize>| o.start < finding.range.end && finding.range.start < o.end;
        let letters = value.chars().filter(|c| c.is_alphanumeric()).count();
        let own = self.head.is_some_and(|head| head.contains(value));
        letters >= 6 && !own && !ours.iter().any(touches) && !operator::is_masked(value) && !self.kept.holds(value)
    }
}

/// Whether anything stands in a text that an identifier is made of: six letters or digits.
fn could_hold(text: &str) -> bool {
    text.len() >= 6 && text.bytes().filter(|b| b.is_ascii_alphanumeric() || *b >= 0x80).take(6).count() == 6
}

/// Whether detectors of a kind are asked on a surface. In code, names and places are words like any other.
fn asks(kind: Kind, surface: Surface) -> bool {
    let words = matches!(
        kind,
        Kind::Name | Kind::Address | Kind::Zip | Kind::IpAddress | Kind::Vehicle | Kind::Professional | Kind::Other
    );
    match surface {
        Surface::Text | Surface::Field | Surface::ShownAttribute => true,
        Surface::Attribute | Surface::Url | Surface::Comment | Surface::Remark | Surface::Data | Surface::Header => {
            !words
        }
        // A telephone number is digits with signs between them, and so is arithmetic.
        Surface::Script => !words && kind != Kind::Phone,
        Surface::Style => false,
    }
}

/// Words in small letters, and nothing else: lists know words so.
fn is_of_words(value: &str) -> bool {
    let lists = gazetteer::shipped();
    value.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|word| lists.is_word(word))
}

/// Whether what the dictionary found is written as people write it: a full name in code is two words with a space between,
/// a date has its whole year.
fn is_written_so(text: &str, finding: &Finding, surface: Surface) -> bool {
    let Some(value) = text.get(finding.range.clone()) else { return true };
    if finding.kind == Kind::DateOfBirth {
        let mut run = 0;
        return value.bytes().any(|b| {
            run = if b.is_ascii_digit() { run + 1 } else { 0 };
            run >= 4
        });
    }
    finding.kind != Kind::Name
        || match surface {
            // `class="slot free"` is nobody of that name.
            Surface::Script | Surface::Style | Surface::Attribute | Surface::Url => {
                value.contains([' ', ',', '^']) && !(surface == Surface::Attribute && is_of_words(value))
            }
            Surface::Text
            | Surface::Field
            | Surface::ShownAttribute
            | Surface::Comment
            | Surface::Remark
            | Surface::Data
            | Surface::Header => true,
        }
}
