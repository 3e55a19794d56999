//! The upstream's own addresses in a body become ours, and ours become the upstream's on the way in.
//!
//! A page may name its system outright: `https://pas.trust.example:8443/patient/1`, `//pas.trust.example/app.js`,
//! `wss:\/\/pas.trust.example\/live`, `?next=https%3A%2F%2Fpas.trust.example%2F`. The viewer's browser cannot reach that
//! name, and must not: whatever it asked there nobody would mask. Such addresses stand in attributes, style sheets, scripts,
//! data and text, so they are looked for in the decoded bytes, before any format is read; only scheme and authority are
//! written anew, in the escapes in which the address stands.
//!
//! ```
//! use fanlight::redact::code::origins::{Authority, Names, Origins};
//! use std::sync::Arc;
//! let pas = Authority::read("pas.trust.example:8443", None).unwrap();
//! let names = Arc::new(Names::new([pas]).unwrap());
//! let ours = Origins::new(names, false, "royal-free.localhost:8080");
//! let page = r#"<a href="https://pas.trust.example:8443/p/1">x</a> {"live":"wss:\/\/pas.trust.example:8443\/l"}"#;
//! assert_eq!(
//!     ours.text(page).unwrap(),
//!     r#"<a href="http://royal-free.localhost:8080/p/1">x</a> {"live":"ws:\/\/royal-free.localhost:8080\/l"}"#
//! );
//! assert_eq!(ours.text("<a href=https://pas.trust.example.evil:8443/>"), None);
//! ```

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::bytes::{Regex, RegexBuilder};

/// The longest address up to the end of its authority, in any escape, and what is looked at behind it.
const REACH: usize = 512;
/// How far before a name its scheme may begin.
const BEFORE: usize = 64;
/// Room for a port and its colon, escaped.
const BEHIND: usize = 24;

/// What stands before a name: perhaps a scheme, and two slashes, each as it is or escaped (percent, also twice; JSON and
/// scripts; HTML).
#[allow(clippy::expect_used, reason = "a literal that every test compiles")]
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    const COLON: &str = r"(?:%(?:25){0,2}3a|\\u003a|\\x3a|&#0{0,4}58;|&#x0{0,4}3a;|&colon;|:)";
    const SLASH: &str = r"(?:%(?:25){0,2}2f|\\u002f|\\x2f|&#0{0,4}47;|&#x0{0,4}2f;|&sol;|\\{0,3}/)";
    let pattern = format!("(?i-u)(?:([a-z0-9+.-]{{1,16}}){COLON}|({COLON})?)({SLASH}){SLASH}$");
    Regex::new(&pattern).expect("a literal pattern")
});

#[allow(clippy::expect_used, reason = "a literal that every test compiles")]
static PORT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i-u)^(?:%(?:25){0,2}3a|\\u003a|\\x3a|&#0{0,4}58;|&#x0{0,4}3a;|&colon;|:)([0-9]{1,5})")
        .expect("a literal pattern")
});

/// A host and the ports of it that are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    host: String,
    ports: Vec<u16>,
}

impl Authority {
    /// Reads `host` or `host:port`. Without a port those of http and https are meant, and so they are when the port is one
    /// of them: servers send from one to the other. `scheme` gives the port of a name that has none.
    pub fn read(text: &str, scheme: Option<&str>) -> Option<Self> {
        let parsed: http::uri::Authority = text.parse().ok()?;
        let host = parsed.host().to_ascii_lowercase();
        let port = parsed.port_u16().or(match scheme {
            Some("https") => Some(443),
            Some("http") => Some(80),
            Some(_) | None => None,
        });
        let ports = match port {
            None | Some(80 | 443) => vec![80, 443],
            Some(other) => vec![other],
        };
        (!host.is_empty() && !text.contains('@')).then_some(Self { host, ports })
    }
}

/// The names of one side.
#[derive(Debug)]
pub struct Names {
    find: Regex,
    all: Vec<Authority>,
}

