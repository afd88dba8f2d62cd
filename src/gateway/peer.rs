//! Who is at the other end of a request, and which proxies are believed about it.
//!
//! Forwarded headers count only where the socket itself comes from a trusted proxy (requirement S8).

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use hyper::HeaderMap;

/// The other end of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address; behind a trusted proxy the one the proxy names.
    pub ip: IpAddr,
    /// It spoke TLS, as a trusted proxy says.
    pub tls: bool,
}

impl Peer {
    /// What limits are counted by: the address, and of IPv6 the /64 that one household has.
    pub fn network(&self) -> IpAddr {
        network(self.ip)
    }
}

/// What limits are counted by: the address, and of IPv6 the /64.
pub fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
    }
}

/// A range of addresses, as `10.0.0.0/8` or `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `ip` lies in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        let (left, right, width) = match (self.base, ip.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                (u128::from(a.to_bits()), u128::from(b.to_bits()), 32)
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
            _ => return false,
        };
        let differing = left ^ right;
        differing
            .checked_shr(width - u32::from(self.prefix))
            .is_none_or(|rest| rest == 0)
    }
}

/// A text that is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidNetwork;

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an address or a range of addresses, as 10.0.0.0/8")
    }
}

impl std::error::Error for InvalidNetwork {}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| InvalidNetwork)?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(text) => text.parse().map_err(|_| InvalidNetwork)?,
            None => width,
        };
        if prefix > width {
            return Err(InvalidNetwork);
        }
        Ok(Self { base, prefix })
    }
}

/// The proxies whose forwarded headers are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(pub Vec<Network>);

impl Proxies {
    /// Whether `ip` is one of them.
    pub fn trust(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(ip))
    }

    /// Who sent a request that came over a socket from `remote`.
    pub fn peer(&self, remote: IpAddr, headers: &HeaderMap) -> Peer {
        let direct = Peer {
            ip: remote.to_canonical(),
            tls: false,
        };
        if !self.trust(remote) {
            return direct;
        }
        let last = |name| headers.get_all(name).iter().next_back();
        let tls = last("x-forwarded-proto")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.rsplit(',').next())
            .is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"));
        Peer {
            ip: self.forwarded(headers).unwrap_or(direct.ip),
            tls,
        }
    }

    /// The last address in `X-Forwarded-For` that is not itself a trusted proxy: those before it anybody can invent.
    fn forwarded(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let mut nearest = None;
        for value in headers.get_all("x-forwarded-for").iter().rev() {
            for hop in value.to_str().ok()?.rsplit(',') {
                let ip: IpAddr = address(hop.trim())?;
                nearest = Some(ip);
                if !self.trust(ip) {
                    return nearest;
                }
            }
        }
        nearest
    }
}

/// An address, also with a port as some proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| {
            text.parse()
                .ok()
                .map(|address: std::net::SocketAddr| address.ip())
        })
        .map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    hyper::header::HeaderName::from_static(name),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    fn proxies() -> Proxies {
        Proxies(vec![
            "127.0.0.1".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ])
    }

    #[test]
    fn a_stranger_is_not_believed_about_its_address() {
        let sent = headers(&[
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
        ]);
        let peer = proxies().peer("192.0.2.7".parse().unwrap(), &sent);
        assert_eq!(
            peer,
            Peer {
                ip: "192.0.2.7".parse().unwrap(),
                tls: false
            }
        );
    }

    #[test]
    fn behind_trusted_proxies_the_nearest_stranger_counts() {
        let sent = headers(&[
            ("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.1.2.3"),
            ("x-forwarded-proto", "https"),
        ]);
        let peer = proxies().peer("127.0.0.1".parse().unwrap(), &sent);
        assert_eq!(
            peer,
            Peer {
                ip: "203.0.113.9".parse().unwrap(),
                tls: true
            }
        );
    }

    #[test]
    fn a_proxy_that_says_nonsense_is_counted_itself() {
        let sent = headers(&[("x-forwarded-for", "unknown")]);
        let peer = proxies().peer("127.0.0.1".parse().unwrap(), &sent);
        assert_eq!(peer.ip, "127.0.0.1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn one_ipv6_household_is_one_network() {
        let one = network("2001:db8:1:2:aaaa::1".parse().unwrap());
        assert_eq!(one, network("2001:db8:1:2:bbbb::2".parse().unwrap()));
        assert_ne!(one, network("2001:db8:1:3::1".parse().unwrap()));
        assert_eq!(
            network("::ffff:192.0.2.1".parse().unwrap()),
            "192.0.2.1".parse::<IpAddr>().unwrap()
        );
    }

    #[test]
    fn a_range_of_everything_contains_everything_of_its_kind() {
        let all: Network = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()));
        assert!(!all.contains("::1".parse().unwrap()));
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
    }
}
