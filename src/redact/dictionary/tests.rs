//! What is learned, and where it is found again.
#![allow(clippy::string_slice, reason = "tests cut text that they wrote themselves")]

use super::*;
use crate::redact::kind::Kind;
use crate::redact::place::Surface;

fn sure(kind: Kind) -> Finding {
    Finding { range: 0..0, kind, confidence: 100, finder: Finder::Field("test/field".into()) }
}

fn knowing(rows: &[(Kind, &str)]) -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (kind, value) in rows {
        dictionary.learn(&sure(*kind), value, &Place::on(Surface::Text), 100);
    }
    dictionary
}

/// The longest of those that overlap, as the inspector keeps them.
fn found_on(surface: Surface, dictionary: &Dictionary, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    dictionary.find(text, &Place::on(surface), &|_, _| false, &mut out);
    out.sort_by_key(|f| (std::cmp::Reverse(f.confidence), std::cmp::Reverse(f.range.len())));
    let mut kept: Vec<Finding> = Vec::new();
    for f in out {
        if kept.iter().all(|k| k.range.end <= f.range.start || f.range.end <= k.range.start) {
            kept.push(f);
        }
    }
    kept.sort_by_key(|f| f.range.start);
    kept.iter().map(|f| text[f.range.clone()].to_owned()).collect()
}

fn found(dictionary: &Dictionary, text: &str) -> Vec<String> {
    found_on(Surface::Text, dictionary, text)
}

#[test]
fn a_name_is_found_in_every_written_form() {
    for learned in ["SMITH, John", "John Smith", "Mr John SMITH", "SMITH^John", "SMITH John"] {
        let known = knowing(&[(Kind::Name, learned)]);
        for form in [
            "John Smith",
            "JOHN SMITH",
            "SMITH, John",
            "Smith,John",
            "SMITH^John",
            "J Smith",
            "J. Smith",
            "Smith J",
            "john.smith",
            "john_smith",
            "Smith-John",
            "john+smith",
            "johnsmith",
            "jsmith",
            "John  Smith",
            "Smith",
            "SMITH",
            "John",
        ] {
            let text = format!("seen with {form}; well");
            assert_eq!(found(&known, &text), vec![form], "{learned}: {form}");
        }
        assert_eq!(found(&known, "john.smith@example.com"), vec!["john.smith"]);
        assert_eq!(found(&known, "Smith's notes"), vec!["Smith"]);
        for text in ["Smithson", "blacksmiths", "Johnson", "smithereens", "Johnny"] {
            assert!(found(&known, text).is_empty(), "{text}");
        }
    }
}

#[test]
fn middle_names_and_initials() {
    let known = knowing(&[(Kind::Name, "CASSIN, Anabel Mandy")]);
    for form in [
        "Anabel Mandy Cassin",
        "Anabel Cassin",
        "Anabel M Cassin",
        "A M Cassin",
        "AM Cassin",
        "Cassin, Anabel Mandy",
        "Mandy Cassin",
    ] {
        assert_eq!(found(&known, &format!("for {form} today")), vec![form], "{form}");
    }
}

#[test]
fn parts_that_are_words_are_found_only_where_they_are_names() {
    let known = knowing(&[(Kind::Name, "Rose Carpenter")]);
    assert_eq!(found(&known, "I told Rose to rest"), vec!["Rose"]);
    assert!(found(&known, "the rose garden").is_empty());
    assert!(found(&known, "Rose again to 38.").is_empty());
    assert!(found_on(Surface::Script, &known, "color.Rose").is_empty());
    let known = knowing(&[(Kind::Name, "WARD, May"), (Kind::Name, "Home, Will")]);
    for text in ["Admitted to Ward 3 in May 2012", "Home", "Go Home", "he Will go Home", "the Ward round"] {
        assert!(found(&known, text).is_empty(), "{text}: {:?}", found(&known, text));
    }
    assert_eq!(found(&known, "seen with May Ward today"), vec!["May Ward"]);
}

#[test]
fn a_date_of_birth_is_found_in_every_form() {
    for learned in ["1962-03-14", "14/03/1962", "14-Mar-1962", "19620314", "14 March 1962"] {
        let known = knowing(&[(Kind::DateOfBirth, learned)]);
        for form in [
            "1962-03-14",
            "14/03/1962",
            "14-Mar-1962",
            "14 March 1962",
            "19620314",
            "03/14/1962",
            "14.03.1962",
            "March 14, 1962",
            "14/3/62",
            "14th March 1962",
            "Mar 14 1962",
        ] {
            assert_eq!(found(&known, &format!("on {form}, seen")), vec![form], "{learned}: {form}");
        }
        assert_eq!(found(&known, "at 1962-03-14T10:28:45Z"), vec!["1962-03-14"], "the time stays");
        for text in ["1962-03-15", "14/04/1962", "119620314", "14/03/2012"] {
            assert!(found(&known, text).is_empty(), "{text}");
        }
    }
}

