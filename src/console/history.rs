//! Earlier versions of a rule file: a bounded folder `.history` beside it, one small file a version.
//!
//! A version is kept before it is replaced, so that one click brings it back. Only rule text is in there, no page.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::shelf;

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// When it became the file.
    pub at: Timestamp,
    /// Who wrote it; none: it was there before the console knew it.
    pub by: Option<String>,
    /// Its short hash.
    pub version: String,
    /// Its text.
    pub text: String,
}

/// The versions of one file.
#[derive(Debug, Clone)]
pub struct History {
    folder: PathBuf,
}

impl History {
    /// The most versions kept of one file; the oldest goes.
    pub const MAX: usize = 50;

    /// The history of the file at `file`.
    pub fn of(file: &Path) -> Option<Self> {
        let folder = file.parent()?.join(".history").join(file.file_name()?);
        Some(Self { folder })
    }

    /// Keeps a version; one that is already the newest is not kept twice.
    ///
    /// # Errors
    /// When it cannot be written: the save that asked for it must not go on.
    pub fn keep(&self, version: &Version) -> io::Result<()> {
        if self.list()?.first().is_some_and(|newest| newest.version == version.version) {
            return Ok(());
        }
        fs::create_dir_all(&self.folder)?;
        // Names sort by time; nanoseconds, so that two saves in a second keep their order.
        let name = format!("{:020}-{}.json", version.at.as_nanosecond().max(0), version.version);
        shelf::replace(&self.folder.join(name), &serde_json::to_vec(version)?)?;
        let names = self.names()?;
        for old in names.iter().rev().skip(Self::MAX) {
            fs::remove_file(self.folder.join(old))?;
        }
        Ok(())
    }

    /// The versions, the newest first. A file in the folder that is none is passed over.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> io::Result<Vec<Version>> {
        let mut all = Vec::new();
        for name in self.names()?.iter().rev().take(Self::MAX) {
            let path = self.folder.join(name);
            if fs::metadata(&path)?.len() > 4 * shelf::Shelf::MAX_BYTES as u64 {
                continue;
            }
            if let Ok(version) = serde_json::from_slice::<Version>(&fs::read(path)?) {
                all.push(version);
            }
        }
        Ok(all)
    }

    /// The version of this hash.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn find(&self, version: &str) -> io::Result<Option<Version>> {
        Ok(self.list()?.into_iter().find(|v| v.version == version))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            if let Some(name) = name.to_str().filter(|n| n.ends_with(".json") && !n.starts_with('.')) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(n: i64) -> Version {
        let text = format!("# {n}");
        Version { at: Timestamp::from_second(n).unwrap(), by: None, version: shelf::version(&text), text }
    }

    #[test]
    fn keeps_the_newest_and_forgets_the_oldest() {
        let dir = tempfile::tempdir().unwrap();
        let history = History::of(&dir.path().join("a.toml")).unwrap();
        assert!(history.list().unwrap().is_empty());
        for n in 1..=(History::MAX as i64 + 7) {
            history.keep(&version(n)).unwrap();
        }
        history.keep(&version(History::MAX as i64 + 7)).unwrap();
        let all = history.list().unwrap();
        assert_eq!(all.len(), History::MAX);
        assert_eq!(all[0].text, "# 57");
        assert_eq!(all.last().unwrap().text, "# 8");
        assert_eq!(history.find(&all[3].version).unwrap().unwrap(), all[3]);
        assert!(history.find("../../etc/passwd").unwrap().is_none());
    }
}
