use http::StatusCode;
use serde::Serialize;
use store::Health;

use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Serialize)]
struct State {
    status: &'static str,
    writes: bool,
}

/// For monitoring: whether the server reads and writes; says nothing about the school.
pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    cx.read(|tx| Ok(tx.last_g()?)).await?;
    let (status, writes) = match cx.app.store.health() {
        Health::Good => ("ok", true),
        Health::Full => ("disk full", false),
        Health::ReadOnly => ("read-only", false),
    };
    let answer = Response::json(&State { status, writes });
    Ok(if writes { answer } else { answer.with_status(StatusCode::SERVICE_UNAVAILABLE) })
}
