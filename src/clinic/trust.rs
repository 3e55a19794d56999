//! The ten trusts and how the product is tailored at each: labels, number formats, column orders, date formats, the
//! way names are written, what stands in links, one page of its own.
//!
//! ```
//! use fanlight::clinic::trust;
//! assert_eq!(trust::ALL.len(), 10);
//! assert_eq!(trust::by_id("royal-free").unwrap().number_label, "MRN");
//! ```

/// How dates are written on pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateStyle {
    /// 14/03/1962
    Slashes,
    /// 14-Mar-1962
    Dashes,
    /// 14 Mar 1962
    Words,
    /// 14.03.1962
    Dots,
    /// 1962-03-14
    Iso,
}

impl DateStyle {
    /// Every way.
    pub const ALL: &[DateStyle] =
        &[DateStyle::Slashes, DateStyle::Dashes, DateStyle::Words, DateStyle::Dots, DateStyle::Iso];
}

/// How a patient's name is written in banners and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameStyle {
    /// ABBOTT, Ramiro (Mr)
    SurnameFirstTitle,
    /// ABBOTT, Ramiro
    SurnameFirst,
    /// Abbott Ramiro
    SurnameForename,
    /// Mr Ramiro Abbott
    TitleFirst,
}

/// How an NHS number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NhsStyle {
    /// 999 012 3456
    Spaced,
    /// 9990123456
    Plain,
    /// 999-012-3456
    Dashed,
}

/// What stands for a patient in this trust's links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKey {
    /// The product's own record number.
    Record,
    /// The hospital number.
    Hospital,
    /// The NHS number.
    Nhs,
    /// A composite: `393~Abbott~Ramiro~2012-03-23`.
    Composite,
}

/// A column of the patient list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name, a link to the chart.
    Name,
    /// Date of birth.
    Born,
    /// Sex.
    Sex,
    /// NHS number.
    Nhs,
    /// Hospital number.
    Number,
    /// Ward and bed.
    Ward,
    /// Consultant in charge.
    Consultant,
    /// Postcode.
    Postcode,
}

/// One trust's tailoring.
#[derive(Debug)]
pub struct Tailoring {
    /// Its id, as in [`crate::base::id::TrustId`].
    pub id: &'static str,
    /// The trust's name.
    pub name: &'static str,
    /// The hospital whose system this is.
    pub hospital: &'static str,
    /// The seed of its patients.
    pub seed: u64,
    /// What its patients' numbers are called.
    pub number_label: &'static str,
    /// What they look like: `#` is a digit, everything else stands as it is.
    pub number_format: &'static str,
    /// What the NHS number is called.
    pub nhs_label: &'static str,
    /// How it is written.
    pub nhs_style: NhsStyle,
    /// What the date of birth is called.
    pub born_label: &'static str,
    /// What the address is called.
    pub address_label: &'static str,
    /// What the telephone number is called.
    pub phone_label: &'static str,
    /// What the next of kin is called.
    pub kin_label: &'static str,
    /// How dates are written.
    pub dates: DateStyle,
    /// How names are written.
    pub names: NameStyle,
    /// What stands in links.
    pub link: LinkKey,
    /// The patient list's columns in order.
    pub columns: &'static [Column],
    /// Towns round about, with the outward parts of their postcodes.
    pub towns: &'static [(&'static str, &'static [&'static str])],
    /// The first part of landline numbers (the drama ranges of Ofcom).
    pub landline: &'static str,
    /// The path of the page that only this trust has, without the slash; also its template's name.
    pub extra: &'static str,
    /// That page's title.
    pub extra_title: &'static str,
}

use Column::{Born, Consultant, Name, Nhs, Number, Postcode, Sex, Ward};

