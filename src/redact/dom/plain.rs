//! A page made plain: written down from its tree, and read again to see that this gives the same tree.
//!
//! Not every tree can be written down: a link in a link comes about only by markup that is wrong. What such a page becomes
//! is read and written once more, which settles nearly all. But only links and other formatting may nest differently then:
//! where an element, an attribute, a comment or a text is another than before, text may have become markup, a known trick
//! to get past filters that read a page once, and the page is withheld.

use std::hash::{DefaultHasher, Hash, Hasher};

use html5ever::ns;
use markup5ever_rcdom::{Handle, NodeData};

use super::bounded::{Dom, TooMuch, parse};
use super::forms::html_name;
use super::write::write;
use crate::redact::withheld::Withheld;

/// How often a page may change before it is given up.
const ROUNDS: usize = 4;

/// The same page, in markup with one reading only.
///
/// # Errors
/// It is nested too deep, too large as a tree, or has no such markup.
pub(in crate::redact) fn plain(page: &str, depth: u32) -> Result<String, Withheld> {
    const OTHER: Withheld = Withheld::Parser("a browser would not read the page as it can be written down");
    let (mut written, content) = once(page, depth)?;
    for _ in 0..ROUNDS {
        let (again, same) = once(&written, depth)?;
        if same != content {
            return Err(OTHER);
        }
        if again == written {
            return Ok(written);
        }
        written = again;
    }
    Err(OTHER)
}

fn once(page: &str, depth: u32) -> Result<(String, Content), Withheld> {
    match parse(page, true) {
        Ok(dom) => Ok((write(&dom)?, Content::of(&dom))),
        Err(TooMuch::Depth) => Err(Withheld::TooDeep(depth)),
        Err(TooMuch::Size) => Err(Withheld::Parser("the page is too large as a tree")),
    }
}

/// Hashes of what a page holds, in its order, whatever is nested in what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Content {
    texts: u64,
    things: u64,
}

impl Content {
    fn of(dom: &Dom) -> Self {
        let (mut texts, mut things) = (DefaultHasher::new(), DefaultHasher::new());
        let mut open = vec![dom.document().clone()];
        while let Some(node) = open.pop() {
            match &node.data {
                // Byte by byte: where one text ends and the next begins is a matter of nesting.
                NodeData::Text { contents } => contents.borrow().bytes().for_each(|b| texts.write_u8(b)),
                NodeData::Comment { contents } => ("comment", &**contents).hash(&mut things),
                NodeData::Element { name, template_contents, .. } => {
                    if !(name.ns == ns!(html) && is_formatting(&name.local)) {
                        element(&node, &mut things);
                    }
                    open.extend(template_contents.borrow().iter().cloned());
                }
                NodeData::Document | NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => {}
            }
            open.extend(node.children.borrow().iter().rev().cloned());
        }
        Self { texts: texts.finish(), things: things.finish() }
    }
}

fn element(node: &Handle, things: &mut DefaultHasher) {
    let NodeData::Element { name, attrs, .. } = &node.data else { return };
    (&*name.ns, &*name.local).hash(things);
    for attr in attrs.borrow().iter() {
        // What ties a form and its controls is put in when it is needed.
        let tie = match html_name(node) {
            Some("form") => &*attr.name.local == "id",
            Some(_) => &*attr.name.local == "form",
            None => false,
        };
        if !tie {
            (&*attr.name.ns, &*attr.name.local, &*attr.value).hash(things);
        }
    }
}

/// Elements that a browser closes and opens again as it sees fit.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}
