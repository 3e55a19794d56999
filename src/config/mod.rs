//! The configuration file, read whole with every error located.
//!
//! [`load`] reads the file and the rule packs that it names. A [`Config`] is complete: bounds and timeouts have their
//! defaults, every trust's rules are compiled, the master key is there.

pub mod bounds;
mod identity;
pub mod key;
pub mod packs;
mod people;
mod sections;
mod trusts;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::access::{Centre, Grant};
use crate::audit::TrailBounds;
use crate::base::id::TrustId;
use crate::base::secret::Key;
use crate::identity::Forwarded;
use crate::limits::{self, Limits, Rates};
use crate::rules::read::{Problems, Source};
use crate::rules::{Compiled, Diagnostic};

pub use bounds::{Bounds, Timeouts};
pub use key::KeySource;

/// A configuration, whole and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// `[proxy]`.
    pub proxy: Listener,
    /// `[console]`; none: no console.
    pub console: Option<Listener>,
    /// `[identity.…]`.
    pub identity: Identity,
    /// `[store] url`: `sqlite:PATH` or `memory:`; a relative path is relative to the folder of the file.
    pub store: String,
    /// The master secret from which every key is derived.
    pub key: Key,
    /// Where it comes from.
    pub key_source: KeySource,
    /// `[[centre]]`.
    pub centres: Vec<Centre>,
    /// `[[trust]]`.
    pub trusts: Vec<Trust>,
    /// `[[grant]]`: standing grants.
    pub grants: Vec<Grant>,
    /// `limits` of centres and trusts.
    pub rates: Rates,
    /// `[limits]`: what the limiter remembers.
    pub limiter: limits::Bounds,
    /// `[trail]`: how many requests it holds open, and how long one waits for it.
    pub trail: TrailBounds,
    /// `[bounds]`.
    pub bounds: Bounds,
    /// `[timeouts]`.
    pub timeouts: Timeouts,
}

/// Where something listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// Address and port.
    pub listen: SocketAddr,
    /// TLS; must be there when the address is not loopback.
    pub tls: Option<Tls>,
}

/// TLS of a listener: paths of PEM files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
    /// Clients must show a certificate of this authority.
    pub client_ca: Option<PathBuf>,
}

/// How an engineer is known.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// `[identity.forwarded]`: by headers that a trusted hop in front sets.
    pub forwarded: Option<Forwarded>,
}

/// TLS toward an upstream, beyond its authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpstreamTls {
    /// PEM files of our certificate chain and its key, for an upstream that asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// The name asked for (SNI) and demanded of its certificate; none: the host of `upstream`.
    pub server_name: Option<String>,
}

/// `[[trust]]`.
#[derive(Debug, Clone)]
pub struct Trust {
    /// Id.
    pub id: TrustId,
    /// Name shown to people.
    pub name: String,
    /// Hosts that it is reached at, lower case, no port; the first is the main one.
    pub hosts: Vec<String>,
    /// The system behind: scheme and authority, perhaps a base path.
    pub upstream: http::Uri,
    /// PEM file of the authority that signed the upstream's certificate, when not a public one.
    pub upstream_ca: Option<PathBuf>,
    /// How we show ourselves to the upstream, and which name its certificate must have.
    pub upstream_tls: UpstreamTls,
    /// `Host` sent upstream; none: the upstream's own.
    pub upstream_host: Option<String>,
    /// Other names of the upstream, with or without a port: what stands at them in a page becomes an address of ours.
    pub upstream_names: Vec<String>,
    /// What becomes of the questions that pages ask.
    pub modals: Modals,
    /// Entries of `rules`, as written.
    pub rules: Vec<String>,
    /// Limits of all who view the trust together, if it has any.
    pub limits: Option<Limits>,
    /// The rules, compiled.
    pub compiled: Arc<Compiled>,
}

/// What becomes of `alert()`, `confirm()` and `prompt()`: with them a browser would allow `print()` too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Modals {
    /// They do nothing, and their answer is no.
    #[default]
    Block,
    /// A page of ours around the application asks them.
    Shell,
}

