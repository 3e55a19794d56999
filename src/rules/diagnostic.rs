//! A located error: what is wrong, where it stands, and what to do.
//!
//! ```
//! use std::sync::Arc;
//! use fanlight::rules::diagnostic::Diagnostic;
//! let text: Arc<str> = Arc::from("[[field]]\nkind = \"nsh-number\"\n");
//! let found = Diagnostic::new("base.toml", Some(text), 17..29, "unknown kind \"nsh-number\"").help("did you mean \"nhs-number\"?");
//! assert_eq!((found.line(), found.column()), (2, 8));
//! assert!(found.render().contains("base.toml:2:8"));
//! ```

use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// One error in a rule or configuration file.
#[derive(Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as people know it.
    pub file: String,
    /// The bytes of the file that the message is about; `0..0` when it is about the file as a whole.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    source: Option<Arc<str>>,
    line: usize,
    column: usize,
}

/// Without the file's text, which may hold a secret.
impl std::fmt::Debug for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Diagnostic({}:{}:{}: {})", self.file, self.line, self.column, self.message)
    }
}

impl Diagnostic {
    /// An error at `span` of a file whose text is `source`; without a source it is about the file as a whole.
    pub fn new(
        file: impl Into<String>,
        source: Option<Arc<str>>,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let (line, column) = source.as_deref().map_or((0, 0), |text| place(text, span.start));
        Self { file: file.into(), span, message: message.into(), help: None, source, line, column }
    }

    /// An error about a file as a whole: not there, not readable.
    pub fn of_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(file, None, 0..0, message)
    }

    /// The same, saying what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same without the line's text, which holds a secret. Line and column stay.
    #[must_use]
    pub fn without_text(mut self) -> Self {
        self.source = None;
        self
    }

    /// Line, from 1; 0 when the error is about the file as a whole.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in characters, from 1; 0 when the error is about the file as a whole.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The error as plain text: message, file, line and column, the line itself with a pointer, what to do.
    pub fn render(&self) -> String {
        self.render_with(&Renderer::plain())
    }

    /// As [`Diagnostic::render`], in the terminal's colours.
    pub fn render_styled(&self) -> String {
        self.render_with(&Renderer::styled())
    }

    fn render_with(&self, renderer: &Renderer) -> String {
        let mut group: Group<'_> = Group::with_title(Level::ERROR.primary_title(self.message.as_str()));
        match self.source.as_deref() {
            Some(source) => {
                let span = clamp(source, &self.span);
                group = group.element(
                    Snippet::source(source).path(self.file.as_str()).annotation(AnnotationKind::Primary.span(span)),
                );
            }
            None => {
                let mut origin = Origin::path(self.file.as_str());
                if self.line > 0 {
                    origin = origin.line(self.line).char_column(self.column);
                }
                group = group.element(origin);
            }
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

/// Renders all, in order, with an empty line between them.
pub fn render_all(found: &[Diagnostic], styled: bool) -> String {
    let each = found.iter().map(|d| if styled { d.render_styled() } else { d.render() });
    each.collect::<Vec<_>>().join("\n\n")
}

/// Line and column of a byte.
fn place(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes().get(..at.min(text.len())).unwrap_or_default();
    let line = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    let from = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
    let column = String::from_utf8_lossy(bytes.get(from..).unwrap_or_default()).chars().count() + 1;
    (line, column)
}

/// The span inside the text, on character boundaries, never past the end of its first line (a pointer under a whole
/// table says less than one under its head).
fn clamp(text: &str, span: &Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |n| start + n);
    start..floor(span.end).max(start).min(line_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_holds_a_secret_is_named_but_not_shown() {
        let text: Arc<str> = Arc::from("[proxy]\nkey = \"hunter2\"\n");
        let found = Diagnostic::new("fanlight.toml", Some(text), 8..11, "the key is too short").without_text();
        let shown = found.render();
        assert!(shown.contains("fanlight.toml:2:1"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!format!("{found:?}").contains("hunter2"));
        let other: Arc<str> = Arc::from("listen = 1\nkey = \"hunter2\"\n");
        let elsewhere = Diagnostic::new("fanlight.toml", Some(other), 0..6, "not an address");
        assert!(!format!("{elsewhere:?}").contains("hunter2"), "the rest of the file does not print either");
    }

    #[test]
    fn spans_at_odd_places_do_not_break_rendering() {
        let text: Arc<str> = Arc::from("näme = 1");
        for span in [0..0, 2..3, 7..99, 99..120, 8..8] {
            assert!(Diagnostic::new("x.toml", Some(text.clone()), span, "no").render().contains("x.toml"));
        }
    }
}
