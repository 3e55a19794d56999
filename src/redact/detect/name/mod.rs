//! Names of people.
//!
//! No single list or form tells a name from "Breast Screening" or "Royal Free". Twelve kinds of evidence are looked at, each in
//! a file of its own, and the surest stands:
//!
//! - [`titled`]: "Mrs Janet Williams", "Dear Mr X", "her son Peter", "NOK: Gloria", "c/o"
//! - [`sequence`]: "SMITH, John", "John SMITH", "SMITH^John", and two or more capitalised words of which the lists know enough
//! - [`greeted`]: to whom it is said: "Good morning, Riya.", and the name below "Kind regards"
//! - [`handled`]: what an application does with somebody: "Remove Ade Green from the list?"
//! - [`sought`]: who is searched for: "Search results for Okafor"
//! - [`described`]: a sex and an age, or a record's number, right behind
//! - [`filed`]: whose scanned record it is: `[Ada Gables]_[9730153819]`
//! - [`alone`]: a given name of which is said what is said of people ([`conduct`]): "Desmond denies pain"
//! - [`placed`]: who lies in a bed: "Bed 4: Wrona, NBM"
//! - [`byname`]: "Anthony (Tony) Blackwood", "Sarah W."
//! - [`lowercase`]: "mr smith", "his wife mary"
//! - [`labelled`]: the place has a label that says so
//!
//! Words that are names as well (Mark, April, White, Rose) need more than names that are no words (Janet, Okonkwo).

mod alone;
mod byname;
mod conduct;
mod described;
mod filed;
mod greeted;
mod handled;
mod labelled;
mod lowercase;
mod numbered;
mod placed;
mod rostered;
mod sequence;
mod sought;
mod things;
mod titled;
mod turned;
mod words;

pub(in crate::redact) use words::particle;

use std::sync::{Arc, LazyLock};

pub(in crate::redact) use self::alone::{ends_with_words, is_told_in_short};
pub(in crate::redact) use self::conduct::people_do;
pub(in crate::redact) use self::titled::is_relation;
use super::gazetteer::{self, Gazetteer};
use super::{Context, Detector, Entry, Page};
use crate::redact::finding::{Confidence, Finder, Finding};
use crate::redact::kind::Kind;
use crate::redact::place::Surface;
use crate::redact::remark::speaks_of_people;
use crate::redact::title::is_title;

pub(super) const ENTRY: Entry = Entry {
    id: "name",
    kind: Kind::Name,
    about: "a person's name: by title, as SURNAME, Forename, by label or relation, or by names lists",
    page: Page {
        why: "No list alone tells a person from a place, so titles, relations, labels, form and lists are weighed together.",
        source: "the lists in `rules/names`",
        sure: "60 to 95 by how many kinds of evidence agree; 42 to 54 where only prose rules ask for so little",
        hits: &[("Seen by Mrs Janet Williams", "Janet Williams")],
        misses: &["Royal Free Hospital", "Parkinson's disease"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| with(gazetteer::shipped()));
    MADE.clone()
}

/// The name detector with lists of a rule set's own (see [`gazetteer::with_lists`]).
pub fn with(lists: Arc<Gazetteer>) -> Arc<dyn Detector> {
    Arc::new(Name { lists })
}

#[derive(Debug)]
struct Name {
    lists: Arc<Gazetteer>,
}

/// A stretch of words that is a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hit {
    /// First word.
    from: usize,
    /// Last word.
    to: usize,
    confidence: Confidence,
}

/// The longest run of text that is cut into words at once; a longer one is looked at in parts.
const REACH: usize = 200;

impl Detector for Name {
    fn id(&self) -> &str {
        ENTRY.id
    }

    fn kind(&self) -> Kind {
        ENTRY.kind
    }

    fn reach(&self) -> usize {
        REACH
    }

    fn wants(&self, context: &Context<'_>) -> bool {
        context.signs.letters
    }

