//! `fanlight demo`: the synthetic clinic, ten trusts, proxy and console on loopback; nothing to configure.
//!
//! Ports are taken first, so that a port in use is said before anything else starts. Ctrl-C ends all of it and removes
//! the demo's folder.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::clinic::{self, Clinic};
use crate::identity::Demo;
use crate::proxy::hooks::Hooks;
use crate::proxy::{self, House};
use crate::{config, console};

mod compare;
mod folder;
mod front;
mod pages;
mod samples;

use folder::{Contents, Folder};
use pages::{Pages, Place};
use samples::Samples;

/// Arguments of `fanlight demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Port of the front page and the trusts.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the console.
    #[arg(long, default_value_t = 8081)]
    pub console_port: u16,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, for people.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if args.port == args.console_port && args.port != 0 {
        bail!("--port and --console-port are both {}; give each its own", args.port);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("could not start")?;
    runtime.block_on(demo(args))?;
    // What still runs in the background has had its grace time.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    Ok(ExitCode::SUCCESS)
}

async fn demo(args: Args) -> anyhow::Result<()> {
    let front = bind(args.port, "--port").await?;
    let desk = bind(args.console_port, "--console-port").await?;
    let clinic = clinic::start(&[]).await.context("the clinic could not be started")?;
    let trusts = trusts(&clinic);
    let (proxy_at, console_at) = (front.local_addr()?, desk.local_addr()?);
    let folder = Folder::create(&Contents { proxy: proxy_at, console: console_at, trusts: &trusts })
        .context("the demo's folder could not be made")?;
    let place = Place {
        port: proxy_at.port(),
        console_port: console_at.port(),
        trusts: trusts.iter().map(|(id, name, _)| (id.clone(), name.clone())).collect(),
        clinics: trusts.iter().map(|(_, _, at)| *at).collect(),
    };
    let settings = config::load(&folder.config())
        .map_err(|found| anyhow!("the demo's own configuration is wrong, which should not be:\n{}", all(&found)))?;
    let samples = Arc::new(Samples::new(clinic.addresses()));
    let hooks = Hooks {
        own_routes: Some(Arc::new(Pages { place: place.clone(), samples: samples.clone() })),
        identity: Some(Arc::new(Demo::for_the_demo_command())),
        ..Hooks::default()
    };
    let house = House::open(settings, hooks)?;

    let stop = CancellationToken::new();
    let proxy = tokio::spawn(proxy::serve(house.clone(), front, stop.clone().cancelled_owned()));
    let console = tokio::spawn(console::serve_with(house.clone(), Some(samples), desk, stop.clone().cancelled_owned()));
    greet(&place, &folder)?;

    interrupted().await;
    stop.cancel();
    proxy.await??;
    console.await??;
    clinic.stop().await;
    Ok(())
}

/// Loopback only: the demo's roles are for whoever asks, so nobody else may ask.
async fn bind(port: u16, option: &str) -> anyhow::Result<TcpListener> {
    let refused = |error: io::Error| {
        let kind = error.kind();
        if kind == io::ErrorKind::AddrInUse {
            anyhow!("port {port} is in use by another program; choose another with {option}")
        } else if kind == io::ErrorKind::PermissionDenied {
            anyhow!("port {port} is not for everyone to use; choose one above 1023 with {option}")
        } else {
            anyhow!("port {port} cannot be opened: {error}; choose another with {option}")
        }
    };
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)
}

fn trusts(clinic: &Clinic) -> Vec<(String, String, SocketAddr)> {
    let name = |id: &str| clinic::trust::by_id(id).map_or_else(|| id.to_owned(), |t| t.name.to_owned());
    clinic.addresses().iter().map(|(id, at)| (id.to_string(), name(id.as_str()), *at)).collect()
}

fn all(found: &[crate::rules::Diagnostic]) -> String {
    found.iter().map(crate::rules::Diagnostic::render).collect()
}

fn greet(place: &Place, folder: &Folder) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "Fanlight demo: ten trusts, each with a synthetic clinic behind it.\n")?;
    writeln!(out, "  Begin here    {}", place.front_origin())?;
    if let Some((id, _)) = place.trusts.iter().find(|(id, _)| id == "royal-free").or(place.trusts.first()) {
        writeln!(out, "  One trust     {}", place.trust_origin(id))?;
    }
    writeln!(out, "  Console       {}", place.console_origin())?;
    writeln!(out, "  Rules, trail  {}", folder.path().display())?;
    writeln!(out, "\nCtrl-C ends it and removes that folder.")?;
    out.flush()
}

/// Ctrl-C, or the end asked for by the system.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}
