//! Written forms: how a trust writes dates, names and NHS numbers.

use jiff::civil::Date;

use super::patient::Patient;
use super::trust::{DateStyle, LinkKey, NameStyle, NhsStyle, Tailoring};
use crate::redact::detect::gazetteer;

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

fn month(date: Date) -> &'static str {
    usize::try_from(date.month()).ok().and_then(|m| MONTHS.get(m.saturating_sub(1))).copied().unwrap_or_default()
}

fn short_month(date: Date) -> &'static str {
    month(date).get(..3).unwrap_or_default()
}

/// A date as the trust writes it.
pub(super) fn date(on: Date, style: DateStyle) -> String {
    match style {
        DateStyle::Slashes => slashes(on),
        DateStyle::Dashes => format!("{:02}-{}-{}", on.day(), short_month(on), on.year()),
        DateStyle::Words => format!("{:02} {} {}", on.day(), short_month(on), on.year()),
        DateStyle::Dots => dots(on),
        DateStyle::Iso => on.to_string(),
    }
}

/// 14/03/1962
pub(super) fn slashes(on: Date) -> String {
    format!("{:02}/{:02}/{}", on.day(), on.month(), on.year())
}

/// 14.03.1962
pub(super) fn dots(on: Date) -> String {
    format!("{:02}.{:02}.{}", on.day(), on.month(), on.year())
}

/// 14/3/62
pub(super) fn short(on: Date) -> String {
    format!("{}/{}/{:02}", on.day(), on.month(), on.year() % 100)
}

/// 14 March 1962
pub(super) fn long(on: Date) -> String {
    format!("{} {} {}", on.day(), month(on), on.year())
}

/// 19620314
pub(super) fn compact(on: Date) -> String {
    format!("{}{:02}{:02}", on.year(), on.month(), on.day())
}

/// A patient's name as the trust writes it.
pub(super) fn name(p: &Patient, style: NameStyle) -> String {
    let upper = p.surname.to_uppercase();
    match style {
        NameStyle::SurnameFirstTitle => format!("{upper}, {} ({})", p.forename, p.title),
        NameStyle::SurnameFirst => format!("{upper}, {}", p.forename),
        NameStyle::SurnameForename => format!("{} {}", p.surname, p.forename),
        NameStyle::TitleFirst => format!("{} {} {}", p.title, p.forename, p.surname),
    }
}

/// An NHS number as the trust writes it.
pub(super) fn nhs(digits: &str, style: NhsStyle) -> String {
    let between = match style {
        NhsStyle::Plain => return digits.to_owned(),
        NhsStyle::Spaced => ' ',
        NhsStyle::Dashed => '-',
    };
    let mut out = String::with_capacity(12);
    for (i, digit) in digits.chars().enumerate() {
        if i == 3 || i == 6 {
            out.push(between);
        }
        out.push(digit);
    }
    out
}

/// What stands for a patient in the trust's links.
pub(super) fn link(p: &Patient, trust: &Tailoring) -> String {
    match trust.link {
        LinkKey::Record => p.record.clone(),
        LinkKey::Hospital => p.number.clone(),
        LinkKey::Nhs => p.nhs.clone(),
        LinkKey::Composite => p.row(),
    }
}

/// Without accents, for e-mail addresses: `Wiśniewski` → `wisniewski`.
pub(super) fn plain(name: &str) -> String {
    let name = name.to_lowercase();
    let bare = gazetteer::unaccented(&name);
    let written = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '-');
    bare.as_deref().unwrap_or(&name).chars().filter(written).collect()
}

/// The first letter of a name, as an initial.
pub(super) fn initial(name: &str) -> String {
    name.chars().next().map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn dates_are_written_as_each_trust_does() {
        let on = day(1962, 3, 4);
        assert_eq!(date(on, DateStyle::Slashes), "04/03/1962");
        assert_eq!(date(on, DateStyle::Dashes), "04-Mar-1962");
        assert_eq!(date(on, DateStyle::Words), "04 Mar 1962");
        assert_eq!(date(on, DateStyle::Dots), "04.03.1962");
        assert_eq!(date(on, DateStyle::Iso), "1962-03-04");
        assert_eq!(
            (short(on).as_str(), long(on).as_str(), compact(on).as_str()),
            ("4/3/62", "4 March 1962", "19620304")
        );
    }

    #[test]
    fn nhs_numbers_and_plain_names() {
        assert_eq!(nhs("9990123456", NhsStyle::Spaced), "999 012 3456");
        assert_eq!(nhs("9990123456", NhsStyle::Dashed), "999-012-3456");
        assert_eq!(plain("Wiśniewski"), "wisniewski");
        assert_eq!(plain("O'Reilly"), "oreilly");
    }
}
