//! Taking a file to its end, in steps between which messages go on (MSG-A2): parts, a look through, the clean picture.

use messenger::{ConversationId, FileId, FileName, MemberOf, UploadError, UploaderOf};
use school::{Present, Viewer};
use sha2::{Digest as _, Sha256};
use store::{CHUNK_BYTES, Lane, ReadTx, UtcInstant};
use time::Date;

use crate::{App, Failure};

/// The proof that the viewer has brought a file.
///
/// # Errors
/// [`Failure::Denied`], as if there were none.
pub(crate) fn uploader<'t>(
    tx: &ReadTx<'t>,
    viewer: &Viewer,
    file: FileId,
) -> Result<UploaderOf<'t>, Failure> {
    let present = Present::ask(tx, viewer)?;
    Ok(UploaderOf::ask(tx, &present, file)?)
}

/// Makes a file ready whose parts are all there. Told twice, it is done once.
///
/// # Errors
/// What is wrong with it; the upload stays as it was, and can go on (MSG-B18).
pub(crate) async fn finish_file(
    app: &App,
    viewer: Viewer,
    now: UtcInstant,
    file: FileId,
    sha256: [u8; 32],
    voice_ms: Option<u32>,
) -> Result<(), Failure> {
    let store = &app.store;
    let sealed = store.write_in(Lane::Blob, move |tx| {
        let by = uploader(tx, &viewer, file)?;
        let examination = messenger::seal_file(tx, &by)?;
        if examination.is_none() && !by.was(&sha256) {
            return Err(Failure::from(UploadError::Complete));
        }
        Ok(examination)
    });
    let Some(mut examination) = sealed.await? else { return Ok(()) };
    let mut more = true;
    while more {
        (examination, more) = store
            .read_aside(move |tx| {
                let more = examination.read_on(tx)?;
                Ok::<_, Failure>((examination, more))
            })
            .await?;
    }
    let examined = store.read_aside(move |tx| Ok::<_, Failure>(examination.end(tx)?)).await?;
    if !examined.is(&sha256) {
        store
            .write_in(Lane::Blob, move |tx| {
                Ok::<_, Failure>(messenger::unseal_file(tx, &uploader(tx, &viewer, file)?)?)
            })
            .await?;
        return Err(UploadError::Digest.into());
    }
    let (examined, mut rewriting) = store
        .write_in(Lane::Blob, move |tx| {
            let by = uploader(tx, &viewer, file)?;
            let rewriting = messenger::begin_rewriting(tx, now, &by, &examined)?;
            Ok::<_, Failure>((examined, rewriting))
        })
        .await?;
    while let Some(mut under_way) = rewriting.take() {
        let (under_way, chunk) = store
            .read_aside(move |tx| {
                let chunk = under_way.next_chunk(tx)?;
                Ok::<_, Failure>((under_way, chunk))
            })
            .await?;
        let blob = under_way.blob();
        rewriting = Some(under_way);
        let Some((n, bytes)) = chunk else { break };
        store.write_in(Lane::Blob, move |tx| Ok::<_, Failure>(tx.put_chunk(blob, n, &bytes)?)).await?;
    }
    store
        .write_in(Lane::Blob, move |tx| {
            let by = uploader(tx, &viewer, file)?;
            Ok(messenger::settle_file(tx, &by, examined, rewriting, voice_ms)?)
        })
        .await
}

/// Takes a file that came whole with a form, in the same steps.
///
/// # Errors
/// As [`finish_file`], and when the file may not be brought at all.
pub(crate) async fn take_whole_file(
    app: &App,
    viewer: Viewer,
    now: UtcInstant,
    today: Date,
    chat: ConversationId,
    name: &str,
    bytes: bytes::Bytes,
) -> Result<FileId, Failure> {
    let (name, size, quotas) = (FileName::clean(name), bytes.len() as u64, app.settings.file_quotas);
    let file = app
        .store
        .write_in(Lane::Blob, move |tx| {
            let by = MemberOf::ask(tx, &viewer, chat, today)?;
            Ok::<_, Failure>(messenger::begin_file(tx, now, &by, &quotas, &name, size)?)
        })
        .await?;
    for (n, at) in (0..).zip((0..bytes.len()).step_by(CHUNK_BYTES)) {
        let part = bytes.slice(at..bytes.len().min(at + CHUNK_BYTES));
        app.store
            .write_in(Lane::Blob, move |tx| {
                let by = uploader(tx, &viewer, file)?;
                Ok::<_, Failure>(messenger::put_part(tx, &by, n, Sha256::digest(&part).into(), &part)?)
            })
            .await?;
    }
    finish_file(app, viewer, now, file, Sha256::digest(&bytes).into(), None).await?;
    Ok(file)
}
