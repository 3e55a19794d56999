//! Makes a trust's patients from the lists: the same ones every time.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::lists::{LISTS, Listed, Sex};
use super::patient::{Patient, Practitioner, Relative};
use super::random::Random;
use super::trust::{LinkKey, Tailoring};
use super::written::plain;
use super::{course, notes};

/// The clinic's day: ages and results hang on it, so that every run shows the same pages.
pub(super) const TODAY: Date = date(2026, 11, 20);

/// Patients a trust.
pub(super) const COUNT: usize = 200;

/// Patients that every trust has, because their names are hard: `(title, sex, forename, surname)`.
const HARD: &[(&str, Sex, &str, &str)] = &[
    ("Miss", Sex::Female, "Kyla", "O'Reilly"),
    ("Mr", Sex::Male, "Ramiro", "Abbott"),
    ("Mrs", Sex::Female, "April", "White"),
    ("Mr", Sex::Male, "Mark", "Rose"),
    ("Rev'd", Sex::Female, "Mary-Anne", "O'Reilly"),
    ("Ms", Sex::Female, "Siân", "Llywelyn"),
    ("Mr", Sex::Male, "Wojciech", "Brzęczyszczykiewicz"),
    ("Dr", Sex::Female, "Folasade", "Oyèlárán"),
    ("Mrs", Sex::Female, "Thi Lan", "Nguyen"),
    ("Mr", Sex::Male, "Will", "Young"),
];

/// The patients of a trust.
pub(super) fn patients(trust: &Tailoring) -> Vec<Patient> {
    let mut random = Random::seeded(trust.seed);
    let mut taken = HashSet::new();
    (1..=COUNT).map(|seq| patient(trust, seq, &mut random.fork(seq as u64), &mut taken)).collect()
}

/// A text that no other patient of the trust has.
fn unique(taken: &mut HashSet<String>, mut make: impl FnMut() -> String) -> String {
    loop {
        let text = make();
        if taken.insert(text.clone()) {
            return text;
        }
    }
}

fn patient(trust: &Tailoring, seq: usize, random: &mut Random, taken: &mut HashSet<String>) -> Patient {
    let (title, sex, forename, surname) = named(seq, random, taken);
    let born = birthday(random);
    let title = title.unwrap_or_else(|| title_of(sex, born, random)).to_owned();
    let place = random.pick(trust.towns).copied().unwrap_or(("London", &["E1"]));
    let (kin, other) = relatives(seq, surname, random);
    let ward = random.pick(&LISTS.wards).copied().unwrap_or_default();
    let marked = seq.is_multiple_of(4);
    let mut patient = Patient {
        seq,
        record: unique(taken, || random.digits("#######")),
        number: unique(taken, || random.digits(trust.number_format)),
        nhs: unique(taken, || nhs_number(trust, marked, seq % 19 == 7, random)),
        marked,
        sex,
        email: format!(
            "{}.{}{}@{}",
            plain(forename.name),
            plain(surname.name),
            random.between(1, 99),
            random.pick(&["mail.example", "post.example.org", "example.net"]).copied().unwrap_or("mail.example"),
        ),
        title,
        middle: random.chance(35).then(|| random.pick(names_of(sex)).map(|n| n.name.to_owned())).flatten(),
        forename: forename.name.to_owned(),
        surname: surname.name.to_owned(),
        ordinary_forename: forename.ordinary,
        ordinary_surname: surname.ordinary,
        born,
        line: address_line(random),
        town: place.0.to_owned(),
        postcode: postcode(place.1, random),
        phone: format!("{}{:03}", trust.landline, 100 + seq),
        mobile: mobile(seq),
        nino: (born.year() < 2008).then(|| nino(random)),
        kin,
        other,
        gp: practitioner(random),
        consultant: random.pick(&LISTS.consultants).copied().unwrap_or_default(),
        ward: ward[0],
        ward_name: ward[1],
        bed: format!(
            "{}{}",
            random.pick(&["Bay 1-", "Bay 2-", "Bay 3-", "SR"]).copied().unwrap_or("Bay 1-"),
            random.between(1, 6)
        ),
        visit: unique(taken, || random.digits("V########")),
        accession: unique(taken, || random.digits("26H######")),
        admitted: TODAY.saturating_sub((random.between(0, 20) as i64).days()),
        allergy: random.pick(&LISTS.allergies).copied().unwrap_or_default(),
        problems: Vec::new(),
        medicines: Vec::new(),
        results: Vec::new(),
        notes: Vec::new(),
        documents: Vec::new(),
    };
    if trust.link == LinkKey::Composite {
        // There the older screens' key is the only one.
        patient.record = patient.row();
    }
    course::fill(&mut patient, random);
    patient.notes = notes::write(&patient, random);
    patient
}

