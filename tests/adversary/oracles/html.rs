//! Pages, as html5ever builds them: with scripts on, as browsers are, and off.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::{css, js, value_shape};

fn tree(markup: &str, scripting_enabled: bool) -> RcDom {
    let tree_builder = TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() };
    parse_document(RcDom::default(), ParseOpts { tree_builder, ..ParseOpts::default() }).one(markup)
}

fn walk(node: &Handle, visit: &mut impl FnMut(&Handle)) {
    visit(node);
    for child in node.children.borrow().iter() {
        walk(child, visit);
    }
    if let NodeData::Element { template_contents, .. } = &node.data
        && let Some(inside) = template_contents.borrow().as_ref()
    {
        walk(inside, visit);
    }
}

/// All that is written on a page, and all of its text together.
pub fn texts(markup: &str, out: &mut Vec<String>) {
    for scripting in [true, false] {
        let dom = tree(markup, scripting);
        let mut all = String::new();
        walk(&dom.document, &mut |node| match &node.data {
            NodeData::Text { contents } => {
                let text = contents.borrow().to_string();
                all.push_str(&text);
                if text.contains(['<', '&', '%', '\\', '{', '[']) || text.len() > 12 {
                    out.push(text);
                }
            }
            NodeData::Comment { contents } => out.push(contents.to_string()),
            NodeData::Doctype { name, public_id, system_id } => {
                out.extend([name.to_string(), public_id.to_string(), system_id.to_string()]);
            }
            NodeData::ProcessingInstruction { contents, .. } => out.push(contents.to_string()),
            NodeData::Element { name, attrs, .. } => {
                out.push(name.local.to_string());
                for attr in attrs.borrow().iter() {
                    out.push(attr.name.local.to_string());
                    out.push(attr.value.to_string());
                }
            }
            NodeData::Document => {}
        });
        out.push(all);
    }
}

/// A text with its references undone.
pub fn decoded(text: &str) -> String {
    let dom = tree(&text.replace('<', "&lt;"), true);
    let mut all = String::new();
    walk(&dom.document, &mut |node| {
        if let NodeData::Text { contents } = &node.data {
            all.push_str(&contents.borrow());
        }
    });
    all
}

/// Elements with the names of their attributes, and the shape of what they hold.
pub fn shape(markup: &str, out: &mut Vec<String>) {
    shape_of(&tree(markup, true).document, out);
}

fn shape_of(node: &Handle, out: &mut Vec<String>) {
    match &node.data {
        NodeData::Element { name, attrs, template_contents, .. } => {
            let attrs = attrs.borrow();
            let mut words: Vec<String> = attrs.iter().map(|a| a.name.local.to_string()).collect();
            words.sort();
            out.push(format!("<{} {}>", name.local, words.join(" ")));
            let attr = |n: &str| attrs.iter().find(|a| &*a.name.local == n).map(|a| a.value.to_string());
            for a in attrs.iter() {
                match &*a.name.local {
                    "srcdoc" => shape(&a.value, out),
                    "style" => css::shape(&format!("p{{{}}}", &*a.value), out),
                    n if n.starts_with("on") => js::shape(&format!("function f(event) {{ {} }}", &*a.value), out),
                    n if n.starts_with("data-") || n == "value" => value_shape(&a.value, out),
                    _ => {}
                }
            }
            let text: String = node
                .children
                .borrow()
                .iter()
                .filter_map(|c| match &c.data {
                    NodeData::Text { contents } => Some(contents.borrow().to_string()),
                    _ => None,
                })
                .collect();
            match &*name.local {
                "script" => match attr("type").unwrap_or_default().as_str() {
                    "" => js::shape(&text, out),
                    _ => value_shape(&text, out),
                },
                "style" => css::shape(&text, out),
                "textarea" => value_shape(&text, out),
                _ => {
                    node.children.borrow().iter().for_each(|c| shape_of(c, out));
                    if let Some(inside) = template_contents.borrow().as_ref() {
                        shape_of(inside, out);
                    }
                }
            }
            out.push(format!("</{}>", name.local));
        }
        NodeData::Document => node.children.borrow().iter().for_each(|c| shape_of(c, out)),
        NodeData::Comment { .. } => out.push("comment".into()),
        NodeData::Doctype { .. } => out.push("doctype".into()),
        NodeData::ProcessingInstruction { .. } | NodeData::Text { .. } => {}
    }
}
