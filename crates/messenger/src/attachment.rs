//! Files of messages, and the proof that opens their bytes (MSG-A4).

use std::collections::HashMap;
use std::marker::PhantomData;

use school::{Denied, PersonId, Present};
use store::{BlobId, ReadTx, UtcInstant};

use crate::limits::PAGE_MOST;
use crate::storage::attachment::ChatFileRow;
use crate::storage::file::FileRow;
use crate::{
    CaseOf, ConversationId, FileId, FileKind, FileName, MemberOf, OpeningOf, SafetyOf, find_closed_chat,
    storage,
};

/// A file of a message, as members see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its place in the message, from 1.
    pub n: u32,
    /// Its name.
    pub name: FileName,
    /// What it is.
    pub kind: FileKind,
    /// How many bytes it has.
    pub size: u64,
    /// Width and height of a picture.
    pub sides: Option<(u32, u32)>,
    /// How long a voice note is by its sender, in milliseconds.
    pub voice_ms: Option<u32>,
    /// The small picture.
    pub thumb: Option<Thumb>,
}

/// The small picture of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thumb {
    /// JPEG or WebP.
    pub kind: FileKind,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Attachment {
    pub(crate) fn of(n: u32, row: &FileRow) -> Self {
        let thumb =
            row.thumb.map(|thumb| Thumb { kind: thumb.kind, width: thumb.width, height: thumb.height });
        Self {
            n,
            name: row.name.clone(),
            kind: row.kind,
            size: row.size,
            sides: row.sides,
            voice_ms: row.voice_ms,
            thumb,
        }
    }
}

/// A member may read the bytes of this file: the message that carries it is visible to them and not deleted (ARC-7,
/// MSG-A4, MSG-I9, MSG-I15). It lives as long as one view of the base, so each part of a download asks again.
#[derive(Debug)]
pub struct AttachmentOf<'t> {
    attachment: Attachment,
    blob: BlobId,
    size: u64,
    kind: FileKind,
    brand: PhantomData<fn(&'t ()) -> &'t ()>,
}

impl<'t> AttachmentOf<'t> {
    /// Asks for file `n` of message `seq`; `None` when there is none that the member may see.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn ask(tx: &ReadTx<'t>, by: &MemberOf<'t>, seq: i64, n: u32) -> Result<Option<Self>, store::Error> {
        let Some(row) = find(tx, by, seq, n)? else { return Ok(None) };
        let attachment = Attachment::of(n, &row);
        Ok(Some(Self { attachment, blob: row.blob, size: row.size, kind: row.kind, brand: PhantomData }))
    }

    /// Asks for the small picture of file `n` of message `seq`.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn ask_thumb(
        tx: &ReadTx<'t>,
        by: &MemberOf<'t>,
        seq: i64,
        n: u32,
    ) -> Result<Option<Self>, store::Error> {
        let Some(row) = find(tx, by, seq, n)? else { return Ok(None) };
        let Some(thumb) = row.thumb else { return Ok(None) };
        let (size, _) = tx.blob_info(thumb.blob)?;
        let attachment = Attachment::of(n, &row);
        Ok(Some(Self { attachment, blob: thumb.blob, size, kind: thumb.kind, brand: PhantomData }))
    }

    /// Asks for file `n` of a message that a report has frozen, deleted or not.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn ask_case(
        tx: &ReadTx<'t>,
        by: &CaseOf<'t>,
        seq: i64,
        n: u32,
    ) -> Result<Option<Self>, store::Error> {
        if !storage::evidence::holds(tx, by.id(), seq)? {
            return Ok(None);
        }
        Self::kept(tx, by.report.conv, seq, n)
    }

    /// Asks for file `n` of a message of an opened chat, deleted or not.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn ask_opened(
        tx: &ReadTx<'t>,
        by: &OpeningOf<'t>,
        seq: i64,
        n: u32,
    ) -> Result<Option<Self>, store::Error> {
        Self::kept(tx, by.opening.conv, seq, n)
    }

    /// Asks for file `n` of a message of a chat that is exported whole, deleted or not.
    ///
    /// # Errors
    /// [`Denied`] when the chat may not be opened from this desk.
    pub fn ask_export(
        tx: &ReadTx<'t>,
        by: &SafetyOf<'t>,
        chat: ConversationId,
        seq: i64,
        n: u32,
    ) -> Result<Option<Self>, Denied> {
        find_closed_chat(tx, by, chat)?;
        Ok(Self::kept(tx, chat, seq, n)?)
    }

    fn kept(tx: &ReadTx<'t>, chat: ConversationId, seq: i64, n: u32) -> Result<Option<Self>, store::Error> {
        let Some(row) = storage::attachment::find_kept(tx, chat, seq, n)? else { return Ok(None) };
        let attachment = Attachment::of(n, &row);
        Ok(Some(Self { attachment, blob: row.blob, size: row.size, kind: row.kind, brand: PhantomData }))
    }

    /// What it is, for its readers.
    #[must_use]
    pub const fn attachment(&self) -> &Attachment {
        &self.attachment
    }

    /// How many bytes this proof opens.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// What these bytes are.
    #[must_use]
    pub const fn kind(&self) -> FileKind {
        self.kind
    }

    /// The digest of these bytes: they never change.
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn digest(&self, tx: &ReadTx<'t>) -> Result<[u8; 32], store::Error> {
        tx.blob_digest(self.blob)
    }

    /// Chunk `n` of these bytes, at most 64 KiB (MSG-A3).
    ///
    /// # Errors
    /// [`store::Error`] by what the base said.
    pub fn chunk(&self, tx: &ReadTx<'t>, n: u32) -> Result<Vec<u8>, store::Error> {
        tx.blob_chunk(self.blob, n)
    }
}

