//! `token`: reversible inside only. What a program sends back (links, forms, keys) must still mean the patient upstream.
//!
//! `flt`, a letter for the kind, two characters for the length, then AES-SIV of the value in base32: letters and digits
//! alone, case does not count, so a token survives URLs, ids, selectors and form fields. It says its own length, so it is
//! found even where an application glues it to something else. The key is the grant's (so the trust's), the kind is bound:
//! a token of another grant, trust or kind does not open, and what does not open is an error, never passed on.
//!
//! ```
//! use fanlight::base::{id::{GrantId, TrustId}, secret::Key};
//! use fanlight::redact::{kind::Kind, operator::{GrantKeys, token}};
//! let master = Key::from_bytes([1; 32]);
//! let keys = GrantKeys::new(&master, &TrustId::new("royal-free").unwrap(), &GrantId::new("g1").unwrap());
//! let token = token::operator().apply(Kind::NhsNumber, "943 476 5919", &keys).unwrap();
//! assert!(token.starts_with("fltn") && token.chars().all(|c| c.is_ascii_alphanumeric()));
//! let tokens = token::Tokens::new(&keys);
//! assert_eq!(tokens.resolve_all(&format!("/patient/{token}?tab=1")).unwrap().unwrap(), "/patient/943 476 5919?tab=1");
//! assert_eq!(tokens.resolve_all("/ward/3").unwrap(), None);
//! ```

use std::ops::Range;
use std::sync::Arc;

use aes_siv::KeyInit;
use aes_siv::siv::Aes128Siv;
use data_encoding::{BASE32_NOPAD, Encoding};
use zeroize::Zeroizing;

use super::{Entry, GrantKeys, Operator, mask, no_argument};
use crate::redact::kind::Kind;
use crate::redact::withheld::Withheld;

pub(super) const ENTRY: Entry = Entry {
    name: "token",
    about: "a reversible word (flt…) that links and forms can send back; it means nothing outside the grant",
    make: |argument| no_argument("token", argument).map(|()| operator()),
};

const MARK: &[u8] = b"flt";
/// Mark, kind, two for the length.
const HEAD: usize = 6;
/// AES-SIV's synthetic IV, then at least the packing byte.
const MIN_SEALED: usize = 17;
/// Two base32 characters count to 1023.
const MAX_SEALED: usize = 1023;
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const BASE32: Encoding = BASE32_NOPAD;

#[derive(Debug)]
struct Token;

/// The operator.
pub fn operator() -> Arc<dyn Operator> {
    Arc::new(Token)
}

impl Operator for Token {
    fn id(&self) -> String {
        "token".into()
    }

    fn apply(&self, kind: Kind, value: &str, keys: &GrantKeys) -> Result<String, Withheld> {
        // A value too long for a token is masked: that link may break, but nothing leaks.
        match Tokens::new(keys).seal(kind, value) {
            Some(token) => Ok(token),
            None => mask::operator().apply(kind, value, keys),
        }
    }

    fn turns_back(&self) -> bool {
        true
    }
}

/// A text holds something that looks like a token but was not made for this grant and trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token in the request was not made for this grant")]
pub struct Forged;

/// Turns tokens of one grant back into what they stand for.
#[derive(Clone)]
pub struct Tokens {
    key: crate::base::secret::Key,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// The tokens of a grant.
    pub fn new(keys: &GrantKeys) -> Self {
        Self { key: keys.purpose("token") }
    }

    fn cipher(&self) -> Option<Aes128Siv> {
        Aes128Siv::new_from_slice(self.key.expose()).ok()
    }

    /// A token for a value; `None` when it is too long.
    pub fn seal(&self, kind: Kind, value: &str) -> Option<String> {
        let sealed = self.cipher()?.encrypt([kind.as_str().as_bytes()], &pack(value)).ok()?;
        if sealed.len() > MAX_SEALED {
            return None;
        }
        let mut out = String::with_capacity(HEAD + BASE32.encode_len(sealed.len()));
        out.push_str("flt");
        out.push(letter(kind));
        out.push(digit(sealed.len() / 32)?);
        out.push(digit(sealed.len() % 32)?);
        BASE32.encode_append(&sealed, &mut out);
        out.make_ascii_lowercase();
        Some(out)
    }

