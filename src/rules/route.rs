//! `[[route]]`: a class of upstream URLs, and what is done with them.
//!
//! ```toml
//! [[route]]
//! id = "export-by-parameter"
//! path = "/**"
//! query = ["format=csv", "export"]     # either; `form` likewise for a posted form
//! treatment = "refuse"                 # or "rewrite", or "inert" with `types`
//! why = "export"
//! hit = "GET /list?format=csv"
//! miss = "GET /list?format=html"
//!
//! [[route]]
//! id = "old-search"
//! path = "/cgi-bin/search"
//! treatment = "rewrite"
//! parser = "tree"                      # its markup is so broken that only a browser's parser makes sense of it
//! gate = "tree"                        # or "sweep", or "off"; without it, as `[bounds] gate` says
//! hit = "GET /cgi-bin/search"
//! miss = "GET /cgi-bin/menu"
//!
//! [[route]]
//! id = "find"
//! path = "/finder"
//! methods = ["POST"]
//! treatment = "rewrite"
//! search = true                        # it changes no record: pseudonyms in the form are names again
//! hit = "POST /finder"
//! miss = "GET /finder"
//!
//! [[route]]
//! id = "test-patients"
//! path = "/register"
//! methods = ["POST"]
//! treatment = "rewrite"
//! inbound = "audit"                    # identifiers in clear pass, and the trail says so; or "allow"; without it "refuse"
//! hit = "POST /register"
//! miss = "GET /register"
//!
//! [[route]]
//! id = "chart"
//! path = "/chart/**"
//! treatment = "rewrite"
//! clear_on_leave = true                # what its page put into the browser's storage goes when the page is left
//! hit = "GET /chart/7"
//! miss = "GET /list"
//! ```

use http::Method;

use super::read::{At, Problems, Table};
use super::rule::{self, some};
use super::suggest;
use crate::redact::glob::Glob;
use crate::redact::plan::{Gate, Handling, Parser};

/// What is done with a request that holds an identifier in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inbound {
    /// It is refused: the engineer holds an identifier.
    #[default]
    Refuse,
    /// It goes upstream, and the trail says so.
    Audit,
    /// It goes upstream.
    Allow,
}

impl Inbound {
    /// Every word for it in rules.
    pub const ALL: &[Inbound] = &[Inbound::Refuse, Inbound::Audit, Inbound::Allow];

    /// The word in rules.
    pub const fn as_str(self) -> &'static str {
        match self {
            Inbound::Refuse => "refuse",
            Inbound::Audit => "audit",
            Inbound::Allow => "allow",
        }
    }
}

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
    /// How a body is read, and how the leak gate looks at it.
    pub handling: Handling,
    /// Which record a response of this route shows.
    pub record: Option<RecordFrom>,
    /// The application asks for this by itself again and again; a record already open is not a new view.
    pub poll: bool,
    /// What it answers is a page of the system, though it be lines of cells as an export has them.
    pub as_page: bool,
    /// What is sent looks for records and changes none: pseudonyms in it are names again.
    pub search: bool,
    /// What is done with a request that holds an identifier in clear.
    pub inbound: Inbound,
    /// The browser's storage is cleared when a page of it is left.
    pub clear_on_leave: bool,
    /// Pictures that it lets pass are drawn anew, with the mark and without what stands in the file beside the pixels.
    pub marked: bool,
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

impl Refusal {
    /// Every reason.
    pub const ALL: &[Refusal] =
        &[Refusal::Export, Refusal::Print, Refusal::Download, Refusal::ReadOnly, Refusal::Other];

    /// The name in rules, the trail and problem documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Refusal::Export => "export",
            Refusal::Print => "print",
            Refusal::Download => "download",
            Refusal::ReadOnly => "read-only",
            Refusal::Other => "other",
        }
    }
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

/// A route rule as its file says it: one route for each path pattern.
#[derive(Debug, Clone)]
pub struct RouteRule {
    /// The routes; all of one id.
    pub routes: Vec<Route>,
}

