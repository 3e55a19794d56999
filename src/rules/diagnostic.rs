//! A located error: what is wrong, where it stands, and what to do.

use std::ops::Range;
use std::sync::Arc;

/// One error in a rule or configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as named in the configuration.
    pub file: String,
    /// Its text, to show the line; none when the line may hold a secret or the file could not be read.
    pub source: Option<Arc<str>>,
    /// The bytes of the text that the message is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// Line and column, both from 1; 0 when the place is not known.
    pub fn line_column(&self) -> (usize, usize) {
        let Some(before) = self.source.as_deref().and_then(|s| s.get(..self.span.start)) else { return (0, 0) };
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The error as text, with the line and a pointer.
    pub fn render(&self) -> String {
        let (line, column) = self.line_column();
        let mut out = format!("error: {}\n --> {}:{line}:{column}\n", self.message, self.file);
        if let Some(help) = &self.help {
            out.push_str(&format!("help: {help}\n"));
        }
        out
    }
}