#[test]
fn numbers_are_found_with_any_spacing() {
    let known = knowing(&[
        (Kind::NhsNumber, "943 476 5919"),
        (Kind::HospitalNumber, "RF123456"),
        (Kind::Phone, "07700 900366"),
        (Kind::Postcode, "NW3 2QG"),
        (Kind::Email, "Jane@Example.com"),
        (Kind::RecordId, "pat17"),
        (Kind::Address, "12 High Street, Leeds"),
    ]);
    for form in [
        "9434765919",
        "943-476-5919",
        "94 34 76 59 19",
        "943 476 5919",
        "RF123456",
        "rf 123456",
        "RF/123456",
        "07700900366",
        "+447700900366",
        "+44 7700 900 366",
        "+44 (0)7700 900366",
        "0044 7700 900366",
        "NW32QG",
        "nw3 2qg",
        "jane@example.com",
        "PAT17",
        "12 HIGH STREET",
        "12 High St",
    ] {
        assert_eq!(found(&known, &format!("id {form}, x")), vec![form], "{form}");
    }
    for text in ["99434765919", "94347659190", "xNW32QG", "pat170", "12 High Streets", "xpat17", "12 Highland"] {
        assert!(found(&known, text).is_empty(), "{text}");
    }
}

/// Letters may touch a long number, for no word and no hash holds it by chance; and once it is gone what touched it is a word.
#[test]
fn long_numbers_and_what_touches_them() {
    let known = knowing(&[(Kind::NhsNumber, "943 476 5919"), (Kind::Name, "Zebedee Quillfeather")]);
    for text in ["x9434765919", "id9434765919x", "NHS9434765919", "9434765919ab"] {
        assert_eq!(found(&known, text), vec!["9434765919"], "{text}");
    }
    assert_eq!(found(&known, "9434765919Quillfeather"), vec!["9434765919", "Quillfeather"]);
    assert_eq!(found(&known, "943 476 5919Quillfeather"), vec!["943 476 5919", "Quillfeather"]);
    assert_eq!(found(&known, "Quillfeather9434765919"), vec!["Quillfeather", "9434765919"]);
    for text in ["a1234567Quillfeather", "x99434765919", "x94347659190"] {
        assert!(found(&known, text).is_empty(), "{text}");
    }
}

#[test]
fn a_town_in_five_digits_is_looked_for_only_where_postcodes_stand() {
    let known = knowing(&[(Kind::Zip, "77092"), (Kind::Postcode, "97005-1234")]);
    for (text, want) in [
        ("Houston, TX 77092", vec!["77092"]),
        ("77092-0001", vec!["77092"]),
        ("platelets 77092 in all", vec![]),
        ("Portland OR 97005", vec!["97005"]),
        ("box 970051234", vec!["970051234"]),
        ("XOR 77092", vec![]),
    ] {
        assert_eq!(found(&known, text), want, "{text}");
    }
}

#[test]
fn a_name_in_a_script_without_capitals_is_found_whole_and_in_one_word() {
    let known = knowing(&[(Kind::Name, "张, 无忌")]);
    assert_eq!(found(&known, "姓名 张无忌"), vec!["张无忌"]);
}

#[test]
fn what_is_not_distinctive_is_not_learned() {
    for (kind, value) in [
        (Kind::RecordId, "example"),
        (Kind::RecordId, "12"),
        (Kind::HospitalNumber, "2012"),
        (Kind::DateOfBirth, "1962"),
        (Kind::Name, "••••••"),
        (Kind::Name, "J"),
        (Kind::Name, ""),
    ] {
        assert!(knowing(&[(kind, value)]).is_empty(), "{kind}: {value}");
    }
    let mut dictionary = Dictionary::default();
    let doubtful = Finding { confidence: LIKELY - 1, finder: Finder::Detector("name".into()), ..sure(Kind::Name) };
    dictionary.learn(&doubtful, "John Smith", &Place::on(Surface::Text), 10);
    let again = Finding { finder: Finder::Dictionary, ..sure(Kind::Name) };
    dictionary.learn(&again, "John Smith", &Place::on(Surface::Text), 10);
    assert!(dictionary.is_empty());
}

