//! The configuration: flags, `TUTTI_*` environment and a TOML file say the same things, in that order of strength.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::gateway::peer::{Network, Proxies};
use crate::gateway::push::hosts::Hosts;
use crate::rates::Rates;
use crate::settings::{self, Settings};
use crate::time::Span;

/// How acknowledged entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// On disk before the acknowledgement: they survive a power loss.
    Fsync,
    /// In the system's memory before the acknowledgement: they survive the end of the program only.
    Relaxed,
}

/// Whether requests are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Limits {
    /// Too many are refused for a while.
    On,
    /// All are answered: for benches and tests, on loopback only.
    Off,
}

/// Whether there is such a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// There is.
    On,
    /// There is not.
    Off,
}

/// What can be said, by each of the three ways. What is not said is decided by the next weaker.
#[derive(Debug, Clone, Default, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "TUTTI_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Where everything is kept [default: ./tutti-data]
    #[arg(long, env = "TUTTI_DATA", value_name = "DIR")]
    #[serde(skip)]
    pub data: Option<PathBuf>,
    /// A folder of music to offer to everybody who is signed in
    #[arg(long, env = "TUTTI_MEDIA", value_name = "DIR")]
    pub media: Option<PathBuf>,
    /// fsync: acknowledged means on disk; relaxed: faster, and a power loss may cost the last moments [default: fsync]
    #[arg(long, env = "TUTTI_DURABILITY", value_enum)]
    pub durability: Option<Durability>,
    /// A further page origin that may use this server, as https://music.example.org; may be repeated or joined by commas
    #[arg(
        long = "allowed-origin",
        env = "TUTTI_ALLOWED_ORIGIN",
        value_delimiter = ',',
        value_name = "ORIGIN"
    )]
    pub allowed_origin: Option<Vec<String>>,
    /// An address or network of a proxy whose forwarded headers are believed, as 10.0.0.0/8; may be repeated
    #[arg(
        long = "trusted-proxy",
        env = "TUTTI_TRUSTED_PROXY",
        value_delimiter = ',',
        value_name = "NETWORK"
    )]
    pub trusted_proxy: Option<Vec<String>>,
    /// The address people reach this server at, for invite links, as https://music.example.org [default: as asked]
    #[arg(long, env = "TUTTI_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// off: no rate limits, for benches and tests on loopback only [default: on]
    #[arg(long, env = "TUTTI_LIMITS", value_enum)]
    pub limits: Option<Limits>,
    /// Where to serve /metrics, beside the product; nowhere where absent
    #[arg(long, env = "TUTTI_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// The most connections at once [default: 16384]
    #[arg(long, env = "TUTTI_MAX_CONNECTIONS", value_name = "N")]
    pub max_connections: Option<usize>,
    /// The largest file that may be uploaded, in MiB [default: 512]
    #[arg(long, env = "TUTTI_MAX_UPLOAD_MIB", value_name = "MIB")]
    pub max_upload_mib: Option<u64>,
    /// What one user may keep in uploads, in MiB [default: 4096]
    #[arg(long, env = "TUTTI_USER_QUOTA_MIB", value_name = "MIB")]
    pub user_quota_mib: Option<u64>,
    /// What all uploads together may take, in MiB [default: 102400]
    #[arg(long, env = "TUTTI_TOTAL_QUOTA_MIB", value_name = "MIB")]
    pub total_quota_mib: Option<u64>,
    /// on: rooms without accounts at /ws/quick, whose listeners read the media folder's files by name [default: on]
    #[arg(long, env = "TUTTI_QUICK_ROOMS", value_enum)]
    pub quick_rooms: Option<Switch>,
    /// on: news for people without an open page is left, sealed, with the push services of their browsers [default: off]
    #[arg(long, env = "TUTTI_PUSH", value_enum)]
    pub push: Option<Switch>,
    /// A push service beside those of the browsers, as push.example.org; may be repeated or joined by commas
    #[arg(
        long,
        env = "TUTTI_PUSH_HOST",
        value_delimiter = ',',
        value_name = "HOST"
    )]
    pub push_host: Option<Vec<String>>,
    /// on: links to YouTube videos can be played, by YouTube's own player in the page of each listener [default: off]
    #[arg(long, env = "TUTTI_YOUTUBE", value_enum)]
    pub youtube: Option<Switch>,
    /// A room that everybody left is closed after so long, as 1h or 90s [default: 1h]
    #[arg(long, env = "TUTTI_EMPTY_ROOMS_AFTER", value_name = "TIME")]
    pub empty_rooms_after: Option<String>,
    /// How often those on the socket of a session are told where the music is, as 10s or 500ms [default: 10s]
    #[arg(long, env = "TUTTI_SESSION_RESYNC_EVERY", value_name = "TIME")]
    pub session_resync_every: Option<String>,
    /// How much of one thing may be asked for, as friend_request=30/h; may be repeated or joined by commas
    #[arg(
        long = "rate",
        env = "TUTTI_RATE",
        value_delimiter = ',',
        value_name = "NAME=RATE"
    )]
    #[serde(skip)]
    pub rate: Option<Vec<String>>,
    /// The same in the file, as a table: `[rates]`, `room_creation = "5/h"`
    #[arg(skip)]
    pub rates: Option<Rates>,
    /// A TOML file that says the same things; its names are the flags', with _ for - [default: tutti.toml beside the data]
    #[arg(long, env = "TUTTI_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