type Named = (Option<&'static str>, Sex, Listed, Listed);

fn named(seq: usize, random: &mut Random, taken: &mut HashSet<String>) -> Named {
    if let Some((title, sex, forename, surname)) = HARD.get(seq.saturating_sub(1)) {
        taken.insert(format!("{forename} {surname}"));
        let known = |list: &[Listed], name: &'static str| {
            list.iter().find(|n| n.name == name).copied().unwrap_or(Listed { group: "", name, ordinary: false })
        };
        return (Some(title), *sex, known(names_of(*sex), forename), known(&LISTS.surnames, surname));
    }
    loop {
        let sex = if random.chance(50) { Sex::Male } else { Sex::Female };
        let Some(surname) = random.pick(&LISTS.surnames).copied() else { continue };
        let forename = forename(sex, surname.group, random);
        if taken.insert(format!("{} {}", forename.name, surname.name)) {
            return (None, sex, forename, surname);
        }
    }
}

fn names_of(sex: Sex) -> &'static [Listed] {
    match sex {
        Sex::Male => &LISTS.men,
        Sex::Female => &LISTS.women,
    }
}

/// Mostly a forename that goes with the surname.
fn forename(sex: Sex, group: &str, random: &mut Random) -> Listed {
    let all = names_of(sex);
    let wanted: Vec<Listed> = all.iter().filter(|n| n.group == group).copied().collect();
    let from = if random.chance(85) && !wanted.is_empty() { wanted.as_slice() } else { all };
    random.pick(from).copied().unwrap_or(Listed { group: "", name: "Ramiro", ordinary: false })
}

fn birthday(random: &mut Random) -> Date {
    let years = if random.chance(10) { random.between(2, 17) } else { random.between(18, 97) };
    TODAY.saturating_sub(((years * 365 + random.between(1, 364)) as i64).days())
}

fn title_of(sex: Sex, born: Date, random: &mut Random) -> &'static str {
    let choices: &[&str] = match (sex, born.year() > 2010) {
        (Sex::Male, true) => &["Master"],
        (Sex::Female, true) => &["Miss"],
        (Sex::Male, false) => &["Mr", "Mr", "Mr", "Mr", "Mr", "Dr", "Rev'd", "Sir"],
        (Sex::Female, false) => &["Mrs", "Mrs", "Ms", "Miss", "Mrs", "Dr", "Rev'd", "Lady"],
    };
    random.pick(choices).copied().unwrap_or("Mr")
}

const RELATIONS: &[(&str, Sex)] = &[
    ("wife", Sex::Female),
    ("husband", Sex::Male),
    ("partner", Sex::Female),
    ("daughter", Sex::Female),
    ("son", Sex::Male),
    ("sister", Sex::Female),
    ("brother", Sex::Male),
    ("mother", Sex::Female),
    ("father", Sex::Male),
];

fn relatives(seq: usize, surname: Listed, random: &mut Random) -> (Relative, Relative) {
    let mut relative = |nth: usize| {
        let (relation, sex) = random.pick(RELATIONS).copied().unwrap_or(("wife", Sex::Female));
        let own = if random.chance(65) { Some(surname) } else { random.pick(&LISTS.surnames).copied() };
        let own = own.unwrap_or(surname);
        // Relatives' forenames are never ordinary words: their canaries can be looked for one by one.
        let plain = loop {
            let name = forename(sex, own.group, random);
            if !name.ordinary {
                break name;
            }
        };
        Relative {
            relation,
            sex,
            title: match sex {
                Sex::Male => "Mr",
                Sex::Female => "Mrs",
            },
            forename: plain.name.to_owned(),
            surname: own.name.to_owned(),
            phone: mobile(seq + nth * 250),
        }
    };
    (relative(1), relative(2))
}

fn practitioner(random: &mut Random) -> Practitioner {
    let [practice, address, phone] = random.pick(&LISTS.practices).copied().unwrap_or_default();
    let name = random.pick(&LISTS.practitioners).copied().unwrap_or_default();
    Practitioner { name, practice, address, phone }
}

