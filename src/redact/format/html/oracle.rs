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
        let (out, _) = redact(&plan, &[page.as_bytes()], Some("<script></script>")).unwrap();
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