impl Modals {
    /// Every word for it.
    pub const ALL: &[Modals] = &[Modals::Block, Modals::Shell];

    /// The word in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Modals::Block => "block",
            Modals::Shell => "shell",
        }
    }
}

impl Config {
    /// The folder of the file; relative paths in it are relative to this.
    pub fn folder(&self) -> &Path {
        folder_of(&self.file)
    }

    /// The trust of this id.
    pub fn trust(&self, id: &str) -> Option<&Trust> {
        self.trusts.iter().find(|t| t.id.as_str() == id)
    }

    /// The key of a trust, from which those of its grants are derived; also of one that has left the configuration.
    pub fn trust_key(&self, id: &TrustId) -> Key {
        self.key.derive("trust", &[id.as_str().as_bytes()])
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Reads and checks a configuration file and all that it names, to be run: a master key that is to be kept beside the
/// store and is not there yet is made.
///
/// # Errors
/// Every error of every file.
pub fn load(path: &Path) -> Result<Config, Vec<Diagnostic>> {
    let config = check(path)?;
    let KeySource::File(file) = &config.key_source else { return Ok(config) };
    if file.exists() {
        return Ok(config);
    }
    let failed = |error: std::io::Error| {
        let error = Diagnostic::of_file(file.display().to_string(), format!("the key file cannot be written: {error}"));
        vec![error.help("make the folder writable, or name another place with `[store] key_file`")]
    };
    key::create(file, &config.key).map_err(failed)?;
    Ok(config)
}

/// As [`load`], without writing anything.
///
/// # Errors
/// Every error of every file.
pub fn check(path: &Path) -> Result<Config, Vec<Diagnostic>> {
    let name = path.display().to_string();
    match packs::text(path) {
        Ok(text) => parse(path, &text),
        Err(reason) => {
            let help = "name a configuration file with --config; the README shows one";
            Err(vec![Diagnostic::of_file(name, reason).help(help)])
        }
    }
}

/// As [`check`], of a text that would stand in the file at `path`.
///
/// # Errors
/// Every error of every file.
pub fn parse(path: &Path, text: &str) -> Result<Config, Vec<Diagnostic>> {
    let source = Source::new(path.display().to_string(), text).showing(conceal(text));
    let mut problems = Problems::default();
    let config = sections::read(&source, path, &mut problems);
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems.into_list()),
    }
}

/// The text with stars, as many as bytes, in place of keys and of passwords in URLs: an error elsewhere on their line
/// shows the line.
fn conceal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(&conceal_line(line));
    }
    out
}

