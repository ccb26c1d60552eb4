//! What a push is sealed and signed with: RFC 8291 over RFC 8188 (aes128gcm, one record), and RFC 8292 (VAPID).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPublicKeyUncompressedBin};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::{Random, UtcInstant};

/// The length of a public key: a point of P-256 as it is.
pub const PUSH_KEY_BYTES: usize = 65;
/// The length of the secret that a subscription shares with us.
pub const PUSH_AUTH_BYTES: usize = 16;
/// The size of the one record, as it is announced.
const RECORD: u32 = 4096;
/// Every message is filled up to this length, so that its length says nothing.
const PADDED: usize = 1024;
/// The header of every token.
const HEADER: &str = r#"{"typ":"JWT","alg":"ES256"}"#;
/// How long a token is good for; a push service takes a day at most.
const TOKEN: time::Duration = time::Duration::hours(12);

/// The key that names the school to push services.
pub struct VapidKey(EcdsaKeyPair);

impl std::fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VapidKey(***)")
    }
}

impl VapidKey {
    /// Makes a new key; `None` when the library refuses, which it does not.
    #[must_use]
    pub fn make() -> Option<Self> {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok().map(Self)
    }

    /// The key as bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.0.to_pkcs8v1().ok().map(|document| Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Reads what [`VapidKey::bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes).ok().map(Self)
    }

    /// The public part, as browsers want it.
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }

    /// The value of `Authorization` for a push service: `audience` is its origin, `subject` where its people reach the
    /// school.
    #[must_use]
    pub fn authorization(&self, now: UtcInstant, audience: &str, subject: &str) -> Option<String> {
        let expires = (now + TOKEN).seconds();
        // An origin and a contact hold nothing that JSON would have to escape; others get no token.
        if [audience, subject]
            .iter()
            .any(|text| text.contains(['"', '\\']) || text.chars().any(char::is_control))
        {
            return None;
        }
        let claims = format!(r#"{{"aud":"{audience}","exp":{expires},"sub":"{subject}"}}"#);
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).ok()?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Some(format!("vapid t={text}.{signature}, k={}", self.public()))
    }
}

/// For whom a message is sealed: what a browser gave with its subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The browser's public key.
    pub public: [u8; PUSH_KEY_BYTES],
    /// The secret it shares with us.
    pub auth: [u8; PUSH_AUTH_BYTES],
}

impl Recipient {
    /// Reads both parts as base64url; `None` when they are not what they should be, or the key is no point.
    #[must_use]
    pub fn parse(public: &str, auth: &str) -> Option<Self> {
        let read = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let public: [u8; PUSH_KEY_BYTES] = read(public)?.try_into().ok()?;
        let auth: [u8; PUSH_AUTH_BYTES] = read(auth)?.try_into().ok()?;
        let recipient = Self { public, auth };
        // A key that nothing can be agreed upon with is refused now, and not at the first message.
        let probe = PrivateKey::generate(&ECDH_P256).ok()?;
        agree(&probe, UnparsedPublicKey::new(&ECDH_P256, public), (), |_| Ok(())).ok()?;
        Some(recipient)
    }

    /// Seals a message for this browser, filled up to one length.
    #[must_use]
    pub fn seal(&self, random: &Random, plain: &[u8]) -> Option<Vec<u8>> {
        let own = PrivateKey::generate(&ECDH_P256).ok()?;
        self.seal_with(&own, random.bytes(), plain, PADDED)
    }

    fn seal_with(&self, own: &PrivateKey, salt: [u8; 16], plain: &[u8], padded: usize) -> Option<Vec<u8>> {
        let public: EcPublicKeyUncompressedBin<'_> = own.compute_public_key().ok()?.as_be_bytes().ok()?;
        let public = public.as_ref();
        let peer = UnparsedPublicKey::new(&ECDH_P256, self.public);
        let secret = agree(own, peer, (), |secret| Ok(Zeroizing::new(secret.to_vec()))).ok()?;
        let info = [b"WebPush: info\0".as_slice(), &self.public, public].concat();
        let ikm = derive::<32>(&self.auth, &secret, &info)?;
        record(&*ikm, salt, public, plain, padded)
    }
}

