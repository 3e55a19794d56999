//! What a detector finds, and a generator of numbers that is the same on every machine.

use fanlight::redact::detect::{Context, by_id};
use fanlight::redact::label::normalise;
use fanlight::redact::place::{Place, Surface};

/// From where on findings count when no rule set says otherwise.
const THRESHOLD: u8 = 50;

/// What the detector finds in a text, with the words beside it as its label.
pub(crate) fn beside(id: &str, label: &str, text: &str) -> Vec<String> {
    let detector = by_id(id).unwrap_or_else(|| panic!("no detector {id}"));
    let label = normalise(label);
    let place = Place::on(Surface::Text).labelled(&label);
    let context = Context::of(text, &place);
    let mut found = Vec::new();
    if detector.wants(&context) {
        detector.find(text, &context, &mut found);
    }
    found.retain(|f| f.confidence >= THRESHOLD);
    // Of two kinds of evidence for one thing the longer stands, as where overlaps are resolved.
    found.sort_by_key(|f| (f.range.start, std::cmp::Reverse(f.range.end)));
    let mut end = 0;
    found.retain(|f| {
        let new = f.range.end > end;
        end = end.max(f.range.end);
        new
    });
    found.iter().map(|f| text[f.range.clone()].to_owned()).collect()
}

/// What stands wrong: collected, so that one run tells all.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    tried: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// `value` must be found in `before` + `value` + `after`, whole and alone.
    pub(crate) fn hit(&mut self, id: &str, before: &str, value: &str, after: &str) {
        let text = format!("{before}{value}{after}");
        self.expect(&text, beside(id, "", &text), &[value]);
    }

    /// `value` must be found beside a label.
    pub(crate) fn labelled(&mut self, id: &str, label: &str, value: &str) {
        self.expect(&format!("{label} | {value}"), beside(id, label, value), &[value]);
    }

    /// Nothing may be found.
    pub(crate) fn miss(&mut self, id: &str, text: &str) {
        self.expect(text, beside(id, "", text), &[]);
    }

    fn expect(&mut self, text: &str, found: Vec<String>, want: &[&str]) {
        self.tried += 1;
        if found != want {
            self.wrong.push(format!("{text:?}: found {found:?}, not {want:?}"));
        }
    }

    /// Says what was wrong. At least so many must have been tried.
    pub(crate) fn done(self, least: usize) {
        assert!(self.tried >= least, "only {} tried", self.tried);
        let shown: Vec<_> = self.wrong.iter().step_by(1 + self.wrong.len() / 25).map(String::as_str).collect();
        assert!(self.wrong.is_empty(), "{} of {} wrong:\n{}", self.wrong.len(), self.tried, shown.join("\n"));
    }
}

/// SplitMix64.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    pub(crate) fn index(&mut self, n: usize) -> usize {
        usize::try_from(self.below(n as u64)).unwrap()
    }

    pub(crate) fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    pub(crate) fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }

    pub(crate) fn letters(&mut self, n: usize, from: &str) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..n).map(|_| from[self.index(from.len())]).collect()
    }
}

/// All letters.
pub(crate) const AZ: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// `value` cut into groups with `gap` between them.
pub(crate) fn grouped(value: &str, groups: &[usize], gap: &str) -> String {
    let mut from = 0;
    let mut parts = Vec::new();
    for n in groups {
        parts.push(&value[from..from + n]);
        from += n;
    }
    assert_eq!(from, value.len(), "{value} {groups:?}");
    parts.join(gap)
}
