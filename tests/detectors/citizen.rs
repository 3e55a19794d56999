//! Numbers that a state or a firm gives to a person: insurance, passport, licence, car, bank, card, social security.

use crate::support::{AZ, Random, Tally, grouped};

#[test]
fn ninos_of_every_pair_and_suffix() {
    let (mut random, mut tally) = (Random::new(11), Tally::default());
    for a in AZ.chars() {
        for b in AZ.chars() {
            for last in "ABCD".chars() {
                let n = random.digits(6);
                let plain = format!("{a}{b}{n}{last}");
                let spaced = format!("{a}{b} {} {} {} {last}", &n[..2], &n[2..4], &n[4..]);
                let loose = format!("{a}{b} {n} {last}");
                let pair = format!("{a}{b}");
                let given = !"DFIQUV".contains(a)
                    && !"DFIOQUV".contains(b)
                    && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&pair.as_str());
                for form in [&plain, &spaced, &loose] {
                    if given {
                        tally.hit("nino", "see ", form, ".");
                    } else {
                        tally.miss("nino", &format!("see {form}."));
                    }
                    tally.labelled("nino", "NI Number", form);
                    tally.hit("nino", "National Insurance No: ", &form.to_lowercase(), ", known");
                }
                let wrong = random.of(&["E", "F", "M", "P", "X"]);
                tally.miss("nino", &format!("{pair}{n}{wrong}"));
                tally.miss("nino", &format!("{pair}{n}"));
                tally.miss("nino", &format!("{pair}{}{last}", &n[1..]));
                tally.miss("nino", &format!("{pair}{n}1{last}"));
                tally.miss("nino", &format!("X{plain}"));
                tally.miss("nino", &format!("{plain}7"));
            }
        }
    }
    tally.done(40_000);
}

#[test]
fn passports_take_a_label() {
    let (mut random, mut tally) = (Random::new(12), Tally::default());
    for _ in 0..500 {
        // United Kingdom and United States, Germany, France, Ireland, India, Poland.
        for value in [
            random.digits(9).replace('0', "7"),
            format!("C{}", random.digits(8)),
            format!("C{}", random.letters(8, "CFGHJKLMNPRTVWXYZ0123456789")),
            format!("{}{}{}", random.digits(2), random.letters(2, AZ), random.digits(5)),
            format!("{}{}", random.letters(2, AZ), random.digits(7)),
            format!("{}{}", random.letters(1, AZ), random.digits(7)),
        ] {
            if value.bytes().filter(u8::is_ascii_digit).count() < 5 {
                continue;
            }
            tally.labelled("passport", "Passport No", &value);
            tally.hit("passport", "passport number ", &value, ", seen");
            tally.miss("passport", &format!("order {value}"));
        }
    }
    for text in ["Passport issued 20100312", "passport to health", "passport photo 45x35", "Passport expiry 2031-01-01"]
    {
        tally.miss("passport", text);
    }
    tally.done(7_000);
}

#[test]
fn driving_licences_spell_a_name_and_a_date() {
    let (mut random, mut tally) = (Random::new(13), Tally::default());
    for month in (0..=99).filter(|m| *m != 0) {
        for day in 0..=40 {
            let name = random.of(&["SMITH", "JONES", "LEE99", "NG999", "OBRIE", "MACDO", "X9999"]);
            let tail = format!(
                "{}{}{}",
                random.letters(1, AZ),
                random.of(&["9", "A", "K"]),
                random.of(&["1AB", "9XX", "AB2"])
            );
            let n = format!("{name}{}{month:02}{day:02}{}{}", random.below(10), random.below(10), &tail[..2]);
            let n = format!("{n}{}{}", random.below(10), random.letters(2, AZ));
            let real = matches!(month, 1..=12 | 51..=62) && (1..=31).contains(&day);
            if real {
                tally.hit("driving-licence", "(", &n, ")");
                tally.hit("driving-licence", "licence ", &n.to_lowercase(), ", valid");
            } else {
                tally.miss("driving-licence", &format!("({n})"));
            }
            tally.labelled("driving-licence", "Driving licence no", &n);
            tally.miss("driving-licence", &format!("{n}4"));
        }
        // Northern Ireland: eight digits, by label alone.
        let irish = format!("7{}", random.digits(7));
        tally.labelled("driving-licence", "Driving licence number", &irish);
        tally.miss("driving-licence", &format!("batch {irish}"));
    }
    tally.done(9_000);
}

