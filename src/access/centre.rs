//! A place from which engineers browse, known by its networks.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::base::id::{CentreId, TrustId};

/// A centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    id: CentreId,
    networks: Vec<IpNet>,
    trusts: BTreeSet<TrustId>,
}

impl Centre {
    /// A centre with these source networks, that may work for every trust.
    pub fn new(id: CentreId, networks: Vec<IpNet>) -> Self {
        Self { id, networks, trusts: BTreeSet::new() }
    }

    /// The centre works for these trusts only.
    #[must_use]
    pub fn only_for(mut self, trusts: impl IntoIterator<Item = TrustId>) -> Self {
        self.trusts = trusts.into_iter().collect();
        self
    }

    /// Its name.
    pub fn id(&self) -> &CentreId {
        &self.id
    }

    /// Its networks.
    pub fn networks(&self) -> &[IpNet] {
        &self.networks
    }

    /// Whether the address is one of its own. An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
    pub fn holds(&self, from: IpAddr) -> bool {
        let from = from.to_canonical();
        self.networks.iter().any(|n| n.contains(&from))
    }

    /// Whether its engineers may work for this trust.
    pub fn serves(&self, trust: &TrustId) -> bool {
        self.trusts.is_empty() || self.trusts.contains(trust)
    }

    /// The longest prefix of its networks that holds the address.
    fn closeness(&self, from: IpAddr) -> Option<u8> {
        self.networks.iter().filter(|n| n.contains(&from)).map(IpNet::prefix_len).max()
    }

    /// The centre that an address belongs to: the one with the narrowest network around it, so that a small network
    /// inside a large one may be a centre of its own.
    pub fn of(from: IpAddr, centres: &[Centre]) -> Option<&Centre> {
        let from = from.to_canonical();
        let near = centres.iter().filter_map(|c| c.closeness(from).map(|len| (len, c)));
        // `max_by_key` takes the last of equals; the first in the file is the one that a reader expects.
        near.rev().max_by_key(|(len, _)| *len).map(|(_, c)| c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre(id: &str, nets: &[&str]) -> Centre {
        Centre::new(CentreId::new(id).unwrap(), nets.iter().map(|n| n.parse().unwrap()).collect())
    }

    #[test]
    fn the_narrowest_network_wins() {
        let all = [centre("wide", &["10.0.0.0/8", "2001:db8::/32"]), centre("narrow", &["10.1.0.0/16"])];
        let of = |ip: &str| Centre::of(ip.parse().unwrap(), &all).map(|c| c.id().as_str());
        assert_eq!(of("10.2.0.1"), Some("wide"));
        assert_eq!(of("10.1.0.1"), Some("narrow"));
        assert_eq!(of("::ffff:10.1.0.1"), Some("narrow"));
        assert_eq!(of("2001:db8::1"), Some("wide"));
        assert_eq!(of("192.0.2.1"), None);
        assert_eq!(of("::1"), None);
    }
}
