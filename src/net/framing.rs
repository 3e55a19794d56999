//! Requests that two servers could read differently, seen on the wire.
//!
//! hyper decides what a request is, and reads some leniently as HTTP allows: it takes `Transfer-Encoding` where a length stands
//! beside it, line feeds alone for line ends, one length said twice. A gateway in front may read the same bytes otherwise; then
//! what is the body to one is the next request to the other, with an identity that nobody checked ("request smuggling"). So a
//! guard watches the bytes on their way to hyper and raises a flag; the request is refused and its connection ends. It never
//! decides what a request is: where it and hyper part, more is refused, nothing is let in.
//!
//! Flagged, by RFC 9112: a length beside a coding (6.1), several lengths or codings (6.3), a length that is not digits (RFC 9110,
//! 8.6), a coding that is not just `chunked`, line feeds and carriage returns alone (2.2), folded lines (5.2), chunk sizes that are
//! not plain (7.1).

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// So much of a line is looked at: a name and a value that count fit well.
const LINE: usize = 96;

/// Whether something was flagged on a connection.
#[derive(Debug, Clone, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    /// It was.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// A stream whose requests are watched.
#[derive(Debug)]
pub struct Watched<S> {
    stream: S,
    watch: Watch,
    flag: Flag,
}

impl<S> Watched<S> {
    /// Watches `stream`.
    pub fn new(stream: S) -> (Self, Flag) {
        let flag = Flag::default();
        (Self { stream, watch: Watch::default(), flag: flag.clone() }, flag)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let me = self.get_mut();
        let before = buf.filled().len();
        let done = Pin::new(&mut me.stream).poll_read(cx, buf);
        if me.watch.reads(buf.filled().get(before..).unwrap_or_default()).is_err() {
            me.flag.0.store(true, Ordering::Release);
        }
        done
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// What can be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Irregular;

/// Where in a request the bytes are.
#[derive(Debug)]
enum At {
    /// Lines of a head; the first is the request line.
    Head(Head),
    /// So many bytes of a body are to come.
    Body(u64),
    /// A chunk's size.
    Size,
    /// So many bytes of a chunk, and the line end behind it.
    Chunk(u64),
    /// The lines behind the last chunk.
    Trailers,
    /// Nothing is watched any more: it was flagged, or is HTTP/2.
    Over,
}

#[derive(Debug, Default)]
struct Head {
    begun: bool,
    length: Option<u64>,
    chunked: bool,
}

#[derive(Debug)]
struct Watch {
    at: At,
    line: Vec<u8>,
    /// The line is longer than what is kept of it.
    long: bool,
    carriage: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self { at: At::Head(Head::default()), line: Vec::with_capacity(LINE), long: false, carriage: false }
    }
}

impl Watch {
    fn reads(&mut self, mut bytes: &[u8]) -> Result<(), Irregular> {
        while !bytes.is_empty() {
            let read = match &mut self.at {
                At::Over => return Ok(()),
                At::Body(left) | At::Chunk(left) if *left > 0 => {
                    let now = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= now as u64;
                    let body_done = *left == 0 && matches!(self.at, At::Body(_));
                    if body_done {
                        self.at = At::Head(Head::default());
                    }
                    now
                }
                At::Head(_) | At::Body(_) | At::Size | At::Chunk(_) | At::Trailers => {
                    let done = self.byte(bytes.first().copied().unwrap_or_default());
                    if done.is_err() {
                        self.at = At::Over;
                        return done;
                    }
                    1
                }
            };
            bytes = bytes.get(read..).unwrap_or_default();
        }
        Ok(())
    }

    /// One byte of a line.
    fn byte(&mut self, byte: u8) -> Result<(), Irregular> {
        let carriage = std::mem::replace(&mut self.carriage, byte == b'\r');
        match (carriage, byte) {
            (true, b'\n') => self.line_ends(),
            // Either alone ends a line to some and not to others.
            (true, _) | (false, b'\n') => Err(Irregular),
            (false, b'\r') => Ok(()),
            (false, _) if self.line.len() < LINE => {
                self.line.push(byte);
                // "PRI * HTTP/2.0": frames follow, whose lengths are no matter of opinion.
                if matches!(&self.at, At::Head(head) if !head.begun) && self.line == b"PRI * HTTP/2.0" {
                    self.at = At::Over;
                }
                Ok(())
            }
            (false, _) => {
                self.long = true;
                Ok(())
            }
        }
    }

