//! Encodings: how a text is escaped where it stands. Each writes the text so that a right reader of the format gets it back.

use crate::dice::Dice;

/// How dense and in which flavour the escapes are.
#[derive(Debug, Clone, Copy)]
pub struct Enc {
    /// 0: only what must be; 1: some; 2: all.
    pub density: usize,
    pub flavour: usize,
}

impl Enc {
    pub fn of(n: usize) -> Self {
        Self { density: n % 3, flavour: n / 3 }
    }

    /// How many there are that make a difference anywhere.
    pub const COUNT: usize = 3 * 6;

    fn here(self, dice: &mut Dice) -> bool {
        match self.density {
            0 => false,
            1 => dice.once_in(3),
            _ => true,
        }
    }
}

/// Characters of HTML text or of a quoted attribute.
pub fn html(text: &str, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let must = matches!(c, '<' | '>' | '&' | '"' | '\'' | '\u{a0}');
        if !must && !enc.here(dice) {
            out.push(c);
            continue;
        }
        let n = c as u32;
        let next = chars.get(i + 1).copied().unwrap_or(' ');
        match enc.flavour {
            0 => out.push_str(&named(c).map_or(format!("&#{n};"), |name| format!("&{name};"))),
            1 => out.push_str(&format!("&#{n};")),
            2 => out.push_str(&format!("&#x{n:x};")),
            3 => out.push_str(&format!("&#X000{n:X};")),
            // Without its semicolon a reference ends at what is no digit (and what follows is not taken for its semicolon).
            4 if !next.is_ascii_hexdigit() && next != ';' && enc.density < 2 => out.push_str(&format!("&#{n}")),
            4 => out.push_str(&format!("&#0000{n};")),
            _ => out.push_str(&named(c).map_or(format!("&#{n};"), |name| format!("&{name};"))),
        }
    }
    out
}

fn named(c: char) -> Option<&'static str> {
    Some(match c {
        '<' => "lt",
        '>' => "gt",
        '&' => "amp",
        '"' => "quot",
        '\'' => "apos",
        '\u{a0}' => "nbsp",
        '.' => "period",
        ',' => "comma",
        '@' => "commat",
        '/' => "sol",
        '(' => "lpar",
        ')' => "rpar",
        'ë' => "euml",
        'ñ' => "ntilde",
        'ú' => "uacute",
        '\u{ad}' => "shy",
        '\u{2013}' => "ndash",
        _ => return None,
    })
}

/// Characters of XML text or of a quoted attribute.
pub fn xml(text: &str, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let must = matches!(c, '<' | '>' | '&' | '"' | '\'');
        if !must && !enc.here(dice) {
            out.push(c);
            continue;
        }
        match (c, enc.flavour % 3) {
            ('<', 0) => out.push_str("&lt;"),
            ('>', 0) => out.push_str("&gt;"),
            ('&', 0) => out.push_str("&amp;"),
            ('"', 0) => out.push_str("&quot;"),
            ('\'', 0) => out.push_str("&apos;"),
            (_, 2) => out.push_str(&format!("&#x{:X};", c as u32)),
            _ => out.push_str(&format!("&#{};", c as u32)),
        }
    }
    out
}

/// The inside of a JSON string.
pub fn json(text: &str, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c == '/' && enc.flavour == 1 {
            out.push_str("\\/");
        } else if matches!(c, '"' | '\\' | '\0'..='\u{1f}') || enc.here(dice) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                match enc.flavour % 2 {
                    0 => out.push_str(&format!("\\u{unit:04x}")),
                    _ => out.push_str(&format!("\\u{unit:04X}")),
                }
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// The inside of a JavaScript string in this quote; nothing in it ends a script element.
pub fn js(text: &str, quote: char, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let n = c as u32;
        let must = c == quote
            || matches!(c, '\\' | '\n' | '\r' | '\u{2028}' | '\u{2029}')
            || (before == '<' && matches!(c, '/' | '!' | 's' | 'S'))
            || (quote == '`' && c == '$');
        if must || enc.here(dice) {
            match enc.flavour {
                0 | 5 if n < 0x100 => out.push_str(&format!("\\x{n:02x}")),
                1 => out.push_str(&format!("\\u{{{n:x}}}")),
                2 if n < 0x100 && quote != '`' => out.push_str(&format!("\\{n:03o}")),
                3 if !must && !c.is_ascii_alphanumeric() && c.is_ascii() => out.extend(['\\', c]),
                4 if !must => out.extend(['\\', '\n', c]),
                _ => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04X}"));
                    }
                }
            }
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

/// The inside of a CSS string in double quotes.
pub fn css(text: &str, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '"' | '\'' | '\\' | '\n' | '<' | '>' | '&') || enc.here(dice) {
            match enc.flavour % 3 {
                0 => out.push_str(&format!("\\{:x} ", c as u32)),
                // A space behind the digits belongs to them.
                1 => out.push_str(&format!("\\{:06X} ", c as u32)),
                _ if c.is_ascii_hexdigit() || c == '\n' => out.push_str(&format!("\\{:x} ", c as u32)),
                _ => out.extend(['\\', c]),
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A part of a URL: a path segment or a parameter's value.
pub fn percent(text: &str, form: bool, enc: Enc, dice: &mut Dice) -> String {
    let once = |text: &str, enc: Enc, dice: &mut Dice| {
        let mut out = String::new();
        for c in text.chars() {
            let plain = c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~');
            if plain && !enc.here(dice) {
                out.push(c);
            } else if c == ' ' && form && enc.flavour.is_multiple_of(2) {
                out.push('+');
            } else {
                let mut utf8 = [0; 4];
                for b in c.encode_utf8(&mut utf8).bytes() {
                    match enc.flavour % 4 {
                        0 | 1 => out.push_str(&format!("%{b:02X}")),
                        _ => out.push_str(&format!("%{b:02x}")),
                    }
                }
            }
        }
        out
    };
    let coded = once(text, enc, dice);
    if enc.flavour == 5 { once(&coded, Enc { density: 0, flavour: 1 }, dice) } else { coded }
}

/// Base64 in one of its dresses.
pub fn base64(text: &[u8], enc: Enc) -> String {
    use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
    match enc.flavour % 4 {
        0 => BASE64.encode(text),
        1 => BASE64URL.encode(text),
        2 => BASE64_NOPAD.encode(text),
        _ => BASE64URL_NOPAD.encode(text),
    }
}

/// HL7 v2 escapes.
pub fn hl7(text: &str, enc: Enc, dice: &mut Dice) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '|' => out.push_str("\\F\\"),
            '^' => out.push_str("\\S\\"),
            '&' => out.push_str("\\T\\"),
            '~' => out.push_str("\\R\\"),
            '\\' => out.push_str("\\E\\"),
            _ if c.is_ascii() && enc.here(dice) => out.push_str(&format!("\\X{:02X}\\", c as u32)),
            _ => out.push(c),
        }
    }
    out
}
