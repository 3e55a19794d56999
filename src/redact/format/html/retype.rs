//! Inputs whose value was replaced take text.
//!
//! ```text
//! <input type="date" name="dob" value="1959-07-22">       a browser empties a date that is none,
//! <input type="text" name="dob" value="fltda3ag…">        and the form would be saved without it
//! ```
//!
//! What an input of text holds goes back as it is: a token becomes the true value again, a mask is refused. A `pattern` that the token does not fit would keep
//! the form from being sent, so it goes, too; limits of length hold for what is typed alone.

use super::attribute::Tag;
use crate::redact::splice::Splice;

/// Types whose values browsers empty or refuse when they are not of that kind (HTML, 4.10.5.1).
const STRICT: &[&str] =
    &["date", "datetime-local", "month", "week", "time", "number", "range", "color", "email", "url"];

/// Makes an input take text; called once its value is replaced.
pub(super) fn retype(splice: &mut Splice, tag: &Tag<'_>) {
    for (at, (name, value)) in tag.attrs.iter().zip(tag.list) {
        match name.as_ref() {
            "type" if STRICT.iter().any(|strict| value.trim().eq_ignore_ascii_case(strict)) => {
                splice.edit(at.value.clone(), if at.quote == b' ' { "\"text\"" } else { "text" });
            }
            "pattern" => splice.edit(at.whole.clone(), ""),
            _ => {}
        }
    }
}
