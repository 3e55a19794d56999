//! What of a document leaves: its text goes through the engine as a page of ours, and each word that comes out unchanged
//! may be drawn.
//!
//! A name that goes over the end of a line is none in a page of lines. So each paragraph of several lines is read once more with its lines run on,
//! and what the engine changes there counts where it reaches over an end.
//!
//! What is drawn is a part of what the engine let go, in its order: the words of both are compared, and a word that is not found
//! again is hidden, whatever stands in its place. So a mistake here can hide too much, but cannot show what the engine hid.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::wire::{Block, Hidden, PageText, Stretch};
use crate::redact::format::html::decode;

/// The document as a page that the engine reads.
pub fn page(pages: &[PageText]) -> String {
    let mut out = String::from("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>\n");
    for block in pages.iter().flat_map(|page| &page.blocks) {
        match block {
            Block::Paragraph(text) => {
                out.push_str("<p>");
                escape(text, &mut out);
                out.push_str("</p>\n");
            }
            Block::Table(rows) => {
                out.push_str("<table>");
                for row in rows {
                    out.push_str("<tr>");
                    for cell in row {
                        out.push_str("<td>");
                        escape(cell, &mut out);
                        out.push_str("</td>");
                    }
                    out.push_str("</tr>\n");
                }
                out.push_str("</table>\n");
            }
        }
    }
    out.push_str("<hr>\n");
    for (_, text) in run_on(pages) {
        out.push_str("<p>");
        escape(&text.replace('\n', " "), &mut out);
        out.push_str("</p>\n");
    }
    out.push_str("</body></html>\n");
    out
}

/// The pieces of several lines, with their numbers.
fn run_on(pages: &[PageText]) -> impl Iterator<Item = (usize, &str)> {
    let pieces = pages.iter().flat_map(|page| &page.blocks).flat_map(Block::pieces);
    pieces.enumerate().filter(|(_, piece)| piece.trim().contains('\n'))
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push_str("<br>"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
}

/// The page has not the parts that it had: nothing of it can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document's text came back with other parts")]
pub struct Torn;

/// What is hidden of the pages, as the engine gave their text back.
///
/// # Errors
/// It does not have the same parts.
pub fn hidden(pages: &[PageText], back: &str) -> Result<Hidden, Torn> {
    let mut texts = texts(back);
    let mut hidden = Hidden::default();
    let pieces = pages.iter().flat_map(|page| &page.blocks).flat_map(Block::pieces);
    for (number, piece) in pieces.enumerate() {
        let text = texts.next().ok_or(Torn)?;
        changed(number, piece, &text, &mut hidden.stretches);
    }
    for (number, piece) in run_on(pages) {
        let text = texts.next().ok_or(Torn)?;
        let mut found = Vec::new();
        changed(number, piece, &text, &mut found);
        found.retain(|stretch| piece.chars().take(stretch.to).skip(stretch.from).any(|c| c == '\n'));
        hidden.stretches.extend(found);
    }
    if texts.next().is_some() {
        return Err(Torn);
    }
    ends(pages, &mut hidden.stretches);
    Ok(hidden)
}

/// Where numbers of the form 3-3-4 were hidden, one of them may have lost its beginning: it stands elsewhere on the page, or nowhere. What
/// has the form of the rest of such a number is hidden, too, with the date behind it, which is one of birth in such a list.
fn ends(pages: &[PageText], stretches: &mut Vec<Stretch>) {
    let (mut hidden, mut rests) = (false, Vec::new());
    let pieces = pages.iter().flat_map(|page| &page.blocks).flat_map(Block::pieces);
    for (piece, text) in pieces.enumerate() {
        let words = words(text);
        let form: Vec<Form> = words.iter().map(|(word, _)| Form::of(word)).collect();
        for at in 0..form.len() {
            let (length, with) = match form.get(at..).unwrap_or_default() {
                [Form::Digits(3), Form::Digits(4), Form::Date, ..] => (3, "••• •••• ••/••/••••"),
                [Form::Digits(3), Form::Digits(4), ..] => (2, "••• ••••"),
                _ => continue,
            };
            let (Some((_, first)), Some((_, last))) = (words.get(at), words.get(at + length - 1)) else { continue };
            let is_hidden =
                |from: usize, to: usize| stretches.iter().any(|s| s.piece == piece && s.from <= from && s.to >= to);
            let whole = at.checked_sub(1).and_then(|before| form.get(before)) == Some(&Form::Digits(3));
            hidden |= whole && words.get(at + 1).is_some_and(|(_, second)| is_hidden(first.start, second.end));
            // Three digits before it may be a bed or a row: what is not hidden goes, whatever stands there.
            if !is_hidden(first.start, last.end) {
                rests.push(Stretch { piece, from: first.start, to: last.end, with: with.to_owned() });
            }
        }
    }
    if hidden {
        stretches.extend(rests);
    }
}

/// What a word looks like, as far as numbers of patients go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// So many digits and nothing else.
    Digits(usize),
    /// Three numbers, as dates are written.
    Date,
    Other,
}

impl Form {
    fn of(word: &str) -> Self {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then_some(part.len());
        let lengths: Option<Vec<usize>> = word.split(['/', '-', '.']).map(digits).collect();
        match lengths.as_deref() {
            Some([length]) if *length > 0 => Form::Digits(*length),
            Some([1 | 2, 1 | 2, 2 | 4] | [4, 1 | 2, 1 | 2]) => Form::Date,
            Some(_) | None => Form::Other,
        }
    }
}

