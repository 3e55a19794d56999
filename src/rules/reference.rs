//! The reference: a page for each detector, operator, kind and place of a field, made from what the code says of itself.
//!
//! `fanlight rules reference` prints it; `rules/REFERENCE.md` is that text, and a test compares the two and runs every example.
//! A new detector or operator needs no line here.

use std::fmt::Write;

use crate::redact::detect;
use crate::redact::kind::Kind;
use crate::redact::operator;

/// A way to name the place of a field.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The key in a `[[field]]`.
    pub key: &'static str,
    /// What it names.
    pub about: &'static str,
    /// A whole rule with its examples.
    pub example: &'static str,
}

/// Every way, in the order of the schema.
pub const PLACES: &[Place] = &[
    Place {
        key: "label",
        about: "The words beside a value, in any case and with any signs between them: `dt`/`dd`, `th`/`td`, `label`/`input`, `Label: value`, a JSON key, an attribute, a column, a parameter. `{a,b}` are alternatives.",
        example: "[[field]]\nid = \"zone-mark\"\nlabel = [\"zone {mark,no}\"]\nkind = \"other\"\nhit = \"Zone mark: blue\"\nmiss = \"Zone: blue\"\n",
    },
    Place {
        key: "column",
        about: "The header of a column, in tables of pages and in CSV.",
        example: "[[field]]\nid = \"seen-by\"\ncolumn = [\"seen for\"]\nkind = \"name\"\nhit = { as = \"text/csv\", body = \"Seen for,Ward\\r\\nXyzzy Plugh,7\\r\\n\" }\nmiss = { as = \"text/csv\", body = \"Seen at,Ward\\r\\nXyzzy,7\\r\\n\" }\n",
    },
    Place {
        key: "selector",
        about: "A CSS selector; with `attribute` the value is that attribute's, else the element's text.",
        example: "[[field]]\nid = \"banner\"\nselector = [\".banner .who\"]\nkind = \"name\"\nhit = \"<div class=banner><b class=who>xyzzy</b></div>\"\nmiss = \"<div class=who>xyzzy</div>\"\n",
    },
    Place {
        key: "json",
        about: "A path in JSON: `**` is any depth, `*` any key or index.",
        example: "[[field]]\nid = \"owner\"\njson = [\"**.owner.tag\"]\nkind = \"other\"\nhit = '{\"owner\": {\"tag\": \"xyzzy\"}}'\nmiss = '{\"thing\": {\"tag\": \"xyzzy\"}}'\n",
    },
    Place {
        key: "xml",
        about: "A path in XML, of local names; `@name` is an attribute.",
        example: "[[field]]\nid = \"owner\"\nxml = [\"**.owner.tag\"]\nkind = \"other\"\nhit = \"<?xml version='1.0'?><r><owner><tag>xyzzy</tag></owner></r>\"\nmiss = \"<?xml version='1.0'?><r><thing><tag>xyzzy</tag></thing></r>\"\n",
    },
    Place {
        key: "hl7",
        about: "An HL7 v2 segment and field, with a component behind a dot.",
        example: "[[field]]\nid = \"own-segment\"\nhl7 = [\"ZZZ-3\"]\nkind = \"other\"\nhit = \"ZZZ|1||xyzzy|\"\nmiss = \"ZZZ|1|xyzzy||\"\n",
    },
    Place {
        key: "param",
        about: "A parameter of a query or a form, by its name.",
        example: "[[field]]\nid = \"row-key\"\nparam = [\"rowkey\"]\nkind = \"record-id\"\nhit = \"?rowkey=xyzzy1\"\nmiss = \"?sort=xyzzy1\"\n",
    },
    Place { key: "header", about: "A header of the response, by its name.", example: "" },
    Place { key: "cookie", about: "A cookie, by its name.", example: "" },
];

