"""Synthetic people, seeded: whoever asks for the person of "letter-cairo" gets the same one in every run, and nobody else does.

Nobody here exists. NHS numbers are of the range 999 that is kept for tests (with a right check digit), telephone numbers of those that Ofcom keeps for
drama, mail addresses end in names that resolve nowhere.

example: person("letter-cairo").name → "Mr Gethin Pritchard"
"""
import random
from dataclasses import dataclass
from datetime import date

# No name here is a word of what the documents say, so that a part of a name that is found is a leak. The exceptions are checked by the oracle.
FORENAMES = {
    "F": ["Janet", "Margaret", "Patricia", "Siobhan", "Gwendolyn", "Priya", "Fatima", "Agnieszka", "Oluwaseun", "Deborah", "Kathleen", "Rosalind",
          "Harriet", "Eleanor", "Beatrice", "Yasmin", "Catherine", "Philippa", "Annabel", "Josephine"],
    "M": ["Gethin", "Malcolm", "Desmond", "Alistair", "Kwame", "Mohammed", "Tomasz", "Rajesh", "Geoffrey", "Nicholas", "Benjamin", "Duncan",
          "Cornelius", "Patrick", "Terence", "Leonard", "Ibrahim", "Stephen", "Dominic", "Raymond"],
}
SURNAMES = ["Williams", "Pritchard", "Fitzgerald", "Hargreaves", "Okonkwo", "Patel", "Kowalski", "MacDonald", "O'Sullivan", "Blenkinsop", "Thompson",
            "Chowdhury", "Rodriguez", "Featherstone", "Griffiths", "Mukherjee", "Wilkinson", "Hutchinson", "Robertson", "Satterthwaite", "Davies",
            "Ellsworth", "Jackson", "Lewandowska", "Ramsbottom", "Edwards", "Nwosu", "Sutherland", "Campbell", "Morrison"]
STREETS = ["Belsize Avenue", "Fleet Road", "Chapel Lane", "Maitland Park Villas", "Station Road", "Victoria Street", "Orchard Close", "Kingsway Gardens",
           "Priory Terrace", "Mulberry Drive", "Quarry Hill", "Windermere Crescent"]
TOWNS = [("London", "NW3"), ("Taunton", "TA1"), ("Aylesbury", "HP21"), ("Milton Keynes", "MK6"), ("Winchester", "SO22"), ("Redhill", "RH1"),
         ("Oxford", "OX3"), ("Enfield", "EN2"), ("Weston-super-Mare", "BS23"), ("Barnet", "EN5")]
PRACTICES = ["Keats Group Practice", "Wickham Surgery", "Parkgate Health Centre", "Millbrook Medical Practice", "Hollybush Surgery", "Lyngford Park Surgery"]


@dataclass
class Person:
    """One person with everything that a letter says of somebody."""
    title: str
    forename: str
    surname: str
    sex: str
    born: date
    nhs: str  # ten digits
    hospital: str
    street: str
    town: str
    postcode: str
    phone: str
    mobile: str
    email: str
    gp: str
    gp_practice: str
    gp_street: str
    gp_postcode: str
    relative: str
    relation: str

    @property
    def name(self):
        return f"{self.title} {self.forename} {self.surname}"

    @property
    def nhs_spaced(self):
        return f"{self.nhs[:3]} {self.nhs[3:6]} {self.nhs[6:]}"

    @property
    def dob(self):
        return self.born.strftime("%d/%m/%Y")

    @property
    def dob_long(self):
        return f"{self.born.day} {self.born.strftime('%B %Y')}"

    @property
    def dob_short(self):
        return self.born.strftime("%d-%b-%Y")


def nhs_number(rng):
    """Ten digits of the range 999 with the check digit that NHS numbers have."""
    while True:
        nine = "999" + "".join(rng.choice("0123456789") for _ in range(6))
        check = 11 - sum(int(d) * (10 - i) for i, d in enumerate(nine)) % 11
        if check != 10:
            return nine + str(check % 11)


def postcode(rng, area):
    return f"{area} {rng.randrange(1, 10)}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}"


def person(key):
    """The person of `key`, always the same."""
    rng = random.Random(f"fanlight documents {key}")
    sex = rng.choice("FM")
    forename, surname = rng.choice(FORENAMES[sex]), rng.choice(SURNAMES)
    others = [s for s in SURNAMES if s != surname]
    doctor, relative_surname = rng.sample(others, 2)
    relative_sex = rng.choice("FM")
    relative_forename = rng.choice([f for f in FORENAMES[relative_sex] if f != forename])
    doctor_forename = rng.choice([f for f in FORENAMES["F"] + FORENAMES["M"] if f not in (forename, relative_forename)])
    street, gp_street = rng.sample(STREETS, 2)
    town, area = rng.choice(TOWNS)
    return Person(
        title=rng.choice(["Mrs", "Ms", "Miss"] if sex == "F" else ["Mr"]), forename=forename, surname=surname, sex=sex,
        born=date(rng.randrange(1931, 1999), rng.randrange(1, 13), rng.randrange(13, 29)), nhs=nhs_number(rng),
        hospital=rng.choice("RMKT") + rng.choice("FXYN") + "".join(rng.choice("0123456789") for _ in range(6)),
        street=f"{rng.randrange(11, 190)} {street}", town=town, postcode=postcode(rng, area),
        phone=f"01632 960{rng.randrange(100, 1000)}", mobile=f"07700 900{rng.randrange(100, 1000)}",
        email=f"{forename.lower()}.{surname.lower().replace(chr(39), '')}{rng.randrange(10, 99)}@mail.example",
        gp=f"Dr {doctor_forename} {doctor}", gp_practice=rng.choice(PRACTICES), gp_street=f"{rng.randrange(2, 90)} {gp_street}", gp_postcode=postcode(rng, area),
        relative=f"{relative_forename} {rng.choice([surname, relative_surname])}",
        relation=rng.choice(["sister", "daughter"] if relative_sex == "F" else ["brother", "son"]))


def identifiers(p, leaving_out=()):
    """What must not be seen of `p`, each with its kind: the truth that the oracle reads. Who treats a patient is no identifier (rules/base keeps
    practitioners), where the practice is says where the patient lives."""
    all_of_them = [("name", f"{p.forename} {p.surname}"), ("nhs-number", p.nhs), ("hospital-number", p.hospital), ("date-of-birth", p.born.isoformat()),
                   ("address", p.street), ("postcode", p.postcode), ("phone", p.phone), ("phone", p.mobile), ("email", p.email),
                   ("gp-address", p.gp_street), ("gp-postcode", p.gp_postcode), ("relative", p.relative)]
    return [{"kind": kind, "value": value} for kind, value in all_of_them if kind not in leaving_out]