#[test]
fn the_oldest_leaves_at_the_bound() {
    let mut dictionary = Dictionary::default();
    let number = |n: u32| format!("{}", 44_100_000 + n);
    for n in 0..50 {
        dictionary.learn(&sure(Kind::HospitalNumber), &number(n), &Place::on(Surface::Text), 10);
        assert!(dictionary.len() <= 10);
    }
    for n in 0..50 {
        assert_eq!(!found(&dictionary, &number(n)).is_empty(), n >= 40, "{n}");
    }
    // Also through taking in.
    let mut shared = Dictionary::default();
    shared.absorb(dictionary, 10);
    let mut body = shared.clone();
    body.learn(&sure(Kind::HospitalNumber), &number(77), &Place::on(Surface::Text), 10);
    assert!(found(&body, &number(40)).is_empty() && !found(&body, &number(41)).is_empty());
    shared.absorb(body, 10);
    assert_eq!(shared.len(), 10);
    assert!(found(&shared, &number(40)).is_empty() && !found(&shared, &number(77)).is_empty());
}

#[test]
fn what_one_body_teaches_is_known_once_taken_in_and_not_before() {
    let mut shared = knowing(&[(Kind::Name, "John Smith")]);
    shared.absorb(Dictionary::default(), 100);
    let (mut one, mut two) = (shared.clone(), shared.clone());
    one.learn(&sure(Kind::NhsNumber), "9434765919", &Place::on(Surface::Text), 100);
    two.learn(&sure(Kind::NhsNumber), "9449305552", &Place::on(Surface::Text), 100);
    two.learn(&sure(Kind::Name), "John Smith", &Place::on(Surface::Text), 100);
    assert!(found(&two, "9434765919").is_empty());
    shared.absorb(one, 100);
    shared.absorb(two, 100);
    assert_eq!(shared.len(), 3, "what was known is not known twice");
    for text in ["9434765919", "9449305552", "John Smith"] {
        assert_eq!(found(&shared, text), vec![text]);
    }
}

#[test]
fn learning_many_and_looking_stay_quick() {
    let mut dictionary = Dictionary::default();
    for n in 0..4_000u32 {
        let name = format!("Fore{}, Sur{}", n % 300, n);
        dictionary.learn(&sure(Kind::Name), &name, &Place::on(Surface::Text), 4096);
    }
    let text = "Seen in clinic today with a cough, no fever, for review in May. ".repeat(500);
    let before = dictionary.len();
    assert!(found(&dictionary, &text).is_empty());
    assert_eq!(dictionary.len(), before);
}

#[test]
fn nothing_of_the_values_is_printed() {
    let known = knowing(&[(Kind::Name, "John Smith")]);
    assert_eq!(format!("{known:?}"), "Dictionary(1 entries)");
}

/// What is known is wiped when it is dropped: by its type, so that it cannot be forgotten.
#[test]
fn what_is_known_is_wiped() {
    fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
    let learned = |kind, value: &str| Learned { kind, named: true, given: false, whole: false, value: value.into() };
    let mut name = learned(Kind::Name, "SMITH, John");
    wiped(&name);
    let mut entry = forms::of(&name).unwrap();
    entry.days = vec![crate::redact::detect::date::days("14/03/1962")[0]];
    wiped(&entry);
    wiped(&entry.forms[0]);
    wiped(&entry.forms[0].text);
    wiped(&entry.key);
    wiped(&forms::of(&learned(Kind::Phone, "07700 900123")).unwrap().packed[0]);
    // The wiping itself, seen before the memory goes.
    let mut form = index::Form::clone(&entry.forms[0]);
    zeroize::Zeroize::zeroize(&mut name);
    zeroize::Zeroize::zeroize(&mut form);
    zeroize::Zeroize::zeroize(&mut entry);
    assert!(name.value.bytes().all(|b| b == 0));
    assert!(form.text.is_empty() && entry.key.is_empty() && entry.days.is_empty());
}

