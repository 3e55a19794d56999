//! What the limits are, as configuration says them.

use std::collections::HashMap;
use std::num::{NonZeroU32, NonZeroU64};

use crate::base::id::{CentreId, TrustId};

/// The limits of one engineer, or of a whole centre or trust. What is missing is not limited.
///
/// ```
/// let limits: fanlight::limits::Limits = toml::from_str("record_views_per_minute = 10")?;
/// assert_eq!(limits.record_views_per_minute.map(|n| n.get()), Some(10));
/// assert!(toml::from_str::<fanlight::limits::Limits>("record_views_per_minut = 10").is_err());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Record views: a burst of this many, refilled evenly over a minute.
    pub record_views_per_minute: Option<NonZeroU32>,
    /// Different records within any hour.
    pub distinct_records_per_hour: Option<NonZeroU32>,
    /// Different records within any day.
    pub distinct_records_per_day: Option<NonZeroU32>,
    /// Bytes of bodies sent to the engineer within any hour.
    pub bytes_per_hour: Option<NonZeroU64>,
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Every limit of the house.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// For each engineer of a centre (`[[centre]] limits`).
    pub engineer: HashMap<CentreId, Limits>,
    /// For all engineers of a centre together (`[[centre]] total_limits`).
    pub centre: HashMap<CentreId, Limits>,
    /// For all who view a trust together (`[[trust]] limits`).
    pub trust: HashMap<TrustId, Limits>,
}

/// Bounds of what the limiter remembers; each is a configuration key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bounds {
    /// The most engineers, centres and trusts counted at once. When all are in use, a new one is refused: to forget one
    /// would be to lift its limits.
    pub accounts: usize,
    /// The most records that one engineer holds open for polling.
    pub open_records: usize,
    /// How long after its last view a record counts as open, in seconds.
    pub open_seconds: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { accounts: 10_000, open_records: 256, open_seconds: 300 }
    }
}
