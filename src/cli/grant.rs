//! `fanlight grant`: issues, lists and revokes grants.
//!
//! Each issue and each revocation stands in the trail before it takes effect. A house that is running picks it up within
//! a second.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use jiff::Timestamp;

use super::trail::{self, Desk};
use super::{ConfigArg, when};
use crate::access::{Grant, GrantState, Origin, Purpose, Revoked};
use crate::audit::Event;
use crate::base::id::{EngineerId, GrantId, Ticket, TrustId};

/// Arguments of `fanlight grant`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `fanlight grant` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Every grant, standing and issued, with what it is worth now.
    List(List),
    /// Issues a grant, and prints its id.
    Issue(Issue),
    /// Takes a grant back; streams under it end.
    Revoke(Revoke),
}

/// Arguments of `fanlight grant list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// Only this engineer's.
    #[arg(long)]
    pub engineer: Option<String>,
    /// Only this trust's.
    #[arg(long)]
    pub trust: Option<String>,
    /// Also those that ended or were revoked.
    #[arg(long)]
    pub all: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `fanlight grant issue`.
#[derive(Debug, clap::Args)]
pub struct Issue {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// For whom, as the identity provider names them.
    #[arg(long)]
    pub engineer: String,
    /// For which trust's system.
    #[arg(long)]
    pub trust: String,
    /// For which change.
    #[arg(long)]
    pub ticket: String,
    /// When it ends: a moment or a day.
    #[arg(long, value_name = "WHEN", required_unless_present = "lasting", conflicts_with = "lasting")]
    pub until: Option<String>,
    /// How long it lasts: 8h, 5d.
    #[arg(long = "for", value_name = "SPAN")]
    pub lasting: Option<String>,
    /// When it begins; without it, now.
    #[arg(long, value_name = "WHEN")]
    pub from: Option<String>,
    /// Why, in a few words.
    #[arg(long)]
    pub purpose: Option<String>,
    /// Who approves it; somebody else than the engineer.
    #[arg(long, value_name = "WHO")]
    pub by: String,
}

/// Arguments of `fanlight grant revoke`.
#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// Where the configuration is.
    #[command(flatten)]
    pub config: ConfigArg,
    /// The grant's id, as `fanlight grant list` shows it.
    pub id: String,
    /// Who revokes it.
    #[arg(long, value_name = "WHO")]
    pub by: String,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for people.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List(args) => list(&args),
        Command::Issue(args) => issue(&args),
        Command::Revoke(args) => revoke(&args),
    }
}

fn list(args: &List) -> anyhow::Result<ExitCode> {
    let Some(desk) = Desk::open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    if let Some(id) = &args.trust {
        desk.config.trust(id).with_context(|| super::unknown_trust(&desk.config, id))?;
    }
    let now = desk.now();
    let book = desk.store.grants(desk.config.grants.clone())?;
    let mut shown: Vec<Grant> = book.all().to_vec();
    shown.retain(|g| {
        args.engineer.as_deref().is_none_or(|e| e == g.engineer.as_str())
            && args.trust.as_deref().is_none_or(|t| t == g.trust.as_str())
            && (args.all || matches!(g.state(now), GrantState::Live | GrantState::NotBegun))
    });
    shown.sort_by(|a, b| (&a.trust, &a.engineer, a.until).cmp(&(&b.trust, &b.engineer, b.until)));
    let mut out = trail::stdout();
    if args.json {
        for grant in &shown {
            writeln!(out, "{}", json(grant, now))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = vec![["grant", "engineer", "trust", "ticket", "state", "until", "purpose"].map(str::to_owned)];
    lines.extend(shown.iter().map(|g| row(g, now)));
    trail::table(&mut out, &lines)?;
    if shown.is_empty() {
        eprintln!("no grants; `fanlight grant issue` makes one, `--all` shows those that ended");
    }
    Ok(ExitCode::SUCCESS)
}

fn row(grant: &Grant, now: Timestamp) -> [String; 7] {
    let standing = if grant.origin == Origin::Standing { ", standing" } else { "" };
    [
        grant.id.to_string(),
        grant.engineer.to_string(),
        grant.trust.to_string(),
        grant.ticket.to_string(),
        format!("{}{standing}", state(grant.state(now))),
        grant.until.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        grant.purpose.as_ref().map(|p| p.as_str().to_owned()).unwrap_or_default(),
    ]
}

const fn state(state: GrantState) -> &'static str {
    match state {
        GrantState::Live => "live",
        GrantState::NotBegun => "not begun",
        GrantState::Expired => "ended",
        GrantState::Revoked => "revoked",
    }
}

fn json(grant: &Grant, now: Timestamp) -> serde_json::Value {
    serde_json::json!({
        "grant": grant.id,
        "engineer": grant.engineer,
        "trust": grant.trust,
        "ticket": grant.ticket,
        "purpose": grant.purpose.as_ref().map(Purpose::as_str),
        "from": grant.from,
        "until": grant.until,
        "records": grant.records.as_ref().map(|r| r.len()),
        "state": grant.state(now),
        "origin": grant.origin,
        "revoked": grant.revoked,
    })
}

fn issue(args: &Issue) -> anyhow::Result<ExitCode> {
    let Some(desk) = Desk::open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let now = desk.now();
    desk.config.trust(&args.trust).with_context(|| super::unknown_trust(&desk.config, &args.trust))?;
    let (engineer, by) = (EngineerId::new(&args.engineer)?, EngineerId::new(&args.by)?);
    ensure!(engineer != by, "--by must name somebody else than the engineer: nobody approves their own grant");
    let from = args.from.as_deref().map(when::moment).transpose()?;
    let until = match (&args.until, &args.lasting) {
        (Some(until), _) => when::moment(until)?,
        (None, Some(span)) => when::after(from.unwrap_or(now), span)?,
        (None, None) => bail!("say when it ends: --until 2027-01-31T18:00:00Z or --for 8h"),
    };
    ensure!(until > now, "the grant would have ended already, at {until}");
    ensure!(from.is_none_or(|from| from < until), "the grant would end before it begins");
    let grant = Grant {
        id: fresh_id()?,
        engineer,
        trust: TrustId::new(&args.trust)?,
        ticket: Ticket::new(&args.ticket)?,
        purpose: args.purpose.as_deref().map(Purpose::new).transpose()?,
        from,
        until,
        records: None,
        revoked: None,
        origin: Origin::Store,
    };
    // First the trail: a grant that nobody can find there must not be.
    desk.note(Event::GrantIssued {
        grant: grant.id.clone(),
        trust: grant.trust.clone(),
        ticket: grant.ticket.clone(),
        to: grant.engineer.clone(),
        by: Some(by.clone()),
    })?;
    desk.store.grants(Vec::new())?.issue(&grant, Some(&by), now)?;
    writeln!(trail::stdout(), "{}", grant.id)?;
    Ok(ExitCode::SUCCESS)
}

fn fresh_id() -> anyhow::Result<GrantId> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness for an id: {e}"))?;
    Ok(GrantId::of_hash("grant", &bytes))
}

