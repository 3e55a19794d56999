//! The gate of the console: which hosts it answers to, which posts it believes, and who may come in.
//!
//! A page elsewhere can make a browser send requests here. Three things stop it: the `Host` must be one of ours (a name
//! that was rebound to loopback is not), a post's `Origin` must be that same host, and its form must carry a token that only
//! our own pages hold. A request without an `Origin` is not from a browser's form and is refused as well.

use axum::http::{HeaderMap, HeaderName, header};
use subtle::ConstantTimeEq;

use crate::base::id::EngineerId;
use crate::base::secret::Key;

/// Why a request is turned away at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// `Host` is missing or not one of ours.
    #[error("this console does not answer to that host name")]
    Host,
    /// The post came from another page.
    #[error("the form was not sent from a page of this console")]
    Origin,
    /// The form's token is missing or not this person's.
    #[error("the form's token is not valid; open the page again")]
    Token,
}

/// The gate.
#[derive(Debug, Clone)]
pub struct Gate {
    hosts: Vec<String>,
    key: Key,
}

impl Gate {
    /// A gate for a console that is reached at these hosts (name, or name and port when it is not the scheme's own).
    /// Tokens die with the process.
    pub fn new(hosts: Vec<String>, key: Key) -> Self {
        Self { hosts: hosts.into_iter().map(|h| h.to_ascii_lowercase()).collect(), key }
    }

    /// The host that was asked for, if it is ours.
    ///
    /// # Errors
    /// [`Stopped::Host`].
    pub fn host<'h>(&self, headers: &'h HeaderMap) -> Result<&'h str, Stopped> {
        let host = only(headers, &header::HOST).ok_or(Stopped::Host)?;
        if self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host)) { Ok(host) } else { Err(Stopped::Host) }
    }

    /// Whether a post comes from a page of ours: its origin is the host that it was sent to.
    ///
    /// # Errors
    /// [`Stopped::Host`], [`Stopped::Origin`].
    pub fn same_origin(&self, headers: &HeaderMap) -> Result<(), Stopped> {
        let host = self.host(headers)?;
        let origin = only(headers, &header::ORIGIN).ok_or(Stopped::Origin)?;
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !authority.is_some_and(|a| a.eq_ignore_ascii_case(host)) {
            return Err(Stopped::Origin);
        }
        match only(headers, &HeaderName::from_static("sec-fetch-site")) {
            None | Some("same-origin") => Ok(()),
            Some(_) => Err(Stopped::Origin),
        }
    }

    /// The token for this person's forms.
    pub fn token(&self, who: &EngineerId) -> String {
        data_encoding::HEXLOWER.encode(&self.key.hash("console form", &[who.as_str().as_bytes()]))
    }

    /// Whether a form carries this person's token.
    ///
    /// # Errors
    /// [`Stopped::Token`].
    pub fn believe(&self, who: &EngineerId, token: &str) -> Result<(), Stopped> {
        let equal: bool = self.token(who).as_bytes().ct_eq(token.as_bytes()).into();
        if equal { Ok(()) } else { Err(Stopped::Token) }
    }
}

/// The header's value, if it stands exactly once: of two, nobody knows which one another program believed.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        Gate::new(vec!["localhost:8081".into(), "127.0.0.1:8081".into()], Key::from_bytes([3; 32]))
    }

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let mut all = HeaderMap::new();
        for (name, value) in list {
            all.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        all
    }

    #[test]
    fn only_our_own_hosts_are_answered() {
        assert!(gate().host(&headers(&[("host", "LocalHost:8081")])).is_ok());
        for wrong in ["evil.example:8081", "localhost", "localhost:8080", ""] {
            assert_eq!(gate().host(&headers(&[("host", wrong)])), Err(Stopped::Host), "{wrong}");
        }
        assert_eq!(gate().host(&headers(&[])), Err(Stopped::Host));
        let two = headers(&[("host", "localhost:8081"), ("host", "localhost:8081")]);
        assert_eq!(gate().host(&two), Err(Stopped::Host));
    }

    #[test]
    fn posts_must_come_from_the_same_origin() {
        let ours = ("host", "localhost:8081");
        assert!(gate().same_origin(&headers(&[ours, ("origin", "http://localhost:8081")])).is_ok());
        for wrong in ["http://evil.example", "http://127.0.0.1:8081", "null", "http://localhost:8081.evil.example"] {
            assert_eq!(gate().same_origin(&headers(&[ours, ("origin", wrong)])), Err(Stopped::Origin), "{wrong}");
        }
        assert_eq!(gate().same_origin(&headers(&[ours])), Err(Stopped::Origin));
        let cross = [ours, ("origin", "http://localhost:8081"), ("sec-fetch-site", "same-site")];
        assert_eq!(gate().same_origin(&headers(&cross)), Err(Stopped::Origin));
    }

    #[test]
    fn a_token_is_one_persons() {
        let (alex, sam) =
            (EngineerId::new("alex@trust.example").unwrap(), EngineerId::new("sam@centre.example").unwrap());
        let token = gate().token(&alex);
        assert!(gate().believe(&alex, &token).is_ok());
        assert_eq!(gate().believe(&sam, &token), Err(Stopped::Token));
        assert_eq!(gate().believe(&alex, ""), Err(Stopped::Token));
    }
}