impl Names {
    /// Names to look for; none when there are none, or when they are too many to be looked for.
    pub fn new(all: impl IntoIterator<Item = Authority>) -> Option<Self> {
        let mut all: Vec<Authority> = all.into_iter().collect();
        // The longest first: `pas` must not be found where `pas.trust.example` stands.
        all.sort_by(|a, b| b.host.len().cmp(&a.host.len()).then_with(|| a.host.cmp(&b.host)));
        if all.is_empty() {
            return None;
        }
        let pattern = all.iter().map(|a| regex::escape(&a.host)).collect::<Vec<_>>().join("|");
        let find = RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).build().ok()?;
        Some(Self { find, all })
    }

    /// Whether this host, at this port, is one of them.
    pub fn has(&self, host: &str, port: Option<u16>, scheme_port: &[u16]) -> bool {
        let named = self.all.iter().filter(|a| a.host.eq_ignore_ascii_case(host));
        named.into_iter().any(|a| match port {
            Some(port) => a.ports.contains(&port),
            None => a.ports.iter().any(|p| scheme_port.contains(p)),
        })
    }

    /// Whether a pattern of a policy (`*.trust.example`) takes one of them in.
    fn under(&self, suffix: &str) -> bool {
        let ends = |host: &str| {
            host.len()
                .checked_sub(suffix.len())
                .and_then(|at| host.get(at..))
                .is_some_and(|tail| tail.eq_ignore_ascii_case(suffix))
        };
        self.all.iter().any(|a| ends(&a.host) && a.host.len() > suffix.len())
    }
}

/// The names of one side, and the address of the other.
#[derive(Debug, Clone)]
pub struct Origins {
    from: Arc<Names>,
    secure: bool,
    authority: Arc<str>,
}

impl Origins {
    /// Addresses at `from` become `http(s)://authority`.
    pub fn new(from: Arc<Names>, secure: bool, authority: &str) -> Self {
        Self { from, secure, authority: authority.into() }
    }

    /// A text with its addresses changed; none when it has none.
    pub fn text(&self, text: &str) -> Option<String> {
        let changed = self.bytes(text.as_bytes())?;
        // Only ASCII was replaced, by ASCII.
        String::from_utf8(changed).ok()
    }

    /// As [`Origins::text`].
    pub fn bytes(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let (_, changed) = self.until(text, 0, text.len(), &mut out);
        changed.then_some(out)
    }

