//! One request that goes upstream, and the way of its response back: the second half of the pipeline.
//!
//! ```text
//! upstream → type gate, headers → decode, rewrite (engine) → count the records shown → encode → the viewer → audit.close
//! ```
//!
//! A body that ends inside the engine's look-ahead is judged whole, so that it can still become a refusal; a longer one
//! is handed to a [`stream`], which can only cut.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::upgrade::OnUpgrade;
use tokio::time::Instant;

use super::body::{Body, Closing};
use super::house::House;
use super::stream::{self, Through};
use super::trust::Trust;
use super::visit::conclude;
use super::{enclosed, page, websocket};
use crate::access::Permit;
use crate::audit::RequestId;
use crate::base::id::RuleId;
use crate::limits::Admitted;
use crate::net::upstream::UpstreamBody;
use crate::policy::home::Home;
use crate::policy::refusal::{Refused, UpstreamFault};
use crate::policy::request::Intent;
use crate::policy::response::{self, Came, Gate};
use crate::policy::screen::{self, Leaving, Shown};
use crate::redact::code::encode::{Encoder, Encoding};
use crate::redact::engine::{BodyRewriter, Done};
use crate::redact::finding::Report;
use crate::redact::inspect::Inspector;
use crate::redact::operator::GrantKeys;
use crate::redact::operator::token::Tokens;
use crate::redact::plan::Handling;
use crate::redact::screened::{Inert, Screened};
use crate::redact::withheld::Withheld;
use crate::rules::Compiled;
use crate::rules::route::Inbound;

/// A route that names its record shows that one; when its page shows this many, it is a list and counts as one.
const LIST: usize = 5;
/// Smaller bodies are not worth compressing.
const WORTH_CODING: usize = 1024;
/// This much of an inert body is looked at before any of it leaves.
const SNIFFED: usize = 64;

/// A request that was admitted, and all that its response needs.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) house: Arc<House>,
    pub(super) trust: Arc<Trust>,
    pub(super) compiled: Arc<Compiled>,
    pub(super) keys: GrantKeys,
    pub(super) tokens: Tokens,
    pub(super) path: String,
    pub(super) method: Method,
    pub(super) inert: Vec<String>,
    pub(super) handling: Handling,
    /// The route says that what it answers is a page, though it look like an export.
    pub(super) as_page: bool,
    /// What is done with a message that holds an identifier in clear.
    pub(super) inbound: Inbound,
    pub(super) count_shown: bool,
    /// The browser's storage is cleared when the page is left.
    pub(super) clear_on_leave: bool,
    /// Pictures are drawn anew, with the mark.
    pub(super) marked: bool,
    /// The route that it takes, for the trail and warnings.
    pub(super) route: Option<RuleId>,
    pub(super) intent: Intent,
    pub(super) accept_encoding: Option<String>,
    /// Where the upstream is, and where the viewer sees it.
    pub(super) home: Home,
    pub(super) id: RequestId,
    pub(super) page: bool,
    pub(super) admitted: Admitted,
    /// Of a WebSocket: the viewer's key.
    pub(super) socket_key: Option<HeaderValue>,
    /// Of a WebSocket: the protocols offered.
    pub(super) socket_protocols: Option<String>,
    pub(super) closing: Closing,
}

/// The end of an exchange: a refusal on the way closes the open entry.
pub(super) struct End {
    house: Arc<House>,
    permit: Permit,
    id: RequestId,
    page: bool,
    head_only: bool,
    route: Option<RuleId>,
}

impl End {
    pub(super) fn of(self, answer: Result<Response<Body>, (Refused, Closing)>) -> Response<Body> {
        let mut response = answer.unwrap_or_else(|(refused, mut closing)| {
            conclude(&refused, self.route.as_ref(), &mut closing.outcome);
            page::refusal(&refused, self.id, self.page, self.head_only, None, Some(closing))
        });
        self.house.rate_headers(&self.permit, response.headers_mut());
        response
    }
}

impl Exchange {
    /// Asks upstream and answers; a refusal on the way ends the open entry.
    pub(super) async fn run(
        mut self: Box<Self>,
        request: Request<Full<Bytes>>,
        upgrade: Option<OnUpgrade>,
    ) -> Response<Body> {
        let whole = Instant::now() + self.house.settings().config.timeouts.whole;
        let end = self.end();
        let answer = match self.ask(request).await {
            Ok(came) if came.status() == StatusCode::SWITCHING_PROTOCOLS => websocket::switch(self, came, upgrade),
            Ok(came) => self.back(came, whole).await,
            Err(refused) => Err((refused, self.closing)),
        };
        end.of(answer)
    }