impl RouteRule {
    /// Which URLs, and what is done.
    pub fn summary(&self) -> (String, String) {
        let paths: Vec<String> = self.routes.iter().map(|r| r.path.as_str().to_owned()).collect();
        let Some(first) = self.routes.first() else { return Default::default() };
        let mut what = match &first.treatment {
            Treatment::Rewrite => "rewrite".to_owned(),
            Treatment::Inert { types } => format!("inert {}", some(types)),
            Treatment::Refuse { why } => format!("refuse {}", why.as_str()),
        };
        if first.handling.parser != Parser::default() {
            what.push_str(&format!(", parser {}", first.handling.parser.as_str()));
        }
        if let Some(gate) = first.handling.gate {
            what.push_str(&format!(", gate {}", gate.as_str()));
        }
        if first.record.is_some() {
            what.push_str(", counts records");
        }
        if first.inbound != Inbound::default() {
            what.push_str(&format!(", inbound {}", first.inbound.as_str()));
        }
        if first.search {
            what.push_str(", search");
        }
        if first.poll {
            what.push_str(", poll");
        }
        if first.clear_on_leave {
            what.push_str(", clear on leave");
        }
        if first.marked {
            what.push_str(", marked");
        }
        if first.as_page {
            what.push_str(", as page");
        }
        let conditions: Vec<String> = first.query.iter().chain(&first.form).map(|(n, _)| format!("{n}=")).collect();
        let wher =
            if conditions.is_empty() { some(&paths) } else { format!("{} with {}", some(&paths), some(&conditions)) };
        (wher, what)
    }
}

/// Reads the own part of a `[[route]]`.
pub fn read(table: &mut Table<'_>, id: &str, problems: &mut Problems) -> Option<RouteRule> {
    if !table.has("path") {
        problems.push(table.missing("path").help("add `path = \"/chart/{id}\"`; `/**` means every path"));
    }
    let globs = rule::globs(table, "path", problems);
    let query = parameters(table, "query", problems);
    let form = parameters(table, "form", problems);
    let methods = methods(table, problems);
    let treatment = treatment(table, problems);
    let handling = handling(table, treatment.as_ref(), problems);
    let record = record(table, &globs, problems);
    let poll = table.flag("poll", problems).unwrap_or(false);
    let as_page = table.flag("as_page", problems).unwrap_or(false);
    let search = table.flag("search", problems).unwrap_or(false);
    let inbound = inbound(table, problems);
    let clear_on_leave = table.flag("clear_on_leave", problems).unwrap_or(false);
    let marked = marked(table, treatment.as_ref(), problems);
    let treatment = treatment?;
    let methods = match (methods, &treatment) {
        (Some(methods), _) => methods,
        // What must not be fetched must not be fetched by POST either.
        (None, Treatment::Refuse { .. }) => every_method(),
        (None, _) if !form.is_empty() => vec![Method::POST],
        (None, _) => Vec::new(),
    };
    // Each alternative of a parameter list is a condition of its own route: `query = ["format=csv", "export"]` means either.
    let queries: Vec<Vec<Parameter>> =
        if query.is_empty() { vec![Vec::new()] } else { query.into_iter().map(|q| vec![q]).collect() };
    let forms: Vec<Vec<Parameter>> =
        if form.is_empty() { vec![Vec::new()] } else { form.into_iter().map(|f| vec![f]).collect() };
    let mut routes = Vec::new();
    for path in &globs {
        for query in &queries {
            for form in &forms {
                routes.push(Route {
                    id: id.to_owned(),
                    path: path.clone(),
                    query: query.clone(),
                    form: form.clone(),
                    methods: methods.clone(),
                    treatment: treatment.clone(),
                    handling,
                    record: record.clone(),
                    poll,
                    as_page,
                    search,
                    inbound,
                    clear_on_leave,
                    marked,
                });
            }
        }
    }
    (!routes.is_empty()).then_some(RouteRule { routes })
}