/// What was decided.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub data: PathBuf,
    /// A folder of music.
    pub media: Option<PathBuf>,
    /// How acknowledged entries are kept.
    pub durability: Durability,
    /// Further page origins that may use this server.
    pub allowed_origins: Vec<String>,
    /// Whose forwarded headers are believed.
    pub proxies: Proxies,
    /// The address people reach this server at.
    pub public_url: Option<String>,
    /// Whether requests are counted.
    pub limits: Limits,
    /// How much of each may be asked for, where they are.
    pub rates: Rates,
    /// Whether there are rooms without accounts.
    pub quick_rooms: bool,
    /// Whether YouTube's player may be used.
    pub youtube: bool,
    /// Which push services may be spoken to, where Web Push is on.
    pub push: Option<Hosts>,
    /// Rooms that everybody left are closed after so long.
    pub empty_rooms_after: Span,
    /// How often those on the socket of a session are told where the music is.
    pub session_resync_every: Span,
    /// Where to serve metrics.
    pub metrics_listen: Option<SocketAddr>,
    /// The most connections at once.
    pub max_connections: usize,
    /// The largest upload, in bytes.
    pub max_upload: u64,
    /// What one user may keep, in bytes.
    pub user_quota: u64,
    /// What all uploads may take, in bytes.
    pub total_quota: u64,
}

/// What was said makes no sense: a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

const MIB: u64 = 1024 * 1024;

impl Config {
    /// What it says of what may be set while the server runs.
    pub fn settings(&self) -> Settings {
        let ms = |span: Span| u64::try_from(span.as_ms()).unwrap_or(u64::MAX);
        Settings {
            registration: true,
            guests: true,
            quick_rooms: self.quick_rooms,
            youtube: self.youtube,
            max_upload: self.max_upload,
            user_quota: self.user_quota,
            total_quota: self.total_quota,
            empty_rooms_after_ms: ms(self.empty_rooms_after),
            session_resync_every_ms: ms(self.session_resync_every),
            allowed_origins: self.allowed_origins.clone(),
            public_url: self.public_url.clone(),
            rates: self.rates,
        }
    }
}

impl Said {
    /// Where everything is kept, by flag or environment.
    pub fn data_dir(&self) -> PathBuf {
        self.data
            .clone()
            .unwrap_or_else(|| PathBuf::from("tutti-data"))
    }

