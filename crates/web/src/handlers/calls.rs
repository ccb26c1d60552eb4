//! Pages of calls.

use messenger::{ConversationId, MemberOf};

use crate::Failure;
use crate::cx::Cx;
use crate::failure::calls::CallFault;
use crate::response::Response;

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
            Ok(calls::start(tx, now, &member)?)
        })
        .await?;
    Ok(cx.go(&format!("/calls/{call}"), None))
}