/// Every trust, in the order in which the front page shows them.
pub const ALL: &[Tailoring] = &[
    Tailoring {
        id: "barnet-and-chase-farm",
        name: "Barnet and Chase Farm Hospitals NHS Trust",
        hospital: "Barnet Hospital",
        seed: 0xBA24_E701,
        number_label: "Hosp No",
        number_format: "B######",
        nhs_label: "NHS No",
        nhs_style: NhsStyle::Spaced,
        born_label: "DOB",
        address_label: "Address",
        phone_label: "Tel",
        kin_label: "Next of kin",
        dates: DateStyle::Slashes,
        names: NameStyle::SurnameFirst,
        link: LinkKey::Record,
        columns: &[Number, Name, Born, Sex, Nhs, Ward, Consultant],
        towns: &[("Barnet", &["EN5", "EN4"]), ("Enfield", &["EN1", "EN2"]), ("Edgware", &["HA8"])],
        landline: "020 7946 0",
        extra: "theatre-list",
        extra_title: "Theatre list",
    },
    Tailoring {
        id: "barts-and-the-london",
        name: "Barts and The London NHS Trust",
        hospital: "The Royal London Hospital",
        seed: 0xBA27_5002,
        number_label: "MRN",
        number_format: "########",
        nhs_label: "NHS Number",
        nhs_style: NhsStyle::Plain,
        born_label: "Date of Birth",
        address_label: "Home address",
        phone_label: "Mobile",
        kin_label: "NOK",
        dates: DateStyle::Dashes,
        names: NameStyle::SurnameFirstTitle,
        link: LinkKey::Hospital,
        columns: &[Name, Number, Nhs, Born, Sex, Ward, Consultant],
        towns: &[("London", &["E1", "E2", "E3", "EC1A"]), ("Stratford", &["E15"])],
        landline: "020 7946 0",
        extra: "trauma-board",
        extra_title: "Trauma board",
    },
    Tailoring {
        id: "royal-free",
        name: "Royal Free Hampstead NHS Trust",
        hospital: "Royal Free Hospital",
        seed: 0x20FA_1F03,
        number_label: "MRN",
        number_format: "RF#######",
        nhs_label: "NHS No",
        nhs_style: NhsStyle::Spaced,
        born_label: "DOB",
        address_label: "Address",
        phone_label: "Phone",
        kin_label: "Next of kin",
        dates: DateStyle::Words,
        names: NameStyle::SurnameFirstTitle,
        link: LinkKey::Record,
        columns: &[Name, Born, Sex, Number, Nhs, Ward, Consultant],
        towns: &[("London", &["NW3", "NW6", "NW11"]), ("Hendon", &["NW4"]), ("Finchley", &["N3", "N12"])],
        landline: "020 7946 0",
        extra: "transplant-list",
        extra_title: "Transplant waiting list",
    },
    Tailoring {
        id: "taunton-and-somerset",
        name: "Taunton and Somerset NHS Foundation Trust",
        hospital: "Musgrove Park Hospital",
        seed: 0x7A07_7004,
        number_label: "Unit No",
        number_format: "##-##-##",
        nhs_label: "NHS number",
        nhs_style: NhsStyle::Spaced,
        born_label: "Born",
        address_label: "Usual address",
        phone_label: "Telephone",
        kin_label: "Next of kin",
        dates: DateStyle::Dashes,
        names: NameStyle::TitleFirst,
        link: LinkKey::Composite,
        columns: &[Name, Number, Born, Nhs, Ward, Consultant],
        towns: &[("Taunton", &["TA1", "TA2"]), ("Wellington", &["TA21"]), ("Minehead", &["TA24"])],
        landline: "01632 960",
        extra: "maternity",
        extra_title: "Maternity register",
    },
    Tailoring {
        id: "weston-area",
        name: "Weston Area Health NHS Trust",
        hospital: "Weston General Hospital",
        seed: 0x3E57_0005,
        number_label: "Hospital No.",
        number_format: "W######",
        nhs_label: "NHS no.",
        nhs_style: NhsStyle::Dashed,
        born_label: "D.O.B.",
        address_label: "Addr",
        phone_label: "Tel (home)",
        kin_label: "N.O.K.",
        dates: DateStyle::Dots,
        names: NameStyle::SurnameForename,
        link: LinkKey::Record,
        columns: &[Nhs, Number, Name, Sex, Born, Ward],
        towns: &[("Weston-super-Mare", &["BS22", "BS23"]), ("Clevedon", &["BS21"])],
        landline: "01632 960",
        extra: "ed-board",
        extra_title: "ED whiteboard",
    },
    Tailoring {
        id: "nuffield-orthopaedic",
        name: "Nuffield Orthopaedic Centre NHS Trust",
        hospital: "Nuffield Orthopaedic Centre",
        seed: 0x4AFF_1E06,
        number_label: "NOC No",
        number_format: "N/######/#",
        nhs_label: "NHS No",
        nhs_style: NhsStyle::Spaced,
        born_label: "DoB",
        address_label: "Address",
        phone_label: "Contact number",
        kin_label: "Next of kin",
        dates: DateStyle::Iso,
        names: NameStyle::SurnameFirst,
        link: LinkKey::Record,
        columns: &[Name, Sex, Born, Number, Nhs, Consultant, Ward],
        towns: &[("Oxford", &["OX3", "OX4"]), ("Abingdon", &["OX14"]), ("Bicester", &["OX26"])],
        landline: "01632 960",
        extra: "implant-register",
        extra_title: "Implant register",
    },
    Tailoring {
        id: "milton-keynes",
        name: "Milton Keynes Hospital NHS Foundation Trust",
        hospital: "Milton Keynes Hospital",
        seed: 0x3117_0107,
        number_label: "District No",
        number_format: "K######",
        nhs_label: "NHS Number",
        nhs_style: NhsStyle::Spaced,
        born_label: "Date of birth",
        address_label: "Permanent address",
        phone_label: "Phone",
        kin_label: "Next of kin / carer",
        dates: DateStyle::Slashes,
        names: NameStyle::SurnameFirst,
        link: LinkKey::Hospital,
        columns: &[Number, Nhs, Name, Born, Postcode, Sex, Ward],
        towns: &[("Milton Keynes", &["MK6", "MK9"]), ("Bletchley", &["MK2"]), ("Newport Pagnell", &["MK16"])],
        landline: "01632 960",
        extra: "clinic-outcomes",
        extra_title: "Clinic outcomes",
    },
    Tailoring {
        id: "buckinghamshire",
        name: "Buckinghamshire Hospitals NHS Trust",
        hospital: "Stoke Mandeville Hospital",
        seed: 0xB0C4_5008,
        number_label: "PAS No",
        number_format: "SM######",
        nhs_label: "NHS No",
        nhs_style: NhsStyle::Plain,
        born_label: "DOB",
        address_label: "Address",
        phone_label: "Tel. no.",
        kin_label: "Emergency contact",
        dates: DateStyle::Words,
        names: NameStyle::SurnameFirstTitle,
        link: LinkKey::Nhs,
        columns: &[Name, Born, Nhs, Number, Ward, Consultant, Sex],
        towns: &[("Aylesbury", &["HP20", "HP21"]), ("High Wycombe", &["HP11", "HP13"]), ("Amersham", &["HP6"])],
        landline: "01632 960",
        extra: "spinal-review",
        extra_title: "Spinal unit review",
    },
    Tailoring {
        id: "surrey-and-sussex",
        name: "Surrey and Sussex Healthcare NHS Trust",
        hospital: "East Surrey Hospital",
        seed: 0x5A55_E709,
        number_label: "Case note no",
        number_format: "######S",
        nhs_label: "NHS No.",
        nhs_style: NhsStyle::Spaced,
        born_label: "Birth date",
        address_label: "Address",
        phone_label: "Telephone",
        kin_label: "Next of kin",
        dates: DateStyle::Slashes,
        names: NameStyle::SurnameForename,
        link: LinkKey::Record,
        columns: &[Number, Name, Sex, Born, Nhs, Postcode, Ward, Consultant],
        towns: &[("Redhill", &["RH1"]), ("Crawley", &["RH10", "RH11"]), ("Horsham", &["RH12"])],
        landline: "01632 960",
        extra: "ambulance-handover",
        extra_title: "Ambulance handover",
    },
    Tailoring {
        id: "winchester-and-eastleigh",
        name: "Winchester and Eastleigh Healthcare NHS Trust",
        hospital: "Royal Hampshire County Hospital",
        seed: 0x317C_E50A,
        number_label: "Patient No",
        number_format: "E## ####",
        nhs_label: "NHS number",
        nhs_style: NhsStyle::Spaced,
        born_label: "Date of birth",
        address_label: "Address",
        phone_label: "Phone",
        kin_label: "Next of kin",
        dates: DateStyle::Dashes,
        names: NameStyle::TitleFirst,
        link: LinkKey::Record,
        columns: &[Name, Nhs, Number, Born, Sex, Postcode, Ward, Consultant],
        towns: &[("Winchester", &["SO22", "SO23"]), ("Eastleigh", &["SO50"]), ("Alresford", &["SO24"])],
        landline: "01632 960",
        extra: "pathology-worklist",
        extra_title: "Pathology worklist",
    },
];

/// The trust of this id.
pub fn by_id(id: &str) -> Option<&'static Tailoring> {
    ALL.iter().find(|t| t.id == id)
}
