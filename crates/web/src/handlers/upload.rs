//! Bringing a file, as scripts do it: declared, sent in parts, ended (MSG-A1). Self-recording: the rows are the record.

use messenger::{ConversationId, FileId, FileName, MemberOf, Upload};
use serde::{Deserialize, Serialize};
use store::{CHUNK_BYTES, Lane};

use crate::Failure;
use crate::cx::Cx;
use crate::flows::{finish_file, uploader};
use crate::response::Response;

/// The header with the digest of a part.
const DIGEST: &str = "x-zvonok-digest";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    conv: ConversationId,
    name: String,
    size: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    sha256: String,
    #[serde(default)]
    voice_ms: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// How far a file is.
#[derive(Serialize)]
struct Told {
    id: FileId,
    name: String,
    size: u64,
    /// The bytes of each part but the last.
    part: usize,
    ready: bool,
    kind: &'static str,
    missing: Vec<u32>,
}

fn told(id: FileId, upload: Upload) -> Response {
    Response::json(&Told {
        id,
        name: upload.name.as_str().to_owned(),
        size: upload.size,
        part: CHUNK_BYTES,
        ready: upload.ready,
        kind: upload.kind.mime(),
        missing: upload.missing,
    })
}

/// 64 hexadecimal digits.
fn digest_of(text: &str) -> Result<[u8; 32], Failure> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(Failure::BadForm);
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        let two = text.get(2 * at..2 * at + 2).filter(|two| !two.starts_with('+'));
        *byte = two.and_then(|two| u8::from_str_radix(two, 16).ok()).ok_or(Failure::BadForm)?;
    }
    Ok(digest)
}

async fn tell(cx: &Cx, file: FileId) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let upload = cx.read(move |tx| Ok(uploader(tx, &viewer, file)?.upload(tx)?)).await?;
    Ok(told(file, upload))
}

pub(crate) async fn begin(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let Declared { conv, name, size } = cx.request.json()?;
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let (now, today, quotas) = (cx.now, cx.today(), cx.app.settings.file_quotas);
    let file = cx
        .record(Lane::Blob, move |tx| {
            let by = MemberOf::ask(tx, &viewer, conv, today)?;
            Ok(messenger::begin_file(tx, now, &by, &quotas, &FileName::clean(&name), size)?)
        })
        .await?;
    tell(&cx, file).await
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let file = cx.request.param("file")?;
    tell(&cx, file).await
}

pub(crate) async fn part(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (file, n): (FileId, u32) = (cx.request.param("file")?, cx.request.param("part")?);
    let header = cx.request.headers().get(DIGEST).and_then(|value| value.to_str().ok());
    let digest = digest_of(header.unwrap_or_default())?;
    let bytes = cx.request.body().clone();
    cx.record(Lane::Blob, move |tx| {
        let by = uploader(tx, &viewer, file)?;
        Ok(messenger::put_part(tx, &by, n, digest, &bytes)?)
    })
    .await?;
    Ok(Response::empty(http::StatusCode::NO_CONTENT))
}

pub(crate) async fn thumb(cx: Cx) -> Result<Response, Failure> {
    let (viewer, now) = (cx.signed_in()?.viewer, cx.now);
    let file: FileId = cx.request.param("file")?;
    let bytes = cx.request.body().clone();
    cx.record(Lane::Blob, move |tx| {
        let by = uploader(tx, &viewer, file)?;
        Ok(messenger::put_thumb(tx, now, &by, &bytes)?)
    })
    .await?;
    Ok(Response::empty(http::StatusCode::NO_CONTENT))
}

pub(crate) async fn finish(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let file: FileId = cx.request.param("file")?;
    let Ended { sha256, voice_ms } = cx.request.json()?;
    finish_file(&cx.app, viewer, cx.now, file, digest_of(&sha256)?, voice_ms).await?;
    tell(&cx, file).await
}

pub(crate) async fn give_up(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let file: FileId = cx.request.param("file")?;
    let Nothing {} = cx.request.json()?;
    cx.record(Lane::Blob, move |tx| {
        let by = uploader(tx, &viewer, file)?;
        Ok(messenger::drop_file(tx, &by)?)
    })
    .await?;
    Ok(Response::empty(http::StatusCode::NO_CONTENT))
}
