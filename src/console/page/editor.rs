//! A rule file in the browser: its text with line numbers, what is wrong at which line, what a change would do, and save.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::super::change::{self, Change, Unchanged};
use super::super::desk::Desk;
use super::super::entrance::{Admin, Posted};
use super::super::shelf::{Listed, ShelfError};
use super::sample::{self, Chosen};
use super::version;
use crate::rules::Diagnostic;

/// Which file.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Wanted {
    name: String,
    #[serde(default)]
    saved: Option<String>,
}

/// What the page says above the text.
enum Said {
    Nothing,
    Good(Markup),
    Bad(Markup),
    Wrong(Vec<Diagnostic>, &'static str),
}

/// The text and what is said of it.
struct Sheet<'a> {
    text: &'a str,
    base: &'a str,
    said: Said,
    chosen: Chosen,
    seen: Markup,
}

pub(in super::super) async fn get(
    State(desk): State<Arc<Desk>>,
    admin: Admin,
    Query(wanted): Query<Wanted>,
) -> Response {
    let opened = match desk.shelf().open(&wanted.name) {
        Ok(opened) => opened,
        Err(error) => return not_opened(&error),
    };
    let said = match &wanted.saved {
        Some(version) if *version == opened.version => Said::Good(html! {
            p { strong { "Saved." } " Version " code { (version) } " is in force: open sessions get it with their next page. It is in the " a href="/trail?only=changes" { "trail" } "." }
        }),
        Some(_) | None => Said::Nothing,
    };
    let sheet = Sheet { text: &opened.text, base: &opened.version, said, chosen: Chosen::default(), seen: html! {} };
    view(&desk, &admin, &wanted.name, StatusCode::OK, sheet)
}

pub(in super::super) async fn post(State(desk): State<Arc<Desk>>, form: Posted) -> Response {
    let (name, base) = (form.field("name").to_owned(), form.field("base").to_owned());
    // As browsers send a text area; the file's own line ends come back when it is written.
    let text = form.field("body").replace("\r\n", "\n");
    if let Err(error) = desk.shelf().open(&name) {
        return not_opened(&error);
    }
    let chosen = Chosen::of(&form);
    let sheet = |said, seen| Sheet { text: &text, base: &base, said, chosen: chosen.clone(), seen };
    match form.field("act") {
        "save" => {
            let change = Change { who: form.admin.who(), name: &name, base: &base, text: &text };
            match change::make(&desk, &change).await {
                Ok(saved) => {
                    Redirect::to(&format!("{}&saved={}", super::file_link(&name), saved.version)).into_response()
                }
                Err(why) => {
                    let (status, said) = refused(why);
                    view(&desk, &form.admin, &name, status, sheet(said, html! {}))
                }
            }
        }
        "check" => match change::check(&desk, &name, &text).await {
            Ok(trusts) => {
                let said = Said::Good(
                    html! { p { "No errors: the rules of " (super::of(trusts.len(), "trust")) " compile with it, and every rule’s examples hold. Nothing is saved yet." } },
                );
                view(&desk, &form.admin, &name, StatusCode::OK, sheet(said, html! {}))
            }
            Err(found) => view(
                &desk,
                &form.admin,
                &name,
                StatusCode::UNPROCESSABLE_ENTITY,
                sheet(Said::Wrong(found, "checked"), html! {}),
            ),
        },
        _ => match sample::with_draft(&desk, &form, &name, &text).await {
            Ok(seen) => view(&desk, &form.admin, &name, StatusCode::OK, sheet(Said::Nothing, seen)),
            Err(found) => view(
                &desk,
                &form.admin,
                &name,
                StatusCode::UNPROCESSABLE_ENTITY,
                sheet(Said::Wrong(found, "shown"), html! {}),
            ),
        },
    }
}

