//! The way of a request through the house. Each step can only refuse; what one step proves the next ones carry.
//!
//! ```text
//! accept → which host → who (identity) → from where, may they (permit) → what exactly (target, route, request policy)
//!   → how much (admitted) → audit.open → upstream → back: see `response`
//! ```
//!
//! Whatever happens, the request ends in the trail exactly once: as a refusal, or by the [`Closing`] that its response
//! carries.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;

use super::body::{Body, Closing};
use super::exchange::Exchange;
use super::house::House;
use super::settings::Settings;
use super::stream::heavy;
use super::trust::Trust;
use super::viewers::Viewer;
use super::visit::{Visit, verdict};
use super::{controls, enclosed, inbound, own, page, websocket};
use crate::access::{Decision, Permit, decide};
use crate::audit::{Code, Opened, RequestId, RulesVersion, Verdict};
use crate::base::id::RuleId;
use crate::config::Modals;
use crate::document::wire::Fault;
use crate::limits::{Admitted, Ask};
use crate::net::listener::Peer;
use crate::net::resolve;
use crate::policy::home::Home;
use crate::policy::refusal::Refused;
use crate::policy::request::{self, Intent, Way};
use crate::policy::returned;
use crate::policy::route::{self, Class};
use crate::policy::screen::{self, shell};
use crate::policy::searched;
use crate::policy::target::Target;
use crate::policy::typed::{self, Came};
use crate::redact::dictionary::Dictionary;
use crate::redact::format::Media;
use crate::redact::inspect::{Inspector, record_key};
use crate::redact::kind::Kind;
use crate::redact::operator::GrantKeys;
use crate::redact::operator::token::Tokens;
use crate::redact::screened::Screened;
use crate::redact::withheld::Withheld;
use crate::rules::Compiled;
use crate::rules::route::Inbound;

/// Where a request's way through the house led.
enum Led {
    /// To an answer of our own.
    Own(Response<Body>),
    /// Upstream: permitted, admitted, and held by the trail.
    Up(Box<Exchange>, Request<Full<Bytes>>, Option<OnUpgrade>),
    /// To a document that came in a page: likewise, but nobody is asked.
    Held(Box<Exchange>, Bytes),
}

/// Answers a request, whatever it is.
pub(super) async fn answer(house: Arc<House>, peer: Peer, request: Request<Incoming>) -> Response<Body> {
    let Ok(id) = RequestId::random() else {
        // Without randomness there is no name for the request, so no entry, so no view.
        return page::refusal(&Refused::Failed, RequestId::from_bytes([0; 16]), false, false, None, None);
    };
    let mut visit = Visit::new(id, request.method(), request.headers());
    let (page, head_only, fallback) = (visit.page, visit.head_only(), visit.entry(verdict(&Refused::Failed)));
    let way = AssertUnwindSafe(async {
        match enter(&house, peer, request, &mut visit).await {
            Ok(Led::Own(response)) => response,
            Ok(Led::Up(exchange, request, upgrade)) => exchange.run(request, upgrade).await,
            Ok(Led::Held(exchange, file)) => exchange.enclosed(file).await,
            Err(refused) => refuse(&house, &visit, &refused).await,
        }
    });
    if let Ok(response) = way.catch_unwind().await {
        return response;
    }
    // An entry that was open was closed as failed while the stack unwound; this row names what the viewer sees.
    tracing::error!(request = %id, "a request failed by a panic");
    if house.trail().refusal(fallback).await.is_err() {
        tracing::error!(request = %id, "and the trail could not be written");
    }
    page::refusal(&Refused::Failed, id, page, head_only, None, None)
}

/// What is sent to a search, with the names that its pseudonyms stand for, as tokens.
fn sought(content_type: Option<&str>, came: &Bytes, known: impl Fn(&str) -> Option<String>) -> Option<Bytes> {
    let text = std::str::from_utf8(came).ok()?;
    let form = content_type.and_then(Media::from_content_type) == Some(Media::Form);
    if form { searched::named(text, known) } else { searched::marked(text, known) }.map(Bytes::from)
}