    /// One source of a Content-Security-Policy: `https://pas.example/x`, `pas.example:8443`, `*.trust.example`, `wss://pas.example`.
    /// What allowed the upstream allows us.
    pub fn source(&self, source: &str) -> Option<String> {
        let (scheme, rest) = match source.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, source),
        };
        if rest.starts_with('\'') || source.ends_with(':') {
            return None;
        }
        let end = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            Some(_) | None => (authority, None),
        };
        let live = scheme.is_some_and(|s| s.eq_ignore_ascii_case("ws") || s.eq_ignore_ascii_case("wss"));
        let scheme = self.scheme(live);
        if let Some(suffix) = host.strip_prefix('*') {
            // "*" allows everything as it is.
            let takes_in = suffix.starts_with('.') && self.from.under(suffix);
            return takes_in.then(|| format!("{source} {scheme}://{}{path}", self.authority));
        }
        let ours = match port {
            Some("*") => self.from.all.iter().any(|a| a.host.eq_ignore_ascii_case(host)),
            Some(port) => self.from.has(host, Some(port.parse().ok()?), &[]),
            None => self.from.has(host, None, &[80, 443]),
        };
        ours.then(|| format!("{scheme}://{}{path}", self.authority))
    }

    const fn scheme(&self, live: bool) -> &'static str {
        match (live, self.secure) {
            (false, false) => "http",
            (false, true) => "https",
            (true, false) => "ws",
            (true, true) => "wss",
        }
    }

    /// Writes the text from `from` on, with the addresses changed that begin before `cut`. Says how far: to `cut`, or beyond
    /// it to the end of an address; and whether anything was changed. What stands before `from` was written before, and is
    /// only looked back at.
    fn until(&self, text: &[u8], from: usize, cut: usize, out: &mut Vec<u8>) -> (usize, bool) {
        let (mut done, mut changed) = (from, false);
        for found in self.from.find.find_iter(text).filter(|found| found.start() >= from) {
            let Some(address) = self.address(text, found.range()).filter(|a| a.begins >= done) else { continue };
            if address.begins >= cut {
                break;
            }
            changed = true;
            out.extend_from_slice(text.get(done..address.scheme.start).unwrap_or_default());
            if !address.scheme.is_empty() {
                out.extend_from_slice(self.scheme(address.live).as_bytes());
            }
            out.extend_from_slice(text.get(address.scheme.end..found.start()).unwrap_or_default());
            out.extend_from_slice(self.written(&address.slash).as_bytes());
            done = address.end;
        }
        let end = done.max(cut);
        out.extend_from_slice(text.get(done..end).unwrap_or_default());
        (end, changed)
    }

    /// Our authority with its colon in the escapes of the slash beside it.
    fn written(&self, slash: &[u8]) -> String {
        match std::str::from_utf8(slash) {
            Ok(slash) if slash.starts_with('%') => {
                let colon = format!("{}3A", slash.get(..slash.len().saturating_sub(2)).unwrap_or_default());
                self.authority.replace(':', &colon)
            }
            Ok(_) | Err(_) => self.authority.to_string(),
        }
    }

    /// The address whose host stands at `host`, if it is one of this side.
    fn address(&self, text: &[u8], host: Range<usize>) -> Option<Address> {
        let from = host.start.saturating_sub(BEFORE);
        let left = LEFT.captures(text.get(from..host.start)?)?;
        let whole = left.get(0)?;
        // A colon without a letter before it is not the beginning of an address.
        if left.get(2).is_some() {
            return None;
        }
        let (scheme, live, ports): (Range<usize>, bool, &[u16]) = match left.get(1) {
            None => (from + whole.start()..from + whole.start(), false, &[80, 443]),
            Some(run) => {
                let before = (from + run.start()).checked_sub(1).and_then(|at| text.get(at)).copied();
                let skip = escape(before, run.as_bytes());
                let word = run.as_bytes().get(skip..)?.to_ascii_lowercase();
                let (live, ports): (bool, &[u16]) = match word.as_slice() {
                    b"http" => (false, &[80]),
                    b"https" => (false, &[443]),
                    b"ws" => (true, &[80]),
                    b"wss" => (true, &[443]),
                    _ => return None,
                };
                (from + run.start() + skip..from + run.end(), live, ports)
            }
        };
        let slash = left.get(3)?.as_bytes().to_vec();
        let behind = text.get(host.end..)?;
        let near = behind.get(..BEHIND.min(behind.len()))?;
        let port = PORT.captures(near).and_then(|c| Some((c.get(0)?.end(), c.get(1)?.as_bytes())));
        let (length, port) = match port {
            Some((length, digits)) => (length, Some(std::str::from_utf8(digits).ok()?.parse().ok()?)),
            None => (0, None),
        };
        let end = host.end + length;
        let rest = text.get(end..)?;
        let more = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'@');
        let longer = match rest {
            [b'.' | b':', next, ..] => more(next),
            [next, ..] => more(next),
            [] => false,
        };
        let name = std::str::from_utf8(text.get(host)?).ok()?;
        let ours = !longer && !rest.starts_with(b"%40") && self.from.has(name, port, ports);
        ours.then_some(Address { begins: from + whole.start(), scheme, live, slash, end })
    }
}

/// How many bytes of a run of letters before `://` belong to an escape: `\nhttp`, `%3Dhttp`, `\u0022http`.
fn escape(before: Option<u8>, run: &[u8]) -> usize {
    match (before, run.first()) {
        (Some(b'%'), Some(_)) => 2,
        (Some(b'\\'), Some(b'u')) => 5,
        (Some(b'\\'), Some(b'x')) => 3,
        (Some(b'\\'), Some(_)) => 1,
        _ => 0,
    }
}

struct Address {
    /// Where it begins, with what escapes its scheme.
    begins: usize,
    scheme: Range<usize>,
    live: bool,
    slash: Vec<u8>,
    end: usize,
}

