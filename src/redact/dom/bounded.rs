//! html5ever's tree, with bounds.
//!
//! That parser's cost grows with the square of the depth, and markup can make it build many more elements than were
//! written; so the depth, the number of nodes and the work of moving them have bounds.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, parse_document};
use markup5ever_rcdom::{Handle, Node, RcDom};

/// The deepest tree: what the rewriter lets through, and the elements that a browser puts in.
const DEPTH: usize = 640;
/// The most nodes.
const NODES: usize = 200_000;
/// The most steps over children that are moved.
const WORK: usize = 2_000_000;
/// So much is parsed between two looks at the bounds.
const PIECE: usize = 4096;

/// The tree went past a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redact) enum TooMuch {
    /// Elements inside one another.
    Depth,
    /// Elements, or the work of moving them.
    Size,
}

/// A page as a tree. The root must live as long as anything in it is used: a node that is dropped takes the children of
/// all below it away, whoever holds them.
pub(in crate::redact) struct Dom {
    tree: RcDom,
    pub(super) forms: Forms,
    /// A script that the end of the page cuts off; no browser runs it.
    pub(super) cut_off: Option<Handle>,
}

impl Dom {
    /// The root.
    pub(in crate::redact) fn document(&self) -> &Handle {
        &self.tree.document
    }

    /// How a browser lays it out.
    pub(super) fn quirks(&self) -> QuirksMode {
        self.tree.quirks_mode.get()
    }
}

/// Which form a control belongs to. The parser decides, and where tables foster their content it is not the form around.
#[derive(Default)]
pub(super) struct Forms(HashMap<*const Node, (Handle, Handle)>);

impl Forms {
    /// The form of a control.
    pub(super) fn of(&self, control: &Handle) -> Option<&Handle> {
        self.0.get(&Rc::as_ptr(control)).map(|(_, form)| form)
    }

    /// The form of every control that has one.
    pub(super) fn all(&self) -> impl Iterator<Item = &Handle> {
        self.0.values().map(|(_, form)| form)
    }
}

/// Builds the tree of a page. `scripts`: as a browser that runs them reads it, so that `noscript` holds text.
pub(in crate::redact) fn parse(page: &str, scripts: bool) -> Result<Dom, TooMuch> {
    let tags = memchr::memchr_iter(b'<', page.as_bytes()).count();
    let sink = Bounded::new((2 * tags + 1024).min(NODES));
    let tree_builder = TreeBuilderOpts { scripting_enabled: scripts, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(sink, ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = page;
    while !rest.is_empty() {
        let at = (0..=PIECE.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(at.max(1)).unwrap_or((rest, ""));
        parser.process(StrTendril::from(piece));
        if let Some(over) = parser.tokenizer.sink.sink.over.get() {
            return Err(over);
        }
        rest = after;
    }
    Ok(parser.finish())
}

/// The tree being built, with its bounds.
struct Bounded {
    tree: RcDom,
    forms: RefCell<Forms>,
    cut_off: RefCell<Option<Handle>>,
    nodes: Cell<usize>,
    work: Cell<usize>,
    over: Cell<Option<TooMuch>>,
}

impl Bounded {
    fn new(nodes: usize) -> Self {
        Self {
            tree: RcDom::default(),
            forms: RefCell::default(),
            cut_off: RefCell::default(),
            nodes: Cell::new(nodes),
            work: Cell::new(WORK),
            over: Cell::new(None),
        }
    }

    fn spend(&self, left: &Cell<usize>, cost: usize) {
        match left.get().checked_sub(cost) {
            Some(less) => left.set(less),
            None => self.over.set(Some(TooMuch::Size)),
        }
    }

    fn moved(&self, from: &Handle) {
        self.spend(&self.work, parent(from).map_or(1, |p| p.children.borrow().len()));
    }

    fn deep(&self, node: &Handle) {
        let mut depth = 0;
        let mut at = node.clone();
        while let Some(above) = parent(&at) {
            depth += 1;
            if depth > DEPTH {
                return self.over.set(Some(TooMuch::Depth));
            }
            at = above;
        }
    }
}

/// What a node stands in.
pub(super) fn parent(node: &Handle) -> Option<Handle> {
    let parent = node.parent.take();
    let above = parent.as_ref().and_then(std::rc::Weak::upgrade);
    node.parent.set(parent);
    above
}

impl TreeSink for Bounded {
    type Handle = Handle;
    type Output = Dom;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Dom {
        Dom { tree: self.tree, forms: self.forms.into_inner(), cut_off: self.cut_off.into_inner() }
    }
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> Handle {
        self.tree.get_document()
    }
    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        self.tree.elem_name(target)
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Handle {
        self.spend(&self.nodes, 1);
        self.tree.create_element(name, attrs, flags)
    }
    fn create_comment(&self, text: StrTendril) -> Handle {
        self.spend(&self.nodes, 1);
        self.tree.create_comment(text)
    }
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.tree.create_pi(target, data)
    }
    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        if matches!(child, NodeOrText::AppendNode(_)) {
            self.deep(parent);
        }
        self.tree.append(parent, child);
    }
    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        self.moved(element);
        self.tree.append_based_on_parent_node(element, previous, child);
    }
    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }
    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.tree.get_template_contents(target)
    }
    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        self.tree.same_node(x, y)
    }
    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }
    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.moved(sibling);
        self.tree.append_before_sibling(sibling, child);
    }
    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        self.tree.add_attrs_if_missing(target, attrs);
    }
    fn associate_with_form(&self, control: &Handle, form: &Handle, _nodes: (&Handle, Option<&Handle>)) {
        self.forms.borrow_mut().0.insert(Rc::as_ptr(control), (control.clone(), form.clone()));
    }
    fn mark_script_already_started(&self, script: &Handle) {
        *self.cut_off.borrow_mut() = Some(script.clone());
    }
    fn remove_from_parent(&self, target: &Handle) {
        self.moved(target);
        self.tree.remove_from_parent(target);
    }
    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.spend(&self.work, node.children.borrow().len());
        self.tree.reparent_children(node, new_parent);
    }
    fn is_mathml_annotation_xml_integration_point(&self, target: &Handle) -> bool {
        self.tree.is_mathml_annotation_xml_integration_point(target)
    }
}
