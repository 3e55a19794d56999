//! WebSocket: both ways through the house, message by message.
//!
//! To the viewer every text message goes through the engine by what it looks like (JSON, XML, HTML, HL7, else text); to
//! the upstream tokens are turned back. Binary messages are withheld, for nobody can say what is in them: the socket
//! closes with 1003, unless they are a whole JSON or XML document, or the route lets
//! `application/octet-stream` pass. A socket ends with its grant, and when the house stops.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use super::body::{Body, Closing};
use super::exchange::{Exchange, respond};
use super::stream::{grant_over, heavy};
use super::visit::{self, conclude};
use crate::access::Denial;
use crate::net::upstream::UpstreamBody;
use crate::policy::refusal::{Refused, UpstreamFault};
use crate::policy::{returned, screen, tokens, typed};
use crate::redact::engine::BodyRewriter;
use crate::redact::format::Media;
use crate::redact::screened::{Inert, Screened};
use crate::redact::withheld::Withheld;
use crate::rules::route::Inbound;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Both ends must have switched within this.
const SWITCH: Duration = Duration::from_secs(10);
/// A message must be taken by the other end within this.
const SEND: Duration = Duration::from_secs(30);
/// How often a viewer is asked whether they are still there, and after how long a silence they are not.
const PING: Duration = Duration::from_secs(30);
const SILENCE: Duration = Duration::from_secs(100);
/// An end that is told goodbye has so long to go; of what is no message any more, so many bytes are read.
const PARTING: Duration = Duration::from_secs(2);
const UNREAD: u64 = 16 * 1024 * 1024;

/// Whether a request asks for a WebSocket.
pub(super) fn wanted(parts: &Parts) -> bool {
    let says = |name: header::HeaderName, word: &str| {
        let mut all = parts.headers.get_all(name).iter().filter_map(|v| v.to_str().ok());
        all.any(|v| v.split(',').any(|w| w.trim().eq_ignore_ascii_case(word)))
    };
    parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && says(header::CONNECTION, "upgrade")
        && says(header::UPGRADE, "websocket")
        && parts.headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|v| v == "13")
        && parts.headers.contains_key(header::SEC_WEBSOCKET_KEY)
}

/// The upstream switched: so does the viewer's connection, if the upstream did what was asked.
#[allow(clippy::result_large_err, reason = "the error hands back the open entry, which must be closed with its reason")]
pub(super) fn switch(
    mut exchange: Box<Exchange>,
    mut came: Response<UpstreamBody>,
    upgrade: Option<OnUpgrade>,
) -> Result<Response<Body>, (Refused, Closing)> {
    let (Some(upgrade), Some(key)) = (upgrade, exchange.socket_key.clone()) else {
        return Err((Refused::UnexpectedStatus, exchange.closing));
    };
    let accept = derive_accept_key(key.as_bytes());
    let said = |name: header::HeaderName| came.headers().get(name).and_then(|v| v.to_str().ok());
    let protocol = said(header::SEC_WEBSOCKET_PROTOCOL).map(str::to_owned);
    let offered = |p: &String| {
        exchange.socket_protocols.as_deref().is_some_and(|all| all.split(',').any(|o| o.trim() == p.as_str()))
    };
    let as_asked = said(header::SEC_WEBSOCKET_ACCEPT) == Some(accept.as_str())
        && said(header::UPGRADE).is_some_and(|u| u.eq_ignore_ascii_case("websocket"))
        // Compressed messages were not offered and could not be read.
        && said(header::SEC_WEBSOCKET_EXTENSIONS).is_none()
        && protocol.as_ref().is_none_or(offered);
    if !as_asked {
        return Err((Refused::Upstream(UpstreamFault::Nonsense), exchange.closing));
    }
    let upstream = hyper::upgrade::on(&mut came);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    for (name, value) in [(header::SEC_WEBSOCKET_ACCEPT, Some(accept)), (header::SEC_WEBSOCKET_PROTOCOL, protocol)] {
        if let Some(value) = value.and_then(|v| HeaderValue::try_from(v).ok()) {
            headers.insert(name, value);
        }
    }
    screen::protect_own(&mut headers, "default-src 'none'");
    exchange.closing.outcome.status = Some(StatusCode::SWITCHING_PROTOCOLS);
    tokio::spawn(run(exchange, upgrade, upstream));
    Ok(respond(StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty(None)))
}

