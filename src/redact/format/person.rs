//! People whose names stand in parts: `{"family": "White", "given": ["Rose"]}`, two elements, two columns.
//!
//! Each part is masked where it stands. Alone, "White" and "Rose" are words, and must not be looked for everywhere; together they
//! are a person. So what holds both teaches the record dictionary the whole name: "Rose White" in a note is then found.
//!
//! ```text
//! nokSurname, nokForename      one person: what stands before the part names whose it is
//! surname, forename            another one
//! ```

use crate::redact::inspect::Inspector;

/// The most people in one object, and the most names of one.
const MAX_PEOPLE: usize = 8;
const MAX_GIVEN: usize = 4;

/// How labels of a family name end, longer ones first.
const FAMILY: &[&str] =
    &["family name", "last name", "family", "surname", "lastname", "lname", "sname", "last", "fn 1", "xpn 1"];
/// How labels of a given name end.
const GIVEN: &[&str] = &[
    "given name",
    "first name",
    "middle name",
    "second name",
    "given names",
    "first names",
    "forenames",
    "forename",
    "firstname",
    "middlename",
    "fname",
    "given",
    "first",
    "middle",
    "xpn 2",
    "xpn 3",
];

/// Whether a (normalised) label is of a part of a name: of the family name, `true`, or of a given one.
pub(in crate::redact) fn part(label: &str) -> Option<bool> {
    let ends = |list: &[&str]| list.iter().any(|end| before(label, end).is_some());
    if ends(FAMILY) { Some(true) } else { ends(GIVEN).then_some(false) }
}

/// The names that one object, element or row has shown so far.
#[derive(Debug, Default)]
pub(in crate::redact) struct People(Vec<Person>);

#[derive(Debug)]
struct Person {
    /// What stands before the part in its label: `nok`.
    whose: String,
    family: Option<String>,
    given: Vec<String>,
}

impl People {
    /// A name stands under this (normalised) label.
    pub(in crate::redact) fn note(&mut self, label: &str, value: &str) {
        let value = value.trim();
        let find = |list: &[&str]| list.iter().find_map(|end| before(label, end));
        let (whose, is_family) = match (find(FAMILY), find(GIVEN)) {
            (Some(whose), _) => (whose, true),
            (None, Some(whose)) => (whose, false),
            (None, None) => return,
        };
        if value.is_empty() || value.len() > 64 {
            return;
        }
        let at = self.0.iter().position(|p| p.whose == whose);
        let person = match at {
            Some(at) => self.0.get_mut(at),
            None if self.0.len() < MAX_PEOPLE => {
                self.0.push(Person { whose: whose.to_owned(), family: None, given: Vec::new() });
                self.0.last_mut()
            }
            None => None,
        };
        let Some(person) = person else { return };
        if is_family {
            person.family.get_or_insert_with(|| value.to_owned());
        } else if person.given.len() < MAX_GIVEN {
            person.given.push(value.to_owned());
        }
    }

    /// All of them are here: they are learned.
    pub(in crate::redact) fn learn(self, ins: &mut Inspector) {
        for person in self.0 {
            if let Some(family) = person.family {
                ins.learn_name(&family, &person.given.join(" "));
            }
        }
    }
}

/// What stands before `end` in a label; `None` when it does not end so.
fn before<'a>(label: &'a str, end: &str) -> Option<&'a str> {
    let rest = label.strip_suffix(end)?;
    (rest.is_empty() || rest.ends_with(' ')).then(|| rest.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(parts: &[(&str, &str)]) -> Vec<String> {
        let mut people = People::default();
        for (label, value) in parts {
            people.note(label, value);
        }
        people.0.iter().map(|p| format!("{}:{:?}:{}", p.whose, p.family, p.given.join(" "))).collect()
    }

    #[test]
    fn parts_of_one_person_come_together() {
        assert_eq!(people(&[("given", "Rose"), ("family", "White"), ("given", "Ann")]), [":Some(\"White\"):Rose Ann"]);
        assert_eq!(
            people(&[
                ("nok surname", "White"),
                ("surname", "Brown"),
                ("nok forename", "Mark"),
                ("first name", "April")
            ]),
            ["nok:Some(\"White\"):Mark", ":Some(\"Brown\"):April"]
        );
        assert_eq!(people(&[("ward", "7 West"), ("breast", "no"), ("lastly", "x")]), Vec::<String>::new());
    }
}
