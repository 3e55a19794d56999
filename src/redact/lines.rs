//! Lines of a body: from where a finding begins, in bytes, to the line and column that an editor shows.
//!
//! The body is counted as its format reads it: decoded from its coding, in UTF-8. Columns are bytes of the line, from 1, as
//! editors and compilers that count bytes have it; so nothing but the places of the line ends must be kept, however long the body.
//!
//! ```
//! use fanlight::redact::lines::Lines;
//! let mut lines = Lines::default();
//! lines.push(b"<p>one</p>\n<p>t");
//! lines.push(b"wo</p>");
//! assert_eq!(lines.at(3), Some((1, 4)));
//! assert_eq!(lines.at(14), Some((2, 4)));
//! ```

/// Where lines begin.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Behind each line end: a line feed, a carriage return (HL7), or both.
    starts: Vec<u64>,
    length: u64,
    /// The last byte was a carriage return.
    returned: bool,
}

impl Lines {
    /// The most lines kept; what stands further down has no line.
    pub const MAX: usize = 1_000_000;

    /// Takes the next part of the body.
    pub fn push(&mut self, text: &[u8]) {
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let behind = self.length + at as u64 + 1;
            let before = at.checked_sub(1).map_or(self.returned, |before| text.get(before) == Some(&b'\r'));
            let second = before && text.get(at) == Some(&b'\n');
            if second && let Some(last) = self.starts.last_mut() {
                *last = behind;
            } else if self.starts.len() < Self::MAX {
                self.starts.push(behind);
            } else {
                break;
            }
        }
        self.length += text.len() as u64;
        self.returned = text.last().map_or(self.returned, |last| *last == b'\r');
    }

    /// Line and column of a byte, both from 1; `None` past the last line that is kept.
    pub fn at(&self, offset: u64) -> Option<(u64, u64)> {
        let line = self.starts.partition_point(|start| *start <= offset);
        if line >= Self::MAX {
            return None;
        }
        let start = line.checked_sub(1).and_then(|before| self.starts.get(before)).copied().unwrap_or(0);
        Some((line as u64 + 1, offset - start + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_ends_one_line_however_it_came() {
        let text = b"a\r\nbb\rccc\n\nd";
        for cut in 0..=text.len() {
            let mut lines = Lines::default();
            lines.push(&text[..cut]);
            lines.push(&text[cut..]);
            let at = |byte: u8| lines.at(text.iter().position(|b| *b == byte).unwrap() as u64);
            assert_eq!(
                [at(b'a'), at(b'b'), at(b'c'), at(b'd')],
                [(1, 1), (2, 1), (3, 1), (5, 1)].map(Some),
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn lines_past_the_most_are_not_told() {
        let mut lines = Lines::default();
        lines.push(&b"\n".repeat(Lines::MAX + 5));
        assert_eq!(lines.at(0), Some((1, 1)));
        assert_eq!(lines.at(Lines::MAX as u64 + 1), None);
    }
}
