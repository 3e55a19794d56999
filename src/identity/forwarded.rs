//! Identity by a header that a trusted sign-in gateway sets.
//!
//! The gateway signs people in and writes who they are into `x-forwarded-user` and their groups into
//! `x-forwarded-groups`. From any other peer these headers count for nothing. A gateway that forgets to take out what the
//! viewer sent would give two values: that is refused, not resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use http::HeaderMap;
use http::header::HeaderName;
use ipnet::IpNet;

use super::address;
use super::{Identified, IdentityError, Source};
use crate::access::{Identity, Role};
use crate::base::id::EngineerId;

/// The longest header of groups, and the most groups in it.
const MAX_GROUPS_BYTES: usize = 8 * 1024;
const MAX_GROUPS: usize = 256;

/// Headers by which gateways name people; all are taken out before upstream, besides the configured ones.
const COMMON: [HeaderName; 8] = [
    HeaderName::from_static("x-forwarded-user"),
    HeaderName::from_static("x-forwarded-groups"),
    HeaderName::from_static("x-forwarded-email"),
    HeaderName::from_static("x-forwarded-preferred-username"),
    HeaderName::from_static("x-forwarded-access-token"),
    HeaderName::from_static("x-auth-request-user"),
    HeaderName::from_static("x-remote-user"),
    HeaderName::from_static("remote-user"),
];

/// The source.
#[derive(Debug, Clone)]
pub struct Forwarded {
    user: HeaderName,
    groups: Option<HeaderName>,
    trusted: Vec<IpNet>,
    roles: BTreeMap<String, Role>,
}

impl Forwarded {
    /// Reads `user` and `groups` from peers in `trusted`.
    pub fn new(user: HeaderName, groups: Option<HeaderName>, trusted: Vec<IpNet>) -> Self {
        Self { user, groups, trusted, roles: BTreeMap::new() }
    }

    /// Groups of the gateway that mean a role, besides the roles' own names (`engineer`, `fanlight-engineer`, …).
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = (String, Role)>) -> Self {
        self.roles.extend(roles);
        self
    }

    fn role(&self, group: &str) -> Option<Role> {
        // Keycloak and others write groups as paths, `/engineer`.
        let group = group.trim().trim_start_matches('/');
        // Directories name groups in the plural as often as not.
        let name = group.strip_prefix("fanlight-").unwrap_or(group);
        let own = || Role::from_name(name).or_else(|| Role::from_name(name.strip_suffix('s')?));
        self.roles.get(group).copied().or_else(own)
    }

    /// The roles of the groups; without any header of groups the one role that opens nothing without a grant.
    fn roles_of(&self, headers: &HeaderMap) -> Result<BTreeSet<Role>, IdentityError> {
        let Some(value) = self.groups.as_ref().map(|name| only(headers, name)).transpose()?.flatten() else {
            return Ok(BTreeSet::from([Role::Engineer]));
        };
        if value.len() > MAX_GROUPS_BYTES || value.split([',', ';']).count() > MAX_GROUPS {
            return Err(IdentityError::Malformed);
        }
        Ok(value.split([',', ';']).filter_map(|group| self.role(group)).collect())
    }
}

/// The one value of a header.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, IdentityError> {
    let mut all = headers.get_all(name).iter();
    let Some(first) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err(IdentityError::Ambiguous);
    }
    first.to_str().map(Some).map_err(|_| IdentityError::Malformed)
}

