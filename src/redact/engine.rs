//! The engine: one body, from its first byte to its report.
//!
//! A body that ends inside the look-ahead window is read twice: once to learn who it is about, once to rewrite; so the
//! order in the page does not matter. A longer one streams, with what is known so far.
