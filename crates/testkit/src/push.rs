//! A browser that is called: it has the keys of a subscription and reads what was sealed for it, by RFC 8291.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::encoding::{AsBigEndian as _, EcPublicKeyUncompressedBin};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::signature::{self, ECDSA_P256_SHA256_FIXED};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A browser's side of a subscription.
pub struct Device {
    key: PrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let extracted = Salt::new(HKDF_SHA256, salt).extract(secret);
    extracted.expand(&[info], Length(length)).unwrap().fill(&mut bytes).unwrap();
    bytes
}

impl Device {
    /// A new browser; the number makes its secret another one.
    #[must_use]
    pub fn new(number: u8) -> Self {
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        let public: EcPublicKeyUncompressedBin<'_> = key.compute_public_key().unwrap().as_be_bytes().unwrap();
        let public = public.as_ref().to_vec();
        Self { key, public, auth: [number; 16] }
    }

    /// `p256dh` as the browser gives it.
    #[must_use]
    pub fn p256dh(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// `auth` as the browser gives it.
    #[must_use]
    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// What was sealed for this browser; `None` when it was for another.
    #[must_use]
    pub fn open(&self, body: &[u8]) -> Option<String> {
        let (salt, rest) = body.split_at_checked(16)?;
        let (_size, rest) = rest.split_at_checked(4)?;
        let (length, rest) = rest.split_first()?;
        let (sender, sealed) = rest.split_at_checked(usize::from(*length))?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let secret = agree(&self.key, peer, (), |secret| Ok(secret.to_vec())).ok()?;
        let info = [b"WebPush: info\0".as_slice(), &self.public, sender].concat();
        let ikm = derive(&self.auth, &secret, &info, 32);
        let key = derive(salt, &ikm, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = derive(salt, &ikm, b"Content-Encoding: nonce\0", NONCE_LEN);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let plain = cipher.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        (plain[end] == 2).then(|| String::from_utf8(plain[..end].to_vec()).unwrap())
    }
}

/// What `Authorization` of a call says, when its signature is of the key that it names; the claims and the key.
#[must_use]
pub fn vapid(authorization: &str) -> Option<(String, String)> {
    let (token, key) = authorization.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (text, sign) = token.rsplit_once('.')?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let public = signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key)?);
    public.verify(text.as_bytes(), &decode(sign)?).ok()?;
    let claims = String::from_utf8(decode(text.split_once('.')?.1)?).ok()?;
    Some((claims, key.to_owned()))
}
