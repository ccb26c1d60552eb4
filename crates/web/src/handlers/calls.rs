//! Pages of calls.

pub(crate) mod check;
pub(crate) mod list;
pub(crate) mod page;

use diary::{LessonId, LessonTeacher};
use messenger::{ConversationId, MemberOf};

use crate::Failure;
use crate::cx::Cx;
use crate::failure::calls::CallFault;
use crate::flows;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

/// Starts a call in a chat, or leads to the one that goes on there.
pub(crate) async fn start(cx: Cx) -> Result<Response, Failure> {
    let viewer = cx.signed_in()?.viewer;
    let chat: ConversationId = cx.request.param("conversation")?;
    if !cx.app.settings.calls.is_on() {
        return Err(CallFault::Off.into());
    }
    let (now, today) = (cx.now, cx.today());
    let call = cx
        .write_if_due(move |tx| {
            let member = MemberOf::ask(tx, &viewer, chat, today)?;
            let (call, act) = calls::start(tx, now, &member)?;
            if act.is_some() {
                flows::tell_of_call(tx, now, calls::CallPlace::Chat(chat))?;
            }
            Ok((call, act))
        })
        .await?;
    Ok(cx.go(&format!("/calls/{call}"), None))
}

/// Takes what a lesson's call says of its pupils into the journal.
pub(crate) async fn take_attendance(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    let (zone, rules) = (cx.app.school().zone.clone(), cx.app.settings.calls.attendance);
    cx.write_if_due(move |tx| {
        let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
        Ok(((), flows::confirm_attendance(tx, now, &zone, &by, rules)?))
    })
    .await?;
    Ok(cx.go(&format!("/lessons/{lesson}"), Some(Flash::good(say("call-attendance-taken"), ""))))
}

/// Takes that back.
pub(crate) async fn take_back_attendance(cx: Cx) -> Result<Response, Failure> {
    let lesson: LessonId = cx.request.param("lesson")?;
    let (viewer, now, today) = (cx.signed_in()?.viewer, cx.now, cx.today());
    cx.write_if_due(move |tx| {
        let by = LessonTeacher::ask(tx, &viewer, lesson, today)?;
        Ok(((), flows::take_back_attendance(tx, now, &by)?))
    })
    .await?;
    Ok(cx.go(&format!("/lessons/{lesson}"), Some(Flash::good(say("call-attendance-back"), ""))))
}
