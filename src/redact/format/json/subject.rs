//! Whose an object is: what makes it a patient's own, so that its key is the key of a record.
//!
//! ```text
//! {"uuid": …, "birthDate": …, "givenName": …, "gender": …}   somebody's: its uuid is a record's key
//! {"uuid": …, "display": "Outpatient Clinic"}                a place's: it stays
//! {"id": …, "username": …, "roles": […], "surname": …}       staff
//! ```

use super::look::Look;
use crate::redact::detect::gazetteer;
use crate::redact::format::{person, rows};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::normalise;
use crate::redact::plan::FieldEffect;
use crate::redact::plausible::says_nothing;

/// Keys that say that somebody works there.
const STAFF: &[&str] = &[
    "username",
    "user name",
    "roles",
    "role",
    "gmc",
    "gmc number",
    "speciality",
    "specialty",
    "provider id",
    "privileges",
    "system id",
    "job title",
    "staff id",
    "npi",
    "login",
    "profession",
    "qualification",
    "user properties",
    "sds user id",
];

/// Whether a key says that somebody works there.
pub(super) fn is_staff(label: &str) -> bool {
    STAFF.contains(&label)
}

/// Holders whose people and things are no patients.
const OTHERS: &[&str] = &[
    "provider",
    "practitioner",
    "performer",
    "physician",
    "doctor",
    "clinician",
    "consultant",
    "author",
    "prescriber",
    "requester",
    "recorder",
    "user",
    "staff",
    "nurse",
    "gp",
    "general practitioner",
    "creator",
    "changed by",
    "created by",
    "updated by",
    "surgeon",
    "orderer",
    "location",
    "organization",
    "organisation",
    "department",
    "ward",
    "clinic",
    "facility",
    "hospital",
    "practice",
    "site",
    "bed",
    "service",
    "team",
    "role",
    "concept",
    "drug",
    "medication",
    "attending",
    "operator",
    "current user",
    "logged in user",
    "employee",
    "auditor",
    "member of staff",
    "referrer",
    "verifier",
    "signer",
    "owner",
    "company",
    "supplier",
];

/// Keys under which an object keeps its own number.
const OWN: &[&str] = &[
    "id",
    "uuid",
    "uid",
    "guid",
    "oid",
    "pid",
    "pk",
    "key",
    "code",
    "ref",
    "reference",
    "identifier",
    "number",
    "no",
    "internal id",
    "internal identifier",
    "internal no",
    "external id",
    "system id",
    "record id",
    "object id",
    "person id",
    "patient id",
    "sys id",
    "puid",
    "entity id",
    "row id",
    "dt row id",
    "person uuid",
    "patient uuid",
    "federation account",
    "display id",
    "primary identifier",
    "cid",
];

/// Whether a key is of an object's own number.
pub(super) fn is_own(label: &str) -> bool {
    OWN.contains(&label)
}

/// Whether a text can be such a number: one word, with digits, or letters as no word has them.
pub(super) fn is_number(label: &str, text: &str) -> bool {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'|');
    let strict = matches!(label, "code" | "key" | "no" | "number" | "ref" | "reference");
    let random = text.len() >= 8
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().skip(1).filter(u8::is_ascii_uppercase).count() > 1
        && text.bytes().any(|b| b.is_ascii_lowercase());
    !text.is_empty()
        && text.len() <= 80
        && text.bytes().all(plain)
        && !text.contains("://")
        && (digits > usize::from(strict) || (random && !strict))
}

/// Whether a key is of a part of a name.
pub(super) fn is_part(label: &str) -> bool {
    person::part(label).is_some()
}

/// Whether an object has parts of a name.
pub(super) fn has_parts(look: &Look<'_>) -> bool {
    look.members.iter().any(|m| is_part(&m.label))
}

