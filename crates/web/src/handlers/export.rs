//! «Выгрузить мои чаты» and the export of a whole chat by those who answer for safety (MSG-S9): sent while it is made, a
//! chat and then a piece of a file at a time, so that no archive is ever in memory.

mod chat;

use std::sync::Arc;

use bytes::Bytes;
use chat::{ChatFiles, Press};
use http::header::CONTENT_DISPOSITION;
use http_body_util::channel::{Channel, Sender};
use messenger::{AttachmentOf, ConversationId, MemberOf, Note, SafetyError, SafetyOf, list_chats};
use school::{Denied, Fresh, Present, Viewer};
use serde::Deserialize;
use store::{Act, ReadTx, SigningKey, chunks_of};
use time::Date;

use crate::cx::Cx;
use crate::export::Export;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;
use crate::{App, Failure};

/// How many pieces wait for the client.
const WAITING: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    #[serde(default)]
    reason: String,
}

/// By what right chats are taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// As a member sees them.
    Own,
    /// Whole, by those who answer for safety.
    Desk,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::Own => "chats",
            Self::Desk => "chat",
        }
    }
}

/// An export under way.
struct Job {
    app: Arc<App>,
    viewer: Viewer,
    door: Door,
    press: Press,
}

impl Job {
    /// A chat; `None` when the viewer is not in it any more.
    fn chat(&self, tx: &ReadTx<'_>, chat: ConversationId, today: Date) -> Result<Option<ChatFiles>, Failure> {
        match self.door {
            Door::Own => match MemberOf::ask(tx, &self.viewer, chat, today) {
                Ok(by) => Ok(Some(self.press.visible(tx, &self.viewer, &by, &self.app.key)?)),
                Err(Denied::Denied) => Ok(None),
                Err(Denied::Store(error)) => Err(error.into()),
            },
            Door::Desk => {
                let by = SafetyOf::ask(tx, &self.viewer, today)?;
                Ok(Some(self.press.whole(tx, &by, chat)?))
            }
        }
    }

    /// A piece of a file, by the right of this moment (MSG-A4).
    fn piece(
        &self,
        tx: &ReadTx<'_>,
        chat: ConversationId,
        (seq, n): (i64, u32),
        piece: u32,
        today: Date,
    ) -> Result<Vec<u8>, Failure> {
        let found = match self.door {
            Door::Own => AttachmentOf::ask(tx, &MemberOf::ask(tx, &self.viewer, chat, today)?, seq, n)?,
            Door::Desk => {
                AttachmentOf::ask_export(tx, &SafetyOf::ask(tx, &self.viewer, today)?, chat, seq, n)?
            }
        };
        Ok(found.ok_or(Failure::NotFound)?.chunk(tx, piece)?)
    }

    fn today(&self) -> Date {
        self.app.school().zone.date(self.app.clock.now())
    }
}

/// Sends all of it. A client that has gone is no failure.
async fn send(
    job: Arc<Job>,
    chats: Vec<ConversationId>,
    key: SigningKey,
    sender: &mut Sender<Bytes, std::io::Error>,
) -> Result<(), Failure> {
    let (mut export, now) = (Export::default(), job.app.clock.now());
    for chat in chats {
        let (own, today) = (Arc::clone(&job), job.today());
        let made = job.app.store.read_aside(move |tx| own.chat(tx, chat, today)).await?;
        let Some(made) = made else { continue };
        for (name, bytes) in [made.page, made.json] {
            if sender.send_data(export.whole(&name, &bytes).into()).await.is_err() {
                return Ok(());
            }
        }
        for file in made.files {
            let mut out = export.begin(&file.path);
            for piece in 0..u32::try_from(chunks_of(file.size)).unwrap_or(u32::MAX) {
                let (own, today) = (Arc::clone(&job), job.today());
                let read = move |tx: &ReadTx<'_>| own.piece(tx, chat, (file.seq, file.n), piece, today);
                let bytes = job.app.store.read_aside(read).await?;
                export.add(&bytes);
                out.extend(bytes);
                if sender.send_data(std::mem::take(&mut out).into()).await.is_err() {
                    return Ok(());
                }
            }
            out.extend(export.end());
            if sender.send_data(out.into()).await.is_err() {
                return Ok(());
            }
        }
    }
    let end = export.close(now, &job.press.school, job.door.word(), &key);
    // Whether the client was still there for it changes nothing any more.
    let _ = sender.send_data(end.into()).await;
    Ok(())
}

/// The answer whose body is made while it is sent.
fn answer(job: Job, chats: Vec<ConversationId>, key: SigningKey) -> Response {
    let name = format!("attachment; filename=\"zvonok-{}-{}.zip\"", job.door.word(), job.today());
    let (mut sender, body) = Channel::new(WAITING);
    tokio::spawn(async move {
        if let Err(failure) = send(Arc::new(job), chats, key, &mut sender).await {
            // Without its end the archive is none, and whoever opens it sees that.
            tracing::info!(cause = %failure, "an export was broken off");
            sender.abort(std::io::Error::other("broken off"));
        }
    });
    Response::of("application/zip", Bytes::new()).with_header(CONTENT_DISPOSITION, &name).streamed(body)
}

pub(crate) async fn own(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (now, viewer) = (cx.now, cx.signed_in()?.viewer);
    let app = Arc::clone(&cx.app);
    let key = cx
        .write(move |tx| {
            let by = Present::ask(tx, &viewer)?;
            Fresh::ask(tx, &viewer, now)?;
            let key = tx.ensure_signing_key(now, &app.key, &app.random)?;
            Ok((key, Act::new("messenger.export.own", "person", by.person())))
        })
        .await?;
    let chats = cx
        .read(move |tx| {
            let listed = list_chats(tx, &Present::ask(tx, &viewer)?)?;
            Ok(listed.into_iter().map(|chat| chat.conversation.id).collect())
        })
        .await?;
    let job = Job { app: Arc::clone(&cx.app), viewer, door: Door::Own, press: Press::of(&cx) };
    Ok(answer(job, chats, key))
}

/// A whole chat with its tombstones and earlier texts, for a reason.
pub(crate) async fn whole(cx: Cx) -> Result<Response, Failure> {
    let form: Reason = cx.request.form()?;
    let chat: ConversationId = cx.request.param("conversation")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let app = Arc::clone(&cx.app);
    let granted = cx
        .write(move |tx| {
            let by = SafetyOf::ask(tx, &viewer, today)?;
            messenger::find_closed_chat(tx, &by, chat)?;
            let reason = Note::parse(&form.reason).map_err(SafetyError::from)?;
            Fresh::ask(tx, &viewer, now)?;
            let key = tx.ensure_signing_key(now, &app.key, &app.random)?;
            Ok((key, Act::new("messenger.export.chat", "chat", chat).because(reason.as_str())))
        })
        .await;
    let key = match granted {
        Ok(key) => key,
        Err(failure @ Failure::Safety(_)) => {
            let flash = Flash::bad(say("case-unchanged"), failure.sentence());
            return Ok(cx.go(&format!("/safety/chats/{chat}"), Some(flash)));
        }
        Err(failure) => return Err(failure),
    };
    let job = Job { app: Arc::clone(&cx.app), viewer, door: Door::Desk, press: Press::of(&cx) };
    Ok(answer(job, vec![chat], key))
}
