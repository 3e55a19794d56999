//! Names of elements and attributes that are somebody's: `<Quillfeather>` in a document about that person.
//!
//! Programs make elements out of data (a report by patient, settings by user). Such a name goes out as a token, the same in
//! the start tag, in the end tag and in every other place, so that what was well-formed stays so. Names that begin with a small
//! letter are the vocabulary's, as keys of JSON are; a name that is a word is left ([`Surface::Attribute`] takes no word alone).

use super::super::json::is_plain_key;
use super::MALFORMED;
use super::markup::is_name;
use crate::redact::inspect::Inspector;
use crate::redact::place::{Place, Surface};
use crate::redact::withheld::Withheld;

/// So many digits may be somebody's number.
const NUMBER: usize = 6;

/// What a name of an element or an attribute is written as instead, if it names somebody who is known. Its prefix stays, for a
/// declaration names it elsewhere.
///
/// # Errors
/// Withheld when what should stand there cannot be a name, and where a prefix names somebody: two names would be one, or the document no
/// document.
pub(super) fn renamed(ins: &mut Inspector, name: &str) -> Result<Option<String>, Withheld> {
    unnumbered(ins, name)?;
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    unnamed(ins, prefix)?;
    let new = token(ins, local)?;
    Ok(new.map(|new| if prefix.is_empty() { new } else { format!("{prefix}:{new}") }))
}

/// What cannot be written otherwise, a prefix or the name of a document's type, names nobody.
///
/// # Errors
/// Withheld where it does.
pub(super) fn unnamed(ins: &mut Inspector, name: &str) -> Result<(), Withheld> {
    unnumbered(ins, name)?;
    if token(ins, name)?.is_some() { Err(MALFORMED) } else { Ok(()) }
}

/// A name with a number in it cannot be written otherwise: what else it says is the program's.
fn unnumbered(ins: &mut Inspector, name: &str) -> Result<(), Withheld> {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if digits >= NUMBER && ins.redact_on(Surface::Data, name)?.is_some() { Err(MALFORMED) } else { Ok(()) }
}

fn token(ins: &mut Inspector, name: &str) -> Result<Option<String>, Withheld> {
    if is_plain_key(name) {
        return Ok(None);
    }
    let place = Place { field: Some(super::dictionary_only()), whence: "name", ..Place::on(Surface::Attribute) };
    match ins.redact(name, &place)? {
        Some(new) if is_name(&new) => Ok(Some(new)),
        Some(_) => Err(MALFORMED),
        None => Ok(None),
    }
}

/// Where a name stands that begins `skip` bytes behind `bracket`: one in a start tag, two in an end tag.
pub(super) fn span(bracket: usize, skip: usize, name: &str) -> std::ops::Range<u64> {
    let from = bracket + skip;
    from as u64..(from + name.len()) as u64
}
