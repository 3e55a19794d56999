//! Who a person is and where one lives: every name of the lists in the forms of letters, banners and lists, and addresses by
//! the parts that they are made of; and words, places and clinical terms that are neither.

use crate::support::{Random, Tally};
use fanlight::redact::detect::gazetteer;

fn list(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
}

fn title(word: &str) -> String {
    let mut up = true;
    word.chars()
        .flat_map(|c| {
            let c: Vec<char> = if up { c.to_uppercase().collect() } else { vec![c] };
            up = matches!(c.first(), Some('-' | '\'' | ' '));
            c
        })
        .collect()
}

/// Names that are nothing else: how a name that is a word is told from the word is the matter of the fixtures.
fn names() -> (Vec<String>, Vec<String>) {
    let lists = gazetteer::shipped();
    let plain = |w: &&str| w.len() > 3 && w.is_ascii() && !lists.is_word(w) && !lists.is_after(w);
    let of = |text| list(text).into_iter().filter(plain).map(title).collect();
    (of(include_str!("../../rules/names/forenames.txt")), of(include_str!("../../rules/names/surnames.txt")))
}

#[test]
fn every_name_of_the_lists_in_every_form() {
    let (forenames, surnames) = names();
    let (mut random, mut tally) = (Random::new(51), Tally::default());
    let mut pair = |n: usize, first: &str, last: &str| {
        let shouted = last.to_uppercase();
        match n % 6 {
            0 => tally.hit("name", "Seen by Mrs ", &format!("{first} {last}"), " today."),
            1 => tally.hit("name", "", &format!("{shouted}, {first}"), ""),
            2 => tally.hit("name", "", &format!("{first} {shouted}"), ""),
            3 => tally.hit("name", "", &format!("{shouted}^{}", first.to_uppercase()), ""),
            4 => tally.labelled("name", "Patient name", &format!("{first} {last}")),
            _ => tally.hit("name", "I reviewed ", &format!("{first} {last}"), " in clinic."),
        }
    };
    for (n, first) in forenames.iter().enumerate() {
        let last = &surnames[random.index(surnames.len())];
        pair(n, first, last);
    }
    for (n, last) in surnames.iter().enumerate() {
        let first = &forenames[random.index(forenames.len())];
        pair(n, first, last);
    }
    tally.done(20_000);
}

#[test]
fn every_surname_behind_a_title_and_every_forename_behind_a_relation() {
    let (forenames, surnames) = names();
    let mut tally = Tally::default();
    for last in &surnames {
        tally.hit("name", "Dear Mr ", last, ", thank you");
    }
    for first in &forenames {
        tally.hit("name", "lives with her son ", first, ", who helps");
        tally.hit("name", "NOK: ", first, "");
    }
    tally.done(20_000);
}

#[test]
fn words_that_are_no_people() {
    let lists = gazetteer::shipped();
    let words: Vec<&str> = list(include_str!("../../rules/names/words.txt"))
        .into_iter()
        .filter(|w| w.len() > 3 && !lists.is_forename(w) && !lists.is_surname(w))
        .collect();
    let (mut random, mut tally) = (Random::new(52), Tally::default());
    for word in &words {
        let other = words[random.index(words.len())];
        tally.miss("name", &format!("{} {other}", title(word)));
        tally.miss("name", &format!("{} {}", title(word), title(other)));
        tally.miss("name", &format!("{} {}", word.to_uppercase(), other.to_uppercase()));
        tally.miss("name", &format!("the {word}, the {other}"));
    }
    tally.done(40_000);
}

const STREETS: &[&str] = &[
    "Street", "Road", "Lane", "Avenue", "Drive", "Close", "Crescent", "Terrace", "Gardens", "Grove", "Way", "Place",
    "Court", "Square", "Hill", "Mews", "Walk", "Rise", "Row", "Park",
];
const STEMS: &[&str] = &[
    "High",
    "Church",
    "Station",
    "Victoria",
    "Mill",
    "School",
    "Queens",
    "Albert",
    "Windsor",
    "Green",
    "Manor",
    "Park",
    "London",
    "Stanley",
    "Chestnut",
    "Oak Tree",
    "St John's",
    "Old Mill",
    "Kings",
    "Orchard",
];
const TOWNS: &[&str] = &["Leeds", "Ely", "Milton Keynes", "Barnet", "Stoke-on-Trent", "Bury St Edmunds", "Hampstead"];

#[test]
fn addresses_by_their_parts() {
    let (mut random, mut tally) = (Random::new(53), Tally::default());
    for stem in STEMS {
        for street in STREETS {
            for n in 0..10 {
                let number = match n {
                    0..=5 => format!("{}", 1 + random.below(299)),
                    6 => format!("{}{}", 1 + random.below(99), random.of(&["A", "b", "C"])),
                    7 => format!("Flat {}, {}", 1 + random.below(40), 1 + random.below(299)),
                    8 => format!("Flat {}{}, {}", 1 + random.below(9), random.of(&["A", "B"]), 1 + random.below(99)),
                    _ => format!("{}-{}", 10 + random.below(9), 20 + random.below(9)),
                };
                let line = format!("{number} {stem} {street}");
                tally.hit("address", "Lives at ", &line, ".");
                tally.labelled("address", "Address", &format!("{line}, {}", random.of(TOWNS)));
                tally.hit("address", "", &line, "");
            }
            // The street alone is where thousands live, and a ward, a bed or a dose is no house.
            tally.miss("address", &format!("{stem} {street}"));
            tally.miss("address", &format!("Ward {} {stem}", random.below(30)));
            tally.miss("address", &format!("{} mg {}", random.below(300), stem.to_lowercase()));
        }
    }
    tally.done(10_000);
}
