//! The engine: one body, from its first byte to its report.
//!
//! A body that ends inside the look-ahead window is read twice: once to learn who it is about, once to rewrite; so the
//! order in the page does not matter. A longer one streams, with what is known so far. What was rewritten passes the leak gate
//! ([`super::gate`]) before any of it leaves.
//!
//! A page in which the gate finds something was read in another way than a browser reads it. It is redone once in *tree
//! mode*: made plain ([`super::dom`]), so that there is only one way to read it, and then rewritten and looked at again. A
//! route can ask for that outright.

mod by_look;
mod disguise;

use std::sync::Arc;

use super::code::charset::Charset;
use super::code::decode::Decoder;
use super::code::origins;
use super::dictionary::Dictionary;
use super::dom;
use super::finding::Report;
use super::format::media::{Media, essence, parameter};
use super::format::{Format, open, url};
use super::gate::{self, Events, Leaving};
use super::inspect::{Inspector, Pass};
use super::label::normalise;
use super::lines::Lines;
use super::place::Surface;
use super::plan::{Gate, Handling, Parser};
use super::screened::Screened;
use super::withheld::Withheld;

#[cfg(test)]
mod tests;

/// Rewrites one body.
///
/// ```text
/// coded bytes → decode → charset → window (learn, rewrite) or stream → format → what may leave
/// ```
pub struct BodyRewriter {
    media: Media,
    essence: String,
    decoder: Decoder,
    charset: Charset,
    /// Changes the upstream's own addresses into ours, before anything is read.
    addresses: Option<origins::Stage>,
    stage: Stage,
    /// Set once the body is withheld: nothing may follow.
    withheld: Option<Withheld>,
}

/// What remains when a body has been rewritten.
#[derive(Debug)]
pub struct Done {
    /// What was replaced, and the records shown.
    pub report: Report,
    /// What the grant knows now.
    pub dictionary: Dictionary,
}

impl BodyRewriter {
    /// A rewriter for a body of this content type and coding. `head`: see [`super::format::open`].
    ///
    /// # Errors
    /// The type, coding or charset is unknown or missing.
    pub fn open(
        mut ins: Inspector,
        content_type: Option<&str>,
        content_encoding: Option<&str>,
        head: Option<Arc<str>>,
    ) -> Result<Self, Withheld> {
        let content_type = content_type.unwrap_or_default();
        let essence = essence(content_type).to_ascii_lowercase();
        let media = Media::from_content_type(content_type).ok_or_else(|| Withheld::UnknownType(printable(&essence)))?;
        // The type is sent on, and the boundary with it.
        let sent = if let Media::Multipart { boundary } = &media { boundary.as_str() } else { essence.as_str() };
        if ins.redact_on(Surface::Header, sent)?.is_some() {
            return Err(Withheld::Malformed("content type"));
        }
        let decoder = Decoder::new(content_encoding, &ins.plan().bounds)?;
        let charset = Charset::new(media, parameter(content_type, "charset"))?;
        let stage = Stage::new(ins, media, head)?;
        Ok(Self { media, essence, decoder, charset, addresses: None, stage, withheld: None })
    }

    /// Reads the body as its route says. Before the first byte.
    ///
    /// # Errors
    /// As [`BodyRewriter::open`].
    pub fn handled(mut self, handling: Handling) -> Result<Self, Withheld> {
        self.stage.parser = handling.parser;
        self.stage.gate = handling.gate.unwrap_or(self.stage.gate);
        self.stage.begin()?;
        Ok(self)
    }

    /// A script asked for the body, and no browser shows it: data that the server calls a page stays data, without the head of a page.
    #[must_use]
    pub fn for_script(mut self) -> Self {
        self.stage.document = false;
        self
    }

    /// A browser asked for the body as a page: an export that is shown as one is withheld.
    #[must_use]
    pub fn refusing_exports(mut self) -> Self {
        self.stage.refusing = true;
        self
    }

    /// The upstream's own addresses become ours. Before the first byte.
    #[must_use]
    pub fn at_home(mut self, origins: Option<origins::Origins>) -> Self {
        self.addresses = origins.map(origins::Stage::new);
        self
    }

