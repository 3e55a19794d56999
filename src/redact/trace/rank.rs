//! How well each grant fits the words that were read, and whether one stands out.
//!
//! Of a word that was read rightly, a grant's page holds one of its own quarter: four times as likely as on any other page. Of one that was not, it is any word.
//! So a word that fits makes the grant more likely by `4 (1 - doubt) + doubt`, and one that does not by `doubt`: less likely, but not impossible. Before
//! any word is read, every grant is as likely as the next, and as likely as all of them together is that the page is of none.
//!
//! What was read may also be of two pages that lie on one picture. Then each word is of one or of the other, and a word that the likeliest does not hold,
//! but another does, speaks for the two of them and not for misreading. Of two is rare (`TWO`), but so are misreadings: unless the first is certain
//! against every pair with it as well, nobody is named.

use std::borrow::Borrow;

use super::reading::Reading;
use crate::redact::operator::GrantKeys;
use crate::redact::operator::mark::{Mark, Whole};
use crate::redact::operator::token::Tokens;
use crate::redact::operator::vocabulary::GROUP;

/// A grant that is as likely as this is the one.
const CERTAIN: f64 = 0.99;

/// How likely, against that of one page, it is that what was read is of two.
const TWO: f64 = 0.01;

/// So many candidates are given.
const BEST: usize = 10;

/// What a token that opens says: nothing else opens it.
const OPENED: f64 = 100.0;

/// A grant, as far as pages show it.
#[derive(Clone)]
pub struct Grant {
    words: Whole,
    tokens: Tokens,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Grant(…)")
    }
}

impl Grant {
    /// The grant of these keys.
    pub fn of(keys: &GrantKeys) -> Self {
        Self { words: Mark::of(keys).whole(), tokens: Tokens::new(keys) }
    }

    fn fit(&self, nth: usize, reading: &Reading) -> Fit {
        let fits: Vec<bool> = reading.words.iter().map(|seen| self.words.has(seen.word)).collect();
        let mut fit = Fit { nth, words: 0, tokens: 0, bits: 0.0, fits };
        for (seen, fits) in reading.words.iter().zip(&fit.fits) {
            fit.words += usize::from(*fits);
            fit.bits += bits(*fits, seen.doubt, ONE_HOLDS);
        }
        fit.tokens = reading.tokens.iter().filter(|token| self.tokens.open(token).is_ok()).count();
        fit.bits += if fit.tokens > 0 { OPENED } else { 0.0 };
        fit
    }
}

/// How much of all words one grant holds, and how much two hold together.
const ONE_HOLDS: f64 = 1.0 / GROUP as f64;
const TWO_HOLD: f64 = 2.0 * ONE_HOLDS - ONE_HOLDS * ONE_HOLDS;

/// What a word that fits, or does not, says for those who hold so much of all words.
fn bits(fits: bool, doubt: f64, held: f64) -> f64 {
    if fits { ((1.0 - doubt) / held + doubt).log2() } else { doubt.log2() }
}

#[derive(Debug, Clone)]
struct Fit {
    nth: usize,
    words: usize,
    tokens: usize,
    /// How much more likely than before anything was read, in powers of two.
    bits: f64,
    /// Which of the words fit.
    fits: Vec<bool>,
}

impl Fit {
    /// How much more likely it is that what was read is of this grant and of the other.
    fn with(&self, other: &Self, reading: &Reading) -> f64 {
        let either = self.fits.iter().zip(&other.fits).map(|(one, two)| *one || *two);
        reading.words.iter().zip(either).map(|(seen, fits)| bits(fits, seen.doubt, TWO_HOLD)).sum()
    }
}

/// What came of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// One grant, and none beside it.
    Traced,
    /// There was enough to tell, but no grant stands out: words of several pages, too many misread, or of a grant that is not among these.
    Unsure,
    /// So few words fit many grants.
    NotEnough,
    /// Nothing of ours was read.
    NothingRead,
    /// There are no grants to compare with.
    NoGrants,
}