/// Whether an object says of itself that it is a patient.
pub(super) fn is_typed(look: &Look<'_>) -> bool {
    const TYPES: &[&str] = &[
        "type",
        "doctype",
        "portal type",
        "resource type",
        "record type",
        "entity type",
        "object type",
        "kind",
        "model",
        "class name",
        "typename",
        "tracked entity type name",
        "sys class name",
        "doc type",
    ];
    look.pairs.iter().any(|(key, value)| {
        let patient = matches!(normalise(value).rsplit(' ').next(), Some("patient" | "patients"));
        patient && value.len() <= 40 && TYPES.contains(&normalise(key).as_str())
    })
}

/// Keys that hold a person.
pub(super) const PEOPLE: &[&str] = &[
    "patient",
    "subject",
    "person",
    "client",
    "contact",
    "relative",
    "next of kin",
    "nok",
    "guardian",
    "mother",
    "father",
    "parent",
    "carer",
    "spouse",
    "partner",
    "child",
    "baby",
    "individual",
    "beneficiary",
    "subscriber",
    "related person",
    "participant",
    "demographics",
    "emergency contact",
    "proxy",
    "member",
    "insured",
    "guarantor",
    "informant",
];

/// Whether a key names one person: by what they are to somebody.
pub(super) fn is_somebody(label: &str) -> bool {
    PEOPLE.contains(&label) || matches!(label, "case name" | "head of household" | "household head" | "patient name")
}

/// What of a person an object shows.
#[derive(Debug, Default)]
struct Shown {
    family: bool,
    given: bool,
    whole: bool,
    bare: bool,
    birth: bool,
    sex: bool,
    number: bool,
    nested: bool,
    id: bool,
    staff: bool,
}

/// Whether an object that stands under a (normalised) key is a patient's or a relative's own.
pub(super) fn is_person(ins: &Inspector, look: &Look<'_>, holder: &str) -> bool {
    let others = |holder: &str| OTHERS.contains(&holder) || OTHERS.contains(&holder.trim_end_matches('s'));
    if others(holder) {
        return false;
    }
    if is_typed(look) {
        return true;
    }
    // A resource that says what it is, and is none of a patient: FHIR's practitioners and places.
    if look.get("resourceType").is_some_and(|kind| !matches!(kind, "Patient" | "RelatedPerson" | "Person")) {
        return false;
    }
    // A name has a key of its own, which is nobody's.
    if holder.ends_with("name") || holder.ends_with("names") {
        return false;
    }
    let mut shown = Shown::default();
    for member in &look.members {
        shown.add(ins, member);
    }
    shown.bare |= look.pairs.iter().any(|(key, value)| is_name_key(&normalise(key)) && is_name(value));
    shown.nested |= shown.bare
        && PEOPLE
            .iter()
            .any(|p| holder == *p || holder.strip_prefix(p).is_some_and(|r| r.len() == 2 && r.starts_with(' ')));
    let Shown { family, given, whole, bare, birth, sex, number, nested, id, staff } = shown;
    let named = look.pairs.iter().any(|(key, _)| key == "name");
    if staff && !(birth && (number || sex)) {
        return false;
    }
    (family && given)
        || ((family || given) && (birth || number || sex))
        || (whole && (birth || sex || number))
        || (bare && (birth || number))
        || (named && sex && number)
        || (birth && number)
        || (nested && id)
}

