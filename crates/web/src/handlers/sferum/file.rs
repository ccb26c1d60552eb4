//! The bytes of a message's file. The right is asked before each part leaves: whoever is put out in the middle of a download
//! gets no further (MSG-A4, MSG-I7).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::channel::Channel;
use messenger::{AttachmentOf, ConversationId, MemberOf};
use school::Viewer;
use serde::Deserialize;
use store::ReadTx;
use time::Date;

use crate::attachment::{AttachmentResponse, Part};
use crate::cx::Cx;
use crate::response::Response;
use crate::{App, Failure};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Present when the file is to be kept and not shown.
    save: Option<String>,
}

/// The file itself, or its small picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    File,
    Thumb,
}

/// Which file of which message, and who asks.
#[derive(Clone, Copy)]
struct Asked {
    viewer: Viewer,
    chat: ConversationId,
    seq: i64,
    n: u32,
    side: Side,
}

impl Asked {
    fn of(cx: &Cx, side: Side) -> Result<Self, Failure> {
        Ok(Self {
            viewer: cx.signed_in()?.viewer,
            chat: cx.request.param("conversation")?,
            seq: i64::from(cx.request.param::<u32>("seq")?),
            n: cx.request.param("n")?,
            side,
        })
    }

    /// The proof, anew in each view of the base.
    fn ask<'t>(&self, tx: &ReadTx<'t>, today: Date) -> Result<AttachmentOf<'t>, Failure> {
        let by = MemberOf::ask(tx, &self.viewer, self.chat, today)?;
        let found = match self.side {
            Side::File => AttachmentOf::ask(tx, &by, self.seq, self.n)?,
            Side::Thumb => AttachmentOf::ask_thumb(tx, &by, self.seq, self.n)?,
        };
        found.ok_or(Failure::NotFound)
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    answer(cx, Side::File).await
}

pub(crate) async fn thumb(cx: Cx) -> Result<Response, Failure> {
    answer(cx, Side::Thumb).await
}

async fn answer(cx: Cx, side: Side) -> Result<Response, Failure> {
    let Query { save } = cx.request.query()?;
    let (asked, today) = (Asked::of(&cx, side)?, cx.today());
    let found = cx.read(move |tx| Ok(AttachmentResponse::of(tx, &asked.ask(tx, today)?)?)).await?;
    let (answer, part) = found.answer(cx.request.headers(), save.is_some());
    Ok(match part {
        Some(part) => answer.streamed(stream(Arc::clone(&cx.app), asked, part)),
        None => answer,
    })
}

/// Sends a part of a file as fast as the client takes it: a chunk is read, the view of the base ends, then it is sent.
fn stream(app: Arc<App>, asked: Asked, mut part: Part) -> Channel<Bytes, std::io::Error> {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        while let Some((n, range)) = part.chunk() {
            let today = app.school().zone.date(app.clock.now());
            let read = app.store.read(|tx| Ok::<_, Failure>(asked.ask(tx, today)?.chunk(tx, n)?)).await;
            let bytes = match read.map(|chunk| Bytes::from(chunk).slice(range.clone())) {
                Ok(bytes) => bytes,
                // The length is promised, so the client sees that the rest is missing.
                Err(failure) => {
                    tracing::info!(cause = %failure, "a download was broken off");
                    return sender.abort(std::io::Error::other("broken off"));
                }
            };
            part.from += bytes.len() as u64;
            if sender.send_data(bytes).await.is_err() {
                return;
            }
        }
    });
    body
}
