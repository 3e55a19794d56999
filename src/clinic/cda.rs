//! A C-CDA summary of a patient, as XML.

use super::generate::TODAY;
use super::patient::{Patient, Relative};
use super::trust::{NhsStyle, Tailoring};
use super::written::{self, compact};

/// The document.
pub(super) fn document(p: &Patient, t: &Tailoring) -> String {
    let mut problems = String::new();
    let mut rows = String::new();
    for (problem, since) in &p.problems {
        rows.push_str(&format!("<tr><td>{}</td><td>{}</td></tr>", x(problem.term), since.year()));
        problems.push_str(&format!(
            "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"55607006\" codeSystem=\"2.16.840.1.113883.6.96\"/>\
             <value xsi:type=\"CD\" code=\"{}\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"{}\"/></observation></entry>\n",
            problem.code,
            x(problem.term)
        ));
    }
    let story = super::notes::filled(
        "{title} {forename} {surname} ({number}) was seen with {his} {kin_relation} {kin_full}. Telephone {mobile}.",
        p,
    );
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<realmCode code="GB"/>
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="2.16.840.1.113883.2.1.3.2.4.18.48" extension="{accession}"/>
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>
<title>Shared care summary for {forename} {surname}</title>
<effectiveTime value="{today}"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="en-GB"/>
<recordTarget><patientRole>
<id root="2.16.840.1.113883.2.1.4.1" extension="{nhs}"/>
<id root="2.16.840.1.113883.2.1.3.2.4.18.24" extension="{number}" assigningAuthorityName="{hospital}"/>
<addr use="HP"><streetAddressLine>{line}</streetAddressLine><city>{town}</city><postalCode>{postcode}</postalCode><country>GB</country></addr>
<telecom use="HP" value="tel:{phone}"/>
<telecom use="MC" value="tel:{mobile}"/>
<telecom value="mailto:{email}"/>
<patient>
<name use="L"><prefix>{title}</prefix><given>{forename}</given><family>{surname}</family></name>
<administrativeGenderCode code="{sex}" codeSystem="2.16.840.1.113883.5.1"/>
<birthTime value="{born}"/>
{guardian}
</patient>
</patientRole></recordTarget>
<author><time value="{today}"/><assignedAuthor><id root="1.2.3" extension="c-17"/><assignedPerson><name>{consultant}</name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><name>{trust}</name></representedCustodianOrganization></assignedCustodian></custodian>
{participant}
<component><structuredBody>
<component><section><templateId root="2.16.840.1.113883.10.20.22.2.5.1"/><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title>
<text><table><thead><tr><th>Problem</th><th>Since</th></tr></thead><tbody>{rows}</tbody></table></text>
{problems}</section></component>
<component><section><code code="10164-2" codeSystem="2.16.840.1.113883.6.1"/><title>History</title>
<text><paragraph>{story}</paragraph><paragraph>Born {born_long}, NHS number {nhs_spaced}.</paragraph></text></section></component>
</structuredBody></component>
</ClinicalDocument>
"#,
        accession = p.accession,
        today = compact(TODAY),
        nhs = p.nhs,
        number = x(&p.number),
        hospital = x(t.hospital),
        trust = x(t.name),
        line = x(&p.line),
        town = x(&p.town),
        postcode = p.postcode,
        phone = p.phone.replace(' ', ""),
        mobile = p.mobile.replace(' ', ""),
        email = p.email,
        title = x(&p.title),
        forename = x(&p.forename),
        surname = x(&p.surname),
        sex = match p.sex {
            super::lists::Sex::Male => "M",
            super::lists::Sex::Female => "F",
        },
        born = compact(p.born),
        guardian = guardian(&p.other),
        consultant = x(p.consultant),
        participant = participant(&p.kin),
        story = x(&story),
        born_long = written::long(p.born),
        nhs_spaced = written::nhs(&p.nhs, NhsStyle::Spaced),
    )
}

fn guardian(r: &Relative) -> String {
    format!(
        "<guardian><code displayName=\"{}\"/><telecom value=\"tel:{}\"/><guardianPerson><name><given>{}</given><family>{}</family></name></guardianPerson></guardian>",
        r.relation,
        r.phone.replace(' ', ""),
        x(&r.forename),
        x(&r.surname)
    )
}

fn participant(r: &Relative) -> String {
    format!(
        "<participant typeCode=\"IND\"><associatedEntity classCode=\"NOK\"><code displayName=\"{}\"/><telecom value=\"tel:{}\"/><associatedPerson><name>{} {} {}</name></associatedPerson></associatedEntity></participant>",
        r.relation,
        r.phone.replace(' ', ""),
        r.title,
        x(&r.forename),
        x(&r.surname)
    )
}

fn x(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::{generate, trust};
    use super::*;

    #[test]
    fn every_document_is_well_formed() {
        for trust in trust::ALL {
            for patient in generate::patients(trust).iter().take(30) {
                let xml = document(patient, trust);
                let mut reader = Reader::from_str(&xml);
                reader.config_mut().check_end_names = true;
                let mut open = 0;
                loop {
                    match reader.read_event().unwrap() {
                        Event::Start(_) => open += 1,
                        Event::End(_) => open -= 1,
                        Event::Eof => break,
                        _ => {}
                    }
                }
                assert_eq!(open, 0);
            }
        }
    }
}
