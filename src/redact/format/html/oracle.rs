//! The tokenizer beside html5ever's, and whole pages beside html5ever's tree.

use std::cell::RefCell;
use std::path::Path;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::states::{RawKind, State};
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token as Theirs, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::entity;
use super::names::Name;
use super::tests::{CANARY, bare, plan, redact};
use super::tokens::{Scanner, Token};
use super::tree::{Space, Tree};
use crate::redact::withheld::Withheld;

/// What both say of a page, in words.
#[derive(Default)]
struct Said(RefCell<(Vec<String>, String)>);

impl Said {
    fn text(&self, text: &str) {
        self.0.borrow_mut().1.push_str(text);
    }

    fn word(&self, word: String) {
        let mut inner = self.0.borrow_mut();
        let text = std::mem::take(&mut inner.1);
        if !text.is_empty() {
            inner.0.push(format!("text {text:?}"));
        }
        inner.0.push(word);
    }

    fn end(self) -> Vec<String> {
        self.word("end".into());
        self.0.into_inner().0
    }
}

impl TokenSink for Said {
    type Handle = ();

    fn process_token(&self, token: Theirs, _line: u64) -> TokenSinkResult<()> {
        match token {
            Theirs::CharacterTokens(text) => self.text(&text),
            Theirs::NullCharacterToken => self.text("\0"),
            Theirs::CommentToken(text) => self.word(format!("comment {:?}", text.to_string())),
            Theirs::DoctypeToken(_) => self.word("doctype".into()),
            Theirs::TagToken(tag) if tag.kind == TagKind::EndTag => self.word(format!("/{}", tag.name)),
            Theirs::TagToken(tag) => {
                let mut word = tag.name.to_string();
                for attr in &tag.attrs {
                    word += &format!(" {}={:?}", attr.name.local, attr.value.to_string());
                }
                self.word(word);
                return match &*tag.name {
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript" => {
                        TokenSinkResult::RawData(RawKind::Rawtext)
                    }
                    "plaintext" => TokenSinkResult::Plaintext,
                    _ => TokenSinkResult::Continue,
                };
            }
            Theirs::ParseError(_) | Theirs::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}

fn theirs(page: &str) -> Vec<String> {
    let opts = TokenizerOpts { initial_state: Some(State::Data), discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Said::default(), opts);
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(page));
    drop(tokenizer.feed(&queue));
    tokenizer.end();
    tokenizer.sink.end()
}

fn ours(page: &str) -> Vec<String> {
    let said = Said::default();
    let mut scanner = Scanner::default();
    let mut raw = String::new();
    let mut covered = 0;
    let part = |s: std::ops::Range<u64>| page.get(s.start as usize..s.end as usize).unwrap();
    while let Some(token) = scanner.next(page.as_bytes(), 0, true, usize::MAX).unwrap() {
        let span = scanner.span();
        assert_eq!(span.start, covered, "every byte belongs to one token");
        covered = span.end;
        match token {
            Token::Text => said.text(&entity::decode(part(span), false)),
            Token::Plain => said.text(part(span)),
            Token::Raw if matches!(raw.as_str(), "title" | "textarea") => said.text(&entity::decode(part(span), false)),
            Token::Raw => said.text(part(span)),
            Token::Start { .. } => {
                let name = Name::of(part(scanner.name()));
                let mut word = name.as_str().to_owned();
                let mut seen = Vec::new();
                for attr in scanner.attrs() {
                    let name = part(attr.name.clone()).to_ascii_lowercase();
                    if !seen.contains(&name) {
                        word += &format!(" {name}={:?}", entity::decode(part(attr.value.clone()), true));
                        seen.push(name);
                    }
                }
                said.word(word);
                raw = name.as_str().to_owned();
                let (mode, _) = Tree::<()>::content(&name, Space::Html, false);
                scanner.enter(mode, &raw);
            }
            Token::End => said.word(format!("/{}", part(scanner.name()).to_ascii_lowercase())),
            // `</>` is nothing at all to a browser.
            Token::Comment { bogus: true } if part(span.clone()) == "</>" => {}
            Token::Comment { bogus } => {
                let mut content = part(scanner.content());
                if !bogus && !part(span.clone()).ends_with('>') {
                    // Dashes at the very end may have been the beginning of its own end.
                    content = content.strip_suffix("--!").unwrap_or(content);
                    content = content.strip_suffix('-').unwrap_or(content);
                    content = content.strip_suffix('-').unwrap_or(content);
                }
                said.word(format!("comment {content:?}"));
            }
            Token::Doctype => said.word("doctype".into()),
            Token::Bracket | Token::CutOff => {}
        }
    }
    assert_eq!(covered as usize, page.len());
    said.end()
}

