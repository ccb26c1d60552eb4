//! The id token: a JWT signed with a key that nobody is ever shown (VK-27, docs/rules/vk-id.md).

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::UtcInstant;
use zeroize::Zeroizing;

use crate::{ClientId, VkAccountId, limits};

/// Every id token begins with the same header.
const HEADER: &str = r#"{"typ":"JWT","alg":"RS256"}"#;
/// A kind of token, always the same on record.
const KIND: u8 = 21;

/// The key that signs id tokens.
pub struct IdTokenKey(KeyPair);

/// What an id token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdClaims {
    iss: String,
    sub: i64,
    app: i64,
    exp: i64,
    iat: i64,
    jti: u8,
}

impl IdClaims {
    /// Whose token it is.
    #[must_use]
    pub const fn account(&self) -> VkAccountId {
        VkAccountId::from_row(self.sub)
    }

    /// For which application it was made.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        ClientId::from_row(self.app)
    }
}

impl IdTokenKey {
    /// Makes a new RSA key of 2048 bits; `None` when the library refuses, which it does not.
    #[must_use]
    pub fn make() -> Option<Self> {
        KeyPair::generate(KeySize::Rsa2048).ok().map(Self)
    }

    /// The key as bytes, to be sealed.
    #[must_use]
    pub fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.0.as_der().ok().map(|der| Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Reads what [`IdTokenKey::bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        KeyPair::from_pkcs8(bytes).ok().map(Self)
    }

    /// The token of a person for an application, good as long as an access token.
    #[must_use]
    pub fn sign(&self, now: UtcInstant, account: VkAccountId, client: ClientId) -> Option<String> {
        let iat = now.seconds();
        let exp = iat + limits::ACCESS.whole_seconds();
        let claims =
            IdClaims { iss: "VK".to_owned(), sub: account.get(), app: client.get(), exp, iat, jti: KIND };
        let body = serde_json::to_string(&claims).ok()?;
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(body));
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).ok()?;
        Some(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// What a token says, when this key has signed it and it is not too old.
    #[must_use]
    pub fn read(&self, now: UtcInstant, token: &str) -> Option<IdClaims> {
        let (text, signature) = token.rsplit_once('.')?;
        let (header, body) = text.split_once('.')?;
        if URL_SAFE_NO_PAD.decode(header).ok()? != HEADER.as_bytes() {
            return None;
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.0.public_key().as_ref());
        key.verify(text.as_bytes(), &signature).ok()?;
        let claims: IdClaims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        (claims.exp > now.seconds()).then_some(claims)
    }
}

impl std::fmt::Debug for IdTokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdTokenKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use store::UtcInstant;
    use time::Duration;

    use super::IdTokenKey;
    use crate::{ClientId, VkAccountId};

    #[test]
    fn a_token_says_who_for_whom_and_until_when_and_cannot_be_changed() {
        let key = IdTokenKey::make().unwrap();
        let now = UtcInstant::from_millis(1_800_000_000_000);
        let (account, client) = (VkAccountId::from_row(700_000_001), ClientId::from_row(51_000_001));
        let token = key.sign(now, account, client).unwrap();
        let again = IdTokenKey::from_bytes(&key.bytes().unwrap()).unwrap();
        let claims = again.read(now, &token).unwrap();
        assert_eq!((claims.account(), claims.client()), (account, client));
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            r#"{"iss":"VK","sub":700000001,"app":51000001,"exp":1800003600,"iat":1800000000,"jti":21}"#
        );
        assert!(key.read(now + Duration::seconds(3599), &token).is_some());
        assert!(key.read(now + Duration::seconds(3600), &token).is_none());
        assert!(IdTokenKey::make().unwrap().read(now, &token).is_none(), "another key's token");
        for bad in ["", ".", "..", "a.b.c", &token[1..], &token[..token.len() - 2], &format!("{token}.x")] {
            assert!(key.read(now, bad).is_none(), "{bad}");
        }
        let unsigned = token.replacen("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9", "eyJhbGciOiJub25lIn0", 1);
        assert!(key.read(now, &unsigned).is_none());
    }
}
