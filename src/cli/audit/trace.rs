//! `fanlight audit trace`: under which grant a photographed page was shown.
//!
//! It takes what can be read in the photograph, as somebody typed it or a program recognised it, and compares the pseudonyms' words with each grant that there is
//! or was: the configuration's, those of the store (ended and revoked ones too), and those that only the trail still knows.
//! [`crate::redact::trace`] says how. It needs the master key, so it runs where the house does; it needs no identifier, and prints none.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;

use super::super::{trail, unknown_trust, when};
use super::args::{self, Trace};
use crate::access::{Grant, Origin};
use crate::audit::Code;
use crate::base::id::{EngineerId, GrantId, Ticket, TrustId};
use crate::config::{Config, KeySource};
use crate::redact::operator::GrantKeys;
use crate::redact::trace::{self, Candidate, Found, Reading, Seen, Verdict};
use crate::store::{TrailReader, Used};

/// So many grants of the trail are looked at; of more, those that were used last.
const MOST_USED: u32 = 100_000;

/// A grant that there is or was.
#[derive(Debug)]
struct Known {
    grant: GrantId,
    engineer: EngineerId,
    trust: TrustId,
    ticket: Ticket,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    revoked: Option<Timestamp>,
    /// The configuration, the store, or the trail alone.
    origin: &'static str,
    used: Option<(Timestamp, Timestamp)>,
}

impl Known {
    fn of_grant(grant: Grant) -> Self {
        let origin = match grant.origin {
            Origin::Standing => "standing",
            Origin::Store => "store",
        };
        Self {
            grant: grant.id,
            engineer: grant.engineer,
            trust: grant.trust,
            ticket: grant.ticket,
            from: grant.from,
            until: Some(grant.until),
            revoked: grant.revoked.map(|revoked| revoked.at),
            origin,
            used: None,
        }
    }

    fn of_trail(used: Used) -> Self {
        let times = Some((used.first, used.last));
        let Used { grant, engineer, trust, ticket, .. } = used;
        Self { grant, engineer, trust, ticket, from: None, until: None, revoked: None, origin: "trail", used: times }
    }

    /// Whether it held some time from `from` on and before `to`. One that only the trail knows: whether it was used.
    fn held(&self, (from, to): (Timestamp, Timestamp)) -> bool {
        let used = self.used.filter(|_| self.origin == "trail");
        let begins = self.from.or(used.map(|(first, _)| first));
        let ends = [self.until, self.revoked].into_iter().flatten().min();
        begins.is_none_or(|begins| begins < to)
            && ends.is_none_or(|ends| ends > from)
            && used.is_none_or(|(_, last)| last >= from)
    }
}