/// Why a socket ended.
enum End {
    /// One end closed it.
    Closed(Option<CloseFrame>),
    /// The viewer went away without a word.
    Gone,
    /// The viewer broke the protocol, in the way that the code says.
    Wrong(CloseCode),
    /// We ended it: what the viewer is told, and what the upstream.
    Cut(Refused, CloseCode, CloseCode),
    /// The house stops.
    Stopping,
}

async fn run(mut exchange: Box<Exchange>, viewer: OnUpgrade, upstream: OnUpgrade) {
    let both = tokio::time::timeout(SWITCH, async { tokio::try_join!(viewer, upstream) }).await;
    let Ok(Ok((viewer, upstream))) = both else {
        // Dropping the exchange closes its entry as cancelled.
        return;
    };
    let size = exchange.compiled.plan.bounds.look_ahead;
    let config = WebSocketConfig::default()
        .max_message_size(Some(size))
        .max_frame_size(Some(size))
        .max_write_buffer_size(size.saturating_mul(4).max(1 << 20));
    let mut viewer = WebSocketStream::from_raw_socket(TokioIo::new(viewer), Role::Server, Some(config)).await;
    let mut upstream = WebSocketStream::from_raw_socket(TokioIo::new(upstream), Role::Client, Some(config)).await;
    let end = converse(&mut exchange, &mut viewer, &mut upstream).await;
    let (to_viewer, to_upstream) = match &end {
        // The reason is text of the other end; only its code goes on.
        End::Closed(frame) => {
            let code = frame.as_ref().map_or(CloseCode::Normal, |f| f.code);
            (code, code)
        }
        End::Gone => (CloseCode::Away, CloseCode::Away),
        End::Wrong(code) => (*code, CloseCode::Away),
        End::Cut(_, to_viewer, to_upstream) => (*to_viewer, *to_upstream),
        End::Stopping => (CloseCode::Restart, CloseCode::Away),
    };
    tokio::join!(part(viewer, to_viewer), part(upstream, to_upstream));
    match end {
        End::Closed(_) => {}
        End::Gone | End::Wrong(_) | End::Stopping => exchange.closing.outcome.cancelled = true,
        End::Cut(refused, ..) => {
            conclude(&refused, exchange.route.as_ref(), &mut exchange.closing.outcome);
            exchange.closing.outcome.cancelled = true;
        }
    }
    exchange.closing.outcome.status = Some(StatusCode::SWITCHING_PROTOCOLS);
    exchange.closing.done();
}

async fn converse(exchange: &mut Exchange, viewer: &mut Socket, upstream: &mut Socket) -> End {
    let (house, permit) = (exchange.house.clone(), exchange.permit().clone());
    let mut over = std::pin::pin!(grant_over(&house, &permit));
    let mut stopping = house.stopping();
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    let mut heard = Instant::now();
    loop {
        let step = tokio::select! {
            message = upstream.next() => match message {
                None => Err(End::Closed(None)),
                Some(Err(error)) => Err(End::Cut(Refused::Upstream(UpstreamFault::CutShort), CloseCode::Away, wrong(&error).unwrap_or(CloseCode::Away))),
                Some(Ok(message)) => outward(exchange, viewer, message).await,
            },
            message = viewer.next() => {
                heard = Instant::now();
                match message {
                    None => Err(End::Gone),
                    Some(Err(error)) => Err(wrong(&error).map_or(End::Gone, End::Wrong)),
                    Some(Ok(message)) => inward(exchange, upstream, message).await,
                }
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE { Err(End::Gone) } else { send(viewer, Message::Ping(Default::default())).await }
            }
            () = &mut over => Err(cut(Refused::Denied(Denial::Expired(permit.until())))),
            _ = stopping.changed() => Err(End::Stopping),
        };
        if let Err(end) = step {
            return end;
        }
    }
}

/// By which code an end is told what was wrong with what it sent (RFC 6455, 7.4.1); none when it just went.
fn wrong(error: &Error) -> Option<CloseCode> {
    match error {
        Error::Utf8(_) => Some(CloseCode::Invalid),
        Error::Capacity(_) => Some(CloseCode::Size),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(CloseCode::Protocol),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Io(_)
        | Error::Tls(_)
        | Error::WriteBufferFull(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => None,
    }
}

/// Ends one side. Who closed gets its answer, who did not is told `code`; either way what it still sends is read, for a connection that is let go
/// with bytes unread is reset, and the last frame is lost with it.
async fn part(mut socket: Socket, code: CloseCode) {
    let goodbye = async move {
        let code = if code.is_allowed() { code } else { CloseCode::Away };
        // It has closed already: the answer to it waits to be written.
        if socket.close(Some(CloseFrame { code, reason: Utf8Bytes::default() })).await.is_err() {
            drop(socket.flush().await);
        }
        while let Some(Ok(_)) = socket.next().await {}
        let stream = socket.get_mut();
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(UNREAD), &mut tokio::io::sink()).await
    };
    // The other end may be gone already, which is as good.
    drop(tokio::time::timeout(PARTING, goodbye).await);
}