    /// Decides, with the file's word where flags and environment say nothing.
    ///
    /// # Errors
    /// Where the file cannot be read, or something that was said makes no sense.
    pub fn decide(self) -> Result<Config, ConfigError> {
        let data = self.data_dir();
        let file = self.file(&data)?;
        let listen = self
            .listen
            .or(file.listen)
            .unwrap_or(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 8080));
        let limits = self.limits.or(file.limits).unwrap_or(Limits::On);
        if limits == Limits::Off && !is_loopback(listen.ip()) {
            return Err(ConfigError(format!(
                "--limits off is for loopback only, and {listen} is open to others"
            )));
        }
        let mut origins = self
            .allowed_origin
            .or(file.allowed_origin)
            .unwrap_or_default();
        origins.extend(seed_origins());
        let proxies = self
            .trusted_proxy
            .or(file.trusted_proxy)
            .unwrap_or_default();
        let mib = |said: Option<u64>, file: Option<u64>, default: u64| {
            said.or(file).unwrap_or(default) * MIB
        };
        let mut rates = self.rates.or(file.rates).unwrap_or_default();
        for said in self.rate.iter().flatten() {
            rates.set(said).map_err(ConfigError)?;
        }
        Ok(Config {
            listen,
            data,
            media: self.media.or(file.media),
            durability: self
                .durability
                .or(file.durability)
                .unwrap_or(Durability::Fsync),
            allowed_origins: origins
                .iter()
                .map(|origin| check_origin(origin))
                .collect::<Result<_, _>>()?,
            proxies: Proxies(
                proxies
                    .iter()
                    .map(|network| check_network(network))
                    .collect::<Result<_, _>>()?,
            ),
            public_url: self
                .public_url
                .or(file.public_url)
                .map(|url| check_origin(&url))
                .transpose()?,
            limits,
            rates,
            push: match self.push.or(file.push) {
                Some(Switch::On) => {
                    let hosts = self.push_host.or(file.push_host).unwrap_or_default();
                    Some(Hosts::new(&hosts).map_err(ConfigError)?)
                }
                Some(Switch::Off) | None => None,
            },
            quick_rooms: self.quick_rooms.or(file.quick_rooms) != Some(Switch::Off),
            youtube: self.youtube.or(file.youtube) == Some(Switch::On),
            empty_rooms_after: self
                .empty_rooms_after
                .or(file.empty_rooms_after)
                .map_or(Ok(Span::from_secs(3_600)), |text| check_time(&text))?,
            session_resync_every: self
                .session_resync_every
                .or(file.session_resync_every)
                .map_or(Ok(Span::from_secs(10)), |text| check_time(&text))?,
            metrics_listen: self.metrics_listen.or(file.metrics_listen),
            max_connections: self
                .max_connections
                .or(file.max_connections)
                .unwrap_or(16_384),
            max_upload: mib(self.max_upload_mib, file.max_upload_mib, 512),
            user_quota: mib(self.user_quota_mib, file.user_quota_mib, 4_096),
            total_quota: mib(self.total_quota_mib, file.total_quota_mib, 102_400),
        })
    }

    fn file(&self, data: &Path) -> Result<Self, ConfigError> {
        let path = self
            .config
            .clone()
            .unwrap_or_else(|| data.join("tutti.toml"));
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.config.is_none() => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(ConfigError(format!(
                    "{} cannot be read: {error}",
                    path.display()
                )));
            }
        };
        toml::from_str(&text)
            .map_err(|error| ConfigError(format!("{}: {}", path.display(), error.message())))
    }
}

