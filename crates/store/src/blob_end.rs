//! How uploads end and bytes go: sealing, one copy for a digest, counted references, removal in small steps.

use rusqlite::params;
use sha2::{Digest as _, Sha256};

use crate::blob::chunks_of;
use crate::{BlobId, Error, ReadTx, Sql, UtcInstant, WriteTx};

impl WriteTx<'_> {
    /// Closes an upload to further chunks, so that its bytes can be looked through outside the writer; answers whether
    /// all chunks are there, and changes nothing when not. Sealing twice is sealing once.
    ///
    /// # Errors
    /// [`Error::NoRow`] when the blob is finished or there is none.
    pub fn seal_blob(&mut self, blob: BlobId) -> Result<bool, Error> {
        let size: u64 = self.load(
            Sql::from_literal("SELECT size FROM store_blob WHERE id = ?1 AND state = 'uploading'"),
            [blob],
            |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
        )?;
        // Each chunk had the length of its place when it came, so their number says that all is there.
        let there: u64 = self.load(
            Sql::from_literal("SELECT COUNT(*) FROM store_blob_chunk WHERE blob = ?1"),
            [blob],
            |row| row.get::<_, i64>(0).map(i64::unsigned_abs),
        )?;
        if there != chunks_of(size) {
            return Ok(false);
        }
        self.execute(Sql::from_literal("UPDATE store_blob SET sealed = 1 WHERE id = ?1"), [blob])?;
        Ok(true)
    }

    /// Lets chunks come again: what was looked through was not what was sent.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn unseal_blob(&mut self, blob: BlobId) -> Result<(), Error> {
        self.execute(
            Sql::from_literal("UPDATE store_blob SET sealed = 0 WHERE id = ?1 AND state = 'uploading'"),
            [blob],
        )?;
        Ok(())
    }

    /// Ends a sealed upload whose bytes were found to have this digest, and counts one reference. An equal blob that is
    /// already stored takes its place (MSG-A8).
    ///
    /// # Errors
    /// [`Error::NoRow`] when the blob is not sealed.
    pub fn settle_blob(&mut self, blob: BlobId, sha256: [u8; 32]) -> Result<BlobId, Error> {
        let sealed = self.find(
            Sql::from_literal(
                "SELECT 1 FROM store_blob WHERE id = ?1 AND state = 'uploading' AND sealed = 1",
            ),
            [blob],
            |_| Ok(()),
        )?;
        sealed.ok_or(Error::NoRow)?;
        let same: Option<BlobId> = self.find(
            Sql::from_literal("SELECT id FROM store_blob WHERE sha256 = ?1 AND state IN ('ready', 'held')"),
            [sha256.as_slice()],
            |row| row.get(0),
        )?;
        let kept = if let Some(same) = same {
            self.drop_upload(blob)?;
            same
        } else {
            self.execute(
                Sql::from_literal("UPDATE store_blob SET state = 'ready', sha256 = ?2 WHERE id = ?1"),
                params![blob, sha256.as_slice()],
            )?;
            blob
        };
        self.execute(Sql::from_literal("UPDATE store_blob SET refs = refs + 1 WHERE id = ?1"), [kept])?;
        Ok(kept)
    }

    /// Ends a small upload in one go: all chunks are there and together have the digest. Large ones are sealed, read
    /// outside the writer and settled, because hashing here holds up everybody's messages.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when chunks are missing or the digest differs; the upload stays as it was.
    pub fn finish_blob(&mut self, blob: BlobId, sha256: [u8; 32]) -> Result<BlobId, Error> {
        if !self.seal_blob(blob)? {
            return Err(Error::Unreadable { what: "blob chunk" });
        }
        let mut sha = Sha256::new();
        for n in self.upload_chunks(blob)? {
            sha.update(self.upload_chunk(blob, n)?);
        }
        if <[u8; 32]>::from(sha.finalize()) != sha256 {
            self.unseal_blob(blob)?;
            return Err(Error::Unreadable { what: "blob digest" });
        }
        self.settle_blob(blob, sha256)
    }

    /// Counts one reference less; with the last one a blob that nobody holds is gone.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn release_blob(&mut self, blob: BlobId) -> Result<(), Error> {
        self.execute(
            Sql::from_literal("UPDATE store_blob SET refs = MAX(refs - 1, 0) WHERE id = ?1"),
            [blob],
        )?;
        self.execute(
            Sql::from_literal(
                "UPDATE store_blob SET state = 'gone' WHERE id = ?1 AND refs = 0 AND state = 'ready'",
            ),
            [blob],
        )?;
        Ok(())
    }

    /// Gives up an upload that has not ended.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn drop_upload(&mut self, blob: BlobId) -> Result<(), Error> {
        self.execute(
            Sql::from_literal("UPDATE store_blob SET state = 'gone' WHERE id = ?1 AND state = 'uploading'"),
            [blob],
        )?;
        Ok(())
    }

    /// Gives up uploads begun before `before` and never finished; returns how many.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn drop_orphans(&mut self, before: UtcInstant) -> Result<usize, Error> {
        self.execute(
            Sql::from_literal("UPDATE store_blob SET state = 'gone' WHERE state = 'uploading' AND at < ?1"),
            [before],
        )
    }

    /// Removes at most `most` chunks of a blob that is gone; answers whether there are more. In steps, because the
    /// pages of a large file are read one by one to be freed, and messages wait meanwhile (MSG-A2).
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn sweep_blob(&mut self, blob: BlobId, most: u32) -> Result<bool, Error> {
        let swept = self.execute(
            Sql::from_literal(
                "DELETE FROM store_blob_chunk WHERE blob = ?1 AND n IN
                     (SELECT c.n FROM store_blob_chunk c JOIN store_blob b ON b.id = c.blob
                      WHERE c.blob = ?1 AND b.state = 'gone' ORDER BY c.n DESC LIMIT ?2)",
            ),
            params![blob, most],
        )?;
        Ok(swept == most as usize)
    }

    /// Gives free pages at the end of the file back to the disk, at most 256 of them.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn give_back_pages(&mut self) -> Result<(), Error> {
        self.list(Sql::from_literal("PRAGMA incremental_vacuum(256)"), [], |_| Ok(()))?;
        Ok(())
    }
}

impl ReadTx<'_> {
    /// Blobs that are gone while their chunks are still there.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn blobs_to_sweep(&self) -> Result<Vec<BlobId>, Error> {
        self.list(
            Sql::from_literal(
                "SELECT id FROM store_blob WHERE state = 'gone'
                 AND EXISTS (SELECT 1 FROM store_blob_chunk WHERE blob = id) ORDER BY id",
            ),
            [],
            |row| row.get(0),
        )
    }

    /// How many pages of the file hold nothing.
    ///
    /// # Errors
    /// [`Error`] by what SQLite said.
    pub fn free_pages(&self) -> Result<u64, Error> {
        self.load(Sql::from_literal("PRAGMA freelist_count"), [], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    }
}
