//! Whom one has blocked (MSG-E27): nobody else ever learns of it.

use askama::Template;
use messenger::{block, list_blocked, unblock};
use school::{PersonId, Present};
use serde::Deserialize;
use store::Lane;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::say;

const PAGE: &str = "/blocks";

#[derive(Template)]
#[template(path = "sferum/blocks.html")]
struct BlocksPage {
    page: Page,
    rows: Vec<(PersonId, String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    person: PersonId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let (today, zone, frame) = (cx.today(), cx.app.school().zone.clone(), cx.frame(say("blocks-title")));
    let shown = cx
        .read(move |tx| {
            let blocked = list_blocked(tx, &Present::ask(tx, &viewer)?)?.into_iter();
            let rows = blocked.map(|one| (one.person, one.name, moment(zone.local(one.at), today)));
            Ok(BlocksPage { rows: rows.collect(), page: frame.page(tx)? })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn add(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = Present::ask(tx, &viewer)?;
            Ok(block(tx, now, &by, form.person, today)?)
        })
        .await;
    let flash = match done {
        Ok(()) => Flash::good(say("block-done"), say("block-done-more")),
        Err(failure) if failure.gives_form_back() => Flash::bad(say("case-unchanged"), failure.sentence()),
        Err(failure) => return Err(failure),
    };
    Ok(cx.go(PAGE, Some(flash)))
}

pub(crate) async fn lift(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let person: PersonId = cx.request.param("person")?;
    let viewer = cx.signed_in()?.viewer;
    cx.record(Lane::Chat, move |tx| {
        let by = Present::ask(tx, &viewer)?;
        Ok(unblock(tx, &by, person)?)
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("block-lifted"), String::new()))))
}
