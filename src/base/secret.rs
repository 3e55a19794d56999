//! Keys and other secrets: they cannot print, and are wiped when dropped.
//!
//! ```
//! use fanlight::base::secret::Key;
//! let key = Key::from_bytes([7; 32]);
//! assert_eq!(format!("{key:?}"), "Key(…)");
//! // Derived keys differ by purpose, so that one use cannot be turned into another.
//! assert_ne!(key.hash("record", &[b"a"]), key.hash("token", &[b"a"]));
//! ```

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A 256-bit key.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A key from its bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A fresh random key from the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    /// HMAC-SHA-256 of `parts`, each with its length, under this key and for this purpose only.
    pub fn hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of every length, so the fallback is never taken; it is here instead of a panic.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return [0; 32] };
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// A key for another purpose, from which this one cannot be found.
    pub fn derive(&self, purpose: &str, parts: &[&[u8]]) -> Self {
        Self::from_bytes(self.hash(purpose, parts))
    }

    /// The bytes, for a cipher. The one doorway to them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// Text that may identify someone and is carried for one purpose only: it cannot print.
///
/// ```
/// use fanlight::base::secret::Unprinted;
/// let text = Unprinted::new("943 476 5919");
/// assert_eq!(format!("{text:?}"), "Unprinted(…)");
/// assert_eq!(text.expose(), "943 476 5919");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Unprinted(String);

impl Unprinted {
    /// Takes a text.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for where it may be seen.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Unprinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Unprinted(…)")
    }
}
