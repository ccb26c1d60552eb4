//! One file with a message, by a plain form: where no script sends it in parts.

use askama::Template;
use messenger::{Body, ConversationId, Draft, MemberOf, largest_file};
use store::Lane;

use super::new_cid;
use crate::Failure;
use crate::cx::Cx;
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
    error: String,
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let shown = page(&cx, String::new(), String::new()).await?;
    cx.html(&shown)
}

async fn page(cx: &Cx, text: String, error: String) -> Result<AttachPage, Failure> {
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
        let chat = name_of(by.conversation());
        Ok(AttachPage { page: frame.page(tx)?, id, chat, hint: largest_words(most), cid, text, error })
    })
    .await
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    match take(&cx, id).await {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let text = cx.request.form_data().field("text").unwrap_or_default().to_owned();
            let shown = page(&cx, text, failure.sentence()).await?;
            cx.refused(&failure, &shown)
        }
        Err(failure) => Err(failure),
    }
}

async fn take(cx: &Cx, id: ConversationId) -> Result<(), Failure> {
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let form = cx.request.form_data();
    let cid = form.field("cid").and_then(|cid| cid.parse().ok()).ok_or(Failure::BadForm)?;
    let text = form.field("text").unwrap_or_default().to_owned();
    crate::live::rate_of(&cx.app, &viewer).map_err(|_| Failure::SlowDown)?;
    let mut files = Vec::new();
    if let Some(file) = form.files.first() {
        let (name, bytes) = (file.name.clone(), file.bytes.clone());
        files.push(take_whole_file(&cx.app, viewer, now, today, id, &name, bytes).await?);
    }
    let body = Body::parse_beside(&files, &text)?;
    cx.record(Lane::Chat, move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        messenger::send(tx, now, &by, &Draft { files, ..Draft::text(cid, body) })?;
        Ok(())
    })
    .await
}
