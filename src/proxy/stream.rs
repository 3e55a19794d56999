//! Bodies that leave part by part: longer than the look-ahead, live events, pictures.
//!
//! What has left cannot be taken back, so a failure cuts: the connection is reset and nothing more leaves, least of all
//! what came. One small queue stands between upstream and viewer, so a slow viewer slows the upstream. A stream ends with
//! its grant.

use std::time::Duration;

use http::{HeaderMap, Response, StatusCode};
use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::body::{Body, Part};
use super::exchange::{Exchange, respond, say_coding};
use super::house::House;
use super::visit::conclude;
use crate::access::Permit;
use crate::net::upstream::UpstreamBody;
use crate::policy::refusal::{Refused, UpstreamFault};
use crate::redact::code::encode::{Encoder, Encoding};
use crate::redact::engine::BodyRewriter;
use crate::redact::screened::{Inert, Screened};

/// Parts between upstream and viewer.
const QUEUE: usize = 2;
/// Parts smaller than this are pushed out at once: somebody waits for them.
const SMALL: usize = 8 * 1024;

/// A response on its way.
#[derive(Debug)]
pub(super) struct Through {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: UpstreamBody,
    pub(super) whole: Instant,
}

/// What makes upstream bytes screened ones.
enum Screen {
    Engine(Box<BodyRewriter>),
    Inert(Inert),
    Done,
}

/// Work that may take milliseconds: other requests of this thread go on elsewhere meanwhile.
pub(super) fn heavy<T>(work: impl FnOnce() -> T) -> T {
    // A test's runtime may have one thread, which cannot be given away.
    let many = tokio::runtime::Handle::current().runtime_flavor() == tokio::runtime::RuntimeFlavor::MultiThread;
    if many { tokio::task::block_in_place(work) } else { work() }
}

/// Streams through the engine; `first` has come out of it already.
pub(super) fn rewritten(
    exchange: Box<Exchange>,
    through: Through,
    rewriter: BodyRewriter,
    first: Screened,
) -> Response<Body> {
    let live = rewriter.is_live();
    // A live stream is not coded: an event that waits in a compressor is late.
    let coding = if live { Encoding::Identity } else { exchange.coding() };
    begin(exchange, through, Screen::Engine(Box::new(rewriter)), first, coding, live)
}

/// Streams an inert body.
pub(super) fn inert(exchange: Box<Exchange>, through: Through, proof: Inert, first: Screened) -> Response<Body> {
    begin(exchange, through, Screen::Inert(proof), first, Encoding::Identity, false)
}

fn begin(
    exchange: Box<Exchange>,
    through: Through,
    screen: Screen,
    first: Screened,
    coding: Encoding,
    live: bool,
) -> Response<Body> {
    let (to, parts) = mpsc::channel(QUEUE);
    let Through { status, mut headers, body, whole } = through;
    if !live {
        say_coding(&mut headers, coding);
    }
    let pump = Pump { exchange, screen, encoder: Encoder::new(coding), to, live, sent: 0 };
    tokio::spawn(pump.run(first, body, whole));
    respond(status, headers, Body::stream(parts))
}

/// Why a stream ended before its end.
enum Broken {
    /// The viewer went away.
    Gone,
    /// We cut it.
    Cut(Refused),
}

struct Pump {
    exchange: Box<Exchange>,
    screen: Screen,
    encoder: Encoder,
    to: mpsc::Sender<Part>,
    live: bool,
    sent: u64,
}

