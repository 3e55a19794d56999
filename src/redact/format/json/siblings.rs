//! What an object says of its own values, seen from its opening brace.
//!
//! `{"value": "…", "system": "phone"}` and `{"label": "NHS number", "value": …}` say what a value is beside it, before or
//! behind. So at each brace the object is looked over, at most [`WINDOW`] bytes of it, and more near the root, where the headers of
//! rows may stand behind the rows: its short strings, its keys, and the headers of rows that stand in it. Only these bytes decide, so
//! that the verdict is the same at every chunking.

use std::sync::Arc;

use super::flattened::{self, Flattened};
use super::look::{Look, Member};
use super::subject;
use crate::redact::detect::gazetteer;
use crate::redact::detect::name::is_relation;
use crate::redact::format::rows;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::FieldEffect;
use crate::redact::plausible::says_nothing;

/// How far an object is looked over.
const WINDOW: usize = 4096;
/// How far, when no more than [`NEAR_ROOT`] containers are open: each byte is looked at so many times at most.
const WIDE: usize = 64 * 1024;
const NEAR_ROOT: usize = 4;
/// A row with more cells is no row of one person.
const LONG: usize = 16;

/// Keys whose value names what stands beside it.
const NAMING: &[&str] = &[
    "label",
    "name",
    "key",
    "title",
    "header",
    "field",
    "caption",
    "question",
    "prompt",
    "field name",
    "display name",
    "attribute",
    "attribute name",
    "column name",
    "property name",
];
/// Keys that name a value only where rules know what they call it: the type and the code of a program's own stand under them as well.
const CALLING: &[&str] = &[
    "attribute type name",
    "attribute type",
    "identifier type name",
    "field label",
    "variable name",
    "data element name",
    "question text",
];
/// Keys that describe an element of an image's header beside its tag: `{"tag1": "(0010,0010)", "desc": "Patient's Name", "value": …}`.
const DESCRIBING: &[&str] = &["desc", "description", "keyword", "tag name", "tag description"];
/// Keys of what a field that is named beside them was and is, as trails have them.
const CHANGED: &[&str] = &[
    "old",
    "new",
    "old value",
    "new value",
    "changes",
    "change",
    "changed to",
    "input",
    "initial value",
    "before",
    "after",
    "from",
    "to",
    "previous",
    "previous value",
    "original",
    "original value",
    "current value",
    "was",
    "now",
];
/// Keys whose value says of what kind the one beside it is.
const TYPING: &[&str] = &[
    "type",
    "system",
    "kind",
    "identifier type",
    "type name",
    "type display",
    "type code",
    "comments",
    "comment",
    "id type",
    "attribute type",
    "config",
    "alternative id type",
    "contact type",
    "code type",
];
/// Keys that say nothing of their value: its meaning is in the name beside it, or in the key above.
const GENERIC: &[&str] = &[
    "value",
    "text",
    "display",
    "content",
    "data",
    "formatted",
    "raw",
    "current",
    "answer",
    "val",
    "display value",
    "value string",
    "string",
    "string value",
    "value date",
    "value date time",
    "v",
    "html",
    "body",
    "identifier value",
    "id value",
    "attribute value",
];
/// Keys that need the one above to say something.
const LITTLE: &[&str] = &["id", "number", "no", "num", "code", "ref", "key", "extension"];

/// What a field becomes.
const SET: &[&str] = &["changes", "changed to", "new", "new value", "input", "initial value"];

/// What says which field it is, and nothing else.
const FIELDS: &[&str] = &["field", "field name", "attribute", "property", "column", "column name"];

/// Whether a key says nothing of its value.
pub(super) fn is_generic(label: &str) -> bool {
    GENERIC.contains(&label)
}

/// Whether a key needs the one above to say something.
pub(super) fn says_little(label: &str) -> bool {
    LITTLE.contains(&label)
}

