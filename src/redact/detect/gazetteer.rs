//! Names lists.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

/// Known forenames and surnames, lower case.
#[derive(Debug, Default, Clone)]
pub struct Gazetteer {
    forenames: HashSet<Box<str>>,
    surnames: HashSet<Box<str>>,
}

static SHIPPED: LazyLock<Arc<Gazetteer>> = LazyLock::new(|| Arc::new(Gazetteer::default()));

/// The lists that ship.
pub fn shipped() -> Arc<Gazetteer> {
    SHIPPED.clone()
}

/// The lists that ship and others: each the text of a file with one name a line, `#` comments, and the headings
/// `[forenames]` and `[surnames]`; a name under no heading counts as both.
pub fn with_lists(extra: &[&str]) -> Arc<Gazetteer> {
    let mut all = Gazetteer::clone(&SHIPPED);
    for text in extra {
        all.add(text);
    }
    Arc::new(all)
}

impl Gazetteer {
    fn add(&mut self, text: &str) {
        let (mut fore, mut sur) = (true, true);
        for line in text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            match line {
                "[forenames]" => (fore, sur) = (true, false),
                "[surnames]" => (fore, sur) = (false, true),
                name => {
                    let name = name.to_lowercase();
                    if fore {
                        self.forenames.insert(name.as_str().into());
                    }
                    if sur {
                        self.surnames.insert(name.into());
                    }
                }
            }
        }
    }

    /// Whether `word` (lower case) is a forename.
    pub fn is_forename(&self, word: &str) -> bool {
        self.forenames.contains(word)
    }

    /// Whether `word` (lower case) is a surname.
    pub fn is_surname(&self, word: &str) -> bool {
        self.surnames.contains(word)
    }
}