const PARTS: &[&str] = &[
    "<",
    ">",
    "</",
    "<!",
    "<!--",
    "-->",
    "--!>",
    "-",
    "!",
    "?",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "a",
    "b",
    "x1",
    "&amp;",
    "&#57;",
    "&copy",
    "&notin",
    ";",
    "<p>",
    "</p>",
    "<b title=\"",
    "<i x='",
    "<script>",
    "</script>",
    "<script",
    "</script",
    "<textarea>",
    "</textarea>",
    "<title>",
    "</title ",
    "<style>",
    "</style>",
    "<noscript>",
    "</noscript>",
    "<!doctype html>",
    "<!DOCTYPE",
    "<![CDATA[",
    "]]>",
    "<a href=",
    "<br/>",
    "<input value=x/>",
    "é",
    "<xmp>",
    "</xmp>",
    "</>",
    "<?php ?>",
];

fn page() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS), 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn tokens_are_those_of_html5ever(page in page()) {
        prop_assert_eq!(ours(&page), theirs(&page), "{}", page);
    }

    #[test]
    fn chunks_do_not_matter_to_tokens(page in page(), at in 0usize..200) {
        let whole = spans(&[page.as_bytes()]);
        let at = at.min(page.len());
        prop_assert_eq!(spans(&[&page.as_bytes()[..at], &page.as_bytes()[at..]]), whole.clone());
        prop_assert_eq!(spans(&page.as_bytes().chunks(1).collect::<Vec<_>>()), whole);
    }
}

fn spans(chunks: &[&[u8]]) -> Vec<(Token, std::ops::Range<u64>)> {
    let mut scanner = Scanner::default();
    let (mut held, mut out) = (Vec::new(), Vec::new());
    for n in 0..=chunks.len() {
        held.extend_from_slice(chunks.get(n).copied().unwrap_or_default());
        while let Some(token) = scanner.next(&held, 0, n == chunks.len(), usize::MAX).unwrap() {
            out.push((token, scanner.span()));
            if matches!(token, Token::Start { .. }) {
                let name = scanner.name();
                let name = Name::of(std::str::from_utf8(&held[name.start as usize..name.end as usize]).unwrap());
                scanner.enter(Tree::<()>::content(&name, Space::Html, false).0, name.as_str());
            }
        }
    }
    out
}

/// Parts that carry the canary to every surface.
const LADEN: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<b>",
    "</b>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</table>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<style><!--",
    "</style>",
    "<title>",
    "</title>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<select>",
    "<option>",
    "</select>",
    "<noscript>",
    "</noscript>",
    "<template>",
    "<foreignObject>",
    "<desc>",
    "<a title=\"",
    "<img alt='",
    "<p data-x=",
    "\">",
    "'>",
    ">",
    "<textarea>",
    "</textarea>",
    " 9434765919 ",
    " 9434765919 ",
    " 943 476 5919 ",
    "</p title=\"",
    "<",
    "<x ",
    "<?",
    "</ ",
    "<!x",
    " &#57;434765919 ",
    "<button>Print</button>",
    "<i class=export>",
    "</i>",
    "<plaintext>",
    "<xmp>",
    "<iframe>",
    "<dt>Name",
    "<dd>Ann",
    "<br>",
    "<input value='",
    "<label>",
    "<svg/>",
    "<!doctype ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    /// Whatever a page is, no canary leaves on any surface, in our reading or in html5ever's.
    #[test]
    fn no_canary_on_any_surface(parts in prop::collection::vec(prop::sample::select(LADEN), 0..20), at in 0usize..300) {
        let page = parts.concat();
        let plan = plan();
        let (out, _) = match redact(&plan, &[page.as_bytes()], Some("<script></script>")) {
            // Nine elements of raw text, each the text of the one before.
            Err(Withheld::TooDeep(_)) => return Ok(()),
            done => done.unwrap(),
        };
        prop_assert!(!out.contains(CANARY), "{}\n{}", page, out);
        prop_assert!(!out.contains("943 476 5919"), "{}\n{}", page, out);
        let mut seen = String::new();
        read(&parse(&out).document, &mut seen);
        prop_assert!(!seen.contains(CANARY) && !seen.contains("943 476 5919"), "{}\n{}\n{}", page, out, seen);
        let (a, b) = page.as_bytes().split_at(at.min(page.len()));
        prop_assert_eq!(redact(&plan, &[a, b], Some("<script></script>")).unwrap().0, out.clone());
        // Redacting twice changes nothing.
        let again = redact(&plan, &[out.as_bytes()], None).unwrap().0;
        prop_assert!(!again.contains(CANARY));
    }
}

