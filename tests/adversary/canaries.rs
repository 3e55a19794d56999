//! Canaries: the identifiers of one made-up person, each in the ways in which people and programs write it.

use crate::dice::Dice;

/// What an identifier is; the order is that of the labels on the banner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Nhs,
    Hospital,
    Name,
    Birth,
    Phone,
    Email,
    Postcode,
    Nino,
    Address,
}

pub const KINDS: &[Kind] = &[
    Kind::Nhs,
    Kind::Hospital,
    Kind::Name,
    Kind::Birth,
    Kind::Phone,
    Kind::Email,
    Kind::Postcode,
    Kind::Nino,
    Kind::Address,
];

/// A made-up person.
#[derive(Debug, Clone)]
pub struct Person {
    pub nhs: String,
    pub hospital: String,
    pub forename: String,
    pub surname: String,
    /// Year, month, day.
    pub birth: (u32, u32, u32),
    pub phone: String,
    pub email: String,
    pub postcode: String,
    pub nino: String,
    pub street: String,
}

// No name here is a word, a place or a part of another word.
const SURNAMES: &[&str] = &[
    "Okonkwo",
    "Featherstonhaugh",
    "Vijayakumar",
    "Szczepanski",
    "Abernethy",
    "Mukherjee",
    "Llewellyn",
    "Papadopoulos",
    "Wojciechowski",
    "Thistlethwaite",
    "Ramanathan",
    "Ogunbanjo",
    "Fitzwilliam",
    "Brzezicki",
    "Núñez",
    "Brontë",
];
const FORENAMES: &[&str] = &[
    "Ramiro",
    "Janet",
    "Gwendolyn",
    "Chukwuemeka",
    "Agnieszka",
    "Priyanka",
    "Siobhan",
    "Bartholomew",
    "Rosalind",
    "Tobias",
    "Marguerite",
    "Anneliese",
    "Zoë",
    "Eilidh",
    "Rhiannon",
    "Leopold",
];
const STREETS: &[&str] = &["Larkspur Gardens", "Wetherby Road", "Bramblewood Close", "Pemberton Avenue", "High Street"];
const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Ten digits with a right check digit, in the range that is in use.
fn nhs(dice: &mut Dice) -> String {
    loop {
        let nine = format!("{}{}", 60 + dice.below(19), dice.digits(7));
        let sum: u32 = nine.bytes().zip((2..=10).rev()).map(|(b, w)| u32::from(b - b'0') * w).sum();
        match 11 - sum % 11 {
            10 => {}
            11 => return format!("{nine}0"),
            n => return format!("{nine}{n}"),
        }
    }
}

impl Person {
    pub fn new(dice: &mut Dice) -> Self {
        let forename = *dice.pick(FORENAMES);
        let surname = *dice.pick(SURNAMES);
        let plain = |t: &str| t.to_lowercase().replace('ë', "e").replace('ú', "u").replace('ñ', "n");
        let letters = b"ABEGHJKLMNPRSTWXYZ";
        let letter = |dice: &mut Dice| char::from(*dice.pick(letters));
        Self {
            nhs: nhs(dice),
            hospital: format!("RF{}", dice.digits(6)),
            forename: forename.to_owned(),
            surname: surname.to_owned(),
            birth: (1931 + dice.below(70) as u32, 1 + dice.below(12) as u32, 13 + dice.below(16) as u32),
            phone: format!("07700 900{}", dice.digits(3)),
            email: format!("{}.{}@example.org", plain(forename), plain(surname)),
            postcode: format!("NW{} {}QG", 1 + dice.below(9), 1 + dice.below(9)),
            // GB is never issued.
            nino: format!("{}{}{}C", letter(dice), *dice.pick(&["A", "E", "H", "L"]), dice.digits(6)),
            street: format!("{} {}", 11 + dice.below(180), dice.pick(STREETS)),
        }
    }

