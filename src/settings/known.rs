//! What may be set, by name: how each setting is read, and what it may be.
//!
//! The one home of these bounds: the page, the command line and the file all pass here. Knows nothing of what each
//! setting does.

use serde_json::{Value, json};

use crate::rates::Rates;

/// What a rate's name begins with, as `rates.friend_request`.
const RATE: &str = "rates.";
/// The largest size that can be set, in bytes: a pebibyte.
const LARGEST: u64 = 1 << 50;
/// The least and the most time after which empty rooms are closed, in milliseconds: a minute, and a year.
const EMPTY_MS: (u64, u64) = (60_000, 366 * 24 * 3_600_000);
/// The least and the most time between two words to sessions, in milliseconds: a quarter of a second, and ten minutes.
const RESYNC_MS: (u64, u64) = (250, 600_000);
/// The most origins.
const MAX_ORIGINS: usize = 100;
/// Fewer calls than so many a second from one address, and nobody could set it back.
const LEAST_API_MS: u128 = 1_000;

/// How the server is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether anybody may make an account.
    pub registration: bool,
    /// Whether anybody may come without a password.
    pub guests: bool,
    /// Whether there are rooms without accounts.
    pub quick_rooms: bool,
    /// Whether pages may use YouTube's player.
    pub youtube: bool,
    /// The largest upload, in bytes.
    pub max_upload: u64,
    /// What one user may keep in uploads, in bytes.
    pub user_quota: u64,
    /// What all uploads may take, in bytes.
    pub total_quota: u64,
    /// Rooms that everybody left are closed after so long, in milliseconds.
    pub empty_rooms_after_ms: u64,
    /// How often those in sessions are told where the music is, in milliseconds.
    pub session_resync_every_ms: u64,
    /// Further page origins that may use this server.
    pub allowed_origins: Vec<String>,
    /// The address people reach this server at; as they asked, where there is none.
    pub public_url: Option<String>,
    /// How much of each thing may be asked for.
    pub rates: Rates,
}

/// What can be set beside the rates.
const NAMES: [&str; 11] = [
    "registration",
    "guests",
    "quick_rooms",
    "youtube",
    "max_upload",
    "user_quota",
    "total_quota",
    "empty_rooms_after_ms",
    "session_resync_every_ms",
    "allowed_origins",
    "public_url",
];

impl Settings {
    /// What each setting is called.
    pub fn names() -> impl Iterator<Item = String> {
        let rates = Rates::NAMES.iter().map(|name| format!("{RATE}{name}"));
        NAMES.iter().map(|name| (*name).to_owned()).chain(rates)
    }

    /// What a setting is, by its name; nothing where there is none of that name.
    pub fn get(&self, name: &str) -> Option<Value> {
        Some(match name {
            "registration" => json!(self.registration),
            "guests" => json!(self.guests),
            "quick_rooms" => json!(self.quick_rooms),
            "youtube" => json!(self.youtube),
            "max_upload" => json!(self.max_upload),
            "user_quota" => json!(self.user_quota),
            "total_quota" => json!(self.total_quota),
            "empty_rooms_after_ms" => json!(self.empty_rooms_after_ms),
            "session_resync_every_ms" => json!(self.session_resync_every_ms),
            "allowed_origins" => json!(self.allowed_origins),
            "public_url" => json!(self.public_url.as_deref().unwrap_or_default()),
            name => json!(self.rates.get(name.strip_prefix(RATE)?)?.to_string()),
        })
    }

    /// Sets one by its name, as JSON says it or as people write it: `on`, `512 MiB`, `90s`, `5/h`.
    ///
    /// # Errors
    /// A sentence, where there is no such setting or it cannot be that.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match name {
            "registration" => self.registration = switch(name, value)?,
            "guests" => self.guests = switch(name, value)?,
            "quick_rooms" => self.quick_rooms = switch(name, value)?,
            "youtube" => self.youtube = switch(name, value)?,
            "max_upload" => self.max_upload = size(name, value)?,
            "user_quota" => self.user_quota = size(name, value)?,
            "total_quota" => self.total_quota = size(name, value)?,
            "empty_rooms_after_ms" => {
                self.empty_rooms_after_ms = time(value, EMPTY_MS)
                    .ok_or("empty rooms are kept for a minute at least, and a year at most")?;
            }
            "session_resync_every_ms" => {
                self.session_resync_every_ms = time(value, RESYNC_MS).ok_or(
                    "sessions are told where the music is four times a second at most, and every ten minutes at least",
                )?;
            }
            "allowed_origins" => self.allowed_origins = origins(value)?,
            "public_url" => {
                let text = value.as_str().ok_or("public_url is an address, or empty")?;
                let set = !text.trim().is_empty();
                self.public_url = set.then(|| origin(text)).transpose()?;
            }
            name => self.set_rate(name, value)?,
        }
        Ok(())
    }

    fn set_rate(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let rate = name.strip_prefix(RATE);
        let unknown = || format!("there is no setting called {name:?}");
        let rate = rate
            .filter(|rate| Rates::NAMES.contains(rate))
            .ok_or_else(unknown)?;
        let text = value.as_str().unwrap_or_default();
        let mut rates = self.rates;
        rates.put(rate, text)?;
        if rates.api.each().as_millis() > LEAST_API_MS {
            return Err("api: with fewer calls than one a second nobody could set it back".into());
        }
        self.rates = rates;
        Ok(())
    }
}

fn switch(name: &str, value: &Value) -> Result<bool, String> {
    match (value.as_bool(), value.as_str().map(str::trim)) {
        (Some(on), _) => Ok(on),
        (None, Some("on" | "true")) => Ok(true),
        (None, Some("off" | "false")) => Ok(false),
        _ => Err(format!("{name} is on or off")),
    }
}

