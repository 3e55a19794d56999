//! A page as it streams past, by lol_html: block by block, each let go once it was looked at.
//!
//! Text is joined across inline elements and comments; what belongs to a block that is still open is held back, up to a
//! bound. A block longer than that is looked at in parts that overlap.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use lol_html::html_content::{Comment, Doctype, EndTag, TextChunk, TextType};
use lol_html::send::{DocumentContentHandlers, Element, ElementContentHandlers, HtmlRewriter, Settings};
use lol_html::{MemorySettings, OutputSink, Selector};

use super::judge::{Judge, NESTED};
use super::{read, tree};
use crate::redact::inspect::Inspector;
use crate::redact::place::Surface;
use crate::redact::withheld::Withheld;

/// What the parser may use; a tag or comment longer than that is refused.
const MEMORY: usize = 16 << 20;
/// So much of a page is read by one parser at least.
const READ: usize = 32 << 10;
/// Two parts of a long block overlap by so much.
const OVERLAP: usize = 1024;

const REFUSED: Withheld = Withheld::Parser("the leak gate could not read what was rewritten");

/// Elements that stand in a line of text.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "image"
            | "ins"
            | "kbd"
            | "label"
            | "map"
            | "mark"
            | "meter"
            | "nobr"
            | "output"
            | "q"
            | "rb"
            | "ruby"
            | "s"
            | "samp"
            | "slot"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tspan"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// Elements that take no room in a line.
pub(super) fn is_unseen(name: &str) -> bool {
    matches!(name, "area" | "base" | "link" | "meta" | "noscript" | "param" | "script" | "style" | "template")
}

/// Elements whose text holds no markup.
fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "iframe"
            | "listing"
            | "noembed"
            | "noframes"
            | "noscript"
            | "plaintext"
            | "script"
            | "style"
            | "textarea"
            | "title"
            | "xmp"
    )
}

/// Where lol_html's own output goes: nowhere, for it is the same as what it reads.
#[derive(Debug)]
struct Nowhere;

impl OutputSink for Nowhere {
    fn handle_chunk(&mut self, _chunk: &[u8]) {}
}

/// Something heard from the parser.
enum Said {
    Text(String),
    Raw(String, Surface),
    Attribute(String, String),
    Comment(String),
}

/// What the parser says, until it is judged.
#[derive(Default)]
struct Heard {
    said: Vec<Said>,
    /// The text of the open block, with its entities.
    block: String,
    /// Where its parts stand: in the block, in the source.
    parts: Vec<(usize, usize)>,
    /// The text of an element that holds no markup, and where it begins.
    raw: String,
    raw_from: usize,
    /// So far the parser has come.
    at: usize,
    /// Where in the page the parser began.
    base: usize,
    /// Where another could begin and read on as this one would.
    calm: Option<Calm>,
    /// How many elements of SVG and MathML are open: what is written there reads otherwise than elsewhere.
    foreign: usize,
}

/// A place behind a tag, and how much of the open block had been heard there.
#[derive(Clone, Copy)]
struct Calm {
    at: usize,
    block: usize,
    parts: usize,
}

impl Heard {
    fn text(&mut self, chunk: &TextChunk<'_>) {
        let source = self.moved(chunk.source_location().bytes());
        self.at = source.end;
        let text = chunk.as_str();
        let surface = match chunk.text_type() {
            TextType::Data => {
                self.line(text, source.start);
                return;
            }
            TextType::CDataSection => {
                self.line(&text.replace('&', "&amp;"), source.start);
                return;
            }
            TextType::ScriptData => Surface::Script,
            // Style, frames, a page without scripts, titles and fields: with markup in it or not.
            TextType::RawText | TextType::RCData | TextType::PlainText => Surface::Text,
        };
        if self.raw.is_empty() {
            self.raw_from = source.start;
        }
        self.raw.push_str(text);
        if chunk.last_in_text_node() && !self.raw.is_empty() {
            let raw = std::mem::take(&mut self.raw);
            self.said.push(Said::Raw(raw, surface));
        }
    }

    /// In the page, what the parser counts from where it began.
    fn moved(&self, span: Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }

    /// A tag has been read up to `at`, behind which no raw text follows.
    fn rest(&mut self, at: usize) {
        self.calm = (self.foreign == 0).then_some(Calm { at, block: self.block.len(), parts: self.parts.len() });
    }

    fn line(&mut self, text: &str, at: usize) {
        if self.block.is_empty() && text.trim().is_empty() {
            return;
        }
        self.parts.push((self.block.len(), at));
        self.block.push_str(text);
    }

