//! What the cases came to: counted by format and depth, and what went wrong.

use std::collections::BTreeMap;
use std::fmt;

use fanlight::redact::withheld::Withheld;

use crate::case::Case;
use crate::places::Format;

/// What became of a body.
pub enum Outcome {
    Masked {
        /// Its shape was compared.
        compared: bool,
    },
    Withheld(Withheld),
}

#[derive(Default, Clone, Copy)]
struct Count {
    cases: usize,
    masked: usize,
    withheld: usize,
    compared: usize,
}

/// The sum of a run.
#[derive(Default)]
pub struct Report {
    by_format: BTreeMap<Format, Count>,
    by_depth: BTreeMap<usize, Count>,
    by_known: BTreeMap<String, Count>,
    reasons: BTreeMap<String, usize>,
    /// Withheld although it was not nested deep.
    shallow: Vec<String>,
    wrong: Vec<(usize, String)>,
}

/// So many layers are always looked through; each may count twice, for a URL or an attribute has a level of its own.
const ALWAYS: usize = 3;

impl Report {
    pub fn add(&mut self, case: &Case, outcome: Outcome, wrong: Vec<String>) {
        let counts = [
            self.by_format.entry(case.place.format).or_default(),
            self.by_depth.entry(case.way.len()).or_default(),
            self.by_known.entry(format!("{:?}", case.known)).or_default(),
        ];
        for count in counts {
            count.cases += 1;
            match &outcome {
                Outcome::Masked { compared } => {
                    count.masked += 1;
                    count.compared += usize::from(*compared);
                }
                Outcome::Withheld(_) => count.withheld += 1,
            }
        }
        if let Outcome::Withheld(why) = outcome {
            *self.reasons.entry(why.to_string()).or_default() += 1;
            let deep = matches!(why, Withheld::TooDeep(_)) && case.way.len() > ALWAYS;
            if !deep {
                self.shallow.push(format!("{}\n  withheld: {why}", case.title()));
            }
        }
        if !wrong.is_empty() {
            self.wrong.push((case.number, format!("{}\n  {}", case.title(), wrong.join("\n  "))));
        }
    }

    /// # Panics
    /// When anything went wrong but what is known to, or something known no longer does.
    pub fn judge(mut self, seed: u64, open: &[usize]) {
        self.wrong.sort();
        let mended: Vec<usize> =
            open.iter().copied().filter(|n| !self.wrong.iter().any(|(number, _)| number == n)).collect();
        println!("open {:>6}: known to go wrong", open.len());
        self.wrong.retain(|(number, _)| !open.contains(number));
        for (_, wrong) in self.wrong.iter().take(400) {
            println!("{wrong}");
        }
        for shallow in self.shallow.iter().take(60) {
            println!("{shallow}");
        }
        let (wrong, shallow) = (self.wrong.len(), self.shallow.len());
        assert!(
            wrong == 0 && shallow == 0,
            "{wrong} cases went wrong and {shallow} were withheld without need; again with ADVERSARY_SEED={seed} ADVERSARY_CASE=number"
        );
        assert!(mended.is_empty(), "mended, to be taken from the list of open cases: {mended:?}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: String, c: &Count| {
            writeln!(f, "{name:<16} {:>8} {:>8} {:>9} {:>9}", c.cases, c.masked, c.withheld, c.compared)
        };
        writeln!(f, "{:<16} {:>8} {:>8} {:>9} {:>9}", "", "cases", "masked", "withheld", "compared")?;
        for (format, count) in &self.by_format {
            row(f, format!("{format:?}"), count)?;
        }
        for (depth, count) in &self.by_depth {
            row(f, format!("{depth} layers"), count)?;
        }
        for (known, count) in &self.by_known {
            row(f, format!("known {known}"), count)?;
        }
        for (why, count) in &self.reasons {
            writeln!(f, "withheld {count:>6}: {why}")?;
        }
        Ok(())
    }
}