/// The reference as Markdown.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Reference\n\nMade by `fanlight rules reference` from what the code says of itself; a test compares the two and runs every\n\
         example. How rules are layered and tested stands in [README.md](README.md).\n",
    );
    detectors(&mut out);
    kinds(&mut out);
    operators(&mut out);
    places(&mut out);
    out
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        if writeln!($out, $($text)*).is_err() {
            return;
        }
    };
}

fn detectors(out: &mut String) {
    put!(out, "\n## Detectors\n");
    put!(
        out,
        "A finding counts from a confidence of {}, unless a `[[detector]]` says otherwise.",
        super::detector::THRESHOLD
    );
    for entry in detect::ALL {
        let page = &entry.page;
        put!(out, "\n### `{}`\n", entry.id);
        put!(out, "Finds {}.\n\n{}\n", entry.about, page.why);
        put!(out, "- kind: `{}`", entry.kind);
        put!(out, "- source: {}", page.source);
        put!(out, "- confidence: {}", page.sure);
        put!(out, "- reach: at most {} bytes", entry.detector().reach());
        for (text, value) in page.hits {
            put!(out, "- hit: `{text}` → `{value}`");
        }
        for text in page.misses {
            put!(out, "- miss: `{text}`");
        }
    }
}

fn kinds(out: &mut String) {
    put!(out, "\n## Kinds\n\n| kind | is | a key that programs send back |\n|---|---|---|");
    for kind in Kind::ALL {
        put!(out, "| `{kind}` | {} | {} |", kind.title(), if kind.is_key() { "yes" } else { "no" });
    }
}

fn operators(out: &mut String) {
    put!(out, "\n## Operators");
    for entry in operator::ALL {
        put!(out, "\n### `{}`\n\n{}.", entry.name, entry.about);
    }
}

fn places(out: &mut String) {
    put!(out, "\n## Places of a field");
    for place in PLACES {
        put!(out, "\n### `{}`\n\n{}", place.key, place.about);
        if !place.example.is_empty() {
            put!(out, "\n```toml\n{}```", place.example);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::detect::Context;
    use crate::redact::place::{Place as At, Surface};
    use crate::redact::plan::Bounds;
    use crate::rules::{RuleFile, compile, selftest};

    #[test]
    fn the_committed_reference_is_the_generated_one() {
        let committed = include_str!("../../rules/REFERENCE.md");
        assert!(committed == markdown(), "run `fanlight rules reference > rules/REFERENCE.md`");
    }

    #[test]
    fn every_detectors_examples_hold() {
        let mut wrong = Vec::new();
        for entry in detect::ALL {
            let found = |text: &str| {
                let place = At::on(Surface::Text);
                let context = Context::of(text, &place);
                let mut found = Vec::new();
                if entry.detector().wants(&context) {
                    entry.detector().find(text, &context, &mut found);
                }
                found.retain(|f| f.confidence >= crate::rules::detector::THRESHOLD);
                found.into_iter().filter_map(|f| text.get(f.range).map(str::to_owned)).collect::<Vec<_>>()
            };
            assert!(!entry.page.hits.is_empty() && !entry.page.misses.is_empty(), "{}", entry.id);
            for (text, value) in entry.page.hits {
                if !found(text).iter().any(|f| f == value) {
                    wrong.push(format!("{}: {text}: {:?}", entry.id, found(text)));
                }
            }
            for text in entry.page.misses {
                if !found(text).is_empty() {
                    wrong.push(format!("{}: {text}: {:?}", entry.id, found(text)));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_place_is_described_and_its_example_holds() {
        let keys: Vec<&str> = PLACES.iter().map(|p| p.key).collect();
        assert_eq!(keys, crate::rules::field::LOCATORS);
        for place in PLACES.iter().filter(|p| !p.example.is_empty()) {
            let file = RuleFile { pack: "t".into(), path: "t.toml".into(), text: place.example.into() };
            let compiled = compile(&[file], &Bounds::default()).unwrap_or_else(|e| panic!("{}: {e:?}", place.key));
            for tried in selftest::run(&compiled, None) {
                assert!(tried.passed(), "{}: {tried:?}", place.key);
            }
        }
    }
}
