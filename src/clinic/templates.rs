//! The page templates and the files beside them (`fixtures/clinic`), built into the binary.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use minijinja::{AutoEscape, Environment, Value};

use super::reply;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/clinic/templates");
static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/clinic/assets");

/// The templates with the filters they use.
pub(super) fn environment() -> Environment<'static> {
    let mut all = Environment::new();
    all.set_loader(|name| Ok(TEMPLATES.get_file(name).and_then(|f| f.contents_utf8()).map(str::to_owned)));
    all.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html" | "xml") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    // As PHP and older frameworks escape: `O&#039;Reilly`, slashes left alone.
    all.set_formatter(|out, state, value| match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => Ok(out.write_str(&escaped(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    all.add_filter("enc", |text: String| reply::encode(&text));
    all.add_filter("handler", |value: Value| Value::from_safe_string(handler(&value)));
    all.add_filter("js", |text: String| Value::from_safe_string(literal(&text)));
    all.add_filter("quoted", |text: String| Value::from_safe_string(format!("'{}'", escaped(&text))));
    all
}

/// A script value inside an attribute: `&quot;Kyla O&#039;Reilly&quot;`.
fn handler(value: &Value) -> String {
    escaped(&serde_json::to_string(value).unwrap_or_else(|_| "null".into()))
}

/// The inside of a script string in single quotes, in a script element.
fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'").replace('<', "\\u003c").replace(['\n', '\r'], " ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#039;")
}

/// A style sheet, script or picture; the same for everybody, so it may be cached.
pub(super) async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(found) = ASSETS.get_file(&file) else {
        return reply::problem(StatusCode::NOT_FOUND, "There is no such file.");
    };
    let content_type = match file.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return reply::problem(StatusCode::NOT_FOUND, "There is no such file."),
    };
    let tag = format!("\"{:x}\"", found.contents().iter().fold(5381_u64, |h, b| h.wrapping_mul(33) ^ u64::from(*b)));
    let Ok(tag) = HeaderValue::from_str(&tag) else {
        return reply::problem(StatusCode::INTERNAL_SERVER_ERROR, "The file could not be sent.");
    };
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let mut response = reply::typed(content_type, found.contents());
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_parses() {
        let all = environment();
        for file in TEMPLATES.files() {
            let name = file.path().to_str().unwrap();
            all.get_template(name).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }

    #[test]
    fn handlers_are_quoted_for_their_attribute() {
        assert_eq!(literal("O'Reilly</script>"), "O\\'Reilly\\u003c/script>");
        assert_eq!(handler(&Value::from("Kyla O'Reilly")), "&quot;Kyla O&#039;Reilly&quot;");
    }
}
