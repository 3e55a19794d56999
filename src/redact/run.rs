//! A run: text as a person reads it, with a map back to the source.
//!
//! `<b>943</b> 476&nbsp;<i>5919</i>` is one run, `943 476 5919`; a finding in it maps back to three stretches of source, of
//! which the first receives the replacement and the others become empty, markup between them untouched.
//!
//! ```
//! use fanlight::redact::run::Run;
//! let mut run = Run::default();
//! run.push_source("943", 3);          // <b>943
//! run.push_char(' ', 10..16);         // </b>&nbsp;
//! run.push_source("476", 16);
//! assert_eq!(run.text(), "943 476");
//! // one stretch for "943", one for " 476" (contiguous in the source)
//! assert_eq!(run.source_of(0..7), vec![3..6, 10..19]);
//! ```

use std::ops::Range;

mod escape;

/// A place in the source, in bytes from its beginning.
pub type Span = Range<u64>;

#[derive(Debug, Clone)]
struct Piece {
    text: Range<usize>,
    source: Span,
    /// Text and source agree byte for byte, so a part of the text is the same part of the source.
    literal: bool,
}

/// Text as read, and where each part of it stands in the source.
#[derive(Debug, Default, Clone)]
pub struct Run {
    text: String,
    pieces: Vec<Piece>,
}

impl Run {
    /// The text as read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Makes it empty, keeping its memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }

    /// Adds text that stands in the source exactly as it is read, from `at`.
    pub fn push_source(&mut self, text: &str, at: u64) {
        if text.is_empty() {
            return;
        }
        let from = self.text.len();
        self.text.push_str(text);
        let end = at + text.len() as u64;
        if let Some(last) = self.pieces.last_mut()
            && last.literal
            && last.source.end == at
            && last.text.end == from
        {
            last.source.end = end;
            last.text.end = self.text.len();
            return;
        }
        self.pieces.push(Piece { text: from..self.text.len(), source: at..end, literal: true });
    }

    /// Adds one character that is written some other way in the source: an entity, an escape, a folded space.
    pub fn push_char(&mut self, c: char, source: Span) {
        let from = self.text.len();
        self.text.push(c);
        self.pieces.push(Piece { text: from..self.text.len(), source, literal: false });
    }

    /// Adds several characters that stand for one indivisible stretch of source.
    pub fn push_str(&mut self, text: &str, source: Span) {
        if text.is_empty() {
            return;
        }
        let from = self.text.len();
        self.text.push_str(text);
        self.pieces.push(Piece { text: from..self.text.len(), source, literal: false });
    }

    /// Adds text as a person reads HTML or notes: NBSP and other spaces become a space, runs of white space one space,
    /// zero-width characters and soft hyphens vanish (their source still belongs to what surrounds them), full-width
    /// digits and letters become ASCII, dashes a hyphen; `\u0039` is what it stands for, as in a log
    /// line that somebody pasted. `at` is where `text` stands in the source, byte for byte.
    pub fn push_read(&mut self, text: &str, at: u64) {
        let mut plain_from = 0;
        for (i, c) in text.char_indices() {
            // Part of an escape that was read.
            if i < plain_from {
                continue;
            }
            if c == '\\' {
                if let Some((read, length)) = escape::read(text.get(i..).unwrap_or_default()) {
                    self.push_source(text.get(plain_from..i).unwrap_or_default(), at + plain_from as u64);
                    self.push_read_char(read, at + i as u64..at + (i + length) as u64);
                    plain_from = i + length;
                }
                continue;
            }
            if is_plain(c) && !(c == ' ' && self.ends_in_space(text, plain_from, i)) {
                continue;
            }
            self.push_source(text.get(plain_from..i).unwrap_or_default(), at + plain_from as u64);
            let source = at + i as u64..at + (i + c.len_utf8()) as u64;
            self.push_read_char(c, source);
            plain_from = i + c.len_utf8();
        }
        self.push_source(text.get(plain_from..).unwrap_or_default(), at + plain_from as u64);
    }

    /// Adds one decoded character (an entity or escape at `source`) by the same reading as [`Run::push_read`].
    pub fn push_read_char(&mut self, c: char, source: Span) {
        if self.compose(c, &source) {
            return;
        }
        match read_as(c) {
            Reading::Nothing => self.widen_last(source),
            Reading::Char(' ') if self.text.is_empty() || self.text.ends_with(' ') => self.widen_last(source),
            Reading::Char(read) => self.push_char(read, source),
        }
    }