/// One record of RFC 8188 with its header.
fn record(ikm: &[u8], salt: [u8; 16], key_id: &[u8], plain: &[u8], padded: usize) -> Option<Vec<u8>> {
    let key = derive::<16>(&salt, ikm, b"Content-Encoding: aes128gcm\0")?;
    let nonce = derive::<NONCE_LEN>(&salt, ikm, b"Content-Encoding: nonce\0")?;
    let mut body = plain.to_vec();
    // The mark of the last record, then nothing but zeros.
    body.push(2);
    if body.len() < padded {
        body.resize(padded, 0);
    }
    if body.len() + AES_128_GCM.tag_len() > RECORD as usize {
        return None;
    }
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &*key).ok()?);
    // The key is of this salt alone, so its one nonce is used once.
    let nonce = Nonce::assume_unique_for_key(*nonce);
    cipher.seal_in_place_append_tag(nonce, Aad::empty(), &mut body).ok()?;
    let length = u8::try_from(key_id.len()).ok()?;
    Some([&salt[..], &RECORD.to_be_bytes(), &[length], key_id, &body].concat())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF with SHA-256: as many bytes as the caller's array has.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    extracted.expand(&[info], Length(N)).ok()?.fill(&mut *bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::{NONCE_LEN, PADDED, Recipient, VapidKey, derive, record};
    use crate::{Random, UtcInstant};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// Checks what `Authorization` carries, as a push service does; gives the claims.
    fn claims(authorization: &str) -> Option<String> {
        let (token, key) = authorization.strip_prefix("vapid t=")?.split_once(", k=")?;
        let (text, signature) = token.rsplit_once('.')?;
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key));
        key.verify(text.as_bytes(), &bytes(signature)).ok()?;
        String::from_utf8(bytes(text.split_once('.')?.1)).ok()
    }

    #[test]
    fn the_record_of_rfc_8188_comes_out() {
        // RFC 8188, section 3.1.
        let salt: [u8; 16] = bytes("I1BsxtFttlv3u_Oo94xnmw").try_into().unwrap();
        let made = record(&bytes("yqdlZ-tYemfogSmv7Ws5PQ"), salt, b"", b"I am the walrus", 0).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(made),
            "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
        );
    }

    #[test]
    fn the_values_of_rfc_8291_on_the_way_come_out() {
        // RFC 8291, appendix A, as the working group wrote it (webpush-wg/webpush-encryption).
        let (secret, auth) =
            (bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"), bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        let info = bytes(
            "V2ViUHVzaDogaW5mbwAEJXGyvs3942BVGq8e0PTNNmwRzr5VX4m8t7GGpTM5FzFo7OLr4BhZe9MEebhuPI-OztV3\
             ylkYfpJGmQ22ggCLDgT-M_SrDepxkU21WCP3O1SUj0EwbZIHMtu5pZpTKGSCIA5Zent7wmC6HCJ5mFgJkuk5cwAv\
             MBKiiujwa7t45ewP",
        );
        let ikm = derive::<32>(&auth, &secret, &info).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(*ikm), "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw");
        let key = derive::<16>(&salt, &*ikm, b"Content-Encoding: aes128gcm\0").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(*key), "oIhVW04MRdy2XN9CiKLxTg");
        let nonce = derive::<NONCE_LEN>(&salt, &*ikm, b"Content-Encoding: nonce\0").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(*nonce), "4h_95klXJ5E_qnoN");
    }

    #[test]
    fn the_message_of_rfc_8291_comes_out() {
        // RFC 8291, section 5 and appendix A.
        let own =
            PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
                .unwrap();
        let recipient = Recipient::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let made = recipient.seal_with(&own, salt, b"When I grow up, I want to be a watermelon", 0).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(made),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn the_token_of_rfc_8292_is_one_and_ours_are_like_it() {
        // RFC 8292, section 2.4.
        let example = "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZX\
                       QiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFO\
                       epC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjx\
                       sn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
        assert!(claims(example).unwrap().contains(r#""aud":"https://push.example.net""#));
        let key = VapidKey::make().unwrap();
        let now = UtcInstant::from_millis(1_800_000_000_000);
        let own = key.authorization(now, "https://push.example.net", "mailto:push@example.com").unwrap();
        assert_eq!(
            claims(&own).unwrap(),
            r#"{"aud":"https://push.example.net","exp":1800043200,"sub":"mailto:push@example.com"}"#
        );
        assert!(key.authorization(now, "https://push.example.net", "mailto:\"a").is_none());
        assert!(claims(&own.replace(", k=", "A, k=")).is_none());
        let again = VapidKey::from_bytes(&key.bytes().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(bytes(&key.public()).len(), super::PUSH_KEY_BYTES);
        assert!(VapidKey::from_bytes(b"no key").is_none());
    }

    #[test]
    fn what_browsers_give_is_taken_only_when_it_can_be_used() {
        let public =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        assert!(Recipient::parse(public, auth).is_some());
        assert!(Recipient::parse(&format!("{public}="), &format!("{auth}==")).is_some());
        let zeros = URL_SAFE_NO_PAD.encode([0; 65]);
        for (public, auth) in [
            ("", auth),
            (public, ""),
            (&public[1..], auth),
            (public, &auth[1..]),
            (&zeros, auth),
            ("вместо ключа", auth),
        ] {
            assert_eq!(Recipient::parse(public, auth), None, "{public} {auth}");
        }
    }

    #[test]
    fn all_messages_are_equally_long() {
        let random = Random::seeded(1);
        let recipient = Recipient::parse(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "BTBZMqHH6r4Tts7J_aSIgg",
        )
        .unwrap();
        let length = |plain: &[u8]| recipient.seal(&random, plain).map(|sealed| sealed.len());
        assert_eq!(length(b"x"), length(&[7; 900]));
        assert_eq!(length(b"x"), Some(16 + 4 + 1 + 65 + PADDED + 16));
        assert_eq!(length(&[7; 4096]), None, "longer than one record");
    }
}
