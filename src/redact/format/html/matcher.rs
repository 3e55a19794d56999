//! Matching every selector of a plan at once, element by element, in one pass.
//!
//! Each selector is a chain of compounds; a state is "the chain up to here ends in this element". For an element only the
//! compounds that share its name, id or a class are tried, and what they ask of elements before it is a bit looked up in
//! its parent: nothing is searched, so the cost does not grow with the page or its depth.

use std::collections::HashMap;
use std::sync::Arc;

use super::selector::{AttrTest, Combinator, Compare, Compound, Selector};

/// An element as selectors see it.
pub(super) struct Element<'a> {
    /// Lower-case name.
    pub(super) name: &'a str,
    /// Lower-case names and decoded values, in source order; of duplicates the first counts.
    pub(super) attrs: &'a [(std::borrow::Cow<'a, str>, std::borrow::Cow<'a, str>)],
}

impl Element<'_> {
    /// An attribute's value.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.attrs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_ref())
    }
}

#[derive(Debug)]
struct State {
    how: Combinator,
    compound: Compound,
    /// The state that the chain must have reached before; none for its first compound.
    before: Option<usize>,
    /// The selector that is matched when this state is reached.
    ends: Option<usize>,
}

/// Selectors compiled together.
#[derive(Debug, Default)]
pub(super) struct Selectors {
    states: Vec<State>,
    by_id: HashMap<String, Vec<usize>>,
    by_class: HashMap<String, Vec<usize>>,
    by_tag: HashMap<String, Vec<usize>>,
    rest: Vec<usize>,
    words: usize,
}

/// Selectors, and where the page stands.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    selectors: Arc<Selectors>,
    words: usize,
    /// For the page and each open element: states reached by it, by it or an ancestor, by its last child, by any child.
    levels: Vec<u64>,
    children: Vec<u32>,
    /// States that the element just seen has reached.
    own: Vec<u64>,
}

const SETS: usize = 4;
const OWN: usize = 0;
const ABOVE: usize = 1;
const LAST: usize = 2;
const ANY: usize = 3;

impl Selectors {
    /// Compiles selectors; a match is told by the selector's place in this order.
    pub(super) fn new<'s>(selectors: impl IntoIterator<Item = &'s Selector>) -> Self {
        let mut made = Self::default();
        for (index, selector) in selectors.into_iter().enumerate() {
            for complex in selector.list() {
                let mut before = None;
                for (n, (how, compound)) in complex.iter().enumerate() {
                    let at = made.states.len();
                    let bucket = if let Some(id) = &compound.id {
                        made.by_id.entry(id.clone()).or_default()
                    } else if let Some(class) = compound.classes.first() {
                        made.by_class.entry(class.clone()).or_default()
                    } else if let Some(tag) = &compound.tag {
                        made.by_tag.entry(tag.clone()).or_default()
                    } else {
                        &mut made.rest
                    };
                    bucket.push(at);
                    let ends = (n + 1 == complex.len()).then_some(index);
                    made.states.push(State { how: *how, compound: compound.clone(), before, ends });
                    before = Some(at);
                }
            }
        }
        made.words = made.states.len().div_ceil(64);
        made
    }
}

impl Matcher {
    /// At the front of a page.
    pub(super) fn of(selectors: Arc<Selectors>) -> Self {
        let words = selectors.words;
        Self { selectors, words, levels: vec![0; words * SETS], children: vec![0], own: vec![0; words] }
    }

    fn set(&self, level: usize, which: usize) -> &[u64] {
        let from = (level * SETS + which) * self.words;
        self.levels.get(from..from + self.words).unwrap_or_default()
    }

