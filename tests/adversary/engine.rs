//! The engine under the shipped base rules, as a grant that has seen this or nothing before.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use fanlight::base::id::{GrantId, TrustId};
use fanlight::base::secret::Key;
use fanlight::config;
use fanlight::redact::dictionary::Dictionary;
use fanlight::redact::engine::BodyRewriter;
use fanlight::redact::inspect::Inspector;
use fanlight::redact::operator::GrantKeys;
use fanlight::redact::plan::{Gate, Plan};
use fanlight::redact::withheld::Withheld;

/// The rewriter alone: the leak gate would hide its mistakes.
pub static BARE: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let mut plan = (**GATED).clone();
    plan.bounds.gate = Gate::Off;
    Arc::new(plan)
});

/// As it ships.
pub static GATED: LazyLock<Arc<Plan>> = LazyLock::new(|| {
    let config = config::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/score.toml")))
        .unwrap_or_else(|errors| panic!("fixtures/score.toml: {errors:?}"));
    config.trusts[0].compiled.plan.clone()
});

/// A body on its way.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    pub media: &'a str,
    pub coding: Option<&'a str>,
    pub known: &'a Dictionary,
}

/// What the viewer receives, and what is known then.
pub fn redact(plan: &Arc<Plan>, sent: Sent<'_>, chunks: &[&[u8]]) -> Result<(Vec<u8>, Dictionary), Withheld> {
    let keys =
        GrantKeys::new(&Key::from_bytes([7; 32]), &TrustId::new("royal-free").unwrap(), &GrantId::new("g").unwrap());
    let inspector = Inspector::new(plan.clone(), keys, sent.known.clone(), "/x");
    let mut body = BodyRewriter::open(inspector, Some(sent.media), sent.coding, None)?;
    let mut out = Vec::new();
    for chunk in chunks {
        body.write(chunk, &mut out)?;
    }
    let done = body.finish(&mut out)?;
    Ok((out, done.dictionary))
}