/// What an object says of its values.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// Key and decoded value of short strings.
    pub pairs: Vec<(String, String)>,
    /// Normalised headers of the rows in it.
    pub columns: Option<Arc<[String]>>,
    /// Headers of its own cells, whose keys are numbers.
    pub cells: Option<Arc<[String]>>,
    /// A year and a month stand in it.
    pub dated: bool,
    /// It is somebody's own: a patient's, a relative's.
    pub person: bool,
    /// It says of itself that it is a patient.
    pub typed: bool,
    /// It has the parts of a name: `family`, `given`.
    pub parts: bool,
    /// It has a first and a last name under `first` and `last` alone; pages of a list have those, too.
    pub halves: bool,
    /// It has a surname beside whatever else is called a name, and is no member of staff.
    pub surnamed: bool,
    /// Something in it is an identifier by its key, or is said of people alone: whoever is named in it is one.
    pub identifies: bool,
    /// It says when somebody was born, or by which number the NHS knows them: no product and no place has that.
    pub born: bool,
    /// Whoever is named in it has an age or a sex, and more that only people have: a name, whatever its words are.
    pub aged: bool,
    /// The normalised value of the naming key, when there is a generic key that it can name.
    naming: Option<String>,
    naming_key: String,
    /// What the values beside a kind are: the label of an identifier.
    typing: Option<String>,
    /// It has a type and no person could have one: `{"Name": "Modality", "Type": "String", "Value": "CR"}`.
    described: bool,
}

impl Siblings {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str())
    }

    /// What names the value under this (normalised) key.
    pub(super) fn naming_value(&self, label: &str) -> Option<&str> {
        if is_generic(label) || CHANGED.contains(&label) { self.naming.as_deref() } else { None }
    }

    /// What the value under this (normalised) key is by the type beside it, which rules know as that of an identifier.
    pub(super) fn typing_value(&self, label: &str) -> Option<&str> {
        let typed = label == "value"
            || matches!(label, "identifier" | "identifier value" | "id value")
            || (label != "id" && says_little(label));
        if typed { self.typing.as_deref() } else { None }
    }

    /// What the value of this object is by the type beside it.
    pub(super) fn typing(&self) -> Option<&str> {
        self.typing.as_deref()
    }

    /// The name that this object gives to its value.
    pub(super) fn naming(&self) -> Option<&str> {
        self.naming.as_deref()
    }

    /// Whether this key holds that name.
    pub(super) fn names_another(&self, label: &str) -> bool {
        self.naming.is_some() && self.naming_key == label
    }

    /// Whether the name that it gives to its value is one of a thing, whatever it is.
    pub(super) fn is_described(&self) -> bool {
        self.described
    }
}

/// What can be said of an object from the text at hand.
pub(super) enum Peeked<T> {
    /// More text may say more.
    Undecided,
    Known(T),
}

/// Looks over the object that opens at the front of `text`, `depth` containers below the root, under a (normalised) key.
pub(super) fn peek(ins: &Inspector, text: &str, last: bool, depth: usize, holder: &str) -> Peeked<Siblings> {
    let bytes = text.as_bytes();
    let size = if depth < NEAR_ROOT { WIDE } else { WINDOW };
    let window = bytes.get(..size).unwrap_or(bytes);
    let mut look = Look::at(window);
    let ended = look.object().is_some();
    if !ended && !last && bytes.len() < size {
        return Peeked::Undecided;
    }
    let mut siblings = Siblings {
        dated: look.year.is_some() && look.month,
        columns: look.columns.take().map(|headers| headers.into_iter().map(|names| header(ins, names)).collect()),
        cells: guessed(&[std::mem::take(&mut look.cells)]),
        typed: subject::is_typed(&look),
        parts: subject::has_parts(&look),
        surnamed: subject::is_surnamed(&look, holder),
        halves: subject::has_halves(ins, &look, holder),
        identifies: look.members.iter().any(|m| identifies(ins, &m.label)),
        born: look.members.iter().any(|m| is_born(ins, &m.label)),
        person: subject::is_person(ins, &look, holder),
        ..Siblings::default()
    };
    siblings.aged = subject::is_aged(ins, &look, holder);
    siblings.person |= siblings.cells.is_some();
    let generic = look.members.iter().any(|m| is_generic(&m.label));
    let changed = look.members.iter().filter(|m| CHANGED.contains(&m.label.as_str())).count() > 1 || {
        // `{"field": "surname", "changes": …}`: one value of what is called a field.
        let set = look.members.iter().any(|m| SET.contains(&m.label.as_str()));
        set && look.pairs.iter().any(|(k, _)| FIELDS.contains(&normalise(k).as_str()))
    };
    siblings.pairs = look.pairs;
    if generic {
        name(ins, &mut siblings, &look.members);
    } else if changed {
        // `{"field": "surname", "old": …, "new": …}`; what is called "name" there may be a person with a time from and to.
        let of_fields = |(k, _): &&(String, String)| {
            let key = normalise(k);
            NAMING.contains(&key.as_str()) && !matches!(key.as_str(), "name" | "label" | "title" | "display name")
        };
        siblings.naming = siblings.pairs.iter().find(of_fields).map(|(_, v)| normalise(v)).filter(|v| !v.is_empty());
    }
    siblings.typing = typing(ins, &siblings, &look.members);
    Peeked::Known(siblings)
}

