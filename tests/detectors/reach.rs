//! Where a person is found: post, telephone, mail, machine; and when one was born.

use crate::support::{Random, Tally, grouped};

/// The areas of the Post Office, copied from its list.
const AREAS: &str = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE";

const INWARD: &str = "ABDEFGHJLNPQRSTUWXYZ";

#[test]
fn postcodes_of_every_area_and_district() {
    let (mut random, mut tally) = (Random::new(21), Tally::default());
    let mut outward: Vec<String> = Vec::new();
    for area in AREAS.split(' ') {
        outward.extend((0..=99).map(|d| format!("{area}{d}")));
    }
    outward.extend("A B C D E F G H J K P S T U W".split(' ').map(|c| format!("W1{c}")));
    outward.extend(["E1W", "N1C", "N1P", "NW1W", "SE1P", "GIR"].map(String::from));
    for area in ["EC1", "EC2", "EC3", "EC4"] {
        outward.extend("A M N P R V Y".split(' ').map(|c| format!("{area}{c}")));
    }
    outward.extend(
        [
            "SW1A", "SW1E", "SW1H", "SW1P", "SW1V", "SW1W", "SW1X", "SW1Y", "WC1A", "WC1B", "WC1E", "WC1H", "WC1N",
            "WC1R", "WC1V", "WC1X", "WC2A", "WC2B", "WC2E", "WC2H", "WC2N", "WC2R",
        ]
        .map(String::from),
    );
    for out in &outward {
        let inward =
            if out == "GIR" { "0AA".into() } else { format!("{}{}", random.below(10), random.letters(2, INWARD)) };
        let code = format!("{out} {inward}");
        let tight = code.replace(' ', "");
        tally.hit("postcode", "Flat 2, Leeds, ", &code, "");
        tally.labelled("postcode", "Postcode", &code);
        tally.labelled("postcode", "Post code", &tight);
        tally.labelled("postcode", "postalCode", &tight.to_lowercase());
        // One letter that never stands in the last two; one digit too many; part of a word.
        let bad = random.of(&["C", "I", "K", "M", "O", "V"]);
        tally.miss("postcode", &format!("Kit {out} {}{bad}A", random.below(10)));
        tally.miss("postcode", &format!("Kit {out} {inward}7"));
        tally.miss("postcode", &format!("kit-{code}"));
        tally.miss("postcode", &format!("0x{tight}"));
    }
    for area in ["AA", "C", "D", "F", "QQ", "XA", "ZZ", "J", "P", "R", "TT", "VX"] {
        for district in 1..=30 {
            tally.miss("postcode", &format!("{area}{district} {}{}", random.below(10), random.letters(2, INWARD)));
        }
    }
    // Ascension, Saint Helena, the Falklands and others; the forces abroad.
    for code in [
        "ASCN 1ZZ", "STHL 1ZZ", "FIQQ 1ZZ", "TDCU 1ZZ", "BBND 1ZZ", "BIQQ 1ZZ", "PCRN 1ZZ", "SIQQ 1ZZ", "TKCA 1ZZ",
        "GX11 1AA", "BFPO 57", "BFPO 801",
    ] {
        tally.hit("postcode", "HMS Example, ", code, "");
        tally.labelled("postcode", "Postcode", code);
    }
    tally.done(100_000);
}

#[test]
fn telephone_numbers_of_britain_in_every_grouping() {
    let (mut random, mut tally) = (Random::new(22), Tally::default());
    // Area codes by length, service numbers, mobiles; how people break them.
    let mut plans: Vec<(String, &[&[usize]])> = Vec::new();
    for code in ["020", "023", "024", "028", "029"] {
        plans.push((code.into(), &[&[3, 4, 4], &[3, 8], &[11]]));
    }
    for code in ["0113", "0114", "0115", "0116", "0117", "0118", "0121", "0131", "0141", "0151", "0161", "0191"] {
        plans.push((code.into(), &[&[4, 3, 4], &[4, 7], &[11]]));
    }
    for _ in 0..120 {
        plans.push((format!("01{}{}", 2 + random.below(8), random.digits(2)), &[&[5, 6], &[5, 3, 3], &[11]]));
        plans.push((
            format!("07{}{}", random.of(&[3, 4, 5, 7, 8, 9]), random.digits(2)),
            &[&[5, 6], &[5, 3, 3], &[4, 3, 4], &[11]],
        ));
    }
    for code in ["0300", "0303", "0330", "0345", "0370", "0800", "0808", "0843", "0870", "0906"] {
        plans.push((code.into(), &[&[4, 3, 4], &[4, 7], &[11]]));
    }
    for (code, groupings) in &plans {
        let n = format!("{code}{}{}", 2 + random.below(8), random.digits(10 - code.len()));
        for groups in *groupings {
            let form = grouped(&n, groups, " ");
            tally.hit("phone", "Seen, ", &form, ", ward");
            tally.labelled("phone", "Home phone", &form);
            tally.hit("phone", "Tel: ", &form, ".");
        }
        let national = &n[1..];
        for form in [
            format!("+44 {national}"),
            format!("+44{national}"),
            format!("+44 (0){national}"),
            format!("+44 (0) {national}"),
            format!("({code}) {}", &n[code.len()..]),
        ] {
            tally.hit("phone", "Seen, ", &form, ", ward");
        }
        tally.hit("phone", "tel:", &format!("+44{national}"), "");
        tally.miss("phone", &format!("kit {n}55555"));
        tally.miss("phone", &format!("0x{n}"));
        tally.miss("phone", &format!("{n}.55"));
    }
    tally.done(4_000);
}