/// What has left leaves no way to it behind, however its forms were shared with what stays.
#[test]
fn what_has_left_leaves_no_way_behind() {
    let rows = [
        (Kind::Name, "SMITH, John"),
        (Kind::Name, "SMITH, Jane Mary"),
        (Kind::Name, "Mary O'Brien-Smith"),
        (Kind::Postcode, "NW3 2QG"),
        (Kind::Postcode, "NW3 2QH"),
        (Kind::Address, "Flat 1, 12 High Street, Leeds"),
        (Kind::Address, "Flat 1, 14 High Street, Leeds"),
        (Kind::HospitalNumber, "RF2024-00012"),
        (Kind::HospitalNumber, "RF2024-000123"),
        (Kind::HospitalNumber, "RF12"),
        (Kind::Phone, "07700 900123"),
        (Kind::DateOfBirth, "14/03/1962"),
    ];
    let mut layer = index::Layer::default();
    for (kind, value) in rows.iter().chain(&rows) {
        let learned = Learned { kind: *kind, named: false, given: false, whole: false, value: (*value).into() };
        let entry = forms::of(&learned).unwrap();
        layer.push(learned, &entry);
    }
    for oldest in 1..=24 {
        layer.forget_before(oldest);
        assert_eq!(layer.has_ways(), oldest < 24, "{oldest}");
    }
}

/// Thousands of numbers of one hospital begin alike, and are told apart all the same.
#[test]
fn numbers_that_begin_alike() {
    let mut known = Dictionary::default();
    for n in 0..2000 {
        for value in [format!("RF44{n:04}"), format!("RF{n:04}")] {
            known.learn(&sure(Kind::HospitalNumber), &value, &Place::on(Surface::Text), 5000);
        }
    }
    let find = |text: &str| {
        let mut found = Vec::new();
        known.find(text, &Place::on(Surface::Text), &|_, _| false, &mut found);
        found.len()
    };
    assert_eq!(find("RF 44 1234"), 1);
    assert_eq!(find("rf-44-0007,"), 1);
    // Nobody's yet, but one of the series.
    assert_eq!(find("RF442000"), 1);
    assert_eq!(find("XF442000"), 0);
    assert_eq!(find("RF44"), 0);
    assert_eq!(find("RF0044"), 1);
}

/// A record's key beside another record's number, alike but for the last digit, is known for itself.
#[test]
fn numbers_of_two_kinds_side_by_side_are_both_known() {
    let mut known = Dictionary::default();
    let place = Place::on(Surface::Text);
    for n in 0..1000 {
        known.learn(&sure(Kind::HospitalNumber), &format!("44{:06}", 2 * n), &place, 4096);
    }
    for n in 0..1000 {
        known.learn(&sure(Kind::RecordId), &format!("44{:06}", 2 * n + 1), &place, 4096);
    }
    assert_eq!(known.len(), 2000);
}

/// One text that two names have, as a whole of the one and as two of three words of the other, stays a whole name.
#[test]
fn a_whole_name_stays_one_beside_a_longer_name() {
    let mut known =
        knowing(&[(Kind::Name, "John Mark Smith"), (Kind::Name, "Mark Smith"), (Kind::Name, "Ann Mark Smith")]);
    let mut telling = Vec::new();
    known.find_telling("Mark Smith", &Place::on(Surface::Text), known.mark(), &mut telling);
    assert!(telling.iter().any(|f| f.confidence == 92), "{telling:?}");
    // Both a detector and a field have named her: the field's word counts.
    let detected = Finding { finder: Finder::Detector("name".into()), ..sure(Kind::Name) };
    known.learn(&detected, "Gloria Esposito", &Place::on(Surface::Text), 100);
    known.learn(&sure(Kind::Name), "Gloria Esposito", &Place::on(Surface::Text), 100);
    let mut found = Vec::new();
    known.find("Gloria Esposito", &Place::on(Surface::Text), &|_, _| true, &mut found);
    assert!(!found.is_empty());
}

#[test]
fn kinds_can_be_told_apart_in_five_bits() {
    assert!(Kind::ALL.len() <= 32);
}

#[test]
fn what_is_known_as_two_kinds_is_found_as_they_were_learned() {
    // Many of them: the table grows, and what is in it moves.
    let numbers: Vec<String> = (0..48).map(|n| format!("58765{n:04}")).collect();
    let rows = numbers.iter().flat_map(|n| [(Kind::Phone, n.as_str()), (Kind::RecordId, n.as_str())]);
    let known = knowing(&rows.collect::<Vec<_>>());
    for number in &numbers {
        let mut out = Vec::new();
        known.find(number, &Place::on(Surface::Text), &|_, _| false, &mut out);
        let kinds: Vec<Kind> = out.iter().map(|f| f.kind).filter(|kind| *kind != Kind::Name).collect();
        assert_eq!(kinds, [Kind::Phone, Kind::RecordId], "{number}");
    }
}