type Parameter = (String, Option<String>);

fn parameters(table: &mut Table<'_>, key: &'static str, problems: &mut Problems) -> Vec<Parameter> {
    let mut all = Vec::new();
    for text in table.texts(key, problems) {
        for spelling in rule::spellings(table, &text, problems) {
            let (name, value) = match spelling.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (spelling, None),
            };
            if name.trim().is_empty() {
                let error = table.error(text.span.clone(), format!("`{key}` holds a parameter without a name"));
                problems.push(error.help("write \"format=csv\", or \"export\" for any value"));
            } else {
                all.push((name, value));
            }
        }
    }
    all
}

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

fn every_method() -> Vec<Method> {
    vec![Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
}

fn methods(table: &mut Table<'_>, problems: &mut Problems) -> Option<Vec<Method>> {
    if !table.has("methods") {
        return None;
    }
    let mut all = Vec::new();
    for text in table.texts("methods", problems) {
        if text.value == "*" {
            return Some(every_method());
        }
        match every_method().into_iter().find(|m| m.as_str() == text.value) {
            Some(method) => all.push(method),
            None => {
                let error = table.error(text.span.clone(), format!("unknown method {:?}", text.value));
                problems.push(error.help(format!("{}, or \"*\" for all", suggest::help(&text.value, METHODS))));
            }
        }
    }
    Some(all)
}

fn treatment(table: &mut Table<'_>, problems: &mut Problems) -> Option<Treatment> {
    let text = table.need_text("treatment", problems);
    let types_at = table.texts("types", problems);
    let why = table.text("why", problems);
    let text = text?;
    if text.value != "inert" && !types_at.is_empty() {
        let error = table.error(text.span.clone(), "`types` belongs to the treatment \"inert\"");
        problems.push(error.help("remove it, or write treatment = \"inert\""));
    }
    if let Some(why) = why.as_ref().filter(|_| text.value != "refuse") {
        let error = table.error(why.span.clone(), "`why` belongs to the treatment \"refuse\"");
        problems.push(error.help("remove it, or write treatment = \"refuse\""));
    }
    match text.value.as_str() {
        "rewrite" => Some(Treatment::Rewrite),
        "inert" => inert(table, &text, &types_at, problems),
        "refuse" => match why {
            None => Some(Treatment::Refuse { why: Refusal::Other }),
            Some(why) => match Refusal::ALL.iter().find(|r| r.as_str() == why.value) {
                Some(refusal) => Some(Treatment::Refuse { why: *refusal }),
                None => {
                    let known: Vec<&str> = Refusal::ALL.iter().map(|r| r.as_str()).collect();
                    let error = table.error(why.span.clone(), format!("unknown reason {:?}", why.value));
                    problems.push(error.help(suggest::help(&why.value, &known)));
                    None
                }
            },
        },
        other => {
            let error = table.error(text.span.clone(), format!("unknown treatment {other:?}"));
            problems.push(error.help(suggest::help(other, &["rewrite", "inert", "refuse"])));
            None
        }
    }
}

/// Types of pictures that can be drawn anew ([`crate::document::raster`]).
pub const DRAWN: &[&str] =
    &["image/png", "image/apng", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "image/bmp"];

fn marked(table: &mut Table<'_>, treatment: Option<&Treatment>, problems: &mut Problems) -> bool {
    let at = table.place("marked");
    let marked = table.flag("marked", problems).unwrap_or(false);
    let Some(at) = at.filter(|_| marked) else { return false };
    match treatment {
        Some(Treatment::Inert { types }) => {
            for other in types.iter().filter(|t| !DRAWN.contains(&t.as_str()) && *t != "image/*") {
                let error =
                    table.error(at.clone(), format!("`marked` draws pictures anew, and {other:?} is none that it can"));
                problems.push(error.help(format!("give it a route of its own; marked are {}", DRAWN.join(", "))));
            }
        }
        Some(Treatment::Rewrite | Treatment::Refuse { .. }) => {
            let error = table.error(at, "`marked` belongs to the treatment \"inert\"");
            problems.push(
                error.help("remove it, or write treatment = \"inert\" with types = [\"image/jpeg\", \"image/png\"]"),
            );
        }
        // What is wrong with it has been said.
        None => {}
    }
    marked
}

fn inbound(table: &mut Table<'_>, problems: &mut Problems) -> Inbound {
    let Some(word) = table.text("inbound", problems) else { return Inbound::default() };
    let known = Inbound::ALL.iter().find(|inbound| inbound.as_str() == word.value);
    if known.is_none() {
        let names: Vec<&str> = Inbound::ALL.iter().map(|inbound| inbound.as_str()).collect();
        let error = table.error(word.span, format!("unknown inbound {:?}", word.value));
        problems.push(error.help(suggest::help(&word.value, &names)));
    }
    known.copied().unwrap_or_default()
}

fn handling(table: &mut Table<'_>, treatment: Option<&Treatment>, problems: &mut Problems) -> Handling {
    let mut handling = Handling::default();
    for (key, known) in [("parser", Parser::NAMES), ("gate", Gate::NAMES)] {
        let Some(word) = table.text(key, problems) else { continue };
        if matches!(treatment, Some(Treatment::Inert { .. } | Treatment::Refuse { .. })) {
            let error = table.error(word.span, format!("`{key}` belongs to the treatment \"rewrite\""));
            problems.push(error.help("remove it, or write treatment = \"rewrite\""));
            continue;
        }
        let found = match key {
            "parser" => Parser::parse(&word.value).map(|parser| handling.parser = parser),
            _gate => Gate::parse(&word.value).map(|gate| handling.gate = Some(gate)),
        };
        if found.is_none() {
            let error = table.error(word.span, format!("there is no {key} {:?}", word.value));
            problems.push(error.help(suggest::help(&word.value, known)));
        }
    }
    handling
}

/// How a body that was asked for so is read. Without a route, as any.
pub fn handling_of(routes: &[Route], path: &str, query: &str) -> Handling {
    let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let route = routes.iter().find(|route| route.matches(&Method::GET, path, &query, &[]));
    route.map(|route| route.handling).unwrap_or_default()
}

/// What must never be inert: it holds text that the engine has to read, or is a document to keep.
const NEVER_INERT: &[&str] = &["text/html", "application/xhtml+xml", "application/json", "text/csv", "application/pdf"];

fn inert(table: &Table<'_>, at: &At<String>, types: &[At<String>], problems: &mut Problems) -> Option<Treatment> {
    if types.is_empty() {
        let error = table.error(at.span.clone(), "an inert route needs the media types that may pass");
        problems.push(error.help("add `types = [\"text/css\", \"font/*\", \"image/svg+xml\"]`"));
        return None;
    }
    let mut all = Vec::new();
    for text in types {
        let name = text.value.to_ascii_lowercase();
        let whole =
            |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b));
        let good = name.split_once('/').is_some_and(|(top, sub)| whole(top) && (sub == "*" || whole(sub)));
        if !good {
            let error = table.error(text.span.clone(), format!("{:?} is not a media type", text.value));
            problems.push(error.help("such as \"text/css\" or \"font/*\""));
        } else if NEVER_INERT.contains(&name.as_str()) || matches!(name.as_str(), "text/*" | "application/*") {
            let error =
                table.error(text.span.clone(), format!("{:?} can hold records and never passes unread", text.value));
            problems.push(error.help("leave it out: the engine rewrites what it can read and withholds the rest"));
        } else {
            all.push(name);
        }
    }
    Some(Treatment::Inert { types: all })
}