/// Says no, and writes so.
async fn refuse(house: &House, visit: &Visit, refused: &Refused) -> Response<Body> {
    if let (Some(trust), Refused::Route(_), Some(route)) = (&visit.trust, refused, &visit.route) {
        trust.count_route(route.as_str());
    }
    if let Err(error) = house.trail().refusal(visit.entry(verdict(refused))).await {
        // A refusal that cannot be written is a refusal all the same.
        tracing::error!(request = %visit.id, %error, "a refusal could not be written to the trail");
    }
    let mut response = page::refusal(refused, visit.id, visit.page, visit.head_only(), visit.sign_in.as_deref(), None);
    if *refused == Refused::ForgedToken {
        for (name, path) in visit.stale.iter().flat_map(|name| visit.cookie_paths.iter().map(move |path| (name, path)))
        {
            // Browsers take a name with such a prefix by https alone.
            let secure = if name.starts_with("__") { "; Secure" } else { "" };
            if let Ok(value) = HeaderValue::try_from(format!("{name}=; Path={path}; Max-Age=0{secure}")) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
    }
    if let (Refused::OverLimit(_), Some(permit)) = (refused, &visit.permit) {
        house.rate_headers(permit, response.headers_mut());
    }
    response
}

async fn enter(house: &Arc<House>, peer: Peer, request: Request<Incoming>, visit: &mut Visit) -> Result<Led, Refused> {
    if peer.irregular {
        return Err(Refused::BadRequest("it can be read in two ways"));
    }
    let settings = house.settings();
    let (mut parts, incoming) = request.into_parts();
    inbound::head(&parts, &settings.config.bounds)?;

    // Which host.
    if let Some(response) = own::answer(house, &parts.method, parts.uri.path()) {
        return Ok(Led::Own(response));
    }
    let host = inbound::host(&parts)?;
    visit.trust = settings.by_host.get(&host.name).cloned();
    let ours = parts.uri.path().starts_with(own::PREFIX);
    let drawn = controls::asked(&parts.method, parts.uri.path());
    let held = enclosed::asked(&parts.method, parts.uri.path());
    let Some(trust) = visit.trust.clone().filter(|_| !ours || drawn || held.is_some()) else {
        let beside = own::beside(house, &host.name, peer, Request::from_parts(parts, incoming)).await;
        return beside.map(Led::Own).ok_or(if ours { Refused::NotOurs } else { Refused::UnknownHost });
    };
    let compiled = trust.compiled();
    visit.rules = RulesVersion::new(&compiled.version).ok();

    // Who, from where, may they.
    let (permit, from, secure) = permitted(house, &settings, &trust, peer, &parts.headers, visit)?;

    // What exactly.
    let keys = GrantKeys::new(trust.master(), trust.id(), permit.grant());
    if drawn {
        let idle = settings.config.timeouts.request_body_idle;
        let body = inbound::read(incoming, controls::ASKED, idle);
        let (home, tokens) = (trust.home(&host.authority, secure), Tokens::new(&keys));
        let inspector = |at: &str| {
            let at = home.below(at);
            let path = Target::read(at, None, &tokens).map_or_else(|_| at.to_owned(), |target| target.path);
            Inspector::new(compiled.plan.clone(), keys.clone(), Dictionary::default(), &path)
        };
        let turn = house.asking.turn(permit.grant(), controls::WAITS).await;
        return controls::answer(turn, body, inspector).await.map(Led::Own);
    }
    let tokens = Tokens::new(&keys);
    let intent = request::intent(&parts.headers)?;
    let home = trust.home(&host.authority, secure);
    if let Some(name) = held {
        // As any PDF: a browser shows it, and no script gets it.
        if !intent.document {
            return Err(Refused::Withheld(Withheld::UnknownType("application/pdf".to_owned())));
        }
        let found = house.enclosed.find(&permit, &compiled.version, name, house.clock().now());
        let (file, stands) = found.ok_or(Refused::Document(Fault::Gone))?;
        (visit.route, visit.record) = (stands.route, stands.record);
        if let Some(record) = &visit.record {
            permit.covers(record).map_err(Refused::Denied)?;
        }
        // The page was a view of the record: while that is open, this is no other.
        let ask = Ask { record: visit.record, poll: true };
        let admitted = house.admit(permit, ask).map_err(Refused::OverLimit)?;
        let opened = opened(house, visit).await?;
        let inside = Inside { home, path: stands.path, trust, compiled, keys, tokens, intent };
        let exchange = inside.exchange(house, visit, &parts, &Class::UNRULED, admitted, Closing::new(opened));
        return Ok(Led::Held(Box::new(exchange), file));
    }
    let known = |pseudonym: &str| {
        let learned = house.memories.recall(&permit, &compiled.version, house.clock().now());
        heavy(|| learned.named(pseudonym, &keys)).and_then(|name| tokens.seal(Kind::Name, &name))
    };
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    let searched = parts.uri.query().filter(|_| reads).and_then(|query| searched::named(query, known));
    let query = searched.as_deref().or(parts.uri.query());
    let target = Target::read(home.below(parts.uri.path()), query, &tokens)?.homed(&home);
    if parts.method == Method::OPTIONS {
        return options(house, visit, &compiled, &target).await.map(Led::Own);
    }
    if trust.settings().modals == Modals::Shell && shell::wanted(&parts.method, &parts.headers) {
        // What is shown is asked for by the frame in it, and counts there.
        house.trail().refusal(visit.entry(Verdict::Noted(Code::new("shell")))).await.map_err(|_| Refused::TrailDown)?;
        return Ok(Led::Own(page::shell(&permit, &trust)));
    }
    let socket = websocket::wanted(&parts);
    let upgrade = socket.then(|| parts.extensions.remove::<OnUpgrade>()).flatten();
    let came = body(&settings, &parts, incoming).await?;
    // Tokens turned back.
    let sent = heavy(|| request::body(content_type(&parts.headers), came.clone(), &tokens))?;
    let form = request::form(content_type(&parts.headers), &sent);
    request::method_override(&parts.method, &target.query, &form)?;
    let class = route::classify(&compiled.routes, &parts.method, &target, &form).map_err(|(refused, route)| {
        visit.route = route.and_then(|r| RuleId::new(&r.id).ok());
        refused
    })?;
    visit.route = class.route.and_then(|r| RuleId::new(&r.id).ok());
    if let Some(route) = class.route {
        trust.count_route(&route.id);
    }
    let looked_for = class.search.then(|| sought(content_type(&parts.headers), &came, known)).flatten();
    let (came, sent) = match looked_for {
        Some(new) => (new.clone(), heavy(|| request::body(content_type(&parts.headers), new, &tokens))?),
        None => (came, sent),
    };
    let learner = || {
        let known = house.memories.recall(&permit, &compiled.version, house.clock().now());
        Inspector::new(compiled.plan.clone(), keys.clone(), known, &target.path)
    };
    // What a rule refuses anyway is refused by that rule.
    let content_type = content_type(&parts.headers);
    let path = parts.uri.path();
    returned::headers(&parts.headers)?;
    heavy(|| returned::check(path, query, content_type, &came))?;
    if class.inbound != Inbound::Allow {
        let came = Came { path, query, content_type, body: &came, engineer: permit.engineer().as_str() };
        match heavy(|| typed::check(&came, learner)) {
            Err(Refused::Typed { .. }) if class.inbound == Inbound::Audit => visit.typed = true,
            done => done?,
        }
    }
    let sent = request::homed(content_type, sent, &home);
    let way = Way {
        home: &home,
        from,
        tokens: &tokens,
        near: trust.upstream().host().is_some_and(resolve::is_here),
        plain: !class.inert.is_empty(),
    };
    settings.identity.strip(&mut parts.headers);
    visit.stale = request::stale_cookies(&parts.headers, &tokens);
    if !visit.stale.is_empty() {
        visit.cookie_paths = request::cookie_paths(parts.uri.path());
    }
    let outgoing = outgoing(&parts, &way, &target, sent, upgrade.is_some())?;

    // How much.
    visit.record = class.record.as_deref().map(|record| record_key(&trust.record_key(), record));
    if let Some(record) = &visit.record {
        permit.covers(record).map_err(Refused::Denied)?;
    }
    let ask = Ask { record: visit.record, poll: class.poll };
    let admitted = house.admit(permit, ask).map_err(Refused::OverLimit)?;

    // Nothing goes upstream that the trail does not hold.
    let opened = opened(house, visit).await?;
    let inside =
        Inside { home, path: target.path, trust: trust.clone(), compiled: compiled.clone(), keys, tokens, intent };
    let exchange = inside.exchange(house, visit, &parts, &class, admitted, Closing::new(opened));
    Ok(Led::Up(Box::new(exchange), outgoing, upgrade))
}

/// The row that is there before anything is viewed.
async fn opened(house: &House, visit: &Visit) -> Result<Opened, Refused> {
    house.trail().open(visit.entry(visit.admitted())).await.map_err(|error| {
        tracing::error!(request = %visit.id, %error, "the trail cannot be written, so nothing is viewed");
        Refused::TrailDown
    })
}

/// What a request has found out on its way in.
struct Inside {
    home: Home,
    path: String,
    trust: Arc<Trust>,
    compiled: Arc<Compiled>,
    keys: GrantKeys,
    tokens: Tokens,
    intent: Intent,
}

impl Inside {
    /// All that the way back needs.
    fn exchange(
        self,
        house: &Arc<House>,
        visit: &Visit,
        parts: &Parts,
        class: &Class<'_>,
        admitted: Admitted,
        closing: Closing,
    ) -> Exchange {
        let Self { home, path, trust, compiled, keys, tokens, intent } = self;
        Exchange {
            inert: class.inert.to_vec(),
            handling: class.handling,
            as_page: class.as_page,
            inbound: class.inbound,
            count_shown: class.count_shown,
            clear_on_leave: class.clear_on_leave,
            marked: class.marked,
            route: visit.route.clone(),
            closing,
            house: house.clone(),
            method: parts.method.clone(),
            accept_encoding: text(&parts.headers, header::ACCEPT_ENCODING),
            home,
            id: visit.id,
            page: visit.page,
            socket_key: parts.headers.get(header::SEC_WEBSOCKET_KEY).cloned(),
            socket_protocols: text(&parts.headers, header::SEC_WEBSOCKET_PROTOCOL),
            path,
            trust,
            compiled,
            keys,
            tokens,
            intent,
            admitted,
        }
    }
}

/// Who, from where, and whether they may.
fn permitted(
    house: &House,
    settings: &Settings,
    trust: &Trust,
    peer: Peer,
    headers: &HeaderMap,
    visit: &mut Visit,
) -> Result<(Permit, IpAddr, bool), Refused> {
    visit.sign_in = settings.identity.sign_in().map(str::to_owned);
    let known = settings.identity.identify(headers, peer.address.ip()).map_err(Refused::Identity)?;
    visit.who = Some(known.identity.clone());
    let now = house.clock().now();
    let grants = house.grants().all();
    let permit = match decide(&known.identity, known.from, trust.id(), &grants, &settings.config.centres, now) {
        Decision::Permit(permit) => permit,
        Decision::Deny(denial) => return Err(Refused::Denied(denial)),
    };
    visit.permit = Some(permit.clone());
    house.viewers.note(Viewer {
        engineer: permit.engineer().clone(),
        trust: permit.trust().clone(),
        ticket: permit.ticket().clone(),
        centre: permit.centre().clone(),
        from: known.from,
        since: now,
        last: now,
        until: permit.until(),
        requests: 1,
    });
    Ok((permit, known.from, known.secure || peer.secure))
}

/// The body as it came. Reading has none.
async fn body(settings: &Settings, parts: &Parts, incoming: Incoming) -> Result<Bytes, Refused> {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return Ok(Bytes::new());
    }
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refused::BadRequest("its body is compressed"));
    }
    let (limit, idle) = (settings.config.bounds.request_body, settings.config.timeouts.request_body_idle);
    inbound::read(incoming, limit, idle).await
}

