//! What a value means by where it stands: its label, and the field rule that names it.
//!
//! In this order: a rule for its path; the header of its column; the name or type that stands beside it; the question that it
//! answers; its key, with the key of what holds it in front; for keys that say nothing, that key alone. Then the text itself may say
//! more: a code in a patient's own object is the key of a record, a number and a name in one line are a person.

use std::sync::Arc;

use super::siblings::{self, Siblings};
use super::{Array, Frame, Inside, Json, Object, part_of_date, shown_key, subject};
use crate::redact::beside;
use crate::redact::detect::{date, gazetteer, nhs_number};
use crate::redact::format::js::{self, dictionary_only};
use crate::redact::format::labelled::plausible;
use crate::redact::format::path::Node;
use crate::redact::format::rows;
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::label::{self, normalise};
use crate::redact::own_number;
use crate::redact::plan::{FieldEffect, FieldRule};
use crate::redact::searched;

/// What a container is to the one that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Role {
    #[default]
    Plain,
    /// The name of the value beside it, which rules know: a label.
    Label,
    /// The name of something that is no person.
    Thing,
}

/// What holds objects of somebody's relatives, whose parts of a name may be all that they say of themselves.
const RELATED: &[&str] =
    &["children", "dependants", "dependents", "family", "family members", "relations", "relationships", "relatives"];

/// How states and health services call the numbers that they give to people.
const OF_STATES: &[&str] = &[
    "aadhaar", "bin brn", "brn", "card id", "cedula", "cin", "cnic", "curp", "dni", "hid", "ic", "ktp", "nic", "nid",
    "nik", "nin", "nida", "pesel", "uid",
];

impl Json {
    /// The bytes of a document, with their type beside them.
    pub(super) fn is_attachment(&self) -> bool {
        let Some(Frame { inside: Inside::Object(object), .. }) = self.stack.last() else { return false };
        let typed = ["contentType", "mimeType", "mediaType"].iter().any(|k| object.siblings.get(k).is_some());
        typed && matches!(object.key.as_str(), "data" | "content" | "body" | "base64" | "bytes")
    }

    /// The question that an answer's value stands under: `{"text": "Surname", "answer": [{"valueString": …}]}`.
    fn question(&self) -> Option<String> {
        const ASKS: &[&str] = &["text", "question", "prompt", "label", "linkId"];
        let objects = self.stack.iter().rev().skip(1).filter_map(|f| match &f.inside {
            Inside::Object(object) => Some(object),
            Inside::Array(_) => None,
        });
        let asks = objects.take(1).find(|o| o.key.starts_with("answer"))?;
        ASKS.iter().find_map(|k| asks.siblings.get(k)).map(normalise)
    }

    /// The path of the value that comes next, for reports.
    pub(super) fn here(&self) -> String {
        let mut whence = self.whence.clone();
        match self.stack.last().map(|f| &f.inside) {
            Some(Inside::Object(object)) => {
                whence.push('.');
                whence.push_str(shown_key(object));
            }
            Some(Inside::Array(_)) => whence.push_str("[*]"),
            None => {}
        }
        whence
    }

    /// What a container that opens here is called, and what it is.
    pub(super) fn role(&self, ins: &Inspector, inside: &Inside) -> (String, Role) {
        match self.stack.last() {
            Some(Frame { inside: Inside::Object(object), .. }) => {
                let label = key_label(&object.key);
                let rows = matches!(inside, Inside::Array(_)) && matches!(label.as_str(), "cell" | "cells");
                let named = object.siblings.naming_value(&label).filter(|_| label == "value").map(str::to_owned);
                let known = object.siblings.naming().is_some_and(|name| ins.label_field(name).is_some());
                let names = known && object.siblings.names_another(&label);
                let role = if names { Role::Label } else { self.thing(ins, inside) };
                // The cells of a row are no cell phones.
                (if rows { String::new() } else { named.unwrap_or(label) }, role)
            }
            Some(Frame { inside: Inside::Array(array), label, .. }) => {
                let header = array.cells.as_ref().and_then(|c| c.get(array.index)).cloned();
                (header.unwrap_or_else(|| label.clone()), self.thing(ins, inside))
            }
            None => (String::new(), Role::Plain),
        }
    }