    /// Sees an element begin in the innermost open one; adds the selectors that match it to `hits`.
    pub(super) fn see(&mut self, element: &Element<'_>, hits: &mut Vec<usize>) {
        let level = self.children.len().saturating_sub(1);
        let index = match self.children.last_mut() {
            Some(count) => {
                *count += 1;
                *count
            }
            None => 1,
        };
        if self.words == 0 {
            return;
        }
        let selectors = self.selectors.clone();
        let mut own = std::mem::take(&mut self.own);
        own.fill(0);
        let mut attempt = |states: &[usize]| {
            for &at in states {
                let Some(state) = selectors.states.get(at) else { continue };
                let reached = state.before.is_none_or(|before| {
                    let set = match state.how {
                        Combinator::Descendant => ABOVE,
                        Combinator::Child => OWN,
                        Combinator::Next => LAST,
                        Combinator::Later => ANY,
                    };
                    has(self.set(level, set), before)
                });
                if reached && !has(&own, at) && matches(&state.compound, element, index, level == 0) {
                    if let Some(word) = own.get_mut(at / 64) {
                        *word |= 1 << (at % 64);
                    }
                    if let Some(selector) = state.ends
                        && !hits.contains(&selector)
                    {
                        hits.push(selector);
                    }
                }
            }
        };
        attempt(&selectors.rest);
        if let Some(states) = selectors.by_tag.get(element.name) {
            attempt(states);
        }
        if !selectors.by_id.is_empty()
            && let Some(states) = element.attr("id").and_then(|id| selectors.by_id.get(id))
        {
            attempt(states);
        }
        if !selectors.by_class.is_empty() {
            for class in element.attr("class").unwrap_or_default().split_ascii_whitespace() {
                if let Some(states) = selectors.by_class.get(class) {
                    attempt(states);
                }
            }
        }
        let from = level * SETS * self.words;
        for (n, &bits) in own.iter().enumerate() {
            if let Some(last) = self.levels.get_mut(from + LAST * self.words + n) {
                *last = bits;
            }
            if let Some(any) = self.levels.get_mut(from + ANY * self.words + n) {
                *any |= bits;
            }
        }
        self.own = own;
    }

    /// The element just seen stays open.
    pub(super) fn open(&mut self) {
        let level = self.children.len().saturating_sub(1);
        for which in 0..SETS {
            for n in 0..self.words {
                let own = self.own.get(n).copied().unwrap_or_default();
                let above = self.set(level, ABOVE).get(n).copied().unwrap_or_default();
                self.levels.push(match which {
                    OWN => own,
                    ABOVE => own | above,
                    _ => 0,
                });
            }
        }
        self.children.push(0);
    }

    /// All but the outermost `keep` open elements are closed.
    pub(super) fn close_to(&mut self, keep: usize) {
        self.levels.truncate((keep + 1) * SETS * self.words);
        self.children.truncate(keep + 1);
    }

    /// One open element leaves from between the others.
    pub(super) fn close_one(&mut self, at: usize) {
        let from = (at + 1) * SETS * self.words;
        let to = from + SETS * self.words;
        if to <= self.levels.len() {
            self.levels.drain(from..to);
        }
        if at + 1 < self.children.len() {
            self.children.remove(at + 1);
        }
    }
}

