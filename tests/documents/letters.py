"""What the documents say: blocks that every producer sets in its own way, and the truth about them.

A document is a list of blocks: ("title", text), ("head", text), ("text", text), ("pairs", [(label, value), …]), ("table", [headings], [[cell, …], …]),
("break",) for a new page. Its truth says which identifiers stand in it and which clinical words must stay legible.

example: letter("letter-cairo").blocks[0] → ("title", "Royal Wessex Hospital")
"""
import re
from dataclasses import dataclass, field

from people import identifiers, person


@dataclass
class Document:
    """Blocks with their truth."""
    name: str
    kind: str
    blocks: list
    identifiers: list
    clinical: list
    person: object
    # "shown": pictures must come, masked and legible. "hidden": whatever comes must show nothing of the page's identifiers, legible or not (nobody can read
    # what stands there as text, so that blacking everything out and refusing are both right).
    expect: str = "shown"
    # What the file says beside its pages, and headers that the upstream sends with it.
    title: str = "Clinical correspondence"
    headers: dict = field(default_factory=dict)
    about: str = ""
    # By how many degrees a page, or a part of it, must be turned clockwise to be read, beside not at all.
    turns: tuple = ()

    def only_what_stands_there(self, text):
        """Leaves out of the truth what no block says (a list has no email), so that the oracle can ask for all of it."""
        squeezed = "".join(text.split()).lower()
        p = self.person

        def stands(found):
            if found["kind"] in ("name", "gp-name", "relative"):  # in parts, in any order, and of a practitioner perhaps the surname alone
                return all(part.lower() in squeezed for part in found["value"].split())
            values = [p.dob, p.dob_long, p.dob_short] if found["kind"] == "date-of-birth" else [found["value"]]
            return any("".join(v.split()).lower() in squeezed for v in values)

        self.identifiers = [i for i in self.identifiers if stands(i)]
        return self

    def truth(self):
        # The words that stand there beside identifiers: a part of a name that is one of them tells nothing.
        secret = {w for i in self.identifiers for w in re.findall(r"[a-z']+", i["value"].lower())}
        words = sorted(set(re.findall(r"[a-z']{3,}", plain(self.blocks).lower())) - secret)
        return {"name": self.name, "kind": self.kind, "expect": self.expect, "about": self.about, "identifiers": self.identifiers, "clinical": self.clinical,
                "words": words, "headers": self.headers, "turns": self.turns}


def plain(blocks):
    """Every word of the blocks, for looking things up."""
    out = []
    for block in blocks:
        for part in block[1:]:
            if isinstance(part, str):
                out.append(part)
            else:
                out.extend(cell if isinstance(cell, str) else " ".join(cell) for cell in part)
    return "\n".join(out)


def made(name, kind, blocks, clinical, p, people=()):
    found = identifiers(p)
    for other in people:
        found += [i for i in identifiers(other) if i["kind"] in ("name", "nhs-number", "hospital-number", "date-of-birth")]
    document = Document(name, kind, blocks, found, clinical, p)
    text = plain(blocks)
    missing = [c for c in clinical if c not in text]
    assert not missing, f"{name}: the truth asks for what the document does not say: {missing}"
    if people:
        return document
    return document.only_what_stands_there(text)


def pairs_of(p):
    return ("pairs", [("Patient name", p.name), ("NHS No", p.nhs_spaced), ("Hospital No", p.hospital), ("Date of birth", p.dob),
                      ("Address", f"{p.street}, {p.town}, {p.postcode}"), ("Telephone", p.phone), ("Mobile", p.mobile), ("Email", p.email)])


def gp_of(p):
    return ("pairs", [("GP", p.gp), ("Practice address", f"{p.gp_practice}, {p.gp_street}, {p.town}, {p.gp_postcode}")])


def he(p):
    return ("She", "her") if p.sex == "F" else ("He", "his")