    fn end_block(&mut self) {
        self.calm = None;
        self.parts.clear();
        if !self.block.is_empty() {
            self.said.push(Said::Text(std::mem::take(&mut self.block)));
        }
    }

    /// What stands before it was judged with all that it belongs to.
    fn safe(&self) -> usize {
        let block = self.parts.first().map_or(self.at, |(_, source)| *source);
        let raw = if self.raw.is_empty() { self.at } else { self.raw_from };
        self.at.min(block).min(raw)
    }

    /// A block that is too long is judged so far; its last part stays, to be judged again with what follows.
    fn cut(&mut self) {
        self.calm = None;
        if !self.block.is_empty() {
            self.said.push(Said::Text(self.block.clone()));
            let keep = self.parts.iter().rposition(|(at, _)| at + OVERLAP <= self.block.len()).unwrap_or(0);
            let (from, _) = self.parts.get(keep).copied().unwrap_or_default();
            self.block.drain(..from);
            self.parts.drain(..keep);
            self.parts.iter_mut().for_each(|(at, _)| *at -= from);
        }
        if !self.raw.is_empty() {
            self.said.push(Said::Raw(self.raw.clone(), Surface::Script));
            let at = self.raw.len().saturating_sub(OVERLAP);
            let at = (0..=at).rev().find(|at| self.raw.is_char_boundary(*at)).unwrap_or(0);
            self.raw.drain(..at);
            self.raw_from += at;
        }
    }
}

type Shared = Arc<Mutex<Heard>>;

fn lock(heard: &Shared) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn parser(heard: &Shared) -> Result<HtmlRewriter<'static, Nowhere>, Withheld> {
    static ALL: LazyLock<Option<Selector>> = LazyLock::new(|| "*".parse().ok());
    let all = ALL.as_ref().ok_or(REFUSED)?;
    let (texts, comments, doctypes, elements) = (heard.clone(), heard.clone(), heard.clone(), heard.clone());
    let document = DocumentContentHandlers::default()
        .text(move |chunk: &mut TextChunk<'_>| {
            lock(&texts).text(chunk);
            Ok(())
        })
        .comments(move |comment: &mut Comment<'_>| {
            let mut heard = lock(&comments);
            heard.at = heard.moved(comment.source_location().bytes()).end;
            heard.said.push(Said::Comment(comment.text()));
            Ok(())
        })
        .doctype(move |doctype: &mut Doctype<'_>| {
            let mut heard = lock(&doctypes);
            heard.at = heard.moved(doctype.source_location().bytes()).end;
            for part in [doctype.name(), doctype.public_id(), doctype.system_id()].into_iter().flatten() {
                heard.said.push(Said::Comment(part));
            }
            Ok(())
        });
    let element = ElementContentHandlers::default().element(move |element: &mut Element<'_, '_>| {
        let name = element.tag_name();
        let mut heard = lock(&elements);
        heard.at = heard.moved(element.source_location().bytes()).end;
        for attribute in element.attributes() {
            heard.said.push(Said::Attribute(attribute.name(), attribute.value()));
        }
        if is_inline(&name) || is_unseen(&name) {
            if is_inline(&name) {
                let at = heard.at;
                heard.rest(at);
            }
            return Ok(());
        }
        heard.end_block();
        let foreign = matches!(name.as_str(), "svg" | "math");
        if foreign && !element.is_self_closing() {
            heard.foreign += 1;
        } else if !is_raw(&name) {
            let at = heard.at;
            heard.rest(at);
        }
        if let Some(handlers) = element.end_tag_handlers() {
            let ends = elements.clone();
            handlers.push(Box::new(move |end: &mut EndTag<'_>| {
                let mut heard = lock(&ends);
                heard.end_block();
                let at = heard.moved(end.source_location().bytes()).end;
                heard.at = at;
                if foreign {
                    heard.foreign = heard.foreign.saturating_sub(1);
                }
                heard.rest(at);
                Ok(())
            }));
        }
        Ok(())
    });
    let memory = MemorySettings::new()
        .with_max_allowed_memory_usage(MEMORY)
        .with_graceful_bail_out_on_memory_limit_exceeded(false);
    // Not strict: markup that lol_html is not sure of is read somehow, and every surface is judged alike.
    let settings = Settings::new_send()
        .with_strict(false)
        .with_memory_settings(memory)
        .append_document_content_handler(document)
        .append_element_content_handler((Cow::Borrowed(all), element));
    Ok(HtmlRewriter::new(settings, Nowhere))
}