    /// What its end needs, whatever becomes of it.
    pub(super) fn end(&self) -> End {
        End {
            house: self.house.clone(),
            permit: self.admitted.permit().clone(),
            id: self.id,
            page: self.page,
            head_only: self.method == Method::HEAD,
            route: self.route.clone(),
        }
    }

    async fn ask(&mut self, request: Request<Full<Bytes>>) -> Result<Response<UpstreamBody>, Refused> {
        let Some(opened) = self.closing.opened() else { return Err(Refused::TrailDown) };
        self.trust.client().send(&self.admitted, opened, request).await.map_err(Refused::Upstream)
    }

    /// The way back.
    async fn back(
        mut self: Box<Self>,
        came: Response<UpstreamBody>,
        whole: Instant,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        let (head, body) = came.into_parts();
        let judged = self.judge(head.status, &head.headers);
        let (gate, mut headers) = match judged {
            Ok(judged) => judged,
            Err(refused) => return Err((refused, self.closing)),
        };
        self.closing.outcome.status = Some(head.status);
        // A page of ours around a picture or a document is not what the application's policies are about.
        let policies: Vec<HeaderValue> = match gate {
            Gate::Picture | Gate::Document { .. } => Vec::new(),
            Gate::Empty | Gate::Rewrite { .. } | Gate::Framed { .. } | Gate::Inert { .. } => {
                head.headers.get_all(header::CONTENT_SECURITY_POLICY).iter().cloned().collect()
            }
        };
        let html = matches!(
            gate,
            Gate::Picture | Gate::Document { .. } | Gate::Framed { .. } | Gate::Rewrite { guarded: true, .. }
        );
        let turn = self.id.to_string();
        let (secure, origins) = (self.home.is_secure(), self.home.outward());
        let leaving = Leaving { policies: &policies, html, secure, origins, turn: &turn };
        screen::protect(&mut headers, &leaving);
        match gate {
            Gate::Empty => return Ok(respond(head.status, headers, Body::empty(Some(self.closing)))),
            Gate::Picture => {
                set(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
                let title = format!("{} · Fanlight", self.trust.name());
                let page = Screened::own(page::picture(&self.head(), &title));
                if self.method == Method::HEAD {
                    return Ok(respond(head.status, headers, Body::empty(Some(self.closing))));
                }
                return Ok(self.whole(head.status, headers, page));
            }
            Gate::Inert { essence, proof } => {
                set(&mut headers, header::CONTENT_TYPE, &essence);
                if self.marked {
                    return self.redrawn(head.status, headers, proof, body).await;
                }
                let proof = proof.at_home(self.home.outward().cloned());
                return self.inert(head.status, headers, &essence, proof, body).await;
            }
            Gate::Document { pictures } => {
                return self.pictures(head.status, headers, &head.headers, body, pictures).await;
            }
            Gate::Rewrite { .. } | Gate::Framed { .. } => {}
        }
        let framed = matches!(gate, Gate::Framed { .. });
        let opened = self.rewriter(&head.headers, html && !framed);
        let (rewriter, output) = match opened {
            Ok(opened) => opened,
            Err(refused) => return Err((refused, self.closing)),
        };
        set(&mut headers, header::CONTENT_TYPE, if framed { "text/html; charset=utf-8" } else { &output });
        if self.method == Method::HEAD {
            return Ok(respond(head.status, headers, Body::empty(Some(self.closing))));
        }
        let through = Through { status: head.status, headers, body, whole };
        if framed { self.framed(through, rewriter).await } else { self.rewritten(through, rewriter).await }
    }

    /// The gate, and the headers that leave.
    fn judge(&mut self, status: StatusCode, came: &HeaderMap) -> Result<(Gate, HeaderMap), Refused> {
        let document = self.intent.document;
        let gate = response::gate(&Came { method: &self.method, status, headers: came, inert: &self.inert, document })?;
        let mut ins = self.inspector();
        let headers = response::headers(came, &self.home, &mut ins).map_err(Refused::Withheld)?;
        let (report, dictionary) = ins.into_parts();
        self.trust.count(&report);
        self.closing.outcome.masked.clone_from(&report.masked);
        self.house.memories.learn(
            self.permit(),
            &self.compiled.version,
            dictionary,
            self.compiled.plan.bounds.dictionary,
        );
        Ok((gate, headers))
    }

    pub(super) fn permit(&self) -> &Permit {
        self.admitted.permit()
    }

    pub(super) fn inspector(&self) -> Inspector {
        let known = self.house.memories.recall(self.permit(), &self.compiled.version, self.house.clock().now());
        let bounds = &self.house.settings().config.bounds;
        let keeper = enclosed::Keeper {
            enclosed: self.house.enclosed.clone(),
            clock: self.house.clock().clone(),
            permit: self.permit().clone(),
            page: enclosed::Page {
                path: self.path.clone(),
                rules: self.compiled.version.clone(),
                route: self.route.clone(),
                record: self.admitted.ask().record,
            },
            room: bounds.enclosed,
            most: bounds.document,
        };
        Inspector::new(self.compiled.plan.clone(), self.keys.clone(), known, &self.path)
            .counting_records_with(self.trust.record_key())
            .enclosing(Arc::new(keeper))
    }

    fn rewriter(&self, came: &HeaderMap, guarded: bool) -> Result<(BodyRewriter, String), Refused> {
        let head = guarded.then(|| self.head());
        let content_type = response::content_type(came)?;
        let coding = response::content_encoding(came)?;
        let rewriter = BodyRewriter::open(self.inspector(), Some(&content_type), coding.as_deref(), head);
        let rewriter = rewriter.and_then(|r| r.handled(self.handling)).map_err(Refused::Withheld)?;
        let rewriter = rewriter.at_home(self.home.outward().cloned());
        let rewriter = match self.intent.document {
            true if self.as_page => rewriter,
            true => rewriter.refusing_exports(),
            false => rewriter.for_script(),
        };
        let output = rewriter.output_type();
        Ok((rewriter, output))
    }

    /// What a page carries.
    pub(super) fn head(&self) -> Arc<str> {
        let left = self.permit().until().duration_since(self.house.clock().now());
        screen::head_of(&Shown {
            mark: &page::mark(self.permit(), &self.trust),
            clear_on_leave: self.clear_on_leave,
            sent: !matches!(self.method, Method::GET | Method::HEAD),
            left: Some(left.unsigned_abs()).filter(|_| left.is_positive()),
        })
    }

    /// Through the engine.
    async fn rewritten(
        mut self: Box<Self>,
        mut through: Through,
        mut rewriter: BodyRewriter,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        if rewriter.is_live() {
            through.body.patient();
            return Ok(stream::rewritten(self, through, rewriter, Screened::default()));
        }
        loop {
            let next = tokio::time::timeout_at(through.whole, through.body.chunk()).await;
            let next = match next {
                Ok(Ok(next)) => next,
                Ok(Err(fault)) => return Err((Refused::Upstream(fault), self.closing)),
                Err(_) => return Err((Refused::Upstream(UpstreamFault::Slow), self.closing)),
            };
            let Some(chunk) = next else { break };
            match stream::heavy(|| rewriter.write_screened(&chunk)) {
                Ok(part) if rewriter.held_whole() && part.is_empty() => {}
                Ok(part) => return Ok(stream::rewritten(self, through, rewriter, part)),
                Err(why) => return Err((Refused::Withheld(why), self.closing)),
            }
        }
        let (screened, done) = match stream::heavy(|| rewriter.finish_screened()) {
            Ok(done) => done,
            Err(why) => return Err((Refused::Withheld(why), self.closing)),
        };
        if let Err(refused) = self.settle(done, screened.len() as u64) {
            return Err((refused, self.closing));
        }
        Ok(self.whole(through.status, through.headers, screened))
    }

    /// Through the engine, and into a page of ours.
    async fn framed(
        mut self: Box<Self>,
        mut through: Through,
        mut rewriter: BodyRewriter,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        let limit = self.compiled.plan.bounds.look_ahead;
        let mut text = Vec::new();
        let ended = loop {
            match tokio::time::timeout_at(through.whole, through.body.chunk()).await {
                Ok(Ok(None)) => break Ok(()),
                Ok(Ok(Some(chunk))) => match stream::heavy(|| rewriter.write_screened(&chunk)) {
                    Ok(part) => text.extend_from_slice(&part.into_bytes()),
                    Err(why) => break Err(Refused::Withheld(why)),
                },
                Ok(Err(fault)) => break Err(Refused::Upstream(fault)),
                Err(_) => break Err(Refused::Upstream(UpstreamFault::Slow)),
            }
            if text.len() > limit {
                break Err(Refused::Withheld(Withheld::TooLarge { limit: limit as u64 }));
            }
        };
        let done = ended.and_then(|()| stream::heavy(|| rewriter.finish_screened()).map_err(Refused::Withheld));
        let (last, done) = match done {
            Ok(done) => done,
            Err(refused) => return Err((refused, self.closing)),
        };
        text.extend_from_slice(&last.into_bytes());
        let title = format!("{} · Fanlight", self.trust.name());
        let page = page::framed(&self.head(), &title, &String::from_utf8_lossy(&text));
        let screened = Screened::own(page);
        if let Err(refused) = self.settle(done, screened.len() as u64) {
            return Err((refused, self.closing));
        }
        Ok(self.whole(through.status, through.headers, screened))
    }

    /// As it is, once its first bytes are what its type says.
    async fn inert(
        self: Box<Self>,
        status: StatusCode,
        headers: HeaderMap,
        essence: &str,
        mut proof: Inert,
        mut body: UpstreamBody,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        if self.method == Method::HEAD {
            return Ok(respond(status, headers, Body::empty(Some(self.closing))));
        }
        let whole = Instant::now() + self.house.settings().config.timeouts.whole;
        let mut first = bytes::BytesMut::new();
        let mut ended = false;
        while first.len() < SNIFFED && !ended {
            match body.chunk().await {
                Ok(Some(chunk)) => first.extend_from_slice(&chunk),
                Ok(None) => ended = true,
                Err(fault) => return Err((Refused::Upstream(fault), self.closing)),
            }
        }
        let first = first.freeze();
        if !first.is_empty() && !response::looks_like(essence, &first) {
            return Err((Refused::Withheld(Withheld::Malformed("data of its type")), self.closing));
        }
        let first = Screened::inert(first, &mut proof);
        if ended {
            let last = Screened::inert_end(proof);
            let bytes = (first.len() + last.len()) as u64;
            if let Err(over) = self.house.charge_bytes(&self.admitted, bytes) {
                return Err((Refused::OverLimit(over), self.closing));
            }
            return Ok(respond(status, headers, Body::parts([first, last], Some(self.closing))));
        }
        Ok(stream::inert(self, Through { status, headers, body, whole }, proof, first))
    }

    /// Counts what a body (or message) shows, before it leaves; what it taught is kept.
    pub(super) fn settle(&mut self, done: Done, bytes: u64) -> Result<(), Refused> {
        let Done { report, dictionary } = done;
        if report.redone {
            let route = self.route.as_ref().map(RuleId::as_str);
            tracing::warn!(request = %self.id, route, "the leak gate had a page read again as a tree; its route may want parser = \"tree\"");
        }
        self.trust.count(&report);
        self.house.memories.learn(
            self.permit(),
            &self.compiled.version,
            dictionary,
            self.compiled.plan.bounds.dictionary,
        );
        let shown = self.count_shown(&report);
        let outcome = &mut self.closing.outcome;
        for (kind, n) in &report.masked {
            *outcome.masked.entry(*kind).or_default() += n;
        }
        outcome.controls += report.controls.values().sum::<u64>();
        outcome.more_records |= report.more_records;
        for record in report.records {
            if outcome.records.len() >= Report::MAX_RECORDS {
                outcome.more_records = true;
                break;
            }
            outcome.records.insert(record);
        }
        shown?;
        self.house.charge_bytes(&self.admitted, bytes).map_err(Refused::OverLimit)
    }

    /// Charges the records that a body shows, unless it is the page of the one record that its route names. A record
    /// that this exchange showed before (a message each second) is not a new view.
    fn count_shown(&self, report: &Report) -> Result<(), Refused> {
        if self.permit().names_records() {
            for record in &report.records {
                self.permit().covers(record).map_err(Refused::Denied)?;
            }
        }
        if self.count_shown || report.records.len() > LIST {
            let new: BTreeSet<_> = report.records.difference(&self.closing.outcome.records).copied().collect();
            if !new.is_empty() {
                self.house.charge(&self.admitted, &new).map_err(Refused::OverLimit)?;
            }
        }
        Ok(())
    }

    /// A body that is all there.
    pub(super) fn whole(
        self: Box<Self>,
        status: StatusCode,
        mut headers: HeaderMap,
        screened: Screened,
    ) -> Response<Body> {
        let coding = if screened.len() < WORTH_CODING { Encoding::Identity } else { self.coding() };
        let mut encoder = Encoder::new(coding);
        let coded = encoder.write(screened, false).and_then(|first| Ok([first, encoder.finish()?]));
        let Ok(parts) = coded else {
            // Writing to memory does not fail; if it did, nothing has left.
            return page::refusal(&Refused::Failed, self.id, self.page, false, None, Some(self.closing));
        };
        say_coding(&mut headers, coding);
        respond(status, headers, Body::parts(parts, Some(self.closing)))
    }

    /// How the body may be coded for this viewer.
    pub(super) fn coding(&self) -> Encoding {
        Encoding::accepted(self.accept_encoding.as_deref())
    }
}

pub(super) fn say_coding(headers: &mut HeaderMap, coding: Encoding) {
    if let Some(name) = coding.header() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
}

pub(super) fn respond(status: StatusCode, headers: HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

pub(super) fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
