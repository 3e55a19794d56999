//! The demo's own folder: its rules and its configuration, as files that can be read, edited and checked.
//!
//! The packs are in the binary; they are written to a fresh folder that only this user can read, so that the console has
//! real files to edit and the ones in a checkout stay as they are. The folder goes when the demo ends.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use crate::identity::demo::{CENTRE_NETWORK, DemoRole};

static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// What goes into the configuration.
#[derive(Debug, Clone)]
pub(super) struct Contents<'a> {
    /// Where the proxy listens.
    pub(super) proxy: SocketAddr,
    /// Where the console listens.
    pub(super) console: SocketAddr,
    /// Id, name and upstream of each trust.
    pub(super) trusts: &'a [(String, String, SocketAddr)],
}

/// The folder; it is removed when dropped.
#[derive(Debug)]
pub(super) struct Folder {
    at: PathBuf,
}

impl Folder {
    /// Makes a fresh folder among the temporary ones, with the rule packs and `fanlight.toml` in it.
    pub(super) fn create(contents: &Contents<'_>) -> io::Result<Self> {
        let mut salt = [0; 6];
        getrandom::fill(&mut salt).map_err(|_| io::Error::other("the operating system has no randomness to give"))?;
        let at = std::env::temp_dir().join(format!("fanlight-demo-{}", data_encoding::HEXLOWER.encode(&salt)));
        private_folder(&at)?;
        let folder = Self { at };
        extract(&RULES, &folder.at.join("rules"))?;
        fs::write(folder.config(), configuration(contents, &folder.at.join("rules")))?;
        Ok(folder)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.at
    }

    /// The configuration file.
    pub(super) fn config(&self) -> PathBuf {
        self.at.join("fanlight.toml")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.at) {
            eprintln!("could not remove {}: {error}", self.at.display());
        }
    }
}

/// A folder that did not exist and that nobody else may enter.
fn private_folder(at: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().mode(0o700).create(at)
    }
    #[cfg(not(unix))]
    fs::create_dir(at)
}

fn extract(from: &Dir<'_>, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for file in from.files() {
        let name = file.path().file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        fs::write(to.join(name), file.contents())?;
    }
    for folder in from.dirs() {
        let name = folder.path().file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
        extract(folder, &to.join(name))?;
    }
    Ok(())
}

/// The packs of a trust that are there, the general one first.
fn packs(rules: &Path, trust: &str) -> Vec<String> {
    let wanted = ["rules/base".to_owned(), "rules/clinic".to_owned(), format!("rules/trusts/{trust}")];
    let there = |pack: &String| {
        let below = rules.join(pack.strip_prefix("rules/").unwrap_or(pack));
        below.exists() || below.with_extension("toml").exists()
    };
    wanted.into_iter().filter(there).collect()
}

fn configuration(contents: &Contents<'_>, rules: &Path) -> String {
    let Contents { proxy, console, trusts } = contents;
    let engineers = [DemoRole::Engineer, DemoRole::EngineerElsewhere];
    let mut text = format!(
        r#"# The configuration of the demonstration. `fanlight check --config` reads it as any other.
[proxy]
listen = "{proxy}"

[console]
listen = "{console}"

# The demo itself knows its people by a cookie of its own. `fanlight serve` would take them from these headers.
[identity.forwarded]
user = "x-forwarded-user"
groups = "x-forwarded-groups"
trusted = ["127.0.0.1/32"]

[store]
url = "sqlite:fanlight.db"

[limits]
url = "memory:"

[[centre]]
id = "us-upgrade-centre"
networks = ["{CENTRE_NETWORK}"]
# A list counts every record that it shows, and the clinic's lists show twenty: three of them in a minute pass, then
# the limit says when there is room again.
limits = {{ record_views_per_minute = 60, distinct_records_per_hour = 400, distinct_records_per_day = 1200 }}
"#
    );
    for (id, name, upstream) in *trusts {
        let quoted: Vec<String> = packs(rules, id).iter().map(|p| format!("\"{p}\"")).collect();
        text.push_str(&format!(
            "\n[[trust]]\nid = \"{id}\"\nname = \"{name}\"\nhost = \"{id}.localhost\"\nupstream = \"http://{upstream}\"\nrules = [{}]\n",
            quoted.join(", ")
        ));
    }
    for (id, _, _) in *trusts {
        for role in engineers {
            text.push_str(&format!(
                "\n[[grant]]\nengineer = \"{}\"\ntrust = \"{id}\"\nticket = \"CHG-1001\"\nuntil = \"2099-01-01T00:00:00Z\"\n",
                role.id()
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Vec<(String, String, SocketAddr)> {
        crate::clinic::trust::ALL
            .iter()
            .map(|t| (t.id.to_owned(), t.name.to_owned(), SocketAddr::from(([127, 0, 0, 1], 9000))))
            .collect()
    }

    #[test]
    fn the_folder_holds_packs_and_a_configuration_and_goes_at_the_end() {
        let trusts = contents();
        let address = SocketAddr::from(([127, 0, 0, 1], 8080));
        let folder = Folder::create(&Contents { proxy: address, console: address, trusts: &trusts }).unwrap();
        let at = folder.path().to_owned();
        assert!(at.join("rules/README.md").is_file());
        let text = fs::read_to_string(folder.config()).unwrap();
        let parsed: toml::Table = text.parse().unwrap();
        assert_eq!(parsed["trust"].as_array().unwrap().len(), 10);
        assert_eq!(parsed["grant"].as_array().unwrap().len(), 20);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&at).unwrap().permissions().mode() & 0o777, 0o700);
        }
        drop(folder);
        assert!(!at.exists());
    }
}
