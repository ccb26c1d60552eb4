//! Reactions and pins where no script sends them.

use messenger::{ConversationId, MemberOf, Reaction};
use serde::Deserialize;
use store::Lane;

use super::message::address;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReactForm {
    /// A word of the set; with a minus before it, it is taken back.
    reaction: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OffForm {
    #[serde(default)]
    off: bool,
}

/// Back to the chat at the message, or to the message with what went wrong.
pub(super) fn back(
    cx: &Cx,
    id: ConversationId,
    seq: u32,
    done: Result<(), Failure>,
) -> Result<Response, Failure> {
    match done {
        Ok(()) => Ok(cx.go(&format!("/sferum/{id}#m{seq}"), None)),
        Err(failure) if failure.gives_form_back() => {
            let flash = Flash::bad(say("message-kept"), failure.sentence());
            Ok(cx.go(&format!("/sferum/{id}/{seq}"), Some(flash)))
        }
        Err(failure) => Err(failure),
    }
}

pub(crate) async fn react(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let form: ReactForm = cx.request.form()?;
    let taken_back = form.reaction.strip_prefix('-');
    let word = taken_back.unwrap_or(&form.reaction);
    let reaction = Reaction::from_word(word).ok_or(Failure::BadForm)?;
    let deed = if taken_back.is_some() { messenger::unreact } else { messenger::react };
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(deed(tx, now, &by, i64::from(seq), reaction)?)
        })
        .await;
    back(&cx, id, seq, done)
}

/// Switches reactions of the chat off or on, for whoever answers for it.
pub(crate) async fn switch(cx: Cx) -> Result<Response, Failure> {
    let id: ConversationId = cx.request.param("conversation")?;
    let form: OffForm = cx.request.form()?;
    let (now, today, actor, viewer) = (cx.now, cx.today(), cx.actor(), cx.signed_in()?.viewer);
    cx.write_refusing(move |tx| {
        let by = MemberOf::ask(tx, &viewer, id, today)?;
        Ok::<_, Failure>(messenger::set_reactions(tx, now, &by, &actor, !form.off)?)
    })
    .await?;
    Ok(cx.go(&format!("/sferum/{id}/about"), None))
}

pub(crate) async fn pin(cx: Cx) -> Result<Response, Failure> {
    let (id, seq) = address(&cx)?;
    let form: OffForm = cx.request.form()?;
    let deed = if form.off { messenger::unpin } else { messenger::pin };
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    let done = cx
        .record(Lane::Chat, move |tx| {
            let by = MemberOf::ask(tx, &viewer, id, today)?;
            Ok(deed(tx, now, &by, i64::from(seq))?)
        })
        .await;
    back(&cx, id, seq, done)
}
