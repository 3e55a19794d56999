//! Style sheets, as cssparser reads them.

use cssparser::{Parser, ParserInput, Token};

/// All escapes of a style sheet undone, wherever they stand.
pub fn unescaped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < chars.len() {
        if chars[i] != '\\' {
            out.push(chars[i]);
            i += 1;
            continue;
        }
        let n = chars[i + 1..].iter().take(6).take_while(|c| c.is_ascii_hexdigit()).count();
        if n == 0 {
            out.extend(chars.get(i + 1));
            i += 2;
            continue;
        }
        let digits: String = chars[i + 1..i + 1 + n].iter().collect();
        out.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
        i += 1 + n;
        if chars.get(i).is_some_and(|c| c.is_whitespace()) {
            i += 1;
        }
    }
    out
}

/// The kinds of its tokens, in order.
pub fn shape(text: &str, out: &mut Vec<String>) {
    let mut input = ParserInput::new(text);
    tokens(&mut Parser::new(&mut input), out);
}

fn tokens(parser: &mut Parser<'_, '_>, out: &mut Vec<String>) {
    while let Ok(token) = parser.next() {
        let (word, block) = match token {
            Token::Ident(_) => ("ident", false),
            Token::AtKeyword(_) => ("@", false),
            Token::Hash(_) | Token::IDHash(_) => ("#", false),
            Token::QuotedString(_) => ("string", false),
            Token::UnquotedUrl(_) => ("url", false),
            Token::Function(_) => ("function", true),
            Token::ParenthesisBlock => ("(", true),
            Token::SquareBracketBlock => ("[", true),
            Token::CurlyBracketBlock => ("{", true),
            Token::BadUrl(_) | Token::BadString(_) => ("bad", false),
            Token::Colon => (":", false),
            Token::Semicolon => (";", false),
            Token::Comma => (",", false),
            _ => ("other", false),
        };
        out.push(word.into());
        if block {
            // Nothing in it is an error to us.
            _ = parser.parse_nested_block(|inside| -> Result<(), cssparser::ParseError<'_, ()>> {
                tokens(inside, out);
                Ok(())
            });
            out.push("end".into());
        }
    }
}