    fn find(&self, text: &str, context: &Context<'_>, out: &mut Vec<Finding>) {
        // A script's values that rules call prose are what somebody wrote.
        let code = matches!(context.place.surface, Surface::Script | Surface::Style) && !context.prose();
        let small = !context.signs.upper && !labelled::strong(context.place.label);
        if small && (code || !lowercase::may_name(text)) {
            return;
        }
        // Programs hold the days and coins of every language: there a name is known only as lists write it.
        let words = words::cut(text, &self.lists, !code);
        let remark = context.place.surface == Surface::Remark && !speaks_of_people(text);
        if words.is_empty() || ((code || remark) && context.licence(text)) {
            return;
        }
        let scene = Scene { text, words: &words, lists: &self.lists, context, code };
        numbered::find(&scene, out);
        filed::find(&scene, out);
        let mut hits = Vec::new();
        labelled::find(&scene, &mut hits);
        titled::find(&scene, &mut hits);
        // "Thanks to John Resig": in a programmer's remark lists alone are not enough.
        if !remark {
            sequence::find(&scene, &mut hits);
            alone::find(&scene, &mut hits);
            alone::before_age(&scene, &mut hits);
            described::find(&scene, &mut hits);
            greeted::find(&scene, &mut hits);
            handled::find(&scene, &mut hits);
            placed::find(&scene, &mut hits);
            byname::find(&scene, &mut hits);
            rostered::find(&scene, &mut hits);
            turned::find(&scene, &mut hits);
            lowercase::find(&scene, &mut hits);
            sought::find(&scene, &mut hits);
        }
        // "WHITE, Stephen (Mr)": how she or he is addressed stands behind, and stays.
        let addresses = |at: usize| {
            words.get(at).is_some_and(|w| {
                let before = text.get(..w.range.start).unwrap_or_default();
                let behind = text.get(w.range.end..).unwrap_or_default().trim_start_matches('.');
                before.ends_with('(') && behind.starts_with(')') && is_title(&w.lower)
            })
        };
        for hit in hits {
            let to = if addresses(hit.to) { hit.to.checked_sub(1).filter(|to| *to >= hit.from) } else { Some(hit.to) };
            let Some(to) = to else { continue };
            let (Some(first), Some(last)) = (words.get(hit.from), words.get(to)) else { continue };
            let range = first.range.start..last.range.end;
            if range.len() > REACH {
                continue;
            }
            let confidence = if context.prose() { hit.confidence.saturating_add(10).min(99) } else { hit.confidence };
            out.push(Finding { range, kind: Kind::Name, confidence, finder: Finder::Detector(ENTRY.id.into()) });
        }
    }
}

/// What the kinds of evidence look at.
struct Scene<'a> {
    text: &'a str,
    words: &'a [words::Word<'a>],
    lists: &'a Gazetteer,
    context: &'a Context<'a>,
    /// A script or style sheet, where capitalised words are mostly names of things.
    code: bool,
}

impl<'a> Scene<'a> {
    fn word(&self, i: usize) -> Option<&'a words::Word<'a>> {
        self.words.get(i)
    }

    /// Whether words `from..=to` are all the words that the text has, and nothing but signs stands around them.
    fn whole(&self, from: usize, to: usize) -> bool {
        from == 0 && to + 1 == self.words.len() && !self.text.bytes().any(|b| b.is_ascii_digit())
    }

    /// As [`Scene::whole`], with a time before: "09:15 - van der Meer, Marjolein".
    fn timed(&self, from: usize, to: usize) -> bool {
        let small = self.words.get(..from).unwrap_or_default().iter().all(|w| words::particle(&w.lower));
        let time = self.word(0).and_then(|w| self.text.get(..w.range.start)).unwrap_or_default();
        let behind = self.word(to).and_then(|w| self.text.get(w.range.end..)).unwrap_or_default();
        let clock = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '-' | ' ');
        small && to + 1 == self.words.len() && time.chars().all(clock) && !behind.chars().any(char::is_alphanumeric)
    }
}

#[cfg(test)]
mod tests;
