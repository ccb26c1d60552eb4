//! Cursors: a place in the log that clients can keep but neither read nor forge (MSG-B11).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use store::ServerKey;

/// Seals numbers under keys of the server and the epoch of the file. Equal numbers give equal texts, so that a
/// client can compare the back-pointer of a frame with what it has.
pub(crate) struct Cursors {
    tag_key: [u8; 32],
    mask_key: [u8; 32],
}

impl Cursors {
    pub(super) fn of(key: &ServerKey, epoch: &str) -> Self {
        Self {
            tag_key: key.mac("live cursor tag", epoch.as_bytes()),
            mask_key: key.mac("live cursor mask", epoch.as_bytes()),
        }
    }

    /// A synthetic IV: the tag authenticates the number and keys the mask over it.
    fn tag(&self, g: i64) -> [u8; 16] {
        first(&keyed(&self.tag_key, &g.to_be_bytes()))
    }

    fn mask(&self, tag: &[u8; 16]) -> i64 {
        i64::from_be_bytes(first(&keyed(&self.mask_key, tag)))
    }

    /// The text of a number.
    pub(super) fn seal(&self, g: i64) -> String {
        let tag = self.tag(g);
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&tag);
        bytes[16..].copy_from_slice(&(g ^ self.mask(&tag)).to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The number of a text; `None` when it is not one of this server and this epoch (MSG-B11).
    pub(super) fn open(&self, text: &str) -> Option<i64> {
        let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let tag: [u8; 16] = first(&bytes);
        let masked: [u8; 8] = bytes[16..].try_into().ok()?;
        let g = i64::from_be_bytes(masked) ^ self.mask(&tag);
        let differ = self.tag(g).iter().zip(&tag).fold(0, |differ, (a, b)| differ | (a ^ b));
        (differ == 0).then_some(g)
    }
}

/// A keyed hash of short messages of a fixed length, for which the plain construction with a leading key is a MAC.
fn keyed(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::new().chain_update(key).chain_update(message).finalize().into()
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut taken = [0; N];
    taken.copy_from_slice(&bytes[..N]);
    taken
}

#[cfg(test)]
mod tests {
    use store::{Random, ServerKey};

    use super::Cursors;

    #[test]
    fn a_cursor_opens_only_with_its_key_and_epoch_and_unchanged() {
        // MSG-B11
        let key = ServerKey::in_memory(&Random::seeded(1));
        let cursors = Cursors::of(&key, "epoch");
        for g in [0, 1, 7, 1_000_000, i64::MAX] {
            let text = cursors.seal(g);
            assert_eq!(cursors.open(&text), Some(g));
            assert_eq!(cursors.seal(g), text);
            assert_eq!(Cursors::of(&key, "restored").open(&text), None);
            for at in 0..text.len() {
                let mut forged = text.clone().into_bytes();
                forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
                assert_eq!(cursors.open(&String::from_utf8(forged).unwrap()), None);
            }
        }
        for bad in ["", "0", "7", "-1", "AAAA", "9223372036854775808"] {
            assert_eq!(cursors.open(bad), None);
        }
    }
}