#[test]
fn registration_marks_since_1903() {
    let (mut random, mut tally) = (Random::new(14), Tally::default());
    for _ in 0..300 {
        let (l1, l2, l3) = (
            random.letters(1, "ABCDEFGHJKLMNOPRSTVWXY"),
            random.letters(2, "ABCDEFGHJKLMNOPRSTVWXY"),
            random.letters(3, "ABCDEFGHJKLMNOPRSTUVWXY"),
        );
        let (d1, d2, d3, d4) =
            (1 + random.below(9), 10 + random.below(90), 100 + random.below(900), 1000 + random.below(9000));
        let marks = [
            // Present, prefix, suffix.
            format!("{l2}{d2} {l3}"),
            format!("{l1}{d3} {l3}"),
            format!("{l1}{d2} {l3}"),
            format!("{l1}{d1} {l3}"),
            format!("{l3} {d3}{l1}"),
            format!("{l3} {d2}{l1}"),
            format!("{l3} {d1}{l1}"),
            // Dateless, either way round.
            format!("{l3} {d3}"),
            format!("{d3} {l3}"),
            format!("{l2} {d4}"),
            format!("{d4} {l2}"),
            format!("{l1} {d4}"),
            format!("{d4} {l1}"),
            // Northern Ireland, age unknown, diplomats.
            format!("{}Z {d4}", random.of(&["AI", "BJ", "CI", "WB", "XU"])),
            format!("Q{d3} {l3}"),
            format!("{d3} D {d3}"),
        ];
        for mark in marks {
            for form in [mark.clone(), mark.replace(' ', "")] {
                tally.labelled("vehicle", "Vehicle registration", &form);
                tally.labelled("vehicle", "Car reg", &form.to_lowercase());
                tally.hit("vehicle", "car registration ", &form, ", parked");
                tally.miss("vehicle", &format!("product {form}"));
            }
        }
    }
    for text in ["CAR T cell", "car seat", "VRM pending", "vehicle on 12/03/2012", "registration mark to follow"] {
        tally.miss("vehicle", text);
    }
    tally.done(30_000);
}

#[test]
fn bank_accounts_take_words() {
    let (mut random, mut tally) = (Random::new(15), Tally::default());
    for _ in 0..400 {
        let sort = format!("{:02}{}", 20 + random.below(70), random.digits(4));
        let account = format!("{}{}", 3 + random.below(7), random.digits(7));
        for form in [sort.clone(), grouped(&sort, &[2, 2, 2], "-"), grouped(&sort, &[2, 2, 2], " ")] {
            tally.labelled("bank-account", "Sort code", &form);
            tally.hit("bank-account", "sort code ", &form, ", thanks");
            tally.miss("bank-account", &format!("kit {form}"));
        }
        for form in [account.clone(), grouped(&account, &[4, 4], " ")] {
            tally.labelled("bank-account", "Account number", &form);
            tally.hit("bank-account", "account no ", &form, ", thanks");
            tally.miss("bank-account", &format!("kit {form}"));
        }
    }
    for text in ["Account created 20120312", "user account 31926819", "sort by 123456789012345", "account type 1"] {
        tally.miss("bank-account", text);
    }
    tally.done(6_000);
}

fn luhn(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0') * if i % 2 == 0 { 2 } else { 1 };
            d / 10 + d % 10
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap()
}

#[test]
fn cards_of_every_issuer() {
    let (mut random, mut tally) = (Random::new(16), Tally::default());
    let mut issuers: Vec<(String, usize, &[usize])> = Vec::new();
    let four: &[usize] = &[4, 4, 4, 4];
    for n in 0..10 {
        issuers.push((format!("4{n}"), 16, four));
    }
    for n in (51..=55).chain([65, 62, 35]) {
        issuers.push((n.to_string(), 16, four));
    }
    for n in (2221..=2720).step_by(7).chain([6011]).chain((644..=649).map(|n| n * 10)) {
        issuers.push((n.to_string(), 16, four));
    }
    for n in [34, 37] {
        issuers.push((n.to_string(), 15, &[4, 6, 5]));
    }
    for n in (300..=305).map(|n| n.to_string()).chain(["36".into(), "38".into()]) {
        issuers.push((n, 14, &[4, 6, 4]));
    }
    for (prefix, length, groups) in &issuers {
        for _ in 0..6 {
            let body = format!("{prefix}{}", random.digits(length - prefix.len() - 1));
            let n = format!("{body}{}", luhn(&body));
            for gap in [" ", "-"] {
                tally.hit("card", "paid by ", &grouped(&n, groups, gap), ".");
            }
            tally.labelled("card", "Card number", &n);
            tally.hit("card", "card no ", &n, ", thanks");
            let bent = format!("{body}{}", (u64::from(n.as_bytes()[length - 1] - b'0') + 1 + random.below(9)) % 10);
            tally.miss("card", &format!("card {}", grouped(&bent, groups, " ")));
            tally.miss("card", &format!("card {bent}"));
            tally.miss("card", &format!("card {n}{n}"));
        }
    }
    for prefix in ["0", "1", "7", "8", "9", "2720", "2220", "56", "60"] {
        for _ in 0..50 {
            let body = format!("{prefix}{}", random.digits(15 - prefix.len()));
            if matches!(body.get(..4), Some("6011")) || body.starts_with("2720") {
                continue;
            }
            tally.miss("card", &format!("card {body}{}", luhn(&body)));
        }
    }
    tally.done(4_000);
}