    /// `{"name": {"display": "Heart failure"}}`: what has a name, but neither the parts of a person's nor anything else that people have.
    fn thing(&self, ins: &Inspector, inside: &Inside) -> Role {
        let Inside::Object(named) = inside else { return Role::Plain };
        let mut above = self.stack.iter().rev().enumerate().filter_map(|(at, frame)| match &frame.inside {
            Inside::Object(object) => Some((at, frame, object)),
            Inside::Array(_) => None,
        });
        let Some((at, frame, holder)) = above.next() else { return Role::Plain };
        let under = at < 2 && matches!(normalise(&holder.key).as_str(), "name" | "names");
        let is_name = |rule: Arc<FieldRule>| kind_of(&rule) == Some(Kind::Name);
        let theirs =
            subject::PEOPLE.contains(&frame.label.as_str()) || ins.label_field(&frame.label).is_some_and(is_name);
        let somebody = named.siblings.parts || holder.siblings.person || holder.siblings.identifies || theirs;
        if under && !somebody { Role::Thing } else { Role::Plain }
    }

    /// The label of the value that comes next, and the field rule that names it.
    pub(super) fn meaning(&self, ins: &Inspector) -> (String, Option<Arc<FieldRule>>) {
        let Some(frame) = self.stack.last() else { return (String::new(), None) };
        let by_path =
            self.by_path(ins).filter(|rule| !(matches!(rule.effect, FieldEffect::Keep) && tells_somebody(ins, frame)));
        match &frame.inside {
            Inside::Array(array) => {
                if let Some(header) = array.cells.as_ref().and_then(|cells| cells.get(array.index)) {
                    let field = by_path
                        .or_else(|| ins.column_field(header))
                        .filter(|_| !names_no_person(ins, cells_of(array), header));
                    return (header.clone(), field);
                }
                // `"result": [[1, "Emma Fields"]]`: rows are no result of a test, whatever keeps one.
                let holder = self.stack.len().checked_sub(2).and_then(|at| self.stack.get(at));
                let row = holder.is_some_and(|frame| matches!(frame.inside, Inside::Array(_)));
                let labelled = || {
                    self.labelled(ins, &frame.label).filter(|rule| !(row && matches!(rule.effect, FieldEffect::Keep)))
                };
                (frame.label.clone(), by_path.or_else(labelled))
            }
            Inside::Object(Object { key, siblings, birth, row, .. }) => {
                let label = key_label(key);
                if let Some(rule) = birth
                    && part_of_date(&label).is_some()
                {
                    return (frame.label.clone(), Some(rule.clone()));
                }
                let column = key.parse::<usize>().ok();
                let cells = row.as_ref().or(siblings.cells.as_ref());
                if let Some(header) = column.and_then(|at| cells?.get(at)) {
                    return (header.clone(), by_path.or_else(|| ins.column_field(header)));
                }
                match frame.role {
                    Role::Label => return (String::new(), Some(dictionary_only())),
                    Role::Thing
                        if siblings::is_generic(&label) || matches!(label.as_str(), "name" | "display name") =>
                    {
                        return (String::new(), by_path.filter(|rule| !rule.names_identifier()));
                    }
                    Role::Thing | Role::Plain => {}
                }
                if let Some(name) = siblings.naming_value(&label) {
                    let field = ins.label_field(name);
                    // `{"displayName": "Unique ID", "value": "3311902"}`
                    let number = || {
                        matches!(name, "unique id" | "unique identifier" | "id number")
                            .then(|| ins.label_field("mrn"))
                            .flatten()
                    };
                    let field = field.or_else(number);
                    if field.is_some() || siblings::is_generic(&label) {
                        return (name.to_owned(), by_path.or(field));
                    }
                }
                if siblings.names_another(&label)
                    && (siblings.is_described() || by_path.as_ref().is_none_or(|rule| !rule.names_identifier()))
                {
                    // The name of a value that rules know is a label, not an identifier; nor is one that a program gave it.
                    let known = siblings.naming().is_some_and(|n| ins.label_field(n).is_some());
                    let program = siblings.get(key).is_some_and(is_program_name);
                    if known || program || siblings.is_described() {
                        return (String::new(), Some(dictionary_only()));
                    }
                }
                if let Some(question) = siblings::is_generic(&label).then(|| self.question()).flatten() {
                    let field = by_path.or_else(|| ins.label_field(&question));
                    return (question, field);
                }
                if siblings::is_generic(&label) && !frame.label.is_empty() {
                    let field = by_path.or_else(|| self.labelled(ins, &label));
                    let field = field.or_else(|| self.labelled(ins, &frame.label)).or_else(|| self.by_holder(ins));
                    return (frame.label.clone(), field);
                }
                let field = by_path.or_else(|| self.labelled(ins, &label));
                if siblings::says_little(&label) && !frame.label.is_empty() {
                    // `{"name": {"value": "Hospital number"}, "value": {"id": …}}`
                    let held = || ins.label_field(&frame.label).filter(|rule| kind_of(rule).is_some_and(Kind::is_key));
                    return (format!("{} {label}", frame.label), field.or_else(held));
                }
                (label, field)
            }
        }
    }

