//! Names to addresses. Names that mean this machine (`localhost`, `*.localhost`) never go to DNS: a resolver elsewhere
//! could send clinical requests away.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;

/// Whether a host is this machine by its name or address alone.
///
/// ```
/// use fanlight::net::resolve::is_here;
/// assert!(is_here("royal-free.localhost") && is_here("LOCALHOST") && is_here("127.0.0.9") && is_here("[::1]"));
/// assert!(!is_here("localhost.example") && !is_here("10.0.0.1"));
/// ```
pub fn is_here(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = host.parse::<IpAddr>() {
        return address.to_canonical().is_loopback();
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// The resolver of the upstream client.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resolver;

impl tower_service::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            if is_here(name.as_str()) {
                let both = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
                return Ok(both.map(|ip| SocketAddr::new(ip, 0)).to_vec().into_iter());
            }
            let name = name.as_str().to_owned();
            let found = tokio::task::spawn_blocking(move || (name.as_str(), 0).to_socket_addrs()).await;
            let found = found.map_err(|_| io::Error::other("the resolver failed"))?;
            found.map(|all| all.collect::<Vec<_>>().into_iter())
        })
    }
}
