//! HTML.

pub mod selector;