fn judge_all(judge: &Judge<'_>, heard: &Shared, depth: u8) -> Result<(), Withheld> {
    let said = std::mem::take(&mut lock(heard).said);
    for one in said {
        match one {
            Said::Text(text) => judge.text(&read::entities(&text), Surface::Text)?,
            Said::Raw(text, Surface::Script) => judge.script(&text)?,
            Said::Raw(text, surface) => judge.value(&text, surface, depth)?,
            Said::Attribute(name, value) => tree::attribute(judge, &name, &value, depth)?,
            Said::Comment(text) => judge.value(&text, Surface::Comment, depth)?,
        }
    }
    Ok(())
}

/// Looks at markup that is all there. `depth`: how deep in other markup it stands.
pub(super) fn look(judge: &Judge<'_>, markup: &str, depth: u8) -> Result<(), Withheld> {
    let heard = Shared::default();
    let mut parser = parser(&heard)?;
    parser.write(markup.as_bytes()).map_err(|_| REFUSED)?;
    parser.end().map_err(|_| REFUSED)?;
    lock(&heard).end_block();
    judge_all(judge, &heard, depth.min(NESTED))
}

/// Looks at a page as it leaves.
pub(in crate::redact) struct Sweep {
    parser: HtmlRewriter<'static, Nowhere>,
    heard: Shared,
    /// Not let go yet, and where in the page it begins.
    held: Vec<u8>,
    from: usize,
    bound: usize,
}

impl Sweep {
    /// Holds back no more than about `bound` bytes of text.
    pub(super) fn new(bound: usize) -> Result<Self, Withheld> {
        let heard = Shared::default();
        Ok(Self { parser: parser(&heard)?, heard, held: Vec::new(), from: 0, bound })
    }

    /// Takes the next bytes of the page and lets go what was looked at. `mark`: see [`Judge`].
    pub(super) fn push(
        &mut self,
        ins: &Inspector,
        mark: u64,
        head: Option<&str>,
        page: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        self.held.extend_from_slice(page);
        self.parser.write(page).map_err(|_| REFUSED)?;
        self.begin_again()?;
        let mut safe = lock(&self.heard).safe();
        if self.from + self.held.len() > safe + self.bound {
            let mut heard = lock(&self.heard);
            heard.cut();
            safe = heard.safe();
        }
        let judge = Judge::new(ins, mark, head);
        judge_all(&judge, &self.heard, 0)?;
        self.let_go(&judge, safe.saturating_sub(self.from), out)
    }

    /// The page has ended.
    pub(super) fn finish(
        self,
        ins: &Inspector,
        mark: u64,
        head: Option<&str>,
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        let Self { parser, heard, held, .. } = self;
        parser.end().map_err(|_| REFUSED)?;
        {
            let mut heard = lock(&heard);
            heard.end_block();
            let raw = std::mem::take(&mut heard.raw);
            heard.said.push(Said::Raw(raw, Surface::Text));
        }
        let judge = Judge::new(ins, mark, head);
        judge_all(&judge, &heard, 0)?;
        judge.end_tags(&String::from_utf8_lossy(&held))?;
        out.extend_from_slice(&held);
        Ok(())
    }

    /// The parser keeps every element that nobody closed, and pages of a thousand paragraphs close none: another one takes over
    /// from the last tag, once enough has been read.
    fn begin_again(&mut self) -> Result<(), Withheld> {
        let mut heard = lock(&self.heard);
        let Some(Calm { at, block, parts }) = heard.calm.filter(|calm| calm.at > heard.base + READ) else {
            return Ok(());
        };
        let Some(rest) = at.checked_sub(self.from).and_then(|from| self.held.get(from..)) else { return Ok(()) };
        heard.block.truncate(block);
        heard.parts.truncate(parts);
        heard.raw.clear();
        (heard.base, heard.at, heard.calm, heard.foreign) = (at, at, None, 0);
        drop(heard);
        self.parser = parser(&self.heard)?;
        self.parser.write(rest).map_err(|_| REFUSED)
    }

    fn let_go(&mut self, judge: &Judge<'_>, count: usize, out: &mut Vec<u8>) -> Result<(), Withheld> {
        let gone: Vec<u8> = self.held.drain(..count.min(self.held.len())).collect();
        self.from += gone.len();
        judge.end_tags(&String::from_utf8_lossy(&gone))?;
        out.extend_from_slice(&gone);
        Ok(())
    }
}
