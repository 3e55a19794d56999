//! Names by form and by lists: "SMITH, John", "John SMITH", "SMITH^John", "Helen Rath", "Shana Amie Runolfsson".

use super::words::{Case, Gap, Word, particle};
use super::{Hit, Scene};
use crate::redact::finding::Confidence;
use crate::redact::title::is_title;

pub(super) fn find(scene: &Scene<'_>, hits: &mut Vec<Hit>) {
    let mut i = 0;
    while let Some(word) = scene.word(i) {
        if !word.capital() {
            i += 1;
            continue;
        }
        surname_first(scene, i, hits, 0);
        fields(scene, i, hits);
        hits.extend(shouted_first(scene, i));
        hits.extend(aged(scene, i));
        i = match forename_first(scene, i) {
            Some(hit) => {
                hits.extend(couple(scene, hit));
                hits.push(hit);
                hit.to + 1
            }
            None => i + 1,
        };
    }
    hits.extend(cell(scene));
    hits.extend(title_last(scene));
    hits.extend((0..scene.words.len()).filter_map(|i| title_in_bracket(scene, i)));
    hits.extend((0..scene.words.len()).filter_map(|i| quoted(scene, i)));
}

/// "John and Mary Thompson": the one before, who has the same surname.
fn couple(scene: &Scene<'_>, hit: Hit) -> Option<Hit> {
    let (at, and) = (hit.from.checked_sub(2)?, hit.from.checked_sub(1)?);
    let (name, and) = (scene.word(at)?, scene.word(and)?);
    let joined = and.lower == "and" && name.gap == Gap::Space && and.gap == Gap::Space;
    let first = scene.word(hit.from).is_some_and(|w| w.case == name.case && w.sure_forename());
    let fits = joined && first && !scene.code && name.case == Case::Title && name.sure_forename();
    (fits && !scene.lists.is_thing(&name.lower)).then_some(Hit { from: at, to: at, confidence: hit.confidence.min(80) })
}

/// "BRAITHWAITE Oyinkan (Mrs)": how the NHS shows who it is.
fn title_in_bracket(scene: &Scene<'_>, i: usize) -> Option<Hit> {
    let (family, given, title) = (scene.word(i)?, scene.word(i + 1)?, scene.word(i + 2)?);
    let opened = scene.text.get(given.range.end..title.range.start) == Some(" (");
    let closed = scene.text.get(title.range.end..)?.trim_start_matches('.').starts_with(')');
    let written = family.case == Case::Upper && given.case == Case::Title && family.lower.len() > 1;
    let joined = matches!(family.gap, Gap::Space | Gap::Comma);
    let somebody = |w: &Word<'_>| (w.known() || w.stranger()) && !scene.lists.is_thing(&w.lower);
    let fits = opened && closed && is_title(&title.lower) && written && joined && somebody(family) && somebody(given);
    fits.then_some(Hit { from: i, to: i + 1, confidence: 84 })
}

/// "Patient 'Oyinkan Braithwaite' already exists": words with capitals in quotes, of which one is none of the language.
fn quoted(scene: &Scene<'_>, i: usize) -> Option<Hit> {
    const WHO: &[&str] =
        &["child", "client", "donor", "participant", "patient", "person", "relative", "resident", "visitor"];
    const WORDS: usize = 4;
    let cue = scene.word(i).filter(|w| WHO.contains(&w.lower.as_str()))?;
    let first = scene.word(i + 1)?;
    let quote = match scene.text.get(cue.range.end..first.range.start)? {
        " '" | ": '" => '\'',
        " \"" | ": \"" => '"',
        " “" | ": “" => '”',
        " ‘" | ": ‘" => '’',
        _ => return None,
    };
    let named = |w: &Word<'_>| w.case == Case::Title && !scene.lists.is_thing(&w.lower);
    let last = (i + 1..=i + WORDS).take_while(|at| scene.word(*at).is_some_and(named)).find(|at| {
        scene.word(*at).is_some_and(|w| scene.text.get(w.range.end..).is_some_and(|rest| rest.starts_with(quote)))
    })?;
    let sure = |w: &Word<'_>| w.sure_forename() || w.sure_surname();
    let odd = (i + 1..=last).any(|at| scene.word(at).is_some_and(sure));
    (odd && last > i + 1).then_some(Hit { from: i + 1, to: last, confidence: 72 })
}

