//! IP addresses; not versions (`10.0.19041.1`), object identifiers (`2.16.840.1.113883`), times (`12:30:45`), nor the
//! addresses that mean no one (loopback, any, masks).

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use super::near::{Cues, char_at, char_before, stands_free};
use super::shape::{Candidate, Shape};
use super::{Detector, Entry, Page};
use crate::redact::finding::Confidence;
use crate::redact::kind::Kind;

pub(super) const ENTRY: Entry = Entry {
    id: "ip-address",
    kind: Kind::IpAddress,
    about: "an IPv4 or IPv6 address of somebody",
    page: Page {
        why: "An address of a workstation is one of a person; versions and object identifiers have the same form.",
        source: "RFC 791, RFC 4291, RFC 5952",
        sure: "90 by words, 62 by form",
        hits: &[("from 192.168.14.77 at", "192.168.14.77")],
        misses: &["version 10.20.30.40", "127.0.0.1"],
    },
    make: detector,
};

fn detector() -> Arc<dyn Detector> {
    static MADE: LazyLock<Arc<dyn Detector>> = LazyLock::new(|| SHAPE.compile());
    MADE.clone()
}

static SHAPE: Shape = Shape {
    id: ENTRY.id,
    kind: ENTRY.kind,
    pattern: r"(?i:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:\.[0-9]{1,3}){3})?)",
    cues: Cues {
        words: &[
            "ip",
            "ip address",
            "ipaddress",
            "ipv4",
            "ipv6",
            "client",
            "remote addr",
            "x forwarded for",
            "host",
            "workstation",
            "from",
            "addr",
        ],
        never: &["version"],
    },
    needs: |signs| signs.digits >= 3,
    ends: None,
    judge,
};

fn judge(c: &Candidate<'_>) -> Option<Confidence> {
    let before = char_before(c.text, c.range.start);
    let after = char_at(c.text, c.range.end);
    let path = before == Some('/') && !super::near::before(c.text, c.range.start, 3).ends_with("//");
    if !stands_free(c.text, &c.range) || path || matches!(before, Some(':' | '-' | '.')) || matches!(after, Some('-')) {
        return None;
    }
    let address: IpAddr = c.value.parse().ok()?;
    let read = super::near::pad(super::near::before(c.text, c.range.start, 16));
    if [" v ", " ver ", " version ", " build ", " release ", " rev "].iter().any(|w| read.ends_with(w))
        || c.context.place.label.contains("version")
    {
        return None;
    }
    match address {
        IpAddr::V4(a) => {
            let [first, .., last] = a.octets();
            if a.is_loopback()
                || a.is_unspecified()
                || a.is_broadcast()
                || first == 255
                || (first < 4 && !c.near().said())
                || (c.in_program() && !c.near().said())
            {
                return None;
            }
            // Whole octets with nothing after 0 look like versions: 10.0.0.0, 5.1.0.0.
            let versionish = last == 0 && !c.near().said();
            (!versionish).then(|| c.sure(if c.near().said() { 90 } else { 62 })).flatten()
        }
        IpAddr::V6(a) => {
            let groups = c.value.split(':').filter(|g| !g.is_empty()).count();
            let known = matches!(a.segments(), [0x2000..=0x3fff | 0xfc00..=0xfdff | 0xfe80..=0xfebf, ..]);
            (known && groups >= 2 && !a.is_loopback()).then(|| c.sure(if c.near().said() { 90 } else { 62 })).flatten()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{found, found_in};
    use crate::redact::place::Surface;

    #[test]
    fn table() {
        for (text, want) in [
            ("from 192.168.14.77 at", true),
            ("10.20.30.40", true),
            ("2001:db8::8a2e:370:7334", true),
            ("fe80::1ff:fe23:4567:890a", true),
            ("127.0.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.0", false),
            ("10.0.19041.1", false),
            ("2.16.840.1.113883", false),
            ("version 10.20.30.40", false),
            ("Chrome/100.0.0.1", false),
            ("12:30:45", false),
            ("aa:bb:cc:dd:ee:ff", false),
            ("a::b", false),
            ("1.2.840.10008.1.2.1", false),
            ("::before", false),
            ("http://10.20.30.40/x", true),
            ("IP: 1.2.3.4", true),
            ("1.2.3.4", false),
        ] {
            assert_eq!(!found("ip-address", text).is_empty(), want, "{text}");
        }
        assert!(found_in(Surface::Script, "ip-address", "'10.20.30.40'").is_empty());
    }
}
