//! Which route a request takes, and what that means for it.

use http::Method;

use super::refusal::Refused;
use super::target::Target;
use crate::redact::plan::{Handling, Parser};
use crate::rules::route::{Inbound, RecordFrom, Route, Treatment};

/// How a request is treated.
#[derive(Debug, Clone)]
pub struct Class<'r> {
    /// The route; none: no rule speaks of it, so it is read and rewritten.
    pub route: Option<&'r Route>,
    /// Types that pass as they are; empty: none.
    pub inert: &'r [String],
    /// How the body is read, and how the leak gate looks at it.
    pub handling: Handling,
    /// The record that the request names, as written there.
    pub record: Option<String>,
    /// What the body shows is counted.
    pub count_shown: bool,
    /// The application asks by itself.
    pub poll: bool,
    /// What it answers is a page, though it be lines of cells.
    pub as_page: bool,
    /// What is sent looks for records and changes none.
    pub search: bool,
    /// What is done when the request holds an identifier in clear.
    pub inbound: Inbound,
    /// The browser's storage is cleared when its page is left.
    pub clear_on_leave: bool,
    /// Pictures are drawn anew, with the mark.
    pub marked: bool,
}

impl Class<'_> {
    /// Of what no rule speaks of: it is read and rewritten, and what it shows is counted.
    pub const UNRULED: Class<'static> = Class {
        route: None,
        inert: &[],
        handling: Handling { parser: Parser::Stream, gate: None },
        record: None,
        count_shown: true,
        poll: false,
        as_page: false,
        search: false,
        inbound: Inbound::Refuse,
        clear_on_leave: false,
        marked: false,
    };
}

/// Finds the route of a request.
///
/// A rule that refuses is looked for in every reading of the path and for every method, so that neither `//Export;x` nor
/// `POST` goes round it. Then the first route whose method fits decides; without one, GET and HEAD are rewritten and
/// anything else is refused.
///
/// # Errors
/// The route is refused, or not allowed for the method.
pub fn classify<'r>(
    routes: &'r [Route],
    method: &Method,
    target: &Target,
    form: &[(String, String)],
) -> Result<Class<'r>, (Refused, Option<&'r Route>)> {
    let fits = |route: &Route, path: &str, method: &Method| route.matches(method, path, &target.query, form);
    let asked = if method == Method::HEAD { &Method::GET } else { method };
    let first = routes.iter().find(|r| fits(r, &target.path, method) || fits(r, &target.path, asked));
    if let Some(route) = first
        && let Treatment::Refuse { why } = route.treatment
    {
        return Err((Refused::Route(why), Some(route)));
    }
    // Another reading of the path must not do what this one may not.
    for path in target.readings() {
        let first = routes.iter().find(|r| match r.treatment {
            Treatment::Refuse { .. } if r.methods.is_empty() => fits(r, &path, &Method::GET),
            Treatment::Refuse { .. } | Treatment::Rewrite | Treatment::Inert { .. } => fits(r, &path, asked),
        });
        if let Some(route) = first
            && let Treatment::Refuse { why } = route.treatment
        {
            return Err((Refused::Route(why), Some(route)));
        }
    }
    let Some(route) = first else {
        if matches!(*method, Method::GET | Method::HEAD) {
            return Ok(Class::UNRULED);
        }
        return Err((Refused::Method { allowed: allowed(routes, target, form) }, None));
    };
    let inert: &[String] = match &route.treatment {
        Treatment::Inert { types } => types,
        Treatment::Rewrite | Treatment::Refuse { .. } => &[],
    };
    let record = route.record.as_ref().and_then(|from| record(from, route, target, form));
    let count_shown = matches!(route.record, None | Some(RecordFrom::Shown)) || record.is_none();
    Ok(Class {
        route: Some(route),
        inert,
        handling: route.handling,
        record,
        count_shown,
        poll: route.poll,
        as_page: route.as_page,
        search: route.search,
        inbound: route.inbound,
        clear_on_leave: route.clear_on_leave,
        marked: route.marked,
    })
}

/// The methods that may be used on a target.
pub fn allowed(routes: &[Route], target: &Target, form: &[(String, String)]) -> Vec<Method> {
    let mut all = vec![Method::GET, Method::HEAD];
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let first = routes.iter().find(|r| r.matches(&method, &target.path, &target.query, form));
        if first.is_some_and(|r| !matches!(r.treatment, Treatment::Refuse { .. })) {
            all.push(method);
        }
    }
    all
}

