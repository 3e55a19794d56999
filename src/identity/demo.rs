//! The demo's own people: a closed set, chosen by a cookie that `/.fanlight/demo/role` sets.
//!
//! Anyone may choose any role, so this source must never stand before a real system: only the demo command can make one,
//! and it takes the addresses that its people seem to come from out of ranges reserved for documentation (RFC 5737).

use std::net::{IpAddr, Ipv4Addr};

use http::HeaderMap;
use http::header::COOKIE;

use super::address;
use super::{Identified, IdentityError, Source};
use crate::access::{Identity, Role};
use crate::base::id::EngineerId;

/// The cookie's name.
pub const COOKIE_NAME: &str = "fanlight-demo-role";
/// Where the role is chosen, on every host of the demo.
pub const ROLE_PATH: &str = "/.fanlight/demo/role";
/// The network of the demo's registered centre.
pub const CENTRE_NETWORK: &str = "192.0.2.0/24";

/// A person of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DemoRole {
    /// Has a grant for every trust.
    Engineer,
    /// Has none.
    EngineerWithoutGrant,
    /// Has a grant, but browses from a network that is no centre's.
    EngineerElsewhere,
    /// Writes rules.
    RuleAdmin,
    /// Reads the trail.
    Auditor,
    /// Runs the house.
    Operator,
}

impl DemoRole {
    /// All of them, in the order of the front page.
    pub const ALL: [DemoRole; 6] = [
        DemoRole::Engineer,
        DemoRole::EngineerWithoutGrant,
        DemoRole::EngineerElsewhere,
        DemoRole::RuleAdmin,
        DemoRole::Auditor,
        DemoRole::Operator,
    ];

    /// The cookie's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            DemoRole::Engineer => "engineer",
            DemoRole::EngineerWithoutGrant => "engineer-without-grant",
            DemoRole::EngineerElsewhere => "engineer-elsewhere",
            DemoRole::RuleAdmin => "rule-admin",
            DemoRole::Auditor => "auditor",
            DemoRole::Operator => "operator",
        }
    }

    /// What the front page says.
    pub const fn title(self) -> &'static str {
        match self {
            DemoRole::Engineer => "Engineer with a grant",
            DemoRole::EngineerWithoutGrant => "Engineer without a grant",
            DemoRole::EngineerElsewhere => "Engineer on an unknown network",
            DemoRole::RuleAdmin => "Rule admin",
            DemoRole::Auditor => "Auditor",
            DemoRole::Operator => "Operator",
        }
    }

    /// The role of this name; nothing else counts.
    pub fn from_name(name: &str) -> Option<DemoRole> {
        DemoRole::ALL.into_iter().find(|r| r.as_str() == name)
    }

    /// The person's id, fixed, so that grants and the trail can name it.
    pub const fn id(self) -> &'static str {
        match self {
            DemoRole::Engineer => "sam@centre.example",
            DemoRole::EngineerWithoutGrant => "alex@centre.example",
            DemoRole::EngineerElsewhere => "robin@centre.example",
            DemoRole::RuleAdmin => "rules@trust.example",
            DemoRole::Auditor => "auditor@commissioner.example",
            DemoRole::Operator => "operator@house.example",
        }
    }

    /// The address that the person seems to browse from.
    pub const fn address(self) -> IpAddr {
        IpAddr::V4(match self {
            DemoRole::Engineer => Ipv4Addr::new(192, 0, 2, 10),
            DemoRole::EngineerWithoutGrant => Ipv4Addr::new(192, 0, 2, 11),
            DemoRole::EngineerElsewhere => Ipv4Addr::new(203, 0, 113, 66),
            DemoRole::RuleAdmin => Ipv4Addr::new(198, 51, 100, 20),
            DemoRole::Auditor => Ipv4Addr::new(198, 51, 100, 21),
            DemoRole::Operator => Ipv4Addr::new(198, 51, 100, 22),
        })
    }

    const fn role(self) -> Role {
        match self {
            DemoRole::Engineer | DemoRole::EngineerWithoutGrant | DemoRole::EngineerElsewhere => Role::Engineer,
            DemoRole::RuleAdmin => Role::RuleAdmin,
            DemoRole::Auditor => Role::Auditor,
            DemoRole::Operator => Role::Operator,
        }
    }
}

/// The source.
#[derive(Debug)]
pub struct Demo(());

impl Demo {
    /// Only `fanlight demo` may: a configuration file has no key that leads here.
    pub(crate) fn for_the_demo_command() -> Self {
        Self(())
    }

