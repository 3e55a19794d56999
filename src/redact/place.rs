//! Where a piece of text stands, and who reads it there.

use std::sync::Arc;

use super::plan::FieldRule;

/// Who reads the text at a place; an operator is chosen for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// A person: page text, titles, tooltips.
    Shown,
    /// A program that may send it back: links, hidden inputs, ids, option values, keys in JSON and scripts. What stands
    /// here must be reversible, or the application breaks.
    Reference,
}

/// The surface that text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Surface {
    /// Text of a page or document.
    Text,
    /// Text that a form shows and sends back as it stands (a text area): read as text, replaced as an attribute is, so that a save
    /// keeps what it held.
    Field,
    /// An attribute that is shown (`title`, `alt`, `placeholder`, `aria-*`).
    ShownAttribute,
    /// An attribute that scripts and forms read (`value`, `data-*`, `id`, handlers).
    Attribute,
    /// A URL or a part of one (path segment, parameter value, fragment).
    Url,
    /// A string, comment or name in a script.
    Script,
    /// A style sheet.
    Style,
    /// A comment of a page or document.
    Comment,
    /// A comment in a program or style sheet.
    Remark,
    /// A value of data: JSON, XML, CSV cell, HL7 component, form field.
    Data,
    /// An HTTP header value.
    Header,
}

impl Surface {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Surface::Text => "text",
            Surface::Field => "form field",
            Surface::ShownAttribute => "shown attribute",
            Surface::Attribute => "attribute",
            Surface::Url => "url",
            Surface::Script => "script",
            Surface::Style => "style",
            Surface::Comment => "comment",
            Surface::Remark => "remark",
            Surface::Data => "data",
            Surface::Header => "header",
        }
    }
}

/// A place.
#[derive(Debug, Clone)]
pub struct Place<'a> {
    /// What it stands on.
    pub surface: Surface,
    /// A field rule that says what stands here, already found by the format (selector, label, column, path).
    pub field: Option<Arc<FieldRule>>,
    /// The words beside it, [normalised](super::label::normalise): a label, a table header, an attribute or JSON key, a parameter
    /// name. Empty when there are none. Detectors take it as context.
    pub label: &'a str,
    /// Where, for reports: a selector, JSON path, `PID-5`, `line 3`. Never a value.
    pub whence: &'a str,
}

impl<'a> Place<'a> {
    /// A place with nothing known but its surface.
    pub fn on(surface: Surface) -> Self {
        Self { surface, field: None, label: "", whence: "" }
    }

    /// The same place with a label beside it.
    pub fn labelled(mut self, label: &'a str) -> Self {
        self.label = label;
        self
    }

    /// The same place, known by a field rule.
    pub fn with_field(mut self, field: Option<Arc<FieldRule>>) -> Self {
        self.field = field;
        self
    }

    /// Who reads an identifier of this kind here.
    pub fn audience(&self, kind: super::kind::Kind) -> Audience {
        match self.surface {
            Surface::Text | Surface::ShownAttribute | Surface::Comment | Surface::Remark | Surface::Style => {
                Audience::Shown
            }
            Surface::Field | Surface::Attribute | Surface::Url => Audience::Reference,
            // A script or an API shows names and dates but sends keys back.
            Surface::Script | Surface::Data | Surface::Header => {
                if kind.is_key() {
                    Audience::Reference
                } else {
                    Audience::Shown
                }
            }
        }
    }
}
