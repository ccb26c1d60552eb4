//! The end of an account (LNK-S8), with the link that hangs on it (LNK-L10).

use askama::Template;
use store::Act;

use super::confirm::{Aim, proven};
use super::sessions::left;
use super::{OBJECT, PAGE, change, look};
use crate::cx::Cx;
use crate::handlers::vkid::Nothing;
use crate::response::Response;
use crate::views::{Flash, Page};
use crate::words::say;
use crate::{Failure, flows};

#[derive(Template)]
#[template(path = "vkid/me_delete.html")]
struct DeletePage {
    page: Page,
    phone: String,
}

/// Says what will happen, before it does.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let (now, page) = (cx.now, cx.bare_page(say("me-title-delete")));
    let shown = look(&cx, move |tx, by| {
        proven(by, now, Aim::Removal)?;
        Ok(DeletePage { page, phone: identity::own_account(tx, by)?.phone.masked() })
    })
    .await?;
    cx.html(&shown)
}

/// Deletes the account.
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let (now, today) = (cx.now, cx.today());
    change(&cx, move |tx, by| {
        flows::delete_account(tx, now, today, &proven(by, now, Aim::Removal)?)?;
        Ok(((), Some(Act::new("identity.own.delete", OBJECT, by.session()))))
    })
    .await?;
    Ok(left(cx.go(PAGE, Some(Flash::good(say("me-deleted"), say("me-deleted-more"))))))
}
