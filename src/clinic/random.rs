//! A small seeded source of numbers (SplitMix64), so that the same trust always has the same patients.
//!
//! Not for secrets: the clinic's session ids come from the operating system.

/// The source.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A source of its own for one purpose, so that drawing more there changes nothing here.
    pub(super) fn fork(&mut self, purpose: u64) -> Self {
        Self(self.next() ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end` (0 when `end` is 0).
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Whether, in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// `#` in `format` becomes a digit; the first digit is never 0.
    pub(super) fn digits(&mut self, format: &str) -> String {
        let mut first = true;
        format
            .chars()
            .map(|c| {
                if c != '#' {
                    return c;
                }
                let low = if std::mem::take(&mut first) { 1 } else { 0 };
                char::from_digit(u32::try_from(self.between(low, 9)).unwrap_or_default(), 10).unwrap_or('0')
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let draw = |seed| {
            let mut random = Random::seeded(seed);
            (0..64).map(|_| random.next()).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn digits_fill_a_format() {
        let mut random = Random::seeded(1);
        for _ in 0..200 {
            let number = random.digits("RF##-#");
            assert_eq!(number.len(), 6);
            assert!(number.starts_with("RF") && !number.starts_with("RF0") && number.chars().nth(4) == Some('-'));
        }
    }

    #[test]
    fn a_fork_leaves_the_source_alone() {
        let (mut a, mut b) = (Random::seeded(3), Random::seeded(3));
        let mut fork = a.fork(1);
        fork.next();
        b.fork(1);
        assert_eq!(a.next(), b.next());
    }
}
