//! What operators wrote, recognised again, so that redacting twice changes nothing and a mask is never taken for data.

use std::ops::Range;

use super::{keep_last, mask, pseudonym, token, vocabulary};

/// The most letters of a pseudonym, with its end.
const PAIR: usize = 64;

/// Where in a text operators have written, in order.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    Spans::of(text).collect()
}

/// Whether something of ours is in the text, and nothing else that says anything.
pub(super) fn is_masked(text: &str) -> bool {
    let mut at = 0;
    for span in Spans::of(text) {
        if text.get(at..span.start).is_some_and(says_something) {
            return false;
        }
        at = span.end;
    }
    at > 0 && !text.get(at..).is_some_and(says_something)
}

/// Whether dots or a pseudonym of ours stand somewhere. A row of more dots is somebody's own.
pub(super) fn holds_mask(text: &str) -> bool {
    let mut before = ' ';
    text.char_indices().any(|(at, c)| {
        let here = text.get(at..).unwrap_or_default();
        let ours = match c {
            '•' => before != '•' && dots(here).is_some(),
            '‹' => named(here).is_some(),
            _ => false,
        };
        before = c;
        ours
    })
}

fn says_something(text: &str) -> bool {
    text.chars().any(|c| c.is_alphanumeric() || c == '•')
}

/// Walks what is written in a text. The next of each sort is looked for once: to look on to the end for a token behind each of many
/// masks is quadratic.
struct Spans<'a> {
    text: &'a str,
    at: usize,
    drawn: Option<Range<usize>>,
    token: Option<Range<usize>>,
}

impl<'a> Spans<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0, drawn: drawn(text, 0), token: token::next(text, 0) }
    }
}

impl Iterator for Spans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let passed = |span: &Option<Range<usize>>, at| span.as_ref().is_some_and(|span| span.start < at);
        if passed(&self.drawn, self.at) {
            self.drawn = drawn(self.text, self.at);
        }
        if passed(&self.token, self.at) {
            self.token = token::next(self.text, self.at);
        }
        let first = match (&self.drawn, &self.token) {
            (Some(a), Some(b)) if b.start < a.start => b,
            (Some(a), _) => a,
            (None, Some(b)) => b,
            (None, None) => return None,
        };
        self.at = first.end;
        Some(first.clone())
    }
}

/// Where dots or a pseudonym stand next.
fn drawn(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    rest.char_indices().filter(|(_, c)| matches!(c, '•' | '‹')).find_map(|(i, c)| {
        let here = rest.get(i..)?;
        let len = if c == '•' { dots(here) } else { named(here) }?;
        Some(from + i..from + i + len)
    })
}

fn dots(text: &str) -> Option<usize> {
    let found = mask::ALL.iter().find(|m| text.starts_with(**m))?;
    let rest = text.get(found.len()..)?;
    if rest.starts_with('•') {
        // Longer than anything we write: a password field, a row of bullets.
        return None;
    }
    let tail = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let ours = *found == mask::PLAIN && tail <= keep_last::MAX;
    Some(found.len() + if ours { tail } else { 0 })
}

fn named(text: &str) -> Option<usize> {
    let inside = text.strip_prefix(pseudonym::OPEN)?;
    // No pair of words is longer; looking on to the end at every sign would take for ever.
    let near = inside.char_indices().nth(PAIR).map_or(inside, |(end, _)| inside.get(..end).unwrap_or_default());
    let (words, _) = near.split_once(pseudonym::CLOSE)?;
    let (first, second) = words.split_once(' ')?;
    vocabulary::is_pair(first, second).then_some(pseudonym::OPEN.len_utf8() + words.len() + pseudonym::CLOSE.len_utf8())
}