    /// As it stands beside its label.
    pub fn labelled(&self, kind: Kind) -> String {
        let (y, m, d) = self.birth;
        match kind {
            Kind::Nhs => self.nhs.clone(),
            Kind::Hospital => self.hospital.clone(),
            Kind::Name => format!("{} {}", self.forename, self.surname),
            Kind::Birth => format!("{d:02}/{m:02}/{y}"),
            Kind::Phone => self.phone.clone(),
            Kind::Email => self.email.clone(),
            Kind::Postcode => self.postcode.clone(),
            Kind::Nino => self.nino.clone(),
            Kind::Address => self.street.clone(),
        }
    }

    /// One of the ways in which it is written. `alone`: so that a detector must find it with nothing learned; then not every
    /// kind can be asked for.
    pub fn written(&self, kind: Kind, alone: bool, dice: &mut Dice) -> Written {
        let (text, needle) = match kind {
            Kind::Nhs => {
                let (a, b, c) = (&self.nhs[..3], &self.nhs[3..6], &self.nhs[6..]);
                let gap = *dice.pick(&["", " ", "-", " ", " "]);
                (format!("{a}{gap}{b}{gap}{c}"), self.nhs.clone())
            }
            Kind::Hospital => {
                let text = if dice.once_in(3) { self.hospital.to_lowercase() } else { self.hospital.clone() };
                (text, self.hospital.clone())
            }
            Kind::Name => {
                let (f, s) = (&self.forename, &self.surname);
                let text = match dice.below(if alone { 3 } else { 7 }) {
                    0 => format!("Mrs {f} {s}"),
                    1 => format!("Mr {s}"),
                    2 => format!("{}, {f} (Mrs)", s.to_uppercase()),
                    3 => format!("{f} {s}"),
                    4 => format!("{}, {f}", s.to_uppercase()),
                    5 => format!("{f} {}", s.to_uppercase()),
                    _ => format!("{s}, {f}"),
                };
                (text, s.clone())
            }
            Kind::Birth => {
                let (y, m, d) = self.birth;
                let month = MONTHS[m as usize - 1];
                let text = match dice.below(5) {
                    0 => format!("{d:02}/{m:02}/{y}"),
                    1 => format!("{y}-{m:02}-{d:02}"),
                    2 => format!("{d:02}-{month}-{y}"),
                    3 => format!("{d} {month} {y}"),
                    _ => format!("{y}{m:02}{d:02}"),
                };
                (text.clone(), text)
            }
            Kind::Phone => {
                let text = match dice.below(3) {
                    0 => self.phone.clone(),
                    1 => self.phone.replace(' ', ""),
                    _ => format!("+44 {}", &self.phone[1..]),
                };
                (text, self.phone[1..].to_owned())
            }
            Kind::Email => (self.email.clone(), self.email.clone()),
            Kind::Postcode => (self.postcode.clone(), self.postcode.clone()),
            Kind::Nino => {
                let n = &self.nino;
                let spaced = format!("{} {} {} {} {}", &n[..2], &n[2..4], &n[4..6], &n[6..8], &n[8..]);
                (if dice.once_in(2) { spaced } else { n.clone() }, n.clone())
            }
            Kind::Address => (self.street.clone(), self.street.clone()),
        };
        Written { kind, text, needle: folded(&needle) }
    }
}

/// Kinds that detectors are sure of with nothing learned and no label.
pub const ALONE: &[Kind] = &[Kind::Nhs, Kind::Name, Kind::Phone, Kind::Email, Kind::Postcode, Kind::Nino];

/// A canary as planted, and what must not be found in any reading of the result.
#[derive(Debug, Clone)]
pub struct Written {
    pub kind: Kind,
    pub text: String,
    pub needle: String,
}

/// Letters and digits as a person takes them: width, case, accents, spaces, signs and unseen characters make no difference.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let c = match c {
            '\u{ff10}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            'ë' | 'Ë' | 'é' | 'É' => 'e',
            'ú' | 'Ú' => 'u',
            'ñ' | 'Ñ' => 'n',
            _ => c,
        };
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
    }
    out
}
