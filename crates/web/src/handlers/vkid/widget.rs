//! The frames of the SDK's widgets, the smallest honest ones: nobody is signed in here, so the SDK shows its own button
//! (VK-45).

use askama::Template;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName};
use identity::ClientId;

use super::dressed;
use crate::Failure;
use crate::cx::Cx;
use crate::response::Response;

#[derive(Template)]
#[template(path = "vkid/widget.html")]
struct WidgetPage {
    handler: &'static str,
    origin: String,
}

pub(crate) async fn one_tap(cx: Cx) -> Result<Response, Failure> {
    show(cx, "onetap: not authorized").await
}

pub(crate) async fn floating(cx: Cx) -> Result<Response, Failure> {
    show(cx, "floatingonetap: not authorized").await
}

async fn show(cx: Cx, handler: &'static str) -> Result<Response, Failure> {
    if !cx.app.settings.vk_id.is_embedded() {
        return Err(Failure::NotFound);
    }
    let query: Vec<(String, String)> = cx.request.query()?;
    let one = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let id = one("app_id").and_then(|id| id.parse::<ClientId>().ok()).ok_or(Failure::BadQuery)?;
    let origin = one("origin").ok_or(Failure::BadQuery)?;
    let asked = origin.clone();
    if !cx.read(move |tx| Ok(identity::has_origin(tx, id, &asked)?)).await? {
        return Err(Failure::Authorize(identity::AuthorizeError::UnknownClient));
    }
    // A registered origin holds nothing that could end the directive.
    let policy = format!(
        "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {origin}"
    );
    let page = WidgetPage { handler, origin };
    Ok(dressed(Response::html(page.render()?))
        .with_header(CONTENT_SECURITY_POLICY, &policy)
        .with_header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
}