/// "PIKE RONALD MR": a label's line.
fn title_last(scene: &Scene<'_>) -> Option<Hit> {
    let last = scene.words.len().checked_sub(1)?;
    let fits = (2..=3).contains(&last)
        && !scene.code
        && scene.whole(0, last)
        && scene.words.iter().all(|w| w.case == Case::Upper)
        && scene.words.iter().take(last).all(|w| w.gap == Gap::Space && w.lower.len() > 1)
        && scene.word(last).is_some_and(|w| is_title(&w.lower))
        // "HEAD NECK MR", "BARNES WARD MR": studies, and places where they are made.
        && scene.words.iter().take(last).all(|w| w.known() && !scene.lists.is_thing(&w.lower))
        && scene.words.iter().take(last).any(Word::sure_forename);
    fits.then(|| Hit { from: 0, to: last.saturating_sub(1), confidence: 78 })
}

/// "SMITH, John", "VAN DER BERG, Anna Maria", "Smith, John (Mr)". `more` is added where something else says it, too.
pub(super) fn surname_first(scene: &Scene<'_>, i: usize, hits: &mut Vec<Hit>, more: Confidence) {
    let mut comma = i;
    while scene.word(comma).is_some_and(|w| w.gap == Gap::Space && comma < i + 2 && same_case(scene, comma)) {
        comma += 1;
    }
    let (Some(surname), Some(forename)) = (scene.word(comma), scene.word(comma + 1)) else { return };
    // "Welcome, BRANDT, ALICIA"
    if matches!(surname.lower.as_str(), "welcome" | "hello" | "hi" | "dear" | "thanks" | "sorry") {
        return;
    }
    if surname.gap != Gap::Comma || !surname.capital() || !forename.capital() && forename.case != Case::Initial {
        return;
    }
    let mut to = comma + 1;
    while scene.word(to).is_some_and(|w| w.gap == Gap::Space || (w.gap == Gap::Stop && w.case == Case::Initial))
        && to < comma + 3
        && scene.word(to + 1).is_some_and(|w| w.case == Case::Initial || (w.capital() && (w.known() || w.stranger())))
    {
        to += 1;
    }
    let from = begin(scene, i, comma);
    let shouted = surname.case == Case::Upper && forename.case != Case::Upper;
    let titled = scene
        .word(to + 1)
        .is_some_and(|w| matches!(w.lower.as_str(), "mr" | "mrs" | "ms" | "miss" | "mx" | "dr" | "master" | "prof"));
    let whole = scene.whole(from, to) || scene.whole(from, to + usize::from(titled)) || scene.timed(from, to);
    let base = match judge(surname, forename) {
        Some(sure) if shouted || titled => sure,
        Some(sure) if surname.case == Case::Upper => sure.saturating_sub(8),
        // "Wexcombe, Tiberius": nothing else is written so where it stands alone.
        Some(sure) if whole && forename.sure_forename() && surname.stranger() => sure.saturating_sub(18),
        // "Smith, John": towns are written so too.
        Some(sure) if forename.sure_forename() && surname.known() => sure.saturating_sub(if whole { 8 } else { 18 }),
        // "Chowdhury, T.", "Drysdale-Kerr, Hope", as boards and lists have them.
        Some(sure) if whole && forename.case == Case::Initial && surname.sure_surname() => sure.saturating_sub(8),
        Some(sure)
            if whole
                && forename.forename
                && (surname.sure_surname() || (surname.stranger() && surname.lower.contains('-')))
                && !scene.lists.is_thing(&surname.lower)
                && !scene.lists.is_thing(&forename.lower) =>
        {
            sure.saturating_sub(20).max(60)
        }
        // "White, Rose (“Rosie”)", "Edwards, Mark 8 months old"
        Some(sure) if forename.forename && surname.known() && is_told_of(scene, to) => sure.saturating_sub(14),
        Some(_) => return,
        // "Pryce-Hughes, M.", and nothing else: who else is written so?
        None if whole
            && forename.case == Case::Initial
            && surname.case == Case::Title
            && surname.uncommon()
            && surname.lower.contains('-') =>
        {
            60
        }
        None if (whole || titled || more > 0) && shouted && strange(surname) && strange(forename) => 60,
        None if whole && shouted && forename.forename && surname.ordinary(scene.lists) => 60,
        None => return,
    };
    if scene.code && !(surname.known() && forename.forename) || scene.lists.is_phrase(&surname.lower, &forename.lower) {
        return;
    }
    hits.push(Hit { from, to, confidence: base.saturating_add(more).min(95) });
}