    /// Takes the next bytes as upstream sent them, and appends what may leave.
    ///
    /// # Errors
    /// The body is withheld; when something has left already, the connection must be reset.
    pub fn write(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld> {
        if let Some(withheld) = &self.withheld {
            return Err(withheld.clone());
        }
        let before = out.len();
        let Self { decoder, charset, addresses, stage, .. } = self;
        let mut on = |text: &[u8]| match addresses {
            Some(addresses) => stage.write(&addresses.push(text), &mut *out),
            None => stage.write(text, &mut *out),
        };
        let done = decoder.push(chunk, &mut |decoded| charset.push(decoded, &mut on));
        if let Err(withheld) = &done {
            out.truncate(before);
            self.withheld = Some(withheld.clone());
        }
        done
    }

    /// The body has ended.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn finish(self, out: &mut Vec<u8>) -> Result<Done, Withheld> {
        let before = out.len();
        let done = self.finish_into(out);
        if done.is_err() {
            out.truncate(before);
        }
        done
    }

    fn finish_into(mut self, out: &mut Vec<u8>) -> Result<Done, Withheld> {
        if let Some(withheld) = self.withheld {
            return Err(withheld);
        }
        self.decoder.finish()?;
        let Self { charset, addresses, stage, .. } = &mut self;
        charset.finish(&mut |text| match addresses {
            Some(addresses) => stage.write(&addresses.push(text), &mut *out),
            None => stage.write(text, &mut *out),
        })?;
        if let Some(addresses) = addresses {
            stage.write(&addresses.finish(), &mut *out)?;
        }
        let (report, dictionary) = self.stage.finish(out)?.into_parts();
        Ok(Done { report, dictionary })
    }

    /// As [`BodyRewriter::write`], for the responder.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn write_screened(&mut self, chunk: &[u8]) -> Result<Screened, Withheld> {
        let mut out = Vec::new();
        self.write(chunk, &mut out)?;
        Ok(Screened::from_engine(out))
    }

    /// As [`BodyRewriter::finish`], for the responder.
    ///
    /// # Errors
    /// As [`BodyRewriter::write`].
    pub fn finish_screened(self) -> Result<(Screened, Done), Withheld> {
        let mut out = Vec::new();
        let done = self.finish(&mut out)?;
        Ok((Screened::from_engine(out), done))
    }

    /// Nothing has left yet: the response can still become a refusal page.
    pub fn held_whole(&self) -> bool {
        matches!(self.stage.state, State::Window(_))
    }

    /// What is waited for part by part, so that each part should be flushed (server-sent events).
    pub fn is_live(&self) -> bool {
        self.media == Media::EventStream
    }

    /// The content type to send: the same, in UTF-8.
    pub fn output_type(&self) -> String {
        match self.media {
            // Its parts say it themselves.
            Media::Multipart { boundary } => format!("{}; boundary=\"{}\"", self.essence, boundary.as_str()),
            Media::Html
            | Media::Xhtml
            | Media::Xml
            | Media::Json
            | Media::Ndjson
            | Media::Script
            | Media::Style
            | Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::Form
            | Media::EventStream => format!("{}; charset=utf-8", self.essence),
        }
    }
}

/// The type for a message: only what a type is made of, and not long.
fn printable(essence: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '-' | '.' | '*');
    essence.chars().filter(|&c| plain(c)).take(64).collect()
}

/// The text of the body on its way through the format.
struct Stage {
    ins: Inspector,
    media: Media,
    head: Option<Arc<str>>,
    /// A browser shows it as a page, or may.
    document: bool,
    /// It must be a page, and no export.
    refusing: bool,
    parser: Parser,
    gate: Gate,
    state: State,
    /// Where lines begin, when findings are to be explained.
    lines: Option<Lines>,
}

enum State {
    /// Held, in the hope that it ends soon.
    Window(Vec<u8>),
    /// Longer than the window, or live.
    Stream(Box<Stream>),
}

/// The format of a long body, and what looks at its output.
struct Stream {
    format: Box<dyn Format>,
    gate: Option<Gated>,
}

/// A body that is looked at as it leaves.
struct Gated {
    leaving: Leaving,
    /// Not yet rewritten: the body goes through in slices that do not depend on how it came, so that what the gate knows at
    /// a place does not depend on that either.
    next: Vec<u8>,
    slices: Slices,
}

/// How a body is cut into what is rewritten and looked at in one go.
enum Slices {
    /// Into parts of this size.
    Sized(usize),
    /// Event by event: each leaves as soon as it is there.
    Events(Events),
}

const SLICE: usize = 16 * 1024;

impl Slices {
    /// The length of the first slice of `next`, if it is all there. `most`: no slice is longer.
    fn first(&mut self, next: &[u8], most: usize) -> Option<usize> {
        match self {
            Slices::Sized(size) => (next.len() >= *size).then_some(*size),
            Slices::Events(events) => match events.first(next) {
                None if next.len() > most => {
                    events.restart();
                    Some(next.len())
                }
                first => first,
            },
        }
    }
}