/// Looks over the array that opens at the front of `text`: what its values are called, when it is a flattened state.
pub(super) fn peek_flattened(ins: &Inspector, text: &str, last: bool) -> Peeked<Option<Arc<[String]>>> {
    let bytes = text.as_bytes();
    // No longer than what waits anyway.
    let size = ins.plan().bounds.look_ahead;
    let known = |key: &str| ins.column_field(key).is_some_and(|rule| rule.names_identifier());
    match flattened::look_over(bytes.get(..size).unwrap_or(bytes), &known) {
        Flattened::Undecided if !last && bytes.len() < size => Peeked::Undecided,
        Flattened::Undecided | Flattened::No => Peeked::Known(None),
        Flattened::Yes(labels) => Peeked::Known(Some(labels)),
    }
}

/// Looks over the array that opens at the front of `text`: what the cells of its rows are, or its own when it is a row.
pub(super) fn peek_rows(text: &str, last: bool) -> Peeked<(Option<Arc<[String]>>, bool)> {
    let bytes = text.as_bytes();
    let size = 4 * WINDOW;
    let window = bytes.get(..size).unwrap_or(bytes);
    let undecided = !last && bytes.len() < size;
    let mut look = Look::at(window);
    match look.next() {
        Some(b'[') => {
            let (rows, ended) = look.rows();
            if !ended && undecided {
                return Peeked::Undecided;
            }
            Peeked::Known((guessed(&rows), true))
        }
        Some(b'"' | b'0'..=b'9') => match look.row() {
            None if undecided => Peeked::Undecided,
            None => Peeked::Known((None, false)),
            Some(row) => Peeked::Known((changed(&row).or_else(|| strewn(row)), false)),
        },
        None if undecided => Peeked::Undecided,
        Some(_) | None => Peeked::Known((None, false)),
    }
}

/// A line of a log of changes: `["last_name", "Rahman", "Al-Sayed"]`, a field, what it was and what it is now.
fn changed(row: &rows::Row) -> Option<Arc<[String]>> {
    let [Some(field), _, _] = row.as_slice() else { return None };
    let program = field.contains('_') && field.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let label = normalise(field);
    program.then(|| [String::new(), label.clone(), label].into())
}

fn strewn(row: rows::Row) -> Option<Arc<[String]>> {
    if row.len() <= LONG {
        return guessed(&[row]);
    }
    rows::guess_strewn(&row).map(|labels| labels.into_iter().map(str::to_owned).collect())
}

fn guessed(rows: &[rows::Row]) -> Option<Arc<[String]>> {
    rows::guess(rows).map(|labels| labels.into_iter().map(str::to_owned).collect())
}

/// What a column is: of what it may be called, the first that rules know.
fn header(ins: &Inspector, names: Vec<String>) -> String {
    let known = names.iter().find(|name| ins.column_field(name).is_some()).cloned();
    known.or_else(|| names.into_iter().next()).unwrap_or_default()
}