/// Whether an age, a birth or what somebody goes by stands behind a name.
fn is_told_of(scene: &Scene<'_>, to: usize) -> bool {
    let Some(last) = scene.word(to) else { return false };
    let behind = scene.text.get(last.range.end..).unwrap_or_default().trim_start();
    let opened = behind.strip_prefix('(');
    let inside = opened.unwrap_or(behind);
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let rest = inside.get(digits..).unwrap_or_default().trim_start();
    let aged = (1..=3).contains(&digits)
        && ["days old", "weeks old", "months old", "month old", "years old", "year old", "yrs old", "y/o", "yo "]
            .iter()
            .any(|unit| rest.starts_with(unit));
    let born = ["b. ", "born ", "dob ", "DOB ", "dob:", "DOB:", "d.o.b"].iter().any(|cue| inside.starts_with(cue));
    aged || born || opened.is_some_and(|inside| inside.starts_with(['"', '“', '‘', '\'']))
}

fn strange(word: &Word<'_>) -> bool {
    word.stranger() || word.case == Case::Initial || word.known()
}

/// What the lists say of a surname and the forename behind it.
fn judge(surname: &Word<'_>, forename: &Word<'_>) -> Option<Confidence> {
    match (surname.known(), forename.forename) {
        (true, true) if surname.sure_surname() || forename.sure_forename() => Some(93),
        (true, true) => Some(80),
        // "RATH, Xyzia", "QUILLFEATHER, John".
        (true, false) if surname.sure_surname() && forename.case == Case::Initial => Some(70),
        (true, false) if surname.sure_surname() && (forename.stranger() || forename.surname) => Some(82),
        (false, true) if forename.sure_forename() && surname.stranger() => Some(86),
        (false, true) if forename.stranger() || surname.stranger() => Some(60),
        (_, _) => None,
    }
}

/// The surname's first word: "PATIENT SMITH, John" begins at SMITH, "VAN DER BERG" at VAN.
fn begin(scene: &Scene<'_>, i: usize, comma: usize) -> usize {
    let mut from = comma;
    while from > i && scene.word(from - 1).is_some_and(|w| particle(&w.lower) || (w.surname && !w.word)) {
        from -= 1;
    }
    from
}

fn same_case(scene: &Scene<'_>, i: usize) -> bool {
    matches!((scene.word(i), scene.word(i + 1)), (Some(a), Some(b)) if a.case == b.case || particle(&a.lower))
}

/// "SMITH^John^A", "393~Abbott~Ramiro", "Smith_John": fields of a record.
fn fields(scene: &Scene<'_>, i: usize, hits: &mut Vec<Hit>) {
    let (Some(a), Some(b)) = (scene.word(i), scene.word(i + 1)) else { return };
    if a.gap != Gap::Field || !b.capital() {
        return;
    }
    let caret = scene.text.get(a.range.end..b.range.start).is_some_and(|g| g == "^");
    // `Januar_Februar_Mars_April`, `DEV_ROOT_FRAGMENT`: lists and constants of programs.
    let (before, behind) = (scene.text.get(..a.range.start), scene.text.get(b.range.end..));
    let goes_on =
        before.is_some_and(|t| t.ends_with('_')) || behind.is_some_and(|t| t.starts_with('_') || t.starts_with("._"));
    if scene.code && !caret && (goes_on || a.case == Case::Upper) {
        return;
    }
    let pair =
        (a.known() && b.known()) && (a.sure_surname() || b.sure_surname() || a.sure_forename() || b.sure_forename());
    let half = (a.sure_surname() && b.stranger()) || (a.stranger() && b.sure_forename());
    let confidence = match (caret, pair, half) {
        (true, true, _) => 88,
        (true, _, true) => 78,
        // "FROST^MARK": words both, but who writes words so?
        (true, _, _) if a.surname && b.forename && a.case == b.case => 66,
        (false, true, _) if a.forename || b.forename => 76,
        (_, _, _) => return,
    };
    let third = scene.word(i + 2).filter(|w| caret && b.gap == Gap::Field && (w.case == Case::Initial || w.forename));
    let to = if third.is_some_and(|w| scene.text.get(b.range.end..w.range.start) == Some("^")) { i + 2 } else { i + 1 };
    // "SUMMERS^JUNE ROSE"
    let given = |w: &&Word<'_>| caret && to == i + 1 && b.gap == Gap::Space && w.forename && w.case == b.case;
    let to = if scene.word(i + 2).as_ref().is_some_and(given) { i + 2 } else { to };
    hits.push(Hit { from: i, to, confidence });
}