impl Source for Forwarded {
    fn identify(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Identified, IdentityError> {
        if !address::within(peer, &self.trusted) {
            return Err(IdentityError::UntrustedHop);
        }
        let user = only(headers, &self.user)?.ok_or(IdentityError::Missing)?.trim();
        if user.is_empty() {
            return Err(IdentityError::Missing);
        }
        // A comma is how hops join two values of one header into one.
        if user.contains(',') {
            return Err(IdentityError::Ambiguous);
        }
        let engineer = EngineerId::new(user).map_err(|_| IdentityError::Malformed)?;
        let identity = Identity::new(engineer, self.roles_of(headers)?);
        let from = address::source(headers, peer, &self.trusted)?;
        Ok(Identified { identity, from, secure: address::is_secure(headers) })
    }

    fn strip(&self, headers: &mut HeaderMap) {
        let configured = std::iter::once(&self.user).chain(&self.groups);
        let common = [COMMON.as_slice(), address::HEADERS.as_slice()].concat();
        let known: Vec<String> = configured.chain(&common).map(|name| name.as_str().replace('_', "-")).collect();
        // Servers that hand headers to programs as variables take an underscore for a hyphen.
        let claims = |name: &&HeaderName| known.contains(&name.as_str().replace('_', "-"));
        let claims: Vec<HeaderName> = headers.keys().filter(claims).cloned().collect();
        for name in claims {
            headers.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn source() -> Forwarded {
        let name = HeaderName::from_static;
        Forwarded::new(
            name("x-forwarded-user"),
            Some(name("x-forwarded-groups")),
            vec!["127.0.0.1/32".parse().unwrap()],
        )
        .with_roles([("NHS-IG-Leads".to_owned(), Role::Approver)])
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_bytes(v.as_bytes()).unwrap())).fold(
            HeaderMap::new(),
            |mut all, (n, v)| {
                all.append(n, v);
                all
            },
        )
    }

    fn ask(lines: &[(&'static str, &str)], peer: &str) -> Result<Identified, IdentityError> {
        source().identify(&headers(lines), peer.parse().unwrap())
    }

    const USER: (&str, &str) = ("x-forwarded-user", "sam@centre.example");

    #[test]
    fn a_trusted_hop_names_someone() {
        let who = ask(&[USER, ("x-forwarded-groups", "engineers, /fanlight-auditor;NHS-IG-Leads,staff")], "127.0.0.1")
            .unwrap();
        assert_eq!(who.identity.engineer().as_str(), "sam@centre.example");
        let roles: Vec<_> = who.identity.roles().iter().copied().collect();
        assert_eq!(roles, [Role::Engineer, Role::Approver, Role::Auditor]);
        assert_eq!(who.from, "127.0.0.1".parse::<IpAddr>().unwrap());
        assert!(ask(&[USER], "::ffff:127.0.0.1").is_ok());
    }

    #[test]
    fn without_groups_one_is_an_engineer_and_with_foreign_groups_nothing() {
        assert!(ask(&[USER], "127.0.0.1").unwrap().identity.is(Role::Engineer));
        assert!(ask(&[USER, ("x-forwarded-groups", "staff")], "127.0.0.1").unwrap().identity.roles().is_empty());
    }

    #[test]
    fn whatever_is_not_exactly_one_good_value_is_refused() {
        use IdentityError::*;
        assert_eq!(ask(&[USER], "127.0.0.2"), Err(UntrustedHop));
        assert_eq!(ask(&[USER], "203.0.113.9"), Err(UntrustedHop));
        assert_eq!(ask(&[], "127.0.0.1"), Err(Missing));
        assert_eq!(ask(&[("x-forwarded-user", "  ")], "127.0.0.1"), Err(Missing));
        assert_eq!(ask(&[USER, ("x-forwarded-user", "root")], "127.0.0.1"), Err(Ambiguous));
        assert_eq!(ask(&[("x-forwarded-user", "sam, root")], "127.0.0.1"), Err(Ambiguous));
        assert_eq!(
            ask(&[USER, ("x-forwarded-groups", "a"), ("x-forwarded-groups", "engineer")], "127.0.0.1"),
            Err(Ambiguous)
        );
        assert_eq!(ask(&[("x-forwarded-user", &"s".repeat(255))], "127.0.0.1"), Err(Malformed));
        assert_eq!(ask(&[("x-forwarded-user", "s\u{e9}m<b>")], "127.0.0.1"), Err(Malformed));
        assert_eq!(ask(&[USER, ("x-forwarded-groups", &"g,".repeat(300))], "127.0.0.1"), Err(Malformed));
    }

    #[test]
    fn nothing_of_identity_goes_on() {
        let mut h =
            headers(&[USER, ("x-forwarded-groups", "engineer"), ("x-forwarded-for", "1.2.3.4"), ("accept", "*/*")]);
        source().strip(&mut h);
        assert_eq!(h.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }
}