    fn line_ends(&mut self) -> Result<(), Irregular> {
        let line = std::mem::take(&mut self.line);
        let long = std::mem::take(&mut self.long);
        let next = match &mut self.at {
            At::Head(head) if line.is_empty() && head.begun => Some(match (head.chunked, head.length) {
                (true, _) => At::Size,
                (false, Some(length)) if length > 0 => At::Body(length),
                (false, _) => At::Head(Head::default()),
            }),
            At::Head(head) => {
                head.takes(&line, long)?;
                None
            }
            // Behind so many zeros the size itself was not kept.
            At::Size if long && !line.contains(&b';') => return Err(Irregular),
            At::Size => Some(match size(&line)? {
                0 => At::Trailers,
                size => At::Chunk(size),
            }),
            // The line end behind the data.
            At::Chunk(_) if line.is_empty() && !long => Some(At::Size),
            At::Chunk(_) => return Err(Irregular),
            At::Trailers => line.is_empty().then(|| At::Head(Head::default())),
            At::Body(_) | At::Over => None,
        };
        if let Some(next) = next {
            self.at = next;
        }
        self.line = line;
        self.line.clear();
        Ok(())
    }
}

impl Head {
    fn takes(&mut self, line: &[u8], long: bool) -> Result<(), Irregular> {
        // A blank line before the request line is let pass (RFC 9112, 2.2).
        if !std::mem::replace(&mut self.begun, !line.is_empty()) {
            return Ok(());
        }
        if matches!(line.first(), Some(b' ' | b'\t')) {
            return Err(Irregular);
        }
        let Some(colon) = line.iter().position(|b| *b == b':') else { return Ok(()) };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        // A blank before the colon is part of the name to some. What is written with `_` never goes on (`policy::request`).
        let name: Vec<u8> = name.trim_ascii().iter().map(|b| b.to_ascii_lowercase()).collect();
        match name.as_slice() {
            b"content-length" => {
                if long || self.length.is_some() || self.chunked {
                    return Err(Irregular);
                }
                self.length = Some(digits(value, 10)?);
            }
            b"transfer-encoding" => {
                if long || self.length.is_some() || self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Irregular);
                }
                self.chunked = true;
            }
            _ => {}
        }
        Ok(())
    }
}

/// A chunk's size; an extension behind it says nothing of it.
fn size(line: &[u8]) -> Result<u64, Irregular> {
    let end = line.iter().position(|b| *b == b';').unwrap_or(line.len());
    // Blanks behind it are what RFC 9112 lets old senders write.
    digits(line.get(..end).unwrap_or_default().trim_ascii_end(), 16)
}

/// Digits and nothing else.
fn digits(text: &[u8], radix: u32) -> Result<u64, Irregular> {
    let text = std::str::from_utf8(text).map_err(|_| Irregular)?;
    if text.is_empty() || !text.chars().all(|c| c.is_digit(radix)) {
        return Err(Irregular);
    }
    u64::from_str_radix(text, radix).map_err(|_| Irregular)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watch(text: &[u8], part: usize) -> Result<(), Irregular> {
        let mut watch = Watch::default();
        text.chunks(part.max(1)).try_for_each(|part| watch.reads(part))
    }

    const PLAIN: &[&str] = &[
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\na\nb\rc\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: CHUNKED\r\n\r\n3 ;x=y\r\na\nb\r\n0\r\nX: y\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\n\n\r\r",
    ];

    const IRREGULAR: &[&str] = &[
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\nContent-Length: 1\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
         00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001\r\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\naGET / HTTP/1.1\nX: y\r\n\r\n",
    ];

    #[test]
    fn what_can_be_read_in_two_ways_is_flagged_however_it_arrives() {
        for part in [1, 2, 3, 7, 1000] {
            for plain in PLAIN {
                assert_eq!(watch(plain.as_bytes(), part), Ok(()), "{plain:?} by {part}");
            }
            for irregular in IRREGULAR {
                assert_eq!(watch(irregular.as_bytes(), part), Err(Irregular), "{irregular:?} by {part}");
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_it_and_parts_do_not_matter(
            words in prop::collection::vec(prop::sample::select(vec![
                "GET / HTTP/1.1", "\r\n", "\n", "\r", "Content-Length:", "Transfer-Encoding: chunked", " 1", "5", "x", ":", "0", ";", " ",
            ]), 0..30),
            part in 1usize..9,
        ) {
            let text = words.concat();
            prop_assert_eq!(watch(text.as_bytes(), part), watch(text.as_bytes(), 10_000));
        }
    }
}
