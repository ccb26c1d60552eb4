//! Lifting a hold.

use messenger::{HoldId, HoldOf, lift_hold};
use serde::Deserialize;

use super::DESK;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

pub(crate) async fn lift(cx: Cx) -> Result<Response, Failure> {
    let Nothing {} = cx.request.form()?;
    let hold: HoldId = cx.request.param("hold")?;
    let (now, today, viewer) = (cx.now, cx.today(), cx.signed_in()?.viewer);
    cx.write_if_due(move |tx| {
        let by = HoldOf::ask(tx, &viewer, hold, today)?;
        Ok(((), lift_hold(tx, now, &by)?))
    })
    .await?;
    Ok(cx.go(DESK, Some(Flash::good(say("hold-lifted"), String::new()))))
}
