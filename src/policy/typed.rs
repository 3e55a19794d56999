//! Identifiers that an engineer typed: what comes in must be tokens.
//!
//! Whoever sends a patient's NHS number in clear holds it, and has it from somewhere else than our pages. Each parameter, part of
//! the path, form field and document goes through the engine as a response would; what it would mask on the way out for certain
//! is refused on the way in (`inbound = "refuse"`, the default), or let through with a word in the trail (`"audit"`), or let
//! through (`"allow"`: a route where test patients are made). Keys of records are the application's own, and no person's
//! knowledge; an address and a name beside a password are a log-in.

use std::borrow::Cow;

use serde_json::Value;

use super::parts;
use super::reading;
use super::refusal::Refused;
use super::returned::{self, is_password};
use super::target;
use crate::redact::finding::{Confidence, Explained, Finder, Report};
use crate::redact::format::{self, Media};
use crate::redact::inspect::Inspector;
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

/// What only a detector takes for an identifier must be so sure.
const SURE: Confidence = 90;

/// Names of parameters that things have as well as people: there the value must tell by itself.
const ANYBODYS: &[&str] =
    &["name", "names", "title", "label", "display", "text", "value", "description", "address", "number", "code"];

/// Parameters by which somebody logs in: a name and an address there are theirs.
const LOG_IN: &[&str] =
    &["username", "user", "login", "userid", "user_name", "j_username", "upn", "loginfmt", "login_hint"];

/// Parameters of OpenID Connect and SAML: they say who logs in, and are signed.
const SIGNED: &[&str] = &[
    "id_token",
    "id_token_hint",
    "access_token",
    "client_assertion",
    "assertion",
    "samlrequest",
    "samlresponse",
    "relaystate",
    "signature",
    "wresult",
];

/// The longest document in which a password is looked for.
const DOCUMENT: usize = 16 * 1024;

/// So many parameters are looked at one by one, to say which of them it is.
const NAMED: usize = 200;

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
    if telling(&ins, |ins| format::url::redact(ins, came.path), |_| true).is_some() {
        return Err(Refused::Typed { field: returned::ADDRESS.into() });
    }
    if let Some(query) = came.query {
        parameters(query, came.engineer, &ins, false, returned::ADDRESS)?;
    }
    if came.body.is_empty() {
        return Ok(());
    }
    let media = came.content_type.and_then(Media::from_content_type);
    if let Some(Media::Multipart { boundary }) = &media {
        return multipart(&parts::sent(boundary.as_str(), came.body), came, &ins);
    }
    // An uploaded picture.
    if media.is_none() && std::str::from_utf8(came.body).is_err() {
        return Ok(());
    }
    reading::all(came.content_type, came.body).iter().try_for_each(|text| match media {
        Some(Media::Form) => {
            let log_in = target::parameters(text).iter().any(|(name, _)| is_password(name));
            parameters(text, came.engineer, &ins, log_in, returned::BODY)
        }
        media => message(media, text, came.engineer, &ins),
    })
}

/// As [`check`], for a body that is one document, or a message of a socket.
///
/// # Errors
/// [`Refused::Typed`], with the field.
pub fn message(media: Option<Media>, text: &str, engineer: &str, ins: impl Fn() -> Inspector) -> Result<(), Refused> {
    let text = if text.contains(engineer) { Cow::Owned(text.replace(engineer, "")) } else { Cow::Borrowed(text) };
    let asks = |document: Value| asks_for_password(&document);
    let log_in = text.len() <= DOCUMENT && serde_json::from_str(&text).is_ok_and(asks);
    let media = media.unwrap_or(Media::Text);
    let look = |ins: &mut Inspector| match format::embedded(ins, media, &text) {
        // What is not of its type is looked at as text.
        Err(Withheld::Malformed(_)) => format::embedded(ins, Media::Text, &text),
        done => done,
    };
    match telling(&ins, look, |kind| counts(kind, log_in)) {
        None => Ok(()),
        Some(found) => Err(Refused::Typed { field: found.shown(returned::BODY) }),
    }
}