fn outgoing(
    parts: &Parts,
    way: &Way<'_>,
    target: &Target,
    body: Bytes,
    socket: bool,
) -> Result<Request<Full<Bytes>>, Refused> {
    const BAD: Refused = Refused::BadRequest("its address is malformed");
    let mut headers = request::headers(&parts.headers, way)?;
    if socket {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    let mut uri = way.home.upstream().clone().into_parts();
    uri.path_and_query = Some(target.upstream(way.home.base()).parse().map_err(|_| BAD)?);
    let mut request = Request::new(Full::new(body));
    *request.uri_mut() = Uri::from_parts(uri).map_err(|_| BAD)?;
    *request.method_mut() = parts.method.clone();
    *request.headers_mut() = headers;
    Ok(request)
}

/// What may be done with a target; the upstream is not asked.
async fn options(
    house: &House,
    visit: &Visit,
    compiled: &Compiled,
    target: &Target,
) -> Result<Response<Body>, Refused> {
    let entry = visit.entry(Verdict::Refused(Code::new("options")));
    house.trail().refusal(entry).await.map_err(|_| Refused::TrailDown)?;
    let mut names: Vec<String> = vec!["OPTIONS".into()];
    names.extend(route::allowed(&compiled.routes, target, &[]).iter().map(ToString::to_string));
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::try_from(names.join(", ")) {
        headers.insert(header::ALLOW, value);
    }
    screen::protect_own(&mut headers, "default-src 'none'; frame-ancestors 'none'; sandbox");
    Ok(page::own(StatusCode::OK, headers, Screened::default(), true, None))
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok())
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
}