fn has(set: &[u64], bit: usize) -> bool {
    set.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

fn matches(want: &Compound, element: &Element<'_>, index: u32, top: bool) -> bool {
    want.tag.as_ref().is_none_or(|tag| tag == element.name)
        && want.id.as_ref().is_none_or(|id| element.attr("id") == Some(id))
        && want.classes.iter().all(|class| {
            element.attr("class").is_some_and(|have| have.split_ascii_whitespace().any(|word| word == class))
        })
        && want.attrs.iter().all(|test| element.attr(&test.name).is_some_and(|value| compares(test, value)))
        && (!want.root || (top && element.name == "html"))
        && want.nth.iter().all(|&(a, b)| nth(a, b, index))
        && want.any.iter().all(|group| group.iter().any(|one| matches(one, element, index, top)))
        && !want.not.iter().any(|one| matches(one, element, index, top))
}

fn nth(a: i32, b: i32, index: u32) -> bool {
    let index = i32::try_from(index).unwrap_or(i32::MAX);
    match a {
        0 => index == b,
        _ => (index - b) % a == 0 && (index - b) / a >= 0,
    }
}

fn compares(test: &AttrTest, value: &str) -> bool {
    if test.any_case {
        let lower = AttrTest { value: test.value.to_lowercase(), any_case: false, ..test.clone() };
        return compares(&lower, &value.to_lowercase());
    }
    let want = test.value.as_str();
    match test.compare {
        Compare::Present => true,
        Compare::Is => value == want,
        Compare::Word => value.split_ascii_whitespace().any(|word| word == want),
        Compare::Dash => value.strip_prefix(want).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        Compare::Begins => !want.is_empty() && value.starts_with(want),
        Compare::Ends => !want.is_empty() && value.ends_with(want),
        Compare::Holds => !want.is_empty() && value.contains(want),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    /// Walks `name#id.class…[attr=value]` words with `>` to go in and `<` to come out; says which elements match.
    fn walk(selector: &str, page: &str) -> Vec<usize> {
        let selector = Selector::parse(selector).unwrap();
        let mut matcher = Matcher::of(Arc::new(Selectors::new([&selector])));
        let (mut depth, mut n, mut out) = (0, 0, Vec::new());
        for word in page.split(' ') {
            match word {
                ">" => {
                    matcher.open();
                    depth += 1;
                }
                "<" => {
                    depth -= 1;
                    matcher.close_to(depth);
                }
                _ => {
                    let (name, class) = word.split_once('.').unwrap_or((word, ""));
                    let (name, id) = name.split_once('#').unwrap_or((name, ""));
                    let attrs = [("class", class), ("id", id), ("data-n", word)];
                    let attrs: Vec<_> = attrs.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(*v))).collect();
                    let mut hits = Vec::new();
                    matcher.see(&Element { name, attrs: &attrs }, &mut hits);
                    if hits == [0] {
                        out.push(n);
                    }
                    n += 1;
                }
            }
        }
        out
    }

    #[test]
    fn chains_match_as_in_a_browser() {
        for (selector, page, want) in [
            ("p", "div > p p < p", vec![1, 2, 3]),
            ("div p", "div > span > p < < p", vec![2]),
            ("div > p", "div > span > p < p < p", vec![3]),
            ("dt.k + dd", "dl > dt.k dd dd dt dd", vec![2]),
            ("dt.k ~ dd", "dl > dt.k dd dd dt dd", vec![2, 3, 5]),
            ("#x .y", "div#x > p.y < p.y", vec![1]),
            ("td:nth-child(2n)", "tr > td td td td", vec![2, 4]),
            ("td:first-child, td:nth-child(3)", "tr > td td td", vec![1, 3]),
            ("td:not(.a):not(:first-child)", "tr > td td.a td", vec![3]),
            (":is(b,i).z", "b i.z u.z", vec![1]),
            ("[data-n*='Q' i]", "p.q b", vec![0]),
            ("[data-n|=p]", "p-x pq p", vec![0, 2]),
            ("a b c", "a > b > b > c", vec![3]),
            ("a > b > c", "a > b > b > c", vec![]),
            ("x ~ y z", "x y > w > z", vec![3]),
        ] {
            assert_eq!(walk(selector, page), want, "{selector} on {page}");
        }
    }

    #[test]
    fn a_hundred_states_and_an_element_taken_from_the_middle() {
        let mut all: Vec<_> = (0..100).map(|n| Selector::parse(&format!("p.n{n}")).unwrap()).collect();
        all.push(Selector::parse("a > i").unwrap());
        let mut matcher = Matcher::of(Arc::new(Selectors::new(&all)));
        let mut hits = Vec::new();
        for name in ["a", "b"] {
            matcher.see(&Element { name, attrs: &[] }, &mut hits);
            matcher.open();
        }
        matcher.close_one(1);
        matcher.see(&Element { name: "i", attrs: &[] }, &mut hits);
        assert_eq!(hits, [100]);
    }
}