/// Which key names the value of the object.
fn name(ins: &Inspector, siblings: &mut Siblings, members: &[Member]) {
    if let (true, Some(path)) = (siblings.get("op").is_some(), siblings.get("path")) {
        // A patch: `{"op": "replace", "path": "/name/0/family", "value": …}`.
        let steps = path.split('/').filter(|s| s.starts_with(char::is_alphabetic));
        siblings.naming = Some(normalise(&steps.collect::<Vec<_>>().join(" ")));
        siblings.naming_key = String::from("path");
        return;
    }
    let called = |names: &[&str]| {
        names.iter().find_map(|name| {
            let (key, value) = siblings.pairs.iter().find(|(k, _)| normalise(k) == *name)?;
            Some((normalise(key), named(ins, value))).filter(|(_, v)| !v.is_empty())
        })
    };
    let known = |value: &str| value != "name" && ins.label_field(value).is_some_and(|rule| rule.names_identifier());
    let naming = called(NAMING).or_else(|| called(CALLING).filter(|(_, value)| known(value)));
    // `{"name": {"value": "Date of birth"}, "value": {"value": "1991-01-15"}}`
    let nested = || {
        let value = members.iter().any(|m| m.label == "value");
        let named = members.iter().find(|m| matches!(m.label.as_str(), "name" | "label" | "title") && m.says.is_some());
        named
            .filter(|m| value && !m.inside.iter().any(|k| subject::is_part(k)))
            .and_then(|m| Some((m.label.clone(), normalise(m.says.as_deref()?))).filter(|(_, v)| !v.is_empty()))
    };
    let described = || {
        let known = |value: &str| {
            let rule = ins.label_field(value);
            rule.is_some_and(|rule| matches!(&rule.effect, FieldEffect::Identifier { .. }))
        };
        let tagged = siblings.pairs.iter().any(|(key, _)| {
            let key = key.trim_end_matches(|c: char| c.is_ascii_digit());
            key.eq_ignore_ascii_case("vr") || key.eq_ignore_ascii_case("tag")
        });
        siblings.pairs.iter().filter(|_| tagged).find_map(|(key, value)| {
            let (key, value) = (normalise(key), named(ins, value));
            (DESCRIBING.contains(&key.as_str()) && known(&value)).then_some((key, value))
        })
    };
    if let Some((key, value)) = naming.or_else(nested).or_else(described) {
        siblings.naming_key = key;
        siblings.naming = Some(value);
        let typed = |k: &str| matches!(normalise(k).as_str(), "type" | "vr" | "data type" | "value type");
        siblings.described = !siblings.identifies && siblings.pairs.iter().any(|(k, v)| typed(k) && is_data_type(v));
    }
}

/// What a value's name says of it; of a name with a path in front, such as `uk.nhs.hospitalnumber`, its last step.
fn named(ins: &Inspector, value: &str) -> String {
    let whole = normalise(value);
    let step =
        |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    match value.rsplit_once('.') {
        Some((path, last)) if path.split('.').chain([last]).all(step) && ins.label_field(&whole).is_none() => {
            let last = normalise(last);
            // `org.example.name` is whatever a program calls a name.
            let number = ins.label_field(&last).is_some_and(
                |rule| matches!(&rule.effect, FieldEffect::Identifier { kind, .. } if *kind != Kind::Name),
            );
            if number && !says_little(&last) { last } else { whole }
        }
        Some(_) | None => whole,
    }
}

/// Whether a key says that its object is about somebody: an identifier other than a name, a sex, an age.
fn identifies(ins: &Inspector, label: &str) -> bool {
    const OF_PEOPLE: &[&str] = &["sex", "gender", "age", "birth", "born", "deceased", "marital status", "next of kin"];
    OF_PEOPLE.contains(&label)
        || ins.label_field(label).is_some_and(|rule| match &rule.effect {
            FieldEffect::Identifier { kind, .. } => *kind != Kind::Name,
            FieldEffect::Prose | FieldEffect::Keep => false,
        })
}