    /// The role chosen by a request's cookie; none when there is no such cookie, or two that differ.
    pub fn chosen(headers: &HeaderMap) -> Result<Option<DemoRole>, IdentityError> {
        let mut chosen = None;
        for line in headers.get_all(COOKIE) {
            // Cookies of the clinical system may hold any byte; only ours has to be readable.
            for pair in line.as_bytes().split(|b| *b == b';') {
                let Some(value) = pair.trim_ascii().strip_prefix(COOKIE_NAME.as_bytes()) else { continue };
                let Some(value) = value.strip_prefix(b"=") else { continue };
                let name = std::str::from_utf8(value).map_err(|_| IdentityError::Malformed)?;
                let role = DemoRole::from_name(name).ok_or(IdentityError::Malformed)?;
                if chosen.is_some_and(|other| other != role) {
                    return Err(IdentityError::Ambiguous);
                }
                chosen = Some(role);
            }
        }
        Ok(chosen)
    }

    /// The cookie that chooses a role, for every host under the demo's.
    pub fn cookie(role: DemoRole) -> String {
        format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", role.as_str())
    }
}

impl Source for Demo {
    fn identify(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Identified, IdentityError> {
        // The demo listens on loopback; were it ever bound elsewhere, nobody becomes anyone.
        if !peer.to_canonical().is_loopback() {
            return Err(IdentityError::UntrustedHop);
        }
        let role = Demo::chosen(headers)?.ok_or(IdentityError::Missing)?;
        let engineer = EngineerId::new(role.id()).map_err(|_| IdentityError::Malformed)?;
        Ok(Identified { identity: Identity::new(engineer, [role.role()]), from: role.address(), secure: false })
    }

    fn strip(&self, headers: &mut HeaderMap) {
        for name in &address::HEADERS {
            headers.remove(name);
        }
        let own = |pair: &[u8]| {
            pair.trim_ascii().strip_prefix(COOKIE_NAME.as_bytes()).is_some_and(|rest| matches!(rest, [] | [b'=', ..]))
        };
        let mut kept: Vec<u8> = Vec::new();
        for line in headers.get_all(COOKIE) {
            for pair in line.as_bytes().split(|b| *b == b';').filter(|pair| !own(pair)) {
                if !kept.is_empty() {
                    kept.extend_from_slice(b"; ");
                }
                kept.extend_from_slice(pair.trim_ascii());
            }
        }
        headers.remove(COOKIE);
        if let Ok(value) = http::HeaderValue::from_bytes(&kept)
            && !kept.is_empty()
        {
            headers.insert(COOKIE, value);
        }
    }

    fn sign_in(&self) -> Option<&str> {
        Some(ROLE_PATH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn with(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_static(line));
        }
        headers
    }

    fn who(lines: &[&'static str]) -> Result<Identified, IdentityError> {
        Demo(()).identify(&with(lines), "127.0.0.1".parse().unwrap())
    }

    #[test]
    fn a_cookie_chooses_one_of_a_closed_set() {
        for role in DemoRole::ALL {
            assert_eq!(DemoRole::from_name(role.as_str()), Some(role));
        }
        let sam = who(&["JSESSIONID=x; fanlight-demo-role=engineer"]).unwrap();
        assert_eq!(sam.identity.engineer().as_str(), "sam@centre.example");
        let network: ipnet::IpNet = CENTRE_NETWORK.parse().unwrap();
        assert!(network.contains(&sam.from));
        assert!(!network.contains(&DemoRole::EngineerElsewhere.address()));
        assert_eq!(who(&["fanlight-demo-role=approver"]), Err(IdentityError::Malformed));
        assert_eq!(who(&["fanlight-demo-roles=engineer"]), Err(IdentityError::Missing));
        assert_eq!(who(&["fanlight-demo-role=engineer", "fanlight-demo-role=auditor"]), Err(IdentityError::Ambiguous));
    }

    #[test]
    fn only_on_loopback() {
        let asked = Demo(()).identify(&with(&["fanlight-demo-role=engineer"]), "192.0.2.10".parse().unwrap());
        assert_eq!(asked, Err(IdentityError::UntrustedHop));
    }

    #[test]
    fn the_system_behind_sees_its_own_cookies_only() {
        let mut h = with(&["a=1; fanlight-demo-role=engineer;b=2", "c=3"]);
        Demo(()).strip(&mut h);
        assert_eq!(h.get(COOKIE).unwrap(), "a=1; b=2; c=3");
        let mut h = with(&["fanlight-demo-role=engineer"]);
        Demo(()).strip(&mut h);
        assert!(h.get(COOKIE).is_none());
    }
}
