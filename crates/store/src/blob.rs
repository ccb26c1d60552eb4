//! Files as 64 KiB chunk rows (MSG-D6): resumable by chunk, read by range, stored once per digest.

use crate::{Error, ReadTx, Sql, UtcInstant, WriteTx, ids};
use rusqlite::params;

ids! {
    /// A file's bytes.
    BlobId,
}

/// The size of every chunk but the last.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// What may be done with a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlobState {
    /// Chunks are still coming.
    Uploading,
    /// Complete; its digest was checked.
    Ready,
    /// Complete and kept by a hold.
    Held,
    /// Its bytes are removed.
    Gone,
}

impl WriteTx<'_> {
    /// Begins a blob of `size` bytes; the type is what its content was found to be.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn begin_blob(
        &mut self,
        now: UtcInstant,
        size: u64,
        mime: &str,
        uploader: i64,
    ) -> Result<BlobId, Error> {
        let size = i64::try_from(size).map_err(|_| Error::Unreadable { what: "blob size" })?;
        self.insert(
            Sql::from_literal(
                "INSERT INTO store_blob (size, mime, state, uploader, at) VALUES (?1, ?2, 'uploading', ?3, ?4)",
            ),
            params![size, mime, uploader, now],
        )
        .map(BlobId::from_row)
    }

    /// Stores chunk `n` (from 0) of an upload that has not ended; the same chunk may come again.
    ///
    /// # Errors
    /// [`Error::NoRow`] when the blob is sealed or finished or there is none, so that what was looked through or served
    /// never changes (MSG-I15); [`Error::Unreadable`] when the chunk has not the length of its place:
    /// [`CHUNK_BYTES`], the last one what is left.
    pub fn put_chunk(&mut self, blob: BlobId, n: u32, bytes: &[u8]) -> Result<(), Error> {
        let size: i64 = self.load(
            Sql::from_literal(
                "SELECT size FROM store_blob WHERE id = ?1 AND state = 'uploading' AND sealed = 0",
            ),
            [blob],
            |row| row.get(0),
        )?;
        let left = size - i64::from(n) * CHUNK_BYTES as i64;
        if left <= 0 || bytes.len() as i64 != left.min(CHUNK_BYTES as i64) {
            return Err(Error::Unreadable { what: "blob chunk" });
        }
        self.execute(
            Sql::from_literal(
                "INSERT INTO store_blob_chunk (blob, n, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (blob, n) DO UPDATE SET bytes = excluded.bytes",
            ),
            params![blob, n, bytes],
        )?;
        Ok(())
    }
}

impl ReadTx<'_> {
    /// A complete blob's size in bytes and type.
    ///
    /// # Errors
    /// [`Error::NoRow`] when it is not complete.
    pub fn blob_info(&self, blob: BlobId) -> Result<(u64, String), Error> {
        let (size, mime) = self.load(
            Sql::from_literal(
                "SELECT size, mime FROM store_blob WHERE id = ?1 AND state IN ('ready', 'held')",
            ),
            [blob],
            |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
        )?;
        Ok((u64::try_from(size).map_err(|_| Error::Unreadable { what: "blob size" })?, mime))
    }

    /// Chunk `n` of a complete blob.
    ///
    /// # Errors
    /// [`Error::NoRow`] when there is none.
    pub fn blob_chunk(&self, blob: BlobId, n: u32) -> Result<Vec<u8>, Error> {
        self.load(
            Sql::from_literal(
                "SELECT bytes FROM store_blob_chunk JOIN store_blob ON id = blob
                 WHERE blob = ?1 AND n = ?2 AND state IN ('ready', 'held')",
            ),
            params![blob, n],
            |row| row.get(0),
        )
    }

    /// The digest of a complete blob.
    ///
    /// # Errors
    /// [`Error::NoRow`] when it is not complete.
    pub fn blob_digest(&self, blob: BlobId) -> Result<[u8; 32], Error> {
        self.load(
            Sql::from_literal("SELECT sha256 FROM store_blob WHERE id = ?1 AND state IN ('ready', 'held')"),
            [blob],
            |row| row.get(0),
        )
    }

    /// Which chunks of an upload are there, in order: the others are still to come (MSG-A1).
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn upload_chunks(&self, blob: BlobId) -> Result<Vec<u32>, Error> {
        self.list(
            Sql::from_literal("SELECT n FROM store_blob_chunk WHERE blob = ?1 ORDER BY n"),
            [blob],
            |row| row.get(0),
        )
    }

    /// Chunk `n` of an upload that has not ended, for whoever looks through it; served is only what is complete.
    ///
    /// # Errors
    /// [`Error::NoRow`] when there is none.
    pub fn upload_chunk(&self, blob: BlobId, n: u32) -> Result<Vec<u8>, Error> {
        self.load(
            Sql::from_literal(
                "SELECT bytes FROM store_blob_chunk JOIN store_blob ON id = blob
                 WHERE blob = ?1 AND n = ?2 AND state = 'uploading'",
            ),
            params![blob, n],
            |row| row.get(0),
        )
    }

    /// The bytes of all blobs, unfinished ones counted by what they will have.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn blob_bytes(&self) -> Result<u64, Error> {
        self.load(
            Sql::from_literal("SELECT COALESCE(SUM(size), 0) FROM store_blob WHERE state <> 'gone'"),
            [],
            |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
        )
    }
}

/// How many chunks so many bytes are.
#[must_use]
pub const fn chunks_of(size: u64) -> u64 {
    size.div_ceil(CHUNK_BYTES as u64)
}