/// Whether an object has the age or the sex of somebody, more that only people have, and a name that may be theirs: `{"name": …, "age":
/// 45, "gender": …}`.
pub(super) fn is_aged(ins: &Inspector, look: &Look<'_>, holder: &str) -> bool {
    const AGES: &[&str] = &[
        "age",
        "age years",
        "age in years",
        "alter",
        "edad",
        "età",
        "idade",
        "leeftijd",
        "patient age",
        "umur",
        "usia",
        "wiek",
        "yaş",
    ];
    const SEXES: &[&str] = &[
        "cinsiyet",
        "gender",
        "genero",
        "género",
        "gênero",
        "geschlecht",
        "geslacht",
        "jenis kelamin",
        "patient gender",
        "patient sex",
        "płeć",
        "sesso",
        "sex",
        "sexe",
        "sexo",
    ];
    // What is said of one person: a column, a type and a ward of both say something else there.
    const SEX: &[&str] = &[
        "boy",
        "donna",
        "erkek",
        "f",
        "female",
        "femenino",
        "feminino",
        "femme",
        "femmina",
        "féminin",
        "girl",
        "hombre",
        "homme",
        "k",
        "kadın",
        "kobieta",
        "laki-laki",
        "m",
        "male",
        "man",
        "maschio",
        "masculin",
        "masculino",
        "mujer",
        "männlich",
        "mężczyzna",
        "nam",
        "non-binary",
        "nữ",
        "other",
        "perempuan",
        "uomo",
        "vrouw",
        "w",
        "weiblich",
        "woman",
        "женский",
        "мужской",
        "أنثى",
        "ذكر",
        "زن",
        "مرد",
        "पुरुष",
        "महिला",
        "ชาย",
        "หญิง",
        "女",
        "女性",
        "男",
        "男性",
    ];
    // What a list of patients shows beside them.
    const CLINICAL: &[&str] = &[
        "admission date",
        "admitted",
        "alergias",
        "allergies",
        "allergy",
        "bed",
        "bed number",
        "blood group",
        "blood type",
        "condition",
        "conditions",
        "current medications",
        "diagnoses",
        "diagnosis",
        "diagnostico",
        "diagnóstico",
        "disease",
        "grupo sanguineo",
        "last visit",
        "marital status",
        "medical history",
        "medications",
        "next appointment",
        "room",
        "room number",
        "symptoms",
        "vitals",
        "ward",
    ];
    // Who treats has a sex and a telephone, too; a reference range has ages.
    const NOBODYS: &[&str] = &[
        "beds",
        "bleep",
        "designation",
        "doctor id",
        "eligibility",
        "experience",
        "fee",
        "grade",
        "high",
        "low",
        "lower",
        "max",
        "min",
        "normal range",
        "permissions",
        "price",
        "range",
        "reference range",
        "specialisation",
        "specialities",
        "specialization",
        "specialization id",
        "specialties",
        "species",
        "theme",
        "unit",
        "units",
        "upper",
        "years of experience",
    ];
    let holder = holder.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let other = look.get("resourceType").is_some_and(|kind| !matches!(kind, "Patient" | "RelatedPerson" | "Person"));
    if other
        || is_of_others(holder)
        // "doctor list"; "ward patients" are patients.
        || (holder.split(' ').any(is_of_others) && !holder.contains("patient"))
        || look.members.iter().any(|m| is_staff(&m.label) || NOBODYS.contains(&m.label.as_str()))
    {
        return false;
    }
    let said = |label: &str| look.pairs.iter().find(|(key, _)| normalise(key) == label).map(|(_, value)| value.trim());
    // "2-12", "45d" are of others.
    let one_age = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let unit = text.get(digits..).unwrap_or_default().trim().to_lowercase();
        (1..=3).contains(&digits)
            && ["", "y", "yr", "yrs", "yo", "year", "years", "m", "months", "años", "anos", "ans", "jahre"]
                .contains(&unit.as_str())
    };
    let one_sex = |text: &str| SEX.contains(&text.to_lowercase().as_str());
    let has = |labels: &[&str], unsaid: bool, fits: &dyn Fn(&str) -> bool| {
        let mut labels = look.members.iter().map(|m| m.label.as_str()).filter(|label| labels.contains(label));
        labels.any(|label| said(label).map_or(unsaid, fits))
    };
    let (age, sex) = (has(AGES, true, &one_age), has(SEXES, false, &one_sex));
    if !age && !sex {
        return false;
    }
    let clinical = has(CLINICAL, true, &|_| true);
    let contacts = || {
        let kind = |label: &str| match &ins.label_field(label)?.effect {
            FieldEffect::Identifier { kind, .. } => Some(*kind),
            FieldEffect::Prose | FieldEffect::Keep => None,
        };
        let contact =
            |m: &&super::look::Member| matches!(kind(&m.label), Some(Kind::Phone | Kind::Email | Kind::Address));
        look.members.iter().filter(contact).count()
    };
    // What has an age and an address alone may be a machine.
    let somebody = (age && (sex || clinical || contacts() > 1)) || (sex && (clinical || contacts() > 0));
    let called = |name: &str| {
        may_be_somebody(name) && (name.trim().contains(' ') || (age && sex && (is_listed(name) || is_small(name))))
    };
    somebody && look.pairs.iter().any(|(key, value)| is_called(&normalise(key)) && called(value))
}

