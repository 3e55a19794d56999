//! Rule packs on disk: each entry of `rules = [...]` is a folder or a file.
//!
//! Entries are relative to the folder of the configuration file or, when they are not there, to one above it, so that
//! `fixtures/score.toml` may say `rules/base`.

use std::path::{Path, PathBuf};

use crate::redact::plan::Bounds;
use crate::rules::diagnostic::Diagnostic;
use crate::rules::read::{MAX_FILE, Problems};
use crate::rules::{Compiled, RuleFile, compile};

/// Finds, reads and compiles the packs of `entries`.
///
/// # Errors
/// Every error of every file.
pub fn load(folder: &Path, entries: &[String], bounds: &Bounds) -> Result<Compiled, Vec<Diagnostic>> {
    compile(&read(folder, entries)?, bounds)
}

/// Finds and reads the packs of `entries`, in their order.
///
/// # Errors
/// Every folder or file that is not there or cannot be read.
pub fn read(folder: &Path, entries: &[String]) -> Result<Vec<RuleFile>, Vec<Diagnostic>> {
    let mut files = Vec::new();
    let mut problems = Problems::default();
    for entry in entries {
        let Some(at) = find(folder, entry) else {
            problems.push(not_there(folder, entry));
            continue;
        };
        let before = files.len();
        let pack = pack_name(entry);
        for (name, path) in members(&at, entry, &mut problems) {
            match text(&path) {
                Ok(text) => files.push(RuleFile { pack: pack.clone(), path: name, text: text.into() }),
                Err(reason) => problems.push(Diagnostic::of_file(name, reason)),
            }
        }
        if files.len() == before && problems.is_empty() {
            let error = Diagnostic::of_file(entry, "the rule pack holds no .toml file");
            problems.push(error.help("put its rules there, or remove the entry"));
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems.into_list()) }
}

/// The pack's name: the last part of the entry, without `.toml`.
pub fn pack_name(entry: &str) -> String {
    let last = entry.trim_end_matches('/').rsplit('/').next().unwrap_or(entry);
    last.strip_suffix(".toml").unwrap_or(last).to_owned()
}

/// Where an entry is: in `folder` or the nearest one above it.
pub fn find(folder: &Path, entry: &str) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    folder.ancestors().map(|above| above.join(entry)).find(|at| at.exists())
}

/// That an entry is nowhere.
pub fn not_there(folder: &Path, entry: &str) -> Diagnostic {
    let message = format!("there is no rule pack {entry:?} in {} or a folder above it", folder.display());
    Diagnostic::of_file(entry, message).help("entries are folders of .toml files, such as \"rules/base\"")
}

/// The rule files and names lists of a folder, sorted by name; or the one file. Hidden files (editors' own, a save that is
/// under way) are left out.
fn members(at: &Path, entry: &str, problems: &mut Problems) -> Vec<(String, PathBuf)> {
    if at.is_file() {
        return vec![(entry.to_owned(), at.to_owned())];
    }
    let entry = entry.trim_end_matches('/');
    let mut found = Vec::new();
    match std::fs::read_dir(at) {
        Ok(list) => {
            for item in list {
                match item {
                    Ok(item) => found.push(item.path()),
                    Err(error) => {
                        problems.push(Diagnostic::of_file(entry, format!("the folder cannot be read: {error}")))
                    }
                }
            }
        }
        Err(error) => problems.push(Diagnostic::of_file(entry, format!("the folder cannot be read: {error}"))),
    }
    found.sort();
    let mut named = Vec::new();
    for path in found {
        let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
        let wanted = name.ends_with(".toml") || name.ends_with(".txt");
        if wanted && !name.starts_with('.') {
            named.push((format!("{entry}/{name}"), path));
        }
    }
    named
}

/// A file's text, if it is not too long.
pub(super) fn text(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|e| format!("the file cannot be read: {e}"))?.len();
    if size > MAX_FILE as u64 {
        return Err(format!("the file is larger than {MAX_FILE} bytes"));
    }
    let bytes = std::fs::read(path).map_err(|e| format!("the file cannot be read: {e}"))?;
    String::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::selftest;

    /// The base pack keeps its own promises: every example of every rule, through the real engine.
    #[test]
    fn every_rule_of_the_base_pack_does_what_its_examples_say() {
        let entries = ["rules/base".to_owned()];
        let compiled = load(Path::new("."), &entries, &Bounds::default()).map_err(|e| e[0].render()).unwrap();
        let tried = selftest::run(&compiled, None);
        let failed: Vec<_> = tried.iter().filter(|t| !t.passed()).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert!(tried.len() > 300, "{} examples", tried.len());
    }

    #[test]
    fn entries_are_found_beside_the_configuration_or_above_it() {
        assert!(find(Path::new("fixtures/config"), "rules/base").is_some());
        assert!(find(Path::new("fixtures"), "rules/no-such-pack").is_none());
        assert_eq!(pack_name("rules/trusts/royal-free/"), "royal-free");
        assert_eq!(pack_name("extra.toml"), "extra");
    }

    #[test]
    fn hidden_files_and_saves_under_way_are_no_rules() {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("pack");
        std::fs::create_dir(&pack).unwrap();
        std::fs::write(pack.join(".rules.toml.swp.toml"), "not toml").unwrap();
        std::fs::write(pack.join("rules.toml.new"), "not toml").unwrap();
        let entries = ["pack".to_owned()];
        assert!(read(folder.path(), &entries).unwrap_err()[0].message.contains("holds no .toml file"));
        std::fs::write(pack.join("a.toml"), "").unwrap();
        assert_eq!(read(folder.path(), &entries).unwrap().len(), 1);
    }
}
