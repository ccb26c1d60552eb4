//! Bringing a file: declared, then sent in parts, then looked through (MSG-A1). What is begun can go on after any break.

use std::marker::PhantomData;

use school::{Denied, Present};
use sha2::{Digest as _, Sha256};
use store::{CHUNK_BYTES, ReadTx, UtcInstant, WriteTx, chunks_of};

use crate::limits::{FILE_BYTES, FILE_BYTES_OF_PUPIL, THUMB_BYTES, THUMB_SIDE};
use crate::storage::file::{FileRow, ThumbRow};
use crate::{FileId, FileKind, FileLook, FileName, MemberOf, Seat, picture, storage};

/// How many bytes of files there may be (MSG-A7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileQuotas {
    /// In the whole base.
    pub school: u64,
    /// Of one pupil.
    pub pupil: u64,
    /// Of one member of staff.
    pub staff: u64,
    /// Of one guardian.
    pub guardian: u64,
}

impl Default for FileQuotas {
    fn default() -> Self {
        const GIB: u64 = 1024 * 1024 * 1024;
        Self { school: 20 * GIB, pupil: GIB, staff: 5 * GIB, guardian: GIB }
    }
}

impl FileQuotas {
    const fn of(&self, seat: Seat) -> u64 {
        match seat {
            Seat::Pupil => self.pupil,
            Seat::Guardian => self.guardian,
            Seat::Teacher | Seat::Homeroom | Seat::Head | Seat::Staff | Seat::Safety => self.staff,
        }
    }
}

/// The largest file that may be sent from a seat.
#[must_use]
pub const fn largest_file(seat: Seat) -> u64 {
    match seat {
        Seat::Pupil => FILE_BYTES_OF_PUPIL,
        Seat::Teacher | Seat::Homeroom | Seat::Guardian | Seat::Head | Seat::Staff | Seat::Safety => {
            FILE_BYTES
        }
    }
}

/// Why a file, or a part of it, was not taken; what was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The member may only read here.
    #[error("the chat can only be read")]
    ReadOnly,
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// Larger than the seat allows (MSG-B19).
    #[error("{size} bytes are more than {most}")]
    TooLarge {
        /// The declared size.
        size: u64,
        /// The most.
        most: u64,
    },
    /// The person's files together would be too many bytes (MSG-B19).
    #[error("the person has {used} of {most} bytes")]
    OwnQuota {
        /// What the person's files take.
        used: u64,
        /// What they may take.
        most: u64,
    },
    /// The files of the school together would be too many bytes (MSG-B19).
    #[error("the school has {used} of {most} bytes")]
    SchoolQuota {
        /// What all files take.
        used: u64,
        /// What they may take.
        most: u64,
    },
    /// The part has not the digest or the length it must have, or there is no such part (MSG-B18).
    #[error("the part is not what was announced")]
    BadPart,
    /// Parts are missing (MSG-B18).
    #[error("parts are missing")]
    Missing,
    /// The whole has not the digest it was said to have (MSG-B18).
    #[error("the digest differs")]
    Digest,
    /// The file is complete, and what was asked is for files that are not.
    #[error("the file is complete")]
    Complete,
    /// The small picture is none, or not small.
    #[error("the thumbnail is not taken")]
    Thumb,
    /// The base could not be asked.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The viewer has brought this file (ARC-7). To anybody else it does not exist.
#[derive(Debug)]
pub struct UploaderOf<'t> {
    pub(crate) row: FileRow,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name it is shown by.
    pub name: FileName,
    /// How many bytes it has.
    pub size: u64,
    /// What it is; known when it is complete.
    pub kind: FileKind,
    /// Whether it is complete.
    pub ready: bool,
    /// The parts that are still to come.
    pub missing: Vec<u32>,
}

impl<'t> UploaderOf<'t> {
    /// Asks whether the viewer has brought this file.
    ///
    /// # Errors
    /// [`Denied`] when not, or when «Сферум» is closed to them: as if there were no such file.
    pub fn ask(tx: &ReadTx<'t>, by: &Present<'t>, file: FileId) -> Result<Self, Denied> {
        if !storage::access::holds(tx, by.person())? {
            return Err(Denied::Denied);
        }
        let row = storage::file::find(tx, file)?.filter(|row| row.person == by.person());
        Ok(Self { row: row.ok_or(Denied::Denied)?, brand: PhantomData })
    }

    /// The file.
    #[must_use]
    pub const fn file(&self) -> FileId {
        self.row.id
    }

    /// How far it is: asked after a break, to go on where it was.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn upload(&self, tx: &ReadTx<'t>) -> Result<Upload, store::Error> {
        let row = &self.row;
        let mut missing = Vec::new();
        if !row.ready {
            let there = tx.upload_chunks(row.blob)?;
            let all = 0..u32::try_from(chunks_of(row.size)).unwrap_or(u32::MAX);
            missing = all.filter(|n| there.binary_search(n).is_err()).collect();
        }
        Ok(Upload { name: row.name.clone(), size: row.size, kind: row.kind, ready: row.ready, missing })
    }
}