/// A grant that may be the one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Which, in the order in which they were given.
    pub nth: usize,
    /// How many of the words fit.
    pub words: usize,
    /// How many of the tokens are its own.
    pub tokens: usize,
    /// How likely it is that it is the one, between 0 and 1.
    pub sure: f64,
    /// How many of the other grants would fit as well by chance.
    pub by_chance: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What came of it.
    pub verdict: Verdict,
    /// How many grants there were.
    pub grants: usize,
    /// How many words, read well, tell so many grants apart.
    pub needed: usize,
    /// How many grants every word fits.
    pub fit_wholly: usize,
    /// The likeliest first; none unless there was enough to tell.
    pub best: Vec<Candidate>,
}

/// Compares what was read with each grant.
pub fn trace(reading: &Reading, grants: impl IntoIterator<Item = impl Borrow<Grant>>) -> Found {
    let fits: Vec<Fit> = grants.into_iter().enumerate().map(|(nth, grant)| grant.borrow().fit(nth, reading)).collect();
    rank(reading, fits)
}

fn rank(reading: &Reading, mut fits: Vec<Fit>) -> Found {
    let grants = fits.len();
    // Each grant against all of them and none, and by the odds that make it certain.
    let threshold = (2.0 * grants as f64).log2() + (CERTAIN / (1.0 - CERTAIN)).log2();
    let most: f64 = reading.words.iter().map(|seen| bits(true, seen.doubt, ONE_HOLDS)).sum();
    let opened = fits.iter().any(|fit| fit.tokens > 0);
    let needed = (threshold / bits(true, 0.02, ONE_HOLDS)).ceil().max(1.0) as usize;
    let fit_wholly = fits.iter().filter(|fit| fit.words == reading.words.len()).count();
    let none = |verdict| Found { verdict, grants, needed, fit_wholly, best: Vec::new() };
    if reading.is_empty() {
        return none(Verdict::NothingRead);
    }
    if grants == 0 {
        return none(Verdict::NoGrants);
    }
    if most < threshold && !opened {
        return none(Verdict::NotEnough);
    }
    fits.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    let top = fits.first().map_or(0.0, |fit| fit.bits);
    let weight = |fit: &Fit| (fit.bits - top).exp2();
    let pairs: f64 = fits.split_first().map_or(0.0, |(first, others)| {
        let each = TWO / others.len().max(1) as f64;
        others.iter().map(|other| each * (first.with(other, reading) - top).exp2()).sum()
    });
    let all = fits.iter().map(weight).sum::<f64>() + grants as f64 * (-top).exp2() + pairs;
    let best: Vec<Candidate> = fits
        .iter()
        .take(BEST)
        .map(|fit| Candidate {
            nth: fit.nth,
            words: fit.words,
            tokens: fit.tokens,
            sure: weight(fit) / all,
            by_chance: if fit.tokens > 0 {
                0.0
            } else {
                by_chance(reading.words.len(), fit.words) * (grants - 1) as f64
            },
        })
        .collect();
    let certain = best.first().is_some_and(|candidate| candidate.sure >= CERTAIN);
    Found { verdict: if certain { Verdict::Traced } else { Verdict::Unsure }, grants, needed, fit_wholly, best }
}

