//! Access tokens (signed, for minutes) and refresh tokens (opaque, 256 bit, known to the journal by their hash).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::Caller;
use super::secrets::Secrets;
use crate::domain::session::TokenHash;
use crate::gateway::answer;
use crate::ids::{RoomId, SessionId, UserId, fill_random};
use crate::time::{Span, Timestamp};
use crate::wire::error_code::ErrorBody;

const ISSUER: &str = "tutti";
const AUDIENCE: &str = "tutti";
/// How far apart the clocks of two machines may be.
const LEEWAY: Span = Span::from_secs(5);

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    nbf: i64,
    exp: i64,
    /// The one room it opens; everything, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<RoomId>,
}

/// The keys that sign and verify access tokens.
pub(super) struct Keys {
    /// The newest first: it signs.
    all: Vec<(String, EncodingKey, DecodingKey)>,
    validation: Validation,
    /// One of each key, in the same order.
    csrf: Vec<[u8; 32]>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl Keys {
    pub(super) fn new(secrets: &Secrets) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        // Times are checked here, against server time.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            all: secrets
                .keys()
                .map(|(kid, secret)| {
                    let (sign, verify) = (
                        EncodingKey::from_secret(secret),
                        DecodingKey::from_secret(secret),
                    );
                    (kid.to_owned(), sign, verify)
                })
                .collect(),
            validation,
            csrf: secrets
                .keys()
                .map(|(_, secret)| blake3::derive_key("tutti csrf token 2026", secret))
                .collect(),
        }
    }

    pub(super) fn sign(&self, caller: &Caller, now: Timestamp) -> Result<String, ErrorBody> {
        let (kid, key, _) = self.all.first().ok_or_else(answer::broken)?;
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: caller.user,
            sid: caller.session,
            nbf: now.as_ms().div_euclid(1000),
            exp: caller.expires_at.as_ms().div_euclid(1000),
            scope: caller.scope,
        };
        jsonwebtoken::encode(&header, &claims, key).map_err(|error| {
            tracing::error!(%error, "an access token cannot be signed");
            answer::broken()
        })
    }

    pub(super) fn verify(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let (_, _, key) = self.all.iter().find(|(known, _, _)| *known == kid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .ok()?
            .claims;
        let expires_at = Timestamp::from_ms(claims.exp.checked_mul(1000)?);
        let valid_from = Timestamp::from_ms(claims.nbf.checked_mul(1000)?);
        let holds = now < expires_at + LEEWAY && now + LEEWAY >= valid_from;
        holds.then_some(Caller {
            user: claims.sub,
            session: claims.sid,
            expires_at,
            scope: claims.scope,
        })
    }

    pub(super) fn csrf_token(&self, session: SessionId) -> String {
        self.csrf
            .first()
            .map(|key| csrf_token(key, session))
            .unwrap_or_default()
    }

    pub(super) fn is_csrf_token(&self, session: SessionId, shown: &str) -> bool {
        self.csrf.iter().any(|key| {
            let right = csrf_token(key, session);
            bool::from(right.as_bytes().ct_eq(shown.as_bytes()))
        })
    }
}

fn csrf_token(key: &[u8; 32], session: SessionId) -> String {
    let hash = blake3::keyed_hash(key, session.0.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_bytes()[..16])
}

/// A refresh token: which session, and a secret that only its device knows.
pub struct RefreshToken {
    /// Which session.
    pub session: SessionId,
    secret: Secret,
}

/// The secret part of a refresh token, before its session has an id.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// 256 new random bits.
    pub fn fresh() -> Self {
        let mut bytes = [0; 32];
        fill_random(&mut bytes);
        Self(bytes)
    }

    /// What the journal keeps of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(*blake3::hash(&self.0).as_bytes())
    }

    /// The token for a session.
    pub fn of(self, session: SessionId) -> RefreshToken {
        RefreshToken {
            session,
            secret: self,
        }
    }
}

