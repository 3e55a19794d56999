//! The shelf: the rule files that may be opened and written, and nothing else.
//!
//! A file is asked for by its name in the configuration, and the name must be one that a trust's rules were compiled
//! from: a path that is not on the list cannot be spelled, so there is nothing to traverse. Links are refused, since
//! writing through one would change a file that no rule folder holds.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::base::id::TrustId;
use crate::rules::{Compiled, RuleFile};

/// A file on the shelf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As the configuration names it.
    pub name: String,
    /// The pack it belongs to.
    pub pack: String,
    /// The trusts whose rules it is part of.
    pub trusts: Vec<TrustId>,
}

/// A file as it stands on disk.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Where it is.
    pub at: PathBuf,
    /// Its text.
    pub text: String,
    /// A short hash of it; a save names the one that it began from.
    pub version: String,
}

/// Why a file cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// No trust's rules come from a file of this name.
    #[error("there is no rule file of this name in the configuration")]
    Unknown,
    /// It is a link or something else that is not a file.
    #[error("{0} is not a plain file; edit the file that it leads to")]
    NotAFile(String),
    /// Larger than [`Shelf::MAX_BYTES`].
    #[error("a rule file may have at most {} KiB", Shelf::MAX_BYTES / 1024)]
    TooLarge,
    /// Not UTF-8.
    #[error("{0} is not UTF-8 text")]
    NotText(String),
    /// The file system said no.
    #[error("{0}: {1}")]
    Io(String, io::Error),
}

/// The rule files of the trusts as they are now.
#[derive(Debug, Clone)]
pub struct Shelf {
    roots: Vec<PathBuf>,
    trusts: Vec<(TrustId, Arc<Compiled>)>,
}

impl Shelf {
    /// The largest file that is opened or written.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// A shelf of what these trusts use. Names are relative to the folder of `config_file`, or to one above it.
    pub fn new(config_file: &Path, trusts: Vec<(TrustId, Arc<Compiled>)>) -> Self {
        let absolute = std::path::absolute(config_file).unwrap_or_else(|_| config_file.to_owned());
        let roots = absolute.ancestors().skip(1).map(Path::to_owned).collect();
        Self { roots, trusts }
    }

    /// Every file, in the order of trusts and layers, each once.
    pub fn list(&self) -> Vec<Listed> {
        let mut all: Vec<Listed> = Vec::new();
        for (trust, compiled) in &self.trusts {
            for file in &compiled.files {
                match all.iter_mut().find(|l| l.name == file.path) {
                    Some(listed) => listed.trusts.push(trust.clone()),
                    None => all.push(Listed {
                        name: file.path.clone(),
                        pack: file.pack.clone(),
                        trusts: vec![trust.clone()],
                    }),
                }
            }
        }
        all
    }

    /// The trusts that use a file, with the files of each in layer order.
    pub fn users(&self, name: &str) -> Vec<(&TrustId, &[RuleFile])> {
        let uses = |c: &Compiled| c.files.iter().any(|f| f.path == name);
        self.trusts.iter().filter(|(_, c)| uses(c)).map(|(id, c)| (id, c.files.as_slice())).collect()
    }

    /// Where a file of the list is.
    ///
    /// # Errors
    /// [`ShelfError::Unknown`] for a name that is not on the list, whatever it may be on disk.
    fn place(&self, name: &str) -> Result<PathBuf, ShelfError> {
        if !self.list().iter().any(|l| l.name == name) {
            return Err(ShelfError::Unknown);
        }
        let path = Path::new(name);
        let at = if path.is_absolute() {
            path.to_owned()
        } else {
            let here = self.roots.iter().map(|r| r.join(path)).find(|p| p.symlink_metadata().is_ok());
            here.unwrap_or_else(|| path.to_owned())
        };
        let meta = at.symlink_metadata().map_err(|e| ShelfError::Io(name.to_owned(), e))?;
        if !meta.is_file() {
            return Err(ShelfError::NotAFile(name.to_owned()));
        }
        if meta.len() > Self::MAX_BYTES as u64 {
            return Err(ShelfError::TooLarge);
        }
        Ok(at)
    }

    /// Reads a file of the list.
    ///
    /// # Errors
    /// See [`ShelfError`].
    pub fn open(&self, name: &str) -> Result<Opened, ShelfError> {
        let at = self.place(name)?;
        let bytes = fs::read(&at).map_err(|e| ShelfError::Io(name.to_owned(), e))?;
        let text = String::from_utf8(bytes).map_err(|_| ShelfError::NotText(name.to_owned()))?;
        let version = version(&text);
        Ok(Opened { at, text, version })
    }

    /// Puts `text` in the place of a file of the list, whole or not at all: a reader sees the old file or the new one.
    ///
    /// # Errors
    /// See [`ShelfError`]; the file is then as it was.
    pub fn write(&self, name: &str, text: &str) -> Result<(), ShelfError> {
        if text.len() > Self::MAX_BYTES {
            return Err(ShelfError::TooLarge);
        }
        let at = self.place(name)?;
        replace(&at, text.as_bytes()).map_err(|e| ShelfError::Io(name.to_owned(), e))
    }
}

/// The short hash by which a text is known.
pub fn version(text: &str) -> String {
    data_encoding::HEXLOWER.encode(Sha256::digest(text.as_bytes()).get(..6).unwrap_or_default())
}

/// Writes beside the file, makes it durable, gives it the old one's permissions and renames it into place.
pub(super) fn replace(at: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = at.parent().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let name = at.file_name().and_then(|n| n.to_str()).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut salt = [0; 8];
    getrandom::fill(&mut salt).map_err(|_| io::Error::other("the operating system has no randomness to give"))?;
    // Not `.toml`, so that a reload between write and rename does not take it for a rule file.
    let beside = folder.join(format!(".{name}.{}.new", data_encoding::HEXLOWER.encode(&salt)));
    let written = write_new(&beside, at, bytes).and_then(|()| fs::rename(&beside, at));
    if written.is_err() {
        // Best effort: what failed is reported, a left-over is not.
        drop(fs::remove_file(&beside));
    }
    written?;
    // The rename itself must survive a power cut.
    fs::File::open(folder)?.sync_all()
}

fn write_new(beside: &Path, at: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(beside)?;
    if let Ok(old) = fs::metadata(at) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}
