//! Numbers of patients and of those who treat them.

use crate::support::{AZ, Random, Tally, grouped};

fn check_digit(nine: &str) -> Option<char> {
    let sum: usize = nine.bytes().enumerate().map(|(i, b)| (10 - i) * usize::from(b - b'0')).sum();
    match (11 - sum % 11) % 11 {
        10 => None,
        d => char::from_digit(u32::try_from(d).unwrap(), 10),
    }
}

fn with_check(random: &mut Random, block: usize) -> String {
    loop {
        let nine = format!("{block:03}{}", random.digits(6));
        if let Some(d) = check_digit(&nine) {
            return format!("{nine}{d}");
        }
    }
}

const NHS_LABELS: &[&str] =
    &["NHS No", "NHS Number", "NHS no.", "NHS num", "nhsNumber", "CHI", "CHI Number", "H&C Number", "HCN"];

#[test]
fn nhs_numbers_of_every_block_in_every_spelling() {
    let (mut random, mut tally) = (Random::new(1), Tally::default());
    for block in (320..=499).chain(600..=799).chain([999]) {
        for _ in 0..6 {
            let n = with_check(&mut random, block);
            let spaced = grouped(&n, &[3, 3, 4], " ");
            tally.hit("nhs-number", "Seen ", &n, " today");
            tally.hit("nhs-number", "", &spaced, "");
            tally.hit("nhs-number", "(", &grouped(&n, &[3, 3, 4], "-"), ")");
            tally.hit("nhs-number", "NHS No: ", &n, ", well");
            tally.hit("nhs-number", "NHS number ", &spaced, ".");
            tally.labelled("nhs-number", random.of(NHS_LABELS), &n);
            tally.labelled("nhs-number", random.of(NHS_LABELS), &spaced);
            // A label saves a number whose check digit is wrong, and nothing else does.
            let last = u64::from(n.as_bytes()[9] - b'0');
            let bent = format!("{}{}", &n[..9], (last + 1 + random.below(9)) % 10);
            tally.labelled("nhs-number", random.of(NHS_LABELS), &bent);
            tally.miss("nhs-number", &format!("Seen {bent} today"));
            tally.miss("nhs-number", &format!("Seen {} today", grouped(&bent, &[3, 3, 4], " ")));
            // A part of something longer.
            tally.miss("nhs-number", &format!("{}{n}", 1 + random.below(9)));
            tally.miss("nhs-number", &format!("{n}{}", random.below(10)));
            tally.miss("nhs-number", &format!("a{n}"));
            tally.miss("nhs-number", &format!("{n}.5"));
            tally.miss("nhs-number", &format!("123e4567-e89b-{n}"));
            tally.miss("nhs-number", &n[..9]);
        }
    }
    tally.done(30_000);
}

#[test]
fn chi_numbers_begin_with_a_date_and_take_a_label() {
    let (mut random, mut tally) = (Random::new(2), Tally::default());
    for month in 1..=12 {
        for day in 1..=28 {
            let n = loop {
                let nine = format!("{day:02}{month:02}{:02}{}", random.below(100), random.digits(3));
                if let Some(d) = check_digit(&nine) {
                    break format!("{nine}{d}");
                }
            };
            for label in ["CHI", "CHI No", "CHI number"] {
                tally.labelled("nhs-number", label, &n);
                tally.labelled("nhs-number", label, &grouped(&n, &[6, 4], " "));
                tally.hit("nhs-number", &format!("{label}: "), &n, " seen");
            }
            // Bare it may be anything: the day's first ten digits are in a million time stamps.
            tally.miss("nhs-number", &format!("Batch {n}"));
        }
    }
    tally.done(3_000);
}

#[test]
fn epoch_seconds_of_every_year_stay() {
    let mut tally = Tally::default();
    for second in (946_684_800u64..2_524_608_000).step_by(86_400 * 3 + 7) {
        tally.miss("nhs-number", &format!("{{\"exp\":{second}}}"));
        tally.miss("phone", &format!("exp {second}"));
        tally.miss("hospital-number", &format!("exp {second}"));
    }
    tally.done(15_000);
}

