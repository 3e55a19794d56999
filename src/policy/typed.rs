//! Identifiers that an engineer typed: what comes in must be tokens.
//!
//! Whoever sends a patient's NHS number in clear holds it, and has it from somewhere else than our pages. Each parameter, part of
//! the path, form field and document goes through the engine as a response would; what it would mask on the way out for certain
//! is refused on the way in (`inbound = "refuse"`, the default), or let through with a word in the trail (`"audit"`), or let
//! through (`"allow"`: a route where test patients are made). Keys of records are the application's own, and no person's
//! knowledge; an address and a name beside a password are a log-in.

use super::parts;
use super::refusal::Refused;
use super::returned;
use super::target;
use crate::redact::finding::{Confidence, Explained, Finder};
use crate::redact::format::{self, Media};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

/// What only a detector takes for an identifier must be so sure.
const SURE: Confidence = 90;

/// The longest document in which a password is looked for.
const LOG_IN: usize = 16 * 1024;

/// A request as it came, tokens in it.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    /// The path.
    pub path: &'a str,
    /// The query.
    pub query: Option<&'a str>,
    /// The type of the body.
    pub content_type: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// Who asks: their own name is no patient's.
    pub engineer: &'a str,
}

/// Looks for an identifier in a request. `ins` makes an inspector with what the grant has learned.
///
/// # Errors
/// [`Refused::Typed`], with the field.
pub fn check(came: &Came<'_>, ins: impl Fn() -> Inspector) -> Result<(), Refused> {
    if telling(&ins, |ins| format::url::redact(ins, came.path)).next().is_some() {
        return Err(Refused::Typed { field: returned::ADDRESS.into() });
    }
    if let Some(query) = came.query {
        parameters(query, came.engineer, &ins, |_| true, returned::ADDRESS)?;
    }
    if came.body.is_empty() {
        return Ok(());
    }
    let Ok(text) = std::str::from_utf8(came.body) else {
        // What is typed beside a file.
        let Some(Media::Multipart { boundary }) = came.content_type.and_then(Media::from_content_type) else {
            return Ok(());
        };
        return multipart(&parts::sent(boundary.as_str(), came.body), came, &ins);
    };
    match came.content_type.and_then(Media::from_content_type) {
        Some(Media::Form) => {
            let log_in = target::parameters(text).iter().any(|(name, _)| is_password(name));
            parameters(text, came.engineer, &ins, |kind| counts(kind, log_in), returned::BODY)
        }
        Some(Media::Multipart { boundary }) => multipart(&parts::sent(boundary.as_str(), came.body), came, &ins),
        media => message(media, text, &ins),
    }
}

/// As [`check`], for a body that is one document, or a message of a socket.
///
/// # Errors
/// [`Refused::Typed`], with the field.
pub fn message(media: Option<Media>, text: &str, ins: impl Fn() -> Inspector) -> Result<(), Refused> {
    let log_in = text.len() <= LOG_IN && text.split(['"', '\'', '<', '>', '&', '=']).any(is_password);
    let media = media.unwrap_or(Media::Text);
    let found = telling(&ins, |ins| match format::embedded(ins, media, text) {
        // What is not of its type is looked at as text.
        Err(_) => format::embedded(ins, Media::Text, text),
        done => done,
    })
    .find(|found| counts(found.of, log_in));
    match found {
        None => Ok(()),
        Some(found) => Err(Refused::Typed { field: shown(&found.at) }),
    }
}

fn multipart(fields: &[(String, String)], came: &Came<'_>, ins: &impl Fn() -> Inspector) -> Result<(), Refused> {
    let log_in = fields.iter().any(|(name, _)| is_password(name));
    for (name, value) in fields {
        let value = value.split_once("\n").map_or(value.as_str(), |(_, value)| value);
        let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        parameters(&pair, came.engineer, ins, |kind| counts(kind, log_in), returned::BODY)?;
    }
    Ok(())
}

/// Each parameter by itself, so that a refusal can name it.
fn parameters(
    text: &str,
    engineer: &str,
    ins: &impl Fn() -> Inspector,
    counts: impl Fn(Kind) -> bool,
    otherwise: &str,
) -> Result<(), Refused> {
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let named = target::parameters(pair);
        if named.iter().any(|(_, value)| value.eq_ignore_ascii_case(engineer)) {
            continue;
        }
        if telling(ins, |ins| format::embedded(ins, Media::Form, pair)).any(|found| counts(found.of)) {
            let name = named.into_iter().next().and_then(|(name, _)| returned::shown(&name));
            return Err(Refused::Typed { field: name.unwrap_or_else(|| otherwise.to_owned()) });
        }
    }
    Ok(())
}

/// Something that shows that whoever sent it holds an identifier.
struct Told {
    of: Kind,
    at: String,
}

/// What the engine would mask for certain in what `look` shows it.
fn telling(
    ins: &impl Fn() -> Inspector,
    look: impl FnOnce(&mut Inspector) -> Result<Option<String>, Withheld>,
) -> impl Iterator<Item = Told> {
    let mut ins = ins().explaining();
    // What cannot be read is nothing that can be told; it is refused or passed on for other reasons.
    let _read = look(&mut ins);
    std::mem::take(&mut ins.report_mut().explained).into_iter().filter_map(|found| told(&found))
}

fn told(found: &Explained) -> Option<Told> {
    let kind = *Kind::ALL.iter().find(|kind| kind.as_str() == found.kind)?;
    let sure = found.finder != Finder::Dictionary.to_string() && found.confidence >= SURE;
    let known = found.finder == Finder::Dictionary.to_string();
    let persons = match kind {
        // The application's own.
        Kind::RecordId | Kind::Visit | Kind::Accession | Kind::IpAddress | Kind::Other => false,
        // Theirs who work there.
        Kind::Professional => false,
        // Pages and scripts make these up of what they know; only one that was masked before is a patient's for sure.
        Kind::HospitalNumber => known || found.finder.starts_with("field "),
        Kind::Name
        | Kind::NhsNumber
        | Kind::DateOfBirth
        | Kind::Nino
        | Kind::Passport
        | Kind::DrivingLicence
        | Kind::Ssn
        | Kind::Iban
        | Kind::BankAccount
        | Kind::Card
        | Kind::Vehicle
        | Kind::Phone
        | Kind::Email
        | Kind::Postcode
        | Kind::Zip
        | Kind::Address => true,
    };
    (persons && (sure || known)).then(|| Told { of: kind, at: found.at.clone() })
}

/// Beside a password, a name and an address are who logs in.
fn counts(kind: Kind, log_in: bool) -> bool {
    !(log_in && matches!(kind, Kind::Name | Kind::Email))
}

fn is_password(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    name.len() <= 40 && ["password", "passwd", "pwd", "passcode"].iter().any(|word| name.contains(word))
}

/// A place as the engine names it, as a refusal may: `$.patient.nhs` is `patient.nhs`.
fn shown(at: &str) -> String {
    let path = at.strip_prefix("$.").unwrap_or(at);
    returned::shown(path).unwrap_or_else(|| returned::BODY.to_owned())
}
