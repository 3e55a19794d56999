//! From rule files to the plan that the engine runs on.

use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::route::Route;
use crate::redact::plan::{Bounds, Plan};

/// One rule file of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// The pack (layer) it belongs to: `base`, `clinic`, `royal-free`. Rule ids begin with it.
    pub pack: String,
    /// The file as named in the configuration, for messages and the console.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
}

/// What the rules of one trust come to.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// For the engine.
    pub plan: Arc<Plan>,
    /// In the order in which they are asked: overlay, product, base.
    pub routes: Vec<Route>,
    /// The files, in layer order.
    pub files: Vec<RuleFile>,
    /// A short hash over the files' names and bytes.
    pub version: String,
}

/// Compiles the files of a trust, in layer order (base first, the trust's overlay last).
///
/// # Errors
/// Every error of every file.
pub fn compile(files: &[RuleFile], bounds: &Bounds) -> Result<Compiled, Vec<Diagnostic>> {
    let _ = bounds;
    Err(vec![Diagnostic::of_file(
        files.first().map(|f| f.path.clone()).unwrap_or_default(),
        "rules cannot be compiled yet",
    )])
}
