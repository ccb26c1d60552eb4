//! The end of an upload: the bytes are read once outside the writer, pictures and films are written anew, then it is ready
//! (MSG-A6, MSG-I15). Between the steps everybody else reads and writes.

use sha2::{Digest as _, Sha256};
use store::{BlobId, CHUNK_BYTES, ReadTx, UtcInstant, WriteTx, chunks_of};

use crate::file_kind::HEAD;
use crate::limits::{PICTURE_BYTES, PICTURE_PIXELS, VOICE_MOST};
use crate::picture::{self, Plan, Source, Unread};
use crate::storage::file::FileRow;
use crate::{FileKind, FileLook, UploadError, UploaderOf, storage};

/// How many chunks are read in one view of the base.
const STEP: u32 = 64;

/// Looking through what was sent.
#[derive(Debug)]
pub struct Examination {
    blob: BlobId,
    size: u64,
    next: u32,
    sha: Sha256,
    head: Vec<u8>,
}

/// What was found.
#[derive(Debug)]
pub struct Examined {
    blob: BlobId,
    size: u64,
    digest: [u8; 32],
    kind: FileKind,
    sides: Option<(u32, u32)>,
    /// Only when the file must be written anew.
    plan: Option<Plan>,
}

/// A picture being written anew.
#[derive(Debug)]
pub struct Rewriting {
    from: BlobId,
    sent: u64,
    to: BlobId,
    plan: Plan,
    at: u64,
    sha: Sha256,
}

/// Closes an upload to further parts; `None` when it is complete already.
///
/// # Errors
/// [`UploadError::Missing`] when parts are missing.
pub fn seal_file(tx: &mut WriteTx<'_>, by: &UploaderOf<'_>) -> Result<Option<Examination>, UploadError> {
    if by.row.ready {
        return Ok(None);
    }
    if !tx.seal_blob(by.row.blob)? {
        return Err(UploadError::Missing);
    }
    let (blob, size) = (by.row.blob, by.row.size);
    Ok(Some(Examination { blob, size, next: 0, sha: Sha256::new(), head: Vec::new() }))
}

impl Examination {
    /// Reads some of the bytes; answers whether there are more.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn read_on(&mut self, tx: &ReadTx<'_>) -> Result<bool, store::Error> {
        let all = u32::try_from(chunks_of(self.size)).unwrap_or(u32::MAX);
        let until = all.min(self.next.saturating_add(STEP));
        for n in self.next..until {
            let chunk = tx.upload_chunk(self.blob, n)?;
            if self.head.len() < HEAD {
                self.head.extend(chunk.iter().take(HEAD - self.head.len()));
            }
            self.sha.update(&chunk);
        }
        self.next = until;
        Ok(until < all)
    }

    /// Says what the file is, once all is read. Broken or giant pictures become downloads; a giant one loses its place
    /// all the same.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn end(self, tx: &ReadTx<'_>) -> Result<Examined, store::Error> {
        let mut kind = FileKind::of(&self.head);
        let mut source = Source::new(self.size, |n| tx.upload_chunk(self.blob, n));
        let plan = match picture::plan(kind, &mut source) {
            Ok(plan) => plan,
            Err(Unread::Broken) => {
                // A film that cannot be taken apart is one that players may still know; a picture is none.
                if kind.look() == FileLook::Picture {
                    kind = FileKind::Other;
                }
                None
            }
            Err(Unread::Store(error)) => return Err(error),
        };
        let sides = plan.as_ref().map(|plan| (plan.width, plan.height)).filter(|sides| *sides != (0, 0));
        let pixels = sides.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
        if pixels > PICTURE_PIXELS || (kind.look() == FileLook::Picture && self.size > PICTURE_BYTES) {
            kind = FileKind::Other;
        }
        Ok(Examined {
            blob: self.blob,
            size: self.size,
            digest: self.sha.finalize().into(),
            sides: sides.filter(|_| kind != FileKind::Other),
            kind,
            plan: plan.filter(|plan| !plan.changes_nothing(self.size)),
        })
    }
}

