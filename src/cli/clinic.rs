//! `fanlight clinic`: serves one trust's synthetic system alone, or prints its identifiers. For tests; not in the help.

use std::io::Write;
use std::process::ExitCode;

use tokio_util::sync::CancellationToken;

use crate::base::id::TrustId;
use crate::clinic;

/// The options of `fanlight clinic`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which trust, e.g. royal-free.
    #[arg(long)]
    trust: String,
    /// The loopback port to serve it on; 0 lets the system choose. Without one, nothing is served.
    #[arg(long)]
    port: Option<u16>,
    /// Print every identifier in every written form, one JSON object a line.
    #[arg(long)]
    identifiers: bool,
}

/// Runs the command.
///
/// # Errors
/// A trust that there is not, a port that is taken, or nowhere to print.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let trust = TrustId::new(&args.trust)?;
    if args.identifiers {
        let mut out = std::io::stdout().lock();
        for identifier in clinic::people(&trust).iter().flat_map(|p| &p.identifiers) {
            writeln!(out, "{}", serde_json::to_string(identifier)?)?;
        }
    }
    let Some(port) = args.port else { return Ok(ExitCode::SUCCESS) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let ended = stop.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                ended.cancel();
            }
        });
        clinic::serve_one(trust.as_str(), port, stop).await
    })?;
    Ok(ExitCode::SUCCESS)
}