    /// What a whole token stands for.
    ///
    /// # Errors
    /// It is no token of this grant.
    pub fn open(&self, token: &str) -> Result<(Kind, Zeroizing<String>), Forged> {
        let kind = token.as_bytes().get(MARK.len()).and_then(|&b| kind_of(b)).ok_or(Forged)?;
        let body = token.get(HEAD..).ok_or(Forged)?.to_ascii_uppercase();
        let sealed = BASE32.decode(body.as_bytes()).map_err(|_| Forged)?;
        let cipher = self.cipher();
        let packed = cipher.ok_or(Forged)?.decrypt([kind.as_str().as_bytes()], &sealed).map_err(|_| Forged)?;
        Ok((kind, unpack(&Zeroizing::new(packed)).ok_or(Forged)?))
    }

    /// `text` with every token turned back; `None` when there is none.
    ///
    /// # Errors
    /// A token in it is not of this grant: the request must not go on.
    pub fn resolve_all(&self, text: &str) -> Result<Option<String>, Forged> {
        let mut out = String::new();
        let mut at = 0;
        while let Some(span) = next(text, at) {
            let (_, value) = self.open(text.get(span.clone()).unwrap_or_default())?;
            out.push_str(text.get(at..span.start).unwrap_or_default());
            out.push_str(&value);
            at = span.end;
        }
        if at == 0 {
            return Ok(None);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        Ok(Some(out))
    }
}

/// Where the next token stands in `text` from `from`. Only its shape is looked at, so that redaction without the key
/// can leave it alone.
pub fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let found = memchr::memchr2_iter(b'f', b'F', bytes.get(at..)?)
            .map(|i| at + i)
            .find(|&i| bytes.get(i..i + MARK.len()).is_some_and(|m| m.eq_ignore_ascii_case(MARK)))?;
        if let Some(end) = end_of(bytes, found) {
            return Some(found..end);
        }
        at = found + 1;
    }
}

fn end_of(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at + HEAD)?;
    kind_of(*head.get(MARK.len())?)?;
    let sealed = value_of(*head.get(4)?)? * 32 + value_of(*head.get(5)?)?;
    if !(MIN_SEALED..=MAX_SEALED).contains(&sealed) {
        return None;
    }
    let end = at + HEAD + BASE32.encode_len(sealed);
    let body = bytes.get(at + HEAD..end)?;
    body.iter().all(|&b| value_of(b).is_some()).then_some(end)
}

fn digit(n: usize) -> Option<char> {
    ALPHABET.get(n).map(|&b| char::from(b))
}

fn value_of(b: u8) -> Option<usize> {
    match b.to_ascii_lowercase() {
        b @ b'a'..=b'z' => Some(usize::from(b - b'a')),
        b @ b'2'..=b'7' => Some(usize::from(b - b'2') + 26),
        _ => None,
    }
}

/// One letter a kind. They stand in links and bookmarks of running sessions: never give a letter a new meaning.
fn letter(kind: Kind) -> char {
    match kind {
        Kind::NhsNumber => 'n',
        Kind::HospitalNumber => 'h',
        Kind::RecordId => 'r',
        Kind::Nino => 'i',
        Kind::Name => 'p',
        Kind::DateOfBirth => 'd',
        Kind::Address => 'a',
        Kind::Postcode => 'c',
        Kind::Phone => 't',
        Kind::Email => 'e',
        Kind::Accession => 's',
        Kind::Visit => 'v',
        Kind::Passport => 'q',
        Kind::DrivingLicence => 'l',
        Kind::Vehicle => 'k',
        Kind::Professional => 'g',
        Kind::BankAccount => 'b',
        Kind::Card => 'f',
        Kind::Iban => 'j',
        Kind::Ssn => 'u',
        Kind::Zip => 'z',
        Kind::IpAddress => 'm',
        Kind::Other => 'o',
    }
}