fn refused(why: Unchanged) -> (StatusCode, Said) {
    let status = match &why {
        Unchanged::Stale => StatusCode::CONFLICT,
        Unchanged::Same => StatusCode::OK,
        Unchanged::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Unchanged::Shelf(ShelfError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
        Unchanged::Shelf(_) | Unchanged::History(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Unchanged::Trail(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let said = match why {
        Unchanged::Wrong(found) => Said::Wrong(found, "saved"),
        Unchanged::Stale => Said::Bad(html! {
            p { strong { "Not saved: " } "somebody else changed this file since you opened it. Your text is still below; open the file in another tab and join the two." }
        }),
        Unchanged::Same => Said::Good(html! { p { "Nothing is different from what is in force." } }),
        other @ (Unchanged::Shelf(_) | Unchanged::History(_) | Unchanged::Trail(_)) => {
            Said::Bad(html! { p { strong { "Not saved: " } (other.to_string()) } })
        }
    };
    (status, said)
}

/// A file that is not on the list, or cannot be read.
pub(super) fn not_opened(error: &ShelfError) -> Response {
    let (status, title) = match error {
        ShelfError::Unknown => (StatusCode::NOT_FOUND, "No such rule file"),
        ShelfError::TooLarge | ShelfError::NotAFile(_) | ShelfError::NotText(_) | ShelfError::Io(..) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The file cannot be opened")
        }
    };
    let body = html! { p { (error.to_string()) "." } p { a href="/rules" { "All rules" } } };
    super::refusal(status, title, &body)
}

fn view(desk: &Desk, admin: &Admin, name: &str, status: StatusCode, sheet: Sheet<'_>) -> Response {
    let listed = desk.shelf().list().into_iter().find(|l| l.name == name);
    let Some(listed) = listed else { return not_opened(&ShelfError::Unknown) };
    let wrong: Vec<usize> = match &sheet.said {
        Said::Wrong(found, _) => found.iter().filter(|d| d.file == name).map(Diagnostic::line).collect(),
        Said::Nothing | Said::Good(_) | Said::Bad(_) => Vec::new(),
    };
    let lines = sheet.text.split('\n').count();
    let body = html! {
        p.crumbs { a href="/rules" { "Rules" } " / " (listed.pack) }
        div.head { h1.mono { (name) } p.soft.small { "version " code { (sheet.base) } " · " (used_by(&listed)) } }
        (said(&sheet.said, name))
        form method="post" action=(super::file_link(name)) {
            input type="hidden" name="token" value=(admin.token());
            input type="hidden" name="name" value=(name);
            input type="hidden" name="base" value=(sheet.base);
            label for="body" { "Text" }
            div.editor {
                ol aria-hidden="true" { @for n in 1..=lines { li #(format!("line-{n}")) .wrong[wrong.contains(&n)] { (n) } } }
                // The parser drops one line end after the tag, so the text's own first one needs another before it.
                textarea #body name="body" rows=(lines) wrap="off" spellcheck="false" autocapitalize="off" autocomplete="off" aria-invalid=[(!wrong.is_empty()).then_some("true")] aria-describedby=[(!wrong.is_empty()).then_some("wrongs")] { "\n" (sheet.text) }
            }
            (sample::fields(desk, &sheet.chosen, &listed.trusts))
            div.bar-of-buttons {
                button type="submit" name="act" value="preview" .quiet formaction=(format!("{}#seen", super::file_link(name))) { "Preview" }
                button type="submit" name="act" value="check" .quiet { "Check" }
                button type="submit" name="act" value="save" { "Save" }
                span.soft.small { "Saving compiles every trust that uses the file and tries every example; if anything fails, nothing changes." }
            }
        }
        (sheet.seen)
        (version::list(desk, name, sheet.base))
    };
    super::page(status, name, "/rules", admin.who().as_str(), body)
}

fn used_by(listed: &Listed) -> String {
    match listed.trusts.as_slice() {
        [one] => format!("used by {one}"),
        many => format!("used by {} trusts", many.len()),
    }
}

fn said(said: &Said, name: &str) -> Markup {
    match said {
        Said::Nothing => html! {},
        Said::Good(text) => html! { div.note.good role="status" { (text) } },
        Said::Bad(text) => html! { div.note.bad role="alert" { (text) } },
        Said::Wrong(found, done) => html! {
            section.note.bad role="alert" aria-labelledby="wrongs" {
                h2 #wrongs { (super::of(found.len(), "error")) ": nothing was " (done) }
                ol.wrongs { @for d in found { li {
                    strong { (d.message) } " "
                    @if d.file == name && d.line() > 0 {
                        a href=(format!("#line-{}", d.line())) data-line=(d.line()) { "line " (d.line()) ", column " (d.column()) }
                    } @else { span.soft { (d.file) @if d.line() > 0 { ":" (d.line()) ":" (d.column()) } } }
                    pre { (d.render()) }
                } } }
            }
        },
    }
}
