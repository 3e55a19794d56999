//! The body of a response, and the entry of the trail that ends with it.
//!
//! Only [`Screened`] bytes can be in one. A body carries the open entry of its request: the last byte closes it, and so
//! does everything else that can happen (the viewer goes away, the stream breaks, a panic), each with its own outcome.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

use crate::audit::{Code, Opened, Outcome, Verdict};
use crate::redact::screened::Screened;

/// A stream was cut: the connection is reset, so that nobody takes what came for the whole.
#[derive(Debug, thiserror::Error)]
#[error("the response was cut")]
pub struct Cut;

/// An open entry of the trail and what is known of its end.
#[derive(Debug)]
pub(super) struct Closing {
    opened: Option<Opened>,
    /// What is written if all goes well.
    pub(super) outcome: Outcome,
}

impl Closing {
    pub(super) fn new(opened: Opened) -> Self {
        Self { opened: Some(opened), outcome: Outcome::default() }
    }

    pub(super) fn opened(&self) -> Option<&Opened> {
        self.opened.as_ref()
    }

    /// All of it left.
    pub(super) fn done(mut self) {
        if let Some(opened) = self.opened.take() {
            opened.close(std::mem::take(&mut self.outcome));
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        let Some(opened) = self.opened.take() else { return };
        let mut outcome = std::mem::take(&mut self.outcome);
        outcome.cancelled = true;
        if std::thread::panicking() {
            outcome.verdict = Some(Verdict::Refused(Code::new("failed")));
        }
        opened.close(outcome);
    }
}

/// A response's body.
#[derive(Debug)]
pub struct Body {
    kind: Kind,
    closing: Option<Closing>,
}

#[derive(Debug)]
enum Kind {
    Empty,
    Whole(Bytes),
    Stream(mpsc::Receiver<Part>),
}

/// A part of a stream.
#[derive(Debug)]
pub(super) enum Part {
    /// Bytes.
    Data(Screened),
    /// All of it was sent. Without this word, however the sender ended, the connection is reset.
    End,
}

impl Body {
    /// Nothing; the entry ends now.
    pub(super) fn empty(closing: Option<Closing>) -> Self {
        if let Some(closing) = closing {
            closing.done();
        }
        Self { kind: Kind::Empty, closing: None }
    }

    /// All at once.
    pub(super) fn whole(screened: Screened, closing: Option<Closing>) -> Self {
        Self::parts([screened], closing)
    }

    /// All at once, from parts.
    pub(super) fn parts<const N: usize>(parts: [Screened; N], closing: Option<Closing>) -> Self {
        let mut all = BytesMut::with_capacity(parts.iter().map(Screened::len).sum());
        for part in parts {
            all.extend_from_slice(&part.into_bytes());
        }
        if all.is_empty() {
            return Self::empty(closing);
        }
        Self { kind: Kind::Whole(all.freeze()), closing }
    }

    /// A page of those beside the proxy's, which hold nothing from any upstream.
    pub(super) fn beside(bytes: Bytes) -> Self {
        Self { kind: if bytes.is_empty() { Kind::Empty } else { Kind::Whole(bytes) }, closing: None }
    }

    /// Part by part; whoever sends closes the entry.
    pub(super) fn stream(parts: mpsc::Receiver<Part>) -> Self {
        Self { kind: Kind::Stream(parts), closing: None }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let me = self.get_mut();
        match &mut me.kind {
            Kind::Empty => Poll::Ready(None),
            Kind::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                me.kind = Kind::Empty;
                if let Some(mut closing) = me.closing.take() {
                    closing.outcome.bytes = bytes.len() as u64;
                    closing.done();
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Kind::Stream(parts) => match parts.poll_recv(cx) {
                Poll::Ready(Some(Part::Data(part))) => Poll::Ready(Some(Ok(Frame::data(part.into_bytes())))),
                Poll::Ready(Some(Part::End)) => {
                    me.kind = Kind::Empty;
                    Poll::Ready(None)
                }
                Poll::Ready(None) => {
                    me.kind = Kind::Empty;
                    Poll::Ready(Some(Err(Cut)))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.kind, Kind::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Empty => SizeHint::with_exact(0),
            Kind::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}
