//! Literals of JavaScript: where they end, what they say, how they are written.

use crate::redact::format::json::ends_script;
use crate::redact::run::Run;

/// Behind the line comment at the front, its line end not included.
pub(super) fn line(bytes: &[u8]) -> Option<usize> {
    memchr::memchr2(b'\n', b'\r', bytes)
}

/// Behind the block comment at the front.
pub(super) fn block(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(2..)?, b"*/").map(|at| at + 4)
}

/// Behind the string at the front; a line end that is not escaped ends it too, as no engine runs such a script. `None`: more text
/// must say, or it never ends.
///
/// Pages put names into handlers without escaping them: `pick('Kyla O'Reilly', 47)`. No program has a name directly behind a
/// string, so there the quote is an apostrophe, as whoever wrote it meant; else half of the name would stand there as code.
pub(super) fn string(text: &str, quote: u8, last: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let found = at + memchr::memchr3(quote, b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(found) {
            Some(b'\\') => {
                at = found + if bytes.get(found + 1..).is_some_and(|r| r.starts_with(b"\r\n")) { 3 } else { 2 }
            }
            Some(b'\n') => return Some(found),
            _ if is_apostrophe(text, found, last)? => at = found + 1,
            _ => return Some(found + 1),
        }
    }
}

/// Words that may stand directly behind a string: `"a"in b`.
const OPERATORS: &[&str] =
    &["in", "instanceof", "of", "as", "from", "with", "assert", "if", "else", "while", "satisfies", "is", "extends"];

/// Whether the quote at `at` stands inside a word; `None` when more text must say.
fn is_apostrophe(text: &str, at: usize, last: bool) -> Option<bool> {
    let behind = text.get(at + 1..).unwrap_or_default();
    let length = name(behind);
    if length == behind.len() && !last {
        return None;
    }
    let word = behind.get(..length).unwrap_or_default();
    let inside = word.starts_with(char::is_alphabetic) && !OPERATORS.contains(&word);
    if !inside {
        return Some(false);
    }
    // It must end somewhere, before the line does.
    let quote = text.as_bytes().get(at).copied().unwrap_or_default();
    let rest = behind.get(length..).unwrap_or_default().as_bytes();
    match memchr::memchr2(quote, b'\n', rest) {
        Some(end) => Some(rest.get(end) == Some(&quote)),
        None => last.then_some(false),
    }
}

/// Where the template text at the front ends, and whether by `${` rather than a backtick.
pub(super) fn template(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut at = 0;
    loop {
        let found = at + memchr::memchr3(b'`', b'\\', b'$', bytes.get(at..)?)?;
        match bytes.get(found) {
            Some(b'`') => return Some((found, false)),
            Some(b'$') => match bytes.get(found + 1) {
                Some(b'{') => return Some((found, true)),
                Some(_) => at = found + 1,
                None => return None,
            },
            _ => at = found + 2,
        }
    }
}

/// A slash with more behind it is none: what is misread here must not be read again and again.
const LONGEST_REGEX: usize = 16 * 1024;

/// Whether an address for mail stands at the front of a program.
pub(super) enum Address {
    /// It ends before this byte.
    Ends(usize),
    /// More text may say more.
    Undecided,
    None,
}

/// The longest local part and the longest domain that are looked at, in bytes (RFC 5321, 4.5.3.1, has 64 and 255).
const LOCAL: usize = 64;
const DOMAIN: usize = 255;

/// Reads `z.quelch@example.org`. A decorator (`@Component`) has nothing before its sign.
pub(super) fn address(bytes: &[u8], last: bool) -> Address {
    let part = |from: usize, most: usize, signs: &[u8]| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take(most).take_while(|b| b.is_ascii_alphanumeric() || signs.contains(b)).count()
    };
    let local = part(0, LOCAL, b"._+-");
    match bytes.get(local) {
        None if !last => return Address::Undecided,
        Some(b'@') if local > 0 => {}
        Some(_) | None => return Address::None,
    }
    let length = part(local + 1, DOMAIN, b".-");
    if bytes.len() == local + 1 + length && !last {
        return Address::Undecided;
    }
    let domain = bytes.get(local + 1..local + 1 + length).unwrap_or_default();
    let whole = domain.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |at| at + 1);
    match domain.get(..whole) {
        Some(domain) if domain.contains(&b'.') => Address::Ends(local + 1 + whole),
        Some(_) | None => Address::None,
    }
}

/// What a slash is where a value may begin.
pub(super) enum Regex {
    /// A regular expression that ends here.
    Ends(usize),
    /// A division after all: the line ends first.
    None,
}

/// The regular expression at the front; `None` when more text must say.
pub(super) fn regex(bytes: &[u8], last: bool) -> Option<Regex> {
    let mut class = false;
    let mut at = 1;
    loop {
        if at > LONGEST_REGEX {
            return Some(Regex::None);
        }
        match bytes.get(at) {
            Some(b'\\') => at += 1,
            Some(b'\n' | b'\r') => return Some(Regex::None),
            Some(b'[') => class = true,
            Some(b']') => class = false,
            Some(b'/') if !class => break,
            Some(_) => {}
            None if last => return Some(Regex::None),
            None => return None,
        }
        at += 1;
    }
    // Its flags are a word of their own, which says the same: a value stands before.
    Some(Regex::Ends(at + 1))
}