impl Examined {
    /// Whether it is what the sender said it is.
    #[must_use]
    pub fn is(&self, sha256: &[u8; 32]) -> bool {
        self.digest == *sha256
    }

    /// Whether the file must be written anew.
    #[must_use]
    pub const fn must_be_rewritten(&self) -> bool {
        self.plan.is_some()
    }
}

/// Lets parts come again after the whole was found to be another than announced.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn unseal_file(tx: &mut WriteTx<'_>, by: &UploaderOf<'_>) -> Result<(), store::Error> {
    tx.unseal_blob(by.row.blob)
}

/// Begins the clean file; `None` when the file stays as it was sent.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn begin_rewriting(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &UploaderOf<'_>,
    examined: &Examined,
) -> Result<Option<Rewriting>, store::Error> {
    let Some(plan) = examined.plan.clone() else { return Ok(None) };
    let to = tx.begin_blob(now, plan.size(), examined.kind.mime(), by.row.person.get())?;
    Ok(Some(Rewriting { from: examined.blob, sent: examined.size, to, plan, at: 0, sha: Sha256::new() }))
}

impl Rewriting {
    /// The next chunk of the clean file, with its number; `None` at the end.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn next_chunk(&mut self, tx: &ReadTx<'_>) -> Result<Option<(u32, Vec<u8>)>, store::Error> {
        let mut source = Source::new(self.sent, |n| tx.upload_chunk(self.from, n));
        let bytes = match self.plan.read(&mut source, self.at, CHUNK_BYTES) {
            Ok(bytes) => bytes,
            Err(Unread::Store(error)) => return Err(error),
            Err(Unread::Broken) => return Err(store::Error::Unreadable { what: "pieces of a picture" }),
        };
        if bytes.is_empty() {
            return Ok(None);
        }
        let n = u32::try_from(self.at / CHUNK_BYTES as u64).unwrap_or(u32::MAX);
        self.at += bytes.len() as u64;
        self.sha.update(&bytes);
        Ok(Some((n, bytes)))
    }

    /// Where the chunks belong.
    #[must_use]
    pub const fn blob(&self) -> BlobId {
        self.to
    }
}

/// Makes the file ready; when another call was faster, its work stands.
///
/// # Errors
/// [`UploadError`].
pub fn settle_file(
    tx: &mut WriteTx<'_>,
    by: &UploaderOf<'_>,
    examined: Examined,
    rewritten: Option<Rewriting>,
    voice_ms: Option<u32>,
) -> Result<(), UploadError> {
    if by.row.ready {
        if let Some(rewritten) = rewritten {
            tx.drop_upload(rewritten.to)?;
        }
        return Ok(());
    }
    let (blob, size) = match rewritten {
        Some(rewritten) => {
            if !tx.seal_blob(rewritten.to)? {
                return Err(UploadError::Missing);
            }
            let blob = tx.settle_blob(rewritten.to, rewritten.sha.finalize().into())?;
            tx.drop_upload(by.row.blob)?;
            (blob, rewritten.at)
        }
        None => (tx.settle_blob(by.row.blob, examined.digest)?, examined.size),
    };
    let sounds = matches!(examined.kind.look(), FileLook::Sound | FileLook::Video);
    let row = FileRow {
        blob,
        size,
        kind: examined.kind,
        digest: Some(examined.digest),
        sides: examined.sides,
        // A header of sound may lie about its length, and so may a sender: it is a label and nothing else (MSG-E39).
        voice_ms: voice_ms.filter(|ms| sounds && (1..=VOICE_MOST).contains(ms)),
        ..by.row.clone()
    };
    storage::file::set_ready(tx, &row)?;
    Ok(())
}

impl UploaderOf<'_> {
    /// Whether a complete file is the one that was announced: an end told twice is told once.
    #[must_use]
    pub fn was(&self, sha256: &[u8; 32]) -> bool {
        self.row.digest.as_ref() == Some(sha256)
    }
}