#[test]
fn telephone_numbers_of_the_world() {
    let (mut random, mut tally) = (Random::new(23), Tally::default());
    const CODES: &str = "1 7 20 27 30 31 32 33 34 36 39 40 41 43 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218 220 221 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 380 381 382 383 385 386 387 389 420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 850 852 853 855 856 880 886 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 992 993 994 995 996 998";
    for code in CODES.split(' ') {
        for length in 8..=(14 - code.len()) {
            let n = format!("{}{}", 2 + random.below(7), random.digits(length - 1));
            let half = length / 2;
            for form in [
                format!("+{code}{n}"),
                format!("+{code} {n}"),
                format!("+{code} {} {}", &n[..half], &n[half..]),
                format!("+{code}-{}-{}", &n[..half], &n[half..]),
            ] {
                tally.hit("phone", "Call ", &form, ", please");
                tally.labelled("phone", "Mobile", &form);
            }
        }
    }
    for area in (200..=999).step_by(3) {
        let (exchange, line) = (200 + random.below(800), random.digits(4));
        for form in [
            format!("({area}) {exchange}-{line}"),
            format!("{area}-{exchange}-{line}"),
            format!("{area}.{exchange}.{line}"),
            format!("+1 {area} {exchange} {line}"),
            format!("1-{area}-{exchange}-{line}"),
        ] {
            tally.hit("phone", "at ", &form, " now");
        }
        tally.miss("phone", &format!("kit {area}-{exchange}"));
    }
    tally.done(5_000);
}

#[test]
fn what_only_looks_like_a_telephone_number() {
    let (mut random, mut tally) = (Random::new(24), Tally::default());
    for _ in 0..2_000 {
        let (y, m, d, h, s) =
            (1900 + random.below(130), 1 + random.below(12), 1 + random.below(28), random.below(24), random.below(60));
        for text in [
            format!("{d:02}/{m:02}/{y} {h:02}:{s:02}"),
            format!("{y}-{m:02}-{d:02}T{h:02}:{s:02}:00.123Z"),
            format!("{d:02}.{m:02}.{y}"),
            format!("{y}{m:02}{d:02}{h:02}{s:02}00"),
            format!("{}.{}.{}.{}", h, s, m, d),
            format!("{h:02}:{s:02}:{d:02}"),
            format!("{}/{} {}/{}", 90 + d, 50 + m, 91 + d, 51 + m),
            format!("{} mg {} mg", 100 * d, 250 * m),
            format!("{}-{}", random.digits(5), random.below(10)),
            format!("v{}.{}.{}", m, d, random.digits(6)),
            format!("{}e{}", random.digits(7), m),
            format!("0.{}", random.digits(12)),
            format!(
                "{}-{}-4{}-a{}-{}",
                random.digits(8),
                random.digits(4),
                random.digits(3),
                random.digits(3),
                random.digits(12)
            ),
        ] {
            tally.miss("phone", &text);
        }
    }
    tally.done(20_000);
}

#[test]
fn addresses_of_mail() {
    let (mut random, mut tally) = (Random::new(25), Tally::default());
    let locals = [
        "john.smith",
        "j",
        "o'brien",
        "a+b",
        "stacy_bradtke67",
        "jane-anne",
        "x1",
        "JOHN.SMITH",
        "first.middle.last",
        "n%20x",
        "zoë",
    ];
    let hosts = [
        "nhs.net",
        "example.co.uk",
        "x-y.org",
        "sub.domain.example.com",
        "exämple.de",
        "EXAMPLE.COM",
        "a.io",
        "hospital.nhs.uk",
        "mail.example.museum",
    ];
    for local in locals {
        for host in hosts {
            let mail = format!("{local}@{host}");
            for (before, after) in
                [("<", ">"), ("mailto:", "?subject=x"), ("E-mail: ", ", seen"), ("(", ")"), ("", "."), ("\"", "\"")]
            {
                tally.hit("email", before, &mail, after);
            }
            tally.labelled("email", "E-mail", &mail);
            tally.hit("email", "to=", &mail.replace('@', "%40"), "&x=1");
            // No dot, no name, no host, a file, a version.
            for text in
                [format!("{local}@localhost"), format!("@{host}"), format!("{local}@"), format!("{local} @ {host}")]
            {
                tally.miss("email", &text);
            }
        }
    }
    for size in 1..=4 {
        for file in ["png", "jpg", "svg", "webp", "css", "js", "woff2"] {
            tally.miss("email", &format!("/img/icon@{size}x.{file}"));
        }
        tally.miss("email", &format!("react@{size}.{}.{}", random.below(20), random.below(20)));
        tally.miss("email", &format!("@media.print {size}"));
    }
    tally.done(1_000);
}