/// Behind the number at the front.
pub(super) fn number(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(&b) = bytes.get(end) {
        let sign = matches!(b, b'+' | b'-')
            && matches!(bytes.get(end.wrapping_sub(1)), Some(b'e' | b'E'))
            && !bytes.starts_with(b"0x");
        if !(b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || sign) {
            break;
        }
        end += 1;
    }
    end
}

/// Behind the numbers at the front that stand in one line with nothing but blanks between them.
pub(super) fn numbers(bytes: &[u8]) -> usize {
    let mut end = number(bytes);
    loop {
        let rest = bytes.get(end..).unwrap_or_default();
        let blanks = rest.iter().take_while(|b| **b == b' ').count();
        match rest.get(blanks) {
            Some(b) if blanks > 0 && b.is_ascii_digit() => {
                end += blanks + number(rest.get(blanks..).unwrap_or_default());
            }
            // More text must say.
            None if blanks > 0 => return bytes.len(),
            Some(_) | None => return end,
        }
    }
}

fn names(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '\u{200c}' | '\u{200d}') || (c as u32 > 0x7f && !c.is_whitespace())
}

/// Whether a name begins at the front.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| names(c) && !c.is_ascii_digit())
}

/// Behind the name at the front.
pub(super) fn name(text: &str) -> usize {
    text.find(|c| !names(c)).unwrap_or(text.len())
}

/// Whether nine digits or more stand together.
pub(super) fn has_long_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() >= 9)
}

/// Decodes the inside of a string or template, which stands at `base` in its source. What is no escape stands for itself.
pub(super) fn decode(inside: &str, base: u64, exact: &mut Run) {
    let mut at = 0;
    while let Some(rest) = inside.get(at..) {
        let Some(plain) = memchr::memchr(b'\\', rest.as_bytes()) else {
            exact.push_source(rest, base + at as u64);
            return;
        };
        exact.push_source(rest.get(..plain).unwrap_or_default(), base + at as u64);
        let (c, length) = escaped(rest.get(plain..).unwrap_or_default());
        let from = base + (at + plain) as u64;
        if let Some(c) = c {
            exact.push_char(c, from..from + length as u64);
        }
        at += plain + length;
    }
}

/// The character of the escape at the front (a continued line has none), and its length.
fn escaped(text: &str) -> (Option<char>, usize) {
    let Some(c) = text.chars().nth(1) else { return (None, text.len().max(1)) };
    let simple = |c| (Some(c), 2);
    match c {
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'v' => simple('\u{b}'),
        '\n' => (None, 2),
        '\r' => (None, if text.get(2..3) == Some("\n") { 3 } else { 2 }),
        '\u{2028}' | '\u{2029}' => (None, 4),
        'x' => match hex(text.get(2..4)) {
            Some(code) => (char::from_u32(code), 4),
            None => simple('x'),
        },
        'u' => unicode(text),
        '0'..='7' => {
            let octal: String = text.chars().skip(1).take(3).take_while(|c| ('0'..='7').contains(c)).collect();
            let octal = if octal.starts_with(['4', '5', '6', '7']) { octal.get(..2).unwrap_or(&octal) } else { &octal };
            (u32::from_str_radix(octal, 8).ok().and_then(char::from_u32), 1 + octal.len())
        }
        other => (Some(other), 1 + other.len_utf8()),
    }
}

fn unicode(text: &str) -> (Option<char>, usize) {
    if let Some(rest) = text.strip_prefix("\\u{") {
        let digits = rest.split('}').next().unwrap_or_default();
        if rest.len() > digits.len() && digits.len() <= 6 {
            let c = hex(Some(digits)).and_then(char::from_u32);
            return (Some(c.unwrap_or('\u{fffd}')), digits.len() + 4);
        }
        return (Some('u'), 2);
    }
    let Some(unit) = hex(text.get(2..6)) else { return (Some('u'), 2) };
    if (0xd800..0xdc00).contains(&unit)
        && text.get(6..8) == Some("\\u")
        && let Some(low) = hex(text.get(8..12)).filter(|low| (0xdc00..0xe000).contains(low))
    {
        return (char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)), 12);
    }
    (Some(char::from_u32(unit).unwrap_or('\u{fffd}')), 6)
}

fn hex(digits: Option<&str>) -> Option<u32> {
    let digits = digits.filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// Writes a string literal.
pub(super) fn quote(text: &str, quote: u8, out: &mut String) {
    out.push(char::from(quote));
    escape(text, quote, out);
    out.push(char::from(quote));
}

/// Writes the inside of a literal; nothing in it can end a `<script>` either.
pub(super) fn escape(text: &str, quote: u8, out: &mut String) {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' if quote != b'`' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '$' if quote == b'`' && chars.as_str().starts_with('{') => out.push_str("\\$"),
            '<' if ends_script(chars.as_str()) => out.push_str("\\x3c"),
            '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c if c == char::from(quote) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}
