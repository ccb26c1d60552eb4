use crate::cx::Cx;
use crate::response::Response;
use crate::{Failure, assets};

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    let name: String = cx.request.param("name")?;
    let versioned = cx.request.parts.uri.query().is_some_and(|query| query.starts_with("v="));
    assets::serve(&name, versioned, cx.request.headers()).ok_or(Failure::NotFound)
}