/// "WHITE Rose", "OKORO Grace": how lists and banners of hospitals are written.
fn shouted_first(scene: &Scene<'_>, i: usize) -> Option<Hit> {
    let (a, b) = (scene.word(i)?, scene.word(i + 1)?);
    // "ABOAGYE Kofi Emmanuel", and nothing else.
    let strange = a.case == Case::Upper && a.uncommon() && !a.surname && a.gap == Gap::Space && b.case == Case::Title;
    if strange && !scene.code && b.sure_forename() && !scene.lists.is_thing(&a.lower) {
        let to =
            (i + 1..i + 4).take_while(|&n| scene.word(n).is_some_and(|w| w.case == Case::Title && w.known())).last()?;
        return scene.whole(i, to).then_some(Hit { from: i, to, confidence: 62 });
    }
    let fits = a.case == Case::Upper && a.surname && a.lower.len() > 2 && a.gap == Gap::Space;
    if scene.code || !fits || b.case != Case::Title || !b.forename || scene.lists.is_phrase(&a.lower, &b.lower) {
        return None;
    }
    let alone = scene.word(i + 2).is_none_or(|next| b.gap != Gap::Space || !next.capital());
    let shouts_on =
        i.checked_sub(1).and_then(|j| scene.word(j)).is_some_and(|w| w.case == Case::Upper && w.gap == Gap::Space);
    let confidence = match (a.sure_surname(), b.sure_forename()) {
        (true, true) => 84,
        (true, false) | (false, true) if alone && !shouts_on => 70,
        (false, false) if scene.whole(i, i + 1) => 62,
        (false, false) if alone && !shouts_on => 52,
        (_, _) => return None,
    };
    Some(Hit { from: i, to: i + 1, confidence })
}

/// "looking after Faith (4) and Samuel (2)": a child and its age.
fn aged(scene: &Scene<'_>, i: usize) -> Option<Hit> {
    let word = scene.word(i)?;
    if scene.code || word.case != Case::Title || !word.forename || scene.lists.is_thing(&word.lower) {
        return None;
    }
    let behind = scene.text.get(word.range.end..)?.strip_prefix(" (")?;
    let age = behind.split_once(')').map(|(age, _)| age)?;
    let years = (1..=2).contains(&age.len()) && age.bytes().all(|b| b.is_ascii_digit());
    let before = i.checked_sub(1).and_then(|j| scene.word(j));
    // "White (12)", "April (3)" are what a page counts.
    let told = before.is_some_and(|w| w.case == Case::Lower && w.gap == Gap::Space);
    let confidence = match (word.sure_forename(), told) {
        (true, true) => 74,
        (true, false) => 64,
        (false, true) => 58,
        (false, false) => return None,
    };
    years.then_some(Hit { from: i, to: i, confidence })
}

/// "Helen Rath", "Janet M. O'Reilly", "Pam Botsford-Bosco", "John SMITH".
fn forename_first(scene: &Scene<'_>, i: usize) -> Option<Hit> {
    let first = scene.word(i)?;
    if !first.forename || blocked_before(scene, i) {
        return None;
    }
    let mut to = i;
    let mut at = i;
    while let Some(word) = scene.word(at) {
        let goes_on = word.gap == Gap::Space || (word.gap == Gap::Stop && word.case == Case::Initial);
        let Some(next) = scene.word(at + 1).filter(|_| goes_on && at < i + 4) else { break };
        let particles = |n: usize| scene.word(n).is_some_and(|w| w.case == Case::Lower && particle(&w.lower));
        let ends_in_capital = scene.word(at + 2).is_some_and(Word::capital)
            || (particles(at + 2) && scene.word(at + 3).is_some_and(Word::capital));
        let small = next.case == Case::Lower && particle(&next.lower) && ends_in_capital;
        let named = next.case == Case::Initial
            || (next.capital() && (next.known() || next.stranger()))
            || (at == i && first.sure_forename() && next.ordinary(scene.lists) && scene.whole(i, at + 1));
        if !named && !small || (scene.lists.is_after(&next.lower) && !next.surname) {
            break;
        }
        at += 1;
        if next.capital() {
            to = at;
        }
    }
    let last = scene.word(to)?;
    if to == i || institution(scene, i, to) || pairs(scene, i, to) {
        return None;
    }
    let confidence = score(scene, first, last, to - i, scene.whole(i, to))?;
    Some(Hit { from: i, to, confidence })
}