fn parse(page: &str) -> RcDom {
    html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(page)
}

/// All text and every attribute of a tree.
fn read(node: &Handle, out: &mut String) {
    match &node.data {
        NodeData::Text { contents } => out.push_str(&contents.borrow()),
        NodeData::Comment { contents } => out.push_str(contents),
        NodeData::Element { attrs, template_contents, .. } => {
            for attr in attrs.borrow().iter() {
                out.push_str(&format!("\n{}={}\n", attr.name.local, attr.value));
            }
            if let Some(inner) = template_contents.borrow().as_ref() {
                read(inner, out);
            }
        }
        NodeData::Document | NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => {}
    }
    for child in node.children.borrow().iter() {
        read(child, out);
    }
}

/// Elements and their attribute names, in order: what a page is, without what it says.
fn bones(node: &Handle, out: &mut Vec<String>) {
    if let NodeData::Element { name, attrs, template_contents, .. } = &node.data {
        let names: Vec<String> = attrs.borrow().iter().map(|a| a.name.local.to_string()).collect();
        out.push(format!("{} {}", name.local, names.join(" ")));
        if let Some(inner) = template_contents.borrow().as_ref() {
            bones(inner, out);
        }
    }
    for child in node.children.borrow().iter() {
        bones(child, out);
    }
    out.push("/".into());
}

/// Pages of a real system, if they are at hand.
#[allow(clippy::disallowed_methods, reason = "a test reads its fixtures")]
fn pages() -> Vec<(String, String)> {
    let Some(folder) = std::env::var_os("FANLIGHT_CORPUS") else { return Vec::new() };
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(Path::new(&folder).join("nhs-prototype")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "html") {
            pages.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!pages.is_empty());
    pages
}

#[test]
fn real_pages_without_rules_leave_as_they_came() {
    for (path, page) in pages() {
        let chunks: Vec<&[u8]> = page.as_bytes().chunks(1460).collect();
        assert!(redact(&bare(), &chunks, None).unwrap().0 == page, "{path}");
    }
}

#[test]
fn real_pages_keep_their_bones() {
    for (path, page) in pages() {
        let mut plan = plan();
        plan.controls.clear();
        let (out, _) = redact(&plan, &[page.as_bytes()], None).unwrap();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        bones(&parse(&page).document, &mut before);
        bones(&parse(&out).document, &mut after);
        assert!(before == after, "{path}");
        let chunks: Vec<&[u8]> = page.as_bytes().chunks(333).collect();
        assert!(redact(&plan, &chunks, None).unwrap().0 == out, "{path}");
    }
}

