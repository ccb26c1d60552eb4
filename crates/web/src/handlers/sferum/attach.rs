//! One file with a message, by a plain form: where no script sends it in parts.

use askama::Template;
use messenger::{Body, ConversationId, Draft, FileId, FileName, MemberOf, find_own_files, largest_file};
use school::Present;
use store::Lane;

use super::{later, new_cid};
use crate::Failure;
use crate::cx::Cx;
use crate::failure::messenger::asked_once_more;
use crate::flows::take_whole_file;
use crate::response::Response;
use crate::routes;
use crate::views::Page;
use crate::views::sferum::files::largest_words;
use crate::views::sferum::name_of;
use crate::words::say;

#[derive(Template)]
#[template(path = "sferum/attach.html")]
struct AttachPage {
    page: Page,
    id: ConversationId,
    chat: String,
    hint: String,
    cid: String,
    text: String,
    /// Files that have arrived with a message that was not taken.
    kept: Vec<(FileId, FileName)>,
    /// What the sender is to say once more; empty when nothing is asked.
    asks: String,
    error: String,
}

/// What stands in the form.
#[derive(Default)]
struct Typed {
    text: String,
    kept: Vec<FileId>,
    asks: String,
    error: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, Typed::default()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, typed: Typed) -> Result<AttachPage, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let id: ConversationId = cx.request.param("conversation")?;
    let frame = cx.frame(say("attach-title"));
    let (today, cid) = (cx.today(), new_cid(cx));
    cx.read(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        if !by.may_write() {
            return Err(Failure::NotFound);
        }
        let most = largest_file(by.seat()).min(routes::Body::Files.most() as u64);
        Ok(AttachPage {
            page: frame.page(tx)?,
            id,
            chat: name_of(by.conversation()),
            hint: largest_words(most),
            cid,
            kept: find_own_files(tx, &Present::ask(tx, &viewer)?, &typed.kept)?,
            text: typed.text,
            asks: typed.asks,
            error: typed.error,
        })
    })
    .await
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let text = cx.request.form_data().field("text").unwrap_or_default().to_owned();
    let mut kept = Vec::new();
    let done = match bring(&cx, id, &mut kept).await {
        Ok(()) if cx.request.form_data().field("later").is_some() => {
            return later::ask_when(&cx, id, later::Form::of_written(text, kept)).await;
        }
        Ok(()) => take(&cx, id, kept.clone()).await,
        Err(failure) => Err(failure),
    };
    match done {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let (asks, error) = (asked_once_more(&failure), failure.sentence());
            let shown = page(&cx, Typed { text, kept, asks, error }).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

/// Takes the file of the form beside those that have arrived before.
async fn bring(cx: &Cx, id: ConversationId, kept: &mut Vec<FileId>) -> Result<(), Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let form = cx.request.form_data();
    for (_, file) in form.fields.iter().filter(|(name, _)| name == "kept") {
        kept.push(file.parse().map_err(|_| Failure::BadForm)?);
    }
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    if let Some(file) = form.files.first() {
        let (name, bytes) = (file.name.clone(), file.bytes.clone());
        kept.push(take_whole_file(&cx.app, viewer, now, today, id, &name, bytes).await?);
    }
    Ok(())
}

async fn take(cx: &Cx, id: ConversationId, files: Vec<FileId>) -> Result<(), Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let form = cx.request.form_data();
    let cid = form.field("cid").and_then(|cid| cid.parse().ok()).ok_or(Failure::BadForm)?;
    let body = Body::parse_beside(&files, form.field("text").unwrap_or_default())?;
    let confirmed = form.field("confirmed").is_some();
    cx.record(Lane::Chat, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        messenger::send(tx, now, &by, &Draft { files, confirmed, ..Draft::text(cid, body) })?;
        Ok(())
    })
    .await
}
