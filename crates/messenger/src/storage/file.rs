use rusqlite::{Row, params};
use school::PersonId;
use store::{BlobId, ReadTx, UtcInstant, WriteTx, sql};

use super::bad_word;
use crate::{FileId, FileKind, FileName};

/// A file's row.
#[derive(Clone, Debug)]
pub(crate) struct FileRow {
    pub(crate) id: FileId,
    pub(crate) person: PersonId,
    pub(crate) blob: BlobId,
    pub(crate) name: FileName,
    pub(crate) size: u64,
    pub(crate) ready: bool,
    pub(crate) kind: FileKind,
    pub(crate) digest: Option<[u8; 32]>,
    pub(crate) sides: Option<(u32, u32)>,
    pub(crate) voice_ms: Option<u32>,
    pub(crate) thumb: Option<ThumbRow>,
}

/// The small picture of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ThumbRow {
    pub(crate) blob: BlobId,
    pub(crate) kind: FileKind,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

fn kind_of(word: &str) -> rusqlite::Result<FileKind> {
    FileKind::from_word(word).ok_or_else(|| bad_word("kind of file"))
}

pub(super) fn file_of(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    let thumb = match row.get::<_, Option<BlobId>>("thumb")? {
        Some(blob) => Some(ThumbRow {
            blob,
            kind: kind_of(&row.get::<_, String>("thumb_kind")?)?,
            width: row.get("thumb_width")?,
            height: row.get("thumb_height")?,
        }),
        None => None,
    };
    Ok(FileRow {
        id: row.get("id")?,
        person: row.get("person")?,
        blob: row.get("blob")?,
        name: FileName::of_row(row.get("name")?),
        size: row.get::<_, i64>("size")?.unsigned_abs(),
        ready: row.get::<_, String>("state")? == "ready",
        kind: kind_of(&row.get::<_, String>("kind")?)?,
        digest: row.get("digest")?,
        sides: row.get::<_, Option<u32>>("width")?.zip(row.get("height")?),
        voice_ms: row.get("voice_ms")?,
        thumb,
    })
}

pub(crate) fn insert(
    tx: &mut WriteTx<'_>,
    now: UtcInstant,
    person: PersonId,
    blob: BlobId,
    name: &FileName,
    size: u64,
) -> Result<FileId, store::Error> {
    tx.insert(
        sql!(
            "INSERT INTO messenger_file (person, blob, name, size, state, kind, at)
             VALUES (?1, ?2, ?3, ?4, 'uploading', 'application/octet-stream', ?5)"
        ),
        params![person, blob, name.as_str(), size.cast_signed(), now],
    )
    .map(FileId::from_row)
}

pub(crate) fn find(tx: &ReadTx<'_>, file: FileId) -> Result<Option<FileRow>, store::Error> {
    tx.find(
        sql!(
            "SELECT id, person, blob, name, size, state, kind, digest, width, height, voice_ms,
                    thumb, thumb_kind, thumb_width, thumb_height
             FROM messenger_file WHERE id = ?1"
        ),
        [file],
        file_of,
    )
}

/// The bytes of all files of a person, unfinished ones included.
pub(crate) fn bytes_of(tx: &ReadTx<'_>, person: PersonId) -> Result<u64, store::Error> {
    tx.load(sql!("SELECT COALESCE(SUM(size), 0) FROM messenger_file WHERE person = ?1"), [person], |row| {
        row.get::<_, i64>(0).map(i64::unsigned_abs)
    })
}

pub(crate) fn set_ready(tx: &mut WriteTx<'_>, file: &FileRow) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE messenger_file SET state = 'ready', blob = ?2, size = ?3, kind = ?4, digest = ?5, width = ?6,
                 height = ?7, voice_ms = ?8 WHERE id = ?1"
        ),
        params![
            file.id,
            file.blob,
            file.size.cast_signed(),
            file.kind.mime(),
            file.digest,
            file.sides.map(|sides| sides.0),
            file.sides.map(|sides| sides.1),
            file.voice_ms,
        ],
    )?;
    Ok(())
}

pub(crate) fn set_thumb(tx: &mut WriteTx<'_>, file: FileId, thumb: &ThumbRow) -> Result<(), store::Error> {
    tx.execute(
        sql!(
            "UPDATE messenger_file SET thumb = ?2, thumb_kind = ?3, thumb_width = ?4, thumb_height = ?5
             WHERE id = ?1"
        ),
        params![file, thumb.blob, thumb.kind.mime(), thumb.width, thumb.height],
    )?;
    Ok(())
}

/// Whether a message carries the file, or one that waits for its time is to.
pub(crate) fn is_attached(tx: &ReadTx<'_>, file: FileId) -> Result<bool, store::Error> {
    tx.load(
        sql!(
            "SELECT EXISTS (SELECT 1 FROM messenger_attachment WHERE file = ?1)
                 OR EXISTS (SELECT 1 FROM messenger_schedule_file WHERE file = ?1)"
        ),
        [file],
        |row| row.get(0),
    )
}

/// Files brought before a moment that no message carries or is to carry.
pub(crate) fn unattached(
    tx: &ReadTx<'_>,
    before: UtcInstant,
    most: u32,
) -> Result<Vec<FileRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person, blob, name, size, state, kind, digest, width, height, voice_ms,
                    thumb, thumb_kind, thumb_width, thumb_height
             FROM messenger_file f WHERE at < ?1
             AND NOT EXISTS (SELECT 1 FROM messenger_attachment WHERE file = f.id)
             AND NOT EXISTS (SELECT 1 FROM messenger_schedule_file WHERE file = f.id) ORDER BY at LIMIT ?2"
        ),
        params![before, most],
        file_of,
    )
}

pub(crate) fn of_person(tx: &ReadTx<'_>, person: PersonId) -> Result<Vec<FileRow>, store::Error> {
    tx.list(
        sql!(
            "SELECT id, person, blob, name, size, state, kind, digest, width, height, voice_ms,
                    thumb, thumb_kind, thumb_width, thumb_height
             FROM messenger_file WHERE person = ?1"
        ),
        [person],
        file_of,
    )
}

pub(crate) fn remove(tx: &mut WriteTx<'_>, file: FileId) -> Result<(), store::Error> {
    tx.execute(sql!("DELETE FROM messenger_file WHERE id = ?1"), [file])?;
    Ok(())
}