/// What the rewriter makes of markup: each element, text and comment with the elements around it.
fn our_tree(page: &str) -> Vec<String> {
    let mut said = Lines::default();
    let mut scanner = Scanner::default();
    let mut tree: Tree<()> = Tree::default();
    let part = |s: std::ops::Range<u64>| page.get(s.start as usize..s.end as usize).unwrap();
    while let Some(token) = scanner.next(page.as_bytes(), 0, true, usize::MAX).unwrap() {
        let span = scanner.span();
        said.fed = !tree.foreign();
        let around = |tree: &Tree<()>| tree.open.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(" ");
        match token {
            Token::Text => said.text(&around(&tree), &entity::decode(part(span), false)),
            Token::Plain => said.text(&around(&tree), part(span)),
            Token::Raw => {
                let escaped = tree.top().is_some_and(|top| matches!(top.name.as_str(), "title" | "textarea"));
                let text = part(span);
                said.text(&around(&tree), &if escaped { entity::decode(text, false) } else { text.into() });
            }
            Token::Start { self_closing } => {
                let name = Name::of(part(scanner.name()));
                let attrs: Vec<(String, String)> = scanner
                    .attrs()
                    .iter()
                    .map(|a| {
                        (part(a.name.clone()).to_ascii_lowercase(), entity::decode(part(a.value.clone()), true).into())
                    })
                    .collect();
                let has = |wanted: &str| attrs.iter().any(|(name, _)| name == wanted);
                let sized = name.as_str() == "font" && ["color", "face", "size"].iter().any(|a| has(a));
                tree.open.truncate(tree.keep_at_start(&name, sized));
                let space = tree.space_for(&name);
                let (mode, stays) = Tree::<()>::content(&name, space, self_closing);
                said.element(&around(&tree), name.as_str(), &attrs);
                if stays {
                    let encoding = attrs.iter().find(|(name, _)| name == "encoding").map(|(_, value)| value.as_str());
                    let point = Tree::<()>::is_point(&name, space, encoding);
                    scanner.enter(mode, name.as_str());
                    tree.open.push(super::tree::Open { name, space, point, more: () });
                }
            }
            Token::End => match tree.closes(&Name::of(part(scanner.name()))) {
                super::tree::Closes::To(keep) => tree.open.truncate(keep),
                super::tree::Closes::One(at) => drop(tree.open.remove(at)),
                super::tree::Closes::Nothing => {}
            },
            Token::Comment { .. } => said.comment(&around(&tree), part(scanner.content())),
            Token::Doctype | Token::Bracket | Token::CutOff => {}
        }
        scanner.foreign = tree.foreign();
    }
    said.lines
}

/// The same, as a browser builds it.
fn their_tree(page: &str) -> Vec<String> {
    fn walk(node: &Handle, around: &str, said: &mut Lines) {
        let mut inside = around.to_owned();
        match &node.data {
            NodeData::Text { contents } => said.text(around, &contents.borrow()),
            NodeData::Comment { contents } => said.comment(around, contents),
            NodeData::Element { name, attrs, template_contents, .. } => {
                let prefix = |a: &html5ever::Attribute| match &*a.name.ns {
                    "http://www.w3.org/1999/xlink" => "xlink:",
                    "http://www.w3.org/XML/1998/namespace" => "xml:",
                    _ => "",
                };
                let attrs: Vec<(String, String)> = attrs
                    .borrow()
                    .iter()
                    .map(|a| ((prefix(a).to_owned() + &a.name.local).to_ascii_lowercase(), a.value.to_string()))
                    .collect();
                let local = name.local.to_ascii_lowercase();
                said.element(around, &local, &attrs);
                inside = if around.is_empty() { local.to_string() } else { format!("{around} {local}") };
                if let Some(content) = template_contents.borrow().as_ref() {
                    walk(content, &inside, said);
                }
            }
            NodeData::Document | NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => {}
        }
        for child in node.children.borrow().iter() {
            walk(child, &inside, said);
        }
    }
    let mut said = Lines::default();
    walk(&parse(page).document, "", &mut said);
    said.lines
}

/// Lines that say what stands where; pieces of one text are one.
#[derive(Default)]
struct Lines {
    /// The line feed that a parser drops at the beginning of some elements is still there.
    fed: bool,
    lines: Vec<String>,
    in_text: Option<String>,
    /// An element of which nothing was said yet.
    opened: Option<String>,
}

