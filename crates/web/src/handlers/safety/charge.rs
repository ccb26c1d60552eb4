//! Putting an adult in charge of a group of pupils.

use messenger::{ChargeOf, ConversationId, put_in_charge};
use school::PersonId;
use serde::Deserialize;

use super::DESK;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    person: PersonId,
}

pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let Chosen { person } = cx.request.form()?;
    let chat: ConversationId = cx.request.param("conversation")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write(move |tx| {
        let by = ChargeOf::ask(tx, &viewer, chat, today)?;
        Ok(((), put_in_charge(tx, now, &by, person)?))
    })
    .await?;
    Ok(cx.go(DESK, Some(Flash::good(say("charge-given"), String::new()))))
}
