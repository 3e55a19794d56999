//! `generalise`: less of a value: of a date the year, of a postcode its area. Everything else is masked.
//!
//! Enough to see that a page sorts by age or region, and too little to tell who it is: an area has hundreds of thousands of people. Nobody can tell it from a
//! value of the application's own when it comes back: let no form that is saved have it.

use std::sync::Arc;

use super::{Entry, GrantKeys, Operator, mask, no_argument};
use crate::redact::detect::date;
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "generalise",
    about: "the year of a date, the area of a postcode (SW of SW1A 1AA), a mask of everything else; for fields that nobody saves",
    make: |argument| no_argument("generalise", argument).map(|()| Arc::new(Generalise) as Arc<dyn Operator>),
};

#[derive(Debug)]
struct Generalise;

impl Operator for Generalise {
    fn id(&self) -> String {
        "generalise".into()
    }

    fn apply(&self, kind: Kind, value: &str, keys: &GrantKeys) -> Result<String, Withheld> {
        let less = if kind == Kind::DateOfBirth && date::is_date(value) {
            year(value)
        } else if kind == Kind::Postcode {
            area(value)
        } else {
            None
        };
        less.map_or_else(|| mask::operator().apply(kind, value, keys), Ok)
    }
}

/// The year, where every way of reading the date has the same.
fn year(value: &str) -> Option<String> {
    let days = date::days(value);
    let first = days.first()?.year;
    days.iter().all(|day| day.year == first).then(|| first.to_string())
}

/// The one or two letters with which a postcode begins (Royal Mail, PAF): the area.
fn area(value: &str) -> Option<String> {
    let value = value.trim();
    let letters = value.chars().take_while(char::is_ascii_alphabetic).count();
    let behind = value.chars().nth(letters)?;
    ((1..=2).contains(&letters) && behind.is_ascii_digit())
        .then(|| value.get(..letters).unwrap_or_default().to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::super::tests::keys;
    use super::*;

    #[test]
    fn years_and_areas() {
        let operator = super::super::parse("generalise").unwrap();
        let of = |kind, value: &str| operator.apply(kind, value, &keys("g")).unwrap();
        assert_eq!(of(Kind::DateOfBirth, "22/07/1959"), "1959");
        assert_eq!(of(Kind::DateOfBirth, "03-04-1962"), "1962");
        assert_eq!(of(Kind::Postcode, "sw1a 1aa"), "SW");
        assert_eq!(of(Kind::Postcode, "M1 1AE"), "M");
        for (kind, value) in
            [(Kind::DateOfBirth, "soon"), (Kind::Postcode, "90210"), (Kind::Postcode, "ABC1"), (Kind::Name, "Smith")]
        {
            assert!(super::super::is_masked(&of(kind, value)), "{value}");
        }
    }
}