/// Ofcom's range for drama.
fn mobile(n: usize) -> String {
    format!("07700 900{:03}", n % 1000)
}

fn address_line(random: &mut Random) -> String {
    let street = random.pick(&LISTS.streets).copied().unwrap_or_default();
    if random.chance(15)
        && let Some(house) = random.pick(&LISTS.houses)
    {
        return format!("{house}, {street}");
    }
    let letter = if random.chance(8) { "a" } else { "" };
    format!("{}{letter} {street}", random.between(1, 189))
}

fn postcode(outward: &[&str], random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut letter = || char::from(random.pick(LETTERS).copied().unwrap_or(b'A'));
    let (a, b) = (letter(), letter());
    format!("{} {}{a}{b}", random.pick(outward).copied().unwrap_or("E1"), random.between(1, 9))
}

fn nino(random: &mut Random) -> String {
    let prefix = random.pick(&["JK", "AB", "CE", "HR", "NW", "PX", "SG", "TL"]).copied().unwrap_or("JK");
    let suffix = random.pick(&["A", "B", "C", "D"]).copied().unwrap_or("A");
    random.digits(&format!("{prefix} ## ## ## {suffix}"))
}

/// A number of the test range 999…, or (`ordinary`) of the ranges that are issued; `wrong`: its check digit is.
/// Test numbers of different trusts differ in their fourth digit.
fn nhs_number(trust: &Tailoring, ordinary: bool, wrong: bool, random: &mut Random) -> String {
    loop {
        let nine = if ordinary {
            random.digits(random.clone().pick(&["4########", "6########", "7########"]).copied().unwrap_or("4########"))
        } else {
            random.digits(&format!("999{}#####", trust.seed % 10))
        };
        if let Some(check) = check_digit(&nine) {
            let digit = if wrong { (check + 3) % 10 } else { check };
            return format!("{nine}{digit}");
        }
    }
}

/// The tenth digit by modulus 11; none when there is no valid one.
fn check_digit(nine: &str) -> Option<u32> {
    let sum: u32 = nine.chars().zip((2..=10).rev()).filter_map(|(c, w)| Some(c.to_digit(10)? * w)).sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        digit => Some(digit),
    }
}

#[cfg(test)]
mod tests {
    use super::super::trust;
    use super::*;

    fn valid(nhs: &str) -> bool {
        check_digit(&nhs[..9]) == nhs[9..].parse().ok()
    }

    #[test]
    fn every_run_makes_the_same_patients() {
        for trust in trust::ALL {
            let (a, b) = (patients(trust), patients(trust));
            assert_eq!(format!("{a:?}"), format!("{b:?}"));
            assert_eq!(a.len(), COUNT);
        }
    }

    #[test]
    fn trusts_have_different_patients() {
        let numbers = |t: &Tailoring| patients(t).into_iter().map(|p| p.nhs).collect::<HashSet<_>>();
        let (a, b) = (numbers(&trust::ALL[0]), numbers(&trust::ALL[1]));
        assert!(a.is_disjoint(&b));
    }

    #[test]
    fn nhs_numbers_are_test_numbers_or_marked_and_a_few_are_wrong() {
        for trust in trust::ALL {
            let all = patients(trust);
            assert!(all.iter().all(|p| p.nhs.len() == 10 && p.marked != p.nhs.starts_with("999")));
            let wrong = all.iter().filter(|p| !valid(&p.nhs)).count();
            assert!((5..20).contains(&wrong), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_unique_and_in_the_trusts_format() {
        for trust in trust::ALL {
            let all = patients(trust);
            let keys: HashSet<String> =
                all.iter().flat_map(|p| [p.number.clone(), p.record.clone(), p.nhs.clone(), p.row()]).collect();
            let kinds = if trust.link == LinkKey::Composite { 3 } else { 4 };
            assert_eq!(keys.len(), kinds * COUNT);
            let shape = |n: &str| n.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect::<String>();
            assert!(all.iter().all(|p| shape(&p.number) == trust.number_format));
        }
    }

    #[test]
    fn nobody_was_born_on_a_day_that_the_pages_show_for_other_reasons() {
        for trust in trust::ALL {
            assert!(patients(trust).iter().all(|p| p.born.year() <= 2024 && (1..=99).contains(&p.age(TODAY))));
        }
    }
}