    /// The field rule of the value that comes next, given its text: what rules say of the place, unless the text and what stands around
    /// it say more.
    pub(super) fn of_text(
        &self,
        ins: &Inspector,
        label: &str,
        field: Option<Arc<FieldRule>>,
        text: &str,
    ) -> Option<Arc<FieldRule>> {
        if let Some(rule) = field.as_ref().filter(|rule| rule.names_identifier()) {
            if kind_of(rule).is_some_and(|kind| ins.is_caption(label, kind, text)) {
                return Some(dictionary_only());
            }
            let prose = kind_of(rule) == Some(Kind::Name) && is_prose(text);
            return if prose { ins.label_field("notes") } else { field };
        }
        let kept = field.as_ref().is_some_and(|rule| matches!(rule.effect, FieldEffect::Keep));
        let more = match self.stack.last().map(|f| &f.inside) {
            Some(Inside::Object(object)) => self.in_object(ins, object, text, kept).or_else(|| {
                if self.writes_identifier(object) && text.bytes().filter(u8::is_ascii_digit).count() > 3 {
                    return ins.label_field("patient id");
                }
                let somebodys = object.siblings.person && field.is_none();
                if somebodys && own_number::is_in_record(&key_label(&object.key), text) {
                    return ins.label_field("patient id");
                }
                let meaning = own_number::meaning(&key_label(&object.key), text, false).filter(|_| somebodys)?;
                ins.label_field(meaning)
            }),
            Some(Inside::Array(array)) => self.in_array(ins, array, label, text),
            None => None,
        };
        more.or(field)
    }

    /// FHIR's `"_value": {"extension": [{"valueString": "00000006930012", "url": ".../rendered-value"}]}`: the identifier beside it,
    /// as people write it.
    fn writes_identifier(&self, object: &Object) -> bool {
        let identifier = self.stack.iter().rev().skip(1).take(3).any(|frame| match &frame.inside {
            Inside::Object(holder) => holder.key == "_value" && frame.label == "identifier",
            Inside::Array(_) => false,
        });
        object.key == "valueString" && identifier
    }