fn kind_of(letter_byte: u8) -> Option<Kind> {
    let wanted = char::from(letter_byte.to_ascii_lowercase());
    Kind::ALL.iter().copied().find(|&k| letter(k) == wanted)
}

const TEXT: u8 = 0;
const DIGITS: u8 = 1;

/// Digits take half a byte each, so that a token of a number stays short; all else is its bytes.
fn pack(value: &str) -> Zeroizing<Vec<u8>> {
    let bytes = value.as_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        out.push(TEXT);
        out.extend_from_slice(bytes);
        return out;
    }
    out.push(DIGITS);
    for pair in bytes.chunks(2) {
        let high = pair.first().map_or(0xf, |b| b - b'0');
        let low = pair.get(1).map_or(0xf, |b| b - b'0');
        out.push(high << 4 | low);
    }
    out
}

fn unpack(packed: &[u8]) -> Option<Zeroizing<String>> {
    let (&how, rest) = packed.split_first()?;
    match how {
        TEXT => std::str::from_utf8(rest).ok().map(|s| Zeroizing::new(s.to_owned())),
        DIGITS => {
            let mut out = Zeroizing::new(String::with_capacity(rest.len() * 2));
            for half in rest.iter().flat_map(|b| [b >> 4, b & 0xf]).filter(|&half| half != 0xf) {
                out.push(char::from(b'0' + Some(half).filter(|h| *h < 10)?));
            }
            Some(out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::keys;
    use super::*;

    #[test]
    fn each_kind_has_its_own_letter() {
        let mut letters: Vec<char> = Kind::ALL.iter().map(|&k| letter(k)).collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), Kind::ALL.len());
    }

    proptest! {
        #[test]
        fn comes_back_as_it_was(value in "\\PC{1,80}", before in "[a-zA-Z0-9/?=&%._ -]{0,12}", after in "[a-zA-Z0-9/?=&._ -]{0,12}") {
            let tokens = Tokens::new(&keys("g1"));
            for &kind in Kind::ALL {
                let token = tokens.seal(kind, &value).unwrap();
                prop_assert!(token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
                let (k, v) = tokens.open(&token).unwrap();
                prop_assert_eq!((k, v.as_str()), (kind, value.as_str()));
                // Glued to whatever an application puts around it, in whatever case.
                let shouted = format!("{before}{}{after}", token.to_uppercase());
                prop_assert_eq!(tokens.resolve_all(&shouted).unwrap(), Some(format!("{before}{value}{after}")));
                prop_assert!(super::super::is_masked(&token));
            }
        }

        #[test]
        fn numbers_come_back_with_their_zeros(value in "[0-9]{1,40}") {
            let tokens = Tokens::new(&keys("g1"));
            let token = tokens.seal(Kind::HospitalNumber, &value).unwrap();
            let (_, opened) = tokens.open(&token).unwrap();
            prop_assert_eq!(opened.as_str(), value.as_str());
        }
    }

    #[test]
    fn a_token_of_another_grant_or_kind_or_with_one_changed_letter_does_not_open() {
        let (mine, other) = (Tokens::new(&keys("g1")), Tokens::new(&keys("g2")));
        let token = mine.seal(Kind::NhsNumber, "9434765919").unwrap();
        assert_ne!(token, other.seal(Kind::NhsNumber, "9434765919").unwrap());
        assert_eq!(other.resolve_all(&format!("/p/{token}")), Err(Forged));
        assert_eq!(mine.open(&token.replacen("fltn", "flth", 1)), Err(Forged));
        for i in HEAD..token.len() {
            let mut bent = token.clone().into_bytes();
            bent[i] = if bent[i] == b'a' { b'b' } else { b'a' };
            assert_eq!(mine.open(std::str::from_utf8(&bent).unwrap()), Err(Forged), "changed at {i}");
        }
    }

    /// Numbers that look drawn and are the same each time (xorshift).
    fn drawn() -> impl FnMut(usize) -> usize {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        }
    }

    fn of_grant(name: &str) -> Tokens {
        Tokens::new(&keys(name))
    }

    #[test]
    fn ten_thousand_forged_tokens_stand_for_nothing() {
        let (mine, mut draw) = (of_grant("mine"), drawn());
        let kinds = [Kind::NhsNumber, Kind::Name, Kind::RecordId, Kind::DateOfBirth];
        let mut forged = Vec::new();
        for i in 0..10_000 {
            let kind = kinds[i % kinds.len()];
            let value = format!("{:010}", 4_000_000_000_u64 + i as u64);
            let mut token: Vec<u8> = mine.seal(kind, &value).unwrap().into_bytes();
            match i % 4 {
                // As a token looks, and nothing but chance in it.
                0 => token.iter_mut().skip(HEAD).for_each(|c| *c = ALPHABET[draw(32)]),
                // One letter is another.
                1 => {
                    let at = HEAD + draw(token.len() - HEAD - 1);
                    let other = ALPHABET[draw(32)];
                    token[at] = if token[at] == other {
                        ALPHABET[(draw(31) + 1 + ALPHABET.iter().position(|a| *a == other).unwrap()) % 32]
                    } else {
                        other
                    };
                }
                // That of somebody else's grant.
                2 => token = of_grant(&format!("theirs-{i}")).seal(kind, &value).unwrap().into_bytes(),
                // Of another kind than it was sealed as.
                _ => token[MARK.len()] = u8::try_from(letter(kinds[(i + 1) % kinds.len()])).unwrap(),
            }
            forged.push(String::from_utf8(token).unwrap());
        }
        for token in forged {
            assert!(mine.open(&token).is_err(), "{token}");
            assert_eq!(mine.resolve_all(&format!("/patients/{token}?a=1")), Err(Forged), "{token}");
        }
    }

    #[test]
    fn tokens_of_two_grants_for_one_patient_have_nothing_in_common() {
        let tokens: Vec<String> =
            (0..400).map(|i| of_grant(&format!("g{i}")).seal(Kind::NhsNumber, "943 476 5919").unwrap()).collect();
        let (mut pairs, mut first) = (0_u32, 0_u32);
        for (i, a) in tokens.iter().enumerate() {
            for b in &tokens[..i] {
                assert_eq!(a[..HEAD], b[..HEAD]);
                assert_ne!(a[HEAD..HEAD + 6], b[HEAD..HEAD + 6]);
                pairs += 1;
                first += u32::from(a.as_bytes()[HEAD] == b.as_bytes()[HEAD]);
            }
        }
        // As often as chance has it: one in 32.
        assert!(first * 24 < pairs && first * 44 > pairs, "{first} of {pairs}");
    }

    #[test]
    fn a_number_makes_a_short_token_and_the_same_one_each_time() {
        let tokens = Tokens::new(&keys("g1"));
        let token = tokens.seal(Kind::NhsNumber, "9434765919").unwrap();
        assert_eq!(token.len(), 42);
        assert_eq!(token, tokens.seal(Kind::NhsNumber, "9434765919").unwrap());
    }

    #[test]
    fn what_only_begins_like_a_token_is_no_token() {
        let tokens = Tokens::new(&keys("g1"));
        for text in ["flt", "fltn", "fltn2a", "a fault", "flight", "fltnaraaaaaaaaaaaa", "FLT is a word"] {
            assert_eq!(tokens.resolve_all(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_value_too_long_for_a_token_is_masked() {
        let long = "Smith ".repeat(400);
        assert_eq!(operator().apply(Kind::Name, &long, &keys("g1")).unwrap(), mask::PLAIN);
    }
}
