//! A person, as an identity source vouches for them.

use std::collections::BTreeSet;

use crate::base::id::{CentreId, EngineerId};

/// What a person may be to Fanlight. A role opens no page of a trust by itself: that takes a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Browses a trust's system, under a grant.
    Engineer,
    /// Gives and takes back grants for a trust.
    Approver,
    /// Writes rules.
    RuleAdmin,
    /// Reads the trail.
    Auditor,
    /// Runs the house.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] = [Role::Engineer, Role::Approver, Role::RuleAdmin, Role::Auditor, Role::Operator];

    /// The name in configuration, groups and the trail.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Engineer => "engineer",
            Role::Approver => "approver",
            Role::RuleAdmin => "rule-admin",
            Role::Auditor => "auditor",
            Role::Operator => "operator",
        }
    }

    /// The role of this name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who is asking: made by an identity source, read by [`decide`](super::decide()).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    engineer: EngineerId,
    roles: BTreeSet<Role>,
    centre: Option<CentreId>,
}

impl Identity {
    /// A person with these roles.
    pub fn new(engineer: EngineerId, roles: impl IntoIterator<Item = Role>) -> Self {
        Self { engineer, roles: roles.into_iter().collect(), centre: None }
    }

    /// The identity source also says at which centre they work; the network must then agree.
    #[must_use]
    pub fn at(mut self, centre: CentreId) -> Self {
        self.centre = Some(centre);
        self
    }

    /// Who.
    pub fn engineer(&self) -> &EngineerId {
        &self.engineer
    }

    /// Their roles.
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.roles
    }

    /// Whether they hold a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The centre that the identity source claims for them.
    pub fn centre(&self) -> Option<&CentreId> {
        self.centre.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_one_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.as_str()), Some(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
        assert_eq!(Role::from_name("Engineer"), None);
    }
}
