//! The composition root: puts clock, journal, app, catalogue and gateway together, and takes them apart again in good
//! order.
//!
//! Handed its configuration; owns its listener. Two servers can run in one process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Options};
use crate::catalog::{Catalog, CatalogLimits};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Durability, Limits};
use crate::gateway::auth::Authority;
use crate::gateway::auth::secrets::Secrets;
use crate::gateway::dialect::native::{NativeEncoder, Terms};
use crate::gateway::dialect::quick::Quick;
use crate::gateway::dialect::sessions::{self, Sessions};
use crate::gateway::dialect::spaces::Spaces;
use crate::gateway::headers::Manners;
use crate::gateway::limits::Limits as Rationing;
use crate::gateway::mirror::Mirrors;
use crate::gateway::push::vapid::Vapid;
use crate::gateway::push::{self, Push};
use crate::gateway::ws::Sockets;
use crate::gateway::{self, Gateway};
use crate::journal::sled_journal::{Durability as Kept, Options as JournalOptions, SledJournal};
use crate::metrics::Metrics;
use crate::settings::Keeper;
use crate::time::Timestamp;

/// How often the server leaves word that it is alive.
const ALIVE_EVERY: Duration = Duration::from_secs(2);

/// How long requests in flight have at the end, so that all is over in ten seconds.
const DRAIN: Duration = Duration::from_secs(5);

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where it gives metrics, where it does.
    pub metrics_addr: Option<SocketAddr>,
    /// Its use cases.
    pub app: App,
    journal: Arc<SledJournal>,
    stop: watch::Sender<bool>,
    serving: Vec<JoinHandle<()>>,
    alive: JoinHandle<()>,
    pushing: Option<JoinHandle<()>>,
}

/// Starts a server; it accepts once this returns.
///
/// # Errors
/// One sentence that names what is in the way: the address, the data directory, the journal.
pub async fn start(config: Config) -> Result<Running, String> {
    let data = &config.data;
    let make = |path: &Path| {
        std::fs::create_dir_all(path)
            .map_err(|error| format!("{} cannot be made: {error}", path.display()))
    };
    make(data)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let journal = Arc::new(open_journal(data, config.durability)?);
    let mut secrets = Secrets::open(data, clock.now()).map_err(|error| {
        format!(
            "the secrets in {} cannot be read or made: {error}",
            data.display()
        )
    })?;
    let limits = CatalogLimits {
        max_file: config.max_upload,
        per_user: config.user_quota,
        total: config.total_quota,
    };
    let catalog = Catalog::open(&data.join("media"), config.media.as_deref(), limits)?;
    let keeper = Arc::new(Keeper::open(data, config.settings())?);
    let listener = listen(config.listen).await?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;

    let mark = data.join("alive");
    let options = Options {
        previous_alive: read_alive(&mark),
        empty_rooms: config.empty_rooms_after,
        ..Options::default()
    };
    let app = App::start(journal.clone(), clock.clone(), options)
        .await
        .map_err(|failure| format!("the rooms cannot be started: {failure:?}"))?;
    let metrics = Arc::new(Metrics::default());
    let manners = Manners::default();
    let rates = (config.limits == Limits::On).then_some(config.rates);
    let authority = Arc::new(Authority::new(&secrets));
    let encoder = NativeEncoder::new(
        app.directory().clone(),
        app.presence().clone(),
        clock.clone(),
    );
    let push = match config.push {
        Some(hosts) => Some(Arc::new(Push {
            vapid: vapid(&mut secrets, data, config.public_url.as_deref())?,
            hosts,
        })),
        None => None,
    };
    let pushing = match &push {
        Some(push) => Some(push::start(push.clone(), app.clone())?),
        None => None,
    };
    let sockets = Sockets::start(metrics.clone());
    let rationing = Rationing::start(rates, metrics.clone());
    let gateway = Arc::new(Gateway {
        app: app.clone(),
        catalog,
        authority: authority.clone(),
        limits: rationing.clone(),
        sockets: sockets.clone(),
        manners: manners.clone(),
        native: Arc::new(Terms {
            app: app.clone(),
            authority,
            encoder,
            limits: rationing,
        }),
        sessions: Mirrors::new(Sessions::new(clock.clone())),
        quick: Mirrors::new(Quick::new(clock.clone())),
        settings: keeper.clone(),
        resync_every: watch::Sender::default(),
        spaces: Mirrors::new(Spaces::new(clock.clone())),
        push,
        metrics: metrics.clone(),
    });
    gateway.obey(&keeper.now());
    sessions::keep_resyncing(&gateway);
    gateway::keep_obeying(&gateway);
    let off = config.limits == Limits::Off;
    let settings = gateway::http::Settings {
        connections: config.max_connections,
        connections_per_network: if off { config.max_connections } else { 1_024 },
        drain: DRAIN,
        proxies: config.proxies.clone(),
        manners,
        ..Default::default()
    };
    let (stop, stopped) = watch::channel(false);
    let service = gateway::service(&gateway);
    let mut serving = vec![tokio::spawn(gateway::http::serve(
        listener,
        service,
        settings,
        metrics,
        told(stopped.clone()),
    ))];
    let metrics_listener = match config.metrics_listen {
        Some(at) => Some(listen(at).await?),
        None => None,
    };
    let metrics_addr = metrics_listener.as_ref().and_then(|l| l.local_addr().ok());
    if let Some(listener) = metrics_listener {
        serving.push(tokio::spawn(gateway::http::serve(
            listener,
            gateway::metrics_service(&gateway),
            gateway::http::Settings::default(),
            Arc::default(),
            told(stopped),
        )));
    }
    let alive = tokio::spawn(keep_alive_mark(mark, clock));
    Ok(Running {
        addr,
        metrics_addr,
        app,
        journal,
        stop,
        serving,
        alive,
        pushing,
    })
}