    /// A letter and a mark for it are read as the one character that they are: `e` and U+0308 as `ë` (Unicode's canonical composition).
    fn compose(&mut self, mark: char, source: &Span) -> bool {
        if !is_mark(mark) {
            return false;
        }
        let Some(letter) = self.text.chars().next_back() else { return false };
        let Some(one) = unicode_normalization::char::compose(letter, mark) else { return false };
        let from = self.text.len() - letter.len_utf8();
        // With markup between them they stay two. Only the last piece is looked at: a text may be nothing but such letters.
        let Some(last) = self.pieces.last_mut().filter(|last| last.source.end == source.start) else { return false };
        let whole = last.text.start == from;
        if !whole && !last.literal {
            return false;
        }
        let start = if last.literal { last.source.end - letter.len_utf8() as u64 } else { last.source.start };
        if whole {
            self.pieces.pop();
        } else {
            last.text.end = from;
            last.source.end = start;
        }
        self.text.truncate(from);
        self.push_char(one, start..source.end);
        true
    }

    /// A stretch that was decided by itself is read as signs that are none, as long as it was, and can only be replaced whole.
    pub fn blank(&mut self, part: Range<usize>) {
        let spans = self.source_of(part.clone());
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return };
        if self.text.get(part.clone()).is_none() {
            return;
        }
        let source = first.start..last.end;
        // Only the pieces that it touches: a text may have thousands of such stretches.
        let first = self.pieces.partition_point(|piece| {
            piece.text.end <= part.start && !(piece.text.is_empty() && piece.text.start == part.start)
        });
        let touched = self.pieces.get(first..).unwrap_or_default();
        let touched = touched.iter().take_while(|piece| piece.text.start < part.end);
        let mut pieces = Vec::with_capacity(3);
        let mut whole = Some(Piece { text: part.clone(), source, literal: false });
        let mut count = 0;
        for piece in touched {
            count += 1;
            let before = part.start.saturating_sub(piece.text.start);
            let behind = piece.text.end.saturating_sub(part.end);
            if before > 0 && piece.literal {
                let source = piece.source.start..piece.source.start + before as u64;
                pieces.push(Piece { text: piece.text.start..part.start, source, literal: true });
            }
            pieces.extend(whole.take());
            if behind > 0 && piece.literal {
                let source = piece.source.end - behind as u64..piece.source.end;
                pieces.push(Piece { text: part.end..piece.text.end, source, literal: true });
            }
        }
        pieces.extend(whole);
        self.pieces.splice(first..first + count, pieces);
        let signs = "\u{1a}".repeat(part.len());
        self.text.replace_range(part, &signs);
    }

    /// Keeps only the text before `upto`.
    pub fn keep(&mut self, upto: usize) {
        if !self.text.is_char_boundary(upto) {
            return;
        }
        self.text.truncate(upto);
        self.pieces.retain_mut(|piece| {
            if piece.text.start >= upto {
                return false;
            }
            let cut = piece.text.end.saturating_sub(upto);
            if piece.literal {
                piece.source.end -= cut as u64;
            }
            piece.text.end -= cut;
            true
        });
    }

    /// Forgets the text before `upto`; what is left begins at 0.
    pub fn forget(&mut self, upto: usize) {
        let upto = if self.text.is_char_boundary(upto) { upto } else { self.text.len() };
        self.text.drain(..upto);
        self.pieces.retain_mut(|piece| {
            if piece.text.end <= upto && !(piece.text.is_empty() && piece.text.start > upto) {
                return false;
            }
            let cut = upto.saturating_sub(piece.text.start);
            if piece.literal {
                piece.source.start += cut as u64;
            }
            piece.text = piece.text.start.saturating_sub(upto)..piece.text.end - upto;
            true
        });
    }

    fn ends_in_space(&self, text: &str, plain_from: usize, i: usize) -> bool {
        match text.get(plain_from..i) {
            Some("") | None => self.text.is_empty() || self.text.ends_with(' '),
            Some(before) => before.ends_with(' '),
        }
    }

    /// An unseen character right behind a piece belongs to it, so that it goes when the piece is replaced.
    fn widen_last(&mut self, source: Span) {
        if let Some(last) = self.pieces.last_mut()
            && last.source.end == source.start
            && !last.literal
        {
            last.source.end = source.end;
        } else if !self.text.is_empty() {
            let at = self.text.len();
            self.pieces.push(Piece { text: at..at, source, literal: false });
        }
    }

    /// Where a part of the text stands in the source: stretches in order, contiguous ones joined.
    pub fn source_of(&self, part: Range<usize>) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let first = self
            .pieces
            .partition_point(|p| p.text.end <= part.start && !(p.text.is_empty() && p.text.start > part.start));
        for piece in self.pieces.get(first..).unwrap_or_default() {
            // An unseen character right behind goes as well; anything else there does not belong to the part.
            let unseen = piece.text.is_empty() && piece.text.start == part.end;
            if piece.text.start >= part.end && !(unseen && spans.last().is_some_and(|s| s.end == piece.source.start)) {
                break;
            }
            let source = if piece.literal {
                let from = part.start.max(piece.text.start) - piece.text.start;
                let to = part.end.min(piece.text.end) - piece.text.start;
                piece.source.start + from as u64..piece.source.start + to as u64
            } else {
                piece.source.clone()
            };
            match spans.last_mut() {
                Some(last) if last.end == source.start => last.end = source.end,
                _ => spans.push(source),
            }
        }
        spans
    }
}