fn record(from: &RecordFrom, route: &Route, target: &Target, form: &[(String, String)]) -> Option<String> {
    let value = match from {
        RecordFrom::Path(name) => {
            let names = route.path.matches(&target.path)?;
            names.into_iter().find(|(n, _)| n == name).map(|(_, v)| v.to_owned())
        }
        RecordFrom::Query(name) => parameter(&target.query, name),
        RecordFrom::Form(name) => parameter(form, name),
        RecordFrom::Shown => None,
    };
    value.filter(|v| v.chars().any(char::is_alphanumeric))
}

fn parameter(all: &[(String, String)], name: &str) -> Option<String> {
    all.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::glob::Glob;
    use crate::rules::route::Refusal;

    fn route(id: &str, path: &str, methods: &[Method], treatment: Treatment) -> Route {
        Route {
            id: id.into(),
            path: Glob::parse(path).unwrap(),
            query: vec![],
            form: vec![],
            methods: methods.to_vec(),
            treatment,
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

    fn target(path: &str, query: &[(&str, &str)]) -> Target {
        let query = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Target { raw_path: path.into(), raw_query: None, path: path.into(), query }
    }

    fn routes() -> Vec<Route> {
        let refuse = |why| Treatment::Refuse { why };
        let mut all = vec![
            route("t/login", "/login", &[Method::POST], Treatment::Rewrite),
            route("t/export", "/export/**", &[], refuse(Refusal::Export)),
            route("t/chart", "/patient/{id}", &[], Treatment::Rewrite),
            route("t/csv", "/list", &[Method::POST], refuse(Refusal::Export)),
            route("t/search", "/list", &[Method::POST], Treatment::Rewrite),
        ];
        all[2].record = Some(RecordFrom::Path("id".into()));
        all[3].form = vec![("format".into(), Some("csv".into()))];
        all[4].record = Some(RecordFrom::Form("mrn".into()));
        all
    }

    #[test]
    fn reading_is_allowed_and_everything_else_needs_a_route() {
        let all = routes();
        let class = classify(&all, &Method::GET, &target("/anything", &[]), &[]).unwrap();
        assert!(class.route.is_none() && class.count_shown);
        assert!(classify(&all, &Method::POST, &target("/login", &[]), &[]).is_ok());
        let (refused, _) = classify(&all, &Method::DELETE, &target("/login", &[]), &[]).unwrap_err();
        assert_eq!(refused, Refused::Method { allowed: vec![Method::GET, Method::HEAD, Method::POST] });
        let odd = Method::from_bytes(b"PURGE").unwrap();
        assert!(classify(&all, &odd, &target("/x", &[]), &[]).is_err());
    }

    #[test]
    fn a_refused_page_is_refused_however_it_is_asked_for() {
        let all = routes();
        for path in ["/export/a", "/Export/a", "//export//a", "/export;v=1/a", "/export/a/"] {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT] {
                let (refused, route) = classify(&all, &method, &target(path, &[]), &[]).unwrap_err();
                assert_eq!(refused, Refused::Route(Refusal::Export), "{method} {path}");
                assert_eq!(route.unwrap().id, "t/export");
            }
        }
    }

    #[test]
    fn records_are_named_by_path_and_form() {
        let all = routes();
        let class = classify(&all, &Method::GET, &target("/patient/943 476 5919", &[]), &[]).unwrap();
        assert_eq!((class.record.as_deref(), class.count_shown), (Some("943 476 5919"), false));
        let form = [("mrn".to_owned(), "RF1234".to_owned())];
        assert_eq!(
            classify(&all, &Method::POST, &target("/list", &[]), &form).unwrap().record.as_deref(),
            Some("RF1234")
        );
        // Where the route expects a record and none is named, what is shown counts.
        assert!(classify(&all, &Method::POST, &target("/list", &[]), &[]).unwrap().count_shown);
        let csv = [("format".to_owned(), "CSV".to_owned()), form[0].clone()];
        assert!(classify(&all, &Method::POST, &target("/list", &[]), &csv).is_err());
    }
}