impl Lines {
    /// A form may end elsewhere than its element does.
    fn path(around: &str) -> String {
        around.split(' ').filter(|name| *name != "form").collect::<Vec<_>>().join(" ")
    }
    fn text(&mut self, around: &str, text: &str) {
        let around = Self::path(around);
        let fresh = self.opened.take().is_some_and(|opened| opened == around);
        let own = ["pre", "listing", "textarea"].iter().any(|n| around.ends_with(n));
        let text = if fresh && own && self.fed { text.strip_prefix('\n').unwrap_or(text) } else { text };
        match self.lines.last_mut() {
            Some(line) if self.in_text.as_ref() == Some(&around) => line.push_str(text),
            _ if text.is_empty() => {}
            _ => {
                self.lines.push(format!("{around}: {text}"));
                self.in_text = Some(around);
            }
        }
    }
    fn comment(&mut self, around: &str, text: &str) {
        (self.in_text, self.opened) = (None, None);
        // The body stays open behind its end tag: whatever comes then belongs to it, but for comments.
        let around = Some(Self::path(around)).filter(|path| !matches!(path.as_str(), "html" | "html body"));
        self.lines.push(format!("{} <!--{text}", around.unwrap_or_default()));
    }
    fn element(&mut self, around: &str, name: &str, attrs: &[(String, String)]) {
        self.in_text = None;
        let path = Self::path(around);
        let path = if path.is_empty() { name.to_owned() } else { format!("{path} {name}") };
        let attrs: Vec<String> = attrs.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
        self.lines.push(format!("<{path}{}", attrs.concat()));
        self.opened = Some(path);
    }
}

/// The parts of broken pages, and of whole ones.
const BROKEN: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=a>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=1>",
    "</a>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<tbody>",
    "<caption>",
    "<colgroup>",
    "<col>",
    "<form id=a>",
    "</form>",
    "<input value='a&amp;b'>",
    "<button>",
    "</button>",
    "<select>",
    "<option>",
    "<optgroup>",
    "</select>",
    "<svg>",
    "</svg>",
    "<svg/>",
    "<g>",
    "<foreignObject>",
    "<desc>",
    "<math>",
    "<mtext>",
    "<mi>",
    "<annotation-xml encoding=text/html>",
    "<title>",
    "</title>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<textarea>",
    "</textarea>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<template>",
    "</template>",
    "<noscript>",
    "</noscript>",
    "<ul>",
    "<li>",
    "<dl>",
    "<dd>",
    "<dt>",
    "<h1>",
    "<h2>",
    "<pre>",
    "\n",
    "<br>",
    "<img alt=\"",
    "\">",
    "'",
    "&amp;",
    "<",
    "text",
    " ",
    "<html a=1>",
    "<body b=2>",
    "<head>",
    "</body>",
    "</html>",
    "<nobr>",
    "<font size=1>",
    "<object>",
    "<ruby>",
    "<rt>",
    "<!doctype html>",
    "<hr>",
    "<iframe>",
    "</iframe>",
    "<x-y>",
    "<address>",
    "<fieldset>",
    "<legend>",
    "<details>",
    "<summary>",
    "<label for=x>",
    "<th>",
    "<plaintext>",
    "<xmp>",
    "<frameset>",
    "<image>",
    "</x",
    "<p title=1 title=2>",
    "<font>",
    "<em>",
    "<code>",
    "<center>",
    "<mglyph>",
    "<menu>",
    "<dialog>",
    "<marquee>",
    "<big>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// Why tree mode can hand its page to the rewriter of tokens: of markup that was written down from a tree, the rewriter
    /// understands every element, attribute, text and comment as html5ever does, and where it stands.
    #[test]
    fn plain_markup_is_read_as_a_browser_reads_it(parts in prop::collection::vec(prop::sample::select(BROKEN), 0..24)) {
        let page = parts.concat();
        // In pages laid out as old ones are a table may stand in a paragraph, which the rewriter takes to be ended by it.
        let old = page.contains("<p") && page.contains("<table>");
        let page = if old { format!("<!doctype html>{page}") } else { page };
        if let Ok(plain) = crate::redact::dom::plain(&page, 512) {
            prop_assert_eq!(our_tree(&plain), their_tree(&plain), "{}\n{}", page, plain);
        }
    }
}