fn find(tx: &ReadTx<'_>, by: &MemberOf<'_>, seq: i64, n: u32) -> Result<Option<FileRow>, store::Error> {
    if seq < by.visible_from() {
        return Ok(None);
    }
    storage::attachment::find(tx, by.conversation().id, seq, n)
}

/// The files of several messages that the member may see, by the messages' numbers.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub(crate) fn attachments(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    seqs: &[i64],
) -> Result<HashMap<i64, Vec<Attachment>>, store::Error> {
    let visible: Vec<i64> = seqs.iter().copied().filter(|seq| *seq >= by.visible_from()).collect();
    let mut found: HashMap<i64, Vec<Attachment>> = HashMap::new();
    if visible.is_empty() {
        return Ok(found);
    }
    for (seq, n, row) in storage::attachment::of_messages(tx, by.conversation().id, &visible)? {
        found.entry(seq).or_default().push(Attachment::of(n, &row));
    }
    Ok(found)
}

/// A file in the list of a chat's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatFile {
    /// The message that carries it.
    pub seq: i64,
    /// Who sent it.
    pub sender: PersonId,
    /// When the message was taken.
    pub ts: UtcInstant,
    /// The file.
    pub attachment: Attachment,
}

/// Files of a chat that the member may see, those of newer messages first. A message's files are never parted: `before` is
/// the number of the last message of the page before. Answers whether there are older ones.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn chat_files(
    tx: &ReadTx<'_>,
    by: &MemberOf<'_>,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<ChatFile>, bool), store::Error> {
    let limit = limit.clamp(crate::limits::FILES_MOST, PAGE_MOST);
    let before = before.unwrap_or(i64::MAX);
    let mut rows =
        storage::attachment::of_chat(tx, by.conversation().id, by.visible_from(), before, limit + 1)?;
    let older = rows.len() > limit as usize;
    if older {
        let cut = rows.last().map_or(0, |found| found.seq);
        rows.retain(|found| found.seq != cut);
    }
    let file = |found: ChatFileRow| ChatFile {
        seq: found.seq,
        sender: found.sender,
        ts: found.ts,
        attachment: Attachment::of(found.n, &found.file),
    };
    Ok((rows.into_iter().map(file).collect(), older))
}

/// The files that a message is to carry, when each is a complete one of the sender's own.
pub(crate) fn own_files(tx: &ReadTx<'_>, sender: PersonId, files: &[FileId]) -> Result<bool, store::Error> {
    for (at, file) in files.iter().enumerate() {
        let row = storage::file::find(tx, *file)?;
        if files[..at].contains(file) || !row.is_some_and(|row| row.person == sender && row.ready) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Which of these files are complete ones of the viewer's own, with their names.
///
/// # Errors
/// [`store::Error`] by what the base said.
pub fn find_own_files(
    tx: &ReadTx<'_>,
    by: &Present<'_>,
    files: &[FileId],
) -> Result<Vec<(FileId, FileName)>, store::Error> {
    let mut found = Vec::new();
    for file in files.iter().take(crate::limits::FILES_MOST as usize) {
        let row = storage::file::find(tx, *file)?.filter(|row| row.person == by.person() && row.ready);
        found.extend(row.map(|row| (row.id, row.name)));
    }
    Ok(found)
}
