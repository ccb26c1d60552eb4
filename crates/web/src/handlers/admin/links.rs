//! «Связи VK ID»: who waits, who is linked, and what an administrator does with it.

use askama::Template;
use linking::{Approver, LinkId, LinkRow, State};
use school::{Administrator, PersonId};
use store::Act;

use crate::cx::Cx;
use crate::flows::Office;
use crate::handlers::approvals::{Reason, WaitingView, waiting_view};
use crate::handlers::link::owner::state_words;
use crate::response::Response;
use crate::views::{Flash, Page, moment};
use crate::words::{count, say};
use crate::{Failure, flows};

const PAGE: &str = "/admin/links";

#[derive(Template)]
#[template(path = "admin/links.html")]
struct LinksPage {
    page: Page,
    line: String,
    base: String,
    waiting: Vec<WaitingView>,
    links: Vec<LinkRowView>,
}

struct LinkRowView {
    id: LinkId,
    person: PersonId,
    name: String,
    state: &'static str,
    state_words: String,
    since: String,
    note: String,
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let (viewer, now, today, frame) =
        (cx.signed_in()?.viewer, cx.now, cx.today(), cx.frame(say("links-title")));
    let zone = cx.app.school().zone.clone();
    let shown = cx
        .read(move |tx| {
            let proof = Administrator::ask(tx, &viewer, today)?;
            let waiting: Vec<_> = linking::waiting_for_administrator(tx, &proof)?
                .into_iter()
                .map(|waiting| waiting_view(waiting, &zone, today))
                .collect();
            let rows = linking::list_links(tx, now, &proof)?;
            let people: Vec<_> = rows.iter().map(|row| row.person).collect();
            let names = school::names_of(tx, &people)?;
            let view = |row: LinkRow| {
                let note = match &row.state {
                    State::Suspended { reason, .. } => reason.clone(),
                    State::Unlinked
                    | State::Authorizing { .. }
                    | State::Reviewing { .. }
                    | State::AwaitingApproval { .. }
                    | State::Active(_) => String::new(),
                };
                LinkRowView {
                    id: row.id,
                    person: row.person,
                    name: names.get(&row.person).map(school::PersonName::listed).unwrap_or_default(),
                    state: row.state.word(),
                    state_words: state_words(row.state.word()),
                    since: moment(zone.local(row.since), today),
                    note,
                }
            };
            Ok(LinksPage {
                page: frame.page(tx)?,
                line: count("approvals-count", waiting.len()),
                base: PAGE.to_owned(),
                waiting,
                links: rows.into_iter().map(view).collect(),
            })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn approve(cx: Cx) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = flows::approve_link(tx, now, today, Approver::Administrator(&proof), link)?;
        Ok(((), Act::new("linking.approve", "person", link.person)))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("link-approved"), String::new()))))
}

/// The reason of the form, or the answer that asks for one.
fn reason(cx: &Cx) -> Result<Result<String, Response>, Failure> {
    let form: Reason = cx.request.form()?;
    Ok(form.read().map_err(|id| cx.go(PAGE, Some(Flash::bad(say(id), String::new())))))
}

pub(crate) async fn reject(cx: Cx) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let why = match reason(&cx)? {
        Ok(why) => why,
        Err(answer) => return Ok(answer),
    };
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = linking::reject(tx, now, today, Approver::Administrator(&proof), link, &why)?;
        Ok(((), Act::new("linking.reject", "person", link.person).because(why)))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("link-rejected"), String::new()))))
}

async fn change(cx: Cx, deed: Office, act: &'static str, said: &'static str) -> Result<Response, Failure> {
    let link: LinkId = cx.request.param("link")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let link = flows::change_link(tx, now, today, &proof, link, &deed)?;
        let act = Act::new(act, "person", link.person);
        Ok((
            (),
            match deed {
                Office::Suspend { why } | Office::Unlink { why } => act.because(why),
                Office::Reinstate => act,
            },
        ))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say(said), String::new()))))
}

pub(crate) async fn suspend(cx: Cx) -> Result<Response, Failure> {
    match reason(&cx)? {
        Ok(why) => change(cx, Office::Suspend { why }, "linking.suspend", "link-office-suspended").await,
        Err(answer) => Ok(answer),
    }
}

pub(crate) async fn reinstate(cx: Cx) -> Result<Response, Failure> {
    change(cx, Office::Reinstate, "linking.reinstate", "link-office-reinstated").await
}

pub(crate) async fn unlink(cx: Cx) -> Result<Response, Failure> {
    match reason(&cx)? {
        Ok(why) => change(cx, Office::Unlink { why }, "linking.unlink", "link-office-unlinked").await,
        Err(answer) => Ok(answer),
    }
}
