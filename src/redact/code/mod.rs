//! Content codings and charsets.
