//! What a request asks for: its path and query as the system behind will read them, tokens turned back.
//!
//! A rule looks at one reading of the path, and servers read paths differently: repeated slashes, `;parameters`, encoded
//! slashes and dots, other cases. Readings that could make a refused page look allowed are refused themselves, or looked
//! at too ([`Target::readings`]).

use std::borrow::Cow;

use super::home::Home;
use super::refusal::Refused;
use super::tokens;
use crate::redact::operator::token::Tokens;

/// A request's target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The path as it goes upstream.
    pub raw_path: String,
    /// The query as it goes upstream.
    pub raw_query: Option<String>,
    /// The path, decoded: for rules and for the engine.
    pub path: String,
    /// The query's parameters, decoded.
    pub query: Vec<(String, String)>,
}

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// [`Refused::BadRequest`] and [`Refused::ForgedToken`].
    pub fn read(path: &str, query: Option<&str>, tokens: &Tokens) -> Result<Self, Refused> {
        let raw_path = tokens::url(tokens, path)?.unwrap_or_else(|| path.to_owned());
        let raw_query = match query {
            Some(query) => Some(tokens::url(tokens, query)?.unwrap_or_else(|| query.to_owned())),
            None => None,
        };
        let path =
            decode(&raw_path).ok_or(Refused::BadRequest("its path is not valid percent-encoded UTF-8"))?.into_owned();
        if !path.starts_with('/') {
            return Err(Refused::BadRequest("its path does not begin with a slash"));
        }
        if path.chars().any(|c| c.is_control() || c == '\\') {
            return Err(Refused::BadRequest("its path holds a character that no page's address needs"));
        }
        let plain = |segment: &str| segment.split(';').next().map(str::to_owned).unwrap_or_default();
        if path.split('/').map(plain).any(|s| s == "." || s == "..") {
            return Err(Refused::BadRequest("its path holds a dot segment"));
        }
        let query = raw_query.as_deref().map(parameters).unwrap_or_default();
        Ok(Self { raw_path, raw_query, path, query })
    }

    /// With addresses of ours in the query as the upstream's: an application follows `next=` only to itself.
    #[must_use]
    pub fn homed(mut self, home: &Home) -> Self {
        if let Some(query) = self.raw_query.as_deref().and_then(|query| home.to_upstream(query)) {
            self.query = parameters(&query);
            self.raw_query = Some(query);
        }
        self
    }

    /// The path, and the other ways in which a server may read it.
    pub fn readings(&self) -> Vec<String> {
        let mut plain = String::with_capacity(self.path.len());
        for segment in self.path.split('/').map(|s| s.split(';').next().unwrap_or_default()).filter(|s| !s.is_empty()) {
            plain.push('/');
            plain.push_str(segment);
        }
        if self.path.ends_with('/') || plain.is_empty() {
            plain.push('/');
        }
        let slashless = plain.trim_end_matches('/').to_owned();
        let mut all = vec![self.path.clone(), plain.to_lowercase(), plain, slashless.to_lowercase(), slashless];
        all.retain(|p| !p.is_empty());
        all.dedup();
        all
    }

    /// Path and query as they go upstream, under the base path of the upstream.
    pub fn upstream(&self, base: &str) -> String {
        let mut out = base.trim_end_matches('/').to_owned();
        out.push_str(&self.raw_path);
        if let Some(query) = &self.raw_query {
            out.push('?');
            out.push_str(query);
        }
        out
    }
}

/// The parameters of a query or URL-encoded form, decoded. What cannot be decoded is taken as it stands.
///
/// ```
/// let all = fanlight::policy::target::parameters("a=1&b=x+y%21&c");
/// assert_eq!(all[1], ("b".to_owned(), "x y!".to_owned()));
/// assert_eq!(all[2], ("c".to_owned(), String::new()));
/// ```
pub fn parameters(text: &str) -> Vec<(String, String)> {
    let word = |text: &str| {
        let spaced = text.replace('+', " ");
        decode(&spaced).map(Cow::into_owned).unwrap_or(spaced)
    };
    let pairs = text.split(['&', ';']).filter(|p| !p.is_empty()).take(1000);
    pairs.map(|p| p.split_once('=').unwrap_or((p, ""))).map(|(name, value)| (word(name), word(value))).collect()
}

/// Percent-decodes; none when it is malformed or not UTF-8.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            out.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{GrantId, TrustId};
    use crate::base::secret::Key;
    use crate::redact::operator::GrantKeys;

    fn read(path: &str, query: Option<&str>) -> Result<Target, Refused> {
        let keys = GrantKeys::new(&Key::from_bytes([1; 32]), &TrustId::new("t").unwrap(), &GrantId::new("g").unwrap());
        Target::read(path, query, &Tokens::new(&keys))
    }

    #[test]
    fn paths_that_servers_read_in_many_ways_are_refused() {
        for bad in [
            "/a/../b",
            "/a/%2e%2e/b",
            "/a/.%2E/b",
            "/./a",
            "/a/..;x=1/b",
            "/a%00",
            "/a%5cb",
            "/a\\b",
            "/%zz",
            "/%c0%ae",
            "a",
            "/%",
            "/a%0d%0aX: y",
        ] {
            assert!(matches!(read(bad, None), Err(Refused::BadRequest(_))), "{bad}");
        }
        for good in ["/", "/a", "/a/b.c", "/a//b", "/a;x=1/b", "/%C3%A9", "/.well-known/x", "/a%20b", "/..a", "/a..b"] {
            assert!(read(good, None).is_ok(), "{good}");
        }
    }

    #[test]
    fn other_readings_of_a_path_are_looked_at() {
        let readings = |path: &str| read(path, None).unwrap().readings();
        for tricky in ["//Export;x=1//csv/", "/export/csv", "/EXPORT/csv", "/export/;a/csv", "/export%2Fcsv"] {
            assert!(readings(tricky).contains(&"/export/csv".to_owned()), "{tricky}: {:?}", readings(tricky));
        }
    }

    #[test]
    fn what_holds_no_token_goes_on_byte_for_byte() {
        let target = read("/a%20b/%7Ex", Some("q=%41+b&r")).unwrap();
        assert_eq!(target.upstream("/base/"), "/base/a%20b/%7Ex?q=%41+b&r");
        assert_eq!(target.path, "/a b/~x");
        assert_eq!(target.query, [("q".into(), "A b".into()), ("r".into(), String::new())]);
    }
}