    fn in_object(&self, ins: &Inspector, object: &Object, text: &str, kept: bool) -> Option<Arc<FieldRule>> {
        let label = key_label(&object.key);
        let siblings = &object.siblings;
        // `code2` is a second code.
        let bare = label.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let own = siblings.person && (subject::is_own(bare) || (siblings.typed && label == "name"))
            || siblings.aged && matches!(bare, "id" | "pid");
        let patient = matches!(label.as_str(), "patient" | "subject" | "client" | "participant") && !text.contains('/');
        if (own || patient)
            && subject::is_number(bare, text)
            && (!patient || text.bytes().filter(u8::is_ascii_digit).count() > 1)
        {
            return ins.label_field("patient id");
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        // A UUID, which a program made.
        let made = text.len() == 36 && text.matches('-').count() == 4;
        // `{"identifiers": {"zeir_id": "10204821-7"}}`; a device's and a product's are theirs.
        let held = self.stack.last().map(|f| f.label.as_str()).unwrap_or_default();
        let numbering = [" id", " number", " no"].iter().any(|end| label.ends_with(end));
        let of_things = ["batch", "build", "device", "lot", "model", "order", "port", "product", "serial", "version"]
            .iter()
            .any(|thing| label.contains(thing));
        if matches!(held, "identifiers" | "patient identifiers")
            && numbering
            && !of_things
            && !made
            && digits > 4
            && subject::is_number("id", text)
        {
            return ins.label_field("patient id");
        }
        // `{"medicalRecordNumbers": [{"identifier": …, "identifier_type": "998991"}]}`; an object identifier is of who gives numbers.
        let of_numbers = || {
            let one = held.trim_end_matches('s');
            matches!(one, "mrn" | "medical record number" | "nhs number" | "hospital number" | "patient number")
        };
        let itself = matches!(label.as_str(), "identifier" | "identifier type" | "identifier value" | "number");
        let written = digits > 4 && subject::is_number("id", text) && !text.contains('.') && !date::is_date(text);
        if itself && !kept && !made && written && of_numbers() {
            return ins.label_field("patient id");
        }
        // `{"person_name": …, "identifiers": "104511986-8, RLQ-01-00077"}`
        if label == "identifiers" && (siblings.person || siblings.identifies) && digits > 4 {
            return ins.label_field("patient id");
        }
        // `{"given_name": "Azad", "nid": "1990567890163"}`: states number people under names of their own.
        let long = (10..=17).contains(&text.len()) && digits == text.len();
        let relative = siblings.parts && RELATED.contains(&held);
        if (siblings.person || relative) && long && OF_STATES.contains(&label.as_str()) {
            return ins.label_field("patient id");
        }
        // `{"birthdate": …, "identifiers": [{"identifier": "MGT 508"}]}`
        if !kept && matches!(label.as_str(), "identifier" | "raw identifier") && held == "identifiers" && digits > 0 {
            let holder = self.stack.iter().rev().skip(1).find_map(|frame| match &frame.inside {
                Inside::Object(holder) => Some(&holder.siblings),
                Inside::Array(_) => None,
            });
            if holder.is_some_and(|holder| holder.person || holder.born) {
                return ins.label_field("patient id");
            }
        }
        // `{"first_name": "Ana", "last_name": "Gomez", "document_id": "12345678"}`: the paper that says who somebody is.
        let papers = matches!(label.as_str(), "document id" | "document no" | "document number" | "id document");
        if papers && siblings.person && (7..=11).contains(&digits) && digits == text.len() {
            return ins.label_field("patient id");
        }
        // `{"display_name": "Wei Jie Tan", "reference": "PA.MRI.4191"}`
        if matches!(label.as_str(), "reference" | "ref" | "identifier")
            && digits > 3
            && subject::is_number(&label, text)
            && !text.contains('/')
            && siblings.get("role").is_none()
            && ["display_name", "displayName", "full_name", "fullName", "name", "label"]
                .iter()
                .any(|key| siblings.get(key).is_some_and(subject::names_somebody))
        {
            return ins.label_field("patient id");
        }
        // `{"label": "S1230445", "URI": "/data/subjects/XNAT_S00012"}`: whose record it is, its own address says.
        let addressed = || {
            let address = ["URI", "uri", "url", "href", "link", "path"].iter().find_map(|key| siblings.get(key));
            address.is_some_and(|address| {
                // The last step is its own: `/subjects/maths/20260101` is no person's.
                let own =
                    |of: &str| address.split_once(of).is_some_and(|(_, key)| !key.is_empty() && !key.contains('/'));
                ["/subjects/", "/patients/", "/participants/"].into_iter().any(own)
            })
        };
        let lettered = text.starts_with(|c: char| c.is_ascii_uppercase()) && !text.contains('.');
        if label == "label" && digits > 4 && lettered && subject::is_number("id", text) && addressed() {
            return ins.label_field("patient id");
        }
        if siblings.person && subject::is_name_key(&label) && subject::is_name(text) {
            return ins.label_field("patient name");
        }
        // `{"recentlyViewedPatients": [{"name": "Test Radiology", "identifier": "GAN203010"}]}`
        const LISTS: &[&str] =
            &["last viewed patients", "patients", "recent patients", "recently viewed patients", "viewed patients"];
        let of_patients = LISTS.contains(&held);
        let listed = of_patients && siblings.get("identifier").is_some_and(|number| subject::is_number("no", number));
        if listed && label == "identifier" {
            return ins.label_field("patient id");
        }
        if (siblings.born || listed)
            && matches!(label.as_str(), "name" | "full name" | "display name")
            && subject::may_be_name(text)
        {
            return ins.label_field("patient name");
        }
        // `{"label": "Zogby Quelch", "sub": "21 Feb 2006 · M", "type": "patient"}`, as a search answers.
        // What is told below a name has a birth or a number; a menu's entry ("Patients") has not.
        let told = || {
            let below = ["sub", "subtitle", "detail", "description"].iter().find_map(|key| siblings.get(key));
            below.is_some_and(|below| below.bytes().any(|b| b.is_ascii_digit()))
        };
        let of_patient = siblings.get("type").is_some_and(|kind| kind.eq_ignore_ascii_case("patient"));
        if of_patient
            && matches!(label.as_str(), "label" | "title" | "text")
            && (subject::is_name(text) || (told() && subject::may_be_name(text)))
        {
            return ins.label_field("patient name");
        }
        if (subject::is_somebody(&label)
            || matches!(label.as_str(), "name" | "full name" | "display name")
                && (siblings.identifies || self.stack.last().is_some_and(|f| subject::is_somebody(&f.label))))
            && subject::names_somebody(text)
        {
            return ins.label_field("patient name");
        }
        if matches!(label.as_str(), "name" | "full name" | "display name")
            && siblings::names_relative(siblings, held, text)
        {
            return ins.label_field("patient name");
        }
        if siblings.halves && matches!(label.as_str(), "first" | "last" | "middle") && subject::may_be_name(text) {
            return ins.label_field("first name");
        }
        // `{"name": "Nkosingiphile", "surname": "Phiri"}`
        if siblings.surnamed
            && label == "name"
            && subject::may_be_given(text)
            && ins.label_field(&normalise(text)).is_none()
        {
            return ins.label_field("first name");
        }
        // `{"name": "علی رضایی", "age": 45, "gender": …}`, `{"name": "Olive Scotland", "age": 83, "phone": …}`
        if siblings.aged && subject::is_called(&label) && subject::may_be_somebody(text) {
            return ins.label_field("patient name");
        }
        // `{"firstName": …, "taxCode": "RSSMRA79E01L781N"}`: Italy's number of a person, which tells name and birth.
        let fiscal = text.len() == 16 && text.bytes().all(|b| b.is_ascii_alphanumeric()) && digits > 4 && digits < 10;
        if siblings.person && fiscal && matches!(label.as_str(), "tax code" | "tax id" | "fiscal id") {
            return ins.label_field("patient id");
        }
        // `{"patientName": …, "iin": "970407351028"}`: Kazakhstan's number of a person; six digits are of a bank's cards.
        if label == "iin" && digits == text.len() && (11..=13).contains(&digits) {
            return ins.label_field("national id");
        }
        // `{"cc": "870570597", "name": …, "age": …}`: the identity card of Colombia.
        if (siblings.person || siblings.aged) && label == "cc" && (6..=10).contains(&digits) && digits == text.len() {
            return ins.label_field("patient id");
        }
        if searched::is_search(&label) && searched::is_name(&label, text) {
            return ins.label_field("patient name");
        }
        // A rule for the place knows better what a bare value is.
        if label == "value" && kept {
            return None;
        }
        // DHIS2 calls what it keeps of a person by keys of its own: `{"attribute": "ciq2USN94oJ", "value": "Water Road 675"}`.
        if label == "value" && ["attributes", "enrollment attributes"].contains(&held) {
            // Places and programmes have attributes as well.
            const TRACKED: &[&str] =
                &["enrollment", "enrollments", "tracked entities", "tracked entity", "tracked entity instances"];
            let tracked = self.stack.iter().any(|frame| TRACKED.contains(&frame.label.as_str()));
            let unknown =
                tracked && siblings.get("displayName").is_none() && siblings.get("attribute").is_some_and(is_uid);
            if let Some(label) = unknown.then(|| of_attribute(text)).flatten() {
                return ins.label_field(label);
            }
        }
        // `{"id": "2841196", "type": "MRN"}`, and among `ids` with the type of a registry; `{"id": "email-field-2", "type": "email"}` is a field's.
        let numbered =
            label == "id" && !made && digits > 3 && siblings.get("value").is_none() && subject::is_number("id", text);
        if numbered {
            let typing = siblings
                .typing()
                .and_then(|typing| ins.label_field(typing))
                .filter(|rule| matches!(kind_of(rule), Some(Kind::NhsNumber | Kind::HospitalNumber)));
            const SORTS: &[&str] =
                &["enterprise", "epi", "epic", "mpi", "empi", "internal", "external", "national", "local"];
            let sort = ["type", "idType", "id_type", "IDType"].iter().find_map(|key| siblings.get(key));
            let among =
                matches!(held, "ids" | "patient ids" | "historical ids" | "identifiers" | "patient identifiers")
                    && sort.is_some_and(|sort| SORTS.contains(&sort.to_ascii_lowercase().as_str()));
            let shouted = text.bytes().all(|b| !b.is_ascii_lowercase());
            if let Some(rule) = typing.filter(|rule| shouted && plausible(rule, text)) {
                return Some(rule);
            }
            if among {
                return ins.label_field("patient id");
            }
        }
        let typed = siblings.typing_value(&label).map(str::to_owned).or_else(|| flat_type(siblings, &object.key));
        let rule = typed.and_then(|label| ins.label_field(&label))?;
        (rule.names_identifier() && plausible(&rule, text)).then_some(rule)
    }

    fn in_array(&self, ins: &Inspector, array: &Array, label: &str, text: &str) -> Option<Arc<FieldRule>> {
        if let Some(rule) = paired(ins, array, text) {
            return Some(rule);
        }
        if let Some(cells) = &array.cells {
            let own = subject::is_own(label) || matches!(label, "instance" | "name" | "tracked entity instance");
            let of_people = || {
                cells.iter().any(|header| ins.column_field(header).is_some_and(|rule| is_of_a_person(&rule, header)))
            };
            return (own && subject::is_number("id", text) && of_people())
                .then(|| ins.label_field("patient id"))
                .flatten();
        }
        // `"partner_id": [342, "Will Penny"]`
        let of = label.strip_suffix(" id")?;
        (array.index == 1 && (subject::PEOPLE.contains(&of) || of == "party") && rows::is_full_name(text, true))
            .then(|| ins.label_field("patient name"))
            .flatten()
    }

    /// A row that begins with a name and its value heads no other rows.
    pub(super) fn is_pair(&mut self, ins: &Inspector, text: &str) {
        if let Some(Frame { inside: Inside::Array(array), .. }) = self.stack.last_mut()
            && array.row.is_some()
            && paired(ins, array, text).is_some()
        {
            array.row = None;
        }
    }

    /// By label: with the label of what holds it in front ("patient name"), then alone.
    fn labelled(&self, ins: &Inspector, label: &str) -> Option<Arc<FieldRule>> {
        if label.is_empty() {
            return None;
        }
        // An array has the label of what holds it, and so have those in it: `{"PID.7": [{"TS.1": ["19860930"]}]}`. A key without a
        // number says enough alone.
        let numbered = label.ends_with(|c: char| c.is_ascii_digit());
        let array = |f: &&Frame| numbered && matches!(f.inside, Inside::Array(_)) && f.label == label;
        let holder = self.stack.iter().rev().find(|f| !array(f)).map(|f| f.label.as_str());
        let holder = holder.filter(|holder| !holder.is_empty() && *holder != label);
        let both = holder.and_then(|holder| ins.label_field(&format!("{holder} {label}")));
        // `{"patientIdentifier": {"identifier": …}}`
        let same = || holder.filter(|holder| label == "identifier" && holder.ends_with(" identifier"));
        both.or_else(|| ins.label_field(label)).or_else(|| ins.label_field(same()?))
    }

    fn by_path(&self, ins: &Inspector) -> Option<Arc<FieldRule>> {
        Self::of_frames(ins, &self.stack)
    }

    /// `"family": {"value": "Quelch"}`: an object that does nothing but hold a value stands where the value would.
    fn by_holder(&self, ins: &Inspector) -> Option<Arc<FieldRule>> {
        let (_, holders) = self.stack.split_last()?;
        Self::of_frames(ins, holders).filter(|rule| rule.names_identifier())
    }

    fn of_frames(ins: &Inspector, frames: &[Frame]) -> Option<Arc<FieldRule>> {
        let rules = &ins.plan().fields.json;
        if rules.is_empty() {
            return None;
        }
        let last = frames.iter().rev().find_map(|f| match &f.inside {
            Inside::Object(object) => Some(object.key.as_str()),
            Inside::Array(_) => None,
        });
        let last = last.unwrap_or_default();
        let mut nodes: Option<Vec<Node<'_>>> = None;
        let rule = rules.iter().rev().find(|(pattern, rule)| {
            pattern.may_end_in(last)
                && rule.applies(ins.path())
                && pattern.matches_json(nodes.get_or_insert_with(|| nodes_of(frames)))
        });
        rule.map(|(_, rule)| rule.clone())
    }
}

/// Whether what comes next is part of a person where a rule expects staff: `{"user": {"firstName": "Alex", "dateOfBirth": …}}` is a
/// patient who uses a portal.
fn tells_somebody(ins: &Inspector, frame: &Frame) -> bool {
    let Inside::Object(object) = &frame.inside else { return false };
    let names = || ins.label_field(&key_label(&object.key)).is_some_and(|rule| rule.names_identifier());
    frame.label == "user" && object.siblings.born && names()
}

/// The steps that lead to what stands in these, for paths.
fn nodes_of(frames: &[Frame]) -> Vec<Node<'_>> {
    fn node(frame: &Frame) -> Node<'_> {
        match &frame.inside {
            Inside::Object(Object { key, siblings, .. }) => {
                Node { step: Ok(key.as_str()), siblings: &siblings.pairs, resource: siblings.get("resourceType") }
            }
            Inside::Array(array) => Node { step: Err(array.index), siblings: &[], resource: None },
        }
    }
    frames.iter().map(node).collect()
}

