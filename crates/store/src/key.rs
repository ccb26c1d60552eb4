//! The server key and the lock: one 0600 file beside the base, never inside it (ARC-18).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Random;

/// The key that keys every code, slip, cursor and sealed secret of the server.
pub struct ServerKey {
    secret: Zeroizing<[u8; 32]>,
    // Held for its lock: dropping the key lets another process take the base.
    _file: Option<File>,
}

/// Why the key file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is not there.
    #[error("{path}: no key file")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file can be read by others than its owner.
    #[error("{path}: key file mode is {mode:o}, must be 600")]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold a key.
    #[error("{path}: not a key file")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Another process of the program is running on this base.
    #[error("{path}: held by a running server")]
    Held {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said; printed as part of the text.
        cause: std::io::Error,
    },
}

impl ServerKey {
    /// Makes a new key file (mode 0600) and takes its lock.
    ///
    /// # Errors
    /// [`KeyError::Io`] when the file exists or cannot be written.
    pub fn create(path: &Path, random: &Random) -> Result<Self, KeyError> {
        let io = |cause| KeyError::Io { path: path.to_path_buf(), cause };
        let secret = Zeroizing::new(random.bytes::<32>());
        let mut file =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(io)?;
        let line = Zeroizing::new(format!("zvonok-key-1 {}\n", STANDARD.encode(*secret)));
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        Self::lock(&file, path)?;
        Ok(Self { secret, _file: Some(file) })
    }

    /// Reads the key and takes its lock, so that one process at a time writes the base.
    ///
    /// # Errors
    /// [`KeyError`] by what is wrong with the file; [`KeyError::Held`] while another process holds it.
    pub fn take(path: &Path) -> Result<Self, KeyError> {
        let io = |cause: std::io::Error| {
            if cause.kind() == std::io::ErrorKind::NotFound {
                return KeyError::Missing { path: path.to_path_buf() };
            }
            KeyError::Io { path: path.to_path_buf(), cause }
        };
        let mut file = File::open(path).map_err(io)?;
        let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Open { path: path.to_path_buf(), mode });
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(io)?;
        let secret = text
            .trim_end()
            .strip_prefix("zvonok-key-1 ")
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| KeyError::Malformed { path: path.to_path_buf() })?;
        Self::lock(&file, path)?;
        Ok(Self { secret: Zeroizing::new(secret), _file: Some(file) })
    }

    /// A key that lives in memory only, for tests.
    #[must_use]
    pub fn in_memory(random: &Random) -> Self {
        Self { secret: Zeroizing::new(random.bytes()), _file: None }
    }

    fn lock(file: &File, path: &Path) -> Result<(), KeyError> {
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => KeyError::Held { path: path.to_path_buf() },
            TryLockError::Error(cause) => KeyError::Io { path: path.to_path_buf(), cause },
        })
    }

    fn derived(&self, purpose: &str) -> Hmac<Sha256> {
        // A key of its own for each purpose, so that a MAC made for one thing says nothing about another.
        let mut root = Hmac::<Sha256>::new_from_slice(&*self.secret).unwrap_or_else(|_| unreachable!());
        root.update(purpose.as_bytes());
        let key = Zeroizing::new(<[u8; 32]>::from(root.finalize().into_bytes()));
        Hmac::<Sha256>::new_from_slice(&*key).unwrap_or_else(|_| unreachable!())
    }

    /// HMAC-SHA-256 of `message` under a key derived for `purpose`.
    #[must_use]
    pub fn mac(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        let mut mac = self.derived(purpose);
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is the MAC of `message`, compared in constant time.
    #[must_use]
    pub fn verifies(&self, purpose: &str, message: &[u8], tag: &[u8]) -> bool {
        let mut mac = self.derived(purpose);
        mac.update(message);
        mac.verify_slice(tag).is_ok()
    }

    fn cipher(&self, purpose: &str) -> LessSafeKey {
        let key = Zeroizing::new(self.mac("seal", purpose.as_bytes()));
        // AES-256 takes any 32 bytes.
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*key).unwrap_or_else(|_| unreachable!()))
    }

    /// Seals a secret so that only this key, for the same purpose, opens it (A1).
    #[must_use]
    pub fn seal(&self, random: &Random, purpose: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = random.bytes::<NONCE_LEN>();
        let mut sealed = plain.to_vec();
        // Fails only for texts of many gigabytes.
        let outcome = self.cipher(purpose).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(purpose.as_bytes()),
            &mut sealed,
        );
        if outcome.is_err() {
            return Vec::new();
        }
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`ServerKey::seal`] made; `None` when the key, the purpose or the bytes are others.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN)?;
        let mut body = Zeroizing::new(body.to_vec());
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length =
            self.cipher(purpose).open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).ok()?.len();
        body.truncate(length);
        Some(body)
    }
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyError, ServerKey};
    use crate::Random;

    #[test]
    fn a_sealed_secret_opens_only_with_its_key_and_purpose() {
        let random = Random::seeded(1);
        let key = ServerKey::in_memory(&random);
        let mut sealed = key.seal(&random, "sms", b"482913");
        assert_eq!(key.open("sms", &sealed).as_deref().map(Vec::as_slice), Some(b"482913".as_slice()));
        assert!(key.open("slip", &sealed).is_none());
        assert!(ServerKey::in_memory(&random).open("sms", &sealed).is_none());
        sealed[14] ^= 1;
        assert!(key.open("sms", &sealed).is_none());
        assert!(key.open("sms", b"short").is_none());
    }

    #[test]
    fn the_key_file_is_private_and_held_by_one_process() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("zvonok.key");
        let key = ServerKey::create(&path, &Random::seeded(1)).unwrap();
        assert!(matches!(ServerKey::take(&path), Err(KeyError::Held { .. })));
        let tag = key.mac("slip", b"x");
        drop(key);
        assert!(ServerKey::take(&path).unwrap().verifies("slip", b"x", &tag));
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        assert!(matches!(ServerKey::take(&path), Err(KeyError::Open { mode: 0o644, .. })));
        assert!(matches!(ServerKey::take(&dir.path().join("none")), Err(KeyError::Missing { .. })));
    }
}
