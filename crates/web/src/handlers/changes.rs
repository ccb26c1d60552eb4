//! What the school says to a changed name in an educational profile (LNK-L3): by the class teacher, or an administrator.

use linking::{Approver, ChangeId};
use school::{Administrator, ClassGroupId, HomeroomOf};
use store::Act;

use super::approvals::reason_of;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;
use crate::{Failure, flows};

const OFFICE: &str = "/admin/links";

fn agreed(cx: &Cx, to: &str) -> Response {
    cx.go(to, Some(Flash::good(say("change-approved"), String::new())))
}

fn refused(cx: &Cx, to: &str) -> Response {
    cx.go(to, Some(Flash::good(say("change-rejected"), String::new())))
}

/// «Подтвердить» by the class teacher.
pub(crate) async fn approve(cx: Cx) -> Result<Response, Failure> {
    let (class, change): (ClassGroupId, ChangeId) = (cx.request.param("class")?, cx.request.param("change")?);
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
        let person = flows::approve_change(tx, now, today, Approver::Homeroom(&proof), change)?;
        Ok(((), Act::new("linking.change.approve", "person", person)))
    })
    .await?;
    Ok(agreed(&cx, &format!("/classes/{class}/links")))
}

/// «Отклонить» by the class teacher.
pub(crate) async fn reject(cx: Cx) -> Result<Response, Failure> {
    let (class, change): (ClassGroupId, ChangeId) = (cx.request.param("class")?, cx.request.param("change")?);
    let back = format!("/classes/{class}/links");
    let why = match reason_of(&cx, &back)? {
        Ok(why) => why,
        Err(answer) => return Ok(answer),
    };
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = HomeroomOf::ask(tx, &viewer, class, today)?;
        let person = linking::reject_change(tx, now, today, Approver::Homeroom(&proof), change, &why)?;
        Ok(((), Act::new("linking.change.reject", "person", person).because(why)))
    })
    .await?;
    Ok(refused(&cx, &back))
}

/// «Подтвердить» by an administrator.
pub(crate) async fn approve_any(cx: Cx) -> Result<Response, Failure> {
    let change: ChangeId = cx.request.param("change")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let person = flows::approve_change(tx, now, today, Approver::Administrator(&proof), change)?;
        Ok(((), Act::new("linking.change.approve", "person", person)))
    })
    .await?;
    Ok(agreed(&cx, OFFICE))
}

/// «Отклонить» by an administrator.
pub(crate) async fn reject_any(cx: Cx) -> Result<Response, Failure> {
    let change: ChangeId = cx.request.param("change")?;
    let why = match reason_of(&cx, OFFICE)? {
        Ok(why) => why,
        Err(answer) => return Ok(answer),
    };
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write(move |tx| {
        let proof = Administrator::ask(tx, &viewer, today)?;
        let person = linking::reject_change(tx, now, today, Approver::Administrator(&proof), change, &why)?;
        Ok(((), Act::new("linking.change.reject", "person", person).because(why)))
    })
    .await?;
    Ok(refused(&cx, OFFICE))
}