/// `["dob", "1977-05-09", "1977-09-05"]`: a name that rules know and its values, as lists of changes and entries of maps have them.
/// A list of names of columns is none: each value must be written as what it is called.
fn paired(ins: &Inspector, array: &Array, text: &str) -> Option<Arc<FieldRule>> {
    const VALUES: usize = 3;
    let first = array.first.as_deref().filter(|_| (1..=VALUES).contains(&array.index))?;
    let rule = ins.label_field(first).filter(|rule| rule.names_identifier() && plausible(rule, text))?;
    // A program's arrays say what a column is like: `["mrn", "varchar(255)"]`, `["surname", "Textbox"]`.
    let kind = kind_of(&rule)?;
    let written = if kind == Kind::Name {
        is_listed(ins, array, first, text)
    } else {
        // "Required, max 255"
        let begins = kind != Kind::Address || text.starts_with(|c: char| c.is_ascii_digit());
        begins && js::plausible(&rule, first, text)
    };
    written.then_some(rule)
}

/// Whether a text is a key as DHIS2 makes them: eleven letters and digits, the first a letter.
fn is_uid(text: &str) -> bool {
    text.len() == 11
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// What an attribute of a person may be that nothing names, by its form. Answers and measures stay.
fn of_attribute(text: &str) -> Option<&'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/');
    if nhs_number::check_digit(text) {
        return Some("nhs number");
    }
    // Detectors know these better.
    let sex = matches!(text.to_ascii_lowercase().as_str(), "male" | "female" | "other" | "unknown");
    if sex || text.contains(['@', '+', '{', '[']) {
        return None;
    }
    if date::is_date(text) {
        return Some("date of birth");
    }
    // "Water Road 675 / Apartment 62"; "5 years" and "Trimester 2" are no streets.
    let street = digits > 0 && letters > 5 && text.split_whitespace().count() > 2;
    match () {
        () if text.chars().all(plain) && (digits > 5 || (digits > 3 && letters > 0)) => Some("patient id"),
        () if beside::may_be_name(text) => Some("patient name"),
        () if street => Some("address"),
        () => None,
    }
}

