//! What moves by itself: the ward feed over Server-Sent Events, vital signs over WebSocket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt, stream};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use super::{Fields, field};
use crate::clinic::patient::Patient;
use crate::clinic::reply;
use crate::clinic::server::System;
use crate::clinic::session::Session;
use crate::clinic::{view, written};

/// Between two events of the feed.
const FEED_EVERY: Duration = Duration::from_millis(900);
/// Between two sets of vital signs.
const VITALS_EVERY: Duration = Duration::from_millis(500);
/// The largest message taken.
const LARGEST: usize = 4096;

/// What happens on a ward, one event after the other, for as long as somebody looks.
pub(in crate::clinic) async fn feed(State(system): State<System>, _: Session, Query(query): Query<Fields>) -> Response {
    let ward = field(&query, "ward").to_owned();
    let there: Vec<Arc<Patient>> =
        system.patients().into_iter().filter(|p| ward.is_empty() || p.ward == ward).collect();
    let stop = system.stop.clone();
    let events = stream::unfold(0_usize, move |n| {
        let (system, there) = (system.clone(), there.clone());
        async move {
            if n > 0 {
                tokio::time::sleep(FEED_EVERY).await;
            }
            let event = event(&system, there.get(n % there.len().max(1)).map(Arc::as_ref), n);
            Some((Ok::<_, Infallible>(event), n + 1))
        }
    });
    let ended = Box::pin(events.take_until(stop.cancelled_owned()));
    Sse::new(ended).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

fn event(system: &System, patient: Option<&Patient>, n: usize) -> Event {
    let Some(p) = patient else { return Event::default().comment("nobody here") };
    let name = written::name(p, system.trust.names);
    let text = match n % 4 {
        0 => format!("{name} admitted to {} {}", p.ward, p.bed),
        1 => format!("Bloods back for {} ({})", name, p.number),
        2 => {
            format!("{} {} to theatre.\nNext of kin {} {} informed.", p.title, p.surname, p.kin.forename, p.kin.surname)
        }
        _ => format!("Bed {} cleaned, {} {} to return", p.bed, p.forename, p.surname),
    };
    if n % 4 == 3 {
        // The older half of the product sends plain text.
        return Event::default().id(n.to_string()).event("note").data(text);
    }
    let row = view::row(p, system.trust);
    let of = |key: &str| row.get(key).cloned().unwrap_or_default();
    let data = json!({ "text": text, "patient": { "id": of("id"), "name": name, "nhsNumber": p.nhs, "url": of("href") }, "ward": p.ward });
    Event::default().id(n.to_string()).event("ward").data(data.to_string())
}

/// Vital signs of a patient. The client may ask for another with `{"subscribe": id}`.
pub(in crate::clinic) async fn vitals(
    State(system): State<System>,
    _: Session,
    Query(query): Query<Fields>,
    mut request: Request,
) -> Response {
    let Some(key) = upgrade_key(request.headers()) else {
        return reply::problem(StatusCode::UPGRADE_REQUIRED, "This address speaks WebSocket.");
    };
    let patient = system.find(field(&query, "patient"));
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let config = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
            let socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
            let stop = system.stop.clone();
            // The client has gone, or the clinic stops: either way there is nobody to tell.
            stop.run_until_cancelled(converse(&system, socket, patient)).await;
        }
    });
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&key) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

fn upgrade_key(headers: &HeaderMap) -> Option<String> {
    let is = |name, wanted: &str| {
        headers
            .get(name)
            .and_then(|v: &HeaderValue| v.to_str().ok())
            .is_some_and(|v| v.to_ascii_lowercase().contains(wanted))
    };
    (is(header::UPGRADE, "websocket") && is(header::CONNECTION, "upgrade"))
        .then(|| headers.get(header::SEC_WEBSOCKET_KEY).map(|key| derive_accept_key(key.as_bytes())))
        .flatten()
}

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

async fn converse(system: &System, mut socket: Socket, mut patient: Option<Arc<Patient>>) {
    let mut clock = tokio::time::interval(VITALS_EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut n: usize = 0;
    if let Some(p) = &patient
        && socket.send(Message::text(hello(system, p).to_string())).await.is_err()
    {
        return;
    }
    loop {
        let message = tokio::select! {
            _ = clock.tick() => {
                n += 1;
                match &patient {
                    Some(p) => signs(system, p, n),
                    None => json!({ "type": "waiting", "for": "subscribe" }),
                }
            }
            incoming = socket.next() => match incoming {
                Some(Ok(Message::Text(text))) => {
                    patient = asked(&text).and_then(|key| system.find(&key));
                    match &patient {
                        Some(p) => hello(system, p),
                        None => json!({ "type": "error", "error": "no such patient" }),
                    }
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        };
        if socket.send(Message::text(message.to_string())).await.is_err() {
            return;
        }
    }
}

fn asked(text: &str) -> Option<String> {
    let message: Value = serde_json::from_str(text).ok()?;
    message.get("subscribe")?.as_str().map(str::to_owned)
}

fn hello(system: &System, p: &Patient) -> Value {
    json!({
        "type": "subscribed",
        "patient": {
            "id": system.link(p), "name": written::name(p, system.trust.names), "nhsNumber": p.nhs,
            "hospitalNumber": p.number, "bed": p.bed,
        },
        "message": format!("Monitoring {} {} in {}", p.forename, p.surname, p.bed),
    })
}

fn signs(system: &System, p: &Patient, n: usize) -> Value {
    let wave: i32 = [0, 1, 3, 2, -1, -2, 0, 2, 1, -1].get(n % 10).copied().unwrap_or(0);
    json!({
        "type": "vitals", "id": system.link(p), "label": format!("{}, {}", p.surname.to_uppercase(), p.forename), "n": n,
        "hr": 74 + wave, "spo2": 97 - wave.rem_euclid(2), "rr": 16 + wave.rem_euclid(3), "sys": 128 + 2 * wave, "dia": 76 + wave,
        "temp": 36.8,
    })
}