/// Whether an object has the two halves of a name under `first` and `last`, beside what only people have.
pub(super) fn has_halves(ins: &Inspector, look: &Look<'_>, holder: &str) -> bool {
    const OF_PEOPLE: &[&str] = &["age", "birth", "born", "gender", "sex"];
    let lists = gazetteer::shipped();
    let half = |key: &str| look.get(key).map(str::trim).filter(|text| may_be_name(text) && !says_nothing(text));
    let (Some(first), Some(_)) = (half("first"), half("last")) else { return false };
    let given = first.to_lowercase();
    let theirs = |label: &str| {
        OF_PEOPLE.contains(&label)
            || ins.label_field(label).is_some_and(|rule| match &rule.effect {
                FieldEffect::Identifier { kind, .. } => matches!(kind, Kind::DateOfBirth | Kind::Email | Kind::Phone),
                FieldEffect::Prose | FieldEffect::Keep => false,
            })
    };
    (lists.is_forename(&given) || !lists.is_word(&given))
        && look.members.iter().any(|m| theirs(&m.label))
        && !of_staff(look, holder)
}

/// Whether who is named in an object works there, by what it or its holder says.
fn of_staff(look: &Look<'_>, holder: &str) -> bool {
    is_of_others(holder) || look.members.iter().any(|m| is_staff(&m.label))
}

/// Whether a holder's people and things are no patients: `practitioner`, `doctors`.
fn is_of_others(holder: &str) -> bool {
    OTHERS.contains(&holder) || OTHERS.contains(&holder.trim_end_matches('s'))
}

/// Whether a surname stands in an object that is nobody's of the staff: what it calls a name is the given one.
pub(super) fn is_surnamed(look: &Look<'_>, holder: &str) -> bool {
    let surname = |key: &str| matches!(normalise(key).as_str(), "family name" | "last name" | "lastname" | "surname");
    look.pairs.iter().any(|(key, value)| surname(key) && may_be_name(value)) && !of_staff(look, holder)
}

/// Whether a text may be the given name beside a surname: "Full Blood Count" is none.
pub(super) fn may_be_given(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let odd = |w: &String| lists.is_forename(w) || !lists.is_word(w);
    words.len() < 3 && words.iter().all(odd) && may_be_name(text) && !says_nothing(text)
}

/// Keys that hold a whole name or that of a thing.
pub(super) fn is_called(label: &str) -> bool {
    matches!(label, "name" | "full name" | "display name")
}

/// One word in small letters that is none of the language, as somebody types a name in a hurry: `appu`.
fn is_small(text: &str) -> bool {
    let word = text.trim();
    word.chars().count() > 2 && word.chars().all(char::is_lowercase) && !gazetteer::shipped().is_word(word)
}

/// One word that lists know as a name.
fn is_listed(text: &str) -> bool {
    let (lists, word) = (gazetteer::shipped(), text.trim().to_lowercase());
    lists.is_forename(&word) || lists.is_surname(&word)
}