fn record(table: &mut Table<'_>, globs: &[Glob], problems: &mut Problems) -> Option<RecordFrom> {
    let text = table.text("record", problems)?;
    let help = "write \"shown\", \"path:id\", \"query:nhs\" or \"form:nhs\"";
    let from = match text.value.split_once(':') {
        None if text.value == "shown" => Some(RecordFrom::Shown),
        Some(("path", name)) if !name.is_empty() => {
            let named = format!("{{{name}}}");
            if globs.iter().any(|g| !g.as_str().split('/').any(|part| part == named)) {
                let error =
                    table.error(text.span.clone(), format!("a path pattern of this route has no segment {named}"));
                problems.push(error.help(format!("name the segment, such as \"/chart/{named}\"")));
                return None;
            }
            Some(RecordFrom::Path(name.to_owned()))
        }
        Some(("query", name)) if !name.is_empty() => Some(RecordFrom::Query(name.to_owned())),
        Some(("form", name)) if !name.is_empty() => Some(RecordFrom::Form(name.to_owned())),
        _ => None,
    };
    if from.is_none() {
        let error = table.error(text.span.clone(), format!("{:?} does not say where the record is named", text.value));
        problems.push(error.help(help));
    }
    from
}

/// Method, path, query and form of a request.
pub type Request = (Method, String, Vec<(String, String)>, Vec<(String, String)>);

