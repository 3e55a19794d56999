//! Operators: what replaces an identifier, one file each.

use super::kind::Kind;
use super::withheld::Withheld;
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;

/// The keys of one grant at one trust; pseudonyms and tokens made with them mean nothing elsewhere.
#[derive(Debug, Clone)]
pub struct GrantKeys {
    key: Key,
}

impl GrantKeys {
    /// Derives the keys of a grant from the trust's master key.
    pub fn new(master: &Key, trust: &TrustId, grant: &GrantId) -> Self {
        Self { key: master.derive("grant", &[trust.as_str().as_bytes(), grant.as_str().as_bytes()]) }
    }

    /// A key for one purpose.
    pub fn purpose(&self, purpose: &str) -> Key {
        self.key.derive(purpose, &[])
    }
}

/// Replaces identifiers.
pub trait Operator: Send + Sync + std::fmt::Debug {
    /// The name in rules and reports, with its argument: `mask`, `keep-last:4`.
    fn id(&self) -> String;
    /// What stands in place of `value`. The text holds none of `< > & " ' \ ` nor control characters, so that it is
    /// the same in every format but a URL.
    ///
    /// # Errors
    /// An operator may withhold the whole response.
    fn apply(&self, kind: Kind, value: &str, keys: &GrantKeys) -> Result<String, Withheld>;
}

/// Whether a text is wholly what Fanlight wrote in place of an identifier.
pub fn is_masked(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '•' || c == ' ')
}

/// The operator where a rule set names none.
pub fn fallback() -> std::sync::Arc<dyn Operator> {
    #[derive(Debug)]
    struct Mask;
    impl Operator for Mask {
        fn id(&self) -> String {
            "mask".into()
        }
        fn apply(&self, _kind: Kind, _value: &str, _keys: &GrantKeys) -> Result<String, Withheld> {
            Ok("••••••".into())
        }
    }
    std::sync::Arc::new(Mask)
}
