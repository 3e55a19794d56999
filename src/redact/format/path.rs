//! Path patterns into JSON and XML.

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct PathPattern {
    source: String,
}

impl PathPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn parse(source: &str) -> Result<Self, String> {
        Ok(Self { source: source.to_owned() })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}
