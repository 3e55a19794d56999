//! Addresses as French, Spanish, Italian and Portuguese have them, where what a street is stands before its name.
//!
//! ```text
//! 3688 rue St-Henri, 12 bis avenue de la Gare     the number before
//! Calle Mayor 12, Rua Augusta, n.º 500            or behind
//! 101 René-Lévesque blvd                          as Canada writes both
//! 1 bd Doxycycline, 4 place settings              no street
//! ```

use std::sync::{Arc, LazyLock};

use super::near::{Cues, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "romance-street",
    kind: Kind::Address,
    about: "a French, Spanish, Italian or Portuguese street with its number",
    page: Page {
        why: "What tells a street stands before its name, and in small letters in French: no word behind it says what it is.",
        source: "La Poste, NF Z10-011; Correos de México, NMX-R-016; Canada Post, Addressing Guidelines",
        sure: "76",
        hits: &[("lives at 3688 rue St-Henri", "3688 rue St-Henri"), ("vive en Calle Mayor 12", "Calle Mayor 12")],
        misses: &["1 bd Doxycycline", "4 place settings"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

/// One word of a street's name. What stands behind it may be of the next line.
macro_rules! name {
    () => {
        r"\p{Lu}[\p{L}'’-]{1,30}"
    };
}

/// Streets are called after saints, and saints have two words.
macro_rules! saint {
    () => {
        r"(?:(?:Saint|Sainte|St\.|Ste|San|Santa|Santo|São|Général|Docteur|Maréchal|Président) )?"
    };
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    // "bd" is twice daily, "place" and "cours" are words, "av." is an average, and much is done "via" something.
    pattern: concat!(
        r"(?:[0-9]{1,5}(?: ?(?:bis|ter|[A-D]))?,? ",
        r"(?:(?:[Rr]ue|[Bb]oulevard|[Bb]lvd\.?|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai|[Rr]uelle) (?:de la |de l['’]|du |des |de |d['’]|la |le |les )?",
        r"|[Aa]venue (?:de la |de l['’]|du |des |de |d['’]))",
        saint!(),
        name!(),
        r"|(?:Calle|Avenida|Avda\.?|Paseo|Rua|Travessa|Viale) (?:de la |de los |de las |del |de |da |do |dos |das |della |dei )?",
        name!(),
        r"(?: \p{Lu}[\p{L}'’-]{1,30}){0,2}(?:,? n\.?[º°o]\.? ?|, |,? #| )[0-9]{1,5}\b",
        r"|[0-9]{1,5} (?:\p{Lu}[\p{L}'’.-]{1,24} ){1,2}(?:blvd|hwy|pkwy)\b)",
    ),
    cues: Cues { words: &[], never: &[] },
    needs: |signs| signs.digits >= 1 && signs.letters && signs.upper,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    (stands_free(c.text, &c.range) && !c.in_code()).then(|| c.sure(76)).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;

    #[test]
    fn streets() {
        for street in [
            "3688 rue St-Henri",
            "12 bis, avenue de la Gare",
            "4 impasse des Lilas",
            "45 boulevard Saint-Laurent",
            "101 René-Lévesque blvd",
            "Calle Mayor 12",
            "Avenida de los Insurgentes Sur 1602",
            "Rua Augusta, n.º 500",
            "9 rue Saint Denis",
        ] {
            assert_eq!(found("romance-street", &format!("lives at {street}.")), [street], "{street}");
        }
    }

    #[test]
    fn no_streets() {
        for text in [
            "Via Oral, 2",
            "Prednisolone 30 bd Omeprazole",
            "120 Systolic ave 80",
            "Av. Temp 37",
            "4 place settings",
            "20 avenue Q",
            "12 rue",
            "Rua 12",
            "1.2 Main blvd",
        ] {
            assert!(found("romance-street", text).is_empty(), "{text}");
        }
    }
}
