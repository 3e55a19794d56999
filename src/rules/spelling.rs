//! Spellings: `{nhs,h&c} {number,no,id}` stands for six labels.
//!
//! People write one thing in many ways, and a label is matched whole, so a rule would list hundreds. Braces expand, also
//! inside braces; an empty alternative is allowed.
//!
//! ```
//! use fanlight::rules::spelling::expand;
//! assert_eq!(expand("{nhs,h&c} no", 10).unwrap(), ["nhs no", "h&c no"]);
//! assert_eq!(expand("name{, of {patient,client}}", 10).unwrap(), ["name", "name of patient", "name of client"]);
//! assert!(expand("{a,b}{a,b}{a,b}{a,b}", 10).is_err());
//! ```

/// The most spellings of one entry.
pub const MAX: usize = 2048;

/// All spellings of `text`, in the order of their alternatives.
///
/// # Errors
/// When a brace is not closed, or there are more than `most`.
pub fn expand(text: &str, most: usize) -> Result<Vec<String>, String> {
    let Some(open) = text.find('{') else {
        return if text.contains('}') { Err(unbalanced(text)) } else { Ok(vec![text.to_owned()]) };
    };
    let (before, rest) = text.split_at(open);
    if before.contains('}') {
        return Err(unbalanced(text));
    }
    let inside = rest.strip_prefix('{').unwrap_or(rest);
    let (alternatives, after) = alternatives(inside).ok_or_else(|| unbalanced(text))?;
    let tails = expand(after, most)?;
    let mut all = Vec::new();
    for alternative in alternatives {
        for middle in expand(alternative, most)? {
            for tail in &tails {
                if all.len() == most {
                    return Err(format!("{text:?} stands for more than {most} spellings"));
                }
                all.push(format!("{before}{middle}{tail}"));
            }
        }
    }
    Ok(all)
}

/// Splits `a,b{c,d}}rest` into its alternatives and what follows the closing brace.
fn alternatives(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(text.get(from..at)?);
                return Some((found, text.get(at + 1..)?));
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(text.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn unbalanced(text: &str) -> String {
    format!("{text:?} has a brace without its partner")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_nest_and_may_be_empty() {
        assert_eq!(expand("a", 1).unwrap(), ["a"]);
        assert_eq!(expand("{,patient }id", 9).unwrap(), ["id", "patient id"]);
        assert_eq!(expand("x{a{1,2},b}y", 9).unwrap(), ["xa1y", "xa2y", "xby"]);
    }

    #[test]
    fn braces_must_close() {
        for bad in ["{a", "a}", "{a,{b}", "}{"] {
            assert!(expand(bad, 9).is_err(), "{bad}");
        }
    }
}