impl Pump {
    async fn run(mut self, first: Screened, mut body: UpstreamBody, whole: Instant) {
        let (house, permit) = (self.exchange.house.clone(), self.exchange.permit().clone());
        let to = self.to.clone();
        let live = self.live;
        let ended = tokio::select! {
            ended = self.through(first, &mut body) => ended,
            () = to.closed() => Err(Broken::Gone),
            () = grant_over(&house, &permit) => Err(Broken::Cut(Refused::Denied(crate::access::Denial::Expired(permit.until())))),
            () = tokio::time::sleep_until(whole), if !live => Err(Broken::Cut(Refused::Upstream(UpstreamFault::Slow))),
        };
        // The upstream is let go before the entry is closed.
        drop(body);
        let ended = match ended {
            Ok(()) => self.end().await,
            Err(broken) => Err(broken),
        };
        let mut exchange = self.exchange;
        exchange.closing.outcome.bytes = self.sent;
        if let Err(broken) = ended {
            // The status that was sent stays in the row, beside the reason for the cut.
            let status = exchange.closing.outcome.status;
            if let Broken::Cut(refused) = broken {
                conclude(&refused, exchange.route.as_ref(), &mut exchange.closing.outcome);
            }
            exchange.closing.outcome.status = status;
            exchange.closing.outcome.cancelled = true;
        }
        exchange.closing.done();
    }

    /// Every part of the body, through the screen to the viewer.
    async fn through(&mut self, first: Screened, body: &mut UpstreamBody) -> Result<(), Broken> {
        self.send(first).await?;
        loop {
            let chunk = body.chunk().await.map_err(|f| Broken::Cut(Refused::Upstream(f)))?;
            let Some(chunk) = chunk else { return Ok(()) };
            let part = match &mut self.screen {
                Screen::Engine(rewriter) => {
                    heavy(|| rewriter.write_screened(&chunk)).map_err(|why| Broken::Cut(Refused::Withheld(why)))?
                }
                Screen::Inert(proof) => Screened::inert(chunk, proof),
                Screen::Done => return Err(Broken::Cut(Refused::Failed)),
            };
            self.send(part).await?;
        }
    }

    async fn send(&mut self, part: Screened) -> Result<(), Broken> {
        if part.is_empty() {
            return Ok(());
        }
        let flush = self.live || part.len() < SMALL;
        let part = self.encoder.write(part, flush).map_err(|_| Broken::Cut(Refused::Failed))?;
        self.hand_over(part).await
    }

    async fn hand_over(&mut self, part: Screened) -> Result<(), Broken> {
        if part.is_empty() {
            return Ok(());
        }
        let bytes = part.len() as u64;
        let charged = self.exchange.house.charge_bytes(&self.exchange.admitted, bytes);
        charged.map_err(|over| Broken::Cut(Refused::OverLimit(over)))?;
        self.to.send(Part::Data(part)).await.map_err(|_| Broken::Gone)?;
        self.sent += bytes;
        Ok(())
    }

    /// The upstream's body ended: so does ours, if what it shows may be shown.
    async fn end(&mut self) -> Result<(), Broken> {
        let screen = std::mem::replace(&mut self.screen, Screen::Done);
        match screen {
            Screen::Engine(rewriter) => {
                let finished = heavy(|| rewriter.finish_screened());
                let (last, done) = finished.map_err(|why| Broken::Cut(Refused::Withheld(why)))?;
                self.exchange.settle(done, 0).map_err(Broken::Cut)?;
                self.send(last).await?;
            }
            Screen::Inert(proof) => self.send(Screened::inert_end(proof)).await?,
            Screen::Done => {}
        }
        let encoder = std::mem::replace(&mut self.encoder, Encoder::new(Encoding::Identity));
        let tail = encoder.finish().map_err(|_| Broken::Cut(Refused::Failed))?;
        self.hand_over(tail).await?;
        self.to.send(Part::End).await.map_err(|_| Broken::Gone)
    }
}

/// Until the grant ends, is revoked or is taken from the configuration.
pub(super) async fn grant_over(house: &House, permit: &Permit) {
    let mut epoch = house.epoch.subscribe();
    loop {
        if !house.is_live(permit.grant()) {
            return;
        }
        let left = permit.until().duration_since(house.clock().now()).max(SignedDuration::ZERO);
        let left =
            Duration::try_from(left).unwrap_or_default().clamp(Duration::from_millis(10), Duration::from_secs(3600));
        tokio::select! {
            () = tokio::time::sleep(left) => {}
            changed = epoch.changed() => if changed.is_err() { return },
        }
    }
}