/// Declares a file. Size and quotas are asked before any byte comes; the declared bytes count from now on (MSG-B19).
///
/// # Errors
/// [`UploadError`].
pub fn begin_file(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &MemberOf<'_>,
    quotas: &FileQuotas,
    name: &FileName,
    size: u64,
) -> Result<FileId, UploadError> {
    if !by.may_write() {
        return Err(UploadError::ReadOnly);
    }
    if size == 0 {
        return Err(UploadError::Empty);
    }
    let most = largest_file(by.seat());
    if size > most {
        return Err(UploadError::TooLarge { size, most });
    }
    let (used, most) = (storage::file::bytes_of(tx, by.person())?, quotas.of(by.seat()));
    if used.saturating_add(size) > most {
        return Err(UploadError::OwnQuota { used, most });
    }
    let (used, most) = (tx.blob_bytes()?, quotas.school);
    if used.saturating_add(size) > most {
        return Err(UploadError::SchoolQuota { used, most });
    }
    let blob = tx.begin_blob(now, size, FileKind::Other.mime(), by.person().get())?;
    Ok(storage::file::insert(tx, now, by.person(), blob, name, size)?)
}

/// Takes part `n` (from 0) with the digest it was sent with. The same part may come again.
///
/// # Errors
/// [`UploadError::BadPart`] when length or digest are not those of the part.
pub fn put_part(
    tx: &mut WriteTx<'_>,
    by: &UploaderOf<'_>,
    n: u32,
    sha256: [u8; 32],
    bytes: &[u8],
) -> Result<(), UploadError> {
    if by.row.ready {
        return Err(UploadError::Complete);
    }
    let left = by.row.size.saturating_sub(u64::from(n) * CHUNK_BYTES as u64);
    if left == 0
        || bytes.len() as u64 != left.min(CHUNK_BYTES as u64)
        || <[u8; 32]>::from(Sha256::digest(bytes)) != sha256
    {
        return Err(UploadError::BadPart);
    }
    match tx.put_chunk(by.row.blob, n, bytes) {
        // It is being looked through: nothing can come any more.
        Err(store::Error::NoRow) => Err(UploadError::Complete),
        done => Ok(done?),
    }
}

/// Ties a small picture, made by the sender's own device, to a picture: the server decodes none (MSG-A6).
///
/// # Errors
/// [`UploadError::Thumb`] when it is no JPEG or WebP of at most 256 KiB and 1024 pixels a side.
pub fn put_thumb(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    by: &UploaderOf<'_>,
    bytes: &[u8],
) -> Result<(), UploadError> {
    let kind = FileKind::of(bytes);
    if bytes.len() > THUMB_BYTES
        || !matches!(kind, FileKind::Jpeg | FileKind::Webp)
        || by.row.kind.look() != FileLook::Picture
    {
        return Err(UploadError::Thumb);
    }
    // What readers have seen does not change under them.
    if storage::file::is_attached(tx, by.row.id)? {
        return Err(UploadError::Complete);
    }
    let (clean, width, height) = picture::clean(kind, bytes).ok_or(UploadError::Thumb)?;
    if width.max(height) > THUMB_SIDE {
        return Err(UploadError::Thumb);
    }
    let blob = tx.begin_blob(now, clean.len() as u64, kind.mime(), by.row.person.get())?;
    for (n, chunk) in (0..).zip(clean.chunks(CHUNK_BYTES)) {
        tx.put_chunk(blob, n, chunk)?;
    }
    let blob = tx.finish_blob(blob, Sha256::digest(&clean).into())?;
    if let Some(old) = by.row.thumb {
        tx.release_blob(old.blob)?;
    }
    storage::file::set_thumb(tx, by.row.id, &ThumbRow { blob, kind, width, height })?;
    Ok(())
}

/// Gives a file up. One that a message carries stays.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn drop_file(tx: &mut WriteTx<'_>, by: &UploaderOf<'_>) -> Result<(), store::Error> {
    if storage::file::is_attached(tx, by.row.id)? {
        return Ok(());
    }
    forget(tx, &by.row)
}

/// Forgets files that were brought before a moment and sent with no message, at most `most`; answers how many.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn purge_files(tx: &mut WriteTx<'_>, before: UtcInstant, most: u32) -> Result<usize, store::Error> {
    let rows = storage::file::unattached(tx, before, most)?;
    for row in &rows {
        forget(tx, row)?;
    }
    Ok(rows.len())
}

/// Takes a file that no message carries out of the base.
pub(crate) fn forget(tx: &mut WriteTx<'_>, row: &FileRow) -> Result<(), store::Error> {
    storage::file::remove(tx, row.id)?;
    if row.ready {
        tx.release_blob(row.blob)?;
    } else {
        tx.drop_upload(row.blob)?;
    }
    match row.thumb {
        Some(thumb) => tx.release_blob(thumb.blob),
        None => Ok(()),
    }
}