fn score(scene: &Scene<'_>, first: &Word<'_>, last: &Word<'_>, steps: usize, whole: bool) -> Option<Confidence> {
    if scene.code {
        // Names of things in code are capitalised words, too: both must be names and nothing else.
        return (first.sure_forename() && last.sure_surname() && first.case == Case::Title && last.case == Case::Title)
            .then_some(64);
    }
    let shouted = first.case == Case::Upper;
    let surname_shouted = !shouted && last.case == Case::Upper;
    match (first.sure_forename(), last.sure_surname()) {
        (true, true) if shouted => Some(72),
        (true, true) if surname_shouted => Some(90),
        (true, true) => Some(85),
        (true, false) if shouted => (last.known() && whole).then_some(55),
        // "Janet Church", "Peter White": a word, but a surname as well, behind a forename that is none.
        (true, false) if last.known() && !scene.lists.is_after(&last.lower) => {
            Some(if whole || surname_shouted { 72 } else { 66 })
        }
        (true, false) if last.known() => (whole && last.lower != "ward" && last.lower != "house").then_some(52),
        (true, false) if last.stranger() => Some(if whole || steps > 1 { 66 } else { 60 }),
        // "Hyacinth Bucket": an ordinary word, but nothing else stands there.
        (true, false) if whole && steps == 1 && last.ordinary(scene.lists) && first.case == last.case => Some(54),
        (true, false) => None,
        (false, true) if shouted => None,
        // "Mark Abbott", "April Johnson".
        (false, true) => Some(if surname_shouted {
            82
        } else if whole {
            70
        } else {
            62
        }),
        // "Rose White": both may be words; only where a rule says that prose stands here.
        (false, false) => {
            (last.surname && !shouted && first.lower != last.lower).then_some(if whole { 46 } else { 42 })
        }
    }
}

/// "John Radcliffe Hospital", "Wells Score", "Victoria Street".
fn institution(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    let joined = scene.word(to).is_some_and(|w| w.gap == Gap::Space || owned(scene, to));
    let follows = joined && scene.word(to + 1).is_some_and(|w| w.case != Case::Lower && scene.lists.is_after(&w.lower));
    let eponym = joined
        && scene.word(to + 1).is_some_and(|w| {
            matches!(
                w.lower.as_str(),
                "disease"
                    | "syndrome"
                    | "sign"
                    | "score"
                    | "scale"
                    | "test"
                    | "lymphoma"
                    | "criteria"
                    | "hospital"
                    | "palsy"
            )
        });
    let hidden = scene
        .words
        .get(from + 1..to)
        .unwrap_or_default()
        .iter()
        .any(|w| scene.lists.is_after(&w.lower) && w.word && !w.surname);
    follows || eponym || hidden
}

fn owned(scene: &Scene<'_>, i: usize) -> bool {
    let (Some(a), Some(b)) = (scene.word(i), scene.word(i + 1)) else { return false };
    matches!(scene.text.get(a.range.end..b.range.start), Some("'s " | "’s " | "' "))
}

/// "St Helen Rath", "Queen Elizabeth", "Port Stanley".
fn blocked_before(scene: &Scene<'_>, i: usize) -> bool {
    let Some(before) = i.checked_sub(1).and_then(|j| scene.word(j)) else { return false };
    matches!(before.gap, Gap::Space | Gap::Stop)
        && before.case != Case::Lower
        && matches!(
            before.lower.as_str(),
            "st" | "saint"
                | "queen"
                | "king"
                | "prince"
                | "princess"
                | "royal"
                | "lake"
                | "mount"
                | "port"
                | "fort"
                | "great"
                | "cape"
                | "san"
                | "santa"
        )
}

fn pairs(scene: &Scene<'_>, from: usize, to: usize) -> bool {
    scene
        .words
        .get(from..=to)
        .unwrap_or_default()
        .windows(2)
        .any(|w| matches!(w, [a, b] if scene.lists.is_phrase(&a.lower, &b.lower)))
}

/// A cell or heading that is two or three capitalised words and nothing else: the last a surname and the first no word ("Xanthe Rath"),
/// or a surname and the forename behind it ("Al-Mansouri Rashid").
fn cell(scene: &Scene<'_>) -> Option<Hit> {
    let last = scene.words.len().checked_sub(1)?;
    let (first, end) = (scene.word(0)?, scene.word(last)?);
    let written = (1..=2).contains(&last)
        && !scene.code
        && scene.whole(0, last)
        && scene.words.iter().all(|w| w.case == Case::Title || w.case == Case::Initial)
        && scene.words.iter().take(last).all(|w| w.gap == Gap::Space || w.case == Case::Initial)
        && !pairs(scene, 0, last);
    let known = scene.words.iter().all(|w| w.known() && !scene.lists.is_thing(&w.lower));
    let confidence = if known && first.sure_surname() && end.sure_forename() {
        60
    } else if first.uncommon() && end.sure_surname() {
        54
    } else {
        return None;
    };
    written.then_some(Hit { from: 0, to: last, confidence })
}