#[test]
fn addresses_of_machines() {
    let (mut random, mut tally) = (Random::new(26), Tally::default());
    for a in 4..=223u64 {
        if a == 127 {
            continue;
        }
        for _ in 0..4 {
            let ip = format!("{a}.{}.{}.{}", random.below(256), random.below(256), 1 + random.below(255));
            tally.hit("ip-address", "from ", &ip, " at");
            tally.hit("ip-address", "http://", &ip, "/x");
            tally.labelled("ip-address", "IP address", &ip);
            tally.miss("ip-address", &format!("version {ip}"));
            tally.miss("ip-address", &format!("Chrome/{ip}"));
            tally.miss("ip-address", &format!("{ip}.7"));
            tally.miss(
                "ip-address",
                &format!("{a}.{}.{}.{}", random.below(256), 256 + random.below(700), random.below(256)),
            );
        }
    }
    for _ in 0..600 {
        let group = |random: &mut Random| format!("{:x}", random.below(65_536));
        let first = random.of(&["2001", "2a00", "fe80", "fd12", "2600"]);
        let full: Vec<String> = std::iter::once(first.to_owned()).chain((0..7).map(|_| group(&mut random))).collect();
        let short = format!("{first}:{}::{}:{}", group(&mut random), group(&mut random), group(&mut random));
        for ip in [full.join(":"), short.clone(), short.to_uppercase(), format!("{first}::{}", 1 + random.below(9999))]
        {
            if ip.bytes().filter(u8::is_ascii_digit).count() >= 3 {
                tally.hit("ip-address", "from ", &ip, " at");
            }
        }
        let mac: Vec<String> = (0..6).map(|_| format!("{:02x}", random.below(256))).collect();
        tally.miss("ip-address", &mac.join(":"));
        tally.miss("ip-address", &format!("{:02}:{:02}:{:02}", random.below(24), random.below(60), random.below(60)));
        tally.miss("ip-address", &format!("2.16.840.1.{}", random.digits(6)));
    }
    for nobody in ["127.0.0.1", "0.0.0.0", "255.255.255.0", "255.255.255.255", "::1", "::"] {
        tally.miss("ip-address", &format!("bind {nobody}"));
    }
    tally.done(7_000);
}

#[test]
fn every_day_of_birth_in_every_spelling() {
    let (mut random, mut tally) = (Random::new(27), Tally::default());
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    for year in 1900..=2025 {
        for month in 1..=12usize {
            let last = match month {
                2 if year % 4 == 0 && year != 1900 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let day = 1 + random.below(last);
            let name = MONTHS[month - 1];
            let short = &name[..3];
            let yy = year % 100;
            for form in [
                format!("{day:02}/{month:02}/{year}"),
                format!("{day}/{month}/{year}"),
                format!("{day:02}-{month:02}-{year}"),
                format!("{day:02}.{month:02}.{year}"),
                format!("{year}-{month:02}-{day:02}"),
                format!("{year}{month:02}{day:02}"),
                format!("{day} {name} {year}"),
                format!("{day:02}-{short}-{year}"),
                format!("{day:02} {short} {year}"),
                format!("{name} {day}, {year}"),
                format!("{month:02}/{day:02}/{year}"),
                format!("{day:02}/{month:02}/{yy:02}"),
                format!("{day:02}-{}-{year}", short.to_uppercase()),
            ] {
                tally.labelled("date-of-birth", "Date of birth", &form);
                tally.hit("date-of-birth", "DOB: ", &form, ", seen");
                tally.hit("date-of-birth", "born ", &form, "");
                tally.miss("date-of-birth", &format!("seen {form}"));
                tally.miss("date-of-birth", &format!("admitted on {form} to ward 3"));
            }
            for wrong in [
                format!("{:02}/{month:02}/{year}", last + 1),
                format!("{year}-{month:02}-{:02}", last + 1),
                format!("{}/{}/{year}", 13 + random.below(18), 13 + random.below(18)),
            ] {
                tally.miss("date-of-birth", &format!("DOB {wrong}"));
            }
        }
    }
    tally.done(90_000);
}
