//! Text in, names out.

use crate::redact::detect::testing::{found, found_in, labelled};
use crate::redact::place::Surface;

fn check(rows: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (text, want) in rows {
        let mut have = found("name", text);
        // Evidence of several kinds may overlap; the inspector keeps the surest and longest.
        have.sort();
        have.dedup();
        let covered = want.iter().all(|w| have.iter().any(|h| h.contains(w)));
        let stray: Vec<_> =
            have.iter().filter(|h| !want.iter().any(|w| w.contains(h.as_str()) || h.contains(w))).collect();
        let too_much: Vec<_> = have.iter().filter(|h| !want.iter().any(|w| w.contains(h.as_str()))).collect();
        if !covered || !stray.is_empty() || !too_much.is_empty() {
            wrong.push(format!("{text:?}: want {want:?}, have {have:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn by_title() {
    check(&[
        ("Mrs Janet Williams", &["Janet Williams"]),
        ("seen with Mr J. Smith today", &["J. Smith"]),
        ("Dr A B Patel, Consultant", &["A B Patel"]),
        ("Mr & Mrs Smith", &["Smith"]),
        ("Prof. van der Berg", &[]),
        ("Mr Rose was well", &["Rose"]),
        ("Miss Kyla O'Reilly", &["Kyla O'Reilly"]),
        ("Dear Mr Okonkwo,", &["Okonkwo"]),
        ("Dear Sir or Madam", &[]),
        ("MRS JANET WILLIAMS", &["JANET WILLIAMS"]),
        ("Mrs Williams Ward 3", &["Williams"]),
        ("Miss Appointment", &[]),
        ("MS Society", &[]),
        ("MR Scan", &[]),
        ("MR Angiogram Head", &[]),
        ("Dr Martin's clinic", &["Martin"]),
    ]);
}

#[test]
fn by_form() {
    check(&[
        ("SMITH, John", &["SMITH, John"]),
        ("SMITH, John (Mr)", &["SMITH, John"]),
        ("MACGYVER, Abagail", &["MACGYVER, Abagail"]),
        ("CASSIN, Anabel Mandy", &["CASSIN, Anabel Mandy"]),
        ("O'REILLY, Kyla", &["O'REILLY, Kyla"]),
        ("GREENFELDER, Maribel", &["GREENFELDER, Maribel"]),
        ("Smith, John", &["Smith, John"]),
        ("SMITH^JOHN^A", &["SMITH^JOHN^A"]),
        ("393~Abbott~Ramiro~2012-03-23", &["Abbott~Ramiro"]),
        ("Janet WILLIAMS", &["Janet WILLIAMS"]),
        ("COPD, Asthma", &[]),
        ("NHS, London", &[]),
        ("Leeds, Wakefield", &[]),
        ("Warwickshire, Solihull & Coventry", &[]),
        ("HIV, Hepatitis", &[]),
        ("Leicester, Leicestershire & Rutland", &[]),
    ]);
}

#[test]
fn by_lists() {
    check(&[
        ("Helen Rath", &["Helen Rath"]),
        ("Lillie Abbott", &["Lillie Abbott"]),
        ("Lindsay Jamie Tillman", &["Lindsay Jamie Tillman"]),
        ("Shana Amie Runolfsson", &["Shana Amie Runolfsson"]),
        ("Pam Botsford-Bosco", &["Pam Botsford-Bosco"]),
        ("Priya Sharma", &["Priya Sharma"]),
        ("for Maribel Greenfelder", &["Maribel Greenfelder"]),
        ("I saw Peter White in clinic", &["Peter White"]),
        ("Mark Abbott rang", &["Mark Abbott"]),
        ("Bronwyn Xyzskova", &["Bronwyn Xyzskova"]),
        ("Clementine Delphia Krajcik", &["Clementine Delphia Krajcik"]),
        ("reviewed by Jane A. Doe", &["Jane A. Doe"]),
    ]);
}

#[test]
fn by_relation_and_announcement() {
    check(&[
        ("lives with mother Gloria", &["Gloria"]),
        ("her son Peter visits", &["Peter"]),
        ("NOK: Gloria (daughter)", &["Gloria"]),
        ("c/o Gloria Abbott", &["Gloria Abbott"]),
        ("Re: John Smith", &["John Smith"]),
        ("Re: SMITH, John", &["SMITH, John"]),
        ("Dear Janet", &["Janet"]),
        ("children Tom and Ann", &["Tom", "Ann"]),
        ("his wife Rose", &["Rose"]),
        ("Patient: Janet Williams", &["Janet Williams"]),
        ("Name: Xanthe Quillfeather", &["Xanthe Quillfeather"]),
        ("Consultant: Mr Patel", &["Patel"]),
        ("Patient details", &[]),
        ("Patient: Details", &[]),
        ("Mother and Baby Unit", &[]),
        ("Baby Clinic", &[]),
        ("Father Christmas", &[]),
        ("File name: Report", &[]),
        ("Dear Colleague", &[]),
    ]);
}

#[test]
fn pages_are_not_people() {
    check(&[
        ("Appointment details", &[]),
        ("Start Now", &[]),
        ("Breast Screening", &[]),
        ("Royal Free", &[]),
        ("Royal Free Hampstead NHS Trust", &[]),
        ("Milton Keynes", &[]),
        ("Barnet and Chase Farm", &[]),
        ("Nuffield Orthopaedic Centre", &[]),
        ("John Radcliffe Hospital", &[]),
        ("St Mary's Hospital", &[]),
        ("Charing Cross", &[]),
        ("Queen Elizabeth Hospital", &[]),
        ("Great Ormond Street", &[]),
        ("Parkinson's disease", &[]),
        ("Hodgkin Lymphoma", &[]),
        ("Glasgow Coma Scale", &[]),
        ("Stevens Johnson Syndrome", &[]),
        ("Epstein Barr Virus", &[]),
        ("Mark as Read", &[]),
        ("May Contain Nuts", &[]),
        ("Medical History", &[]),
        ("MEDICAL HISTORY", &[]),
        ("Next of Kin", &[]),
        ("Norwich Breast Screening", &[]),
        ("Chipping Norton Health Centre", &[]),
        ("Isle of Wright", &[]),
        ("North Tees", &[]),
        ("East Sussex", &[]),
        ("Save Changes", &[]),
        ("Print Page", &[]),
        ("Blood Pressure", &[]),
        ("Full Blood Count", &[]),
        ("Paracetamol Tablets", &[]),
        ("Wells Score", &[]),
        ("Victoria Ward", &[]),
        ("Florence Nightingale Ward", &[]),
        ("Mobile Unit", &[]),
        ("Image Reading", &[]),
        ("Grant Access", &[]),
        ("Bill To", &[]),
        ("Summer Clinic", &[]),
        ("Helvetica Neue", &[]),
        ("Content Security Policy", &[]),
        ("Monday April", &[]),
        ("Christian Science", &[]),
    ]);
}

#[test]
fn labels_say_what_stands_beside_them() {
    for (label, text, want) in [
        ("surname", "Rath", true),
        ("surname", "rath", true),
        ("patient name", "Xq Zyvvi", true),
        ("first name", "Rose", true),
        ("name", "Helen Rath", true),
        ("next of kin", "Gloria", true),
        ("patient", "SMITH, John", true),
        ("name", "Paracetamol 500mg tablets", false),
        ("name", "Breast Screening", false),
        ("file name", "Report", false),
        ("drug name", "Amoxicillin", false),
        ("patient name", "Not recorded", false),
        ("ward", "Florence", false),
        ("hospital name", "Royal Free", false),
    ] {
        assert_eq!(!labelled("name", label, text).is_empty(), want, "{label}: {text}");
    }
}

#[test]
fn code_is_left_alone() {
    for text in [
        "Object.prototype",
        "new HeaderTitle('Start Now')",
        "use strict",
        "Uncaught TypeError",
        "Internet Explorer",
        "Invalid Date",
        "/* Copyright John Smith, MIT License */",
        "Roman Numerals",
        "Angular Material",
    ] {
        assert!(found_in(Surface::Script, "name", text).is_empty(), "{text}");
    }
    assert!(!found_in(Surface::Script, "name", "Ramiro Abbott").is_empty());
}
