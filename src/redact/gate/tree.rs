//! A page as the tree that a browser builds, by html5ever.
//!
//! That parser's cost grows with the square of the depth, and markup can make it build many more elements than were
//! written; so the depth, the number of nodes and the work of moving them have bounds, past which the page is only swept.

use std::borrow::Cow;
use std::cell::Cell;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, ns, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::judge::{Judge, NESTED};
use super::sweep::{is_inline, is_unseen};
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// The deepest tree: what the rewriter lets through, and the elements that a browser puts in.
const DEPTH: usize = 640;
/// The most nodes.
const NODES: usize = 200_000;
/// The most steps over children that are moved.
const WORK: usize = 2_000_000;
/// So much is parsed between two looks at the bounds.
const PIECE: usize = 4096;

/// How much was looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    All,
    TooMuch,
}

/// Looks at a page.
pub(super) fn look(judge: &Judge<'_>, page: &str) -> Result<Seen, Withheld> {
    let tags = memchr::memchr_iter(b'<', page.as_bytes()).count();
    let sink = Bounded::new((2 * tags + 1024).min(NODES));
    let mut parser = parse_document(sink, ParseOpts::default());
    let mut rest = page;
    while !rest.is_empty() {
        let at = (0..=PIECE.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(at.max(1)).unwrap_or((rest, ""));
        parser.process(StrTendril::from(piece));
        if parser.tokenizer.sink.sink.over.get() {
            return Ok(Seen::TooMuch);
        }
        rest = after;
    }
    let dom = parser.finish();
    walk(judge, &dom.document)?;
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

/// The root must live until the end: a node that is dropped takes the children of all below it away, whoever holds them.
fn walk(judge: &Judge<'_>, root: &Handle) -> Result<(), Withheld> {
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
                    && let Some(raw) = raw(local)
                {
                    let text: String = node.children.borrow().iter().filter_map(text_of).collect();
                    match raw {
                        Surface::Script => judge.script(&text)?,
                        Surface::Style => judge.style(&text)?,
                        Surface::Text
                        | Surface::ShownAttribute
                        | Surface::Attribute
                        | Surface::Url
                        | Surface::Comment
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

/// The tree being built, with its bounds.
struct Bounded {
    dom: RcDom,
    nodes: Cell<usize>,
    work: Cell<usize>,
    over: Cell<bool>,
}

impl Bounded {
    fn new(nodes: usize) -> Self {
        Self { dom: RcDom::default(), nodes: Cell::new(nodes), work: Cell::new(WORK), over: Cell::new(false) }
    }

    fn spend(&self, left: &Cell<usize>, cost: usize) {
        match left.get().checked_sub(cost) {
            Some(less) => left.set(less),
            None => self.over.set(true),
        }
    }

    fn moved(&self, from: &Handle) {
        let parent = from.parent.take();
        let count = parent.as_ref().and_then(std::rc::Weak::upgrade).map_or(1, |p| p.children.borrow().len());
        from.parent.set(parent);
        self.spend(&self.work, count);
    }

    fn deep(&self, node: &Handle) {
        let mut depth = 0;
        let mut at = node.clone();
        loop {
            let parent = at.parent.take();
            let above = parent.as_ref().and_then(std::rc::Weak::upgrade);
            at.parent.set(parent);
            match above {
                Some(above) if depth <= DEPTH => {
                    depth += 1;
                    at = above;
                }
                Some(_) => return self.over.set(true),
                None => return,
            }
        }
    }
}

impl TreeSink for Bounded {
    type Handle = Handle;
    type Output = RcDom;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> RcDom {
        self.dom
    }
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> Handle {
        self.dom.get_document()
    }
    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        self.dom.elem_name(target)
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.spend(&self.nodes, 1);
        self.dom.create_element(name, attrs, flags)
    }
    fn create_comment(&self, text: StrTendril) -> Handle {
        self.spend(&self.nodes, 1);
        self.dom.create_comment(text)
    }
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.dom.create_pi(target, data)
    }
    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        if matches!(child, NodeOrText::AppendNode(_)) {
            self.deep(parent);
        }
        self.dom.append(parent, child);
    }
    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        self.moved(element);
        self.dom.append_based_on_parent_node(element, previous, child);
    }
    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.dom.append_doctype_to_document(name, public_id, system_id);
    }
    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.dom.get_template_contents(target)
    }
    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        self.dom.same_node(x, y)
    }
    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.dom.set_quirks_mode(mode);
    }
    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.moved(sibling);
        self.dom.append_before_sibling(sibling, child);
    }
    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        self.dom.add_attrs_if_missing(target, attrs);
    }
    fn remove_from_parent(&self, target: &Handle) {
        self.moved(target);
        self.dom.remove_from_parent(target);
    }
    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.spend(&self.work, node.children.borrow().len());
        self.dom.reparent_children(node, new_parent);
    }
    fn is_mathml_annotation_xml_integration_point(&self, target: &Handle) -> bool {
        self.dom.is_mathml_annotation_xml_integration_point(target)
    }
}