/// The text of each `<p>` and `<td>` of a page that [`page`] wrote: text holds no `<` there.
fn texts(back: &str) -> impl Iterator<Item = String> {
    let mut rest = back;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('<')?;
            let tag = rest.get(at..)?;
            let close = tag.find('>')?;
            let name = tag.get(1..close)?;
            let behind = tag.get(close + 1..)?;
            rest = behind;
            let end = match name {
                "p" => "</p>",
                "td" => "</td>",
                _ => continue,
            };
            let upto = behind.find(end)?;
            let inside = behind.get(..upto)?;
            rest = behind.get(upto..)?;
            return Some(inside.split("<br>").map(|line| decode(line)).collect::<Vec<_>>().join("\n"));
        }
    })
}

/// The words of a text, and where they stand, in characters.
fn words(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut words = Vec::new();
    let (mut begun, mut chars) = (None, 0);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if let Some((from, first)) = begun.take() {
                words.push((text.get(from..at).unwrap_or_default(), first..chars));
            }
        } else if begun.is_none() {
            begun = Some((at, chars));
        }
        chars += 1;
    }
    if let Some((from, first)) = begun {
        words.push((text.get(from..).unwrap_or_default(), first..chars));
    }
    words
}

fn changed(piece: usize, before: &str, after: &str, stretches: &mut Vec<Stretch>) {
    let (before, after) = (words(before), words(after));
    let mut names: HashMap<&str, u32> = HashMap::new();
    let mut number = |word| {
        let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
        *names.entry(word).or_insert(next)
    };
    let old: Vec<u32> = before.iter().map(|(word, _)| number(word)).collect();
    let new: Vec<u32> = after.iter().map(|(word, _)| number(word)).collect();
    if old == new {
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let (gone, came) = match op {
            DiffOp::Equal { .. } | DiffOp::Insert { .. } => continue,
            DiffOp::Delete { old_index, old_len, .. } => (old_index..old_index + old_len, 0..0),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                (old_index..old_index + old_len, new_index..new_index + new_len)
            }
        };
        let gone = before.get(gone).unwrap_or_default();
        let with: Vec<&str> = after.get(came).unwrap_or_default().iter().map(|(word, _)| *word).collect();
        if let (Some((_, first)), Some((_, last))) = (gone.first(), gone.last()) {
            stretches.push(Stretch { piece, from: first.start, to: last.end, with: with.join(" ") });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Vec<PageText> {
        vec![PageText {
            blocks: vec![
                Block::Paragraph("Dear Dr Patel,\nre: Janet Williams & son".into()),
                Block::Table(vec![vec!["NHS No".into(), "943 476 5919".into()], vec![String::new(), "<x>".into()]]),
            ],
        }]
    }

    #[test]
    fn what_comes_back_as_it_was_hides_nothing() {
        let pages = pages();
        assert_eq!(hidden(&pages, &page(&pages)), Ok(Hidden::default()));
    }

    #[test]
    fn a_word_that_does_not_come_back_is_hidden() {
        let pages = pages();
        let back = page(&pages).replace("Janet Williams", "‹Flowing Catkin›").replace("943 476 5919", "••••••••");
        let hidden = hidden(&pages, &back).unwrap();
        let stretches = [
            Stretch { piece: 0, from: 19, to: 33, with: "‹Flowing Catkin›".into() },
            Stretch { piece: 2, from: 0, to: 12, with: "••••••••".into() },
        ];
        assert_eq!(hidden.stretches, stretches);
    }

    #[test]
    fn what_goes_over_the_end_of_a_line_is_hidden() {
        let text = "seen with Ibrahim\nMorrison, who agrees.\nPlan: Furosemide";
        let pages = vec![PageText { blocks: vec![Block::Paragraph(text.into())] }];
        let back = page(&pages)
            .replace("Ibrahim Morrison", "‹Flowing Catkin›")
            .replace("Plan: Furosemide</p>\n</body>", "Plan: •••</p>\n</body>");
        let with = "‹Flowing Catkin›,".into();
        assert_eq!(hidden(&pages, &back).unwrap().stretches, [Stretch { piece: 0, from: 10, to: 27, with }]);
    }

    #[test]
    fn the_rest_of_a_number_goes_where_such_numbers_are_hidden() {
        let text = "Ward 4 943 476 5919\n350 8160, 19:30\n12 350 8160 19/03/1953 Clinic\n350 81600\n2450 1935-05-23\n101 350 8160 19/03/1953";
        let pages = vec![PageText { blocks: vec![Block::Paragraph(text.into())] }];
        assert_eq!(hidden(&pages, &page(&pages)), Ok(Hidden::default()), "there are none");
        let found = hidden(&pages, &page(&pages).replace("943 476 5919", "••• ••• ••••")).unwrap().stretches;
        let shown: Vec<String> =
            found.iter().map(|s| text.chars().take(s.to).skip(s.from).collect::<String>()).collect();
        assert_eq!(shown, ["943 476 5919", "350 8160,", "350 8160 19/03/1953", "350 8160 19/03/1953"]);
    }

    #[test]
    fn a_part_of_a_word_hides_the_word() {
        let pages = vec![PageText { blocks: vec![Block::Paragraph("(Williams), and so on".into())] }];
        let back = page(&pages).replace("Williams", "•••");
        assert_eq!(hidden(&pages, &back).unwrap().stretches[0].to, 11);
    }

    #[test]
    fn other_parts_are_an_error() {
        let pages = pages();
        assert_eq!(hidden(&pages, &page(&pages).replace("<td></td>", "")), Err(Torn));
        assert_eq!(hidden(&pages, &page(&pages).replace("</body>", "<p>x</p></body>")), Err(Torn));
        assert_eq!(hidden(&pages, ""), Err(Torn));
    }
}
