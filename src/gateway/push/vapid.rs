//! Who sends: RFC 8292. One key for this server, by which a push service tells it from others.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;

use crate::time::{Span, Timestamp};

/// How long one statement of who sends holds; services take at most a day.
const VALID_FOR: Span = Span::from_secs(12 * 3_600);

/// The key of this server.
pub struct Vapid {
    sign: EncodingKey,
    public: String,
    /// Whom a push service may ask about the sender: an address of the web, or of mail.
    contact: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// From what [`fresh`] gave; nothing where that is no such key.
    pub fn new(pkcs8: &[u8], contact: String) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
        Some(Self {
            sign: EncodingKey::from_ec_der(pkcs8),
            public: URL_SAFE_NO_PAD.encode(pair.public_key()),
            contact,
        })
    }

    /// The public half as browsers want it: uncompressed, in base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` header for a service at this origin; nothing where it cannot be signed.
    pub fn authorization(&self, origin: &str, now: Timestamp) -> Option<String> {
        let claims = Claims {
            aud: origin,
            exp: (now + VALID_FOR).as_ms() / 1_000,
            sub: &self.contact,
        };
        let token = encode(&Header::new(Algorithm::ES256), &claims, &self.sign).ok()?;
        Some(format!("vapid t={token}, k={}", self.public))
    }
}

/// A new private key, as PKCS#8.
///
/// # Errors
/// Where the machine has no randomness.
pub fn fresh() -> Result<Vec<u8>, Unspecified> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    Ok(pair.to_pkcs8v1()?.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation, decode};

    #[test]
    fn a_service_can_check_who_sends_and_to_whom() {
        let vapid = Vapid::new(&fresh().unwrap(), "https://tutti.example".to_owned()).unwrap();
        let now = Timestamp::from_ms(4_000_000_000_000);
        let header = vapid.authorization("https://push.example", now).unwrap();
        let (token, key) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        assert_eq!(key, vapid.public());
        let point = URL_SAFE_NO_PAD.decode(key).unwrap();
        let mut expected = Validation::new(Algorithm::ES256);
        expected.set_audience(&["https://push.example"]);
        let x = URL_SAFE_NO_PAD.encode(&point[1..33]);
        let y = URL_SAFE_NO_PAD.encode(&point[33..]);
        let key = DecodingKey::from_ec_components(&x, &y).unwrap();
        let claims = decode::<serde_json::Value>(token, &key, &expected)
            .unwrap()
            .claims;
        assert_eq!(claims["sub"], "https://tutti.example");
        assert_eq!(claims["exp"], 4_000_043_200_i64);
    }

    #[test]
    fn what_is_no_key_is_none() {
        assert!(Vapid::new(b"nonsense", String::new()).is_none());
    }
}
