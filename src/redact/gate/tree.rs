//! A page as the tree that a browser builds, by html5ever, within the bounds of [`crate::redact::dom`]; past them the page
//! is only swept.

use html5ever::ns;
use markup5ever_rcdom::{Handle, NodeData};

use super::judge::{Judge, NESTED};
use super::sweep::{is_inline, is_unseen};
use crate::redact::dom;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// How much was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    All,
    TooMuch,
}

/// Looks at a page; where it says something to browsers that run no scripts, as such a browser sees it too.
pub(super) fn look(judge: &Judge<'_>, page: &str) -> Result<Seen, Withheld> {
    let without = memchr::memchr_iter(b'<', page.as_bytes())
        .any(|at| page.as_bytes().get(at + 1..at + 9).is_some_and(|name| name.eq_ignore_ascii_case(b"noscript")));
    for scripts in [true, false] {
        if !scripts && !without {
            break;
        }
        match dom::parse(page, scripts) {
            Ok(dom) => walk(judge, dom.document(), scripts)?,
            Err(dom::TooMuch::Depth | dom::TooMuch::Size) => return Ok(Seen::TooMuch),
        }
    }
    Ok(Seen::All)
}

/// One step of the walk.
enum Step {
    Enter(Handle),
    /// A block ends.
    Break,
    /// Back to the text before a template, which stands in no line.
    Leave(String),
}

fn walk(judge: &Judge<'_>, root: &Handle, scripts: bool) -> Result<(), Withheld> {
    let mut block = String::new();
    let mut steps = vec![Step::Enter(root.clone())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Break => {
                end(judge, &mut block)?;
                continue;
            }
            Step::Leave(before) => {
                end(judge, &mut block)?;
                block = before;
                continue;
            }
            Step::Enter(node) => node,
        };
        match &node.data {
            NodeData::Document => {}
            NodeData::Doctype { name, public_id, system_id } => {
                for part in [name, public_id, system_id] {
                    judge.value(part, Surface::Comment, 0)?;
                }
            }
            NodeData::Text { contents } => block.push_str(&contents.borrow()),
            NodeData::Comment { contents } => judge.value(contents, Surface::Comment, 0)?,
            NodeData::ProcessingInstruction { target, contents } => {
                judge.value(target, Surface::Comment, 0)?;
                judge.value(contents, Surface::Comment, 0)?;
            }
            NodeData::Element { name, attrs, template_contents, .. } => {
                let local: &str = &name.local;
                for attr in attrs.borrow().iter() {
                    attribute(judge, &attr.name.local, &attr.value, 0)?;
                }
                if let Some(inside) = template_contents.borrow().as_ref() {
                    steps.push(Step::Leave(std::mem::take(&mut block)));
                    steps.push(Step::Enter(inside.clone()));
                }
                if name.ns == ns!(html)
                    && (scripts || local != "noscript")
                    && let Some(raw) = raw(local)
                {
                    let text: String = node.children.borrow().iter().filter_map(text_of).collect();
                    match raw {
                        Surface::Script => judge.script(&text)?,
                        Surface::Style => judge.style(&text)?,
                        Surface::Text
                        | Surface::Field
                        | Surface::ShownAttribute
                        | Surface::Attribute
                        | Surface::Url
                        | Surface::Comment
                        | Surface::Remark
                        | Surface::Data
                        | Surface::Header => judge.value(&text, Surface::Text, 0)?,
                    }
                    continue;
                }
                if !is_inline(local) && !is_unseen(local) {
                    end(judge, &mut block)?;
                    steps.push(Step::Break);
                }
            }
        }
        steps.extend(node.children.borrow().iter().rev().cloned().map(Step::Enter));
    }
    end(judge, &mut block)
}

fn text_of(node: &Handle) -> Option<String> {
    match &node.data {
        NodeData::Text { contents } => Some(contents.borrow().to_string()),
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Comment { .. }
        | NodeData::Element { .. }
        | NodeData::ProcessingInstruction { .. } => None,
    }
}

/// An attribute: its name, when somebody has put a value there, and its value.
pub(super) fn attribute(judge: &Judge<'_>, name: &str, value: &str, depth: u8) -> Result<(), Withheld> {
    if name.bytes().any(|b| b.is_ascii_digit()) {
        judge.text(name, Surface::Attribute)?;
    }
    let surface = match name {
        "title" | "alt" | "placeholder" | "aria-label" | "summary" | "label" => Surface::ShownAttribute,
        "style" => Surface::Style,
        name if name.starts_with("on") => Surface::Script,
        _other => Surface::Attribute,
    };
    judge.value(value, surface, depth.min(NESTED))
}

/// HTML elements whose content is no markup to a browser, and what it is. Those of the same name in SVG hold elements.
fn raw(name: &str) -> Option<Surface> {
    match name {
        "script" => Some(Surface::Script),
        "style" => Some(Surface::Style),
        "noscript" | "iframe" | "noembed" | "noframes" | "xmp" | "textarea" | "title" => Some(Surface::Text),
        _markup => None,
    }
}

fn end(judge: &Judge<'_>, block: &mut String) -> Result<(), Withheld> {
    judge.text(block, Surface::Text)?;
    block.clear();
    Ok(())
}