impl Running {
    /// Stops in good order: accepts no more, tells every socket to come back, finishes what is in flight, and puts
    /// everything to rest on disk.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        self.app.farewell();
        for serving in self.serving {
            let _ = serving.await;
        }
        if let Some(pushing) = self.pushing {
            pushing.abort();
            let _ = pushing.await;
        }
        self.app.close().await;
        self.alive.abort();
        drop(self.app);
        rest(self.journal).await;
    }
}

/// Who sends Web Push: its key is made the first time. A push service that wants to complain finds the server by its
/// address, where that is known.
fn vapid(secrets: &mut Secrets, data: &Path, url: Option<&str>) -> Result<Vapid, String> {
    let key = secrets
        .push_key(data)
        .map_err(|error| format!("Web Push cannot be set up: {error}"))?;
    let contact = url.unwrap_or("mailto:postmaster@localhost").to_owned();
    Vapid::new(&key, contact).ok_or_else(|| "the key for Web Push is damaged".to_owned())
}

async fn listen(at: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(at)
        .await
        .map_err(|error| format!("{at} cannot be listened on: {error}"))
}

async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Lets the journal close: its last holder waits for the disk. Answers on their way out may hold it a moment longer.
async fn rest(mut journal: Arc<SledJournal>) {
    for _ in 0..500 {
        match Arc::try_unwrap(journal) {
            Ok(last) => {
                let _ = tokio::task::spawn_blocking(move || last.close()).await;
                return;
            }
            Err(held) => journal = held,
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tracing::error!("the journal is still in use, and closes with the program");
}

/// Where a data directory keeps its journal.
pub fn journal_dir(data: &Path) -> PathBuf {
    data.join("journal")
}

fn open_journal(data: &Path, durability: Durability) -> Result<SledJournal, String> {
    let durability = match durability {
        Durability::Fsync => Kept::Fsync,
        Durability::Relaxed => Kept::Relaxed,
    };
    let options = JournalOptions {
        durability,
        ..JournalOptions::default()
    };
    SledJournal::open(&journal_dir(data), options).map_err(|error| error.to_string())
}

/// When the server was last alive, as it left word.
fn read_alive(mark: &Path) -> Option<Timestamp> {
    std::fs::read_to_string(mark).ok()?.trim().parse().ok()
}

/// Leaves word, now and then, that the server is alive: after a crash, music that nobody comes back to is paused where
/// it was then. Losing a word costs a second of a song at most, so nothing is synced.
async fn keep_alive_mark(mark: PathBuf, clock: Arc<dyn Clock>) {
    let mut ticks = tokio::time::interval(ALIVE_EVERY);
    loop {
        ticks.tick().await;
        let next = mark.with_extension("next");
        let written = tokio::fs::write(&next, clock.now().to_string()).await;
        if let Err(error) = written.and(tokio::fs::rename(&next, &mark).await) {
            tracing::debug!(%error, "no word could be left");
        }
    }
}
