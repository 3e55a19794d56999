//! CSS selectors: the subset that can be matched while streaming.

/// A compiled selector list.
#[derive(Debug, Clone)]
pub struct Selector {
    source: String,
}

impl Selector {
    /// Compiles a selector.
    ///
    /// # Errors
    /// Says which part is not supported.
    pub fn parse(source: &str) -> Result<Self, String> {
        Ok(Self { source: source.to_owned() })
    }

    /// The selector as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}
