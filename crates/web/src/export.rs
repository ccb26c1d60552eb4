//! What leaves the school as a file (MSG-S9): an archive of pages and JSON, a list of their digests, and a signature
//! over the list that anybody can check.

pub(crate) mod zip;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{SigningKey, UtcInstant, bytes_of, hex_of, is_signed};
use time::format_description::well_known::Rfc3339;

use zip::Entry;

const FORMAT: &str = "zvonok-export-1";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";

/// What an archive says of itself.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: String,
    school: String,
    made: String,
    what: String,
    key: String,
    files: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Listed {
    name: String,
    size: usize,
    sha256: String,
}

/// An archive that is as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Which school.
    pub school: String,
    /// When, in UTC.
    pub made: String,
    /// How many files.
    pub files: usize,
}

/// What is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportFault {
    /// It is no archive of ours: another kind of file, cut short, or packed anew.
    NotOurs,
    /// It has no list of files, or one that cannot be read.
    NoManifest,
    /// It has no signature.
    NoSignature,
    /// The list was changed after it was signed, or the signature was.
    BadSignature,
    /// It was signed by another key than this school's.
    ForeignKey,
    /// A file of the list is not there.
    Missing {
        /// Its name.
        name: String,
    },
    /// A file differs from what was signed.
    Changed {
        /// Its name.
        name: String,
    },
    /// A file is there that the list does not know.
    Added {
        /// Its name.
        name: String,
    },
}

fn digest(bytes: &[u8]) -> String {
    hex_of(&Sha256::digest(bytes))
}

/// Packs files with their list and its signature; `None` when they are too large for an archive.
pub(crate) fn pack(
    mut files: Vec<Entry>,
    now: UtcInstant,
    school: &str,
    what: &str,
    key: &SigningKey,
) -> Option<Vec<u8>> {
    let listed = files.iter().map(|file| Listed {
        name: file.name.clone(),
        size: file.bytes.len(),
        sha256: digest(&file.bytes),
    });
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        school: school.to_owned(),
        made: now.to_utc().format(&Rfc3339).ok()?,
        what: what.to_owned(),
        key: hex_of(&key.public()),
        files: listed.collect(),
    };
    let text = serde_json::to_vec_pretty(&manifest).ok()?;
    let signature = hex_of(&key.sign(&text)).into_bytes();
    files.push(Entry { name: MANIFEST.to_owned(), bytes: text });
    files.push(Entry { name: SIGNATURE.to_owned(), bytes: signature });
    zip::write(&files)
}

/// Whether an archive is what this school has signed.
///
/// # Errors
/// Everything that is wrong with it.
pub fn verify_export(archive: &[u8], school_key: &[u8]) -> Result<Verified, Vec<ExportFault>> {
    let entries = zip::read(archive).ok_or_else(|| vec![ExportFault::NotOurs])?;
    let find = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| &*entry.bytes);
    let text = find(MANIFEST).ok_or_else(|| vec![ExportFault::NoManifest])?;
    let manifest: Manifest = serde_json::from_slice(text).map_err(|_| vec![ExportFault::NoManifest])?;
    let signature = find(SIGNATURE).ok_or_else(|| vec![ExportFault::NoSignature])?;
    let signature = std::str::from_utf8(signature).ok().and_then(bytes_of);
    let mut faults = Vec::new();
    let key = bytes_of(&manifest.key).unwrap_or_default();
    if !signature.is_some_and(|signature| is_signed(&key, text, &signature)) {
        faults.push(ExportFault::BadSignature);
    }
    if key != school_key {
        faults.push(ExportFault::ForeignKey);
    }
    for listed in &manifest.files {
        let name = listed.name.clone();
        match find(&listed.name) {
            None => faults.push(ExportFault::Missing { name }),
            Some(bytes) if bytes.len() != listed.size || digest(bytes) != listed.sha256 => {
                faults.push(ExportFault::Changed { name });
            }
            Some(_) => {}
        }
    }
    let known = |name: &str| {
        [MANIFEST, SIGNATURE].contains(&name) || manifest.files.iter().any(|file| file.name == name)
    };
    faults.extend(
        entries
            .iter()
            .filter(|entry| !known(&entry.name))
            .map(|entry| ExportFault::Added { name: entry.name.clone() }),
    );
    if faults.is_empty() {
        Ok(Verified { school: manifest.school, made: manifest.made, files: manifest.files.len() })
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use store::{SigningKey, UtcInstant};

    use super::zip::{self, Entry};
    use super::{ExportFault, pack, verify_export};

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).unwrap()
    }

    fn archive() -> Vec<u8> {
        let file = |name: &str, text: &str| Entry { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let files = vec![file("1.html", "<p>привет</p>"), file("1.json", "[]")];
        pack(files, UtcInstant::from_millis(0), "Школа № 12", "own", &key(1)).unwrap()
    }

    /// The archive with its files changed.
    fn bent(change: impl FnOnce(&mut Vec<Entry>)) -> Vec<ExportFault> {
        let mut entries = zip::read(&archive()).unwrap();
        change(&mut entries);
        verify_export(&zip::write(&entries).unwrap(), &key(1).public()).unwrap_err()
    }

    #[test]
    fn an_archive_says_what_was_done_to_it() {
        // MSG-S9, MSG-N14
        let good = verify_export(&archive(), &key(1).public()).unwrap();
        assert_eq!((good.school.as_str(), good.files), ("Школа № 12", 2));
        let name = || "1.html".to_owned();
        assert_eq!(bent(|files| files[0].bytes[4] = b'x'), [ExportFault::Changed { name: name() }]);
        assert_eq!(bent(|files| drop(files.remove(0))), [ExportFault::Missing { name: name() }]);
        let added = Entry { name: "2.html".to_owned(), bytes: Vec::new() };
        assert_eq!(bent(|files| files.push(added)), [ExportFault::Added { name: "2.html".to_owned() }]);
        assert_eq!(bent(|files| drop(files.remove(2))), [ExportFault::NoManifest]);
        assert_eq!(bent(|files| drop(files.remove(3))), [ExportFault::NoSignature]);
        let list = bent(|files| {
            let text = String::from_utf8(files[2].bytes.clone()).unwrap();
            files[2].bytes = text.replace("Школа № 12", "Школа № 13").into_bytes();
        });
        assert_eq!(list, [ExportFault::BadSignature]);
        assert_eq!(verify_export(&archive(), &key(2).public()).unwrap_err(), [ExportFault::ForeignKey]);
        assert_eq!(verify_export(b"PK", &key(1).public()).unwrap_err(), [ExportFault::NotOurs]);
    }
}