/// The earlier system's name for allowed origins. Its `*` is not taken over: origins are compared exactly.
fn seed_origins() -> Vec<String> {
    let said = std::env::var("ALLOWED_ORIGINS").unwrap_or_default();
    said.split(',')
        .map(str::trim)
        .filter(|origin| !origin.is_empty() && *origin != "*")
        .map(str::to_owned)
        .collect()
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

fn check_origin(text: &str) -> Result<String, ConfigError> {
    settings::origin(text).map_err(ConfigError)
}

fn check_time(text: &str) -> Result<Span, ConfigError> {
    let time = humantime::parse_duration(text.trim());
    let span = time
        .ok()
        .and_then(|time| i64::try_from(time.as_millis()).ok());
    span.filter(|ms| *ms > 0)
        .map(Span::from_ms)
        .ok_or_else(|| ConfigError(format!("{text:?} is not a length of time, as 1h or 90s")))
}

fn check_network(text: &str) -> Result<Network, ConfigError> {
    let wrong = |_| {
        ConfigError(format!(
            "{text:?} is not an address or a network, as 10.0.0.0/8"
        ))
    };
    text.trim().parse().map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_folder(said: Said, file: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("tutti.toml"), file).unwrap();
        Said {
            data: Some(folder.path().to_owned()),
            ..said
        }
        .decide()
    }

    #[test]
    fn a_flag_is_stronger_than_the_file_and_the_file_than_the_default() {
        let flag = Said {
            listen: Some("127.0.0.1:1".parse().unwrap()),
            ..Said::default()
        };
        let config = in_folder(flag, "listen = \"127.0.0.1:2\"\nmax_upload_mib = 3").unwrap();
        assert_eq!((config.listen.port(), config.max_upload), (1, 3 * MIB));
        assert_eq!(
            in_folder(Said::default(), "listen = \"127.0.0.1:2\"")
                .unwrap()
                .listen
                .port(),
            2
        );
        assert_eq!(
            in_folder(Said::default(), "").unwrap().listen.to_string(),
            "127.0.0.1:8080"
        );
    }

    #[test]
    fn a_rate_is_set_in_the_file_and_the_others_stay() {
        let config = in_folder(Said::default(), "[rates]\nroom_creation = \"1/d\"").unwrap();
        assert_eq!(config.rates.room_creation, "1/d".parse().unwrap());
        assert_eq!(config.rates.guest, Rates::default().guest);
        let said = Said {
            rate: Some(vec!["guest=7/h".to_owned()]),
            ..Said::default()
        };
        let config = in_folder(said, "[rates]\nroom_creation = \"1/d\"").unwrap();
        assert_eq!(config.rates.room_creation, "1/d".parse().unwrap());
        assert_eq!(config.rates.guest, "7/h".parse().unwrap());
        for wrong in ["room_creation = \"often\"", "rooms = \"1/d\""] {
            let error = in_folder(Said::default(), &format!("[rates]\n{wrong}")).unwrap_err();
            assert!(error.0.contains("tutti.toml"), "{error}");
        }
    }

    #[test]
    fn a_length_of_time_is_written_with_its_unit() {
        let after = |text: &str| {
            let file = format!("empty_rooms_after = \"{text}\"");
            in_folder(Said::default(), &file).map(|config| config.empty_rooms_after)
        };
        assert_eq!(after("90s"), Ok(Span::from_secs(90)));
        for wrong in ["90", "soon", "0s", "-1h"] {
            assert!(after(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn youtube_is_off_until_somebody_says_otherwise() {
        let on = |file: &str| in_folder(Said::default(), file).unwrap().youtube;
        assert!(!on(""));
        assert!(on("youtube = \"on\""));
        let flag = Said {
            youtube: Some(Switch::Off),
            ..Said::default()
        };
        assert!(!in_folder(flag, "youtube = \"on\"").unwrap().youtube);
    }

    #[test]
    fn a_name_the_file_misspells_is_named() {
        let error = in_folder(Said::default(), "lisen = 1").unwrap_err();
        assert!(error.0.contains("lisen"), "{error}");
    }

    #[test]
    fn limits_are_off_on_loopback_only() {
        let open = "listen = \"0.0.0.0:8080\"\nlimits = \"off\"";
        assert!(
            in_folder(Said::default(), open)
                .unwrap_err()
                .0
                .contains("loopback")
        );
        assert!(in_folder(Said::default(), "limits = \"off\"").is_ok());
    }

    #[test]
    fn an_origin_with_a_path_or_a_star_is_refused() {
        for wrong in [
            "*",
            "https://*.example.org",
            "example.org",
            "https://example.org/app",
        ] {
            let said = Said {
                allowed_origin: Some(vec![wrong.to_owned()]),
                ..Said::default()
            };
            assert!(in_folder(said, "").is_err(), "{wrong}");
        }
        let said = Said {
            allowed_origin: Some(vec!["https://Example.org/".to_owned()]),
            ..Said::default()
        };
        assert_eq!(
            in_folder(said, "").unwrap().allowed_origins,
            ["https://example.org"]
        );
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let said = Said {
            config: Some("/nonexistent/tutti.toml".into()),
            ..Said::default()
        };
        assert!(said.decide().unwrap_err().0.contains("cannot be read"));
    }
}