fn size(name: &str, value: &Value) -> Result<u64, String> {
    let bytes = value.as_u64().or_else(|| {
        let text = value.as_str()?.trim();
        let end = text.find(|c: char| !c.is_ascii_digit());
        let (count, unit) = text.split_at(end.unwrap_or(text.len()));
        let unit: u64 = match unit.trim() {
            "" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            "GiB" => 1 << 30,
            "TiB" => 1 << 40,
            _ => return None,
        };
        count.parse::<u64>().ok()?.checked_mul(unit)
    });
    bytes
        .filter(|bytes| *bytes <= LARGEST)
        .ok_or_else(|| format!("{name} is a size, in bytes or as 512 MiB, of 1024 TiB at most"))
}

fn time(value: &Value, (least, most): (u64, u64)) -> Option<u64> {
    let ms = value.as_u64().or_else(|| {
        let text = value.as_str()?.trim();
        let plain = text.parse::<u64>().ok();
        plain.or_else(|| u64::try_from(humantime::parse_duration(text).ok()?.as_millis()).ok())
    });
    ms.filter(|ms| (least..=most).contains(ms))
}

fn origins(value: &Value) -> Result<Vec<String>, String> {
    let wrong = || "allowed_origins is a list of origins, as https://music.example.org".to_owned();
    let mut all: Vec<String> = match value {
        Value::Array(each) => {
            let each = each.iter().map(|one| one.as_str().ok_or_else(wrong));
            each.map(|one| one.and_then(origin)).collect()
        }
        Value::String(text) => {
            let each = text.split(',').filter(|one| !one.trim().is_empty());
            each.map(origin).collect()
        }
        _ => Err(wrong()),
    }?;
    if all.len() > MAX_ORIGINS {
        return Err(format!("at most {MAX_ORIGINS} origins are allowed"));
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// An origin as it is compared: scheme and host, in lower case.
///
/// # Errors
/// A sentence, where it is none.
pub fn origin(text: &str) -> Result<String, String> {
    let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let odd = |c: char| "/*@?#\\".contains(c) || c.is_whitespace() || c.is_control();
    match host {
        Some(host) if !host.is_empty() && !host.contains(odd) => Ok(origin),
        _ => Err(format!(
            "{text:?} is not an origin, as https://music.example.org"
        )),
    }
}

#[cfg(test)]
pub(super) fn sample() -> Settings {
    Settings {
        registration: true,
        guests: true,
        quick_rooms: true,
        youtube: false,
        max_upload: 1,
        user_quota: 2,
        total_quota: 3,
        empty_rooms_after_ms: 60_000,
        session_resync_every_ms: 10_000,
        allowed_origins: vec![],
        public_url: None,
        rates: Rates::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(name: &str, value: Value) -> Result<Value, String> {
        let mut settings = sample();
        settings.set(name, &value)?;
        Ok(settings.get(name).unwrap())
    }

    #[test]
    fn every_setting_is_found_and_set_by_its_name() {
        let other = sample();
        for name in Settings::names() {
            let value = other.get(&name).unwrap();
            assert_eq!(after(&name, value.clone()), Ok(value), "{name}");
        }
        assert_eq!(other.get("color"), None);
        assert!(after("color", json!(1)).unwrap_err().contains("color"));
        assert!(after("rates.color", json!("1/h")).is_err());
    }

    #[test]
    fn a_setting_is_read_as_people_write_it() {
        for (name, written, is) in [
            ("guests", "off", json!(false)),
            ("max_upload", "512 MiB", json!(512 << 20)),
            ("user_quota", "7", json!(7)),
            ("empty_rooms_after_ms", "1h", json!(3_600_000)),
            ("session_resync_every_ms", "500ms", json!(500)),
            (
                "allowed_origins",
                "https://B.example/, http://a.example",
                json!(["http://a.example", "https://b.example"]),
            ),
            ("allowed_origins", "", json!([])),
            (
                "public_url",
                "https://Music.example.org/",
                json!("https://music.example.org"),
            ),
            ("public_url", " ", json!("")),
            (
                "rates.friend_request",
                "30/h burst 5",
                json!("30/h burst 5"),
            ),
        ] {
            assert_eq!(after(name, json!(written)), Ok(is), "{name} {written}");
        }
    }

    #[test]
    fn what_a_setting_cannot_be_is_refused_with_a_sentence() {
        for (name, value, says) in [
            ("guests", json!("maybe"), "on or off"),
            ("max_upload", json!(-1), "a size"),
            ("max_upload", json!("5 apples"), "a size"),
            ("total_quota", json!("2048 TiB"), "a size"),
            ("empty_rooms_after_ms", json!(5), "a minute at least"),
            ("empty_rooms_after_ms", json!("2years"), "a year at most"),
            ("session_resync_every_ms", json!(1), "four times a second"),
            ("session_resync_every_ms", json!("1h"), "every ten minutes"),
            ("allowed_origins", json!(["*"]), "not an origin"),
            ("allowed_origins", json!(7), "a list of origins"),
            (
                "allowed_origins",
                json!(vec!["https://a"; 101]),
                "at most 100",
            ),
            ("public_url", json!("music"), "not an origin"),
            ("public_url", json!(null), "an address"),
            ("rates.guest", json!("often"), "guest: not a rate"),
            ("rates.guest", json!(5), "not a rate"),
            ("rates.api", json!("30/min"), "set it back"),
        ] {
            let refused = after(name, value.clone()).unwrap_err();
            assert!(refused.contains(says), "{name} {value}: {refused}");
        }
    }
}