/// Whether a name is that of a relative or of somebody of an age: `{"emergencyContact": {"name": "Peterson"}}`, `{"name": "田中 花子",
/// "relationship": "長女", "phone": …}`, `{"name": "Nguyễn Văn Nam", "age": 78, "room": "A01"}`, however it is written.
pub(super) fn names_relative(siblings: &Siblings, holder: &str, text: &str) -> bool {
    const RELATIVES: &[&str] = &[
        "birth mother",
        "carer",
        "emergency contact",
        "father",
        "foster carer",
        "guardian",
        "husband",
        "key contact",
        "kin",
        "legal guardian",
        "main carer",
        "mother",
        "next of kin",
        "nok",
        "primary carer",
        "relative",
        "spouse",
        "wife",
    ];
    let lists = gazetteer::shipped();
    let words: Vec<String> = text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let thing = words.iter().any(|w| lists.is_thing(w) || is_relation(w)) || says_nothing(text);
    if thing || !subject::may_be_name(text) || siblings.pairs.iter().any(|(key, _)| subject::is_staff(&normalise(key)))
    {
        return false;
    }
    let holder = holder.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').trim_end_matches('s');
    let says = |keys: &[&str]| keys.iter().find_map(|key| siblings.get(key)).filter(|value| !value.is_empty());
    let relation =
        says(&["relationship", "relation", "Relationship", "relationshipToPatient", "relationship_to_patient"]);
    // `{"relation": "hasMany", "name": "Encounter"}` is of a program.
    let of_program = |r: &str| r.starts_with("has") || r.starts_with("belongs") || r.contains("To");
    let related = relation.is_some_and(|r| !of_program(r) && (siblings.identifies || is_relation(&r.to_lowercase())));
    let odd = words.len() > 1 && words.iter().any(|w| !lists.is_word(w));
    let aged = says(&["age", "Age"]).is_some_and(|age| age.starts_with(|c: char| c.is_ascii_digit()));
    let lies = says(&["room", "bed", "ward", "gender", "sex", "Gender", "Sex"]).is_some();
    let patient = matches!(holder, "patient" | "resident" | "household member") && odd;
    RELATIVES.contains(&holder) || related || patient || (aged && lies && odd)
}

fn is_born(ins: &Inspector, label: &str) -> bool {
    ins.label_field(label).is_some_and(|rule| match &rule.effect {
        FieldEffect::Identifier { kind, .. } => matches!(kind, Kind::DateOfBirth | Kind::NhsNumber | Kind::Ssn),
        FieldEffect::Prose | FieldEffect::Keep => false,
    })
}

/// How programs call the types of values.
fn is_data_type(text: &str) -> bool {
    const TYPES: &[&str] = &[
        "string", "text", "integer", "int", "long", "float", "double", "decimal", "number", "boolean", "date",
        "datetime", "sequence", "null", "binary", "enum", "array", "object", "uuid", "varchar",
    ];
    let bare = text.rsplit('.').next().unwrap_or(text);
    TYPES.iter().any(|t| t.eq_ignore_ascii_case(bare))
}

/// The label of the identifier that a type names: `{"type": "MRN", "value": …}`, `{"type": {"text": "MRN"}, "value": …}`.
fn typing(ins: &Inspector, siblings: &Siblings, members: &[Member]) -> Option<String> {
    let known = |label: &str| {
        ins.label_field(label).is_some_and(|rule| match &rule.effect {
            // "Name" is what things are called by; "father name" is somebody's.
            FieldEffect::Identifier { kind, .. } => !matches!(kind, Kind::Name | Kind::Address) || label.contains(' '),
            FieldEffect::Prose | FieldEffect::Keep => false,
        })
    };
    let of_key = |key: &str| {
        let text = siblings.pairs.iter().find(|(k, _)| normalise(k) == key).map(|(_, v)| v.as_str());
        let nested = members.iter().find(|m| m.label == key).and_then(|m| m.says.as_deref());
        // `{"system": "https://fhir.example/Id/pas-number", "value": …}`
        let vocabulary = |text: &str| text.contains("/CodeSystem/") || text.contains("/ValueSet/");
        let last = |text: &str| match text.contains("://") && !vocabulary(text) {
            true => normalise(text.rsplit(['/', '#']).next().unwrap_or_default()),
            false => normalise(text),
        };
        text.or(nested).map(last).filter(|label| known(label))
    };
    TYPING.iter().find_map(|key| of_key(key))
}