/// A request as an example writes it: `GET /chart/1?tab=2`, or `POST /search nhs=943&go=1`.
pub fn request(text: &str) -> Option<Request> {
    let mut parts = text.split_whitespace();
    let method = Method::from_bytes(parts.next()?.as_bytes()).ok()?;
    let target = parts.next()?;
    let form = parts.next().unwrap_or_default();
    if parts.next().is_some() || !target.starts_with('/') {
        return None;
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Some((method, path.to_owned(), pairs(query), pairs(form)))
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let each = text.split('&').filter(|p| !p.is_empty());
    each.map(|p| p.split_once('=').unwrap_or((p, ""))).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str, query: &[(&str, Option<&str>)]) -> Route {
        Route {
            id: "t/r".into(),
            path: Glob::parse(path).unwrap(),
            query: query.iter().map(|(n, v)| ((*n).to_owned(), v.map(str::to_owned))).collect(),
            form: Vec::new(),
            methods: Vec::new(),
            treatment: Treatment::Rewrite,
            handling: Handling::default(),
            record: None,
            poll: false,
            as_page: false,
            search: false,
            inbound: Inbound::default(),
            clear_on_leave: false,
            marked: false,
        }
    }

    fn matches(route: &Route, text: &str) -> bool {
        let (method, path, query, form) = request(text).unwrap();
        route.matches(&method, &path, &query, &form)
    }

    #[test]
    fn parameters_match_by_name_and_value_whatever_their_case() {
        let any = route("/list", &[("export", None)]);
        assert!(matches(&any, "GET /list?page=2&Export=1"));
        assert!(!matches(&any, "GET /list?exported=1"));
        let csv = route("/list", &[("format", Some("csv"))]);
        assert!(matches(&csv, "GET /list?format=CSV"));
        assert!(!matches(&csv, "GET /list?format=html"));
    }

    #[test]
    fn a_body_is_read_as_its_route_says() {
        let mut odd = route("/cgi-bin/**", &[("q", None)]);
        odd.handling = Handling { parser: Parser::Tree, gate: Some(Gate::Sweep) };
        let routes = [odd.clone(), route("/**", &[])];
        assert_eq!(handling_of(&routes, "/cgi-bin/find", "q=a+b"), odd.handling);
        assert_eq!(handling_of(&routes, "/cgi-bin/find", ""), Handling::default());
        assert_eq!(handling_of(&[], "/", ""), Handling::default());
    }

    #[test]
    fn without_methods_only_reading_matches() {
        let plain = route("/list", &[]);
        assert!(matches(&plain, "HEAD /list"));
        assert!(!matches(&plain, "POST /list"));
    }
}
