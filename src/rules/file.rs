//! One rule file: its settings, and its rules.

use super::read::{At, Problems, Source, Table, document};
use super::rule::{self, Body, Rule};
use super::{contract, control, detector, field, operator, route};
use crate::redact::kind::Kind;

/// A rule file, read.
#[derive(Debug, Clone)]
pub struct FileRules {
    /// The file.
    pub source: Source,
    /// The pack it belongs to.
    pub pack: String,
    /// `names`: files of names, beside this one.
    pub names: Vec<At<String>>,
    /// `record_kinds`.
    pub record_kinds: Option<Vec<Kind>>,
    /// `disabled`: rules of earlier packs that do not hold here.
    pub disabled: Vec<At<String>>,
    /// Its rules, in order within each kind.
    pub rules: Vec<Rule>,
}

/// Reads one file.
pub fn read(source: &Source, pack: &str, layer: usize, problems: &mut Problems) -> FileRules {
    let mut file = FileRules {
        source: source.clone(),
        pack: pack.to_owned(),
        names: Vec::new(),
        record_kinds: None,
        disabled: Vec::new(),
        rules: Vec::new(),
    };
    document(source, problems, |table, problems| {
        file.names = table.texts("names", problems);
        if table.has("record_kinds") {
            let texts = table.texts("record_kinds", problems);
            file.record_kinds = Some(texts.iter().filter_map(|t| field::kind_named(table, t, problems)).collect());
        }
        file.disabled = table.texts("disabled", problems);
        let mut section = |table: &mut Table<'_>, key, problems: &mut Problems, own: Own| {
            let rules = table.tables(key, problems, |t, p| rule::read(t, pack, layer, p, own));
            file.rules.extend(rules.into_iter().flatten());
        };
        section(table, "field", problems, |t, id, p| field::read(t, id, p).map(Body::Field));
        section(table, "detector", problems, |t, id, p| detector::read(t, id, p).map(Body::Detector));
        section(table, "operator", problems, |t, id, p| operator::read(t, id, p).map(Body::Operator));
        section(table, "control", problems, |t, id, p| control::read(t, id, p).map(Body::Control));
        section(table, "route", problems, |t, id, p| route::read(t, id, p).map(Body::Route));
        section(table, "contract", problems, |t, id, p| contract::read(t, id, p).map(Body::Contract));
    });
    file
}

type Own = fn(&mut Table<'_>, &str, &mut Problems) -> Option<Body>;
