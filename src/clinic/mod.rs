//! The clinic: a synthetic clinical web system, one server a trust, with which the demo and the tests show what
//! Fanlight does to a real one. All its patients are invented; it works by itself, without a proxy before it.
//!
//! ```no_run
//! # async fn run() -> std::io::Result<()> {
//! let clinic = fanlight::clinic::start(&[]).await?; // every trust
//! for (trust, address) in clinic.addresses() {
//!     println!("{trust}: http://{address}/");
//! }
//! clinic.stop().await;
//! # Ok(()) }
//! ```

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::base::id::TrustId;

mod cda;
mod course;
mod fhir;
mod generate;
pub mod identifier;
mod lists;
mod notes;
mod pages;
mod patient;
mod pdf;
mod random;
mod reply;
mod server;
mod session;
mod templates;
pub mod trust;
mod view;
mod written;

pub use identifier::{Identifier, Person};

/// The clinic while it runs. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Clinic {
    addresses: Vec<(TrustId, SocketAddr)>,
    stop: CancellationToken,
    servers: Vec<JoinHandle<io::Result<()>>>,
}

impl Clinic {
    /// How long [`Clinic::stop`] waits for requests under way.
    pub const STOP_WAIT: Duration = Duration::from_secs(3);

    /// Where each trust's system listens (loopback).
    pub fn addresses(&self) -> &[(TrustId, SocketAddr)] {
        &self.addresses
    }

    /// Where one trust's system listens.
    pub fn address(&self, trust: &str) -> Option<SocketAddr> {
        self.addresses.iter().find(|(id, _)| id.as_str() == trust).map(|(_, at)| *at)
    }

    /// Stops: streams end at once, requests under way get [`Clinic::STOP_WAIT`].
    pub async fn stop(mut self) {
        self.stop.cancel();
        for mut server in std::mem::take(&mut self.servers) {
            if tokio::time::timeout(Self::STOP_WAIT, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

impl Drop for Clinic {
    fn drop(&mut self) {
        self.stop.cancel();
        for server in &self.servers {
            server.abort();
        }
    }
}

/// Starts the systems of these trusts (none named: all ten), each on a loopback port of its own that the operating
/// system chooses.
///
/// # Errors
/// A trust that there is not, or no port to be had.
pub async fn start(trusts: &[TrustId]) -> io::Result<Clinic> {
    let chosen: Vec<&'static trust::Tailoring> = if trusts.is_empty() {
        trust::ALL.iter().collect()
    } else {
        trusts.iter().map(|id| tailoring(id.as_str())).collect::<io::Result<_>>()?
    };
    let stop = CancellationToken::new();
    let mut clinic = Clinic { addresses: Vec::new(), stop, servers: Vec::new() };
    for trust in chosen {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let id = TrustId::new(trust.id).map_err(io::Error::other)?;
        clinic.addresses.push((id, listener.local_addr()?));
        clinic.servers.push(tokio::spawn(server::serve(trust, listener, clinic.stop.clone())));
    }
    Ok(clinic)
}

/// Serves one trust's system on a port of the caller's choice until `stop`.
///
/// # Errors
/// A trust that there is not, or the port is taken.
pub async fn serve_one(trust: &str, port: u16, stop: CancellationToken) -> io::Result<()> {
    let tailoring = tailoring(trust)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    server::serve(tailoring, listener, stop).await
}

/// Every patient of a trust with every identifier, in every form in which the clinic writes it; empty for a trust
/// that there is not.
pub fn people(trust: &TrustId) -> Vec<Person> {
    trust::by_id(trust.as_str()).map(identifier::people).unwrap_or_default()
}

fn tailoring(id: &str) -> io::Result<&'static trust::Tailoring> {
    trust::by_id(id).ok_or_else(|| {
        let known: Vec<&str> = trust::ALL.iter().map(|t| t.id).collect();
        io::Error::new(io::ErrorKind::NotFound, format!("there is no trust {id:?}; there are {}", known.join(", ")))
    })
}
