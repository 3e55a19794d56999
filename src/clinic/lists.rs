//! The lists from which patients are made (`fixtures/clinic/data`), built into the binary.

use std::sync::LazyLock;

/// A name, and whether it is also an ordinary word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    pub(super) ordinary: bool,
}

/// Sex as the lists know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    Male,
    Female,
}

/// A problem of the problem list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) term: &'static str,
}

/// A laboratory test.
#[derive(Debug, Clone, Copy)]
pub(super) struct Test {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) short: &'static str,
    pub(super) unit: &'static str,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) decimals: usize,
}

/// Everything that patients are made of.
#[derive(Debug)]
pub(super) struct Lists {
    pub(super) men: Vec<Listed>,
    pub(super) women: Vec<Listed>,
    pub(super) surnames: Vec<Listed>,
    pub(super) consultants: Vec<&'static str>,
    pub(super) practitioners: Vec<&'static str>,
    pub(super) nurses: Vec<&'static str>,
    /// Name, address, telephone.
    pub(super) practices: Vec<[&'static str; 3]>,
    pub(super) streets: Vec<&'static str>,
    pub(super) houses: Vec<&'static str>,
    /// Code, name, beds.
    pub(super) wards: Vec<[&'static str; 3]>,
    pub(super) problems: Vec<Problem>,
    /// Name, dose, route, frequency, indication.
    pub(super) medicines: Vec<[&'static str; 5]>,
    pub(super) tests: Vec<Test>,
    pub(super) allergies: Vec<&'static str>,
    pub(super) notes: Vec<&'static str>,
}

/// The lists.
pub(super) static LISTS: LazyLock<Lists> = LazyLock::new(read);

macro_rules! data {
    ($file:literal) => {
        lines(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/clinic/data/", $file)))
    };
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// A line's columns; a missing one is empty.
fn columns<const N: usize>(line: &'static str) -> [&'static str; N] {
    let mut parts = line.split('|').map(str::trim);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

fn listed(group: &'static str, name: &'static str) -> Listed {
    Listed { group, name: name.trim_end_matches('*'), ordinary: name.ends_with('*') }
}

fn read() -> Lists {
    let forename = |sex: &'static str| {
        data!("forenames.txt")
            .filter_map(|line| {
                let (group, rest) = line.split_once(' ')?;
                let (of, name) = rest.split_once(' ')?;
                (of == sex).then(|| listed(group, name))
            })
            .collect()
    };
    let staff = |role: &'static str| {
        data!("staff.txt").filter_map(|l| l.split_once('|')).filter(|(r, _)| *r == role).map(|(_, n)| n).collect()
    };
    Lists {
        men: forename("m"),
        women: forename("f"),
        surnames: data!("surnames.txt").filter_map(|l| l.split_once(' ')).map(|(g, n)| listed(g, n)).collect(),
        consultants: staff("consultant"),
        practitioners: staff("gp"),
        nurses: staff("nurse"),
        practices: data!("practices.txt").map(columns).collect(),
        streets: data!("streets.txt").collect(),
        houses: data!("houses.txt").collect(),
        wards: data!("wards.txt").map(columns).collect(),
        problems: data!("problems.txt").map(columns).map(|[code, term]| Problem { code, term }).collect(),
        medicines: data!("medicines.txt").map(columns).collect(),
        tests: data!("tests.txt").filter_map(test).collect(),
        allergies: data!("allergies.txt").collect(),
        notes: data!("notes.txt").collect(),
    }
}

fn test(line: &'static str) -> Option<Test> {
    let [code, name, short, unit, low, high, decimals] = columns(line);
    let (low, high, decimals) = (low.parse().ok()?, high.parse().ok()?, decimals.parse().ok()?);
    Some(Test { code, name, short, unit, low, high, decimals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read_whole() {
        let lists = &*LISTS;
        assert!(lists.men.len() > 60 && lists.women.len() > 60 && lists.surnames.len() > 90);
        assert!(lists.men.iter().any(|n| n.name == "Mark" && n.ordinary));
        assert!(lists.consultants.len() >= 6 && lists.practitioners.len() >= 5 && lists.nurses.len() >= 4);
        assert_eq!((lists.practices.len(), lists.tests.len(), lists.wards.len()), (5, 10, 8));
        assert!(lists.notes.len() >= 16 && lists.medicines.iter().all(|m| m.iter().all(|c| !c.is_empty())));
    }

    #[test]
    fn no_member_of_staff_bears_a_patients_name() {
        let lists = &*LISTS;
        let patients = || lists.men.iter().chain(&lists.women).chain(&lists.surnames).map(|n| n.name);
        for staff in lists.consultants.iter().chain(&lists.practitioners).chain(&lists.nurses) {
            for word in staff.split([' ', '-']) {
                assert!(patients().all(|n| !n.split([' ', '-']).any(|p| p == word)), "{staff}");
            }
        }
    }
}