impl Stream {
    fn new(ins: &Inspector, format: Box<dyn Format>, media: Media, gate: Gate) -> Result<Self, Withheld> {
        let bounds = &ins.plan().bounds;
        if gate == Gate::Off {
            return Ok(Self { format, gate: None });
        }
        let leaving = Leaving::new(media, bounds.held_text)?;
        let slices = if media == Media::EventStream { Slices::Events(Events::default()) } else { Slices::Sized(SLICE) };
        Ok(Self { format, gate: Some(Gated { leaving, next: Vec::new(), slices }) })
    }

    fn write(
        &mut self,
        ins: &mut Inspector,
        head: Option<&str>,
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Withheld> {
        let Self { format, gate } = self;
        let Some(Gated { leaving, next, slices }) = gate else { return format.write(ins, text, out) };
        next.extend_from_slice(text);
        let most = ins.plan().bounds.held_text;
        let mut from = 0;
        let mut written = Vec::new();
        while let Some(rest) = next.get(from..)
            && let Some(length) = slices.first(rest, most)
        {
            let mark = ins.dictionary().mark();
            format.write(ins, rest.get(..length).unwrap_or_default(), &mut written)?;
            leaving.push(ins, mark, head, &written, out)?;
            written.clear();
            from += length;
        }
        next.drain(..from);
        Ok(())
    }

    fn finish(self, ins: &mut Inspector, head: Option<&str>, out: &mut Vec<u8>) -> Result<(), Withheld> {
        let Self { mut format, gate } = self;
        let Some(Gated { mut leaving, next, .. }) = gate else { return format.finish(ins, out) };
        let mark = ins.dictionary().mark();
        let mut written = Vec::new();
        format.write(ins, &next, &mut written)?;
        format.finish(ins, &mut written)?;
        leaving.push(ins, mark, head, &written, out)?;
        leaving.finish(ins, mark, head, out)
    }
}

impl Stage {
    fn new(ins: Inspector, media: Media, head: Option<Arc<str>>) -> Result<Self, Withheld> {
        let gate = ins.plan().bounds.gate;
        let lines = ins.explains().then(Lines::default);
        let state = State::Window(Vec::new());
        let document = head.is_some();
        let mut stage =
            Self { ins, media, head, document, refusing: false, parser: Parser::default(), gate, state, lines };
        stage.begin()?;
        Ok(stage)
    }

    /// What is live is not waited for.
    fn begin(&mut self) -> Result<(), Withheld> {
        self.state = match self.media {
            Media::EventStream => {
                self.ins.begin(Pass::Stream);
                State::Stream(Box::new(Stream::new(&self.ins, self.format(), self.media, self.gate)?))
            }
            Media::Html
            | Media::Xhtml
            | Media::Xml
            | Media::Json
            | Media::Ndjson
            | Media::Script
            | Media::Style
            | Media::Text
            | Media::Csv { .. }
            | Media::Hl7
            | Media::Edifact
            | Media::Form
            | Media::Multipart { .. } => State::Window(Vec::new()),
        };
        Ok(())
    }

    fn format(&self) -> Box<dyn Format> {
        open(self.media, self.head.clone())
    }