def letter(name):
    """A letter from an outpatient clinic to the general practitioner."""
    p = person(name)
    she, her = he(p)
    return made(name, "clinic letter", [
        ("title", "Royal Wessex Hospital"), ("text", "Department of Cardiology, Heart Failure Clinic"),
        pairs_of(p), gp_of(p), ("text", "Clinic date: 12 June 2024"), ("text", f"Dear {p.gp.split()[0]} {p.gp.split()[-1]},"),
        ("head", f"Re: {p.name}, born {p.dob_long}"),
        ("text", "Diagnoses: Heart failure with reduced ejection fraction. Type 2 diabetes. Chronic kidney disease stage 3."),
        ("text", "Medication: Furosemide 40 mg once daily. Bisoprolol 5 mg once daily. Metformin 500 mg twice daily. Ramipril 2.5 mg."),
        ("text", f"I reviewed {p.title} {p.surname} in clinic today with {her} {p.relation} {p.relative}. {she} reports less breathlessness on the stairs and has no "
                 "chest pain. On examination the blood pressure was 128/76 mmHg and the pulse was regular at 64 beats per minute. There was mild ankle oedema."),
        ("text", "Blood tests showed eGFR 58 and potassium 4.6 mmol/L. The echocardiogram showed an ejection fraction of 38 per cent."),
        ("text", f"Please would you increase Ramipril to 5 mg and repeat the renal function in two weeks. I have asked {p.forename} to weigh daily."),
        ("text", "Yours sincerely,"), ("text", "Consultant Cardiologist"),
    ], ["Furosemide 40 mg", "Bisoprolol 5 mg", "eGFR 58", "Type 2 diabetes", "potassium 4.6", "ejection fraction", "ankle oedema", "breathlessness"], p)


def discharge(name):
    """A discharge summary."""
    p = person(name)
    she, her = he(p)
    return made(name, "discharge summary", [
        ("title", "Discharge Summary"), ("text", "Royal Wessex Hospital, Acute Medical Unit"),
        pairs_of(p), gp_of(p), ("pairs", [("Next of kin", f"{p.relative} ({p.relation})")]),
        ("head", "Admission"), ("text", f"{p.title} {p.surname} was admitted with fever and a productive cough. Chest radiograph: right lower lobe consolidation."),
        ("head", "Diagnosis"), ("text", "Community acquired pneumonia. Acute kidney injury stage 1, resolved. Hypertension."),
        ("head", "Treatment"), ("text", "Intravenous co-amoxiclav for three days, then Doxycycline 100 mg once daily for five days. Oxygen was weaned."),
        ("table", ["Medicine", "Dose", "Frequency"], [["Doxycycline", "100 mg", "once daily"], ["Amlodipine", "5 mg", "once daily"], ["Paracetamol", "1 g", "four times daily"]]),
        ("head", "Follow-up"), ("text", f"{she} was discharged home to {her} {p.relation} {p.relative}. Repeat chest radiograph in six weeks. Creatinine 94 on discharge."),
    ], ["Community acquired pneumonia", "Doxycycline 100 mg", "Acute kidney injury", "right lower lobe consolidation", "Creatinine 94", "Amlodipine", "Hypertension"], p)


def lab(name):
    """A laboratory report."""
    p = person(name)
    return made(name, "laboratory report", [
        ("title", "Clinical Biochemistry Report"),
        ("pairs", [("Surname", p.surname), ("Forename", p.forename), ("NHS Number", p.nhs_spaced), ("Hospital Number", p.hospital), ("DOB", p.dob_short), ("Requested by", p.gp),
                   ("Postcode", p.postcode)]),
        ("table", ["Test", "Result", "Units", "Reference range"], [
            ["Sodium", "139", "mmol/L", "133 - 146"], ["Potassium", "4.4", "mmol/L", "3.5 - 5.3"], ["Urea", "6.1", "mmol/L", "2.5 - 7.8"],
            ["Creatinine", "88", "umol/L", "49 - 90"], ["Albumin", "41", "g/L", "35 - 50"], ["Bilirubin", "9", "umol/L", "0 - 21"], ["HbA1c", "52", "mmol/mol", "20 - 41"]]),
        ("text", "Comment: HbA1c is consistent with diabetes mellitus. Haemoglobin and platelets were normal."),
        ("text", f"This report was telephoned to {p.gp} at {p.gp_practice}."),
    ], ["Sodium", "Potassium", "Creatinine", "Albumin", "Bilirubin", "diabetes mellitus", "Haemoglobin", "Reference range"], p)


def radiology(name):
    """A radiology report."""
    p = person(name)
    return made(name, "radiology report", [
        ("title", "Radiology Report"), pairs_of(p), ("pairs", [("Referrer", p.gp)]),
        ("head", "CT abdomen and pelvis with contrast"),
        ("text", f"Clinical details: weight loss. {p.title} {p.surname} has a history of gallstones."),
        ("text", "Findings: The liver, spleen and pancreas are normal. There is a 14 mm simple cyst in the left kidney. No lymphadenopathy. Sigmoid diverticulosis without inflammation."),
        ("text", "Conclusion: No evidence of malignancy. Sigmoid diverticulosis."),
    ], ["liver, spleen and pancreas", "14 mm simple cyst", "No lymphadenopathy", "Sigmoid diverticulosis", "No evidence of malignancy"], p)


