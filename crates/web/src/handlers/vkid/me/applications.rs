//! «Отозвать доступ» (VK-26).

use identity::ClientId;
use store::Act;

use super::{PAGE, change};
use crate::Failure;
use crate::cx::Cx;
use crate::handlers::vkid::Nothing;
use crate::response::Response;
use crate::views::Flash;
use crate::words::say;

/// Takes back what an application was given; one that was given nothing stays without, whoever else has let it in.
pub(crate) async fn withdraw(cx: Cx) -> Result<Response, Failure> {
    let client: ClientId = cx.request.param("client")?;
    let Nothing {} = cx.request.form()?;
    let now = cx.now;
    change(&cx, move |tx, by| {
        let taken = identity::take_back(tx, now, by, client)?;
        Ok(((), taken.then(|| Act::new("identity.consent.withdraw", "client", client))))
    })
    .await?;
    Ok(cx.go(PAGE, Some(Flash::good(say("me-consent-withdrawn"), say("me-consent-withdrawn-more")))))
}
