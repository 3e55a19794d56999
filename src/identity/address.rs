//! The address that a request really comes from, past the hops that we run ourselves.
//!
//! Each hop appends to `X-Forwarded-For` the address that it saw. So the list is read from the right: as long as the hop
//! that wrote an entry is one of ours, the entry counts; the first address that is not ours is the source. What stands
//! left of it, the viewer may have written.
//!
//! ```
//! use fanlight::identity::address::source;
//! use http::{HeaderMap, HeaderValue};
//!
//! let ours = vec!["10.0.0.0/8".parse()?];
//! let mut headers = HeaderMap::new();
//! headers.insert("x-forwarded-for", HeaderValue::from_static("203.0.113.9, 198.51.100.7, 10.0.0.3"));
//! assert_eq!(source(&headers, "10.0.0.2".parse()?, &ours)?, "198.51.100.7".parse::<std::net::IpAddr>()?);
//! // From a hop that is not ours the header counts for nothing.
//! assert_eq!(source(&headers, "192.0.2.1".parse()?, &ours)?, "192.0.2.1".parse::<std::net::IpAddr>()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::net::IpAddr;

use http::HeaderMap;
use http::header::HeaderName;
use ipnet::IpNet;

use super::IdentityError;

/// Hops in one request; more is no chain of proxies but an attack on whoever reads it.
const MAX_HOPS: usize = 16;

/// Headers by which addresses are claimed; all are taken out before upstream.
pub const HEADERS: [HeaderName; 10] = [
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-client-ip"),
    HeaderName::from_static("x-cluster-client-ip"),
    HeaderName::from_static("true-client-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    HeaderName::from_static("x-original-forwarded-for"),
    HeaderName::from_static("x-originating-ip"),
    HeaderName::from_static("via"),
];

/// Whether an address is one of these networks.
pub fn within(address: IpAddr, networks: &[IpNet]) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|n| n.contains(&address))
}

/// Whether the hop in front, which is trusted, says that the browser speaks https to it. It decides how addresses of ours
/// are written (`https://`, `wss://`) and whether cookies may ask for it; never what is shown.
pub fn is_secure(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all("x-forwarded-proto").iter();
    let last = said.next_back().and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next());
    last.is_some_and(|v| v.trim().eq_ignore_ascii_case("https"))
}

/// The rightmost address that is not one of our own hops.
///
/// # Errors
/// [`IdentityError::Malformed`] when one of our hops wrote something that is no address, or the chain is too long: then
/// nobody can say where the request comes from.
pub fn source(headers: &HeaderMap, peer: IpAddr, trusted: &[IpNet]) -> Result<IpAddr, IdentityError> {
    let mut at = peer.to_canonical();
    if !within(at, trusted) {
        return Ok(at);
    }
    let mut hops = Vec::new();
    for line in headers.get_all("x-forwarded-for") {
        let line = line.to_str().map_err(|_| IdentityError::Malformed)?;
        hops.extend(line.split(',').map(str::trim).filter(|hop| !hop.is_empty()));
        if hops.len() > MAX_HOPS {
            return Err(IdentityError::Malformed);
        }
    }
    for hop in hops.into_iter().rev() {
        if !within(at, trusted) {
            break;
        }
        at = parse(hop).ok_or(IdentityError::Malformed)?.to_canonical();
    }
    Ok(at)
}

/// An address as proxies write it: bare, with a port, or IPv6 in brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    if let Ok(address) = hop.parse::<IpAddr>() {
        return Some(address);
    }
    if let Ok(with_port) = hop.parse::<std::net::SocketAddr>() {
        return Some(with_port.ip());
    }
    hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn from(lines: &[&str], peer: &str) -> Result<IpAddr, IdentityError> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        source(&headers, peer.parse().unwrap(), &["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()])
    }

    fn ip(text: &str) -> Result<IpAddr, IdentityError> {
        Ok(text.parse().unwrap())
    }

    #[test]
    fn what_a_viewer_wrote_does_not_count() {
        // The viewer claims a registered centre's address; the hop appends the real one.
        assert_eq!(from(&["192.0.2.7, 203.0.113.9"], "10.0.0.1"), ip("203.0.113.9"));
        assert_eq!(from(&["192.0.2.7", "203.0.113.9"], "10.0.0.1"), ip("203.0.113.9"));
        assert_eq!(from(&["192.0.2.7"], "203.0.113.9"), ip("203.0.113.9"));
        // Even our own networks, claimed left of a foreign address.
        assert_eq!(from(&["192.0.2.7, 10.0.0.9, 203.0.113.9, 10.0.0.2"], "10.0.0.1"), ip("203.0.113.9"));
    }

    #[test]
    fn all_ours_means_the_leftmost() {
        assert_eq!(from(&["10.0.0.3, 10.0.0.2"], "10.0.0.1"), ip("10.0.0.3"));
        assert_eq!(from(&[], "10.0.0.1"), ip("10.0.0.1"));
        assert_eq!(from(&["", " , "], "10.0.0.1"), ip("10.0.0.1"));
    }

    #[test]
    fn addresses_as_proxies_write_them() {
        assert_eq!(from(&["203.0.113.9:4711"], "10.0.0.1"), ip("203.0.113.9"));
        assert_eq!(from(&["[2001:db8::9]:4711"], "10.0.0.1"), ip("2001:db8::9"));
        assert_eq!(from(&["[2001:db8::9]"], "::1"), ip("2001:db8::9"));
        assert_eq!(from(&["::ffff:203.0.113.9"], "::ffff:10.0.0.1"), ip("203.0.113.9"));
    }

    #[test]
    fn nonsense_from_our_own_hop_is_an_error() {
        assert_eq!(from(&["unknown"], "10.0.0.1"), Err(IdentityError::Malformed));
        assert_eq!(from(&["203.0.113.9, _hidden"], "10.0.0.1"), Err(IdentityError::Malformed));
        // Left of the source nobody looks.
        assert_eq!(from(&["_hidden, 203.0.113.9"], "10.0.0.1"), ip("203.0.113.9"));
        let long = vec!["10.0.0.1"; 17].join(",");
        assert_eq!(from(&[&long], "10.0.0.1"), Err(IdentityError::Malformed));
    }

    proptest::proptest! {
        /// Whatever a viewer writes before the entry that our hop appends, the source stays who they are.
        #[test]
        fn nothing_that_a_viewer_writes_moves_them(wrote in proptest::collection::vec("[ -~]{0,40}", 0..4), split in proptest::bool::ANY) {
            let real = "203.0.113.9";
            let lines: Vec<String> = if split {
                wrote.iter().cloned().chain([real.to_owned()]).collect()
            } else {
                vec![wrote.iter().cloned().chain([real.to_owned()]).collect::<Vec<_>>().join(",")]
            };
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            match from(&lines, "10.0.0.1") {
                Ok(source) => proptest::prop_assert_eq!(source.to_string(), real),
                Err(error) => proptest::prop_assert_eq!(error, IdentityError::Malformed),
            }
            proptest::prop_assert_eq!(from(&lines, "198.51.100.4"), ip("198.51.100.4"));
        }
    }
}