/// Changes addresses in a body that comes in parts. No more is held back than what may be the beginning of an address, so
/// an event or a line that has ended goes on at once.
#[derive(Debug)]
pub struct Stage {
    origins: Origins,
    held: Vec<u8>,
    /// So much of what is held was written already: it stands before what follows.
    written: usize,
}

impl Stage {
    /// Begins.
    pub const fn new(origins: Origins) -> Self {
        Self { origins, held: Vec::new(), written: 0 }
    }

    /// Takes the next part; says what may go on.
    pub fn push(&mut self, part: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(part);
        // No address goes on behind these.
        let ends = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b'<' | b'>' | b'(' | b')' | b'`');
        let end = self.held.iter().rposition(ends).map_or(0, |at| at + 1);
        let cut = end.max(self.held.len().saturating_sub(REACH)).max(self.written);
        let mut out = Vec::with_capacity(cut);
        let (end, _) = self.origins.until(&self.held, self.written, cut, &mut out);
        let keep = end.saturating_sub(BEFORE);
        self.held.drain(..keep);
        self.written = end - keep;
        out
    }

    /// The last of it.
    pub fn finish(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.held);
        let mut out = Vec::with_capacity(held.len());
        self.origins.until(&held, self.written, held.len(), &mut out);
        self.written = 0;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ours(secure: bool) -> Origins {
        let named = ["pas.trust.example:8443", "pas.trust.example", "10.1.2.3:9000", "pas"];
        let names = named.iter().map(|n| Authority::read(n, None).unwrap());
        Origins::new(Arc::new(Names::new(names).unwrap()), secure, "rf.localhost:8080")
    }

    /// As it comes, as it leaves.
    const CASES: &[(&str, &str)] = &[
        ("http://pas.trust.example/x", "http://rf.localhost:8080/x"),
        ("HTTPS://Pas.Trust.Example:8443", "http://rf.localhost:8080"),
        ("//pas.trust.example?a", "//rf.localhost:8080?a"),
        ("src=//pas/app.js", "src=//rf.localhost:8080/app.js"),
        ("url(http://10.1.2.3:9000/a.png)", "url(http://rf.localhost:8080/a.png)"),
        ("wss://pas.trust.example:8443/live", "ws://rf.localhost:8080/live"),
        (r"https:\/\/pas.trust.example\/x", r"http:\/\/rf.localhost:8080\/x"),
        (r"https:\\\/\\\/pas.trust.example\\\/x", r"http:\\\/\\\/rf.localhost:8080\\\/x"),
        (r"\u0022https:\u002f\u002fpas.trust.example\u002fx", r"\u0022http:\u002f\u002frf.localhost:8080\u002fx"),
        (r"'\nhttp://pas/'", r"'\nhttp://rf.localhost:8080/'"),
        ("next=https%3A%2F%2Fpas.trust.example%3A8443%2Fx", "next=http%3A%2F%2Frf.localhost%3A8080%2Fx"),
        ("n%3Dhttp%253A%252F%252Fpas%252F", "n%3Dhttp%253A%252F%252Frf.localhost%253A8080%252F"),
        ("http&#58;&#47;&#x2f;pas/x", "http&#58;&#47;&#x2f;rf.localhost:8080/x"),
        ("See http://pas.trust.example.", "See http://rf.localhost:8080."),
        (
            "(http://pas), http://pas; \"http://pas\"",
            "(http://rf.localhost:8080), http://rf.localhost:8080; \"http://rf.localhost:8080\"",
        ),
        ("http://pas http://pas/2", "http://rf.localhost:8080 http://rf.localhost:8080/2"),
    ];

    /// Addresses of others, and what is none.
    const OTHERS: &[&str] = &[
        "http://pas.trust.example:81/",
        "http://pas:8443/",
        "http://10.1.2.3/",
        "http://10.1.2.3:90001/",
        "http://pas.trust.example.evil/",
        "http://pas2/",
        "http://pas-x/",
        "http://xpas/",
        "http://www.pas.trust.example/",
        "http://pas@evil/",
        "http://pas:x@evil/",
        "http://pas%40evil/",
        "file://pas/share",
        "ldap://pas.trust.example/",
        "://pas/",
        "xhttp://pas/",
        "pas.trust.example",
        "mailto:a@pas.trust.example",
        "/pas/",
        "http:/pas/",
    ];

    #[test]
    fn addresses_of_one_side_become_those_of_the_other() {
        for (came, leaves) in CASES {
            assert_eq!(ours(false).text(came).as_deref(), Some(*leaves), "{came}");
            assert_eq!(ours(false).text(leaves), None, "once is enough: {leaves}");
        }
        assert_eq!(
            ours(true).text("ws://pas/x http://pas").unwrap(),
            "wss://rf.localhost:8080/x https://rf.localhost:8080"
        );
        for other in OTHERS {
            assert_eq!(ours(false).text(other), None, "{other}");
        }
    }

    #[test]
    fn what_a_policy_allowed_the_upstream_it_allows_us() {
        for (came, leaves) in [
            ("https://pas.trust.example", Some("http://rf.localhost:8080")),
            ("pas.trust.example:8443", Some("http://rf.localhost:8080")),
            ("pas.trust.example:*", Some("http://rf.localhost:8080")),
            ("wss://pas.trust.example/live", Some("ws://rf.localhost:8080/live")),
            ("*.trust.example", Some("*.trust.example http://rf.localhost:8080")),
            ("https://cdn.example", None),
            ("'self'", None),
            ("'nonce-pas'", None),
            ("data:", None),
            ("https:", None),
            ("*", None),
            ("*.example.org", None),
        ] {
            assert_eq!(ours(false).source(came).as_deref(), leaves, "{came}");
        }
    }

    fn in_parts(text: &[u8], sizes: &[usize]) -> Vec<u8> {
        let mut stage = Stage::new(ours(false));
        let (mut out, mut rest) = (Vec::new(), text);
        let mut sizes = sizes.iter().copied().cycle();
        while !rest.is_empty() {
            let (part, more) = rest.split_at(sizes.next().unwrap_or(1).clamp(1, rest.len()));
            out.extend(stage.push(part));
            rest = more;
        }
        out.extend(stage.finish());
        out
    }

    #[test]
    fn every_split_gives_the_same() {
        let padded = |n: usize| "x".repeat(n);
        for (came, leaves) in CASES {
            for at in 1..came.len() {
                assert_eq!(in_parts(came.as_bytes(), &[at, came.len()]), leaves.as_bytes(), "{came} at {at}");
            }
            // Behind and before a word that never ends.
            let (long, expected) = (
                format!("{}={came}/{}", padded(3000), padded(3000)),
                format!("{}={leaves}/{}", padded(3000), padded(3000)),
            );
            if ours(false).text(&long).as_deref() == Some(expected.as_str()) {
                for size in [1, 7, 100, 511, 512, 513, 1000] {
                    assert!(in_parts(long.as_bytes(), &[size]) == expected.as_bytes(), "{came} by {size}");
                }
            }
        }
    }

    #[test]
    fn an_event_that_has_ended_is_not_held_back() {
        let mut stage = Stage::new(ours(false));
        assert_eq!(stage.push(b"data: http://pas/x\n\n"), b"data: http://rf.localhost:8080/x\n\n");
    }

    proptest! {
        #[test]
        fn parts_do_not_matter(
            words in prop::collection::vec(prop::sample::select(vec![
                "http:", "https:", "//", "\\/\\/", "%3A%2F%2F", "pas", "pas.trust.example", ":8443", "10.1.2.3:9000", ".", "/", " ", "x", "\"", "é", "%", "\\n",
            ]), 0..40),
            sizes in prop::collection::vec(1usize..40, 1..6),
        ) {
            let text = words.concat();
            let whole = ours(false).bytes(text.as_bytes()).unwrap_or_else(|| text.clone().into_bytes());
            prop_assert_eq!(in_parts(text.as_bytes(), &sizes), whole.clone());
            prop_assert!(std::str::from_utf8(&whole).is_ok());
        }
    }
}