enum Reading {
    Char(char),
    Nothing,
}

/// Marks above and below letters.
pub(in crate::redact) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Characters that are read as they stand, without a look at the table below.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') || (c.is_alphabetic() && (c as u32) < 0xff00)
}

fn read_as(c: char) -> Reading {
    match c {
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{180e}' | '\u{34f}' | '\0' => {
            Reading::Nothing
        }
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' => Reading::Nothing,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => Reading::Char('-'),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => Reading::Char('\''),
        '\u{ff01}'..='\u{ff5e}' => Reading::Char(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
        _ if c.is_whitespace() => Reading::Char(' '),
        _ => Reading::Char(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_through_spaces_zero_widths_and_full_width_digits() {
        let mut run = Run::default();
        let source = "943\u{200b}\u{a0} 476 \u{ff15}919\u{ad}";
        run.push_read(source, 100);
        assert_eq!(run.text(), "943 476 5919");
        assert_eq!(run.source_of(0..12), vec![100..100 + source.len() as u64]);
    }

    #[test]
    fn escapes_in_text_are_read_as_what_they_stand_for() {
        let mut run = Run::default();
        let source = r"Zo\u00eb\u0020X, \u0039\x34\u{33} \in";
        run.push_read(source, 0);
        assert_eq!(run.text(), "Zoë X, 943 \\in");
        assert_eq!(run.source_of(0..6), vec![0..15]);
    }

    #[test]
    fn a_letter_and_its_mark_are_one_character() {
        let mut run = Run::default();
        run.push_read("xZoe\u{308} Nu\u{301}n\u{303}ez \u{301}q\u{301}", 10);
        assert_eq!(run.text(), "xZoë Núñez \u{301}q\u{301}");
        assert_eq!(run.source_of(3..5), vec![13..16]);
        assert_eq!(run.source_of(1..5), vec![11..16]);
        let mut run = Run::default();
        run.push_source("Zo", 0);
        run.push_read_char('e', 2..8);
        run.push_read_char('\u{308}', 8..16);
        assert_eq!(run.text(), "Zoë");
        assert_eq!(run.source_of(0..4), vec![0..16]);
    }

    #[test]
    fn what_is_blanked_keeps_its_place() {
        let mut run = Run::default();
        run.push_read("See a\\x20b\u{a0}now", 10);
        run.blank(4..7);
        assert_eq!(run.text(), "See \u{1a}\u{1a}\u{1a} now");
        assert_eq!(run.source_of(4..7), vec![14..20]);
        assert_eq!(run.source_of(5..6), vec![14..20]);
        assert_eq!(run.source_of(0..4), vec![10..14]);
        assert_eq!(run.source_of(8..11), vec![22..25]);
    }

    #[test]
    fn what_is_left_of_a_run_still_maps() {
        let mut run = Run::default();
        run.push_read("Seen\u{a0}by Smith today", 10);
        run.forget(8);
        assert_eq!(run.text(), "Smith today");
        assert_eq!(run.source_of(0..5), vec![19..24]);
    }

    #[test]
    fn literal_parts_map_byte_for_byte() {
        let mut run = Run::default();
        run.push_read("Seen by Smith today", 10);
        assert_eq!(run.source_of(8..13), vec![18..23]);
    }
}
