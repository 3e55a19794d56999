//! `keep-last:N`: dots and the last characters, where they help to tell rows apart.

use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, mask};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

/// The most characters that may stay: more would tell who it is.
pub const MAX: usize = 4;

pub(super) const ENTRY: Entry = Entry {
    name: "keep-last",
    about: "keep-last:4 writes ••••••1234; at most 4 characters, and never more than a third of the value",
    make: |argument| {
        let keep = argument.and_then(|a| a.parse::<usize>().ok()).filter(|n| (1..=MAX).contains(n));
        keep.map_or_else(
            || Err("keep-last takes a number of characters, 1 to 4: keep-last:4".to_owned()),
            |keep| Ok(Arc::new(KeepLast { keep }) as Arc<dyn Operator>),
        )
    },
};

#[derive(Debug)]
struct KeepLast {
    keep: usize,
}

impl Operator for KeepLast {
    fn id(&self) -> String {
        format!("keep-last:{}", self.keep)
    }

    fn apply(&self, _kind: Kind, value: &str, _keys: &GrantKeys) -> Result<String, Withheld> {
        let plain: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
        // A short value would be shown nearly whole: a six-digit number keeps two of them.
        let keep = self.keep.min(plain.len() / 3);
        let tail = plain.iter().skip(plain.len() - keep);
        Ok(mask::PLAIN.chars().chain(tail.copied()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::keys;
    use super::*;

    #[test]
    fn keeps_a_tail_and_never_most_of_the_value() {
        let four = super::super::parse("keep-last:4").unwrap();
        let apply = |v| four.apply(Kind::HospitalNumber, v, &keys("g")).unwrap();
        assert_eq!(apply("RF 1234567890"), "••••••7890");
        assert_eq!(apply("RF1234"), "••••••34");
        assert_eq!(apply("12"), "••••••");
        assert_eq!(apply("<b>"), "••••••");
    }
}
