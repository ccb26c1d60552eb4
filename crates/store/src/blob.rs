//! Files as 64 KiB chunk rows (MSG-D6): resumable by chunk, read by range, stored once per digest.

use rusqlite::params;
use sha2::{Digest as _, Sha256};

use crate::{Error, ReadTx, Sql, UtcInstant, WriteTx, ids};

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
    /// [`Error::NoRow`] when the blob is finished or there is none, so that what was once served never changes
    /// (MSG-I15); [`Error::Unreadable`] when the chunk has not the length of its place: [`CHUNK_BYTES`], the last one
    /// what is left.
    pub fn put_chunk(&mut self, blob: BlobId, n: u32, bytes: &[u8]) -> Result<(), Error> {
        let size: i64 = self.load(
            Sql::from_literal("SELECT size FROM store_blob WHERE id = ?1 AND state = 'uploading'"),
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

    /// Ends an upload: all chunks are there and together have the digest. An equal blob that is already stored
    /// takes its place, and the bytes just uploaded are dropped (MSG-A8).
    ///
    /// # Errors
    /// [`Error::Unreadable`] when chunks are missing or the digest differs; the upload stays as it was.
    pub fn finish_blob(&mut self, blob: BlobId, sha256: [u8; 32]) -> Result<BlobId, Error> {
        let size: i64 = self.load(
            Sql::from_literal("SELECT size FROM store_blob WHERE id = ?1 AND state = 'uploading'"),
            [blob],
            |row| row.get(0),
        )?;
        let mut sha = Sha256::new();
        let mut length = 0_i64;
        let chunks = self.list(
            Sql::from_literal("SELECT n FROM store_blob_chunk WHERE blob = ?1 ORDER BY n"),
            [blob],
            |row| row.get::<_, i64>(0),
        )?;
        for (next, n) in (0_i64..).zip(chunks) {
            let bytes: Vec<u8> = self.load(
                Sql::from_literal("SELECT bytes FROM store_blob_chunk WHERE blob = ?1 AND n = ?2"),
                params![blob, n],
                |row| row.get(0),
            )?;
            if n != next {
                return Err(Error::Unreadable { what: "blob chunk" });
            }
            length += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            sha.update(&bytes);
        }
        if length != size || <[u8; 32]>::from(sha.finalize()) != sha256 {
            return Err(Error::Unreadable { what: "blob digest" });
        }
        let same = self.find(
            Sql::from_literal("SELECT id FROM store_blob WHERE sha256 = ?1 AND state IN ('ready', 'held')"),
            [sha256.as_slice()],
            |row| row.get(0),
        )?;
        if let Some(same) = same {
            self.execute(Sql::from_literal("DELETE FROM store_blob_chunk WHERE blob = ?1"), [blob])?;
            self.execute(Sql::from_literal("UPDATE store_blob SET state = 'gone' WHERE id = ?1"), [blob])?;
            return Ok(same);
        }
        self.execute(
            Sql::from_literal("UPDATE store_blob SET state = 'ready', sha256 = ?2 WHERE id = ?1"),
            params![blob, sha256.as_slice()],
        )?;
        Ok(blob)
    }

    /// Drops uploads begun before `before` and never finished; returns how many.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn drop_orphans(&mut self, before: UtcInstant) -> Result<usize, Error> {
        self.execute(
            Sql::from_literal(
                "DELETE FROM store_blob_chunk WHERE blob IN
                     (SELECT id FROM store_blob WHERE state = 'uploading' AND at < ?1)",
            ),
            [before],
        )?;
        self.execute(
            Sql::from_literal("UPDATE store_blob SET state = 'gone' WHERE state = 'uploading' AND at < ?1"),
            [before],
        )
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
}
