//! A tree as markup, as the HTML standard serialises it, and a little more careful: carriage returns and `<` in attributes
//! are escaped, the doctype keeps its layout, controls keep their form, a first line feed in `<pre>` stays.

use std::rc::Rc;

use html5ever::ns;
use markup5ever_rcdom::{Handle, NodeData};

use super::bounded::Dom;
use super::doctype;
use super::forms::{Pointer, html_name};
use crate::redact::withheld::Withheld;

enum Step {
    Enter(Handle),
    /// The end tag of an element.
    Leave(Handle),
}

/// Writes a page.
pub(super) fn write(dom: &Dom) -> Result<String, Withheld> {
    let mut form = Pointer::new(&dom.forms);
    let out = write_with(dom, &mut form)?;
    if !form.again {
        return Ok(out);
    }
    write_with(dom, &mut form.with_names(&dom.forms))
}

fn write_with(dom: &Dom, form: &mut Pointer) -> Result<String, Withheld> {
    let mut out = String::new();
    let mut templates = 0usize;
    let mut steps = vec![Step::Enter(dom.document().clone())];
    while let Some(step) = steps.pop() {
        let node = match step {
            Step::Leave(node) => {
                if dom.cut_off.as_ref().is_some_and(|script| Rc::ptr_eq(script, &node)) {
                    return ends_here(&steps).map(|()| out);
                }
                match html_name(&node) {
                    // It ends with the page; what else there is was taken out of it and cannot be written behind.
                    Some("plaintext") => return ends_here(&steps).map(|()| out),
                    Some("form") if templates == 0 && !form.ends_with(&node) => continue,
                    Some("template") => templates = templates.saturating_sub(1),
                    _other => {}
                }
                end_tag(&node, &mut out);
                continue;
            }
            Step::Enter(node) => node,
        };
        match &node.data {
            NodeData::Document => {}
            NodeData::Doctype { name, public_id, system_id } => {
                out.push_str(&doctype::write(name, public_id, system_id, dom.quirks())?);
                continue;
            }
            NodeData::Text { contents } => {
                escape(&contents.borrow(), false, &mut out);
                continue;
            }
            NodeData::Comment { contents } => {
                comment(contents, &mut out);
                continue;
            }
            // HTML has none: its parser makes a comment of what looks like one.
            NodeData::ProcessingInstruction { target, contents } => {
                comment(&format!("?{target} {contents}"), &mut out);
                continue;
            }
            NodeData::Element { template_contents, .. } => {
                if templates == 0 && form.ends_before(&node, &dom.forms) {
                    out.push_str("</form>");
                }
                start_tag(&node, &mut out);
                let names = if templates == 0 { form.name_for(&node, &dom.forms) } else { None };
                for (attribute, name) in [("id", form.name_of(&node)), ("form", names.as_ref())] {
                    if let Some(name) = name {
                        out.push_str(&format!(" {attribute}=\""));
                        escape(name, true, &mut out);
                        out.push('"');
                    }
                }
                out.push('>');
                let name = html_name(&node).unwrap_or_default();
                if is_void(name) {
                    continue;
                }
                if name == "form" && templates == 0 {
                    form.starts(&node);
                }
                steps.push(Step::Leave(node.clone()));
                if let Some(inside) = template_contents.borrow().as_ref() {
                    templates += 1;
                    steps.push(Step::Enter(inside.clone()));
                    continue;
                }
                if is_raw(name) {
                    raw(&node, &mut out)?;
                    continue;
                }
                // A parser drops one line feed here.
                if matches!(name, "pre" | "listing" | "textarea")
                    && first_text(&node).is_some_and(|t| t.starts_with('\n'))
                {
                    out.push('\n');
                }
            }
        }
        steps.extend(node.children.borrow().iter().rev().cloned().map(Step::Enter));
    }
    Ok(out)
}

fn ends_here(steps: &[Step]) -> Result<(), Withheld> {
    match steps.iter().any(|step| matches!(step, Step::Enter(_))) {
        true => Err(Withheld::Parser("what ends with the page stands before other content")),
        false => Ok(()),
    }
}

/// All but its `>`.
fn start_tag(node: &Handle, out: &mut String) {
    let NodeData::Element { name, attrs, .. } = &node.data else { return };
    out.push('<');
    out.push_str(&name.local);
    for attr in attrs.borrow().iter() {
        out.push(' ');
        if attr.name.ns == ns!(xml) {
            out.push_str("xml:");
        } else if attr.name.ns == ns!(xlink) {
            out.push_str("xlink:");
        } else if attr.name.ns == ns!(xmlns) && &*attr.name.local != "xmlns" {
            out.push_str("xmlns:");
        }
        out.push_str(&attr.name.local);
        out.push_str("=\"");
        escape(&attr.value, true, out);
        out.push('"');
    }
}

fn end_tag(node: &Handle, out: &mut String) {
    let NodeData::Element { name, .. } = &node.data else { return };
    out.push_str("</");
    out.push_str(&name.local);
    out.push('>');
}

/// The content of an element that holds no markup: as it is, for nothing in it can be escaped.
fn raw(node: &Handle, out: &mut String) -> Result<(), Withheld> {
    for child in node.children.borrow().iter() {
        match &child.data {
            NodeData::Text { contents } => out.push_str(&contents.borrow()),
            NodeData::Document
            | NodeData::Doctype { .. }
            | NodeData::Comment { .. }
            | NodeData::Element { .. }
            | NodeData::ProcessingInstruction { .. } => {
                return Err(Withheld::Parser("an element that holds no markup holds some"));
            }
        }
    }
    Ok(())
}

fn comment(text: &str, out: &mut String) {
    out.push_str("<!--");
    out.push_str(text);
    out.push_str("-->");
}

fn first_text(node: &Handle) -> Option<String> {
    match &node.children.borrow().first()?.data {
        NodeData::Text { contents } => Some(contents.borrow().to_string()),
        NodeData::Document
        | NodeData::Doctype { .. }
        | NodeData::Comment { .. }
        | NodeData::Element { .. }
        | NodeData::ProcessingInstruction { .. } => None,
    }
}

fn escape(text: &str, attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if attribute => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            // A parser makes a line feed of one that is written as it is.
            '\r' => out.push_str("&#13;"),
            _plain => out.push(c),
        }
    }
}

/// HTML elements without content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// HTML elements whose content is text to the last byte, in a browser that runs scripts.
fn is_raw(name: &str) -> bool {
    matches!(name, "style" | "script" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" | "plaintext")
}
