//! The bytes of a message's file. The right is asked before each part leaves: whoever is put out in the middle of a download
//! gets no further (MSG-A4, MSG-I7).

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::channel::Channel;
use messenger::{AttachmentOf, CaseOf, ConversationId, MemberOf, OpeningId, OpeningOf, ReportId};
use school::Viewer;
use serde::Deserialize;
use store::{Act, ReadTx, UtcInstant};
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

/// By what right the bytes are asked for.
#[derive(Clone, Copy)]
enum Door {
    /// A member of the chat.
    Chat(ConversationId),
    /// Somebody who looks into a report.
    Case(ReportId),
    /// Somebody who has opened the chat.
    Opening(OpeningId),
}

/// Which file of which message, and who asks.
#[derive(Clone, Copy)]
struct Asked {
    viewer: Viewer,
    door: Door,
    seq: i64,
    n: u32,
    side: Side,
}

impl Asked {
    fn of(cx: &Cx, door: Door, side: Side) -> Result<Self, Failure> {
        Ok(Self {
            viewer: cx.signed_in()?.viewer,
            door,
            seq: i64::from(cx.request.param::<u32>("seq")?),
            n: cx.request.param("n")?,
            side,
        })
    }

    /// The proof, anew in each view of the base.
    fn ask<'t>(&self, tx: &ReadTx<'t>, now: UtcInstant, today: Date) -> Result<AttachmentOf<'t>, Failure> {
        let (viewer, seq, n) = (&self.viewer, self.seq, self.n);
        let found = match (self.door, self.side) {
            (Door::Chat(chat), Side::File) => {
                AttachmentOf::ask(tx, &MemberOf::ask(tx, viewer, chat, today)?, seq, n)?
            }
            (Door::Chat(chat), Side::Thumb) => {
                AttachmentOf::ask_thumb(tx, &MemberOf::ask(tx, viewer, chat, today)?, seq, n)?
            }
            (Door::Case(report), _) => {
                AttachmentOf::ask_case(tx, &CaseOf::ask(tx, viewer, report, today)?, seq, n)?
            }
            (Door::Opening(opening), _) => {
                let by = OpeningOf::ask(tx, viewer, opening, now, today)?;
                AttachmentOf::ask_opened(tx, &by, seq, n)?
            }
        };
        found.ok_or(Failure::NotFound)
    }
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let door = Door::Chat(cx.request.param("conversation")?);
    answer(cx, door, Side::File).await
}

pub(crate) async fn thumb(cx: Cx) -> Result<Response, Failure> {
    let door = Door::Chat(cx.request.param("conversation")?);
    answer(cx, door, Side::Thumb).await
}

/// A file that a report has frozen, for the desk.
pub(crate) async fn of_case(cx: Cx) -> Result<Response, Failure> {
    let report: ReportId = cx.request.param("report")?;
    noted(cx, Door::Case(report), format!("report:{report}")).await
}

/// A file of an opened chat, for its opener.
pub(crate) async fn of_opening(cx: Cx) -> Result<Response, Failure> {
    let opening: OpeningId = cx.request.param("opening")?;
    noted(cx, Door::Opening(opening), format!("opening:{opening}")).await
}

/// The row in the audit chain is there before a byte leaves (MSG-I18).
async fn noted(cx: Cx, door: Door, by: String) -> Result<Response, Failure> {
    let (asked, now, today) = (Asked::of(&cx, door, Side::File)?, cx.now, cx.today());
    cx.write(move |tx| {
        asked.ask(tx, now, today)?;
        let act = Act::new("messenger.file.read", "file", format_args!("{}/{}", asked.seq, asked.n));
        Ok(((), act.change(None, Some(by))))
    })
    .await?;
    answer(cx, door, Side::File).await
}

async fn answer(cx: Cx, door: Door, side: Side) -> Result<Response, Failure> {
    let Query { save } = cx.request.query()?;
    let (asked, now, today) = (Asked::of(&cx, door, side)?, cx.now, cx.today());
    let found = cx.read(move |tx| Ok(AttachmentResponse::of(tx, &asked.ask(tx, now, today)?)?)).await?;
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
            let now = app.clock.now();
            let today = app.school().zone.date(now);
            let read = app.store.read(|tx| Ok::<_, Failure>(asked.ask(tx, now, today)?.chunk(tx, n)?)).await;
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