fn conceal_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for (i, part) in line.split_inclusive(['"', '\'']).enumerate() {
        let (inside, quote) = match part.strip_suffix(['"', '\'']) {
            Some(inside) => (inside, part.get(inside.len()..).unwrap_or_default()),
            None => (part, ""),
        };
        let named = out.trim_end_matches(['"', '\'', ' ', '\t', '=']);
        let is_key = i % 2 == 1
            && named.ends_with("key")
            && !named.strip_suffix("key").is_some_and(|n| n.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
            && !inside.contains(['/', '.']);
        let user = inside.find("://").map(|at| at + 3).zip(inside.rfind('@')).filter(|(from, to)| from < to);
        match user {
            _ if is_key => out.push_str(&"*".repeat(inside.len())),
            Some((from, to)) => {
                out.push_str(inside.get(..from).unwrap_or_default());
                out.push_str(&"*".repeat(to - from));
                out.push_str(inside.get(to..).unwrap_or_default());
            }
            None => out.push_str(inside),
        }
        out.push_str(quote);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::diagnostic::render_all;

    const FIXTURES: &str = "fixtures/config";

    fn fixtures() -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = std::fs::read_dir(FIXTURES).unwrap().map(|f| f.unwrap().path()).collect();
        all.retain(|p| p.extension().is_some_and(|e| e == "toml"));
        all.sort();
        all
    }

    fn is_good(path: &Path) -> bool {
        path.file_name().unwrap().to_str().unwrap().starts_with("good-")
    }

    /// Each broken configuration beside the messages that it must give. `BLESS=1 cargo test` writes them anew: read
    /// the difference before it is committed.
    #[test]
    fn broken_configurations_say_what_to_change() {
        let mut broken = 0;
        for path in fixtures().into_iter().filter(|p| !is_good(p)) {
            let errors = check(&path).expect_err(&format!("{} is meant to be broken", path.display()));
            assert!(errors.iter().all(|e| e.help.is_some()), "{}: every error says what to do", path.display());
            let shown = render_all(&errors, false) + "\n";
            assert!(!shown.contains("hunter2"), "{}: a secret is printed", path.display());
            let expected = path.with_extension("expected");
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&expected, &shown).unwrap();
            }
            similar_asserts::assert_eq!(shown, std::fs::read_to_string(&expected).unwrap(), "{}", path.display());
            broken += 1;
        }
        assert!(broken >= 10, "{broken} broken configurations");
    }

    #[test]
    fn good_configurations_load() {
        let good: Vec<PathBuf> = fixtures().into_iter().filter(|p| is_good(p)).collect();
        assert!(good.len() >= 2);
        for path in good.iter().chain([&PathBuf::from("fixtures/score.toml")]) {
            let config = check(path).map_err(|e| render_all(&e, false)).unwrap();
            assert_eq!(config.trusts.len(), 1, "{}", path.display());
        }
    }

    #[test]
    fn what_the_file_does_not_say_has_its_default() {
        let config = check(&Path::new(FIXTURES).join("good-smallest.toml")).unwrap();
        assert_eq!(config.bounds, Bounds::default());
        assert_eq!(config.timeouts, Timeouts::default());
        assert!(config.console.is_none());
        let each = config.rates.engineer.values().next().unwrap();
        assert!(each.record_views_per_minute.is_some(), "a centre that names no limits is limited all the same");
    }

    #[test]
    fn the_example_with_every_key_shows_the_defaults() {
        let config = check(&Path::new(FIXTURES).join("good-everything.toml")).unwrap();
        assert_eq!(config.bounds, Bounds::default());
        assert_eq!(config.timeouts, Timeouts::default());
        assert_eq!(config.limiter, limits::Bounds::default());
        assert_eq!(config.trusts[0].hosts, ["royal-free.localhost", "royal-free.example"]);
        assert_eq!(config.key_source, KeySource::Given);
        assert!(!format!("{config:?}").contains("0001020304"), "the key prints");
    }

    #[test]
    fn a_master_key_is_made_once_and_kept_beside_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let text = std::fs::read_to_string(Path::new(FIXTURES).join("good-smallest.toml")).unwrap();
        let text = text.replace("memory:", "sqlite:trail.db").replace("packs/good", "good.toml");
        let path = folder.path().join("fanlight.toml");
        std::fs::write(&path, text).unwrap();
        let rules = std::fs::read_to_string(Path::new(FIXTURES).join("packs/good/rules.toml")).unwrap();
        std::fs::write(folder.path().join("good.toml"), rules.replace("names = [\"names.txt\"]", "")).unwrap();
        check(&path).unwrap();
        assert!(!folder.path().join("trail.db.key").exists(), "a check writes nothing");
        let first = load(&path).unwrap();
        let second = load(&path).unwrap();
        assert_eq!(first.key.expose(), second.key.expose());
        assert!(folder.path().join("trail.db.key").exists());
    }

    #[test]
    fn an_error_beside_a_secret_does_not_show_it() {
        let text = "store = { url = \"memory:\", key = \"hunter2hunter2\", kye = 1, x = \"redis://:hunter2@h/\" }\n";
        let errors = parse(Path::new("fanlight.toml"), text).unwrap_err();
        let shown = render_all(&errors, false);
        assert!(shown.contains("unknown key `kye`") && shown.contains("key = \"**************\""), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!format!("{errors:?}").contains("hunter2"));
    }
}