/// Whether lists know the words of a value as names. `name` alone is of anything: it takes a forename and a surname.
fn is_listed(ins: &Inspector, array: &Array, first: &str, text: &str) -> bool {
    let lists = gazetteer::shipped();
    // `["Name", "DOB", "Ward"]`
    let heads = array.row.as_deref().unwrap_or_default();
    let heads = heads.iter().skip(1).any(|cell| ins.label_field(cell).is_some());
    let words: Vec<String> = text.split([' ', ',', '-']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let least = if matches!(first, "name" | "names") { 2 } else { 1 };
    let listed = |w: &String| {
        let named = lists.is_forename(w) || lists.is_surname(w) && !lists.is_word(w);
        (named && !lists.is_thing(w) && !lists.is_after(w)) || w.chars().count() == 1
    };
    !heads
        && text.starts_with(char::is_uppercase)
        && subject::may_be_name(text)
        && ins.label_field(&normalise(text)).is_none()
        && words.len() >= least
        && words.iter().all(listed)
}

fn cells_of(array: &Array) -> &[String] {
    array.cells.as_deref().unwrap_or_default()
}

/// A column headed Name beside one that is headed Patient name: of a document, of a list's entry.
fn names_no_person(ins: &Inspector, headers: &[String], header: &str) -> bool {
    let patient = |other: &String| {
        matches!(other.as_str(), "patient name" | "name of patient" | "patient full name")
            && ins.column_field(other).is_some_and(|rule| kind_of(&rule) == Some(Kind::Name))
    };
    matches!(header, "name" | "names") && headers.iter().any(patient)
}

/// The label of a key; of one that is a path, its last step: `a/b/date_of_birth|value`.
pub(super) fn key_label(key: &str) -> String {
    if key.len() <= label::MAX && !key.contains(['/', '|']) {
        return normalise(key);
    }
    let last = key.rsplit('/').next().unwrap_or(key);
    let (name, attribute) = last.split_once('|').unwrap_or((last, ""));
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(':');
    match attribute {
        "" | "value" | "id" | "name" => normalise(name),
        _ => normalise(&format!("{name} {attribute}")),
    }
}

/// The type beside a value whose key is a path: `"…/identifier:1": …, "…/identifier:1|type": "Hospital number"`.
fn flat_type(siblings: &Siblings, key: &str) -> Option<String> {
    if !key.contains('/') {
        return None;
    }
    let base = key.split('|').next().unwrap_or(key);
    let own = key == base || key.ends_with("|id") || key.ends_with("|value");
    siblings.get(&format!("{base}|type")).filter(|_| own).map(normalise)
}

/// Whether a column says that its table is one of people.
fn is_of_a_person(rule: &FieldRule, label: &str) -> bool {
    match kind_of(rule) {
        Some(Kind::Name) => !matches!(label, "name" | "names"),
        Some(kind) => matches!(kind, Kind::NhsNumber | Kind::HospitalNumber | Kind::DateOfBirth | Kind::Ssn),
        None => false,
    }
}

fn kind_of(rule: &FieldRule) -> Option<Kind> {
    match &rule.effect {
        FieldEffect::Identifier { kind, .. } => Some(*kind),
        FieldEffect::Prose | FieldEffect::Keep => None,
    }
}

/// Whether what stands where a name should is a sentence, and nobody is named in it: `Husband collects prescriptions.`
fn is_prose(text: &str) -> bool {
    const RELATIVES: &[&str] =
        &["husband", "wife", "son", "daughter", "mother", "father", "partner", "carer", "patient", "lives"];
    let lists = gazetteer::shipped();
    let mut inside = false;
    let bare = |c: char| {
        inside = (inside || c == '<') && c != '>';
        if inside || c == '>' { ' ' } else { c }
    };
    let text: String = text.chars().map(bare).collect();
    let words = || text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    // A sentence gives its first word a capital; the very first may be the name that should stand here.
    let begins: Vec<bool> = std::iter::once(false)
        .chain(text.split_whitespace().map(|w| w.ends_with(['.', '!', '?']) && w.trim_end_matches('.').len() > 2))
        .collect();
    let said = |w: &&str| {
        w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()) && lists.is_word(w) && !lists.is_forename(w)
    };
    // A word that no list knows may be a name, and so may one with a capital that is one.
    let named = |w: &str| {
        let lower = w.to_lowercase();
        let listed = lists.is_forename(&lower) || lists.is_surname(&lower);
        let capital = w.starts_with(|c: char| !c.is_lowercase());
        w.chars().any(char::is_alphabetic)
            && !w.bytes().any(|b| b.is_ascii_digit())
            && !RELATIVES.contains(&lower.as_str())
            && (!lists.is_word(&lower) || (listed && capital))
    };
    let ordinary = words().filter(said).count();
    let nobody = words().zip(begins).all(|(w, begins)| !named(w) || (begins && lists.is_word(&w.to_lowercase())));
    ordinary > 1 && ordinary * 3 >= words().count() && nobody
}

/// `InstitutionName`, `study_uid`: one word of a program.
fn is_program_name(text: &str) -> bool {
    let humps = text.chars().zip(text.chars().skip(1)).filter(|(a, b)| a.is_lowercase() && b.is_uppercase()).count();
    (humps > 0 || text.contains('_')) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
