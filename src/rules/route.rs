//! Routes: classes of upstream URLs, and what is done with each.

use http::Method;

use crate::redact::glob::Glob;

/// A class of upstream requests. The first that matches, in layer order overlay, product, base, decides.
#[derive(Debug, Clone)]
pub struct Route {
    /// `pack/rule`.
    pub id: String,
    /// The decoded path.
    pub path: Glob,
    /// Parameters that must be in the query; a value must be equal, no value means any.
    pub query: Vec<(String, Option<String>)>,
    /// Parameters that must be in a posted form.
    pub form: Vec<(String, Option<String>)>,
    /// Methods; empty: GET and HEAD.
    pub methods: Vec<Method>,
    /// What is done.
    pub treatment: Treatment,
    /// Which record a response of this route shows.
    pub record: Option<RecordFrom>,
    /// The application asks for this by itself again and again; a record already open is not a new view.
    pub poll: bool,
}

/// What is done with a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// It goes through the engine.
    Rewrite,
    /// It passes as it is, if its type is one of these: style sheets, fonts, images that show no patient.
    Inert {
        /// Media types, `image/svg+xml` or `font/*`.
        types: Vec<String>,
    },
    /// It is not asked for at all.
    Refuse {
        /// Why.
        why: Refusal,
    },
}

/// Why a route is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It would export records.
    Export,
    /// It would print.
    Print,
    /// It would download a file.
    Download,
    /// It would change something.
    ReadOnly,
    /// Something else that a rule refuses.
    Other,
}

/// Where the record that a response shows is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordFrom {
    /// A `{name}` of the path pattern.
    Path(String),
    /// A query parameter.
    Query(String),
    /// A parameter of a posted form.
    Form(String),
    /// Distinct values of the record kinds that the body shows.
    Shown,
}

impl Route {
    /// Whether a request is of this class. `query` and `form` hold decoded names and values.
    pub fn matches(&self, method: &Method, path: &str, query: &[(String, String)], form: &[(String, String)]) -> bool {
        let method_fits = if self.methods.is_empty() {
            matches!(*method, Method::GET | Method::HEAD)
        } else {
            self.methods.contains(method)
        };
        method_fits && holds(&self.query, query) && holds(&self.form, form) && self.path.matches(path).is_some()
    }
}

fn holds(wanted: &[(String, Option<String>)], have: &[(String, String)]) -> bool {
    wanted.iter().all(|(name, value)| {
        have.iter()
            .any(|(n, v)| n.eq_ignore_ascii_case(name) && value.as_ref().is_none_or(|w| v.eq_ignore_ascii_case(w)))
    })
}
