//! What leaves the school as a file (MSG-S9): an archive of pages, JSON and the files of messages, a list of their
//! digests, and a signature over the list that anybody can check. It is made and checked piece by piece.

pub(crate) mod zip;

use std::collections::HashMap;
use std::io::{Read, Seek};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{SigningKey, UtcInstant, bytes_of, hex_of, is_signed};
use time::format_description::well_known::Rfc3339;

use zip::{Archive, Entry, Packer};

const FORMAT: &str = "zvonok-export-1";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
/// The most bytes of a manifest that is checked; each file of a list is some two hundred.
const MANIFEST_BYTES: u64 = 256 * 1024 * 1024;

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
    size: u64,
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

/// An archive under way; every step gives the bytes that are to be sent.
#[derive(Debug, Default)]
pub(crate) struct Export {
    packer: Packer,
    listed: Vec<Listed>,
    sha: Sha256,
}

impl Export {
    /// A file that is in memory.
    pub(crate) fn whole(&mut self, name: &str, bytes: &[u8]) -> Vec<u8> {
        let mut out = self.begin(name);
        self.add(bytes);
        out.extend(bytes);
        out.extend(self.end());
        out
    }

    /// The head of a file that comes in pieces.
    pub(crate) fn begin(&mut self, name: &str) -> Vec<u8> {
        self.sha = Sha256::new();
        self.listed.push(Listed { name: name.to_owned(), size: 0, sha256: String::new() });
        self.packer.begin(name)
    }

    /// A piece of it, which is sent as it is.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.sha.update(bytes);
        if let Some(last) = self.listed.last_mut() {
            last.size += bytes.len() as u64;
        }
        self.packer.add(bytes);
    }

    /// The end of it.
    pub(crate) fn end(&mut self) -> Vec<u8> {
        if let Some(last) = self.listed.last_mut() {
            last.sha256 = hex_of(&std::mem::take(&mut self.sha).finalize());
        }
        self.packer.end()
    }

    /// The list of files with its signature, and the end of the archive.
    pub(crate) fn close(mut self, now: UtcInstant, school: &str, what: &str, key: &SigningKey) -> Vec<u8> {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            school: school.to_owned(),
            made: now.to_utc().format(&Rfc3339).unwrap_or_default(),
            what: what.to_owned(),
            key: hex_of(&key.public()),
            files: std::mem::take(&mut self.listed),
        };
        // Our own types hold nothing that JSON cannot say.
        let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        let signature = hex_of(&key.sign(&text)).into_bytes();
        let mut out = self.whole(MANIFEST, &text);
        out.extend(self.whole(SIGNATURE, &signature));
        out.extend(self.packer.close());
        out
    }
}

/// Whether an archive is what this school has signed. It is read piece by piece, however large its files are.
///
/// # Errors
/// Everything that is wrong with it.
pub fn verify_export(archive: impl Read + Seek, school_key: &[u8]) -> Result<Verified, Vec<ExportFault>> {
    let mut archive = Archive::open(archive).ok_or_else(|| vec![ExportFault::NotOurs])?;
    let mut faults = Vec::new();
    let mut entries: HashMap<String, Entry> = HashMap::new();
    for entry in archive.entries.clone() {
        let name = entry.name.clone();
        // A second file of the same name would be what an archiver unpacks last.
        if entries.insert(name.clone(), entry).is_some() {
            faults.push(ExportFault::Added { name });
        }
    }
    let text = small(&mut archive, entries.get(MANIFEST)).ok_or_else(|| vec![ExportFault::NoManifest])?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| vec![ExportFault::NoManifest])?;
    let signature =
        small(&mut archive, entries.get(SIGNATURE)).ok_or_else(|| vec![ExportFault::NoSignature])?;
    let signature = std::str::from_utf8(&signature).ok().and_then(bytes_of);
    let key = bytes_of(&manifest.key).unwrap_or_default();
    if !signature.is_some_and(|signature| is_signed(&key, &text, &signature)) {
        faults.push(ExportFault::BadSignature);
    }
    if key != school_key {
        faults.push(ExportFault::ForeignKey);
    }
    for listed in &manifest.files {
        let name = listed.name.clone();
        let Some(entry) = entries.remove(&listed.name) else {
            faults.push(ExportFault::Missing { name });
            continue;
        };
        let mut sha = Sha256::new();
        let read = archive.read(&entry, |piece| sha.update(piece));
        if read.is_err() || entry.size != listed.size || hex_of(&sha.finalize()) != listed.sha256 {
            faults.push(ExportFault::Changed { name });
        }
    }
    let mut added: Vec<_> =
        entries.into_keys().filter(|name| ![MANIFEST, SIGNATURE].contains(&name.as_str())).collect();
    added.sort();
    faults.extend(added.into_iter().map(|name| ExportFault::Added { name }));
    if faults.is_empty() {
        Ok(Verified { school: manifest.school, made: manifest.made, files: manifest.files.len() })
    } else {
        Err(faults)
    }
}

