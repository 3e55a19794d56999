//! What the formats' tests share: a small plan, and every way to cut an input.

use std::collections::HashMap;
use std::sync::Arc;

use super::path::PathPattern;
use super::{Media, open};
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::redact::detect::pattern::PatternDetector;
use crate::redact::dictionary::Dictionary;
use crate::redact::inspect::{Inspector, Pass};
use crate::redact::kind::Kind;
use crate::redact::operator::{GrantKeys, Operator};
use crate::redact::place::Audience;
use crate::redact::plan::{Bounds, DetectorUse, FieldEffect, FieldRule, Fields, OperatorTable, Plan};
use crate::redact::withheld::Withheld;

/// What every replacement is in these tests.
pub(in crate::redact) const MASK: &str = "••••••";

fn field(id: &str, effect: FieldEffect) -> Arc<FieldRule> {
    Arc::new(FieldRule { id: id.into(), effect, paths: Vec::new() })
}

fn identifier(id: &str, kind: Kind) -> Arc<FieldRule> {
    field(id, FieldEffect::Identifier { kind, operator: None })
}

/// One mask for every kind, so that tests read easily.
#[derive(Debug)]
struct Same;

impl Operator for Same {
    fn id(&self) -> String {
        "mask".into()
    }

    fn apply(&self, _: Kind, _: &str, _: &GrantKeys) -> Result<String, Withheld> {
        Ok(MASK.into())
    }
}

fn same_for_all() -> HashMap<(Kind, Audience), Arc<dyn Operator>> {
    let both = [Audience::Shown, Audience::Reference];
    let all = Kind::ALL.iter().flat_map(|kind| both.map(|audience| (*kind, audience)));
    all.map(|key| (key, Arc::new(Same) as Arc<dyn Operator>)).collect()
}

/// Rules that find nothing.
pub(in crate::redact) fn empty() -> Plan {
    Plan {
        version: "test".into(),
        fields: Fields::default(),
        detectors: Vec::new(),
        operators: OperatorTable { by_kind: same_for_all() },
        controls: Vec::new(),
        contracts: Vec::new(),
        bounds: Bounds::default(),
        record_kinds: Vec::new(),
    }
}

/// Some fields, ten digits, e-mail, and names that begin with `Zz`.
pub(in crate::redact) fn plan() -> Plan {
    let mut plan = empty();
    for (label, kind) in [
        ("nhs number", Kind::NhsNumber),
        ("nhs no", Kind::NhsNumber),
        ("name", Kind::Name),
        ("patient name", Kind::Name),
        ("surname", Kind::Name),
        ("family", Kind::Name),
        ("dob", Kind::DateOfBirth),
        ("date of birth", Kind::DateOfBirth),
        ("address", Kind::Address),
        ("address line", Kind::Address),
        ("phone", Kind::Phone),
        ("mrn", Kind::HospitalNumber),
    ] {
        plan.fields.labels.insert(label.into(), vec![identifier(&format!("test/{label}"), kind)]);
    }
    plan.fields.params.insert("pid".into(), vec![identifier("test/pid", Kind::RecordId)]);
    for (at, kind) in [("PID-5", Kind::Name), ("PID-3", Kind::NhsNumber), ("PID-11", Kind::Address)] {
        plan.fields.hl7.insert(at.into(), vec![identifier(&format!("test/{at}"), kind)]);
    }
    plan.fields.hl7.insert("NK1-2.1".into(), vec![identifier("test/NK1-2.1", Kind::Name)]);
    for (path, kind) in
        [("Patient.id", Kind::RecordId), ("telecom[system=email].value", Kind::Email), ("**.secret[*].x", Kind::Other)]
    {
        plan.fields.json.push((PathPattern::parse(path).unwrap(), identifier(&format!("test/{path}"), kind)));
    }
    for (path, kind) in [
        ("**/patient/id/@extension", Kind::RecordId),
        ("**/birthTime", Kind::DateOfBirth),
        ("**/telecom[system=email]/value", Kind::Email),
    ] {
        plan.fields.xml.push((PathPattern::parse(path).unwrap(), identifier(&format!("test/{path}"), kind)));
    }
    for (id, kind, pattern) in [
        ("ten", Kind::NhsNumber, r"\b[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}\b"),
        ("mail", Kind::Email, r"\b[A-Za-z0-9._]{1,40}@[A-Za-z0-9.]{1,40}\b"),
        ("zz", Kind::Name, r"\bZz[a-z']{1,20}\b"),
    ] {
        let detector = PatternDetector::new(id, kind, pattern, &[], 90).unwrap();
        plan.detectors.push(DetectorUse { detector, threshold: 50 });
    }
    plan
}

pub(in crate::redact) fn inspector(plan: Plan) -> Inspector {
    let keys =
        GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("test").unwrap(), &GrantId::new("test").unwrap());
    let mut ins = Inspector::new(Arc::new(plan), keys, Dictionary::default(), "/x");
    ins.begin(Pass::Stream);
    ins
}

fn cut(plan: &Plan, media: Media, chunks: &[&[u8]]) -> Result<String, Withheld> {
    let mut ins = inspector(plan.clone());
    let mut format = open(media, None);
    let mut out = Vec::new();
    for chunk in chunks {
        format.write(&mut ins, chunk, &mut out)?;
    }
    format.finish(&mut ins, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// Rewrites `source`, whole, byte by byte and cut in two at every place; all must agree.
pub(in crate::redact) fn every_split(plan: &Plan, media: Media, source: &str) -> Result<String, Withheld> {
    let bytes = source.as_bytes();
    let whole = cut(plan, media, &[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(cut(plan, media, &single), whole, "byte by byte: {source:?}");
    for at in 0..bytes.len() {
        let (a, b) = bytes.split_at(at);
        assert_eq!(cut(plan, media, &[a, b]), whole, "cut at {at}: {source:?}");
    }
    whole
}

/// Each input with what it becomes; `•` in it stands for the mask.
#[track_caller]
pub(in crate::redact) fn table(media: Media, cases: &[(&str, &str)]) {
    let plan = plan();
    for (source, wanted) in cases {
        let got = every_split(&plan, media, source).unwrap_or_else(|e| panic!("{source:?}: {e}"));
        assert_eq!(got, wanted.replace('•', MASK), "from {source:?}");
        // What Fanlight wrote is not found again.
        assert_eq!(cut(&plan, media, &[got.as_bytes()]).unwrap(), got, "redacted twice: {source:?}");
        // And nothing changes where nothing is found.
        assert_eq!(cut(&empty(), media, &[source.as_bytes()]).unwrap(), **source, "with no rules");
    }
}

/// Each input is withheld.
#[track_caller]
pub(in crate::redact) fn withheld(media: Media, cases: &[&str]) {
    for source in cases {
        let got = every_split(&plan(), media, source);
        assert!(got.is_err(), "{source:?} became {got:?}");
    }
}
