//! What a person has to look at, or to prove, before a return counts: LNK-L5, LNK-L8; and the clear page for a VK ID
//! that is another person's (LNK-L3).

use askama::Template;
use linking::{Password, Refusal, State};
use school::Present;
use serde::Deserialize;
use store::Act;

use super::callback::after;
use crate::cx::Cx;
use crate::own_password::OwnPassword;
use crate::response::Response;
use crate::views::{Page, full_date};
use crate::words::say;
use crate::{Failure, flows};

#[derive(Template)]
#[template(path = "linking/review.html")]
struct ReviewPage {
    page: Page,
    error: String,
    surname: String,
    given: String,
    patronymic: String,
    birth_date: String,
    other_subject: bool,
}

#[derive(Template)]
#[template(path = "linking/taken.html")]
struct TakenPage {
    page: Page,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default)]
    password: String,
}

async fn page(cx: &Cx, error: String) -> Result<Option<ReviewPage>, Failure> {
    let (now, viewer, frame) = (cx.now, cx.signed_in()?.viewer, cx.frame(say("link-title")));
    let chosen = cx.app.settings.vk_id.provider();
    cx.read(move |tx| {
        let who = Present::ask(tx, &viewer)?;
        let link = linking::present_link(tx, &who, chosen)?;
        let State::Reviewing { returned, why, .. } = link.state.at(now) else { return Ok(None) };
        let claims = returned.claims;
        Ok(Some(ReviewPage {
            page: frame.page(tx)?,
            error,
            surname: claims.name.surname,
            given: claims.name.given,
            patronymic: claims.name.patronymic.unwrap_or_default(),
            birth_date: claims.birth_date.map(full_date).unwrap_or_default(),
            other_subject: why.other_subject,
        }))
    })
    .await
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    match page(&cx, String::new()).await? {
        Some(page) => cx.html(&page),
        None => Ok(Response::see_other("/link")),
    }
}

/// «Продолжить»: with the portal's password when another VK ID was linked before.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    match confirm(&cx, form).await {
        Ok(answer) => Ok(answer),
        Err(failure) if failure.gives_form_back() => match page(&cx, failure.sentence()).await? {
            Some(page) => cx.refused(&failure, &page),
            None => Ok(Response::see_other("/link")),
        },
        Err(failure) => Err(failure),
    }
}

async fn confirm(cx: &Cx, form: Form) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let password = prove(cx, form.password).await?;
    let (now, today) = (cx.now, cx.today());
    let provider = cx.app.settings.vk_id.provider().ok_or(Failure::NotFound)?;
    let landed = cx
        .write(move |tx| {
            let landed = flows::confirm_link(tx, now, today, &viewer, provider, password)?;
            let act = Act::new("linking.confirm", "person", viewer.person())
                .change(None, Some(landed.link.state.word().to_owned()));
            Ok((landed, act))
        })
        .await?;
    if landed.refusal == Some(Refusal::SubjectTaken) {
        return Ok(Response::see_other("/link/taken"));
    }
    Ok(after(cx, &landed.link.state))
}

/// Compares the portal's password, within the fence of signing in (A18).
async fn prove(cx: &Cx, given: String) -> Result<Password, Failure> {
    if given.is_empty() {
        return Ok(Password::NotAsked);
    }
    Ok(if OwnPassword::compare(cx, given).await?.is_some() { Password::Right } else { Password::Wrong })
}

/// This VK ID is another person's.
pub(crate) async fn taken(cx: Cx) -> Result<Response, Failure> {
    let frame = cx.frame(say("link-title"));
    let page = cx.read(move |tx| frame.page(tx)).await?;
    cx.html(&TakenPage { page })
}
