use http::HeaderName;
use store::Act;

use crate::cx::Cx;
use crate::handlers::vkid::Hand;
use crate::response::Response;
use crate::{Failure, cookies, flows};

/// Ends this session, that of VK ID in the same browser, and empties what the browser keeps of them (A15).
pub(crate) async fn submit(cx: Cx) -> Result<Response, Failure> {
    let (now, viewer, hand) = (cx.now, cx.signed_in()?.viewer, Hand::of(&cx));
    cx.write(move |tx| {
        flows::sign_out(tx, now, &viewer, hand.session.as_ref())?;
        Ok(((), Act::new("school.session.end", "session", viewer.session())))
    })
    .await?;
    Ok(Response::see_other("/signin")
        .with_header(HeaderName::from_static("clear-site-data"), "\"cache\"")
        .with_cookie(&cookies::clear(cookies::SESSION))
        .with_cookie(&cookies::clear(cookies::VK_SESSION)))
}