impl RefreshToken {
    /// Reads what a client shows; nothing where it is no refresh token.
    pub fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        let bytes = URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some(Secret(bytes.try_into().ok()?).of(session.parse().ok()?))
    }

    /// What the client keeps.
    pub fn reveal(&self) -> String {
        format!("{}.{}", self.session, URL_SAFE_NO_PAD.encode(self.secret.0))
    }

    /// What the journal keeps.
    pub fn hash(&self) -> TokenHash {
        self.secret.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::fresh;

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn keys() -> Keys {
        Keys::new(&Secrets::fresh(NOW))
    }

    fn who() -> (UserId, SessionId) {
        (UserId(fresh(NOW)), SessionId(fresh(NOW)))
    }

    fn signed(keys: &Keys) -> (String, Caller) {
        let (user, session) = who();
        let caller = Caller {
            user,
            session,
            expires_at: NOW + Span::from_secs(600),
            scope: None,
        };
        (keys.sign(&caller, NOW).unwrap(), caller)
    }

    #[test]
    fn a_token_says_who_until_it_expires() {
        let keys = keys();
        let (token, caller) = signed(&keys);
        assert_eq!(keys.verify(&token, NOW), Some(caller.clone()));
        assert_eq!(
            keys.verify(&token, NOW + Span::from_secs(604)),
            Some(caller)
        );
        assert_eq!(keys.verify(&token, NOW + Span::from_secs(605)), None);
        assert_eq!(keys.verify(&token, NOW - Span::from_secs(6)), None);
    }

    #[test]
    fn a_token_for_one_room_says_which_and_a_scope_that_is_no_room_is_refused() {
        let keys = keys();
        let (_, mut caller) = signed(&keys);
        caller.scope = Some(RoomId(fresh(NOW)));
        let token = keys.sign(&caller, NOW).unwrap();
        assert_eq!(keys.verify(&token, NOW), Some(caller.clone()));
        let (kid, key, _) = &keys.all[0];
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let claims = serde_json::json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": caller.user, "sid": caller.session,
            "nbf": NOW.as_ms() / 1000, "exp": NOW.as_ms() / 1000 + 600, "scope": "everything",
        });
        let other = jsonwebtoken::encode(&header, &claims, key).unwrap();
        assert_eq!(keys.verify(&other, NOW), None);
    }

    #[test]
    fn a_changed_token_or_one_of_another_server_is_refused() {
        let keys = keys();
        let (token, _) = signed(&keys);
        assert_eq!(self::keys().verify(&token, NOW), None);
        let mut changed = token.clone();
        let last = changed.pop().unwrap();
        changed.push(if last == 'A' { 'Q' } else { 'A' });
        assert_eq!(keys.verify(&changed, NOW), None);
        for nonsense in ["", ".", "a.b.c", &token[..token.len() / 2]] {
            assert_eq!(keys.verify(nonsense, NOW), None);
        }
    }

    #[test]
    fn a_token_that_names_another_algorithm_is_refused() {
        let keys = keys();
        let (token, _) = signed(&keys);
        let payload = token.split('.').nth(1).unwrap();
        for alg in ["none", "HS384", "RS256"] {
            let kid = &keys.all[0].0;
            let header =
                URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{kid}"}}"#));
            assert_eq!(keys.verify(&format!("{header}.{payload}."), NOW), None);
        }
    }

    #[test]
    fn a_token_without_one_of_its_claims_is_refused() {
        let keys = keys();
        let (kid, key, _) = &keys.all[0];
        let (user, session) = who();
        let whole = serde_json::json!({
            "iss": "tutti", "aud": "tutti", "sub": user, "sid": session,
            "nbf": NOW.as_ms() / 1000, "exp": NOW.as_ms() / 1000 + 600,
        });
        let header = Header {
            kid: Some(kid.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let signed =
            |claims: &serde_json::Value| jsonwebtoken::encode(&header, claims, key).unwrap();
        assert!(keys.verify(&signed(&whole), NOW).is_some());
        for claim in ["iss", "aud", "sub", "sid", "nbf", "exp"] {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(claim);
            assert_eq!(keys.verify(&signed(&lacking), NOW), None, "{claim}");
        }
        for (claim, wrong) in [("iss", "somebody"), ("aud", "somebody")] {
            let mut other = whole.clone();
            other[claim] = wrong.into();
            assert_eq!(keys.verify(&signed(&other), NOW), None, "{claim}");
        }
    }

    #[test]
    fn a_refresh_token_survives_printing_and_is_kept_as_a_hash() {
        let (_, session) = who();
        let token = Secret::fresh().of(session);
        let read = RefreshToken::parse(&token.reveal()).unwrap();
        assert_eq!(read.session, session);
        assert_eq!(read.hash(), token.hash());
        assert!(RefreshToken::parse("sess_x.y").is_none());
        assert!(RefreshToken::parse(&format!("{session}.AAAA")).is_none());
    }

    #[test]
    fn a_csrf_token_belongs_to_one_session() {
        let keys = keys();
        let (one, other) = (who().1, who().1);
        assert!(keys.is_csrf_token(one, &keys.csrf_token(one)));
        assert!(!keys.is_csrf_token(other, &keys.csrf_token(one)));
        assert!(!keys.is_csrf_token(one, ""));
    }
}