/// A file of the archive that is read whole.
fn small(archive: &mut Archive<impl Read + Seek>, entry: Option<&Entry>) -> Option<Vec<u8>> {
    let entry = entry.filter(|entry| entry.size <= MANIFEST_BYTES)?;
    let mut bytes = Vec::new();
    archive.read(entry, |piece| bytes.extend(piece)).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use store::{SigningKey, UtcInstant};

    use super::zip::tests::{pack, unpack};
    use super::{Export, ExportFault, verify_export};

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32]).unwrap()
    }

    fn verify(archive: &[u8], seed: u8) -> Result<super::Verified, Vec<ExportFault>> {
        verify_export(Cursor::new(archive), &key(seed).public())
    }

    fn archive() -> Vec<u8> {
        let mut export = Export::default();
        let mut out = export.whole("1.html", "<p>привет</p>".as_bytes());
        out.extend(export.begin("files/1.bin"));
        for piece in [b"one".as_slice(), b"two"] {
            export.add(piece);
            out.extend(piece);
        }
        out.extend(export.end());
        out.extend(export.close(UtcInstant::from_millis(0), "Школа № 12", "own", &key(1)));
        out
    }

    /// The archive with its files changed.
    fn bent(change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<ExportFault> {
        let mut files = unpack(&archive()).unwrap();
        change(&mut files);
        verify(&pack(&files), 1).unwrap_err()
    }

    #[test]
    fn an_archive_says_what_was_done_to_it() {
        // MSG-S9, MSG-N14
        let good = verify(&archive(), 1).unwrap();
        assert_eq!((good.school.as_str(), good.files), ("Школа № 12", 2));
        let name = || "1.html".to_owned();
        assert_eq!(bent(|files| files[0].1[4] = b'x'), [ExportFault::Changed { name: name() }]);
        assert_eq!(
            bent(|files| files[1].1.truncate(5)),
            [ExportFault::Changed { name: "files/1.bin".to_owned() }]
        );
        assert_eq!(bent(|files| drop(files.remove(0))), [ExportFault::Missing { name: name() }]);
        for added in ["2.html", "1.html"] {
            let faults = bent(|files| files.insert(2, (added.to_owned(), Vec::new())));
            assert!(faults.contains(&ExportFault::Added { name: added.to_owned() }), "{faults:?}");
        }
        assert_eq!(bent(|files| drop(files.remove(2))), [ExportFault::NoManifest]);
        assert_eq!(bent(|files| drop(files.remove(3))), [ExportFault::NoSignature]);
        let list = bent(|files| {
            let text = String::from_utf8(files[2].1.clone()).unwrap();
            files[2].1 = text.replace("Школа № 12", "Школа № 13").into_bytes();
        });
        assert_eq!(list, [ExportFault::BadSignature]);
        assert_eq!(verify(&archive(), 2).unwrap_err(), [ExportFault::ForeignKey]);
        assert_eq!(verify(b"PK", 1).unwrap_err(), [ExportFault::NotOurs]);
    }
}
