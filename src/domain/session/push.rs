//! Where news for a device without an open page may be left: with the push service of its browser.
//!
//! Knows a subscription's shape, and not which services the server will speak to.

use super::Rejection;

/// The longest address that is kept, in bytes.
pub const MAX_ENDPOINT: usize = 1_024;

/// What a browser gives for messages to be sent to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    endpoint: String,
    key: [u8; 65],
    secret: [u8; 16],
}

/// Whoever has all of it can speak to the device, so it is not shown.
impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

impl Subscription {
    /// `key` is the device's public key on P-256, uncompressed; `secret` what it shares with nobody else.
    ///
    /// # Errors
    /// [`Rejection::InvalidPush`] where these are no such things.
    pub fn new(endpoint: &str, key: &[u8], secret: &[u8]) -> Result<Self, Rejection> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = endpoint.len() <= MAX_ENDPOINT && plain(endpoint);
        match (<[u8; 65]>::try_from(key), <[u8; 16]>::try_from(secret)) {
            (Ok(key), Ok(secret)) if fits && key[0] == 4 => Ok(Self {
                endpoint: endpoint.to_owned(),
                key,
                secret,
            }),
            _ => Err(Rejection::InvalidPush),
        }
    }

    /// The address that takes messages.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The device's public key.
    pub fn key(&self) -> &[u8; 65] {
        &self.key
    }

    /// What the device shares with its senders.
    pub fn secret(&self) -> &[u8; 16] {
        &self.secret
    }
}
