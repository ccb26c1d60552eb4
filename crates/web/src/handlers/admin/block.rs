//! «Закрыть вход»: asked before it is done, for sessions end at once.

use askama::Template;
use school::{Administrator, PersonId};
use serde::Deserialize;
use store::Act;

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::approvals::clean_reason;
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::say;

#[derive(Template)]
#[template(path = "admin/block.html")]
struct BlockPage {
    page: Page,
    person: PersonId,
    name: String,
    reason: String,
    error: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    reason: String,
}

async fn page(cx: &Cx, person: PersonId, reason: String, error: String) -> Result<Response, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("block-title"));
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let card = school::find_person_card(tx, &by, person, today)?.ok_or(Failure::NotFound)?;
            if card.account.is_none() {
                return Err(Failure::NotFound);
            }
            Ok(BlockPage { page: frame.page(tx)?, person, name: card.name.full(), reason, error })
        })
        .await?;
    cx.html(&shown)
}

/// The question.
pub(crate) async fn ask(cx: Cx) -> Result<Response, Failure> {
    page(&cx, cx.request.param("person")?, String::new(), String::new()).await
}

/// Closes the way in; all sessions end.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let person: PersonId = cx.request.param("person")?;
    let form: Form = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let card = format!("/admin/people/{person}");
    if person == viewer.person() {
        return Ok(cx.go(&card, Some(Flash::bad(say("block-self"), String::new()))));
    }
    let reason = match clean_reason(&form.reason) {
        Ok(reason) => reason,
        Err(id) => return page(&cx, person, form.reason, say(id)).await,
    };
    cx.write(move |tx| {
        Administrator::ask(tx, &viewer, today)?;
        school::block(tx, now, person, &reason)?;
        Ok(((), Act::new("school.account.block", "person", person).because(reason)))
    })
    .await?;
    Ok(cx.go(&card, Some(Flash::good(say("blocked-done"), say("blocked-done-more")))))
}