/// How likely it is that of `n` words at least `k` fit a grant that has nothing to do with them.
fn by_chance(n: usize, k: usize) -> f64 {
    let p = 1.0 / GROUP as f64;
    // Of exactly i: from the one before, so that nothing grows beyond what a number holds.
    let mut exactly = (1.0 - p).powi(i32::try_from(n).unwrap_or(i32::MAX));
    let mut at_least = 0.0;
    for i in 0..=n {
        at_least += if i < k { 0.0 } else { exactly };
        exactly *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
    }
    at_least.min(1.0)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::super::reading::Seen;
    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::redact::kind::Kind;
    use crate::redact::operator::vocabulary::{Place, Word};
    use crate::redact::operator::{pseudonym, token};

    const GRANTS: usize = 10_000;
    const TRIALS: usize = 400;

    fn keys(n: usize) -> GrantKeys {
        let trust = TrustId::new(["royal-free", "st-elsewhere"][n % 2]).unwrap();
        GrantKeys::new(&Key::from_bytes([7; 32]), &trust, &GrantId::new(&format!("grant-{n}")).unwrap())
    }

    static ALL: LazyLock<Vec<Grant>> = LazyLock::new(|| (0..GRANTS).map(|n| Grant::of(&keys(n))).collect());

    /// Chance that is the same in every run.
    struct Dice(Key, u64);

    impl Dice {
        fn new(seed: u8) -> Self {
            Self(Key::from_bytes([seed; 32]), 0)
        }

        fn below(&mut self, n: usize) -> usize {
            self.1 += 1;
            let [a, b, c, d, ..] = self.0.hash("dice", &[&self.1.to_be_bytes()]);
            u32::from_be_bytes([a, b, c, d]) as usize % n
        }
    }

    /// A page of so many patients under a grant, as it is shown, with no word twice.
    fn page(grant: usize, patients: usize, dice: &mut Dice) -> Vec<String> {
        let keys = keys(grant);
        let mut shown: Vec<String> = Vec::new();
        while shown.len() < patients {
            let name = format!("Patient {}", dice.below(1 << 30));
            let one = pseudonym::operator().apply(Kind::Name, &name, &keys).unwrap();
            let (first, second) = one.split_once(' ').unwrap();
            if !shown.iter().any(|p| p.starts_with(&format!("{first} ")) || p.ends_with(&format!(" {second}"))) {
                shown.push(one);
            }
        }
        shown
    }

    fn traced(text: &str, seen: &mut Option<usize>) -> Found {
        let found = trace(&Reading::of(text), &*ALL);
        *seen = (found.verdict == Verdict::Traced).then(|| found.best[0].nth);
        found
    }

    /// In how many of the trials the right grant is found alone, and in how many another is.
    fn score(seed: u8, patients: usize, mut spoil: impl FnMut(&mut Vec<String>, &mut Dice)) -> (usize, usize) {
        let mut dice = Dice::new(seed);
        let (mut right, mut wrong) = (0, 0);
        for _ in 0..TRIALS {
            let grant = dice.below(GRANTS);
            let shown = page(grant, patients, &mut dice);
            let mut words: Vec<String> =
                shown.iter().flat_map(|p| p.trim_matches(['‹', '›']).split(' ').map(str::to_owned)).collect();
            spoil(&mut words, &mut dice);
            let text: Vec<String> = words.chunks(2).map(|two| format!("‹{}›", two.join(" "))).collect();
            let mut seen = None;
            traced(&text.join("\nSeen in clinic, bloods taken, review in 6/52: "), &mut seen);
            match seen {
                Some(nth) if nth == grant => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
        }
        (right, wrong)
    }

    /// A letter of a word as another one.
    fn blur(word: &mut String, dice: &mut Dice) {
        let at = dice.below(word.len());
        let letter = char::from(b'a' + u8::try_from(dice.below(26)).unwrap());
        word.replace_range(at..=at, &letter.to_string());
    }

    #[test]
    fn twelve_words_tell_one_grant_of_ten_thousand() {
        let (right, wrong) = score(1, 6, |_, _| {});
        assert!(right * 100 >= TRIALS * 99 && wrong == 0, "{right} right, {wrong} wrong");
    }

    #[test]
    fn two_of_twelve_with_a_letter_misread_still_do() {
        let (right, wrong) = score(2, 6, |words, dice| {
            let first = dice.below(words.len());
            let second = (first + 1 + dice.below(words.len() - 1)) % words.len();
            blur(&mut words[first], dice);
            blur(&mut words[second], dice);
        });
        assert!(right * 100 >= TRIALS * 99 && wrong == 0, "{right} right, {wrong} wrong");
    }

    #[test]
    fn two_that_cannot_be_read_at_all_are_made_up_by_one_patient_more() {
        let (right, wrong) = score(3, 7, |words, dice| {
            for _ in 0..2 {
                let at = dice.below(words.len());
                words[at] = "####".to_owned();
            }
        });
        assert!(right * 100 >= TRIALS * 99 && wrong == 0, "{right} right, {wrong} wrong");
    }

    #[test]
    fn words_taken_for_others_of_ours_never_accuse_another() {
        let mut other = |words: &mut Vec<String>, dice: &mut Dice| {
            for _ in 0..2 {
                let at = dice.below(words.len());
                let place = Place::ALL[at % 2];
                let all = Word::all(place).count();
                words[at] = Word::all(place).nth(dice.below(all)).unwrap().1.to_owned();
            }
        };
        let (right, wrong) = score(4, 6, &mut other);
        assert_eq!(wrong, 0, "{right} right");
        // A page of ten patients bears it.
        let (right, wrong) = score(5, 10, &mut other);
        assert!(right * 100 >= TRIALS * 99 && wrong == 0, "{right} right, {wrong} wrong");
    }

    #[test]
    fn a_page_of_a_grant_that_is_not_among_them_accuses_nobody() {
        let mut dice = Dice::new(6);
        for n in 0..TRIALS {
            let shown = page(GRANTS + n, 8, &mut dice).join(", ");
            let mut seen = None;
            let found = traced(&shown, &mut seen);
            assert_eq!((found.verdict, seen), (Verdict::Unsure, None));
        }
    }

    #[test]
    fn too_few_words_say_so_and_name_nobody() {
        let mut dice = Dice::new(7);
        for patients in 1..=4 {
            let found = traced(&page(77, patients, &mut dice).join(" "), &mut None);
            assert_eq!((found.verdict, found.best.len()), (Verdict::NotEnough, 0), "{patients}");
            assert!(found.needed > 8 && found.needed < 13 && found.fit_wholly > 0, "{found:?}");
        }
        // As many are plenty when there are few grants.
        let reading = Reading::of(&page(77, 4, &mut dice).join(" "));
        let found = trace(&reading, (70..80).map(|n| Grant::of(&keys(n))));
        assert_eq!((found.verdict, found.best[0].nth), (Verdict::Traced, 7), "{found:?}");
    }

    #[test]
    fn nothing_read_and_no_grants_are_said() {
        assert_eq!(traced("Seen in clinic, ward 3.", &mut None).verdict, Verdict::NothingRead);
        let shown = page(1, 6, &mut Dice::new(8)).join(" ");
        assert_eq!(trace(&Reading::of(&shown), Vec::<Grant>::new()).verdict, Verdict::NoGrants);
    }

    #[test]
    fn words_of_two_pages_accuse_neither() {
        let mut dice = Dice::new(9);
        let both = [page(5, 8, &mut dice), page(6, 8, &mut dice)].concat().join(" ");
        assert_eq!(traced(&both, &mut None).verdict, Verdict::Unsure);
        // Few grants leave chance more room: the two may hold many words in common.
        for n in (0..TRIALS * 2).step_by(2) {
            let both = [page(n, 8, &mut dice), page(n + 1, 8, &mut dice)].concat().join(" ");
            let found = trace(&Reading::of(&both), &ALL[n..n + 2]);
            assert_eq!(found.verdict, Verdict::Unsure, "{n}: {found:?}");
        }
    }

    #[test]
    fn a_token_settles_it_and_a_foreign_one_does_not() {
        let token = |n: usize| token::operator().apply(Kind::NhsNumber, "943 476 5919", &keys(n)).unwrap();
        let found = traced(&format!("https://royal-free.example/patient/{}?tab=1", token(4711)), &mut None);
        assert_eq!((found.verdict, found.best[0].nth, found.best[0].tokens), (Verdict::Traced, 4711, 1));
        assert!(found.best[0].sure > 0.999 && found.best[1].sure < 0.001);
        let found = traced(&token(GRANTS + 1), &mut None);
        assert_eq!(found.verdict, Verdict::NotEnough);
        let two = traced(&format!("{} {}", token(1), token(2)), &mut None);
        assert_eq!(two.verdict, Verdict::Unsure);
    }

    #[test]
    fn the_odds_are_those_of_chance() {
        assert!((by_chance(12, 12) - 0.25f64.powi(12)).abs() < 1e-15);
        assert!((by_chance(2, 1) - 0.4375).abs() < 1e-12);
        assert_eq!((by_chance(5, 0), by_chance(0, 0)), (1.0, 1.0));
        assert!(by_chance(2000, 2000) >= 0.0 && by_chance(2000, 500) > 0.4);
        // How many of the 10,000 fit 3 of 4 words or all, against how many do.
        let page = page(3, 2, &mut Dice::new(10)).join(" ");
        let words = Reading::of(&page).words;
        let fit = |g: &Grant| words.iter().filter(|s: &&Seen| g.words.has(s.word)).count() >= 3;
        let (do_fit, expected) = (ALL.iter().filter(|g| fit(g)).count() as f64, by_chance(4, 3) * GRANTS as f64);
        assert!((do_fit - expected).abs() < 5.0 * expected.sqrt(), "{do_fit} of {expected}");
    }
}
