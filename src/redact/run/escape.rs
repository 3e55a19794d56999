//! Escapes that stand in text as such: `\u0039` and `\x39` of a program's output.

/// The character that an escape at the front stands for, and its length. `None`: it is no escape.
pub(super) fn read(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('\\')?;
    if let Some(rest) = rest.strip_prefix("u{") {
        let digits = rest.split('}').next().filter(|d| d.len() <= 6 && d.len() < rest.len())?;
        return Some((char::from_u32(hex(digits)?)?, digits.len() + 4));
    }
    let length = if rest.starts_with('u') { 4 } else { 2 };
    let digits = rest.strip_prefix(['u', 'x'])?.get(..length)?;
    Some((char::from_u32(hex(digits)?)?, length + 2))
}

fn hex(digits: &str) -> Option<u32> {
    let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
