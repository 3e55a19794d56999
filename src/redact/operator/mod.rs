//! Operators: what replaces an identifier, one file each.
//!
//! | name | writes | for |
//! |---|---|---|
//! | `mask` | `••••••`, `••• ••• ••••`, `••/••/••••` | what people read; the width says nothing of the value |
//! | `keep-last:4` | `••••••1234` | where the last characters help to tell rows apart |
//! | `pseudonym` | `‹Ashen Kestrel›` | names: the same person is the same words within one grant |
//! | `token` | `fltp…` | what programs send back; becomes the identifier again on the way in |
//! | `remove` | nothing | |
//! | `withhold` | | the whole response is withheld |
//!
//! ```
//! use fanlight::redact::operator;
//! assert_eq!(operator::parse("keep-last:4").unwrap().id(), "keep-last:4");
//! assert!(operator::parse("keep-last:40").unwrap_err().contains("1 to 4"));
//! assert!(operator::is_masked("••• ••• ••••"));
//! assert!(!operator::is_masked("943 476 5919"));
//! ```

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::kind::Kind;
use super::place::Audience;
use super::plan::OperatorTable;
use super::withheld::Withheld;
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;

pub mod date_shift;
pub mod generalise;
pub mod keep_last;
pub(in crate::redact) mod mark;
pub mod mask;
pub mod pseudonym;
pub mod remove;
pub mod token;
pub(in crate::redact) mod vocabulary;
pub mod withhold;
mod written;

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

    /// Whether what it writes becomes the value again on its way back, which then must be the very one.
    fn turns_back(&self) -> bool {
        false
    }
}

/// Makes an operator from the argument behind the colon, or says what is wrong with it.
type Make = fn(Option<&str>) -> Result<Arc<dyn Operator>, String>;

/// An operator as rules name it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name before the colon.
    pub name: &'static str,
    /// What it writes, in a sentence for rule authors.
    pub about: &'static str,
    make: Make,
}

/// Every operator that ships.
pub const ALL: &[Entry] = &[
    mask::ENTRY,
    keep_last::ENTRY,
    pseudonym::ENTRY,
    token::ENTRY,
    date_shift::ENTRY,
    generalise::ENTRY,
    remove::ENTRY,
    withhold::ENTRY,
];

/// The operator that a rule names: `mask`, `keep-last:4`, `pseudonym`, `token`, `date-shift`, `generalise`, `remove`, `withhold`.
///
/// # Errors
/// Says which names there are, or what is wrong with the argument.
pub fn parse(text: &str) -> Result<Arc<dyn Operator>, String> {
    let (name, argument) = text.split_once(':').map_or((text, None), |(n, a)| (n, Some(a)));
    match ALL.iter().find(|e| e.name == name.trim()) {
        Some(entry) => (entry.make)(argument.map(str::trim)),
        None => {
            let names: Vec<&str> = ALL.iter().map(|e| e.name).collect();
            Err(format!("there is no operator {name:?}; there are {}", names.join(", ")))
        }
    }
}

fn no_argument(name: &str, argument: Option<&str>) -> Result<(), String> {
    argument.map_or(Ok(()), |_| Err(format!("the operator {name:?} takes no argument")))
}

/// The operators where rules say nothing: people read masks, and pseudonyms for names; programs read tokens.
pub fn defaults() -> OperatorTable {
    let (mask, pseudonym, token) = (mask::operator(), pseudonym::operator(), token::operator());
    let mut by_kind: HashMap<(Kind, Audience), Arc<dyn Operator>> = HashMap::new();
    for &kind in Kind::ALL {
        let shown = if kind == Kind::Name { pseudonym.clone() } else { mask.clone() };
        by_kind.insert((kind, Audience::Shown), shown);
        by_kind.insert((kind, Audience::Reference), token.clone());
    }
    OperatorTable { by_kind }
}

/// The operator where a rule set names none.
pub fn fallback() -> Arc<dyn Operator> {
    mask::operator()
}

/// Whether nothing but what operators wrote (and what may stand between: spaces, commas) is in a text.
pub fn is_masked(text: &str) -> bool {
    written::is_masked(text)
}

/// Whether an operator wrote in a text what it cannot turn back: tokens it can.
pub(in crate::redact) fn holds_mask(text: &str) -> bool {
    written::holds_mask(text)
}

/// Where in a text operators have written, in order.
pub fn masked_spans(text: &str) -> Vec<Range<usize>> {
    written::spans(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn keys(grant: &str) -> GrantKeys {
        let trust = TrustId::new("royal-free").unwrap();
        GrantKeys::new(&Key::from_bytes([7; 32]), &trust, &GrantId::new(grant).unwrap())
    }

    #[test]
    fn everything_written_is_recognised_and_safe_in_every_format() {
        let values = ["943 476 5919", "SMITH, John", "O'Brien & <b>", "RF1234567890", "", "\u{1f600}", "1962-03-14"];
        for name in ["mask", "keep-last:1", "keep-last:4", "pseudonym", "token"] {
            let operator = parse(name).unwrap();
            assert_eq!(operator.id(), name);
            for (&kind, value) in Kind::ALL.iter().flat_map(|k| values.map(|v| (k, v))) {
                let written = operator.apply(kind, value, &keys("g1")).unwrap();
                assert!(is_masked(&written), "{name} {kind}: {written}");
                assert!(
                    !written.contains(['<', '>', '&', '"', '\'', '\\', '`']) && !written.contains(char::is_control)
                );
                let inside = format!("Seen {written}, ward 3");
                assert_eq!(masked_spans(&inside), vec![5..5 + written.len()], "{inside}");
            }
        }
    }

    #[test]
    fn values_are_not_taken_for_masks() {
        for value in
            ["", " ", "Smith", "••", "•••••••", "••••••12345", "••• ••• •••", "Mr ••••••", "‹Amber›", "•••••• Smith"]
        {
            assert!(!is_masked(value), "{value}");
        }
        for ours in ["••••••, ••••••", "••••••1234", "(••/••/••••)", " •••••• "]
        {
            assert!(is_masked(ours), "{ours}");
        }
    }

    #[test]
    fn a_wrong_name_says_which_there_are() {
        let error = parse("hide").unwrap_err();
        assert!(error.contains("keep-last") && error.contains("pseudonym"));
        assert!(parse("mask:3").is_err());
        assert!(parse("keep-last").is_err());
    }

    #[test]
    fn withhold_withholds_and_remove_leaves_nothing() {
        assert!(parse("withhold").unwrap().apply(Kind::Name, "Smith", &keys("g")).is_err());
        assert_eq!(parse("remove").unwrap().apply(Kind::Name, "Smith", &keys("g")).unwrap(), "");
    }

    #[test]
    fn defaults_cover_every_kind_and_audience() {
        let table = defaults();
        for &kind in Kind::ALL {
            assert!(table.by_kind.contains_key(&(kind, Audience::Shown)));
            assert_eq!(table.by_kind.get(&(kind, Audience::Reference)).unwrap().id(), "token");
        }
    }
}