    fn write(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Withheld> {
        if let Some(lines) = &mut self.lines {
            lines.push(text);
        }
        let by_tree = self.by_tree();
        match &mut self.state {
            State::Stream(stream) => stream.write(&mut self.ins, self.head.as_deref(), text, out),
            State::Window(held) => {
                held.extend_from_slice(text);
                let window = self.ins.plan().bounds.look_ahead;
                if held.len() <= window {
                    return Ok(());
                }
                if by_tree {
                    return Err(Withheld::TooLarge { limit: window as u64 });
                }
                let held = std::mem::take(held);
                self.refuse_export(&held)?;
                // Exactly the window, however much of the body has arrived: what is learned must not depend on it.
                self.ins.begin(Pass::Learn);
                url::learn_path(&mut self.ins);
                self.format().write(&mut self.ins, held.get(..window).unwrap_or_default(), &mut Vec::new())?;
                self.ins.begin(Pass::Stream);
                let mut stream = Stream::new(&self.ins, self.format(), self.media, self.gate)?;
                // In slices, so that the stream keeps no second copy of the window.
                for slice in held.chunks(SLICE) {
                    stream.write(&mut self.ins, self.head.as_deref(), slice, out)?;
                }
                self.state = State::Stream(Box::new(stream));
                Ok(())
            }
        }
    }

    fn refuse_export(&self, held: &[u8]) -> Result<(), Withheld> {
        let export = if self.refusing { disguise::export(self.media, held) } else { None };
        export.map_or(Ok(()), |what| Err(Withheld::Export(what)))
    }

    /// Whether the route wants the body read as a tree.
    fn by_tree(&self) -> bool {
        self.parser == Parser::Tree && self.media == Media::Html
    }

    fn finish(mut self, out: &mut Vec<u8>) -> Result<Inspector, Withheld> {
        match std::mem::replace(&mut self.state, State::Window(Vec::new())) {
            State::Stream(stream) => stream.finish(&mut self.ins, self.head.as_deref(), out)?,
            State::Window(held) => {
                self.refuse_export(&held)?;
                let ins = &self.ins;
                let names_person =
                    |header: &str| ins.column_field(&normalise(header)).is_some_and(|rule| rule.names_identifier());
                let page = matches!(self.media, Media::Html | Media::Xhtml);
                let called = page.then(|| by_look::called_a_page(&held, self.document, &names_person));
                let looks = by_look::by_look(self.media, &held, &names_person);
                let written = match called.flatten() {
                    Some(data) => self.data(data, &held)?,
                    None => {
                        let called = std::mem::replace(&mut self.media, looks);
                        let written = if self.by_tree() { self.as_tree(&held) } else { self.mended(&held) };
                        match written {
                            // Not quite what it looks like. What was called a script is never read as one when it looks like a page.
                            Err(Withheld::Malformed(_)) if called == Media::Text && looks != called => {
                                self.media = called;
                                self.mended(&held)?
                            }
                            done => done?,
                        }
                    }
                };
                out.extend_from_slice(&written);
            }
        }
        if let Some(lines) = &self.lines {
            for found in &mut self.ins.report_mut().explained {
                (found.line, found.column) = lines.at(found.offset).unzip();
            }
        }
        Ok(self.ins)
    }

    /// Data that the server calls a page. What leaves is looked at as both, for a browser may show it as a page.
    fn data(&mut self, media: Media, body: &[u8]) -> Result<Vec<u8>, Withheld> {
        let called = std::mem::replace(&mut self.media, media);
        // Called a page it is parsed as one, so its head stands before it and not in it, as it would in a document of XML.
        let head = self.head.take();
        let mut written = match self.whole(body) {
            // Not quite what it looks like.
            Err(Withheld::Malformed(_)) => {
                (self.media, self.head) = (called, head);
                return self.mended(body);
            }
            done => done?,
        };
        gate::whole(&self.ins, self.gate, called, None, &written)?;
        if let Some(head) = head.filter(|_| self.document) {
            written.splice(0..0, head.bytes());
        }
        Ok(written)
    }

    /// A whole body; a page in which the gate finds something is read once more as a tree.
    fn mended(&mut self, body: &[u8]) -> Result<Vec<u8>, Withheld> {
        let found = match self.whole(body) {
            Err(leak @ Withheld::Leak(_)) if self.media == Media::Html => leak,
            done => return done,
        };
        // What was found is the reason, whatever else may be wrong with the page as a tree.
        let written = self.as_tree(body).map_err(|_| found)?;
        self.ins.report_mut().redone = true;
        Ok(written)
    }

    fn as_tree(&mut self, page: &[u8]) -> Result<Vec<u8>, Withheld> {
        let page = std::str::from_utf8(page).map_err(|_| Withheld::BadCharset)?;
        let plain = dom::plain(page, self.ins.plan().bounds.depth)?;
        // What is found stands at places of that, not of the source.
        self.lines = None;
        self.whole(plain.as_bytes())
    }

    /// Two passes over a body that is all there, and the gate's look at what they made of it.
    fn whole(&mut self, body: &[u8]) -> Result<Vec<u8>, Withheld> {
        let mut written = Vec::new();
        for pass in [Pass::Learn, Pass::Rewrite] {
            written = Vec::with_capacity(body.len());
            self.ins.begin(pass);
            url::learn_path(&mut self.ins);
            let mut format = self.format();
            format.write(&mut self.ins, body, &mut written)?;
            format.finish(&mut self.ins, &mut written)?;
        }
        gate::whole(&self.ins, self.gate, self.media, self.head.as_deref(), &written)?;
        Ok(written)
    }
}
