//! Placeholders of templates: `{{patientId}}`, `${patientUuid}`, `:patientUuid`. A program puts the value in later; what stands there is
//! the name of a variable, and changing it breaks the program.

/// The longest placeholder.
const LONGEST: usize = 64;

/// What opens and closes one; nothing closes `:name`.
const FORMS: &[(&str, &str)] = &[
    ("{{{", "}}}"),
    ("{{", "}}"),
    ("${", "}"),
    ("#{", "}"),
    ("<%=", "%>"),
    ("[[", "]]"),
    ("{", "}"),
    ("%{", "}"),
    (":", ""),
];

/// Whether a text is a placeholder and nothing else. What stands in it must be a variable's name: a number is none, and of words that
/// may be somebody's name only those that programs write count.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    text.len() <= LONGEST
        && FORMS
            .iter()
            .any(|(open, close)| text.strip_prefix(open).and_then(|t| t.strip_suffix(close)).is_some_and(is_variable))
}

fn is_variable(name: &str) -> bool {
    let name = name.trim();
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$' | b'-' | b'[' | b']' | b'(' | b')'));
    // `{brontwick}` and `:rf12` may be somebody's; `patientId`, `patient.id` and `patient_id` are a program's.
    const SHORT: &[&str] = &["dob", "id", "mrn", "name", "nhs", "patient", "pid", "uid", "uuid", "value"];
    let humps = name.bytes().zip(name.bytes().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let written = humps || name.bytes().any(|b| matches!(b, b'.' | b'_' | b'$')) || SHORT.contains(&name);
    let digits = name.bytes().any(|b| b.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '_' | '$')) && plain && written && !digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_told_from_values() {
        for text in
            ["{{patientId}}", "{{ patient.uuid }}", "${patientUuid}", ":patientUuid", "{id}", "#{mrn}", "<%= pid %>"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "{brontwick}",
            ":rf12",
            "%smith%",
            "{{9434765919}}",
            "{{Abbott}}",
            "${}",
            ":",
            "RF123456",
            "{{a b}}",
            "{\"id\":1}",
            "a{{b}}",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