async fn send(socket: &mut Socket, message: Message) -> Result<(), End> {
    match tokio::time::timeout(SEND, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

/// From the upstream to the viewer.
async fn outward(exchange: &mut Exchange, viewer: &mut Socket, message: Message) -> Result<(), End> {
    match message {
        Message::Text(text) => {
            let screened = screened(exchange, &text, false).map_err(cut)?;
            exchange.closing.outcome.bytes += screened.len() as u64;
            send(viewer, Message::Text(screened.into())).await
        }
        // Libraries send documents as bytes, too.
        Message::Binary(bytes) => {
            if let Some(text) = as_document(&bytes) {
                let screened = screened(exchange, text, true).map_err(cut)?;
                exchange.closing.outcome.bytes += screened.len() as u64;
                return send(viewer, Message::Binary(screened.into())).await;
            }
            let mut proof = binary(exchange)?;
            let length = bytes.len() as u64;
            let screened = Screened::inert(bytes, &mut proof);
            exchange.house.charge_bytes(&exchange.admitted, length).map_err(|over| cut(Refused::OverLimit(over)))?;
            exchange.closing.outcome.bytes += length;
            send(viewer, Message::Binary(screened.into_bytes())).await
        }
        Message::Close(frame) => Err(End::Closed(frame)),
        // Each end answers its own.
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
    }
}

/// From the viewer to the upstream.
async fn inward(exchange: &mut Exchange, upstream: &mut Socket, message: Message) -> Result<(), End> {
    match message {
        Message::Text(text) => {
            let text = for_upstream(exchange, &text)?.map_or(text, Utf8Bytes::from);
            send(upstream, Message::Text(text)).await
        }
        Message::Binary(bytes) => {
            let new = match as_text(&bytes) {
                Some(text) => for_upstream(exchange, text)?.map(bytes::Bytes::from),
                None => binary(exchange).map(|_| None)?,
            };
            send(upstream, Message::Binary(new.unwrap_or(bytes))).await
        }
        Message::Close(frame) => Err(End::Closed(frame)),
        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
    }
}

/// What a viewer sends, as the upstream may have it; none when it stays as it is.
fn for_upstream(exchange: &mut Exchange, text: &str) -> Result<Option<String>, End> {
    // A library's frame around a message says nothing of what is in it.
    let media = Media::from_content_type(Shape::of(split_frame(text).1).content_type());
    returned::message(media.as_ref(), split_frame(text).1).map_err(cut)?;
    if exchange.inbound != Inbound::Allow {
        let done = heavy(|| {
            typed::message(media, split_frame(text).1, exchange.permit().engineer().as_str(), || exchange.inspector())
        });
        match done {
            Err(Refused::Typed { .. }) if exchange.inbound == Inbound::Audit => {
                exchange.closing.outcome.verdict = Some(visit::typed());
            }
            done => done.map_err(cut)?,
        }
    }
    let resolved = match Shape::of(split_frame(text).1) {
        Shape::Json => tokens::json(&exchange.tokens, text),
        Shape::Markup | Shape::Xml => tokens::markup(&exchange.tokens, text),
        Shape::Hl7 | Shape::Text => tokens::plain(&exchange.tokens, text),
    };
    let resolved = resolved.map_err(cut)?;
    let homed = exchange.home.to_upstream(resolved.as_deref().unwrap_or(text));
    Ok(homed.or(resolved))
}

/// Bytes that are whole documents, JSON or XML. Other text in bytes may be a slice of a stream, or words with their lengths before
/// them: half a number is none, and a letter before one hides it.
fn as_document(bytes: &[u8]) -> Option<&str> {
    let text = as_text(bytes)?;
    let whole = |part: &str| matches!(Shape::of(split_frame(part).1), Shape::Json | Shape::Xml);
    text.split('\u{1e}').filter(|part| !part.trim().is_empty()).all(whole).then_some(text)
}

/// Bytes that are text: UTF-8 without what no text holds.
fn as_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{1e}');
    (!text.is_empty() && !text.contains(odd)).then_some(text)
}

fn cut(refused: Refused) -> End {
    let code = if matches!(refused, Refused::Withheld(_)) { CloseCode::Unsupported } else { CloseCode::Policy };
    End::Cut(refused, code, CloseCode::Away)
}

/// Nobody can say what is in a binary message: it passes where the route lets `application/octet-stream` pass.
fn binary(exchange: &Exchange) -> Result<Inert, End> {
    Inert::messages(&exchange.inert).ok_or_else(|| {
        let why = Withheld::UnknownType("binary message".into());
        cut(Refused::Withheld(why))
    })
}

/// What a message looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Json,
    Markup,
    Xml,
    Hl7,
    Text,
}

