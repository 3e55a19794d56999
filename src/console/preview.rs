//! The preview: a sample through the same engine, with the rules in force or with a draft of them, every finding explained.

use std::sync::Arc;

use super::sides::Sides;
use crate::base::id::{GrantId, TrustId};
use crate::base::secret::Key;
use crate::redact::code;
use crate::redact::dictionary::Dictionary;
use crate::redact::engine::BodyRewriter;
use crate::redact::finding::{Explained, Report};
use crate::redact::inspect::Inspector;
use crate::redact::operator::GrantKeys;
use crate::redact::plan::Plan;
use crate::redact::withheld::Withheld;

/// What is looked at.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Whose.
    pub(super) trust: TrustId,
    /// Decoded path of the page, for rules that hold on some paths.
    pub(super) path: String,
    /// Content type, with its charset.
    pub(super) content_type: String,
    /// Content coding.
    pub(super) coding: Option<String>,
    /// The bytes.
    pub(super) body: Vec<u8>,
}

impl Sample {
    /// The largest sample, in bytes as sent.
    pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024;
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Seen {
    /// Before beside after; none when the page is withheld.
    pub(super) sides: Result<Sides, Withheld>,
    /// What was found and taken out.
    pub(super) report: Report,
    /// For each finding, whether the rules in force do not make it.
    pub(super) fresh: Vec<bool>,
    /// Findings that the rules in force make and these do not.
    pub(super) gone: Vec<Explained>,
}

/// Looks at a sample with `plan`; `now` are the rules in force, when `plan` is a draft.
pub(super) fn look(sample: &Sample, plan: &Arc<Plan>, now: Option<&Arc<Plan>>, key: &Key) -> Seen {
    let (after, report) = match run(sample, plan, key) {
        Ok(done) => done,
        Err(why) => return Seen { sides: Err(why), report: Report::default(), fresh: Vec::new(), gone: Vec::new() },
    };
    let before = match read(sample, plan) {
        Ok(text) => text,
        Err(why) => return Seen { sides: Err(why), report: Report::default(), fresh: Vec::new(), gone: Vec::new() },
    };
    let sides = Sides::of(&before, &after, &report.explained);
    let (mut fresh, mut gone) = (vec![false; report.explained.len()], Vec::new());
    if let Some(now) = now {
        // A page that the rules in force withhold has no findings to compare with.
        let mut old = run(sample, now, key).map(|(_, r)| r.explained).unwrap_or_default();
        for (finding, fresh) in report.explained.iter().zip(&mut fresh) {
            match old.iter().position(|o| same(o, finding)) {
                Some(at) => drop(old.swap_remove(at)),
                None => *fresh = true,
            }
        }
        gone = old;
    }
    Seen { sides: Ok(sides), report, fresh, gone }
}

fn same(a: &Explained, b: &Explained) -> bool {
    a.value == b.value && a.with == b.with && a.at == b.at && a.surface == b.surface
}

/// The engine, as for a request; a key of its own, so that the preview's pseudonyms and tokens are nobody's.
fn run(sample: &Sample, plan: &Arc<Plan>, key: &Key) -> Result<(String, Report), Withheld> {
    let Ok(grant) = GrantId::new("preview") else { return Err(Withheld::Malformed("grant")) };
    let keys = GrantKeys::new(key, &sample.trust, &grant);
    let inspector = Inspector::new(plan.clone(), keys, Dictionary::default(), &sample.path).explaining();
    let mut rewriter = BodyRewriter::open(inspector, Some(&sample.content_type), sample.coding.as_deref(), None)?;
    let mut out = Vec::new();
    rewriter.write(&sample.body, &mut out)?;
    let done = rewriter.finish(&mut out)?;
    Ok((String::from_utf8_lossy(&out).into_owned(), done.report))
}

/// The sample as text: decoded as the engine decodes it, and otherwise as it came.
fn read(sample: &Sample, plan: &Plan) -> Result<String, Withheld> {
    code::read_whole(&sample.content_type, sample.coding.as_deref(), &sample.body, &plan.bounds)
}
