//! The master secret: from the file, from a file of its own, or made once and kept beside the store.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::base::secret::Key;
use zeroize::Zeroizing;

/// Where the master secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// `[store] key`, in the configuration itself.
    Given,
    /// A file; made when it is not there.
    File(PathBuf),
    /// Made anew at every start: what it names is gone at the end anyway.
    Fresh,
}

/// 64 hexadecimal digits as a key.
pub(super) fn parse(text: &str) -> Option<Key> {
    let bytes = Zeroizing::new(data_encoding::HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?);
    <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Key::from_bytes)
}

/// Reads a key file. `Ok(None)`: it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Key>, String> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("the key file cannot be read: {error}")),
    };
    private(path)?;
    parse(&text).map(Some).ok_or_else(|| "the key file does not hold 64 hexadecimal digits".into())
}

#[cfg(unix)]
fn private(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|e| format!("the key file cannot be read: {e}"))?.permissions().mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(format!("the key file can be read by others (mode {:o})", mode & 0o777))
    }
}

#[cfg(not(unix))]
fn private(_path: &Path) -> Result<(), String> {
    Ok(())
}

/// Writes a new key to a file that must not be there yet, readable by its owner alone.
pub(super) fn create(path: &Path, key: &Key) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    let text = Zeroizing::new(data_encoding::HEXLOWER.encode(key.expose()) + "\n");
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_key_is_the_same_key_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fanlight.key");
        assert!(read(&path).unwrap().is_none());
        let key = Key::from_bytes([9; 32]);
        create(&path, &key).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().expose(), key.expose());
        assert!(create(&path, &key).is_err(), "an existing key is never overwritten");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            assert!(read(&path).unwrap_err().contains("by others"));
        }
    }
}
