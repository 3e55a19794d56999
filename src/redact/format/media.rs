//! Media types that the engine can rewrite: a closed list, so that anything else is withheld.
//!
//! ```
//! use fanlight::redact::format::media::Media;
//! assert_eq!(Media::from_content_type("application/fhir+json; charset=utf-8"), Some(Media::Json));
//! assert_eq!(Media::from_content_type("application/pdf"), None);
//! ```

/// A format that the engine rewrites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// HTML.
    Html,
    /// HTML written as XML.
    Xhtml,
    /// XML, FHIR XML, CDA, SVG.
    Xml,
    /// One JSON document.
    Json,
    /// JSON documents, one a line.
    Ndjson,
    /// JavaScript.
    Script,
    /// A style sheet.
    Style,
    /// Plain text.
    Text,
    /// Separated values; the separator is found in the first record when the type does not say it.
    Csv {
        /// `,` `;` tab or `|`.
        separator: Option<u8>,
    },
    /// HL7 v2 messages.
    Hl7,
    /// EDIFACT interchanges.
    Edifact,
    /// A URL-encoded form.
    Form,
    /// A form of parts, or other parts that are no mail.
    Multipart {
        /// What stands between them.
        boundary: Boundary,
    },
    /// Server-sent events.
    EventStream,
}

/// What stands between the parts of a body: 1 to 70 characters of those that RFC 2046 allows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Boundary {
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl Boundary {
    const LONGEST: usize = 70;

    /// A boundary as a content type declares it.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&b);
        let length = u8::try_from(text.len()).ok()?;
        let mut bytes = [0; Self::LONGEST];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        (length > 0 && text.bytes().all(allowed)).then_some(Self { bytes, length })
    }

    /// As it was declared.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.length)).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }
}

impl std::fmt::Debug for Boundary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Media {
    /// The format of a content type, whose parameters are ignored but for the boundary of parts; `None` is withheld.
    pub fn from_content_type(content_type: &str) -> Option<Media> {
        let essence = essence(content_type).to_ascii_lowercase();
        Some(match essence.as_str() {
            // Turbo's streams are elements of a page.
            "text/html" | "text/vnd.turbo-stream.html" => Media::Html,
            "application/xhtml+xml" => Media::Xhtml,
            "application/json" | "application/json+fhir" | "text/json" | "application/x-json" | "application/manifest+json" | "text/x-json" => Media::Json,
            "application/x-ndjson"
            | "application/ndjson"
            | "application/jsonl"
            | "application/x-jsonlines"
            | "application/jsonlines"
            | "application/fhir+ndjson"
            // The rows of a server component: `1:{"patient":…}`.
            | "text/x-component" => Media::Ndjson,
            "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "application/ecmascript"
            | "text/ecmascript"
            | "text/x-javascript" => Media::Script,
            "text/css" => Media::Style,
            "text/plain" | "text/markdown" | "application/sql" | "application/x-sql" | "text/x-sql" | "text/x-log" => {
                Media::Text
            }
            "text/csv" | "application/csv" => Media::Csv { separator: None },
            "text/tab-separated-values" => Media::Csv { separator: Some(b'\t') },
            "x-application/hl7-v2+er7"
            | "application/hl7-v2"
            | "application/hl7-v2+er7"
            | "text/hl7v2"
            | "application/edi-hl7"
            | "application/x-hl7"
            | "text/hl7"
            | "x-application/hl7-v2" => Media::Hl7,
            "application/edifact"
            | "application/x-edifact"
            | "text/edifact"
            | "application/edi-x12"
            | "application/x12"
            | "text/x12" => Media::Edifact,
            "application/x-www-form-urlencoded" => Media::Form,
            "multipart/form-data" | "multipart/mixed" | "multipart/related" => {
                Media::Multipart { boundary: Boundary::new(parameter(content_type, "boundary")?)? }
            }
            "text/event-stream" => Media::EventStream,
            "text/xml" | "application/xml" => Media::Xml,
            other if other.ends_with("+json") => Media::Json,
            // Also image/svg+xml: a drawing is text with coordinates.
            other if other.ends_with("+xml") => Media::Xml,
            _ => return None,
        })
    }

    /// Whether a browser falls back to windows-1252 where such a body declares no charset and is not UTF-8.
    pub(in crate::redact) fn has_legacy_charset(self) -> bool {
        match self {
            Media::Html
            | Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::Script
            | Media::Style => true,
            Media::Xhtml | Media::Xml | Media::Json | Media::Ndjson | Media::Form | Media::EventStream => false,
            Media::Multipart { .. } => false,
        }
    }
}

/// A content type without its parameters.
///
/// ```
/// assert_eq!(fanlight::redact::format::media::essence("Text/HTML ; charset=utf-8"), "Text/HTML");
/// ```
pub fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// A parameter of a content type, without its quotes.
///
/// ```
/// use fanlight::redact::format::media::parameter;
/// assert_eq!(parameter("text/html; Charset=\"ISO-8859-1\"", "charset"), Some("ISO-8859-1"));
/// ```
pub fn parameter<'a>(content_type: &'a str, name: &str) -> Option<&'a str> {
    content_type.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_rewriter_knows_is_none() {
        for unknown in [
            "",
            "*/*",
            "multipart/form-data",
            "multipart/form-data; boundary=\"a b\"",
            "multipart/related; type=\"application/dicom+xml\"",
            "application/octet-stream",
            "application/pdf",
            "image/png",
            "application/zip",
            "text/rtf",
            "application/json2",
            "application/wasm",
            "video/mp4",
        ] {
            assert_eq!(Media::from_content_type(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn case_and_parameters_do_not_matter() {
        assert_eq!(Media::from_content_type(" TEXT/Html ;charset=x"), Some(Media::Html));
        assert_eq!(Media::from_content_type("application/hal+json"), Some(Media::Json));
        let boundary = Boundary::new("--x9").unwrap();
        let form = Media::from_content_type("multipart/form-data; boundary=\"--x9\"");
        assert_eq!(form, Some(Media::Multipart { boundary }));
        assert_eq!(Media::from_content_type("image/svg+xml"), Some(Media::Xml));
        assert_eq!(Media::from_content_type("text/tab-separated-values"), Some(Media::Csv { separator: Some(b'\t') }));
    }
}
