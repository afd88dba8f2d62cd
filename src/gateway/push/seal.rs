//! Messages that only the device can read: RFC 8291 over RFC 8188 (`aes128gcm`), in one record.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};

use crate::domain::session::push::Subscription;
use crate::ids::fill_random;

/// The longest message, in bytes: what every push service takes.
pub const LONGEST: usize = 3_900;
const RECORD: u32 = 4_096;

/// What is never used twice: the sender's own key for one message, and the salt.
struct Once {
    private: [u8; 32],
    salt: [u8; 16],
}

/// Encrypts a message for a device; nothing where its key is no point on the curve, or the message is too long.
pub fn seal(to: &Subscription, message: &[u8]) -> Option<Vec<u8>> {
    let mut once = Once {
        private: [0; 32],
        salt: [0; 16],
    };
    fill_random(&mut once.private);
    fill_random(&mut once.salt);
    (message.len() <= LONGEST)
        .then(|| seal_with(&once, to, message).ok())
        .flatten()
}

fn seal_with(once: &Once, to: &Subscription, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let private = PrivateKey::from_private_key(&ECDH_P256, &once.private)?;
    let public = private.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, to.key());
    let info = [b"WebPush: info\0", &to.key()[..], public.as_ref()];
    let shared = agree(&private, theirs, Unspecified, |shared| {
        derive::<32>(to.secret(), shared, &info)
    })?;
    let key = derive::<16>(&once.salt, &shared, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce = derive::<12>(&once.salt, &shared, &[b"Content-Encoding: nonce\0"])?;

    // 2 marks the last record, and no padding follows.
    let mut text = [message, &[2]].concat();
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut text,
    )?;
    let head = [
        &once.salt[..],
        &RECORD.to_be_bytes(),
        &[65],
        public.as_ref(),
    ];
    Ok([head.concat(), text].concat())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(
    salt: &[u8],
    secret: &[u8],
    info: &[&[u8]],
) -> Result<[u8; N], Unspecified> {
    let mut out = [0; N];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, Length(N))?
        .fill(&mut out)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_to_the_last_byte() {
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let to = Subscription::new(
            "https://push.example",
            &bytes(key),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        );
        let once = Once {
            private: bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
                .try_into()
                .unwrap(),
            salt: bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap(),
        };
        let sealed = seal_with(
            &once,
            &to.unwrap(),
            b"When I grow up, I want to be a watermelon",
        );
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed.unwrap()), expected);
    }

    #[test]
    fn no_two_messages_are_sealed_alike_and_a_key_off_the_curve_seals_none() {
        let private = PrivateKey::from_private_key(&ECDH_P256, &[1; 32]).unwrap();
        let key = private.compute_public_key().unwrap();
        let to = Subscription::new("https://push.example", key.as_ref(), &[7; 16]).unwrap();
        assert_ne!(seal(&to, b"news"), seal(&to, b"news"));
        assert_eq!(seal(&to, &[0; LONGEST + 1]), None);
        let off = Subscription::new("https://push.example", &[4; 65], &[7; 16]).unwrap();
        assert_eq!(seal(&off, b"news"), None);
    }
}
