//! What leaves as pictures: documents page by page in a page of ours, and photographs with the mark on them.

use bytes::Bytes;
use http::header;
use http::{HeaderMap, Method, Response, StatusCode};
use tokio::time::Instant;

use super::body::{Body, Closing};
use super::exchange::{Exchange, respond, set};
use super::{documents, page, stream};
use crate::config::Config;
use crate::document::viewer;
use crate::document::wire::Fault;
use crate::net::upstream::UpstreamBody;
use crate::policy::refusal::{Refused, UpstreamFault};
use crate::policy::response;
use crate::policy::screen::{self, Leaving};
use crate::redact::code::decode::Decoder;
use crate::redact::screened::{Inert, OwnPage, Screened};
use crate::redact::withheld::Withheld;

impl Exchange {
    /// A document, as pictures in a page of ours.
    pub(super) async fn pictures(
        self: Box<Self>,
        status: StatusCode,
        mut headers: HeaderMap,
        came: &HeaderMap,
        body: UpstreamBody,
        pictures: bool,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        set(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
        if self.method == Method::HEAD {
            return Ok(respond(status, headers, Body::empty(Some(self.closing))));
        }
        let file = match response::content_encoding(came) {
            Ok(coding) => self.file(coding.as_deref(), body).await,
            Err(refused) => Err(refused),
        };
        match file {
            Ok(file) => self.shown(status, headers, file.into(), pictures).await,
            Err(refused) => Err((refused, self.closing)),
        }
    }

    /// A document that a page held itself.
    pub(super) async fn enclosed(mut self: Box<Self>, file: Bytes) -> Response<Body> {
        let end = self.end();
        let mut headers = HeaderMap::new();
        let turn = self.id.to_string();
        let (secure, origins) = (self.home.is_secure(), self.home.outward());
        screen::protect(&mut headers, &Leaving { policies: &[], html: true, secure, origins, turn: &turn });
        set(&mut headers, header::CONTENT_TYPE, "text/html; charset=utf-8");
        self.closing.outcome.status = Some(StatusCode::OK);
        if self.method == Method::HEAD {
            return end.of(Ok(respond(StatusCode::OK, headers, Body::empty(Some(self.closing)))));
        }
        end.of(self.shown(StatusCode::OK, headers, file, false).await)
    }

    /// The pictures of a document, in a page of ours.
    async fn shown(
        mut self: Box<Self>,
        status: StatusCode,
        headers: HeaderMap,
        file: Bytes,
        pictures: bool,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        let drawn = {
            let settings = self.house.settings();
            let reading = documents::Reading { pictures, inspector: self.inspector() };
            self.house.drawers.draw(file, self.board(&settings.config), reading).await
        };
        let drawn = match drawn {
            Ok(drawn) => drawn,
            Err(refused) => return Err((refused, self.closing)),
        };
        let title = format!("{} · Fanlight", self.trust.name());
        let page = viewer::page(&self.head(), &title, &drawn.pages);
        let screened = Screened::own(OwnPage::html(page));
        if let Err(refused) = self.settle(drawn.done, screened.len() as u64) {
            return Err((refused, self.closing));
        }
        Ok(self.whole(status, headers, screened))
    }

    /// A picture that a route lets be seen, drawn anew.
    pub(super) async fn redrawn(
        self: Box<Self>,
        status: StatusCode,
        mut headers: HeaderMap,
        mut proof: Inert,
        body: UpstreamBody,
    ) -> Result<Response<Body>, (Refused, Closing)> {
        if self.method == Method::HEAD {
            return Ok(respond(status, headers, Body::empty(Some(self.closing))));
        }
        let drawn = async {
            let settings = self.house.settings();
            // As many files are read as are drawn.
            let place = self.house.drawers.place(&settings.config, self.permit().grant()).await?;
            let read = tokio::time::timeout(settings.config.timeouts.document, self.file(None, body)).await;
            let file = read.map_err(|_| Refused::Document(Fault::Slow))??;
            self.house.drawers.redraw(file.into(), self.board(&settings.config), place).await
        };
        let (essence, picture) = match drawn.await {
            Ok(drawn) => drawn,
            Err(refused) => return Err((refused, self.closing)),
        };
        set(&mut headers, header::CONTENT_TYPE, essence);
        let screened = Screened::inert(picture, &mut proof);
        if let Err(over) = self.house.charge_bytes(&self.admitted, screened.len() as u64) {
            return Err((Refused::OverLimit(over), self.closing));
        }
        Ok(respond(status, headers, Body::parts([screened], Some(self.closing))))
    }

    /// Where and with which mark something is drawn.
    fn board<'c>(&self, config: &'c Config) -> documents::Board<'c> {
        documents::Board {
            config,
            program: self.house.hooks.drawer.clone(),
            mark: format!(
                "{} · {}",
                page::mark(self.permit(), &self.trust),
                self.house.clock().now().strftime("%Y-%m-%d %H:%M UTC")
            ),
        }
    }

    /// A whole file, as large as a document may be.
    async fn file(&self, coding: Option<&str>, mut body: UpstreamBody) -> Result<Vec<u8>, Refused> {
        let settings = self.house.settings();
        let limit = settings.config.bounds.document;
        let mut decoder = Decoder::new(coding, &self.compiled.plan.bounds).map_err(Refused::Withheld)?;
        let whole = Instant::now() + settings.config.timeouts.whole;
        let mut file = Vec::new();
        loop {
            let next = tokio::time::timeout_at(whole, body.chunk()).await;
            let Some(chunk) = next.map_err(|_| Refused::Upstream(UpstreamFault::Slow))?.map_err(Refused::Upstream)?
            else {
                break;
            };
            let mut take = |decoded: &[u8]| {
                file.extend_from_slice(decoded);
                if file.len() as u64 > limit { Err(Withheld::TooLarge { limit }) } else { Ok(()) }
            };
            stream::heavy(|| decoder.push(&chunk, &mut take)).map_err(Refused::Withheld)?;
        }
        decoder.finish().map_err(Refused::Withheld)?;
        Ok(file)
    }
}
