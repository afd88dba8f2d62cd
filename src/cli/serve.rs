//! `tutti serve`: runs until it is told to stop.

use std::io::Write;

use crate::config::Said;
use crate::server;

/// Serves until SIGTERM or Ctrl-C.
pub(super) fn run(said: Said) -> Result<(), String> {
    let mut config = said.decide().map_err(|error| error.to_string())?;
    config.max_connections = config.max_connections.min(connections_possible());
    wait_for(async move {
        // Before the address is printed: whoever reads it may signal at once.
        let stop = stop_signal()?;
        let running = server::start(config).await?;
        let mut out = std::io::stdout();
        let printed =
            writeln!(out, "listening on http://{}", running.addr).and_then(|()| out.flush());
        printed.map_err(|error| format!("the address cannot be printed: {error}"))?;
        stop.await;
        tracing::info!("stopping in good order");
        running.shutdown().await;
        Ok(())
    })
}

/// How many connections the operating system lets this process have, after asking for as many as it gives.
#[cfg(unix)]
fn connections_possible() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// Files of the server's own: journal, media, log.
    const OWN_FILES: u64 = 256;
    let now = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: now.maximum,
        maximum: now.maximum,
    };
    let granted = match setrlimit(Resource::Nofile, most) {
        Ok(()) => now.maximum,
        Err(_) => now.current,
    };
    let files = granted.unwrap_or(u64::MAX).saturating_sub(OWN_FILES);
    usize::try_from(files.max(64)).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn connections_possible() -> usize {
    usize::MAX
}

/// Runs a task to its end on a runtime of its own.
pub(super) fn wait_for(task: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    let done = runtime.block_on(task);
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}

#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| format!("signals cannot be heard: {error}"));
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