/// The registry's lengths, copied from the standard's table by hand.
const IBANS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

fn iban(country: &str, rest: &str) -> String {
    let mut n = 0u64;
    for c in rest.chars().chain(country.chars()).chain("00".chars()) {
        let d = u64::from(c.to_digit(36).unwrap());
        n = (n * if d > 9 { 100 } else { 10 } + d) % 97;
    }
    format!("{country}{:02}{rest}", 98 - n)
}

#[test]
fn ibans_of_every_country() {
    let (mut random, mut tally) = (Random::new(17), Tally::default());
    for (country, length) in IBANS {
        for _ in 0..20 {
            let n = iban(country, &random.digits(length - 4));
            let chars: Vec<char> = n.chars().collect();
            let spaced: Vec<String> = chars.chunks(4).map(|c| c.iter().collect()).collect();
            let spaced = spaced.join(" ");
            tally.hit("iban", "pay ", &n, ".");
            tally.hit("iban", "", &spaced, "");
            tally.labelled("iban", "IBAN", &spaced);
            let last = u64::from(n.as_bytes()[length - 1] - b'0');
            tally.miss("iban", &format!("pay {}{}", &n[..length - 1], (last + 1 + random.below(9)) % 10));
            tally.miss("iban", &format!("pay {}", &n[..length - 1]));
            tally.miss("iban", &format!("pay {n}X1"));
        }
    }
    for _ in 0..300 {
        tally.miss("iban", &iban(random.of(&["US", "CA", "AU", "IN", "ZZ", "JP"]), &random.digits(18)));
    }
    tally.done(9_000);
}

#[test]
fn social_security_numbers_of_every_area_group_and_serial() {
    let (mut random, mut tally) = (Random::new(18), Tally::default());
    for serial in 1..=9999 {
        let area = [1 + random.below(665), 667 + random.below(233)][random.index(2)];
        tally.hit("ssn", "(", &format!("{area:03}-{:02}-{serial:04}", 1 + random.below(99)), ")");
    }
    for area in 0..=999 {
        for group in [0, 1 + random.below(99)] {
            let n = format!("{area:03}-{group:02}-{:04}", 1 + random.below(9999));
            if matches!(area, 0 | 666 | 900..) || group == 0 {
                tally.miss("ssn", &format!("({n})"));
            } else {
                tally.hit("ssn", "(", &n, ")");
            }
            tally.labelled("ssn", "SSN", &n);
            tally.labelled("ssn", "Social Security Number", &n.replace('-', ""));
            tally.miss("ssn", &format!("ref {}", n.replace('-', "")));
            tally.miss("ssn", &format!("7{n}"));
            tally.miss("ssn", &format!("{n}-7"));
        }
        tally.miss("ssn", &format!("({area:03}-45-0000)"));
    }
    tally.done(20_000);
}

#[test]
fn zip_codes_behind_states_and_labels() {
    let (mut random, mut tally) = (Random::new(19), Tally::default());
    const STATES: &str = "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VT WA WI WV WY";
    for state in STATES.split(' ') {
        for _ in 0..40 {
            let zip = format!("{:05}", 501 + random.below(99_400));
            let long = format!("{zip}-{}", random.digits(4));
            for form in [&zip, &long] {
                tally.hit("zip", &format!("1 Main St, Springfield, {state} "), form, "");
                tally.labelled("zip", "ZIP code", form);
                tally.miss("zip", &format!("code {form}"));
                tally.miss("zip", &format!("{form} units"));
            }
            tally.miss("zip", &format!("1 Main St, Springfield, {state} {zip}1"));
            tally.miss("zip", &format!("1 Main St, Springfield, XX {zip}"));
        }
    }
    tally.done(15_000);
}
