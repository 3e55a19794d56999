//! A case: one canary, written somehow, at one place, in so many layers of other formats, in a body, on its way in some
//! charset and coding.

use fanlight::redact::dictionary::Dictionary;

use crate::canaries::{ALONE, KINDS, Kind, Person, Written, folded};
use crate::dice::Dice;
use crate::documents::{self, Body};
use crate::encodings::Enc;
use crate::engine::{self, Sent};
use crate::nestings::{self, Layer};
use crate::places::{self, Format, Place, Plant};
use crate::{spellings, splittings};

/// From where the engine knows who it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// Labelled fields in the same body.
    Here,
    /// A page that was seen before.
    Before,
    /// Nothing: a detector must find it.
    Never,
}

pub struct Case {
    pub number: usize,
    pub place: &'static Place,
    pub spelling: usize,
    pub split: usize,
    pub way: Vec<&'static Layer>,
    pub known: Known,
    pub canary: Written,
    /// What must not be readable, folded.
    pub needles: Vec<String>,
    pub body: Body,
    pub dictionary: Dictionary,
    pub dice: Dice,
}

impl Case {
    /// The case of this number: places and encodings go round, the rest is chance.
    pub fn new(seed: u64, number: usize) -> Self {
        let mut dice = Dice::new(seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        let place = &places::ALL[number % places::ALL.len()];
        let round = number / places::ALL.len();
        let enc = Enc::of(round % Enc::COUNT);
        let spelling = if dice.once_in(2) { 0 } else { dice.below(spellings::NAMES.len()) };
        let split = if dice.once_in(2) { 0 } else { dice.below(splittings::HTML.len()) };
        let depth = match round % 6 {
            0 | 3 => 0,
            1 | 4 => 1 + dice.below(2),
            _ => dice.below(9),
        };
        let person = Person::new(&mut dice);
        let way = nestings::way(place.format, depth, &mut dice);
        let format = way.last().map_or(place.format, |layer| layer.to);
        let mut known = match dice.below(if place.alone { 3 } else { 2 }) {
            0 => Known::Here,
            1 => Known::Before,
            _ => Known::Never,
        };
        // In programs a name is a word like any other, and so is a number of letters and digits.
        let words = matches!(place.format, Format::Js | Format::Css) || place.name == "style attribute";
        let kinds: Vec<Kind> = match known {
            Known::Never => {
                ALONE.iter().copied().filter(|k| !(words && matches!(k, Kind::Name | Kind::Nino))).collect()
            }
            Known::Here | Known::Before => KINDS.to_vec(),
        };
        let kind = *dice.pick(&kinds);
        // A message's header has no place for every kind.
        let unsaid = format == Format::Hl7 && matches!(kind, Kind::Nino);
        if known == Known::Here && (unsaid || !documents::can_label(format)) {
            known = Known::Before;
        }
        let canary = person.written(kind, known == Known::Never, &mut dice);
        let mut text = spellings::spell(spelling, &canary.text, &mut dice);
        let around = dice.below(4);
        text = match around {
            0 => text,
            1 => format!("Seen: {text}"),
            2 => format!("{text} was reviewed."),
            _ => format!("Advice for {text}, then home."),
        };
        let mut fragment = (place.plant)(&mut Plant { text: &text, enc, split, dice: &mut dice });
        for layer in &way {
            let enc = Enc::of(dice.below(Enc::COUNT));
            // Every character escaped at every level would be far longer than what it says.
            let enc = if fragment.len() > 600 { Enc { density: 0, ..enc } } else { enc };
            fragment = (layer.wrap)(&mut Plant { text: &fragment, enc, split: 0, dice: &mut dice });
        }
        let body = documents::body(format, &fragment, (known == Known::Here).then_some(&person), &mut dice);
        let dictionary = if known == Known::Before { seen_before(&person) } else { Dictionary::default() };
        let needles = needles(&person, &canary);
        Self { number, place, spelling, split, way, known, canary, needles, body, dictionary, dice }
    }

    /// What it is, in a line.
    pub fn title(&self) -> String {
        let way: Vec<&str> = self.way.iter().map(|l| l.name).collect();
        format!(
            "case {}: {:?} {:?}, {} {}, in {:?} {:?}, inside {way:?}, known {:?}",
            self.number,
            self.canary.kind,
            self.canary.text,
            spellings::NAMES[self.spelling],
            splittings::HTML[self.split],
            self.place.format,
            self.place.name,
            self.known,
        )
    }
}

fn seen_before(person: &Person) -> Dictionary {
    let banner = documents::banner(person);
    let sent = Sent { media: banner.media, coding: None, known: &Dictionary::default() };
    let (_, known) = engine::redact(&engine::BARE, sent, &[banner.text.as_bytes()]).expect("a plain page");
    known
}

/// The canary, and parts of it that say as much.
fn needles(person: &Person, canary: &Written) -> Vec<String> {
    let mut needles = vec![canary.needle.clone()];
    match canary.kind {
        Kind::Nhs => needles.extend([person.nhs[..7].to_owned(), person.nhs[3..].to_owned()]),
        Kind::Phone => needles.push(person.phone[1..].replace(' ', "")[3..].to_owned()),
        Kind::Name if canary.text.contains(&person.forename) => needles.push(folded(&person.forename)),
        Kind::Email => needles.push(folded(person.email.split('@').next().unwrap_or_default())),
        Kind::Nino => needles.push(person.nino[2..8].to_owned()),
        _ => {}
    }
    needles
}
