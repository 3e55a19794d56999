//! URL-encoded forms: the query of a URL, one parameter at a time.

use super::scan::Scan;
use super::url;
use crate::redact::inspect::Inspector;
use crate::redact::withheld::Withheld;

/// Scans a form.
#[derive(Debug, Default)]
pub(in crate::redact) struct Form;

impl Scan for Form {
    fn unit(
        &mut self,
        ins: &mut Inspector,
        text: &str,
        last: bool,
        out: &mut String,
    ) -> Result<Option<usize>, Withheld> {
        let end = memchr::memchr(b'&', text.as_bytes());
        let Some(end) = end.or(last.then_some(text.len())) else { return Ok(None) };
        url::parameter(ins, text.get(..end).unwrap_or_default(), out)?;
        let rest = text.get(end..).unwrap_or_default();
        if rest.starts_with('&') {
            out.push('&');
        }
        Ok(Some(end + usize::from(!rest.is_empty())))
    }
}