/// Whether a document has a member for a password.
fn asks_for_password(document: &Value) -> bool {
    match document {
        Value::Object(members) => members.iter().any(|(key, member)| is_password(key) || asks_for_password(member)),
        Value::Array(items) => items.iter().any(asks_for_password),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn multipart(sent: &[parts::Sent], came: &Came<'_>, ins: &impl Fn() -> Inspector) -> Result<(), Refused> {
    let log_in = sent.iter().any(|part| is_password(&part.name));
    for part in sent {
        let file = format::media::parameter(&part.head, "filename").unwrap_or_default();
        if let Some(found) = telling(ins, |ins| format::embedded(ins, Media::Text, file), |_| true) {
            let name = returned::shown(&part.name).filter(|_| !found.known);
            return Err(Refused::Typed { field: name.unwrap_or_else(|| returned::BODY.into()) });
        }
        for value in &part.values {
            let pair = form_urlencoded::Serializer::new(String::new()).append_pair(&part.name, value).finish();
            parameters(&pair, came.engineer, ins, log_in, returned::BODY)?;
        }
    }
    Ok(())
}

/// All parameters together, and where there is something, one by one, so that a refusal can name it.
fn parameters(
    text: &str,
    engineer: &str,
    ins: &impl Fn() -> Inspector,
    log_in: bool,
    otherwise: &str,
) -> Result<(), Refused> {
    let pairs: Vec<Cow<'_, str>> = text.split('&').filter_map(|pair| looked_at(pair, engineer)).collect();
    let look = |text: &str| telling(ins, |ins| format::embedded(ins, Media::Form, text), |kind| counts(kind, log_in));
    if pairs.is_empty() || look(&pairs.join("&")).is_none() {
        return Ok(());
    }
    let one = text.split('&').take(NAMED).find_map(|pair| {
        let found = look(&looked_at(pair, engineer)?)?;
        let (name, _) = target::parameters(pair).into_iter().next()?;
        // What is known by itself alone is not told from what is not: a refusal that named it would tell who is masked.
        (!found.known).then(|| returned::shown(&name)).flatten()
    });
    Err(Refused::Typed { field: one.unwrap_or_else(|| otherwise.to_owned()) })
}

/// A parameter as it is looked at; none for what is the engineer's own, or signed by who knows them.
fn looked_at<'p>(pair: &'p str, engineer: &str) -> Option<Cow<'p, str>> {
    let decoded = target::parameters(pair);
    let [(name, value)] = decoded.as_slice() else {
        return (!pair.is_empty()).then_some(Cow::Borrowed(pair));
    };
    let name = name.trim().to_ascii_lowercase();
    if value.eq_ignore_ascii_case(engineer) || SIGNED.contains(&name.as_str()) {
        return None;
    }
    // An address or a name that somebody logs in by; a number there is looked at all the same.
    if LOG_IN.contains(&name.as_str()) && !value.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if ANYBODYS.contains(&name.as_str()) {
        let (_, value) = pair.split_once('=').unwrap_or_default();
        return Some(Cow::Owned(format!("q={value}")));
    }
    Some(Cow::Borrowed(pair))
}

/// Something that shows that whoever sent it holds an identifier.
struct Told {
    at: String,
    /// By what the grant has learned.
    known: bool,
}

impl Told {
    /// The place as a refusal may say it: `$.patient.nhs` is `patient.nhs`.
    fn shown(&self, otherwise: &str) -> String {
        let path = self.at.strip_prefix("$.").unwrap_or(&self.at);
        returned::shown(path).filter(|_| !self.known).unwrap_or_else(|| otherwise.to_owned())
    }
}

/// The first that the engine would mask for certain in what `look` shows it.
fn telling(
    ins: &impl Fn() -> Inspector,
    look: impl FnOnce(&mut Inspector) -> Result<Option<String>, Withheld>,
    counts: impl Fn(Kind) -> bool,
) -> Option<Told> {
    let mut ins = ins().explaining();
    // A rule that withholds the response would withhold this; what cannot be looked at is not known to hold none.
    let unread = look(&mut ins).is_err();
    let report = ins.report_mut();
    let found = report.explained.iter().find_map(|found| told(found, &counts));
    // More than are kept: their kinds are counted all the same.
    let more = report.explained.len() >= Report::MAX_EXPLAINED
        && report.masked.keys().any(|kind| is_persons(*kind) && counts(*kind));
    found.or_else(|| (unread || more).then(|| Told { at: String::new(), known: false }))
}

fn told(found: &Explained, counts: impl Fn(Kind) -> bool) -> Option<Told> {
    let kind = *Kind::ALL.iter().find(|kind| kind.as_str() == found.kind)?;
    let known = found.finder == Finder::Dictionary.to_string();
    let sure = found.confidence >= SURE;
    // Pages and scripts make up numbers of what they know; one that a field names or that was masked before is a patient's.
    let named = kind != Kind::HospitalNumber || found.finder.starts_with("field ");
    let tells = is_persons(kind) && counts(kind) && (known || (sure && named));
    tells.then(|| Told { at: found.at.clone(), known })
}

/// What a person may hold of another; not the keys and numbers of an application's own.
const fn is_persons(kind: Kind) -> bool {
    match kind {
        Kind::RecordId | Kind::Visit | Kind::Accession | Kind::IpAddress | Kind::Professional | Kind::Other => false,
        Kind::Name
        | Kind::NhsNumber
        | Kind::HospitalNumber
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
    }
}

/// Beside a password, a name and an address are who logs in.
const fn counts(kind: Kind, log_in: bool) -> bool {
    !(log_in && matches!(kind, Kind::Name | Kind::Email))
}
