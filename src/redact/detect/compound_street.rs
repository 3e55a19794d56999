//! Addresses of the continent, where the street is one word that ends in what it is, with the number behind.
//!
//! ```text
//! Aulgasse 75, 53721 Siegburg       with the postal code and the town behind
//! Albert-Einstein-Str. 34           Sommervej 10, Kerkstraat 12b
//! Module-Weg 3.2                    a version, and no house
//! ```

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "compound-street",
    kind: Kind::Address,
    about: "a German, Dutch or Nordic street in one word, with the number and, if one stands behind, the code and the town",
    page: Page {
        why: "People move, and records say where from: a street in one word has no word beside it that says so.",
        source: "DIN 5008 (Germany), NEN 5825 (Netherlands): street, number, code, town",
        sure: "76 with a code and a town behind, 66 without",
        hits: &[("wohnt Hauptstraße 12, 53721 Siegburg", "Hauptstraße 12, 53721 Siegburg")],
        misses: &["Strasse 3", "Version Hauptstraße 1.2"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    // Endings that are endings of other words as well (ring, damm, gade, gata) are left out: "Monitoring 24".
    pattern: r"\p{Lu}[\p{L}’'-]{2,40}(?:stra(?:ß|ss)e|[Ss]tr\.|gasse|allee|weg|platz|chaussee|straat|laan|plein|gracht|vägen|gatan|veien|vejen|vej) ?[0-9]{1,4}(?: ?[a-z]\b)?(?:,? (?:[A-Z]{1,2}-)?[0-9]{4,5}(?: ?[A-Z]{2})? \p{Lu}[\p{L}-]{2,40})?",
    cues: Cues { words: &[], never: &[] },
    needs: |signs| signs.digits >= 1 && signs.letters && signs.upper,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let behind = c.text.get(c.range.end..).unwrap_or_default();
    let next = behind.strip_prefix(['.', ',', '/', ':']).and_then(|rest| rest.chars().next());
    let version = next.is_some_and(|c| c.is_ascii_digit());
    if !stands_free(c.text, &c.range) || version {
        return None;
    }
    // `12, 53721 Siegburg`: more than a house's digits.
    let town = c.digits().len() > 4;
    let street = c.value.split([' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']).next().unwrap_or_default();
    let sure = street.ends_with("-Str.") || !UNSURE.iter().any(|end| street.to_lowercase().ends_with(end));
    if !town && !sure {
        return None;
    }
    c.sure(if town { 76 } else { 66 })
}

/// Endings of many words besides: where somebody sits, what air takes, what is shortened. A town must follow.
const UNSURE: &[&str] = &["laan", "plein", "platz", "str.", "weg"];

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::UNSURE;

    #[test]
    fn every_street_with_every_house() {
        let ends = [
            "straße", "strasse", "str.", "gasse", "allee", "weg", "platz", "chaussee", "straat", "laan", "plein",
            "gracht", "vägen", "gatan", "veien", "vejen", "vej",
        ];
        for street in ["Haupt", "Kerk", "Sommer", "Karl-Marx-", "Øster"] {
            for end in ends {
                for house in ["1", "34", "12b", "120 c", "1024"] {
                    let short = format!("{street}{end} {house}");
                    let alone = if UNSURE.contains(&end) { Vec::new() } else { vec![short.clone()] };
                    assert_eq!(found("compound-street", &format!("at {short} since")), alone);
                    for town in ["53721 Siegburg", "D-06122 Halle", "1012 AB Amsterdam", "8000 Aarhus"] {
                        let long = format!("{short}, {town}");
                        assert_eq!(found("compound-street", &format!("at {long}, since")), vec![long.clone()]);
                    }
                }
            }
        }
        for text in [
            "Strasse 3",
            "Monitoring 24",
            "String 3",
            "Brigade 3",
            "Hauptstraße",
            "Arbeitsplatz 3",
            "Registr. 45",
            "Atemweg 2",
            "hauptweg 3",
            "Hauptweg 1.2",
            "Hauptweg 3/4",
            "Weg 12",
        ] {
            assert!(found("compound-street", text).is_empty(), "{text}");
        }
    }
}
