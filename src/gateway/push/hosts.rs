//! Which push services this server speaks to: those of the browsers, and those that its owner named. An address that
//! somebody gives is never fetched for any other reason (requirement S9).

use hyper::Uri;

/// The services of the browsers: a name, or everything below it where it begins with a dot.
const OF_BROWSERS: [&str; 4] = [
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];

/// Which services may be spoken to.
#[derive(Debug, Clone, Default)]
pub struct Hosts(Vec<Named>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    secure: bool,
    host: String,
    port: Option<u16>,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// By TLS, as all but a service that was named otherwise.
    pub secure: bool,
    /// The name.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The rest of the address.
    pub path: String,
    /// Scheme, name and port, as they are written.
    pub origin: String,
}

impl Hosts {
    /// The services of the browsers, and those named: `push.example.org`, `push.example.org:8443`, or with `http://`
    /// before it where it has no TLS.
    ///
    /// # Errors
    /// A sentence that names what is no such name.
    pub fn new(named: &[String]) -> Result<Self, String> {
        named
            .iter()
            .map(|text| name(text))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Where a message to this address goes; nothing where it may not be sent.
    pub fn target(&self, endpoint: &str) -> Option<Target> {
        let uri: Uri = endpoint.parse().ok()?;
        let secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        let host = authority.host().to_ascii_lowercase();
        let port = match authority.port_u16() {
            // A port that is written and cannot be read is no port.
            None if authority.as_str().len() != authority.host().len() => return None,
            port => port.unwrap_or(if secure { 443 } else { 80 }),
        };
        let of_browsers =
            secure && port == 443 && OF_BROWSERS.iter().any(|known| below(&host, known));
        let named = self.0.iter().any(|named| {
            let default = if named.secure { 443 } else { 80 };
            named.secure == secure && named.host == host && named.port.unwrap_or(default) == port
        });
        let path = uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        (of_browsers || named).then(|| Target {
            secure,
            origin: format!("{}://{}", uri.scheme_str().unwrap_or_default(), authority),
            host,
            port,
            path,
        })
    }
}

fn below(host: &str, known: &str) -> bool {
    if known.starts_with('.') {
        host.len() > known.len() && host.ends_with(known)
    } else {
        host == known
    }
}

fn name(text: &str) -> Result<Named, String> {
    let (secure, rest) = match text.split_once("://") {
        Some(("http", rest)) => (false, rest),
        Some(("https", rest)) => (true, rest),
        Some(_) => return Err(wrong(text)),
        None => (true, text),
    };
    let authority: hyper::http::uri::Authority = rest.parse().map_err(|_| wrong(text))?;
    if authority.as_str().contains('@') {
        return Err(wrong(text));
    }
    Ok(Named {
        secure,
        host: authority.host().to_ascii_lowercase(),
        port: authority.port_u16(),
    })
}

fn wrong(text: &str) -> String {
    format!("{text:?} is no name of a push service: give push.example.org")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_of_the_browsers_are_spoken_to() {
        let hosts = Hosts::default();
        for fine in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://web.push.apple.com/abc",
            "https://wns2-par02p.notify.windows.com/w/?token=abc",
            "https://FCM.googleapis.com:443/abc",
        ] {
            assert!(hosts.target(fine).is_some(), "{fine}");
        }
    }

    #[test]
    fn nothing_else_is_however_it_is_written() {
        let hosts = Hosts::default();
        for bad in [
            "http://fcm.googleapis.com/abc",
            "https://fcm.googleapis.com:8443/abc",
            "https://fcm.googleapis.com.evil.example/abc",
            "https://evil-fcm.googleapis.com/abc",
            "https://x.fcm.googleapis.com/abc",
            "https://push.apple.com/abc",
            "https://.push.apple.com/abc",
            "https://evilpush.apple.com/abc",
            "https://127.0.0.1/abc",
            "https://[::1]/abc",
            "https://localhost/abc",
            "https://169.254.169.254/latest/meta-data",
            "https://user@fcm.googleapis.com/abc",
            "https://fcm.googleapis.com@127.0.0.1/abc",
            "https://fcm.googleapis.com:99999/abc",
            "file:///etc/passwd",
            "fcm.googleapis.com",
            "",
        ] {
            assert_eq!(hosts.target(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_service_of_ones_own_is_spoken_to_as_it_was_named() {
        let named = ["Push.Example.org", "http://127.0.0.1:9"].map(str::to_owned);
        let hosts = Hosts::new(&named).unwrap();
        let target = hosts.target("https://push.example.org/a?b=c").unwrap();
        assert_eq!((target.path.as_str(), target.port), ("/a?b=c", 443));
        assert_eq!(target.origin, "https://push.example.org");
        assert!(hosts.target("http://127.0.0.1:9/a").is_some());
        for other in [
            "http://push.example.org/a",
            "https://127.0.0.1:9/a",
            "http://127.0.0.1/a",
        ] {
            assert_eq!(hosts.target(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["ftp://push.example.org", "push.example.org/path", "a@b", ""] {
            assert!(Hosts::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
