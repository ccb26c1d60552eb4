//! Bringing a file to the school, step by step.

use messenger::{ConversationId, FileId, FileName, FileQuotas, UploadError, UploaderOf};
use school::Present;
use sha2::{Digest as _, Sha256};
use store::CHUNK_BYTES;
use testkit::{TODAY, now};
use time::Date;

use super::{Chats, Refused};

pub fn begin(
    chats: &Chats,
    who: &str,
    chat: ConversationId,
    quotas: FileQuotas,
    size: u64,
) -> Result<FileId, Refused> {
    begin_on(chats, TODAY, who, chat, quotas, size)
}

fn begin_on(
    chats: &Chats,
    today: Date,
    who: &str,
    chat: ConversationId,
    quotas: FileQuotas,
    size: u64,
) -> Result<FileId, Refused> {
    chats.try_on(today, who, chat, move |tx, by| {
        Ok(messenger::begin_file(tx, now(), by, &quotas, &FileName::clean("Урок.txt"), size)?)
    })
}

pub fn put(chats: &Chats, who: &str, file: FileId, n: u32, bytes: &[u8]) -> Result<(), Refused> {
    let (viewer, bytes) = (chats.viewer(who), bytes.to_vec());
    chats.world.try_write(move |tx| {
        let by = UploaderOf::ask(tx, &Present::ask(tx, &viewer)?, file)?;
        Ok(messenger::put_part(tx, &by, n, Sha256::digest(&bytes).into(), &bytes)?)
    })
}

/// The end of an upload in one transaction; the server takes many.
pub fn finish(chats: &Chats, who: &str, file: FileId, content: &[u8]) -> Result<(), Refused> {
    let (viewer, digest) = (chats.viewer(who), <[u8; 32]>::from(Sha256::digest(content)));
    chats.world.try_write(move |tx| {
        let by = UploaderOf::ask(tx, &Present::ask(tx, &viewer)?, file)?;
        let Some(mut examination) = messenger::seal_file(tx, &by)? else { return Ok(()) };
        while examination.read_on(tx)? {}
        let examined = examination.end(tx)?;
        if !examined.is(&digest) {
            return Err(UploadError::Digest.into());
        }
        let mut rewriting = messenger::begin_rewriting(tx, now(), &by, &examined)?;
        if let Some(rewriting) = &mut rewriting {
            while let Some((n, bytes)) = rewriting.next_chunk(tx)? {
                tx.put_chunk(rewriting.blob(), n, &bytes)?;
            }
        }
        Ok(messenger::settle_file(tx, &by, examined, rewriting, Some(1500))?)
    })
}

/// A complete file of a member's own.
pub fn bring(chats: &Chats, who: &str, chat: ConversationId, content: &[u8]) -> FileId {
    bring_on(chats, TODAY, who, chat, content).unwrap()
}

/// The same, on any day, by whoever may be no member.
pub fn bring_on(
    chats: &Chats,
    today: Date,
    who: &str,
    chat: ConversationId,
    content: &[u8],
) -> Result<FileId, Refused> {
    let file = begin_on(chats, today, who, chat, FileQuotas::default(), content.len() as u64)?;
    for (n, part) in (0..).zip(content.chunks(CHUNK_BYTES)) {
        put(chats, who, file, n, part)?;
    }
    finish(chats, who, file, content)?;
    Ok(file)
}