fn revoke(args: &Revoke) -> anyhow::Result<ExitCode> {
    let Some(desk) = Desk::open(&args.config)? else { return Ok(ExitCode::FAILURE) };
    let (grant, by) = (GrantId::new(&args.id)?, EngineerId::new(&args.by)?);
    let book = desk.store.grants(desk.config.grants.clone())?;
    // Revoke first: were the trail down, the work must stop all the same.
    book.revoke(&grant, &Revoked { at: desk.now(), by: by.clone() })?;
    desk.note(Event::GrantRevoked { grant: grant.clone(), by })
        .with_context(|| format!("grant {grant} is revoked, but the trail does not say so"))?;
    writeln!(trail::stdout(), "{grant} is revoked")?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_are_ids() {
        let ids: std::collections::BTreeSet<_> = (0..100).map(|_| fresh_id().unwrap()).collect();
        assert_eq!(ids.len(), 100);
        assert!(ids.iter().all(|id| GrantId::new(id.as_str()).is_ok()));
    }

    fn fanlight(config: &std::path::Path, words: &[&str]) -> anyhow::Result<ExitCode> {
        #[derive(Debug, clap::Parser)]
        struct Line {
            #[command(subcommand)]
            command: Command,
        }
        let line = [&["grant", words[0], "--config", config.to_str().unwrap()], &words[1..]].concat();
        run(Args { command: <Line as clap::Parser>::try_parse_from(line)?.command })
    }

    #[test]
    fn issued_and_revoked_through_the_trail() {
        use crate::audit::Verifier;
        use crate::store::{Filter, Store};

        let dir = tempfile::tempdir().unwrap();
        let root = env!("CARGO_MANIFEST_DIR");
        let text = std::fs::read_to_string(format!("{root}/fixtures/score.toml")).unwrap();
        let text = text.replace("memory:", "sqlite:fanlight.db").replace("rules/base", &format!("{root}/rules/base"));
        let config = dir.path().join("fanlight.toml");
        std::fs::write(&config, text).unwrap();

        let issue = ["issue", "--engineer", "sam@centre.example", "--trust", "royal-free", "--ticket", "CHG-7"];
        let with = |more: &[&str]| fanlight(&config, &[&issue[..], more].concat());
        for (more, says) in [
            (&["--by", "ig@trust.example"][..], "--until"),
            (&["--by", "sam@centre.example", "--for", "8h"], "nobody approves their own grant"),
            (&["--by", "ig@trust.example", "--until", "2020-01-01"], "ended already"),
            (&["--by", "ig@trust.example", "--until", "2099-01-01", "--from", "2099-02-01"], "end before it begins"),
            (&["--by", "ig@trust.example", "--for", "a while"], "write 8h"),
        ] {
            let error = with(more).unwrap_err().to_string();
            assert!(error.contains(says), "{more:?}: {error}");
        }
        with(&["--by", "ig@trust.example", "--for", "8h", "--purpose", "move the index"]).unwrap();

        let store = Store::open("sqlite:fanlight.db", dir.path()).unwrap();
        let grant = store.grants(Vec::new()).unwrap().all().first().cloned().unwrap();
        fanlight(&config, &["revoke", grant.id.as_str(), "--by", "ig@trust.example"]).unwrap();
        assert!(store.grants(Vec::new()).unwrap().all()[0].revoked.is_some());
        assert!(fanlight(&config, &["revoke", grant.id.as_str(), "--by", "ig@trust.example"]).is_err());
        fanlight(&config, &["list", "--all"]).unwrap();

        let reader = Store::reader("sqlite:fanlight.db", dir.path()).unwrap();
        let mut events = Vec::new();
        let each = |row: crate::audit::Row| {
            events.push((row.decision, row.grant));
            std::ops::ControlFlow::Continue(())
        };
        reader.search(&Filter::default(), None, each).unwrap();
        let id = Some(grant.id.to_string());
        assert_eq!(events, [(Some("grant-issued".into()), id.clone()), (Some("grant-revoked".into()), id)]);
        assert!(reader.verify(Verifier::new()).unwrap().is_sound());
    }
}
