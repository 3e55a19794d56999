//! Spellings: what stands in the text itself, before any format escapes it: other spaces, other dashes, signs that nobody
//! sees, wide digits, accents as signs of their own.

use crate::dice::Dice;

pub const NAMES: &[&str] = &[
    "plain",
    "no-break spaces",
    "narrow spaces",
    "zero width",
    "soft hyphens",
    "full width",
    "dashes",
    "combining",
    "mixed case",
    "direction marks",
];

/// The text in the spelling of this number.
pub fn spell(spelling: usize, text: &str, dice: &mut Dice) -> String {
    match NAMES[spelling] {
        "no-break spaces" => text.replace(' ', "\u{a0}"),
        "narrow spaces" => {
            let space = *dice.pick(&["\u{2009}", "\u{202f}", "\u{2002}", "\u{3000}"]);
            text.replace(' ', space)
        }
        "zero width" => sprinkled(text, &["\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}"], dice),
        "soft hyphens" => sprinkled(text, &["\u{ad}"], dice),
        "direction marks" => sprinkled(text, &["\u{200e}", "\u{202a}", "\u{2069}"], dice),
        "full width" => text
            .chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
                _ => c,
            })
            .collect(),
        "dashes" => {
            let dash = *dice.pick(&["\u{2010}", "\u{2011}", "\u{2013}", "\u{2212}"]);
            text.replace('-', dash)
        }
        "combining" => text
            .replace('ë', "e\u{308}")
            .replace('Ë', "E\u{308}")
            .replace('ú', "u\u{301}")
            .replace('Ú', "U\u{301}")
            .replace('ñ', "n\u{303}")
            .replace('Ñ', "N\u{303}"),
        "mixed case" => {
            if dice.once_in(2) {
                text.to_uppercase()
            } else {
                text.replace("Mrs", "MRS").replace("Mr ", "MR ")
            }
        }
        _ => text.to_owned(),
    }
}

fn sprinkled(text: &str, signs: &[&str], dice: &mut Dice) -> String {
    let sign = *dice.pick(signs);
    let mut out = String::new();
    for (i, c) in text.chars().enumerate() {
        if i > 0 && dice.once_in(4) {
            out.push_str(sign);
        }
        out.push(c);
    }
    out
}
