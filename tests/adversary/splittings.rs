//! Splittings: one value in several pieces of markup that a reader sees as one.

use crate::dice::Dice;
use crate::encodings::{self, Enc};

pub const HTML: &[&str] = &["none", "inline tags", "comments", "wbr", "empty spans", "nested inline", "nbsp span"];

/// HTML text, cut into pieces in this way.
pub fn html(how: usize, text: &str, enc: Enc, dice: &mut Dice) -> String {
    if how == 0 {
        return encodings::html(text, enc, dice);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut from = 0;
    while from < chars.len() {
        let to = (from + 1 + dice.below(5)).min(chars.len());
        let piece: String = chars[from..to].iter().collect();
        // Between two references without semicolons a tag is as good as one.
        let piece = encodings::html(&piece, enc, dice);
        match HTML[how] {
            "inline tags" => {
                let tag = *dice.pick(&["b", "i", "span", "em", "strong", "font", "u", "mark", "small"]);
                out.push_str(&format!("<{tag}>{piece}</{tag}>"));
            }
            "comments" => out.push_str(&format!("{piece}<!-- x -->")),
            "wbr" => out.push_str(&format!("{piece}<wbr>")),
            "empty spans" => out.push_str(&format!("{piece}<span class=a></span>")),
            "nested inline" => out.push_str(&format!("<b><i>{piece}</i></b>")),
            _ if piece == " " => out.push_str("<span>&nbsp;</span>"),
            _ => out.push_str(&piece),
        }
        from = to;
    }
    out
}

/// XML text, cut into pieces: inline elements, comments, CDATA.
pub fn xml(how: usize, text: &str, enc: Enc, dice: &mut Dice) -> String {
    if how == 0 {
        return encodings::xml(text, enc, dice);
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut from = 0;
    while from < chars.len() {
        let to = (from + 1 + dice.below(5)).min(chars.len());
        let piece: String = chars[from..to].iter().collect();
        match how % 3 {
            0 => out.push_str(&format!("<content>{}</content>", encodings::xml(&piece, enc, dice))),
            1 => out.push_str(&format!("{}<!-- x -->", encodings::xml(&piece, enc, dice))),
            _ if piece.contains("]]>") => out.push_str(&encodings::xml(&piece, enc, dice)),
            _ => out.push_str(&format!("<![CDATA[{piece}]]>")),
        }
        from = to;
    }
    out
}
