//! Documents: a PDF as a person may see it here, page by page, as pictures in a page of ours.
//!
//! A browser would hand a PDF to a viewer of its own, with buttons to save and to print it. So nobody receives one. What
//! is in it is read and drawn by a process of its own ([`crate::cli::draw`]), which a hostile file can take down without harm:
//!
//! ```text
//! file → glyphs (collect) → lines, paragraphs, tables (layout) ──text──▶ the engine: rules, detectors, dictionary, leak gate
//!                                                                          │ which words leave (kept)
//! pictures ◀── paper (canvas): glyphs of words that leave, lines, boxes ◀──┘
//! ```
//!
//! Nothing is drawn and then covered: a glyph of a word that the engine changed is never drawn. What cannot be read is not
//! drawn either: glyphs without a meaning, pictures, and shapes that may be letters.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod canvas;
pub mod caption;
pub mod collect;
pub mod kept;
pub mod language;
pub mod layout;
pub mod line;
pub mod mark;
pub mod raster;
pub mod shape;
pub mod sheet;
pub mod viewer;
pub mod wire;