pub(super) fn run(args: &Trace) -> anyhow::Result<ExitCode> {
    let between = args.between.as_deref().map(span).transpose()?;
    let Some((config, reader)) = super::open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    if let Some(id) = &args.trust {
        config.trust(id).with_context(|| unknown_trust(&config, id))?;
    }
    the_key_is_kept(&config)?;
    let text = read(args.text.as_deref())?;
    args::note(args.by.as_deref(), &args.config, Code::new("trace"))?;
    let mut grants = known(&config, &reader)?;
    grants.retain(|g| {
        between.is_none_or(|between| g.held(between)) && args.trust.as_deref().is_none_or(|t| t == g.trust.as_str())
    });
    let reading = Reading::of(&text);
    let keys = |g: &Known| GrantKeys::new(&config.trust_key(&g.trust), &g.trust, &g.grant);
    let found = trace::trace(&reading, grants.iter().map(|g| trace::Grant::of(&keys(g))));
    let best: Vec<(&Candidate, &Known)> = found.best.iter().filter_map(|c| Some((c, grants.get(c.nth)?))).collect();
    let mut out = trail::stdout();
    if args.json {
        writeln!(out, "{}", json(&reading, &found, &best))?;
    } else {
        say(&mut out, args, &reading, &found, &best)?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A key that was made a moment ago, because there is none, would fit nobody's words.
fn the_key_is_kept(config: &Config) -> anyhow::Result<()> {
    match &config.key_source {
        KeySource::Given => Ok(()),
        KeySource::File(file) if file.exists() => Ok(()),
        KeySource::File(file) => {
            bail!("the master key {} is not there; without it no page can be traced", file.display())
        }
        KeySource::Fresh => bail!("this configuration makes a new master key at every start: no page can be traced"),
    }
}

fn span(words: &[String]) -> anyhow::Result<(Timestamp, Timestamp)> {
    let [from, to] = words else { bail!("--between takes two moments") };
    let (from, to) = (when::moment(from)?, when::moment(to)?);
    ensure!(from < to, "--between: {to} is not after {from}");
    Ok((from, to))
}

/// What was read in the photograph; not more than is looked at.
fn read(file: Option<&Path>) -> anyhow::Result<String> {
    let most = Reading::MAX as u64 + 1;
    let mut bytes = Vec::new();
    match file.filter(|file| *file != Path::new("-")) {
        None => io::stdin().lock().take(most).read_to_end(&mut bytes).context("standard input cannot be read")?,
        Some(file) => {
            let cannot = || format!("{} cannot be read", file.display());
            let opened = std::fs::File::open(file).with_context(cannot)?;
            opened.take(most).read_to_end(&mut bytes).with_context(cannot)?
        }
    };
    ensure!(
        bytes.len() <= Reading::MAX,
        "the text is longer than {} KiB: give what one photograph shows",
        Reading::MAX / 1024
    );
    // A program that recognises text may write bytes of its own; what is no text is no word of ours.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Every grant that there is or was, each once.
fn known(config: &Config, reader: &TrailReader) -> anyhow::Result<Vec<Known>> {
    let used = reader.used(MOST_USED)?;
    let mut times: std::collections::HashMap<_, _> =
        used.iter().map(|u| ((u.trust.clone(), u.grant.clone()), (u.first, u.last))).collect();
    let standing = config.grants.iter().cloned();
    let mut all: Vec<Known> = standing.chain(reader.issued()?).map(Known::of_grant).collect();
    all.extend(used.into_iter().map(Known::of_trail));
    let mut seen = HashSet::new();
    all.retain(|g| seen.insert((g.trust.clone(), g.grant.clone())));
    for known in &mut all {
        known.used = times.remove(&(known.trust.clone(), known.grant.clone()));
    }
    Ok(all)
}

fn say(
    out: &mut impl Write,
    args: &Trace,
    reading: &Reading,
    found: &Found,
    best: &[(&Candidate, &Known)],
) -> anyhow::Result<()> {
    let words: Vec<String> = reading.words.iter().map(shown).collect();
    if !words.is_empty() {
        writeln!(out, "read: {}", words.join(", "))?;
    }
    if !reading.tokens.is_empty() {
        writeln!(out, "tokens: {}", reading.tokens.len())?;
    }
    let grants = counted(found.grants, "grant");
    match found.verdict {
        Verdict::Traced => writeln!(out, "traced: one grant of {} fits\n", found.grants)?,
        Verdict::Unsure => {
            writeln!(out, "not traced: none of {grants} stands out; these fit best")?;
            writeln!(out, "words of several pages, words misread, or a page of another house or key\n")?;
        }
        Verdict::NotEnough => {
            writeln!(
                out,
                "not enough words: to tell {grants} apart takes about {}, here are {}, which fit {}",
                found.needed,
                reading.words.len(),
                found.fit_wholly
            )?;
            writeln!(out, "give more of the page, or fewer grants: --between, --trust")?;
        }
        Verdict::NothingRead => writeln!(out, "no pseudonym in the text: nothing to trace by")?,
        Verdict::NoGrants => writeln!(out, "there is no such grant to compare with")?,
    }
    if best.is_empty() {
        return Ok(());
    }
    let head = ["grant", "engineer", "trust", "ticket", "held", "used", "fits", "sure", "by chance"];
    let mut lines = vec![head.map(str::to_owned)];
    // Beside the one that was traced the next says by how much; those that chance alone explains say nothing.
    let most = if found.verdict == Verdict::Traced { 1 } else { best.len() };
    lines.extend(best.iter().take(most).map(|(candidate, known)| line(candidate, known, reading)));
    trail::table(out, &lines)?;
    if let (Verdict::Traced, Some((candidate, known))) = (found.verdict, best.first()) {
        let others = best.get(1).map_or(0.0, |(next, _)| next.sure);
        writeln!(
            out,
            "\nthe next likeliest is {} sure; by chance {} others would fit as well",
            percent(others),
            few(candidate.by_chance)
        )?;
        writeln!(
            out,
            "what was asked under it: fanlight audit search --config {} --grant {}",
            args.config.config.display(),
            known.grant
        )?;
    }
    Ok(())
}

/// A word, and what stands there when it was read with a letter amiss.
fn shown(seen: &Seen) -> String {
    if seen.is_misread() { format!("{} ({})", seen.text(), seen.written) } else { seen.text().to_owned() }
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn line(candidate: &Candidate, known: &Known, reading: &Reading) -> [String; 9] {
    let day = |t: Timestamp| t.strftime("%Y-%m-%d").to_string();
    let until = known.until.map_or_else(|| "?".to_owned(), day);
    let revoked = known.revoked.map(|at| format!(", revoked {}", day(at))).unwrap_or_default();
    let mut fits = vec![format!("{} of {} words", candidate.words, reading.words.len())];
    fits.extend((candidate.tokens > 0).then(|| counted(candidate.tokens, "token")));
    [
        known.grant.to_string(),
        known.engineer.to_string(),
        known.trust.to_string(),
        known.ticket.to_string(),
        format!("{} to {until}{revoked}", known.from.map_or_else(|| "?".to_owned(), day)),
        known.used.map_or_else(|| "never".to_owned(), |(first, last)| format!("{} to {}", day(first), day(last))),
        fits.join(", "),
        percent(candidate.sure),
        few(candidate.by_chance),
    ]
}

/// Never "100 %": there is always a doubt.
fn percent(sure: f64) -> String {
    if sure > 0.9999 {
        "over 99.99 %".to_owned()
    } else if sure < 0.0001 {
        "under 0.01 %".to_owned()
    } else {
        format!("{:.2} %", sure * 100.0)
    }
}

fn few(n: f64) -> String {
    if n < 0.0001 { "under 0.0001".to_owned() } else { format!("{n:.4}") }
}

fn json(reading: &Reading, found: &Found, best: &[(&Candidate, &Known)]) -> serde_json::Value {
    let words = reading.words.iter().map(|seen| {
        serde_json::json!({ "word": seen.text(), "written": seen.written, "misread": seen.is_misread(), "doubt": seen.doubt })
    });
    let candidates = best.iter().map(|(candidate, known)| {
        serde_json::json!({
            "grant": known.grant,
            "engineer": known.engineer,
            "trust": known.trust,
            "ticket": known.ticket,
            "from": known.from,
            "until": known.until,
            "revoked": known.revoked,
            "origin": known.origin,
            "first_used": known.used.map(|(first, _)| first),
            "last_used": known.used.map(|(_, last)| last),
            "words": candidate.words,
            "tokens": candidate.tokens,
            "sure": candidate.sure,
            "by_chance": candidate.by_chance,
        })
    });
    serde_json::json!({
        "verdict": found.verdict,
        "grants": found.grants,
        "words_needed": found.needed,
        "fit_wholly": found.fit_wholly,
        "words": words.collect::<Vec<_>>(),
        "tokens": reading.tokens.len(),
        "candidates": candidates.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        when::moment(text).unwrap()
    }

    #[test]
    fn a_grant_held_between_two_moments_or_not() {
        let grant = Grant::standing(
            EngineerId::new("sam@centre.example").unwrap(),
            TrustId::new("royal-free").unwrap(),
            Ticket::new("CHG-1").unwrap(),
            at("2026-12-01"),
        );
        let mut known = Known::of_grant(grant);
        known.from = Some(at("2026-11-01"));
        let held = |known: &Known, from: &str, to: &str| known.held((at(from), at(to)));
        assert!(held(&known, "2026-11-10", "2026-11-11"));
        assert!(held(&known, "2026-10-01", "2026-11-02"));
        assert!(!held(&known, "2026-10-01", "2026-11-01"));
        assert!(!held(&known, "2026-12-01", "2026-12-02"));
        known.revoked = Some(at("2026-11-05"));
        assert!(!held(&known, "2026-11-10", "2026-11-11"));
        // Known by its use alone.
        (known.from, known.until, known.revoked, known.origin) = (None, None, None, "trail");
        known.used = Some((at("2026-11-03"), at("2026-11-04")));
        assert!(held(&known, "2026-11-04", "2026-11-10"));
        assert!(!held(&known, "2026-11-05", "2026-11-10") && !held(&known, "2026-10-01", "2026-11-02"));
    }

    #[test]
    fn a_span_and_odds_are_as_people_write_them() {
        let words = |from: &str, to: &str| [from.to_owned(), to.to_owned()];
        assert!(span(&words("2026-11-01", "2026-11-02")).is_ok());
        assert!(span(&words("2026-11-02", "2026-11-01")).is_err());
        assert_eq!((percent(0.998).as_str(), percent(1.0).as_str()), ("99.80 %", "over 99.99 %"));
        assert_eq!((percent(0.0).as_str(), few(0.38).as_str()), ("under 0.01 %", "0.3800"));
    }
}