def referral(name):
    """A referral from the general practitioner."""
    p = person(name)
    she, her = he(p)
    return made(name, "referral", [
        ("title", "Referral to Dermatology"), gp_of(p), ("text", "Dear Colleague,"), ("head", f"{p.surname.upper()}, {p.forename} ({p.title})"),
        ("pairs", [("D.O.B.", p.dob), ("NHS", p.nhs_spaced), ("Home address", f"{p.street}, {p.town}, {p.postcode}"), ("Contact", f"{p.phone} or {p.mobile}"), ("E-mail", p.email)]),
        ("text", f"Thank you for seeing {p.forename} {p.surname}, who has a changing pigmented lesion on the left forearm. It measures 9 mm with an irregular border."),
        ("text", f"{she} takes Levothyroxine 75 micrograms and Atorvastatin 20 mg. There is no allergy to penicillin. {p.relative}, {her} {p.relation}, had a melanoma."),
        ("text", "I would be grateful for an urgent suspected cancer review."), ("text", f"Yours sincerely, {p.gp}"),
    ], ["pigmented lesion", "left forearm", "irregular border", "Levothyroxine 75 micrograms", "Atorvastatin 20 mg", "melanoma", "urgent suspected cancer"], p)


PROCEDURES = ["Colonoscopy", "Cystoscopy", "Bronchoscopy", "Gastroscopy", "Cataract surgery", "Hernia repair", "Hysteroscopy", "Arthroscopy"]


def clinic_list(name, rows=12):
    """A table of patients."""
    people = [person(f"{name} {i}") for i in range(rows)]
    p = people[0]
    table = [[f"{9 + i // 4:02}:{i % 4 * 15:02}", f"{q.surname.upper()}, {q.forename}", q.hospital, q.nhs_spaced, q.dob, PROCEDURES[i % len(PROCEDURES)]] for i, q in enumerate(people)]
    document = made(name, "clinic list", [
        ("title", "Endoscopy and Day Surgery List"), ("text", "Theatre 3, all patients fasted from midnight. Latex allergy: none known."),
        ("table", ["Time", "Patient", "Hospital No", "NHS No", "Date of birth", "Procedure"], table),
        ("text", "Anaesthetic review is complete for every patient on this list."),
    ], ["Colonoscopy", "Bronchoscopy", "Gastroscopy", "Arthroscopy", "Latex allergy", "Anaesthetic review"], p, people[1:])
    document.identifiers = [i for i in document.identifiers if i["kind"] in ("name", "nhs-number", "hospital-number", "date-of-birth")]
    return document


def form(name):
    """A form with a label to every value."""
    p = person(name)
    return made(name, "form", [
        ("title", "Consent and Pre-operative Assessment"),
        ("pairs", [("Surname", p.surname), ("First name", p.forename), ("NHS number", p.nhs_spaced), ("Hospital number", p.hospital), ("Date of birth", p.dob),
                   ("Address", p.street), ("Town", p.town), ("Postcode", p.postcode), ("Telephone", p.phone), ("Email", p.email), ("Next of kin", p.relative), ("GP", p.gp)]),
        ("pairs", [("Proposed procedure", "Laparoscopic cholecystectomy"), ("Anaesthetic", "General anaesthetic"), ("Allergies", "Penicillin (rash)"), ("Risks", "Bleeding and infection")]),
        ("text", "Warfarin was stopped five days before the operation. The ASA grade is two."),
    ], ["Laparoscopic cholecystectomy", "General anaesthetic", "Penicillin", "Bleeding and infection", "Warfarin", "ASA grade"], p)


def long(name, pages=40):
    """A record of many pages, each of which says who it is about."""
    p = person(name)
    she, _ = he(p)
    blocks = [("title", "Copy of the Clinical Record"), pairs_of(p)]
    for number in range(2, pages + 1):
        blocks += [("break",), ("head", f"Continuation sheet {number}: {p.name}, NHS No {p.nhs_spaced}, DOB {p.dob}"),
                   ("text", f"Ward round {number}. {p.title} {p.surname} was comfortable. Observations stable. Salbutamol nebulisers were continued. {she} mobilised with physiotherapy.")]
    return made(name, "record of many pages", blocks, ["Observations stable", "Salbutamol nebulisers", "physiotherapy"], p)


KINDS = [letter, discharge, lab, radiology, referral, form]