impl Shown {
    fn add(&mut self, ins: &Inspector, member: &super::look::Member) {
        let label = member.label.as_str();
        let inside = |keys: &[&str]| member.inside.iter().any(|k| keys.contains(&k.as_str()));
        let mut part = |label: &str| match person::part(label) {
            Some(true) => self.family = true,
            Some(false) => self.given = true,
            None => {}
        };
        // Pages of a list have a first and a last one too.
        if !matches!(label, "first" | "last" | "middle") {
            part(label);
        }
        const DEMOGRAPHICS: &[&str] = &[
            "demographics",
            "demographic information",
            "demographic details",
            "personal details",
            "personal information",
            "patient details",
        ];
        if label.ends_with("name") || label.ends_with("names") || DEMOGRAPHICS.contains(&label) {
            member.inside.iter().for_each(|label| part(label));
        }
        self.staff |= is_staff(label);
        self.id |= matches!(label, "uuid" | "id" | "patient id");
        self.sex |= matches!(label, "sex" | "gender" | "patient sex" | "administrative gender");
        self.number |= matches!(label, "identifiers" | "identifier" | "patient identifier" | "patient identifiers");
        self.nested |= matches!(label, "person" | "demographics" | "patient main dicom tags")
            && inside(&[
                "display",
                "name",
                "names",
                "birthdate",
                "birth date",
                "preferred name",
                "gender",
                "patient name",
            ]);
        let Some(rule) = ins.label_field(label) else { return };
        let FieldEffect::Identifier { kind, .. } = &rule.effect else { return };
        match kind {
            Kind::DateOfBirth => self.birth = true,
            Kind::NhsNumber | Kind::HospitalNumber | Kind::Ssn => self.number = true,
            Kind::Name => self.whole |= label.ends_with(" name") || label.ends_with("fullname"),
            Kind::RecordId
            | Kind::Nino
            | Kind::Address
            | Kind::Postcode
            | Kind::Phone
            | Kind::Email
            | Kind::Accession
            | Kind::Visit
            | Kind::Passport
            | Kind::DrivingLicence
            | Kind::Vehicle
            | Kind::Professional
            | Kind::BankAccount
            | Kind::Card
            | Kind::Iban
            | Kind::Zip
            | Kind::IpAddress
            | Kind::Other => {}
        }
    }
}

/// Whether a key may hold a whole name.
pub(super) fn is_name_key(label: &str) -> bool {
    matches!(label, "name" | "display" | "rec name" | "display name" | "label" | "full name" | "text")
}

/// Whether a text is written as a person's name, by the lists.
pub(super) fn is_name(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let strange = |w: &str| !lists.is_word(&w.to_lowercase());
    rows::is_listed_name(text)
        || rows::is_full_name(text, true) && (text.split(' ').count() == 2 || text.split(' ').any(strange))
}

/// Whether a text is written as a name where somebody is named, though lists know the forename alone and know it as a word as
/// well: "Mark Rowbottom", "Will Tunnicliffe"; not "Rose Cottage".
pub(super) fn names_somebody(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let words: Vec<&str> = text.split(' ').collect();
    let [first, middle @ .., last] = words.as_slice() else { return false };
    let capital =
        |w: &&str| w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || "'’-".contains(c));
    let (given, family) = (first.to_lowercase(), last.to_lowercase());
    middle.len() < 3
        && words.iter().all(capital)
        && family.chars().count() > 2
        && lists.is_forename(&given)
        && !lists.is_thing(&family)
        && (lists.is_surname(&family) || !lists.is_word(&family))
}

/// Whether a text may be the name of somebody of whom more is told: at least one word that is no word of the language.
pub(super) fn may_be_somebody(text: &str) -> bool {
    let lists = gazetteer::shipped();
    let odd = |w: String| lists.is_forename(&w) || lists.is_surname(&w) || !lists.is_word(&w);
    // "Dr Alan Grant": how somebody is addressed stays, and detectors know whom such a word names.
    let first = text.trim().split([' ', '.']).next().unwrap_or_default().to_lowercase();
    let titled = matches!(first.as_str(), "dr" | "doctor" | "prof" | "professor" | "nurse" | "sister");
    !titled
        && may_be_name(text)
        && !says_nothing(text)
        && text.split([' ', ',', '-']).any(|w| !w.is_empty() && odd(w.to_lowercase()))
}

/// Whether a text may be a name where it stands beside somebody's birth: a few words of letters, however they are written.
pub(super) fn may_be_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | ',' | '.' | '\'' | '’' | '-');
    (1..=5).contains(&words) && text.chars().all(plain) && text.chars().filter(|c| c.is_alphabetic()).count() > 1
}