#[test]
fn hospital_numbers_take_words_and_any_form() {
    let (mut random, mut tally) = (Random::new(3), Tally::default());
    let labels = [
        "MRN",
        "Hosp No",
        "Hosp. No.",
        "Hospital Number",
        "Hospital No",
        "Unit No",
        "District No",
        "CRN",
        "PAS No",
        "PAS Number",
        "Case note no",
        "Patient ID",
        "Patient No",
        "Local ID",
        "Medical Record Number",
        "Chart No",
    ];
    for label in labels {
        for _ in 0..20 {
            let (a, b) = (random.letters(1, AZ), random.letters(2, "ABCDEFGHKLMNPRSTUVWXYZ"));
            for value in [
                random.digits(6).replace('0', "1"),
                random.digits(7).replace('0', "2"),
                random.digits(8).replace('0', "9"),
                format!("{a}{}", random.digits(6)),
                format!("{b}{}", random.digits(6)),
                format!("{}{a}", random.digits(6).replace('0', "3")),
                format!("{}/{}", random.digits(6).replace('0', "4"), 1 + random.below(9)),
                format!("{b}-{}", random.digits(7)),
            ] {
                tally.labelled("hospital-number", label, &value);
                tally.hit("hospital-number", &format!("{label}: "), &value, ", seen");
                tally.miss("hospital-number", &format!("Ward {value}"));
                tally.miss("hospital-number", &format!("batch {value} expires"));
            }
        }
        for other in ["2012-03-14", "14/03/2012", "pending", "see notes", "n/a"] {
            tally.miss("hospital-number", &format!("{label}: {other}"));
        }
    }
    tally.done(9_000);
}

#[test]
fn registrations_of_those_who_treat() {
    let (mut random, mut tally) = (Random::new(4), Tally::default());
    for _ in 0..300 {
        let gmc = format!("{}{}", random.of(&[2, 3, 4, 5, 6, 7]), random.digits(6));
        let nmc = format!(
            "{:02}{}{}{}",
            random.below(100),
            random.letters(1, "ABCDEFGHIJKLMNOPQRST"),
            random.digits(4),
            random.of(&["E", "S", "W", "N", "O"])
        );
        let hcpc = format!(
            "{}{}",
            random.of(&["PH", "OT", "RA", "DT", "PYL", "SL", "CH", "BS", "PA", "CS", "ODP", "OR", "PO", "AS", "HAD"]),
            random.digits(5)
        );
        let gphc = format!("2{}", random.digits(6));
        let gdc = format!("{}{}", 1 + random.below(9), random.digits(5));
        for (label, value) in [
            ("GMC", &gmc),
            ("GMC No", &gmc),
            ("NMC PIN", &nmc),
            ("NMC", &nmc),
            ("HCPC", &hcpc),
            ("GPhC", &gphc),
            ("GDC No", &gdc),
        ] {
            tally.labelled("professional", label, value);
            tally.hit("professional", &format!("Dr A Who ({label} "), value, ")");
        }
        for value in [&gmc, &nmc, &hcpc, &gphc, &gdc] {
            tally.miss("professional", &format!("Ward {value}"));
            tally.miss("professional", value);
        }
    }
    tally.done(5_000);
}

#[test]
fn accession_and_visit_numbers_take_words() {
    let (mut random, mut tally) = (Random::new(5), Tally::default());
    let forms = |random: &mut Random| {
        [
            format!("7{}", random.digits(6)),
            format!("{}{}", random.letters(2, "RFXKLM"), random.digits(7)),
            format!("A-2012-{}", random.digits(6)),
            format!("{}/{}", random.digits(6).replace('0', "5"), random.digits(2)),
            format!("{}.{}", random.digits(5).replace('0', "6"), random.digits(6)),
        ]
    };
    for _ in 0..60 {
        for label in
            ["Accession No", "Accession number", "Specimen no", "Sample ID", "Lab No", "Order number", "Request No"]
        {
            for value in forms(&mut random) {
                tally.labelled("accession", label, &value);
                tally.hit("accession", &format!("{label}: "), &value, " received");
                tally.miss("accession", &format!("Room {value}"));
            }
        }
        for label in
            ["Visit No", "Visit number", "Episode No", "Spell number", "Encounter ID", "Admission no", "Attendance ID"]
        {
            for value in forms(&mut random) {
                tally.labelled("visit", label, &value);
                tally.hit("visit", &format!("{label}: "), &value, " open");
                tally.miss("visit", &format!("Room {value}"));
            }
        }
    }
    for text in [
        "Specimen type: blood",
        "Visit date 12/03/2012",
        "Order of the day 1234x",
        "Encounter 2012-03-14",
        "Visit 3 of 4",
    ] {
        tally.miss("accession", text);
        tally.miss("visit", text);
    }
    tally.done(12_000);
}
