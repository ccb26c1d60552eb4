use serde::Deserialize;
use store::Lane;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    context: String,
}

/// Switches what the person looks as (DIA-E28).
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let form: Form = cx.request.form()?;
    let who = cx.signed_in()?;
    let chosen = who.contexts.iter().find(|context| context.id() == form.context).ok_or(Failure::NotFound)?;
    let home = chosen.home(who.roles);
    let viewer = who.viewer;
    cx.record(Lane::Admin, move |tx| Ok(school::set_context(tx, &viewer, &form.context)?)).await?;
    Ok(Response::see_other(home))
}
