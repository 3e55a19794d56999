//! A page as a browser reads it: html5ever's tree, built within bounds, and written down again as markup that has one
//! reading only.
//!
//! ```text
//! markup → bounded (tree) → write (markup) → bounded (tree) → write (markup): the same? then it is plain
//! ```
//!
//! The leak gate looks at such a tree. Tree mode redacts one: [`plain()`] turns a page into markup without anything that two
//! parsers could read differently (stray and missing end tags, doubled attributes, text fostered out of a table, CDATA, odd
//! comments, tags that are cut off), and the rewriter of pages redacts that. So there is one way to find fields, labels and
//! columns, not two that drift apart; that the rewriter's reading of plain markup is html5ever's, element by element, is a
//! property that its tests check.

mod bounded;
mod doctype;
mod forms;
mod plain;
#[cfg(test)]
mod tests;
mod write;

pub(super) use self::bounded::{TooMuch, parse};
pub(super) use self::plain::plain;
