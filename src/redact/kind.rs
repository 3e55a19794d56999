//! The kinds of identifier that Fanlight knows.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $title:literal;)*) => {
        /// What an identifier is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];

            /// The name used in rules, reports and metrics.
            pub const fn as_str(self) -> &'static str {
                match self { $(Kind::$name => $text,)* }
            }

            /// The name shown to people.
            pub const fn title(self) -> &'static str {
                match self { $(Kind::$name => $title,)* }
            }

            /// The kind of this name.
            pub fn parse(text: &str) -> Option<Kind> {
                match text { $($text => Some(Kind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    /// NHS number of England, Wales and the Isle of Man; Northern Ireland's H&C and Scotland's CHI number.
    NhsNumber = "nhs-number", "NHS number";
    /// A hospital's own patient number: MRN, Hosp No, Unit No, District No.
    HospitalNumber = "hospital-number", "hospital number";
    /// Another system's key of a patient's record (FHIR `Patient.id`, HL7 PID-3, a row id).
    RecordId = "record-id", "record id";
    /// National Insurance number.
    Nino = "nino", "National Insurance number";
    /// A person's name.
    Name = "name", "name";
    /// Date of birth.
    DateOfBirth = "date-of-birth", "date of birth";
    /// A postal address or a line of one.
    Address = "address", "address";
    /// UK postcode.
    Postcode = "postcode", "postcode";
    /// Telephone number.
    Phone = "phone", "telephone number";
    /// E-mail address.
    Email = "email", "e-mail address";
    /// Accession, order or specimen number.
    Accession = "accession", "accession number";
    /// Visit, episode, spell or encounter number.
    Visit = "visit", "visit number";
    /// Passport number.
    Passport = "passport", "passport number";
    /// Driving licence number.
    DrivingLicence = "driving-licence", "driving licence number";
    /// Vehicle registration mark.
    Vehicle = "vehicle", "vehicle registration";
    /// GMC, NMC, HCPC or other professional registration number.
    Professional = "professional", "professional registration";
    /// Bank account number or sort code.
    BankAccount = "bank-account", "bank account";
    /// Payment card number.
    Card = "card", "card number";
    /// International bank account number.
    Iban = "iban", "IBAN";
    /// US social security number.
    Ssn = "ssn", "social security number";
    /// US ZIP code.
    Zip = "zip", "ZIP code";
    /// IP address.
    IpAddress = "ip-address", "IP address";
    /// Something else that a rule set treats as identifying.
    Other = "other", "identifier";
}

impl Kind {
    /// Whether systems use this as a key: they put it in links and send it back, so where a program reads it, it must
    /// be reversible.
    pub const fn is_key(self) -> bool {
        matches!(self, Kind::NhsNumber | Kind::HospitalNumber | Kind::RecordId | Kind::Accession | Kind::Visit)
    }

    /// Whether its values always have a digit: what has none is a caption, a placeholder or a remark.
    pub const fn has_digits(self) -> bool {
        match self {
            Kind::NhsNumber
            | Kind::HospitalNumber
            | Kind::RecordId
            | Kind::Nino
            | Kind::DateOfBirth
            | Kind::Postcode
            | Kind::Phone
            | Kind::Accession
            | Kind::Visit
            | Kind::Passport
            | Kind::DrivingLicence
            | Kind::Vehicle
            | Kind::Professional
            | Kind::BankAccount
            | Kind::Card
            | Kind::Iban
            | Kind::Ssn
            | Kind::Zip
            | Kind::IpAddress => true,
            Kind::Name | Kind::Address | Kind::Email | Kind::Other => false,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