impl Shape {
    fn of(text: &str) -> Self {
        let text = text.trim_start();
        match text.as_bytes() {
            [b'{' | b'[', ..] => Shape::Json,
            [b'<', b'?', b'x' | b'X', ..] => Shape::Xml,
            [b'<', ..] => Shape::Markup,
            _ if text.starts_with("MSH|") => Shape::Hl7,
            _ => Shape::Text,
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Shape::Json => "application/json",
            Shape::Markup => "text/html; charset=utf-8",
            Shape::Xml => "application/xml; charset=utf-8",
            Shape::Hl7 => "application/hl7-v2; charset=utf-8",
            Shape::Text => "text/plain; charset=utf-8",
        }
    }
}

/// A message through the engine. Libraries frame messages: a record separator between several (SignalR), a number or
/// letter before (Socket.IO `42[…]`, SockJS `a[…]`); the frame stays, what is in it is looked at by its own shape. `strict`: what
/// only begins like a format is withheld.
fn screened(exchange: &mut Exchange, text: &str, strict: bool) -> Result<String, Refused> {
    let mut out = String::with_capacity(text.len());
    for (i, part) in text.split('\u{1e}').enumerate() {
        if i > 0 {
            out.push('\u{1e}');
        }
        let (frame, body) = split_frame(part);
        out.push_str(frame);
        if body.trim().is_empty() {
            out.push_str(body);
            continue;
        }
        // What only begins like a format is looked at as text.
        let shape = Shape::of(body);
        let done = match one(exchange, shape, body) {
            Err(Refused::Withheld(Withheld::Malformed(_))) if shape != Shape::Text && !strict => {
                one(exchange, Shape::Text, body)?
            }
            done => done?,
        };
        out.push_str(&done);
    }
    Ok(out)
}

fn split_frame(text: &str) -> (&str, &str) {
    let digits = text.bytes().take(12).take_while(u8::is_ascii_digit).count();
    let at = if digits == 0 && text.starts_with("a[") { 1 } else { digits };
    match text.split_at_checked(at) {
        Some((frame, body)) if body.starts_with(['[', '{']) && frame.len() <= 4 => (frame, body),
        _ => ("", text),
    }
}

fn one(exchange: &mut Exchange, shape: Shape, body: &str) -> Result<String, Refused> {
    let opened = BodyRewriter::open(exchange.inspector(), Some(shape.content_type()), None, None);
    let mut rewriter = opened.and_then(|r| r.handled(exchange.handling)).map_err(Refused::Withheld)?;
    rewriter = rewriter.at_home(exchange.home.outward().cloned());
    let (bytes, done) = heavy(|| {
        let first = rewriter.write_screened(body.as_bytes())?;
        let (last, done) = rewriter.finish_screened()?;
        Ok(([first.into_bytes(), last.into_bytes()].concat(), done))
    })
    .map_err(Refused::Withheld)?;
    exchange.settle(done, bytes.len() as u64)?;
    String::from_utf8(bytes).map_err(|_| Refused::Withheld(Withheld::BadCharset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_libraries_stay() {
        assert_eq!(split_frame("42[\"vitals\",{}]"), ("42", "[\"vitals\",{}]"));
        assert_eq!(split_frame("a[\"x\"]"), ("a", "[\"x\"]"));
        assert_eq!(split_frame("9434765919[1]"), ("", "9434765919[1]"));
        assert_eq!(split_frame("{\"a\":1}"), ("", "{\"a\":1}"));
        assert_eq!(split_frame("9434765919"), ("", "9434765919"));
    }

    #[test]
    fn messages_are_taken_for_what_they_look_like() {
        assert_eq!(Shape::of(" {\"a\":1}"), Shape::Json);
        assert_eq!(Shape::of("<?xml version='1.0'?><a/>"), Shape::Xml);
        assert_eq!(Shape::of("<div>"), Shape::Markup);
        assert_eq!(Shape::of("MSH|^~\\&|"), Shape::Hl7);
        assert_eq!(Shape::of("hello"), Shape::Text);
    }
}
